"""Every option of every training reaches C: the default by name changes no bit, another value does; words and numbers out of range are refused by name. The table of
options is complete: one that the headers get must be put here."""
import ctypes
import os
import tempfile

import numpy as np

import fairu
from fairu import _structs, _training, methods
from fairu._lib import lib

from harness import raises, run

RNG = np.random.default_rng(12)
N = 240
LABELS = np.arange(N) % 2
X = (RNG.normal(size=(N, 3)) + np.outer(2 * LABELS - 1, [0.7, 0.4, 0.0])).astype(np.float32)
TABLE = fairu.Events(X, ["a", "b", "c"], labels=LABELS, weights=RNG.uniform(0.5, 2, N))
SMALL = {"hidden": [5], "epochs": 3, "batch": 30}
CHAIN = fairu.Systematics({"turn": (0.0, fairu.Prior(0.0, 0.4)), "move": (0.0, fairu.Prior(0.0, 1.0))})
CHAIN.add_rotation("turn", "a", "b").add_shift("move", ["a", "c"], [0.3, -0.2])
WORDS = {"optimiser": "fairu_optimiser", "schedule": "fairu_schedule", "activation": "fairu_activation", "loss": "fairu_loss", "density": "fairu_density",
         "sees": "fairu_output", "quantity": "fairu_expected_quantity"}

# option: (another value, options that it wants beside it in both trainings)
TRAINING = {
    "features": (["a", "c"], {"features": ["a", "b"]}), "nuisances": (["c"], {}), "loss": ("categorical", {"n_classes": 2}),
    "targets": (["c"], {}), "hidden": ([5, 4], {}), "activation": ("tanh", {}), "activations": (["elu"], {}), "dropout": (0.4, {}), "batch_norm": (True, {}),
    "optimiser": ("rmsprop", {}), "schedule": ("cosine", {}), "learning_rate": (0.02, {}), "final_rate": (1e-4, {"schedule": "cosine"}), "momentum": (0.5, {"optimiser": "sgd"}),
    "l2": (0.05, {"hidden": [5, 4]}), "batch": (20, {}), "epochs": (4, {}), "validation_fraction": (0.4, {}), "patience": (1, {"epochs": 60, "learning_rate": 0.2, "validation_fraction": 0.5}),
    "standardise": (False, {}), "balance": (False, {}), "gate": ("c", {"nuisances": ["c"], "gate_nominal": 0.1, "gate": None}), "gate_nominal": (0.5, {"nuisances": ["c"], "gate": "c", "gate_nominal": 0.0}),
    "members": (2, {}), "tangents": (np.ones((N, 3, 1), dtype=np.float32), {"tangent_penalty": 1.0, "tangents": 2 * np.ones((N, 3, 1), dtype=np.float32)}),
    "tangent_penalty": (0.5, {"tangents": np.ones((N, 3, 1), dtype=np.float32), "tangent_penalty": 2.0}), "seed": (7, {}),
}
SEEN_ELSEWHERE = {"checkpoint", "checkpoint_every", "resume", "on_epoch", "n_classes"}
# of fairu.train: (method, another value, options beside it)
METHOD = {
    "copies": ("aware", 3, {"copies": 2}), "spread": ("aware", 2.0, {"copies": 2}), "gate": ("aware", "turn", {"copies": 2}), "strength": ("pivot", 5.0, {"copies": 2, "adversary": {"nuisance": "turn"}}), "signal": ("inferno", 7.0, {}),
    "background": ("inferno", 20.0, {}), "background_uncertainty": ("inferno", 0.3, {}), "step": ("inferno", 0.3, {}), "use_tangents": ("inferno", True, {}),
    "free_nuisances": ("inferno", True, {}), "quantity": ("neos", "sigma", {}), "with_z": ("inferno", True, {}), "nuisances": ("inferno", ["turn"], {}),
    "points": ("aware", [[0.0, 0.0], [1.0, 1.0]], {"copies": 2}), "steps": ("inferno", [0.1, 0.2], {}), "signal_label": ("baseline", "s", {}),
}
ADVERSARY = {
    "nuisance": "move", "density": "gaussian", "components": 2, "hidden": [4], "activation": "tanh", "sees": "logit", "lambda": 4.0, "only_label": 0, "reversal": 1, "classifier_epochs": 2,
    "adversary_epochs": 3, "adversary_steps": 3, "rounds": 2, "optimiser": "sgd", "learning_rate": 0.05, "l2": 0.5,
}
SUMMARY = {"n_bins": ("inferno", 3), "temperature": ("inferno", 0.3), "bandwidth": ("neos", 0.4), "edges": ("neos", [0.0, 0.3, 1.0]), "warm_up": ("neos", 1)}


