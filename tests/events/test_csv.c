/* CSV files: what is read, what is refused and how it is said. */
#include "events/csv_text.h"

#include <float.h>
#include <zlib.h>

/* The text is refused with this code, and the message has this in it. */
static void check_refused(fairu_context *ctx, const char *text, const fairu_csv_options *options, int code,
                          const char *says)
{
  fairu_events *events = (fairu_events *)ctx;
  CHECK_FAILS(ctx, code, fairu_events_read_csv(ctx, text_file(text), options, &events));
  CHECK_SAYS(ctx, says);
  assert_null(events);
}

static const char small[] = "EventId,pt,note,\"a \"\"b\"\", c\",w,kind\r\n"
                            "7,1.5,free text,-2e-3,0.25,s\r\n"
                            "18446744073709551615, 3 ,\"x,\ny\",\"4\",-1.75,b\r\n"
                            "9,-999.0,,0,1e3,\"t\"\"\"";

static void columns_find_their_use(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  const fairu_missing missing[1] = { { "pt", -999, -1 } };
  fairu_csv_options options = options_of();
  options.id = "EventId";
  options.weight = "w";
  options.label = "kind";
  options.missing = missing;
  options.n_missing = 1;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(small), &options, &events));
  assert_int_equal(fairu_events_n_events(events), 3);
  assert_int_equal(fairu_events_n_columns(events), 2); /* note is text: left out */
  assert_string_equal(fairu_events_column_name(events, 1), "a \"b\", c");
  assert_true(at(events, 0, 0) == 1.5f && at(events, 0, 1) == 3.0f && at(events, 0, 2) == -1.0f);
  assert_true(at(events, 1, 0) == -2e-3f && at(events, 1, 1) == 4.0f);
  assert_true(fairu_events_weights(events)[1] == -1.75 && fairu_events_weights(events)[2] == 1000.0);
  assert_true(fairu_events_ids(events)[1] == UINT64_MAX);
  assert_int_equal(fairu_events_n_categories(events), 3);
  assert_string_equal(fairu_events_category_name(events, 0), "b");
  assert_string_equal(fairu_events_category_name(events, 1), "s");
  assert_string_equal(fairu_events_category_name(events, 2), "t\"");
  assert_int_equal(fairu_events_labels(events)[0], 1);
  assert_int_equal(fairu_events_labels(events)[1], 0);
  fairu_events_destroy(events);

  const char *const wanted[2] = { "w", "pt" };
  options.columns = wanted;
  options.n_columns = 2;
  options.weight = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(small), &options, &events));
  assert_string_equal(fairu_events_column_name(events, 0), "w");
  assert_true(at(events, 0, 2) == 1000.0f && at(events, 1, 0) == 1.5f);
  assert_null(fairu_events_weights(events));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void other_forms_are_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx,
                                      text_file("\xef\xbb\xbf"
                                                "a,,b\n1,9,2\n3,9,4\n\n\n"),
                                      NULL, &events));
  assert_int_equal(fairu_events_n_columns(events), 2); /* the nameless one is nobody's */
  assert_int_equal(fairu_events_n_events(events), 2);
  assert_string_equal(fairu_events_column_name(events, 0), "a");
  fairu_events_destroy(events);
  fairu_csv_options options = options_of();
  options.delimiter = ';';
  options.label = "b";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("a;b\n1;-2.0\n3;4e0"), &options, &events));
  assert_int_equal(fairu_events_labels(events)[0], -2);
  assert_int_equal(fairu_events_labels(events)[1], 4);
  assert_int_equal(fairu_events_n_categories(events), 0);
  fairu_events_destroy(events);
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("a,b"), NULL, &events));
  assert_int_equal(fairu_events_n_events(events), 0);
  assert_int_equal(fairu_events_n_columns(events), 2);
  fairu_events_destroy(events);
  const fairu_missing missing[2] = { { NULL, NAN, 7 }, { "b", 0.1, 8 } };
  options = options_of();
  options.missing = missing;
  options.n_missing = 2;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("a,b\nNaN,0.1\n,-nan\n0.1,0.10\n"), &options, &events));
  assert_true(at(events, 0, 0) == 7 && at(events, 0, 1) == 7 && at(events, 0, 2) == 0.1f);
  assert_true(at(events, 1, 0) == 8 && at(events, 1, 1) == 7 && at(events, 1, 2) == 8);
  fairu_events_destroy(events);
  const fairu_missing infinite[2] = { { NULL, (double)INFINITY, 5 }, { "a", -(double)INFINITY, NAN } };
  options.missing = infinite;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("a,b\ninf,Infinity\n -inf,1\n"), &options, &events));
  assert_true(at(events, 0, 0) == 5 && at(events, 1, 0) == 5 && isnan(at(events, 0, 1)));
  fairu_events_destroy(events);
  check_refused(ctx, "a,b\n1,-inf\n", &options, FAIRU_ERR_NON_FINITE,
                "t.csv:2: column b: \"-inf\" is not finite");
  fairu_context_destroy(ctx);
}

