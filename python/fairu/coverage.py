"""Do intervals cover? Toys of a likelihood, an interval for each, and tallies of them that add up exactly."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, lib, whole
from ._state import Stateful, packed, readable
from ._structs import Coverage as CoverageStruct
from ._structs import IntervalOptions, ToyResult, ToyStudy

Coverage = namedtuple("Coverage", ["truth", *(name for name, _ in CoverageStruct._fields_[1:])])
Coverage.__doc__ = """Intervals of n toys at truth, the true value of the parameter of interest: n_covered hold it, n_failed toys gave none; coverage with its
Clopper-Pearson interval, mean half width, bias, and what else fairu/coverage.h says."""

RESULTS = np.dtype(ToyResult)
_MOST = 2 ** 40


def _pointer(results):
    return results.ctypes.data_as(ctypes.POINTER(ToyResult)) if results.size else None


def _rows(results):
    results = np.require(results, requirements="CA")
    if results.dtype != RESULTS or results.ndim != 1:
        raise Error(13, f"results are {results.dtype} {results.shape}, wanted are those of fairu.toys")
    return results


def _study(model, point, seed, level, context):
    interval, study = initialised(IntervalOptions, lib.interval_options_init, context), initialised(ToyStudy, lib.toy_study_init, context)
    interval.level = level
    study.kept = model._handle  # until the call is over, whoever closes it meanwhile
    study.likelihood, study.seed = study.kept.pointer, whole(seed, "seed")
    study.truth, study.n_params = point.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), point.size
    study.interval = ctypes.pointer(interval)
    return study


def toys(model, truth=None, n=1000, seed=1, level=0.6827, first=0, context=None):
    """Toys first ... first + n - 1 of a likelihood at truth ({parameter: value}, others at their start), each with the profile interval of the parameter of
    interest at `level`: an array with the fields toy, estimate, lower, upper, nuisance and status (0, or why there is no interval). A toy depends on its
    number alone: parts run anywhere join to the same bits."""
    context = context_or_default(context)
    point = model._point(truth)
    study = _study(model, point, seed, level, context)
    results = np.zeros(whole(n, "n", _MOST), dtype=RESULTS)
    room = results if results.size else np.zeros(1, dtype=RESULTS)
    context.call(lib.toys_run, context._handle, whole(first, "first"), results.size, ctypes.cast(lib.toy_study_estimate, ctypes.c_void_p),
                 ctypes.byref(study), _pointer(room))
    return results


def toys_dumps(results, context=None):
    """Results of toys as bytes, versioned and with a checksum, the same on any machine."""
    context, results = context_or_default(context), _rows(results)
    return packed(context, lib.toys_pack, context._handle, _pointer(results), results.size)


def toys_loads(state, context=None):
    """What toys_dumps() gave, to the bit."""
    context = context_or_default(context)
    (pointer, size), n = readable(state), ctypes.c_size_t()
    context.check(lib.toys_unpack(context._handle, pointer, size, None, 0, ctypes.byref(n)))
    results = np.zeros(n.value, dtype=RESULTS)
    context.check(lib.toys_unpack(context._handle, pointer, size, _pointer(results), results.size, ctypes.byref(n)))
    return results


class Tally(Stateful, Resource):
    """Sums over intervals of toys at one true value of the parameter of interest. They are exact: parts, wherever they were run, merge in any
    grouping to the same bits. A Tally travels as a Fill does: dumps() and loads(), save() and load(), pickle.

        tally = fairu.Tally(1.0)
        tally.add(fairu.toys(model, {"mu": 1.0}, n=500))
        tally.merge(fairu.Tally.loads(state))  # of toys 500 ... 999, from elsewhere
        print(tally.coverage())
    """

    _noun = "tally"

    def __init__(self, truth, context=None):
        self._context = context_or_default(context)
        self._handle = create(self._context, lib.tally_create, self._context._handle, truth, free=lib.tally_destroy)

    def __copy__(self):
        raise TypeError("a Tally that is being filled has no copy")

    def __deepcopy__(self, _):
        return self.__copy__()

    @property
    def truth(self):
        """True value of the parameter of interest."""
        return lib.tally_truth(self._handle)

    def add(self, results):
        """Add results of toys; those without an interval are counted apart."""
        results = _rows(results)
        self._context.check(lib.tally_add(self._handle, self._context._handle, _pointer(results), results.size))

    def merge(self, other):
        """Add all that another tally of the same truth holds, exactly."""
        self._context.check(lib.tally_merge(self._handle, self._context._handle, other._handle))

    def coverage(self, band=0.6827):
        """The Coverage so far; band: level of the interval of the coverage."""
        found = CoverageStruct(struct_size=ctypes.sizeof(CoverageStruct))
        self._context.check(lib.tally_coverage(self._handle, self._context._handle, band, ctypes.byref(found)))
        return Coverage(self.truth, *[getattr(found, name) for name in Coverage._fields[1:]])


def true_value(model, truth=None):
    """Of the parameter of interest at truth."""
    return float(model._point(truth)[model._interest()])


def coverage(model, truth=None, n=1000, seed=1, level=0.6827, first=0, band=0.6827, context=None):
    """Toys first ... first + n - 1 of a likelihood at truth ({parameter: value}, others at their start), and whether the profile intervals of the parameter of
    interest hold it. level: of the intervals; band: of the interval of the coverage. The threads of the context share the toys; the result does not
    depend on their number."""
    tally = Tally(true_value(model, truth), context)
    tally.add(toys(model, truth, n, seed, level, first, context))
    return tally.coverage(band)
