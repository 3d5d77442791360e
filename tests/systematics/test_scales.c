/* Steps for experiments of one's own: scales of columns, momenta and weights, smearing of MET. */
#include "systematics/made_events.h"
#include "systematics/plain_chain.h"

enum { N = 2000 };
static const char *const names[4] = { "pt", "phi", "met", "met_phi" };

static double value(size_t i, size_t c)
{
  const double u = made_uniform(i, c);
  return c % 2 ? 6.0 * (u - 0.5) : c == 0 && i % 7 == 0 ? -25.0 : 20.0 + 60.0 * u;
}

static fairu_events *made_up(fairu_context *ctx)
{
  return made_events(ctx, N, names, 4, value);
}

static double at(const fairu_events *events, size_t c, size_t row)
{
  return (double)fairu_events_column(events, c, NULL)[row];
}

static void momentum_is_conserved(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx), *out = NULL;
  fairu_systematics *sys = plain_chain_of_z(ctx);
  unsigned char passed[N];
  const double z = 1.1;
  CHECK_OK(ctx, fairu_systematics_add_momentum_scale(sys, ctx, "z", "pt", "phi", "met", "met_phi", 30.0));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, passed, &out));
  for (size_t i = 0; i < N; i++) {
    const double before = at(in, 0, i) < 0 ? 0 : at(in, 0, i), after = at(out, 0, i) < 0 ? 0 : at(out, 0, i);
    const double phi = at(in, 1, i), pull = before - after;
    CHECK_CLOSE(at(out, 0, i), at(in, 0, i) < 0 ? -25.0 : 1.1 * before, 1e-6);
    CHECK_NEAR(at(out, 2, i) * cos(at(out, 3, i)), at(in, 2, i) * cos(at(in, 3, i)) + pull * cos(phi), 1e-4);
    CHECK_NEAR(at(out, 2, i) * sin(at(out, 3, i)), at(in, 2, i) * sin(at(in, 3, i)) + pull * sin(phi), 1e-4);
    assert_int_equal(passed[i], at(out, 0, i) < 0 || at(out, 0, i) > 30.0);
  }
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void columns_are_scaled(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx), *out = NULL;
  fairu_systematics *sys = plain_chain_of_z(ctx);
  const double z = 0.5;
  CHECK_OK(ctx, fairu_systematics_add_scale(sys, ctx, "z", names, 2));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
  for (size_t c = 0; c < 4; c++)
    for (size_t i = 0; i < N; i++)
      assert_true(at(out, c, i) == (c < 2 ? 0.5 : 1.0) * at(in, c, i));
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void smearing_has_its_width(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx), *out = NULL;
  fairu_systematics *sys = plain_chain_of_z(ctx);
  double z = 2.0, sum = 0.0;
  CHECK_OK(ctx, fairu_systematics_add_met_smearing(sys, ctx, "z", "met", "met_phi"));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
  for (size_t i = 0; i < N; i++) {
    const double dx = at(out, 2, i) * cos(at(out, 3, i)) - at(in, 2, i) * cos(at(in, 3, i));
    const double dy = at(out, 2, i) * sin(at(out, 3, i)) - at(in, 2, i) * sin(at(in, 3, i));
    sum += (dx * dx + dy * dy) / (2.0 * N);
  }
  CHECK_NEAR(sum, 4.0, 4.0 * 4.0 / sqrt(N));
  fairu_events_destroy(out);
  z = -1.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
  CHECK_SAYS(ctx, "width");
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* By name where labels have names, by number where they have none. */
static void weights_of_a_class_are_scaled(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx), *out = NULL;
  fairu_systematics *sys = plain_chain_of_z(ctx);
  const double z = 3.0;
  int32_t labels[N];
  for (size_t i = 0; i < N; i++)
    labels[i] = (int32_t)(i % 3) - 1;
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, N));
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(sys, ctx, "z", (const char *const[]){ "-1", "b" }, 2));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
  for (size_t i = 0; i < N; i++)
    assert_true(fairu_events_weights(out)[i] == (labels[i] == -1 ? 3.0 : 1.0));
  fairu_events_destroy(out);
  for (size_t i = 0; i < N; i++)
    labels[i] = (int32_t)(i % 2);
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, N));
  CHECK_OK(ctx, fairu_events_set_categories(in, ctx, (const char *const[]){ "a", "b" }, 2));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
  for (size_t i = 0; i < N; i++)
    assert_true(fairu_events_weights(out)[i] == (labels[i] == 1 ? 3.0 : 1.0));
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void bad_steps_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *sys = plain_chain_of_z(ctx);
  static const char *const twice[2] = { "pt", "pt" };
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_scale(sys, ctx, "z", twice, 2));
  CHECK_SAYS(ctx, "\"pt\" stands at 0 and 1");
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_systematics_add_scale(sys, ctx, "z", twice, 0));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_scale(sys, ctx, "y", twice, 1));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL,
              fairu_systematics_add_momentum_scale(sys, ctx, "z", "pt", NULL, "met", "met_phi", 0.0));
  CHECK_SAYS(ctx, "phi is NULL");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_systematics_add_momentum_scale(sys, ctx, "z", "pt", NULL, NULL, NULL, -1.0));
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_systematics_add_momentum_scale(sys, ctx, "z", "pt", NULL, NULL, NULL, (double)NAN));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_systematics_add_met_smearing(sys, ctx, "z", "met", "met"));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_systematics_add_weight_scale(sys, ctx, "z", twice, 0));
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

/* At the values events were made with, no bit changes: not the sign of 0, not the angle of no MET. */
static void nominal_values_change_no_bit(void **state)
{
  (void)state;
  static const double steps[2] = { 0.1, 2.0 };
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx), *out = NULL;
  for (int kind = 0; kind < 4; kind++) {
    const double z = kind < 2 ? 1.0 : 0.0;
    fairu_systematics *sys = plain_chain_of_z(ctx);
    for (size_t c = 0; c < 4; c++) {
      float *x = NULL;
      CHECK_OK(ctx, fairu_events_column_data(in, ctx, c, &x));
      x[c] = c % 2 ? x[c] : -0.0f;
      x[7] = c == 2 ? 0.0f : x[7];
    }
    if (kind == 0)
      CHECK_OK(ctx, fairu_systematics_add_momentum_scale(sys, ctx, "z", "pt", "phi", "met", "met_phi", 0.0));
    else if (kind == 1)
      CHECK_OK(ctx, fairu_systematics_add_scale(sys, ctx, "z", names, 4));
    else if (kind == 2)
      CHECK_OK(ctx, fairu_systematics_add_rotation(sys, ctx, "z", "pt", "met", 0.0));
    else
      CHECK_OK(ctx, fairu_systematics_add_shift(sys, ctx, "z", names + 1, steps, 2, 0.0));
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 1, NULL, &out));
    for (size_t c = 0; c < 4; c++)
      assert_memory_equal(fairu_events_column(out, c, NULL), fairu_events_column(in, c, NULL),
                          N * sizeof(float));
    fairu_events_destroy(out);
    fairu_systematics_destroy(sys);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(nominal_values_change_no_bit),
    cmocka_unit_test(momentum_is_conserved),
    cmocka_unit_test(columns_are_scaled),
    cmocka_unit_test(smearing_has_its_width),
    cmocka_unit_test(weights_of_a_class_are_scaled),
    cmocka_unit_test(bad_steps_are_named),
  };
  return cmocka_run_group_tests_name("scales", tests, NULL, NULL);
}
