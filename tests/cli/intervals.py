"""intervals.py: fairu score on random tables and folders, fairu toys and the tests with toys, recomputed from their definitions."""
import copy
import gzip
import json
import math
import pathlib

import numpy as np

from program import WORK, check, close, document, finish, near, output, read_table, refused, run, write

LEVEL = 0.6827


def binomial_tail(k, n, p):
    """P(X >= k)."""
    return math.fsum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)) for i in range(k, n + 1))


def clopper_pearson(k, n):
    def solve(f):
        a, b = 1e-12, 1 - 1e-12
        for _ in range(80):
            a, b = ((a + b) / 2, b) if f((a + b) / 2) < 0 else (a, (a + b) / 2)
        return a
    lower = 0.0 if k == 0 else solve(lambda p: binomial_tail(k, n, p) - 0.025)
    upper = 1.0 if k == n else solve(lambda p: 0.025 - (1 - binomial_tail(k + 1, n, p)))
    return lower, upper


def score_of(rows):
    """rows: (set, mu_true, mu_hat, delta, p16, p84). Widths and coverage over all rows, rmse and mae over sets."""
    n = len(rows)
    covered = sum(low <= mu <= high for _, mu, _, _, low, high in rows)
    width = math.fsum(abs(high - low) for *_, low, high in rows) / n
    coverage, sigma = covered / n, math.sqrt(LEVEL * (1 - LEVEL) * n) / n
    penalty = 1.0
    if coverage < LEVEL - 2 * sigma:
        penalty = 1 + abs((coverage - (LEVEL - 2 * sigma)) / sigma) ** 4
    elif coverage > LEVEL + 2 * sigma:
        penalty = 1 + abs((coverage - (LEVEL + 2 * sigma)) / sigma) ** 3
    rmses, maes = [], []
    for number in sorted({r[0] for r in rows}):
        d = np.array([(hat - mu, delta) for s, mu, hat, delta, _, _ in rows if s == number])
        rmses.append(np.mean(np.sqrt(d[:, 0] ** 2 + (d[:, 0] ** 2 - d[:, 1] ** 2) ** 2)))
        maes.append(np.mean(np.abs(d[:, 0]) + np.abs(np.abs(d[:, 0]) - d[:, 1])))
    return {"interval": width, "coverage": coverage, "penalty": penalty, "sigma": sigma, "quantile_score": -math.log((width + 1e-3) * penalty), "rmse": float(np.mean(rmses)),
            "mae": float(np.mean(maes)), "n": n, "n_covered": covered, "n_sets": len(rmses)}


def table(rows):
    return "set,mu_true,mu_hat,delta_mu_hat,p16,p84\n" + "".join(",".join(repr(c) for c in row) + "\n" for row in rows)


def compare(name, got, rows):
    wanted = score_of(rows)
    for key, value in wanted.items():
        near(f"{name}: {key}", got[key], value, 1e-12, 1e-14)
    near(f"{name}: Clopper and Pearson", [got["coverage_lower"], got["coverage_upper"]], clopper_pearson(wanted["n_covered"], wanted["n"]), 1e-9, 1e-11)


