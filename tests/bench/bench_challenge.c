/* What a pseudo-experiment of the FAIR Universe challenge costs, 1.05 M events: bootstrap, systematics, cuts and derived quantities, binned by a derived
 * quantity; then with a network of 28-64-64-1 as well. Pools are the organisers' sample with its own weights and tiled with smaller ones. And
 * the multiplicities of a pool as large and light as the challenge's. */
#include "bench/bench.h"

#include "bench/higgsml_sample.h"

enum { BINS = 25, WIDTH = 64, LIGHT_ROWS = 6600000 };

static const double events_of_an_experiment = 1051433.0;

typedef struct job {
  fairu_context *ctx;
  fairu_events *pool;
  fairu_systematics *chain;
  fairu_classifier *classifier;
  fairu_binning *binning;
  fairu_challenge_experiment experiment;
  uint32_t *counts;
  uint64_t n_events, n_passed;
} job;

static void run_histograms(void *data)
{
  job *j = data;
  const fairu_binning *const binnings[1] = { j->binning };
  double counts[BINS] = { 0 };
  fairu_challenge_fill fill;
  bench_must(j->ctx, fairu_challenge_fill_init(&fill, sizeof fill));
  fill.systematics = j->chain;
  fill.classifier = j->classifier;
  fill.binnings = binnings;
  fill.n_binnings = 1;
  bench_must(j->ctx, fairu_challenge_histograms(j->ctx, &j->experiment, j->pool, 0, &fill, counts, BINS,
                                                &j->n_events, &j->n_passed));
}

static void run_counts(void *data)
{
  job *j = data;
  bench_must(j->ctx,
             fairu_challenge_counts(j->ctx, &j->experiment, j->pool, 0, j->counts, LIGHT_ROWS, &j->n_events));
}

static fairu_classifier *by_mass(fairu_context *ctx)
{
  static const char *const features[1] = { "DER_mass_vis" };
  static const double weight = 0.02;
  fairu_classifier *classifier = NULL;
  bench_must(ctx, fairu_classifier_create_linear(ctx, features, &weight, 1, -1.0, &classifier));
  return classifier;
}

static fairu_classifier *network(fairu_context *ctx)
{
  static float weights[2][WIDTH * WIDTH], last[WIDTH], bias[WIDTH];
  uint64_t x = 11;
  fairu_network_options options;
  fairu_classifier *classifier = NULL;
  for (size_t i = 0; i < WIDTH * WIDTH; i++) {
    weights[0][i] = (float)random_in(&x, -0.005, 0.005);
    weights[1][i] = (float)random_in(&x, -0.2, 0.2);
  }
  for (size_t i = 0; i < WIDTH; i++)
    last[i] = (float)random_in(&x, -0.5, 0.5);
  const fairu_layer layers[3] = { { N_COLUMNS, WIDTH, FAIRU_ACTIVATION_RELU, weights[0], bias },
                                  { WIDTH, WIDTH, FAIRU_ACTIVATION_RELU, weights[1], bias },
                                  { WIDTH, 1, FAIRU_ACTIVATION_SIGMOID, last, bias } };
  bench_must(ctx, fairu_network_options_init(&options, sizeof options));
  options.features = names;
  options.n_features = N_COLUMNS;
  bench_must(ctx, fairu_classifier_create_network(ctx, &options, layers, 3, &classifier));
  return classifier;
}

static fairu_challenge_experiment experiment(fairu_context *ctx, int generator, int soft_met)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_options options;
  bench_must(ctx, fairu_challenge_options_init(&options, sizeof options));
  options.generator = generator;
  options.soft_met = soft_met;
  bench_must(ctx, fairu_challenge_draw(ctx, &options, 2, 1, &e));
  return e;
}

/* n rows, weights as if they were all there is. */
static fairu_events *pool_of(fairu_context *ctx, size_t n)
{
  fairu_events *pool = sample_tiled(ctx, n);
  bench_must(ctx, fairu_challenge_normalise(pool, ctx, events_of_an_experiment));
  return pool;
}

