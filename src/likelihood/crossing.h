/* crossing.h - where the profile of one parameter rises to a target, going outward along one branch. */
#ifndef FAIRU_LIKELIHOOD_CROSSING_H
#define FAIRU_LIKELIHOOD_CROSSING_H

#include "likelihood/plan.h"

typedef struct fairu_crossing {
  size_t parameter; /* coordinate */
  int side;         /* -1: downward, +1: upward */
  double target;
  double *x;   /* [n] in: a point at or below the target; out: conditional minimum at the end */
  int end;     /* fairu_interval_end */
  int n_edges; /* there: yields at 0 */
} fairu_crossing;

/* FAIRU_ERR_NOT_CONVERGED if the search does not end. */
int fairu_crossing__find(fairu_context *ctx, fairu_plan *plan, fairu_crossing *crossing);

#endif /* FAIRU_LIKELIHOOD_CROSSING_H */
