/* Derivatives of shifted events, for steps that do not round: against differences of fairu_systematics_apply. */
#include "systematics/made_events.h"
#include "systematics/plain_chain.h"
#include "systematics/differences.h"

enum { N = 3000, TAU, TAU_PHI, JET, JET_PHI, MET, MET_PHI, X, Y, OTHER, END, N_COLUMNS = END - TAU };
enum { N_Z = 5 };

static const char *const names[N_COLUMNS] = { "tau",     "tau_phi", "jet", "jet_phi", "met",
                                              "met_phi", "x",       "y",   "other" };
static const char *const nuisances[N_Z] = { "tes", "jes", "width", "angle", "norm" };

static size_t at(int column)
{
  return (size_t)(column - TAU);
}

/* Some jets are absent; MET is never so small that a step of the differences turns it about. */
static double value(size_t i, size_t c)
{
  const double u = made_uniform(i, c);
  const int is_phi = c == at(TAU_PHI) || c == at(JET_PHI) || c == at(MET_PHI);
  if (c == at(JET) && i % 5 == 0)
    return -25.0;
  return is_phi ? 6.2 * (u - 0.5) : c >= at(X) ? 4.0 * u - 2.0 : (c == at(MET) ? 180.0 : 20.0) + 60.0 * u;
}

static fairu_events *made_up(fairu_context *ctx)
{
  fairu_events *events = made_events(ctx, N, names, N_COLUMNS, value);
  int32_t labels[N];
  for (size_t i = 0; i < N; i++)
    labels[i] = (int32_t)(i % 2);
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, N));
  return events;
}

static fairu_systematics *empty_chain(fairu_context *ctx)
{
  static const double nominal[N_Z] = { 1.0, 1.0, 1.0, 1.0, 1.0 };
  return plain_chain(ctx, nuisances, N_Z, nominal);
}

static void add_tau(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_momentum_scale(s, ctx, "tes", "tau", "tau_phi", "met", "met_phi", 0));
}

static void add_jet(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_momentum_scale(s, ctx, "jes", "jet", "jet_phi", "met", "met_phi", 0));
}

static void add_rotation(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_rotation(s, ctx, "angle", "x", "y", 0.2));
}

static void add_smearing(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_met_smearing(s, ctx, "width", "met", "met_phi"));
}

static void add_scale(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx,
           fairu_systematics_add_scale(s, ctx, "angle", (const char *const[]){ "met", "x", "tau_phi" }, 3));
}

static void add_weights(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(s, ctx, "norm", (const char *const[]){ "1" }, 1));
}

static void add_shift(fairu_systematics *s, fairu_context *ctx)
{
  static const double steps[3] = { 3.0, -0.5, 2.0 };
  CHECK_OK(ctx, fairu_systematics_add_shift(s, ctx, "norm", (const char *const[]){ "met", "x", "other" },
                                            steps, 3, 1.0));
}

static void add_smeared_columns(fairu_systematics *s, fairu_context *ctx)
{
  CHECK_OK(ctx, fairu_systematics_add_smearing(s, ctx, "width", (const char *const[]){ "tau", "y" }, 2));
}

static void add_category(fairu_systematics *s, fairu_context *ctx)
{
  static const double edges[2] = { -500.0, 500.0 };
  CHECK_OK(ctx, fairu_systematics_add_category(s, ctx, "tau", edges, 2, "other"));
}

typedef void (*add_fn)(fairu_systematics *s, fairu_context *ctx);

