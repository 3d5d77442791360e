/* Shifts, smearing, cuts, categories and two-point weights against what they say, in double. */
#include "systematics/made_events.h"
#include "systematics/plain_chain.h"

enum { N = 5000, N_COLUMNS = 5 };
static const char *const names[N_COLUMNS] = { "x", "y", "category", "up", "down" };

static double value(size_t i, size_t c)
{
  static const double from[N_COLUMNS] = { -3.0, 10.0, 77.0, 0.2, 0.4 }, to[N_COLUMNS] = { 3, 50, 78, 3, 1.7 };
  return (double)(float)(from[c] + (to[c] - from[c]) * made_uniform(i, c));
}

static fairu_events *made_up(fairu_context *ctx)
{
  fairu_events *events = made_events(ctx, N, names, N_COLUMNS, value);
  double weights[N];
  for (size_t i = 0; i < N; i++)
    weights[i] = made_uniform(i, 9) - 0.2; /* some are negative */
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
  return events;
}

static fairu_events *apply(fairu_context *ctx, const fairu_systematics *sys, const fairu_events *in, double z,
                           unsigned char *passed)
{
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 5, passed, &out));
  return out;
}

static double at(const fairu_events *events, size_t c, size_t row)
{
  return (double)fairu_events_column(events, c, NULL)[row];
}

typedef struct fixture {
  fairu_context *ctx;
  fairu_events *in, *out;
  fairu_systematics *sys;
} fixture;

static fixture begin(void)
{
  fixture f = { .ctx = support_context() };
  f.in = made_up(f.ctx);
  f.sys = plain_chain_of_z(f.ctx);
  return f;
}

static void end(fixture *f)
{
  fairu_events_destroy(f->out);
  fairu_events_destroy(f->in);
  fairu_systematics_destroy(f->sys);
  fairu_context_destroy(f->ctx);
}

static void shift_to(fixture *f, double z, unsigned char *passed)
{
  fairu_events_destroy(f->out);
  f->out = apply(f->ctx, f->sys, f->in, z, passed);
}

/* ---- columns ------------------------------------------------------------------------------------------- */

static void columns_are_shifted(void **state)
{
  static const double steps[2] = { 0.5, -4.0 };
  (void)state;
  fixture f = begin();
  CHECK_OK(f.ctx, fairu_systematics_add_shift(f.sys, f.ctx, "z", names, steps, 2, 1.0));
  shift_to(&f, 1.0, NULL);
  for (size_t i = 0; i < N; i++)
    for (size_t c = 0; c < N_COLUMNS; c++)
      assert_true(at(f.out, c, i) == value(i, c));
  shift_to(&f, 1.75, NULL);
  for (size_t i = 0; i < N; i++) {
    assert_true(at(f.out, 0, i) == (double)(float)(value(i, 0) + 0.375));
    assert_true(at(f.out, 1, i) == (double)(float)(value(i, 1) - 3.0));
    assert_true(at(f.out, 2, i) == value(i, 2));
  }
  end(&f);
}

/* Sums of squares over N rows have relative width sqrt(2 / N); correlations 1 / sqrt(N). */
static void columns_are_smeared_apart(void **state)
{
  (void)state;
  fixture f = begin();
  const double z = 0.7;
  double xx = 0.0, yy = 0.0, xy = 0.0, x = 0.0;
  CHECK_OK(f.ctx, fairu_systematics_add_smearing(f.sys, f.ctx, "z", names, 2));
  shift_to(&f, z, NULL);
  for (size_t i = 0; i < N; i++) {
    const double dx = (at(f.out, 0, i) - value(i, 0)) / z, dy = (at(f.out, 1, i) - value(i, 1)) / z;
    x += dx / N;
    xx += dx * dx / N;
    yy += dy * dy / N;
    xy += dx * dy / N;
  }
  CHECK_NEAR(x, 0.0, 5.0 / sqrt(N));
  CHECK_NEAR(xx, 1.0, 5.0 * sqrt(2.0 / N));
  CHECK_NEAR(yy, 1.0, 5.0 * sqrt(2.0 / N));
  CHECK_NEAR(xy, 0.0, 5.0 / sqrt(N));
  shift_to(&f, 0.0, NULL);
  for (size_t i = 0; i < N; i++)
    assert_true(at(f.out, 0, i) == value(i, 0) && at(f.out, 1, i) == value(i, 1));
  end(&f);
}

