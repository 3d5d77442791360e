/* event_terms.h - what a table of event-wise terms holds, and its evaluation in tiles. */
#ifndef FAIRU_LIKELIHOOD_EVENT_TERMS_H
#define FAIRU_LIKELIHOOD_EVENT_TERMS_H

#include <fairu/event_terms.h>

#include "numeric/kernels.h"

/* One nuisance; its columns are values and moments of knot 0, 1, ... in turn. */
typedef struct fairu_term_axis {
  fairu_axis axis; /* owned by the grid; one knot where there is no axis at all */
  size_t first_column;
  size_t first_point, nominal_knot; /* of several axes: see fairu_event_terms__point */
} fairu_term_axis;

struct fairu_event_terms {
  fairu_allocator allocator;
  fairu_grid *grid;
  size_t n_events, stride; /* stride: n_events up to a multiple of 8 */
  size_t n_axes, n_terms;  /* n_terms: n_axes, at least 1 */
  fairu_term_axis *axes;   /* [n_terms] */
  size_t n_columns;
  double *ratio;   /* [n_columns][stride] */
  double *density; /* the same, or NULL: 0 */
  double *pool;    /* [n_events] shares that add up to 1, or NULL */
};

/* Point of the grid where axis k is at one of its knots and all others are nominal. */
size_t fairu_event_terms__point(const fairu_event_terms *terms, size_t k, size_t knot);

/* New table without values: shape, axes, columns of zeros; density 0: none. */
int fairu_event_terms__allocate(fairu_context *ctx, const fairu_grid *grid, size_t n_events, int density,
                                fairu_event_terms **out);

/* Rows first .. first + n - 1 of all knots are raw values: make axes but the first relative to nominal, and solve for moments.
 * FAIRU_ERR_NON_FINITE. work: factors of all axes, see __factors. */
int fairu_event_terms__solve(const fairu_event_terms *terms, fairu_context *ctx, const double *factors,
                             size_t first, size_t n);

/* Eliminations of all axes in scratch of ctx, NULL: no memory. */
double *fairu_event_terms__factors(const fairu_event_terms *terms, fairu_context *ctx);

/* Weights of axis k at z on one of the tables (stride of its columns), for rows from `first` on. z inside the knots. */
void fairu_event_terms__cubic(const fairu_term_axis *axis, const double *table, size_t stride, size_t first,
                              double z, fairu_cubic *cubic);

/* Index of the axis that has no such value, or n_axes. */
size_t fairu_event_terms__outside(const fairu_event_terms *terms, const double *z);

/* Sums over events [n_columns] of weights times columns of the density. */
void fairu_event_terms__sum_density(const fairu_event_terms *terms, const double *weights, double *sums);

/* Same axes and knots? */
int fairu_event_terms__match(const fairu_event_terms *a, const fairu_event_terms *b);

/* value [n] += derivative `order` of a cubic, in plain arithmetic: the same on any machine. */
void fairu_event_terms__add(const fairu_cubic *cubic, size_t order, size_t n, double *value);

/* ln r and ln density [n] of rows from `first` on at z, alike. */
void fairu_event_terms__values(const fairu_event_terms *terms, const double *z, size_t first, size_t n,
                               double *log_ratio, double *log_density);

#endif /* FAIRU_LIKELIHOOD_EVENT_TERMS_H */
