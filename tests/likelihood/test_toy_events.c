/* Toys of events: one set of multiplicities counted at every Z, the same alone and in a batch. */
#include "likelihood/rotation_events.h"

enum { n_rows = 6000 };

static const double at[2] = { 1.0, 1.2 };

typedef struct event_toy {
  rotation_toy toy;
  fairu_grid *grid;
  fairu_bin_table *tables[2];
} event_toy;

static void event_toy_destroy(event_toy *e)
{
  fairu_bin_table_destroy(e->tables[0]);
  fairu_bin_table_destroy(e->tables[1]);
  fairu_grid_destroy(e->grid);
  rotation_destroy(&e->toy);
}

static int event_toy_create(fairu_context *ctx, size_t n, event_toy *e)
{
  memset(e, 0, sizeof *e);
  int status = rotation_create(ctx, &rotation_aware, &e->toy);
  if (status == FAIRU_OK)
    status = rotation_grid(ctx, &e->grid);
  if (status == FAIRU_OK)
    status = rotation_table(ctx, e->grid, n, 1.0, 1.2, 500.0, 1, &e->tables[0]);
  if (status == FAIRU_OK)
    status = rotation_table(ctx, e->grid, n, -1.0, 1.2, 5000.0, 2, &e->tables[1]);
  return status;
}

static int draw(fairu_context *ctx, event_toy *e, const double *scales, uint64_t number)
{
  return fairu_likelihood_toy_events(e->toy.likelihood, ctx, at, 2, e->grid,
                                     (const fairu_bin_table *const *)e->tables, scales, 2, 5, number,
                                     e->toy.data);
}

/* Counts at knot p, which the interpolation goes through. */
static void counts_at(fairu_context *ctx, const event_toy *e, int p, double *counts)
{
  const double params[2] = { 1.0, p + 1 == rotation_knots
                                      ? fmin(0.75 * ROTATION_PI, -0.25 * ROTATION_PI + ROTATION_PI)
                                      : -0.25 * ROTATION_PI + ROTATION_PI * p / (rotation_knots - 1) };
  CHECK_OK(ctx, fairu_data_observed(e->toy.data, ctx, params, 2, counts));
}

/* The multiplicities drawn by hand, counted by the table: every knot holds the same events. */
static void all_knots_hold_the_same_events(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double scales[2] = { 1.0, 0.7 };
  event_toy e;
  CHECK_OK(ctx, event_toy_create(ctx, n_rows, &e));
  double *expected = calloc(2 * rotation_knots * rotation_bins, sizeof *expected);
  double *times = calloc(n_rows, sizeof *times);
  uint32_t *hits = calloc(n_rows, sizeof *hits);
  assert_true(expected && times && hits);
  for (uint64_t toy = 3; toy < 6; toy++) {
    double events = 0.0;
    CHECK_OK(ctx, draw(ctx, &e, scales, toy));
    for (uint32_t t = 0; t < 2; t++) {
      fairu_philox__poisson_rows(5, toy, t, 0, n_rows, fairu_bin_table_weights(e.tables[t]), scales[t], hits);
      for (size_t r = 0; r < n_rows; r++) {
        times[r] = (double)hits[r];
        events += times[r];
      }
      CHECK_OK(ctx, fairu_bin_table_histogram(e.tables[t], ctx, times, 0,
                                              expected + t * rotation_knots * rotation_bins));
    }
    for (int p = 0; p < rotation_knots; p++) {
      double counts[rotation_bins], total = 0.0;
      counts_at(ctx, &e, p, counts);
      for (int j = 0; j < rotation_bins; j++) {
        const int i = p * rotation_bins + j;
        CHECK_NEAR(counts[j], expected[i] + expected[rotation_knots * rotation_bins + i],
                   1e-9 * (1.0 + counts[j]));
        total += counts[j];
      }
      CHECK_NEAR(total, events, 1e-6);
    }
  }
  free(hits);
  free(times);
  free(expected);
  event_toy_destroy(&e);
  fairu_context_destroy(ctx);
}

static void toys_do_not_depend_on_the_batch(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double scales[2] = { 1.0, 1.0 };
  double batch[8][rotation_bins], alone[rotation_bins];
  event_toy e, fresh;
  CHECK_OK(ctx, event_toy_create(ctx, n_rows, &e));
  for (uint64_t i = 0; i < 8; i++) {
    CHECK_OK(ctx, draw(ctx, &e, scales, i));
    CHECK_OK(ctx, fairu_data_observed(e.toy.data, ctx, at, 2, batch[i]));
  }
  CHECK_OK(ctx, event_toy_create(ctx, n_rows, &fresh));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, draw(ctx, &fresh, scales, 5));
  CHECK_OK(ctx, fairu_data_observed(fresh.toy.data, ctx, at, 2, alone));
  assert_memory_equal(alone, batch[5], sizeof alone);
  assert_true(memcmp(alone, batch[4], sizeof alone) != 0);
  event_toy_destroy(&fresh);
  event_toy_destroy(&e);
  fairu_context_destroy(ctx);
}

