"""Contexts and callbacks: settings, how often functions are called, with what, how long they live, what they raise; blocks, threads, fork, log."""
import gc
import logging
import os
import signal
import threading
import weakref

import numpy as np

import fairu
from fairu import _context

from harness import raises, run
from test_interrupts import RNG, labelled, model


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
