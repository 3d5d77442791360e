"""Writes python/fairu/__init__.pyi, the types of what `import fairu` gives: PYTHONPATH=python python3 python/tools/stubs.py [--check].

Names mean the same wherever they stand, so types go by name: of parameters (a default tells the type of most), of fields, of what is given. What
has no type here is refused. tests/python/test_stubs.py compares the file with the package.
"""
import inspect
import pathlib
import sys

import fairu

FILE = pathlib.Path(__file__).resolve().parents[1] / "fairu" / "__init__.pyi"

ARRAYS = ("counts edges features ids labels log_density log_ratio logits mu mu_hat delta_mu_hat mu_true observed p16 p84 pool probabilities rows scan scores "
          "set signal background steps values weights x y z fixed_rows")
TYPES = {
    **dict.fromkeys(ARRAYS.split(), "ArrayLike"),
    **dict.fromkeys("arithmetic bkg_scale category column digest diboson_scale down factor format gate generator interpolation jes kernel label les log_soft_met "
                    "measurement met met_phi message method name nuisance output parameter phi poi process pt soft_met statistic tes ttbar_scale "
                    "up variable weight id".split(), "str"),
    **dict.fromkeys("bandwidth bias deadline delta_nll interval level lower margin mu_lower mu_upper poi_test poi_val reference scale signal_yield background_yield slope "
                    "spread step upper value".split(), "float"),
    **dict.fromkeys("code n n_bins n_classes n_events n_outputs n_parts n_pe n_replicas n_sets number pe seed set_ status threads toy".split(), "int"),
    **dict.fromkeys("columns names categories two_points processes".split(), "Sequence[str]"),
    "results": "NDArray[Any]", "state": "bytes | bytearray | memoryview", "score_z": "_Z", "shift_z": "_Z", "loss": "Callable[..., Any]", "kind": "str", "temperature": "float", "n_processes": "int", "warm_up": "int", "variations": "Sequence[Events]", "allow_same_events": "bool", "aux": "Mapping[str, float]", "axes": "Sequence[tuple]", "binning": "Binning", "binnings": "Binning | Sequence[Binning]",
    "classifier": "Classifier", "context": "Context", "coverage": "float", "covariance": "NDArray[np.float64]", "data": "Data", "defaults": "Mapping[str, float]", "events": "Events",
    "factors": "Mapping[str, str | Sequence[str] | Factor]", "fixed": "_Fixed", "free": "Any", "function": "Callable[..., Any]",
    "groups": "Mapping[str, str | Sequence[str]]", "handle": "Any", "log": "str", "members": "Iterable[Classifier]", "missing": "Mapping[float, float]", "model": "Likelihood",
    "moving": "Templates", "nuisances": "Any", "operations": "Any", "other": "Any", "out": "NDArray[np.float64]", "pairs": "Sequence[tuple]", "params": "_Params",
    "parts": "Sequence[tuple[Likelihood, Data]]", "path": "_Path", "priors": "Mapping[str, Prior]", "progress": "Callable[[str, int, int], Any]", "result": "Any",
    "source": "Any", "start": "_Params", "struct": "Any", "systematics": "Systematics", "tangent": "Callable[..., Any]", "templates": "Templates", "terms": "EventTerms",
    "truth": "_Params", "held": "Iterable[str]", "init_pars": "_Params", "par_bounds": "_Bounds", "fixed_params": "_Fixed", "variances": "Mapping[str, ArrayLike]", "workspace": "Workspace", "yields": "Mapping[str, ArrayLike]"}
