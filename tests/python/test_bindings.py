"""The prototypes and structs of the Python package are written from the headers by python/tools/bindings.py: they are fresh, the parser reads the
grammar of the headers and refuses what it does not know, and the library has every function."""
import ctypes
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "python", "tools"))

import bindings  # noqa: E402
from fairu import _lib, _prototypes, _structs  # noqa: E402

from harness import run


def parsed(text):
    made = bindings.Header({}, {}, set(), {}, {})
    bindings.parse(text, made, {})
    return made


def refused(text):
    try:
        made = parsed(text)
        types = bindings.Types(made)
        for of, given in made.functions.values():
            [types.result(of), *(types.argument(a) for a in given)]
        for fields in made.structs.values():
            [types.field(field, {}) for field in fields]
    except (AssertionError, KeyError, ValueError):
        return True
    return False


def test_files_are_fresh():
    for path, text in bindings.files().items():
        assert path.read_text() == text, f"{path.name}: run python3 python/tools/bindings.py"


def test_every_function_is_there():
    assert len(_prototypes.PROTOTYPES) > 300
    for name, (result, arguments) in _prototypes.PROTOTYPES.items():
        function = getattr(_lib.lib, name[len("fairu_"):])
        assert function.restype is result and list(function.argtypes) == list(arguments), name


def test_grammar():
    made = parsed("""
        #define X 1 \\
          + 2
        enum fairu_kind { FAIRU_KIND_A = 3, /* first; one */ FAIRU_KIND_B, FAIRU_KIND_C_D = 9 };
        typedef struct fairu_thing fairu_thing;
        typedef int (*fairu_made_fn)(size_t n, double *const *columns, void *user_data);
        typedef struct fairu_part { double a, b[3]; const char *const *names; const fairu_thing *thing; fairu_made_fn fn;
          void *(*allocate)(size_t size, void *user_data); } fairu_part;
        FAIRU_API FAIRU_NODISCARD int fairu_thing_create(const fairu_part *parts, unsigned char *mask, fairu_thing **out);
        FAIRU_API const char *fairu_thing_name(const fairu_thing *thing); FAIRU_API void fairu_thing_destroy(fairu_thing *thing);
    """)
    types = bindings.Types(made)
    assert bindings.words(made.enums["fairu_kind"]) == {"a": 3, "b": 4, "c_d": 9}
    assert [(f.name, types.field(f, {})) for f in made.structs["fairu_part"]] == [
        ("a", "c_double"), ("b", "c_double * 3"), ("names", "POINTER(c_char_p)"), ("thing", "ThingHandle"), ("fn", "MADE_FN"),
        ("allocate", "c_void_p")]
    of, given = made.functions["fairu_thing_create"]
    assert types.result(of) == "c_int" and [types.argument(a) for a in given] == ["POINTER(Part)", "c_void_p", "POINTER(c_void_p)"]
    assert types.result(made.functions["fairu_thing_name"][0]) == "c_char_p"
    assert [types.taken(a) for a in made.functions["fairu_thing_name"][1]] == ["ThingHandle"]
    assert types.result(made.functions["fairu_thing_destroy"][0]) == "None"


def test_what_it_does_not_know_is_refused():
    assert refused("int fairu_x(long double a);") and refused("int fairu_x(fairu_nothing *a);") and refused("union fairu_u { int a; };")
    assert refused("enum fairu_kind { FAIRU_A = FAIRU_B };") and refused("typedef struct fairu_x { int a : 3; } fairu_x;")
    assert not refused("int fairu_x(double *a);")


def test_types_in_use():
    assert _structs.ENUMS["fairu_method"]["gradient_reversal"] == 5 and _structs.ENUMS["fairu_optimiser"]["adam"] == 1
    assert dict(_structs.MethodOptions._fields_)["training"] is ctypes.POINTER(_structs.TrainingOptions)
    assert _prototypes.PROTOTYPES["fairu_status_name"] == (ctypes.c_char_p, [ctypes.c_int])


if __name__ == "__main__":
    raise SystemExit(run(globals()))
