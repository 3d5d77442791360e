"""Likelihoods: models, data, fits, profile intervals."""
import ctypes
import math
from collections import namedtuple

import numpy as np

from . import _structs
from ._bound import BoundNll
from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, address, double_pointer, doubles, lib, number, observed, pointers, resource, text, whole
from ._postfit import Minimised, Postfit
from ._structs import (ENUMS, BreakdownResult, CombineOptions, Constraint, FitOptions, FitResult, GoodnessResult, Group,
                       HypotestOptions, HypotestResult, ImpactResult, IntervalOptions, IntervalResult,
                       LikelihoodOptions, LimitResult, Nuisance, Parameter, ToyTest, ToyTestResult)

_MC_STAT = {"none": 0, "moving": 1}
_KINDS = {"gaussian": 1, "log_normal": 2, "uniform": 3}
_ENDS = ("crossing", "bound", "yield", "empty")
_STATISTICS = {"t": 1, "ttilde": 2, "q": 3, "qtilde": 4, "q0": 5}

Prior = namedtuple("Prior", "centre width kind lower upper statistical_origin", defaults=("gaussian", -math.inf, math.inf, True))
Prior.__doc__ = """Prior of a nuisance parameter: Prior(centre, width), kind gaussian, log_normal or uniform. statistical_origin: False for a choice
between two simulations, of which no measurement tells."""

Factor = namedtuple("Factor", "processes start lower upper", defaults=(1.0, -math.inf, math.inf))
Factor.__doc__ = "What scales the yields of one process or of several: Factor(\"ttbar\"), Factor([\"ztautau\", \"ttbar\"], 1, 0.5, 1.5)."

Interval = namedtuple("Interval", "lower upper best lower_end upper_end")
Interval.__doc__ = """A profile-likelihood interval. lower_end, upper_end: "crossing", or why there is none ("bound", "yield",
"empty")."""


Hypotest = namedtuple("Hypotest", "cls expected p_sb p_b statistic statistic_asimov mu_hat significance")
Hypotest.__doc__ = """An asymptotic test. expected: CLs at -2 ... +2 sigma; for q0 p_sb is p0 and significance the square root of
the statistic."""

ToyHypotest = namedtuple("ToyHypotest", "cls expected p_sb p_b p_sb_error p_b_error statistic n_sb n_b n_failed sb b")
ToyHypotest.__doc__ = "A test with toys: fractions of toys, their binomial errors, and the statistics of the toys (NaN: failed)."

Part = namedtuple("Part", "name part_up part_down fixed_up fixed_down")
Part.__doc__ = "What a group adds in quadrature to the error of the parameter of interest, and the error with the group fixed."

Breakdown = namedtuple("Breakdown", "error_up error_down systematic template_statistics groups")
Breakdown.__doc__ = """Parts of a profile interval; systematic.fixed_up is the statistical error. groups: a list of Part."""

Goodness = namedtuple("Goodness", "deviance dof p_value n_data n_free")
Goodness.__doc__ = "Saturated goodness of fit; the p-value is asymptotic."

Limit = namedtuple("Limit", "observed expected mu_hat")
Limit.__doc__ = "Upper limits: observed, and expected at -2 ... +2 sigma."

Impact = namedtuple("Impact", "name value error prefit_error pull constraint impact_up impact_down prefit_up prefit_down "
                    "contribution statistical_origin")
Impact.__doc__ = "What one parameter does to the parameter of interest; fields as in fairu/postfit.h."


def _position(names, name):
    """Of a parameter."""
    if name not in names:
        raise Error(16, f"no parameter '{name}'; there are: " + ", ".join(names))
    return names.index(name)


def _entries(name, factor):
    """One for each process that a factor scales."""
    if not isinstance(factor, Factor):
        factor = Factor(factor)
    processes = [factor.processes] if isinstance(factor.processes, str) else list(factor.processes)
    if not processes:
        raise Error(18, f"factor '{name}' scales no process")
    return [_structs.Factor(text(name), text(p), factor.start, factor.lower, factor.upper) for p in processes]


