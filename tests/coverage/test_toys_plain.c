/* Tests with toys and Neyman constructions against the same made toy by toy with the calls that anyone has: counts drawn, statistics computed, fractions
 * counted one by one; for every statistic, with and without a nuisance. */
#include "likelihood/counting.h"
#include "support/draws.h"
#include "support/support.h"

enum { N_TOYS = 60, N_CASES = 6 };

typedef struct ensemble {
  double q;                 /* observed */
  double values[2][N_TOYS]; /* of toys of the tested hypothesis and of the other */
} ensemble;

static const int statistics[5] = { FAIRU_TEST_T, FAIRU_TEST_T_TILDE, FAIRU_TEST_Q, FAIRU_TEST_Q_TILDE,
                                   FAIRU_TEST_Q0 };

static counting case_of(fairu_context *ctx, draws *d, size_t number)
{
  counting c = { .s = draw_between(d, 2.0, 8.0),
                 .b = draw_between(d, 3.0, 30.0),
                 .tau = number % 2 ? draw_between(d, 0.5, 3.0) : 0.0,
                 .lower = -0.3,
                 .upper = 40.0 };
  c.n = floor(c.b + draw_between(d, 0.0, 2.0) * c.s);
  c.m = floor(c.tau * c.b) + 1.0;
  CHECK_OK(ctx, counting_create(ctx, &c));
  return c;
}

static fairu_toy_test test_of(fairu_hypotest_options *options, int statistic, uint64_t seed)
{
  fairu_toy_test test;
  assert_int_equal(fairu_hypotest_options_init(options, sizeof *options), FAIRU_OK);
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  options->statistic = statistic;
  options->model_bounds = (int)(seed % 2);
  test.options = options;
  test.n_toys = N_TOYS;
  test.seed = seed;
  return test;
}

/* ---- by hand ----------------------------------------------------------------------------------------------- */

/* Toys 2 k + h of the seed at the conditional best fit for `at`, their statistic for `tested`. */
static void throw_toys(fairu_context *ctx, const counting *c, const fairu_toy_test *test, double tested,
                       double at, uint64_t h, double values[N_TOYS])
{
  const size_t n_params = c->tau > 0.0 ? 2 : 1;
  double params[2];
  fairu_data *asimov = NULL, *toy = NULL;
  CHECK_OK(ctx, fairu_data_create(ctx, c->likelihood, &asimov));
  CHECK_OK(ctx, fairu_data_create(ctx, c->likelihood, &toy));
  CHECK_OK(ctx, fairu_likelihood_asimov_at(c->likelihood, ctx, c->data, test->options->fit, at, asimov,
                                           params, n_params));
  for (uint64_t k = 0; k < N_TOYS; k++) {
    CHECK_OK(ctx, fairu_likelihood_toy(c->likelihood, ctx, params, n_params, test->seed, 2 * k + h, toy));
    CHECK_OK(ctx, fairu_likelihood_test_statistic(c->likelihood, ctx, toy, test->options, tested, &values[k],
                                                  NULL));
  }
  fairu_data_destroy(asimov);
  fairu_data_destroy(toy);
}

/* Share of values that are q or more, to 1e-9 of it and 1e-12. */
static double share(const double *values, double q)
{
  size_t n = 0;
  for (size_t k = 0; k < N_TOYS; k++)
    n += values[k] >= q - fmax(1e-9 * fabs(q), 1e-12);
  return (double)n / N_TOYS;
}

/* The value with `fraction` of the others below, between its neighbours in order: found by counting. */
static double percentile(const double *values, double fraction)
{
  const double place = fraction * (N_TOYS - 1);
  double found[2] = { 0.0, 0.0 };
  for (size_t side = 0; side < 2; side++) {
    const size_t rank = (size_t)place + side;
    for (size_t k = 0; k < N_TOYS; k++) {
      size_t below = 0, equal = 0;
      for (size_t j = 0; j < N_TOYS; j++) {
        below += values[j] < values[k];
        equal += values[j] == values[k];
      }
      if (below <= rank && rank < below + equal)
        found[side] = values[k];
    }
  }
  return found[0] + (place - floor(place)) * (found[1] - found[0]);
}

/* Ties are told by 1e-9, statistics agree to less, so that a place hangs on no rounding. */
static void check_result(const ensemble *e, const fairu_toy_test_result *r, int statistic)
{
  static const double sigmas[5] = { -2.0, -1.0, 0.0, 1.0, 2.0 };
  const int is_q0 = statistic == FAIRU_TEST_Q0;
  double cls[N_TOYS];
  const double p_sb = share(e->values[0], e->q), p_b = share(e->values[1], e->q);
  CHECK_NEAR(r->statistic, e->q, 1e-12 * (1.0 + e->q));
  assert_true(r->p_sb == p_sb && r->p_b == p_b);
  if (is_q0 || p_b > 0.0)
    CHECK_CLOSE(r->cls, is_q0 ? p_sb : p_sb / p_b, 1e-15);
  CHECK_CLOSE(r->p_sb_error, sqrt(p_sb * (1.0 - p_sb) / N_TOYS), 1e-12);
  CHECK_CLOSE(r->p_b_error, sqrt(p_b * (1.0 - p_b) / N_TOYS), 1e-12);
  for (size_t k = 0; k < N_TOYS; k++)
    cls[k] = share(e->values[0], e->values[1][k]) / (is_q0 ? 1.0 : share(e->values[1], e->values[1][k]));
  for (size_t i = 0; i < 5; i++)
    CHECK_CLOSE(r->expected[i], percentile(cls, 0.5 * erfc(-sigmas[i] / sqrt(2.0))), 1e-12);
  assert_true(r->n_sb == N_TOYS && r->n_b == N_TOYS && r->n_failed_sb == 0 && r->n_failed_b == 0);
}

