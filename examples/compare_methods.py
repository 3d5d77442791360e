"""Methods of training against each other on one small problem: the width of the expected interval, and whether it covers.

    PYTHONPATH=python python3 examples/compare_methods.py [--quick] [--methods baseline,aware,...] [--seeds N] [--out FOLDER]

Cells begin with "# %%". The background drifts along x with a nuisance z (0 +- 1), the signal stays: a network may look away from x, or learn what z does.
`fairu study compare` measures all methods on five problems, with more seeds and toys of events (docs/comparison.md).
"""
# %% 1. Settings
import argparse
import pathlib

import numpy as np

import fairu

METHODS = {  # what each needs beside what all have
    "baseline": {}, "augmented": {"copies": 4}, "aware": {"copies": 4, "spread": 1.5}, "tangent": {"strength": 0.3},
    "gradient-reversal": {"copies": 4, "strength": 1.0, "adversary": {"density": "gaussian", "hidden": [16]}},
    "inferno": {"summary": {"n_bins": 8, "temperature": 0.3}, "learning_rate": 5e-3}, "neos": {"summary": {"n_bins": 8, "bandwidth": 0.1}, "quantity": "sigma"},
}
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--quick", action="store_true", help="one seed, short trainings, 200 toys")
parser.add_argument("--methods", default=",".join(METHODS))
parser.add_argument("--seeds", type=int, default=0, help="networks of each method (default 5; quick: 1)")
parser.add_argument("--out", type=pathlib.Path, help="folder of the figure")
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
n_events, epochs, n_toys, seeds = (8000, 4, 200, args.seeds or 1) if args.quick else (40000, 12, 2000, args.seeds or 5)
context = fairu.Context(threads=args.threads)


# %% 2. The problem: three features; 50 signal on 1000 background events; the centre of the background in x is z
def problem(seed):
    random, labels = np.random.default_rng(seed), np.arange(n_events) % 2
    x = random.normal(size=(n_events, 3)) + np.where(labels[:, None] == 1, [1.2, 1.0, 0.0], [0.0, 0.0, 0.5])
    weights = np.where(labels == 1, 50.0, 1000.0) / (n_events / 2)
    columns = np.column_stack([x, labels == 0])  # what a step of one's own must know is a column, too
    return fairu.Events(columns, ["x", "y", "u", "is_background"], weights, labels, context=context)


def drift(z, rows):
    rows["x"][:] += z["z"] * rows["is_background"]


def drift_tangent(z, rows):
    drift(z, rows)
    rows.tangents["x"]["z"][:] += rows["is_background"]


chain = fairu.Systematics({"z": (0.0, fairu.Prior(0.0, 1.0))}, context).add_callback(["x", "is_background"], drift, drift_tangent)
KNOTS = np.linspace(-3, 3, 9)


# %% 3. One network of one method: train, bin, fill, expected interval, coverage where z is one width off
def measure(method, seed):
    train, template = problem(100 + seed), problem(200 + seed)
    options = {"hidden": [32, 32], "epochs": epochs, "batch": 500, "learning_rate": 3e-3, "schedule": "cosine", "seed": seed, "context": context}
    classifier = fairu.train(method, train, chain, features=["x", "y", "u"], **{**options, **METHODS[method]})
    if method == "inferno":  # its outputs are the bins
        binning = fairu.Binning.classes(METHODS[method]["summary"]["n_bins"], context=context)
    else:
        scores, mine = classifier.score(train, [0.0] if classifier.nuisances else None, output="logit"), train.labels == 1
        binning = fairu.Binning.quantile(scores[mine], 8, context=context)
    fill = fairu.Fill(binning, ["background", "signal"], [("z", KNOTS, 0.0)], context=context)
    for label, name in enumerate(("background", "signal")):
        fill.add(name, template.select(template.labels == label), classifier, chain)
    templates = fill.templates("linear")
    model = fairu.Likelihood(templates, factors={"mu": "signal"}, priors={"z": fairu.Prior(0.0, 1.0)}, mc_stat="none", context=context)
    asimov = model.asimov({"z": 0.0})
    known, interval = (model.interval(asimov, delta_nll=0.5, fixed=fixed) for fixed in ({"z": 0.0}, None))
    covered = fairu.coverage(model, {"mu": 1.0, "z": 1.0}, n=n_toys, seed=seed, context=context)
    return (known.upper - known.lower) / 2, (interval.upper - interval.lower) / 2, covered


# %% 4. All of them
results = {method: [measure(method, seed + 1) for seed in range(seeds)] for method in args.methods.split(",")}
print(f"{'method':18}{'z known':>9}{'z profiled':>12}{'coverage at z = 1':>19}")
for method, rows in results.items():
    known, width = np.median([row[:2] for row in rows], axis=0)
    covered = sum(row[2].n_covered for row in rows) / sum(row[2].n for row in rows)
    print(f"{method:18}{known:9.3f}{width:12.3f}{covered:19.3f}")

# %% 5. Figure
try:
    import matplotlib.pyplot as plt
    from fairu import plot
except ImportError:
    print("no figures: no matplotlib")
    raise SystemExit(0) from None


@plot.styled
def widths():
    figure, axes = plt.subplots(figsize=(6, 0.8 + 0.4 * len(results)))
    y = np.arange(len(results))[::-1]
    for column, (name, marker, color) in enumerate((("z known", "o", plot.DOWN), ("z profiled", "D", plot.UP))):
        values = np.array([[row[column] for row in rows] for rows in results.values()])
        axes.errorbar(np.median(values, axis=1), y, xerr=np.abs(np.array([values.min(axis=1), values.max(axis=1)]) - np.median(values, axis=1)), fmt=marker, color=color,
                      markersize=5, label=name)
    axes.set(yticks=y, yticklabels=list(results), xlabel="half width of the expected 68.3 % interval of mu", xlim=(0, None))
    axes.legend()
    return figure


made = widths()
if args.out:
    args.out.mkdir(parents=True, exist_ok=True)
    made.savefig(args.out / "widths.png")
    print("written:", args.out / "widths.png")
else:
    plt.show()
