"""Pseudo-experiments and scores in Python: against the organisers' numbers, closed forms, and the long way round."""
import gc
import gzip
import json
import math
import os
import tempfile

import numpy as np

import fairu
from fairu import challenge

from harness import Skipped, near, raises, run

DATA = os.path.join(os.environ.get("FAIRU_DATA", "../shared/data"), "fair-universe")
PRI = [f"PRI_{o}_{q}" for o in ("lep", "had", "jet_leading", "jet_subleading") for q in ("pt", "eta", "phi")]
PRI += ["PRI_n_jets", "PRI_jet_all_pt", "PRI_met", "PRI_met_phi"]
DER = ["DER_mass_transverse_met_lep", "DER_mass_vis", "DER_pt_h", "DER_deltaeta_jet_jet", "DER_mass_jet_jet", "DER_prodeta_jet_jet",
       "DER_deltar_had_lep", "DER_pt_tot", "DER_sum_pt", "DER_pt_ratio_lep_had", "DER_met_phi_centrality", "DER_lep_eta_centrality"]
SHIFTS = ("tes", "jes", "soft_met")


def reference(name):
    path = os.path.join(DATA, name)
    if not os.path.exists(path):
        raise Skipped
    with open(path) as stream:
        return json.load(stream)


def chain(generator="philox", **more):
    return fairu.Systematics({"tes": 1, "jes": 1, "soft_met": 0}).add_higgsml(tes="tes", jes="jes", soft_met="soft_met",
                                                                             generator=generator, **more)


def made_up(n=4000, seed=3):
    """Possible events of the four processes, weights that make some 2500 of them."""
    rng = np.random.default_rng(seed)
    jets = rng.integers(0, 3, n)
    table = {name: rng.uniform(-2, 2, n) for name in PRI + DER}
    for name, least, mean in (("lep", 20, 20), ("had", 24, 15), ("jet_leading", 40, 40)):
        table[f"PRI_{name}_pt"] = least + rng.exponential(mean, n)
    table["PRI_jet_subleading_pt"] = rng.uniform(22, 40, n)
    table["PRI_met"] = rng.exponential(25, n)
    for name, least in (("jet_leading", 1), ("jet_subleading", 2)):
        for q in ("pt", "eta", "phi"):
            table[f"PRI_{name}_{q}"][jets < least] = -25
    table["PRI_n_jets"] = jets
    table["PRI_jet_all_pt"] = (np.where(jets > 0, table["PRI_jet_leading_pt"], 0)
                               + np.where(jets > 1, table["PRI_jet_subleading_pt"], 0))
    labels = rng.choice(4, n, p=(0.6, 0.05, 0.15, 0.2))
    features = np.stack([table[name] for name in PRI + DER], axis=1).astype(np.float32)
    return fairu.Events(features, PRI + DER, weights=rng.uniform(0, 1.2, n), labels=labels, ids=np.arange(n), categories=challenge.PROCESSES)


def histograms_the_long_way(experiment, pool, classifier, binnings, systematics):
    drawn = experiment.events(pool)
    shifted = systematics.shift(drawn, {name: getattr(experiment, name) for name in SHIFTS}, seed=experiment.smearing_seed)
    counts = [np.bincount(b.index(classifier.score(shifted, output=b.variable)), minlength=b.n_bins) for b in binnings]
    return counts, len(drawn), len(shifted)


# ---- draws --------------------------------------------------------------------------------------------------


def test_draws_repeat_the_organisers_numbers():
    data = reference("pseudo_experiments.json")
    experiments = fairu.PseudoExperiments(3, 4)
    assert len(experiments) == 12 and [e.number for e in experiments] == list(range(12))
    near([experiments.draw(s, 0).mu for s in range(3)], [float(m) for m in data["ground_truth_mus"]], 0)
    order = experiments.order()
    for wanted in data["pseudo_experiments"]:
        e = experiments.draw(wanted["set_index"], wanted["test_set_index"])
        assert order[wanted["order"]] == e.number and e.seed == wanted["seed"] and e.smearing_seed == 31415 and e.generator == "numpy"
        assert e.mu == float(wanted["set_mu"]) and e.nuisances == {name: float(wanted[name]) for name in e.nuisances}
        assert e.rates == {"ztautau": e.bkg_scale, "diboson": e.diboson_scale * e.bkg_scale, "ttbar": e.ttbar_scale * e.bkg_scale, "htautau": e.mu}


