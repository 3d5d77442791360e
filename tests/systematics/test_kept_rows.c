/* Rows that a cut takes out leave a table the same way on any number of threads: what remains is what a mask selects. */
#include "systematics/made_events.h"

enum { COLUMNS = 3 };

static const char *const names[COLUMNS] = { "x", "y", "z" };

/* Cuts about every third row, in runs; a scheme of 1: whole chunks and more. */
static int cut_some(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                    float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                    void *user_data)
{
  (void)n_columns;
  const int scheme = *(const int *)user_data;
  (void)z, (void)n_nuisances, (void)seed;
  for (size_t i = 0; i < n_events; i++) {
    const uint64_t row = first_row + i, hash = (row / 3 + 7) * UINT64_C(0x9e3779b97f4a7c15) >> 40;
    columns[0][i] += 0.5f;
    weights[i] *= 2.0;
    passed[i] = scheme == 0   ? hash % 3 != 0
                : scheme == 1 ? row % 7000 > 3500
                : scheme == 2 ? row == 12345
                              : 0;
  }
  return 0;
}

static double value(size_t i, size_t c)
{
  return (double)(i * (c + 1));
}

static fairu_events *make_events(fairu_context *ctx, size_t n)
{
  fairu_events *events = made_events(ctx, n, names, COLUMNS, value);
  double *weights = calloc(n + 1, sizeof *weights);
  int32_t *labels = calloc(n + 1, sizeof *labels);
  uint64_t *ids = calloc(n + 1, sizeof *ids);
  assert_true(weights && labels && ids);
  for (size_t i = 0; i < n; i++) {
    weights[i] = 0.25 * (double)(i % 11);
    labels[i] = (int32_t)(i % 5);
    ids[i] = 3 * i + 1;
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, n));
  free(weights);
  free(labels);
  free(ids);
  return events;
}

static void check_equal(const fairu_events *a, const fairu_events *b)
{
  const size_t n = fairu_events_n_events(a);
  assert_int_equal(n, fairu_events_n_events(b));
  for (size_t c = 0; c < COLUMNS; c++) {
    size_t stride_a, stride_b;
    const float *x = fairu_events_column(a, c, &stride_a), *y = fairu_events_column(b, c, &stride_b);
    assert_true(stride_a == 1 && stride_b == 1);
    if (n > 0)
      assert_memory_equal(x, y, n * sizeof *x);
  }
  if (n == 0)
    return;
  assert_memory_equal(fairu_events_weights(a), fairu_events_weights(b), n * sizeof(double));
  assert_memory_equal(fairu_events_labels(a), fairu_events_labels(b), n * sizeof(int32_t));
  assert_memory_equal(fairu_events_ids(a), fairu_events_ids(b), n * sizeof(uint64_t));
}

static fairu_systematics *make_chain(fairu_context *ctx, int *scheme)
{
  fairu_systematics *chain = NULL;
  CHECK_OK(ctx, fairu_systematics_create(ctx, NULL, 0, &chain));
  CHECK_OK(ctx, fairu_systematics_add_callback(chain, ctx, names, 2, cut_some, scheme));
  return chain;
}

static void check_size(size_t n, int scheme)
{
  static const int threads[4] = { 1, 2, 3, 9 };
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, n), *all = NULL, *wanted = NULL;
  fairu_systematics *chain = make_chain(ctx, &scheme);
  unsigned char *passed = calloc(n + 1, 1);
  CHECK_OK(ctx, fairu_systematics_apply(chain, ctx, events, NULL, 0, 1, passed, &all));
  CHECK_OK(ctx, fairu_events_select_mask(all, ctx, passed, n, &wanted));
  for (size_t t = 0; t < 4; t++) {
    fairu_events *kept = NULL;
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads[t]));
    CHECK_OK(ctx, fairu_systematics_apply(chain, ctx, events, NULL, 0, 1, NULL, &kept));
    check_equal(kept, wanted);
    float *values = NULL; /* and it can be written to */
    CHECK_OK(ctx, fairu_events_column_data(kept, ctx, 1, &values));
    if (fairu_events_n_events(kept) > 0)
      values[0] = -1.0f;
    fairu_events_destroy(kept);
  }
  free(passed);
  fairu_events_destroy(all);
  fairu_events_destroy(wanted);
  fairu_events_destroy(events);
  fairu_systematics_destroy(chain);
  fairu_context_destroy(ctx);
}

