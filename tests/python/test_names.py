"""Names and paths: any script, NUL, bytes, pathlib, surrogates, other locales; errors and how they travel; what the package exports."""
import copy
import ctypes.util
import gzip
import inspect
import json
import math
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import numpy as np

import fairu
from fairu import _lib

from harness import raises, run

FOLDER = pathlib.Path(tempfile.mkdtemp())
WORDS = ["π⁰→γγ", "τ_had", "Größe", "質量", "e\u0301", "🎲", "a b", "a,b", 'say "so"', "tab\there", "x" * 300, "-1", "μ"]


def table(names, n=3):
    return fairu.Events(np.arange(n * len(names), dtype=np.float32).reshape(n, -1), names)


def test_any_script_is_a_name():
    """From Python to C and back, and through files."""
    names = WORDS
    events = fairu.Events(np.arange(2.0 * len(names)).reshape(2, -1), names, labels=[0, 1], categories=["Signal ß", "背景"])
    assert events.names == names and events.categories == ["Signal ß", "背景"] and events["質量"].tolist() == [3, 3 + len(names)]
    assert len(events.select_label("背景")) == 1
    path = FOLDER / "größe 質量.csv"
    simple = [name for name in names if "\t" not in name]
    table(simple).write_csv(path)
    assert fairu.Events.read_csv(path).names == simple
    classifier = fairu.Classifier.linear(simple, np.ones(len(simple)))
    classifier.save(FOLDER / "π.fairu")
    again = fairu.Classifier.load(FOLDER / "π.fairu")
    assert again.features == simple and np.array_equal(again.score(table(simple)), classifier.score(table(simple)))
    chain = fairu.Systematics({"θ": 0.0}).add_rotation("θ", "質量", "🎲").add_scale("θ", ["μ"])
    assert chain.names == ["θ"] and chain.shift(events, {"θ": 0.5}).names == names
    templates = fairu.Templates({"Σ": np.full((5, 1), 4.0), "Untergrund ü": np.full((5, 1), 9.0)}, axes=[("θ", [1.0, 2, 3, 4, 5])])
    templates.save(FOLDER / "Σ.templates")
    templates = fairu.Templates.load(FOLDER / "Σ.templates")
    model = fairu.Likelihood(templates, {"μ": "Σ"}, {"θ": fairu.Prior(3, 1)})
    assert templates.processes == ["Σ", "Untergrund ü"] and model.names == ["μ", "θ"] and model.poi == "μ"
    fit = model.fit(model.data([20]), fixed={"θ": 3.0})
    assert abs(fit["μ"] - 11 / 4) < 1e-8 and "μ" in repr(fit)
    raises("FAIRU_ERR_NOT_FOUND", fit.error, "ν", says="no parameter 'ν'; there are: μ, θ")
    raises("FAIRU_ERR_NOT_FOUND", events.__getitem__, "質", says="質")


