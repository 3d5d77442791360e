/* templates_private.h - what a fairu_templates holds. */
#ifndef FAIRU_TEMPLATES_TEMPLATES_PRIVATE_H
#define FAIRU_TEMPLATES_TEMPLATES_PRIVATE_H

#include <stdatomic.h>

#include "templates/surface.h"

struct fairu_templates {
  fairu_allocator allocator;
  atomic_size_t references;
  fairu_grid *grid;
  size_t n_processes, n_bins;
  int interpolation;
  char **names;
  double *yields;          /* [point][process][bin] */
  double *variances;       /* alike, or NULL if all are 0 */
  fairu_surface *yield;    /* of yields, in scale `interpolation` */
  fairu_surface *variance; /* of variances, or NULL */
};

/* Yields [process][point][bin] allowed in an interpolation; messages name process, bin and Z. */
int fairu_yields__check(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                        size_t n_processes, size_t n_bins, int interpolation, const double *yields);
/* Variances: finite and >= 0. */
int fairu_variances__check(fairu_context *ctx, const fairu_grid *grid, const char *const *names,
                           size_t n_processes, size_t n_bins, const double *variances);

#endif /* FAIRU_TEMPLATES_TEMPLATES_PRIVATE_H */
