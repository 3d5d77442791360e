/* The five systematics of the HiggsML 2014 pack: against four-vectors in double, and what must not change whatever they are. */
#include "systematics/higgsml2014.h"

enum { TES, JES, LES, SOFT, BKG, N_NUISANCES };
static const char *const nuisances[N_NUISANCES] = { "tes", "jes", "les", "soft_met", "bkg_scale" };
static const double nominal[N_NUISANCES] = { 1, 1, 1, 0, 1 };

/* ---- events -------------------------------------------------------------------------------------------- */

/* pt, phi and eta of tau, lepton and jets. */
static const size_t objects[4][3] = { { TAU_PT, TAU_PHI, TAU_ETA },
                                      { LEP_PT, LEP_PHI, LEP_ETA },
                                      { J1_PT, J1_PHI, J1_ETA },
                                      { J2_PT, J2_PHI, J2_ETA } };

/* 0 to 3 jets; what is not there is -999; the masses of jet pairs are right. */
static fairu_events *make_events(fairu_context *ctx, size_t n)
{
  fairu_events *events = NULL;
  float *v[N_COLUMNS];
  uint64_t x = 4711;
  CHECK_OK(ctx, fairu_events_create(ctx, n, N_COLUMNS, names, &events));
  for (size_t c = 0; c < N_COLUMNS; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &v[c]));
  for (size_t r = 0; r < n; r++) {
    const size_t n_jets = r % 4;
    for (size_t c = 0; c < N_COLUMNS; c++)
      v[c][r] = -999.0f;
    for (size_t o = 0; o < 2 + (n_jets < 2 ? n_jets : 2); o++) {
      v[objects[o][0]][r] = (float)random_in(&x, 25, 150);
      v[objects[o][1]][r] = (float)random_in(&x, -2.5, 2.5);
      v[objects[o][2]][r] = (float)random_in(&x, -2.5, 2.5);
    }
    v[MET][r] = (float)random_in(&x, 5, 120);
    v[MET_PHI][r] = (float)random_in(&x, -3.14, 3.14);
    v[N_JETS][r] = (float)n_jets;
    v[J_ALL][r] = (n_jets > 0 ? v[J1_PT][r] : 0) + (n_jets > 1 ? v[J2_PT][r] : 0) + (n_jets > 2 ? 31.5f : 0);
    if (n_jets < 2)
      continue;
    const vector j1 = vector_of((double)v[J1_PT][r], (double)v[J1_ETA][r], (double)v[J1_PHI][r], 0);
    const vector j2 = vector_of((double)v[J2_PT][r], (double)v[J2_ETA][r], (double)v[J2_PHI][r], 0);
    v[MASS_JET_JET][r] = (float)mass_of(sum(j1, j2));
    v[DELTAETA_JET_JET][r] = fabsf(v[J1_ETA][r] - v[J2_ETA][r]);
  }
  return events;
}

static fairu_systematics *pack_of(fairu_context *ctx, double tau_pt_min, unsigned which)
{
  fairu_nuisance list[N_NUISANCES];
  fairu_higgsml2014_options o;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_higgsml2014_options_init(&o, sizeof o));
  const char **const roles[N_NUISANCES] = { &o.tes, &o.jes, &o.les, &o.soft_met, &o.bkg_scale };
  for (size_t i = 0; i < N_NUISANCES; i++) {
    CHECK_OK(ctx, fairu_nuisance_init(&list[i], sizeof list[i]));
    list[i].name = nuisances[i];
    list[i].nominal = nominal[i];
    assert_null(*roles[i]);
    if (which >> i & 1u)
      *roles[i] = nuisances[i];
  }
  assert_true(o.tau_pt_min == 0.0);
  o.tau_pt_min = tau_pt_min;
  CHECK_OK(ctx, fairu_systematics_create(ctx, list, N_NUISANCES, &sys));
  CHECK_OK(ctx, fairu_systematics_add_higgsml2014(sys, ctx, &o));
  return sys;
}

static fairu_events *shifted(fairu_context *ctx, const fairu_events *in, const double z[N_NUISANCES])
{
  fairu_systematics *sys = pack_of(ctx, 0.0, 31);
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 5, NULL, &out));
  fairu_systematics_destroy(sys);
  return out;
}

/* ---- the oracle ---------------------------------------------------------------------------------------- */

