"""learning.py: fairu train where what comes out can be computed: single steps of gradient descent, losses, momentum, penalties, formats, what is told."""
import json
import math

import numpy as np

from program import WORK, check, close, column, document, finish, near, output, refused, run, write

RNG = np.random.default_rng(4)
N = 200
X = np.column_stack([RNG.normal(1, 2, N), RNG.normal(-3, 0.5, N)]).round(3)
LABEL = (RNG.uniform(0, 1, N) < 1 / (1 + np.exp(-(X[:, 0] - 1)))).astype(int)
WEIGHT = RNG.uniform(0.2, 3, N).round(2)
NAMED = np.array(["bkg", "sig"])[LABEL]
EVENTS = write("events.csv", "a,b,label,name,w,id\n" + "".join(f"{x},{y},{k},{n},{w},{i}\n" for i, ((x, y), k, n, w) in enumerate(zip(X, LABEL, NAMED, WEIGHT))))
BASE = ["--features", "a,b", "--label", "label", "--method", "baseline"]
PLAIN = ["--hidden", "none", "--optimiser", "sgd", "--momentum", "0", "--schedule", "constant", "--batch", N, "--no-standardise"]
sigmoid = lambda z: 1 / (1 + np.exp(-z))
number = 0


def train(*options, weight=True, ending=".json", base=BASE):
    """The document, and the affine map of the network: weights and bias of its inputs as they stand in the file."""
    global number
    number += 1
    model = WORK / f"model{number}{ending}"
    told = document("train", EVENTS, *base, *(["--weight", "w"] if weight else []), "--out", model, *options)
    return told, model


def affine(model):
    """Of a network without hidden layers, in the features themselves; lwtnn has (x + offset) * scale."""
    text = json.loads(model.read_text())
    (layer,) = text["layers"]
    scale, offset = (np.array([i[k] for i in text["inputs"]]) for k in ("scale", "offset"))
    w = np.array(layer["weights"]) * scale
    return np.append(w, layer["bias"][0] + np.sum(w * offset))


def logits(p):
    return X @ p[:2] + p[2]


def weights_of(balance):
    w = WEIGHT.copy()
    if balance:
        for k in (0, 1):
            w[LABEL == k] *= 0.5 / w[LABEL == k].sum()
    return w / w.sum()


def loss(p, w):
    z = logits(p)
    return float(np.sum(w * (np.logaddexp(0, z) - LABEL * z)))


def slope(p, w):
    r = w * (sigmoid(logits(p)) - LABEL)
    return np.append(X.T @ r, r.sum())


def single_steps():
    """Two rates from one start: where it began, and the step; which is the gradient of the mean loss."""
    for name, more, balance in (("each class weighs one half", [], True), ("classes as they are", ["--no-balance"], False)):
        w = weights_of(balance)
        one, two = (affine(train(*PLAIN, "--epochs", "1", "--rate", rate, *more)[1]) for rate in ("0.125", "0.25"))
        start, step = 2 * one - two, (one - two) / 0.125
        near(f"{name}: a step down the gradient", list(step), list(slope(start, w)), 1e-4, 2e-5)
        told, _ = train(*PLAIN, "--epochs", "1", "--rate", "0.125", *more)
        near(f"{name}: loss of the first epoch, before its step", told["training_loss"], loss(start, w), 1e-5)
        check(f"{name}: one step", told["steps"] == 1 and told["epochs"] == 1)
        # momentum: the second step has a part of the first
        for momentum in (0.0, 0.5):
            told, model = train(*PLAIN[:4], "--momentum", momentum, *PLAIN[6:], "--epochs", "2", "--rate", "0.125", *more)
            wanted = one - 0.125 * (slope(one, w) + momentum * slope(start, w))
            near(f"{name}: two steps, momentum {momentum}", list(affine(model)), list(wanted), 1e-4, 2e-5)
            near(f"{name}: the curve, momentum {momentum}", [e["loss"] for e in told["curve"]], [loss(start, w), loss(one, w)], 1e-5)
        check(f"{name}: nothing kept to judge by", told["validation_loss"] is None and all(e["validation_loss"] is None for e in told["curve"]))
    # cosine: the rate of a step falls from the first to its share of it
    told, model = train(*PLAIN, "--epochs", "400", "--rate", "0.05", "--no-balance")
    far = train(*[o if o != "constant" else "cosine" for o in PLAIN], "--final-rate", "1", "--epochs", "400", "--rate", "0.05", "--no-balance")[1]
    near("cosine to the same rate is constant", list(affine(far)), list(affine(model)), 1e-6, 1e-6)
    losses = [e["loss"] for e in told["curve"]]
    check("small steps go down", all(b <= a + 1e-7 for a, b in zip(losses, losses[1:])) and told["training_loss"] == losses[-1])