static void what_remains_is_what_the_mask_says(void **state)
{
  static const size_t sizes[7] = { 0, 1, 1024, 5000, 16384, 20000, 61999 };
  (void)state;
  for (size_t k = 0; k < 7; k++)
    for (int scheme = 0; scheme < 4; scheme++)
      check_size(sizes[k], scheme);
}

/* Two bad rows: the first is told, whichever end a thread began at. */
static void the_first_bad_row_is_named(void **state)
{
  int scheme = 0;
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 60000), *out = NULL;
  fairu_systematics *chain = make_chain(ctx, &scheme);
  float *values = NULL;
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &values));
  values[3333] = values[17777] = values[29999] = values[41000] = NAN;
  for (int threads = 1; threads < 5; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE,
                fairu_systematics_apply(chain, ctx, events, NULL, 0, 1, NULL, &out));
    CHECK_SAYS(ctx, "row 3333, column x");
    assert_null(out);
  }
  fairu_events_destroy(events);
  fairu_systematics_destroy(chain);
  fairu_context_destroy(ctx);
}

/* Fails at the last row of the first half, the first time. */
static int fail_once(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                     float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                     void *user_data)
{
  (void)n_columns;
  int *left = user_data;
  (void)z, (void)n_nuisances, (void)seed, (void)columns, (void)weights, (void)passed;
  return first_row <= 29000 && first_row + n_events > 29000 && (*left)-- == 1 ? 5 : 0;
}

/* What a callback answers need not be the same twice. */
static void a_failure_that_passes_is_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 60000), *out = NULL;
  for (int threads = 1; threads < 5; threads++) {
    fairu_systematics *chain = NULL;
    int left = 1;
    CHECK_OK(ctx, fairu_systematics_create(ctx, NULL, 0, &chain));
    CHECK_OK(ctx, fairu_systematics_add_callback(chain, ctx, names, 2, fail_once, &left));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_systematics_apply(chain, ctx, events, NULL, 0, 1, NULL, &out));
    CHECK_SAYS(ctx, "5");
    assert_null(out);
    fairu_systematics_destroy(chain);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static int count_calls(const char *what, uint64_t done, uint64_t total, void *user_data)
{
  uint64_t *last = user_data;
  assert_string_equal(what, "events shifted");
  assert_true(done <= total && done >= *last);
  *last = done;
  return done > 0 && total == 3000 * 1024 / 1024 ? 1 : 0;
}

/* A long table tells how far it is, and can be stopped. */
static void progress_is_told(void **state)
{
  int scheme = 0;
  uint64_t last = 0;
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = make_events(ctx, 60000), *out = NULL, *large = NULL;
  fairu_systematics *chain = make_chain(ctx, &scheme);
  CHECK_OK(ctx, fairu_context_set_progress(ctx, count_calls, &last));
  CHECK_OK(ctx, fairu_systematics_apply(chain, ctx, events, NULL, 0, 1, NULL, &out));
  assert_int_equal(last, 59);
  last = 0;
  CHECK_OK(ctx, fairu_events_create(ctx, 3000 * 1024, COLUMNS, names, &large));
  fairu_events_destroy(out);
  CHECK_FAILS(ctx, FAIRU_ERR_CALLBACK, fairu_systematics_apply(chain, ctx, large, NULL, 0, 1, NULL, &out));
  assert_int_equal(last, 1024);
  fairu_events_destroy(large);
  fairu_events_destroy(events);
  fairu_systematics_destroy(chain);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_remains_is_what_the_mask_says),
    cmocka_unit_test(the_first_bad_row_is_named),
    cmocka_unit_test(a_failure_that_passes_is_told),
    cmocka_unit_test(progress_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
