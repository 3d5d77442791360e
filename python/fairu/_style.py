"""What all figures share: colours of methods, sizes, reading tables."""
import csv
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

from .plot import STYLE  # noqa: E402

# Okabe and Ito: told apart by colour-blind readers too
COLOURS = {"baseline": "#0072B2", "augmented": "#E69F00", "aware": "#009E73", "optimal": "#333333",
           "true-z": "#CC79A7"}
SPARE = ["#56B4E9", "#D55E00", "#999999", "#F0E442"]
LABELS = {"baseline": "baseline", "augmented": "augmented", "aware": "aware", "optimal": "optimal",
          "true-z": "trained at true Z", "aug_lda": "augmented (LDA)", "aug_bayes": "augmented (Bayes)"}

plt.rcParams.update(STYLE)


def root_of(method):
    """The method a variant belongs to: aware_trained -> aware, true-z-0.9 -> true-z, aug_lda -> augmented."""
    name = method.replace("_", "-")
    if name.startswith("aug"):
        return "augmented"
    for known in COLOURS:
        if name.startswith(known):
            return known
    return None


def colour(method):
    known = root_of(method)
    return COLOURS[known] if known else SPARE[sum(method.encode()) % len(SPARE)]


def label(method):
    if method.endswith("_net"):
        return f"{label(method[:-4])} (network)"
    return LABELS.get(method, method.replace("_", " "))


class Table:
    """A CSV file: table["column"] is an array of numbers, or of text where it is not all numbers."""

    def __init__(self, columns):
        self.columns = columns

    @classmethod
    def read(cls, path):
        with open(path, newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
        if not rows:
            raise ValueError(f"{path}: empty")
        for number, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                raise ValueError(f"{path}, line {number}: {len(row)} cells, wanted {len(rows[0])}")
        return cls({name: _column([row[i] for row in rows[1:]]) for i, name in enumerate(rows[0])})

    def __getitem__(self, name):
        return self.columns[name]

    def __contains__(self, name):
        return name in self.columns

    def __len__(self):
        return len(next(iter(self.columns.values()), []))

    def where(self, **wanted):
        """Rows in which columns have these values (numbers: to 1e-9)."""
        mask = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            column = self[name]
            mask &= np.isclose(column, value, rtol=0, atol=1e-9) if column.dtype.kind == "f" else column == value
        return Table({name: column[mask] for name, column in self.columns.items()})

    def values(self, name):
        """Distinct values, in order of appearance."""
        return list(dict.fromkeys(self[name].tolist()))


def _column(cells):
    try:
        return np.array([float(c) if c else np.nan for c in cells], dtype=float)
    except ValueError:
        return np.array(cells, dtype=object)


def read(folder, name):
    return Table.read(pathlib.Path(folder) / name)