def minimum():
    """Many steps end where the gradient is 0, wherever they began and however features are scaled."""
    w = weights_of(True)
    p = np.zeros(3)
    design = np.column_stack([X, np.ones(N)])
    for _ in range(50):  # Newton
        s = sigmoid(design @ p)
        p = p - np.linalg.solve((design * (w * s * (1 - s))[:, None]).T @ design, slope(p, w))
    common = ["--hidden", "none", "--batch", N, "--epochs", "1500", "--schedule", "cosine", "--final-rate", "0.001"]
    for name, more in (("adam", ["--rate", "0.05"]), ("another seed", ["--rate", "0.05", "--seed", "7"]), ("sgd", ["--optimiser", "sgd", "--rate", "1"]), ("rmsprop", ["--optimiser", "rmsprop", "--rate", "0.01"])):
        told, model = train(*common, *more)
        near(f"{name}: least loss", told["training_loss"], loss(p, w), 2e-4)
        near(f"{name}: scores at the minimum", column(output("predict", model, EVENTS, "-"), "score"), list(sigmoid(logits(p))), 0, 0.02)
    mean, spread = X.T @ w, np.sqrt((X - X.T @ w).T ** 2 @ w)
    text = json.loads(train("--hidden", "none", "--epochs", "1")[1].read_text())
    check("standardised by weighted moments, or plain ones", all(
        close(-i["offset"], m, 0.2) and 0.5 < i["scale"] * s < 2 for i, m, s in zip(text["inputs"], mean, spread)), text["inputs"], mean, spread)


def what_is_told():
    told, model = train("--hidden", "5,4", "--activation", "tanh,relu", "--epochs", "3", "--validation", "0.25", "--seed", "9", ending=".fairu")
    network = told["network"]
    check("shape", (network["features"], network["hidden"], network["outputs"], network["nuisances"], network["activation"]) == (["a", "b"], [5, 4], 1, [], "tanh,relu"), network)
    check("run", (told["method"], told["seed"], told["events"], told["epochs"], told["model"]) == ("baseline", 9, N, 3, str(model)) and len(told["curve"]) == 3, told)
    check("losses of epochs", all(e["loss"] > 0 and e["validation_loss"] > 0 for e in told["curve"]) and told["two_points"] == [])
    words = output("train", EVENTS, *BASE, "--hidden", "5,4", "--activation", "tanh,relu", "--epochs", "3", "--validation", "0.25", "--seed", "9", "--weight", "w", "--out", WORK / "words.fairu").splitlines()
    check("in words", words[0] == f"baseline: {N} events, network 2-5-4-1, nuisances told: none" and words[1].startswith("3 epochs, ") and
          f"loss {told['training_loss']:.6g}, validation {told['validation_loss']:.6g} at epoch {told['best_epoch'] + 1}; seed 9; written: " in words[1], words)
    check("the same bytes", (WORK / "words.fairu").read_bytes() == model.read_bytes())
    for more in (["--threads", "2"], ["--progress"], ["--json"]):
        done = run("train", EVENTS, *BASE, "--hidden", "5,4", "--activation", "tanh,relu", "--epochs", "3", "--validation", "0.25", "--seed", "9", "--weight", "w", "--out", WORK / "again.fairu", *more)
        check(f"the same bytes with {more}", done.returncode == 0 and (WORK / "again.fairu").read_bytes() == model.read_bytes())
    shapes = {"none": "2-1", "1": "2-1-1", "64,64": "2-64-64-1", "2,3,4,5,6,7": "2-2-3-4-5-6-7-1"}
    for hidden, shape in shapes.items():
        check(f"--hidden {hidden}", f"network {shape}," in output("train", EVENTS, *BASE, "--hidden", hidden, "--epochs", "1", "--out", WORK / "shape"))
    patient, _ = train("--hidden", "3", "--epochs", "400", "--rate", "0.5", "--validation", "0.5", "--patience", "2")
    check("patience", patient["epochs"] < 400 and patient["epochs"] >= patient["best_epoch"] + 3 and close(patient["validation_loss"], min(e["validation_loss"] for e in patient["curve"]), 1e-9), patient["epochs"])


