/* fairu/templates.h - binning, filling, interpolation over Z: from events to expected yields.
 *
 * A fairu_grid is the set of Z points at which yields are known: per axis (nuisance) a list of knots with all
 * other axes nominal, and optionally the full product of two axes (pairwise terms). A fairu_fill accumulates
 * exact sums of w and w^2 per (process, point, bin) and merges in any grouping to the same bits. A
 * fairu_templates interpolates them: with h the interpolation scale (linear, logarithm or square root),
 *
 *   h(nu(z)) = h(nu(nominal)) + sum_k [S_k(z_k) - S_k(nominal)] + sum_(k,l) P_kl(z_k, z_l)
 *
 * S_k: cubic spline through the knots (not-a-knot ends); P_kl: bicubic spline of what the one-dimensional
 * terms miss. Yields, not bins, are interpolated, with first and second derivatives. Evaluation outside the
 * knots is an error.
 *
 * All points must be filled from the same base events with the same seed: independent samples at each Z let
 * the spline read their noise as a gradient, which fakes knowledge of Z. fairu_fill_add() does so by itself.
 */
#ifndef FAIRU_TEMPLATES_H
#define FAIRU_TEMPLATES_H

#include <fairu/classifier.h>
#include <fairu/systematics.h>

FAIRU_BEGIN_DECLS

/* ---- binning ------------------------------------------------------------------------------------------ */

typedef struct fairu_binning fairu_binning;

/* What is binned; fairu_output values: FAIRU_OUTPUT_SCORE or FAIRU_OUTPUT_LOGIT. Logit edges are exact where
 * the score saturates. Bin j holds edges[j] <= v < edges[j+1]; the last bin includes its right edge; first
 * and last bin are open ended (underflow and overflow belong to them). */

/* n_bins equal bins of the score on [0, 1]. 1 <= n_bins <= 65534. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_create_uniform(fairu_context *ctx, size_t n_bins,
                                                           fairu_binning **out);

/* n_bins equal bins of the logit on [lower, upper], open ends. FAIRU_ERR_RANGE, FAIRU_ERR_NON_FINITE. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_create_logit(fairu_context *ctx, size_t n_bins, double lower,
                                                         double upper, fairu_binning **out);

/* User edges [n_bins - 1]: the inner ones, strictly rising, in units of `variable`. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_create_edges(fairu_context *ctx, int variable,
                                                         const double *edges, size_t n_edges,
                                                         fairu_binning **out);

/* One bin per output of a classifier of several: an event is in the bin of its largest one (hard counts of
 * softmax summaries, arXiv:1806.04743), the first of equal ones. Its variable is FAIRU_OUTPUT_CLASS; not for
 * kernels nor for histograms of pseudo-experiments. 2 <= n_classes <= 65534. FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_create_classes(fairu_context *ctx, size_t n_classes,
                                                           fairu_binning **out);

/* Quantile bins: equal weight per bin of values [n] (use the *signal training* sample), weights [n] or NULL.
 * Ties never straddle an edge. FAIRU_ERR_NEGATIVE_WEIGHT, FAIRU_ERR_EMPTY (fewer distinct values than bins).
 * Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_create_quantile(fairu_context *ctx, int variable,
                                                            const float *values, const double *weights,
                                                            size_t n, size_t n_bins, fairu_binning **out);

FAIRU_API void fairu_binning_destroy(fairu_binning *binning); /* NULL is a no-op. Since 0.2 */

/* Number of bins, variable, and inner edges [n_bins - 1] (lives as long as the binning). Since 0.2 */
FAIRU_API size_t fairu_binning_n_bins(const fairu_binning *binning);
FAIRU_API int fairu_binning_variable(const fairu_binning *binning);
FAIRU_API const double *fairu_binning_edges(const fairu_binning *binning);

/* Bin of each of values [n], in units of the variable. FAIRU_ERR_NON_FINITE for NaN. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_binning_index(const fairu_binning *binning, fairu_context *ctx,
                                                  const float *values, size_t n, uint16_t *bins);

/* ---- grid of Z points --------------------------------------------------------------------------------- */

