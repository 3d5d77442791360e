"""filling.py: what fairu fill counts, bin by bin and knot by knot, against NumPy; every option; parts; refusals."""
import gzip
import itertools
import math
import os

import numpy as np

from program import FAIRU, WORK, check, close, document, finish, near, output, read_table, refused, run, write

N = 240
RNG = np.random.default_rng(12)
X, Y = np.round(RNG.normal(0, 1, N), 4), np.round(RNG.normal(0, 1, N), 4)
LABEL = RNG.integers(0, 3, N)
WEIGHT = np.round(RNG.uniform(0.1, 2, N), 3)
IDS = RNG.permutation(N) + 1000
NAMES = np.array(["bkg", "sig", "top"])


def table(rows=slice(None), names=False):
    rows = np.arange(N)[rows]
    lines = ["x,y,label,w,id"] + [f"{X[i]},{Y[i]},{NAMES[LABEL[i]] if names else LABEL[i]},{WEIGHT[i]},{IDS[i]}" for i in rows]
    return "\n".join(lines) + "\n"


def network(weights, bias, inputs=("x", "y"), activation="sigmoid"):
    return {"inputs": [{"name": name, "offset": 0, "scale": 1} for name in inputs],
            "layers": [{"architecture": "dense", "weights": weights, "bias": bias, "activation": activation}], "outputs": [f"o{k}" for k in range(len(bias))]}


EVENTS, NAMED = write("events.csv", table()), write("named.csv", table(names=True))
NET, THREE = write("net.json", network([1.5, -0.5], [0.2])), write("three.json", network([1, 0, 0, 1, -1, -1], [0, 0, 0], activation="softmax"))
AWARE = write("aware.json", network([1.5, -0.5, 0.75], [0.2], inputs=("x", "y", "z")))
CONFIG = write("config.json", {
    "nuisances": [{"name": "z", "nominal": 0, "width": 0.2}, {"name": "k", "nominal": 1, "width": 0.1}, {"name": "n", "prior": "log-normal", "nominal": 1, "width": 0.1, "lower": 0.2}],
    "steps": [{"step": "rotation", "nuisance": "z", "x": "x", "y": "y"}, {"step": "shift", "nuisance": "k", "columns": ["x"], "steps": [0.5]},
              {"step": "weight_scale", "nuisance": "n", "labels": ["bkg"]}]})
USUAL = {"z": [-0.4, -0.2, 0, 0.2, 0.4], "k": [0.8, 0.9, 1, 1.1, 1.2], "n": [math.exp(0.1 * k) for k in (-2, -1, 0, 1, 2)]}
PROCESSES = ["--process", "sig=sig", "--process", "rest=bkg,top"]


def logit(z=0.0, k=1.0, score_z=None):
    """What the network says of events turned by z and moved in x."""
    x, y = np.cos(z) * X - np.sin(z) * Y, np.sin(z) * X + np.cos(z) * Y
    return 1.5 * (x + 0.5 * (k - 1)) - 0.5 * y + 0.2 + (0.75 * score_z if score_z is not None else 0)


INFINITE = math.inf


def count(score, edges, chosen, weights):
    """Sums of weights by bin; the lowest and the highest bin take what is beyond them."""
    place = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, len(edges) - 2)
    return [float(np.sum(weights[chosen & (place == b)])) for b in range(len(edges) - 1)]


def yields(file, **point):
    """Expected yields of a file at a point: of the first process alone and of all others."""
    at = [a for name, value in point.items() for a in ("--set", f"{name}={value!r}")]
    everything = np.array(document("nll", file, "--expected", "--set", "mu=1", *at)["expected"])
    rest = np.array(document("nll", file, "--expected", "--set", "mu=0", *at)["expected"])
    return everything - rest, rest


def fill(name, *options, data=NAMED, model=NET, weight=True):
    return document("fill", data, "--model", model, "--out", WORK / name, *(["--weight", "w"] if weight else []), *options)


