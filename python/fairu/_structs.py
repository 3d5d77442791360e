"""Structs, types of callbacks and numbers of words. Written by python/tools/bindings.py from the headers: change those."""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_float, c_int, c_int64, c_size_t, c_ubyte, c_uint64,
                    c_void_p)

# A pointer of one kind is not taken for one of another: ctypes raises an exception.
BinTableHandle = type("BinTableHandle", (c_void_p,), {})
BinningHandle = type("BinningHandle", (c_void_p,), {})
ChallengeBaselineHandle = type("ChallengeBaselineHandle", (c_void_p,), {})
ClassifierHandle = type("ClassifierHandle", (c_void_p,), {})
CsvReaderHandle = type("CsvReaderHandle", (c_void_p,), {})
CsvWriterHandle = type("CsvWriterHandle", (c_void_p,), {})
DataHandle = type("DataHandle", (c_void_p,), {})
EventTermsHandle = type("EventTermsHandle", (c_void_p,), {})
EventsHandle = type("EventsHandle", (c_void_p,), {})
FillHandle = type("FillHandle", (c_void_p,), {})
GridHandle = type("GridHandle", (c_void_p,), {})
IntervalCalibrationHandle = type("IntervalCalibrationHandle", (c_void_p,), {})
IntervalTableHandle = type("IntervalTableHandle", (c_void_p,), {})
LikelihoodHandle = type("LikelihoodHandle", (c_void_p,), {})
ModelHandle = type("ModelHandle", (c_void_p,), {})
PatchsetHandle = type("PatchsetHandle", (c_void_p,), {})
ProbabilityMapHandle = type("ProbabilityMapHandle", (c_void_p,), {})
SystematicsHandle = type("SystematicsHandle", (c_void_p,), {})
TallyHandle = type("TallyHandle", (c_void_p,), {})
TemplatesHandle = type("TemplatesHandle", (c_void_p,), {})
WorkspaceHandle = type("WorkspaceHandle", (c_void_p,), {})
LOG_FN = CFUNCTYPE(None, c_int, c_void_p, c_void_p)
PROGRESS_FN = CFUNCTYPE(c_int, c_void_p, c_uint64, c_uint64, c_void_p)
TASK_FN = CFUNCTYPE(c_int, c_size_t, c_void_p)
EXECUTOR_FN = CFUNCTYPE(c_int, c_size_t, c_void_p, c_void_p, c_void_p)
TRANSFORM_FN = CFUNCTYPE(c_int, c_void_p, c_size_t, c_uint64, c_size_t, c_size_t, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p)
TRANSFORM_TANGENT_FN = CFUNCTYPE(c_int, c_void_p, c_size_t, c_uint64, c_size_t, c_size_t, c_void_p, c_void_p, c_size_t, c_void_p, c_void_p)
SCORE_FN = CFUNCTYPE(c_int, c_void_p, c_size_t, c_size_t, c_void_p, c_size_t, c_void_p, c_void_p)
EPOCH_FN = CFUNCTYPE(c_int, c_size_t, c_double, c_double, c_void_p)
SUMMARY_LOSS_FN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
YIELD_FN = CFUNCTYPE(c_int, c_size_t, c_void_p, c_size_t, c_size_t, c_void_p, c_void_p, c_void_p)
EVENT_TERM_FN = CFUNCTYPE(c_int, c_size_t, c_size_t, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p,
    c_void_p)
EVENT_YIELD_FN = CFUNCTYPE(c_int, c_void_p, c_size_t, c_void_p, c_void_p, c_void_p, c_void_p)
FINDING_FN = CFUNCTYPE(c_int, c_int, c_int, c_size_t, c_size_t, c_size_t, c_size_t, c_void_p, c_void_p)
ESTIMATOR_FN = CFUNCTYPE(c_int, c_void_p, c_uint64, c_void_p, c_void_p)


class Allocator(Structure):
    _fields_ = [("allocate", c_void_p), ("release", c_void_p), ("user_data", c_void_p)]


