/* fairu/probability.h - from scores to probabilities: maps made from events of known class, how reliable they
 * are, likelihood ratios.
 *
 * A score s in [0, 1] with logit t = ln(s / (1 - s)) ranks events; as a probability it may be wrong. A map
 * p(t) is made on events that the classifier was not trained on:
 *
 *   Platt      p = 1 / (1 + exp(-(slope t + offset))), minimising sum_i w_i [ln(1 + exp(u_i)) - y_i u_i], u_i = slope t_i + offset, by Newton's
 *              method with exact derivatives (Platt 1999; Lin, Lin and Weng, Mach. Learn. 68 (2007) 267).
 *   isotonic   the non-decreasing p(t) that minimises sum_i w_i (y_i - p(t_i))^2: pool adjacent violators (Ayer et al., Ann. Math. Stat. 26 (1955)
 *              641; Zadrozny and Elkan, KDD 2002). Events of one logit are one point. Flat inside a block, linear in t between the last event of
 *              a block and the first of the next, flat beyond both ends: every event has the value of its block.
 *   histogram  the fraction of signal in bins of t, a step function (Zadrozny and Elkan, ICML 2001).
 *
 * A probability belongs to the prior of the events the map was made of. The ratio of densities does not:
 *   r(x) = p(x | signal) / p(x | background) = p / (1 - p) * W_background / W_signal     (Cranmer, Pavez and Louppe, arXiv:1506.02169).
 * Everything is worked out from logits in double: nothing saturates near 0 and 1.
 */
#ifndef FAIRU_PROBABILITY_H
#define FAIRU_PROBABILITY_H

#include <fairu/classifier.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_probability_map fairu_probability_map;

enum fairu_probability_method {
  FAIRU_PROBABILITY_PLATT = 0,
  FAIRU_PROBABILITY_ISOTONIC = 1,
  FAIRU_PROBABILITY_HISTOGRAM = 2
};

typedef struct fairu_probability_options {
  size_t struct_size;
  int method; /* fairu_probability_method; Platt */
  /* Platt: targets (N_S + 1) / (N_S + 2) and 1 / (N_B + 2) in place of 1 and 0, N = (sum w)^2 / sum w^2; 0 */
  int soft_targets;
  size_t n_bins; /* histogram; 20 */
  /* histogram: bins of equal width in t (empty ones are joined to the one below); 0: of equal sum of |w| */
  int equal_width;
  /* isotonic, histogram: p stays in [margin, 1 - margin]; NaN (default): 1 / (N + 2); 0: p may be 0 or 1 */
  double margin;
} fairu_probability_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_options_init(fairu_probability_options *options,
                                                             size_t struct_size);

/* Make a map from logits [n], labels [n] (0 background, 1 signal), weights [n] or NULL. options NULL:
 * defaults. Weights scale the loss; a common factor changes nothing. Negative weights: Platt takes them as
 * long as the curvature stays positive, histograms as long as each bin's sum is positive, isotonic refuses
 * them (FAIRU_ERR_NEGATIVE_WEIGHT), since pooling then has no minimum. FAIRU_ERR_EMPTY (a class without
 * positive sum), FAIRU_ERR_NON_FINITE, FAIRU_ERR_RANGE, FAIRU_ERR_FLAT (Platt: all logits equal),
 * FAIRU_ERR_NOT_CONVERGED (Platt: separated classes; soft_targets helps), FAIRU_ERR_NOT_POSITIVE_DEFINITE.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_create(fairu_context *ctx, const float *logits,
                                                           const int32_t *labels, const double *weights,
                                                           size_t n, const fairu_probability_options *options,
                                                           fairu_probability_map **out);

/* Free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_probability_map_destroy(fairu_probability_map *map);

/* Calibrated probabilities [n] of logits [n]; output FAIRU_OUTPUT_LOGIT: their logits, infinite where p is 0
 * or 1. FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_apply(const fairu_probability_map *map,
                                                          fairu_context *ctx, const float *logits, size_t n,
                                                          int output, double *probabilities);

/* ln r(x) [n] of logits [n]: logit of the calibrated probability less ln(W_signal / W_background) of the map.
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_log_ratio(const fairu_probability_map *map,
                                                              fairu_context *ctx, const float *logits,
                                                              size_t n, double *log_ratios);

typedef struct fairu_probability_summary {
  size_t struct_size;
  int method;
  size_t n_knots;       /* isotonic, histogram; 0 for Platt */
  double slope, offset; /* Platt, else NaN */
  /* of (slope, slope), (slope, offset), (offset, offset): H^-1 J H^-1, H = sum w p (1 - p) x x^T, J the same
   * with w^2 */
  double covariance[3];
  double log_prior_odds; /* ln(W_signal / W_background) */
  double margin;         /* NaN for Platt */
} fairu_probability_summary;

