"""Templates, toys and pseudo-experiments in parts on two worker processes, one of which dies on the way: the bits of one process."""
import os
import pathlib
import signal
import sys
import tempfile
import warnings
from functools import partial

import numpy as np
from distributed import Client, KilledWorker, LocalCluster

import fairu
import fairu.dask

from harness import raises, run

FOLDER = tempfile.mkdtemp()
N, PARTS = 8000, 8
KNOTS = [0.9, 0.95, 1.0, 1.05, 1.1]


def events(process, part=None):
    """All events of a process, or one part of them, by number."""
    make = np.random.default_rng(3 + process)
    values = make.normal(0.7 - 1.4 * process, 1.0, size=(N, 2)).astype(np.float32)
    weights = make.normal(1.0, 0.3, N)
    rows = np.arange(N) if part is None else np.arange(part, N, PARTS)
    return fairu.Events(values[rows], ["x", "y"], weights=weights[rows], ids=(2 * rows + process).astype(np.uint64))


def filled(part=None):
    systematics = fairu.Systematics({"scale": 1.0, "resolution": 0.3})
    systematics.add_scale("scale", ["x"])
    systematics.add_smearing("resolution", ["x", "y"])
    classifier = fairu.Classifier.linear(["x", "y"], [1.0, 0.5])
    fill = fairu.Fill(fairu.Binning.uniform(8), ["signal", "background"], axes=[("scale", KNOTS)])
    for process, name in enumerate(("signal", "background")):
        fill.add(name, events(process, part), classifier, systematics, scale=0.01)
    return fill


def model():
    """The yields of the templates are those of any process: made anew on each worker."""
    prior = fairu.Prior(1.0, 0.05)
    return fairu.Likelihood(filled().templates(), {"mu": "signal"}, {"scale": prior}, mc_stat="none")


def first(folder, what):
    """True once, in whichever process comes first."""
    try:
        os.close(os.open(os.path.join(folder, what), os.O_CREAT | os.O_EXCL))
        return True
    except FileExistsError:
        return False


def part_and_death(folder, part):
    """The process takes along whatever it has done so far."""
    if part == 5 and first(folder, "fill"):
        os.kill(os.getpid(), signal.SIGKILL)
    return filled(part)


def model_and_death(folder):
    if first(folder, "toys"):
        os.kill(os.getpid(), signal.SIGKILL)
    return model()


def counted():
    """A function that makes the histogram of a pseudo-experiment."""
    make = np.random.default_rng(8)
    pool = fairu.Events(make.normal(size=(3000, 2)).astype(np.float32), ["x", "y"], weights=make.uniform(0, 0.3, 3000), labels=make.integers(0, 4, 3000),
                        ids=np.arange(3000), categories=fairu.challenge.PROCESSES)
    classifier, binning = fairu.Classifier.linear(["x", "y"], [1.0, 0.5]), fairu.Binning.uniform(6)
    return lambda experiment: experiment.histograms(pool, classifier, binning)


def counted_and_death(folder):
    """One worker dies after it has done half of its part."""
    run = counted()

    def dying(experiment):
        if experiment.number % 2 and first(folder, "challenge"):
            os.kill(os.getpid(), signal.SIGKILL)
        return run(experiment)
    return dying


def died(what):
    return os.path.exists(os.path.join(FOLDER, what))


def test_fill(client):
    whole = filled().dumps()
    assert fairu.dask.fill(client, filled, range(PARTS)).dumps() == whole
    assert not died("fill")
    assert fairu.dask.fill(client, partial(part_and_death, FOLDER), range(PARTS)).dumps() == whole
    assert died("fill")


def test_what_has_state_travels(client):
    """Objects themselves as results of tasks of one's own."""
    parts = client.gather(client.map(filled, range(PARTS)))
    for part in parts[1:]:
        parts[0].merge(part)
    assert parts[0].dumps() == filled().dumps()


def test_toys(client):
    alone = fairu.coverage(model(), {"mu": 1.0}, n=60, seed=4)
    assert repr(fairu.dask.coverage(client, model, {"mu": 1.0}, n=60, seed=4, parts=7)) == repr(alone)
    assert repr(fairu.dask.coverage(client, partial(model_and_death, FOLDER), {"mu": 1.0}, n=60, seed=4)) == repr(alone)
    assert died("toys")


def test_challenge(client):
    experiments = fairu.PseudoExperiments(3, 4, generator="philox", seed=5, tes=False, jes=False, soft_met=False)
    alone = [(h.counts.tobytes(), h.n_events, h.n_passed) for h in map(counted(), experiments)]
    for prepare, parts in ((counted, 5), (partial(counted_and_death, FOLDER), None), (counted, 12)):
        found = fairu.dask.challenge(client, prepare, experiments, parts=parts)
        assert [(h.counts.tobytes(), h.n_events, h.n_passed) for h in found] == alone
    assert died("challenge")
    assert len(set(counts for counts, *_ in alone)) == 12 and all(passed <= events for _, events, passed in alone)


def test_workers_lost_while_merging(client):
    """All processes die when the first results are here and others wait for their turn: none is missing, none counts twice."""
    total, seen = None, []
    for i, state in fairu.dask.each(client, fairu.dask._filled, [(filled, part) for part in range(PARTS)]):
        seen.append(i)
        if total is None:
            total = fairu.Fill.loads(state)
            for worker in client.run(os.getpid).values():
                os.kill(worker, signal.SIGKILL)
        else:
            total.merge(fairu.Fill.loads(state))
    assert sorted(seen) == list(range(PARTS)) and total.dumps() == filled().dumps()


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_part_that_always_kills_its_worker(client):
    scheduler = client.cluster.scheduler
    allowed, scheduler.allowed_failures = scheduler.allowed_failures, 0
    raises(KilledWorker, fairu.dask.fill, client, die, [0], says="fairu-")
    scheduler.allowed_failures = allowed
    assert fairu.dask.fill(client, filled, range(PARTS)).dumps() == filled().dumps()  # the cluster goes on


def test_results_are_taken_once(client):
    found = sorted(fairu.dask.each(client, lambda x: x * x, [3, 3, 5]))
    assert found == [(0, 9), (1, 9), (2, 25)], found


def test_failures_come_back(client):
    def fails(part):
        return filled(part) if part else fairu.Classifier.load("nowhere.fairu")
    raises("FAIRU_ERR_IO", fairu.dask.fill, client, fails, range(2), says="nowhere.fairu")
    raises("FAIRU_ERR_EMPTY", fairu.dask.fill, client, fails, [])


def main():
    warnings.simplefilter("ignore")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(**options, local_directory=FOLDER) as cluster, Client(cluster) as client:
        return run(globals(), client)


if __name__ == "__main__":
    # workers import this module by its name, as they import anybody's
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import test_dask

    raise SystemExit(test_dask.main())
