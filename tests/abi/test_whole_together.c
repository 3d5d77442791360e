/* Two analyses of the same parameters, combined; and expected data of each: sums of plain deviances, what is known of a nuisance counted once. */
#include "abi/whole_chain.h"

enum { ROUNDS = 25 };

typedef struct side {
  whole w;
  fairu_likelihood *likelihood;
} side;

static void side_make(side *s)
{
  fairu_fill *fill = wc_fill(&s->w);
  fairu_templates *templates = wc_templates(s->w.ctx, fill);
  s->likelihood = wc_likelihood(&s->w, templates);
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
}

/* The same events, counted in other units, with counts of its own. */
static void sides_make(draws *d, fairu_context *ctx, side sides[2])
{
  wc_make(d, ctx, &sides[0].w);
  sides[1].w = sides[0].w;
  sides[1].w.scale = sides[1].w.options.scale = draw_between(d, 0.5, 2.0);
  wc_plain_fill(&sides[1].w);
  wc_draw_observed(d, &sides[1].w);
  for (int k = 0; k < 2; k++)
    side_make(&sides[k]);
}

static void sides_free(side sides[2])
{
  for (int k = 0; k < 2; k++)
    fairu_likelihood_destroy(sides[k].likelihood);
  wc_free(&sides[0].w);
}

/* ---- combined ----------------------------------------------------------------------------------------------------- */

typedef struct both {
  wc_at at[2];
} both;

/* Constraints stand in both deviances, and count once. */
static long double both_deviance(const long double *x, const void *data)
{
  const both *b = (const both *)data;
  const whole *w = b->at[0].w;
  const long double dz = w->knots[b->at[0].knot] - w->nominal, db = x[WC_BETA] - 1.0L;
  return wc_deviance(x, &b->at[0]) + wc_deviance(x, &b->at[1]) - dz * dz / (2.0L * w->z_width * w->z_width) -
         db * db / (2.0L * w->beta_width * w->beta_width);
}

static fairu_data *combined_data(const side sides[2], const fairu_likelihood *combined)
{
  fairu_data *data = NULL;
  fairu_context *ctx = sides[0].w.ctx;
  const size_t n = sides[0].w.n_bins;
  double observed[2 * WC_BINS];
  for (size_t k = 0; k < 2; k++)
    memcpy(observed + k * n, sides[k].w.observed, n * sizeof *observed);
  CHECK_OK(ctx, fairu_data_create(ctx, combined, &data));
  CHECK_OK(ctx, fairu_data_set_observed(data, ctx, observed, 2 * n));
  return data;
}

static void check_combined(draws *d, const side sides[2], const fairu_likelihood *l, const fairu_data *data)
{
  const unsigned char fixed[WC_PARAMS] = { 0, 0, 1 };
  const whole *w = &sides[0].w;
  fairu_fit_options o;
  CHECK_OK(w->ctx, fairu_fit_options_init(&o, sizeof o));
  for (size_t k = 0; k < w->n_knots; k++) {
    const both b = { { { w, k }, { &sides[1].w, k } } };
    const double at[WC_PARAMS] = { draw_between(d, 0.3, 1.5), draw_between(d, 0.8, 1.2), w->knots[k] };
    const long double x[2] = { at[0], at[1] };
    double nll[2], params[WC_PARAMS], covariance[WC_PARAMS * WC_PARAMS];
    pm_problem p = { .f = both_deviance, .data = &b, .n = 2, .scale = { 0.1L, 0.1L } };
    pm_minimum m = { .x = { 1.0L, 1.0L } };
    for (int i = 0; i < 2; i++) {
      p.lower[i] = -100.0L;
      p.upper[i] = 100.0L;
    }
    CHECK_OK(w->ctx, fairu_likelihood_nll(l, w->ctx, data, at, WC_PARAMS, nll, NULL, NULL));
    CHECK_NEAR(nll[0], (double)both_deviance(x, &b), 1e-9);
    CHECK_NEAR(nll[1], wc_saturated(w) + wc_saturated(&sides[1].w), 1e-10);
    wc_minimise(&p, &m);
    o.start = at;
    o.fixed = fixed;
    CHECK_OK(w->ctx, fairu_likelihood_fit(l, w->ctx, data, &o, params, WC_PARAMS, covariance, NULL));
    for (size_t i = 0; i < 2; i++) {
      /* the fit ends 1e-10 above the minimum at most */
      CHECK_NEAR(params[i], (double)m.x[i], 2e-5 * sqrt((double)m.covariance[i * 2 + i]) + 1e-9);
      CHECK_CLOSE(covariance[i * WC_PARAMS + i], (double)m.covariance[i * 2 + i], 1e-4);
    }
  }
}

