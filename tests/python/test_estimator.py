"""The estimator without scikit-learn, and workspaces by pyhf's words: every parameter, every kind of input, every refusal."""
import copy
import json
import pickle

import numpy as np

import fairu
from fairu.sklearn import Estimator

from harness import near, needs, raises, run

RNG = np.random.default_rng(31)
N = 600
Y = np.arange(N) % 2
X = (RNG.normal(size=(N, 3)) + 1.5 * (2 * Y[:, None] - 1)).astype(np.float32)
SMALL = {"hidden": (6,), "epochs": 4, "batch": 50, "learning_rate": 1e-2}


class Table:
    """What of pandas is asked for."""

    def __init__(self, values, columns):
        self.values, self.columns = values, columns

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype=dtype)


def test_parameters_go_round():
    """get_params gives what makes the same estimator; set_params changes it; fit reads them, and nothing before."""
    chain = fairu.Systematics({"z": (0.0, fairu.Prior(0, 1))}).add_shift("z", ["x0"], [1.0])
    first = Estimator("aware", chain, ["z"], epochs=2, hidden=(3,), copies=2)
    params = first.get_params()
    assert params == {"method": "aware", "systematics": chain, "nuisances": ["z"], "epochs": 2, "hidden": (3,), "copies": 2} == first.get_params(deep=False)
    assert Estimator(**params).get_params() == params
    assert first.set_params(method="baseline", systematics=None, nuisances=None, copies=None, seed=5) is first
    assert first.get_params() == {"method": "baseline", "systematics": None, "nuisances": None, "epochs": 2, "hidden": (3,), "copies": None, "seed": 5}
    assert repr(first) == "Estimator(method='baseline', epochs=2, hidden=(3,), seed=5)"
    assert first.fit(X, Y) is first and first.classifier_.training.epochs == 2  # None is not given on
    raises(TypeError, Estimator(layers=3).fit, X, Y, says="unknown option 'layers'")
    raises("FAIRU_ERR_ARGUMENT", Estimator("best").fit, X, Y, says="gradient_reversal")
    raises("FAIRU_ERR_RANGE", Estimator(hidden=(0,)).fit, X, Y)
    raises("FAIRU_ERR_RANGE", Estimator(hidden=(-1,)).fit, X, Y, says="hidden")


def test_any_kind_of_class():
    """Classes are sorted, and come back as they were; the second one is the signal."""
    wanted = Estimator(**SMALL).fit(X, Y).predict_proba(X)
    for names in ([0, 1], [-3, 7], ["b", "s"], [False, True], [1.0, 2.0], np.array([10, 200], dtype="u1"), ["ä", "ö"]):
        labels = np.asarray(names)[Y]
        model = Estimator(**SMALL).fit(X, labels)
        assert np.array_equal(model.classes_, np.unique(labels)) and model.classes_.dtype == labels.dtype
        assert np.array_equal(model.predict_proba(X), wanted)
        assert np.array_equal(model.predict(X), model.classes_[(wanted[:, 1] > wanted[:, 0]).astype(int)])
    turned = Estimator(**SMALL).fit(X, np.array(["z_background", "a_signal"])[Y])
    assert turned.classes_.tolist() == ["a_signal", "z_background"] and turned.score(X, np.array(["z_background", "a_signal"])[Y]) > 0.9
    listed = Estimator(**SMALL).fit(X.tolist(), Y.tolist())
    assert np.array_equal(listed.predict_proba(X.tolist()), wanted)
    column = Y[:, None]
    import warnings
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert np.array_equal(Estimator(**SMALL).fit(X, column).predict_proba(X), wanted)
    assert any("column-vector" in str(w.message) for w in seen)


