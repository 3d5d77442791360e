"""Beside other packages: the estimator of scikit-learn, tables of uproot and awkward (or what looks like them), pickle and copy."""
import copy
import os
import pickle
import tempfile
import warnings

import numpy as np

import fairu
from fairu.sklearn import Estimator

from harness import needs, raises, run


def problem(n=1500, classes=2, seed=1):
    random = np.random.default_rng(seed)
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    return 1.5 * np.column_stack([np.cos(angle), np.sin(angle)]) + random.normal(scale=0.6, size=(n, 2)), y


class Table:
    """What of pandas is asked for."""

    def __init__(self, values, columns):
        self.values, self.columns = values, columns

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype=dtype)


SMALL = {"hidden": (16,), "epochs": 8, "batch": 100, "learning_rate": 5e-3}


def test_estimator():
    x, y = problem()
    names = np.array(["bkg", "sig"])
    model = Estimator(**SMALL).fit(x, names[y], sample_weight=np.ones(len(y)))
    assert model.score(x, names[y]) > 0.98 and model.classes_.tolist() == ["bkg", "sig"] and model.n_features_in_ == 2
    p = model.predict_proba(x)
    assert p.shape == (len(x), 2) and np.allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(np.log(p[:, 1] / p[:, 0]), model.decision_function(x), atol=1e-3)
    events = fairu.Events(x, labels=y)
    np.testing.assert_array_equal(p[:, 1], fairu.train("baseline", events.with_weights(np.ones(len(y))), **SMALL).score(events))
    x, y = problem(classes=3)
    three = Estimator(**SMALL).fit(x, y)
    assert three.predict_proba(x).shape == (len(x), 3) and three.score(x, y) > 0.95
    raises(ValueError, Estimator("pivot").fit, x, y, says="3 classes")
    raises(ValueError, Estimator().fit, x, y[:5], says="5 of y")
    raises(ValueError, Estimator().fit, x, 0 * y, says="1 class")
    raises(ValueError, three.predict, x[:, :1], says="expecting 2 features")
    raises(ValueError, Estimator().predict, x, says="fit() comes first")
    bins = Estimator("inferno", hidden=(4,), epochs=1, batch=100, summary={"n_bins": 3}).fit(*problem())
    raises(fairu.Error, bins.predict_proba, x, says="bins")


def test_what_an_estimator_refuses():
    x, y = problem(40)
    model = Estimator(**{**SMALL, "epochs": 1})
    for bad, says in ((x[:, 0], "Reshape"), (x[:, :0], "0 feature"), (x[:0], "0 sample"), (x * 1j, "Complex"), (np.where(x > 0, np.nan, x), "NaN"), (x * 1e40, "large")):
        raises(ValueError, model.fit, bad, y, says=says)
    for bad, says in ((None, "y is None"), (y + 0.5 * x[:, 0], "continuous"), (np.full(len(y), np.nan), "NaN")):
        raises(ValueError, model.fit, x, bad, says=says)
    for bad, says in ((np.ones(3), "expected (40,)"), (np.ones((40, 2)), "1D"), (np.zeros(40), "non-zero"), (1.0 * (y == 1), "1 class")):
        raises(ValueError, model.fit, x, y, sample_weight=bad, says=says)


def test_estimator_is_told_z():
    x, y = problem()
    chain = fairu.Systematics({"angle": (0.0, fairu.Prior(0, 0.4))}).add_rotation("angle", "x0", "x1")
    model = Estimator("aware", systematics=chain, copies=4, **SMALL).fit(x, y)
    np.testing.assert_array_equal(model.predict_proba(x), model.predict_proba(x, [0.0]))
    assert not np.array_equal(model.predict_proba(x), model.predict_proba(x, [0.5]))
    table = Table(np.column_stack([x, np.arange(len(x)) % 3]), ["a", "b", "z"])
    model = Estimator("aware", nuisances=["z"], **SMALL).fit(table, y)
    assert model.classifier_.nuisances == ["z"] and model.feature_names_in_.tolist() == ["a", "b", "z"]
    p = model.predict_proba(table)[:, 1]
    for z in range(3):
        rows = table.values[:, 2] == z
        np.testing.assert_array_equal(p[rows], model.classifier_.score(x[rows], [z]))
    raises(ValueError, model.predict, Table(table.values, ["a", "z", "b"]), says="wanted")


def test_parameters():
    model = Estimator(epochs=3)
    assert model.get_params() == {"method": "baseline", "systematics": None, "nuisances": None, "epochs": 3}
    assert model.set_params(epochs=4, method="neos").get_params()["epochs"] == 4
    assert repr(model) == "Estimator(method='neos', epochs=4)"


@needs("sklearn")
def test_with_scikit_learn():
    from sklearn.base import clone, is_classifier
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    x, y = problem(600)
    chain = fairu.Systematics({"angle": (0.0, fairu.Prior(0, 0.4))}).add_rotation("angle", "x0", "x1")
    model = Estimator("augmented", systematics=chain, copies=2, **SMALL)
    other = clone(model)
    assert other is not model and other.get_params() == model.get_params() and is_classifier(model)
    assert min(cross_val_score(make_pipeline(StandardScaler(), Estimator(**{**SMALL, "epochs": 40})), x, y, cv=3)) > 0.95
    search = GridSearchCV(Estimator(**SMALL), {"epochs": [1, 30]}, cv=2, scoring="roc_auc").fit(x, y)
    assert search.best_score_ > 0.97 and search.predict(x).shape == (600,)


