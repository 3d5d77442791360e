"""What users of iminuit and of cabinetry look for, by closed forms, and where these are installed, side by side with them."""
import json
import os
import tempfile

import numpy as np

import fairu
from harness import near, needs, raises, run

EXAMPLE = "examples/workspace.json"


def published():
    return fairu.Workspace(EXAMPLE).model()


def published_data(model):
    with open(EXAMPLE) as stream:
        channels = json.load(stream)["observations"]
    counts = {channel["name"]: channel["data"] for channel in channels}
    return model.data(np.concatenate([counts[name] for name in model.channels]))


def gaussian(correlation=0.6):
    """Two factors on two bins with so many events that -ln L is a parabola; the covariance of the yields is known."""
    tilt = np.array([[1.0, correlation], [correlation, 1.0]])
    model = fairu.Likelihood(fairu.Templates({"a": 1e8 * tilt[0], "b": 1e8 * tilt[1]}), factors={"a": "a", "b": "b"})
    counts = 1e8 * tilt.sum(axis=0)
    inverse = np.linalg.inv(1e8 * tilt)
    return model, model.data(counts), inverse.T @ np.diag(counts) @ inverse


def test_minimum():
    model, data, covariance = gaussian()
    fit = model.fit(data)
    assert fit.valid and fit.values.keys() == {"a", "b"} and not any(fit.fixed.values())
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-6)
    for name, error in fit.errors.items():
        near(np.array(fit.merrors(name)[name]) / error, [-1, 1], 2e-4)
        near(np.array(fit.merrors(name, level=0.9545)[name]) / error, [-2, 2], 1e-3)
    values, rise = fit.profile("a", points=5)
    near(rise, [2, 0.5, 0, 0.5, 2], 2e-3)
    near(values, fit["a"] + fit.error("a") * np.arange(-2, 3), 1e-12)
    held = model.fit(data, fixed={"b": 1.0})
    assert held.fixed == {"a": False, "b": True} and list(held.merrors()) == ["a"]
    near(held.profile("a", [1.0])[1], [0], 1e-6)
    raises("FAIRU_ERR_ARGUMENT", held.merrors, "b", says="'b' is fixed")
    raises("FAIRU_ERR_NOT_FOUND", fit.merrors, "c", says="there are: a, b")
    raises("FAIRU_ERR_SHAPE", model.fit, data, fixed=[True], says="2 parameters")


def test_starts_have_all_parameters():
    model, data = published()
    for start in ([], [1.0], np.ones(len(model.names) + 1)):  # C takes an address alone, and would read behind a short one
        for call in (model.fit, model.interval, model.contour, model.minima, model.hypotest, model.limit, model.impacts, model.breakdown, model.goodness):
            raises("FAIRU_ERR_SHAPE", call, data, start=start, says=f"the model has 9 parameters, got {len(start)}")
        raises("FAIRU_ERR_SHAPE", model.profile, data, [1.0], start=start, says="9 parameters")
        raises("FAIRU_ERR_SHAPE", fairu.coverage, model, start, n=2, says="9 parameters")


def test_contours_are_ellipses():
    model, data, covariance = gaussian()
    fit = model.fit(data)
    for level, rise in ((0.6827, 2.2958), (0.9545, 6.1803)):
        contour = fit.contour("a", "b", level, points=16)
        away = np.array([contour.x - contour.best[0], contour.y - contour.best[1]])
        near(np.einsum("ip,ij,jp->p", away, np.linalg.inv(covariance), away), np.full(17, rise), 2e-3 * rise)
        assert contour.x[0] == contour.x[-1] and contour.y[0] == contour.y[-1]
    near(model.contour(data, delta_nll=0.5, points=8).best, [1, 1], 1e-6)
    for x, other in (("a", "b"), ("b", "a")):  # the other one is found
        near(model.contour(data, x, points=8).x, model.contour(data, x, other, points=8).x, 1e-12)
    raises("FAIRU_ERR_NOT_FOUND", model.contour, data, fixed={"b": 1.0}, says="no other parameter than 'a'")
    free, held = (published()[0] for _ in range(2))
    wide = free.contour(published_data(free), "mu", "jet_scale", points=8)
    narrow = held.contour(published_data(held), "mu", "jet_scale", points=8, fixed={"norm_top": 1.3})
    assert abs(wide.best[1] - narrow.best[1]) > 0.1 and np.ptp(narrow.x) < np.ptp(wide.x)
    steps = fit.error("a") * np.array([-1.0, 0, 1])
    scanned = model.scan(data, "a", 1 + steps, "b", 1 + steps)
    assert scanned.shape == (3, 3) and np.argmin(scanned) == 4
    near(scanned[2, 1], model.nll(data, {"a": 1 + steps[2], "b": 1.0}), 1e-9 * abs(scanned[2, 1]))


