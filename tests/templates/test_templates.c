/* Templates as objects: what they refuse and why, zeros, copies, refills, files, memory. */
#include "support/support.h"

#include "templates/templates_internal.h"

enum { KNOTS = 5, BINS = 3, PROCESSES = 2, N = KNOTS * BINS * PROCESSES };

static const double knots[KNOTS] = { 0.8, 0.9, 1.0, 1.1, 1.2 };
static const char *const names[PROCESSES] = { "signal", "background" };

static fairu_grid *make_grid(fairu_context *ctx)
{
  const fairu_axis axis = { "tes", knots, KNOTS, 1.0 };
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  return grid;
}

static void fill_yields(double *yields)
{
  for (size_t q = 0; q < PROCESSES; q++)
    for (size_t p = 0; p < KNOTS; p++)
      for (size_t b = 0; b < BINS; b++)
        yields[(q * KNOTS + p) * BINS + b] = 10.0 + (double)(100 * q + b) + sin(3.0 * knots[p] + (double)b);
}

static void given_numbers_come_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = NULL;
  double yields[N], variances[N];
  fill_yields(yields);
  for (size_t i = 0; i < N; i++)
    variances[i] = 0.5 * yields[i];
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, BINS, yields, variances, FAIRU_INTERPOLATION_LOG, &t));
  fairu_grid_destroy(grid);
  for (size_t q = 0; q < PROCESSES; q++)
    for (size_t p = 0; p < KNOTS; p++) {
      assert_memory_equal(fairu_templates_yields(t, q, p), yields + (q * KNOTS + p) * BINS,
                          BINS * sizeof *yields);
      assert_memory_equal(fairu_templates_variances(t, q, p), variances + (q * KNOTS + p) * BINS,
                          BINS * sizeof *yields);
    }
  assert_int_equal(fairu_templates_n_processes(t), 2);
  assert_int_equal(fairu_templates_n_bins(t), BINS);
  assert_int_equal(fairu_templates_n_axes(t), 1);
  assert_string_equal(fairu_templates_process_name(t, 1), "background");
  assert_null(fairu_templates_process_name(t, 2));
  assert_null(fairu_templates_yields(t, 2, 0));
  assert_null(fairu_templates_yields(t, 0, KNOTS));
  assert_true(fairu_templates__has_variances(t));
  fairu_templates_destroy(t);
  fairu_templates_destroy(NULL);
  assert_int_equal(fairu_templates_n_bins(NULL), 0);
  assert_null(fairu_templates_grid(NULL));
  fairu_context_destroy(ctx);
}

static void a_bin_empty_everywhere_stays_empty(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = NULL;
  double yields[N], nu[6], d[6], d2[6];
  fill_yields(yields);
  for (size_t p = 0; p < KNOTS; p++)
    yields[p * BINS + 1] = 0.0;
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, BINS, yields, NULL, FAIRU_INTERPOLATION_LOG, &t));
  for (double z = 0.8; z <= 1.2; z += 0.013) {
    CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, &z, 1, nu, d, d2));
    assert_true(nu[1] == 0.0 && d[1] == 0.0 && d2[1] == 0.0);
    assert_true(nu[0] > 0.0 && nu[2] > 0.0);
  }
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* Steep yields overshoot below zero as they are, but not as a logarithm or a square. */
static void scales_keep_their_promise(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  double yields[N], lowest[3];
  for (size_t i = 0; i < N; i++)
    yields[i] = (i / BINS) % KNOTS < 2 ? 1e-3 : 1e3;
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    fairu_templates *t = NULL;
    double nu[6];
    CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, BINS, yields, NULL, scale, &t));
    lowest[scale] = INFINITY;
    for (double z = 0.8; z <= 1.2; z += 0.001) {
      CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, &z, 1, nu, NULL, NULL));
      lowest[scale] = fmin(lowest[scale], nu[0]);
    }
    fairu_templates_destroy(t);
  }
  assert_true(lowest[FAIRU_INTERPOLATION_LOG] > 0.0);
  assert_true(lowest[FAIRU_INTERPOLATION_LINEAR] < 0.0);
  assert_true(lowest[FAIRU_INTERPOLATION_SQRT] >= 0.0);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void variances_of_zero_are_no_variances(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = NULL;
  double yields[N], variances[N] = { 0.0 }, v[6] = { 1, 1, 1, 1, 1, 1 }, d[6] = { 1, 1, 1, 1, 1, 1 };
  const double z = 0.93, outside = 1.3;
  fill_yields(yields);
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, BINS, yields, variances, FAIRU_INTERPOLATION_LOG, &t));
  assert_false(fairu_templates__has_variances(t));
  assert_null(fairu_templates_variances(t, 0, 0));
  CHECK_OK(ctx, fairu_templates_evaluate_variance(t, ctx, &z, 1, v, d, NULL));
  for (size_t b = 0; b < 6; b++)
    assert_true(v[b] == 0.0 && d[b] == 0.0);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_templates_evaluate_variance(t, ctx, &outside, 1, v, NULL, NULL));
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void templates_without_axes_are_constant(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  fairu_templates *t = NULL;
  const double yields[6] = { 1, 2, 3, 4, 5, 6 };
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    double nu[6];
    CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, BINS, yields, yields, scale, &t));
    CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, NULL, 0, nu, NULL, NULL));
    for (size_t b = 0; b < 6; b++)
      CHECK_CLOSE(nu[b], yields[b], 4e-16);
    fairu_templates_destroy(t);
  }
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* ---- bad input ---------------------------------------------------------------------------------------- */

