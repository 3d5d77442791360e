/* Derivatives of HiggsML 2014 events against differences of four-vectors in double. */
#include "systematics/higgsml2014.h"
#include "systematics/made_events.h"

#include "numeric/philox.h"

enum { SEED = 9 };
enum { N = 2000, N_STRETCHED = N_PRIMARY - 1, TES = N_STRETCHED, JES, LES, SOFT_MET, BKG, N_Z };

static size_t stretched(size_t k)
{
  return k < N_JETS ? k : k + 1;
}

/* 0 to 3 jets; what is not there is -999, as in the file. */
static double value(size_t i, size_t c)
{
  const int is_phi = strstr(names[c], "phi") != NULL, is_eta = strstr(names[c], "eta") != NULL;
  const double u = made_uniform(i, c);
  if (c == N_JETS)
    return (double)(i % 4);
  if ((i % 4 < 1 && (c == J1_PT || c == J1_PHI)) || (i % 4 < 2 && (c == J2_PT || c == J2_PHI)))
    return -999.0;
  return is_phi ? 6.28 * (u - 0.5) : is_eta ? 5.0 * (u - 0.5) : (c == MET ? 60.0 : 20.0) + 80.0 * u;
}

static fairu_events *made_up(fairu_context *ctx)
{
  fairu_events *events = made_events(ctx, N, names, N_COLUMNS, value);
  int32_t labels[N] = { 0 };
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, N));
  return events;
}

/* Every primary column is stretched by a nuisance of its own before the pack sees it. */
static fairu_systematics *chain(fairu_context *ctx, double tau_pt_min)
{
  fairu_nuisance nu[N_Z];
  char labels[N_Z][8];
  fairu_systematics *s = NULL;
  fairu_higgsml2014_options o;
  for (size_t k = 0; k < N_Z; k++) {
    (void)snprintf(labels[k], sizeof labels[k], "z%zu", k);
    CHECK_OK(ctx, fairu_nuisance_init(&nu[k], sizeof nu[k]));
    nu[k].name = labels[k];
  }
  CHECK_OK(ctx, fairu_systematics_create(ctx, nu, N_Z, &s));
  for (size_t k = 0; k < N_STRETCHED; k++)
    CHECK_OK(ctx, fairu_systematics_add_scale(s, ctx, labels[k], &names[stretched(k)], 1));
  CHECK_OK(ctx, fairu_higgsml2014_options_init(&o, sizeof o));
  o.tes = labels[TES];
  o.jes = labels[JES];
  o.les = labels[LES];
  o.soft_met = labels[SOFT_MET];
  o.bkg_scale = labels[BKG];
  o.tau_pt_min = tau_pt_min;
  CHECK_OK(ctx, fairu_systematics_add_higgsml2014(s, ctx, &o));
  return s;
}

static void set_z(double z[N_Z], double tes, double jes, double les, double soft_met)
{
  for (size_t k = 0; k < N_Z; k++)
    z[k] = 1;
  z[TES] = tes;
  z[JES] = jes;
  z[LES] = les;
  z[SOFT_MET] = soft_met;
}

/* All columns of a row at z, and at step beyond it in nuisance k: the shift of primary ones, from which the oracle derives. */
static void evaluate(const fairu_events *in, size_t row, const double *at_z, size_t k, double step,
                     double q[N_COLUMNS])
{
  double z[N_Z];
  memcpy(z, at_z, sizeof z);
  z[k] += step;
  for (size_t c = 0; c < N_COLUMNS; c++)
    q[c] = number(in, c, row);
  for (size_t c = 0; c < N_STRETCHED; c++)
    q[stretched(c)] *= z[c];
  fairu_philox rng = fairu_philox__start(SEED, FAIRU_STREAM_SYSTEMATICS, 0, row);
  double x = q[MET] * cos(q[MET_PHI]) + z[SOFT_MET] * fairu_philox__normal(&rng);
  double y = q[MET] * sin(q[MET_PHI]) + z[SOFT_MET] * fairu_philox__normal(&rng);
  const size_t pt[4] = { TAU_PT, LEP_PT, J1_PT, J2_PT }, phi[4] = { TAU_PHI, LEP_PHI, J1_PHI, J2_PHI };
  const double scale[4] = { z[TES], z[LES], z[JES], z[JES] }, jets[4] = { 0, 0, 1, 2 };
  for (int o = 0; o < 4; o++)
    if (q[N_JETS] >= jets[o]) {
      x -= (scale[o] - 1) * q[pt[o]] * cos(q[phi[o]]);
      y -= (scale[o] - 1) * q[pt[o]] * sin(q[phi[o]]);
      q[pt[o]] *= scale[o];
    }
  q[J_ALL] *= z[JES];
  q[MASS_JET_JET] *= q[N_JETS] >= 2 ? z[JES] : 1;
  q[MET] = hypot(x, y);
  q[MET_PHI] = atan2(y, x);
  derive(q, 0.8, q + N_PRIMARY);
}

static void differentiate(const fairu_events *in, size_t row, const double *z, size_t k, double h,
                          double d[N_COLUMNS])
{
  static const double steps[4] = { -2, -1, 1, 2 }, parts[4] = { 1, -8, 8, -1 };
  double q[4][N_COLUMNS];
  for (int j = 0; j < 4; j++) {
    evaluate(in, row, z, k, steps[j] * h, q[j]);
    q[j][MET_PHI] = q[0][MET_PHI] + wrapped(q[j][MET_PHI] - q[0][MET_PHI]);
  }
  for (size_t c = 0; c < N_COLUMNS; c++)
    d[c] = (parts[0] * q[0][c] + parts[1] * q[1][c] + parts[2] * q[2][c] + parts[3] * q[3][c]) / (12 * h);
}

