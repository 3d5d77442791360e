/* Constraint densities: values and derivatives against long double, closed forms and lgamma. */
#include "likelihood/param.h"

#include "support/support.h"

/* aux [y - ln(1 + y)] with y = r / aux, r = tau theta - aux: a series near 0, the logarithm elsewhere. */
static long double poisson_reference(long double aux, long double r)
{
  const long double y = r / aux;
  if (fabsl(y) > 1e-3L)
    return r - aux * log1pl(y);
  return aux * y * y * (0.5L - y * (1.0L / 3 - y * (0.25L - y * (0.2L - y / 6))));
}

static void poisson_keeps_its_digits_for_any_scale(void **state)
{
  (void)state;
  static const double taus[] = { 0.0009765625, 0.75, 4.0, 250.0, 1e6, 1e11, 1e14 };
  for (size_t t = 0; t < sizeof taus / sizeof *taus; t++) {
    const double tau = taus[t], aux = floor(1.03 * tau) + 0.5;
    const fairu_param param = { .constraint = FAIRU_CONSTRAINT_POISSON, .tau = tau, .aux = aux };
    for (int k = -8; k <= 8; k++) { /* pulls of up to 4, and far away */
      const double far = abs(k) > 6 ? 3.0 : 1.0;
      const double wish = fmax(1e-3, aux / tau + 0.5 * k / sqrt(tau) * far);
      const double theta = ldexp(nearbyint(ldexp(wish, 30)), -30); /* tau theta is exact in long double */
      const long double r = (long double)tau * theta - aux;
      const long double wanted = poisson_reference(aux, r);
      double value[3];
      fairu_param__constraint(&param, theta, aux, value);
      CHECK_CLOSE(value[0], (double)wanted, 3e-15);
      CHECK_CLOSE(value[1], (double)(r / theta), 3e-16);
      CHECK_CLOSE(value[2], (double)((long double)aux / theta / theta), 1e-15);
      assert_true(value[0] >= 0.0);
    }
  }
}

static void poisson_of_an_empty_count_is_its_mean(void **state)
{
  (void)state;
  const fairu_param param = { .constraint = FAIRU_CONSTRAINT_POISSON, .tau = 3.0 };
  double value[3];
  fairu_param__constraint(&param, 0.4, 0.0, value);
  assert_true(value[0] == 3.0 * 0.4 && value[1] == 3.0 && value[2] == 0.0);
  fairu_param__constraint(&param, 0.0, 0.0, value);
  assert_true(value[0] == 0.0 && value[1] == 3.0);
  fairu_param__constraint(&param, 0.0, 2.0, value);
  assert_true(!isfinite(value[0]));
  fairu_param__constraint(&param, -0.1, 0.0, value);
  assert_true(!isfinite(value[0]));
  assert_true(fairu_param__constant(&param, 0.0) == 0.0);
}

/* Term and constant together are -ln of the Poisson probability. */
static void poisson_with_its_constant_is_a_probability(void **state)
{
  (void)state;
  for (int n = 0; n < 200; n += n < 20 ? 1 : 17) {
    const fairu_param param = { .constraint = FAIRU_CONSTRAINT_POISSON, .tau = 7.5 };
    double value[3];
    fairu_param__constraint(&param, 1.6, n, value);
    const double wanted = 12.0 - n * log(12.0) + lgamma(n + 1.0);
    CHECK_CLOSE(value[0] + fairu_param__constant(&param, n), wanted, 2e-14);
  }
}

/* Derivatives by differences in long double, of any density. */
static void check_slopes(const fairu_param *param, double theta, double aux)
{
  const double h = 1e-5 * fabs(theta);
  double at[3], below[3], above[3];
  fairu_param__constraint(param, theta, aux, at);
  fairu_param__constraint(param, theta - h, aux, below);
  fairu_param__constraint(param, theta + h, aux, above);
  CHECK_NEAR((above[0] - below[0]) / (2.0 * h), at[1], 1e-8 * (1.0 + fabs(at[2])));
  CHECK_NEAR((above[1] - below[1]) / (2.0 * h), at[2], 1e-7 * (1.0 + fabs(at[2])));
}

static void densities_have_their_derivatives(void **state)
{
  (void)state;
  fairu_param param = { .constraint = FAIRU_CONSTRAINT_POISSON, .tau = 30.0 };
  check_slopes(&param, 0.8, 31.0);
  check_slopes(&param, 4.0, 2.0);
  param.constraint = FAIRU_CONSTRAINT_PRIOR;
  param.width = 0.3;
  param.prior = FAIRU_PRIOR_GAUSSIAN;
  check_slopes(&param, 1.4, 0.9);
  param.prior = FAIRU_PRIOR_LOG_NORMAL;
  check_slopes(&param, 1.4, 0.9);
  param.constraint = FAIRU_CONSTRAINT_NONE;
  double value[3];
  fairu_param__constraint(&param, 1.4, 0.9, value);
  assert_true(value[0] == 0.0 && value[1] == 0.0 && value[2] == 0.0);
}

