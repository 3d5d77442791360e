/* bin_model.h - likelihoods of a few bins whose templates do not move. */
#ifndef FAIRU_TESTS_COVERAGE_BIN_MODEL_H
#define FAIRU_TESTS_COVERAGE_BIN_MODEL_H

#include "support/support.h"

/* yields [n_processes * n_bins], variances alike or NULL; options: with factors and constraints. */
static inline fairu_likelihood *bin_model(fairu_context *ctx, const char *const *names, size_t n_processes,
                                          size_t n_bins, const double *yields, const double *variances,
                                          const fairu_likelihood_options *options)
{
  fairu_likelihood *likelihood = NULL;
  fairu_templates *templates = NULL;
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, n_processes, n_bins, yields, variances,
                                       FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, options, &likelihood));
  fairu_templates_destroy(templates);
  fairu_grid_destroy(grid);
  return likelihood;
}

#endif /* FAIRU_TESTS_COVERAGE_BIN_MODEL_H */