/* Where differences with two steps disagree, there is a kink near by: such values are counted and must be few. */
static void check_at(double tes, double jes, double les, double soft_met)
{
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx);
  fairu_systematics *s = chain(ctx, 0);
  float *got = malloc((size_t)N * N_COLUMNS * N_Z * sizeof *got);
  double z[N_Z], wanted[N_COLUMNS], again[N_COLUMNS], q[N_COLUMNS];
  size_t n_moved = 0, n_rough = 0;
  set_z(z, tes, jes, les, soft_met);
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, SEED, names, N_COLUMNS, got));
  for (size_t row = 0; row < N; row++)
    for (size_t k = 0; k < N_Z; k++) {
      differentiate(in, row, z, k, 4e-5, wanted);
      differentiate(in, row, z, k, 1e-5, again);
      evaluate(in, row, z, k, 0, q);
      for (size_t c = 0; c < N_COLUMNS; c++) {
        const double is = (double)got[(row * N_COLUMNS + c) * N_Z + k];
        const double scale = fmax(fabs(wanted[c]), fmax(1, fabs(q[c])));
        n_moved += wanted[c] != 0;
        if (fabs(wanted[c] - again[c]) > 2e-6 * scale)
          n_rough++;
        else if (!(fabs(is - again[c]) <= 1e-5 * scale))
          fail_msg("row %zu, %s by z[%zu] is %.9g, differences say %.9g", row, names[c], k, is, again[c]);
      }
    }
  if (getenv("FAIRU_TEST_VERBOSE"))
    print_message("%zu of %zu derivatives beside a kink\n", n_rough, n_moved);
  assert_true(n_moved > 40 * N && 1000 * n_rough < n_moved);
  free(got);
  fairu_systematics_destroy(s);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void derivatives_agree_with_differences(void **state)
{
  (void)state;
  check_at(1, 1, 1, 0);
  check_at(0.91, 1.07, 1.04, 3);
}

/* Without jet columns, without most of the derived ones; cut rows do not move. */
static void few_columns_do(void **state)
{
  (void)state;
  static const char *const few[] = { "PRI_tau_pt",  "PRI_tau_eta", "PRI_tau_phi", "PRI_lep_pt", "PRI_lep_eta",
                                     "PRI_lep_phi", "PRI_met",     "PRI_met_phi", "DER_pt_h" };
  enum { FEW = sizeof few / sizeof *few };
  fairu_context *ctx = support_context();
  fairu_events *in = NULL, *out = NULL;
  fairu_systematics *s = chain_of(ctx, 60);
  const double z = 1.1;
  float got[200 * FEW];
  unsigned char passed[200];
  CHECK_OK(ctx, fairu_events_create(ctx, 200, FEW, few, &in));
  for (size_t c = 0; c < FEW; c++) {
    float *v = NULL;
    CHECK_OK(ctx, fairu_events_column_data(in, ctx, c, &v));
    for (size_t i = 0; i < 200; i++)
      v[i] = c % 3 == 0 || c == 6 ? (float)(20 + (i * (c + 1)) % 70) : 0.01f * (float)((i * (c + 7)) % 300);
  }
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, &z, 1, 1, few, FEW, got));
  CHECK_OK(ctx, fairu_systematics_apply(s, ctx, in, &z, 1, 1, passed, &out));
  size_t n_passed = 0;
  for (size_t i = 0; i < 200; i++) {
    n_passed += passed[i];
    assert_true((got[i * FEW] != 0.0f) == passed[i] && (got[i * FEW + 6] != 0.0f) == passed[i]);
    /* what the tau gains MET loses: their sum and the lepton stay */
    CHECK_NEAR((double)got[i * FEW + 8], 0, 1e-5);
  }
  assert_true(n_passed > 20 && n_passed < 180);
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
  fairu_context_destroy(ctx);
}

static void kinks_are_finite(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx);
  fairu_systematics *s = chain(ctx, 0);
  float *v[N_PRIMARY], *got = malloc((size_t)N * N_COLUMNS * N_Z * sizeof *got);
  double z[N_Z];
  set_z(z, 1, 1, 1, 0);
  for (size_t c = 0; c < N_PRIMARY; c++)
    CHECK_OK(ctx, fairu_events_column_data(in, ctx, c, &v[c]));
  for (size_t i = 0; i < N; i++) {
    v[MET][i] = i % 3 ? v[MET][i] : 0.0f;
    v[TAU_PHI][i] = i % 5 ? v[TAU_PHI][i] : v[LEP_PHI][i];
    v[TAU_ETA][i] = i % 10 ? v[TAU_ETA][i] : v[LEP_ETA][i];
    v[MET_PHI][i] = i % 7 ? v[MET_PHI][i] : v[TAU_PHI][i];
    v[LEP_PT][i] = i % 11 ? v[LEP_PT][i] : 0.0f;
  }
  CHECK_OK(ctx, fairu_systematics_tangents(s, ctx, in, z, N_Z, 1, names, N_COLUMNS, got));
  for (size_t i = 0; i < (size_t)N * N_COLUMNS * N_Z; i++)
    assert_true(isfinite(got[i]));
  free(got);
  fairu_systematics_destroy(s);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(derivatives_agree_with_differences),
    cmocka_unit_test(few_columns_do),
    cmocka_unit_test(kinks_are_finite),
  };
  return cmocka_run_group_tests_name("tangents, higgsml 2014", tests, NULL, NULL);
}
