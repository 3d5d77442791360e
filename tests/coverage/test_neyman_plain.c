/* The Neyman construction against plain enumeration: counts with a background, a Gaussian measurement of what cannot be negative, best fits where p is 1.
 * Toys are drawn by hand and ranked by closed forms, so that p agrees to the last toy; against exact probabilities it agrees within binomial error. */
#include "coverage/bin_model.h"
#include "coverage/enumeration.h"
#include "support/draws.h"

enum { N_TOYS = 400 };

static const int two_sided[2] = { FAIRU_TEST_T, FAIRU_TEST_T_TILDE };

static fairu_toy_test test_of(fairu_hypotest_options *options, int statistic, uint64_t n_toys, uint64_t seed)
{
  fairu_toy_test test;
  assert_int_equal(fairu_hypotest_options_init(options, sizeof *options), FAIRU_OK);
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  options->statistic = statistic;
  options->model_bounds = 0; /* mu >= 0 for t~ and q~, anything for t and q */
  test.options = options;
  test.n_toys = n_toys;
  test.seed = seed;
  return test;
}

/* Five standard deviations of the share of n toys, and what one toy makes of it. */
static double spread_of(double p, double n)
{
  return 5.0 * sqrt(p * fmax(1.0 - p, 0.0) / n) + 1.0 / n;
}

/* ---- best fits ------------------------------------------------------------------------------------------- */

/* Of n events (and m in the control bin), by the rounding of a division: the statistic is 1e-20 or so, or 0. */
static void check_best_fit(fairu_context *ctx, counting *c, uint64_t seed)
{
  static const int statistics[4] = { FAIRU_TEST_T, FAIRU_TEST_T_TILDE, FAIRU_TEST_Q, FAIRU_TEST_Q_TILDE };
  const double best = (c->n - (c->tau > 0.0 ? c->m / c->tau : c->b)) / c->s;
  for (int i = 0; i < 4; i++) {
    fairu_hypotest_options options;
    const fairu_toy_test test = test_of(&options, statistics[i], 40, seed);
    fairu_toy_test_result r = { .struct_size = sizeof r };
    double p;
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c->likelihood, c->data, &test, &best, 1, &p));
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c->likelihood, c->data, &test, best, &r, NULL, NULL));
    assert_true(r.statistic < 1e-18);
    assert_true(p == 1.0 && r.p_sb == 1.0 && r.p_b == 1.0 && r.cls == 1.0);
    assert_true(r.p_sb_error == 0.0 && r.p_b_error == 0.0);
  }
}

