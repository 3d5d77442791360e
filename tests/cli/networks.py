"""networks.py: random networks through fairu predict, convert and inspect, against NumPy; tables in every form; what is refused."""
import gzip
import io
import json
import math

import numpy as np

from program import FAIRU, WORK, check, close, document, finish, near, output, read_table, refused, run, write

RNG = np.random.default_rng(31)
ACTIVATIONS = {
    "linear": lambda x: x, "rectified": lambda x: np.maximum(x, 0), "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))}


class Network:
    """Dense layers at random; names, offsets and scales of inputs as lwtnn has them: (x + offset) * scale."""

    def __init__(self, names, widths, last, outputs):
        self.names, self.outputs = names, outputs
        self.offset, self.scale = RNG.normal(0, 1, len(names)).round(3), RNG.uniform(0.3, 2, len(names)).round(3)
        self.layers, n = [], len(names)
        for width in widths + [len(outputs)]:
            self.layers.append((RNG.normal(0, 0.8, (width, n)).round(4), RNG.normal(0, 0.5, width).round(4), RNG.choice(list(ACTIVATIONS)[1:])))
            n = width
        self.last = last

    def document(self):
        layers = [{"architecture": "dense", "weights": list(w.ravel()), "bias": list(b), "activation": str(a)} for w, b, a in self.layers]
        layers[-1]["activation"] = self.last
        return {"inputs": [{"name": n, "offset": o, "scale": s} for n, o, s in zip(self.names, self.offset, self.scale)], "layers": layers, "outputs": self.outputs}

    def logits(self, x):
        x = (np.asarray(x, float) + self.offset) * self.scale
        for k, (w, b, a) in enumerate(self.layers):
            x = x @ w.T + b
            if k + 1 < len(self.layers):
                x = ACTIVATIONS[a](x)
        return x

    def scores(self, x):
        z = self.logits(x)
        if self.last == "softmax":
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)
        return ACTIVATIONS[self.last](z)


def numbers(text):
    header, rows = read_table(text)
    return header, np.array([[float(c) for c in row] for row in rows]).reshape(-1, len(header))


def table(names, x, form="{!r}"):
    return ",".join(names) + "\n" + "".join(",".join(form.format(float(v)) for v in row) + "\n" for row in x)


def same(name, text, wanted, header):
    got_header, got = numbers(text)
    worst = np.max(np.abs(got - wanted) / (1e-6 + np.abs(wanted))) if got.shape == wanted.shape and got.size else math.inf
    return check(name, got_header == header and worst < 2e-5, got_header, got.shape, worst)


