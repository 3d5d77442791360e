/* Platt's map, ratios of densities, and what is refused. */
#include "classifier/made_scores.h"

static const double mean = 1.2, spread = 1.5, share = 0.3;

static double sigmoid(double u)
{
  return 1.0 / (1.0 + exp(-u));
}

/* Inverse of n E[p (1 - p) (t, 1) (t, 1)^T] over the mixture, by Simpson's rule. */
static void fisher(double n, double covariance[3])
{
  enum { STEPS = 4000 };
  const double low = -12.0, h = 24.0 / STEPS, slope = 2.0 * mean / (spread * spread);
  double m[3] = { 0.0, 0.0, 0.0 };
  for (int k = 0; k <= STEPS; k++) {
    const double t = low + h * k, u = slope * t + log(share / (1.0 - share)), p = sigmoid(u);
    const double a = (t - mean) / spread, b = (t + mean) / spread;
    const double density =
        (share * exp(-a * a / 2.0) + (1.0 - share) * exp(-b * b / 2.0)) / (spread * sqrt(2.0 * acos(-1.0)));
    const double f = n * density * p * (1.0 - p) * h / 3.0 * (k == 0 || k == STEPS ? 1.0 : k % 2 ? 4.0 : 2.0);
    m[0] += f * t * t;
    m[1] += f * t;
    m[2] += f;
  }
  const double det = m[0] * m[2] - m[1] * m[1];
  covariance[0] = m[2] / det;
  covariance[1] = -m[1] / det;
  covariance[2] = m[0] / det;
}

