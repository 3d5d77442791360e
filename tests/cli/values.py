"""values.py: nll, fit, scan, contour, hypotest, limit, impacts, breakdown and gof of two workspaces against histfactory.py."""
import json
import math
import pathlib
import random
import statistics

import numpy as np

from histfactory import Model, gradient, hessian, minimise
from program import WORK, check, close, document, finish, near, output, read_table, refused, run, write

NORMAL = statistics.NormalDist()
COUNTING = {
    "channels": [{"name": "c", "samples": [
        {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "background", "data": [50.0, 52.0], "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}]}],
    "observations": [{"name": "c", "data": [63.0, 66.0]}],
    "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}


class Case:
    def __init__(self, name, workspace):
        self.name, self.file = name, write(f"{name}.json", workspace)
        self.info = document("inspect", self.file)["parameters"]
        self.model = Model(workspace, [p["name"] for p in self.info])
        self.names = self.model.names
        self.start = [p["init"] for p in self.info]
        self.mu = self.names.index("mu")
        self.lower = {self.mu: 0.0}
        self.best, self.least = minimise(self.model.twice_nll, self.start, lower=self.lower)
        self.metric = hessian(self.model.twice_nll, self.best)

    def profile(self, fixed, start=None):
        """Least value with parameters {index: value} held there, and the point."""
        x = np.array(self.best if start is None else start, float)
        for i, value in fixed.items():
            x[i] = value
        return minimise(self.model.twice_nll, x, fixed=list(fixed), lower=self.lower, metric=self.metric)

    def assignments(self, x):
        return [a for n, v in zip(self.names, x) for a in ("--set", f"{n}={float(v)!r}")]


def points(case, n):
    rng = random.Random(case.name)
    for _ in range(n):
        yield [rng.uniform(0.2, 2.5) if i == case.mu else s + rng.uniform(-1.6, 1.6) if c["constraint"] == "prior" and c["prefit_error"] == 1
               else s * rng.uniform(0.93, 1.07) for i, (s, c) in enumerate(zip(case.start, case.info))]


def values(case):
    for k, x in enumerate(points(case, 6)):
        got = document("nll", case.file, "--gradient", "--expected", *case.assignments(x))
        near(f"{case.name}: twice_nll at point {k}", got["twice_nll"], case.model.twice_nll(x), 1e-12)
        near(f"{case.name}: expected at point {k}", got["expected"], case.model.expected(dict(zip(case.names, x))), 1e-12)
        near(f"{case.name}: gradient at point {k}", got["gradient"], gradient(case.model.twice_nll, x), 1e-7, 1e-6)
    got = document("nll", case.file)
    near(f"{case.name}: twice_nll at the start", got["twice_nll"], case.model.twice_nll(case.start), 1e-12)
    check(f"{case.name}: neither gradient nor yields where not asked for", sorted(got) == ["deviance", "twice_nll"], got)
    # the same numbers in words, all digits of them
    text = output("nll", case.file, "--gradient", *case.assignments(x)).splitlines()
    again = document("nll", case.file, "--gradient", *case.assignments(x))
    check(f"{case.name}: words and JSON", float(text[0].split()[1]) == again["twice_nll"] and [line.split()[0] for line in text[1:]] == case.names
          and [float(line.split()[1]) for line in text[1:]] == again["gradient"], text)


def set_and_fix(case):
    """The last of several assignments counts; --fix P=V is --set P=V and --fix P; order and spelling do not matter."""
    name = case.names[case.mu]
    both = document("nll", case.file, "--set", f"{name}=0.5", "--set", f"{name}=1.25")
    check(f"{case.name}: the last --set counts", both == document("nll", case.file, f"--set={name}=1.25"))
    check(f"{case.name}: --fix sets too, behind --set", both == document("nll", "--fix", f"{name}=1.25", "--set", f"{name}=7", case.file))
    text = output("nll", f"--set={name}=1.25", "--", case.file)
    check(f"{case.name}: files behind --", float(text.split()[1]) == both["twice_nll"], text)
    one = document("fit", case.file, "--fix", f"{name}=1.25")
    two = document("fit", case.file, "--set", f"{name}=1.25", "--fix", name)
    check(f"{case.name}: two ways to fix", one == two)
    p = one["parameters"][case.mu]
    check(f"{case.name}: a fixed parameter", p["value"] == 1.25 and p["error"] == 0 and p["fixed"] and not p["at_bound"], p)
    x, least = case.profile({case.mu: 1.25})
    near(f"{case.name}: conditional fit", one["twice_nll"], least, 1e-10)
    near(f"{case.name}: conditional point", [q["value"] for q in one["parameters"]], list(x), 1e-6, 1e-6)
    near(f"{case.name}: fit from elsewhere", document("fit", case.file, "--set", f"{name}=3")["twice_nll"], case.least, 1e-10)


def fits(case):
    got = document("fit", case.file, "--covariance", "--minos-all")
    near(f"{case.name}: twice_nll_init", got["twice_nll_init"], case.model.twice_nll(case.start), 1e-12)
    near(f"{case.name}: minimum", got["twice_nll"], case.least, 1e-11)
    near(f"{case.name}: best fit", [p["value"] for p in got["parameters"]], list(case.best), 1e-6, 1e-6)
    covariance = np.array(got["covariance"])
    near(f"{case.name}: covariance", list(covariance.ravel()), list((2 * np.linalg.inv(case.metric)).ravel()), 1e-5, 1e-9)
    near(f"{case.name}: errors are those of the covariance", [p["error"] for p in got["parameters"]], list(np.sqrt(np.diag(covariance))), 1e-14)
    check(f"{case.name}: it is symmetric", np.array_equal(covariance, covariance.T))
    for i, p in enumerate(got["parameters"]):  # the profile is one unit above the minimum at both ends
        for side in ("minos_lower", "minos_upper"):
            if p[side] is None:
                end = case.info[i]["bounds"][side == "minos_upper"]
                _, there = case.profile({i: end})
                check(f"{case.name}: no end of {p['name']} within the bounds", there - case.least < 1, there - case.least)
                continue
            _, there = case.profile({i: p["value"] + p[side]})
            near(f"{case.name}: {side} of {p['name']}", there - case.least, 1.0, 1e-5)
    one = document("fit", case.file, "--minos", case.names[case.mu], "--level", "0.9")["parameters"][case.mu]
    _, there = case.profile({case.mu: one["value"] + one["minos_upper"]})
    near(f"{case.name}: --level", there - case.least, NORMAL.inv_cdf(0.95) ** 2, 1e-5)
    check(f"{case.name}: no covariance where not asked for", "covariance" not in document("fit", case.file) and "minima" not in got)
    minima = document("fit", case.file, "--minima", "--starts", "4")["minima"]
    near(f"{case.name}: its minima", minima[0]["twice_nll"], case.least, 1e-10)
    near(f"{case.name}: point of the lowest", minima[0]["values"], list(case.best), 1e-5, 1e-5)


def in_words(case):
    """The table for a person has the numbers of the JSON document."""
    name = case.names[case.mu]
    got = document("fit", case.file, "--minos", name, "--fix", case.names[-1])
    lines = output("fit", case.file, "--minos", name, "--fix", case.names[-1]).splitlines()
    check(f"{case.name}: head of the table", lines[0].startswith(f"twice_nll {got['twice_nll']:.10g}   edm ") and f"{got['iterations']} iterations" in lines[0]
          and lines[1].split() == ["parameter", "value", "error", "minos-", "minos+"], lines[:2])
    for p, line in zip(got["parameters"], lines[2:]):
        cells = line.split()
        wanted = [p["name"], f"{p['value']:.8g}", f"{p['error']:.5g}"]
        wanted += [f"{p[s]:.5g}" for s in ("minos_lower", "minos_upper") if p[s] is not None] + (["fixed"] if p["fixed"] else [])
        check(f"{case.name}: line of {p['name']}", cells == wanted, cells, wanted)
    check(f"{case.name}: a line for each", len(lines) == 2 + len(case.names))


def scans(case):
    name = case.names[case.mu]
    got = document("scan", case.file, "--parameter", name, "--from", "0.25", "--to", "2.75", "--points", "6")
    near(f"{case.name}: values of the scan", got["values"], list(np.linspace(0.25, 2.75, 6)), 1e-15)
    near(f"{case.name}: its minimum", [got["twice_nll_minimum"], got["best"]], [case.least, case.best[case.mu]], 1e-7)
    for k, value in enumerate(got["values"]):
        x = np.array(case.best)
        x[case.mu] = value
        near(f"{case.name}: others fixed at {value}", got["fixed"][k], case.model.twice_nll(x), 1e-7)
        near(f"{case.name}: profiled at {value}", got["profiled"][k], case.profile({case.mu: value})[1], 1e-10)
    down = document("scan", case.file, "--parameter", name, "--from", "2.75", "--to", "0.25", "--points", "6")
    near(f"{case.name}: downwards", down["profiled"], got["profiled"][::-1], 1e-11)
    single = document("scan", case.file, "--parameter", name, "--from", "0.25", "--points", "1")
    check(f"{case.name}: one point is --from", single["values"] == [0.25] and close(single["profiled"], got["profiled"][:1], 1e-11))
    usual = document("scan", case.file, "--parameter", name)
    near(f"{case.name}: usual points", usual["values"], [k / 20 for k in range(21)], 1e-15)
    held = document("scan", case.file, "--parameter", name, "--points", "3", "--fix", case.names[-1])
    check(f"{case.name}: what is fixed stays fixed", all(h >= u - 1e-9 for h, u in zip(held["profiled"], usual["profiled"][::10])))
    lines = output("scan", case.file, "--parameter", name, "--points", "3").splitlines()
    for line, value, profiled, fixed in zip(lines[1:], usual["values"][::10], usual["profiled"][::10], usual["fixed"][::10]):
        near(f"{case.name}: line of the scan", [float(c) for c in line.split()], [value, profiled - usual["twice_nll_minimum"], fixed - usual["twice_nll_minimum"]], 1e-8, 1e-9)


def contours(case, second):
    other = case.names.index(second)
    for level, points_wanted in ((0.6827, 8), (0.3, 12)):
        got = document("contour", case.file, "--first", case.names[case.mu], "--second", second, "--level", level, "--points", points_wanted)
        check(f"{case.name}: points of the contour", len(got["first"]) == len(got["second"]) == points_wanted and got["level"] == level)
        near(f"{case.name}: in its middle", got["best"], [case.best[case.mu], case.best[other]], 1e-6, 1e-6)
        angles = [math.atan2(s - got["best"][1], f - got["best"][0]) for f, s in zip(got["first"], got["second"])]
        turns = sum(b < a for a, b in zip(angles, angles[1:] + angles[:1]))
        check(f"{case.name}: in order of the angle", turns == 1, angles)
        for first, there in list(zip(got["first"], got["second"]))[::3]:
            _, value = case.profile({case.mu: first, other: there})
            rise, wanted = value - case.least, -2 * math.log(1 - level)
            check(f"{case.name}: on the contour at {first:.3g}, {there:.3g}, or at the bound within", close(rise, wanted, 1e-5) or first == 0 and rise < wanted, rise, wanted)


def phi(x):
    return NORMAL.cdf(x)


def asymptotic(case, mu):
    """CLs by q-tilde at mu, from arXiv:1007.1727."""
    model, n = case.model, case.mu
    null, b_only = case.profile({n: mu})[1], case.profile({n: 0.0})[0]
    q = max(0.0, null - case.least) if case.best[n] <= mu else 0.0
    data, aux = model.asimov(b_only)

    def on_asimov(x):
        return model.twice_nll(x, data, aux)
    x = np.array(b_only)
    x[n] = mu
    q_asimov = minimise(on_asimov, x, fixed=[n], metric=case.metric)[1] - on_asimov(np.array(b_only))
    root, width = math.sqrt(q), math.sqrt(q_asimov)
    if root <= width:
        clsb, clb = phi(-root), phi(width - root)
    else:
        clsb, clb = phi(-(q + q_asimov) / (2 * width)), phi(-(q - q_asimov) / (2 * width))
    expected = [phi(-(width + k)) / phi(-k) for k in (2, 1, 0, -1, -2)]  # at -2 .. +2 sigma of the background
    return q, q_asimov, clsb / clb, clsb, clb, expected


def hypotests(case):
    for mu in (0.8, 2.0):
        q, q_asimov, cls, clsb, clb, expected = asymptotic(case, mu)
        got = document("hypotest", case.file, "--mu", mu)
        near(f"{case.name}: statistic at {mu}", [got["statistic"], got["statistic_asimov"]], [q, q_asimov], 1e-7, 1e-8)
        near(f"{case.name}: CLs at {mu}", [got["CLs_obs"], got["CLsb"], got["CLb"]], [cls, clsb, clb], 1e-6)
        near(f"{case.name}: expected CLs at {mu}", got["CLs_exp"], sorted(expected), 1e-6)
        check(f"{case.name}: what it says of itself", got["test_stat"] == "qtilde" and got["mu"] == mu and got["p0"] is None and close(got["mu_hat"], case.best[case.mu], 1e-6, 1e-6))
    got = document("hypotest", case.file, "--test-stat", "q0", "--mu", "5")
    q0 = max(0.0, case.profile({case.mu: 0.0})[1] - case.least)
    near(f"{case.name}: discovery", [got["statistic"], got["p0"], got["significance"], got["mu"]], [q0, phi(-math.sqrt(q0)), math.sqrt(q0), 0.0], 1e-6, 1e-9)
    for level in (0.95, 0.8):
        limit = document("limit", case.file, "--level", level)
        near(f"{case.name}: CLs at the limit", asymptotic(case, limit["obs"])[2], 1 - level, 1e-5)
        near(f"{case.name}: expected CLs at the expected limit", asymptotic(case, limit["exp"][2])[5][2], 1 - level, 1e-5)
        check(f"{case.name}: the band is in order", limit["exp"] == sorted(limit["exp"]) and limit["level"] == level)
    two = document("hypotest", case.file, "--test-stat", "t", "--mu", "2")
    near(f"{case.name}: two-sided statistic", two["statistic"], case.profile({case.mu: 2.0})[1] - case.least, 1e-7)


def meaning(case, groups):
    got = document("gof", case.file)
    near(f"{case.name}: deviance", got["deviance"], case.model.deviance(case.best), 1e-9)
    n_data = len(case.model.data()) + len(case.model.constraints)
    check(f"{case.name}: degrees of freedom", got["n_data"] == n_data and got["n_free"] == len(case.names) and got["dof"] == n_data - len(case.names), got)
    impacts = {i["name"]: i for i in document("impacts", case.file)["impacts"]}
    check(f"{case.name}: an impact of each but mu", sorted(impacts) == sorted(set(case.names) - {"mu"}))
    fit = {p["name"]: p for p in document("fit", case.file)["parameters"]}
    for name, impact in impacts.items():
        i = case.names.index(name)
        error = fit[name]["error"]
        near(f"{case.name}: {name}", [impact["value"], impact["error"]], [case.best[i], error], 1e-6, 1e-6)
        for side, sign in (("impact_up", 1), ("impact_down", -1)):
            x, _ = case.profile({i: case.best[i] + sign * error})
            near(f"{case.name}: {side} of {name}", impact[side], x[case.mu] - case.best[case.mu], 1e-4, 1e-6)
        if impact["prefit_error"]:
            near(f"{case.name}: constraint of {name}", impact["constraint"], error / impact["prefit_error"], 1e-9)
    order = [max(abs(i["impact_up"]), abs(i["impact_down"])) for i in document("impacts", case.file)["impacts"]]
    check(f"{case.name}: largest first", order == sorted(order, reverse=True), order)
    top = document("impacts", case.file, "--top", "2")["impacts"]
    check(f"{case.name}: --top", top == document("impacts", case.file)["impacts"][:2])
    check(f"{case.name}: --top beyond all of them", len(document("impacts", case.file, "--top", "1000")["impacts"]) == len(impacts))
    parts = document("breakdown", case.file, *[a for g in groups for a in ("--group", g)])
    total = document("fit", case.file, "--minos", "mu")["parameters"][case.mu]
    near(f"{case.name}: the whole error", parts["error_up"], total["minos_upper"], 1e-5)
    if total["minos_lower"] is not None:
        near(f"{case.name}: the whole error downwards", parts["error_down"], -total["minos_lower"], 1e-5)
    for part in parts["groups"]:
        for side in ("up", "down") if total["minos_lower"] is not None else ("up",):
            near(f"{case.name}: {part['name']} in quadrature", part[f"part_{side}"] ** 2 + part[f"fixed_{side}"] ** 2, parts[f"error_{side}"] ** 2, 1e-7)
    check(f"{case.name}: groups in their order", [p["name"] for p in parts["groups"][2:]] == [g.split("=")[0] for g in groups])
    for group, part in zip(groups, parts["groups"][2:]):
        members = [n for n in case.names if any(n == w or w.endswith("*") and n.startswith(w[:-1]) for w in group.split("=")[1].split(","))]
        fixed = document("fit", case.file, "--minos", "mu", *[a for n in members for a in ("--fix", f"{n}={float(case.best[case.names.index(n)])!r}")])
        near(f"{case.name}: left with {group} fixed", part["fixed_up"], fixed["parameters"][case.mu]["minos_upper"], 1e-5)


example = json.loads((pathlib.Path(__file__).parents[2] / "examples" / "workspace.json").read_text())
cases = [(Case("counting", COUNTING), "unc[0]", ["one=unc[0]", "all=unc*", "both=unc[0],unc[1]"]),
         (Case("search", example), "norm_top", ["stat=statistics*", "scales=jet_scale,lumi", "top=norm_top,top_generator"])]
for case, second, groups in cases:
    values(case)
    set_and_fix(case)
    fits(case)
    in_words(case)
    scans(case)
    contours(case, second)
    hypotests(case)
    meaning(case, groups)
finish()
