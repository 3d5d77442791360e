"""What nuisance parameters do to events: a chain of transformations, shifted tables and their derivatives."""
import ctypes

import numpy as np

from ._lib import Error, address, context_or_default, create, doubles, lib, names
from ._structs import Higgsml2014Options, HiggsmlOptions, Nuisance
from .events import Events
from .likelihood import _KINDS, Prior

_ARITHMETIC = {"fast": 0, "reference": 1}
_GENERATOR = {"philox": 0, "numpy": 1}


def _encoded(text):
    return None if text is None else text.encode()


def _choice(what, value, allowed):
    if value not in allowed:
        raise Error(11, f"{what} is '{value}'; allowed: " + ", ".join(allowed))
    return allowed[value]


class Systematics:
    """A list of nuisance parameters and a chain of transformations of event tables.

    nuisances: {name: nominal value}, {name: Prior} (nominal at its center) or {name: (nominal value, Prior)}, in the order of Z.
    The add_* methods append a transformation and return the chain:

        chain = fairu.Systematics({"tes": 1, "jes": 1}).add_higgsml(tes="tes", jes="jes")
        shifted = chain.shift(events, {"tes": 1.02})
        slopes = chain.tangents(events, {"tes": 1.02}, ["PRI_met", "DER_pt_h"])
    """

    def __init__(self, nuisances, context=None):
        self._context = context_or_default(context)
        structs = [self._nuisance(name, value) for name, value in nuisances.items()]
        self.names = list(nuisances)
        self._nominal = [struct.nominal for struct in structs]
        array = (Nuisance * max(len(structs), 1))(*structs)
        self._handle = create(self._context, lib.systematics_create, self._context._handle, array, len(structs),
                              free=lib.systematics_destroy)

    def _nuisance(self, name, value):
        struct = Nuisance()
        self._context.check(lib.nuisance_init(ctypes.byref(struct), ctypes.sizeof(struct)))
        struct.name = name.encode()
        if isinstance(value, Prior):
            struct.nominal, prior = value.center, value
        elif isinstance(value, tuple):
            struct.nominal, prior = value
            if prior.kind != "uniform":
                struct.center = prior.center
        else:
            struct.nominal, prior = value, None
        if prior:
            struct.prior, struct.width = _choice("kind", prior.kind, _KINDS), prior.width
            struct.lower, struct.upper = prior.lower, prior.upper
        return struct

    def _add(self, function, *arguments):
        self._context.check(function(self._handle, self._context._handle, *arguments))
        return self

    def _z(self, z):
        if not hasattr(z, "items"):
            return doubles(z, (len(self.names),))
        values = dict(zip(self.names, self._nominal))
        for name, value in z.items():
            if name not in values:
                raise Error(16, f"no nuisance '{name}'; there are: " + ", ".join(self.names))
            values[name] = value
        return doubles(list(values.values()))

    def add_rotation(self, nuisance, x, y, reference=0.0):
        """Columns (x, y) turned about the origin by (Z - reference) radians."""
        return self._add(lib.systematics_add_rotation, nuisance.encode(), x.encode(), y.encode(), reference)

    def add_scale(self, nuisance, columns):
        """Columns times Z."""
        return self._add(lib.systematics_add_scale, nuisance.encode(), *names(columns))

    def add_shift(self, nuisance, columns, steps, reference=0.0):
        """Columns plus (Z - reference) times their steps."""
        steps = doubles(steps, (len(columns),))
        array, n = names(columns)
        return self._add(lib.systematics_add_shift, nuisance.encode(), array, address(steps), n, reference)

    def add_smearing(self, nuisance, columns):
        """Columns plus independent normal deviates of width Z."""
        return self._add(lib.systematics_add_smearing, nuisance.encode(), *names(columns))

    def add_momentum_scale(self, nuisance, pt, phi=None, met=None, met_phi=None, pt_min=0.0):
        """pt times Z; what it gains MET loses; events with pt <= pt_min are cut."""
        return self._add(lib.systematics_add_momentum_scale, nuisance.encode(), pt.encode(), _encoded(phi), _encoded(met),
                         _encoded(met_phi), pt_min)

    def add_met_smearing(self, nuisance, met, met_phi):
        """Both components of MET plus normal deviates of width Z."""
        return self._add(lib.systematics_add_met_smearing, nuisance.encode(), met.encode(), met_phi.encode())

    def add_weight_scale(self, nuisance, labels):
        """Weights of events of these labels (names or numbers) times Z."""
        return self._add(lib.systematics_add_weight_scale, nuisance.encode(), *names([str(label) for label in labels]))

    def add_cut(self, column, lower=-np.inf, upper=np.inf):
        """Events outside lower <= column < upper are cut."""
        return self._add(lib.systematics_add_cut, column.encode(), lower, upper)

    def add_category(self, column, edges, category):
        """Column `category` becomes the number of edges that `column` reaches."""
        edges = doubles(edges).ravel()
        return self._add(lib.systematics_add_category, column.encode(), address(edges), edges.size, category.encode())

    def add_two_point(self, nuisance, up, down):
        """Weights times a factor that is column `up` at Z = 1, column `down` at -1 and 1 at 0."""
        return self._add(lib.systematics_add_two_point, nuisance.encode(), up.encode(), down.encode())

    def add_higgsml(self, tes=None, jes=None, soft_met=None, log_soft_met=None, ttbar_scale=None, diboson_scale=None,
                    bkg_scale=None, cuts=True, arithmetic="fast", generator="philox"):
        """The systematics of the FAIR Universe challenge; arguments name the nuisances that move something."""
        options = HiggsmlOptions()
        self._context.check(lib.higgsml_options_init(ctypes.byref(options), ctypes.sizeof(options)))
        options.tes, options.jes, options.soft_met = _encoded(tes), _encoded(jes), _encoded(soft_met)
        options.log_soft_met, options.bkg_scale = _encoded(log_soft_met), _encoded(bkg_scale)
        options.ttbar_scale, options.diboson_scale = _encoded(ttbar_scale), _encoded(diboson_scale)
        options.cuts = bool(cuts)
        options.arithmetic = _choice("arithmetic", arithmetic, _ARITHMETIC)
        options.generator = _choice("generator", generator, _GENERATOR)
        return self._add(lib.systematics_add_higgsml, ctypes.byref(options))

    def add_higgsml2014(self, tes=None, jes=None, les=None, soft_met=None, bkg_scale=None, tau_pt_min=0.0):
        """Systematics on the columns of the HiggsML 2014 open data; arguments name the nuisances that move something."""
        options = Higgsml2014Options()
        self._context.check(lib.higgsml2014_options_init(ctypes.byref(options), ctypes.sizeof(options)))
        options.tes, options.jes, options.les = _encoded(tes), _encoded(jes), _encoded(les)
        options.soft_met, options.bkg_scale, options.tau_pt_min = _encoded(soft_met), _encoded(bkg_scale), tau_pt_min
        return self._add(lib.systematics_add_higgsml2014, ctypes.byref(options))

    def shift(self, events, z, seed=1, keep=False):
        """The events at z, a sequence or {name: value} with the others nominal: a table without the rows that fail a cut.
        keep: a table with all rows, and a mask of those that pass."""
        z = self._z(z)
        passed = np.zeros(len(events), dtype=np.uint8) if keep else None
        handle = create(self._context, lib.systematics_apply, self._handle, self._context._handle, events._handle, address(z),
                        z.size, seed, address(passed), free=lib.events_destroy)
        out = Events._of(handle, self._context)
        return (out, passed.astype(bool)) if keep else out

    def tangents(self, events, z, features=None, seed=1):
        """Derivatives of features (default: all columns) of every row by every nuisance at z: array
        [n_events, n_features, n_nuisances] of float32, 0 in rows that fail a cut."""
        z = self._z(z)
        array, n = names(events.names if features is None else features)
        out = np.empty((len(events), n, len(self.names)), dtype=np.float32)
        self._context.check(lib.systematics_tangents(self._handle, self._context._handle, events._handle, address(z), z.size,
                                                     seed, array, n, address(out)))
        return out
