"""HistFactory workspaces: pyhf's JSON in, a likelihood and its data out."""
import ctypes
import json

from ._context import context_or_default, create
from ._lib import Resource, lib, text
from ._structs import WorkspaceOptions
from .likelihood import Data, Likelihood


class Workspace(Resource):
    """A workspace: the path of a JSON file (.gz, HS3 too), or the dict that pyhf takes.

        model, data = fairu.Workspace("workspace.json").model()
        print(model.hypotest(data, mu=1.0).cls)
    """

    def __init__(self, source, context=None):
        self._context = context_or_default(context)
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
        self._context, self._handle = context, handle
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
        likelihood = Likelihood._adopt(create(self._context, lib.workspace_likelihood, self._handle, self._context._handle,
                                              ctypes.byref(options), free=lib.likelihood_destroy), self._context)
        data = Data._adopt(likelihood, create(self._context, lib.workspace_data, self._handle, self._context._handle,
                                              likelihood._handle, free=lib.data_destroy))
        return likelihood, data


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
