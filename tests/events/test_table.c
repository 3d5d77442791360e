/* Event tables: ownership, views, attributes, selection, splits. */
#include "support/support.h"

static const char *const names[3] = { "pt", "eta", "phi" };

/* n rows with columns 10 r, 10 r + 1, 10 r + 2, weights r - 1.5, labels r % 3, ids 100 - r. */
static int make(fairu_context *ctx, size_t n, fairu_events **out)
{
  fairu_events *events = NULL;
  int status = fairu_events_create(ctx, n, 3, names, &events);
  for (size_t c = 0; c < 3 && status == FAIRU_OK; c++) {
    float *values = NULL;
    status = fairu_events_column_data(events, ctx, c, &values);
    for (size_t r = 0; r < n && status == FAIRU_OK; r++)
      values[r] = (float)(10 * r + c);
  }
  double weights[64];
  int32_t labels[64];
  uint64_t ids[64];
  for (size_t r = 0; r < n; r++) {
    weights[r] = (double)r - 1.5;
    labels[r] = (int32_t)(r % 3);
    ids[r] = 100 - r;
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(events, ctx, weights, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(events, ctx, labels, n);
  if (status == FAIRU_OK)
    status = fairu_events_set_ids(events, ctx, ids, n);
  if (status != FAIRU_OK) {
    fairu_events_destroy(events);
    return status;
  }
  *out = events;
  return FAIRU_OK;
}

static float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

static void owned_tables_hold_what_is_put_in(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  CHECK_OK(ctx, make(ctx, 5, &events));
  assert_int_equal(fairu_events_n_events(events), 5);
  assert_int_equal(fairu_events_n_columns(events), 3);
  assert_string_equal(fairu_events_column_name(events, 1), "eta");
  assert_null(fairu_events_column_name(events, 3));
  assert_null(fairu_events_column(events, 3, NULL));
  size_t column = 9;
  CHECK_OK(ctx, fairu_events_find_column(events, ctx, "phi", &column));
  assert_int_equal(column, 2);
  assert_true(at(events, 2, 4) == 42.0f);
  assert_true(fairu_events_weights(events)[3] == 1.5);
  assert_int_equal(fairu_events_labels(events)[4], 1);
  assert_int_equal(fairu_events_ids(events)[4], 96);
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, NULL, 0));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, NULL, 0));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, NULL, 0));
  assert_null(fairu_events_weights(events));
  assert_null(fairu_events_labels(events));
  assert_null(fairu_events_ids(events));
  fairu_events_destroy(events);
  CHECK_OK(ctx, fairu_events_create(ctx, 0, 0, NULL, &events));
  assert_int_equal(fairu_events_n_columns(events), 0);
  fairu_events_destroy(events);
  assert_int_equal(fairu_events_n_events(NULL), 0);
  fairu_events_destroy(NULL);
  fairu_context_destroy(ctx);
}

static void views_share_the_callers_memory(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  float matrix[4][3];
  for (size_t r = 0; r < 4; r++)
    for (size_t c = 0; c < 3; c++)
      matrix[r][c] = (float)(10 * r + c);
  const float *columns[3] = { &matrix[0][0], &matrix[0][1], &matrix[0][2] };
  fairu_events *view = NULL;
  CHECK_OK(ctx, fairu_events_create_view(ctx, 4, 3, names, columns, 3, &view));
  for (size_t c = 0; c < 3; c++) {
    size_t stride = 0;
    assert_ptr_equal(fairu_events_column(view, c, &stride), columns[c]);
    assert_int_equal(stride, 3);
  }
  matrix[2][1] = 7.5f;
  assert_true(at(view, 1, 2) == 7.5f);
  float *values = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_column_data(view, ctx, 0, &values));
  CHECK_SAYS(ctx, "view");
  const size_t rows[2] = { 3, 2 };
  fairu_events *copy = NULL;
  CHECK_OK(ctx, fairu_events_select(view, ctx, rows, 2, &copy));
  fairu_events_destroy(view);
  memset(matrix, 0, sizeof matrix); /* the selection is a copy */
  assert_true(at(copy, 1, 1) == 7.5f && at(copy, 2, 0) == 32.0f);
  fairu_events_destroy(copy);
  fairu_context_destroy(ctx);
}