def through_formats():
    """Every network in every format gives the same scores, and as many features, outputs and names."""
    for k, (n, widths, last, outputs) in enumerate([(2, [], "sigmoid", ["y"]), (3, [5], "sigmoid", ["y"]), (4, [6, 3], "linear", ["y"]), (3, [4, 4, 4], "softmax", ["a", "b", "c"]), (1, [2], "sigmoid", ["y"]), (17, [31, 7], "softmax", ["p", "q"])]):
        names = [f"v{i}" for i in range(n)]
        network = Network(names, widths, last, outputs)
        lwtnn = write(f"net{k}.json", network.document())
        x = RNG.normal(0, 1.5, (50, n)).astype(np.float32)
        order = RNG.permutation(n)
        events = write(f"events{k}.csv", table([names[i] for i in order] + ["other"], np.column_stack([x[:, order], np.arange(50)])))
        scores, logits = network.scores(x), network.logits(x)
        heads = [["score"], ["logit"]] if len(outputs) == 1 else [[f"{what}_{i}" for i in range(len(outputs))] for what in ("score", "logit")]
        first = None
        for ending in (".json", ".fairu", ".onnx", ".graph.json", ".again.fairu", ".again.onnx"):
            path = WORK / f"net{k}{ending}"
            if ending != ".json":
                output("convert", lwtnn, path, *(["--format", "lwtnn-graph"] if "graph" in ending else []))
            text = output("predict", path, events, "-")
            same(f"network {k}, {ending}", text, scores, heads[0])
            same(f"network {k}, {ending}: before the last activation", output("predict", path, events, "-", "--logit"), logits, heads[1])
            if "again" in ending:
                check(f"network {k}, {ending}: the same bytes again", path.read_bytes() == (WORK / f"net{k}{ending[6:]}").read_bytes())
            first = first or text
            check(f"network {k}, {ending}: as lwtnn to 2e-6", np.allclose(numbers(text)[1], numbers(first)[1], rtol=2e-6, atol=2e-6))
            told = document("inspect", path)
            check(f"network {k}, {ending}: inspected", told["kind"] == "network" and told["features"] == names and (told["n_features"], told["n_outputs"], told["n_nuisances"]) == (n, len(outputs), 0), told)
            words = output("inspect", path).splitlines()
            check(f"network {k}, {ending}: in words", words == [f"a network of {n} features and 0 nuisance parameters, {len(outputs)} outputs"] + [f"feature '{v}'" for v in names], words)
        for i, name in enumerate(outputs if len(outputs) > 1 else []):
            same(f"network {k}: --output {name}", output("predict", lwtnn, events, "-", "--output", name), scores[:, i:i + 1], ["score"])
            output("convert", lwtnn, WORK / "one.fairu", "--output", name)
            same(f"network {k}: {name} kept by convert", output("predict", WORK / "one.fairu", events, "-"), scores[:, i:i + 1], ["score"])