def bins():
    """Each kind of binning: edges in the score or before the sigmoid."""
    score = 1 / (1 + np.exp(-logit()))
    kinds = [("uniform:7", score, np.linspace(0, 1, 8)), ("edges:0.1,0.35,0.9", score, [-INFINITE, 0.1, 0.35, 0.9, INFINITE]),
             ("logit:5,-2,2", logit(), np.linspace(-2, 2, 6)), ("logit-edges:-1,0,0.5,3", logit(), [-INFINITE, -1, 0, 0.5, 3, INFINITE]), ("uniform:1", score, [0, 1])]
    for text, value, edges in kinds:
        told = fill("bins", *PROCESSES, "--binning", text)
        of_first, rest = yields(WORK / "bins")
        near(f"{text}: the first process", list(of_first), count(value, edges, LABEL == 1, WEIGHT), 1e-12, 1e-12)
        near(f"{text}: the others", list(rest), count(value, edges, LABEL != 1, WEIGHT), 1e-12, 1e-12)
        check(f"{text}: what is told", told["bins"] == len(edges) - 1 and told["points"] == 1 and [p["name"] for p in told["processes"]] == ["sig", "rest"])
        near(f"{text}: sums", [p["yield"] for p in told["processes"]], [WEIGHT[LABEL == 1].sum(), WEIGHT[LABEL != 1].sum()], 1e-12)
    check("ten even bins by default", fill("default", *PROCESSES)["bins"] == 10)
    same = fill("u10", *PROCESSES, "--binning", "uniform:10")
    check("they are uniform:10", (WORK / "u10").read_bytes() == (WORK / "default").read_bytes() and same["bins"] == 10)
    best = np.argmax(np.stack([X, Y, -X - Y]), axis=0)
    fill("classes", *PROCESSES, "--binning", "classes", model=THREE)
    near("bins by class", list(yields(WORK / "classes")[1]), [float(WEIGHT[(LABEL != 1) & (best == b)].sum()) for b in range(3)], 1e-12)


def knots():
    """At each knot the templates are the counts of events moved there; the score moves with them."""
    edges = np.linspace(-3, 3, 7)
    told = fill("moved", *PROCESSES, "--binning", "logit:6,-3,3", "--systematics", CONFIG)
    check("one point and four more for each nuisance", told["points"] == 13, told)
    weight_of = lambda n: WEIGHT * np.where(LABEL == 0, n, 1.0)
    for name, values in USUAL.items():
        for value in values:
            point = {"z": 0.0, "k": 1.0, "n": 1.0, name: value}
            wanted = [count(logit(point["z"], point["k"]), edges, LABEL == 1, weight_of(point["n"])), count(logit(point["z"], point["k"]), edges, LABEL != 1, weight_of(point["n"]))]
            got = yields(WORK / "moved", **{name: value})
            near(f"counts at {name} = {value:.3g}", [list(g) for g in got], wanted, 1e-9, 1e-9)
    own = fill("own", *PROCESSES, "--binning", "logit:6,-3,3", "--systematics", CONFIG, "--knots", "z=-1,-0.5,0,1", "--knots", "k=1", "--knots", "n=0.8,1,1.1,1.3,1.4,2", "--pair", "z,n")
    check("knots of one's own and a pair", own["points"] == 1 + 3 + 5 + 3 * 5, own)
    near("at a corner of the pair", list(yields(WORK / "own", z=1.0, n=2.0)[1]), count(logit(1.0), edges, LABEL != 1, weight_of(2.0)), 1e-9, 1e-9)
    kept = document("inspect", WORK / "own")["parameters"][2]
    check("one knot: kept there", (kept["name"], kept["init"], kept["bounds"], kept["fixed"]) == ("k", 1.0, [1.0, 1.0], False), kept)
    check("the last --knots of a nuisance counts", fill("last", *PROCESSES, "--systematics", CONFIG, "--knots", "z=1,2", "--knots", "z=0")["points"] == 9)


