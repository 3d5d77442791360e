"""The FAIR Universe challenge by hand: events, network, templates, likelihood, calibration, pseudo-experiments, intervals, score.

    PYTHONPATH=python python3 examples/fair_universe.py [EVENTS.csv.gz ...] [--full] [--network own]

EVENTS: files in the challenge's format, by default the sample of examples/higgs-tautau. Cells begin with "# %%", so editors run it as a notebook.
A team plugs in its own work at two places: YOUR NETWORK (cell 3) and YOUR ESTIMATOR (cell 7). `fairu challenge` does the same in one command, with
more checks (docs/challenge.md).
"""
# %% 1. Settings
import argparse
import math
import pathlib
import time

import numpy as np

import fairu
from fairu import Prior, challenge

SAMPLE = sorted((pathlib.Path(__file__).resolve().parent / "higgs-tautau").glob("sample-*.csv.gz"))
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("events", nargs="*", default=SAMPLE, help="CSV files in the challenge's format")
size = parser.add_mutually_exclusive_group()
size.add_argument("--quick", dest="full", action="store_false", help="10 x 20 pseudo-experiments, 400 toys (default)")
size.add_argument("--full", action="store_true", help="10 x 100 pseudo-experiments, 2000 toys")
parser.set_defaults(full=False)
parser.add_argument("--network", choices=("trained", "own"), default="trained", help="own: the NumPy function of this file")
parser.add_argument("--luminosity", type=float, default=1.4e-4, help="in units of that of the weights")
parser.add_argument("--signal-scale", type=float, default=150, help="times the yield of the signal")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
# 79,000 rows are few: at full luminosity a row would stand for a hundred expected events, and all pseudo-experiments would share its fluctuation.
# The default is a small experiment, rich in signal, in which each row is rare, so that coverage means something.
n_pe, n_toys, epochs = (100, 2000, 20) if args.full else (20, 400, 5)
context, started = fairu.Context(threads=args.threads), time.perf_counter()


def tell(what):
    print(f"{time.perf_counter() - started:6.1f} s  {what}", flush=True)


# %% 2. Events, and their parts
PRI = [f"PRI_{o}_{q}" for o in ("lep", "had", "jet_leading", "jet_subleading") for q in ("pt", "eta", "phi")]
PRI += ["PRI_n_jets", "PRI_jet_all_pt", "PRI_met", "PRI_met_phi"]
DER = ["DER_" + name for name in ("mass_transverse_met_lep", "mass_vis", "pt_h", "deltaeta_jet_jet", "mass_jet_jet", "prodeta_jet_jet",
                                  "deltar_had_lep", "pt_tot", "sum_pt", "pt_ratio_lep_had", "met_phi_centrality", "lep_eta_centrality")]
FEATURES = PRI + DER
pieces = [fairu.Events.read_csv(path, PRI, "detailed_labels", "weights", "id", optional=True, context=context) for path in args.events]
columns = {name: np.concatenate([piece[name] for piece in pieces]) for name in PRI}
columns.update({name: np.zeros_like(columns["PRI_met"]) for name in DER})  # the chain computes them
PROCESSES = list(challenge.PROCESSES)
numbers = [np.array([PROCESSES.index(name) for name in piece.categories])[piece.labels] for piece in pieces]
ids = np.concatenate([piece.ids for piece in pieces]) if pieces[0].ids is not None else np.arange(len(columns["PRI_met"]))  # of base events
events = fairu.Events(np.stack([columns[name] for name in FEATURES], axis=1), FEATURES, np.concatenate([piece.weights for piece in pieces]),
                      np.concatenate(numbers), ids, PROCESSES, context=context)
signal = PROCESSES.index("htautau")
yields = np.bincount(events.labels, events.weights, 4) * args.luminosity
yields[signal] *= args.signal_scale

slices = events.split(100, seed=args.seed)  # by a hash of the id, whatever the order of rows


def part(first, last):
    """Events of these hundredths; each process brought to its full yield."""
    table = events.select((slices >= first) & (slices < last))
    have = np.bincount(table.labels, table.weights, 4)
    if not have.all():
        raise SystemExit(f"no event of {PROCESSES[int(np.argmin(have))]} among hundredths {first} to {last - 1}: more events are needed")
    factors = yields / have
    return table.with_weights(table.weights * factors[table.labels])


train, template, check, test = part(0, 35), part(35, 65), part(65, 75), part(75, 100)
for other in (train, template, check):
    test.check_disjoint(other)  # an error names an event that is in both
tell(f"{len(events)} events: {len(train)} train, {len(template)} template, {len(check)} check, {len(test)} test; "
     f"a row of the test part is expected at most {np.max(test.weights * np.where(test.labels == signal, 3, 1)):.3f} times")

