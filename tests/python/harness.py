"""What the test programs of this folder share: tests are functions test_*; each may raise Skipped."""
import sys
import traceback

import fairu


class Skipped(Exception):
    """Something that the test needs is not there."""


def raises(name, call, *arguments, says="", **named):
    """The call must raise fairu.Error of this name (None: of any), whose message holds `says`; returns it."""
    try:
        call(*arguments, **named)
    except fairu.Error as problem:
        assert name in (None, problem.name) and problem.code > 0 and says in problem.message, str(problem)
        return problem
    raise AssertionError(f"nothing was raised, wanted {name}")


def run(tests):
    """Run all test_* of a dictionary, the others after a failure, too; the last line counts. Returns the exit status."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, test in list(tests.items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            counts["passed"] += 1
        except Skipped as reason:
            counts["skipped"] += 1
            print(f"skipped: {name}: {reason}")
        except Exception as problem:  # noqa: BLE001: the others run, too
            counts["failed"] += 1
            place = traceback.extract_tb(problem.__traceback__)
            lines = [str(frame.lineno) for frame in place if frame.filename == place[1].filename] if len(place) > 1 else []
            print(f"FAILED: {name}: {type(problem).__name__}: {problem} (line {' '.join(lines)})", file=sys.stderr)
    print(", ".join(f"{n} {word}" for word, n in counts.items()))
    return 1 if counts["failed"] else 0
