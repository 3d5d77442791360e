"""An estimator as scikit-learn wants it, over the trainers; scikit-learn itself is not needed.

    from fairu.sklearn import Estimator
    scores = sklearn.model_selection.cross_val_score(Estimator(epochs=20, hidden=(64, 64)), X, y)
"""
import numpy as np

from ._lib import Error
from .classifier import Classifier
from .events import Events
from .methods import METHODS, train


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
        values = np.asarray(x, dtype=np.float32)
        if values.ndim != 2:
            raise ValueError(f"X has {values.ndim} dimensions, wanted 2")
        return values, names

    def fit(self, X, y, sample_weight=None):
        """Train on features X [n, n_features] and classes y [n]."""
        values, names = self._table(X)
        y = np.asarray(y).ravel()
        if len(y) != len(values):
            raise ValueError(f"{len(values)} rows of X, {len(y)} of y")
        classes, labels = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y has {len(classes)} class, wanted 2 or more")
        columns = names or [f"x{i}" for i in range(values.shape[1])]
        events = Events(values, names=columns, labels=labels.astype(np.int32), weights=sample_weight)
        options = {name: value for name, value in self._options.items() if value is not None}
        if len(classes) == 2:
            made = train(self.method, events, self.systematics, nuisances=self.nuisances, **options)
        elif self.method == "baseline" and self.systematics is None and not self.nuisances:
            made = Classifier.train(events, loss="categorical", n_classes=len(classes), **options)
        else:
            raise ValueError(f"{len(classes)} classes: only the baseline without systematics takes more than 2 (methods: {', '.join(METHODS)})")
        self.classifier_, self.classes_, self.n_features_in_, self._columns = made, classes, values.shape[1], columns
        if names:
            self.feature_names_in_ = np.array(names, dtype=object)
        return self

    def _scores(self, x, z, output):
        if not hasattr(self, "classifier_"):
            raise Error(11, "fit() comes first")
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
