/* What an interpolation cannot depend on: names for the same place. Axes in other units, mirrored, in another order; functions
 * at their points, as sums over axes, and times a constant. All with random values, at random Z. */
#include "support/draws.h"
#include "support/support.h"

enum { KNOTS = 5, POINTS = 1 + 4 + 4 + 16, BINS = 3, LOOKS = 20 };

static const double near = 1e-10; /* of yields of order one, by way of another spline */

/* Values by knots of both axes, what the library keeps in its own order. */
typedef struct table {
  double knots[2][KNOTS];
  size_t nominal[2];
  double value[KNOTS][KNOTS][BINS];
  int paired, interpolation;
} table;

static table draw_table(draws *d, int interpolation, int paired)
{
  table t = { .paired = paired, .interpolation = interpolation };
  for (size_t a = 0; a < 2; a++) {
    double at = draw_between(d, -2.0, 0.0);
    t.nominal[a] = draw_below(d, KNOTS);
    for (size_t i = 0; i < KNOTS; i++, at += draw_between(d, 0.5, 1.5))
      t.knots[a][i] = at;
  }
  for (size_t i = 0; i < KNOTS; i++)
    for (size_t j = 0; j < KNOTS; j++)
      for (size_t b = 0; b < BINS; b++)
        t.value[i][j][b] = draw_between(d, 4.0, 6.0);
  return t;
}

/* turned: axis 1 comes first. scale and shift of the first axis: its units. */
static fairu_templates *made(fairu_context *ctx, const table *t, int turned, double scale, double shift)
{
  static const char *const names[] = { "x", "y" }, *const process = "p";
  double knots[2][KNOTS], z[POINTS * 2], yields[POINTS * BINS];
  const size_t pair[2] = { 0, 1 };
  fairu_axis axes[2];
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  for (size_t a = 0; a < 2; a++) {
    for (size_t i = 0; i < KNOTS; i++) {
      const size_t from = a == 0 && scale < 0.0 ? KNOTS - 1 - i : i;
      knots[a][i] = a == 0 ? scale * t->knots[0][from] + shift : t->knots[1][i];
    }
    const size_t at = a == 0 && scale < 0.0 ? KNOTS - 1 - t->nominal[0] : t->nominal[a];
    axes[turned ? 1 - a : a] = (fairu_axis){ names[a], knots[a], KNOTS, knots[a][at] };
  }
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, t->paired ? pair : NULL, (size_t)t->paired, &grid));
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
  for (size_t p = 0; p < fairu_grid_n_points(grid); p++) {
    size_t at[2] = { KNOTS, KNOTS };
    for (size_t a = 0; a < 2; a++)
      for (size_t i = 0; i < KNOTS; i++)
        if (z[2 * p + (turned ? 1 - a : a)] == knots[a][i])
          at[a] = a == 0 && scale < 0.0 ? KNOTS - 1 - i : i;
    assert_true(at[0] < KNOTS && at[1] < KNOTS);
    memcpy(yields + p * BINS, t->value[at[0]][at[1]], sizeof t->value[0][0]);
  }
  CHECK_OK(ctx,
           fairu_templates_create(ctx, grid, &process, 1, BINS, yields, NULL, t->interpolation, &templates));
  fairu_grid_destroy(grid);
  return templates;
}

/* Yields, slopes along both axes, all in the order of the templates. */
typedef struct look {
  double nu[BINS], slope[2][BINS], second[2][2][BINS];
} look;

static look look_at(fairu_context *ctx, const fairu_templates *t, double first, double second)
{
  const double z[2] = { first, second };
  look l;
  CHECK_OK(ctx, fairu_templates_evaluate(t, ctx, z, 2, l.nu, l.slope[0], l.second[0][0]));
  return l;
}

static void draw_place(draws *d, const table *t, double z[2])
{
  for (size_t a = 0; a < 2; a++)
    z[a] = draw_below(d, 4) ? draw_between(d, t->knots[a][0], t->knots[a][KNOTS - 1])
                            : t->knots[a][draw_below(d, KNOTS)];
}

/* Run body for all scales, without a pair and with one. */
static void for_all(void (*body)(fairu_context *, draws *, const table *))
{
  fairu_context *ctx = support_context();
  draws d = { 81 };
  for (int k = 0; k < 60; k++) {
    const table t = draw_table(&d, k % 3, k / 3 % 2);
    body(ctx, &d, &t);
  }
  fairu_context_destroy(ctx);
}

static void check_units(fairu_context *ctx, draws *d, const table *t)
{
  static const double units[][2] = { { 4.0, 0.0 }, { -1.0, 0.0 }, { 0.125, 16.0 }, { -2.0, 1.0 } };
  const double *u = units[draw_below(d, 4)];
  fairu_templates *plain = made(ctx, t, 0, 1.0, 0.0), *other = made(ctx, t, 0, u[0], u[1]);
  for (int k = 0; k < LOOKS; k++) {
    double z[2];
    draw_place(d, t, z);
    const double there =
        fmin(fmax(u[0] * z[0] + u[1], fmin(u[0] * t->knots[0][0], u[0] * t->knots[0][KNOTS - 1]) + u[1]),
             fmax(u[0] * t->knots[0][0], u[0] * t->knots[0][KNOTS - 1]) + u[1]);
    const look a = look_at(ctx, plain, z[0], z[1]), b = look_at(ctx, other, there, z[1]);
    for (size_t i = 0; i < BINS; i++) {
      CHECK_NEAR(a.nu[i], b.nu[i], near);
      CHECK_NEAR(a.slope[0][i], u[0] * b.slope[0][i], 100.0 * near);
      CHECK_NEAR(a.slope[1][i], b.slope[1][i], 100.0 * near);
      CHECK_NEAR(a.second[0][1][i], u[0] * b.second[0][1][i], 1e4 * near);
      CHECK_NEAR(a.second[1][1][i], b.second[1][1][i], 1e4 * near);
      assert_true(a.second[0][1][i] == a.second[1][0][i]);
    }
  }
  fairu_templates_destroy(other);
  fairu_templates_destroy(plain);
}

