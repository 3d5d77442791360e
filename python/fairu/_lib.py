"""The shared library: where it is, what its functions take, how its errors become exceptions."""
import ctypes
import ctypes.util
import operator
import os
import pathlib
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_void_p

import numpy as np

from ._prototypes import PROTOTYPES

_SONAME = "libfairu.so.0"


def _load():
    """FAIRU_LIBRARY if set, else the one that was installed with the package, that of the checkout this file lives in, or the system's."""
    named, here = os.environ.get("FAIRU_LIBRARY"), pathlib.Path(__file__).resolve()
    near = [str(path) for path in (here.parent / _SONAME, here.parents[2] / "lib" / _SONAME) if path.exists()]
    problems = []
    for path in [named] if named else [*near, _SONAME, None]:
        path = path or ctypes.util.find_library("fairu")  # which starts programs: last
        if not path:
            continue
        try:
            return ctypes.CDLL(path)
        except OSError as problem:
            problems.append(str(problem))
    raise ImportError("libfairu was not found (build it with `make`, install it, or set FAIRU_LIBRARY): "
                      + "; ".join(problems))


class Functions:
    """lib.events_create(...) calls fairu_events_create(...)."""

    def __init__(self):
        library = _load()
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(library, name, None)
            if function is None:
                raise ImportError(f"{library._name} has no {name}: it is older than this package")
            function.restype, function.argtypes = result, arguments
            setattr(self, name[len("fairu_"):], function)


lib = Functions()


def version():
    """Version of libfairu, such as "0.2.0"."""
    return lib.version_string().decode()


class Error(Exception):
    """A call that failed: .code (11), .name ("FAIRU_ERR_ARGUMENT"), .message (what and where)."""

    def __init__(self, code, message=""):
        self.code = code
        self.name = lib.status_name(code).decode()
        self.message = message or lib.status_text(code).decode()
        super().__init__(f"{self.name}: {self.message}")

    def __reduce__(self):
        return type(self), (self.code, self.message)


class Handle:
    """Owns a C object; passes itself as its pointer, of the kind that `free` takes."""

    def __init__(self, pointer, free):
        self._as_parameter_ = free.argtypes[0](pointer) if free else None
        self._free = free

    def __del__(self):
        if self._as_parameter_:
            self._free(self._as_parameter_)
            self._as_parameter_ = None

    @property
    def pointer(self):
        return self._as_parameter_


class _Closed:
    """What a class has in place of the handle that its objects have: seen where there is none, or none any more."""

    def __get__(self, owner, kind):
        raise Error(10, f"this {kind.__name__} is closed")


