/* special.h - special functions, double, no globals (never lgamma: it writes signgam). */
#ifndef FAIRU_NUMERIC_SPECIAL_H
#define FAIRU_NUMERIC_SPECIAL_H

double fairu_normal__cdf(double x);    /* Phi(x), relative accuracy in the lower tail */
double fairu_normal__sf(double x);     /* 1 - Phi(x), relative accuracy in the upper tail */
double fairu_normal__log_sf(double x); /* ln(1 - Phi(x)) beyond underflow */
double fairu_normal__interval(double a,
                              double b);    /* Phi(b) - Phi(a), a <= b, without cancellation in the tails */
double fairu_normal__quantile(double p);    /* inverse of cdf, 0 < p < 1 */
double fairu_normal__quantile_sf(double p); /* inverse of sf: Z of a p-value */

double fairu_log_gamma(double x); /* x > 0 */

/* Poisson in deviance form (Baker and Cousins 1984; Loader's bd0): -ln P(n | nu) = deviance + saturated.
 * deviance = nu - n + n ln(n / nu) >= 0, without cancellation near n = nu; 0 ln 0 = 0; +inf for nu <= 0 < n.
 * saturated(n) = ln Gamma(n + 1) - n ln n + n, n >= 0 real; ~ ln(2 pi n) / 2. */
double fairu_poisson__deviance(double n, double nu);
double fairu_poisson__saturated(double n);

double fairu_gamma__p(double a, double x);          /* regularised lower incomplete gamma */
double fairu_gamma__q(double a, double x);          /* upper */
double fairu_beta__i(double a, double b, double x); /* regularised incomplete beta */
double fairu_beta__i_inverse(double a, double b, double p);
/* Clopper-Pearson interval of k of n at `level`. */
void fairu_binomial__interval(double k, double n, double level, double *lower, double *upper);

#endif /* FAIRU_NUMERIC_SPECIAL_H */
