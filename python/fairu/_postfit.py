"""What is asked of a likelihood beside fits: channels and samples, yields with uncertainties, contours, scans, minima, diagnosis. Likelihood has it all."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import called_back, initialised
from ._lib import Error, address, doubles, file_path, lib, observed, text, whole
from ._structs import ENUMS, FINDING_FN, FitOptions, IntervalOptions

Yields = namedtuple("Yields", "expected error channels")
Yields.__doc__ = """Expected yields [n_bins] and their errors; channels: {channel: (yield, error)} with correlations of bins taken along."""

Finding = namedtuple("Finding", "kind severity parameter text")
Finding.__doc__ = """Something that may be wrong with a model. kind: "empty_bin", "no_effect" ... as in fairu/postfit.h; severity: "note", "warning", "error"."""

Contour = namedtuple("Contour", "x y best")
Contour.__doc__ = "A closed contour (the last point is the first) of two parameters, and the best fit."

Significance = namedtuple("Significance", "p_value significance expected_p_value expected_significance")
Significance.__doc__ = "Of the background hypothesis: p0 and its Z, observed and expected with a signal of strength 1."


def _words(enum):
    return {number: word for word, number in ENUMS[enum].items()}


class Postfit:
    """Part of Likelihood."""

    @property
    def channels(self):
        """{channel: slice of its bins}."""
        found = {}
        for i in range(lib.likelihood_n_channels(self._handle)):
            first = lib.likelihood_channel_first_bin(self._handle, i)
            found[lib.likelihood_channel_name(self._handle, i).decode()] = slice(first, first + lib.likelihood_channel_n_bins(self._handle, i))
        return found

    def expected_samples(self, params=None):
        """{channel: {sample: expected yields of its bins}} at params (default: start values)."""
        point, channels = self._point(params), list(self.channels.items())
        found = {name: {} for name, _ in channels}
        for i in range(lib.likelihood_n_samples(self._handle)):
            channel, bins = channels[lib.likelihood_sample_channel(self._handle, i)]
            nu = np.empty(bins.stop - bins.start)
            self._context.check(lib.likelihood_expected_sample(self._handle, self._context._handle, i, address(point), point.size, address(nu)))
            found[channel][lib.likelihood_sample_name(self._handle, i).decode()] = nu
        return found

    def yields(self, fit=None):
        """Expected yields and their uncertainty through the covariance of a fit; without one before the fit, from the widths of the constraints: Yields."""
        n, channels = len(self.names), self.channels
        if fit is None:
            point, covariance = self._point(None), np.empty((n, n))
            self._context.check(lib.likelihood_prefit_covariance(self._handle, self._context._handle, address(covariance), n))
        elif not isinstance(fit, Minimised):
            raise TypeError(f"yields are those of a Fit, got one of type {type(fit).__name__}; expected() takes parameters")
        else:
            point, covariance = doubles(fit.params), doubles(fit.covariance)
        nu, error = np.empty(self.n_bins), np.empty(self.n_bins)
        totals = np.empty((2, max(len(channels), 1)))
        self._context.check(lib.likelihood_yields(self._handle, self._context._handle, address(point), address(covariance), n, address(nu), address(error),
                                                  address(totals[0]), address(totals[1])))
        return Yields(nu, error, {name: (float(a), float(b)) for name, a, b in zip(channels, *totals)})

    def _partner(self, data, x, start=None, fixed=None):
        """Of a parameter in two dimensions: that of interest, or the one that matters most to it."""
        if x != self.poi:
            return self.poi
        for impact in self.impacts(data, start, fixed):
            return impact.name
        raise Error(16, f"no other parameter than '{x}' is fitted")

    def contour(self, data, x=None, y=None, level=0.6827, delta_nll=None, points=60, start=None, fixed=None):
        """Where the profile over all other parameters lies by the quantile of the two-dimensional chi^2 at level (or by delta_nll) above its minimum: Contour.
        x: by default the parameter of interest; y: the one that matters most to it, or itself if x is another one."""
        options = initialised(IntervalOptions, lib.interval_options_init, self._context)
        options.level = level if delta_nll is None else 0.0
        if delta_nll is not None:
            options.delta_nll = delta_nll
        kept = self._inner_fit(options, start, fixed, -1)
        made, best = np.empty((2, whole(points, "points", 2 ** 32))), np.empty(2)
        x = x or self.names[self._interest()]
        y = y or self._partner(data, x, start, fixed)
        self._context.call(lib.likelihood_contour, self._handle, self._context._handle, observed(data), ctypes.byref(options), self._index(x),
                           self._index(y), points, address(made[0]), address(made[1]), address(best))
        del kept
        return Contour(*np.column_stack([made, made[:, :1]]), tuple(best.tolist()))

    def scan(self, data, x, x_values, y, y_values, start=None, fixed=None):
        """-ln L [len(x_values), len(y_values)] over two parameters, all others fitted; NaN where nothing can be expected."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, -1)
        across, along = doubles(x_values).ravel(), doubles(y_values).ravel()
        nll = np.empty((across.size, along.size))
        self._context.call(lib.likelihood_scan, self._handle, self._context._handle, observed(data), ctypes.byref(options), self._index(x), address(across),
                           across.size, self._index(y), address(along), along.size, address(nll))
        del kept
        return nll

    def minima(self, data, start=None, fixed=None, spread_starts=-1, most=16):
        """All distinct local minima that the starts lead to, lowest first: list of (-ln L, parameters)."""
        options = initialised(FitOptions, lib.fit_options_init, self._context)
        kept = self._fit_options(options, start, fixed, spread_starts)
        n = ctypes.c_size_t()
        most = whole(most, "most", 2 ** 20)
        nll, params = np.empty(most), np.empty((most, len(self.names)))
        self._context.call(lib.likelihood_minima, self._handle, self._context._handle, observed(data), ctypes.byref(options), most, address(nll),
                           address(params), len(self.names), ctypes.byref(n))
        del kept
        return [(float(nll[i]), params[i]) for i in range(min(n.value, most))]

    def significance(self, data, start=None, fixed=None):
        """How unlikely the data are without signal (q0), and how unlikely a signal of strength 1 would make them: Significance."""
        found = self.hypotest(data, 0.0, "q0", start, fixed)
        z = ctypes.c_double()
        self._context.check(lib.significance_of_p(self._context._handle, found.expected[2], ctypes.byref(z)))
        return Significance(found.p_sb, found.significance, found.expected[2], z.value)

    def diagnose(self, data=None):
        """Known troubles of a model (of a workspace), such as empty bins and one-sided variations: list of Finding."""
        found, kinds, severities = [], _words("fairu_finding_code"), _words("fairu_severity")

        def tell(code, severity, parameter, _sample, _bin, _n, sentence, _user):
            name = self.names[parameter] if parameter < len(self.names) else None
            found.append(Finding(kinds[code], severities[severity], name, ctypes.string_at(sentence).decode()))
        self._context.call(lib.likelihood_diagnose, self._handle, self._context._handle, None if data is None else observed(data),
                           FINDING_FN(called_back(tell)), None)
        return found

    def write(self, path, data, measurement="measurement"):
        """A workspace (JSON, .gz by name) of the model and these data, for pyhf and others; Error names what the format cannot say."""
        self._context.check(lib.likelihood_write_workspace(self._handle, self._context._handle, observed(data), file_path(path), text(measurement)))


