"""bench_peers.py OUT.json [PROGRAM]: the same work by fairu and by its peers, in one process and one run; ratio = peer / fairu.

Medians of at least 5 runs after one to warm up, the programs taking turns, so that a busy machine slows all alike. What both
compute is compared too (`difference`); a peer that is missing is a skipped row. Never part of the tests.
"""
import ctypes
import glob
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from ctypes import POINTER, c_float

import numpy as np

import fairu
from fairu._context import create
from fairu._lib import lib, names as name_array
from fairu._structs import Layer, NetworkOptions

BATCH = 65536
NETWORKS = ((3, 64, 64, 1), (29, 100, 100, 100, 1))
RUNS, SECONDS = 5, 1.0
ROWS = []


def peer(name):
    """The module, or None after a skipped row."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"skipped: no {name} (make deps-peers)")
        ROWS.append({"peer": name, "skipped": f"no {name}"})
        return None


def medians(*calls, rest=0.0):
    """Median seconds of each call; they take turns. rest: pause before each, as worker threads of a peer may spin on for a while."""
    times = [[] for _ in calls]
    for call in calls:
        call()
    start = time.perf_counter()
    while len(times[0]) < RUNS or time.perf_counter() - start < SECONDS:
        for call, list_of in zip(calls, times):
            if rest:
                time.sleep(rest)
            before = time.perf_counter()
            call()
            list_of.append(time.perf_counter() - before)
    return [float(np.median(t)) for t in times]


def add(work, name, module, ours, theirs, difference, threads=1):
    row = {"work": work, "threads": threads, "peer": name, "version": module.__version__, "fairu_s": ours, "peer_s": theirs,
           "ratio": theirs / ours, "difference": difference}
    ROWS.append(row)
    print(f"{work:44} {threads:2d} {name + ' ' + module.__version__:20} {1e3 * ours:10.5f} {1e3 * theirs:10.5f}"
          f" {row['ratio']:8.2f} {difference:10.1e}", flush=True)


# ---- forward pass ------------------------------------------------------------------------------------------------


def random_network(widths):
    rng = np.random.default_rng(1)
    return [((rng.normal(size=(b, a)) * np.sqrt(2 / a)).astype(np.float32), (0.1 * rng.normal(size=b)).astype(np.float32))
            for a, b in zip(widths, widths[1:])]


def fairu_network(network, context):
    """The network as a classifier of all inputs as features; ReLU, a sigmoid at the end."""
    options = NetworkOptions()
    context.check(lib.network_options_init(ctypes.byref(options), ctypes.sizeof(options)))
    n_in = network[0][0].shape[1]
    options.features, options.n_features = name_array([f"x{i}" for i in range(n_in)])
    layers = (Layer * len(network))(*[
        Layer(w.shape[1], w.shape[0], 3 if w is network[-1][0] else 1, *[a.ctypes.data_as(POINTER(c_float)) for a in (w, b)])
        for w, b in network])
    return fairu.Classifier(create(context, lib.classifier_create_network, context._handle, ctypes.byref(options), layers,
                                   len(network), free=lib.classifier_destroy), context)


def onnx_model(network):
    from onnx import TensorProto, helper, numpy_helper
    nodes, tensors, last = [], [], "x"
    for i, (w, b) in enumerate(network):
        tensors += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(b, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"a{i}"], transB=1))
        last = f"h{i}" if i + 1 < len(network) else "y"
        nodes.append(helper.make_node("Relu" if i + 1 < len(network) else "Sigmoid", [f"a{i}"], [last]))
    graph = helper.make_graph(nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, network[0][0].shape[1]])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def onnx_session(runtime, network, threads):
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return runtime.InferenceSession(onnx_model(network), options, providers=["CPUExecutionProvider"])


def torch_call(torch, network, x, threads):
    layers = []
    for i, (w, b) in enumerate(network):
        linear = torch.nn.Linear(w.shape[1], w.shape[0])
        linear.weight.data, linear.bias.data = torch.from_numpy(w), torch.from_numpy(b)
        layers += [linear, torch.nn.ReLU() if i + 1 < len(network) else torch.nn.Sigmoid()]
    model, inputs = torch.nn.Sequential(*layers).eval(), torch.from_numpy(x)

    def call():
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return model(inputs).numpy()
    return call


def bench_forward():
    onnx, runtime, torch = peer("onnx"), peer("onnxruntime"), peer("torch")
    for widths in NETWORKS:
        work = f"forward {'-'.join(map(str, widths))}, {BATCH} rows"
        network = random_network(widths)
        x = np.random.default_rng(2).normal(size=(BATCH, widths[0])).astype(np.float32)
        for threads in (1, 2):
            context = fairu.Context()
            context.threads = threads
            model = fairu_network(network, context)
            peers = []
            if onnx and runtime:
                session = onnx_session(runtime, network, threads)
                peers.append(("onnxruntime", runtime, lambda: session.run(None, {"x": x})[0]))
            if torch:
                peers.append(("torch", torch, torch_call(torch, network, x, threads)))
            for name, module, call in peers:
                difference = float(np.abs(model.score(x) - call()[:, 0]).max())
                ours, theirs = medians(lambda: model.score(x), call, rest=0.02)
                add(work, name, module, ours, theirs, difference, threads)


def bench_events():
    """One event and batches through C: tests/peers/bench_onnxruntime.c, whose program is the second argument."""
    runtime = peer("onnxruntime") if peer("onnx") else None
    libraries = glob.glob(os.path.join(os.path.dirname(runtime.__file__), "capi", "libonnxruntime.so*")) if runtime else []
    if not libraries or len(sys.argv) < 3:
        ROWS.append({"peer": "onnxruntime through C", "skipped": "no library in the wheel, or no program"})
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, "-".join(map(str, widths)) + ".onnx") for widths in NETWORKS]
        for widths, path in zip(NETWORKS, paths):
            with open(path, "wb") as file:
                file.write(onnx_model(random_network(widths)))
        lines = subprocess.run([sys.argv[2], libraries[0], *paths], check=True, capture_output=True, text=True).stdout
    for line in lines.splitlines():
        path, rows, threads, ours, theirs, difference = line.split()
        name, rows = os.path.basename(path).removesuffix(".onnx"), int(rows)
        add(f"C: {name}, " + ("one event" if rows == 1 else f"{rows} rows"), "onnxruntime", runtime, rows * float(ours) * 1e-9,
            rows * float(theirs) * 1e-9, float(difference), int(threads))


# ---- fit and interval -----------------------------------------------------------------------------------------------


def toy_templates():
    """Yields at 41 angles of the rotating Gaussians, frozen score in 10 bins; and the functions that give them anywhere."""
    from math import erf
    normal = np.vectorize(lambda t: 0.5 * (1 + erf(t / np.sqrt(2))))
    sigma, slope = 0.7, 2 / 0.7**2
    s = np.arange(1, 10) / 10
    edges = np.log(s / (1 - s)) / slope

    def yields(total, sign):
        def at(z):
            inner = normal((edges - sign * np.cos(z - np.pi / 4)) / sigma)
            return total * np.diff(np.concatenate(([0.0], inner, [1.0])))
        return at
    knots = np.linspace(-np.pi / 4, 3 * np.pi / 4, 41)
    return knots, yields(500.0, 1.0), yields(50000.0, -1.0)


def bench_fit():
    iminuit = peer("iminuit")
    if not iminuit or not peer("scipy"):
        return
    from scipy.interpolate import CubicSpline
    knots, signal, background = toy_templates()
    tables = [np.array([f(z) for z in knots]) for f in (signal, background)]
    templates = fairu.Templates({"signal": tables[0], "background": tables[1]}, axes=[("z", knots, np.pi / 4)])
    model = fairu.Likelihood(templates, factors={"mu": "signal"}, priors={"z": fairu.Prior(np.pi / 4, 0.5)})
    observed = np.round(signal(np.pi / 2) + background(np.pi / 2))
    data = model.data(observed)
    splines = [CubicSpline(knots, np.log(t)) for t in tables]
    start = {"mu": 1.0, "z": 1.3}

    def nll(mu, z):
        nu = mu * np.exp(splines[0](z)) + np.exp(splines[1](z))
        return np.sum(nu - observed * np.log(nu)) + 0.5 * ((z - np.pi / 4) / 0.5) ** 2
    nll.errordef = 0.5

    def minuit_fit():
        m = iminuit.Minuit(nll, **start)
        m.limits["z"] = (knots[0], knots[-1])
        m.migrad()
        return m

    def minuit_interval():
        m = minuit_fit()
        m.minos("mu", cl=1)
        return m

    def fairu_interval():
        return model.interval(data, delta_nll=0.5, start=start)
    m, fit, interval = minuit_interval(), model.fit(data, start=start), fairu_interval()
    work = "toy-rotation, 10 bins, 1 nuisance"
    ours, theirs = medians(lambda: model.fit(data, start=start), minuit_fit)
    add("fit: " + work, "iminuit", iminuit, ours, theirs, abs(m.values["mu"] - fit["mu"]))
    ours, theirs = medians(fairu_interval, minuit_interval)
    difference = max(abs(m.values["mu"] + m.merrors["mu"].lower - interval.lower),
                     abs(m.values["mu"] + m.merrors["mu"].upper - interval.upper))
    add("fit, MINOS: " + work, "iminuit", iminuit, ours, theirs, difference)


def bench_pyhf():
    pyhf = peer("pyhf")
    if not pyhf:
        return
    signal, background, observed = np.array([5.0, 10.0]), np.array([50.0, 60.0]), np.array([58.0, 68.0])
    spec = {"channels": [{"name": "c", "samples": [
        {"name": "signal", "data": list(signal), "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "background", "data": list(background), "modifiers": []}]}]}
    theirs_model = pyhf.Model(spec, poi_name="mu")
    model = fairu.Likelihood(fairu.Templates({"signal": signal, "background": background}), factors={"mu": "signal"})
    data = model.data(observed)
    tensor = list(observed) + theirs_model.config.auxdata

    def pyhf_nll():
        return -2 * float(np.asarray(theirs_model.logpdf([1.3], tensor)).ravel()[0])

    def pyhf_fit():
        return float(pyhf.infer.mle.fit(tensor, theirs_model)[0])
    work = "2 bins, mu only"
    ours, theirs = medians(lambda: model.nll(data, [1.3]), pyhf_nll)
    add("twice_nll: " + work, "pyhf", pyhf, ours, theirs, abs(2 * model.nll(data, [1.3]) - pyhf_nll()))
    ours, theirs = medians(lambda: model.fit(data), pyhf_fit)
    add("fit: " + work, "pyhf", pyhf, ours, theirs, abs(model.fit(data)["mu"] - pyhf_fit()))
    bench_documented_calls(pyhf)


def bench_documented_calls(pyhf):
    """The calls of pyhf's README and of its user guide, as they stand there; CLs and limits are compared."""
    shape = {"signal": [12.0, 11.0], "bkg": [50.0, 52.0], "bkg_uncertainty": [3.0, 7.0]}
    model = pyhf.simplemodels.uncorrelated_background(**shape)
    data = [51, 48] + model.config.auxdata
    workspace = fairu.simplemodels.uncorrelated_background(**shape, observed=[51, 48])
    scan = np.linspace(0, 5, 21)
    limit = pyhf.infer.intervals.upper_limits.upper_limit
    for name, ours, theirs in (
            ("hypotest(1.0, return_expected_set=True)", lambda: workspace.hypotest(1.0, return_expected_set=True),
             lambda: pyhf.infer.hypotest(1.0, data, model, test_stat="qtilde", return_expected_set=True)),
            ("upper_limit(scan of 21)", lambda: workspace.upper_limit(scan=scan), lambda: limit(data, model, scan)),
            ("upper_limit()", workspace.upper_limit, lambda: limit(data, model)),
            ("mle.fit", lambda: (2 * workspace.fit().nll, [0.0]), lambda: (pyhf.infer.mle.fit(data, model, return_fitted_val=True)[1], [0.0]))):
        difference = max(abs(float(ours()[0]) - float(theirs()[0])), float(np.abs(np.ravel(ours()[1]) - np.ravel(theirs()[1])).max()))
        add("pyhf: " + name, "pyhf", pyhf, *medians(ours, theirs), difference)


def main():
    print(f"fairu {fairu.version()}, kernels {fairu.Context().kernel}; Python {platform.python_version()}")
    print(f"{'work':44} {'th':>2} {'peer':20} {'fairu ms':>10} {'peer ms':>10} {'ratio':>8} {'difference':>10}")
    bench_forward()
    bench_events()
    bench_fit()
    bench_pyhf()
    with open(sys.argv[1], "w") as file:
        json.dump({"fairu": fairu.version(), "kernel": fairu.Context().kernel, "python": platform.python_version(),
                   "processor": platform.machine(), "load": os.getloadavg(), "rows": ROWS}, file, indent=1)
    print(f"ratio: peer / fairu; written: {sys.argv[1]}")


if __name__ == "__main__":
    main()
