"""joined.py: where a likelihood comes from: measurements, patches and patch sets, several workspaces joined, templates with priors and data; and inspect."""
import copy
import hashlib
import json
import math
import pathlib

import numpy as np

from program import FAIRU, WORK, check, close, document, finish, near, output, read_table, refused, run, write

EXAMPLE = json.loads((pathlib.Path(__file__).parents[2] / "examples" / "workspace.json").read_text())
FILE = write("ws.json", EXAMPLE)


def part(*channels):
    w = copy.deepcopy(EXAMPLE)
    w["channels"] = [c for c in w["channels"] if c["name"] in channels]
    w["observations"] = [o for o in w["observations"] if o["name"] in channels]
    if "signal_region" not in channels:
        w["measurements"][0]["config"]["poi"] = "norm_top"
    return w


def by_name(fit):
    return {p["name"]: p for p in fit["parameters"]}


def joining():
    """A workspace cut by channels and joined again is what it was: one copy of each constraint counts."""
    one, two = write("one.json", part("signal_region")), write("two.json", part("top_region"))
    whole = document("fit", FILE, "--covariance", "--minos", "mu")
    for files in ([one, two], [two, one]):
        joint = document("combine", *files, "--poi", "mu", "--covariance", "--minos", "mu")
        near("joined: the minimum", joint["twice_nll"], whole["twice_nll"], 1e-10)
        near("joined: at the start", joint["twice_nll_init"], whole["twice_nll_init"], 1e-12)
        check("joined: the same parameters", sorted(by_name(joint)) == sorted(by_name(whole)))
        for name, p in by_name(whole).items():
            near(f"joined: {name}", [by_name(joint)[name][k] for k in ("value", "error")], [p["value"], p["error"]], 1e-6, 1e-8)
        near("joined: its interval", by_name(joint)["mu"]["minos_upper"], by_name(whole)["mu"]["minos_upper"], 1e-5)
    single = document("combine", FILE)
    near("one alone", single["twice_nll"], whole["twice_nll"], 1e-12)
    # options of the fit
    fixed, alone = document("combine", one, two, "--fix", "mu=1.5", "--set", "norm_top=0.9"), document("fit", FILE, "--fix", "mu=1.5", "--set", "norm_top=0.9")
    near("joined: --fix and --set", [fixed["twice_nll"], fixed["twice_nll_init"]], [alone["twice_nll"], alone["twice_nll_init"]], 1e-10)
    level = by_name(document("combine", one, two, "--minos", "mu", "--level", "0.9"))["mu"]["minos_upper"]
    near("joined: --level", level, by_name(document("fit", FILE, "--minos", "mu", "--level", "0.9"))["mu"]["minos_upper"], 1e-5)
    # a choice between two simulations: in the part that has it
    for files in ([FILE], [one, two], [two, one]):
        p = by_name(document("combine", *files, "--poi", "mu", "--two-point", "top_generator", "--minos-all"))
        check("joined: what is a choice is not measured", [n for n in p if not p[n]["statistical_origin"]] == ["top_generator"] and p["top_generator"]["error"] is None and p["top_generator"]["minos_upper"] is None, p["top_generator"])
    refused("joined: no such choice", 1, "FAIRU_ERR_NOT_FOUND", "no parameter 'nope'", "combine", one, two, "--two-point", "nope")
    refused("joined: a choice that has no prior", 1, "FAIRU_ERR_ARGUMENT", "norm_top", "combine", one, two, "--two-point", "norm_top")
    # what cannot be joined
    same = run("combine", two, two, "--json")
    check("the same events twice: refused", same.returncode == 1 and "channel 'top_region'" in same.err)
    doubled, top = part("top_region"), part("top_region")["channels"][0]
    doubled["channels"].append({**top, "name": "again"})
    doubled["observations"].append({"name": "again", "data": doubled["observations"][0]["data"]})
    near("known to be others: twice the data", document("combine", two, two, "--allow-same-events")["twice_nll"], document("fit", write("doubled.json", doubled))["twice_nll"], 1e-10)
    other = part("top_region")
    other["measurements"][0]["config"]["parameters"][0]["sigmas"] = [0.02]
    done = run("combine", one, write("other.json", other))
    check("one name, two widths: refused and named", done.returncode == 1 and "lumi" in done.err, done.err)
    refused("a fault in the second", 1, "FAIRU_ERR_IO", "none.json", "combine", one, WORK / "none.json")
    for more in (["--patch", "x"], ["--patchset", "x", "--patch", "y"], ["--patchset", "x"]):
        refused(f"{more[0]} of several", 2, "FAIRU_ERR_ARGUMENT", "--patch and --patchset are of one workspace", "combine", one, two, *more)


