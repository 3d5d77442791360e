"""bench_workspaces.py OUT.json [NAME...]: HistFactory workspaces by fairu and by its peers, in one run; ratio = peer / fairu.

fairu is timed by tests/bench/bench_workspaces (C, medians of at least 5 runs). Peers are timed here, one core each: pyhf with its numpy
backend and both optimisers, iminuit on fairu's own value and gradient, nextstat. `depth` is how far above the lowest minimum of all programs a
fit ended, in twice_nll: nobody is fast by stopping early. A peer that would take longer than PATIENCE seconds (environment, default 20) for one
fit, judged by the last workspace and the square of the number of parameters, is left out, said in the table. Never part of the tests.
"""
import ctypes
import importlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from ctypes import byref, c_char_p, c_double, c_int, c_size_t, c_void_p

import numpy as np

import workspaces

PATIENCE = float(os.environ.get("PATIENCE", "20"))
DATA = os.path.join(os.environ.get("FAIRU_DATA", "../shared/data"), "histfactory")
ROOT = "build/peers/workspaces"
SHARED = ("pyhf_1bin_shapesys", "pyhf_2bin_staterror", "root_tutorial_gaussexample", "gen_medium_50bin_30nuis",
          "atlas_sbottom_RegionA_1300_205_60", "atlas_3L_onshell_synth")


def files(names):
    """Generated workspaces, and the shared ones if they are there, in one folder; smallest first."""
    os.makedirs(ROOT, exist_ok=True)
    for name, shape in workspaces.SHAPES.items():
        path = f"{ROOT}/{name}.json"
        if name != "megabytes100" and not os.path.exists(path):
            with open(path, "w") as out:
                json.dump(workspaces.make(shape), out)
    for name in SHARED:
        source, path = f"{DATA}/{name}.json", f"{ROOT}/{name}.json"
        if os.path.exists(source) and not os.path.exists(path):
            os.symlink(os.path.abspath(source), path)
    found = [os.path.join(ROOT, f) for f in os.listdir(ROOT) if f.endswith(".json") and (not names or f[:-5] in names)]
    return sorted(found, key=os.path.getsize)


def median(call, runs=5):
    """Seconds of processor time, one core: runs fewer when one call takes long."""
    def cpu():
        use = resource.getrusage(resource.RUSAGE_SELF)
        return use.ru_utime + use.ru_stime
    times, start = [], time.perf_counter()
    while len(times) < runs and (len(times) < 1 or time.perf_counter() - start < 3 * PATIENCE):
        repeats, before, wall = 0, cpu(), time.perf_counter()
        while repeats == 0 or time.perf_counter() - wall < 0.02:
            result = call()
            repeats += 1
        times.append((cpu() - before) / repeats)
    return float(np.median(times)), result


class Fairu:
    """One workspace in libfairu: value and gradient for iminuit, the depth of a point."""

    def __init__(self, library, path):
        self.lib, self.ctx, self.likelihood, self.data = library, c_void_p(), c_void_p(), c_void_p()
        workspace = c_void_p()
        library.fairu_context_create(None, byref(self.ctx))
        self.check(library.fairu_workspace_read(self.ctx, c_char_p(path.encode()), byref(workspace)))
        self.check(library.fairu_likelihood_create_from_workspace(self.ctx, workspace, None, byref(self.likelihood)))
        self.check(library.fairu_data_create_from_workspace(self.ctx, workspace, self.likelihood, byref(self.data)))
        library.fairu_likelihood_n_parameters.restype = c_size_t
        self.n = library.fairu_likelihood_n_parameters(self.likelihood)
        self.gradient = np.zeros(self.n)

    def check(self, status):
        if status:
            self.lib.fairu_context_message.restype = c_char_p
            raise RuntimeError(self.lib.fairu_context_message(self.ctx).decode())

    def twice_nll(self, x, gradient=None):
        x, nll = np.ascontiguousarray(x, float), (c_double * 2)()
        status = self.lib.fairu_likelihood_nll(self.likelihood, self.ctx, self.data, x.ctypes.data_as(c_void_p), c_size_t(self.n), nll,
                                               None if gradient is None else gradient.ctypes.data_as(c_void_p), None)
        return 2 * (nll[0] + nll[1]) if status == 0 else np.inf

    def slope(self, x):
        self.twice_nll(x, self.gradient)
        return 2 * self.gradient

    def fit(self):
        params = np.zeros(self.n)
        self.check(self.lib.fairu_likelihood_fit(self.likelihood, self.ctx, self.data, None, params.ctypes.data_as(c_void_p),
                                                 c_size_t(self.n), None, None))
        return params


def of_fairu(library, rows):
    """Times of the C benchmark: {workspace: {what: seconds}}."""
    out = "build/peers/fairu_workspaces.json"
    subprocess.run(["build/plain/tests/bench/bench_workspaces", "--json", out], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, FAIRU_WORKSPACES=os.path.abspath(ROOT)))
    with open(out) as file:
        for row in json.load(file)["rows"]:
            name, what = row["name"].split(": ")
            rows.setdefault(name, {})[what] = 1e-6 * row["median"]  # us, of one toy or one call


