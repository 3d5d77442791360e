"""snippets.py DOCUMENT: run the blocks of a document in order; each ```text block is what the block before it prints.

sh, python and c blocks, in the folder examples/, with FAIRU's folder first on the path. Numbers agree to 1e-4 of themselves (1e-6 below 0.01), all else to the
letter. With --write the text blocks are replaced by what is printed. One line per failure; the last line counts.
"""
import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(sh|python|c)\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.S | re.M)
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def environment(work):
    """A program of any name is called fairu here."""
    os.symlink(os.path.abspath(os.environ.get("FAIRU", "build/fairu")), os.path.join(work, "fairu"))
    return dict(os.environ, PATH=work + os.pathsep + os.environ["PATH"], PYTHONPATH=os.path.abspath("python"), PYTHONDONTWRITEBYTECODE="1")


def command(language, code, work):
    if language == "sh":
        return ["bash", "-euc", code]
    if language == "python":
        return [sys.executable, "-c", code]
    source, lib = os.path.join(work, "snippet.c"), os.path.abspath("lib")
    with open(source, "w") as file:
        file.write(code)
    program = os.path.join(work, "snippet")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-I" + os.path.abspath("include"), "-o", program, source,
                    "-L" + lib, "-lfairu", "-Wl,-rpath," + lib, "-lm"], check=True)
    return [program]


def same(got, wanted):
    if NUMBER.sub("#", got).split() != NUMBER.sub("#", wanted).split():
        return False
    pairs = zip(map(float, NUMBER.findall(got)), map(float, NUMBER.findall(wanted)))
    return all(abs(a - b) <= max(1e-4 * abs(b), 1e-6) for a, b in pairs)


def main(path, write):
    text = open(path, encoding="utf-8").read()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as work:
        env = environment(work)

        def block(match):
            nonlocal passed, failed
            language, code, wanted = match.groups()
            try:
                done = subprocess.run(command(language, code, work), cwd="examples", env=env, capture_output=True, text=True)
                ok, got = done.returncode == 0 and same(done.stdout, wanted or ""), done.stdout
                note = done.stderr
            except subprocess.CalledProcessError as problem:
                ok, got, note = False, "", str(problem)
            passed, failed = passed + ok, failed + (not ok)
            if not ok and not write:
                print(f"FAILED: {path}: {code.strip().splitlines()[0]}\n{got}{note}")
            if write and note:
                print(note)
            return f"```{language}\n{code}```\n" + (f"\n```text\n{got}```\n" if got else "")

        new = BLOCK.sub(block, text)
    if write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv[2:]))
