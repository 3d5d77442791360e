/* NULL, one pointer at a time: templates, likelihoods, fits, coverage. */
#include "abi/null.h"

static void binning_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_binning **out = OUT(fairu_binning);
  const fairu_binning *b = t->w.parts.binning;
  const double edges[1] = { 0.5 };
  NO_OBJECT_CTX(fairu_binning_create_uniform(NULL, 4, out));
  REFUSES(fairu_binning_create_uniform(ctx, 4, NULL));
  NO_OBJECT_CTX(fairu_binning_create_classes(NULL, 4, out));
  REFUSES(fairu_binning_create_classes(ctx, 4, NULL));
  NO_OBJECT_CTX(fairu_binning_create_logit(NULL, 4, -1.0, 1.0, out));
  REFUSES(fairu_binning_create_logit(ctx, 4, -1.0, 1.0, NULL));
  NO_OBJECT_CTX(fairu_binning_create_edges(NULL, 0, edges, 1, out));
  NO_OBJECT(fairu_binning_create_edges(ctx, 0, NULL, 1, out));
  REFUSES(fairu_binning_create_edges(ctx, 0, edges, 1, NULL));
  NO_OBJECT_CTX(fairu_binning_create_quantile(NULL, 1, world_rows, world_weights, 4, 2, out));
  NO_OBJECT(fairu_binning_create_quantile(ctx, 1, NULL, world_weights, 4, 2, out));
  MAKES(fairu_binning_create_quantile(ctx, 1, world_rows, NULL, 4, 2, out), fairu_binning);
  REFUSES(fairu_binning_create_quantile(ctx, 1, world_rows, NULL, 4, 2, NULL));
  IGNORES(fairu_binning_destroy(NULL));
  ANSWERS(fairu_binning_n_bins(NULL) == 0);
  ANSWERS(fairu_binning_variable(NULL) == 0);
  ANSWERS(fairu_binning_edges(NULL) == NULL);
  REFUSES(fairu_binning_index(NULL, ctx, world_rows, 4, t->out.u16));
  REFUSES_CTX(fairu_binning_index(b, NULL, world_rows, 4, t->out.u16));
  REFUSES(fairu_binning_index(b, ctx, NULL, 4, t->out.u16));
  REFUSES(fairu_binning_index(b, ctx, world_rows, 4, NULL));
}

static void grid_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_grid *g = t->w.parts.grid;
  const double knots[4] = { 0.0, 1.0, 2.0, 3.0 };
  const fairu_axis axes[2] = { { "a", knots, 4, 1.0 }, { "b", knots, 4, 1.0 } };
  const size_t pairs[2] = { 0, 1 };
  NO_OBJECT_CTX(fairu_grid_create(NULL, axes, 2, pairs, 1, OUT(fairu_grid)));
  NO_OBJECT(fairu_grid_create(ctx, NULL, 2, pairs, 1, OUT(fairu_grid)));
  NO_OBJECT(fairu_grid_create(ctx, axes, 2, NULL, 1, OUT(fairu_grid)));
  REFUSES(fairu_grid_create(ctx, axes, 2, pairs, 1, NULL));
  IGNORES(fairu_grid_destroy(NULL));
  ANSWERS(fairu_grid_n_axes(NULL) == 0);
  ANSWERS(fairu_grid_n_points(NULL) == 0);
  REFUSES(fairu_grid_axis(NULL, ctx, 0, &t->out.axis));
  REFUSES_CTX(fairu_grid_axis(g, NULL, 0, &t->out.axis));
  REFUSES(fairu_grid_axis(g, ctx, 0, NULL));
  REFUSES(fairu_grid_points(NULL, ctx, t->out.d));
  REFUSES_CTX(fairu_grid_points(g, NULL, t->out.d));
  REFUSES(fairu_grid_points(g, ctx, NULL));
}

