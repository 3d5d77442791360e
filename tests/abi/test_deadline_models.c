/* Calls on workspaces and models end at their deadline, or at a cancel from another thread, make nothing and leave outputs alone. As in
 * test_deadline.c, status is judged and time is printed: each is repeated until it stops. */
#include <pthread.h>
#include <time.h>

#include "abi/host_thread.h"
#include "abi/workspaces.h"

enum { CHANNELS = 30, SAMPLES = 6, BINS = 40, SHAPES = 20, N_TOYS = 1 << 20, POINTS = 64 };

typedef struct long_model {
  fairu_context *ctx;
  char *text;
  size_t size;
  char path[512], out[512];
  fairu_workspace *workspace;
  fairu_patchset *patchset;
  fairu_likelihood *likelihood;
  fairu_data *data, *other;
  size_t n;
  double *params, *work; /* [n], [n * (n + 1)] */
  fairu_impact *impacts; /* [n] */
} long_model;

/* ---- a workspace of 1200 bins with template statistics ------------------------------------------------- */

static void put(long_model *m, const char *text)
{
  const size_t length = strlen(text);
  memcpy(m->text + m->size, text, length + 1);
  m->size += length;
}

static void put_numbers(long_model *m, double scale, double slope)
{
  char number[32];
  for (int b = 0; b < BINS; b++) {
    (void)snprintf(number, sizeof number, "%s%.12f", b ? "," : "", scale * (1.0 + slope * sin(0.2 * b)));
    put(m, number);
  }
}

static void put_sample(long_model *m, int c, int s)
{
  char line[200];
  const double scale = s == 0 ? 2.0 : 20.0 + s;
  (void)snprintf(line, sizeof line, "%s{\"name\":\"s%d\",\"data\":[", s ? "," : "", s);
  put(m, line);
  put_numbers(m, scale, 0.1);
  put(m, s == 0 ? "],\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}"
                : "],\"modifiers\":[");
  (void)snprintf(line, sizeof line, "%s{\"name\":\"stat%d\",\"type\":\"staterror\",\"data\":[", s ? "" : ",",
                 c);
  put(m, line);
  put_numbers(m, 0.05 * scale, 0.0);
  put(m, "]}");
  for (int h = s; h < SHAPES; h += 3) {
    (void)snprintf(line, sizeof line, ",{\"name\":\"h%d\",\"type\":\"histosys\",\"data\":{\"hi_data\":[", h);
    put(m, line);
    put_numbers(m, scale * 1.02, 0.1 + 0.002 * h);
    put(m, "],\"lo_data\":[");
    put_numbers(m, scale * 0.98, 0.1 - 0.002 * h);
    put(m, "]}}");
  }
  put(m, "]}");
}

static void write_text(long_model *m)
{
  char line[100];
  m->text = (char *)malloc((size_t)CHANNELS * SAMPLES * (SHAPES + 4) * BINS * 20);
  put(m, "{\"version\":\"1.0.0\",\"channels\":[");
  for (int c = 0; c < CHANNELS; c++) {
    (void)snprintf(line, sizeof line, "%s{\"name\":\"c%d\",\"samples\":[", c ? "," : "", c);
    put(m, line);
    for (int s = 0; s < SAMPLES; s++)
      put_sample(m, c, s);
    put(m, "]}");
  }
  put(m, "],\"observations\":[");
  for (int c = 0; c < CHANNELS; c++) {
    (void)snprintf(line, sizeof line, "%s{\"name\":\"c%d\",\"data\":[", c ? "," : "", c);
    put(m, line);
    put_numbers(m, 118.0, 0.1);
    put(m, "]}");
  }
  put(m, "],\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]}");
}

static void long_model_make(long_model *m)
{
  memset(m, 0, sizeof *m);
  m->ctx = support_context();
  write_text(m);
  support_write_file(support_path(m->path, sizeof m->path, "long.json"), m->text, m->size);
  (void)support_path(m->out, sizeof m->out, "out.json");
  CHECK_OK(m->ctx, fairu_workspace_parse(m->ctx, m->text, m->size, "long", &m->workspace));
  CHECK_OK(m->ctx, abi_patchset(m->ctx, &m->patchset));
  CHECK_OK(m->ctx, fairu_likelihood_create_from_workspace(m->ctx, m->workspace, NULL, &m->likelihood));
  CHECK_OK(m->ctx, fairu_data_create_from_workspace(m->ctx, m->workspace, m->likelihood, &m->data));
  CHECK_OK(m->ctx, fairu_data_create(m->ctx, m->likelihood, &m->other));
  m->n = fairu_likelihood_n_parameters(m->likelihood);
  m->params = (double *)calloc(m->n, sizeof *m->params);
  m->work = (double *)calloc(m->n * (m->n + 2), sizeof *m->work);
  m->impacts = (fairu_impact *)calloc(m->n, sizeof *m->impacts);
  m->impacts[0].struct_size = sizeof *m->impacts;
  for (size_t i = 0; i < m->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    CHECK_OK(m->ctx, fairu_likelihood_parameter(m->likelihood, m->ctx, i, &p));
    m->params[i] = p.start;
  }
}

