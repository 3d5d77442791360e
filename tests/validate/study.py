"""Coverage of the closed-form toy rotation study, in many more toys than `check` has time for, as lines of table.h.

At true angles pi/4 and pi/2 the prior is wrong, so coverage is a property of the method, not 68.27 %. Each is compared with an independent number:
`toy-rotation/coverage.csv` of ../shared/data (FAIRU_DATA) for the two methods that are in it; for the others a run of 10^4 toys of another seed.
"""
import csv
import json
import math
import os
import pathlib
import subprocess

ANGLES = (math.pi / 4, math.pi / 2)
METHODS = ("baseline", "optimal", "aug_lda", "aug_bayes", "aware", "unbinned")
BAND, SEED, OTHER_SEED = 0.02, 1, 4711
CASES = {"baseline": "baseline/prior", "aware": "aware/prior/g1"}


def measure(program, threads, method, angle, toys, seed):
    """One case of the program."""
    out = subprocess.run([program, "study", "toy-rotation", "--closed-form", "--json", "--coverage", str(toys), "--method",
                          method, "--z-true", repr(angle), "--constraint", "prior", "--seed", str(seed), "--threads",
                          str(threads)], check=True, capture_output=True, text=True).stdout
    return json.loads(out)["cases"][0]


def published():
    """{(case, angle rounded): coverage} of the reference data; empty without it."""
    path = pathlib.Path(os.environ.get("FAIRU_DATA", "../shared/data")) / "toy-rotation" / "coverage.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as lines:
        return {(row["case"], round(float(row["z_true"]), 2)): float(row["coverage_1s"]) for row in csv.DictReader(lines)}


def wanted_of(program, threads, method, angle, reference, quick):
    """The independent number and what it is."""
    if method in CASES:
        wanted = reference.get((CASES[method], round(angle, 2)))
        return wanted, "reference data" if wanted is not None else "no ../shared/data"
    if method == "unbinned":  # new events in each toy: the nominal level
        return math.erf(math.sqrt(0.5)), "level"
    return measure(program, threads, method, angle, 2000 if quick else 10000, OTHER_SEED)["coverage"], "another seed"


def lines(program, threads, quick):
    """The table and its rows, one JSON text each, as they come."""
    reference, band = published(), 0.05 if quick else BAND
    yield json.dumps({"promise": "B5", "title": "Toy rotation study: coverage where the prior is wrong (true angle, prior at 0)",
                      "criterion": f"within {band} of an independent number; no failed toy"})
    for angle in ANGLES:
        for method in METHODS:
            toys = (10000 if method in ("aware", "unbinned") else 100000) // (10 if quick else 1)
            case = measure(program, threads, method, angle, toys, SEED)
            wanted, source = wanted_of(program, threads, method, angle, reference, quick)
            differs = None if wanted is None else case["coverage"] - wanted
            yield json.dumps({"ok": case["failed"] == 0 and (differs is None or abs(differs) <= band), "cells": {
                "method": method, "angle": round(angle, 4), "toys": toys, "coverage": round(case["coverage"], 5),
                "95 % interval": f"{case['coverage_lower']:.4f} to {case['coverage_upper']:.4f}",
                "compared with": "" if wanted is None else round(wanted, 4), "which is": source,
                "mean half width": round(case["mean_half_width"], 5)}})
