/* The FAIR Universe systematics against what the organisers' program writes: every value of every file. */
#include "systematics/higgsml_events.h"

typedef struct shift_case {
  const char *file;
  double tes, jes, soft_met;
  int cuts;
} shift_case;

static const shift_case cases[] = {
  { "nominal", 1, 1, 0, 1 },
  { "nominal_nocut", 1, 1, 0, 0 },
  { "tes_0.97", 0.97, 1, 0, 1 },
  { "tes_0.97_nocut", 0.97, 1, 0, 0 },
  { "tes_1.02", 1.02, 1, 0, 1 },
  { "jes_0.96", 1, 0.96, 0, 1 },
  { "jes_1.03", 1, 1.03, 0, 1 },
  { "jes_1.03_nocut", 1, 1.03, 0, 0 },
  { "soft_met_2.5", 1, 1, 2.5, 1 },
  { "soft_met_2.5_nocut", 1, 1, 2.5, 0 },
  { "tes_1.015_jes_0.985", 1.015, 0.985, 0, 1 },
  { "tes_0.985_jes_1.02_soft_met_1.5", 0.985, 1.02, 1.5, 1 },
};
enum { N_CASES = sizeof cases / sizeof *cases };

/* Largest difference of arithmetic in double from the organisers', measured over many shifts. */
static const double allowed[N_COLUMNS] = {
  [HAD_PT] = 0.00101, [J1_PT] = 0.00101,   [J2_PT] = 0.00101,      [J_ALL] = 0.00101,  [MET] = 0.00101,
  [MET_PHI] = 0.001,  [MT] = 0.037,        [MVIS] = 0.0023,        [PT_H] = 0.0135,    [PT_TOT] = 0.0261,
  [M_JJ] = 0.016,     [SUM_PT] = 0.00103,  [RATIO] = 1.4e-4,       [DELTA_R] = 1.1e-6, [DELTAETA] = 5e-7,
  [PRODETA] = 2e-6,   [CENTRALITY] = 7e-4, [LEP_CENTRALITY] = 4e-7
};

static fairu_events *read_table(fairu_context *ctx, const char *file)
{
  char relative[128], path[512];
  (void)snprintf(relative, sizeof relative, "fair-universe/%s.csv.gz", file);
  if (!support_data(path, sizeof path, relative))
    support_skip("no ../shared/data");
  fairu_csv_options options;
  CHECK_OK(ctx, fairu_csv_options_init(&options, sizeof options));
  options.columns = names;
  options.n_columns = N_COLUMNS;
  options.id = "row";
  options.weight = "weights";
  if (strcmp(file, "sample") == 0)
    options.label = "detailed_labels";
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  return events;
}

static fairu_events *shifted(fairu_context *ctx, const fairu_events *in, const shift_case *c, int arithmetic)
{
  fairu_systematics *sys = higgsml_chain(ctx, c->cuts, arithmetic, FAIRU_GENERATOR_NUMPY);
  const double z[N_NUISANCES] = { c->tes, c->jes, c->soft_met, 1, 1, 1 };
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 31415, NULL, &out));
  fairu_systematics_destroy(sys);
  return out;
}

static void same_rows(const fairu_events *out, const fairu_events *expected, const char *file)
{
  if (fairu_events_n_events(out) != fairu_events_n_events(expected))
    fail_msg("%s: %zu rows, expected %zu", file, fairu_events_n_events(out), fairu_events_n_events(expected));
  for (size_t r = 0; r < fairu_events_n_events(out); r++)
    assert_true(fairu_events_ids(out)[r] == fairu_events_ids(expected)[r]);
}

/* Every case by this arithmetic beside the table of the organisers: the same rows, and what `check` asks of them. */
static void check_cases(int arithmetic,
                        void (*check)(const fairu_events *out, const fairu_events *expected, const char *file,
                                      double *largest),
                        double *largest)
{
  fairu_context *ctx = support_context();
  fairu_events *sample = read_table(ctx, "sample");
  for (size_t k = 0; k < N_CASES; k++) {
    char file[80];
    (void)snprintf(file, sizeof file, "expected_%s", cases[k].file);
    fairu_events *expected = read_table(ctx, file);
    fairu_events *out = shifted(ctx, sample, &cases[k], arithmetic);
    same_rows(out, expected, file);
    check(out, expected, file, largest);
    fairu_events_destroy(out);
    fairu_events_destroy(expected);
  }
  fairu_events_destroy(sample);
  fairu_context_destroy(ctx);
}