def reference_pool(data):
    """The first 300 rows, with the weights of the organisers' loader."""
    sample = fairu.Events.read_csv(os.path.join(DATA, "sample.csv.gz"), columns=PRI + DER, weight="weights", label="detailed_labels")
    test = sample.select(np.arange(300))
    pool = challenge.normalise(test, data["sum_weights"])
    assert np.shares_memory(pool["PRI_met"], test["PRI_met"]) and not np.array_equal(pool.weights, test.weights)
    w = (np.float32(data["sum_weights"]) * test.weights.astype("f4")) / np.float32(test.weights.sum())
    assert np.array_equal(pool.weights, w.astype("f8")) and pool.categories == test.categories
    scaled = pool.weights.astype("f4") * np.float32(data["extra_weight_scale"])
    return pool.with_weights(scaled)


def test_events_repeat_the_organisers_pseudo_experiments():
    data = reference("pseudo_experiments.json")
    pool, experiments, systematics = reference_pool(data), fairu.PseudoExperiments(3, 4), chain("numpy", arithmetic="reference")
    for wanted in data["pseudo_experiments"]:
        e = experiments.draw(wanted["set_index"], wanted["test_set_index"])
        counts = e.counts(pool)
        assert counts.dtype == np.uint32 and counts.sum() == wanted["n_before_cuts"]
        assert {p: int(counts[pool.labels == pool.categories.index(p)].sum()) for p in challenge.PROCESSES} == wanted["n_by_process"]
        rows = e.rows(pool, counts)
        assert rows[:12].tolist() == wanted["first_rows_after_shuffle"] and np.array_equal(np.bincount(rows.astype(np.int64), minlength=300), counts)
        drawn = e.events(pool)
        assert np.array_equal(drawn["PRI_had_pt"], pool["PRI_had_pt"][rows]) and drawn.weights is None
        shifted = systematics.shift(drawn, {name: getattr(e, name) for name in SHIFTS}, seed=e.smearing_seed)
        assert len(shifted) == wanted["n_after_cuts"]
        near(shifted["PRI_met"].astype("f8").sum(), float(wanted["sum_PRI_met"]), 1e-3)
        near(shifted["DER_mass_vis"].astype("f8").sum(), float(wanted["sum_DER_mass_vis"]), 1e-3)


def test_histograms_of_the_organisers_pseudo_experiment():
    data = reference("pseudo_experiments.json")
    pool, e = reference_pool(data), fairu.PseudoExperiments(3, 4).draw(2, 1)
    classifier = fairu.Classifier.linear(["DER_mass_vis"], [1.0], -70.0)
    edges = np.array([-30.0, -10.0, 0.0, 15.0, 40.0])
    found = e.histograms(pool, classifier, fairu.Binning.from_edges(edges), chain("numpy", arithmetic="reference"))
    with gzip.open(os.path.join(DATA, "expected_pe_set2_pe1.csv.gz"), "rt") as stream:
        names = stream.readline().strip().split(",")
        mass = np.array([float(line.split(",")[names.index("DER_mass_vis")]) for line in stream])
    wanted = np.bincount(np.searchsorted(edges, (mass - 70).astype("f4"), side="right"), minlength=6)
    assert found.counts.tolist() == wanted.tolist() and (found.n_events, found.n_passed) == (2035, 1901), (found, wanted)


