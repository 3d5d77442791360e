/* Tau energy scale at Z = 1 against the derived quantities that the HiggsML 2014 file publishes. */
#include "systematics/higgsml2014.h"

/* Where a published quantity may lie because inputs and output are rounded to 3 decimals: each input moved by half a unit,
 * either way, one after the other, and half a unit of the output. The visible mass has one more freedom: the taus of the
 * file have visible masses of their own, between 0 and that of the tau. */
static void rounding_bounds(const double p[N_PRIMARY], double lower[N_DERIVED], double upper[N_DERIVED])
{
  const double half = 0.0005, tau_mass = 1.777;
  double shifted[N_PRIMARY], centre[N_DERIVED], moved[N_DERIVED], bound[N_DERIVED];
  oracle(p, 1.0, shifted, centre);
  for (size_t d = 0; d < N_DERIVED; d++)
    bound[d] = half;
  for (size_t c = 0; c < N_PRIMARY; c++) {
    double largest[N_DERIVED] = { 0 };
    for (int side = -1; side <= 1; side += 2) {
      double q[N_PRIMARY];
      memcpy(q, p, sizeof q);
      if (c != N_JETS)
        q[c] += side * half;
      oracle(q, 1.0, shifted, moved);
      for (size_t d = 0; d < N_DERIVED; d++)
        largest[d] = fmax(largest[d], fabs(moved[d] - centre[d]));
    }
    for (size_t d = 0; d < N_DERIVED; d++)
      bound[d] += largest[d];
  }
  for (size_t d = 0; d < N_DERIVED; d++) {
    lower[d] = centre[d] - bound[d];
    upper[d] = centre[d] + bound[d];
  }
  oracle_of_mass(p, 1.0, 0.0, shifted, moved);
  lower[MVIS] = moved[MVIS] - bound[MVIS];
  oracle_of_mass(p, 1.0, tau_mass, shifted, moved);
  upper[MVIS] = moved[MVIS] + bound[MVIS];
}

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void published_quantities_are_found_again(void **state)
{
  (void)state;
  /* Largest allowed quantiles of the difference, a few times what rounding alone gives on average: GeV, or pure. */
  static const double median[N_DERIVED] = { 0.01, 0.02, 0.02, 0.03, 0.001, 0.0005, 0.001, 0.001 };
  static const double at_99[N_DERIVED] = { 0.1, 0.1, 0.06, 0.15, 0.0016, 0.001, 0.002, 0.01 };
  char path[512];
  if (!support_data(path, sizeof path, "higgsml2014/events_100000_116999.csv.gz"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  fairu_csv_options options;
  CHECK_OK(ctx, fairu_csv_options_init(&options, sizeof options));
  options.columns = names;
  options.n_columns = N_COLUMNS;
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  fairu_events *out = shifted_events(ctx, events, 1.0);
  const size_t n = fairu_events_n_events(events);
  double *off = malloc(N_DERIVED * n * sizeof *off);
  for (size_t r = 0; r < n; r++) {
    double p[N_PRIMARY], lower[N_DERIVED], upper[N_DERIVED];
    primaries(events, r, p);
    rounding_bounds(p, lower, upper);
    for (size_t d = 0; d < N_DERIVED; d++) {
      double published = number(events, N_PRIMARY + d, r);
      const double got = number(out, N_PRIMARY + d, r), float_error = 1e-6 + 2e-7 * got;
      /* tau and lepton in line within the rounding: the sign of the centrality is anybody's */
      if (d == CENTRALITY && fabs(sin(p[TAU_PHI] - p[LEP_PHI])) < 0.0015 && published * got < 0)
        published = -published;
      if (published < lower[d] - float_error || published > upper[d] + float_error)
        fail_msg("%s of row %zu: published %g, recomputed %g, rounding allows %g to %g", names[N_PRIMARY + d],
                 r, published, got, lower[d], upper[d]);
      const double difference = fabs(got - published);
      off[d * n + r] = difference;
    }
    for (size_t c = 0; c < N_COLUMNS; c++)
      if (c < N_PRIMARY || c >= UNTOUCHED)
        assert_true(at(out, c, r) == at(events, c, r));
  }
  for (size_t d = 0; d < N_DERIVED; d++) {
    qsort(off + d * n, n, sizeof *off, compare);
    CHECK_NEAR(off[d * n + n / 2], 0, median[d]);
    CHECK_NEAR(off[d * n + n * 99 / 100], 0, at_99[d]);
  }
  free(off);
  fairu_events_destroy(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(published_quantities_are_found_again) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
