/* The calls of the challenge's chain in hosts that are not tidy: small stacks, denormals flushed, exceptions trapped, a decimal comma,
 * after a fork; and the long ones of them at their deadline or when they are cancelled. */
#include <sys/wait.h>
#include <unistd.h>

#include "abi/host.h"
#include "coverage/challenge_model.h"
#include "coverage/challenge_made.h"

enum { ROWS = 600, FEATURES = 3, PIECE = 250, BINS = 20, BASELINE_BINS = 25 };

typedef struct chain {
  fairu_context *ctx;
  fairu_events *pool;
  fairu_systematics *steps;
  fairu_classifier *network;
  fairu_binning *binning;
  fairu_likelihood *likelihood;
  fairu_data *data;
  fairu_challenge_baseline *baseline;
  fairu_interval_calibration_options few;
  char calibration[512];
} chain;

static const char *const features[FEATURES] = { "PRI_had_pt", "DER_mass_vis", "DER_pt_h" };
static const double shifted[N_NUISANCES] = { 1.01, 0.98, 2.0, 1.0, 1.0, 1.0 };

static void make_likelihoods(chain *c)
{
  challenge_settings settings = { 0.01, FAIRU_MC_STAT_NONE };
  fairu_templates *templates = NULL;
  fairu_interval_calibration *calibration = NULL;
  double params[challenge_params];
  const fairu_challenge_baseline_nuisance tes = { "tes", 1.0, 0.03, 0.9, 1.1 },
                                          jes = { "jes", 1.0, 0.03, 0.9, 1.1 };
  const fairu_challenge_baseline_nuisance soft = { "log_soft_met", 0.0, 1.0, -4.0, 1.6 };
  const fairu_challenge_baseline_nuisance three[3] = { tes, jes, soft };
  CHECK_OK(c->ctx, challenge_create(c->ctx, settings, &c->likelihood));
  CHECK_OK(c->ctx, fairu_data_create(c->ctx, c->likelihood, &c->data));
  CHECK_OK(c->ctx, fairu_interval_calibration_options_init(&c->few, sizeof c->few));
  c->few.n_mu = 5;
  c->few.n_toys = 100;
  CHECK_OK(c->ctx, fairu_interval_calibration_toy(c->ctx, c->likelihood, &c->few, 1.2, 99, 3, params,
                                                  challenge_params, c->data));
  CHECK_OK(c->ctx, fairu_interval_calibration_create(c->ctx, c->likelihood, &c->few, &calibration));
  support_path(c->calibration, sizeof c->calibration, "host_calibration.json");
  CHECK_OK(c->ctx, fairu_interval_calibration_save(calibration, c->ctx, c->calibration));
  fairu_interval_calibration_destroy(calibration);
  static const double at[5] = { 0.9, 0.95, 1.0, 1.05, 1.1 }, soft_at[5] = { -4.0, -2.0, 0.0, 1.0, 1.6 };
  static const char *const processes[4] = { "ztautau", "diboson", "ttbar", "htautau" };
  const fairu_axis axes[3] = { { "tes", at, 5, 1.0 },
                               { "jes", at, 5, 1.0 },
                               { "log_soft_met", soft_at, 5, 0.0 } };
  fairu_grid *grid = NULL;
  CHECK_OK(c->ctx, fairu_grid_create(c->ctx, axes, 3, NULL, 0, &grid));
  CHECK_OK(c->ctx,
           fairu_templates_create_from_function(c->ctx, grid, processes, 4, challenge_bins, challenge_yields,
                                                &settings, FAIRU_INTERPOLATION_LOG, &templates));
  CHECK_OK(c->ctx, fairu_challenge_baseline_create_from_templates(c->ctx, templates, "htautau", three, 3, 2,
                                                                  &c->baseline));
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
}

