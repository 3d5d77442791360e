"""The shared library: where it is, what its functions take, how its errors become exceptions."""
import collections
import ctypes
import ctypes.util
import operator
import os
import pathlib
import threading
from ctypes import POINTER, c_char_p, c_double, c_void_p

import numpy as np

from ._prototypes import PROTOTYPES

_SONAME = "libfairu.so.0"


def _load():
    """FAIRU_LIBRARY if set, else the checkout this file lives in, else the system's."""
    named = os.environ.get("FAIRU_LIBRARY")
    checkout = pathlib.Path(__file__).resolve().parents[2] / "lib" / _SONAME
    found = ctypes.util.find_library("fairu")
    tried = [named] if named else [str(checkout)] * checkout.exists() + [_SONAME] + [found] * bool(found)
    problems = []
    for path in tried:
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
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name[len("fairu_"):], function)


lib = Functions()


def version():
    """Version of libfairu, such as "0.1.0"."""
    return lib.version_string().decode()


class Error(Exception):
    """A call that failed: .code (11), .name ("FAIRU_ERR_ARGUMENT"), .message (what and where)."""

    def __init__(self, code, message=""):
        self.code = code
        self.name = lib.status_name(code).decode()
        self.message = message or lib.status_text(code).decode()
        super().__init__(f"{self.name}: {self.message}")


class Context:
    """Messages and settings of a sequence of calls; one per thread. Most code needs none: every call takes
    context=None, which means a context of its own for each Python thread."""

    def __init__(self, threads=1, deadline=None):
        self._handle = None
        self._handle = create(None, lib.context_create, None, free=None)
        self.threads = threads
        if deadline is not None:
            self.check(lib.context_set_deadline(self._handle, deadline))

    def __del__(self):
        if getattr(self, "_handle", None):
            lib.context_destroy(self._handle)

    @property
    def threads(self):
        """Worker threads inside one call; the result does not depend on their number."""
        return lib.context_threads(self._handle)

    @threads.setter
    def threads(self, n):
        self.check(lib.context_set_threads(self._handle, n))

    @property
    def kernel(self):
        """Name of the vector kernels in use."""
        return lib.context_kernel(self._handle).decode()

    def check(self, status):
        """Raise Error unless status is 0."""
        if status != 0:
            cause = callback_errors.pop() if status == ERR_CALLBACK and callback_errors else None
            raise Error(status, lib.context_message(self._handle).decode(errors="replace")) from cause


ERR_CALLBACK = 34
callback_errors = collections.deque(maxlen=16)  # what Python functions called by the library raised
_local = threading.local()


def context_or_default(context):
    if context is not None:
        return context
    if not hasattr(_local, "context"):
        _local.context = Context()
    return _local.context


def create(context, function, *arguments, free):
    """Call a creator whose last argument is the handle."""
    out = c_void_p()
    if context is None:  # the context itself
        status = function(*arguments, ctypes.byref(out))
        if status != 0:
            raise Error(status)
    else:
        context.check(function(*arguments, ctypes.byref(out)))
    return out.value if free is None else Handle(out.value, free)


class Handle:
    """Owns a C object; passes itself as its pointer."""

    def __init__(self, pointer, free):
        self._as_parameter_ = c_void_p(pointer)
        self._free = free

    def __del__(self):
        if self._as_parameter_:
            self._free(self._as_parameter_)
            self._as_parameter_ = None

    @property
    def pointer(self):
        return self._as_parameter_


def text(value):
    return None if value is None else os.fsencode(value)


def names(values):
    """char ** of a list of strings, and its length."""
    encoded = [v.encode() for v in values]
    return (c_char_p * max(len(encoded), 1))(*encoded), len(encoded)


def whole(value, what, most=2 ** 64 - 1):
    """A number that C takes as it is; ctypes would wrap it around."""
    number = operator.index(value)
    if not 0 <= number <= most:
        raise Error(14, f"{what} is {number}, allowed are 0 to {most}")
    return number


def doubles(values, shape=None):
    """A contiguous array of double; its address with address()."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if shape is not None and array.shape != shape:
        raise Error(13, f"shape {array.shape} given, {shape} wanted")
    return array


def address(array):
    """Pointer to the first element, None for None."""
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
