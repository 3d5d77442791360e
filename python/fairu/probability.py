"""From scores to probabilities: maps made from events of known class, how reliable they are, likelihood ratios."""
import ctypes
from collections import namedtuple
from ctypes import c_double

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, address, contiguous, doubles, integers, lib, whole
from ._state import Filed
from ._structs import ProbabilityOptions, ProbabilitySummary, ReliabilityBin, ReliabilityOptions, ReliabilityResult
from .classifier import Classifier

_METHODS = {"platt": 0, "isotonic": 1, "histogram": 2}
_BIN = np.dtype([(name, "u8" if name == "n" else "f8") for name, _ in ReliabilityBin._fields_])

Reliability = namedtuple("Reliability", [name for name, _ in ReliabilityResult._fields_[1:]] + ["bins"])
Reliability.__doc__ = """How right probabilities are: expected_error (expected calibration error), sampling_error (its mean if they are right),
maximum_error, chi_square, brier, log_loss; bins: a structured array, bins["mean"], bins["fraction"], its interval and more."""


def _events(values, labels, weights, kind):
    """Values, labels and weights of one length."""
    v = contiguous(values, kind).ravel()
    y = integers(labels, np.int32, "labels")
    w = None if weights is None else doubles(weights).ravel()
    if y.size != v.size or (w is not None and w.size != v.size):
        raise Error(13, f"{v.size} events, {y.size} labels, {v.size if w is None else w.size} weights")
    return v, y, w


def logit(scores, context=None):
    """ln s - ln(1 - s) of scores inside (0, 1)."""
    context = context_or_default(context)
    s = contiguous(scores, np.float32)
    out = np.empty(s.shape, dtype=np.float32)
    context.call(lib.probability_logit, context._handle, address(s), s.size, address(out))
    return out


def log_ratio(logits, signal=1.0, background=1.0, context=None):
    """ln p(x | signal) / p(x | background) from logits as they are; signal, background: sums of weights of the classes in training."""
    context = context_or_default(context)
    t = contiguous(logits, np.float32)
    out = np.empty(t.shape)
    context.call(lib.probability_log_ratio, context._handle, address(t), t.size, signal, background, address(out))
    return out


class ProbabilityMap(Filed, Resource):
    """Probabilities of logits, made on events that the classifier was not trained on.

    method: "platt" (soft_targets), "isotonic" (margin) or "histogram" (n_bins, equal_width, margin); see fairu/probability.h.

        logits = classifier.score(x, output="logit")
        p = fairu.ProbabilityMap(logits, labels).apply(logits)
    """

    _noun = "probability_map"

    def __init__(self, logits, labels, weights=None, method="platt", soft_targets=False, n_bins=20, equal_width=False, margin=None,
                 context=None):
        self._context = context_or_default(context)
        if method not in _METHODS:
            raise Error(11, f"method is '{method}'; allowed: " + ", ".join(_METHODS))
        t, y, w = _events(logits, labels, weights, np.float32)
        options = initialised(ProbabilityOptions, lib.probability_options_init, self._context)
        options.method, options.n_bins = _METHODS[method], whole(n_bins, "n_bins")
        options.soft_targets, options.equal_width = int(soft_targets), int(equal_width)
        if margin is not None:
            options.margin = margin
        self._handle = create(self._context, lib.probability_map_create, self._context._handle, address(t),
                              address(y), address(w), t.size, ctypes.byref(options), free=lib.probability_map_destroy)

    def apply(self, logits, output="score"):
        """Calibrated probabilities; output="logit": their logits."""
        if output not in ("score", "logit"):
            raise Error(11, f"output is '{output}'; allowed: score, logit")
        t = contiguous(logits, np.float32)
        out = np.empty(t.shape)
        self._context.call(lib.probability_map_apply, self._handle, self._context._handle, address(t), t.size, int(output == "logit"),
                           address(out))
        return out

    def log_ratio(self, logits):
        """ln p(x | signal) / p(x | background): the prior of the map's events is taken out."""
        t = contiguous(logits, np.float32)
        out = np.empty(t.shape)
        self._context.call(lib.probability_map_log_ratio, self._handle, self._context._handle, address(t), t.size, address(out))
        return out

    def calibrate(self, classifier):
        """The classifier followed by this map, as a classifier."""
        made = Classifier(create(self._context, lib.classifier_create_calibrated, self._context._handle, classifier._handle,
                                 self._handle, free=lib.classifier_destroy), self._context)
        made._function = classifier._function  # must outlive it
        return made

    def _summary(self):
        summary = ProbabilitySummary(struct_size=ctypes.sizeof(ProbabilitySummary))
        self._context.check(lib.probability_map_describe(self._handle, self._context._handle, ctypes.byref(summary)))
        return summary

    @property
    def method(self):
        """How it was fitted."""
        return list(_METHODS)[self._summary().method]

    @property
    def slope(self):
        """Of Platt's logistic, else NaN."""
        return self._summary().slope

    @property
    def offset(self):
        """Of Platt's logistic, else NaN."""
        return self._summary().offset

    @property
    def covariance(self):
        """Of slope and offset [2, 2]."""
        c = self._summary().covariance
        return np.array([[c[0], c[1]], [c[1], c[2]]])

    @property
    def log_prior_odds(self):
        """ln(W_signal / W_background) of the events."""
        return self._summary().log_prior_odds

    @property
    def knots(self):
        """(logits, probabilities) of an isotonic or histogram map."""
        n, t, p = self._summary().n_knots, c_double(), c_double()
        knots = np.empty((2, n))
        for i in range(n):
            self._context.check(lib.probability_map_knot(self._handle, self._context._handle, i, ctypes.byref(t), ctypes.byref(p)))
            knots[:, i] = t.value, p.value
        return knots[0], knots[1]


def reliability(probabilities, labels, weights=None, n_bins=15, equal_weights=False, level=0.6827, context=None):
    """Reliability diagram and errors of probabilities; bins of equal width in p, or of equal sums of weights."""
    context = context_or_default(context)
    p, y, w = _events(probabilities, labels, weights, np.float64)
    options = initialised(ReliabilityOptions, lib.reliability_options_init, context)
    options.n_bins, options.equal_weights, options.level = whole(n_bins, "n_bins"), int(equal_weights), level
    bins, result = (ReliabilityBin * max(n_bins, 1))(), ReliabilityResult(struct_size=ctypes.sizeof(ReliabilityResult))
    context.call(lib.reliability_measure, context._handle, address(p), address(y), address(w), p.size, ctypes.byref(options), bins,
                 ctypes.byref(result))
    rows = np.frombuffer(bins, dtype=_BIN).copy()
    return Reliability(*[getattr(result, name) for name in Reliability._fields[:-1]], rows)
