"""Scripts of pyhf's, cabinetry's and iminuit's users, taken over: the same numbers where these are installed, and words for what differs."""
import json
import logging
import math
import pathlib
import warnings

import numpy as np

import fairu

from harness import near, needs, raises, run

EXAMPLE, PATCHES = "examples/workspace.json", "examples/patchset.json"


def factor(name):
    return {"name": name, "type": "normfactor", "data": None}


def sample(name, data, *modifiers):
    return {"name": name, "data": data, "modifiers": list(modifiers)}


def workspace(channels, observed, parameters=()):
    """{channel: samples}, {channel: counts}."""
    return {"channels": [{"name": name, "samples": samples} for name, samples in channels.items()],
            "observations": [{"name": name, "data": counts} for name, counts in observed.items()],
            "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": list(parameters)}}], "version": "1.0.0"}


def histosys(low, high):
    return {"name": "coupled", "type": "histosys", "data": {"lo_data": low, "hi_data": high}}


def modifier(kind, data=None, name=None):
    return {"name": name or kind, "type": kind, "data": data}


SHIFT = {"hi": 1.2, "lo": 0.9}
# the notebooks of pyhf's documentation, and a luminosity with settings of a measurement
SPECS = {
    "shapefactor": workspace({"signal": [sample("signal", [20, 20], factor("mu")), sample("bkg1", [100, 70], modifier("shapefactor"))],
                              "control": [sample("background", [100, 100], modifier("shapefactor"))]}, {"signal": [220, 230], "control": [200, 300]}),
    "coupled": workspace({"signal": [sample("signal", [16, 9], factor("mu"), histosys([15, 8], [16, 12])), sample("bkg1", [100, 70], histosys([90, 62], [115, 78])),
                                     sample("bkg2", [30, 10], modifier("shapesys", [5, 3]))],
                          "control": [sample("background", [100], histosys([90], [120]))]}, {"signal": [140, 90], "control": [110]}),
    "one bin": workspace({"c": [sample("s", [5.0], factor("mu")), sample("b", [50.0], modifier("normsys", SHIFT), modifier("staterror", [3.0]))]}, {"c": [60]}),
    "luminosity": workspace({"c": [sample("s", [5.0, 7.0], factor("mu"), modifier("lumi")),
                                   sample("b", [50.0, 30.0], modifier("lumi"), modifier("normsys", SHIFT), factor("k"))],
                             "cr": [sample("b", [100.0], factor("k"))]}, {"c": [60, 33], "cr": [107]},
                            [{"name": "lumi", "auxdata": [1.0], "sigmas": [0.02], "bounds": [[0.9, 1.1]], "inits": [1.0]},
                             {"name": "k", "bounds": [[0.2, 3]], "inits": [1.1]}, {"name": "mu", "bounds": [[-5, 10]], "inits": [0.5]}]),
    "held": workspace({"c": [sample("s", [5.0], factor("mu")), sample("b", [50.0], modifier("normsys", SHIFT))]}, {"c": [60]},
                      [{"name": "normsys", "fixed": True, "inits": [0.5]}]),
}


def pair(spec):
    """pyhf's model and data, with a minimiser that goes to the end; and what is here."""
    import pyhf
    logging.getLogger("pyhf").setLevel(logging.ERROR)  # of statistics that are not for the bounds of these models
    pyhf.set_backend("numpy", pyhf.optimize.scipy_optimizer(tolerance=1e-14))
    there = pyhf.Workspace(spec)
    model = there.model()
    return pyhf, model, there.data(model), fairu.Workspace(spec)


@needs("pyhf")
def test_layout_and_rates():
    """Parameters, their starts, bounds and which are held; yields and -2 ln L away from the start."""
    for name, spec in SPECS.items():
        pyhf, model, data, workspace = pair(spec)
        (here, counts), config = workspace.model(), model.config
        assert (here.names, here.poi, list(here.channels)) == (config.par_names, config.poi_name, config.channels), name
        near([p.start for p in here.parameters], config.suggested_init(), 0)
        near([(p.lower, p.upper) for p in here.parameters], config.suggested_bounds(), 0)
        assert [bool(p.fixed) for p in here.parameters] == list(config.suggested_fixed())
        random = np.random.default_rng(1)
        for _ in range(5):
            point = np.array(config.suggested_init()) + 0.1 * random.normal(size=len(here.names))
            near(here.expected(point), model.expected_data(point, include_auxdata=False), 1e-9)
            near(2 * here.nll(counts, point), pyhf.infer.mle.twice_nll(point, data, model)[()], 1e-9)


