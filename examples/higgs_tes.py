"""Higgs bosons to tau pairs with an uncertain tau energy scale: what it costs, and what a network that is told the scale wins back.

    PYTHONPATH=python python3 examples/higgs_tes.py [EVENTS.csv.gz ...] [--quick] [--out FOLDER]

EVENTS: the HiggsML 2014 open data (DOI 10.7483/OPENDATA.ATLAS.ZBP2.M5T8) or files in the FAIR Universe format; by default the sample of examples/higgs-tautau. Cells
begin with "# %%". `fairu study higgs-tes` does it for ten re-splits of the open data, with more methods.
"""
# %% 1. Settings
import argparse
import gzip
import pathlib

import numpy as np

import fairu
from fairu import Prior

SAMPLE = sorted((pathlib.Path(__file__).resolve().parent / "higgs-tautau").glob("sample-*.csv.gz"))
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("events", nargs="*", type=pathlib.Path, default=SAMPLE)
parser.add_argument("--quick", action="store_true", help="short trainings")
parser.add_argument("--out", type=pathlib.Path, help="folder of the figures")
parser.add_argument("--width", type=float, default=0.03, help="of the prior of the energy scale")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
context = fairu.Context(threads=args.threads)

# %% 2. Events: three parts, each brought to the full yields. The sample is small, so it stands for a small experiment, rich in signal
with (gzip.open if args.events[0].suffix == ".gz" else open)(args.events[0], "rt") as stream:
    header = stream.readline().strip().split(",")
open_data = "KaggleSet" in header
label, weight, number = ("Label", "Weight", "EventId") if open_data else ("detailed_labels", "weights", "id")
PRI = [name for name in header if name.startswith("PRI_")]
DER = ["DER_" + name for name in (
    "mass_transverse_met_lep mass_vis pt_h deltaeta_jet_jet mass_jet_jet prodeta_jet_jet " + ("deltar_tau_lep" if open_data else "deltar_had_lep") +
    " pt_tot sum_pt " + ("pt_ratio_lep_tau" if open_data else "pt_ratio_lep_had") + " met_phi_centrality lep_eta_centrality").split()]
FEATURES = PRI + DER
pieces = [fairu.Events.read_csv(path, PRI, label, weight, number, optional=True, context=context) for path in args.events]
columns = [np.concatenate([piece[name] for piece in pieces]) for name in PRI]
columns += [np.zeros_like(columns[0]) for _ in DER]  # the chain computes them
signal_name = "s" if open_data else "htautau"
labels = np.concatenate([np.array(piece.categories)[piece.labels] == signal_name for piece in pieces]).astype(int)
weights = np.concatenate([piece.weights for piece in pieces]) * (1 if open_data else np.where(labels == 1, 150 * 1.4e-4, 1.4e-4))
ids = np.concatenate([piece.ids for piece in pieces]) if pieces[0].ids is not None else np.arange(len(labels))
events = fairu.Events(np.stack(columns, axis=1), FEATURES, weights, labels, ids, context=context)
yields, slices = np.bincount(labels, weights, 2), events.split(10, seed=args.seed)  # by a hash of the id


def part(first, last):
    table = events.select((slices >= first) & (slices < last))
    return table.with_weights(table.weights * (yields / np.bincount(table.labels, table.weights, 2))[table.labels])


train, template, test = part(0, 4), part(4, 7), part(7, 10)
print(f"{len(events)} events, {yields[1]:.4g} signal on {yields[0]:.4g} background expected")

# %% 3. The energy scale moves taus, what they lose or gain goes into missing momentum, and all that is derived follows
prior = Prior(1.0, args.width, lower=0.9, upper=1.1)
chain = fairu.Systematics({"tes": prior}, context)
chain = chain.add_higgsml2014(tes="tes") if open_data else chain.add_higgsml(tes="tes")

# %% 4. Networks: nominal events alone; events at many scales; the same, and told the scale
options = {"hidden": [64, 64], "epochs": 5 if args.quick else 25, "batch": 1024, "learning_rate": 2e-3, "schedule": "cosine", "l2": 1e-4, "seed": args.seed,
           "context": context}
classifiers = {"baseline": fairu.train("baseline", train, chain, **options), "augmented": fairu.train("augmented", train, chain, copies=3, **options),
               "aware": fairu.train("aware", train, chain, copies=3, **options)}

# %% 5. Templates in bins of the signal's quantiles, over the scale, with their statistics
KNOTS = [0.9, 0.95, 1.0, 1.05, 1.1]
nominal = chain.shift(train, {})
binnings, templates, models = {}, {}, {}
for name, classifier in classifiers.items():
    scores = classifier.score(nominal, [1.0] if classifier.nuisances else None, output="logit")
    mine = nominal.labels == 1
    binnings[name] = fairu.Binning.quantile(scores[mine], 8, nominal.weights[mine], context=context)
    fill = fairu.Fill(binnings[name], ["background", "signal"], [("tes", KNOTS, 1.0)], context=context)
    for process, value in (("background", 0), ("signal", 1)):
        fill.add(process, template.select(template.labels == value), classifier, chain)
    templates[name] = fill.templates()
    models[name] = fairu.Likelihood(templates[name], factors={"mu": "signal"}, priors={"tes": prior}, context=context)

# %% 6. Expected intervals at mu = 1: without the uncertainty, with it; and what is found in events whose scale is one width too high
shift = 1 + args.width
print(f"\n{'':10}{'scale known':>13}{'profiled':>10}   mu found at tes = {shift:g}: tes held at 1, profiled")
found = {}
for name, model in models.items():
    asimov = model.asimov({"tes": 1.0})
    known, full = model.interval(asimov, delta_nll=0.5, fixed={"tes": 1.0}), model.interval(asimov, delta_nll=0.5)
    fill = fairu.Fill(binnings[name], ["observed"], [("tes", KNOTS, 1.0)], context=context)
    fill.add("observed", test, classifiers[name], chain, mode="shifted_at", shift_z={"tes": shift})  # an aware network sees other counts at each hypothesis
    seen = model.data(moving=fill.templates("sqrt"))
    held, profiled = model.fit(seen, fixed={"tes": 1.0}), model.fit(seen)
    found[name] = seen
    print(f"{name:10}{(known.upper - known.lower) / 2:13.4f}{(full.upper - full.lower) / 2:10.4f}   {held['mu']:8.3f} {profiled['mu']:8.3f}"
          f"   (tes {profiled['tes']:.4f} +- {profiled.error('tes'):.4f})")

# %% 7. Figures
try:
    import matplotlib.pyplot as plt
    from fairu import plot
except ImportError:
    print("no figures: no matplotlib")
    raise SystemExit(0) from None
figures = {}
for name, model in models.items():
    figures[f"templates-{name}"] = plot.templates(templates[name], found[name].observed({"tes": shift}), z=[shift],
                                                  label="bin of the score", logarithmic=True)
    figures[f"profile-{name}"] = plot.nll_scan(model, model.asimov({"tes": 1.0}))
figures["impacts-aware"] = plot.impacts(models["aware"], models["aware"].asimov({"tes": 1.0}))
if args.out:
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(args.out / f"{name}.png")
        print("written:", args.out / f"{name}.png")
else:
    plt.show()