typedef struct fairu_axis {
  const char *name; /* of the nuisance */
  /* [n_knots] strictly rising, finite; >= 4 for a spline, or 1: constant at any Z */
  const double *knots;
  size_t n_knots;
  double nominal; /* one of the knots when there are several axes; else anything inside */
} fairu_axis;

typedef struct fairu_grid fairu_grid;

/* Make a grid of axes [n_axes >= 0] and pairs [2 * n_pairs] of axis indices. Copied. With one axis the points
 * are its knots in order; with none there is one point. With several: point 0 is nominal, then axis by axis
 * the other knots, then pair by pair the product of the other knots (second axis fastest). FAIRU_ERR_RANGE
 * (knots, nominal), FAIRU_ERR_DUPLICATE, FAIRU_ERR_NON_FINITE, FAIRU_ERR_SHAPE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_grid_create(fairu_context *ctx, const fairu_axis *axes, size_t n_axes,
                                                const size_t *pairs, size_t n_pairs, fairu_grid **out);
FAIRU_API void fairu_grid_destroy(fairu_grid *grid); /* NULL is a no-op. Since 0.2 */

/* Shape; axis i (pointers live as long as the grid) with FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API size_t fairu_grid_n_axes(const fairu_grid *grid);
FAIRU_API size_t fairu_grid_n_points(const fairu_grid *grid);
FAIRU_API FAIRU_NODISCARD int fairu_grid_axis(const fairu_grid *grid, fairu_context *ctx, size_t i,
                                              fairu_axis *axis);

/* Z [n_axes] of all points: z [n_points * n_axes]. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_grid_points(const fairu_grid *grid, fairu_context *ctx, double *z);

/* ---- which bin an event falls into at each Z point ---------------------------------------------------- */

enum fairu_fill_mode {
  /* events shifted to the point, scored at the point: aware templates; also right for classifiers without
   * nuisances */
  FAIRU_FILL_AT_POINT = 0,
  FAIRU_FILL_SCORED_AT = 1, /* events shifted to the point, scored at score_z */
  /* events shifted to shift_z (NULL: not at all), scored at the point: what an aware classifier makes of
   * given data under each hypothesis */
  FAIRU_FILL_SHIFTED_AT = 2
};

typedef struct fairu_fill_options {
  size_t struct_size;
  /* required; its nuisances are matched to grid axes by name. One output, or bins by class */
  const fairu_classifier *classifier;
  const fairu_systematics *systematics; /* NULL: events are not shifted */
  int mode;                             /* fairu_fill_mode, default FAIRU_FILL_AT_POINT */
  const double *score_z;                /* [n_axes] for FAIRU_FILL_SCORED_AT */
  const double *shift_z;                /* [n_axes] for FAIRU_FILL_SHIFTED_AT, or NULL */
  double scale;                         /* times each weight, default 1 */
  uint64_t seed;                        /* of the transformations, default 1 */
  /* > 0: events are spread by a Gaussian kernel of this width, in units of the binned variable: smooth
   * templates; default 0. What falls outside stays in the open first and last bin, so bins add up to the sum
   * of weights exactly; variances are sums of squared parts. Not for bin tables. */
  double bandwidth;
} fairu_fill_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_options_init(fairu_fill_options *options, size_t struct_size);

enum fairu_bandwidth_rule {
  FAIRU_BANDWIDTH_SILVERMAN = 0, /* 0.9 min(sigma, IQR / 1.34) n^-1/5 */
  FAIRU_BANDWIDTH_SCOTT = 1      /* 1.06 sigma n^-1/5 */
};

/* Width of a Gaussian kernel for values [n], weights [n] >= 0 or NULL; n is the effective number (sum w)^2 /
 * sum w^2. FAIRU_ERR_NEGATIVE_WEIGHT, FAIRU_ERR_NON_FINITE, FAIRU_ERR_EMPTY (fewer than four distinct
 * values). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_kernel_bandwidth(fairu_context *ctx, int rule, const float *values,
                                                     const double *weights, size_t n, double *bandwidth);

typedef struct fairu_bin_table fairu_bin_table;

#define FAIRU_NO_BIN 65535 /* the event fails a cut at this point */

