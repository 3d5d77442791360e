"""Figures of a likelihood: impacts with pulls, CLs over mu with its expected band, the profile."""
import numpy as np

from ._style import plt

BAND = ("#F0E442", "#7fc97f")  # two and one sigma
UP, DOWN, LINE = "#0072B2", "#E69F00", "#333333"


def impacts(model, data, top=20):
    """Ranked impacts on the parameter of interest (bars: postfit, outlines: prefit) and pulls (points)."""
    rows = model.impacts(data)[:top]
    y = np.arange(len(rows))[::-1]
    figure, (left, right) = plt.subplots(1, 2, sharey=True, figsize=(9, 1.2 + 0.26 * len(rows)), width_ratios=[1, 1.4])
    constrained = [i for i, r in enumerate(rows) if np.isfinite(r.pull)]
    left.axvspan(-1, 1, color="#eef2f6")
    left.errorbar([rows[i].pull for i in constrained], y[constrained], xerr=[rows[i].constraint for i in constrained], fmt="o",
                  color=LINE, markersize=4)
    left.set(xlabel="pull", yticks=y, yticklabels=[r.name + ("" if r.statistical_origin else " (two-point)") for r in rows])
    right.barh(y, [r.impact_up for r in rows], height=0.6, color=UP, label="up")
    right.barh(y, [r.impact_down for r in rows], height=0.6, color=DOWN, label="down")
    for side in ("prefit_up", "prefit_down"):
        right.barh(y, [getattr(r, side) for r in rows], height=0.6, fill=False, edgecolor=LINE, linewidth=0.6)
    right.axvline(0, color=LINE, linewidth=0.8)
    right.set(xlabel=f"impact on {model.poi}")
    if any(r.impact_up or r.impact_down for r in rows):
        right.legend(loc="lower right")
    else:
        right.set_title(f"nothing moves {model.poi}: it stays at its bound")
    return figure


def cls(model, data, level=0.95, points=41):
    """Observed and expected CLs over the parameter of interest, up to beyond the weakest expected limit."""
    limit = model.limit(data, level)
    mu = np.linspace(0, 1.15 * max(limit.observed, limit.expected[4]), points)[1:]
    tests = [model.hypotest(data, m) for m in mu]
    band = np.array([t.expected for t in tests]).T
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.fill_between(mu, band[0], band[4], color=BAND[0], label="expected, 2 sigma")
    axes.fill_between(mu, band[1], band[3], color=BAND[1], label="expected, 1 sigma")
    axes.plot(mu, band[2], color=LINE, linestyle="--", label="expected, median")
    axes.plot(mu, [t.cls for t in tests], color=LINE, label="observed")
    axes.axhline(1 - level, color="#D55E00", linewidth=1)
    axes.axvline(limit.observed, color="#D55E00", linewidth=1, linestyle=":")
    axes.set(xlabel=model.poi, ylabel="CLs", yscale="log", ylim=(1e-3, 1.2), xlim=(0, mu[-1]),
             title=f"{model.poi} < {limit.observed:.4g} at {100 * level:g} % (expected {limit.expected[2]:.4g})")
    axes.legend(loc="upper right")
    return figure


def profile(model, data, parameter=None, points=61):
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
    for sigmas in (1, 4, 9):
        axes.axhline(sigmas, color="#999999", linewidth=0.8, linestyle=":")
    axes.set(xlabel=name, ylabel="2 (NLL - minimum)", ylim=(0, 10), title=f"{name} = {fit[name]:.4g}")
    axes.legend(loc="upper center")
    return figure