static void refuse(fairu_context *ctx, int code, const char *text, size_t where, double value, int variance,
                   int scale)
{
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = (fairu_templates *)ctx;
  double yields[N], variances[N];
  fill_yields(yields);
  fill_yields(variances);
  (variance ? variances : yields)[where] = value;
  CHECK_FAILS(ctx, code, fairu_templates_create(ctx, grid, names, 2, BINS, yields, variances, scale, &t));
  CHECK_SAYS(ctx, text);
  assert_null(t);
  fairu_grid_destroy(grid);
}

static void bad_yields_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const size_t at = (KNOTS + 1) * BINS + 2; /* background, tes = 0.9, bin 2 */
  refuse(ctx, FAIRU_ERR_NEGATIVE_YIELD, "'background', bin 2, at tes = 0.9: yield is 0", at, 0.0, 0,
         FAIRU_INTERPOLATION_LOG);
  CHECK_SAYS(ctx, "merge bins");
  refuse(ctx, FAIRU_ERR_NEGATIVE_YIELD, "'background', bin 2, at tes = 0.9: yield is -3", at, -3.0, 0,
         FAIRU_INTERPOLATION_LOG);
  CHECK_SAYS(ctx, "FAIRU_INTERPOLATION_LINEAR");
  refuse(ctx, FAIRU_ERR_NEGATIVE_YIELD, "yield is -3", at, -3.0, 0, FAIRU_INTERPOLATION_SQRT);
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    refuse(ctx, FAIRU_ERR_NON_FINITE, "'background', bin 2, at tes = 0.9", at, NAN, 0, scale);
    refuse(ctx, FAIRU_ERR_NON_FINITE, "'background', bin 2, at tes = 0.9", at, INFINITY, 0, scale);
    refuse(ctx, FAIRU_ERR_RANGE, "variance is -1", at, -1.0, 1, scale);
    refuse(ctx, FAIRU_ERR_NON_FINITE, "variance is", at, NAN, 1, scale);
  }
  refuse(ctx, FAIRU_ERR_ARGUMENT, "fairu_interpolation", 0, 1.0, 0, 3);
  fairu_context_destroy(ctx);
}

static int stop_at_three(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  (void)process;
  (void)z;
  (void)n_axes;
  (void)variances;
  for (size_t b = 0; b < n_bins; b++)
    yields[b] = 1.0;
  return ++*(int *)user_data == 3 ? 7 : 0;
}

