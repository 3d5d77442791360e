#include "untrained_split.h"

#include "toy_model.h"

#include <stdio.h>

#define CUT 1.0
#define T_LOWER (-2.0)
#define T_UPPER 2.5
#define KNOT_STEP 0.02

enum { SHAPE_BINS = 10, KNOTS = 31 };

const char *split_analysis_name(int analysis)
{
  static const char *const names[SPLIT_ANALYSES] = { "count", "shape", "control" };
  return names[analysis];
}

size_t split_n_models(int analysis)
{
  return analysis == SPLIT_CONTROL ? 3 : 4;
}

size_t split_scales(int analysis, size_t m)
{
  static const size_t with_control[3] = { 1, 2, SPLIT_REGIONS };
  return analysis == SPLIT_CONTROL ? with_control[m] : (size_t)1 << m;
}

double split_correlation(size_t truth)
{
  static const double correlations[SPLIT_TRUTHS] = { 1.0, 0.84, 0.0 };
  return correlations[truth];
}

const char *split_truth_name(size_t truth)
{
  static const char *const names[SPLIT_TRUTHS] = { "coherent", "nearly", "independent" };
  return names[truth];
}

/* ---- one region --------------------------------------------------------------------------------------- */

typedef struct region {
  int counted; /* one bin above the cut */
  int control; /* background alone, all of it */
  size_t n_bins;
  size_t group;
  char scale[32]; /* name of its nuisance */
} region;

static region region_of(int analysis, size_t i, size_t n_scales)
{
  const int control = i == SPLIT_SIGNAL_REGIONS;
  region r = { .counted = analysis != SPLIT_SHAPE && !control, .control = control };
  r.group = i * n_scales / SPLIT_SIGNAL_REGIONS;
  if (analysis == SPLIT_CONTROL)
    r.group = n_scales == SPLIT_REGIONS ? i : control && n_scales == 2;
  r.n_bins = r.counted ? 1 : SHAPE_BINS;
  snprintf(r.scale, sizeof r.scale, "scale_%zu", r.group);
  return r;
}

static double edge(const region *r, size_t j)
{
  if (r->counted && j == 0)
    return CUT;
  if (j == 0)
    return -(double)INFINITY;
  return j == r->n_bins ? (double)INFINITY : T_LOWER + (T_UPPER - T_LOWER) * (double)j / (double)r->n_bins;
}

static int region_yields(size_t process, const double *k, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  const region *r = user_data;
  const int signal = process == TOY_SIGNAL_PROCESS && !r->control;
  const double mean = signal ? TOY_RADIUS : -TOY_RADIUS;
  const double total = (signal ? TOY_SIGNAL : TOY_BACKGROUND) / (r->control ? 1.0 : SPLIT_SIGNAL_REGIONS);
  (void)n_axes, (void)variances;
  for (size_t j = 0; j < n_bins; j++)
    yields[j] = total * toy_normal_interval((edge(r, j) / k[0] - mean) / TOY_SIGMA,
                                            (edge(r, j + 1) / k[0] - mean) / TOY_SIGMA);
  return 0;
}

static int region_templates(fairu_context *ctx, region *r, fairu_templates **out)
{
  static const char *const both[2] = { "signal", "background" };
  double knots[KNOTS];
  for (size_t i = 0; i < KNOTS; i++)
    knots[i] = 1.0 + KNOT_STEP * ((double)i - KNOTS / 2);
  const fairu_axis axis = { r->scale, knots, KNOTS, 1.0 };
  fairu_grid *grid = NULL;
  int status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, both + r->control, r->control ? 1 : 2, r->n_bins,
                                                  region_yields, r, FAIRU_INTERPOLATION_LOG, out);
  fairu_grid_destroy(grid);
  return status;
}

static int region_create(fairu_context *ctx, region *r, fairu_likelihood **out)
{
  fairu_nuisance prior;
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  prior.name = r->scale;
  prior.nominal = 1.0;
  prior.width = SPLIT_PRIOR;
  const fairu_factor mu = { "mu", "signal", 1.0, -(double)INFINITY, (double)INFINITY };
  const fairu_constraint constraint = { r->scale, FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  options.factors = &mu;
  options.n_factors = !r->control;
  options.constraints = &constraint;
  options.n_constraints = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE; /* closed forms are exact */
  status = region_templates(ctx, r, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(templates);
  return status;
}

/* ---- all regions -------------------------------------------------------------------------------------- */

int split_model_create(fairu_context *ctx, int analysis, size_t n_scales, split_model *out)
{
  *out = (split_model){ .analysis = analysis,
                        .n_scales = n_scales,
                        .n_regions = SPLIT_SIGNAL_REGIONS + (analysis == SPLIT_CONTROL) };
  int status = FAIRU_OK;
  for (size_t i = 0; i < out->n_regions && status == FAIRU_OK; i++) {
    region r = region_of(analysis, i, n_scales);
    status = region_create(ctx, &r, &out->regions[i]);
  }
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_combined(ctx, (const fairu_likelihood *const *)out->regions,
                                              out->n_regions, NULL, &out->likelihood);
  if (status != FAIRU_OK)
    split_model_clear(out);
  return status;
}

void split_model_clear(split_model *model)
{
  fairu_likelihood_destroy(model->likelihood);
  for (size_t i = 0; i < SPLIT_REGIONS; i++)
    fairu_likelihood_destroy(model->regions[i]);
  *model = (split_model){ 0 };
}

/* Posterior width of the scale, averaged over the regions with signal. */
static double mean_error(const split_model *model, const double *covariance)
{
  const size_t n = model->n_scales + 1;
  double weight[SPLIT_PARAMETERS] = { 0 }, sum = 0.0;
  for (size_t i = 0; i < SPLIT_SIGNAL_REGIONS; i++)
    weight[1 + region_of(model->analysis, i, model->n_scales).group] += 1.0 / SPLIT_SIGNAL_REGIONS;
  for (size_t i = 1; i < n; i++)
    for (size_t j = 1; j < n; j++)
      sum += weight[i] * weight[j] * covariance[i * n + j];
  return sqrt(sum);
}

int split_model_width(const split_model *model, fairu_context *ctx, split_width *out)
{
  const size_t n = model->n_scales + 1;
  double params[SPLIT_PARAMETERS], covariance[SPLIT_PARAMETERS * SPLIT_PARAMETERS];
  fairu_breakdown parts[2] = { { .struct_size = sizeof parts[0] } };
  fairu_data *data = NULL;
  for (size_t i = 0; i < n; i++)
    params[i] = 1.0;
  int status = fairu_data_create(ctx, model->likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(model->likelihood, ctx, params, n, data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(model->likelihood, ctx, data, NULL, params, n, covariance, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_breakdown(model->likelihood, ctx, data, NULL, NULL, 0, parts);
  fairu_data_destroy(data);
  if (status != FAIRU_OK)
    return status;
  *out = (split_width){ .half_width = 0.5 * (parts[0].error_up + parts[0].error_down),
                        .statistical = 0.5 * (parts[0].fixed_up + parts[0].fixed_down),
                        .systematic = 0.5 * (parts[0].part_up + parts[0].part_down),
                        .sigma_scale = sqrt(covariance[n + 1]),
                        .sigma_mean = mean_error(model, covariance) };
  return FAIRU_OK;
}
