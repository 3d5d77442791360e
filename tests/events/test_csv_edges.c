/* CSV cells longer than any buffer, bytes that are shown in messages, limits at their value, rules for what is missing; rows kept in
 * place, against a plain list. */
#include "csv_text.h"
#include "support/draws.h"

#include "events/events_internal.h"

enum { BUFFER = 1 << 18, ROOM = 3 << 20 }; /* what the reader has at first */

typedef struct text {
  char *at;
  size_t n;
} text;

static void say(text *t, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  t->n += (size_t)vsnprintf(t->at + t->n, ROOM - t->n, format, args);
  va_end(args);
  assert_true(t->n < ROOM);
}

static void fill(text *t, size_t n, char with)
{
  assert_true(t->n + n < ROOM);
  memset(t->at + t->n, with, n);
  t->n += n;
}

static void set_limits(fairu_context *ctx, size_t cell, size_t name)
{
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.csv_cell_bytes = cell;
  limits.name_bytes = name;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
}

static int read_text(fairu_context *ctx, const text *t, const fairu_csv_options *options, fairu_events **out)
{
  return fairu_events_read_csv(ctx, file_of("edges.csv", t->at, t->n), options, out);
}

/* ---- long cells ------------------------------------------------------------------------------------------ */

/* A remark of any length between two numbers, with quotes, line ends and delimiters in it; lines are counted through it. */
static void put_remark(text *t, draws *d, size_t size, size_t *lines)
{
  say(t, "\"");
  for (size_t left = size; left > 0;) {
    const size_t run = 1 + draw_below(d, left < 20000 ? left : 20000);
    fill(t, run - 1, 'r');
    const size_t kind = draw_below(d, 4);
    say(t, "%s", kind == 0 ? "\"\"" : kind == 1 ? "\n" : kind == 2 ? "," : "\r");
    *lines += kind == 1;
    left -= run;
  }
  say(t, "\"");
}

static void long_cells_do_not_shift_their_neighbours(void **state)
{
  (void)state;
  static const size_t sizes[] = { 0,          1,          BUFFER - 40,    BUFFER - 1, BUFFER,
                                  BUFFER + 1, 2 * BUFFER, 2 * BUFFER + 3, 700000 };
  static const char *const columns[2] = { "a", "c" };
  enum { N = sizeof sizes / sizeof *sizes };
  fairu_context *ctx = support_context();
  text t = { malloc(ROOM), 0 };
  draws d = { 601 };
  size_t lines = 1;
  fairu_events *events = NULL;
  fairu_csv_options options = options_of();
  options.columns = columns;
  options.n_columns = 2;
  assert_non_null(t.at);
  say(&t, "a,remark,c\n");
  for (size_t r = 0; r < N; r++, lines++) {
    say(&t, "%zu,", r);
    put_remark(&t, &d, sizes[(4 * r) % N], &lines);
    say(&t, ",%zu.5\n", 100 + r);
  }
  set_limits(ctx, 1 << 20, 4096);
  CHECK_OK(ctx, read_text(ctx, &t, &options, &events));
  assert_int_equal(fairu_events_n_events(events), N);
  for (size_t r = 0; r < N; r++) {
    assert_true(at(events, 0, r) == (float)r);
    assert_true(at(events, 1, r) == 100.5F + (float)r);
  }
  fairu_events_destroy(events);
  char says[64];
  say(&t, "1,x,y\n");
  snprintf(says, sizeof says, "edges.csv:%zu: column c: \"y\" is not a number", lines + 1);
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT, read_text(ctx, &t, &options, &events));
  CHECK_SAYS(ctx, says);
  free(t.at);
  fairu_context_destroy(ctx);
}

/* The limit is one of the text, not of the quotes around it and those that are doubled; as large as the buffer or larger. */
static void cells_have_a_limit(void **state)
{
  (void)state;
  static const size_t limits[] = { 1, 7, BUFFER - 1, BUFFER, BUFFER + 1, 300000 };
  fairu_context *ctx = support_context();
  text t = { malloc(ROOM), 0 };
  assert_non_null(t.at);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    for (size_t above = 0; above < 2; above++)
      for (int quotes = 0; quotes < 3; quotes++) {
        fairu_events *events = NULL;
        const size_t size = limits[i] + above;
        t.n = 0;
        set_limits(ctx, limits[i], 4096);
        say(&t, "a,b\n1,%s", quotes ? "\"" : "");
        fill(&t, quotes == 2 ? 2 * size : size, quotes == 2 ? '"' : 'w');
        say(&t, "%s\n", quotes ? "\"" : "");
        const int status = read_text(ctx, &t, NULL, &events);
        if (above) {
          char says[96];
          assert_int_equal(status, FAIRU_ERR_LIMIT);
          snprintf(says, sizeof says, "edges.csv:2: column b: a cell of more than %zu bytes", limits[i]);
          CHECK_SAYS(ctx, says);
        } else {
          CHECK_OK(ctx, status);
          assert_int_equal(fairu_events_n_columns(events), 1); /* text is none */
          fairu_events_destroy(events);
        }
      }
  free(t.at);
  fairu_context_destroy(ctx);
}

