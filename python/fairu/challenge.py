"""Pseudo-experiments of the FAIR Universe challenge: what is drawn, and which events of a pool they consist of."""
import ctypes
from collections import namedtuple
from ctypes import c_uint64
from functools import partial

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, address, double_pointer, doubles, integers, lib, pointers, whole
from ._structs import PseudoExperimentStruct, ChallengeFill, ChallengeOptions
from .events import Events

PROCESSES = ("ztautau", "diboson", "ttbar", "htautau")
_GENERATORS = ("philox", "numpy")
_SWITCHES = ("tes", "jes", "soft_met", "ttbar_scale", "diboson_scale", "bkg_scale")

Histograms = namedtuple("Histograms", "counts n_events n_passed")
Histograms.__doc__ = """Histograms of a pseudo-experiment: counts [n_bins], or a list of such arrays where a list of binnings was
given; n_events drawn, of which n_passed passed the cuts."""


def normalise(pool, sum_weights):
    """The pool with its weights brought to sum_weights as the challenge's loader does it, bit for bit: a table that shares the
    columns of the first one."""
    out = pool.with_weights(pool.weights)
    out._context.check(lib.challenge_normalise(out._handle, out._context._handle, sum_weights))
    return out


class PseudoExperiments:
    """n_sets sets (a true mu each) of n_pe pseudo-experiments; a sequence of PseudoExperiment, set after set.

    Options as in fairu/challenge.h: generator "numpy" (the challenge's own numbers) or "philox" (the same for any piece of a pool), seed, mu [n_sets] or
    uniform in [mu_lower, mu_upper]; tes, jes, soft_met, ttbar_scale, diboson_scale, bkg_scale: False where the nuisance stays nominal.

        experiments = fairu.PseudoExperiments(n_sets=10, n_pe=100, generator="philox", seed=1)
        for experiment in experiments:
            histogram = experiment.histograms(pool, classifier, binning, chain).counts
    """

    def __init__(self, n_sets=10, n_pe=100, generator="numpy", seed=31415, mu=None, mu_lower=None, mu_upper=None, context=None,
                 **switches):
        self._context = context_or_default(context)
        if generator not in _GENERATORS:
            raise Error(11, f"generator is '{generator}'; allowed: " + ", ".join(_GENERATORS))
        options = initialised(ChallengeOptions, lib.challenge_options_init, self._context)
        self.n_sets, self.n_pe = whole(n_sets, "n_sets"), whole(n_pe, "n_pe")
        options.generator, options.seed = _GENERATORS.index(generator), whole(seed, "seed")
        options.n_sets, options.n_pe = self.n_sets, self.n_pe
        if mu is not None:
            self._mu = doubles(mu).ravel()
            if self._mu.size != self.n_sets:
                raise Error(13, f"{self._mu.size} values of mu for {self.n_sets} sets")
            options.mu = double_pointer(self._mu)
        options.mu_lower = options.mu_lower if mu_lower is None else mu_lower
        options.mu_upper = options.mu_upper if mu_upper is None else mu_upper
        self._arguments = {"n_sets": self.n_sets, "n_pe": self.n_pe, "generator": generator, "seed": seed, "mu": mu, "mu_lower": mu_lower,
                           "mu_upper": mu_upper, **switches}
        for name, value in switches.items():
            if name not in _SWITCHES:
                raise TypeError(f"unknown option '{name}'; there are: generator, seed, mu, mu_lower, mu_upper, " + ", ".join(_SWITCHES))
            setattr(options, name, int(bool(value)))
        self._options = options

    def __reduce__(self):
        return partial(type(self), **self._arguments), ()

    def draw(self, set, pe):
        """Pseudo-experiment number pe (from 0) of a set (from 0)."""
        struct = PseudoExperimentStruct(struct_size=ctypes.sizeof(PseudoExperimentStruct))
        self._context.check(lib.challenge_draw(self._context._handle, ctypes.byref(self._options), whole(set, "set"),
                                            whole(pe, "pe"), ctypes.byref(struct)))
        return PseudoExperiment(struct, self._context)

    def order(self):
        """Numbers set * n_pe + pe in the order in which the challenge goes through them."""
        order = np.empty(len(self), dtype=np.uint64)
        self._context.check(lib.challenge_order(self._context._handle, ctypes.byref(self._options), address(order), order.size))
        return order

    def __len__(self):
        return self.n_sets * self.n_pe

    def __getitem__(self, number):
        """By number, set * n_pe + pe."""
        if not 0 <= number < len(self):
            raise IndexError(f"pseudo-experiment {number} of {len(self)}")
        return self.draw(*divmod(int(number), self.n_pe))


