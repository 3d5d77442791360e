/* Every question about every kind of likelihood, stopped at any look at the clock and at any need for memory: the code, no block
 * left, and the same answer when it is asked again. */
#include "abi/world.h"
#include "abi/workspaces.h"
#include "likelihood/channel_model.h"
#include "likelihood/counting.h"
#include "support/late.h"

enum { MOST = 24, BINS = 64 };

typedef struct question {
  const fairu_likelihood *likelihood;
  fairu_data *data; /* what toys and expectations are written to is a copy */
  size_t n;
  double start[MOST];
  double answer[MOST * MOST];
} question;

typedef int (*ask_fn)(fairu_context *ctx, question *q);

static int ask_fit(fairu_context *ctx, question *q)
{
  double params[MOST];
  fairu_fit_result result = { .struct_size = sizeof result };
  return fairu_likelihood_fit(q->likelihood, ctx, q->data, NULL, params, q->n, q->answer, &result);
}

/* Four starts more, spread. */
static int ask_minima(fairu_context *ctx, question *q)
{
  double params[3 * MOST];
  size_t n = 0;
  fairu_fit_options options;
  int status = fairu_fit_options_init(&options, sizeof options);
  options.spread_starts = 2;
  if (status == FAIRU_OK)
    status = fairu_likelihood_minima(q->likelihood, ctx, q->data, &options, 3, q->answer, params, q->n, &n);
  return status;
}

static int ask_interval(fairu_context *ctx, question *q)
{
  double params[2 * MOST];
  fairu_interval interval = { .struct_size = sizeof interval };
  const int status =
      fairu_likelihood_interval(q->likelihood, ctx, q->data, NULL, &interval, params, params + MOST, q->n);
  q->answer[0] = status == FAIRU_OK ? interval.lower : 0.0;
  return status;
}

static int ask_interval_of_another(fairu_context *ctx, question *q)
{
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  int status = fairu_interval_options_init(&options, sizeof options);
  options.parameter = q->n - 1;
  options.level = 0.0;
  options.delta_nll = 1.0;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(q->likelihood, ctx, q->data, &options, &interval, NULL, NULL, q->n);
  q->answer[0] = status == FAIRU_OK ? interval.upper : 0.0;
  return status;
}

static int ask_profile(fairu_context *ctx, question *q)
{
  const double values[4] = { 0.7, 0.9, 1.1, 1.4 };
  double params[4 * MOST];
  return fairu_likelihood_profile(q->likelihood, ctx, q->data, NULL, 0, values, 4, q->answer, params, q->n);
}

static int ask_scan(fairu_context *ctx, question *q)
{
  const double values[2] = { 0.8, 1.2 }, others[2] = { q->start[q->n - 1], q->start[q->n - 1] + 0.05 };
  return fairu_likelihood_scan(q->likelihood, ctx, q->data, NULL, 0, values, 2, q->n - 1, others, 2,
                               q->answer);
}

static int ask_contour(fairu_context *ctx, question *q)
{
  double second[8], best[2];
  return fairu_likelihood_contour(q->likelihood, ctx, q->data, NULL, 0, q->n - 1, 8, q->answer, second, best);
}

static int ask_statistic(fairu_context *ctx, question *q)
{
  return fairu_likelihood_test_statistic(q->likelihood, ctx, q->data, NULL, 1.5, q->answer, q->answer + 1);
}

static int ask_hypotest(fairu_context *ctx, question *q)
{
  fairu_hypotest_result result = { .struct_size = sizeof result };
  return fairu_likelihood_hypotest(q->likelihood, ctx, q->data, NULL, 1.5, &result);
}

static int ask_limit(fairu_context *ctx, question *q)
{
  fairu_limit limit = { .struct_size = sizeof limit };
  return fairu_likelihood_limit(q->likelihood, ctx, q->data, NULL, 0.95, &limit);
}

static int ask_impacts(fairu_context *ctx, question *q)
{
  fairu_impact impacts[MOST];
  size_t n = 0;
  impacts[0].struct_size = sizeof impacts[0];
  return fairu_likelihood_impacts(q->likelihood, ctx, q->data, NULL, impacts, MOST, &n);
}

