/* templates_internal.h - what the likelihood's hot loop uses of templates. Functions only.
 *
 * Handles are not NULL and arrays are large enough: the caller has checked. Z is checked for its range.
 */
#ifndef FAIRU_TEMPLATES_INTERNAL_H
#define FAIRU_TEMPLATES_INTERNAL_H

#include <fairu/templates.h>

#include "base/pack_internal.h"

/* As fairu_templates_evaluate without checks of arguments; no allocation once ctx is warm. */
int fairu_templates__evaluate(const fairu_templates *t, fairu_context *ctx, const double *z, double *nu,
                              double *d_nu, double *d2_nu);
int fairu_templates__evaluate_variance(const fairu_templates *t, fairu_context *ctx, const double *z,
                                       double *var, double *d_var, double *d2_var);

/* 1 if any variance is > 0. */
int fairu_templates__has_variances(const fairu_templates *t);

/* Another reference to the same, immutable object (counted atomically): destroy both. */
int fairu_templates__copy(const fairu_templates *t, fairu_context *ctx, fairu_templates **out);

/* A deep copy of its own, for refill. */
int fairu_templates__duplicate(const fairu_templates *t, fairu_context *ctx, fairu_templates **out);

/* New yields [n_processes * n_points * n_bins] in place, same grid and scale, no allocation. Variances stay. Not for an
 * object with more than one reference (FAIRU_ERR_INTERNAL). Yields >= 0 in scale SQRT, > 0 in LOG: else
 * FAIRU_ERR_NEGATIVE_YIELD, and the object keeps what it had. */
int fairu_templates__refill(fairu_templates *t, fairu_context *ctx, const double *yields);

/* Inside a file of a higher layer. */
void fairu_templates__put(const fairu_templates *t, fairu_pack *pack);
int fairu_templates__get(fairu_unpack *unpack, fairu_context *ctx, fairu_templates **out);

#endif /* FAIRU_TEMPLATES_INTERNAL_H */