static chain chain_make(void)
{
  chain c = { .ctx = support_context() };
  c.pool = made_pool(c.ctx, ROWS, 2.0);
  c.steps = higgsml_chain(c.ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  c.network = made_network(c.ctx);
  CHECK_OK(c.ctx, fairu_binning_create_uniform(c.ctx, BINS, &c.binning));
  make_likelihoods(&c);
  return c;
}

static void chain_free(chain *c)
{
  fairu_challenge_baseline_destroy(c->baseline);
  fairu_data_destroy(c->data);
  fairu_likelihood_destroy(c->likelihood);
  fairu_binning_destroy(c->binning);
  fairu_classifier_destroy(c->network);
  fairu_systematics_destroy(c->steps);
  fairu_events_destroy(c->pool);
  fairu_context_destroy(c->ctx);
}

/* ---- what a host computes ------------------------------------------------------------------------------ */

typedef struct answers {
  uint64_t n_events, n_passed, n_read;
  double histogram[BINS], toy[challenge_params], fitted[challenge_params];
  double estimate, lower, upper, mu_hat, p16, p84, met_sum;
  float tangents[ROWS * FEATURES * N_NUISANCES];
} answers;

static int draw(fairu_context *ctx, const chain *c, const fairu_events *pool, uint64_t number, double *counts,
                uint64_t *n_events, uint64_t *n_passed)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_options o;
  fairu_challenge_fill fill;
  int status = fairu_challenge_options_init(&o, sizeof o);
  o.generator = FAIRU_GENERATOR_PHILOX;
  if (status == FAIRU_OK)
    status = fairu_challenge_draw(ctx, &o, 0, number, &e);
  if (status == FAIRU_OK)
    status = fairu_challenge_fill_init(&fill, sizeof fill);
  if (status != FAIRU_OK)
    return status;
  const fairu_binning *const binnings[1] = { c->binning };
  fill.systematics = c->steps;
  fill.classifier = c->network;
  fill.binnings = binnings;
  fill.n_binnings = 1;
  return fairu_challenge_histograms(ctx, &e, pool, 0, &fill, counts, BINS, n_events, n_passed);
}

static int write_pieces(fairu_context *ctx, const chain *c, const char *path)
{
  fairu_csv_writer *writer = NULL;
  int status = fairu_csv_writer_create(ctx, path, NULL, &writer);
  for (int i = 0; i < 3 && status == FAIRU_OK; i++)
    status = fairu_csv_writer_add(writer, ctx, c->pool);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_close(writer, ctx);
  fairu_csv_writer_destroy(writer);
  return status;
}

static int read_pieces(fairu_context *ctx, const char *path, answers *a)
{
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  int status = fairu_csv_reader_create(ctx, path, NULL, &reader);
  while (status == FAIRU_OK) {
    status = fairu_csv_reader_next(reader, ctx, PIECE, &piece);
    if (!piece)
      break;
    const float *met = fairu_events_column(piece, MET, NULL);
    for (size_t i = 0; i < fairu_events_n_events(piece); i++, a->n_read++)
      a->met_sum += (double)met[i];
    fairu_events_destroy(piece);
  }
  fairu_csv_reader_destroy(reader);
  return status;
}

static int fit(fairu_context *ctx, const chain *c, answers *a)
{
  fairu_interval_calibration *calibration = NULL;
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  fairu_challenge_baseline_result result = { .struct_size = sizeof result };
  fairu_data *toy = NULL;
  double counts[BASELINE_BINS], signal[BASELINE_BINS];
  int status = fairu_challenge_baseline_polynomials(c->baseline, ctx, 0, 1.0, signal, counts);
  for (size_t i = 0; i < BASELINE_BINS; i++)
    counts[i] = floor(counts[i] + 1.3 * signal[i]) + (i % 2 ? 20.0 : -20.0);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_load(ctx, c->calibration, &calibration);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, c->likelihood, &toy);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_toy(ctx, c->likelihood, &c->few, 0.7, 98, 5, a->toy, challenge_params,
                                            toy);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_interval(calibration, ctx, c->likelihood, c->data, NULL, &interval,
                                                 a->fitted, challenge_params);
  if (status == FAIRU_OK) {
    const int fitted =
        fairu_challenge_baseline_fit(c->baseline, ctx, counts, BASELINE_BINS, NULL, NULL, NULL, 4, &result);
    status = fitted == FAIRU_ERR_NOT_POSITIVE_DEFINITE ? FAIRU_OK : fitted;
  }
  a->estimate = interval.estimate;
  a->lower = interval.lower;
  a->upper = interval.upper;
  a->mu_hat = result.mu_hat;
  a->p16 = result.p16;
  a->p84 = result.p84;
  fairu_data_destroy(toy);
  fairu_interval_calibration_destroy(calibration);
  return status;
}