/* What a map is. Set struct_size first. FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_describe(const fairu_probability_map *map,
                                                             fairu_context *ctx,
                                                             fairu_probability_summary *summary);

/* Knot i: isotonic: p at this logit, linear between knots; histogram: p from this logit up to the next knot.
 * FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_knot(const fairu_probability_map *map, fairu_context *ctx,
                                                         size_t i, double *logit, double *probability);

/* Save as a versioned, compressed file with a checksum; atomically. FAIRU_ERR_IO. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_save(const fairu_probability_map *map, fairu_context *ctx,
                                                         const char *path);

/* Load such a file. Failures as fairu_classifier_load. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_map_load(fairu_context *ctx, const char *path,
                                                         fairu_probability_map **out);

/* A classifier with one output followed by a map, at every Z: its scores are calibrated probabilities, its
 * logits theirs. Both are copied. It can be saved if the classifier can. FAIRU_ERR_SHAPE (several outputs, no
 * sigmoid), FAIRU_ERR_RANGE (p of 0 or 1 has no logit: give a margin), FAIRU_ERR_UNSUPPORTED (calibrated
 * already). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_create_calibrated(fairu_context *ctx,
                                                                 const fairu_classifier *classifier,
                                                                 const fairu_probability_map *map,
                                                                 fairu_classifier **out);

/* Logits [n] of scores [n]: ln s - ln(1 - s). FAIRU_ERR_RANGE: a score outside (0, 1); one of exactly 0 or 1
 * has lost its logit, ask the classifier for FAIRU_OUTPUT_LOGIT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_logit(fairu_context *ctx, const float *scores, size_t n,
                                                      float *logits);

/* ln r(x) [n] of logits [n] taken as they are: t - ln(signal / background), the sums of weights of the
 * classes in training (equal if it was balanced). FAIRU_ERR_RANGE unless both are positive and finite. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_probability_log_ratio(fairu_context *ctx, const float *logits, size_t n,
                                                          double signal, double background,
                                                          double *log_ratios);

/* ---- reliability ---------------------------------------------------------------------------------------- */

typedef struct fairu_reliability_options {
  size_t struct_size;
  size_t n_bins; /* 15 */
  /* bins of equal sum of |w|, equal probabilities together, there may be fewer; 0: of equal width in p */
  int equal_weights;
  double level; /* of the intervals; 0.6827 */
} fairu_reliability_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_reliability_options_init(fairu_reliability_options *options,
                                                             size_t struct_size);

/* One bin of a reliability diagram; means and interval are NaN where n is 0. */
typedef struct fairu_reliability_bin {
  double lower, upper; /* edges in p; equal_weights: smallest and largest p */
  double mean;         /* weighted mean of p */
  double fraction;     /* of signal */
  /* Clopper and Pearson (1934) of N fraction of N = (sum w)^2 / sum w^2 */
  double fraction_lower, fraction_upper;
  double spread;    /* of the fraction if every p is right: sqrt(sum w^2 p (1 - p)) / sum w */
  double weight;    /* sum w */
  double effective; /* N */
  size_t n;         /* events */
} fairu_reliability_bin;

typedef struct fairu_reliability {
  size_t struct_size;
  uint64_t n;
  size_t n_filled; /* bins with events */
  double weight;   /* sum w */
  double mean;     /* of p */
  double fraction; /* of signal */
  /* sum_b W_b |fraction_b - mean_b| / W (Naeini, Cooper and Hauskrecht, AAAI 2015) */
  double expected_error;
  /* its mean if every p is right, for Gaussian fractions: sum_b W_b spread_b sqrt(2 / pi) / W; the error is
   * never expected below */
  double sampling_error;
  double maximum_error; /* max_b |fraction_b - mean_b| */
  /* sum_b (fraction_b - mean_b)^2 / spread_b^2: about n_filled if every p is right */
  double chi_square;
  double brier; /* sum w (p - y)^2 / W */
  /* -sum w [y ln p + (1 - y) ln(1 - p)] / W; infinite for a certainty that was wrong */
  double log_loss;
} fairu_reliability;

/* Reliability diagram of probabilities [n], labels [n], weights [n] or NULL. options NULL: defaults. bins
 * [options->n_bins], or NULL: not wanted. Set struct_size of result first. FAIRU_ERR_EMPTY, FAIRU_ERR_RANGE
 * (probability, label, option), FAIRU_ERR_NON_FINITE, FAIRU_ERR_NEGATIVE_WEIGHT (a bin with events and no
 * positive sum: take fewer). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_reliability_measure(fairu_context *ctx, const double *probabilities,
                                                        const int32_t *labels, const double *weights,
                                                        size_t n, const fairu_reliability_options *options,
                                                        fairu_reliability_bin *bins,
                                                        fairu_reliability *result);

FAIRU_END_DECLS

#endif /* FAIRU_PROBABILITY_H */
