/* method.h - one training by one method: what the caller asked for, names resolved. */
#ifndef FAIRU_METHODS_METHOD_H
#define FAIRU_METHODS_METHOD_H

#include <fairu/methods.h>

#include "base/context_internal.h"

typedef struct fairu_method_job {
  const fairu_events *events;
  const fairu_systematics *systematics; /* NULL: events as they are */
  fairu_method_options options;         /* of the caller, defaults filled in */
  fairu_training_options training;      /* a copy, which the method completes */
  size_t n_nuisances;                   /* of the systematics */
  fairu_nuisance *nuisances;            /* [n_nuisances] */
  double *nominal;                      /* [n_nuisances] */
  size_t n_chosen;                      /* nuisances that the method is about */
  size_t *chosen;                       /* [n_chosen] index in the systematics; NULL without them */
  const char **names;                   /* [n_chosen] */
  fairu_training_result *result;
  fairu_adversary_result *adversary_result;
} fairu_method_job;

/* Index of a chosen nuisance, FAIRU_ERR_NOT_FOUND. */
int fairu_method__find_chosen(const fairu_method_job *job, fairu_context *ctx, const char *name,
                              size_t *chosen);

/* baseline, augmented and aware. */
int fairu_method__train_plain(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out);

/* pivot and gradient-reversal. */
int fairu_method__train_adversarial(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out);

int fairu_method__train_tangent(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out);

/* inferno, neos and significance. */
int fairu_method__train_summary(fairu_method_job *job, fairu_context *ctx, fairu_classifier **out);

#endif /* FAIRU_METHODS_METHOD_H */
