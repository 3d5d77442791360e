/* Nuisances, and chains of rotations and callbacks. */
#include "support/support.h"

static fairu_nuisance nuisance_of(const char *name)
{
  fairu_nuisance nu;
  assert_int_equal(fairu_nuisance_init(&nu, sizeof nu), FAIRU_OK);
  nu.name = name;
  return nu;
}

static fairu_systematics *chain_of(fairu_context *ctx, const char *name)
{
  const fairu_nuisance nu = nuisance_of(name);
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  return sys;
}

/* Columns x, y, tag of n rows; values depend on the row. */
static fairu_events *points(fairu_context *ctx, size_t n)
{
  static const char *const names[3] = { "x", "tag", "y" };
  fairu_events *events = NULL;
  float *x, *y, *tag;
  CHECK_OK(ctx, fairu_events_create(ctx, n, 3, names, &events));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &x));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 1, &tag));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &y));
  for (size_t r = 0; r < n; r++) {
    x[r] = (float)sin(0.37 * (double)r) * 3;
    y[r] = (float)cos(1.91 * (double)r) * 2;
    tag[r] = (float)r;
  }
  return events;
}

static float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

static void nuisances_are_kept(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double z[3] = { 0.5, 1, 2 }, density[3] = { 0.1, 1, 0.2 };
  char name[8] = "jes";
  fairu_nuisance list[2] = { nuisance_of(name), nuisance_of("tes") };
  list[0].prior = FAIRU_PRIOR_TABULATED;
  list[0].table_z = z;
  list[0].table_density = density;
  list[0].n_table = 3;
  list[0].statistical_origin = 0;
  list[1].nominal = 1;
  list[1].width = 0.05;
  list[1].lower = 0.5;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_systematics_create(ctx, list, 2, &sys));
  memset(name, 0, sizeof name);
  memset(z, 0, sizeof z);
  assert_int_equal(fairu_systematics_n_nuisances(sys), 2);
  fairu_nuisance got = nuisance_of(NULL);
  CHECK_OK(ctx, fairu_systematics_nuisance(sys, ctx, 0, &got));
  assert_string_equal(got.name, "jes");
  assert_int_equal(got.n_table, 3);
  assert_true(got.table_z[2] == 2 && got.table_density[1] == 1 && got.statistical_origin == 0);
  CHECK_OK(ctx, fairu_systematics_nuisance(sys, ctx, 1, &got));
  assert_true(got.width == 0.05 && got.lower == 0.5 && isinf(got.upper) && got.nominal == 1 &&
              got.prior == FAIRU_PRIOR_GAUSSIAN && got.statistical_origin == 1 && !got.table_z);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_nuisance(sys, ctx, 2, &got));
  CHECK_SAYS(ctx, "nuisance 2 of 2");
  fairu_systematics_destroy(sys);
  fairu_systematics_destroy(NULL);
  assert_int_equal(fairu_systematics_n_nuisances(NULL), 0);
  fairu_context_destroy(ctx);
}

static void check_refused(fairu_context *ctx, const fairu_nuisance *nu, int code, const char *says)
{
  const fairu_nuisance list[2] = { nuisance_of("first"), *nu };
  fairu_systematics *sys = (fairu_systematics *)ctx;
  CHECK_FAILS(ctx, code, fairu_systematics_create(ctx, list, 2, &sys));
  CHECK_SAYS(ctx, says);
  assert_null(sys);
}

static void bad_nuisances_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double rising[3] = { 1, 2, 3 }, falling[3] = { 1, 3, 2 }, positive[3] = { 1, 1, 1 },
               zero[3] = { 1, 0, 1 };
  fairu_nuisance nu = nuisance_of("first");
  check_refused(ctx, &nu, FAIRU_ERR_DUPLICATE, "\"first\" stands at 0 and 1");
  nu = nuisance_of(NULL);
  check_refused(ctx, &nu, FAIRU_ERR_ARGUMENT, "nuisance 1 has no name");
  nu = nuisance_of("a");
  nu.prior = 17;
  check_refused(ctx, &nu, FAIRU_ERR_ARGUMENT, "prior is 17");
  nu = nuisance_of("a");
  nu.width = 0;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance a: width is 0");
  nu.width = NAN;
  check_refused(ctx, &nu, FAIRU_ERR_NON_FINITE, "width is nan");
  nu = nuisance_of("a");
  nu.nominal = INFINITY;
  check_refused(ctx, &nu, FAIRU_ERR_NON_FINITE, "nominal is inf");
  nu = nuisance_of("a");
  nu.lower = 0.5;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "nominal 0, range [0.5, inf]");
  nu = nuisance_of("a");
  nu.lower = nu.upper = 0;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "range [0, 0]");
  nu = nuisance_of("a");
  nu.upper = NAN;
  check_refused(ctx, &nu, FAIRU_ERR_NON_FINITE, "range is [-inf, nan]");
  nu = nuisance_of("a");
  nu.prior = FAIRU_PRIOR_LOG_NORMAL;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "log-normal");
  nu.prior = FAIRU_PRIOR_UNIFORM;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "finite range");
  nu.prior = FAIRU_PRIOR_TABULATED;
  check_refused(ctx, &nu, FAIRU_ERR_NULL, "table_z is NULL");
  nu.table_z = rising;
  nu.table_density = positive;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "table of 0 points");
  nu.n_table = 3;
  nu.table_z = falling;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "table_z[2] is 2, not above 3");
  nu.table_z = rising;
  nu.table_density = zero;
  check_refused(ctx, &nu, FAIRU_ERR_RANGE, "table_density[1] is 0");
  nu = nuisance_of("a");
  nu.statistical_origin = 2;
  check_refused(ctx, &nu, FAIRU_ERR_ARGUMENT, "statistical_origin");
  nu = nuisance_of("a");
  nu.struct_size = 8;
  fairu_systematics *sys = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_systematics_create(ctx, &nu, 1, &sys));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_systematics_create(ctx, NULL, 1, &sys));
  fairu_context_destroy(ctx);
}

