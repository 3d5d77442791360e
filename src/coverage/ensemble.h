/* ensemble.h - pseudo-experiments of one likelihood in which all that is uncertain varies: nuisances, statistics of templates and of
 * the pool that data are drawn from, counts. */
#ifndef FAIRU_COVERAGE_ENSEMBLE_H
#define FAIRU_COVERAGE_ENSEMBLE_H

#include <fairu/interval_calibration.h>

#include "base/context_internal.h"

typedef struct fairu_ensemble {
  const fairu_likelihood *likelihood;
  size_t n_params, n_bins, n_processes, poi;
  double *centre; /* [n_params] where fits begin */
  double *
      relative; /* [n_processes * n_bins] variances of the templates as squared relative errors; NULL: not drawn */
  int draw_nuisances, fixed_sums;
  double template_statistics, pool_statistics;
  uint64_t seed;
} fairu_ensemble;

/* Scratch of ctx. options have been checked. FAIRU_ERR_UNSUPPORTED. */
int fairu_ensemble__create(fairu_context *ctx, const fairu_likelihood *likelihood,
                           const fairu_interval_calibration_options *options, fairu_ensemble *ensemble);

/* Auxiliary data at their centres; all toys share them. */
int fairu_ensemble__centre(fairu_context *ctx, const fairu_ensemble *ensemble, fairu_data *data);

/* True values params [n_params] and counts of one toy. */
int fairu_ensemble__draw(fairu_context *ctx, const fairu_ensemble *ensemble, double mu, uint64_t stream,
                         uint64_t toy, double *params, fairu_data *data);

#endif /* FAIRU_COVERAGE_ENSEMBLE_H */
