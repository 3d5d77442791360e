/* Hosts that are not tidy: standard descriptors closed, no descriptors left, denormals flushed, exceptions trapped, odd locales,
 * small stacks, many threads. And a call leaves locale, floating-point state, signal mask and descriptors as it found them. */
#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/host.h"
#include "abi/world.h"
#include "base/stream_internal.h"

/* ---- what a host computes ----------------------------------------------------------------------------- */

typedef struct answers {
  float scores[5 * WORLD_EVENTS];
  double auc, expected[small_bins], nll[2], gradient[small_params];
  double params[small_params], covariance[small_params * small_params], profile[2];
  double lower, upper, histogram[4 * CHAIN_KNOTS], coverage[2];
  fairu_toy_result toys[2];
  float trained[WORLD_EVENTS];
} answers;

static int compute_events(fairu_context *ctx, const world *w, answers *a)
{
  const double z[5] = { 0.1, 0.2, 0.3, 0.4, 0.5 };
  const size_t hidden[1] = { 4 };
  fairu_classifier *trained = NULL;
  fairu_bin_table *table = NULL;
  fairu_training_options o;
  int status = world_training(&o, hidden);
  o.epochs = 2;
  if (status == FAIRU_OK)
    status =
        fairu_classifier_score_events(w->network, ctx, w->events, z, 5, 1, FAIRU_OUTPUT_LOGIT, a->scores);
  if (status == FAIRU_OK)
    status = fairu_auc(ctx, a->scores, fairu_events_labels(w->events), NULL, WORLD_EVENTS, &a->auc);
  if (status == FAIRU_OK)
    status =
        fairu_bin_table_create(ctx, w->parts.grid, w->parts.binning, w->events, &w->parts.options, 1, &table);
  if (status == FAIRU_OK)
    status = fairu_bin_table_histogram(table, ctx, NULL, 1, a->histogram);
  if (status == FAIRU_OK)
    status = fairu_classifier_train(ctx, w->events, &o, NULL, &trained);
  if (status == FAIRU_OK)
    status =
        fairu_classifier_score_events(trained, ctx, w->events, NULL, 1, 0, FAIRU_OUTPUT_SCORE, a->trained);
  fairu_classifier_destroy(trained);
  fairu_bin_table_destroy(table);
  return status;
}