@needs("pyhf")
def test_every_statistic():
    for name, spec in SPECS.items():
        pyhf, model, data, workspace = pair(spec)
        here, counts = workspace.model()
        how = model.config.suggested_init(), model.config.suggested_bounds(), model.config.suggested_fixed()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for ours, theirs in (("t", "tmu"), ("ttilde", "tmu_tilde"), ("q", "qmu"), ("qtilde", "qmu_tilde"), ("q0", "q0")):
                mu = 0.0 if ours == "q0" else 1.3
                near(here.hypotest(counts, mu, ours).statistic, getattr(pyhf.infer.test_statistics, theirs)(mu, data, model, *how), 1e-6)


@needs("pyhf")
def test_fits_and_tests():
    for name, spec in SPECS.items():
        pyhf, model, data, workspace = pair(spec)
        best, twice = pyhf.infer.mle.fit(data, model, return_fitted_val=True)
        near(2 * workspace.fit().nll, twice, 1e-6)
        near(workspace.fit().params, best, 2e-5)  # where the other one stops in a flat valley
        asked = {"return_tail_probs": True, "return_expected_set": True}
        with np.errstate(all="ignore"):
            for mu in (0.5, 1.0, 2.0):
                for ours, theirs in zip(workspace.hypotest(mu, **asked), pyhf.infer.hypotest(mu, data, model, **asked)):
                    near(ours, theirs, 1e-6)


# ---- what is handed over

def arrays(value):
    """A document as programs build it: histograms of NumPy, numbers of its types, tuples."""
    if isinstance(value, dict):
        return {name: arrays(part) for name, part in value.items()}
    if isinstance(value, list) and value and all(isinstance(part, (int, float)) for part in value):
        return np.array(value, dtype=np.float32 if all(part == float(np.float32(part)) for part in value) else float)
    return tuple(arrays(part) for part in value) if isinstance(value, list) else value


def test_documents_of_programs():
    with open(EXAMPLE) as stream:
        spec = json.load(stream)
    wanted = fairu.Workspace(spec).hypotest(1.0)
    assert wanted == fairu.Workspace(EXAMPLE).hypotest(1.0) == fairu.Workspace(pathlib.Path(EXAMPLE)).hypotest(1.0)
    built = arrays(spec)
    assert isinstance(built["observations"][0]["data"], np.ndarray)
    near(fairu.Workspace(built).hypotest(1.0), wanted, 1e-12)
    near(fairu.Workspace(built).fit(par_bounds={"mu": (0, 0.1)})["mu"], 0.1, 1e-12)
    spec["observations"][0]["data"] = [np.int64(int(n)) for n in spec["observations"][0]["data"]]
    near(fairu.Workspace(spec).hypotest(1.0), wanted, 1e-12)
    again = fairu.Workspace(fairu.Workspace(spec))
    assert again.hypotest(1.0) == wanted and again.measurements == ["search"] and again.fit(par_bounds={"mu": (0, 0.1)})["mu"] == 0.1
    raises(TypeError, fairu.Workspace, json.dumps(spec, default=int), says="json.loads(text)")
    raises(TypeError, fairu.Workspace, {"version": {1, 2}}, says="a set is no JSON")
    raises("FAIRU_ERR_FORMAT", fairu.Workspace, {"version": float("nan")}, says="NaN")


