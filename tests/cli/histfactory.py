"""histfactory.py: a HistFactory likelihood written from its definition (pyhf's interpolations 4 and 4p), slow and plain, and a minimiser for it. What the
commands print is compared with this."""
import functools
import math

import numpy as np


def poisson(n, nu):
    return n * math.log(nu) - nu - math.lgamma(n + 1) if nu > 0 else (0.0 if n == 0 else -math.inf)


def normal(x, centre, sigma):
    return -0.5 * ((x - centre) / sigma) ** 2 - math.log(sigma * math.sqrt(2 * math.pi))


def factor_between(lo, hi, alpha):
    """normsys: hi ** alpha beyond +-1, between them the polynomial of degree six that goes on smoothly to the second derivative."""
    if alpha >= 1:
        return hi ** alpha
    if alpha <= -1:
        return lo ** -alpha
    c = smooth(lo, hi)
    return 1 + sum(c[k - 1] * alpha ** k for k in range(1, 7))


@functools.lru_cache(None)
def smooth(lo, hi):
    rows = [[sign ** k for k in range(1, 7)] for sign in (1, -1)]
    rows += [[k * sign ** (k - 1) for k in range(1, 7)] for sign in (1, -1)]
    rows += [[k * (k - 1) * sign ** (k - 2) if k > 1 else 0 for k in range(1, 7)] for sign in (1, -1)]
    wanted = [hi - 1, lo - 1, hi * math.log(hi), -lo * math.log(lo), hi * math.log(hi) ** 2, lo * math.log(lo) ** 2]
    return tuple(np.linalg.solve(np.array(rows, float), np.array(wanted)))


def shift_between(nominal, lo, hi, alpha):
    """histosys: straight beyond +-1, between them a polynomial of degree six."""
    up, down = hi - nominal, nominal - lo
    if alpha > 1:
        return alpha * up
    if alpha < -1:
        return alpha * down
    s, a = 0.5 * (up + down), 0.0625 * (up - down)
    return alpha * (s + alpha * a * (15 + alpha ** 2 * (3 * alpha ** 2 - 10)))


class Model:
    """parameters: name -> start; constraints: (name, kind, numbers); order is that of `names`, which the program tells."""

    def __init__(self, workspace, names):
        self.channels = workspace["channels"]
        self.names = list(names)
        self.observed = {o["name"]: o["data"] for o in workspace["observations"]}
        self.settings = {p["name"]: p for p in workspace["measurements"][0]["config"]["parameters"]}
        self.constraints = {}  # name -> ("normal", aux, sigma) or ("poisson", n, tau)
        self.stat = {}
        for channel in self.channels:
            self._constrain(channel)
        self.aux = {name: c[1] for name, c in self.constraints.items()}

    def _constrain(self, channel):
        n_bins = len(channel["samples"][0]["data"])
        for sample in channel["samples"]:
            for m in sample["modifiers"]:
                if m["type"] in ("normsys", "histosys"):
                    self.constraints[m["name"]] = ("normal", 0.0, 1.0)
                elif m["type"] == "lumi":
                    self.constraints[m["name"]] = ("normal", self.settings["lumi"]["auxdata"][0], self.settings["lumi"]["sigmas"][0])
                elif m["type"] == "shapesys":
                    for b in range(n_bins):
                        tau = (sample["data"][b] / m["data"][b]) ** 2
                        self.constraints[f"{m['name']}[{b}]"] = ("poisson", tau, tau)
                elif m["type"] == "staterror":
                    sums = self.stat.setdefault(m["name"], np.zeros((2, n_bins)))
                    sums += [sample["data"], np.square(m["data"])]
        for name, (total, squares) in self.stat.items():
            for b in range(len(total)):
                self.constraints[f"{name}[{b}]"] = ("normal", 1.0, math.sqrt(squares[b]) / total[b])

    def expected(self, p):
        """Yields of all bins, channels in the order of their names."""
        result = []
        for channel in sorted(self.channels, key=lambda c: c["name"]):
            total = np.zeros(len(channel["samples"][0]["data"]))
            for sample in channel["samples"]:
                total += self._sample(sample, p)
            result += list(total)
        return result

    def _sample(self, sample, p):
        nominal = np.array(sample["data"], float)
        shift, factor = np.zeros_like(nominal), np.ones_like(nominal)
        for m in sample["modifiers"]:
            name, kind = m["name"], m["type"]
            if kind in ("normfactor", "lumi"):
                factor *= p[name]
            elif kind == "normsys":
                factor *= factor_between(m["data"]["lo"], m["data"]["hi"], p[name])
            elif kind == "histosys":
                shift += [shift_between(n, lo, hi, p[name]) for n, lo, hi in zip(nominal, m["data"]["lo_data"], m["data"]["hi_data"])]
            else:
                factor *= [p[f"{name}[{b}]"] for b in range(len(nominal))]
        return (nominal + shift) * factor

    def data(self):
        return [n for name in sorted(self.observed) for n in self.observed[name]]

    def twice_nll(self, x, data=None, aux=None):
        p = dict(zip(self.names, x))
        aux = aux or self.aux
        total = sum(poisson(n, nu) for n, nu in zip(data or self.data(), self.expected(p)))
        for name, (kind, _, width) in self.constraints.items():
            total += normal(aux[name], p[name], width) if kind == "normal" else poisson(aux[name], p[name] * width)
        return -2 * total

    def asimov(self, x):
        """Data and auxiliary data as expected at x."""
        p = dict(zip(self.names, x))
        aux = {name: p[name] * (1 if kind == "normal" else width) for name, (kind, _, width) in self.constraints.items()}
        return self.expected(p), aux

    def deviance(self, x):
        """Against the model that meets every count and every auxiliary measurement."""
        p = dict(zip(self.names, x))
        total = self.twice_nll(x) + 2 * sum(poisson(n, n) for n in self.data())
        for name, (kind, aux, width) in self.constraints.items():
            total += 2 * (normal(aux, aux, width) if kind == "normal" else poisson(aux, aux))
        return total


