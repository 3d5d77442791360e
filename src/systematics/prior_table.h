/* prior_table.h - a tabulated density of a nuisance as a distribution: its integral and the inverse. For the files of systematics/
 * alone. The density is exp of the cubic spline through the logarithms, as in a likelihood.
 */
#ifndef FAIRU_SYSTEMATICS_PRIOR_TABLE_H
#define FAIRU_SYSTEMATICS_PRIOR_TABLE_H

#include "systematics/systematics.h"

typedef struct fairu_prior_table {
  const double *z;     /* [n] */
  double *log_density; /* [n] relative to the largest */
  double *moments;     /* [n] */
  double *integral;    /* [cells + 1] from the first point up to the start of each cell */
  size_t n, cells;
} fairu_prior_table;

/* In scratch of ctx. nuisance has been checked. FAIRU_ERR_RANGE (fewer than 4 points, a density that overflows between its points). */
int fairu_prior_table__make(fairu_prior_table *table, fairu_context *ctx, const fairu_nuisance *nuisance);

/* Integral of the density from the first point to z; z outside the table counts as its end. */
double fairu_prior_table__integral(const fairu_prior_table *table, double z);

/* z with that integral, to about 1e-14 of its cell. */
double fairu_prior_table__inverse(const fairu_prior_table *table, double integral);

#endif /* FAIRU_SYSTEMATICS_PRIOR_TABLE_H */