static void bad_shapes_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = NULL;
  double yields[N];
  int calls = 0;
  const char *const twins[2] = { "a", "a" }, *const hole[2] = { "a", NULL }, *const empty[1] = { "" };
  fill_yields(yields);
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE,
              fairu_templates_create(ctx, grid, twins, 2, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_create(ctx, grid, hole, 2, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT,
              fairu_templates_create(ctx, grid, empty, 1, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_templates_create(ctx, grid, names, 0, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_templates_create(ctx, grid, names, 2, 0, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT,
              fairu_templates_create(ctx, grid, names, 2, SIZE_MAX / 2, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_create(ctx, NULL, names, 2, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_create(ctx, grid, names, 2, BINS, NULL, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_create(ctx, grid, names, 2, BINS, yields, NULL, 0, NULL));
  assert_int_equal(fairu_templates_create(NULL, grid, names, 2, BINS, yields, NULL, 0, &t), FAIRU_ERR_NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL,
              fairu_templates_create_from_function(ctx, grid, names, 2, BINS, NULL, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK,
              fairu_templates_create_from_function(ctx, grid, names, 2, BINS, stop_at_three, &calls, 0, &t));
  CHECK_SAYS(ctx, "returned 7 at tes = 1");
  assert_null(t);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void bad_z_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  fairu_templates *t = NULL;
  double yields[N], nu[6] = { -1.0 };
  const double low = 0.79, hole = NAN, pair[2] = { 1.0, 1.0 };
  fill_yields(yields);
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, 2, BINS, yields, NULL, 0, &t));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_templates_evaluate(t, ctx, &low, 1, nu, NULL, NULL));
  CHECK_SAYS(ctx, "'tes' = 0.79");
  CHECK_SAYS(ctx, "[0.8, 1.2]");
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_templates_evaluate(t, ctx, &hole, 1, nu, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_templates_evaluate(t, ctx, pair, 2, nu, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_evaluate(t, ctx, pair, 1, NULL, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_evaluate(NULL, ctx, pair, 1, nu, NULL, NULL));
  assert_true(nu[0] == -1.0);
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

/* ---- copies, refills, files --------------------------------------------------------------------------- */

static void refilled_is_as_made_anew(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  double yields[N], counts[N], nu[2][6], d[2][6], d2[2][6];
  fill_yields(yields);
  for (size_t i = 0; i < N; i++)
    counts[i] = (double)((i * 7) % 5); /* with zeros */
  fairu_templates *made = NULL, *again = NULL, *shared = NULL;
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, BINS, yields, NULL, FAIRU_INTERPOLATION_SQRT, &again));
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, BINS, counts, NULL, FAIRU_INTERPOLATION_SQRT, &made));
  CHECK_OK(ctx, fairu_templates__refill(again, ctx, counts));
  for (double z = 0.8; z <= 1.2; z += 0.017) {
    CHECK_OK(ctx, fairu_templates_evaluate(made, ctx, &z, 1, nu[0], d[0], d2[0]));
    CHECK_OK(ctx, fairu_templates_evaluate(again, ctx, &z, 1, nu[1], d[1], d2[1]));
    assert_memory_equal(nu[0], nu[1], sizeof nu[0]);
    assert_memory_equal(d[0], d[1], sizeof d[0]);
    assert_memory_equal(d2[0], d2[1], sizeof d2[0]);
  }
  counts[4] = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_YIELD, fairu_templates__refill(again, ctx, counts));
  assert_memory_equal(fairu_templates_yields(again, 0, 0), fairu_templates_yields(made, 0, 0),
                      3 * sizeof *counts);
  CHECK_OK(ctx, fairu_templates__copy(again, ctx, &shared));
  CHECK_FAILS(ctx, FAIRU_ERR_INTERNAL, fairu_templates__refill(again, ctx, yields));
  fairu_templates_destroy(again);
  CHECK_OK(ctx, fairu_templates__refill(shared, ctx, yields));
  fairu_templates_destroy(shared);
  fairu_templates_destroy(made);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void a_duplicate_stands_alone(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = make_grid(ctx);
  double yields[N], before[6], after[6];
  const double z = 0.97;
  fill_yields(yields);
  fairu_templates *t = NULL, *other = NULL;
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, names, 2, BINS, yields, yields, FAIRU_INTERPOLATION_SQRT, &t));
  CHECK_OK(ctx, fairu_templates__duplicate(t, ctx, &other));
  CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, &z, 1, before, NULL, NULL));
  CHECK_OK(ctx, fairu_templates_evaluate(other, ctx, &z, 1, after, NULL, NULL));
  assert_memory_equal(before, after, sizeof before);
  yields[7] = 3.0;
  CHECK_OK(ctx, fairu_templates__refill(other, ctx, yields));
  CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, &z, 1, after, NULL, NULL));
  assert_memory_equal(before, after, sizeof before);
  fairu_templates_destroy(other);
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static int make(fairu_context *ctx, void *data)
{
  (void)data;
  const fairu_axis axes[2] = { { "a", knots, KNOTS, 1.0 }, { "b", knots, 4, 0.9 } };
  const size_t pair[2] = { 0, 1 };
  double yields[2 * 20 * BINS], nu[6], d2[24];
  const double z[2] = { 0.85, 1.05 };
  for (size_t i = 0; i < 2 * 20 * BINS; i++)
    yields[i] = 1.0 + (double)(i % 7);
  fairu_grid *grid = NULL;
  fairu_templates *t = NULL, *other = NULL;
  int status = fairu_grid_create(ctx, axes, 2, pair, 1, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create(ctx, grid, names, 2, BINS, yields, yields, FAIRU_INTERPOLATION_LOG, &t);
  if (status == FAIRU_OK)
    status = fairu_templates_evaluate(t, ctx, z, 2, nu, NULL, d2);
  if (status == FAIRU_OK)
    status = fairu_templates__duplicate(t, ctx, &other);
  fairu_templates_destroy(other);
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  return status;
}

static int make_from_function(fairu_context *ctx, void *data)
{
  (void)data;
  const fairu_axis axis = { "tes", knots, KNOTS, 1.0 };
  int calls = 10;
  fairu_grid *grid = NULL;
  fairu_templates *t = NULL;
  int status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 2, BINS, stop_at_three, &calls, 0, &t);
  fairu_templates_destroy(t);
  fairu_grid_destroy(grid);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(make, NULL) > 30);
  assert_true(support_every_need_fails(make_from_function, NULL) > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(given_numbers_come_back),
    cmocka_unit_test(a_bin_empty_everywhere_stays_empty),
    cmocka_unit_test(scales_keep_their_promise),
    cmocka_unit_test(variances_of_zero_are_no_variances),
    cmocka_unit_test(templates_without_axes_are_constant),
    cmocka_unit_test(bad_yields_are_named),
    cmocka_unit_test(bad_shapes_are_named),
    cmocka_unit_test(bad_z_is_named),
    cmocka_unit_test(refilled_is_as_made_anew),
    cmocka_unit_test(a_duplicate_stands_alone),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