def test_nul_is_refused_everywhere():
    """C would see the name up to it: another one."""
    events, chain, model = table(["a", "b"]), fairu.Systematics({"z": 1.0}), fairu.Likelihood(fairu.Templates({"s": [1.0], "b": [2.0]}), {"mu": "s"})
    data, bad = model.data([3]), "a\0b"
    templates = fairu.Templates({"s": np.ones((5, 1))}, axes=[("z", [1.0, 2, 3, 4, 5])])
    fill = fairu.Fill(fairu.Binning.uniform(2), ["s"])
    classifier = fairu.Classifier.linear(["a", "b"], [1, 2])
    workspace = fairu.Workspace("examples/workspace.json")
    calls = [lambda: table([bad, "c"]), lambda: events[bad], lambda: fairu.Events([[1.0]], labels=[0], categories=[bad]), lambda: fairu.Systematics({bad: 1.0}),
             lambda: chain.add_scale("z", [bad]), lambda: chain.add_scale(bad, ["a"]), lambda: chain.add_rotation("z", bad, "b"), lambda: chain.add_cut(bad),
             lambda: chain.add_rotation("z", "a", bad), lambda: chain.add_category("a", [1.0], bad), lambda: chain.add_momentum_scale("z", "a", phi=bad),
             lambda: chain.add_two_point("z", bad, "b"), lambda: chain.add_weight_scale("z", [bad]), lambda: chain.add_higgsml(tes=bad),
             lambda: chain.add_higgsml2014(les=bad), lambda: chain.add_callback([bad], print), lambda: chain.add_shift("z", [bad], [1.0]),
             lambda: chain.tangents(events, {}, [bad]), lambda: fairu.Classifier.linear([bad, "b"], [1, 2]), lambda: fairu.Classifier.rotation("a", "b", bad, 1.0),
             lambda: fairu.Classifier.function([bad], print), lambda: fairu.Classifier.function(["a"], print, nuisances=[bad]),
             lambda: fairu.Classifier.train(events, features=[bad]), lambda: fairu.Classifier.train(events, gate=bad),
             lambda: fairu.Classifier.train(events, checkpoint=bad), lambda: fairu.train("baseline", events, signal_label=bad),
             lambda: fairu.train("aware", events, chain, nuisances=[bad]), lambda: fairu.Templates({bad: [1.0]}), lambda: fill.add(bad, events, classifier),
             lambda: fairu.Templates({"s": np.ones((5, 1))}, axes=[(bad, [1.0, 2, 3, 4, 5])]), lambda: fairu.Fill(fairu.Binning.uniform(2), [bad]),
             lambda: fairu.Likelihood(templates, {bad: "s"}), lambda: fairu.Likelihood(templates, {"mu": bad}), lambda: fairu.Likelihood(templates, priors={bad: fairu.Prior(1, 1)}),
             lambda: model.breakdown(data, {bad: ["mu"]}), lambda: workspace.model(bad), lambda: workspace.model(poi=bad), lambda: workspace.model(two_points=[bad]),
             lambda: fairu.combine([(model, data)], poi=bad), lambda: model.write(FOLDER / "x.json", data, measurement=bad),
             lambda: fairu.PatchSet("examples/patchset.json").find(bad), lambda: fairu.PatchSet("examples/patchset.json").apply(workspace, bad),
             lambda: fairu.ChallengeBaseline(np.ones((1, 1, 1)), np.ones((1, 1, 1)), [(bad, 1, 1, 0, 2)]),
             lambda: fairu.ChallengeBaseline.from_templates(templates, bad), lambda: fairu.Context(kernel=bad),
             lambda: fairu.Events.read_csv("x", columns=[bad]), lambda: fairu.Events.read_csv("x", label=bad), lambda: fairu.Events.read_npz("x", weight=bad),
             lambda: fairu.CsvReader("x", id=bad), lambda: fairu.CsvWriter("x", weight=bad), lambda: fairu.Classifier.load("x", output=bad),
             lambda: fairu.Classifier.load("x", features=[bad])]
    for path in ("no\0thing", b"no\0thing", pathlib.PurePosixPath("no\0thing")):
        calls += [lambda p=path: events.write_csv(p), lambda p=path: fairu.Events.read_csv(p), lambda p=path: fairu.Events.read_npz(p), lambda p=path: fairu.CsvReader(p),
                  lambda p=path: fairu.CsvWriter(p), lambda p=path: classifier.save(p), lambda p=path: fairu.Classifier.load(p), lambda p=path: templates.save(p),
                  lambda p=path: fairu.Templates.load(p), lambda p=path: fill.save(p), lambda p=path: fairu.Fill.load(p), lambda p=path: fairu.Workspace(p),
                  lambda p=path: fairu.PatchSet(p), lambda p=path: fairu.IntervalEntries.read_csv(p), lambda p=path: fairu.ProbabilityMap.load(p),
                  lambda p=path: fairu.IntervalCalibration.load(p), lambda p=path: fairu.Tally.load(p), lambda p=path: model.write(p, data)]
    for i, call in enumerate(calls):
        try:
            raises("FAIRU_ERR_ARGUMENT", call, says="has a NUL in it")
        except AssertionError as problem:
            raise AssertionError(f"{inspect.getsource(call).strip()[:90]} (number {i}): {problem}") from problem
    assert not os.path.exists("no")


