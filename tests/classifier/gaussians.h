/* gaussians.h - events with a known Bayes classifier, and options to train on them. */
#ifndef FAIRU_TESTS_GAUSSIANS_H
#define FAIRU_TESTS_GAUSSIANS_H

#include "classifier/curve.h"
#include "classifier/made_columns.h"
#include "numeric/philox.h"
#include "support/support.h"

static const double radius = 1.0, sigma = 0.7, quarter_pi = 0.78539816339744830962;
static const char *const names[3] = { "x", "y", "z" };

/* Antipodal Gaussians at angle z: one of 21 angles, or always fixed_z if >= 0. Classes alternate. */
static inline fairu_events *gaussians(fairu_context *ctx, uint64_t seed, size_t n, double fixed_z)
{
  float *column[3];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, names, 3, n, column);
  for (size_t i = 0; i < n; i++) {
    const double z = fixed_z >= 0.0 ? fixed_z : (double)fairu_philox__below(&rng, 21) * quarter_pi / 10.0;
    const double side = i & 1 ? radius : -radius;
    column[0][i] = (float)(side * cos(z) + sigma * fairu_philox__normal(&rng));
    column[1][i] = (float)(side * sin(z) + sigma * fairu_philox__normal(&rng));
    column[2][i] = (float)z;
  }
  made_turns(ctx, events);
  return events;
}

static inline fairu_training_options options_for(fairu_context *ctx, int aware, curve *c)
{
  fairu_training_options options;
  CHECK_OK(ctx, fairu_training_options_init(&options, sizeof options));
  options.features = names;
  options.n_features = 2;
  options.nuisances = names + 2;
  options.n_nuisances = aware ? 1 : 0;
  options.on_epoch = c ? note_epoch : NULL;
  options.user_data = c;
  return options;
}

static inline double auc_at(const fairu_classifier *classifier, fairu_context *ctx,
                            const fairu_events *events, double z)
{
  const size_t n = fairu_events_n_events(events), n_z = fairu_classifier_n_nuisances(classifier);
  float *scores = malloc(n * sizeof *scores);
  double auc = 0.0;
  CHECK_OK(ctx,
           fairu_classifier_score_events(classifier, ctx, events, &z, 1, n_z, FAIRU_OUTPUT_LOGIT, scores));
  CHECK_OK(ctx, fairu_auc(ctx, scores, fairu_events_labels(events), NULL, n, &auc));
  free(scores);
  return auc;
}

/* Losses of a training with these options, and its scores of 500 other events at z = 0.9. */
static inline void train_and_score(fairu_context *ctx, const fairu_events *events,
                                   fairu_training_options options, curve *c, float scores[500])
{
  const double z = 0.9;
  fairu_classifier *trained = NULL;
  memset(c, 0, sizeof *c);
  options.on_epoch = note_epoch;
  options.user_data = c;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, &options, NULL, &trained));
  fairu_events *test = gaussians(ctx, 77, 500, z);
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, test, &z, 1, options.n_nuisances,
                                              FAIRU_OUTPUT_LOGIT, scores));
  fairu_events_destroy(test);
  fairu_classifier_destroy(trained);
}

#endif /* FAIRU_TESTS_GAUSSIANS_H */
