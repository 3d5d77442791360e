"""HistFactory workspaces: pyhf's JSON in, a likelihood and its data out."""
import copy
import ctypes
import gzip
import json
import os
import tempfile
import warnings

import numpy as np

from ._context import context_or_default, create, initialised
from ._lib import Error, Resource, doubles, file_path, lib, text
from ._structs import WorkspaceOptions
from .likelihood import Data, Likelihood


def _document_of(value):
    """JSON of what pyhf takes: arrays and numbers of NumPy may be in it."""
    def plain(item):
        if hasattr(item, "tolist"):
            return item.tolist()
        raise TypeError(f"a {type(item).__name__} is no JSON")
    return json.dumps(value, default=plain).encode()


class Workspace(Resource):
    """A workspace: the path of a JSON file (.gz, HS3 too), or the dict that pyhf takes.

        model, data = fairu.Workspace("workspace.json").model()
        print(model.hypotest(data, mu=1.0).cls)

    fit(), hypotest() and upper_limit() take and give what pyhf's functions of these names do, for one measurement and its observed data, or for `data`: counts of
    all bins, or Data, whose model is then meant. init_pars, par_bounds and fixed_params are lists in the order of the parameters, as in pyhf, or dicts of those that are meant; of fixed_params a
    dict says the values, too. (They find minima better than the default minimiser of pyhf, whose CLs may be off by some 1e-6.)

        workspace = fairu.Workspace(spec)
        observed, expected = workspace.hypotest(1.0, return_expected_set=True)
        limit, band = workspace.upper_limit()
    """

    def __init__(self, source, context=None):
        if isinstance(source, str) and source.lstrip()[:1] == "{":
            raise TypeError("a workspace is a path or a dict: json.loads(text) makes one of this text")
        self._context, self._models = context_or_default(context), {}
        self._source = copy.deepcopy(source) if isinstance(source, dict) else source._source if isinstance(source, Workspace) else os.fspath(source)
        if isinstance(source, Workspace):
            self._handle = source._handle
        elif isinstance(source, dict):
            document = _document_of(source)
            self._handle = create(self._context, lib.workspace_parse, self._context._handle, document, len(document),
                                  b"workspace", free=lib.workspace_destroy)
        else:
            self._handle = create(self._context, lib.workspace_read, self._context._handle, file_path(source),
                                  free=lib.workspace_destroy)

    @property
    def measurements(self):
        """Names of the measurements."""
        n = lib.workspace_n_measurements(self._handle)
        return [lib.workspace_measurement_name(self._handle, i).decode() for i in range(n)]

    @classmethod
    def _adopt(cls, handle, context):
        self = cls.__new__(cls)
        self._context, self._handle, self._models, self._source = context, handle, {}, None
        return self

    def patch(self, operations):
        """Another workspace, with an RFC 6902 patch (a list, or what has one as .patch) applied."""
        document = _document_of(getattr(operations, "patch", operations))
        return self._adopt(create(self._context, lib.workspace_patch, self._handle, self._context._handle, document,
                                  len(document), b"patch", free=lib.workspace_destroy), self._context)

    def model(self, measurement=None, poi=None, two_points=()):
        """Likelihood and observed data of one measurement (default: the first); poi: another parameter of interest; two_points:
        parameters that are choices between two simulations, for which impacts() tells no pull and no constraint."""
        options = initialised(WorkspaceOptions, lib.workspace_options_init, self._context)
        options.measurement = text(measurement)
        options.poi = text(poi)
        options.two_points = (ctypes.c_char_p * len(two_points))(*[text(name) for name in two_points])
        options.n_two_points = len(two_points)
        likelihood = Likelihood._adopt(create(self._context, lib.likelihood_create_from_workspace, self._context._handle, self._handle,
                                              ctypes.byref(options), free=lib.likelihood_destroy), self._context)
        data = Data._adopt(likelihood, create(self._context, lib.data_create_from_workspace, self._context._handle, self._handle,
                                              likelihood._handle, free=lib.data_destroy))
        return likelihood, data

    def _bounded(self, bounds, measurement):
        """This workspace with other bounds of parameters, {parameter: (lower, upper)}."""
        if self._source is None:
            raise Error(55, "bounds are put into the document of a workspace, which is not kept of a patched one: patch the dict, with jsonpatch")
        spec = json.loads(_document_of(self._source)) if isinstance(self._source, dict) else _document(self._source)
        model, _ = self._model_of(measurement)
        for entry in spec["measurements"]:
            if measurement in (None, entry["name"]):
                _set_bounds(entry["config"].setdefault("parameters", []), model, bounds)
                break
        return Workspace(spec, self._context)

    def _model_of(self, measurement):
        return self._models.get(measurement) or self._models.setdefault(measurement, self.model(measurement))

    def _asked(self, measurement, data, init_pars=None, par_bounds=None, fixed_params=None):
        """Model, data, and what start and fixed of its calls must be."""
        model, observed = (data.model, data) if isinstance(data, Data) else self._model_of(measurement)
        if par_bounds is not None:
            if isinstance(data, Data):
                raise Error(11, "with par_bounds there is another model: data are counts, not Data of this one")
            if not hasattr(par_bounds, "items") and len(par_bounds) != len(model.names):
                raise Error(13, f"{len(par_bounds)} bounds, {len(model.names)} parameters")
            bounds = dict(par_bounds if hasattr(par_bounds, "items") else zip(model.names, par_bounds))
            model, observed = self._bounded(bounds, measurement).model(measurement)
        if data is not None and not isinstance(data, Data):
            counts = doubles(data).ravel()
            if counts.size != model.n_bins:
                raise Error(13, f"{counts.size} counts, the model has {model.n_bins} bins: auxiliary data, which pyhf wants behind the counts, are left out")
            data = model.data(counts)
        return model, observed if data is None else data, {"start": init_pars, "fixed": fixed_params}

    def fit(self, data=None, measurement=None, init_pars=None, par_bounds=None, fixed_params=None, **options):
        """The best fit (pyhf.infer.mle.fit): fit["mu"], fit.values, fit.errors; 2 fit.nll is pyhf's twice_nll. Options as for Likelihood.fit."""
        model, data, how = self._asked(measurement, data, init_pars, par_bounds, fixed_params)
        return model.fit(data, **{**how, **options})

    def fixed_poi_fit(self, poi_val, data=None, measurement=None, init_pars=None, par_bounds=None, fixed_params=None):
        """The best fit with the parameter of interest held (pyhf.infer.mle.fixed_poi_fit)."""
        model, data, how = self._asked(measurement, data, init_pars, par_bounds, fixed_params)
        fixed = how["fixed"]
        if fixed is not None and not hasattr(fixed, "items"):  # as a dict, to which the parameter of interest is added
            start, fixed = model._point(init_pars), model._mask(fixed)
            fixed = {name: start[i] for i, name in enumerate(model.names) if fixed[i]}
        return model.fit(data, start=init_pars, fixed={**(fixed or {}), model.names[model._interest()]: poi_val})

    def hypotest(self, poi_test, data=None, measurement=None, calctype="asymptotics", return_tail_probs=False, return_expected=False,
                 return_expected_set=False, test_stat="qtilde", ntoys=2000, seed=1, init_pars=None, par_bounds=None, fixed_params=None):
        """CLs at poi_test (for "q0": p0), and what is asked for (pyhf.infer.hypotest): tail probabilities [CLsb, CLb] ("q0": [CLb]), expected value, list of
        expected values at -2 ... +2 sigma. calctype: "asymptotics" or "toybased", with ntoys of each hypothesis."""
        model, data, how = self._asked(measurement, data, init_pars, par_bounds, fixed_params)
        if calctype == "asymptotics":
            result = model.hypotest(data, poi_test, test_stat, **how)
        elif calctype == "toybased":
            result = model.hypotest_toys(data, poi_test, test_stat, ntoys, seed, **how)
        else:
            raise Error(11, f"calctype is '{calctype}'; allowed: asymptotics, toybased")
        discovery = test_stat == "q0"
        made = [result.p_sb if discovery else result.cls]
        if return_tail_probs:
            made.append([result.p_b] if discovery else [result.p_sb, result.p_b])
        if return_expected:
            made.append(result.expected[2])
        if return_expected_set:
            made.append(list(result.expected))
        return tuple(made) if len(made) > 1 else made[0]

    def upper_limit(self, data=None, scan=None, level=0.05, measurement=None, return_results=False, test_stat="qtilde", init_pars=None, par_bounds=None,
                    fixed_params=None):
        """Observed upper limit and expected ones at -2 ... +2 sigma (pyhf.infer.intervals.upper_limits.upper_limit); level is 1 - confidence. scan: values of
        the parameter between which CLs is interpolated, as pyhf does with one (a limit outside is told as the end of the scan, with a warning); without, the limits are
        solved for. return_results: also (scan, tests)."""
        model, data, how = self._asked(measurement, data, init_pars, par_bounds, fixed_params)
        if scan is None:
            found = model.limit(data, 1 - level, test_stat, **how)
            return (found.observed, found.expected, ([], [])) if return_results else (found.observed, found.expected)
        scan = doubles(scan).ravel()
        if not scan.size:
            raise Error(18, "upper_limit: the scan is empty")
        tests = [model.hypotest(data, mu, test_stat, **how) for mu in scan]
        curves = np.array([[test.cls, *test.expected] for test in tests])
        order = np.argsort(-scan, kind="stable")  # CLs falls
        observed, *expected = [float(np.interp(level, curve[order], scan[order])) for curve in curves.T]
        outside = int(np.sum((curves.min(axis=0) > level) | (curves.max(axis=0) < level)))
        if outside:
            warnings.warn(f"{outside} of 6 limits are not between {scan.min():g} and {scan.max():g}, where CLs was scanned: the end of the scan is told", stacklevel=2)
        results = scan, [(test.cls, list(test.expected)) for test in tests]
        return (observed, expected, results) if return_results else (observed, expected)


