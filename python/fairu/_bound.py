"""Calls with all arguments in place: for loops over single events and for minimisers, where the way into C would cost more than the work."""
import functools
import threading
from ctypes import c_double, c_int, c_size_t, c_void_p

import numpy as np

from ._context import Context
from ._lib import Error, lib, observed


class Bound:
    """A call with arrays of its own. One thread: that which made it."""

    def _bind(self, function, *arguments):
        """Give the last word on arguments; a place for the context is None at `arguments[1]`."""
        self._context = Context()
        self._thread = threading.get_ident()
        before, *after = arguments
        self._call = functools.partial(function, before, c_void_p(self._context._handle), *after)

    def _fail(self, status):
        self._context.check(status)

    def _wrong_thread(self):
        raise Error(11, "a bound call is for the thread that made it: bind() in each")


def _pointer(array):
    return c_void_p(array.ctypes.data)


def _put(place, values, what):
    """Into an array that has room for as many: NumPy would repeat one number, or one event, for all."""
    n = values.size if isinstance(values, np.ndarray) else len(values) if isinstance(values, list) else -1
    if n != place.size:
        values = np.asarray(values, dtype=np.float64)
        if values.size != place.size:
            raise Error(13, f"{what}: {values.size} numbers, wanted {place.size}")
    place[...] = values


class BoundScores(Bound):
    """classifier.bind(): .x [n_events, n_features] of float32 and .z [n_nuisances] are read, .scores [n_events] (or [n_events, n_outputs]) written.

        bound = classifier.bind()
        bound.x[0] = event
        score = bound()[0]

    Called with an array, it is copied to .x first. The scores are those of the last call: copy what you keep."""

    def __init__(self, classifier, n_events, z, output, n_features, n_nuisances, n_outputs):
        self.x = np.zeros((n_events, n_features), dtype=np.float32)
        self.z = np.zeros(n_nuisances)
        if z is not None:
            _put(self.z, z, "z")
        whole = np.zeros((n_events, n_outputs), dtype=np.float32)
        self.scores = whole[:, 0] if n_outputs == 1 else whole
        self._kept = classifier._handle, classifier._function  # must live on, closed or not
        point = _pointer(self.z) if n_nuisances else None, c_size_t(n_nuisances), c_int(output)
        shape = [c_size_t(n_features)] if n_events == 1 else [c_size_t(n_events), c_size_t(n_features)]
        self._bind(lib.classifier_score_event if n_events == 1 else lib.classifier_score, self._kept[0]._as_parameter_, _pointer(self.x), *shape,
                   *point, _pointer(whole))

    def __call__(self, x=None):
        if x is not None:
            _put(self.x, x, "x")
        if threading.get_ident() != self._thread:
            self._wrong_thread()
        status = self._call()
        if status:
            self._fail(status)
        return self.scores


class BoundNll(Bound):
    """likelihood.bind(data): .params [n_params] is read; a call gives -ln L as a float, and writes .gradient [n_params] if asked for.

        nll = model.bind(data)
        value = nll(params)

    Called without an argument it takes .params as it stands."""

    def __init__(self, likelihood, data, gradient, start):
        self.params = np.array(start, dtype=np.float64)
        self.gradient = np.zeros_like(self.params) if gradient else None
        self._values = (c_double * 2)()
        self._kept = likelihood._handle, getattr(likelihood, "_kept", None), observed(data), data._kept
        self._bind(lib.likelihood_nll, self._kept[0]._as_parameter_, self._kept[2]._as_parameter_, _pointer(self.params),
                   c_size_t(self.params.size), self._values, None if self.gradient is None else _pointer(self.gradient), None)

    def __call__(self, params=None):
        if params is not None:
            _put(self.params, params, "params")
        if threading.get_ident() != self._thread:
            self._wrong_thread()
        status = self._call()
        if status:
            self._fail(status)
        values = self._values
        return values[0] + values[1]
