"""Templates: yields of processes in bins, interpolated over nuisance parameters."""
import ctypes

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, address, double_pointer, doubles, integers, lib, names, resource, table, text, view, whole
from ._state import Filed, Stateful
from ._structs import ENUMS, Axis, FillOptions
from ._training import of

_INTERPOLATIONS = {"log": 0, "linear": 1, "sqrt": 2}


def _axis(item):
    """(name, knots) or (name, knots, nominal)."""
    name, knots, *nominal = item
    knots = doubles(knots)
    middle = nominal[0] if nominal else knots[len(knots) // 2]
    return Axis(text(name), double_pointer(knots), len(knots), middle), knots


def _grid(context, axes, pairs=()):
    """pairs: of names of axes, or of their numbers."""
    made, where = [_axis(a) for a in axes], [a[0] for a in axes]
    array = (Axis * max(len(made), 1))(*[m[0] for m in made])
    unknown = [name for pair in pairs for name in pair if isinstance(name, str) and name not in where]
    if unknown:
        raise Error(16, f"no axis '{unknown[0]}'; there are: " + ", ".join(where))
    numbers = [where.index(name) if isinstance(name, str) else name for pair in pairs for name in pair]
    if any(len(pair) != 2 for pair in pairs):
        raise Error(13, "a pair is of two axes")
    numbers = integers(numbers, np.uintp, "axes of pairs")
    return create(context, lib.grid_create, context._handle, array, len(made), address(numbers) if numbers.size else None, len(pairs),
                  free=lib.grid_destroy)


def _interpolation(name):
    if name not in _INTERPOLATIONS:
        raise Error(11, f"interpolation is '{name}'; allowed: " + ", ".join(_INTERPOLATIONS))
    return _INTERPOLATIONS[name]


def _nominal(grid, context):
    """{name: nominal} of the axes of a grid in C."""
    axis, nominal = Axis(), {}
    for i in range(lib.grid_n_axes(grid)):
        context.check(lib.grid_axis(grid, context._handle, i, ctypes.byref(axis)))
        nominal[axis.name.decode()] = axis.nominal
    return nominal


class Fill(Stateful, Resource):
    """Exact sums of weights of processes in bins, at all points of a grid over nuisances.

    axes, pairs: as for Templates. processes: names. A Fill travels: by dumps() and loads(), save() and load(), and by pickle, with the bits of its sums.

        fill = fairu.Fill(binning, ["signal", "background"], axes=[("tes", [0.9, 0.95, 1, 1.05, 1.1])])
        fill.add("signal", events, classifier, systematics)
        templates = fill.templates()
    """

    _noun = "fill"

    def __init__(self, binning, processes, axes=(), pairs=(), context=None):
        self._context = context_or_default(context)
        grid = _grid(self._context, axes, pairs)
        array, n = names(processes)
        self._take(create(self._context, lib.fill_create, self._context._handle, grid, resource(binning, "the binning is", "a fairu.Binning")._handle, array, n, free=lib.fill_destroy))

    def _take(self, handle):
        self._handle, self._nominal = handle, _nominal(lib.fill_grid(handle), self._context)

    @classmethod
    def _of(cls, handle, context):
        self = cls.__new__(cls)
        self._context = context
        self._take(handle)
        return self

    def _point(self, z, what):
        """Of {axis: value}, others nominal, or a sequence over the axes."""
        if hasattr(z, "items"):
            unknown = sorted(set(z) - set(self._nominal))
            if unknown:
                raise Error(16, f"{what}: no axis '{unknown[0]}'; there are: " + ", ".join(self._nominal))
            z = list({**self._nominal, **z}.values())
        return doubles(z, (len(self._nominal),))

    def add(self, process, events, classifier, systematics=None, scale=1.0, seed=1, bandwidth=0.0, mode="at_point", score_z=None, shift_z=None):
        """Add events to a process: shifted to each point, scored and binned. scale: times each weight; bandwidth: of a kernel that spreads them.

        mode: "at_point": scored at the point they are shifted to; "scored_at": at score_z; "shifted_at": shifted to shift_z (None: not at all) and
        scored at each point, which is what an aware classifier makes of observed events under each hypothesis (Likelihood.data(moving=...)). score_z, shift_z:
        {axis: value}, or values of all axes."""
        options = initialised(FillOptions, lib.fill_options_init, self._context)
        held = resource(classifier, "the classifier is", "a fairu.Classifier")._handle, None if systematics is None else systematics._handle  # until the call is over, whoever closes them meanwhile
        options.classifier, options.systematics = (None if handle is None else handle.pointer for handle in held)
        options.scale, options.seed, options.bandwidth = scale, whole(seed, "seed"), bandwidth
        options.mode = of(ENUMS["fairu_fill_mode"], "mode", mode)
        points = {field: self._point(z, field) for field, z in (("score_z", score_z), ("shift_z", shift_z)) if z is not None}
        for field, point in points.items():
            setattr(options, field, double_pointer(point))
        self._context.call(lib.fill_add, self._handle, self._context._handle, text(process), table(events)._handle,
                           ctypes.byref(options))

    def __copy__(self):
        raise TypeError("a Fill that is being filled has no copy")

    def __deepcopy__(self, _):
        return self.__copy__()

    def merge(self, other):
        """Add all that another fill of the same shape holds, exactly."""
        self._context.call(lib.fill_merge, self._handle, self._context._handle, other._handle)

    def templates(self, interpolation="log"):
        """Templates of what was added, with variances."""
        return Templates._of(create(self._context, lib.templates_create_from_fill, self._context._handle, self._handle,
                                    _interpolation(interpolation), free=lib.templates_destroy), self._context)


class Templates(Filed, Resource):
    """Templates from arrays.

    yields: {process: array}; the array is [n_bins] without axes, [n_knots, n_bins] with one axis, and in general
    [n_points, n_bins] in the order of fairu_grid_create. axes: list of (name, knots) or (name, knots, nominal).
    pairs: list of (axis, axis) for which the full product of knots is known.
    variances: the same with the variances of the yields (sums of squared weights), None: the yields are exact.
    """

    _noun = "templates"

    def __init__(self, yields, axes=(), variances=None, interpolation="log", pairs=(), context=None):
        self._context = context_or_default(context)
        kind = _interpolation(interpolation)
        grid = _grid(self._context, axes, pairs)
        processes = list(yields)
        values = self._stack(yields, processes, lib.grid_n_points(grid), "yields")
        spread = None if variances is None else self._stack(variances, processes, lib.grid_n_points(grid),
                                                            "variances")
        if spread is not None and spread.shape != values.shape:
            raise Error(13, f"variances have shape {spread.shape}, yields {values.shape}")
        array, n = names(processes)
        self._handle = create(self._context, lib.templates_create, self._context._handle, grid, array, n,
                              values.shape[2], address(values), address(spread), kind,
                              free=lib.templates_destroy)

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

    @property
    def processes(self):
        """Names of the processes."""
        return [lib.templates_process_name(self._handle, i).decode()
                for i in range(lib.templates_n_processes(self._handle))]

    @property
    def n_bins(self):
        """Number of bins."""
        return lib.templates_n_bins(self._handle)

    @property
    def points(self):
        """Z of the points of the grid: [n_points, n_axes]."""
        grid = lib.templates_grid(self._handle)
        z = np.empty((lib.grid_n_points(grid), lib.grid_n_axes(grid)))
        self._context.check(lib.grid_points(grid, self._context._handle, address(z)))
        return z

    def _all(self, function):
        n_points, kind, shape = lib.grid_n_points(lib.templates_grid(self._handle)), "<f8", (self.n_bins,)
        rows = [[view(self._handle, function(self._handle, i, p), shape, kind) for p in range(n_points)] for i in range(len(self.processes))]
        return None if rows[0][0] is None else np.array(rows)

    @property
    def yields(self):
        """Yields at the points: [n_processes, n_points, n_bins]."""
        return self._all(lib.templates_yields)

    @property
    def variances(self):
        """Their variances, or None."""
        return self._all(lib.templates_variances)

    def evaluate(self, z=()):
        """Interpolated yields [n_processes, n_bins] at Z."""
        point = doubles(z).ravel()
        nu = np.empty((len(self.processes), self.n_bins))
        self._context.check(lib.templates_evaluate(self._handle, self._context._handle,
                                                   address(point) if point.size else None, point.size,
                                                   address(nu), None, None))
        return nu
