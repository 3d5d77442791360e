#!/usr/bin/env python3
"""Higgs bosons to tau pairs and their backgrounds, with pythia8mc: see README.md.

    generate.py --out OUT --htautau 20000 --ztautau 60000 --ttbar 10000 --diboson 6000 --seed 1 --jobs 2

Slices of events that are in OUT already are not made again, so that an interrupted run goes on where it was.
"""

import argparse
import gzip
import io
import itertools
import json
import multiprocessing
import os
import sys
import tomllib
from pathlib import Path

import numpy
import pythia8mc

import particles
from detector import Detector

HERE = Path(__file__).resolve().parent
FB_IN_MB = 1e12
SLICE = 1000  # events: one task, with seeds of its own


class HardProcess(pythia8mc.UserHooks):
    """Events whose hard process has no lepton and tau within reach are given up at once."""

    def __init__(self, tau_charge, look):
        pythia8mc.UserHooks.__init__(self)
        self.tau_charge, self.look = tau_charge, look

    def canVetoProcessLevel(self):
        return True

    def doVetoProcessLevel(self, process):
        return not particles.may_pass(process, particles.prompt_leptons(process), self.tau_charge, self.look)


def make_pythia(config, channel, tau_charge, seed):
    sign = "positive" if tau_charge > 0 else "negative"
    lines = config["pythia"]["all"] + channel["pythia"] + config["pythia"][f"{sign}_tau_to_hadrons"]
    if channel.get("w_to_leptons"):
        lines = lines + config["pythia"][f"{sign}_w_to_tau"]
    pythia = pythia8mc.Pythia("", False)
    for line in lines + ["Random:setSeed = on", f"Random:seed = {seed}"]:
        if not pythia.readString(line):
            sys.exit(f"generate.py: Pythia does not know '{line}'")
    hook = HardProcess(tau_charge, config["hard_process"])
    pythia.setUserHooksPtr(hook)
    if not pythia.init():
        sys.exit("generate.py: Pythia did not start")
    return pythia, hook  # Pythia does not keep the hook alive


class Generator:
    """Selected events of one channel."""

    def __init__(self, config, name, seeds):
        self.config = config
        self.channel = config["channels"][name]
        self.rng = numpy.random.default_rng(seeds[0])
        numbers = seeds[1].generate_state(2) % 900_000_000  # Pythia's range
        self.pythia = {q: make_pythia(config, self.channel, q, int(s) + 1) for q, s in zip((1, -1), numbers)}
        jet = config["jet"]
        self.finder = pythia8mc.SlowJet(-1, jet["radius"], 0.5 * jet["pt"], jet["calorimeter_eta"], 2, 1)
        self.detector = Detector(config, self.rng)
        self.tried = 0

    def branching(self, event, leptons, tau_charge):
        """Probability of the decays that were forced, as part of the largest of the channel."""
        p = self.config["pythia"]
        charges = [1 if event[i].id() < 0 else -1 for i in leptons if event[i].idAbs() == 15]
        value = numpy.prod([p["tau_to_hadrons"] if q == tau_charge else p["tau_to_lepton"] for q in charges])
        return value / self.largest_branching()

    def largest_branching(self):
        p = self.config["pythia"]
        is_pair = self.channel["process"] in ("htautau", "ztautau")
        return p["tau_to_hadrons"] * (p["tau_to_lepton"] if is_pair else 1.0)

    def thinned(self, event, leptons):
        """Weight of an event that may have to stand for others; None if it is one of these."""
        thin = self.channel.get("thin")
        if not thin:
            return 1.0
        pt, mass = particles.pair_system(event, leptons)
        if pt >= thin["pt_below"] or mass >= thin["mass_below"]:
            return 1.0
        return 1.0 / thin["keep"] if self.rng.random() < thin["keep"] else None

    def try_one(self, tau_charge):
        """A row and its weight, or None."""
        pythia = self.pythia[tau_charge][0]
        self.tried += 1
        if not pythia.next():
            return None
        leptons = particles.prompt_leptons(pythia.event)
        if not particles.may_pass(pythia.event, leptons, tau_charge, self.config["partons"]):
            return None
        if self.rng.random() >= self.branching(pythia.event, leptons, tau_charge):
            return None
        weight = self.thinned(pythia.event, leptons)
        if weight is None:
            return None
        particles.set_helicities(pythia.event, leptons, self.rng, self.config["pythia"]["z_to_right_handed"])
        if not pythia.forceHadronLevel():
            return None
        truth = particles.leptons_and_taus(pythia.event, leptons)
        pair = self.detector.lepton_and_tau(truth)
        if pair is None:
            return None
        particles.add_jets(truth, pythia.event, self.finder, self.config["jet"]["calorimeter_eta"])
        return self.detector.row(truth, *pair), weight

    def rows(self, n):
        charges = itertools.cycle((1, -1))
        found = []
        while len(found) < n:
            event = self.try_one(next(charges))
            if event is not None:
                found.append((*event[0], event[1]))
        return numpy.array(found)

    def cross_section(self):
        """In mb, of both charges, with the forced decays."""
        return sum(p.infoPython().sigmaGen() for p, _ in self.pythia.values()) * self.largest_branching()