def test_channels_and_yields():
    model, data = published()
    fit, channels = model.fit(data), model.channels
    assert list(channels) == ["signal_region", "top_region"] and channels["top_region"] == slice(3, 4)
    for params in (None, fit.params):
        samples = model.expected_samples(params)
        near(np.concatenate([sum(samples[name].values()) for name in channels]), model.expected(params), 1e-9)
    after, before = model.yields(fit), model.yields()
    near(after.expected, model.expected(fit.params), 1e-9)
    slopes = np.array([(model.expected(fit.params + step) - model.expected(fit.params - step)) / 2e-5 for step in 1e-5 * np.eye(len(fit.params))])
    near(after.error, np.sqrt(np.einsum("ib,ij,jb->b", slopes, fit.covariance, slopes)), 1e-4)
    assert after.channels["top_region"] == (after.expected[3], after.error[3]) and before.expected[0] == model.expected()[0]
    near(after.channels["signal_region"][0], after.expected[:3].sum(), 1e-9)
    one = fairu.Likelihood(fairu.Templates({"s": [4.0], "b": [12.0]}))
    counted = one.yields(one.fit(one.data([23])))
    near([counted.expected[0], counted.error[0]], [23, np.sqrt(23)], 1e-6)
    assert list(one.expected_samples()[""]) == ["s", "b"]


def test_minima_and_significance():
    model, data = published()
    fit = model.fit(data)
    nll, params = model.minima(data)[0]
    near(nll, fit.nll, 1e-9)
    near(params, fit.params, 1e-5)
    found, test = model.significance(data), model.hypotest(data, 0.0, "q0")
    near([found.p_value, found.significance], [test.p_sb, test.significance], 1e-12)
    near(found.expected_p_value, test.expected[2], 1e-12)
    counting = fairu.Likelihood(fairu.Templates({"s": [10.0], "b": [50.0]}))
    asimov = counting.significance(counting.asimov())
    near([asimov.significance, asimov.expected_significance], 2 * [np.sqrt(2 * (60 * np.log(1.2) - 10))], 1e-6)


def test_diagnosis():
    assert fairu.Workspace(EXAMPLE).model()[0].diagnose() == []
    with open(EXAMPLE) as stream:
        spec = json.load(stream)
    spec["channels"][1]["samples"][0]["modifiers"].append({"name": "idle", "type": "normsys", "data": {"hi": 1.0, "lo": 1.0}})
    model, data = fairu.Workspace(spec).model()
    found = [finding for finding in model.diagnose(data) if finding.parameter == "idle"]
    assert found and found[0].kind in ("identical", "no_effect") and found[0].severity in ("note", "warning") and "idle" in found[0].text, found
    raises("FAIRU_ERR_UNSUPPORTED", gaussian()[0].diagnose)


def test_written_workspace():
    model, data = published()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "again.json.gz")
        model.write(path, data, "second")
        workspace = fairu.Workspace(path)
        assert workspace.measurements == ["second"] and workspace.fit().names == model.names
        near(workspace.hypotest(1.0), model.hypotest(data, 1.0).cls, 1e-12)
        raises("FAIRU_ERR_IO", model.write, os.path.join(folder, "none", "a.json"), data, says="none")