static void bad_cells_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  check_refused(ctx, "a,b\n1,2\n3\n", NULL, FAIRU_ERR_FORMAT,
                "t.csv:3: column a: the row has 1 cells, the header 2");
  check_refused(ctx, "a,b\n1,2\n3,4,5\n", NULL, FAIRU_ERR_FORMAT,
                "t.csv:3: column b: the row has more cells");
  check_refused(ctx, "a,b\n1,2\n3", NULL, FAIRU_ERR_TRUNCATED, "t.csv:3: column a");
  check_refused(ctx, "a,b\n1,2\n3,x\x01y\n", NULL, FAIRU_ERR_FORMAT,
                "t.csv:3: column b: \"x\\x01y\" is not a number");
  check_refused(ctx, "a,b\n1,nan\n", NULL, FAIRU_ERR_NON_FINITE, "t.csv:2: column b: \"nan\" is not finite");
  check_refused(ctx, "a,b\n1,-Infinity\n", NULL, FAIRU_ERR_NON_FINITE, "not finite");
  check_refused(ctx, "a,b\n1,3.5e38\n", NULL, FAIRU_ERR_NON_FINITE, "\"3.5e38\" is too large");
  check_refused(ctx, "a,b\n1,\n", NULL, FAIRU_ERR_FORMAT, "t.csv:2: column b: empty cell");
  check_refused(ctx, "a,b\n1,10\n2,0x10\n", NULL, FAIRU_ERR_FORMAT,
                "t.csv:3: column b: \"0x10\" is not a number");
  check_refused(ctx, "a,b\n1,2\n\n3,4\n", NULL, FAIRU_ERR_FORMAT, "t.csv:3: column a: empty line");
  check_refused(ctx, "a,b\n1,\"2\n3,4\n", NULL, FAIRU_ERR_TRUNCATED, "ends inside a quoted cell");
  check_refused(ctx, "a,b\n1,\"2\"3\n", NULL, FAIRU_ERR_FORMAT, "byte 0x33 behind a closing quote");
  check_refused(ctx, "a,b\n1,2\"3\n", NULL, FAIRU_ERR_FORMAT, "a quote inside a cell");
  check_refused(ctx, "a,b\r1,2\r", NULL, FAIRU_ERR_FORMAT, "carriage return without a line feed");
  check_refused(ctx, "a,b,a\n1,2,3\n", NULL, FAIRU_ERR_DUPLICATE, "column \"a\" occurs twice in the header");
  check_refused(ctx, "", NULL, FAIRU_ERR_EMPTY, "t.csv:1: no header line");
  static const char nul[] = "a,b\n1,2\0\n";
  fairu_events *events = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT,
              fairu_events_read_csv(ctx, file_of("t.csv", nul, sizeof nul - 1), NULL, &events));
  CHECK_SAYS(ctx, "a NUL byte");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_events_read_csv(ctx, "/nonexistent/t.csv", NULL, &events));
  CHECK_SAYS(ctx, "/nonexistent/t.csv");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_read_csv(ctx, NULL, NULL, &events));
  fairu_context_destroy(ctx);
}