static void names_have_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  set_limits(ctx, 4096, 5);
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file("one,three\n1,2\n"), NULL, &events));
  fairu_events_destroy(events);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT,
              fairu_events_read_csv(ctx, text_file("one,eleven\n1,2\n"), NULL, &events));
  CHECK_SAYS(ctx, "t.csv:1: ");
  CHECK_SAYS(ctx, "name of column 1 has 6 bytes, limit name_bytes 5");
  fairu_context_destroy(ctx);
}

/* ---- messages -------------------------------------------------------------------------------------------- */

/* A cell of any bytes is told in a line of printable letters, cut where it is long. */
static void cells_are_shown_in_letters(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 602 };
  for (int round = 0; round < 300; round++) {
    char file[400] = "a\n", shown[1000] = "";
    size_t n = 2, used = 0;
    const size_t size = 1 + draw_below(&d, 200);
    for (size_t i = 0; i < size; i++) {
      unsigned char c = (unsigned char)draw(&d);
      if (draw_below(&d, 2) || c == 0 || strchr("\r\n\",.", c))
        c = (unsigned char)('g' + draw_below(&d, 20)); /* begins no number */
      file[n++] = (char)c;
      used += (size_t)snprintf(shown + used, sizeof shown - used, c < 0x20 || c > 0x7e ? "\\x%02x" : "%c", c);
    }
    file[n++] = '\n';
    fairu_events *events = NULL;
    static const char *const columns[1] = { "a" };
    fairu_csv_options options = options_of();
    options.columns = columns;
    options.n_columns = 1;
    file[2] = 'z'; /* a byte order mark, or "nan", at the front would be another thing */
    if (shown[0] == '\\')
      memmove(shown, shown + 3, strlen(shown + 3) + 1);
    shown[0] = 'z';
    CHECK_FAILS(ctx, FAIRU_ERR_FORMAT,
                fairu_events_read_csv(ctx, file_of("t.csv", file, n), &options, &events));
    const char *message = fairu_context_message(ctx), *cell = strchr(message, '"');
    assert_non_null(cell);
    size_t same = 0;
    while (cell[1 + same] == shown[same] && shown[same])
      same++;
    assert_string_equal(cell + 1 + same, shown[same] ? "...\" is not a number" : "\" is not a number");
    assert_true(!shown[same] || same >= 30); /* most of a name */
  }
  fairu_context_destroy(ctx);
}

/* ---- what is missing ------------------------------------------------------------------------------------ */

static void rules_are_for_features(void **state)
{
  (void)state;
  static const char file[] = "kind,w,id,x,y\nq,1,5,-999,-1\nq,1,6,-1,-999\n";
  static const char *const none[] = { "kind", "w", "id" };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  fairu_csv_options options = options_of();
  options.label = "kind";
  options.weight = "w";
  options.id = "id";
  options.n_missing = 2;
  for (size_t i = 0; i < 3; i++) {
    char says[96];
    const fairu_missing missing[2] = { { "x", -999.0, 0.5F }, { none[i], -999.0, 0.5F } };
    options.missing = missing;
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_events_read_csv(ctx, text_file(file), &options, &events));
    snprintf(says, sizeof says, "missing[1]: column \"%s\" is not a feature", none[i]);
    CHECK_SAYS(ctx, says);
  }
  /* of several rules the first one that applies */
  const fairu_missing rules[3] = { { "x", -999.0, 2.5F }, { NULL, -999.0, 3.5F }, { "y", -1.0, 4.5F } };
  options.missing = rules;
  options.n_missing = 3;
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(file), &options, &events));
  const float wanted[2][2] = { { 2.5F, -1.0F }, { 4.5F, 3.5F } };
  for (size_t c = 0; c < 2; c++)
    for (size_t r = 0; r < 2; r++)
      assert_true(at(events, c, r) == wanted[c][r]);
  fairu_events_destroy(events);
  options.missing = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_read_csv(ctx, text_file(file), &options, &events));
  CHECK_SAYS(ctx, "missing is NULL");
  options.n_missing = 0;
  options.n_columns = 1;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events_read_csv(ctx, text_file(file), &options, &events));
  CHECK_SAYS(ctx, "columns is NULL");
  fairu_context_destroy(ctx);
}

