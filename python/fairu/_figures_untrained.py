"""Figures of `fairu study untrained`."""
from ._style import plt, read

_COLOURS = {"aware_both": "#009E73", "aware_profiled": "#0072B2", "aware_ignored": "#D55E00", "frozen_profiled": "#E69F00"}
_LABELS = {"aware_both": "aware of z and k", "aware_profiled": "aware of z, k profiled",
           "aware_ignored": "aware of z, k ignored", "frozen_profiled": "nominal, z and k profiled"}
_TRUTHS = {"coherent": ("#0072B2", "o"), "nearly": ("#E69F00", "s"), "independent": ("#D55E00", "^")}


def _family(method):
    return method.removesuffix("_net")


def _label(method):
    return _LABELS[_family(method)] + (" (network)" if method.endswith("_net") else "")


def _spread(i, n, width=0.7):
    """Offset of method i of n around its truth, so that points do not hide each other."""
    return width * ((i + 0.5) / n - 0.5)


def _truth_axis(axes, truths):
    axes.set_xticks(range(len(truths)), [t.replace("k+0.1s", r"k + 0.1$\sigma$").replace("+1s", r" + 1$\sigma$")
                                         .replace("+2s", r" + 2$\sigma$").replace(" k", ", k") for t in truths])
    axes.set_xlabel("where the truth lies")


def _by_truth(table, axes, draw):
    methods, truths = table.values("method"), table.values("truth")
    for i, method in enumerate(methods):
        rows = table.where(method=method)
        places = [truths.index(t) + _spread(i, len(methods)) for t in rows["truth"]]
        draw(axes, places, rows, {"color": _COLOURS[_family(method)], "fillstyle": "none" if method.endswith("_net") else "full",
                                  "linestyle": "none", "marker": "o", "markersize": 6, "label": _label(method)})
    _truth_axis(axes, truths)


def widths(folder):
    table = read(folder, "untrained.csv")
    figure, (above, below) = plt.subplots(2, 1, figsize=(8.4, 6.2), sharex=True)
    _by_truth(table, above, lambda axes, x, rows, style: axes.plot(x, rows["half_width_1s"], **style))
    _by_truth(table, below, lambda axes, x, rows, style: axes.plot(x, rows["mu_hat"], **style))
    for i, truth in enumerate(table.values("truth")):
        floor = table.where(truth=truth)["floor"][0]
        above.hlines(floor, i - 0.45, i + 0.45, color="#333333", linewidth=1.2, label="floor" if i == 0 else None)
    below.axhline(1.0, color="#333333", linewidth=1)
    above.set_ylabel(r"half-width of $\mu$ at one sigma")
    below.set_ylabel(r"$\hat{\mu}$ of expected data")
    above.set_xlabel("")
    below.legend(fontsize=8)
    above.legend(*[part[-1:] for part in above.get_legend_handles_labels()], loc="upper left")
    return figure


def coverage(folder):
    table = read(folder, "untrained.csv")
    figure, axes = plt.subplots(figsize=(8.4, 4.0))

    def draw(where, x, rows, style):
        value = rows["coverage"]
        where.errorbar(x, value, yerr=[value - rows["coverage_lower"], rows["coverage_upper"] - value], capsize=2, **style)

    _by_truth(table, axes, draw)
    axes.axhline(0.6827, color="#333333", linewidth=1)
    axes.set_ylim(-0.03, 1)
    axes.set_ylabel("coverage of one-sigma intervals")
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0.0, 0.08))
    return figure


def split(folder):
    table = read(folder, "split.csv")
    analyses = table.values("analysis")
    titles = {"count": "counts", "shape": "ten bins", "control": "counts and a control region"}
    figure, grid = plt.subplots(2, len(analyses), figsize=(3.3 * len(analyses), 5.6), sharex="col", sharey="row", squeeze=False)
    for (above, below), analysis in zip(grid.T, analyses):
        here = table.where(analysis=analysis)
        scales = here.values("scales")
        first = here.where(truth=here.values("truth")[0])
        above.bar(range(len(scales)), first["half_width_1s"], color="#b6c2cf", width=0.6, label="total")
        above.plot(range(len(scales)), first["statistical"], "_", color="#333333", markersize=26, label="statistical")
        for truth in here.values("truth"):
            colour, marker = _TRUTHS[truth]
            rows = here.where(truth=truth)
            value = rows["coverage"]
            below.errorbar(range(len(scales)), value, yerr=[value - rows["coverage_lower"], rows["coverage_upper"] - value],
                           color=colour, marker=marker, capsize=2, label=f"truth {truth}")
        below.axhline(0.6827, color="#333333", linewidth=1)
        below.set_xticks(range(len(scales)), [f"{s:g}" for s in scales])
        below.set_xlabel("scales in the model")
        above.set_title(titles[analysis], loc="left")
    grid[1][0].set_ylim(0, 1)
    grid[0][0].set_ylabel(r"half-width of $\mu$, expected")
    grid[1][0].set_ylabel("coverage of one-sigma intervals")
    grid[0][-1].legend()
    grid[1][0].legend(loc="lower left", fontsize=8)
    return figure


FIGURES = {"widths": widths, "coverage": coverage, "split": split}
