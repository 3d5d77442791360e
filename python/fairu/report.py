"""python3 -m fairu.report DIR: draw the figures of a study and put them into its report.html.

Reads the CSV files that `fairu study ...` or `fairu challenge` wrote, fills the slots <!-- figure: NAME --> of report.html with pictures
(PNG, embedded) and replaces the page as a whole. Can be run again at any time.
"""
import argparse
import base64
import io
import os
import pathlib
import re
import sys
import tempfile

_SLOT = re.compile(r'(<figure data-figure="([\w.-]+)">\n<!-- figure: \2 -->\n)(.*?)(\n<!-- end figure -->)', re.S)


def _figures(folder):
    """Figures of the study that made the folder: {name: function(folder)}."""
    import json
    with open(folder / "results.json", encoding="utf-8") as stream:
        study = json.load(stream).get("study")
    if study == "toy-rotation":
        from . import _figures_toy as module
    elif study == "untrained":
        from . import _figures_untrained as module
    elif study == "higgs-tes":
        from . import _figures_higgs as module
    elif study == "compare":
        from . import _figures_compare as module
    elif study == "challenge":
        from . import _figures_challenge as module
    else:
        raise ValueError(f"{folder}/results.json: there are no figures for the study '{study}'")
    return module.FIGURES


def _picture(figure, name):
    import matplotlib.pyplot as plt
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{name}" src="data:image/png;base64,{data}">'


def _replace_file(path, content):
    """The page appears whole or stays as it was."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def fill(folder):
    """Fill the slots of folder/report.html. Returns (figures drawn, problems)."""
    folder = pathlib.Path(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    figures = _figures(folder)
    drawn, problems = [], []

    def picture(match):
        before, name, old, after = match.groups()
        if name not in figures:
            problems.append(f"{name}: nothing draws this figure")
            return match.group(0)
        try:
            old = _picture(figures[name](folder), name)
            drawn.append(name)
        except (OSError, ValueError, KeyError) as problem:
            problems.append(f"{name}: {type(problem).__name__}: {problem}")
        return before + old + after

    page = _SLOT.sub(picture, page)
    _replace_file(folder / "report.html", page)
    return drawn, problems


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m fairu.report", description=__doc__.split("\n")[0])
    parser.add_argument("folder", metavar="DIR", help="folder written by `fairu study ...`")
    folder = parser.parse_args(arguments).folder
    try:
        drawn, problems = fill(folder)
    except ImportError as problem:
        print(f"fairu.report: {problem}; plots need numpy and matplotlib (make deps)", file=sys.stderr)
        return 1
    except (OSError, ValueError) as problem:
        print(f"fairu.report: {problem}", file=sys.stderr)
        return 1
    for problem in problems:
        print(f"fairu.report: figure {problem}", file=sys.stderr)
    print(f"{len(drawn)} figures in {pathlib.Path(folder) / 'report.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