class Limits(Structure):
    _fields_ = [("struct_size", c_size_t), ("file_bytes", c_uint64), ("decompressed_bytes", c_uint64), ("decompressed_ratio", c_uint64),
                ("json_depth", c_uint64), ("json_string_bytes", c_uint64), ("name_bytes", c_uint64), ("csv_columns", c_uint64),
                ("csv_cell_bytes", c_uint64), ("rows", c_uint64), ("bins", c_uint64), ("model_bytes", c_uint64)]


class Missing(Structure):
    _fields_ = [("column", c_char_p), ("value", c_double), ("replacement", c_float)]


class NpzOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("features", POINTER(c_char_p)), ("n_features", c_size_t), ("names", POINTER(c_char_p)),
                ("n_names", c_size_t), ("label", c_char_p), ("weight", c_char_p), ("id", c_char_p)]


class ArrowOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("columns", POINTER(c_char_p)), ("n_columns", c_size_t), ("label", c_char_p),
                ("weight", c_char_p), ("id", c_char_p)]


class Nuisance(Structure):
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("prior", c_int), ("nominal", c_double), ("centre", c_double),
                ("width", c_double), ("lower", c_double), ("upper", c_double), ("table_z", POINTER(c_double)),
                ("table_density", POINTER(c_double)), ("n_table", c_size_t), ("statistical_origin", c_int)]


class Higgsml2014Options(Structure):
    _fields_ = [("struct_size", c_size_t), ("tes", c_char_p), ("jes", c_char_p), ("les", c_char_p), ("soft_met", c_char_p),
                ("bkg_scale", c_char_p), ("tau_pt_min", c_double)]


class HiggsmlOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("tes", c_char_p), ("jes", c_char_p), ("soft_met", c_char_p), ("log_soft_met", c_char_p),
                ("ttbar_scale", c_char_p), ("diboson_scale", c_char_p), ("bkg_scale", c_char_p), ("cuts", c_int), ("arithmetic", c_int),
                ("generator", c_int)]


class Migration(Structure):
    _fields_ = [("struct_size", c_size_t), ("cut", c_double), ("sentinel", c_double), ("category", c_double), ("crossing", c_double),
                ("weight", c_double), ("n_crossing", c_size_t)]


class Layer(Structure):
    _fields_ = [("n_in", c_size_t), ("n_out", c_size_t), ("activation", c_int), ("weights", POINTER(c_float)), ("bias", POINTER(c_float))]


class NetworkOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("features", POINTER(c_char_p)), ("n_features", c_size_t), ("nuisances", POINTER(c_char_p)),
                ("n_nuisances", c_size_t), ("offset", POINTER(c_double)), ("scale", POINTER(c_double)), ("z_lower", POINTER(c_double)),
                ("z_upper", POINTER(c_double))]


class InputOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("defaults", POINTER(c_float)), ("lower", POINTER(c_float)), ("upper", POINTER(c_float)),
                ("non_finite", c_int), ("outside", c_int)]


class TrainingOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("features", POINTER(c_char_p)), ("n_features", c_size_t), ("nuisances", POINTER(c_char_p)),
                ("n_nuisances", c_size_t), ("loss", c_int), ("n_classes", c_size_t), ("targets", POINTER(c_char_p)),
                ("n_targets", c_size_t), ("hidden", POINTER(c_size_t)), ("n_hidden", c_size_t), ("activation", c_int),
                ("activations", POINTER(c_int)), ("dropout", c_double), ("batch_norm", c_int), ("optimiser", c_int), ("schedule", c_int),
                ("learning_rate", c_double), ("final_rate", c_double), ("momentum", c_double), ("l2", c_double), ("batch", c_size_t),
                ("epochs", c_size_t), ("validation_fraction", c_double), ("patience", c_size_t), ("standardise", c_int), ("balance", c_int),
                ("gate", c_char_p), ("gate_nominal", c_double), ("members", c_size_t), ("tangents", POINTER(c_float)),
                ("n_tangents", c_size_t), ("tangent_penalty", c_double), ("checkpoint", c_char_p), ("checkpoint_every", c_size_t),
                ("resume", c_int), ("seed", c_uint64), ("on_epoch", EPOCH_FN), ("user_data", c_void_p)]


class TrainingResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("epochs", c_size_t), ("best_epoch", c_size_t), ("steps", c_uint64), ("training_loss", c_double),
                ("validation_loss", c_double)]


class AdversaryOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("nuisance", c_char_p), ("density", c_int), ("components", c_size_t),
                ("hidden", POINTER(c_size_t)), ("n_hidden", c_size_t), ("activation", c_int), ("sees", c_int), ("lambda", c_double),
                ("only_label", c_int), ("reversal", c_int), ("classifier_epochs", c_size_t), ("adversary_epochs", c_size_t),
                ("adversary_steps", c_size_t), ("rounds", c_size_t), ("optimiser", c_int), ("learning_rate", c_double), ("l2", c_double)]


class AdversaryResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("classifier_loss", c_double), ("adversary_loss", c_double),
                ("validation_classifier_loss", c_double), ("validation_adversary_loss", c_double), ("blind_loss", c_double)]


class SummaryCounts(Structure):
    _fields_ = [("n_processes", c_size_t), ("n_variations", c_size_t), ("n_tangents", c_size_t), ("n_bins", c_size_t),
                ("counts", POINTER(c_double)), ("tangents", POINTER(c_double))]


class SummaryOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("loss", SUMMARY_LOSS_FN), ("loss_data", c_void_p), ("kind", c_int), ("n_bins", c_size_t),
                ("temperature", c_double), ("bandwidth", c_double), ("edges", POINTER(c_double)), ("variations", POINTER(c_void_p)),
                ("n_variations", c_size_t), ("n_processes", c_size_t), ("warm_up", c_size_t)]


class SignificanceOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("signal", c_double), ("background", c_double), ("uncertainty", c_double), ("formula", c_int)]


class ProbabilityOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("method", c_int), ("soft_targets", c_int), ("n_bins", c_size_t), ("equal_width", c_int),
                ("margin", c_double)]


class ProbabilitySummary(Structure):
    _fields_ = [("struct_size", c_size_t), ("method", c_int), ("n_knots", c_size_t), ("slope", c_double), ("offset", c_double),
                ("covariance", c_double * 3), ("log_prior_odds", c_double), ("margin", c_double)]


class ReliabilityOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("n_bins", c_size_t), ("equal_weights", c_int), ("level", c_double)]


class ReliabilityBin(Structure):
    _fields_ = [("lower", c_double), ("upper", c_double), ("mean", c_double), ("fraction", c_double), ("fraction_lower", c_double),
                ("fraction_upper", c_double), ("spread", c_double), ("weight", c_double), ("effective", c_double), ("n", c_size_t)]


class ReliabilityResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_uint64), ("n_filled", c_size_t), ("weight", c_double), ("mean", c_double),
                ("fraction", c_double), ("expected_error", c_double), ("sampling_error", c_double), ("maximum_error", c_double),
                ("chi_square", c_double), ("brier", c_double), ("log_loss", c_double)]


class ImportOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("format", c_int), ("features", POINTER(c_char_p)), ("n_features", c_size_t),
                ("nuisances", POINTER(c_char_p)), ("n_nuisances", c_size_t), ("output", c_char_p)]


class Axis(Structure):
    _fields_ = [("name", c_char_p), ("knots", POINTER(c_double)), ("n_knots", c_size_t), ("nominal", c_double)]


class FillOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("classifier", ClassifierHandle), ("systematics", SystematicsHandle), ("mode", c_int),
                ("score_z", POINTER(c_double)), ("shift_z", POINTER(c_double)), ("scale", c_double), ("seed", c_uint64),
                ("bandwidth", c_double)]


class Factor(Structure):
    _fields_ = [("name", c_char_p), ("process", c_char_p), ("start", c_double), ("lower", c_double), ("upper", c_double)]


