"""fairu.dask on a cluster of threads in this process, by a client that is not the default one: cuts of every kind, and what goes wrong on the way."""
import builtins
import threading
import time
import types
import warnings

import numpy as np
from distributed import Client, LocalCluster

import fairu
import fairu.dask

from harness import raises, run

N = 900
TEMPLATES = {"signal": [2.0, 5.0, 9.0], "background": [50.0, 30.0, 10.0]}


def counting():
    return fairu.Likelihood(fairu.Templates(TEMPLATES))


def constrained():
    scale = np.linspace(0.9, 1.1, 5)
    templates = fairu.Templates({name: np.array(bins) * scale[:, None] for name, bins in TEMPLATES.items()}, axes=[("scale", scale)])
    return fairu.Likelihood(templates, {"signal_strength": "signal", "xsec": "background"},
                            {"scale": fairu.Prior(1.0, 0.03), "xsec": fairu.Prior(1.0, 0.1, "log_normal")})


def published():
    return fairu.Workspace("examples/workspace.json").model()[0]


def joined():
    return fairu.combine([(model, model.asimov()) for model in (counting(), counting())])[0]


def unbinned():
    ratio = np.random.default_rng(4).normal(size=(1, 40))
    return fairu.EventLikelihood(fairu.EventTerms(ratio, pool=np.ones(40)), 8.0, 12.0)


def filled(rows):
    """A fill of some rows of one table of events."""
    make = np.random.default_rng(6)
    values, weights = make.normal(size=(N, 2)).astype(np.float32), make.normal(1.0, 0.5, N)
    chain = fairu.Systematics({"scale": 1.0, "resolution": 0.3}).add_scale("scale", ["x"]).add_smearing("resolution", ["x", "y"])
    fill = fairu.Fill(fairu.Binning.uniform(5), ["signal"], axes=[("scale", [0.9, 0.95, 1.0, 1.1])])
    events = fairu.Events(values[rows], ["x", "y"], weights=weights[rows], ids=np.arange(N, dtype=np.uint64)[rows])
    fill.add("signal", events, fairu.Classifier.linear(["x", "y"], [1.0, 0.5]), chain)
    return fill


class Count:
    """Calls of tasks: these run in other modules of the same process, where this class is not."""

    def __enter__(self):
        builtins.fairu_calls = []
        return builtins.fairu_calls

    def __exit__(self, *_):
        del builtins.fairu_calls


def told(item):
    builtins.fairu_calls.append(item)
    time.sleep(0.01)
    return item


def fails_at(number):
    def task(item):
        told(item)
        if item == number:
            raise fairu.Error(14, f"item {item} is out of range")
        return item
    return task


# ---- cuts

def test_ranges_join(_):
    """Every number once and in order, parts as equal as can be."""
    client = types.SimpleNamespace(status="running", nthreads=lambda: {"a": 2, "b": 1})
    for n in range(40):
        for parts in (None, *range(1, 45)):
            ranges = fairu.dask._parts(client, n, parts)
            assert len(ranges) == min(n, 12 if parts is None else parts)
            assert [first + i for first, size in ranges for i in range(size)] == list(range(n))
            assert not ranges or max(size for _, size in ranges) - min(size for _, size in ranges) <= 1
    assert fairu.dask._parts(types.SimpleNamespace(status="running", nthreads=dict), 9, None) == [(0, 2), (2, 2), (4, 2), (6, 3)]  # no worker yet


def test_fills_of_odd_cuts(client):
    """Blocks, combs, one event a part, parts without events, in any order: the bits of one fill."""
    whole, rows = filled(np.arange(N)).dumps(), np.arange(N)
    random = np.random.default_rng(11)
    cuts = [[rows], np.array_split(rows, 7), [rows[k::13] for k in range(13)], [*np.array_split(rows, 2)][::-1],
            [*np.split(rows, np.sort(random.choice(N, 9, replace=False)))], [rows[:1], rows[1:2], rows[2:]], np.array_split(random.permutation(rows), 5)]
    for cut in cuts:
        assert fairu.dask.fill(client, filled, cut).dumps() == whole, [len(part) for part in cut]
    with_empty = fairu.dask.fill(client, filled, [rows[:0], rows, rows[N:]])
    assert with_empty.dumps() == whole
    assert fairu.dask.fill(client, filled, [rows, rows[:1]]).dumps() != whole  # each part counts, also one that stands twice


