/* enumeration.h - exact coverage of 1-sigma intervals by enumeration: every count (or pair) with its Poisson probability, membership decided by the
 * library's own interval ends, beside the same sum with membership by closed forms. No toy error.
 *
 * Truth on a knife's edge: a count whose interval ends exactly at the truth would be decided by rounding; the points must be such that none does
 * (least_margin), but for ends at a bound, which is part of the interval. */
#ifndef FAIRU_TESTS_ENUMERATION_H
#define FAIRU_TESTS_ENUMERATION_H

#include "likelihood/counting.h"
#include "support/support.h"

static const double no_tail = 1e-13; /* probability left out, of each count */
static const double least_margin = 1e-7;

static inline double probability(double n, double nu)
{
  return nu > 0.0 ? exp(n * log(nu) - nu - lgamma(n + 1.0)) : n <= 0.0;
}

/* Counts first .. last hold all but no_tail of Poisson(nu). */
static inline void counts_of(double nu, int *first, int *last)
{
  *first = *last = (int)nu;
  while (*first > 0 && probability(*first - 1, nu) > no_tail * 1e-3)
    --*first;
  while (probability(*last + 1, nu) > no_tail * 1e-3)
    ++*last;
}

/* The background with a control bin: a free factor, or the closed-form gamma of a Poisson count. */
enum { FACTOR, GAMMA };

/* Probability of {t <= 1}: membership by the library, and by closed forms. */
typedef struct enumerated {
  double coverage, closed;
} enumerated;

/* One experiment: its closed forms, and where the likelihood is asked. */
typedef struct experiment {
  counting c;
  double lower; /* of mu; -inf: as far as yields allow */
  double mu;    /* truth */
  int form;     /* of the background with a control bin */
  fairu_context *ctx;
} experiment;