def pyhf_peer(path, optimizer):
    pyhf = importlib.import_module("pyhf")
    pyhf.set_backend("numpy", optimizer)
    with open(path) as file:
        spec = json.load(file)
    load, workspace = median(lambda: pyhf.Workspace(spec), 1)
    build, model = median(workspace.model, 1)
    data = workspace.data(model)
    return {"load": load + build,
            "fit": lambda: pyhf.infer.mle.fit(data, model, return_fitted_val=True),
            "hypotest": lambda: pyhf.infer.hypotest(1.0, data, model, return_expected_set=True),
            "depth": lambda result: float(result[1])}


def iminuit_peer(path, library):
    iminuit = importlib.import_module("iminuit")
    with open(path) as file:
        spec = json.load(file)
    model = importlib.import_module("pyhf").Workspace(spec).model()
    ours = Fairu(library, path)

    def fit():
        m = iminuit.Minuit(lambda x: ours.twice_nll(x), np.array(model.config.suggested_init()), grad=ours.slope)
        m.errordef, m.strategy, m.tol = 1, 0, 0.1
        m.limits = model.config.suggested_bounds()
        m.fixed = model.config.suggested_fixed()
        m.migrad()
        return m
    return {"fit": fit, "depth": lambda m: m.fval}


def nextstat_peer(path):
    nextstat = importlib.import_module("nextstat")
    nextstat.set_threads(1)

    def read():
        with open(path) as file:
            return nextstat.from_pyhf(file.read())
    load, model = median(read)
    fitter = nextstat.MaximumLikelihoodEstimator()
    return {"load": load, "fit": lambda: fitter.fit_minimum(model), "hypotest": lambda: nextstat.hypotest(1.0, model),
            "depth": lambda result: 2 * result.nll}


def run_peer(make, rows, name, label, parameters, expected):
    try:
        peer = make()
    except ImportError as error:
        rows[name][label] = {"skipped": str(error)}
        return
    row = rows[name][label] = {}
    if "load" in peer:
        row["load"] = peer["load"]
    for what in ("fit", "hypotest"):
        if what not in peer:
            continue
        seconds, size = expected.get((label, what), (0.0, parameters))
        if seconds * max(parameters / size, 1.0) ** 2 > PATIENCE:
            row[what] = None
            continue
        try:
            row[what], result = median(peer[what])
            expected[label, what] = row[what], parameters
            if what == "fit":
                row["twice_nll"] = peer["depth"](result)
        except Exception as error:  # a fit that fails is a result
            row[what + "_error"] = str(error)[:120]


def show(name, row, lowest):
    for label, peer in row["peers"].items():
        for what in ("load", "fit", "hypotest"):
            if peer.get(what) is None:
                note = peer.get(what + "_error") or peer.get("skipped") or ("longer than PATIENCE" if what in peer else None)
                if note:
                    print(f"{name:36} {what:9} {label:16} {'-':>12} {1e3 * row['fairu'][what]:12.4f} {'':10} {note}")
                continue
            ratio = peer[what] / row["fairu"][what]
            depth = f"{peer['twice_nll'] - lowest:+.1e}" if what == "fit" and "twice_nll" in peer else ""
            print(f"{name:36} {what:9} {label:16} {1e3 * peer[what]:12.4f} {1e3 * row['fairu'][what]:12.4f} {ratio:10.1f} {depth}", flush=True)


def main(out, names):
    library = ctypes.CDLL(os.path.abspath("lib/libfairu.so"))
    paths, times, rows, expected = files(names), {}, {}, {}
    of_fairu(library, times)
    print(f"{'workspace':36} {'what':9} {'peer':16} {'peer ms':>12} {'fairu ms':>12} {'ratio':>10} depth of the peer's minimum above the lowest")
    for path in paths:
        name = os.path.basename(path)[:-5]
        ours = Fairu(library, path)
        point = ours.fit()
        rows[name] = {}
        run_peer(lambda: pyhf_peer(path, "scipy"), rows, name, "pyhf scipy", ours.n, expected)
        run_peer(lambda: pyhf_peer(path, "minuit"), rows, name, "pyhf minuit", ours.n, expected)
        run_peer(lambda: iminuit_peer(path, library), rows, name, "iminuit", ours.n, expected)
        run_peer(lambda: nextstat_peer(path), rows, name, "nextstat", ours.n, expected)
        minimum = ours.twice_nll(point)
        lowest = min([minimum] + [p["twice_nll"] for p in rows[name].values() if "twice_nll" in p])
        row = {"parameters": ours.n, "fairu": times[name], "twice_nll": minimum, "depth": minimum - lowest, "peers": rows[name]}
        rows[name] = row
        print(f"{name:36} fairu ends {minimum - lowest:.1e} above the lowest minimum; {ours.n} parameters")
        show(name, row, lowest)
    with open(out, "w") as file:
        json.dump({"python": platform.python_version(), "load": os.getloadavg(), "workspaces": rows}, file, indent=1)
    print(f"processor time of one core; ratio: peer / fairu; written: {out}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
