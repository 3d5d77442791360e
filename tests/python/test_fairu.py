"""Tests of the Python package: mathematics against closed forms and NumPy, errors against their codes."""
import gc
import math
import os
import tempfile

import numpy as np

import fairu

from harness import at_once, near, raises, run


def counting(n=23.0, s=4.0, b=12.0):
    templates = fairu.Templates({"signal": [s], "background": [b]})
    model = fairu.Likelihood(templates)
    return model, model.data([n]), n, s, b


def test_version():
    assert fairu.__version__ == fairu.version() and fairu.version().count(".") == 2


def test_counting_fit_is_the_closed_form():
    model, data, n, s, b = counting()
    fit = model.fit(data)
    near(fit["mu"], (n - b) / s, 1e-8)
    near(fit.error("mu"), math.sqrt(n) / s, 1e-7)
    assert fit.status == 0 and fit.names == ["mu"]


def test_counting_interval_solves_the_crossings():
    model, data, n, s, b = counting()
    interval = model.interval(data, delta_nll=0.5)
    for end in (interval.lower, interval.upper):
        nu = end * s + b
        near(nu - n - n * math.log(nu / n), 0.5, 1e-7)
    assert interval.lower < interval.best < interval.upper
    assert (interval.lower_end, interval.upper_end) == ("crossing", "crossing")
    two = model.interval(data, level=0.9545)
    assert two.lower < interval.lower and two.upper > interval.upper


def test_no_lower_crossing_is_said():
    # no count in the first bin: its yield reaches 0 at mu = -0.2, before the profile has risen by 1/2
    model = fairu.Likelihood(fairu.Templates({"signal": [1.0, 1.5], "background": [0.2, 10.0]}))
    interval = model.interval(model.data([0, 20]), delta_nll=0.5)
    assert (interval.lower_end, interval.upper_end) == ("yield", "crossing")
    near(interval.best, (20 * 1.5 / 2.5 - 10) / 1.5, 1e-4)  # a fit stops at an edm of 1e-10
    near(interval.lower, -0.2, 1e-6)


def test_nll_is_the_poisson_probability():
    model, data, n, s, b = counting()
    mu = 1.7
    nu = mu * s + b
    near(model.nll(data, [mu]), nu - n * math.log(nu) + math.lgamma(n + 1), 1e-9)
    value, gradient = model.nll(data, {"mu": mu}, gradient=True)
    near(gradient, [s - n * s / nu], 1e-9)
    near(value, model.nll(data, [mu]), 0)


def test_profile_touches_its_minimum():
    model, data, *_ = counting()
    fit = model.fit(data)
    curve = model.profile(data, [fit["mu"], fit["mu"] + 1])
    near(curve[0], fit.nll, 1e-10)
    assert curve[1] > curve[0]


def nuisance_model(width=0.03):
    z = np.linspace(0.9, 1.1, 5)
    signal = np.array([2.0, 5.0, 9.0]) * z[:, None]
    background = np.array([50.0, 30.0, 10.0]) * z[:, None] ** [[-1, 1, 3]]
    templates = fairu.Templates({"signal": signal, "background": background}, axes=[("scale", z, 1.0)])
    return templates, fairu.Likelihood(templates, {"mu": "signal"}, {"scale": fairu.Prior(1.0, width)})


def test_templates_hit_their_knots():
    templates, _ = nuisance_model()
    near(templates.evaluate([0.95])[0], np.array([2, 5, 9]) * 0.95, 1e-12)
    assert templates.processes == ["signal", "background"] and templates.n_bins == 3


def test_asimov_fit_returns_the_truth():
    _, model = nuisance_model()
    truth = {"mu": 1.5, "scale": 0.98}
    data = model.asimov(truth)
    near(data.observed(), model.expected(truth), 1e-9)
    fit = model.fit(data)
    near(fit.params, [1.5, 0.98], 1e-5)
    assert model.interval(data).upper - model.interval(data).lower \
        > model.interval(data, fixed={"scale": 0.98}).upper - model.interval(data, fixed={"scale": 0.98}).lower