class EventModel(Structure):
    _fields_ = [("struct_size", c_size_t), ("signal_yield", c_double), ("background_yield", c_double), ("nuisances", POINTER(c_char_p)),
                ("lower", POINTER(c_double)), ("upper", POINTER(c_double)), ("start", POINTER(c_double)), ("n_nuisances", c_size_t),
                ("term", EVENT_TERM_FN), ("term_data", c_void_p), ("terms", EventTermsHandle), ("yields", EVENT_YIELD_FN),
                ("yield_data", c_void_p)]


class Parameter(Structure):
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("kind", c_int), ("start", c_double), ("lower", c_double),
                ("upper", c_double), ("constraint", c_int), ("fixed", c_int), ("width", c_double), ("aux", c_double),
                ("statistical_origin", c_int)]


class CombineOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("poi", c_char_p), ("allow_same_events", c_int)]


class EventClassifiers(Structure):
    _fields_ = [("struct_size", c_size_t), ("ratio", ClassifierHandle), ("ratio_prior", c_double), ("density", ClassifierHandle),
                ("density_prior", c_double)]


class ExpectedNuisance(Structure):
    _fields_ = [("struct_size", c_size_t), ("source", c_int), ("tangent", c_size_t), ("up", c_size_t), ("down", c_size_t),
                ("process", c_size_t), ("step_up", c_double), ("step_down", c_double), ("width", c_double)]


class ExpectedResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("variance", c_double), ("sigma", c_double), ("sigma_mu", c_double), ("stat", c_double),
                ("determinant", c_double), ("cls", c_double), ("q", c_double), ("p0", c_double), ("q0", c_double),
                ("nuisance_sigma", c_double * 16)]


class WorkspaceOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("measurement", c_char_p), ("poi", c_char_p), ("norm_code", c_int), ("shift_code", c_int),
                ("two_points", POINTER(c_char_p)), ("n_two_points", c_size_t)]


class FitOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("start", POINTER(c_double)), ("fixed", POINTER(c_ubyte)), ("starts", POINTER(c_double)),
                ("n_starts", c_size_t), ("spread_starts", c_int), ("max_iterations", c_int), ("edm_tolerance", c_double)]


class FitResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("nll", c_double * 2), ("edm", c_double), ("min_eigenvalue", c_double), ("status", c_int),
                ("iterations", c_int), ("evaluations", c_int), ("n_minima", c_int), ("n_at_bound", c_int), ("n_zero_yield", c_int)]


class IntervalResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("best", c_double), ("lower", c_double), ("upper", c_double), ("lower_end", c_int),
                ("upper_end", c_int), ("nll_minimum", c_double), ("evaluations", c_int)]


class HypotestResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_double), ("asimov", c_double), ("mu_hat", c_double), ("p_sb", c_double),
                ("p_b", c_double), ("cls", c_double), ("expected", c_double * 5), ("expected_p_sb", c_double * 5),
                ("expected_p_b", c_double * 5), ("significance", c_double), ("lower_branch", c_double), ("evaluations", c_int)]


class LimitResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("observed", c_double), ("expected", c_double * 5), ("mu_hat", c_double), ("evaluations", c_int)]


class ImpactResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("parameter", c_size_t), ("value", c_double), ("error", c_double), ("prefit_error", c_double),
                ("pull", c_double), ("constraint", c_double), ("impact_up", c_double), ("impact_down", c_double), ("prefit_up", c_double),
                ("prefit_down", c_double), ("contribution", c_double), ("statistical_origin", c_int)]


class Group(Structure):
    _fields_ = [("name", c_char_p), ("parameters", POINTER(c_size_t)), ("n_parameters", c_size_t)]


class BreakdownResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("error_up", c_double), ("error_down", c_double), ("fixed_up", c_double),
                ("fixed_down", c_double), ("part_up", c_double), ("part_down", c_double)]


class GoodnessResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("deviance", c_double), ("n_data", c_int), ("n_free", c_int), ("dof", c_int),
                ("p_value", c_double)]


class ChallengeBaselineNuisance(Structure):
    _fields_ = [("name", c_char_p), ("nominal", c_double), ("width", c_double), ("lower", c_double), ("upper", c_double)]


class ChallengeBaselineResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("mu_hat", c_double), ("p16", c_double), ("p84", c_double), ("delta_mu_hat", c_double),
                ("nll", c_double), ("n_at_limit", c_int)]


class ToyResult(Structure):
    _fields_ = [("toy", c_uint64), ("estimate", c_double), ("lower", c_double), ("upper", c_double), ("nuisance", c_double),
                ("status", c_int)]


class Coverage(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_uint64), ("n_failed", c_uint64), ("n_covered", c_uint64), ("coverage", c_double),
                ("coverage_lower", c_double), ("coverage_upper", c_double), ("mean_half_width", c_double), ("mean_estimate", c_double),
                ("bias", c_double), ("std_estimate", c_double), ("mean_nuisance", c_double), ("std_nuisance", c_double),
                ("pull_mean", c_double), ("pull_width", c_double)]


class ToyTestResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_double), ("p_sb", c_double), ("p_b", c_double), ("cls", c_double),
                ("p_sb_error", c_double), ("p_b_error", c_double), ("expected", c_double * 5), ("n_sb", c_uint64), ("n_b", c_uint64),
                ("n_failed_sb", c_uint64), ("n_failed_b", c_uint64)]


class CalibratedIntervalResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("estimate", c_double), ("lower", c_double), ("upper", c_double), ("n_pieces", c_int),
                ("lower_end", c_int), ("upper_end", c_int)]


class ChallengeOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("generator", c_int), ("seed", c_uint64), ("n_sets", c_uint64), ("n_pe", c_uint64),
                ("mu", POINTER(c_double)), ("mu_lower", c_double), ("mu_upper", c_double), ("tes", c_int), ("jes", c_int),
                ("soft_met", c_int), ("ttbar_scale", c_int), ("diboson_scale", c_int), ("bkg_scale", c_int)]


class PseudoExperimentStruct(Structure):
    _fields_ = [("struct_size", c_size_t), ("set", c_uint64), ("pe", c_uint64), ("number", c_uint64), ("seed", c_uint64),
                ("smearing_seed", c_uint64), ("generator", c_int), ("mu", c_double), ("tes", c_double), ("jes", c_double),
                ("soft_met", c_double), ("ttbar_scale", c_double), ("diboson_scale", c_double), ("bkg_scale", c_double),
                ("rates", c_double * 4)]


class ChallengeFill(Structure):
    _fields_ = [("struct_size", c_size_t), ("classifier", ClassifierHandle), ("binnings", POINTER(c_void_p)), ("n_binnings", c_size_t),
                ("systematics", SystematicsHandle)]


class IntervalEntriesStruct(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_size_t), ("mu_true", POINTER(c_double)), ("p16", POINTER(c_double)),
                ("p84", POINTER(c_double)), ("mu_hat", POINTER(c_double)), ("delta_mu_hat", POINTER(c_double)), ("set", POINTER(c_int64))]


class ScoreResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_uint64), ("n_covered", c_uint64), ("n_inverted", c_uint64), ("n_sets", c_uint64),
                ("interval", c_double), ("coverage", c_double), ("coverage_lower", c_double), ("coverage_upper", c_double),
                ("sigma", c_double), ("penalty", c_double), ("quantile_score", c_double), ("rmse", c_double), ("mae", c_double)]


class IntervalScoreBootstrapResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n_replicas", c_uint64), ("interval", c_double), ("coverage", c_double),
                ("quantile_score", c_double), ("interval_std", c_double), ("coverage_std", c_double), ("quantile_score_std", c_double)]


class CsvOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("columns", POINTER(c_char_p)), ("n_columns", c_size_t), ("label", c_char_p),
                ("weight", c_char_p), ("id", c_char_p), ("missing", POINTER(Missing)), ("n_missing", c_size_t), ("delimiter", c_char),
                ("optional", c_int)]