# where a name means something else
OWN = {**dict.fromkeys(("CsvWriter.__exit__.kind", "CsvWriter.__exit__.value", "CsvWriter.__exit__.trace"), "object"), "ChallengeBaseline.__init__.signal": "ArrayLike", "ChallengeBaseline.from_templates.signal": "str", "Classifier.rotation.x": "str", "Classifier.rotation.y": "str",
       "Classifier.linear.features": "Sequence[str]", "Classifier.function.features": "Sequence[str]", "Classifier.function.nuisances": "Sequence[str]",
       "Classifier.train.features": "Sequence[str]", "Classifier.load.features": "Sequence[str]", "Classifier.load.nuisances": "Sequence[str]",
       "Classifier.with_inputs.lower": "Mapping[str, float]", "Classifier.with_inputs.upper": "Mapping[str, float]",
       "Classifier.score.x": "ArrayLike | Events", "Events.read_npz.features": "Sequence[str]", "Events.select_label.label": "int | str",
       "Events.concatenate.other": "Events", "Events.check_disjoint.other": "Events", "Fill.merge.other": "Fill", "Tally.merge.other": "Tally", "Tally.__init__.truth": "float", "IntervalCalibration.critical.mu": "ArrayLike",
       "Systematics.add_rotation.x": "str", "Systematics.add_rotation.y": "str", "Systematics.shift.z": "_Z", "Systematics.tangents.z": "_Z",
       "Systematics.migration.z": "_Z", "Systematics.check_tangents.z": "_Z", "Systematics.check_tangents.steps": "Mapping[str, float]",
       "Systematics.tangents.features": "Sequence[str]", "Systematics.add_weight_scale.labels": "Sequence[str | int]",
       "Systematics.__init__.nuisances": "Mapping[str, float | Prior | tuple[float, Prior]]", "PseudoExperiments.draw.set": "int", "IntervalEntries.score.set": "int",
       "Workspace.__init__.source": "_Path | dict[str, Any] | Workspace", "PatchSet.__init__.source": "_Path | dict[str, Any]", "PatchSet.apply.name": "str | Sequence[Any]",
       **dict.fromkeys(("PatchSet.apply.workspace", "PatchSet.verify.workspace"), "Workspace | _Path | dict[str, Any]"),
       **dict.fromkeys(("Likelihood.contour.x", "Likelihood.contour.y", "Likelihood.scan.x", "Likelihood.scan.y", "Fit.contour.x", "Fit.contour.y"), "str"),
       "Likelihood.scan.x_values": "ArrayLike", "Likelihood.scan.y_values": "ArrayLike", "Likelihood.yields.fit": "Fit", "Fit.profile.values": "ArrayLike", "Workspace.fit.data": "Data | ArrayLike", "Workspace.fixed_poi_fit.data": "Data | ArrayLike",
       "Workspace.hypotest.data": "Data | ArrayLike", "Workspace.upper_limit.data": "Data | ArrayLike", "train.features": "Sequence[str]", "train_summary.features": "Sequence[str]",
       "from_arrow.data": "Any", "from_uproot.weight": "str | ArrayLike", "from_uproot.label": "str | ArrayLike", "from_uproot.id": "str | ArrayLike",
       "from_awkward.weight": "str | ArrayLike", "from_awkward.label": "str | ArrayLike", "from_awkward.id": "str | ArrayLike", "log_ratio.signal": "float",
       "log_ratio.background": "float", "quantile_score.interval": "float", "Fit.__init__.names": "list[str]", "EventLikelihood.data.weights": "ArrayLike",
       "Fit.__init__.params": "NDArray[np.float64]", "Events.select.rows": "ArrayLike", "IntervalEntries.__init__.set": "ArrayLike",
       "PseudoExperiments.__init__.mu": "ArrayLike", "Likelihood.profile.values": "ArrayLike", "Context.call.function": "Callable[..., int]",
       "Classifier.score.z": "ArrayLike", "train.nuisances": "Sequence[str]", "ChallengeBaseline.polynomials.nuisance": "Any", "ChallengeBaseline.nll.params": "Any"}
