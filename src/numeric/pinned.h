/* pinned.h - logarithm, exponential and Poisson terms by + - * / and sqrt alone: the same bits on any machine, because
 * IEEE arithmetic is pinned and libm is not (glibc differs between CPUs with and without FMA). About 1 ulp. */
#ifndef FAIRU_NUMERIC_PINNED_H
#define FAIRU_NUMERIC_PINNED_H

double fairu_pinned__log(double x);                 /* x > 0, finite; -inf at 0, NaN below */
double fairu_pinned__exp(double x);                 /* 0 below -745.2, inf above 709.8 */
double fairu_pinned__deviance(double n, double nu); /* as fairu_poisson__deviance */
double fairu_pinned__saturated(double n);           /* as fairu_poisson__saturated */
double fairu_pinned__normal_quantile(double p);     /* Wichura, AS 241; relative 1e-15; 0 < p < 1 */

#endif /* FAIRU_NUMERIC_PINNED_H */
