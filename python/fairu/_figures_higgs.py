"""Figures of `fairu study higgs-tes`."""
import numpy as np

from ._style import colour, label, plt, read

_METHODS = ["baseline", "augmented", "aware", "true-z"]
_TRUTHS = [0.9, 1.0, 1.1]


def losses(folder):
    table = read(folder, "losses.csv")
    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for network in table.values("network"):
        rows = table.where(network=network)
        last = rows["epoch"].max()
        dashed = "--" if network.endswith("0.9") else ":" if network.endswith("1.1") else "-"
        axes.plot(rows["epoch"] / last, rows["training_loss"], dashed, color=colour(network), marker=".",
                  label=network.replace("true-z-", "trained at Z = "))
    axes.set_xlabel("fraction of the training")
    axes.set_ylabel("cross-entropy, classes balanced (nat)")
    axes.legend()
    return figure


def _points(axes, table, column, methods):
    """Splits as points, their mean as a bar."""
    offsets = np.linspace(-0.27, 0.27, len(methods))
    for method, offset in zip(methods, offsets):
        for i, truth in enumerate(_TRUTHS):
            values = table.where(method=method, z_true=truth)[column]
            values = values[np.isfinite(values)]
            if not len(values):
                continue
            spread = np.linspace(-0.05, 0.05, len(values)) if len(values) > 1 else [0.0]
            axes.plot(i + offset + spread, values, ".", color=colour(method), alpha=0.55, markersize=5)
            axes.hlines(values.mean(), i + offset - 0.085, i + offset + 0.085, color=colour(method), linewidth=2.6,
                        label=label(method) if i == 0 else None)
    axes.set_xticks(range(len(_TRUTHS)), [f"Z = {t:.1f}" for t in _TRUTHS])
    axes.grid(axis="x", visible=False)


def _by_mode_and_luminosity(folder, column, methods, ylabel, zero):
    table = read(folder, "splits.csv").where(mc_stat="moving")
    figure, grid = plt.subplots(2, 2, figsize=(9.2, 6.2), sharex=True)
    for row, luminosity in zip(grid, table.values("luminosity")):
        for axes, mode in zip(row, ("fixed", "cont")):
            _points(axes, table.where(luminosity=luminosity, z_mode=mode), column, methods)
            axes.set_title(f"{'Z fixed at the truth' if mode == 'fixed' else 'Z profiled, prior N(1, 0.05)'}, "
                           f"{luminosity:.0f} x Weight", loc="left")
            if zero:
                axes.axhline(0, color="#333333", linewidth=0.8)
        row[0].set_ylabel(ylabel)
    for axes in grid[1]:
        axes.set_xlabel("true tau energy scale")
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=len(methods))
    return figure


def widths(folder):
    return _by_mode_and_luminosity(folder, "half_width_1s", _METHODS, "half-width of $\\mu$", False)


def differences(folder):
    return _by_mode_and_luminosity(folder, "minus_baseline", _METHODS[1:], "half-width minus baseline", True)


def templates(folder):
    table = read(folder, "templates.csv")
    shown = ["baseline", "augmented", "aware"]
    figure, grid = plt.subplots(2, len(shown), figsize=(9.6, 5.4), sharex="col")
    shades = {0.9: "#56B4E9", 1.0: "#333333", 1.1: "#D55E00"}
    for column, network in enumerate(shown):
        for row, process in enumerate(("signal", "background")):
            axes = grid[row][column]
            for z, shade in shades.items():
                rows = table.where(network=network, process=process, z=z)
                n = len(rows)
                axes.stairs(rows["yield"], np.arange(n + 1), color=shade, label=f"Z = {z:.1f}", linewidth=1.4,
                            baseline=None)
                axes.errorbar(rows["bin"] + 0.5 + (z - 1), rows["yield"], np.sqrt(rows["variance"]), fmt="none",
                              ecolor=shade, elinewidth=1)
            if process == "background":
                axes.set_yscale("log")
                axes.set_xlabel("bin, signal-like to the right")
            else:
                axes.set_title(label(network), loc="left")
                axes.set_ylim(bottom=0)
            axes.xaxis.get_major_locator().set_params(integer=True)
            if column == 0:
                axes.set_ylabel(f"{process}, events per bin")
    grid[0][0].legend(loc="upper center")
    return figure


FIGURES = {"losses": losses, "widths": widths, "differences": differences, "templates": templates}
