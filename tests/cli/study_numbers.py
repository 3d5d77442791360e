#!/usr/bin/env python3
"""The numbers of a study once more: tables against results.json, and what can be computed from other tables or from formulas.

study_numbers.py toy|untrained|compare|higgs FOLDER      prints what does not hold; exit status 1 if there is any
"""

import csv
import json
import math
import statistics
import sys

sys.dont_write_bytecode = True
import study_pages

bad = []


def check(what, got, wanted, tolerance=0.0):
    """Numbers within a tolerance; None and nan are alike."""
    a, b = (math.nan if v is None else float(v) for v in (got, wanted))
    if not (a == b or math.isnan(a) and math.isnan(b) or abs(a - b) <= tolerance):
        bad.append(f"{what} is {a!r}, wanted {b!r}")


def say(what, holds):
    if not holds:
        bad.append(what)


def table(name):
    with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        say(f"{name}.csv has rows of another length than its header", None not in row and None not in row.values())
        for key, text in row.items():
            try:
                row[key] = float(text)
            except ValueError:
                pass
    say(f"{name}.csv has no rows", rows)
    return rows


def same(what, row, element, keys):
    """A row of a table and an object of the JSON; keys: of both, or (of the table, of the JSON)."""
    for key in keys:
        a, b = key if isinstance(key, tuple) else (key, key)
        if isinstance(row[a], str) or isinstance(element[b], str):
            say(f"{what}: {a} is {row[a]}, in the JSON {element[b]}", row[a] == element[b])
        else:
            check(f"{what}: {a}", row[a], element[b])


def between(a, b):
    """Probability of a standard normal number between a and b."""
    r = math.sqrt(0.5)
    return 0.5 * (math.erfc(a * r) - math.erfc(b * r)) if a > 0 else 0.5 * (math.erfc(-b * r) - math.erfc(-a * r))


def clopper_pearson(what, row, lower="coverage_lower", upper="coverage_upper"):
    """The ends say of themselves that as many or more (as few or fewer) have 2.5 %."""
    n = int(row["toys"])
    if n == 0:
        return check(f"{what}: coverage of no toys", row["coverage"], None)
    k = round(row["coverage"] * n)
    check(f"{what}: coverage is a fraction of the toys", row["coverage"] * n, k, 1e-9 * n)

    def cdf(k, p):
        return math.fsum(
            math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p))
            for i in range(k + 1)
        )

    if k > 0:
        check(f"{what}: tail above the lower end", 1 - cdf(k - 1, row[lower]), 0.025, 1e-9)
    else:
        check(f"{what}: lower end of none", row[lower], 0)
    if k < n:
        check(f"{what}: tail below the upper end", cdf(k, row[upper]), 0.025, 1e-9)
    else:
        check(f"{what}: upper end of all", row[upper], 1)


COVERAGE = ["toys", "failed", "coverage", "coverage_lower", "coverage_upper", "mean_half_width", "mean_mu_hat", "std_mu_hat"]

# ---- toy-rotation -----------------------------------------------------------------------------------------

SLOPE = 2 / 0.49
CENTRE = math.pi / 4


def slope_lda():
    c = [math.cos(k * math.pi / 40 - CENTRE) for k in range(21)]
    return 2 * statistics.fmean(c) / (0.49 + statistics.pvariance(c))


def toy_yields(method, z_true, made, hypothesis, n_bins=10):
    """Signal and background in uniform bins of the score."""
    slope = slope_lda() if method == "aug_lda" else SLOPE
    axis = {"aware": hypothesis, "optimal": z_true}.get(method, CENTRE)
    edges = [-math.inf] + [math.log(j / (n_bins - j)) / slope for j in range(1, n_bins)] + [math.inf]
    mean = math.cos(made - axis)
    return [
        [total * between((a - sign * mean) / 0.7, (b - sign * mean) / 0.7) for a, b in zip(edges, edges[1:])]
        for sign, total in ((1, 500), (-1, 50000))
    ]


def toy_nll(method, z_true, mu_true, mu, z):
    made, nu = toy_yields(method, z_true, z_true, z), toy_yields(method, z_true, z, z)
    terms = [0.5 * ((z - CENTRE) / 0.5) ** 2]
    for s, b, ns, nb in zip(*nu, *made):
        n = mu_true * ns + nb
        terms += [mu * s + b, -n * math.log(mu * s + b), math.lgamma(n + 1)]
    return math.fsum(terms)


