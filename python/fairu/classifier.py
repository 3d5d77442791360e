"""Classifiers: score(x, Z)."""
import ctypes
import os
import tempfile
from ctypes import c_double

import numpy as np

from ._context import called_back, context_or_default, create, initialised
from ._lib import Error, Resource, address, contiguous, doubles, file_path, integers, lib, listed, names, pointers, table, text, whole
from ._structs import ENUMS, SCORE_FN, ImportOptions, InputOptions
from ._bound import BoundScores
from ._training import Options, of
from .events import Events

_OUTPUTS = {"score": 0, "logit": 1}
_FORMATS = ENUMS["fairu_format"]
_POLICIES = ENUMS["fairu_input_policy"]


def _features(x):
    """Rows of features as C takes them."""
    features = contiguous(x, np.float32)
    if features.ndim != 2:
        raise Error(13, f"features have {features.ndim} dimensions, wanted 2")
    return features


def _at(pointer, shape, kind):
    """An array over memory that C lends for one call."""
    n = int(np.prod(shape))
    return np.frombuffer((kind * n).from_address(pointer), dtype=kind).reshape(shape) if n else np.empty(shape, dtype=kind)


def _score_fn(function, n_features, n_nuisances, n_outputs):
    """A NumPy function as a callback; what it raises becomes the cause of the Error."""
    def call(features, n, n_in, z, n_z, logits, _):
        x = _at(features, (n, n_features), ctypes.c_float)
        x.flags.writeable = False
        point = _at(z, (n_nuisances,), c_double).copy() if n_nuisances else None
        made = np.asarray(function(x, point) if n_nuisances else function(x), dtype=np.float32)
        if made.shape not in ((n, n_outputs), (n,)[:1 if n_outputs == 1 else 0]):
            raise ValueError(f"the function made logits of shape {made.shape} for {n} events, wanted {(n, n_outputs)}")
        _at(logits, (n, n_outputs), ctypes.c_float)[:] = made.reshape(n, n_outputs)
    return SCORE_FN(called_back(call))


