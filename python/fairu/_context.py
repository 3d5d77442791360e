"""Contexts: settings and messages of calls. C wants one for each thread, and another for calls made from within a callback; a Context of
Python has as many as are needed, so that anything may be shared by threads."""
import ctypes
import logging
import os
import select
import signal
import threading
import time
import weakref
from ctypes import c_void_p

from ._lib import Error, Handle, lib, text, whole
from ._structs import ENUMS, LOG_FN, PROGRESS_FN

_CALLBACK, _CANCELLED = ENUMS["fairu_status"]["err_callback"], ENUMS["fairu_status"]["err_cancelled"]
_LEVELS = {1: logging.WARNING, 2: logging.INFO, 3: logging.DEBUG}


class _Thread(threading.local):
    """Of each Python thread: how deep in callbacks it is, the contexts of `with` blocks."""

    depth = 0

    def __init__(self):
        self.active = []


_thread = _Thread()
_raised = []  # (thread, what a callback raised or None, whether it comes back as it is or as the cause of an Error)


def _keep(problem, as_is):
    _raised.append((threading.get_ident(), problem, as_is))
    del _raised[:-16]


def _found():
    """What stopped the call of this thread: raised last, here or in a worker thread of the library, but not in another thread of Python."""
    here, others = threading.get_ident(), {thread.ident for thread in threading.enumerate()}
    return next((entry for entry in _raised[::-1] if entry[0] == here or entry[0] not in others), None)


def _take():
    """The same, which is forgotten here."""
    entry = _found()
    if entry is None:
        return None, False
    if entry in _raised:
        _raised.remove(entry)
    return entry[1:]


def called_back(function, as_is=False):
    """function for C: 0, or what it returns; 1 if it raises, which comes back from the call that it is in. Calls of the library that it
    makes have contexts of their own."""
    def call(*arguments):
        before = _thread.depth
        try:
            _thread.depth = before + 1
            stop = function(*arguments) or 0
            if stop:
                _keep(None, False)
            return stop
        except BaseException as problem:  # noqa: BLE001: nothing may pass through C
            _keep(problem, as_is or not isinstance(problem, Exception))
            return 1
        finally:
            _thread.depth = before
    return call


class Interrupts:
    """Ctrl-C in the main thread while it is in C: Python's own handler runs only when the call is over. The signal also goes to a pipe; who
    reads it cancels the call, so that it is over soon."""

    def __init__(self):
        self._lock, self._pipe, self._running, self._cancelled = threading.Lock(), None, None, False
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self):
        self._lock, self._pipe, self._running = threading.Lock(), None, None

    def _start(self):
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        self._read, self._pipe = read, write
        threading.Thread(target=self._watch, args=(read, self._lock), name="fairu interrupts", daemon=True).start()

    def _numbers(self, read):
        """Signals that have come; with the lock held."""
        try:
            return os.read(read, 64)
        except BlockingIOError:
            return b""

    def _watch(self, read, lock):
        while True:
            select.select([read], [], [])
            with lock:
                if signal.SIGINT in self._numbers(read) and self._running is not None:
                    lib.context_cancel(self._running)
                    self._cancelled = True

    def _begin(self, handle):
        """What came in an earlier call, and found its watcher asleep, is none of this one's business."""
        with self._lock:
            self._numbers(self._read)
            self._running = handle

    @staticmethod
    def wanted():
        return threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def run(self, handle, function, arguments):
        """function(*arguments), which uses the context `handle`."""
        if self._running is not None or not self.wanted():
            return function(*arguments)
        if self._pipe is None:
            self._start()
        before = signal.set_wakeup_fd(self._pipe, warn_on_full_buffer=False)
        try:
            interrupted, status = False, None
            try:
                self._begin(handle)
                status = function(*arguments)
            finally:
                interrupted = self._end(handle, before)
            lost = status == _CANCELLED or (status == _CALLBACK and not _found())
            if interrupted and lost:  # Python's own, where it came between C and a callback
                raise KeyboardInterrupt
            return status
        except KeyboardInterrupt:
            self._end(handle, before)  # once more: the interrupt may have come in the middle of it
            raise

    def _end(self, handle, before):
        """True if an interrupt has come."""
        with self._lock:
            self._running, cancelled, self._cancelled = None, self._cancelled, False
            if cancelled:
                lib.context_resume(handle)
            come = signal.SIGINT in self._numbers(self._read)  # before its watcher woke up
        signal.set_wakeup_fd(before)
        return cancelled or come


_interrupts = Interrupts()


class _Contexts(threading.local):
    """The C contexts of one Context in one thread, by depth of callbacks."""

    version = -1

    def __init__(self):
        self.pointers, self.owners = [], []


