"""Training on what a whole batch says: a loss of one's own on soft counts of events in bins."""
import ctypes

import numpy as np

from ._context import called_back, context_or_default, create, initialised
from ._lib import Error, double_pointer, doubles, lib, listed, pointers
from ._structs import ENUMS, SUMMARY_LOSS_FN, SummaryCounts, SummaryOptions
from ._training import Options, scalar
from .classifier import Classifier

_WORDS = {"kind": ENUMS["fairu_summary_kind"]}
_SCALARS = ("kind", "n_bins", "temperature", "bandwidth", "n_processes", "warm_up")


def _array(pointer, shape):
    address = pointer if isinstance(pointer, int) else ctypes.cast(pointer, ctypes.c_void_p).value
    n = int(np.prod(shape))
    return np.frombuffer((ctypes.c_double * n).from_address(address), dtype=np.float64).reshape(shape) if address and n else None


def _slopes(out, values, what):
    if out is not None:
        values = np.asarray(values, dtype=float)
        if values.shape != out.shape:
            raise ValueError(f"the loss gave slopes of {what} of shape {values.shape}, wanted {out.shape}")
        out[...] = values


def _loss_fn(function):
    def call(_, told, loss, d_counts, d_tangents, __):
        seen = SummaryCounts.from_address(told)
        shape = seen.n_processes, seen.n_variations, seen.n_bins
        shape_of_tangents = seen.n_processes, seen.n_tangents, seen.n_bins
        counts, tangents = _array(seen.counts, shape).copy(), _array(seen.tangents, shape_of_tangents)
        value, *slopes = function(counts) if tangents is None else function(counts, tangents.copy())
        _array(loss, (1,))[0] = value
        if len(slopes) != (1 if tangents is None else 2):
            raise ValueError(f"the loss gave {len(slopes)} arrays of slopes, wanted {1 if tangents is None else 2}")
        _slopes(_array(d_counts, shape), slopes[0], "counts")
        if tangents is not None:
            _slopes(_array(d_tangents, shape_of_tangents), slopes[1], "tangents")
    return SUMMARY_LOSS_FN(called_back(call, as_is=True))


def train_summary(events, loss, variations=(), features=None, context=None, kind="softmax", n_bins=None, edges=None, temperature=None, bandwidth=None, n_processes=None,
                  warm_up=None, **options):
    """Train a classifier by a loss on soft counts of each batch (fairu/summary.h).

    loss(counts) gives (value, slopes): counts[process, variation, bin] are means over the events of a process (labels 0, 1, ...), so that a yield times them is what is expected;
    variation 0 is nominal, others are `variations`, tables of the same rows, shifted (Systematics.shift(..., keep=True), weight 0 where cut); slopes are the derivatives
    of the value by the counts. With the option tangents: loss(counts, tangents) gives (value, slopes, slopes of tangents), both [process, nuisance, bin].
    What it raises comes back.

    kind: "softmax" (n_bins outputs), "kde" (a score smeared over bins with edges) or "score" (two bins, 1 - score and score). Other options are those of Classifier.train."""
    context, variations = context_or_default(context), list(variations)
    struct = initialised(SummaryOptions, lib.summary_options_init, context)
    given = {"kind": kind, "n_bins": n_bins, "temperature": temperature, "bandwidth": bandwidth, "n_processes": n_processes, "warm_up": warm_up}
    for name in _SCALARS:
        if given[name] is not None:
            scalar(struct, name, given[name], _WORDS)
    if edges is not None:
        edges = doubles(edges).ravel()
        if edges.size < 2 or (n_bins or edges.size - 1) != edges.size - 1:
            raise Error(13, f"{edges.size} edges for {n_bins or edges.size - 1} bins")
        struct.n_bins, struct.edges = edges.size - 1, double_pointer(edges)
    handles = pointers(variations, lib.events_destroy)
    struct.variations, struct.n_variations = handles, len(variations)
    callback = _loss_fn(loss)
    struct.loss = callback
    taken = listed(options.get("nuisances"))
    features = [name for name in events.names if name not in taken] if features is None else features
    training = Options(context, len(events), features, options)
    made = Classifier(create(context, lib.classifier_train_summary, context._handle, events._handle, ctypes.byref(training.struct), ctypes.byref(struct),
                             ctypes.byref(training.result), free=lib.classifier_destroy), context)
    made.training = training.outcome()
    return made