/* Objects before and after; MET is what the rest is balanced by. */
static void shift_pack(const double p[N_COLUMNS], const double z[N_NUISANCES], double q[N_COLUMNS])
{
  const int n_jets = (int)p[N_JETS];
  memcpy(q, p, N_COLUMNS * sizeof *p);
  q[TAU_PT] = z[TES] * p[TAU_PT];
  q[LEP_PT] = z[LES] * p[LEP_PT];
  q[J1_PT] = n_jets > 0 ? z[JES] * p[J1_PT] : p[J1_PT];
  q[J2_PT] = n_jets > 1 ? z[JES] * p[J2_PT] : p[J2_PT];
  q[J_ALL] = z[JES] * p[J_ALL];
  const vector tau = vector_of(q[TAU_PT], p[TAU_ETA], p[TAU_PHI], 0.8);
  const vector lep = vector_of(q[LEP_PT], p[LEP_ETA], p[LEP_PHI], 0);
  const vector j1 = n_jets > 0 ? vector_of(q[J1_PT], p[J1_ETA], p[J1_PHI], 0) : (vector){ 0 };
  const vector j2 = n_jets > 1 ? vector_of(q[J2_PT], p[J2_ETA], p[J2_PHI], 0) : (vector){ 0 };
  const double back[4] = { 1 - 1 / z[TES], 1 - 1 / z[LES], 1 - 1 / z[JES], 1 - 1 / z[JES] };
  const double met_x =
      p[MET] * cos(p[MET_PHI]) - back[0] * tau.x - back[1] * lep.x - back[2] * j1.x - back[3] * j2.x;
  const double met_y =
      p[MET] * sin(p[MET_PHI]) - back[0] * tau.y - back[1] * lep.y - back[2] * j1.y - back[3] * j2.y;
  q[MET] = hypot(met_x, met_y);
  q[MET_PHI] = atan2(met_y, met_x);
  derive(q, 0.8, q + N_PRIMARY);
  if (n_jets > 1)
    q[MASS_JET_JET] = mass_of(sum(j1, j2));
}