def test_scores_agree():
    """Probabilities, logits, classes and their share, with and without weights."""
    model = Estimator(**SMALL).fit(X, Y)
    p, logit = model.predict_proba(X), model.decision_function(X)
    near(p.sum(axis=1), np.ones(N), 1e-6)
    near(p[:, 1], 1 / (1 + np.exp(-logit.astype(float))), 1e-6)
    right = model.predict(X) == Y
    weights = RNG.uniform(0, 3, N)
    assert model.score(X, Y) == right.mean() and abs(model.score(X, Y, weights) - np.average(right, weights=weights)) < 1e-12
    assert np.array_equal(model.classifier_.score(X), p[:, 1].astype(np.float32))
    three = Estimator(**SMALL).fit(X, np.arange(N) % 3)
    p, logit = three.predict_proba(X), three.decision_function(X)
    assert p.shape == logit.shape == (N, 3) and np.array_equal(three.predict(X), np.argmax(p, axis=1))
    softmax = np.exp(logit - logit.max(axis=1, keepdims=True).astype(float))
    near(p, softmax / softmax.sum(axis=1, keepdims=True), 1e-6)


def test_weights_matter():
    """Doubling all changes nothing; leaving one class out is refused; a class that weighs more is found more often without balance."""
    plain = Estimator(**SMALL).fit(X, Y, sample_weight=np.ones(N)).predict_proba(X)
    near(Estimator(**SMALL).fit(X, Y, sample_weight=np.full(N, 2.0)).predict_proba(X), plain, 1e-4)
    heavy = np.where(Y == 1, 20.0, 1.0)
    more = Estimator(**SMALL, balance=False).fit(X, Y, sample_weight=heavy).predict_proba(X)[:, 1].mean()
    less = Estimator(**SMALL, balance=False).fit(X, Y, sample_weight=1 / heavy).predict_proba(X)[:, 1].mean()
    assert more > plain[:, 1].mean() + 0.02 and less < plain[:, 1].mean() - 0.02
    raises(ValueError, Estimator(**SMALL).fit, X, Y, sample_weight=1.0 * Y, says="1 class of non-zero weight")
    raises("FAIRU_ERR_NON_FINITE", Estimator(**SMALL).fit, X, Y, sample_weight=np.where(Y == 0, np.nan, 1.0))


def test_names_of_features():
    """Of tables they are kept and asked for again; a later fit forgets them."""
    table = Table(X, ["a", "b", "c"])
    model = Estimator(**SMALL).fit(table, Y)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"] == model.classifier_.features and model.feature_names_in_.dtype == object and model.n_features_in_ == 3
    assert np.array_equal(model.predict_proba(table), model.predict_proba(X))
    for columns in (["a", "c", "b"], ["a", "b", "d"]):
        raises(ValueError, model.predict, Table(X, columns), says="wanted ['a', 'b', 'c']")
    raises(ValueError, model.predict, Table(X[:, :2], ["a", "b"]), says="expecting 3 features")
    model.fit(X, Y)
    assert not hasattr(model, "feature_names_in_") and model.classifier_.features == ["x0", "x1", "x2"]
    numbered = Estimator(**SMALL).fit(Table(X, [0, 1, 2]), Y)
    assert numbered.feature_names_in_.tolist() == ["0", "1", "2"]
    raises("FAIRU_ERR_DUPLICATE", Estimator(**SMALL).fit, Table(X, ["a", "a", "b"]), Y, says="a")


def test_fits_are_new():
    """The same seed, the same bits; a second fit forgets the first; one that fails leaves the model that was there."""
    model = Estimator(**SMALL, seed=3)
    assert not model.__sklearn_is_fitted__()
    first = model.fit(X, Y).predict_proba(X)
    assert model.__sklearn_is_fitted__() and np.array_equal(Estimator(**SMALL, seed=3).fit(X, Y).predict_proba(X), first)
    assert not np.array_equal(Estimator(**SMALL, seed=4).fit(X, Y).predict_proba(X), first)
    model.fit(X[:, :2], Y)
    assert model.n_features_in_ == 2
    raises(ValueError, model.fit, X, None, says="y is None")
    assert model.predict(X[:, :2]).shape == (N,) and np.array_equal(model.fit(X, Y).predict_proba(X), first)
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert np.array_equal(again.predict_proba(X), first) and again.get_params() == model.get_params()
    unfitted = pickle.loads(pickle.dumps(Estimator(**SMALL)))
    raises(ValueError, unfitted.predict, X, says="not fitted")


