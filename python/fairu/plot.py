"""Figures as particle physicists expect them; each function gives a matplotlib figure. Needs matplotlib.

    import fairu.plot
    fairu.plot.impacts(model, data).savefig("impacts.png")

Of a likelihood and its data: nll_scan, nll_map, expected, pulls, correlation, impacts, cls. Of what was filled: templates. Of results: coverage, reliability. use("ATLAS") takes a
style of mplhep in place of the one here.
"""
import contextlib
import functools

import numpy as np

try:
    import matplotlib.pyplot as plt
    import matplotlib.text
    from matplotlib import font_manager
except ImportError as _problem:
    raise ImportError(f"fairu.plot needs matplotlib: pip install fairu[plot] ({_problem})", name="matplotlib") from _problem

from .coverage import Coverage
from .probability import Reliability

STYLE = {
    "figure.dpi": 130, "savefig.dpi": 130, "font.size": 10, "axes.titlesize": 11, "axes.labelsize": 10,
    "legend.fontsize": 9, "legend.frameon": False, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#e4e9ef", "grid.linewidth": 0.8, "axes.axisbelow": True,
    "figure.constrained_layout.use": True, "svg.hashsalt": "fairu",
}
UP, DOWN, LINE, ALERT, SHADE = "#0072B2", "#E69F00", "#333333", "#D55E00", "#cfe3f1"
BANDS = ("#F0E442", "#7fc97f")  # two and one sigma
PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#999999", "#F0E442")  # Okabe and Ito
_chosen = []


def use(name=None):
    """Draw in a style of mplhep, such as "ATLAS" or "CMS"; None: in that of fairu."""
    if name is not None:
        import mplhep
        _chosen[:] = [{**mplhep.style.__dict__[name], "figure.constrained_layout.use": True}]
    else:
        _chosen.clear()


@contextlib.contextmanager
def _style():
    with plt.rc_context(_chosen[0] if _chosen else STYLE):
        yield


def _name_fonts(figure):
    """Texts keep the font of the style when they are drawn again outside of it, where "sans-serif" is another one."""
    found = {}
    for text in figure.findobj(matplotlib.text.Text):
        families = tuple(text.get_fontfamily())
        if families not in found:
            found[families] = font_manager.get_font(font_manager.findfont(font_manager.FontProperties(family=list(families)))).family_name
        text.set_fontfamily([found[families]])


def styled(function):
    """Draws in the style that was chosen, and leaves that of matplotlib as it was."""
    @functools.wraps(function)
    def drawn(*arguments, **named):
        with _style():
            figure = function(*arguments, **named)
            larger = plt.rcParams["font.size"] / STYLE["font.size"]
            if larger > 1:  # sizes are made for the letters of STYLE
                figure.set_size_inches(larger * figure.get_size_inches())
            figure.set_layout_engine("constrained")
            figure.canvas.draw()  # labels and layout follow the style too
            if _chosen:
                _name_fonts(figure)
                figure.canvas.draw()
            return figure
    return drawn


def _band(axes, edges, low, high, **named):
    """A band that is constant in each bin."""
    axes.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", **named)


def _steps(axes, edges, values, **named):
    axes.plot(edges, np.append(values, values[-1]), drawstyle="steps-post", **named)


def _counts(axes, edges, counts, label="data"):
    """Points with the square root of the count: at the middle of a bin, where they belong."""
    axes.errorbar((edges[:-1] + edges[1:]) / 2, counts, yerr=np.sqrt(np.maximum(counts, 0)), fmt="o", color="black", markersize=4, label=label)


@styled
def nll_scan(model, data, parameter=None, points=61):
    """2 (NLL - minimum) along a parameter: others fitted at each value, and others at their best fit."""
    name = parameter or model.poi
    fit = model.fit(data)
    interval = model.interval(data, name, level=0.9973)
    ends = np.where(np.isfinite([interval.lower, interval.upper]), [interval.lower, interval.upper], fit[name])
    values = np.linspace(*ends, points)
    fitted = 2 * (model.profile(data, values, name) - fit.nll)
    held = []
    for value in values:
        point = fit.params.copy()
        point[fit.names.index(name)] = value
        held.append(2 * (model.nll(data, point) - fit.nll))
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot(values, fitted, color=UP, label="others fitted")
    axes.plot(values, held, color=DOWN, linestyle="--", label="others at the best fit")
    for sigmas in (1, 2, 3):
        axes.axhline(sigmas ** 2, color="#999999", linewidth=0.8, linestyle=":")
        axes.annotate(rf"{sigmas}$\sigma$", (1, sigmas ** 2), (-4, 2), ("axes fraction", "data"), "offset points", ha="right", fontsize="small", color="#666666")
    one = model.interval(data, name, delta_nll=0.5)
    axes.set(xlabel=name, ylabel="2 (NLL - minimum)", ylim=(0, 10), xlim=(values[0], values[-1]),
             title=rf"{name} = ${fit[name]:.4g}_{{{one.lower - fit[name]:.2g}}}^{{+{one.upper - fit[name]:.2g}}}$")
    axes.legend(loc="upper center")
    return figure


