/* Scoring and training of dense networks: batches, one event, many Z, wide layers by own kernels and by BLAS. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

#include "classifier/trees.h"
#include "numeric/philox.h"

enum { MOST_LAYERS = 4, MOST_INPUTS = 1024 };

typedef struct scene {
  fairu_context *ctx;
  fairu_classifier *classifier;
  fairu_events *events; /* columns in the order of the features */
  float *features, *scores, *d_features, *d_z;
  size_t n_events, n_features, n_points;
  double n_weights, z[81];
  fairu_training_options options;
} scene;

static char names[MOST_INPUTS][8];
static const char *name_list[MOST_INPUTS];

static void make_network(scene *s, const size_t *widths, size_t n_layers)
{
  fairu_layer layers[MOST_LAYERS];
  fairu_network_options options;
  fairu_philox rng = fairu_philox__start(1, FAIRU_STREAM_USER, 0, 0);
  s->n_weights = 0.0;
  for (size_t l = 0; l < n_layers; l++) {
    const size_t n = widths[l] * widths[l + 1];
    float *weights = malloc(n * sizeof *weights), *bias = calloc(widths[l + 1], sizeof *bias);
    for (size_t i = 0; i < n; i++)
      weights[i] = (float)(fairu_philox__normal(&rng) * sqrt(2.0 / (double)widths[l]));
    layers[l] =
        (fairu_layer){ widths[l], widths[l + 1],
                       l + 1 < n_layers ? FAIRU_ACTIVATION_RELU : FAIRU_ACTIVATION_SIGMOID, weights, bias };
    s->n_weights += (double)n;
  }
  bench_must(s->ctx, fairu_network_options_init(&options, sizeof options));
  options.features = name_list;
  options.n_features = s->n_features = widths[0] - 1;
  options.nuisances = name_list + widths[0] - 1;
  options.n_nuisances = 1;
  bench_must(s->ctx, fairu_classifier_create_network(s->ctx, &options, layers, n_layers, &s->classifier));
}

static void make_events(scene *s, size_t n_events, size_t n_points)
{
  const float *columns[MOST_INPUTS];
  fairu_philox rng = fairu_philox__start(2, FAIRU_STREAM_USER, 0, 0);
  s->n_events = n_events;
  s->n_points = n_points;
  s->features = malloc(n_events * s->n_features * sizeof *s->features);
  s->scores = malloc(n_events * n_points * sizeof *s->scores);
  for (size_t i = 0; i < n_events * s->n_features; i++)
    s->features[i] = (float)fairu_philox__uniform(&rng);
  for (size_t f = 0; f < s->n_features; f++)
    columns[f] = s->features + f * n_events;
  for (size_t p = 0; p < 81; p++)
    s->z[p] = 0.01 * (double)p;
  bench_must(s->ctx,
             fairu_events_create_view(s->ctx, n_events, s->n_features, name_list, columns, 1, &s->events));
}

static void end_scene(scene *s)
{
  fairu_classifier_destroy(s->classifier);
  fairu_events_destroy(s->events);
  free(s->features);
  free(s->scores);
}

static void score_rows(void *data)
{
  scene *s = data;
  bench_must(s->ctx, fairu_classifier_score(s->classifier, s->ctx, s->features, s->n_events, s->n_features,
                                            s->z, 1, FAIRU_OUTPUT_SCORE, s->scores));
}

static void score_event(void *data)
{
  scene *s = data;
  bench_must(s->ctx, fairu_classifier_score_event(s->classifier, s->ctx, s->features, s->n_features, s->z, 1,
                                                  FAIRU_OUTPUT_SCORE, s->scores));
}

static void derive(void *data)
{
  scene *s = data;
  bench_must(s->ctx, fairu_classifier_score_derivative(s->classifier, s->ctx, s->features, s->n_events,
                                                       s->n_features, s->z, 1, FAIRU_OUTPUT_LOGIT, s->scores,
                                                       s->d_features, s->d_z));
}

static void score_trees(void *data)
{
  scene *s = data;
  bench_must(s->ctx, fairu_classifier_score(s->classifier, s->ctx, s->features, s->n_events, s->n_features,
                                            NULL, 0, FAIRU_OUTPUT_SCORE, s->scores));
}

