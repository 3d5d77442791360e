"""streams.py: every command where its streams are pipes, closed, full, broken, terminals; where signals come; in other locales; from other folders."""
import errno
import gzip
import json
import os
import pathlib
import pty
import signal
import subprocess
import time

from program import FAIRU, SLOW, WORK, check, document, finish, names_in_work, output, read_table, refused, run, skip, write

WORKSPACE = {
    "channels": [{"name": "c", "samples": [
        {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "background", "data": [50.0, 52.0], "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}]}],
    "observations": [{"name": "c", "data": [51.0, 48.0]}],
    "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}
NET = {"inputs": [{"name": "a", "offset": 0, "scale": 1}, {"name": "b", "offset": 0, "scale": 1}],
       "layers": [{"architecture": "dense", "weights": [1, -1], "bias": [0.25], "activation": "sigmoid"}], "outputs": ["y"]}
EVENTS = "a,b,label\n" + "".join(f"{i % 7 - 3},{i % 5 - 2},{i % 2}\n" for i in range(60))
SCORES = "mu_true,mu_hat,delta_mu_hat,p16,p84\n1,1.0,0.4,0.8,1.2\n1,1.1,0.4,1.05,1.3\n"

workspace, net, events, scores = write("ws.json", WORKSPACE), write("net.json", NET), write("events.csv", EVENTS), write("scores.csv", SCORES)
output("fill", events, "--model", net, "--out", WORK / "t.fill")
# what can be asked of one file, which "-" may stand for
ONE_FILE = [("nll", workspace, []), ("fit", workspace, ["--covariance"]), ("scan", workspace, ["--parameter", "mu", "--points", "3"]),
            ("contour", workspace, ["--first", "mu", "--second", "unc[0]", "--points", "8"]), ("hypotest", workspace, []), ("hypotest", workspace, ["--toys", "20"]),
            ("limit", workspace, []), ("impacts", workspace, []), ("breakdown", workspace, ["--group", "g=unc*"]), ("gof", workspace, []),
            ("toys", workspace, ["--n", "4"]), ("combine", workspace, []), ("inspect", workspace, []), ("score", scores, ["--sets", "--bootstrap", "5"])]
TEMPLATES = [("nll", WORK / "t.fill", []), ("fit", WORK / "t.fill", []), ("inspect", WORK / "t.fill", [])]


def standard_input():
    """The bytes of a file, of its gzip and of standard input mean the same."""
    for command, file, more in ONE_FILE + TEMPLATES:
        plain = output(command, file, *more)
        words = f"{command} {' '.join(more)}"
        check(f"{words}: standard input", output(command, "-", *more, stdin=file.read_bytes()) == plain)
        check(f"{words}: options first", output(command, *more, "--", file) == plain)
        if file == WORK / "t.fill":
            continue
        packed = pathlib.Path(f"{file}.gz")
        packed.write_bytes(gzip.compress(file.read_bytes()))
        check(f"{words}: gzip", output(command, packed, *more) == plain)
        check(f"{words}: from another folder, by a relative name", output(command, file.name, *more) == plain)
    odd = WORK / "a b=c,d'\"*é.json"
    odd.write_bytes(workspace.read_bytes())
    check("a name of odd characters", output("nll", odd) == output("nll", workspace))
    dash = WORK / "-dash.json"
    dash.write_bytes(workspace.read_bytes())
    check("a name that begins with a dash, behind --", output("nll", "--", "-dash.json") == output("nll", workspace))
    check("and as what it is otherwise", run("nll", "-dash.json").returncode == 2)
    long = WORK / ("n" * 250 + ".x")
    long.write_bytes(workspace.read_bytes())
    check("the longest name", output("nll", long) == output("nll", workspace))
    refused("a name too long", 1, "FAIRU_ERR_IO", "nnn", "nll", "n" * 300)
    refused("a path too long", 1, "FAIRU_ERR_IO", "d/d", "nll", "d/" * 3000)


def bad_input():
    """What cannot be read: the name and the reason, for every command that reads one file."""
    folder, secret = WORK / "folder", WORK / "none.json"
    folder.mkdir()
    for command, _, more in ONE_FILE:
        name = f"{command} {' '.join(more)}"
        refused(f"{name}: no file", 1, "FAIRU_ERR_IO", [str(secret), "No such file"] if command not in ("score",) else [str(secret)], command, secret, *more)
        if command != "score":  # takes a folder in the challenge's layout
            refused(f"{name}: a folder", 1, "FAIRU_ERR_IO", str(folder), command, folder, *more)
        empty = run(command, "-", *more)
        check(f"{name}: nothing on standard input", empty.returncode == 1 and empty.err.startswith(f"fairu {command}: standard input") and not empty.out, empty.err)
        for content in (b"\0" * 100, b"{", b"[" * 5000, b"\xff\xfe\x00", b"PK\x03\x04", b'{"a": 1}', b"\n\n\n"):
            done = run(command, "-", *more, stdin=content)
            check(f"{name}: {content[:10]!r} is refused", done.returncode == 1 and done.err.count("\n") == 1 and "standard input" in done.err and not done.out, done.returncode, done.err)


def full():
    """No room on standard output: status 1, and said."""
    with open("/dev/full", "wb") as disk:
        for command, file, more in ONE_FILE + TEMPLATES:
            for form in ([], ["--json"]):
                done = subprocess.run([FAIRU, command, file, *more, *form], stdout=disk, stderr=subprocess.PIPE)
                check(f"{command} {' '.join(more + form)}: a full disk", done.returncode == 1 and done.stderr == f"fairu {command}: standard output cannot be written\n".encode(), done)
        for words in (["--help"], ["--version"], ["fit", "--help"], ["study", "--help"], ["train", "-h"]):
            check(f"{' '.join(words)}: a full disk", subprocess.run([FAIRU, *words], stdout=disk, stderr=subprocess.PIPE).returncode == 1)
        for words in (["predict", net, events, "-"], ["fill", events, "--model", net, "--out", WORK / "f.fill"], ["merge", WORK / "m.fill", WORK / "t.fill"]):
            done = subprocess.run([FAIRU, *words], stdout=disk, stderr=subprocess.PIPE)
            check(f"{words[0]}: a full disk", done.returncode == 1 and done.stderr.startswith(f"fairu {words[0]}: ".encode()), done)
    for words in (["nll", workspace], ["nll", workspace, "--json"], ["predict", net, events, "-"]):
        done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", FAIRU, *words], stderr=subprocess.PIPE)
        check(f"{words[0]}: no standard output", done.returncode == 1 and done.stderr, done)
    done = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", FAIRU, "nll", "-"], capture_output=True)
    check("no standard input", done.returncode == 1 and b"standard input cannot be read: Bad file descriptor" in done.stderr and not done.stdout, done)
    done = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", FAIRU, "nll", "nowhere"], capture_output=True)
    check("no standard error: the status remains", done.returncode == 1 and not done.stdout, done)


def limited(words, made):
    """A file that grows beyond a limit of the system leaves nothing, as a full disk would."""
    before = names_in_work()
    done = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", FAIRU, *words], capture_output=True)
    check(f"{words[0]}: no room for a file", done.returncode == 1 and done.stderr and names_in_work() == before and not made.exists(), done)


def no_room():
    new = WORK / "new"
    limited(["fill", events, "--model", net, "--out", new], new)
    limited(["merge", new, WORK / "t.fill"], new)
    limited(["convert", net, new], new)
    limited(["convert", net, WORK / "new.onnx"], WORK / "new.onnx")
    limited(["predict", net, events, WORK / "new.csv"], WORK / "new.csv")
    for name in ("new.csv", "new.csv.gz"):
        limited(["toys", workspace, "--n", "3", "--out", WORK / name], WORK / name)
    limited(["train", events, "--label", "label", "--features", "a,b", "--method", "baseline", "--epochs", "1", "--out", new], new)
    # what was there stays as it was
    new.write_bytes(b"before")
    done = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", FAIRU, "fill", events, "--model", net, "--out", new], capture_output=True)
    check("an older file stays", done.returncode == 1 and new.read_bytes() == b"before", done)


def broken_pipe():
    """Who reads goes away: the end is SIGPIPE's, quick and silent."""
    table = write("many.csv", "a,b\n" + "1,2\n" * 200000)
    done = subprocess.Popen([FAIRU, "predict", net, table, "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done.stdout.read(10)
    done.stdout.close()
    error = done.stderr.read()
    check("a pipe that breaks", done.wait(30) in (-signal.SIGPIPE, 1) and b"Traceback" not in error, done.returncode, error)


def nobody_reads():
    """A pipe whose reader is gone before a word was said: SIGPIPE is the end, or, where whoever started us ignores it, status 1 and a line that says so."""
    def to_nobody(words, ignored):
        reader, writer = os.pipe()
        os.close(reader)
        handler = signal.SIG_IGN if ignored else signal.SIG_DFL
        done = subprocess.run([FAIRU, *words], stdout=writer, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGPIPE, handler), restore_signals=False)
        os.close(writer)
        return done
    before = names_in_work()
    for command, file, more in ONE_FILE + TEMPLATES:
        for form in ([], ["--json"]):
            words = [command, file, *more, *form]
            ended, told = to_nobody(words, False), to_nobody(words, True)
            check(f"{command} {' '.join(more + form)}: nobody reads", ended.returncode == -signal.SIGPIPE and not ended.stderr, ended)
            check(f"{command} {' '.join(more + form)}: nobody reads, SIGPIPE is ignored", told.returncode == 1 and told.stderr == f"fairu {command}: standard output cannot be written\n".encode(), told)
    for words in (["--help"], ["--version"], ["fit", "--help"]):
        check(f"{words}: nobody reads", to_nobody(words, False).returncode == -signal.SIGPIPE and to_nobody(words, True).returncode == 1)
    done = to_nobody(["predict", net, events, "-"], True)
    check("predict: nobody reads", done.returncode == 1 and done.stderr.startswith(b"fairu predict: ") and b"Broken pipe" in done.stderr, done)
    # what goes to a file is there all the same
    done = to_nobody(["toys", workspace, "--n", "3", "--out", WORK / "kept.csv", "--json"], True)
    check("toys: the table is kept", done.returncode == 1 and (WORK / "kept.csv").read_text().count("\n") == 4, done)
    (WORK / "kept.csv").unlink()
    check("nothing else is left", names_in_work() == before)


def interrupted(name, words, number, pieces=1):
    """A signal in the middle of the work: its end is the signal's, no new file is left, an old one stays."""
    before = names_in_work()
    process = subprocess.Popen([FAIRU, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    time.sleep(0.3)
    if process.poll() is not None:
        check(f"{name}: runs long enough", False, process.communicate())
        return
    process.send_signal(number)
    out, error = process.communicate(timeout=60)
    left = {p for p in names_in_work() if p not in before}
    check(f"{name}: {number.name}", process.returncode == -number and b"interrupted" in error and not out and not left, process.returncode, error, out[:100], left)


def signals():
    train = ["train", events, "--label", "label", "--features", "a,b", "--method", "baseline", "--epochs", "100000000", "--batch", "1"]
    interrupted("training", [*train, "--out", WORK / "model"], signal.SIGINT)
    interrupted("training of several", [*train, "--members", "3", "--threads", "2", "--out", WORK / "model.onnx"], signal.SIGTERM)
    interrupted("toys", ["toys", workspace, "--n", "100000000", "--out", WORK / "toys.csv"], signal.SIGINT)
    interrupted("toys on two threads, JSON", ["toys", workspace, "--n", "50000000", "--threads", "2"], signal.SIGHUP)
    interrupted("toys of a test", ["hypotest", workspace, "--toys", "500000000"], signal.SIGINT)
    interrupted("a long scan", ["scan", workspace, "--parameter", "mu", "--points", "1000000"], signal.SIGINT)


def on_terminal(words):
    """What a terminal shows on standard error; standard output is a pipe."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([FAIRU, *words], stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError as error:  # the other end is closed
            if error.errno != errno.EIO:
                raise
            break
        if not piece:
            break
        seen += piece
    out = process.stdout.read()
    os.close(ours)
    return process.wait(60), seen.decode(), out


def has_terminals():
    """Some containers have none."""
    try:
        ours, theirs = pty.openpty()
    except OSError:
        return False
    os.close(ours)
    os.close(theirs)
    return True


def terminals():
    words = ["train", events, "--label", "label", "--features", "a,b", "--method", "baseline", "--epochs", "300", "--batch", "8", "--out", WORK / "model"]
    status, seen, out = on_terminal(words)
    check("a terminal sees progress on one line", status == 0 and "\r\033[K" in seen and "\n" not in seen.strip("\r\n")
          and ("epoch" in seen or "reading" in seen), status, seen[-300:])
    check("which is cleared at the end", seen.endswith("\r\033[K"), repr(seen[-100:]))
    check("what is told is the same", out == subprocess.run([FAIRU, *words], capture_output=True).stdout)
    status, seen, out = on_terminal(["nll", workspace, "--json"])
    check("nothing to tell in short work", status == 0 and seen == "" and json.loads(out)["twice_nll"] > 0, repr(seen))
    status, seen, _ = on_terminal(["nll", WORK / "none.json"])
    check("a failure on a terminal", status == 1 and seen.startswith("fairu nll: ") and seen.endswith("\r\n"), repr(seen))


def places():
    """Another locale, folder, order of the environment: the same bytes."""
    wanted = {tuple(map(str, c[:1] + tuple(c[2]))): output(c[0], c[1], *c[2], "--json") for c in ONE_FILE}
    for environment in ({"LC_ALL": "de_DE.UTF-8"}, {"LC_ALL": "C"}, {"LANG": "tr_TR.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"}, {"TZ": "Asia/Tokyo", "HOME": "/nowhere"}, {}):
        base = {k: v for k, v in os.environ.items() if k in ("LOCPATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
        for command, file, more in ONE_FILE:
            got = output(command, file, *more, "--json", env={**base, **environment})
            check(f"{command} with {environment}", got == wanted[tuple([command, *more])])
    for command, file, more in ONE_FILE:
        for threads in ("2", "3"):
            check(f"{command} on {threads} threads", output(command, file, *more, "--json", "--threads", threads) == wanted[tuple([command, *more])])
        check(f"{command} again", output(command, file, *more, "--json") == wanted[tuple([command, *more])])


standard_input()
bad_input()
full()
no_room()
broken_pipe()
nobody_reads()
if SLOW:
    skip(10, "signals and terminals: long work under a sanitizer")
else:
    signals()
    if has_terminals():
        terminals()
    else:
        skip(5, "no pseudo-terminals here")
places()
finish()
