"""HistFactory workspaces: pyhf's JSON in, a likelihood and its data out."""
import ctypes
import json

from ._lib import WorkspaceOptions, context_or_default, create, lib, text
from .likelihood import Data, Likelihood


class Workspace:
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

    def patch(self, operations):
        """Another workspace, with an RFC 6902 patch (a list) applied."""
        document = json.dumps(operations).encode()
        other = Workspace.__new__(Workspace)
        other._context = self._context
        other._handle = create(self._context, lib.workspace_patch, self._handle, self._context._handle, document,
                               len(document), b"patch", free=lib.workspace_destroy)
        return other

    def model(self, measurement=None, poi=None):
        """Likelihood and observed data of one measurement (default: the first); poi: another parameter of interest."""
        options = WorkspaceOptions()
        self._context.check(lib.workspace_options_init(ctypes.byref(options), ctypes.sizeof(options)))
        options.measurement = None if measurement is None else measurement.encode()
        options.poi = None if poi is None else poi.encode()
        likelihood = Likelihood._adopt(create(self._context, lib.workspace_likelihood, self._handle, self._context._handle,
                                              ctypes.byref(options), free=lib.likelihood_destroy), self._context)
        data = Data._adopt(likelihood, create(self._context, lib.workspace_data, self._handle, self._context._handle,
                                              likelihood._handle, free=lib.data_destroy))
        return likelihood, data