static void score_points(void *data)
{
  scene *s = data;
  bench_must(s->ctx, fairu_classifier_score_events(s->classifier, s->ctx, s->events, s->z, s->n_points, 1,
                                                   FAIRU_OUTPUT_SCORE, s->scores));
}

static void score_points_one_by_one(void *data)
{
  scene *s = data;
  for (size_t p = 0; p < s->n_points; p++)
    bench_must(s->ctx, fairu_classifier_score_events(s->classifier, s->ctx, s->events, s->z + p, 1, 1,
                                                     FAIRU_OUTPUT_SCORE, s->scores + p * s->n_events));
}

static void train(void *data)
{
  scene *s = data;
  fairu_classifier *trained = NULL;
  bench_must(s->ctx, fairu_classifier_train(s->ctx, s->events, &s->options, NULL, &trained));
  fairu_classifier_destroy(trained);
}

static void bench_scores(bench *b, fairu_context *ctx, const char *name, const size_t *widths,
                         size_t n_layers, size_t n_events)
{
  scene s = { .ctx = ctx };
  char text[96];
  make_network(&s, widths, n_layers);
  make_events(&s, n_events, 1);
  snprintf(text, sizeof text, "score %s, batch %zu", name, n_events);
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(score_rows, &s),
                             .items = (double)n_events,
                             .unit = "ns/event",
                             .flops = 2.0 * s.n_weights * (double)n_events,
                             .kernel = fairu_context_kernel(ctx) });
  end_scene(&s);
}

static void bench_event(bench *b, fairu_context *ctx, const char *name, const size_t *widths, size_t n_layers)
{
  scene s = { .ctx = ctx };
  char text[96];
  make_network(&s, widths, n_layers);
  make_events(&s, 1, 1);
  snprintf(text, sizeof text, "score %s, one event", name);
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(score_event, &s),
                             .unit = "ns/event",
                             .flops = 2.0 * s.n_weights,
                             .kernel = fairu_context_kernel(ctx) });
  end_scene(&s);
}

static void bench_two_threads(bench *b, fairu_context *ctx, const char *name, const size_t *widths,
                              size_t n_layers, size_t n_events)
{
  scene s = { .ctx = ctx };
  char text[96];
  bench_must(ctx, fairu_context_set_threads(ctx, 2));
  make_network(&s, widths, n_layers);
  make_events(&s, n_events, 1);
  snprintf(text, sizeof text, "score %s, batch %zu, 2 threads", name, n_events);
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(score_rows, &s),
                             .items = (double)n_events,
                             .unit = "ns/event",
                             .flops = 2.0 * s.n_weights * (double)n_events,
                             .threads = 2,
                             .kernel = fairu_context_kernel(ctx) });
  end_scene(&s);
  bench_must(ctx, fairu_context_set_threads(ctx, 1));
}

/* Logit and its derivatives by all inputs. */
static void bench_derivatives(bench *b, fairu_context *ctx, const char *name, const size_t *widths,
                              size_t n_layers)
{
  enum { EVENTS = 4096 };
  scene s = { .ctx = ctx };
  char text[96];
  make_network(&s, widths, n_layers);
  make_events(&s, EVENTS, 1);
  s.d_features = malloc(EVENTS * s.n_features * sizeof *s.d_features);
  s.d_z = malloc(EVENTS * sizeof *s.d_z);
  snprintf(text, sizeof text, "derivatives of %s, batch %d", name, EVENTS);
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(derive, &s),
                             .items = EVENTS,
                             .unit = "ns/event",
                             .flops = 4.0 * s.n_weights * EVENTS,
                             .kernel = fairu_context_kernel(ctx) });
  free(s.d_features);
  free(s.d_z);
  end_scene(&s);
}

static void bench_points(bench *b, fairu_context *ctx, const char *name, const size_t *widths,
                         size_t n_layers)
{
  enum { EVENTS = 4096, POINTS = 21 };
  const bench_fn calls[2] = { score_points, score_points_one_by_one };
  const char *const how[2] = { "one call", "21 calls" };
  scene s = { .ctx = ctx };
  char text[96];
  make_network(&s, widths, n_layers);
  make_events(&s, EVENTS, POINTS);
  for (int i = 0; i < 2; i++) {
    snprintf(text, sizeof text, "%s at 21 Z, %s", name, how[i]);
    bench_add(b, &(bench_row){ .name = text,
                               .seconds = bench_median(calls[i], &s),
                               .items = EVENTS * POINTS,
                               .unit = "ns/score",
                               .flops = 2.0 * s.n_weights * EVENTS * POINTS,
                               .kernel = fairu_context_kernel(ctx) });
  }
  end_scene(&s);
}

