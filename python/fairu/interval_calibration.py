"""Calibrated intervals: a test of each hypothesised mu with critical values from toys at that mu."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Resource, address, lib, numbers, observed, whole
from ._state import Filed
from ._structs import CalibratedIntervalResult, IntervalCalibrationOptions
from .likelihood import Data

CalibratedInterval = namedtuple("CalibratedInterval", "lower upper estimate n_pieces lower_end upper_end params")
CalibratedInterval.__doc__ = """A calibrated interval. estimate, params {name: value}: the fit without bounds; n_pieces > 1: the hull of several;
lower_end, upper_end: "crossing", or "bound" at an end of the range."""

_ENDS = ("crossing", "bound", "yield", "empty")
_OPTIONS = ("lower", "upper", "n_mu", "n_toys", "level", "seed", "draw_nuisances", "template_statistics", "pool_statistics",
            "fixed_sums")


def _options(context, values):
    options = initialised(IntervalCalibrationOptions, lib.interval_calibration_options_init, context)
    for name, value in values.items():
        if name not in _OPTIONS:
            raise TypeError(f"unknown option '{name}'; there are: " + ", ".join(_OPTIONS))
        if name in ("draw_nuisances", "fixed_sums"):
            value = int(bool(value))
        setattr(options, name, whole(value, name) if name in ("n_mu", "n_toys", "seed") else value)
    return options


class IntervalCalibration(Filed, Resource):
    """Toys at n_mu hypotheses between lower and upper, and the critical values that follow.

    Options as in fairu/interval_calibration.h: lower, upper, n_mu, n_toys, level, seed, draw_nuisances, template_statistics,
    pool_statistics, fixed_sums. IntervalCalibration.load(path) reads one that was saved.
    """

    _noun = "interval_calibration"

    def __init__(self, model, context=None, **options):
        self._context = context_or_default(context)
        self._handle = create(self._context, lib.interval_calibration_create, self._context._handle, model._handle,
                              ctypes.byref(_options(self._context, options)), free=lib.interval_calibration_destroy)

    @property
    def digest(self):
        """SHA-256 of all that is frozen, as 64 hexadecimal digits."""
        out = ctypes.create_string_buffer(65)
        self._context.check(lib.interval_calibration_digest(self._handle, self._context._handle, out))
        return out.value.decode()

    @property
    def points(self):
        """{"mu", "quantile", "quantile_error", "critical", "n_failed"}: arrays over the hypotheses."""
        n = lib.interval_calibration_n_mu(self._handle)
        rows, failed = np.empty((4, n)), np.empty(n, dtype=np.uint64)
        for i in range(n):
            self._context.check(lib.interval_calibration_point(self._handle, self._context._handle, i,
                                                      *(address(row[i:]) for row in rows), address(failed[i:])))
        return dict(zip(("mu", "quantile", "quantile_error", "critical"), rows), n_failed=failed)

    def critical(self, mu):
        """Critical values and their standard errors at mu (a number or an array)."""
        places = np.asarray(numbers(mu), dtype=np.float64)
        values, errors = np.empty(places.shape), np.empty(places.shape)
        for i, place in enumerate(places.flat):
            self._context.check(lib.interval_calibration_critical(self._handle, self._context._handle, place,
                                                         address(values.reshape(-1)[i:]), address(errors.reshape(-1)[i:])))
        return (float(values), float(errors)) if places.ndim == 0 else (values, errors)

    def interval(self, data):
        """Interval for data of the calibrated model: {mu in the range: t(mu) <= critical(mu)}."""
        held = observed(data)
        model = data.model
        params = np.empty(len(model.names))
        result = CalibratedIntervalResult(struct_size=ctypes.sizeof(CalibratedIntervalResult))
        self._context.call(lib.interval_calibration_interval, self._handle, self._context._handle, model._handle, held, None,
                           ctypes.byref(result), address(params), params.size)
        return CalibratedInterval(result.lower, result.upper, result.estimate, result.n_pieces, _ENDS[result.lower_end],
                                  _ENDS[result.upper_end], dict(zip(model.names, params.tolist())))


def toy(model, mu, stream, number, **options):
    """A pseudo-experiment as calibrations draw them: (true parameters {name: value}, data). Streams 0 ... n_mu - 1 are those of a
    calibration with the same seed; its closure draws others."""
    data = Data(model)
    context, params = data._context, np.empty(len(model.names))
    context.check(lib.interval_calibration_toy(context._handle, model._handle, ctypes.byref(_options(context, options)), mu, whole(stream, "stream"), whole(number, "number"),
                                      address(params), params.size, data._handle))
    return dict(zip(model.names, params.tolist())), data