static void table_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_bin_table **out = OUT(fairu_bin_table);
  const fairu_bin_table *table = t->w.table;
  const chain *c = &t->w.parts;
  const fairu_events *e = t->w.events;
  double multiplicities[WORLD_EVENTS] = { 0.0 };
  ANSWERS(fairu_fill_options_init(NULL, sizeof(fairu_fill_options)) == FAIRU_ERR_NULL);
  NO_OBJECT_CTX(fairu_bin_table_create(NULL, c->grid, c->binning, e, &c->options, 0, out));
  NO_OBJECT(fairu_bin_table_create(ctx, NULL, c->binning, e, &c->options, 0, out));
  NO_OBJECT(fairu_bin_table_create(ctx, c->grid, NULL, e, &c->options, 0, out));
  NO_OBJECT(fairu_bin_table_create(ctx, c->grid, c->binning, NULL, &c->options, 0, out));
  NO_OBJECT(fairu_bin_table_create(ctx, c->grid, c->binning, e, NULL, 0, out));
  REFUSES(fairu_bin_table_create(ctx, c->grid, c->binning, e, &c->options, 0, NULL));
  IGNORES(fairu_bin_table_destroy(NULL));
  ANSWERS(fairu_bin_table_n_rows(NULL) == 0);
  ANSWERS(fairu_bin_table_n_points(NULL) == 0);
  ANSWERS(fairu_bin_table_n_bins(NULL) == 0);
  ANSWERS(fairu_bin_table_bins(NULL) == NULL);
  ANSWERS(fairu_bin_table_weights(NULL) == NULL);
  REFUSES(fairu_bin_table_histogram(NULL, ctx, multiplicities, 1, t->out.d));
  REFUSES_CTX(fairu_bin_table_histogram(table, NULL, multiplicities, 1, t->out.d));
  ANSWERS(fairu_bin_table_histogram(table, ctx, NULL, 1, t->out.d) == FAIRU_OK);
  REFUSES(fairu_bin_table_histogram(table, ctx, multiplicities, 1, NULL));
}

static void bandwidth_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const double weights[4] = { 1.0, 2.0, 1.0, 2.0 };
  REFUSES_CTX(fairu_kernel_bandwidth(NULL, 0, world_rows, weights, 4, t->out.d));
  REFUSES(fairu_kernel_bandwidth(ctx, 0, NULL, weights, 4, t->out.d));
  ANSWERS(fairu_kernel_bandwidth(ctx, 0, world_rows, NULL, 4, t->out.d) == FAIRU_OK);
  REFUSES(fairu_kernel_bandwidth(ctx, 0, world_rows, weights, 4, NULL));
}

static void fill_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_fill *fill = t->w.fill, **out = OUT(fairu_fill);
  const chain *c = &t->w.parts;
  const fairu_events *e = t->w.events;
  NO_OBJECT_CTX(fairu_fill_create(NULL, c->grid, c->binning, world_processes, 1, out));
  NO_OBJECT(fairu_fill_create(ctx, NULL, c->binning, world_processes, 1, out));
  NO_OBJECT(fairu_fill_create(ctx, c->grid, NULL, world_processes, 1, out));
  NO_OBJECT(fairu_fill_create(ctx, c->grid, c->binning, NULL, 1, out));
  REFUSES(fairu_fill_create(ctx, c->grid, c->binning, world_processes, 1, NULL));
  IGNORES(fairu_fill_destroy(NULL));
  REFUSES(fairu_fill_add(NULL, ctx, "signal", e, &c->options));
  REFUSES_CTX(fairu_fill_add(fill, NULL, "signal", e, &c->options));
  REFUSES(fairu_fill_add(fill, ctx, NULL, e, &c->options));
  REFUSES(fairu_fill_add(fill, ctx, "signal", NULL, &c->options));
  REFUSES(fairu_fill_add(fill, ctx, "signal", e, NULL));
  REFUSES(fairu_fill_merge(NULL, ctx, fill));
  REFUSES_CTX(fairu_fill_merge(fill, NULL, fill));
  REFUSES(fairu_fill_merge(fill, ctx, NULL));
  REFUSES(fairu_fill_save(NULL, ctx, t->w.path));
  REFUSES_CTX(fairu_fill_save(fill, NULL, t->w.path));
  REFUSES(fairu_fill_save(fill, ctx, NULL));
  NO_OBJECT_CTX(fairu_fill_load(NULL, t->w.fill_path, out));
  NO_OBJECT(fairu_fill_load(ctx, NULL, out));
  REFUSES(fairu_fill_load(ctx, t->w.fill_path, NULL));
}