def test_what_is_no_name():
    for wrong in (None, 1, b"a", ["a"], 1.5, pathlib.Path("a")):
        for call in (lambda w: table([w, "c"]), lambda w: fairu.Systematics({"z": 1.0}).add_scale("z", [w]), lambda w: fairu.Classifier.function([w], print)):
            try:
                call(wrong)
            except TypeError as problem:
                assert "name is of type" in str(problem), problem
            except fairu.Error as problem:
                assert wrong is None and problem.name in ("FAIRU_ERR_NULL", "FAIRU_ERR_ARGUMENT", "FAIRU_ERR_EMPTY"), problem
            else:
                raise AssertionError(wrong)
    raises(None, table, ["", "c"], says="")
    raises("FAIRU_ERR_DUPLICATE", table, ["c", "c"], says="c")
    try:
        table(["\ud800", "c"])
    except UnicodeEncodeError:
        pass
    else:
        raise AssertionError("half a character")


def test_columns_that_are_not_utf8():
    """What a file calls its columns comes through, as paths do in Python."""
    path = FOLDER / "latin.csv"
    path.write_bytes("größe,x\n1,2\n3,4\n".encode("latin-1"))
    events = fairu.Events.read_csv(path)
    name = b"gr\xf6\xdfe".decode(errors="surrogateescape")
    assert events.names == [name, "x"] and events[name].tolist() == [1, 3]
    assert events.with_weights([1, 2]).names == [name, "x"]
    again = FOLDER / "latin2.csv"
    events.write_csv(again)
    assert again.read_bytes().startswith(b"gr\xf6\xdfe,x\n")
    model = fairu.Classifier.train(fairu.Events(np.array([[0, 1], [1, 0.0]]), [name, "x"], labels=[0, 1]), epochs=1, hidden=[2])
    assert model.features == [name, "x"]


def test_paths_of_any_kind():
    """str, bytes, pathlib and own path classes; relative ones; what is there before is replaced."""
    class Own:
        def __fspath__(self):
            return str(FOLDER / "own")
    events, here = table(["a", "b"]), os.getcwd()
    classifier = fairu.Classifier.linear(["a", "b"], [1.0, 2.0])
    templates, tally = fairu.Templates({"s": [1.0]}), fairu.Tally(1.0)
    spaced = FOLDER / "a b 'c' \"d\" $HOME *.x"
    for path in (str(FOLDER / "plain"), os.fsencode(FOLDER / "bytes"), FOLDER / "pathlib", Own(), spaced, FOLDER / "\udcff"):
        classifier.save(path, "fairu")
        assert fairu.Classifier.load(path).features == ["a", "b"] and os.path.exists(path)
        templates.save(path)
        assert fairu.Templates.load(path).processes == ["s"]
        tally.save(path)
        assert fairu.Tally.load(path).dumps() == tally.dumps()
        events.write_csv(path)
        assert fairu.Events.read_csv(path).names == ["a", "b"]
        with fairu.CsvWriter(path) as writer:
            writer.add(events)
        assert sum(len(piece) for piece in fairu.CsvReader(path, rows=2)) == 3
    os.chdir(FOLDER)
    try:
        templates.save("relative")
        assert fairu.Templates.load("relative").n_bins == 1 and (FOLDER / "relative").exists()
    finally:
        os.chdir(here)
    for wrong in (None, 1.5, ["a"], object()):
        for call in (fairu.Templates.load, templates.save, fairu.Events.read_csv, events.write_csv, fairu.Classifier.load):
            try:
                call(wrong)
            except TypeError as problem:
                assert "path" in str(problem) or "str, bytes or os.PathLike" in str(problem), problem
            else:
                raise AssertionError(wrong)


