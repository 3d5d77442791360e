/* No memory: ways through functions that the rows of the tables do not take. */
#include "abi/memory.h"

/* Columns chosen; a cell longer than the buffer that rows are read through. */
static int csv_body(fairu_context *ctx, void *data)
{
  static const char *const columns[2] = { "y", "x" };
  const world *w = (const world *)data;
  char path[512];
  fairu_csv_options options;
  fairu_limits limits;
  fairu_events *events = NULL;
  int status = fairu_csv_options_init(&options, sizeof options);
  options.columns = columns;
  options.n_columns = 2;
  if (status == FAIRU_OK)
    status = fairu_events_write_csv(w->events, ctx, w->path, &options);
  if (status == FAIRU_OK)
    status = fairu_limits_init(&limits, sizeof limits);
  limits.csv_cell_bytes = 1 << 20;
  if (status == FAIRU_OK)
    status = fairu_context_set_limits(ctx, &limits);
  if (status == FAIRU_OK)
    status = fairu_events_read_csv(ctx, support_path(path, sizeof path, "long.csv"), NULL, &events);
  fairu_events_destroy(events);
  return status;
}

/* Three columns, the middle one a text of 600,000 bytes. */
static void make_long_csv(void)
{
  enum { LONG = 600000 };
  char path[512], *text = malloc(LONG + 100);
  assert_non_null(text);
  size_t used = (size_t)sprintf(text, "a,b,c\n1,");
  memset(text + used, 'x', LONG);
  used += LONG;
  used += (size_t)sprintf(text + used, ",2\n");
  support_write_file(support_path(path, sizeof path, "long.csv"), text, used);
  free(text);
}

/* Smooth templates; labels that have names, and a transformation that may ask for them. */
static int fill_body(fairu_context *ctx, void *data)
{
  static const char *const names[2] = { "background", "signal" };
  const world *w = (const world *)data;
  fairu_fill *fill = NULL;
  fairu_events *named = NULL;
  fairu_fill_options options = w->parts.options;
  options.bandwidth = 0.2;
  int status = fairu_fill_create(ctx, w->parts.grid, w->parts.binning, world_processes, 1, &fill);
  if (status == FAIRU_OK)
    status = fairu_events_concatenate(w->events, ctx, w->events, &named);
  if (status == FAIRU_ERR_DUPLICATE) /* ids */
    status = FAIRU_OK;
  if (status == FAIRU_OK && named)
    status = fairu_events_set_categories(named, ctx, names, 2);
  if (status == FAIRU_OK)
    status = fairu_fill_add(fill, ctx, "signal", named ? named : w->events, &options);
  fairu_events_destroy(named);
  fairu_fill_destroy(fill);
  return status;
}

