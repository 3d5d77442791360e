"""The structs, prototypes and constants of the Python package are those of the headers: a C compiler compares size, offset and kind of every
field, number and type of every argument, and the number behind every word."""
import ctypes
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile

from fairu import _prototypes, _structs, binning, challenge, classifier, interval_calibration, likelihood, systematics, templates

SIMPLE = {ctypes.c_int: "int", ctypes.c_size_t: "size_t", ctypes.c_double: "double", ctypes.c_float: "float", ctypes.c_char: "char",
          ctypes.c_uint64: "uint64_t", ctypes.c_int64: "int64_t", ctypes.c_int32: "int32_t", ctypes.c_uint32: "uint32_t"}


def structs():
    return {name: kind for name, kind in inspect.getmembers(_structs, inspect.isclass)
            if issubclass(kind, ctypes.Structure) and kind is not ctypes.Structure}


def c_name(name):
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return _structs.C_NAMES.get(name, "fairu_" + words)


def field_class(kind):
    """What a field is: a number of GCC's __builtin_classify_type: 1 integer, 5 pointer, 8 double, 12 struct; arrays by their elements."""
    if issubclass(kind, ctypes.Array):
        return field_class(kind._type_)
    if issubclass(kind, ctypes.Structure):
        return 12
    return 8 if kind in (ctypes.c_double, ctypes.c_float) else 1 if kind in SIMPLE else 5


def checks_of(name, kind):
    c = c_name(name)
    yield f'_Static_assert(sizeof({c}) == {ctypes.sizeof(kind)}, "{name}: size");'
    last = 0
    for field, type_ in kind._fields_:
        at = getattr(kind, field)
        where = f"{name}.{field}"
        element = "[0]" if issubclass(type_, ctypes.Array) else ""
        yield f'_Static_assert(offsetof({c}, {field}) == {at.offset}, "{where}: offset");'
        yield f'_Static_assert(sizeof((({c} *)0)->{field}) == {at.size}, "{where}: size");'
        yield f'_Static_assert(__builtin_classify_type((({c} *)0)->{field}{element}) == {field_class(type_)}, "{where}: kind");'
        assert at.offset - last < 8, f"{where}: a hole of {at.offset - last} bytes, a field is missing"
        last = at.offset + at.size


def prototype_checks():
    """A call of each function with variables of the declared types; the compiler warns where one is converted."""
    for i, (name, (result, arguments)) in enumerate(sorted(_prototypes.PROTOTYPES.items())):
        declared = [SIMPLE.get(a, "void *") for a in arguments]
        yield f"void call_{i}({', '.join(f'{d} a{k}' for k, d in enumerate(declared)) or 'void'});"
        call = f"{name}({', '.join(f'a{k}' for k in range(len(declared)))})"
        yield f"void call_{i}({', '.join(f'{d} a{k}' for k, d in enumerate(declared)) or 'void'})\n{{"
        if result is None:
            yield f"  {call};"
        elif result in SIMPLE:
            yield f'  _Static_assert(__builtin_types_compatible_p(__typeof__({call}), {SIMPLE[result]}), "{name}: result");'
            yield f"  {SIMPLE[result]} result = {call};\n  (void)result;"
        else:
            yield f"  const void *result = {call};\n  (void)result;"
        yield "}"


PREFIXES = {"fairu_status": "FAIRU_", "fairu_log_level": "FAIRU_LOG_", "fairu_blas_policy": "FAIRU_BLAS_", "fairu_activation": "FAIRU_ACTIVATION_",
            "fairu_input_policy": "FAIRU_INPUT_", "fairu_optimiser": "FAIRU_OPTIMISER_", "fairu_summary_kind": "FAIRU_SUMMARY_",
            "fairu_significance_formula": "FAIRU_SIGNIFICANCE_", "fairu_probability_method": "FAIRU_PROBABILITY_", "fairu_fill_mode": "FAIRU_FILL_",
            "fairu_bandwidth_rule": "FAIRU_BANDWIDTH_", "fairu_interpolation": "FAIRU_INTERPOLATION_",
            "fairu_constraint_kind": "FAIRU_CONSTRAINT_", "fairu_nll_constant": "FAIRU_CONSTANT_", "fairu_nuisance_source": "FAIRU_SOURCE_", "fairu_parameter_kind": "FAIRU_PARAMETER_",
            "fairu_interpolation_code": "FAIRU_CODE_", "fairu_expected_quantity": "FAIRU_EXPECTED_", "fairu_interval_end": "FAIRU_INTERVAL_",
            "fairu_test_statistic": "FAIRU_TEST_", "fairu_finding_code": "FAIRU_FINDING_", "fairu_severity": "FAIRU_SEVERITY_",
            "fairu_challenge_process": "FAIRU_CHALLENGE_"}


def numbered(words):
    return {word: i for i, word in enumerate(words)}