@styled
def nll_map(model, data, x=None, y=None, points=25, sigmas=3.0):
    """2 (NLL - minimum) over two parameters (default: of interest, and the one that matters most), others fitted, with the regions of 68.3 and 95.4 %."""
    x = x or model.poi
    y = y or model._partner(data, x)
    fit = model.fit(data)
    ends = [(fit[name] - sigmas * fit.error(name), fit[name] + sigmas * fit.error(name)) for name in (x, y)]
    known = dict(zip(model.names, model.parameters))
    across, along = (np.linspace(max(low, known[name].lower), min(high, known[name].upper), points) for name, (low, high) in zip((x, y), ends))
    rise = 2 * (model.scan(data, x, across, y, along, start=fit.params).T - fit.nll)
    figure, axes = plt.subplots(figsize=(6, 4.6))
    shades = axes.contourf(across, along, np.minimum(rise, 12), levels=np.linspace(0, 12, 25), cmap="Blues_r")
    figure.colorbar(shades, label="2 (NLL - minimum)", ticks=range(0, 13, 2))
    for level, line in ((0.682689, "-"), (0.954499, "--")):
        contour = model.contour(data, x, y, level, points=72, start=fit.params)
        axes.plot(contour.x, contour.y, line, color=LINE, linewidth=1.2, label=f"{100 * level:.1f} %")
    axes.plot(fit[x], fit[y], "+", color=ALERT, markersize=10, label="best fit")
    axes.set(xlabel=x, ylabel=y)
    axes.grid(False)
    axes.legend(loc="upper right", frameon=True)
    return figure


@styled
def templates(filled, data=None, z=(), edges=None, label="bin", logarithmic=False):
    """Yields of all processes at z on top of each other (the last process on top), with the uncertainty of the templates and, if given, data [n_bins] and their
    ratio."""
    yields, n = filled.evaluate(z), filled.n_bins
    edges = np.arange(n + 1) if edges is None else np.asarray(edges, dtype=float)
    total = yields.sum(axis=0)
    variances = filled.variances
    if variances is not None:  # relative uncertainties move little with z: those of the nearest point
        point = np.argmin(np.sum((filled.points - np.asarray(z, dtype=float)) ** 2, axis=1)) if len(np.ravel(z)) else 0
        spread = np.sqrt(np.sum(variances[:, point] * np.divide(yields, filled.yields[:, point], out=np.ones_like(yields),
                                                                 where=filled.yields[:, point] != 0) ** 2, axis=0))
    figure, (axes, below) = _with_ratio(data is not None)
    base = np.zeros(n)
    for i, name in enumerate(filled.processes):
        _band(axes, edges, base, base + yields[i], color=PALETTE[i % len(PALETTE)], label=name, linewidth=0)
        base = base + yields[i]
    _steps(axes, edges, total, color=LINE, linewidth=0.8)
    if variances is not None:
        _band(axes, edges, total - spread, total + spread, facecolor="none", edgecolor=LINE, hatch="////", linewidth=0, label="uncertainty")
    if data is not None:
        _ratio(axes, below, edges, np.asarray(data, dtype=float), total, spread if variances is not None else np.zeros(n))
    axes.set(ylabel="events", xlim=(edges[0], edges[-1]), yscale="log" if logarithmic else "linear")
    if not logarithmic:
        axes.set_ylim(bottom=0)
    (below if data is not None else axes).set(xlabel=label)
    axes.legend()
    return figure


def _with_ratio(wanted):
    if not wanted:
        figure, axes = plt.subplots(figsize=(6, 4))
        return figure, (axes, None)
    figure, both = plt.subplots(2, 1, sharex=True, figsize=(6, 5), height_ratios=[3, 1])
    return figure, both


def _ratio(axes, below, edges, counts, total, spread):
    """Data above; below, data and the band over the expectation."""
    _counts(axes, edges, counts)
    there = total > 0
    one, wide = np.ones_like(total), np.divide(spread, total, out=np.zeros_like(total), where=there)
    _band(below, edges, one - wide, one + wide, color=SHADE)
    below.axhline(1, color=LINE, linewidth=0.8)
    middle = (edges[:-1] + edges[1:]) / 2
    below.errorbar(middle[there], (counts / np.where(there, total, 1))[there], yerr=(np.sqrt(np.maximum(counts, 0)) / np.where(there, total, 1))[there],
                   fmt="o", color="black", markersize=4)
    below.set(ylabel="data / expected")


