"""Graphs of ONNX made at random, of every operation that is read, against onnxruntime on the same rows: the same numbers."""

import os
import sys
import tempfile

import numpy as np
from harness import Skipped, run

import fairu

try:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    onnxruntime = None

ROWS = 5
OPSET = 20
FUNCTIONS = ["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Erf", "Neg", "Abs", "HardSwish", "Mish", "Identity",
             "Elu", "LeakyRelu", "Selu", "Celu", "ThresholdedRelu", "HardSigmoid", "Gelu", "Dropout"]


class Graph:
    """A graph of nodes on x [N, 3] and u [N, 1]; `live` lists values of each event with their width."""

    def __init__(self, rng):
        self.rng, self.nodes, self.constants, self.count = rng, [], [], 0
        self.live = [("x", 3), ("u", 1)]

    def node(self, op, inputs, domain="", **attributes):
        self.count += 1
        name = "t%d" % self.count
        self.nodes.append(helper.make_node(op, inputs, [name], domain=domain, **attributes))
        return name

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def initializer(self, values):
        self.count += 1
        name = "c%d" % self.count
        if self.chance(0.3):
            self.nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(values)))
        elif values.dtype == np.float32 and self.chance(0.3):
            self.constants.append(helper.make_tensor(name, TensorProto.FLOAT, values.shape, values.ravel()))
        else:
            self.constants.append(numpy_helper.from_array(values, name))
        return name

    def ints(self, *values):
        return self.initializer(np.array(values, np.int64))

    def constant(self, shape, positive=False):
        """Numbers of this shape, sometimes by way of nodes that fold."""
        values = np.round(self.rng.normal(size=shape), 2).astype(np.float32)
        values = np.abs(values) + np.float32(0.25) if positive else values
        how = int(self.rng.integers(10))
        if how == 0 and len(shape) > 0:
            return self.node("Reshape", [self.initializer(values.ravel()), self.ints(*shape)])
        if how == 1 and len(shape) == 2:
            return self.node("Transpose", [self.initializer(np.ascontiguousarray(values.T))], perm=[1, 0])
        if how == 2 and not positive:
            return self.node("Neg", [self.initializer(values)])
        if how == 3 and len(shape) == 1 and shape[0] > 1:
            return self.node("Concat", [self.initializer(values[:1]), self.initializer(values[1:])], axis=self.pick([0, -1]))
        if how == 4 and len(shape) > 0:
            axis = int(self.rng.integers(len(shape) + 1))
            return self.node("Squeeze", [self.initializer(np.expand_dims(values, axis)), self.ints(axis)])
        if how == 5 and len(shape) == 2 and shape[0] == 1:
            return self.node("Unsqueeze", [self.initializer(values[0]), self.ints(0)])
        if how == 6:
            op = self.pick(["Add", "Mul"] if positive else ["Add", "Sub", "Mul", "Div"])
            other = np.full(self.pick([(), (1,), shape]), 2, np.float32)
            return self.node(op, [self.initializer(values), self.initializer(other)])
        if how == 7 and len(shape) == 1:
            axis = self.pick([0, 1, -1])
            flat = self.node("Flatten", [self.initializer(values)], axis=axis)
            return self.node("Squeeze", [flat, self.ints(int(axis == 1))])
        if how == 8 and positive:
            return self.node(self.pick(["Sqrt", "Exp", "Reciprocal", "Abs"]), [self.initializer(values)])
        if how == 9:
            return self.node("Cast", [self.initializer(values.astype(np.float64))], to=TensorProto.FLOAT)
        return self.initializer(values)

    def beside(self, n):
        """Shape of a constant that fits n columns."""
        return self.pick([(), (1,), (1, 1), (n,), (1, n)])

    # ---- one step each: a new live value and its width

    def function(self, x, n):
        op = self.pick(FUNCTIONS)
        attributes = {}
        if op in ("Elu", "LeakyRelu", "Selu", "Celu", "ThresholdedRelu", "HardSigmoid") and self.chance(0.5):
            attributes["alpha"] = float(np.round(self.rng.random() + 0.1, 2))
        if op in ("Selu", "HardSigmoid") and self.chance(0.5):
            attributes["gamma" if op == "Selu" else "beta"] = float(np.round(self.rng.random(), 2))
        if op == "Gelu" and self.chance(0.5):
            attributes["approximate"] = "tanh"
        return self.node(op, [x], **attributes), n

    def positive(self, x, n):
        base = self.node("Add", [self.node("Abs", [x]), self.initializer(np.float32(0.5))])
        op = self.pick(["Log", "Sqrt", "Reciprocal", "Pow", "Pow"])
        if op != "Pow":
            return self.node(op, [base]), n
        shape = self.beside(n if n > 1 else self.pick([1, 2, 3]))
        exponent = self.initializer(np.full(shape, self.pick([0.5, 2, 3, -1]), np.float32))
        return self.node("Pow", [base, exponent]), max(n, int(np.prod(shape)))

    def exponential(self, x, n):
        return self.node("Exp", [self.node("Tanh", [x])]), n

    def with_constant(self, x, n):
        width = n if n > 1 else self.pick([1, 1, 2, 3])
        shape = self.beside(width)
        op = self.pick(["Add", "Sub", "Mul", "Div"])
        inputs = [x, self.constant(shape, op == "Div")]
        if op != "Div" and self.chance(0.5):
            inputs.reverse()
        return self.node(op, inputs), max(n, int(np.prod(shape)))

    def with_live(self, x, n):
        y, m = self.pick([v for v in self.live if v[1] in (n, 1) or n == 1])
        op = self.pick(["Add", "Sub", "Mul", "Max", "Min"])
        inputs = [x, y]
        if op in ("Max", "Min"):
            inputs += [self.constant(self.beside(max(n, m))) for _ in range(int(self.rng.integers(3)))]
            self.rng.shuffle(inputs)
        return self.node(op, inputs), max(n, m)

    def dense(self, x, n):
        m = int(self.rng.integers(1, 5))
        if self.chance(0.4):
            return self.node("MatMul", [x, self.constant((n, m))]), m
        transposed = int(self.rng.integers(2))
        inputs = [x, self.constant((m, n) if transposed else (n, m))]
        if self.chance(0.7):
            inputs.append(self.constant(self.beside(m)))
        return self.node("Gemm", inputs, transB=transposed, **({"alpha": 0.5, "beta": 2.0} if self.chance(0.5) else {})), m

    def normalise(self, x, n):
        how = self.pick(["BatchNormalization", "LayerNormalization", "Scaler", "Softmax", "LogSoftmax"])
        if how == "BatchNormalization":
            parts = [self.constant((n,)), self.constant((n,)), self.constant((n,)), self.constant((n,), True)]
            return self.node(how, [x] + parts, epsilon=0.125), n
        if how == "LayerNormalization":
            parts = [self.constant((n,)) for _ in range(self.pick([1, 2]))]
            return self.node(how, [x] + parts, axis=self.pick([1, -1]), epsilon=0.5), n
        if how == "Scaler":
            one = self.pick([1, n])
            return self.node(how, [x], domain="ai.onnx.ml", offset=[0.5] * one, scale=[2.0] * one), n
        return self.node(how, [x], axis=self.pick([1, -1])), n

    def reduce(self, x, n):
        op = self.pick(["ReduceMean", "ReduceSum"])
        return self.node(op, [x, self.ints(self.pick([1, -1]))]), 1

    def clip(self, x, n):
        ends = [self.initializer(np.float32(-0.5)) if self.chance(0.5) else "", self.initializer(np.float32(1.25))]
        return self.node("Clip", [x] + ends[:int(self.rng.integers(3))]), n

    def slopes(self, x, n):
        return self.node("PRelu", [x, self.constant(self.pick([(1,), (n,), (1, n)]))]), n

    def choose(self, x, n):
        how = int(self.rng.integers(4))
        if how == 0:
            begin, end = sorted(int(i) for i in self.rng.integers(-n - 1, n + 3, size=2))
            columns = len(range(n)[slice(begin, end)])
            if columns > 0:
                return self.node("Slice", [x, self.ints(begin), self.ints(end), self.ints(self.pick([1, -1]))]), columns
        chosen = [int(i) for i in self.rng.integers(-n, n, size=int(self.rng.integers(1, 4)))]
        if how == 1:
            return self.node("ArrayFeatureExtractor", [x, self.ints(*[c % n for c in chosen])], domain="ai.onnx.ml"), len(chosen)
        if how == 2: # one column, without its axis, which comes back
            column = self.node("Gather", [x, self.initializer(np.int64(chosen[0]))], axis=self.pick([1, -1]))
            return self.node("Unsqueeze", [column, self.ints(self.pick([1, -1]))]), 1
        if self.chance(0.5): # indices [1, k]: an axis more
            wide = self.node("Gather", [x, self.initializer(np.array([chosen], np.int64))], axis=1)
            wide = self.function(wide, 0)[0] if self.chance(0.5) else wide
            return self.node("Reshape", [wide, self.ints(0, len(chosen))]), len(chosen)
        return self.node("Gather", [x, self.ints(*chosen)], axis=self.pick([1, -1])), len(chosen)

    def join(self, x, n):
        others = [self.pick(self.live) for _ in range(int(self.rng.integers(1, 3)))]
        width = n + sum(m for _, m in others)
        if width > 12:
            return x, n
        return self.node("Concat", [x] + [y for y, _ in others], axis=self.pick([1, -1])), width

    def reshape(self, x, n):
        how = int(self.rng.integers(7))
        if how == 0:
            return self.node("Flatten", [x], axis=self.pick([1, -1])), n
        if how == 1:
            return self.node("Reshape", [x, self.ints(*self.pick([(-1, n), (0, n), (0, -1), (0, 0), (ROWS, n), (-1, 0)]))]), n
        if how == 2:
            far = self.node("Unsqueeze", [x, self.ints(self.pick([1, 2, -1]))])
            return self.node("Flatten", [self.function(far, n)[0]], axis=1), n
        if how == 3:
            far = self.node("Unsqueeze", [x, self.ints(2)])
            return self.node("Squeeze", [far] + ([self.ints(self.pick([2, -1]))] if n == 1 or self.chance(0.5) else [])), n
        if how == 4:
            return self.node("Transpose", [x], perm=[0, 1]), n
        if how == 5:
            return self.node("Cast", [self.node("Cast", [x], to=TensorProto.DOUBLE)], to=TensorProto.FLOAT), n
        return self.node("Identity", [x]), n

    def step(self):
        x, n = self.pick(self.live[-4:])
        how = self.pick([self.function, self.positive, self.exponential, self.with_constant, self.with_constant,
                         self.with_live, self.dense, self.normalise, self.reduce, self.clip, self.slopes, self.choose,
                         self.join, self.reshape])
        self.live.append(how(x, n))

    def model(self):
        def port(name, width):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", width])

        name, width = self.live[-1]
        graph = helper.make_graph(self.nodes, "g", [port("x", 3), port("u", 1)], [port(name, width)], self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", 3)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def runtime(model, rows):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows[:, :3], "u": rows[:, 3:]})[0].astype(np.float64)


MODES = ["BRANCH_LT", "BRANCH_LEQ", "BRANCH_GT", "BRANCH_GTE", "BRANCH_EQ", "BRANCH_NEQ"]


class Trees:
    """An ensemble of trees on x [N, 4] with thresholds that the rows have, too."""

    def __init__(self, rng, columns=4):
        self.rng, self.columns, self.lists, self.leaves = rng, columns, {}, []
        for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
                     "missing_value_tracks_true"):
            self.lists["nodes_" + name] = []
        self.mode = MODES[int(rng.integers(6))] if rng.random() < 0.6 else None  # None: each node its own
        self.n_trees = int(rng.integers(1, 4))
        for tree in range(self.n_trees):
            self.count = 0
            self.grow(tree, int(rng.integers(0, 4)))

    def grow(self, tree, depth):
        number, rng = self.count, self.rng
        self.count += 1
        leaf = depth == 0 or rng.random() < 0.2
        mode = "LEAF" if leaf else self.mode or MODES[int(rng.integers(6))]
        row = [tree, number, 0 if leaf else int(rng.integers(self.columns)), mode,
               0.0 if leaf else float(rng.integers(-2, 3)) / 2, 0, 0, 0 if leaf else int(rng.integers(2))]
        at = len(self.lists["nodes_treeids"])
        for values, value in zip(self.lists.values(), row):
            values.append(value)
        if leaf:
            self.leaves.append((tree, number))
            return number
        for side in ("nodes_truenodeids", "nodes_falsenodeids"):
            self.lists[side][at] = self.grow(tree, depth - 1)
        return number

    def weights(self, stem, outputs):
        """Of each leaf one for each output; where there is none, onnxruntime forgets the base value too."""
        rows = [(tree, node, o) for tree, node in self.leaves for o in range(outputs)]
        trees, nodes, ids = zip(*rows)
        weights = np.round(self.rng.normal(size=len(rows)), 2)
        return {stem + "_treeids": list(trees), stem + "_nodeids": list(nodes), stem + "_ids": list(ids),
                stem + "_weights": [float(w) for w in weights]}

    def regressor(self):
        rng, outputs = self.rng, int(self.rng.integers(1, 4))
        more = {"n_targets": outputs, **self.weights("target", outputs)}
        if rng.random() < 0.5:
            more["base_values"] = [float(b) for b in np.round(rng.normal(size=outputs), 2)]
        more["aggregate_function"] = ["SUM", "SUM", "AVERAGE", "MIN", "MAX"][int(rng.integers(5))]
        if outputs > 1:  # of one, onnxruntime leaves it out
            more["post_transform"] = ["NONE", "LOGISTIC", "SOFTMAX"][int(rng.integers(3))]
        return "TreeEnsembleRegressor", ["y"], more

    def classifier(self):
        rng, classes = self.rng, int(self.rng.integers(2, 4))
        one = classes == 2 and rng.random() < 0.5  # weights of the second class alone
        more = self.weights("class", 1 if one else classes)
        if one:
            more["class_ids"] = [1] * len(more["class_ids"])
        more["classlabels_int64s"] = list(range(classes))
        more["post_transform"] = ["NONE", "LOGISTIC", "SOFTMAX"][int(rng.integers(2 if one else 3))]
        if rng.random() < 0.5 and classes > 2:  # of two, onnxruntime adds that of one class to the sum of the other
            more["base_values"] = [float(b) for b in np.round(rng.normal(size=classes), 2)]
        return "TreeEnsembleClassifier", ["label", "y"], more

    def model(self):
        op, outputs, more = self.regressor() if self.rng.random() < 0.5 else self.classifier()
        lists = dict(self.lists)
        if self.rng.random() < 0.3:
            del lists["nodes_missing_value_tracks_true"]
        node = helper.make_node(op, ["x"], outputs, domain="ai.onnx.ml", **lists, **more)
        ports = [helper.make_tensor_value_info(name, TensorProto.INT64 if name == "label" else TensorProto.FLOAT, None)
                 for name in outputs]
        graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", self.columns])], ports)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", 3)],
                                 ir_version=9)