static void long_model_free(long_model *m)
{
  fairu_data_destroy(m->data);
  fairu_data_destroy(m->other);
  fairu_likelihood_destroy(m->likelihood);
  fairu_patchset_destroy(m->patchset);
  fairu_workspace_destroy(m->workspace);
  fairu_context_destroy(m->ctx);
  free(m->text);
  free(m->params);
  free(m->work);
  free(m->impacts);
}

/* ---- long calls ---------------------------------------------------------------------------------------- */

/* Outputs that must be as they were when a call has stopped. */
typedef union untouched {
  fairu_hypotest_result test;
  fairu_limit limit;
  fairu_interval interval;
  fairu_goodness goodness;
  fairu_breakdown parts[2];
  fairu_toy_test_result toys;
  unsigned char bytes[512];
} untouched;

static untouched fresh(size_t struct_size)
{
  untouched u;
  memset(&u, 0x5A, sizeof u);
  u.test.struct_size = struct_size;
  return u;
}

static int stopped(const untouched *u, size_t struct_size, int status)
{
  const untouched before = fresh(struct_size);
  assert_true(status == FAIRU_OK || memcmp(u, &before, sizeof before) == 0);
  return status;
}

#define MAKES(name, type, ...)                                                                               \
  static int name(long_model *m)                                                                             \
  {                                                                                                          \
    type *out = NULL;                                                                                        \
    const int status = __VA_ARGS__;                                                                          \
    assert_true((status == FAIRU_OK) == (out != NULL));                                                      \
    type##_destroy(out);                                                                                     \
    return status;                                                                                           \
  }
MAKES(read, fairu_workspace, fairu_workspace_read(m->ctx, m->path, &out))
MAKES(parse, fairu_workspace, fairu_workspace_parse(m->ctx, m->text, m->size, "long", &out))
MAKES(patch, fairu_workspace,
      fairu_workspace_patch(m->workspace, m->ctx, abi_patch_text, sizeof abi_patch_text - 1, "patch", &out))
MAKES(likelihood, fairu_likelihood, fairu_likelihood_create_from_workspace(m->ctx, m->workspace, NULL, &out))
MAKES(model, fairu_model, fairu_model_create_from_workspace(m->ctx, m->workspace, NULL, NULL, &out))

/* Digests are of another workspace: a verification that is not stopped says so. */
static int verify(long_model *m)
{
  const int status = fairu_patchset_verify(m->patchset, m->ctx, m->workspace);
  return status == FAIRU_ERR_CHECKSUM ? FAIRU_OK : status;
}

static int write_out(long_model *m)
{
  return fairu_likelihood_write_workspace(m->likelihood, m->ctx, m->data, m->out, "m");
}

static int hessian(long_model *m)
{
  double nll[2];
  return fairu_likelihood_nll(m->likelihood, m->ctx, m->data, m->params, m->n, nll, m->work, m->work + m->n);
}

static int fit(long_model *m)
{
  return fairu_likelihood_fit(m->likelihood, m->ctx, m->data, NULL, m->work, m->n, m->work + m->n, NULL);
}

static int minima(long_model *m)
{
  double nll[1];
  size_t n;
  return fairu_likelihood_minima(m->likelihood, m->ctx, m->data, NULL, 1, nll, m->work, m->n, &n);
}

static int interval(long_model *m)
{
  untouched u = fresh(sizeof u.interval);
  return stopped(
      &u, sizeof u.interval,
      fairu_likelihood_interval(m->likelihood, m->ctx, m->data, NULL, &u.interval, NULL, NULL, m->n));
}

static int contour(long_model *m)
{
  double first[POINTS], second[POINTS];
  const size_t poi = fairu_likelihood_poi_index(m->likelihood);
  return fairu_likelihood_contour(m->likelihood, m->ctx, m->data, NULL, poi, poi ? 0 : 1, POINTS, first,
                                  second, NULL);
}

static int test(long_model *m)
{
  untouched u = fresh(sizeof u.test);
  return stopped(&u, sizeof u.test,
                 fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, NULL, 1.0, &u.test));
}

static int limit(long_model *m)
{
  untouched u = fresh(sizeof u.limit);
  return stopped(&u, sizeof u.limit,
                 fairu_likelihood_limit(m->likelihood, m->ctx, m->data, NULL, 0.95, &u.limit));
}

