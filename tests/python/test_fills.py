"""Bins, scores and fills beside NumPy: closed forms, policies, each mode of a fill, parts of it in any order."""
import math
import os
import tempfile

import numpy as np

import fairu

from harness import near, raises, run
from test_events import C, LABELS, N, RNG, WEIGHTS, X, close, table


# ---- bins and scores

def test_bins():
    values = np.float32(np.concatenate([RNG.normal(scale=3, size=500), [-np.inf, np.inf, 0.0, -2.0, 2.0, 1.0]]))
    for binning, edges in ((fairu.Binning.logit(8, -2, 2), np.linspace(-2, 2, 9)[1:-1]), (fairu.Binning.uniform(5), np.linspace(0, 1, 6)[1:-1]),
                           (fairu.Binning.from_edges([-1.0, 0.5, 4.0]), [-1, 0.5, 4]), (fairu.Binning.from_edges([0.25], "score"), [0.25]), (fairu.Binning.uniform(1), [])):
        near(binning.edges, edges, 1e-12)
        assert binning.n_bins == len(edges) + 1
        assert np.array_equal(binning.index(values), np.searchsorted(binning.edges, values.astype(float), side="right"))
    assert [fairu.Binning.uniform(2).variable, fairu.Binning.logit(2, 0, 1).variable, fairu.Binning.classes(3).variable] == ["score", "logit", "class"]
    sample, weights = RNG.normal(size=4001).astype(np.float32), RNG.uniform(0.5, 1.5, 4001)
    for w in (None, weights):
        bins = fairu.Binning.quantile(sample, 7, w, variable="score")
        filled = np.bincount(bins.index(sample), weights=w, minlength=7)
        assert np.abs(filled - filled.sum() / 7).max() <= 2.0 and bins.variable == "score"
    raises("FAIRU_ERR_NON_FINITE", fairu.Binning.uniform(3).index, [0.5, np.nan], says="1")
    for call in (lambda: fairu.Binning.logit(3, 1, 1), lambda: fairu.Binning.logit(3, 2, 1), lambda: fairu.Binning.from_edges([1.0, 1.0]), lambda: fairu.Binning.uniform(65535)):
        raises("FAIRU_ERR_RANGE", call)
    raises("FAIRU_ERR_ARGUMENT", fairu.Binning.from_edges, [1.0], "odds", says="score, logit")


def test_area_under_the_curve():
    """All pairs, one by one: ties count half."""
    scores, labels, weights = np.round(RNG.normal(size=120), 1), RNG.integers(0, 2, 120), RNG.uniform(0, 2, 120)
    s, b = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    for w in (np.ones(120), weights):
        pairs = sum(w[i] * w[j] * (1.0 if scores[i] > scores[j] else 0.5 if scores[i] == scores[j] else 0.0) for i in s for j in b)
        near(fairu.auc(scores, labels, w), pairs / (w[s].sum() * w[b].sum()), 1e-12)
    near(fairu.auc(scores, labels) + fairu.auc(-scores, labels), 1.0, 1e-12)
    raises(None, fairu.auc, scores, np.zeros(120))


def test_closed_forms():
    x = X[:, :2]
    linear, turned = fairu.Classifier.linear(["x", "y"], [1.5, -0.5], 0.25), fairu.Classifier.rotation("x", "y", "angle", 2.5)
    logit = 0.25 + x.astype(float) @ [1.5, -0.5]
    close(linear.score(x, output="logit"), logit)
    close(linear.score(x), 1 / (1 + np.exp(-logit)))
    mean = fairu.Classifier.ensemble([linear, fairu.Classifier.linear(["x", "y"], [0.0, 1.0])])
    close(mean.score(x), (1 / (1 + np.exp(-logit)) + 1 / (1 + np.exp(-x[:, 1].astype(float)))) / 2)
    for z in (0.0, 0.7, -2.0):
        form = 2.5 * (x[:, 0] * math.cos(z) + x[:, 1] * math.sin(z))
        close(turned.score(x, z, "logit"), form)
        close(turned.score(x, [[z]], "logit"), form)
        scores, d_x, d_z = turned.slopes(x, [z], "logit")
        close(d_x, np.tile([2.5 * math.cos(z), 2.5 * math.sin(z)], (N, 1)))
        close(d_z[:, 0], 2.5 * (-x[:, 0] * math.sin(z) + x[:, 1] * math.cos(z)))
        p = turned.score(x, z).astype(float)
        close(turned.slopes(x, [z])[1], d_x * (p * (1 - p))[:, None], 1e-5)
    assert turned.nuisances == ["angle"] and turned.ranges == {"angle": (-math.inf, math.inf)} and turned.features == ["x", "y"]
    several = turned.score(table(), [[0.0], [0.7]])
    assert several.shape == (2, N) and np.array_equal(several[1], turned.score(table(), 0.7))
    for z in (None, [0.1, 0.2], []):
        raises("FAIRU_ERR_SHAPE", turned.score, x, z)
    raises("FAIRU_ERR_SHAPE", turned.score, x, [[0.1], [0.2]], says="Events")
    raises("FAIRU_ERR_NON_FINITE", turned.score, x, [math.nan])
    raises("FAIRU_ERR_ARGUMENT", turned.score, x, 0.0, "odds", says="score, logit")


