"""Figures and pages of studies: tables read as they are, every number of a made-up table found in the figure that shows it, pages filled whole or not at all."""
import json
import os
import pathlib
import stat
import tempfile

import numpy as np

from harness import near, needs, raises, run

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from fairu import _figures_challenge, _figures_compare, _figures_higgs, _figures_toy, _figures_untrained, _style, figures, report
except ImportError:
    matplotlib = None

RNG = np.random.default_rng(41)


def drawing(test):
    """With matplotlib, an empty folder, and no figure left open."""
    def wrapped():
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
            finally:
                plt.close("all")
    return needs("matplotlib")(wrapped)


def write(folder, name, columns):
    """A CSV file from {column: values}."""
    rows = zip(*columns.values())
    (folder / name).write_text("\n".join([",".join(columns), *(",".join("" if v is None else str(v) for v in row) for row in rows)]) + "\n")


def product(**values):
    """Columns of all combinations, the last one fastest."""
    grids = np.meshgrid(*[np.arange(len(v)) for v in values.values()], indexing="ij")
    return {name: [values[name][i] for i in grid.ravel()] for name, grid in zip(values, grids)}


def points(axes):
    """(x, y) of all errorbars, in order, and the ends of the bars of each."""
    made = []
    for container in axes.containers:
        if hasattr(container, "has_xerr"):
            line, _, bars = container.lines
            made.append((line.get_xydata(), [np.array(bar.get_segments()) for bar in bars]))
    return made


def words(things):
    return [thing.get_text() for thing in things]


def markers(axes):
    """Lines that are points, without those of the legend."""
    return [line for line in axes.lines if line.get_marker() not in ("None", "", None, "|", 2, 3) and len(line.get_xydata())]


# ---- tables

@drawing
def test_tables(folder):
    write(folder, "t.csv", {"method": ["a", "b", "a"], "z": [0.1, 0.2, 0.1 + 1e-12], "empty": [1, None, 3], "mixed": ["1", "x", "2"]})
    table = _style.read(folder, "t.csv")
    assert len(table) == 3 and "z" in table and "q" not in table and table.values("method") == ["a", "b"] and table["method"].dtype == object
    near(table["z"], [0.1, 0.2, 0.1])
    assert np.isnan(table["empty"][1]) and table["mixed"].tolist() == ["1", "x", "2"]
    assert len(table.where(method="a")) == 2 and len(table.where(method="a", z=0.1)) == 2 and len(table.where(z=0.3)) == 0
    assert table.where(method="b")["z"].tolist() == [0.2]
    raises(KeyError, table.where, q=1)
    for content, says in (("", "empty"), ("a,b\n1\n", "line 2: 1 cells, wanted 2"), ("a\n1,2\n", "line 2: 2 cells, wanted 1")):
        (folder / "bad.csv").write_text(content)
        raises(ValueError, _style.read, folder, "bad.csv", says=says)
    raises(FileNotFoundError, _style.read, folder, "gone.csv", says="gone.csv")
    (folder / "head.csv").write_text('"a, b",c\n')
    assert len(_style.read(folder, "head.csv")) == 0 and "a, b" in _style.read(folder, "head.csv")


@needs("matplotlib")
def test_names_of_methods():
    for method, root, shown in (("baseline", "baseline", "baseline"), ("aware_trained_net", "aware", "aware trained (network)"), ("aug_lda", "augmented", "augmented (LDA)"),
                                ("augmented", "augmented", "augmented"), ("true-z", "true-z", "trained at true Z"), ("true-z-0.9", "true-z", "true-z-0.9"), ("tangent", None, "tangent")):
        assert _style.root_of(method) == root and _style.label(method) == shown
        assert _style.colour(method) == (_style.COLOURS[root] if root else _style.colour(method)) and matplotlib.colors.is_color_like(_style.colour(method))
    assert _style.colour("tangent") == _style.colour("tangent")


# ---- compare