class Resource:
    """What has a handle in C. close() gives it up, as does the end of a `with` block; memory is freed when nothing else needs it, and attributes and calls
    of a closed object that need it raise Error (FAIRU_ERR_NULL)."""

    _handle = _Closed()

    def close(self):
        """Give up what it stands for."""
        self.__dict__.pop("_handle", None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __copy__(self):
        return self  # what it stands for never changes

    def __deepcopy__(self, _):
        return self


def resource(thing, what, wanted):
    """What has a handle, or TypeError that says how to make one."""
    if not isinstance(thing, Resource):
        raise TypeError(f"{what} of type {type(thing).__name__}, wanted {wanted}")
    return thing


def observed(data):
    """The handle of Data; counts are not taken for it, since they would say nothing of auxiliary data."""
    return resource(data, "data are", "Data of the model: model.data(counts)")._handle


def table(events):
    """Events, for what wants to know their columns first."""
    return resource(events, "events are", "Events: fairu.Events(features, names, labels=labels)")


def pointers(objects, free):
    """The handles of objects that `free` takes, as an array; one of another kind is TypeError."""
    handles = [item._handle for item in objects]
    array = (free.argtypes[0] * max(len(handles), 1))(*[handle.pointer for handle in handles])
    array.handles = handles  # one of them may be closed while C looks at it
    return ctypes.cast(array, POINTER(c_void_p))


def _ended(encoded, value):
    """Bytes that C sees all of."""
    if b"\0" in encoded:
        raise Error(11, f"{value!r} has a NUL in it")
    return encoded


def file_path(value):
    """Of a file, a str or a path, for C."""
    return _ended(os.fsencode(value), value)


def text(value):
    """A name for C, which is UTF-8 whatever the locale, or bytes of a file that were none; None stays None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"a name is of type {type(value).__name__}, wanted str")
    return _ended(value.encode(errors="surrogateescape"), value)


def listed(values):
    """Of any sequence; none of None."""
    return [] if values is None else list(values)


def names(values):
    """char ** of a list of strings, and its length."""
    encoded = [text(v) for v in values]
    return (c_char_p * max(len(encoded), 1))(*encoded), len(encoded)


def whole(value, what, most=2 ** 64 - 1, least=0):
    """A number that C takes as it is; ctypes would wrap it around."""
    number = operator.index(value)
    if not least <= number <= most:
        raise Error(14, f"{what} is {number}, allowed are {least} to {most}")
    return number


def integers(values, kind, what):
    """A contiguous array of whole numbers of this kind; those that it does not hold are refused, where NumPy would cut or wrap them."""
    found = numbers(values)
    if found.dtype.kind == "f" and not isinstance(values, np.ndarray):
        found = np.array(values, dtype=object)  # large ones of a list of int, which NumPy takes for floats
        found = found if all(isinstance(v, (int, np.integer)) for v in found.flat) else np.asarray(values)
    limits = np.iinfo(kind)
    if found.dtype.kind not in "biufO" or (found.dtype.kind == "f" and not (np.isfinite(found) & (found == np.floor(found))).all()):
        raise Error(14, f"{what} are not whole numbers")
    if found.size and not (limits.min <= int(found.min()) and int(found.max()) <= limits.max):
        raise Error(14, f"{what} reach from {found.min()} to {found.max()}, allowed are {limits.min} to {limits.max}")
    return contiguous(found, kind).ravel()


def numbers(values):
    """An array of what can be taken for real numbers."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise Error(11, "an array has masked values: fill or drop them first")
    found = np.asarray(values)
    if found.dtype.kind == "c":
        raise Error(11, "numbers are complex")
    return found


def number(value, what):
    """A real number, or an array that holds one."""
    found = np.asarray(value)
    if found.size != 1 or found.dtype.kind not in "biuf":
        raise TypeError(f"{what} is {value!r}, wanted a number")
    return float(found.reshape(-1)[0])


_NATIVE = {kind: np.dtype(kind) for kind in (np.float32, np.float64, np.int32, np.int64, np.uint32, np.uint64, np.uintp)}


def contiguous(values, kind):
    """A contiguous and aligned array of numbers of this kind."""
    if type(values) is np.ndarray and values.dtype is _NATIVE[kind] and values.ndim:  # as it mostly is: a third of the time of what follows
        flags = values.flags
        if flags.c_contiguous and flags.aligned:
            return values
    array = np.ascontiguousarray(numbers(values), dtype=kind)
    return array if array.flags.aligned else array.copy()


def doubles(values, shape=None):
    """A contiguous array of double; its address with address()."""
    array = contiguous(values, np.float64)
    if shape is not None and array.shape != shape:
        raise Error(13, f"shape {array.shape} given, {shape} wanted")
    return array


def address(array):
    """Pointer to the first element as an argument, None for None."""
    try:
        return byref(c_char.from_buffer(array))  # a third of the time of what follows
    except (TypeError, ValueError):  # None, read-only, empty
        return None if array is None else c_void_p(array.ctypes.data)


def double_pointer(array):
    return array.ctypes.data_as(POINTER(c_double))


class _Memory:
    """Keeps the owner of C memory alive as long as an array looks at it."""

    def __init__(self, owner, pointer, shape, strides, kind):
        self.owner = owner
        self.__array_interface__ = {"version": 3, "data": (pointer, True), "shape": shape, "strides": strides,
                                    "typestr": kind}


def view(owner, pointer, shape, kind, strides=None):
    """Read-only array over C memory; None if pointer is NULL."""
    return None if not pointer else np.asarray(_Memory(owner, pointer, shape, strides, kind))