static void templates_making_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_templates **out = OUT(fairu_templates);
  const fairu_fill *fill = t->w.fill;
  const fairu_grid *g = t->w.parts.grid;
  const char *const *p = world_processes;
  double y[CHAIN_KNOTS] = { 1.0, 2.0, 3.0, 4.0, 5.0 };
  NO_OBJECT_CTX(fairu_templates_create_from_fill(NULL, fill, FAIRU_INTERPOLATION_LINEAR, out));
  NO_OBJECT(fairu_templates_create_from_fill(ctx, NULL, FAIRU_INTERPOLATION_LINEAR, out));
  REFUSES(fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, NULL));
  NO_OBJECT_CTX(fairu_templates_create(NULL, g, p, 1, 1, y, y, 0, out));
  NO_OBJECT(fairu_templates_create(ctx, NULL, p, 1, 1, y, y, 0, out));
  NO_OBJECT(fairu_templates_create(ctx, g, NULL, 1, 1, y, y, 0, out));
  NO_OBJECT(fairu_templates_create(ctx, g, p, 1, 1, NULL, y, 0, out));
  MAKES(fairu_templates_create(ctx, g, p, 1, 1, y, NULL, 0, out), fairu_templates);
  REFUSES(fairu_templates_create(ctx, g, p, 1, 1, y, y, 0, NULL));
  NO_OBJECT_CTX(fairu_templates_create_from_function(NULL, g, p, 1, 4, world_turning_yields, t, 0, out));
  NO_OBJECT(fairu_templates_create_from_function(ctx, NULL, p, 1, 4, world_turning_yields, t, 0, out));
  NO_OBJECT(fairu_templates_create_from_function(ctx, g, NULL, 1, 4, world_turning_yields, t, 0, out));
  NO_OBJECT(fairu_templates_create_from_function(ctx, g, p, 1, 4, NULL, t, 0, out));
  MAKES(fairu_templates_create_from_function(ctx, g, p, 1, 4, world_turning_yields, NULL, 0, out),
        fairu_templates);
  REFUSES(fairu_templates_create_from_function(ctx, g, p, 1, 4, world_turning_yields, t, 0, NULL));
}