def narrow():
    """A nuisance whose range leaves fewer than four knots: the others stay, whatever --knots says of it."""
    config = write("narrow.json", {
        "nuisances": [{"name": "a", "nominal": 1, "width": 0.2, "lower": 1, "upper": 2}, {"name": "b", "nominal": 0, "width": 0.2}],
        "steps": [{"step": "scale", "nuisance": "a", "columns": ["x"]}, {"step": "shift", "nuisance": "b", "columns": ["y"], "steps": [1]}]})
    common = [NAMED, "--model", NET, "--systematics", config, *PROCESSES, "--out", WORK / "none"]
    refused("too few knots", 1, "FAIRU_ERR_RANGE", ["nuisance 'a': fewer than 4 knots about 1 within [1, 2]", "--knots a="], "fill", *common)
    refused("knots of another do not help", 1, "FAIRU_ERR_RANGE", ["nuisance 'a': fewer than 4 knots"], "fill", *common, "--knots", "b=-1,0,1,2")
    fill("narrow", *PROCESSES, "--systematics", config, "--knots", "a=1,1.2,1.4,1.6")
    check("all nuisances are filled", [p["name"] for p in document("inspect", WORK / "narrow")["parameters"]] == ["mu", "a", "b"])
    near("at a knot of the other", list(yields(WORK / "narrow", b=0.4)[0]), count(1 / (1 + np.exp(-(1.5 * X - 0.5 * (Y + 0.4) + 0.2))), np.linspace(0, 1, 11), LABEL == 1, WEIGHT), 1e-9, 1e-9)
    uniform = write("uniform.json", {"nuisances": [{"name": "u", "prior": "uniform", "nominal": 2, "lower": 0, "upper": 4},
                                                   {"name": "t", "prior": "tabulated", "nominal": 0, "table_z": [-2, 0, 2], "table_density": [1, 2, 1]}],
                                     "steps": [{"step": "shift", "nuisance": "u", "columns": ["x"], "steps": [0.1]}, {"step": "shift", "nuisance": "t", "columns": ["y"], "steps": [0.1]}]})
    fill("even", *PROCESSES, "--systematics", uniform, "--binning", "logit:4,-2,2")
    for u in (0.0, 1.0, 3.0, 4.0):
        near(f"an even knot of a uniform prior: {u}", list(yields(WORK / "even", u=u)[0]), count(1.5 * (X + 0.1 * (u - 2)) - 0.5 * Y + 0.2, np.linspace(-2, 2, 5), LABEL == 1, WEIGHT), 1e-9, 1e-9)
    for t in (-2.0, -1.0, 1.0, 2.0):
        near(f"an even knot of a table: {t}", list(yields(WORK / "even", t=t)[0]), count(1.5 * X - 0.5 * (Y + 0.1 * t) + 0.2, np.linspace(-2, 2, 5), LABEL == 1, WEIGHT), 1e-9, 1e-9)


def scored():
    """A network that takes z: at the z of the point, at one z, and under each hypothesis for data."""
    edges, common = np.linspace(-3, 3, 7), ["--nuisance", "z", "--binning", "logit:6,-3,3", "--systematics", CONFIG]
    fill("aware", *PROCESSES, *common, model=AWARE)
    fill("kept", *PROCESSES, *common, "--score-at", "z=0.3", model=AWARE)
    fill("seen", *common, "--observed", data=EVENTS, model=AWARE, weight=False)
    for z in USUAL["z"]:
        near(f"scored where it is, z = {z}", list(yields(WORK / "aware", z=z)[0]), count(logit(z, score_z=z), edges, LABEL == 1, WEIGHT), 1e-9, 1e-9)
        near(f"scored at 0.3, z = {z}", list(yields(WORK / "kept", z=z)[0]), count(logit(z, score_z=0.3), edges, LABEL == 1, WEIGHT), 1e-9, 1e-9)
    # data do not move, their scores do: fixed counts at each z give the same value of the likelihood
    for z in (-0.4, 0.0, 0.4):
        at = ["--set", f"z={z}", "--prior", "z=0:0.2"]
        moving = document("nll", WORK / "aware", "--observed", WORK / "seen", *at)["twice_nll"]
        counts = count(logit(score_z=z), edges, np.ones(N, bool), np.ones(N))
        fixed = write("counts.csv", "observed\n" + "".join(f"{c:.0f}\n" for c in counts))
        near(f"data scored under z = {z}", moving, document("nll", WORK / "aware", "--observed", fixed, *at)["twice_nll"], 1e-10)


