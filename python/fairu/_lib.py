"""The shared library: where it is, what its functions take, how its errors become exceptions."""
import collections
import ctypes
import ctypes.util
import operator
import os
import pathlib
import threading
from ctypes import POINTER, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

import numpy as np

from ._structs import (CsvOptions, Missing, NpzOptions, ArrowOptions, Axis, Factor, Nuisance, HiggsmlOptions,
                       Higgsml2014Options, Constraint, LikelihoodOptions, Parameter, FitOptions, FitResult,
                       IntervalOptions, IntervalResult, WorkspaceOptions, HypotestOptions, HypotestResult,
                       LimitResult, ImpactResult, Group, BreakdownResult, GoodnessResult, ToyTest, ToyTestResult,
                       BaselineNuisance, BaselineResult, CalibrationOptions, CalibratedIntervalResult,
                       CombineOptions, EventModel, TrainingOptions, TrainingResult, ImportOptions, InputOptions,
                       FillOptions, PseudoOptions,
                       PseudoExperimentStruct, PseudoFill, ScoreEntriesStruct, ScoreResult, ScoreBootstrapResult,
                       ProbabilityOptions, ProbabilitySummary, ReliabilityOptions, ReliabilityBin, ReliabilityResult)

_SONAME = "libfairu.so.0"


def _load():
    """FAIRU_LIBRARY if set, else the checkout this file lives in, else the system's."""
    named = os.environ.get("FAIRU_LIBRARY")
    checkout = pathlib.Path(__file__).resolve().parents[2] / "lib" / _SONAME
    found = ctypes.util.find_library("fairu")
    tried = [named] if named else [str(checkout)] * checkout.exists() + [_SONAME] + [found] * bool(found)
    problems = []
    for path in tried:
        try:
            return ctypes.CDLL(path)
        except OSError as problem:
            problems.append(str(problem))
    raise ImportError("libfairu was not found (build it with `make`, install it, or set FAIRU_LIBRARY): "
                      + "; ".join(problems))


_P, _S, _D, _I, _T, _U = c_void_p, c_size_t, c_double, c_int, c_char_p, c_uint64
_OUT = POINTER(c_void_p)
_VOID, _SIZE, _STATUS = None, c_size_t, c_int

