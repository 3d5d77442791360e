/* No memory: templates, likelihoods, fits, coverage. */
#include "abi/memory.h"

static const char *const names[] = { "templates", "likelihood", "fit", "coverage" };

MAKES(fairu_binning_create_uniform, fairu_binning, ctx, 4, &out)
MAKES(fairu_binning_create_classes, fairu_binning, ctx, 4, &out)
MAKES(fairu_binning_create_logit, fairu_binning, ctx, 4, -1.0, 1.0, &out)
static const double edges[2] = { 0.2, 0.6 };
MAKES(fairu_binning_create_edges, fairu_binning, ctx, FAIRU_OUTPUT_SCORE, edges, 2, &out)
MAKES(fairu_binning_create_quantile, fairu_binning, ctx, FAIRU_OUTPUT_LOGIT, world_rows, NULL, 4, 2, &out)
static int fairu_binning_index_body(fairu_context *ctx, void *data)
{
  uint16_t bins[4];
  return fairu_binning_index(((const world *)data)->parts.binning, ctx, world_rows, 4, bins);
}
static int fairu_kernel_bandwidth_body(fairu_context *ctx, void *data)
{
  double bandwidth;
  (void)data;
  return fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SILVERMAN, world_rows, NULL, 4, &bandwidth);
}
static int fairu_grid_create_body(fairu_context *ctx, void *data)
{
  fairu_grid *grid = NULL;
  (void)data;
  const int status = small_grid(ctx, 2, &grid);
  fairu_grid_destroy(grid);
  return status;
}
static int fairu_grid_axis_body(fairu_context *ctx, void *data)
{
  fairu_axis axis;
  return fairu_grid_axis(((const world *)data)->parts.grid, ctx, 0, &axis);
}
static int fairu_grid_points_body(fairu_context *ctx, void *data)
{
  double z[CHAIN_KNOTS];
  return fairu_grid_points(((const world *)data)->parts.grid, ctx, z);
}
MAKES(fairu_bin_table_create, fairu_bin_table, ctx, w->parts.grid, w->parts.binning, w->events,
      &w->parts.options, 1, &out)
static int fairu_bin_table_histogram_body(fairu_context *ctx, void *data)
{
  double counts[4 * CHAIN_KNOTS];
  return fairu_bin_table_histogram(((const world *)data)->table, ctx, NULL, 1, counts);
}
MAKES(fairu_fill_create, fairu_fill, ctx, w->parts.grid, w->parts.binning, world_processes, 1, &out)
static int with_fill(fairu_context *ctx, const world *w, int merge)
{
  fairu_fill *fill = NULL;
  int status = fairu_fill_create(ctx, w->parts.grid, w->parts.binning, world_processes, 1, &fill);
  if (status == FAIRU_OK)
    status = merge ? fairu_fill_merge(fill, ctx, w->fill)
                   : fairu_fill_add(fill, ctx, "signal", w->events, &w->parts.options);
  fairu_fill_destroy(fill);
  return status;
}
static int fairu_fill_add_body(fairu_context *ctx, void *data)
{
  return with_fill(ctx, (const world *)data, 0);
}
static int fairu_fill_merge_body(fairu_context *ctx, void *data)
{
  return with_fill(ctx, (const world *)data, 1);
}
CALLS(fairu_fill_save, w->fill, ctx, w->path)
MAKES(fairu_fill_load, fairu_fill, ctx, w->fill_path, &out)
MAKES(fairu_templates_create_from_fill, fairu_templates, ctx, w->fill, FAIRU_INTERPOLATION_LINEAR, &out)
static int fairu_templates_create_body(fairu_context *ctx, void *data)
{
  double yields[2 * CHAIN_KNOTS];
  fairu_templates *out = NULL;
  for (size_t i = 0; i < 2 * CHAIN_KNOTS; i++)
    yields[i] = 1.0 + (double)i;
  const int status = fairu_templates_create(ctx, ((const world *)data)->parts.grid, world_processes, 1, 2,
                                            yields, yields, FAIRU_INTERPOLATION_LOG, &out);
  fairu_templates_destroy(out);
  return status;
}
static int fairu_templates_create_from_function_body(fairu_context *ctx, void *data)
{
  fairu_templates *out = NULL;
  (void)data;
  const int status = small_templates(ctx, 2, 3, small_yields, NULL, FAIRU_INTERPOLATION_LOG, &out);
  fairu_templates_destroy(out);
  return status;
}
static int fairu_templates_evaluate_body(fairu_context *ctx, void *data)
{
  const double z[2] = { 0.1, 0.2 };
  double nu[3 * small_bins], d[6 * small_bins], d2[12 * small_bins];
  return fairu_templates_evaluate(((const world *)data)->small.templates, ctx, z, 2, nu, d, d2);
}
static int fairu_templates_evaluate_variance_body(fairu_context *ctx, void *data)
{
  const double z[2] = { 0.1, 0.2 };
  double nu[3 * small_bins], d[6 * small_bins], d2[12 * small_bins];
  return fairu_templates_evaluate_variance(((const world *)data)->small.templates, ctx, z, 2, nu, d, d2);
}
CALLS(fairu_templates_save, w->small.templates, ctx, w->path)
MAKES(fairu_templates_load, fairu_templates, ctx, w->templates_path, &out)

