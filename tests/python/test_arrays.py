"""Arrays as people have them, in every place that takes one: other types, byte orders, strides, alignments, orders, containers and protection give the same
result, nothing of the caller's is written, and what cannot be taken is refused by name."""
import array
import math
import warnings

import numpy as np

import fairu

from harness import raises, run

RNG = np.random.default_rng(17)
N = 24
X = RNG.integers(-9, 9, size=(N, 3)).astype(float)
LABELS = np.arange(N) % 2
WEIGHTS = RNG.integers(1, 5, N).astype(float)
IDS = np.arange(N)[::-1].copy() + 100
KNOTS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
SIGNAL, BACKGROUND = np.array([4.0, 9.0, 2.0]), np.array([20.0, 30.0, 40.0])


def table(**named):
    return fairu.Events(X, ["a", "b", "c"], **named)


def told(events):
    return [events[name] for name in events.names] + [events.weights, events.labels, events.ids]


def linear():
    return fairu.Classifier.linear(["a", "b", "c"], [1.0, -0.5, 0.25])


def rotation():
    return fairu.Classifier.rotation("a", "b", "angle", 0.25)


def model(**named):
    return fairu.Likelihood(fairu.Templates({"signal": SIGNAL, "background": BACKGROUND}), **named)


def moving():
    yields = {"s": np.outer(KNOTS, SIGNAL), "b": np.outer(np.full(5, 1.0), BACKGROUND)}
    return fairu.Templates(yields, axes=[("z", KNOTS)])


def unbinned():
    return fairu.EventLikelihood(fairu.EventTerms([[-1.0, 2.0, 3.0]], pool=[1, 2, 1]), 4.0, 8.0)


def mapped():
    return fairu.ProbabilityMap(X.ravel(), np.repeat([0, 1, 1], N), method="histogram", n_bins=2)


def chain():
    return fairu.Systematics({"turn": 0.0, "scale": 1.0}).add_rotation("turn", "a", "b").add_scale("scale", ["c"])


def pseudo():
    return fairu.PseudoExperiments(1, 1, generator="philox", mu=[1.0], **dict.fromkeys(["tes", "jes", "soft_met", "ttbar_scale", "diboson_scale", "bkg_scale"], False))[0]


def pool():
    return table(weights=WEIGHTS, labels=LABELS, categories=["ztautau", "htautau"])


def space():
    return fairu.simplemodels.uncorrelated_background(SIGNAL, BACKGROUND, np.sqrt(BACKGROUND), BACKGROUND + SIGNAL)


def calibration():
    return fairu.IntervalCalibration(fairu.Likelihood(fairu.Templates({"signal": [40.0], "background": [400.0]})), n_toys=100, n_mu=5)


CALIBRATION = calibration()
SIDES = {"bins": 3, "baseline": np.stack([np.outer([1, 2, 3], [0, 0, 1.0]), np.outer([3, 2, 1], [0, 0, 1.0])])}
NUISANCES = [("a", 1.0, 0.05, 0.8, 1.2), ("b", 0.0, 1.0, -2.0, 2.0)]


def baseline(signal=SIDES["baseline"], background=9.0 * SIDES["baseline"]):
    return fairu.ChallengeBaseline(signal, background, NUISANCES)


def filled(**points):
    fill = fairu.Fill(fairu.Binning.uniform(4), ["s"], axes=[("angle", KNOTS)])
    fill.add("s", table(weights=WEIGHTS), fairu.Classifier.rotation("a", "b", "angle", 0.5), **points)
    return fill.templates().yields