def _document(path):
    with open(path, "rb") as stream:
        content = stream.read()
    return json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)


def _set_bounds(settings, model, bounds):
    """Put bounds, and start values within them, into the parameter settings of a measurement; those of one set ("gamma[0]", "gamma[1]") are one entry."""
    for name in bounds:
        model._index(name)
    sets = {}
    for name, parameter in zip(model.names, model.parameters):
        lower, upper = map(float, bounds.get(name, (parameter.lower, parameter.upper)))
        sets.setdefault(name.split("[")[0], []).append((name in bounds, lower, upper, min(max(parameter.start, lower), upper)))
    known = {entry["name"]: entry for entry in settings}
    for name, members in sets.items():
        if any(asked for asked, *_ in members):
            if name not in known:
                known[name] = {"name": name}
                settings.append(known[name])
            known[name].update(bounds=[[lower, upper] for _, lower, upper, _ in members], inits=[start for *_, start in members])


class PatchSet(Resource):
    """A patch set (the path of a JSON file, or the dict that pyhf takes): the signals of one background-only workspace.

        signals = fairu.PatchSet("patchset.json")
        model, data = signals.apply(fairu.Workspace("BkgOnly.json"), signals.names[0]).model()
    """

    def __init__(self, source, context=None):
        self._context = context_or_default(context)
        if isinstance(source, dict):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as stream:
                stream.write(_document_of(source).decode())
                stream.flush()
                self._handle = self._read(stream.name)
        else:
            self._handle = self._read(source)

    def _read(self, path):
        return create(self._context, lib.patchset_read, self._context._handle, file_path(path), free=lib.patchset_destroy)

    @property
    def names(self):
        """Names of the patches."""
        return [lib.patchset_patch_name(self._handle, i).decode() for i in range(lib.patchset_n_patches(self._handle))]

    def verify(self, workspace):
        """Error (FAIRU_ERR_CHECKSUM) if the digests of the set are not those of the workspace, or dict."""
        self._context.check(lib.patchset_verify(self._handle, self._context._handle, self._background(workspace)._handle))

    def _background(self, workspace):
        return workspace if isinstance(workspace, Resource) else Workspace(workspace, self._context)

    def find(self, *values):
        """Name of the patch with these values of the labels: signals.find(600, 400)."""
        words, index = [text(str(value)) for value in values], ctypes.c_size_t()
        self._context.check(lib.patchset_find(self._handle, self._context._handle, (ctypes.c_char_p * max(len(words), 1))(*words), len(words),
                                              ctypes.byref(index)))
        return self.names[index.value]

    def apply(self, workspace, name):
        """Another workspace (of a Workspace, or of a dict), with the patch of this name, or of these values (a tuple); Error if the digests of the set are not those of the workspace."""
        name = self.find(*name) if isinstance(name, (tuple, list)) else name
        return Workspace._adopt(create(self._context, lib.patchset_apply, self._handle, self._context._handle,
                                       self._background(workspace)._handle, text(name), free=lib.workspace_destroy), self._context)
