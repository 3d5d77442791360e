/* Files of the challenge's events joined into one table, row by row, and every value that is refused with its place;
 * estimators that look at counts alone, beside their formulas. */
#include "cli/program.h"

#include "cli/challenge.h"

static const cli_usage usage = {
  .command = "fairu test", .files = "IN", .about = "", .min_files = 1, .max_files = 8
};

static double uniform(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

/* ---- files -------------------------------------------------------------------------------------------- */

enum { ROWS = 12, LEP_PT = 0, HAD_PT = 3, JET_PT = 6, N_JETS = 12, MET = 14 };

/* A row as it is written; what a test changes of it. */
typedef struct row {
  double values[CHALLENGE_PRIMARY];
  double weight;
  char label[32];
  unsigned id;
} row;

static void make_rows(row rows[ROWS], uint64_t seed, unsigned first_id)
{
  for (unsigned i = 0; i < ROWS; i++) {
    row *r = &rows[i];
    for (int k = 0; k < CHALLENGE_PRIMARY; k++)
      r->values[k] = floor(1000.0 * (uniform(&seed) - 0.5)) / 512.0; /* a float holds it */
    r->values[LEP_PT] = 25.0 + i;
    r->values[HAD_PT] = 30.0 + i;
    for (int k = JET_PT; k < N_JETS; k++)
      r->values[k] = -25.0; /* no jets */
    r->values[N_JETS] = r->values[N_JETS + 1] = 0.0;
    r->values[MET] = 10.0 + i;
    r->weight = 0.25 * (i + 1);
    strcpy(r->label, challenge_processes[(i * 3 + 1) % CHALLENGE_PROCESSES]);
    r->id = first_id + 5 * i;
  }
}

static void write_rows(const char *path, const row rows[ROWS], int with_ids)
{
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(with_ids ? "id,detailed_labels,weights" : "detailed_labels,weights", f);
  for (int k = CHALLENGE_PRIMARY; k-- > 0;) /* columns in another order than the table's */
    fprintf(f, ",%s", challenge_features[k]);
  fputs("\n", f);
  for (int i = 0; i < ROWS; i++) {
    if (with_ids)
      fprintf(f, "%u,", rows[i].id);
    fprintf(f, "%s,%.17g", rows[i].label, rows[i].weight);
    for (int k = CHALLENGE_PRIMARY; k-- > 0;)
      fprintf(f, ",%.9g", rows[i].values[k]);
    fputs("\n", f);
  }
  assert_int_equal(fclose(f), 0);
}

/* A command whose files are these. */
static void begin_with(cli *c, char **argv, int n)
{
  assert_int_equal(cli_begin(c, &usage, n, argv), CLI_CONTINUE);
}

static void files_are_joined(void **state)
{
  (void)state;
  char a[512], b[512], name[] = "command";
  row rows[2 * ROWS];
  support_path(a, sizeof a, "a.csv");
  support_path(b, sizeof b, "b.csv");
  make_rows(rows, 3, 100);
  make_rows(rows + ROWS, 4, 101);
  for (int with_ids = 0; with_ids < 2; with_ids++)
    for (int files = 1; files <= 2; files++) {
      char *argv[] = { name, a, b, NULL };
      cli c;
      fairu_events *table = NULL;
      write_rows(a, rows, with_ids);
      write_rows(b, rows + ROWS, 1); /* ids of a second file are taken only if the first has them */
      argv[1 + files] = NULL;
      begin_with(&c, argv, 1 + files);
      assert_int_equal(challenge_events_read(&c, &table), FAIRU_OK);
      assert_int_equal(fairu_events_n_events(table), (size_t)files * ROWS);
      assert_int_equal(fairu_events_n_columns(table), CHALLENGE_FEATURES);
      assert_int_equal(fairu_events_n_categories(table), CHALLENGE_PROCESSES);
      for (size_t i = 0; i < (size_t)files * ROWS; i++) {
        for (size_t k = 0; k < CHALLENGE_PRIMARY; k++) {
          size_t stride = 1;
          const float *x = fairu_events_column(table, k, &stride);
          assert_string_equal(fairu_events_column_name(table, k), challenge_features[k]);
          assert_true((double)x[i * stride] == rows[i].values[k]);
        }
        assert_true(fairu_events_weights(table)[i] == rows[i].weight);
        assert_int_equal(fairu_events_labels(table)[i], challenge_process(rows[i].label));
        assert_int_equal(fairu_events_ids(table)[i], with_ids ? rows[i].id : i);
      }
      fairu_events_destroy(table);
      assert_int_equal(cli_end(&c, FAIRU_OK), 0);
    }
  remove(a);
  remove(b);
}

/* What is changed in row `at` of the second file. */
typedef struct change {
  int at, column; /* -1: of all rows; column: a feature, or one of these */
  double value;
  const char *label;
  int code;
  const char *message;
} change;
enum { WEIGHT = -1, LABEL = -2, ID = -3 };

static const change changes[] = {
  { 0, WEIGHT, -0.5, NULL, FAIRU_ERR_NEGATIVE_WEIGHT,
    "b.csv: row 0, column weights is -0.5; a Poisson mean" },
  { 11, WEIGHT, 2147483649.0, NULL, FAIRU_ERR_RANGE,
    "b.csv: row 11, column weights is 2.14748e+09; a Poisson mean must not pass 2^31" },
  { 11, WEIGHT, 2147483648.0, NULL, FAIRU_OK, NULL },
  { 5, WEIGHT, 0.0, NULL, FAIRU_OK, NULL },
  { 3, LABEL, 0, "signal", FAIRU_ERR_NOT_FOUND,
    "b.csv: row 3, column detailed_labels is 'signal'; known are ztautau, diboson, ttbar and htautau" },
  { 3, LABEL, 0, "htautau2", FAIRU_ERR_NOT_FOUND, "b.csv: row 3, column detailed_labels is 'htautau2'" },
  { -1, LABEL, 0, "1", FAIRU_ERR_FORMAT, "b.csv: row 0, column detailed_labels is 1; wanted a name" },
  { 7, 1, 25.5, NULL, FAIRU_ERR_RANGE, "b.csv: row 7, column PRI_lep_eta is 25.5, beyond 25" },
  { 7, 4, -25.5, NULL, FAIRU_ERR_RANGE, "b.csv: row 7, column PRI_had_eta is -25.5, beyond 25" },
  { 2, LEP_PT, 2e7, NULL, FAIRU_ERR_RANGE, "b.csv: row 2, column PRI_lep_pt is 2e+07, beyond 1e+07" },
  { 2, MET, -2e7, NULL, FAIRU_ERR_RANGE, "b.csv: row 2, column PRI_met is -2e+07, beyond 1e+07" },
  { 2, LEP_PT, 1e7, NULL, FAIRU_OK, NULL },
  { 4, JET_PT, 40.0, NULL, FAIRU_ERR_RANGE, "b.csv: " },
  { 4, LEP_PT, -25.0, NULL, FAIRU_ERR_RANGE, "b.csv: " },
  { -1, HAD_PT, 26.0, NULL, FAIRU_OK, NULL }, /* those of the first file pass */
  { 6, ID, 105, NULL, FAIRU_ERR_DUPLICATE, "a.csv and the files after it (rows are counted on): " },
};

static void values_that_are_refused(void **state)
{
  (void)state;
  char a[512], b[512], name[] = "command";
  support_path(a, sizeof a, "a.csv");
  support_path(b, sizeof b, "b.csv");
  for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
    const change *x = &changes[k];
    char *argv[] = { name, a, b, NULL };
    row rows[ROWS];
    cli c;
    fairu_events *table = NULL;
    make_rows(rows, 5, 100);
    write_rows(a, rows, 1);
    make_rows(rows, 6, 101);
    for (int i = 0; i < ROWS; i++) {
      if (x->at >= 0 && i != x->at)
        continue;
      if (x->column >= 0)
        rows[i].values[x->column] = x->value;
      else if (x->column == WEIGHT)
        rows[i].weight = x->value;
      else if (x->column == ID)
        rows[i].id = (unsigned)x->value;
      else
        strcpy(rows[i].label, x->label);
    }
    write_rows(b, rows, 1);
    begin_with(&c, argv, 3);
    if (x->message) {
      CHECK_REFUSED(&c, x->code, x->message, challenge_events_read(&c, &table));
      assert_null(table);
    } else
      CHECK_OK(c.ctx, challenge_events_read(&c, &table));
    fairu_events_destroy(table);
    c.status = 0;
    assert_int_equal(cli_end(&c, FAIRU_OK), 0);
  }
  remove(a);
  remove(b);
}

