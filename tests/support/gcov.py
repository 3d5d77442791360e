"""Lines and branches of the library that the tests reach, from gcov's own JSON (standard library only).

usage: tests/support/gcov.py BUILD [--missing] [--lines PERCENT] [--branches PERCENT]

Reads every .gcda below BUILD/src (the program, src/cli, apart) and writes BUILD/summary.txt (all, per layer, per file),
BUILD/coverage.json (the same for machines, with the lines and branches that are missing) and BUILD/missing.txt (those
as text). Prints all and the layers; --missing prints missing.txt as well. Exit 1 when the library as a whole is below
--lines or --branches (95 and 90), or nothing was measured.

A source line counts once, however often it is compiled (one kernel for several sets of instructions, a body included
with several types): it is reached when any of its copies is. Branches of copies are added one by one where their
numbers agree, and counted apart otherwise. Branches that no input can take are counted as missing like any other.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LAYERS = "base numeric events systematics classifier templates likelihood methods coverage".split()
GUARD = re.compile(r"FAIRU_ERR_OUT_OF_MEMORY|__new\(|__allocate\(|__grow\(|__reserve\(")


class File:
    """Counts of one source file: by line; by line and number of branches those of the branches."""

    def __init__(self):
        self.lines = collections.defaultdict(int)
        self.branches = {}

    def add(self, report):
        seen = collections.defaultdict(list)
        for line in report["lines"]:
            self.lines[line["line_number"]] += line["count"]
            # a line can come once for each function that was made of it
            seen[line["line_number"]].append([b["count"] for b in line["branches"] if not b.get("throw")])
        for number, copies in seen.items():
            for counts in copies:
                if counts:
                    self.branches.setdefault(number, {}).setdefault(len(counts), [0] * len(counts))
                    known = self.branches[number][len(counts)]
                    for i, count in enumerate(counts):
                        known[i] += count

    def totals(self):
        counts = [c for shapes in self.branches.values() for known in shapes.values() for c in known]
        return [len(self.lines), sum(map(bool, self.lines.values())), len(counts), sum(map(bool, counts))]

    def missing(self):
        """The lines, and by line how many branches."""
        lines = sorted(n for n, count in self.lines.items() if not count)
        branches = {n: sum(known.count(0) for known in shapes.values()) for n, shapes in sorted(self.branches.items())}
        return lines, {n: count for n, count in branches.items() if count}


def measure(build):
    files = collections.defaultdict(File)
    data = []
    for folder, _, names in sorted(os.walk(os.path.join(build, "src"))):
        if os.path.basename(folder) != "cli":
            data += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".gcda")]
    for start in range(0, len(data), 50):
        done = subprocess.run(["gcov", "-b", "-c", "-j", "-t"] + data[start:start + 50], cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            sys.exit("gcov failed: " + done.stderr.decode(errors="replace"))
        for text in done.stdout.splitlines():
            for report in json.loads(text)["files"]:
                if report["file"].startswith("src/"):
                    files[report["file"]].add(report)
    return files


def guards_of_memory(name, missing):
    """How many of the missing branches stand on a line, or next to one, that is about memory that ran out."""
    with open(os.path.join(ROOT, name), encoding="utf-8") as source:
        text = [""] + source.read().split("\n") + [""] * 2
    return sum(n for line, n in missing.items() if GUARD.search(" ".join(text[line - 1:line + 2])))


def row(name, totals):
    n_lines, lines, n_branches, branches = totals
    return (f"{name:46s} lines {lines:6d}/{n_lines:6d} {100 * lines / max(n_lines, 1):5.1f} %   "
            f"branches {branches:6d}/{n_branches:6d} {100 * branches / max(n_branches, 1):5.1f} %")


def describe(totals):
    return dict(zip(("lines", "lines_reached", "branches", "branches_reached"), totals))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--lines", type=float, default=95)
    parser.add_argument("--branches", type=float, default=90)
    options = parser.parse_args()
    files = measure(os.path.abspath(options.build))
    if not files:
        sys.exit(f"gcov: nothing was measured in {options.build}")

    totals = {name: file.totals() for name, file in sorted(files.items())}
    add = lambda names: [sum(column) for column in zip(*(totals[n] for n in names))]
    whole = add(totals)
    layers = {layer: add(n for n in totals if n.startswith(f"src/{layer}/")) for layer in LAYERS}
    gaps = {name: file.missing() for name, file in sorted(files.items())}
    memory = sum(guards_of_memory(name, branches) for name, (_, branches) in gaps.items())

    head = [row("all", whole)] + [row(f"src/{layer}", t) for layer, t in layers.items() if t]
    head.append(f"{whole[2] - whole[3]} branches are missing; {memory} of them stand beside a request for memory")
    text = [f"{name}\n  lines {' '.join(map(str, lines)) or '-'}\n  branches "
            + (" ".join(f"{n}" if count == 1 else f"{n}({count})" for n, count in branches.items()) or "-")
            for name, (lines, branches) in gaps.items() if lines or branches]
    with open(os.path.join(options.build, "summary.txt"), "w", encoding="utf-8") as out:
        out.write("\n".join(head + [""] + [row(n, t) for n, t in totals.items()]) + "\n")
    with open(os.path.join(options.build, "missing.txt"), "w", encoding="utf-8") as out:
        out.write("\n".join(text) + "\n")
    with open(os.path.join(options.build, "coverage.json"), "w", encoding="utf-8") as out:
        json.dump({"all": describe(whole), "missing_beside_memory": memory,
                   "layers": {n: describe(t) for n, t in layers.items() if t},
                   "files": {n: dict(describe(t), missing_lines=gaps[n][0],
                                     missing_branches={str(k): v for k, v in gaps[n][1].items()})
                             for n, t in totals.items()}}, out, indent=1)
        out.write("\n")
    print("\n".join(head + (text if options.missing else [])))
    below = [f"{what} {100 * have / n:.2f} % of {wanted:g} %" for what, have, n, wanted in
             (("lines", whole[1], whole[0], options.lines), ("branches", whole[3], whole[2], options.branches))
             if 100 * have < wanted * n]
    print("gcov: " + ("below the gate: " + ", ".join(below) if below else
                      f"ok (gate: {options.lines:g} % of lines, {options.branches:g} % of branches)"))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
