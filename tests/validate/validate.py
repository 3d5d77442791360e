"""validate.py PROGRAM THREADS OUT.json: coverage of the rotating toy from closed-form scores, in more toys than tests can afford.

Every method at both angles, nominal intervals of 68.27 %, seed 1. Fixed observables: 10^5 toys; the aware classifier, whose
toys are made of events, and the event-wise likelihood, whose toys draw new events: 10^4. Reference: `toy-rotation/coverage.csv` of ../shared/data (FAIRU_DATA), for the two methods that
are in it; for the others a run of 10^4 toys of another seed. The band is 0.02 for both. Needs nothing but Python itself.
"""
import csv
import json
import math
import os
import pathlib
import subprocess
import sys
import time

ANGLES = (math.pi / 4, math.pi / 2)
METHODS = ("baseline", "optimal", "aug_lda", "aug_bayes", "aware", "unbinned")
BAND, SEED, OTHER_SEED = 0.02, 1, 4711
CASES = {"baseline": "baseline/prior", "aware": "aware/prior/g1"}


def measure(program, threads, method, angle, toys, seed):
    """One case of the program, and the seconds it took."""
    start = time.monotonic()
    out = subprocess.run([program, "study", "toy-rotation", "--closed-form", "--json", "--coverage", str(toys), "--method",
                          method, "--z-true", repr(angle), "--constraint", "prior", "--seed", str(seed), "--threads",
                          str(threads)], check=True, capture_output=True, text=True).stdout
    return json.loads(out)["cases"][0], time.monotonic() - start


def published():
    """{(case, angle rounded): coverage} of the reference data; empty without it."""
    path = pathlib.Path(os.environ.get("FAIRU_DATA", "../shared/data")) / "toy-rotation" / "coverage.csv"
    if not path.exists():
        print(f"skipped: no {path}: baseline and aware have no reference")
        return {}
    with path.open(newline="") as lines:
        return {(row["case"], round(float(row["z_true"]), 2)): float(row["coverage_1s"]) for row in csv.DictReader(lines)}


def main():
    program, threads, out = sys.argv[1:]
    reference, rows = published(), []
    print(f"{'method':10} {'z_true':>7} {'toys':>7} {'failed':>6} {'coverage':>9} {'95 % interval':>17} {'reference':>9}"
          f" {'differs':>8} {'half width':>10} {'s':>7}")
    for angle in ANGLES:
        for method in METHODS:
            toys = 10000 if method in ("aware", "unbinned") else 100000
            case, seconds = measure(program, threads, method, angle, toys, SEED)
            if method in CASES:
                wanted = reference.get((CASES[method], round(angle, 2)))
            elif method == "unbinned":  # new events in each toy; its reference is the nominal level: 6,598 to 7,053 of 10^4
                wanted = math.erf(math.sqrt(0.5))
            else:
                wanted = measure(program, threads, method, angle, 10000, OTHER_SEED)[0]["coverage"]
            differs = None if wanted is None else case["coverage"] - wanted
            ok = case["failed"] == 0 and (differs is None or abs(differs) <= BAND)
            rows.append(dict(case, reference=wanted, differs=differs, band=BAND, ok=ok, seconds=round(seconds, 2)))
            print(f"{method:10} {angle:7.4f} {toys:7d} {case['failed']:6d} {case['coverage']:9.5f}"
                  f" [{case['coverage_lower']:.4f}, {case['coverage_upper']:.4f}]"
                  + (f" {wanted:9.4f} {differs:+8.4f}" if wanted is not None else " " * 19)
                  + f" {case['mean_half_width']:10.5f} {seconds:7.1f}" + ("" if ok else "  OUTSIDE"), flush=True)
    with open(out, "w") as file:
        json.dump({"level": 0.6827, "seed": SEED, "other_seed": OTHER_SEED, "rows": rows}, file, indent=1)
    bad = sum(not row["ok"] for row in rows)
    print(f"{len(rows) - bad} inside the band, {bad} outside; written: {out}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