def test_what_is_no_table():
    class Sparse:
        def toarray(self):
            return X
    model = Estimator(**SMALL).fit(X, Y)
    for call in (lambda x: model.fit(x, Y), model.predict, model.predict_proba, model.decision_function):
        raises(TypeError, call, Sparse(), says="toarray")
        raises(ValueError, call, X[0], says="Reshape")
        raises(ValueError, call, X[None], says="3 dimensions")
        raises(ValueError, call, X[:0], says="0 sample")
        raises(ValueError, call, X[:, :0], says="0 feature")
        raises(ValueError, call, X * 1j, says="Complex")
        for bad in (np.nan, np.inf, 1e300):
            wrong = X.astype(float)
            wrong[3, 1] = bad
            raises(ValueError, call, wrong, says="NaN")
        raises(ValueError, call, np.full((N, 3), "word"))
    for call in (lambda y: Estimator(**SMALL).fit(X, y),):
        raises(ValueError, call, Y[:-1], says=f"{N} rows of X, {N - 1} of y")
        raises(ValueError, call, Y + 0.5, says="continuous")
        raises(ValueError, call, np.where(Y == 0, np.nan, 1.0), says="NaN")
        raises(ValueError, call, np.zeros(N), says="1 class")


def test_z_of_an_aware_estimator():
    """At nominal by default, at any z by word; trained on columns that are Z, they are taken row by row."""
    chain = fairu.Systematics({"z": (0.25, fairu.Prior(0, 1))}).add_shift("z", ["x0"], [1.0], reference=0.25)
    model = Estimator("aware", chain, copies=3, **SMALL).fit(X, Y)
    assert np.array_equal(model.predict_proba(X), model.predict_proba(X, z=[0.25])) and np.array_equal(model.predict(X), model.predict(X, [0.25]))
    assert not np.array_equal(model.decision_function(X, z=[1.0]), model.decision_function(X))
    raises("FAIRU_ERR_SHAPE", model.predict_proba, X, [0.25, 1.0])
    columns = np.column_stack([X, np.arange(N) % 4])
    for nuisances in (["x3"], np.array(["x3"]), ("x3",)):
        aware = Estimator("aware", nuisances=nuisances, **SMALL).fit(columns, Y)
        assert aware.classifier_.nuisances == ["x3"] and aware.classifier_.features == ["x0", "x1", "x2"]
        p = aware.predict_proba(columns)[:, 1]
        for z in range(4):
            rows = columns[:, 3] == z
            assert np.array_equal(p[rows], aware.classifier_.score(X[rows], [z]))
    raises(ValueError, Estimator("aware", chain).fit, X, np.arange(N) % 3, says="3 classes")


# ---- workspaces

def spec(**changes):
    signal = {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}
    background = {"name": "background", "data": [50.0, 52.0], "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}
    made = {"channels": [{"name": "c", "samples": [signal, background]}], "observations": [{"name": "c", "data": [58.0, 55.0]}],
            "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}, {"name": "fixed", "config": {"poi": "mu", "parameters": [
                {"name": "mu", "bounds": [[0.0, 3.0]], "inits": [0.5]}]}}], "version": "1.0.0"}
    return {**made, **changes}


