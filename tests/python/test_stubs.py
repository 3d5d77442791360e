"""python/fairu/__init__.pyi is what python/tools/stubs.py writes for the package as it is, every public name is in it, and a type checker, where there is
one, finds no difference between the two."""
import os
import re
import subprocess
import sys
import tempfile

TOOLS = os.path.join(os.path.dirname(__file__), "..", "..", "python", "tools")
sys.path.insert(0, TOOLS)

import fairu  # noqa: E402
import stubs  # noqa: E402


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


def checker():
    try:
        import mypy.stubtest  # noqa: F401
        return True
    except ImportError:
        return False


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


def main():
    failed, passed, skipped = 0, 0, 0
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            if name == "test_with_mypy" and not checker():
                skipped += 1
                continue
            try:
                test()
                passed += 1
            except Exception as problem:  # noqa: BLE001: the others run, too
                failed += 1
                print(f"FAILED: {name}: {type(problem).__name__}: {problem}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
