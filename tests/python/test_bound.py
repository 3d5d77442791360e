"""Bound calls: the same numbers as plain calls, from arrays that stay in place; errors; threads; lifetimes."""
import gc
import threading

import numpy as np

import fairu

from harness import raises, run

EVENTS = fairu.Events(np.random.default_rng(3).normal(size=(500, 4)), labels=np.arange(500) % 2)


def many_parameters(n=31):
    return fairu.simplemodels.uncorrelated_background(np.full(n, 5.0), np.linspace(40, 60, n), np.full(n, 4.0), np.arange(40, 40 + n)).model()


def test_scores():
    model = fairu.Classifier.train(EVENTS, features=["x0", "x1"], nuisances=["x2"], hidden=[8], epochs=1)
    x, z = np.random.default_rng(4).normal(size=(7, 2)).astype(np.float32), [0.3]
    for output in ("score", "logit"):
        wanted = model.score(x, z, output)
        one, seven = model.bind(z=z, output=output), model.bind(7, z, output)
        assert np.array_equal(seven(x), wanted) and seven(x) is seven.scores
        assert [one(row)[0] for row in x] == wanted.tolist()
        one.x[0] = x[3]
        assert one()[0] == wanted[3]
        one.z[0] = -1
        assert one()[0] == model.score(x[3:4], [-1.0], output)[0]
    several = fairu.train("inferno", EVENTS, features=["x0", "x1"], hidden=[8], epochs=1, batch=100, summary={"n_bins": 3})
    assert several.bind(7)(x).shape == (7, 3) and np.array_equal(several.bind(7)(x), several.score(x))
    bound = model.bind()
    bound.x[0, 0] = np.nan
    raises("FAIRU_ERR_NON_FINITE", bound, says="x0")
    raises("FAIRU_ERR_RANGE", model.bind, -1, says="n_events")
    raises("FAIRU_ERR_ARGUMENT", model.bind, output="odds", says="logit")


def test_nll():
    model, data = many_parameters()
    point = np.random.default_rng(5).uniform(0.9, 1.1, 32)
    plain, slope = model.nll(data, point, gradient=True)
    bound = model.bind(data, gradient=True)
    assert model.bind(data)(point) == plain == bound(point) and np.array_equal(bound.gradient, slope)
    bound.params[0] += 1e-4
    up = bound()
    bound.params[0] -= 2e-4
    assert abs((up - bound()) / 2e-4 - slope[0]) < 1e-5 * max(abs(slope[0]), 1)
    bound.params[0] = np.nan
    raises("FAIRU_ERR_NON_FINITE", bound)
    assert bound(point) == plain


def test_nothing_is_repeated():
    """One number for all parameters, one event for a batch, one z for two: as many as are wanted, or an error that leaves what was there."""
    model, data = many_parameters(3)
    nll, score = model.bind(data, gradient=True), fairu.Classifier.linear(["a", "b"], [1.0, 2.0])
    wanted = nll([0.9, 1.0, 1.1, 1.2])
    for params in ([0.9], 0.9, [], np.ones(3), np.ones(5), np.ones((2, 4)), [[1.0]]):
        raises("FAIRU_ERR_SHAPE", nll, params, says=f"params: {np.size(params)} numbers, wanted 4")
        assert nll() == wanted and nll.params.tolist() == [0.9, 1.0, 1.1, 1.2]
    assert nll(np.array([[0.9, 1.0, 1.1, 1.2]])) == nll((0.9, 1.0, 1.1, 1.2)) == nll(np.array([0.9, 1.0, 1.1, 1.2])) == wanted
    one, three = score.bind(), score.bind(3)
    assert one([0.5, -1.0])[0] == one([[0.5, -1.0]])[0] == score.score([[0.5, -1.0]])[0]
    for call, x in ((one, 0.5), (one, [0.5]), (one, np.ones((2, 2))), (three, [0.5, -1.0]), (three, np.ones((1, 2))), (three, np.ones((2, 2)))):
        raises("FAIRU_ERR_SHAPE", call, x, says=f"x: {np.size(x)} numbers, wanted {call.x.size}")
    raises(ValueError, three, np.ones((2, 3)))  # as many, in another order
    aware = fairu.Classifier.function(["a"], lambda x, z: x[:, 0] * z[0] + z[1], ["n", "m"])
    for z in ([1.0], 1.0, [], [1.0, 2.0, 3.0]):
        raises("FAIRU_ERR_SHAPE", aware.bind, 1, z, says=f"z: {np.size(z)} numbers, wanted 2")
    assert aware.bind(1, [2.0, 1.0], "logit")([3.0])[0] == 7.0


def test_what_it_needs_lives_on():
    model, data = many_parameters()
    wanted, bound = model.nll(data), model.bind(data)
    model.close()
    data.close()
    del model, data
    classifier = fairu.Classifier.function(["x"], lambda x: 2 * x[:, 0])
    score = classifier.bind(output="logit")
    del classifier
    gc.collect()
    assert bound() == wanted and score([[3]])[0] == 6


def test_one_thread():
    classifier, problems = fairu.Classifier.linear(["x"], [1.0]), []
    bound = classifier.bind()

    def work():
        try:
            assert classifier.bind()([[0]])[0] == 0.5
            raises("FAIRU_ERR_ARGUMENT", bound, says="thread")
        except BaseException as problem:  # noqa: BLE001: told in the main thread
            problems.append(problem)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not problems, problems


if __name__ == "__main__":
    raise SystemExit(run(globals()))
