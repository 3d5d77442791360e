/* Test statistics, hypothesis tests and limits against closed forms of counting experiments. */
#include "likelihood/counting.h"
#include "likelihood/small_model.h"

static fairu_hypotest_options options_of(int statistic, int model_bounds)
{
  fairu_hypotest_options options;
  assert_int_equal(fairu_hypotest_options_init(&options, sizeof options), FAIRU_OK);
  assert_int_equal(options.statistic, FAIRU_TEST_Q_TILDE);
  assert_int_equal(options.model_bounds, 1);
  options.statistic = statistic;
  options.model_bounds = model_bounds;
  return options;
}

static double statistic_of(fairu_context *ctx, const counting *c, int statistic, int model_bounds, double mu,
                           double *mu_hat)
{
  const fairu_hypotest_options options = options_of(statistic, model_bounds);
  double q = -1.0;
  CHECK_OK(ctx, fairu_likelihood_test_statistic(c->likelihood, ctx, c->data, &options, mu, &q, mu_hat));
  return q;
}

/* ---- statistics --------------------------------------------------------------------------------------- */

static void definitions_in_one_bin(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double observed[5] = { 3.0, 9.0, 10.0, 17.0, 31.0 };
  static const double tested[4] = { 0.3, 0.9, 1.4, 3.0 };
  for (int i = 0; i < 5; i++) {
    counting c = { .s = 7.0, .b = 10.0, .n = observed[i], .lower = 0.0, .upper = 10.0 };
    CHECK_OK(ctx, counting_create(ctx, &c));
    const double free = (c.n - c.b) / c.s, above = fmax(free, 0.0);
    for (int k = 0; k < 4; k++) {
      const double mu = tested[k], here = counting_nll(&c, c.n, 0.0, mu);
      const double from_free = 2.0 * here, from_bound = 2.0 * (here - counting_nll(&c, c.n, 0.0, above));
      double mu_hat;
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_T, 0, mu, &mu_hat), from_free, 1e-11);
      CHECK_NEAR(mu_hat, free, 1e-6);
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_T, 1, mu, &mu_hat), from_bound, 1e-11);
      CHECK_NEAR(mu_hat, above, 1e-6);
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_T_TILDE, 0, mu, NULL), from_bound, 1e-11);
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q, 0, mu, NULL), free > mu ? 0.0 : from_free, 1e-11);
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q_TILDE, 0, mu, NULL), above > mu ? 0.0 : from_bound,
                 1e-11);
      CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q, 1, mu, NULL), above > mu ? 0.0 : from_bound, 1e-11);
    }
    const double discovery = free > 0.0 ? 2.0 * counting_nll(&c, c.n, 0.0, 0.0) : 0.0;
    CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q0, 1, 77.0, NULL), discovery, 1e-11);
    CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q0, 0, 77.0, NULL), discovery, 1e-11);
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* Without counts mu^ is where nothing is expected. */
static void no_counts_at_all(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 4.0, .b = 3.0, .n = 0.0, .lower = 0.0, .upper = 10.0 };
  double mu_hat;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_T, 0, 1.0, &mu_hat), 2.0 * 7.0, 1e-7);
  CHECK_NEAR(mu_hat, -0.75, 1e-7);
  CHECK_NEAR(statistic_of(ctx, &c, FAIRU_TEST_Q_TILDE, 1, 1.0, &mu_hat), 2.0 * 4.0, 1e-12);
  CHECK_NEAR(mu_hat, 0.0, 0.0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* q falls with the square of the distance, and keeps its digits on the way. */
static void small_statistics_keep_their_digits(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 30.0, .b = 1e6, .n = 1000700.0, .lower = -1000.0, .upper = 1000.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  const double best = (c.n - c.b) / c.s;
  for (double d = 10.0; d > 1e-4; d *= 0.1) {
    const double q = 2.0 * counting_deviance(c.n, c.n + c.s * d);
    CHECK_CLOSE(statistic_of(ctx, &c, FAIRU_TEST_Q, 1, best + d, NULL), q, 1e-8);
    CHECK_CLOSE(statistic_of(ctx, &c, FAIRU_TEST_T, 1, best - d, NULL),
                2.0 * counting_deviance(c.n, c.n - c.s * d), 1e-8);
  }
  counting_destroy(&c);
  counting on_off = { .s = 9.0, .b = 50.0, .tau = 3.0, .n = 71.0, .m = 140.0, .lower = -9.0, .upper = 99.0 };
  CHECK_OK(ctx, counting_create(ctx, &on_off));
  const double hat = (on_off.n - on_off.m / on_off.tau) / on_off.s;
  for (double d = 1.0; d > 1e-5; d *= 0.1) /* the best fit is saturated: nothing is subtracted */
    CHECK_CLOSE(statistic_of(ctx, &on_off, FAIRU_TEST_Q, 1, hat + d, NULL),
                2.0 * counting_nll(&on_off, on_off.n, on_off.m, hat + d), 1e-8);
  counting_destroy(&on_off);
  fairu_context_destroy(ctx);
}

/* ---- tests -------------------------------------------------------------------------------------------- */

static fairu_hypotest_result test_of(fairu_context *ctx, const counting *c,
                                     const fairu_hypotest_options *options, double mu)
{
  fairu_hypotest_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_likelihood_hypotest(c->likelihood, ctx, c->data, options, mu, &result));
  return result;
}

