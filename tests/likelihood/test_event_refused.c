/* Event-wise models, their tables and pools, and tabulated priors: what is refused, with the value and the place; nothing is made. */
#include "support/support.h"

enum { EVENTS = 3, POINTS = 4 };

static const double knots[POINTS] = { -1.0, 0.0, 1.0, 2.0 };

static int no_term(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio,
                   double *d_log_ratio, double *d2_log_ratio, double *log_density, double *d_log_density,
                   double *d2_log_density, void *user_data)
{
  (void)first, (void)n, (void)z, (void)n_z, (void)log_ratio, (void)d_log_ratio, (void)d2_log_ratio;
  (void)log_density, (void)d_log_density, (void)d2_log_density, (void)user_data;
  return 7;
}

static fairu_grid *grid_of(fairu_context *ctx, const char *name)
{
  const fairu_axis axis = { name, knots, POINTS, 0.0 };
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  return grid;
}

static fairu_event_terms *table_of(fairu_context *ctx, const char *axis)
{
  double ratio[POINTS * EVENTS];
  fairu_event_terms *terms = NULL;
  fairu_grid *grid = grid_of(ctx, axis);
  for (size_t i = 0; i < POINTS * EVENTS; i++)
    ratio[i] = 0.1 * (double)i;
  CHECK_OK(ctx, fairu_event_terms_create(ctx, grid, EVENTS, ratio, NULL, &terms));
  fairu_grid_destroy(grid);
  return terms;
}

/* ---- models -------------------------------------------------------------------------------------------- */

typedef struct request {
  fairu_event_model model;
  fairu_likelihood_options options;
  fairu_factor factors[2];
  const char *names[2];
  double lower[2], upper[2], start[2];
} request;

/* A good request by function with two nuisances. */
static request good(fairu_context *ctx)
{
  request r = { .names = { "a", "b" }, .lower = { -1.0, -1.0 }, .upper = { 2.0, 2.0 } };
  CHECK_OK(ctx, fairu_event_model_init(&r.model, sizeof r.model));
  CHECK_OK(ctx, fairu_likelihood_options_init(&r.options, sizeof r.options));
  r.factors[0] = r.factors[1] = (fairu_factor){ "mu", "signal", 1.0, 0.0, 10.0 };
  r.factors[1].name = "other";
  r.model.signal_yield = 10.0;
  r.model.background_yield = 100.0;
  r.model.n_nuisances = 2;
  r.model.term = no_term;
  r.options.n_factors = 1;
  return r;
}

static int create(fairu_context *ctx, request *r, fairu_likelihood **out)
{
  if (r->model.n_nuisances) {
    r->model.nuisances = r->names;
    r->model.lower = r->lower;
    r->model.upper = r->upper;
    r->model.start = r->start;
  }
  r->options.factors = r->factors;
  return fairu_likelihood_create_unbinned(ctx, &r->model, &r->options, out);
}

static void check_refused(fairu_context *ctx, request r, int code, const char *says)
{
  fairu_likelihood *likelihood = NULL;
  CHECK_FAILS(ctx, code, create(ctx, &r, &likelihood));
  CHECK_SAYS(ctx, says);
  assert_null(likelihood);
}

static void models_are_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *likelihood = NULL;
  request r = good(ctx);
  CHECK_OK(ctx, create(ctx, &r, &likelihood));
  fairu_likelihood_destroy(likelihood);
  static const double bad_yields[] = { 0.0, -1.0, HUGE_VAL, (double)NAN };
  for (size_t i = 0; i < 4; i++) {
    char text[64];
    r = good(ctx);
    r.model.signal_yield = bad_yields[i];
    (void)snprintf(text, sizeof text, "signal_yield is %g", bad_yields[i]);
    check_refused(ctx, r, FAIRU_ERR_RANGE, text);
    r = good(ctx);
    r.model.background_yield = bad_yields[i];
    (void)snprintf(text, sizeof text, "background_yield is %g", bad_yields[i]);
    check_refused(ctx, r, FAIRU_ERR_RANGE, text);
  }
  r = good(ctx);
  r.model.term = NULL;
  check_refused(ctx, r, FAIRU_ERR_NULL, "term and terms are NULL");
  r = good(ctx);
  r.options.n_factors = 2;
  check_refused(ctx, r, FAIRU_ERR_SHAPE, "an event-wise model has 1 factor, got 2");
  r = good(ctx);
  r.names[1] = "";
  check_refused(ctx, r, FAIRU_ERR_ARGUMENT, "nuisances[1] has no name");
  r.names[1] = "a";
  check_refused(ctx, r, FAIRU_ERR_DUPLICATE, "two parameters are named 'a'");
  r = good(ctx);
  r.start[1] = 2.5;
  check_refused(ctx, r, FAIRU_ERR_RANGE, "'b' starts at 2.5, range -1 to 2");
  r.start[1] = (double)NAN;
  check_refused(ctx, r, FAIRU_ERR_RANGE, "'b' starts at nan");
  fairu_context_destroy(ctx);
}