static void check_order(fairu_context *ctx, draws *d, const table *t)
{
  fairu_templates *plain = made(ctx, t, 0, 1.0, 0.0), *turned = made(ctx, t, 1, 1.0, 0.0);
  for (int k = 0; k < LOOKS; k++) {
    double z[2];
    draw_place(d, t, z);
    const look a = look_at(ctx, plain, z[0], z[1]), b = look_at(ctx, turned, z[1], z[0]);
    for (size_t i = 0; i < BINS; i++) {
      CHECK_NEAR(a.nu[i], b.nu[i], near);
      for (size_t x = 0; x < 2; x++) {
        CHECK_NEAR(a.slope[x][i], b.slope[1 - x][i], 100.0 * near);
        CHECK_NEAR(a.second[x][x][i], b.second[1 - x][1 - x][i], 1e4 * near);
      }
    }
  }
  fairu_templates_destroy(turned);
  fairu_templates_destroy(plain);
}

static double scaled(int interpolation, double value)
{
  return interpolation == FAIRU_INTERPOLATION_LOG    ? log(value)
         : interpolation == FAIRU_INTERPOLATION_SQRT ? sqrt(value)
                                                     : value;
}

/* At the knots its values; without a pair a sum over axes, in the scale. */
static void check_points_and_sums(fairu_context *ctx, draws *d, const table *t)
{
  fairu_templates *plain = made(ctx, t, 0, 1.0, 0.0);
  const double x0 = t->knots[0][t->nominal[0]], y0 = t->knots[1][t->nominal[1]];
  const look base = look_at(ctx, plain, x0, y0);
  for (size_t i = 0; i < KNOTS; i++)
    for (size_t j = 0; j < KNOTS; j++) {
      const look l = look_at(ctx, plain, t->knots[0][i], t->knots[1][j]);
      for (size_t b = 0; b < BINS && (t->paired || i == t->nominal[0] || j == t->nominal[1]); b++)
        CHECK_NEAR(l.nu[b], t->value[i][j][b], near);
    }
  for (int k = 0; k < LOOKS && !t->paired; k++) {
    double z[2];
    draw_place(d, t, z);
    const look both = look_at(ctx, plain, z[0], z[1]);
    const look x = look_at(ctx, plain, z[0], y0), y = look_at(ctx, plain, x0, z[1]);
    for (size_t b = 0; b < BINS; b++)
      CHECK_NEAR(scaled(t->interpolation, both.nu[b]) + scaled(t->interpolation, base.nu[b]),
                 scaled(t->interpolation, x.nu[b]) + scaled(t->interpolation, y.nu[b]), near);
  }
  fairu_templates_destroy(plain);
}

/* Luminosity: all values times a constant are the same curve times it, on every scale. */
static void check_constant(fairu_context *ctx, draws *d, const table *t)
{
  const double constant = exp(draw_between(d, -20.0, 20.0));
  table more = *t;
  for (size_t i = 0; i < KNOTS * KNOTS * BINS; i++)
    ((double *)more.value)[i] *= constant;
  fairu_templates *plain = made(ctx, t, 0, 1.0, 0.0), *other = made(ctx, &more, 0, 1.0, 0.0);
  for (int k = 0; k < LOOKS; k++) {
    double z[2];
    draw_place(d, t, z);
    const look a = look_at(ctx, plain, z[0], z[1]), b = look_at(ctx, other, z[0], z[1]);
    for (size_t i = 0; i < BINS; i++) {
      CHECK_NEAR(b.nu[i] / constant, a.nu[i], near);
      CHECK_NEAR(b.slope[0][i] / constant, a.slope[0][i], 100.0 * near);
      CHECK_NEAR(b.second[0][1][i] / constant, a.second[0][1][i], 1e4 * near);
    }
  }
  fairu_templates_destroy(other);
  fairu_templates_destroy(plain);
}

static void units_of_an_axis_do_not_matter(void **state)
{
  (void)state;
  for_all(check_units);
}

static void the_order_of_axes_does_not_matter(void **state)
{
  (void)state;
  for_all(check_order);
}

static void points_are_met_and_axes_add_up(void **state)
{
  (void)state;
  for_all(check_points_and_sums);
}

static void constants_go_through(void **state)
{
  (void)state;
  for_all(check_constant);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(units_of_an_axis_do_not_matter),
    cmocka_unit_test(the_order_of_axes_does_not_matter),
    cmocka_unit_test(points_are_met_and_axes_add_up),
    cmocka_unit_test(constants_go_through),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
