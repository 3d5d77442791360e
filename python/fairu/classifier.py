"""Classifiers: score(x, Z)."""
import ctypes
from ctypes import c_double

import numpy as np

from ._lib import Error, address, context_or_default, create, doubles, lib, names, text
from .events import Events

_OUTPUTS = {"score": 0, "logit": 1}


class Classifier:
    """A classifier; make one with linear(), rotation() or load()."""

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
