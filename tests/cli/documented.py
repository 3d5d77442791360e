"""documented.py: every command line of fairu in the documentation, the headers and the examples names a command there is and options it takes."""
import pathlib
import re

from program import check, finish, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINE = re.compile(r"(?:^|[\s`$/\"'(])fairu((?: [a-z][a-z0-9-]*){1,2})\b([^`\n]*)")


def listed(*words):
    return re.findall(r"^  ([a-z][a-z-]*)  ", run(*words, "--help").out, re.M)


def options_of(*words):
    """Name -> does it take a value?"""
    return {name: bool(value) for name, value in re.findall(r"^  --([a-z0-9-]+)(?: (\S+))?", run(*words, "--help").out, re.M)}


commands = {(c,): options_of(c) for c in listed() if c != "study"}
commands.update({("study", s): options_of("study", s) for s in listed("study")})
everything = set().union(*commands.values())


def joined_lines(text):
    """Lines that end in a backslash go on in the next."""
    return re.sub(r"\\\n\s*", " ", text)


def command_of(words):
    words = words.split()
    if words[0] == "study":
        return tuple(words[:2]) if tuple(words[:2]) in commands else None
    return (words[0],) if (words[0],) in commands else None


def check_line(place, words, rest):
    command = command_of(words)
    if command is None:
        return 0
    rest = re.split(r"[|;>&]|\s#\s|</", rest)[0]
    used = re.findall(r"(?:^|\s|\[)--([a-z0-9][a-z0-9-]*)", rest)
    for option in used:
        check(f"{place}: fairu {' '.join(command)} has --{option}", option in commands[command], rest.strip())
    return len(used)


def documents():
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/*.md", "docs/*.1", "docs/*.3", "examples/**/*", "include/fairu/*.h", "python/**/*.py", ".github/**/*.yml"):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix in (".md", ".py", ".sh", ".h", ".yml", ".1", ".3", ".txt"):
                yield path


total = 0
for path in documents():
    text = joined_lines(path.read_text(errors="replace").replace("\\-", "-"))
    for number, line in enumerate(text.splitlines(), 1):
        for words, rest in LINE.findall(line):
            total += check_line(f"{path.relative_to(ROOT)}:{number}", words, rest)
check("there are such lines", total > 30, total)
# an option in backquotes, alone, is one of some command or of a program that is not ours
OTHERS = {"help", "version", "json", "cflags", "libs", "prefix", "quick", "record", "write"}
known = everything | OTHERS | {"missing", "user", "system-site-packages", "no-build-isolation", "fake-initial"}
for path in sorted((ROOT / "docs").glob("*.md")):
    for option in re.findall(r"`--([a-z][a-z0-9-]*)[^`]*`", path.read_text()):
        check(f"docs/{path.name}: --{option} is an option of a command", option in known, option)
finish()