/* Own kernels and BLAS by width: see OWN_WIDTH in src/classifier/engine.c. */
static void bench_wide(bench *b, fairu_context *ctx)
{
  const size_t wide[] = { 256, 512, 768, 1024 };
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    for (int policy = FAIRU_BLAS_NEVER; policy <= FAIRU_BLAS_ALWAYS; policy++) {
      const size_t widths[] = { 30, wide[i], wide[i], 1 };
      char text[32];
      snprintf(text, sizeof text, "30-%zu-%zu-1, %s", wide[i], wide[i],
               policy == FAIRU_BLAS_NEVER ? "own" : "BLAS");
      bench_must(ctx, fairu_context_set_blas(ctx, policy));
      bench_scores(b, ctx, text, widths, 3, 4096);
    }
  bench_must(ctx, fairu_context_set_blas(ctx, FAIRU_BLAS_AUTO));
}

enum { TRAINING_EVENTS = 200000, MORE_EPOCHS = 4 };

typedef struct training_shape {
  const char *name;
  size_t n_features, batch, n_hidden;
  size_t hidden[3];
} training_shape;

static double training_flops(const training_shape *shape)
{
  double flops = 0.0;
  size_t n_in = shape->n_features;
  for (size_t l = 0; l <= shape->n_hidden; l++) {
    const size_t n_out = l < shape->n_hidden ? shape->hidden[l] : 1;
    flops += (l > 0 ? 6.0 : 4.0) * (double)(n_in * n_out); /* nobody asks for derivatives by the inputs */
    n_in = n_out;
  }
  return flops;
}

static void make_labels(scene *s)
{
  static int32_t labels[TRAINING_EVENTS];
  static double weights[TRAINING_EVENTS];
  for (size_t i = 0; i < TRAINING_EVENTS; i++) {
    labels[i] = s->features[i] > 0.5F;
    weights[i] = 0.5 + (double)s->features[TRAINING_EVENTS + i];
  }
  bench_must(s->ctx, fairu_events_set_labels(s->events, s->ctx, labels, TRAINING_EVENTS));
  bench_must(s->ctx, fairu_events_set_weights(s->events, s->ctx, weights, TRAINING_EVENTS));
}

/* Epochs by themselves: what a training of five takes longer than one of one, whose time is a row too. */
static void bench_training(bench *b, fairu_context *ctx, const training_shape *shape, int threads)
{
  scene s = { .ctx = ctx, .n_features = shape->n_features };
  char text[96];
  bench_must(ctx, fairu_context_set_threads(ctx, threads));
  make_events(&s, TRAINING_EVENTS, 1);
  make_labels(&s);
  bench_must(ctx, fairu_training_options_init(&s.options, sizeof s.options));
  s.options.features = name_list;
  s.options.n_features = shape->n_features;
  s.options.hidden = shape->hidden;
  s.options.n_hidden = shape->n_hidden;
  s.options.batch = shape->batch;
  s.options.epochs = 1;
  const double one = bench_median(train, &s);
  s.options.epochs = 1 + MORE_EPOCHS;
  const double more = bench_median(train, &s) - one;
  snprintf(text, sizeof text, "train %s, batch %zu, %d thread%s", shape->name, shape->batch, threads,
           threads > 1 ? "s" : "");
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = more,
                             .items = MORE_EPOCHS * (double)TRAINING_EVENTS,
                             .unit = "ns/event",
                             .flops = training_flops(shape) * MORE_EPOCHS * TRAINING_EVENTS,
                             .threads = threads,
                             .kernel = fairu_context_kernel(ctx) });
  bench_add(b, &(bench_row){ .name = "  one epoch of it with all set-up",
                             .seconds = one,
                             .items = TRAINING_EVENTS,
                             .unit = "ns/event",
                             .kernel = fairu_context_kernel(ctx) });
  end_scene(&s);
  bench_must(ctx, fairu_context_set_threads(ctx, 1));
}

