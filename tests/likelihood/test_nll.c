/* The NLL against its definition, its derivatives against differences, for every variant of the model. */
#include "likelihood/small_model.h"

#include "numeric/polygamma.h"
#include "numeric/special.h"
#include "numeric/stirling.h"

static double nll_at(fairu_context *ctx, const small_model *m, const double *x)
{
  double nll[2] = { NAN, NAN };
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, small_params, nll, NULL, NULL));
  return nll[0] + nll[1];
}

/* Central difference of fn(x_i), extrapolated twice (error h^6). */
typedef void (*vector_fn)(fairu_context *ctx, const small_model *m, const double *x, double *out);

static void value_fn(fairu_context *ctx, const small_model *m, const double *x, double *out)
{
  *out = nll_at(ctx, m, x);
}

static void gradient_fn(fairu_context *ctx, const small_model *m, const double *x, double *out)
{
  double nll[2];
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, small_params, nll, out, NULL));
}

static void difference(fairu_context *ctx, const small_model *m, vector_fn fn, const double *x, size_t i,
                       double h, size_t n, double *out)
{
  double at[3][small_params];
  for (int level = 0; level < 3; level++, h *= 0.5) {
    double up[small_params], down[small_params], y[small_params];
    memcpy(y, x, sizeof y);
    y[i] = x[i] + h;
    fn(ctx, m, y, up);
    y[i] = x[i] - h;
    fn(ctx, m, y, down);
    for (size_t k = 0; k < n; k++)
      at[level][k] = (up[k] - down[k]) / (2.0 * h);
  }
  for (size_t k = 0; k < n; k++) {
    const double a = (4.0 * at[1][k] - at[0][k]) / 3.0, b = (4.0 * at[2][k] - at[1][k]) / 3.0;
    out[k] = (16.0 * b - a) / 15.0;
  }
}

static void check_derivatives(fairu_context *ctx, const small_model *m, const double *x)
{
  double nll[2], gradient[small_params], hessian[small_params * small_params];
  CHECK_OK(ctx, fairu_likelihood_nll(m->likelihood, ctx, m->data, x, small_params, nll, gradient, hessian));
  for (size_t i = 0; i < small_params; i++) {
    double d, row[small_params];
    difference(ctx, m, value_fn, x, i, 0.02, 1, &d);
    CHECK_NEAR(gradient[i], d, 1e-7 * fmax(1.0, fabs(d)));
    difference(ctx, m, gradient_fn, x, i, 0.02, small_params, row);
    for (size_t k = 0; k < small_params; k++) {
      CHECK_NEAR(hessian[i * small_params + k], row[k], 1e-7 * fmax(1.0, fabs(row[k])));
      CHECK_NEAR(hessian[i * small_params + k], hessian[k * small_params + i], 0.0);
    }
  }
}

/* Points away from knots: third derivatives of splines jump there. */
static const double points[3][small_params] = { { 1.0, 1.0, 1.1, 0.26, -0.23 },
                                                { 1.7, 0.8, 1.2, -0.74, 0.77 },
                                                { 0.4, 1.3, 0.9, 0.73, 0.24 } };

static void derivatives_of_every_variant(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const int kinds[6][2] = {
    { FAIRU_CONSTRAINT_NONE, FAIRU_PRIOR_GAUSSIAN },      { FAIRU_CONSTRAINT_PRIOR, FAIRU_PRIOR_GAUSSIAN },
    { FAIRU_CONSTRAINT_PRIOR, FAIRU_PRIOR_UNIFORM },      { FAIRU_CONSTRAINT_PRIOR, FAIRU_PRIOR_TABULATED },
    { FAIRU_CONSTRAINT_AUXILIARY, FAIRU_PRIOR_GAUSSIAN }, { FAIRU_CONSTRAINT_NONE, FAIRU_PRIOR_GAUSSIAN }
  };
  for (int moving = 0; moving < 2; moving++)
    for (int mc_stat = 0; mc_stat < 2; mc_stat++)
      for (int constant = 0; constant < 3; constant++)
        for (int k = 0; k < 6; k++) {
          small_options o = { .constant = constant, .mc_stat = mc_stat, .moving = moving };
          small_model m;
          o.kind = kinds[k][0];
          o.prior = kinds[k][1];
          o.interpolation = k == 5 ? FAIRU_INTERPOLATION_LINEAR : FAIRU_INTERPOLATION_LOG;
          CHECK_OK(ctx, small_create(ctx, &o, &m));
          check_derivatives(ctx, &m, points[(moving + k) % 3]);
          small_destroy(&m);
        }
  fairu_context_destroy(ctx);
}