/* x' = c x - s y, y' = s x + c y, to the rounding of a float; a turn and its opposite give the points back. */
static void rotations_turn(void **state)
{
  (void)state;
  enum { N = 3000 };
  const double reference = 0.785, z = 1.234, c = cos(z - reference), s = sin(z - reference);
  fairu_context *ctx = support_context();
  fairu_systematics *sys = chain_of(ctx, "angle"), *there_and_back = chain_of(ctx, "angle");
  fairu_events *events = points(ctx, N), *out = NULL;
  CHECK_OK(ctx, fairu_systematics_add_rotation(sys, ctx, "angle", "x", "y", reference));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  for (size_t r = 0; r < N; r++) {
    const double x = (double)at(events, 0, r), y = (double)at(events, 2, r);
    assert_true(at(out, 0, r) == (float)(c * x - s * y) && at(out, 2, r) == (float)(s * x + c * y));
    assert_true(at(out, 1, r) == (float)r);
  }
  assert_null(fairu_events_weights(out));
  fairu_events_destroy(out);
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &reference, 1, 0, NULL, &out));
  for (size_t r = 0; r < N; r++)
    assert_true(at(out, 0, r) == at(events, 0, r) && at(out, 2, r) == at(events, 2, r));
  fairu_events_destroy(out);
  /* (x, y) by z, then (y, x) by z: the second turn is the first one backwards */
  CHECK_OK(ctx, fairu_systematics_add_rotation(there_and_back, ctx, "angle", "x", "y", 0));
  CHECK_OK(ctx, fairu_systematics_add_rotation(there_and_back, ctx, "angle", "y", "x", 0));
  CHECK_OK(ctx, fairu_systematics_apply(there_and_back, ctx, events, &z, 1, 0, NULL, &out));
  for (size_t r = 0; r < N; r++) {
    CHECK_NEAR((double)at(out, 0, r), (double)at(events, 0, r), 1e-6);
    CHECK_NEAR((double)at(out, 2, r), (double)at(events, 2, r), 1e-6);
  }
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_systematics_destroy(sys);
  fairu_systematics_destroy(there_and_back);
  fairu_context_destroy(ctx);
}

/* Doubles x, weights with the row, cuts every seventh row of the table. */
static int transform(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                     float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                     void *user_data)
{
  (void)n_columns;
  const int mode = *(const int *)user_data;
  if (n_nuisances != 1 || seed != 42 || mode == 1)
    return 5;
  for (size_t i = 0; i < n_events; i++) {
    columns[0][i] = (float)(z[0] * (double)columns[0][i]);
    if (mode == 2)
      weights[i] = first_row + i == 2000 ? (double)NAN : 1.0;
    else if (mode == 0) {
      weights[i] *= 1.0 + (double)(first_row + i);
      passed[i] = (first_row + i) % 7 == 3 ? 0 : 255;
    }
  }
  return 0;
}