def default(struct, init, name):
    """What the header says it is, as words where there are some."""
    made = struct()
    assert init(ctypes.byref(made), ctypes.sizeof(made)) == 0
    value = getattr(made, name)
    if name in WORDS:
        return {number: word for word, number in _structs.ENUMS[WORDS[name]].items()}.get(value)  # 0 may be "as it suits"
    return value if isinstance(value, (int, float)) else None


def scored(model):
    """Names and scores, through all that a model gives."""
    n_z = len(model.nuisances)
    x = X[:, [("a", "b", "c").index(name) for name in model.features]]
    return model.features, model.nuisances, model.score(x, [0.3] * n_z if n_z else None).tobytes()


def trained(**options):
    return scored(fairu.Classifier.train(TABLE, **{**SMALL, **options}))


def by_method(name, **options):
    return scored(fairu.train(name, TABLE, CHAIN, **{**SMALL, "batch": 60, **options}))


def test_tables_are_complete():
    assert set(TRAINING) | SEEN_ELSEWHERE == set(_training.OPTIONS), set(_training.OPTIONS) ^ set(TRAINING)
    assert set(METHOD) == {*methods._SCALARS, "nuisances", "points", "steps"} and set(ADVERSARY) == set(methods._ADVERSARY) and set(SUMMARY) == set(methods._SUMMARY)


def test_options_of_training():
    for name, (value, beside) in TRAINING.items():
        with_default = trained(**beside)
        assert trained(**{**beside, name: value}) != with_default, f"{name} has no effect"
        if name not in SMALL:
            assert trained(**{name: None, **beside}) == with_default, f"{name}=None is not the default"
        usual = default(_structs.TrainingOptions, lib.training_options_init, name)
        if usual is not None and name not in beside and name not in SMALL:
            assert trained(**{**beside, name: usual}) == with_default, f"{name} is not {usual} by default"


def test_options_of_methods():
    table = fairu.Events(X, ["a", "b", "c"], labels=LABELS, categories=["s", "t"])
    for name, (method, value, beside) in METHOD.items():
        if name == "signal_label":
            first, second = (scored(fairu.train(method, table, signal_label=label, **SMALL)) for label in ("s", "t"))
            assert first != second and second == scored(fairu.train(method, fairu.Events(X, ["a", "b", "c"], labels=LABELS), **SMALL))
            continue
        with_default = by_method(method, **beside)
        other = {key: kept for key, kept in beside.items() if not (name == "points" and key == "copies")}
        assert by_method(method, **{**other, name: value}) != with_default, f"{name} has no effect"
        assert by_method(method, **{name: None, **beside}) == with_default, f"{name}=None is not the default"
        usual = default(_structs.MethodOptions, lib.method_options_init, name) if name in methods._SCALARS else None
        if usual is not None and name not in beside:
            assert by_method(method, **{**beside, name: usual}) == with_default, f"{name} is not {usual} by default"


def test_names_for_points_and_steps():
    """{nuisance: value} is the array in the order of the nuisances."""
    grid = [[-0.5, 0.0], [0.5, 0.0]]
    assert by_method("aware", points={"turn": [-0.5, 0.5]}) == by_method("aware", points=grid)
    assert by_method("aware", points={"move": [1.0], "turn": [-0.5, 0.5]}) == by_method("aware", points=[[-0.5, 1.0], [0.5, 1.0]])
    assert by_method("inferno", steps={"move": 0.2, "turn": 0.1}) == by_method("inferno", steps=[0.1, 0.2])
    assert by_method("inferno", nuisances=["move"], steps={"move": 0.2}) == by_method("inferno", nuisances=["move"], steps=[0.2])
    raises("FAIRU_ERR_SHAPE", by_method, "inferno", steps={"move": 0.2}, says="nothing for 'turn'")
    raises("FAIRU_ERR_NOT_FOUND", by_method, "inferno", steps={"spin": 0.2}, says="no nuisance 'spin'")
    raises("FAIRU_ERR_ARGUMENT", fairu.train, "aware", TABLE, points=[[0.0]], says="want systematics")


