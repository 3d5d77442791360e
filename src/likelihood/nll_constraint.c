/* nll_constraint.c - what is known about nuisances besides the main counts: densities and auxiliary Poisson counts. */
#include <math.h>
#include <string.h>

#include "likelihood/bin_term.h"
#include "likelihood/model.h"
#include "numeric/sum.h"
#include "templates/templates_internal.h"

/* Yields of all processes at z, summed, with derivatives: rows [3 * n_aux_bins]; work [3 * processes * bins]. */
static int auxiliary_rows(const fairu_param *param, fairu_context *ctx, double z, double *rows, double *work)
{
  const size_t bins = param->n_aux_bins, processes = fairu_templates_n_processes(param->auxiliary);
  const size_t all = bins * processes;
  const int status = fairu_templates__evaluate(param->auxiliary, ctx, &z, work, work + all, work + 2 * all);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "auxiliary measurement of '%s'", param->name);
  memset(rows, 0, 3 * bins * sizeof *rows);
  for (size_t order = 0; order < 3; order++)
    for (size_t i = 0; i < all; i++)
      rows[order * bins + i % bins] += work[order * all + i];
  return FAIRU_OK;
}

static double *auxiliary_space(const fairu_param *param, fairu_context *ctx)
{
  const size_t processes = fairu_templates_n_processes(param->auxiliary);
  return fairu_context__scratch(ctx, param->n_aux_bins, 3 * (1 + processes) * sizeof(double),
                                "auxiliary measurement");
}

static int auxiliary_terms(const fairu_param *param, fairu_context *ctx, const double *counts, double z,
                           double *rows, double value[3])
{
  const size_t bins = param->n_aux_bins;
  const int status = auxiliary_rows(param, ctx, z, rows, rows + 3 * bins);
  if (status != FAIRU_OK)
    return status;
  fairu_sum sums[3] = { { 0.0, 0.0 }, { 0.0, 0.0 }, { 0.0, 0.0 } };
  fairu_bin_term term = { 0 };
  for (size_t j = 0; j < bins; j++) {
    const double nu = rows[j], d = rows[bins + j], d2 = rows[2 * bins + j];
    if (!(nu > 0.0 || (nu == 0.0 && counts[j] == 0.0)))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                                 "auxiliary measurement of '%s': bin %zu expects %g", param->name, j, nu);
    fairu_bin_term__fixed(nu, counts[j], &term);
    fairu_sum__add(&sums[0], term.deviance);
    fairu_sum__add(&sums[1], term.first[FAIRU_BIN_NU] * d);
    fairu_sum__add(&sums[2], term.first[FAIRU_BIN_NU] * d2 + term.second[FAIRU_BIN_NU][FAIRU_BIN_NU] * d * d);
  }
  for (int i = 0; i < 3; i++)
    value[i] = fairu_sum__value(&sums[i]);
  return FAIRU_OK;
}

static int auxiliary_term(const fairu_param *param, fairu_context *ctx, const double *counts, double z,
                          double value[3])
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *rows = auxiliary_space(param, ctx);
  const int status = rows ? auxiliary_terms(param, ctx, counts, z, rows, value) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}

static int constraint_term(const fairu_param *param, fairu_context *ctx, double theta, double aux,
                           double value[3])
{
  fairu_param__constraint(param, theta, aux, value);
  if (isfinite(value[0]))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "the constraint of '%s' does not allow %g", param->name,
                             theta);
}

/* Coordinate of parameter i; FAIRU_NONE without one. */
static size_t coordinate(const fairu_reduction *reduction, size_t i)
{
  return reduction ? reduction->column[i] : i;
}

int fairu_likelihood__constrain(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                                const fairu_reduction *reduction, const double *params, double *nll,
                                double *gradient, double *hessian)
{
  const size_t n = reduction ? reduction->n : lh->n_params;
  fairu_sum sum = { nll[0], 0.0 };
  for (size_t i = 0; i < lh->n_params; i++) {
    const fairu_param *param = &lh->params[i];
    double value[3];
    if (param->constraint == FAIRU_CONSTRAINT_NONE || (reduction && reduction->profiled[i]))
      continue;
    const int status = param->constraint == FAIRU_CONSTRAINT_AUXILIARY
                           ? auxiliary_term(param, ctx, data->aux_counts + param->first_aux, params[i], value)
                           : constraint_term(param, ctx, params[i], data->aux[i], value);
    if (status != FAIRU_OK)
      return status;
    fairu_sum__add(&sum, value[0]);
    const size_t c = coordinate(reduction, i);
    if (gradient && c < n)
      gradient[c] += value[1];
    if (hessian && c < n)
      hessian[c * n + c] += value[2];
  }
  nll[0] = fairu_sum__value(&sum);
  nll[1] += data->aux_constant;
  return FAIRU_OK;
}

/* One term at a minus that at b. */
static int term_difference(const fairu_param *param, fairu_context *ctx, const fairu_data *data, size_t i,
                           const double *a, const double *b, double *difference)
{
  double at_a[3], at_b[3];
  int status;
  if (param->constraint == FAIRU_CONSTRAINT_AUXILIARY) {
    const double *counts = data->aux_counts + param->first_aux;
    status = auxiliary_term(param, ctx, counts, a[i], at_a);
    if (status == FAIRU_OK)
      status = auxiliary_term(param, ctx, counts, b[i], at_b);
    *difference = status == FAIRU_OK ? at_a[0] - at_b[0] : 0.0;
    return status;
  }
  status = constraint_term(param, ctx, a[i], data->aux[i], at_a);
  if (status == FAIRU_OK)
    status = constraint_term(param, ctx, b[i], data->aux[i], at_b);
  *difference = status == FAIRU_OK ? fairu_param__difference(param, a[i], b[i], data->aux[i]) : 0.0;
  return status;
}

int fairu_likelihood__constraint_difference(const fairu_likelihood *lh, fairu_context *ctx,
                                            const fairu_data *data, const unsigned char *done,
                                            const double *a, const double *b, double *difference)
{
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t i = 0; i < lh->n_params; i++) {
    double term;
    if (lh->params[i].constraint == FAIRU_CONSTRAINT_NONE || (done && done[i]))
      continue;
    const int status = term_difference(&lh->params[i], ctx, data, i, a, b, &term);
    if (status != FAIRU_OK)
      return status;
    fairu_sum__add(&sum, term);
  }
  *difference = fairu_sum__value(&sum);
  return FAIRU_OK;
}

int fairu_likelihood__expected_aux(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                   size_t i, double *nu)
{
  const fairu_param *param = &lh->params[i];
  const fairu_mark mark = fairu_context__mark(ctx);
  double *rows = auxiliary_space(param, ctx);
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (rows)
    status = auxiliary_rows(param, ctx, params[i], rows, rows + 3 * param->n_aux_bins);
  if (status == FAIRU_OK)
    memcpy(nu, rows, param->n_aux_bins * sizeof *nu);
  fairu_context__release(ctx, mark);
  return status;
}