def tables():
    """One table in many forms."""
    names = ["alpha", "beta", "gamma"]
    network = Network(names, [6], "sigmoid", ["y"])
    net = write("net.json", network.document())
    x = RNG.normal(0, 1, (40, 3)).astype(np.float32)
    wanted = output("predict", net, write("plain.csv", table(names, x)), "-")
    same("the plain table", wanted, network.scores(x), ["score"])
    forms = {
        "crlf": table(names, x).replace("\n", "\r\n"), "no last line feed": table(names, x)[:-1], "quoted": table([f'"{n}"' for n in names], x),
        "quoted cells": table(names, x, '"{!r}"'), "spaces": table(names, x, " {!r} "), "exponents": table(names, x, "{:.9e}"), "signs": table(names, x, "{:+.9g}"),
        "no header": table(names, x).split("\n", 1)[1], "no header, crlf": table(names, x).split("\n", 1)[1].replace("\n", "\r\n"),
        "no header, more columns": table(names + ["d", "e"], np.column_stack([x, x[:, :2]])).split("\n", 1)[1]}
    for name, text in forms.items():
        check(f"{name}", output("predict", net, write("form.csv", text), "-") == wanted, name)
        check(f"{name}: standard input", output("predict", net, "-", "-", stdin=text) == wanted)
    for kind in ("f4", "f8"):
        for order in "CF":
            np.save(WORK / "x.npy", np.asarray(x, kind, order=order))
            check(f".npy, {kind}, {order}", output("predict", net, WORK / "x.npy", "-") == wanted)
    packed = WORK / "x.csv.gz"
    packed.write_bytes(gzip.compress(table(names, x).encode()))
    check("gzip", output("predict", net, packed, "-") == wanted)
    output("predict", net, packed, WORK / "scores.csv.gz")
    check("gzip out", gzip.decompress((WORK / "scores.csv.gz").read_bytes()).decode() == wanted)
    output("predict", net, packed, WORK / "scores.csv")
    check("a file", (WORK / "scores.csv").read_text() == wanted)
    check("written over what is there", output("predict", net, packed, WORK / "scores.csv") == "" and (WORK / "scores.csv").read_text() == wanted)
    many = np.tile(x, (3300, 1))[:131073]  # two pieces and a row
    big = write("big.csv", table(names, many, "{:.9g}"))
    for threads in ("1", "2"):
        text = output("predict", net, big, "-", "--threads", threads)
        check(f"pieces, {threads} threads", text == wanted.split("\n")[0] + "\n" + "".join((wanted.split("\n", 1)[1] * 3277).splitlines(True)[:131073]))
    check("no rows", output("predict", net, write("none.csv", "alpha,beta,gamma\n"), "-") == "score\n")
    bare = write("bare.csv.gz", gzip.compress(forms["no header"].encode()))
    refused("gzip without a header", 1, "FAIRU_ERR_FORMAT", "bare.csv.gz: the first line is numbers alone; a compressed file needs a header with names", "predict", net, bare, WORK / "none")
    unnamed = network.document()
    for i, one in enumerate(unnamed["inputs"]):
        one["name"] = f"x{i}"
    unnamed = write("unnamed.json", unnamed)
    check("inputs x0, x1, ...: by position", output("predict", unnamed, WORK / "plain.csv", "-") == wanted)
    refused("gzip without a header, by position", 1, "FAIRU_ERR_FORMAT", "a compressed file needs a header", "predict", unnamed, bare, WORK / "none")
    check("not where names are known: x1 stands second to last", output("predict", unnamed, write("turned.csv", table(["x2", "x1", "x0"], x[:, ::-1])), "-") == wanted)
    for words, text in [("too few columns", "1,2\n3,4\n"), ("no such column", "alpha,beta\n1,2\n")]:
        check(words, run("predict", net, write("few.csv", text), WORK / "none").returncode == 1 and not (WORK / "none").exists())
    refused("too few columns", 1, "FAIRU_ERR_SHAPE", "few.csv: 2 columns and no header, the model has 3 features", "predict", net, write("few.csv", "1,2\n3,4\n"), WORK / "none")
    refused("a row with a cell too few, late", 1, "FAIRU_ERR_FORMAT", "late.csv:42", "predict", net, write("late.csv", table(names, x) + "1,2\n"), WORK / "none")
    refused("no number, late", 1, "FAIRU_ERR_FORMAT", ["late.csv:42", "beta"], "predict", net, write("late.csv", table(names, x) + "1,x,2\n"), WORK / "none")
    np.save(WORK / "wide.npy", np.zeros((4, 4), "f4"))
    check(".npy of another width", run("predict", net, WORK / "wide.npy", WORK / "none").returncode == 1)
    refused("an output that is not there", 1, "FAIRU_ERR_NOT_FOUND", "nope", "predict", net, WORK / "plain.csv", WORK / "none", "--output", "nope")


def special():
    """NaN and infinities: the default of lwtnn where there is one, else refused with the place."""
    network = Network(["a", "b"], [3], "sigmoid", ["y"])
    text = network.document()
    text["inputs"][0]["default"] = 0.75
    net = write("default.json", text)
    x = np.array([[math.nan, 1], [math.inf, 1], [-math.inf, 1], [0.75, 1]])
    filled = np.array([[0.75, 1]] * 4)
    same("defaults", output("predict", net, write("special.csv", "a,b\nnan,1\ninf,1\n-inf,1\n0.75,1\n"), "-"), network.scores(filled), ["score"])
    output("convert", net, WORK / "default.fairu")
    same("defaults in our format", output("predict", WORK / "default.fairu", WORK / "special.csv", "-"), network.scores(filled), ["score"])
    done = run("predict", net, write("special.csv", "a,b\n1,1\n1,nan\n"), WORK / "none")
    check("no default", done.returncode == 1 and '"b"' in done.err and not (WORK / "none").exists(), done.err)
    del x


