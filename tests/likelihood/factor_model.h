/* factor_model.h - four processes, one factor of three of them, constrained factors that meet on one process: as templates, and
 * the same as a model of channels. */
#ifndef FAIRU_TESTS_FACTOR_MODEL_H
#define FAIRU_TESTS_FACTOR_MODEL_H

#include "support/support.h"

enum { FACTOR_MU, FACTOR_TTBAR, FACTOR_DIBOSON, FACTOR_BKG, FACTOR_A, FACTOR_B, FACTOR_PARAMS };
enum { factor_bins = 6, factor_processes = 4, factor_entries = 6, factor_knots = 5 };

static const char *const factor_process_names[factor_processes] = { "ztautau", "diboson", "ttbar",
                                                                    "htautau" };
static const double factor_knot[factor_knots] = { -2.0, -1.0, 0.0, 1.0, 2.0 };

/* The last two entries of bkg_scale repeat the first, one by saying nothing. */
static const fairu_factor factor_list[factor_entries] = {
  { "mu", "htautau", 1.0, -50.0, 50.0 },       { "ttbar_scale", "ttbar", 1.0, 0.8, 1.2 },
  { "diboson_scale", "diboson", 1.0, 0, 2.0 }, { "bkg_scale", "ztautau", 1.0, 0.9, 1.1 },
  { "bkg_scale", "diboson", 1.0, 0.9, 1.1 },   { "bkg_scale", "ttbar", 0.0, 0.0, 0.0 },
};

typedef struct factor_options {
  int mc_stat, interpolation, pair;
} factor_options;

typedef struct factor_model {
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
} factor_model;

static inline double factor_yield(size_t p, double a, double b, size_t j, int pair)
{
  static const double size[factor_processes] = { 400.0, 30.0, 90.0, 25.0 };
  const double x = (double)j - 2.5, q = (double)p;
  const double y = size[p] * exp(-0.2 * (1.5 - q) * x + 0.08 * a * sin(x + q)) *
                   (1.0 + 0.05 * b * cos(0.7 * x * q) + 0.01 * b * b);
  return pair ? y * (1.0 + 0.02 * a * b * cos(x)) : y;
}

static inline int factor_yields(size_t p, const double *z, size_t n_axes, size_t n_bins, double *yields,
                                double *variances, void *user_data)
{
  const factor_options *o = user_data;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = factor_yield(p, z[0], n_axes > 1 ? z[1] : 0.0, j, o->pair);
    if (variances)
      variances[j] = o->mc_stat ? yields[j] * (0.3 + 0.5 * (double)p) : 0.0;
  }
  return 0;
}

/* Densities in the order of the parameters from FACTOR_TTBAR on. */
static inline int factor_priors(fairu_nuisance priors[FACTOR_PARAMS])
{
  static const double width[FACTOR_PARAMS] = { 1.0, 0.02, 0.25, 0.004, 1.0, 0.5 };
  int status = FAIRU_OK;
  for (int i = 0; i < FACTOR_PARAMS; i++) {
    if (fairu_nuisance_init(&priors[i], sizeof priors[i]) != FAIRU_OK)
      status = FAIRU_ERR_INTERNAL;
    priors[i].nominal = i < FACTOR_A ? 1.0 : 0.0;
    priors[i].width = width[i];
  }
  priors[FACTOR_TTBAR].lower = 0.7;
  priors[FACTOR_TTBAR].upper = 1.15;
  priors[FACTOR_DIBOSON].prior = FAIRU_PRIOR_LOG_NORMAL;
  priors[FACTOR_A].lower = -1.5;
  return status;
}

static inline int factor_templates(fairu_context *ctx, factor_options *o, fairu_templates **out)
{
  const fairu_axis axes[2] = { { "a", factor_knot, factor_knots, 0.0 },
                               { "b", factor_knot, factor_knots, 0.0 } };
  const size_t pairs[2] = { 0, 1 };
  fairu_grid *grid = NULL;
  int status = fairu_grid_create(ctx, axes, 2, pairs, o->pair != 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, factor_process_names, factor_processes,
                                                  factor_bins, factor_yields, o, o->interpolation, out);
  fairu_grid_destroy(grid);
  return status;
}

static inline void factor_destroy(factor_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  memset(m, 0, sizeof *m);
}

static const double factor_observed[factor_bins] = { 902.0, 760.0, 583.0, 500.0, 455.0, 402.0 };

