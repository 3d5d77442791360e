"""Writes python/fairu/_structs.py and _prototypes.py from the headers: python3 python/tools/bindings.py [--check].

The headers keep to one grammar (docs/conventions.md), so a parser of a few lines reads them: enums, structs of plain fields, types of
functions, functions. What it does not know it refuses. tests/python/test_layout.py lets a C compiler compare the result with the headers.
--check: write nothing, say whether the files are what would be written.
"""
import pathlib
import re
import sys
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include" / "fairu"
PACKAGE = ROOT / "python" / "fairu"

NUMBERS = {"int": "c_int", "size_t": "c_size_t", "double": "c_double", "float": "c_float", "char": "c_char", "uint64_t": "c_uint64",
           "int64_t": "c_int64", "int32_t": "c_int32", "uint32_t": "c_uint32", "uint16_t": "c_uint16", "unsigned char": "c_ubyte"}
# where a class of the package has the name that a struct would get
CLASSES = {"fairu_interval": "IntervalResult", "fairu_limit": "LimitResult", "fairu_impact": "ImpactResult",
           "fairu_breakdown": "BreakdownResult", "fairu_goodness": "GoodnessResult", "fairu_interval_score": "ScoreResult",
           "fairu_calibrated_interval": "CalibratedIntervalResult", "fairu_challenge_experiment": "PseudoExperimentStruct",
           "fairu_interval_entries": "IntervalEntriesStruct", "fairu_reliability": "ReliabilityResult"}

Field = namedtuple("Field", "type stars name length")
Header = namedtuple("Header", "enums structs handles callbacks functions")


