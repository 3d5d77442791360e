/* Numbers near the end of the range of doubles: refused with what went over, never a NaN or an infinity that is called a result, and
 * nothing is written. */
#include "likelihood/counting.h"

static const double huge = 1e308;

typedef struct overflow {
  fairu_context *ctx;
  counting c;
  double params[1];
} overflow;

static overflow begin(void)
{
  overflow o = { .ctx = support_context(),
                 .c = { .s = 5.0, .b = 10.0, .n = 13.0, .upper = (double)INFINITY },
                 .params = { huge } };
  CHECK_OK(o.ctx, counting_create(o.ctx, &o.c));
  return o;
}

static void end(overflow *o)
{
  counting_destroy(&o->c);
  fairu_context_destroy(o->ctx);
}

static void yields_stay_numbers(void **state)
{
  (void)state;
  overflow o = begin();
  const double covariance[1] = { 1.0 };
  double nu = -1.0, error = -1.0, observed = 0.0;
  CHECK_FAILS(o.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_expected(o.c.likelihood, o.ctx, o.params, 1, &nu));
  CHECK_SAYS(o.ctx, "bin 0 expects inf");
  CHECK_FAILS(o.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_expected_sample(o.c.likelihood, o.ctx, 0, o.params, 1, &nu));
  CHECK_FAILS(
      o.ctx, FAIRU_ERR_NON_FINITE,
      fairu_likelihood_yields(o.c.likelihood, o.ctx, o.params, covariance, 1, &nu, &error, NULL, NULL));
  CHECK_SAYS(o.ctx, "bin 0 expects inf");
  assert_true(nu == -1.0 && error == -1.0);
  CHECK_FAILS(o.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_asimov(o.c.likelihood, o.ctx, o.params, 1, o.c.data));
  CHECK_SAYS(o.ctx, "bin 0 expects inf");
  CHECK_FAILS(o.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_toy(o.c.likelihood, o.ctx, o.params, 1, 1, 1, o.c.data));
  CHECK_OK(o.ctx, fairu_data_observed(o.c.data, o.ctx, NULL, 1, &observed));
  assert_true(observed == 13.0);
  end(&o);
}

static void values_stay_numbers(void **state)
{
  (void)state;
  overflow o = begin();
  const double one[1] = { 1.0 }, two[1] = { 2.0 };
  double nll[2] = { -1.0, -1.0 }, difference = -1.0, most = 1e308;
  CHECK_OK(o.ctx, fairu_data_set_observed(o.c.data, o.ctx, &most, 1));
  CHECK_FAILS(o.ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_nll(o.c.likelihood, o.ctx, o.c.data, one, 1, nll, NULL, NULL));
  CHECK_SAYS(o.ctx, "too large");
  assert_true(nll[0] == -1.0 && nll[1] == -1.0);
  const int status =
      fairu_likelihood_nll_difference(o.c.likelihood, o.ctx, o.c.data, one, two, 1, &difference);
  assert_true(status == FAIRU_OK ? isfinite(difference) : difference == -1.0);
  end(&o);
}

static void significances_stay_numbers(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double z = -1.0;
  CHECK_OK(ctx, fairu_significance_asimov(ctx, 1.0, 1e300, 1.0, &z));
  CHECK_CLOSE(z, 1e-150, 1e-14); /* s / sqrt(b) */
  CHECK_OK(ctx, fairu_significance_asimov(ctx, 1.0, 1e308, 1.0, &z));
  CHECK_CLOSE(z, 1e-154, 1e-14);
  const double numbers[] = { 1e308, 1e200, 1.0, 1e-200, 5e-324 };
  for (size_t i = 0; i < 125; i++) {
    const double s = numbers[i % 5], b = numbers[i / 5 % 5], sigma = numbers[i / 25];
    const int status[3] = { fairu_significance_ams(ctx, s, b, 0.0, &z),
                            fairu_significance_asimov(ctx, s, b, sigma, &z),
                            fairu_significance_ams1(ctx, s, b, sigma, &z) };
    for (size_t k = 0; k < 3; k++)
      assert_true(status[k] == FAIRU_OK || status[k] == FAIRU_ERR_RANGE);
    assert_true(isfinite(z) && z >= 0.0);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(yields_stay_numbers),
                                      cmocka_unit_test(values_stay_numbers),
                                      cmocka_unit_test(significances_stay_numbers) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
