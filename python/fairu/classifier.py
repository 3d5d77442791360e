"""Classifiers: score(x, Z)."""
import ctypes
from collections import namedtuple
from ctypes import c_double, c_int, c_size_t, c_void_p

import numpy as np

from ._lib import (Error, TrainingOptions, TrainingResult, address, callback_errors, context_or_default, create, doubles, lib, names,
                   text, whole)
from .events import Events

_OUTPUTS = {"score": 0, "logit": 1}
_ACTIVATIONS = {"linear": 0, "relu": 1, "tanh": 2, "sigmoid": 3, "elu": 4}
_OPTIMIZERS = {"adam": 1, "sgd": 2, "rmsprop": 3}
_SCHEDULES = {"constant": 0, "cosine": 1, "step": 2}
_SCORE_FN = ctypes.CFUNCTYPE(c_int, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p)
_CHOICES = {"activation": _ACTIVATIONS, "optimizer": _OPTIMIZERS, "schedule": _SCHEDULES}
_NUMBERS = ("learning_rate", "final_rate", "momentum", "l2", "batch", "epochs", "validation_fraction", "patience", "standardise",
            "balance", "gate_nominal", "seed")

_WHOLE = ("batch", "epochs", "patience", "seed")

Training = namedtuple("Training", "epochs best_epoch steps training_loss validation_loss")
Training.__doc__ = "How a training went: losses are means of the weighted binary cross-entropy; NaN without a validation part."


def _at(pointer, shape, kind):
    """An array over memory that C lends for one call."""
    n = int(np.prod(shape))
    return np.frombuffer((kind * n).from_address(pointer), dtype=kind).reshape(shape) if n else np.empty(shape, dtype=kind)


def _score_fn(function, n_features, n_nuisances, n_outputs):
    """A NumPy function as a callback; what it raises becomes the cause of the Error."""
    def call(features, n, z, logits, _):
        try:
            x = _at(features, (n, n_features), ctypes.c_float)
            x.flags.writeable = False
            point = _at(z, (n_nuisances,), c_double).copy() if n_nuisances else None
            made = np.asarray(function(x, point) if n_nuisances else function(x), dtype=np.float32)
            if made.shape not in ((n, n_outputs), (n,)[:1 if n_outputs == 1 else 0]):
                raise ValueError(f"the function made logits of shape {made.shape} for {n} events, wanted {(n, n_outputs)}")
            _at(logits, (n, n_outputs), ctypes.c_float)[:] = made.reshape(n, n_outputs)
            return 0
        except BaseException as problem:  # noqa: BLE001: nothing may pass through C
            callback_errors.append(problem)
            return 1
    return _SCORE_FN(call)


