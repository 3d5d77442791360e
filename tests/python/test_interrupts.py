"""Every call that may take long: Ctrl-C, cancel() and a deadline stop it midway, what a progress function raises comes back, and all of its objects can be used on."""
import os
import signal
import tempfile
import threading
import time

import numpy as np

import fairu
from fairu import _context

from harness import raises, run

RNG = np.random.default_rng(6)
FOLDER = tempfile.mkdtemp()
CSV = os.path.join(FOLDER, "long.csv")
MODEL = {"factors": {"mu": "signal", "k": "background"}, "priors": {"k": fairu.Prior(1, 0.1)}}


def events(n, context=None, columns=3):
    """n rows that cost no memory but for weights and the like."""
    return fairu.Events(np.zeros((n, columns), dtype=np.float32), ["x", "y", "z"][:columns], context=context)


def labelled(n, context):
    return fairu.Events(RNG.normal(size=(n, 3)).astype(np.float32), ["x", "y", "z"], labels=np.arange(n) % 2, context=context)


def model(context):
    made = fairu.Likelihood(fairu.Templates({"signal": [4.0, 5.0], "background": [12.0, 20.0]}), **MODEL, context=context)
    return made, made.data([20, 26])


def smearing(context):
    return fairu.Systematics({"s": 0.5}, context=context).add_smearing("s", ["x", "y", "z"])


def linear(context):
    return fairu.Classifier.linear(["x", "y", "z"], [1.0, 2.0, 3.0], context=context)


def fill(n, context):
    made = fairu.Fill(fairu.Binning.uniform(20), ["p"], axes=[("s", [0.1, 0.2, 0.3, 0.4, 0.5])], context=context)
    table, chain, classifier = events(n), smearing(context), linear(context)
    return lambda: made.add("p", table, classifier, chain)




def with_model(call):
    def prepare(n, context):
        made, data = model(context)
        return lambda: call(made, data, n)
    return prepare


def shift(n, context):
    table, chain = events(n), smearing(context)
    return lambda: chain.shift(table, {})


def tangents(n, context):
    table, chain = events(n), smearing(context)
    return lambda: chain.tangents(table, {})


def migration(n, context):
    table, chain = events(n), smearing(context).add_cut("x", lower=0.0)
    return lambda: chain.migration(table, "s", 0.1)


def check_tangents(n, context):
    table, chain = events(n), smearing(context)
    return lambda: chain.check_tangents(table, {"s": 0.1})


def score(n, context):
    table, classifier = events(n), linear(context)
    return lambda: classifier.score(table)


def slopes(n, context):
    x, classifier = np.zeros((n, 3), dtype=np.float32), linear(context)
    return lambda: classifier.slopes(x)


def write(n, context):
    table = events(n, context)
    return lambda: table.write_csv(CSV)


def read(n, context):
    with open(CSV, "w") as stream:
        stream.write("x,y,z\n" + "0.125,1.5,-3\n" * n)
    return lambda: fairu.Events.read_csv(CSV, context=context)


def pieces(n, context):
    read(n, context)
    reader = fairu.CsvReader(CSV, rows=10 ** 9, context=context)
    return lambda: next(reader)