def constant_checks():
    """The numbers behind the words of options, and of statuses."""
    spelt = {"t": "T", "ttilde": "T_TILDE", "q": "Q", "qtilde": "Q_TILDE", "q0": "Q0"}
    tables = [("FAIRU_OUTPUT_", classifier._OUTPUTS), ("FAIRU_OUTPUT_", binning._VARIABLES), ("FAIRU_FORMAT_", classifier._FORMATS), ("FAIRU_INPUT_", classifier._POLICIES),
              ("FAIRU_MC_STAT_", likelihood._MC_STAT),
              ("FAIRU_PRIOR_", likelihood._KINDS), ("FAIRU_INTERVAL_", numbered(likelihood._ENDS)), ("FAIRU_INTERVAL_", numbered(interval_calibration._ENDS)),
              ("FAIRU_TEST_", {spelt[word]: value for word, value in likelihood._STATISTICS.items()}),
              ("FAIRU_GENERATOR_", numbered(challenge._GENERATORS)), ("FAIRU_GENERATOR_", systematics._GENERATOR),
              ("FAIRU_CHALLENGE_", numbered((*challenge.PROCESSES, "processes"))), ("FAIRU_ARITHMETIC_", systematics._ARITHMETIC),
              ("FAIRU_INTERPOLATION_", templates._INTERPOLATIONS),
              *((PREFIXES.get(name, name.upper() + "_"), table) for name, table in _structs.ENUMS.items()),
              ("FAIRU_ERR_", {"argument": 11, "shape": 13, "range": 14, "not_found": 16, "empty": 18})]
    for prefix, table in tables:
        for word, value in table.items():
            yield f'_Static_assert({prefix}{word.upper()} == {value}, "{prefix}{word.upper()}");'
    yield ('_Static_assert(__builtin_types_compatible_p(fairu_score_fn, int (*)(const float *, size_t, size_t, const double *, size_t, float *, void *)), '
           '"fairu_score_fn");')


def sources():
    lines = ["#include <fairu/fairu.h>", "#include <stddef.h>", "#include <stdint.h>"]
    for name, kind in structs().items():
        lines += checks_of(name, kind)
    return "\n".join(lines + list(constant_checks()) + list(prototype_checks())) + "\n"


def complaints(compiler, text):
    """What the compiler says; GCC knows -Wtraditional-conversion, which finds an int for a double."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "layout.c")
        with open(path, "w") as stream:
            stream.write(text)
        options = ["-std=gnu11", "-Iinclude", "-fsyntax-only", "-Werror", "-Wall", "-Wconversion", "-Wsign-conversion"]
        strict = subprocess.run([*compiler, "-Wtraditional-conversion", "-fsyntax-only", "-Werror", "-xc", os.devnull], capture_output=True)
        if strict.returncode == 0:
            options.append("-Wtraditional-conversion")
        run = subprocess.run([*compiler, *options, path], capture_output=True, text=True)
        return run.stderr if run.returncode else ""


def damaged(text, before, after):
    assert text.count(before) >= 1, before
    return text.replace(before, after)


def main():
    compiler = os.environ.get("CC", "cc").split()
    if not shutil.which(compiler[0]):
        print("0 passed, 0 failed, 1 skipped")
        return 0
    text, failed, passed = sources(), 0, 0
    found = complaints(compiler, text)
    print(found, file=sys.stderr, end="")
    passed, failed = passed + (not found), failed + bool(found)
    samples = [("FAIRU_GENERATOR_NUMPY == 1", "FAIRU_GENERATOR_NUMPY == 0", "FAIRU_GENERATOR_NUMPY"),
               (f"sizeof(fairu_challenge_options) == {ctypes.sizeof(_structs.ChallengeOptions)}", "sizeof(fairu_challenge_options) == 8", "ChallengeOptions: size"),
               (f"offsetof(fairu_interval_score, rmse) == {_structs.ScoreResult.rmse.offset}", "offsetof(fairu_interval_score, rmse) == 8", "ScoreResult.rmse: offset"),
               ("((fairu_challenge_fill *)0)->classifier) == 5", "((fairu_challenge_fill *)0)->classifier) == 1", "ChallengeFill.classifier: kind"),
               ("fairu_classifier_score(a0, a1,", "fairu_classifier_score(a0, 1.5,", "fairu_classifier_score"),
               ("fairu_interval_score_quantile(a0, a1,", "fairu_interval_score_quantile(a0, a2,", "fairu_interval_score_quantile"),
               ("fairu_auc(a0, a1, a2, a3, a4, a5)", "fairu_auc(a0, a1, a2, a3, a4)", "fairu_auc")]
    for before, after, says in samples:  # the check itself: what it should find, it finds
        seen = says in complaints(compiler, damaged(text, before, after))
        passed, failed = passed + seen, failed + (not seen)
        if not seen:
            print(f"FAILED: {after} was not found", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