@needs("sklearn")
def test_checks_of_scikit_learn():
    """All but one: trained in batches, a row of weight 2 is not the same as two rows."""
    from sklearn.utils.estimator_checks import check_estimator
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = check_estimator(Estimator(hidden=(16,), epochs=60, batch=20, learning_rate=1e-2), on_fail=None, on_skip=None)
    failed = {check["check_name"]: str(check["exception"]) for check in found if check["status"] == "failed"}
    assert len(found) > 40 and set(failed) <= {"check_sample_weight_equivalence_on_dense_data"}, failed


@needs("joblib")
def test_processes_of_joblib():
    from joblib import Parallel, delayed
    x, y = problem(400)
    model = Estimator(**SMALL).fit(x, y)
    parts = Parallel(n_jobs=2)(delayed(model.predict_proba)(half) for half in (x[:200], x[200:]))
    np.testing.assert_array_equal(np.concatenate(parts), model.predict_proba(x))


def test_pickle_and_copy():
    events = fairu.Events(*problem(400)[:1], labels=problem(400)[1])
    model = fairu.Classifier.train(events, hidden=[4], epochs=1)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.score(events), model.score(events)) and again.training.steps == model.training.steps
    fitted = Estimator(hidden=[4], epochs=1).fit(*problem(400))
    assert np.array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(problem()[0]), fitted.predict_proba(problem()[0]))
    own = fairu.Classifier.function(["x0"], lambda x: x[:, 0])
    raises(fairu.Error, pickle.dumps, own, says="FAIRU_ERR")
    copied = copy.deepcopy({"model": model, "events": events})
    del model
    assert len(copied["events"]) == 400 and copied["model"].score(events).shape == (400,)
    raises(TypeError, copy.copy, fairu.Fill(fairu.Binning.uniform(2), ["s"]), says="no copy")


class Tree:
    """What of uproot's TTree is asked for."""

    def __init__(self, branches):
        self.branches, self.asked = branches, None

    def arrays(self, names, library=None):
        assert library == "np"
        self.asked = names
        return {name: self.branches[name] for name in names}


class Awkward:
    """What of an awkward array of records is asked for."""

    def __init__(self, branches):
        self.branches, self.fields = branches, list(branches)

    def __getitem__(self, name):
        if name not in self.branches:
            raise IndexError(name)
        return Values(self.branches[name])


class Values:
    def __init__(self, values):
        self.values = values

    def to_numpy(self, allow_missing=True):
        if isinstance(self.values, list):
            raise ValueError("cannot convert to RegularArray")
        return self.values


BRANCHES = {"pt": np.array([30.0, 40.5, 50.0]), "n": np.array([1, 2, 3], dtype=np.int32), "w": np.array([0.5, 1.0, 2.0]),
            "event": np.array([7, 8, 9], dtype=np.uint64), "trigger": np.array([True, False, True]), "jets": [[1.0], [], [2.0, 3.0]]}


def test_tables_of_root():
    tree = Tree(BRANCHES)
    for source in (tree, Awkward(BRANCHES), BRANCHES):
        events = fairu.from_uproot(source, ["pt", "n", "trigger"], weight="w", id="event", label=[0, 1, 1])
        assert events.names == ["pt", "n", "trigger"] and events["pt"].tolist() == [30.0, 40.5, 50.0]
        assert events["trigger"].tolist() == [1, 0, 1] and events.weights.tolist() == [0.5, 1, 2]
        assert events.ids.tolist() == [7, 8, 9] and events.labels.tolist() == [0, 1, 1]
    assert tree.asked == ["pt", "n", "trigger", "w", "event"]
    raises(fairu.Error, fairu.from_awkward, Awkward(BRANCHES), ["jets"], says="'jets' has not one number")
    raises(fairu.Error, fairu.from_uproot, BRANCHES, ["eta"], says="there are: pt, n")
    raises(fairu.Error, fairu.from_uproot, {"a": np.ones(2), "b": np.ones(3)}, ["a", "b"], says="'b' has 3")
    raises(fairu.Error, fairu.from_uproot, {"a": np.ones((2, 2))}, ["a"], says="(2, 2)")


@needs("awkward")
def test_real_awkward():
    import awkward
    events = fairu.from_awkward(awkward.Array({name: BRANCHES[name] for name in ("pt", "n", "jets")}), ["pt", "n"])
    assert events["n"].tolist() == [1, 2, 3]
    raises(fairu.Error, fairu.from_awkward, awkward.Array(BRANCHES), ["jets"], says="'jets'")


@needs("uproot")
def test_real_uproot():
    import awkward
    import uproot
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events.root")
        with uproot.recreate(path) as file:
            file["events"] = {name: awkward.Array(values) for name, values in BRANCHES.items() if name != "event"}
        with uproot.open(path) as file:
            tree = file["events"]
            events = fairu.from_uproot(tree, ["pt", "n", "trigger"], weight="w", label="n")
            assert events.names == ["pt", "n", "trigger"] and events["trigger"].tolist() == [1, 0, 1] and events.weights.tolist() == [0.5, 1, 2]
            assert events.labels.tolist() == [1, 2, 3]
            raises(fairu.Error, fairu.from_uproot, tree, ["jets"], says="'jets' has not one number")
            raises(fairu.Error, fairu.from_uproot, tree, ["eta"], says="no branch 'eta'")
            records = tree.arrays(["pt", "jets"])
            leading = awkward.fill_none(awkward.firsts(records.jets), -25.0)
            made = fairu.from_awkward(awkward.with_field(records, leading, "leading"), ["pt", "leading"])
            assert made["leading"].tolist() == [1, -25, 2]
            pieces = [fairu.from_awkward(piece, ["pt"]) for piece in tree.iterate(["pt"], step_size=2)]
            assert [len(piece) for piece in pieces] == [2, 1]
            raises(fairu.Error, fairu.from_awkward, {"first": awkward.firsts(records.jets)}, ["first"], says="'first'")


if __name__ == "__main__":
    raise SystemExit(run(globals()))