static int compute_fits(fairu_context *ctx, const world *w, answers *a)
{
  static const unsigned char fixed[small_params] = { 0, 1, 1, 0, 0 };
  static const double mus[2] = { 0.8, 1.2 }, truth[2] = { 1.0, 0.4 };
  const small_model *m = &w->small;
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options o;
  fairu_fit_options fit;
  fairu_toy_study study;
  int status = fairu_interval_options_init(&o, sizeof o);
  if (status == FAIRU_OK)
    status = fairu_fit_options_init(&fit, sizeof fit);
  fit.fixed = fixed;
  o.fit = &fit;
  if (status == FAIRU_OK)
    status = fairu_toy_study_init(&study, sizeof study);
  study.likelihood = w->turning;
  study.truth = truth;
  study.n_params = 2;
  if (status == FAIRU_OK)
    status = fairu_likelihood_expected(m->likelihood, ctx, world_params, small_params, a->expected);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(m->likelihood, ctx, m->data, world_params, small_params, a->nll,
                                  a->gradient, NULL);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_fit(m->likelihood, ctx, m->data, &fit, a->params, small_params, a->covariance, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_profile(m->likelihood, ctx, m->data, &fit, 0, mus, 2, a->profile, NULL,
                                      small_params);
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(m->likelihood, ctx, m->data, &o, &interval, NULL, NULL, small_params);
  if (status == FAIRU_OK)
    status = fairu_toys_run(ctx, 5, 2, fairu_toy_study_estimate, &study, a->toys);
  if (status == FAIRU_OK)
    status = fairu_binomial_interval(ctx, 3, 10, 0.9, &a->coverage[0], &a->coverage[1]);
  a->lower = interval.lower;
  a->upper = interval.upper;
  return status;
}

static int compute(fairu_context *ctx, const world *w, answers *a)
{
  memset(a, 0, sizeof *a);
  const int status = compute_events(ctx, w, a);
  return status != FAIRU_OK ? status : compute_fits(ctx, w, a);
}

/* Written, read and loaded, in files of this host alone. */
static int through_files(fairu_context *ctx, const world *w, int number)
{
  char path[512], name[32];
  fairu_events *events = NULL;
  fairu_classifier *classifier = NULL;
  fairu_templates *templates = NULL;
  fairu_fill *fill = NULL;
  snprintf(name, sizeof name, "host-%d.csv.gz", number);
  int status = fairu_events_write_csv(w->events, ctx, support_path(path, sizeof path, name), NULL);
  if (status == FAIRU_OK)
    status = fairu_events_read_csv(ctx, path, NULL, &events);
  if (status == FAIRU_OK)
    status = fairu_classifier_load(ctx, w->model, &classifier);
  if (status == FAIRU_OK)
    status = fairu_templates_load(ctx, w->templates_path, &templates);
  if (status == FAIRU_OK)
    status = fairu_fill_load(ctx, w->fill_path, &fill);
  if (status == FAIRU_OK)
    status = fairu_fill_save(fill, ctx, path);
  fairu_events_destroy(events);
  fairu_classifier_destroy(classifier);
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  return status;
}

static int task(fairu_context *ctx, const void *model, int number, void *data)
{
  const int status = compute(ctx, (const world *)model, (answers *)data);
  return status != FAIRU_OK ? status : through_files(ctx, (const world *)model, number);
}

/* ---- tests -------------------------------------------------------------------------------------------- */

static answers wanted, got;

static world make_wanted(void)
{
  world w = world_make();
  CHECK_OK(w.ctx, compute(w.ctx, &w, &wanted));
  return w;
}

static void check_got(void)
{
  assert_memory_equal(&got, &wanted, sizeof wanted);
}

static void eight_hosts_share_one_model(void **state)
{
  (void)state;
  world w = make_wanted();
  host_check_many((host){ .task = task, .model = &w }, 8, 3, &wanted, sizeof wanted);
  world_free(&w);
}

static void small_stacks_suffice(void **state)
{
  (void)state;
  host_skip_if_instrumented();
  world w = make_wanted();
  host h = { .task = task, .model = &w, .answers = &got, .threads = 2 };
  host_alone(&h, HOST_SMALL_STACK);
  check_got();
  world_free(&w);
}

static void check_floats(int floats)
{
  world w = make_wanted();
  for (int threads = 1; threads < 3; threads++) {
    host h = { .task = task, .model = &w, .answers = &got, .threads = threads, .floats = floats };
    host_alone(&h, 0);
    check_got();
  }
  world_free(&w);
}

static void flushed_denormals_change_nothing(void **state)
{
  (void)state;
  check_floats(FLUSHED);
}

static void trapped_exceptions_are_not_raised(void **state)
{
  (void)state;
  check_floats(TRAPPED);
}

/* All that a host can set at once, and the same bits. */
static void a_hostile_host_gets_the_same_bits(void **state)
{
  (void)state;
  world w = make_wanted();
  for (int threads = 1; threads < 3; threads++) {
    host h = { .task = task, .model = &w, .answers = &got, .threads = threads };
    host_hostile(&h, HOSTILE_NEAREST);
    check_got();
  }
  world_free(&w);
}

static size_t open_descriptors(void)
{
  size_t n = 0;
  for (int fd = 0; fd < 256; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

static void the_host_is_left_as_found(void **state)
{
  (void)state;
  world w = world_make();
  static answers a;
  fenv_t before, after;
  sigset_t mask, mask_after;
  const size_t files = open_descriptors();
  char *locale = strdup(setlocale(LC_ALL, NULL));
  fegetenv(&before);
  pthread_sigmask(SIG_BLOCK, NULL, &mask);
  const int rounding = fegetround();
  fairu_events *events = NULL;
  CHECK_OK(w.ctx, compute(w.ctx, &w, &a));
  CHECK_OK(w.ctx, through_files(w.ctx, &w, 0));
  CHECK_FAILS(w.ctx, FAIRU_ERR_FORMAT, fairu_events_read_npy(w.ctx, w.csv, NULL, 3, &events));
  CHECK_FAILS(w.ctx, FAIRU_ERR_IO, fairu_events_write_npy(w.events, w.ctx, w.missing));
  pthread_sigmask(SIG_BLOCK, NULL, &mask_after);
  fegetenv(&after);
  assert_int_equal(fegetround(), rounding);
#if defined(__x86_64__)
  assert_int_equal(_mm_getcsr() & 0xffc0, before.__mxcsr & 0xffc0); /* masks, rounding, FTZ, DAZ */
#endif
  for (int s = 1; s < 32; s++)
    assert_int_equal(sigismember(&mask, s), sigismember(&mask_after, s));
  assert_string_equal(setlocale(LC_ALL, NULL), locale);
  assert_int_equal(open_descriptors(), files);
  free(locale);
  world_free(&w);
}

/* In a child whose standard descriptors are closed; 0 if all is as it should be. */
static int without_standard_descriptors(const world *w, const char *path)
{
  fairu_writer *writer = NULL;
  for (int fd = 0; fd < 3; fd++)
    close(fd);
  const size_t files = open_descriptors();
  for (int commit = 0; commit < 2; commit++) {
    if (fairu_writer__open(w->ctx, path, &writer) != FAIRU_OK ||
        fairu_writer__write(writer, w->ctx, "content", 7) != FAIRU_OK)
      return 1;
    for (int fd = 0; fd < 3; fd++)
      if (write(fd, "noise", 5) != -1) /* what the host prints must not land in the file */
        return 2;
    if (commit ? fairu_writer__commit(writer, w->ctx) != FAIRU_OK : (fairu_writer__abort(writer), 0))
      return 3;
    if (open_descriptors() != files)
      return 4;
  }
  fairu_events *events = NULL;
  if (fairu_events_read_csv(w->ctx, w->csv, NULL, &events) != FAIRU_OK || open_descriptors() != files)
    return 5;
  fairu_events_destroy(events);
  return fairu_events_read_csv(w->ctx, "-", NULL, &events) == FAIRU_ERR_IO ? 0 : 6;
}

/* No descriptor above 2 is to be had. */
static int without_any_descriptor(const world *w)
{
  const struct rlimit limit = { 3, 3 };
  fairu_events *events = NULL;
  close(2);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 7;
  if (fairu_events_read_csv(w->ctx, w->csv, NULL, &events) != FAIRU_ERR_IO)
    return 8;
  return fairu_events_write_npy(w->events, w->ctx, w->path) == FAIRU_ERR_IO ? 0 : 9;
}

static void check_child(int kind, const world *w, const char *path)
{
  int status = -1;
  fflush(NULL);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(kind ? without_any_descriptor(w) : without_standard_descriptors(w, path));
  assert_int_equal(waitpid(child, &status, 0), child);
  if (status != 0)
    fail_msg("the child ended with %d", WIFEXITED(status) ? WEXITSTATUS(status) : -status);
}

static void closed_standard_descriptors_are_not_taken(void **state)
{
  (void)state;
  world w = world_make();
  char path[512];
  size_t size = 0;
  const size_t files = support_count_files(support_directory());
  check_child(0, &w, support_path(path, sizeof path, "closed"));
  char *content = support_read_file(path, &size);
  assert_int_equal(size, 7);
  assert_string_equal(content, "content");
  free(content);
  remove(path);
  check_child(1, &w, path);
  assert_int_equal(support_count_files(support_directory()), files);
  world_free(&w);
}

/* Decimal comma, in the process and in the thread. */
static void odd_locales_change_nothing(void **state)
{
  (void)state;
  host_locale_back(host_decimal_comma()); /* there is one */
  world w = make_wanted();
  host h = { .task = task, .model = &w, .answers = &got, .threads = 1 };
  host_with_comma(&h);
  check_got();
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(eight_hosts_share_one_model),
    cmocka_unit_test(small_stacks_suffice),
    cmocka_unit_test(flushed_denormals_change_nothing),
    cmocka_unit_test(trapped_exceptions_are_not_raised),
    cmocka_unit_test(a_hostile_host_gets_the_same_bits),
    cmocka_unit_test(the_host_is_left_as_found),
    cmocka_unit_test(closed_standard_descriptors_are_not_taken),
    cmocka_unit_test(odd_locales_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