static int ask_breakdown(fairu_context *ctx, question *q)
{
  const size_t last = q->n - 1;
  const fairu_group group = { "last", &last, 1 };
  fairu_breakdown parts[3];
  parts[0].struct_size = sizeof parts[0];
  return fairu_likelihood_breakdown(q->likelihood, ctx, q->data, NULL, &group, 1, parts);
}

static int ask_goodness(fairu_context *ctx, question *q)
{
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  return fairu_likelihood_goodness(q->likelihood, ctx, q->data, NULL, &goodness);
}

static int ask_yields(fairu_context *ctx, question *q)
{
  double covariance[MOST * MOST] = { 0.0 }, nu[BINS], error[BINS], channel[BINS], channel_error[BINS];
  return fairu_likelihood_yields(q->likelihood, ctx, q->start, covariance, q->n, nu, error, channel,
                                 channel_error);
}

static int finding(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                   const char *text, void *user_data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)text, (void)user_data;
  return 0;
}

static int ask_diagnose(fairu_context *ctx, question *q)
{
  return fairu_likelihood_diagnose(q->likelihood, ctx, q->data, finding, NULL);
}

static int ask_nll(fairu_context *ctx, question *q)
{
  double nll[2], gradient[MOST];
  return fairu_likelihood_nll(q->likelihood, ctx, q->data, q->start, q->n, nll, gradient, q->answer);
}

static int ask_difference(fairu_context *ctx, question *q)
{
  double other[MOST];
  memcpy(other, q->start, sizeof other);
  other[0] += 0.1;
  return fairu_likelihood_nll_difference(q->likelihood, ctx, q->data, q->start, other, q->n, q->answer);
}

static int with_data(fairu_context *ctx, question *q, int which)
{
  fairu_data *data = NULL;
  double params[MOST];
  int status = fairu_data_create(ctx, q->likelihood, &data);
  if (status == FAIRU_OK)
    status = which == 0 ? fairu_likelihood_toy(q->likelihood, ctx, q->start, q->n, 7, 1, data)
             : which == 1
                 ? fairu_likelihood_asimov(q->likelihood, ctx, q->start, q->n, data)
                 : fairu_likelihood_asimov_at(q->likelihood, ctx, q->data, NULL, 1.0, data, params, q->n);
  if (status == FAIRU_OK)
    status = fairu_data_copy(data, ctx, q->data);
  fairu_data_destroy(data);
  return status;
}

static int ask_toy(fairu_context *ctx, question *q)
{
  return with_data(ctx, q, 0);
}
static int ask_asimov(fairu_context *ctx, question *q)
{
  return with_data(ctx, q, 1);
}
static int ask_asimov_at(fairu_context *ctx, question *q)
{
  return with_data(ctx, q, 2);
}

static int ask_combined(fairu_context *ctx, question *q)
{
  fairu_likelihood *whole = NULL;
  const int status = fairu_likelihood_create_combined(ctx, &q->likelihood, 1, NULL, &whole);
  fairu_likelihood_destroy(whole);
  return status;
}

static int ask_written(fairu_context *ctx, question *q)
{
  char path[512];
  return fairu_likelihood_write_workspace(q->likelihood, ctx, q->data,
                                          support_path(path, sizeof path, "w.json"), "m");
}

static const struct {
  const char *name;
  ask_fn ask;
} asks[] = {
  { "fit", ask_fit },
  { "minima", ask_minima },
  { "interval", ask_interval },
  { "other", ask_interval_of_another },
  { "profile", ask_profile },
  { "scan", ask_scan },
  { "contour", ask_contour },
  { "statistic", ask_statistic },
  { "hypotest", ask_hypotest },
  { "limit", ask_limit },
  { "impacts", ask_impacts },
  { "breakdown", ask_breakdown },
  { "goodness", ask_goodness },
  { "yields", ask_yields },
  { "diagnose", ask_diagnose },
  { "nll", ask_nll },
  { "difference", ask_difference },
  { "toy", ask_toy },
  { "asimov", ask_asimov },
  { "asimov_at", ask_asimov_at },
  { "combined", ask_combined },
  { "written", ask_written },
};
enum { N_ASKS = sizeof asks / sizeof asks[0] };

