/* CSV files: what comes back after writing, in any locale, and what failed writing leaves. */
#include "events/csv_text.h"

#include <locale.h>

static uint32_t next_random(uint64_t *x)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return (uint32_t)(*x >> 16);
}

static const char small[] = "EventId,pt,note,\"a \"\"b\"\", c\",w,kind\r\n"
                            "7,1.5,free text,-2e-3,0.25,s\r\n"
                            "18446744073709551615, 3 ,\"x,\ny\",\"4\",-1.75,b\r\n"
                            "9,-999.0,,0,1e3,\"t\"\"\"";

/* All that a table holds comes back, gzip or not, also where a comma is the decimal point. */
static void check_round_trip(fairu_context *ctx, const char *name, const char *first)
{
  const char *const names[3] = { first, "with, comma", "say \"x\"" };
  const char *const categories[3] = { "b", "s", "tau, tau" };
  enum { N = 1000 };
  fairu_events *events = NULL, *back = NULL;
  float *values[3];
  double weights[N];
  int32_t labels[N];
  uint64_t ids[N], x = 99;
  CHECK_OK(ctx, fairu_events_create(ctx, N, 3, names, &events));
  for (size_t c = 0; c < 3; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &values[c]));
  for (size_t r = 0; r < N; r++) {
    for (size_t c = 0; c < 3; c++)
      values[c][r] = ldexpf((float)(int32_t)next_random(&x), (int)(next_random(&x) % 60) - 60);
    weights[r] = ldexp((double)(int32_t)next_random(&x) / 3.0, (int)(next_random(&x) % 200) - 100);
    labels[r] = (int32_t)(r % 3);
    ids[r] = UINT64_MAX - r;
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, N));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, N));
  CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, N));
  CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 3));
  char path[512];
  support_path(path, sizeof path, name);
  fairu_csv_options options = options_of();
  options.weight = "my weight";
  CHECK_OK(ctx, fairu_events_write_csv(events, ctx, path, &options));
  options.id = "id";
  options.label = "label";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &back));
  assert_int_equal(fairu_events_n_columns(back), 3);
  for (size_t c = 0; c < 3; c++) {
    assert_string_equal(fairu_events_column_name(back, c), names[c]);
    assert_memory_equal(fairu_events_column(back, c, NULL), values[c], N * sizeof(float));
  }
  assert_memory_equal(fairu_events_weights(back), weights, sizeof weights);
  assert_memory_equal(fairu_events_labels(back), labels, sizeof labels);
  assert_memory_equal(fairu_events_ids(back), ids, sizeof ids);
  assert_string_equal(fairu_events_category_name(back, 2), "tau, tau");
  fairu_events_destroy(events);
  fairu_events_destroy(back);
}

static void tables_come_back_as_written(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  check_round_trip(ctx, "marked.csv", "\xEF\xBB\xBFpt"); /* no byte order mark of the file */
  check_round_trip(ctx, "round.csv", "pt");
  check_round_trip(ctx, "round.csv.gz", "pt");
  char path[512];
  size_t size = 0;
  support_path(path, sizeof path, "round.csv.gz");
  unsigned char *bytes = (unsigned char *)support_read_file(path, &size);
  assert_true(size > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b);
  free(bytes);
  fairu_context_destroy(ctx);
}

static void the_locale_does_not_matter(void **state)
{
  (void)state;
  const char *const comma[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "nl_NL.UTF-8" };
  const char *set = NULL;
  for (size_t i = 0; i < sizeof comma / sizeof *comma && !set; i++)
    set = setlocale(LC_ALL, comma[i]);
  if (!set)
    support_skip("no locale with a decimal comma");
  fairu_context *ctx = support_context();
  check_round_trip(ctx, "locale.csv", "pt");
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("a\n0.30000001192092896\n1.5\n"), NULL, &events));
  assert_true(at(events, 0, 0) == 0.3f && at(events, 0, 1) == 1.5f);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  setlocale(LC_ALL, "C");
}

static void a_failed_write_leaves_nothing(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const char *const names[2] = { "weight", "x" };
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, 2, 2, names, &events));
  const double weights[2] = { 1, 2 };
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, 2));
  char path[512];
  support_path(path, sizeof path, "twice.csv");
  const size_t before = support_count_files(support_directory());
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_events_write_csv(events, ctx, path, NULL));
  CHECK_SAYS(ctx, "\"weight\"");
  fairu_context_cancel(ctx);
  fairu_csv_options options = options_of();
  options.weight = "w";
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events_write_csv(events, ctx, path, &options));
  fairu_context_resume(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_events_write_csv(events, ctx, "/nonexistent/t.csv", &options));
  assert_int_equal(support_count_files(support_directory()), before);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static int read_and_write(fairu_context *ctx, void *data)
{
  fairu_csv_options options = options_of();
  const fairu_missing missing[1] = { { "pt", -999, -1 } };
  char path[512];
  options.id = "EventId";
  options.weight = "w";
  options.label = "kind";
  options.missing = missing;
  options.n_missing = 1;
  fairu_events *events = NULL;
  int status = fairu_events_read_csv(ctx, data, &options, &events);
  if (status == FAIRU_OK)
    status = fairu_events_write_csv(events, ctx, support_path(path, sizeof path, "out.csv.gz"), &options);
  fairu_events_destroy(events);
  return status;
}

static void every_allocation_failure_is_clean(void **state)
{
  (void)state;
  char path[512];
  support_path(path, sizeof path, "in.csv");
  support_write_file(path, small, sizeof small - 1);
  support_path(path, sizeof path, "out.csv.gz");
  support_write_file(path, "", 0);
  const size_t before = support_count_files(support_directory());
  support_path(path, sizeof path, "in.csv");
  assert_true(support_every_need_fails(read_and_write, path) > 20);
  assert_int_equal(support_count_files(support_directory()), before);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(tables_come_back_as_written),
    cmocka_unit_test(the_locale_does_not_matter),
    cmocka_unit_test(a_failed_write_leaves_nothing),
    cmocka_unit_test(every_allocation_failure_is_clean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
