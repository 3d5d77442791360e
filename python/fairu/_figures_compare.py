"""Figures of `fairu study compare`."""
import numpy as np

from ._style import plt, read

_COLOURS = {"optimal": "#333333", "optimal-aware": "#777777", "baseline": "#0072B2", "augmented": "#E69F00", "aware": "#009E73",
            "pivot": "#CC79A7", "gradient-reversal": "#AA4499", "tangent": "#56B4E9", "inferno": "#D55E00", "neos": "#882255",
            "significance": "#999933", "inferno-aware": "#661100"}
_MARKERS = "osD^v<>Pp*Xh"


def _colour(method):
    return _COLOURS.get(method, "#000000")


def _order(table):
    """Methods in the order of their rank, those that do not cover last, those that could not be trained not at all."""
    rows = {m: table.where(method=m) for m in table.values("method")}
    ranks = {m: row["rank"][0] for m, row in rows.items() if row["trained"][0] > 0}
    return sorted(ranks, key=lambda m: (ranks[m] == 0, ranks[m]))


def ranking(folder):
    table = read(folder, "methods.csv")
    methods, truths = _order(table), table.values("truth")
    figure, grid = plt.subplots(1, len(truths), figsize=(4.6 * len(truths) + 1.4, 0.36 * len(methods) + 1.6), squeeze=False,
                                sharey=True)
    for axes, truth in zip(grid[0], truths):
        for i, method in enumerate(methods):
            row = table.where(method=method, truth=truth)
            for name, height, filled in (("width", 0.0, True), ("fixed", 0.26, False)):
                value = row[name][0]
                axes.errorbar(value, i + height, xerr=[[value - row[f"{name}_lower"][0]], [row[f"{name}_upper"][0] - value]],
                              fmt="o" if filled else "|", color=_colour(method), capsize=3 if filled else 0, markersize=7,
                              markerfacecolor=None if row["covers"][0] else "white", linewidth=1.4)
        if np.isfinite(table.where(truth=truth)["floor"][0]):
            axes.axvline(table.where(truth=truth)["floor"][0], color="#D55E00", linewidth=1.4)
        axes.set_title(truth, loc="left")
        axes.set_xlabel(r"half-width of $\mu$ (strokes: Z known)")
        axes.set_xlim(left=0)
    grid[0][0].set_yticks(range(len(methods)), methods)
    grid[0][0].invert_yaxis()
    grid[0][0].plot([], [], "o", color="#333333", label="covers")
    grid[0][0].plot([], [], "o", color="#333333", markerfacecolor="white", label="does not cover")
    grid[0][0].plot([], [], color="#D55E00", label="floor")
    grid[0][-1].legend(*grid[0][0].get_legend_handles_labels(), loc="lower left", fontsize=8)
    return figure


def coverage(folder):
    table = read(folder, "methods.csv")
    methods, truths = _order(table), table.values("truth")
    figure, axes = plt.subplots(figsize=(7.6, 0.42 * len(methods) + 1.4))
    for i, method in enumerate(methods):
        for k, truth in enumerate(truths):
            row = table.where(method=method, truth=truth)
            value = row["coverage"][0]
            axes.errorbar(value, i + 0.26 * (k - 0.5 * (len(truths) - 1)),
                          xerr=[[value - row["coverage_lower"][0]], [row["coverage_upper"][0] - value]], fmt=_MARKERS[k],
                          color=_colour(method), capsize=2, markersize=5)
    for k, truth in enumerate(truths):
        axes.plot([], [], _MARKERS[k], color="#333333", label=truth)
    axes.axvline(0.6827, color="#333333", linewidth=1)
    axes.axvspan(0.6627, 0.7027, color="#333333", alpha=0.07)
    axes.set_yticks(range(len(methods)), methods)
    axes.invert_yaxis()
    axes.set_xlabel("coverage of one-sigma intervals (band: 0.6827 \u00b1 0.02)")
    axes.legend(loc="lower left", fontsize=8)
    return figure


def _over_floor(table, method):
    rows = table.where(method=method)
    return float(np.mean(rows["width"] / np.where(np.isfinite(rows["floor"]), rows["floor"], 1.0)))


def _scatter(folder, position, text, logarithmic):
    table = read(folder, "methods.csv")
    figure, axes = plt.subplots(figsize=(6.6, 4.0))
    for i, method in enumerate(_order(table)):
        x = position(method, table)
        if x is None or not np.isfinite(x):
            continue
        covers = table.where(method=method)["covers"][0]
        axes.plot(x, _over_floor(table, method), _MARKERS[i % len(_MARKERS)], color=_colour(method), markersize=8,
                  markerfacecolor=None if covers else "white", label=method if covers else f"{method} (does not cover)")
    if np.isfinite(table["floor"][0]):
        axes.axhline(1.0, color="#D55E00", linewidth=1.4)
    if logarithmic:
        axes.set_xscale("log")
    axes.set_xlabel(text)
    axes.set_ylabel("width" + (" over floor" if np.isfinite(table["floor"][0]) else "") + ", mean of the truths")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8)
    return figure


def dependence(folder):
    def position(method, table):
        row = table.where(method=method)
        return max(row["dependence_background"][0], row["dependence_signal"][0])
    return _scatter(folder, position, "Kolmogorov distance within a prior width of nominal Z, larger of the classes", False)


def timing(folder):
    times = read(folder, "timing.csv")

    def position(method, table):
        seconds = float(np.median(times.where(method=method)["training_seconds"]))
        return seconds if seconds > 0 else None
    return _scatter(folder, position, "training time, seconds", True)


FIGURES = {"ranking": ranking, "coverage": coverage, "dependence": dependence, "timing": timing}
