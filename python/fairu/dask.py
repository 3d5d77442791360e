"""Template filling and toys on a cluster of dask.distributed, in parts. `import fairu.dask`; wants dask[distributed].

Each part is a task with a key of its own. A task that is lost with its worker runs again, whatever it had given; the result of each part is taken once. Sums of
a fill are exact and toys go by their number, so the bits are those of one process, for any number of workers, parts and losses (docs/numerics.md: which
machines agree with each other).

    def part(path):  # runs on a worker: makes what it needs, since handles of C do not travel
        fill = fairu.Fill(fairu.Binning.uniform(20), ["signal"], axes=[("tes", [0.9, 0.95, 1, 1.05, 1.1])])
        fill.add("signal", fairu.Events.read_csv(path, id="EventId"), fairu.Classifier.load("net.fairu"), systematics())
        return fill

    with distributed.Client(address) as client:
        templates = fairu.dask.fill(client, part, paths).templates()
        print(fairu.dask.coverage(client, model, {"mu": 1}, n=100000))  # model: a function that makes the Likelihood

Functions given must depend on their arguments alone: they may run more than once."""
import ctypes
import os
import tempfile
import uuid
from functools import partial

import numpy as np
from distributed import as_completed

from ._context import context_or_default, create
from ._lib import Error, lib, text, version, whole
from ._structs import Coverage as CoverageStruct
from ._structs import IntervalOptions, ToyResult, ToyStudy
from ._training import initialised
from .coverage import Coverage
from .templates import Fill

__all__ = ["coverage", "dumps", "each", "fill", "loads"]


class _Failed(Exception):
    """Code and message of an Error, on their way from worker to client."""


def _call(function, item):
    try:
        return function(item)
    except Error as problem:
        raise _Failed(problem.code, problem.message) from None


def _result(future):
    try:
        return future.result()
    except _Failed as problem:
        raise Error(*problem.args) from problem


def each(client, function, items, retries=0):
    """(i, function(items[i])) as they come, each i once. retries: of a task that raises; one that is lost with its worker runs again in any case."""
    items = list(items)
    run = uuid.uuid4().hex  # no result of another run is taken for one of this
    # partial: what items hold is none of Dask's business, which would call the functions that it finds there
    futures = {client.submit(partial(_call, function, item), key=f"fairu-{run}-{i}", pure=False, retries=retries): i for i, item in enumerate(items)}
    left = set(range(len(items)))
    for future in as_completed(list(futures)):
        i = futures[future]
        if i in left:  # a result that was lost before it was fetched may complete again
            result = _result(future)
            left.discard(i)
            future.release()
            yield i, result
    if left:
        raise RuntimeError(f"{len(left)} of {len(items)} parts are missing, the first is {min(left)}")


# ---- fills

def dumps(filled):
    """The exact state of a Fill as bytes, versioned and with a checksum."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state.fill")
        filled._context.check(lib.fill_save(filled._handle, filled._context._handle, text(path)))
        with open(path, "rb") as stream:
            return stream.read()


def loads(state, context=None):
    """The Fill of a state."""
    self = Fill.__new__(Fill)
    self._context = context_or_default(context)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state.fill")
        with open(path, "wb") as stream:
            stream.write(state)
        self._handle = create(self._context, lib.fill_load, self._context._handle, text(path), free=lib.fill_destroy)
    return self


def _filled(task):
    function, item = task
    return dumps(function(item))


def fill(client, part, items, retries=0, context=None):
    """The sum of part(item) over items; part gives a Fill, all with the same bins, knots and processes. Its systematics draw by the ids of events: give
    the tables ids, so that it does not matter which part an event is in."""
    total = None
    for _, state in each(client, _filled, [(part, item) for item in items], retries):
        one = loads(state, context)
        if total is None:
            total = one
        else:
            total.merge(one)
    if total is None:
        raise Error(18, "fill: there are no parts")
    return total


# ---- toys

def _toys(task):
    """Intervals of toys first ... first + n - 1, with what must be the same for all parts."""
    make, truth, seed, level, first, n = task
    model = make()
    context, point = model._context, model._point(truth)
    interval, study = initialised(IntervalOptions, lib.interval_options_init, context), initialised(ToyStudy, lib.toy_study_init, context)
    interval.level = level
    study.likelihood, study.seed = model._handle.pointer, seed
    study.truth, study.n_params = point.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), point.size
    study.interval = ctypes.pointer(interval)
    results = (ToyResult * n)()
    context.call(lib.toys_run, context._handle, first, n, ctypes.cast(lib.toy_study_estimate, ctypes.c_void_p), ctypes.byref(study), results)
    return version(), model.names, point.tobytes(), lib.likelihood_poi_index(model._handle), bytes(results)


def coverage(client, model, truth=None, n=1000, seed=1, level=0.6827, band=0.6827, parts=None, retries=0, context=None):
    """As fairu.coverage, but model is a function without arguments that makes the Likelihood, on the workers. parts: tasks, four for each thread of
    the workers if not given."""
    context, n, seed = context_or_default(context), whole(n, "n", 2 ** 40), whole(seed, "seed")
    parts = min(n, whole(parts, "parts") if parts is not None else 4 * max(sum(client.nthreads().values()), 1))
    if parts == 0:
        raise Error(18, "coverage: there are no toys, or no parts")
    ends = [k * n // parts for k in range(parts + 1)]
    tasks = [(model, truth, seed, level, first, end - first) for first, end in zip(ends, ends[1:])]
    tally, shared = None, None
    for i, (*found, results) in each(client, _toys, tasks, retries):
        if shared is None:
            shared, mu = found, float(np.frombuffer(found[2])[found[3]])
            tally = create(context, lib.tally_create, context._handle, mu, free=lib.tally_destroy)
        if found != shared:
            raise Error(11, f"coverage: part {i} has another model or library than the first: {found[:2]} and {shared[:2]}")
        rows = (ToyResult * tasks[i][5]).from_buffer_copy(results)
        context.check(lib.tally_add(tally, context._handle, rows, len(rows)))
    summary = CoverageStruct(struct_size=ctypes.sizeof(CoverageStruct))
    context.check(lib.tally_coverage(tally, context._handle, band, ctypes.byref(summary)))
    return Coverage(mu, *[getattr(summary, name) for name in Coverage._fields[1:]])
