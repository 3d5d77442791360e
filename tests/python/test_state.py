"""State that travels: fills, tallies and results of toys as bytes, in files and by pickle; errors and pseudo-experiments by pickle."""
import copy
import multiprocessing
import os
import pickle
import tempfile

import numpy as np

import fairu

from harness import raises, run

KNOTS = [0.9, 0.95, 1.0, 1.05, 1.1]
PARTS = 3


def filled(part):
    """A part of one made-up sample; any process makes the same."""
    make = np.random.default_rng(9)
    values, weights = make.normal(0.3, 1.0, size=(900, 2)).astype(np.float32), make.normal(1.0, 2.0, 900)
    rows = np.arange(900) if part is None else np.arange(part, 900, PARTS)
    fill = fairu.Fill(fairu.Binning.uniform(5), ["signal"], axes=[("scale", KNOTS, 0.95)])
    systematics = fairu.Systematics({"scale": 0.95}).add_scale("scale", ["x"])
    fill.add("signal", fairu.Events(values[rows], ["x", "y"], weights=weights[rows]), fairu.Classifier.linear(["x", "y"], [1.0, 0.5]), systematics)
    return fill


def model():
    return fairu.Likelihood(fairu.Templates({"signal": [2, 5, 9], "background": [50, 30, 10]}))


def tallied(first, n):
    tally = fairu.Tally(1.0)
    tally.add(fairu.toys(model(), {"mu": 1.0}, n=n, first=first))
    return tally


def several(values):
    """Merged from the last to the first."""
    values = list(values)
    while len(values) > 1:
        values[-2].merge(values[-1])
        values.pop()
    return values[0]


def test_fills_travel():
    whole, path = filled(None).dumps(), os.path.join(tempfile.mkdtemp(), "part.fill")
    parts = [filled(k) for k in range(PARTS)]
    parts[0] = pickle.loads(pickle.dumps(parts[0]))
    parts[1] = fairu.Fill.loads(bytearray(parts[1].dumps()))
    parts[2].save(path)
    with open(path, "rb") as stream:
        assert stream.read() == parts[2].dumps()
    parts[2] = fairu.Fill.load(path)
    assert several(parts).dumps() == whole


def test_a_fill_that_has_travelled_is_filled_on():
    one, other = filled(0), fairu.Fill.loads(filled(0).dumps())
    events = fairu.Events(np.float32([[0.1, 0.2], [-0.4, 0.9]]), ["x", "y"])
    for fill in (one, other):
        fill.add("signal", events, fairu.Classifier.linear(["x", "y"], [1.0, 0.5]), mode="scored_at", score_z={})
    assert one.dumps() == other.dumps()
    raises("FAIRU_ERR_NOT_FOUND", other.add, "signal", events, fairu.Classifier.linear(["x"], [1.0]), mode="scored_at", score_z={"shift": 1},
           says="there are: scale")


def test_a_large_fill_asks_for_its_size():
    fill = fairu.Fill(fairu.Binning.uniform(3000), ["signal"])
    values = np.random.default_rng(1).normal(size=(20000, 1)).astype(np.float32)
    fill.add("signal", fairu.Events(values, ["x"], weights=np.random.default_rng(2).normal(size=20000)), fairu.Classifier.linear(["x"], [1.0]))
    state = fill.dumps()
    assert len(state) > 20000 and fairu.Fill.loads(state).dumps() == state


