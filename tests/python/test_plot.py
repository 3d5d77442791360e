"""Figures: what is drawn are the numbers of the model; the style of matplotlib stays as it was. And coverage in toys, which one of them shows."""
import os
import sys
import tempfile
import types

import numpy as np

import fairu

from harness import near, needs, run

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import fairu.plot
except ImportError:
    matplotlib = None


def workspace():
    return fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], [68, 60]).model()


def counting(n=23.0):
    model = fairu.Likelihood(fairu.Templates({"signal": [4.0], "background": [12.0]}))
    return model, model.data([n])


def curves(axes):
    return {line.get_label(): line.get_xydata() for line in axes.lines}


def drawn(figure, panels):
    """The figure has these panels and makes a picture."""
    assert len(figure.axes) == panels, len(figure.axes)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "figure.png")
        figure.savefig(path)
        assert os.path.getsize(path) > 5000
    plt.close(figure)
    return figure.axes


def test_coverage_of_a_count():
    """Intervals from -2 ln L <= 1 of n ~ Poisson(16): the exact coverage is a sum over n."""
    model, _ = counting()
    found = fairu.coverage(model, {"mu": 1.0}, n=4000, seed=3)
    two = fairu.coverage(model, {"mu": 1.0}, n=4000, seed=3, context=fairu.Context(threads=2))
    assert repr(found) == repr(two) and found.truth == 1.0 and found.n == 4000 and found.n_failed == 0
    n = np.arange(1, 80)
    log = -16 + n * np.log(16) - np.cumsum(np.log(n))
    inside = 2 * (16 - n + n * np.log(n / 16)) <= 1.0001
    exact = np.sum(np.exp(log)[inside])
    assert abs(found.coverage - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000), (found.coverage, exact)
    assert found.coverage_lower < found.coverage < found.coverage_upper and abs(found.bias) < 4 / np.sqrt(4000)
    assert fairu.coverage(model, n=10, first=10, seed=3).n == 10
    try:
        fairu.coverage(model, n=0)
    except fairu.Error as problem:
        assert problem.name in ("FAIRU_ERR_EMPTY", "FAIRU_ERR_RANGE"), problem
    else:
        raise AssertionError("no toys, no coverage")


@needs("matplotlib")
def test_nll_scan():
    model, data = workspace()
    axes, = drawn(fairu.plot.nll_scan(model, data), 1)
    fitted, held = curves(axes)["others fitted"], curves(axes)["others at the best fit"]
    interval = model.interval(data, delta_nll=0.5)
    for end in (interval.lower, interval.upper):
        near(np.interp(end, *fitted.T), 1, 0.02)
    assert np.all(held[:, 1] >= fitted[:, 1] - 1e-6) and fitted[:, 1].min() < 0.02


@needs("matplotlib")
def test_nll_map():
    model, data = workspace()
    axes, _ = drawn(fairu.plot.nll_map(model, data, "mu", "uncorr_bkguncrt[1]", points=9), 2)
    fit = model.fit(data)
    start = fit.params.copy()
    model.fit(data, start=start, fixed={"mu": 0.1})
    near(start, fit.params, 0)  # an array of the caller stays as it was
    near(axes.lines[-1].get_xydata()[0], [fit["mu"], fit["uncorr_bkguncrt[1]"]], 1e-6)
    assert axes.get_xlabel() == "mu" and axes.get_xlim()[0] < fit["mu"] < axes.get_xlim()[1]


@needs("matplotlib")
def test_templates():
    filled = fairu.Templates({"background": [50.0, 30.0], "signal": [2.0, 5.0]}, variances={"background": [25.0, 9.0], "signal": [0.0, 0.0]})
    axes, below = drawn(fairu.plot.templates(filled, data=[60, 28], edges=[0, 1, 3], label="mass"), 2)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["background", "signal", "uncertainty", "data"]
    hatched = [c for c in axes.collections if c.get_hatch()][0].get_paths()[0].vertices[:, 1]
    near([hatched.min(), hatched.max()], [32, 57])  # 35 - 3, 52 + 5
    assert below.get_xlabel() == "mass"
    near(below.lines[1].get_xydata(), [[0.5, 60 / 52], [2.0, 28 / 35]])
    moving = fairu.Templates({"s": np.outer([0.9, 0.95, 1, 1.05, 1.1], [4.0, 2.0])}, axes=[("tes", [0.9, 0.95, 1, 1.05, 1.1])])
    axes, = drawn(fairu.plot.templates(moving, z=[1.05], logarithmic=True), 1)
    near(axes.lines[0].get_ydata(), [4.2, 2.1, 2.1], 1e-9)


@needs("matplotlib")
def test_expected():
    model, data = workspace()
    axes, below = drawn(fairu.plot.expected(model, data), 2)
    near(curves(axes)["before the fit"][:, 1], [62, 63, 63])
    near(curves(axes)["after the fit"][:2, 1], model.expected(model.fit(data).params), 1e-6)
    # of one count with one free factor the error of the expectation is that of the count
    one, counted = counting()
    total, spread = fairu.plot.spread_of_yields(one, one.fit(counted))
    near([total[0], spread[0]], [23, np.sqrt(23)], 1e-3)


