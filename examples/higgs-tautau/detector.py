"""Parametrised response of a general-purpose detector: from particles to the columns PRI_*."""

import math
from dataclasses import dataclass, field, replace

ABSENT = -25.0
LARGEST_ANGLE = 3.141  # pi is not a multiple of 0.001


@dataclass
class Momentum:
    """Of something massless, as the detector measures it."""

    pt: float
    eta: float
    phi: float
    charge: int = 0

    def distance(self, other):
        return math.hypot(self.eta - other.eta, wrap(self.phi - other.phi))


@dataclass
class Truth:
    """What enters the detector. kind: electron, muon; one_prong, three_prong."""

    leptons: list = field(default_factory=list)  # (kind, Momentum)
    taus: list = field(default_factory=list)  # (kind, Momentum of the visible part)
    jets: list = field(default_factory=list)  # Momentum
    visible: tuple = (0.0, 0.0, 0.0)  # sum of px, py and pt of all that is visible


def wrap(angle):
    return math.remainder(angle, 2.0 * math.pi)


def add(*momenta):
    return sum(p.pt * math.cos(p.phi) for p in momenta), sum(p.pt * math.sin(p.phi) for p in momenta)


class Detector:
    def __init__(self, config, rng):
        self.config = config
        self.rng = rng

    def lepton_and_tau(self, truth):
        """The lepton and the hadronic tau, each (measured, true), if there is one of each and charges are opposite."""
        leptons = [pair for kind, p in truth.leptons if (pair := self.measure_lepton(kind, p))]
        taus = [pair for kind, p in truth.taus if (pair := self.measure_tau(kind, p))]
        if len(leptons) != 1 or len(taus) != 1:
            return None
        lepton, tau = leptons[0][0], taus[0][0]
        if lepton.charge * tau.charge >= 0 or lepton.distance(tau) < self.config["jet"]["radius"]:
            return None
        return leptons[0], taus[0]

    def measure_lepton(self, kind, true):
        c = self.config["lepton"]
        efficiency = c["efficiency"][kind] * -math.expm1(-true.pt / c["turn_on"])
        pt = true.pt * (1.0 + c["resolution"][kind] * self.rng.standard_normal())
        found = self.rng.random() < efficiency and pt > c["pt"] and abs(true.eta) < c["eta"]
        return (Momentum(pt, true.eta, true.phi, true.charge), true) if found else None

    def measure_tau(self, kind, true):
        c = self.config["tau"]
        pair = self.measure_energy(c, true)
        if not pair or abs(true.eta) > c["eta"]:
            return None
        turn_on = -math.expm1((c["turn_on"]["from"] - pair[0].pt) / c["turn_on"]["width"])
        return pair if self.rng.random() < c["efficiency"].get(kind, 0.0) * turn_on else None

    def measure_energy(self, c, true):
        """A tau or a jet, (measured, true); None below the threshold, which acts before calibration."""
        true = replace(true, pt=true.pt + c["pedestal"])
        r = c["resolution"]
        relative = math.hypot(r.get("noise", 0.0) / true.pt, r["stochastic"] / math.sqrt(true.pt), r["constant"])
        raw = true.pt * (1.0 + relative * self.rng.standard_normal()) / self.scale(true.pt, true.eta)
        eta = true.eta + c["angle"] * self.rng.standard_normal()
        phi = wrap(true.phi + c["angle"] * self.rng.standard_normal())
        if raw <= c["pt"]:
            return None
        return Momentum(raw * self.scale(raw, eta), eta, phi, true.charge), true

    def scale(self, pt, eta):
        s = self.config["scale"]
        return math.sqrt(1.0 + (s["stochastic"] * (1.0 - s["slope"] * abs(eta))) ** 2 / pt) if pt > 0.0 else 1.0

    def measure_jets(self, truth, lepton, tau):
        """Jets that are neither the lepton nor the tau, the hardest first, each (measured, true)."""
        c = self.config["jet"]
        away = [j for j in truth.jets if min(j.distance(lepton), j.distance(tau)) > c["radius"]]
        pairs = [pair for j in away if (pair := self.measure_energy(c, j)) and abs(pair[0].eta) < c["eta"]]
        return sorted(pairs, key=lambda pair: -pair[0].pt)

    def missing(self, truth, pairs):
        """Missing transverse momentum from the objects as measured and from all the rest, smeared."""
        c = self.config["met"]
        measured = add(*(p for p, _ in pairs))
        true = add(*(p for _, p in pairs))
        rest = max(truth.visible[2] - sum(p.pt for _, p in pairs), 0.0)
        width = math.hypot(c["noise"], c["stochastic"] * math.sqrt(rest))
        x, y = (true[i] - truth.visible[i] - measured[i] + width * self.rng.standard_normal() for i in (0, 1))
        return Momentum(math.hypot(x, y), 0.0, math.atan2(y, x))

    def row(self, truth, lepton, tau):
        """The sixteen columns of an event with that lepton and tau (measured, true); truth has its jets now."""
        jets = self.measure_jets(truth, lepton[0], tau[0])
        met = self.missing(truth, [lepton, tau, *jets])
        values = list_of(lepton[0]) + list_of(tau[0])
        for i in (0, 1):
            values += list_of(jets[i][0]) if i < len(jets) else [ABSENT] * 3
        # The sum of rounded momenta, as anybody would add them up.
        values += [len(jets), round(sum(round(j.pt, 3) for j, _ in jets), 3)]
        return values + [round(met.pt, 3), angle(met.phi)]


def angle(phi):
    return min(max(round(phi, 3), -LARGEST_ANGLE), LARGEST_ANGLE)


def list_of(p):
    return [round(p.pt, 3), round(p.eta, 3), angle(p.phi)]