/* Many fits: pulls of slope and offset against the Fisher information have mean 0 and width 1. */
static void platt_recovers_the_posterior_of_gaussians(void **state)
{
  enum { FITS = 60, N = 20000 };
  const double slope = 2.0 * mean / (spread * spread), offset = log(share / (1.0 - share));
  fairu_context *ctx = support_context();
  double expected[3], pull[2] = { 0.0, 0.0 }, square[2] = { 0.0, 0.0 }, joint = 0.0;
  (void)state;
  fisher(N, expected);
  for (int f = 0; f < FITS; f++) {
    made m = made_gaussian(100 + (uint64_t)f, N, mean, spread, share);
    fairu_probability_map *map = made_map(ctx, NULL, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    const double a = (s.slope - slope) / sqrt(expected[0]), b = (s.offset - offset) / sqrt(expected[2]);
    pull[0] += a / FITS;
    pull[1] += b / FITS;
    square[0] += a * a / FITS;
    square[1] += b * b / FITS;
    joint += a * b / FITS;
    assert_int_equal(s.method, FAIRU_PROBABILITY_PLATT);
    for (int k = 0; k < 3; k++) /* its own errors are those of the information */
      CHECK_NEAR(s.covariance[k], expected[k], 0.06 * sqrt(expected[k / 2 * 2] * expected[(k + 1) / 2 * 2]));
    assert_true(isnan(s.margin) && s.n_knots == 0);
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  for (int k = 0; k < 2; k++) {
    CHECK_NEAR(pull[k], 0.0, 4.0 / sqrt(FITS));
    CHECK_NEAR(square[k], 1.0, 4.0 * sqrt(2.0 / FITS));
  }
  CHECK_NEAR(joint, expected[1] / sqrt(expected[0] * expected[2]), 4.0 * sqrt(2.0 / FITS));
  fairu_context_destroy(ctx);
}

/* Signal k of n at t = 0, j of m at t = 10: two parameters meet two fractions exactly. */
static void two_points_have_a_closed_form(void **state)
{
  fairu_context *ctx = support_context();
  made m = made_new(4);
  (void)state;
  const double weights[4] = { 30.0, 10.0, 7.0, 35.0 };
  for (size_t i = 0; i < 4; i++) {
    m.t[i] = i < 2 ? 0.0F : 10.0F;
    m.y[i] = (int32_t)(i % 2);
    m.w[i] = weights[i];
  }
  fairu_probability_map *map = made_map(ctx, NULL, &m);
  const fairu_probability_summary s = made_summary(ctx, map);
  CHECK_NEAR(s.offset, log(10.0 / 30.0), 1e-12);
  CHECK_NEAR(s.slope, (log(35.0 / 7.0) - log(10.0 / 30.0)) / 10.0, 1e-12);
  CHECK_NEAR(s.log_prior_odds, log(45.0 / 37.0), 1e-15);
  CHECK_NEAR(made_at(ctx, map, 0.0F), 0.25, 1e-12);
  CHECK_NEAR(made_at(ctx, map, 10.0F), 35.0 / 42.0, 1e-12);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* 5 background events at -1 and 8 signal events at 3: with Platt's targets the fit meets 1/7 and 9/10. */
static void soft_targets_bound_separated_classes(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_PLATT, 0.0);
  made m = made_new(13);
  fairu_probability_map *map = NULL;
  (void)state;
  for (size_t i = 0; i < m.n; i++) {
    m.y[i] = i >= 5;
    m.t[i] = i >= 5 ? 3.0F : -1.0F;
  }
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_CONVERGED, fairu_probability_map_create(ctx, m.t, m.y, m.w, m.n, &o, &map));
  CHECK_SAYS(ctx, "separated at logit -1");
  assert_null(map);
  o.soft_targets = 1;
  for (double scale = 1.0; scale < 1e9; scale *= 1e3) { /* a common factor of the weights changes nothing */
    for (size_t i = 0; i < m.n; i++)
      m.w[i] = scale;
    map = made_map(ctx, &o, &m);
    CHECK_NEAR(made_at(ctx, map, -1.0F), 1.0 / 7.0, 1e-12);
    CHECK_NEAR(made_at(ctx, map, 3.0F), 9.0 / 10.0, 1e-12);
    fairu_probability_map_destroy(map);
  }
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* With negative weights: the gradient vanishes at the fit, whatever the units of t. */
static void the_gradient_vanishes_with_signed_weights(void **state)
{
  fairu_context *ctx = support_context();
  made m = made_gaussian(3, 5000, mean, spread, share);
  (void)state;
  for (size_t i = 0; i < m.n; i++) {
    m.w[i] = i % 7 == 0 ? -0.4 : 0.2 + (double)(i % 5);
    m.t[i] = m.t[i] * 1e-3F + 40.0F;
  }
  fairu_probability_map *map = made_map(ctx, NULL, &m);
  const fairu_probability_summary s = made_summary(ctx, map);
  double gradient[2] = { 0.0, 0.0 }, size = 0.0;
  for (size_t i = 0; i < m.n; i++) {
    const double off = m.w[i] * (sigmoid(s.slope * (double)m.t[i] + s.offset) - (double)m.y[i]);
    gradient[0] += off * ((double)m.t[i] - 40.0) * 1e3;
    gradient[1] += off;
    size += fabs(m.w[i]);
  }
  CHECK_NEAR(gradient[0] / size, 0.0, 1e-9);
  CHECK_NEAR(gradient[1] / size, 0.0, 1e-9);
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* Weight 3 is three events; weight 0 is none. */
static void weights_are_repeated_events(void **state)
{
  fairu_context *ctx = support_context();
  made once = made_gaussian(5, 300, mean, spread, share), many = made_new(900);
  (void)state;
  many.n = 0;
  for (size_t i = 0; i < once.n; i++) {
    once.w[i] = (double)(i % 4);
    for (size_t k = 0; k < i % 4; k++, many.n++) {
      many.t[many.n] = once.t[i];
      many.y[many.n] = once.y[i];
    }
  }
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    fairu_probability_options o = made_options(ctx, method, 0.0);
    fairu_probability_map *a = made_map(ctx, &o, &once), *b = made_map(ctx, &o, &many);
    for (float t = -5.0F; t < 5.0F; t += 0.01F)
      CHECK_NEAR(made_at(ctx, a, t), made_at(ctx, b, t), 1e-9);
    CHECK_NEAR(made_summary(ctx, a).log_prior_odds, made_summary(ctx, b).log_prior_odds, 1e-12);
    fairu_probability_map_destroy(a);
    fairu_probability_map_destroy(b);
  }
  made_free(&once);
  made_free(&many);
  fairu_context_destroy(ctx);
}

/* The ratio of the two Gaussians is exp(2 mean / spread^2 t) whatever the share of signal, also where p is 1 to rounding. */
static void ratios_do_not_depend_on_the_prior(void **state)
{
  fairu_context *ctx = support_context();
  const float t[4] = { -60.0F, -1.0F, 2.0F, 60.0F };
  (void)state;
  for (double part = 0.1; part < 0.95; part += 0.4) {
    made m = made_gaussian(9, 100000, mean, spread, part);
    fairu_probability_map *map = made_map(ctx, NULL, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    double r[4], logits[4];
    CHECK_OK(ctx, fairu_probability_map_log_ratio(map, ctx, t, 4, r));
    CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, t, 4, FAIRU_OUTPUT_LOGIT, logits));
    for (int k = 0; k < 4; k++) {
      const double x = (double)t[k];
      const double error = sqrt(s.covariance[0] * x * x + 2.0 * s.covariance[1] * x + s.covariance[2] + 4e-5);
      CHECK_NEAR(r[k], 2.0 * mean / (spread * spread) * x, 4.5 * error);
      CHECK_NEAR(r[k], logits[k] - s.log_prior_odds, 0.0);
    }
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  double r[4];
  CHECK_OK(ctx, fairu_probability_log_ratio(ctx, t, 4, 3.0, 12.0, r));
  for (int k = 0; k < 4; k++)
    CHECK_NEAR(r[k], (double)t[k] - log(0.25), 1e-14);
  fairu_context_destroy(ctx);
}

static void logits_of_scores(void **state)
{
  fairu_context *ctx = support_context();
  const float scores[4] = { 0.5F, 0.75F, 1e-30F, 0.99999994F }, whole[2] = { 0.5F, 1.0F };
  float logits[4] = { 9.0F, 9.0F, 9.0F, 9.0F };
  (void)state;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_probability_logit(ctx, whole, 2, logits));
  CHECK_SAYS(ctx, "scores[1] is 1, which has no logit");
  CHECK_NEAR((double)logits[0], 9.0, 0.0);
  CHECK_OK(ctx, fairu_probability_logit(ctx, scores, 4, logits));
  CHECK_NEAR((double)logits[0], 0.0, 0.0);
  CHECK_NEAR((double)logits[1], log(3.0), 1e-7);
  CHECK_NEAR((double)logits[2], log(1e-30), 1e-5);
  CHECK_NEAR((double)logits[3], 24.0 * log(2.0), 1e-5);
  fairu_context_destroy(ctx);
}

static void bad_events_are_refused(void **state)
{
  fairu_context *ctx = support_context();
  fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_PLATT, 0.0);
  made m = made_gaussian(1, 50, mean, spread, 0.5);
  fairu_probability_map *map = NULL;
  (void)state;
#define REFUSED(code, text)                                                                                  \
  CHECK_FAILS(ctx, code, fairu_probability_map_create(ctx, m.t, m.y, m.w, m.n, &o, &map));                   \
  CHECK_SAYS(ctx, text);                                                                                     \
  assert_null(map)
  m.y[7] = 2;
  REFUSED(FAIRU_ERR_RANGE, "labels[7] is 2");
  m.y[7] = 1;
  m.w[3] = (double)INFINITY;
  REFUSED(FAIRU_ERR_NON_FINITE, "event 3 has logit");
  m.w[3] = 1.0;
  const float kept = m.t[9];
  m.t[9] = NAN;
  REFUSED(FAIRU_ERR_NON_FINITE, "event 9 has logit nan");
  m.t[9] = kept;
  o.method = 3;
  REFUSED(FAIRU_ERR_ARGUMENT, "unknown method 3");
  o.method = FAIRU_PROBABILITY_ISOTONIC;
  o.margin = 0.5;
  REFUSED(FAIRU_ERR_RANGE, "margin is 0.5");
  o.margin = 0.0;
  o.n_bins = 0;
  REFUSED(FAIRU_ERR_RANGE, "n_bins is 0");
  o.n_bins = 5;
  m.w[4] = -0.5;
  REFUSED(FAIRU_ERR_NEGATIVE_WEIGHT, "isotonic: some weights are negative");
  o.method = FAIRU_PROBABILITY_PLATT;
  for (size_t i = 0; i < m.n; i++)
    m.t[i] = 2.0F;
  REFUSED(FAIRU_ERR_FLAT, "all logits are 2");
  for (size_t i = 0; i < m.n; i++) { /* negative at both ends: the second moment is */
    m.t[i] = (float)(i % 5);
    m.y[i] = (int32_t)(i % 2);
    m.w[i] = i % 5 == 2 ? 5.0 : i % 5 % 4 == 0 ? -1.0 : 0.1;
  }
  REFUSED(FAIRU_ERR_NOT_POSITIVE_DEFINITE, "curvature");
  for (size_t i = 0; i < m.n; i++)
    m.y[i] = 1;
  REFUSED(FAIRU_ERR_EMPTY, "class 0 has sum of weights 0");
  m.n = 0;
  REFUSED(FAIRU_ERR_EMPTY, "class 0");
#undef REFUSED
  made_free(&m);
  fairu_context_destroy(ctx);
}

