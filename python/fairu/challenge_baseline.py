"""The likelihood of the FAIR Universe challenge's example submission, for comparison."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import context_or_default, create
from ._lib import Error, Resource, address, doubles, lib, text
from ._structs import ChallengeBaselineNuisance, ChallengeBaselineResult

BaselineFit = namedtuple("BaselineFit", "mu_hat p16 p84 delta_mu_hat nll n_at_limit params errors")
BaselineFit.__doc__ = """A fit of the baseline. params and errors: {name: value}, NaN the error of what is not free or at a limit."""

_DEGREE = 5


def default_nuisances():
    """[(name, nominal, width, lower, upper)] of the six nuisances as the example submission has them."""
    found = []
    while lib.challenge_baseline_nuisance_default(len(found)):
        n = lib.challenge_baseline_nuisance_default(len(found)).contents
        found.append((n.name.decode(), n.nominal, n.width, n.lower, n.upper))
    return found


class ChallengeBaseline(Resource):
    """Polynomials per bin of one nuisance at a time, averaged over the nuisances.

    signal, background: coefficients [n_nuisances, n_bins, degree + 1], highest power first, in the raw value of the nuisance.
    nuisances: [(name, nominal, width, lower, upper)], default: default_nuisances().
    """

    def __init__(self, signal, background, nuisances=None, context=None):
        signal = doubles(signal)
        if signal.ndim != 3:
            raise Error(13, f"signal has shape {signal.shape}, wanted (nuisances, bins, powers)")
        background = doubles(background, signal.shape)
        array = self._take(nuisances, context)
        if len(array) != signal.shape[0] or signal.shape[2] == 0:
            raise Error(13, f"signal has shape {signal.shape}, there are {len(array)} nuisances")
        self._handle = create(self._context, lib.challenge_baseline_create, self._context._handle, array, len(array), signal.shape[1],
                              signal.shape[2] - 1, address(signal), address(background), free=lib.challenge_baseline_destroy)

    @classmethod
    def from_templates(cls, templates, signal, nuisances=None, degree=_DEGREE, context=None):
        """Least-squares polynomials through the yields of templates without pairs; `signal` names the process that mu scales."""
        self = cls.__new__(cls)
        array = self._take(nuisances, context)
        self._handle = create(self._context, lib.challenge_baseline_create_from_templates, self._context._handle, templates._handle,
                              text(signal), array, len(array), degree, free=lib.challenge_baseline_destroy)
        return self

    def _take(self, nuisances, context):
        self._context = context_or_default(context)
        items = default_nuisances() if nuisances is None else list(nuisances)
        self.names = ["mu"] + [item[0] for item in items]
        self._nominal = [item[1] for item in items]
        return (ChallengeBaselineNuisance * len(items))(*[ChallengeBaselineNuisance(text(name), *rest) for name, *rest in items])

    def _index(self, name):
        if name not in self.names:
            raise Error(16, f"no parameter '{name}'; there are: " + ", ".join(self.names))
        return self.names.index(name)

    @property
    def n_bins(self):
        """Number of bins."""
        return lib.challenge_baseline_n_bins(self._handle)

    def polynomials(self, nuisance, value):
        """Signal and background [n_bins] of one nuisance at one value, not divided by their number."""
        signal, background = np.empty(self.n_bins), np.empty(self.n_bins)
        k = self._index(nuisance) - 1
        if k < 0:
            raise Error(16, "mu has no polynomials")
        self._context.check(lib.challenge_baseline_polynomials(self._handle, self._context._handle, k, value, address(signal),
                                                     address(background)))
        return signal, background

    def nll(self, observed, params=None, gradient=False):
        """-ln L without ln n! at {name: value} (default: mu = 1, nominal); with gradient=True also its gradient."""
        counts, point = doubles(observed).ravel(), np.array([1.0] + self._nominal)
        for name, value in (params or {}).items():
            point[self._index(name)] = value
        out, slope = np.empty(1), np.empty(point.size) if gradient else None
        self._context.check(lib.challenge_baseline_nll(self._handle, self._context._handle, address(counts), counts.size,
                                             address(point), point.size, address(out), address(slope), None))
        return (out[0], slope) if gradient else out[0]

    def fit(self, observed, free=None):
        """Fit mu and the nuisances named in free (None: all); the others stay nominal."""
        counts = doubles(observed).ravel()
        n = len(self.names)
        flags = np.zeros(n, dtype=np.uint8)
        for name in self.names[1:] if free is None else free:
            flags[self._index(name)] = 1
        params, errors = np.empty(n), np.empty(n)
        result = ChallengeBaselineResult(struct_size=ctypes.sizeof(ChallengeBaselineResult))
        is_free = np.ascontiguousarray(flags[1:])
        self._context.call(lib.challenge_baseline_fit, self._handle, self._context._handle, address(counts), counts.size, address(is_free),
                           address(params), address(errors), n, ctypes.byref(result))
        return BaselineFit(result.mu_hat, result.p16, result.p84, result.delta_mu_hat, result.nll, result.n_at_limit,
                           dict(zip(self.names, params.tolist())), dict(zip(self.names, errors.tolist())))