static void best_fits_have_p_of_one(void **state)
{
  (void)state;
  draws d = { .state = 51 };
  fairu_context *ctx = support_context();
  for (int i = 0; i < 40; i++) {
    const double scale = pow(10.0, i % 5);
    counting c = { .s = scale * draw_between(&d, 1.0, 5.0),
                   .b = scale * draw_between(&d, 1.0, 9.0),
                   .tau = i % 2 ? draw_between(&d, 0.5, 3.0) : 0.0,
                   .lower = -HUGE_VAL,
                   .upper = HUGE_VAL };
    c.n = ceil(c.b + draw_between(&d, 0.5, 3.0) * c.s);
    c.m = floor(c.tau * c.b);
    CHECK_OK(ctx, counting_create(ctx, &c));
    check_best_fit(ctx, &c, draw(&d));
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* ---- counts ---------------------------------------------------------------------------------------------- */

/* t of mu for n events, the best fit not below `lower`. */
static double t_of(const counting *c, double n, double lower, double mu)
{
  const double best = counting_mu_hat(c, n, 0.0, lower);
  return 2.0 * fmax(counting_nll(c, n, 0.0, mu) - counting_nll(c, n, 0.0, best), 0.0);
}

/* As far down as the best fit of n events may go: to no expectation at all, or to 0. */
static double least_of(const counting *c, int statistic)
{
  return statistic == FAIRU_TEST_T ? -c->b / c->s : 0.0;
}

/* Share of toys 2 k of the seed whose counts rank like n or behind it. */
static double ranked(fairu_context *ctx, const counting *c, const fairu_toy_test *test, double mu)
{
  const double lower = least_of(c, test->options->statistic), q = t_of(c, c->n, lower, mu);
  size_t reach = 0;
  fairu_data *toy = NULL;
  CHECK_OK(ctx, fairu_data_create(ctx, c->likelihood, &toy));
  for (uint64_t k = 0; k < test->n_toys; k++) {
    double n;
    CHECK_OK(ctx, fairu_likelihood_toy(c->likelihood, ctx, &mu, 1, test->seed, 2 * k, toy));
    CHECK_OK(ctx, fairu_data_observed(toy, ctx, NULL, 0, &n));
    reach += t_of(c, n, lower, mu) >= q * (1.0 - 1e-9);
  }
  fairu_data_destroy(toy);
  return (double)reach / (double)test->n_toys;
}

/* Probability of all counts that rank like n or behind it. */
static double exact_p(const counting *c, int statistic, double mu)
{
  const double lower = least_of(c, statistic), q = t_of(c, c->n, lower, mu), nu = c->s * mu + c->b;
  double sum = 0.0;
  int first, last;
  counts_of(nu, &first, &last);
  for (int n = first; n <= last; n++)
    if (t_of(c, n, lower, mu) >= q * (1.0 - 1e-9))
      sum += probability(n, nu);
  return fmin(sum, 1.0);
}

static void counts_are_ranked_by_hand(void **state)
{
  (void)state;
  enum { N_MU = 6 };
  draws d = { .state = 52 };
  fairu_context *ctx = support_context();
  for (int i = 0; i < 24; i++) {
    counting c = { .s = draw_between(&d, 1.0, 6.0), .b = draw_between(&d, 0.5, 12.0), .lower = -HUGE_VAL };
    fairu_hypotest_options options;
    const fairu_toy_test test = test_of(&options, two_sided[i % 2], N_TOYS, draw(&d));
    double mu[N_MU], p[N_MU];
    c.upper = HUGE_VAL;
    c.n = (double)draw_below(&d, 20);
    CHECK_OK(ctx, counting_create(ctx, &c));
    for (int k = 0; k < N_MU; k++)
      mu[k] = k == 0 ? 0.0 : draw_between(&d, 0.0, 4.0);
    mu[5] = fmax((c.n - c.b) / c.s, 0.0); /* the best fit there may be */
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, N_MU, p));
    for (int k = 0; k < N_MU; k++) {
      assert_true(p[k] == ranked(ctx, &c, &test, mu[k]));
      const double exact = exact_p(&c, test.options->statistic, mu[k]);
      CHECK_NEAR(p[k], exact, spread_of(exact, N_TOYS));
    }
    assert_true(p[5] == 1.0 || (test.options->statistic == FAIRU_TEST_T && c.n < c.b));
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

/* What the Neyman construction of t~ accepts is what the Feldman-Cousins interval holds, and p crosses 1 - level at its ends (1e-6: there other counts
 * may rank alike). */
static void belts_are_those_of_feldman_and_cousins(void **state)
{
  (void)state;
  static const double levels[3] = { 0.6827, 0.9, 0.95 };
  fairu_context *ctx = support_context();
  for (int n = 0; n < 14; n++)
    for (int i = 0; i < 3; i++) {
      const counting c = { .s = 1.0, .b = 3.0, .n = n, .upper = HUGE_VAL };
      double lower, upper;
      CHECK_OK(ctx, fairu_feldman_cousins(ctx, (uint64_t)n, c.b, levels[i], &lower, &upper));
      for (double mu = 0.0; mu < 25.0; mu += 0.0625)
        if (exact_p(&c, FAIRU_TEST_T_TILDE, mu) > 1.0 - levels[i] + 1e-12)
          assert_true(lower <= mu && mu <= upper);
      if (lower > 0.0) {
        assert_true(exact_p(&c, FAIRU_TEST_T_TILDE, lower - 1e-6) <= 1.0 - levels[i] + 1e-9);
        assert_true(exact_p(&c, FAIRU_TEST_T_TILDE, lower + 1e-6) > 1.0 - levels[i] - 1e-9);
      }
      assert_true(exact_p(&c, FAIRU_TEST_T_TILDE, upper + 1e-6) <= 1.0 - levels[i] + 1e-9);
    }
  fairu_context_destroy(ctx);
}

/* ---- a Gaussian near a bound ------------------------------------------------------------------------------ */

typedef struct gaussian {
  fairu_likelihood *likelihood;
  fairu_data *data;
} gaussian;

/* x ~ N(mu, 1): the measurement is the constraint, the one bin of background tells nothing of mu. */
static gaussian gaussian_create(fairu_context *ctx)
{
  static const char *const names[2] = { "signal", "background" };
  static const double yields[2] = { 0.0, 5.0 };
  const fairu_factor factor = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_nuisance prior;
  fairu_constraint constraint = { .nuisance = "mu", .kind = FAIRU_CONSTRAINT_PRIOR, .prior = &prior };
  fairu_likelihood_options options;
  gaussian g;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  prior.name = "mu";
  options.factors = &factor;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  g.likelihood = bin_model(ctx, names, 2, 1, yields, NULL, &options);
  CHECK_OK(ctx, fairu_data_create(ctx, g.likelihood, &g.data));
  return g;
}

static void gaussian_destroy(gaussian *g)
{
  fairu_data_destroy(g->data);
  fairu_likelihood_destroy(g->likelihood);
}

/* -2 ln of the ratio that ranks x at mu, where mu >= 0. */
static double gaussian_t(double x, double mu)
{
  return x < 0.0 ? mu * (mu - 2.0 * x) : (x - mu) * (x - mu);
}

/* Probability of all x' that rank like x or behind it: outside of an interval about mu. */
static double gaussian_p(double x, double mu)
{
  const double t = gaussian_t(x, mu), root = sqrt(t);
  const double low = root <= mu ? -root : mu > 0.0 ? -0.5 * (t / mu + mu) : -HUGE_VAL; /* x' - mu */
  return 0.5 * erfc(-low / sqrt(2.0)) + 0.5 * erfc(root / sqrt(2.0));
}

static void gaussian_measurements_are_ranked_by_hand(void **state)
{
  (void)state;
  enum { N_MU = 5 };
  draws d = { .state = 53 };
  fairu_context *ctx = support_context();
  gaussian g = gaussian_create(ctx);
  fairu_data *toy = NULL;
  CHECK_OK(ctx, fairu_data_create(ctx, g.likelihood, &toy));
  for (int i = 0; i < 16; i++) {
    fairu_hypotest_options options;
    const fairu_toy_test test = test_of(&options, FAIRU_TEST_T_TILDE, N_TOYS, draw(&d));
    const double x = draw_between(&d, -3.0, 3.0);
    double mu[N_MU], p[N_MU];
    for (int k = 0; k < N_MU; k++)
      mu[k] = draw_between(&d, 0.05, 4.0);
    mu[4] = fmax(x, 0.0);
    CHECK_OK(ctx, fairu_data_set_aux(g.data, ctx, 0, x));
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, g.likelihood, g.data, &test, mu, N_MU, p));
    for (int k = 0; k < N_MU; k++) {
      size_t reach = 0;
      for (uint64_t n = 0; n < N_TOYS; n++) {
        double drawn;
        CHECK_OK(ctx, fairu_likelihood_toy(g.likelihood, ctx, &mu[k], 1, test.seed, 2 * n, toy));
        CHECK_OK(ctx, fairu_data_aux(toy, ctx, 0, &drawn));
        reach += gaussian_t(drawn, mu[k]) >= gaussian_t(x, mu[k]) * (1.0 - 1e-9);
      }
      assert_true(p[k] == (double)reach / N_TOYS);
      CHECK_NEAR(p[k], gaussian_p(x, mu[k]), spread_of(gaussian_p(x, mu[k]), N_TOYS));
    }
    assert_true(p[4] == 1.0);
  }
  fairu_data_destroy(toy);
  gaussian_destroy(&g);
  fairu_context_destroy(ctx);
}

