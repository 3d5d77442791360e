/* The FAIR Universe systematics on made-up events: definitions in double, rare branches, any instruction set, threads. */
#include "systematics/higgsml_random.h"

enum { N = 5000 };

static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };

static fairu_events *apply(fairu_context *ctx, const fairu_events *in, const double *z, int cuts,
                           int arithmetic, int generator, unsigned char *passed)
{
  fairu_systematics *sys = higgsml_chain(ctx, cuts, arithmetic, generator);
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 31415, passed, &out));
  fairu_systematics_destroy(sys);
  return out;
}

/* Shift of energies and its propagation to MET, written down in double. */
static void energies_move_met(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, N);
  const double z[N_NUISANCES] = { 0.94, 1.07, 0, 1, 1, 1 };
  unsigned char passed[N];
  fairu_events *out = apply(ctx, in, z, 0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, passed);
  for (size_t i = 0; i < N; i++) {
    const double jets = number(in, N_JETS, i), phi = number(in, MET_PHI, i), tau = number(in, HAD_PT, i);
    const double j1 = jets > 0 ? number(in, J1_PT, i) : 0, j2 = jets > 1 ? number(in, J2_PT, i) : 0;
    const double p1 = number(in, J1_PHI, i), p2 = number(in, J2_PHI, i), pt = number(in, HAD_PHI, i);
    const double x =
        number(in, MET, i) * cos(phi) + 0.06 * tau * cos(pt) - 0.07 * (j1 * cos(p1) + j2 * cos(p2));
    const double y =
        number(in, MET, i) * sin(phi) + 0.06 * tau * sin(pt) - 0.07 * (j1 * sin(p1) + j2 * sin(p2));
    CHECK_NEAR(number(out, HAD_PT, i), 0.94 * tau, 0.00051);
    CHECK_NEAR(number(out, J1_PT, i), jets > 0 ? 1.07 * j1 : -25, 0.00052);
    CHECK_NEAR(number(out, J_ALL, i), 1.07 * (j1 + j2), 0.00053);
    CHECK_NEAR(number(out, MET, i), hypot(x, y), 0.00055);
    CHECK_NEAR(remainder(number(out, MET_PHI, i) - atan2(y, x), 2 * acos(-1)), 0, 0.0006);
    CHECK_NEAR(number(out, SUM_PT, i),
               number(out, HAD_PT, i) + number(out, LEP_PT, i) + number(out, J_ALL, i), 1e-4);
    assert_true(passed[i] == 1);
  }
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void every_way_gives_the_same_bits(void **state)
{
  (void)state;
  static const char *const kernels[] = { "generic", "x86-64-v3", "x86-64-v4" };
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, N);
  const double z[N_NUISANCES] = { 1.03, 0.96, 2, 1, 1, 1 };
  for (int arithmetic = 0; arithmetic < 2; arithmetic++)
    for (int generator = 0; generator < 2; generator++) {
      fairu_events *first = apply(ctx, in, z, 1, arithmetic, generator, NULL);
      for (int threads = 1; threads <= 3; threads++) {
        CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
        if (fairu_context_set_kernel(ctx, kernels[threads - 1]) != FAIRU_OK)
          continue;
        fairu_events *out = apply(ctx, in, z, 1, arithmetic, generator, NULL);
        assert_int_equal(fairu_events_n_events(out), fairu_events_n_events(first));
        for (size_t c = 0; c < N_COLUMNS; c++)
          assert_memory_equal(column(ctx, out, c), column(ctx, first, c),
                              fairu_events_n_events(out) * sizeof(float));
        fairu_events_destroy(out);
      }
      CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
      CHECK_OK(ctx, fairu_context_set_kernel(ctx, "auto"));
      fairu_events_destroy(first);
    }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Jets of up to 26 GeV go, and the third does not move up; a tau of 26 GeV stays. */
