/* Random baseline likelihoods against the organisers' formula written out in long double: values, derivatives, fits with held and bounded
 * nuisances, and what may not matter. */
#include "plain_minimum.h"

enum { MOST_NUISANCES = 5, MOST_BINS = 6, MOST_POWERS = 4, MODELS = 40 };

typedef struct plain_baseline {
  size_t n, bins, powers;
  char names[MOST_NUISANCES][8];
  fairu_challenge_baseline_nuisance nuisances[MOST_NUISANCES];
  double signal[MOST_NUISANCES * MOST_BINS * MOST_POWERS];
  double background[MOST_NUISANCES * MOST_BINS * MOST_POWERS];
  double observed[MOST_BINS];
} plain_baseline;

static long double polynomial(const plain_baseline *b, const double *c, size_t k, size_t i, long double x)
{
  long double sum = 0.0L, power = 1.0L;
  for (size_t j = b->powers; j-- > 0; power *= x)
    sum += power * (long double)c[(k * b->bins + i) * b->powers + j];
  return sum;
}

static long double plain_nu(const plain_baseline *b, const long double *x, size_t i)
{
  long double s = 0.0L, t = 0.0L;
  for (size_t k = 0; k < b->n; k++) {
    s += polynomial(b, b->signal, k, i, x[1 + k]);
    t += polynomial(b, b->background, k, i, x[1 + k]);
  }
  const long double nu = (x[0] * s + t) / (long double)b->n;
  return nu < 1e-10L ? (long double)1e-10 : nu;
}

static long double plain_nll(const long double *x, const void *data)
{
  const plain_baseline *b = data;
  long double sum = 0.0L;
  for (size_t i = 0; i < b->bins; i++) {
    const long double nu = plain_nu(b, x, i);
    sum += nu - (b->observed[i] > 0.0 ? (long double)b->observed[i] * logl(nu) : 0.0L);
  }
  for (size_t k = 0; k < b->n; k++) {
    const long double pull = (x[1 + k] - (long double)b->nuisances[k].nominal) / b->nuisances[k].width;
    sum += 0.5L * pull * pull;
  }
  return sum;
}

/* Polynomials about the nominal value, smaller the higher their power, in the raw value of the nuisance. */
static void draw_polynomial(draws *d, const plain_baseline *b, double size, size_t k, double *c)
{
  const double about = b->nuisances[k].nominal;
  memset(c, 0, b->powers * sizeof *c);
  for (size_t j = b->powers;
       j-- > 0;) { /* times (x - about), plus the next coefficient: Horner of polynomials */
    for (size_t m = 0; m + 1 < b->powers; m++)
      c[m] = c[m + 1] - about * c[m];
    c[b->powers - 1] *= -about;
    c[b->powers - 1] += size * (j ? draw_between(d, -0.1, 0.1) / (double)(j * j) : 1.0);
  }
}

static void draw_baseline(draws *d, plain_baseline *b)
{
  memset(b, 0, sizeof *b);
  b->n = 1 + draw_below(d, MOST_NUISANCES);
  b->bins = 1 + draw_below(d, MOST_BINS);
  b->powers = 1 + draw_below(d, MOST_POWERS);
  for (size_t k = 0; k < b->n; k++) {
    fairu_challenge_baseline_nuisance *n = &b->nuisances[k];
    (void)snprintf(b->names[k], sizeof b->names[k], "n%zu", k);
    *n = (fairu_challenge_baseline_nuisance){ .name = b->names[k],
                                              .nominal = draw_between(d, -1.0, 1.0),
                                              .width = draw_between(d, 0.05, 1.0) };
    n->lower = n->nominal - 3.0 * n->width * draw_unit(d);
    n->upper = n->nominal + 3.0 * n->width * (draw_below(d, 4) ? draw_unit(d) + 0.1 : 1e-3);
    for (size_t i = 0; i < b->bins; i++) {
      const size_t at = (k * b->bins + i) * b->powers;
      draw_polynomial(d, b, draw_between(d, 10.0, 60.0), k, b->signal + at);
      draw_polynomial(d, b, draw_between(d, 100.0, 900.0), k, b->background + at);
    }
  }
  for (size_t i = 0; i < b->bins; i++) {
    long double x[PM_MOST] = { draw_between(d, 0.0, 3.0) };
    for (size_t k = 0; k < b->n; k++)
      x[1 + k] = b->nuisances[k].nominal + draw_between(d, -1.0, 1.0) * b->nuisances[k].width;
    b->observed[i] = draw_below(d, 12) ? floor((double)plain_nu(b, x, i)) : 0.0;
  }
}

