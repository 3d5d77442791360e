"""The likelihood of the package beside one in NumPy, written as slowly and plainly as can be, and minimised by SciPy: values, derivatives, fits, intervals, tests,
limits, impacts, breakdown, goodness, yields, toys, combinations; every argument of every method does what it says."""
import math
import os
import tempfile

import numpy as np

import fairu

from harness import near, needs, raises, run

try:
    import scipy.optimize
    import scipy.stats
except ImportError:
    scipy = None

SIGNAL, TOP, Z = np.array([3.0, 8.0, 15.0]), np.array([60.0, 40.0, 20.0]), np.array([30.0, 35.0, 12.0])
COUNTS = np.array([101.0, 88.0, 53.0])
KNOTS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
TILT = np.array([0.05, 0.0, -0.08])  # of ln yield by the nuisance "shape", of top


def templates():
    flat = np.ones((5, 1))
    yields = {"signal": SIGNAL * flat, "top": TOP * np.exp(np.outer(KNOTS, TILT)), "z": Z * flat}
    return fairu.Templates(yields, axes=[("shape", KNOTS)])


def model(**named):
    """mu, a normalisation of top with a prior, one of both backgrounds with a log-normal one, and a shape."""
    options = {"factors": {"mu": "signal", "top_norm": "top", "bkg": ["top", "z"]},
               "priors": {"top_norm": fairu.Prior(1.0, 0.1), "bkg": fairu.Prior(1.0, 0.05, "log_normal"), "shape": fairu.Prior(0.0, 1.0)}}
    return fairu.Likelihood(templates(), **{**options, **named})


NAMES = ["mu", "top_norm", "bkg", "shape"]


class Plain:
    """The same in NumPy; centres of the constraints may move."""

    def __init__(self, counts=COUNTS, centres=(1.0, 1.0, 0.0), held=None):
        self.counts, self.centres, self.held = np.asarray(counts, dtype=float), centres, held or {}

    @staticmethod
    def expected(p):
        mu, top_norm, bkg, shape = p
        return mu * SIGNAL + bkg * (top_norm * TOP * np.exp(TILT * shape) + Z)

    def nll(self, p):
        nu = self.expected(p)
        if np.any(nu <= 0) or p[2] <= 0:
            return math.inf
        logs = np.array([math.lgamma(n + 1) for n in self.counts])
        a, b, c = self.centres
        return np.sum(nu - self.counts * np.log(nu) + logs) + 0.5 * ((p[1] - a) / 0.1) ** 2 + 0.5 * (math.log(p[2] / b) / 0.05) ** 2 + 0.5 * (p[3] - c) ** 2

    def fit(self, held=None, start=(1.0, 1.0, 1.0, 0.0), lower=None):
        """(parameters, nll) by SciPy: two methods, one after the other."""
        held = {**self.held, **(held or {})}
        p = np.array(start)
        for name, value in held.items():
            p[NAMES.index(name)] = value
        free = [i for i, name in enumerate(NAMES) if name not in held]

        def at(x):
            q = p.copy()
            q[free] = x
            return self.nll(q)
        x = p[free]
        if free:
            for _ in range(2):
                x = scipy.optimize.minimize(at, x, method="BFGS", options={"gtol": 1e-7}).x
            x = scipy.optimize.minimize(at, x, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12, "maxfev": 150, "initial_simplex": x + 1e-4 * np.eye(len(x) + 1, len(x))}).x
        q = p.copy()
        q[free] = x
        return q, at(x)

    def hessian(self, p, step=1e-4):
        n, h = len(p), np.zeros((len(p), len(p)))
        e = step * np.eye(n)
        for i in range(n):
            for j in range(n):
                h[i, j] = (self.nll(p + e[i] + e[j]) - self.nll(p + e[i] - e[j]) - self.nll(p - e[i] + e[j]) + self.nll(p - e[i] - e[j])) / (4 * step ** 2)
        return h


def points(n=20):
    rng = np.random.default_rng(3)
    return np.column_stack([rng.uniform(-0.5, 4, n), rng.uniform(0.6, 1.4, n), rng.uniform(0.8, 1.25, n), rng.uniform(-1.9, 1.9, n)])