/* ---- rows kept in place --------------------------------------------------------------------------------- */

enum { MOST = 60 };

static fairu_events *full_table(fairu_context *ctx, size_t n, int with)
{
  static const char *const names[2] = { "p", "q" };
  fairu_events *events = NULL;
  double weights[MOST];
  int32_t labels[MOST];
  uint64_t ids[MOST];
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  for (size_t c = 0; c < 2; c++) {
    float *column = NULL;
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &column));
    for (size_t r = 0; r < n; r++)
      column[r] = (float)(100 * c + r);
  }
  for (size_t r = 0; r < n; r++) {
    weights[r] = 0.25 * (double)r;
    labels[r] = (int32_t)r - 7;
    ids[r] = 1000 - r;
  }
  if (with & 1)
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, n));
  if (with & 2)
    CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  if (with & 4)
    CHECK_OK(ctx, fairu_events_set_ids(events, ctx, ids, n));
  return events;
}

/* Features of the kept rows have been put behind those that go; the rest is taken out here. */
static void kept_rows_are_those_of_the_mask(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 603 };
  for (int round = 0; round < 200; round++) {
    const size_t n = 1 + draw_below(&d, MOST), odds = draw_below(&d, 5);
    const int with = round % 8;
    unsigned char mask[MOST] = { 0 };
    size_t kept[MOST], n_kept = 0;
    fairu_events *events = full_table(ctx, n, with);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + round % 3));
    for (size_t r = 0; r < n; r++)
      if (draw_below(&d, 4) < odds) {
        mask[r] = (unsigned char)(1 + draw_below(&d, 255));
        kept[n_kept++] = r;
      }
    const size_t first = n - n_kept;
    CHECK_OK(ctx, fairu_events__keep(events, ctx, mask, first, n_kept));
    assert_int_equal(fairu_events_n_events(events), n_kept);
    for (size_t i = 0; i < n_kept; i++) {
      for (size_t c = 0; c < 2; c++)
        assert_true(at(events, c, i) == (float)(100 * c + first + i));
      assert_true(!(with & 1) || fairu_events_weights(events)[i] == 0.25 * (double)kept[i]);
      assert_true(!(with & 2) || fairu_events_labels(events)[i] == (int32_t)kept[i] - 7);
      assert_true(!(with & 4) || fairu_events_ids(events)[i] == 1000 - kept[i]);
    }
    assert_int_equal(fairu_events_weights(events) != NULL, with & 1);
    fairu_events__truncate(events, n_kept / 2);
    assert_int_equal(fairu_events_n_events(events), n_kept / 2);
    fairu_events_destroy(events);
  }
  fairu_events *events = full_table(ctx, 9, 7);
  const unsigned char mask[9] = { 1, 0, 1 };
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_events__keep(events, ctx, mask, 7, 2));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* All zeros, everything there, to be written by the caller. */
static void full_tables_are_zeros(void **state)
{
  (void)state;
  static const char *const names[2] = { "p", "q" };
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events__create_full(ctx, 40, 2, names, &events));
  for (size_t r = 0; r < 40; r++) {
    assert_true(at(events, 0, r) == 0.0F && at(events, 1, r) == 0.0F);
    assert_true(fairu_events_weights(events)[r] == 0.0 && fairu_events_labels(events)[r] == 0);
    assert_int_equal(fairu_events_ids(events)[r], 0);
  }
  fairu_events_destroy(events);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_events__create_full(ctx, 40, 2, NULL, &events));
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(long_cells_do_not_shift_their_neighbours),
    cmocka_unit_test(cells_have_a_limit),
    cmocka_unit_test(names_have_a_limit),
    cmocka_unit_test(cells_are_shown_in_letters),
    cmocka_unit_test(rules_are_for_features),
    cmocka_unit_test(kept_rows_are_those_of_the_mask),
    cmocka_unit_test(full_tables_are_zeros),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