def scores():
    rng = np.random.default_rng(5)
    for k, (n_sets, n, width) in enumerate([(1, 1, 0.5), (1, 40, 1.0), (5, 12, 1.0), (4, 30, 0.2), (3, 25, 3.0), (7, 3, 1.4)]):
        rows = []
        for number in rng.permutation(n_sets):
            mu = round(float(rng.uniform(0.1, 3)), 3)
            for _ in range(n):
                hat, half = mu + float(rng.normal(0, 0.3)), 0.3 * width
                rows.append((int(number) * 10 - 3, mu, hat, 2 * half, hat - half, hat + half))
        name = f"table {k}"
        file = write(f"scores{k}.csv", table(rows))
        got = document("score", file, "--sets")
        compare(name, got, rows)
        check(f"{name}: sets in the order of the table", [s["set"] for s in got["sets"]] == list(dict.fromkeys(r[0] for r in rows)))
        for one in got["sets"]:
            compare(f"{name}, set {one['set']}", one, [r for r in rows if r[0] == one["set"]])
        check(f"{name}: no sets where not asked for", "sets" not in document("score", file) and "bootstrap" not in got)
        shuffled = [rows[i] for i in rng.permutation(len(rows))]
        again = document("score", write("shuffled.csv", table(shuffled)))
        check(f"{name}: in any order", all(close(again[key], got[key], 1e-13) for key in again), again)
        folder = WORK / f"layout{k}"
        folder.mkdir()
        numbers = sorted({r[0] for r in rows})
        mus = [next(r[1] for r in rows if r[0] == s) for s in numbers]
        (folder / "test_settings.json").write_text(json.dumps({"ground_truth_mus": mus, "anything": [1]}))
        for i, s in enumerate(numbers):
            mine = [r for r in rows if r[0] == s]
            (folder / f"result_{i}.json").write_text(json.dumps({key: [r[j] for r in mine] for j, key in [(2, "mu_hats"), (3, "delta_mu_hats"), (4, "p16"), (5, "p84")]}))
        laid = document("score", folder)
        check(f"{name}: as a folder", all(close(laid[key], again[key], 1e-13) for key in again), laid)
        words = output("score", file).splitlines()
        check(f"{name}: in words", words[0].split() == ["quantile_score", repr(got["quantile_score"])] or float(words[0].split()[1]) == got["quantile_score"], words)
        check(f"{name}: coverage in words", f"({got['n_covered']} of {got['n']}; 95 % interval {got['coverage_lower']:.4f} to {got['coverage_upper']:.4f})" in words[2], words)
        check(f"{name}: the penalty is said where there is one", ("within 2 sigma" in words[3]) == (got["penalty"] == 1.0), words)


def many_sets():
    """Sets whose rows lie apart, told in the order in which they begin, as many as there are rows; numbers up to the ends of what is read; no estimates."""
    rng = np.random.default_rng(11)
    numbers = [int(v) for v in rng.permutation(np.repeat(np.arange(-40, 60), 4))]
    rows = [(s, 1.0, float(h), 0.4, float(h - w), float(h + w)) for s, h, w in zip(numbers, rng.normal(1, 0.3, 400), rng.uniform(0, 0.5, 400))]
    file = write("apart.csv", table(rows))
    got = document("score", file, "--sets")["sets"]
    check("sets apart: in the order in which they begin", [s["set"] for s in got] == list(dict.fromkeys(numbers)))
    for one in got[::9]:
        compare(f"sets apart: {one['set']}", one, [r for r in rows if r[0] == one["set"]])
        alone = document("score", write("alone.csv", table([r for r in rows if r[0] == one["set"]])))
        check("as in a file of its own", alone == {k: v for k, v in one.items() if k != "set"}, one, alone)
    lines = [line.split(",")[0].split() for line in output("score", file, "--sets").splitlines() if line.startswith("set ")]
    check("sets apart: in words", [(int(c[1]), c[3]) for c in lines] == [(s["set"], f"{s['interval']:.6g}") for s in got], lines[:3])
    n = 60000  # a second or less; with a look at all rows for each set it would be hours
    text = "mu_true,p16,p84,set\n" + "".join(f"1,{k % 3 - 1},{k % 5},{(k * 7919) % n}\n" for k in range(n))
    got = document("score", write("many.csv", text), "--sets")
    check("as many sets as rows", [s["set"] for s in got["sets"]] == [(k * 7919) % n for k in range(n)] and all(s["n"] == 1 for s in got["sets"]))
    check("each has its row", [s["interval"] for s in got["sets"]] == [float(abs(k % 5 - (k % 3 - 1))) for k in range(n)])
    check("no estimates, no errors of them", got["rmse"] is None and {(s["rmse"], s["mae"]) for s in got["sets"]} == {(None, None)})
    ends = [2**53, -2**53, 0, -1]
    got = document("score", write("ends.csv", "set,mu_true,p16,p84\n" + "".join(f"{s},1,0,{k + 1}\n" for k, s in enumerate(ends))), "--sets")["sets"]
    check("the ends of their range", [(s["set"], s["interval"]) for s in got] == [(s, k + 1.0) for k, s in enumerate(ends)], got)
    refused("a set beyond it", 1, "FAIRU_ERR_FORMAT", ["beyond.csv:3: column set", '"9007199254740994"'], "score", write("beyond.csv", "set,mu_true,p16,p84\n1,1,0,2\n9007199254740994,1,0,2\n"), "--sets")
    one = document("score", write("none.csv", "mu_true,p16,p84\n1,0,2\n1,0,4\n"), "--sets")["sets"]
    check("no column of sets: one, 0", [(s["set"], s["n"], s["interval"]) for s in one] == [(0, 2, 3.0)], one)