def test_tallies_travel():
    whole, path = tallied(0, 30), os.path.join(tempfile.mkdtemp(), "part.tally")
    parts = [tallied(0, 11), fairu.Tally.loads(tallied(11, 9).dumps()), tallied(20, 10)]
    parts[2].save(path)
    parts[2] = pickle.loads(pickle.dumps(fairu.Tally.load(path)))
    assert parts[2].truth == 1.0
    sum_ = several(parts)
    assert sum_.dumps() == whole.dumps() and repr(sum_.coverage(0.9)) == repr(whole.coverage(0.9))
    assert repr(whole.coverage()) == repr(fairu.coverage(model(), {"mu": 1.0}, n=30))
    raises("FAIRU_ERR_ARGUMENT", sum_.merge, fairu.Tally(2.0), says="truth 2")
    raises("FAIRU_ERR_EMPTY", fairu.Tally(1.0).coverage)
    try:
        copy.copy(whole)
    except TypeError as problem:
        assert "no copy" in str(problem)
    else:
        raise AssertionError("a tally was copied")


def test_toys_travel():
    found = fairu.toys(model(), {"mu": 1.0}, n=12, seed=3)
    parts = [fairu.toys(model(), {"mu": 1.0}, n=n, seed=3, first=first) for first, n in ((0, 5), (5, 0), (5, 7))]
    assert np.concatenate(parts).tobytes() == found.tobytes() and list(found["toy"]) == list(range(12))
    for some in (found, found[:0]):
        assert fairu.toys_loads(fairu.toys_dumps(some)).tobytes() == some.tobytes()
    bits = np.zeros(1, dtype=found.dtype)
    bits["estimate"].view(np.uint64)[0] = 0x7ff8dead00000001  # this NaN and no other
    assert fairu.toys_loads(fairu.toys_dumps(bits)).tobytes() == bits.tobytes()
    raises("FAIRU_ERR_SHAPE", fairu.toys_dumps, np.zeros(3), says="those of fairu.toys")
    raises("FAIRU_ERR_SHAPE", fairu.Tally(1.0).add, [1.0, 2.0])


def test_damage_is_named():
    for state, loads in ((filled(0).dumps(), fairu.Fill.loads), (tallied(0, 3).dumps(), fairu.Tally.loads),
                         (fairu.toys_dumps(fairu.toys(model(), n=2)), fairu.toys_loads)):
        for broken, name in ((state[:-1], "FAIRU_ERR_TRUNCATED"), (b"", "FAIRU_ERR_TRUNCATED"), (state + b"x", "FAIRU_ERR_FORMAT"),
                             (state[:13] + bytes([state[13] ^ 1]) + state[14:], "FAIRU_ERR_CHECKSUM"), (b"FAIRU" + state[8:], "FAIRU_ERR_FORMAT"),
                             (state[:8] + b"\x09" + state[9:], "FAIRU_ERR_VERSION")):
            raises(name, loads, broken)


def test_errors_travel():
    try:
        fairu.Tally.loads(b"nonsense")
    except fairu.Error as problem:
        again = pickle.loads(pickle.dumps(problem))
        assert type(again) is fairu.Error and str(again) == str(problem)
        assert (again.code, again.name, again.message) == (problem.code, problem.name, problem.message)


def test_experiments_travel():
    experiments = fairu.PseudoExperiments(2, 3, generator="philox", seed=5, mu=[0.5, 2.0], jes=False)
    again = pickle.loads(pickle.dumps(experiments))
    assert [repr(e) + repr(e.nuisances) for e in again] == [repr(e) + repr(e.nuisances) for e in experiments]
    one = pickle.loads(pickle.dumps(experiments[4]))
    assert (one.number, one.seed, one.mu, one.rates, one.generator) == (4, experiments[4].seed, 2.0, experiments[4].rates, "philox")


def fails(_):
    return fairu.Classifier.load("nowhere.fairu")


def test_workers_of_multiprocessing():
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert several(pool.map(filled, range(PARTS))).dumps() == filled(None).dumps()
        assert several(pool.starmap(tallied, [(0, 11), (11, 19)])).dumps() == tallied(0, 30).dumps()
        problem = raises("FAIRU_ERR_IO", pool.map, fails, [1], says="nowhere.fairu")
        assert problem.code == 50


if __name__ == "__main__":
    raise SystemExit(run(globals()))
