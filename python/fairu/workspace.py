"""HistFactory workspaces: pyhf's JSON in, a likelihood and its data out."""
import ctypes
import json

import numpy as np

from ._context import context_or_default, create
from ._lib import Error, Resource, lib, text
from ._structs import WorkspaceOptions
from .likelihood import Data, Likelihood


class Workspace(Resource):
    """A workspace: the path of a JSON file (.gz, HS3 too), or the dict that pyhf takes.

        model, data = fairu.Workspace("workspace.json").model()
        print(model.hypotest(data, mu=1.0).cls)

    fit(), hypotest() and upper_limit() take and give what pyhf's functions of these names do, for one measurement and its observed data, or for `data`: counts of
    all bins, or Data. (They find minima better than the default minimiser of pyhf, whose CLs may be off by some 1e-6.)

        workspace = fairu.Workspace(spec)
        observed, expected = workspace.hypotest(1.0, return_expected_set=True)
        limit, band = workspace.upper_limit()
    """

    def __init__(self, source, context=None):
        self._context, self._models = context_or_default(context), {}
        if isinstance(source, dict):
            document = json.dumps(source).encode()
            self._handle = create(self._context, lib.workspace_parse, self._context._handle, document, len(document),
                                  b"workspace", free=lib.workspace_destroy)
        else:
            self._handle = create(self._context, lib.workspace_read, self._context._handle, text(source),
                                  free=lib.workspace_destroy)

    @property
    def measurements(self):
        """Names of the measurements."""
        n = lib.workspace_n_measurements(self._handle)
        return [lib.workspace_measurement_name(self._handle, i).decode() for i in range(n)]

    @classmethod
    def _adopt(cls, handle, context):
        self = cls.__new__(cls)
        self._context, self._handle, self._models = context, handle, {}
        return self

    def patch(self, operations):
        """Another workspace, with an RFC 6902 patch (a list) applied."""
        document = json.dumps(operations).encode()
        return self._adopt(create(self._context, lib.workspace_patch, self._handle, self._context._handle, document,
                                  len(document), b"patch", free=lib.workspace_destroy), self._context)

    def model(self, measurement=None, poi=None, two_points=()):
        """Likelihood and observed data of one measurement (default: the first); poi: another parameter of interest; two_points:
        parameters that are choices between two simulations, for which impacts() tells no pull and no constraint."""
        options = WorkspaceOptions()
        self._context.check(lib.workspace_options_init(ctypes.byref(options), ctypes.sizeof(options)))
        options.measurement = None if measurement is None else measurement.encode()
        options.poi = None if poi is None else poi.encode()
        options.two_points = (ctypes.c_char_p * len(two_points))(*[name.encode() for name in two_points])
        options.n_two_points = len(two_points)
        likelihood = Likelihood._adopt(create(self._context, lib.likelihood_create_from_workspace, self._context._handle, self._handle,
                                              ctypes.byref(options), free=lib.likelihood_destroy), self._context)
        data = Data._adopt(likelihood, create(self._context, lib.data_create_from_workspace, self._context._handle, self._handle,
                                              likelihood._handle, free=lib.data_destroy))
        return likelihood, data

    def _asked(self, measurement, data):
        model, observed = self._models.get(measurement) or self._models.setdefault(measurement, self.model(measurement))
        return model, observed if data is None else data if isinstance(data, Data) else model.data(data)

    def fit(self, data=None, measurement=None, **options):
        """The best fit (pyhf.infer.mle.fit): fit["mu"], fit.values, fit.errors; 2 fit.nll is pyhf's twice_nll. Options as for Likelihood.fit."""
        model, data = self._asked(measurement, data)
        return model.fit(data, **options)

    def fixed_poi_fit(self, poi_val, data=None, measurement=None):
        """The best fit with the parameter of interest held (pyhf.infer.mle.fixed_poi_fit)."""
        model, data = self._asked(measurement, data)
        return model.fit(data, fixed={model.poi: poi_val})

    def hypotest(self, poi_test, data=None, measurement=None, calctype="asymptotics", return_tail_probs=False, return_expected=False,
                 return_expected_set=False, test_stat="qtilde", ntoys=2000, seed=1):
        """CLs at poi_test (for "q0": p0), and what is asked for (pyhf.infer.hypotest): tail probabilities [CLsb, CLb] ("q0": [CLb]), expected value, list of
        expected values at -2 ... +2 sigma. calctype: "asymptotics" or "toybased", with ntoys of each hypothesis."""
        model, data = self._asked(measurement, data)
        if calctype == "asymptotics":
            result = model.hypotest(data, poi_test, test_stat)
        elif calctype == "toybased":
            result = model.hypotest_toys(data, poi_test, test_stat, ntoys, seed)
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

    def upper_limit(self, data=None, scan=None, level=0.05, measurement=None, return_results=False, test_stat="qtilde"):
        """Observed upper limit and expected ones at -2 ... +2 sigma (pyhf.infer.intervals.upper_limits.upper_limit); level is 1 - confidence. scan: values of
        the parameter between which CLs is interpolated, as pyhf does with one; without, the limits are solved for. return_results: also (scan, tests)."""
        model, data = self._asked(measurement, data)
        if scan is None:
            found = model.limit(data, 1 - level, test_stat)
            return (found.observed, found.expected, ([], [])) if return_results else (found.observed, found.expected)
        scan = np.asarray(scan, dtype=float)
        tests = [model.hypotest(data, mu, test_stat) for mu in scan]
        curves = np.array([[test.cls, *test.expected] for test in tests])
        observed, *expected = [float(np.interp(level, curve[::-1], scan[::-1])) for curve in curves.T]
        results = scan, [(test.cls, list(test.expected)) for test in tests]
        return (observed, expected, results) if return_results else (observed, expected)


class PatchSet(Resource):
    """A patch set (the path of a JSON file): the signals of one background-only workspace.

        signals = fairu.PatchSet("patchset.json")
        model, data = signals.apply(fairu.Workspace("BkgOnly.json"), signals.names[0]).model()
    """

    def __init__(self, path, context=None):
        self._context = context_or_default(context)
        self._handle = create(self._context, lib.patchset_read, self._context._handle, text(path),
                              free=lib.patchset_destroy)

    @property
    def names(self):
        """Names of the patches."""
        return [lib.patchset_patch_name(self._handle, i).decode() for i in range(lib.patchset_n_patches(self._handle))]

    def apply(self, workspace, name):
        """Another workspace, with this patch; Error if the digests of the set are not those of the workspace."""
        return Workspace._adopt(create(self._context, lib.patchset_apply, self._handle, self._context._handle,
                                       workspace._handle, name.encode(), free=lib.workspace_destroy), self._context)
