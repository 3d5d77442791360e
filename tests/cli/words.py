"""words.py: tables and lines for a person, read back and held against the JSON document of the same run; findings; toys that fail; rows far down a file."""
import collections
import json
import pathlib

import numpy as np

from program import FAIRU, WORK, check, close, document, finish, near, output, read_table, refused, run, write

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "workspace.json"


def g(digits, value):
    """As printf's %.{digits}g; an empty cell where there is no number."""
    return "" if value is None else f"{value:.{digits}g}"


def cut(line, *widths):
    """The cells of a line by the widths of its columns, and what stands behind them."""
    cells, at = [], 0
    for width in widths:
        cells.append(line[at:at + width].strip())
        at += width + 1
    return cells + [line[at - 1:].strip()]


def impacts():
    options = [EXAMPLE, "--two-point", "top_generator"]
    got, lines = document("impacts", *options)["impacts"], output("impacts", *options).splitlines()
    check("impacts: heads", lines[0].split() == ["parameter", "pull", "constraint", "impact+", "impact-", "prefit+", "prefit-"], lines[0])
    check("impacts: a line each", len(lines) == 1 + len(got))
    for one, line in zip(got, lines[1:]):
        keys = ("pull", "constraint", "impact_up", "impact_down", "prefit_impact_up", "prefit_impact_down")
        wanted = [one["name"], *(g(5, one[k]) for k in keys), "" if one["statistical_origin"] else "two-point: not a measurement"]
        check(f"impacts: line of {one['name']}", cut(line, 40, 9, 10, 12, 12, 12, 12) == wanted, line, wanted)
    by_name = {i["name"]: i for i in got}
    choice, free = by_name["top_generator"], by_name["norm_top"]
    check("impacts: a choice has neither pull nor constraint", (choice["pull"], choice["constraint"], choice["statistical_origin"]) == (None, None, False) and choice["impact_up"] is not None, choice)
    check("impacts: what has no prior has no prefit error", (free["pull"], free["prefit_error"], free["prefit_impact_up"]) == (None, None, None), free)
    check("impacts: --top in words", output("impacts", *options, "--top", "3").splitlines() == lines[:4])
    held = document("impacts", *options, "--fix", "jet_scale")["impacts"]
    check("impacts: what is fixed has none", "jet_scale" not in [i["name"] for i in held] and len(held) == len(got) - 1)
    # the contribution: how far the fit follows the auxiliary datum, times its width
    step, moved = 0.01, []
    for sign in (1, -1):
        doc = json.loads(EXAMPLE.read_text())
        lumi = next(p for p in doc["measurements"][0]["config"]["parameters"] if p["name"] == "lumi")
        lumi["auxdata"] = [lumi["auxdata"][0] + sign * step * lumi["sigmas"][0]]
        moved.append(document("fit", write("moved.json", doc))["parameters"][[i["name"] for i in document("inspect", EXAMPLE)["parameters"]].index("mu")]["value"])
    near("impacts: contribution", by_name["lumi"]["contribution"], (moved[0] - moved[1]) / (2 * step), 1e-4)


