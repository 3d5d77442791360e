/* All five test statistics of random workspaces: what the bounds of the model and the option model_bounds mean, from fits of workspaces that
 * differ in the bounds of mu alone; p-values, expected values and limits from the distributions of arXiv:1007.1727 written out. */
#include "plain_asked.h"

enum { MODELS = 24 };

/* The same workspace with mu in [0, 20] and in [-2, 20]: wide enough for every fit, all yields positive. */
typedef struct pair {
  both above, free;
  double at_bound, unbound; /* mu^ of both */
  double nll_at_bound, nll_unbound;
} pair;

static void bound_mu(plain_workspace *w, double lower)
{
  plain_config *mu = NULL;
  for (size_t i = 0; i < w->n_configs; i++)
    if (strcmp(w->configs[i].name, "mu") == 0)
      mu = &w->configs[i];
  mu = mu ? mu : plain_configure(w, "mu");
  mu->init = 1.0;
  mu->lower = lower;
  mu->upper = 20.0;
}

static double fitted(const both *b, double *nll)
{
  double params[PLAIN_PARAMS];
  fairu_fit_result r = { .struct_size = sizeof r };
  CHECK_OK(b->made.ctx, fairu_likelihood_fit(b->made.likelihood, b->made.ctx, b->made.data, NULL, params,
                                             b->m->n, NULL, &r));
  *nll = r.nll[0] + r.nll[1];
  return params[fairu_likelihood_poi_index(b->made.likelihood)];
}

/* Counts are a little lower in every other workspace, so that about half of the best fits lie below 0. */
static void open_pair(pair *p, uint64_t number)
{
  memset(p, 0, sizeof *p);
  plain_draw(&p->above.w, 700 + number, 2);
  plain_tame(&p->above.w);
  for (size_t c = 0; c < p->above.w.n_channels; c++)
    for (size_t b = 0; b < p->above.w.channels[c].n_bins; b++)
      p->above.w.channels[c].observed[b] =
          floor(p->above.w.channels[c].observed[b] * (number % 2 ? 0.8 : 1.05));
  p->free.w = p->above.w;
  bound_mu(&p->above.w, 0.0);
  bound_mu(&p->free.w, -2.0);
  both_make(&p->above, FAIRU_CODE_4, FAIRU_CODE_4P);
  both_make(&p->free, FAIRU_CODE_4, FAIRU_CODE_4P);
  p->at_bound = fitted(&p->above, &p->nll_at_bound);
  p->unbound = fitted(&p->free, &p->nll_unbound);
  assert_true(p->unbound > -1.99); /* or the identities below would not hold */
}

static void close_pair(pair *p)
{
  both_close(&p->above);
  both_close(&p->free);
}

static double statistic_of(const both *b, int kind, int model_bounds, double mu, double *mu_hat)
{
  fairu_hypotest_options o;
  double value = NAN;
  CHECK_OK(b->made.ctx, fairu_hypotest_options_init(&o, sizeof o));
  o.statistic = kind;
  o.model_bounds = model_bounds;
  CHECK_OK(b->made.ctx, fairu_likelihood_test_statistic(b->made.likelihood, b->made.ctx, b->made.data, &o, mu,
                                                        &value, mu_hat));
  return value;
}

/* NLL with mu held: the same for both, whatever their bounds. */
static double conditional(const both *b, double mu)
{
  double nll;
  CHECK_OK(b->made.ctx, fairu_likelihood_profile(b->made.likelihood, b->made.ctx, b->made.data, NULL,
                                                 fairu_likelihood_poi_index(b->made.likelihood), &mu, 1, &nll,
                                                 NULL, b->m->n));
  return nll;
}