/* By id and name of the column: rows that were elsewhere, or stand beside other columns, get the same. */
static void deviates_go_by_id_and_name(void **state)
{
  (void)state;
  fixture f = begin();
  fairu_systematics *other = plain_chain_of_z(f.ctx);
  static const char *const y_x[2] = { "y", "x" };
  uint64_t ids[N];
  size_t rows[N];
  fairu_events *turned = NULL, *out = NULL;
  for (size_t i = 0; i < N; i++) {
    ids[i] = i;
    rows[i] = N - 1 - i;
  }
  CHECK_OK(f.ctx, fairu_events_set_ids(f.in, f.ctx, ids, N));
  CHECK_OK(f.ctx, fairu_events_select(f.in, f.ctx, rows, N, &turned));
  CHECK_OK(f.ctx, fairu_systematics_add_smearing(f.sys, f.ctx, "z", names, 2));
  CHECK_OK(f.ctx, fairu_systematics_add_smearing(other, f.ctx, "z", y_x, 2));
  shift_to(&f, 0.7, NULL);
  CHECK_OK(f.ctx, fairu_context_set_threads(f.ctx, 3));
  out = apply(f.ctx, other, turned, 0.7, NULL);
  for (size_t i = 0; i < N; i++)
    for (size_t c = 0; c < 2; c++)
      assert_true(at(out, c, i) == at(f.out, c, N - 1 - i));
  fairu_events_destroy(out);
  fairu_events_destroy(turned);
  fairu_systematics_destroy(other);
  end(&f);
}

/* ---- selection ----------------------------------------------------------------------------------------- */

static void cuts_follow_what_moves(void **state)
{
  static const double steps[1] = { 1.0 };
  (void)state;
  fixture f = begin();
  unsigned char passed[N];
  CHECK_OK(f.ctx, fairu_systematics_add_shift(f.sys, f.ctx, "z", names, steps, 1, 0.0));
  CHECK_OK(f.ctx, fairu_systematics_add_cut(f.sys, f.ctx, "x", -1.0, 1.5));
  CHECK_OK(f.ctx, fairu_systematics_add_cut(f.sys, f.ctx, "y", -HUGE_VAL, 40.0));
  shift_to(&f, 0.5, passed);
  for (size_t i = 0; i < N; i++) {
    const double x = at(f.out, 0, i);
    assert_int_equal(passed[i], x >= -1.0 && x < 1.5 && value(i, 1) < 40.0);
    assert_true(x == (double)(float)(value(i, 0) + 0.5));
  }
  end(&f);
}

static void ends_of_cuts_are_closed_below_and_open_above(void **state)
{
  (void)state;
  fixture f = begin();
  unsigned char passed[N];
  float *x = NULL;
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 0, &x));
  x[0] = 0.25f;
  x[1] = 2.0f;
  x[2] = 1.0f;
  CHECK_OK(f.ctx, fairu_systematics_add_cut(f.sys, f.ctx, "x", 0.25, 2.0));
  shift_to(&f, 0.0, passed);
  assert_true(passed[0] && !passed[1] && passed[2]);
  end(&f);
}