/* ---- likelihood --------------------------------------------------------------------------------------- */

static int fairu_likelihood_create_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .kind = FAIRU_CONSTRAINT_PRIOR,
                            .prior = FAIRU_PRIOR_TABULATED };
  small_model m = { .templates = w->small.templates };
  const int status = small_likelihood(ctx, &o, &m);
  fairu_likelihood_destroy(m.likelihood);
  return status;
}
static int fairu_likelihood_create_unbinned_body(fairu_context *ctx, void *data)
{
  fairu_likelihood *out = NULL;
  (void)data;
  const int status = world_event_likelihood(ctx, &out);
  fairu_likelihood_destroy(out);
  return status;
}
static int fairu_likelihood_parameter_body(fairu_context *ctx, void *data)
{
  fairu_parameter parameter = { .struct_size = sizeof parameter };
  return fairu_likelihood_parameter(((const world *)data)->small.likelihood, ctx, 0, &parameter);
}
static int fairu_likelihood_find_parameter_body(fairu_context *ctx, void *data)
{
  size_t index = 0;
  return fairu_likelihood_find_parameter(((const world *)data)->small.likelihood, ctx, "a", &index);
}
static int fairu_likelihood_expected_body(fairu_context *ctx, void *data)
{
  double nu[small_bins];
  return fairu_likelihood_expected(((const world *)data)->small.likelihood, ctx, world_params, small_params,
                                   nu);
}
static int fairu_likelihood_nll_body(fairu_context *ctx, void *data)
{
  const small_model *m = &((const world *)data)->small;
  double nll[2], gradient[small_params], hessian[small_params * small_params];
  return fairu_likelihood_nll(m->likelihood, ctx, m->data, world_params, small_params, nll, gradient,
                              hessian);
}
MAKES(fairu_data_create, fairu_data, ctx, w->small.likelihood, &out)

enum { OBSERVED, MOVING, AUX, AUX_COUNTS, EVENTS, ASIMOV, TOY, TOY_EVENTS };

