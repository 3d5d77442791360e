"""Probabilities in Python: against closed forms and NumPy."""
import math
import os
import tempfile

import numpy as np

import fairu

from harness import raises, run


def made(seed, n=20000, share=0.3):
    """Logits N(+-1, 1) of which the posterior logit is 2 t + ln(share / (1 - share))."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < share).astype(int)
    return np.where(labels, 1.0, -1.0) + rng.normal(size=n), labels


def test_platt():
    t, y = made(1)
    fit = fairu.ProbabilityMap(t, y)
    pulls = (fit.slope - 2) / math.sqrt(fit.covariance[0, 0]), (fit.offset - math.log(0.3 / 0.7)) / math.sqrt(fit.covariance[1, 1])
    assert max(map(abs, pulls)) < 4, pulls
    assert fit.method == "platt"
    p = fit.apply(t)
    assert abs(np.mean(p) - np.mean(y)) < 1e-6
    np.testing.assert_allclose(fit.apply(t, "logit"), np.log(p / (1 - p)), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fit.log_ratio(t), fit.apply(t, "logit") - fit.log_prior_odds, rtol=0, atol=1e-12)


def test_isotonic_is_numpys():
    rng = np.random.default_rng(2)
    t, y, w = rng.integers(0, 12, 200), rng.integers(0, 2, 200), rng.random(200) + 0.1
    fit = fairu.ProbabilityMap(t, y, w, method="isotonic", margin=0)
    points = np.unique(t)
    sums = np.array([[w[t == k].sum(), (w * y)[t == k].sum()] for k in points])
    n = len(points)  # the max-min formula
    means = [max(min(sums[a:b + 1, 1].sum() / sums[a:b + 1, 0].sum() for b in range(i, n)) for a in range(i + 1)) for i in range(n)]
    np.testing.assert_allclose(fit.apply(points), means, atol=1e-12)
    x, p = fit.knots
    between = np.linspace(-1, 13, 99).astype(np.float32)
    np.testing.assert_allclose(fit.apply(between), np.interp(between, x, p), atol=1e-12)


def test_calibrated_classifiers_and_files():
    t, y = made(3)
    x = t[:, None].astype(np.float32)
    plain = fairu.Classifier.linear(["t"], [4.0])
    logits = plain.score(x, output="logit")
    with tempfile.TemporaryDirectory() as folder:
        for method in ("platt", "isotonic", "histogram"):
            fit = fairu.ProbabilityMap(logits, y, method=method)
            fit.save(os.path.join(folder, "map"))
            again = fairu.ProbabilityMap.load(os.path.join(folder, "map"))
            assert again.method == method
            good = again.calibrate(plain)
            good.save(os.path.join(folder, "model"))
            scores = fairu.Classifier.load(os.path.join(folder, "model")).score(x)
            assert np.array_equal(scores, fit.apply(logits).astype(np.float32))
    called = fairu.ProbabilityMap(logits, y).calibrate(fairu.Classifier.function(["t"], lambda x: 4 * x[:, 0]))
    np.testing.assert_allclose(called.score(x), fairu.ProbabilityMap(logits, y).apply(logits), rtol=1e-5)


def test_reliability_is_numpys():
    t, y = made(4)
    p, w = 1 / (1 + np.exp(-t)), np.random.default_rng(5).random(t.size)
    result = fairu.reliability(p, y, w, n_bins=8)
    k = np.minimum((p * 8).astype(int), 7)
    weight, mean, fraction = (np.bincount(k, w * v) for v in (np.ones_like(p), p, y))
    np.testing.assert_allclose(result.bins["mean"], mean / weight, rtol=1e-12)
    np.testing.assert_allclose(result.expected_error, np.abs(fraction - mean).sum() / w.sum(), rtol=1e-12)
    np.testing.assert_allclose(result.maximum_error, np.abs((fraction - mean) / weight).max(), rtol=1e-12)
    np.testing.assert_allclose(result.brier, np.average((p - y) ** 2, weights=w), rtol=1e-12)
    np.testing.assert_allclose(result.log_loss, -np.average(np.where(y, np.log(p), np.log1p(-p)), weights=w), rtol=1e-12)
    assert result.n == p.size and result.bins["n"].sum() == p.size


def test_ratios_and_logits():
    np.testing.assert_allclose(fairu.log_ratio([-90.0, 90.0], signal=1, background=4), [-90 + math.log(4), 90 + math.log(4)], rtol=1e-14)
    np.testing.assert_allclose(fairu.logit([0.5, 0.75]), [0, math.log(3)], atol=1e-7)


def test_bad_input_is_refused():
    t, y = made(6, 50)
    raises("FAIRU_ERR_ARGUMENT", fairu.ProbabilityMap, t, y, method="beta", says="platt, isotonic, histogram")
    raises("FAIRU_ERR_SHAPE", fairu.ProbabilityMap, t, y[:-1], says="50 events, 49 labels")
    raises("FAIRU_ERR_RANGE", fairu.ProbabilityMap, t, y + 0.5, says="labels")
    raises("FAIRU_ERR_RANGE", fairu.logit, [1.0], says="scores[0] is 1")
    raises("FAIRU_ERR_RANGE", fairu.reliability, [0.5], [1], n_bins=0, says="n_bins is 0")
    raises("FAIRU_ERR_NEGATIVE_WEIGHT", fairu.ProbabilityMap, t, y, np.full(50, 1.0) - 1.5 * (np.arange(50) == 3), method="isotonic")


if __name__ == "__main__":
    raise SystemExit(run(globals()))
