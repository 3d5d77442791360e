/* edge.h - minima where the expectation of a bin without counts ends at 0: reached by a path of barriers. */
#ifndef FAIRU_LIKELIHOOD_EDGE_H
#define FAIRU_LIKELIHOOD_EDGE_H

#include "likelihood/plan.h"

#define FAIRU_EDGE_COUNT 1e-12 /* of the last stage */

/* Go on from where a search got stuck. On an edge: status FAIRU_OK, n_edges > 0, the true value, derivatives with the barrier. Else
 * the search runs again from the end of the path. */
int fairu_edge__follow(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state);

/* The data with a barrier at x: `count` in place of 0, FAIRU_EDGE_COUNT that of the last stage; scratch of ctx. */
int fairu_edge__soften(fairu_context *ctx, fairu_plan *plan, const double *x, double count, fairu_data *soft);

/* How many bins without counts have a yield of 0 at a minimum: profiled gammas may hold it there, which the search does not see. */
int fairu_edge__count_held(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *state, int *n);

#endif /* FAIRU_LIKELIHOOD_EDGE_H */