def bootstrap():
    """The mean over replicas of sets; one set has one replica; seeds count from the one given."""
    rows = [(s, 1.0, 1.0 + 0.1 * s, 0.4, 0.8 + 0.05 * s, 1.2 + 0.1 * s) for s in range(6) for _ in range(3)]
    file = write("boot.csv", table(rows))
    one = document("score", file, "--bootstrap", "400")["bootstrap"]
    check("the same seed", one == document("score", file, "--bootstrap", "400", "--seed", "42")["bootstrap"])
    check("another seed", one != document("score", file, "--bootstrap", "400", "--seed", "43")["bootstrap"])
    per_set = [score_of([r for r in rows if r[0] == s])["interval"] for s in range(6)]
    check("the mean width is that of the sets", abs(one["interval"] - np.mean(per_set)) < 5 * np.std(per_set) / math.sqrt(6 * 400) and close(one["interval_std"], np.std(per_set) / math.sqrt(6), 0.2), one)
    single = write("one.csv", table(rows[:3]))
    got = document("score", single, "--bootstrap", "7")
    near("one set: every replica is it", [got["bootstrap"][k] for k in ("interval", "coverage", "quantile_score", "interval_std")], [got["interval"], got["coverage"], got["quantile_score"], 0.0], 1e-12, 1e-13)
    check("their number", got["bootstrap"]["replicas"] == 7)


def scores_refused():
    head = "mu_true,p16,p84\n"
    for name, text, error, words in [("no rows", head, "EMPTY", "no rows"), ("a column is missing", "mu_true,p16\n1,2\n", "", "p84"), ("a cell too few", head + "1,2\n", "FORMAT", ":2"),
                                     ("no number", head + "1,2,3\n1,x,3\n", "FORMAT", ":3: column p16"), ("an empty cell", head + "1,,3\n", "FORMAT", ":2: column p16"),
                                     ("nothing", "", "EMPTY", "no header line"), ("a set that is no whole number", "mu_true,p16,p84,set\n1,0,2,0.5\n", "", "set")]:
        done = run("score", write("refused.csv", text), "--json")
        check(f"score: {name}", done.returncode == 1 and words in done.err and f"FAIRU_ERR_{error}" in done.out, done.err)
    inverted = document("score", write("inverted.csv", head + "1,2,0\n1,0,2\n"))
    check("ends in the wrong order", inverted["n_inverted"] == 1 and inverted["coverage"] == 0.5, inverted)
    check("it is said", "1 intervals have p16 above p84: not covered" in output("score", WORK / "inverted.csv"))
    for row, covered in (("1,nan,2", 1), ("1,0,nan", 1), ("1,-inf,2", 2), ("1,0,inf", 2), ("1,2,inf", 1)):
        got = document("score", write("nan.csv", head + row + "\n1,0,2\n"))
        check(f"{row}: an end that is no number covers nothing, and no width is no score", (got["n"], got["n_covered"], got["interval"], got["quantile_score"]) == (2, covered, None, None), got)
    refused("a true value that is none", 1, "FAIRU_ERR_NON_FINITE", ["nan.csv:2: column mu_true"], "score", write("nan.csv", head + "nan,0,2\n"))


