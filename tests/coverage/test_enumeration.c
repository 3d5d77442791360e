/* Exact coverage of 1-sigma intervals by enumeration: every count (or pair) with its Poisson probability, membership decided by the library's own interval
 * ends, against the same sum with membership by closed forms. No toy error: 1e-9.
 *
 * Truth on a knife's edge: a count whose interval ends exactly at the truth would be decided by rounding; the points are such that none does (least_margin),
 * but for ends at a bound, which is part of the interval. */
#include "likelihood/counting.h"
#include "support/support.h"

static const double no_tail = 1e-13; /* probability left out, of each count */
static const double least_margin = 1e-7;

static double probability(double n, double nu)
{
  return nu > 0.0 ? exp(n * log(nu) - nu - lgamma(n + 1.0)) : n <= 0.0;
}

/* Counts first .. last hold all but no_tail of Poisson(nu). */
static void counts_of(double nu, int *first, int *last)
{
  *first = *last = (int)nu;
  while (*first > 0 && probability(*first - 1, nu) > no_tail * 1e-3)
    --*first;
  while (probability(*last + 1, nu) > no_tail * 1e-3)
    ++*last;
}

/* The background with a control bin: a free factor, or the closed-form gamma of a Poisson count. */
enum { FACTOR, GAMMA };

/* One experiment: its closed forms, and where the likelihood is asked. */
typedef struct experiment {
  counting c;
  double lower; /* of mu; -inf: as far as yields allow */
  double mu;    /* truth */
  int form;     /* of the background with a control bin */
  fairu_context *ctx;
} experiment;