def test_toys_of_odd_cuts(client):
    for make, truth in ((counting, {"mu": 1.5}), (constrained, {"signal_strength": 0.5, "scale": 1.02}), (published, None), (joined, {"mu": 2.0}), (unbinned, None)):
        for n, cuts in ((1, (None, 1, 9)), (11, (None, 1, 2, 3, 10, 11, 12))):
            alone = repr(fairu.coverage(make(), truth, n=n, seed=7))
            for parts in cuts:
                assert repr(fairu.dask.coverage(client, make, truth, n=n, seed=7, parts=parts)) == alone, (make.__name__, n, parts)
    assert repr(fairu.dask.coverage(client, counting, n=11, seed=8)) != repr(fairu.coverage(counting(), n=11, seed=7))


def test_options_of_coverage(client):
    """Each does here what it does in one process."""
    for options in ({"level": 0.95}, {"band": 0.95}, {"truth": [0.3]}, {"truth": None}, {"seed": 2 ** 63}):
        asked = {"truth": {"mu": 1.0}, "n": 12, "seed": 3, **options}
        assert repr(fairu.dask.coverage(client, counting, **asked, parts=5)) == repr(fairu.coverage(counting(), **asked)), options
    with fairu.Context() as context:
        assert fairu.dask.coverage(client, counting, n=5, context=context).n == 5


def test_experiments_of_odd_cuts(client):
    experiments = fairu.PseudoExperiments(3, 3, generator="philox", seed=5)

    def prepare():
        builtins.fairu_calls.append("made")
        return lambda experiment: (experiment.number, experiment.mu, experiment.tes)
    wanted = [(one.number, one.mu, one.tes) for one in experiments]
    assert len(wanted) == 9 and len({number for number, *_ in wanted}) == 9
    for parts, made in ((1, 1), (2, 2), (4, 4), (9, 9), (50, 9)):
        with Count() as calls:
            assert repr(fairu.dask.challenge(client, prepare, experiments, parts=parts)) == repr(wanted)
            assert len(calls) == made  # once for each part
    with Count():
        assert repr(fairu.dask.challenge(client, prepare, list(experiments)[::-2])) == repr(wanted[::-2])


def test_nothing_to_do(client):
    raises("FAIRU_ERR_EMPTY", fairu.dask.fill, client, filled, [], says="no parts")
    raises("FAIRU_ERR_EMPTY", fairu.dask.fill, client, filled, iter(()), says="no parts")
    raises("FAIRU_ERR_EMPTY", fairu.dask.coverage, client, counting, n=0, says="no toys")
    assert fairu.dask.challenge(client, filled, []) == [] == list(fairu.dask.each(client, told, []))
    for call, things in ((fairu.dask.coverage, counting), (fairu.dask.challenge, lambda: told)):
        more = {"n": 4} if call is fairu.dask.coverage else {"experiments": [1, 2, 3]}
        raises("FAIRU_ERR_RANGE", call, client, things, parts=0, says="parts is 0, allowed are 1 to", **more)
        raises("FAIRU_ERR_RANGE", call, client, things, parts=-1, says="parts is -1", **more)
        raises(TypeError, call, client, things, parts=2.5, says="float", **more)
    raises("FAIRU_ERR_RANGE", fairu.dask.coverage, client, counting, n=2 ** 40 + 1, says="n is")
    raises("FAIRU_ERR_RANGE", fairu.dask.coverage, client, counting, n=3, seed=-1, says="seed is -1")


# ---- tasks

def test_each_item_once(client):
    """Also items that are equal, unhashable, or look like tasks of Dask."""
    items = [3, 3, 3, [1], [1], {"a": 1}, (len, "abc"), "fairu-0", None]
    found = sorted(fairu.dask.each(client, lambda item: (item, 1), iter(items)), key=lambda pair: pair[0])
    assert found == [(i, (item, 1)) for i, item in enumerate(items)], found


