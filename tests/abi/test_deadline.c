/* Long calls end at their deadline, or at a cancel from another thread, and leave no half-made object behind. Each would take
 * far longer, so its status says that it stopped on the way; the times are printed, not judged: a machine with other work
 * stretches them. */
#include <pthread.h>
#include <time.h>

#include "abi/host_thread.h"
#include "abi/world.h"

enum { ROWS = 400000, KNOTS = 101 };

typedef struct large {
  fairu_context *ctx;
  fairu_events *events;
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_systematics *systematics; /* many turns */
  fairu_classifier *network;
  fairu_fill_options fill;
  fairu_likelihood *event_model;
  fairu_data *event_data;
  float *scores;
  double *values;
  small_model small;
  char csv[512], npy[512];
} large;

static int make_network(large *l)
{
  enum { WIDTH = 64 };
  static float weights[WIDTH * WIDTH];
  const float bias[WIDTH] = { 0.0f };
  const fairu_layer layers[3] = { { 3, WIDTH, FAIRU_ACTIVATION_TANH, weights, bias },
                                  { WIDTH, WIDTH, FAIRU_ACTIVATION_TANH, weights, bias },
                                  { WIDTH, 1, FAIRU_ACTIVATION_SIGMOID, weights, bias } };
  fairu_network_options o;
  const int status = fairu_network_options_init(&o, sizeof o);
  for (int i = 0; i < WIDTH * WIDTH; i++)
    weights[i] = (float)sin(i);
  o.features = world_features;
  o.n_features = 2;
  o.nuisances = world_nuisances;
  o.n_nuisances = 1;
  return status != FAIRU_OK ? status : fairu_classifier_create_network(l->ctx, &o, layers, 3, &l->network);
}

static void make_events(large *l)
{
  l->events = chain_events(l->ctx, ROWS, 1.0, 0);
  int32_t *labels = (int32_t *)calloc(ROWS, sizeof *labels);
  l->values = (double *)calloc(ROWS, sizeof *l->values);
  l->scores = (float *)calloc((size_t)ROWS * KNOTS, sizeof *l->scores);
  for (size_t i = 0; i < ROWS; i++) {
    labels[i] = (int32_t)(i % 2);
    l->values[i] = 0.5 + (double)i / ROWS;
  }
  CHECK_OK(l->ctx, fairu_events_set_labels(l->events, l->ctx, labels, ROWS));
  free(labels);
}