def test_files_that_are_no_files():
    """Each reader names the file, and what is wrong with it."""
    empty, folder, text = FOLDER / "empty", FOLDER / "folder", FOLDER / "text"
    empty.write_bytes(b"")
    folder.mkdir()
    text.write_text("neither this nor that\n")
    readers = {"events": fairu.Events.read_csv, "archive": fairu.Events.read_npz, "classifier": fairu.Classifier.load, "templates": fairu.Templates.load,
               "fill": fairu.Fill.load, "tally": fairu.Tally.load, "workspace": fairu.Workspace, "patches": fairu.PatchSet, "map": fairu.ProbabilityMap.load,
               "calibration": fairu.IntervalCalibration.load, "intervals": fairu.IntervalEntries.read_csv, "reader": lambda p: next(fairu.CsvReader(p))}
    for what, read in readers.items():
        raises("FAIRU_ERR_IO", read, FOLDER / "nowhere", says="nowhere")
        raises("FAIRU_ERR_IO", read, folder, says="folder")
        for path in (empty, text):
            try:
                read(path)
            except fairu.Error as problem:
                assert 50 <= problem.code < 60 or problem.name in ("FAIRU_ERR_EMPTY", "FAIRU_ERR_NOT_FOUND"), (what, path, problem)
                assert path.name in problem.message or what in ("reader",), (what, problem)
            else:
                assert what in ("events", "reader") and path is text, (what, path)


def test_writers_leave_what_was_there():
    """A file that cannot be written: an Error that names it; the old one stays, and nothing lies about."""
    events, templates = table(["a"]), fairu.Templates({"s": [1.0]})
    target = FOLDER / "kept"
    target.write_text("old")
    gone = FOLDER / "nowhere" / "file"
    for write in (events.write_csv, templates.save, fairu.Classifier.linear(["a"], [1]).save, fairu.Tally(1.0).save):
        raises("FAIRU_ERR_IO", write, gone, says="nowhere")
    before = sorted(os.listdir(FOLDER))
    with_raise = None
    try:
        with fairu.CsvWriter(target) as writer:
            writer.add(events)
            raise LookupError("half way")
    except LookupError as problem:
        with_raise = problem
    assert with_raise and target.read_text() == "old" and sorted(os.listdir(FOLDER)) == before
    raises("FAIRU_ERR_NULL", writer.add, events)
    raises("FAIRU_ERR_NULL", writer.close)
    try:
        with fairu.CsvWriter(target):
            pass
    except fairu.Error as problem:
        assert problem.name == "FAIRU_ERR_EMPTY"
    assert target.read_text() == "old" and sorted(os.listdir(FOLDER)) == before
    writer = fairu.CsvWriter(target, columns=["a"])
    raises("FAIRU_ERR_NOT_FOUND", writer.add, table(["b"]), says='no column "a"')


PROGRAM = """
import sys, os, locale
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
sys.path[:0] = [%r]
import numpy as np, fairu
events = fairu.Events([[1.5, 2.5]], ["gr\\u00f6\\u00dfe", "x"], labels=[0], categories=["\\u00e4"])
path = os.path.join(%r, "locale.csv")
events.write_csv(path)
again = fairu.Events.read_csv(path, label="label")
assert again.names == ["gr\\u00f6\\u00dfe", "x"], again.names
assert again["gr\\u00f6\\u00dfe"][0] == 1.5 and again["x"][0] == 2.5
model = fairu.Likelihood(fairu.Templates({"s": [4.0], "b": [12.5]}), {"\\u00b5": "s"})
assert abs(model.fit(model.data([20.5]))["\\u00b5"] - 2) < 1e-8
weighted = fairu.Events([[1.0]], ["x"], weights=[0.5])
with fairu.CsvWriter(path, weight="gewicht_\\u00fc") as writer:
    writer.add(weighted)
assert open(path, "rb").read() == "x,gewicht_\\u00fc\\n1,0.5\\n".encode()
assert fairu.Events.read_csv(path, weight="gewicht_\\u00fc").weights[0] == 0.5
print("good")
"""