CASES = {"z=pi/4 mu=1": CENTRE, "z=pi/2 mu=1": math.pi / 2}
CLOSED = ("baseline", "aware", "optimal", "aug_lda")


def toy():
    settings = results["settings"]
    intervals, coverage = table("intervals"), table("coverage")
    say("as many intervals in both", len(intervals) == len(results["intervals"]))
    for row, element in zip(intervals, results["intervals"]):
        same("intervals", row, element, row.keys())
        check("half-width", row["half_width_1s"], 0.5 * (row["mu_hi_1s"] - row["mu_lo_1s"]), 1e-14)
        inside = row["mu_lo_2s"] < row["mu_lo_1s"] < row["mu_hat"] < row["mu_hi_1s"] < row["mu_hi_2s"]
        say(f"interval out of order: {row}", inside or math.isnan(row["mu_lo_2s"] + row["mu_lo_1s"] + row["mu_hi_1s"] + row["mu_hi_2s"]))
        if row["z_mode"] == "fixed":
            check("fixed angle", row["z_hat"], row["z_true"])
            if row["kind"] == "closed":  # Asimov data
                check("mu_hat at the true angle", row["mu_hat"], row["mu_true"], 1e-6)
    say("as many coverages in both", len(coverage) == len(results["coverage"]))
    for row, element in zip(coverage, results["coverage"]):
        what = f"coverage of {row['method']}"
        same(what, row, element, row.keys())
        clopper_pearson(what, row)
        toys = {"unbinned": "unbinned_toys", "unbinned_net": "unbinned_toys"}.get(
            row["method"], "network_toys" if row["kind"] == "trained" else "toys"
        )
        check(f"{what}: toys", row["toys"] + row["failed"], settings[toys])
    clopper_pearson("half step", results["half_step_check"])
    check("knots of half the step", results["half_step_check"]["z_knots"], 2 * settings["z_knots_of_moving_observation"] - 1)

    widths = {r["n_bins"]: r["half_width_fixed_z"] for r in table("binnings") if r["binning"] == "uniform"}
    for row, element in zip(table("binnings"), results["binnings"]):
        same("binnings", row, element, ["binning", "n_bins", "half_width_fixed_z"])
        say("no width below the floor", row["half_width_fixed_z"] > 0.998 * row["floor"])
    say("finer bins are narrower", widths[10] > widths[30] > widths[100])

    axis = {"baseline_net": 0, "augmented_net": 0, "aware_net": None}
    aucs = [{"method": net["method"], **auc} for net in results["networks"] for auc in net["auc"]]
    say("as many areas in both", len(aucs) == len(table("auc")))
    for row, element in zip(table("auc"), aucs):
        same("area", row, element, row.keys())
        turn = row["z"] - CENTRE if axis[row["method"]] == 0 else 0
        check("closed form of the AUC", row["closed_form"], between(-math.inf, math.sqrt(2) * math.cos(turn) / 0.7), 1e-12)
        say("no network beats the Bayes score", row["auc"] < between(-math.inf, math.sqrt(2) / 0.7) + 0.005)
    toy_losses()
    toy_templates()
    toy_curves()
    for row in table("decision"):
        say("a score is a probability", 0 <= row["score"] <= 1)


def toy_losses():
    last = {}
    for row in table("training"):
        check("epochs are counted", row["epoch"], last.get(row["method"], (-1,))[0] + 1)
        last[row["method"]] = (row["epoch"], row["loss"])
    for net in results["networks"]:
        check(f"last loss of {net['method']}", net["final_loss"], last[net["method"]][1])


def toy_templates():
    sums = {}
    for row in table("templates"):
        key = row["method"], row["z"], row["process"]
        sums[key] = sums.get(key, 0) + row["yield"]
        if row["method"] in CLOSED:
            wanted = toy_yields(row["method"], CENTRE, row["z"], row["z"])[row["process"] == "background"][int(row["bin"])]
            check(f"template {key}", row["yield"], wanted, 1e-5 * wanted)
            check("closed forms have no variance", row["variance"], 0)
        else:
            say("weights have a variance", row["variance"] >= 0)
    for key, value in sums.items():
        total = 500 if key[2] == "signal" else 50000
        check(f"sum of template {key}", value, total, 2e-3 * total)  # splines of networks between knots