static void bad_wishes_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const char text[] = "alpha,beta,kind\n1,2,x\n3,4,x\n";
  const char *const wanted[2] = { "alpha", "kind" };
  fairu_csv_options options = options_of();
  options.weight = "bet";
  check_refused(ctx, text, &options, FAIRU_ERR_NOT_FOUND, "t.csv:1: no column \"bet\"; near: beta");
  options.weight = "alpha";
  options.id = "alpha";
  check_refused(ctx, text, &options, FAIRU_ERR_DUPLICATE, "asked for twice");
  options.weight = NULL;
  options.id = "kind";
  check_refused(ctx, text, &options, FAIRU_ERR_FORMAT,
                "column kind: \"x\" is not an unsigned 64-bit integer");
  options.id = NULL;
  options.columns = wanted;
  options.n_columns = 2;
  check_refused(ctx, text, &options, FAIRU_ERR_FORMAT, "t.csv:2: column kind: \"x\" is not a number");
  options = options_of();
  const fairu_missing missing[1] = { { "gamma", 0, 0 } };
  options.missing = missing;
  options.n_missing = 1;
  check_refused(ctx, text, &options, FAIRU_ERR_NOT_FOUND, "missing[0]: no column \"gamma\"");
  options = options_of();
  options.id = "a";
  check_refused(ctx, "a,b\n1,2\n5,3\n1,2\n", &options, FAIRU_ERR_DUPLICATE, "id 1 stands in rows 0 and 2");
  check_refused(ctx, "a,b\n18446744073709551616,2\n", &options, FAIRU_ERR_FORMAT, "64-bit");
  options = options_of();
  options.label = "a";
  check_refused(ctx, "a,b\n1,2\nx,2\n", &options, FAIRU_ERR_FORMAT, "label \"x\" is not a 32-bit integer");
  check_refused(ctx, "a,b\n1.5,2\n", &options, FAIRU_ERR_FORMAT, "label \"1.5\"");
  options = options_of();
  options.delimiter = '"';
  check_refused(ctx, text, &options, FAIRU_ERR_ARGUMENT, "delimiter is byte 0x22");
  options = options_of();
  options.struct_size = 4;
  check_refused(ctx, text, &options, FAIRU_ERR_STRUCT_SIZE, "");
  fairu_context_destroy(ctx);
}

static void limits_hold(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.csv_cell_bytes = 10;
  limits.csv_columns = 3;
  limits.rows = 2;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  check_refused(ctx, "a,b\n1,00000000002\n", NULL, FAIRU_ERR_LIMIT, "more than 10 bytes");
  check_refused(ctx, "a,b\n1,\"00000000002\"\n", NULL, FAIRU_ERR_LIMIT, "more than 10 bytes");
  check_refused(ctx, "a,b,c,d\n", NULL, FAIRU_ERR_LIMIT, "more than 3 columns");
  check_refused(ctx, "a\n1\n2\n3\n", NULL, FAIRU_ERR_LIMIT, "more than 2 rows");
  limits.rows = 10;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  fairu_csv_options options = options_of();
  options.label = "a";
  check_refused(ctx, "a\nw\nx\ny\nz\n", &options, FAIRU_ERR_LIMIT, "more than 3 categories");
  /* an endless cell: refused after the limit, not after the file */
  char *endless = malloc(3000001);
  memset(endless, '1', 3000000);
  memcpy(endless, "a\n", 2);
  endless[3000000] = '\0';
  check_refused(ctx, endless, NULL, FAIRU_ERR_LIMIT, "more than 10 bytes");
  free(endless);
  fairu_context_destroy(ctx);
}

/* Cells and quotes that meet the end of the read buffer anywhere. */
static void buffer_ends_do_not_matter(void **state)
{
  (void)state;
  enum { BUFFER = 1 << 18 };
  fairu_context *ctx = support_context();
  fairu_csv_options options = options_of();
  options.label = "c";
  char *text = malloc(BUFFER + 64);
  for (size_t shift = 0; shift < 24; shift++) {
    size_t n = (size_t)sprintf(text, "a,b,c\n");
    while (n < BUFFER - 24 + shift) {
      const size_t left = BUFFER - 24 + shift - n;
      n += (size_t)sprintf(text + n, "%s", left >= 16 || left == 8 ? "1,2.5,s\n" : "1,2,s\n");
      if (left < 8 && left != 6)
        break;
    }
    strcpy(text + n, "12,\"3.25\",\"t\"\"u\"\r\n4,-5,s\n");
    fairu_events *events = NULL;
    CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(text), &options, &events));
    const size_t last = fairu_events_n_events(events) - 1;
    assert_true(at(events, 0, last - 1) == 12.0f && at(events, 1, last - 1) == 3.25f);
    assert_true(at(events, 0, last) == 4.0f && at(events, 1, last) == -5.0f);
    assert_string_equal(fairu_events_category_name(events, 1), "t\"u");
    fairu_events_destroy(events);
  }
  free(text);
  fairu_context_destroy(ctx);
}