def test_values_and_slopes():
    made, plain = model(), Plain()
    data = made.data(COUNTS)
    assert made.names == NAMES and made.poi == "mu" and made.n_bins == 3
    bound = made.bind(data, gradient=True)
    for p in points():
        near(made.expected(p), plain.expected(p), 1e-10)
        value, slope = made.nll(data, p, gradient=True)
        near(value, plain.nll(p), 1e-9)
        near(slope, [(plain.nll(p + e) - plain.nll(p - e)) / 2e-6 for e in 1e-6 * np.eye(4)], 1e-4)
        assert value == made.nll(data, p) == made.nll(data, dict(zip(NAMES, p))) == bound(p) and np.array_equal(slope, bound.gradient)
    start = dict(zip(NAMES, [q.start for q in made.parameters]))
    assert start == {"mu": 1.0, "top_norm": 1.0, "bkg": 1.0, "shape": 0.0}
    near(made.nll(data, {"shape": 0.7}), plain.nll([1, 1, 1, 0.7]), 1e-9)  # others at their start
    near(made.nll(data), plain.nll([1, 1, 1, 0]), 1e-9)


def test_auxiliary_values_move_the_constraints():
    made = model()
    data = made.data(COUNTS, aux={"top_norm": 1.07, "bkg": 0.93, "shape": -0.6})
    plain = Plain(centres=(1.07, 0.93, -0.6))
    for p in points(5):
        near(made.nll(data, p), plain.nll(p), 1e-9)
    raises("FAIRU_ERR_NOT_FOUND", made.data, COUNTS, aux={"nu": 1.0}, says="'nu'")
    raises(None, made.data, COUNTS, aux={"mu": 1.0})
    raises("FAIRU_ERR_NON_FINITE", made.data, COUNTS, aux={"shape": math.nan})


@needs("scipy")
def test_fits():
    made, plain = model(), Plain()
    data = made.data(COUNTS)
    for held in ({}, {"mu": 0.5}, {"shape": 1.0}, {"mu": 2.0, "bkg": 0.9}, {"top_norm": 1.1, "bkg": 1.0, "shape": 0.0}):
        fit = made.fit(data, fixed=held)
        wanted, nll = plain.fit(held)
        near(fit.params, wanted, 2e-5)
        near(fit.nll, nll, 1e-9)
        assert fit.nll <= nll + 1e-9 and fit.valid and fit.status == 0 and fit.edm < 1e-6
        free = [i for i, name in enumerate(NAMES) if name not in held]
        covariance = np.zeros((4, 4))
        covariance[np.ix_(free, free)] = np.linalg.inv(plain.hessian(fit.params)[np.ix_(free, free)])
        near(fit.covariance, covariance, 2e-5)
        sigma = np.sqrt(np.diag(covariance))
        near([fit.error(name) for name in NAMES], sigma, 2e-5)
        near(list(fit.errors.values()), sigma, 2e-5)
        near(fit.correlation, np.divide(covariance, np.outer(sigma, sigma), out=np.zeros((4, 4)), where=np.outer(sigma, sigma) > 0), 2e-4)
        assert fit.fixed == {name: name in held for name in NAMES} and fit.values == dict(zip(NAMES, fit.params.tolist()))
        for name, centre, width in (("top_norm", 1, 0.1), ("shape", 0, 1)):
            near(fit.pulls[name], [(fit[name] - centre) / width, sigma[NAMES.index(name)] / width], 1e-4)
        assert "mu" not in fit.pulls
    assert set(fit.limits) == set(NAMES) and fit.limits["shape"] == (-2.0, 2.0) and fit.limits["mu"] == (-math.inf, math.inf)


