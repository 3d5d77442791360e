/* reduction.h - the space a minimiser works in: parameters that stay free to it, while gammas of single bins are profiled.
 *
 * A gamma with a Gaussian or Poisson constraint that scales one bin alone has its best value in closed form (one bin, one scalar
 * equation), within its bounds. Profiling it at each evaluation takes it out of the search: the value returned is that of the profile, the
 * gradient is the partial one (envelope theorem), the Hessian the Schur complement, both exact.
 */
#ifndef FAIRU_LIKELIHOOD_REDUCTION_H
#define FAIRU_LIKELIHOOD_REDUCTION_H

#include <stddef.h>

typedef struct fairu_reduction {
  size_t n;                      /* coordinates */
  const size_t *index;           /* [n] parameter of each coordinate, rising */
  const size_t *column;          /* [n_params] coordinate of each parameter, FAIRU_NONE: none */
  const unsigned char *profiled; /* [n_params] 1: profiled at each evaluation; has no coordinate */
} fairu_reduction;

#endif /* FAIRU_LIKELIHOOD_REDUCTION_H */