static void templates_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_templates *m = t->w.small.templates;
  const double z[2] = { 0.1, 0.2 };
  double *d = t->out.d, *d1 = t->out.d + 16, *d2 = t->out.d + 48;
  IGNORES(fairu_templates_destroy(NULL));
  ANSWERS(fairu_templates_n_processes(NULL) == 0);
  ANSWERS(fairu_templates_n_bins(NULL) == 0);
  ANSWERS(fairu_templates_n_axes(NULL) == 0);
  ANSWERS(fairu_templates_process_name(NULL, 0) == NULL);
  ANSWERS(fairu_templates_grid(NULL) == NULL);
  ANSWERS(fairu_templates_yields(NULL, 0, 0) == NULL);
  ANSWERS(fairu_templates_variances(NULL, 0, 0) == NULL);
  REFUSES(fairu_templates_evaluate(NULL, ctx, z, 2, d, d1, d2));
  REFUSES_CTX(fairu_templates_evaluate(m, NULL, z, 2, d, d1, d2));
  REFUSES(fairu_templates_evaluate(m, ctx, NULL, 2, d, d1, d2));
  REFUSES(fairu_templates_evaluate(m, ctx, z, 2, NULL, d1, d2));
  ANSWERS(fairu_templates_evaluate(m, ctx, z, 2, d, NULL, d2) == FAIRU_OK);
  ANSWERS(fairu_templates_evaluate(m, ctx, z, 2, d, d1, NULL) == FAIRU_OK);
  REFUSES(fairu_templates_evaluate_variance(NULL, ctx, z, 2, d, d1, d2));
  REFUSES_CTX(fairu_templates_evaluate_variance(m, NULL, z, 2, d, d1, d2));
  REFUSES(fairu_templates_evaluate_variance(m, ctx, NULL, 2, d, d1, d2));
  REFUSES(fairu_templates_evaluate_variance(m, ctx, z, 2, NULL, d1, d2));
  ANSWERS(fairu_templates_evaluate_variance(m, ctx, z, 2, d, NULL, d2) == FAIRU_OK);
  ANSWERS(fairu_templates_evaluate_variance(m, ctx, z, 2, d, d1, NULL) == FAIRU_OK);
  REFUSES(fairu_templates_save(NULL, ctx, t->w.path));
  REFUSES_CTX(fairu_templates_save(m, NULL, t->w.path));
  REFUSES(fairu_templates_save(m, ctx, NULL));
  NO_OBJECT_CTX(fairu_templates_load(NULL, t->w.templates_path, OUT(fairu_templates)));
  NO_OBJECT(fairu_templates_load(ctx, NULL, OUT(fairu_templates)));
  REFUSES(fairu_templates_load(ctx, t->w.templates_path, NULL));
}

static void model_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_likelihood **out = OUT(fairu_likelihood);
  const fairu_likelihood *l = t->w.small.likelihood;
  const double *p = world_params;
  const fairu_factor mu = { "mu", "signal", 1.0, 0.0, 10.0 };
  fairu_event_model m;
  fairu_likelihood_options o;
  ANSWERS(fairu_likelihood_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  ANSWERS(fairu_event_model_init(NULL, sizeof m) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_likelihood_options_init(&o, sizeof o), FAIRU_OK);
  assert_int_equal(fairu_event_model_init(&m, sizeof m), FAIRU_OK);
  o.factors = &mu;
  o.n_factors = 1;
  m.signal_yield = m.background_yield = 1.0;
  m.term = world_term;
  NO_OBJECT_CTX(fairu_likelihood_create(NULL, t->w.small.templates, &o, out));
  NO_OBJECT(fairu_likelihood_create(ctx, NULL, &o, out));
  NO_OBJECT(fairu_likelihood_create(ctx, t->w.small.templates, NULL, out));
  REFUSES(fairu_likelihood_create(ctx, t->w.small.templates, &o, NULL));
  NO_OBJECT_CTX(fairu_likelihood_create_unbinned(NULL, &m, &o, out));
  NO_OBJECT(fairu_likelihood_create_unbinned(ctx, NULL, &o, out));
  NO_OBJECT(fairu_likelihood_create_unbinned(ctx, &m, NULL, out));
  REFUSES(fairu_likelihood_create_unbinned(ctx, &m, &o, NULL));
  IGNORES(fairu_likelihood_destroy(NULL));
  ANSWERS(fairu_likelihood_n_parameters(NULL) == 0);
  ANSWERS(fairu_likelihood_n_bins(NULL) == 0);
  ANSWERS(fairu_likelihood_poi_index(NULL) == 0);
  REFUSES(fairu_likelihood_parameter(NULL, ctx, 0, &t->out.parameter));
  REFUSES_CTX(fairu_likelihood_parameter(l, NULL, 0, &t->out.parameter));
  REFUSES(fairu_likelihood_parameter(l, ctx, 0, NULL));
  REFUSES(fairu_likelihood_find_parameter(NULL, ctx, "a", &t->out.size));
  REFUSES_CTX(fairu_likelihood_find_parameter(l, NULL, "a", &t->out.size));
  REFUSES(fairu_likelihood_find_parameter(l, ctx, NULL, &t->out.size));
  REFUSES(fairu_likelihood_find_parameter(l, ctx, "a", NULL));
  REFUSES(fairu_likelihood_expected(NULL, ctx, p, small_params, t->out.d));
  REFUSES_CTX(fairu_likelihood_expected(l, NULL, p, small_params, t->out.d));
  REFUSES(fairu_likelihood_expected(l, ctx, NULL, small_params, t->out.d));
  REFUSES(fairu_likelihood_expected(l, ctx, p, small_params, NULL));
}