def test_starts_do_not_matter():
    """Any start, by list and by name, and any number of further ones."""
    made = model()
    data = made.data(COUNTS)
    wanted = made.fit(data)
    for start in (None, {}, {"mu": 5.0}, {"shape": -1.5, "bkg": 1.2}, [3.0, 0.8, 1.1, 1.0], (0.0, 1.2, 0.9, -1.0)):
        for spread in (-1, 0, 3):
            fit = made.fit(data, start=start, spread_starts=spread)
            near(fit.params, wanted.params, 1e-5)
            near(fit.nll, wanted.nll, 1e-9)
    mask = [False, False, True, False]
    near(made.fit(data, start=[1, 1, 1.05, 0], fixed=mask).params, made.fit(data, fixed={"bkg": 1.05}).params, 1e-6)
    near(made.fit(data, start={"bkg": 1.05}, fixed=np.array(mask)).params, made.fit(data, fixed={"bkg": 1.05}).params, 1e-6)
    assert made.fit(data, fixed=mask)["bkg"] == 1.0  # its start
    raises("FAIRU_ERR_NOT_FOUND", made.fit, data, start={"nu": 1.0}, says="there are: mu, top_norm")
    raises("FAIRU_ERR_NOT_FOUND", made.fit, data, fixed={"nu": 1.0}, says="there are: mu, top_norm")


@needs("scipy")
def test_profiles_scans_and_intervals():
    made, plain = model(), Plain()
    data, fit = made.data(COUNTS), made.fit(made.data(COUNTS))
    values = [0.2, 1.0, 2.5]
    near(made.profile(data, values), [plain.fit({"mu": v})[1] for v in values], 1e-8)
    near(made.profile(data, [-0.5, 0.5], "shape"), [plain.fit({"shape": v})[1] for v in (-0.5, 0.5)], 1e-8)
    near(made.profile(data, values, fixed={"bkg": 1.0}), [plain.fit({"mu": v, "bkg": 1.0})[1] for v in values], 1e-8)
    scanned = made.scan(data, "shape", [-1.0, 0.5], "mu", values, fixed={"bkg": 1.0})
    near(scanned, [[plain.fit({"shape": a, "mu": b, "bkg": 1.0})[1] for b in values] for a in (-1.0, 0.5)], 1e-8)
    near(fit.profile("mu", values)[1], made.profile(data, values) - fit.nll, 1e-9)
    for parameter, named, rise, held in (("mu", {"delta_nll": 0.5}, 0.5, {}), ("mu", {"level": 0.9}, scipy.stats.chi2.ppf(0.9, 1) / 2, {}),
                                         ("shape", {}, scipy.stats.chi2.ppf(0.6827, 1) / 2, {}), ("bkg", {"delta_nll": 2.0}, 2.0, {"shape": 0.3})):
        interval = made.interval(data, parameter, fixed=held, **named)
        best, lowest = plain.fit(held)
        near(interval.best, best[NAMES.index(parameter)], 1e-4)
        for end, kind in ((interval.lower, interval.lower_end), (interval.upper, interval.upper_end)):
            assert kind == "crossing"
            near(plain.fit({**held, parameter: end})[1] - lowest, rise, 1e-7)
    merrors = fit.merrors("mu", "shape")
    near(merrors["mu"], [made.interval(data, delta_nll=0.5).lower - fit["mu"], made.interval(data, delta_nll=0.5).upper - fit["mu"]], 1e-6)
    raises("FAIRU_ERR_RANGE", made.interval, data, level=1.0)
    raises("FAIRU_ERR_RANGE", made.interval, data, delta_nll=-1.0)
    raises("FAIRU_ERR_NOT_FOUND", made.interval, data, "nu")


def bounded(lower=0.0):
    return model(factors={"mu": fairu.Factor("signal", 1.0, lower, 10.0), "top_norm": "top", "bkg": ["top", "z"]})


