/* The baseline likelihood against closed forms: polynomials, NLL, derivatives, fits; what is refused. */
#include "support/support.h"

enum { BINS = 4, NUISANCES = 2, PARAMS = 3, POWERS = 4 };

static const fairu_challenge_baseline_nuisance two[NUISANCES] = { { "a", 1.0, 0.02, 0.9, 1.1 },
                                                                  { "b", 0.0, 1.0, 0.0, 5.0 } };

/* Cubics in a - 1 and b, expanded in a: [nuisance][bin][power]. */
static void expand(const double c[POWERS], double about, double *out)
{
  const double m = -about;
  out[0] = c[0];
  out[1] = 3.0 * c[0] * m + c[1];
  out[2] = 3.0 * c[0] * m * m + 2.0 * c[1] * m + c[2];
  out[3] = c[0] * m * m * m + c[1] * m * m + c[2] * m + c[3];
}

/* Coefficients of (x - nominal), highest first. */
static void shape(int background, size_t k, size_t i, double c[POWERS])
{
  const double x = (double)i, size = background ? 900.0 - 150.0 * x : 20.0 + 15.0 * x, step = k ? 1.0 : 20.0;
  c[0] = 0.002 * size * step * step * step * sin(x + (double)k);
  c[1] = -0.01 * size * step * step * cos(2.0 * x);
  c[2] = 0.05 * size * step * cos(x - (double)background);
  c[3] = size;
}

static fairu_challenge_baseline *small(fairu_context *ctx)
{
  double signal[NUISANCES * BINS * POWERS], background[NUISANCES * BINS * POWERS], c[POWERS];
  fairu_challenge_baseline *b = NULL;
  for (size_t k = 0; k < NUISANCES; k++)
    for (size_t i = 0; i < BINS; i++) {
      shape(0, k, i, c);
      expand(c, two[k].nominal, signal + (k * BINS + i) * POWERS);
      shape(1, k, i, c);
      expand(c, two[k].nominal, background + (k * BINS + i) * POWERS);
    }
  CHECK_OK(ctx,
           fairu_challenge_baseline_create(ctx, two, NUISANCES, BINS, POWERS - 1, signal, background, &b));
  return b;
}

static double value_of(int background, size_t k, size_t i, double alpha)
{
  double c[POWERS];
  const double x = alpha - two[k].nominal;
  shape(background, k, i, c);
  return ((c[0] * x + c[1]) * x + c[2]) * x + c[3];
}

static void yields_by_hand(const double *params, double *nu)
{
  for (size_t i = 0; i < BINS; i++) {
    double s = 0.0, b = 0.0;
    for (size_t k = 0; k < NUISANCES; k++) {
      s += value_of(0, k, i, params[1 + k]) / NUISANCES;
      b += value_of(1, k, i, params[1 + k]) / NUISANCES;
    }
    nu[i] = fmax(params[0] * s + b, 1e-10);
  }
}

static void defaults_are_six(void **state)
{
  (void)state;
  static const char *const names[6] = {
    "tes", "bkg_scale", "jes", "soft_met", "ttbar_scale", "diboson_scale"
  };
  for (size_t i = 0; i < 6; i++) {
    const fairu_challenge_baseline_nuisance *n = fairu_challenge_baseline_nuisance_default(i);
    assert_string_equal(n->name, names[i]);
    assert_true(n->width > 0.0 && n->lower <= n->nominal && n->nominal < n->upper);
  }
  assert_true(fairu_challenge_baseline_nuisance_default(3)->width == 3.0);
  assert_null(fairu_challenge_baseline_nuisance_default(6));
  assert_int_equal(fairu_challenge_baseline_n_bins(NULL), 0);
  assert_int_equal(fairu_challenge_baseline_n_nuisances(NULL), 0);
  fairu_challenge_baseline_destroy(NULL);
}

