/* fairu/summary.h - training a network on what a whole batch says: soft counts of its events in bins go into
 * a loss of the caller's, or of the library's (significance here; those made of a likelihood in
 * summary_losses.h), whose gradient trains the network.
 *
 * The outputs of the network give each event shares of the bins, which add up to 1 (a little less where the
 * Gaussian of a score reaches behind the last edges). The finished classifier: FAIRU_SUMMARY_SOFTMAX has
 * n_bins outputs, the shares, and an event's bin is the largest; the other kinds have one score.
 */
#ifndef FAIRU_SUMMARY_H
#define FAIRU_SUMMARY_H

#include <fairu/training.h>

FAIRU_BEGIN_DECLS

enum fairu_summary_kind {
  /* n_bins outputs o, shares softmax(o / temperature) (INFERNO, arXiv:1806.04743) */
  FAIRU_SUMMARY_SOFTMAX = 1,
  /* a score smeared by a Gaussian of width `bandwidth` over bins (neos, arXiv:2203.05570) */
  FAIRU_SUMMARY_KDE = 2,
  /* two bins, shares 1 - score and score: the last one is what a cut selects */
  FAIRU_SUMMARY_SCORE = 3
};

/* What a loss sees of a batch, or of the whole validation part. Counts are means over the events of a
 * process: sum of w_v share_b / sum of w_0, so a process of expected yield nu has nu * counts; weights that a
 * variation changes, and events that it cuts, change their sum. Variation 0 is nominal, variation v is number
 * v - 1 of the options. counts[(process * n_variations + variation) * n_bins + bin], tangents[(process *
 * n_tangents + k) * n_bins + bin]. */
typedef struct fairu_summary_counts {
  size_t n_processes, n_variations, n_tangents, n_bins;
  const double *counts;
  const double *tangents; /* d nominal count / d Z_k; NULL without tangents */
} fairu_summary_counts;

/* Writes *loss and its gradient: d_counts as counts, d_tangents as tangents (NULL without); all are zero
 * before. Called from the calling thread, once a step, in order. Non-zero stops training with
 * FAIRU_ERR_CALLBACK; if it is a fairu_status that the call has left in ctx with its message, with that
 * one. */
typedef int (*fairu_summary_loss_fn)(fairu_context *ctx, const fairu_summary_counts *counts, double *loss,
                                     double *d_counts, double *d_tangents, void *user_data);

typedef struct fairu_summary_options {
  size_t struct_size;
  fairu_summary_loss_fn loss; /* required */
  void *loss_data;
  int kind;            /* fairu_summary_kind, default FAIRU_SUMMARY_SOFTMAX */
  size_t n_bins;       /* default 10; FAIRU_SUMMARY_SCORE has 2 whatever stands here */
  double temperature;  /* of the softmax, > 0, default 0.1 */
  double bandwidth;    /* of the Gaussian, in score, > 0, default 0.1 */
  const double *edges; /* [n_bins + 1] rising, in score; NULL (default): uniform on [0, 1] */
  /* [n_variations] the same rows as the events, shifted; a cut event has weight 0 */
  const fairu_events *const *variations;
  size_t n_variations;
  size_t n_processes; /* labels are 0 .. n_processes - 1; default 2, 1 is signal */
  /* Epochs at the start that learn labels by binary cross-entropy, both with the same weight: for kinds with
   * a score and two processes. Default 0 */
  size_t warm_up;
} fairu_summary_options;

/* Fill with defaults (no loss). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_summary_options_init(fairu_summary_options *options, size_t struct_size);

/* Train as fairu_classifier_train does, by a loss on counts. A batch takes the same share of the rows of
 * every process, training->batch of them in all, rounded; what is left of an epoch is left out. Losses of
 * results and of on_epoch are those of `summary`: the mean over the batches of an epoch (in the warm-up the
 * cross-entropy), and of the whole validation part. Signed weights are fine as long as those of a process sum
 * to > 0. A variation has the columns of all inputs, each with its own values: with Z among
 * training->nuisances, Z itself. Labels and ids that both tables have must agree; of an event with weight 0
 * nothing else is read. Rows that do not move are computed once for all variations. training->tangents, of
 * the nominal events, give the loss d counts / dZ (features move, Z inputs stay); loss, balance and
 * tangent_penalty are not read. Training sees softmax(o / temperature); in the finished classifier 1 /
 * temperature is in the weights of the last layer. Same bits for any number of threads. result may be NULL.
 * As fairu_classifier_train, and FAIRU_ERR_NULL (no loss, a variation), FAIRU_ERR_SHAPE (rows of a
 * variation), FAIRU_ERR_ARGUMENT (kind; warm_up of another; another label or id), FAIRU_ERR_RANGE,
 * FAIRU_ERR_NON_FINITE (also: the loss or its gradient), FAIRU_ERR_EMPTY (a process without events or weight
 * in a batch or in the validation part), FAIRU_ERR_CALLBACK, FAIRU_ERR_UNSUPPORTED (a gate; members of the
 * softmax kind, whose bins do not correspond; batch normalisation, whose blocks would be of one process and
 * variation each). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_classifier_train_summary(fairu_context *ctx, const fairu_events *events,
                                                             const fairu_training_options *training,
                                                             const fairu_summary_options *summary,
                                                             fairu_training_result *result,
                                                             fairu_classifier **out);

/* ---- significance ------------------------------------------------------------------------------------- */

enum fairu_significance_formula {
  FAIRU_SIGNIFICANCE_SIMPLE = 1, /* (s + b) / s^2 */
  /* 1 / Z_A^2 with an uncertainty of b (follow-up of arXiv:1007.1727) */
  FAIRU_SIGNIFICANCE_ASIMOV = 2
};

typedef struct fairu_significance_options {
  size_t struct_size;
  double signal, background; /* expected yields of processes 1 and 0, > 0, required */
  double uncertainty;        /* f >= 0 of the second formula: sigma_b = f b; default 0 */
  int formula;               /* fairu_significance_formula, default FAIRU_SIGNIFICANCE_SIMPLE */
} fairu_significance_options;

/* Fill with defaults (no yields). FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_options_init(fairu_significance_options *options,
                                                              size_t struct_size);

/* A fairu_summary_loss_fn (arXiv:1806.00322): counting what is in the last bin, nominal counts; user_data is
 * a fairu_significance_options. As published with FAIRU_SUMMARY_SCORE, best with a warm_up; the other kinds
 * select a bin. b counts as at least 1e-12 of `background`. d_tangents may be NULL. FAIRU_ERR_SHAPE (not two
 * processes), FAIRU_ERR_RANGE (an option), FAIRU_ERR_ARGUMENT (formula), FAIRU_ERR_NEGATIVE_YIELD (no signal
 * is selected), FAIRU_ERR_NON_FINITE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_significance_loss(fairu_context *ctx, const fairu_summary_counts *counts,
                                                      double *loss, double *d_counts, double *d_tangents,
                                                      void *user_data);

FAIRU_END_DECLS

#endif /* FAIRU_SUMMARY_H */