static void shifts_follow_from_four_vectors(void **state)
{
  enum { N = 2000 };
  static const double points[5][N_NUISANCES] = { { 1, 1, 1, 0, 1 },
                                                 { 1.06, 1, 1, 0, 1 },
                                                 { 1, 0.91, 1, 0, 1 },
                                                 { 1, 1, 1.04, 0, 1 },
                                                 { 0.95, 1.08, 0.98, 0, 1 } };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N);
  for (size_t k = 0; k < 5; k++) {
    fairu_events *out = shifted(ctx, in, points[k]);
    for (size_t r = 0; r < N; r++) {
      double p[N_COLUMNS], q[N_COLUMNS];
      for (size_t c = 0; c < N_COLUMNS; c++)
        p[c] = number(in, c, r);
      shift_pack(p, points[k], q);
      for (size_t c = 0; c < N_COLUMNS; c++) {
        const double off = c == MET_PHI ? wrapped(number(out, c, r) - q[c]) : number(out, c, r) - q[c];
        CHECK_NEAR(off, 0.0, 3e-7 * fabs(q[c]) + 4e-6);
      }
    }
    fairu_events_destroy(out);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* ---- what must not change ------------------------------------------------------------------------------ */

static void momentum(const fairu_events *e, size_t r, double total[2])
{
  total[0] = number(e, MET, r) * cos(number(e, MET_PHI, r));
  total[1] = number(e, MET, r) * sin(number(e, MET_PHI, r));
  for (size_t o = 0; o < 4; o++) {
    const double pt = number(e, objects[o][0], r), phi = number(e, objects[o][1], r);
    total[0] += pt > 0.0 ? pt * cos(phi) : 0.0;
    total[1] += pt > 0.0 ? pt * sin(phi) : 0.0;
  }
}

static void momentum_stays_in_balance(void **state)
{
  enum { N = 2000 };
  static const double z[N_NUISANCES] = { 0.9, 1.15, 1.07, 0, 1 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N), *out = shifted(ctx, in, z), *same = shifted(ctx, in, nominal);
  for (size_t r = 0; r < N; r++) {
    double before[2], after[2];
    momentum(in, r, before);
    momentum(out, r, after);
    CHECK_NEAR(after[0], before[0], 1e-4);
    CHECK_NEAR(after[1], before[1], 1e-4);
    CHECK_NEAR(number(out, N_PRIMARY + PT_TOT, r), number(same, N_PRIMARY + PT_TOT, r), 1e-4);
    for (size_t c = 0; c < N_PRIMARY; c++) /* nominal leaves what was measured as it is, to the last bit */
      assert_true(number(same, c, r) == number(in, c, r));
    assert_true(number(same, MASS_JET_JET, r) == number(in, MASS_JET_JET, r));
    assert_true(number(out, DELTAETA_JET_JET, r) == number(in, DELTAETA_JET_JET, r));
    for (size_t c = J1_PT; c < J_ALL; c++)
      assert_true(number(in, c, r) != -999.0 || number(out, c, r) == -999.0);
  }
  fairu_events_destroy(in);
  fairu_events_destroy(out);
  fairu_events_destroy(same);
  fairu_context_destroy(ctx);
}

/* One after the other, in either order, and at once: all the same within the roundings to float in between. */
static void scales_commute(void **state)
{
  enum { N = 2000 };
  static const double tau[N_NUISANCES] = { 1.05, 1, 1, 0, 1 }, lep[N_NUISANCES] = { 1, 1, 0.97, 0, 1 };
  static const double jets[N_NUISANCES] = { 1, 1.1, 1, 0, 1 }, all[N_NUISANCES] = { 1.05, 1.1, 0.97, 0, 1 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N), *a = shifted(ctx, in, tau), *b = shifted(ctx, a, lep);
  fairu_events *c = shifted(ctx, in, lep), *d = shifted(ctx, c, tau);
  fairu_events *tau_lep_jets = shifted(ctx, b, jets), *at_once = shifted(ctx, in, all);
  for (size_t r = 0; r < N; r++)
    for (size_t k = 0; k < N_COLUMNS; k++) {
      /* up to three roundings to float, those of MET seen under its angle where it is small */
      const double x = number(b, k, r), y = number(d, k, r), v = number(tau_lep_jets, k, r);
      const double w = number(at_once, k, r), float_error = 3e-7 * fabs(x) + 1e-4;
      const double met = fmin(number(d, MET, r), number(at_once, MET, r));
      const double angle_error = 1e-4 * (1.0 + 10.0 / met),
                   error = k == N_PRIMARY + CENTRALITY ? angle_error : float_error;
      CHECK_NEAR(k == MET_PHI ? wrapped(x - y) : x - y, 0.0, k == MET_PHI ? angle_error : error);
      if (k != N_PRIMARY + MT) /* a square root that is 0 at some events */
        CHECK_NEAR(k == MET_PHI ? wrapped(v - w) : v - w, 0.0, k == MET_PHI ? angle_error : error);
    }
  fairu_events_destroy(tau_lep_jets);
  fairu_events_destroy(at_once);
  fairu_events_destroy(a);
  fairu_events_destroy(b);
  fairu_events_destroy(c);
  fairu_events_destroy(d);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Normal deviates of 2.7 GeV on both components of MET, the same as those of fairu_systematics_add_met_smearing. */
static void the_soft_term_smears_met(void **state)
{
  enum { N = 4000 };
  static const double z[N_NUISANCES] = { 1, 1, 1, 2.7, 1 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N), *out = shifted(ctx, in, z), *other = NULL;
  fairu_systematics *sys = NULL;
  fairu_nuisance nu;
  double squares = 0.0;
  CHECK_OK(ctx, fairu_nuisance_init(&nu, sizeof nu));
  nu.name = "soft";
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  CHECK_OK(ctx, fairu_systematics_add_met_smearing(sys, ctx, "soft", names[MET], names[MET_PHI]));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z[SOFT], 1, 5, NULL, &other));
  for (size_t r = 0; r < N; r++) {
    double before[2], after[2];
    momentum(in, r, before);
    momentum(out, r, after);
    squares += (pow(after[0] - before[0], 2) + pow(after[1] - before[1], 2)) / (2.7 * 2.7);
    assert_true(number(out, MET, r) == number(other, MET, r));
    assert_true(number(out, MET_PHI, r) == number(other, MET_PHI, r));
    for (size_t c = 0; c < N_PRIMARY; c++)
      assert_true(c == MET || c == MET_PHI || number(out, c, r) == number(in, c, r));
  }
  CHECK_NEAR(squares, 2.0 * N, 5.0 * sqrt(4.0 * N)); /* chi-squared with 2 N degrees of freedom */
  fairu_systematics_destroy(sys);
  fairu_events_destroy(other);
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void background_is_scaled(void **state)
{
  enum { N = 100 };
  static const double z[N_NUISANCES] = { 1, 1, 1, 0, 1.5 };
  static const char *const classes[2] = { "b", "s" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N);
  int32_t labels[N];
  double weights[N];
  for (size_t r = 0; r < N; r++) {
    labels[r] = (int32_t)(r % 3 == 0);
    weights[r] = 0.25 * (double)r;
  }
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, N));
  CHECK_OK(ctx, fairu_events_set_weights(in, ctx, weights, N));
  for (int named = 0; named < 2; named++) {
    if (named)
      CHECK_OK(ctx, fairu_events_set_categories(in, ctx, classes, 2));
    fairu_events *out = shifted(ctx, in, z);
    for (size_t r = 0; r < N; r++)
      assert_true(fairu_events_weights(out)[r] == weights[r] * (labels[r] == 0 ? 1.5 : 1.0));
    fairu_events_destroy(out);
  }
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* ---- columns and values that are wrong ----------------------------------------------------------------- */

