/* Whole analyses, events to interval, with random layouts: each link of the chain against plain code, by one road and by others that must not
 * matter. */
#include "abi/whole_chain.h"

enum { ROUNDS = 25 };

/* ---- events, shift, score ----------------------------------------------------------------------------------- */

static void check_scores(const whole *w, size_t p, double z, size_t *n_cut)
{
  const double at[2] = { w->norm, z };
  unsigned char passed[WC_EVENTS];
  float scores[2][WC_EVENTS];
  fairu_events *shifted = NULL;
  CHECK_OK(w->ctx, fairu_systematics_apply(w->systematics, w->ctx, w->events[p], at, 2, 9, passed, &shifted));
  CHECK_OK(w->ctx, fairu_classifier_score_events(w->classifier, w->ctx, shifted, &z, 1, 1, FAIRU_OUTPUT_LOGIT,
                                                 scores[0]));
  CHECK_OK(w->ctx, fairu_classifier_score_events(w->classifier, w->ctx, shifted, &z, 1, 1, FAIRU_OUTPUT_SCORE,
                                                 scores[1]));
  for (size_t i = 0; i < WC_EVENTS; i++) {
    double place[2];
    wc_turn(w, w->values[p][i], z, place);
    const double logit = wc_logit(w, place, z);
    CHECK_NEAR((double)fairu_events_column(shifted, 0, NULL)[i], place[0], 1e-6); /* floats up to 4 */
    CHECK_NEAR((double)fairu_events_column(shifted, 1, NULL)[i], place[1], 1e-6);
    CHECK_NEAR((double)scores[0][i], logit, 4e-6);
    CHECK_NEAR((double)scores[1][i], 1.0 / (1.0 + exp(-logit)), 2e-6);
    CHECK_CLOSE(fairu_events_weights(shifted)[i], w->weights[p][i] * (p ? w->norm : 1.0), 1e-15);
    assert_int_equal(passed[i], wc_bin(w, w->values[p][i], z) < WC_BINS);
    *n_cut += !passed[i];
  }
  fairu_events_destroy(shifted);
}

static void events_are_turned_and_scored(void **state)
{
  (void)state;
  draws d = { .state = 11 };
  fairu_context *ctx = support_context();
  size_t n_cut = 0;
  for (int round = 0; round < ROUNDS; round++) {
    whole w;
    wc_make(&d, ctx, &w);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 2));
    for (size_t p = 0; p < WC_PROCESSES; p++)
      for (size_t k = 0; k < w.n_knots; k++)
        check_scores(&w, p, w.knots[k], &n_cut);
    wc_free(&w);
  }
  assert_true(n_cut > 1000);
  fairu_context_destroy(ctx);
}

/* ---- templates ------------------------------------------------------------------------------------------------ */

typedef struct filled {
  whole w;
  fairu_fill *fill;
  fairu_templates *templates;
} filled;

/* Drawn and filled, with one thread or two. */
static void filled_make(draws *d, fairu_context *ctx, int round, filled *f)
{
  wc_make(d, ctx, &f->w);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 2));
  f->fill = wc_fill(&f->w);
  f->templates = wc_templates(ctx, f->fill);
}

static void filled_free(filled *f)
{
  fairu_templates_destroy(f->templates);
  fairu_fill_destroy(f->fill);
  wc_free(&f->w);
}

static void check_templates(const whole *w, const fairu_templates *t)
{
  for (size_t k = 0; k < w->n_knots; k++) {
    double nu[WC_PROCESSES * WC_BINS], variance[WC_PROCESSES * WC_BINS];
    CHECK_OK(w->ctx, fairu_templates_evaluate(t, w->ctx, &w->knots[k], 1, nu, NULL, NULL));
    CHECK_OK(w->ctx, fairu_templates_evaluate_variance(t, w->ctx, &w->knots[k], 1, variance, NULL, NULL));
    for (size_t p = 0; p < WC_PROCESSES; p++)
      for (size_t j = 0; j < w->n_bins; j++) {
        CHECK_NEAR(fairu_templates_yields(t, p, k)[j], w->yields[p][k][j], 1e-11);
        CHECK_NEAR(fairu_templates_variances(t, p, k)[j], w->variances[p][k][j], 1e-11);
        CHECK_NEAR(nu[p * w->n_bins + j], w->yields[p][k][j], 1e-10);
        CHECK_NEAR(variance[p * w->n_bins + j], w->variances[p][k][j], 1e-10);
      }
  }
}

static void templates_hold_the_plain_sums(void **state)
{
  (void)state;
  draws d = { .state = 12 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < ROUNDS; round++) {
    filled f;
    filled_make(&d, ctx, round, &f);
    check_templates(&f.w, f.templates);
    filled_free(&f);
  }
  fairu_context_destroy(ctx);
}

/* ---- likelihood, fit, interval --------------------------------------------------------------------------------- */