/* Bin index of every row of `events` at every point of `grid`. Toys reuse it: a toy costs no scoring.
 * `distinct` 1: rows with equal bins at all points are merged and their weights added (exact for Poisson
 * multiplicities; refused for signed weights with FAIRU_ERR_NEGATIVE_WEIGHT); 0: one row per event, in order.
 * Errors of apply and score; FAIRU_ERR_LIMIT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_bin_table_create(fairu_context *ctx, const fairu_grid *grid,
                                                     const fairu_binning *binning, const fairu_events *events,
                                                     const fairu_fill_options *options, int distinct,
                                                     fairu_bin_table **out);
FAIRU_API void fairu_bin_table_destroy(fairu_bin_table *table); /* NULL is a no-op. Since 0.2 */

/* Shape; bins [n_rows * n_points] (bin or FAIRU_NO_BIN), weights [n_rows] (w * scale), both owned. Since
 * 0.2 */
FAIRU_API size_t fairu_bin_table_n_rows(const fairu_bin_table *table);
FAIRU_API size_t fairu_bin_table_n_points(const fairu_bin_table *table);
FAIRU_API size_t fairu_bin_table_n_bins(const fairu_bin_table *table);
FAIRU_API const uint16_t *fairu_bin_table_bins(const fairu_bin_table *table);
FAIRU_API const double *fairu_bin_table_weights(const fairu_bin_table *table);

/* Histogram of the table at every point with row r counted multiplicities[r] times its weight (NULL: once):
 * counts [n_points * n_bins]. use_weights 0: multiplicities alone. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_bin_table_histogram(const fairu_bin_table *table, fairu_context *ctx,
                                                        const double *multiplicities, int use_weights,
                                                        double *counts);

/* ---- filling ------------------------------------------------------------------------------------------ */

typedef struct fairu_fill fairu_fill;

/* Make an empty accumulation: processes [n_processes] unique names. grid and binning are copied.
 * FAIRU_ERR_LIMIT, FAIRU_ERR_DUPLICATE, FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_create(fairu_context *ctx, const fairu_grid *grid,
                                                const fairu_binning *binning, const char *const *processes,
                                                size_t n_processes, fairu_fill **out);
FAIRU_API void fairu_fill_destroy(fairu_fill *fill); /* NULL is a no-op. Since 0.2 */

/* Add events to a process, at all points of the grid. Either all of them or, on an error, none. Memory:
 * scores of one chunk of events, not of all. Errors of apply and score, FAIRU_ERR_NOT_FOUND (process). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_add(fairu_fill *fill, fairu_context *ctx, const char *process,
                                             const fairu_events *events, const fairu_fill_options *options);

/* Add all that `other` holds: same grid, binning and processes to the bit (FAIRU_ERR_SHAPE says what
 * differs). Exact: any order and grouping gives the same bits. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_merge(fairu_fill *fill, fairu_context *ctx, const fairu_fill *other);

/* Exact state in a file (versioned, checksummed, zlib), atomically; and back. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_save(const fairu_fill *fill, fairu_context *ctx, const char *path);
FAIRU_API FAIRU_NODISCARD int fairu_fill_load(fairu_context *ctx, const char *path, fairu_fill **out);

/* The bytes of such a file in memory, to be sent to another process: bytes [capacity]; *size is how many they
 * are. bytes NULL and capacity 0: only that. FAIRU_ERR_SHAPE (capacity too small; *size is written). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_pack(const fairu_fill *fill, fairu_context *ctx, void *bytes,
                                              size_t capacity, size_t *size);

/* And back, exactly: a fill unpacked and merged gives the bits of the one packed. Bytes whose content is cut
 * or changed give FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_CHECKSUM, FAIRU_ERR_VERSION or
 * FAIRU_ERR_LIMIT, and no fill. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_fill_unpack(fairu_context *ctx, const void *bytes, size_t size,
                                                fairu_fill **out);

/* Its grid (lives as long as the fill); NULL for NULL. Since 0.2 */
FAIRU_API const fairu_grid *fairu_fill_grid(const fairu_fill *fill);

/* ---- templates ---------------------------------------------------------------------------------------- */