class Context:
    """Settings of calls: threads inside one call, a deadline in seconds from now, progress and log.

    Every function takes context=None, which means the one of the innermost `with` block of this thread, or else one with one thread, no deadline and
    no progress. Objects use the context that they were made with.

        with fairu.Context(threads=2, progress=print) as context:
            model = fairu.Classifier.train(events)

    progress(what, done, total) is called now and then during long calls; True stops the call (FAIRU_ERR_CALLBACK), and what it raises comes back. log: the
    least important level ("warning", "info", "debug") that goes to Python's logging, as logger "fairu"; None: nothing. kernel: vector kernels, "auto" or
    a name as in fairu/base.h.

    A context may be used by any number of Python threads. Ctrl-C stops long calls of the main thread."""

    def __init__(self, threads=1, deadline=None, progress=None, log="warning", kernel="auto"):
        self._contexts, self._version, self._cancelled = _Contexts(), 0, False
        self._live = weakref.WeakSet()
        if log is not None and log not in ENUMS["fairu_log_level"]:
            raise Error(11, f"log is '{log}'; allowed: " + ", ".join(ENUMS["fairu_log_level"]))
        self._threads, self._kernel = threads, kernel
        self._end = None if deadline is None else time.monotonic() + deadline
        self._progress = None if progress is None else PROGRESS_FN(called_back(
            lambda what, done, total, _: int(bool(progress(ctypes.string_at(what).decode(), done, total))), as_is=True))
        self._log = None if log is None else (ENUMS["fairu_log_level"][log], LOG_FN(called_back(
            lambda level, text, _: logging.getLogger("fairu").log(_LEVELS[level], ctypes.string_at(text).decode(errors="replace")))))
        self._configure(self._contexts, 0)

    @property
    def _handle(self):
        """Address of the C context of this thread."""
        contexts, depth = self._contexts, _thread.depth
        if contexts.version == self._version and depth < len(contexts.pointers):
            return contexts.pointers[depth]
        return self._configure(contexts, depth)

    def _configure(self, contexts, depth):
        """Make what is missing, and bring the settings to all of this thread."""
        while len(contexts.pointers) <= depth:
            out = c_void_p()
            status = lib.context_create(None, ctypes.byref(out))
            if status != 0:
                raise Error(status)
            contexts.owners.append(Handle(out.value, lib.context_destroy))
            contexts.pointers.append(out.value)
            self._live.add(contexts.owners[-1])
        for pointer in contexts.pointers:
            self._set(pointer)
        contexts.version = self._version
        return contexts.pointers[depth]

    def _set(self, pointer):
        def check(status):
            if status != 0:
                raise Error(status, lib.context_message(pointer).decode(errors="replace"))
        check(lib.context_set_threads(pointer, whole(self._threads, "threads", 2 ** 31 - 1)))
        if self._kernel != "auto":
            check(lib.context_set_kernel(pointer, text(self._kernel)))
        if self._end is not None:
            check(lib.context_set_deadline(pointer, max(self._end - time.monotonic(), 1e-9)))
        check(lib.context_set_progress(pointer, self._progress, None))
        if self._log:
            check(lib.context_set_log(pointer, *self._log, None))
        if self._cancelled:
            lib.context_cancel(pointer)

    @property
    def threads(self):
        """Worker threads inside one call; the result does not depend on their number."""
        return self._threads

    @threads.setter
    def threads(self, n):
        before, self._threads = self._threads, n
        try:
            self._set(self._handle)
        except (Error, TypeError):
            self._threads = before
            raise
        self._version += 1

    @property
    def kernel(self):
        """Name of the vector kernels in use."""
        return lib.context_kernel(self._handle).decode()

    def cancel(self):
        """Stop all calls that use this context, from any thread: they raise Error (FAIRU_ERR_CANCELLED), and so do further ones until resume()."""
        self._cancelled = True
        for owner in list(self._live):
            lib.context_cancel(owner.pointer)

    def resume(self):
        """Calls may run again."""
        self._cancelled = False
        for owner in list(self._live):
            lib.context_resume(owner.pointer)

    def close(self):
        """Free the memory that this thread's calls left; what uses the context later gets it anew."""
        self._contexts.pointers, self._contexts.owners = [], []

    def __enter__(self):
        _thread.active.append(self)
        return self

    def __exit__(self, *_):
        _thread.active.remove(self)
        self.close()

    def check(self, status):
        """Raise Error unless status is 0."""
        if status != 0:
            self._fail(status)

    def _fail(self, status):
        problem, as_is = _take() if status == _CALLBACK else (None, False)
        if as_is:
            raise problem
        raise Error(status, lib.context_message(self._handle).decode(errors="replace")) from problem

    def call(self, function, *arguments):
        """A call that may take long: Ctrl-C ends it."""
        status = _interrupts.run(self._handle, function, arguments)
        if status != 0:
            self._fail(status)


class _Default(Context):
    """What context=None means."""

    @property
    def _handle(self):
        active = _thread.active
        return active[-1]._handle if active else Context._handle.fget(self)


_default = _Default()


def context_or_default(context):
    return _default if context is None else context


def initialised(kind, init, context):
    """Options with their defaults."""
    options = kind()
    context.check(init(ctypes.byref(options), ctypes.sizeof(options)))
    return options


def create(context, function, *arguments, free):
    """Call a creator whose last argument is the handle."""
    out = c_void_p()
    context.call(function, *arguments, ctypes.byref(out))
    return Handle(out.value, free)
