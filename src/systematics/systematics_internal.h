/* systematics_internal.h - what higher layers need of systematics beyond the public functions. */
#ifndef FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H
#define FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H

#include <fairu/systematics.h>

/* Centre of a Gaussian or log-normal prior: nominal where the nuisance does not say. */
double fairu_nuisance__center(const fairu_nuisance *nuisance);

/* fairu_systematics_apply for a piece of a table: row 0 of `in` is row first_row of the whole, for transformations that draw
 * numbers by row and for messages. A table shifted in pieces is the table shifted at once. */
int fairu_systematics__apply_rows(const fairu_systematics *systematics, fairu_context *ctx,
                                  const fairu_events *in, size_t first_row, const double *z,
                                  size_t n_nuisances, uint64_t seed, unsigned char *passed,
                                  fairu_events **out);

#endif /* FAIRU_SYSTEMATICS_SYSTEMATICS_INTERNAL_H */
