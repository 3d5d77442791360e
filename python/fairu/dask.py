"""Template filling, toys and pseudo-experiments of the challenge on a cluster of dask.distributed, in parts. `import fairu.dask`; wants `pip install fairu[dask]`.

Each part is a task with a key of its own. A task that is lost with its worker runs again, whatever it had given; the result of each part is taken once. Sums of
a fill are exact, toys and pseudo-experiments go by their number, so the bits are those of one process, for any number of workers, parts and losses (docs/numerics.md: which
machines agree with each other).

    def part(path):  # runs on a worker: makes what it needs, since handles of C do not travel
        fill = fairu.Fill(fairu.Binning.uniform(20), ["signal"], axes=[("tes", [0.9, 0.95, 1, 1.05, 1.1])])
        fill.add("signal", fairu.Events.read_csv(path, id="EventId"), fairu.Classifier.load("net.fairu"), systematics())
        return fill

    with distributed.Client(address) as client:
        templates = fairu.dask.fill(client, part, paths).templates()
        print(fairu.dask.coverage(client, model, {"mu": 1}, n=100000))  # model: a function that makes the Likelihood

Functions given must depend on their arguments alone: they may run more than once."""
import uuid
from functools import partial

import numpy as np

try:
    from distributed import as_completed
except ImportError as _problem:
    raise ImportError(f"fairu.dask needs distributed: pip install fairu[dask] ({_problem})", name="distributed") from _problem

from ._context import context_or_default
from ._lib import Error, version, whole
from .coverage import Tally, toys, toys_dumps, toys_loads, true_value
from .likelihood import Likelihood
from .templates import Fill

__all__ = ["challenge", "coverage", "each", "fill"]


def _open(client):
    if client.status == "closed":
        raise RuntimeError("the client is closed")


def _made(what, kind, made):
    """What a function of the user's has made, if it is of this kind."""
    if not isinstance(made, kind):
        raise TypeError(f"{what}: the function gave a {type(made).__name__}, wanted a {kind.__name__}")
    return made


def _maker(what, function):
    """Functions travel, handles of C do not."""
    if not callable(function):
        raise TypeError(f"{what}: a {type(function).__name__} does not travel, wanted is a function that makes it on the workers")
    return function


def each(client, function, items, retries=0):
    """(i, function(items[i])) as they come, each i once. retries: of a task that raises; one that is lost with its worker runs again in any case."""
    _open(client)
    items = list(items)
    run = uuid.uuid4().hex  # no result of another run is taken for one of this
    # partial: what items hold is none of Dask's business, which would call the functions that it finds there
    futures = {client.submit(partial(function, item), key=f"fairu-{run}-{i}", pure=False, retries=retries): i for i, item in enumerate(items)}
    left = set(range(len(items)))
    try:
        for future in as_completed(list(futures), loop=client.loop):  # a client need not be the default one
            i = futures[future]
            if i in left:  # a result that was lost before it was fetched may complete again
                result = future.result()
                left.discard(i)
                future.release()
                yield i, result
    finally:  # after a failure, and where no more is asked for: what nobody waits for is not begun
        for future in futures:
            future.release()
    if left:
        raise RuntimeError(f"{len(left)} of {len(items)} parts are missing, the first is {min(left)}")


# ---- fills

def _filled(task):
    function, item = task
    return _made("fill", Fill, function(item)).dumps()


def fill(client, part, items, retries=0, context=None):
    """The sum of part(item) over items; part gives a Fill, all with the same bins, knots and processes. Its systematics draw by the ids of events: give
    the tables ids, so that it does not matter which part an event is in."""
    total, part = None, _maker("fill", part)
    for _, state in each(client, _filled, [(part, item) for item in items], retries):
        one = Fill.loads(state, context)
        if total is None:
            total = one
        else:
            total.merge(one)
    if total is None:
        raise Error(18, "fill: there are no parts")
    return total


def _parts(client, n, parts):
    """Ranges (first, number) of n in as many parts; four for each thread of the workers if not given."""
    _open(client)
    parts = min(n, whole(parts, "parts", least=1) if parts is not None else 4 * max(sum(client.nthreads().values()), 1))
    ends = [k * n // parts for k in range(parts + 1)] if parts else [0]
    return [(first, end - first) for first, end in zip(ends, ends[1:])]


def _agree(what, part, found, wanted):
    """All parts come from one model and one library, or their sum means nothing."""
    for name, value in found.items() if wanted else ():
        same = np.allclose(value, wanted[name], rtol=1e-9, atol=0) if isinstance(value, np.ndarray) else value == wanted[name]  # exp and log of two machines
        if not same:
            raise Error(11, f"{what}: part {part} has another model or library than the first to come: {name} {value} and {wanted[name]}")
    return found


# ---- toys

def _toys(task):
    """Results of toys first ... first + n - 1, with what must be the same for all parts."""
    make, truth, seed, level, (first, n) = task
    model = _made("coverage", Likelihood, make())
    shared = {"version": version(), "parameters": model.names, "parameter of interest": model.poi, "true value": true_value(model, truth), "bins": model.n_bins}
    if model.n_bins:
        shared["yields"] = model.expected(truth)
    return shared, toys_dumps(toys(model, truth, n, seed, level, first))


def coverage(client, model, truth=None, n=1000, seed=1, level=0.6827, band=0.6827, parts=None, retries=0, context=None):
    """As fairu.coverage, but model is a function without arguments that makes the Likelihood, on the workers. parts: tasks, four for each thread of
    the workers if not given."""
    ranges = _parts(client, whole(n, "n", 2 ** 40), parts)
    if not ranges:
        raise Error(18, "coverage: there are no toys")
    tally, shared = None, None
    for i, (found, results) in each(client, _toys, [(_maker("coverage", model), truth, whole(seed, "seed"), level, part) for part in ranges], retries):
        shared = _agree("coverage", i, found, shared)
        tally = tally or Tally(found["true value"], context)
        tally.add(toys_loads(results, context_or_default(context)))
    return tally.coverage(band)


# ---- pseudo-experiments of the challenge

def _experiments(task):
    prepare, experiments, (first, n) = task
    run = prepare()
    return {"version": version()}, [run(experiments[number]) for number in range(first, first + n)]


def challenge(client, prepare, experiments, parts=None, retries=0):
    """[run(experiment) for experiment in experiments], in order, where run = prepare() is made once for each part, on its worker: it loads the pool and
    whatever else is needed. What run gives must travel by pickle.

        def prepare():
            pool, classifier = fairu.Events.read_csv("pool.csv", ...), fairu.Classifier.load("net.fairu")
            return lambda experiment: experiment.histograms(pool, classifier, fairu.Binning.uniform(20), chain())

        counts = [h.counts for h in fairu.dask.challenge(client, prepare, fairu.PseudoExperiments(10, 100))]

    An experiment depends on its number alone, so the results are those of one process to the bit. parts: as for coverage."""
    ranges = _parts(client, len(experiments), parts)
    found, shared, prepare = [None] * len(ranges), None, _maker("challenge", prepare)
    for i, (library, results) in each(client, _experiments, [(prepare, experiments, part) for part in ranges], retries):
        shared = _agree("challenge", i, library, shared)
        found[i] = results
    return [result for results in found for result in results]
