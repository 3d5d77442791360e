"""workspaces.py PROGRAM FOLDER: every workspace of the folder through the program, against the numbers that stand beside it.

Model (names, order, start values, bounds, fixed flags, auxiliary data, data), value at test points, best fit, errors, profile interval, conditional
fits, CLs, discovery, limits; and malformed documents. One line per failure; the last line counts.
"""
import glob
import json
import math
import os
import re
import subprocess
import sys

TOLERANCE = {"value": 1e-12, "nll": 1e-8, "sigma": 1e-4, "interval": 1e-5, "cls": 1e-7, "limit": 1e-6}


class Checks:
    def __init__(self, program):
        self.program, self.passed, self.failed, self.where = program, 0, 0, ""

    def that(self, ok, what, *numbers):
        self.passed += bool(ok)
        if not ok:
            self.failed += 1
            print(f"FAILED: {self.where}: {what} {' '.join(map(repr, numbers))[:300]}")

    def close(self, got, wanted, tolerance, what):
        self.that(got is not None and abs(got - wanted) <= tolerance, what, got, wanted, tolerance)

    def run(self, command, file, *options):
        done = subprocess.run([self.program, command, file, "--json", *options], capture_output=True, text=True)
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            answer = {}
        self.that(done.returncode == 0, f"{command} {' '.join(options)[:100]}: exit {done.returncode}", done.stderr)
        return answer


def close_list(checks, got, wanted, tolerance, what):
    ok = got is not None and len(got) == len(wanted) and all(abs(a - b) <= tolerance(b) for a, b in zip(got, wanted))
    checks.that(ok, what, got, wanted)


def model(checks, file, wanted):
    got = checks.run("inspect", file)
    parameters = got.get("parameters", [])
    names = wanted["par_names"]
    checks.that([p["name"] for p in parameters] == names, "names and order", [p["name"] for p in parameters])
    checks.that([p["init"] for p in parameters] == wanted["init"], "start values")
    checks.that([p["bounds"] for p in parameters] == wanted["bounds"], "bounds")
    checks.that([p["fixed"] for p in parameters] == wanted["fixed"], "fixed flags")
    exact = lambda b: 1e-12 * abs(b)
    aux = [p["auxdata"] for p in parameters if p["auxdata"] is not None]
    close_list(checks, aux, wanted["auxdata"], exact, "auxiliary data")
    checks.that([c["name"] for c in got.get("channels", [])] == wanted["channels"], "channels")
    checks.that(sorted({s for c in got.get("channels", []) for s in c["samples"]}) == wanted["samples"], "samples")
    checks.that(got.get("observed", []) + wanted["auxdata"] == wanted["data"], "observed counts")


def values(checks, file, wanted):
    def at(pars, twice_nll, what, main=None):
        if twice_nll is None:
            return
        got = checks.run("nll", file, "--expected", *[a for n, v in zip(wanted["par_names"], pars) for a in ("--set", f"{n}={v!r}")])
        checks.close(got.get("twice_nll"), twice_nll, max(TOLERANCE["value"] * abs(twice_nll), 1e-10), f"twice_nll {what}")
        if main:
            close_list(checks, got.get("expected"), main, lambda b: 1e-12 * max(abs(b), 1), f"expected {what}")
    at(wanted["init"], wanted["twice_nll_init"], "at init", wanted["expected_actualdata_init"])
    for k, point in enumerate(wanted["test_points"]):
        at(point["pars"], point["twice_nll"], f"at test point {k}", point.get("main"))
    best = wanted["bestfit"]
    at(best["pars"], best["twice_nll"], "at the best fit")