/* The value from its definition in long double. */
static void value_is_the_poisson_probability(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int moving = 0; moving < 2; moving++)
    for (int constant = 0; constant < 3; constant++) {
      const small_options o = {
        .constant = constant, .moving = moving, .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN
      };
      small_model m;
      double nu[small_bins], n[small_bins], nll[2];
      const double *x = points[0];
      CHECK_OK(ctx, small_create(ctx, &o, &m));
      CHECK_OK(ctx, fairu_likelihood_expected(m.likelihood, ctx, x, small_params, nu));
      CHECK_OK(ctx, fairu_data_observed(m.data, ctx, x, small_params, n));
      CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, small_params, nll, NULL, NULL));
      long double sum = 0.5L * (x[3] - 0.1) * (x[3] - 0.1) / (0.4L * 0.4L), constants = 0.0L;
      for (size_t j = 0; j < small_bins; j++) {
        const long double lg =
            (long double)fairu_log_gamma(n[j] + (constant == FAIRU_CONSTANT_PUBLISHED ? 0.0 : 1.0));
        sum += (long double)nu[j] - n[j] + n[j] * logl((long double)n[j] / nu[j]);
        if (constant != FAIRU_CONSTANT_SATURATED)
          constants += lg - n[j] * logl(n[j]) + n[j];
      }
      CHECK_CLOSE(nll[0], (double)sum, 1e-13);
      CHECK_NEAR(nll[1], (double)constants, 1e-11);
      small_destroy(&m);
    }
  fairu_context_destroy(ctx);
}

/* With tiny variances the gamma has nothing to say; with any, profiling by hand gives the same. */
static void gamma_is_profiled(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING };
  small_model m;
  double nu[small_bins], n[small_bins], variance[3 * small_bins], nll[2];
  const double *x = points[1];
  const double phi[3] = { x[0], x[1] * x[2], 1.0 };
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, fairu_likelihood_expected(m.likelihood, ctx, x, small_params, nu));
  CHECK_OK(ctx, fairu_data_observed(m.data, ctx, x, small_params, n));
  CHECK_OK(ctx, fairu_templates_evaluate_variance(m.templates, ctx, x + 3, 2, variance, NULL, NULL));
  CHECK_OK(ctx, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, small_params, nll, NULL, NULL));
  double sum = 0.0;
  for (size_t j = 0; j < small_bins; j++) {
    double v = 0.0, lower = 0.01, upper = 5.0;
    for (size_t p = 0; p < 3; p++)
      v += phi[p] * phi[p] * variance[p * small_bins + j];
    const double d2 = v / (nu[j] * nu[j]);
    for (int i = 0; i < 200; i++) { /* derivative in gamma rises: bisect */
      const double g = 0.5 * (lower + upper);
      if (nu[j] - n[j] / g + (g - 1.0) / d2 > 0.0)
        upper = g;
      else
        lower = g;
    }
    sum +=
        lower * nu[j] - n[j] + n[j] * log(n[j] / (lower * nu[j])) + 0.5 * (lower - 1.0) * (lower - 1.0) / d2;
  }
  CHECK_CLOSE(nll[0], sum, 1e-12);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

