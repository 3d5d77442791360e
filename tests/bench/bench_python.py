"""What a call costs from Python beyond the same call from C: python3 tests/bench/bench_python.py (with PYTHONPATH=python; needs a C compiler).

The score of one event (a network of 12 features, two layers of 16) and -ln L of a model of 32 parameters: bound, and as plain calls. The loop in C goes through the same
pointer into the same library. Best of many short loops, so that other work on the machine does not count."""
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
import timeit

import numpy as np

import fairu

LOOP = r"""
#include <stddef.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec * 1e9 + (double)t.tv_nsec; }
typedef int (*score_fn)(void *, void *, const float *, size_t, const double *, size_t, int, float *);
typedef int (*nll_fn)(void *, void *, void *, const double *, size_t, double *, double *, void *);
double loop_score(int n, score_fn f, void *model, void *ctx, const float *x, size_t n_x, float *score)
{
  const double start = now();
  int bad = 0;
  for (int i = 0; i < n; i++)
    bad |= f(model, ctx, x, n_x, NULL, 0, 0, score);
  return bad ? -1 : (now() - start) / n;
}
double loop_nll(int n, nll_fn f, void *model, void *ctx, void *data, const double *p, size_t n_p, double *value)
{
  const double start = now();
  int bad = 0;
  for (int i = 0; i < n; i++)
    bad |= f(model, ctx, data, p, n_p, value, NULL, NULL);
  return bad ? -1 : (now() - start) / n;
}
"""
CALLS, SECONDS = 100, 2.0


def compiled():
    folder = tempfile.mkdtemp()
    source, library = os.path.join(folder, "loop.c"), os.path.join(folder, "loop.so")
    with open(source, "w") as stream:
        stream.write(LOOP)
    subprocess.run([*os.environ.get("CC", "cc").split(), "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    loops = ctypes.CDLL(library)
    for loop in (loops.loop_score, loops.loop_nll):
        loop.restype = ctypes.c_double
    return loops


def best(once):
    """The least of what once() gives, in ns, for some seconds."""
    least, end = once(), time.monotonic() + SECONDS
    while time.monotonic() < end:
        least = min(least, once())
    return least


def python(call):
    timer = timeit.Timer(call)
    return best(lambda: timer.timeit(CALLS) / CALLS * 1e9)


def address(function):
    return ctypes.cast(function, ctypes.c_void_p)


def score_of_one_event(loops):
    random = np.random.default_rng(1)
    events = fairu.Events(random.normal(size=(2000, 12)), labels=np.arange(2000) % 2)
    model = fairu.Classifier.train(events, hidden=[16, 16], epochs=1)
    x, bound, context, out = random.normal(size=(1, 12)).astype(np.float32), model.bind(), fairu.Context(), np.zeros(1, np.float32)
    c = best(lambda: loops.loop_score(CALLS, address(fairu._lib.lib.classifier_score_event), model._handle.pointer, ctypes.c_void_p(context._handle),
                                      ctypes.c_void_p(x.ctypes.data), ctypes.c_size_t(12), ctypes.c_void_p(out.ctypes.data)))
    bound.x[:] = x
    assert bound()[0] == out[0] == model.score(x)[0]
    return "score of one event", c, python(bound), python(lambda: bound(x)), python(lambda: model.score(x))


def nll_of_32_parameters(loops):
    n = 31
    workspace = fairu.simplemodels.uncorrelated_background(np.full(n, 5.0), np.linspace(40, 60, n), np.full(n, 4.0), np.arange(40, 40 + n))
    model, data = workspace.model()
    assert len(model.names) == 32
    point, bound, context, out = model._point({"mu": 0.7}), model.bind(data), fairu.Context(), (ctypes.c_double * 2)()
    c = best(lambda: loops.loop_nll(CALLS, address(fairu._lib.lib.likelihood_nll), model._handle.pointer, ctypes.c_void_p(context._handle),
                                    data._handle.pointer, ctypes.c_void_p(point.ctypes.data), ctypes.c_size_t(32), out))
    assert bound(point) == out[0] + out[1] == model.nll(data, point)
    return "NLL of 32 parameters", c, python(bound), python(lambda: bound(point)), python(lambda: model.nll(data, point))


def main():
    if not shutil.which(os.environ.get("CC", "cc").split()[0]):
        print("bench_python: skipped: no C compiler", file=sys.stderr)
        return 0
    loops = compiled()
    print(f"# libfairu {fairu.version()}, kernel {fairu.Context().kernel}, blas core {fairu._lib.lib.blas_core().decode()}")
    print(f"{'us':<22}{'C':>8}{'bound':>8}{'+ copy':>8}{'plain':>8}   above C: bound, + copy, plain")
    for what, c, *others in (score_of_one_event(loops), nll_of_32_parameters(loops)):
        print(f"{what:<22}{c / 1e3:8.2f}" + "".join(f"{t / 1e3:8.2f}" for t in others) + "   "
              + ", ".join(f"{(t - c) / 1e3:.2f}" for t in others))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