F8, F4 = "NDArray[np.float64]", "NDArray[np.float32]"
GIVES = {
    "ChallengeBaseline.polynomials": "Any", "ChallengeBaseline.nll": "Any", "ChallengeBaseline.fit": "BaselineFit", "Binning.edges": F8, "Binning.index": "NDArray[np.uint16]", "IntervalCalibration.points":
    "dict[str, NDArray[Any]]", "IntervalCalibration.critical": "tuple[Any, Any]", "IntervalCalibration.interval": "CalibratedInterval", "IntervalCalibration.digest": "str", "Classifier.features":
    "list[str]", "Classifier.nuisances": "list[str]", "Classifier.score": F4, "Classifier.bind": "BoundScores", "Classifier.ranges": "dict[str, tuple[float, float]]",
    "Classifier.slopes": f"tuple[{F4}, {F4}, {F4}]", "Classifier.with_inputs": "Classifier", "Context.threads": "int", "Context.kernel": "str", "CsvReader.fraction": "float",
    "CsvReader.__next__": "Events", "Data.observed": F8, "EventLikelihood.data": "Data", "Events.with_weights": "Events", "Events.select": "Events", "Events.select_label":
    "Events", "Events.concatenate": "Events", "Events.split": "NDArray[np.uint32]", "Events.names": "list[str]", "Events.__getitem__": F4, "Events.weights": f"{F8} | None",
    "Events.labels": "NDArray[np.int32] | None", "Events.ids": "NDArray[np.uint64] | None", "Events.categories": "list[str]", "Events.sum_weights": "float",
    "Fill.templates": "Templates", "Fill.dumps": "bytes", "Tally.dumps": "bytes", "Tally.truth": "float", "Tally.coverage": "Coverage", "toys": "NDArray[Any]", "toys_dumps": "bytes",
    "toys_loads": "NDArray[Any]", "Fit.__getitem__": "float", "Fit.error": "float", "Fit.values": "dict[str, float]", "Fit.errors": "dict[str, float]", "Fit.correlation": F8,
    "Fit.merrors": "dict[str, tuple[float, float]]", "Fit.pulls": "dict[str, tuple[float, float]]", "Fit.valid": "bool", "Fit.fixed": "dict[str, bool]", "Fit.limits": "dict[str, tuple[float, float]]",
    "Fit.contour": "Contour", "Fit.profile": f"tuple[{F8}, {F8}]", "Likelihood.channels": "dict[str, slice]", "Likelihood.expected_samples": f"dict[str, dict[str, {F8}]]",
    "Likelihood.yields": "Yields", "Likelihood.contour": "Contour", "Likelihood.scan": F8, "Likelihood.minima": f"list[tuple[float, {F8}]]", "Likelihood.significance":
    "Significance", "Likelihood.diagnose": "list[Finding]", "PatchSet.find": "str", "Likelihood.poi": "str | None", "Likelihood.data": "Data",
    "Likelihood.asimov": "Data", "Likelihood.toy": "Data", "Likelihood.expected": F8, "Likelihood.nll": "Any", "Likelihood.bind": "BoundNll", "Likelihood.fit": "Fit",
    "Likelihood.interval": "Interval", "Likelihood.profile": F8, "Likelihood.hypotest": "Hypotest", "Likelihood.hypotest_toys": "ToyHypotest", "Likelihood.limit": "Limit",
    "Likelihood.impacts": "list[Impact]", "Likelihood.breakdown": "Breakdown", "Likelihood.goodness": "Goodness", "PatchSet.names": "list[str]", "PatchSet.apply":
    "Workspace", "ProbabilityMap.apply": F4, "ProbabilityMap.log_ratio": F8, "ProbabilityMap.calibrate": "Classifier", "ProbabilityMap.method": "str",
    "ProbabilityMap.slope": "float", "ProbabilityMap.offset": "float", "ProbabilityMap.covariance": F8, "ProbabilityMap.log_prior_odds": "float", "ProbabilityMap.knots": "Any",
    "PseudoExperiment.nuisances": "dict[str, float]", "PseudoExperiment.counts": "NDArray[np.uint32]", "PseudoExperiment.rows": "NDArray[np.uintp]",
    "PseudoExperiment.events": "Events", "PseudoExperiment.histograms": "Histograms", "PseudoExperiments.draw": "PseudoExperiment", "PseudoExperiments.order":
    "NDArray[np.uint64]", "PseudoExperiments.__getitem__": "PseudoExperiment", "IntervalEntries.__getitem__": "NDArray[Any]", "IntervalEntries.score": "Score", "IntervalEntries.scores":
    "dict[int, Score]", "IntervalEntries.bootstrap": "ScoreBootstrap", "Systematics.migration": "Migration", "Systematics.shift": "Any", "Systematics.tangents": F4,
    "Templates.processes": "list[str]", "Templates.points": F8, "Templates.yields": F8, "Templates.variances": f"{F8} | None", "Templates.evaluate": F8,
    "Workspace.measurements": "list[str]", "Workspace.patch": "Workspace", "Workspace.model": "tuple[Likelihood, Data]", "Workspace.fit": "Fit", "Workspace.fixed_poi_fit":
    "Fit", "Workspace.hypotest": "Any", "Workspace.upper_limit": "Any", "auc": "float", "combine": "tuple[Likelihood, Data]", "coverage": "Coverage", "from_arrow": "Events",
    "from_awkward": "Events", "from_uproot": "Events", "log_ratio": F8, "logit": F8, "quantile_score": "tuple[float, float]", "read_parquet": "Events", "reliability":
    "Reliability", "train": "Classifier", "train_summary": "Classifier", "version": "str", "Binning.variable": "str"}
