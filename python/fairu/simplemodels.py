"""Workspaces of one channel, by the names and with the arguments that pyhf gives them, and what was observed."""
from ._lib import doubles
from .workspace import Workspace


def _listed(values):
    return doubles(values).ravel().tolist()


def _workspace(signal, background, modifiers, observed, context):
    samples = [{"name": "signal", "data": _listed(signal), "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
               {"name": "background", "data": _listed(background), "modifiers": modifiers}]
    observed = background if observed is None else observed
    return Workspace({"channels": [{"name": "singlechannel", "samples": samples}],
                      "observations": [{"name": "singlechannel", "data": _listed(observed)}],
                      "measurements": [{"name": "measurement", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}, context)


def uncorrelated_background(signal, bkg, bkg_uncertainty, observed=None, context=None):
    """Background with an uncertainty for each bin; observed: counts, by default the background's."""
    return _workspace(signal, bkg, [{"name": "uncorr_bkguncrt", "type": "shapesys", "data": _listed(bkg_uncertainty)}], observed,
                      context)


def correlated_background(signal, bkg, bkg_up, bkg_down, observed=None, context=None):
    """Background with one nuisance that moves all bins to bkg_up and bkg_down."""
    return _workspace(signal, bkg, [{"name": "correlated_bkg_uncertainty", "type": "histosys",
                                     "data": {"hi_data": _listed(bkg_up), "lo_data": _listed(bkg_down)}}], observed, context)