class Constraint(Structure):
    _fields_ = [("nuisance", c_char_p), ("kind", c_int), ("prior", POINTER(Nuisance)), ("auxiliary", TemplatesHandle)]


class ParameterOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("start", c_double), ("lower", c_double), ("upper", c_double), ("fixed", c_int),
                ("prior", POINTER(Nuisance)), ("poisson_scale", c_double), ("aux", c_double)]


class ExpectedLossOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("yields", POINTER(c_double)), ("n_processes", c_size_t), ("signal", c_size_t),
                ("nuisances", POINTER(ExpectedNuisance)), ("n_nuisances", c_size_t), ("floor", c_double), ("quantity", c_int),
                ("logarithm", c_int), ("interpolation", c_int)]


class IntervalOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("parameter", c_size_t), ("level", c_double), ("delta_nll", c_double), ("nll_minimum", c_double),
                ("fit", POINTER(FitOptions))]


class HypotestOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_int), ("model_bounds", c_int), ("clipped_normal", c_int),
                ("all_branches", c_int), ("fit", POINTER(FitOptions))]


class MethodOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("method", c_int), ("training", POINTER(TrainingOptions)), ("nuisances", POINTER(c_char_p)),
                ("n_nuisances", c_size_t), ("signal_label", c_char_p), ("points", POINTER(c_double)), ("n_points", c_size_t),
                ("copies", c_size_t), ("spread", c_double), ("gate", c_char_p), ("strength", c_double),
                ("adversary", POINTER(AdversaryOptions)), ("summary", POINTER(SummaryOptions)), ("signal", c_double),
                ("background", c_double), ("background_uncertainty", c_double), ("step", c_double), ("steps", POINTER(c_double)),
                ("use_tangents", c_int), ("free_nuisances", c_int), ("quantity", c_int), ("with_z", c_int)]


class IntervalCalibrationOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("lower", c_double), ("upper", c_double), ("n_mu", c_size_t), ("n_toys", c_uint64),
                ("level", c_double), ("seed", c_uint64), ("draw_nuisances", c_int), ("template_statistics", c_double),
                ("pool_statistics", c_double), ("fixed_sums", c_int), ("fit", POINTER(FitOptions))]


class LikelihoodOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("factors", POINTER(Factor)), ("n_factors", c_size_t), ("poi", c_size_t),
                ("constraints", POINTER(Constraint)), ("n_constraints", c_size_t), ("mc_stat", c_int), ("constant", c_int)]


class ToyStudy(Structure):
    _fields_ = [("struct_size", c_size_t), ("likelihood", LikelihoodHandle), ("truth", POINTER(c_double)), ("n_params", c_size_t),
                ("seed", c_uint64), ("nuisance", c_size_t), ("interval", POINTER(IntervalOptions)), ("grid", GridHandle),
                ("tables", POINTER(c_void_p)), ("scales", POINTER(c_double)), ("n_tables", c_size_t)]


class ToyTest(Structure):
    _fields_ = [("struct_size", c_size_t), ("options", POINTER(HypotestOptions)), ("n_toys", c_uint64), ("seed", c_uint64)]


# structs whose names in C are not those of the classes: fairu_axis is Axis, fairu_csv_options CsvOptions
C_NAMES = {"IntervalResult": "fairu_interval", "LimitResult": "fairu_limit", "ImpactResult": "fairu_impact",
           "BreakdownResult": "fairu_breakdown", "GoodnessResult": "fairu_goodness", "ScoreResult": "fairu_interval_score",
           "CalibratedIntervalResult": "fairu_calibrated_interval", "PseudoExperimentStruct": "fairu_challenge_experiment",
           "IntervalEntriesStruct": "fairu_interval_entries", "ReliabilityResult": "fairu_reliability"}