/* Derivatives of a formula; a gated pair at several Z; a network too wide for the stack. */
static int score_body(fairu_context *ctx, void *data)
{
  enum { WIDE = 6000 };
  static float weights[3 * WIDE], last[WIDE], bias[WIDE], scores[3 * WORLD_EVENTS], slopes[4];
  static const double z[3] = { 0.1, 0.5, 0.9 };
  const world *w = (const world *)data;
  const fairu_layer layers[2] = { { 3, WIDE, FAIRU_ACTIVATION_RELU, weights, bias },
                                  { WIDE, 1, FAIRU_ACTIVATION_SIGMOID, last, bias } };
  fairu_classifier *gated = NULL, *wide = NULL;
  fairu_network_options options;
  int status = fairu_classifier_score_derivative(w->parts.aware, ctx, world_rows, 2, 2, world_z,
                                                 fairu_classifier_n_nuisances(w->parts.aware),
                                                 FAIRU_OUTPUT_LOGIT, scores, slopes, NULL);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(ctx, w->network, w->network, "angle", 0.3, &gated);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(gated, ctx, w->events, z, 3, 1, FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_network_options_init(&options, sizeof options);
  options.features = world_features;
  options.n_features = 2;
  options.nuisances = world_nuisances;
  options.n_nuisances = 1;
  if (status == FAIRU_OK)
    status = fairu_classifier_create_network(ctx, &options, layers, 2, &wide);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_event(wide, ctx, world_rows, 2, world_z, 1, FAIRU_OUTPUT_LOGIT, scores);
  fairu_classifier_destroy(wide);
  fairu_classifier_destroy(gated);
  return status;
}

/* Trees of a file, copied: as a member of an ensemble. */
static int trees_body(fairu_context *ctx, void *data)
{
  fairu_classifier *trees = NULL, *mean = NULL;
  (void)data;
  int status = fairu_classifier_import(ctx, "tests/fuzz/corpus/onnx/trees.onnx", NULL, &trees);
  const fairu_classifier *const members[1] = { trees };
  if (status == FAIRU_OK)
    status = fairu_classifier_create_ensemble(ctx, members, 1, &mean);
  fairu_classifier_destroy(mean);
  fairu_classifier_destroy(trees);
  return status;
}

/* Yields of a likelihood joined of others. */
static int joined_body(fairu_context *ctx, void *data)
{
  const world *w = (const world *)data;
  const fairu_likelihood *const parts[1] = { w->small.likelihood };
  double covariance[small_params * small_params], nu[256], error[256];
  fairu_likelihood *whole = NULL;
  int status = fairu_likelihood_create_combined(ctx, parts, 1, NULL, &whole);
  if (status == FAIRU_OK)
    status = fairu_likelihood_prefit_covariance(whole, ctx, covariance, small_params);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_yields(whole, ctx, world_params, covariance, small_params, nu, error, NULL, NULL);
  fairu_likelihood_destroy(whole);
  return status;
}

/* An observed histogram of one bin that moves along two axes. */
static int moving_body(fairu_context *ctx, void *data)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  static const double params[3] = { 1.0, 0.1, -0.1 };
  fairu_grid *grid = NULL;
  fairu_templates *expected = NULL, *observed = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *counts = NULL;
  fairu_likelihood_options options;
  double nll[2];
  (void)data;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  if (status == FAIRU_OK)
    status = small_grid(ctx, 2, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, world_processes, 1, 1, small_yields, NULL,
                                                  FAIRU_INTERPOLATION_LOG, &expected);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, world_processes, 1, 1, small_observed, NULL,
                                                  FAIRU_INTERPOLATION_LOG, &observed);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, expected, &options, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, likelihood, &counts);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed_moving(counts, ctx, observed);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(likelihood, ctx, counts, params, 3, nll, NULL, NULL);
  fairu_data_destroy(counts);
  fairu_likelihood_destroy(likelihood);
  fairu_templates_destroy(observed);
  fairu_templates_destroy(expected);
  fairu_grid_destroy(grid);
  return status;
}

static int momentum_body(fairu_context *ctx, void *data)
{
  static const fairu_nuisance scale = { .struct_size = sizeof scale,
                                        .name = "scale",
                                        .prior = FAIRU_PRIOR_GAUSSIAN,
                                        .nominal = 1.0,
                                        .centre = 1.0,
                                        .width = 0.01,
                                        .lower = 0.5,
                                        .upper = 1.5,
                                        .statistical_origin = 1 };
  static const double z[1] = { 1.1 };
  const world *w = (const world *)data;
  fairu_systematics *systematics = NULL;
  fairu_events *shifted = NULL;
  unsigned char passed[WORLD_EVENTS];
  int status = fairu_systematics_create(ctx, &scale, 1, &systematics);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_momentum_scale(systematics, ctx, "scale", "x", "y", NULL, NULL, 0.0);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(systematics, ctx, w->events, z, 1, 1, passed, &shifted);
  fairu_events_destroy(shifted);
  fairu_systematics_destroy(systematics);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  static const support_body_fn bodies[] = { csv_body,    fill_body,   score_body,   trees_body,
                                            joined_body, moving_body, momentum_body };
  world w = world_make();
  make_long_csv();
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    CHECK_OK(w.ctx, bodies[i](w.ctx, &w));
    assert_true(support_every_allocation_fails(bodies[i], &w) > 3);
  }
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