static void one_sided_tests(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const double observed[4] = { 2.0, 11.0, 16.0, 60.0 };
  for (int i = 0; i < 8; i++) {
    counting c = { .s = 6.0,
                   .b = 10.0,
                   .tau = i < 4 ? 0.0 : 2.5,
                   .n = observed[i % 4],
                   .m = 22.0,
                   .lower = 0.0,
                   .upper = 10.0 };
    CHECK_OK(ctx, counting_create(ctx, &c));
    for (int tilde = 0; tilde < 2; tilde++)
      for (double mu = 0.5; mu < 3.0; mu += 1.0) {
        fairu_hypotest_options options = options_of(tilde ? FAIRU_TEST_Q_TILDE : FAIRU_TEST_Q, 1);
        const fairu_hypotest_result r = test_of(ctx, &c, &options, mu);
        const double q = counting_q(&c, c.n, c.m, 0.0, mu), qa = counting_q_asimov(&c, mu);
        CHECK_NEAR(r.statistic, q, 1e-9);
        CHECK_NEAR(r.asimov, qa, 1e-9);
        CHECK_NEAR(r.mu_hat, counting_mu_hat(&c, c.n, c.m, 0.0), 1e-5);
        CHECK_CLOSE(r.cls, counting_cls(&c, 0.0, tilde, mu), 1e-8);
        CHECK_CLOSE(r.p_sb / r.p_b, r.cls, 1e-14);
        CHECK_CLOSE(counting_sf(r.significance), r.p_sb, 1e-13);
        for (int n = 0; n < 5; n++) {
          const double sigma = n - 2.0;
          CHECK_CLOSE(r.expected_p_b[n], counting_sf(-sigma), 1e-13);
          CHECK_CLOSE(r.expected_p_sb[n], counting_sf(sqrt(qa) - sigma), 1e-8);
          CHECK_CLOSE(r.expected[n], r.expected_p_sb[n] / r.expected_p_b[n], 1e-13);
        }
        options.clipped_normal = 1; /* t is at least -sqrt(qA) */
        const fairu_hypotest_result clipped = test_of(ctx, &c, &options, mu);
        for (int n = 0; n < 5; n++)
          CHECK_CLOSE(clipped.expected[n], n - 2.0 > sqrt(qa) ? 0.5 / counting_sf(-sqrt(qa)) : r.expected[n],
                      1e-8);
      }
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

static void discovery_and_two_sided_tests(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 6.0, .b = 10.0, .tau = 3.0, .n = 21.0, .m = 27.0, .lower = -1.0, .upper = 10.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  fairu_hypotest_options options = options_of(FAIRU_TEST_Q0, 1);
  fairu_hypotest_result r = test_of(ctx, &c, &options, 12345.0);
  const double q0 = 2.0 * counting_nll(&c, c.n, c.m, 0.0);
  const double beta = counting_beta(&c, c.n, c.m, 1.0);
  const double qa = 2.0 * counting_nll(&c, c.s + beta * c.b, c.tau * beta * c.b, 0.0);
  CHECK_CLOSE(r.statistic, q0, 1e-10);
  CHECK_CLOSE(r.asimov, qa, 1e-10);
  CHECK_CLOSE(r.p_sb, counting_sf(sqrt(q0)), 1e-10);
  CHECK_CLOSE(r.cls, r.p_sb, 0.0);
  CHECK_CLOSE(r.significance, sqrt(q0), 1e-10);
  CHECK_CLOSE(r.expected[2], counting_sf(sqrt(qa)), 1e-9);
  CHECK_CLOSE(r.expected[0], counting_sf(sqrt(qa) + 2.0), 1e-9); /* -2 gives the least p in any test */
  options.statistic = FAIRU_TEST_T;
  options.model_bounds = 0;
  r = test_of(ctx, &c, &options, 1.5);
  const double t = 2.0 * counting_nll(&c, c.n, c.m, 1.5), sa = sqrt(counting_q_asimov(&c, 1.5));
  CHECK_CLOSE(r.statistic, t, 1e-9);
  CHECK_CLOSE(r.p_sb, 2.0 * counting_sf(sqrt(t)), 1e-9);
  CHECK_CLOSE(r.p_b, counting_sf(sqrt(t) + sa) + counting_sf(sqrt(t) - sa), 1e-9);
  CHECK_CLOSE(r.cls, r.p_sb / r.p_b, 1e-13);
  CHECK_CLOSE(r.significance, sqrt(t), 1e-10);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* mu = 0 against itself: nothing can be said. */
static void the_background_against_itself(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_hypotest_options options = options_of(FAIRU_TEST_Q_TILDE, 1);
  counting c = { .s = 6.0, .b = 10.0, .n = 8.0, .lower = 0.0, .upper = 10.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  const fairu_hypotest_result r = test_of(ctx, &c, &options, 0.0);
  CHECK_NEAR(r.cls, 1.0, 0.0);
  CHECK_NEAR(r.asimov, 0.0, 0.0);
  for (int n = 0; n < 5; n++)
    CHECK_CLOSE(r.expected[n], 1.0, 1e-15);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- limits ------------------------------------------------------------------------------------------- */

/* CLs falls with mu: bisection to the last digit. */
static double limit_by_bisection(const counting *c, double lower, int tilde, double alpha)
{
  double low = counting_mu_hat(c, c->n, c->m, lower), high = 1e6;
  for (int i = 0; i < 200; i++) {
    const double mu = 0.5 * (low + high);
    if (counting_cls(c, lower, tilde, mu) > alpha)
      low = mu;
    else
      high = mu;
  }
  return low;
}

/* The expected limit at sigma: sf(root - sigma) = alpha Phi(sigma), root^2 = qA(mu). */
static double expected_by_bisection(const counting *c, double alpha, double sigma)
{
  double low = 0.0, high = 1e6;
  for (int i = 0; i < 200; i++) {
    const double mu = 0.5 * (low + high);
    if (counting_sf(sqrt(counting_q_asimov(c, mu)) - sigma) > alpha * counting_sf(-sigma))
      low = mu;
    else
      high = mu;
  }
  return low;
}

static double pick(unsigned *seed, double low, double high)
{
  *seed = *seed * 1664525u + 1013904223u;
  return low + (high - low) * (double)(*seed >> 8) / 16777216.0;
}

static void limits_solve_what_they_say(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  unsigned seed = 20260801u;
  int evaluations = 0;
  for (int i = 0; i < 120; i++) {
    counting c = { .s = exp(pick(&seed, -2.0, 4.0)), .b = exp(pick(&seed, -1.0, 6.0)), .upper = 10.0 };
    c.tau = i % 3 == 0 ? 0.0 : exp(pick(&seed, -2.0, 3.0));
    c.n = floor(pick(&seed, 0.3, 2.0) * c.b);
    c.m = c.tau > 0.0 ? 1.0 + floor(pick(&seed, 0.6, 1.5) * c.tau * c.b) : 0.0;
    const int tilde = i % 4 != 1;
    const double alpha = i % 5 == 4 ? 0.1 : 0.05;
    const fairu_hypotest_options options = options_of(tilde ? FAIRU_TEST_Q_TILDE : FAIRU_TEST_Q, 1);
    fairu_limit limit = { .struct_size = sizeof limit };
    CHECK_OK(ctx, counting_create(ctx, &c));
    CHECK_OK(ctx, fairu_likelihood_limit(c.likelihood, ctx, c.data, &options, 1.0 - alpha, &limit));
    CHECK_CLOSE(limit.observed, limit_by_bisection(&c, 0.0, tilde, alpha), 1e-9);
    for (int n = 0; n < 5; n++)
      CHECK_CLOSE(limit.expected[n], expected_by_bisection(&c, alpha, n - 2.0), 1e-9);
    evaluations += limit.evaluations;
    counting_destroy(&c);
  }
  assert_true(evaluations < 120 * 70);
  fairu_context_destroy(ctx);
}

/* Twice the signal is half the limit; a test at the limit gives the level. */
static void limits_scale_and_close(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_hypotest_options options = options_of(FAIRU_TEST_Q_TILDE, 0);
  fairu_limit first = { .struct_size = sizeof first }, second = { .struct_size = sizeof second };
  for (double scale = 1e-5; scale < 1e6; scale *= 1e3) {
    counting c = { .s = 8.0, .b = 20.0, .tau = 2.0, .n = 24.0, .m = 37.0, .upper = 3.0 };
    counting d = c;
    d.s = c.s * scale;
    d.upper = 1e9;
    CHECK_OK(ctx, counting_create(ctx, &c));
    CHECK_OK(ctx, counting_create(ctx, &d));
    CHECK_OK(ctx, fairu_likelihood_limit(c.likelihood, ctx, c.data, &options, 0.95, &first));
    CHECK_OK(ctx, fairu_likelihood_limit(d.likelihood, ctx, d.data, &options, 0.95, &second));
    CHECK_CLOSE(first.observed, scale * second.observed, 1e-9);
    CHECK_CLOSE(first.expected[4], scale * second.expected[4], 1e-9);
    assert_true(first.expected[4] > 3.0 || first.expected[4] > first.expected[3]);
    fairu_hypotest_result r = test_of(ctx, &d, &options, second.observed);
    CHECK_CLOSE(r.cls, 0.05, 1e-8);
    for (int n = 0; n < 5; n++) {
      r = test_of(ctx, &d, &options, second.expected[n]);
      CHECK_CLOSE(r.expected[n], 0.05, 1e-8);
    }
    counting_destroy(&c);
    counting_destroy(&d);
  }
  fairu_context_destroy(ctx);
}

/* ---- all of it at once -------------------------------------------------------------------------------- */

static double fitted(fairu_context *ctx, const small_model *m, const fairu_data *data, double mu,
                     double *params)
{
  unsigned char fixed[small_params] = { 0 };
  double start[small_params] = { mu, 1.0, 1.1, 0.1, 0.0 };
  fairu_fit_options options;
  fairu_fit_result result = { .struct_size = sizeof result };
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  fixed[0] = isfinite(mu);
  fixed[2] = 1;
  start[0] = isfinite(mu) ? mu : 1.0;
  options.fixed = fixed;
  options.start = start;
  CHECK_OK(ctx,
           fairu_likelihood_fit(m->likelihood, ctx, data, &options, params, small_params, NULL, &result));
  return result.nll[0] + result.nll[1];
}

/* Template statistics, a spline in two nuisances, an auxiliary histogram: five separate fits give the same test. */
static void a_model_with_everything(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const unsigned char fixed[small_params] = { 0, 0, 1, 0, 0 };
  static const int kinds[3] = { FAIRU_CONSTRAINT_AUXILIARY, FAIRU_CONSTRAINT_PRIOR, FAIRU_CONSTRAINT_PRIOR };
  static const int priors[3] = { 0, FAIRU_PRIOR_GAUSSIAN, FAIRU_PRIOR_TABULATED };
  for (int i = 0; i < 3; i++) {
    const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING, .kind = kinds[i], .prior = priors[i] };
    fairu_fit_options fit;
    fairu_hypotest_options options = options_of(FAIRU_TEST_Q, 1);
    fairu_hypotest_result r = { .struct_size = sizeof r };
    double params[small_params], at_zero[small_params], given[small_params];
    fairu_data *asimov = NULL;
    small_model m;
    CHECK_OK(ctx, small_create(ctx, &o, &m));
    CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
    options.fit = &fit;
    fit.fixed = fixed;
    const double free = fitted(ctx, &m, m.data, (double)NAN, params), mu = params[0] + 0.4;
    const double q = 2.0 * (fitted(ctx, &m, m.data, mu, params) - free);
    fitted(ctx, &m, m.data, 0.0, at_zero);
    CHECK_OK(ctx, fairu_data_create(ctx, m.likelihood, &asimov));
    CHECK_OK(ctx,
             fairu_likelihood_asimov_at(m.likelihood, ctx, m.data, &fit, 0.0, asimov, given, small_params));
    for (int k = 0; k < small_params; k++)
      CHECK_NEAR(given[k], at_zero[k], 1e-5);
    CHECK_OK(ctx, fairu_likelihood_asimov(m.likelihood, ctx, at_zero, small_params, asimov));
    const double lowest = fitted(ctx, &m, asimov, (double)NAN, params);
    const double qa = params[0] > mu ? 0.0 : 2.0 * (fitted(ctx, &m, asimov, mu, params) - lowest);
    CHECK_OK(ctx, fairu_likelihood_hypotest(m.likelihood, ctx, m.data, &options, mu, &r));
    CHECK_NEAR(r.statistic, q, 1e-8);
    CHECK_NEAR(r.asimov, qa, 1e-7);
    assert_true(q > 0.1 && qa > 0.1);
    fairu_data_destroy(asimov);
    small_destroy(&m);
  }
  fairu_context_destroy(ctx);
}

/* ---- refusals ----------------------------------------------------------------------------------------- */

static void refusals_say_why(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_fit_options fit;
  fairu_hypotest_options options = options_of(FAIRU_TEST_Q_TILDE, 1);
  fairu_hypotest_result r = { .struct_size = sizeof r };
  fairu_limit limit = { .struct_size = sizeof limit };
  counting c = { .s = 5.0, .b = 10.0, .n = 8.0, .upper = 10.0 }, other = c, empty = c, later = c;
  double q = -7.0;
  empty.s = 0.0;
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  later.lower = 0.5;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, counting_create(ctx, &other));
  CHECK_OK(ctx, counting_create(ctx, &empty));
  CHECK_OK(ctx, counting_create(ctx, &later));
  const fairu_likelihood *lh = c.likelihood;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_hypotest(lh, ctx, other.data, &options, 1.0, &r));
  CHECK_SAYS(ctx, "another likelihood");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_hypotest(lh, ctx, c.data, &options, -0.5, &r));
  CHECK_SAYS(ctx, "'mu' is -0.5");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_likelihood_test_statistic(lh, ctx, c.data, &options, (double)NAN, &q, NULL));
  CHECK_SAYS(ctx, "'mu' is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_likelihood_hypotest(later.likelihood, ctx, later.data, &options, 1.0, &r));
  CHECK_SAYS(ctx, "Asimov data: 'mu' is 0, the least allowed is 0.5");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_limit(lh, ctx, c.data, &options, 1.0, &limit));
  CHECK_SAYS(ctx, "level is 1");
  CHECK_FAILS(ctx, FAIRU_ERR_FLAT,
              fairu_likelihood_limit(empty.likelihood, ctx, empty.data, &options, 0.95, &limit));
  CHECK_SAYS(ctx, "do not bound 'mu'");
  options.statistic = FAIRU_TEST_T;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_limit(lh, ctx, c.data, &options, 0.95, &limit));
  CHECK_SAYS(ctx, "needs the statistic q or q~");
  options.statistic = 6;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_hypotest(lh, ctx, c.data, &options, 1.0, &r));
  CHECK_SAYS(ctx, "unknown statistic 6");
  options.statistic = FAIRU_TEST_Q;
  const unsigned char fixed[1] = { 1 };
  fit.fixed = fixed;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_likelihood_hypotest(lh, ctx, c.data, &options, 1.0, &r));
  CHECK_SAYS(ctx, "'mu' is fixed");
  fit.fixed = NULL;
  fit.struct_size = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_likelihood_hypotest(lh, ctx, c.data, &options, 1.0, &r));
  CHECK_SAYS(ctx, "fit options: struct_size is 3");
  options.fit = NULL;
  r.struct_size = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_likelihood_hypotest(lh, ctx, c.data, &options, 1.0, &r));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_likelihood_asimov_at(lh, ctx, c.data, NULL, 1.0, other.data, &q, 3));
  CHECK_SAYS(ctx, "1 parameters, got 3");
  assert_true(q == -7.0);
  counting_destroy(&c);
  counting_destroy(&other);
  counting_destroy(&empty);
  counting_destroy(&later);
  fairu_context_destroy(ctx);
}