def test_conditional_fit_keeps_what_is_fixed():
    _, model = nuisance_model()
    fit = model.fit(model.data([52, 37, 18]), fixed={"scale": 1.02})
    assert fit["scale"] == 1.02 and fit.covariance[1, 1] == 0


def test_template_statistics_widen():
    yields = {"signal": [4.0, 6.0], "background": [40.0, 30.0]}
    variances = {"signal": [0.1, 0.1], "background": [20.0, 15.0]}
    templates = fairu.Templates(yields, variances=variances)
    widths = []
    for mc_stat in ("none", "moving"):
        model = fairu.Likelihood(templates, mc_stat=mc_stat)
        interval = model.interval(model.asimov())
        widths.append(interval.upper - interval.lower)
    assert widths[1] > 1.1 * widths[0], widths


def test_toys_are_reproducible():
    _, model = nuisance_model()
    a, b, c = (model.toy(seed=5, toy=t).observed() for t in (7, 7, 8))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


def test_moving_data():
    z = np.linspace(0.9, 1.1, 5)
    _, model = nuisance_model()
    moving = fairu.Templates({"observed": np.outer(z, [50.0, 40.0, 20.0])}, axes=[("scale", z)],
                             interpolation="sqrt")
    data = model.data(moving=moving)
    near(data.observed([1.0, 1.05]), np.array([50.0, 40.0, 20.0]) * 1.05, 1e-6)


def sample(n=501):
    return np.random.default_rng(1).normal(size=(n, 3)).astype(np.float32)


def test_linear_scores_equal_the_formula():
    x = sample()
    weights = np.array([1.5, -0.5, 0.25])
    classifier = fairu.Classifier.linear(["a", "b", "c"], weights, 0.3)
    logit = x.astype(float) @ weights + 0.3
    near(classifier.score(x, output="logit"), logit, 1e-6)
    near(classifier.score(x), 1 / (1 + np.exp(-logit)), 1e-6)
    assert classifier.features == ["a", "b", "c"] and classifier.nuisances == []


def test_rotation_scores_at_several_z():
    x = sample()
    events = fairu.Events(x, ["x", "y", "other"])
    classifier = fairu.Classifier.rotation("x", "y", "angle", 4.0)
    z = np.array([[0.1], [0.8], [1.5]])
    wanted = 4.0 * (np.cos(z) * x[:, 0].astype(float) + np.sin(z) * x[:, 1].astype(float))
    near(classifier.score(events, z, output="logit"), wanted, 2e-6)
    near(classifier.score(events, 0.8, output="logit"), wanted[1], 2e-6)
    near(classifier.score(x[:, :2], [0.8], output="logit"), wanted[1], 2e-6)


def test_layouts_give_the_same_scores_without_a_copy():
    x = sample()
    classifier = fairu.Classifier.linear(["a", "c"], [1.0, 2.0])
    wanted = x[:, 0].astype(float) + 2.0 * x[:, 2]
    wide = np.zeros((len(x), 7), dtype=np.float32)
    wide[:, 1::2] = x
    for array, logit in ((x, wanted), (np.asfortranarray(x), wanted), (wide[:, 1::2], wanted), (x[::2], wanted[::2])):
        events = fairu.Events(array, ["a", "b", "c"])
        assert np.shares_memory(events._features, array)
        assert np.array_equal(events["b"], array[:, 1]) and np.shares_memory(events["b"], array)
        near(classifier.score(events, output="logit"), logit, 2e-6)


def test_events_keep_their_memory():
    events = fairu.Events(np.arange(12, dtype=np.float64).reshape(4, 3), weights=[1, 2, 3, 4.5], labels=[0, 1, 1, 0],
                          ids=[9, 8, 7, 6])
    column, weights = events["x1"], events.weights
    del events
    gc.collect()
    near(column, [1, 4, 7, 10], 0)
    near(weights, [1, 2, 3, 4.5], 0)


