/* mixture.h - the benchmark of INFERNO (arXiv:1806.04743): signal at the origin, background that r moves and lambda stretches. */
#ifndef FAIRU_TESTS_METHODS_MIXTURE_H
#define FAIRU_TESTS_METHODS_MIXTURE_H

#include "classifier/made_columns.h"
#include "numeric/philox.h"
#include "support/support.h"

static const double mixture_signal = 50.0, mixture_background = 1000.0;
static const char *const mixture_columns[4] = { "x0", "x1", "x2", "b" };

/* n events, classes in turn; column b is 1 for background, 0 for signal. */
static inline fairu_events *mixture_events(fairu_context *ctx, uint64_t seed, size_t n)
{
  float *x[4];
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  fairu_events *events = made_columns(ctx, mixture_columns, 4, n, x);
  for (size_t i = 0; i < n; i++) {
    const int signal = (int)(i & 1);
    x[0][i] = (float)((signal ? 0.0 : 2.0) + (signal ? 1.0 : sqrt(5.0)) * fairu_philox__normal(&rng));
    x[1][i] = (float)((signal ? 1.0 : 3.0) * fairu_philox__normal(&rng));
    x[2][i] = (float)(-log(fairu_philox__uniform(&rng)) / (signal ? 2.0 : 3.0));
    x[3][i] = signal ? 0.0F : 1.0F;
  }
  made_turns(ctx, events);
  return events;
}

/* z = (r, lambda): background is x0 + r, x2 * 3 / lambda. */
static inline int mixture_move(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                               size_t n_events, float *const *columns, size_t n_columns, double *weights,
                               unsigned char *passed, void *user_data)
{
  (void)n_columns, (void)n_nuisances, (void)seed, (void)first_row, (void)weights, (void)passed,
      (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    if (columns[2][i] > 0.0F) {
      columns[0][i] = (float)((double)columns[0][i] + z[0]);
      columns[1][i] = (float)((double)columns[1][i] * 3.0 / z[1]);
    }
  return 0;
}

static inline int mixture_slopes(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                                 size_t n_events, double *const *values, double *const *tangents,
                                 size_t n_columns, unsigned char *passed, void *user_data)
{
  (void)n_columns, (void)seed, (void)first_row, (void)passed, (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    if (values[2][i] > 0.0) {
      values[0][i] += z[0];
      tangents[0][i] += 1.0;
      values[1][i] *= 3.0 / z[1];
      tangents[n_nuisances + 1][i] = tangents[n_nuisances + 1][i] * 3.0 / z[1] - values[1][i] / z[1];
    }
  return 0;
}

/* "r" and "lambda" without an end of their ranges. */
static inline void mixture_nuisances(fairu_context *ctx, fairu_nuisance nuisances[2])
{
  for (int i = 0; i < 2; i++)
    CHECK_OK(ctx, fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]));
  nuisances[0].name = "r";
  nuisances[0].width = 0.4;
  nuisances[1].name = "lambda";
  nuisances[1].nominal = 3.0;
}

static inline fairu_systematics *mixture_moved_by(fairu_context *ctx, const fairu_nuisance nuisances[2])
{
  static const char *const moved[3] = { "x0", "x2", "b" };
  fairu_systematics *systematics = NULL;
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, 2, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_callback_with_tangents(systematics, ctx, moved, 3, mixture_move,
                                                             mixture_slopes, NULL));
  return systematics;
}

static inline fairu_systematics *mixture_systematics(fairu_context *ctx)
{
  fairu_nuisance nuisances[2];
  mixture_nuisances(ctx, nuisances);
  nuisances[1].width = 1.0;
  nuisances[1].lower = 0.1;
  return mixture_moved_by(ctx, nuisances);
}

static const double mixture_steps[2] = { 0.2, 0.5 };

