/* NULL inside what a call is given: names, tables and functions of options, layers, axes, factors. Refused with a message, never
 * followed. */
#include "abi/world.h"

typedef struct fixture {
  world w;
  int failed;
} fixture;

/* The call fails by FAIRU_ERR_NULL, or another code of a wrong call, and says which. */
static void refused(fixture *f, const char *call, int status, const char *says)
{
  const char *message = fairu_context_message(f->w.ctx);
  if ((status == FAIRU_ERR_NULL || status == FAIRU_ERR_ARGUMENT) && strstr(message, says) &&
      fairu_context_status(f->w.ctx) == status)
    return;
  print_error("%s\n  %s: %s\n", call, fairu_status_name(status), message);
  f->failed++;
}
#define REFUSED(call, says) refused(f, #call, (call), says)

static const char *const hole[2] = { "x", NULL };

static void event_fields(fixture *f)
{
  fairu_context *ctx = f->w.ctx;
  const float *const columns[2] = { world_rows, NULL };
  fairu_events *out = NULL;
  fairu_csv_options o;
  REFUSED(fairu_events_create(ctx, 1, 2, hole, &out), "1");
  REFUSED(fairu_events_create_view(ctx, 1, 2, hole, columns, 1, &out), "1");
  REFUSED(fairu_events_create_view(ctx, 1, 2, world_features, columns, 1, &out), "y");
  REFUSED(fairu_events_set_categories(f->w.events, ctx, hole, 2), "1");
  REFUSED(fairu_events_read_npy(ctx, f->w.npy, (const char *const[3]){ "x", NULL, "y" }, 3, &out), "1");
  assert_int_equal(fairu_csv_options_init(&o, sizeof o), FAIRU_OK);
  o.n_columns = 2;
  REFUSED(fairu_events_read_csv(ctx, f->w.csv, &o, &out), "columns");
  o.columns = hole;
  REFUSED(fairu_events_read_csv(ctx, f->w.csv, &o, &out), "1");
  o.n_columns = 0;
  o.n_missing = 1;
  REFUSED(fairu_events_read_csv(ctx, f->w.csv, &o, &out), "missing");
  assert_null(out);
}

static void systematics_fields(fixture *f)
{
  fairu_context *ctx = f->w.ctx;
  fairu_systematics *out = NULL;
  fairu_nuisance n;
  assert_int_equal(fairu_nuisance_init(&n, sizeof n), FAIRU_OK);
  REFUSED(fairu_systematics_create(ctx, &n, 1, &out), "name");
  n.name = "z";
  n.prior = FAIRU_PRIOR_TABULATED;
  n.n_table = 2;
  REFUSED(fairu_systematics_create(ctx, &n, 1, &out), "table");
  n.table_z = world_weights + 5;
  REFUSED(fairu_systematics_create(ctx, &n, 1, &out), "table");
  REFUSED(fairu_systematics_add_callback(f->w.parts.systematics, ctx, hole, 2, world_transform, NULL), "1");
  assert_null(out);
}

static void classifier_fields(fixture *f)
{
  fairu_context *ctx = f->w.ctx;
  fairu_classifier *out = NULL;
  fairu_layer layer = { 2, 1, FAIRU_ACTIVATION_SIGMOID, NULL, world_rows };
  fairu_network_options o;
  assert_int_equal(fairu_network_options_init(&o, sizeof o), FAIRU_OK);
  o.n_features = 2;
  REFUSED(fairu_classifier_create_network(ctx, &o, &layer, 1, &out), "features");
  o.features = hole;
  REFUSED(fairu_classifier_create_network(ctx, &o, &layer, 1, &out), "1");
  o.features = world_features;
  REFUSED(fairu_classifier_create_network(ctx, &o, &layer, 1, &out), "weights");
  layer.weights = world_rows;
  layer.bias = NULL;
  REFUSED(fairu_classifier_create_network(ctx, &o, &layer, 1, &out), "bias");
  o.n_nuisances = 1;
  layer.n_in = 3;
  REFUSED(fairu_classifier_create_network(ctx, &o, &layer, 1, &out), "nuisances");
  REFUSED(fairu_classifier_create_linear(ctx, hole, world_weights, 2, 0.0, &out), "1");
  REFUSED(fairu_classifier_create_callback(ctx, hole, 2, NULL, 0, 1, world_score, NULL, &out), "1");
  REFUSED(fairu_classifier_create_callback(ctx, hole, 1, hole + 1, 1, 1, world_score, NULL, &out), "0");
  assert_null(out);
}

