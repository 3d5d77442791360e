"""An estimator as scikit-learn wants it, over the trainers; scikit-learn itself is not needed.

    from fairu.sklearn import Estimator
    scores = sklearn.model_selection.cross_val_score(Estimator(epochs=20, hidden=(64, 64)), X, y)
"""
import sys
import warnings

import numpy as np

from ._lib import Error, listed
from .classifier import Classifier
from .events import Events
from .methods import METHODS, train


def _of_scikit_learn(name, otherwise):
    """An exception of scikit-learn, if somebody uses it here."""
    return getattr(sys.modules.get("sklearn.exceptions"), name, otherwise)


def _features(x):
    """A table [n, n_features] of finite floats."""
    if hasattr(x, "toarray"):
        raise TypeError("sparse input is not supported: X.toarray() makes it dense")
    values = np.asarray(x)
    if np.iscomplexobj(values):
        raise ValueError("Complex data not supported")
    if values.ndim != 2:
        raise ValueError(f"X has {values.ndim} dimensions, wanted 2. Reshape your data: X.reshape(-1, 1) if it has one feature, X.reshape(1, -1) if it is one row")
    for n, what in zip(values.shape, ("sample", "feature")):
        if n == 0:
            raise ValueError(f"Found array with 0 {what}(s) (shape={values.shape}) while a minimum of 1 is required.")
    with np.errstate(over="ignore"):
        values = np.asarray(values, dtype=np.float32)
    if not np.isfinite(values).all():
        raise ValueError("Input X contains NaN, infinity or a value too large for float32.")
    return values


def _classes(y, n):
    """Classes, and the number of its class for each row."""
    if y is None:
        raise ValueError("Estimator requires y to be passed, but the target y is None.")
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        warnings.warn("A column-vector y was passed when a 1d array was expected: y.ravel() is one", _of_scikit_learn("DataConversionWarning", UserWarning),
                      stacklevel=3)
    y = y.ravel()
    if len(y) != n:
        raise ValueError(f"{n} rows of X, {len(y)} of y: inconsistent numbers of samples")
    if y.dtype.kind == "f":
        if not np.isfinite(y).all():
            raise ValueError("Input y contains NaN or infinity.")
        if np.any(y != np.round(y)):
            raise ValueError("Unknown label type: continuous. y must be classes")
    return np.unique(y, return_inverse=True)


def _weights(weights, n):
    if weights is None:
        return None
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weights.ndim}D")
    if weights.shape != (n,):
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(n,)}!")
    if not np.any(weights):
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights


