"""python/fairu/__init__.pyi is what python/tools/stubs.py writes for the package as it is, every public name is in it, and a type checker, where there is
one, finds no difference between the two."""
import importlib
import inspect
import os
import re
import subprocess
import sys
import tempfile

TOOLS = os.path.join(os.path.dirname(__file__), "..", "..", "python", "tools")
sys.path.insert(0, TOOLS)

import fairu  # noqa: E402
import stubs  # noqa: E402

from harness import needs, run  # noqa: E402


def test_file_is_fresh():
    assert stubs.FILE.read_text() == stubs.text(), "run PYTHONPATH=python python3 python/tools/stubs.py"


def test_every_name_is_there():
    text = stubs.FILE.read_text()
    compile(text, str(stubs.FILE), "exec")
    for name in fairu.__all__:
        assert any(f"{start}{name}" in text for start in ("class ", "def ", "as ", "\n")), name


def test_what_has_no_type_is_refused():
    class Odd:
        def gives(self):
            """No type is known."""
    try:
        list(stubs.class_lines("Odd", Odd))
    except KeyError as problem:
        assert "Odd.gives" in str(problem)
    else:
        raise AssertionError("nothing was refused")


SNIPPET = """
import fairu

def limit(path: str) -> tuple[float, float]:
    workspace = fairu.Workspace(path)
    model, data = workspace.model()
    fit: fairu.Fit = model.fit(data, fixed={"lumi": 1.0})
    lower, upper = fit.merrors("mu")["mu"]
    contour = fit.contour("mu", "lumi")
    names: list[str] = [impact.name for impact in model.impacts(data)]
    try:
        found = model.limit(data)
    except fairu.Error as problem:
        raise SystemExit(f"{problem.code} {problem.name}") from problem
    return found.observed, float(contour.x[0]) + lower + upper + len(names)

with fairu.Context(threads=2, progress=lambda what, done, total: None) as context:
    events = fairu.Events([[1.0, 2.0]], names=["a", "b"], labels=[1], context=context)
    scores = fairu.Classifier.linear(["a", "b"], [1.0, -1.0]).score(events)
    print(scores.mean(), fairu.train("baseline", events, epochs=1).training)
"""
WRONG = """
import fairu
fairu.Workspace("a").model()[0].limit("data", levels=0.9)
"""


def checked(code):
    """What mypy --strict says to a user's program."""
    package = os.path.abspath(os.path.join(TOOLS, ".."))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "user.py")
        with open(path, "w") as stream:
            stream.write(code)
        return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, path], capture_output=True, text=True,
                              env={**os.environ, "MYPYPATH": package}).stdout


@needs("mypy.stubtest")
def test_users_program_with_mypy():
    assert checked(SNIPPET).startswith("Success"), checked(SNIPPET)
    found = checked(WRONG)
    assert 'Unexpected keyword argument "levels"' in found and "[arg-type]" not in found.splitlines()[-1], found


def module_of(name):
    """None for one that needs what is not installed."""
    try:
        return importlib.import_module("fairu" + name)
    except ImportError as problem:
        assert not (problem.name or "").startswith("fairu"), problem
        return None


def test_all_is_described():
    """Every public module, class, function, method and property says what it does."""
    bare = []
    for module in filter(None, map(module_of, ("", ".challenge", ".sklearn", ".simplemodels", ".plot", ".report", ".figures", ".dask"))):
        things = {name: thing for name, thing in vars(module).items() if not name.startswith("_") and re.match(r"fairu(\.[a-z]|$)", getattr(thing, "__module__", ""))}
        bare += [] if module.__doc__ else [module.__name__]
        for name, thing in things.items():
            if callable(thing) and not (thing.__doc__ or "").strip():
                bare.append(f"{module.__name__}.{name}")
            if inspect.isclass(thing):
                for part in (part for part in thing.__mro__ if part.__module__.startswith("fairu")):
                    bare += [f"{name}.{last}" for last, member in vars(part).items() if not last.startswith("_") and last not in getattr(thing, "_fields", ())
                             and (callable(member) or isinstance(member, (property, classmethod))) and not (member.__doc__ or "").strip()]
    assert not bare, sorted(set(bare))


@needs("mypy.stubtest")
def test_with_mypy():
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "mypy.ini")
        with open(config, "w") as stream:  # the modules themselves have no types
            stream.write("[mypy]\nignore_missing_imports = True\ncache_dir = /dev/null\n[mypy-fairu.*]\nignore_errors = True\n")
        run = subprocess.run([sys.executable, "-m", "mypy.stubtest", "--mypy-config-file", config, "--ignore-missing-stub", "--concise", "fairu"],
                             capture_output=True, text=True)
    # of modules alone: tuples whose fields come from the headers, and what is not installed
    known = re.compile(r"fairu\.\w+\.\w+\.(__match_args__|__new__|_fields) |fairu\.\w+ failed to import")
    found = [line for line in run.stdout.splitlines() if not known.match(line)]
    assert not found and "mypy" not in run.stderr, found or run.stderr


if __name__ == "__main__":
    raise SystemExit(run(globals()))