static void bad_tables_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = (fairu_events *)ctx;
  const char *twice[3] = { "a", "b", "a" }, *empty[2] = { "a", "" }, *missing[2] = { "a", NULL };
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_create(ctx, 1, 3, twice, &events));
  CHECK_SAYS(ctx, "\"a\"");
  assert_null(events);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_create(ctx, 1, 2, empty, &events));
  CHECK_SAYS(ctx, "column 1");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_create(ctx, 1, 2, missing, &events));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_create(ctx, 1, 2, NULL, &events));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_create(ctx, 1, 3, names, NULL));
  assert_int_equal(fairu_events_create(NULL, 1, 3, names, &events), FAIRU_ERR_NULL);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_create(ctx, SIZE_MAX, 3, names, &events));
  CHECK_SAYS(ctx, "rows");
  const float value = 1.0f, *columns[3] = { &value, &value, NULL };
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_create_view(ctx, 1, 3, names, columns, 1, &events));
  CHECK_SAYS(ctx, "columns[2] (phi)");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_create_view(ctx, 1, 2, names, columns, 0, &events));
  CHECK_SAYS(ctx, "stride is 0");
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.rows = 10;
  limits.csv_columns = 2;
  limits.name_bytes = 3;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_create(ctx, 11, 2, names, &events));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_create(ctx, 10, 3, names, &events));
  const char *long_name[1] = { "abcd" };
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_events_create(ctx, 1, 1, long_name, &events));
  CHECK_SAYS(ctx, "4 bytes, limit name_bytes 3");
  fairu_context_destroy(ctx);
}

static void a_misspelt_column_brings_its_neighbours(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const char *const columns[4] = { "PRI_tau_pt", "PRI_tau_eta", "PRI_lep_pt", "DER_mass_vis" };
  fairu_events *events = NULL;
  size_t column = 77;
  CHECK_OK(ctx, fairu_events_create(ctx, 0, 4, columns, &events));
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_find_column(events, ctx, "pri_tau_pT", &column));
  CHECK_SAYS(ctx, "near: PRI_tau_pt, PRI_tau_eta");
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_find_column(events, ctx, "x", &column));
  CHECK_SAYS(ctx, "there are: PRI_tau_pt");
  assert_int_equal(column, 77);
  char long_name[300];
  memset(long_name, 'x', sizeof long_name - 1);
  long_name[sizeof long_name - 1] = '\0';
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_find_column(events, ctx, long_name, &column));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void bad_attributes_are_refused_and_leave_the_old(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  CHECK_OK(ctx, make(ctx, 3, &events));
  const double bad[3] = { 1, NAN, 2 };
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_events_set_weights(events, ctx, bad, 3));
  CHECK_SAYS(ctx, "weights[1] is nan");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_set_weights(events, ctx, bad, 2));
  CHECK_SAYS(ctx, "2 weights for 3 events");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_set_labels(events, ctx, NULL, 3));
  const uint64_t ids[3] = { UINT64_MAX, 5, UINT64_MAX };
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_set_ids(events, ctx, ids, 3));
  CHECK_SAYS(ctx, "id 18446744073709551615 stands in rows 0 and 2");
  const char *const categories[2] = { "b", "b" };
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_set_categories(events, ctx, categories, 2));
  assert_true(fairu_events_weights(events)[0] == -1.5);
  assert_int_equal(fairu_events_ids(events)[0], 100);
  double sum = -1;
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, NULL, 0));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_sum_weights(events, ctx, 0, &sum));
  assert_true(sum == -1);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* Random ids with one planted pair: found wherever it is; without it, accepted. */