def test_the_source_is_copied():
    """What becomes of a dict afterwards changes nothing, also not where bounds are put into the document."""
    source = spec()
    workspace = fairu.Workspace(source)
    wanted = workspace.hypotest(1.0)
    source["observations"][0]["data"][0] = 500.0
    source["channels"].clear()
    assert workspace.hypotest(1.0) == wanted == fairu.Workspace(spec()).hypotest(1.0, par_bounds={"mu": (0, 10)})
    assert workspace.fit(par_bounds={"mu": (0, 0.2)})["mu"] == 0.2 and workspace.fit()["mu"] > 0.2
    for values in ((12.0, 11.0), [np.float64(12), 11], [12, 11], np.array([12.0, 11.0]), [np.float32(12), 11]):
        odd = spec()
        odd["channels"][0]["samples"][0]["data"] = values
        assert fairu.Workspace(odd).hypotest(1.0) == wanted
    for wrong in ({1, 2}, object(), [1j, 11]):
        odd = spec()
        odd["channels"][0]["samples"][0]["data"] = wrong
        raises(TypeError, fairu.Workspace, odd, says="JSON")


# what is taken out or put in: what the message must name
BROKEN = {
    "/channels": None, "/observations": None, "/measurements": None, "/version": None, "/channels/0/name": None, "/channels/0/samples": None,
    "/channels/0/samples/0/name": None, "/channels/0/samples/0/data": None, "/channels/0/samples/0/modifiers": None, "/measurements/0/config": None,
    "/measurements/0/config/poi": None, "/measurements/0/name": None, "/observations/0/data": None, "/observations/0/name": None,
    "/channels/0/samples/0/modifiers/0/type": "magic", "/channels/0/samples/0/modifiers/0/name": 5, "/channels/0/samples/0/data/0": "12", "/observations/0/data/1": None,
    "/channels/0/samples/1/modifiers/0/data": [3.0], "/channels/0/samples/1/data": [50.0], "/observations/0/data": [58.0], "/observations/0/name": "other",
    "/version": "2.0.0", "/channels/0/samples": [], "/channels": {}, "/measurements/0/config/parameters": {}, "/measurements/0/config/poi": "nu",
}


def broken(pointer, value):
    document = spec()
    *path, last = pointer.strip("/").split("/")
    place = document
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    last = int(last) if isinstance(place, list) else last
    if value is None and not isinstance(place, list):
        del place[last]
    else:
        place[last] = value
    return document


def attempts():
    yield from BROKEN.items()
    yield from (("/channels", None), ("/version", None), ("/observations/0/data", None), ("/measurements/0/config/poi", None))


def test_broken_documents_are_refused():
    """With the place; and by pyhf, where it is installed, all but what it does not look at."""
    try:
        import pyhf
    except ImportError:
        pyhf = None
    for pointer, value in attempts():
        document = broken(pointer, value)
        problem = raises(None, lambda: fairu.Workspace(document).model())
        assert 10 <= problem.code < 70 and problem.message, (pointer, problem)
        names = [step for step in pointer.split("/") if step and not step.isdigit()]
        assert any(name in problem.message for name in (*names, str(value), "mu", "'c'", "bins")), (pointer, value, problem)
        if pyhf:
            try:
                there = pyhf.Workspace(document)
                there.data(there.model())
            except Exception:  # noqa: BLE001: any will do
                continue
            assert (pointer, value) == ("/observations/0/data", [58.0]), f"pyhf takes {pointer} = {value}"  # it sees that when it fits


def test_measurements_are_told_apart():
    workspace = fairu.Workspace(spec())
    assert workspace.measurements == ["m", "fixed"]
    first, second = (workspace.model(name)[0] for name in ("m", "fixed"))
    assert first.parameters[0].upper == 10.0 and (second.parameters[0].upper, second.parameters[0].start) == (3.0, 0.5)
    assert workspace.fit(measurement="fixed", data=[200, 200])["mu"] == 3.0 and workspace.fit(data=[200, 200])["mu"] > 3.0
    assert workspace.hypotest(1.0, measurement="m") == workspace.hypotest(1.0)
    bounded = workspace.fit(measurement="fixed", data=[200, 200], par_bounds={"mu": (0.0, 2.0)})
    assert bounded["mu"] == 2.0 and workspace.fit(measurement="fixed", data=[200, 200])["mu"] == 3.0
    other, _ = workspace.model(poi="unc[0]")
    assert other.poi == "unc[0]" and workspace.model()[0].poi == "mu"
    for wrong in ({"measurement": "n"}, {"poi": "nu"}, {"two_points": ["nu"]}):
        raises("FAIRU_ERR_NOT_FOUND", lambda: workspace.model(**wrong))
    blind = spec()
    blind["measurements"][0]["config"]["poi"] = ""
    made, data = fairu.Workspace(blind).model()
    assert made.poi is None and made.fit(data).valid
    for call in (lambda: made.hypotest(data), lambda: made.limit(data), lambda: made.interval(data), lambda: made.impacts(data), lambda: made.significance(data),
                 lambda: fairu.Workspace(blind).fixed_poi_fit(1.0), lambda: fairu.Workspace(blind).upper_limit()):
        problem = raises(None, call)
        assert "interest" in problem.message or "None" in problem.message, problem