def measurements():
    w = copy.deepcopy(EXAMPLE)
    w["measurements"].append({"name": "tops", "config": {"poi": "norm_top", "parameters": [
        {"name": "lumi", "auxdata": [1.0], "sigmas": [0.05], "inits": [1.02], "bounds": [[0.5, 1.5]]}, {"name": "diboson_xs", "fixed": True, "inits": [0.5]}]}})
    file = write("two.json", w)
    first, second = document("fit", file), document("fit", file, "--measurement", "tops")
    near("the first by default", first["twice_nll"], document("fit", FILE)["twice_nll"], 1e-13)
    check("it by name", document("fit", file, "--measurement", "search") == first)
    p = {q["name"]: q for q in document("inspect", file, "--measurement", "tops")["parameters"]}
    check("the settings of the other", (p["lumi"]["init"], p["lumi"]["prefit_error"], p["lumi"]["bounds"], p["diboson_xs"]["init"], p["diboson_xs"]["fixed"]) == (1.02, 0.05, [0.5, 1.5], 0.5, True), p["lumi"])
    check("which a fit keeps", by_name(second)["diboson_xs"]["value"] == 0.5 and by_name(second)["diboson_xs"]["fixed"] and by_name(second)["lumi"]["error"] > by_name(first)["lumi"]["error"])
    check("its parameter of interest", document("impacts", file, "--measurement", "tops")["poi"] == "norm_top")
    check("another one", document("impacts", file, "--measurement", "tops", "--poi", "mu")["poi"] == "mu")
    for option, words in [(["--measurement", "nope"], "nope"), (["--poi", "nope"], "nope")]:
        refused(f"{option}", 1, "FAIRU_ERR_NOT_FOUND", words, "fit", file, *option)
    words = output("inspect", file)
    check("inspect lists them", "measurement 'search', parameter of interest 'mu'" in words and "measurement 'tops', parameter of interest 'norm_top'" in words)


