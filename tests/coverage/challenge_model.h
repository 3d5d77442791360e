/* challenge_model.h - a made-up model with the parameters of the FAIR Universe challenge: four processes in 25 bins of a score whose shapes move with tes, jes and
 * log_soft_met, factors with priors for ttbar, diboson and all background, yields of the challenge after a selection. sigma(mu) is about 0.4. */
#ifndef FAIRU_TESTS_CHALLENGE_MODEL_H
#define FAIRU_TESTS_CHALLENGE_MODEL_H

#include <math.h>

#include <fairu/fairu.h>

enum { challenge_bins = 25, challenge_params = 7, challenge_axes = 3 };

/* In the order of the likelihood's parameters. */
static const char *const challenge_names[challenge_params] = { "mu",          "ttbar_scale", "diboson_scale",
                                                               "bkg_scale",   "tes",         "jes",
                                                               "log_soft_met" };

typedef struct challenge_settings {
  double template_variance; /* of a template bin over its yield: 0: exact templates */
  int mc_stat;
} challenge_settings;

/* Density of process p at score x; z: tes - 1, jes - 1, log_soft_met. */
static inline double challenge_density(size_t p, double x, const double *z)
{
  static const double place[4] = { 0.15, 0.45, 0.35, 0.62 }, width[4] = { 0.15, 0.2, 0.2, 0.16 };
  const double m = place[p] + (p == 0 ? 0.9 : 0.54) * z[0] + (p == 2 ? -0.5 : 0.5) * z[1] +
                   0.004 * z[2] * ((double)p + 1.0);
  const double w = width[p] * (1.0 + 0.01 * z[2] + 0.3 * z[0]), y = (x - m) / w;
  return exp(-0.5 * y * y) / w + (p == 0 ? 0.03 * exp(-2.0 * x) : 0.0);
}

static inline int challenge_yields(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                                   double *variances, void *settings)
{
  static const double totals[4] = { 900000.0, 3500.0, 40000.0, 950.0 }, nominal[3] = { 0.0, 0.0, 0.0 };
  const double at[3] = { z[0] - 1.0, z[1] - 1.0, z[2] };
  const double efficiency =
      1.0 + at[0] * (0.9 - 0.1 * (double)p) + (p == 2 ? 0.6 : 0.3) * at[1] + 0.003 * at[2] * (double)p;
  double norm = 0.0;
  (void)n_axes;
  for (size_t b = 0; b < n_bins; b++)
    norm += challenge_density(p, ((double)b + 0.5) / (double)n_bins, nominal);
  for (size_t b = 0; b < n_bins; b++) {
    yields[b] = totals[p] * efficiency * challenge_density(p, ((double)b + 0.5) / (double)n_bins, at) / norm;
    if (variances)
      variances[b] = ((const challenge_settings *)settings)->template_variance * yields[b];
  }
  return 0;
}

static inline int challenge_templates(fairu_context *ctx, challenge_settings *settings, fairu_templates **out)
{
  static const char *const processes[4] = { "ztautau", "diboson", "ttbar", "htautau" };
  static const double energy[7] = { 0.9, 0.94, 0.97, 1.0, 1.03, 1.06, 1.1 };
  static const double soft[7] = { -4.0, -2.0, -1.0, 0.0, 0.5, 1.0, 1.6094379124341003 };
  static const size_t pairs[6] = { 0, 1, 0, 2, 1, 2 };
  const fairu_axis axes[3] = { { "tes", energy, 7, 1.0 },
                               { "jes", energy, 7, 1.0 },
                               { "log_soft_met", soft, 7, 0.0 } };
  fairu_grid *grid = NULL;
  int status = fairu_grid_create(ctx, axes, 3, pairs, 3, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, processes, 4, challenge_bins, challenge_yields,
                                                  settings, FAIRU_INTERPOLATION_LOG, out);
  fairu_grid_destroy(grid);
  return status;
}

static inline int challenge_create(fairu_context *ctx, challenge_settings settings, fairu_likelihood **out)
{
  static const double widths[6] = { 0.02, 0.25, 0.001, 0.01, 0.01, 1.0 };
  static const double lowers[6] = { 0.8, 0.0, 0.99, 0.9, 0.9, -4.0 };
  static const double uppers[6] = { 1.2, 2.0, 1.01, 1.1, 1.1, 1.6094379124341003 };
  const fairu_factor factors[6] = {
    { "mu", "htautau", 1.0, -HUGE_VAL, HUGE_VAL }, { "ttbar_scale", "ttbar", 1.0, 0.8, 1.2 },
    { "diboson_scale", "diboson", 1.0, 0.0, 2.0 }, { "bkg_scale", "ztautau", 1.0, 0.99, 1.01 },
    { "bkg_scale", "ttbar", 1.0, 0.99, 1.01 },     { "bkg_scale", "diboson", 1.0, 0.99, 1.01 }
  };
  fairu_nuisance priors[6];
  fairu_constraint constraints[6];
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  for (size_t i = 0; i < 6 && status == FAIRU_OK; i++) {
    status = fairu_nuisance_init(&priors[i], sizeof priors[i]);
    priors[i].name = challenge_names[1 + i];
    priors[i].nominal = i == 5 ? 0.0 : 1.0;
    priors[i].width = widths[i];
    priors[i].lower = lowers[i];
    priors[i].upper = uppers[i];
    constraints[i] = (fairu_constraint){ challenge_names[1 + i], FAIRU_CONSTRAINT_PRIOR, &priors[i], NULL };
  }
  options.factors = factors;
  options.n_factors = 6;
  options.constraints = constraints;
  options.n_constraints = 6;
  options.mc_stat = settings.mc_stat;
  if (status == FAIRU_OK)
    status = challenge_templates(ctx, &settings, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(templates);
  return status;
}

#endif /* FAIRU_TESTS_CHALLENGE_MODEL_H */