/* One test of one case. */
typedef struct drawn_test {
  fairu_context *ctx;
  const counting *c;
  size_t number;
  int statistic;
  fairu_hypotest_options options;
  fairu_toy_test test;
} drawn_test;

/* All cases with the first statistics. */
static void for_tests(uint64_t seed, size_t n_statistics, void (*check)(drawn_test *t, draws *d))
{
  draws d = { .state = seed };
  fairu_context *ctx = support_context();
  for (size_t number = 0; number < N_CASES; number++) {
    counting c = case_of(ctx, &d, number);
    for (size_t i = 0; i < n_statistics; i++) {
      drawn_test t = { .ctx = ctx, .c = &c, .number = number, .statistic = statistics[i] };
      t.test = test_of(&t.options, t.statistic, draw(&d));
      check(&t, &d);
    }
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

static void check_test(drawn_test *t, draws *d)
{
  const counting *c = t->c;
  fairu_context *ctx = t->ctx;
  const int is_q0 = t->statistic == FAIRU_TEST_Q0;
  const double mu = draw_between(d, 0.3, 2.0), tested = is_q0 ? 0.0 : mu, other = is_q0 ? 1.0 : 0.0;
  double sb[N_TOYS], b[N_TOYS];
  ensemble e;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  CHECK_OK(ctx,
           fairu_likelihood_test_statistic(c->likelihood, ctx, c->data, &t->options, tested, &e.q, NULL));
  throw_toys(ctx, c, &t->test, tested, tested, 0, e.values[0]);
  throw_toys(ctx, c, &t->test, tested, other, 1, e.values[1]);
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c->likelihood, c->data, &t->test, mu, &r, sb, b));
  for (size_t k = 0; k < N_TOYS; k++) { /* minima are found to 1e-9 of where they are begun */
    CHECK_NEAR(sb[k], e.values[0][k], 1e-8 * (1.0 + sb[k]));
    CHECK_NEAR(b[k], e.values[1][k], 1e-8 * (1.0 + b[k]));
  }
  memcpy(e.values[0], sb, sizeof sb);
  memcpy(e.values[1], b, sizeof b);
  check_result(&e, &r, t->statistic);
}

static void tests_are_made_of_their_toys(void **state)
{
  (void)state;
  for_tests(31, 5, check_test);
}

/* ---- Neyman ------------------------------------------------------------------------------------------------- */

/* p of each mu is that of its own test with the same toys, in any order and company of others, twice the same mu too. */
static void check_pvalues(drawn_test *t, draws *d)
{
  enum { N_MU = 5 };
  const counting *c = t->c;
  fairu_context *ctx = t->ctx;
  double mu[N_MU], p[N_MU];
  for (size_t k = 0; k < N_MU; k++)
    mu[k] = k == 3 ? mu[1] : draw_between(d, 0.05, 3.0);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + (int)(t->number % 3)));
  CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c->likelihood, c->data, &t->test, mu, N_MU, p));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
  for (size_t k = 0; k < N_MU; k++) {
    double q, sb[N_TOYS];
    fairu_toy_test_result r = { .struct_size = sizeof r };
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c->likelihood, c->data, &t->test, mu[k], &r, sb, NULL));
    CHECK_OK(ctx, fairu_likelihood_test_statistic(c->likelihood, ctx, c->data, &t->options, mu[k], &q, NULL));
    assert_true(p[k] == r.p_sb && p[k] == share(sb, q));
  }
  assert_true(p[3] == p[1]);
}

static void pvalues_are_those_of_single_tests(void **state)
{
  (void)state;
  for_tests(32, 4, check_pvalues);
}

/* t~ of mu at its best fit is 0, or what rounding makes of it: no toy is below, p is 1. */
static void the_best_fit_is_never_excluded(void **state)
{
  (void)state;
  draws d = { .state = 33 };
  fairu_context *ctx = support_context();
  for (size_t number = 0; number < 20; number += 2) { /* one bin: mu^ = (n - b) / s */
    counting c = case_of(ctx, &d, number);
    fairu_hypotest_options options;
    const fairu_toy_test test = test_of(&options, FAIRU_TEST_T_TILDE, draw(&d));
    const double best = fmax((c.n - c.b) / c.s, 0.0), mu[3] = { best, best + 15.0, best };
    double p[3];
    options.model_bounds = 0; /* mu >= 0, whatever the model allows */
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, mu, 3, p));
    fairu_toy_test_result r = { .struct_size = sizeof r };
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, best, &r, NULL, NULL));
    assert_true(r.statistic < 1e-18 && r.p_sb == 1.0 && p[0] == 1.0 && p[2] == 1.0);
    assert_true(p[1] < 0.05); /* 15 s is many standard deviations of 15 s + b < 160 */
    counting_destroy(&c);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(tests_are_made_of_their_toys),
                                      cmocka_unit_test(pvalues_are_those_of_single_tests),
                                      cmocka_unit_test(the_best_fit_is_never_excluded) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
