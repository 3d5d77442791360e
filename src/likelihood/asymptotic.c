/* asymptotic.c - see asymptotic.h. Tails come from erfc, so that they are relatively exact down to underflow; CLs of two tails that underflow
 * comes from their logarithms. */
#include "likelihood/asymptotic.h"

#include <math.h>

#include "numeric/special.h"

#define LN_SQRT_2PI 0.91893853320467274178

/* sf(x) / sf(y) */
static double ratio_of_tails(double x, double y)
{
  const double above = fairu_normal__sf(x), below = fairu_normal__sf(y);
  if (above > 1e-290 && below > 1e-290)
    return above / below;
  return exp(fairu_normal__log_sf(x) - fairu_normal__log_sf(y));
}

static void tails(double x, double y, double *p)
{
  p[0] = fairu_normal__sf(x);
  p[1] = fairu_normal__sf(y);
  p[2] = ratio_of_tails(x, y);
}

/* Where q~ is exponentially distributed instead of chi^2: mu^ < 0. */
static int is_beyond(int statistic, double q, double q_asimov)
{
  return (statistic == FAIRU_TEST_Q_TILDE || statistic == FAIRU_TEST_T_TILDE) && q > q_asimov &&
         q_asimov > 0.0;
}

/* Arguments of the two tails: that of the tested hypothesis and that of the Asimov one. */
static void arguments(int statistic, double q, double q_asimov, double *x, double *y)
{
  const double s = sqrt(q), sa = sqrt(q_asimov);
  if (is_beyond(statistic, q, q_asimov)) {
    *x = (q + q_asimov) / (2.0 * sa);
    *y = (q - q_asimov) / (2.0 * sa);
  } else {
    *x = s;
    *y = s - sa;
  }
}

/* Both sides of mu: above mu at sqrt(t), below it where q would have it too. */
static void two_sided(int statistic, double t, double q_asimov, double *p)
{
  double x, y;
  arguments(statistic, t, q_asimov, &x, &y);
  p[0] = fairu_normal__sf(sqrt(t)) + fairu_normal__sf(x);
  p[1] = fairu_normal__sf(sqrt(t) + sqrt(q_asimov)) + fairu_normal__sf(y);
  p[2] = p[1] > 0.0 ? p[0] / p[1] : exp(fairu_normal__log_sf(x) - fairu_normal__log_sf(y));
}

void fairu_asymptotic__observed(int statistic, double q, double q_asimov, double *p)
{
  double x, y;
  if (statistic == FAIRU_TEST_T || statistic == FAIRU_TEST_T_TILDE) {
    two_sided(statistic, q, q_asimov, p);
    return;
  }
  arguments(statistic, q, q_asimov, &x, &y);
  tails(x, y, p);
  if (statistic == FAIRU_TEST_Q0)
    p[2] = p[0];
}

double fairu_asymptotic__significance(int statistic, double q, double q_asimov)
{
  double x, y, p[3];
  arguments(statistic, q, q_asimov, &x, &y);
  if (statistic != FAIRU_TEST_T_TILDE || x == sqrt(q)) /* both sides alike */
    return x;
  two_sided(statistic, q, q_asimov, p);
  return p[0] > 0.0 ? fairu_normal__quantile_sf(0.5 * p[0]) : sqrt(q);
}

/* t where mu^ = sigma of the Asimov hypothesis mu' = 0. */
static double two_sided_at(int statistic, double q_asimov, double sigma)
{
  const double sa = sqrt(q_asimov);
  if (statistic == FAIRU_TEST_T_TILDE && sigma < 0.0)
    return q_asimov - 2.0 * sa * sigma;
  return (sa - sigma) * (sa - sigma);
}

void fairu_asymptotic__expected(int statistic, double q_asimov, double sigma, int clipped, double *p)
{
  const double sa = sqrt(q_asimov);
  if (statistic == FAIRU_TEST_T || statistic == FAIRU_TEST_T_TILDE) {
    two_sided(statistic, two_sided_at(statistic, q_asimov, sigma), q_asimov, p);
    return;
  }
  const double t = clipped ? fmax(-sigma, -sa) : -sigma;
  tails(t + sa, t, p);
  if (statistic == FAIRU_TEST_Q0)
    p[2] = p[0];
}

/* Density over tail of the normal distribution: minus the derivative of ln sf. */
static double hazard(double x, double log_sf)
{
  return exp(-0.5 * x * x - LN_SQRT_2PI - log_sf);
}

double fairu_asymptotic__log_cls(int statistic, double q, double q_asimov, double d[2])
{
  const double s = sqrt(q), sa = sqrt(q_asimov);
  double x, y;
  arguments(statistic, q, q_asimov, &x, &y);
  const double above = fairu_normal__log_sf(x), below = fairu_normal__log_sf(y);
  const double hx = hazard(x, above), hy = hazard(y, below);
  if (is_beyond(statistic, q, q_asimov)) {
    const double half = 0.5 / sa;
    d[0] = (hy - hx) * half;
    d[1] = -hx * half * (1.0 - 0.5 * (q + q_asimov) / q_asimov) -
           hy * half * (1.0 + 0.5 * (q - q_asimov) / q_asimov);
  } else {
    d[0] = s > 0.0 ? (hy - hx) * 0.5 / s : 0.0;
    d[1] = -hy * 0.5 / sa;
  }
  return above - below;
}

double fairu_asymptotic__root_at(double alpha, double sigma, int clipped)
{
  const double root = sigma + fairu_normal__quantile_sf(alpha * fairu_normal__cdf(sigma));
  if (clipped && root < sigma)
    return fairu_normal__quantile(0.5 / alpha);
  return root;
}