/* arXiv:physics/9711021, table X: p is 1 - level at both ends, but for two printed digits; at a lower end of 0 it is more, unless that is a bound. */
static void the_gaussian_table_of_the_paper_comes_out(void **state)
{
  static const double levels[4] = { 0.6827, 0.9, 0.95, 0.99 };
  static const struct {
    double x, ends[4][2];
  } rows[] = {
    { -3.0, { { 0.0, 0.04 }, { 0.0, 0.26 }, { 0.0, 0.42 }, { 0.0, 0.80 } } },
    { -2.0, { { 0.0, 0.07 }, { 0.0, 0.40 }, { 0.0, 0.62 }, { 0.0, 1.10 } } },
    { -1.0, { { 0.0, 0.27 }, { 0.0, 0.81 }, { 0.0, 1.10 }, { 0.0, 1.68 } } },
    { 0.0, { { 0.0, 1.00 }, { 0.0, 1.64 }, { 0.0, 1.96 }, { 0.0, 2.58 } } },
    { 1.0, { { 0.24, 2.00 }, { 0.0, 2.64 }, { 0.0, 2.96 }, { 0.0, 3.58 } } },
    { 2.0, { { 1.00, 3.00 }, { 0.58, 3.64 }, { 0.35, 3.96 }, { 0.0, 4.58 } } },
    { 3.0, { { 2.00, 4.00 }, { 1.37, 4.64 }, { 1.14, 4.96 }, { 0.67, 5.58 } } },
  };
  enum { MANY = 3000 };
  (void)state;
  fairu_context *ctx = support_context();
  gaussian g = gaussian_create(ctx);
  fairu_hypotest_options options;
  const fairu_toy_test test = test_of(&options, FAIRU_TEST_T_TILDE, MANY, 1998);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_OK(ctx, fairu_data_set_aux(g.data, ctx, 0, rows[i].x));
    for (int k = 0; k < 4; k++) {
      double p[2];
      CHECK_OK(ctx, fairu_neyman_pvalues(ctx, g.likelihood, g.data, &test, rows[i].ends[k], 2, p));
      for (int end = rows[i].ends[k][0] > 0.0 ? 0 : 1; end < 2; end++) {
        const double mu = rows[i].ends[k][end], miss = 1.0 - levels[k];
        assert_true(
            (gaussian_p(rows[i].x, mu - 0.0055) - miss) * (gaussian_p(rows[i].x, mu + 0.0055) - miss) < 0.0);
        CHECK_NEAR(p[end], gaussian_p(rows[i].x, mu), spread_of(miss, MANY));
      }
      assert_true(rows[i].ends[k][0] > 0.0 || p[0] == 1.0 || rows[i].x > 0.0);
    }
  }
  gaussian_destroy(&g);
  fairu_context_destroy(ctx);
}