def test_events_round_trip_through_a_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.csv.gz")
        fairu.Events(sample(20), weights=np.arange(20) / 3, labels=np.arange(20) % 2, ids=np.arange(20)).write_csv(path)
        events = fairu.Events.read_csv(path, label="label", weight="weight", id="id")
        assert np.array_equal(events["x1"], sample(20)[:, 1]) and len(events) == 20
        assert np.array_equal(events.weights, np.arange(20) / 3) and np.array_equal(events.ids, np.arange(20))
        near(events.sum_weights(1), (np.arange(20) / 3)[1::2].sum(), 1e-12)
        assert events.names == ["x0", "x1", "x2"] and events.categories == []


def test_missing_values_and_categories():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.csv")
        with open(path, "w") as stream:
            stream.write("a,b,kind\n1,-999.0,s\n2,5,b\n")
        events = fairu.Events.read_csv(path, label="kind", missing={-999.0: 0.0})
        near(events["b"], [0, 5], 0)
        assert events.categories == ["b", "s"] and list(events.labels) == [1, 0]


def test_auc():
    near(fairu.auc([.9, .8, .8, .6, .4, .3, .2, .1], [1, 1, 0, 1, 0, 0, 1, 0], [1, 2, .5, 1, 3, 1, .5, 2]),
         26 / 29.25, 1e-12)


def test_save_and_load():
    templates, _ = nuisance_model()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.fairu")
        templates.save(path)
        near(fairu.Templates.load(path).evaluate([0.93]), templates.evaluate([0.93]), 0)
        model = os.path.join(folder, "m.fairu")
        classifier = fairu.Classifier.linear(["a", "b", "c"], [1, 2, 3])
        classifier.save(model)
        assert np.array_equal(fairu.Classifier.load(model).score(sample()), classifier.score(sample()))
        with open(path, "r+b") as stream:
            stream.truncate(20)
        try:
            fairu.Templates.load(path)
        except fairu.Error as error:
            assert 50 <= error.code < 60 and error.message
        else:
            raise AssertionError("a truncated file was read")


def test_errors_have_code_name_and_message():
    model, data, *_ = counting()
    raises("FAIRU_ERR_SHAPE", model.data, [1.0, 2.0])
    raises("FAIRU_ERR_NON_FINITE", model.data, [math.nan])
    raises("FAIRU_ERR_NOT_FOUND", model.nll, data, {"nu": 1}, says="nu")
    raises("FAIRU_ERR_NEGATIVE_YIELD", model.nll, data, [-9.0])
    raises("FAIRU_ERR_NOT_FOUND", fairu.Likelihood, fairu.Templates({"b": [1.0]}), {"mu": "s"}, says="s")
    raises("FAIRU_ERR_IO", fairu.Events.read_csv, "/nowhere/events.csv", says="/nowhere/events.csv")
    raises("FAIRU_ERR_SHAPE", fairu.Events, sample(4), ["a", "b"])
    raises("FAIRU_ERR_DUPLICATE", fairu.Events, sample(4), ["a", "b", "a"], says="a")
    raises("FAIRU_ERR_SHAPE", fairu.Events, sample(4), weights=[1.0])
    raises("FAIRU_ERR_RANGE", nuisance_model()[0].evaluate, [1.2], says="scale")
    raises("FAIRU_ERR_ARGUMENT", fairu.Templates, {"b": [1.0]}, interpolation="cubic")
    raises("FAIRU_ERR_RANGE", fairu.Context, threads=0)
    classifier = fairu.Classifier.linear(["a", "b", "c"], [1, 2, 3])
    raises("FAIRU_ERR_SHAPE", classifier.score, sample()[:, :2])
    raises("FAIRU_ERR_NOT_FOUND", classifier.score, fairu.Events(sample(), ["a", "b", "d"]), says="c")


