#include "compare_fit.h"

#include "study.h"

#include <math.h>
#include <string.h>

const char *const compare_process_names[COMPARE_CLASSES] = { "background", "signal" };

enum { SPREAD = 6 };

int compare_likelihood_create(fairu_context *ctx, const compare_problem *problem,
                              const fairu_templates *templates, int mc_stat, fairu_likelihood **out)
{
  const fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };
  fairu_constraint constraints[COMPARE_AXES];
  fairu_nuisance priors[COMPARE_AXES];
  fairu_likelihood_options options;
  *out = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  for (size_t k = 0; k < problem->n_axes && status == FAIRU_OK; k++) {
    const compare_axis *axis = &problem->axes[k];
    status = fairu_nuisance_init(&priors[k], sizeof priors[k]);
    priors[k].name = axis->name;
    priors[k].nominal = axis->nominal;
    priors[k].width = axis->width;
    constraints[k] = (fairu_constraint){ axis->name, FAIRU_CONSTRAINT_PRIOR, &priors[k], NULL };
  }
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = constraints;
  options.n_constraints = problem->n_axes;
  options.mc_stat = mc_stat;
  return status == FAIRU_OK ? fairu_likelihood_create(ctx, templates, &options, out) : status;
}

static void point_of(const compare_problem *problem, const double *z, double *params)
{
  params[0] = 1.0;
  memcpy(params + 1, z, problem->n_axes * sizeof *z);
}

int compare_data_create(fairu_context *ctx, const compare_problem *problem,
                        const fairu_likelihood *likelihood, const double *z, const fairu_templates *moving,
                        fairu_data **out)
{
  double truth[COMPARE_PARAMETERS];
  point_of(problem, z, truth);
  int status = fairu_data_create(ctx, likelihood, out);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(likelihood, ctx, truth, 1 + problem->n_axes, *out);
  if (status == FAIRU_OK && moving)
    status = fairu_data_set_observed_moving(*out, ctx, moving);
  for (size_t k = 0; k < problem->n_axes && status == FAIRU_OK; k++)
    status = fairu_data_set_aux(*out, ctx, 1 + k, problem->axes[k].nominal);
  if (status != FAIRU_OK) {
    fairu_data_destroy(*out);
    *out = NULL;
  }
  return status;
}

int compare_interval(fairu_context *ctx, const compare_problem *problem, const fairu_likelihood *likelihood,
                     const fairu_data *data, const double *z, int profiled, double *half_width,
                     double *mu_hat)
{
  static const unsigned char z_fixed[COMPARE_PARAMETERS] = { 0, 1, 1 };
  double truth[COMPARE_PARAMETERS];
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_interval found = { .struct_size = sizeof found };
  int status = study_interval_options(&options, &fit);
  point_of(problem, z, truth);
  fit.start = truth;
  fit.fixed = profiled ? NULL : z_fixed;
  fit.spread_starts = profiled ? SPREAD : 0;
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_interval(likelihood, ctx, data, &options, &found, NULL, NULL, 1 + problem->n_axes);
  if (status != FAIRU_OK)
    return status;
  const int crossings =
      found.lower_end == FAIRU_INTERVAL_CROSSING && found.upper_end == FAIRU_INTERVAL_CROSSING;
  *half_width = crossings ? 0.5 * (found.upper - found.lower) : (double)NAN;
  if (mu_hat)
    *mu_hat = found.best;
  return FAIRU_OK;
}

double compare_sigma(const double *matrix, size_t n)
{
  double a[(COMPARE_PARAMETERS + 1) * (COMPARE_PARAMETERS + 1)];
  memcpy(a, matrix, n * n * sizeof *a);
  for (size_t k = n; k-- > 1;) { /* eliminate the last parameter */
    const double pivot = a[k * n + k];
    if (!(pivot > 0.0))
      return (double)NAN;
    for (size_t i = 0; i < k; i++)
      for (size_t j = 0; j < k; j++)
        a[i * n + j] -= a[i * n + k] * a[k * n + j] / pivot;
  }
  return a[0] > 0.0 ? 1.0 / sqrt(a[0]) : (double)NAN;
}

int compare_fisher(fairu_context *ctx, const compare_problem *problem, const fairu_likelihood *likelihood,
                   const double *z, double *fixed, double *profiled)
{
  const size_t n = 1 + problem->n_axes;
  double truth[COMPARE_PARAMETERS], nll[2], hessian[COMPARE_PARAMETERS * COMPARE_PARAMETERS];
  fairu_data *data = NULL;
  point_of(problem, z, truth);
  int status = fairu_data_create(ctx, likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(likelihood, ctx, truth, n, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(likelihood, ctx, data, truth, n, nll, NULL, hessian);
  fairu_data_destroy(data);
  if (status != FAIRU_OK)
    return status;
  *fixed = compare_sigma(hessian, 1);
  *profiled = compare_sigma(hessian, n);
  return FAIRU_OK;
}
