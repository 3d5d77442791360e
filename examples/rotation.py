"""The rotating Gaussians from events to coverage: train, fill, fit, toys, figures (docs/guide.md tells the story; `fairu study toy-rotation` does more of it).

    PYTHONPATH=python python3 examples/rotation.py [--quick] [--out FOLDER]

Cells begin with "# %%", so editors run it as a notebook. Figures at the end, if matplotlib is there.
"""
# %% 1. Settings: simulation at z = 0; z is pi/4, give or take 0.5; data come from z = pi/2
import argparse
import pathlib

import numpy as np

import fairu

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--quick", action="store_true", help="short trainings, 100 toys")
parser.add_argument("--out", type=pathlib.Path, help="folder of the figures")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
n_train, n_template, n_toys, epochs = (20000, 20000, 100, 4) if args.quick else (200000, 100000, 1000, 10)
YIELDS, SIGMA, BINS = {"background": 50000.0, "signal": 500.0}, 0.7, 10
NOMINAL, WIDTH, TRUTH = np.pi / 4, 0.5, np.pi / 2
KNOTS = NOMINAL + 0.25 * np.arange(-6, 7)
context, random = fairu.Context(threads=args.threads), np.random.default_rng(args.seed)


# %% 2. Events: two Gaussians about (1, 0) and (-1, 0); weights add up to what is expected
def gaussians(n):
    labels = np.arange(n) % 2
    x = np.column_stack([2.0 * labels - 1, np.zeros(n)]) + SIGMA * random.normal(size=(n, 2))
    weights = np.where(labels == 1, YIELDS["signal"], YIELDS["background"]) / (n / 2)
    return fairu.Events(x, names=["x", "y"], labels=labels, weights=weights, context=context)


train, template = gaussians(n_train), gaussians(n_template)

# %% 3. Systematics: z turns all events
chain = fairu.Systematics({"z": (NOMINAL, fairu.Prior(NOMINAL, WIDTH))}, context).add_rotation("z", "x", "y", reference=0)

# %% 4. Classifiers: one sees nominal events alone, one is told z
options = {"hidden": [64, 64], "epochs": epochs, "batch": 1000, "learning_rate": 3e-3, "schedule": "cosine", "seed": args.seed, "context": context}
classifiers = {"baseline": fairu.train("baseline", train, chain, **options),
               "aware": fairu.train("aware", train, chain, copies=4, spread=1.5, **options)}
turned = chain.shift(template, {"z": TRUTH})
for name, classifier in classifiers.items():
    z = [TRUTH] if classifier.nuisances else None
    print(f"{name:9} area under the curve at z = pi/2: {fairu.auc(classifier.score(turned, z), turned.labels, turned.weights):.4f}")

# %% 5. Templates: all events at each knot, scored there. Their statistics would be counted twice here: toys below come from the same events
binning = fairu.Binning.uniform(BINS, context=context)
parts = {name: template.select(template.labels == label) for label, name in enumerate(YIELDS)}


def filled(classifier):
    fill = fairu.Fill(binning, list(YIELDS), axes=[("z", KNOTS, NOMINAL)], context=context)
    for name, events in parts.items():
        fill.add(name, events, classifier, chain)
    return fill.templates()


templates = {name: filled(classifier) for name, classifier in classifiers.items()}
models = {name: fairu.Likelihood(found, factors={"mu": "signal"}, priors={"z": fairu.Prior(NOMINAL, WIDTH)}, mc_stat="none", context=context)
          for name, found in templates.items()}


# %% 6. Observed counts: toy events at the truth, scored under each hypothesis of z (of the baseline all hypotheses see the same)
def bins_of(classifier):
    """Bin of each event at the truth, under each knot's hypothesis [n_knots, n_events]."""
    if not classifier.nuisances:
        return np.array([binning.index(classifier.score(turned))])
    return np.array([binning.index(classifier.score(turned, [z])) for z in KNOTS])


bins = {name: bins_of(classifier) for name, classifier in classifiers.items()}


def observed(name, multiplicity):
    counts = np.array([np.bincount(row, multiplicity, BINS) for row in bins[name]])
    if len(counts) == 1:
        return models[name].data(counts[0])
    moving = fairu.Templates({"observed": counts}, axes=[("z", KNOTS, NOMINAL)], interpolation="sqrt", context=context)
    return models[name].data(moving=moving)


# %% 7. One experiment: best fit, interval, profile
multiplicity = random.poisson(turned.weights)
data = {name: observed(name, multiplicity) for name in models}
for name, model in models.items():
    fit, interval = model.fit(data[name]), model.interval(data[name], delta_nll=0.5)
    print(f"{name:9} mu = {interval.best:.3f}, 68.3 % interval [{interval.lower:.3f}, {interval.upper:.3f}], z = {fit['z']:.3f} +- {fit.error('z'):.3f}")

# %% 8. Coverage: many experiments; the truth is mu = 1
found = {name: [] for name in models}
for _ in range(n_toys):
    multiplicity = random.poisson(turned.weights)
    for name, model in models.items():
        interval = model.interval(observed(name, multiplicity), delta_nll=0.5, start={"z": TRUTH})
        found[name].append((interval.best, interval.lower, interval.upper))
print(f"\n{n_toys} toys\n{'':9}{'mean of mu':>12}{'half width':>12}{'coverage':>10}")
for name, rows in found.items():
    best, lower, upper = np.array(rows).T
    covered = np.mean((lower <= 1) & (1 <= upper))
    print(f"{name:9}{best.mean():12.3f}{np.mean(upper - lower) / 2:12.3f}{covered:10.3f} +- {np.sqrt(covered * (1 - covered) / n_toys):.3f}")

# %% 9. Figures
try:
    import matplotlib.pyplot as plt
    from fairu import plot
except ImportError:
    print("no figures: no matplotlib")
    raise SystemExit(0) from None
figures = {f"templates-{name}": plot.templates(found, z=[NOMINAL], edges=np.linspace(0, 1, BINS + 1), label="score", logarithmic=True)
           for name, found in templates.items()}
figures.update({f"profile-{name}": plot.nll_scan(model, data[name]) for name, model in models.items()})
figures["map-aware"] = plot.nll_map(models["aware"], data["aware"], "mu", "z", points=15)


@plot.styled
def intervals(most=30):
    figure, axes = plt.subplots(figsize=(6, 5))
    for i, (name, rows) in enumerate(found.items()):
        best, lower, upper = np.array(rows[:most]).T
        axes.errorbar(best, np.arange(len(best)) + 0.4 * i, xerr=[best - lower, upper - best], fmt=".", color=(plot.DOWN, plot.UP)[i], label=name)
    axes.axvline(1, color=plot.LINE, linewidth=0.8)
    axes.set(xlabel="mu", ylabel="toy", title="68.3 % intervals of the first toys", ylim=(-1, most + 5))
    axes.legend(loc="upper right", ncols=2)
    return figure


figures["intervals"] = intervals()
if args.out:
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(args.out / f"{name}.png")
        print("written:", args.out / f"{name}.png")
else:
    plt.show()
