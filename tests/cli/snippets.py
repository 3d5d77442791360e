"""snippets.py DOCUMENT: run the blocks of a document in order; each ```text block is what the block before it prints.

sh, python and c blocks, with FAIRU's folder first on the path; in the folder examples/, or with --empty in an empty folder, where the blocks make what they read.
Numbers agree to 1e-4 of themselves (1e-6 below 0.01), all else to the letter. --relative R takes another bound (and R / 10 below 0.01): results of a training are
the same bits on one kind of CPU only. Python blocks that want a module which is not there are skipped. With --write the text blocks are replaced by what is
printed. One line per failure; the last line counts.
"""
import argparse
import importlib.util
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
                    "-L" + lib, "-lfairu", "-Wl,-rpath," + lib, "-lm", "-pthread"], check=True)
    return [program]


def same(got, wanted, relative):
    if NUMBER.sub("#", got).split() != NUMBER.sub("#", wanted).split():
        return False
    least = 1e-6 if relative is None else relative / 10
    pairs = zip(map(float, NUMBER.findall(got)), map(float, NUMBER.findall(wanted)))
    return all(abs(a - b) <= max((relative or 1e-4) * abs(b), least) for a, b in pairs)


def runs_here(language, code):
    """False for Python that imports what this one does not have."""
    wanted = re.findall(r"^import (\w+)", code, re.M) if language == "python" else []
    if "fairu" in wanted:
        wanted[wanted.index("fairu")] = "numpy"
    return all(importlib.util.find_spec(name) for name in wanted)


def run(options, folder, work):
    text = open(options.document, encoding="utf-8").read()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    env = environment(work)

    def block(match):
        language, code, wanted = match.groups()
        if not runs_here(language, code):
            counts["skipped"] += 1
            return match.group(0)
        try:
            done = subprocess.run(command(language, code, work), cwd=folder, env=env, capture_output=True, text=True)
            ok, got = done.returncode == 0 and same(done.stdout, wanted or "", options.relative), done.stdout
            note = done.stderr
        except subprocess.CalledProcessError as problem:
            ok, got, note = False, "", str(problem)
        counts["passed" if ok else "failed"] += 1
        if not ok and not options.write:
            print(f"FAILED: {options.document}: {code.strip().splitlines()[0]}\n{got}{note}")
        if options.write and note:
            print(note)
        return f"```{language}\n{code}```\n" + (f"\n```text\n{got}```\n" if got else "")

    return BLOCK.sub(block, text), counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--relative", type=float)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as empty:
        new, counts = run(options, empty if options.empty else "examples", work)
    if options.write:
        with open(options.document, "w", encoding="utf-8") as file:
            file.write(new)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return counts["failed"] > 0


if __name__ == "__main__":
    sys.exit(main())
