/* soft_counts.h - shares that events of one block of lanes have in bins, from the outputs of a network, and back.
 *
 * The network ends in n_outputs linear units o. Softmax: shares = softmax(o / temperature). The other kinds have one output, whose
 * score is sigmoid(o): over edges e_b, share_b = Phi((e_b+1 - score) / h) - Phi((e_b - score) / h); or 1 - score and score.
 * Tangents, derivatives by nuisance parameters, are carried along. The mathematics is in soft_counts_body.h, over the number type.
 */
#ifndef FAIRU_CLASSIFIER_SOFT_COUNTS_H
#define FAIRU_CLASSIFIER_SOFT_COUNTS_H

#include <fairu/summary.h>

#include "classifier/pass_tangent.h"

typedef struct fairu_soft_counts {
  int kind; /* fairu_summary_kind */
  size_t n_outputs, n_bins;
  double temperature, bandwidth;
  const double *edges; /* [n_bins + 1] of the Gaussian kind */
} fairu_soft_counts;

/* Lanes are [..][FAIRU_LANES]. o [n_outputs] becomes n_outputs scores: softmax(o / temperature) or sigmoid(o); then shares [n_bins]. */
void fairu_soft_counts__shares(const fairu_engine *engine, const fairu_soft_counts *soft, float *o,
                               float *shares);

/* d [n_bins] holds d loss / d shares and gives d_o [n_outputs], d loss / d (o before it became scores). */
void fairu_soft_counts__backward(const fairu_engine *engine, const fairu_soft_counts *soft,
                                 const float *scores, const float *d, float *d_o);

/* Tangent of o [n_outputs], which becomes that of the scores, and of the shares [n_bins]. */
void fairu_soft_counts__tangent(const fairu_engine *engine, const fairu_soft_counts *soft,
                                const float *scores, float *tangent, float *shares);

/* Back from one tangent: d [n_bins] holds d loss / d tangent of the shares; gives d_tangent [n_outputs], by the tangent of o, and
 * adds to d_o what the curvature has. tangent: that of the scores. */
void fairu_soft_counts__backward_tangent(const fairu_engine *engine, const fairu_soft_counts *soft,
                                         const float *scores, const float *tangent, const float *d,
                                         float *d_tangent, float *d_o);

/* counts [n_bins] += sum over lanes of weights shares; in double, in a fixed order. */
void fairu_soft_counts__add(const fairu_soft_counts *soft, const float *shares, const float *weights,
                            double *counts);

/* d [n_bins][FAIRU_LANES] += slopes [n_bins] times weights: what a loss of counts has for each share. */
void fairu_soft_counts__spread(const fairu_soft_counts *soft, const double *slopes, const float *weights,
                               float *d);

#endif /* FAIRU_CLASSIFIER_SOFT_COUNTS_H */