@needs("scipy")
def test_statistics_and_p_values():
    """Each of the five statistics from fits of the plain model, and the asymptotic formulae of arXiv:1007.1727."""
    normal = scipy.stats.norm
    for counts in (COUNTS + [0, -10, -12], COUNTS + [4, 10, 25]):
        free, kept = model(), bounded()
        plain = Plain(counts)
        best, lowest = plain.fit()
        mu_hat = best[0]
        at_zero = plain.fit({"mu": 0.0})
        for mu in (0.4, 1.0, 2.2):
            conditional = plain.fit({"mu": mu})[1]
            t = 2 * (conditional - lowest)
            tilde = 2 * (conditional - (lowest if mu_hat >= 0 else at_zero[1]))
            wanted = {"t": t, "q": t if mu_hat <= mu else 0.0, "ttilde": tilde, "qtilde": tilde if mu_hat <= mu else 0.0}
            for statistic, value in wanted.items():
                made = free if statistic in ("t", "q") else kept
                near(made.hypotest(made.data(counts), mu, statistic).statistic, value, 2e-6)
            made = kept
            test = made.hypotest(made.data(counts), mu)
            asimov = Plain(Plain.expected(at_zero[0]), centres=(at_zero[0][1], at_zero[0][2], at_zero[0][3]))
            root = math.sqrt(max(2 * (asimov.fit({"mu": mu})[1] - asimov.fit({"mu": 0.0})[1]), 0))
            near(math.sqrt(test.statistic_asimov), root, 2e-5)
            q = wanted["qtilde"]
            shift = math.sqrt(q) - root if math.sqrt(q) <= root else (q - root ** 2) / (2 * root)
            near([test.p_sb, test.p_b], [normal.sf(shift + root), normal.sf(shift)], 1e-5)
            near(test.cls, test.p_sb / test.p_b, 1e-12)
            near(test.expected, [normal.sf(n + root) / normal.sf(n) for n in (2, 1, 0, -1, -2)], 1e-5)
            near(test.mu_hat, max(mu_hat, 0.0), 1e-4)
        found = kept.hypotest(kept.data(counts), 0.0, "q0")
        q0 = 2 * (at_zero[1] - lowest) if mu_hat > 0 else 0.0
        near([found.statistic, found.significance, found.p_sb], [q0, math.sqrt(q0), normal.sf(math.sqrt(q0))], 1e-5)
        significance = kept.significance(kept.data(counts))
        near([significance.p_value, significance.significance], [found.p_sb, found.significance], 1e-12)
        near(significance.expected_significance, normal.isf(found.expected[2]), 1e-9)
        near(significance.expected_p_value, found.expected[2], 1e-12)


@needs("scipy")
def test_limits():
    made = bounded()
    for level in (0.95, 0.9):
        for held in ({}, {"shape": 0.0, "bkg": 1.0}):
            data = made.data(COUNTS)
            limit = made.limit(data, level, fixed=held)
            test = made.hypotest(data, limit.observed, fixed=held)
            near(test.cls, 1 - level, 1e-8)
            for i, end in enumerate(limit.expected):
                near(made.hypotest(data, end, fixed=held).expected[i], 1 - level, 1e-8)
            assert limit.expected == sorted(limit.expected) and abs(limit.mu_hat - made.fit(data, fixed=held)["mu"]) < 1e-5
    q = made.limit(made.data(COUNTS), statistic="q")
    near(made.hypotest(made.data(COUNTS), q.observed, "q").cls, 0.05, 1e-8)
    for wrong in ("", "Q", "qmu", None, "tilde"):
        raises("FAIRU_ERR_ARGUMENT", made.limit, made.data(COUNTS), statistic=wrong, says="t, ttilde, q, qtilde, q0")
        raises("FAIRU_ERR_ARGUMENT", made.hypotest, made.data(COUNTS), statistic=wrong)
        raises("FAIRU_ERR_ARGUMENT", made.hypotest_toys, made.data(COUNTS), statistic=wrong)


@needs("scipy")
def test_impacts_are_refits():
    made, plain = model(), Plain()
    data, fit = made.data(COUNTS), made.fit(made.data(COUNTS))
    rows = {row.name: row for row in made.impacts(data)}
    assert list(rows) == sorted(rows, key=lambda n: -max(abs(rows[n].impact_up), abs(rows[n].impact_down))) and set(rows) == set(NAMES[1:])
    for name, row in rows.items():
        near([row.value, row.error], [fit[name], fit.error(name)], 1e-6)
        sizes = {"up": fit[name] + row.error, "down": fit[name] - row.error}
        for side, value in sizes.items():
            near(getattr(row, "impact_" + side), plain.fit({name: value})[0][0] - fit["mu"], 2e-4)
        if name != "bkg":
            width = {"top_norm": 0.1, "shape": 1.0}[name]
            near([row.prefit_error, row.pull, row.constraint], [width, (fit[name] - {"top_norm": 1, "shape": 0}[name]) / width, row.error / width], 1e-5)
            near(row.prefit_up, plain.fit({name: fit[name] + width})[0][0] - fit["mu"], 2e-4)
            near(row.prefit_down, plain.fit({name: fit[name] - width})[0][0] - fit["mu"], 2e-4)
        assert row.statistical_origin
    assert "shape" not in {row.name for row in made.impacts(data, fixed={"shape": 0.0})}