def test_results_are_those_of_the_model():
    """Every word of hypotest and upper_limit beside the calls of the likelihood that it stands for."""
    workspace = fairu.Workspace(spec())
    model, data = workspace.model()
    for statistic in ("qtilde", "q", "q0"):
        test = model.hypotest(data, 0.7, statistic)
        first = test.p_sb if statistic == "q0" else test.cls
        tails = [test.p_b] if statistic == "q0" else [test.p_sb, test.p_b]
        asked = {"return_tail_probs": tails, "return_expected": test.expected[2], "return_expected_set": list(test.expected)}
        for mask in range(8):
            words = [word for i, word in enumerate(asked) if mask >> i & 1]
            found = workspace.hypotest(0.7, test_stat=statistic, **dict.fromkeys(words, True))
            assert found == ((first, *[asked[word] for word in words]) if words else first), (statistic, words)
    toys = model.hypotest_toys(data, 0.7, "qtilde", 300, 8)
    assert workspace.hypotest(0.7, calctype="toybased", ntoys=300, seed=8, return_tail_probs=True) == (toys.cls, [toys.p_sb, toys.p_b])
    for level, scan in ((0.05, np.linspace(0, 5, 11)), (0.1, [0.5, 1.0, 1.5, 2.0])):
        observed, band, (where, tests) = workspace.upper_limit(scan=scan, level=level, return_results=True)
        curves = np.array([[model.hypotest(data, mu).cls, *model.hypotest(data, mu).expected] for mu in scan])
        near([observed, *band], [np.interp(level, curve[::-1], np.asarray(scan)[::-1]) for curve in curves.T], 1e-12)
        near(where, scan)
        assert [t[0] for t in tests] == curves[:, 0].tolist()
        solved = workspace.upper_limit(level=level)
        limit = model.limit(data, 1 - level)
        assert solved == (limit.observed, limit.expected) and workspace.upper_limit(level=level, return_results=True)[2] == ([], [])
    near(workspace.hypotest(1.0, [58, 55]), workspace.hypotest(1.0), 0)
    near(workspace.hypotest(1.0, model.data([40, 40])), workspace.hypotest(1.0, np.array([40, 40])), 1e-12)
    other, counts = workspace.model("fixed")
    assert workspace.fit(other.data([200, 200]))["mu"] == 3.0 and workspace.upper_limit(counts)[0] == other.limit(counts).observed  # Data know their model
    near(workspace.fixed_poi_fit(0.4, [40, 40]).params, model.fit(model.data([40, 40]), fixed={"mu": 0.4}).params, 1e-12)
    assert workspace.fit(spread_starts=2).valid
    raises(TypeError, workspace.fit, steps=3)
    raises("FAIRU_ERR_SHAPE", workspace.fixed_poi_fit, 1.0, fixed_params=[True], says="3 parameters")