# name: (result, arguments); the C headers say what they mean
_PROTOTYPES = {
    "fairu_version_string": (_T, []),
    "fairu_status_name": (_T, [_I]),
    "fairu_status_text": (_T, [_I]),
    "fairu_context_create": (_STATUS, [_P, _OUT]),
    "fairu_context_destroy": (_VOID, [_P]),
    "fairu_context_message": (_T, [_P]),
    "fairu_context_set_threads": (_STATUS, [_P, _I]),
    "fairu_context_threads": (_I, [_P]),
    "fairu_context_set_deadline": (_STATUS, [_P, _D]),
    "fairu_context_kernel": (_T, [_P]),
    "fairu_events_create_view": (_STATUS, [_P, _S, _S, POINTER(_T), POINTER(c_void_p), _S, _OUT]),
    "fairu_events_destroy": (_VOID, [_P]),
    "fairu_events_n_events": (_SIZE, [_P]),
    "fairu_events_n_columns": (_SIZE, [_P]),
    "fairu_events_column_name": (_T, [_P, _S]),
    "fairu_events_column": (c_void_p, [_P, _S, POINTER(_S)]),
    "fairu_events_find_column": (_STATUS, [_P, _P, _T, POINTER(_S)]),
    "fairu_events_weights": (c_void_p, [_P]),
    "fairu_events_labels": (c_void_p, [_P]),
    "fairu_events_ids": (c_void_p, [_P]),
    "fairu_events_set_weights": (_STATUS, [_P, _P, _P, _S]),
    "fairu_events_set_labels": (_STATUS, [_P, _P, _P, _S]),
    "fairu_events_set_ids": (_STATUS, [_P, _P, _P, _S]),
    "fairu_events_n_categories": (_SIZE, [_P]),
    "fairu_events_category_name": (_T, [_P, _S]),
    "fairu_events_sum_weights": (_STATUS, [_P, _P, c_int32, POINTER(_D)]),
    "fairu_csv_options_init": (_STATUS, [POINTER(CsvOptions), _S]),
    "fairu_events_read_csv": (_STATUS, [_P, _T, POINTER(CsvOptions), _OUT]),
    "fairu_events_write_csv": (_STATUS, [_P, _P, _T, POINTER(CsvOptions)]),
    "fairu_csv_reader_create": (_STATUS, [_P, _T, POINTER(CsvOptions), _OUT]),
    "fairu_csv_reader_destroy": (_VOID, [_P]),
    "fairu_csv_reader_next": (_STATUS, [_P, _P, _S, _OUT]),
    "fairu_csv_reader_fraction": (_D, [_P]),
    "fairu_csv_writer_create": (_STATUS, [_P, _T, POINTER(CsvOptions), _OUT]),
    "fairu_csv_writer_destroy": (_VOID, [_P]),
    "fairu_csv_writer_add": (_STATUS, [_P, _P, _P]),
    "fairu_csv_writer_close": (_STATUS, [_P, _P]),
    "fairu_npz_options_init": (_STATUS, [POINTER(NpzOptions), _S]),
    "fairu_events_read_npz": (_STATUS, [_P, _T, POINTER(NpzOptions), _OUT]),
    "fairu_events_check_disjoint": (_STATUS, [_P, _P, _P]),
    "fairu_arrow_options_init": (_STATUS, [POINTER(ArrowOptions), _S]),
    "fairu_events_create_view_arrow": (_STATUS, [_P, _P, _P, POINTER(ArrowOptions), _OUT]),
    "fairu_classifier_create_linear": (_STATUS, [_P, POINTER(_T), _P, _S, _D, _OUT]),
    "fairu_classifier_create_rotation": (_STATUS, [_P, _T, _T, _T, _D, _OUT]),
    "fairu_classifier_destroy": (_VOID, [_P]),
    "fairu_classifier_n_features": (_SIZE, [_P]),
    "fairu_classifier_n_nuisances": (_SIZE, [_P]),
    "fairu_classifier_n_outputs": (_SIZE, [_P]),
    "fairu_classifier_feature_name": (_T, [_P, _S]),
    "fairu_classifier_nuisance_name": (_T, [_P, _S]),
    "fairu_classifier_score": (_STATUS, [_P, _P, _P, _S, _S, _P, _S, _I, _P]),
    "fairu_classifier_score_events": (_STATUS, [_P, _P, _P, _P, _S, _S, _I, _P]),
    "fairu_classifier_save": (_STATUS, [_P, _P, _T]),
    "fairu_classifier_load": (_STATUS, [_P, _T, _OUT]),
    "fairu_import_options_init": (_STATUS, [POINTER(ImportOptions), _S]),
    "fairu_classifier_import": (_STATUS, [_P, _T, POINTER(ImportOptions), _OUT]),
    "fairu_classifier_export": (_STATUS, [_P, _P, _T, _I]),
    "fairu_input_options_init": (_STATUS, [POINTER(InputOptions), _S]),
    "fairu_classifier_create_with_inputs": (_STATUS, [_P, _P, POINTER(InputOptions), _OUT]),
    "fairu_classifier_score_event": (_STATUS, [_P, _P, _P, _S, _P, _S, _I, _P]),
    "fairu_classifier_score_derivative": (_STATUS, [_P, _P, _P, _S, _S, _P, _S, _I, _P, _P, _P]),
    "fairu_classifier_nuisance_range": (_STATUS, [_P, _P, _S, _P, _P]),
    "fairu_binning_create_classes": (_STATUS, [_P, _S, _OUT]),
    "fairu_auc": (_STATUS, [_P, _P, _P, _P, _S, POINTER(_D)]),
    "fairu_grid_create": (_STATUS, [_P, POINTER(Axis), _S, _P, _S, _OUT]),
    "fairu_grid_destroy": (_VOID, [_P]),
    "fairu_grid_n_points": (_SIZE, [_P]),
    "fairu_templates_create": (_STATUS, [_P, _P, POINTER(_T), _S, _S, _P, _P, _I, _OUT]),
    "fairu_templates_destroy": (_VOID, [_P]),
    "fairu_templates_n_processes": (_SIZE, [_P]),
    "fairu_templates_n_bins": (_SIZE, [_P]),
    "fairu_templates_n_axes": (_SIZE, [_P]),
    "fairu_templates_process_name": (_T, [_P, _S]),
    "fairu_templates_evaluate": (_STATUS, [_P, _P, _P, _S, _P, _P, _P]),
    "fairu_templates_save": (_STATUS, [_P, _P, _T]),
    "fairu_templates_load": (_STATUS, [_P, _T, _OUT]),
    "fairu_nuisance_init": (_STATUS, [POINTER(Nuisance), _S]),
    "fairu_systematics_create": (_STATUS, [_P, POINTER(Nuisance), _S, _OUT]),
    "fairu_systematics_destroy": (_VOID, [_P]),
    "fairu_systematics_add_rotation": (_STATUS, [_P, _P, _T, _T, _T, _D]),
    "fairu_systematics_add_scale": (_STATUS, [_P, _P, _T, POINTER(_T), _S]),
    "fairu_systematics_add_momentum_scale": (_STATUS, [_P, _P, _T, _T, _T, _T, _T, _D]),
    "fairu_systematics_add_met_smearing": (_STATUS, [_P, _P, _T, _T, _T]),
    "fairu_systematics_add_weight_scale": (_STATUS, [_P, _P, _T, POINTER(_T), _S]),
    "fairu_systematics_add_shift": (_STATUS, [_P, _P, _T, POINTER(_T), _P, _S, _D]),
    "fairu_systematics_add_smearing": (_STATUS, [_P, _P, _T, POINTER(_T), _S]),
    "fairu_systematics_add_cut": (_STATUS, [_P, _P, _T, _D, _D]),
    "fairu_systematics_add_category": (_STATUS, [_P, _P, _T, _P, _S, _T]),
    "fairu_systematics_add_two_point": (_STATUS, [_P, _P, _T, _T, _T]),
    "fairu_higgsml_options_init": (_STATUS, [POINTER(HiggsmlOptions), _S]),
    "fairu_systematics_add_higgsml": (_STATUS, [_P, _P, POINTER(HiggsmlOptions)]),
    "fairu_higgsml2014_options_init": (_STATUS, [POINTER(Higgsml2014Options), _S]),
    "fairu_systematics_add_higgsml2014": (_STATUS, [_P, _P, POINTER(Higgsml2014Options)]),
    "fairu_systematics_apply": (_STATUS, [_P, _P, _P, _P, _S, _U, _P, _OUT]),
    "fairu_systematics_tangents": (_STATUS, [_P, _P, _P, _P, _S, _U, POINTER(_T), _S, _P]),
    "fairu_likelihood_options_init": (_STATUS, [POINTER(LikelihoodOptions), _S]),
    "fairu_likelihood_create": (_STATUS, [_P, _P, POINTER(LikelihoodOptions), _OUT]),
    "fairu_likelihood_destroy": (_VOID, [_P]),
    "fairu_likelihood_n_parameters": (_SIZE, [_P]),
    "fairu_likelihood_n_bins": (_SIZE, [_P]),
    "fairu_likelihood_poi_index": (_SIZE, [_P]),
    "fairu_likelihood_parameter": (_STATUS, [_P, _P, _S, POINTER(Parameter)]),
    "fairu_likelihood_expected": (_STATUS, [_P, _P, _P, _S, _P]),
    "fairu_likelihood_nll": (_STATUS, [_P, _P, _P, _P, _S, _P, _P, _P]),
    "fairu_data_create": (_STATUS, [_P, _P, _OUT]),
    "fairu_data_destroy": (_VOID, [_P]),
    "fairu_data_set_observed": (_STATUS, [_P, _P, _P, _S]),
    "fairu_data_set_observed_moving": (_STATUS, [_P, _P, _P]),
    "fairu_data_set_aux": (_STATUS, [_P, _P, _S, _D]),
    "fairu_data_observed": (_STATUS, [_P, _P, _P, _S, _P]),
    "fairu_likelihood_asimov": (_STATUS, [_P, _P, _P, _S, _P]),
    "fairu_likelihood_toy": (_STATUS, [_P, _P, _P, _S, _U, _U, _P]),
    "fairu_fit_options_init": (_STATUS, [POINTER(FitOptions), _S]),
    "fairu_likelihood_fit": (_STATUS, [_P, _P, _P, POINTER(FitOptions), _P, _S, _P, POINTER(FitResult)]),
    "fairu_likelihood_profile": (_STATUS, [_P, _P, _P, POINTER(FitOptions), _S, _P, _S, _P, _P, _S]),
    "fairu_workspace_read": (_STATUS, [_P, _T, _OUT]),
    "fairu_workspace_parse": (_STATUS, [_P, _T, _S, _T, _OUT]),
    "fairu_workspace_destroy": (_VOID, [_P]),
    "fairu_workspace_n_measurements": (_SIZE, [_P]),
    "fairu_workspace_measurement_name": (_T, [_P, _S]),
    "fairu_workspace_options_init": (_STATUS, [POINTER(WorkspaceOptions), _S]),
    "fairu_workspace_likelihood": (_STATUS, [_P, _P, POINTER(WorkspaceOptions), _OUT]),
    "fairu_workspace_data": (_STATUS, [_P, _P, _P, _OUT]),
    "fairu_workspace_patch": (_STATUS, [_P, _P, _T, _S, _T, _OUT]),
    "fairu_hypotest_options_init": (_STATUS, [POINTER(HypotestOptions), _S]),
    "fairu_likelihood_hypotest": (_STATUS, [_P, _P, _P, POINTER(HypotestOptions), _D, POINTER(HypotestResult)]),
    "fairu_likelihood_limit": (_STATUS, [_P, _P, _P, POINTER(HypotestOptions), _D, POINTER(LimitResult)]),
    "fairu_likelihood_impacts": (_STATUS, [_P, _P, _P, POINTER(FitOptions), POINTER(ImpactResult), _S, POINTER(_S)]),
    "fairu_likelihood_breakdown": (_STATUS, [_P, _P, _P, POINTER(FitOptions), POINTER(Group), _S, POINTER(BreakdownResult)]),
    "fairu_likelihood_goodness": (_STATUS, [_P, _P, _P, POINTER(FitOptions), POINTER(GoodnessResult)]),
    "fairu_toy_test_init": (_STATUS, [POINTER(ToyTest), _S]),
    "fairu_hypotest_toys": (_STATUS, [_P, _P, _P, POINTER(ToyTest), _D, POINTER(ToyTestResult), _P, _P]),
    "fairu_combine_options_init": (_STATUS, [POINTER(CombineOptions), _S]),
    "fairu_likelihood_combine": (_STATUS, [_P, POINTER(c_void_p), _S, POINTER(CombineOptions), _OUT]),
    "fairu_data_part": (c_void_p, [_P, _S]),
    "fairu_data_copy": (_STATUS, [_P, _P, _P]),
    "fairu_patchset_read": (_STATUS, [_P, _T, _OUT]),
    "fairu_patchset_destroy": (_VOID, [_P]),
    "fairu_patchset_n_patches": (_SIZE, [_P]),
    "fairu_patchset_patch_name": (_T, [_P, _S]),
    "fairu_patchset_apply": (_STATUS, [_P, _P, _P, _T, _OUT]),
    "fairu_event_terms_create": (_STATUS, [_P, _P, _S, _P, _P, _OUT]),
    "fairu_event_terms_destroy": (_VOID, [_P]),
    "fairu_event_terms_set_pool": (_STATUS, [_P, _P, _P, _S]),
    "fairu_event_model_init": (_STATUS, [POINTER(EventModel), _S]),
    "fairu_likelihood_create_events": (_STATUS, [_P, POINTER(EventModel), POINTER(LikelihoodOptions), _OUT]),
    "fairu_data_set_events": (_STATUS, [_P, _P, _P, _S]),
    "fairu_data_set_event_terms": (_STATUS, [_P, _P, _P, _P, _S]),
    "fairu_baseline_nuisance_default": (POINTER(BaselineNuisance), [_S]),
    "fairu_baseline_create": (_STATUS, [_P, POINTER(BaselineNuisance), _S, _S, _S, _P, _P, _OUT]),
    "fairu_baseline_create_templates": (_STATUS, [_P, _P, _T, POINTER(BaselineNuisance), _S, _S, _OUT]),
    "fairu_baseline_destroy": (_VOID, [_P]),
    "fairu_baseline_n_bins": (_SIZE, [_P]),
    "fairu_baseline_n_nuisances": (_SIZE, [_P]),
    "fairu_baseline_polynomials": (_STATUS, [_P, _P, _S, _D, _P, _P]),
    "fairu_baseline_nll": (_STATUS, [_P, _P, _P, _S, _P, _S, _P, _P, _P]),
    "fairu_baseline_fit": (_STATUS, [_P, _P, _P, _S, _P, _P, _P, _S, POINTER(BaselineResult)]),
    "fairu_calibration_options_init": (_STATUS, [POINTER(CalibrationOptions), _S]),
    "fairu_calibration_create": (_STATUS, [_P, _P, POINTER(CalibrationOptions), _OUT]),
    "fairu_calibration_destroy": (_VOID, [_P]),
    "fairu_calibration_n_mu": (_SIZE, [_P]),
    "fairu_calibration_point": (_STATUS, [_P, _P, _S, _P, _P, _P, _P, _P]),
    "fairu_calibration_critical": (_STATUS, [_P, _P, _D, _P, _P]),
    "fairu_calibration_digest": (_STATUS, [_P, _P, c_char_p]),
    "fairu_calibration_save": (_STATUS, [_P, _P, _T]),
    "fairu_calibration_load": (_STATUS, [_P, _T, _OUT]),
    "fairu_calibration_interval": (_STATUS, [_P, _P, _P, _P, POINTER(FitOptions), POINTER(CalibratedIntervalResult), _P, _S]),
    "fairu_calibration_toy": (_STATUS, [_P, _P, POINTER(CalibrationOptions), _D, _U, _U, _P, _S, _P]),
    "fairu_events_set_categories": (_STATUS, [_P, _P, POINTER(_T), _S]),
    "fairu_events_select": (_STATUS, [_P, _P, _P, _S, _OUT]),
    "fairu_events_select_mask": (_STATUS, [_P, _P, _P, _S, _OUT]),
    "fairu_events_select_label": (_STATUS, [_P, _P, c_int32, _OUT]),
    "fairu_events_concatenate": (_STATUS, [_P, _P, _P, _OUT]),
    "fairu_events_split": (_STATUS, [_P, _P, _U, c_uint32, _P]),
    "fairu_classifier_create_callback": (_STATUS, [_P, POINTER(_T), _S, POINTER(_T), _S, _S, _P, _P, _OUT]),
    "fairu_training_options_init": (_STATUS, [POINTER(TrainingOptions), _S]),
    "fairu_classifier_train": (_STATUS, [_P, _P, POINTER(TrainingOptions), POINTER(TrainingResult), _OUT]),
    "fairu_binning_create_uniform": (_STATUS, [_P, _S, _OUT]),
    "fairu_binning_create_logit": (_STATUS, [_P, _S, _D, _D, _OUT]),
    "fairu_binning_create_edges": (_STATUS, [_P, _I, _P, _S, _OUT]),
    "fairu_binning_create_quantile": (_STATUS, [_P, _I, _P, _P, _S, _S, _OUT]),
    "fairu_binning_destroy": (_VOID, [_P]),
    "fairu_binning_n_bins": (_SIZE, [_P]),
    "fairu_binning_variable": (_I, [_P]),
    "fairu_binning_edges": (c_void_p, [_P]),
    "fairu_binning_index": (_STATUS, [_P, _P, _P, _S, _P]),
    "fairu_grid_n_axes": (_SIZE, [_P]),
    "fairu_grid_points": (_STATUS, [_P, _P, _P]),
    "fairu_fill_options_init": (_STATUS, [POINTER(FillOptions), _S]),
    "fairu_fill_create": (_STATUS, [_P, _P, _P, POINTER(_T), _S, _OUT]),
    "fairu_fill_destroy": (_VOID, [_P]),
    "fairu_fill_add": (_STATUS, [_P, _P, _T, _P, POINTER(FillOptions)]),
    "fairu_fill_merge": (_STATUS, [_P, _P, _P]),
    "fairu_templates_create_from_fill": (_STATUS, [_P, _P, _I, _OUT]),
    "fairu_templates_grid": (c_void_p, [_P]),
    "fairu_templates_yields": (c_void_p, [_P, _S, _S]),
    "fairu_templates_variances": (c_void_p, [_P, _S, _S]),
    "fairu_pseudo_normalise": (_STATUS, [_P, _P, _D]),
    "fairu_pseudo_options_init": (_STATUS, [POINTER(PseudoOptions), _S]),
    "fairu_pseudo_draw": (_STATUS, [_P, POINTER(PseudoOptions), _U, _U, POINTER(PseudoExperimentStruct)]),
    "fairu_pseudo_order": (_STATUS, [_P, POINTER(PseudoOptions), _P, _S]),
    "fairu_pseudo_counts": (_STATUS, [_P, POINTER(PseudoExperimentStruct), _P, _U, _P, _S, POINTER(_U)]),
    "fairu_pseudo_rows": (_STATUS, [_P, POINTER(PseudoExperimentStruct), _P, _P, _S, _P, _S]),
    "fairu_pseudo_events": (_STATUS, [_P, POINTER(PseudoExperimentStruct), _P, _U, _OUT]),
    "fairu_pseudo_fill_init": (_STATUS, [POINTER(PseudoFill), _S]),
    "fairu_pseudo_histograms": (_STATUS, [_P, POINTER(PseudoExperimentStruct), _P, _U, POINTER(PseudoFill), _P, _S,
                                          POINTER(_U), POINTER(_U)]),
    "fairu_score_compute": (_STATUS, [_P, POINTER(ScoreEntriesStruct), POINTER(ScoreResult)]),
    "fairu_score_compute_set": (_STATUS, [_P, POINTER(ScoreEntriesStruct), c_int64, POINTER(ScoreResult)]),
    "fairu_score_quantile": (_STATUS, [_P, _U, _D, _D, POINTER(_D), POINTER(_D)]),
    "fairu_score_bootstrap": (_STATUS, [_P, POINTER(ScoreEntriesStruct), _U, _S, POINTER(ScoreBootstrapResult), _P, _P,
                                        _P]),
    "fairu_score_table_read_csv": (_STATUS, [_P, _T, _OUT]),
    "fairu_score_table_destroy": (_VOID, [_P]),
    "fairu_score_table_entries": (_STATUS, [_P, _P, POINTER(ScoreEntriesStruct)]),
    "fairu_probability_options_init": (_STATUS, [POINTER(ProbabilityOptions), _S]),
    "fairu_probability_map_create": (_STATUS, [_P, POINTER(ProbabilityOptions), _P, _P, _P, _S, _OUT]),
    "fairu_probability_map_destroy": (_VOID, [_P]),
    "fairu_probability_map_apply": (_STATUS, [_P, _P, _P, _S, _I, _P]),
    "fairu_probability_map_log_ratio": (_STATUS, [_P, _P, _P, _S, _P]),
    "fairu_probability_map_describe": (_STATUS, [_P, _P, POINTER(ProbabilitySummary)]),
    "fairu_probability_map_knot": (_STATUS, [_P, _P, _S, POINTER(_D), POINTER(_D)]),
    "fairu_probability_map_save": (_STATUS, [_P, _P, _T]),
    "fairu_probability_map_load": (_STATUS, [_P, _T, _OUT]),
    "fairu_classifier_create_calibrated": (_STATUS, [_P, _P, _P, _OUT]),
    "fairu_probability_logit": (_STATUS, [_P, _P, _S, _P]),
    "fairu_probability_log_ratio": (_STATUS, [_P, _P, _S, _D, _D, _P]),
    "fairu_reliability_options_init": (_STATUS, [POINTER(ReliabilityOptions), _S]),
    "fairu_reliability_measure": (_STATUS, [_P, POINTER(ReliabilityOptions), _P, _P, _P, _S, POINTER(ReliabilityBin),
                                            POINTER(ReliabilityResult)]),
    "fairu_interval_options_init": (_STATUS, [POINTER(IntervalOptions), _S]),
    "fairu_likelihood_interval": (_STATUS, [_P, _P, _P, POINTER(IntervalOptions), POINTER(IntervalResult), _P,
                                            _P, _S]),
}