def test_histograms_are_the_long_way():
    pool, binnings = made_up(), [fairu.Binning.logit(7, -3, 3), fairu.Binning.uniform(20)]
    classifier = fairu.Classifier.linear(["PRI_met", "DER_mass_vis", "DER_sum_pt"], [-0.05, 0.02, 0.002], -0.5)
    for generator in ("philox", "numpy"):
        systematics = chain(generator)
        for e in fairu.PseudoExperiments(2, 2, generator=generator, seed=8):
            found = e.histograms(pool, classifier, binnings, systematics)
            wanted, n_events, n_passed = histograms_the_long_way(e, pool, classifier, binnings, systematics)
            assert (found.n_events, found.n_passed) == (n_events, n_passed) and n_passed > 1000
            for a, b in zip(found.counts, wanted):
                assert np.array_equal(a, b) and a.sum() == n_passed and np.count_nonzero(a) > 4
    one = e.histograms(pool, classifier, binnings[0], systematics, out=np.ones(7))
    assert np.array_equal(one.counts, found.counts[0] + 1)


def test_pieces_of_a_pool_add_up():
    pool, binning, systematics = made_up(), fairu.Binning.logit(9, -3, 3), chain()
    classifier = fairu.Classifier.linear(["PRI_met", "DER_mass_vis"], [-0.05, 0.02])
    e = fairu.PseudoExperiments(1, 1, generator="philox", seed=2, mu=[1.7])[0]
    assert e.mu == 1.7 and e.rates["htautau"] == 1.7
    whole, counts = e.histograms(pool, classifier, binning, systematics), np.zeros(9)
    for piece in (np.arange(1500, 4000), np.arange(1500)):
        rows = e.histograms(pool.select(piece), classifier, binning, systematics, first_row=int(piece[0]), out=counts)
        assert np.shares_memory(rows.counts, counts)
    assert np.array_equal(counts, whole.counts)
    assert np.array_equal(e.counts(pool)[1500:], e.counts(pool.select(np.arange(1500, 4000)), first_row=1500))


def test_counts_are_poisson():
    pool, n, n_pe = made_up(1000), np.zeros(4), 400
    weights = [pool.weights[pool.labels == k].sum() for k in range(4)]
    experiments = fairu.PseudoExperiments(1, n_pe, "philox", 5, mu=[2.0], ttbar_scale=False, diboson_scale=False, bkg_scale=False)
    for e in experiments:
        counts = e.counts(pool)
        n += [counts[pool.labels == k].sum() for k in range(4)]
        assert e.ttbar_scale == e.diboson_scale == 1.0
    expected = np.array(weights) * [1, 1, 1, 2] * n_pe
    assert np.all(np.abs(n - expected) < 5 * np.sqrt(expected)), (n, expected)


def test_errors_of_pseudo_experiments():
    pool, e, binning = made_up(500), fairu.PseudoExperiments(2, 3, "philox")[5], fairu.Binning.uniform(5)
    classifier = fairu.Classifier.linear(["PRI_met"], [0.1])
    assert repr(e) == f"PseudoExperiment(set=1, pe=2, mu={e.mu:.6g})"
    raises("FAIRU_ERR_ARGUMENT", fairu.PseudoExperiments, generator="dice", says="philox, numpy")
    raises("FAIRU_ERR_SHAPE", fairu.PseudoExperiments, 2, 3, mu=[1.0], says="1 values of mu for 2 sets")
    raises("FAIRU_ERR_RANGE", fairu.PseudoExperiments(2, 3).draw, 2, 0)
    raises("FAIRU_ERR_RANGE", fairu.PseudoExperiments, 2, 3, seed=-1, says="seed is -1")
    raises("FAIRU_ERR_RANGE", fairu.PseudoExperiments, -2, 3, says="n_sets is -2")
    raises("FAIRU_ERR_RANGE", e.counts, pool, first_row=-1, says="first_row is -1")
    raises("FAIRU_ERR_RANGE", pool.split, 2 ** 32 + 4, says="n_parts")
    assert fairu.PseudoExperiments(np.int64(2), np.int32(3), seed=np.uint8(9)).draw(np.int64(1), np.int64(2)).number == 5
    raises("FAIRU_ERR_NON_FINITE", fairu.PseudoExperiments(1, 3, mu=[math.nan]).draw, 0, 0)
    raises("FAIRU_ERR_NEGATIVE_WEIGHT", e.counts, pool.with_weights(np.where(np.arange(500) == 7, -1, 1)), says="row 7")
    raises("FAIRU_ERR_ARGUMENT", challenge.normalise, pool.with_weights(None), 10.0)
    raises("FAIRU_ERR_NOT_FOUND", e.histograms, pool, fairu.Classifier.linear(["PRI_mat"], [1.0]), binning, chain(), says="PRI_mat")
    raises("FAIRU_ERR_NOT_FOUND", e.histograms, pool, classifier, binning, says="tes")
    raises("FAIRU_ERR_EMPTY", e.histograms, pool, classifier, [], chain())
    raises("FAIRU_ERR_SHAPE", e.histograms, pool, classifier, binning, chain(), out=np.zeros(4), says="(5,)")
    raises("FAIRU_ERR_SHAPE", e.rows, pool, [1, 2])
    for wrong, call in ((IndexError, lambda: fairu.PseudoExperiments(2, 3)[6]), (TypeError, lambda: fairu.PseudoExperiments(les=False))):
        try:
            call()
        except wrong:
            continue
        raise AssertionError(f"no {wrong.__name__}")


