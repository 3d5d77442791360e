"""Figures of `fairu study toy-rotation`."""
import math

import matplotlib
import numpy as np

from ._style import COLOURS, colour, label, plt, read, root_of

_FLOOR = 0.067582  # sigma_mu of the unbinned two-dimensional likelihood at mu = 1
_ANGLES = {0.0: "0", math.pi / 8: r"$\pi/8$", math.pi / 4: r"$\pi/4$", 3 * math.pi / 8: r"$3\pi/8$",
           math.pi / 2: r"$\pi/2$"}


def _angle(z):
    return next((text for value, text in _ANGLES.items() if abs(value - z) < 1e-6), f"{z:.3g}")


def _pick(methods, most=3):
    """One variant for each of baseline, augmented, aware, trained networks first."""
    chosen = {}
    for method in sorted(methods, key=lambda m: "net" not in m):
        chosen.setdefault(root_of(method) or method, method)
    order = ["baseline", "augmented", "aware"]
    return [chosen[k] for k in order if k in chosen][:most] or list(methods)[:most]


def decision(folder):
    table = read(folder, "decision.csv")
    methods, angles = _pick(table.values("method")), table.values("z")
    figure, grid = plt.subplots(len(methods), len(angles), figsize=(2.75 * len(angles) + 0.8, 2.55 * len(methods)),
                                sharex=True, sharey=True, squeeze=False)
    for row, method in zip(grid, methods):
        for axes, z in zip(row, angles):
            rows = table.where(method=method, z=z)
            x, y = np.unique(rows["x"]), np.unique(rows["y"])
            score = rows["score"].reshape(len(y), len(x))
            picture = axes.pcolormesh(x, y, score, cmap="RdBu_r", vmin=0, vmax=1, shading="nearest", rasterized=True)
            axes.contour(x, y, score, levels=[0.5], colors="#333333", linewidths=1)
            turn = np.linspace(0, 2 * np.pi, 100)
            for sign, line in ((1, "-"), (-1, "--")):  # one-sigma circles of signal and background at this z
                axes.plot(sign * np.cos(z) + 0.7 * np.cos(turn), sign * np.sin(z) + 0.7 * np.sin(turn), line,
                          color="black", linewidth=1)
            axes.set_aspect("equal")
            axes.grid(False)
            if method == methods[0]:
                axes.set_title(f"z = {_angle(z)}")
            if method == methods[-1]:
                axes.set_xlabel("$x_1$")
        row[0].set_ylabel(f"{label(method)}\n$x_2$")
    figure.colorbar(picture, ax=grid, label="score (circles: signal full, background dashed)", shrink=0.7)
    return figure


def training(folder):
    table = read(folder, "training.csv")
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for method in table.values("method"):
        rows = table.where(method=method)
        axes.plot(rows["epoch"], rows["loss"], marker=".", color=colour(method), label=label(method))
    axes.set_xlabel("epoch")
    axes.set_ylabel("cross-entropy (nat)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    return figure


def templates(folder):
    table = read(folder, "templates.csv")
    methods = _pick(table.values("method"))
    figure, grid = plt.subplots(2, len(methods), figsize=(3.3 * len(methods), 5.4), sharex=True, sharey="row",
                                squeeze=False)
    angles = [z for z in table.values("z") if -1e-9 <= z <= math.pi / 2 + 1e-9]
    shades = matplotlib.colormaps["viridis"](np.linspace(0.05, 0.85, len(angles)))
    for column, method in enumerate(methods):
        for row, process in enumerate(("signal", "background")):
            axes = grid[row][column]
            for z, shade in zip(angles, shades):
                rows = table.where(method=method, process=process, z=z)
                edges = np.linspace(0, 1, len(rows) + 1)
                axes.stairs(rows["yield"], edges, color=shade, linewidth=1.5, baseline=None,
                            label=f"z = {_angle(z)}")
            axes.set_yscale("log")
        grid[0][column].set_title(label(method), loc="left")
        grid[1][column].set_xlabel("score")
    grid[0][0].set_ylabel("signal, events per bin")
    grid[1][0].set_ylabel("background, events per bin")
    grid[0][0].legend(loc="upper left")
    return figure


def _case_title(case):
    return case.replace(" mu", ", mu").replace("z=pi/4", r"$z_{true} = \pi/4$").replace("z=pi/2", r"$z_{true} = \pi/2$") \
               .replace("mu=", r"$\mu_{true}$ = ")


def _drawn(methods):
    """At most one line per family, closed forms preferred: the curves of networks lie on them."""
    chosen = {}
    for method in sorted(methods, key=lambda m: "net" in m):
        chosen.setdefault(root_of(method) or method, method)
    return list(chosen.values())


def profile(folder):
    table = read(folder, "profile.csv")
    cases = table.values("case")
    columns = min(len(cases), 2)
    rows = -(-len(cases) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.8 * columns, 3.5 * rows), squeeze=False, sharey=True)
    for axes, case in zip(grid.flat, cases):
        here = table.where(case=case)
        for method in _drawn(here.values("method")):
            for curve, width, line in (("fixed", 1.0, "--"), ("cont", 2.2, "-")):
                points = here.where(method=method, curve=curve)
                axes.plot(points["mu"], points["dnll"], line, color=colour(method), linewidth=width,
                          label=label(method) if curve == "cont" else None)
        for level, text in ((0.5, r"1$\sigma$"), (2.0, r"2$\sigma$")):
            axes.axhline(level, color="#8595a6", linewidth=0.8)
            axes.annotate(text, (0.995, level), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                          color="#5a6a7b", fontsize=8)
        axes.set_ylim(0, 4)
        axes.set_title(_case_title(case), loc="left")
        axes.set_xlabel(r"$\mu$")
    for axes in list(grid.flat)[len(cases):]:
        axes.set_visible(False)
    for row in grid:
        row[0].set_ylabel(r"$-\ln L$ above its minimum")
    grid[0][0].plot([], [], "--", color="#333333", linewidth=1, label="z fixed at the truth")
    grid[0][0].legend(loc="upper center", fontsize=8)
    return figure


