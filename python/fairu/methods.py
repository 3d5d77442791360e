"""From nominal events and their systematics to a classifier, by the training methods of the field."""
import ctypes
from collections import namedtuple

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, double_pointer, doubles, lib, listed, names, table
from ._structs import ENUMS, AdversaryOptions, AdversaryResult, MethodOptions, SummaryOptions
from ._training import ACTIVATIONS, OPTIONS, Options, of, per_name, scalar, widths
from .classifier import Classifier

METHODS = tuple(word.replace("_", "-") for word in ENUMS["fairu_method"])

Adversary = namedtuple("Adversary", [name for name, _ in AdversaryResult._fields_[1:]])
Adversary.__doc__ = """Losses of classifier (L_f) and adversary (L_r) in a training against an adversary; blind_loss: L_r of the best adversary that sees
nothing, which L_r reaches where the classifier tells nothing about the nuisance."""

_WORDS = {"quantity": ENUMS["fairu_expected_quantity"]}
_ADVERSARY_WORDS = {"density": ENUMS["fairu_density"], "activation": ACTIVATIONS, "optimiser": ENUMS["fairu_optimiser"],
                    "sees": {word: number for word, number in ENUMS["fairu_output"].items() if word != "class"}}
_SCALARS = ("signal_label", "copies", "spread", "gate", "strength", "signal", "background", "background_uncertainty", "step", "use_tangents",
            "free_nuisances", "quantity", "with_z")
_SET_BY_METHOD = ("nuisances", "tangents", "loss", "tangent_penalty", "n_classes", "targets", "features", "gate")
_TRAINING = tuple(name for name in OPTIONS if name not in _SET_BY_METHOD)
_ADVERSARY = tuple(name for name, _ in AdversaryOptions._fields_[1:] if not name.startswith("n_"))
_SUMMARY = ("n_bins", "temperature", "bandwidth", "edges", "warm_up")


def _known(given, allowed, what):
    for name in given:
        if name not in allowed:
            raise TypeError(f"unknown option '{name}' of {what}; there are: " + ", ".join(allowed))


def _adversary(context, given):
    _known(given, _ADVERSARY, "adversary")
    struct = initialised(AdversaryOptions, lib.adversary_options_init, context)
    for name, value in given.items():
        if name == "hidden":
            widths(struct, name, value)
        else:
            scalar(struct, name, value, _ADVERSARY_WORDS)
    return struct


def _summary(context, given):
    _known(given, _SUMMARY, "summary")
    struct = initialised(SummaryOptions, lib.summary_options_init, context)
    for name, value in given.items():
        if name != "edges":
            scalar(struct, name, value, {})
    if given.get("edges") is not None:
        edges = doubles(given["edges"]).ravel()
        if edges.size < 2 or given.get("n_bins", edges.size - 1) != edges.size - 1:
            raise Error(13, f"{edges.size} edges for {given.get('n_bins', edges.size - 1)} bins")
        struct.n_bins, struct.edges = edges.size - 1, double_pointer(edges)
        struct._kept = edges
    return struct


def _points(struct, points, systematics):
    """Z at which events are shown: rows in the order of the systematics, or {name: values}, others at nominal."""
    everything = systematics.names
    if hasattr(points, "items"):
        columns = {name: np.atleast_1d(doubles(values)) for name, values in points.items()}
        for name in columns:
            if name not in everything:
                raise Error(16, f"points: no nuisance '{name}'; there are: " + ", ".join(everything))
        nominal = dict(zip(everything, systematics.nominal))
        points = np.column_stack(np.broadcast_arrays(*[columns.get(name, nominal[name]) for name in everything]))
    array = doubles(points)
    array = array.reshape(-1, 1) if array.ndim == 1 and len(everything) == 1 else array
    if array.ndim != 2 or array.shape[1] != len(everything):
        raise Error(13, f"points have shape {array.shape}, wanted (number of points, {len(everything)})")
    struct.points, struct.n_points, struct._points_kept = double_pointer(array), len(array), array


def _structs(context, method, systematics, options):
    """MethodOptions without training; all that it points to hangs on it."""
    struct = initialised(MethodOptions, lib.method_options_init, context)
    struct.method = of(ENUMS["fairu_method"], "method", method)
    for name in [name for name in _SCALARS if options.get(name) is not None]:
        scalar(struct, name, options[name], _WORDS)
    chosen = options.get("nuisances")
    if chosen is not None:
        struct.nuisances, struct.n_nuisances = names(chosen)
    if options.get("steps") is not None:
        known = list(chosen) if chosen is not None else systematics.names if systematics else []
        steps = per_name(options["steps"], known, "steps")
        struct.steps, struct._steps_kept = double_pointer(steps), steps
    if options.get("points") is not None:
        if systematics is None:
            raise Error(11, "points want systematics that shift events to them")
        _points(struct, options["points"], systematics)
    struct._adversary_kept = _adversary(context, options.get("adversary") or {})
    struct._summary_kept = _summary(context, options.get("summary") or {})
    struct.adversary = ctypes.pointer(struct._adversary_kept) if options.get("adversary") else None
    struct.summary = ctypes.pointer(struct._summary_kept) if options.get("summary") else None
    return struct


def train(method, events, systematics=None, features=None, context=None, **options):
    """Train a classifier on events at nominal Z, with labels, by a method: baseline, augmented, aware, pivot, gradient-reversal, tangent, inferno,
    neos or significance (docs/training.md).

    systematics: what nuisances do to events; None: the events are used as they are, and nuisances are columns of them. features: columns, by
    default all that are not nuisances. signal_label: the category that is class 1 (else labels are 0 and 1).

    nuisances: those that the method is about (default: all). How Z is shown (augmented, aware, pivot, gradient-reversal): points, an array
    [n_points, n_nuisances] or {nuisance: values}, or copies drawn from the priors, with spread times their widths. Others as in fairu/methods.h: gate, strength, signal,
    background, background_uncertainty, step, steps, use_tangents, free_nuisances, quantity (variance, sigma, cls, p0, determinant), with_z. adversary: a dict of
    options as in fairu/adversary.h (density, hidden, lambda, ...); summary: a dict with n_bins, temperature, bandwidth, edges, warm_up. All other options are
    those of Classifier.train: hidden, epochs, batch, learning_rate, seed, members, on_epoch ...

        aware = fairu.train("aware", events, chain, copies=8, hidden=[64, 64], epochs=20)
        aware.training.training_loss

    The classifier has .training, a tuple of losses; against an adversary also .adversary."""
    table(events)
    context = context_or_default(context)
    own = {name for name in (*_SCALARS, "nuisances", "points", "steps", "adversary", "summary")}
    _known(options, (*sorted(own), *_TRAINING), "a method")
    struct = _structs(context, method, systematics, options)
    if features is None:
        columns = [] if systematics else listed(options.get("nuisances"))
        features = [name for name in events.names if name not in columns]
    training = Options(context, len(events), features, {name: value for name, value in options.items() if name in _TRAINING})
    struct.training = ctypes.pointer(training.struct)
    losses = AdversaryResult(struct_size=ctypes.sizeof(AdversaryResult))
    handle = create(context, lib.method_train, context._handle, events._handle, None if systematics is None else systematics._handle,
                    ctypes.byref(struct), ctypes.byref(training.result), ctypes.byref(losses), free=lib.classifier_destroy)
    made = Classifier(handle, context)
    made.training = training.outcome()
    if method.replace("_", "-") in ("pivot", "gradient-reversal"):
        made.adversary = Adversary(*[getattr(losses, name) for name in Adversary._fields])
    return made
