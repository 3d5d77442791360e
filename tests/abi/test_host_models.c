/* Workspaces, fits, tests, limits and toys in hosts that are not tidy: many threads on one const likelihood, small stacks, denormals flushed,
 * exceptions trapped, another rounding mode, a decimal comma. */
#include "abi/host.h"

enum { N = 7, BINS = 2, POINTS = 12 };

typedef struct shared {
  fairu_context *ctx;
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
  double at[N];
} shared;

static const char text[] =
    "{\"version\":\"1.0.0\",\"channels\":[{\"name\":\"SR\",\"samples\":[{\"name\":\"s\",\"data\":[5,6],"
    "\"modifiers\":[{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null}]},"
    "{\"name\":\"b\",\"data\":[50.5,60.25],\"modifiers\":["
    "{\"name\":\"n\",\"type\":\"normsys\",\"data\":{\"hi\":1.1,\"lo\":0.9}},"
    "{\"name\":\"h\",\"type\":\"histosys\",\"data\":{\"hi_data\":[52,67],\"lo_data\":[48,55]}},"
    "{\"name\":\"st\",\"type\":\"staterror\",\"data\":[1.5,1]},"
    "{\"name\":\"ss\",\"type\":\"shapesys\",\"data\":[1,1.25]}]}]}],"
    "\"observations\":[{\"name\":\"SR\",\"data\":[55,67]}],"
    "\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[]}}]}";

static const char patch[] = "[{\"op\":\"test\",\"path\":\"/version\",\"value\":\"1.0.0\"}]";

/* All numbers of one host. */
typedef struct answers {
  double nll[2], gradient[N], hessian[N * N], difference, expected[BINS];
  double params[N], covariance[N * N], minimum[2 * N], interval[2];
  double test[4], limit[6], contour[2 * POINTS], impacts[6 * N], parts[4], goodness, yields[2 * BINS];
  double toys[3], fc[2], binomial[2], written[2];
  size_t findings;
} answers;

static shared make(void)
{
  shared s = { .ctx = support_context() };
  CHECK_OK(s.ctx, fairu_workspace_parse(s.ctx, text, sizeof text - 1, "w", &s.workspace));
  CHECK_OK(s.ctx, fairu_likelihood_create_from_workspace(s.ctx, s.workspace, NULL, &s.likelihood));
  CHECK_OK(s.ctx, fairu_data_create_from_workspace(s.ctx, s.workspace, s.likelihood, &s.data));
  assert_int_equal(fairu_likelihood_n_parameters(s.likelihood), N);
  for (size_t i = 0; i < N; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    CHECK_OK(s.ctx, fairu_likelihood_parameter(s.likelihood, s.ctx, i, &p));
    s.at[i] = p.start + 0.05;
  }
  return s;
}

static void shared_free(shared *s)
{
  fairu_data_destroy(s->data);
  fairu_likelihood_destroy(s->likelihood);
  fairu_workspace_destroy(s->workspace);
  fairu_context_destroy(s->ctx);
}

