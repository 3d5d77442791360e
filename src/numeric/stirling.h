/* stirling.h - ln Gamma(n + 1) beside its Stirling part, with two derivatives in one go: the cost of a Poisson term whose
 * count moves. */
#ifndef FAIRU_NUMERIC_STIRLING_H
#define FAIRU_NUMERIC_STIRLING_H

/* For n > 0: value[0] = ln Gamma(n + 1) - n ln n + n, value[1] = digamma(n + 1) - ln n, value[2] = trigamma(n + 1) - 1 / n:
 * the second and third are first and second derivative of the first. */
void fairu_stirling__terms(double n, double value[3]);

#endif /* FAIRU_NUMERIC_STIRLING_H */