@needs("scipy")
def test_breakdown_is_of_intervals_with_less():
    made = model()
    data = made.data(COUNTS)
    groups = {"norms": ["top_norm", "bkg"], "shape": ["shape"], "all": NAMES[1:]}
    parts = made.breakdown(data, groups)
    whole, fit = made.interval(data, delta_nll=0.5), made.fit(data)
    near([parts.error_up, parts.error_down], [whole.upper - whole.best, whole.best - whole.lower], 1e-6)
    for part, members in zip(parts.groups, groups.values()):
        fixed = made.interval(data, delta_nll=0.5, fixed={name: fit[name] for name in members})
        near([part.fixed_up, part.fixed_down], [fixed.upper - fixed.best, fixed.best - fixed.lower], 1e-5)
        near([part.part_up ** 2 + part.fixed_up ** 2, part.part_down ** 2 + part.fixed_down ** 2], [parts.error_up ** 2, parts.error_down ** 2], 1e-8)
    assert [part.name for part in parts.groups] == list(groups) and parts.systematic.name == "systematic"
    near(parts.systematic.part_up, parts.groups[2].part_up, 1e-6)
    near(parts.template_statistics.part_up, 0.0, 1e-12)
    assert made.breakdown(data).groups == []


@needs("scipy")
def test_goodness():
    made, plain = model(), Plain()
    data = made.data(COUNTS)
    found = made.goodness(data)
    saturated = sum(n - n * math.log(n) + math.lgamma(n + 1) for n in COUNTS)
    near(found.deviance, 2 * (plain.fit()[1] - saturated), 1e-6)
    assert (found.n_data, found.n_free, found.dof) == (6, 4, 2)  # three counts and three constraints
    near(found.p_value, scipy.stats.chi2.sf(found.deviance, found.dof), 1e-9)
    held = made.goodness(data, fixed={"mu": 0.0})
    assert held.n_free == 3 and held.dof == 3 and held.deviance > found.deviance


@needs("scipy")
def test_contours():
    made, plain = model(), Plain()
    data = made.data(COUNTS)
    _, lowest = plain.fit()
    for named, rise in (({"level": 0.6827}, scipy.stats.chi2.ppf(0.6827, 2) / 2), ({"delta_nll": 0.5}, 0.5)):
        contour = made.contour(data, "mu", "shape", points=8, **named)
        assert len(contour.x) == len(contour.y) == 9
        for x, y in zip(contour.x[:3], contour.y[:3]):
            near(plain.fit({"mu": x, "shape": y})[1] - lowest, rise, 1e-4)
        near(contour.best, plain.fit()[0][[0, 3]], 1e-4)


def test_yields():
    made = model()
    data, plain = made.data(COUNTS), Plain()
    fit = made.fit(data)
    steps = 1e-5 * np.eye(4)
    for given, point, covariance in ((fit, fit.params, fit.covariance), (None, np.array([1.0, 1, 1, 0]), np.diag([0, 0.1, 0.05, 1.0]) ** 2)):
        slopes = np.array([(plain.expected(point + e) - plain.expected(point - e)) / 2e-5 for e in steps]).T
        found = made.yields(given)
        near(found.expected, plain.expected(point), 1e-9)
        near(found.error, np.sqrt(np.diag(slopes @ covariance @ slopes.T)), 2e-5)
        (total, error), = found.channels.values()
        near([total, error], [plain.expected(point).sum(), math.sqrt(slopes.sum(axis=0) @ covariance @ slopes.sum(axis=0))], 1e-4)
    samples, = made.expected_samples(fit.params).values()
    mu, top_norm, bkg, shape = fit.params
    wanted = {"signal": mu * SIGNAL, "top": bkg * top_norm * TOP * np.exp(TILT * shape), "z": bkg * Z}
    assert list(samples) == list(wanted)
    for name, nu in wanted.items():
        near(samples[name], nu, 1e-9)