# ---- binnings, functions, fills -----------------------------------------------------------------------------


def test_binnings_against_numpy():
    values = np.random.default_rng(1).normal(size=1000).astype(np.float32)
    edges = np.array([-1.0, 0.25, 0.5])
    binning = fairu.Binning.from_edges(edges)
    assert binning.n_bins == 4 and binning.variable == "logit" and np.array_equal(binning.edges, edges)
    assert np.array_equal(binning.index(values), np.searchsorted(edges, values, side="right"))
    weights = np.random.default_rng(2).uniform(0, 1, 1000)
    sums = np.bincount(fairu.Binning.quantile(values, 5, weights).index(values), weights)
    near(sums, weights.sum() / 5, 1.0)
    assert fairu.Binning.uniform(20).variable == "score" and len(fairu.Binning.uniform(1).edges) == 0
    near(fairu.Binning.logit(4, -2, 2).edges, [-1, 0, 1], 1e-15)
    raises("FAIRU_ERR_NON_FINITE", binning.index, [1.0, math.nan])
    raises("FAIRU_ERR_ARGUMENT", fairu.Binning.from_edges, edges, "weight", says="score, logit")


def test_a_function_of_numpy_is_a_classifier():
    pool, weights = made_up(2000), np.array([-0.05, 0.02], dtype=np.float32)
    linear = fairu.Classifier.linear(["PRI_met", "DER_mass_vis"], weights, 0.5)
    for threads in (1, 3):
        context = fairu.Context(threads=threads)
        own = fairu.Classifier.function(["PRI_met", "DER_mass_vis"], lambda x: x @ weights + 0.5, context=context)
        gc.collect()
        near(own.score(pool, output="logit"), linear.score(pool, output="logit"), 1e-4)
        e = fairu.PseudoExperiments(1, 1, "philox", context=context)[0]
        counts = [e.histograms(pool, c, fairu.Binning.uniform(10), chain()).counts for c in (own, linear)]
        assert np.abs(counts[0] - counts[1]).sum() <= 4  # a logit on an edge may differ in its last bit
    aware = fairu.Classifier.function(["PRI_met"], lambda x, z: np.stack([x[:, 0] * z[0], z[1] - x[:, 0]], axis=1), ["a", "b"], 2)
    near(aware.score(np.array([[2.0], [3.0]]), [0.5, 7.0], output="logit"), [[1.0, 5.0], [1.5, 4.0]], 1e-6)


def test_what_a_function_raises_is_the_cause():
    def wrong(x):
        raise ZeroDivisionError("in my network")

    pool, e = made_up(300), fairu.PseudoExperiments(1, 1, "philox")[0]
    classifier = fairu.Classifier.function(["PRI_met"], wrong)
    error = raises("FAIRU_ERR_CALLBACK", e.histograms, pool, classifier, fairu.Binning.uniform(4), chain())
    assert isinstance(error.__cause__, ZeroDivisionError) and "in my network" in str(error.__cause__)
    error = raises("FAIRU_ERR_CALLBACK", fairu.Classifier.function(["PRI_met"], lambda x: x[:-1]).score, pool)
    assert isinstance(error.__cause__, ValueError) and "logits of shape" in str(error.__cause__)