/* Taus at the cut: no event passes, and the file is told of it. */
static void events_of_which_none_passes(void **state)
{
  (void)state;
  static const double taus[] = { 25.999, 26.5 };
  for (int k = 0; k < 2; k++) {
    char a[512], name[] = "command";
    char *argv[] = { name, a, NULL };
    row rows[ROWS];
    cli c;
    fairu_events *table = NULL;
    support_path(a, sizeof a, "a.csv");
    make_rows(rows, 5, 100);
    for (int i = 0; i < ROWS; i++)
      rows[i].values[HAD_PT] = taus[k];
    write_rows(a, rows, 0);
    begin_with(&c, argv, 2);
    if (k == 0)
      CHECK_REFUSED(&c, FAIRU_ERR_EMPTY, "a.csv: none of 12 events passes the cuts",
                    challenge_events_read(&c, &table));
    else
      CHECK_OK(c.ctx, challenge_events_read(&c, &table));
    fairu_events_destroy(table);
    remove(a);
    c.status = 0;
    assert_int_equal(cli_end(&c, FAIRU_OK), 0);
  }
}

/* ---- estimators that take no fit ---------------------------------------------------------------------- */

enum { N = 400 };

/* mu = (n - beta) / gamma above one half; its error by the example's rule. The control does not look at the counts. */
static void estimators_without_a_fit(void **state)
{
  (void)state;
  cli c;
  char name[] = "command", *argv[] = { name, name, NULL };
  uint64_t seed = 8;
  double *uniforms = (double *)calloc(N * CHALLENGE_UNIFORM_BINS, sizeof *uniforms), mean = 0.0;
  challenge_outcome *outcomes = (challenge_outcome *)calloc(2 * N, sizeof *outcomes);
  begin_with(&c, argv, 2);
  challenge_options o = { .seed = 5, .part_seed = 2, .n_sets = 4, .n_pe = N / 4 };
  o.wanted[CHALLENGE_COUNTING] = o.wanted[CHALLENGE_RANDOM] = 1;
  for (size_t i = 0; i < N * CHALLENGE_UNIFORM_BINS; i++)
    uniforms[i] = floor(200.0 * uniform(&seed));
  for (int again = 0; again < 2; again++) {
    challenge_round round = { .options = &o, .part_seed = 2, .n = N, .outcomes = outcomes + again * N };
    round.examples.beta = 700.0 + 100.0 * again;
    round.examples.gamma = 150.0;
    assert_int_equal(challenge_estimate(&c, &round, NULL, uniforms), FAIRU_OK);
    for (size_t k = 0; k < N; k++) {
      const challenge_interval *counted = &round.outcomes[k].intervals[CHALLENGE_COUNTING],
                               *blind = &round.outcomes[k].intervals[CHALLENGE_RANDOM];
      double n = 0.0;
      for (size_t j = 10; j < 20; j++)
        n += uniforms[k * 20 + j];
      const double mu = (n - round.examples.beta) / 150.0,
                   half = 0.5 * hypot(sqrt(round.examples.beta + 150.0) / 150.0, 0.1 * mu);
      CHECK_CLOSE(counted->estimate, mu, 1e-14);
      CHECK_CLOSE(counted->lower, mu - half, 1e-12);
      CHECK_CLOSE(counted->upper, mu + half, 1e-12);
      assert_true(counted->lower == counted->raw_lower && counted->upper == counted->raw_upper);
      CHECK_CLOSE(challenge_delta(CHALLENGE_COUNTING, counted), half, 1e-12);
      assert_true(blind->lower >= 0.1 && blind->upper <= 3.0);
      CHECK_CLOSE(blind->upper - blind->lower, 1.98, 1e-14);
      CHECK_CLOSE(blind->estimate, blind->lower + 0.99, 1e-14);
      assert_int_equal(blind->status, FAIRU_OK);
      mean += again ? 0.0 : blind->lower / N;
      if (again) /* other counts expected, the same places */
        assert_memory_equal(blind, &outcomes[k].intervals[CHALLENGE_RANDOM], sizeof *blind);
    }
  }
  CHECK_NEAR(mean, 0.56, 5.0 * 0.92 / sqrt(12.0 * N)); /* flat on 0.1 to 1.02: five sigma */
  free(uniforms);
  free(outcomes);
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(files_are_joined),
    cmocka_unit_test(values_that_are_refused),
    cmocka_unit_test(events_of_which_none_passes),
    cmocka_unit_test(estimators_without_a_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
