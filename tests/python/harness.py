"""What the test programs of this folder share: tests are functions test_*; each may raise Skipped."""
import functools
import importlib
import signal
import sys
import threading
import traceback

import numpy as np

import fairu

_CODES = {"FAIRU_" + word.upper(): code for word, code in fairu._structs.ENUMS["fairu_status"].items()}


class Skipped(Exception):
    """Something that the test needs is not there."""


def needs(*modules):
    """The test is skipped where one of these cannot be imported."""
    def decorated(test):
        @functools.wraps(test)
        def wrapped(*arguments):
            for module in modules:
                try:
                    importlib.import_module(module)
                except ImportError as problem:
                    raise Skipped(f"no {module}") from problem
            return test(*arguments)
        return wrapped
    return decorated


def near(a, b, tolerance=1e-9):
    """Numbers, or arrays of them, that differ by no more than the tolerance."""
    np.testing.assert_allclose(np.asarray(a, dtype=float), np.asarray(b, dtype=float), rtol=0, atol=tolerance, equal_nan=False)


def raises(wanted, call, *arguments, says="", **named):
    """The call must raise an exception of this class, or fairu.Error of this name (None: of any), whose message holds `says`; returns it."""
    kind = wanted if isinstance(wanted, type) else fairu.Error
    try:
        call(*arguments, **named)
    except kind as problem:
        assert says in str(problem), str(problem)
        if kind is not wanted:
            assert wanted in (None, problem.name) and problem.code == _CODES[problem.name] > 0 and problem.message, str(problem)
        return problem
    raise AssertionError(f"nothing was raised, wanted {wanted}")


def at_once(n, work):
    """work(0), ..., work(n - 1), each in a thread of its own; what failed in any is raised here."""
    problems = []

    def told(i):
        try:
            work(i)
        except BaseException as problem:  # noqa: BLE001: told in the main thread
            problems.append(problem)
    threads = [threading.Thread(target=told, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems


def run(tests, *arguments):
    """Run all test_* of a dictionary, the others after a failure, too; the last line counts. Returns the exit status."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    for name, test in list(tests.items()):
        if not name.startswith("test_"):
            continue
        try:
            test(*arguments)
            counts["passed"] += 1
        except Skipped as reason:
            counts["skipped"] += 1
            print(f"skipped: {name}: {reason}")
        except Exception as problem:  # noqa: BLE001: the others run, too
            counts["failed"] += 1
            file = tests.get("__file__")
            lines = [str(frame.lineno) for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == file]
            print(f"FAILED: {name}: {type(problem).__name__}: {problem} (line {' '.join(lines)})", file=sys.stderr)
    print(", ".join(f"{n} {word}" for word, n in counts.items()), flush=True)
    return 1 if counts["failed"] else 0