def test_training_finds_the_bayes_classifier():
    rng = np.random.default_rng(6)
    labels = np.arange(6000) % 2
    x = (rng.normal(0, 1, (6000, 2)) + labels[:, None] * [1.0, 0.5]).astype(np.float32)
    events = fairu.Events(x, ["a", "b"], labels=labels)
    options = dict(hidden=[16], epochs=8, batch=200, learning_rate=0.01, seed=3, validation_fraction=0.2)
    trained = fairu.Classifier.train(events, ["a", "b"], **options)
    near(fairu.auc(trained.score(events), labels), 0.5 * (1 + math.erf(math.hypot(1, 0.5) / 2)), 0.015)
    assert trained.training.epochs == 8 and 0.4 < trained.training.validation_loss < 0.65 and trained.features == ["a", "b"]
    again = fairu.Classifier.train(events, hidden=[16], **{k: v for k, v in options.items() if k != "hidden"})
    assert np.array_equal(again.score(events), trained.score(events))
    raises("FAIRU_ERR_ARGUMENT", fairu.Classifier.train, events, activation="step", says="relu")
    raises("FAIRU_ERR_NOT_FOUND", fairu.Classifier.train, events, ["c"], says="c")


def test_fills_with_pairs_are_histograms_of_shifted_events():
    pool, systematics, knots = made_up(1500), chain(), [0.94, 0.97, 1.0, 1.03, 1.06]
    two = fairu.Systematics({"tes": 1, "jes": 1}).add_higgsml(tes="tes", jes="jes")
    classifier, binning = fairu.Classifier.linear(["DER_mass_vis", "DER_sum_pt"], [0.02, 0.004], -2.0), fairu.Binning.logit(4, -1, 1)
    fill, rest = [fairu.Fill(binning, ["htautau", "ztautau"], [("tes", knots), ("jes", knots)], [("tes", "jes")]) for _ in range(2)]
    for part, target in enumerate((fill, rest)):
        half = pool.select(np.arange(1500) % 2 == part)
        for name in ("htautau", "ztautau"):
            target.add(name, half.select_label(name), classifier, two, scale=2.0)
    fill.merge(rest)
    templates = fill.templates("linear")
    assert templates.points.shape == (25, 2) and templates.yields.shape == (2, 25, 4) == templates.variances.shape
    for p, (tes, jes) in enumerate(templates.points):
        shifted = systematics.shift(pool.select_label("htautau"), {"tes": tes, "jes": jes})
        bins = binning.index(classifier.score(shifted, output="logit"))
        near(templates.yields[0, p], np.bincount(bins, 2 * shifted.weights, 4), 1e-9)
        near(templates.variances[0, p], np.bincount(bins, 4 * shifted.weights ** 2, 4), 1e-9)
    same = fairu.Templates(dict(zip(templates.processes, templates.yields)), [("tes", knots), ("jes", knots)],
                           dict(zip(templates.processes, templates.variances)), "linear", [("tes", "jes")])
    near(same.evaluate([0.955, 1.045]), templates.evaluate([0.955, 1.045]), 1e-9)
    raises("FAIRU_ERR_NOT_FOUND", fairu.Fill, binning, ["a"], [("tes", knots)], [("tes", "les")], says="les")
    raises("FAIRU_ERR_NOT_FOUND", fill.add, "ttbar", pool, classifier, two, says="ttbar")


def test_tables_are_split_selected_and_joined():
    pool = made_up(1000)
    parts = pool.split(4, seed=9)
    assert set(parts) == {0, 1, 2, 3} and np.array_equal(pool.select(np.arange(500, 1000)).split(4, seed=9), parts[500:])
    a, b = pool.select(parts == 0), pool.select(parts != 0)
    a.check_disjoint(b)
    raises("FAIRU_ERR_DUPLICATE", a.check_disjoint, pool)
    whole = a.concatenate(b)
    assert len(whole) == 1000 and np.array_equal(np.sort(whole.ids), pool.ids) and whole.categories == list(challenge.PROCESSES)
    near(pool.select_label("ttbar").weights.sum(), pool.sum_weights(2), 1e-9)
    other = pool.with_weights(2 * pool.weights)
    column, kept = other["PRI_met"], np.array(pool["PRI_met"])
    del pool, other
    gc.collect()
    assert np.array_equal(column, kept)
    raises("FAIRU_ERR_RANGE", whole.select, [3, 1000])
    raises("FAIRU_ERR_RANGE", whole.select, [-1])
    raises("FAIRU_ERR_NOT_FOUND", whole.select_label, "zmumu", says="ztautau, diboson, ttbar, htautau")


