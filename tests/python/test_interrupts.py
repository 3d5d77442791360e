"""Every call that may take long: Ctrl-C, cancel() and a deadline stop it midway, what a progress function raises comes back, and all of its objects can be used on.
Callbacks: how often, with what, how long they live. Threads and fork."""
import gc
import logging
import os
import signal
import tempfile
import threading
import time
import weakref

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


def test_deadlines_are_of_one_time():
    """From when the context was made, for all of its calls and threads."""
    context = fairu.Context(deadline=3600)
    made, data = model(context)
    assert made.fit(data).valid
    for past in (0, -1, 1e-9):
        late = fairu.Context(deadline=past)
        made, data = model(late)
        raises("FAIRU_ERR_DEADLINE", fairu.toys, made, n=10, context=late)
        problems = []
        thread = threading.Thread(target=lambda: problems.append(raises("FAIRU_ERR_DEADLINE", fairu.toys, made, n=10, context=late)))
        thread.start()
        thread.join()
        assert len(problems) == 1
    raises("FAIRU_ERR_NON_FINITE", fairu.Context, deadline=float("nan"), says="nan")
    assert fairu.Context(deadline=float("inf")).threads == 1
    made = model(fairu.Context(deadline=float("inf")))
    assert made[0].fit(made[1]).valid


def test_settings_are_refused_by_name():
    for threads, kind in ((0, fairu.Error), (-1, fairu.Error), (2 ** 31, fairu.Error), (2 ** 32 + 1, fairu.Error), (2 ** 70, fairu.Error), (1.5, TypeError), ("2", TypeError),
                          (None, TypeError)):
        try:
            fairu.Context(threads=threads)
        except kind as problem:
            assert "threads" in str(problem) or kind is TypeError, problem
        else:
            raise AssertionError(f"{threads} threads")
    context = fairu.Context(threads=True)
    assert context.threads == 1
    for wrong in (0, "2", 2 ** 40):
        try:
            context.threads = wrong
        except (fairu.Error, TypeError):
            pass
        else:
            raise AssertionError(wrong)
        assert context.threads == 1 and model(context)[0].n_bins == 2
    for name in ("avx", "", "generic\0", "GENERIC"):
        raises("FAIRU_ERR_ARGUMENT" if "\0" in name else None, fairu.Context, kernel=name)
    raises("FAIRU_ERR_ARGUMENT", fairu.Context, log="loud", says="warning, info, debug")
    for level in ("warning", "info", "debug", None):
        fairu.Context(log=level)


def test_threads_of_a_call_share_its_callbacks():
    """A function of NumPy called from worker threads: every row once, and the same result; the messages of one call are not those of another one."""
    seen, lock = [], threading.Lock()

    def logits(x):
        with lock:
            seen.append((threading.get_ident(), len(x)))
        return x[:, 0] * 3
    x = RNG.normal(size=(50000, 1)).astype(np.float32)
    alone = fairu.Classifier.function(["x"], logits).score(x)
    assert sum(n for _, n in seen) == len(x) and {ident for ident, _ in seen} == {threading.get_ident()}
    seen.clear()
    together = fairu.Classifier.function(["x"], logits, context=fairu.Context(threads=4)).score(x)
    assert sum(n for _, n in seen) == len(x) and np.array_equal(alone, together)


def test_contexts_of_callbacks_are_their_own():
    """A call inside a callback inside a callback, each failing and caught, leaves message and result of the outer ones alone."""
    inner = fairu.Classifier.linear(["x"], [2.0])
    depth = []

    def deep(level):
        def logits(x):
            depth.append(_context._thread.depth)
            raises("FAIRU_ERR_SHAPE", inner.score, np.zeros((1, 2)))
            if level:
                return fairu.Classifier.function(["x"], deep(level - 1)).score(x, output="logit")
            return x[:, 0]
        return logits
    made = fairu.Classifier.function(["x"], deep(5))
    assert made.score([[1.5]], output="logit")[0] == 1.5 and depth == [1, 2, 3, 4, 5, 6] and _context._thread.depth == 0
    problem = raises("FAIRU_ERR_CALLBACK", fairu.Classifier.function(["x"], lambda x: inner.score([[np.nan]])).score, [[1.0]])
    assert problem.__cause__.name == "FAIRU_ERR_NON_FINITE" and _context._thread.depth == 0