def parts():
    options = [EXAMPLE, "--group", "stat=statistics*", "--group", "a name, with spaces=lumi"]
    got, lines = document("breakdown", *options), output("breakdown", *options).splitlines()
    check("breakdown: total", lines[0] == f"total +{got['error_up']:.6g} -{got['error_down']:.6g}" and lines[1].split() == "group adds in quadrature left with the group fixed".split(), lines[:2])
    check("breakdown: groups", [p["name"] for p in got["groups"]] == ["all but the statistical", "template statistics", "stat", "a name, with spaces"] and len(lines) == 6, lines)
    for one, line in zip(got["groups"], lines[2:]):
        wanted = [sign + f"{one[key]:.5g}" for key, sign in (("part_up", "+"), ("part_down", "-"), ("fixed_up", "+"), ("fixed_down", "-"))]
        check(f"breakdown: line of {one['name']}", line[:24].strip() == one["name"] and line[24:].split() == wanted, line, wanted)
    check("breakdown: gammas are the template statistics", all(close(got["groups"][1][k], got["groups"][2][k], 1e-6, 1e-9) for k in got["groups"][1] if k != "name"), got["groups"][1:3])
    check("breakdown: what all but the statistical leave", got["statistical_up"] == got["groups"][0]["fixed_up"] and got["statistical_down"] == got["groups"][0]["fixed_down"])
    check("breakdown: a name with '=' ends at the first", document("breakdown", EXAMPLE, "--group", "g=lumi,x=y")["groups"][2]["name"] == "g")
    refused("breakdown: a group with the parameter of interest", 1, "FAIRU_ERR_ARGUMENT", "group 'all' holds the parameter of interest", "breakdown", EXAMPLE, "--group", "all=*")
    star = document("breakdown", EXAMPLE, "--group", "all=j*,l*,top*,d*,s*")["groups"]
    near("breakdown: all that has a prior", [star[2][k] for k in ("fixed_up", "fixed_down")], [star[0][k] for k in ("fixed_up", "fixed_down")], 1e-6)
    refused("breakdown: an empty pattern", 1, "FAIRU_ERR_NOT_FOUND", "--group g=: no parameter fits", "breakdown", EXAMPLE, "--group", "g=")
    refused("breakdown: more groups than there is room for", 1, "FAIRU_ERR_ARGUMENT", ["at most 256 of them", "got 'g256=lumi'"], "breakdown", EXAMPLE, *(f"--group=g{k}=lumi" for k in range(257)))


def tests():
    got, line = document("gof", EXAMPLE), output("gof", EXAMPLE)
    check("gof", line == f"deviance {got['deviance']:.8g}   degrees of freedom {got['dof']} ({got['n_data']} data, {got['n_free']} free parameters)   p-value {got['p_value']:.6g}\n", line)
    held = document("gof", EXAMPLE, "--fix", "mu=1")
    check("gof: what is fixed is not free", held["n_free"] == got["n_free"] - 1 and held["dof"] == got["dof"] + 1 and held["deviance"] > got["deviance"], held)
    got, lines = document("limit", EXAMPLE, "--level", "0.9"), output("limit", EXAMPLE, "--level", "0.9").splitlines()
    check("limit", lines == [f"upper limit at 0.9: observed {got['obs']:.8g}", "expected at -2 .. +2 sigma: " + " ".join(f"{v:.8g}" for v in got["exp"])], lines)
    for options in (["--mu", "2"], ["--mu", "-0", "--test-stat", "t"], ["--mu", "0.25", "--test-stat", "q"]):
        got, lines = document("hypotest", EXAMPLE, *options), output("hypotest", EXAMPLE, *options).splitlines()
        check(f"hypotest {options}", lines == [f"{got['test_stat']}({got['mu']:g}) = {got['statistic']:.8g}, Asimov {got['statistic_asimov']:.8g}, mu_hat {got['mu_hat']:.8g}",
                                              f"CLs {got['CLs_obs']:.8g}   CLsb {got['CLsb']:.8g}   CLb {got['CLb']:.8g}", "expected at -2 .. +2 sigma: " + " ".join(f"{v:.6g}" for v in got["CLs_exp"])], lines, got)
    options = [EXAMPLE, "--toys", "40", "--mu", "0.75", "--seed", "9"]
    got, lines = document("hypotest", *options), output("hypotest", *options).splitlines()
    check("hypotest with toys", lines[:2] == [f"qtilde(0.75) = {got['statistic']:.8g}", f"CLs {got['CLs_obs']:.6g}   CLsb {got['CLsb']:.6g} +- {got['CLsb_error']:.2g}   CLb {got['CLb']:.6g} +- {got['CLb_error']:.2g}   0 toys failed"], lines)
    check("no discovery, no p0", [got[k] for k in ("p0", "p0_lower", "p0_upper", "significance", "significance_lower", "significance_upper")] == [None] * 6, got)
    # nothing as large among the toys: a bound, not a significance
    strong = write("strong.json", json.loads(EXAMPLE.read_text().replace('"version"', '"version"')))
    doc = json.loads(strong.read_text())
    for observation in doc["observations"]:
        if observation["name"] == "signal_region":
            observation["data"] = [3 * n for n in observation["data"]]
    strong = write("strong.json", doc)
    got, lines = document("hypotest", strong, "--test-stat", "q0", "--toys", "20"), output("hypotest", strong, "--test-stat", "q0", "--toys", "20").splitlines()
    check("no toy is as large", got["p0"] == 0 and got["significance"] is None and got["significance_upper"] is None and lines[1] == f"p0 < {got['p0_upper']:.4g}   significance > {got['significance_lower']:.4g} (95 %): none of 20 toys is as large   0 toys failed", lines, got)
    near("Clopper and Pearson of none in 20", got["p0_upper"], 1 - 0.025 ** (1 / 20), 1e-9)