class Minimised:
    """Part of Fit: what iminuit's users ask for, by parameters' names."""

    @property
    def valid(self):
        """True: the minimum was found, and the covariance is positive definite."""
        return self.status == 0

    @property
    def fixed(self):
        """{parameter: True if it was not fitted}."""
        return {name: name in self._held for name in self.names}

    @property
    def limits(self):
        """{parameter: (lower, upper)}."""
        return {name: (p.lower, p.upper) for name, p in zip(self.names, self.model.parameters)}

    def _where(self):
        return {"start": self.params, "fixed": {name: self[name] for name in self._held}}

    def merrors(self, *parameters, level=None):
        """{parameter: (lower, upper)}: distances to where the profile has risen by 1/2, or as belongs to a confidence level (MINOS); all that are free by
        default. Where a bound comes first, the distance to it."""
        how = {"delta_nll": 0.5} if level is None else {"level": level}
        made = {}
        for name in parameters or [name for name, error in self.errors.items() if error > 0]:
            if name in self._held:
                raise Error(11, f"'{name}' is fixed")
            found = self.model.interval(self.data, name, **how, **self._where())
            made[name] = float(found.lower - self[name]), float(found.upper - self[name])
        return made

    def contour(self, x, y, level=0.6827, points=60):
        """Contour of two parameters at a joint confidence level, all others fitted (mncontour): Contour."""
        return self.model.contour(self.data, x, y, level, points=points, **self._where())

    def profile(self, parameter, values=None, points=30, sigmas=2.0):
        """Values of a parameter (default: `sigmas` errors to each side, within its limits), and -ln L above its minimum with all others fitted (mnprofile)."""
        if values is None:
            reach, (lower, upper) = sigmas * self.error(parameter), self.limits[parameter]
            values = np.linspace(max(self[parameter] - reach, lower), min(self[parameter] + reach, upper), points)
        values = doubles(values).ravel()
        return values, self.model.profile(self.data, values, parameter, **self._where()) - self.nll
