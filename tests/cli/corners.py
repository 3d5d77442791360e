"""corners.py: rare ways through the commands, each with its effect or its message: several minima, bounds, unnamed inputs, limits of lists, tables of numbers."""
import json
import math
import pathlib

import numpy as np

from program import WORK, check, close, column, document, finish, near, output, read_table, refused, run, write

RNG = np.random.default_rng(77)


def lwtnn(names, weights, bias=(0.0,), activation="sigmoid"):
    return {"inputs": [{"name": n, "offset": 0, "scale": 1} for n in names], "layers": [{"architecture": "dense", "weights": list(weights), "bias": list(bias), "activation": activation}],
            "outputs": [f"y{k}" for k in range(len(bias))]}


def workspace(data, samples):
    return {"channels": [{"name": "c", "samples": [{"name": n, "data": d, "modifiers": m} for n, d, m in samples]}], "observations": [{"name": "c", "data": data}],
            "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}


MU = [{"name": "mu", "type": "normfactor", "data": None}]
sigmoid = lambda x: 1 / (1 + np.exp(-x))


def minima():
    """A bump that two values of one nuisance explain: both valleys are found, told, and the lowest is the answer."""
    bend = {"name": "a", "type": "histosys", "data": {"hi_data": [70.0, 50.0], "lo_data": [69.0, 51.0]}}
    file = write("valleys.json", workspace([70.0, 50.0], [("s", [1.0, 1.0], MU), ("b", [50.0, 50.0], [bend])]))
    got = document("fit", file, "--minima", "--starts", "6", "--fix", "mu=0")
    words = output("fit", file, "--starts", "6", "--fix", "mu=0").splitlines()
    check("the lowest of its minima", close(got["minima"][0]["twice_nll"], got["twice_nll"], 1e-9) and [m["twice_nll"] for m in got["minima"]] == sorted(m["twice_nll"] for m in got["minima"]), got["minima"])
    check("their number is told", (got["n_minima"] > 1) == any("local minima met, the lowest is shown" in line for line in words) and got["n_minima"] > 1, got["n_minima"], words)


def bounds():
    """No signal, and less than the background: mu stays at 0, and nothing moves it."""
    file = write("low.json", workspace([20.0, 21.0], [("s", [12.0, 11.0], MU), ("b", [50.0, 52.0], [{"name": "n", "type": "normsys", "data": {"hi": 1.05, "lo": 0.95}}])]))
    words = output("impacts", file).splitlines()
    check("nothing moves it", words[-1] == "nothing moves 'mu': it stays at its bound", words)
    fit = document("fit", file, "--minos", "mu")["parameters"][0]
    check("at its bound", fit["at_bound"] and fit["value"] == 0 and fit["minos_lower"] is None and fit["minos_upper"] > 0, fit)
    check("in words", any(line.endswith("at bound") for line in output("fit", file).splitlines()))
    zero = document("hypotest", file, "--test-stat", "q0")
    near("no discovery", [zero["statistic"], zero["p0"], zero["significance"]], [0.0, 0.5, 0.0], 1e-12, 1e-12)
    text = output("hypotest", file, "--test-stat", "q0").splitlines()
    check("in words", text[0].startswith("q0(0) = 0") and text[1] == "p0 0.5   significance 0", text)
    # q knows mu below 0, q-tilde does not: they agree above, and differ for such data, unless bounds are those of the model
    q, tilde = (document("hypotest", file, "--test-stat", s, "--mu", "1", "--strict") for s in ("q", "qtilde"))
    check("q and q-tilde", q["mu_hat"] < 0 <= tilde["mu_hat"] and q["statistic"] > tilde["statistic"], q, tilde)
    high = write("high.json", workspace([80.0, 79.0], [("s", [12.0, 11.0], MU), ("b", [50.0, 52.0], [])]))
    q, tilde = (document("hypotest", high, "--test-stat", s, "--mu", "4") for s in ("q", "qtilde"))
    near("the same above 0", q["statistic"], tilde["statistic"], 1e-9)
    s, b, n = np.array([12.0, 11.0]), np.array([50.0, 52.0]), np.array([80.0, 79.0])
    nll = lambda mu: 2 * np.sum(mu * s + b - n * np.log(mu * s + b))
    near("and what it is", q["statistic"], nll(4.0) - min(nll(m) for m in np.linspace(q["mu_hat"] - 1e-4, q["mu_hat"] + 1e-4, 21)), 1e-7)
    two = document("hypotest", high, "--test-stat", "ttilde", "--mu", "0.5")
    near("two-sided", two["statistic"], nll(0.5) - nll(two["mu_hat"]), 1e-8)


def many_parameters():
    """Beyond 5000 parameters errors are told on demand alone."""
    n = 5001
    file = write("many.json", workspace([10.0] * n, [("s", [1.0] * n, MU), ("b", [9.0] * n, [{"name": "g", "type": "shapesys", "data": [1.0] * n}])]))
    got = document("fit", file)
    check("no errors", len(got["parameters"]) == n + 1 and all(p["error"] is None for p in got["parameters"]))
    near("the fit is one", got["parameters"][0]["value"], 1.0, 1e-6)


def unnamed():
    """A network whose inputs are x0, x1, ...: by position, or by the names that --features gives."""
    net = write("unnamed.json", lwtnn(["x0", "x1", "x2"], [1.0, -2.0, 0.5], [0.25]))
    x = RNG.normal(0, 1, (15, 3)).round(3)
    table = lambda names, columns: ",".join(names) + "\n" + "".join(",".join(repr(float(v)) for v in row) + "\n" for row in x[:, columns])
    wanted = sigmoid(x @ [1.0, -2.0, 0.5] + 0.25)
    for path in (net, WORK / "unnamed.onnx"):
        if path != net:
            output("convert", net, path)
        near(f"{path.name}: by position", column(output("predict", path, write("in.csv", table("abc", [0, 1, 2])), "-"), "score"), list(wanted), 1e-6)
        near(f"{path.name}: by position, in the order of the file", column(output("predict", path, write("turned.csv", table("cba", [2, 1, 0])), "-"), "score"), list(sigmoid(x[:, ::-1] @ [1.0, -2.0, 0.5] + 0.25)), 1e-6)
        wide = run("predict", path, write("wide.csv", table("abcd", [0, 1, 2, 2])), WORK / "none")
        check(f"{path.name}: as many columns as inputs, or names", wide.returncode == 1 and "x0" in wide.err and not (WORK / "none").exists(), wide.err)
    bare = write("bare.onnx", without_metadata((WORK / "unnamed.onnx").read_bytes()))
    near("--features", column(output("predict", bare, WORK / "turned.csv", "-", "--features", "a,b,c"), "score"), list(wanted), 1e-6)
    output("convert", bare, WORK / "named.json", "--features", "a,b,c", "--nuisance", "b")
    told = document("inspect", WORK / "named.json")
    check("convert keeps them", sorted(told["features"] + [n["name"] for n in told["nuisances"]]) == ["a", "b", "c"], told)
    check("--features of another number", run("predict", bare, WORK / "in.csv", WORK / "none", "--features", "a,b").returncode == 1)
    for file in (net, WORK / "unnamed.onnx"):
        refused(f"--features where {file.name} has names", 1, "FAIRU_ERR_ARGUMENT", ["--features: ", f"{file.name} names its inputs itself; none is 'a'"], "predict", file, WORK / "turned.csv", WORK / "none", "--features", "a,b,c")
    refused("--features with an empty name", 1, "FAIRU_ERR_ARGUMENT", "--features: part 2 of 'a,,c' is empty", "predict", bare, WORK / "in.csv", WORK / "none", "--features", "a,,c")
    refused("all inputs are nuisances", 1, "FAIRU_ERR_SHAPE", "a model without features", "predict", write("one.json", lwtnn(["z"], [1.0])), write("z.csv", "z\n1\n"), WORK / "none", "--nuisance", "z=1")
    spaced = "".join(", ".join(repr(float(v)) + " " for v in row) + "\n" for row in x)
    near("numbers with spaces and no header", column(output("predict", net, write("spaced.csv", spaced), "-"), "score"), list(wanted), 1e-6)
    output("convert", write("z.json", lwtnn(["a", "z"], [1.0, 1.0])), WORK / "z.fairu", "--nuisance", "z")
    words = output("inspect", WORK / "z.fairu").splitlines()
    check("a nuisance in words", words[0] == "a network of 1 features and 1 nuisance parameters, 1 outputs" and words[2].startswith("nuisance 'z', trained in ["), words)


def without_metadata(onnx):
    """An ONNX model without its last fields, metadata_props (14), where we keep the names of inputs."""
    def varint(at):
        value = shift = 0
        while True:
            value |= (onnx[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if onnx[at - 1] < 0x80:
                return value, at
    out, at = b"", 0
    while at < len(onnx):
        begin = at
        key, at = varint(at)
        if key & 7 == 0:
            _, at = varint(at)
        else:
            size, at = varint(at)
            at += size
        out += onnx[begin:at] if key >> 3 != 14 else b""
    return out


NET = write("net.json", lwtnn(["x"], [1.0]))
EVENTS = write("events.csv", "x,label\n" + "".join(f"{v},{k % 2}\n" for k, v in enumerate(RNG.normal(0, 1, 40).round(3))))


def limits():
    """Lists that are longer than there is room for."""
    nuisances = lambda n: {"nuisances": [{"name": f"n{k}", "nominal": 0, "width": 1} for k in range(n)], "steps": []}
    common = ["fill", EVENTS, "--model", NET, "--out", WORK / "none"]
    refused("65 nuisances", 1, "FAIRU_ERR_LIMIT", "more than 64 nuisances", *common, "--systematics", write("many_n.json", nuisances(65)))
    some = write("some.json", nuisances(3))
    refused("65 pairs", 1, "FAIRU_ERR_LIMIT", "more than 64 pairs", *common, "--systematics", some, *["--pair=n0,n1"] * 65)
    aware = write("aware.json", lwtnn([f"z{k}" for k in range(66)], [0.1] * 66))
    refused("65 nuisances of a model", 1, "FAIRU_ERR_LIMIT", "more than 64 nuisances", "fill", EVENTS, "--model", aware, "--out", WORK / "none", *[f"--nuisance=z{k}" for k in range(66)])
    output("fill", EVENTS, "--model", NET, "--out", WORK / "two.fill")
    refused("data of two processes", 1, "FAIRU_ERR_SHAPE", ["two.fill: 2 processes; data are a fill of one", "--observed"], "nll", WORK / "two.fill", "--observed", WORK / "two.fill")
    output("fill", EVENTS, "--model", NET, "--observed", "--binning", "uniform:7", "--out", WORK / "seven.fill")
    check("data of other bins", run("nll", WORK / "two.fill", "--observed", WORK / "seven.fill").returncode == 1)
    output("fill", EVENTS, "--model", NET, "--observed", "--out", WORK / "seen.fill")
    scores = sigmoid(np.array(column(EVENTS.read_text(), "x")))
    counts = write("counts.csv", "observed\n" + "".join(f"{n}\n" for n in np.histogram(scores, np.linspace(0, 1, 11))[0]))
    near("a fill of data is its counts", document("nll", WORK / "two.fill", "--observed", WORK / "seen.fill", "--set", "mu=1.2")["twice_nll"], document("nll", WORK / "two.fill", "--observed", counts, "--set", "mu=1.2")["twice_nll"], 1e-13)


def configurations():
    """What a file of systematics says wrong, told with its place."""
    common = ["fill", EVENTS, "--model", NET, "--out", WORK / "none", "--systematics"]
    z = {"name": "z", "nominal": 0, "width": 1}
    for name, content, error, words in [
            ("no table", {"nuisances": [{**z, "prior": "tabulated"}], "steps": []}, "FORMAT", 'nuisances[0]: prior "tabulated" wants table_z and table_density'),
            ("half of MET", {"nuisances": [z], "steps": [{"step": "momentum_scale", "nuisance": "z", "pt": "x", "met": "x"}]}, "FORMAT", 'steps[0]: "met" wants "met_phi" and "phi"'),
            ("columns and steps", {"nuisances": [z], "steps": [{"step": "shift", "nuisance": "z", "columns": ["x"], "steps": []}]}, "SHAPE", "steps[0]: 1 columns, 0 steps"),
            ("the second step", {"nuisances": [z], "steps": [{"step": "scale", "nuisance": "z", "columns": ["x"]}, {"step": "scale", "nuisance": "y", "columns": ["x"]}]}, "", "steps[1] (scale): "),
            ("the second nuisance", {"nuisances": [z, {"name": "y"}], "steps": []}, "FORMAT", 'nuisances[1]: lacks "nominal"'),
            ("a width below 0", {"nuisances": [{**z, "width": -1}], "steps": []}, "", "wrong.json: "),
            ("a range the wrong way", {"nuisances": [{**z, "lower": 1, "upper": -1}], "steps": []}, "", "wrong.json: "),
            ("a choice of arithmetic", {"nuisances": [z], "steps": [{"step": "higgsml", "tes": "z", "arithmetic": "exact"}]}, "FORMAT", '"arithmetic" must be one of fast|reference'),
            ("a cut without a column", {"nuisances": [z], "steps": [{"step": "cut", "lower": 1}]}, "FORMAT", 'steps[0]: lacks "column"')]:
        done = run(*common, write("wrong.json", content), "--json")
        check(f"CONFIG: {name}", done.returncode == 1 and words in done.err and f"FAIRU_ERR_{error}" in done.out and not (WORK / "none").exists(), done.err)
    for text, words in [("{", "wrong.json:1: "), ('{"nuisances": [],\n "steps": [}', "wrong.json:2: "), ('{"nuisances": [], "steps": [], "more": 1}', 'unknown field "more"'), ("[]", "must be an object"), ("", "wrong.json:1: ")]:
        done = run(*common, write("wrong.json", text))
        check(f"CONFIG: {text[:20]!r}", done.returncode == 1 and words in done.err, done.err)
    good = write("good.json", {"nuisances": [{**z, "lower": None}], "steps": [{"step": "shift", "nuisance": "z", "columns": ["x"], "steps": [0.5]}]})
    output("fill", EVENTS, "--model", NET, "--systematics", good, "--binning", "uniform:2", "--out", WORK / "file.fill")
    done = run("fill", EVENTS, "--model", NET, "--systematics", "-", "--binning", "uniform:2", "--out", WORK / "piped.fill", stdin=good.read_bytes())
    check("CONFIG on standard input", done.returncode == 0 and (WORK / "piped.fill").read_bytes() == (WORK / "file.fill").read_bytes(), done.err)
    check("a number that is null stays as it is", close(document("inspect", WORK / "file.fill", "--systematics", good)["parameters"][1]["prefit_error"], 1.0))


def numbers_as_tables():
    """.npy and points of train: what is refused, and where."""
    m = np.column_stack([RNG.normal(0, 1, (60, 2)), np.tile([0, 1], 30), np.full(60, 0.5)]).astype("f4")
    np.save(WORK / "m.npy", m)
    common = ["--features", "x,y", "--label", "l", "--columns", "x,y,l,w", "--hidden", "2", "--epochs", "1", "--method", "baseline", "--out", WORK / "none"]
    half = m.copy()
    half[7, 2] = 0.5
    np.save(WORK / "half.npy", half)
    refused("half a label", 1, "FAIRU_ERR_RANGE", ["half.npy: row 7: label is 0.5, no whole number"], "train", WORK / "half.npy", *common)
    half[7, 2] = 3e9
    np.save(WORK / "half.npy", half)
    refused("a label beyond its type", 1, "FAIRU_ERR_RANGE", ["half.npy: row 7: label is 3e+09"], "train", WORK / "half.npy", *common)
    refused("ids in floats", 1, "FAIRU_ERR_ARGUMENT", "--id: a .npy file of floats holds no ids", "train", WORK / "m.npy", *common, "--id", "x")
    refused("no such column", 1, "FAIRU_ERR_NOT_FOUND", "nope", "train", WORK / "m.npy", *common, "--weight", "nope")
    check("another number of columns", run("train", WORK / "m.npy", *[c if c != "x,y,l,w" else "x,y,l" for c in common]).returncode == 1)
    table = write("m.csv", "x,y,l,w\n" + "".join(",".join(f"{v:.9g}" for v in row) + "\n" for row in m))
    from_csv = [c for c in common if c not in ("--columns", "x,y,l,w", WORK / "none")]
    config = write("config.json", {"nuisances": [{"name": "z", "nominal": 0, "width": 1}, {"name": "u", "nominal": 0, "width": 1}],
                                   "steps": [{"step": "shift", "nuisance": n, "columns": ["x"], "steps": [1]} for n in "zu"]})
    aware = ["train", table, "--features", "x,y", "--label", "l", "--hidden", "2", "--epochs", "1", "--method", "aware", "--systematics", config, "--out", WORK / "none"]
    refused("points of a nuisance that is none", 1, "FAIRU_ERR_NOT_FOUND", "--nuisance: the systematics have no 'q'", *aware, "--nuisance", "q", "--points", "1,2")
    refused("points of two", 1, "FAIRU_ERR_ARGUMENT", "--points: values are of one nuisance", *aware, "--nuisance", "z", "--nuisance", "u", "--points", "1,2")
    refused("a column of points that is no nuisance", 1, "FAIRU_ERR_NOT_FOUND", "points.csv: 'q' is no nuisance of the systematics", *aware, "--points", write("points.csv", "z,q\n1,2\n"))
    refused("points that are no numbers", 1, "FAIRU_ERR_ARGUMENT", "--points: '1e' is not a finite number", *aware, "--nuisance", "z", "--points", "0,1e")
    refused("no file of points", 1, "FAIRU_ERR_IO", "none.csv", *aware, "--points", "none.csv")
    told = document(*[c if c != WORK / "none" else WORK / "model" for c in aware], "--points", write("points.csv", "u\n-1\n0\n2\n"))
    ranges = {n["name"]: (n["lower"], n["upper"]) for n in told["network"]["nuisances"]}
    check("a column that is not there is nominal", ranges == {"z": (0.0, 0.0), "u": (-1.0, 2.0)}, ranges)
    del from_csv


def shifted_numbers():
    """fairu shift where labels are 0 and 1: what is background is scaled, whatever it is called."""
    primary = "PRI_lep_pt,PRI_lep_eta,PRI_lep_phi,PRI_had_pt,PRI_had_eta,PRI_had_phi,PRI_jet_leading_pt,PRI_jet_leading_eta,PRI_jet_leading_phi,PRI_jet_subleading_pt,PRI_jet_subleading_eta," \
              "PRI_jet_subleading_phi,PRI_n_jets,PRI_jet_all_pt,PRI_met,PRI_met_phi"
    event = "37.555,1.734,0.366,28.223,0.061,0.341,58.297,1.955,3.015,40.258,-0.081,-2.141,2,98.556,29.454,0.176"
    file = write("shift.csv", f"{primary},weights,labels\n" + "".join(f"{event},{w},{k}\n" for w, k in ((10, 0), (20, 1), (30, 0))))
    near("background is scaled", column(output("shift", file, "-", "--bkg-scale", "1.5"), "weights"), [15.0, 20.0, 45.0], 1e-7)
    check("labels go through", column(output("shift", file, "-"), "labels") == [0, 1, 0])
    refused("one process alone has no number", 1, "FAIRU_ERR_", ['shift.csv: weights of "ttbar" are scaled; labels of the table are numbers without names'], "shift", file, WORK / "none.csv", "--ttbar-scale", "1.1")


minima()
bounds()
many_parameters()
unnamed()
limits()
configurations()
numbers_as_tables()
shifted_numbers()
finish()