static void nll_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *l = t->w.small.likelihood;
  const fairu_data *data = t->w.small.data;
  const double *p = world_params;
  double *nll = t->out.d, *g = t->out.d + 2, *h = t->out.d + 16;
  REFUSES(fairu_likelihood_nll(NULL, ctx, data, p, small_params, nll, g, h));
  REFUSES_CTX(fairu_likelihood_nll(l, NULL, data, p, small_params, nll, g, h));
  REFUSES(fairu_likelihood_nll(l, ctx, NULL, p, small_params, nll, g, h));
  REFUSES(fairu_likelihood_nll(l, ctx, data, NULL, small_params, nll, g, h));
  REFUSES(fairu_likelihood_nll(l, ctx, data, p, small_params, NULL, g, h));
  ANSWERS(fairu_likelihood_nll(l, ctx, data, p, small_params, nll, NULL, h) == FAIRU_OK);
  ANSWERS(fairu_likelihood_nll(l, ctx, data, p, small_params, nll, g, NULL) == FAIRU_OK);
}

static void data_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *l = t->w.small.likelihood;
  fairu_data *data = t->w.small.data;
  const double counts[small_bins] = { 1.0, 2.0, 3.0, 4.0, 5.0 };
  NO_OBJECT_CTX(fairu_data_create(NULL, l, OUT(fairu_data)));
  NO_OBJECT(fairu_data_create(ctx, NULL, OUT(fairu_data)));
  REFUSES(fairu_data_create(ctx, l, NULL));
  IGNORES(fairu_data_destroy(NULL));
  REFUSES(fairu_data_set_observed(NULL, ctx, counts, small_bins));
  REFUSES_CTX(fairu_data_set_observed(data, NULL, counts, small_bins));
  REFUSES(fairu_data_set_observed(data, ctx, NULL, small_bins));
  REFUSES(fairu_data_set_observed_moving(NULL, ctx, t->w.small.observed));
  REFUSES_CTX(fairu_data_set_observed_moving(data, NULL, t->w.small.observed));
  REFUSES(fairu_data_set_observed_moving(data, ctx, NULL));
  REFUSES(fairu_data_copy(NULL, ctx, data));
  REFUSES_CTX(fairu_data_copy(data, NULL, data));
  REFUSES(fairu_data_copy(data, ctx, NULL));
  REFUSES(fairu_data_set_aux(NULL, ctx, 3, 0.0));
  REFUSES_CTX(fairu_data_set_aux(data, NULL, 3, 0.0));
  REFUSES(fairu_data_set_aux_counts(NULL, ctx, 3, counts, small_bins));
  REFUSES_CTX(fairu_data_set_aux_counts(data, NULL, 3, counts, small_bins));
  REFUSES(fairu_data_set_aux_counts(data, ctx, 3, NULL, small_bins));
  REFUSES(fairu_data_set_events(NULL, ctx, counts, small_bins));
  REFUSES_CTX(fairu_data_set_events(data, NULL, counts, small_bins));
  REFUSES(fairu_data_set_events(data, ctx, NULL, small_bins));
  REFUSES(fairu_data_observed(NULL, ctx, world_params, small_params, t->out.d));
  REFUSES_CTX(fairu_data_observed(data, NULL, world_params, small_params, t->out.d));
  ANSWERS(fairu_data_observed(data, ctx, NULL, 0, t->out.d) == FAIRU_OK); /* these counts do not move */
  REFUSES(fairu_data_observed(data, ctx, world_params, small_params, NULL));
  REFUSES(fairu_data_aux(NULL, ctx, 3, t->out.d));
  REFUSES_CTX(fairu_data_aux(data, NULL, 3, t->out.d));
  REFUSES(fairu_data_aux(data, ctx, 3, NULL));
}