class Classifier:
    """A classifier; make one with train(), function(), linear(), rotation() or load(). training: of train(), how it went."""

    training = None

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
        return cls(create(context, lib.classifier_create_rotation, context._handle, x.encode(), y.encode(),
                          nuisance.encode(), slope, free=lib.classifier_destroy), context)

    @classmethod
    def train(cls, events, features=None, nuisances=(), hidden=None, gate=None, context=None, **options):
        """Train a dense network on labels 0 and 1. features: columns (default: all but nuisances), nuisances: columns that are Z, hidden: widths of the
        hidden layers. Options as in fairu/training.h: activation, optimizer, schedule (by name), learning_rate, final_rate, momentum, l2, batch, epochs,
        validation_fraction, patience, standardise, balance, gate_nominal, seed."""
        context, struct = context_or_default(context), TrainingOptions()
        context.check(lib.training_options_init(ctypes.byref(struct), ctypes.sizeof(struct)))
        features = [name for name in events.names if name not in nuisances] if features is None else features
        struct.features, struct.n_features = names(features)
        struct.nuisances, struct.n_nuisances = names(nuisances)
        if hidden is not None:
            struct.hidden, struct.n_hidden = (c_size_t * max(len(hidden), 1))(*hidden), len(hidden)
        struct.gate = text(gate)
        for name, value in options.items():
            if name in _CHOICES:
                if value not in _CHOICES[name]:
                    raise Error(11, f"{name} is '{value}'; allowed: " + ", ".join(_CHOICES[name]))
                value = _CHOICES[name][value]
            elif name not in _NUMBERS:
                raise TypeError(f"unknown option '{name}'; there are: " + ", ".join([*_CHOICES, *_NUMBERS]))
            elif name in _WHOLE:
                value = whole(value, name)
            setattr(struct, name, int(value) if name in ("standardise", "balance") else value)
        result = TrainingResult(struct_size=ctypes.sizeof(TrainingResult))
        self = cls(create(context, lib.classifier_train, context._handle, events._handle, ctypes.byref(struct), ctypes.byref(result),
                          free=lib.classifier_destroy), context)
        self.training = Training(*[getattr(result, name) for name in Training._fields])
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
                          ctypes.cast(callback, c_void_p), None, free=lib.classifier_destroy), context)
        self._function = callback  # must outlive the classifier
        return self

    @classmethod
    def load(cls, path, context=None):
        """A network saved as a fairu model file."""
        context = context_or_default(context)
        return cls(create(context, lib.classifier_load, context._handle, text(path),
                          free=lib.classifier_destroy), context)

    def save(self, path):
        """Save as a fairu model file."""
        self._context.check(lib.classifier_save(self._handle, self._context._handle, text(path)))

    @property
    def features(self):
        """Names of the features, in the order of the columns of score()."""
        return [lib.classifier_feature_name(self._handle, i).decode()
                for i in range(lib.classifier_n_features(self._handle))]

    @property
    def nuisances(self):
        """Names of the nuisance parameters that are inputs."""
        return [lib.classifier_nuisance_name(self._handle, i).decode()
                for i in range(lib.classifier_n_nuisances(self._handle))]

    def score(self, x, z=None, output="score"):
        """Scores at Z.

        x: array [n_events, n_features] (z: one point [n_nuisances], or a number), or Events, whose columns are
        matched by name (z: one point, or several [n_points, n_nuisances], then one row of scores for each).
        output: "score" or "logit".
        """
        if output not in _OUTPUTS:
            raise Error(11, f"output is '{output}'; allowed: score, logit")
        n_z, n_out = len(self.nuisances), lib.classifier_n_outputs(self._handle)
        points = np.zeros((1, 0)) if z is None else doubles(z).reshape(-1, n_z) if n_z else doubles(z).reshape(1, -1)
        one = z is None or np.ndim(z) < 2
        if one and len(points) > 1:
            raise Error(13, f"Z has {np.size(z)} values, wanted {n_z}")
        if isinstance(x, Events):
            scores = self._score_events(x, points, n_out, _OUTPUTS[output])
            scores = scores[0] if one else scores
        else:
            scores = self._score_array(x, points, n_out, _OUTPUTS[output])
        return scores[..., 0] if n_out == 1 else scores

    def _score_events(self, events, points, n_out, output):
        scores = np.empty((len(points), len(events), n_out), dtype=np.float32)
        self._context.check(lib.classifier_score_events(
            self._handle, self._context._handle, events._handle, address(points) if points.shape[1] else None,
            len(points), points.shape[1], output, address(scores)))
        return scores

    def _score_array(self, x, points, n_out, output):
        if len(points) != 1:
            raise Error(13, "several Z points need Events")
        features = np.ascontiguousarray(x, dtype=np.float32)
        if features.ndim != 2:
            raise Error(13, f"features have {features.ndim} dimensions, wanted 2")
        scores = np.empty((len(features), n_out), dtype=np.float32)
        self._context.check(lib.classifier_score(
            self._handle, self._context._handle, address(features), len(features), features.shape[1],
            address(points) if points.shape[1] else None, points.shape[1], output, address(scores)))
        return scores


def auc(scores, labels, weights=None, context=None):
    """Weighted area under the ROC curve; labels 0 (background) and 1 (signal)."""
    context = context_or_default(context)
    s = np.ascontiguousarray(scores, dtype=np.float32).ravel()
    y = np.ascontiguousarray(labels, dtype=np.int32).ravel()
    w = None if weights is None else doubles(weights).ravel()
    if y.size != s.size or (w is not None and w.size != s.size):
        raise Error(13, f"{s.size} scores, {y.size} labels, {s.size if w is None else w.size} weights")
    value = c_double()
    context.check(lib.auc(context._handle, address(s), address(y), address(w), s.size, ctypes.byref(value)))
    return value.value