class Estimator:
    """A classifier with fit(), predict(), predict_proba(), decision_function(), score(), get_params(), set_params().

    method: of fairu.train; systematics, nuisances: as there. All else are options of fairu.train and Classifier.train. X: an array [n, n_features], or a table with
    .columns (pandas), whose names are then those of the features, and are asked for again later; y: two classes, or more without systematics.

    An aware estimator is told Z: predict_proba(X, z); by default nominal values of its systematics, or, trained without, columns of X. After fit():
    .classes_, .n_features_in_, .feature_names_in_ (of tables), .classifier_ (a fairu.Classifier)."""

    _estimator_type = "classifier"

    def __init__(self, method="baseline", systematics=None, nuisances=None, **options):
        self.method, self.systematics, self.nuisances = method, systematics, nuisances
        self._options = options

    def get_params(self, deep=True):
        """All parameters that __init__() was given."""
        return {"method": self.method, "systematics": self.systematics, "nuisances": self.nuisances, **self._options}

    def set_params(self, **params):
        """Change parameters; fit() takes them."""
        for name, value in params.items():
            if name in ("method", "systematics", "nuisances"):
                setattr(self, name, value)
            else:
                self._options[name] = value
        return self

    def __repr__(self):
        given = {name: value for name, value in self.get_params().items() if value is not None}
        return "Estimator(" + ", ".join(f"{name}={value!r}" for name, value in given.items()) + ")"

    def __sklearn_tags__(self):
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags  # only scikit-learn calls this
        return Tags(estimator_type="classifier", target_tags=TargetTags(required=True), classifier_tags=ClassifierTags(), input_tags=InputTags())

    def __sklearn_is_fitted__(self):
        return hasattr(self, "classifier_")

    @staticmethod
    def _table(x):
        """Values, and names of columns where there are any."""
        names = [str(name) for name in x.columns] if hasattr(x, "columns") else None
        return _features(x), names

    def fit(self, X, y, sample_weight=None):
        """Train on features X [n, n_features] and classes y [n]."""
        values, names = self._table(X)
        classes, labels = _classes(y, len(values))
        weights = _weights(sample_weight, len(values))
        left = classes if weights is None else np.unique(labels[weights != 0])
        if len(left) < len(classes) or len(classes) < 2:
            raise ValueError(f"y has {len(left)} class" + ("es" if len(left) > 1 else "") + f" of non-zero weight, wanted {max(len(classes), 2)}")
        columns = names or [f"x{i}" for i in range(values.shape[1])]
        events = Events(values, names=columns, labels=labels.astype(np.int32), weights=weights)
        options = {name: value for name, value in self._options.items() if value is not None}
        if len(classes) == 2:
            made = train(self.method, events, self.systematics, nuisances=self.nuisances, **options)
        elif self.method == "baseline" and self.systematics is None and not listed(self.nuisances):
            made = Classifier.train(events, loss="categorical", n_classes=len(classes), **options)
        else:
            raise ValueError(f"{len(classes)} classes: only the baseline without systematics takes more than 2 (methods: {', '.join(METHODS)})")
        self.classifier_, self.classes_, self.n_features_in_, self._columns = made, classes, values.shape[1], columns
        vars(self).pop("feature_names_in_", None)  # of an earlier fit
        if names:
            self.feature_names_in_ = np.array(names, dtype=object)
        return self

    def _scores(self, x, z, output):
        if not hasattr(self, "classifier_"):
            raise _of_scikit_learn("NotFittedError", ValueError)("This Estimator instance is not fitted yet: fit() comes first")
        values, names = self._table(x)
        if values.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {values.shape[1]} features, but Estimator is expecting {self.n_features_in_} features as input")
        if names and names != self._columns:
            raise ValueError(f"X has columns {names}, wanted {self._columns}")
        model = self.classifier_
        features = values[:, [self._columns.index(name) for name in model.features]]
        if z is not None or not model.nuisances:
            return model.score(features, z, output)
        if self.systematics is not None:
            nominal = dict(zip(self.systematics.names, self.systematics.nominal))
            return model.score(features, [nominal[name] for name in model.nuisances], output)
        points, which = np.unique(values[:, [self._columns.index(name) for name in model.nuisances]], axis=0, return_inverse=True)
        made = None
        for i, point in enumerate(points):
            rows = which.ravel() == i
            scores = model.score(features[rows], point, output)
            made = np.empty((len(values), *scores.shape[1:]), dtype=np.float32) if made is None else made
            made[rows] = scores
        return made

    def decision_function(self, X, z=None):
        """Logits: of class 1, or of all where there are more than two."""
        return self._scores(X, z, "logit")

    def predict_proba(self, X, z=None):
        """Scores as probabilities [n, n_classes]. Of a balanced training (the default) they hold where classes are equally many."""
        scores = self._scores(X, z, "score")
        if scores.ndim == 1:
            return np.column_stack([1 - scores, scores])
        if scores.shape[1] != len(self.classes_):
            raise Error(55, f"the outputs of method '{self.method}' are {scores.shape[1]} bins, not probabilities of {len(self.classes_)} classes")
        return scores

    def predict(self, X, z=None):
        """The likeliest class of each row."""
        largest = np.argmax(self.predict_proba(X, z), axis=1)
        return self.classes_[largest]

    def score(self, X, y, sample_weight=None):
        """Share of y that predict() finds."""
        return float(np.average(self.predict(X) == np.asarray(y).ravel(), weights=sample_weight))