static void add_threads(bench *b, job *j, const char *name, int threads)
{
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
  const double seconds = bench_median(run_histograms, j);
  char full[160];
  snprintf(full, sizeof full, "%s, %.2f M events", name, 1e-6 * (double)j->n_events);
  bench_add(b, &(bench_row){ .name = full,
                             .seconds = seconds,
                             .unit = "ms",
                             .threads = threads,
                             .kernel = fairu_context_kernel(j->ctx) });
  bench_must(j->ctx, fairu_context_set_threads(j->ctx, 1));
}

static void add(bench *b, job *j, const char *pool, int generator, int soft_met, fairu_classifier *classifier)
{
  char name[120];
  j->classifier = classifier;
  j->experiment = experiment(j->ctx, generator, soft_met);
  j->chain = sample_chain(
      j->ctx, generator == FAIRU_GENERATOR_NUMPY ? FAIRU_ARITHMETIC_REFERENCE : FAIRU_ARITHMETIC_FAST,
      generator);
  snprintf(
      name, sizeof name, "%s%s%s%s", pool, generator == FAIRU_GENERATOR_NUMPY ? ", numpy, reference" : "",
      soft_met ? "" : ", MET not smeared", fairu_classifier_n_features(classifier) > 1 ? ", 28-64-64-1" : "");
  add_threads(b, j, name, 1);
  if (generator == FAIRU_GENERATOR_PHILOX && soft_met)
    add_threads(b, j, name, 2);
  fairu_systematics_destroy(j->chain);
  fairu_classifier_destroy(classifier);
}

static void add_light(bench *b, job *j)
{
  j->pool = pool_of(j->ctx, LIGHT_ROWS);
  double *weights = malloc(LIGHT_ROWS * sizeof *weights);
  j->counts = malloc(LIGHT_ROWS * sizeof *j->counts);
  for (size_t i = 0; i < LIGHT_ROWS; i++)
    weights[i] = 0.1 * fairu_events_weights(j->pool)[i];
  bench_must(j->ctx, fairu_events_set_weights(j->pool, j->ctx, weights, LIGHT_ROWS));
  j->experiment = experiment(j->ctx, FAIRU_GENERATOR_PHILOX, 1);
  bench_add(b, &(bench_row){ .name = "multiplicities, means of 0.016",
                             .seconds = bench_median(run_counts, j),
                             .items = LIGHT_ROWS,
                             .unit = "ns/row",
                             .kernel = fairu_context_kernel(j->ctx) });
  free(weights);
  free(j->counts);
  fairu_events_destroy(j->pool);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    size_t rows;
  } pools[3] = { { "PE of 1000 rows", 1000 }, { "PE of 50 k rows", 50000 }, { "PE of 3.3 M rows", 3300000 } };
  bench *b = bench_start(argc, argv);
  job j = { 0 };
  if (fairu_context_create(NULL, &j.ctx) != FAIRU_OK)
    return 1;
  bench_must(j.ctx, fairu_binning_create_logit(j.ctx, BINS, -2.0, 2.0, &j.binning));
  for (size_t p = 0; p < 3; p++) {
    j.pool = pool_of(j.ctx, pools[p].rows);
    add(b, &j, pools[p].name, FAIRU_GENERATOR_PHILOX, 1, by_mass(j.ctx));
    add(b, &j, pools[p].name, FAIRU_GENERATOR_PHILOX, 1, network(j.ctx));
    add(b, &j, pools[p].name, FAIRU_GENERATOR_PHILOX, 0, network(j.ctx));
    if (p == 0)
      add(b, &j, pools[p].name, FAIRU_GENERATOR_NUMPY, 1, by_mass(j.ctx));
    fairu_events_destroy(j.pool);
  }
  add_light(b, &j);
  fairu_binning_destroy(j.binning);
  fairu_context_destroy(j.ctx);
  return bench_end(b);
}
