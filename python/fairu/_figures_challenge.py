"""Figures of `fairu challenge`."""
import json
import pathlib

import numpy as np

from ._style import plt, read

_LEVEL = 0.6827
_COLOURS = {"calibrated": "#009E73", "profile": "#0072B2", "hesse": "#56B4E9", "baseline": "#E69F00",
            "counting": "#D55E00", "random": "#999999"}
_PROCESSES = {"ztautau": "#56B4E9", "ttbar": "#E69F00", "diboson": "#CC79A7", "htautau": "#D55E00"}
_NAMES = {"log_soft_met": "ln soft MET", "ttbar_scale": "ttbar", "diboson_scale": "diboson", "bkg_scale": "background"}


def _band(axes, n):
    """Where the coverage of n intervals costs nothing."""
    sigma = np.sqrt(_LEVEL * (1 - _LEVEL) / n)
    axes.axhspan(_LEVEL - 2 * sigma, _LEVEL + 2 * sigma, color="#e4e9ef", zorder=0)
    axes.axhline(_LEVEL, color="#333333", linewidth=0.8)


def _errors(rows):
    return [rows["coverage"] - rows["coverage_lower"], rows["coverage_upper"] - rows["coverage"]]


def scores(folder):
    table = read(folder, "scores.csv")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.6))
    for i, name in enumerate(table["estimator"]):
        rows = table.where(estimator=name)
        left.errorbar(rows["interval"], rows["coverage"], _errors(rows), fmt="o", color=_COLOURS[name], label=name)
        score = rows["quantile_score"][0]
        right.barh(i, score, color=_COLOURS[name])
        right.annotate(f"{score:.3f}", (min(score, 0), i), textcoords="offset points", xytext=(-4, 0), ha="right",
                       va="center", fontsize=9)
    _band(left, table["n"].max())
    left.set_xlabel("mean width")
    left.set_ylabel("coverage (95 % interval; band: no penalty)")
    left.legend()
    lowest = min(np.nanmin(table["quantile_score"]), 0)
    right.set_xlim(left=1.25 * lowest - 0.1)
    right.set_yticks(range(len(table)), list(table["estimator"]))
    right.invert_yaxis()
    right.axvline(0, color="#333333", linewidth=0.8)
    right.set_xlabel("score (larger is better)")
    return figure


def coverage(folder):
    table = read(folder, "sets.csv")
    figure, axes = plt.subplots(figsize=(8.2, 4.2))
    names = table.values("estimator")
    offsets = np.linspace(-0.03, 0.03, len(names))
    _band(axes, table["n"].max())
    for name, offset in zip(names, offsets):
        rows = table.where(estimator=name)
        axes.errorbar(rows["mu"] + offset, rows["coverage"], _errors(rows), fmt="o", markersize=4, elinewidth=1,
                      color=_COLOURS[name], label=name)
    axes.set_xlabel(r"true $\mu$")
    axes.set_ylabel("coverage")
    axes.set_ylim(-0.03, 1.03)
    axes.legend(ncol=3)
    return figure


def _pulls(rows):
    """(estimate - truth) over the half width on the side of the truth, before the cut to the range of mu."""
    estimate, truth = rows["mu_hat"], rows["mu_true"]
    low, high = estimate - rows["before_cut_p16"], rows["before_cut_p84"] - estimate
    half = np.where(estimate > truth, low, high)
    return np.where(half > 0, (estimate - truth) / np.where(half > 0, half, 1), np.nan)


def pulls(folder):
    sets = read(folder, "sets.csv")
    wanted = [n for n in ("calibrated", "profile", "hesse", "baseline") if n in sets.values("estimator")]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8))
    offsets = np.linspace(-0.03, 0.03, max(len(wanted), 2))
    for name, offset in zip(wanted, offsets):
        if name != "calibrated":  # its ends are no estimate's errors
            table = read(folder, name + ".csv")
            values = _pulls(table)
            numbers = np.unique(table["set"])
            groups = [(values[table["set"] == s], table["mu_true"][table["set"] == s][0]) for s in numbers]
            groups = [(g[np.isfinite(g)], mu) for g, mu in groups]
            left.errorbar([mu + offset for g, mu in groups if len(g)], [np.median(g) for g, _ in groups if len(g)],
                          [np.subtract(*np.percentile(g, [84, 16])) / 2 for g, _ in groups if len(g)], fmt="o", markersize=4, elinewidth=1,
                          color=_COLOURS[name], label=name)
        rows = sets.where(estimator=name)
        order = np.argsort(rows["mu"])
        right.plot(rows["mu"][order], rows["interval"][order], ".-", color=_COLOURS[name], label=name)
    for level in (-1, 0, 1):
        left.axhline(level, color="#333333", linewidth=0.8, linestyle="-" if level == 0 else ":")
    left.set_ylim(-4, 4)
    left.set_ylabel(r"pull of $\mu$: median, half of 16 to 84 %")
    right.set_ylabel("mean width")
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel(r"true $\mu$")
        if axes.get_legend_handles_labels()[0]:
            axes.legend()
    return figure