static void refused(fairu_context *ctx, const fairu_events *in, unsigned which, const double z[N_NUISANCES],
                    int code, const char *says)
{
  fairu_systematics *sys = pack_of(ctx, 0.0, which);
  fairu_events *out = NULL;
  CHECK_FAILS(ctx, code, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 5, NULL, &out));
  CHECK_SAYS(ctx, says);
  fairu_systematics_destroy(sys);
}

static void what_is_wrong_is_named(void **state)
{
  enum { N = 12 };
  static const double wrong[4][N_NUISANCES] = {
    { 0, 1, 1, 0, 1 }, { 1, -0.5, 1, 0, 1 }, { 1, 1, 0, 0, 1 }, { 1, 1, 1, -0.25, 1 }
  };
  static const char *const says[4] = { "z[0] (tes) is 0, a scale wants > 0",
                                       "z[1] (jes) is -0.5, a scale wants > 0",
                                       "z[2] (les) is 0, a scale wants > 0",
                                       "z[3] (soft_met) is -0.25, a width wants >= 0" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, N), *thin = NULL, *out = NULL;
  for (size_t k = 0; k < 4; k++)
    refused(ctx, in, 31, wrong[k], FAIRU_ERR_RANGE, says[k]);
  float *mass = NULL;
  CHECK_OK(ctx, fairu_events_column_data(in, ctx, MASS_JET_JET, &mass));
  mass[7] = NAN;
  refused(ctx, in, 31, nominal, FAIRU_ERR_NON_FINITE, "row 7, column DER_mass_jet_jet is nan");
  const float *columns[N_JETS];
  for (size_t c = 0; c < N_JETS; c++)
    columns[c] = fairu_events_column(in, c, NULL);
  CHECK_OK(ctx, fairu_events_create_view(ctx, N, N_JETS, names, columns, 1, &thin));
  refused(ctx, thin, 31, nominal, FAIRU_ERR_NOT_FOUND, "PRI_jet_num");
  fairu_systematics *sys = pack_of(ctx, 0.0, 1u << TES | 1u << LES | 1u << SOFT); /* no jets asked for */
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, thin, nominal, N_NUISANCES, 5, NULL, &out));
  fairu_systematics_destroy(sys);
  fairu_events_destroy(out);
  fairu_events_destroy(thin);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* The pack is one thing: a wrong name leaves the chain as it was. */
static void nothing_is_appended_by_half(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = make_events(ctx, 4), *out = NULL;
  fairu_nuisance nu;
  fairu_higgsml2014_options o;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&nu, sizeof nu));
  nu.name = "tes";
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  CHECK_OK(ctx, fairu_higgsml2014_options_init(&o, sizeof o));
  o.tes = "tes";
  o.bkg_scale = "W";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_higgsml2014(sys, ctx, &o));
  const double z = 1.2;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 5, NULL, &out));
  for (size_t c = 0; c < N_COLUMNS; c++)
    for (size_t r = 0; r < 4; r++)
      assert_true(number(out, c, r) == number(in, c, r));
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(shifts_follow_from_four_vectors),
    cmocka_unit_test(momentum_stays_in_balance),
    cmocka_unit_test(scales_commute),
    cmocka_unit_test(the_soft_term_smears_met),
    cmocka_unit_test(background_is_scaled),
    cmocka_unit_test(what_is_wrong_is_named),
    cmocka_unit_test(nothing_is_appended_by_half),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