def test_toys_are_of_the_model():
    """Mean and variance of counts and of auxiliary values; each number by itself; start and named points."""
    made = model()
    point = {"mu": 2.0, "shape": 0.5, "top_norm": 1.1, "bkg": 0.95}
    draws = np.array([made.toy(point, seed=4, toy=i).observed() for i in range(1500)])
    nu = Plain.expected([2.0, 1.1, 0.95, 0.5])
    assert np.all(np.abs(draws.mean(axis=0) - nu) < 5 * np.sqrt(nu / 1500)) and np.all(draws == np.round(draws))
    assert np.all(np.abs(draws.var(axis=0) / nu - 1) < 5 * np.sqrt(2 / 1500) + 0.01)
    for seed, toy in ((4, 17), (5, 17), (2 ** 64 - 1, 2 ** 40)):
        assert np.array_equal(made.toy(point, seed, toy).observed(), made.toy(list(point.values())[:1] + [1.1, 0.95, 0.5], seed, toy).observed())
    assert np.array_equal(draws[17], made.toy(point, 4, 17).observed()) and not np.array_equal(made.toy(point, 5, 17).observed(), draws[17])
    plain = Plain(draws[3])
    drawn = made.toy(point, 4, 3)
    constraint = made.nll(drawn, [1, 1, 1, 0]) - Plain(draws[3]).nll([1, 1, 1, 0])
    assert abs(constraint) > 1e-6 and plain.nll([1, 1, 1, 0]) > 0  # auxiliary values are drawn, too
    exact = made.asimov(point)
    near(exact.observed(), nu, 1e-9)
    fit = made.fit(exact)
    near(fit.params, [2.0, 1.1, 0.95, 0.5], 1e-5)  # their constraints are about the point


@needs("scipy")
def test_tests_with_toys():
    """Fractions of the toys that are handed out; p-values near those of the asymptotic test."""
    made = bounded()
    data = made.data(COUNTS)
    test, toys = made.hypotest(data, 2.0), made.hypotest_toys(data, 2.0, n=1500, seed=5)
    again = made.hypotest_toys(data, 2.0, n=1500, seed=5)
    assert np.array_equal(toys.sb, again.sb) and np.array_equal(toys.b, again.b) and toys.p_sb == again.p_sb
    assert not np.array_equal(toys.sb, made.hypotest_toys(data, 2.0, n=1500, seed=6).sb)
    good_sb, good_b = toys.sb[np.isfinite(toys.sb)], toys.b[np.isfinite(toys.b)]
    assert (toys.n_sb, toys.n_b, toys.n_failed) == (len(good_sb), len(good_b), 3000 - len(good_sb) - len(good_b))
    near([toys.p_sb, toys.p_b], [np.mean(good_sb >= toys.statistic), np.mean(good_b >= toys.statistic)], 2 / 1500)
    near([toys.p_sb_error, toys.p_b_error], [math.sqrt(p * (1 - p) / 1500) for p in (toys.p_sb, toys.p_b)], 1e-3)
    near(toys.cls, toys.p_sb / toys.p_b, 1e-12)
    near(toys.statistic, test.statistic, 1e-6)
    assert abs(toys.p_sb - test.p_sb) < 6 * toys.p_sb_error + 0.01 and abs(toys.p_b - test.p_b) < 6 * toys.p_b_error + 0.02