static inline int factor_create(fairu_context *ctx, factor_options o, factor_model *m)
{
  static const char *const names[FACTOR_PARAMS] = { "mu",        "ttbar_scale", "diboson_scale",
                                                    "bkg_scale", "a",           "b" };
  fairu_nuisance priors[FACTOR_PARAMS];
  fairu_constraint constraints[FACTOR_PARAMS];
  fairu_likelihood_options options;
  memset(m, 0, sizeof *m);
  int status = factor_priors(priors);
  for (int i = 0; i < FACTOR_PARAMS; i++)
    constraints[i] = (fairu_constraint){ names[i], FAIRU_CONSTRAINT_PRIOR, &priors[i], NULL };
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = factor_list;
  options.n_factors = factor_entries;
  options.constraints = constraints + FACTOR_TTBAR;
  options.n_constraints = FACTOR_PARAMS - FACTOR_TTBAR;
  options.mc_stat = o.mc_stat;
  if (status == FAIRU_OK)
    status = factor_templates(ctx, &o, &m->templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, m->likelihood, &m->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(m->data, ctx, factor_observed, factor_bins);
  if (status != FAIRU_OK)
    factor_destroy(m);
  return status;
}

/* ---- the same as a model of channels ------------------------------------------------------------------ */

static inline int twin_parameters(fairu_context *ctx, const fairu_likelihood *as, fairu_model *model)
{
  fairu_nuisance priors[FACTOR_PARAMS];
  int status = factor_priors(priors);
  for (size_t i = 0; i < FACTOR_PARAMS && status == FAIRU_OK; i++) {
    fairu_parameter_options o;
    fairu_parameter p = { .struct_size = sizeof p };
    status = fairu_parameter_options_init(&o, sizeof o);
    if (status == FAIRU_OK)
      status = fairu_likelihood_parameter(as, ctx, i, &p);
    o.start = p.start;
    o.lower = p.lower;
    o.upper = p.upper;
    o.prior = i == FACTOR_MU ? NULL : &priors[i];
    if (status == FAIRU_OK)
      status = fairu_model_add_parameter(model, ctx, p.name, &o, NULL);
  }
  return status;
}

static inline int twin_spline(fairu_context *ctx, fairu_model *model, size_t sample, size_t p, int axis)
{
  double yields[factor_knots * factor_bins];
  for (size_t i = 0; i < factor_knots; i++)
    for (size_t j = 0; j < factor_bins; j++)
      yields[i * factor_bins + j] =
          axis ? factor_yield(p, 0.0, factor_knot[i], j, 0) : factor_yield(p, factor_knot[i], 0.0, j, 0);
  return fairu_model_add_spline(model, ctx, sample, axis ? FACTOR_B : FACTOR_A, factor_knot, factor_knots,
                                0.0, yields, factor_bins);
}

static inline int twin_sample(fairu_context *ctx, fairu_model *model, size_t p)
{
  double nominal[factor_bins];
  size_t sample = 0;
  for (size_t j = 0; j < factor_bins; j++)
    nominal[j] = factor_yield(p, 0.0, 0.0, j, 0);
  int status = fairu_model_add_sample(model, ctx, 0, factor_process_names[p], nominal, factor_bins, &sample);
  for (int axis = 0; axis < 2 && status == FAIRU_OK; axis++)
    status = twin_spline(ctx, model, sample, p, axis);
  static const size_t own[factor_processes] = { FACTOR_BKG, FACTOR_DIBOSON, FACTOR_TTBAR, FACTOR_MU };
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, sample, own[p]);
  if (status == FAIRU_OK && (own[p] == FACTOR_DIBOSON || own[p] == FACTOR_TTBAR))
    status = fairu_model_add_factor(model, ctx, sample, FACTOR_BKG);
  return status;
}

/* Of m with linear interpolation, without pair and template statistics. */
static inline int twin_create(fairu_context *ctx, const factor_model *m, factor_model *twin)
{
  fairu_model *model = NULL;
  memset(twin, 0, sizeof *twin);
  int status = fairu_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = twin_parameters(ctx, m->likelihood, model);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(model, ctx, "scores", factor_bins, NULL);
  for (size_t p = 0; p < factor_processes && status == FAIRU_OK; p++)
    status = twin_sample(ctx, model, p);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, model, "mu", &twin->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, twin->likelihood, &twin->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(twin->data, ctx, factor_observed, factor_bins);
  fairu_model_destroy(model);
  if (status != FAIRU_OK)
    factor_destroy(twin);
  return status;
}

#endif /* FAIRU_TESTS_FACTOR_MODEL_H */