# what takes it: (result of it, a good one made of whole numbers)
REAL = {
    "Events: features": (lambda v: told(fairu.Events(v)), X),
    "Events: one column": (lambda v: told(fairu.Events(v)), X[:, 0]),
    "Events: weights": (lambda v: table(weights=v).weights, WEIGHTS),
    "Events.with_weights": (lambda v: table().with_weights(v).weights, WEIGHTS),
    "Classifier.linear: weights": (lambda v: fairu.Classifier.linear(["a", "b", "c"], v).score(X), np.array([1.0, -2.0, 3.0])),
    "score: x": (lambda v: linear().score(v), X),
    "score: x, more than a piece": (lambda v: linear().score(v), np.tile(X, (90, 1))),
    "score: z": (lambda v: rotation().score(X[:, :2], v), np.array([2.0])),
    "score: z of Events": (lambda v: rotation().score(table(), v), np.array([[0.0], [1.0], [2.0]])),
    "slopes: x": (lambda v: linear().slopes(v), X),
    "slopes: z": (lambda v: rotation().slopes(X[:, :2], v), np.array([2.0])),
    "bind: z": (lambda v: rotation().bind(2, v)(X[:2, :2]).copy(), np.array([2.0])),
    "bound call: x": (lambda v: linear().bind(2)(v).copy(), X[:2]),
    "bound nll": (lambda v: model().bind(model().data([20, 30, 40])) if v is None else bound_nll(v), np.array([2.0])),
    "auc: scores": (lambda v: fairu.auc(v, LABELS), X[:, 0]),
    "auc: weights": (lambda v: fairu.auc(X[:, 0], LABELS, v), WEIGHTS),
    "Binning.from_edges": (lambda v: fairu.Binning.from_edges(v).edges, KNOTS),
    "Binning.quantile: values": (lambda v: fairu.Binning.quantile(v, 3).edges, np.arange(N) * 1.0),
    "Binning.quantile: weights": (lambda v: fairu.Binning.quantile(np.arange(N), 3, weights=v).edges, WEIGHTS),
    "Binning.index": (lambda v: fairu.Binning.logit(5, -5, 5).index(v), X[:, 0]),
    "Templates: yields": (lambda v: fairu.Templates({"s": v}, axes=[("z", KNOTS)]).yields, np.outer(KNOTS, SIGNAL)),
    "Templates: variances": (lambda v: fairu.Templates({"s": np.ones((5, 3))}, axes=[("z", KNOTS)], variances={"s": v}).variances, np.outer(KNOTS, SIGNAL)),
    "Templates: knots": (lambda v: fairu.Templates({"s": np.outer(KNOTS, SIGNAL)}, axes=[("z", v)]).points, KNOTS),
    "Templates.evaluate": (lambda v: moving().evaluate(v), np.array([2.0])),
    "data: observed": (lambda v: model().data(v).observed(), BACKGROUND),
    "expected": (lambda v: model().expected(v), np.array([3.0])),
    "nll: params": (lambda v: nll(v), np.array([3.0])),
    "fit: start": (lambda v: fit(start=v), np.array([3.0])),
    "fit: fixed": (lambda v: fit(fixed=v, start=[3.0]), np.array([1.0])),
    "asimov": (lambda v: model().asimov(v).observed(), np.array([3.0])),
    "toy": (lambda v: model().toy(v).observed(), np.array([3.0])),
    "profile": (lambda v: model_profile(v), np.array([1.0, 2.0, 5.0])),
    "scan": (lambda v: scanned(v), np.array([1.0, 2.0, 3.0])),
    "toys: truth": (lambda v: fairu.toys(model(), v, n=3), np.array([2.0])),
    "EventTerms: log_ratio": (lambda v: fairu.EventLikelihood(fairu.EventTerms(v), 1, 2).nll(fairu.EventLikelihood(fairu.EventTerms(v), 1, 2).data())
                              if v is None else event_nll(v), np.array([[-1.0, 2.0, 3.0]])),
    "EventTerms: log_density": (lambda v: event_nll([[1.0, 2.0, 3.0]] * 5, density=v), np.outer(KNOTS - 3, [1.0, -1.0, 2.0])),
    "EventTerms: pool": (lambda v: event_toy(v), np.array([1.0, 2.0, 1.0])),
    "EventLikelihood.data: weights": (lambda v: event_weights(v), np.array([1.0, 2.0, 3.0])),
    "ProbabilityMap: logits": (lambda v: fairu.ProbabilityMap(v, LABELS, method="histogram", n_bins=2).knots, X[:, 0]),
    "ProbabilityMap: weights": (lambda v: fairu.ProbabilityMap(X[:, 0], LABELS, v).slope, WEIGHTS),
    "ProbabilityMap.apply": (lambda v: mapped().apply(v), X[:, 0]),
    "ProbabilityMap.apply, of two dimensions": (lambda v: mapped().apply(v), X),
    "ProbabilityMap.log_ratio": (lambda v: mapped().log_ratio(v), X[:, 0]),
    "log_ratio": (lambda v: fairu.log_ratio(v, 1, 3), X),
    "reliability: weights": (lambda v: fairu.reliability(LABELS * 0.5 + 0.25, LABELS, v), WEIGHTS),
    "shift: z": (lambda v: told(chain().shift(table(), v)), np.array([1.0, 2.0])),
    "tangents: z": (lambda v: chain().tangents(table(), v), np.array([1.0, 2.0])),
    "migration: z": (lambda v: chain().migration(table(), "scale", 0.5, v), np.array([1.0, 2.0])),
    "add_shift: steps": (lambda v: told(fairu.Systematics({"m": 1.0}).add_shift("m", ["a", "b"], v).shift(table(), {"m": 2.0})), np.array([3.0, -4.0])),
    "add_category: edges": (lambda v: told(fairu.Systematics({}).add_category("a", v, "b").shift(table(), {})), KNOTS),
    "IntervalEntries": (lambda v: fairu.IntervalEntries(v, v - 1 if isinstance(v, np.ndarray) else np.asarray(v) - 1, np.asarray(v) + 2).score(), KNOTS),
    "ChallengeBaseline: signal": (lambda v: baseline(signal=v).nll([9.0, 9.0, 9.0]), SIDES["baseline"]),
    "ChallengeBaseline: background": (lambda v: baseline(background=v).nll([9.0, 9.0, 9.0]), SIDES["baseline"]),
    "ChallengeBaseline.nll": (lambda v: baseline().nll(v, gradient=True), BACKGROUND),
    "ChallengeBaseline.fit": (lambda v: baseline().fit(v, free=[]), BACKGROUND),
    "PseudoExperiments: mu": (lambda v: [e.mu for e in fairu.PseudoExperiments(3, 1, mu=v, generator="philox")], np.array([1.0, 2.0, 3.0])),
    "IntervalCalibration.critical": (lambda v: CALIBRATION.critical(v), np.array([1.0, 2.0])),
    "Fill.add: score_z": (lambda v: filled(mode="scored_at", score_z=v), np.array([2.0])),
    "Fill.add: shift_z": (lambda v: filled(mode="shifted_at", shift_z=v, systematics=fairu.Systematics({"angle": 3.0}).add_scale("angle", ["c"])), np.array([2.0])),
    "Workspace.fit: data": (lambda v: space().fit(v).params, SIGNAL + BACKGROUND),
    "Workspace.fit: init_pars": (lambda v: space().fit(init_pars=v).nll, np.array([2.0, 1.0, 1.0, 1.0])),
    "Workspace.upper_limit: scan": (lambda v: space().upper_limit(scan=v), np.array([0.0, 1.0, 2.0, 4.0, 8.0])),
    "simplemodels": (lambda v: fairu.simplemodels.uncorrelated_background(v, BACKGROUND, BACKGROUND).fit([30, 30, 30]).params, SIGNAL),
    "train: points": (lambda v: trained("augmented", chain(), points=v), np.array([[0.0, 1.0], [1.0, 2.0]])),
    "train: steps": (lambda v: trained("tangent", chain(), steps=v, use_tangents=False), np.array([1.0, 1.0])),
    "train: edges of a summary": (lambda v: trained("neos", chain(), summary={"edges": v}), np.array([0.0, 1.0, 2.0])),
    "Classifier.train: tangents": (lambda v: fairu.Classifier.train(table(labels=LABELS), tangents=v, tangent_penalty=1.0, epochs=1, hidden=[2]).score(X),
                                   np.ones((N, 3, 2))),
    "from_uproot": (lambda v: told(fairu.from_uproot({"a": v}, ["a"])), X[:, 0]),
}
# the same for whole numbers
WHOLE = {
    "Events: labels": (lambda v: table(labels=v).labels, LABELS, 2 ** 31),
    "Events: ids": (lambda v: table(ids=v).ids, IDS, 2 ** 64),
    "select: rows": (lambda v: told(table(ids=IDS).select(v)), np.array([3, 3, 0, 7]), 2 ** 64),
    "auc: labels": (lambda v: fairu.auc(X[:, 0], v), LABELS, 2 ** 31),
    "ProbabilityMap: labels": (lambda v: fairu.ProbabilityMap(X[:, 0], v).slope, LABELS, 2 ** 31),
    "reliability: labels": (lambda v: fairu.reliability(LABELS * 0.5 + 0.25, v).brier, LABELS, 2 ** 31),
    "IntervalEntries: set": (lambda v: fairu.IntervalEntries(KNOTS, KNOTS - 1, KNOTS + 2, set=v)["set"], np.array([3, 3, 1, 2, 2]), 2 ** 63),
    "rows: counts": (lambda v: pseudo().rows(pool(), v), np.arange(N) % 3, 2 ** 32),
}