/* Full trees: node i of a tree has children 2 i + 1 and 2 i + 2. */
static void bench_trees(bench *b, fairu_context *ctx, size_t n_events)
{
  enum { TREES = 300, DEPTH = 6, NODES = (2 << DEPTH) - 1, FEATURES = 29 };
  fairu_branch_node *nodes = calloc(TREES * NODES, sizeof *nodes);
  double *values = calloc(TREES * NODES, sizeof *values);
  size_t roots[TREES];
  scene s = { .ctx = ctx, .n_features = FEATURES };
  char text[96];
  fairu_philox rng = fairu_philox__start(3, FAIRU_STREAM_USER, 0, 0);
  for (size_t t = 0; t < TREES; t++) {
    roots[t] = t * NODES;
    for (size_t i = 0; i < NODES; i++) {
      fairu_branch_node *node = &nodes[roots[t] + i];
      values[roots[t] + i] = fairu_philox__uniform(&rng) - 0.5;
      node->feature = (size_t)(FEATURES * fairu_philox__uniform(&rng));
      node->threshold = (float)fairu_philox__uniform(&rng);
      node->mode = 2 * i + 1 < NODES ? FAIRU_BRANCH_LT : FAIRU_BRANCH_LEAF;
      node->yes = roots[t] + 2 * i + 1;
      node->no = roots[t] + 2 * i + 2;
    }
  }
  const fairu_forest forest = { TREES, TREES * NODES, 1, roots, nodes, values, FAIRU_TREES_SUM, NULL };
  bench_must(ctx,
             fairu_trees__create(ctx, name_list, FEATURES, &forest, FAIRU_ACTIVATION_SIGMOID, &s.classifier));
  make_events(&s, n_events, 1);
  snprintf(text, sizeof text, "%d trees of depth %d, batch %zu", TREES, DEPTH, n_events);
  bench_add(b, &(bench_row){ .name = text,
                             .seconds = bench_median(score_trees, &s),
                             .items = (double)n_events,
                             .unit = "ns/event" });
  end_scene(&s);
  free(nodes);
  free(values);
}

int main(int argc, char **argv)
{
  const size_t wide[] = { 29, 100, 100, 100, 1 }, small[] = { 3, 64, 64, 1 };
  const training_shape trained_wide = { "29-100-100-100-1", 29, 1024, 3, { 100, 100, 100 } };
  const training_shape trained_small = { "3-64-64-1", 3, 2048, 2, { 64, 64 } };
  bench *b = bench_start(argc, argv);
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    return 1;
  for (size_t i = 0; i < MOST_INPUTS; i++) {
    snprintf(names[i], sizeof names[i], "f%zu", i);
    name_list[i] = names[i];
  }
  bench_event(b, ctx, "29-100-100-100-1", wide, 4);
  bench_event(b, ctx, "3-64-64-1", small, 3);
  bench_scores(b, ctx, "29-100-100-100-1", wide, 4, 4096);
  bench_scores(b, ctx, "29-100-100-100-1", wide, 4, 65536);
  bench_scores(b, ctx, "3-64-64-1", small, 3, 4096);
  bench_scores(b, ctx, "3-64-64-1", small, 3, 65536);
  bench_two_threads(b, ctx, "29-100-100-100-1", wide, 4, 4096);
  bench_two_threads(b, ctx, "29-100-100-100-1", wide, 4, 65536);
  bench_two_threads(b, ctx, "3-64-64-1", small, 3, 65536);
  bench_points(b, ctx, "29-100-100-100-1", wide, 4);
  bench_points(b, ctx, "3-64-64-1", small, 3);
  bench_derivatives(b, ctx, "29-100-100-100-1", wide, 4);
  bench_derivatives(b, ctx, "3-64-64-1", small, 3);
  bench_trees(b, ctx, 1);
  bench_trees(b, ctx, 4096);
  for (int threads = 1; threads <= 2; threads++) {
    bench_training(b, ctx, &trained_wide, threads);
    bench_training(b, ctx, &trained_small, threads);
  }
  bench_wide(b, ctx);
  fairu_context_destroy(ctx);
  return bench_end(b);
}
