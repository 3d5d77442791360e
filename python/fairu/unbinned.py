"""Event-wise likelihoods: no bins, a density ratio for each event at the knots of the nuisances."""
import ctypes

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, address, doubles, lib, text
from ._structs import Constraint, EventModel, Factor, LikelihoodOptions
from .likelihood import Data, Likelihood
from .templates import _grid


class EventTerms(Resource):
    """Log ratios of events at the knots: log_ratio and log_density [n_points, n_events].

    log_ratio: ln of signal over background density at Z; log_density: ln of the background density at Z over that at
    the nominal point, None where the background does not depend on Z. axes: as in Templates. pool: weights of the
    events as a sample of the background at nominal Z, for Asimov data and toys.
    """

    def __init__(self, log_ratio, axes=(), log_density=None, pool=None, context=None):
        self._context = context_or_default(context)
        self.axes = list(axes)
        ratio = np.atleast_2d(doubles(log_ratio))
        density = None if log_density is None else doubles(log_density, ratio.shape)
        grid = _grid(self._context, axes)
        if ratio.shape[0] != lib.grid_n_points(grid):
            raise Error(13, f"log_ratio has {ratio.shape[0]} rows, the axes {lib.grid_n_points(grid)} points")
        self.n_events = ratio.shape[1]
        self._handle = create(self._context, lib.event_terms_create, self._context._handle, grid, self.n_events,
                              address(ratio), address(density), free=lib.event_terms_destroy)
        if pool is not None:
            weights = doubles(pool).ravel()
            self._context.check(lib.event_terms_set_pool(self._handle, self._context._handle, address(weights),
                                                         weights.size))


class EventLikelihood(Likelihood):
    """The extended unbinned likelihood of mu (or another name) and the axes of the terms.

    signal_yield, background_yield: events expected at mu = 1. priors: {axis: Prior}, as in Likelihood.
    """

    def __init__(self, terms, signal_yield, background_yield, priors=None, factor="mu", context=None):
        self._context = context_or_default(context)
        model = initialised(EventModel, lib.event_model_init, self._context)
        model.signal_yield, model.background_yield = signal_yield, background_yield
        held = terms._handle
        model.terms = held.pointer
        options = initialised(LikelihoodOptions, lib.likelihood_options_init, self._context)
        options.factors = (Factor * 1)(Factor(text(factor), b"signal", 1.0, -np.inf, np.inf))
        options.n_factors = 1
        nuisances = [self._nuisance(n, p) for n, p in (priors or {}).items()]
        options.constraints = (Constraint * max(len(nuisances), 1))(
            *[Constraint(n.name, 1, ctypes.pointer(n), None) for n in nuisances])
        options.n_constraints = len(nuisances)
        self._terms, self._kept = terms, held  # must outlive the likelihood
        self._handle = create(self._context, lib.likelihood_create_unbinned, self._context._handle, ctypes.byref(model),
                              ctypes.byref(options), free=lib.likelihood_destroy)
        self._read_parameters()

    def data(self, terms=None, weights=None):
        """Observed events: terms of their own, or (None) those of the model; weights: 1 each by default."""
        data = Data(self)
        n = (terms or self._terms).n_events
        values = np.ones(n) if weights is None else doubles(weights).ravel()
        if terms is None:
            self._context.check(lib.data_set_events(data._handle, self._context._handle, address(values), values.size))
        else:
            data._kept = data._kept, terms._handle
            self._context.check(lib.data_set_event_terms(data._handle, self._context._handle, data._kept[1], address(values), values.size))
        return data