def test_patches_of_any_kind():
    """Lists, objects that hold one, and backgrounds that are dicts, as pyhf's apply takes them."""
    with open(EXAMPLE) as stream, open(PATCHES) as patches:
        spec, signals = json.load(stream), json.load(patches)
    found, chosen = fairu.PatchSet(signals), next(patch for patch in signals["patches"] if patch["metadata"]["name"] == "mass_300")
    wanted = found.apply(fairu.Workspace(spec), "mass_300").hypotest(1.0)
    assert fairu.Workspace(found.apply(spec, "mass_300")).hypotest(1.0) == found.apply(EXAMPLE, (300,)).hypotest(1.0) == wanted
    found.verify(spec)
    raises("FAIRU_ERR_CHECKSUM", found.verify, {**spec, "version": "1.0.0", "measurements": [{**spec["measurements"][0], "name": "other"}]})
    raises("FAIRU_ERR_NOT_FOUND", found.apply, spec, "mass_301", says='no patch "mass_301" among 2: mass_300, mass_600')
    assert fairu.PatchSet(arrays(signals)).names == found.names

    class JsonPatch:
        patch = chosen["patch"]
    background = fairu.Workspace(spec)
    assert background.patch(JsonPatch()).hypotest(1.0) == background.patch(arrays(chosen["patch"])).hypotest(1.0) == wanted
    raises("FAIRU_ERR_FORMAT", background.patch, {"op": "remove"}, says="wanted an array")


@needs("pyhf", "jsonpatch")
def test_objects_of_pyhf():
    import jsonpatch
    import pyhf
    with open(EXAMPLE) as stream, open(PATCHES) as patches:
        spec, signals = json.load(stream), pyhf.PatchSet(json.load(patches))
    assert fairu.Workspace(pyhf.Workspace(spec)).hypotest(1.0) == fairu.Workspace(spec).hypotest(1.0)
    applied = fairu.Workspace(signals.apply(spec, "mass_600")).hypotest(1.0)
    assert applied == fairu.Workspace(spec).patch(signals["mass_600"]).hypotest(1.0) != fairu.Workspace(spec).hypotest(1.0)
    assert applied == fairu.Workspace(spec).patch(jsonpatch.JsonPatch(list(signals["mass_600"]))).hypotest(1.0)


def two_bins():
    return fairu.simplemodels.uncorrelated_background([12.0, 11.0], [50.0, 52.0], [3.0, 7.0], observed=[51, 48])


def test_auxiliary_data_are_in_the_model():
    """`[51, 48] + model.config.auxdata` is what pyhf's documentation hands over."""
    here = two_bins()
    for call in (here.fit, here.upper_limit, lambda data: here.hypotest(1.0, data), lambda data: here.fixed_poi_fit(1.0, data)):
        raises("FAIRU_ERR_SHAPE", call, [51, 48, 277.78, 55.18], says="4 counts, the model has 2 bins: auxiliary data")
        assert repr(call([51, 48])) == repr(call(None)) == repr(call(np.array([[51.0], [48.0]])))


def test_scans():
    """Any order of the scan; what lies outside is the end of it, as in pyhf, and is told."""
    here, scan = two_bins(), np.linspace(0, 5, 21)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        upper, band = here.upper_limit(scan=scan)
        for other in (scan[::-1], np.random.default_rng(2).permutation(scan), [*scan, *scan]):
            near(here.upper_limit(scan=other)[0], upper, 1e-12)
            near(here.upper_limit(scan=other)[1], band, 1e-12)
        points, tests = here.upper_limit(scan=[3.0, 0.0, 1.0], level=0.5, return_results=True)[2]
    assert points.tolist() == [3.0, 0.0, 1.0] and [cls for cls, _ in tests] == [here.hypotest(mu) for mu in points]
    for ends, n in (((0.0, 0.5), 6), ((2.0, 3.0), 5), ((0.0, 2.0), 1)):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            upper, band = here.upper_limit(scan=np.linspace(*ends, 9))
        assert [f"{n} of 6 limits are not between {ends[0]:g} and {ends[1]:g}" in str(one.message) for one in told] == [True], [str(one.message) for one in told]
        assert told[0].filename == __file__ and sum(value in ends for value in (upper, *band)) == n
    raises("FAIRU_ERR_EMPTY", here.upper_limit, scan=[], says="scan is empty")


