/* toy_sample.h - the distribution of a test statistic as toys give it. */
#ifndef FAIRU_COVERAGE_TOY_SAMPLE_H
#define FAIRU_COVERAGE_TOY_SAMPLE_H

#include <stddef.h>

/* Sort values [n], NaN out of the way; returns how many are left, in rising order at the front. */
size_t fairu_toy_sample__sort(double *values, size_t n);

/* Fraction of sorted values [n] that reach q, ties included; NaN for n = 0. */
double fairu_toy_sample__fraction(const double *sorted, size_t n, double q);

/* The same, going up from *place (0 at first), which is left where the next, larger q goes on. */
double fairu_toy_sample__fraction_from(const double *sorted, size_t n, double q, size_t *place);

/* Percentile `fraction` (0 .. 1) of sorted values [n] with linear interpolation between neighbours; NaN for n = 0. */
double fairu_toy_sample__percentile(const double *sorted, size_t n, double fraction);

#endif /* FAIRU_COVERAGE_TOY_SAMPLE_H */