/* Migration: each event is in the category of its shifted value, none is lost. */
static void events_migrate_between_categories(void **state)
{
  static const double edges[3] = { -1.0, 0.0, 2.0 }, steps[1] = { 1.0 };
  (void)state;
  fixture f = begin();
  size_t moved = 0;
  CHECK_OK(f.ctx, fairu_systematics_add_shift(f.sys, f.ctx, "z", names, steps, 1, 0.0));
  CHECK_OK(f.ctx, fairu_systematics_add_category(f.sys, f.ctx, "x", edges, 3, "category"));
  fairu_events *nominal = apply(f.ctx, f.sys, f.in, 0.0, NULL);
  shift_to(&f, 0.5, NULL);
  assert_true(fairu_events_n_events(f.out) == N);
  for (size_t i = 0; i < N; i++) {
    const double x = at(f.out, 0, i), wanted = x < -1.0 ? 0.0 : x < 0.0 ? 1.0 : x < 2.0 ? 2.0 : 3.0;
    assert_true(at(f.out, 2, i) == wanted);
    moved += at(nominal, 2, i) != wanted;
    assert_true(at(nominal, 2, i) <= wanted); /* x only grew */
  }
  CHECK_NEAR((double)moved, N * 3.0 * 0.5 / 6.0,
             5.0); /* x is uniform: half a unit of 6 over each of three edges */
  fairu_events_destroy(nominal);
  end(&f);
}

/* An edge belongs to the category above; what stood in the column does not matter. */
static void edges_belong_to_the_upper_category(void **state)
{
  static const double edges[2] = { 0.0, 1.0 };
  (void)state;
  fixture f = begin();
  float *x = NULL, *category = NULL;
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 0, &x));
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 2, &category));
  x[0] = 0.0f;
  x[1] = 1.0f;
  x[2] = -1e30f;
  category[1] = (float)NAN;
  CHECK_OK(f.ctx, fairu_systematics_add_category(f.sys, f.ctx, "x", edges, 2, "category"));
  shift_to(&f, 0.0, NULL);
  assert_true(at(f.out, 2, 0) == 1.0 && at(f.out, 2, 1) == 2.0 && at(f.out, 2, 2) == 0.0);
  end(&f);
}

/* ---- two points ---------------------------------------------------------------------------------------- */

/* Factor on weights at z, for a row whose nominal weight is not 0. */
static double ratio(const fixture *f, double z, size_t i)
{
  fairu_events *out = apply(f->ctx, f->sys, f->in, z, NULL);
  const double r = fairu_events_weights(out)[i] / fairu_events_weights(f->in)[i];
  fairu_events_destroy(out);
  return r;
}

static void two_points_are_exact_at_their_points(void **state)
{
  static const double zs[5] = { -2.5, -1.0, 0.0, 1.0, 3.0 };
  (void)state;
  fixture f = begin();
  CHECK_OK(f.ctx, fairu_systematics_add_two_point(f.sys, f.ctx, "z", "up", "down"));
  for (size_t k = 0; k < 5; k++) {
    shift_to(&f, zs[k], NULL);
    for (size_t i = 0; i < N; i++) {
      const double w = fairu_events_weights(f.in)[i], up = value(i, 3), down = value(i, 4);
      const double wanted = w * (zs[k] > 0.0 ? pow(up, zs[k]) : pow(down, -zs[k]));
      if (fabs(zs[k]) <= 1.0)
        assert_true(fairu_events_weights(f.out)[i] == w * (zs[k] > 0.0 ? up : zs[k] < 0.0 ? down : 1.0));
      CHECK_CLOSE(fairu_events_weights(f.out)[i], wanted, 1e-13);
    }
  }
  end(&f);
}