def methods_table(folder, floor=0.25, covers=(1, 1, 0)):
    made = product(method=["optimal", "baseline", "broken"], truth=["z=0", "z=1"])
    n = len(made["method"])
    numbers = {"rank": [r for r in (1, 2, 0) for _ in range(2)], "trained": [1] * n, "covers": [c for c in covers for _ in range(2)], "floor": [floor] * n}
    for name in ("width", "fixed", "coverage"):
        value = RNG.uniform(0.3, 0.6, n)
        numbers.update({name: value, f"{name}_lower": value - 0.05, f"{name}_upper": value + 0.1})
    numbers.update(dependence_background=RNG.uniform(size=n), dependence_signal=RNG.uniform(size=n))
    made.update(numbers)
    write(folder, "methods.csv", made)
    return _style.read(folder, "methods.csv")


@drawing
def test_ranking(folder):
    table = methods_table(folder)
    figure = _figures_compare.ranking(folder)
    assert words(figure.axes[0].get_yticklabels()) == ["optimal", "baseline", "broken"]  # what does not cover comes last
    for axes, truth in zip(figure.axes, ("z=0", "z=1")):
        assert axes.get_title(loc="left") == truth
        drawn = points(axes)
        for i, method in enumerate(("optimal", "baseline", "broken")):
            row = table.where(method=method, truth=truth)
            for (where, (bars,)), name, height in zip(drawn[2 * i:2 * i + 2], ("width", "fixed"), (0, 0.26)):
                near(where, [[row[name][0], i + height]])
                near(bars[0, :, 0], [row[f"{name}_lower"][0], row[f"{name}_upper"][0]])
            assert axes.containers[2 * i].lines[0].get_markerfacecolor() == ("white" if method == "broken" else _figures_compare._colour(method))
        assert [0.25, 0.25] in [line.get_xydata()[:, 0].tolist() for line in axes.lines] and axes.yaxis_inverted()
    methods_table(folder, floor="nan")
    figure = _figures_compare.ranking(folder)
    assert not any(line.get_color() == "#D55E00" and len(line.get_xydata()) for line in figure.axes[0].lines)


@drawing
def test_coverage_dependence_and_time(folder):
    table = methods_table(folder)
    axes, = _figures_compare.coverage(folder).axes
    drawn = points(axes)
    for i, method in enumerate(("optimal", "baseline", "broken")):
        for k, truth in enumerate(("z=0", "z=1")):
            row = table.where(method=method, truth=truth)
            where, (bars,) = drawn[2 * i + k]
            near(where, [[row["coverage"][0], i + 0.26 * (k - 0.5)]])
            near(bars[0, :, 0], [row["coverage_lower"][0], row["coverage_upper"][0]])
    write(folder, "timing.csv", {"method": ["optimal", "baseline", "baseline", "baseline", "broken"], "training_seconds": [0, 3, 1, 2, 5]})
    for draw, place in ((_figures_compare.dependence, lambda m: max(table.where(method=m)["dependence_background"][0], table.where(method=m)["dependence_signal"][0])),
                        (_figures_compare.timing, lambda m: {"optimal": None, "baseline": 2, "broken": 5}[m])):
        axes, = draw(folder).axes
        shown = [m for m in ("optimal", "baseline", "broken") if place(m) is not None]  # what takes no time has no place on a logarithmic axis
        wanted = [[place(m), np.mean(table.where(method=m)["width"] / 0.25)] for m in shown]
        near([line.get_xydata()[0] for line in markers(axes)], wanted)
        assert words(axes.get_legend().get_texts()) == [m + (" (does not cover)" if m == "broken" else "") for m in shown]
    assert axes.get_xscale() == "log"


# ---- toy rotation

