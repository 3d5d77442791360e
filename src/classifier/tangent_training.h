/* tangent_training.h - tangent propagation: a plain training whose loss has lambda (d logit / dZ_k)^2 on top, for each logit and tangent. */
#ifndef FAIRU_CLASSIFIER_TANGENT_TRAINING_H
#define FAIRU_CLASSIFIER_TANGENT_TRAINING_H

#include "classifier/stack_tangent.h"
#include "classifier/trainer.h"

typedef struct fairu_tangent_training {
  fairu_plain plain; /* its loss, plan and strategy */
  fairu_training_plan plan;
  fairu_strategy inner;
  fairu_tangent_rows rows;
  size_t n_plain; /* extra floats of the plain training, in front of the tangents */
  size_t n_events;
  double lambda;
} fairu_tangent_training;

/* As fairu_plain__make, for options with a tangent_penalty > 0. */
int fairu_tangent_training__make(fairu_context *ctx, const fairu_events *events,
                                 const fairu_training_options *options, fairu_tangent_training *tangent,
                                 fairu_training_plan *plan, fairu_strategy *strategy);

#endif /* FAIRU_CLASSIFIER_TANGENT_TRAINING_H */
