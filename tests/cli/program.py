"""program.py: what the tests of the program that are written in Python share. The runner gives FAIRU (the program) and FAIRU_TEST_TMP (an
empty folder); finish() prints the totals as the shell tests do."""
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FAIRU = os.path.abspath(os.environ.get("FAIRU", "build/fairu"))
WORK = pathlib.Path(os.environ.get("FAIRU_TEST_TMP") or tempfile.mkdtemp()).resolve()
SLOW = any(word in FAIRU for word in ("/thread/", "/address", "/undefined"))
counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(name, good, *details):
    counts["passed" if good else "failed"] += 1
    if not good:
        print(f"FAILED: {name}", *[str(d)[:600] for d in details])
    return good


def skip(n, reason):
    counts["skipped"] += n
    print(f"skipped: {reason}")


def finish():
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    sys.exit(counts["failed"] > 0)


def run(*arguments, stdin=b"", text=True, **more):
    """The program with these arguments: code, out, err. Paths may be pathlib's."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run([FAIRU, *map(os.fspath, map(_word, arguments))], input=stdin, capture_output=True, cwd=WORK, **more)
    done.out, done.err = (done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")) if text else (done.stdout, done.stderr)
    return done


def _word(argument):
    return argument if isinstance(argument, (str, bytes, os.PathLike)) else repr(argument)


def output(*arguments, **more):
    """Standard output of a run that has to succeed and be silent on standard error."""
    done = run(*arguments, **more)
    check(f"fairu {' '.join(map(str, arguments))[:200]}", done.returncode == 0 and not done.err, done.returncode, done.err)
    return done.out


def refuse_constant(text):
    raise ValueError(f"{text} is no JSON")


def document(*arguments, **more):
    """The one document of a run with --json; NaN and Infinity are refused, as JSON does."""
    out = output(*arguments, "--json", **more)
    try:
        return json.loads(out, parse_constant=refuse_constant)
    except ValueError as error:
        check(f"fairu {' '.join(map(str, arguments))}: one JSON document", False, error, out)
        return {}


def names_in_work():
    return {p: p.stat().st_mtime_ns for p in WORK.rglob("*") if not p.is_dir()}


def refused(name, code, error, texts, *arguments, **more):
    """Exit status `code`; one line on standard error that names the command and holds `texts`; the same with --json in one object, named `error`
    (ending in "_": so that begins its name); no file made or touched."""
    before = names_in_work()
    done = run(*arguments, "--json", **more)
    texts = [texts] if isinstance(texts, str) else texts
    words = [str(a) for a in arguments]
    lines = done.err.splitlines() or [""]
    command = f"fairu {words[0]}: "
    ok = done.returncode == code and lines[0].startswith(command) and all(str(t) in lines[0] for t in texts)
    ok = ok and (code == 1 and len(lines) == 1 or code == 2 and lines[1:] == [f"see fairu {words[0]} --help"])
    try:
        answer = json.loads(done.out)
        ok = ok and list(answer) == ["error"] and sorted(answer["error"]) == ["code", "message", "name"]
        ok = ok and (answer["error"]["name"] == error or error.endswith("_") and answer["error"]["name"].startswith(error)) and answer["error"]["code"] > 0 and answer["error"]["message"] == lines[0][len(command):]
    except ValueError:
        ok = False
    return check(name, ok and names_in_work() == before, f"exit {done.returncode}", done.err, done.out, set(names_in_work()) ^ set(before))


def close(got, wanted, relative=1e-9, absolute=0.0):
    """Numbers, or lists of them; None stands for itself."""
    if isinstance(wanted, (list, tuple)) or hasattr(wanted, "__len__"):
        return got is not None and len(got) == len(wanted) and all(close(g, w, relative, absolute) for g, w in zip(got, wanted))
    if got is None or wanted is None:
        return got is wanted
    return math.isfinite(got) and abs(got - wanted) <= max(relative * max(abs(got), abs(wanted)), absolute)


def near(name, got, wanted, relative=1e-9, absolute=0.0):
    return check(name, close(got, wanted, relative, absolute), "got", got, "wanted", wanted)


def write(name, content):
    """A file in the working folder: text, bytes, or a JSON document."""
    path = WORK / name
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_table(text):
    """A CSV text as its header and its rows of cells."""
    rows = [line.split(",") for line in text.splitlines()]
    return rows[0], rows[1:]


def column(text, name):
    header, rows = read_table(text)
    return [float(row[header.index(name)]) for row in rows]


def clean():
    for path in WORK.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