static void asimov_is_stationary(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int kind = 0; kind < 3; kind++) {
    const small_options o = { .kind = kind, .prior = FAIRU_PRIOR_GAUSSIAN, .mc_stat = kind == 1 };
    small_model m;
    double nll[2], gradient[small_params], value;
    CHECK_OK(ctx, small_create(ctx, &o, &m));
    CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, points[2], small_params, m.data));
    CHECK_OK(ctx,
             fairu_likelihood_nll(m.likelihood, ctx, m.data, points[2], small_params, nll, gradient, NULL));
    CHECK_NEAR(nll[0], 0.0, 1e-12);
    for (size_t i = 0; i < small_params; i++)
      CHECK_NEAR(gradient[i], 0.0, 1e-11);
    if (kind == FAIRU_CONSTRAINT_PRIOR) {
      CHECK_OK(ctx, fairu_data_aux(m.data, ctx, 3, &value));
      CHECK_NEAR(value, points[2][3], 0.0);
    }
    small_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

static void stirling_terms_are_those_of_gamma(void **state)
{
  (void)state;
  for (double n = 0.01; n < 1e7; n *= 1.37) {
    double s[3];
    fairu_stirling__terms(n, s);
    CHECK_NEAR(s[0], fairu_poisson__saturated(n), 1e-14 * (1.0 + fabs(n)) /* ulp of ln 10! */);
    CHECK_NEAR(s[1] + log(n), digamma(n + 1.0), 1e-14 * (1.0 + fabs(log(n))));
    CHECK_CLOSE(s[2] + 1.0 / n, trigamma(n + 1.0), 1e-13);
  }
}

static void bad_points_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };
  small_model m, other;
  double nll[2] = { -1.0, -1.0 }, x[small_params];
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  CHECK_OK(ctx, small_create(ctx, &o, &other));
  memcpy(x, points[0], sizeof x);
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, 4, nll, NULL, NULL));
  CHECK_SAYS(ctx, "5 parameters, got 4");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_likelihood_nll(m.likelihood, ctx, other.data, x, 5, nll, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_likelihood_nll(m.likelihood, ctx, NULL, x, 5, nll, NULL, NULL));
  x[4] = 1.01;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_nll(m.likelihood, ctx, m.data, x, 5, nll, NULL, NULL));
  CHECK_SAYS(ctx, "params[4] (b) is 1.01");
  x[4] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_nll(m.likelihood, ctx, m.data, x, 5, nll, NULL, NULL));
  x[4] = 0.0;
  x[0] = -100.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD,
              fairu_likelihood_nll(m.likelihood, ctx, m.data, x, 5, nll, NULL, NULL));
  CHECK_SAYS(ctx, "bin 0 expects -");
  assert_true(nll[0] == -1.0 && nll[1] == -1.0);
  small_destroy(&m);
  small_destroy(&other);
  fairu_context_destroy(ctx);
}

static int evaluate_body(fairu_context *ctx, void *data)
{
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .moving = 1,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .prior = FAIRU_PRIOR_GAUSSIAN };
  small_model m;
  double nll[2], gradient[small_params], hessian[small_params * small_params], nu[small_bins];
  (void)data;
  int status = small_create(ctx, &o, &m);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(m.likelihood, ctx, m.data, points[0], small_params, nll, gradient, hessian);
  if (status == FAIRU_OK)
    status = fairu_likelihood_expected(m.likelihood, ctx, points[0], small_params, nu);
  if (status == FAIRU_OK)
    status = fairu_data_observed(m.data, ctx, points[0], small_params, nu);
  small_destroy(&m);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(evaluate_body, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(derivatives_of_every_variant),
    cmocka_unit_test(value_is_the_poisson_probability),
    cmocka_unit_test(gamma_is_profiled),
    cmocka_unit_test(asimov_is_stationary),
    cmocka_unit_test(stirling_terms_are_those_of_gamma),
    cmocka_unit_test(bad_points_are_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