static void polynomials_are_those_given(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  double s[BINS], t[BINS];
  assert_int_equal(fairu_challenge_baseline_n_bins(b), BINS);
  assert_int_equal(fairu_challenge_baseline_n_nuisances(b), NUISANCES);
  for (size_t k = 0; k < NUISANCES; k++)
    for (int step = 0; step <= 8; step++) {
      const double alpha = two[k].lower + (two[k].upper - two[k].lower) * step / 8.0;
      CHECK_OK(ctx, fairu_challenge_baseline_polynomials(b, ctx, k, alpha, s, NULL));
      CHECK_OK(ctx, fairu_challenge_baseline_polynomials(b, ctx, k, alpha, NULL, t));
      for (size_t i = 0; i < BINS; i++) {
        CHECK_CLOSE(s[i], value_of(0, k, i, alpha), 1e-12);
        CHECK_CLOSE(t[i], value_of(1, k, i, alpha), 1e-12);
      }
    }
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

static const double observed[BINS] = { 940.0, 760.0, 0.0, 512.5 };

static const double points[4][PARAMS] = {
  { 1.0, 1.0, 0.0 }, { 2.5, 0.95, 3.0 }, { -1.5, 1.07, 0.5 }, { 10.0, 1.1, 5.0 }
};

static void nll_is_its_definition(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  for (size_t p = 0; p < 4; p++) {
    double nu[BINS], nll;
    const double *x = points[p];
    yields_by_hand(x, nu);
    double sum = 0.5 * (x[1] - 1.0) * (x[1] - 1.0) / (0.02 * 0.02) + 0.5 * x[2] * x[2];
    for (size_t i = 0; i < BINS; i++)
      sum += nu[i] - observed[i] * log(nu[i]);
    CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, observed, BINS, x, PARAMS, &nll, NULL, NULL));
    CHECK_CLOSE(nll, sum, 1e-12);
  }
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

/* Central difference of the value (component PARAMS) or of one component of the gradient, extrapolated. */
static double difference(fairu_context *ctx, const fairu_challenge_baseline *b, const double *x, size_t i,
                         double h, size_t component)
{
  double slope[3];
  for (int level = 0; level < 3; level++, h *= 0.5) {
    double at[2] = { 0.0, 0.0 };
    for (int side = 0; side < 2; side++) {
      double y[PARAMS], g[PARAMS + 1];
      memcpy(y, x, sizeof y);
      y[i] += side ? -h : h;
      CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, observed, BINS, y, PARAMS, g + PARAMS, g, NULL));
      at[side] = g[component];
    }
    slope[level] = (at[0] - at[1]) / (2.0 * h);
  }
  const double a = (4.0 * slope[1] - slope[0]) / 3.0, c = (4.0 * slope[2] - slope[1]) / 3.0;
  return (16.0 * c - a) / 15.0;
}

static void derivatives_agree_with_differences(void **state)
{
  (void)state;
  static const double step[PARAMS] = { 0.1, 0.004, 0.1 };
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  for (size_t p = 0; p < 4; p++) {
    double nll, g[PARAMS], h[PARAMS * PARAMS];
    CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, observed, BINS, points[p], PARAMS, &nll, g, h));
    for (size_t i = 0; i < PARAMS; i++) {
      CHECK_NEAR(g[i], difference(ctx, b, points[p], i, step[i], PARAMS), 1e-7 * fmax(1.0, fabs(g[i])));
      for (size_t k = 0; k < PARAMS; k++) {
        const double size = sqrt(fabs(h[i * PARAMS + i] * h[k * PARAMS + k]));
        CHECK_NEAR(h[i * PARAMS + k], difference(ctx, b, points[p], i, step[i], k), 1e-7 * fmax(1.0, size));
        assert_true(h[i * PARAMS + k] == h[k * PARAMS + i]);
      }
    }
  }
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

/* One flat nuisance: S and B of each bin are constants. */
static fairu_challenge_baseline *flat(fairu_context *ctx, size_t n_bins, const double *signal,
                                      const double *background)
{
  const fairu_challenge_baseline_nuisance one = { "a", 0.0, 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_challenge_baseline *b = NULL;
  CHECK_OK(ctx, fairu_challenge_baseline_create(ctx, &one, 1, n_bins, 0, signal, background, &b));
  return b;
}

static void yields_have_a_floor(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s[2] = { 10.0, 1.0 }, t[2] = { 20.0, 50.0 }, n[2] = { 3.0, 40.0 }, x[2] = { -3.0, 0.0 };
  double nll, g[2], h[4];
  fairu_challenge_baseline *b = flat(ctx, 2, s, t);
  CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, n, 2, x, 2, &nll, g, h));
  CHECK_CLOSE(nll, 1e-10 - 3.0 * log(1e-10) + 47.0 - 40.0 * log(47.0), 1e-13);
  CHECK_CLOSE(g[0], 1.0 - 40.0 / 47.0, 1e-13);
  CHECK_CLOSE(h[0], 40.0 / (47.0 * 47.0), 1e-13);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