def curves():
    options = [EXAMPLE, "--first", "lumi", "--second", "mu", "--points", "9"]
    got, lines = document("contour", *options), output("contour", *options).splitlines()
    check("contour: heads", lines[0].split() == ["lumi", "mu", "best", "fit", *(f"{v:.8g}" for v in got["best"])], lines[0])
    check("contour: points", [line.split() for line in lines[1:]] == [[f"{a:.10g}", f"{b:.10g}"] for a, b in zip(got["first"], got["second"])], lines)
    got, lines = document("nll", EXAMPLE, "--expected", "--gradient"), output("nll", EXAMPLE, "--expected", "--gradient").splitlines()
    check("nll: to the last digit, yields in JSON alone", lines[0] == f"twice_nll {got['twice_nll']:.17g}" and [float(line.split()[1]) for line in lines[1:]] == got["gradient"] and len(got["expected"]) == 4, lines)
    # yields go below 0 where all others stay at the best fit: no number there, and the profile goes on
    shape = {"name": "a", "type": "histosys", "data": {"hi_data": [50.0, 34.0], "lo_data": [10.0, 26.0]}}
    file = write("negative.json", {"channels": [{"name": "c", "samples": [{"name": "s", "data": [5.0, 6.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}, {"name": "b", "data": [30.0, 30.0], "modifiers": [shape]}]}],
                                   "observations": [{"name": "c", "data": [35.0, 36.0]}], "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"})
    scan = [file, "--parameter", "a", "--from", "-3", "--to", "0", "--points", "4"]
    got, lines = document("scan", *scan), output("scan", *scan).splitlines()
    check("scan: no number below 0", [v is None for v in got["fixed"]] == [True, True, False, False] and all(v is not None for v in got["profiled"]), got)
    near("scan: its minimum", [got["profiled"][3], got["fixed"][3]], [got["twice_nll_minimum"]] * 2, 1e-9)
    check("scan: in words", [line.split()[2] for line in lines[1:3]] == ["nan", "nan"] and float(lines[3].split()[2]) > 0, lines)
    start = document("fit", file, "--set", "a=-3")
    check("fit: it may start there", start["twice_nll_init"] is None and close(start["twice_nll"], document("fit", file)["twice_nll"], 1e-10), start["twice_nll_init"])
    refused("nll: it has no value there", 1, "FAIRU_ERR_NEGATIVE_YIELD", "channel 'c': bin 0 expects -25", "nll", file, "--set", "a=-3")
    refused("toys: none are drawn there", 1, "FAIRU_ERR_", "expects -25", "toys", file, "--set", "a=-3", "--n", "2")


def findings():
    """The gravest first, three of each code and severity, and how many more; all of them in the order in which they are found."""
    norm = lambda name, lo, hi: {"name": name, "type": "normsys", "data": {"hi": hi, "lo": lo}}
    shape = {"name": "side", "type": "histosys", "data": {"hi_data": [6.0, 0, 0, -1, 0, 0], "lo_data": [5.5, 0, 0, -1, 0, 0]}}
    signal = [{"name": "mu", "type": "normfactor", "data": None}, norm("one", 1.05, 1.1), norm("big", 0.9, 2.5), *(norm(f"same{k}", 1.0, 1.0) for k in range(5))]
    file = write("odd.json", {"channels": [{"name": "c", "samples": [{"name": "s", "data": [1.0, 0, 2, 3, 0, 0], "modifiers": signal}, {"name": "b", "data": [5.0, 0, 0, -1, 0, 0], "modifiers": [shape]}]}],
                              "observations": [{"name": "c", "data": [6.0, 3, 2, 2, 1, 0]}], "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"})
    found = document("inspect", file)["findings"]
    grades = ["error", "warning", "note"]
    is_finding = lambda line: line.split(" ")[0] in grades and line.split(" ")[1][:-1].isdigit()
    lines = [line for line in output("inspect", file).splitlines() if is_finding(line)]
    every = [line for line in output("inspect", file, "--all").splitlines() if is_finding(line)]
    as_text = lambda f: f"{f['severity']} {f['code']}: {f['text']}"
    check("findings: all of them, as found", every == [as_text(f) for f in found] and len(found) > 8, every)
    groups = collections.OrderedDict()
    for f in found:
        groups.setdefault((f["severity"], f["code"]), []).append(f)
    wanted = []
    for (severity, code), members in sorted(groups.items(), key=lambda item: grades.index(item[0][0])):
        wanted += [as_text(f) for f in members[:3]] + ([f"{severity} {code}: ... and {len(members) - 3} more"] if len(members) > 3 else [])
    check("findings: folded", lines == wanted and any("... and 2 more" in line for line in lines), lines, wanted)
    count = lambda grade: sum(f["severity"] == grade for f in found)
    total = f"{count('error')} errors, {count('warning')} warnings, {count('note')} notes"
    check("findings: their number, and the way to them", output("inspect", file).splitlines()[-1] == total + "; --all lists them all" and output("inspect", file, "--all").splitlines()[-1] == total)
    plain = output("inspect", EXAMPLE).splitlines()[-1]
    check("findings: no way where none is hidden", plain.endswith("notes") and "--all" not in plain, plain)


def failing_toys():
    """Two factors of one sample: fits have no unique answer. Such toys are told, counted, and left out of the summary."""
    factors = [{"name": n, "type": "normfactor", "data": None} for n in ("mu", "nu")]
    file = write("degenerate.json", {"channels": [{"name": "c", "samples": [{"name": "s", "data": [5.0, 6.0], "modifiers": factors}, {"name": "b", "data": [3.0, 3.0], "modifiers": []}]}],
                                     "observations": [{"name": "c", "data": [9.0, 8.0]}], "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"})
    n = 40
    header, rows = read_table(output("toys", file, "--n", n))
    good = np.array([row[4] == "FAIRU_OK" for row in rows])
    check("toys that fail: their status", 0 < good.sum() < n and {row[4] for row in rows} <= {"FAIRU_OK", "FAIRU_ERR_FLAT", "FAIRU_ERR_NOT_POSITIVE_DEFINITE", "FAIRU_ERR_NOT_CONVERGED"}, good.sum())
    check("toys that fail: no error is told for what has none", [row[2] == "nan" for row in rows] == [not ok for ok in good], [row for row in rows if row[4] != "FAIRU_OK"][:2])
    got = document("toys", file, "--n", n)
    check("toys that fail: left out of the summary", (got["n"], got["failed"]) == (int(good.sum()), int(n - good.sum())) and [e is None for e in got["estimates"]] == [not ok for ok in good] == [e is None for e in got["errors"]], got)
    estimates = np.array([float(row[1]) for row in rows])[good]
    near("toys that fail: the mean of the others", [got["mean"], got["std"]], [estimates.mean(), estimates.std(ddof=1)], 1e-10)
    flat = document("fit", file, "--fix", "nu=1")
    done = run("fit", file, "--json")
    told = json.loads(done.out)
    check("a fit without a unique answer: one document, with what is wrong", done.returncode == 1 and told["error"]["name"] == told["status"] and [p["error"] for p in told["parameters"]] == [None, None] and close(told["twice_nll"], flat["twice_nll"], 1e-9), told)
    check("no MINOS of it", all(p["minos_lower"] is None for p in json.loads(run("fit", file, "--json", "--minos", "mu").out)["parameters"]))


def templates():
    """Rows far down a file, nuisances of the systematics that the templates do not know, one prior too many."""
    net = write("net.json", {"inputs": [{"name": "x", "offset": 0, "scale": 1}], "layers": [{"architecture": "dense", "weights": [1], "bias": [0], "activation": "sigmoid"}], "outputs": ["y"]})
    step = lambda name: {"step": "shift", "nuisance": name, "columns": ["x"], "steps": [0.2]}
    nuisance = lambda name: {"name": name, "nominal": 0, "width": 1}
    rows = [(k % 7 - 3, k % 2) for k in range(70)]
    events = write("events.csv", "x,label\n" + "".join(f"{x},{k}\n" for x, k in rows))
    one, two = (write(f"{n}.json", {"nuisances": [nuisance(z) for z in names], "steps": [step(z) for z in names]}) for n, names in (("one", "z"), ("two", "uz")))
    t = WORK / "t.fill"
    words = output("fill", events, "--model", net, "--systematics", one, "--binning", "uniform:2", "--out", t)
    check("fill: in words", words == "".join(f"{t}: {name}, yield 35 at the first of 5 points\n" for name in ("signal", "background")), words)
    near("a nuisance that the templates do not know is left out", document("nll", t, "--systematics", two, "--set", "z=1")["twice_nll"], document("nll", t, "--systematics", one, "--set", "z=1")["twice_nll"], 1e-14)
    check("its parameters", [p["name"] for p in document("inspect", t, "--systematics", two)["parameters"]] == ["mu", "z"])
    refused("a choice of what they do not know", 1, "FAIRU_ERR_NOT_FOUND", "--two-point u: no --prior u=CENTER:WIDTH", "nll", t, "--systematics", two, "--two-point", "u")
    refused("one prior too many", 1, "FAIRU_ERR_LIMIT", "more than 128 priors", "nll", t, "--systematics", one, *(f"--prior=p{k}=0:1" for k in range(128)))
    refused("joined: a choice that no part has a prior of", 1, "FAIRU_ERR_NOT_FOUND", "--two-point z: no --prior z=CENTER:WIDTH", "combine", t, "--two-point", "z")
    # one part has the nuisance and its prior, the other is a workspace that has not: the choice is that of the one
    joint = document("combine", t, EXAMPLE, "--systematics", one, "--two-point", "z")
    check("joined: a choice of one part", [p["name"] for p in joint["parameters"] if not p["statistical_origin"]] == ["z"])
    # the sum of both parts
    alone = [document("nll", file, *more)["twice_nll"] for file, more in ((t, ["--systematics", one]), (EXAMPLE, []))]
    near("joined: at the start", joint["twice_nll_init"], sum(alone), 1e-12)
    n = (1 << 16) + 40  # a piece of rows, and some of the next
    for at in (3, (1 << 16) - 1, 1 << 16, n - 1):
        table = write("long.csv", "x,label,w\n" + "".join(f"1,{k % 2},{-1e300 if k == at else 1}\n" for k in range(n)))
        refused(f"fill: row {at} of the file", 1, "FAIRU_ERR_", [f"long.csv: row {at}: ", "-1e+300"], "fill", table, "--model", net, "--weight", "w", "--out", WORK / "none")
    many = write("many.csv", "x,label\n" + "".join(f"1,{k % 2}\n" for k in range(n)))
    check("fill: all rows of all pieces", output("fill", many, "--model", net, "--out", WORK / "many.fill").count(f"yield {n // 2} at the first of 1 points") == 2)
    merged, told = output("merge", WORK / "m.fill", t, t), document("merge", WORK / "m.fill", t, t)
    check("merge: in words", merged == words.replace("t.fill", "m.fill").replace("yield 35", "yield 70") and [(p["name"], p["yield"]) for p in told["processes"]] == [("signal", 70.0), ("background", 70.0)] and (told["bins"], told["points"]) == (2, 5), told)
    refused("merge: nothing to merge", 2, "FAIRU_ERR_ARGUMENT", "missing argument", "merge", WORK / "none")
    refused("merge: another grid", 1, "FAIRU_ERR_", ["t.fill and ", "many.fill: "], "merge", WORK / "none", t, WORK / "many.fill")


impacts()
parts()
tests()
curves()
findings()
failing_toys()
templates()
finish()