def test_what_is_held():
    """Names and dicts of True, as `fit.fixed` and other packages have them, do not pass for values."""
    here, (model, data) = two_bins(), two_bins().model()
    free = model.fit(data)
    for call in (lambda fixed: model.fit(data, fixed=fixed), lambda fixed: here.fit(fixed_params=fixed), lambda fixed: model.limit(data, fixed=fixed),
                 lambda fixed: here.fixed_poi_fit(0.3, fixed_params=fixed), lambda fixed: here.hypotest(1.0, fixed_params=fixed)):
        for names in (["mu"], list(model.names), np.array(model.names), [None, True, False], "mu"):
            raises(TypeError, call, names, says="wanted True or False for each parameter, or {name: value}")
        for held in (free.fixed, {"uncorr_bkguncrt[0]": np.True_}):
            raises(TypeError, call, held, says="wanted is the value that it is fixed at")
        raises("FAIRU_ERR_SHAPE", call, [True], says="1 values of fixed, 3 parameters")
        raises("FAIRU_ERR_SHAPE", call, True, says="1 values of fixed, 3 parameters")
    for mask in ([0, 1, 0], (False, True, False), np.array([False, True, False])):
        assert model.fit(data, fixed=mask)["uncorr_bkguncrt[0]"] == 1.0
    assert model.fit(data, fixed=model.fit(data, fixed={"mu": 0.5}).values).params.tolist()[0] == 0.5


def test_counts_in_place_of_data():
    """Everything that takes data says what it wants."""
    model, data = two_bins().model()
    calls = {name: (lambda *given, name=name: getattr(model, name)(*given)) for name in
             ("fit", "interval", "hypotest", "hypotest_toys", "limit", "impacts", "breakdown", "goodness", "nll", "bind", "contour", "minima", "significance", "diagnose")}
    calls.update(profile=lambda counts: model.profile(counts, [1.0]), scan=lambda counts: model.scan(counts, "mu", [1], "uncorr_bkguncrt[0]", [1]),
                 write=lambda counts: model.write("nowhere/w.json", counts))
    for name, call in calls.items():
        for counts, kind in (([51, 48], "list"), (np.array([51.0, 48.0]), "ndarray"), (5, "int")):
            raises(TypeError, call, counts, says=f"data are of type {kind}, wanted Data of the model")
    data.close()
    raises("FAIRU_ERR_NULL", model.fit, data, says="this Data is closed")


def test_fits_in_place_of_parameters():
    model, data = two_bins().model()
    fit = model.fit(data, fixed={"mu": 0.4})
    near(model.expected(fit), model.expected(fit.params), 0)
    near(model.nll(data, fit), fit.nll, 1e-12)
    near(model.fit(data, start=fit, fixed=[True, False, False]).params, fit.params, 1e-6)
    assert list(model.expected_samples(fit)["singlechannel"]) == ["background", "signal"]
    raises(TypeError, model.yields, fit.params, says="those of a Fit, got one of type ndarray")
    one, some = model.breakdown(data, {"bin": "uncorr_bkguncrt[0]"}), model.breakdown(data, {"bin": ["uncorr_bkguncrt[0]"]})
    assert one == some


def test_numbers():
    """The value that is tested, and levels: what holds one number is taken, a word is not."""
    here, (model, data) = two_bins(), two_bins().model()
    wanted = here.hypotest(1.0)
    for mu in (1, np.float32(1), np.int8(1), np.array(1.0), np.array([1.0]), [1.0], True):
        assert here.hypotest(mu) == wanted, mu
    for mu in ("1", None, [1.0, 2.0], np.array([]), 1j, {}):
        for call in (here.hypotest, lambda mu: model.hypotest_toys(data, mu, n=2), lambda mu: model.hypotest(data, mu)):
            raises(TypeError, call, mu, says="mu is ")
    raises(TypeError, model.limit, data, "95 %", says="level is '95 %', wanted a number")
    raises("FAIRU_ERR_RANGE", model.limit, data, 95, says="level is 95, must lie between 0 and 1")


# ---- iminuit