/* Each cut gives a code with a message, or the rows before it. */
static void cuts_anywhere_are_clean(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_csv_options options = options_of();
  options.id = "EventId";
  options.label = "kind";
  for (size_t size = 0; size < sizeof small - 1; size++) {
    fairu_events *events = NULL;
    const int status = fairu_events_read_csv(ctx, file_of("t.csv", small, size), &options, &events);
    assert_true(status == FAIRU_OK || status == FAIRU_ERR_TRUNCATED || status == FAIRU_ERR_FORMAT ||
                status == FAIRU_ERR_NOT_FOUND || status == FAIRU_ERR_EMPTY);
    assert_true((status == FAIRU_OK) == (events != NULL));
    assert_true(fairu_events_n_events(events) <= 3);
    fairu_events_destroy(events);
  }
  char path[512];
  support_path(path, sizeof path, "t.csv.gz");
  gzFile gz = gzopen(path, "wb");
  assert_int_equal(gzwrite(gz, small, sizeof small - 1), sizeof small - 1);
  gzclose(gz);
  size_t size = 0;
  char *packed = support_read_file(path, &size);
  for (size_t cut = 0; cut <= size; cut++) {
    fairu_events *events = NULL;
    const int status = fairu_events_read_csv(ctx, file_of("t.csv.gz", packed, cut), &options, &events);
    assert_int_equal(status == FAIRU_OK, cut == size);
    fairu_events_destroy(events);
  }
  for (size_t byte = 0; byte < size; byte++) { /* a flipped bit: never silently other numbers */
    fairu_events *events = NULL;
    packed[byte] = (char)(packed[byte] ^ 4);
    const int status = fairu_events_read_csv(ctx, file_of("t.csv.gz", packed, size), &options, &events);
    packed[byte] = (char)(packed[byte] ^ 4);
    if (status == FAIRU_OK) /* bits that carry nothing: the time, padding behind the last code */
      assert_true(fairu_events_n_events(events) == 3 && at(events, 0, 2) == -999.0f &&
                  at(events, 2, 2) == 1000.0f && fairu_events_labels(events)[0] == 1);
    fairu_events_destroy(events);
  }
  free(packed);
  fairu_context_destroy(ctx);
}

static uint32_t next_random(uint64_t *x)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return (uint32_t)(*x >> 16);
}

/* A file of one column of numbers, read back and compared with strtof and strtod. */
static void check_numbers(fairu_context *ctx, const char *const *numbers, size_t n)
{
  char *text = malloc(64 * (n + 1) + 64), *end = text;
  end += sprintf(end, "x,w\n");
  for (size_t i = 0; i < n; i++)
    end += sprintf(end, "%s,%s\n", numbers[i], numbers[i]);
  fairu_csv_options options = options_of();
  options.weight = "w";
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(text), &options, &events));
  for (size_t i = 0; i < n; i++) {
    const float f = strtof(numbers[i], NULL), got = at(events, 0, i);
    const double d = strtod(numbers[i], NULL);
    if (memcmp(&f, &got, sizeof f) != 0 || memcmp(&d, &fairu_events_weights(events)[i], sizeof d) != 0)
      fail_msg("%s: read %.9g and %.17g, wanted %.9g and %.17g", numbers[i], (double)got,
               fairu_events_weights(events)[i], (double)f, d);
  }
  free(text);
  fairu_events_destroy(events);
}

