"""Figures of a likelihood: python3 -m fairu.figures WORKSPACE [--out DIR] [--measurement NAME] [--poi P] [--top N].

Writes impacts.png (ranked impacts and pulls), cls.png (CLs over the parameter of interest with its expected band) and profile.png. fairu.plot has these and more as
functions.
"""
import argparse
import pathlib
import sys

from . import Error, Workspace


def _draw(model, data, top, folder):
    """The figures into files of the folder; their names."""
    import matplotlib
    matplotlib.use("Agg")  # files, no windows
    import matplotlib.pyplot as plt
    from .plot import STYLE, cls, impacts, nll_scan
    figures = {"impacts": impacts(model, data, top), "cls": cls(model, data), "profile": nll_scan(model, data)}
    folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        for name, figure in figures.items():
            figure.savefig(folder / f"{name}.png", metadata={"Software": None})
            plt.close(figure)
    return list(figures)


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m fairu.figures", description=__doc__.splitlines()[0])
    parser.add_argument("workspace")
    parser.add_argument("--out", default="plots", help="folder, plots by default")
    parser.add_argument("--measurement")
    parser.add_argument("--poi")
    parser.add_argument("--top", type=int, default=20, help="number of impacts, 20 by default")
    asked = parser.parse_args(arguments)
    folder = pathlib.Path(asked.out)
    try:
        model, data = Workspace(asked.workspace).model(asked.measurement, asked.poi)
        figures = _draw(model, data, asked.top, folder)
    except ImportError as problem:
        print(f"fairu.figures: {problem}; plots need numpy and matplotlib (make deps)", file=sys.stderr)
        return 1
    except (Error, OSError) as problem:
        print(f"fairu.figures: {problem}", file=sys.stderr)
        return 1
    print(", ".join(str(folder / f"{name}.png") for name in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
