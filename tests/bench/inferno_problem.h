/* inferno_problem.h - the three-dimensional mixture of INFERNO (arXiv:1806.04743) as events, on the public interface alone.
 *
 * Signal (x0, x1) ~ N((0, 0), I), x2 ~ Exp(2); background (x0, x1) ~ N((2 + r, 0), diag(5, 9)), x2 ~ Exp(lambda); nominal r = 0, lambda = 3; s = 50,
 * b = 1000 are expected. Templates: the same background events at r = +-0.2 and at lambda = 3 +- 0.5.
 */
#ifndef FAIRU_TESTS_INFERNO_PROBLEM_H
#define FAIRU_TESTS_INFERNO_PROBLEM_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

enum { INFERNO_FEATURES = 3, INFERNO_SHIFTS = 4, INFERNO_BENCHMARKS = 5 };

static const char *const inferno_names[INFERNO_FEATURES] = { "x0", "x1", "x2" };
static const double inferno_yields[2] = { 1000.0, 50.0 };

/* Samples that share no event: draws of another seed. */
enum inferno_sample { INFERNO_TRAINING = 1, INFERNO_VALIDATION = 2, INFERNO_TEST = 3 };

typedef struct inferno_events {
  size_t n;                                       /* of each class: background first, then signal */
  float *x[INFERNO_FEATURES];                     /* [2 n] nominal */
  float *shifted[INFERNO_SHIFTS];                 /* [2 n] x0 at r = 0.2, -0.2; x2 at lambda = 3.5, 2.5 */
  fairu_events *nominal, *shifts[INFERNO_SHIFTS]; /* views of them */
} inferno_events;

static inline void inferno_must(fairu_context *ctx, int status)
{
  if (status == FAIRU_OK)
    return;
  fprintf(stderr, "%s: %s\n", fairu_status_name(status), fairu_context_message(ctx));
  exit(1);
}

static inline void *inferno_new(size_t count, size_t size)
{
  void *memory = calloc(count, size);
  if (!memory)
    exit(1);
  return memory;
}