static void training_fields(fixture *f)
{
  fairu_context *ctx = f->w.ctx;
  const fairu_events *e = f->w.events;
  fairu_classifier *out = NULL;
  fairu_training_options o;
  assert_int_equal(fairu_training_options_init(&o, sizeof o), FAIRU_OK);
  o.n_features = 2;
  REFUSED(fairu_classifier_train(ctx, e, &o, NULL, &out), "features");
  o.features = hole;
  REFUSED(fairu_classifier_train(ctx, e, &o, NULL, &out), "1");
  o.n_features = 1;
  o.n_nuisances = 1;
  REFUSED(fairu_classifier_train(ctx, e, &o, NULL, &out), "nuisances");
  o.nuisances = hole + 1;
  REFUSED(fairu_classifier_train(ctx, e, &o, NULL, &out), "input 1");
  o.n_nuisances = 0;
  o.n_hidden = 1;
  o.hidden = NULL;
  REFUSED(fairu_classifier_train(ctx, e, &o, NULL, &out), "hidden");
  assert_null(out);
}

static void template_fields(fixture *f)
{
  fairu_context *ctx = f->w.ctx;
  const chain *c = &f->w.parts;
  const double y[2 * CHAIN_KNOTS] = { 1.0 };
  fairu_axis axis = { NULL, world_params, 1, 1.1 };
  fairu_fill_options o = c->options;
  fairu_grid *grid = NULL;
  fairu_fill *fill = NULL;
  fairu_bin_table *table = NULL;
  fairu_templates *templates = NULL;
  REFUSED(fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid), "name");
  axis = (fairu_axis){ "a", NULL, 4, 1.0 };
  REFUSED(fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid), "a");
  REFUSED(fairu_fill_create(ctx, c->grid, c->binning, hole, 2, &fill), "1");
  REFUSED(fairu_templates_create(ctx, c->grid, hole, 2, 1, y, NULL, 1, &templates), "1");
  o.mode = FAIRU_FILL_SCORED_AT;
  REFUSED(fairu_bin_table_create(ctx, c->grid, c->binning, f->w.events, &o, 0, &table), "score_z");
  REFUSED(fairu_fill_add(f->w.fill, ctx, "signal", f->w.events, &o), "score_z");
  o.classifier = NULL;
  REFUSED(fairu_bin_table_create(ctx, c->grid, c->binning, f->w.events, &o, 0, &table), "classifier");
  REFUSED(fairu_fill_add(f->w.fill, ctx, "signal", f->w.events, &o), "classifier");
  assert_true(!grid && !fill && !table && !templates);
}

static int create(fixture *f, const fairu_factor *factor, const fairu_constraint *constraint)
{
  fairu_likelihood *out = NULL;
  fairu_likelihood_options o;
  assert_int_equal(fairu_likelihood_options_init(&o, sizeof o), FAIRU_OK);
  o.factors = factor;
  o.n_factors = 1;
  o.constraints = constraint;
  o.n_constraints = 1;
  const int status = fairu_likelihood_create(f->w.ctx, f->w.small.templates, &o, &out);
  assert_null(out);
  return status;
}