def peak_on_slope():
    """The histogram of iminuit's tutorial on templates: bin edges, counts, and the two shapes by their integrals."""
    random = np.random.default_rng(1)
    edges = np.linspace(0, 2, 16)
    counts = np.histogram(np.append(random.normal(1, 0.1, size=1000), random.exponential(1, size=1500)), edges)[0]
    peak = np.array([0.5 * math.erf((x - 1) / (0.1 * math.sqrt(2))) for x in edges])
    return edges, counts, {"signal": peak, "background": 1 - np.exp(-edges)}


def yields_of(counts, integrals, priors=None):
    """Model and data, in units of 1000 events."""
    templates = fairu.Templates({name: 1000 * np.diff(integral) for name, integral in integrals.items()})
    model = fairu.Likelihood(templates, {name: fairu.Factor(name, 1.2, 0, np.inf) for name in integrals}, priors)
    return model, model.data(counts)


def minuit_of(edges, counts, integrals, *more):
    import iminuit.cost
    cost = iminuit.cost.ExtendedBinnedNLL(counts, edges, lambda _, signal, background: 1000 * (signal * integrals["signal"] + background * integrals["background"]))
    for name, value, error in more:
        cost = cost + iminuit.cost.NormalConstraint(name, value, error)
    minuit = iminuit.Minuit(cost, signal=1.2, background=1.2)
    minuit.limits, minuit.tol, minuit.strategy = (0, None), 1e-8, 2
    minuit.migrad()
    minuit.hesse()
    return minuit


@needs("iminuit")
def test_binned_cost_functions():
    """iminuit.cost.ExtendedBinnedNLL, free and with a NormalConstraint. Its minimum is the deviance here."""
    edges, counts, integrals = peak_on_slope()
    for constraint in ((), (("background", 1.3, 0.05),)):
        minuit = minuit_of(edges, counts, integrals, *constraint)
        model, data = yields_of(counts, integrals, {name: fairu.Prior(value, error) for name, value, error in constraint})
        fit = model.fit(data)
        near(fit.params, list(minuit.values), 1e-5)
        near(list(fit.errors.values()), list(minuit.errors), 1e-5)
        near(fit.correlation, np.array(minuit.covariance.correlation()), 1e-3)
        near(fit.covariance, np.array(minuit.covariance), 1e-6)
        minuit.minos()
        for name, found in fit.merrors().items():
            near(found, [minuit.merrors[name].lower, minuit.merrors[name].upper], 1e-5)
        if not constraint:
            near([model.goodness(data).deviance, model.goodness(data).dof], [minuit.fval, minuit.ndof], 1e-6)
        values, there, _ = minuit.mnprofile("signal", size=7)
        near(2 * fit.profile("signal", values)[1], there - minuit.fval, 1e-5)
        for x, y in minuit.mncontour("signal", "background", cl=0.68, size=12):  # points on it, to the accuracy of theirs
            rise = model.fit(data, fixed={"signal": x, "background": y}).nll - fit.nll
            near(rise, -math.log(1 - 0.68), 0.02)
        contour = fit.contour("signal", "background", 0.68, points=12)
        for x, y in zip(contour.x, contour.y):
            near(model.nll(data, [x, y]) - fit.nll, -math.log(1 - 0.68), 1e-6)


@needs("iminuit")
def test_bound_calls_in_minuit():
    """-ln L as a function of an array, of positions and of names, with and without its gradient."""
    import iminuit
    _, counts, integrals = peak_on_slope()
    model, data = yields_of(counts, integrals)
    fit, nll = model.fit(data), model.bind(data, gradient=True)

    def gradient(point):
        nll(point)
        return nll.gradient.copy()
    made = [iminuit.Minuit(nll, np.array([1.2, 1.2]), grad=gradient, name=model.names), iminuit.Minuit(nll, np.array([1.2, 1.2]), name=model.names),
            iminuit.Minuit(lambda signal, background: nll([signal, background]), signal=1.2, background=1.2)]
    for minuit in made:
        minuit.errordef, minuit.tol = iminuit.Minuit.LIKELIHOOD, 1e-6
        minuit.migrad()
        minuit.hesse()
        assert minuit.valid and list(minuit.parameters) == model.names
        near(list(minuit.values), fit.params, 1e-5)
        near(list(minuit.errors), list(fit.errors.values()), 1e-5)
        near(minuit.fval, fit.nll, 1e-6)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