static void numbers_are_correctly_rounded(void **state)
{
  (void)state;
  enum { N = 20000 };
  fairu_context *ctx = support_context();
  static const char *const hard[] = { "0",
                                      "-0",
                                      "+1",
                                      ".5",
                                      "5.",
                                      "1e0",
                                      "1E+2",
                                      "-1.e-2",
                                      "000001.5000",
                                      "9007199254740993",
                                      "9007199254740992.5",
                                      "16777217",
                                      "16777216.99999999999999999",
                                      "16777217.0000000000000001",
                                      "1e-45",
                                      "7.0064923216240853546186479164495e-46",
                                      "7.1e-46",
                                      "1.17549435e-38",
                                      "1.1754942e-38",
                                      "3.4028235e38",
                                      "3.4028235677973362e38",
                                      "1e-400",
                                      "0e999999999",
                                      "123456789012345678901234567890",
                                      "1e23",
                                      "8.5e22",
                                      "0.1",
                                      "0.30000001192092896",
                                      "1.00000005960464477539",
                                      "1.000000059604644775390625",
                                      "1.0000000596046447753906251",
                                      "0.000000000000000000000000000000000000011754943",
                                      "1e22",
                                      "1e-22" };
  check_numbers(ctx, hard, sizeof hard / sizeof *hard);
  char(*texts)[64] = malloc(N * sizeof *texts);
  const char **numbers = malloc(N * sizeof *numbers);
  uint64_t x = 20140911;
  for (size_t i = 0; i < N; i++) {
    numbers[i] = texts[i];
    const uint32_t bits = next_random(&x);
    float f;
    memcpy(&f, &bits, sizeof f);
    if (!isfinite(f) || fabsf(f) > FLT_MAX / 4)
      f = (float)(int32_t)bits;
    const double half = ((double)f + (double)nextafterf(f, 2 * f)) / 2; /* a midpoint of two floats */
    if (i % 4 == 0)
      snprintf(texts[i], sizeof texts[i], "%.9g", (double)f);
    else if (i % 4 == 1)
      snprintf(texts[i], sizeof texts[i], "%.*g", (int)(10 + bits % 10), half);
    else if (i % 4 == 2)
      snprintf(texts[i], sizeof texts[i], "%d.%03u", (int)(bits % 2000) - 1000, bits / 7 % 1000);
    else
      snprintf(texts[i], sizeof texts[i], "%u%09ue%d", next_random(&x), bits % 1000000000u,
               (int)(bits % 60) - 50);
  }
  check_numbers(ctx, numbers, N);
  free(numbers);
  free(texts);
  fairu_context_destroy(ctx);
}

static void the_published_file_has_its_sums(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path, "higgsml2014/events_100000_116999.csv.gz"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  fairu_csv_options options = options_of();
  options.id = "EventId";
  options.label = "Label";
  options.weight = "Weight";
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  assert_int_equal(fairu_events_n_events(events), 17000);
  assert_int_equal(fairu_events_n_columns(events), 31); /* 30 features and KaggleWeight; KaggleSet is text */
  double b = 0, s = 0;
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 0, &b));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 1, &s));
  CHECK_CLOSE(b, 8484.163390256603, 1e-9);
  CHECK_CLOSE(s, 14.9157302405776, 1e-9);
  size_t n_s = 0;
  for (size_t r = 0; r < 17000; r++)
    n_s += fairu_events_labels(events)[r] == 1;
  assert_int_equal(n_s, 5794);
  assert_true(fairu_events_ids(events)[16999] == 116999);
  fairu_events_destroy(events);
  options.weight = "KaggleWeight";
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &events));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 0, &b));
  CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, 1, &s));
  CHECK_CLOSE(b, 27825.153703007694, 1e-9);
  CHECK_CLOSE(s, 48.5905814504985, 1e-9);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(columns_find_their_use),
    cmocka_unit_test(other_forms_are_read),
    cmocka_unit_test(bad_cells_are_named),
    cmocka_unit_test(bad_wishes_are_named),
    cmocka_unit_test(limits_hold),
    cmocka_unit_test(buffer_ends_do_not_matter),
    cmocka_unit_test(cuts_anywhere_are_clean),
    cmocka_unit_test(numbers_are_correctly_rounded),
    cmocka_unit_test(the_published_file_has_its_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
