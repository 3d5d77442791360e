/* constraint.h - constraint densities: -ln p(aux | theta) relative to its maximum, with derivatives in theta. */
#ifndef FAIRU_NUMERIC_CONSTRAINT_H
#define FAIRU_NUMERIC_CONSTRAINT_H

#include <stddef.h>

/* value[3] = f, f', f''. f = 0 at the best theta; the normalisation of the density is left out (it depends on no parameter). */
void fairu_constraint__gaussian(double theta, double aux, double width, double value[3]);
void fairu_constraint__log_normal(double theta, double aux, double width, double value[3]);
/* A count with expectation tau theta, tau > 0: f = aux [y - ln(1 + y)] with y = theta tau / aux - 1, without cancellation for any tau; tau theta
 * where the count is 0. theta < 0, or theta = 0 and aux > 0: f is not finite. */
void fairu_constraint__poisson(double theta, double aux, double tau, double value[3]);
/* Log-density by a cubic spline through ln(density) (log-linear would have kinks); theta inside the table. moments from
 * fairu_spline__moments. */
void fairu_constraint__tabulated(const double *z, const double *log_density, const double *moments, size_t n,
                                 double theta, double value[3]);

#endif /* FAIRU_NUMERIC_CONSTRAINT_H */
