"""Contexts in Python: Ctrl-C, progress, deadlines, cancelling, threads that share objects, calls from callbacks, closing."""
import asyncio
import ctypes
import gc
import logging
import math
import os
import signal
import threading
import time

import numpy as np

import fairu

from harness import at_once, raises, run


def blobs(n=4000):
    labels = (np.arange(n) % 2).astype(np.int32)
    return fairu.Events(np.random.default_rng(1).normal(size=(n, 2)) + labels[:, None], names=["x", "y"], labels=labels)


EVENTS = blobs()
FOREVER = {"epochs": 10 ** 6, "hidden": [16]}


def counting():
    model = fairu.Likelihood(fairu.Templates({"signal": [4.0], "background": [12.0]}))
    return model, model.data([23])


def interrupted(call, after=0.2):
    """Seconds from SIGINT to KeyboardInterrupt."""
    sent = []

    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    timer = threading.Timer(after, send)
    timer.start()
    try:
        call()
    except KeyboardInterrupt:
        return time.monotonic() - sent[0]
    finally:
        timer.join()
    raise AssertionError("no KeyboardInterrupt")


def test_ctrl_c():
    before = signal.set_wakeup_fd(-1)
    assert before == -1
    for _ in range(3):
        assert interrupted(lambda: fairu.Classifier.train(EVENTS, **FOREVER)) < 1
        assert signal.set_wakeup_fd(-1) == -1
        assert fairu.Classifier.train(EVENTS, epochs=1).training.epochs == 1  # the context works on
    assert interrupted(lambda: fairu.Classifier.train(EVENTS, on_epoch=lambda *_: None, **FOREVER)) < 1
    slow = fairu.Classifier.function(["x", "y"], lambda x: time.sleep(0.001) or x[:, 0])
    many = fairu.Events(np.zeros((3000000, 2), dtype=np.float32), names=["x", "y"])
    assert interrupted(lambda: slow.score(many)) < 1
    assert slow.score(EVENTS).shape == (len(EVENTS),)


def test_handlers_of_the_user_stay():
    seen = []
    old = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
    try:
        timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        assert fairu.Classifier.train(EVENTS, epochs=60).training.epochs == 60
        timer.join()
        time.sleep(0.01)
        assert seen == [1]
    finally:
        signal.signal(signal.SIGINT, old)

    async def inside():  # the loop's own descriptor for signals is back after a call
        before = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(before)
        fairu.Classifier.train(EVENTS, epochs=1)
        after = signal.set_wakeup_fd(before)
        return before, after
    before, after = asyncio.run(inside())
    assert before == after


def test_ctrl_c_in_a_child():
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if interrupted(lambda: fairu.Classifier.train(EVENTS, **FOREVER)) < 1 else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def test_progress():
    seen = []
    with fairu.Context(progress=lambda *told: seen.append(told)):
        fairu.Classifier.train(EVENTS, epochs=30)
    what, done, total = seen[-1]
    assert what and 0 < done <= total and [s[1] for s in seen] == sorted(s[1] for s in seen)

    def fails(*_):
        raise LookupError("seen enough")
    raises(LookupError, fairu.Classifier.train, EVENTS, context=fairu.Context(progress=fails), says="seen enough", **FOREVER)
    raises(fairu.Error, fairu.Classifier.train, EVENTS, context=fairu.Context(progress=lambda *_: True), says="FAIRU_ERR_CALLBACK", **FOREVER)


def test_blocks_choose_the_context():
    model, data = counting()
    with fairu.Context(threads=2) as two:
        assert two.threads == 2 and fairu.Context().threads == 1
        with fairu.Context(deadline=0):
            raises(fairu.Error, fairu.Classifier.train, EVENTS, says="FAIRU_ERR_DEADLINE", **FOREVER)
        assert abs(model.fit(data)["mu"] - 2.75) < 1e-6
        made = fairu.Classifier.train(EVENTS, epochs=1)
    assert np.array_equal(made.score(EVENTS), fairu.Classifier.train(EVENTS, epochs=1).score(EVENTS))
    two.threads = 1
    assert two.threads == 1
    raises(fairu.Error, fairu.Context, threads=0, says="FAIRU_ERR_RANGE")
    raises(fairu.Error, setattr, two, "threads", 10 ** 6, says="FAIRU_ERR_RANGE")
    assert two.threads == 1
    raises(fairu.Error, fairu.Context, kernel="abacus", says="abacus")
    raises(fairu.Error, fairu.Context, log="all", says="warning, info, debug")
    assert fairu.Context(kernel="generic").kernel == "generic"


def test_cancel_from_another_thread():
    context = fairu.Context()
    timer = threading.Timer(0.1, context.cancel)
    timer.start()
    raises(fairu.Error, fairu.Classifier.train, EVENTS, context=context, says="FAIRU_ERR_CANCELLED", **FOREVER)
    timer.join()
    raises(fairu.Error, fairu.Classifier.train, EVENTS, context=context, epochs=1, says="FAIRU_ERR_CANCELLED")
    context.resume()
    assert fairu.Classifier.train(EVENTS, context=context, epochs=1).training.epochs == 1


def test_threads_share_objects():
    """One model, one classifier with a function, one context: all threads at once, each with messages of its own."""
    context = fairu.Context()
    model = fairu.Likelihood(fairu.Templates({"signal": [4.0], "background": [12.0]}, context=context), context=context)
    twice = fairu.Classifier.function(["x", "y"], lambda x: 2 * x[:, 0], context=context)

    def work(i):
        for k in range(100):
            n = 10 + i + 0.01 * k
            assert abs(model.fit(model.data([n]))["mu"] - (n - 12) / 4) < 1e-6
            assert np.array_equal(twice.score(EVENTS, output="logit"), 2 * EVENTS["x"])
            raises(fairu.Error, model.data, [-1.0 - i], says=f"{-1 - i}")
    at_once(6, work)


