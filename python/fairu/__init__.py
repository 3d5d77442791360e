"""fairu: uncertainty-aware inference, on top of libfairu (ctypes and NumPy).

The nouns are those of the C headers: Context, Events, Classifier, Templates, Likelihood, Data, Workspace.

    import fairu
    templates = fairu.Templates({"signal": [2, 5, 9], "background": [50, 30, 10]})
    model = fairu.Likelihood(templates)
    fit = model.fit(model.data([52, 37, 18]))
    print(fit["mu"])

Every failing call raises fairu.Error with .code, .name ("FAIRU_ERR_RANGE") and .message.
"""
from ._lib import Context, Error, version
from .events import Events
from .classifier import Classifier, auc
from .templates import Templates
from .likelihood import Data, Fit, Hypotest, Impact, Interval, Likelihood, Limit, Prior
from .workspace import Workspace

__all__ = ["Classifier", "Context", "Data", "Error", "Events", "Fit", "Hypotest", "Impact", "Interval", "Likelihood", "Limit",
           "Prior", "Templates", "Workspace", "auc", "version"]
__version__ = version()
