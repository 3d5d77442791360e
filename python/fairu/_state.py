"""State as bytes: what C packs, and what pickle does with it."""
import ctypes

from ._context import context_or_default, create
from ._lib import address, file_path, lib

_SHAPE = 13


def packed(context, function, *arguments):
    """Bytes of a function of C whose last arguments are bytes, capacity and size."""
    size, room = ctypes.c_size_t(), bytearray(1 << 16)
    status = function(*arguments, address(room), len(room), ctypes.byref(size))
    if status == _SHAPE and size.value > len(room):
        room = bytearray(size.value)
        status = function(*arguments, address(room), len(room), ctypes.byref(size))
    context.check(status)
    return bytes(memoryview(room)[:size.value])


def readable(state):
    """Address and length of bytes, or of what has a buffer."""
    state = state if isinstance(state, bytes) else bytes(state)
    return ctypes.cast(ctypes.c_char_p(state), ctypes.c_void_p), len(state)


class Filed:
    """A Resource that goes into a file. _noun: of its functions in C."""

    @classmethod
    def _function(cls, verb):
        return getattr(lib, f"{cls._noun}_{verb}")

    @classmethod
    def _of(cls, handle, context):
        self = cls.__new__(cls)
        self._handle, self._context = handle, context
        return self

    def save(self, path):
        """All of it in a file; an old one is replaced when the new one is complete."""
        self._context.check(self._function("save")(self._handle, self._context._handle, file_path(path)))

    @classmethod
    def load(cls, path, context=None):
        """What save() wrote."""
        context = context_or_default(context)
        return cls._of(create(context, cls._function("load"), context._handle, file_path(path), free=cls._function("destroy")), context)


class Stateful(Filed):
    """One whose exact state travels: as bytes, in files, by pickle."""

    def dumps(self):
        """The exact state as bytes, versioned and with a checksum; those of the file of save()."""
        return packed(self._context, self._function("pack"), self._handle, self._context._handle)

    @classmethod
    def loads(cls, state, context=None):
        """What dumps() gave. Bytes that are cut or changed raise Error."""
        context = context_or_default(context)
        pointer, size = readable(state)
        return cls._of(create(context, cls._function("unpack"), context._handle, pointer, size, free=cls._function("destroy")), context)

    def __reduce__(self):
        return self.loads, (self.dumps(),)