@drawing
def test_toy_figures(folder):
    truths, mus = [0.0, 0.785398], [1.0]
    rows = product(method=["baseline", "aware_net"], z_true=truths, mu_true=mus)
    n = len(rows["method"])
    value = RNG.uniform(0.5, 0.8, n)
    rows.update(kind=["closed"] * 2 + ["net"] * 2, constraint=["prior"] * n, coverage=value, coverage_lower=value - 0.02, coverage_upper=value + 0.03)
    write(folder, "coverage.csv", rows)
    axes, = _figures_toy.coverage(folder).axes
    for i, (where, (bars,)) in enumerate(points(axes)):
        near(where, [[value[i], i]])
        near(bars[0, :, 0], [value[i] - 0.02, value[i] + 0.03])
    assert words(axes.get_yticklabels())[1] == r"baseline, z = $\pi/4$, $\mu$ = 1, prior" and words(axes.get_yticklabels())[2].startswith("aware (network), z = 0")

    write(folder, "training.csv", {**product(method=["a_net", "b"], epoch=[1, 2, 3]), "loss": [0.5, 0.4, 0.3, 0.6, 0.5, 0.2]})
    axes, = _figures_toy.training(folder).axes
    near([line.get_xydata() for line in axes.lines], [[[1, 0.5], [2, 0.4], [3, 0.3]], [[1, 0.6], [2, 0.5], [3, 0.2]]])

    curves = product(case=["z=pi/4 mu=1"], method=["aware", "aware_net", "baseline"], curve=["fixed", "cont"], mu=[0.5, 1.0, 1.5])
    curves["dnll"] = RNG.uniform(0, 3, len(curves["mu"]))
    write(folder, "profile.csv", curves)
    table = _style.read(folder, "profile.csv")
    axes, = _figures_toy.profile(folder).axes
    shown = [line.get_xydata() for line in axes.lines if len(line.get_xydata()) == 3]
    wanted = [np.column_stack([table.where(method=m, curve=c)["mu"], table.where(method=m, curve=c)["dnll"]]) for m in ("aware", "baseline") for c in ("fixed", "cont")]
    near(shown, wanted)  # closed forms are preferred to networks, which lie on them
    assert axes.get_title(loc="left") == r"$z_{true} = \pi/4$, $\mu_{true}$ = 1" and axes.get_ylim() == (0, 4)

    widths = product(method=["baseline", "aware", "augmented"], z_true=truths, binning=["uniform", "logit"])
    n = len(widths["method"])
    widths.update(mu_true=[1] * n, z_mode=["cont"] * n, constraint=["prior"] * n, n_bins=[10] * n, half_width_1s=RNG.uniform(0.1, 0.3, n))
    write(folder, "intervals.csv", widths)
    table = _style.read(folder, "intervals.csv")
    panels = _figures_toy.intervals(folder).axes
    for axes, binning in zip(panels, ("uniform", "logit")):
        shown = [line for line in markers(axes) if line.get_marker() == "o"]
        wanted = [[table.where(method=m, z_true=z, binning=binning)["half_width_1s"][0], i] for i, m in enumerate(("baseline", "augmented", "aware")) for z in truths]
        near([line.get_xydata()[0] for line in shown], wanted)
        assert [line.get_fillstyle() for line in shown] == ["none", "full"] * 3 and axes.get_title(loc="left") == f"10 {binning} bins"

    cells = product(method=["baseline", "aware"], z=[0.0, 0.785398], y=[-1, 0, 1], x=[-1, 0, 1, 2])
    cells["score"] = RNG.uniform(size=len(cells["x"]))
    write(folder, "decision.csv", cells)
    table = _style.read(folder, "decision.csv")
    panels = _figures_toy.decision(folder).axes[:4]
    for axes, (method, z) in zip(panels, [(m, z) for m in ("baseline", "aware") for z in (0.0, 0.785398)]):
        near(np.asarray(axes.collections[0].get_array()).ravel(), table.where(method=method, z=z)["score"])
        circle = axes.lines[0].get_xydata()
        near([circle[:, 0].mean(), np.ptp(circle[:, 0]) / 2], [np.cos(z), 0.7], 0.01)


# ---- untrained