class Fit(Minimised):
    """Result of a fit: fit["mu"], fit.error("mu"), .params, .covariance, .nll, .status, .edm ...; by name: .values, .errors, .merrors(), .pulls, .fixed, .limits."""

    def __init__(self, names, params, covariance, result, model, data, held=()):
        self.names, self.params, self.covariance = names, params, covariance
        self.model, self.data, self._held = model, data, frozenset(held)
        self.nll = result.nll[0] + result.nll[1]
        self.status, self.edm = result.status, result.edm
        self.iterations, self.evaluations = result.iterations, result.evaluations
        self.n_minima, self.n_at_bound = result.n_minima, result.n_at_bound

    def __getitem__(self, name):
        return self.params[self._index(name)]

    def error(self, name):
        """Square root of the variance."""
        i = self._index(name)
        return math.sqrt(self.covariance[i, i])

    def _index(self, name):
        return _position(self.names, name)

    @property
    def values(self):
        """{parameter: value}."""
        return dict(zip(self.names, self.params.tolist()))

    @property
    def errors(self):
        """{parameter: square root of its variance}."""
        return dict(zip(self.names, np.sqrt(np.diag(self.covariance)).tolist()))

    @property
    def correlation(self):
        """Matrix of correlations; 0 for what was fixed."""
        sigma = np.sqrt(np.diag(self.covariance))
        scale = np.outer(sigma, sigma)
        return np.divide(self.covariance, scale, out=np.zeros_like(scale), where=scale > 0)

    @property
    def pulls(self):
        """{nuisance: (pull, constraint)}: distance from the centre of its constraint, and error, in widths of the constraint."""
        known = [(name, p) for name, p in zip(self.names, self.model.parameters) if p.constraint and p.width > 0]
        centre = {name: p.start if p.constraint == ENUMS["fairu_constraint_kind"]["poisson"] else p.aux for name, p in known}
        return {name: (float(self[name] - centre[name]) / p.width, self.error(name) / p.width) for name, p in known}

    def __repr__(self):
        return "Fit(" + ", ".join(f"{n}={v:.6g}" for n, v in zip(self.names, self.params)) + ")"


class Data(Resource):
    """What was observed, for one model."""

    def __init__(self, model, observed=None, moving=None, aux=None):
        self.model, self._context = model, model._context
        self._kept = model._handle, getattr(model, "_kept", None)  # must outlive the data
        self._handle = create(self._context, lib.data_create, self._context._handle, model._handle,
                              free=lib.data_destroy)
        if observed is not None:
            values = doubles(observed).ravel()
            self._context.check(lib.data_set_observed(self._handle, self._context._handle, address(values),
                                                      values.size))
        if moving is not None:
            self._context.check(lib.data_set_observed_moving(self._handle, self._context._handle,
                                                             moving._handle))
        for name, value in (aux or {}).items():
            self._context.check(lib.data_set_aux(self._handle, self._context._handle, model._index(name), value))

    @classmethod
    def _adopt(cls, model, handle):
        self = cls.__new__(cls)
        self.model, self._context, self._handle = model, model._context, handle
        self._kept = model._handle, getattr(model, "_kept", None)
        return self

    def observed(self, params=None):
        """Counts [n_bins]; where they move with Z, those at params."""
        point = self.model._point(params)
        counts = np.empty(self.model.n_bins)
        self._context.check(lib.data_observed(self._handle, self._context._handle, address(point), point.size,
                                              address(counts)))
        return counts


