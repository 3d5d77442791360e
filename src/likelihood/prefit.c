/* prefit.c - what the auxiliary datum of a parameter says alone.
 *
 * Gaussian: value aux, error width. Log-normal: aux and width * aux. Poisson count a = tau theta: a / tau and tau^-1/2. An auxiliary
 * histogram: the error of its Fisher information at the start value. A uniform or tabulated prior is no datum that could
 * have come out differently; a tabulated one still counts as one piece of knowledge.
 */
#include "likelihood/prefit.h"

#include <math.h>

#include "templates/templates_internal.h"

/* The parameter with its auxiliary histogram, which a likelihood joined of others leaves with the part. */
static const fairu_param *with_histogram(const fairu_likelihood *lh, size_t i)
{
  while (lh->n_parts > 0) {
    const size_t owner = lh->owners[i];
    size_t own = 0;
    while (lh->part_params[owner][own] != i)
      own++;
    lh = lh->parts[owner];
    i = own;
  }
  return &lh->params[i];
}

/* Fisher information of the auxiliary counts of a nuisance at theta: sum nu'^2 / nu. */
static int auxiliary_information(const fairu_param *param, fairu_context *ctx, double theta, double *out)
{
  const size_t bins = param->n_aux_bins, processes = fairu_templates_n_processes(param->auxiliary);
  const size_t all = bins * processes;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *yields = fairu_context__scratch(ctx, all, 2 * sizeof *yields, "auxiliary measurement");
  int status = yields ? fairu_templates__evaluate(param->auxiliary, ctx, &theta, yields, yields + all, NULL)
                      : FAIRU_ERR_OUT_OF_MEMORY;
  *out = 0.0;
  for (size_t j = 0; j < bins && status == FAIRU_OK; j++) {
    double nu = 0.0, slope = 0.0;
    for (size_t p = 0; p < processes; p++) {
      nu += yields[p * bins + j];
      slope += yields[all + p * bins + j];
    }
    *out += nu > 0.0 ? slope * slope / nu : 0.0;
  }
  fairu_context__release(ctx, mark);
  return status;
}

/* The observed auxiliary value, or the default one. */
static int read_aux(const fairu_param *param, fairu_context *ctx, const fairu_data *data, size_t i,
                    double *aux)
{
  *aux = param->aux;
  return data ? fairu_data_aux(data, ctx, i, aux) : FAIRU_OK;
}

static int read_prior(const fairu_param *param, fairu_context *ctx, const fairu_data *data, size_t i,
                      fairu_prefit *prefit)
{
  prefit->n_data = param->prior != FAIRU_PRIOR_UNIFORM;
  if (param->prior != FAIRU_PRIOR_GAUSSIAN && param->prior != FAIRU_PRIOR_LOG_NORMAL)
    return FAIRU_OK;
  const int status = read_aux(param, ctx, data, i, &prefit->value);
  prefit->error = param->prior == FAIRU_PRIOR_LOG_NORMAL ? param->width * prefit->value : param->width;
  return status;
}

static int read_count(const fairu_param *param, fairu_context *ctx, const fairu_data *data, size_t i,
                      fairu_prefit *prefit)
{
  double count;
  const int status = read_aux(param, ctx, data, i, &count);
  prefit->n_data = 1;
  prefit->value = count / param->tau;
  prefit->error = 1.0 / sqrt(param->tau);
  return status;
}

static int read_histogram(const fairu_likelihood *lh, fairu_context *ctx, size_t i, fairu_prefit *prefit)
{
  double information;
  const fairu_param *param = &lh->params[i], *owned = with_histogram(lh, i);
  const int status = auxiliary_information(owned, ctx, param->start, &information);
  prefit->n_data = owned->n_aux_bins;
  if (status == FAIRU_OK && information > 0.0) {
    prefit->value = param->start;
    prefit->error = 1.0 / sqrt(information);
  }
  return status;
}

int fairu_prefit__read(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data, size_t i,
                       fairu_prefit *prefit)
{
  const fairu_param *param = &lh->params[i];
  prefit->value = prefit->error = (double)NAN;
  prefit->n_data = 0;
  prefit->is_fixed = param->fixed || param->lower == param->upper;
  switch (param->constraint) {
  case FAIRU_CONSTRAINT_PRIOR:
    return read_prior(param, ctx, data, i, prefit);
  case FAIRU_CONSTRAINT_POISSON:
    return read_count(param, ctx, data, i, prefit);
  case FAIRU_CONSTRAINT_AUXILIARY:
    return read_histogram(lh, ctx, i, prefit);
  default:
    return FAIRU_OK;
  }
}

/* Of one datum: Gaussian 1 / width^2, spread width; log-normal 1 / (width^2 theta aux), spread width aux; Poisson 1 / theta, spread
 * sqrt(aux). */
static int single_strength(const fairu_param *param, fairu_context *ctx, const fairu_data *data, size_t i,
                           double theta, double *strength)
{
  double aux;
  if (param->constraint == FAIRU_CONSTRAINT_POISSON) {
    const int status = read_aux(param, ctx, data, i, &aux);
    *strength = sqrt(aux) / theta;
    return status;
  }
  if (param->prior == FAIRU_PRIOR_GAUSSIAN)
    *strength = 1.0 / param->width;
  else if (param->prior == FAIRU_PRIOR_LOG_NORMAL)
    *strength = 1.0 / (param->width * theta);
  return FAIRU_OK;
}

int fairu_prefit__strength(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data, size_t i,
                           double theta, double *strength)
{
  const fairu_param *param = &lh->params[i];
  *strength = (double)NAN;
  if (param->constraint == FAIRU_CONSTRAINT_NONE)
    return FAIRU_OK;
  if (param->constraint != FAIRU_CONSTRAINT_AUXILIARY)
    return single_strength(param, ctx, data, i, theta, strength);
  double information;
  const int status = auxiliary_information(with_histogram(lh, i), ctx, theta, &information);
  *strength = sqrt(information);
  return status;
}