# %% 3. Shifts, and the network
LN5 = math.log(5)  # where the challenge clips soft MET
PRIORS = {"tes": Prior(1, 0.01, lower=0.9, upper=1.1), "jes": Prior(1, 0.01, lower=0.9, upper=1.1), "log_soft_met": Prior(0, 1, upper=LN5),
          "ttbar_scale": Prior(1, 0.02, lower=0.8, upper=1.2), "diboson_scale": Prior(1, 0.25, lower=0, upper=2),
          "bkg_scale": Prior(1, 0.001, lower=0.99, upper=1.01)}
AXES = ["tes", "jes", "log_soft_met"]
chain = fairu.Systematics({name: PRIORS[name] for name in AXES}, context).add_higgsml(tes="tes", jes="jes", log_soft_met="log_soft_met")


def classes(table):
    """1 for signal, 0 for background."""
    return fairu.Events(np.stack([table[name] for name in FEATURES], axis=1), FEATURES, table.weights, table.labels == signal, context=context)


nominal = classes(chain.shift(train, {}))
varied = classes(chain.shift(train, {"tes": 1.01, "jes": 0.99, "log_soft_met": 1.0}, seed=2))

# YOUR NETWORK: any function of NumPy arrays that makes logits [n] of features [n, len(FEATURES)] (float32), which it is handed in pieces. A network of
# PyTorch, say, is `lambda x: net(torch.from_numpy(x.copy())).detach().numpy()[:, 0]`. Here: Fisher's linear discriminant.
if args.network == "own":
    x, y = np.stack([nominal[name] for name in FEATURES], axis=1).astype(float), nominal.labels == 1
    direction = np.linalg.solve(np.cov(x[y].T) + np.cov(x[~y].T) + 1e-3 * np.eye(len(FEATURES)), x[y].mean(axis=0) - x[~y].mean(axis=0))
    middle = 0.5 * (x[y].mean(axis=0) + x[~y].mean(axis=0)) @ direction
    classifier = fairu.Classifier.function(FEATURES, lambda x: x @ direction - middle, context=context)
else:
    classifier = fairu.Classifier.train(nominal.concatenate(varied), FEATURES, hidden=[64, 64], epochs=epochs, batch=1024, learning_rate=2e-3,
                                        schedule="cosine", l2=1e-4, seed=args.seed, context=context)
checked = classes(chain.shift(check, {}))
tell(f"network ({args.network}): area under the curve {fairu.auc(classifier.score(nominal), nominal.labels, nominal.weights):.4f} on the train part, "
     f"{fairu.auc(classifier.score(checked), checked.labels, checked.weights):.4f} on the check part")

# %% 4. Bins, fixed on the train part: quantiles of the signal, merged until each expects 4 background events, from 25 effective rows
logits, is_signal = classifier.score(nominal, output="logit"), nominal.labels == 1
edges = list(fairu.Binning.quantile(logits[is_signal], 20, nominal.weights[is_signal], context=context).edges)
while True:
    background = [np.histogram(logits[~is_signal], [-np.inf, *edges, np.inf], weights=nominal.weights[~is_signal] ** k)[0] for k in (1, 2)]
    strength = np.minimum(background[0] / 4, background[0] ** 2 / np.maximum(background[1], 1e-300) / 25)
    weakest = int(np.argmin(strength))
    if strength[weakest] >= 1 or len(edges) == 1:
        break
    edges.pop(min(weakest, len(edges) - 1))
binning = fairu.Binning.from_edges(edges, context=context)

# %% 5. Templates of the four processes over tes, jes and log soft MET with all pairs, on the template part; the likelihood
KNOTS = [("tes", [0.95, 0.975, 1, 1.025, 1.05], 1), ("jes", [0.95, 0.975, 1, 1.025, 1.05], 1), ("log_soft_met", [-2.5, -1.25, 0, 0.8, LN5], 0)]
PAIRS = [("tes", "jes"), ("tes", "log_soft_met"), ("jes", "log_soft_met")]
REPLICAS = 8 if args.full else 2  # each event is smeared that often
fill = fairu.Fill(binning, PROCESSES, KNOTS, PAIRS, context=context)
for name in PROCESSES:
    for replica in range(REPLICAS):
        fill.add(name, template.select_label(name), classifier, chain, scale=1 / REPLICAS, seed=replica + 1)
raw = fill.templates("linear")
rich = np.min(raw.yields ** 2 / np.maximum(REPLICAS * raw.variances, 1e-300)) > 10  # effective events everywhere: logarithms are safe
templates = fairu.Templates(dict(zip(PROCESSES, raw.yields)), KNOTS, dict(zip(PROCESSES, REPLICAS * raw.variances)),  # replicas of an event are one
                            "log" if rich else "linear", PAIRS, context=context)
model = fairu.Likelihood(templates, priors=PRIORS, context=context, factors={
    "mu": "htautau",  # the parameter of interest; the others are exact products
    "ttbar_scale": fairu.Factor("ttbar", 1, 0.8, 1.2), "diboson_scale": fairu.Factor("diboson", 1, 0, 2),
    "bkg_scale": fairu.Factor(["ztautau", "diboson", "ttbar"], 1, 0.99, 1.01)})
