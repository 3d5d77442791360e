/* A million random events, five widths from nominal in every nuisance at once, in either direction: nothing finite becomes NaN or infinite,
 * and at nominal values features come back bit for bit where the organisers' program gives them back. */
#include "systematics/plain_chain.h"
#include "systematics/higgsml_random.h"

enum { N_BATCHES = 20, N = 50000 };

#define PI 3.14159265358979323846

static fairu_events *table(fairu_context *ctx)
{
  fairu_events *events = NULL;
  int32_t *all = malloc(N * sizeof *all);
  CHECK_OK(ctx, fairu_events_create(ctx, N, N_COLUMNS, names, &events));
  for (size_t i = 0; i < N; i++)
    all[i] = (int32_t)(i % 4);
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, all, N));
  CHECK_OK(ctx, fairu_events_set_categories(
                    events, ctx, (const char *const[]){ "ztautau", "diboson", "ttbar", "htautau" }, 4));
  free(all);
  return events;
}

/* Momenta up to 3 TeV, jets up to 4.65 in eta, MET down to 0.001; every 50th row has its objects in few directions. */
static void fill(fairu_context *ctx, fairu_events *events, uint64_t seed)
{
  float *v[N_COLUMNS];
  uint64_t x = seed;
  fill_random(ctx, events, seed);
  for (size_t c = 0; c < N_COLUMNS; c++)
    v[c] = column(ctx, events, c);
  for (size_t i = 0; i < N; i++) {
    const double boost = random_in(&x, 0, 1) < 0.1 ? 25.0 : 1.0;
    for (size_t c = 0; c <= J2_PT; c += 3)
      v[c][i] = v[c][i] < 0.0f ? v[c][i] : (float)(rint(1000.0 * boost * (double)v[c][i]) / 1000.0);
    for (size_t c = J1_ETA; c <= J2_ETA; c += 3)
      v[c][i] = v[c - 1][i] < 0.0f ? v[c][i] : (float)random_in(&x, -4.65, 4.65);
    const double jets = fmax(0.0, (double)v[J1_PT][i]) + fmax(0.0, (double)v[J2_PT][i]);
    v[J_ALL][i] = (float)(rint(1000.0 * jets) / 1000.0);
    v[MET][i] = (float)fmax(0.001, random_in(&x, 0, i % 7 == 0 ? 0.01 : 300));
    if (i % 100 == 99)
      v[MET_PHI][i] = 3.142f;
    if (i % 50 == 0) {
      v[MET_PHI][i] = v[HAD_PHI][i];
      v[LEP_PHI][i] = i % 100 == 0 ? v[HAD_PHI][i] : v[LEP_PHI][i];
      v[J2_ETA][i] = v[J2_PT][i] > 0 ? v[J1_ETA][i] : v[J2_ETA][i];
    }
  }
}

/* Five widths up or down; none below the ends of the physical range. */
static void far_away(size_t batch, double z[N_NUISANCES])
{
  static const double widths[N_NUISANCES] = { 0.01, 0.01, 0, 0.02, 0.25, 0.001 };
  const size_t bits = (batch * 2654435761u) >> 5;
  for (size_t k = 0; k < N_NUISANCES; k++)
    z[k] = fmax(0.0, 1.0 + (bits >> k & 1 ? 5.0 : -5.0) * widths[k]);
  z[SOFT_MET] = exp(bits >> SOFT_MET & 1 ? 5.0 : -5.0); /* log-normal about 1 GeV */
}

/* The organisers' mass of a pair in one direction is NaN where rounding makes its square negative, which no random pair apart is. */
static int may_be_nan(const fairu_events *out, size_t c, size_t i, int arithmetic)
{
  return arithmetic == FAIRU_ARITHMETIC_REFERENCE && c == MVIS && number(out, DELTA_R, i) < 0.1;
}

static void check_finite(const fairu_events *out, int arithmetic, size_t *n_nan)
{
  for (size_t c = 0; c < N_COLUMNS; c++) {
    const float *v = fairu_events_column(out, c, NULL);
    for (size_t i = 0; i < fairu_events_n_events(out); i++) {
      if (isfinite(v[i]))
        continue;
      if (!isnan(v[i]) || !may_be_nan(out, c, i, arithmetic))
        fail_msg("%s of row %zu is %g", names[c], i, (double)v[i]);
      ++*n_nan;
    }
  }
  for (size_t i = 0; i < fairu_events_n_events(out) && fairu_events_weights(out); i++)
    assert_true(isfinite(fairu_events_weights(out)[i]));
}

static void finite_stays_finite(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = table(ctx), *out = NULL;
  size_t n_nan = 0;
  for (size_t batch = 0; batch < N_BATCHES; batch++) {
    double z[N_NUISANCES];
    far_away(batch, z);
    fill(ctx, in, 1000 + batch);
    for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
      fairu_systematics *sys = higgsml_chain(ctx, batch % 4 != 3, arithmetic, arithmetic);
      CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 3, NULL, &out));
      check_finite(out, arithmetic, &n_nan);
      if (batch % 10 == 0)
        check_finite_tangents(ctx, sys, in, z, N_NUISANCES, names, N_COLUMNS);
      fairu_events_destroy(out);
      fairu_systematics_destroy(sys);
    }
  }
  if (getenv("FAIRU_TEST_VERBOSE"))
    print_message("%zu NaN of the organisers' mass\n", n_nan);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

/* Angles of files beyond pi come back on its other side with the organisers. */
static void nominal_values_change_nothing(void **state)
{
  (void)state;
  static const double nominal[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  fairu_context *ctx = support_context();
  fairu_events *in = table(ctx), *out[2];
  unsigned char *passed = malloc(N);
  size_t n_other = 0;
  fill(ctx, in, 4711);
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    fairu_systematics *sys = higgsml_chain(ctx, 0, arithmetic, FAIRU_GENERATOR_PHILOX);
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, nominal, N_NUISANCES, 3, passed, &out[arithmetic]));
    fairu_systematics_destroy(sys);
  }
  for (size_t c = 0; c < N_PRIMARY; c++)
    for (size_t i = 0; i < N; i++) {
      const double was = number(in, c, i), is = number(out[FAIRU_ARITHMETIC_REFERENCE], c, i);
      n_other += is != was;
      if (is == was && number(out[FAIRU_ARITHMETIC_FAST], c, i) != was)
        fail_msg("%s of row %zu is %.9g, was %.9g", names[c], i, number(out[FAIRU_ARITHMETIC_FAST], c, i),
                 was);
      assert_true(is == was || (c == MET_PHI && fabs(was) > PI));
    }
  assert_true(n_other > 0 && n_other < N / 50);
  fairu_events_destroy(out[0]);
  fairu_events_destroy(out[1]);
  free(passed);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(finite_stays_finite),
                                      cmocka_unit_test(nominal_values_change_nothing) };
  return cmocka_run_group_tests_name("higgsml, random", tests, NULL, NULL);
}