def patches():
    """A patch by itself, one of a set, and the document patched by hand give one likelihood."""
    example = json.loads((pathlib.Path(__file__).parents[2] / "examples" / "patchset.json").read_text())
    the_set = pathlib.Path(__file__).parents[2] / "examples" / "patchset.json"
    original = pathlib.Path(__file__).parents[2] / "examples" / "workspace.json"
    plain = document("nll", original)["twice_nll"]
    for patch in example["patches"]:
        name = patch["metadata"]["name"]
        patched = copy.deepcopy(EXAMPLE)
        for op in patch["patch"]:
            *path, last = [int(k) if k.isdigit() else k for k in op["path"].strip("/").split("/")]
            at = patched
            for key in path:
                at = at[key]
            if op["op"] in ("replace", "add"):
                at[last] = op["value"]
        wanted = document("nll", write("patched.json", patched))["twice_nll"]
        check(f"{name}: the patch says something", wanted != plain)
        near(f"{name}: of the set", document("nll", original, "--patchset", the_set, "--patch", name)["twice_nll"], wanted, 1e-14)
        near(f"{name}: as a file", document("nll", original, "--patch", write("patch.json", patch["patch"]))["twice_nll"], wanted, 1e-14)
        near(f"{name}: combine", document("combine", original, "--patchset", the_set, "--patch", name)["twice_nll_init"], wanted, 1e-14)
    names = [p["metadata"]["name"] for p in example["patches"]]
    refused("a set without a name", 1, "FAIRU_ERR_ARGUMENT", "--patchset needs --patch NAME", "nll", original, "--patchset", the_set)
    refused("no such patch", 1, "FAIRU_ERR_NOT_FOUND", "nope", "nll", original, "--patchset", the_set, "--patch", "nope")
    refused("no such file", 1, "FAIRU_ERR_IO", "none.json", "nll", original, "--patch", WORK / "none.json")
    changed = copy.deepcopy(EXAMPLE)
    changed["observations"][0]["data"][0] += 1
    done = run("nll", write("changed.json", changed), "--patchset", the_set, "--patch", names[0])
    check("the digest of another workspace", done.returncode == 1 and "sha256" in done.err, done.err)
    for content, words in [([{"op": "replace", "path": "/channels/9/name", "value": 1}], "/channels/9"), ([{"op": "jump", "path": "/a"}], "jump"), ({}, "patch"), ([{"op": "test", "path": "/version", "value": "2"}], "/version")]:
        done = run("nll", original, "--patch", write("patch.json", content))
        check(f"a patch that does not fit: {content}", done.returncode == 1 and words in done.err, done.err)


NET = {"inputs": [{"name": "x", "offset": 0, "scale": 1}], "layers": [{"architecture": "dense", "weights": [1], "bias": [0], "activation": "sigmoid"}], "outputs": ["y"]}
CONFIG = {"nuisances": [{"name": "a", "nominal": 0, "width": 0.3}, {"name": "g", "nominal": 0, "width": 0.5, "statistical_origin": False}],
          "steps": [{"step": "shift", "nuisance": "a", "columns": ["x"], "steps": [1.0]}, {"step": "shift", "nuisance": "g", "columns": ["x"], "steps": [0.4]}]}


def barlow_beeston(n, signal, background, mu, beta=1.0):
    """-2 ln L of counts n where each bin has a factor of its own, with the width that the sum of squared weights gives it, at its best."""
    total = 0.0
    for seen, i, k in zip(n, signal, background):
        nu, width = mu * i + beta * k, math.sqrt(mu ** 2 * i + beta ** 2 * k) / (mu * i + beta * k)
        half = (1 - nu * width ** 2) / 2
        g = half + math.sqrt(half ** 2 + seen * width ** 2)
        total += ((g - 1) / width) ** 2 - 2 * (seen * math.log(g * nu) - g * nu - math.lgamma(seen + 1))
    return total