def spread_of_yields(model, fit):
    """Expected yields at a fit, and their errors through its covariance: sqrt(J C J^T), J by central differences."""
    slopes = np.zeros((model.n_bins, len(fit.names)))
    for i, step in enumerate(1e-3 * np.sqrt(np.diag(fit.covariance))):
        if step > 0:
            up, down = fit.params.copy(), fit.params.copy()
            up[i], down[i] = min(fit.params[i] + step, model.parameters[i].upper), max(fit.params[i] - step, model.parameters[i].lower)
            slopes[:, i] = (model.expected(up) - model.expected(down)) / (up[i] - down[i])
    return model.expected(fit.params), np.sqrt(np.einsum("bi,ij,bj->b", slopes, fit.covariance, slopes))


@styled
def expected(model, data, fit=None, edges=None, label="bin"):
    """What the model expects before and, with its uncertainty, after the fit, data, and their ratio."""
    fit = fit or model.fit(data)
    total, spread = spread_of_yields(model, fit)
    edges = np.arange(len(total) + 1) if edges is None else np.asarray(edges, dtype=float)
    figure, (axes, below) = _with_ratio(True)
    _steps(axes, edges, model.expected(), color=DOWN, linestyle="--", label="before the fit")
    _steps(axes, edges, total, color=UP, label="after the fit")
    _band(axes, edges, total - spread, total + spread, color=SHADE, label="uncertainty")
    _ratio(axes, below, edges, data.observed(fit.params), total, spread)
    axes.set(ylabel="events", xlim=(edges[0], edges[-1]))
    axes.set_ylim(0, 1.25 * axes.get_ylim()[1])
    below.set(xlabel=label)
    axes.legend(ncols=2)
    if len(model.channels) > 1:
        for name, bins in model.channels.items():
            for panel in (axes, below):
                panel.axvline(edges[bins.start], color=LINE, linewidth=0.8, linestyle=":")
            below.annotate(name, (edges[bins.start], 1), (3, -2), ("data", "axes fraction"), "offset points", va="top", fontsize="small")
    return figure


@styled
def correlation(fit, top=None, least=0.0):
    """Correlations of what was fitted, in per cent; only parameters with one of at least `least` with another one."""
    matrix = np.where(np.eye(len(fit.names)) > 0, 0, fit.correlation)
    shown = [i for i, name in enumerate(fit.names) if fit.error(name) > 0 and np.abs(matrix[i]).max() >= least][:top]
    names, values = [fit.names[i] for i in shown], 100 * fit.correlation[np.ix_(shown, shown)]
    figure, axes = plt.subplots(figsize=(2.5 + 0.45 * len(shown), 1.8 + 0.4 * len(shown)))
    picture = axes.imshow(values, cmap="RdBu_r", vmin=-100, vmax=100)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            axes.text(j, i, f"{value:.0f}", ha="center", va="center", fontsize="x-small", color="white" if abs(value) > 60 else "black")
    figure.colorbar(picture, label="correlation in %", shrink=0.8)
    axes.set(xticks=range(len(names)), yticks=range(len(names)), yticklabels=names)
    axes.set_xticklabels(names, rotation=45, ha="right", rotation_mode="anchor")
    axes.grid(False)
    axes.minorticks_off()
    return figure


@styled
def pulls(fit, top=None):
    """Pulls and constraints of all nuisances that have one: points and bars in widths of their constraints."""
    rows = list(fit.pulls.items())[:top]
    y = np.arange(len(rows))[::-1]
    figure, axes = plt.subplots(figsize=(5.5, 1.5 + 0.26 * len(rows)))
    for width, color in zip((2, 1), BANDS):
        axes.axvspan(-width, width, color=color, alpha=0.5, linewidth=0)
    axes.axvline(0, color=LINE, linewidth=0.8)
    axes.errorbar([pull for _, (pull, _) in rows], y, xerr=[constraint for _, (_, constraint) in rows], fmt="o", color="black", markersize=4)
    axes.set(xlabel="(fitted - nominal) / width", yticks=y, yticklabels=[name for name, _ in rows], xlim=(-3, 3))
    return figure


