/* challenge_model.h - a likelihood of the size of the FAIR Universe challenge: 4 processes, 25 bins, 3 axes with all pairs, mu and three
 * normalisations, template statistics. */
#ifndef FAIRU_TESTS_CHALLENGE_MODEL_H
#define FAIRU_TESTS_CHALLENGE_MODEL_H

#include "support/support.h"

enum { challenge_bins = 25, challenge_params = 7 };

typedef struct challenge_model {
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
} challenge_model;

static inline int challenge_yields(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                                   double *variances, void *user_data)
{
  static const double size[4] = { 930000.0, 3500.0, 41000.0, 950.0 }, weight[4] = { 40.0, 40.0, 40.0, 0.2 };
  static const double slope[4] = { -0.35, -0.1, -0.2, 0.15 };
  (void)n_axes;
  (void)user_data;
  for (size_t j = 0; j < n_bins; j++) {
    const double x = 6.0 * (double)j / (double)n_bins, q = (double)p, t = 20.0 * (z[0] - 1.0),
                 s = 20.0 * (z[1] - 1.0), u = exp(z[2]) / 5.0;
    yields[j] = 0.1 * size[p] * exp(slope[p] * x) * (1.0 + 0.05 * t * sin(0.5 * x + q)) *
                (1.0 + 0.03 * s * cos(0.4 * x - q)) *
                (1.0 + 0.04 * u * u * sin(x + 2.0 * q) * (1.0 + 0.2 * t));
    if (variances)
      variances[j] = weight[p] * yields[j];
  }
  return 0;
}

static inline int challenge_grid(fairu_context *ctx, fairu_grid **grid)
{
  static const double scale[7] = { 0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1 };
  static const double soft[6] = { -3.0, -1.5, -0.5, 0.0, 0.8, 1.6094379124341003 };
  const fairu_axis axes[3] = { { "tes", scale, 7, 1.0 },
                               { "jes", scale, 7, 1.0 },
                               { "log_soft_met", soft, 6, 0.0 } };
  static const size_t pairs[6] = { 0, 1, 0, 2, 1, 2 };
  return fairu_grid_create(ctx, axes, 3, pairs, 3, grid);
}

static inline void challenge_destroy(challenge_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  memset(m, 0, sizeof *m);
}

static inline int challenge_likelihood(fairu_context *ctx, int mc_stat, challenge_model *m)
{
  static const fairu_factor factors[6] = {
    { "mu", "htautau", 1.0, -50.0, 50.0 },         { "ttbar_scale", "ttbar", 1.0, 0.8, 1.2 },
    { "diboson_scale", "diboson", 1.0, 0.0, 2.0 }, { "bkg_scale", "ztautau", 1.0, 0.99, 1.01 },
    { "bkg_scale", "diboson", 1.0, 0.99, 1.01 },   { "bkg_scale", "ttbar", 1.0, 0.99, 1.01 },
  };
  static const char *const names[6] = { "tes",         "jes",           "log_soft_met",
                                        "ttbar_scale", "diboson_scale", "bkg_scale" };
  static const double centre[6] = { 1, 1, 0, 1, 1, 1 }, width[6] = { 0.01, 0.01, 1.0, 0.02, 0.25, 0.001 };
  fairu_nuisance priors[6];
  fairu_constraint constraints[6];
  fairu_likelihood_options o;
  int status = fairu_likelihood_options_init(&o, sizeof o);
  for (int i = 0; i < 6 && status == FAIRU_OK; i++) {
    status = fairu_nuisance_init(&priors[i], sizeof priors[i]);
    priors[i].nominal = centre[i];
    priors[i].width = width[i];
    constraints[i] = (fairu_constraint){ names[i], FAIRU_CONSTRAINT_PRIOR, &priors[i], NULL };
  }
  o.factors = factors;
  o.n_factors = 6;
  o.constraints = constraints;
  o.n_constraints = 6;
  o.mc_stat = mc_stat;
  return status == FAIRU_OK ? fairu_likelihood_create(ctx, m->templates, &o, &m->likelihood) : status;
}

static const double challenge_truth[challenge_params] = { 1.5, 1.01, 1.1, 1.0005, 1.006, 0.995, 0.3 };

static inline int challenge_create(fairu_context *ctx, int mc_stat, challenge_model *m)
{
  static const char *const processes[4] = { "ztautau", "diboson", "ttbar", "htautau" };
  fairu_grid *grid = NULL;
  memset(m, 0, sizeof *m);
  int status = challenge_grid(ctx, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, processes, 4, challenge_bins, challenge_yields,
                                                  NULL, FAIRU_INTERPOLATION_LOG, &m->templates);
  fairu_grid_destroy(grid);
  if (status == FAIRU_OK)
    status = challenge_likelihood(ctx, mc_stat, m);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, m->likelihood, &m->data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_toy(m->likelihood, ctx, challenge_truth, challenge_params, 1, 7, m->data);
  for (size_t i = 1; i < challenge_params && status == FAIRU_OK; i++) /* as the challenge has it */
    status = fairu_data_set_aux(m->data, ctx, i, i < 6 ? 1.0 : 0.0);
  if (status != FAIRU_OK)
    challenge_destroy(m);
  return status;
}

#endif /* FAIRU_TESTS_CHALLENGE_MODEL_H */