def test_bounds_by_list_and_by_name():
    """They are those of the fit, and values at start are moved into them."""
    workspace = fairu.Workspace(spec())
    names = workspace.model()[0].names
    bounds = [(0.0, 5.0), (0.9, 1.1), (0.5, 2.0)]
    listed, named = workspace.fit(par_bounds=bounds), workspace.fit(par_bounds=dict(zip(names, bounds)))
    assert listed.limits == named.limits == dict(zip(names, bounds)) and np.array_equal(listed.params, named.params)
    high = workspace.fit(par_bounds={"unc[1]": (1.2, 1.5)})
    assert high["unc[1]"] == 1.2 and high.limits["unc[0]"] == workspace.fit().limits["unc[0]"] and high.n_at_bound == 1
    raises(None, workspace.fit, par_bounds={"mu": (2.0, 1.0)})
    raises(None, workspace.fit, par_bounds={"mu": (0.0, float("nan"))})
    raises("FAIRU_ERR_NOT_FOUND", workspace.fit, par_bounds={"unc": (0, 1)}, says="'unc'")


def test_patches():
    """RFC 6902: each operation, in order; the workspace itself stays."""
    workspace = fairu.Workspace(spec())
    before = workspace.hypotest(1.0)
    data = "/observations/0/data/0"
    for operations, counts in (([{"op": "replace", "path": data, "value": 60.0}], [60, 55]), ([{"op": "test", "path": data, "value": 58.0}], [58, 55]),
                               ([{"op": "copy", "from": data, "path": "/observations/0/data/1"}, {"op": "remove", "path": "/observations/0/data/2"}], [58, 58]),
                               ([{"op": "move", "from": "/observations/0/data/1", "path": data}], [55, 58]),
                               ([{"op": "remove", "path": data}, {"op": "add", "path": "/observations/0/data/-", "value": 9}], [55, 9]), ([], [58, 55])):
        near(workspace.patch(operations).model()[1].observed(), counts, 0)
    assert workspace.hypotest(1.0) == before
    for operations in ([{"op": "test", "path": data, "value": 1.0}], [{"op": "replace", "path": "/nowhere", "value": 1}], [{"op": "jump", "path": data}], {"op": "test"}, [7]):
        raises(None, workspace.patch, operations)
    twice = workspace.patch([{"op": "replace", "path": data, "value": 60}]).patch([{"op": "replace", "path": "/observations/0/data/1", "value": 61}])
    near(twice.model()[1].observed(), [60, 61], 0)


@needs("pyhf")
def test_objects_of_pyhf_are_documents():
    import pyhf
    made = pyhf.Workspace(spec())
    assert fairu.Workspace(made).hypotest(1.0) == fairu.Workspace(spec()).hypotest(1.0)
    with open("examples/patchset.json") as stream:
        patches = json.load(stream)
    assert fairu.PatchSet(patches).names == [patch.name for patch in pyhf.PatchSet(patches)]


def test_simple_models():
    """pyhf's two, by position and by word; observed counts; whatever is not of one length."""
    both = ((fairu.simplemodels.uncorrelated_background, ([5.0, 6.0], [50.0, 60.0], [5.0, 6.0])),
            (fairu.simplemodels.correlated_background, ([5.0, 6.0], [50.0, 60.0], [45.0, 65.0], [55.0, 55.0])))
    for make, arguments in both:
        model, data = make(*arguments).model()
        near(data.observed(), [50, 60], 0)
        near(model.expected({"mu": 2.0}), [60, 72], 1e-12)
        near(make(*arguments, observed=[1, 2]).model()[1].observed(), [1, 2], 0)
        near(make(*arguments, [3, 4]).model()[1].observed(), [3, 4], 0)
        raises(None, lambda: make(*arguments, observed=[1, 2, 3]).model())
        raises(None, lambda: make(*([1.0, 2.0, 3.0], *arguments[1:])).model())
    model, _ = fairu.simplemodels.correlated_background(*both[1][1]).model()
    near(model.expected({"mu": 0.0, "correlated_bkg_uncertainty": 1.0}), [45, 65], 1e-9)
    near(model.expected({"mu": 0.0, "correlated_bkg_uncertainty": -1.0}), [55, 55], 1e-9)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