static void tables_and_functions_exclude_each_other(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_event_terms *terms = table_of(ctx, "a");
  request r = good(ctx);
  r.model.terms = terms;
  check_refused(ctx, r, FAIRU_ERR_ARGUMENT, "term and terms exclude each other");
  r.model.term = NULL;
  check_refused(ctx, r, FAIRU_ERR_ARGUMENT, "nuisances and their ranges are those of the table");
  r.model.n_nuisances = 0;
  fairu_likelihood *likelihood = NULL;
  CHECK_OK(ctx, create(ctx, &r, &likelihood));
  fairu_parameter p = { .struct_size = sizeof p };
  CHECK_OK(ctx, fairu_likelihood_parameter(likelihood, ctx, 1, &p));
  assert_string_equal(p.name, "a");
  assert_true(p.lower == -1.0 && p.upper == 2.0 && p.start == 0.0);
  /* outside of the knots there is nothing to interpolate */
  fairu_data *data = NULL;
  const double weights[EVENTS] = { 1.0, 1.0, 1.0 }, outside[2] = { 1.0, 2.5 };
  double nll[2];
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_events(data, ctx, weights, EVENTS));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_likelihood_nll(likelihood, ctx, data, outside, 2, nll, NULL, NULL));
  CHECK_SAYS(ctx, "(a) is 2.5, allowed are -1 to 2");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_event_terms_destroy(terms);
  fairu_context_destroy(ctx);
}

/* A function that stops: at which event, with what. */
static void callbacks_may_stop(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  request r = good(ctx);
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  const double weights[EVENTS] = { 1.0, 1.0, 1.0 }, at[3] = { 1.0, 0.0, 0.0 };
  double nll[2] = { 5.0, 6.0 };
  CHECK_OK(ctx, create(ctx, &r, &likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_data_set_events(data, ctx, weights, EVENTS));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_likelihood_nll(likelihood, ctx, data, at, 3, nll, NULL, NULL));
  CHECK_SAYS(ctx, "7");
  assert_true(nll[0] == 5.0 && nll[1] == 6.0);
  fairu_event_terms *terms = NULL;
  fairu_grid *grid = grid_of(ctx, "a");
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK,
              fairu_event_terms_create_from_function(ctx, grid, EVENTS, no_term, NULL, &terms));
  CHECK_SAYS(ctx, "returned 7 at event 0");
  assert_null(terms);
  fairu_grid_destroy(grid);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_context_destroy(ctx);
}

/* ---- pools --------------------------------------------------------------------------------------------- */