def two_bins():
    """pyhf's first example, with its numbers."""
    signal = {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}
    background = {"name": "background", "data": [50.0, 52.0],
                  "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}
    return {"channels": [{"name": "c", "samples": [signal, background]}], "observations": [{"name": "c", "data": [51.0, 48.0]}],
            "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}


def test_workspace_gives_the_published_numbers():
    model, data = fairu.Workspace(two_bins()).model()
    assert model.names == ["mu", "unc[0]", "unc[1]"]
    near(2 * model.nll(data), 30.77525435, 1e-8)
    fit = model.fit(data)
    near([2 * fit.nll, fit["mu"]], [24.98393521, 0.0], 1e-8)
    near(model.hypotest(data, 1.0).cls, 0.0525155, 1e-7)
    limit = model.limit(data)
    near(model.hypotest(data, limit.observed).cls, 0.05, 1e-8)
    assert limit.expected == sorted(limit.expected)


def test_workspace_patch_and_errors():
    workspace = fairu.Workspace(two_bins())
    assert workspace.measurements == ["m"]
    changed, data = workspace.patch([{"op": "replace", "path": "/observations/0/data", "value": [62.0, 63.0]}]).model()
    near(data.observed(), [62.0, 63.0])
    impacts = changed.impacts(data)
    assert sorted(i.name for i in impacts) == ["unc[0]", "unc[1]"] and all(0 < i.constraint <= 1.01 for i in impacts)
    raises("FAIRU_ERR_NOT_FOUND", workspace.model, "other", says="other")
    wrong = two_bins()
    wrong["channels"][0]["samples"][0]["data"] = ["12", 11]
    raises("FAIRU_ERR_FORMAT", fairu.Workspace, wrong, says="/channels/0/samples/0/data/0")


def test_breakdown_goodness_and_toys():
    model, data = fairu.Workspace(two_bins()).patch(
        [{"op": "replace", "path": "/observations/0/data", "value": [62.0, 63.0]}]).model()
    interval = model.interval(data, delta_nll=0.5)
    parts = model.breakdown(data, {"first": ["unc[0]"], "both": ["unc[0]", "unc[1]"]})
    near([parts.error_up, parts.error_down], [interval.upper - interval.best, interval.best - interval.lower], 1e-7)
    near(parts.groups[1].part_up, parts.template_statistics.part_up, 1e-6)
    assert 0 < parts.groups[0].part_up < parts.groups[1].part_up
    near(parts.systematic.part_up ** 2 + parts.systematic.fixed_up ** 2, parts.error_up ** 2, 1e-9)
    goodness = model.goodness(data)
    assert (goodness.n_data, goodness.n_free, goodness.dof) == (4, 3, 1) and 0 < goodness.p_value <= 1
    test, toys = model.hypotest(data, 2.0), model.hypotest_toys(data, 2.0, n=1000, seed=3)
    assert toys.n_sb == toys.n_b == 1000 and toys.n_failed == 0 and len(toys.sb) == 1000
    near(toys.p_sb, test.p_sb, 5 * toys.p_sb_error)
    raises("FAIRU_ERR_NOT_FOUND", model.breakdown, data, {"wrong": ["unc"]}, says="unc[0]")


def test_combination_counts_shared_constraints_once():
    first, second = two_bins(), two_bins()
    channel = second["channels"][0]
    channel["name"] = second["observations"][0]["name"] = "other"
    channel["samples"][1]["modifiers"][0]["name"] = "own"
    parts = [fairu.Workspace(w).model() for w in (first, second)]
    model, data = fairu.combine(parts)
    assert model.names == ["mu", "unc[0]", "unc[1]", "own[0]", "own[1]"] and model.poi == "mu"
    both = np.array([1.3, 0.9, 1.1])
    near(model.nll(data, [1.3, 0.9, 1.1, 0.9, 1.1]), 2 * parts[0][0].nll(parts[0][1], both), 1e-10)
    raises("FAIRU_ERR_DUPLICATE", fairu.combine, [parts[0], parts[0]], says="are one")


def test_unbinned_against_its_formula():
    x = np.concatenate([np.linspace(-0.15, 0.2, 40), np.linspace(-1, 1, 200)])
    knots = np.linspace(-0.1, 0.1, 5)
    log_ratio = -0.5 * ((x - knots[:, None]) / 0.1) ** 2 - np.log(0.1 * np.sqrt(2 * np.pi) * 0.5)
    model = fairu.EventLikelihood(fairu.EventTerms(log_ratio, axes=[("position", knots)]), 40, 200,
                                  priors={"position": fairu.Prior(0.0, 0.05)})
    data = model.data()

    def formula(mu, z):  # a parabola in z is its own spline
        ratio = np.exp(-0.5 * ((x - z) / 0.1) ** 2) / (0.1 * np.sqrt(2 * np.pi) * 0.5)
        return mu * 40 + 200 - np.log(200 + mu * 40 * ratio).sum() + 0.5 * (z / 0.05) ** 2

    points = [(1.0, 0.0), (0.5, 0.03), (1.7, -0.06)]
    values = [model.nll(data, p) - formula(*p) for p in points]
    near(values, values[0], 1e-9)
    fit = model.fit(data)
    assert all(fit.nll <= model.nll(data, p) for p in points) and model.names == ["mu", "position"]
    raises("FAIRU_ERR_SHAPE", fairu.EventTerms, log_ratio[:3], [("position", knots)], says="5 points")


def test_patch_set_of_the_examples():
    signals = fairu.PatchSet("examples/patchset.json")
    assert signals.names == ["mass_300", "mass_600"]
    model, _ = signals.apply(fairu.Workspace("examples/workspace.json"), "mass_600").model()
    near(model.expected({"mu": 1.0})[:3] - model.expected({"mu": 0.0})[:3], [1.0, 3.5, 9.0], 1e-12)
    raises("FAIRU_ERR_NOT_FOUND", signals.apply, fairu.Workspace("examples/workspace.json"), "mass_1", says="mass_300")
    raises("FAIRU_ERR_CHECKSUM", signals.apply, fairu.Workspace(two_bins()), "mass_300", says="sha256")


def test_factors_of_several_processes_with_priors():
    yields = {"z": [400.0, 200.0], "top": [50.0, 90.0], "higgs": [5.0, 25.0]}
    model = fairu.Likelihood(fairu.Templates(yields),
                             factors={"mu": "higgs", "top_scale": fairu.Factor("top", 1, 0.8, 1.2),
                                      "bkg_scale": fairu.Factor(["z", "top"], 1, 0.9, 1.1)},
                             priors={"top_scale": fairu.Prior(1, 0.02), "bkg_scale": fairu.Prior(1, 0.001)})
    assert model.names == ["mu", "top_scale", "bkg_scale"] and model.poi == "mu"
    assert [p.kind for p in model.parameters] == [1, 2, 2]
    at = {"mu": 2.0, "top_scale": 1.03, "bkg_scale": 0.998}
    nu = 2.0 * np.array(yields["higgs"]) + 0.998 * (np.array(yields["z"]) + 1.03 * np.array(yields["top"]))
    near(model.expected(at), nu, 1e-12)
    n = np.array([470.0, 345.0])
    data = model.data(n, aux={"top_scale": 1.01})
    wanted = sum(nu - n * np.log(nu) + [math.lgamma(x + 1) for x in n]) + 0.5 * ((0.02 / 0.02) ** 2 + (0.002 / 0.001) ** 2)
    near(model.nll(data, at), wanted, 1e-9)
    raises("FAIRU_ERR_DUPLICATE", fairu.Likelihood, fairu.Templates(yields), factors={"mu": ["z", "z"]}, says="twice")
    raises("FAIRU_ERR_EMPTY", fairu.Likelihood, fairu.Templates(yields), factors={"mu": []}, says="no process")


def test_baseline_counts_and_averages():
    nuisances = [("a", 1.0, 0.05, 0.8, 1.2), ("b", 0.0, 1.0, -2.0, 2.0)]
    signal, background = np.zeros((2, 1, 2)), np.zeros((2, 1, 2))
    signal[:, 0, 1] = 20.0
    background[:, 0, :] = [[100.0, 200.0], [30.0, 300.0]]
    baseline = fairu.ChallengeBaseline(signal, background, nuisances)
    assert baseline.names == ["mu", "a", "b"] and baseline.n_bins == 1
    near(baseline.polynomials("b", 0.5)[1], [315.0], 1e-12)
    nu = 2.0 * 20.0 + 0.5 * (100.0 * 1.1 + 200.0 + 300.0)
    near(baseline.nll([330.0], {"mu": 2.0, "a": 1.1}), nu - 330.0 * math.log(nu) + 0.5 * 2.0 ** 2, 1e-9)
    fit = baseline.fit([330.0], free=[])
    near(fit.mu_hat, (330.0 - 300.0) / 20.0, 1e-8)
    near(fit.p84 - fit.p16, 2.0 * math.sqrt(330.0) / 20.0, 1e-7)
    assert math.isnan(fit.errors["a"]) and fit.params["b"] == 0.0
    raises("FAIRU_ERR_NOT_FOUND", baseline.fit, [330.0], free=["c"], says="'c'")
    raises("FAIRU_ERR_SHAPE", baseline.fit, [330.0, 1.0], says="2 bins, not 1")


def test_baseline_of_templates():
    from fairu.challenge_baseline import default_nuisances
    a, points = default_nuisances()[0], np.linspace(0.9, 1.1, 15)
    assert a == ("tes", 1.0, 0.03, 0.9, 1.1) and len(default_nuisances()) == 6
    shape = 100.0 * np.exp(3.0 * (points[:, None] - 1.0) * [1.0, -2.0])
    templates = fairu.Templates({"s": 0.1 * shape, "b": shape}, axes=[("tes", points)])
    baseline = fairu.ChallengeBaseline.from_templates(templates, "s", [a], degree=5)
    signal, background = baseline.polynomials("tes", points[4])
    wanted = [np.polyval(np.polyfit(points - 1.0, shape[:, i], 5), points[4] - 1.0) for i in range(2)]
    near(background, wanted, 1e-9)
    near(signal, 0.1 * np.array(wanted), 1e-9)


def test_calibration_of_a_gaussian_limit():
    from fairu.interval_calibration import toy
    options = {"n_toys": 300, "seed": 4}
    model, data, *_ = counting(n=1e8, s=2e4, b=1e8)  # sigma(mu) = 0.5
    calibration = fairu.IntervalCalibration(model, **options)
    values, errors = calibration.critical(np.array([0.1, 1.5]))
    assert abs(values[0] - 0.2257) < 4.0 * errors[0] and abs(values[1] - 1.0) < 4.0 * errors[1]
    assert calibration.critical(1.5) == (values[1], errors[1])
    points = calibration.points
    assert points["mu"].shape == (15,) and points["mu"][0] == 0.1 and points["mu"][-1] == 3.0 and not points["n_failed"].any()
    assert np.all(np.abs(points["quantile"] - points["critical"]) < 5.0 * points["quantile_error"])
    truth, made = toy(model, 2.2, 1000, 3, **options)
    assert truth == {"mu": 2.2}
    interval = calibration.interval(made)
    near(interval.estimate, (made.observed()[0] - 1e8) / 2e4, 1e-6)
    near(interval.params["mu"], interval.estimate, 0.0)
    near([interval.lower, interval.upper], [interval.estimate - 0.5, interval.estimate + 0.5], 0.1)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "calibration.json")
        calibration.save(path)
        again = fairu.IntervalCalibration.load(path)
        assert again.digest == calibration.digest and len(again.digest) == 64
        assert again.interval(made) == interval
    raises("FAIRU_ERR_RANGE", calibration.critical, 3.5, says="3.5")


def test_systematics_shift_and_differentiate():
    rng = np.random.default_rng(8)
    x, y, met, phi = rng.normal(0, 1, 200), rng.normal(0, 1, 200), rng.uniform(20, 90, 200), rng.uniform(-3, 3, 200)
    events = fairu.Events(np.stack([x, y, met, phi], axis=1), names=["x", "y", "met", "met_phi"])
    chain = (fairu.Systematics({"angle": 0.0, "scale": fairu.Prior(1.0, 0.1), "move": 0.0, "width": (0.0, fairu.Prior(1, 1, "log_normal"))})
             .add_rotation("angle", "x", "y").add_scale("scale", ["x"]).add_shift("move", ["y"], [0.5])
             .add_met_smearing("width", "met", "met_phi").add_cut("met", lower=25))
    shifted, passed = chain.shift(events, {"angle": 0.3, "scale": 1.2, "move": 2.0}, keep=True)
    turned_x, turned_y = math.cos(0.3) * x - math.sin(0.3) * y, math.sin(0.3) * x + math.cos(0.3) * y
    near(shifted["x"], 1.2 * turned_x, 1e-6)
    near(shifted["y"], turned_y + 1.0, 1e-6)
    assert np.array_equal(passed, met >= 25) and len(chain.shift(events, [0, 1, 0, 0])) == passed.sum()
    slopes = chain.tangents(events, {"angle": 0.3, "scale": 1.2, "move": 2.0}, ["y", "x"])
    assert slopes.shape == (200, 2, 4) and slopes.dtype == np.float32 and not slopes[~passed].any()
    near(slopes[passed, 0], np.stack([turned_x, 0 * x, 0.5 + 0 * x, 0 * x], axis=1)[passed], 1e-6)
    near(slopes[passed, 1], np.stack([-1.2 * turned_y, turned_x, 0 * x, 0 * x], axis=1)[passed], 1e-6)
    up, down = (chain.shift(events, {"width": 1 + step}, seed=3, keep=True)[0] for step in (1e-2, -1e-2))
    slopes = chain.tangents(events, {"width": 1}, ["met"], seed=3)[:, 0, 3]
    both = passed & (up["met"] > 26) & (down["met"] > 26)
    near(slopes[both], ((up["met"] - down["met"]) / 2e-2)[both], 2e-3)
    raises("FAIRU_ERR_NOT_FOUND", chain.shift, events, {"tes": 1}, says="angle, scale, move, width")
    raises("FAIRU_ERR_NOT_FOUND", chain.tangents, events, {}, ["z"], says="z")
    raises("FAIRU_ERR_SHAPE", chain.shift, events, [1.0])


def test_systematics_of_the_packs():
    names = [f"PRI_{o}_{q}" for o in ("lep", "had", "jet_leading", "jet_subleading") for q in ("pt", "eta", "phi")]
    names += ["PRI_n_jets", "PRI_jet_all_pt", "PRI_met", "PRI_met_phi", "DER_sum_pt", "DER_pt_h"]
    row = [37.555, 1.734, 0.366, 28.223, 0.061, 0.341, 58.297, 1.955, 3.015, 40.258, -0.081, -2.141, 2, 98.556, 29.454, 0.176, 0, 0]
    events = fairu.Events([row], names=names)
    chain = fairu.Systematics({"tes": 1, "jes": 1, "u": fairu.Prior(0, 1)}).add_higgsml(tes="tes", jes="jes", log_soft_met="u")
    shifted = fairu.Systematics({"tes": 1}).add_higgsml(tes="tes", arithmetic="reference").shift(events, {"tes": 0.97})
    near([shifted[n][0] for n in ("PRI_had_pt", "PRI_met", "DER_pt_h", "DER_sum_pt")], [27.376, 30.29, 94.9020157, 163.487], 1e-5)
    slopes = chain.tangents(events, {}, ["PRI_had_pt", "DER_sum_pt"])[0]
    near(slopes, [[28.223, 0, 0], [28.223, 98.556, 0]], 1e-4)
    raises("FAIRU_ERR_ARGUMENT", chain.add_higgsml, arithmetic="slow", says="fast, reference")
    fairu.Systematics({"tes": 1}).add_higgsml2014(tes="tes", tau_pt_min=22)


def test_threads_have_contexts_of_their_own():
    results = {}

    def work(i):
        model, data, n, s, b = counting(n=10.0 + i)
        results[i] = model.fit(data)["mu"]
    at_once(8, work)
    near([results[i] for i in range(8)], [(10.0 + i - 12) / 4 for i in range(8)], 1e-8)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
