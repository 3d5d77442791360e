"""Binnings of scores and logits."""
import numpy as np

from ._context import context_or_default, create
from ._lib import Error, Resource, address, contiguous, doubles, lib, view, whole

_VARIABLES = {"score": 0, "logit": 1}


def _floats(values):
    return contiguous(values, np.float32).ravel()


def _variable(name):
    if name not in _VARIABLES:
        raise Error(11, f"variable is '{name}'; allowed: score, logit")
    return _VARIABLES[name]


class Binning(Resource):
    """Bins of the score or its logit: edges[j] <= v < edges[j + 1], first and last bin open; make one with uniform(), logit(),
    from_edges() or quantile()."""

    def __init__(self, handle, context):
        self._handle, self._context = handle, context

    @classmethod
    def _make(cls, context, function, *arguments):
        context = context_or_default(context)
        return cls(create(context, function, context._handle, *arguments, free=lib.binning_destroy), context)

    @classmethod
    def uniform(cls, n_bins, context=None):
        """Equal bins of the score on [0, 1]."""
        return cls._make(context, lib.binning_create_uniform, whole(n_bins, "n_bins"))

    @classmethod
    def logit(cls, n_bins, lower, upper, context=None):
        """Equal bins of the logit on [lower, upper]."""
        return cls._make(context, lib.binning_create_logit, whole(n_bins, "n_bins"), lower, upper)

    @classmethod
    def from_edges(cls, edges, variable="logit", context=None):
        """Inner edges [n_bins - 1], rising, in units of the variable."""
        edges = doubles(edges).ravel()
        return cls._make(context, lib.binning_create_edges, _variable(variable), address(edges), edges.size)

    @classmethod
    def classes(cls, n_classes, context=None):
        """One bin per output of a classifier of several: that of the largest."""
        return cls._make(context, lib.binning_create_classes, whole(n_classes, "n_classes"))

    @classmethod
    def quantile(cls, values, n_bins, weights=None, variable="logit", context=None):
        """Equal weight of values per bin (of the signal in the training part, usually)."""
        values, weights = _floats(values), None if weights is None else doubles(weights).ravel()
        if weights is not None and weights.size != values.size:
            raise Error(13, f"{values.size} values, {weights.size} weights")
        return cls._make(context, lib.binning_create_quantile, _variable(variable), address(values), address(weights), values.size,
                         whole(n_bins, "n_bins"))

    @property
    def n_bins(self):
        """Number of bins."""
        return lib.binning_n_bins(self._handle)

    @property
    def variable(self):
        """What is binned: "score", "logit" or "class"."""
        return (*_VARIABLES, "class")[lib.binning_variable(self._handle)]

    @property
    def edges(self):
        """Inner edges [n_bins - 1] (read-only)."""
        return view(self._handle, lib.binning_edges(self._handle), (self.n_bins - 1,), "<f8") if self.n_bins > 1 else np.empty(0)

    def index(self, values):
        """Bin of each value, which is in units of the variable."""
        values = _floats(values)
        bins = np.empty(values.size, dtype=np.uint16)
        self._context.check(lib.binning_index(self._handle, self._context._handle, address(values), values.size, address(bins)))
        return bins
