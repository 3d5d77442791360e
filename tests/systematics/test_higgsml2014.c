/* Tau energy scale on HiggsML 2014 columns, against four-vectors written down independently and conservation laws. */
#include "systematics/higgsml2014.h"

/* ---- events of our own --------------------------------------------------------------------------------- */

/* n events over the whole range; derived columns hold nonsense that must be overwritten, undefined jets -999. */
static fairu_events *make_events(fairu_context *ctx, size_t n)
{
  fairu_events *events = NULL;
  float *columns[N_COLUMNS];
  uint64_t x = 1789;
  CHECK_OK(ctx, fairu_events_create(ctx, n, N_COLUMNS, names, &events));
  for (size_t c = 0; c < N_COLUMNS; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &columns[c]));
  for (size_t r = 0; r < n; r++) {
    const int n_jets = (int)(r % 4);
    for (size_t c = 0; c < N_COLUMNS; c++)
      columns[c][r] = c >= UNTOUCHED ? (float)random_in(&x, -999, 500) : -999.0f;
    columns[TAU_PT][r] = (float)random_in(&x, 20, 150);
    columns[TAU_ETA][r] = (float)random_in(&x, -2.5, 2.5);
    columns[TAU_PHI][r] = (float)random_in(&x, -3.1415, 3.1415);
    columns[LEP_PT][r] = (float)random_in(&x, 26, 200);
    columns[LEP_ETA][r] = (float)random_in(&x, -2.5, 2.5);
    columns[LEP_PHI][r] = (float)random_in(&x, -3.1415, 3.1415);
    columns[MET][r] = (float)random_in(&x, 1, 200);
    columns[MET_PHI][r] = (float)random_in(&x, -3.1415, 3.1415);
    columns[N_JETS][r] = (float)n_jets;
    if (n_jets >= 1) {
      columns[J1_PT][r] = (float)random_in(&x, 30, 300);
      columns[J1_PHI][r] = (float)random_in(&x, -3.1415, 3.1415);
    }
    if (n_jets >= 2) {
      columns[J2_PT][r] = (float)random_in(&x, 30, 100);
      columns[J2_PHI][r] = (float)random_in(&x, -3.1415, 3.1415);
    }
    columns[J_ALL][r] = n_jets ? 2 * columns[J1_PT][r] : 0;
  }
  return events;
}