/* Integral over the auxiliary value, by the trapezoid rule: spectrally exact for these. */
static double integral(const fairu_param *param, double theta, double low, double high)
{
  enum { n = 4000 };
  double sum = 0.0;
  for (int i = 0; i <= n; i++) {
    const double x = low + (high - low) * i / n;
    double value[3];
    fairu_param__constraint(param, theta, param->prior == FAIRU_PRIOR_LOG_NORMAL ? exp(x) : x, value);
    const double aux = param->prior == FAIRU_PRIOR_LOG_NORMAL ? exp(x) : x;
    const double jacobian = param->prior == FAIRU_PRIOR_LOG_NORMAL ? aux : 1.0;
    sum += exp(-value[0] - fairu_param__constant(param, aux)) * jacobian;
  }
  return sum * (high - low) / n;
}

static void constants_normalise_the_density_of_the_auxiliary_value(void **state)
{
  (void)state;
  fairu_param param = { .constraint = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN, .width = 0.25 };
  CHECK_NEAR(integral(&param, 1.3, -2.0, 5.0), 1.0, 1e-12);
  param.prior = FAIRU_PRIOR_LOG_NORMAL;
  CHECK_NEAR(integral(&param, 1.3, -3.0, 4.0), 1.0, 1e-12);
}

static void priors_are_read_and_copied(void **state)
{
  (void)state;
  static const double z[5] = { -2.0, -1.0, 0.0, 1.0, 2.0 }, density[5] = { 0.1, 0.6, 1.0, 0.6, 0.1 };
  fairu_context *ctx = support_context();
  fairu_nuisance prior;
  fairu_param param = { .lower = -HUGE_VAL, .upper = 1.5 }, copy = { 0 };
  double value[3], again[3];
  param.name = fairu_context__copy_string(ctx, "theta", "name");
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  prior.prior = FAIRU_PRIOR_TABULATED;
  prior.table_z = z;
  prior.table_density = density;
  prior.n_table = 5;
  CHECK_OK(ctx, fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
  assert_true(param.lower == -2.0 && param.upper == 1.5);
  CHECK_OK(ctx, fairu_param__copy(ctx, &param, &copy));
  fairu_param__constraint(&param, 1.0, 0.0, value);
  CHECK_NEAR(value[0], -log(0.6), 1e-15);
  fairu_param__clear(fairu_context__allocator(ctx), &param);
  assert_null(param.name);
  fairu_param__constraint(&copy, 1.0, 0.0, again);
  assert_memory_equal(value, again, sizeof value);
  fairu_param__constraint(&copy, 2.5, 0.0, value);
  assert_true(!isfinite(value[0]));
  assert_false(fairu_param__has_aux(&copy));
  assert_true(isnan(fairu_param__error(&copy)) && fairu_param__constant(&copy, 0.0) == 0.0);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_param__check_aux(&copy, ctx, 0.0));
  CHECK_SAYS(ctx, "'theta' has no auxiliary value");
  fairu_param__clear(fairu_context__allocator(ctx), &copy);
  fairu_context_destroy(ctx);
}

/* Simulation is unshifted at one value, the prior has its centre at another. */
static void a_prior_has_its_own_center(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance prior;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  assert_true(isnan(prior.centre));
  for (int kind = FAIRU_PRIOR_GAUSSIAN; kind <= FAIRU_PRIOR_LOG_NORMAL; kind++) {
    fairu_param param = { .lower = 0.1, .upper = 9.0 };
    double value[3];
    prior.prior = kind;
    prior.nominal = 0.5;
    prior.centre = 2.0;
    prior.width = 0.4;
    CHECK_OK(ctx, fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
    assert_true(param.aux == 2.0);
    fairu_param__constraint(&param, 2.0, param.aux, value);
    assert_true(value[0] == 0.0 && value[1] == 0.0);
    prior.centre = (double)NAN;
    CHECK_OK(ctx, fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
    assert_true(param.aux == 0.5);
  }
  fairu_context_destroy(ctx);
}

static void a_wrong_center_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_param param = { .name = NULL, .lower = 0.1, .upper = 9.0 };
  char name[] = "z";
  fairu_nuisance prior;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  param.name = name;
  prior.nominal = 1.0;
  prior.centre = HUGE_VAL;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
  CHECK_SAYS(ctx, "prior of 'z': centre is inf");
  prior.centre = 0.0;
  prior.prior = FAIRU_PRIOR_LOG_NORMAL;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
  CHECK_SAYS(ctx, "centre is 0");
  prior.prior = FAIRU_PRIOR_UNIFORM;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_param__set_prior(&param, ctx, fairu_context__allocator(ctx), &prior));
  CHECK_SAYS(ctx, "prior of 'z': centre is 0; only Gaussian and log-normal priors have one");
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(poisson_keeps_its_digits_for_any_scale),
    cmocka_unit_test(poisson_of_an_empty_count_is_its_mean),
    cmocka_unit_test(poisson_with_its_constant_is_a_probability),
    cmocka_unit_test(densities_have_their_derivatives),
    cmocka_unit_test(constants_normalise_the_density_of_the_auxiliary_value),
    cmocka_unit_test(priors_are_read_and_copied),
    cmocka_unit_test(a_prior_has_its_own_center),
    cmocka_unit_test(a_wrong_center_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