static void toy_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *l = t->w.small.likelihood, *turning = t->w.turning;
  fairu_data *data = t->w.small.data, *turned = t->w.turning_data;
  const fairu_bin_table *const tables[1] = { t->w.table };
  const fairu_grid *g = t->w.parts.grid;
  const double p[2] = { 1.0, 0.4 }, scale = 1.0;
  REFUSES(fairu_likelihood_asimov(NULL, ctx, world_params, small_params, data));
  REFUSES_CTX(fairu_likelihood_asimov(l, NULL, world_params, small_params, data));
  REFUSES(fairu_likelihood_asimov(l, ctx, NULL, small_params, data));
  REFUSES(fairu_likelihood_asimov(l, ctx, world_params, small_params, NULL));
  REFUSES(fairu_likelihood_toy(NULL, ctx, world_params, small_params, 1, 1, data));
  REFUSES_CTX(fairu_likelihood_toy(l, NULL, world_params, small_params, 1, 1, data));
  REFUSES(fairu_likelihood_toy(l, ctx, NULL, small_params, 1, 1, data));
  REFUSES(fairu_likelihood_toy(l, ctx, world_params, small_params, 1, 1, NULL));
  REFUSES(fairu_likelihood_toy_events(NULL, ctx, p, 2, g, tables, &scale, 1, 1, 1, turned));
  REFUSES_CTX(fairu_likelihood_toy_events(turning, NULL, p, 2, g, tables, &scale, 1, 1, 1, turned));
  REFUSES(fairu_likelihood_toy_events(turning, ctx, NULL, 2, g, tables, &scale, 1, 1, 1, turned));
  REFUSES(fairu_likelihood_toy_events(turning, ctx, p, 2, NULL, tables, &scale, 1, 1, 1, turned));
  REFUSES(fairu_likelihood_toy_events(turning, ctx, p, 2, g, NULL, &scale, 1, 1, 1, turned));
  REFUSES(fairu_likelihood_toy_events(turning, ctx, p, 2, g, tables, NULL, 1, 1, 1, turned));
  REFUSES(fairu_likelihood_toy_events(turning, ctx, p, 2, g, tables, &scale, 1, 1, 1, NULL));
}