def nuisances(folder):
    table = read(folder, "nuisances.csv")
    names = table.values("nuisance")
    figure, grid = plt.subplots(2, 3, figsize=(9.2, 4.8), sharex=True)
    edges = np.linspace(-4, 4, 33)
    centres = np.linspace(-4, 4, 200)
    for axes, name in zip(grid.flat, names):
        rows = table.where(nuisance=name)
        ok = rows["error"] > 0
        values = (rows["fitted"][ok] - rows["true"][ok]) / rows["error"][ok]
        axes.hist(np.clip(values, -4, 4), edges, color="#0072B2", alpha=0.75)
        axes.plot(centres, len(values) * (edges[1] - edges[0]) * np.exp(-centres**2 / 2) / np.sqrt(2 * np.pi),
                  color="#333333", linewidth=1)
        if len(values):
            axes.set_title(f"{_NAMES.get(name, name)}: {values.mean():.2f}, width {values.std():.2f}", loc="left",
                           fontsize=10)
    for axes in grid[1]:
        axes.set_xlabel("(fitted - true) / error")
    return figure


def critical(folder):
    table = read(folder, "critical.csv")
    figure, axes = plt.subplots(figsize=(6.6, 3.8))
    curve, points = table.where(kind="critical"), table.where(kind="quantile")
    axes.fill_between(curve["mu"], curve["value"] - curve["error"], curve["value"] + curve["error"], color="#009E73",
                      alpha=0.25)
    axes.plot(curve["mu"], curve["value"], color="#009E73", label="c($\\mu$)")
    axes.errorbar(points["mu"], points["value"], points["error"], fmt="o", markersize=4, color="#333333",
                  label="68.27 % quantile of the toys")
    axes.axhline(1, color="#333333", linewidth=0.8, linestyle=":")
    axes.set_xlabel(r"hypothesis $\mu$")
    axes.set_ylabel(r"t($\mu$)")
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure


def templates(folder):
    table = read(folder, "templates.csv")
    figure, axes = plt.subplots(figsize=(7.4, 3.8))
    for name, shade in _PROCESSES.items():
        rows = table.where(process=name)
        axes.stairs(rows["yield"], np.arange(len(rows) + 1), color=shade, label=name, linewidth=1.4, baseline=None)
        axes.errorbar(rows["bin"] + 0.5, rows["yield"], np.sqrt(rows["variance"]), fmt="none", ecolor=shade, elinewidth=1)
    axes.set_yscale("log")
    axes.set_xlabel("bin, signal-like to the right")
    axes.set_ylabel("events per bin")
    axes.legend(ncol=2)
    return figure


def repartitions(folder):
    table = read(folder, "repartitions.csv")
    names = table.values("estimator")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.6))
    for i, name in enumerate(names):
        rows = table.where(estimator=name)
        spread = np.linspace(-0.2, 0.2, len(rows)) if len(rows) > 1 else [0.0]
        for axes, column in ((left, "coverage"), (right, "interval")):
            axes.plot(i + spread, rows[column], ".", color=_COLOURS[name], alpha=0.7)
            axes.hlines(np.nanmean(rows[column]), i - 0.3, i + 0.3, color=_COLOURS[name], linewidth=2.4)
    left.axhline(_LEVEL, color="#333333", linewidth=0.8)
    for axes, what in ((left, "coverage"), (right, "mean width")):
        axes.set_ylabel(what)
        axes.set_xticks(range(len(names)), names, rotation=30)
        axes.grid(axis="x", visible=False)
    return figure


def closure(folder):
    table = read(folder, "closure.csv")
    with open(pathlib.Path(folder) / "results.json", encoding="utf-8") as stream:
        results = json.load(stream)["closure"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.6))
    rows = table.where(kind="mu")
    bounds = [[r["coverage_lower"], r["coverage_upper"]] for r in results["by_mu"]]
    values = rows["n_covered"] / rows["n"]
    _band(left, rows["n"].max())
    left.errorbar(rows["value"], values, [values - [b[0] for b in bounds], [b[1] for b in bounds] - values], fmt="o",
                  color=_COLOURS["calibrated"], markersize=4)
    left.set_xlabel(r"true $\mu$")
    left.set_ylabel("coverage of the toys")
    names = list(results["thirds"])
    for i, name in enumerate(names):
        third = table.where(kind=name)
        values = third["n_covered"] / third["n"]
        right.errorbar(i + np.array([-0.2, 0, 0.2]), values, np.sqrt(values * (1 - values) / third["n"]), fmt="o",
                       color=_COLOURS["calibrated"], markersize=4)
    right.axhline(_LEVEL, color="#333333", linewidth=0.8)
    right.set_xticks(range(len(names)), [_NAMES.get(n, n) for n in names], rotation=30)
    right.set_ylabel("coverage in thirds of the nuisance")
    return figure


FIGURES = {"scores": scores, "coverage": coverage, "pulls": pulls, "nuisances": nuisances, "critical": critical,
           "templates": templates, "repartitions": repartitions, "closure": closure}