def nll_map(folder):
    table = read(folder, "nll_map.csv")
    panels = [(c, m) for c in table.values("case") for m in _drawn(table.where(case=c).values("method"))]
    columns = max(len(_drawn(table.where(case=c).values("method"))) for c in table.values("case"))
    rows = -(-len(panels) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(3.1 * columns + 0.9, 2.9 * rows), squeeze=False)
    for axes, (case, method) in zip(grid.flat, panels):
        points = table.where(case=case, method=method)
        mu, z = np.unique(points["mu"]), np.unique(points["z"])
        nll = points["nll"].reshape(len(mu), len(z)).T
        picture = axes.pcolormesh(mu, z, np.log10(np.clip(nll, 1e-2, 1e4)), cmap="viridis", vmin=-2, vmax=4,
                                  shading="nearest", rasterized=True)
        axes.contour(mu, z, nll, levels=[1.148, 3.09], colors=["white", "white"], linewidths=[1.6, 0.9])
        axes.set_yticks([-math.pi / 4, 0, math.pi / 4, math.pi / 2, 3 * math.pi / 4],
                        [r"$-\pi/4$", "0", r"$\pi/4$", r"$\pi/2$", r"$3\pi/4$"])
        axes.grid(False)
        axes.set_title(f"{label(method)}\n{_case_title(case)}", loc="left", fontsize=9)
        axes.set_xlabel(r"$\mu$")
    for row in grid:
        row[0].set_ylabel("z")
    for axes in list(grid.flat)[len(panels):]:
        axes.set_visible(False)
    figure.colorbar(picture, ax=grid, label=r"$\log_{10}$ of $-\ln L$ above its minimum; lines: 68 %, 95 %", shrink=0.8)
    return figure


def intervals(folder):
    table = read(folder, "intervals.csv").where(mu_true=1.0, z_mode="cont", constraint="prior", n_bins=10.0)
    methods = sorted(table.values("method"), key=lambda m: list(COLOURS).index(root_of(m) or "true-z"))
    binnings = [b for b in ("uniform", "logit") if len(table.where(binning=b))]
    truths = sorted(table.values("z_true"))
    figure, grid = plt.subplots(1, len(binnings), figsize=(4.6 * len(binnings) + 1.2, 0.4 * len(methods) + 1.7),
                                squeeze=False, sharey=True, sharex=True)
    for axes, binning in zip(grid[0], binnings):
        for i, method in enumerate(methods):
            for z, fill in zip(truths, ("none", "full")):
                rows = table.where(method=method, z_true=z, binning=binning)
                if len(rows):
                    axes.plot(rows["half_width_1s"][0], i, "o", color=colour(method), markersize=8, fillstyle=fill,
                              markeredgewidth=1.6)
        axes.axvline(_FLOOR, color="#D55E00", linewidth=1.4, label="floor: unbinned likelihood")
        axes.set_title(f"10 {binning} bins", loc="left")
        axes.set_xlabel(r"half-width of $\mu$ at one sigma, z profiled")
        axes.set_xlim(left=0)
    for z, fill in zip(truths, ("none", "full")):
        grid[0][0].plot([], [], "o", color="#333333", fillstyle=fill, markersize=8, label=f"$z_{{true}}$ = {_angle(z)}")
    grid[0][0].set_yticks(range(len(methods)), [label(m) for m in methods])
    grid[0][0].invert_yaxis()
    grid[0][-1].legend(*grid[0][0].get_legend_handles_labels(), loc="lower right")
    return figure


def coverage(folder):
    table = read(folder, "coverage.csv")
    rows = range(len(table))
    figure, axes = plt.subplots(figsize=(8.2, 0.34 * len(table) + 1.4))
    for i in rows:
        method, value = table["method"][i], table["coverage"][i]
        axes.errorbar(value, i, xerr=[[value - table["coverage_lower"][i]], [table["coverage_upper"][i] - value]],
                      fmt="o", color=colour(method), capsize=3, markersize=5,
                      markerfacecolor="white" if table["kind"][i] == "closed" else None)
    axes.axvline(0.6827, color="#333333", linewidth=1)
    axes.axvspan(0.6627, 0.7027, color="#333333", alpha=0.07)
    axes.set_yticks(list(rows), [f"{label(table['method'][i])}, z = {_angle(table['z_true'][i])}, "
                                 f"$\\mu$ = {table['mu_true'][i]:g}, {table['constraint'][i]}" for i in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("coverage of one-sigma intervals (open: closed form; band: 0.6827 ± 0.02)")
    return figure


FIGURES = {"decision": decision, "training": training, "templates": templates, "profile": profile,
           "nll_map": nll_map, "intervals": intervals, "coverage": coverage}
