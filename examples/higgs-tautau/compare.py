#!/usr/bin/env python3
"""Medians and 16 % / 84 % quantiles of the primary columns by process, of one or two samples, as a table in Markdown.

    compare.py sample-*.csv.gz [--with OTHER.csv.gz]
"""

import argparse
import csv
import gzip

import numpy

ABSENT = -25.0


def read(paths):
    """Columns by name; label strings under detailed_labels."""
    rows = []
    for path in paths:
        with gzip.open(path, "rt", newline="") as file:
            rows += csv.DictReader(file)
    labels = numpy.array([row["detailed_labels"] for row in rows])
    names = [name for name in rows[0] if name.startswith("PRI_")] + ["weights"]
    return {name: numpy.array([float(row[name]) for row in rows]) for name in names} | {"detailed_labels": labels}


def quantiles(values, weights):
    order = numpy.argsort(values)
    middle = numpy.cumsum(weights[order]) - 0.5 * weights[order]
    return numpy.interp(numpy.array([0.16, 0.5, 0.84]) * weights.sum(), middle, values[order])


def cell(sample, process, name):
    mask = (sample["detailed_labels"] == process) & ((sample[name] != ABSENT) | (name == "PRI_n_jets"))
    if mask.sum() < 10:
        return "–"
    digits = 2 if name.endswith(("eta", "phi")) else 0 if name == "PRI_n_jets" else 1
    return " / ".join(f"{round(q, digits) + 0.0:.{digits}f}" for q in quantiles(sample[name][mask], sample["weights"][mask]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", nargs="+")
    parser.add_argument("--with", dest="other", help="a second sample, beside the first")
    args = parser.parse_args()
    samples = [read(args.sample)] + ([read([args.other])] if args.other else [])
    processes = [p for p in ("htautau", "ztautau", "ttbar", "diboson") if p in samples[0]["detailed_labels"]]
    who = ["here", "public"][: len(samples)]
    heads = [f"{p}, {w}" for p in processes for w in who if (samples[who.index(w)]["detailed_labels"] == p).sum() > 9]
    rows = [numpy.sum(s["detailed_labels"] == p) for p in processes for s in samples if (s["detailed_labels"] == p).sum() > 9]
    print("| |", " | ".join(heads), "|")
    print("|---|" + "---|" * len(heads))
    print("| rows |", " | ".join(map(str, rows)), "|")
    for name in samples[0]:
        if name.startswith("PRI_"):
            cells = [cell(s, p, name) for p in processes for s in samples if (s["detailed_labels"] == p).sum() > 9]
            print(f"| {name[4:]} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