@drawing
def test_untrained_figures(folder):
    rows = product(method=["aware_both", "frozen_profiled_net"], truth=["nominal", "z+1s k+0.1s"])
    n = len(rows["method"])
    value = RNG.uniform(0.4, 0.8, n)
    rows.update(half_width_1s=RNG.uniform(0.1, 0.3, n), mu_hat=RNG.uniform(0.8, 1.2, n), floor=[0.08, 0.09] * 2, coverage=value, coverage_lower=value - 0.1,
                coverage_upper=value + 0.05)
    write(folder, "untrained.csv", rows)
    above, below = _figures_untrained.widths(folder).axes
    places = [[i + 0.7 * ((k + 0.5) / 2 - 0.5) for i in range(2)] for k in range(2)]
    for axes, column in ((above, "half_width_1s"), (below, "mu_hat")):
        drawn = markers(axes)
        near([line.get_xydata() for line in drawn], [np.column_stack([places[k], rows[column][2 * k:2 * k + 2]]) for k in range(2)])
        assert [line.get_fillstyle() for line in drawn] == ["full", "none"]
    floors = [c.get_segments()[0] for c in above.collections]
    near(floors, [[[-0.45, 0.08], [0.45, 0.08]], [[0.55, 0.09], [1.45, 0.09]]])
    axes, = _figures_untrained.coverage(folder).axes
    for k, (where, (bars,)) in enumerate(points(axes)):
        near(where, np.column_stack([places[k], value[2 * k:2 * k + 2]]))
        near(bars[:, :, 1], np.column_stack([value - 0.1, value + 0.05])[2 * k:2 * k + 2])
    assert words(axes.get_legend().get_texts()) == ["aware of z and k", "nominal, z and k profiled (network)"]
    assert words(axes.get_xticklabels()) == ["nominal", r"z + 1$\sigma$, k + 0.1$\sigma$"]

    rows = product(analysis=["count", "shape"], truth=["coherent", "independent"], scales=[1, 2, 4])
    n = len(rows["scales"])
    value = RNG.uniform(0.4, 0.8, n)
    rows.update(half_width_1s=RNG.uniform(0.1, 0.3, n), statistical=RNG.uniform(0.05, 0.1, n), coverage=value, coverage_lower=value - 0.1, coverage_upper=value + 0.05)
    write(folder, "split.csv", rows)
    table = _style.read(folder, "split.csv")
    panels = _figures_untrained.split(folder).axes
    for k, analysis in enumerate(("count", "shape")):
        above, below = panels[k], panels[2 + k]
        first = table.where(analysis=analysis, truth="coherent")
        near([bar.get_height() for bar in above.patches], first["half_width_1s"])
        near(above.lines[0].get_ydata(), first["statistical"])
        for (where, _), truth in zip(points(below), ("coherent", "independent")):
            near(where, np.column_stack([np.arange(3), table.where(analysis=analysis, truth=truth)["coverage"]]))
        assert words(below.get_xticklabels()) == ["1", "2", "4"] and above.get_title(loc="left") == {"count": "counts", "shape": "ten bins"}[analysis]


# ---- higgs-tes

@drawing
def test_higgs_figures(folder):
    rows = product(luminosity=[1.0, 20.0], z_mode=["fixed", "cont"], method=["baseline", "augmented", "aware", "true-z"], z_true=[0.9, 1.0, 1.1], split=[0, 1, 2], mc_stat=["moving", "none"])
    n = len(rows["split"])
    rows.update(half_width_1s=RNG.uniform(0.1, 0.5, n), minus_baseline=RNG.normal(size=n))
    rows["half_width_1s"][0] = np.nan
    write(folder, "splits.csv", rows)
    table = _style.read(folder, "splits.csv").where(mc_stat="moving")
    for draw, column, methods in ((_figures_higgs.widths, "half_width_1s", ["baseline", "augmented", "aware", "true-z"]),
                                  (_figures_higgs.differences, "minus_baseline", ["augmented", "aware", "true-z"])):
        panels = draw(folder).axes
        for axes, (luminosity, mode) in zip(panels, [(lum, m) for lum in (1.0, 20.0) for m in ("fixed", "cont")]):
            here = table.where(luminosity=luminosity, z_mode=mode)
            offsets = np.linspace(-0.27, 0.27, len(methods))
            shown = [line for line in axes.lines if line.get_marker() == "."]
            bars = [c.get_segments()[0] for c in axes.collections]
            for k, (method, i) in enumerate([(m, i) for m in methods for i in range(3)]):
                values = here.where(method=method, z_true=[0.9, 1.0, 1.1][i])[column]
                values = values[np.isfinite(values)]
                near(shown[k].get_ydata(), values)
                near([shown[k].get_xdata().mean(), bars[k][0, 1], bars[k][:, 0].mean()], [i + offsets[methods.index(method)], values.mean(), i + offsets[methods.index(method)]])
            assert f"{luminosity:.0f} x Weight" in axes.get_title(loc="left") and ("fixed" in axes.get_title(loc="left")) == (mode == "fixed")
    write(folder, "losses.csv", {**product(network=["baseline", "true-z-0.9"], epoch=[1, 2, 4]), "training_loss": [0.5, 0.4, 0.3, 0.6, 0.5, 0.2]})
    axes, = _figures_higgs.losses(folder).axes
    near([line.get_xdata() for line in axes.lines], [[0.25, 0.5, 1]] * 2)
    assert words(axes.get_legend().get_texts()) == ["baseline", "trained at Z = 0.9"] and [line.get_linestyle() for line in axes.lines] == ["-", "--"]