def test_exceptions_of_any_kind_come_out():
    """Of a callback: what ends programs as it is, other things as the cause."""
    for raised in (KeyboardInterrupt, SystemExit, GeneratorExit):
        def ends(x):
            raise raised("stop")
        try:
            fairu.Classifier.function(["x"], ends).score([[1.0]])
        except raised as problem:
            assert str(problem) == "stop"
        else:
            raise AssertionError(raised)
    for raised in (ValueError, MemoryError, RecursionError, StopIteration, AssertionError, fairu.Error):
        def fails(x):
            raise raised(11) if raised is fairu.Error else raised("why")
        problem = raises("FAIRU_ERR_CALLBACK", fairu.Classifier.function(["x"], fails).score, [[1.0]])
        assert type(problem.__cause__) is raised
    for wrong, says in ((lambda x: x, "shape (2, 3)"), (lambda x: x[:1, 0], "shape (1,)"), (lambda x: None, ""), (lambda x: "a", ""), (lambda x: 1.0, "shape ()")):
        problem = raises("FAIRU_ERR_CALLBACK", fairu.Classifier.function(["a", "b", "c"], wrong).score, np.zeros((2, 3)))
        assert isinstance(problem.__cause__, (ValueError, TypeError)) and says in str(problem.__cause__), problem.__cause__
    bad = fairu.Classifier.function(["x"], lambda x: np.where(x[:, 0] == 2, np.nan, x[:, 0]))  # scores are the caller's own; what fills looks
    raises("FAIRU_ERR_NON_FINITE", fairu.Fill(fairu.Binning.uniform(2), ["s"]).add, "s", fairu.Events([[1.0], [2.0]], ["x"]), bad, says="row 1")

    def writes(x):
        x[0] = 1
    problem = raises("FAIRU_ERR_CALLBACK", fairu.Classifier.function(["x"], writes).score, [[1.0]])
    assert isinstance(problem.__cause__, ValueError) and "read-only" in str(problem.__cause__)


def test_nothing_of_an_exception_is_kept():
    """Neither by a call that raised it nor by the next ones: what hangs on it is freed."""
    class Thing:
        pass
    for kind in ("cause", "as it is"):
        thing = Thing()
        watched = weakref.ref(thing)

        def fails(*arguments, held=thing):
            raise LookupError(held)
        try:
            if kind == "cause":
                fairu.Classifier.function(["x"], fails).score([[1.0]])
            else:
                fairu.toys(model(None)[0], n=10, context=fairu.Context(progress=fails))
        except (fairu.Error, LookupError):
            pass
        del thing, fails
        gc.collect()
        assert watched() is None and not _context._raised, kind


def test_callbacks_live_as_long_as_their_context():
    class Watch:
        def __call__(self, *_):
            return None
    watch = Watch()
    seen = weakref.ref(watch)
    context = fairu.Context(progress=watch)
    made, data = model(context)
    del watch, context
    gc.collect()
    assert seen() is not None
    fairu.toys(made, n=20)
    made.fit(data)
    del made, data
    gc.collect()
    assert seen() is None


def test_blocks_are_left_in_any_way():
    """The context of a `with` block ends with it: by an exception, in another order, in a generator that is dropped."""
    active = _context._thread.active
    assert not active
    for raised in (ValueError, KeyboardInterrupt):
        try:
            with fairu.Context(threads=2) as context:
                assert active == [context]
                raise raised
        except raised:
            pass
        assert not active
    one, two = fairu.Context(), fairu.Context()
    one.__enter__(), two.__enter__(), one.__exit__(None, None, None)
    assert active == [two]
    two.__exit__(None, None, None)

    def dropped():
        with fairu.Context():
            yield 1
    generator = dropped()
    assert next(generator) == 1 and len(active) == 1
    del generator
    gc.collect()
    assert not active
    again = fairu.Context()
    with again, again:
        assert active == [again, again]
    assert not active and again.threads == 1
    made, data = model(again)
    again.close()
    assert made.fit(data).valid  # gets its memory anew


def test_fork_with_threads():
    """A child uses what its parent made, after calls with worker threads, while other threads of the parent are in C."""
    context = fairu.Context(threads=2)
    made, data = model(context)
    wanted = fairu.toys(made, n=300, context=context).tobytes()
    stop, problems = threading.Event(), []

    def busy():
        try:
            while not stop.is_set():
                fairu.toys(made, n=100, context=context)
        except BaseException as problem:  # noqa: BLE001: told in the main thread
            problems.append(problem)
    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    signal.alarm(60)
                    status = 0 if fairu.toys(made, n=300, context=context).tobytes() == wanted and made.fit(data).valid else 3
                finally:
                    os._exit(status)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        thread.join()
    assert not problems, problems


def test_log_goes_to_logging():
    """By level, with its own logger; a handler that raises does not break the call."""
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append((record.name, record.levelname, record.getMessage()))
    logger, handler = logging.getLogger("fairu"), Keep()
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        for level, wanted in (("debug", {"WARNING", "INFO", "DEBUG"}), ("info", {"WARNING", "INFO"}), ("warning", {"WARNING"}), (None, set())):
            seen.clear()
            context = fairu.Context(log=level)
            fairu.Classifier.train(labelled(200, context), context=context, epochs=2, hidden=[2])
            made, data = model(context)
            made.fit(data)
            assert {record[1] for record in seen} <= wanted and {record[0] for record in seen} <= {"fairu"}, (level, seen)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