def ways_in():
    """The same events said in other ways train the same network."""
    _, model = train("--hidden", "4", "--epochs", "2")
    named = [*BASE[:2], "--label", "name", "--method", "baseline"]
    check("labels as names", train("--hidden", "4", "--epochs", "2", "--signal", "sig", base=named)[1].read_bytes() == model.read_bytes())
    _, other = train("--hidden", "4", "--epochs", "2", "--signal", "bkg", base=named)
    check("the other class", other.read_bytes() != model.read_bytes())
    scores = [np.array(column(output("predict", m, EVENTS, "-"), "score")) for m in (model, other)]
    long = ["--hidden", "none", "--epochs", "600", "--rate", "0.05", "--batch", N]
    likes = [column(output("predict", train(*long, "--signal", k, base=named)[1], EVENTS, "-"), "score") for k in ("sig", "bkg")]
    near("what is signal for the one is background for the other", likes[1], [1 - v for v in likes[0]], 0, 0.02)
    formats = [train("--hidden", "4", "--epochs", "2", ending=e)[1] for e in (".fairu", ".onnx", ".json", ".json.gz")]
    for path in formats:
        near(f"{path.suffixes}", column(output("predict", path, EVENTS, "-"), "score"), list(scores[0]), 2e-6, 2e-6)
    unweighted = write("ones.csv", "a,b,label,w\n" + "".join(f"{x},{y},{k},1\n" for (x, y), k in zip(X, LABEL)))
    document("train", unweighted, *BASE, "--weight", "w", "--hidden", "4", "--epochs", "2", "--out", WORK / "ones.json")
    check("no weights are weights of 1", train("--hidden", "4", "--epochs", "2", weight=False)[1].read_bytes() == (WORK / "ones.json").read_bytes())
    twice = write("twice.csv", "a,b,label,w\n" + "".join(f"{x},{y},{k},{2 * w:.3g}\n" for (x, y), k, w in zip(X, LABEL, WEIGHT)))
    document("train", twice, *BASE, "--weight", "w", "--hidden", "4", "--epochs", "2", "--out", WORK / "twice.json")
    a, b = (column(output("predict", m, EVENTS, "-"), "score") for m in (model, WORK / "twice.json"))
    near("the unit of weights does not matter", b, a, 1e-4, 1e-4)
    more = write("more.csv", "z,b,a,label,w,q\n" + "".join(f"9,{y},{x},{k},{w},1\n" for (x, y), k, w in zip(X, LABEL, WEIGHT)))
    document("train", more, *BASE, "--weight", "w", "--hidden", "4", "--epochs", "2", "--out", WORK / "more.json")
    check("columns in another order, and more", (WORK / "more.json").read_bytes() == model.read_bytes())


def refusals():
    common = ["train", EVENTS, *BASE, "--out", WORK / "none"]
    for option, value, words in [("--hidden", "0", "'0' is no width of a layer"), ("--hidden", "-3", "is no width"), ("--hidden", "1000001", "is no width"), ("--hidden", "4,", "part 2 of '4,' is empty"),
                                 ("--hidden", "4,none", "'none' is no width"), ("--activation", "relu,tanh,relu", "--activation: 3 for 2 hidden layers"), ("--activation", "Relu", "--activation is 'Relu'"),
                                 ("--activation", "", "is empty"), ("--features", "a,,b", "part 2 of 'a,,b' is empty"), ("--features", "", "is empty"), ("--columns", ",", "is empty"),
                                 ("--adversary-hidden", "x", "--adversary-hidden: 'x' is no width"), ("--steps", "1,2", "--steps: 2 values for 0 nuisances")]:
        done = run(*common, option, value, "--json")
        check(f"{option} '{value}'", done.returncode == 1 and words in done.err and not (WORK / "none").exists(), done.err)
    for option, value, words in [("--features", "a,a", "a"), ("--features", "a,zz", "zz"), ("--label", "zz", "zz"), ("--weight", "zz", "zz"), ("--id", "zz", "zz"), ("--signal", "top", "top")]:
        base = [c for c in common]
        done = run(*base, option, value)
        check(f"{option} {value}: refused by name", done.returncode == 1 and words in done.err and not (WORK / "none").exists(), done.err)
    one_class = write("one.csv", "a,b,label\n" + "1,2,1\n" * 5)
    done = run("train", one_class, *common[2:])
    check("one class alone: refused, or a network of nothing", done.returncode == 1 and "fairu train: " in done.err and not (WORK / "none").exists(), done.err)
    empty = write("empty.csv", "a,b,label\n")
    check("no events", run("train", empty, *common[2:]).returncode == 1 and not (WORK / "none").exists())
    wide = write("nan.csv", "a,b,label\n1,2,1\n1,nan,0\n")
    refused("a feature that is no number", 1, "FAIRU_ERR_NON_FINITE", "nan.csv:3: column b", "train", wide, *common[2:])
    negative = write("negative.csv", "a,b,label,w\n" + "1,2,1,1\n1,3,0,-2\n" + "1,4,0,3\n" * 3)
    check("negative weights, as generators have them", run("train", negative, *common[2:-1], WORK / "negative", "--weight", "w").returncode == 0)


single_steps()
minimum()
what_is_told()
ways_in()
refusals()
finish()
