"""sites.py LIBRARY FILE: how many of the places where the library asks for memory were refused it by the tests.

LIBRARY holds every object of the library, FILE what the programs of the tests wrote under FAIRU_SITES (tests/support/support.c).
Places are lines of src/ that call a function of base/memory.c, or an allocator itself. Names those that were never refused;
exit 1 if there are any."""
import collections
import re
import subprocess
import sys

TAKERS = {"fairu_context__new", "fairu_context__new_unset", "fairu_context__copy", "fairu_context__copy_string",
          "fairu_context__scratch", "fairu_allocator__new"}
BELOW = ("src/base/memory.c", "tests/")


def lines_of(program, addresses):
    """file:line of each address."""
    text = "".join(f"{a:x}\n" for a in addresses)
    out = subprocess.run(["addr2line", "-e", program], input=text, stdout=subprocess.PIPE, check=True, text=True).stdout
    places = []
    for line in out.splitlines():
        found = re.search(r"((?:src|tests)/[^ ]*:\d+)", line)
        places.append(found.group(1) if found else "?")
    return places


def all_places(library):
    """Every line that calls for memory: what stands behind a call is its return address."""
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", library], stdout=subprocess.PIPE, check=True, text=True).stdout
    returns, called = [], False
    for line in code.splitlines():
        instruction = re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)", line)
        if not instruction:
            continue
        if called:
            returns.append(int(instruction.group(1), 16) - 1)
        target = re.search(r"<([^>@]*)", instruction.group(3))
        called = instruction.group(2).startswith(("call", "jmp")) and target is not None and target.group(1) in TAKERS
    return {p for p in lines_of(library, returns) if not p.startswith(BELOW)}


def refused_places(path):
    stacks = collections.defaultdict(set)
    with open(path) as file:
        for line in file:
            program, *frames = line.split()
            stacks[program].add(tuple(int(f, 16) for f in frames))
    refused = set()
    for program, seen in stacks.items():
        seen = sorted(seen)
        places = iter(lines_of(program, [max(f - 1, 0) for frames in seen for f in frames]))
        for frames in seen:
            here = [next(places) for _ in frames]
            refused.add(next((p for p in here if p != "?" and not p.startswith(BELOW)), "?"))
    return refused


def main(library, path):
    places, refused = all_places(library), refused_places(path)
    missing = sorted(places - refused, key=lambda p: (p.split(":")[0], int(p.split(":")[1])))
    for place in missing:
        print(f"never refused: {place}")
    print(f"sites: {len(places) - len(missing)} of {len(places)} places that ask for memory were refused it")
    sys.exit(1 if missing or not places else 0)


main(*sys.argv[1:3])