/* Float rounding of the output, and what double arithmetic loses where a derived quantity is small. */
static void derived_quantities_follow_from_four_vectors(void **state)
{
  (void)state;
  enum { N = 3000 };
  static const double scales[5] = { 0.7, 0.97, 1.0, 1.03, 1.3 };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, N);
  for (size_t i = 0; i < 5; i++) {
    fairu_events *out = shifted_events(ctx, events, scales[i]);
    for (size_t r = 0; r < N; r++) {
      double p[N_PRIMARY], shifted[N_PRIMARY], derived[N_DERIVED];
      primaries(events, r, p);
      oracle(p, scales[i], shifted, derived);
      for (size_t c = 0; c < N_PRIMARY; c++)
        CHECK_NEAR(number(out, c, r), shifted[c], 1e-7 * fabs(shifted[c]) + 1e-12);
      for (size_t d = 0; d < N_DERIVED; d++)
        CHECK_NEAR(number(out, N_PRIMARY + d, r), derived[d], 1e-7 * fabs(derived[d]) + 2e-6);
      for (size_t c = UNTOUCHED; c < N_COLUMNS; c++)
        assert_true(at(out, c, r) == at(events, c, r));
    }
    fairu_events_destroy(out);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* What the tau gains MET loses: transverse momentum of tau + MET, hence DER_pt_h and DER_pt_tot, do not move with Z.
 * Shifts compose: Z1 then Z2 is Z1 Z2. */
static void momentum_is_conserved_and_shifts_compose(void **state)
{
  (void)state;
  enum { N = 2000 };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, N);
  fairu_events *nominal = shifted_events(ctx, events, 1.0), *up = shifted_events(ctx, events, 1.2);
  fairu_events *twice = shifted_events(ctx, up, 0.75), *once = shifted_events(ctx, events, 1.2 * 0.75);
  for (size_t r = 0; r < N; r++) {
    const double tau0 = number(events, TAU_PT, r), phi = number(events, TAU_PHI, r),
                 tau = number(up, TAU_PT, r);
    const double met0 = number(events, MET, r), met_phi0 = number(events, MET_PHI, r);
    const double met = number(up, MET, r), met_phi = number(up, MET_PHI, r);
    CHECK_NEAR(tau * cos(phi) + met * cos(met_phi), tau0 * cos(phi) + met0 * cos(met_phi0), 1e-4);
    CHECK_NEAR(tau * sin(phi) + met * sin(met_phi), tau0 * sin(phi) + met0 * sin(met_phi0), 1e-4);
    CHECK_NEAR(number(up, N_PRIMARY + PT_H, r), number(nominal, N_PRIMARY + PT_H, r), 1e-4);
    CHECK_NEAR(number(up, N_PRIMARY + PT_TOT, r), number(nominal, N_PRIMARY + PT_TOT, r), 1e-4);
    CHECK_NEAR(number(up, N_PRIMARY + SUM_PT, r) - number(nominal, N_PRIMARY + SUM_PT, r), 0.2 * tau0, 1e-4);
    CHECK_CLOSE(number(up, N_PRIMARY + RATIO, r) * 1.2, number(nominal, N_PRIMARY + RATIO, r), 1e-6);
    CHECK_CLOSE(number(twice, TAU_PT, r), number(once, TAU_PT, r), 1e-6);
    CHECK_NEAR(number(twice, MET, r), number(once, MET, r), 1e-4);
    CHECK_CLOSE(number(twice, N_PRIMARY + MVIS, r), number(once, N_PRIMARY + MVIS, r), 3e-7); /* floats */
    for (size_t c = 0; c < N_PRIMARY; c++) /* Z = 1 leaves what was measured as it is, to the last bit */
      assert_true(at(nominal, c, r) == at(events, c, r));
  }
  fairu_events_destroy(events);
  fairu_events_destroy(nominal);
  fairu_events_destroy(up);
  fairu_events_destroy(twice);
  fairu_events_destroy(once);
  fairu_context_destroy(ctx);
}

