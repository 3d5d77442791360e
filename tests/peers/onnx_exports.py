"""Networks and trees, trained and exported afresh by the peers that are installed, against onnxruntime on the same rows.

Run by `tests/peers/run.sh onnx`; whatever peer is missing is named and passed over."""

import ctypes
import os
import sys
import tempfile

import numpy as np

ROWS, COLUMNS = 500, 6


def sample():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3000, COLUMNS)).astype(np.float32)
    two = (x[:, 0] * x[:, 1] + x[:, 2] + 0.3 * rng.normal(size=3000) > 0).astype(int)
    three = np.digitize(x[:, 0] + x[:, 3], [-0.6, 0.6])
    return x, two, three, rng.normal(size=(ROWS, COLUMNS)).astype(np.float32)


def sklearn_models(x, two, three):
    from skl2onnx import to_onnx
    from sklearn.ensemble import (ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor,
                                  RandomForestClassifier)
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def mlp(kind, **options):
        return make_pipeline(StandardScaler(), kind(hidden_layer_sizes=(16, 8), max_iter=30, **options))

    for name, model, y in [("MLP", mlp(MLPClassifier), two), ("MLP tanh", mlp(MLPClassifier, activation="tanh"), three),
                           ("MLP regressor", mlp(MLPRegressor, activation="logistic"), two),
                           ("gradient boosting", GradientBoostingClassifier(n_estimators=40), two),
                           ("gradient boosting", GradientBoostingClassifier(n_estimators=20), three),
                           ("boosted regressor", GradientBoostingRegressor(n_estimators=40), two),
                           ("random forest", RandomForestClassifier(n_estimators=40, max_depth=6), two),
                           ("random forest", RandomForestClassifier(n_estimators=40, max_depth=6), three),
                           ("extra trees", ExtraTreesRegressor(n_estimators=20, max_depth=6), two)]:
        model.fit(x, y)
        yield "sklearn " + name, to_onnx(model, x[:1], target_opset=17).SerializeToString(), "MLP" not in name


def boosted_models(x, two, three):
    import lightgbm
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    types = [("input", FloatTensorType([None, COLUMNS]))]
    for name, model, y in [("two classes", lightgbm.LGBMClassifier(n_estimators=50, verbose=-1), two),
                           ("three classes", lightgbm.LGBMClassifier(n_estimators=20, verbose=-1), three),
                           ("regressor", lightgbm.LGBMRegressor(n_estimators=30, verbose=-1), two)]:
        model.fit(x, y)
        for zipmap in (True, False):
            exported = onnxmltools.convert_lightgbm(model, initial_types=types, target_opset=15, zipmap=zipmap)
            yield "lightgbm " + name + ("" if zipmap else ", no ZipMap"), exported.SerializeToString(), True
    for name, model, y in [("two classes", xgboost.XGBClassifier(n_estimators=50, max_depth=6), two),
                           ("three classes", xgboost.XGBClassifier(n_estimators=20, max_depth=4), three),
                           ("regressor", xgboost.XGBRegressor(n_estimators=30), two)]:
        model.fit(x, y)
        exported = onnxmltools.convert_xgboost(model, initial_types=types, target_opset=15)
        yield "xgboost " + name, exported.SerializeToString(), True


def torch_models(x, two, three):
    import torch

    n = torch.nn
    torch.manual_seed(1)
    nets = {"relu": n.Sequential(n.Linear(COLUMNS, 16), n.ReLU(), n.Linear(16, 1), n.Sigmoid()),
            "normalised": n.Sequential(n.Linear(COLUMNS, 16), n.BatchNorm1d(16), n.GELU(), n.Dropout(0.1),
                                       n.Linear(16, 8), n.LayerNorm(8), n.SiLU(), n.Linear(8, 3), n.Softmax(1))}
    with tempfile.TemporaryDirectory() as folder:
        for name, net in nets.items():
            for dynamo in (False, True):
                path = os.path.join(folder, "net.onnx")
                options = {"dynamo": True, "external_data": False} if dynamo else {"dynamo": False}
                try:
                    torch.onnx.export(net.eval(), (torch.from_numpy(x[:2]),), path, **options,
                                      **({} if dynamo else {"input_names": ["x"], "dynamic_axes": {"x": {0: "N"}}}))
                except (ImportError, ModuleNotFoundError) as error:
                    print("  torch", name, "exporter", dynamo, "skipped:", error)
                    continue
                with open(path, "rb") as file:
                    yield "torch %s, %s exporter" % (name, "new" if dynamo else "old"), file.read(), False


class Fairu:
    def __init__(self):
        here = os.path.dirname(os.path.abspath(__file__))
        self.lib = ctypes.CDLL(os.path.join(here, "..", "..", "lib", "libfairu.so"))
        self.lib.fairu_context_message.restype = ctypes.c_char_p
        self.lib.fairu_classifier_n_outputs.restype = ctypes.c_size_t
        self.ctx = ctypes.c_void_p()
        assert self.lib.fairu_context_create(None, ctypes.byref(self.ctx)) == 0

    def check(self, status):
        if status != 0:
            raise RuntimeError(self.lib.fairu_context_message(self.ctx).decode())

    def score(self, path, rows):
        model = ctypes.c_void_p()
        self.check(self.lib.fairu_classifier_import(self.ctx, path.encode(), None, ctypes.byref(model)))
        out = np.empty((len(rows), self.lib.fairu_classifier_n_outputs(model)), dtype=np.float32)
        pointer = ctypes.POINTER(ctypes.c_float)
        self.check(self.lib.fairu_classifier_score(model, self.ctx, rows.ctypes.data_as(pointer),
                                                   ctypes.c_size_t(len(rows)), ctypes.c_size_t(rows.shape[1]), None,
                                                   ctypes.c_size_t(0), 0, out.ctypes.data_as(pointer)))
        self.lib.fairu_classifier_destroy(model)
        return out


def runtime_scores(exported, rows):
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(exported)
    try:
        scores = session.run(None, {session.get_inputs()[0].name: rows})[-1]
    except Exception:  # exported for two rows at a time
        scores = np.concatenate([session.run(None, {session.get_inputs()[0].name: rows[i:i + 2]})[-1]
                                 for i in range(0, len(rows), 2)])
    if isinstance(scores, list):
        scores = [[row[key] for key in sorted(row)] for row in scores]
    return np.asarray(scores, dtype=np.float64).reshape(len(rows), -1)


def main():
    x, two, three, rows = sample()
    fairu, failed = Fairu(), 0
    for family in (sklearn_models, boosted_models, torch_models):
        try:
            for name, exported, trees in family(x, two, three):
                with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
                    file.write(exported)
                    file.flush()
                    try:
                        got = fairu.score(file.name, rows).astype(np.float64)
                    except RuntimeError as error:
                        print("  %-45s REFUSED: %s" % (name, error))
                        failed += 1
                        continue
                wanted = runtime_scores(exported, rows)
                if got.shape[1] == 1 and wanted.shape[1] == 2:
                    wanted = wanted[:, 1:]  # two classes are one score
                worst = np.max(np.abs(got - wanted) / np.maximum(1.0, np.abs(wanted)))
                bad = got.shape != wanted.shape or not worst <= (1e-5 if trees else 2e-6)
                print("  %-45s %.2g%s" % (name, worst, "  TOO FAR" if bad else ""))
                failed += bad
        except ImportError as error:
            print("  %s skipped: %s" % (family.__name__, error))
    print("onnx exports: %s" % ("ok" if failed == 0 else "%d failed" % failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