def bound_nll(params):
    made = model()
    return made.bind(made.data([20, 30, 40]))(params)


def nll(params):
    made = model()
    return made.nll(made.data([20, 30, 40]), params, gradient=True)


def fit(**how):
    made = model()
    return made.fit(made.data([30, 40, 50]), **how).params


def model_profile(values):
    made = model()
    return made.profile(made.data([30, 40, 50]), values)


def scanned(values):
    made = model(factors={"mu": "signal", "k": "background"})
    return made.scan(made.data([30, 40, 50]), "mu", values, "k", values)


def event_nll(ratio, density=None):
    axes = [("z", KNOTS)] if density is not None else []
    made = fairu.EventLikelihood(fairu.EventTerms(ratio, axes, density), 4.0, 8.0, priors={"z": fairu.Prior(3.0, 1.0)} if axes else None)
    return made.nll(made.data(), {"z": 2.0} if axes else None, gradient=True)


def event_toy(weights):
    made = fairu.EventLikelihood(fairu.EventTerms([[-1.0, 2.0, 3.0]], pool=weights), 4.0, 8.0)
    return made.nll(made.asimov())


def event_weights(weights):
    made = unbinned()
    return made.nll(made.data(weights=weights))


def trained(method, systematics, **options):
    return fairu.train(method, table(labels=LABELS), systematics, hidden=[3], epochs=1, batch=12, **options).score(X)