/* Angles of the file are rounded: 3.142 > pi must not become -3.141 at Z = 1. */
static void angles_beyond_pi_survive(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 4), *out = NULL;
  float *met_phi = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, MET_PHI, &met_phi));
  const float given[4] = { 3.142f, -3.142f, 3.1415927f, 0.0f };
  memcpy(met_phi, given, sizeof given);
  out = shifted_events(ctx, events, 1.0);
  for (size_t r = 0; r < 4; r++)
    assert_true(at(out, MET_PHI, r) == given[r]);
  fairu_events_destroy(out);
  out = shifted_events(ctx, events, 1.4);
  for (size_t r = 0; r < 4; r++) {
    double p[N_PRIMARY], shifted[N_PRIMARY], derived[N_DERIVED];
    primaries(events, r, p);
    oracle(p, 1.4, shifted, derived);
    CHECK_NEAR(wrapped(number(out, MET_PHI, r) - shifted[MET_PHI]), 0, 1e-6);
    assert_true(fabs(number(out, MET_PHI, r)) <= 3.1421);
  }
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* An exact balance: Z takes all of MET away. Everything stays finite. */
static void met_may_vanish(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 1);
  float *column = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, TAU_PT, &column));
  column[0] = 40;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, TAU_PHI, &column));
  column[0] = 0;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, MET, &column));
  column[0] = 20;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, MET_PHI, &column));
  column[0] = 0;
  fairu_events *out = shifted_events(ctx, events, 1.5);
  assert_true(at(out, MET, 0) == 0.0f);
  assert_true(at(out, N_PRIMARY + CENTRALITY, 0) == 0.0f && at(out, N_PRIMARY + MT, 0) == 0.0f);
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void the_cut_is_on_the_shifted_tau(void **state)
{
  (void)state;
  enum { N = 5000 };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, N), *all = NULL, *kept = NULL;
  fairu_systematics *sys = chain_of(ctx, 40);
  double weights[N], before = 0, after = 0, cut = 0, z = 0.9;
  unsigned char passed[N];
  float *tau_pt = NULL;
  for (size_t r = 0; r < N; r++)
    weights[r] = 1.0 + (double)(r % 10);
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, TAU_PT, &tau_pt));
  tau_pt[7] = 40; /* at the edge when Z = 1 */
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, -1, &before));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, passed, &all));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &kept));
  size_t n = 0;
  for (size_t r = 0; r < N; r++) {
    assert_int_equal(passed[r], at(all, TAU_PT, r) > 40.0f);
    if (!passed[r]) {
      cut += weights[r];
      continue;
    }
    for (size_t c = 0; c < N_COLUMNS; c++)
      assert_true(at(kept, c, n) == at(all, c, r));
    assert_true(fairu_events_weights(kept)[n++] == weights[r]);
  }
  assert_int_equal(fairu_events_n_events(kept), n);
  CHECK_OK(ctx, fairu_events_sum_weights(kept, ctx, -1, &after));
  assert_true(after + cut == before && cut > 0);
  fairu_events_destroy(all);
  fairu_events_destroy(kept);
  z = 1;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, passed, &all));
  assert_int_equal(passed[7], 0);
  fairu_events_destroy(all);
  fairu_events_destroy(events);
  fairu_systematics_destroy(sys);
  fairu_context_destroy(ctx);
}

/* A table with these columns only, in this order. */
static fairu_events *thinned(fairu_context *ctx, const fairu_events *events, const size_t *wanted, size_t n)
{
  const char *thin_names[N_COLUMNS];
  const float *columns[N_COLUMNS];
  fairu_events *view = NULL;
  for (size_t i = 0; i < n; i++) {
    thin_names[i] = names[wanted[i]];
    columns[i] = fairu_events_column(events, wanted[i], NULL);
  }
  CHECK_OK(ctx,
           fairu_events_create_view(ctx, fairu_events_n_events(events), n, thin_names, columns, 1, &view));
  return view;
}

static void only_what_is_read_is_needed(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 100), *full = shifted_events(ctx, events, 1.1), *out = NULL;
  const size_t core[11] = { MET_PHI,           MET,     LEP_PHI, LEP_ETA,          LEP_PT,
                            TAU_PHI,           TAU_ETA, TAU_PT,  N_PRIMARY + MVIS, N_PRIMARY + PT_TOT,
                            N_PRIMARY + SUM_PT };
  fairu_events *view = thinned(ctx, events, core, 9);
  out = shifted_events(ctx, view, 1.1);
  for (size_t i = 0; i < 9; i++)
    for (size_t r = 0; r < 100; r++)
      assert_true(at(out, i, r) == at(full, core[i], r));
  fairu_events_destroy(out);
  fairu_events_destroy(view);
  fairu_systematics *sys = chain_of(ctx, 22);
  double z = 1.1;
  static const struct {
    size_t n;
    const char *says;
  } lacking[3] = { { 7, "no column \"PRI_tau_pt\"" },
                   { 10, "no column \"PRI_jet_num\"" },
                   { 11, "PRI_jet_num" } };
  for (size_t i = 0; i < 3; i++) {
    view = thinned(ctx, events, core, lacking[i].n);
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_apply(sys, ctx, view, &z, 1, 0, NULL, &out));
    CHECK_SAYS(ctx, lacking[i].says);
    fairu_events_destroy(view);
  }
  z = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  CHECK_SAYS(ctx, "z[0] (tes) is 0, a scale wants > 0");
  fairu_higgsml2014_options options;
  CHECK_OK(ctx, fairu_higgsml2014_options_init(&options, sizeof options));
  options.tau_pt_min = -1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_systematics_add_higgsml2014(sys, ctx, &options));
  CHECK_SAYS(ctx, "tau_pt_min is -1");
  options.tau_pt_min = (double)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_systematics_add_higgsml2014(sys, ctx, &options));
  options.tau_pt_min = 22;
  options.tes = "jes";
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_systematics_add_higgsml2014(sys, ctx, &options));
  CHECK_SAYS(ctx, "no nuisance \"jes\"; there are: tes");
  fairu_systematics_destroy(sys);
  fairu_events_destroy(events);
  fairu_events_destroy(full);
  fairu_context_destroy(ctx);
}