class Functions:
    """lib.events_create(...) calls fairu_events_create(...)."""

    def __init__(self):
        library = _load()
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name[len("fairu_"):], function)


lib = Functions()


def version():
    """Version of libfairu, such as "0.1.0"."""
    return lib.version_string().decode()


class Error(Exception):
    """A call that failed: .code (11), .name ("FAIRU_ERR_ARGUMENT"), .message (what and where)."""

    def __init__(self, code, message=""):
        self.code = code
        self.name = lib.status_name(code).decode()
        self.message = message or lib.status_text(code).decode()
        super().__init__(f"{self.name}: {self.message}")


class Context:
    """Messages and settings of a sequence of calls; one per thread. Most code needs none: every call takes
    context=None, which means a context of its own for each Python thread."""

    def __init__(self, threads=1, deadline=None):
        self._handle = None
        self._handle = create(None, lib.context_create, None, free=None)
        self.threads = threads
        if deadline is not None:
            self.check(lib.context_set_deadline(self._handle, deadline))

    def __del__(self):
        if getattr(self, "_handle", None):
            lib.context_destroy(self._handle)

    @property
    def threads(self):
        """Worker threads inside one call; the result does not depend on their number."""
        return lib.context_threads(self._handle)

    @threads.setter
    def threads(self, n):
        self.check(lib.context_set_threads(self._handle, n))

    @property
    def kernel(self):
        """Name of the vector kernels in use."""
        return lib.context_kernel(self._handle).decode()

    def check(self, status):
        """Raise Error unless status is 0."""
        if status != 0:
            cause = callback_errors.pop() if status == ERR_CALLBACK and callback_errors else None
            raise Error(status, lib.context_message(self._handle).decode(errors="replace")) from cause