def test_runs_at_the_same_time(client):
    """Of the same function and the same items: no result of one is taken for one of the other."""
    found = {}

    def go(name, function):
        found[name] = sorted(fairu.dask.each(client, function, range(12)))
    threads = [threading.Thread(target=go, args=(factor, lambda i, factor=factor: factor * i)) for factor in (2, 3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {factor: [(i, factor * i) for i in range(12)] for factor in (2, 3, 5)}


def stays(calls):
    """Calls once those that had begun are over."""
    before = -1
    while before != len(calls):
        before = len(calls)
        time.sleep(0.06)
    return before


def test_what_fails_ends_the_run(client):
    """The first failure comes back as it was raised, and parts that have not begun are not run for nobody, as long as somebody holds the exception."""
    with Count() as calls:
        problem = raises("FAIRU_ERR_RANGE", list, fairu.dask.each(client, fails_at(0), range(60)), says="item 0 is out of range")
        assert stays(calls) < 30, len(calls)
        assert problem.__traceback__ is not None
    with Count() as calls:
        some = fairu.dask.each(client, told, range(60))
        next(some)
        some.close()
        assert stays(calls) < 30, len(calls)


def test_retries(client):
    def third_time(item):
        told(item)
        if builtins.fairu_calls.count(item) < 3:
            raise OSError(f"{item} is not there yet")
        return filled(np.arange(item, N, 2))
    with Count() as calls:
        assert fairu.dask.fill(client, third_time, range(2), retries=2).dumps() == filled(np.arange(N)).dumps()
        assert sorted(calls) == [0, 0, 0, 1, 1, 1]
    with Count() as calls:
        raises(OSError, fairu.dask.fill, client, third_time, [1], retries=1, says="1 is not there yet")
        assert calls == [1, 1]
    with Count() as calls:
        raises(OSError, fairu.dask.fill, client, third_time, [0])
        assert calls == [0]


def test_failures_of_toys_and_experiments(client):
    """What the worker says is what the caller reads."""
    raises("FAIRU_ERR_NOT_FOUND", fairu.dask.coverage, client, counting, {"nu": 1.0}, n=3, says="no parameter 'nu'; there are: mu")
    raises("FAIRU_ERR_RANGE", fairu.dask.coverage, client, counting, n=3, level=2, says="level")
    raises("FAIRU_ERR_RANGE", fairu.dask.coverage, client, counting, n=3, band=2, says="2")
    raises("FAIRU_ERR_IO", fairu.dask.challenge, client, lambda: fairu.Classifier.load("nowhere.fairu"), [1, 2], says="nowhere.fairu")
    experiments = fairu.PseudoExperiments(1, 4, seed=1)

    def prepare():
        def one(experiment):
            raise ZeroDivisionError(f"experiment {experiment.number}")
        return one
    raises(ZeroDivisionError, fairu.dask.challenge, client, prepare, experiments, parts=1, says="experiment 0")


def test_wrong_kinds(client):
    """An object where a function is wanted, and functions that make something else."""
    model = counting()
    raises(TypeError, fairu.dask.coverage, client, model, n=3, says="a Likelihood does not travel, wanted is a function")
    raises(TypeError, fairu.dask.fill, client, filled(np.arange(9)), [1], says="a Fill does not travel")
    raises(TypeError, fairu.dask.challenge, client, 5, [1], says="int does not travel")
    raises(TypeError, fairu.dask.coverage, client, lambda: fairu.Workspace("examples/workspace.json").model(), n=3, says="gave a tuple, wanted a Likelihood")
    raises(TypeError, fairu.dask.fill, client, lambda part: filled(part).templates(), [np.arange(9)], says="gave a Templates, wanted a Fill")


def test_unlike_parts(client):
    """A function that makes another model each time, or a fill of other bins."""
    def another(change):
        def make():
            told(change)
            odd = builtins.fairu_calls.count(change) == 2
            yields = {name: np.array(bins) * (1 + 1e-3 * odd) for name, bins in TEMPLATES.items()} if change == "yields" else TEMPLATES
            if change == "bins" and odd:
                yields = {name: bins[:2] for name, bins in TEMPLATES.items()}
            factors = {"nu" if change == "parameters" and odd else "mu": "signal"}
            return fairu.Likelihood(fairu.Templates(yields), factors)
        return make
    for change in ("parameters", "bins", "yields"):
        with Count():
            raises("FAIRU_ERR_ARGUMENT", fairu.dask.coverage, client, another(change), n=4, parts=4, says=f"another model or library than the first to come: {change} ")
    with Count():
        assert fairu.dask.coverage(client, another("nothing"), n=4, parts=4).n == 4

    def other_bins(n):
        return fairu.Fill(fairu.Binning.uniform(n), ["signal"])
    raises(None, fairu.dask.fill, client, other_bins, [5, 6], says="bin")
    assert fairu.dask.fill(client, other_bins, [5, 5]).dumps() == other_bins(5).dumps()


def test_closed_clients(client):
    """Before and during a run; the cluster goes on."""
    other = Client(client.cluster, set_as_default=False)
    with Count() as calls:
        some = fairu.dask.each(other, told, range(100))
        next(some)
        other.close()
        raises(Exception, list, some)  # of distributed, whose versions differ
        assert stays(calls) < 50
    for call in (lambda: list(fairu.dask.each(other, told, [])), lambda: fairu.dask.fill(other, filled, []), lambda: fairu.dask.coverage(other, counting, n=3),
                 lambda: fairu.dask.challenge(other, lambda: told, [1])):
        raises(RuntimeError, call, says="the client is closed")
    assert list(fairu.dask.each(client, abs, [-1])) == [(0, 1)]


def main():
    warnings.simplefilter("ignore")
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None, "silence_logs": 60}
    with LocalCluster(**options) as cluster, Client(cluster, set_as_default=False) as client:
        return run(globals(), client)


if __name__ == "__main__":
    raise SystemExit(main())