/* Value, slope and curvature of ln f meet at +-1; in between it is the polynomial of code 4p. */
static void two_points_are_joined_smoothly(void **state)
{
  (void)state;
  fixture f = begin();
  const double h = 1e-3;
  CHECK_OK(f.ctx, fairu_systematics_add_two_point(f.sys, f.ctx, "z", "up", "down"));
  for (size_t i = 3; i < N; i += 977) {
    const double up = log(value(i, 3)), down = log(value(i, 4)), s = 0.5 * (up - down),
                 a = (up + down) / 16.0;
    for (double z = -0.9; z < 1.0; z += 0.3) {
      const double wanted = s * z + a * (15.0 * pow(z, 2) - 10.0 * pow(z, 4) + 3.0 * pow(z, 6));
      CHECK_NEAR(log(ratio(&f, z, i)), wanted, 1e-14);
    }
    for (double end = -1.0; end <= 1.0; end += 2.0) {
      const double middle = log(ratio(&f, end, i)), outer = log(ratio(&f, end * (1.0 + h), i));
      const double inner = log(ratio(&f, end * (1.0 - h), i));
      CHECK_NEAR((outer - middle) / h, end > 0 ? up : down, 1e-9);
      CHECK_NEAR((outer - 2.0 * middle + inner) / (h * h), 0.0, 60.0 * fabs(up + down) * h + 1e-8);
    }
  }
  end(&f);
}

/* Ratios as far apart as floats go: a weight never changes its sign and never vanishes between the points. */
static void two_points_keep_the_sign_of_weights(void **state)
{
  (void)state;
  fixture f = begin();
  float *up = NULL, *down = NULL;
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 3, &up));
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 4, &down));
  up[0] = down[0] = 1e-6f;
  up[1] = down[1] = 1e6f;
  up[2] = 1e-30f;
  down[2] = 1e30f;
  CHECK_OK(f.ctx, fairu_systematics_add_two_point(f.sys, f.ctx, "z", "up", "down"));
  for (size_t i = 0; i < 3; i++)
    for (double z = -1.0; z <= 1.0; z += 0.0625)
      assert_true(ratio(&f, z, i) > 0.0);
  end(&f);
}

static void wrong_ratios_are_named(void **state)
{
  static const float wrong[3] = { 0.0f, -2.0f, NAN };
  static const int codes[3] = { FAIRU_ERR_RANGE, FAIRU_ERR_RANGE, FAIRU_ERR_NON_FINITE };
  (void)state;
  fixture f = begin();
  float *down = NULL, *up = NULL;
  double z = 0.0;
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 3, &up));
  CHECK_OK(f.ctx, fairu_events_column_data(f.in, f.ctx, 4, &down));
  CHECK_OK(f.ctx, fairu_systematics_add_two_point(f.sys, f.ctx, "z", "up", "down"));
  for (int k = 0; k < 3; k++) {
    down[4321] = wrong[k];
    CHECK_FAILS(f.ctx, codes[k], fairu_systematics_apply(f.sys, f.ctx, f.in, &z, 1, 5, NULL, &f.out));
    CHECK_SAYS(f.ctx, "row 4321, column down is");
  }
  down[4321] = 1.0f;
  up[7] = 1e30f;
  z = 20.0;
  CHECK_FAILS(f.ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(f.sys, f.ctx, f.in, &z, 1, 5, NULL, &f.out));
  CHECK_SAYS(f.ctx, "row 7, columns up and down are 1e+30 and");
  CHECK_SAYS(f.ctx, "overflows at 20");
  end(&f);
}

/* ---- refused when they are made ------------------------------------------------------------------------ */

