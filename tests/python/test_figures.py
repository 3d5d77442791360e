"""Each function of fairu.plot with each of its options: positions, labels and limits are read back from the figure, and are the numbers of the model."""
import io

import numpy as np

import fairu

from harness import near, needs, raises, run

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba
    import fairu.plot
except ImportError:
    matplotlib = None

EXAMPLE = "examples/workspace.json"


def needs_matplotlib(test):
    def wrapped():
        try:
            test()
        finally:
            plt.close("all")
    return needs("matplotlib")(wrapped)


def search():
    return fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], [68, 60]).model()


def published():
    return fairu.Workspace(EXAMPLE).model()


def counting(n=23.0):
    model = fairu.Likelihood(fairu.Templates({"signal": [4.0], "background": [12.0]}))
    return model, model.data([n])


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.lines}


def texts(things):
    return [thing.get_text() for thing in things]


def legend(axes):
    return texts(axes.get_legend().get_texts()) if axes.get_legend() else []


def level_lines(axes, along="y"):
    """Positions of axhline() or axvline()."""
    pick = (lambda d: d[0][1]) if along == "y" else (lambda d: d[0][0])
    other = 0 if along == "y" else 1
    return [pick(line.get_xydata()) for line in axes.lines if np.array_equal(np.asarray(line.get_xydata())[:, other], [0, 1])]


def points(axes):
    """Of errorbar(fmt="o"): positions, and the ends of the bars, for each call."""
    made = []
    for container in axes.containers:
        if not hasattr(container, "has_xerr"):
            continue
        line, _, bars = container.lines
        where = line.get_xydata() if line is not None else None
        made.append((where, [np.array(bar.get_segments()) for bar in bars]))
    return made


def bands(axes):
    """Bands drawn in steps: (lower, upper) in each bin."""
    made = []
    for collection in axes.collections:
        if isinstance(collection, PolyCollection):
            for path in collection.get_paths():
                made.append(path.vertices)
    return made


def band_at(vertices, x):
    """Ends of a polygon above x, where it is constant."""
    heights = [b[1] for a, b in zip(vertices[:-1], vertices[1:]) if min(a[0], b[0]) - 1e-9 <= x <= max(a[0], b[0]) + 1e-9 and a[1] == b[1]]
    return min(heights), max(heights)


