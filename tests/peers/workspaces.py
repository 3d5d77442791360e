"""workspaces.py NAME...: generated HistFactory workspaces of the shapes that published ones have, on standard output or as files.

Each is a function of its name alone (one seed): the same numbers everywhere. `workspaces.py --out DIR` writes all but the 100 MB one.
"""
import json
import os
import sys

import numpy as np


class Shape:
    """What one generated workspace looks like."""

    def __init__(self, seed, bins, samples, shared, free, statistics, part, histo, signal=0.3, lumi=True, digits=6):
        self.seed = seed
        self.bins = bins              # bins of each channel
        self.samples = samples        # number of backgrounds
        self.shared = shared          # nuisances shared by all channels
        self.free = free              # free normalisations of backgrounds
        self.statistics = statistics  # "staterror", "shapesys" or a set of (channel, sample) with shapesys
        self.part = part              # probability that a nuisance acts on a sample of a channel
        self.histo = histo            # part of the nuisances that shift shapes too
        self.signal = signal
        self.lumi = lumi
        self.digits = digits


def _variation(rng, yields, digits):
    slope = rng.normal(0, 0.04) * np.linspace(-1, 1, len(yields)) + rng.normal(0, 0.02)
    return {"hi_data": np.round(yields * (1 + slope), digits).tolist(), "lo_data": np.round(yields * (1 - 0.9 * slope), digits).tolist()}


def _modifiers(rng, shape, channel, sample, yields, name):
    digits, mods = shape.digits, []
    if shape.lumi:
        mods.append({"name": "lumi", "type": "lumi", "data": None})
    for k in range(shape.shared):
        if rng.random_sample() > shape.part:
            continue
        norm = rng.normal(0, 0.05)
        mods.append({"name": f"syst_{k:03d}", "type": "normsys",
                     "data": {"hi": round(1 + norm, digits), "lo": round(1 / (1 + norm) + rng.normal(0, 0.005), digits)}})
        if k < shape.histo * shape.shared and len(yields) > 1:
            mods.append({"name": f"syst_{k:03d}", "type": "histosys", "data": _variation(rng, yields, digits)})
    if shape.statistics == "staterror":
        mods.append({"name": f"staterror_{channel}", "type": "staterror",
                     "data": np.round(yields * rng.uniform(0.02, 0.15, len(yields)), digits).tolist()})
    elif sample != "signal" and (shape.statistics == "shapesys" or (channel, sample) in shape.statistics):
        mods.append({"name": f"stat_{channel}_{sample}", "type": "shapesys",
                     "data": np.round(yields * rng.uniform(0.05, 0.4, len(yields)), digits).tolist()})
    if sample == "signal":
        mods.append({"name": "mu", "type": "normfactor", "data": None})
    elif int(name) < shape.free:
        mods.append({"name": f"norm_{name}", "type": "normfactor", "data": None})
    return mods


def make(shape):
    rng = np.random.RandomState(shape.seed)
    channels, observations = [], []
    for c, n_bins in enumerate(shape.bins):
        channel, total, samples = f"channel_{c:03d}", np.zeros(n_bins), []
        for s in range(shape.samples + 1):
            sample = "signal" if s == shape.samples else f"background_{s}"
            scale = rng.uniform(2, 8) * shape.signal if sample == "signal" else rng.uniform(5, 60)
            yields = np.round(scale * np.exp(-rng.uniform(0.2, 1.2) * np.linspace(0, 1, n_bins)), shape.digits)
            mods = _modifiers(rng, shape, channel, sample, yields, str(s))
            samples.append({"name": sample, "data": yields.tolist(), "modifiers": mods})
            total += yields if sample != "signal" else 0.4 * yields
        channels.append({"name": channel, "samples": samples})
        observations.append({"name": channel, "data": rng.poisson(total).astype(float).tolist()})
    config = [{"name": "lumi", "auxdata": [1.0], "bounds": [[0.5, 1.5]], "inits": [1.0], "sigmas": [0.017]}] if shape.lumi else []
    return {"channels": channels, "observations": observations, "version": "1.0.0",
            "measurements": [{"name": "generated", "config": {"poi": "mu", "parameters": config}}]}


def _some_shapesys():
    """185 bins of (channel, background): all of nine channels of 3 bins, 23 of those of six channels of 1."""
    pairs = [(f"channel_{c:03d}", f"background_{s}") for c in range(15) for s in range(6)]
    return set(pairs[:54] + pairs[54:54 + 23])


SHAPES = {
    "bins2": Shape(2, [2], 1, 0, 0, "shapesys", 0, 0, lumi=False),
    "bins50_32": Shape(7, [10] * 5, 3, 29, 1, set(), 0.5, 0.4),
    "bins50_73": Shape(3, [10] * 5, 3, 20, 1, "staterror", 0.6, 0.4),
    "bins33_330": Shape(4, [3] * 9 + [1] * 6, 6, 140, 3, _some_shapesys(), 0.6, 0.5),
    "bins480_644": Shape(5, [4] * 120, 7, 158, 4, "staterror", 0.11, 0.5),
    "megabytes100": Shape(6, [100] * 400, 9, 60, 4, "staterror", 0.09, 1.0, digits=14),
}


def main(arguments):
    if arguments[:1] == ["--out"]:
        os.makedirs(arguments[1], exist_ok=True)
        for name in SHAPES:
            if name != "megabytes100":
                with open(os.path.join(arguments[1], name + ".json"), "w") as out:
                    json.dump(make(SHAPES[name]), out)
        return
    for name in arguments:
        json.dump(make(SHAPES[name]), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
