"""Figures of a likelihood: python3 -m fairu.figures WORKSPACE [--out DIR] [--measurement NAME] [--poi P] [--top N].

Writes impacts.png (ranked impacts and pulls), cls.png (CLs over the parameter of interest with its expected band) and profile.png. fairu.plot has these and more as
functions.
"""
import argparse
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")  # files, no windows
import matplotlib.pyplot as plt  # noqa: E402

from . import Error, Workspace  # noqa: E402
from .plot import STYLE, cls, impacts, nll_scan  # noqa: E402


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m fairu.figures", description=__doc__.splitlines()[0])
    parser.add_argument("workspace")
    parser.add_argument("--out", default="plots", help="folder, plots by default")
    parser.add_argument("--measurement")
    parser.add_argument("--poi")
    parser.add_argument("--top", type=int, default=20, help="number of impacts, 20 by default")
    asked = parser.parse_args()
    folder = pathlib.Path(asked.out)
    try:
        model, data = Workspace(asked.workspace).model(asked.measurement, asked.poi)
        figures = {"impacts": impacts(model, data, asked.top), "cls": cls(model, data), "profile": nll_scan(model, data)}
        folder.mkdir(parents=True, exist_ok=True)
        with plt.rc_context(STYLE):
            for name, figure in figures.items():
                figure.savefig(folder / f"{name}.png", metadata={"Software": None})
                plt.close(figure)
    except (Error, OSError) as problem:
        print(f"fairu.figures: {problem}", file=sys.stderr)
        return 1
    print(", ".join(str(folder / f"{name}.png") for name in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