def gradient(f, x, steps=1e-5):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in range(len(x)):
        h = steps * max(1.0, abs(x[i]))
        ends = []
        for k in (-2, -1, 1, 2):  # fourth order
            y = x.copy()
            y[i] += k * h
            ends.append(f(y))
        g[i] = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * h)
    return g


def hessian(f, x, step=2e-3):
    n = len(x)
    h = np.zeros((n, n))
    x = np.array(x, float)

    def at(i, a, k, b):
        y = x.copy()
        y[i] += a * step
        y[k] += b * step
        return f(y)
    for i in range(n):
        for k in range(i + 1):
            if i == k:
                h[i, i] = (-at(i, 2, i, 0) + 16 * at(i, 1, i, 0) - 30 * f(x) + 16 * at(i, -1, i, 0) - at(i, -2, i, 0)) / (12 * step ** 2)
            else:
                one = (at(i, 1, k, 1) - at(i, 1, k, -1) - at(i, -1, k, 1) + at(i, -1, k, -1)) / (4 * step ** 2)
                two = (at(i, 2, k, 2) - at(i, 2, k, -2) - at(i, -2, k, 2) + at(i, -2, k, -2)) / (16 * step ** 2)
                h[i, k] = h[k, i] = (4 * one - two) / 3
    return h


def minimise(f, start, fixed=(), lower=None, metric=None):
    """Newton's steps, halved where they go up; `lower`: {index: bound}; `metric`: a Hessian from somewhere near, which saves to compute it at each
    step. Returns the point and its value."""
    x = np.array(start, float)
    lower = lower or {}
    held = set(fixed)
    for _ in range(60):
        free = [i for i in range(len(x)) if i not in held]
        if not free:
            break

        def part(y):
            full = x.copy()
            full[free] = y
            return f(full)
        g, h = gradient(part, x[free]), hessian(part, x[free]) if metric is None else metric[np.ix_(free, free)]
        lift = max(0.0, 1e-6 - np.linalg.eigvalsh(h)[0])
        step = -np.linalg.solve(h + lift * np.eye(len(free)), g)
        now, size = f(x), 1.0
        while size > 1e-12:
            y = x.copy()
            y[free] += size * step
            for i, bound in lower.items():
                if i not in fixed and y[i] < bound:
                    y[i] = bound
            value = f(y) if np.all(np.isfinite(y)) else math.inf
            if value <= now:
                break
            size *= 0.5
        moved = np.max(np.abs(y - x))
        x = y if size > 1e-12 else x
        held = set(fixed) | {i for i, bound in lower.items() if x[i] <= bound and gradient_at(f, x, i) > 0}
        if moved < 1e-9 or size <= 1e-12:
            break
    return x, f(x)


def gradient_at(f, x, i):
    """Forward derivative, for a point at its lower bound."""
    y, z = np.array(x), np.array(x)
    y[i] += 1e-6
    z[i] += 2e-6
    return (4 * f(y) - 3 * f(np.array(x)) - f(z)) / 2e-6