@needs_matplotlib
def test_nll_scan():
    model, data = published()
    fit = model.fit(data)
    for parameter, n in ((None, 61), ("jet_scale", 7), ("norm_top", 5)):
        name = parameter or "mu"
        axes, = fairu.plot.nll_scan(model, data, parameter, points=n).axes
        fitted, held = lines(axes)["others fitted"], lines(axes)["others at the best fit"]
        assert fitted.shape == held.shape == (n, 2)
        far = model.interval(data, name, level=0.9973)
        near(fitted[[0, -1], 0], [far.lower, far.upper])
        near(np.diff(fitted[:, 0]), np.ptp(fitted[:, 0]) / (n - 1))
        for x, y in fitted[:: max(n // 4, 1)]:
            near(y, 2 * (model.fit(data, fixed={name: x}).nll - fit.nll), 1e-6)
        for x, y in held[:: max(n // 4, 1)]:
            near(y, 2 * (model.nll(data, {**fit.values, name: x}) - fit.nll), 1e-9)
        near(level_lines(axes), [1, 4, 9])
        assert texts(axes.texts) == [r"1$\sigma$", r"2$\sigma$", r"3$\sigma$"] and axes.get_xlabel() == name and axes.get_ylabel() == "2 (NLL - minimum)"
        near([*axes.get_xlim(), *axes.get_ylim()], [fitted[0, 0], fitted[-1, 0], 0, 10])
        one = model.interval(data, name, delta_nll=0.5)
        for number in (f"{fit[name]:.4g}", f"{one.lower - fit[name]:.2g}", f"+{one.upper - fit[name]:.2g}"):
            assert number in axes.get_title(), axes.get_title()
        assert legend(axes) == ["others fitted", "others at the best fit"]
    raises("FAIRU_ERR_NOT_FOUND", fairu.plot.nll_scan, model, data, "nu", says="there are")


@needs_matplotlib
def test_nll_scan_at_a_bound():
    """Where an end of the interval is no crossing, the bound is the end of the axis."""
    model, data = fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], [40, 40]).model()
    axes, = fairu.plot.nll_scan(model, data, points=5).axes
    assert axes.get_xlim()[0] == 0.0 and model.fit(data)["mu"] == 0.0
    near(lines(axes)["others fitted"][0], [0, 0], 1e-6)


@needs_matplotlib
def test_nll_map():
    model, data = published()
    fit = model.fit(data)
    for x, y, sigmas in ((None, None, 3.0), ("jet_scale", None, 2.0), ("norm_top", "jet_scale", 1.0)):
        axes, bar = fairu.plot.nll_map(model, data, x, y, points=5, sigmas=sigmas).axes
        one = x or "mu"
        other = y or (model.impacts(data)[0].name if one == "mu" else "mu")
        assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == (one, other, "2 (NLL - minimum)")
        best = axes.lines[-1]
        near(best.get_xydata(), [[fit[one], fit[other]]], 1e-12)
        assert best.get_marker() == "+" and legend(axes) == ["68.3 %", "95.4 %", "best fit"]
        limits = model.fit(data).limits
        for name, (low, high) in ((one, axes.get_xlim()), (other, axes.get_ylim())):
            wanted = [max(fit[name] - sigmas * fit.error(name), limits[name][0]), min(fit[name] + sigmas * fit.error(name), limits[name][1])]
            assert low <= wanted[0] + 1e-9 and high >= wanted[1] - 1e-9, (name, low, high, wanted)
        for line, rise in zip(axes.lines[:2], (2.29575, 6.18009)):
            for px, py in line.get_xydata()[::24]:
                if limits[one][0] < px < limits[one][1] and limits[other][0] < py < limits[other][1]:
                    near(2 * (model.fit(data, fixed={one: px, other: py}).nll - fit.nll), rise, 2e-3)


def stacked():
    return fairu.Templates({"top": [50.0, 30.0, 0.0], "z": [20.0, 5.0, 0.0], "higgs": [2.0, 5.0, 0.0]},
                           variances={"top": [25.0, 9.0, 0.0], "z": [4.0, 1.0, 0.0], "higgs": [0.5, 0.25, 0.0]})


@needs_matplotlib
def test_templates_are_stacked():
    filled, edges = stacked(), np.array([0.0, 1.0, 3.0, 4.0])
    yields = filled.yields[:, 0]
    spread = np.sqrt(filled.variances[:, 0].sum(axis=0))
    axes, = fairu.plot.templates(filled, edges=edges, label="mass").axes
    assert legend(axes) == ["top", "z", "higgs", "uncertainty"] and axes.get_xlabel() == "mass" and axes.get_ylabel() == "events"
    near(axes.get_xlim(), [0, 4])
    assert axes.get_yscale() == "linear" and axes.get_ylim()[0] == 0
    polygons = bands(axes)
    base = np.zeros(3)
    for polygon, values, color in zip(polygons, yields, fairu.plot.PALETTE):
        for i, x in enumerate((0.5, 2.0, 3.5)):
            near(band_at(polygon, x), [base[i], base[i] + values[i]])
        base = base + values
    for i, x in enumerate((0.5, 2.0, 3.5)):
        near(band_at(polygons[3], x), [base[i] - spread[i], base[i] + spread[i]])
    colors = [collection.get_facecolor()[0] for collection in axes.collections[:3]]
    near(colors, [to_rgba(color) for color in fairu.plot.PALETTE[:3]])
    near(axes.lines[0].get_xydata(), np.column_stack([edges, [*yields.sum(axis=0), 0]]))
    assert axes.lines[0].get_drawstyle() == "steps-post"


@needs_matplotlib
def test_templates_with_data():
    """Ratio and its band, bins in which nothing is expected left out."""
    filled, counts = stacked(), np.array([60.0, 28.0, 1.0])
    total, spread = filled.yields[:, 0].sum(axis=0), np.sqrt(filled.variances[:, 0].sum(axis=0))
    above, below = fairu.plot.templates(filled, data=counts).axes
    (where, (bars,)), = points(above)
    near(where, np.column_stack([[0.5, 1.5, 2.5], counts]))
    near(bars[:, :, 1], np.column_stack([counts - np.sqrt(counts), counts + np.sqrt(counts)]))
    (where, (bars,)), = points(below)
    near(where, np.column_stack([[0.5, 1.5], (counts / np.where(total > 0, total, 1))[:2]]))
    near(bars[:, :, 1], (np.column_stack([counts - np.sqrt(counts), counts + np.sqrt(counts)])[:2].T / total[:2]).T)
    band, = bands(below)
    for i in range(2):
        near(band_at(band, i + 0.5), [1 - spread[i] / total[i], 1 + spread[i] / total[i]])
    near(band_at(band, 2.5), [1, 1])
    near(level_lines(below), [1])
    assert below.get_xlabel() == "bin" and below.get_ylabel() == "data / expected" and not above.get_xlabel()
    exact = fairu.Templates({"s": [4.0, 9.0]})
    above, below = fairu.plot.templates(exact, data=[4, 9]).axes
    assert legend(above) == ["s", "data"] and all(np.ptp(b[:, 1]) == 0 for b in bands(below))


@needs_matplotlib
def test_templates_at_z():
    """Yields are those of evaluate(z), errors those of the nearest point, scaled with the yields."""
    knots = np.array([0.9, 0.95, 1.0, 1.05, 1.1])
    yields, variances = np.outer(knots, [40.0, 20.0]), np.outer([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0])
    filled = fairu.Templates({"s": yields}, axes=[("scale", knots)], variances={"s": variances})
    for z, point in ((0.9, 0), (1.04, 3), (1.02, 2), (1.1, 4)):
        axes, = fairu.plot.templates(filled, z=[z], logarithmic=True).axes
        total = filled.evaluate([z]).sum(axis=0)
        near(axes.lines[0].get_ydata()[:2], total)
        spread = np.sqrt(variances[point]) * total / yields[point]
        for i in range(2):
            near(band_at(bands(axes)[1], i + 0.5), [total[i] - spread[i], total[i] + spread[i]], 1e-9)
        assert axes.get_yscale() == "log"
    raises("FAIRU_ERR_RANGE", fairu.plot.templates, filled, z=[2.0])
    raises("FAIRU_ERR_SHAPE", fairu.plot.templates, filled)


@needs_matplotlib
def test_many_processes_repeat_the_colours():
    many = fairu.Templates({f"p{i}": [1.0 + i] for i in range(10)})
    axes, = fairu.plot.templates(many).axes
    colors = [tuple(collection.get_facecolor()[0]) for collection in axes.collections]
    assert len(legend(axes)) == 10 and len(set(colors)) == 8 and colors[0] == colors[8]


@needs_matplotlib
def test_expected():
    model, data = published()
    fit = model.fit(data)
    for given, edges, label in ((None, None, "bin"), (fit, [0, 2, 3, 5, 6], "mass"), (model.fit(data, fixed={"mu": 0.0}), None, "other")):
        figure = fairu.plot.expected(model, data, given, edges=edges, label=label)
        above, below = figure.axes
        used = given or fit
        x = np.arange(5.0) if edges is None else np.array(edges, dtype=float)
        before, after = lines(above)["before the fit"], lines(above)["after the fit"]
        near(before, np.column_stack([x, [*model.expected(), model.expected()[-1]]]))
        near(after[:-1, 1], model.expected(used.params), 1e-6)
        yields = model.yields(used)
        middle = (x[:-1] + x[1:]) / 2
        for i, m in enumerate(middle):
            near(band_at(bands(above)[0], m), [yields.expected[i] - yields.error[i], yields.expected[i] + yields.error[i]], 1e-3 * yields.error[i])
            near(band_at(bands(below)[0], m), [1 - yields.error[i] / yields.expected[i], 1 + yields.error[i] / yields.expected[i]], 1e-5)
        (where, _), = points(above)
        near(where, np.column_stack([middle, data.observed()]))
        (ratio, _), = points(below)
        near(ratio[:, 1], data.observed() / yields.expected, 1e-6)
        assert below.get_xlabel() == label and texts(below.texts) == list(model.channels)
        near([text.xy[0] for text in below.texts], [x[bins.start] for bins in model.channels.values()])
        near(sorted(level_lines(above, "x")), sorted(x[bins.start] for bins in model.channels.values()))
        assert sorted(legend(above)) == sorted(["before the fit", "after the fit", "uncertainty", "data"]) and above.get_ylim()[0] == 0
    one, counted = counting()
    above, below = fairu.plot.expected(one, counted).axes
    assert not below.texts and not level_lines(above, "x")


@needs_matplotlib
def test_spread_is_that_of_the_yields():
    """By differences here, by derivatives there; what is held or at its bound does not spread."""
    model, data = published()
    for fit in (model.fit(data), model.fit(data, fixed={"lumi": 1.0, "jet_scale": 0.5}), model.fit(data, fixed={"mu": 0.0})):
        total, spread = fairu.plot.spread_of_yields(model, fit)
        near(total, model.expected(fit.params), 1e-12)
        near(spread / model.yields(fit).error, 1, 2e-4)


@needs_matplotlib
def test_pulls():
    model, data = published()
    fit = model.fit(data)
    for top in (None, 3, 100):
        axes, = fairu.plot.pulls(fit, top).axes
        rows = list(fit.pulls.items())[:top]
        (where, (bars,)), = points(axes)
        near(where, [[pull, len(rows) - 1 - i] for i, (_, (pull, _)) in enumerate(rows)])
        near(bars[:, :, 0], [[pull - c, pull + c] for _, (pull, c) in rows])
        assert texts(axes.get_yticklabels()) == [name for name, _ in rows] and axes.get_xlim() == (-3, 3)
        near(axes.get_yticks(), np.arange(len(rows))[::-1])
        spans = [patch.get_path().vertices if not hasattr(patch, "get_x") else np.array([[patch.get_x(), 0], [patch.get_x() + patch.get_width(), 0]])
                 for patch in axes.patches]
        near([[span[:, 0].min(), span[:, 0].max()] for span in spans], [[-2, 2], [-1, 1]])
    one, counted = counting()
    axes, = fairu.plot.pulls(one.fit(counted)).axes
    assert not texts(axes.get_yticklabels())


@needs_matplotlib
def test_correlation():
    model, data = published()
    fit = model.fit(data)
    for top, least in ((None, 0.0), (3, 0.0), (None, 0.3), (2, 0.1)):
        axes, bar = fairu.plot.correlation(fit, top, least).axes
        names = texts(axes.get_xticklabels())
        strong = [a for a in fit.names if max(abs(fit.correlation[fit.names.index(a), fit.names.index(b)]) for b in fit.names if b != a) >= least][:top]
        assert names == texts(axes.get_yticklabels()) == strong
        index = [fit.names.index(name) for name in names]
        wanted = 100 * fit.correlation[np.ix_(index, index)]
        near(axes.images[0].get_array(), wanted)
        assert texts(axes.texts) == [f"{value:.0f}" for value in wanted.ravel()]
        near([text.get_position() for text in axes.texts], [(j, i) for i in range(len(names)) for j in range(len(names))])
        assert axes.images[0].get_clim() == (-100, 100) and bar.get_ylabel() == "correlation in %"
        for text, value in zip(axes.texts, wanted.ravel()):
            assert text.get_color() == ("white" if abs(value) > 60 else "black")


@needs_matplotlib
def test_impacts():
    model, data = fairu.Workspace(EXAMPLE).model(two_points=["top_generator"])
    rows = model.impacts(data)
    for top in (20, 3):
        left, right = fairu.plot.impacts(model, data, top).axes
        shown = rows[:top]
        n = len(shown)
        assert texts(left.get_yticklabels()) == [r.name + ("" if r.statistical_origin else " (two-point)") for r in shown]
        assert ("top_generator (two-point)" in texts(left.get_yticklabels())) == any(r.name == "top_generator" for r in shown)
        widths = [patch.get_width() for patch in right.patches]
        wanted = [getattr(r, what) for what in ("impact_up", "impact_down", "prefit_up", "prefit_down") for r in shown]
        near(np.nan_to_num(widths, nan=-9), np.nan_to_num(wanted, nan=-9))  # a free parameter is not there before the fit
        near([patch.get_y() + patch.get_height() / 2 for patch in right.patches], list(range(n))[::-1] * 4)
        assert [patch.get_fill() for patch in right.patches] == [True] * 2 * n + [False] * 2 * n
        (where, (bars,)), = points(left)
        pulled = [(i, r) for i, r in enumerate(shown) if np.isfinite(r.pull)]
        near(where, [[r.pull, n - 1 - i] for i, r in pulled])
        near(bars[:, :, 0], [[r.pull - r.constraint, r.pull + r.constraint] for _, r in pulled])
        assert right.get_xlabel() == "impact on mu" and left.get_xlabel() == "pull" and legend(right) == ["up", "down", "before the fit"]
    still, none = fairu.simplemodels.uncorrelated_background([12.0], [50.0], [3.0], [20]).model()
    _, right = fairu.plot.impacts(still, none).axes
    assert right.get_title() == "nothing moves mu: it stays at its bound" and not right.get_legend()


@needs_matplotlib
def test_cls():
    model, data = search()
    for level, n in ((0.95, 9), (0.9, 5)):
        axes, = fairu.plot.cls(model, data, level, n).axes
        limit = model.limit(data, level)
        curves = lines(axes)
        mu = curves["observed"][:, 0]
        assert len(mu) == n - 1
        near([mu[0], mu[-1]], [mu[-1] / (n - 1), 1.15 * max(limit.observed, limit.expected[4])])
        for i in (0, len(mu) // 2, len(mu) - 1):
            test = model.hypotest(data, mu[i])
            near([curves["observed"][i, 1], curves["expected, median"][i, 1]], [test.cls, test.expected[2]])
            for polygon, (low, high) in zip(bands(axes), ((0, 4), (1, 3))):
                heights = polygon[np.abs(polygon[:, 0] - mu[i]) < 1e-12, 1]
                near([heights.min(), heights.max()], [test.expected[low], test.expected[high]])
        near(level_lines(axes), [1 - level])
        near(level_lines(axes, "x"), [limit.observed])
        assert axes.get_yscale() == "log" and axes.get_xlabel() == "mu" and axes.get_ylabel() == "CLs"
        near([*axes.get_xlim(), *axes.get_ylim()], [0, mu[-1], 1e-3, 1.2])
        assert axes.get_title() == f"mu < {limit.observed:.4g} at {100 * level:g} % (expected {limit.expected[2]:.4g})"
        assert legend(axes) == ["expected, 2 sigma", "expected, 1 sigma", "expected, median", "observed"]


@needs_matplotlib
def test_coverage():
    model, _ = counting()
    rows = [fairu.coverage(model, {"mu": mu}, n=40) for mu in (0.5, 1, 2)]
    for given, names in ((rows, [""]), (tuple(rows), [""]), ({"profile": rows, "other": rows[:2]}, ["profile", "other"])):
        axes, = fairu.plot.coverage(given, level=0.9).axes
        lists = [rows] if names == [""] else list(given.values())
        for (where, (bars,)), some in zip(points(axes), lists):
            near(where, [[r.truth, r.coverage] for r in some])
            near(bars[:, :, 1], [[r.coverage_lower, r.coverage_upper] for r in some])
        near(level_lines(axes), [0.9])
        assert axes.get_title() == "90 % intervals" and legend(axes) == (names if names != [""] else [])
        assert axes.get_xlabel() == "true value" and axes.get_ylabel() == "coverage"


@needs_matplotlib
def test_reliability():
    random = np.random.default_rng(1)
    p = random.uniform(size=4000)
    y = (random.uniform(size=4000) < p ** 1.3).astype(int)
    one, two = fairu.reliability(p, y, n_bins=7), fairu.reliability(p[:50], y[:50], n_bins=40, equal_weights=False)
    for given, results in ((one, [("", one)]), ({"first": one, "second": two}, [("first", one), ("second", two)])):
        figure = fairu.plot.reliability(given)
        above, below = figure.axes[:len(results)], figure.axes[len(results):]
        for (name, result), top, bottom in zip(results, above, below):
            rows = result.bins[result.bins["n"] > 0]
            (where, (bars,)), = points(top)
            near(where, np.column_stack([rows["mean"], rows["fraction"]]))
            near(bars[:, :, 1], np.column_stack([rows["fraction_lower"], rows["fraction_upper"]]))
            near([[b.get_x(), b.get_width(), b.get_height()] for b in bottom.patches], np.column_stack([rows["lower"], rows["upper"] - rows["lower"], rows["weight"]]))
            band = bands(top)[0]
            for r in rows:
                heights = band[np.abs(band[:, 0] - r["mean"]) < 1e-12, 1]
                near([heights.min(), heights.max()], np.clip([r["mean"] - r["spread"], r["mean"] + r["spread"]], 0, 1))
            title = f"expected error {result.expected_error:.4f}, by sampling {result.sampling_error:.4f}"
            assert top.get_title() == (f"{name}\n{title}" if name else title) and bottom.get_xlabel() == "predicted probability"
            near([*top.get_xlim(), *top.get_ylim()], [0, 1, -0.02, 1.02])
        assert above[0].get_ylabel() == "fraction of signal" and below[0].get_ylabel() == "weight" and legend(above[0])[-1] == "observed"
        assert all(not axes.get_ylabel() for axes in above[1:] + below[1:])


def bits(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


@needs_matplotlib
def test_the_same_picture_twice():
    model, data = search()
    fit = model.fit(data)
    for draw in (lambda: fairu.plot.expected(model, data), lambda: fairu.plot.pulls(fit)):
        assert bits(draw()) == bits(draw())


@needs_matplotlib
def test_a_style_is_only_inside():
    """Also when a function raises, in the middle of another style, and with larger letters: figures grow with them."""
    model, data = counting()
    before = dict(matplotlib.rcParams)
    raises("FAIRU_ERR_NOT_FOUND", fairu.plot.nll_scan, model, data, "nu")
    assert dict(matplotlib.rcParams) == before
    with plt.rc_context({"font.size": 4.0, "axes.grid": False}):
        inside = dict(matplotlib.rcParams)
        figure = fairu.plot.nll_scan(model, data)
        assert dict(matplotlib.rcParams) == inside and figure.axes[0].xaxis.label.get_size() == fairu.plot.STYLE["axes.labelsize"]
    near(figure.get_size_inches(), [6, 4])
    try:
        fairu.plot._chosen[:] = [{"font.size": 20.0}]
        near(fairu.plot.nll_scan(model, data).get_size_inches(), [12, 8])
    finally:
        fairu.plot.use(None)
    near(fairu.plot.nll_scan(model, data).get_size_inches(), [6, 4])
    assert dict(matplotlib.rcParams) == before


@needs_matplotlib
def test_functions_keep_their_names():
    """A decorated function tells what it is for, and every one of the list in the module's text is there."""
    for name in ("nll_scan", "nll_map", "templates", "expected", "pulls", "correlation", "impacts", "cls", "coverage", "reliability"):
        function = getattr(fairu.plot, name)
        assert function.__name__ == name and function.__doc__ and name in fairu.plot.__doc__


if __name__ == "__main__":
    raise SystemExit(run(globals()))