static int asimov_at(long_model *m)
{
  return fairu_likelihood_asimov_at(m->likelihood, m->ctx, m->data, NULL, 1.0, m->other, NULL, 0);
}

static int impacts(long_model *m)
{
  size_t n;
  return fairu_likelihood_impacts(m->likelihood, m->ctx, m->data, NULL, m->impacts, m->n, &n);
}

static int breakdown(long_model *m)
{
  untouched u = fresh(sizeof u.parts[0]);
  return stopped(&u, sizeof u.parts[0],
                 fairu_likelihood_breakdown(m->likelihood, m->ctx, m->data, NULL, NULL, 0, u.parts));
}

static int goodness(long_model *m)
{
  untouched u = fresh(sizeof u.goodness);
  return stopped(&u, sizeof u.goodness,
                 fairu_likelihood_goodness(m->likelihood, m->ctx, m->data, NULL, &u.goodness));
}

static int yields(long_model *m)
{
  memset(m->work, 0, m->n * m->n * sizeof *m->work);
  return fairu_likelihood_yields(m->likelihood, m->ctx, m->params, m->work, m->n, NULL, NULL, NULL,
                                 m->work + m->n * m->n);
}

static int finding(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                   const char *text, void *data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)text, (void)data;
  return 0;
}

static int diagnose(long_model *m)
{
  return fairu_likelihood_diagnose(m->likelihood, m->ctx, m->data, finding, NULL);
}

static int toys(long_model *m)
{
  untouched u = fresh(sizeof u.toys);
  fairu_toy_test options;
  CHECK_OK(m->ctx, fairu_toy_test_init(&options, sizeof options));
  options.n_toys = N_TOYS;
  return stopped(&u, sizeof u.toys,
                 fairu_hypotest_toys(m->ctx, m->likelihood, m->data, &options, 1.0, &u.toys, NULL, NULL));
}

static int neyman(long_model *m)
{
  const double mu[2] = { 0.5, 1.0 };
  double p[2];
  fairu_toy_test options;
  CHECK_OK(m->ctx, fairu_toy_test_init(&options, sizeof options));
  options.n_toys = N_TOYS;
  return fairu_neyman_pvalues(m->ctx, m->likelihood, m->data, &options, mu, 2, p);
}

static const struct {
  const char *name;
  int (*call)(long_model *m);
} calls[] = {
  { "read", read },
  { "parse", parse },
  { "patch", patch },
  { "likelihood", likelihood },
  { "model", model },
  { "verify", verify },
  { "write", write_out },
  { "Hessian", hessian },
  { "fit", fit },
  { "minima", minima },
  { "interval", interval },
  { "contour", contour },
  { "test", test },
  { "limit", limit },
  { "Asimov", asimov_at },
  { "impacts", impacts },
  { "breakdown", breakdown },
  { "goodness", goodness },
  { "yields", yields },
  { "diagnose", diagnose },
  { "toys", toys },
  { "Neyman", neyman },
};
enum { N_CALLS = sizeof calls / sizeof *calls, REPEATED = 100000 };

static double cpu_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int check_call(long_model *m, size_t i, int wanted)
{
  int status = FAIRU_OK;
  const double begin = cpu_seconds();
  for (int r = 0; r < REPEATED && status == FAIRU_OK; r++)
    status = calls[i].call(m);
  print_message("%-10s %-22s %.1f ms\n", calls[i].name, fairu_status_name(status),
                1e3 * (cpu_seconds() - begin));
  return status == wanted;
}

static void deadlines_hold(void **state)
{
  long_model *m = (long_model *)*state;
  int failed = 0;
  for (size_t i = 0; i < N_CALLS; i++) {
    CHECK_OK(m->ctx, fairu_context_set_deadline(m->ctx, 0.02));
    failed += !check_call(m, i, FAIRU_ERR_DEADLINE);
    CHECK_OK(m->ctx, fairu_context_set_deadline(m->ctx, 0.0));
  }
  assert_int_equal(failed, 0);
}

static void another_thread_cancels(void **state)
{
  long_model *m = (long_model *)*state;
  int failed = 0;
  for (size_t i = 0; i < N_CALLS; i++) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, host_cancel_soon, m->ctx), 0);
    failed += !check_call(m, i, FAIRU_ERR_CANCELLED);
    pthread_join(thread, NULL);
    fairu_context_resume(m->ctx);
  }
  assert_int_equal(failed, 0);
}

int main(void)
{
  static long_model m;
  void *state = &m;
  const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(deadlines_hold, state),
                                      cmocka_unit_test_prestate(another_thread_cancels, state) };
  long_model_make(&m);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  long_model_free(&m);
  return failed;
}
