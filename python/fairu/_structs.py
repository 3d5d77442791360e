"""Structs of the C headers, field by field; tests/python/test_layout.py compares them with the headers."""
from ctypes import (POINTER, Structure, c_char, c_char_p, c_double, c_float, c_int, c_size_t, c_ubyte, c_uint64,
                    c_void_p)


class CsvOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("columns", POINTER(c_char_p)), ("n_columns", c_size_t),
                ("label", c_char_p), ("weight", c_char_p), ("id", c_char_p), ("missing", c_void_p),
                ("n_missing", c_size_t), ("delimiter", c_char), ("optional", c_int)]


class Missing(Structure):
    _fields_ = [("column", c_char_p), ("value", c_double), ("replacement", c_float)]


class NpzOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("features", POINTER(c_char_p)), ("n_features", c_size_t),
                ("names", POINTER(c_char_p)), ("n_names", c_size_t), ("weight", c_char_p), ("label", c_char_p),
                ("id", c_char_p)]


class ArrowOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("columns", POINTER(c_char_p)), ("n_columns", c_size_t),
                ("label", c_char_p), ("weight", c_char_p), ("id", c_char_p)]


class Axis(Structure):
    _fields_ = [("name", c_char_p), ("knots", POINTER(c_double)), ("n_knots", c_size_t), ("nominal", c_double)]


class Factor(Structure):
    _fields_ = [("name", c_char_p), ("process", c_char_p), ("start", c_double), ("lower", c_double),
                ("upper", c_double)]


class Nuisance(Structure):
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("prior", c_int), ("nominal", c_double),
                ("width", c_double), ("lower", c_double), ("upper", c_double), ("table_z", POINTER(c_double)),
                ("table_density", POINTER(c_double)), ("n_table", c_size_t), ("statistical_origin", c_int),
                ("center", c_double)]


class HiggsmlOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("tes", c_char_p), ("jes", c_char_p), ("soft_met", c_char_p),
                ("ttbar_scale", c_char_p), ("diboson_scale", c_char_p), ("bkg_scale", c_char_p), ("cuts", c_int),
                ("arithmetic", c_int), ("generator", c_int), ("log_soft_met", c_char_p)]


class Higgsml2014Options(Structure):
    _fields_ = [("struct_size", c_size_t), ("tes", c_char_p), ("jes", c_char_p), ("les", c_char_p),
                ("soft_met", c_char_p), ("bkg_scale", c_char_p), ("tau_pt_min", c_double)]


class Constraint(Structure):
    _fields_ = [("nuisance", c_char_p), ("kind", c_int), ("prior", POINTER(Nuisance)), ("auxiliary", c_void_p)]


class LikelihoodOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("factors", POINTER(Factor)), ("n_factors", c_size_t),
                ("poi", c_size_t), ("constraints", POINTER(Constraint)), ("n_constraints", c_size_t),
                ("mc_stat", c_int), ("constant", c_int)]


class Parameter(Structure):
    _fields_ = [("struct_size", c_size_t), ("name", c_char_p), ("kind", c_int), ("start", c_double),
                ("lower", c_double), ("upper", c_double), ("constraint", c_int), ("fixed", c_int), ("width", c_double),
                ("aux", c_double), ("statistical_origin", c_int)]


class FitOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("start", POINTER(c_double)), ("fixed", POINTER(c_ubyte)),
                ("starts", POINTER(c_double)), ("n_starts", c_size_t), ("spread_starts", c_int),
                ("max_iterations", c_int), ("edm_tolerance", c_double)]


class FitResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("nll", c_double * 2), ("edm", c_double),
                ("min_eigenvalue", c_double), ("status", c_int), ("iterations", c_int), ("evaluations", c_int),
                ("n_minima", c_int), ("n_at_bound", c_int), ("n_zero_yield", c_int)]


class IntervalOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("parameter", c_size_t), ("level", c_double),
                ("delta_nll", c_double), ("nll_minimum", c_double), ("fit", FitOptions)]


class IntervalResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("best", c_double), ("lower", c_double), ("upper", c_double),
                ("lower_end", c_int), ("upper_end", c_int), ("nll_minimum", c_double), ("evaluations", c_int)]


class WorkspaceOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("measurement", c_char_p), ("poi", c_char_p), ("norm_code", c_int),
                ("shift_code", c_int), ("two_points", POINTER(c_char_p)), ("n_two_points", c_size_t)]


class HypotestOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_int), ("model_bounds", c_int), ("clipped_normal", c_int),
                ("all_branches", c_int), ("fit", FitOptions)]


class HypotestResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_double), ("asimov", c_double), ("mu_hat", c_double),
                ("p_sb", c_double), ("p_b", c_double), ("cls", c_double), ("expected", c_double * 5),
                ("expected_p_sb", c_double * 5), ("expected_p_b", c_double * 5), ("significance", c_double),
                ("lower_branch", c_double), ("evaluations", c_int)]


class LimitResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("observed", c_double), ("expected", c_double * 5), ("mu_hat", c_double),
                ("evaluations", c_int)]


class ImpactResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("parameter", c_size_t), ("value", c_double), ("error", c_double),
                ("prefit_error", c_double), ("pull", c_double), ("constraint", c_double), ("impact_up", c_double),
                ("impact_down", c_double), ("prefit_up", c_double), ("prefit_down", c_double),
                ("contribution", c_double), ("statistical_origin", c_int)]


class Group(Structure):
    _fields_ = [("name", c_char_p), ("parameters", POINTER(c_size_t)), ("n_parameters", c_size_t)]


class BreakdownResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("error_up", c_double), ("error_down", c_double), ("fixed_up", c_double),
                ("fixed_down", c_double), ("part_up", c_double), ("part_down", c_double)]


class GoodnessResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("deviance", c_double), ("n_data", c_int), ("n_free", c_int), ("dof", c_int),
                ("p_value", c_double)]


class ToyTest(Structure):
    _fields_ = [("struct_size", c_size_t), ("options", POINTER(HypotestOptions)), ("n_toys", c_uint64), ("seed", c_uint64)]


class ToyTestResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("statistic", c_double), ("p_sb", c_double), ("p_b", c_double),
                ("cls", c_double), ("p_sb_error", c_double), ("p_b_error", c_double), ("expected", c_double * 5),
                ("n_sb", c_uint64), ("n_b", c_uint64), ("n_failed_sb", c_uint64), ("n_failed_b", c_uint64)]


class BaselineNuisance(Structure):
    _fields_ = [("name", c_char_p), ("nominal", c_double), ("width", c_double), ("lower", c_double), ("upper", c_double)]


class BaselineResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("mu_hat", c_double), ("p16", c_double), ("p84", c_double),
                ("delta_mu_hat", c_double), ("nll", c_double), ("n_at_limit", c_int)]


class CalibrationOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("lower", c_double), ("upper", c_double), ("n_mu", c_size_t), ("n_toys", c_uint64),
                ("level", c_double), ("seed", c_uint64), ("draw_nuisances", c_int), ("template_statistics", c_double),
                ("pool_statistics", c_double), ("fit", POINTER(FitOptions)), ("fixed_sums", c_int)]


class CalibratedIntervalResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("estimate", c_double), ("lower", c_double), ("upper", c_double),
                ("n_pieces", c_int), ("lower_end", c_int), ("upper_end", c_int)]


class CombineOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("poi", c_char_p), ("allow_same_events", c_int)]


class EventModel(Structure):
    _fields_ = [("struct_size", c_size_t), ("signal_yield", c_double), ("background_yield", c_double),
                ("nuisances", POINTER(c_char_p)), ("lower", POINTER(c_double)), ("upper", POINTER(c_double)),
                ("start", POINTER(c_double)), ("n_nuisances", c_size_t), ("term", c_void_p), ("user_data", c_void_p),
                ("terms", c_void_p), ("yields", c_void_p), ("yield_data", c_void_p)]


class TrainingOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("features", POINTER(c_char_p)), ("n_features", c_size_t),
                ("nuisances", POINTER(c_char_p)), ("n_nuisances", c_size_t), ("hidden", POINTER(c_size_t)),
                ("n_hidden", c_size_t), ("activation", c_int), ("optimizer", c_int), ("schedule", c_int),
                ("learning_rate", c_double), ("final_rate", c_double), ("momentum", c_double), ("l2", c_double),
                ("batch", c_size_t), ("epochs", c_size_t), ("validation_fraction", c_double), ("patience", c_size_t),
                ("standardise", c_int), ("balance", c_int), ("gate", c_char_p), ("gate_nominal", c_double),
                ("seed", c_uint64), ("on_epoch", c_void_p), ("user_data", c_void_p), ("loss", c_int),
                ("n_classes", c_size_t), ("targets", POINTER(c_char_p)), ("n_targets", c_size_t),
                ("dropout", c_double), ("batch_norm", c_int), ("members", c_size_t), ("checkpoint", c_char_p),
                ("checkpoint_every", c_size_t), ("resume", c_int), ("tangents", POINTER(c_float)),
                ("n_tangents", c_size_t), ("tangent_penalty", c_double),
                ("activations", POINTER(c_int))]


class TrainingResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("epochs", c_size_t), ("best_epoch", c_size_t), ("steps", c_uint64),
                ("training_loss", c_double), ("validation_loss", c_double)]


class ImportOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("format", c_int), ("features", POINTER(c_char_p)), ("n_features", c_size_t),
                ("nuisances", POINTER(c_char_p)), ("n_nuisances", c_size_t), ("output", c_char_p)]


class InputOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("defaults", POINTER(c_float)), ("lower", POINTER(c_float)),
                ("upper", POINTER(c_float)), ("non_finite", c_int), ("outside", c_int)]


class FillOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("systematics", c_void_p), ("classifier", c_void_p), ("mode", c_int),
                ("score_z", POINTER(c_double)), ("shift_z", POINTER(c_double)), ("scale", c_double),
                ("seed", c_uint64), ("bandwidth", c_double)]


class PseudoOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("generator", c_int), ("seed", c_uint64), ("n_sets", c_uint64),
                ("n_pe", c_uint64), ("mu", POINTER(c_double)), ("mu_lower", c_double), ("mu_upper", c_double),
                ("tes", c_int), ("jes", c_int), ("soft_met", c_int), ("ttbar_scale", c_int),
                ("diboson_scale", c_int), ("bkg_scale", c_int)]


class PseudoExperimentStruct(Structure):
    _fields_ = [("struct_size", c_size_t), ("set", c_uint64), ("pe", c_uint64), ("number", c_uint64),
                ("seed", c_uint64), ("smearing_seed", c_uint64), ("generator", c_int), ("mu", c_double),
                ("tes", c_double), ("jes", c_double), ("soft_met", c_double), ("ttbar_scale", c_double),
                ("diboson_scale", c_double), ("bkg_scale", c_double), ("rates", c_double * 4)]


class PseudoFill(Structure):
    _fields_ = [("struct_size", c_size_t), ("systematics", c_void_p), ("classifier", c_void_p),
                ("binnings", POINTER(c_void_p)), ("n_binnings", c_size_t)]


class ScoreEntriesStruct(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_size_t), ("mu_true", c_void_p), ("p16", c_void_p),
                ("p84", c_void_p), ("mu_hat", c_void_p), ("delta_mu_hat", c_void_p), ("set", c_void_p)]


class ScoreResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_uint64), ("n_covered", c_uint64), ("n_inverted", c_uint64),
                ("n_sets", c_uint64), ("interval", c_double), ("coverage", c_double), ("coverage_lower", c_double),
                ("coverage_upper", c_double), ("sigma", c_double), ("penalty", c_double),
                ("quantile_score", c_double), ("rmse", c_double), ("mae", c_double)]


class ScoreBootstrapResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n_replicas", c_uint64), ("interval", c_double), ("coverage", c_double),
                ("quantile_score", c_double), ("interval_std", c_double), ("coverage_std", c_double),
                ("quantile_score_std", c_double)]


class ProbabilityOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("method", c_int), ("soft_targets", c_int), ("n_bins", c_size_t),
                ("equal_width", c_int), ("margin", c_double)]


class ProbabilitySummary(Structure):
    _fields_ = [("struct_size", c_size_t), ("method", c_int), ("n_knots", c_size_t), ("slope", c_double),
                ("offset", c_double), ("covariance", c_double * 3), ("log_prior_odds", c_double), ("margin", c_double)]


class ReliabilityOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("n_bins", c_size_t), ("equal_weights", c_int), ("level", c_double)]


class ReliabilityBin(Structure):
    _fields_ = [("lower", c_double), ("upper", c_double), ("mean", c_double), ("fraction", c_double),
                ("fraction_lower", c_double), ("fraction_upper", c_double), ("spread", c_double), ("weight", c_double),
                ("effective", c_double), ("n", c_size_t)]


class ReliabilityResult(Structure):
    _fields_ = [("struct_size", c_size_t), ("n", c_uint64), ("n_filled", c_size_t), ("weight", c_double),
                ("mean", c_double), ("fraction", c_double), ("expected_error", c_double),
                ("sampling_error", c_double), ("maximum_error", c_double), ("chi_square", c_double),
                ("brier", c_double), ("log_loss", c_double)]


# where the name in C is not that of the class: fairu_axis is Axis, fairu_csv_options CsvOptions
C_NAMES = {"ReliabilityResult": "fairu_reliability", "IntervalResult": "fairu_interval", "LimitResult": "fairu_limit", "ImpactResult": "fairu_impact",
           "BreakdownResult": "fairu_breakdown", "GoodnessResult": "fairu_goodness", "CalibratedIntervalResult": "fairu_calibrated_interval",
           "PseudoExperimentStruct": "fairu_pseudo_experiment", "ScoreEntriesStruct": "fairu_score_entries", "ScoreResult": "fairu_score"}
