/* What templates cost: evaluate, refill, histograms of a toy, filling from events. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <fairu/fairu.h>

#include "templates/templates_internal.h"

enum { KNOTS = 41, BINS = 10, EVENTS = 50000, HIDDEN = 64 };

typedef struct work {
  fairu_context *ctx;
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_events *events, *weighted;
  fairu_systematics *systematics;
  fairu_classifier *rotation, *linear, *network;
  fairu_fill_options options;
  const fairu_events *filled;
  fairu_templates *log, *pair, *counts;
  fairu_bin_table *table;
  const double *z;
  double *yields, *multiplicities, *histogram;
  double nu[2 * BINS], d[4 * BINS], d2[8 * BINS];
} work;

static void need(int status, work *w)
{
  if (status != FAIRU_OK) {
    fprintf(stderr, "%s\n", fairu_context_message(w->ctx));
    exit(1);
  }
}

static int yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *nu,
                  double *variances, void *user_data)
{
  (void)variances, (void)user_data;
  for (size_t b = 0; b < n_bins; b++)
    nu[b] = 100.0 * (double)(process + 1) + 10.0 * sin(z[0] + (double)b) * (n_axes > 1 ? cos(z[1]) : 1.0);
  return 0;
}

static void make_templates(work *w)
{
  static const char *const names[2] = { "signal", "background" };
  static double knots[KNOTS];
  for (size_t i = 0; i < KNOTS; i++)
    knots[i] = -0.8 + 0.08 * (double)i;
  const fairu_axis axes[2] = { { "angle", knots, KNOTS, knots[20] }, { "other", knots, 9, knots[4] } };
  const size_t pair[2] = { 0, 1 };
  fairu_grid *two = NULL;
  need(fairu_grid_create(w->ctx, axes, 1, NULL, 0, &w->grid), w);
  need(fairu_grid_create(w->ctx, axes, 2, pair, 1, &two), w);
  need(fairu_templates_create_from_function(w->ctx, w->grid, names, 2, BINS, yields, NULL, 0, &w->log), w);
  need(fairu_templates_create_from_function(w->ctx, two, names, 2, BINS, yields, NULL, 0, &w->pair), w);
  need(fairu_templates_create_from_function(w->ctx, w->grid, names, 1, BINS, yields, NULL,
                                            FAIRU_INTERPOLATION_SQRT, &w->counts),
       w);
  fairu_grid_destroy(two);
  w->yields = calloc(KNOTS * BINS, sizeof *w->yields);
  for (size_t i = 0; i < KNOTS * BINS; i++)
    w->yields[i] = (double)(i % 13);
}

static void make_events(work *w)
{
  static const char *const names[2] = { "x", "y" };
  float *column[2];
  double *weights = calloc(EVENTS, sizeof *weights);
  need(fairu_events_create(w->ctx, EVENTS, 2, names, &w->events), w);
  need(fairu_events_create(w->ctx, EVENTS, 2, names, &w->weighted), w);
  for (size_t c = 0; c < 2; c++)
    for (int which = 0; which < 2; which++) {
      need(fairu_events_column_data(which ? w->weighted : w->events, w->ctx, c, &column[c]), w);
      for (size_t i = 0; i < EVENTS; i++)
        column[c][i] = (float)(1.5 * sin(1.7 * (double)i * (double)(c + 1)));
    }
  for (size_t i = 0; i < EVENTS; i++)
    weights[i] = 0.5 + 0.3 * sin((double)i);
  need(fairu_events_set_weights(w->weighted, w->ctx, weights, EVENTS), w);
  free(weights);
}

static void make_network(work *w)
{
  static const char *const features[2] = { "x", "y" }, *const nuisances[1] = { "angle" };
  static float weights[HIDDEN * HIDDEN], bias[HIDDEN];
  for (size_t i = 0; i < HIDDEN * HIDDEN; i++)
    weights[i] = (float)(0.2 * sin(3.1 * (double)i));
  const fairu_layer layers[3] = { { 3, HIDDEN, FAIRU_ACTIVATION_RELU, weights, bias },
                                  { HIDDEN, HIDDEN, FAIRU_ACTIVATION_RELU, weights, bias },
                                  { HIDDEN, 1, FAIRU_ACTIVATION_SIGMOID, weights, bias } };
  fairu_network_options o;
  need(fairu_network_options_init(&o, sizeof o), w);
  o.features = features;
  o.n_features = 2;
  o.nuisances = nuisances;
  o.n_nuisances = 1;
  need(fairu_classifier_create_network(w->ctx, &o, layers, 3, &w->network), w);
}

static void make_chain(work *w)
{
  static const char *const features[2] = { "x", "y" };
  static const double axis[2] = { 2.0, 2.0 };
  fairu_nuisance nuisance;
  need(fairu_nuisance_init(&nuisance, sizeof nuisance), w);
  nuisance.name = "angle";
  need(fairu_systematics_create(w->ctx, &nuisance, 1, &w->systematics), w);
  need(fairu_systematics_add_rotation(w->systematics, w->ctx, "angle", "x", "y", 0.0), w);
  need(fairu_classifier_create_rotation(w->ctx, "x", "y", "angle", 4.0, &w->rotation), w);
  need(fairu_classifier_create_linear(w->ctx, features, axis, 2, 0.0, &w->linear), w);
  need(fairu_binning_create_uniform(w->ctx, BINS, &w->binning), w);
  need(fairu_fill_options_init(&w->options, sizeof w->options), w);
  w->options.systematics = w->systematics;
  w->options.classifier = w->linear;
  need(fairu_bin_table_create(w->ctx, w->grid, w->binning, w->events, &w->options, 1, &w->table), w);
  w->multiplicities = calloc(fairu_bin_table_n_rows(w->table), sizeof *w->multiplicities);
  for (size_t r = 0; r < fairu_bin_table_n_rows(w->table); r++)
    w->multiplicities[r] = (double)(r % 3);
  w->histogram = calloc(KNOTS * BINS, sizeof *w->histogram);
}

static void run_value(void *data)
{
  work *w = data;
  need(fairu_templates__evaluate(w->log, w->ctx, w->z, w->nu, NULL, NULL), w);
}

static void run_all(void *data)
{
  work *w = data;
  need(fairu_templates__evaluate(w->log, w->ctx, w->z, w->nu, w->d, w->d2), w);
}

static void run_sqrt(void *data)
{
  work *w = data;
  need(fairu_templates__evaluate(w->counts, w->ctx, w->z, w->nu, w->d, w->d2), w);
}

static void run_pair(void *data)
{
  work *w = data;
  need(fairu_templates__evaluate(w->pair, w->ctx, w->z, w->nu, w->d, w->d2), w);
}

static void run_refill(void *data)
{
  work *w = data;
  need(fairu_templates__refill(w->counts, w->ctx, w->yields), w);
}

static void run_histogram(void *data)
{
  work *w = data;
  need(fairu_bin_table_histogram(w->table, w->ctx, w->multiplicities, 1, w->histogram), w);
}

static void run_fill(void *data)
{
  static const char *const names[1] = { "signal" };
  work *w = data;
  fairu_fill *fill = NULL;
  need(fairu_fill_create(w->ctx, w->grid, w->binning, names, 1, &fill), w);
  need(fairu_fill_add(fill, w->ctx, "signal", w->filled, &w->options), w);
  fairu_fill_destroy(fill);
}

static void run_table(void *data)
{
  work *w = data;
  fairu_bin_table *table = NULL;
  need(fairu_bin_table_create(w->ctx, w->grid, w->binning, w->events, &w->options, 1, &table), w);
  fairu_bin_table_destroy(table);
}

static void add(bench *b, work *w, const char *name, bench_fn fn, double items, const char *unit)
{
  char full[80];
  const int threads = fairu_context_threads(w->ctx);
  snprintf(full, sizeof full, "%s%s", name, threads == 2 ? ", 2 threads" : "");
  bench_add(b, &(bench_row){ .name = full,
                             .seconds = bench_median(fn, w),
                             .items = items,
                             .unit = unit,
                             .threads = threads,
                             .kernel = fairu_context_kernel(w->ctx) });
}

static void add_fill(bench *b, work *w, const char *name, const fairu_classifier *classifier, int mode,
                     const fairu_events *events)
{
  w->options.classifier = classifier;
  w->options.mode = mode;
  w->filled = events;
  add(b, w, name, run_fill, (double)EVENTS * KNOTS, "ns/event and point");
}

int main(int argc, char **argv)
{
  const double z[2] = { 0.33, -0.41 };
  bench *b = bench_start(argc, argv);
  work w = { .z = z };
  if (fairu_context_create(NULL, &w.ctx) != FAIRU_OK)
    return 1;
  make_templates(&w);
  make_events(&w);
  make_network(&w);
  make_chain(&w);
  add(b, &w, "evaluate 2x10 bins log, value", run_value, 1, "ns/call");
  add(b, &w, "evaluate 2x10 bins log, 2 derivatives", run_all, 1, "ns/call");
  add(b, &w, "evaluate 10 bins sqrt, 2 derivatives", run_sqrt, 1, "ns/call");
  add(b, &w, "evaluate pair, 2x10 bins log", run_pair, 1, "ns/call");
  add(b, &w, "refill 41 knots x 10 bins", run_refill, 1, "us/call");
  add(b, &w, "histogram of distinct rows", run_histogram, (double)fairu_bin_table_n_rows(w.table), "ns/row");
  for (int threads = 1; threads <= 2; threads++) {
    need(fairu_context_set_threads(w.ctx, threads), &w);
    add_fill(b, &w, "fill rotation + linear", w.linear, FAIRU_FILL_AT_POINT, w.events);
    add_fill(b, &w, "fill rotation + linear, weights", w.linear, FAIRU_FILL_AT_POINT, w.weighted);
    add_fill(b, &w, "fill rotation + aware closed form", w.rotation, FAIRU_FILL_AT_POINT, w.events);
    add_fill(b, &w, "fill unshifted, aware closed form", w.rotation, FAIRU_FILL_SHIFTED_AT, w.events);
    add_fill(b, &w, "fill rotation + aware 3-64-64-1", w.network, FAIRU_FILL_AT_POINT, w.events);
    add_fill(b, &w, "fill unshifted, aware 3-64-64-1", w.network, FAIRU_FILL_SHIFTED_AT, w.events);
    w.options.classifier = w.linear;
    w.options.mode = FAIRU_FILL_AT_POINT;
    add(b, &w, "bin table rotation + linear, distinct", run_table, (double)EVENTS * KNOTS,
        "ns/event and point");
  }
  fairu_templates_destroy(w.log);
  fairu_templates_destroy(w.pair);
  fairu_templates_destroy(w.counts);
  fairu_bin_table_destroy(w.table);
  fairu_events_destroy(w.events);
  fairu_events_destroy(w.weighted);
  fairu_classifier_destroy(w.rotation);
  fairu_classifier_destroy(w.linear);
  fairu_classifier_destroy(w.network);
  fairu_systematics_destroy(w.systematics);
  fairu_binning_destroy(w.binning);
  fairu_grid_destroy(w.grid);
  free(w.yields);
  free(w.multiplicities);
  free(w.histogram);
  fairu_context_destroy(w.ctx);
  return bench_end(b);
}