static void duplicate_ids_are_found_among_many(void **state)
{
  (void)state;
  enum { N = 20000 };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  uint64_t *ids = malloc(N * sizeof *ids), x = 88172645463325252u;
  CHECK_OK(ctx, fairu_events_create(ctx, N, 0, NULL, &events));
  for (size_t i = 0; i < N; i++) { /* xorshift: no repeat within its period */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    ids[i] = x;
  }
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, N));
  const size_t places[4][2] = { { 0, 1 }, { 0, N - 1 }, { N - 2, N - 1 }, { 777, 13000 } };
  for (size_t i = 0; i < 4; i++) {
    const uint64_t saved = ids[places[i][1]];
    ids[places[i][1]] = ids[places[i][0]];
    char text[80];
    snprintf(text, sizeof text, "rows %zu and %zu", places[i][0], places[i][1]);
    CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_set_ids(events, ctx, ids, N));
    CHECK_SAYS(ctx, text);
    ids[places[i][1]] = saved;
  }
  free(ids);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void sums_of_weights_are_exact(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  double sum = 0;
  CHECK_OK(ctx, fairu_events_create(ctx, 5, 0, NULL, &events));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, -1, &sum));
  assert_true(sum == 5.0);
  const double weights[5] = { 1e300, 1.0, -1e300, 1e-300, 3.0 };
  const int32_t labels[5] = { 0, 1, 0, 2, 1 };
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, 5));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, 5));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, -1, &sum));
  assert_true(sum == 4.0);
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 0, &sum));
  assert_true(sum == 0.0);
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 2, &sum));
  assert_true(sum == 1e-300);
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 9, &sum));
  assert_true(sum == 0.0);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void selections_keep_rows_whole(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL, *part = NULL;
  CHECK_OK(ctx, make(ctx, 9, &events));
  const size_t rows[4] = { 8, 0, 3, 0 };
  CHECK_OK(ctx, fairu_events_select(events, ctx, rows, 4, &part));
  for (size_t i = 0; i < 4; i++) {
    assert_true(at(part, 1, i) == (float)(10 * rows[i] + 1));
    assert_true(fairu_events_weights(part)[i] == (double)rows[i] - 1.5);
    assert_int_equal(fairu_events_labels(part)[i], rows[i] % 3);
  }
  assert_null(fairu_events_ids(part)); /* row 0 repeats */
  fairu_events_destroy(part);
  CHECK_OK(ctx, fairu_events_select(events, ctx, rows, 3, &part));
  assert_int_equal(fairu_events_ids(part)[0], 92);
  fairu_events_destroy(part);
  const unsigned char mask[9] = { 0, 2, 0, 0, 0, 0, 1, 0, 255 };
  CHECK_OK(ctx, fairu_events_select_mask(events, ctx, mask, 9, &part));
  assert_int_equal(fairu_events_n_events(part), 3);
  assert_true(at(part, 0, 1) == 60.0f);
  fairu_events_destroy(part);
  const char *const categories[3] = { "a", "b", "c" };
  CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 3));
  CHECK_OK(ctx, fairu_events_select_label(events, ctx, 2, &part));
  assert_int_equal(fairu_events_n_events(part), 3);
  assert_true(at(part, 0, 2) == 80.0f);
  assert_string_equal(fairu_events_category_name(part, 2), "c");
  fairu_events_destroy(part);
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_events_select_label(events, ctx, 3, &part));
  assert_null(part);
  const size_t beyond[2] = { 1, 9 };
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_select(events, ctx, beyond, 2, &part));
  CHECK_SAYS(ctx, "rows[1] is 9");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_select_mask(events, ctx, mask, 8, &part));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void tables_join_end_to_end(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *a = NULL, *b = NULL, *c = NULL;
  CHECK_OK(ctx, make(ctx, 4, &a));
  CHECK_OK(ctx, fairu_events_create(ctx, 2, 3, names, &b));
  CHECK_OK(ctx, fairu_events_concatenate(a, ctx, b, &c));
  assert_int_equal(fairu_events_n_events(c), 6);
  assert_true(at(c, 2, 3) == 32.0f && at(c, 2, 4) == 0.0f);
  assert_true(fairu_events_weights(c)[3] == 1.5 && fairu_events_weights(c)[5] == 1.0);
  assert_int_equal(fairu_events_labels(c)[2], 2);
  assert_int_equal(fairu_events_labels(c)[4], 0);
  assert_null(fairu_events_ids(c)); /* b has none */
  fairu_events_destroy(c);
  const uint64_t fresh[2] = { 7, 8 }, taken[2] = { 100, 8 };
  CHECK_OK(ctx, fairu_events_set_ids(b, ctx, fresh, 2));
  CHECK_OK(ctx, fairu_events_concatenate(a, ctx, b, &c));
  assert_int_equal(fairu_events_ids(c)[5], 8);
  fairu_events_destroy(c);
  CHECK_OK(ctx, fairu_events_set_ids(b, ctx, taken, 2));
  CHECK_OK(ctx, fairu_events_concatenate(a, ctx, b, &c));
  assert_null(fairu_events_ids(c));
  fairu_events_destroy(c);
  const char *const sb[2] = { "b", "s" }, *const sx[2] = { "b", "x" };
  CHECK_OK(ctx, fairu_events_set_categories(a, ctx, sb, 2));
  CHECK_OK(ctx, fairu_events_set_categories(b, ctx, sx, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_concatenate(a, ctx, b, &c));
  CHECK_SAYS(ctx, "category 1 is \"s\" and \"x\"");
  fairu_events_destroy(b);
  CHECK_OK(ctx, fairu_events_create(ctx, 2, 2, names, &b));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_events_concatenate(a, ctx, b, &c));
  CHECK_SAYS(ctx, "3 columns and 2 columns");
  fairu_events_destroy(a);
  fairu_events_destroy(b);
  fairu_context_destroy(ctx);
}

/* The part belongs to the id: reversed and thinned tables give each id the same part. Parts are balanced
 * (chi-squared, 5 sigma), other seeds give other parts. */