static void wrong_columns_are_refused(void **state)
{
  static const char *const twice[2] = { "x", "x" }, *const hole[2] = { "x", NULL };
  static const double steps[2] = { 1.0, (double)NAN };
  (void)state;
  fixture f = begin();
  fairu_systematics *s = f.sys;
  CHECK_FAILS(f.ctx, FAIRU_ERR_EMPTY, fairu_systematics_add_shift(s, f.ctx, "z", names, steps, 0, 0.0));
  CHECK_SAYS(f.ctx, "no columns that \"z\" moves");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_add_shift(s, f.ctx, "z", names, steps, 2, 0.0));
  CHECK_SAYS(f.ctx, "steps[1] is nan");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NON_FINITE,
              fairu_systematics_add_shift(s, f.ctx, "z", names, steps, 1, (double)NAN));
  CHECK_SAYS(f.ctx, "reference is nan");
  CHECK_FAILS(f.ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_smearing(s, f.ctx, "z", twice, 2));
  CHECK_SAYS(f.ctx, "column \"x\" stands at 0 and 1");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NULL, fairu_systematics_add_smearing(s, f.ctx, "z", hole, 2));
  CHECK_SAYS(f.ctx, "columns[1] is NULL");
  CHECK_FAILS(f.ctx, FAIRU_ERR_EMPTY, fairu_systematics_add_smearing(s, f.ctx, "z", names, 0));
  CHECK_FAILS(f.ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_smearing(s, f.ctx, "w", names, 1));
  CHECK_SAYS(f.ctx, "no nuisance \"w\"; there are: z");
  CHECK_FAILS(f.ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_two_point(s, f.ctx, "z", "up", "up"));
  CHECK_OK(f.ctx, fairu_systematics_add_smearing(s, f.ctx, "z", names, 1));
  const double z = -0.1;
  CHECK_FAILS(f.ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(s, f.ctx, f.in, &z, 1, 5, NULL, &f.out));
  CHECK_SAYS(f.ctx, "z[0] is a width and is -0.1");
  end(&f);
}

static void wrong_edges_are_refused(void **state)
{
  static const double falling[3] = { 0.0, 1.0, 1.0 }, infinite[2] = { 0.0, HUGE_VAL };
  (void)state;
  fixture f = begin();
  fairu_systematics *s = f.sys;
  CHECK_FAILS(f.ctx, FAIRU_ERR_RANGE, fairu_systematics_add_category(s, f.ctx, "x", falling, 3, "category"));
  CHECK_SAYS(f.ctx, "categories of \"x\": edges[2] is 1, not above 1");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NON_FINITE,
              fairu_systematics_add_category(s, f.ctx, "x", infinite, 2, "category"));
  CHECK_SAYS(f.ctx, "edges[1] is inf");
  CHECK_FAILS(f.ctx, FAIRU_ERR_EMPTY, fairu_systematics_add_category(s, f.ctx, "x", falling, 0, "category"));
  CHECK_FAILS(f.ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_category(s, f.ctx, "x", falling, 1, "x"));
  CHECK_FAILS(f.ctx, FAIRU_ERR_RANGE, fairu_systematics_add_cut(s, f.ctx, "x", 2.0, 2.0));
  CHECK_SAYS(f.ctx, "cut on \"x\" at [2, 2), which holds nothing");
  CHECK_FAILS(f.ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_add_cut(s, f.ctx, "x", (double)NAN, 2.0));
  CHECK_OK(f.ctx, fairu_systematics_add_cut(s, f.ctx, "nowhere", 0.0, 2.0));
  const double z = 0.0;
  CHECK_FAILS(f.ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_apply(s, f.ctx, f.in, &z, 1, 5, NULL, &f.out));
  CHECK_SAYS(f.ctx, "nowhere");
  end(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(columns_are_shifted),
    cmocka_unit_test(columns_are_smeared_apart),
    cmocka_unit_test(deviates_go_by_id_and_name),
    cmocka_unit_test(cuts_follow_what_moves),
    cmocka_unit_test(ends_of_cuts_are_closed_below_and_open_above),
    cmocka_unit_test(events_migrate_between_categories),
    cmocka_unit_test(edges_belong_to_the_upper_category),
    cmocka_unit_test(two_points_are_exact_at_their_points),
    cmocka_unit_test(two_points_are_joined_smoothly),
    cmocka_unit_test(two_points_keep_the_sign_of_weights),
    cmocka_unit_test(wrong_ratios_are_named),
    cmocka_unit_test(wrong_columns_are_refused),
    cmocka_unit_test(wrong_edges_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