WORKSPACE = {
    "channels": [{"name": "c", "samples": [
        {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "background", "data": [50.0, 52.0], "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}]}],
    "observations": [{"name": "c", "data": [63.0, 66.0]}],
    "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}


def toys():
    file = write("ws.json", WORKSPACE)
    n = 300
    text = output("toys", file, "--n", n, "--seed", "7")
    header, rows = read_table(text)
    check("columns", header == ["toy", "estimate", "error", "twice_nll", "status"] and [int(r[0]) for r in rows] == list(range(n)) and {r[4] for r in rows} == {"FAIRU_OK"})
    estimate, error = np.array([float(r[1]) for r in rows]), np.array([float(r[2]) for r in rows])
    got = document("toys", file, "--n", n, "--seed", "7")
    check("the table and the summary", got["estimates"] == list(estimate) and got["errors"] == list(error) and got["twice_nll"] == [float(r[3]) for r in rows])
    covered = int(np.sum((estimate - error <= 1) & (1 <= estimate + error)))
    finite = error > 0
    pulls = (estimate[finite] - 1) / error[finite]
    near("mean, spread and bias", [got["mean"], got["std"], got["bias"]], [estimate.mean(), estimate.std(ddof=1), estimate.mean() - 1], 1e-10)
    near("coverage", [got["coverage"], got["coverage_lower"], got["coverage_upper"]], [covered / n, *clopper_pearson(covered, n)], 1e-8)
    finite = error > 0
    near("pulls", [got["pull_mean"], got["pull_width"]], [pulls.mean(), pulls.std(ddof=1)], 1e-9)
    check("what it is about", (got["poi"], got["truth"], got["n"], got["failed"], got["seed"]) == ("mu", 1.0, n, 0, 7))
    check("plausible", abs(got["bias"]) < 5 * got["std"] / math.sqrt(n) and 0.6 < got["coverage"] < 0.78, got["coverage"])
    check("fewer are the first of more", output("toys", file, "--n", "20", "--seed", "7") == "".join(text.splitlines(True)[:21]))
    check("another seed", output("toys", file, "--n", "20", "--seed", "8") != output("toys", file, "--n", "20", "--seed", "7"))
    for out in ("toys.csv", str(WORK / "toys.csv"), "./toys.csv"):
        check(f"--out {out}", output("toys", file, "--n", n, "--seed", "7", "--out", out) == "" and (WORK / "toys.csv").read_text() == text)
    check("--out and --json", document("toys", file, "--n", n, "--seed", "7", "--out", "toys2.csv") == got and (WORK / "toys2.csv").read_text() == text)
    check("--out -", output("toys", file, "--n", n, "--seed", "7", "--out", "-") == text and not (WORK / "-").exists())
    # where toys are drawn: at --set, or at the best fit of the data; what is fixed is fitted fixed
    high = document("toys", file, "--n", "200", "--set", "mu=2.5")
    check("--set", high["truth"] == 2.5 and abs(high["mean"] - 2.5) < 5 * high["std"] / math.sqrt(200), high["mean"])
    best = document("fit", file)["parameters"][0]["value"]
    near("--best-fit", document("toys", file, "--n", "3", "--best-fit")["truth"], best, 1e-12)
    fixed = document("toys", file, "--n", "200", "--fix", "unc[0]", "--fix", "unc[1]")
    check("--fix makes errors smaller", np.mean(fixed["errors"]) < 0.95 * np.mean(got["errors"]), np.mean(fixed["errors"]))
    other = document("toys", file, "--n", "50", "--poi", "unc[0]")
    check("--poi", other["poi"] == "unc[0]" and other["truth"] == 1.0)
    none = copy.deepcopy(WORKSPACE)
    none["measurements"][0]["config"]["poi"] = ""
    write("nopoi.json", none)
    for command in ("toys", "hypotest", "limit"):
        done = run(command, WORK / "nopoi.json")
        check(f"{command}: no parameter of interest", done.returncode == 1 and "use --poi P" in done.err and run(command, WORK / "nopoi.json", "--poi", "mu", *(["--n", "3"] if command == "toys" else [])).returncode == 0, done.err)
    refused("a place that is not there", 1, "FAIRU_ERR_IO", ["no/toys.csv", "cannot create"], "toys", file, "--n", "1000000000", "--out", "no/toys.csv")
    refused("a folder", 1, "FAIRU_ERR_IO", "exists and is not a regular file", "toys", file, "--n", "1000000000", "--out", WORK)
    refused("two documents on one stream", 2, "FAIRU_ERR_ARGUMENT", "--out - and --json", "toys", file, "--out", "-")
    for out in ("toys.csv.gz", "./.gz.gz", "toys.gz"):
        output("toys", file, "--n", n, "--seed", "7", "--out", out)
        packed = (WORK / out).read_bytes()
        check(f"--out {out}: compressed, and without a time", gzip.decompress(packed).decode() == text and packed[4:8] == bytes(4) and len(packed) < len(text))
    check("--json beside a compressed table", document("toys", file, "--n", n, "--seed", "7", "--out", "toys.csv.gz") == got and gzip.decompress((WORK / "toys.csv.gz").read_bytes()).decode() == text)
    output("toys", file, "--n", "3", "--out", ".gz")
    check("a name that is nothing but the ending is no such name", (WORK / ".gz").read_text() == output("toys", file, "--n", "3"))


def tests_with_toys():
    """Counting of one bin without nuisances: every p-value is a sum of Poisson probabilities."""
    s, b, seen = 6.0, 9.0, 13
    file = write("count.json", {"channels": [{"name": "c", "samples": [{"name": "s", "data": [s], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
                                                                       {"name": "b", "data": [b], "modifiers": []}]}], "observations": [{"name": "c", "data": [float(seen)]}],
                                "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"})
    below = lambda k, nu: math.fsum(math.exp(i * math.log(nu) - nu - math.lgamma(i + 1)) for i in range(k + 1))
    n = 4000
    got = document("hypotest", file, "--mu", "1.5", "--toys", n, "--seed", "3")
    # q-tilde grows as the count falls: toys as extreme have counts of 13 and fewer
    clsb, clb = below(seen, 1.5 * s + b), below(seen, b)
    for key, wanted in (("CLsb", clsb), ("CLb", clb)):
        check(f"{key} of toys", abs(got[key] - wanted) < 5 * math.sqrt(wanted * (1 - wanted) / n), got[key], wanted)
        near(f"{key}: its error", got[f"{key}_error"], math.sqrt(got[key] * (1 - got[key]) / n), 0.02)
    near("CLs of toys", got["CLs_obs"], got["CLsb"] / got["CLb"], 1e-12)
    check("told", (got["toys"], got["failed"], got["seed"], got["p0"], got["mu"]) == (n, 0, 3, None, 1.5), got)
    zero = document("hypotest", file, "--test-stat", "q0", "--toys", n)
    p0 = 1 - below(seen - 1, b)
    check("p0 of toys", abs(zero["p0"] - p0) < 5 * math.sqrt(p0 / n) and zero["p0_lower"] < zero["p0"] < zero["p0_upper"], zero["p0"], p0)
    near("its interval", [zero["p0_lower"], zero["p0_upper"]], clopper_pearson(round(zero["p0"] * n), n), 1e-7)
    check("significance falls as p0 grows", zero["significance_lower"] < zero["significance"] < zero["significance_upper"] and zero["mu"] == 0)
    words = output("hypotest", file, "--test-stat", "q0", "--toys", n).splitlines()
    check("in words", words[0] == f"q0 = {zero['statistic']:.8g}" and words[1].startswith(f"p0 {zero['p0']:.6g} in [{zero['p0_lower']:.4g}, {zero['p0_upper']:.4g}]"), words)
    check("threads", document("hypotest", file, "--mu", "1.5", "--toys", n, "--seed", "3", "--threads", "3") == got)


scores()
many_sets()
bootstrap()
scores_refused()
toys()
tests_with_toys()
finish()