static large *large_make(void)
{
  static large l;
  double knots[KNOTS];
  fairu_nuisance nuisance;
  const small_options small = { .mc_stat = FAIRU_MC_STAT_MOVING,
                                .prior = FAIRU_PRIOR_GAUSSIAN,
                                .kind = FAIRU_CONSTRAINT_PRIOR };
  memset(&l, 0, sizeof l);
  l.ctx = support_context();
  make_events(&l);
  for (size_t i = 0; i < KNOTS; i++)
    knots[i] = (double)i / KNOTS;
  const fairu_axis axis = { "angle", knots, KNOTS, knots[3] };
  CHECK_OK(l.ctx, fairu_grid_create(l.ctx, &axis, 1, NULL, 0, &l.grid));
  CHECK_OK(l.ctx, fairu_binning_create_uniform(l.ctx, 10, &l.binning));
  CHECK_OK(l.ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "angle";
  CHECK_OK(l.ctx, fairu_systematics_create(l.ctx, &nuisance, 1, &l.systematics));
  for (int i = 0; i < 200; i++)
    CHECK_OK(l.ctx, fairu_systematics_add_rotation(l.systematics, l.ctx, "angle", "x", "y", 0.0));
  CHECK_OK(l.ctx, make_network(&l));
  CHECK_OK(l.ctx, fairu_fill_options_init(&l.fill, sizeof l.fill));
  l.fill.classifier = l.network;
  CHECK_OK(l.ctx, small_create(l.ctx, &small, &l.small));
  CHECK_OK(l.ctx, world_event_likelihood(l.ctx, &l.event_model));
  CHECK_OK(l.ctx, fairu_data_create(l.ctx, l.event_model, &l.event_data));
  CHECK_OK(l.ctx, fairu_data_set_events(l.event_data, l.ctx, l.values, ROWS));
  CHECK_OK(l.ctx, fairu_events_write_csv(l.events, l.ctx, support_path(l.csv, 512, "large.csv"), NULL));
  return &l;
}

static void large_free(large *l)
{
  fairu_events_destroy(l->events);
  fairu_grid_destroy(l->grid);
  fairu_binning_destroy(l->binning);
  fairu_systematics_destroy(l->systematics);
  fairu_classifier_destroy(l->network);
  small_destroy(&l->small);
  fairu_data_destroy(l->event_data);
  fairu_likelihood_destroy(l->event_model);
  fairu_context_destroy(l->ctx);
  free(l->scores);
  free(l->values);
}

/* ---- long calls: each fails, and makes nothing -------------------------------------------------------- */

static int train(large *l)
{
  fairu_training_options o;
  fairu_classifier *out = NULL;
  int status = world_training(&o, NULL);
  o.epochs = 1000;
  if (status == FAIRU_OK)
    status = fairu_classifier_train(l->ctx, l->events, &o, NULL, &out);
  assert_null(out);
  return status;
}

static int score(large *l)
{
  double z[KNOTS] = { 0.0 };
  return fairu_classifier_score_events(l->network, l->ctx, l->events, z, KNOTS, 1, FAIRU_OUTPUT_LOGIT,
                                       l->scores);
}

static int shift(large *l)
{
  fairu_events *out = NULL;
  const int status = fairu_systematics_apply(l->systematics, l->ctx, l->events, world_z, 1, 1, NULL, &out);
  assert_null(out);
  return status;
}

static int differentiate(large *l)
{
  static const char *const features[2] = { "x", "y" };
  float *tangents = (float *)malloc((size_t)ROWS * 2 * sizeof *tangents);
  const int status =
      fairu_systematics_tangents(l->systematics, l->ctx, l->events, world_z, 1, 1, features, 2, tangents);
  free(tangents);
  return status;
}

static int fill(large *l)
{
  fairu_fill *f = NULL;
  CHECK_OK(l->ctx, fairu_fill_create(l->ctx, l->grid, l->binning, world_processes, 1, &f));
  const int status = fairu_fill_add(f, l->ctx, "signal", l->events, &l->fill);
  fairu_fill_destroy(f);
  return status;
}

static int table(large *l)
{
  fairu_bin_table *out = NULL;
  const int status = fairu_bin_table_create(l->ctx, l->grid, l->binning, l->events, &l->fill, 1, &out);
  assert_null(out);
  return status;
}

static int read_csv(large *l)
{
  fairu_events *out = NULL;
  int status = FAIRU_OK;
  for (int i = 0; i < 20 && status == FAIRU_OK;
       i++) { /* one takes less than the deadline on a fast machine */
    status = fairu_events_read_csv(l->ctx, l->csv, NULL, &out);
    fairu_events_destroy(out);
  }
  return status;
}

static int write_csv(large *l)
{
  char path[512];
  return fairu_events_write_csv(l->events, l->ctx, support_path(path, sizeof path, "out.csv.gz"), NULL);
}

static int toys(large *l)
{
  enum { N = 200000 };
  fairu_toy_study study;
  fairu_toy_result *results = (fairu_toy_result *)calloc(N, sizeof *results);
  int status = fairu_toy_study_init(&study, sizeof study);
  study.likelihood = l->small.likelihood;
  study.truth = world_params;
  study.n_params = small_params;
  if (status == FAIRU_OK)
    status = fairu_toys_run(l->ctx, 0, N, fairu_toy_study_estimate, &study, results);
  free(results);
  return status;
}

static const unsigned char fixed[small_params] = { 0, 1, 1, 0, 0 };

static int scan(large *l)
{
  enum { N = 600 };
  double as[N];
  fairu_fit_options o;
  int status = fairu_fit_options_init(&o, sizeof o);
  o.fixed = fixed;
  for (size_t i = 0; i < N; i++)
    as[i] = -0.5 + (double)i / N;
  if (status == FAIRU_OK)
    status = fairu_likelihood_scan(l->small.likelihood, l->ctx, l->small.data, &o, 0, l->values, N, 3, as, N,
                                   (double *)l->scores);
  return status;
}

static int profile(large *l)
{
  fairu_fit_options o;
  int status = fairu_fit_options_init(&o, sizeof o);
  o.fixed = fixed;
  if (status == FAIRU_OK)
    status = fairu_likelihood_profile(l->small.likelihood, l->ctx, l->small.data, &o, 0, l->values, ROWS,
                                      (double *)l->scores, NULL, small_params);
  return status;
}

static int fit(large *l)
{
  enum { N = 20000 };
  fairu_fit_options o;
  double params[small_params];
  double *starts = (double *)calloc(N, small_params * sizeof *starts);
  int status = fairu_fit_options_init(&o, sizeof o);
  for (size_t i = 0; i < N * small_params; i++)
    starts[i] = world_params[i % small_params] * (0.8 + 0.4 * (double)i / (N * small_params));
  o.fixed = fixed;
  o.starts = starts;
  o.n_starts = N;
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(l->small.likelihood, l->ctx, l->small.data, &o, params, small_params, NULL,
                                  NULL);
  free(starts);
  return status;
}

static int interval(large *l)
{
  fairu_interval result = { .struct_size = sizeof result };
  return fairu_likelihood_interval(l->event_model, l->ctx, l->event_data, NULL, &result, NULL, NULL, 1);
}

static const struct {
  const char *name;
  int (*call)(large *l);
} calls[] = {
  { "train", train },         { "score", score },     { "shift", shift }, { "differentiate", differentiate },
  { "fill", fill },           { "bin table", table }, { "toys", toys },   { "read CSV", read_csv },
  { "write CSV", write_csv }, { "scan", scan },       { "fit", fit },     { "profile", profile },
  { "interval", interval },
};
enum { N_CALLS = sizeof calls / sizeof *calls };

static double cpu_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int check_call(large *l, size_t i, int wanted, double begin)
{
  const int status = calls[i].call(l);
  const double took = cpu_seconds() - begin;
  print_message("%-10s %-22s %.1f ms\n", calls[i].name, fairu_status_name(status), 1e3 * took);
  return status == wanted;
}

static void deadlines_hold(void **state)
{
  (void)state;
  large *l = large_make();
  int failed = 0;
  for (size_t i = 0; i < N_CALLS; i++) {
    CHECK_OK(l->ctx, fairu_context_set_deadline(l->ctx, 0.02));
    failed += !check_call(l, i, FAIRU_ERR_DEADLINE, cpu_seconds());
    CHECK_OK(l->ctx, fairu_context_set_deadline(l->ctx, 0.0));
  }
  large_free(l);
  assert_int_equal(failed, 0);
}

static void another_thread_cancels(void **state)
{
  (void)state;
  large *l = large_make();
  int failed = 0;
  for (size_t i = 0; i < N_CALLS; i++) {
    pthread_t thread;
    const double begin = cpu_seconds();
    assert_int_equal(pthread_create(&thread, NULL, host_cancel_soon, l->ctx), 0);
    failed += !check_call(l, i, FAIRU_ERR_CANCELLED, begin);
    pthread_join(thread, NULL);
    fairu_context_resume(l->ctx);
  }
  large_free(l);
  assert_int_equal(failed, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(deadlines_hold),
                                      cmocka_unit_test(another_thread_cancels) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
