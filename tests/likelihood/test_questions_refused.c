/* Questions about a likelihood that have no meaning: code and message of each; nothing is written. */
#include "likelihood/channel_model.h"
#include "likelihood/counting.h"
#include "likelihood/small_model.h"

typedef struct asked {
  fairu_context *ctx;
  const fairu_likelihood *likelihood;
  fairu_data *data;
  fairu_interval_options interval;
  size_t n, parameter, n_values;
  double values[2], level;
} asked;

static int interval(asked *a)
{
  fairu_interval out = { .struct_size = sizeof out };
  return fairu_likelihood_interval(a->likelihood, a->ctx, a->data, &a->interval, &out, NULL, NULL, a->n);
}
static int profile(asked *a)
{
  double nll[2];
  return fairu_likelihood_profile(a->likelihood, a->ctx, a->data, NULL, a->parameter, a->values, a->n_values,
                                  nll, NULL, a->n);
}
static int scan(asked *a)
{
  double nll[4];
  return fairu_likelihood_scan(a->likelihood, a->ctx, a->data, NULL, 0, a->values, a->n_values, a->parameter,
                               a->values, a->n_values, nll);
}
static int contour(asked *a)
{
  double x[16], y[16], best[2];
  return fairu_likelihood_contour(a->likelihood, a->ctx, a->data, &a->interval, 0, a->parameter, 8, x, y,
                                  best);
}
static int limit(asked *a)
{
  fairu_limit out = { .struct_size = sizeof out };
  return fairu_likelihood_limit(a->likelihood, a->ctx, a->data, NULL, a->level, &out);
}
static int statistic(asked *a)
{
  double q;
  return fairu_likelihood_test_statistic(a->likelihood, a->ctx, a->data, NULL, a->values[0], &q, NULL);
}
static int fit(asked *a)
{
  double params[2];
  return fairu_likelihood_fit(a->likelihood, a->ctx, a->data, NULL, params, a->n, NULL, NULL);
}

typedef struct refused_case {
  int (*ask)(asked *a);
  size_t offset; /* of the number that is wrong, in asked */
  double number; /* put there */
  int is_size;
  int code;
  const char *says;
} refused_case;

#define SIZE(field, number) offsetof(asked, field), number, 1
#define REAL(field, number) offsetof(asked, field), number, 0

static const refused_case refused[] = {
  { interval, SIZE(interval.parameter, 7), FAIRU_ERR_RANGE, "interval: parameter 7 of 2" },
  { interval, REAL(interval.level, 1.0), FAIRU_ERR_RANGE, "level" },
  { interval, REAL(interval.level, -0.1), FAIRU_ERR_RANGE, "level" },
  { interval, REAL(interval.level, (double)NAN), FAIRU_ERR_RANGE, "level" },
  { interval, REAL(interval.nll_minimum, (double)INFINITY), FAIRU_ERR_NON_FINITE,
    "interval: nll_minimum is inf" },
  { interval, SIZE(n, 3), FAIRU_ERR_SHAPE, "the model has 2 parameters, got 3" },
  { profile, SIZE(parameter, 2), FAIRU_ERR_RANGE, "parameter 2 of 2" },
  { profile, REAL(values[1], (double)NAN), FAIRU_ERR_NON_FINITE, "value 1 of 'mu' is nan" },
  { profile, REAL(values[0], 11.0), FAIRU_ERR_RANGE, "'mu'" },
  { profile, REAL(values[0], -1.0), FAIRU_ERR_RANGE, "'mu'" },
  { profile, SIZE(n_values, 0), FAIRU_ERR_EMPTY, "profile: no values" },
  { profile, SIZE(n, 1), FAIRU_ERR_SHAPE, "the model has 2 parameters, got 1" },
  { scan, SIZE(parameter, 9), FAIRU_ERR_RANGE, "parameter 9 of 2" },
  { scan, SIZE(n_values, 0), FAIRU_ERR_EMPTY, "scan: no values" },
  { scan, REAL(values[0], (double)INFINITY), FAIRU_ERR_NON_FINITE, "is inf" },
  { contour, SIZE(parameter, 2), FAIRU_ERR_RANGE, "2" },
  { contour, REAL(interval.level, 2.0), FAIRU_ERR_RANGE, "level" },
  { limit, REAL(level, 0.0), FAIRU_ERR_RANGE, "level" },
  { limit, REAL(level, 1.0), FAIRU_ERR_RANGE, "level" },
  { limit, REAL(level, (double)NAN), FAIRU_ERR_RANGE, "level" },
  { statistic, REAL(values[0], (double)NAN), FAIRU_ERR_NON_FINITE, "nan" },
  { fit, SIZE(n, 5), FAIRU_ERR_SHAPE, "the model has 2 parameters, got 5" },
};