/* ---- no toys --------------------------------------------------------------------------------------------- */

/* Four iterations are enough for the data and for most toys: where the only one fails, no p is told from none. */
static void without_toys_there_is_no_p(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 8.0, .upper = 20.0 };
  fairu_hypotest_options options;
  fairu_fit_options fit;
  fairu_toy_test test = test_of(&options, FAIRU_TEST_Q_TILDE, 1, 0);
  size_t none = 0, some = 0;
  const double mu = 1.0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  fit.max_iterations = 4;
  for (test.seed = 0; test.seed < 100; test.seed++) {
    fairu_toy_test_result r = { .struct_size = sizeof r };
    double p, sb, b;
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, mu, &r, &sb, &b));
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, &mu, 1, &p));
    assert_true(r.n_sb + r.n_failed_sb == 1 && r.n_b + r.n_failed_b == 1);
    assert_true(isnan(sb) == (r.n_sb == 0) && isnan(b) == (r.n_b == 0));
    assert_true(isnan(p) == (r.n_sb == 0) && isnan(r.p_sb) == (r.n_sb == 0));
    assert_true(isnan(r.p_sb_error) == (r.n_sb == 0) && isnan(r.p_b) == (r.n_b == 0));
    assert_true(isnan(r.cls) == (r.n_sb == 0 || r.n_b == 0 || (r.p_b == 0.0 && r.p_sb == 0.0)));
    for (int i = 0; i < 5; i++)
      assert_true(isnan(r.expected[i]) == (r.n_sb == 0 || r.n_b == 0));
    none += r.n_sb == 0;
    some += r.n_sb > 0;
  }
  assert_true(none > 0 && some > 0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* No value of mu is asked for: nothing is fitted or written, but what is wrong is still told. */
static void no_mu_gives_no_p(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 4.0, .n = 9.0, .upper = 20.0 };
  fairu_hypotest_options options;
  fairu_toy_test test = test_of(&options, FAIRU_TEST_T_TILDE, 3, 1);
  const double mu = (double)NAN;
  double p = 77.0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, &mu, 0, &p));
  test.n_toys = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, &mu, 0, &p));
  test.n_toys = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, &mu, 1, &p));
  CHECK_SAYS(ctx, "Neyman construction: mu 0: ");
  assert_true(p == 77.0);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(best_fits_have_p_of_one),
    cmocka_unit_test(counts_are_ranked_by_hand),
    cmocka_unit_test(belts_are_those_of_feldman_and_cousins),
    cmocka_unit_test(gaussian_measurements_are_ranked_by_hand),
    cmocka_unit_test(the_gaussian_table_of_the_paper_comes_out),
    cmocka_unit_test(without_toys_there_is_no_p),
    cmocka_unit_test(no_mu_gives_no_p),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