def test_studies_of_coverage_are_their_toys():
    """fairu.coverage is toys and intervals done one by one."""
    made = fairu.Likelihood(fairu.Templates({"signal": [4.0, 2.0], "background": [12.0, 30.0]}))
    found = fairu.toys(made, {"mu": 1.5}, n=40, seed=9, level=0.9, first=3)
    assert found["toy"].tolist() == list(range(3, 43)) and not found["status"].any()
    for row in found[::9]:
        data = made.toy({"mu": 1.5}, seed=9, toy=int(row["toy"]))
        interval = made.interval(data, level=0.9)
        near([row["estimate"], row["lower"], row["upper"]], [made.fit(data)["mu"], interval.lower, interval.upper], 1e-6)
    told = fairu.coverage(made, {"mu": 1.5}, n=40, seed=9, level=0.9, first=3)
    inside = (found["lower"] <= 1.5) & (1.5 <= found["upper"])
    assert (told.n, told.n_covered, told.n_failed, told.truth) == (40, inside.sum(), 0, 1.5)
    near([told.coverage, told.mean_half_width, told.mean_estimate, told.bias],
         [inside.mean(), np.mean(found["upper"] - found["lower"]) / 2, found["estimate"].mean(), found["estimate"].mean() - 1.5], 1e-12)
    near(told.std_estimate, found["estimate"].std(ddof=1), 1e-9)
    if scipy:
        for band in (0.6827, 0.95):
            told = fairu.coverage(made, {"mu": 1.5}, n=40, seed=9, level=0.9, first=3, band=band)
            k = told.n_covered
            ends = [scipy.stats.beta.ppf((1 - band) / 2, k, 41 - k), scipy.stats.beta.ppf((1 + band) / 2, k + 1, 40 - k)]
            near([told.coverage_lower, told.coverage_upper], ends, 1e-9)


def test_combination_is_the_sum():
    """-ln L of the whole is that of the parts, shared constraints once; the parameter of interest that is asked for."""
    one = model()
    flat = fairu.Likelihood(fairu.Templates({"s": [7.0], "b": [30.0]}), {"mu": "s", "bkg": "b"}, {"bkg": fairu.Prior(1.0, 0.05, "log_normal")})
    parts = [(one, one.data(COUNTS)), (flat, flat.data([41]))]
    whole, data = fairu.combine(parts)
    assert whole.names == NAMES and whole.n_bins == 4 and whole.poi == "mu"
    for p in points(5):
        shared = 0.5 * (math.log(p[2]) / 0.05) ** 2
        near(whole.nll(data, p), one.nll(parts[0][1], p) + flat.nll(parts[1][1], [p[0], p[2]]) - shared, 1e-8)
    near(whole.expected([2, 1, 1, 0]), np.append(one.expected([2, 1, 1, 0]), flat.expected([2, 1])), 1e-9)
    near(data.observed(), np.append(COUNTS, 41))
    assert fairu.combine(parts, poi="bkg")[0].poi == "bkg"
    raises("FAIRU_ERR_NOT_FOUND", fairu.combine, parts, poi="nu", says="nu")
    raises(None, fairu.combine, [])
    other = fairu.Likelihood(fairu.Templates({"s": [7.0], "b": [30.0]}), {"mu": "s", "bkg": "b"}, {"bkg": fairu.Prior(1.0, 0.1, "log_normal")})
    raises(None, fairu.combine, [parts[0], (other, other.data([41]))], says="bkg")


def test_minima_and_their_order():
    made = model()
    data = made.data(COUNTS)
    found = made.minima(data, spread_starts=4)
    assert len(found) == 1 and found[0][0] == min(value for value, _ in found)
    near(found[0][1], made.fit(data).params, 1e-4)
    assert made.minima(data, most=0) == [] and len(made.minima(data, most=1)) == 1


def test_written_workspaces_say_the_same():
    """write() and read again: the same likelihood at any point."""
    made, data = fairu.Workspace("examples/workspace.json").model()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("w.json", "w.json.gz"):
            path = os.path.join(folder, name)
            made.write(path, data, measurement="again")
            workspace = fairu.Workspace(path)
            assert workspace.measurements == ["again"]
            again, counts = workspace.model()
            assert again.names == made.names and again.poi == made.poi and list(again.channels) == list(made.channels)
            for step in (0.0, 0.02, -0.03):
                p = made.fit(data).params + step
                near(again.nll(counts, p), made.nll(data, p), 1e-9)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