static fairu_challenge_baseline *create(fairu_context *ctx, const plain_baseline *b)
{
  fairu_challenge_baseline *out = NULL;
  CHECK_OK(ctx, fairu_challenge_baseline_create(ctx, b->nuisances, b->n, b->bins, b->powers - 1, b->signal,
                                                b->background, &out));
  assert_int_equal(fairu_challenge_baseline_n_bins(out), b->bins);
  assert_int_equal(fairu_challenge_baseline_n_nuisances(out), b->n);
  return out;
}

static pm_problem problem_of(const plain_baseline *b, const unsigned char *is_free)
{
  pm_problem p = { .f = plain_nll, .data = b, .n = 1 + b->n };
  p.scale[0] = 1.0L;
  p.lower[0] = -50.0L;
  p.upper[0] = 50.0L;
  for (size_t k = 0; k < b->n; k++) {
    p.scale[1 + k] = b->nuisances[k].width;
    p.lower[1 + k] = b->nuisances[k].lower;
    p.upper[1 + k] = b->nuisances[k].upper;
    p.held[1 + k] = is_free && !is_free[k];
  }
  return p;
}

static void draw_point(draws *d, const plain_baseline *b, double *x)
{
  x[0] = draw_between(d, -1.0, 5.0);
  for (size_t k = 0; k < b->n; k++)
    x[1 + k] = b->nuisances[k].nominal + draw_between(d, -2.0, 2.0) * b->nuisances[k].width;
}

static void random_models_are_their_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 101 };
  for (int m = 0; m < MODELS; m++) {
    plain_baseline b;
    pm_minimum wanted = { .value = 0.0L };
    double x[PM_MOST], nll, gradient[PM_MOST], hessian[PM_MOST * PM_MOST];
    draw_baseline(&d, &b);
    fairu_challenge_baseline *made = create(ctx, &b);
    const pm_problem p = problem_of(&b, NULL);
    draw_point(&d, &b, x);
    for (size_t i = 0; i < p.n; i++)
      wanted.x[i] = x[i];
    pm_derivatives(&p, &wanted);
    CHECK_OK(ctx,
             fairu_challenge_baseline_nll(made, ctx, b.observed, b.bins, x, p.n, &nll, gradient, hessian));
    CHECK_NEAR(nll, (double)wanted.value, 1e-12 * (1.0 + fabs((double)wanted.value)));
    /* Differences in 64 bits of values of 1e4 over steps of 1e-3 widths: 1e-13 at once, 1e-10 twice. */
    for (size_t i = 0; i < p.n; i++) {
      CHECK_NEAR(gradient[i] * (double)p.scale[i], (double)(wanted.gradient[i] * p.scale[i]), 1e-8);
      for (size_t j = 0; j < p.n; j++)
        CHECK_NEAR(hessian[i * p.n + j] * (double)(p.scale[i] * p.scale[j]),
                   (double)(wanted.hessian[i * p.n + j] * p.scale[i] * p.scale[j]), 1e-6);
    }
    fairu_challenge_baseline_destroy(made);
  }
  fairu_context_destroy(ctx);
}

static void check_fit(fairu_context *ctx, const plain_baseline *b, const unsigned char *is_free)
{
  const pm_problem p = problem_of(b, is_free);
  fairu_challenge_baseline_result result = { .struct_size = sizeof result };
  pm_minimum wanted = { .x = { 1.0L } };
  double x[PM_MOST], errors[PM_MOST];
  fairu_challenge_baseline *made = create(ctx, b);
  for (size_t k = 0; k < b->n; k++)
    wanted.x[1 + k] = b->nuisances[k].nominal;
  assert_true(pm_minimise(&p, &wanted));
  CHECK_OK(ctx,
           fairu_challenge_baseline_fit(made, ctx, b->observed, b->bins, is_free, x, errors, p.n, &result));
  CHECK_NEAR(result.nll, (double)wanted.value, 1e-9 * (1.0 + fabs((double)wanted.value)));
  assert_true(result.mu_hat == x[0] && result.p16 == x[0] - errors[0] && result.p84 == x[0] + errors[0]);
  assert_true(result.delta_mu_hat == result.p84 - result.p16);
  assert_int_equal(result.n_at_limit, wanted.n_at_bound);
  for (size_t i = 0; i < p.n; i++) {
    const double variance = (double)wanted.covariance[i * p.n + i];
    /* The search ends at an expected distance to the minimum of 1e-10: 1.4e-5 of an error. */
    CHECK_NEAR(x[i], (double)wanted.x[i], 2e-5 * (variance > 0.0 ? sqrt(variance) : 1e-9));
    if (p.held[i] || wanted.at_bound[i])
      assert_true(isnan(errors[i]));
    else
      CHECK_CLOSE(errors[i], sqrt(variance), 1e-4);
    if (p.held[i])
      assert_true(x[i] == b->nuisances[i - 1].nominal);
  }
  fairu_challenge_baseline_destroy(made);
}

