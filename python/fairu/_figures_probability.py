"""The reliability diagram: observed fractions of signal over predicted probabilities."""
import numpy as np

from ._style import plt
from .probability import Reliability

DOTS, BAND, LINE = "#0072B2", "#cfe3f1", "#333333"


def reliability_diagram(results):
    """A figure of what fairu.reliability() gives: one result, or {name: result} side by side. Band: where fractions fall if every probability is right."""
    named = {"": results} if isinstance(results, Reliability) else dict(results)
    figure, columns = plt.subplots(2, len(named), sharex=True, sharey="row", squeeze=False, figsize=(0.6 + 3.6 * len(named), 4.8),
                                   height_ratios=[3, 1])
    for (name, result), (above, below) in zip(named.items(), columns.T):
        rows = result.bins[result.bins["n"] > 0]
        above.fill_between(rows["mean"], np.clip(rows["mean"] - rows["spread"], 0, 1), np.clip(rows["mean"] + rows["spread"], 0, 1), color=BAND,
                           label="if right")
        above.plot([0, 1], [0, 1], color=LINE, linewidth=0.8)
        above.errorbar(rows["mean"], rows["fraction"], yerr=[rows["fraction"] - rows["fraction_lower"], rows["fraction_upper"] - rows["fraction"]],
                       fmt="o", color=DOTS, markersize=4, label="observed")
        below.bar(rows["lower"], rows["weight"], width=rows["upper"] - rows["lower"], align="edge", color=DOTS)
        title = f"expected error {result.expected_error:.4f}, by sampling {result.sampling_error:.4f}"
        above.set(xlim=(0, 1), ylim=(-0.02, 1.02), title=f"{name}\n{title}" if name else title)
        below.set(xlabel="predicted probability")
    columns[0, 0].set(ylabel="fraction of signal")
    columns[1, 0].set(ylabel="weight")
    columns[0, 0].legend(loc="upper left")
    return figure