static void statistics_are_those_of_their_definitions(void **state)
{
  (void)state;
  int n_below = 0;
  for (uint64_t k = 0; k < MODELS; k++) {
    pair p;
    open_pair(&p, k);
    n_below += p.unbound < 0.0;
    for (int i = 0; i < 4; i++) {
      const double mu = 0.1 + 0.8 * (double)i, at = conditional(&p.above, mu);
      const double t = 2.0 * (at - p.nll_unbound), tilde = 2.0 * (at - p.nll_at_bound);
      double mu_hat;
      /* as defined, whatever the model says */
      for (int which = 0; which < 2; which++) {
        const both *b = which ? &p.above : &p.free;
        CHECK_NEAR(statistic_of(b, FAIRU_TEST_T, 0, mu, &mu_hat), t, 1e-8);
        CHECK_NEAR(mu_hat, p.unbound, 1e-5);
        CHECK_NEAR(statistic_of(b, FAIRU_TEST_T_TILDE, 0, mu, &mu_hat), tilde, 1e-8);
        CHECK_NEAR(mu_hat, p.at_bound, 1e-5);
        CHECK_NEAR(statistic_of(b, FAIRU_TEST_Q, 0, mu, NULL), p.unbound <= mu ? t : 0.0, 1e-8);
        CHECK_NEAR(statistic_of(b, FAIRU_TEST_Q_TILDE, 0, mu, NULL), p.at_bound <= mu ? tilde : 0.0, 1e-8);
      }
      /* the model's bounds decide: tilde or not is one */
      for (int kind = FAIRU_TEST_T; kind <= FAIRU_TEST_T_TILDE; kind++) {
        CHECK_NEAR(statistic_of(&p.above, kind, 1, mu, NULL), tilde, 1e-8);
        CHECK_NEAR(statistic_of(&p.free, kind, 1, mu, NULL), t, 1e-8);
      }
      for (int kind = FAIRU_TEST_Q; kind <= FAIRU_TEST_Q_TILDE; kind++) {
        CHECK_NEAR(statistic_of(&p.above, kind, 1, mu, NULL), p.at_bound <= mu ? tilde : 0.0, 1e-8);
        CHECK_NEAR(statistic_of(&p.free, kind, 1, mu, NULL), p.unbound <= mu ? t : 0.0, 1e-8);
      }
    }
    const double q0 = p.unbound >= 0.0 ? 2.0 * (conditional(&p.above, 0.0) - p.nll_unbound) : 0.0;
    for (int bounds = 0; bounds < 2; bounds++) {
      CHECK_NEAR(statistic_of(&p.above, FAIRU_TEST_Q0, bounds, 0.0, NULL), q0, 1e-8);
      CHECK_NEAR(statistic_of(&p.free, FAIRU_TEST_Q0, bounds, 0.0, NULL), q0, 1e-8);
    }
    close_pair(&p);
  }
  assert_true(n_below >= MODELS / 5);
}

/* ---- distributions ------------------------------------------------------------------------------------- */

static double phi(double x)
{
  return 0.5 * erfc(-x / sqrt(2.0));
}

/* 1 - F(t | mu) and 1 - F(t | mu') of the statistic (sections 3.3 to 3.7), a = sqrt of its value on the Asimov set of mu' = 0 (of q0: 1). */
static void tails_of(int kind, double t, double a, double *p_sb, double *p_b)
{
  const double s = sqrt(t);
  const int beyond = t > a * a; /* mu^ < 0 */
  switch (kind) {
  case FAIRU_TEST_T:
    *p_sb = 2.0 * phi(-s);
    *p_b = phi(-s - a) + phi(-s + a);
    break;
  case FAIRU_TEST_T_TILDE:
    *p_sb = phi(-s) + (beyond ? phi(-(t + a * a) / (2.0 * a)) : phi(-s));
    *p_b = phi(-s - a) + (beyond ? phi(-(t - a * a) / (2.0 * a)) : phi(-s + a));
    break;
  case FAIRU_TEST_Q_TILDE:
    *p_sb = beyond ? phi(-(t + a * a) / (2.0 * a)) : phi(-s);
    *p_b = beyond ? phi(-(t - a * a) / (2.0 * a)) : phi(a - s);
    break;
  default:
    *p_sb = phi(-s);
    *p_b = phi(a - s);
  }
}