def templates():
    """Templates where a workspace stands: counts at knots, priors by option and by file, data, interpolation."""
    rng = np.random.default_rng(8)
    x, label = np.concatenate([rng.normal(0.8, 1, 300), rng.normal(-0.5, 1, 700)]).round(4), np.repeat([1, 0], [300, 700])
    events = write("events.csv", "x,label\n" + "".join(f"{v},{n}\n" for v, n in zip(x, label)))
    net, config = write("net.json", NET), write("config.json", CONFIG)
    t = WORK / "t.fill"
    output("fill", events, "--model", net, "--systematics", config, "--binning", "logit:5,-2,2", "--out", t)
    count = lambda values: list(np.histogram(np.clip(values, -1.99, 1.99), np.linspace(-2, 2, 6))[0].astype(float))
    s, b = count(x[label == 1]), count(x[label == 0])
    normal = lambda v, c, w: ((v - c) / w) ** 2
    total = lambda mu: [mu * i + k for i, k in zip(s, b)]
    near("Asimov data by default", document("nll", t, "--set", "mu=1.4")["twice_nll"], barlow_beeston(total(1), s, b, 1.4), 1e-11)
    near("the other process", document("nll", t, "--process", "background", "--set", "mu=0.5")["twice_nll"], barlow_beeston(total(1), s, b, 1.0, 0.5), 1e-11)
    refused("no such process", 1, "FAIRU_ERR_NOT_FOUND", "nope", "nll", t, "--process", "nope")
    seen = [40.0, 180.0, 300.0, 280.0, 150.0]
    data = write("seen.csv", "bin,observed\n" + "".join(f"{k},{n}\n" for k, n in enumerate(seen)))
    near("counts from a table", document("nll", t, "--observed", data)["twice_nll"], barlow_beeston(seen, s, b, 1.0), 1e-11)
    for text, words in [("observed\n1\n2\n", ""), ("counts\n1\n2\n3\n4\n5\n", "observed"), ("observed\n1\n2\n3\n4\n-5\n", ""), ("observed\n1\n2\n3\n4\nnan\n", "observed"), ("", "")]:
        done = run("nll", t, "--observed", write("bad.csv", text))
        check(f"data that do not fit: {text[:12]!r}", done.returncode == 1 and words in done.err, done.err)
    # priors: of the option, of the file, of both
    prior = document("nll", t, "--prior", "a=0.1:0.2", "--set", "a=0.3", "--observed", data)["twice_nll"]
    free = document("nll", t, "--set", "a=0.3", "--observed", data)["twice_nll"]
    near("--prior", prior - free, normal(0.3, 0.1, 0.2), 1e-9)
    both = document("nll", t, "--systematics", config, "--set", "a=0.3", "--set", "g=0.2", "--observed", data)["twice_nll"]
    none = document("nll", t, "--set", "a=0.3", "--set", "g=0.2", "--observed", data)["twice_nll"]
    near("--systematics", both - none, normal(0.3, 0, 0.3) + normal(0.2, 0, 0.5), 1e-9)
    mixed = document("nll", t, "--systematics", config, "--prior", "a=0.1:0.2", "--set", "a=0.3", "--set", "g=0.2", "--observed", data)["twice_nll"]
    near("--prior before the file", mixed - none, normal(0.3, 0.1, 0.2) + normal(0.2, 0, 0.5), 1e-9)
    near("the same for combine", document("combine", t, "--systematics", config, "--set", "a=0.3", "--set", "g=0.2", "--observed", data)["twice_nll_init"], both, 1e-13)
    p = by_name(document("fit", t, "--systematics", config, "--observed", data))
    check("a choice of the file", not p["g"]["statistical_origin"] and p["g"]["error"] is None and p["a"]["statistical_origin"] and p["a"]["error"] > 0)
    p = by_name(document("fit", t, "--prior", "a=0:0.3", "--prior", "g=0:0.5", "--two-point", "a", "--observed", data))
    check("a choice of the options", not p["a"]["statistical_origin"] and p["g"]["statistical_origin"])
    # interpolation: the same at knots, not between
    log, linear = (document("nll", t, "--interpolation", kind, "--expected", "--set", "a=0.2")["expected"] for kind in ("log", "linear"))
    check("between knots", not close(log, linear, 1e-9) and close(log, linear, 0.05), log, linear)
    check("log by default", document("nll", t, "--expected", "--set", "a=0.2")["expected"] == log)
    check("linear for combine too", document("combine", t, "--interpolation", "linear", "--set", "a=0.2")["twice_nll_init"] == document("nll", t, "--interpolation", "linear", "--set", "a=0.2")["twice_nll"])
    at = [document("nll", t, "--interpolation", kind, "--expected", "--set", "a=0.3")["expected"] for kind in ("log", "linear")]
    near("at a knot", at[0], at[1], 1e-12)
    near("it is the count", at[0], [i + k for i, k in zip(count(x[label == 1] + 0.3), count(x[label == 0] + 0.3))], 1e-12)
    for text in ("a", "a=", "a=0", "a=0:", "a=x:1", "a=0:x", "a=0:1:2", "=0:1", "a=0;1", ""):
        done = run("nll", t, "--prior", text, "--json")
        check(f"--prior {text!r}", done.returncode == 1 and ("--prior wants NAME=CENTER:WIDTH, got '" + text in done.err or text == "=0:1"), done.err)
    for text in ("a=0:0", "a=0:-1", "a=nan:1", "a=0:nan", "a=0:inf", "q=0:1"):
        check(f"--prior {text}: refused", run("nll", t, "--prior", text).returncode == 1)
    refused("a choice without a prior", 1, "FAIRU_ERR_NOT_FOUND", "--two-point a: no --prior a=CENTER:WIDTH", "fit", t, "--two-point", "a")
    check("a prior twice: refused", run("nll", t, "--prior", "a=0:1", "--prior", "a=0:2").returncode == 1)
    check("priors beyond the limit", run("nll", t, *["--prior=a=0:1"] * 129).err.startswith("fairu nll: more than 128 priors"))
    told = document("inspect", t, "--systematics", config)
    check("inspected", told["kind"] == "templates" and [q["name"] for q in told["parameters"]] == ["mu", "a", "g"] and close(told["observed"], total(1), 1e-12), told)