static int compute(fairu_context *ctx, const chain *c, const char *path, answers *a)
{
  memset(a, 0, sizeof *a);
  int status = draw(ctx, c, c->pool, 5, a->histogram, &a->n_events, &a->n_passed);
  if (status == FAIRU_OK)
    status = fairu_systematics_tangents(c->steps, ctx, c->pool, shifted, N_NUISANCES, 3, features, FEATURES,
                                        a->tangents);
  if (status == FAIRU_OK)
    status = write_pieces(ctx, c, path);
  if (status == FAIRU_OK)
    status = read_pieces(ctx, path, a);
  return status == FAIRU_OK ? fit(ctx, c, a) : status;
}

/* ---- hosts --------------------------------------------------------------------------------------------- */

static int task(fairu_context *ctx, const void *model, int number, void *data)
{
  char path[512], name[64];
  snprintf(name, sizeof name, "challenge-host-%d.csv.gz", number);
  return compute(ctx, (const chain *)model, support_path(path, sizeof path, name), (answers *)data);
}

static answers wanted, got;

static void tidy(const chain *c)
{
  host h = { .task = task, .model = c, .answers = &wanted, .threads = 1 };
  host_call(&h);
  host_check(&h);
  assert_true(wanted.n_passed > 500 && wanted.n_read == 3 * (uint64_t)ROWS);
  assert_true(wanted.lower < wanted.upper && fabs(wanted.mu_hat) < 50.0);
}

static void check_got(void)
{
  assert_memory_equal(&got, &wanted, sizeof got);
}

static void untidy_hosts_get_the_same_bits(void **state)
{
  (void)state;
  chain c = chain_make();
  tidy(&c);
  for (int threads = 1; threads < 3; threads++)
    for (int floats = TIDY; floats <= TRAPPED; floats++) {
      host h = { .task = task, .model = &c, .answers = &got, .threads = threads, .floats = floats };
      h.number = 10 * threads + floats;
      host_alone(&h, floats == TIDY && !HOST_INSTRUMENTED ? HOST_SMALL_STACK : 0);
      check_got();
    }
  chain_free(&c);
}

/* All that a host can set at once. */
static void a_hostile_host_gets_the_same_bits(void **state)
{
  (void)state;
  chain c = chain_make();
  tidy(&c);
  host h = { .task = task, .model = &c, .answers = &got, .number = 50, .threads = 2 };
  host_hostile(&h, HOSTILE_NEAREST);
  check_got();
  chain_free(&c);
}