def fits(checks, file, wanted):
    poi, best = wanted["poi"], wanted["bestfit"]
    got = checks.run("fit", file, "--minos", poi, "--minima")
    checks.that(got.get("twice_nll", math.inf) <= best["twice_nll"] + TOLERANCE["nll"], "depth", got.get("twice_nll"), best["twice_nll"])
    errors = wanted["hesse"]["errors_free"]
    for p, value, error in zip(got.get("parameters", []), best["pars"], errors):
        checks.close(p["value"], value, TOLERANCE["sigma"] * (error or 1.0), f"{p['name']}")
        if error:
            checks.close(p["error"], error, 1e-4 * error, f"error of {p['name']}")
        if p["name"] == poi:
            for side in ("lower", "upper"):
                end = wanted["minos_profile"][side]
                if end is None:
                    checks.that(p[f"minos_{side}"] is None, f"{side} end beyond the bound", p[f"minos_{side}"])
                else:
                    checks.close(p[f"minos_{side}"], end, TOLERANCE["interval"] * abs(end), f"{side} end")
    minima = sorted(m["twice_nll"] for m in wanted["local_minima"])
    if len(minima) > 1:
        found = [m["twice_nll"] for m in got.get("minima", [])]
        checks.that(all(any(abs(a - b) < 1e-6 for a in found) for b in minima), "all minima", found, minima)
    for mu in (0, 1):
        conditional = wanted[f"fixed_poi_{mu}"]
        got = checks.run("fit", file, "--fix", f"{poi}={mu}")
        # where another valley is lower than that of the best fit, the lower one is right
        low = -1.0 if len(minima) > 1 else -TOLERANCE["nll"]
        above = got.get("twice_nll", math.inf) - conditional["twice_nll"]
        checks.that(low <= above <= TOLERANCE["nll"], f"twice_nll at mu = {mu}", got.get("twice_nll"), conditional["twice_nll"])


def tests(checks, file, wanted):
    expected = wanted["hypotest_mu1_qtilde"]
    got = checks.run("hypotest", file, "--mu", "1", "--test-stat", "qtilde")
    for name, ours in (("CLs", "CLs_obs"), ("CLsb", "CLsb"), ("CLb", "CLb")):
        checks.close(got.get(ours), expected[name], TOLERANCE["cls"], name)
    close_list(checks, got.get("CLs_exp"), expected["CLs_exp"], lambda b: TOLERANCE["cls"], "CLs_exp")
    discovery = wanted["discovery_q0"]
    got = checks.run("hypotest", file, "--test-stat", "q0")
    checks.close(got.get("p0"), discovery["p0"], 1e-7, "p0")
    checks.close(got.get("significance"), discovery["Z"], 1e-6, "significance")
    limit = wanted["upper_limit_95_qtilde"]
    got = checks.run("limit", file)
    checks.close(got.get("obs"), limit["obs"], TOLERANCE["limit"] * limit["obs"], "limit")
    close_list(checks, got.get("exp"), limit["exp"], lambda b: TOLERANCE["limit"] * b, "expected limits")


def faults(checks, path):
    """Malformed documents: refused with the place, or read with pyhf's value; one JSON document either way."""
    with open(path) as file:
        cases = json.load(file)["cases"]
    for case in cases:
        checks.where = case["name"]
        done = subprocess.run([checks.program, "nll", "-", "--json"], input=json.dumps(case["workspace"]), capture_output=True, text=True)
        checks.that(done.returncode in (0, 1), "exit status", done.returncode)
        answer, pyhf = json.loads(done.stdout), case["pyhf"]
        if done.returncode == 1:
            message = answer["error"]["message"]
            checks.that(re.match(r'standard input: (key "version"|/[a-z]+/?.*: .)', message) and message in done.stderr, "the message names the place", answer)
            checks.that("exception" in pyhf, "refused", message)
        else:
            checks.that("exception" not in pyhf, "accepted", pyhf)
            checks.close(answer["twice_nll"], pyhf.get("twice_nll_init", math.nan), 1e-10, "twice_nll")


def main(program, folder):
    checks = Checks(program)
    faults(checks, os.path.join(folder, "malformed_cases.json"))
    for path in sorted(glob.glob(os.path.join(folder, "*.expected.json"))):
        with open(path) as file:
            wanted = json.load(file)
        checks.where = wanted["workspace"]
        workspace = os.path.join(folder, wanted["workspace"])
        for part in (model, values, fits, tests):
            part(checks, workspace, wanted)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]) > 0)
