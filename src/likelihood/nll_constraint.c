/* nll_constraint.c - what is known about nuisances besides the main counts: priors and auxiliary Poisson counts. */
#include <math.h>
#include <string.h>

#include "likelihood/bin_term.h"
#include "likelihood/model.h"
#include "numeric/constraint.h"
#include "numeric/sum.h"
#include "templates/templates_internal.h"

/* value [3]: the term and its derivatives in z */
static void prior_term(const fairu_nuisance_term *nuisance, double z, double aux, double value[3])
{
  const size_t n = nuisance->n_table;
  value[0] = value[1] = value[2] = 0.0;
  switch (nuisance->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
    fairu_constraint__gaussian(z, aux, nuisance->width, value);
    break;
  case FAIRU_PRIOR_LOG_NORMAL:
    fairu_constraint__log_normal(z, aux, nuisance->width, value);
    break;
  case FAIRU_PRIOR_TABULATED:
    fairu_constraint__tabulated(nuisance->table, nuisance->table + n, nuisance->table + 2 * n, n, z, value);
    break;
  default: /* uniform: the range is all it says */
    break;
  }
}

/* Yields of all processes at z, summed, with derivatives: rows [3 * n_aux_bins]; work [3 * processes * bins]. */
static int auxiliary_rows(const fairu_nuisance_term *nuisance, fairu_context *ctx, double z, double *rows,
                          double *work)
{
  const size_t bins = nuisance->n_aux_bins, processes = fairu_templates_n_processes(nuisance->auxiliary);
  const size_t all = bins * processes;
  const int status =
      fairu_templates__evaluate(nuisance->auxiliary, ctx, &z, work, work + all, work + 2 * all);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "auxiliary measurement of '%s'", nuisance->name);
  memset(rows, 0, 3 * bins * sizeof *rows);
  for (size_t order = 0; order < 3; order++)
    for (size_t i = 0; i < all; i++)
      rows[order * bins + i % bins] += work[order * all + i];
  return FAIRU_OK;
}

static double *auxiliary_space(const fairu_nuisance_term *nuisance, fairu_context *ctx)
{
  const size_t processes = fairu_templates_n_processes(nuisance->auxiliary);
  return fairu_context__scratch(ctx, nuisance->n_aux_bins, 3 * (1 + processes) * sizeof(double),
                                "auxiliary measurement");
}

static int auxiliary_terms(const fairu_nuisance_term *nuisance, fairu_context *ctx, const double *counts,
                           double z, double *rows, double value[3])
{
  const size_t bins = nuisance->n_aux_bins;
  const int status = auxiliary_rows(nuisance, ctx, z, rows, rows + 3 * bins);
  if (status != FAIRU_OK)
    return status;
  fairu_sum sums[3] = { { 0.0, 0.0 }, { 0.0, 0.0 }, { 0.0, 0.0 } };
  fairu_bin_term term = { 0 };
  for (size_t j = 0; j < bins; j++) {
    const double nu = rows[j], d = rows[bins + j], d2 = rows[2 * bins + j];
    if (!(nu > 0.0 || (nu == 0.0 && counts[j] == 0.0)))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                                 "auxiliary measurement of '%s': bin %zu expects %g", nuisance->name, j, nu);
    fairu_bin_term__fixed(nu, counts[j], &term);
    fairu_sum__add(&sums[0], term.deviance);
    fairu_sum__add(&sums[1], term.first[FAIRU_BIN_NU] * d);
    fairu_sum__add(&sums[2], term.first[FAIRU_BIN_NU] * d2 + term.second[FAIRU_BIN_NU][FAIRU_BIN_NU] * d * d);
  }
  for (int i = 0; i < 3; i++)
    value[i] = fairu_sum__value(&sums[i]);
  return FAIRU_OK;
}

static int auxiliary_term(const fairu_nuisance_term *nuisance, fairu_context *ctx, const double *counts,
                          double z, double value[3])
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *rows = auxiliary_space(nuisance, ctx);
  const int status = rows ? auxiliary_terms(nuisance, ctx, counts, z, rows, value) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood__constrain(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                const double *params, double *nll, double *gradient, double *hessian)
{
  for (size_t k = 0; k < lh->n_nuisances; k++) {
    const fairu_nuisance_term *nuisance = &lh->nuisances[k];
    const size_t i = lh->n_factors + k;
    double value[3];
    if (nuisance->kind == FAIRU_CONSTRAINT_NONE)
      continue;
    if (nuisance->kind == FAIRU_CONSTRAINT_PRIOR) {
      prior_term(nuisance, params[i], data->aux[k], value);
    } else {
      const int status =
          auxiliary_term(nuisance, ctx, data->aux_counts + nuisance->first_aux, params[i], value);
      if (status != FAIRU_OK)
        return status;
    }
    nll[0] += value[0];
    if (gradient)
      gradient[i] += value[1];
    if (hessian)
      hessian[i * lh->n_params + i] += value[2];
  }
  nll[1] += data->aux_constant;
  return FAIRU_OK;
}

int fairu_likelihood__expected_aux(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                   size_t k, double *nu)
{
  const fairu_nuisance_term *nuisance = &lh->nuisances[k];
  const fairu_mark mark = fairu_context__mark(ctx);
  double *rows = auxiliary_space(nuisance, ctx);
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (rows)
    status = auxiliary_rows(nuisance, ctx, params[lh->n_factors + k], rows, rows + 3 * nuisance->n_aux_bins);
  if (status == FAIRU_OK)
    memcpy(nu, rows, nuisance->n_aux_bins * sizeof *nu);
  fairu_context__release(ctx, mark);
  return status;
}
