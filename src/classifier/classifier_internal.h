/* classifier_internal.h - what higher layers need of classifiers beyond the public functions. */
#ifndef FAIRU_CLASSIFIER_CLASSIFIER_INTERNAL_H
#define FAIRU_CLASSIFIER_CLASSIFIER_INTERNAL_H

#include <fairu/classifier.h>

/* fairu_classifier_score_events on columns [n_features] of n_events floats, in the order of the classifier's features, which has no
 * nuisances. */
int fairu_classifier__score_columns(const fairu_classifier *classifier, fairu_context *ctx,
                                    const float *const *columns, size_t n_events, int output, float *scores);

#endif /* FAIRU_CLASSIFIER_CLASSIFIER_INTERNAL_H */
