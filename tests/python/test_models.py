"""Models in Python: other formats, derivatives, what becomes of odd inputs, bins by class."""
import json
import os
import tempfile

import numpy as np

import fairu

from harness import raises, run

FOLDER = tempfile.mkdtemp()
SEED = np.random.default_rng(5)


def path(name):
    return os.path.join(FOLDER, name)


def lwtnn(outputs=1):
    """A network of a, b and z with weights of its own, as a file and as NumPy."""
    w1, b1 = SEED.normal(size=(6, 3)).round(3), SEED.normal(size=6).round(3)
    w2, b2 = SEED.normal(size=(outputs, 6)).round(3), SEED.normal(size=outputs).round(3)
    last = "sigmoid" if outputs == 1 else "softmax"
    document = {"inputs": [{"name": n, "offset": 0, "scale": 1} for n in "abz"], "outputs": [f"y{i}" for i in range(outputs)],
                "layers": [{"architecture": "dense", "weights": w1.ravel().tolist(), "bias": b1.tolist(), "activation": "tanh"},
                           {"architecture": "dense", "weights": w2.ravel().tolist(), "bias": b2.tolist(), "activation": last}]}
    with open(path(f"net{outputs}.json"), "w") as stream:
        json.dump(document, stream)

    def logits(x, z):
        return np.tanh(np.column_stack([x, np.full(len(x), z)]) @ w1.T + b1) @ w2.T + b2
    return path(f"net{outputs}.json"), logits


def test_lwtnn_and_back():
    file, logits = lwtnn()
    x = SEED.normal(size=(50, 2)).astype(np.float32)
    model = fairu.Classifier.load(file, nuisances=["z"])
    assert model.features == ["a", "b"] and model.nuisances == ["z"] and model.ranges == {"z": (-np.inf, np.inf)}
    np.testing.assert_allclose(model.score(x, 0.5, "logit"), logits(x, 0.5)[:, 0], atol=2e-6)
    for name in ("net.onnx", "net.fairu", "again.json"):
        model.save(path(name))
        again = fairu.Classifier.load(path(name), nuisances=["z"] if name.endswith("json") else None)
        assert np.array_equal(again.score(x, 0.5), model.score(x, 0.5)), name
    raises("FAIRU_ERR_ARGUMENT", model.save, path("x"), format="keras", says="lwtnn_graph")
    raises("FAIRU_ERR_IO", fairu.Classifier.load, path("nowhere.onnx"), says="nowhere.onnx")


def test_slopes_are_differences():
    file, logits = lwtnn()
    x = SEED.normal(size=(20, 2)).astype(np.float32)
    model = fairu.Classifier.load(file, nuisances=["z"])
    scores, d_x, d_z = model.slopes(x, 0.5)
    assert np.array_equal(scores, model.score(x, 0.5)) and d_x.shape == (20, 2) and d_z.shape == (20, 1)

    def score(y, z):
        return 1 / (1 + np.exp(-logits(y, z)[:, 0]))
    h, y = 1e-5, x.astype(float)
    np.testing.assert_allclose(d_z[:, 0], (score(y, 0.5 + h) - score(y, 0.5 - h)) / (2 * h), atol=2e-6)
    for i in range(2):
        step = h * np.eye(2)[i]
        np.testing.assert_allclose(d_x[:, i], (score(y + step, 0.5) - score(y - step, 0.5)) / (2 * h), atol=2e-6)
    raises("FAIRU_ERR_ARGUMENT", model.slopes, x, 0.5, "class", says="allowed")


def test_policies():
    model = fairu.Classifier.linear(["a", "b"], [1.0, 2.0])
    x = np.array([[np.nan, 1], [5, 1], [0.5, 1]], dtype=np.float32)
    raises("FAIRU_ERR_NON_FINITE", model.score, x, says='feature "a"')
    settled = model.with_inputs(defaults={"a": -1}, lower={"a": 0}, upper={"a": 2}, non_finite="default", outside="clip")
    np.testing.assert_allclose(settled.score(x, output="logit"), [1, 4, 2.5], rtol=1e-6)
    raises("FAIRU_ERR_NOT_FOUND", model.with_inputs, {"c": 1}, says="'c'")
    raises("FAIRU_ERR_ARGUMENT", model.with_inputs, non_finite="ignore", says="refuse")


def test_bins_by_class():
    file, logits = lwtnn(3)
    x = SEED.normal(size=(400, 2)).astype(np.float32)
    model, bins = fairu.Classifier.load(file, nuisances=["z"]), fairu.Binning.classes(3)
    assert bins.variable == "class" and bins.n_bins == 3
    largest = np.argmax(logits(x, 0.0), axis=1)
    np.testing.assert_array_equal(np.argmax(model.score(x, 0.0), axis=1), largest)
    np.testing.assert_array_equal(bins.index(largest.astype(np.float32)), largest)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