/* Bin of each event: the largest output, or ten bins of one score. */
static inline void mixture_bins(fairu_context *ctx, const fairu_classifier *classifier,
                                const fairu_events *events, double *counts)
{
  const size_t n = fairu_events_n_events(events), n_outputs = fairu_classifier_n_outputs(classifier);
  const double nominal[2] = { 0.0, 3.0 };
  float *scores = malloc(n * n_outputs * sizeof *scores);
  CHECK_OK(ctx, fairu_classifier_score_events(classifier, ctx, events, nominal, 1,
                                              fairu_classifier_n_nuisances(classifier), 0, scores));
  for (size_t i = 0; i < n; i++) {
    const float *o = scores + i * n_outputs;
    size_t bin = 0;
    for (size_t k = 1; k < n_outputs; k++)
      bin = o[k] > o[bin] ? k : bin;
    if (n_outputs == 1)
      bin = o[0] < 1.0F ? (size_t)(10.0F * o[0]) : 9;
    counts[(size_t)fairu_events_labels(events)[i] * 50 + bin] += 2.0 / (double)n;
  }
  free(scores);
}

/* Error of the signal yield at 50 over 1000 with hard bins, both nuisances free (B2); floor of any method: 15.634. */
static inline double mixture_error(fairu_context *ctx, const fairu_classifier *classifier)
{
  double counts[2 * 5 * 10] = { 0 };
  fairu_events *events = mixture_events(ctx, 1234, 100000);
  fairu_systematics *systematics = mixture_systematics(ctx);
  const double yields[2] = { mixture_background, mixture_signal };
  fairu_expected_nuisance nuisances[2] = { { .struct_size = sizeof *nuisances } };
  for (size_t v = 0; v < 5; v++) {
    fairu_events *moved = NULL;
    double z[2] = { 0.0, 3.0 };
    if (v > 0)
      z[(v - 1) / 2] += v % 2 ? mixture_steps[(v - 1) / 2] : -mixture_steps[(v - 1) / 2];
    CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, 2, 1, NULL, &moved));
    mixture_bins(ctx, classifier, moved, counts + v * 10);
    fairu_events_destroy(moved);
  }
  for (size_t k = 0; k < 2; k++)
    nuisances[k] = (fairu_expected_nuisance){ .struct_size = sizeof *nuisances,
                                              .source = FAIRU_SOURCE_VARIATIONS,
                                              .up = 2 * k + 1,
                                              .down = 2 * k + 2,
                                              .step_up = mixture_steps[k],
                                              .step_down = -mixture_steps[k] };
  const fairu_summary_counts summary = {
    .n_processes = 2, .n_variations = 5, .n_bins = 10, .counts = counts
  };
  fairu_expected_loss_options options;
  fairu_expected_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_expected_loss_options_init(&options, sizeof options));
  options.yields = yields;
  options.n_processes = 2;
  options.nuisances = nuisances;
  options.n_nuisances = 2;
  CHECK_OK(ctx, fairu_expected_loss_report(ctx, &summary, &options, &result));
  fairu_systematics_destroy(systematics);
  fairu_events_destroy(events);
  return result.sigma;
}

/* Options of a method on the mixture; training [1] is filled. */
static inline fairu_method_options mixture_options(fairu_context *ctx, int method,
                                                   fairu_training_options *training)
{
  static const size_t hidden[2] = { 32, 32 };
  fairu_method_options options;
  CHECK_OK(ctx, fairu_training_options_init(training, sizeof *training));
  training->features = mixture_columns;
  training->n_features = 3;
  training->hidden = hidden;
  training->n_hidden = 2;
  training->batch = 2000;
  CHECK_OK(ctx, fairu_method_options_init(&options, sizeof options));
  options.method = method;
  options.training = training;
  options.signal = mixture_signal;
  options.background = mixture_background;
  options.steps = mixture_steps;
  options.free_nuisances = 1;
  return options;
}

#endif /* FAIRU_TESTS_METHODS_MIXTURE_H */
