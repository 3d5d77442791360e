/* prefit.h - what is known about a parameter before the main counts: value, error, and how its auxiliary datum acts. */
#ifndef FAIRU_LIKELIHOOD_PREFIT_H
#define FAIRU_LIKELIHOOD_PREFIT_H

#include "likelihood/model.h"

typedef struct fairu_prefit {
  double value;  /* of the parameter, where its auxiliary datum alone puts it; NaN without */
  double error;  /* its error from that datum alone; NaN without */
  size_t n_data; /* auxiliary data: 0, 1, or the bins of an auxiliary measurement */
  int is_fixed;  /* by default */
} fairu_prefit;

/* data NULL: the default auxiliary value. */
int fairu_prefit__read(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                       size_t parameter, fairu_prefit *prefit);

/* -d2NLL / dtheta daux times the standard deviation of aux, at theta: with a covariance C of a fit, C_mi times this is what one
 * standard deviation of the auxiliary datum of i does to the fitted m. NaN without datum. */
int fairu_prefit__strength(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data,
                           size_t parameter, double theta, double *strength);

#endif /* FAIRU_LIKELIHOOD_PREFIT_H */