shifted = chain.shift(check, {"tes": 1.01, "jes": 0.99, "log_soft_met": 0.5})
seen = np.bincount(binning.index(classifier.score(shifted, output="logit")), shifted.weights, binning.n_bins)
asimov = model.interval(model.asimov())
tell(f"templates: {binning.n_bins} bins, {len(raw.points)} points, {'log' if rich else 'linear'}; between the knots "
     f"{templates.evaluate([1.01, 0.99, 0.5]).sum():.2f} events, {seen.sum():.2f} in the check part")
tell(f"expected interval at mu = 1: [{asimov.lower:.3f}, {asimov.upper:.3f}]")

# %% 6. Calibration: toys at each hypothesis of mu, before any pseudo-experiment is looked at
squares = [np.sum(table.weights[table.labels != signal] ** 2) for table in (test, template)]
calibration = fairu.IntervalCalibration(model, context=context, lower=0.1, upper=3, n_toys=n_toys, seed=args.seed, template_statistics=1,
                                pool_statistics=squares[0] / squares[1])
tell(f"calibration frozen: sha256 {calibration.digest}")


# %% 7. Estimators: counts [n_bins] to (mu_hat, p16, p84)
def calibrated(counts):
    interval = calibration.interval(model.data(counts))
    return interval.estimate, interval.lower, interval.upper


def profile(counts):
    interval = model.interval(model.data(counts), delta_nll=0.5)
    return interval.best, *np.clip([interval.lower, interval.upper], 0.1, 3)  # where mu is known to lie


nominal_yields = templates.evaluate([1, 1, 0])
s, b = nominal_yields[signal], np.delete(nominal_yields, signal, axis=0).sum(axis=0)


# YOUR ESTIMATOR: takes what you like, gives (mu_hat, p16, p84). Here: weighted counting with nuisances at nominal, in NumPy. For events instead of a histogram
# see YOUR EVENTS below.
def own(counts):
    weights = s / (s + b)
    mu = weights @ (counts - b) / (weights @ s)
    delta = np.sqrt(weights ** 2 @ counts) / (weights @ s)
    return mu, mu - delta, mu + delta


def blind(counts):
    return 1.55, 0.56, 2.54  # does not look


ESTIMATORS = {"calibrated": calibrated, "profile": profile, "own": own, "blind": blind}

# %% 8. Pseudo-experiments: mu and six nuisances unknown to the estimators
experiments = fairu.PseudoExperiments(n_sets=10, n_pe=n_pe, generator="philox", seed=args.seed, context=context)
pools = fairu.Systematics({"tes": PRIORS["tes"], "jes": PRIORS["jes"], "soft_met": (0, Prior(0, 5, "uniform", 0, 5))}, context)
pools.add_higgsml(tes="tes", jes="jes", soft_met="soft_met")
found = {name: [] for name in ESTIMATORS}
print("\n set  pe  mu_true   tes    jes  soft_met  events   " + "".join(f"{name:>18}" for name in ("calibrated", "profile")))
for experiment in experiments:
    histogram = experiment.histograms(test, classifier, binning, pools)
    # YOUR EVENTS: the table itself, unlabelled and unweighted as the challenge hands it out, is
    #     pools.shift(experiment.events(test), [experiment.tes, experiment.jes, experiment.soft_met], seed=experiment.smearing_seed)
    for name, estimator in ESTIMATORS.items():
        try:
            found[name].append(estimator(histogram.counts))
        except fairu.Error:  # a fit that fails says nothing about mu
            found[name].append((1.55, 0.1, 3))
    if experiment.pe == 0:
        print(f"{experiment.set:4}{experiment.pe:4}{experiment.mu:9.3f}{experiment.tes:7.3f}{experiment.jes:7.3f}{experiment.soft_met:10.3f}"
              f"{histogram.n_passed:8}   " + "".join("{:>8.3f} to {:.3f}".format(*found[name][-1][1:]).rjust(18) for name in ("calibrated", "profile")))

# %% 9. The score
truth = np.array([experiment.mu for experiment in experiments])
sets = np.array([experiment.set for experiment in experiments])
print(f"\n{len(truth)} pseudo-experiments\n\n{'estimator':12}{'score':>9}{'width':>9}{'coverage':>10}   95 % interval")
for name, rows in found.items():
    mu_hat, p16, p84 = np.array(rows).T
    score = fairu.IntervalEntries(truth, p16, p84, mu_hat, p84 - p16, sets, context=context).score()
    print(f"{name:12}{score.quantile_score:9.3f}{score.interval:9.3f}{score.coverage:10.3f}   "
          f"{score.coverage_lower:.3f} to {score.coverage_upper:.3f}")
tell("done")
