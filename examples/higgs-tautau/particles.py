"""From the event record of Pythia to what enters the detector."""

import math

from detector import Momentum, Truth

NEUTRINOS = {12, 14, 16}
KINDS = {11: "electron", 13: "muon"}


def momentum(p, charge=0):
    return Momentum(p.pT(), p.eta(), p.phi(), charge)


def charge_of(particle):
    return -1 if particle.id() > 0 else 1  # of a lepton


def prompt_leptons(event):
    """Numbers of charged leptons in the event at parton level: from bosons, not from hadrons."""
    ids = (11, 13, 15)
    return [i for i in range(1, event.size()) if event[i].idAbs() in ids and event[i].isFinal()]


def may_pass(event, leptons, tau_charge, look):
    """Whether there is one lepton and one tau that the selection could accept; the tau with that charge decays to hadrons."""
    hadronic = other = False
    for i in leptons:
        p = event[i]
        is_tau = p.idAbs() == 15
        seen = p.pT() > look["tau_pt" if is_tau else "lepton_pt"] and abs(p.eta()) < look["eta"]
        if is_tau and charge_of(p) == tau_charge:
            hadronic |= seen
        else:
            other |= seen
    return hadronic and other


def set_helicities(event, leptons, rng, z_to_right_handed):
    """Taus from W and Z have the helicity of their charge, those from a Higgs boson are alike."""
    right_handed = {}
    for i in leptons:
        tau = event[i]
        if tau.idAbs() != 15:
            continue
        mother = event[event[i].iTopCopyId()].mother1()
        boson = event[mother].idAbs()
        chance = {23: z_to_right_handed, 25: 0.5}.get(boson, 0.0)
        if mother not in right_handed:
            right_handed[mother] = rng.random() < chance
        helicity = 1.0 if right_handed[mother] else -1.0  # of the negative tau
        tau.pol(helicity if tau.id() > 0 or boson == 25 else -helicity)


def pair_system(event, leptons):
    """Transverse momentum and mass of the two hardest taus."""
    taus = sorted((event[i].p() for i in leptons if event[i].idAbs() == 15), key=lambda p: -p.pT())
    total = taus[0] + taus[1]
    return total.pT(), total.mCalc()


def last_copy(event, i):
    """The particle itself after photon emission, as it decays or leaves."""
    return event[i].iBotCopyId()


def stable_descendants(event, i):
    return [j for j in event[i].daughterListRecursive() if event[j].isFinal()]


def decayed_tau(event, tau):
    """A tau's lepton or visible hadrons: (kind, Momentum), or None for neither."""
    charge = charge_of(event[tau])
    final = [event[j] for j in stable_descendants(event, tau)]
    for p in final:
        if p.idAbs() in KINDS and p.id() * event[tau].id() > 0 and any(q.idAbs() == p.idAbs() + 1 for q in final):
            return KINDS[p.idAbs()], momentum(p.p(), charge)
    visible = [p for p in final if p.idAbs() not in NEUTRINOS]
    total = visible[0].p()
    for p in visible[1:]:
        total = total + p.p()
    prongs = sum(p.isCharged() for p in visible)
    return {1: "one_prong", 3: "three_prong"}.get(prongs, "other"), momentum(total, charge)


def leptons_and_taus(event, leptons):
    truth = Truth()
    for i in leptons:
        i = last_copy(event, i)
        p = event[i]
        kind, seen = (KINDS[p.idAbs()], momentum(p.p(), charge_of(p))) if p.idAbs() in KINDS else decayed_tau(event, i)
        (truth.leptons if kind in KINDS.values() else truth.taus).append((kind, seen))
    return truth


def add_jets(truth, event, finder, largest_eta):
    """Jets, and the sum of all that is visible."""
    finder.analyze(event)
    truth.jets = [momentum(finder.p(i)) for i in range(finder.sizeJet())]
    x = y = total = 0.0
    for p in event:
        if p.isFinal() and p.isVisible() and abs(p.eta()) < largest_eta:
            x, y, total = x + p.px(), y + p.py(), total + math.hypot(p.px(), p.py())
    truth.visible = (x, y, total)
