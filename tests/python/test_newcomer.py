"""What a newcomer meets first: names of the pages, packages that are not there, wrong things handed over."""
import glob
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

import fairu
import fairu.sklearn

from harness import near, needs, raises, run

PAGE = pathlib.Path("docs/howto-python.md")
OTHERS = ("matplotlib", "pyarrow", "distributed", "uproot", "awkward", "sklearn", "mplhep", "scipy", "pandas", "pyhf")


def alone(code, *arguments):
    """A program of Python where none of the other packages is installed: output, errors, exit status."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({OTHERS!r})); "
    done = subprocess.run([sys.executable, "-c", hidden + code, *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": os.path.abspath("python")})
    return done.stdout, done.stderr, done.returncode


def test_what_needs_others_says_which():
    """Everything else works without them."""
    code = """
import runpy, fairu, numpy as np
def tell(name, call):
    try:
        call()
    except ImportError as problem:
        print(name, type(problem).__name__, problem)
tell("plot", lambda: fairu.plot.pulls)
tell("plot again", lambda: fairu.plot)
tell("dask", lambda: fairu.dask.fill)
tell("parquet", lambda: fairu.read_parquet("a.parquet"))
x = np.random.default_rng(1).normal(size=(200, 2))
made = fairu.sklearn.Estimator(epochs=1).fit(x, x[:, 0] > 0)
print("sklearn", made.predict(x[:1]).dtype, fairu.from_uproot({"a": [1, 2]}, ["a"]).names)
tell("attribute", lambda: fairu.report.fill and fairu.figures.main)
"""
    out, err, status = alone(code)
    assert (status, err) == (0, ""), err
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == ["plot", "plot", "dask", "parquet", "sklearn"], out
    for line, says in zip(lines, ("fairu.plot needs matplotlib: pip install fairu[plot]", "fairu.plot needs matplotlib", "fairu.dask needs distributed: pip install fairu[dask]",
                                  "pip install pyarrow", "bool ['a']")):
        assert says in line, line


def test_programs_without_matplotlib():
    code = "import runpy; sys.argv[0] = 'x'; runpy.run_module('fairu.%s', run_name='__main__')"
    with tempfile.TemporaryDirectory() as folder:
        for file, text in (("report.html", "<html></html>"), ("results.json", '{"study": "toy-rotation"}')):
            pathlib.Path(folder, file).write_text(text)
        nowhere = os.path.join(folder, "nowhere")
        for program, arguments in (("figures", ["examples/workspace.json", "--out", nowhere]), ("report", [folder])):
            out, err, status = alone(code % program, *arguments)
            assert status == 1 and not out and err.count("\n") == 1 and err.startswith(f"fairu.{program}: ") and "matplotlib" in err, (program, out, err)
            out, err, status = alone(code % program, "--help")
            assert status == 0 and not err and f"python3 -m fairu.{program}" in out
        assert not os.path.exists(nowhere)


def test_submodules_are_attributes():
    """fairu.sklearn, fairu.report: without an import of their own; what is not there is named as ever."""
    out, err, status = alone("import fairu; before = set(sys.modules); fairu.sklearn.Estimator; assert fairu.sklearn is sys.modules['fairu.sklearn']; "
                             "assert set(sys.modules) - before == {'fairu.sklearn'}; print('plot' in dir(fairu), hasattr(fairu, 'nowhere'))")
    assert (out, err, status) == ("False False\n", "", 0), err
    raises(AttributeError, lambda: fairu.nowhere, says="module 'fairu' has no attribute 'nowhere'")


# ---- names of the page

def named(cell):
    """Calls and attributes that a cell of a table names, without their arguments."""
    for code in re.findall(r"`([^`]+)`", cell):
        yield from re.findall(r"\b(fairu|workspace|model|fit|p)\.([A-Za-z_.]+[a-z_A-Z])", code)


def rows():
    """Right columns of the tables of who knows pyhf, cabinetry and iminuit."""
    text = PAGE.read_text(encoding="utf-8")
    for part in text.split("\n## ")[1:]:
        if part.startswith("For who knows"):
            yield from (line.split(" | ", 1)[1] for line in part.splitlines() if line.startswith("|") and not re.match(r"\|-|\| \w+ \| here", line))


def test_names_of_the_tables():
    """Whatever the tables offer is there, and takes the words that they say."""
    workspace = fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], observed=[51, 48])
    model, data = workspace.model()
    things = {"fairu": fairu, "workspace": workspace, "model": model, "fit": model.fit(data), "p": model.parameters[0]}
    seen = set()
    for cell in rows():
        for thing, path in named(cell):
            seen.add(f"{thing}.{path}")
            found = things[thing]
            for name in path.split("."):
                if (thing, name) == ("fairu", "plot"):
                    break  # wants matplotlib
                assert hasattr(found, name), f"{thing}.{path} of: {cell}"
                found = getattr(found, name)
    assert len(seen) > 40 and {"workspace.upper_limit", "fit.correlation", "model.expected_samples", "fairu.PatchSet", "fit.merrors", "p.lower"} <= seen, seen


@needs("matplotlib")
def test_plots_of_the_tables():
    """`fairu.plot.correlation(fit)`, `pulls(fit)` ... as they stand there, with `import fairu` alone."""
    import matplotlib
    matplotlib.use("Agg")
    cell = next(cell for cell in rows() if "fairu.plot" in cell)
    names = re.findall(r"`(?:fairu\.plot\.)?([a-z_]+)[^`]*`", cell)
    assert {"correlation", "pulls", "impacts", "nll_scan", "cls", "expected"} <= set(names)
    text = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if "**matplotlib**" in line)
    for name in [*names, *re.findall(r"`([a-z_]+)`", text)]:
        assert callable(getattr(fairu.plot, name)), name


def test_calls_of_the_tables():
    """Those with arguments, one after the other."""
    workspace = fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], observed=[70, 65])
    model, data = workspace.model()
    fit = model.fit(data)
    assert workspace.hypotest(1.0, test_stat="q", calctype="asymptotics", return_tail_probs=True, return_expected=True, return_expected_set=True)[0] > 0.05
    assert workspace.fit(init_pars=[1, 1, 1], par_bounds=[(0, 10)] * 3, fixed_params=[False] * 3).valid
    near([p.start for p in model.parameters], [1.0, 1.0, 1.0], 0)
    near(2 * model.nll(data, fit.params), 2 * fit.nll, 1e-12)
    assert model.hypotest(data, 1.0, "qtilde").statistic == model.hypotest(data).statistic
    again, counts = workspace.patch([{"op": "replace", "path": "/observations/0/data/0", "value": 71}]).model("measurement", "mu")
    assert counts.observed().tolist() == [71, 65] and again.poi == "mu"
    near(model.profile(data, [0.5, 1.0], "mu") - fit.nll, fit.profile("mu", [0.5, 1.0])[1], 1e-9)
    assert fit.pulls["uncorr_bkguncrt[0]"][1] < 1.0 and 0 <= model.goodness(data).p_value <= 1 and [i.name for i in model.impacts(data)]
    assert set(fit.merrors("mu", level=0.9)) == {"mu"} and len(fit.contour("mu", "uncorr_bkguncrt[0]", 0.68).x) == 61
    near(model.yields(fit).expected, model.expected(fit.params), 1e-9)
    near(model.bind(data, gradient=True)(fit.params), fit.nll, 1e-12)


# ---- files that pages name

def folders_of(line):
    """Files of the repository that a line names, with the folder of the last one before them where they have none."""
    folder = None
    for code in re.findall(r"`([^`\n]+)`", line):
        for path in re.findall(r"(?<![\w/.-])(?:tests|src|include|examples|docs|python|cmake)/[\w./*-]*\w", code):
            if not code.partition(path)[2].startswith(("<", "{", "*")):
                yield path
        found = re.match(r"(tests/\S+/)?(test_[\w*]+\.(?:c|sh|py|h))", code)
        if found:
            folder = found[1] or folder
            if not found[1]:
                yield (folder or "tests/*/") + found[2]


def test_pages_name_files_that_are_there():
    """Also tests that a row of a table names by their last part alone: docs/reliability.md, docs/numerics.md."""
    pages, named_there, missing = ["README.md", "CONTRIBUTING.md", "SECURITY.md", *glob.glob("docs/*.md"), *glob.glob("examples/*/README.md")], 0, []
    for page in pages:
        for number, line in enumerate(pathlib.Path(page).read_text(encoding="utf-8").splitlines(), 1):
            for path in folders_of(line):
                named_there += 1
                if not glob.glob(path):
                    missing.append(f"{page}:{number}: {path}")
    assert not missing and named_there > 200, missing or named_there


def test_every_promise_names_a_test():
    """Each row of docs/reliability.md, A1 to D12, once and in order; and what it names is run: programs by the Makefile, those of Python by a script."""
    text = pathlib.Path("docs/reliability.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([A-D]\d+) \| (.+) \| (.+) \|$", text, re.M)
    wanted = [f"{letter}{i}" for letter, last in zip("ABCD", (12, 11, 3, 12)) for i in range(1, last + 1)]
    assert [name for name, *_ in found if name != "C3"] == [name for name in wanted if name != "C3"] and "| C3 |" in text
    for name, promise, held in found:
        assert "tests/" in held or "`make " in held, name
    scripts = "".join(path.read_text(encoding="utf-8") for path in pathlib.Path("tests/python").glob("test_*.sh"))
    for path in pathlib.Path("tests/python").glob("test_*.py"):
        assert re.search(rf"\b(test_)?{path.stem[5:]}\b", scripts), f"{path} is run by no script"


# ---- wrong things

def test_events_of_other_kinds():
    """A path, a list of records and None in place of a tree."""
    for source, kind in (("events.root", "str"), ([{"a": 1}], "list"), (None, "NoneType"), (5, "int"), (b"x", "bytes"), ((1, 2), "tuple")):
        for call in (fairu.from_uproot, fairu.from_awkward):
            raises(TypeError, call, source, ["a"], says=f"events are of type {kind}, wanted a tree of uproot")
    records = np.array([(1.0, 5), (2.0, 6)], dtype=[("a", "f8"), ("b", "i4")])
    assert fairu.from_awkward({"a": [1.0, 2.0]}, ["a"])["a"].tolist() == [1, 2] == fairu.from_awkward(records, ["a"])["a"].tolist()
    raises("FAIRU_ERR_NOT_FOUND", fairu.from_uproot, {"a": [1.0]}, ["b"], says="no branch 'b'; there are: a")


def test_arrays_in_place_of_objects():
    """What is made of the arrays, and by which call, stands in the message."""
    x, templates = np.zeros((4, 2), dtype=np.float32), fairu.Templates({"s": [2.0, 5.0], "b": [50.0, 30.0]})
    fill, linear, events = fairu.Fill(fairu.Binning.uniform(4), ["s"]), fairu.Classifier.linear(["a", "b"], [1.0, 2.0]), fairu.Events(x, ["a", "b"])
    two = {"mu": "s", "k": "b"}
    cases = [(lambda: fairu.train("baseline", x), "events are of type ndarray, wanted Events: fairu.Events(features, names, labels=labels)"),
             (lambda: fairu.train("baseline", {"a": [1.0]}), "events are of type dict, wanted Events"),
             (lambda: fairu.Classifier.train(x.tolist()), "events are of type list, wanted Events"),
             (lambda: fill.add("s", x, linear), "events are of type ndarray, wanted Events"),
             (lambda: fill.add("s", events, lambda x: x), "the classifier is of type function, wanted a fairu.Classifier"),
             (lambda: fairu.Fill(4, ["s"]), "the binning is of type int, wanted a fairu.Binning"),
             (lambda: fairu.Likelihood({"s": [2.0]}), "templates are of type dict, wanted fairu.Templates: yields of each process"),
             (lambda: fairu.Likelihood(templates, ["s"]), "factors are ['s'], wanted a dict by their names"),
             (lambda: fairu.Likelihood(templates, two, [fairu.Prior(1.0, 0.1)]), "priors are [Prior("),
             (lambda: fairu.Likelihood(templates, two, {"k": (1.0, 0.1)}), "prior of 'k' is (1.0, 0.1), wanted a fairu.Prior(centre, width)"),
             (lambda: fairu.Likelihood(templates, two, {"k": 0.1}), "prior of 'k' is 0.1, wanted a fairu.Prior")]
    for call, says in cases:
        raises(TypeError, call, says=says)
    fill.add("s", events, linear)  # as it was
    near(fill.templates("linear").yields.sum(), 4.0, 1e-12)
    assert fairu.Likelihood(templates, two, {"k": fairu.Prior(1.0, 0.1)}).names == ["mu", "k"]


if __name__ == "__main__":
    raise SystemExit(run(globals()))