def test_other_locales():
    """Names are UTF-8 and numbers have points, whatever the host's locale and encoding of files."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    package = os.path.abspath("python")
    for name in ["C", "POSIX", "C.UTF-8", *[n for n in known if n.lower().startswith(("de_de", "fr_fr", "tr_tr", "ja_jp"))]]:
        environment = {**os.environ, "LC_ALL": name, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = subprocess.run([sys.executable, "-c", PROGRAM % (package, str(FOLDER))], env=environment, capture_output=True, text=True)
        assert done.stdout == "good\n", (name, done.stdout, done.stderr)


# ---- errors

def test_every_status_has_a_name_and_a_text():
    numbers = fairu._structs.ENUMS["fairu_status"]
    for word, code in numbers.items():
        problem = fairu.Error(code)
        if code:
            assert problem.name == "FAIRU_" + word.upper() and problem.message and str(problem) == f"{problem.name}: {problem.message}", (word, problem)
        told = fairu.Error(code, "params[3] is nan")
        assert told.message == "params[3] is nan" and told.args == (f"{told.name}: params[3] is nan",) and isinstance(told, Exception)
        for again in (pickle.loads(pickle.dumps(told)), copy.copy(told), copy.deepcopy(told)):
            assert (type(again), again.code, again.name, again.message, str(again)) == (fairu.Error, code, told.name, told.message, str(told))
    assert len(set(numbers.values())) == len(numbers)
    strange = fairu.Error(12345)
    assert strange.code == 12345 and strange.name and strange.message


def test_subclasses_of_errors_travel():
    class Own(fairu.Error):
        pass
    globals()["Own"] = Own
    Own.__qualname__ = "Own"
    again = pickle.loads(pickle.dumps(Own(14, "too large")))
    assert type(again) is Own and again.code == 14 and again.message == "too large"


def test_messages_are_those_of_the_call():
    """Each call has its own: one that failed in another thread, or before, does not show up."""
    first = raises("FAIRU_ERR_SHAPE", fairu.Classifier.linear(["a"], [1]).score, [[1, 2]])
    second = raises("FAIRU_ERR_RANGE", fairu.Binning.uniform, 0)
    assert first.message != second.message and "bins" in second.message
    for n in range(5):
        problem = raises("FAIRU_ERR_NON_FINITE", fairu.Events, np.zeros((n + 1, 1)), weights=np.append(np.ones(n), np.nan))
        assert f"weights[{n}] is nan" in problem.message


# ---- what is exported

def test_public_names():
    assert len(set(fairu.__all__)) == len(fairu.__all__)
    for name in fairu.__all__:
        assert getattr(fairu, name) is not None
    shown = {name for name, thing in vars(fairu).items() if not name.startswith("_") and not inspect.ismodule(thing)}
    assert shown == set(fairu.__all__) - {"simplemodels"}, shown ^ set(fairu.__all__)
    space = {}
    exec("from fairu import *", space)
    assert set(fairu.__all__) <= set(space)


def test_tuples_travel_and_tell():
    """Results of calls are tuples: named, pickled, copied, with every field described by name or documentation."""
    kinds = [thing for name, thing in vars(fairu).items() if isinstance(thing, type) and issubclass(thing, tuple)]
    assert len(kinds) > 20
    for kind in kinds:
        made = kind(*range(len(kind._fields)))
        again = pickle.loads(pickle.dumps(made))
        assert type(again) is kind and again == made and copy.deepcopy(made) == made and again._asdict() == dict(zip(kind._fields, range(len(kind._fields))))
        assert kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("), kind


def test_modules_have_no_side_effects():
    """Importing the package neither imports what it can do without nor changes what belongs to the host."""
    code = ("import sys; sys.path[:0] = [%r]; import signal, locale, os, threading; before = (signal.getsignal(signal.SIGINT), locale.setlocale(locale.LC_ALL), "
            "dict(os.environ), threading.active_count(), sys.getswitchinterval()); import fairu; "
            "assert before == (signal.getsignal(signal.SIGINT), locale.setlocale(locale.LC_ALL), dict(os.environ), threading.active_count(), sys.getswitchinterval()); "
            "extra = {'matplotlib', 'pyarrow', 'sklearn', 'scipy', 'pandas', 'distributed', 'awkward', 'uproot', 'pyhf'} & set(sys.modules); print(extra or 'none')")
    done = subprocess.run([sys.executable, "-c", code % os.path.abspath("python")], capture_output=True, text=True)
    assert done.stdout == "none\n", done.stdout + done.stderr


def test_without_a_library_it_says_so():
    """FAIRU_LIBRARY that is not there, is no library, or is another one; and one that is right."""
    right = os.path.abspath("lib/libfairu.so.0")
    not_one = FOLDER / "not.so"
    not_one.write_text("no")
    other = ctypes.util.find_library("z")
    for path, says in ((str(FOLDER / "gone.so"), "gone.so"), (str(not_one), "libfairu was not found"), (other, "older than this package"), (right, "")):
        done = subprocess.run([sys.executable, "-c", "import fairu; print(fairu.version())"], capture_output=True, text=True,
                              env={**os.environ, "FAIRU_LIBRARY": path, "PYTHONPATH": os.path.abspath("python")})
        if says:
            assert done.returncode == 1 and "ImportError" in done.stderr and says in done.stderr, done.stderr
        else:
            assert done.stdout.strip() == fairu.version()


def test_helpers_of_the_way_into_c():
    """address(), doubles(), whole(), integers(): what they promise to all callers."""
    array = np.arange(3.0)
    assert _lib.doubles(array) is array and _lib.doubles(array[::-1]) is not array and _lib.address(None) is None
    raises("FAIRU_ERR_SHAPE", _lib.doubles, array, (2,), says="(3,) given, (2,) wanted")
    for value in (0, 1, 2 ** 64 - 1, True, np.int8(3), np.uint64(2 ** 64 - 1)):
        assert _lib.whole(value, "n") == int(value)
    for value in (-1, 2 ** 64, -2 ** 70):
        raises("FAIRU_ERR_RANGE", _lib.whole, value, "n", says=f"n is {value}, allowed are 0 to 18446744073709551615")
    for value in (1.0, "1", None, np.float64(2), [1]):
        try:
            _lib.whole(value, "n")
        except TypeError:
            pass
        else:
            raise AssertionError(value)
    view = _lib.view(None, 0, (3,), "<f8")
    assert view is None
    seen = _lib.view(array, array.ctypes.data, (3,), "<f8")
    assert np.shares_memory(seen, array) and not seen.flags.writeable and math.isclose(seen.sum(), 3)


def test_seeds_and_numbers_of_any_size():
    """All integers that go to C: too large, below 0, no integers. None is taken for another one."""
    events = fairu.Events(np.zeros((4, 1)), ["x"], labels=[0, 1, 0, 1], ids=np.arange(4))
    chain = fairu.Systematics({"s": 1.0}).add_smearing("s", ["x"])
    model = fairu.Likelihood(fairu.Templates({"s": [4.0], "b": [12.0]}))
    data, entries = model.data([20]), fairu.IntervalEntries([1.0, 1.0], [0.5, 0.5], [1.5, 1.5])
    experiments = fairu.PseudoExperiments(2, 3, generator="philox", seed=5)
    classifier, fill = fairu.Classifier.linear(["x"], [1]), fairu.Fill(fairu.Binning.uniform(2), ["s"])
    scores = np.linspace(-1, 1, 40)
    calls = {"toy seed": lambda n: model.toy(seed=n), "toy number": lambda n: model.toy(toy=n), "toys seed": lambda n: fairu.toys(model, n=1, seed=n),
             "toys n": lambda n: fairu.toys(model, n=n), "toys first": lambda n: fairu.toys(model, n=1, first=n), "coverage n": lambda n: fairu.coverage(model, n=n),
             "hypotest n": lambda n: model.hypotest_toys(data, n=n), "hypotest seed": lambda n: model.hypotest_toys(data, n=2, seed=n),
             "shift": lambda n: chain.shift(events, {}, seed=n), "tangents": lambda n: chain.tangents(events, {}, seed=n),
             "migration": lambda n: chain.migration(events, "s", 0.1, seed=n), "check": lambda n: chain.check_tangents(events, {"s": 0.1}, seed=n),
             "fill": lambda n: fill.add("s", events, classifier, seed=n), "split seed": lambda n: events.split(2, seed=n), "split parts": lambda n: events.split(n),
             "label": lambda n: events.select_label(n), "uniform": fairu.Binning.uniform, "logit": lambda n: fairu.Binning.logit(n, -1, 1),
             "classes": fairu.Binning.classes, "quantile": lambda n: fairu.Binning.quantile(scores, n), "map bins": lambda n: fairu.ProbabilityMap(scores, np.arange(40) % 2, n_bins=n),
             "reliability bins": lambda n: fairu.reliability([0.5], [1], n_bins=n), "reader rows": lambda n: fairu.CsvReader("x", rows=n),
             "replicas": lambda n: entries.bootstrap(n_replicas=n), "bootstrap seed": lambda n: entries.bootstrap(seed=n, n_replicas=1),
             "quantile n": lambda n: fairu.quantile_score(n, 1, 0.5), "sets": lambda n: fairu.PseudoExperiments(n, 1), "pe": lambda n: fairu.PseudoExperiments(1, n),
             "draw set": lambda n: experiments.draw(n, 0), "draw pe": lambda n: experiments.draw(0, n), "seed of experiments": lambda n: fairu.PseudoExperiments(1, 1, seed=n),
             "contour": lambda n: model.contour(data, "mu", "mu", points=n), "minima": lambda n: model.minima(data, most=n), "starts": lambda n: model.fit(data, spread_starts=n),
             "calibration": lambda n: fairu.IntervalCalibration(model, n_mu=n), "calibration toys": lambda n: fairu.IntervalCalibration(model, n_toys=n),
             "calibration seed": lambda n: fairu.IntervalCalibration(model, seed=n), "bind": lambda n: classifier.bind(n),
             "train hidden": lambda n: fairu.Classifier.train(events, hidden=[n]), "train seed": lambda n: fairu.Classifier.train(events, seed=n, epochs=1),
             "train epochs": lambda n: fairu.Classifier.train(events, epochs=n), "train batch": lambda n: fairu.Classifier.train(events, batch=n),
             "train members": lambda n: fairu.Classifier.train(events, members=n), "copies": lambda n: fairu.train("aware", events, chain, copies=n)}
    for what, call in calls.items():
        for value in (-2, -2 ** 40, 2 ** 64, 2 ** 64 + 1, 10 ** 30, -10 ** 30):
            problem = raises(None, call, value)
            assert problem.name == "FAIRU_ERR_RANGE" or (what == "label" and value == -2), (what, value, problem)
        for value in (1.5, "2", [1]):
            try:
                call(value)
            except TypeError:
                pass
            except fairu.Error as problem:
                assert what == "label" and value == "2" and problem.name == "FAIRU_ERR_NOT_FOUND", (what, value, problem)
            else:
                raise AssertionError((what, value))


def test_a_workspace_of_any_kind_of_file():
    with open("examples/workspace.json", "rb") as stream:
        content = stream.read()
    wanted = fairu.Workspace(json.loads(content)).hypotest(1.0)
    plain, packed, marked = FOLDER / "w.json", FOLDER / "w.json.gz", FOLDER / "odd name"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    marked.write_bytes(gzip.compress(content))
    for path in (plain, str(packed), os.fsencode(marked)):
        workspace = fairu.Workspace(path)
        assert workspace.hypotest(1.0) == wanted and workspace.fit(par_bounds={"mu": (0, 0.2)})["mu"] == 0.2
    raises("FAIRU_ERR_FORMAT", fairu.Workspace, {"channels": float("nan")})


if __name__ == "__main__":
    raise SystemExit(run(globals()))