typedef struct asked {
  ask_fn ask;
  question *question;
} asked;

static int body(fairu_context *ctx, void *data)
{
  const asked *a = (const asked *)data;
  return a->ask(ctx, a->question);
}

/* Some questions have no answer for some models: then it is one of these codes, each time. */
static int is_refusal(int status)
{
  return status == FAIRU_ERR_UNSUPPORTED || status == FAIRU_ERR_ARGUMENT ||
         status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_FLAT || status == FAIRU_ERR_NOT_FOUND ||
         status == FAIRU_ERR_RANGE;
}

static void stop_everywhere(fairu_context *ctx, const fairu_likelihood *likelihood, fairu_data *data,
                            size_t least)
{
  static question q;
  size_t answered = 0;
  q = (question){ .likelihood = likelihood, .data = data, .n = fairu_likelihood_n_parameters(likelihood) };
  assert_in_range(q.n, 1, MOST);
  for (size_t i = 0; i < q.n; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, i, &parameter));
    q.start[i] = parameter.start;
  }
  for (size_t k = 0; k < N_ASKS; k++) {
    asked a = { asks[k].ask, &q };
    const int status = body(ctx, &a);
    if (status != FAIRU_OK) {
      if (!is_refusal(status))
        fail_msg("%s: %s: %s", asks[k].name, fairu_status_name(status), fairu_context_message(ctx));
      continue;
    }
    const double answer = q.answer[0];
    answered++;
    (void)late_at_many_looks(body, &a);
    (void)support_every_need_fails(body, &a);
    CHECK_OK(ctx, body(ctx, &a));
    assert_true(q.answer[0] == answer || isnan(answer));
  }
  if (answered < least)
    fail_msg("only %zu of %d questions have an answer", answered, (int)N_ASKS);
}

static void on_and_off(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 10.0, .tau = 2.0, .n = 13.0, .m = 21.0, .upper = 10.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  stop_everywhere(ctx, c.likelihood, c.data, 18);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

static void templates_with_nuisances(void **state)
{
  (void)state;
  world w = world_make();
  stop_everywhere(w.ctx, w.small.likelihood, w.small.data, 12);
  world_free(&w);
}

static void channels(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, channel_point, CHANNEL_PARAMS, data));
  stop_everywhere(ctx, likelihood, data, 12);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

/* A workspace, and two of them joined. */
static void workspaces(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_workspace *workspace = NULL;
  fairu_likelihood *one = NULL, *both = NULL;
  fairu_data *data = NULL, *joined = NULL;
  counting c = { .s = 5.0, .b = 10.0, .n = 14.0, .upper = 10.0 };
  CHECK_OK(ctx, abi_workspace(ctx, &workspace));
  CHECK_OK(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &one));
  CHECK_OK(ctx, fairu_data_create_from_workspace(ctx, workspace, one, &data));
  stop_everywhere(ctx, one, data, 12);
  CHECK_OK(ctx, counting_create(ctx, &c));
  const fairu_likelihood *const parts[2] = { one, c.likelihood };
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, NULL, &both));
  CHECK_OK(ctx, fairu_data_create(ctx, both, &joined));
  CHECK_OK(ctx, fairu_data_copy(fairu_data_part(joined, 0), ctx, data));
  CHECK_OK(ctx, fairu_data_copy(fairu_data_part(joined, 1), ctx, c.data));
  stop_everywhere(ctx, both, joined, 10);
  fairu_data_destroy(joined);
  fairu_likelihood_destroy(both);
  counting_destroy(&c);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(one);
  fairu_workspace_destroy(workspace);
  fairu_context_destroy(ctx);
}

static void events(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  double ones[60];
  for (size_t i = 0; i < 60; i++)
    ones[i] = 1.0;
  CHECK_OK(ctx, world_event_likelihood(ctx, &likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_events(data, ctx, ones, 60));
  stop_everywhere(ctx, likelihood, data, 6);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(on_and_off),
                                      cmocka_unit_test(templates_with_nuisances), cmocka_unit_test(channels),
                                      cmocka_unit_test(workspaces), cmocka_unit_test(events) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