def test_calls_from_callbacks():
    model, data = counting()
    inner = fairu.Classifier.linear(["x", "y"], [1.0, 2.0])
    outer = fairu.Classifier.function(["x", "y"], lambda x: inner.score(x, output="logit") * model.fit(data)["mu"])
    wanted = inner.score(EVENTS, output="logit")
    np.testing.assert_allclose(outer.score(EVENTS, output="logit"), 2.75 * wanted, rtol=1e-5)
    scores = []
    plain = fairu.Classifier.train(EVENTS, epochs=3)
    told = fairu.Classifier.train(EVENTS, epochs=3, on_epoch=lambda *_: scores.append(fairu.auc(inner.score(EVENTS), EVENTS.labels)))
    assert len(set(scores)) == 1 and len(scores) == 3 and np.array_equal(plain.score(EVENTS), told.score(EVENTS))

    def fails(x):
        return inner.score(x[:, :1])
    problem = raises(fairu.Error, fairu.Classifier.function(["x", "y"], fails).score, EVENTS, says="FAIRU_ERR_CALLBACK")
    assert isinstance(problem.__cause__, fairu.Error) and problem.__cause__.name == "FAIRU_ERR_SHAPE"


def test_causes_find_their_calls():
    """Callbacks that fail in many threads at once, and in several workers of one call: each call gets an exception of its own."""

    def work(i):
        def fails(x):
            raise LookupError(f"thread {i}")
        broken = fairu.Classifier.function(["x", "y"], fails)
        for _ in range(50):
            problem = raises(fairu.Error, broken.score, EVENTS, says="FAIRU_ERR_CALLBACK")
            assert str(problem.__cause__) == f"thread {i}", problem.__cause__
    at_once(4, work)
    many = fairu.Context(threads=4)
    broken = fairu.Classifier.function(["x", "y"], lambda x: 1 / 0, context=many)
    assert isinstance(raises(fairu.Error, broken.score, EVENTS).__cause__, ZeroDivisionError)
    stopped = raises(fairu.Error, fairu.Classifier.train, EVENTS, context=fairu.Context(progress=lambda *_: True), **FOREVER)
    assert stopped.name == "FAIRU_ERR_CALLBACK" and stopped.__cause__ is None


def test_closing():
    with fairu.Classifier.linear(["x", "y"], [1.0, 2.0]) as model:
        model.score(EVENTS)
    raises(fairu.Error, model.score, EVENTS, says="FAIRU_ERR_NULL")
    table = fairu.Events(np.arange(6, dtype=np.float32).reshape(3, 2).copy(), weights=[1, 2, 3])
    column, weights, other = table["x1"], table.weights, table.with_weights([2, 2, 2])
    table.close()
    table.close()
    del table
    gc.collect()
    assert column.tolist() == [1, 3, 5] and weights.tolist() == [1, 2, 3] and other["x0"].tolist() == [0, 2, 4]
    model, data = counting()
    model.close()
    gc.collect()
    raises(fairu.Error, model.nll, data, [1.0], says="FAIRU_ERR_NULL")
    del data
    terms = fairu.EventTerms(np.log([[1.0, 2.0]]), pool=[1, 1])
    whole = fairu.EventLikelihood(terms, 5.0, 5.0)
    terms.close()
    gc.collect()
    assert math.isfinite(whole.nll(whole.data(), {"mu": 1.0}))


def test_objects_of_another_kind():
    """Alone, in options, in lists: never taken for one of the right kind."""
    model, data = counting()
    linear, bins = fairu.Classifier.linear(["x", "y"], [1.0, 2.0]), fairu.Binning.uniform(2)
    wrong = (ctypes.ArgumentError, TypeError)
    for call in (lambda: model.fit(model), lambda: model.nll(bins, [1.0]), lambda: fairu.Fill(linear, ["s"]),
                 lambda: fairu.Fill(bins, ["s"]).add("s", bins, linear), lambda: fairu.Fill(bins, ["s"]).add("s", EVENTS, bins),
                 lambda: fairu.Classifier.ensemble([linear, bins]), lambda: fairu.combine([(model, data), (bins, data)])):
        try:
            call()
        except wrong as problem:
            assert "type" in str(problem) or "instance" in str(problem), problem
        else:
            raise AssertionError("taken")


def test_memory_is_freed():
    made = fairu.Context()
    owner = made._contexts.owners[0]
    freed = []
    owner._free, free = freed.append, owner._free
    pointer = ctypes.c_void_p(owner.pointer.value)
    del owner, made
    gc.collect()
    assert len(freed) == 1
    free(pointer)


def test_log():
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append((record.levelname, record.getMessage()))
    handler = Keep()
    logging.getLogger("fairu").addHandler(handler)
    try:
        events = fairu.Events(np.column_stack([EVENTS["x"], EVENTS["y"], np.full(len(EVENTS), 1.1), np.full(len(EVENTS), 0.9)]),
                              names=["x", "y", "up", "down"], labels=EVENTS.labels)
        chain = fairu.Systematics({"tune": fairu.Prior(0, 1, statistical_origin=False)}).add_two_point("tune", "up", "down")
        fairu.train("aware", events, chain, features=["x", "y"], epochs=1)
        assert [level for level, text in seen if "tune" in text] == ["WARNING"], seen
        seen.clear()
        fairu.train("aware", events, chain, features=["x", "y"], epochs=1, context=fairu.Context(log=None))
        assert not seen
    finally:
        logging.getLogger("fairu").removeHandler(handler)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
