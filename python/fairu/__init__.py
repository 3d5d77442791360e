"""fairu: uncertainty-aware inference, on top of libfairu (ctypes and NumPy).

The nouns are those of the C headers: Context, Events, CsvReader, CsvWriter, Systematics, Classifier, Binning, Fill, Templates, Likelihood,
Data, Workspace, PatchSet, EventTerms, EventLikelihood, ChallengeBaseline, IntervalCalibration, PseudoExperiments, ProbabilityMap, IntervalEntries.

    import fairu
    templates = fairu.Templates({"signal": [2, 5, 9], "background": [50, 30, 10]})
    model = fairu.Likelihood(templates)
    fit = model.fit(model.data([52, 37, 18]))
    print(fit["mu"])

What needs other packages is imported when it is asked for: fairu.plot, fairu.dask, fairu.sklearn.

Every failing call raises fairu.Error with .code, .name ("FAIRU_ERR_RANGE") and .message.
"""
import importlib as _importlib

from ._context import Context
from ._lib import Error, version
from .events import Events
from .challenge_baseline import ChallengeBaseline, BaselineFit
from .interval_calibration import CalibratedInterval, IntervalCalibration
from .coverage import Coverage, Tally, coverage, toys, toys_dumps, toys_loads
from .csv_files import CsvReader, CsvWriter
from .arrow import from_arrow, read_parquet
from .classifier import Classifier, auc
from .binning import Binning
from ._postfit import Contour, Finding, Significance, Yields
from .methods import METHODS, Adversary, train
from ._training import Training
from .probability import ProbabilityMap, Reliability, log_ratio, logit, reliability
from .templates import Fill, Templates
from .likelihood import (Breakdown, Data, Factor, Fit, Goodness, Hypotest, Impact, Interval, Likelihood, Limit, Part, Prior,
                         ToyHypotest, combine)
from .challenge import Histograms, PseudoExperiment, PseudoExperiments
from .roots import from_awkward, from_uproot
from .interval_score import Score, ScoreBootstrap, IntervalEntries, quantile_score
from .summary import train_summary
from .systematics import Migration, Systematics
from .unbinned import EventLikelihood, EventTerms
from . import simplemodels
from .workspace import PatchSet, Workspace

__all__ = ["Adversary", "ChallengeBaseline", "BaselineFit", "Binning", "Breakdown", "CalibratedInterval", "IntervalCalibration", "Classifier",
           "Context", "Contour", "Coverage", "CsvReader", "CsvWriter", "Data", "Error", "EventLikelihood", "EventTerms", "Events", "Factor",
           "Fill", "Finding", "Fit", "Goodness", "Histograms", "Hypotest", "Impact", "Interval", "Likelihood", "Limit", "METHODS", "Migration", "Part",
           "PatchSet", "Prior", "ProbabilityMap", "PseudoExperiment", "PseudoExperiments", "Reliability", "Score", "ScoreBootstrap", "Significance", "IntervalEntries",
           "Systematics", "Tally", "Templates", "ToyHypotest", "Training", "Workspace", "Yields", "auc", "combine", "coverage", "from_arrow", "from_awkward", "from_uproot", "log_ratio", "logit", "quantile_score",
           "read_parquet", "reliability", "simplemodels", "toys", "toys_dumps", "toys_loads", "train", "train_summary", "version"]
__version__ = version()


def __getattr__(name):
    if name in ("dask", "figures", "plot", "report", "sklearn"):
        return _importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
