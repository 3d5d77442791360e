/* Training on soft counts: the shape of the INFERNO benchmarks, 3-100-100-10, signal and background, background varied four times. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <fairu/fairu.h>

#include "bench/bench.h"
#include "numeric/philox.h"

enum { EVENTS = 40000, VARIATIONS = 4, BATCH = 2000 };

static const char *const names[3] = { "x0", "x1", "x2" };
static const size_t hidden[2] = { 100, 100 };

typedef struct setup {
  fairu_context *ctx;
  fairu_events *events, *variations[VARIATIONS];
  float *tangents;
  fairu_training_options training;
  fairu_summary_options summary;
} setup;

static fairu_events *make_events(fairu_context *ctx, double r, double lambda)
{
  fairu_events *events = NULL;
  float *x[3];
  int32_t *labels = malloc(EVENTS * sizeof *labels);
  fairu_philox rng = fairu_philox__start(1, FAIRU_STREAM_USER, 0, 0);
  if (!labels)
    exit(1);
  bench_must(ctx, fairu_events_create(ctx, EVENTS, 3, names, &events));
  for (size_t c = 0; c < 3; c++)
    bench_must(ctx, fairu_events_column_data(events, ctx, c, &x[c]));
  for (size_t i = 0; i < EVENTS; i++) {
    const double a = fairu_philox__normal(&rng), b = fairu_philox__normal(&rng);
    const double e = -log(1.0 - fairu_philox__uniform(&rng));
    labels[i] = (int32_t)(i & 1);
    x[0][i] = (float)(labels[i] ? a : 2.0 + r + sqrt(5.0) * a);
    x[1][i] = (float)(labels[i] ? b : 3.0 * b);
    x[2][i] = (float)(e / (labels[i] ? 2.0 : lambda));
  }
  bench_must(ctx, fairu_events_set_labels(events, ctx, labels, EVENTS));
  free(labels);
  return events;
}

/* Of no cost: what is measured is the way there and back. */
static int flat_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts,
                     double *d_tangents, void *user_data)
{
  const size_t n = counts->n_processes * counts->n_variations * counts->n_bins;
  (void)ctx, (void)user_data;
  *loss = 0.0;
  for (size_t i = 0; i < n; i++) {
    *loss += 0.5 * counts->counts[i] * counts->counts[i];
    d_counts[i] = counts->counts[i];
  }
  for (size_t i = 0; d_tangents && i < counts->n_processes * counts->n_tangents * counts->n_bins; i++)
    d_tangents[i] = counts->tangents[i];
  return 0;
}

static void make_setup(setup *s, fairu_context *ctx)
{
  static const double shifts[VARIATIONS][2] = { { 0.2, 3.0 }, { -0.2, 3.0 }, { 0.0, 3.5 }, { 0.0, 2.5 } };
  s->ctx = ctx;
  s->events = make_events(ctx, 0.0, 3.0);
  for (size_t v = 0; v < VARIATIONS; v++)
    s->variations[v] = make_events(ctx, shifts[v][0], shifts[v][1]);
  s->tangents = calloc(EVENTS * 3 * 2, sizeof *s->tangents);
  if (!s->tangents)
    exit(1);
  for (size_t i = 0; i < EVENTS; i += 2) { /* of background, by r and lambda */
    size_t stride;
    s->tangents[i * 6] = 1.0F;
    s->tangents[i * 6 + 5] = -fairu_events_column(s->events, 2, &stride)[i] / 3.0F;
  }
  bench_must(ctx, fairu_training_options_init(&s->training, sizeof s->training));
  s->training.features = names;
  s->training.n_features = 3;
  s->training.hidden = hidden;
  s->training.batch = BATCH;
  s->training.epochs = 2;
  bench_must(ctx, fairu_summary_options_init(&s->summary, sizeof s->summary));
  s->summary.loss = flat_loss;
  s->summary.variations = (const fairu_events *const *)s->variations;
  s->summary.n_variations = VARIATIONS;
}

static void train(void *data)
{
  setup *s = data;
  fairu_classifier *out = NULL;
  bench_must(s->ctx,
             fairu_classifier_train_summary(s->ctx, s->events, &s->training, &s->summary, NULL, &out));
  fairu_classifier_destroy(out);
}

/* A pass is one row there and back: nominal rows, and those of background for each variation or tangent. */
static void bench_kind(bench *b, setup *s, const char *name, int threads)
{
  const double passes = (double)(EVENTS * s->training.epochs) *
                        (1.0 + 0.5 * (double)(s->summary.n_variations + s->training.n_tangents));
  const double outputs = s->summary.kind == FAIRU_SUMMARY_SOFTMAX ? 10.0 : 1.0;
  char text[80];
  bench_must(s->ctx, fairu_context_set_threads(s->ctx, threads));
  snprintf(text, sizeof text, "%s, %d thread%s", name, threads, threads > 1 ? "s" : "");
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(train, s),
                             .items = passes,
                             .unit = "ns/pass",
                             .flops = passes * (4.0 * 300.0 + 6.0 * (10000.0 + 100.0 * outputs)),
                             .threads = threads,
                             .kernel = fairu_context_kernel(s->ctx) });
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  fairu_context *ctx = NULL;
  setup s;
  bench_must(NULL, fairu_context_create(NULL, &ctx));
  make_setup(&s, ctx);
  for (int threads = 1; threads <= 2; threads++) {
    s.summary.kind = FAIRU_SUMMARY_SOFTMAX;
    bench_kind(b, &s, "softmax 10 bins, 4 variations", threads);
    s.summary.kind = FAIRU_SUMMARY_KDE;
    bench_kind(b, &s, "score over 10 bins, 4 variations", threads);
    s.summary.kind = FAIRU_SUMMARY_SOFTMAX;
    s.summary.n_variations = 0;
    s.training.tangents = s.tangents;
    s.training.n_tangents = 2;
    bench_kind(b, &s, "softmax 10 bins, 2 tangents", threads);
    s.summary.n_variations = VARIATIONS;
    s.training.tangents = NULL;
    s.training.n_tangents = 0;
  }
  free(s.tangents);
  for (size_t v = 0; v < VARIATIONS; v++)
    fairu_events_destroy(s.variations[v]);
  fairu_events_destroy(s.events);
  fairu_context_destroy(ctx);
  return bench_end(b);
}