/* mu in the interval, by the library. */
static inline int library_says(experiment *e, double n, double m)
{
  const double counts[2] = { n, m };
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(e->ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 0.5;
  const int gamma = e->form == GAMMA, on_off = e->c.tau > 0.0;
  CHECK_OK(e->ctx, fairu_data_set_observed(e->c.data, e->ctx, counts, on_off && !gamma ? 2 : 1));
  if (gamma)
    CHECK_OK(e->ctx, fairu_data_set_aux(e->c.data, e->ctx, 1, m));
  CHECK_OK(e->ctx, fairu_likelihood_interval(e->c.likelihood, e->ctx, e->c.data, &options, &interval, NULL,
                                             NULL, e->c.tau > 0.0 ? 2 : 1));
  /* where a yield ends the interval, its end is known to 1e-13 of the scale of mu */
  const double slack = interval.lower_end == FAIRU_INTERVAL_YIELD ? 1e-12 : 0.0;
  return interval.lower - slack <= e->mu && e->mu <= interval.upper;
}

static inline double sum_of(experiment *e, double *closed, int (*says)(const experiment *, double, double))
{
  const double nu = e->mu * e->c.s + e->c.b, control = e->c.tau * e->c.b;
  int n0, n1, m0 = 0, m1 = 0;
  double sum = 0.0;
  *closed = 0.0;
  counts_of(nu, &n0, &n1);
  if (e->c.tau > 0.0)
    counts_of(control, &m0, &m1);
  for (int n = n0; n <= n1; n++)
    for (int m = m0; m <= m1; m++) {
      const double p = probability(n, nu) * (e->c.tau > 0.0 ? probability(m, control) : 1.0);
      if (p < no_tail * 1e-3)
        continue;
      sum += library_says(e, n, m) ? p : 0.0;
      *closed += says(e, n, m) ? p : 0.0;
    }
  return sum;
}

/* ---- one bin ------------------------------------------------------------------------------------------ */

/* t(mu) <= 1 with the minimum at nu = n, or at the bound. */
static inline int single_says(const experiment *e, double n, double m)
{
  const double least = fmax(e->lower * e->c.s + e->c.b, 0.0);
  const double t =
      2.0 * (counting_deviance(n, e->mu * e->c.s + e->c.b) - counting_deviance(n, fmax(n, least)));
  (void)m;
  assert_true(fabs(t - 1.0) > least_margin);
  return t <= 1.0;
}

static inline enumerated enumerated_single(double s, double b, double mu, double lower)
{
  experiment e = { .c = { .s = s, .b = b, .lower = lower, .upper = HUGE_VAL }, .lower = lower, .mu = mu };
  enumerated sums;
  e.ctx = support_context();
  CHECK_OK(e.ctx, counting_create(e.ctx, &e.c));
  sums.coverage = sum_of(&e, &sums.closed, single_says);
  counting_destroy(&e.c);
  fairu_context_destroy(e.ctx);
  return sums;
}

/* ---- a bin and a control bin -------------------------------------------------------------------------- */

static inline double nll_of(const experiment *e, double n, double m, double mu)
{
  return counting_nll(&e->c, n, m, mu);
}

/* mu >= 0 is where the closed form of the conditional background holds; the free minimum has both deviances 0. */
static inline int on_off_says(const experiment *e, double n, double m)
{
  const double best = (n - m / e->c.tau) / e->c.s;
  const double least = best >= e->lower ? 0.0 : nll_of(e, n, m, e->lower);
  const double t = 2.0 * (nll_of(e, n, m, e->mu) - least);
  assert_true(fabs(t - 1.0) > least_margin);
  return t <= 1.0;
}

static inline int factor_create(experiment *e)
{
  const char *const names[2] = { "signal", "background" };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, e->lower, HUGE_VAL },
                                    { "beta", "background", 1.0, 0.0, HUGE_VAL } };
  const double yields[4] = { e->c.s, 0.0, e->c.b, e->c.tau * e->c.b };
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  fairu_grid *grid = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = factors;
  options.n_factors = 2;
  if (status == FAIRU_OK)
    status = fairu_grid_create(e->ctx, NULL, 0, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(e->ctx, grid, names, 2, 2, yields, NULL, FAIRU_INTERPOLATION_LINEAR,
                                    &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(e->ctx, templates, &options, &e->c.likelihood);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  return status;
}

/* gamma with an auxiliary count of expectation tau b gamma */
static inline int gamma_create(experiment *e)
{
  fairu_context *ctx = e->ctx;
  fairu_model *model = NULL;
  fairu_parameter_options mu, gamma;
  const size_t parameter = 1;
  int status = fairu_parameter_options_init(&mu, sizeof mu);
  if (status == FAIRU_OK)
    status = fairu_parameter_options_init(&gamma, sizeof gamma);
  mu.lower = e->lower;
  gamma.poisson_scale = e->c.tau * e->c.b;
  if (status == FAIRU_OK)
    status = fairu_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = fairu_model_add_parameter(model, ctx, "mu", &mu, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_parameter(model, ctx, "gamma", &gamma, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(model, ctx, "on", 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "signal", &e->c.s, 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "background", &e->c.b, 1, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, 0, 0);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(model, ctx, 1, &parameter, 1);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, model, "mu", &e->c.likelihood);
  fairu_model_destroy(model);
  return status;
}

static inline enumerated enumerated_on_off(int form, double s, double b, double tau, double mu, double lower)
{
  experiment e = {
    .c = { .s = s, .b = b, .tau = tau, .upper = HUGE_VAL }, .form = form, .lower = lower, .mu = mu
  };
  enumerated sums;
  e.ctx = support_context();
  CHECK_OK(e.ctx, form == GAMMA ? gamma_create(&e) : factor_create(&e));
  CHECK_OK(e.ctx, fairu_data_create(e.ctx, e.c.likelihood, &e.c.data));
  sums.coverage = sum_of(&e, &sums.closed, on_off_says);
  counting_destroy(&e.c);
  fairu_context_destroy(e.ctx);
  return sums;
}

#endif /* FAIRU_TESTS_ENUMERATION_H */