# ---- scores -------------------------------------------------------------------------------------------------


def uniform_entries(n, covered, width):
    """n intervals of one width around or beside mu = 1, of which some cover."""
    lower = np.where(np.arange(n) < covered, 1 - width / 2, 1 + width)
    return fairu.IntervalEntries(np.ones(n), lower, lower + width)


def test_the_worked_examples_of_the_score():
    lists = [([1] * 4, [.8, .9, 1.0, .5], [1.2, 1.1, 1.3, 1.0], 0.35, 1, 1.046969056, 0),
             ([1, 1, 2, 2, .5], [.7, 1.1, 1.5, 2.2, .1], [1.3, 1.6, 2.4, 2.9, .6], 0.64, 0.6, 0.4447258221, 0),
             ([1] * 3, [1.4, .8, .9], [.6, 1.2, 1.5], 0.6, 2 / 3, 0.5091603444, 1)]
    for mu, p16, p84, interval, coverage, wanted, inverted in lists:
        score = fairu.IntervalEntries(mu, p16, p84).score()
        near([score.interval, score.coverage, score.penalty], [interval, coverage, 1.0], 1e-12)
        near(score.quantile_score, wanted, 1e-9)
        assert score.n == len(mu) and score.n_inverted == inverted and math.isnan(score.rmse)
    cases = [(1000, 683, 0.5, 1, 0.6911491779), (1000, 653, 0.5, 1.000000103, 0.6911490745), (1000, 600, 0.5, 172.5270163, -4.459404663),
             (1000, 713, 0.5, 1.000202241, 0.6909469571), (1000, 800, 0.4, 213.7559696, -4.451041183),
             (100, 100, 1.0, 112.8004829, -4.726620121), (10000, 6683, 0.4599, 2.432125225, -0.1141912743),
             (1000, 0, 0.01, 3881100.161, -10.66176921)]
    for n, covered, width, penalty, wanted in cases:
        score = uniform_entries(n, covered, width).score()
        assert score.n_covered == covered and score.coverage_lower <= score.coverage <= score.coverage_upper
        near(score.penalty / penalty, 1, 1e-9)
        near(score.quantile_score, wanted, 2e-9)
        near(fairu.quantile_score(n, width, covered / n), (score.quantile_score, score.penalty), 1e-9 * penalty)
    sigmas = [uniform_entries(n, n // 2, 1).score().sigma for n in (100, 1000, 10000)]
    near(sigmas, [0.04654253001, 0.01471804029, 0.004654253001], 1e-11)
    twelfth = fairu.IntervalEntries([2.0], [1.0], [2.0], [1.5], [0.1]).score()
    near([twelfth.rmse, twelfth.mae], [0.554616985, 0.9], 1e-9)


def test_edges_of_the_score():
    nan = fairu.IntervalEntries([1, 1], [0.5, math.nan], [1.5, 1.5]).score()
    assert nan.n_covered == 1 and math.isnan(nan.interval) and math.isnan(nan.quantile_score)
    infinite = fairu.IntervalEntries([1, 1], [0.5, 0.5], [1.5, math.inf]).score()
    assert infinite.n_covered == 2 and infinite.quantile_score == -math.inf
    near(fairu.IntervalEntries([1, 2], [0, 0], [0, 0]).score().quantile_score, 6.90772462, 1e-8)


def test_sets_and_bootstrap_of_the_reference():
    data = reference("score_vectors.json")["bootstrap"]
    found = multi_set(data)
    sets = found.scores()
    assert len(sets) == len(data["per_set"])
    for number, wanted in enumerate(data["per_set"]):
        near([sets[number].interval, sets[number].coverage], [float(wanted["interval"]), float(wanted["coverage"])], 1e-9)
        near(sets[number].quantile_score, float(wanted["quantiles_score"]), 1e-8)
        near([sets[number].rmse, sets[number].mae], [float(wanted["rmse_mean"]), float(wanted["mae_mean"])], 1e-8)
    boot = found.bootstrap(data["random_seed"], data["n_bootstraps"])
    for name, values in (("interval", boot.intervals), ("coverage", boot.coverages), ("score", boot.quantile_scores)):
        near(values, [float(v) for v in data["boot_" + name]], 1e-9)
    near(boot.quantile_score_std, float(data["std_err_score"]), 1e-9)
    near(boot.quantile_score, np.mean(boot.quantile_scores), 1e-12)


def multi_set(data):
    """As the file says that it was made, and the score of all."""
    ns, npe = data["ns"], data["npe"]
    j, t = np.repeat(np.arange(ns), npe), np.tile(np.arange(npe), ns)
    mu = 0.1 + 2.9 * j / (ns - 1)
    mu_hat, delta = mu + 0.3 * np.sin(1.7 * j + 0.9 * t), 0.25 + 0.05 * np.cos(0.3 * t + j)
    entries = fairu.IntervalEntries(mu, mu_hat - delta, mu_hat + delta, mu_hat, delta, j)
    all_of_it, wanted = entries.score(), data["overall"]
    near(all_of_it.quantile_score, float(wanted["quantiles_score"]), 1e-9)
    near([all_of_it.rmse, all_of_it.mae], [float(wanted["rmse"]), float(wanted["mae"])], 1e-8)
    return entries


def test_entries_from_a_file_and_without_copies():
    mu, p16, p84 = np.array([1.0, 2.0, 1.5]), np.array([0.5, 2.1, 1.0]), np.array([1.4, 2.8, 2.0])
    entries = fairu.IntervalEntries(mu, p16, p84, set=[0, 4, 4])
    assert np.shares_memory(entries["p84"], p84) and len(entries) == 3 and list(entries.scores()) == [0, 4]
    near(entries.score(4).interval, 0.85, 1e-12)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "intervals.csv")
        with open(path, "w") as stream:
            stream.write("set,mu_true,p16,p84\n" + "".join(f"{s},{m!r},{a!r},{b!r}\n" for s, m, a, b in
                                                         zip([0, 4, 4], mu.tolist(), p16.tolist(), p84.tolist())))
        again = fairu.IntervalEntries.read_csv(path)
        column = again["p16"]
        assert np.array_equal(column, p16) and again.score().quantile_score == entries.score().quantile_score
        assert again.score(4) [:8] == entries.score(4)[:8]
        del again
        gc.collect()
        assert np.array_equal(column, p16)
        raises("FAIRU_ERR_IO", fairu.IntervalEntries.read_csv, path + "x", says="intervals.csvx")


def test_errors_of_scores():
    entries = fairu.IntervalEntries([1.0], [0.5], [1.5], set=[3])
    raises("FAIRU_ERR_NOT_FOUND", entries.score, 2)
    raises("FAIRU_ERR_NOT_FOUND", entries.__getitem__, "mu_hat", says="mu_true, p16, p84, set")
    raises("FAIRU_ERR_EMPTY", fairu.IntervalEntries([], [], []).score)
    raises("FAIRU_ERR_SHAPE", fairu.IntervalEntries, [1.0, 2.0], [0.5], [1.5, 2.5], says="1 values of p16 for 2 of mu_true")
    raises("FAIRU_ERR_NON_FINITE", fairu.IntervalEntries([1.0, math.inf], [0, 0], [1, 1]).score, says="1")
    raises("FAIRU_ERR_ARGUMENT", fairu.IntervalEntries([1.0], [0.5], [1.5], mu_hat=[1.0]).score)
    raises("FAIRU_ERR_RANGE", fairu.IntervalEntries, [1.0], [0.5], [1.5], set=[0.5], says="whole")
    raises("FAIRU_ERR_RANGE", fairu.quantile_score, 10, 0.5, 1.5)
    raises("FAIRU_ERR_RANGE", entries.bootstrap, n_replicas=0)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
