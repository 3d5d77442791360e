"""Workspaces of one channel, by the names and with the arguments that pyhf gives them, and what was observed."""
from .workspace import Workspace


def _workspace(signal, background, modifiers, observed, context):
    samples = [{"name": "signal", "data": list(map(float, signal)), "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
               {"name": "background", "data": list(map(float, background)), "modifiers": modifiers}]
    observed = background if observed is None else observed
    return Workspace({"channels": [{"name": "singlechannel", "samples": samples}],
                      "observations": [{"name": "singlechannel", "data": list(map(float, observed))}],
                      "measurements": [{"name": "measurement", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}, context)


def uncorrelated_background(signal, bkg, bkg_uncertainty, observed=None, context=None):
    """Background with an uncertainty for each bin; observed: counts, by default the background's."""
    return _workspace(signal, bkg, [{"name": "uncorr_bkguncrt", "type": "shapesys", "data": list(map(float, bkg_uncertainty))}], observed,
                      context)


def correlated_background(signal, bkg, bkg_up, bkg_down, observed=None, context=None):
    """Background with one nuisance that moves all bins to bkg_up and bkg_down."""
    return _workspace(signal, bkg, [{"name": "correlated_bkg_uncertainty", "type": "histosys",
                                     "data": {"hi_data": list(map(float, bkg_up)), "lo_data": list(map(float, bkg_down))}}], observed, context)
