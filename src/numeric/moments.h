/* moments.h - second derivatives of not-a-knot cubic splines, many functions at once on the same knots.
 *
 * The elimination depends on the knots alone and is done once; what is left per function is one pass forth and one back
 * over rows of adjacent functions. numeric/spline.h has the same spline for a single function.
 */
#ifndef FAIRU_NUMERIC_MOMENTS_H
#define FAIRU_NUMERIC_MOMENTS_H

#include <stddef.h>

/* Doubles that the factors of n knots take. */
size_t fairu_moments__size(size_t n_knots);

/* Eliminate: knots x [n >= 4] into factors. */
void fairu_moments__factor(const double *x, size_t n_knots, double *factors);

/* Rows of `width` functions: values of knot i at rows + i * stride, moments to the same plus `offset`. */
void fairu_moments__solve(const double *factors, size_t n_knots, double *rows, size_t stride, size_t offset,
                          size_t width);

#endif /* FAIRU_NUMERIC_MOMENTS_H */
