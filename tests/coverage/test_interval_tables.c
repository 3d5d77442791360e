/* Tables of intervals from files: any of the optional columns, in any order, among others: the entries that were written, and the scores of the same numbers given
 * from memory. */
#include "support/draws.h"
#include "support/support.h"

enum { MOST = 40, COLUMNS = 6 };

/* In the order of the entries. */
static const char *const names[COLUMNS] = { "mu_true", "p16", "p84", "mu_hat", "delta_mu_hat", "set" };

typedef struct table {
  size_t n;
  double columns[COLUMNS][MOST];
  int64_t sets[MOST];
  int with_estimates, with_sets;
} table;

static table draw_table(draws *d, int with_estimates, int with_sets)
{
  table t = { .n = 1 + draw_below(d, MOST), .with_estimates = with_estimates, .with_sets = with_sets };
  for (size_t i = 0; i < t.n; i++) {
    for (size_t c = 0; c < COLUMNS; c++)
      t.columns[c][i] = draw_between(d, -2.0, 3.0);
    t.sets[i] = (int64_t)draw_below(d, 5) - 2;
    t.columns[5][i] = (double)t.sets[i];
  }
  return t;
}

static fairu_interval_entries entries_of(const table *t)
{
  fairu_interval_entries e = { .struct_size = sizeof e, .n = t->n };
  e.mu_true = t->columns[0];
  e.p16 = t->columns[1];
  e.p84 = t->columns[2];
  e.mu_hat = t->with_estimates ? t->columns[3] : NULL;
  e.delta_mu_hat = t->with_estimates ? t->columns[4] : NULL;
  e.set = t->with_sets ? t->sets : NULL;
  return e;
}

/* Columns in a random order, with one of somebody else's. */
static void write_table(draws *d, const table *t, const char *path)
{
  size_t order[COLUMNS + 1], n = 0;
  char text[MOST * COLUMNS * 32];
  int at = 0;
  for (size_t c = 0; c <= COLUMNS; c++) {
    if ((!t->with_estimates && (c == 3 || c == 4)) || (!t->with_sets && c == 5))
      continue;
    const size_t place = draw_below(d, n + 1);
    order[n] = c;
    const size_t kept = order[place];
    order[place] = c;
    order[n++] = kept;
  }
  for (size_t k = 0; k < n; k++)
    at += snprintf(text + at, sizeof text - (size_t)at, "%s%s", k ? "," : "",
                   order[k] == COLUMNS ? "weather" : names[order[k]]);
  for (size_t i = 0; i < t->n; i++)
    for (size_t k = 0; k < n; k++) {
      const char *before = k ? "," : "\n";
      if (order[k] == COLUMNS)
        at += snprintf(text + at, sizeof text - (size_t)at, "%srain", before);
      else
        at += snprintf(text + at, sizeof text - (size_t)at, "%s%.17g", before, t->columns[order[k]][i]);
    }
  at += snprintf(text + at, sizeof text - (size_t)at, "\n");
  assert_true(at > 0 && (size_t)at < sizeof text);
  support_write_file(path, text, (size_t)at);
}

static void check_column(const double *got, const double *wanted, size_t n)
{
  assert_true(!got == !wanted);
  if (wanted)
    assert_memory_equal(got, wanted, n * sizeof *wanted);
}

static void columns_are_found_by_name(void **state)
{
  (void)state;
  draws d = { .state = 71 };
  fairu_context *ctx = support_context();
  char path[512];
  support_path(path, sizeof path, "intervals.csv");
  for (int round = 0; round < 60; round++) {
    const table t = draw_table(&d, round % 2, round / 2 % 2);
    const fairu_interval_entries wanted = entries_of(&t);
    fairu_interval_entries got = { .struct_size = sizeof got };
    fairu_interval_score scores[2] = { { .struct_size = sizeof *scores }, { .struct_size = sizeof *scores } };
    fairu_interval_table *read = NULL;
    write_table(&d, &t, path);
    CHECK_OK(ctx, fairu_interval_table_read_csv(ctx, path, &read));
    CHECK_OK(ctx, fairu_interval_table_entries(read, ctx, &got));
    assert_int_equal(got.n, t.n);
    check_column(got.mu_true, wanted.mu_true, t.n);
    check_column(got.p16, wanted.p16, t.n);
    check_column(got.p84, wanted.p84, t.n);
    check_column(got.mu_hat, wanted.mu_hat, t.n);
    check_column(got.delta_mu_hat, wanted.delta_mu_hat, t.n);
    assert_true(!got.set == !wanted.set);
    if (wanted.set)
      assert_memory_equal(got.set, wanted.set, t.n * sizeof *t.sets);
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &wanted, &scores[0]));
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &got, &scores[1]));
    assert_memory_equal(&scores[0], &scores[1], sizeof scores[0]);
    fairu_interval_table_destroy(read);
  }
  fairu_context_destroy(ctx);
}

/* Columns that go together are named, whichever is missing; numbers of sets up to where a double knows every whole number. */
static void tables_that_do_not_fit_are_refused(void **state)
{
  static const struct {
    const char *text;
    int code;
    const char *says;
  } rows[] = {
    { "mu_true,p16,p84,delta_mu_hat\n1,2,3,4\n", FAIRU_ERR_NOT_FOUND,
      "delta_mu_hat is there without mu_hat" },
    { "mu_true,p16,p84,mu_hat\n1,2,3,4\n", FAIRU_ERR_NOT_FOUND, "mu_hat is there without delta_mu_hat" },
    { "p16,p84\n2,3\n", FAIRU_ERR_NOT_FOUND, "no column \"mu_true\"" },
    { "mu_true,p84\n1,3\n", FAIRU_ERR_NOT_FOUND, "no column \"p16\"" },
    { "mu_true,p16,p84\ninf,2,3\n", FAIRU_ERR_NON_FINITE, "column mu_true: \"inf\"" },
    { "mu_true,p16,p84,set\n1,2,3,nan\n", FAIRU_ERR_NON_FINITE, "column set: \"nan\" is not finite" },
    { "mu_true,p16,p84,set\n1,2,3,1e300\n", FAIRU_ERR_FORMAT, "column set: \"1e300\" is not a whole number" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  char path[512];
  support_path(path, sizeof path, "intervals.csv");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_interval_table *read = NULL;
    support_write_file(path, rows[i].text, strlen(rows[i].text));
    CHECK_FAILS(ctx, rows[i].code, fairu_interval_table_read_csv(ctx, path, &read));
    CHECK_SAYS(ctx, rows[i].says);
    CHECK_SAYS(ctx, "intervals.csv");
    assert_null(read);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(columns_are_found_by_name),
                                      cmocka_unit_test(tables_that_do_not_fit_are_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
