/* nll.c - negative log-likelihood: main term plus constraints. */
#include <math.h>
#include <string.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"
#include "likelihood/model.h"

/* Main term of templates or events over all parameters. */
static int main_of_all(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                       const double *params, double *nll, double *gradient, double *hessian)
{
  const int status = lh->templates ? fairu_likelihood__bins(lh, ctx, data, params, nll, gradient, hessian)
                                   : fairu_likelihood__events(lh, ctx, data, params, nll, gradient, hessian);
  const size_t n = lh->n_params;
  if (status == FAIRU_OK && hessian)
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < i; k++)
        hessian[i * n + k] = hessian[k * n + i];
  return status;
}

/* Rows and columns of the coordinates. */
static void select_columns(const fairu_reduction *reduction, size_t n_params, const double *all_gradient,
                           const double *all_hessian, double *gradient, double *hessian)
{
  const size_t n = reduction->n, *index = reduction->index;
  for (size_t i = 0; gradient && i < n; i++)
    gradient[i] = all_gradient[index[i]];
  for (size_t i = 0; hessian && i < n; i++)
    for (size_t k = 0; k < n; k++)
      hessian[i * n + k] = all_hessian[index[i] * n_params + index[k]];
}

static int main_of_selected(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                            const fairu_reduction *reduction, const double *params, double *nll,
                            double *gradient, double *hessian)
{
  const size_t n = lh->n_params;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *g = fairu_context__scratch(ctx, n, (1 + n) * sizeof *g, "gradient and Hessian");
  if (!g)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = main_of_all(lh, ctx, data, params, nll, gradient ? g : NULL, hessian ? g + n : NULL);
  if (status == FAIRU_OK)
    select_columns(reduction, n, g, g + n, gradient, hessian);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood__main(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                           const fairu_reduction *reduction, double *params, double *nll, double *gradient,
                           double *hessian)
{
  if (lh->channels) {
    const int status = fairu_channels__evaluate(lh->channels, ctx, data->observed, data->aux, reduction,
                                                params, nll, gradient, hessian);
    nll[1] = data->constant;
    return status;
  }
  if (!reduction || reduction->n == lh->n_params || (!gradient && !hessian))
    return main_of_all(lh, ctx, data, params, nll, gradient, hessian);
  return main_of_selected(lh, ctx, data, reduction, params, nll, gradient, hessian);
}

int fairu_likelihood__evaluate(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                               const fairu_reduction *reduction, double *params, double *nll,
                               double *gradient, double *hessian)
{
  if (lh->n_parts)
    return fairu_combined__evaluate(lh, ctx, data, reduction, params, nll, gradient, hessian);
  const int status = fairu_likelihood__main(lh, ctx, data, reduction, params, nll, gradient, hessian);
  return status != FAIRU_OK
             ? status
             : fairu_likelihood__constrain(lh, ctx, data, reduction, params, nll, gradient, hessian);
}

int fairu_likelihood__check(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                            size_t n_params)
{
  if (n_params != lh->n_params)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu", lh->n_params,
                               n_params);
  for (size_t i = 0; i < n_params; i++) {
    if (!isfinite(params[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "params[%zu] (%s) is %g", i,
                                 fairu_likelihood__name(lh, i), params[i]);
    if (!lh->channels && !lh->n_parts && i >= lh->n_factors &&
        !(params[i] >= fairu_likelihood__lower(lh, i) && params[i] <= fairu_likelihood__upper(lh, i)))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "params[%zu] (%s) is %g, allowed are %g to %g", i,
                                 fairu_likelihood__name(lh, i), params[i], fairu_likelihood__lower(lh, i),
                                 fairu_likelihood__upper(lh, i));
  }
  return lh->n_parts ? fairu_combined__check(lh, ctx, params) : FAIRU_OK;
}

/* Into scratch first: outputs are written on success alone. */
int fairu_likelihood_nll(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                         const double *params, size_t n_params, double *nll, double *gradient,
                         double *hessian)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !params || !nll)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "nll: likelihood, data, params or nll is NULL");
  if (data->likelihood != lh)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "nll: the data belong to another likelihood");
  int status = fairu_likelihood__check(lh, ctx, params, n_params);
  if (status != FAIRU_OK)
    return status;
  const size_t n = n_params;
  const fairu_mark mark = fairu_context__mark(ctx);
  double value[2];
  double *point =
      fairu_context__scratch(ctx, n, (2 + (hessian ? n : 0)) * sizeof *point, "gradient and Hessian");
  if (!point)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *g = point + n;
  memcpy(point, params, n * sizeof *point);
  status = fairu_likelihood__evaluate(lh, ctx, data, NULL, point, value, gradient ? g : NULL,
                                      hessian ? g + n : NULL);
  if (status == FAIRU_OK && !isfinite(value[0] + value[1]))
    status =
        fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                            "nll: the parts are %g and %g: a count, a yield or an auxiliary value is too "
                            "large",
                            value[0], value[1]);
  if (status == FAIRU_OK) {
    nll[0] = value[0];
    nll[1] = value[1];
    for (size_t i = 0; gradient && i < n; i++)
      gradient[i] = g[i];
    for (size_t i = 0; hessian && i < n * n; i++)
      hessian[i] = g[n + i];
  }
  fairu_context__release(ctx, mark);
  return status;
}