# enum: {word: number}
ENUMS = {
    "fairu_status": {"ok": 0, "err_null": 10, "err_argument": 11, "err_struct_size": 12, "err_shape": 13, "err_range": 14,
        "err_non_finite": 15, "err_not_found": 16, "err_duplicate": 17, "err_empty": 18, "err_out_of_memory": 30, "err_limit": 31,
        "err_cancelled": 32, "err_deadline": 33, "err_callback": 34, "err_thread": 35, "err_io": 50, "err_format": 51, "err_truncated": 52,
        "err_checksum": 53, "err_version": 54, "err_unsupported": 55, "err_negative_yield": 70, "err_negative_weight": 71,
        "err_not_converged": 72, "err_not_positive_definite": 73, "err_flat": 74, "err_internal": 99},
    "fairu_log_level": {"warning": 1, "info": 2, "debug": 3},
    "fairu_blas_policy": {"auto": 0, "never": 1, "always": 2},
    "fairu_prior": {"gaussian": 1, "log_normal": 2, "uniform": 3, "tabulated": 4},
    "fairu_arithmetic": {"fast": 0, "reference": 1},
    "fairu_generator": {"philox": 0, "numpy": 1},
    "fairu_activation": {"linear": 0, "relu": 1, "tanh": 2, "sigmoid": 3, "elu": 4, "softmax": 5},
    "fairu_output": {"score": 0, "logit": 1, "class": 2},
    "fairu_input_policy": {"refuse": 0, "default": 1, "pass": 2, "clip": 3},
    "fairu_optimiser": {"adam": 1, "sgd": 2, "rmsprop": 3},
    "fairu_loss": {"binary": 1, "categorical": 2, "squared": 3},
    "fairu_schedule": {"constant": 0, "cosine": 1, "step": 2},
    "fairu_density": {"auto": 0, "mixture": 1, "gaussian": 2, "discrete": 3, "squared": 4},
    "fairu_summary_kind": {"softmax": 1, "kde": 2, "score": 3},
    "fairu_significance_formula": {"simple": 1, "asimov": 2},
    "fairu_probability_method": {"platt": 0, "isotonic": 1, "histogram": 2},
    "fairu_format": {"auto": 0, "fairu": 1, "onnx": 2, "lwtnn": 3, "lwtnn_graph": 4},
    "fairu_fill_mode": {"at_point": 0, "scored_at": 1, "shifted_at": 2},
    "fairu_bandwidth_rule": {"silverman": 0, "scott": 1},
    "fairu_interpolation": {"log": 0, "linear": 1, "sqrt": 2},
    "fairu_constraint_kind": {"none": 0, "prior": 1, "auxiliary": 2, "poisson": 3},
    "fairu_mc_stat": {"none": 0, "moving": 1},
    "fairu_nll_constant": {"poisson": 0, "published": 1, "saturated": 2},
    "fairu_parameter_kind": {"factor": 1, "nuisance": 2, "gamma": 3},
    "fairu_normalise": {"background": 1, "signal": 2},
    "fairu_interpolation_code": {"0": 1, "1": 2, "2": 3, "4": 4, "4p": 5, "2_pyhf": 6},
    "fairu_nuisance_source": {"tangent": 1, "variations": 2, "rate": 3},
    "fairu_expected_quantity": {"variance": 1, "sigma": 2, "cls": 3, "p0": 4, "determinant": 5},
    "fairu_interval_end": {"crossing": 0, "bound": 1, "yield": 2, "empty": 3},
    "fairu_test_statistic": {"t": 1, "t_tilde": 2, "q": 3, "q_tilde": 4, "q0": 5},
    "fairu_finding_code": {"same_side": 1, "identical": 2, "one_sided": 3, "empty_bin": 4, "no_background": 5, "negative_yield": 6,
        "negative_total": 7, "huge_tau": 8, "large_stat_error": 9, "fake_constraint": 10, "large_variation": 11, "no_effect": 12,
        "observed_zero": 13},
    "fairu_severity": {"note": 1, "warning": 2, "error": 3},
    "fairu_method": {"baseline": 1, "augmented": 2, "aware": 3, "pivot": 4, "gradient_reversal": 5, "tangent": 6, "inferno": 7, "neos": 8,
        "significance": 9},
    "fairu_challenge_process": {"ztautau": 0, "diboson": 1, "ttbar": 2, "htautau": 3, "processes": 4},
}