static void counting_has_a_closed_form(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 25.0, t = 400.0, n = 470.0;
  double x[2], e[2];
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  fairu_challenge_baseline *b = flat(ctx, 1, &s, &t);
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, &n, 1, NULL, x, e, 2, &r));
  const double mu = (n - t) / s, error = sqrt(n) / s;
  CHECK_CLOSE(r.mu_hat, mu, 1e-9);
  CHECK_CLOSE(r.p16, mu - error, 1e-8);
  CHECK_CLOSE(r.p84, mu + error, 1e-8);
  CHECK_CLOSE(r.delta_mu_hat, 2.0 * error, 1e-8);
  CHECK_CLOSE(r.nll, n - n * log(n), 1e-12);
  assert_int_equal(r.n_at_limit, 0);
  assert_true(x[0] == r.mu_hat);
  CHECK_NEAR(x[1], 0.0, 1e-9);
  CHECK_CLOSE(e[1], 1.0, 1e-9); /* the penalty alone */
  const double many = 1e5;
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, &many, 1, NULL, x, e, 2, &r));
  assert_true(r.mu_hat == 50.0 && isnan(r.p16) && isnan(r.p84) && isnan(e[0]));
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

static void fits_give_back_what_data_were_made_with(void **state)
{
  (void)state;
  static const double truth[PARAMS] = { 2.2, 1.012, 0.8 };
  static const unsigned char fixed[NUISANCES] = { 0, 0 };
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  double n[BINS], x[PARAMS], e[PARAMS], g[PARAMS], nll;
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  yields_by_hand(truth, n);
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, n, BINS, NULL, x, e, PARAMS, &r));
  CHECK_OK(ctx, fairu_challenge_baseline_nll(b, ctx, n, BINS, x, PARAMS, &nll, g, NULL));
  for (size_t i = 0; i < PARAMS; i++) { /* penalties pull, but the slope is 0 */
    CHECK_NEAR(g[i] * e[i], 0.0, 1e-4);
    assert_true(fabs(x[i] - truth[i]) < 1.5 * e[i]);
  }
  assert_true(nll == r.nll);
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, n, BINS, fixed, x, e, PARAMS, &r));
  assert_true(x[1] == 1.0 && x[2] == 0.0 && isnan(e[1]) && isnan(e[2]));
  assert_int_equal(r.n_at_limit, 0);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

/* b wants to go below its limit: the fit is that with b fixed there. */
static void limits_are_respected(void **state)
{
  (void)state;
  static const unsigned char only_b[NUISANCES] = { 0, 1 }, none[NUISANCES] = { 0, 0 };
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  double n[BINS], x[PARAMS], y[PARAMS], e[PARAMS], f[PARAMS];
  fairu_challenge_baseline_result r = { .struct_size = sizeof r }, q = { .struct_size = sizeof q };
  yields_by_hand((const double[PARAMS]){ 1.0, 1.0, -1.5 }, n);
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, n, BINS, only_b, x, e, PARAMS, &r));
  CHECK_OK(ctx, fairu_challenge_baseline_fit(b, ctx, n, BINS, none, y, f, PARAMS, &q));
  assert_int_equal(r.n_at_limit, 1);
  assert_true(x[2] == 0.0 && isnan(e[2]));
  CHECK_CLOSE(x[0], y[0], 1e-9);
  CHECK_CLOSE(e[0], f[0], 1e-9);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

/* ---- what is refused ---------------------------------------------------------------------------------- */

static void refuse(fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances, size_t n,
                   size_t bins, size_t degree, const double *c, int code, const char *says)
{
  fairu_challenge_baseline *b = (fairu_challenge_baseline *)&code; /* must become NULL */
  CHECK_FAILS(ctx, code, fairu_challenge_baseline_create(ctx, nuisances, n, bins, degree, c, c, &b));
  CHECK_SAYS(ctx, says);
  assert_null(b);
}