static void soft_jets_are_erased(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, 5);
  unsigned char passed[5];
  for (size_t i = 0; i < 5; i++) {
    column(ctx, in, HAD_PT)[i] = i == 3 ? 25.999f : 26.0f;
    column(ctx, in, LEP_PT)[i] = i == 2 ? 19.999f : 20.0f;
  }
  column(ctx, in, J1_PT)[4] = 50.0f;
  column(ctx, in, J2_PT)[4] = 26.0f;
  column(ctx, in, J_ALL)[4] = 101.5f;
  column(ctx, in, J1_PT)[1] = 20.0f;
  column(ctx, in, J_ALL)[1] = 20.0f;
  fairu_events *out = apply(ctx, in, nominal, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, passed);
  assert_true(passed[0] && passed[1] && !passed[2] && !passed[3] && passed[4]);
  assert_true(number(out, N_JETS, 4) == 3 && number(out, J2_PT, 4) == -25 && number(out, J2_ETA, 4) == -25 &&
              number(out, J2_PHI, 4) == -25 && number(out, J1_PT, 4) == 50);
  CHECK_NEAR(number(out, J_ALL, 4), 75.5, 1e-6);
  CHECK_NEAR(number(out, DELTAETA, 4), fabs(-25 - number(out, J1_ETA, 4)), 1e-5);
  assert_true(number(out, N_JETS, 1) == 0 && number(out, J1_PT, 1) == -25 && number(out, J_ALL, 1) == 0);
  assert_true(number(out, M_JJ, 1) == -25 && number(out, LEP_CENTRALITY, 1) == -25);
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Lepton, tau and MET in one direction; jets at one eta: what the organisers compute again with 0.0001 added. */
static void degenerate_directions_have_values(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, 3);
  for (size_t i = 0; i < 3; i++) {
    column(ctx, in, N_JETS)[i] = 2;
    for (size_t c = J1_PT; c <= J2_PHI; c++)
      column(ctx, in, c)[i] = c % 3 ? 0.5f : 40.0f;
    column(ctx, in, LEP_PHI)[i] = column(ctx, in, HAD_PHI)[i] = 0.25f;
    column(ctx, in, MET)[i] = 40.0f;
    column(ctx, in, MET_PHI)[i] = i == 0 ? 0.25f : 1.0f;
    column(ctx, in, LEP_ETA)[i] = i == 0 ? 0.5f : 0.51f;
  }
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    fairu_events *out = apply(ctx, in, nominal, 1, arithmetic, FAIRU_GENERATOR_PHILOX, NULL);
    /* turned by 0.0001: A = sin(-0.0001) sign, B = 0, so (A + B) / |A| = 1; beside MET at 1: A = -B nearly */
    CHECK_NEAR(number(out, CENTRALITY, 0), 1, 1e-6);
    CHECK_NEAR(number(out, CENTRALITY, 1), 0, 2e-4);
    assert_true(number(out, LEP_CENTRALITY, 0) == 1);
    CHECK_NEAR(number(out, LEP_CENTRALITY, 1), exp(-4 / 0.0001 * 0.01 * 0.01), 1e-4);
    fairu_events_destroy(out);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Far outside of any width: what goes in finite comes out finite. */
static void finite_stays_finite(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, N);
  for (size_t corner = 0; corner < 8; corner++) {
    const double z[N_NUISANCES] = {
      corner & 1 ? 1.05 : 0.95, corner & 2 ? 1.05 : 0.95, corner & 4 ? 150 : 0, 1.1, 2.25, 1.005
    };
    fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
    int32_t labels[N] = { 0 };
    CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, N));
    CHECK_OK(ctx, fairu_events_set_categories(in, ctx, (const char *const[]){ "ttbar" }, 1));
    fairu_events *out = NULL;
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
    for (size_t c = 0; c < N_COLUMNS; c++)
      for (size_t i = 0; i < fairu_events_n_events(out); i++)
        if (!isfinite(number(out, c, i)))
          fail_msg("%s of row %zu is %g", names[c], i, number(out, c, i));
    fairu_events_destroy(out);
    fairu_systematics_destroy(sys);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Both components of the smearing have the width that was asked for, and do not go together. */
