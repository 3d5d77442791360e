#!/usr/bin/env python3
"""picture.py DIR PNG: the README's picture from the folder of `fairu study toy-rotation`.

Left: profiled likelihood curves at z = pi/2, mu = 1. Right: coverage of the one-sigma intervals.
Run from the project's root with PYTHONPATH=python.
"""
import math
import sys

from fairu._style import colour, label, plt, read

METHODS = {"baseline": "baseline: trained at nominal", "aug_lda": "augmented: all angles, z hidden",
           "aware": "aware: z is an input", "optimal": "trained at the true z"}


def curves(axes, folder):
    table = read(folder, "profile.csv")
    case = next(c for c in table.values("case") if "pi/2" in c)
    for method, text in METHODS.items():
        rows = table.where(case=case, method=method, curve="cont")
        axes.plot(rows["mu"], rows["dnll"], color=colour(method), linewidth=2.2, label=text,
                  linestyle=":" if method == "optimal" else "-")
    axes.axhline(0.5, color="#8595a6", linewidth=0.8)
    axes.annotate(r"1$\sigma$", (0.99, 0.5), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9)
    axes.set(xlim=(0.6, 1.4), ylim=(0, 4), xlabel=r"signal strength $\mu$", ylabel=r"$-\ln L$ above its minimum")
    axes.set_title("Profiled likelihood at $z = \\pi/2$", loc="left")
    axes.legend(loc="upper center", fontsize=8, frameon=True, framealpha=1, edgecolor="none")


def coverage(axes, folder):
    table = read(folder, "coverage.csv")
    labels = []
    for method in METHODS:
        for z, name in ((math.pi / 4, r"$\pi/4$"), (math.pi / 2, r"$\pi/2$")):
            rows = table.where(method=method)
            row = {k: v[abs(rows["z_true"] - z) < 1e-6][0] for k, v in rows.columns.items()}
            axes.errorbar(row["coverage"], -len(labels), xerr=[[row["coverage"] - row["coverage_lower"]],
                          [row["coverage_upper"] - row["coverage"]]], fmt="o", color=colour(method), capsize=3)
            labels.append(f"{label(method)}, $z$ = {name}")
    axes.axvline(0.6827, color="#333333", linewidth=1)
    axes.set_yticks(range(0, -len(labels), -1), labels)
    axes.set(xlim=(0.64, 0.72), xlabel="fraction of intervals that hold the truth")
    axes.set_title(r"Measured coverage of 1$\sigma$ intervals", loc="left")


def main(folder, png):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
    curves(left, folder)
    coverage(right, folder)
    figure.tight_layout()
    figure.savefig(png, dpi=110)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