def toy_curves():
    """The map at knots of the templates, and profiles at a known angle, from the sum over bins."""
    start = {}
    rows = table("nll_map")
    for row in rows:
        key = row["method"], row["case"]
        start[key] = min(start.get(key, math.inf), row["nll"])
    for key, value in start.items():
        check(f"least of the map {key}", value, 0)
    for method in CLOSED:
        for case, z_true in CASES.items():
            part = [r for r in rows if (r["method"], r["case"]) == (method, case)]
            say(f"41 x 81 points of {method}, {case}", len(part) == 41 * 81)
            plain = [(r["nll"], toy_nll(method, z_true, 1, r["mu"], r["z"])) for r in part[::17]]
            for nll, wanted in plain[1:]:
                check(f"map of {method}, {case}", nll - plain[0][0], wanted - plain[0][1], 1e-6 + 1e-9 * abs(wanted))
    for method in CLOSED:
        for case, z_true in CASES.items():
            part = [r for r in table_profile if (r["method"], r["case"], r["curve"]) == (method, case, "fixed")]
            plain = [toy_nll(method, z_true, 1, r["mu"], z_true) for r in part]
            for r, nll in zip(part, plain):
                check(f"profile of {method}, {case}", r["dnll"], nll - min(plain), 1e-6)
            free = [r for r in table_profile if (r["method"], r["case"], r["curve"]) == (method, case, "cont")]
            say("61 points", len(part) == len(free) == 61)
            if z_true == CENTRE:  # the prior agrees: both curves have their minimum at the truth, and a free angle costs
                for a, b in zip(part, free):
                    say("a free angle makes a profile flatter", b["dnll"] <= a["dnll"] + 1e-9)


# ---- untrained --------------------------------------------------------------------------------------------


def untrained():
    settings = results["settings"]
    planes, splits = table("untrained"), table("split")
    say("as many rows in both", len(planes) == len(results["untrained"]))
    for row, element in zip(planes, results["untrained"]):
        what = f"{row['method']} at {row['truth']}"
        same(what, row, element, [k for k in element if k != "coverage"])
        same(what, row, element["coverage"], COVERAGE)
        clopper_pearson(what, row)
        check(f"{what}: half-width", row["half_width_1s"], 0.5 * (row["mu_hi_1s"] - row["mu_lo_1s"]), 1e-14)
        both = row["method"].startswith("aware_both")
        check(f"{what}: toys", row["toys"] + row["failed"], settings["toys_aware_of_both" if both else "toys"])
        say(f"{what}: knowing k costs nothing", row["floor_k_known"] < row["floor"] and row["half_width_k_known"] > 0.99 * row["floor_k_known"])
        if "ignored" in row["method"]:
            check(f"{what}: k is held", row["k_hat"], 1)
        elif row["kind"] == "closed":
            check(f"{what}: expected data give the truth", row["mu_hat"], 1, 3e-3)
            check(f"{what}: k", row["k_hat"], row["k_true"], 3e-3)
    at = 0
    for element in results["split"]:
        for truth, found in element["truth"].items():
            row = splits[at]
            at += 1
            what = f"{row['analysis']}, {row['scales']:.0f} scales, {truth}"
            say(f"{what}: order of rows", row["truth"] == truth)
            same(what, row, element, [k for k in element if k != "truth"])
            same(what, row, found, COVERAGE + ["mean_p_value", "alarm"])
            clopper_pearson(what, row)
            check(f"{what}: toys", row["toys"] + row["failed"], settings["split_toys"])
            check(f"{what}: parts", math.hypot(row["statistical"], row["systematic"]), row["half_width_1s"], 2e-3 * row["half_width_1s"])
            check(f"{what}: alarms are counted", row["alarm"] * row["toys"], round(row["alarm"] * row["toys"]), 1e-6)
    say("no row of the table is left", at == len(splits))


# ---- compare ----------------------------------------------------------------------------------------------

QUANTITIES = ["auc", "fixed", "fisher_fixed", "fisher", "profiled", "width", "mu_hat"]


def quantile(values, p):
    values = sorted(v for v in values if math.isfinite(v))
    if not values:
        return math.nan
    i, part = divmod(p * (len(values) - 1), 1)
    i = int(i)
    return values[i] + part * (values[min(i + 1, len(values) - 1)] - values[i])