static void check_nll(draws *d, const whole *w, const fairu_likelihood *l, const fairu_data *data)
{
  for (size_t k = 0; k < w->n_knots; k++) {
    const double params[WC_PARAMS] = { draw_between(d, 0.2, 2.0), draw_between(d, 0.7, 1.3), w->knots[k] };
    const long double x[2] = { params[0], params[1] };
    const wc_at at = { w, k };
    double nll[2], gradient[WC_PARAMS], hessian[WC_PARAMS * WC_PARAMS];
    pm_problem p = { .f = wc_deviance, .data = &at, .n = 2, .scale = { 0.1L, 0.1L } };
    pm_minimum m = { .x = { x[0], x[1] } };
    CHECK_OK(w->ctx, fairu_likelihood_nll(l, w->ctx, data, params, WC_PARAMS, nll, gradient, hessian));
    CHECK_NEAR(nll[0], (double)wc_deviance(x, &at), 1e-9);
    CHECK_NEAR(nll[1], wc_saturated(w), 1e-10);
    pm_derivatives(&p, &m);
    for (size_t i = 0; i < 2; i++) {
      CHECK_NEAR(gradient[i], (double)m.gradient[i], 1e-7 * (1.0 + fabs(gradient[i])));
      for (size_t j = 0; j < 2; j++)
        CHECK_NEAR(hessian[i * WC_PARAMS + j], (double)m.hessian[i * 2 + j],
                   1e-6 * (1.0 + fabs(hessian[i * WC_PARAMS + j])));
    }
  }
}

/* Fits of mu and beta with z held at each knot, and the profile of z over the knots. */
static void check_fits(const whole *w, const fairu_likelihood *l, const fairu_data *data)
{
  const unsigned char fixed[WC_PARAMS] = { 0, 0, 1 };
  double profile[WC_KNOTS];
  fairu_fit_options o;
  CHECK_OK(w->ctx, fairu_fit_options_init(&o, sizeof o));
  CHECK_OK(w->ctx, fairu_likelihood_profile(l, w->ctx, data, &o, WC_Z, w->knots, w->n_knots, profile, NULL,
                                            WC_PARAMS));
  for (size_t k = 0; k < w->n_knots; k++) {
    const double start[WC_PARAMS] = { 1.0, 1.0, w->knots[k] };
    double params[WC_PARAMS], covariance[WC_PARAMS * WC_PARAMS];
    fairu_fit_result result = { .struct_size = sizeof result };
    const pm_minimum m = wc_plain_fit(w, k, 1.0, 0);
    o.start = start;
    o.fixed = fixed;
    CHECK_OK(w->ctx, fairu_likelihood_fit(l, w->ctx, data, &o, params, WC_PARAMS, covariance, &result));
    CHECK_NEAR(result.nll[0], (double)m.value, 1e-8);
    CHECK_NEAR(profile[k], (double)m.value + wc_saturated(w), 1e-8);
    assert_true(params[WC_Z] == w->knots[k]);
    for (size_t i = 0; i < 2; i++) {
      /* the fit ends 1e-10 above the minimum at most */
      CHECK_NEAR(params[i], (double)m.x[i], 2e-5 * sqrt((double)m.covariance[i * 2 + i]) + 1e-9);
      for (size_t j = 0; j < 2; j++)
        CHECK_CLOSE(covariance[i * WC_PARAMS + j], (double)m.covariance[i * 2 + j], 1e-4);
      assert_true(covariance[i * WC_PARAMS + WC_Z] == 0.0);
    }
  }
}

/* The plain profile at both ends of the interval of mu, z held at its nominal value, lies delta above its minimum. */
static void check_interval(const whole *w, const fairu_likelihood *l, const fairu_data *data, double delta)
{
  const unsigned char fixed[WC_PARAMS] = { 0, 0, 1 };
  const double start[WC_PARAMS] = { 1.0, 1.0, w->nominal };
  fairu_fit_options fit;
  fairu_interval_options o;
  fairu_interval interval = { .struct_size = sizeof interval };
  size_t knot = 0;
  while (w->knots[knot] != w->nominal)
    knot++;
  CHECK_OK(w->ctx, fairu_fit_options_init(&fit, sizeof fit));
  CHECK_OK(w->ctx, fairu_interval_options_init(&o, sizeof o));
  fit.start = start;
  fit.fixed = fixed;
  o.fit = &fit;
  o.level = 0.0;
  o.delta_nll = delta;
  CHECK_OK(w->ctx, fairu_likelihood_interval(l, w->ctx, data, &o, &interval, NULL, NULL, WC_PARAMS));
  const pm_minimum best = wc_plain_fit(w, knot, 1.0, 0);
  CHECK_NEAR(interval.best, (double)best.x[0], 2e-5 * sqrt((double)best.covariance[0]) + 1e-9);
  assert_true(interval.lower < interval.best && interval.best < interval.upper);
  for (int side = 0; side < 2; side++)
    if ((side ? interval.upper_end : interval.lower_end) == FAIRU_INTERVAL_CROSSING) {
      const pm_minimum end = wc_plain_fit(w, knot, side ? interval.upper : interval.lower, 1);
      CHECK_NEAR((double)(end.value - best.value), delta, 1e-6);
    }
}

static void fits_are_the_plain_ones(void **state)
{
  (void)state;
  draws d = { .state = 13 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < ROUNDS; round++) {
    filled f;
    filled_make(&d, ctx, round, &f);
    fairu_likelihood *l = wc_likelihood(&f.w, f.templates);
    fairu_data *data = wc_data(&f.w, l);
    check_nll(&d, &f.w, l, data);
    check_fits(&f.w, l, data);
    check_interval(&f.w, l, data, round % 2 ? 0.5 : 0.125);
    fairu_data_destroy(data);
    fairu_likelihood_destroy(l);
    filled_free(&f);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(events_are_turned_and_scored),
                                      cmocka_unit_test(templates_hold_the_plain_sums),
                                      cmocka_unit_test(fits_are_the_plain_ones) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
