/* counting.h - counting experiments whose tests and limits have closed forms: one bin, or a bin and a control bin. */
#ifndef FAIRU_TESTS_COUNTING_H
#define FAIRU_TESTS_COUNTING_H

#include "support/support.h"

/* n ~ Poisson(mu s + beta b); with tau > 0 beta is free and m ~ Poisson(tau beta b), else beta is 1. */
typedef struct counting {
  double s, b, tau, n, m;
  double lower, upper; /* of mu */
  fairu_likelihood *likelihood;
  fairu_data *data;
} counting;

static inline void counting_destroy(counting *c)
{
  fairu_data_destroy(c->data);
  fairu_likelihood_destroy(c->likelihood);
}

static inline int counting_create(fairu_context *ctx, counting *c)
{
  static const char *const names[2] = { "signal", "background" };
  const int on_off = c->tau > 0.0;
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, c->lower, c->upper },
                                    { "beta", "background", 1.0, 1e-6, 1000.0 } };
  const double yields[4] = { c->s, on_off ? 0.0 : c->b, on_off ? c->b : 0.0, c->tau * c->b };
  const double counts[2] = { c->n, c->m };
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  fairu_grid *grid = NULL;
  c->likelihood = NULL;
  c->data = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = factors;
  options.n_factors = on_off ? 2 : 1;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, grid, names, 2, on_off ? 2 : 1, yields, NULL,
                                    FAIRU_INTERPOLATION_LINEAR, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, &c->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, c->likelihood, &c->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(c->data, ctx, counts, on_off ? 2 : 1);
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  return status;
}

/* nu - n + n ln(n / nu) with its digits near nu = n */
static inline double counting_deviance(double n, double nu)
{
  const double x = (nu - n) / n;
  if (n == 0.0)
    return nu;
  if (fabs(x) > 0.01)
    return nu - n + n * log(n / nu);
  double sum = 0.0; /* n (x - ln(1 + x)) = n (x^2/2 - x^3/3 + ...) */
  for (int k = 14; k >= 2; k--)
    sum = sum * -x + 1.0 / k;
  return n * x * x * sum;
}

/* Conditional beta: n mu-dependent quadratic of (1 + tau) beta b = n beta b / (mu s + beta b) + m. */
static inline double counting_beta(const counting *c, double n, double m, double mu)
{
  const double s = mu * c->s, t = 1.0 + c->tau, p = n + m - t * s;
  return (p + sqrt(p * p + 4.0 * t * m * s)) / (2.0 * t * c->b);
}

/* NLL above the saturated one at mu, profiled over beta, for counts n, m. */
static inline double counting_nll(const counting *c, double n, double m, double mu)
{
  if (!(c->tau > 0.0))
    return counting_deviance(n, mu * c->s + c->b);
  const double beta = counting_beta(c, n, m, mu);
  return counting_deviance(n, mu * c->s + beta * c->b) + counting_deviance(m, c->tau * beta * c->b);
}

static inline double counting_mu_hat(const counting *c, double n, double m, double lower)
{
  const double b = c->tau > 0.0 ? m / c->tau : c->b;
  return fmin(fmax((n - b) / c->s, lower), c->upper);
}

/* q~ or q of mu: one-sided, mu^ >= lower. */
static inline double counting_q(const counting *c, double n, double m, double lower, double mu)
{
  const double best = counting_mu_hat(c, n, m, lower);
  return best >= mu ? 0.0 : 2.0 * fmax(counting_nll(c, n, m, mu) - counting_nll(c, n, m, best), 0.0);
}

static inline double counting_q_asimov(const counting *c, double mu)
{
  const double beta = c->tau > 0.0 ? counting_beta(c, c->n, c->m, 0.0) : 1.0;
  return 2.0 * counting_nll(c, beta * c->b, c->tau * beta * c->b, mu);
}

static inline double counting_sf(double x)
{
  return 0.5 * erfc(x / sqrt(2.0));
}

static inline double counting_cls(const counting *c, double lower, int tilde, double mu)
{
  const double q = counting_q(c, c->n, c->m, lower, mu), qa = counting_q_asimov(c, mu);
  if (tilde && q > qa)
    return counting_sf((q + qa) / (2.0 * sqrt(qa))) / counting_sf((q - qa) / (2.0 * sqrt(qa)));
  return counting_sf(sqrt(q)) / counting_sf(sqrt(q) - sqrt(qa));
}

#endif /* FAIRU_TESTS_COUNTING_H */