static void bad_questions_are_refused(void **state)
{
  fairu_context *ctx = support_context();
  made m = made_gaussian(1, 50, mean, spread, 0.5);
  fairu_probability_map *map = made_map(ctx, NULL, &m);
  const float t[2] = { 0.0F, INFINITY };
  double p[2] = { 7.0, 7.0 };
  (void)state;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_probability_map_apply(map, ctx, t, 2, FAIRU_OUTPUT_SCORE, p));
  CHECK_SAYS(ctx, "logits[1] is inf");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_probability_map_apply(map, ctx, t, 1, 2, p));
  CHECK_SAYS(ctx, "unknown output 2");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_probability_map_knot(map, ctx, 0, p, p + 1));
  CHECK_SAYS(ctx, "knot 0 of a map with 0");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_probability_log_ratio(ctx, t, 1, 0.0, 1.0, p));
  CHECK_SAYS(ctx, "sums of weights are 0 and 1");
  CHECK_NEAR(p[0] + p[1], 14.0, 0.0);
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, NULL, 0, FAIRU_OUTPUT_SCORE, NULL));
  fairu_probability_map_destroy(map);
  made_free(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(platt_recovers_the_posterior_of_gaussians),
    cmocka_unit_test(two_points_have_a_closed_form),
    cmocka_unit_test(soft_targets_bound_separated_classes),
    cmocka_unit_test(the_gradient_vanishes_with_signed_weights),
    cmocka_unit_test(weights_are_repeated_events),
    cmocka_unit_test(ratios_do_not_depend_on_the_prior),
    cmocka_unit_test(logits_of_scores),
    cmocka_unit_test(bad_events_are_refused),
    cmocka_unit_test(bad_questions_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