def test_policies_for_inputs():
    """What is not finite, and what is out of range: refused, replaced, clipped, passed."""
    base = fairu.Classifier.linear(["x", "y"], [1.0, 10.0])
    bad = np.float32([[np.nan, 1.0], [0.5, np.inf], [5.0, 0.25], [-5.0, 0.25]])
    replaced = base.with_inputs(defaults={"x": 2.0, "y": 3.0}, non_finite="default")
    close(replaced.score(bad, output="logit"), [2 + 10, 0.5 + 30, 5 + 2.5, -5 + 2.5])
    clipped = base.with_inputs(defaults={"x": 0.0, "y": 0.0}, lower={"x": -1.0}, upper={"x": 1.0}, non_finite="default", outside="clip")
    close(clipped.score(bad, output="logit"), [10, 0.5, 1 + 2.5, -1 + 2.5])
    outside = base.with_inputs(defaults={"x": 7.0, "y": 0.0}, lower={"x": -1.0}, upper={"x": 1.0}, non_finite="default", outside="default")
    close(outside.score(bad[2:], output="logit"), [7 + 2.5, 7 + 2.5])
    refusing = base.with_inputs(lower={"x": -1.0}, upper={"x": 1.0})
    raises("FAIRU_ERR_RANGE", refusing.score, bad[2:], says="x")
    raises("FAIRU_ERR_NON_FINITE", refusing.score, bad[:1], says="x")
    raises("FAIRU_ERR_NOT_FOUND", base.with_inputs, defaults={"q": 1.0}, says="no feature 'q'; there are: x, y")
    raises("FAIRU_ERR_ARGUMENT", base.with_inputs, non_finite="clip")
    raises("FAIRU_ERR_ARGUMENT", base.with_inputs, outside="cut", says="refuse")


# ---- fills

KNOTS = [-0.5, -0.25, 0.0, 0.25, 0.5]


def filled(parts=(slice(None),), bins=None, scale=1.0, **named):
    fill = fairu.Fill(bins or fairu.Binning.logit(6, -2, 2), ["a", "b"], axes=[("angle", KNOTS)])
    classifier = fairu.Classifier.rotation("x", "y", "angle", 1.0)
    steps = fairu.Systematics({"angle": 0.0}).add_rotation("angle", "x", "y").add_cut("met", lower=5.0)
    for part in parts:
        fill.add("a", table(part), classifier, steps, scale=scale, **named)
    return fill


def test_fills_are_histograms():
    """In each mode: which Z shifts, which one scores; weights, their squares, the scale of a process."""
    edges = np.concatenate([[-np.inf], np.linspace(-2, 2, 7)[1:-1], [np.inf]])
    passed = C["met"] >= 5

    def histogram(shift_z, score_z, scale):
        x, y = math.cos(shift_z) * C["x"] - math.sin(shift_z) * C["y"], math.sin(shift_z) * C["x"] + math.cos(shift_z) * C["y"]
        logit = x * math.cos(score_z) + y * math.sin(score_z)
        near_edge = np.min(np.abs(logit[:, None] - edges[1:-1]), axis=1) < 1e-5
        assert not near_edge.any()
        return [np.histogram(logit[passed], edges, weights=w[passed])[0] for w in (scale * WEIGHTS, (scale * WEIGHTS) ** 2)]
    for mode, named, shift, score in (("at_point", {}, None, None), ("scored_at", {"score_z": {"angle": 0.3}}, None, 0.3), ("scored_at", {"score_z": [0.0]}, None, 0.0),
                                      ("shifted_at", {"shift_z": [0.1]}, 0.1, None), ("shifted_at", {"shift_z": {}}, 0.0, None)):
        made = filled(mode=mode, scale=1.75, **named).templates()
        for i, (z,) in enumerate(made.points):
            counts, squares = histogram(z if shift is None else shift, z if score is None else score, 1.75)
            near(made.yields[0, i], counts, 1e-9)
            near(made.variances[0, i], squares, 1e-9)
        assert not made.yields[1].any() and made.processes == ["a", "b"]
    raises("FAIRU_ERR_NOT_FOUND", filled, mode="scored_at", score_z={"turn": 1.0}, says="no axis 'turn'; there are: angle")
    raises("FAIRU_ERR_ARGUMENT", filled, mode="anywhere", says="at_point")
    raises("FAIRU_ERR_NOT_FOUND", filled().add, "c", table(), fairu.Classifier.rotation("x", "y", "angle", 1.0), says="c")