/* The calls that change data, on data of ctx. */
static int change_data(fairu_context *ctx, const world *w, fairu_data *d, int which)
{
  static const double counts[WORLD_EVENTS] = { 3.0, 4.0, 5.0, 6.0, 7.0 };
  const fairu_bin_table *const tables[1] = { w->table };
  const double truth[2] = { 1.0, 0.4 }, scale = 1.0;
  switch (which) {
  case OBSERVED:
    return fairu_data_set_observed(d, ctx, counts, small_bins);
  case MOVING:
    return fairu_data_set_observed_moving(d, ctx, w->small.observed);
  case AUX:
    return fairu_data_set_aux(d, ctx, 3, 0.1);
  case AUX_COUNTS:
    return fairu_data_set_aux_counts(d, ctx, 3, counts, small_bins);
  case EVENTS:
    return fairu_data_set_events(d, ctx, counts, WORLD_EVENTS);
  case ASIMOV:
    return fairu_likelihood_asimov(w->small.likelihood, ctx, world_params, small_params, d);
  case TOY:
    return fairu_likelihood_toy(w->small.likelihood, ctx, world_params, small_params, 1, 2, d);
  default:
    return fairu_likelihood_toy_events(w->turning, ctx, truth, 2, w->parts.grid, tables, &scale, 1, 1, 2, d);
  }
}
static int with_prior(fairu_context *ctx, const world *w, fairu_likelihood **out)
{
  const small_options o = { .kind = FAIRU_CONSTRAINT_PRIOR, .prior = FAIRU_PRIOR_GAUSSIAN };
  small_model m = { .templates = w->small.templates };
  const int status = small_likelihood(ctx, &o, &m);
  *out = m.likelihood;
  return status;
}
static int with_data(fairu_context *ctx, const world *w, int which)
{
  fairu_likelihood *own = NULL;
  fairu_data *d = NULL;
  int status = which == AUX      ? with_prior(ctx, w, &own)
               : which == EVENTS ? world_event_likelihood(ctx, &own)
                                 : FAIRU_OK;
  const fairu_likelihood *model = own ? own : which == TOY_EVENTS ? w->turning : w->small.likelihood;
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, model, &d);
  for (int again = 0; again < 2 && status == FAIRU_OK; again++)
    status = change_data(ctx, w, d, which);
  fairu_data_destroy(d);
  fairu_likelihood_destroy(own);
  return status;
}
#define CHANGES_DATA(function, which)                                                                        \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    return with_data(ctx, (const world *)data, which);                                                       \
  }
CHANGES_DATA(fairu_data_set_observed, OBSERVED)
CHANGES_DATA(fairu_data_set_observed_moving, MOVING)
CHANGES_DATA(fairu_data_set_aux, AUX)
CHANGES_DATA(fairu_data_set_aux_counts, AUX_COUNTS)
CHANGES_DATA(fairu_data_set_events, EVENTS)
CHANGES_DATA(fairu_likelihood_asimov, ASIMOV)
CHANGES_DATA(fairu_likelihood_toy, TOY)
CHANGES_DATA(fairu_likelihood_toy_events, TOY_EVENTS)

static int fairu_likelihood_nll_difference_body(fairu_context *ctx, void *data)
{
  const small_model *m = &((const world *)data)->small;
  double d;
  return fairu_likelihood_nll_difference(m->likelihood, ctx, m->data, world_params, world_params,
                                         small_params, &d);
}
static int copy_data(fairu_context *ctx, const fairu_data *from, const fairu_likelihood *model)
{
  fairu_data *d = NULL;
  int status = fairu_data_create(ctx, model, &d);
  for (int again = 0; again < 2 && status == FAIRU_OK; again++)
    status = fairu_data_copy(d, ctx, from);
  fairu_data_destroy(d);
  return status;
}
static int copy_weights(fairu_context *ctx, const world *w)
{
  fairu_likelihood *own = NULL;
  fairu_data *from = NULL;
  int status = world_event_likelihood(ctx, &own);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, own, &from);
  if (status == FAIRU_OK)
    status = change_data(ctx, w, from, EVENTS);
  if (status == FAIRU_OK)
    status = copy_data(ctx, from, own);
  fairu_data_destroy(from);
  fairu_likelihood_destroy(own);
  return status;
}
/* Counts that move, and weights of events. */
static int fairu_data_copy_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  fairu_data *from = NULL;
  int status = fairu_data_create(ctx, w->small.likelihood, &from);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed_moving(from, ctx, w->small.observed);
  if (status == FAIRU_OK)
    status = copy_data(ctx, from, w->small.likelihood);
  if (status == FAIRU_OK)
    status = copy_weights(ctx, w);
  fairu_data_destroy(from);
  return status;
}