static void callbacks_see_their_rows(void **state)
{
  (void)state;
  enum { N = 2500 };
  fairu_context *ctx = support_context();
  fairu_systematics *sys = chain_of(ctx, "scale");
  fairu_events *events = points(ctx, N), *out = NULL;
  int mode = 0;
  const double z = 2;
  const char *const columns[1] = { "x" };
  CHECK_OK(ctx, fairu_systematics_add_callback(sys, ctx, columns, 1, transform, &mode));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 42, NULL, &out));
  assert_int_equal(fairu_events_n_events(out), N - (N - 3 + 6) / 7);
  for (size_t i = 0; i < fairu_events_n_events(out); i++) {
    const size_t r = (size_t)at(out, 1, i);
    assert_true(r % 7 != 3);
    assert_true(at(out, 0, i) == 2 * at(events, 0, r) && at(out, 2, i) == at(events, 2, r));
    assert_true(fairu_events_weights(out)[i] == 1.0 + (double)r);
  }
  fairu_events_destroy(out);
  unsigned char passed[N];
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 42, passed, &out));
  assert_int_equal(fairu_events_n_events(out), N);
  for (size_t r = 0; r < N; r++)
    assert_int_equal(passed[r], r % 7 != 3);
  fairu_events_destroy(out);
  mode = 3; /* weights left alone: the table stays without */
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 42, NULL, &out));
  assert_null(fairu_events_weights(out));
  fairu_events_destroy(out);
  mode = 1;
  memset(passed, 9, sizeof passed);
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_systematics_apply(sys, ctx, events, &z, 1, 42, passed, &out));
  CHECK_SAYS(ctx, "returned 5 for rows from 0");
  assert_null(out);
  assert_int_equal(passed[0], 9);
  mode = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_apply(sys, ctx, events, &z, 1, 42, NULL, &out));
  CHECK_SAYS(ctx, "row 2000, weight is nan");
  fairu_events_destroy(events);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

static void copies_are_whole(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = points(ctx, 1500), *out = NULL;
  uint64_t ids[1500];
  int32_t labels[1500];
  for (size_t r = 0; r < 1500; r++) {
    ids[r] = r * r;
    labels[r] = (int32_t)(r % 2);
  }
  const char *const categories[2] = { "b", "s" };
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, 1500));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, 1500));
  CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 2));
  CHECK_OK(ctx, fairu_systematics_apply(NULL, ctx, events, NULL, 0, 0, NULL, &out));
  assert_memory_equal(fairu_events_ids(out), ids, sizeof ids);
  assert_memory_equal(fairu_events_labels(out), labels, sizeof labels);
  assert_string_equal(fairu_events_category_name(out, 1), "s");
  for (size_t r = 0; r < 1500; r++)
    assert_true(at(out, 0, r) == at(events, 0, r));
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  events = points(ctx, 0);
  CHECK_OK(ctx, fairu_systematics_apply(NULL, ctx, events, NULL, 0, 0, NULL, &out));
  assert_int_equal(fairu_events_n_events(out), 0);
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void bad_shifts_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("angle");
  nu.lower = -1;
  nu.upper = 1;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_rotation(sys, ctx, "angel", "x", "y", 0));
  CHECK_SAYS(ctx, "no nuisance \"angel\"; there are: angle");
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_add_rotation(sys, ctx, "angle", "x", "x", 0));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_add_rotation(sys, ctx, "angle", "x", "y", NAN));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_systematics_add_callback(sys, ctx, NULL, 0, NULL, NULL));
  const char *const twice[2] = { "x", "x" };
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_callback(sys, ctx, twice, 2, transform, NULL));
  CHECK_OK(ctx, fairu_systematics_add_rotation(sys, ctx, "angle", "x", "yy", 0));
  fairu_events *events = points(ctx, 1300), *out = NULL;
  double z = 0.5;
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  CHECK_SAYS(ctx, "no column \"yy\"; near: y");
  fairu_systematics_destroy(sys);
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  CHECK_OK(ctx, fairu_systematics_add_rotation(sys, ctx, "angle", "x", "y", 0));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_systematics_apply(sys, ctx, events, &z, 2, 0, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_systematics_apply(sys, ctx, events, NULL, 1, 0, NULL, &out));
  z = 1.5;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  CHECK_SAYS(ctx, "z[0] (angle) is 1.5, range [-1, 1]");
  z = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  z = 0.5;
  float *y = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &y));
  y[1234] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  CHECK_SAYS(ctx, "row 1234, column y is nan");
  assert_null(out);
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  fairu_events_destroy(events);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

static int build_and_apply(fairu_context *ctx, void *data)
{
  static const char *const names[2] = { "x", "y" };
  const fairu_nuisance nu = nuisance_of("a");
  int mode = 0;
  const double z = 1;
  fairu_systematics *sys = NULL;
  fairu_events *events = NULL, *out = NULL;
  (void)data;
  int status = fairu_systematics_create(ctx, &nu, 1, &sys);
  for (size_t i = 0; i < 5 && status == FAIRU_OK; i++)
    status = fairu_systematics_add_rotation(sys, ctx, "a", "x", "y", 0);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_callback(sys, ctx, names, 2, transform, &mode);
  if (status == FAIRU_OK)
    status = fairu_events_create(ctx, 2000, 2, names, &events);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(sys, ctx, events, &z, 1, 42, NULL, &out);
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_systematics_destroy(sys);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(build_and_apply, NULL) > 15);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nuisances_are_kept),
    cmocka_unit_test(bad_nuisances_are_refused),
    cmocka_unit_test(rotations_turn),
    cmocka_unit_test(callbacks_see_their_rows),
    cmocka_unit_test(copies_are_whole),
    cmocka_unit_test(bad_shifts_are_refused),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