def options():
    whole = fill("whole", *PROCESSES)
    scaled = fill("scaled", *PROCESSES, "--scale", "2.5")
    near("--scale", [p["yield"] for p in scaled["processes"]], [2.5 * p["yield"] for p in whole["processes"]], 1e-14)
    plain = fill("plain", *PROCESSES, weight=False)
    check("without weights: counts", [p["yield"] for p in plain["processes"]] == [float(np.sum(LABEL == 1)), float(np.sum(LABEL != 1))])
    numbers = fill("numbers", "--process", "s=1", "--process", "rest=0,2", data=EVENTS)
    check("labels as numbers", [p["yield"] for p in numbers["processes"]] == [p["yield"] for p in whole["processes"]])
    usual = fill("usual", "--drop-others", data=EVENTS)
    check("signal=1 and background=0", [(p["name"], round(p["yield"], 9)) for p in usual["processes"]] == [("signal", round(WEIGHT[LABEL == 1].sum(), 9)), ("background", round(WEIGHT[LABEL == 0].sum(), 9))])
    other = write("other.csv", table(names=True).replace("label", "kind"))
    check("--label", fill("other", *PROCESSES, "--label", "kind", data=other) == whole)
    smeared = fill("smeared", *PROCESSES, "--bandwidth", "0.05", "--binning", "uniform:10")
    near("--bandwidth keeps sums", [p["yield"] for p in smeared["processes"]], [p["yield"] for p in whole["processes"]], 1e-9)
    edges, score = np.linspace(0, 1, 11), 1 / (1 + np.exp(-logit()))
    cdf = np.array([[0.5 * math.erfc((s - e) / (0.05 * math.sqrt(2))) for e in edges] for s in score])
    cdf[:, 0], cdf[:, -1] = 0, 1
    near("--bandwidth: a Gaussian about each score", list(yields(WORK / "smeared")[0]), list((WEIGHT[:, None] * np.diff(cdf, axis=1))[LABEL == 1].sum(axis=0)), 1e-6)
    text = output("fill", NAMED, "--model", NET, "--out", WORK / "words", "--weight", "w", *PROCESSES).splitlines()
    check("in words", text == [f"{WORK / 'words'}: {p['name']}, yield {p['yield']:.6g} at the first of 1 points" for p in whole["processes"]], text)
    random = write("smear.json", {"nuisances": [{"name": "r", "nominal": 0.4, "width": 0.1, "lower": 0, "upper": 1}], "steps": [{"step": "smearing", "nuisance": "r", "columns": ["x"]}]})
    by_row = [fill(f"seed{s}", *PROCESSES, "--systematics", random, "--seed", s) and (WORK / f"seed{s}").read_bytes() for s in (1, 1, 2)]
    check("--seed", by_row[0] == by_row[1] != by_row[2])
    by_id = fill("by_id", *PROCESSES, "--systematics", random, "--id", "id") and (WORK / "by_id").read_bytes()
    turned = write("turned.csv", "\n".join([table(names=True).splitlines()[0], *table(names=True).splitlines()[:0:-1]]) + "\n")
    again = fill("turned", *PROCESSES, "--systematics", random, "--id", "id", data=turned) and (WORK / "turned").read_bytes()
    check("--id: the same in any order of rows", by_id == again and by_id != by_row[0])