static void wrong_models_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double c[NUISANCES * BINS * POWERS] = { 0.0 };
  fairu_challenge_baseline_nuisance n[NUISANCES] = { two[0], two[1] };
  refuse(ctx, n, 0, 4, 3, c, FAIRU_ERR_RANGE, "0 nuisances, 4 bins");
  refuse(ctx, n, 2, 0, 3, c, FAIRU_ERR_RANGE, "2 nuisances, 0 bins");
  refuse(ctx, n, 2, 4, 31, c, FAIRU_ERR_RANGE, "degree 31, at most 30");
  refuse(ctx, n, 2, SIZE_MAX / 8, 3, c, FAIRU_ERR_RANGE, "bins of 2 nuisances");
  c[(BINS + 2) * POWERS + 1] = NAN;
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_NON_FINITE, "signal of 'b', bin 2: coefficient 1 is nan");
  c[(BINS + 2) * POWERS + 1] = 0.0;
  n[1].width = 0.0;
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_RANGE, "width of 'b' is 0");
  n[1].nominal = 5.5;
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_RANGE, "'b' is nominally 5.5, not within 0 to 5");
  n[1].nominal = NAN;
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_NON_FINITE, "'b' is nominally nan");
  n[1].name = "a";
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_DUPLICATE, "two nuisances are named 'a'");
  n[1].name = "";
  refuse(ctx, n, 2, 4, 3, c, FAIRU_ERR_ARGUMENT, "nuisances[1] has no name");
  fairu_context_destroy(ctx);
}

static void wrong_data_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_baseline *b = small(ctx);
  double n[BINS] = { 1.0, 2.0, 3.0, 4.0 }, x[PARAMS] = { 1.0, 1.0, 0.0 }, nll = 7.0;
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_baseline_nll(b, ctx, n, 3, x, PARAMS, &nll, NULL, NULL));
  CHECK_SAYS(ctx, "observed has 3 bins, not 4");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_baseline_nll(b, ctx, n, BINS, x, 2, &nll, NULL, NULL));
  CHECK_SAYS(ctx, "2 parameters, not 3");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_baseline_fit(b, ctx, n, BINS, NULL, x, NULL, 2, &r));
  CHECK_SAYS(ctx, "2 parameters, not 3");
  x[2] = HUGE_VAL;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_challenge_baseline_nll(b, ctx, n, BINS, x, PARAMS, &nll, NULL, NULL));
  CHECK_SAYS(ctx, "params[2] (b) is inf");
  x[2] = 1e200;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_challenge_baseline_nll(b, ctx, n, BINS, x, PARAMS, &nll, NULL, NULL));
  CHECK_SAYS(ctx, "NLL is");
  n[1] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_challenge_baseline_fit(b, ctx, n, BINS, NULL, NULL, NULL, PARAMS, &r));
  CHECK_SAYS(ctx, "observed[1] is -1");
  n[1] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_challenge_baseline_fit(b, ctx, n, BINS, NULL, NULL, NULL, PARAMS, &r));
  CHECK_SAYS(ctx, "observed[1] is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_baseline_polynomials(b, ctx, 2, 1.0, n, n));
  CHECK_SAYS(ctx, "nuisance 2 of 2");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_challenge_baseline_polynomials(b, ctx, 0, NAN, n, n));
  CHECK_SAYS(ctx, "'a' is nan");
  n[1] = 2.0;
  r.struct_size = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_challenge_baseline_fit(b, ctx, n, BINS, NULL, NULL, NULL, PARAMS, &r));
  assert_true(nll == 7.0);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

/* Nothing tells mu: the outputs say so. */
static void without_signal_mu_is_flat(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 0.0, t = 400.0, n = 470.0;
  double x[2];
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  fairu_challenge_baseline *b = flat(ctx, 1, &s, &t);
  CHECK_FAILS(ctx, FAIRU_ERR_FLAT, fairu_challenge_baseline_fit(b, ctx, &n, 1, NULL, x, NULL, 2, &r));
  CHECK_SAYS(ctx, "fit of the baseline");
  assert_true(r.mu_hat == 1.0 && isnan(r.p16) && x[0] == 1.0);
  fairu_challenge_baseline_destroy(b);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(defaults_are_six),
    cmocka_unit_test(polynomials_are_those_given),
    cmocka_unit_test(nll_is_its_definition),
    cmocka_unit_test(derivatives_agree_with_differences),
    cmocka_unit_test(yields_have_a_floor),
    cmocka_unit_test(counting_has_a_closed_form),
    cmocka_unit_test(fits_give_back_what_data_were_made_with),
    cmocka_unit_test(limits_are_respected),
    cmocka_unit_test(wrong_models_are_refused),
    cmocka_unit_test(wrong_data_are_refused),
    cmocka_unit_test(without_signal_mu_is_flat),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
