"""Do intervals cover? Toys of a likelihood, an interval for each."""
import ctypes
from collections import namedtuple

from ._lib import lib, whole
from ._context import context_or_default, create
from ._structs import Coverage as CoverageStruct
from ._structs import IntervalOptions, ToyResult, ToyStudy
from ._training import initialised

Coverage = namedtuple("Coverage", ["truth", *(name for name, _ in CoverageStruct._fields_[1:])])
Coverage.__doc__ = """Intervals of n toys at truth, the true value of the parameter of interest: n_covered hold it, n_failed toys gave none; coverage with its
Clopper-Pearson interval, mean half width, bias, and what else fairu/coverage.h says."""


def coverage(model, truth=None, n=1000, seed=1, level=0.6827, first=0, band=0.6827, context=None):
    """Toys first ... first + n - 1 of a likelihood at truth ({parameter: value}, others at their start), and whether the profile intervals of the parameter of
    interest hold it. level: of the intervals; band: of the interval of the coverage. The threads of the context share the toys; the result does not
    depend on their number."""
    context = context_or_default(context)
    point = model._point(truth)
    interval, study = initialised(IntervalOptions, lib.interval_options_init, context), initialised(ToyStudy, lib.toy_study_init, context)
    interval.level = level
    study.likelihood, study.seed = model._handle.pointer, whole(seed, "seed")
    study.truth, study.n_params = point.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), point.size
    study.interval = ctypes.pointer(interval)
    n = whole(n, "n", 2 ** 40)
    results = (ToyResult * max(n, 1))()
    context.call(lib.toys_run, context._handle, whole(first, "first"), n, ctypes.cast(lib.toy_study_estimate, ctypes.c_void_p),
                 ctypes.byref(study), results)
    mu = float(point[lib.likelihood_poi_index(model._handle)])
    tally = create(context, lib.tally_create, context._handle, mu, free=lib.tally_destroy)
    context.check(lib.tally_add(tally, context._handle, results, n))
    found = CoverageStruct(struct_size=ctypes.sizeof(CoverageStruct))
    context.check(lib.tally_coverage(tally, context._handle, band, ctypes.byref(found)))
    return Coverage(mu, *[getattr(found, name) for name in Coverage._fields[1:]])