def parts():
    """Any partition, in any order and grouping, to the same bytes; also of files cut by rows."""
    common = [*PROCESSES, "--systematics", CONFIG]
    fill("whole", *common)
    whole = (WORK / "whole").read_bytes()
    for n in (2, 3, 5):
        for k in range(1, n + 1):
            fill(f"p{k}", *common, "--part", f"{k}/{n}")
        for order in list(itertools.permutations(range(1, n + 1)))[:: max(1, math.factorial(n) // 3)]:
            told = document("merge", WORK / "merged", *[WORK / f"p{k}" for k in order])
            check(f"{n} parts in the order {order}", (WORK / "merged").read_bytes() == whole)
    output("merge", WORK / "left", WORK / "p1", WORK / "p2")
    output("merge", WORK / "right", WORK / "p5", WORK / "p4", WORK / "p3")
    output("merge", WORK / "merged", WORK / "right", WORK / "left")
    check("merged in groups", (WORK / "merged").read_bytes() == whole)
    check("what merge tells", told == fill("whole", *common))
    for k, rows in enumerate((slice(0, 7), slice(7, 150), slice(150, N))):
        fill(f"cut{k}", *common, data=write(f"cut{k}.csv", table(rows, names=True)))
    output("merge", WORK / "merged", *[WORK / f"cut{k}" for k in range(3)])
    check("files cut by rows", (WORK / "merged").read_bytes() == whole)
    output("merge", WORK / "same", WORK / "whole")
    check("one part is itself", (WORK / "same").read_bytes() == whole)
    output("merge", WORK / "left", WORK / "left", WORK / "right")
    check("onto one of its parts", (WORK / "left").read_bytes() == whole)
    for threads in (2, 5):
        fill("threads", *common, "--threads", threads)
        check(f"{threads} threads", (WORK / "threads").read_bytes() == whole)
    packed = WORK / "packed.csv.gz"
    packed.write_bytes(gzip.compress(NAMED.read_bytes()))
    fill("packed", *common, data=packed)
    check("gzip in", (WORK / "packed").read_bytes() == whole)
    done = run("fill", "-", "--model", NET, "--out", WORK / "piped", "--weight", "w", *common, stdin=packed.read_bytes())
    check("gzip on standard input", done.returncode == 0 and (WORK / "piped").read_bytes() == whole, done.err)
    rows = [fill(f"p{k}", *PROCESSES, "--part", f"{k}/{N + 7}")["processes"][0]["yield"] for k in (1, N, N + 1)]
    near("one row in a part, and none", rows, [WEIGHT[0] * (LABEL[0] == 1), WEIGHT[N - 1] * (LABEL[N - 1] == 1), 0.0], 1e-12)


def bad():
    common = ["fill", NAMED, "--model", NET, "--out", WORK / "none"]
    for text in ("0/3", "4/3", "1/0", "1/-3", "-1/3", " 1/3", "1 /3", "1/3x", "1", "/3", "1/", "+1/3", "1.0/3", "1/99999999999999999999999", ""):
        refused(f"--part '{text}'", 1, "FAIRU_ERR_ARGUMENT", f"--part wants K/N with K from 1 to N, got '{text}'", *common, "--part", text)
    for text, words in [("uniform", "wanted uniform:..., logit:..."), ("uniform:", "is empty"), ("uniform:0", "wanted uniform:BINS"), ("uniform:2.5", "wanted uniform:BINS"),
                        ("uniform:65535", "wanted uniform:BINS"), ("uniform:3,4", "wanted uniform:BINS"), ("uniform:-1", "wanted uniform:BINS"), ("logit:4,1", "wanted logit:BINS,LOWER,UPPER"),
                        ("logit:4,1,2,3", "wanted logit:BINS,LOWER,UPPER"), ("other:3", "wanted uniform:..., logit:..."), ("edges:0,x,1", "'x' is not a finite number"),
                        ("edges:0,nan,1", "'nan' is not a finite number"), ("edges:0,,1", "part 2 of '0,,1' is empty"), ("k" * 40 + ":1", "wanted uniform:...")]:
        refused(f"--binning {text}", 1, "FAIRU_ERR_ARGUMENT", ["--binning", words], *common, "--binning", text)
    for text in ("edges:0.5", "edges:0,1,0.5", "edges:0,0.5,0.5,1", "logit:4,2,1", "logit-edges:1"):
        check(f"--binning {text}: refused", run(*common, "--binning", text).returncode == 1 and not (WORK / "none").exists())
    for text, error, words in [("sig", "ARGUMENT", "--process wants NAME=LABEL,LABEL,..., got 'sig'"), ("=1", "ARGUMENT", "got '=1'"), ("sig=", "ARGUMENT", "got 'sig='")]:
        refused(f"--process {text}", 1, f"FAIRU_ERR_{error}", words, *common, "--process", text)
    refused("a label of two processes", 1, "FAIRU_ERR_DUPLICATE", "--process: label 'top' is of 'a' already", *common, "--process", "a=sig,top", "--process", "b=bkg,top")
    refused("a process twice", 1, "FAIRU_ERR_DUPLICATE", "'a'", *common, "--process", "a=sig", "--process", "a=bkg")
    refused("a label of no process", 1, "FAIRU_ERR_NOT_FOUND", [f"named.csv: row {int(np.argmax(LABEL != 1))}: label '", "--drop-others"], *common, "--process", "a=sig")
    refused("a number of no process", 1, "FAIRU_ERR_NOT_FOUND", [f"events.csv: row {int(np.argmax(LABEL == 2))}: label 2 is of no process", "--process NAME=2"], "fill", EVENTS, *common[2:])
    many = [a for k in range(65) for a in ("--process", f"p{k}=l{k}")]
    refused("processes beyond the limit", 1, "FAIRU_ERR_LIMIT", "more than", *common, *many, "--drop-others")
    for text, error, words in [("z", "ARGUMENT", "--knots wants NAME=VALUE,VALUE,..., got 'z'"), ("=1,2", "ARGUMENT", "got '=1,2'"), ("q=1,2,3,4", "NOT_FOUND", "neither the systematics nor the model have a nuisance 'q'"),
                               ("z=1,x", "ARGUMENT", "'x' is not a finite number"), ("z=1,,2", "ARGUMENT", "is empty"), ("z=", "ARGUMENT", "is empty")]:
        refused(f"--knots {text}", 1, f"FAIRU_ERR_{error}", words, *common, "--systematics", CONFIG, "--knots", text)
    for text in ("z=1,2,3", "z=-1,0,0,1", "z=1,2,3,4", "z=2,1,0,-1"):
        check(f"--knots {text}: refused", run(*common, *PROCESSES, "--systematics", CONFIG, "--knots", text).returncode == 1 and not (WORK / "none").exists())
    for text, error, words in [("z", "ARGUMENT", "--pair wants NAME,NAME, got 'z'"), ("z,k,n", "ARGUMENT", "--pair wants NAME,NAME"), ("z,q", "NOT_FOUND", "--pair z,q: no nuisance 'q'"), ("z,", "ARGUMENT", "is empty")]:
        refused(f"--pair {text}", 1, f"FAIRU_ERR_{error}", words, *common, "--systematics", CONFIG, "--pair", text)
    check("--pair z,z: refused", run(*common, *PROCESSES, "--systematics", CONFIG, "--pair", "z,z").returncode == 1)
    aware = ["fill", NAMED, "--model", AWARE, "--nuisance", "z", "--out", WORK / "none", "--systematics", CONFIG, *PROCESSES]
    for text, error, words in [("z", "ARGUMENT", "--score-at wants NAME=VALUE, got 'z'"), ("z=", "ARGUMENT", "got 'z='"), ("z=1x", "ARGUMENT", "got 'z=1x'"), ("q=1", "NOT_FOUND", "--score-at q=1: no such nuisance"), ("zz=1", "NOT_FOUND", "no such nuisance")]:
        refused(f"--score-at {text}", 1, f"FAIRU_ERR_{error}", words, *aware, "--score-at", text)
    refused("--score-at of data", 1, "FAIRU_ERR_ARGUMENT", "--score-at and --observed: data are scored under each hypothesis", *aware, "--observed", "--score-at", "z=1")
    refused("no model", 2, "FAIRU_ERR_ARGUMENT", "wants --model MODEL and --out TEMPLATES", "fill", NAMED, "--out", WORK / "none")
    refused("no place", 2, "FAIRU_ERR_ARGUMENT", "wants --model MODEL and --out TEMPLATES", "fill", NAMED, "--model", NET)
    for place, words in [(WORK, "exists and is not a regular file"), (f"{WORK}/", "no name of a file"), (WORK / "no" / "where", "cannot create: No such file or directory"), ("/dev/full", "exists and is not a regular file")]:
        refused(f"--out {place}", 1, "FAIRU_ERR_IO", words, "fill", NAMED, "--model", NET, "--out", place)
    late = write("late.csv", table(names=True) + "1,nan,sig,1,5\n")
    refused("a cell that is no number, late", 1, "FAIRU_ERR_NON_FINITE", [f"late.csv:{N + 2}: column y"], "fill", late, *common[2:], *PROCESSES, "--weight", "w")
    header = write("header.csv", "x,y,label,w,id\n")
    near("no rows: templates of nothing", [p["yield"] for p in fill("nothing", data=header)["processes"]], [0.0, 0.0])
    different = run("merge", WORK / "none", WORK / "plain", WORK / "bins")
    check("merge: parts of other bins", different.returncode == 1 and f"{WORK / 'plain'} and {WORK / 'bins'}: " in different.err, different.err)
    for name in ("events.csv", "net.json", "none at all"):
        check(f"merge: {name} is no part", run("merge", WORK / "none", WORK / "whole", WORK / name).returncode == 1 and name in run("merge", WORK / "none", WORK / "whole", WORK / name).err)
    check("nothing is left", not (WORK / "none").exists())


bins()
knots()
narrow()
scored()
options()
parts()
bad()
finish()