@styled
def impacts(model, data, top=20):
    """Ranked impacts on the parameter of interest (bars: postfit, outlines: prefit) and pulls (points)."""
    rows = model.impacts(data)[:top]
    y = np.arange(len(rows))[::-1]
    figure, (left, right) = plt.subplots(1, 2, sharey=True, figsize=(9, 1.5 + 0.26 * len(rows)), width_ratios=[1, 1.4])
    constrained = [i for i, r in enumerate(rows) if np.isfinite(r.pull)]
    left.axvspan(-1, 1, color="#eef2f6")
    left.errorbar([rows[i].pull for i in constrained], y[constrained], xerr=[rows[i].constraint for i in constrained], fmt="o",
                  color=LINE, markersize=4)
    left.set(xlabel="pull", yticks=y, yticklabels=[r.name + ("" if r.statistical_origin else " (two-point)") for r in rows])
    right.barh(y, [r.impact_up for r in rows], height=0.6, color=UP, label="up")
    right.barh(y, [r.impact_down for r in rows], height=0.6, color=DOWN, label="down")
    for side, label in (("prefit_up", "before the fit"), ("prefit_down", None)):
        right.barh(y, [getattr(r, side) for r in rows], height=0.6, fill=False, edgecolor=LINE, linewidth=0.6, label=label)
    right.axvline(0, color=LINE, linewidth=0.8)
    right.set(xlabel=f"impact on {model.poi}")
    if any(r.impact_up or r.impact_down for r in rows):
        right.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    else:
        right.set_title(f"nothing moves {model.poi}: it stays at its bound")
    return figure


@styled
def cls(model, data, level=0.95, points=41):
    """Observed and expected CLs over the parameter of interest, up to beyond the weakest expected limit."""
    limit = model.limit(data, level)
    mu = np.linspace(0, 1.15 * max(limit.observed, limit.expected[4]), points)[1:]
    tests = [model.hypotest(data, m) for m in mu]
    band = np.array([t.expected for t in tests]).T
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.fill_between(mu, band[0], band[4], color=BANDS[0], label="expected, 2 sigma")
    axes.fill_between(mu, band[1], band[3], color=BANDS[1], label="expected, 1 sigma")
    axes.plot(mu, band[2], color=LINE, linestyle="--", label="expected, median")
    axes.plot(mu, [t.cls for t in tests], color=LINE, label="observed")
    axes.axhline(1 - level, color="#D55E00", linewidth=1)
    axes.axvline(limit.observed, color="#D55E00", linewidth=1, linestyle=":")
    axes.set(xlabel=model.poi, ylabel="CLs", yscale="log", ylim=(1e-3, 1.2), xlim=(0, mu[-1]),
             title=f"{model.poi} < {limit.observed:.4g} at {100 * level:g} % (expected {limit.expected[2]:.4g})")
    axes.legend(loc="upper right")
    return figure


@styled
def coverage(results, level=0.6827):
    """Coverage over the true value, from a list of fairu.Coverage, or {name: list} for several methods; bars: Clopper-Pearson."""
    named = {"": results} if results and isinstance(next(iter(results)), Coverage) else dict(results)
    figure, axes = plt.subplots(figsize=(6, 4))
    for i, (name, rows) in enumerate(named.items()):
        mu, share = np.array([r.truth for r in rows]), np.array([r.coverage for r in rows])
        ends = np.abs([[r.coverage - r.coverage_lower for r in rows], [r.coverage_upper - r.coverage for r in rows]])
        axes.errorbar(mu, share, yerr=ends, fmt="o-", markersize=4, linewidth=0.8, color=(UP, *PALETTE[1:])[i % len(PALETTE)], label=name)
    axes.axhline(level, color=LINE, linewidth=0.8, linestyle="--")
    axes.set(xlabel="true value", ylabel="coverage", title=f"{100 * level:.4g} % intervals")
    if any(named):
        axes.legend()
    return figure


@styled
def reliability(results):
    """A figure of what fairu.reliability() gives: one result, or {name: result} side by side. Band: where fractions fall if every probability is right."""
    named = {"": results} if isinstance(results, Reliability) else dict(results)
    figure, columns = plt.subplots(2, len(named), sharex=True, sharey="row", squeeze=False, figsize=(0.6 + 3.6 * len(named), 4.8),
                                   height_ratios=[3, 1])
    for (name, result), (above, below) in zip(named.items(), columns.T):
        rows = result.bins[result.bins["n"] > 0]
        above.fill_between(rows["mean"], np.clip(rows["mean"] - rows["spread"], 0, 1), np.clip(rows["mean"] + rows["spread"], 0, 1), color=SHADE,
                           label="if right")
        above.plot([0, 1], [0, 1], color=LINE, linewidth=0.8)
        above.errorbar(rows["mean"], rows["fraction"], yerr=[rows["fraction"] - rows["fraction_lower"], rows["fraction_upper"] - rows["fraction"]],
                       fmt="o", color=UP, markersize=4, label="observed")
        below.bar(rows["lower"], rows["weight"], width=rows["upper"] - rows["lower"], align="edge", color=UP)
        title = f"expected error {result.expected_error:.4f}, by sampling {result.sampling_error:.4f}"
        above.set(xlim=(0, 1), ylim=(-0.02, 1.02), title=f"{name}\n{title}" if name else title)
        below.set(xlabel="predicted probability")
    columns[0, 0].set(ylabel="fraction of signal")
    columns[1, 0].set(ylabel="weight")
    columns[0, 0].legend(loc="upper left")
    return figure
