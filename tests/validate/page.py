"""page.py RESULTS PAGE: docs/validation.md from the results of `make validate`. Measured numbers only; needs nothing but Python itself."""
import json
import pathlib
import sys

ABOUT = {
    "B1": "Likelihood, gradient, Hessian beside 113 bits",
    "B2": "Poisson probabilities and normal tails beside 113 bits",
    "B3": "Numbers stored with pyhf",
    "B4": "Exact coverage by enumeration",
    "B5": "Coverage in toys",
    "B6": "p-values and pulls",
    "B7": "Closure and invariances",
    "B8": "What a fit says of itself",
    "B9": "Knowledge that fluctuating templates make up",
    "B10": "Classifiers",
    "B11": "Systematics",
    "C2": "Doubles as text",
}

INTRODUCTION = """# Validation

Is what libfairu computes right, and do its intervals cover? These tables answer with numbers. Each has a criterion that was written
down before the run; `make validate` measures all of them anew and fails if one row fails. Seeds are fixed: the same toys, the same
numbers, on any number of threads. A row that fails is not run again but explained. Two failed at first, and their criteria now say
why: an entry of a Hessian that nearly vanishes (B1), and what a gamma a bin leaves at k = 1 (B5). The first table of B5 was planned with 4e6
events, failed with a gamma a bin in 40 bins, and has 4e8 since; the table with 4e6 stands beside it, and promises nothing. What the promises
B1 to B11 and C2 say, and which tests hold them in every `make check`, is in [reliability.md](reliability.md).

This page is made from the results, `out/validate.json`, by `make validation-page`.
"""


def text_of(value):
    """A cell: numbers as they came, large whole ones in groups."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10000 else str(value)
    if isinstance(value, float):
        return "0" if value == 0.0 else f"{value:.3g}" if abs(value) < 1e-3 or abs(value) >= 1e5 else f"{value:.6g}"
    return str(value)


def rows_of(table):
    """Lines of a Markdown table; rows of one table have the same columns."""
    columns = list(dict.fromkeys(key for row in table["rows"] for key in row["cells"]))
    failed = any(not row["ok"] for row in table["rows"])
    head = columns + (["passed"] if failed else [])
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in table["rows"]:
        cells = [text_of(row["cells"].get(key, "")) for key in columns]
        yield "| " + " | ".join(cells + ([text_of(row["ok"])] if failed else [])) + " |"


def summary(result):
    """One line per promise."""
    yield "| | what | tables | rows | passed |"
    yield "|---|---|---|---|---|"
    for promise, what in ABOUT.items():
        tables = [table for table in result["tables"] if table["promise"] == promise]
        rows = [row["ok"] for table in tables for row in table["rows"]]
        if tables:
            yield f"| {promise} | {what} | {len(tables)} | {len(rows)} | {sum(rows) if rows else 'skipped: no data'} |"


def page(result):
    """All lines."""
    machine, runs = result["machine"], result["runs"]
    yield INTRODUCTION
    died = [run["program"] for run in runs if run["died"]]
    seconds = sum(run["seconds"] for run in runs)
    yield (f"Measured on {result['threads']} threads of a machine with {machine['cpus']} CPUs ({machine['cpu']}, {machine['system']}), which "
           f"had other work beside it: {seconds / 60:.0f} minutes"
           + (", with a fraction of the toys" if result["quick"] else "") + "."
           + (f" Ended early: {', '.join(died)}." if died else "") + "\n")
    yield from summary(result)
    for promise, what in ABOUT.items():
        tables = [table for table in result["tables"] if table["promise"] == promise]
        if tables:
            yield f"\n## {promise} {what}"
        for table in tables:
            yield f"\n**{table['title']}.**\n\n*Passes:* {table['criterion']}.\n"
            yield from rows_of(table) if table["rows"] else ["Skipped: the reference data are not here."]
    yield "\n## How long\n"
    yield "| program of `tests/validate` | seconds |\n|---|---|"
    for run in runs:
        yield f"| {run['program']} | {run['seconds']:.0f} |"


def main():
    result = json.loads(pathlib.Path(sys.argv[1]).read_text())
    pathlib.Path(sys.argv[2]).write_text("\n".join(page(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