/* A float has at most 9 digits that tell it from others: the same text is the same bits, but for the sign of zero. */
static void check_numbers(const fairu_events *out, const fairu_events *expected, const char *file,
                          double *largest)
{
  (void)largest;
  for (size_t c = 0; c < N_COLUMNS; c++)
    for (size_t r = 0; r < fairu_events_n_events(out); r++) {
      char got[32], wanted[32];
      (void)snprintf(got, sizeof got, "%.9g", number(out, c, r));
      (void)snprintf(wanted, sizeof wanted, "%.9g", number(expected, c, r));
      if (strcmp(got, wanted) != 0)
        fail_msg("%s, row %llu, %s: %s, expected %s", file, (unsigned long long)fairu_events_ids(out)[r],
                 names[c], got, wanted);
    }
  for (size_t r = 0; r < fairu_events_n_events(out); r++)
    assert_true(fairu_events_weights(out)[r] == fairu_events_weights(expected)[r]);
}

static void reference_gives_the_same_numbers(void **state)
{
  (void)state;
  check_cases(FAIRU_ARITHMETIC_REFERENCE, check_numbers, NULL);
}

static void check_allowed(const fairu_events *out, const fairu_events *expected, const char *file,
                          double *largest)
{
  for (size_t c = 0; c < N_COLUMNS; c++)
    for (size_t r = 0; r < fairu_events_n_events(out); r++) {
      if (c == M_JJ && number(out, N_JETS, r) >= 2 && number(out, J2_PT, r) < 0)
        continue; /* made of sentinels */
      const double off = fabs(number(out, c, r) - number(expected, c, r));
      largest[c] = fmax(largest[c], off);
      if (!(off <= allowed[c]))
        fail_msg("%s, row %zu, %s: %.9g, expected %.9g", file, r, names[c], number(out, c, r),
                 number(expected, c, r));
    }
}

static void fast_stays_within_the_table(void **state)
{
  double largest[N_COLUMNS] = { 0 };
  (void)state;
  check_cases(FAIRU_ARITHMETIC_FAST, check_allowed, largest);
  for (size_t c = 0; c < N_COLUMNS && getenv("FAIRU_TEST_VERBOSE"); c++)
    print_message("%-28s %g of %g\n", names[c], largest[c], allowed[c]);
}

static void weights_are_those_of_the_competition(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path,
                    "fair-universe/expected_weights_ttbar_1.06_diboson_1.4_bkg_1.002.csv.gz"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  fairu_events *sample = read_table(ctx, "sample"), *expected = NULL, *out = NULL;
  const size_t n = fairu_events_n_events(sample);
  double *weights = malloc(n * sizeof *weights);
  for (size_t r = 0; r < n; r++)
    weights[r] = (double)(float)fairu_events_weights(sample)[r];
  CHECK_OK(ctx, fairu_events_set_weights(sample, ctx, weights, n));
  free(weights);
  fairu_csv_options options;
  CHECK_OK(ctx, fairu_csv_options_init(&options, sizeof options));
  options.id = "row";
  options.weight = "weights";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &expected));
  fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  const double z[N_NUISANCES] = { 1, 1, 0, 1.06, 1.4, 1.002 };
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, sample, z, N_NUISANCES, 1, NULL, &out));
  same_rows(out, expected, "weights");
  for (size_t r = 0; r < fairu_events_n_events(out); r++)
    if (fairu_events_weights(out)[r] != fairu_events_weights(expected)[r])
      fail_msg("row %zu: weight %.17g, expected %.17g", r, fairu_events_weights(out)[r],
               fairu_events_weights(expected)[r]);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(out);
  fairu_events_destroy(expected);
  fairu_events_destroy(sample);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(reference_gives_the_same_numbers),
    cmocka_unit_test(fast_stays_within_the_table),
    cmocka_unit_test(weights_are_those_of_the_competition),
  };
  return cmocka_run_group_tests_name("higgsml, published", tests, NULL, NULL);
}
