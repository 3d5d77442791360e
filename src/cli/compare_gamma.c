/* compare_gamma.c - a Gaussian signal on a gamma-distributed background in one dimension, all of it scaled by alpha.
 *
 * background: x ~ Gamma(2, scale alpha); signal: x ~ N(5 alpha, 0.5 alpha). Densities depend on u = x / alpha alone.
 */
#include "compare_problem.h"

#include <math.h>

static int gamma_systematics(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  static const char *const columns[1] = { "x" };
  const int status = compare_nuisances_create(ctx, problem, out);
  return status == FAIRU_OK ? fairu_systematics_add_scale(*out, ctx, "alpha", columns, 1) : status;
}

static double gamma_cdf(double u)
{
  return u <= 0.0 ? 0.0 : -expm1(-u) - u * exp(-u);
}

/* By bisection to rounding. */
static double gamma_quantile(double p)
{
  double lower = 0.0, upper = 80.0;
  for (int i = 0; i < 60; i++) {
    const double u = 0.5 * (lower + upper);
    if (gamma_cdf(u) < p)
      lower = u;
    else
      upper = u;
  }
  return 0.5 * (lower + upper);
}

static void gamma_event(int label, const double *u, double *x)
{
  x[0] = label == COMPARE_SIGNAL ? 5.0 + 0.5 * compare_normal(u[0]) : gamma_quantile(u[0]);
}

static double gamma_log_density(int label, const double *x, const double *z, double *d_z)
{
  const double u = x[0] / z[0], t = (u - 5.0) / 0.5;
  if (label == COMPARE_SIGNAL) {
    d_z[0] = (t * u / 0.5 - 1.0) / z[0];
    return -0.5 * t * t - log(0.5 * z[0]) - 0.5 * log(2.0 * M_PI);
  }
  d_z[0] = (u - 2.0) / z[0];
  return log(u) - u - log(z[0]);
}

static double gamma_logit(double u)
{
  const double t = (u - 5.0) / 0.5;
  return -0.5 * t * t - log(0.5 * sqrt(2.0 * M_PI)) - log(u) + u;
}

/* u between a and b where the logit, monotone there, is edge. */
static double gamma_crossing(double edge, double a, double b)
{
  const int rises = gamma_logit(a) < gamma_logit(b);
  for (int i = 0; i < 70; i++) {
    const double u = 0.5 * (a + b);
    if ((gamma_logit(u) < edge) == rises)
      a = u;
    else
      b = u;
  }
  return 0.5 * (a + b);
}

/* Stationary points of the logit: 21 - 4 u - 1 / u = 0. It falls from u = 0 on; down there, where u < e^-50, nothing is. */
static const double least = 0.04805898398896202, most = 5.2019410160110375;

static void gamma_distribution(int label, const double *z, const double *z_score, const double *edges,
                               size_t n, double *p)
{
  const double ratio = z_score[0] / z[0];
  for (size_t j = 0; j < n; j++) {
    p[j] = 1.0;
    if (edges[j] >= gamma_logit(most))
      continue;
    const double a = ratio * gamma_crossing(edges[j], least, most),
                 b = ratio * gamma_crossing(edges[j], most, 60.0);
    p[j] -= label == COMPARE_SIGNAL
                ? compare_normal_cdf((b - 5.0) / 0.5) - compare_normal_cdf((a - 5.0) / 0.5)
                : gamma_cdf(b) - gamma_cdf(a);
  }
}

#define ALPHAS                                                                                               \
  {                                                                                                          \
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4,  \
        1.45, 1.5, 1.55, 1.6, 1.65, 1.7, 1.75, 1.8                                                           \
  }
#define COMMON                                                                                               \
  .features = { "x" }, .n_features = 1, .axes = { { "alpha", 1.0, 0.5, 0.05, ALPHAS, 27 } }, .n_axes = 1,    \
  .moves = { 1, 1 }, .truths = { { "\xce\xb1=1", { 1.0 } }, { "\xce\xb1=1.2", { 1.2 } } }, .n_truths = 2,    \
  .template_events = 150000, .range = { { 1e-9, 80.0, 400 } }, .systematics = gamma_systematics,             \
  .event = gamma_event, .log_density = gamma_log_density, .distribution = gamma_distribution

const compare_problem compare_gamma_hard = {
  .name = "gamma-gauss",
  .title = "Gaussian on a gamma distribution, hard",
  .about = "One feature: signal N(5, 0.5), background Gamma(2, 1), both multiplied by alpha of prior N(1, "
           "0.5). 50 signal events at "
           "mu = 1, 950 background events.",
  .signal = 50.0,
  .background = 950.0,
  COMMON,
};

const compare_problem compare_gamma_easy = {
  .name = "gamma-gauss-easy",
  .title = "Gaussian on a gamma distribution, easy",
  .about = "One feature: signal N(5, 0.5), background Gamma(2, 1), both multiplied by alpha of prior N(1, "
           "0.5). 1000 signal events at "
           "mu = 1, 1000 background events.",
  .signal = 1000.0,
  .background = 1000.0,
  COMMON,
};
