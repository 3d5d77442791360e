/* refit.h - a best fit, and fits again near it with more parameters fixed: impacts, breakdowns, contours. */
#ifndef FAIRU_LIKELIHOOD_REFIT_H
#define FAIRU_LIKELIHOOD_REFIT_H

#include <fairu/fit.h>

#include "base/context_internal.h"

typedef struct fairu_refit {
  const fairu_likelihood *likelihood;
  const fairu_data *data;
  fairu_fit_options options; /* of the best fit */
  size_t n;
  double *lower, *upper; /* [n] */
  unsigned char *held;   /* [n] 1: no free parameter, from the beginning */
  unsigned char *fixed;  /* [n] those of the next fit; as `held` between fits */
  double *best;          /* [n] */
  double *covariance;    /* [n * n] or NULL */
  double *start;         /* [n] of the next fit */
  fairu_fit_result result;
} fairu_refit;

/* Read options (NULL: defaults), take scratch (given back by the caller's mark) and make the best fit. `what` begins messages.
 * with_covariance 0 for those who do not need it: it is large. */
int fairu_refit__create(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                        const fairu_fit_options *options, int with_covariance, const char *what,
                        fairu_refit *refit);

/* The best fit again, from `from`; covariance too, if there is one. */
int fairu_refit__best(fairu_refit *refit, fairu_context *ctx, const double *from);

/* Minimise from refit->start, with refit->fixed, into params [n] (may be refit->start); *nll (sum) or NULL. One start only. */
int fairu_refit__run(fairu_refit *refit, fairu_context *ctx, double *params, double *nll);

/* The same from all starts of the options besides. */
int fairu_refit__run_all(fairu_refit *refit, fairu_context *ctx, double *params, double *nll);

/* Predicted point in refit->start where parameter i, moved by shift from the best fit, pulls along the others (covariance),
 * within bounds; i is fixed there, until fairu_refit__release. Returns the shift that the bounds leave. */
double fairu_refit__move(fairu_refit *refit, size_t i, double shift);
void fairu_refit__release(fairu_refit *refit);

/* The parameter of interest: there is one, and it is free. */
int fairu_refit__need_poi(const fairu_refit *refit, fairu_context *ctx, const char *what);

#endif /* FAIRU_LIKELIHOOD_REFIT_H */