def plain(text):
    """A header without comments, preprocessor and attributes."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^ *#(.*\\\n)*.*\n", "", text, flags=re.M)
    text = re.sub(r"FAIRU_(BEGIN_DECLS|END_DECLS|API|NODISCARD)|FAIRU_PRINTF\([^)]*\)", " ", text)
    return re.sub(r"\s+", " ", text)


def declarator(text):
    """One declaration: its type without const, how many pointers, its name, the length of an array."""
    found = re.fullmatch(r"(.*?)\s*(\**)\s*(\w+)\s*(?:\[(\w*)\])?", re.sub(r"\bconst\b", " ", text).strip())
    assert found, f"not a declaration: {text}"
    base, stars, name, length = found.groups()
    base, more = base.replace("*", " "), base.count("*")
    return Field(" ".join(base.split()), len(stars) + more, name, length)


def declarators(text):
    """A field, or several of one type: `double a, *b`."""
    first, *others = text.split(",")
    fields = [declarator(first)]
    return fields + [declarator(f"{fields[0].type} {other.strip()}") for other in others]


def fields(body):
    """Of a struct; a function without a name for its type is any pointer."""
    body = re.sub(r"[\w *]+\(\*(\w+)\)\([^)]*\)", r"void *\1", body)
    return [field for line in filter(None, map(str.strip, body.split(";"))) for field in declarators(line)]


def arguments(text):
    parts = [part.strip() for part in text.split(",")]
    return [] if parts == ["void"] else [declarator(part) for part in parts]


def members(text, known):
    """Constants of an enum with their numbers."""
    made, value = {}, -1
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (piece.strip() for piece in part.partition("="))
        value = value + 1 if not number else known[number] if number in known else int(number, 0)
        made[name] = known[name] = value
    return made


def parse(text, made, known):
    """One header into `made`; known: constants so far."""
    text = plain(text)

    def taken(pattern, use):
        nonlocal text
        for match in re.finditer(pattern, text):
            use(*match.groups())
        text = re.sub(pattern, " ", text)

    def function(declaration, given):
        of = declarator(declaration)
        made.functions[of.name] = of, arguments(given)

    taken(r"enum (\w*) ?\{([^}]*)\} ?;", lambda name, body: made.enums.update({name or "": members(body, known)}))
    taken(r"typedef struct (\w+) \{([^}]*)\} \w+ ?;", lambda name, body: made.structs.update({name: fields(body)}))
    taken(r"struct (\w+) \{[^}]*\} ?;", lambda name: made.handles.add(name))
    taken(r"typedef struct (\w+) (\w+) ?;", lambda _, name: made.handles.add(name))
    taken(r"typedef ([\w ]+?)(\**) ?\(\*(\w+)\)\(([^)]*)\) ?;", lambda base, stars, name, given: made.callbacks.update(
        {name: (Field(base.strip(), len(stars), name, None), arguments(given))}))
    taken(r"([\w *]+?) ?\(([^()]*)\) ?;", function)
    assert not text.replace(";", "").strip(), f"not understood: {text[:200]}"


def read():
    """All headers; those that fairu.h does not name are not there."""
    named = re.findall(r"#include <fairu/(\w+\.h)>", (HEADERS / "fairu.h").read_text())
    made, known = Header({}, {}, set(), {}, {}), {}
    for name in [*named, *sorted(path.name for path in HEADERS.glob("*.h") if path.name not in named)]:
        if name not in ("fairu.h", "version.h"):
            parse((HEADERS / name).read_text(), made, known)
    return made, known


def class_name(struct):
    return CLASSES.get(struct, "".join(word.capitalize() for word in struct[len("fairu_"):].split("_")))


def callback_name(typedef):
    return typedef[len("fairu_"):].upper()


def handle_name(handle):
    return class_name(handle) + "Handle"


def handles(header):
    """All but contexts, which are numbers here: every call has one."""
    return sorted(name for name in header.handles - {"fairu_context"} if name.startswith("fairu_"))


class Types:
    """What ctypes calls the types of C."""

    def __init__(self, header):
        self.header = header

    def pointer(self, of):
        """As an argument: structs and handles are told apart, numbers are any memory."""
        base, stars = of.type.replace("struct ", ""), of.stars + (of.length is not None)
        if base == "char":
            return "c_char_p" if stars == 1 else "POINTER(c_char_p)"
        if base in self.header.structs and stars == 1:
            return f"POINTER({class_name(base)})"
        if base in self.header.handles | set(self.header.structs) | {"void"}:
            return "c_void_p" if stars == 1 else "POINTER(c_void_p)"
        assert base in NUMBERS, f"type not known: {of}"
        return "c_void_p"

    def argument(self, of):
        if of.type in self.header.callbacks:
            return "c_void_p"
        return self.pointer(of) if of.stars or of.length is not None else NUMBERS[of.type]

    def taken(self, of):
        """As an argument of a function of the library, or a field: handles are told apart."""
        is_handle = of.type in handles(self.header) and of.stars == 1 and of.length is None
        return handle_name(of.type) if is_handle else self.argument(of)

    def result(self, of):
        return "None" if of.type == "void" and not of.stars else self.argument(of)

    def field(self, of, constants):
        if of.type in self.header.callbacks:
            return callback_name(of.type)
        if of.stars == 1 and of.type in NUMBERS and of.type != "char":
            kind = f"POINTER({NUMBERS[of.type]})"
        elif of.type in self.header.structs and not of.stars:
            kind = class_name(of.type)
        else:
            kind = self.taken(of._replace(length=None))
        return f"{kind} * {constants.get(of.length, of.length)}" if of.length else kind


HEAD = '"""{} Written by python/tools/bindings.py from the headers: change those."""'
CTYPES = ("from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_float, c_int, c_int32, c_int64, c_size_t, c_ubyte,\n"
          "                    c_uint16, c_uint32, c_uint64, c_void_p)\n")


def wrapped(start, items, end, indent):
    """Items behind each other on lines of at most 140 characters."""
    lines, line = [], start
    for i, item in enumerate(items):
        piece = item + (", " if i + 1 < len(items) else end)
        if len(line) + len(piece.rstrip()) > 140:
            lines.append(line.rstrip())
            line = " " * indent
        line += piece
    return "\n".join([*lines, line if items else line + end])


def ordered(structs):
    """Structs behind those that they hold or point to."""
    made = []
    while len(made) < len(structs):
        ready = [n for n in structs if n not in made and all(f.type not in structs or f.type in made for f in structs[n])]
        assert ready, "structs in a circle"
        made += ready
    return made


def words(constants):
    """{word: number} without what all names of an enum share."""
    names = list(constants)
    parts = [name.split("_") for name in names]
    shared = 0
    while all(len(p) > shared + 1 and p[shared] == parts[0][shared] for p in parts):
        shared += 1
    return {"_".join(p[shared:]).lower(): constants[name] for p, name in zip(parts, names)}


def structs_text(header, constants):
    types = Types(header)
    lines = [HEAD.format("Structs, types of callbacks and numbers of words."), CTYPES]
    lines.append("# A pointer of one kind is not taken for one of another: ctypes raises an exception.")
    lines += [f'{handle_name(name)} = type("{handle_name(name)}", (c_void_p,), {{}})' for name in handles(header)]
    for name, (result, given) in header.callbacks.items():
        kinds = [types.result(result), *("c_void_p" if a.stars else types.argument(a) for a in given)]
        lines.append(wrapped(f"{callback_name(name)} = CFUNCTYPE(", kinds, ")", 4))
    for name in ordered(header.structs):
        fields = [f'("{f.name}", {types.field(f, constants)})' for f in header.structs[name]]
        lines.append(f"\n\nclass {class_name(name)}(Structure):\n" + wrapped("    _fields_ = [", fields, "]", 16))
    lines.append("\n\n# structs whose names in C are not those of the classes: fairu_axis is Axis, fairu_csv_options CsvOptions")
    lines.append(wrapped("C_NAMES = {", [f'"{kind}": "{name}"' for name, kind in CLASSES.items()], "}", 11))
    lines.append("\n# enum: {word: number}")
    lines.append("ENUMS = {")
    for name, found in header.enums.items():
        if name and len(found) > 1:
            lines.append(wrapped(f'    "{name}": {{', [f'"{w}": {n}' for w, n in words(found).items()], "},", 8))
    return "\n".join([*lines, "}\n"])


def prototypes_text(header):
    types = Types(header)
    used = sorted({class_name(a.type) for _, given in header.functions.values() for a in given if a.type in header.structs}
                  | {class_name(of.type) for of, _ in header.functions.values() if of.type in header.structs}
                  | {types.taken(a) for _, given in header.functions.values() for a in given if a.type in handles(header) and a.stars == 1})
    lines = [HEAD.format("What the functions of the library take and give."), CTYPES.replace("CFUNCTYPE, ", "").replace("Structure, ", ""),
             wrapped("from ._structs import (", used, ")\n", 23),
             "# name: (result, arguments)", "PROTOTYPES = {"]
    for name, (result, given) in header.functions.items():
        lines.append(wrapped(f'    "{name}": ({types.result(result)}, [', [types.taken(a) for a in given], "]),", 8))
    return "\n".join([*lines, "}\n"])


def unused(text):
    """The import line without what the text does not use."""
    start = text.index("from ctypes import (")
    end = text.index(")\n", start) + 2
    names = re.findall(r"\b(?:c_\w+|[A-Z]\w+)\b", text[start + len("from ctypes import "):end])
    kept = [n for n in names if re.search(rf"\b{n}\b", text[end:])]
    return text[:start] + wrapped("from ctypes import (", kept, ")\n", 20) + text[end:]


def files():
    """{path: content}."""
    header, constants = read()
    return {PACKAGE / "_structs.py": unused(structs_text(header, constants)), PACKAGE / "_prototypes.py": unused(prototypes_text(header))}


def main():
    stale = {path: text for path, text in files().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what python/tools/bindings.py writes", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
