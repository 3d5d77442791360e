/* higgsml_shift.h - the shift of FAIR Universe events as a step of a chain: what its kernels share. For the files of
 * systematics/ alone.
 */
#ifndef FAIRU_SYSTEMATICS_HIGGSML_SHIFT_H
#define FAIRU_SYSTEMATICS_HIGGSML_SHIFT_H

#include "systematics/higgsml.h"
#include "systematics/tangent.h"

enum fairu_higgsml_role { FAIRU_HIGGSML_TES, FAIRU_HIGGSML_JES, FAIRU_HIGGSML_SOFT_MET };

/* State of the step during a call. */
typedef struct fairu_higgsml_shift {
  fairu_higgsml_point point;
  double soft_met_slope;  /* d width / d nuisance */
  const double *deviates; /* [2 n_events] or NULL */
  size_t n_events;
} fairu_higgsml_shift;

/* Objects that must be there are, and jets are whole or absent. */
int fairu_higgsml__check_rows(fairu_context *worker, const fairu_higgsml_block *block, size_t first_row);

/* Standard deviates of n rows from `first` of the chunk. */
void fairu_higgsml__draw(const fairu_higgsml_shift *shift, const fairu_context *worker,
                         const fairu_chunk *chunk, size_t first, size_t n, double *x, double *y);

int fairu_higgsml__tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                           const fairu_tangent *tangent);

#endif /* FAIRU_SYSTEMATICS_HIGGSML_SHIFT_H */
