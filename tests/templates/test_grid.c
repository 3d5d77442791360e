/* Grids: order of points, bad input. */
#include "support/support.h"

static const double five[5] = { -2.0, -1.0, 0.0, 1.0, 3.0 };
static const double four[4] = { 0.9, 1.0, 1.1, 1.3 };
static const double one[1] = { 7.0 };

static void one_axis_is_its_knots(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_axis axis = { "tes", five, 5, 0.25 };
  fairu_grid *grid = NULL;
  double z[5];
  fairu_axis back;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  assert_int_equal(fairu_grid_n_points(grid), 5);
  assert_int_equal(fairu_grid_n_axes(grid), 1);
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
  assert_memory_equal(z, five, sizeof z);
  CHECK_OK(ctx, fairu_grid_axis(grid, ctx, 0, &back));
  assert_string_equal(back.name, "tes");
  assert_true(back.nominal == 0.25);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_grid_axis(grid, ctx, 1, &back));
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void several_axes_are_in_the_order_promised(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_axis axes[3] = { { "a", five, 5, 0.0 }, { "b", four, 4, 1.0 }, { "c", one, 1, 7.0 } };
  const size_t pairs[2] = { 1, 0 };
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 3, pairs, 1, &grid));
  assert_int_equal(fairu_grid_n_points(grid), 1 + 4 + 3 + 12);
  double z[20 * 3], wanted[20 * 3];
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
  size_t p = 0;
  const double other_a[4] = { -2.0, -1.0, 1.0, 3.0 }, other_b[3] = { 0.9, 1.1, 1.3 };
  for (size_t i = 0; i < 20; i++) {
    wanted[3 * i] = 0.0;
    wanted[3 * i + 1] = 1.0;
    wanted[3 * i + 2] = 7.0;
  }
  for (size_t i = 0; i < 4; i++)
    wanted[3 * ++p] = other_a[i];
  for (size_t j = 0; j < 3; j++)
    wanted[3 * ++p + 1] = other_b[j];
  for (size_t j = 0; j < 3; j++) /* axis b is first in the pair, a is the faster one */
    for (size_t i = 0; i < 4; i++) {
      wanted[3 * ++p + 1] = other_b[j];
      wanted[3 * p] = other_a[i];
    }
  assert_memory_equal(z, wanted, sizeof z);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

static void no_axis_is_one_point(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  assert_int_equal(fairu_grid_n_points(grid), 1);
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, NULL));
  fairu_grid_destroy(grid);
  fairu_grid_destroy(NULL);
  assert_int_equal(fairu_grid_n_points(NULL), 0);
  fairu_context_destroy(ctx);
}

static void refuse(fairu_context *ctx, int code, const char *text, const fairu_axis *axes, size_t n,
                   const size_t *pairs, size_t n_pairs)
{
  fairu_grid *grid = (fairu_grid *)ctx; /* anything: it must become NULL */
  CHECK_FAILS(ctx, code, fairu_grid_create(ctx, axes, n, pairs, n_pairs, &grid));
  CHECK_SAYS(ctx, text);
  assert_null(grid);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double level[4] = { 0.0, 1.0, 1.0, 2.0 }, hole[4] = { 0.0, 1.0, NAN, 2.0 };
  const fairu_axis good[2] = { { "a", five, 5, 0.0 }, { "b", four, 4, 1.0 } };
  const fairu_axis same[2] = { { "a", five, 5, 0.0 }, { "a", four, 4, 1.0 } };
  const fairu_axis between[2] = { { "a", five, 5, 0.5 }, { "b", four, 4, 1.0 } };
  const fairu_axis single[2] = { { "a", five, 5, 0.0 }, { "c", one, 1, 7.0 } };
  const size_t pairs[4] = { 0, 1, 1, 0 }, alone[2] = { 1, 1 };
  refuse(ctx, FAIRU_ERR_RANGE, "knot 2", &(fairu_axis){ "a", level, 4, 1.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_NON_FINITE, "knot 2", &(fairu_axis){ "a", hole, 4, 1.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_RANGE, "3 knots", &(fairu_axis){ "a", five, 3, 0.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_RANGE, "nominal", &(fairu_axis){ "a", five, 5, 3.5 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_NON_FINITE, "nominal", &(fairu_axis){ "a", five, 5, NAN }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_NULL, "name", &(fairu_axis){ NULL, five, 5, 0.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_ARGUMENT, "name", &(fairu_axis){ "", five, 5, 0.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_NULL, "knots", &(fairu_axis){ "a", NULL, 5, 0.0 }, 1, NULL, 0);
  refuse(ctx, FAIRU_ERR_DUPLICATE, "'a'", same, 2, NULL, 0);
  refuse(ctx, FAIRU_ERR_RANGE, "one of the knots", between, 2, NULL, 0);
  refuse(ctx, FAIRU_ERR_RANGE, "pair 0", good, 2, alone, 1);
  refuse(ctx, FAIRU_ERR_RANGE, "pair 0", good, 1, pairs, 1);
  refuse(ctx, FAIRU_ERR_RANGE, "single knot", single, 2, pairs, 1);
  refuse(ctx, FAIRU_ERR_DUPLICATE, "pairs 0 and 1", good, 2, pairs, 2);
  refuse(ctx, FAIRU_ERR_NULL, "NULL", NULL, 1, NULL, 0);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_grid_create(ctx, good, 2, NULL, 0, NULL));
  fairu_context_destroy(ctx);
}

static void points_obey_the_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_limits limits;
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  limits.bins = 10;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  const fairu_axis axes[2] = { { "a", five, 5, 0.0 }, { "b", four, 4, 1.0 } };
  const size_t pair[2] = { 0, 1 };
  refuse(ctx, FAIRU_ERR_LIMIT, "limit", axes, 2, pair, 1);
  fairu_context_destroy(ctx);
}

static int make(fairu_context *ctx, void *data)
{
  (void)data;
  const fairu_axis axes[2] = { { "a", five, 5, 0.0 }, { "b", four, 4, 1.0 } };
  const size_t pair[2] = { 0, 1 };
  fairu_grid *grid = NULL;
  const int status = fairu_grid_create(ctx, axes, 2, pair, 1, &grid);
  assert_true((status == FAIRU_OK) == (grid != NULL));
  fairu_grid_destroy(grid);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(make, NULL) >= 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_axis_is_its_knots), cmocka_unit_test(several_axes_are_in_the_order_promised),
    cmocka_unit_test(no_axis_is_one_point),  cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(points_obey_the_limit), cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
