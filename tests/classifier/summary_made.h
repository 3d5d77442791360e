/* summary_made.h - events and options of tests of training on soft counts. */
#ifndef FAIRU_TESTS_SUMMARY_MADE_H
#define FAIRU_TESTS_SUMMARY_MADE_H

#include "classifier/made_columns.h"
#include "numeric/philox.h"
#include "support/support.h"

static const char *const names[2] = { "x", "z" };

/* x ~ N(+1 or -1 + shift, 1), labels 1 and 0 by turns; z is the shift. */
static inline fairu_events *made_events(fairu_context *ctx, size_t n, double shift)
{
  float *column[2];
  fairu_philox rng = fairu_philox__start(8, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, names, 2, n, column);
  for (size_t i = 0; i < n; i++) {
    column[0][i] = (float)(fairu_philox__normal(&rng) + (i & 1 ? 1.0 : shift - 1.0));
    column[1][i] = (float)shift;
  }
  made_turns(ctx, events);
  return events;
}

static inline fairu_training_options training_for(fairu_context *ctx)
{
  static const size_t hidden[1] = { 12 };
  fairu_training_options options;
  CHECK_OK(ctx, fairu_training_options_init(&options, sizeof options));
  options.features = names;
  options.n_features = 1;
  options.hidden = hidden;
  options.n_hidden = 1;
  options.activation = FAIRU_ACTIVATION_TANH;
  options.learning_rate = 0.03;
  options.batch = 4000;
  return options;
}

static inline fairu_summary_options summary_for(fairu_context *ctx, int kind, fairu_summary_loss_fn loss,
                                                void *data)
{
  fairu_summary_options options;
  CHECK_OK(ctx, fairu_summary_options_init(&options, sizeof options));
  options.kind = kind;
  options.loss = loss;
  options.loss_data = data;
  return options;
}

typedef struct watch {
  double counts[64];
  size_t n_calls;
} watch;

/* Signal into the upper bins, background into the lower ones. */
static inline int pull_apart(fairu_context *ctx, const fairu_summary_counts *counts, double *loss,
                             double *d_counts, double *d_tangents, void *user_data)
{
  watch *w = user_data;
  const size_t n = counts->n_variations * counts->n_bins;
  (void)ctx, (void)d_tangents;
  *loss = 0.0;
  for (size_t b = 0; b < counts->n_bins; b++) {
    *loss += (double)b * (counts->counts[b] - counts->counts[n + b]);
    d_counts[b] = (double)b;
    d_counts[n + b] = -(double)b;
  }
  memcpy(w->counts, counts->counts, counts->n_processes * n * sizeof *w->counts);
  w->n_calls++;
  return 0;
}

#endif /* FAIRU_TESTS_SUMMARY_MADE_H */