static int all_calls(fairu_context *ctx, void *unused)
{
  counting c = { .s = 5.0, .b = 10.0, .tau = 2.0, .n = 13.0, .m = 21.0, .upper = 10.0 };
  fairu_hypotest_result r = { .struct_size = sizeof r };
  fairu_limit limit = { .struct_size = sizeof limit };
  double q;
  (void)unused;
  int status = counting_create(ctx, &c);
  if (status == FAIRU_OK)
    status = fairu_likelihood_test_statistic(c.likelihood, ctx, c.data, NULL, 1.0, &q, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_hypotest(c.likelihood, ctx, c.data, NULL, 1.0, &r);
  if (status == FAIRU_OK)
    status = fairu_likelihood_limit(c.likelihood, ctx, c.data, NULL, 0.95, &limit);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov_at(c.likelihood, ctx, c.data, NULL, 1.0, c.data, NULL, 0);
  counting_destroy(&c);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(all_calls, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(definitions_in_one_bin),
                                      cmocka_unit_test(no_counts_at_all),
                                      cmocka_unit_test(small_statistics_keep_their_digits),
                                      cmocka_unit_test(one_sided_tests),
                                      cmocka_unit_test(discovery_and_two_sided_tests),
                                      cmocka_unit_test(the_background_against_itself),
                                      cmocka_unit_test(limits_solve_what_they_say),
                                      cmocka_unit_test(limits_scale_and_close),
                                      cmocka_unit_test(a_model_with_everything),
                                      cmocka_unit_test(refusals_say_why),
                                      cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
