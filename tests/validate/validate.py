"""validate.py [--quick] PROGRAM_OF_FAIRU THREADS OUT PROGRAM...: run the programs of this folder and the toy study, keep their tables
in OUT, fail if a row fails.

A program writes one JSON object a line (table.h): a table {"promise", "title", "criterion"}, then its rows {"ok", "cells"}. Seeds are fixed: a row
that fails fails again. Needs nothing but Python itself.
"""
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import study


def machine():
    """What kind of machine this is: model of the CPU and how many."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"cpu": names[0] if names else platform.machine(), "cpus": os.cpu_count(), "system": platform.system()}


def tables_of(lines, name):
    """Tables with their rows, as they come; progress is told on the way."""
    tables = []
    for line in lines:
        if not line.startswith("{"):
            print(line.rstrip(), flush=True)
            continue
        told = json.loads(line)
        if "title" in told:
            tables.append(dict(told, program=name, rows=[]))
            print(f"  {told['promise']}: {told['title']}", flush=True)
        else:
            tables[-1]["rows"].append(told)
            if not told["ok"]:
                print(f"    FAILED: {told['cells']}", flush=True)
    return tables


def run(program, threads, quick):
    """One program: its tables, and what it took. A program that dies has failed."""
    name, start = pathlib.Path(program).name, time.monotonic()
    print(f"{name}", flush=True)
    command = [program, str(threads)] + (["quick"] if quick else [])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        tables = tables_of(child.stdout, name)
    seconds = time.monotonic() - start
    rows = [row["ok"] for table in tables for row in table["rows"]]
    died = child.returncode != 0 and all(rows)
    print(f"  {sum(rows)} rows passed, {len(rows) - sum(rows)} failed, {seconds:.0f} s"
          + (f"; ended with {child.returncode}: FAILED" if died else ""), flush=True)
    return tables, {"program": name, "seconds": round(seconds, 1), "died": died, "rows": len(rows), "failed": len(rows) - sum(rows)}


def write(out, quick, threads, runs, tables):
    """After each program: a run that is stopped leaves what it has."""
    result = {"quick": quick, "threads": threads, "machine": machine(), "runs": runs, "tables": tables}
    pathlib.Path(out).write_text(json.dumps(result, indent=1) + "\n")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    fairu, threads, out, programs = arguments[0], int(arguments[1]), arguments[2], arguments[3:]
    quick, tables, runs = "--quick" in sys.argv, [], []
    for program in programs:
        more, told = run(program, threads, quick)
        tables += more
        runs.append(told)
        write(out, quick, threads, runs, tables)
    print("study", flush=True)
    start = time.monotonic()
    tables += tables_of(study.lines(fairu, threads, quick), "study")
    failed = [row["ok"] for row in tables[-1]["rows"]].count(False)
    runs.append({"program": "study", "seconds": round(time.monotonic() - start, 1), "died": False,
                 "rows": len(tables[-1]["rows"]), "failed": failed})
    write(out, quick, threads, runs, tables)
    rows, bad = sum(r["rows"] for r in runs), sum(r["failed"] + r["died"] for r in runs)
    print(f"{len(tables)} tables, {rows} rows, {bad} failed, {sum(r['seconds'] for r in runs):.0f} s; written: {out}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