# ---- challenge

@drawing
def test_challenge_figures(folder):
    names = ["calibrated", "profile", "baseline"]
    value = np.array([0.7, 0.6, 0.2])
    write(folder, "scores.csv", {"estimator": names, "n": [100, 100, 50], "coverage": value, "coverage_lower": value - 0.1, "coverage_upper": value + 0.05,
                                 "interval": [0.5, 0.4, 1.5], "quantile_score": [0.3, -0.5, -4.0]})
    left, right = _figures_challenge.scores(folder).axes
    for i, (where, (bars,)) in enumerate(points(left)):
        near(where, [[[0.5, 0.4, 1.5][i], value[i]]])
        near(bars[0, :, 1], [value[i] - 0.1, value[i] + 0.05])
    near([bar.get_width() for bar in right.patches], [0.3, -0.5, -4.0])
    assert words(right.texts) == ["0.300", "-0.500", "-4.000"] and words(right.get_yticklabels()) == names and right.get_xlim()[0] == -5.1
    sigma = np.sqrt(0.6827 * 0.3173 / 100)
    band = left.patches[0]
    ends = [band.get_y(), band.get_y() + band.get_height()] if hasattr(band, "get_y") else [band.get_xy()[:, 1].min(), band.get_xy()[:, 1].max()]
    near(ends, [0.6827 - 2 * sigma, 0.6827 + 2 * sigma])

    rows = product(estimator=names[:2], set=[0, 1, 2])
    value = RNG.uniform(0.4, 0.9, 6)
    rows.update(mu=[2.0, 0.5, 1.0] * 2, n=[10] * 6, coverage=value, coverage_lower=value - 0.1, coverage_upper=value + 0.1, interval=RNG.uniform(0.3, 1, 6))
    write(folder, "sets.csv", rows)
    axes, = _figures_challenge.coverage(folder).axes
    for k, (where, _) in enumerate(points(axes)):
        near(where, np.column_stack([np.array([2.0, 0.5, 1.0]) + (-0.03, 0.03)[k], value[3 * k:3 * k + 3]]))

    number = np.repeat([0, 1, 2], 30)
    truth = np.array([2.0, 0.5, 1.0])[number]
    estimate = truth + RNG.normal(size=90)
    low, high = estimate - RNG.uniform(0.5, 1.5, 90), estimate + RNG.uniform(0.5, 1.5, 90)
    low[4], estimate[4] = estimate[4], 9.0  # an interval that begins at its estimate says nothing of this side
    low[5] = estimate[5] = 9.0
    write(folder, "profile.csv", {"set": number, "mu_true": truth, "mu_hat": estimate, "before_cut_p16": low, "before_cut_p84": high})
    left, right = _figures_challenge.pulls(folder).axes
    (where, (bars,)), = points(left)
    for k in range(3):
        here = np.flatnonzero(number == k)
        pulls = [(estimate[i] - truth[i]) / (estimate[i] - low[i] if estimate[i] > truth[i] else high[i] - estimate[i]) for i in here if i != 5]
        near(where[k, 1], np.median(pulls), 1e-12)
        near(np.ptp(bars[k, :, 1]), np.subtract(*np.percentile(pulls, [84, 16])), 1e-12)
    for line, k in zip(right.lines, range(2)):
        order = [1, 2, 0]
        near(line.get_xydata(), np.column_stack([[0.5, 1.0, 2.0], rows["interval"][3 * k:3 * k + 3][order]]))

    nuisances = ["tes", "jes", "log_soft_met", "ttbar_scale", "diboson_scale", "bkg_scale"]
    table = product(nuisance=nuisances, pe=list(range(40)))
    n = len(table["pe"])
    table.update({"true": RNG.normal(size=n), "fitted": RNG.normal(size=n), "error": np.where(np.arange(n) % 7 == 0, 0.0, 0.8)})
    write(folder, "nuisances.csv", table)
    grid = _figures_challenge.nuisances(folder).axes
    for axes, name, k in zip(grid, ["tes", "jes", "ln soft MET", "ttbar", "diboson", "background"], range(6)):
        part = slice(40 * k, 40 * k + 40)
        ok = table["error"][part] > 0
        values = ((table["fitted"] - table["true"])[part] / np.where(table["error"][part] > 0, table["error"][part], 1))[ok]
        near([bar.get_height() for bar in axes.patches], np.histogram(np.clip(values, -4, 4), np.linspace(-4, 4, 33))[0])
        assert axes.get_title(loc="left") == f"{name}: {values.mean():.2f}, width {values.std():.2f}"
        near(np.trapezoid(*axes.lines[0].get_xydata().T[::-1]) if hasattr(np, "trapezoid") else np.trapz(*axes.lines[0].get_xydata().T[::-1]), len(values) * 0.25, 0.01)

    write(folder, "critical.csv", {"kind": ["quantile"] * 2 + ["critical"] * 3, "mu": [0.1, 3, 0.1, 1.5, 3], "value": [0.2, 1.1, 0.25, 1.0, 1.05], "error": [0.1, 0.05, 0.01, 0.02, 0.03]})
    axes, = _figures_challenge.critical(folder).axes
    near(axes.lines[0].get_xydata(), [[0.1, 0.25], [1.5, 1.0], [3, 1.05]])
    (where, (bars,)), = points(axes)
    near(where, [[0.1, 0.2], [3, 1.1]])
    near(bars[:, :, 1], [[0.1, 0.3], [1.05, 1.15]])

    write(folder, "repartitions.csv", {**product(estimator=names[:2], split=[0, 1, 2]), "coverage": value, "interval": value + 1})
    panels = _figures_challenge.repartitions(folder).axes
    for axes, column in zip(panels, (value, value + 1)):
        near([line.get_ydata() for line in axes.lines if line.get_marker() == "."], [column[:3], column[3:]])
        near([c.get_segments()[0][0, 1] for c in axes.collections], [column[:3].mean(), column[3:].mean()])