def test_options_of_adversaries():
    def pivot(**adversary):
        return by_method("pivot", copies=2, adversary={"nuisance": "turn", **adversary})
    usual = pivot()
    for name, value in ADVERSARY.items():
        beside = {"density": "mixture"} if name == "components" else {}
        try:
            changed = pivot(**beside, **{name: value})
        except fairu.Error as problem:
            raise AssertionError(f"{name}={value}: {problem}") from problem
        assert (changed != pivot(**beside)) == (name != "reversal"), f"{name} has no effect, or one that the method has the word on"
        known = default(_structs.AdversaryOptions, lib.adversary_options_init, name)
        if known is not None and name != "hidden":
            assert pivot(**{name: known}) == usual, f"{name} is not {known} by default"
    raises(TypeError, pivot, width=3, says="unknown option 'width' of adversary")


def test_options_of_summaries():
    for name, (method, value) in SUMMARY.items():
        usual = by_method(method)
        assert by_method(method, summary={name: value}) != usual, f"{name} has no effect"
        assert by_method(method, summary={}) == usual
    assert by_method("neos", summary={"edges": [0.0, 0.3, 1.0]}) == by_method("neos", summary={"edges": np.array([0.0, 0.3, 1.0], dtype=">f8"), "n_bins": 2})
    raises(TypeError, by_method, "inferno", summary={"bins": 3}, says="unknown option 'bins' of summary")


def test_checkpoints_and_the_function_of_epochs():
    """What the table leaves out: a training that is cut in two has the bits of one."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state")
        whole = trained(epochs=6)
        told = []
        trained(epochs=6, checkpoint=path, checkpoint_every=2, on_epoch=lambda epoch, *losses: told.append((epoch, *losses)) or (epoch >= 3))
        epochs = [epoch for epoch, *_ in told]
        assert os.path.exists(path) and epochs == list(range(epochs[0], 4)) and all(np.isfinite(loss) for _, loss, _ in told)
        resumed = []
        again = trained(epochs=6, checkpoint=path, resume=True, on_epoch=lambda epoch, *_: resumed.append(epoch))
        assert again == whole and 0 < len(resumed) < 6 and resumed[-1] - epochs[0] == 5
        raises("FAIRU_ERR_IO", trained, checkpoint=os.path.join(folder, "nowhere", "state"), says="nowhere")


def test_words_are_refused_by_name():
    for name, says in (("optimiser", "adam"), ("schedule", "cosine"), ("activation", "relu"), ("loss", "binary")):
        for word in ("best", "", "ADAM", 17, 1):
            raises("FAIRU_ERR_ARGUMENT", trained, **{name: word}, says=says)
    raises("FAIRU_ERR_ARGUMENT", trained, activation="softmax", says="activation")
    raises("FAIRU_ERR_ARGUMENT", trained, activations=["softmax"])
    raises("FAIRU_ERR_ARGUMENT", by_method, "pivot", copies=2, adversary={"sees": "class"}, says="logit")
    for name, value in (("learning_rate", -1.0), ("learning_rate", float("nan")), ("dropout", 1.0), ("dropout", -0.1), ("l2", -1.0), ("validation_fraction", 1.0), ("epochs", 0), ("batch", 0)):
        problem = raises(None, trained, **{name: value})
        assert problem.name in ("FAIRU_ERR_RANGE", "FAIRU_ERR_NON_FINITE") and name in problem.message, problem
    for name in ("learning_rate", "dropout", "epochs", "hidden"):
        raises(TypeError, trained, **{name: "many"})


if __name__ == "__main__":
    raise SystemExit(run(globals()))