static void questions_without_meaning_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 10.0, .tau = 2.0, .n = 13.0, .m = 21.0, .upper = 10.0 };
  int wrong = 0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
    const refused_case *r = &refused[k];
    asked a = { ctx, c.likelihood, c.data, { 0 }, 2, 1, 2, { 1.0, 1.5 }, 0.95 };
    a.parameter = r->ask == profile ? 0 : 1;
    CHECK_OK(ctx, fairu_interval_options_init(&a.interval, sizeof a.interval));
    const size_t size = (size_t)r->number;
    memcpy((char *)&a + r->offset, r->is_size ? (const void *)&size : (const void *)&r->number,
           sizeof(double));
    const int status = r->ask(&a);
    if (status != r->code || !strstr(fairu_context_message(ctx), r->says)) {
      print_error("case %zu: %s, '%s'; wanted %s, '%s'\n", k, fairu_status_name(status),
                  fairu_context_message(ctx), fairu_status_name(r->code), r->says);
      wrong++;
    }
  }
  assert_int_equal(wrong, 0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- observations that move with Z ----------------------------------------------------------------------- */

typedef struct moving_case {
  const char *axis, *third; /* third: of three */
  double reach;
  size_t n_processes, n_bins;
  int code;
  const char *says;
} moving_case;

static const moving_case moving[] = {
  { "a", NULL, 1.0, 1, small_bins, FAIRU_OK, "" },
  { "a", NULL, 1.0, 2, small_bins, FAIRU_ERR_SHAPE, "2 processes, not 1" },
  { "a", NULL, 1.0, 1, small_bins + 1, FAIRU_ERR_SHAPE, "the model has 5 bins, got 6" },
  { "c", NULL, 1.0, 1, small_bins, FAIRU_ERR_NOT_FOUND, "the model has no nuisance 'c'" },
  { "a", NULL, 0.5, 1, small_bins, FAIRU_ERR_RANGE,
    "'a' is covered from -0.5 to 0.5, the model goes from -1 to 1" },
  { "a", "c", 1.0, 1, small_bins, FAIRU_ERR_SHAPE, "3 axes, the model has 2 nuisances" },
};

static fairu_templates *moving_templates(fairu_context *ctx, const moving_case *m)
{
  static const char *const names[2] = { "one", "two" };
  const double knots[5] = { -m->reach, -0.5 * m->reach, 0.0, 0.5 * m->reach, m->reach };
  const fairu_axis axes[3] = { { m->axis, knots, 5, 0.0 },
                               { "b", knots, 5, 0.0 },
                               { m->third, knots, 5, 0.0 } };
  fairu_grid *grid = NULL;
  fairu_templates *out = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, m->third ? 3 : 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, names, m->n_processes, m->n_bins,
                                                     small_observed, NULL, FAIRU_INTERPOLATION_LINEAR, &out));
  fairu_grid_destroy(grid);
  return out;
}

static void observations_that_do_not_fit_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .mc_stat = FAIRU_MC_STAT_NONE,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .prior = FAIRU_PRIOR_GAUSSIAN,
                            .interpolation = FAIRU_INTERPOLATION_LOG };
  small_model m;
  fairu_likelihood *channels = NULL;
  fairu_data *counts = NULL;
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, channel_likelihood_create(ctx, &channels, &counts));
  for (size_t k = 0; k < sizeof moving / sizeof moving[0]; k++) {
    fairu_templates *templates = moving_templates(ctx, &moving[k]);
    const int status = fairu_data_set_observed_moving(m.data, ctx, templates);
    assert_int_equal(status, moving[k].code);
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, moving[k].says);
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_observed_moving(counts, ctx, templates));
    CHECK_SAYS(ctx, "only counts of templates can move with Z");
    fairu_templates_destroy(templates);
  }
  fairu_data_destroy(counts);
  fairu_likelihood_destroy(channels);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(questions_without_meaning_are_refused),
                                      cmocka_unit_test(observations_that_do_not_fit_are_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
