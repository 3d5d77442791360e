"""Templates: yields of processes in bins, interpolated over nuisance parameters."""
import numpy as np

from ._lib import Axis, Error, address, context_or_default, create, double_pointer, doubles, lib, names, text

_INTERPOLATIONS = {"log": 0, "linear": 1, "sqrt": 2}


def _axis(item):
    """(name, knots) or (name, knots, nominal)."""
    name, knots, *nominal = item
    knots = doubles(knots)
    middle = nominal[0] if nominal else knots[len(knots) // 2]
    return Axis(name.encode(), double_pointer(knots), len(knots), middle), knots


class Templates:
    """Templates from arrays.

    yields: {process: array}; the array is [n_bins] without axes, [n_knots, n_bins] with one axis, and in general
    [n_points, n_bins] in the order of fairu_grid_create. axes: list of (name, knots) or (name, knots, nominal).
    variances: the same with the variances of the yields (sums of squared weights), None: the yields are exact.
    """

    def __init__(self, yields, axes=(), variances=None, interpolation="log", context=None):
        self._context = context_or_default(context)
        if interpolation not in _INTERPOLATIONS:
            raise Error(11, f"interpolation is '{interpolation}'; allowed: " + ", ".join(_INTERPOLATIONS))
        grid = self._grid(axes)
        processes = list(yields)
        values = self._stack(yields, processes, lib.grid_n_points(grid), "yields")
        spread = None if variances is None else self._stack(variances, processes, lib.grid_n_points(grid),
                                                            "variances")
        if spread is not None and spread.shape != values.shape:
            raise Error(13, f"variances have shape {spread.shape}, yields {values.shape}")
        array, n = names(processes)
        self._handle = create(self._context, lib.templates_create, self._context._handle, grid, array, n,
                              values.shape[2], address(values), address(spread), _INTERPOLATIONS[interpolation],
                              free=lib.templates_destroy)

    def _grid(self, axes):
        made = [_axis(a) for a in axes]
        array = (Axis * max(len(made), 1))(*[m[0] for m in made])
        return create(self._context, lib.grid_create, self._context._handle, array, len(made), None, 0,
                      free=lib.grid_destroy)

    @staticmethod
    def _stack(arrays, processes, n_points, what):
        missing = [p for p in processes if p not in arrays]
        if missing or not processes:
            raise Error(16, f"{what} lack process {missing[0] if missing else '(there is none)'}")
        rows = [doubles(arrays[p]) for p in processes]
        rows = [r[None, :] if r.ndim == 1 else r for r in rows]
        for p, r in zip(processes, rows):
            if r.ndim != 2 or r.shape != (n_points, rows[0].shape[-1]):
                raise Error(13, f"{what} of '{p}' have shape {r.shape}, wanted {(n_points, rows[0].shape[-1])}")
        return np.ascontiguousarray(rows)

    @classmethod
    def load(cls, path, context=None):
        """Templates saved before."""
        self = cls.__new__(cls)
        self._context = context_or_default(context)
        self._handle = create(self._context, lib.templates_load, self._context._handle, text(path),
                              free=lib.templates_destroy)
        return self

    def save(self, path):
        """Save with grid, names and interpolation."""
        self._context.check(lib.templates_save(self._handle, self._context._handle, text(path)))

    @property
    def processes(self):
        """Names of the processes."""
        return [lib.templates_process_name(self._handle, i).decode()
                for i in range(lib.templates_n_processes(self._handle))]

    @property
    def n_bins(self):
        return lib.templates_n_bins(self._handle)

    def evaluate(self, z=()):
        """Interpolated yields [n_processes, n_bins] at Z."""
        point = doubles(z).ravel()
        nu = np.empty((len(self.processes), self.n_bins))
        self._context.check(lib.templates_evaluate(self._handle, self._context._handle,
                                                   address(point) if point.size else None, point.size,
                                                   address(nu), None, None))
        return nu
