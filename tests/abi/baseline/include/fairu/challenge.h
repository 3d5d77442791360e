/* fairu/challenge.h - pseudo-experiments of the FAIR Universe HiggsML Uncertainty Challenge: what is drawn
 * for each, and which events of a pool it consists of.
 *
 * Two generators (fairu_generator): NUMPY repeats the draws of the challenge's own program number by number,
 * serially within a process; PHILOX draws each number by its own key (seed, set, pe, row), the same for any
 * piece of a pool on any threads.
 *
 * A pseudo-experiment is a set (one true mu) and a number in it. Its six nuisance values, true mu and rates
 * come from fairu_challenge_draw(), the multiplicity of each event of the pool from fairu_challenge_counts(),
 * the list of events from fairu_challenge_rows(); fairu_challenge_events() makes the table. Shifting it to
 * the nuisance values is fairu/systematics.h's. fairu_challenge_histograms() goes from a pool to histograms
 * of scores without a table.
 */
#ifndef FAIRU_CHALLENGE_H
#define FAIRU_CHALLENGE_H

#include <fairu/templates.h>

FAIRU_BEGIN_DECLS

/* Names of labels in the pool, in the order in which the challenge draws. */
enum fairu_challenge_process {
  FAIRU_CHALLENGE_ZTAUTAU = 0,
  FAIRU_CHALLENGE_DIBOSON = 1,
  FAIRU_CHALLENGE_TTBAR = 2,
  FAIRU_CHALLENGE_HTAUTAU = 3,
  FAIRU_CHALLENGE_PROCESSES = 4
};

/* Weights of pool (a test or training part) brought to the yield of the whole by the challenge's loader, bit
 * for bit: w <- f32(f32(sum_weights) f32(w)), then w <- f32(w / f32(S)), S the sum of the f32(w) in order of
 * rows, in double. Call it once, on the pool as it was read. FAIRU_ERR_NEGATIVE_WEIGHT (names the row),
 * FAIRU_ERR_RANGE (weights add up to 0), FAIRU_ERR_ARGUMENT (no weights). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_normalise(fairu_events *pool, fairu_context *ctx,
                                                        double sum_weights);

typedef struct fairu_challenge_options {
  size_t struct_size;
  int generator;             /* fairu_generator, default FAIRU_GENERATOR_NUMPY */
  uint64_t seed;             /* default 31415; with NUMPY seed + n_sets n_pe + 6 stays below 2^32 */
  uint64_t n_sets, n_pe;     /* defaults 10 and 100; at most 2^32 pseudo-experiments */
  const double *mu;          /* [n_sets] true values; NULL (default): uniform in [mu_lower, mu_upper] */
  double mu_lower, mu_upper; /* defaults 0.1 and 3 */
  int tes, jes, soft_met;    /* 1 (default): drawn; 0: at its nominal value */
  int ttbar_scale, diboson_scale, bkg_scale;
} fairu_challenge_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_options_init(fairu_challenge_options *options,
                                                           size_t struct_size);

typedef struct fairu_challenge_experiment {
  size_t struct_size;
  uint64_t set, pe; /* both from 0 */
  uint64_t number;  /* set n_pe + pe */
  /* NUMPY: of this pseudo-experiment alone, options.seed + number; PHILOX: options.seed */
  uint64_t seed;
  /* of the soft MET: 31415 with NUMPY, as in the challenge; one for each pseudo-experiment with PHILOX */
  uint64_t smearing_seed;
  int generator;
  double mu;
  /* N(1, 0.01), N(1, 0.01), exp(N(0, 1)) GeV, clipped as in the challenge */
  double tes, jes, soft_met;
  double ttbar_scale, diboson_scale, bkg_scale;
  /* [fairu_challenge_process]: factor on the weights of each process. diboson and ttbar carry the product of
   * their scale and bkg_scale when their own scale is drawn, else 1 (the challenge's rule) */
  double rates[4];
} fairu_challenge_experiment;

