/* spline.h - cubic interpolation with derivatives. Not-a-knot ends (reproduces cubics exactly). */
#ifndef FAIRU_NUMERIC_SPLINE_H
#define FAIRU_NUMERIC_SPLINE_H

#include <stddef.h>

/* Matrix form, for many functions on the same knots: second derivatives m [n] of the spline through y [n] at x [n] (strictly
 * rising, n >= 4), y with stride. work [4 n]. */
void fairu_spline__moments(const double *x, size_t n, const double *y, size_t stride, double *m,
                           size_t m_stride, double *work);

/* Interval i with x[i] <= t <= x[i+1]; t inside the knots. */
size_t fairu_spline__find(const double *x, size_t n, double t);

/* value[3] = S(t), S'(t), S''(t) on interval i, from y and m at its two ends. */
void fairu_spline__evaluate(double x0, double x1, double y0, double y1, double m0, double m1, double t,
                            double value[3]);

#endif /* FAIRU_NUMERIC_SPLINE_H */