static int fairu_data_observed_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  double observed[small_bins];
  fairu_data *d = NULL;
  int status = fairu_data_create(ctx, w->small.likelihood, &d);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed_moving(d, ctx, w->small.observed);
  if (status == FAIRU_OK)
    status = fairu_data_observed(d, ctx, world_params, small_params, observed);
  fairu_data_destroy(d);
  return status;
}
static int fairu_data_aux_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  fairu_likelihood *likelihood = NULL;
  fairu_data *d = NULL;
  double value;
  int status = with_prior(ctx, w, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, likelihood, &d);
  if (status == FAIRU_OK)
    status = fairu_data_aux(d, ctx, 3, &value);
  fairu_data_destroy(d);
  fairu_likelihood_destroy(likelihood);
  return status;
}

/* ---- fits and coverage -------------------------------------------------------------------------------- */

static const unsigned char fixed[small_params] = { 0, 1, 1, 0, 0 };
static const double two[2] = { 0.5, 1.0 };

static int with_fit(fairu_context *ctx, const small_model *m, int which)
{
  double params[2 * small_params], other[small_params * small_params], nll[4];
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options o;
  fairu_fit_options fit;
  int status = fairu_interval_options_init(&o, sizeof o);
  if (status == FAIRU_OK)
    status = fairu_fit_options_init(&fit, sizeof fit);
  fit.fixed = fixed;
  o.fit = &fit;
  if (status != FAIRU_OK)
    return status;
  switch (which) {
  case 0:
    return fairu_likelihood_fit(m->likelihood, ctx, m->data, &fit, params, small_params, other, &result);
  case 1:
    return fairu_likelihood_profile(m->likelihood, ctx, m->data, &fit, 0, two, 2, nll, params, small_params);
  case 2:
    return fairu_likelihood_scan(m->likelihood, ctx, m->data, &fit, 0, two, 2, 3, two, 2, nll);
  default:
    return fairu_likelihood_interval(m->likelihood, ctx, m->data, &o, &interval, params, other, small_params);
  }
}
#define FITS(function, which)                                                                                \
  static int function##_body(fairu_context *ctx, void *data)                                                 \
  {                                                                                                          \
    return with_fit(ctx, &((const world *)data)->small, which);                                              \
  }
FITS(fairu_likelihood_fit, 0)
FITS(fairu_likelihood_profile, 1)
FITS(fairu_likelihood_scan, 2)
FITS(fairu_likelihood_interval, 3)

static int with_study(fairu_context *ctx, const world *w, int run)
{
  const fairu_bin_table *const tables[1] = { w->table };
  const double truth[2] = { 1.0, 0.4 }, scale = 1.0;
  fairu_toy_result results[2];
  fairu_interval_options interval;
  fairu_toy_study study;
  int status = fairu_toy_study_init(&study, sizeof study);
  if (status == FAIRU_OK)
    status = fairu_interval_options_init(&interval, sizeof interval);
  study.likelihood = w->turning;
  study.truth = truth;
  study.n_params = 2;
  study.grid = w->parts.grid;
  study.tables = tables;
  study.scales = &scale;
  study.n_tables = 1;
  study.interval = &interval;
  if (status == FAIRU_OK)
    status = fairu_context_set_threads(ctx, 2);
  if (status == FAIRU_OK)
    status = run ? fairu_toys_run(ctx, 0, 2, fairu_toy_study_estimate, &study, results)
                 : fairu_toy_study_estimate(ctx, 7, results, &study);
  return status;
}
static int fairu_toys_run_body(fairu_context *ctx, void *data)
{
  return with_study(ctx, (const world *)data, 1);
}
static int fairu_toy_study_estimate_body(fairu_context *ctx, void *data)
{
  return with_study(ctx, (const world *)data, 0);
}
MAKES(fairu_tally_create, fairu_tally, ctx, 1.0, &out)
static int with_tally(fairu_context *ctx, const world *w, int merge)
{
  static const fairu_toy_result results[2] = { { 0, 1.1, 0.9, 1.3, 0.1, FAIRU_OK },
                                               { 1, 0.0, 0.0, 0.0, 0.0, FAIRU_ERR_NOT_CONVERGED } };
  fairu_coverage coverage = { .struct_size = sizeof coverage };
  fairu_tally *tally = NULL;
  int status = fairu_tally_create(ctx, 1.0, &tally);
  if (status == FAIRU_OK && merge)
    status = fairu_tally_merge(tally, ctx, w->tally);
  if (status == FAIRU_OK)
    status = fairu_tally_add(tally, ctx, results, 2);
  if (status == FAIRU_OK)
    status = fairu_tally_coverage(tally, ctx, 0.9, &coverage);
  fairu_tally_destroy(tally);
  return status;
}
static int fairu_tally_add_body(fairu_context *ctx, void *data)
{
  return with_tally(ctx, (const world *)data, 0);
}
static int fairu_tally_merge_body(fairu_context *ctx, void *data)
{
  return with_tally(ctx, (const world *)data, 1);
}
static int fairu_binomial_interval_body(fairu_context *ctx, void *data)
{
  double lower, upper;
  (void)data;
  return fairu_binomial_interval(ctx, 3, 10, 0.9, &lower, &upper);
}

