"""Training in Python: closed forms of the rotating toy, the bits of the program, callbacks and what they raise, derivatives of one's own."""
import json
import math
import os
import subprocess
import tempfile

import numpy as np

import fairu

from harness import raises, run

FOLDER = tempfile.mkdtemp()
ANGLE, SPREAD = math.pi / 4, 0.7
PROGRAM = os.environ.get("FAIRU", "build/fairu")


def path(name):
    return os.path.join(FOLDER, name)


def rotating(n, angle=ANGLE, seed=1):
    """Blobs at +-(cos angle, sin angle) of width SPREAD: the best score is the projection on that direction, its AUC is Phi(sqrt(2) / SPREAD)."""
    random = np.random.default_rng(seed)
    labels = (np.arange(n) % 2).astype(np.int32)
    centers = np.where(labels[:, None] == 1, 1, -1) * np.array([np.cos(angle), np.sin(angle)])
    return fairu.Events(centers + SPREAD * random.normal(size=(n, 2)), names=["x", "y"], labels=labels)


def phi(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def auc_of_projection(angle):
    """Of a score along `angle` for blobs along ANGLE."""
    return phi(math.sqrt(2) / SPREAD * math.cos(angle - ANGLE))


def turning():
    return fairu.Systematics({"angle": (ANGLE, fairu.Prior(ANGLE, 0.5))}).add_rotation("angle", "x", "y", ANGLE)


EVENTS, TEST = rotating(6000), rotating(20000, seed=2)
SMALL = {"hidden": [16], "epochs": 10, "batch": 200, "learning_rate": 5e-3}


def auc_at(model, angle, told=()):
    """AUC on events turned to `angle`; the closed form allows 4 sigma of 20000 events."""
    turned = turning().shift(TEST, {"angle": angle})
    return fairu.auc(model.score(turned, *told, "logit") if told else model.score(turned, output="logit"), turned.labels)


def test_aucs_are_the_closed_forms():
    best = fairu.auc(TEST["x"] + TEST["y"], TEST.labels)
    assert abs(best - auc_of_projection(ANGLE)) < 0.004  # 4 sigma of 20000 events
    blind = fairu.train("baseline", EVENTS, turning(), **SMALL)
    assert 0 <= best - auc_at(blind, ANGLE) < 0.002 and blind.nuisances == [] and blind.features == ["x", "y"]
    off = ANGLE + 1.0
    assert abs(auc_at(blind, off) - auc_of_projection(off)) < 0.02  # a network is a straight cut only nearly
    aware = fairu.train("aware", EVENTS, turning(), points={"angle": np.linspace(0, 1.5, 5)}, **SMALL)
    assert aware.nuisances == ["angle"] and aware.ranges["angle"] == (0.0, 1.5)
    for angle in (0.2, ANGLE, 1.4):
        assert 0 <= best - auc_at(aware, angle, [[angle]]) < 0.002, angle
    assert fairu.Classifier.train(EVENTS, seed=3, **SMALL).training.epochs == 10


def test_all_methods():
    for method in fairu.METHODS:
        more = {"copies": 2} if method in ("augmented", "aware", "pivot", "gradient-reversal") else {}
        made = fairu.train(method, EVENTS, turning(), hidden=[8], epochs=1, batch=500, **more)
        again = fairu.train(method, EVENTS, turning(), hidden=[8], epochs=1, batch=500, **more)
        z = [ANGLE] if made.nuisances else None
        assert np.array_equal(made.score(TEST, z), again.score(TEST, z)), method
        assert made.training == again.training or np.isnan(made.training.validation_loss)
        assert math.isfinite(made.training.training_loss) and made.training.steps > 0, method
        assert (made.adversary is not None) == (method in ("pivot", "gradient-reversal"))
    assert math.isfinite(fairu.train("pivot", EVENTS, turning(), hidden=[8], epochs=1, copies=1, strength=2.0, adversary={
        "lambda": 1, "density": "discrete", "hidden": [5], "adversary_steps": 2}, points=[[0.5], [1.0]]).adversary.adversary_loss)
    bins = fairu.train("inferno", EVENTS, turning(), hidden=[8], epochs=1, batch=500, summary={"n_bins": 4, "temperature": 0.5}, with_z=True,
                       quantity="sigma", steps={"angle": 0.2}, signal=10, background=100, background_uncertainty=0.1)
    assert bins.score(TEST, [ANGLE]).shape == (len(TEST), 4)
    soft = fairu.train("neos", EVENTS, turning(), hidden=[8], epochs=1, batch=500, summary={"edges": [0, 0.5, 1], "bandwidth": 0.2})
    assert soft.score(TEST).shape == (len(TEST),)


def test_bits_of_the_program():
    if not os.path.exists(PROGRAM):
        raise AssertionError(f"no {PROGRAM}: make")
    EVENTS.select(np.arange(2000)).write_csv(path("rot.csv"))
    with open(path("rot.json"), "w") as stream:
        json.dump({"nuisances": [{"name": "angle", "nominal": 0.75, "width": 0.5}],
                   "steps": [{"step": "rotation", "nuisance": "angle", "x": "x", "y": "y"}]}, stream)
    events = fairu.Events.read_csv(path("rot.csv"), columns=["x", "y"], label="label")
    chain = fairu.Systematics({"angle": (0.75, fairu.Prior(0.75, 0.5))}).add_rotation("angle", "x", "y", 0.75)
    for method in ("aware", "pivot"):
        subprocess.run([PROGRAM, "train", path("rot.csv"), "--label", "label", "--features", "x,y", "--systematics", path("rot.json"),
                        "--method", method, "--hidden", "8", "--epochs", "2", "--batch", "256", "--out", path("program.fairu")],
                       check=True, capture_output=True)
        fairu.train(method, events, chain, features=["x", "y"], hidden=[8], epochs=2, batch=256).save(path("here.fairu"), "fairu")
        with open(path("program.fairu"), "rb") as one, open(path("here.fairu"), "rb") as two:
            assert one.read() == two.read(), method


def test_options_of_training():
    x = np.random.default_rng(4).normal(size=(3000, 3)).astype(np.float32)
    classes = np.argmax(x + 0.1, axis=1).astype(np.int32)
    model = fairu.Classifier.train(fairu.Events(x, labels=classes), loss="categorical", n_classes=3, hidden=[16, 16], activations=["tanh", "relu"],
                                   epochs=15, batch=128, learning_rate=1e-2)
    assert np.mean(np.argmax(model.score(x), axis=1) == classes) > 0.95
    table = fairu.Events(np.column_stack([x, x @ [1.0, -2.0, 0.5]]), names=["a", "b", "c", "sum"])
    model = fairu.Classifier.train(table, targets=["sum"], hidden=[], epochs=60, batch=100, learning_rate=2e-2)
    assert model.features == ["a", "b", "c"]
    np.testing.assert_allclose(model.score(x), x @ [1.0, -2.0, 0.5], atol=0.02)
    for more in ({"dropout": 0.3}, {"batch_norm": True}, {"members": 2}, {"l2": 0.1, "hidden": [8, 8]}):
        plain, other = (fairu.Classifier.train(EVENTS, **{"hidden": [8], "epochs": 1, **given}).score(TEST) for given in ({}, more))
        assert not np.array_equal(plain, other), more
    raises(TypeError, fairu.Classifier.train, EVENTS, epoch=3, says="epochs")
    raises(fairu.Error, fairu.Classifier.train, EVENTS, loss="hinge", says="squared")
    raises(fairu.Error, fairu.Classifier.train, EVENTS, epochs=-1, says="epochs is -1")
    raises(fairu.Error, fairu.Classifier.train, EVENTS, hidden=[3], activations=[], says="0 activations for 1")
    raises(fairu.Error, fairu.Classifier.train, EVENTS, tangents=np.zeros((2, 2)), says="tangents have shape (2, 2)")


def test_methods_refuse():
    raises(fairu.Error, fairu.train, "pivots", EVENTS, turning(), says="gradient_reversal")
    raises(TypeError, fairu.train, "aware", EVENTS, turning(), copy=3, says="copies")
    raises(TypeError, fairu.train, "pivot", EVENTS, turning(), adversary={"width": 3}, says="density")
    raises(fairu.Error, fairu.train, "aware", EVENTS, turning(), points={"tes": [1]}, says="'tes'")
    raises(fairu.Error, fairu.train, "aware", EVENTS, turning(), points=np.zeros((3, 2)), says="(number of points, 1)")
    raises(fairu.Error, fairu.train, "neos", EVENTS, turning(), summary={"n_bins": 3, "edges": [0, 1]}, says="2 edges for 3 bins")
    raises(fairu.Error, fairu.train, "tangent", EVENTS, nuisances=["x"], says="FAIRU_ERR_ARGUMENT")


def test_ensemble_is_the_mean():
    members = [fairu.Classifier.train(EVENTS, hidden=[8], epochs=1, seed=seed) for seed in (5, 6)]
    together = fairu.Classifier.train(EVENTS, hidden=[8], epochs=1, seed=5, members=2)
    mean = np.mean([m.score(TEST) for m in members], axis=0)
    np.testing.assert_allclose(fairu.Classifier.ensemble(members).score(TEST), mean, atol=1e-6)
    np.testing.assert_array_equal(fairu.Classifier.ensemble(members).score(TEST), together.score(TEST))
    raises(fairu.Error, fairu.Classifier.ensemble, [], says="FAIRU_ERR_RANGE")


def test_epochs_are_told_and_stop():
    seen = []
    model = fairu.Classifier.train(EVENTS, hidden=[8], epochs=3, validation_fraction=0.2,
                                   on_epoch=lambda epoch, training, validation: seen.append((epoch, training, validation)))
    assert [s[0] for s in seen] == [0, 1, 2] and seen[-1][1] == model.training.training_loss and all(math.isfinite(s[2]) for s in seen)
    assert fairu.Classifier.train(EVENTS, hidden=[8], epochs=9, on_epoch=lambda epoch, *_: epoch == 1).training.epochs == 2

    def fails(epoch, *_):
        raise KeyError("enough")
    assert isinstance(raises(KeyError, fairu.Classifier.train, EVENTS, epochs=9, on_epoch=fails, says="enough"), KeyError)
    raises(KeyError, fairu.train, "pivot", EVENTS, turning(), epochs=9, on_epoch=fails, says="enough")


def test_checkpoint_goes_on():
    given = {"hidden": [8], "epochs": 4, "checkpoint": path("state"), "checkpoint_every": 1}
    whole = fairu.Classifier.train(EVENTS, hidden=[8], epochs=4)

    def fails(epoch, *_):
        if epoch == 2:
            raise RuntimeError("power cut")
    raises(RuntimeError, fairu.Classifier.train, EVENTS, on_epoch=fails, **given)
    resumed = fairu.Classifier.train(EVENTS, resume=True, **given)
    np.testing.assert_array_equal(resumed.score(TEST), whole.score(TEST))


def test_tangents_flatten():
    chain = turning()
    tangents = chain.tangents(EVENTS, {})
    slopes = []
    for penalty in (0.0, 1.0):
        model = fairu.Classifier.train(EVENTS, tangents=tangents, tangent_penalty=penalty, **SMALL)
        up, down = (model.score(chain.shift(TEST, {"angle": ANGLE + step}), output="logit") for step in (0.05, -0.05))
        slopes.append(np.mean((up - down) ** 2))
    assert slopes[1] < 0.2 * slopes[0], slopes


def own_rotation(with_tangent=True):
    """The rotation as a transformation of one's own, a weight that grows with angle, and a cut."""
    def turn(z, rows):
        c, s = np.cos(z["angle"] - ANGLE), np.sin(z["angle"] - ANGLE)
        x, y = rows["x"].astype(float), rows["y"].astype(float)
        rows["x"], rows["y"] = c * x - s * y, s * x + c * y
        rows.weights *= z["rate"]
        rows.passed[rows["x"] < -2] = 0

    def derive(z, rows):
        c, s = np.cos(z["angle"] - ANGLE), np.sin(z["angle"] - ANGLE)
        x, y = rows["x"].copy(), rows["y"].copy()
        rows["x"], rows["y"] = c * x - s * y, s * x + c * y
        for name in ("angle", "rate"):
            dx, dy = rows.tangents["x"][name].copy(), rows.tangents["y"][name].copy()
            rows.tangents["x"][name][:] = c * dx - s * dy - (rows["y"] if name == "angle" else 0)
            rows.tangents["y"][name][:] = s * dx + c * dy + (rows["x"] if name == "angle" else 0)
        rows.passed[rows["x"] < -2] = 0
    chain = fairu.Systematics({"angle": (ANGLE, fairu.Prior(ANGLE, 0.5)), "rate": 1.0})
    return chain.add_callback(["x", "y"], turn, derive if with_tangent else None)


def test_transformation_of_ones_own():
    z = {"angle": ANGLE + 0.4, "rate": 1.25}
    events = EVENTS.with_weights(np.ones(len(EVENTS)))
    reference = turning().add_cut("x", lower=-2)
    wanted, passes = reference.shift(events, {"angle": z["angle"]}, keep=True)
    made, passed = own_rotation().shift(events, z, keep=True)
    np.testing.assert_array_equal(passed, passes)
    assert 0 < np.sum(~passed) < 900 and np.all(made.weights[passed] == 1.25)
    np.testing.assert_allclose(made["x"][passed], wanted["x"][passed], atol=1e-6)
    np.testing.assert_allclose(own_rotation().tangents(events, z)[:, :, 0], reference.tangents(events, {"angle": z["angle"]})[:, :, 0], atol=1e-6)
    assert np.all(own_rotation().tangents(events, z)[:, :, 1] == 0)
    raises(fairu.Error, own_rotation(False).tangents, events, z, says="FAIRU_ERR_UNSUPPORTED")

    def fails(z, rows):
        raise LookupError("no such event")
    problem = raises(fairu.Error, fairu.Systematics({"angle": 1}).add_callback(["x"], fails).shift, events, {}, says="FAIRU_ERR_CALLBACK")
    assert isinstance(problem.__cause__, LookupError)
    aware = fairu.train("aware", EVENTS, own_rotation(), nuisances=["angle"], copies=4, **SMALL)
    assert abs(auc_at(aware, 1.2, [[1.2]]) - auc_of_projection(ANGLE)) < 0.012


def test_migration():
    chain = turning().add_cut("x", lower=0)
    found = chain.migration(EVENTS, "angle", 0.1)
    up, down, here = (chain.shift(EVENTS, {"angle": ANGLE + step}, keep=True)[1] for step in (0.1, -0.1, 0))
    crossing = (up | down | here) & ~(up & down & here)
    assert found.n_crossing == crossing.sum() and found.sentinel == 0 == found.weight
    np.testing.assert_allclose(found.cut, crossing.sum() / (up | down | here).sum(), rtol=1e-12)
    raises(fairu.Error, chain.check_tangents, EVENTS, {"angle": 0.1}, says="FAIRU_ERR_UNSUPPORTED")
    chain.check_tangents(EVENTS, {"angle": 0.1}, limit=0.5)
    turning().check_tangents(EVENTS, {"angle": 0.1})
    raises(fairu.Error, chain.migration, EVENTS, "tes", 0.1, says="there are: angle")


def simple(counts, signal=10.0, background=100.0):
    """(s + b) / s^2 of the last bin, as fairu_significance_loss has it, and its slopes."""
    s, b = signal * counts[1, 0, 1], background * counts[0, 0, 1]
    slopes = np.zeros_like(counts)
    slopes[1, 0, 1] = signal * (1 / s ** 2 - 2 * (s + b) / s ** 3)
    slopes[0, 0, 1] = background / s ** 2
    return (s + b) / s ** 2, slopes


def test_loss_of_ones_own():
    given = {"hidden": [8], "epochs": 4, "batch": 500, "learning_rate": 5e-3}
    here = fairu.train_summary(EVENTS, simple, kind="score", warm_up=2, **given)
    there = fairu.train("significance", EVENTS, signal=10, background=100, summary={"warm_up": 2}, **given)
    np.testing.assert_allclose(here.score(TEST), there.score(TEST), atol=1e-4)
    assert abs(here.training.training_loss / there.training.training_loss - 1) < 1e-6

    # variations and tangents arrive where they should: yields of a shifted table, slopes of soft counts
    chain, seen = turning(), []

    def look(counts, tangents):
        seen.append((counts, tangents))
        return 0.0, np.zeros_like(counts), np.zeros_like(tangents)
    half = EVENTS.with_weights(np.where(np.arange(len(EVENTS)) % 4 < 2, 2.0, 0.0))
    model = fairu.train_summary(EVENTS, look, [chain.shift(EVENTS, {"angle": ANGLE + 0.01}), half], n_bins=3, tangents=chain.tangents(EVENTS, {}), hidden=[8],
                                epochs=1, batch=len(EVENTS), learning_rate=1e-12)
    counts, tangents = seen[0]
    assert counts.shape == (2, 3, 3) and tangents.shape == (2, 1, 3) and model.score(TEST).shape == (len(TEST), 3)
    np.testing.assert_allclose(counts[:, :2].sum(axis=2), 1, atol=1e-6)
    np.testing.assert_allclose(counts[:, 2].sum(axis=1), 1, atol=1e-6)  # 2 for half of the events
    np.testing.assert_allclose(tangents[:, 0], (counts[:, 1] - counts[:, 0]) / 0.01, atol=0.05 * np.abs(tangents).max())
    assert raises(KeyError, fairu.train_summary, EVENTS, lambda counts: {}["loss"], says="loss") is not None
    raises(ValueError, fairu.train_summary, EVENTS, lambda counts: (1.0, np.zeros(3)), says="shape (3,)")
    raises(fairu.Error, fairu.train_summary, EVENTS, simple, kind="bins", says="softmax")
    raises(fairu.Error, fairu.train_summary, EVENTS, lambda counts: (np.nan, counts), says="FAIRU_ERR_NON_FINITE")


def test_data_that_move():
    """An aware score of the same events is another one under each hypothesis: counts of data move with Z, and say which are wrong."""
    knots = ANGLE + np.linspace(-0.6, 0.6, 5)
    aware = fairu.train("aware", EVENTS, turning(), points=knots, **SMALL)

    def filled(events, names, systematics, **how):
        fill = fairu.Fill(fairu.Binning.uniform(8), list(names), axes=[("angle", knots, ANGLE)])
        for name, label in names.items():
            part = events if label is None else events.select_label(label)
            fill.add(name, part, aware, systematics, **how)
        return fill.templates()
    model = fairu.Likelihood(filled(TEST, {"signal": 1, "background": 0}, turning(), scale=0.1), {"mu": "signal"}, mc_stat="none")
    observed = turning().shift(rotating(4000, seed=7).select(np.arange(2000)), {"angle": ANGLE + 0.2})
    moving = filled(observed, {"data": None}, None, mode="shifted_at")
    fit = model.fit(model.data(moving=moving))
    rise = model.profile(model.data(moving=moving), ANGLE + np.array([0.2, -0.4]), "angle") - fit.nll
    assert rise[0] < 4.5 and rise[1] > 12.5, rise  # the truth is within 3 sigma, 0.6 rad from it is beyond 5
    assert abs(fit["mu"] - 1) < 4 * fit.error("mu"), fit
    np.testing.assert_array_equal(moving.yields[0, 2], np.histogram(aware.score(observed, [ANGLE]), np.linspace(0, 1, 9))[0])
    there = filled(EVENTS, {"data": None}, turning(), mode="shifted_at", shift_z={"angle": ANGLE + 0.2})
    moved = turning().shift(EVENTS, {"angle": ANGLE + 0.2})
    np.testing.assert_array_equal(there.yields[0, 1], np.histogram(aware.score(moved, [knots[1]]), np.linspace(0, 1, 9))[0])
    fixed = filled(EVENTS, {"data": None}, turning(), mode="scored_at", score_z=[ANGLE])
    moved = turning().shift(EVENTS, {"angle": knots[3]})
    np.testing.assert_array_equal(fixed.yields[0, 3], np.histogram(aware.score(moved, [ANGLE]), np.linspace(0, 1, 9))[0])
    raises(fairu.Error, filled, EVENTS, {"data": None}, None, mode="shifted_at", shift_z={"tes": 1}, says="there are: angle")
    raises(fairu.Error, filled, EVENTS, {"data": None}, None, mode="nowhere", says="shifted_at")


def test_classes_fill_bins():
    bins = fairu.train("inferno", EVENTS, turning(), hidden=[8], epochs=2, batch=500, summary={"n_bins": 4})
    fill = fairu.Fill(fairu.Binning.classes(4), ["signal"], axes=[("angle", [ANGLE - 0.6, ANGLE - 0.3, ANGLE, ANGLE + 0.3, ANGLE + 0.6])])
    fill.add("signal", TEST, bins, turning())
    found = fill.templates().evaluate([ANGLE])[0]
    np.testing.assert_allclose(found, np.bincount(np.argmax(bins.score(TEST), axis=1), minlength=4), atol=1e-9)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