class Classifier(Resource):
    """A classifier; make one with train(), fairu.train(), function(), linear(), rotation(), ensemble() or load(). training, adversary: how the training
    went."""

    training = adversary = None
    _function = _known_sizes = None

    def __init__(self, handle, context):
        self._handle, self._context = handle, context

    @classmethod
    def linear(cls, features, weights, bias=0.0, context=None):
        """logit = bias + sum_i weights[i] x_i over the named features."""
        context = context_or_default(context)
        array, n = names(features)
        values = doubles(weights, (n,))
        return cls(create(context, lib.classifier_create_linear, context._handle, array, address(values), n,
                          bias, free=lib.classifier_destroy), context)

    @classmethod
    def rotation(cls, x, y, nuisance, slope, context=None):
        """logit = slope (x cos Z + y sin Z)."""
        context = context_or_default(context)
        return cls(create(context, lib.classifier_create_rotation, context._handle, text(x), text(y),
                          text(nuisance), slope, free=lib.classifier_destroy), context)

    @classmethod
    def train(cls, events, features=None, context=None, **options):
        """Train a dense network: features: columns, by default all that are neither nuisances nor targets; nuisances: columns that are Z.

        loss: "binary" (labels 0 and 1), "categorical" (labels 0 ... n_classes - 1) or "squared" (of the columns targets, one output each). Options as in
        fairu/training.h: hidden, activation (or activations, one for each hidden layer), optimiser, schedule, learning_rate, final_rate, momentum,
        l2, dropout, batch_norm, batch, epochs, validation_fraction, patience, standardise, balance, gate, gate_nominal, members, seed; checkpoint (a path),
        checkpoint_every, resume; tangents [n_events, n_features, n_nuisances] of Systematics.tangents, tangent_penalty.

        on_epoch(epoch, training_loss, validation_loss) is called after each epoch; True ends the training with the best network so far, and what it
        raises comes back."""
        context = context_or_default(context)
        table(events)
        taken = listed(options.get("nuisances")) + listed(options.get("targets"))
        features = [name for name in events.names if name not in taken] if features is None else features
        given = Options(context, len(events), features, options)
        self = cls(create(context, lib.classifier_train, context._handle, events._handle, ctypes.byref(given.struct),
                          ctypes.byref(given.result), free=lib.classifier_destroy), context)
        self.training = given.outcome()
        return self

    @classmethod
    def ensemble(cls, members, context=None):
        """The mean of the scores of classifiers that have the same features, nuisances and outputs."""
        context = context_or_default(context)
        members = list(members)
        array = pointers(members, lib.classifier_destroy)
        self = cls(create(context, lib.classifier_create_ensemble, context._handle, array, len(members), free=lib.classifier_destroy),
                   context)
        self._function = [member._function for member in members]
        return self

    @classmethod
    def function(cls, features, function, nuisances=(), n_outputs=1, context=None):
        """Your own: function(x) gives the logits [n] (or [n, n_outputs]) for features x [n, n_features] of float32, which it must not keep; with nuisances
        function(x, z), z [n_nuisances]. It is called in pieces of up to 1024 rows, from the threads of the context, and cannot be saved;
        PseudoExperiment.histograms calls it with a few dozen at a time, so what is slow to call is better used on tables (PseudoExperiment.events). What it raises is
        the cause (__cause__) of the Error."""
        context = context_or_default(context)
        callback = _score_fn(function, len(features), len(nuisances), n_outputs)
        array, n = names(features)
        z_array, n_z = names(nuisances)
        self = cls(create(context, lib.classifier_create_callback, context._handle, array, n, z_array, n_z, n_outputs,
                          callback, None, free=lib.classifier_destroy), context)
        self._function = callback  # must outlive the classifier
        return self

    @classmethod
    def load(cls, path, format="auto", features=None, nuisances=None, output=None, context=None):
        """A model file: fairu's own, ONNX (networks and tree ensembles), lwtnn JSON. features: names for the columns of an input that has none;
        nuisances: inputs that are Z; output: tensor, node or label where there are several."""
        context = context_or_default(context)
        struct = initialised(ImportOptions, lib.import_options_init, context)
        struct.format = of(_FORMATS, "format", format)
        if features is not None:
            struct.features, struct.n_features = names(features)
        if nuisances is not None:
            struct.nuisances, struct.n_nuisances = names(nuisances)
        struct.output = text(output)
        return cls(create(context, lib.classifier_import, context._handle, file_path(path), ctypes.byref(struct),
                          free=lib.classifier_destroy), context)

    def save(self, path, format="auto"):
        """Write a model file: by the ending of path (.onnx, .json: lwtnn, else fairu's own), or as format says."""
        self._context.check(lib.classifier_export(self._handle, self._context._handle, file_path(path), of(_FORMATS, "format", format)))

    def __reduce__(self):
        """For pickle: the bytes of a model file."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.fairu")
            self.save(path, "fairu")
            with open(path, "rb") as stream:
                return _of_bytes, (stream.read(), self.training, self.adversary)

    def with_inputs(self, defaults=None, lower=None, upper=None, non_finite="refuse", outside="refuse"):
        """A copy that takes its features by these policies: "refuse", "default" (the feature's in defaults), "pass"; for what is outside lower and upper also
        "clip". defaults, lower, upper: {feature: value}."""
        struct, n = initialised(InputOptions, lib.input_options_init, self._context), len(self.features)
        kept = []
        for field, values, missing in (("defaults", defaults, np.nan), ("lower", lower, -np.inf), ("upper", upper, np.inf)):
            if values is None:
                continue
            unknown = set(values) - set(self.features)
            if unknown:
                raise Error(16, f"no feature '{sorted(unknown)[0]}'; there are: " + ", ".join(self.features))
            array = (ctypes.c_float * max(n, 1))(*[values.get(name, missing) for name in self.features])
            kept.append(array)
            setattr(struct, field, array)
        struct.non_finite = of(_POLICIES, "non_finite", non_finite)
        struct.outside = of(_POLICIES, "outside", outside)
        copy = Classifier(create(self._context, lib.classifier_create_with_inputs, self._context._handle, self._handle,
                                 ctypes.byref(struct), free=lib.classifier_destroy), self._context)
        copy._function = self._function
        return copy

    @property
    def features(self):
        """Names of the features, in the order of the columns of score()."""
        return [lib.classifier_feature_name(self._handle, i).decode(errors="surrogateescape")
                for i in range(lib.classifier_n_features(self._handle))]

    @property
    def nuisances(self):
        """Names of the nuisance parameters that are inputs."""
        return [lib.classifier_nuisance_name(self._handle, i).decode(errors="surrogateescape")
                for i in range(lib.classifier_n_nuisances(self._handle))]

    def score(self, x, z=None, output="score"):
        """Scores at Z.

        x: array [n_events, n_features] (z: one point [n_nuisances], or a number), or Events, whose columns are
        matched by name (z: one point, or several [n_points, n_nuisances], then one row of scores for each).
        output: "score" or "logit".
        """
        output = of(_OUTPUTS, "output", output)
        if isinstance(x, Events):
            return self._score_events(x, z, output)
        if z is not None and np.ndim(z) > 1 and np.shape(z)[0] != 1:
            raise Error(13, "several Z points need Events")
        return self._score_array(x, z, output)

    @property
    def _sizes(self):
        """Numbers of features, nuisances and outputs."""
        if self._known_sizes is None:
            self._known_sizes = (lib.classifier_n_features(self._handle), lib.classifier_n_nuisances(self._handle),
                                 lib.classifier_n_outputs(self._handle))
        return self._known_sizes

    def bind(self, n_events=1, z=None, output="score"):
        """A call with arrays of its own for n_events at a time, which costs a microsecond more than the same call in C: BoundScores."""
        return BoundScores(self, whole(n_events, "n_events"), z, of(_OUTPUTS, "output", output), *self._sizes)

    @property
    def ranges(self):
        """{nuisance: (lower, upper)} of Z in training; infinite where not known."""
        made, lower, upper = {}, c_double(), c_double()
        for i, name in enumerate(self.nuisances):
            self._context.check(lib.classifier_nuisance_range(self._handle, self._context._handle, i, ctypes.byref(lower),
                                                              ctypes.byref(upper)))
            made[name] = lower.value, upper.value
        return made

    def slopes(self, x, z=None, output="score"):
        """Scores [n], their derivatives by features [n, n_features] and by Z [n, n_nuisances], of features x [n, n_features] at one Z; for classifiers of
        one output."""
        features, n_z = _features(x), len(self.nuisances)
        point = np.zeros(0) if z is None else doubles(z).reshape(-1)
        scores = np.empty(len(features), dtype=np.float32)
        d_x, d_z = np.empty_like(features), np.empty((len(features), n_z), dtype=np.float32)
        self._context.call(lib.classifier_score_derivative, self._handle, self._context._handle, address(features), len(features), features.shape[1],
                           address(point) if point.size else None, point.size, of(_OUTPUTS, "output", output), address(scores), address(d_x),
                           address(d_z))
        return scores, d_x, d_z

    def _score_events(self, events, z, output):
        _, n_z, n_out = self._sizes
        points = np.zeros(0) if z is None else doubles(z)
        one = points.ndim < 2
        if points.ndim > 2 or (z is not None and points.shape[-1] != n_z):
            raise Error(13, f"Z has shape {points.shape}, wanted {n_z} values for each point")
        points = np.atleast_2d(points)
        scores = np.empty((len(points), len(events), n_out), dtype=np.float32)
        self._context.call(lib.classifier_score_events, self._handle, self._context._handle, events._handle,
                           address(points) if points.shape[1] else None, len(points), points.shape[1], output, address(scores))
        scores = scores[0] if one else scores
        return scores[..., 0] if n_out == 1 else scores

    def _score_array(self, x, z, output):
        features, context = _features(x), self._context
        n, n_features = features.shape
        point = None if z is None else doubles(z).ravel()
        n_out = self._sizes[2]
        scores = np.empty(n if n_out == 1 else (n, n_out), dtype=np.float32)
        held = self._handle  # until the call is over, whoever closes it meanwhile
        arguments = (held._as_parameter_, context._handle, address(features), n, n_features, address(point), 0 if point is None else point.size,
                     output, address(scores))
        if n > 1024:
            context.call(lib.classifier_score, *arguments)
        else:
            context.check(lib.classifier_score(*arguments))
        return scores


def _of_bytes(content, training, adversary):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.fairu")
        with open(path, "wb") as stream:
            stream.write(content)
        made = Classifier.load(path, "fairu")
    made.training, made.adversary = training, adversary
    return made


def auc(scores, labels, weights=None, context=None):
    """Weighted area under the ROC curve; labels 0 (background) and 1 (signal)."""
    context = context_or_default(context)
    s = contiguous(scores, np.float32).ravel()
    y = integers(labels, np.int32, "labels")
    w = None if weights is None else doubles(weights).ravel()
    if y.size != s.size or (w is not None and w.size != s.size):
        raise Error(13, f"{s.size} scores, {y.size} labels, {s.size if w is None else w.size} weights")
    value = c_double()
    context.call(lib.auc, context._handle, address(s), address(y), address(w), s.size, ctypes.byref(value))
    return value.value