static void smearing_is_gaussian(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, N);
  const double z[N_NUISANCES] = { 1, 1, 3, 1, 1, 1 };
  for (int generator = 0; generator < 2; generator++) {
    unsigned char passed[N];
    fairu_events *out = apply(ctx, in, z, 0, FAIRU_ARITHMETIC_FAST, generator, passed);
    double sums[5] = { 0 };
    for (size_t i = 0; i < N; i++) {
      const double dx = number(out, MET, i) * cos(number(out, MET_PHI, i)) -
                        number(in, MET, i) * cos(number(in, MET_PHI, i));
      const double dy = number(out, MET, i) * sin(number(out, MET_PHI, i)) -
                        number(in, MET, i) * sin(number(in, MET_PHI, i));
      const double terms[5] = { dx, dy, dx * dx, dy * dy, dx * dy };
      for (int k = 0; k < 5; k++)
        sums[k] += terms[k] / N;
    }
    const double sigma = 3 / sqrt(N);
    CHECK_NEAR(sums[0], 0, 4 * sigma);
    CHECK_NEAR(sums[1], 0, 4 * sigma);
    CHECK_NEAR(sums[2], 9, 4 * 9 * sqrt(2.0 / N));
    CHECK_NEAR(sums[3], 9, 4 * 9 * sqrt(2.0 / N));
    CHECK_NEAR(sums[4], 0, 4 * 9 / sqrt(N));
    fairu_events_destroy(out);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, 10), *out = NULL;
  fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_NUMPY);
  double z[N_NUISANCES] = { 1, 0, 1, 1, 1, 1 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  CHECK_SAYS(ctx, "(jes) is 0, wanted > 0");
  z[JES] = 1;
  z[SOFT_MET] = -1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  z[SOFT_MET] = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1ull << 32, NULL, &out));
  CHECK_SAYS(ctx, "takes 32 bits");
  z[BKG] = 1.01;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  CHECK_SAYS(ctx, "no labels");
  z[BKG] = 1;
  column(ctx, in, J2_ETA)[4] = -25;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  CHECK_SAYS(ctx, "row 4, column PRI_jet_subleading_pt");
  column(ctx, in, HAD_PT)[3] = -25;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  CHECK_SAYS(ctx, "row 3, column PRI_had_pt is -25");
  column(ctx, in, MET)[1] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
              fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
  CHECK_SAYS(ctx, "row 1, column PRI_met is");
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* The sentinel of an absent jet in a column of what every event has. */
static void sentinels_in_the_wrong_place_are_named(void **state)
{
  static const int columns[10] = { LEP_PT,  LEP_ETA, LEP_PHI, HAD_PT, HAD_ETA,
                                   HAD_PHI, N_JETS,  J_ALL,   MET,    MET_PHI };
  static const char *const features[1] = { "DER_pt_h" };
  const double z[N_NUISANCES] = { 1, 1, 1, 1, 1, 1 };
  float tangents[300 * N_NUISANCES];
  char says[96];
  (void)state;
  fairu_context *ctx = support_context();
  for (int arithmetic = 0; arithmetic < 2; arithmetic++)
    for (size_t k = 0; k < 10; k++) {
      fairu_events *in = made_up(ctx, 300), *out = NULL;
      fairu_systematics *sys = higgsml_chain(ctx, 1, arithmetic, FAIRU_GENERATOR_PHILOX);
      column(ctx, in, (size_t)columns[k])[277] = -25;
      snprintf(says, sizeof says, "row 277, column %s is -25", names[columns[k]]);
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 1, NULL, &out));
      CHECK_SAYS(ctx, says);
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
                  fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 1, features, 1, tangents));
      CHECK_SAYS(ctx, says);
      fairu_systematics_destroy(sys);
      fairu_events_destroy(in);
    }
  fairu_context_destroy(ctx);
}

static void bad_choices_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_systematics *sys = NULL;
  fairu_higgsml_options o;
  CHECK_OK(ctx, fairu_systematics_create(ctx, NULL, 0, &sys));
  CHECK_OK(ctx, fairu_higgsml_options_init(&o, sizeof o));
  o.tes = "x";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_higgsml(sys, ctx, &o));
  CHECK_SAYS(ctx, "\"x\"");
  o.tes = NULL;
  o.bkg_scale = "y";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_higgsml(sys, ctx, &o));
  o.bkg_scale = NULL;
  o.cuts = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_add_higgsml(sys, ctx, &o));
  o.cuts = 1;
  o.arithmetic = 7;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_add_higgsml(sys, ctx, &o));
  o.arithmetic = 0;
  o.generator = -1;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_systematics_add_higgsml(sys, ctx, &o));
  o.struct_size = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_systematics_add_higgsml(sys, ctx, &o));
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

static int apply_body(fairu_context *ctx, void *data)
{
  const fairu_events *in = data;
  const double z[4] = { 1.01, 0.99, 2, 1.1 };
  static const char *const labels[4] = { "tes", "jes", "soft", "scale" };
  fairu_nuisance nu[4];
  fairu_higgsml_options o;
  fairu_systematics *sys = NULL;
  fairu_events *out = NULL;
  int status = fairu_higgsml_options_init(&o, sizeof o);
  for (size_t i = 0; i < 4 && status == FAIRU_OK; i++) {
    status = fairu_nuisance_init(&nu[i], sizeof nu[i]);
    nu[i].name = labels[i];
  }
  o.tes = "tes";
  o.jes = "jes";
  o.soft_met = "soft";
  o.bkg_scale = "scale";
  o.generator = FAIRU_GENERATOR_NUMPY;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, nu, 4, &sys);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml(sys, ctx, &o);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(sys, ctx, in, z, 4, 1, NULL, &out);
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  return status;
}

static void no_memory_is_said(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, 300);
  int32_t labels[300] = { 0 };
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, 300));
  assert_true(support_every_need_fails(apply_body, in) > 10);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(energies_move_met),     cmocka_unit_test(every_way_gives_the_same_bits),
    cmocka_unit_test(soft_jets_are_erased),  cmocka_unit_test(degenerate_directions_have_values),
    cmocka_unit_test(finite_stays_finite),   cmocka_unit_test(smearing_is_gaussian),
    cmocka_unit_test(bad_input_is_named),    cmocka_unit_test(sentinels_in_the_wrong_place_are_named),
    cmocka_unit_test(bad_choices_are_named), cmocka_unit_test(no_memory_is_said),
  };
  return cmocka_run_group_tests_name("higgsml", tests, NULL, NULL);
}