class Likelihood(Postfit, Resource):
    """A binned model.

    factors: {name: process, list of processes or Factor}, each scales the yields of its processes, the first one is the
    parameter of interest; default {"mu": first process}. priors: {axis or factor: Prior}; an axis without one is free within
    its knots, a factor without one is free. mc_stat: "moving" (default: template statistics where templates have
    variances) or "none".
    """

    def __init__(self, templates, factors=None, priors=None, mc_stat="moving", context=None):
        self._context = context_or_default(context)
        if mc_stat not in _MC_STAT:
            raise Error(11, f"mc_stat is '{mc_stat}'; allowed: none, moving")
        resource(templates, "templates are", "fairu.Templates: yields of each process")
        factors = {"mu": templates.processes[0]} if factors is None else factors
        options = initialised(LikelihoodOptions, lib.likelihood_options_init, self._context)
        for what, given in (("factors are", factors), ("priors are", priors or {})):
            if not hasattr(given, "items"):
                raise TypeError(f"{what} {given!r}, wanted a dict by their names")
        entries = [entry for name, factor in factors.items() for entry in _entries(name, factor)]
        options.factors = (_structs.Factor * max(len(entries), 1))(*entries)
        options.n_factors = len(entries)
        nuisances = [self._nuisance(n, p) for n, p in (priors or {}).items()]
        options.constraints = (Constraint * max(len(nuisances), 1))(
            *[Constraint(n.name, 1, ctypes.pointer(n), None) for n in nuisances])
        options.n_constraints = len(nuisances)
        options.mc_stat = _MC_STAT[mc_stat]
        self._handle = create(self._context, lib.likelihood_create, self._context._handle, templates._handle,
                              ctypes.byref(options), free=lib.likelihood_destroy)
        self._read_parameters()

    @classmethod
    def _adopt(cls, handle, context):
        """A likelihood that another creator has made."""
        self = cls.__new__(cls)
        self._context, self._handle = context, handle
        self._read_parameters()
        return self

    def _read_parameters(self):
        self.parameters = [self._parameter(i) for i in range(lib.likelihood_n_parameters(self._handle))]
        self.names = [p.name.decode() for p in self.parameters]

    def _nuisance(self, name, prior):
        if not isinstance(prior, Prior):
            raise TypeError(f"prior of '{name}' is {prior!r}, wanted a fairu.Prior(centre, width)")
        if prior.kind not in _KINDS:
            raise Error(11, f"prior of '{name}' is '{prior.kind}'; allowed: " + ", ".join(_KINDS))
        nuisance = initialised(Nuisance, lib.nuisance_init, self._context)
        nuisance.name, nuisance.prior = text(name), _KINDS[prior.kind]
        nuisance.nominal, nuisance.width = prior.centre, prior.width
        nuisance.lower, nuisance.upper = prior.lower, prior.upper
        nuisance.statistical_origin = int(prior.statistical_origin)
        return nuisance

    def _parameter(self, i):
        parameter = Parameter(struct_size=ctypes.sizeof(Parameter))
        self._context.check(lib.likelihood_parameter(self._handle, self._context._handle, i,
                                                     ctypes.byref(parameter)))
        parameter.name = parameter.name  # bytes of Python: those of C go with the likelihood
        return parameter

    def _index(self, name):
        return _position(self.names, name)

    def _point(self, params):
        """All parameters from a sequence, or from {name: value} over the start values."""
        if params is None or isinstance(params, dict):
            values = np.array([p.start for p in self.parameters])
            for name, value in (params or {}).items():
                values[self._index(name)] = value
            return values
        if isinstance(params, Fit):
            params = params.params
        values, n = doubles(params).ravel(), lib.likelihood_n_parameters(self._handle)
        if values.size != n:
            raise Error(13, f"the model has {n} parameters, got {values.size}")
        return values

    @property
    def poi(self):
        """Name of the parameter of interest, None if there is none."""
        index = lib.likelihood_poi_index(self._handle)
        return self.names[index] if index < len(self.names) else None

    def _interest(self):
        """Number of the parameter of interest, where one must be there."""
        if self.poi is None:
            raise Error(16, "the model has no parameter of interest: name a parameter")
        return self._index(self.poi)

    @property
    def n_bins(self):
        """Bins of all channels."""
        return lib.likelihood_n_bins(self._handle)

    def data(self, observed=None, moving=None, aux=None):
        """Data from counts [n_bins], or counts that move with Z (Templates of one process); aux: {nuisance: value}."""
        return Data(self, observed, moving, aux)

    def asimov(self, params=None):
        """Data equal to the expectation at params."""
        point, data = self._point(params), Data(self)
        self._context.check(lib.likelihood_asimov(self._handle, self._context._handle, address(point), point.size,
                                                  data._handle))
        return data

    def toy(self, params=None, seed=1, toy=0):
        """Pseudo-experiment number `toy` of `seed` at params."""
        point, data = self._point(params), Data(self)
        self._context.check(lib.likelihood_toy(self._handle, self._context._handle, address(point), point.size,
                                               whole(seed, "seed"), whole(toy, "toy"), data._handle))
        return data

    def expected(self, params=None):
        """Expected yields [n_bins] at params."""
        point, nu = self._point(params), np.empty(self.n_bins)
        self._context.check(lib.likelihood_expected(self._handle, self._context._handle, address(point),
                                                    point.size, address(nu)))
        return nu

    def nll(self, data, params=None, gradient=False):
        """-ln L at params; with gradient=True also its gradient [n_params]."""
        point, values = self._point(params), (ctypes.c_double * 2)()
        slope, context = np.empty(point.size) if gradient else None, self._context
        model, counts = self._handle, observed(data)  # until the call is over, whoever closes them meanwhile
        context.check(lib.likelihood_nll(model._as_parameter_, context._handle, counts._as_parameter_, address(point), point.size, values, address(slope), None))
        value = values[0] + values[1]
        return (value, slope) if gradient else value

    def bind(self, data, gradient=False):
        """-ln L as a call with arrays of its own, for minimisers: a microsecond more than the same call in C: BoundNll."""
        return BoundNll(self, data, gradient, self._point(None))

    def _mask(self, fixed):
        """True for each parameter that stays where it is."""
        given = np.asarray(fixed)
        if given.dtype.kind in "US" or not all(isinstance(value, (int, float, np.generic)) for value in given.flat):
            raise TypeError(f"fixed is {fixed!r}, wanted True or False for each parameter, or {{name: value}}")
        if given.shape != (len(self.names),):
            raise Error(13, f"{given.size} values of fixed, {len(self.names)} parameters")
        return given.astype(bool)

    def _fit_options(self, options, start, fixed, spread_starts):
        """Fill options; returns what must stay alive."""
        point = np.array(self._point(start))  # fixed values are written into it
        mask = np.array([p.fixed != 0 for p in self.parameters], dtype=np.uint8)
        if fixed is not None and not hasattr(fixed, "items"):
            mask, fixed = self._mask(fixed).astype(np.uint8), None
        for name, value in dict(fixed or {}).items():
            if isinstance(value, (bool, np.bool_)):
                raise TypeError(f"fixed: '{name}' is {value}, wanted is the value that it is fixed at; True and False are for a list of all parameters")
            point[self._index(name)] = value
            mask[self._index(name)] = 1
        options.start = double_pointer(point)
        options.fixed = mask.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte))
        options.spread_starts = whole(spread_starts, "spread_starts", 2 ** 31 - 1, -1)
        return point, mask

    def _inner_fit(self, options, start, fixed, spread_starts):
        """Options of the fits inside another call; returns what must stay alive."""
        inner = initialised(FitOptions, lib.fit_options_init, self._context)
        options.fit = ctypes.pointer(inner)
        return inner, self._fit_options(inner, start, fixed, spread_starts)

    def fit(self, data, start=None, fixed=None, spread_starts=-1):
        """Best fit; start: all parameters or {name: value}; fixed: {name: value} for a conditional fit, or True for each parameter that stays at its start, in
        place of what the model says. Raises Error if it does not converge."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, spread_starts)
        n = len(self.names)
        params, covariance = np.empty(n), np.empty((n, n))
        result = FitResult(struct_size=ctypes.sizeof(FitResult))
        self._context.call(lib.likelihood_fit, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), address(params), n, address(covariance),
                           ctypes.byref(result))
        return Fit(self.names, params, covariance, result, self, data, [name for name, held in zip(self.names, kept[1]) if held])

    def interval(self, data, parameter=None, level=0.6827, delta_nll=None, start=None, fixed=None, spread_starts=-1):
        """Profile-likelihood interval of a parameter (default: of interest) by solving for the crossings."""
        options = initialised(IntervalOptions, lib.interval_options_init, self._context)
        options.parameter = self._interest() if parameter is None else self._index(parameter)
        options.level = level if delta_nll is None else 0.0
        if delta_nll is not None:
            options.delta_nll = delta_nll
        kept = self._inner_fit(options, start, fixed, spread_starts)
        result = IntervalResult(struct_size=ctypes.sizeof(IntervalResult))
        self._context.call(lib.likelihood_interval, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), ctypes.byref(result), None, None,
                           len(self.names))
        del kept
        return Interval(result.lower, result.upper, result.best, _ENDS[result.lower_end],
                        _ENDS[result.upper_end])

    def profile(self, data, values, parameter=None, start=None, fixed=None, spread_starts=-1):
        """-ln L minimised over the other parameters at each of values."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, spread_starts)
        index = self._interest() if parameter is None else self._index(parameter)
        points = doubles(values).ravel()
        nll = np.empty(points.size)
        self._context.call(lib.likelihood_profile, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), index, address(points), points.size,
                           address(nll), None, len(self.names))
        del kept
        return nll

    def _hypotest_options(self, statistic, start, fixed):
        if statistic not in _STATISTICS:
            raise Error(11, f"test statistic '{statistic}'; allowed: " + ", ".join(_STATISTICS))
        options = initialised(HypotestOptions, lib.hypotest_options_init, self._context)
        options.statistic = _STATISTICS[statistic]
        return options, self._inner_fit(options, start, fixed, -1)

    def hypotest(self, data, mu=1.0, statistic="qtilde", start=None, fixed=None):
        """Asymptotic test of a value of the parameter of interest; statistic: t, ttilde, q, qtilde, q0."""
        options, kept = self._hypotest_options(statistic, start, fixed)
        r = HypotestResult(struct_size=ctypes.sizeof(HypotestResult))
        self._context.call(lib.likelihood_hypotest, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), number(mu, "mu"), ctypes.byref(r))
        del kept
        return Hypotest(r.cls, list(r.expected), r.p_sb, r.p_b, r.statistic, r.asimov, r.mu_hat, r.significance)

    def hypotest_toys(self, data, mu=1.0, statistic="qtilde", n=2000, seed=1, start=None, fixed=None):
        """The same with n toys of each hypothesis, drawn at the conditional best fits."""
        options, kept = self._hypotest_options(statistic, start, fixed)
        test = initialised(ToyTest, lib.toy_test_init, self._context)
        test.options, test.n_toys, test.seed = ctypes.pointer(options), whole(n, "n", 2 ** 40), whole(seed, "seed")
        r = ToyTestResult(struct_size=ctypes.sizeof(ToyTestResult))
        sb, b = np.empty(n), np.empty(n)
        self._context.call(lib.hypotest_toys, self._context._handle, self._handle, observed(data), ctypes.byref(test), number(mu, "mu"),
                           ctypes.byref(r), address(sb), address(b))
        del kept
        return ToyHypotest(r.cls, list(r.expected), r.p_sb, r.p_b, r.p_sb_error, r.p_b_error, r.statistic, r.n_sb, r.n_b,
                           r.n_failed_sb + r.n_failed_b, sb, b)

    def limit(self, data, level=0.95, statistic="qtilde", start=None, fixed=None):
        """Upper limit on the parameter of interest by asymptotic CLs."""
        options, kept = self._hypotest_options(statistic, start, fixed)
        r = LimitResult(struct_size=ctypes.sizeof(LimitResult))
        self._context.call(lib.likelihood_limit, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), number(level, "level"), ctypes.byref(r))
        del kept
        return Limit(r.observed, list(r.expected), r.mu_hat)

    def impacts(self, data, start=None, fixed=None):
        """Impacts on the parameter of interest of all other free parameters, largest first."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, -1)
        rows, n = (ImpactResult * len(self.names))(), ctypes.c_size_t()
        rows[0].struct_size = ctypes.sizeof(ImpactResult)
        self._context.call(lib.likelihood_impacts, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), rows, len(rows), ctypes.byref(n))
        del kept
        found = [Impact(self.names[r.parameter], *[getattr(r, f) for f in Impact._fields[1:]]) for r in rows[:n.value]]
        return sorted(found, key=lambda i: -max(abs(i.impact_up), abs(i.impact_down)))

    def breakdown(self, data, groups=None, start=None, fixed=None):
        """Parts of the profile interval of the parameter of interest. groups: {name: list of parameters}."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, -1)
        groups = {name: [members] if isinstance(members, str) else members for name, members in dict(groups or {}).items()}
        members = [(ctypes.c_size_t * len(p))(*[self._index(n) for n in p]) for p in groups.values()]
        asked = (Group * max(len(groups), 1))(*[Group(text(n), m, len(m)) for n, m in zip(groups, members)])
        parts = (BreakdownResult * (len(groups) + 2))()
        parts[0].struct_size = ctypes.sizeof(BreakdownResult)
        self._context.call(lib.likelihood_breakdown, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), asked, len(groups), parts)
        del kept
        names = ["systematic", "template statistics", *groups]
        found = [Part(n, p.part_up, p.part_down, p.fixed_up, p.fixed_down) for n, p in zip(names, parts)]
        return Breakdown(parts[0].error_up, parts[0].error_down, found[0], found[1], found[2:])

    def goodness(self, data, start=None, fixed=None):
        """Goodness of fit against the saturated model."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, -1)
        r = GoodnessResult(struct_size=ctypes.sizeof(GoodnessResult))
        self._context.call(lib.likelihood_goodness, self._handle, self._context._handle, observed(data),
                           ctypes.byref(options), ctypes.byref(r))
        del kept
        return Goodness(r.deviance, r.dof, r.p_value, r.n_data, r.n_free)


def combine(parts, poi=None, allow_same_events=False, context=None):
    """Join independent likelihoods on parameters of the same name: likelihood and data of the whole.

    parts: list of (likelihood, data), of any kinds. A constraint that two parts have alike counts once; conflicting
    meanings raise Error. poi: parameter of interest, default that of the first part.
    """
    context = context_or_default(context)
    options = initialised(CombineOptions, lib.combine_options_init, context)
    options.poi = text(poi)
    options.allow_same_events = int(allow_same_events)
    handles = pointers([m for m, _ in parts], lib.likelihood_destroy)
    model = Likelihood._adopt(create(context, lib.likelihood_create_combined, context._handle, handles, len(parts),
                                     ctypes.byref(options), free=lib.likelihood_destroy), context)
    model._kept = [(m._handle, getattr(m, "_kept", None)) for m, _ in parts]  # must outlive the whole
    data = Data(model)
    data._kept = data._kept, [part._kept for _, part in parts]
    for i, (_, part) in enumerate(parts):
        context.check(lib.data_copy(lib.data_part(data._handle, i), context._handle, part._handle))
    return model, data
