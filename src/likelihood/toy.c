/* toy.c - Asimov data and toys; auxiliary data of all toys. Main data of events: data_events.c. */
#include <math.h>

#include "likelihood/combine.h"
#include "likelihood/event_terms.h"
#include "likelihood/toy.h"
#include "numeric/philox.h"

int fairu_toy__check(const fairu_likelihood *lh, fairu_context *ctx, const double *params, size_t n_params,
                     const fairu_data *data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !params || !data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "likelihood, params or data is NULL");
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the data belong to another likelihood");
  if (lh->event.term && !(lh->event.terms && lh->event.terms->pool))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "the event-wise model has no pool: its events are drawn by the caller");
  return fairu_likelihood__check(lh, ctx, params, n_params);
}

static double draw_aux(const fairu_param *param, fairu_philox *rng, double theta)
{
  if (param->constraint == FAIRU_CONSTRAINT_POISSON)
    return fairu_philox__poisson(rng, param->tau * theta);
  const double deviate = param->width * fairu_philox__normal(rng);
  return param->prior == FAIRU_PRIOR_GAUSSIAN ? theta + deviate : theta * exp(deviate);
}

static double expected_aux(const fairu_param *param, double theta)
{
  return param->constraint == FAIRU_CONSTRAINT_POISSON ? param->tau * theta : theta;
}

static int check_expectation(fairu_context *ctx, const char *what, const double *nu, size_t n)
{
  for (size_t j = 0; j < n; j++)
    if (!(nu[j] >= 0.0))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "%s: bin %zu expects %g", what, j, nu[j]);
  for (size_t j = 0; j < n; j++)
    if (!isfinite(nu[j]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "%s: bin %zu expects %g", what, j, nu[j]);
  return FAIRU_OK;
}

/* Expected main and auxiliary counts into one scratch block [n_bins + n_aux_bins]. */
static int expectations(const fairu_likelihood *lh, fairu_context *ctx, const double *params, double **out)
{
  double *nu = fairu_context__scratch(ctx, lh->n_bins + lh->n_aux_bins, sizeof *nu, "expected yields");
  if (!nu)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *out = nu;
  int status = lh->event.term ? FAIRU_OK : fairu_likelihood__expected(lh, ctx, params, nu);
  if (status == FAIRU_OK)
    status = check_expectation(ctx, "main counts", nu, lh->n_bins);
  for (size_t i = 0; i < lh->n_params && status == FAIRU_OK; i++) {
    const fairu_param *param = &lh->params[i];
    if (fairu_param__has_aux(param))
      status = fairu_param__check_aux(param, ctx, expected_aux(param, params[i]));
    if (!param->auxiliary)
      continue;
    double *aux = nu + lh->n_bins + param->first_aux;
    status = fairu_likelihood__expected_aux(lh, ctx, params, i, aux);
    if (status == FAIRU_OK)
      status = check_expectation(ctx, param->name, aux, param->n_aux_bins);
  }
  return status;
}

/* nu_aux [n_aux_bins] expected auxiliary counts */
static void draw_auxiliary(const fairu_likelihood *lh, const double *params, const double *nu_aux,
                           uint64_t seed, uint64_t toy, fairu_data *data)
{
  for (size_t i = 0; i < lh->n_params; i++) {
    const fairu_param *param = &lh->params[i];
    fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_AUX, toy, i);
    if (fairu_param__has_aux(param))
      data->aux[i] = draw_aux(param, &rng, params[i]);
    for (size_t j = param->first_aux; j < param->first_aux + param->n_aux_bins; j++)
      data->aux_counts[j] = fairu_philox__poisson(&rng, nu_aux[j]);
  }
  fairu_data__refresh_aux(data);
}

int fairu_toy__draw_auxiliary(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                              uint64_t seed, uint64_t toy, fairu_data *data)
{
  double *nu;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = expectations(lh, ctx, params, &nu);
  if (status == FAIRU_OK)
    draw_auxiliary(lh, params, nu + lh->n_bins, seed, toy, data);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood_toy(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                         size_t n_params, uint64_t seed, uint64_t toy, fairu_data *data)
{
  double *nu;
  int status = fairu_toy__check(lh, ctx, params, n_params, data);
  if (status != FAIRU_OK)
    return status;
  if (lh->n_parts)
    return fairu_combined__toy(lh, ctx, params, seed, toy, data);
  const fairu_mark mark = fairu_context__mark(ctx);
  status = expectations(lh, ctx, params, &nu);
  if (status == FAIRU_OK && lh->event.term)
    status = fairu_likelihood__toy_of_events(lh, ctx, params, seed, toy, data);
  if (status == FAIRU_OK) {
    for (size_t j = 0; j < lh->n_bins; j++) {
      fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_COUNTS, toy, j);
      data->observed[j] = fairu_philox__poisson(&rng, nu[j]);
    }
    fairu_data__fix(data);
    draw_auxiliary(lh, params, nu + lh->n_bins, seed, toy, data);
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood_asimov(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                            size_t n_params, fairu_data *data)
{
  double *nu;
  int status = fairu_toy__check(lh, ctx, params, n_params, data);
  if (status != FAIRU_OK)
    return status;
  if (lh->n_parts)
    return fairu_combined__asimov(lh, ctx, params, data);
  const fairu_mark mark = fairu_context__mark(ctx);
  status = expectations(lh, ctx, params, &nu);
  if (status == FAIRU_OK && lh->event.term)
    status = fairu_likelihood__asimov_events(lh, ctx, params, data);
  if (status == FAIRU_OK) {
    for (size_t j = 0; j < lh->n_bins; j++)
      data->observed[j] = nu[j];
    for (size_t j = 0; j < lh->n_aux_bins; j++)
      data->aux_counts[j] = nu[lh->n_bins + j];
    for (size_t i = 0; i < lh->n_params; i++)
      if (fairu_param__has_aux(&lh->params[i]))
        data->aux[i] = expected_aux(&lh->params[i], params[i]);
    fairu_data__fix(data);
    fairu_data__refresh_aux(data);
  }
  fairu_context__release(ctx, mark);
  return status;
}