@needs("matplotlib")
def test_channels_are_told_apart():
    model, data = fairu.Workspace("examples/workspace.json").model()
    _, below = drawn(fairu.plot.expected(model, data), 2)
    assert [text.get_text() for text in below.texts] == list(model.channels)


@needs("matplotlib")
def test_correlation():
    model, data = fairu.Workspace("examples/workspace.json").model()
    fit = model.fit(data)
    axes, _ = drawn(fairu.plot.correlation(fit), 2)
    near(axes.images[0].get_array(), 100 * fit.correlation)
    assert [text.get_text() for text in axes.get_xticklabels()] == fit.names
    axes, _ = drawn(fairu.plot.correlation(fit, least=0.2), 2)
    shown = [text.get_text() for text in axes.get_yticklabels()]
    assert 2 <= len(shown) < len(fit.names) and "mu" in shown
    raised = fairu.plot.correlation(model.fit(data, fixed={"lumi": 1.0}))
    assert "lumi" not in [text.get_text() for text in drawn(raised, 2)[0].get_yticklabels()]


@needs("matplotlib")
def test_pulls_and_impacts():
    model, data = workspace()
    fit = model.fit(data)
    axes, = drawn(fairu.plot.pulls(fit), 1)
    points = [line for line in axes.lines if line.get_marker() == "o"][0].get_xydata()
    near(points[:, 0], [pull for pull, _ in fit.pulls.values()])
    assert [text.get_text() for text in axes.get_yticklabels()] == list(fit.pulls)
    left, right = drawn(fairu.plot.impacts(model, data), 2)
    rows = model.impacts(data)
    assert [text.get_text() for text in left.get_yticklabels()] == [r.name for r in rows]
    near([bar.get_width() for bar in right.patches[:len(rows)]], [r.impact_up for r in rows])


@needs("matplotlib")
def test_cls():
    model, data = workspace()
    axes, = drawn(fairu.plot.cls(model, data, points=9), 1)
    observed = curves(axes)["observed"]
    near(observed[3, 1], model.hypotest(data, observed[3, 0]).cls)
    limit = model.limit(data)
    assert f"{limit.observed:.4g}" in axes.get_title()


@needs("matplotlib")
def test_coverage():
    model, _ = counting()
    rows = [fairu.coverage(model, {"mu": mu}, n=50) for mu in (0.5, 1, 2)]
    axes, = drawn(fairu.plot.coverage(rows), 1)
    near(axes.lines[0].get_xydata(), [[r.truth, r.coverage] for r in rows])
    axes, = drawn(fairu.plot.coverage({"profile": rows, "other": rows[:2]}, level=0.9), 1)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["profile", "other"]


@needs("matplotlib")
def test_reliability():
    random = np.random.default_rng(1)
    p = random.uniform(size=4000)
    y = (random.uniform(size=4000) < p).astype(int)
    result = fairu.reliability(p, y)
    above, below = drawn(fairu.plot.reliability(result), 2)
    rows = result.bins[result.bins["n"] > 0]
    near(above.lines[1].get_xydata(), np.column_stack([rows["mean"], rows["fraction"]]))
    drawn(fairu.plot.reliability({"one": result, "two": result}), 4)


@needs("matplotlib")
def test_style_stays_inside():
    before = dict(matplotlib.rcParams)
    model, data = counting()
    plt.close(fairu.plot.nll_scan(model, data))
    assert dict(matplotlib.rcParams) == before
    known = sys.modules.get("mplhep")
    try:
        sys.modules["mplhep"] = None  # not there
        try:
            fairu.plot.use("ATLAS")
        except ImportError as problem:
            assert "mplhep" in str(problem)
        else:
            raise AssertionError("nothing was raised")
        sys.modules["mplhep"] = types.SimpleNamespace(style=types.SimpleNamespace(OWN={"axes.labelsize": 21.0, "xtick.direction": "in"}))
        fairu.plot.use("OWN")
        figure = fairu.plot.nll_scan(model, data)
        assert figure.axes[0].xaxis.label.get_size() == 21.0 and dict(matplotlib.rcParams) == before
        drawn(figure, 1)
    finally:
        fairu.plot.use()
        sys.modules.pop("mplhep")
        if known:
            sys.modules["mplhep"] = known
    plt.close(fairu.plot.nll_scan(model, data))
    assert dict(matplotlib.rcParams) == before


@needs("matplotlib")
def test_styles_of_mplhep():
    try:
        import mplhep  # noqa: F401
    except ImportError:
        return
    model, data = workspace()
    for name in ("ATLAS", "CMS", "LHCb2"):
        try:
            fairu.plot.use(name)
            drawn(fairu.plot.expected(model, data), 2)
            drawn(fairu.plot.impacts(model, data), 2)
        finally:
            fairu.plot.use()


if __name__ == "__main__":
    raise SystemExit(run(globals()))