def _experiment(struct):
    """Of its bytes in C."""
    return PseudoExperiment(PseudoExperimentStruct.from_buffer_copy(struct), context_or_default(None))


class PseudoExperiment:
    """One of PseudoExperiments: set, pe, number, seed, smearing_seed, mu, tes, jes, soft_met, ttbar_scale, diboson_scale, bkg_scale,
    generator (a name) and rates {process: factor on its weights}.

    Pools are tables with weights and labels whose categories are among PROCESSES. first_row: number of the pool's first event in the whole pool of
    which it is a piece (generator "philox")."""

    def __init__(self, struct, context):
        self._struct, self._context = struct, context
        for name in ("set", "pe", "number", "seed", "smearing_seed", "mu", *_SWITCHES):
            setattr(self, name, getattr(struct, name))
        self.generator = _GENERATORS[struct.generator]
        self.rates = dict(zip(PROCESSES, struct.rates))

    def __reduce__(self):
        return _experiment, (bytes(self._struct),)

    def __repr__(self):
        return f"PseudoExperiment(set={self.set}, pe={self.pe}, mu={self.mu:.6g})"

    @property
    def nuisances(self):
        """{"tes": ..., "jes": ..., "soft_met": ..., "ttbar_scale": ..., "diboson_scale": ..., "bkg_scale": ...}."""
        return {name: getattr(self, name) for name in _SWITCHES}

    def counts(self, pool, first_row=0):
        """How often each event of the pool is drawn."""
        counts, total = np.empty(len(pool), dtype=np.uint32), c_uint64()
        self._context.call(lib.challenge_counts, self._context._handle, ctypes.byref(self._struct), pool._handle, whole(first_row, "first_row"),
                           address(counts), counts.size, ctypes.byref(total))
        return counts

    def rows(self, pool, counts):
        """Rows of the pool, each as often as counts says: in the challenge's order (generator "numpy"), or rising."""
        counts = integers(counts, np.uint32, "counts")
        rows = np.empty(int(counts.sum(dtype=np.uint64)), dtype=np.uintp)
        self._context.call(lib.challenge_rows, self._context._handle, ctypes.byref(self._struct), pool._handle, address(counts), counts.size,
                           address(rows), rows.size)
        return rows

    def events(self, pool, first_row=0):
        """The pseudo-experiment as a table, before its shift, each event of weight 1. Shift it with smearing_seed:
        chain.shift(experiment.events(pool), {"tes": experiment.tes, ...}, seed=experiment.smearing_seed)."""
        return Events._of(create(self._context, lib.challenge_events, self._context._handle, ctypes.byref(self._struct), pool._handle,
                                 whole(first_row, "first_row"), free=lib.events_destroy), self._context)

    def histograms(self, pool, classifier, binnings, systematics=None, first_row=0, out=None):
        """Drawn, shifted, cut, scored and binned in one pass, without a table in memory. binnings: a Binning or a list of them; out: an array of
        float64 [sum of bins] to which the counts are added, so that pieces of a pool add up."""
        several = isinstance(binnings, (list, tuple))
        items = list(binnings) if several else [binnings]
        sizes = [item.n_bins for item in items]
        counts = np.zeros(sum(sizes)) if out is None else out
        if counts.dtype != np.float64 or counts.shape != (sum(sizes),) or not counts.flags.c_contiguous or not counts.flags.writeable:
            raise Error(13, f"out has shape {counts.shape} of {counts.dtype}, wanted {(sum(sizes),)} of float64, contiguous")
        fill, events, passed = initialised(ChallengeFill, lib.challenge_fill_init, self._context), c_uint64(), c_uint64()
        array = pointers(items, lib.binning_destroy)
        held = classifier._handle, None if systematics is None else systematics._handle  # until the call is over, whoever closes them meanwhile
        fill.classifier, fill.systematics = (None if handle is None else handle.pointer for handle in held)
        fill.binnings, fill.n_binnings = array, len(items)
        self._context.call(lib.challenge_histograms, self._context._handle, ctypes.byref(self._struct), pool._handle, whole(first_row, "first_row"),
                           ctypes.byref(fill), address(counts), counts.size, ctypes.byref(events),
                           ctypes.byref(passed))
        parts = np.split(counts, np.cumsum(sizes)[:-1])
        return Histograms(parts if several else parts[0], events.value, passed.value)