def bootstrap(n, context):
    sets = 2000
    entries = fairu.IntervalEntries(np.ones(sets), np.zeros(sets), np.full(sets, 2.0), set=np.arange(sets) // 10, context=context)
    return lambda: entries.bootstrap(n_replicas=n)


def pool(n, context):
    return fairu.Events(np.zeros((n, 3), dtype=np.float32), ["x", "y", "z"], weights=np.full(n, 0.5), labels=np.zeros(n, dtype=int), categories=["ztautau"],
                        context=context)


SWITCHES = dict.fromkeys(("tes", "jes", "soft_met", "ttbar_scale", "diboson_scale", "bkg_scale"), False)


def counts(n, context):
    table, experiment = pool(n, context), fairu.PseudoExperiments(1, 1, "philox", mu=[1.0], context=context, **SWITCHES)[0]
    return lambda: experiment.counts(table)


def histograms(n, context):
    table, experiment = pool(n, context), fairu.PseudoExperiments(1, 1, "philox", mu=[1.0], context=context, **SWITCHES)[0]
    classifier, bins = linear(context), fairu.Binning.uniform(4)
    return lambda: experiment.histograms(table, classifier, bins)


def auc(n, context):
    scores, labels = RNG.random(n), np.arange(n) % 2
    return lambda: fairu.auc(scores, labels, context=context)


def isotonic(n, context):
    scores, labels = RNG.normal(size=n), np.arange(n) % 2
    return lambda: fairu.ProbabilityMap(scores, labels, method="isotonic", context=context)


def training(function, **options):
    def prepare(n, context):
        table = labelled(2000, context)
        return lambda: function(table, context=context, hidden=[8], epochs=n, **options)
    return prepare


def summary(table, context, **options):
    return fairu.train_summary(table, lambda counts: (float(np.sum(counts ** 2)), 2 * counts), context=context, kind="softmax", n_bins=3, **options)


def method(name, **options):
    def train(table, context, **others):
        chain = fairu.Systematics({"s": (0.0, fairu.Prior(0.0, 0.2))}, context=context).add_rotation("s", "x", "y")
        return fairu.train(name, table, chain, context=context, batch=500, **options, **others)
    return training(train)


# name: (how to prepare it, a size that takes some tenths of a second, True if it tells its progress)
LONG = {
    "toys": (lambda n, c: (lambda m: lambda: fairu.toys(m, n=n, context=c))(model(c)[0]), 60000, True),
    "coverage": (lambda n, c: (lambda m: lambda: fairu.coverage(m, n=n, context=c))(model(c)[0]), 60000, True),
    "hypotest_toys": (with_model(lambda m, d, n: m.hypotest_toys(d, n=n)), 40000, True),
    "profile": (with_model(lambda m, d, n: m.profile(d, np.linspace(0, 3, n))), 500000, False),
    "scan": (with_model(lambda m, d, n: m.scan(d, "mu", np.linspace(0, 3, n // 100), "k", np.linspace(0.8, 1.2, 100))), 300000, True),
    "contour": (with_model(lambda m, d, n: m.contour(d, points=n)), 60000, True),
    "calibration": (lambda n, c: (lambda m: lambda: fairu.IntervalCalibration(m, context=c, n_toys=n))(model(c)[0]), 4000, True),
    "fill": (fill, 900000, True), "shift": (shift, 3000000, True), "tangents": (tangents, 3000000, True), "migration": (migration, 900000, True),
    "check_tangents": (check_tangents, 900000, True), "score": (score, 20000000, True), "slopes": (slopes, 10000000, True),
    "write_csv": (write, 5000000, True), "read_csv": (read, 2000000, True), "CsvReader": (pieces, 2000000, True),
    "bootstrap": (bootstrap, 100000, False), "counts": (counts, 10000000, False), "histograms": (histograms, 6000000, False),
    "auc": (auc, 4000000, False), "isotonic": (isotonic, 2000000, False),
    "Classifier.train": (training(fairu.Classifier.train), 10 ** 6, True), "train_summary": (training(summary), 10 ** 6, True),
    "baseline": (method("baseline"), 10 ** 6, True), "aware": (method("aware", copies=2), 10 ** 6, True), "pivot": (method("pivot"), 10 ** 6, True),
    "tangent": (method("tangent"), 10 ** 6, True), "inferno": (method("inferno"), 10 ** 6, True),
}


def midway(action, *arguments):
    """A thread that does this as soon as the main thread is in C, and a little later."""
    def wait():
        while _context._interrupts._running is None and not over.is_set():
            time.sleep(0.001)
        time.sleep(0.005)
        action(*arguments)
    over = threading.Event()
    thread = threading.Thread(target=wait)
    thread.over = over
    thread.start()
    return thread


def test_cancel_stops_all_of_them():
    """From another thread, midway; a call that was too short for it is asked again with more to do."""
    for name, (prepare, n, _) in LONG.items():
        for size in (n // 8, n, 8 * n):
            context = fairu.Context()
            call = prepare(size, context)
            canceller = midway(context.cancel)
            try:
                call()
            except fairu.Error as problem:
                assert problem.name == "FAIRU_ERR_CANCELLED", (name, problem)
                break
            finally:
                canceller.over.set()
                canceller.join()
        else:
            raise AssertionError(f"{name} was not cancelled")


def test_a_deadline_stops_all_of_them():
    for name, (prepare, n, _) in LONG.items():
        for size in (n // 8, n, 8 * n):
            prepared = fairu.Context()
            call = prepare(size, prepared)
            prepared._end = time.monotonic() + 0.005
            prepared._version += 1
            try:
                call()
            except fairu.Error as problem:
                assert problem.name == "FAIRU_ERR_DEADLINE", (name, problem)
                break
        else:
            raise AssertionError(f"{name} took no notice of its deadline")


def test_what_progress_raises_comes_back():
    class Enough(LookupError):
        pass

    for name, (prepare, n, tells) in LONG.items():
        if not tells:
            continue
        seen = []

        def progress(what, done, total):
            seen.append((what, done, total))
            if armed:
                raise Enough(name)
        armed = False
        context = fairu.Context(progress=progress)
        call = prepare(n if n <= 10 ** 6 else n // 4, context)
        seen.clear()
        armed = True
        try:
            call()
        except Enough as problem:
            assert str(problem) == name
        else:
            raise AssertionError(f"{name} went on")
        (what, done, total), = seen  # once, and no more
        assert isinstance(what, str) and what and isinstance(done, int) and done >= 0 and isinstance(total, int), seen
        armed = False
        if name in ("shift", "score", "contour"):  # and then it runs to its end, and says so
            seen.clear()
            call()
            seen = [s for s in seen if s[0] == seen[-1][0]]  # before, a contour may look for its other parameter
            done = [s[1] for s in seen]
            assert done == sorted(done) and len(seen) > 1 and all(s[1] <= s[2] for s in seen), seen[-3:]


def test_true_from_progress_is_an_error():
    for name in ("toys", "fill", "shift", "scan"):
        prepare, n, _ = LONG[name]
        problem = raises("FAIRU_ERR_CALLBACK", prepare(n, fairu.Context(progress=lambda *_: True)))
        assert problem.__cause__ is None and problem.__context__ is None


def interrupted(call):
    """Whether SIGINT, sent when the call was in C, cancelled it; KeyboardInterrupt must come out."""
    ended, end = [], _context._interrupts._end

    def watch(*arguments):
        ended.append(_context._interrupts._cancelled)
        return end(*arguments)
    _context._interrupts._end = watch
    sender = midway(os.kill, os.getpid(), signal.SIGINT)
    try:
        call()
        sender.over.set()
        sender.join()  # here it comes if the call was faster
        time.sleep(0.01)
    except KeyboardInterrupt:
        sender.join()
        return any(ended)
    finally:
        _context._interrupts._end = end
    raise AssertionError("no KeyboardInterrupt")


def test_ctrl_c_stops_all_of_them():
    for name, (prepare, n, _) in LONG.items():
        for size in (n // 8, n, 8 * n):
            call = prepare(size, fairu.Context())
            if interrupted(call) or n == 10 ** 6:  # a training has no end of its own
                break
        else:
            raise AssertionError(f"{name} did not see Ctrl-C")
        assert signal.set_wakeup_fd(-1) == -1 and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_objects_work_on_after_an_interrupt():
    context = fairu.Context()
    made, data = model(context)
    wanted, toys = made.fit(data).params, fairu.toys(made, n=50)
    for _ in range(3):
        interrupted(lambda: fairu.toys(made, n=10 ** 6, context=context))
        assert np.array_equal(made.fit(data).params, wanted)
        assert fairu.toys(made, n=50, context=context).tobytes() == toys.tobytes()
    filled, stopped = (fairu.Fill(fairu.Binning.uniform(4), ["p"], axes=[("s", [0.1, 0.2, 0.3, 0.4, 0.5])], context=context) for _ in range(2))
    chain, classifier, few = smearing(context), linear(context), fairu.Events(RNG.normal(size=(50, 3)), ["x", "y", "z"], ids=np.arange(50))
    interrupted(lambda: stopped.add("p", events(8000000), classifier, chain))
    for each in (filled, stopped):
        each.add("p", few, classifier, chain)
    assert filled.dumps() == stopped.dumps()  # nothing of what was stopped is in it


if __name__ == "__main__":
    raise SystemExit(run(globals()))