static void random_fits_are_minima_of_their_formula(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 202 };
  for (int m = 0; m < MODELS; m++) {
    plain_baseline b;
    unsigned char is_free[MOST_NUISANCES];
    draw_baseline(&d, &b);
    for (size_t k = 0; k < b.n; k++)
      is_free[k] = draw_below(&d, 3) > 0;
    check_fit(ctx, &b, m % 2 ? is_free : NULL);
  }
  fairu_context_destroy(ctx);
}

static double nll_at(fairu_context *ctx, const plain_baseline *b, const double *x)
{
  double nll = 0.0;
  fairu_challenge_baseline *made = create(ctx, b);
  CHECK_OK(ctx, fairu_challenge_baseline_nll(made, ctx, b->observed, b->bins, x, 1 + b->n, &nll, NULL, NULL));
  fairu_challenge_baseline_destroy(made);
  return nll;
}

/* Nuisances and bins the other way round. */
static void reverse(const plain_baseline *b, plain_baseline *r)
{
  *r = *b;
  for (size_t k = 0; k < b->n; k++) {
    r->nuisances[k] = b->nuisances[b->n - 1 - k];
    for (size_t i = 0; i < b->bins; i++) {
      const size_t to = (k * b->bins + i) * b->powers,
                   from = ((b->n - 1 - k) * b->bins + b->bins - 1 - i) * b->powers;
      memcpy(r->signal + to, b->signal + from, b->powers * sizeof *b->signal);
      memcpy(r->background + to, b->background + from, b->powers * sizeof *b->signal);
    }
  }
  for (size_t i = 0; i < b->bins; i++)
    r->observed[i] = b->observed[b->bins - 1 - i];
}

static void order_and_units_do_not_matter(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 303 };
  for (int m = 0; m < MODELS; m++) {
    plain_baseline b, r;
    double x[PM_MOST], y[PM_MOST];
    draw_baseline(&d, &b);
    draw_point(&d, &b, x);
    reverse(&b, &r);
    y[0] = x[0];
    for (size_t k = 0; k < b.n; k++)
      y[1 + k] = x[b.n - k];
    const double nll = nll_at(ctx, &b, x);
    CHECK_NEAR(nll_at(ctx, &r, y), nll, 1e-12 * (1.0 + fabs(nll)));
    for (size_t i = 0; i < b.n * b.bins * b.powers; i++)
      b.signal[i] *= 0.25; /* a quarter of the signal at four times its strength: to the bit */
    x[0] *= 4.0;
    assert_true(nll_at(ctx, &b, x) == nll);
    for (size_t i = 0; i < b.n * b.bins * b.powers; i++) { /* all of it signal, and less background */
      b.background[i] -= 0.5 * b.signal[i];
      b.signal[i] *= 0.5;
    }
    x[0] = 2.0 * x[0] + 1.0;
    CHECK_NEAR(nll_at(ctx, &b, x), nll, 1e-11 * (1.0 + fabs(nll)));
  }
  fairu_context_destroy(ctx);
}

static void mu_ends_at_its_limits(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 404 };
  for (int m = 0; m < 12; m++) {
    plain_baseline b;
    fairu_challenge_baseline_result result = { .struct_size = sizeof result };
    double x[2], errors[2];
    draw_baseline(&d, &b);
    b.n = b.bins = b.powers = 1;
    b.signal[0] = 1.0;
    b.background[0] = 500.0;
    b.observed[0] = 500.0 + (m - 5.5) * 10.0; /* -55, -45, ..., 55 events of signal */
    fairu_challenge_baseline *made = create(ctx, &b);
    CHECK_OK(ctx, fairu_challenge_baseline_fit(made, ctx, b.observed, 1, NULL, x, errors, 2, &result));
    const double wanted = fmin(fmax(b.observed[0] - 500.0, -50.0), 50.0);
    CHECK_NEAR(result.mu_hat, wanted, 1e-3); /* of an error of 22 */
    assert_int_equal(isnan(errors[0]), fabs(wanted) == 50.0);
    assert_int_equal(isnan(result.delta_mu_hat), fabs(wanted) == 50.0);
    if (fabs(wanted) < 50.0)
      CHECK_CLOSE(errors[0], sqrt(b.observed[0]), 1e-4);
    assert_int_equal(result.n_at_limit, 0); /* of nuisances */
    assert_true(x[1] == b.nuisances[0].nominal);
    fairu_challenge_baseline_destroy(made);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_models_are_their_formula),
    cmocka_unit_test(random_fits_are_minima_of_their_formula),
    cmocka_unit_test(order_and_units_do_not_matter),
    cmocka_unit_test(mu_ends_at_its_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