def assignments():
    for option in ("--set", "--fix"):
        for text, error, words in [("mu=", "ARGUMENT", f"{option} mu=: '' is not a number"), ("mu=1x", "ARGUMENT", "'1x' is not a number"), ("=1", "ARGUMENT", f"{option} wants NAME=VALUE, got '=1'"),
                                   ("nope=1", "NOT_FOUND", "no parameter 'nope'; there are jet_scale"), ("stat=1", "NOT_FOUND", "there are statistics[0], statistics[1], statistics[2]"), ("Mu=1", "NOT_FOUND", "no parameter 'Mu'")]:
            refused(f"{option} {text}", 1, f"FAIRU_ERR_{error}", words, "nll", FILE, option, text)
    refused("--set without a value", 1, "FAIRU_ERR_ARGUMENT", "--set wants NAME=VALUE, got 'mu'", "nll", FILE, "--set", "mu")
    refused("--fix without a name", 1, "FAIRU_ERR_NOT_FOUND", "no parameter ''", "fit", FILE, "--fix", "")
    for text in ("mu=nan", "mu=inf"):
        check(f"--set {text}: refused, with the name", run("nll", FILE, "--set", text).returncode == 1 and "(mu) is" in run("nll", FILE, "--set", text).err)
    check("fixed beyond its bounds", "'mu' is fixed at -5, allowed are 0 to 10" in run("fit", FILE, "--fix", "mu=-5").err)
    check("negative numbers as values", document("nll", FILE, "--set", "jet_scale=-0.5") == document("nll", FILE, "--set=jet_scale=-5e-1") == document("nll", FILE, "--set", "jet_scale=-.5"))
    for command, option in (("scan", ["--parameter", "nope"]), ("contour", ["--first", "mu", "--second", "nope"]), ("contour", ["--first", "nope", "--second", "mu"]), ("fit", ["--minos", "nope"])):
        refused(f"{command} {option}", 1, "FAIRU_ERR_NOT_FOUND", "no parameter 'nope'; there are", command, FILE, *option)
    check("contour of one with itself: refused", run("contour", FILE, "--first", "mu", "--second", "mu").returncode == 1)
    for text, words in [("x", "got 'x'"), ("g", "--group wants NAME=PATTERN")]:
        refused(f"--group {text}", 1, "FAIRU_ERR_ARGUMENT", words, "breakdown", FILE, "--group", text)
    refused("a group of nothing", 1, "FAIRU_ERR_NOT_FOUND", "--group g=nope: no parameter fits", "breakdown", FILE, "--group", "g=nope")
    refused("a group of a beginning that is none", 1, "FAIRU_ERR_NOT_FOUND", "no parameter fits", "breakdown", FILE, "--group", "g=nope*,mux")
    check("required options", all(run(*words).returncode == 2 for words in (["scan", FILE], ["contour", FILE], ["contour", FILE, "--second", "mu"])))