static void p_values_are_those_of_their_distributions(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    pair p;
    open_pair(&p, k);
    for (int kind = FAIRU_TEST_T; kind <= FAIRU_TEST_Q0; kind++) {
      fairu_hypotest_options o;
      fairu_hypotest_result r = { .struct_size = sizeof r };
      double p_sb, p_b, mu = kind == FAIRU_TEST_Q0 ? 0.0 : 0.3 + 0.2 * (double)(k % 5);
      CHECK_OK(p.above.made.ctx, fairu_hypotest_options_init(&o, sizeof o));
      o.statistic = kind;
      o.model_bounds = 0;
      CHECK_OK(p.above.made.ctx, fairu_likelihood_hypotest(p.above.made.likelihood, p.above.made.ctx,
                                                           p.above.made.data, &o, mu, &r));
      tails_of(kind, r.statistic, sqrt(r.asimov), &p_sb, &p_b);
      CHECK_NEAR(r.p_sb, p_sb, 1e-13);
      CHECK_NEAR(r.p_b, p_b, 1e-13);
      CHECK_NEAR(r.cls, kind == FAIRU_TEST_Q0 ? p_sb : p_sb / p_b, 1e-12 * fmax(1.0, 1.0 / p_b));
      const double z = kind == FAIRU_TEST_T || kind == FAIRU_TEST_T_TILDE ? 0.5 * p_sb : p_sb;
      CHECK_NEAR(phi(-r.significance), z, 1e-12);
      CHECK_NEAR(r.statistic, statistic_of(&p.free, kind, 0, mu, NULL), 1e-8);
    }
    close_pair(&p);
  }
}

/* mu^ at N sigma of the Asimov hypothesis; where it lies beyond mu, q is 0 and the clipped normal knows it. */
static void expected_values_are_quantiles(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    pair p;
    open_pair(&p, k);
    for (int clipped = 0; clipped < 2; clipped++) {
      fairu_hypotest_options o;
      fairu_hypotest_result r = { .struct_size = sizeof r };
      CHECK_OK(p.above.made.ctx, fairu_hypotest_options_init(&o, sizeof o));
      o.clipped_normal = clipped;
      CHECK_OK(p.above.made.ctx, fairu_likelihood_hypotest(p.above.made.likelihood, p.above.made.ctx,
                                                           p.above.made.data, &o, 0.4, &r));
      const double a = sqrt(r.asimov);
      for (int n = -2; n <= 2; n++) {
        const double root = clipped ? fmax(a - n, 0.0) : a - n; /* sqrt(q~) there */
        CHECK_NEAR(r.expected_p_sb[n + 2], phi(-root), 1e-13);
        CHECK_NEAR(r.expected_p_b[n + 2], phi(a - root), 1e-13);
        CHECK_NEAR(r.expected[n + 2], phi(-root) / phi(a - root), 1e-12);
      }
    }
    close_pair(&p);
  }
}

/* ---- limits -------------------------------------------------------------------------------------------- */