/* Numbers of pseudo-experiment (set, pe). options NULL: defaults. experiment: set struct_size first.
 * FAIRU_ERR_RANGE, FAIRU_ERR_ARGUMENT (generator), FAIRU_ERR_NON_FINITE (mu). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_draw(fairu_context *ctx, const fairu_challenge_options *options,
                                                   uint64_t set, uint64_t pe,
                                                   fairu_challenge_experiment *experiment);

/* Numbers (set n_pe + pe) in the order in which the challenge goes through them. order [n], n = n_sets n_pe
 * (FAIRU_ERR_SHAPE). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_order(fairu_context *ctx,
                                                    const fairu_challenge_options *options, uint64_t *order,
                                                    size_t n);

/* Poisson multiplicity of each event of pool: counts [n], n = events of the pool (FAIRU_ERR_SHAPE), undefined
 * on failure; *total their sum. The pool has weights >= 0 and labels whose categories are among ztautau,
 * diboson, ttbar, htautau. Means are rate times weight; with NUMPY both and the product are rounded to float.
 * first_row: number of the pool's first event in the whole pool of which it is a piece; 0 with NUMPY. Threads
 * of ctx. FAIRU_ERR_NEGATIVE_WEIGHT, FAIRU_ERR_RANGE (a mean above 2^31), FAIRU_ERR_NOT_FOUND (a category),
 * FAIRU_ERR_ARGUMENT; messages name the row. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_counts(fairu_context *ctx,
                                                     const fairu_challenge_experiment *experiment,
                                                     const fairu_events *pool, uint64_t first_row,
                                                     uint32_t *counts, size_t n, uint64_t *total);

/* Rows of pool, each as often as counts [n] says, in rows [n_rows], n_rows = sum of counts (FAIRU_ERR_SHAPE).
 * NUMPY: process by process, then shuffled as the challenge does; PHILOX: in rising order. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_rows(fairu_context *ctx,
                                                   const fairu_challenge_experiment *experiment,
                                                   const fairu_events *pool, const uint32_t *counts, size_t n,
                                                   size_t *rows, size_t n_rows);

/* The pseudo-experiment as a table, before its shift: rows of pool as often as they were drawn, each of
 * weight 1 (the table has no weights), with labels. NUMPY: in the challenge's order, without ids, since its
 * smearing goes by place. PHILOX: in rising order, copy k (from 0) of row r has the id (first_row + r) + k
 * 2^44, by which its smearing is drawn; FAIRU_ERR_LIMIT for a row drawn 2^20 times. Errors of
 * fairu_challenge_counts. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_events(fairu_context *ctx,
                                                     const fairu_challenge_experiment *experiment,
                                                     const fairu_events *pool, uint64_t first_row,
                                                     fairu_events **out);

typedef struct fairu_challenge_fill {
  size_t struct_size;
  const fairu_classifier *classifier;   /* required; one output, no nuisances */
  const fairu_binning *const *binnings; /* [n_binnings]: histograms of the same scores */
  size_t n_binnings;
  /* its nuisances are among tes, jes, soft_met, log_soft_met (by name) and ttbar_scale, diboson_scale,
   * bkg_scale, which stay 1, since rates have them; NULL: events as they are */
  const fairu_systematics *systematics;
} fairu_challenge_fill;

/* Fill with defaults (nothing). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_fill_init(fairu_challenge_fill *fill, size_t struct_size);

/* Histograms of one pseudo-experiment in one pass over pool, in blocks that stay in the cache: drawn, copied,
 * shifted, cut, scored, binned. They are added to counts [n_counts], binning after binning, n_counts the sum
 * of their bins; *n_events and *n_passed are how many were drawn and how many of them passed the cuts, of
 * this call alone. Equal, count by count, to fairu_challenge_events, fairu_systematics_apply with
 * smearing_seed, fairu_classifier_score_events and fairu_binning_index one after the other, on any number of
 * threads. Where nothing random happens to a row (soft_met 0), it is evaluated once for all its copies, which
 * changes nothing.
 *
 * PHILOX: pieces of a pool, each with its first_row, in any order, add up to the whole; memory for each
 * thread: 4 KiB for each column, 8 bytes for each bin and 128 KiB. NUMPY: the challenge shuffles all events
 * and smears them by place, so first_row is 0, and where MET is smeared 24 bytes for each event and 4 for
 * each row of the pool are needed, and the chain smears with FAIRU_GENERATOR_NUMPY to repeat it.
 *
 * FAIRU_ERR_SHAPE, FAIRU_ERR_EMPTY (no binnings), FAIRU_ERR_ARGUMENT (a classifier with nuisances),
 * FAIRU_ERR_NOT_FOUND (a column; a nuisance of the chain unknown here; tes, jes or soft_met moved and not in
 * the chain), FAIRU_ERR_UNSUPPORTED (a transformation of the caller in the chain), FAIRU_ERR_LIMIT as
 * fairu_challenge_events; errors of fairu_challenge_counts, fairu_systematics_apply and
 * fairu_classifier_score_events name the row of the pool. On failure counts are as they were. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_challenge_histograms(fairu_context *ctx,
                                                         const fairu_challenge_experiment *experiment,
                                                         const fairu_events *pool, uint64_t first_row,
                                                         const fairu_challenge_fill *fill, double *counts,
                                                         size_t n_counts, uint64_t *n_events,
                                                         uint64_t *n_passed);

FAIRU_END_DECLS

#endif /* FAIRU_CHALLENGE_H */