def inspecting():
    """Tables of events: least, mean and most of each column, by NumPy."""
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.normal(5, 2, 50), rng.uniform(-1e6, 1e6, 50), np.full(50, 3.0)]).astype(np.float32)
    names = ["first", "second,with a comma", "third"]
    text = 'first,"second,with a comma",third\n' + "".join(",".join(repr(float(v)) for v in row) + "\n" for row in x)
    np.save(WORK / "x.npy", x)
    for file, wanted in ((write("table.csv", text), names), (WORK / "x.npy", None)):
        got = document("inspect", file)
        check(f"{file.name}: its size", got["kind"] == "events" and got["n_events"] == 50 and len(got["columns"]) == 3 and (wanted is None or [c["name"] for c in got["columns"]] == wanted), got)
        for k, c in enumerate(got["columns"]):
            near(f"{file.name}: column {k}", [c["least"], c["mean"], c["most"]], [float(x[:, k].min()), float(x[:, k].astype(float).mean()), float(x[:, k].max())], 1e-12)
        lines = output("inspect", file).splitlines()
        check(f"{file.name}: in words", lines[0] == "50 events, 3 columns" and len(lines) == 5 and lines[2].split()[-1] == f"{x[:, 0].max():.6g}", lines)
    latin = document("inspect", write("latin.csv", b"x\xe9,y\n1,2\n"))
    check("a name that is not UTF-8", [c["name"] for c in latin["columns"]] == ["x?", "y"], latin)
    none = document("inspect", write("none.csv", "a,b\n"))
    check("no events", none["n_events"] == 0 and none["columns"][0] == {"name": "a", "least": None, "mean": None, "most": None}, none)
    got = document("inspect", FILE)
    check("a workspace", got["kind"] == "workspace" and [(c["name"], c["bins"], c["samples"]) for c in got["channels"]] ==
          [(c["name"], len(c["samples"][0]["data"]), sorted(s["name"] for s in c["samples"])) for c in sorted(EXAMPLE["channels"], key=lambda c: c["name"])] or
          [sorted(c["samples"]) for c in got["channels"]] == [sorted(s["name"] for s in c["samples"]) for c in sorted(EXAMPLE["channels"], key=lambda c: c["name"])], got["channels"])
    check("its counts", got["observed"] == [n for o in sorted(EXAMPLE["observations"], key=lambda o: o["name"]) for n in o["data"]])
    words = output("inspect", FILE).splitlines()
    check("in words", words[0].startswith("2 channels, 4 bins, ") and "parameter of interest: mu" in words[0], words[0])
    totals = [line.split() for line in words if line.startswith(("signal_region", "top_region"))]
    near("totals of channels", [[float(c) for c in line[1:]] for line in totals][0], [3.0, 117.0, 119.0], 1e-6)
    many = {"channels": [{"name": f"c{k:02d}", "samples": [{"name": "s", "data": [5.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}]} for k in range(40)],
            "observations": [{"name": f"c{k:02d}", "data": [5.0]} for k in range(40)], "measurements": EXAMPLE["measurements"], "version": "1.0.0"}
    many["measurements"] = [{"name": "m", "config": {"poi": "mu", "parameters": []}}]
    short, all_of = output("inspect", write("many.json", many)), output("inspect", WORK / "many.json", "--all")
    check("few of many channels", short.count("\nc") == 24 - 1 + 0 + short.count("\nchannel") and "... and 17 more channels" in short and all_of.count("\nc") == 40 + 1, short)


joining()
measurements()
patches()
templates()
assignments()
inspecting()
finish()
