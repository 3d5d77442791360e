#include "toy_coverage.h"

#include "study.h"

#include <stdlib.h>

int toy_aware_classifier(fairu_context *ctx, const toy_settings *settings, fairu_classifier **classifier)
{
  return fairu_classifier_create_rotation(ctx, "x", "y", "z", settings->slope, classifier);
}

int toy_binning_create(fairu_context *ctx, const toy_settings *settings, fairu_binning **out)
{
  double edges[TOY_MAX_BINS];
  const int augmented = settings->method == TOY_AUG_LDA || settings->method == TOY_AUG_BAYES;
  toy_logit_edges(settings->method, settings->binning, settings->n_bins,
                  augmented ? toy_slope_lda() : settings->slope, edges);
  return fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, settings->n_bins - 1, out);
}

/* ---- tables ------------------------------------------------------------------------------------------- */

int toy_tables_create(fairu_context *ctx, const toy_pool *pool, const fairu_classifier *classifier,
                      const fairu_binning *binning, size_t n_knots, double z_true, int distinct,
                      toy_tables *out)
{
  fairu_fill_options options;
  *out = (toy_tables){ 0 };
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = pool->systematics;
  options.classifier = classifier;
  options.mode = FAIRU_FILL_SHIFTED_AT;
  options.shift_z = &z_true;
  if (status == FAIRU_OK)
    status = toy_grid_create(ctx, n_knots, &out->grid);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++)
    status = fairu_bin_table_create(ctx, out->grid, binning, pool->events[process], &options, distinct,
                                    &out->of[process]);
  if (status != FAIRU_OK)
    toy_tables_clear(out);
  return status;
}

void toy_tables_clear(toy_tables *tables)
{
  fairu_bin_table_destroy(tables->of[0]);
  fairu_bin_table_destroy(tables->of[1]);
  fairu_grid_destroy(tables->grid);
  *tables = (toy_tables){ 0 };
}

int toy_tables_observed(const toy_tables *tables, fairu_context *ctx, double mu, fairu_templates **out)
{
  const double scales[2] = { mu, 1.0 };
  return study_observed(ctx, tables->grid, tables->of, scales, out);
}

int toy_pool_deviation(fairu_context *ctx, const toy_settings *settings, const toy_tables *tables,
                       double *deviation)
{
  fairu_templates *exact = NULL;
  const double scales[2] = { settings->mu_true, 1.0 };
  const size_t n_points = fairu_bin_table_n_points(tables->of[0]);
  double *counts = malloc(n_points * settings->n_bins * sizeof *counts);
  int status = counts ? study_counts(ctx, tables->of, scales, counts) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = toy_observed_closed(ctx, settings, n_points, &exact);
  double worst = 0.0;
  for (size_t point = 0; point < n_points && status == FAIRU_OK; point++) {
    const double *yields = fairu_templates_yields(exact, 0, point);
    for (size_t j = 0; j < settings->n_bins; j++)
      worst = fmax(worst, fabs(counts[point * settings->n_bins + j] - yields[j]) / sqrt(yields[j]));
  }
  free(counts);
  fairu_templates_destroy(exact);
  if (status == FAIRU_OK)
    *deviation = worst;
  return status;
}

/* ---- toys --------------------------------------------------------------------------------------------- */

int toy_coverage_measure(const toy_problem *problem, fairu_context *ctx, const toy_tables *tables,
                         size_t n_toys, uint64_t seed, fairu_toy_result *results, fairu_coverage *out)
{
  const double truth[TOY_PARAMETERS] = { problem->settings.mu_true, problem->settings.z_true };
  const double scales[2] = { problem->settings.mu_true, 1.0 };
  fairu_interval_options interval;
  fairu_fit_options fit;
  fairu_toy_study study;
  int status = study_toys(&study, &interval, &fit, tables != NULL);
  if (status != FAIRU_OK)
    return status;
  study.likelihood = problem->likelihood;
  study.truth = truth;
  study.n_params = TOY_PARAMETERS;
  study.seed = seed;
  study.nuisance = TOY_Z;
  if (tables) {
    study.grid = tables->grid;
    study.tables = (const fairu_bin_table *const *)tables->of;
    study.scales = scales;
    study.n_tables = 2;
  }
  fairu_toy_result *own = results ? results : calloc(n_toys, sizeof *own);
  if (!own)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_toys_run(ctx, 0, n_toys, fairu_toy_study_estimate, &study, own);
  if (status == FAIRU_OK)
    status = study_coverage(ctx, problem->settings.mu_true, own, n_toys, out);
  if (!results)
    free(own);
  return status;
}

int toy_tables_aware(fairu_context *ctx, const toy_settings *settings, const toy_pool *pool, size_t n_knots,
                     int distinct, toy_tables *out)
{
  fairu_classifier *classifier = NULL;
  fairu_binning *binning = NULL;
  *out = (toy_tables){ 0 };
  int status = toy_aware_classifier(ctx, settings, &classifier);
  if (status == FAIRU_OK)
    status = toy_binning_create(ctx, settings, &binning);
  if (status == FAIRU_OK)
    status = toy_tables_create(ctx, pool, classifier, binning, n_knots, settings->z_true, distinct, out);
  fairu_binning_destroy(binning);
  fairu_classifier_destroy(classifier);
  return status;
}

int toy_coverage_closed(fairu_context *ctx, const toy_settings *settings, const toy_pool *pool,
                        size_t n_knots, size_t n_toys, uint64_t seed, double *deviation, fairu_coverage *out)
{
  toy_problem problem;
  toy_tables tables = { 0 };
  const int aware = settings->method == TOY_AWARE;
  int status = toy_problem_create_closed(ctx, settings, &problem);
  if (aware && status == FAIRU_OK)
    status = toy_tables_aware(ctx, settings, pool, n_knots, 1, &tables);
  if (aware && status == FAIRU_OK && deviation)
    status = toy_pool_deviation(ctx, settings, &tables, deviation);
  if (status == FAIRU_OK)
    status = toy_coverage_measure(&problem, ctx, aware ? &tables : NULL, n_toys, seed, NULL, out);
  toy_tables_clear(&tables);
  toy_problem_clear(&problem);
  return status;
}