/* Threads of the parent are not there in the child; nothing may wait for them. */
static void children_go_on(void **state)
{
  (void)state;
  chain c = chain_make();
  int status = -1;
  CHECK_OK(c.ctx, fairu_context_set_threads(c.ctx, 3));
  tidy(&c);
  fflush(NULL);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    host h = { .task = task, .model = &c, .answers = &got, .number = 77, .threads = 2 };
    host_call(&h);
    _exit(h.status != FAIRU_OK ? 1 : memcmp(&got, &wanted, sizeof got) != 0 ? 2 : 0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  chain_free(&c);
}

static void decimal_commas_change_nothing(void **state)
{
  (void)state;
  host_locale_back(host_decimal_comma()); /* there is one */
  chain c = chain_make();
  tidy(&c);
  host h = { .task = task, .model = &c, .answers = &got, .number = 78, .threads = 1 };
  host_with_comma(&h);
  check_got();
  chain_free(&c);
}

/* ---- long calls: each fails, makes nothing, and leaves its outputs alone -------------------------------- */

static fairu_events *heavy; /* each row is drawn half a million times */

static int long_draw(const chain *c)
{
  double counts[BINS] = { 0 };
  uint64_t n_events = 7, n_passed = 7;
  const int status = draw(c->ctx, c, heavy, 5, counts, &n_events, &n_passed);
  for (size_t b = 0; b < BINS; b++)
    assert_true(!(counts[b] > 0.0));
  assert_true(n_events == 7 && n_passed == 7);
  return status;
}

static int long_calibration(const chain *c)
{
  fairu_interval_calibration_options o = c->few;
  fairu_interval_calibration *out = NULL;
  o.n_toys = 100000;
  const int status = fairu_interval_calibration_create(c->ctx, c->likelihood, &o, &out);
  assert_null(out);
  return status;
}

/* One piece without end. */
static int long_read(const chain *c)
{
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  char path[512];
  int status = fairu_csv_reader_create(c->ctx, support_path(path, sizeof path, "long.csv.gz"), NULL, &reader);
  for (int i = 0; i < 1000 && status == FAIRU_OK; i++) {
    status = fairu_csv_reader_next(reader, c->ctx, SIZE_MAX, &piece);
    assert_true((status == FAIRU_OK) == (piece != NULL));
    fairu_events_destroy(piece);
    fairu_csv_reader_destroy(reader);
    reader = NULL;
    if (status == FAIRU_OK)
      status = fairu_csv_reader_create(c->ctx, path, NULL, &reader);
  }
  fairu_csv_reader_destroy(reader);
  return status;
}

static int long_write(const chain *c)
{
  char path[512];
  fairu_csv_writer *writer = NULL;
  int status = fairu_csv_writer_create(c->ctx, support_path(path, sizeof path, "stopped.csv"), NULL, &writer);
  for (int i = 0; i < 100000 && status == FAIRU_OK; i++)
    status = fairu_csv_writer_add(writer, c->ctx, c->pool);
  fairu_csv_writer_destroy(writer);
  assert_int_equal(access(path, F_OK), -1);
  return status;
}

static int (*const long_calls[])(const chain *c) = { long_draw, long_calibration, long_read, long_write };
enum { N_LONG = sizeof long_calls / sizeof *long_calls };

static void long_calls_stop(void **state)
{
  (void)state;
  char path[512];
  chain c = chain_make();
  heavy = made_pool(c.ctx, ROWS, 5e5);
  CHECK_OK(c.ctx, write_pieces(c.ctx, &c, support_path(path, sizeof path, "long.csv.gz")));
  const size_t files = support_count_files(support_directory());
  for (size_t i = 0; i < N_LONG; i++)
    for (int threads = 1; threads < 3; threads++) {
      pthread_t thread;
      CHECK_OK(c.ctx, fairu_context_set_threads(c.ctx, threads));
      CHECK_OK(c.ctx, fairu_context_set_deadline(c.ctx, 0.02));
      CHECK_FAILS(c.ctx, FAIRU_ERR_DEADLINE, long_calls[i](&c));
      CHECK_OK(c.ctx, fairu_context_set_deadline(c.ctx, 0.0));
      assert_int_equal(pthread_create(&thread, NULL, host_cancel_soon, c.ctx), 0);
      CHECK_FAILS(c.ctx, FAIRU_ERR_CANCELLED, long_calls[i](&c));
      pthread_join(thread, NULL);
      fairu_context_resume(c.ctx);
    }
  assert_int_equal(support_count_files(support_directory()), files);
  fairu_events_destroy(heavy);
  chain_free(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(untidy_hosts_get_the_same_bits),
                                      cmocka_unit_test(a_hostile_host_gets_the_same_bits),
                                      cmocka_unit_test(children_go_on),
                                      cmocka_unit_test(decimal_commas_change_nothing),
                                      cmocka_unit_test(long_calls_stop) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