static void splits_depend_on_ids_alone(void **state)
{
  (void)state;
  enum { N = 30000, PARTS = 7 };
  fairu_context *ctx = support_context();
  fairu_events *forward = NULL, *backward = NULL, *plain = NULL;
  uint64_t *ids = malloc(N * sizeof *ids);
  uint32_t *a = malloc(3 * N * sizeof *a), *b = a + N, *c = b + N;
  CHECK_OK(ctx, fairu_events_create(ctx, N, 0, NULL, &forward));
  CHECK_OK(ctx, fairu_events_create(ctx, N / 3, 0, NULL, &backward));
  CHECK_OK(ctx, fairu_events_create(ctx, N, 0, NULL, &plain));
  for (size_t r = 0; r < N; r++)
    ids[r] = r;
  CHECK_OK(ctx, fairu_events_set_ids(forward, ctx, ids, N));
  for (size_t r = 0; r < N / 3; r++)
    ids[r] = N - 1 - 3 * r;
  CHECK_OK(ctx, fairu_events_set_ids(backward, ctx, ids, N / 3));
  CHECK_OK(ctx, fairu_events_split(forward, ctx, 11, PARTS, a));
  CHECK_OK(ctx, fairu_events_split(backward, ctx, 11, PARTS, b));
  CHECK_OK(ctx, fairu_events_split(plain, ctx, 11, PARTS, c));
  size_t count[PARTS] = { 0 }, same = 0;
  for (size_t r = 0; r < N; r++) {
    assert_true(a[r] < PARTS);
    count[a[r]]++;
  }
  for (size_t r = 0; r < N / 3; r++)
    assert_int_equal(b[r], a[N - 1 - 3 * r]);
  assert_memory_equal(a, c, N * sizeof *a); /* the row stands in for the id */
  double chi2 = 0;
  for (size_t p = 0; p < PARTS; p++)
    chi2 += pow((double)count[p] - (double)N / PARTS, 2) / ((double)N / PARTS);
  assert_true(chi2 < PARTS - 1 + 5 * sqrt(2.0 * (PARTS - 1)));
  CHECK_OK(ctx, fairu_events_split(plain, ctx, 12, PARTS, c));
  for (size_t r = 0; r < N; r++)
    same += a[r] == c[r];
  CHECK_NEAR((double)same, (double)N / PARTS, 5 * sqrt((double)N / PARTS));
  CHECK_OK(ctx, fairu_events_split(plain, ctx, 12, 1, c));
  for (size_t r = 0; r < N; r++)
    assert_int_equal(c[r], 0);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_split(plain, ctx, 12, 0, c));
  free(a);
  free(ids);
  fairu_events_destroy(forward);
  fairu_events_destroy(backward);
  fairu_events_destroy(plain);
  fairu_context_destroy(ctx);
}

static void cancelled_calls_stop(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL, *part = NULL;
  CHECK_OK(ctx, make(ctx, 4, &events));
  fairu_context_cancel(ctx);
  uint32_t parts[4];
  double sum;
  const size_t row = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events_split(events, ctx, 1, 2, parts));
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events_sum_weights(events, ctx, -1, &sum));
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events_select(events, ctx, &row, 1, &part));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static int everything(fairu_context *ctx, void *data)
{
  (void)data;
  fairu_events *events = NULL, *part = NULL, *view = NULL, *joined = NULL;
  const size_t rows[3] = { 5, 1, 2 };
  const unsigned char mask[8] = { 1, 1 };
  const char *const categories[3] = { "a", "b", "c" };
  int status = make(ctx, 8, &events);
  if (status == FAIRU_OK)
    status = fairu_events_set_categories(events, ctx, categories, 3);
  if (status == FAIRU_OK)
    status = fairu_events_select(events, ctx, rows, 3, &part);
  if (status == FAIRU_OK)
    status = fairu_events_concatenate(events, ctx, part, &joined);
  fairu_events_destroy(joined);
  fairu_events_destroy(part);
  part = NULL;
  if (status == FAIRU_OK)
    status = fairu_events_select_label(events, ctx, 1, &part);
  fairu_events_destroy(part);
  part = NULL;
  if (status == FAIRU_OK)
    status = fairu_events_select_mask(events, ctx, mask, 8, &part);
  if (status == FAIRU_OK) {
    const float *columns[3];
    for (size_t c = 0; c < 3; c++)
      columns[c] = fairu_events_column(part, c, NULL);
    status = fairu_events_create_view(ctx, 2, 3, names, columns, 1, &view);
  }
  fairu_events_destroy(view);
  fairu_events_destroy(part);
  fairu_events_destroy(events);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(everything, NULL) > 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(owned_tables_hold_what_is_put_in),
    cmocka_unit_test(views_share_the_callers_memory),
    cmocka_unit_test(bad_tables_are_refused),
    cmocka_unit_test(a_misspelt_column_brings_its_neighbours),
    cmocka_unit_test(bad_attributes_are_refused_and_leave_the_old),
    cmocka_unit_test(duplicate_ids_are_found_among_many),
    cmocka_unit_test(sums_of_weights_are_exact),
    cmocka_unit_test(selections_keep_rows_whole),
    cmocka_unit_test(tables_join_end_to_end),
    cmocka_unit_test(splits_depend_on_ids_alone),
    cmocka_unit_test(cancelled_calls_stop),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