/* Axes z and w, each with four knots; points are numbered from the nominal ones. */
static int plane(fairu_context *ctx, size_t nominal, fairu_grid **grid)
{
  static const double knots[4] = { 0.0, 0.5, 1.0, 1.5 };
  const fairu_axis axes[2] = { { "z", knots, 4, knots[nominal] }, { "w", knots, 4, 0.5 } };
  const size_t pair[2] = { 0, 1 };
  return fairu_grid_create(ctx, axes, 2, pair, 1, grid);
}

static int plane_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                        double *variances, void *user_data)
{
  (void)process;
  (void)n_axes;
  (void)user_data;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = 10.0 + z[0] + (double)j * z[1];
    if (variances)
      variances[j] = 0.0;
  }
  return 0;
}

/* Data drawn on one grid and then on another that differs in the nominal point alone. */
typedef struct two_grids {
  const fairu_likelihood *likelihood;
  fairu_grid *const *grids;
  fairu_bin_table *const *tables;
} two_grids;

/* One grid after the other into the same data. */
static int two_grids_body(fairu_context *ctx, void *data)
{
  static const double params[3] = { 1.0, 0.5, 0.5 }, scale = 1.0;
  const two_grids *two = (const two_grids *)data;
  fairu_data *toys = NULL;
  int status = fairu_data_create(ctx, two->likelihood, &toys);
  for (size_t g = 0; g < 2 && status == FAIRU_OK; g++)
    status =
        fairu_likelihood_toy_events(two->likelihood, ctx, params, 3, two->grids[g],
                                    (const fairu_bin_table *const *)&two->tables[g], &scale, 1, 5, 7, toys);
  fairu_data_destroy(toys);
  return status;
}

static void toys_on_another_grid_are_their_own(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const char *const name = "signal";
  const fairu_factor mu = { "mu", "signal", 1.0, 0.0, 10.0 };
  const double params[3] = { 1.0, 0.5, 0.5 }, scale = 1.0;
  double again[rotation_bins], fresh[rotation_bins];
  fairu_likelihood_options options;
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data[2];
  fairu_grid *grids[2];
  fairu_bin_table *tables[2];
  for (size_t g = 0; g < 2; g++) {
    CHECK_OK(ctx, plane(ctx, g, &grids[g]));
    CHECK_OK(ctx, rotation_table(ctx, grids[g], 1000, 1.0, 1.2, 500.0, 1, &tables[g]));
  }
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grids[0], &name, 1, rotation_bins, plane_yields,
                                                     NULL, FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  options.factors = &mu;
  options.n_factors = 1;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, &options, &likelihood));
  for (size_t d = 0; d < 2; d++) {
    CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data[d]));
    for (size_t g = d; g < 2; g++)
      CHECK_OK(ctx, fairu_likelihood_toy_events(likelihood, ctx, params, 3, grids[g],
                                                (const fairu_bin_table *const *)&tables[g], &scale, 1, 5, 7,
                                                data[d]));
  }
  CHECK_OK(ctx, fairu_data_observed(data[0], ctx, params, 3, again));
  CHECK_OK(ctx, fairu_data_observed(data[1], ctx, params, 3, fresh));
  assert_memory_equal(again, fresh, sizeof fresh);
  two_grids two = { likelihood, grids, tables };
  assert_true(support_every_allocation_fails(two_grids_body, &two) > 5);
  for (size_t i = 0; i < 2; i++) {
    fairu_data_destroy(data[i]);
    fairu_bin_table_destroy(tables[i]);
    fairu_grid_destroy(grids[i]);
  }
  fairu_likelihood_destroy(likelihood);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double negative[2] = { 1.0, -1.0 }, nan[2] = { NAN, 1.0 };
  event_toy e;
  CHECK_OK(ctx, event_toy_create(ctx, 100, &e));
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, draw(ctx, &e, negative, 0));
  CHECK_SAYS(ctx, "scales[1] is -1");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, draw(ctx, &e, nan, 0));
  fairu_bin_table_destroy(e.tables[1]);
  e.tables[1] = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, draw(ctx, &e, negative, 0));
  CHECK_SAYS(ctx, "tables[1] is NULL");
  CHECK_OK(ctx, rotation_table(ctx, e.grid, 100, 1.0, 1.2, -5.0, 2, &e.tables[1])); /* signed weights */
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, draw(ctx, &e, (const double[2]){ 1.0, 1.0 }, 0));
  CHECK_SAYS(ctx, "row 0 of tables[1] has weight -0.05");
  event_toy_destroy(&e);
  fairu_context_destroy(ctx);
}

static int two_event_toys(fairu_context *ctx, void *data)
{
  const double scales[2] = { 1.0, 1.0 };
  event_toy e;
  (void)data;
  int status = event_toy_create(ctx, 50, &e);
  for (uint64_t i = 0; i < 2 && status == FAIRU_OK; i++)
    status = draw(ctx, &e, scales, i);
  event_toy_destroy(&e);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(two_event_toys, NULL) > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_knots_hold_the_same_events),     cmocka_unit_test(toys_do_not_depend_on_the_batch),
    cmocka_unit_test(toys_on_another_grid_are_their_own), cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