def nuisances():
    """Inputs that are nuisances: values from the command line, in any format and order."""
    names = ["a", "z1", "b", "z2"]
    network = Network(names, [5], "sigmoid", ["y"])
    net = write("nuisances.json", network.document())
    x = RNG.normal(0, 1, (20, 4)).astype(np.float32)
    x[:, 1], x[:, 3] = 0.5, -1.25
    events = write("two.csv", table(["b", "a"], x[:, [2, 0]]))
    wanted = network.scores(x)
    at = ["--nuisance", "z2=-1.25", "--nuisance", "z1=0.5"]
    same("named where the file does not know them", output("predict", net, events, "-", *at), wanted, ["score"])
    output("convert", net, WORK / "n.fairu", "--nuisance", "z1", "--nuisance", "z2")
    told = document("inspect", WORK / "n.fairu")
    check("told", told["features"] == ["a", "b"] and sorted(n["name"] for n in told["nuisances"]) == ["z1", "z2"], told)
    for path in ("n.fairu",):
        same("a file that knows them", output("predict", WORK / path, events, "-", *at), wanted, ["score"])
        same("in the other order", output("predict", WORK / path, events, "-", *at[2:], *at[:2]), wanted, ["score"])
    refused("one is missing", 1, "FAIRU_ERR_ARGUMENT", ["has the nuisance 'z1': --nuisance z1=VALUE"], "predict", WORK / "n.fairu", events, WORK / "none", *at[:2])
    refused("one too many", 1, "FAIRU_ERR_NOT_FOUND", "phi", "predict", WORK / "n.fairu", events, WORK / "none", *at, "--nuisance", "phi=1")
    refused("one twice", 1, "FAIRU_ERR_DUPLICATE", "--nuisance z1 is given twice", "predict", net, events, WORK / "none", *at, "--nuisance", "z1=2")
    for text, words in [("z1", "--nuisance wants NAME=VALUE, got 'z1'"), ("=1", "got '=1'"), ("z1=", "--nuisance z1=: '' is not a number"), ("z1=1x", "'1x' is not a number")]:
        refused(f"--nuisance {text}", 1, "FAIRU_ERR_ARGUMENT", words, "predict", net, events, WORK / "none", "--nuisance", text)
    refused("convert: an empty name", 1, "FAIRU_ERR_ARGUMENT", "--nuisance wants NAME, got ''", "convert", net, WORK / "none", "--nuisance", "")
    for text in ("z1=nan", "z1=inf"):
        check(f"--nuisance {text}: refused", run("predict", net, events, WORK / "none", "--nuisance", text, "--nuisance", "z2=1").returncode == 1 and not (WORK / "none").exists())


def converting():
    net = write("c.json", Network(["a", "b"], [3], "sigmoid", ["y"]).document())
    for form, ending, magic in [("fairu", "x.json", None), ("onnx", "x.fairu", None), ("lwtnn", "x.onnx", b"{"), ("lwtnn-graph", "x", b"{")]:
        output("convert", net, WORK / ending, "--format", form)
        read = run("inspect", WORK / ending)
        head = (WORK / ending).read_bytes()[:1]
        check(f"--format {form} whatever the name", magic is None or head == magic, head, read.err)
    output("convert", net, WORK / "auto.json")
    check("lwtnn by the ending", "layers" in json.loads((WORK / "auto.json").read_text()))
    output("convert", net, WORK / "auto.json.gz")
    check("and compressed", json.loads(gzip.decompress((WORK / "auto.json.gz").read_bytes())) == json.loads((WORK / "auto.json").read_text()))
    for place, words in [(WORK / "no" / "where.onnx", "where.onnx"), (WORK, str(WORK)), ("/dev/full", "/dev/full")]:
        check(f"convert to {place}: refused", run("convert", net, place).returncode == 1 and str(words) in run("convert", net, place).err)
    for content in (b"", b"{}", b"{\"inputs\": []}", b"\x08\x07", b"fairu"):
        done = run("convert", write("bad", content), WORK / "none")
        check(f"no model: {content[:12]!r}", done.returncode == 1 and "bad" in done.err and not (WORK / "none").exists(), done.err)


through_formats()
tables()
special()
nuisances()
converting()
finish()
