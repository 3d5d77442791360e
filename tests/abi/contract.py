"""What programs rely on in the headers of INCLUDE, as a C program: python3 contract.py INCLUDE VERSION >contract.c.

Compiled against later headers it fails where a function, type, number, or the place or type of a field is another one; linked with a
later library, where a function is gone. What it allows: new functions, new numbers, new fields behind those of a struct with struct_size.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python" / "tools"))
from bindings import declarators, members, plain  # noqa: E402

HEAD = """/* Written by `make abi-baseline` from the headers of libfairu {version}; not to be edited. */
#include <stddef.h>
#include <stdio.h>

#include <fairu/fairu.h>
{includes}

#define SAME(now, then) __builtin_types_compatible_p(now, then)
#define TYPE(type, field) __typeof__(((type *)0)->field)
"""


def field_names(body):
    """Names in the body of a struct; of functions, too."""
    body = re.sub(r"[\w *]+\(\*(\w+)\)\([^)]*\)", r"void *\1", body)
    return [field.name for line in filter(None, map(str.strip, body.split(";"))) for field in declarators(line)]


class Contract:
    """Lines of C in the order of the headers."""

    def __init__(self):
        self.lines, self.functions, self.structs, self.numbers = [], [], [], {}

    def claim(self, condition, text):
        self.lines.append(f'_Static_assert({condition}, "{text}");')

    def number(self, name, value):
        self.claim(f"{name} == {value}", f"{name} was {value}")

    def enum(self, body):
        for name, value in members(body, self.numbers).items():
            self.number(name, value)

    def struct(self, name, body):
        held = re.search(r"(?<!\w)(" + "|".join([*self.structs, "-"]) + r")\s+\w+\s*[;,\[]", body)
        assert not held, f"{name} holds {held.group(1)} by value: that one could never grow"
        self.lines.append(f"struct then_{name} {{{body}}};")
        for field in field_names(body):
            then = f"struct then_{name}"
            self.claim(f"offsetof({name}, {field}) == offsetof({then}, {field})", f"{name}.{field} was elsewhere")
            self.claim(f"SAME(TYPE({name}, {field}), TYPE({then}, {field}))", f"{name}.{field} was of another type")
        grows = re.match(r"\s*size_t struct_size;", body)
        self.claim(f"sizeof({name}) {'>=' if grows else '=='} sizeof(struct then_{name})", f"{name} was of another size")
        self.structs.append(name)

    def callback(self, result, name, given):
        self.lines.append(f"typedef {result} (*then_{name})({given});")
        self.claim(f"SAME({name}, then_{name})", f"{name} was of another type")

    def function(self, result, name, given):
        self.lines.append(f"typedef {result.strip()} then_{name}({given});")
        self.claim(f"SAME(__typeof__({name}), then_{name})", f"{name} was declared otherwise")
        self.functions.append(name)

    def header(self, text):
        for name, value in re.findall(r"^ *# *define +(FAIRU_\w+) +(\d\w*|\(-?\d+\)) *(?:/\*.*)?$", text, flags=re.M):
            self.number(name, value)
        text = plain(text)
        for pattern, use in ((r"enum (?:\w* ?)\{([^}]*)\} ?;", self.enum), (r"typedef struct (\w+) \{([^}]*)\} \w+ ?;", self.struct),
                             (r"struct \w+ \{[^}]*\} ?;", None), (r"typedef struct \w+ \w+ ?;", None),
                             (r"typedef ([\w *]+?) ?\(\*(\w+)\)\(([^)]*)\) ?;", self.callback),
                             (r"([\w *]+?[ *])(\w+) ?\(([^()]*)\) ?;", self.function)):
            for match in re.finditer(pattern, text) if use else ():
                use(*match.groups())
            text = re.sub(pattern, " ", text)
        assert not text.replace(";", "").strip(), f"not understood: {text[:200]}"


def main(folder, version):
    headers = {path.name: path.read_text() for path in sorted(pathlib.Path(folder).glob("*.h"))}
    first = re.findall(r"#include <fairu/(\w+\.h)>", headers["fairu.h"])
    contract, done = Contract(), {"fairu.h", "version.h"}

    def take(name):  # a header behind those that it includes
        if name not in done:
            done.add(name)
            for below in re.findall(r"#include <fairu/(\w+\.h)>", headers[name]):
                take(below)
            contract.header(headers[name])
    for name in [*first, *headers]:
        take(name)
    print(HEAD.format(version=version, includes="\n".join(f"#include <fairu/{n}>" for n in headers if n not in first + ["fairu.h"])))
    print("\n".join(contract.lines))
    print("\nstatic void (*const functions[])(void) = {")
    print("\n".join(f"  (void (*)(void)){name}," for name in contract.functions))
    print("};\n\nstatic const struct {\n  const char *name;\n  size_t now, then;\n} structs[] = {")
    print("\n".join(f'  {{ "{name}", sizeof({name}), sizeof(struct then_{name}) }},' for name in contract.structs))
    print("};\n\n/* Prints the structs that have grown. */\nint main(void)\n{\n  size_t n = 0;\n"
          "  for (size_t i = 0; i < sizeof structs / sizeof *structs; i++)\n    if (structs[i].now > structs[i].then)\n      puts(structs[i].name);\n"
          "  while (n < sizeof functions / sizeof *functions && functions[n])\n    n++;\n"
          "  return n < sizeof functions / sizeof *functions;\n}")


main(*sys.argv[1:])