@drawing
def test_closure(folder):
    table = {"kind": ["mu"] * 3 + ["tes"] * 3, "value": [0.5, 1, 2, 0, 1, 2], "n": [100] * 6, "n_covered": [60, 70, 80, 65, 66, 67]}
    write(folder, "closure.csv", table)
    bounds = [{"coverage_lower": 0.5, "coverage_upper": 0.7}, {"coverage_lower": 0.6, "coverage_upper": 0.8}, {"coverage_lower": 0.7, "coverage_upper": 0.9}]
    (folder / "results.json").write_text(json.dumps({"closure": {"by_mu": bounds, "thirds": {"tes": [0.65, 0.66, 0.67]}}}))
    left, right = _figures_challenge.closure(folder).axes
    (where, (bars,)), = points(left)
    near(where, [[0.5, 0.6], [1, 0.7], [2, 0.8]])
    near(bars[:, :, 1], [[b["coverage_lower"], b["coverage_upper"]] for b in bounds])
    (where, _), = points(right)
    near(where, [[-0.2, 0.65], [0, 0.66], [0.2, 0.67]])


# ---- pages

def page(*names):
    slots = "".join(f'<figure data-figure="{name}">\n<!-- figure: {name} -->\n<p class="slot">later</p>\n<!-- end figure -->\n</figure>\n' for name in names)
    return f"<html><body>größe\n{slots}<p>end</p></body></html>\n"


def study(folder, *names, kind="toy-rotation"):
    (folder / "report.html").write_text(page(*names), encoding="utf-8")
    (folder / "results.json").write_text(json.dumps({"study": kind}))