def tree_scores(model, rows):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[-1].astype(np.float64).reshape(len(rows), -1)


def fairu_scores(model, rows, path):
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    network = fairu.Classifier.load(path, format="onnx")
    return np.asarray(network.score(rows), dtype=np.float64).reshape(len(rows), -1)


def check_graph(seed, rows, path):
    graph = Graph(np.random.default_rng(seed))
    for _ in range(int(graph.rng.integers(1, 7))):
        graph.step()
    model = graph.model()
    ops = f"graph {seed}: " + " ".join(node.op_type for node in model.graph.node)
    try:
        got = fairu_scores(model, rows, path)
        wanted = runtime(model, rows)
    except Exception as problem:
        raise AssertionError(f"{ops}: {problem}") from problem
    wanted = wanted[:, 1:] if got.shape[1] == 1 and wanted.shape[1] == 2 else wanted  # two classes are one score
    assert got.shape == wanted.shape, f"{ops}: {got.shape[1]} columns, not {wanted.shape[1]}"
    far = np.abs(got - wanted) / np.maximum(1.0, np.abs(wanted))
    assert np.max(far) < 1e-4, f"{ops}: {np.max(far)} from onnxruntime"  # a few roundings of floats, grown by exponentials


def test_graphs_made_at_random():
    if onnxruntime is None:
        raise Skipped("no onnx or no onnxruntime")
    onnxruntime.set_default_logger_severity(4)
    rows = np.round(np.random.default_rng(5).normal(size=(ROWS, 4)), 3).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(400):
            check_graph(seed, rows, os.path.join(folder, "graph.onnx"))


