/* significance.h - formulas of significances, with the digits kept where s << b, sigma_b -> 0 or the background fades. */
#ifndef FAIRU_NUMERIC_SIGNIFICANCE_H
#define FAIRU_NUMERIC_SIGNIFICANCE_H

/* All of s, b, sigma_b >= 0 and finite, b > 0 unless said otherwise. */
double fairu_significance__ams(double s, double b);
double fairu_significance__asimov(double s, double b, double sigma_b); /* b = 0 allowed with sigma_b > 0 */
double fairu_significance__ams1(double s, double b, double sigma_b);   /* b = 0 allowed with sigma_b > 0 */

/* Z^2 of fairu_significance__asimov with sigma_b = f b, b > 0, and its derivatives in s and b into d. */
double fairu_significance__asimov_square(double s, double b, double f, double d[2]);

/* Z of a one-sided p-value, 0 < p < 1, and its inverse. */
double fairu_significance__of_p(double p);
double fairu_significance__p_of(double z);

#endif /* FAIRU_NUMERIC_SIGNIFICANCE_H */