def test_parts_of_a_fill_are_the_whole():
    whole = filled().dumps()
    cuts = sorted(RNG.choice(N, 4, replace=False))
    pieces = [slice(a, b) for a, b in zip([0, *cuts], [*cuts, N])]
    assert filled(pieces).dumps() == whole == filled(pieces[::-1]).dumps()
    merged = filled(pieces[:2])
    merged.merge(filled(pieces[2:]))
    assert merged.dumps() == whole
    merged.merge(fairu.Fill(fairu.Binning.logit(6, -2, 2), ["a", "b"], axes=[("angle", KNOTS)]))
    assert merged.dumps() == whole
    with fairu.Context(threads=3):
        assert filled().dumps() == whole
    for other in (fairu.Fill(fairu.Binning.logit(5, -2, 2), ["a", "b"], axes=[("angle", KNOTS)]), fairu.Fill(fairu.Binning.logit(6, -2, 2), ["a"], axes=[("angle", KNOTS)]),
                  fairu.Fill(fairu.Binning.logit(6, -2, 2), ["a", "b"]), fairu.Fill(fairu.Binning.logit(6, -2, 2), ["b", "a"], axes=[("angle", KNOTS)])):
        raises(None, merged.merge, other)
        assert merged.dumps() == whole


def test_kernels_keep_the_sum():
    """A bandwidth spreads events over bins: sums stay, steps get smooth."""
    sharp, soft = filled().templates(), filled(bandwidth=0.4).templates()
    near(sharp.yields.sum(axis=2), soft.yields.sum(axis=2), 1e-9)
    assert np.abs(np.diff(soft.yields[0, 2])).sum() < np.abs(np.diff(sharp.yields[0, 2])).sum() and (soft.yields[0] > 0).all()
    raises("FAIRU_ERR_RANGE", filled, bandwidth=-1.0)


def test_classes_are_counted_by_the_largest():
    three = fairu.Classifier.function(["x", "y"], lambda x: np.column_stack([x[:, 0], x[:, 1], 0.1 + 0 * x[:, 0]]), n_outputs=3)
    fill = fairu.Fill(fairu.Binning.classes(3), ["a"])
    fill.add("a", table(), three)
    largest = np.argmax(np.column_stack([X[:, 0], X[:, 1], np.full(N, np.float32(0.1))]), axis=1)
    near(fill.templates().yields[0, 0], np.bincount(largest, weights=WEIGHTS, minlength=3), 1e-9)
    scores = three.score(X[:, :2])
    assert scores.shape == (N, 3)
    near(scores.sum(axis=1), np.ones(N), 1e-6)


def test_subclasses_stay_what_they_are():
    """Makers of a class give the class they are called on."""
    class Mine(fairu.Events):
        def total(self):
            return self.sum_weights()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.csv")
        table().write_csv(path)
        mine = Mine.read_csv(path, weight="weight", columns=["x"])
        assert type(mine) is Mine and mine.total() == mine.sum_weights() and type(Mine(X)) is Mine

        class Model(fairu.Classifier):
            pass
        assert type(Model.linear(["x"], [1])) is Model and type(Model.train(table(LABELS < 2), epochs=1, hidden=[2])) is Model

        class Bins(fairu.Binning):
            pass
        assert type(Bins.uniform(3)) is Bins and fairu.Fill(Bins.uniform(3), ["s"]).templates().n_bins == 3

        class Sums(fairu.Tally):
            pass
        assert type(Sums.loads(fairu.Tally(1.0).dumps())) is Sums


if __name__ == "__main__":
    raise SystemExit(run(globals()))