def test_trees_made_at_random():
    if onnxruntime is None:
        raise Skipped("no onnx or no onnxruntime")
    onnxruntime.set_default_logger_severity(4)
    rng = np.random.default_rng(7)
    rows = (rng.integers(-3, 4, size=(40, 4)) / 2).astype(np.float32)
    holes = np.where(rng.random(rows.shape) < 0.3, np.float32("nan"), rows)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trees.onnx")
        for seed in range(250):
            model = Trees(np.random.default_rng(seed)).model()
            with open(path, "wb") as file:
                file.write(model.SerializeToString())
            trees = fairu.Classifier.load(path, format="onnx").with_inputs(non_finite="pass")
            for x in (rows, holes):
                got = np.asarray(trees.score(x), dtype=np.float64).reshape(len(x), -1)
                wanted = tree_scores(model, x)
                wanted = wanted[:, 1:] if got.shape[1] == 1 and wanted.shape[1] == 2 else wanted
                assert got.shape == wanted.shape, f"trees {seed}: {got.shape[1]} columns, not {wanted.shape[1]}"
                assert np.max(np.abs(got - wanted)) < 1e-5, f"trees {seed}: {np.max(np.abs(got - wanted))} from onnxruntime"


if __name__ == "__main__":
    sys.exit(run(globals()))
