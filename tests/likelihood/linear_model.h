/* linear_model.h - four bins whose expectation is linear in everything, with as many counts as wanted: the closed forms of a
 * Gaussian likelihood hold in the limit, and its Hessian is known exactly on Asimov data. */
#ifndef FAIRU_TESTS_LINEAR_MODEL_H
#define FAIRU_TESTS_LINEAR_MODEL_H

#include "support/support.h"

/* mu (signal), beta (background, free), two nuisances with Gaussian priors */
enum { linear_bins = 4, linear_params = 4 };

static const double linear_signal[linear_bins] = { 1.0, 3.0, 2.0, 0.5 };
static const double linear_background[linear_bins] = { 20.0, 15.0, 12.0, 18.0 };
static const double linear_effect[2][linear_bins] = { { 0.3, 0.5, -0.2, 0.1 }, { -0.4, 0.6, 0.5, 0.2 } };
static const double linear_width[2] = { 0.8, 1.3 };
static const double linear_start[linear_params] = { 1.0, 1.0, 0.0, 0.0 };

typedef struct linear_model {
  double scale; /* counts per unit */
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data; /* Asimov at the start */
} linear_model;

static inline int linear_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                                double *variances, void *user_data)
{
  const linear_model *m = (const linear_model *)user_data;
  (void)n_axes, (void)variances;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = m->scale * (process == 0 ? linear_signal[j]
                                         : linear_background[j] + linear_effect[0][j] * z[0] +
                                               linear_effect[1][j] * z[1]);
  return 0;
}

static inline void linear_destroy(linear_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
}

static inline int linear_likelihood(fairu_context *ctx, linear_model *m)
{
  static const fairu_factor factors[2] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                           { "beta", "background", 1.0, 0.0, 10.0 } };
  fairu_nuisance priors[2];
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  for (int k = 0; k < 2 && status == FAIRU_OK; k++) {
    status = fairu_nuisance_init(&priors[k], sizeof priors[k]);
    priors[k].name = k ? "b" : "a";
    priors[k].width = linear_width[k];
  }
  const fairu_constraint constraints[2] = { { "a", FAIRU_CONSTRAINT_PRIOR, &priors[0], NULL },
                                            { "b", FAIRU_CONSTRAINT_PRIOR, &priors[1], NULL } };
  options.factors = factors;
  options.n_factors = 2;
  options.constraints = constraints;
  options.n_constraints = 2;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  return status == FAIRU_OK ? fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood) : status;
}

/* The likelihood of these yields, and data of it. */
static inline int linear_create_of(fairu_context *ctx, const double knots[5], fairu_yield_fn yields,
                                   double scale, linear_model *m)
{
  static const char *const names[2] = { "signal", "background" };
  const fairu_axis axes[2] = { { "a", knots, 5, 0.0 }, { "b", knots, 5, 0.0 } };
  fairu_grid *grid = NULL;
  memset(m, 0, sizeof *m);
  m->scale = scale;
  int status = fairu_grid_create(ctx, axes, 2, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 2, linear_bins, yields, m,
                                                  FAIRU_INTERPOLATION_LINEAR, &m->templates);
  fairu_grid_destroy(grid);
  if (status == FAIRU_OK)
    status = linear_likelihood(ctx, m);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, m->likelihood, &m->data);
  return status;
}

static inline int linear_create(fairu_context *ctx, double scale, linear_model *m)
{
  static const double knots[5] = { -8.0, -4.0, 0.0, 4.0, 8.0 };
  int status = linear_create_of(ctx, knots, linear_yields, scale, m);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(m->likelihood, ctx, linear_start, linear_params, m->data);
  if (status != FAIRU_OK)
    linear_destroy(m);
  return status;
}

/* d nu_j / d theta_i and nu_j at the start. */
static inline double linear_slope(const linear_model *m, size_t i, size_t j)
{
  return m->scale * (i == 0 ? linear_signal[j] : i == 1 ? linear_background[j] : linear_effect[i - 2][j]);
}

static inline double linear_nu(const linear_model *m, size_t j)
{
  return m->scale * (linear_signal[j] + linear_background[j]);
}

/* Inverse of the Hessian on Asimov data, the parameters `fixed` left out (rows 0), by Gauss-Jordan. */
static inline void linear_covariance(const linear_model *m, const unsigned char *fixed,
                                     double c[linear_params][linear_params])
{
  double a[linear_params][2 * linear_params] = { { 0.0 } };
  for (size_t i = 0; i < linear_params; i++) {
    for (size_t k = 0; k < linear_params; k++)
      for (size_t j = 0; j < linear_bins; j++)
        a[i][k] += linear_slope(m, i, j) * linear_slope(m, k, j) / linear_nu(m, j);
    a[i][i] += i >= 2 ? 1.0 / (linear_width[i - 2] * linear_width[i - 2]) : 0.0;
    a[i][linear_params + i] = 1.0;
  }
  for (size_t i = 0; fixed && i < linear_params; i++)
    for (size_t k = 0; fixed[i] && k < linear_params; k++)
      a[i][k] = a[k][i] = i == k;
  for (size_t p = 0; p < linear_params; p++) {
    const double pivot = a[p][p];
    for (size_t k = 0; k < 2 * linear_params; k++)
      a[p][k] /= pivot;
    for (size_t i = 0; i < linear_params; i++) {
      const double factor = a[i][p];
      for (size_t k = 0; i != p && k < 2 * linear_params; k++)
        a[i][k] -= factor * a[p][k];
    }
  }
  for (size_t i = 0; i < linear_params; i++)
    for (size_t k = 0; k < linear_params; k++)
      c[i][k] = fixed && (fixed[i] || fixed[k]) ? 0.0 : a[i][linear_params + k];
}

#endif /* FAIRU_TESTS_LINEAR_MODEL_H */