@needs("iminuit")
def test_iminuit():
    import iminuit
    model, data = published()
    nll, start = model.bind(data, gradient=True), [p.start for p in model.parameters]

    def gradient(point):
        nll(point)
        return nll.gradient
    minuit = iminuit.Minuit(lambda point: nll(point), start, grad=gradient, name=model.names)
    minuit.errordef, minuit.tol = 0.5, 1e-4
    minuit.limits = [(p.lower, p.upper) for p in model.parameters]
    minuit.migrad()
    minuit.hesse()
    fit = model.fit(data)
    assert fit.valid and minuit.valid
    for i, name in enumerate(model.names):
        near(fit[name], minuit.values[name], 2e-4 * fit.error(name))
        near(fit.error(name), minuit.errors[name], 2e-2 * fit.error(name))  # there through the sine of its limits
        near(fit.limits[name], minuit.limits[name], 0)
    near(fit.correlation, np.array(minuit.covariance.correlation()), 2e-2)
    minuit.minos("jet_scale")
    near(fit.merrors("jet_scale")["jet_scale"], [minuit.merrors["jet_scale"].lower, minuit.merrors["jet_scale"].upper], 2e-3)
    for x, y in minuit.mncontour("mu", "jet_scale", cl=0.6827, size=6):
        near(model.fit(data, fixed={"mu": x, "jet_scale": y}).nll - fit.nll, 1.1479, 0.01)
    values, rise, _ = minuit.mnprofile("norm_top", size=5, subtract_min=False)
    near(fit.profile("norm_top", values)[1], rise - fit.nll, 1e-4)


@needs("cabinetry")
def test_cabinetry():
    import cabinetry
    with open(EXAMPLE) as stream:
        spec = json.load(stream)
    theirs, counts = cabinetry.model_utils.model_and_data(spec)
    model, data = fairu.Workspace(spec).model()
    fit, there = model.fit(data), cabinetry.fit.fit(theirs, counts, goodness_of_fit=True)
    assert there.labels == model.names
    near((there.bestfit - fit.params) / np.maximum(there.uncertainty, 1e-9), 0, 5e-3)
    near((there.uncertainty - list(fit.errors.values())) / np.maximum(there.uncertainty, 1e-9), 0, 0.03)
    near(2 * fit.nll, there.best_twice_nll, 1e-4)
    near(model.goodness(data).p_value, there.goodness_of_fit, 1e-3)
    near(fit.correlation, there.corr_mat, 0.02)
    ranked = cabinetry.fit.ranking(theirs, counts, fit_results=there)
    ours = {impact.name: impact for impact in model.impacts(data)}
    for name, up, down in zip(ranked.labels, ranked.postfit_up, ranked.postfit_down):
        if not name.startswith("statistics"):  # of Poisson constraints the widths differ before the fit
            near([ours[name].impact_up, ours[name].impact_down], [up, down], 0.01)
    found, limit = cabinetry.fit.significance(theirs, counts), cabinetry.fit.limit(theirs, counts, tolerance=1e-4)
    near(model.significance(data), found, 2e-3)
    near([model.limit(data).observed, *model.limit(data).expected], [limit.observed_limit, *limit.expected_limit], 3e-3)
    for stage, ours in ((None, model.yields()), (there, model.yields(fit))):
        prediction = cabinetry.model_utils.prediction(theirs, fit_results=stage)
        near(ours.expected, np.concatenate([np.sum(samples, axis=0) for samples in prediction.model_yields]), 0.05)
        near(ours.error, np.concatenate([bins[-1] for bins in prediction.total_stdev_model_bins]), 0.1)
        near([error for _, error in ours.channels.values()], [total[-1] for total in prediction.total_stdev_model_channels], 0.15)
    scanned = cabinetry.fit.scan(theirs, counts, "mu", par_range=(0.1, 1.2), n_steps=4)
    near(2 * (model.profile(data, scanned.parameter_values, "mu") - fit.nll), scanned.delta_nlls, 2e-3)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