static void likelihood_fields(fixture *f)
{
  fairu_nuisance prior;
  assert_int_equal(small_prior(FAIRU_PRIOR_TABULATED, &prior), FAIRU_OK);
  fairu_factor mu = { "mu", "signal", 1.0, 0.0, 10.0 };
  fairu_constraint c = { "a", FAIRU_CONSTRAINT_PRIOR, NULL, NULL };
  REFUSED(create(f, NULL, &c), "factors");
  REFUSED(create(f, &mu, NULL), "constraints");
  REFUSED(create(f, &mu, &c), "prior");
  c.kind = FAIRU_CONSTRAINT_AUXILIARY;
  REFUSED(create(f, &mu, &c), "auxiliary");
  c = (fairu_constraint){ NULL, FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  REFUSED(create(f, &mu, &c), "constraints[0]");
  c.nuisance = "a";
  prior.table_z = NULL;
  REFUSED(create(f, &mu, &c), "table");
  mu.process = NULL;
  REFUSED(create(f, &mu, &c), "factor 'mu'");
  mu = (fairu_factor){ NULL, "signal", 1.0, 0.0, 10.0 };
  REFUSED(create(f, &mu, &c), "factors[0]");
}

static void event_model_fields(fixture *f)
{
  const fairu_factor mu = { "mu", "signal", 1.0, 0.0, 10.0 };
  fairu_likelihood *out = NULL;
  fairu_likelihood_options o;
  fairu_event_model m;
  assert_int_equal(fairu_likelihood_options_init(&o, sizeof o), FAIRU_OK);
  assert_int_equal(fairu_event_model_init(&m, sizeof m), FAIRU_OK);
  o.factors = &mu;
  o.n_factors = 1;
  m.signal_yield = m.background_yield = 1.0;
  REFUSED(fairu_likelihood_create_unbinned(f->w.ctx, &m, &o, &out), "term");
  m.term = world_term;
  m.n_nuisances = 1;
  m.start = world_params;
  REFUSED(fairu_likelihood_create_unbinned(f->w.ctx, &m, &o, &out), "nuisances");
  m.nuisances = hole + 1;
  REFUSED(fairu_likelihood_create_unbinned(f->w.ctx, &m, &o, &out), "nuisances[0]");
  m.nuisances = hole;
  m.start = NULL;
  REFUSED(fairu_likelihood_create_unbinned(f->w.ctx, &m, &o, &out), "start");
  assert_null(out);
}

static int fit(const fixture *f, const fairu_fit_options *o)
{
  double params[2];
  return fairu_likelihood_fit(f->w.turning, f->w.ctx, f->w.turning_data, o, params, 2, NULL, NULL);
}

static void fit_fields(fixture *f)
{
  const fairu_bin_table *const tables[1] = { NULL };
  const double truth[2] = { 1.0, 0.4 };
  fairu_fit_options o;
  fairu_toy_study s;
  fairu_toy_result result;
  assert_int_equal(fairu_fit_options_init(&o, sizeof o), FAIRU_OK);
  o.n_starts = 2;
  REFUSED(fit(f, &o), "starts");
  assert_int_equal(fairu_toy_study_init(&s, sizeof s), FAIRU_OK);
  s.n_params = 2;
  REFUSED(fairu_toy_study_estimate(f->w.ctx, 0, &result, &s), "likelihood");
  s.likelihood = f->w.turning;
  REFUSED(fairu_toy_study_estimate(f->w.ctx, 0, &result, &s), "truth");
  s.truth = truth;
  s.grid = f->w.parts.grid;
  s.n_tables = 1;
  REFUSED(fairu_toy_study_estimate(f->w.ctx, 0, &result, &s), "tables");
  s.tables = tables;
  REFUSED(fairu_toy_study_estimate(f->w.ctx, 0, &result, &s), "scales");
  s.scales = truth;
  REFUSED(fairu_toy_study_estimate(f->w.ctx, 0, &result, &s), "tables[0]");
}

static void no_field_is_taken_on_trust(void **state)
{
  (void)state;
  fixture f = { .w = world_make() };
  event_fields(&f);
  systematics_fields(&f);
  classifier_fields(&f);
  training_fields(&f);
  template_fields(&f);
  likelihood_fields(&f);
  event_model_fields(&f);
  fit_fields(&f);
  world_free(&f.w);
  assert_int_equal(f.failed, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_field_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