COUNTS = ("n", "epochs", "best_epoch", "steps", "dof")
OTHERWISE = ("EventLikelihood.data",)  # other arguments than in the class before
NOTHING = ("__init__", "save", "write", "verify", "cancel", "resume", "close", "check", "call", "add", "merge", "write_csv", "check_disjoint", "check_tangents")
FIELDS = {"name": "str", "lower_end": "str", "upper_end": "str", "kind": "str", "params": "Any", "groups": "list[Part]", "expected": "list[float]", "processes":
          "str | Sequence[str]", "systematic": "Part", "template_statistics": "Part", "counts": "Any", "statistical_origin": "Any", "bins": "NDArray[Any]", "sb": F8, "b": F8,
          "Yields.expected": F8, "Yields.error": F8, "channels": "dict[str, tuple[float, float]]", "severity": "str", "text": "str", "parameter": "str | None",
          "Contour.x": F8, "Contour.y": F8, "Contour.best": "tuple[float, float]", "intervals": F8, "coverages": F8, "quantile_scores": F8, "errors": "Any"}
ATTRIBUTES = {"Error": ["code: int", "name: str", "message: str"], "Fit": ["names: list[str]", f"params: {F8}", f"covariance: {F8}", "nll: float", "status: int", "edm: float",
              "iterations: int", "evaluations: int", "n_minima: int", "n_at_bound: int", "model: Likelihood", "data: Data"], "Data": ["model: Likelihood"],
              "Likelihood": ["names: list[str]", "parameters: list[Any]"], "Classifier": ["training: Training | None", "adversary: Adversary | None"],
              "Systematics": ["names: list[str]", "nominal: list[float]"], "EventTerms": ["n_events: int", "axes: list[Any]"], "PseudoExperiments": ["n_sets: int", "n_pe: int"],
              "PseudoExperiment": ["set: int", "pe: int", "number: int", "seed: int", "smearing_seed: int", "mu: float", "tes: float", "jes: float", "soft_met: float",
                                   "ttbar_scale: float", "diboson_scale: float", "bkg_scale: float", "generator: str", "rates: dict[str, float]"]}
HEAD = '''"""Types of the package. Written by python/tools/stubs.py: change that."""
import os
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

from . import simplemodels as simplemodels
from ._bound import BoundNll as BoundNll, BoundScores as BoundScores

_Path = str | os.PathLike[str]
_Params = Mapping[str, float] | ArrayLike | Fit
_Z = Mapping[str, float] | ArrayLike
_Fixed = Mapping[str, float] | Sequence[bool]
_Bounds = Mapping[str, tuple[float, float]] | Sequence[tuple[float, float]]
METHODS: tuple[str, ...]
__version__: str

class _Resource:
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
'''
PARTS = ("Postfit", "Minimised", "Filed", "Stateful")  # classes in several files
SHOWN = ("__init__", "__len__", "__getitem__", "__iter__", "__next__", "__enter__", "__exit__")