/* mu in the interval, by the library. */
static int library_says(experiment *e, double n, double m)
{
  const double counts[2] = { n, m };
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(e->ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 0.5;
  const int gamma = e->form == GAMMA, on_off = e->c.tau > 0.0;
  CHECK_OK(e->ctx, fairu_data_set_observed(e->c.data, e->ctx, counts, on_off && !gamma ? 2 : 1));
  if (gamma)
    CHECK_OK(e->ctx, fairu_data_set_aux(e->c.data, e->ctx, 1, m));
  CHECK_OK(e->ctx, fairu_likelihood_interval(e->c.likelihood, e->ctx, e->c.data, &options, &interval, NULL,
                                             NULL, e->c.tau > 0.0 ? 2 : 1));
  /* where a yield ends the interval, its end is known to 1e-13 of the scale of mu */
  const double slack = interval.lower_end == FAIRU_INTERVAL_YIELD ? 1e-12 : 0.0;
  return interval.lower - slack <= e->mu && e->mu <= interval.upper;
}

static double sum_of(experiment *e, double *closed, int (*says)(const experiment *, double, double))
{
  const double nu = e->mu * e->c.s + e->c.b, control = e->c.tau * e->c.b;
  int n0, n1, m0 = 0, m1 = 0;
  double sum = 0.0;
  *closed = 0.0;
  counts_of(nu, &n0, &n1);
  if (e->c.tau > 0.0)
    counts_of(control, &m0, &m1);
  for (int n = n0; n <= n1; n++)
    for (int m = m0; m <= m1; m++) {
      const double p = probability(n, nu) * (e->c.tau > 0.0 ? probability(m, control) : 1.0);
      if (p < no_tail * 1e-3)
        continue;
      sum += library_says(e, n, m) ? p : 0.0;
      *closed += says(e, n, m) ? p : 0.0;
    }
  return sum;
}

/* ---- one bin ------------------------------------------------------------------------------------------ */

/* t(mu) <= 1 with the minimum at nu = n, or at the bound. */
static int single_says(const experiment *e, double n, double m)
{
  const double least = fmax(e->lower * e->c.s + e->c.b, 0.0);
  const double t =
      2.0 * (counting_deviance(n, e->mu * e->c.s + e->c.b) - counting_deviance(n, fmax(n, least)));
  (void)m;
  assert_true(fabs(t - 1.0) > least_margin);
  return t <= 1.0;
}

static double single(double s, double b, double mu, double lower)
{
  experiment e = { .c = { .s = s, .b = b, .lower = lower, .upper = HUGE_VAL }, .lower = lower, .mu = mu };
  double closed;
  e.ctx = support_context();
  CHECK_OK(e.ctx, counting_create(e.ctx, &e.c));
  const double sum = sum_of(&e, &closed, single_says);
  CHECK_NEAR(sum, closed, 1e-9);
  counting_destroy(&e.c);
  fairu_context_destroy(e.ctx);
  return sum;
}

static void one_bin_at_the_listed_points(void **state)
{
  (void)state;
  CHECK_NEAR(single(3.0, 1.0, 1.0, -HUGE_VAL), 0.651, 5e-4);
  CHECK_NEAR(single(3.0, 1.0, 0.0, -HUGE_VAL), 0.552, 5e-4);
  CHECK_NEAR(single(3.0, 1.0, 0.0, 0.0), 0.920, 5e-4);
}

static void one_bin_everywhere(void **state)
{
  (void)state;
  static const double signals[] = { 0.7, 3.0, 25.0 }, backgrounds[] = { 0.3, 1.0, 4.3, 60.0 };
  static const double truths[] = { 0.0, 0.17, 1.0, 2.9 };
  for (int i = 0; i < 48; i++) {
    const double s = signals[i % 3], b = backgrounds[i / 3 % 4], mu = truths[i / 12];
    const double free = single(s, b, mu, -HUGE_VAL), bounded = single(s, b, mu, 0.0);
    assert_true(free > 0.3 && free < 1.0 && bounded >= free - 1e-9);
  }
}

/* Signal below 0, down to no expectation at all. */
static void one_bin_with_less_than_its_background(void **state)
{
  (void)state;
  static const double truths[] = { -0.1, -0.3, -0.45, -0.4999, -0.5 };
  for (int i = 0; i < 5; i++)
    (void)single(2.0, 1.0, truths[i], -HUGE_VAL);
  CHECK_NEAR(single(2.0, 1.0, -0.5, -HUGE_VAL), 1.0, 1e-15);
}

/* ---- a bin and a control bin -------------------------------------------------------------------------- */

static double nll_of(const experiment *e, double n, double m, double mu)
{
  return counting_nll(&e->c, n, m, mu);
}

/* mu >= 0 is where the closed form of the conditional background holds; the free minimum has both deviances 0. */
static int on_off_says(const experiment *e, double n, double m)
{
  const double best = (n - m / e->c.tau) / e->c.s;
  const double least = best >= e->lower ? 0.0 : nll_of(e, n, m, e->lower);
  const double t = 2.0 * (nll_of(e, n, m, e->mu) - least);
  assert_true(fabs(t - 1.0) > least_margin);
  return t <= 1.0;
}

static int factor_create(experiment *e)
{
  const char *const names[2] = { "signal", "background" };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, e->lower, HUGE_VAL },
                                    { "beta", "background", 1.0, 0.0, HUGE_VAL } };
  const double yields[4] = { e->c.s, 0.0, e->c.b, e->c.tau * e->c.b };
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  fairu_grid *grid = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = factors;
  options.n_factors = 2;
  if (status == FAIRU_OK)
    status = fairu_grid_create(e->ctx, NULL, 0, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(e->ctx, grid, names, 2, 2, yields, NULL, FAIRU_INTERPOLATION_LINEAR,
                                    &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(e->ctx, templates, &options, &e->c.likelihood);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  return status;
}

/* gamma with an auxiliary count of expectation tau b gamma */
static int gamma_create(experiment *e)
{
  fairu_context *ctx = e->ctx;
  fairu_model *model = NULL;
  fairu_parameter_options mu, gamma;
  const size_t parameter = 1;
  int status = fairu_parameter_options_init(&mu, sizeof mu);
  if (status == FAIRU_OK)
    status = fairu_parameter_options_init(&gamma, sizeof gamma);
  mu.lower = e->lower;
  gamma.poisson_scale = e->c.tau * e->c.b;
  if (status == FAIRU_OK)
    status = fairu_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = fairu_model_add_parameter(model, ctx, "mu", &mu, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_parameter(model, ctx, "gamma", &gamma, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(model, ctx, "on", 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "signal", &e->c.s, 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "background", &e->c.b, 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, 0, 0);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(model, ctx, 1, &parameter, 1);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, model, "mu", &e->c.likelihood);
  fairu_model_destroy(model);
  return status;
}

static double on_off(int form, double s, double b, double tau, double mu, double lower)
{
  experiment e = {
    .c = { .s = s, .b = b, .tau = tau, .upper = HUGE_VAL }, .form = form, .lower = lower, .mu = mu
  };
  double closed;
  e.ctx = support_context();
  CHECK_OK(e.ctx, form == GAMMA ? gamma_create(&e) : factor_create(&e));
  CHECK_OK(e.ctx, fairu_data_create(e.ctx, e.c.likelihood, &e.c.data));
  const double sum = sum_of(&e, &closed, on_off_says);
  CHECK_NEAR(sum, closed, 1e-9);
  counting_destroy(&e.c);
  fairu_context_destroy(e.ctx);
  return sum;
}

static void on_off_at_the_listed_points(void **state)
{
  (void)state;
  for (int form = FACTOR; form <= GAMMA; form++) {
    CHECK_NEAR(on_off(form, 3.0, 1.0, 1.0, 1.0, -HUGE_VAL), 0.615, 5e-4);
    (void)on_off(form, 3.0, 1.0, 1.0, 1.0, 0.0);
  }
}

static void on_off_everywhere(void **state)
{
  (void)state;
  static const double signals[] = { 1.0, 5.0 }, backgrounds[] = { 0.3, 2.3 }, taus[] = { 0.7, 3.1 };
  static const double truths[] = { 0.0, 0.23, 1.3 };
  for (int form = FACTOR; form <= GAMMA; form++)
    for (int i = 0; i < 24; i++) {
      const double s = signals[i % 2], b = backgrounds[i / 2 % 2], tau = taus[i / 4 % 2], mu = truths[i / 8];
      const double free = on_off(form, s, b, tau, mu, -HUGE_VAL), bounded = on_off(form, s, b, tau, mu, 0.0);
      assert_true(free > 0.3 && free < 1.0 && bounded >= free - 1e-9);
    }
}

/* ---- discovery ---------------------------------------------------------------------------------------- */

/* n = 5 on b = 1: the library's q0 orders the counts; P(n >= 5) against the asymptotic p0. */
static void discovery_with_few_counts(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 3.0, .b = 1.0, .n = 5.0, .lower = -HUGE_VAL, .upper = HUGE_VAL };
  fairu_hypotest_options options;
  fairu_hypotest_result result = { .struct_size = sizeof result };
  double sum = 0.0, exact = 0.0;
  CHECK_OK(ctx, fairu_hypotest_options_init(&options, sizeof options));
  options.statistic = FAIRU_TEST_Q0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_likelihood_hypotest(c.likelihood, ctx, c.data, &options, 0.0, &result));
  for (int n = 0; n < 40; n++) {
    const double count = n;
    double q;
    CHECK_OK(ctx, fairu_data_set_observed(c.data, ctx, &count, 1));
    CHECK_OK(ctx, fairu_likelihood_test_statistic(c.likelihood, ctx, c.data, &options, 0.0, &q, NULL));
    sum += q >= result.statistic * (1.0 - 1e-9) ? probability(n, 1.0) : 0.0;
    exact += n >= 5 ? probability(n, 1.0) : 0.0;
  }
  CHECK_NEAR(sum, exact, 1e-9);
  CHECK_NEAR(sum, 0.00366, 5e-6);
  CHECK_NEAR(result.p_sb, 0.00222, 5e-6);
  CHECK_CLOSE(result.p_sb, counting_sf(sqrt(2.0 * counting_deviance(5.0, 1.0))), 1e-9);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_bin_at_the_listed_points),
    cmocka_unit_test(one_bin_everywhere),
    cmocka_unit_test(one_bin_with_less_than_its_background),
    cmocka_unit_test(on_off_at_the_listed_points),
    cmocka_unit_test(on_off_everywhere),
    cmocka_unit_test(discovery_with_few_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
