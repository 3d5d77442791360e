/* surface.h - many functions of Z interpolated on one grid: the mathematics of templates, without names.
 *
 *   h(f(z)) = base + sum_k D_k(z_k) + sum_(k,l) P_kl(z_k, z_l)
 *
 * h is a logarithm relative to the value at the nominal point, the identity or the square root. Memory is ordered by knot,
 * not by function: an evaluation reads one contiguous stretch per axis (values and moments of the two knots around z_k)
 * and two per pair.
 */
#ifndef FAIRU_TEMPLATES_SURFACE_H
#define FAIRU_TEMPLATES_SURFACE_H

#include "templates/grid.h"

typedef struct fairu_surface {
  fairu_allocator allocator;
  const fairu_grid *grid; /* of the owner */
  int scale;              /* fairu_interpolation */
  size_t width;           /* number of functions */
  double *reference;      /* [width] LOG: value at the nominal point, 0 for a function that is 0 everywhere */
  double *base;           /* [width] */
  double **axis_nodes;    /* [n_axes] [knot][value, moment][width], NULL for a single knot */
  double **pair_nodes;    /* [n_pairs] [knot][knot][value, moment a, moment b, both][width] */
  double **factors;       /* [n_axes] of moments.h, NULL for a single knot */
} fairu_surface;

/* Memory for `width` functions; values come with fairu_surface__set. */
int fairu_surface__create(fairu_context *ctx, const fairu_grid *grid, int scale, size_t width,
                          fairu_surface **out);
void fairu_surface__destroy(fairu_surface *surface);

/* Values [n_points][width], allowed in the scale (LOG: a function is > 0 everywhere or 0 everywhere; SQRT: >= 0). */
void fairu_surface__set(fairu_surface *surface, const double *values);

/* FAIRU_ERR_RANGE names axis, value and range. An axis of a single knot is constant and takes any z. */
int fairu_surface__check_range(const fairu_surface *surface, fairu_context *ctx, const double *z);

/* f, d_f [n_axes][width], d2_f [n_axes][n_axes][width]; d_f and d2_f NULL where not wanted. */
int fairu_surface__evaluate(const fairu_surface *surface, fairu_context *ctx, const double *z, double *f,
                            double *d_f, double *d2_f);

#endif /* FAIRU_TEMPLATES_SURFACE_H */
