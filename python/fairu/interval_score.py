"""How good intervals are: mean width, coverage, and the score of the FAIR Universe challenge."""
import ctypes
import operator
from collections import namedtuple
from ctypes import c_double

import numpy as np

from ._context import context_or_default, create
from ._lib import Error, address, doubles, file_path, integers, lib, view, whole
from ._structs import IntervalScoreBootstrapResult, IntervalEntriesStruct, ScoreResult

Score = namedtuple("Score", [name for name, _ in ScoreResult._fields_[1:]])
Score.__doc__ = """Score of n intervals: mean width (interval), coverage with its 95 % interval, sigma of the coverage if it were 0.6827,
penalty f, quantile_score = -ln((interval + 0.001) f), rmse and mae (NaN without mu_hat)."""

ScoreBootstrap = namedtuple("ScoreBootstrap", [name for name, _ in IntervalScoreBootstrapResult._fields_[2:]]
                            + ["intervals", "coverages", "quantile_scores"])
ScoreBootstrap.__doc__ = "Means and standard deviations over replicas, and the replicas themselves."


def quantile_score(n, interval, coverage, context=None):
    """(score, penalty) of n intervals of which mean width and coverage are known."""
    context = context_or_default(context)
    score, penalty = c_double(), c_double()
    context.check(lib.interval_score_quantile(context._handle, whole(n, "n"), interval, coverage, ctypes.byref(score), ctypes.byref(penalty)))
    return score.value, penalty.value


class IntervalEntries:
    """Intervals [p16, p84] for known mu_true, one entry each; float64 arrays are looked at, not copied.

    mu_hat, delta_mu_hat: for rmse and mae; set: number of the set each belongs to (default: one set, 0).

        entries = fairu.IntervalEntries(mu_true, p16, p84)
        entries.score().quantile_score
    """

    def __init__(self, mu_true, p16, p84, mu_hat=None, delta_mu_hat=None, set=None, context=None):
        self._context = context_or_default(context)
        columns = {"mu_true": mu_true, "p16": p16, "p84": p84, "mu_hat": mu_hat, "delta_mu_hat": delta_mu_hat, "set": set}
        self._arrays = {name: self._column(name, values) for name, values in columns.items() if values is not None}
        n = self._arrays["mu_true"].size
        for name, array in self._arrays.items():
            if array.size != n:
                raise Error(13, f"{array.size} values of {name} for {n} of mu_true")
        kinds = dict(IntervalEntriesStruct._fields_)
        pointers = {name: array.ctypes.data_as(kinds[name]) for name, array in self._arrays.items()}
        self._struct = IntervalEntriesStruct(struct_size=ctypes.sizeof(IntervalEntriesStruct), n=n, **pointers)

    @staticmethod
    def _column(name, values):
        if name != "set":
            return doubles(values).ravel()
        return integers(values, np.int64, "set")

    @classmethod
    def read_csv(cls, path, context=None):
        """A CSV file with the columns mu_true, p16, p84, and optionally mu_hat, delta_mu_hat, set."""
        self = cls.__new__(cls)
        self._context = context_or_default(context)
        self._table = create(self._context, lib.interval_table_read_csv, self._context._handle, file_path(path),
                             free=lib.interval_table_destroy)
        self._struct = IntervalEntriesStruct(struct_size=ctypes.sizeof(IntervalEntriesStruct))
        self._context.check(lib.interval_table_entries(self._table, self._context._handle, ctypes.byref(self._struct)))
        kinds = {name: "<i8" if name == "set" else "<f8" for name, _ in IntervalEntriesStruct._fields_[2:]}
        columns = {name: view(self._table, ctypes.cast(getattr(self._struct, name), ctypes.c_void_p).value, (self._struct.n,), kind)
                   for name, kind in kinds.items()}
        self._arrays = {name: array for name, array in columns.items() if array is not None}
        return self

    def __len__(self):
        return self._struct.n

    def __getitem__(self, name):
        """A column: "mu_true", "p16", "p84", "mu_hat", "delta_mu_hat" or "set"."""
        if name not in self._arrays:
            raise Error(16, f"no column '{name}'; there are: " + ", ".join(self._arrays))
        return self._arrays[name]

    def score(self, set=None):
        """Score of all entries, or of those of one set."""
        result = ScoreResult(struct_size=ctypes.sizeof(ScoreResult))
        entries, out = ctypes.byref(self._struct), ctypes.byref(result)
        self._context.check(lib.interval_score_compute(self._context._handle, entries, out) if set is None else
                            lib.interval_score_compute_set(self._context._handle, entries, operator.index(set), out))
        return Score(*[getattr(result, name) for name in Score._fields])

    def scores(self):
        """{set: its score}."""
        return {int(number): self.score(int(number)) for number in np.unique(self._arrays.get("set", 0))}

    def bootstrap(self, seed=42, n_replicas=1000):
        """The bootstrap over sets of the challenge's final phase."""
        result = IntervalScoreBootstrapResult(struct_size=ctypes.sizeof(IntervalScoreBootstrapResult))
        seed, n_replicas = whole(seed, "seed"), whole(n_replicas, "n_replicas", 2 ** 32)
        replicas = np.empty((3, n_replicas))
        self._context.call(lib.interval_score_bootstrap, self._context._handle, ctypes.byref(self._struct), seed, n_replicas,
                           ctypes.byref(result), *(address(row) for row in replicas))
        return ScoreBootstrap(*[getattr(result, name) for name in ScoreBootstrap._fields[:6]], *replicas)
