/* rotation.h - events at the nominal angle, their systematics, and how near a classifier is to the Bayes classifier. */
#ifndef FAIRU_TESTS_METHODS_ROTATION_H
#define FAIRU_TESTS_METHODS_ROTATION_H

#include "classifier/gaussians.h"

/* "z", prior N(pi/4, 0.5), turns (x, y); and "w", which scales weights of label 0 and moves no feature. */
static inline fairu_systematics *rotation_systematics(fairu_context *ctx, size_t n_nuisances)
{
  static const char *const background[1] = { "0" };
  fairu_systematics *systematics = NULL;
  fairu_nuisance nuisances[2];
  for (int i = 0; i < 2; i++)
    CHECK_OK(ctx, fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]));
  nuisances[0].name = "z";
  nuisances[0].nominal = quarter_pi;
  nuisances[0].width = 0.5;
  nuisances[1].name = "w";
  nuisances[1].nominal = 1.0;
  nuisances[1].width = 0.1;
  nuisances[1].lower = 0.0;
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, n_nuisances, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_rotation(systematics, ctx, "z", "x", "y", quarter_pi));
  if (n_nuisances > 1)
    CHECK_OK(ctx, fairu_systematics_add_weight_scale(systematics, ctx, "w", background, 1));
  return systematics;
}

/* At the nominal angle; no column of Z. */
static inline fairu_events *rotation_events(fairu_context *ctx, uint64_t seed, size_t n)
{
  fairu_events *full = gaussians(ctx, seed, n, quarter_pi), *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  for (size_t c = 0; c < 2; c++) {
    float *to = NULL;
    size_t stride = 1;
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &to));
    memcpy(to, fairu_events_column(full, c, &stride), n * sizeof *to);
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, fairu_events_labels(full), n));
  fairu_events_destroy(full);
  return events;
}

/* AUC of the closed form at z less that of the classifier, on the same 60000 events. */
static inline double rotation_loss(fairu_context *ctx, const fairu_classifier *classifier, double z)
{
  fairu_events *events = gaussians(ctx, 99, 60000, z);
  fairu_classifier *bayes = NULL;
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 2.0 * radius / (sigma * sigma), &bayes));
  const double loss = auc_at(bayes, ctx, events, z) - auc_at(classifier, ctx, events, z);
  fairu_classifier_destroy(bayes);
  fairu_events_destroy(events);
  return loss;
}

/* Options of a method on x and y; training [1] is filled. */
static inline fairu_method_options rotation_options(fairu_context *ctx, int method,
                                                    fairu_training_options *training)
{
  fairu_method_options options;
  CHECK_OK(ctx, fairu_training_options_init(training, sizeof *training));
  training->features = names;
  training->n_features = 2;
  CHECK_OK(ctx, fairu_method_options_init(&options, sizeof options));
  options.method = method;
  options.training = training;
  return options;
}

#endif /* FAIRU_TESTS_METHODS_ROTATION_H */