/* n values of a prior, of a stream per sample, class and feature. */
static inline void inferno_draw(fairu_context *ctx, int prior, const char *stream, int sample, size_t n,
                                double *values)
{
  fairu_nuisance nuisance;
  inferno_must(ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = stream;
  nuisance.prior = prior;
  if (prior == FAIRU_PRIOR_UNIFORM) {
    nuisance.lower = 0.0;
    nuisance.upper = 1.0;
    nuisance.nominal = 0.5;
  }
  inferno_must(ctx, fairu_nuisance_draw(ctx, &nuisance, (uint64_t)sample, 0, n, 1, values));
}

static inline void inferno_fill(fairu_context *ctx, inferno_events *e, int sample)
{
  static const char *const streams[2][INFERNO_FEATURES] = { { "b0", "b1", "b2" }, { "s0", "s1", "s2" } };
  const double mean[2] = { 2.0, 0.0 }, width[2][2] = { { sqrt(5.0), 3.0 }, { 1.0, 1.0 } },
               rate[2] = { 3.0, 2.0 };
  double *values = (double *)inferno_new(e->n, sizeof *values);
  for (size_t c = 0; c < 2; c++)
    for (size_t f = 0; f < INFERNO_FEATURES; f++) {
      float *to = e->x[f] + c * e->n;
      inferno_draw(ctx, f == 2 ? FAIRU_PRIOR_UNIFORM : FAIRU_PRIOR_GAUSSIAN, streams[c][f], sample, e->n,
                   values);
      for (size_t i = 0; i < e->n; i++)
        to[i] = (float)(f == 2 ? -log1p(-values[i]) / rate[c]
                               : (f == 0 ? mean[c] : 0.0) + width[c][f] * values[i]);
    }
  free(values);
}

/* Only the background moves. */
static inline void inferno_shift(inferno_events *e)
{
  for (size_t i = 0; i < 2 * e->n; i++) {
    const int moves = i < e->n;
    e->shifted[0][i] = e->x[0][i] + (moves ? 0.2F : 0.0F);
    e->shifted[1][i] = e->x[0][i] - (moves ? 0.2F : 0.0F);
    e->shifted[2][i] = e->x[2][i] * (moves ? 3.0F / 3.5F : 1.0F);
    e->shifted[3][i] = e->x[2][i] * (moves ? 3.0F / 2.5F : 1.0F);
  }
}

static inline fairu_events *inferno_view(fairu_context *ctx, const inferno_events *e, size_t variation)
{
  const float *columns[INFERNO_FEATURES] = { e->x[0], e->x[1], e->x[2] };
  if (variation > 0)
    columns[variation < 3 ? 0 : 2] = e->shifted[variation - 1];
  int32_t *labels = (int32_t *)inferno_new(2 * e->n, sizeof *labels);
  fairu_events *view = NULL;
  for (size_t i = e->n; i < 2 * e->n; i++)
    labels[i] = 1;
  inferno_must(ctx,
               fairu_events_create_view(ctx, 2 * e->n, INFERNO_FEATURES, inferno_names, columns, 1, &view));
  inferno_must(ctx, fairu_events_set_labels(view, ctx, labels, 2 * e->n));
  free(labels);
  return view;
}

static inline inferno_events *inferno_create(fairu_context *ctx, size_t n, int sample)
{
  inferno_events *e = (inferno_events *)inferno_new(1, sizeof *e);
  e->n = n;
  for (size_t f = 0; f < INFERNO_FEATURES; f++)
    e->x[f] = (float *)inferno_new(2 * n, sizeof(float));
  for (size_t v = 0; v < INFERNO_SHIFTS; v++)
    e->shifted[v] = (float *)inferno_new(2 * n, sizeof(float));
  inferno_fill(ctx, e, sample);
  inferno_shift(e);
  e->nominal = inferno_view(ctx, e, 0);
  for (size_t v = 0; v < INFERNO_SHIFTS; v++)
    e->shifts[v] = inferno_view(ctx, e, v + 1);
  return e;
}

static inline void inferno_destroy(inferno_events *e)
{
  fairu_events_destroy(e->nominal);
  for (size_t v = 0; v < INFERNO_SHIFTS; v++) {
    fairu_events_destroy(e->shifts[v]);
    free(e->shifted[v]);
  }
  for (size_t f = 0; f < INFERNO_FEATURES; f++)
    free(e->x[f]);
  free(e);
}

/* ---- benchmarks B0 to B4 -------------------------------------------------------------------------------- */

/* Nuisances of benchmark k; *n: how many. B0 none; B1 r free; B2 r, lambda free; B3 known to 0.4 and 1; B4 and b to 10 %. */
static inline const fairu_expected_nuisance *inferno_nuisances(int k, fairu_expected_nuisance *out, size_t *n)
{
  const size_t size = sizeof *out;
  out[0] = (fairu_expected_nuisance){ .struct_size = size,
                                      .source = FAIRU_SOURCE_VARIATIONS,
                                      .up = 1,
                                      .down = 2,
                                      .step_up = 0.2,
                                      .step_down = -0.2,
                                      .width = k < 3 ? 0.0 : 0.4 };
  out[1] = (fairu_expected_nuisance){ .struct_size = size,
                                      .source = FAIRU_SOURCE_VARIATIONS,
                                      .up = 3,
                                      .down = 4,
                                      .step_up = 0.5,
                                      .step_down = -0.5,
                                      .width = k < 3 ? 0.0 : 1.0 };
  out[2] = (fairu_expected_nuisance){
    .struct_size = size, .source = FAIRU_SOURCE_RATE, .process = 0, .width = 0.1
  };
  *n = k < 2 ? (size_t)k : k < 4 ? 2 : 3;
  return out;
}

static inline void inferno_loss(fairu_context *ctx, int k, fairu_expected_nuisance *nuisances,
                                fairu_expected_loss_options *options)
{
  inferno_must(ctx, fairu_expected_loss_options_init(options, sizeof *options));
  options->yields = inferno_yields;
  options->n_processes = 2;
  options->nuisances = inferno_nuisances(k, nuisances, &options->n_nuisances);
  options->logarithm = 1;
}

/* ---- hard counts ---------------------------------------------------------------------------------------- */

enum { INFERNO_BINS = 10, INFERNO_CHUNK = 4096 };

/* The largest of many outputs, or the uniform bin of one score. */
static inline size_t inferno_bin(const float *scores, size_t n_outputs)
{
  size_t best = 0;
  if (n_outputs == 1)
    return scores[0] < 1.0F ? (size_t)(scores[0] * (float)INFERNO_BINS) : INFERNO_BINS - 1;
  for (size_t k = 1; k < n_outputs; k++)
    if (scores[k] > scores[best])
      best = k;
  return best;
}

static inline void inferno_count(fairu_context *ctx, const fairu_classifier *classifier,
                                 const inferno_events *e, size_t variation, size_t label, double *shares)
{
  static float rows[INFERNO_CHUNK * INFERNO_FEATURES], scores[INFERNO_CHUNK * INFERNO_BINS];
  const size_t n_outputs = fairu_classifier_n_outputs(classifier);
  const float *columns[INFERNO_FEATURES] = { e->x[0], e->x[1], e->x[2] };
  if (variation > 0)
    columns[variation < 3 ? 0 : 2] = e->shifted[variation - 1];
  for (size_t first = 0; first < e->n; first += INFERNO_CHUNK) {
    const size_t n = e->n - first < INFERNO_CHUNK ? e->n - first : INFERNO_CHUNK;
    for (size_t i = 0; i < n; i++)
      for (size_t f = 0; f < INFERNO_FEATURES; f++)
        rows[i * INFERNO_FEATURES + f] = columns[f][label * e->n + first + i];
    inferno_must(ctx, fairu_classifier_score(classifier, ctx, rows, n, INFERNO_FEATURES, NULL, 0,
                                             FAIRU_OUTPUT_SCORE, scores));
    for (size_t i = 0; i < n; i++)
      shares[inferno_bin(scores + i * n_outputs, n_outputs)] += 1.0 / (double)e->n;
  }
}

/* Expected sigma of s on B0 to B4 with hard counts of these events. Every bin gets 1e-3 events more, which costs nothing and keeps one event in
 * a variation from meaning something where there is none at nominal. */
static inline void inferno_sigmas(fairu_context *ctx, const fairu_classifier *classifier,
                                  const inferno_events *e, double *sigma)
{
  enum { VARIATIONS = INFERNO_SHIFTS + 1 };
  double shares[2 * VARIATIONS * INFERNO_BINS] = { 0.0 };
  const fairu_summary_counts counts = { 2, VARIATIONS, 0, INFERNO_BINS, shares, NULL };
  for (size_t v = 0; v < VARIATIONS; v++)
    inferno_count(ctx, classifier, e, v, 0, shares + v * INFERNO_BINS);
  inferno_count(ctx, classifier, e, 0, 1, shares + VARIATIONS * INFERNO_BINS);
  for (size_t v = 1; v < VARIATIONS; v++)
    memcpy(shares + (VARIATIONS + v) * INFERNO_BINS, shares + VARIATIONS * INFERNO_BINS,
           INFERNO_BINS * sizeof *shares);
  for (int k = 0; k < INFERNO_BENCHMARKS; k++) {
    fairu_expected_nuisance nuisances[3];
    fairu_expected_loss_options options;
    fairu_expected_result result = { .struct_size = sizeof result };
    inferno_loss(ctx, k, nuisances, &options);
    options.floor = 1e-3;
    inferno_must(ctx, fairu_expected_loss_report(ctx, &counts, &options, &result));
    sigma[k] = result.sigma;
  }
}

#endif /* FAIRU_TESTS_INFERNO_PROBLEM_H */
