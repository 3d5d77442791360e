"""Templates and what a likelihood makes of them: interpolation, template statistics, priors and factors by their formulae."""
import math

import numpy as np

import fairu

from harness import near, raises, run
from test_numpy import KNOTS


def conway(nu, n, spread):
    """Poisson of n at gamma nu and a Gaussian of gamma about 1: the least over gamma, by search."""
    gammas = np.linspace(0.5, 1.5, 200001)
    return np.min(gammas * nu - n * np.log(gammas * nu) + math.lgamma(n + 1) + 0.5 * ((gammas - 1) / spread) ** 2)


def test_template_statistics():
    """The gamma of each bin is profiled; its width follows the yields at the point; "none" leaves it out."""
    variances = {"signal": [0.4, 0.9], "background": [60.0, 25.0]}
    made = fairu.Likelihood(fairu.Templates({"signal": [4.0, 9.0], "background": [60.0, 40.0]}, variances=variances))
    bare = fairu.Likelihood(fairu.Templates({"signal": [4.0, 9.0], "background": [60.0, 40.0]}, variances=variances), mc_stat="none")
    counts = [70.0, 61.0]
    for mu in (0.0, 1.0, 2.5):
        nu = mu * np.array([4.0, 9.0]) + [60.0, 40.0]
        spread = np.sqrt(mu ** 2 * np.array([0.4, 0.9]) + [60.0, 25.0]) / nu
        near(made.nll(made.data(counts), [mu]), sum(conway(*row) for row in zip(nu, counts, spread)), 1e-8)
        near(bare.nll(bare.data(counts), [mu]), np.sum(nu - counts * np.log(nu)) + sum(math.lgamma(n + 1) for n in counts), 1e-9)
    raises("FAIRU_ERR_ARGUMENT", fairu.Likelihood, fairu.Templates({"s": [1.0]}), mc_stat="fixed", says="none, moving")


def test_interpolations():
    """Between knots "linear" is a straight line where the yields are one, "log" an exponential, "sqrt" a parabola."""
    for kind, function in (("linear", lambda z: 10 + 2 * z), ("log", lambda z: 10 * np.exp(0.2 * z)), ("sqrt", lambda z: (3 + 0.3 * z) ** 2)):
        filled = fairu.Templates({"s": function(KNOTS)[:, None]}, axes=[("a", KNOTS)], interpolation=kind)
        for z in (-2, -1.3, 0.01, 0.5, 1.99, 2):
            near(filled.evaluate([z]), [[function(z)]], 1e-9)
        raises("FAIRU_ERR_RANGE", filled.evaluate, [2.001], says="a")
    both = {"s": np.array([np.exp(0.1 * a) * np.exp(-0.3 * b) for a, b in fairu.Templates({"s": np.ones((9, 1))}, axes=[("a", KNOTS), ("b", KNOTS)]).points])[:, None]}
    two = fairu.Templates(both, axes=[("a", KNOTS), ("b", KNOTS)])
    near(two.evaluate([0.7, -1.2]), [[math.exp(0.07 + 0.36)]], 1e-9)
    shifted = fairu.Templates({"s": np.ones((9, 1))}, axes=[("a", KNOTS, 1.0), ("b", KNOTS, -1.0)])
    assert [1.0, -1.0] in shifted.points.tolist() and shifted.points.shape == (9, 2)
    paired = fairu.Templates({"s": np.ones((25, 1))}, axes=[("a", KNOTS), ("b", KNOTS)], pairs=[("a", "b")])
    assert len(np.unique(paired.points, axis=0)) == 25
    assert np.array_equal(fairu.Templates({"s": np.ones((25, 1))}, axes=[("a", KNOTS), ("b", KNOTS)], pairs=[(0, 1)]).points, paired.points)
    raises("FAIRU_ERR_NOT_FOUND", fairu.Templates, {"s": np.ones((25, 1))}, [("a", KNOTS)], pairs=[("a", "c")], says="no axis 'c'")
    raises("FAIRU_ERR_SHAPE", fairu.Templates, {"s": np.ones((25, 1))}, [("a", KNOTS)], pairs=[("a", "a", "a")], says="two axes")


def test_priors_and_factors():
    """Kinds of priors, ranges, factors on several processes, the parameter of interest is the first; what is refused."""
    flat = fairu.Templates({"s": [5.0], "b": [20.0]})
    base = fairu.Likelihood(flat, {"mu": "s", "k": "b"})
    data = base.data([24])
    for prior, term in ((fairu.Prior(1.0, 0.2), lambda k: 0.5 * ((k - 1) / 0.2) ** 2), (fairu.Prior(1.1, 0.2), lambda k: 0.5 * ((k - 1.1) / 0.2) ** 2),
                        (fairu.Prior(1.0, 0.2, "log_normal"), lambda k: 0.5 * (math.log(k) / 0.2) ** 2),
                        (fairu.Prior(1.0, 1.0, "uniform", 0.5, 2.0), lambda k: 0.0)):
        made = fairu.Likelihood(flat, {"mu": "s", "k": "b"}, {"k": prior})
        own = made.data([24])
        rises = [made.nll(own, [1.2, k]) - base.nll(data, [1.2, k]) - term(k) for k in (0.8, 1.0, 1.3)]
        near(rises, rises[0], 1e-9)
        limits = made.fit(own, fixed={"mu": 1.0}).limits["k"]
        assert limits == (prior.lower, prior.upper) or prior.kind == "log_normal", limits
    assert fairu.Likelihood(flat, {"k": "b", "mu": "s"}).poi == "k" and fairu.Likelihood(flat).names == ["mu"]
    bound = fairu.Likelihood(flat, {"mu": fairu.Factor("s", 0.5, 0.25, 0.75)})
    assert bound.parameters[0].start == 0.5 and bound.fit(bound.data([50]))["mu"] == 0.75 and bound.fit(bound.data([50])).n_at_bound == 1
    many = fairu.Likelihood(flat, {"mu": ["s", "b"]})
    near(many.expected([2.0]), [50.0])
    raises("FAIRU_ERR_EMPTY", fairu.Likelihood, flat, {}, says="no parameters")
    raises("FAIRU_ERR_ARGUMENT", fairu.Likelihood, flat, priors={"mu": fairu.Prior(1, 1, "cauchy")}, says="gaussian, log_normal, uniform")
    raises("FAIRU_ERR_NOT_FOUND", fairu.Likelihood, flat, {"mu": "t"}, says="t")
    raises("FAIRU_ERR_NOT_FOUND", fairu.Likelihood, flat, priors={"nu": fairu.Prior(1, 1)}, says="nu")
    raises("FAIRU_ERR_RANGE", fairu.Likelihood, flat, priors={"mu": fairu.Prior(1, -1.0)}, says="width")


if __name__ == "__main__":
    raise SystemExit(run(globals()))