static void check_chain(const add_fn *add, size_t n)
{
  static const double nominal[N_Z] = { 1, 1, 0.05, 1, 1 }, off[N_Z] = { 0.93, 1.08, 2.5, 0.7, 1.3 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  for (size_t i = 0; i < n; i++)
    add[i](s, ctx);
  differences_check_all(s, made_up, nominal, N_Z, names, N_COLUMNS);
  differences_check_all(s, made_up, off, N_Z, names, N_COLUMNS);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void each_step_alone(void **state)
{
  (void)state;
  static const add_fn all[] = { add_tau,     add_rotation, add_smearing,        add_scale,
                                add_weights, add_shift,    add_smeared_columns, add_category };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    check_chain(&all[i], 1);
}

/* MET is moved by three steps, and two of them scale what is already moved. */
static void steps_follow_each_other(void **state)
{
  (void)state;
  static const add_fn forth[] = { add_tau,   add_jet,   add_smearing,       add_rotation,
                                  add_scale, add_shift, add_smeared_columns };
  static const add_fn back[] = {
    add_scale, add_rotation, add_smearing, add_weights, add_jet, add_tau, add_tau
  };
  check_chain(forth, sizeof forth / sizeof *forth);
  check_chain(back, sizeof back / sizeof *back);
}

/* A few features in another order are the same numbers; what no step touches does not move. */
static void features_are_those_asked_for(void **state)
{
  (void)state;
  static const char *const some[3] = { "other", "met", "tau" };
  static const double z[N_Z] = { 1.1, 0.9, 1, 0.3, 1 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx);
  float *all = calloc(N * N_COLUMNS * N_Z, sizeof *all), *few = calloc(N * 3 * N_Z, sizeof *few);
  add_tau(s, ctx);
  add_jet(s, ctx);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, N_COLUMNS, all));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, some, 3, few));
  for (size_t i = 0; i < N; i++)
    for (size_t k = 0; k < N_Z; k++) {
      const float *row = all + i * N_COLUMNS * N_Z, *other = few + i * 3 * N_Z;
      assert_true(other[k] == 0.0f);
      assert_true(other[N_Z + k] == row[at(MET) * N_Z + k]);
      assert_true(other[2 * N_Z + k] == row[at(TAU) * N_Z + k]);
    }
  free(all);
  free(few);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* Rows that fail a cut do not move, nor do absent objects; MET of 0 has no direction to move in. */
static void nothing_moves_where_nothing_is(void **state)
{
  (void)state;
  static const double z[N_Z] = { 1, 1.25, 0, 0, 1 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx);
  float *got = calloc(N * N_COLUMNS * N_Z, sizeof *got), *jet = NULL, *met = NULL;
  CHECK_OK(ctx, fairu_events_column_data(in, ctx, at(JET), &jet));
  CHECK_OK(ctx, fairu_events_column_data(in, ctx, at(MET), &met));
  jet[1] = 20.0f;
  met[5] = met[6] = 0.0f;
  jet[6] = 80.0f;
  add_smearing(s, ctx);
  CHECK_OK(ctx, fairu_systematics_add_momentum_scale(s, ctx, "jes", "jet", "jet_phi", "met", "met_phi", 25));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, N_COLUMNS, got));
  for (size_t i = 0; i < N * N_COLUMNS * N_Z; i++)
    assert_true(isfinite(got[i]));
  for (size_t i = 0; i < N_COLUMNS * N_Z; i++)
    assert_true(got[N_COLUMNS * N_Z + i] == 0.0f);
  for (size_t i = 0; i < N; i += 5)
    for (size_t c = 0; c < N_COLUMNS; c++)
      assert_true(got[(i * N_COLUMNS + c) * N_Z + 1] == 0.0f);
  for (size_t k = 0; k < N_Z; k++)
    assert_true(got[(5 * N_COLUMNS + at(MET)) * N_Z + k] == 0.0f);
  CHECK_CLOSE((double)got[(6 * N_COLUMNS + at(MET)) * N_Z + 1], 80.0, 1e-6); /* MET 0 + 0.25 * 80 */
  free(got);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static int nothing(const double *z, size_t n_z, uint64_t seed, size_t first, size_t n, float *const *columns,
                   size_t n_columns, double *weights, unsigned char *passed, void *data)
{
  (void)n_columns, (void)z, (void)n_z, (void)seed, (void)first, (void)n, (void)columns, (void)weights,
      (void)passed, (void)data;
  return 0;
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx);
  double z[N_Z] = { 1, 1, 0, 0, 1 };
  float *got = calloc(N * N_COLUMNS * N_Z, sizeof *got), *jet = NULL;