static void limits_solve_their_equation(void **state)
{
  (void)state;
  static const double levels[] = { 0.68, 0.95,
                                   0.99 }; /* beyond, a signal that may vanish has none: see below */
  for (uint64_t k = 0; k < MODELS; k++) {
    pair p;
    open_pair(&p, k);
    const made *m = &p.above.made;
    for (int bounds = 0; bounds < 2; bounds++)
      for (int kind = FAIRU_TEST_Q; kind <= FAIRU_TEST_Q_TILDE; kind++) {
        const double level = levels[(k + (uint64_t)kind) % 3];
        fairu_hypotest_options o;
        fairu_hypotest_result r = { .struct_size = sizeof r };
        fairu_limit limit = { .struct_size = sizeof limit };
        CHECK_OK(m->ctx, fairu_hypotest_options_init(&o, sizeof o));
        o.statistic = kind;
        o.model_bounds = bounds;
        o.clipped_normal = (int)(k % 2);
        CHECK_OK(m->ctx, fairu_likelihood_limit(m->likelihood, m->ctx, m->data, &o, level, &limit));
        CHECK_OK(m->ctx, fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, &o, limit.observed, &r));
        CHECK_NEAR(r.cls, 1.0 - level, 1e-8);
        CHECK_NEAR(limit.mu_hat, bounds || kind == FAIRU_TEST_Q_TILDE ? p.at_bound : p.unbound, 1e-5);
        for (int i = 0; i < 5; i++) {
          CHECK_OK(m->ctx,
                   fairu_likelihood_hypotest(m->likelihood, m->ctx, m->data, &o, limit.expected[i], &r));
          CHECK_NEAR(r.expected[i], 1.0 - level, 1e-8);
        }
      }
    close_pair(&p);
  }
}

/* A signal whose template may be nothing: gamma = 0 costs 1 / (2 sigma^2), so that q stops rising there; limits that need less exist. */
static void a_signal_that_may_vanish(void **state)
{
  (void)state;
  static const char text[] = DOCUMENT(
      SAMPLE("bkg", "[100,100]", MODIFIER("xs", "normsys", NORM)) "," SAMPLE(
          "sig", "[15,15]", MU "," MODIFIER("st", "staterror", "[4.2426406871192848,4.2426406871192848]")),
      "mu", "{'name':'mu','inits':[1],'bounds':[[0,20]]}");
  made m = make(text);
  const double observed[2] = { 102.0, 98.0 };
  fairu_limit limit = { .struct_size = sizeof limit };
  fairu_hypotest_result r = { .struct_size = sizeof r };
  CHECK_OK(m.ctx, fairu_data_set_observed(m.data, m.ctx, observed, 2));
  /* two gammas of width sqrt(2) / 5: 2 * 12.5 in q, but for what their lower bound of 1e-10 leaves of the signal */
  CHECK_OK(m.ctx, fairu_likelihood_hypotest(m.likelihood, m.ctx, m.data, NULL, 1e5, &r));
  CHECK_NEAR(r.asimov, 25.0, 1e-3);
  CHECK_OK(m.ctx, fairu_likelihood_hypotest(m.likelihood, m.ctx, m.data, NULL, 1e6, &r));
  CHECK_NEAR(r.asimov, 25.0, 1e-4);
  CHECK_OK(m.ctx, fairu_likelihood_limit(m.likelihood, m.ctx, m.data, NULL, 0.99, &limit));
  assert_true(limit.expected[4] > limit.expected[3] && limit.expected[4] < 1e3);
  clear(&m);
}

/* A higher level lies higher, and so does an expected limit for more background. */
static void limits_are_in_order(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++) {
    pair p;
    double last = 0.0;
    open_pair(&p, k);
    const made *m = &p.above.made;
    for (int i = 1; i < 20; i++) {
      fairu_limit limit = { .struct_size = sizeof limit };
      CHECK_OK(m->ctx,
               fairu_likelihood_limit(m->likelihood, m->ctx, m->data, NULL, (double)i / 20.0, &limit));
      assert_true(limit.observed > last);
      for (int n = 1; n < 5; n++)
        assert_true(limit.expected[n] > limit.expected[n - 1]);
      last = limit.observed;
    }
    close_pair(&p);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(statistics_are_those_of_their_definitions),
    cmocka_unit_test(p_values_are_those_of_their_distributions),
    cmocka_unit_test(expected_values_are_quantiles),
    cmocka_unit_test(limits_solve_their_equation),
    cmocka_unit_test(a_signal_that_may_vanish),
    cmocka_unit_test(limits_are_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
