/* edge.h - minima where the expectation of a bin without counts ends at 0: reached by a path of barriers. */
#ifndef FAIRU_LIKELIHOOD_EDGE_H
#define FAIRU_LIKELIHOOD_EDGE_H

#include "likelihood/plan.h"

#define FAIRU_EDGE_COUNT 1e-12 /* of the last stage */

/* Go on from where a search got stuck. On an edge: status FAIRU_OK, n_edges > 0, the true value, derivatives with the barrier. Else
 * the search runs again from the end of the path. */
int fairu_edge__follow(fairu_context *ctx, fairu_plan *plan, fairu_minimize_state *state);

/* The data with the barrier of the last stage at x; scratch of ctx. */
int fairu_edge__soften(fairu_context *ctx, fairu_plan *plan, const double *x, fairu_data *soft);

#endif /* FAIRU_LIKELIHOOD_EDGE_H */
