"""Efficiency of two processes against one on the same work: PYTHONPATH=python python3 tests/bench/scaling.py [--seconds 5] [--repeats 5].

t1 / (2 t2), medians, of templates filled and of toys, on a cluster of Dask (distributed) and with MPI (examples/mpi, OpenMPI). One process and two take
turns, so that a machine that slows down slows both; the work of one process lasts at least SECONDS. Starting a cluster does not count, starting ranks does. Results
must have the same bits. What is not installed is left out. On a machine that others use the figure is theirs as much as ours: the load is printed, and beside the efficiency
the processor time of one over that of two: what spreading costs in work, waiting ranks included, whoever else is there.
Written to out/scaling.json, from where tests/bench/sizing.py takes it."""
import argparse
import json
import logging
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

import fairu

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = 24
KNOTS = [0.8, 0.9, 1.0, 1.1, 1.2]


# ---- the work on workers of Dask

def part(task):
    """One of PARTS parts of n events of each process, by number."""
    k, n = task
    systematics = fairu.Systematics({"scale": 1.0, "resolution": 0.2}).add_scale("scale", ["x"]).add_smearing("resolution", ["x", "y"])
    classifier = fairu.Classifier.linear(["x", "y"], [1.5, 0.5])
    fill = fairu.Fill(fairu.Binning.uniform(8), ["signal", "background"], axes=[("scale", KNOTS)])
    first, end = k * n // PARTS, (k + 1) * n // PARTS
    values = np.random.default_rng(k).normal(size=(end - first, 2)).astype(np.float32)
    for process, (name, mean, scale) in enumerate((("signal", 1.0, 300.0), ("background", -0.5, 2000.0))):
        ids = 2 * np.arange(first, end, dtype=np.uint64) + np.uint64(process)
        fill.add(name, fairu.Events(values + np.float32(mean), ["x", "y"], ids=ids), classifier, systematics, scale=scale / n)
    return fill


def model():
    templates = part((0, 24000)).templates()
    return fairu.Likelihood(templates, {"mu": "signal"}, {"scale": fairu.Prior(1.0, 0.05)}, mc_stat="none")


class Dask:
    """Clusters of one and of two workers, each a process of one thread."""

    def __init__(self):
        from distributed import Client, LocalCluster
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        import fairu.dask
        import scaling  # workers import this module by its name
        self.module, self.engine, self.clients = scaling, fairu.dask, {}
        for n in (1, 2):
            cluster = LocalCluster(n_workers=n, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50)
            self.clients[n] = Client(cluster)
            self.run("fill", n, 2400), self.run("toys", n, 200)

    def run(self, what, n, size):
        client = self.clients[n]
        if what == "fill":
            return self.engine.fill(client, self.module.part, [(k, size) for k in range(PARTS)]).dumps()
        return repr(self.engine.coverage(client, self.module.model, {"mu": 1.0}, n=size, parts=PARTS))

    def processor(self, n):
        """Seconds so far, of the workers and of this process, in which scheduler and client are."""
        return sum(self.clients[n].run(time.process_time).values()) + time.process_time()

    def close(self):
        for client in self.clients.values():
            cluster = client.cluster
            client.close()
            cluster.close()


class Mpi:
    """examples/mpi on ranks of this machine."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.program = os.path.join(self.folder, "parts")
        source = ROOT / "examples" / "mpi"
        subprocess.run(["mpicc", "-std=c11", "-O2", f"-I{ROOT}/include", source / "main.c", source / "parts.c", f"-L{ROOT}/lib", "-lfairu", f"-Wl,-rpath,{ROOT}/lib",
                        "-lm", "-o", self.program], check=True)
        self.environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "TMPDIR": self.folder}

    def run(self, what, n, size):
        path = os.path.join(self.folder, f"{n}.fill")
        events, toys = (size, 20) if what == "fill" else (24000, size)
        done = subprocess.run(["mpirun", "--oversubscribe", "-n", str(n), self.program, path, str(events), str(toys)], check=True, env=self.environment,
                              stdout=subprocess.PIPE)
        return pathlib.Path(path).read_bytes() + done.stdout

    @staticmethod
    def processor(_):
        """Seconds so far, of all that has ended."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def close(self):
        shutil.rmtree(self.folder)


# ---- times

def timed(engine, what, n, size):
    """Seconds, seconds of processors, result."""
    used, start = engine.processor(n), time.perf_counter()
    result = engine.run(what, n, size)
    lasted = time.perf_counter() - start
    return lasted, engine.processor(n) - used, result


def large_enough(engine, what, seconds):
    """A size that lasts so long on one process."""
    size = 240000 if what == "fill" else 4800
    while True:
        lasted, *_ = timed(engine, what, 1, size)
        if lasted >= seconds:
            return size
        size = int(size * min(max(1.2 * seconds / lasted, 1.5), 20)) // PARTS * PARTS


def measure(engine, what, seconds, repeats):
    size, times, used = large_enough(engine, what, seconds), {1: [], 2: []}, {1: [], 2: []}
    for _ in range(repeats):
        results = {}
        for n in times:
            lasted, worked, results[n] = timed(engine, what, n, size)
            times[n].append(lasted)
            used[n].append(worked)
        if results[1] != results[2]:
            raise SystemExit(f"{type(engine).__name__}, {what}: one process and two give different bits")
    one, two = statistics.median(times[1]), statistics.median(times[2])
    return {"engine": type(engine).__name__, "what": what, "size": size, "one": one, "two": two, "efficiency": one / (2 * two),
            "work": statistics.median(used[1]) / statistics.median(used[2]), "times": times}


def engines():
    try:
        yield Dask()
    except ImportError as problem:
        print(f"no Dask: {problem}", file=sys.stderr)
    if shutil.which("mpicc") and shutil.which("mpirun"):
        yield Mpi()
    else:
        print("no OpenMPI", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", default=str(ROOT / "out" / "scaling.json"))
    arguments = parser.parse_args()
    rows, load = [], os.getloadavg()[0]
    kernel, blas_core = fairu.Context().kernel, fairu._lib.lib.blas_core().decode()
    print(f"{os.cpu_count()} cores, load {load:.1f}, kernel {kernel}, blas core {blas_core}\nengine  work   one process    two     efficiency  processor time of one over two")
    for engine in engines():
        for what in ("fill", "toys"):
            row = measure(engine, what, arguments.seconds, arguments.repeats)
            rows.append(row)
            print(f"{row['engine']:7} {what:6} {row['one']:8.2f} s {row['two']:8.2f} s  {row['efficiency']:.3f}       {row['work']:.3f}", flush=True)
        engine.close()
    target = pathlib.Path(arguments.json)
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"cores": os.cpu_count(), "load": load, "kernel": kernel, "blas_core": blas_core, "repeats": arguments.repeats, "rows": rows}, indent=1) + "\n")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import scaling

    raise SystemExit(scaling.main())
