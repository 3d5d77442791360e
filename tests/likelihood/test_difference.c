/* NLL at one point minus that at another: equal to the difference of values, and better than it where the points are near. */
#include "likelihood/param.h"

#include "likelihood/channel_model.h"
#include "likelihood/small_model.h"

static void check_prior(int constraint, int prior, double aux, double b, double h)
{
  const fairu_param param = { .constraint = constraint, .prior = prior, .width = 0.3, .tau = 1e6 };
  const double a = b + h;
  const long double step = (long double)a - b, y = step / b;
  const long double log_y = y - y * y / 2 + y * y * y / 3; /* h / b is below 1e-5 */
  long double wanted = 1e6L * step - aux * log_y;
  if (constraint == FAIRU_CONSTRAINT_PRIOR)
    wanted = prior == FAIRU_PRIOR_GAUSSIAN
                 ? step * ((a - (long double)aux) + (b - (long double)aux)) / 2
                 : log_y * (logl((long double)a / aux) + logl((long double)b / aux)) / 2;
  if (constraint == FAIRU_CONSTRAINT_PRIOR)
    wanted /= (long double)param.width * param.width;
  CHECK_CLOSE(fairu_param__difference(&param, a, b, aux), (double)wanted, 1e-11);
}

/* Differences of 1e-12 of terms of order 1. */
static void constraints_keep_the_digits_of_small_differences(void **state)
{
  (void)state;
  for (int k = 6; k <= 12; k += 2) {
    const double h = pow(10.0, -k);
    check_prior(FAIRU_CONSTRAINT_PRIOR, FAIRU_PRIOR_GAUSSIAN, 0.9, 1.2, h);
    check_prior(FAIRU_CONSTRAINT_PRIOR, FAIRU_PRIOR_LOG_NORMAL, 0.9, 1.2, h);
    check_prior(FAIRU_CONSTRAINT_POISSON, 0, 1.003e6, 1.0, h);
  }
}

static void far_constraints_are_those_of_the_values(void **state)
{
  (void)state;
  fairu_param param = { .constraint = FAIRU_CONSTRAINT_POISSON, .tau = 30.0, .width = 0.3 };
  for (int kind = 0; kind < 3; kind++) {
    double at_a[3], at_b[3];
    param.constraint = kind == 0 ? FAIRU_CONSTRAINT_POISSON : FAIRU_CONSTRAINT_PRIOR;
    param.prior = kind == 1 ? FAIRU_PRIOR_GAUSSIAN : FAIRU_PRIOR_LOG_NORMAL;
    fairu_param__constraint(&param, 2.3, 25.0, at_a);
    fairu_param__constraint(&param, 0.4, 25.0, at_b);
    CHECK_CLOSE(fairu_param__difference(&param, 2.3, 0.4, 25.0), at_a[0] - at_b[0], 1e-13);
    assert_true(fairu_param__difference(&param, 0.4, 0.4, 25.0) == 0.0);
  }
  param.constraint = FAIRU_CONSTRAINT_POISSON;
  CHECK_CLOSE(fairu_param__difference(&param, 0.5, 0.0, 0.0), 15.0, 1e-15);
}

static void check(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data, const double *a,
                  const double *b, size_t n)
{
  double at_a[2], at_b[2], ab, ba;
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, a, n, at_a, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, b, n, at_b, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll_difference(lh, ctx, data, a, b, n, &ab));
  CHECK_OK(ctx, fairu_likelihood_nll_difference(lh, ctx, data, b, a, n, &ba));
  CHECK_NEAR(ab, (at_a[0] + at_a[1]) - (at_b[0] + at_b[1]), 1e-12);
  CHECK_NEAR(ab, -ba, 1e-13);
}

static void channels_agree_with_their_values(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_observed_create(ctx, &lh, &data));
  check(ctx, lh, data, channel_point, channel_nominal, CHANNEL_PARAMS);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

/* Along mu at the minimum of Asimov data: H h^2 / 2, of the order of 1e-12, where values of order 1 have lost it. */
static void channels_keep_digits_near_a_minimum(void **state)
{
  (void)state;
  enum { n = CHANNEL_PARAMS };
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nll[2], h[n * n], a[n], difference;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(lh, ctx, channel_point, n, data));
  CHECK_OK(ctx, fairu_likelihood_nll(lh, ctx, data, channel_point, n, nll, NULL, h));
  memcpy(a, channel_point, sizeof a);
  a[CHANNEL_MU] += 1e-6;
  CHECK_OK(ctx, fairu_likelihood_nll_difference(lh, ctx, data, a, channel_point, n, &difference));
  CHECK_CLOSE(difference, 0.5 * h[CHANNEL_MU * n + CHANNEL_MU] * 1e-12, 1e-5);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void templates_agree_with_their_values(void **state)
{
  (void)state;
  static const double a[small_params] = { 1.2, 0.9, 1.05, 0.3, -0.2 };
  static const double b[small_params] = { 1.0, 1.0, 1.0, -0.1, 0.3 };
  fairu_context *ctx = support_context();
  for (int which = 0; which < 4; which++) {
    const small_options o = { .mc_stat = which & 1 ? FAIRU_MC_STAT_MOVING : FAIRU_MC_STAT_NONE,
                              .moving = which & 2,
                              .kind = which & 1 ? FAIRU_CONSTRAINT_AUXILIARY : FAIRU_CONSTRAINT_PRIOR,
                              .prior = FAIRU_PRIOR_TABULATED,
                              .interpolation = FAIRU_INTERPOLATION_LOG };
    small_model m;
    CHECK_OK(ctx, small_create(ctx, &o, &m));
    check(ctx, m.likelihood, m.data, a, b, small_params);
    small_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL, *other = NULL;
  fairu_data *data = NULL, *foreign = NULL;
  double p[CHANNEL_PARAMS], d = 7.0;
  memcpy(p, channel_point, sizeof p);
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  CHECK_OK(ctx, channel_likelihood_create(ctx, &other, &foreign));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_nll_difference(lh, ctx, foreign, p, p, CHANNEL_PARAMS, &d));
  CHECK_SAYS(ctx, "another likelihood");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_likelihood_nll_difference(lh, ctx, data, p, p, 3, &d));
  p[CHANNEL_SHAPE] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_likelihood_nll_difference(lh, ctx, data, channel_point, p, CHANNEL_PARAMS, &d));
  p[CHANNEL_SHAPE] = 1.0;
  p[CHANNEL_MU] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_nll_difference(lh, ctx, data, channel_point, p, CHANNEL_PARAMS, &d));
  assert_true(d == 7.0);
  fairu_data_destroy(data);
  fairu_data_destroy(foreign);
  fairu_likelihood_destroy(lh);
  fairu_likelihood_destroy(other);
  fairu_context_destroy(ctx);
}

static int body(fairu_context *ctx, void *unused)
{
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double d;
  (void)unused;
  int status = channel_likelihood_create(ctx, &lh, &data);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_nll_difference(lh, ctx, data, channel_point, channel_nominal, CHANNEL_PARAMS, &d);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(body, NULL) > 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(constraints_keep_the_digits_of_small_differences),
    cmocka_unit_test(far_constraints_are_those_of_the_values),
    cmocka_unit_test(channels_agree_with_their_values),
    cmocka_unit_test(channels_keep_digits_near_a_minimum),
    cmocka_unit_test(templates_agree_with_their_values),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