static void combined_analyses_add_up(void **state)
{
  (void)state;
  draws d = { .state = 51 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < ROUNDS; round++) {
    side sides[2];
    fairu_combine_options o;
    fairu_likelihood *combined = NULL;
    sides_make(&d, ctx, sides);
    const fairu_likelihood *const parts[2] = { sides[0].likelihood, sides[1].likelihood };
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 2));
    CHECK_OK(ctx, fairu_combine_options_init(&o, sizeof o));
    o.allow_same_events = 1;
    CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 2, &o, &combined));
    assert_int_equal(fairu_likelihood_n_parameters(combined), WC_PARAMS);
    assert_int_equal(fairu_likelihood_n_parts(combined), 2);
    fairu_data *data = combined_data(sides, combined);
    check_combined(&d, sides, combined, data);
    fairu_data_destroy(data);
    fairu_likelihood_destroy(combined);
    sides_free(sides);
  }
  fairu_context_destroy(ctx);
}

/* ---- expected data -------------------------------------------------------------------------------------------------- */

/* Expected data are the plain sums; at the parameters they were made at nothing is left, and the fit ends there. */
static void check_truth(draws *d, const side *s, fairu_data *data)
{
  const whole *w = &s->w;
  for (size_t k = 0; k < w->n_knots; k++) {
    const double truth[WC_PARAMS] = { draw_between(d, 0.3, 1.5), draw_between(d, 0.8, 1.2), w->knots[k] };
    double counts[WC_BINS], nu[WC_BINS], nll[2], aux[2], gradient[WC_PARAMS];
    CHECK_OK(w->ctx, fairu_likelihood_asimov(s->likelihood, w->ctx, truth, WC_PARAMS, data));
    CHECK_OK(w->ctx, fairu_data_observed(data, w->ctx, NULL, 0, counts));
    CHECK_OK(w->ctx, fairu_likelihood_expected(s->likelihood, w->ctx, truth, WC_PARAMS, nu));
    for (size_t j = 0; j < w->n_bins; j++) {
      const double plain = truth[0] * w->yields[0][k][j] + truth[1] * w->yields[1][k][j];
      CHECK_NEAR(counts[j], plain, 1e-10);
      CHECK_NEAR(nu[j], plain, 1e-10);
    }
    CHECK_OK(w->ctx, fairu_data_aux(data, w->ctx, WC_BETA, &aux[0]));
    CHECK_OK(w->ctx, fairu_data_aux(data, w->ctx, WC_Z, &aux[1]));
    CHECK_CLOSE(aux[0], truth[WC_BETA], 1e-15);
    CHECK_CLOSE(aux[1], truth[WC_Z], 1e-15);
    CHECK_OK(w->ctx,
             fairu_likelihood_nll(s->likelihood, w->ctx, data, truth, WC_PARAMS, nll, gradient, NULL));
    CHECK_NEAR(nll[0], 0.0, 1e-12);
    for (size_t i = 0; i < WC_PARAMS; i++)
      CHECK_NEAR(gradient[i], 0.0, 1e-9);
  }
}

static void expected_data_leave_nothing(void **state)
{
  (void)state;
  draws d = { .state = 52 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < ROUNDS; round++) {
    side sides[2];
    sides_make(&d, ctx, sides);
    for (int k = 0; k < 2; k++) {
      fairu_data *data = wc_data(&sides[k].w, sides[k].likelihood);
      check_truth(&d, &sides[k], data);
      fairu_data_destroy(data);
    }
    sides_free(sides);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(combined_analyses_add_up),
                                      cmocka_unit_test(expected_data_leave_nothing) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