static void fit_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *l = t->w.turning;
  fairu_data *data = t->w.turning_data;
  const double truth[2] = { 1.0, 0.4 }, v[2] = { 0.9, 1.1 };
  double *p = t->out.d, *c = t->out.d + 8, *nll = t->out.d + 32;
  fairu_fit_options o;
  ANSWERS(fairu_fit_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_fit_options_init(&o, sizeof o), FAIRU_OK);
  assert_int_equal(fairu_likelihood_asimov(l, ctx, truth, 2, data), FAIRU_OK);
  null_reset(t);
  REFUSES(fairu_likelihood_fit(NULL, ctx, data, &o, p, 2, c, &t->out.fit));
  REFUSES_CTX(fairu_likelihood_fit(l, NULL, data, &o, p, 2, c, &t->out.fit));
  REFUSES(fairu_likelihood_fit(l, ctx, NULL, &o, p, 2, c, &t->out.fit));
  ANSWERS(fairu_likelihood_fit(l, ctx, data, NULL, p, 2, c, &t->out.fit) == FAIRU_OK);
  REFUSES(fairu_likelihood_fit(l, ctx, data, &o, NULL, 2, c, &t->out.fit));
  ANSWERS(fairu_likelihood_fit(l, ctx, data, &o, p, 2, NULL, &t->out.fit) == FAIRU_OK);
  ANSWERS(fairu_likelihood_fit(l, ctx, data, &o, p, 2, c, NULL) == FAIRU_OK);
  REFUSES(fairu_likelihood_profile(NULL, ctx, data, &o, 0, v, 2, nll, p, 2));
  REFUSES_CTX(fairu_likelihood_profile(l, NULL, data, &o, 0, v, 2, nll, p, 2));
  REFUSES(fairu_likelihood_profile(l, ctx, NULL, &o, 0, v, 2, nll, p, 2));
  ANSWERS(fairu_likelihood_profile(l, ctx, data, NULL, 0, v, 2, nll, p, 2) == FAIRU_OK);
  REFUSES(fairu_likelihood_profile(l, ctx, data, &o, 0, NULL, 2, nll, p, 2));
  REFUSES(fairu_likelihood_profile(l, ctx, data, &o, 0, v, 2, NULL, p, 2));
  ANSWERS(fairu_likelihood_profile(l, ctx, data, &o, 0, v, 2, nll, NULL, 2) == FAIRU_OK);
  REFUSES(fairu_likelihood_scan(NULL, ctx, data, &o, 0, v, 2, 1, v, 2, nll));
  REFUSES_CTX(fairu_likelihood_scan(l, NULL, data, &o, 0, v, 2, 1, v, 2, nll));
  REFUSES(fairu_likelihood_scan(l, ctx, NULL, &o, 0, v, 2, 1, v, 2, nll));
  ANSWERS(fairu_likelihood_scan(l, ctx, data, NULL, 0, v, 2, 1, v, 2, nll) == FAIRU_OK);
  REFUSES(fairu_likelihood_scan(l, ctx, data, &o, 0, NULL, 2, 1, v, 2, nll));
  REFUSES(fairu_likelihood_scan(l, ctx, data, &o, 0, v, 2, 1, NULL, 2, nll));
  REFUSES(fairu_likelihood_scan(l, ctx, data, &o, 0, v, 2, 1, v, 2, NULL));
}

static void interval_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *l = t->w.turning;
  const fairu_data *data = t->w.turning_data;
  fairu_interval *interval = &t->out.interval;
  double *a = t->out.d, *b = t->out.d + 8;
  fairu_interval_options o;
  ANSWERS(fairu_interval_options_init(NULL, sizeof o) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_interval_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_interval(NULL, ctx, data, &o, interval, a, b, 2));
  REFUSES_CTX(fairu_likelihood_interval(l, NULL, data, &o, interval, a, b, 2));
  REFUSES(fairu_likelihood_interval(l, ctx, NULL, &o, interval, a, b, 2));
  ANSWERS(fairu_likelihood_interval(l, ctx, data, NULL, interval, a, b, 2) == FAIRU_OK);
  REFUSES(fairu_likelihood_interval(l, ctx, data, &o, NULL, a, b, 2));
  ANSWERS(fairu_likelihood_interval(l, ctx, data, &o, interval, NULL, b, 2) == FAIRU_OK);
  ANSWERS(fairu_likelihood_interval(l, ctx, data, &o, interval, a, NULL, 2) == FAIRU_OK);
}

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  (void)ctx, (void)user_data;
  result->estimate = (double)toy;
  return FAIRU_OK;
}