def compare():
    seeds, methods, exact = table("seeds"), table("methods"), []
    if results["exact"]:
        exact = table("exact")
    settings, over = results["settings"], {}
    truths = len(results["methods"][0]["truths"])
    for i, row in enumerate(methods):
        element = results["methods"][i // truths]
        at = element["truths"][i % truths]
        what = f"{row['method']} at {row['truth']}"
        say(f"{what}: order of rows", (row["method"], row["truth"]) == (element["method"], at["name"]))
        of = [s for s in seeds if (s["method"], s["truth"]) == (row["method"], row["truth"]) and s["status"] == "ok"]
        check(f"{what}: trained", row["trained"], len(of))
        check(f"{what}: all seeds", row["trained"] + row["failed"], settings["seeds"])
        for name in QUANTITIES + ["dependence_background", "dependence_signal"]:
            spread = at[name] if name in at else element[name]
            for key, column, p in (("median", name, 0.5), ("lower", f"{name}_lower", 0.16), ("upper", f"{name}_upper", 0.84)):
                wanted = quantile([s[name] for s in of], p)
                check(f"{what}: {column}", row[column], wanted, 1e-14 * max(1, abs(wanted)))
                check(f"{what}: {column} in the JSON", spread[key], row[column])
        same(what, row, at["toys"], ["toys", ("toys_failed", "failed"), "coverage", ("coverage_lower", "lower"),
                                     ("coverage_upper", "upper"), ("toy_half_width", "mean_half_width"), ("toy_mu_hat", "mean_mu_hat")])
        check(f"{what}: toys of all seeds", row["toys"], sum(s["toys"] for s in of))
        check(f"{what}: failed toys", row["toys"] + row["toys_failed"], len(of) * settings["toys_per_seed_and_truth"])
        covered = sum(s["coverage"] * s["toys"] for s in of if s["toys"])
        check(f"{what}: covered of all seeds", row["coverage"] * row["toys"], covered, 1e-8)
        widths = sum(s["toy_half_width"] * s["toys"] for s in of if s["toys"])
        check(f"{what}: mean half-width of all seeds", row["toy_half_width"] * row["toys"], widths, 1e-9 * widths)
        clopper_pearson(what, row)
        floor = row["floor"] if math.isfinite(row["floor"]) else 1
        over.setdefault(row["method"], []).append((row["width"] / floor, row["coverage_upper"] >= 0.6827 - 0.02))
    mean = {m: statistics.fmean(w for w, _ in v) for m, v in over.items()}
    covers = {m: all(c for _, c in v) for m, v in over.items()}
    for element in results["methods"]:
        name = element["method"]
        check(f"{name}: width over floor", element["width_over_floor"], mean[name], 1e-12 * mean[name])
        say(f"{name}: covers", element["covers"] == covers[name])
        rank = 1 + sum(covers[m] and mean[m] < mean[name] for m in mean) if covers[name] else None
        check(f"{name}: rank", element["rank"], rank)
    for row in exact:
        element = next(e for e in results["exact"] if e["name"] == row["truth"])
        if row["summary"] == "floor":
            same("floor", row, element, [("fixed", "floor_fixed"), ("fisher_fixed", "floor_fixed"), ("fisher", "floor")])
        else:
            same("exact", row, element[row["summary"]], ["fixed", "fisher_fixed", "fisher", "profiled", "mu_hat"])
            say("no exact width below the floor", row["fisher"] > element["floor"] and row["fisher_fixed"] > element["floor_fixed"])


# ---- higgs-tes --------------------------------------------------------------------------------------------

CONDITION = ["z_true", "luminosity", "mc_stat", "z_mode"]


def condition(row):
    return tuple(row[k] for k in CONDITION)


def check_spread(what, row, values):
    values = [v for v in values if math.isfinite(v)]
    check(f"{what}: splits", row["n_splits"], len(values))
    if not values:
        return
    check(f"{what}: mean", row["mean"], statistics.fmean(values), 1e-12)
    check(f"{what}: least", row["min"], min(values), 1e-12)
    check(f"{what}: most", row["max"], max(values), 1e-12)
    check(f"{what}: spread", row["sd_splits"], statistics.stdev(values) if len(values) > 1 else None, 1e-10)


def higgs():
    intervals, splits = table("intervals"), {}
    check("intervals", results["n_intervals"], len(intervals))
    check("failed", results["n_failed"], sum(r["status"] != "FAIRU_OK" for r in intervals))
    check("open", results["n_open"], sum(r["lower_end"] != 0 or r["upper_end"] != 0 for r in intervals))
    for row in intervals:
        splits.setdefault((row["split"], row["method"]) + condition(row), []).append(row["half_width_1s"])
        if row["status"] == "FAIRU_OK":
            check("half-width", row["half_width_1s"], 0.5 * (row["mu_hi_1s"] - row["mu_lo_1s"]), 1e-12)
            say("the estimate is inside", row["mu_lo_1s"] < row["mu_hat"] < row["mu_hi_1s"])
            if row["z_mode"] == "fixed":
                check("fixed Z", row["z_hat"], row["z_true"])
    say("three folds of every split", all(len(v) == 3 for v in splits.values()))
    width = {k: statistics.fmean(v) if all(map(math.isfinite, v)) else math.nan for k, v in splits.items()}
    for row in table("splits"):
        key = (row["split"], row["method"]) + condition(row)
        check(f"width of {key}", row["half_width_1s"], width[key], 1e-12)
        check(f"difference of {key}", row["minus_baseline"], width[key] - width[(row["split"], "baseline") + condition(row)], 1e-12)
    numbers = sorted({k[0] for k in width})
    for row, element in zip(table("widths"), results["half_widths"]):
        same("widths", row, element, row.keys())
        check_spread(f"widths of {row['method']}", row, [width[(s, row["method"]) + condition(row)] for s in numbers])
    for row, element in zip(table("differences"), results["paired_differences"]):
        same("differences", row, element, [k for k in row if k != "significant"])
        values = [width[(s, row["method"]) + condition(row)] - width[(s, "baseline") + condition(row)] for s in numbers]
        check_spread(f"difference of {row['method']}", row, values)
        check("negative ones", row["n_negative"], sum(v < 0 for v in values))
        both = math.hypot(row["sd_splits"], row["sd_events"])
        check("significant", row["significant"], abs(row["mean"]) > 2 * both)
    for row in table("course_check"):
        if row["step"] == 0.02 and row["course"] == "parabola":  # the one that the study uses
            first = [r for r in intervals if (r["split"], r["fold"], r["method"], r["z_true"]) == (1, row["fold"], row["method"], row["z_true"])]
            first = [r for r in first if condition(r)[1:] == (1, "moving", "cont")]
            say("one such interval", len(first) == 1)
            check("checked width", row["half_width_1s"], first[0]["half_width_1s"], 1e-15)
    higgs_networks(intervals)


def higgs_networks(intervals):
    bins = {}
    for row in table("networks"):
        bins[row["split"], row["fold"], row["network"]] = row["n_bins"]
        say("an area is a fraction", all(0 <= row[f"auc_{z}"] <= 1 for z in ("0.9", "1.0", "1.1")))
    for row in intervals:
        net = {("true-z", 0.9): "true-z-0.9", ("true-z", 1.1): "true-z-1.1", ("true-z", 1): "baseline"}.get(
            (row["method"], row["z_true"]), row["method"]
        )
        check("bins of the network", row["n_bins"], bins[row["split"], row["fold"], net])
    sums, last = {}, {}
    for row in table("templates"):
        key = row["network"], row["process"], row["z"]
        sums[key] = sums.get(key, 0) + row["yield"]
        if row["bin"] > 0:
            check("bins join", row["logit_lower"], last[key])
        else:
            check("the first bin is open", row["logit_lower"], -math.inf)
        last[key] = row["logit_upper"]
    say("the last bin is open", all(v == math.inf for v in last.values()))
    losses = {}
    for row in table("losses"):
        check("epochs are counted", row["epoch"], losses.get(row["network"], (0,))[0] + 1)
        losses[row["network"]] = (row["epoch"], row["training_loss"])
    for row in table("networks")[: len(losses)]:  # of the first fold
        check(f"last loss of {row['network']}", row["training_loss"], losses[row["network"]][1])
    cut = {(p, c["z_true"]): c[p] for c in results["luminosities"][0]["after_cut"] for p in ("signal", "background")}
    for (net, process, z), value in sums.items():
        check(f"yields of {process} do not depend on the network", value, sums["baseline", process, z], 1e-9 * value)
        if (process, z) in cut:  # of a third of the events, scaled to all
            check(f"{process} after the cut at {z}", value, cut[process, z], 0.2 * cut[process, z])
    ten = results["luminosities"][1]
    check("ten times the signal", ten["sum_weights"]["signal"], 10 * results["luminosities"][0]["sum_weights"]["signal"], 1e-9)


study, folder = sys.argv[1:]
with open(f"{folder}/results.json", encoding="utf-8") as file:
    results = json.load(file)
if study == "toy":
    table_profile = table("profile")
{"toy": toy, "untrained": untrained, "compare": compare, "higgs": higgs}[study]()
study_pages.check(study, folder, table, results, say)
for line in bad[:20]:
    print(line)
if bad:
    print(f"{len(bad)} do not hold")
sys.exit(bool(bad))