ERR_CALLBACK = 34
callback_errors = collections.deque(maxlen=16)  # what Python functions called by the library raised
_local = threading.local()


def context_or_default(context):
    if context is not None:
        return context
    if not hasattr(_local, "context"):
        _local.context = Context()
    return _local.context


def create(context, function, *arguments, free):
    """Call a creator whose last argument is the handle."""
    out = c_void_p()
    if context is None:  # the context itself
        status = function(*arguments, ctypes.byref(out))
        if status != 0:
            raise Error(status)
    else:
        context.check(function(*arguments, ctypes.byref(out)))
    return out.value if free is None else Handle(out.value, free)


class Handle:
    """Owns a C object; passes itself as its pointer."""

    def __init__(self, pointer, free):
        self._as_parameter_ = c_void_p(pointer)
        self._free = free

    def __del__(self):
        if self._as_parameter_:
            self._free(self._as_parameter_)
            self._as_parameter_ = None

    @property
    def pointer(self):
        return self._as_parameter_


def text(value):
    return None if value is None else os.fsencode(value)


def names(values):
    """char ** of a list of strings, and its length."""
    encoded = [v.encode() for v in values]
    return (c_char_p * max(len(encoded), 1))(*encoded), len(encoded)


def whole(value, what, most=2 ** 64 - 1):
    """A number that C takes as it is; ctypes would wrap it around."""
    number = operator.index(value)
    if not 0 <= number <= most:
        raise Error(14, f"{what} is {number}, allowed are 0 to {most}")
    return number


def doubles(values, shape=None):
    """A contiguous array of double; its address with address()."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if shape is not None and array.shape != shape:
        raise Error(13, f"shape {array.shape} given, {shape} wanted")
    return array


def address(array):
    """Pointer to the first element, None for None."""
    return None if array is None else c_void_p(array.ctypes.data)


def double_pointer(array):
    return array.ctypes.data_as(POINTER(c_double))


class _Memory:
    """Keeps the owner of C memory alive as long as an array looks at it."""

    def __init__(self, owner, pointer, shape, strides, kind):
        self.owner = owner
        self.__array_interface__ = {"version": 3, "data": (pointer, True), "shape": shape, "strides": strides,
                                    "typestr": kind}


def view(owner, pointer, shape, kind, strides=None):
    """Read-only array over C memory; None if pointer is NULL."""
    return None if not pointer else np.asarray(_Memory(owner, pointer, shape, strides, kind))