def of_parameter(where, name, parameter):
    """Its type, and a default in place of which `...` stands."""
    default = parameter.default
    found = OWN.get(f"{where}.{name}")
    if found is None and default is not inspect.Parameter.empty and default is not None:
        found = TYPES[name] if isinstance(default, tuple) else type(default).__name__
    found = TYPES[name] if found is None else found
    if default is None:
        found += " | None"
    return f"{name}: {found}" + ("" if default is inspect.Parameter.empty else " = ...")


def signature(where, function, bound):
    parts = []
    for i, (name, parameter) in enumerate(inspect.signature(function).parameters.items()):
        if bound and i == 0:
            parts.append(name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            parts.append(f"**{name}: Any")
        elif parameter.kind is parameter.VAR_POSITIONAL:
            parts.append(f"*{name}: {'str' if name == 'parameters' else 'Any'}")
        else:
            parts.append(of_parameter(where, name, parameter))
    return ", ".join(parts)


def given(where, last, made_here):
    if where in GIVES:
        return GIVES[where]
    if made_here or last in ("__enter__", "__iter__") or last.startswith("add_"):
        return "Self"
    if last in (*NOTHING, "__exit__"):
        return "None"
    if last in ("__len__", "n_bins"):
        return "int"
    raise KeyError(f"{where}: no type for what it gives")


def class_lines(name, kind):
    base = [b for b in kind.__mro__[1:] if b.__name__ in (*fairu.__all__, "Resource", "Exception")][:1]
    yield f"class {name}" + (f"({base[0].__name__.replace('Resource', '_Resource')})" if base else "") + ":"
    lines = [f"    {attribute}" for attribute in ATTRIBUTES.get(name, [])]
    parts = [part for part in kind.__mro__ if part is kind or (part.__name__ in PARTS and not (base and issubclass(base[0], part)))]
    for last, raw in (member for part in parts for member in vars(part).items()):
        where = f"{name}.{last}"
        if last.startswith("_") and last not in SHOWN:
            continue
        if isinstance(raw, property):
            lines += ["    @property", f"    def {last}(self) -> {given(where, last, False)}: ..."]
            if raw.fset:
                lines += [f"    @{last}.setter", f"    def {last}(self, n: {given(where, last, False)}) -> None: ..."]
        elif isinstance(raw, classmethod):
            lines += ["    @classmethod", f"    def {last}({signature(where, raw.__func__, True)}) -> {given(where, last, where not in GIVES)}: ..."]
        elif inspect.isfunction(raw):
            odd = "  # type: ignore[override]" if where in OTHERWISE else ""
            lines.append(f"    def {last}({signature(where, raw, True)}) -> {given(where, last, False)}: ...{odd}")
    yield from lines or ["    ..."]


def tuple_lines(name, kind):
    types = {field: FIELDS.get(f"{name}.{field}", FIELDS.get(field, "int" if field.startswith("n_") or field in COUNTS else "float")) for field in kind._fields}
    if kind._field_defaults:
        yield f"class {name}(NamedTuple):"
        for field, type_ in types.items():
            yield f"    {field}: {type_}" + (" = ..." if field in kind._field_defaults else "")
    else:
        yield f"{name} = NamedTuple(\"{name}\", [" + ", ".join(f'("{field}", {type_})' for field, type_ in types.items()) + "])"


def text():
    parts = [HEAD]
    # a tuple names others of which it is made: those first
    names = sorted(fairu.__all__, key=lambda name: (not hasattr(getattr(fairu, name), "_fields"), name == "Breakdown", name))
    for name in names:
        thing = getattr(fairu, name)
        if inspect.isclass(thing):
            parts.append("\n".join(tuple_lines(name, thing) if hasattr(thing, "_fields") else class_lines(name, thing)))
        elif inspect.isfunction(thing):
            parts.append(f"def {name}({signature(name, thing, False)}) -> {given(name, name, False)}: ...")
    return "\n".join([*parts, ""])


def main():
    made = text()
    if "--check" in sys.argv[1:]:
        return 0 if FILE.exists() and FILE.read_text() == made else 1
    FILE.write_text(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