static int compute_values(fairu_context *ctx, const shared *s, answers *a)
{
  double start[N];
  size_t n = 0;
  int status = fairu_likelihood_nll(s->likelihood, ctx, s->data, s->at, N, a->nll, a->gradient, a->hessian);
  for (size_t i = 0; i < N; i++)
    start[i] = s->at[i] - 0.05;
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll_difference(s->likelihood, ctx, s->data, s->at, start, N, &a->difference);
  if (status == FAIRU_OK)
    status = fairu_likelihood_expected(s->likelihood, ctx, s->at, N, a->expected);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(s->likelihood, ctx, s->data, NULL, a->params, N, a->covariance, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_minima(s->likelihood, ctx, s->data, NULL, 1, a->minimum, a->minimum + N, N, &n);
  return status;
}

static int compute_tests(fairu_context *ctx, const shared *s, answers *a)
{
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_hypotest_result test = { .struct_size = sizeof test };
  fairu_limit limit = { .struct_size = sizeof limit };
  fairu_toy_test_result toys = { .struct_size = sizeof toys };
  fairu_toy_test o;
  int status = fairu_toy_test_init(&o, sizeof o);
  o.n_toys = 40;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(s->likelihood, ctx, s->data, NULL, &interval, NULL, NULL, N);
  if (status == FAIRU_OK)
    status = fairu_likelihood_hypotest(s->likelihood, ctx, s->data, NULL, 1.0, &test);
  if (status == FAIRU_OK)
    status = fairu_likelihood_limit(s->likelihood, ctx, s->data, NULL, 0.95, &limit);
  if (status == FAIRU_OK)
    status = fairu_hypotest_toys(ctx, s->likelihood, s->data, &o, 1.0, &toys, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_feldman_cousins(ctx, 3, 1.0, 0.9, &a->fc[0], &a->fc[1]);
  if (status == FAIRU_OK)
    status = fairu_binomial_interval(ctx, 3, 10, 0.9, &a->binomial[0], &a->binomial[1]);
  const double numbers[] = { interval.lower, interval.upper, test.statistic,   test.p_sb,
                             test.p_b,       test.cls,       limit.observed,   limit.expected[0],
                             toys.p_sb,      toys.p_b,       limit.expected[4] };
  memcpy(a->interval, numbers, 2 * sizeof(double));
  memcpy(a->test, numbers + 2, 4 * sizeof(double));
  memcpy(a->limit, numbers + 6, 2 * sizeof(double));
  memcpy(a->toys, numbers + 8, 3 * sizeof(double));
  return status;
}

static int count(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                 const char *sentence, void *data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)sentence;
  ++*(size_t *)data;
  return 0;
}

static int compute_postfit(fairu_context *ctx, const shared *s, answers *a)
{
  const size_t poi = fairu_likelihood_poi_index(s->likelihood);
  fairu_impact impacts[N] = { { .struct_size = sizeof impacts[0] } };
  fairu_breakdown parts[2] = { { .struct_size = sizeof parts[0] } };
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  size_t n = 0;
  int status = fairu_likelihood_contour(s->likelihood, ctx, s->data, NULL, poi, poi ? 0 : 1, POINTS,
                                        a->contour, a->contour + POINTS, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_impacts(s->likelihood, ctx, s->data, NULL, impacts, N, &n);
  for (size_t i = 0; i < n; i++) {
    a->impacts[6 * i] = impacts[i].impact_up;
    a->impacts[6 * i + 1] = impacts[i].impact_down;
  }
  if (status == FAIRU_OK)
    status = fairu_likelihood_breakdown(s->likelihood, ctx, s->data, NULL, NULL, 0, parts);
  a->parts[0] = parts[0].part_up;
  a->parts[1] = parts[1].part_down;
  if (status == FAIRU_OK)
    status = fairu_likelihood_goodness(s->likelihood, ctx, s->data, NULL, &goodness);
  a->goodness = goodness.deviance;
  if (status == FAIRU_OK)
    status = fairu_likelihood_yields(s->likelihood, ctx, a->params, a->covariance, N, a->yields,
                                     a->yields + BINS, NULL, NULL);
  return status == FAIRU_OK ? fairu_likelihood_diagnose(s->likelihood, ctx, s->data, count, &a->findings)
                            : status;
}

/* Written by this host, read again, and a patch set against it; numbers of the text go both ways. */
static int compute_files(fairu_context *ctx, const shared *s, int number, answers *a)
{
  char path[512], name[32];
  fairu_workspace *read = NULL, *patched = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  double at[N];
  snprintf(name, sizeof name, "host-%d.json", number);
  int status = fairu_likelihood_write_workspace(s->likelihood, ctx, s->data,
                                                support_path(path, sizeof path, name), "m");
  if (status == FAIRU_OK)
    status = fairu_workspace_read(ctx, path, &read);
  if (status == FAIRU_OK)
    status = fairu_workspace_patch(read, ctx, patch, sizeof patch - 1, "p", &patched);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_workspace(ctx, patched, NULL, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(ctx, patched, likelihood, &data);
  for (size_t i = 0; i < N && status == FAIRU_OK; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    status = fairu_likelihood_parameter(likelihood, ctx, i, &p);
    at[i] = p.start + 0.05;
  }
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(likelihood, ctx, data, at, N, a->written, NULL, NULL);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(patched);
  fairu_workspace_destroy(read);
  return status;
}

static int task(fairu_context *ctx, const void *model, int number, void *data)
{
  const shared *s = (const shared *)model;
  answers *a = (answers *)data;
  memset(a, 0, sizeof *a);
  int status = compute_values(ctx, s, a);
  if (status == FAIRU_OK)
    status = compute_tests(ctx, s, a);
  if (status == FAIRU_OK)
    status = compute_postfit(ctx, s, a);
  return status == FAIRU_OK ? compute_files(ctx, s, number, a) : status;
}

/* ---- hosts --------------------------------------------------------------------------------------------- */

static answers wanted, got;

static shared make_wanted(void)
{
  shared s = make();
  CHECK_OK(s.ctx, task(s.ctx, &s, 100, &wanted)); /* no number of a host */
  return s;
}

/* The same bits where tolerance is 0; else about as large a difference as the numbers themselves may have. */
static void check_answers(double tolerance)
{
  const double *is = (const double *)&got, *want = (const double *)&wanted;
  for (size_t i = 0; i < offsetof(answers, findings) / sizeof(double); i++)
    if (!(fabs(is[i] - want[i]) <= tolerance * (1.0 + fabs(want[i]))))
      fail_msg("number %zu is %.17g, wanted %.17g", i, is[i], want[i]);
  assert_int_equal(got.findings, wanted.findings);
}

static void eight_threads_share_one_likelihood(void **state)
{
  (void)state;
  shared s = make_wanted();
  host_check_many((host){ .task = task, .model = &s }, 8, 3, &wanted, sizeof wanted);
  shared_free(&s);
}

static void check_alone(int floats, size_t stack, double tolerance)
{
  shared s = make_wanted();
  for (int threads = 1; threads < 3; threads++) {
    host h = { .task = task, .model = &s, .answers = &got, .threads = threads, .floats = floats };
    host_alone(&h, stack);
    check_answers(tolerance);
  }
  shared_free(&s);
}

/* All that a host can set at once. */
static void check_hostile(int how, double tolerance)
{
  shared s = make_wanted();
  for (int threads = 1; threads < 3; threads++) {
    host h = { .task = task, .model = &s, .answers = &got, .threads = threads };
    host_hostile(&h, how);
    check_answers(tolerance);
  }
  shared_free(&s);
}

static void a_hostile_host_gets_the_same(void **state)
{
  (void)state;
  check_hostile(HOSTILE_NEAREST, 1e-12);
}

static void a_hostile_host_that_rounds_upward_gets_almost_the_same(void **state)
{
  (void)state;
  check_hostile(HOSTILE_ALL, 1e-9);
}

static void small_stacks_suffice(void **state)
{
  (void)state;
  host_skip_if_instrumented();
  check_alone(TIDY, HOST_SMALL_STACK, 0.0);
}

static void flushed_denormals_change_little(void **state)
{
  (void)state;
  check_alone(FLUSHED, 0, 1e-12);
}

static void trapped_exceptions_are_not_raised(void **state)
{
  (void)state;
  check_alone(TRAPPED, 0, 0.0);
}

static void another_rounding_changes_little(void **state)
{
  (void)state;
  check_alone(UPWARD, 0, 1e-9);
}

static void a_decimal_comma_changes_nothing(void **state)
{
  (void)state;
  host_locale_back(host_decimal_comma()); /* there is one */
  shared s = make_wanted();
  host h = { .task = task, .model = &s, .answers = &got, .threads = 1 };
  host_with_comma(&h);
  assert_memory_equal(&got, &wanted, sizeof got);
  shared_free(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(eight_threads_share_one_likelihood),
    cmocka_unit_test(small_stacks_suffice),
    cmocka_unit_test(flushed_denormals_change_little),
    cmocka_unit_test(trapped_exceptions_are_not_raised),
    cmocka_unit_test(a_hostile_host_gets_the_same),
    cmocka_unit_test(a_hostile_host_that_rounds_upward_gets_almost_the_same),
    cmocka_unit_test(another_rounding_changes_little),
    cmocka_unit_test(a_decimal_comma_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