/* Threads, and the layout of the caller's memory, change no bit. What stands for an undefined jet changes nothing either. */
static void bits_do_not_depend_on_threads_or_layout(void **state)
{
  (void)state;
  enum { N = 7001 };
  static const int threads[3] = { 1, 2, 5 };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, N), *first = shifted_events(ctx, events, 0.93);
  for (size_t t = 0; t < 3; t++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads[t]));
    fairu_events *out = shifted_events(ctx, events, 0.93);
    for (size_t c = 0; c < N_COLUMNS; c++)
      assert_memory_equal(fairu_events_column(out, c, NULL), fairu_events_column(first, c, NULL),
                          N * sizeof(float));
    fairu_events_destroy(out);
  }
  float *matrix = malloc(N * N_COLUMNS * sizeof *matrix);
  const float *columns[N_COLUMNS];
  for (size_t c = 0; c < N_COLUMNS; c++) {
    columns[c] = matrix + c;
    for (size_t r = 0; r < N; r++) {
      const int is_undefined =
          (c == J1_PT || c == J1_PHI || c == J2_PT || c == J2_PHI) && at(events, c, r) < -900;
      matrix[r * N_COLUMNS + c] = is_undefined ? 0.0f : at(events, c, r);
    }
  }
  fairu_events *view = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, N, N_COLUMNS, names, columns, N_COLUMNS, &view));
  fairu_events *out = shifted_events(ctx, view, 0.93);
  for (size_t c = N_PRIMARY; c < N_COLUMNS; c++)
    assert_memory_equal(fairu_events_column(out, c, NULL), fairu_events_column(first, c, NULL),
                        N * sizeof(float));
  fairu_events_destroy(out);
  fairu_events_destroy(view);
  fairu_events_destroy(first);
  fairu_events_destroy(events);
  free(matrix);
  fairu_context_destroy(ctx);
}

static int build_and_apply(fairu_context *ctx, void *data)
{
  static float slopes[2000];
  const char *column = fairu_events_column_name(data, 0);
  const fairu_events *events = data;
  fairu_nuisance nu;
  fairu_systematics *sys = NULL;
  fairu_events *out = NULL;
  const double z = 0.9;
  fairu_higgsml2014_options options;
  int status = fairu_nuisance_init(&nu, sizeof nu);
  nu.name = "tes";
  if (status == FAIRU_OK)
    status = fairu_higgsml2014_options_init(&options, sizeof options);
  options.tes = "tes";
  options.tau_pt_min = 22;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &nu, 1, &sys);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml2014(sys, ctx, &options);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out);
  if (status == FAIRU_OK)
    status = fairu_systematics_tangents(sys, ctx, events, &z, 1, 0, &column, 1, slopes);
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 2000);
  assert_true(support_every_need_fails(build_and_apply, events) > 10);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(derived_quantities_follow_from_four_vectors),
    cmocka_unit_test(momentum_is_conserved_and_shifts_compose),
    cmocka_unit_test(angles_beyond_pi_survive),
    cmocka_unit_test(met_may_vanish),
    cmocka_unit_test(the_cut_is_on_the_shifted_tau),
    cmocka_unit_test(only_what_is_read_is_needed),
    cmocka_unit_test(bits_do_not_depend_on_threads_or_layout),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
