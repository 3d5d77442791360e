#include "study.h"

#include <math.h>
#include <stdlib.h>

int study_interval_options(fairu_interval_options *options, fairu_fit_options *fit)
{
  int status = fairu_interval_options_init(options, sizeof *options);
  if (status == FAIRU_OK && fit)
    status = fairu_fit_options_init(fit, sizeof *fit);
  options->level = 0.0;
  options->delta_nll = 0.5;
  options->fit = fit;
  return status;
}

int study_toys(fairu_toy_study *study, fairu_interval_options *interval, fairu_fit_options *fit, int moving)
{
  enum { SPREAD_FIXED = 4, SPREAD_MOVING = 8 };
  int status = fairu_toy_study_init(study, sizeof *study);
  if (status == FAIRU_OK)
    status = study_interval_options(interval, fit);
  fit->spread_starts = moving ? SPREAD_MOVING : SPREAD_FIXED;
  study->interval = interval;
  return status;
}

fairu_coverage study_unmeasured(void)
{
  const double nan = (double)NAN;
  return (fairu_coverage){ .struct_size = sizeof(fairu_coverage),
                           .coverage = nan,
                           .coverage_lower = nan,
                           .coverage_upper = nan,
                           .mean_half_width = nan,
                           .mean_estimate = nan,
                           .bias = nan,
                           .std_estimate = nan,
                           .mean_nuisance = nan,
                           .std_nuisance = nan,
                           .pull_mean = nan,
                           .pull_width = nan };
}

int study_tally(fairu_context *ctx, const fairu_tally *tally, uint64_t n, fairu_coverage *out)
{
  *out = study_unmeasured();
  const int status = fairu_tally_coverage(tally, ctx, 0.95, out);
  if (status != FAIRU_ERR_EMPTY)
    return status;
  out->n_failed = n;
  return FAIRU_OK;
}

int study_coverage(fairu_context *ctx, double truth, const fairu_toy_result *results, size_t n,
                   fairu_coverage *out)
{
  fairu_tally *tally = NULL;
  int status = fairu_tally_create(ctx, truth, &tally);
  if (status == FAIRU_OK)
    status = fairu_tally_add(tally, ctx, results, n);
  if (status == FAIRU_OK)
    status = study_tally(ctx, tally, n, out);
  fairu_tally_destroy(tally);
  return status;
}

/* ---- expected counts ---------------------------------------------------------------------------------- */

int study_counts(fairu_context *ctx, fairu_bin_table *const tables[2], const double scales[2], double *counts)
{
  const size_t n = fairu_bin_table_n_points(tables[0]) * fairu_bin_table_n_bins(tables[0]);
  double *second = malloc(n * sizeof *second);
  int status = second ? fairu_bin_table_histogram(tables[0], ctx, NULL, 1, counts) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_bin_table_histogram(tables[1], ctx, NULL, 1, second);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    counts[i] = scales[0] * counts[i] + scales[1] * second[i];
  free(second);
  return status;
}

int study_observed(fairu_context *ctx, const fairu_grid *grid, fairu_bin_table *const tables[2],
                   const double scales[2], fairu_templates **out)
{
  static const char *const names[1] = { "observed" };
  const size_t n_bins = fairu_bin_table_n_bins(tables[0]);
  double *counts = malloc(fairu_bin_table_n_points(tables[0]) * n_bins * sizeof *counts);
  *out = NULL;
  int status = counts ? study_counts(ctx, tables, scales, counts) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, grid, names, 1, n_bins, counts, NULL, FAIRU_INTERPOLATION_SQRT, out);
  free(counts);
  return status;
}

/* ---- how it is told ----------------------------------------------------------------------------------- */

void study_coverage_csv(out_csv *csv, const fairu_coverage *f)
{
  const double values[] = { (double)f->n,      (double)f->n_failed, f->coverage,      f->coverage_lower,
                            f->coverage_upper, f->mean_half_width,  f->mean_estimate, f->std_estimate };
  out_csv_numbers(csv, values, sizeof values / sizeof *values);
}

void study_coverage_json(json_t *object, const fairu_coverage *f)
{
  out_json_set_count(object, "toys", f->n);
  out_json_set_count(object, "failed", f->n_failed);
  out_json_set(object, "coverage", out_json_number(f->coverage));
  out_json_set(object, "coverage_lower", out_json_number(f->coverage_lower));
  out_json_set(object, "coverage_upper", out_json_number(f->coverage_upper));
  out_json_set(object, "mean_half_width", out_json_number(f->mean_half_width));
  out_json_set(object, "mean_mu_hat", out_json_number(f->mean_estimate));
  out_json_set(object, "std_mu_hat", out_json_number(f->std_estimate));
}

void study_coverage_cells(report *r, const fairu_coverage *f)
{
  report_cell(r, "%llu", (unsigned long long)f->n);
  report_cell(r, "%llu", (unsigned long long)f->n_failed);
  report_cell_number(r, f->coverage, 4);
  report_cell_range(r, f->coverage_lower, f->coverage_upper, 4);
  report_cell_number(r, f->mean_half_width, 4);
  report_cell_number(r, f->mean_estimate, 4);
  report_cell_number(r, f->std_estimate, 4);
}

int study_finish(cli *c, int status, json_t *results, const char *directory)
{
  if (status == FAIRU_OK)
    status = out_json_write(results, c, directory, "results.json");
  if (status == FAIRU_OK && c->json)
    status = out_json_print(results, c);
  json_decref(results);
  return status;
}