static void pools_are_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_event_terms *terms = table_of(ctx, "a"), *other = table_of(ctx, "b");
  static const struct {
    double weights[EVENTS];
    size_t n;
    int code;
    const char *says;
  } bad[] = {
    { { 1.0, 1.0, 1.0 }, 2, FAIRU_ERR_SHAPE, "2" },
    { { 1.0, (double)NAN, 1.0 }, EVENTS, FAIRU_ERR_NON_FINITE, "weight 1 is nan" },
    { { 1.0, 1.0, HUGE_VAL }, EVENTS, FAIRU_ERR_NON_FINITE, "weight 2 is inf" },
    { { -0.5, 1.0, 1.0 }, EVENTS, FAIRU_ERR_NEGATIVE_WEIGHT, "weight 0 is -0.5" },
    { { 0.0, 0.0, 0.0 }, EVENTS, FAIRU_ERR_EMPTY, "" },
    { { 1e308, 1e308, 1e308 }, EVENTS, FAIRU_ERR_NON_FINITE, "the sum of weights is too large" },
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK_FAILS(ctx, bad[i].code, fairu_event_terms_set_pool(terms, ctx, bad[i].weights, bad[i].n));
    CHECK_SAYS(ctx, bad[i].says);
  }
  const double weights[EVENTS] = { 1.0, 2.0, 1.0 };
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_event_terms_normalise(terms, ctx, terms, FAIRU_NORMALISE_SIGNAL));
  CHECK_OK(ctx, fairu_event_terms_set_pool(terms, ctx, weights, EVENTS));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_event_terms_normalise(terms, ctx, terms, 0));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_event_terms_normalise(terms, ctx, terms, 4));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_event_terms_normalise(other, ctx, terms, FAIRU_NORMALISE_BACKGROUND));
  CHECK_SAYS(ctx, "the tables differ in axes or knots");
  fairu_event_terms_destroy(terms);
  fairu_event_terms_destroy(other);
  fairu_context_destroy(ctx);
}

/* Data of counts have no events; a model by function has no table. */
static void data_of_another_kind(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_event_terms *terms = table_of(ctx, "a");
  request r = good(ctx);
  fairu_likelihood *likelihood = NULL;
  fairu_data *data = NULL;
  const double ones[EVENTS] = { 1.0, 1.0, 1.0 };
  CHECK_OK(ctx, create(ctx, &r, &likelihood));
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_event_terms(data, ctx, terms, NULL, EVENTS));
  CHECK_SAYS(ctx, "the model has no table");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_data_set_observed(data, ctx, ones, EVENTS));
  CHECK_SAYS(ctx, "an event-wise model has no bins");
  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  fairu_event_terms_destroy(terms);
  fairu_context_destroy(ctx);
}

/* ---- priors -------------------------------------------------------------------------------------------- */

/* A parameter with this table as its prior. */
static int add_tabulated(fairu_context *ctx, const double *z, const double *density, size_t n)
{
  fairu_model *model = NULL;
  fairu_nuisance prior;
  fairu_parameter_options o;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_parameter_options_init(&o, sizeof o);
  prior.prior = FAIRU_PRIOR_TABULATED;
  prior.table_z = z;
  prior.table_density = density;
  prior.n_table = n;
  o.prior = &prior;
  o.start = 0.0;
  if (status == FAIRU_OK)
    status = fairu_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = fairu_model_add_parameter(model, ctx, "t", &o, NULL);
  fairu_model_destroy(model);
  return status;
}

static void tables_of_priors_are_checked(void **state)
{
  (void)state;
  static const double z[5] = { -2.0, -1.0, 0.0, 1.0, 2.0 }, falling[5] = { -2.0, -1.0, -1.0, 1.0, 2.0 };
  static const double density[5] = { 0.1, 0.2, 0.4, 0.2, 0.1 }, hole[5] = { 0.1, 0.2, 0.4, 0.0, 0.1 };
  static const double no_number[5] = { 0.1, 0.2, HUGE_VAL, 0.2, 0.1 };
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, add_tabulated(ctx, z, density, 5));
  CHECK_OK(ctx, add_tabulated(ctx, z, density, 4));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, add_tabulated(ctx, z, density, 3));
  CHECK_SAYS(ctx, "'t': a table of 3 points, needs at least 4");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, add_tabulated(ctx, falling, density, 5));
  CHECK_SAYS(ctx, "'t': table entry 2 is (-1, 0.4)");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, add_tabulated(ctx, z, hole, 5));
  CHECK_SAYS(ctx, "table entry 3 is (1, 0)");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, add_tabulated(ctx, z, no_number, 5));
  CHECK_SAYS(ctx, "table entry 2 is (0, inf)");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, add_tabulated(ctx, z, NULL, 5));
  CHECK_SAYS(ctx, "table_z or table_density is NULL");
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(models_are_checked),   cmocka_unit_test(tables_and_functions_exclude_each_other),
    cmocka_unit_test(callbacks_may_stop),   cmocka_unit_test(pools_are_checked),
    cmocka_unit_test(data_of_another_kind), cmocka_unit_test(tables_of_priors_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