static const memory_case cases[] = {
  ROW(fairu_binning_create_uniform, 1),
  ROW(fairu_binning_create_classes, 1),
  ROW(fairu_binning_create_logit, 1),
  ROW(fairu_binning_create_edges, 1),
  ROW(fairu_binning_create_quantile, 1),
  ROW(fairu_binning_index, 0),
  ROW(fairu_kernel_bandwidth, 1),
  ROW(fairu_grid_create, 1),
  ROW(fairu_grid_axis, 0),
  ROW(fairu_grid_points, 0),
  ROW(fairu_bin_table_create, 1),
  ROW(fairu_bin_table_histogram, 0),
  ROW(fairu_fill_create, 1),
  ROW(fairu_fill_add, 1),
  ROW(fairu_fill_merge, 1),
  ROW(fairu_fill_save, 1),
  ROW(fairu_fill_load, 1),
  ROW(fairu_templates_create_from_fill, 1),
  ROW(fairu_templates_create, 1),
  ROW(fairu_templates_create_from_function, 1),
  ROW(fairu_templates_evaluate, 0),
  ROW(fairu_templates_evaluate_variance, 0),
  ROW(fairu_templates_save, 1),
  ROW(fairu_templates_load, 1),
  ROW(fairu_likelihood_create, 1),
  ROW(fairu_likelihood_create_unbinned, 1),
  ROW(fairu_likelihood_parameter, 0),
  ROW(fairu_likelihood_find_parameter, 0),
  ROW(fairu_likelihood_expected, 1),
  ROW(fairu_likelihood_nll, 1),
  ROW(fairu_data_create, 1),
  ROW(fairu_likelihood_nll_difference, 1),
  ROW(fairu_data_copy, 1),
  ROW(fairu_data_set_observed, 1),
  ROW(fairu_data_set_observed_moving, 1),
  ROW(fairu_data_set_aux, 1),
  ROW(fairu_data_set_aux_counts, 1),
  ROW(fairu_data_set_events, 1),
  ROW(fairu_data_observed, 1),
  ROW(fairu_data_aux, 1), /* the model and the data of this row */
  ROW(fairu_likelihood_asimov, 1),
  ROW(fairu_likelihood_toy, 1),
  ROW(fairu_likelihood_toy_events, 1),
  ROW(fairu_likelihood_fit, 1),
  ROW(fairu_likelihood_profile, 1),
  ROW(fairu_likelihood_scan, 1),
  ROW(fairu_likelihood_interval, 1),
  ROW(fairu_toys_run, 1),
  ROW(fairu_toy_study_estimate, 1),
  ROW(fairu_tally_create, 1),
  ROW(fairu_tally_add, 1),
  ROW(fairu_tally_merge, 1),
  { "fairu_tally_coverage", fairu_tally_add_body, 1 },
  ROW(fairu_binomial_interval, 0),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
