"""Options of training, from words and arrays of Python to structs."""
import ctypes
from collections import namedtuple
from ctypes import c_int, c_size_t

import numpy as np

from ._context import called_back, initialised
from ._lib import Error, contiguous, doubles, file_path, lib, names, text, whole
from ._structs import ENUMS, EPOCH_FN, TrainingOptions, TrainingResult

Training = namedtuple("Training", "epochs best_epoch steps training_loss validation_loss")
Training.__doc__ = """How a training went: training_loss is that of the last epoch, validation_loss that of the network that is returned (best_epoch), NaN
without a validation part. Both are means of the loss asked for."""

ACTIVATIONS = {word: number for word, number in ENUMS["fairu_activation"].items() if word != "softmax"}
WORDS = {"activation": ACTIVATIONS, "optimiser": ENUMS["fairu_optimiser"], "schedule": ENUMS["fairu_schedule"], "loss": ENUMS["fairu_loss"]}
_TEXTS = ("gate", "checkpoint")
_ARRAYS = ("activations", "features", "hidden", "nuisances", "on_epoch", "tangents", "targets")
_SKIPPED = ("struct_size", "user_data")
OPTIONS = tuple(name for name, _ in TrainingOptions._fields_ if name not in _SKIPPED and not name.startswith("n_")) + ("n_classes",)


def of(words, what, word):
    """The number behind a word; "gradient-reversal" is "gradient_reversal"."""
    found = word.replace("-", "_") if isinstance(word, str) else word
    if found not in words:
        raise Error(11, f"{what} is '{word}'; allowed: " + ", ".join(words))
    return words[found]


def scalar(struct, name, value, words):
    """One field that is a word, a text, a switch or a number."""
    kind = dict(struct._fields_)[name]
    if name in words:
        value = of(words[name], name, value)
    elif kind is ctypes.c_char_p:
        value = file_path(value) if name == "checkpoint" else text(value)
    elif kind in (c_size_t, ctypes.c_uint64):
        value = whole(value, name)
    elif kind is c_int:
        value = int(value)
    setattr(struct, name, value)


def widths(struct, field, values):
    """A field with layer widths, and its length; keeps them alive."""
    values = [whole(value, field) for value in values]
    setattr(struct, field, (c_size_t * max(len(values), 1))(*values))
    setattr(struct, "n_" + field, len(values))


class Epochs:
    """A function called after each epoch; what it raises ends the training, which C takes for a wish to end, and comes back from it."""

    def __init__(self, function):
        self.problem = None

        def call(epoch, training_loss, validation_loss, _):
            try:
                return int(bool(function(epoch, training_loss, validation_loss)))
            except BaseException as problem:  # noqa: BLE001: nothing may pass through C
                self.problem = problem
                return 1
        self.callback = EPOCH_FN(called_back(call))

    def settle(self):
        if self.problem is not None:
            raise self.problem


class Options:
    """A TrainingOptions with all that it points to, and the function for epochs."""

    def __init__(self, context, n_events, features, given):
        self.struct = initialised(TrainingOptions, lib.training_options_init, context)
        self.features, self.n_events, self.epochs = list(features), n_events, None
        self.result = TrainingResult(struct_size=ctypes.sizeof(TrainingResult))
        self._names("features", self.features)
        for name, value in given.items():
            if name not in OPTIONS:
                raise TypeError(f"unknown option '{name}'; there are: " + ", ".join(OPTIONS))
            if value is None:
                continue
            setter = getattr(self, "_" + name, None) if name in _ARRAYS else None
            if setter:
                setter(value)
            else:
                scalar(self.struct, name, value, WORDS)

    def _names(self, field, values):
        array, n = names(values)
        setattr(self.struct, field, array)
        setattr(self.struct, "n_" + field, n)

    def _nuisances(self, values):
        self._names("nuisances", values)

    def _targets(self, values):
        self._names("targets", values)
        self.struct.loss = WORDS["loss"]["squared"]

    def _hidden(self, values):
        widths(self.struct, "hidden", values)

    def _activations(self, values):
        numbers = [of(ACTIVATIONS, "activations", value) for value in values]
        if len(numbers) != self.struct.n_hidden:
            raise Error(13, f"{len(numbers)} activations for {self.struct.n_hidden} hidden layers")
        self.struct.activations = (c_int * max(len(numbers), 1))(*numbers)

    def _tangents(self, values):
        array = contiguous(values, np.float32)
        if array.ndim != 3 or array.shape[:2] != (self.n_events, len(self.features)):
            raise Error(13, f"tangents have shape {array.shape}, wanted ({self.n_events}, {len(self.features)}, number of nuisances)")
        self._kept = array
        self.struct.tangents = array.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        self.struct.n_tangents = array.shape[2]

    def _on_epoch(self, function):
        self.epochs = Epochs(function)
        self.struct.on_epoch = self.epochs.callback

    def outcome(self):
        """After the call."""
        if self.epochs:
            self.epochs.settle()
        return Training(*[getattr(self.result, name) for name in Training._fields])


def per_name(values, wanted, what):
    """An array in the order of `wanted`, from {name: value} or a sequence."""
    if hasattr(values, "items"):
        unknown = set(values) - set(wanted)
        if unknown:
            raise Error(16, f"{what}: no nuisance '{sorted(unknown)[0]}'; there are: " + ", ".join(wanted))
        missing = [name for name in wanted if name not in values]
        if missing:
            raise Error(13, f"{what}: nothing for '{missing[0]}'")
        values = [values[name] for name in wanted]
    return doubles(values, (len(wanted),))