enum fairu_interpolation {
  /* yields stay > 0; a bin that is empty at some points but not at all is an error */
  FAIRU_INTERPOLATION_LOG = 0,
  /* additive; signed yields allowed; a yield <= 0 is found by the likelihood */
  FAIRU_INTERPOLATION_LINEAR = 1,
  FAIRU_INTERPOLATION_SQRT = 2 /* yields stay >= 0; zeros allowed: for observed counts */
};

typedef struct fairu_templates fairu_templates;

/* Templates from a fill: sums of w are yields, sums of w^2 their variances. interpolation:
 * fairu_interpolation. FAIRU_ERR_NEGATIVE_YIELD names process, bin and point and says what to do (merge bins,
 * other scale). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_create_from_fill(fairu_context *ctx, const fairu_fill *fill,
                                                               int interpolation, fairu_templates **out);

/* Templates from arrays: yields [n_processes * n_points * n_bins]; variances alike or NULL for none (exact
 * yields). Everything is copied. FAIRU_ERR_NON_FINITE, FAIRU_ERR_NEGATIVE_YIELD, FAIRU_ERR_RANGE (variance <
 * 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_create(fairu_context *ctx, const fairu_grid *grid,
                                                     const char *const *processes, size_t n_processes,
                                                     size_t n_bins, const double *yields,
                                                     const double *variances, int interpolation,
                                                     fairu_templates **out);

/* Yields of one process at Z [n_axes]: write yields [n_bins] and variances [n_bins], both 0 before. Called
 * from the thread of the caller. Non-zero stops with FAIRU_ERR_CALLBACK. */
typedef int (*fairu_yield_fn)(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                              double *variances, void *user_data);

/* Templates from a function, called once per process and point. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_create_from_function(fairu_context *ctx, const fairu_grid *grid,
                                                                   const char *const *processes,
                                                                   size_t n_processes, size_t n_bins,
                                                                   fairu_yield_fn fn, void *user_data,
                                                                   int interpolation, fairu_templates **out);

FAIRU_API void fairu_templates_destroy(fairu_templates *templates); /* NULL is a no-op. Since 0.2 */

/* Shape and names; 0 and NULL where there is none. Since 0.2 */
FAIRU_API size_t fairu_templates_n_processes(const fairu_templates *templates);
FAIRU_API size_t fairu_templates_n_bins(const fairu_templates *templates);
FAIRU_API size_t fairu_templates_n_axes(const fairu_templates *templates);
FAIRU_API const char *fairu_templates_process_name(const fairu_templates *templates, size_t i);
FAIRU_API const fairu_grid *fairu_templates_grid(const fairu_templates *templates);

/* Yields and variances as given at point p of the grid: [n_bins] each, owned; variances NULL if there are
 * none. NULL out of range. Since 0.2 */
FAIRU_API const double *fairu_templates_yields(const fairu_templates *templates, size_t process,
                                               size_t point);
FAIRU_API const double *fairu_templates_variances(const fairu_templates *templates, size_t process,
                                                  size_t point);

/* Interpolated yields at Z [n_axes]: nu [n_processes * n_bins]; d_nu [n_axes * n_processes * n_bins] first
 * and d2_nu [n_axes * n_axes * n_processes * n_bins] second derivatives, NULL where not wanted.
 * FAIRU_ERR_RANGE (Z outside the knots: names axis, value and range), FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_evaluate(const fairu_templates *templates, fairu_context *ctx,
                                                       const double *z, size_t n_axes, double *nu,
                                                       double *d_nu, double *d2_nu);

/* The same for the variances (all 0 if there are none). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_evaluate_variance(const fairu_templates *templates,
                                                                fairu_context *ctx, const double *z,
                                                                size_t n_axes, double *variance,
                                                                double *d_var, double *d2_var);

/* Save and load (versioned, checksummed, zlib; atomic): yields, variances, grid, names, interpolation. Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_templates_save(const fairu_templates *templates, fairu_context *ctx,
                                                   const char *path);
FAIRU_API FAIRU_NODISCARD int fairu_templates_load(fairu_context *ctx, const char *path,
                                                   fairu_templates **out);

FAIRU_END_DECLS

#endif /* FAIRU_TEMPLATES_H */