static void coverage_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_toy_result *toys = t->out.toys;
  const fairu_toy_result one = { 0, 1.1, 0.9, 1.3, 0.1, FAIRU_OK };
  const double truth[2] = { 1.0, 0.4 };
  fairu_toy_study study;
  ANSWERS(fairu_toy_study_init(NULL, sizeof study) == FAIRU_ERR_NULL);
  assert_int_equal(fairu_toy_study_init(&study, sizeof study), FAIRU_OK);
  study.likelihood = t->w.turning;
  study.truth = truth;
  study.n_params = 2;
  REFUSES_CTX(fairu_toys_run(NULL, 0, 2, estimate, t, toys));
  REFUSES(fairu_toys_run(ctx, 0, 2, NULL, t, toys));
  ANSWERS(fairu_toys_run(ctx, 0, 2, estimate, NULL, toys) == FAIRU_OK);
  REFUSES(fairu_toys_run(ctx, 0, 2, estimate, t, NULL));
  REFUSES_CTX(fairu_toy_study_estimate(NULL, 0, toys, &study));
  REFUSES(fairu_toy_study_estimate(ctx, 0, NULL, &study));
  REFUSES(fairu_toy_study_estimate(ctx, 0, toys, NULL));
  NO_OBJECT_CTX(fairu_tally_create(NULL, 1.0, OUT(fairu_tally)));
  REFUSES(fairu_tally_create(ctx, 1.0, NULL));
  IGNORES(fairu_tally_destroy(NULL));
  REFUSES(fairu_tally_add(NULL, ctx, &one, 1));
  REFUSES_CTX(fairu_tally_add(t->w.tally, NULL, &one, 1));
  REFUSES(fairu_tally_add(t->w.tally, ctx, NULL, 1));
  REFUSES(fairu_tally_merge(NULL, ctx, t->w.tally));
  REFUSES_CTX(fairu_tally_merge(t->w.tally, NULL, t->w.tally));
  REFUSES(fairu_tally_merge(t->w.tally, ctx, NULL));
  CHECK_OK(ctx, fairu_tally_add(t->w.tally, ctx, &one, 1));
  null_reset(t);
  REFUSES(fairu_tally_coverage(NULL, ctx, 0.9, &t->out.coverage));
  REFUSES_CTX(fairu_tally_coverage(t->w.tally, NULL, 0.9, &t->out.coverage));
  REFUSES(fairu_tally_coverage(t->w.tally, ctx, 0.9, NULL));
  REFUSES_CTX(fairu_binomial_interval(NULL, 1, 2, 0.9, t->out.d, t->out.d + 1));
  REFUSES(fairu_binomial_interval(ctx, 1, 2, 0.9, NULL, t->out.d + 1));
  REFUSES(fairu_binomial_interval(ctx, 1, 2, 0.9, t->out.d, NULL));
}

static void difference_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.small.likelihood;
  const fairu_data *data = t->w.small.data;
  const double *p = world_params;
  double *out = t->out.d;
  REFUSES(fairu_likelihood_nll_difference(NULL, ctx, data, p, p, small_params, out));
  REFUSES_CTX(fairu_likelihood_nll_difference(lh, NULL, data, p, p, small_params, out));
  REFUSES(fairu_likelihood_nll_difference(lh, ctx, NULL, p, p, small_params, out));
  REFUSES(fairu_likelihood_nll_difference(lh, ctx, data, NULL, p, small_params, out));
  REFUSES(fairu_likelihood_nll_difference(lh, ctx, data, p, NULL, small_params, out));
  REFUSES(fairu_likelihood_nll_difference(lh, ctx, data, p, p, small_params, NULL));
}

static void all_rows(null_test *t)
{
  binning_rows(t);
  grid_rows(t);
  table_rows(t);
  bandwidth_rows(t);
  fill_rows(t);
  templates_making_rows(t);
  templates_rows(t);
  model_rows(t);
  nll_rows(t);
  difference_rows(t);
  data_rows(t);
  toy_rows(t);
  fit_rows(t);
  interval_rows(t);
  coverage_rows(t);
}

int main(void)
{
  static const char *const names[] = { "templates", "likelihood", "fit", "coverage" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