def make_slice(task):
    """One slice of a channel into its file, unless that is there."""
    config, name, number, n, seed, folder = task
    path = folder / f"{name}-{seed}-{number}-{n}.npz"
    if not path.exists():
        place = list(config["channels"]).index(name)
        generator = Generator(config, name, numpy.random.SeedSequence([seed, place, number]).spawn(2))
        rows = generator.rows(n)
        part = path.with_suffix(".part")
        with open(part, "wb") as out:
            numpy.savez(out, rows=rows, tried=generator.tried, cross_section=generator.cross_section())
        os.replace(part, path)
    return name, path


def tasks_for(config, wanted, seed, folder):
    """Slices, the channels in turns, so that an unfinished run has something of each."""
    tasks = []
    for name, channel in config["channels"].items():
        total = round(wanted[channel["process"]] * channel["share"])
        sizes = [min(SLICE, total - first) for first in range(0, total, SLICE)]
        tasks += [(config, name, k, n, seed, folder) for k, n in enumerate(sizes)]
    return sorted(tasks, key=lambda t: t[2] / sum(u[1] == t[1] for u in tasks))


def combine(config, slices):
    """Columns, weights and process of all slices; weights from cross sections."""
    rows, weights, labels = [], [], []
    for name, channel in config["channels"].items():
        parts = [numpy.load(path) for other, path in slices if other == name]
        tried = sum(float(p["tried"]) for p in parts)
        sigma = sum(float(p["cross_section"]) * float(p["tried"]) for p in parts) / tried if parts else 0.0
        for p in parts:
            rows.append(p["rows"][:, :-1])
            weights.append(p["rows"][:, -1] * sigma / tried * FB_IN_MB * config["luminosity"])
            labels += [channel["process"]] * len(p["rows"])
    return numpy.concatenate(rows), numpy.concatenate(weights), numpy.array(labels)


def normalise(config, weights, labels):
    """Weights that sum to the yields."""
    scaled = weights.copy()
    for process, expected in config["yields"].items():
        mask = labels == process
        if mask.any():
            scaled[mask] *= expected / weights[mask].sum()
    return scaled


def text_of(value):
    return f"{value:.3f}".rstrip("0").rstrip(".")


def write_pieces(config, events, seed, n_pieces, out):
    """CSV.gz files with one header each; rows in random order, so that each piece is a fair sample."""
    rows, weights, labels = events
    order = numpy.random.default_rng([seed, 4711]).permutation(len(rows))
    header = ["id", *config["columns"], "weights", "detailed_labels", "labels"]
    for k, part in enumerate(numpy.array_split(numpy.arange(len(rows)), n_pieces)):
        text = io.StringIO()
        print(*header, sep=",", file=text)
        for i in part:
            j = order[i]
            print(i, *map(text_of, rows[j]), f"{weights[j]:.9g}", labels[j], int(labels[j] == "htautau"), sep=",", file=text)
        with open(out / f"sample-{k}.csv.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as packed:
            packed.write(text.getvalue().encode("ascii"))


def describe(config, weights, labels, generated):
    """By process: rows, sums and range of weights; sum as cross sections tell, before it was made the yield."""
    table = {}
    for process in config["yields"]:
        mask = labels == process
        if mask.any():
            w = weights[mask]
            table[process] = {
                "rows": len(w),
                "sum": w.sum(),
                "weights": sorted({float(f"{x:.6g}") for x in w}),
                "effective": w.sum() ** 2 / (w**2).sum(),
                "generated": generated[mask].sum(),
            }
    return json.dumps(table, indent=1)


def arguments(config):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for process in config["yields"]:
        parser.add_argument(f"--{process}", type=int, default=1000, metavar="N", help="selected events (default 1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes; the result does not depend on them")
    parser.add_argument("--pieces", type=int, default=1, help="number of files")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    return parser.parse_args()


def main():
    config = tomllib.loads((HERE / "config.toml").read_text())
    args = arguments(config)
    slices = args.out / "slices"
    slices.mkdir(parents=True, exist_ok=True)
    tasks = tasks_for(config, vars(args), args.seed, slices)
    with multiprocessing.Pool(args.jobs) as pool:
        done = []
        for name, path in pool.imap(make_slice, tasks, chunksize=1):
            done.append((name, path))
            print(f"{len(done)}/{len(tasks)} {path.name}", file=sys.stderr, flush=True)
    rows, generated, labels = combine(config, done)
    weights = normalise(config, generated, labels)
    write_pieces(config, (rows, weights, labels), args.seed, args.pieces, args.out)
    print(describe(config, weights, labels, generated))


if __name__ == "__main__":
    main()