@drawing
def test_pages_are_filled(folder):
    """What can be drawn is; what cannot is told, and keeps its place; again gives the same bytes; rights and neighbours stay."""
    study(folder, "training", "coverage", "unheard_of")
    write(folder, "training.csv", {"method": ["a", "a"], "epoch": [1, 2], "loss": [0.5, 0.25]})
    target = folder / "report.html"
    os.chmod(target, 0o640)
    drawn, problems = report.fill(folder)
    assert drawn == ["training"] and len(problems) == 2 and "coverage.csv" in problems[0] and problems[1] == "unheard_of: nothing draws this figure"
    text = target.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == 1 and text.count('class="slot"') == 2 and "größe" in text and '<img alt="training"' in text
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o640 and sorted(os.listdir(folder)) == ["report.html", "results.json", "training.csv"]
    assert report.fill(str(folder)) == (drawn, problems) and target.read_text(encoding="utf-8") == text
    write(folder, "training.csv", {"method": ["a", "a"], "epoch": [1, 2], "loss": [0.5, 0.75]})
    report.fill(folder)
    assert target.read_text(encoding="utf-8") != text
    (folder / "training.csv").write_text("method,epoch\na,1\n")
    _, problems = report.fill(folder)
    assert "training: KeyError" in problems[0] and "data:image/png" in target.read_text(encoding="utf-8")  # the old picture is better than none


@drawing
def test_pages_that_cannot_be(folder):
    for kind in ("nothing", None):
        study(folder, "training", kind=kind)
        raises(ValueError, report.fill, folder, says="no figures for the study")
        assert (folder / "report.html").read_text(encoding="utf-8") == page("training") and report.main([str(folder)]) == 1
    for missing in ("results.json", "report.html"):
        study(folder, "training")
        (folder / missing).unlink()
        raises(FileNotFoundError, report.fill, folder, says=missing)
    study(folder)
    assert report.fill(folder) == ([], []) and report.main([str(folder)]) == 0
    for kind, module in (("toy-rotation", _figures_toy), ("untrained", _figures_untrained), ("higgs-tes", _figures_higgs), ("compare", _figures_compare),
                         ("challenge", _figures_challenge)):
        study(folder, kind=kind)
        assert report._figures(folder) is module.FIGURES and all(callable(draw) for draw in module.FIGURES.values())


@drawing
def test_a_page_is_replaced_whole(folder):
    """If writing fails, the old page and nothing else is there."""
    target = folder / "report.html"
    target.write_text("old")
    replace = os.replace

    def fails(*_):
        raise OSError("no space")
    os.replace = fails
    try:
        raises(OSError, report._replace_file, target, "new", says="no space")
    finally:
        os.replace = replace
    assert target.read_text() == "old" and os.listdir(folder) == ["report.html"]
    report._replace_file(target, "new ü")
    assert target.read_text(encoding="utf-8") == "new ü" and os.listdir(folder) == ["report.html"]


@drawing
def test_program_of_figures(folder):
    """python3 -m fairu.figures: each option, what it writes, what it says."""
    import contextlib
    import io
    import sys

    def called(*arguments):
        before, sys.argv = sys.argv, ["fairu.figures", *map(str, arguments)]
        out, err = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = figures.main()
        except SystemExit as problem:
            status = problem.code
        finally:
            sys.argv = before
        return status, out.getvalue(), err.getvalue()
    target = folder / "deep" / "plots"
    status, out, err = called("examples/workspace.json", "--out", target, "--measurement", "search", "--top", 2)
    assert (status, err) == (0, "") and sorted(os.listdir(target)) == ["cls.png", "impacts.png", "profile.png"] and all(str(target / n) in out for n in os.listdir(target))
    assert not plt.get_fignums()
    for arguments, says in (((folder / "gone.json",), "gone.json"), (("examples/workspace.json", "--measurement", "other"), "other"), (("examples/workspace.json", "--poi", "nu"), "nu")):
        status, out, err = called(*arguments, "--out", folder / "none")
        assert status == 1 and err.startswith("fairu.figures: ") and says in err and not out and not (folder / "none").exists(), (arguments, err)
    assert called()[0] == 2 and called("examples/workspace.json", "--top", "many")[0] == 2


if __name__ == "__main__":
    raise SystemExit(run(globals()))