#define TANGENTS(n_z, features, n) fairu_systematics_tangents(s, ctx, in, z, n_z, 1, features, n, got)
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, TANGENTS(N_Z - 1, names, 2));
  CHECK_SAYS(ctx, "4 values for 5 nuisances");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, TANGENTS(N_Z, names, 0));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, TANGENTS(N_Z, ((const char *const[]){ "met", "mett" }), 2));
  CHECK_SAYS(ctx, "mett");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, TANGENTS(N_Z, ((const char *const[]){ "met", NULL }), 2));
  CHECK_SAYS(ctx, "features[1]");
  add_jet(s, ctx);
  z[1] = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, TANGENTS(N_Z, names, 2));
  CHECK_SAYS(ctx, "(jes) is 0");
  z[1] = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TANGENTS(N_Z, names, 2));
  z[1] = 1;
  CHECK_OK(ctx, fairu_events_column_data(in, ctx, at(JET), &jet));
  jet[2000] = INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TANGENTS(N_Z, names, 2));
  CHECK_SAYS(ctx, "row 2000, column jet is inf");
  jet[2000] = 30.0f;
  CHECK_OK(ctx, fairu_systematics_add_callback(s, ctx, names, 1, nothing, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED, TANGENTS(N_Z, names, 2));
  CHECK_SAYS(ctx, "transformation 1 (callback)");
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  s = empty_chain(ctx);
  add_jet(s, ctx);
  CHECK_OK(ctx, fairu_events_create(ctx, 3, 2, names, &in));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, TANGENTS(N_Z, names, 1));
  CHECK_SAYS(ctx, "jet");
  free(got);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* Rows outside a cut on a column that moves; a category that was moved before it was made stays. */
static void choices_are_not_differentiated(void **state)
{
  (void)state;
  static const double z[N_Z] = { 1.05, 1, 0, 0.5, 1 }, edges[2] = { 30.0, 50.0 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx), *out = NULL;
  float *got = calloc(N * N_COLUMNS * N_Z, sizeof *got);
  unsigned char passed[N];
  add_tau(s, ctx);
  add_shift(s, ctx);
  CHECK_OK(ctx, fairu_systematics_add_category(s, ctx, "tau", edges, 2, "other"));
  CHECK_OK(ctx, fairu_systematics_add_cut(s, ctx, "tau", 30.0, 60.0));
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, N_COLUMNS, got));
  CHECK_OK(ctx, fairu_systematics_apply(s, ctx, in, z, N_Z, 1, passed, &out));
  for (size_t i = 0; i < N; i++)
    for (size_t k = 0; k < N_Z; k++) {
      const float *row = got + i * N_COLUMNS * N_Z + k;
      assert_true(row[at(OTHER) * N_Z] == 0.0f);
      assert_true((row[at(TAU) * N_Z] != 0.0f) == (passed[i] && k == 0));
    }
  free(got);
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

/* A chain without steps, no chain at all, no rows. */
static void empty_is_allowed(void **state)
{
  (void)state;
  static const double z[N_Z] = { 1, 1, 0, 0, 1 };
  fairu_context *ctx = support_context();
  fairu_systematics *s = empty_chain(ctx);
  fairu_events *in = made_up(ctx), *none = NULL;
  float *got = malloc(N * N_Z * sizeof *got);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, 1, got));
  for (size_t i = 0; i < N * N_Z; i++)
    assert_true(got[i] == 0.0f);
  CHECK_OK(ctx, fairu_systematics_tangents(NULL, ctx, in, NULL, 0, 1, names, 1, got));
  CHECK_OK(ctx, fairu_events_create(ctx, 0, N_COLUMNS, names, &none));
  add_jet(s, ctx);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, none, z, N_Z, 1, names, 1, got));
  free(got);
  fairu_events_destroy(none);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_step_alone),
    cmocka_unit_test(steps_follow_each_other),
    cmocka_unit_test(features_are_those_asked_for),
    cmocka_unit_test(nothing_moves_where_nothing_is),
    cmocka_unit_test(choices_are_not_differentiated),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(empty_is_allowed),
  };
  return cmocka_run_group_tests_name("tangents", tests, NULL, NULL);
}