def same(a, b):
    """To the bit, through whatever it is in; NaN is like NaN."""
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if a is None or isinstance(a, str):
        return a == b
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def spread(values):
    """A view with other numbers between."""
    wide = np.full([2 * n + 1 for n in values.shape], 77.0, dtype=values.dtype)
    wide[tuple(slice(1, None, 2) for _ in values.shape)] = values
    return wide[tuple(slice(1, None, 2) for _ in values.shape)]


def backwards(values):
    """A view with strides below 0."""
    turned = tuple(slice(None, None, -1) for _ in values.shape)
    return values[turned].copy()[turned]


def shifted(values):
    """The same at an odd address."""
    raw = np.zeros(values.nbytes + 1, dtype=np.uint8)
    made = raw[1:].view(values.dtype).reshape(values.shape)
    made[...] = values
    return made


def protected(values):
    made = values.copy()
    made.flags.writeable = False
    return made


def in_record(values):
    """A field of records of 5, 9 ... bytes."""
    records = np.zeros(values.shape, dtype=[("flag", "u1"), ("value", values.dtype)])
    records["value"] = values
    return records["value"]


class Wraps:
    """What only has __array__, as tables of other packages have."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


Own = type("Own", (np.ndarray,), {})
FORMS = {"spread": spread, "backwards": backwards, "Fortran": np.asfortranarray, "odd address": shifted, "protected": protected, "field": in_record,
         "list": lambda v: v.tolist(), "tuple": lambda v: tuple(map(tuple, v.tolist())) if v.ndim == 2 else tuple(v.tolist()), "wrapped": Wraps,
         "subclass": lambda v: v.view(Own), "unmasked": np.ma.masked_array, "memoryview": lambda v: memoryview(np.ascontiguousarray(v)),
         "object": lambda v: v.astype(object)}
TYPES = ("f2", "f4", "f8", "g", ">f4", ">f8", "<f8", "i1", "i2", "i4", "i8", ">i4", ">i8")
TYPES_OF_WHOLE = ("u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i4", ">u8", "f4", "f8", ">f8")


def forms(values, types):
    for name, form in FORMS.items():
        yield name, form(values)
    for kind in types:
        yield kind, values.astype(kind)
        yield f"{kind} spread at an odd address", spread(shifted(values.astype(kind)))


def test_any_form_is_the_same():
    for place, (call, values) in REAL.items():
        wanted = call(values)
        for form, given in forms(values, TYPES):
            if place == "from_uproot" and form == "object":
                continue  # which is what has lists in it
            before = np.array(given, dtype=float)
            found = call(given)
            assert same(found, wanted), (place, form, found, wanted)
            assert np.array_equal(before, np.array(given, dtype=float)), f"{place}, {form}: the caller's numbers were written"


def test_any_form_of_whole_numbers():
    for place, (call, values, _) in WHOLE.items():
        wanted = call(values)
        for form, given in forms(values.astype("i8"), TYPES_OF_WHOLE):
            if place.startswith("select") and np.asarray(given).dtype.kind in "fO":
                raises("FAIRU_ERR_RANGE", call, given, says="numbers from 0")  # 1.0 may be a mask
            else:
                assert same(call(given), wanted), (place, form)


def test_what_is_no_whole_number_is_refused():
    for place, (call, values, end) in WHOLE.items():
        bad = [values + 0.5, values * 1j, np.where(values == values[0], np.nan, 1.0 * values), np.full(len(values), np.inf), np.array(["one"] * len(values)),
               np.where(values == values[0], -2 ** 63, values), [end] * len(values), [-2 ** 70] * len(values), np.full(len(values), 1e30)]
        for wrong in bad:
            if place == "select: rows" and isinstance(wrong, list):
                continue  # NumPy takes these for objects: refused as well, below
            if place == "IntervalEntries: set" and isinstance(wrong, np.ndarray) and wrong.dtype.kind == "i":
                continue  # fits
            problem = raises(None, call, wrong)
            assert problem.name in ("FAIRU_ERR_RANGE", "FAIRU_ERR_ARGUMENT", "FAIRU_ERR_SHAPE"), (place, wrong, problem)
        masked = np.ma.masked_array(values, np.arange(len(values)) == 1)
        raises("FAIRU_ERR_ARGUMENT", call, masked, says="masked")
    raises("FAIRU_ERR_RANGE", table().select, [2 ** 70], says="numbers from 0")
    raises("FAIRU_ERR_RANGE", table().select, [N], says=str(N))


def test_large_ids_keep_their_bits():
    """As a list of int NumPy takes some for floats, and would lose them."""
    large = [2 ** 63 + 1, 1, 2 ** 64 - 1, 2 ** 53 + 1]
    for given in (large, np.array(large, dtype="u8"), np.array(large, dtype=">u8"), np.array(large, dtype=object), tuple(large), [np.uint64(v) for v in large]):
        events = fairu.Events(np.zeros((4, 1)), ids=given)
        assert [int(v) for v in events.ids] == large
    raises("FAIRU_ERR_RANGE", fairu.Events, np.zeros((4, 1)), ids=[2 ** 64, 1, 2, 3], says="18446744073709551616")
    labels = [-2 ** 31, 2 ** 31 - 1, 0, -1]
    assert fairu.Events(np.zeros((4, 1)), labels=labels).labels.tolist() == labels
    assert fairu.Events(np.zeros((4, 1)), labels=labels).sum_weights(-2 ** 31) == 4.0  # below 0: all


def test_what_is_no_number_is_refused():
    for place, (call, values) in REAL.items():
        if place not in ("fit: fixed", "bound call: x", "bound nll", "bind: z"):  # of these NumPy takes care, in no time
            raises("FAIRU_ERR_ARGUMENT", call, values * 1j, says="complex")
            masked = np.ma.masked_array(values, np.arange(values.size).reshape(values.shape) == 0)
            raises("FAIRU_ERR_ARGUMENT", call, masked, says="masked")
        for wrong in (np.full(values.shape, "word"), np.full(values.shape, {}, dtype=object)):
            try:
                call(wrong)
            except (ValueError, TypeError, fairu.Error):
                pass
            else:
                assert place == "fit: fixed", place


# NaN and infinities are looked for where values are used
TAKES_NAN = {"Events: features", "Events: one column", "from_uproot", "fit: fixed", "simplemodels", "IntervalEntries"}


def test_nan_is_refused_where_it_means_nothing():
    for place, (call, values) in REAL.items():
        for bad in (np.nan, np.inf, -np.inf):
            wrong = np.array(values)
            wrong[(-1,) * wrong.ndim] = bad
            if place in TAKES_NAN:
                continue
            try:
                found = call(wrong)
            except fairu.Error as problem:
                allowed = ("FAIRU_ERR_NON_FINITE", "FAIRU_ERR_RANGE", "FAIRU_ERR_ARGUMENT", "FAIRU_ERR_NEGATIVE_YIELD", "FAIRU_ERR_NEGATIVE_WEIGHT")
                assert problem.name in allowed and problem.message, (place, bad, problem)
            else:
                assert place == "Binning.index" and math.isinf(bad), (place, bad, found)
    raises("FAIRU_ERR_NON_FINITE", table, weights=np.where(np.arange(N) == 3, np.nan, 1.0), says="weights[3] is nan")
    raises("FAIRU_ERR_NON_FINITE", linear().score, fairu.Events(np.where(X == X[5, 1], np.nan, X), ["a", "b", "c"]))
    raises("FAIRU_ERR_NON_FINITE", fairu.IntervalEntries([1.0, np.nan], [0, 0], [2, 2]).score)


# shapes that are wrong in each place
SHAPES = {
    "Events: features": [(2, 2, 2), ()], "Events: one column": [(2, 2, 2)], "Events: weights": [(N + 1,), (N - 1,), (0,), (N, 2)],
    "Events.with_weights": [(N + 1,), (0,)], "Classifier.linear: weights": [(2,), (4,), (3, 1), (0,)], "score: x": [(N,), (N, 2), (N, 4), (2, N, 3), ()],
    "score: z": [(2,), (0,), (3, 1)], "score: z of Events": [(2,), (3, 2)], "slopes: x": [(N,), (N, 2)], "slopes: z": [(2,)], "bind: z": [(2,), (0,)],
    "bound call: x": [(3, 3), (2, 4)], "bound nll": [(2,), (0,)], "auc: scores": [(N - 1,), (N + 1,), (0,)], "auc: weights": [(N - 1,), (1,)],
    "Binning.quantile: weights": [(N - 1,), (1,)], "Templates: yields": [(3,), (4, 3), (6, 3), (5, 3, 1), (0, 3)], "Templates: variances": [(5, 4), (4, 3)],
    "Templates: knots": [(4,), (6,)], "Templates.evaluate": [(2,), (0,)], "data: observed": [(2,), (4,), (0,)], "expected": [(2,), (0,)], "nll: params": [(2,), (0,)],
    "fit: start": [(2,), (0,)], "fit: fixed": [(2,), (0,)], "asimov": [(2,), (0,)], "toy": [(2,), (0,)], "toys: truth": [(2,), (0,)],
    "EventTerms: log_ratio": [(2, 3)], "EventTerms: log_density": [(5, 2), (4, 3), (3,)], "EventTerms: pool": [(2,), (4,)],
    "EventLikelihood.data: weights": [(2,), (4,)], "ProbabilityMap: logits": [(N - 1,)], "ProbabilityMap: weights": [(N - 1,), (1,)],
    "reliability: weights": [(1,), (N + 1,)], "shift: z": [(1,), (3,), (2, 1), (0,)], "tangents: z": [(1,), (3,)], "migration: z": [(1,), (3,)],
    "add_shift: steps": [(1,), (3,)], "ChallengeBaseline: signal": [(2, 3), (3, 3, 3), (2, 2, 3), (2, 3, 2)], "ChallengeBaseline: background": [(2, 3), (3, 3, 3)],
    "ChallengeBaseline.nll": [(2,), (4,)], "ChallengeBaseline.fit": [(2,), (4,)], "PseudoExperiments: mu": [(2,), (4,)], "Fill.add: score_z": [(2,), (0,)],
    "Fill.add: shift_z": [(2,), (0,)], "Workspace.fit: data": [(2,), (4,)], "Workspace.fit: init_pars": [(3,), (5,)], "train: points": [(2, 3), (2,), (2, 2, 1)],
    "train: steps": [(1,), (3,)], "train: edges of a summary": [(1,), (0,)], "Classifier.train: tangents": [(N, 3), (N, 2, 2), (N - 1, 3, 2)],
    "from_uproot": [(2, 2), ()],
}


def test_wrong_shapes_are_refused():
    for place, shapes in SHAPES.items():
        call, _ = REAL[place]
        for shape in shapes:
            try:
                found = call(np.ones(shape))
            except fairu.Error as problem:
                allowed = ("FAIRU_ERR_SHAPE", "FAIRU_ERR_EMPTY", "FAIRU_ERR_RANGE")
                assert problem.name in allowed, (place, shape, problem)
                assert problem.name != "FAIRU_ERR_RANGE" or place == "Templates: knots", (place, shape, problem)
            except ValueError as problem:  # NumPy's own, of bound arrays
                assert place.startswith("bound ") or place == "bind: z", (place, shape, problem)
            else:
                raise AssertionError(f"{place} took shape {shape}: {repr(found)[:100]}")


def test_nothing_of_nothing():
    """Tables and arrays of length 0 either have an answer or a reason."""
    none = fairu.Events(np.zeros((0, 3)), ["a", "b", "c"], weights=[], labels=[], ids=[])
    assert len(none) == 0 and none["a"].shape == (0,) and none.weights.shape == none.labels.shape == none.ids.shape == (0,)
    assert none.sum_weights() == 0.0 and len(none.select([])) == 0 and len(none.select(np.zeros(0, bool))) == 0 and none.split(3).shape == (0,)
    assert len(none.concatenate(none)) == 0 and len(none.with_weights(None)) == 0
    assert linear().score(none).shape == (0,) and linear().score(np.zeros((0, 3))).shape == (0,) and linear().slopes(np.zeros((0, 3)))[1].shape == (0, 3)
    assert rotation().score(fairu.Events(np.zeros((0, 2)), ["a", "b"]), [[0.0], [1.0]]).shape == (2, 0)
    assert len(chain().shift(none, {})) == 0 and chain().tangents(none, {}).shape == (0, 3, 2)
    kept, passed = chain().shift(none, {}, keep=True)
    assert len(kept) == 0 and passed.shape == (0,) and passed.dtype == bool
    assert fairu.Binning.uniform(3).index([]).shape == (0,) and fairu.logit([]).shape == (0,) and fairu.log_ratio([]).shape == (0,)
    assert mapped().apply([]).shape == (0,) and len(fairu.IntervalEntries([], [], [])) == 0
    assert fairu.Binning.uniform(1).edges.shape == (0,) and fairu.Binning.from_edges([]).n_bins == 1
    joined = table(weights=WEIGHTS, labels=LABELS, ids=IDS).concatenate(none)
    assert len(joined) == N and np.array_equal(joined.weights, WEIGHTS)
    fill = fairu.Fill(fairu.Binning.uniform(2), ["s"])
    fill.add("s", none, linear())
    assert not fill.templates().yields.any()
    no_columns = fairu.Events(np.zeros((4, 0)), [])
    assert len(no_columns) == 4 and no_columns.names == [] and no_columns.sum_weights() == 4.0
    for call in (lambda: fairu.auc([], []), lambda: fairu.Binning.quantile([], 3), lambda: fairu.ProbabilityMap([], []), lambda: fairu.reliability([], []),
                 lambda: fairu.Classifier.train(none), lambda: fairu.IntervalEntries([], [], []).score(), lambda: fairu.Templates({"s": []}), lambda: none.select_label(0)):
        problem = raises(None, call)
        assert problem.name in ("FAIRU_ERR_EMPTY", "FAIRU_ERR_RANGE", "FAIRU_ERR_SHAPE"), problem


def test_memory_is_shared_where_it_says_so():
    """float32 of any strides that are whole floats is looked at; all else is copied."""
    single = X.astype(np.float32)
    shared = {"C": single, "Fortran": np.asfortranarray(single), "rows": np.repeat(single, 2, axis=0)[::2], "columns": spread(single)[:, ::1],
              "turned columns": single[:, ::-1], "protected": protected(single), "transposed": np.ascontiguousarray(single.T).T}
    copied = {"double": X, "odd address": shifted(single), "field": in_record(single), "other order": single.astype(">f4"), "turned rows": single[::-1],
              "one for all": np.broadcast_to(single[:1], single.shape), "list": single.tolist()}
    for name, given in {**shared, **copied}.items():
        events = fairu.Events(given, ["a", "b", "c"])
        assert np.array_equal(np.stack([events["a"], events["b"], events["c"]], axis=1), np.asarray(given, dtype=np.float32)), name
        assert np.shares_memory(events["b"], given) == (name in shared) if isinstance(given, np.ndarray) else True, name
        assert events["b"].flags.aligned and not events["b"].flags.writeable
    mine = single.copy()
    events = fairu.Events(mine, ["a", "b", "c"])
    mine[4, 1] = 42  # looked at
    assert events["b"][4] == 42 and events.with_weights(WEIGHTS)["b"][4] == 42
    taken = WEIGHTS.copy()
    events = fairu.Events(single, weights=taken)
    taken[:] = 0  # weights are copied
    assert np.array_equal(events.weights, WEIGHTS)
    column = array.array("f", [1, 2, 3])
    assert fairu.Events(column)["x0"].tolist() == [1, 2, 3]
    columns = fairu.IntervalEntries(KNOTS, KNOTS - 1, KNOTS + 1)
    assert np.shares_memory(columns["mu_true"], KNOTS)


def test_numbers_that_no_float_holds():
    """1e300 is infinite as a float: told by NumPy, and refused where it is used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        events = fairu.Events([[1e300, 0, 0]], ["a", "b", "c"])
        raises("FAIRU_ERR_NON_FINITE", linear().score, events, says="a")
        raises("FAIRU_ERR_NON_FINITE", linear().score, [[0, -1e300, 0]], says="b")
        raises("FAIRU_ERR_NON_FINITE", fairu.Binning.quantile, [1.0, 1e300], 2)
    tiny = np.float32([[1e-45, 2 ** -149, 0]])
    assert fairu.Events(tiny)["x0"][0] == tiny[0, 0] and np.array_equal(linear().score(tiny, output="logit"), np.float32([2 ** -149 * 0.5]))


def test_out_of_histograms():
    """Where counts are added in place: only what is exactly right is written to."""
    experiment, bins = pseudo(), [fairu.Binning.uniform(3), fairu.Binning.uniform(2)]
    alone = experiment.histograms(pool(), linear(), bins)
    start = np.arange(5.0)
    for out in (start.copy(), np.arange(7.0)[:5]):
        found = experiment.histograms(pool(), linear(), bins, out=out)
        assert np.array_equal(out, start + np.concatenate(alone.counts)) and np.shares_memory(found.counts[0], out) and found.n_passed == alone.n_passed
    for wrong in (np.zeros(4), np.zeros(6), np.zeros((5, 1)), np.zeros(5, np.float32), np.zeros(10)[::2], protected(np.zeros(5)), np.zeros(5, ">f8")):
        before = wrong.copy()
        raises("FAIRU_ERR_SHAPE", experiment.histograms, pool(), linear(), bins, out=wrong, says="out")
        assert np.array_equal(wrong, before)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
