"""What nuisance parameters do to events: a chain of transformations, shifted tables and their derivatives."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import called_back, context_or_default, create, initialised
from ._lib import Error, Resource, address, doubles, lib, names, text, whole
from ._structs import TRANSFORM_FN, TRANSFORM_TANGENT_FN, Higgsml2014Options, HiggsmlOptions, Nuisance
from ._structs import Migration as MigrationStruct
from ._training import per_name
from .events import Events
from .likelihood import _KINDS, Prior

_ARITHMETIC = {"fast": 0, "reference": 1}
_GENERATOR = {"philox": 0, "numpy": 1}


def _choice(what, value, allowed):
    if value not in allowed:
        raise Error(11, f"{what} is '{value}'; allowed: " + ", ".join(allowed))
    return allowed[value]


Migration = namedtuple("Migration", [name for name, _ in MigrationStruct._fields_[1:]])
Migration.__doc__ = """What derivatives do not see of a nuisance: shares of the weight that jump over a cut, to or from a missing value, between
categories, or do any of it (crossing); change of the weights; n_crossing rows."""


class Rows:
    """What a transformation of your own changes in place: rows[column] are arrays over columns, weights those of the events, passed is set to
    0 where an event is cut. tangents[column][nuisance]: derivatives, in that of a tangent. seed of the call; first: number of the first row."""

    def __init__(self, columns, passed, seed, first, weights=None, tangents=None):
        self._columns, self.passed, self.seed, self.first = columns, passed, seed, first
        self.weights, self.tangents = weights, tangents

    def __getitem__(self, name):
        return self._columns[name]

    def __setitem__(self, name, values):
        self._columns[name][...] = values

    def __len__(self):
        return len(self.passed)


def _memory(pointer, n, kind):
    """A writable array over n numbers that C lends for one call."""
    return np.frombuffer((kind * n).from_address(pointer), dtype=kind) if n else np.empty(0, dtype=kind)


def _columns(pointers, labels, n, kind):
    addresses = (ctypes.c_void_p * len(labels)).from_address(pointers) if labels else ()
    return {label: _memory(address, n, kind) for label, address in zip(labels, addresses)}


class Systematics(Resource):
    """A list of nuisance parameters and a chain of transformations of event tables.

    nuisances: {name: nominal value}, {name: Prior} (nominal at its centre) or {name: (nominal value, Prior)}, in the order of Z.
    The add_* methods append a transformation and return the chain:

        chain = fairu.Systematics({"tes": 1, "jes": 1}).add_higgsml(tes="tes", jes="jes")
        shifted = chain.shift(events, {"tes": 1.02})
        slopes = chain.tangents(events, {"tes": 1.02}, ["PRI_met", "DER_pt_h"])
    """

    def __init__(self, nuisances, context=None):
        self._context = context_or_default(context)
        structs = [self._nuisance(name, value) for name, value in nuisances.items()]
        self.names = list(nuisances)
        self.nominal = [struct.nominal for struct in structs]
        self._functions = []
        array = (Nuisance * max(len(structs), 1))(*structs)
        self._handle = create(self._context, lib.systematics_create, self._context._handle, array, len(structs),
                              free=lib.systematics_destroy)

    def _nuisance(self, name, value):
        struct = initialised(Nuisance, lib.nuisance_init, self._context)
        struct.name = text(name)
        if isinstance(value, Prior):
            struct.nominal, prior = value.centre, value
        elif isinstance(value, tuple):
            struct.nominal, prior = value
            if prior.kind != "uniform":
                struct.centre = prior.centre
        else:
            struct.nominal, prior = value, None
        if prior:
            struct.prior, struct.width = _choice("kind", prior.kind, _KINDS), prior.width
            struct.lower, struct.upper = prior.lower, prior.upper
            struct.statistical_origin = int(prior.statistical_origin)
        return struct

    def _add(self, function, *arguments):
        self._context.check(function(self._handle, self._context._handle, *arguments))
        return self

    def _z(self, z):
        if not hasattr(z, "items"):
            return doubles(z, (len(self.names),))
        values = dict(zip(self.names, self.nominal))
        for name, value in z.items():
            if name not in values:
                raise Error(16, f"no nuisance '{name}'; there are: " + ", ".join(self.names))
            values[name] = value
        return doubles(list(values.values()))

    def add_rotation(self, nuisance, x, y, reference=0.0):
        """Columns (x, y) turned about the origin by (Z - reference) radians."""
        return self._add(lib.systematics_add_rotation, text(nuisance), text(x), text(y), reference)

    def add_scale(self, nuisance, columns):
        """Columns times Z."""
        return self._add(lib.systematics_add_scale, text(nuisance), *names(columns))

    def add_shift(self, nuisance, columns, steps, reference=0.0):
        """Columns plus (Z - reference) times their steps."""
        steps = doubles(steps, (len(columns),))
        array, n = names(columns)
        return self._add(lib.systematics_add_shift, text(nuisance), array, address(steps), n, reference)

    def add_smearing(self, nuisance, columns):
        """Columns plus independent normal deviates of width Z."""
        return self._add(lib.systematics_add_smearing, text(nuisance), *names(columns))

    def add_momentum_scale(self, nuisance, pt, phi=None, met=None, met_phi=None, pt_min=0.0):
        """pt times Z; what it gains MET loses; events with pt <= pt_min are cut."""
        return self._add(lib.systematics_add_momentum_scale, text(nuisance), text(pt), text(phi), text(met),
                         text(met_phi), pt_min)

    def add_met_smearing(self, nuisance, met, met_phi):
        """Both components of MET plus normal deviates of width Z."""
        return self._add(lib.systematics_add_met_smearing, text(nuisance), text(met), text(met_phi))

    def add_weight_scale(self, nuisance, labels):
        """Weights of events of these labels (names or numbers) times Z."""
        return self._add(lib.systematics_add_weight_scale, text(nuisance), *names([str(label) for label in labels]))

    def add_cut(self, column, lower=-np.inf, upper=np.inf):
        """Events outside lower <= column < upper are cut."""
        return self._add(lib.systematics_add_cut, text(column), lower, upper)

    def add_category(self, column, edges, category):
        """Column `category` becomes the number of edges that `column` reaches."""
        edges = doubles(edges).ravel()
        return self._add(lib.systematics_add_category, text(column), address(edges), edges.size, text(category))

    def add_two_point(self, nuisance, up, down):
        """Weights times a factor that is column `up` at Z = 1, column `down` at -1 and 1 at 0."""
        return self._add(lib.systematics_add_two_point, text(nuisance), text(up), text(down))

    def add_higgsml(self, tes=None, jes=None, soft_met=None, log_soft_met=None, ttbar_scale=None, diboson_scale=None,
                    bkg_scale=None, cuts=True, arithmetic="fast", generator="philox"):
        """The systematics of the FAIR Universe challenge; arguments name the nuisances that move something."""
        options = initialised(HiggsmlOptions, lib.higgsml_options_init, self._context)
        options.tes, options.jes, options.soft_met = text(tes), text(jes), text(soft_met)
        options.log_soft_met, options.bkg_scale = text(log_soft_met), text(bkg_scale)
        options.ttbar_scale, options.diboson_scale = text(ttbar_scale), text(diboson_scale)
        options.cuts = bool(cuts)
        options.arithmetic = _choice("arithmetic", arithmetic, _ARITHMETIC)
        options.generator = _choice("generator", generator, _GENERATOR)
        return self._add(lib.systematics_add_higgsml, ctypes.byref(options))

    def add_higgsml2014(self, tes=None, jes=None, les=None, soft_met=None, bkg_scale=None, tau_pt_min=0.0):
        """Systematics on the columns of the HiggsML 2014 open data; arguments name the nuisances that move something."""
        options = initialised(Higgsml2014Options, lib.higgsml2014_options_init, self._context)
        options.tes, options.jes, options.les = text(tes), text(jes), text(les)
        options.soft_met, options.bkg_scale, options.tau_pt_min = text(soft_met), text(bkg_scale), tau_pt_min
        return self._add(lib.systematics_add_higgsml2014, ctypes.byref(options))

    def add_callback(self, columns, function, tangent=None):
        """Your own: function(z, rows) changes rows[column] (float32) of the columns, rows.weights and rows.passed in place; z: {nuisance: value}. It
        is called for pieces of the table, from the threads of the context; randomness must come from rows.seed and the row alone.
        tangent(z, rows): its derivatives, for tangents(): changes rows[column] (float64) likewise, and rows.tangents[column][nuisance] by the chain
        rule: the derivative by z at fixed columns plus those by the columns times the tangents that are there. What they raise is the cause
        (__cause__) of the Error."""
        labels = list(columns)
        pairs = [(label, nuisance) for label in labels for nuisance in self.names]

        def point(z, n):
            return dict(zip(self.names, (ctypes.c_double * n).from_address(z))) if n else {}

        def transform(z, n_z, seed, first, n, pointers, n_columns, weights, passed, _):
            function(point(z, n_z), Rows(_columns(pointers, labels, n, ctypes.c_float), _memory(passed, n, ctypes.c_ubyte), seed, first,
                                         weights=_memory(weights, n, ctypes.c_double)))

        def derive(z, n_z, seed, first, n, pointers, slopes, n_columns, passed, _):
            found = _columns(slopes, pairs, n, ctypes.c_double)
            nested = {label: {name: found[label, name] for name in self.names} for label in labels}
            tangent(point(z, n_z), Rows(_columns(pointers, labels, n, ctypes.c_double), _memory(passed, n, ctypes.c_ubyte), seed, first,
                                        tangents=nested))

        first = TRANSFORM_FN(called_back(transform))
        second = TRANSFORM_TANGENT_FN(called_back(derive)) if tangent else None
        self._functions += [first, second]  # must outlive the chain
        return self._add(lib.systematics_add_callback_with_tangents, *names(labels), first, second, None)

    def migration(self, events, nuisance, step, z=None, seed=1):
        """How much of the events jumps if a nuisance moves by step up and down from z (default: nominal)."""
        if nuisance not in self.names:
            raise Error(16, f"no nuisance '{nuisance}'; there are: " + ", ".join(self.names))
        z = self._z({} if z is None else z)
        found = MigrationStruct(struct_size=ctypes.sizeof(MigrationStruct))
        self._context.call(lib.systematics_migration, self._handle, self._context._handle, events._handle, address(z), z.size,
                           self.names.index(nuisance), step, whole(seed, "seed"), ctypes.byref(found))
        return Migration(*[getattr(found, name) for name in Migration._fields])

    def check_tangents(self, events, steps, z=None, limit=1e-3, seed=1):
        """Raise Error (FAIRU_ERR_UNSUPPORTED) if more than limit of the weight jumps for a step of a nuisance: {nuisance: step}."""
        z = self._z({} if z is None else z)
        asked = per_name({**dict.fromkeys(self.names, 0.0), **steps}, self.names, "steps")
        self._context.call(lib.systematics_check_tangents, self._handle, self._context._handle, events._handle, address(z), z.size,
                           address(asked), whole(seed, "seed"), limit)

    def shift(self, events, z, seed=1, keep=False):
        """The events at z, a sequence or {name: value} with the others nominal: a table without the rows that fail a cut.
        keep: a table with all rows, and a mask of those that pass."""
        z = self._z(z)
        passed = np.zeros(len(events), dtype=np.uint8) if keep else None
        handle = create(self._context, lib.systematics_apply, self._handle, self._context._handle, events._handle, address(z),
                        z.size, whole(seed, "seed"), address(passed), free=lib.events_destroy)
        out = Events._of(handle, self._context)
        return (out, passed.astype(bool)) if keep else out

    def tangents(self, events, z, features=None, seed=1):
        """Derivatives of features (default: all columns) of every row by every nuisance at z: array
        [n_events, n_features, n_nuisances] of float32, 0 in rows that fail a cut."""
        z = self._z(z)
        array, n = names(events.names if features is None else features)
        out = np.empty((len(events), n, len(self.names)), dtype=np.float32)
        self._context.call(lib.systematics_tangents, self._handle, self._context._handle, events._handle, address(z), z.size,
                           whole(seed, "seed"), array, n, address(out))
        return out
