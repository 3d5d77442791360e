/* Random tables written here in any form that RFC 4180 allows, and read whole, in pieces and packed; and tables of the library's own
 * writer read by a reader that knows nothing but quotes. */
#include "base/gzip_made.h"
#include "support/draws.h"
#include "support/support.h"

enum { MOST_ROWS = 60, MOST_COLUMNS = 6, MOST_TEXT = 1 << 16, WORD = 40 };

typedef struct table {
  size_t n_rows, n_features;
  char names[MOST_COLUMNS + 3][WORD]; /* features, then id, weight, label */
  float x[MOST_ROWS][MOST_COLUMNS];
  double weights[MOST_ROWS];
  uint64_t ids[MOST_ROWS];
  size_t kinds[MOST_ROWS]; /* word of the label */
  int has_ids, has_weights, has_labels;
  char delimiter;
} table;

/* In order of bytes, as categories are sorted. */
static const char *const words[] = { " b", "\"quoted\"", "a,b;c\td", "htautau", "two\nlines", "\xC3\xBC" };
enum { N_WORDS = sizeof words / sizeof *words };

static void draw_table(draws *d, table *t)
{
  t->n_rows = draw_below(d, MOST_ROWS + 1);
  t->n_features = 1 + draw_below(d, MOST_COLUMNS);
  t->delimiter = ",;\t|"[draw_below(d, 4)];
  t->has_ids = draw_below(d, 2) > 0;
  t->has_weights = draw_below(d, 2) > 0;
  t->has_labels = draw_below(d, 2) > 0;
  for (size_t c = 0; c < MOST_COLUMNS + 3; c++)
    snprintf(t->names[c], WORD, draw_below(d, 4) ? "column_%zu" : "a \"%zu\", b;\n c", c);
  for (size_t r = 0; r < t->n_rows; r++) {
    for (size_t c = 0; c < t->n_features; c++)
      t->x[r][c] = (float)(draw_below(d, 3) ? draw_between(d, -1e3, 1e3) : exp(draw_between(d, -80.0, 80.0)));
    t->weights[r] = draw_between(d, -1.0, 3.0);
    t->ids[r] = draw(d) >> draw_below(d, 20);
    t->kinds[r] = draw_below(d, N_WORDS);
  }
}

/* ---- a writer that takes liberties ----------------------------------------------------------------------- */

typedef struct writer {
  char text[MOST_TEXT];
  size_t n;
  draws *d;
  char delimiter;
} writer;

static void say(writer *w, const char *text)
{
  const size_t n = strlen(text);
  assert_true(w->n + n < MOST_TEXT);
  memcpy(w->text + w->n, text, n + 1);
  w->n += n;
}

static int needs_quotes(const writer *w, const char *text)
{
  return strpbrk(text, "\"\r\n") != NULL || strchr(text, w->delimiter) != NULL;
}

static void put_cell(writer *w, const char *text)
{
  if (!needs_quotes(w, text) && draw_below(w->d, 3) > 0) {
    say(w, text);
    return;
  }
  say(w, "\"");
  for (; *text; text++) {
    const char one[3] = { *text, *text == '"' ? '"' : '\0', '\0' };
    say(w, one);
  }
  say(w, "\"");
}

/* Blanks, signs and exponents that change nothing. */
static void put_number(writer *w, double value, int digits)
{
  char text[64];
  const int form = (int)draw_below(w->d, 3);
  snprintf(text, sizeof text,
           form == 0   ? "%.*g"
           : form == 1 ? "%.*e"
                       : " %+.*E ",
           form ? digits - 1 : digits, value);
  put_cell(w, text);
}

static void put_end(writer *w, int crlf)
{
  say(w, crlf ? "\r\n" : "\n");
}

static void put_between(writer *w, int *first)
{
  const char one[2] = { w->delimiter, '\0' };
  if (!*first)
    say(w, one);
  *first = 0;
}

static void write_row(writer *w, const table *t, size_t r)
{
  int first = 1;
  char text[32];
  for (size_t c = 0; c < t->n_features; c++) {
    put_between(w, &first);
    put_number(w, (double)t->x[r][c], 9);
  }
  if (t->has_ids) {
    put_between(w, &first);
    snprintf(text, sizeof text, "%s%llu", draw_below(w->d, 2) ? "00" : "", (unsigned long long)t->ids[r]);
    put_cell(w, text);
  }
  if (t->has_weights) {
    put_between(w, &first);
    put_number(w, t->weights[r], 17);
  }
  if (t->has_labels) {
    put_between(w, &first);
    put_cell(w, words[t->kinds[r]]);
  }
}

static void write_table(writer *w, const table *t, draws *d)
{
  *w = (writer){ .d = d, .delimiter = t->delimiter };
  int first = 1;
  const int crlf = draw_below(d, 2) > 0, mixed = draw_below(d, 4) == 0, bom = draw_below(d, 4) == 0;
  if (bom)
    say(w, "\xEF\xBB\xBF");
  for (size_t c = 0; c < MOST_COLUMNS + 3; c++)
    if (c < t->n_features || (c == MOST_COLUMNS && t->has_ids) || (c == MOST_COLUMNS + 1 && t->has_weights) ||
        (c == MOST_COLUMNS + 2 && t->has_labels)) {
      put_between(w, &first);
      put_cell(w, t->names[c]);
    }
  for (size_t r = 0; r < t->n_rows; r++) {
    put_end(w, mixed ? (int)draw_below(d, 2) : crlf);
    write_row(w, t, r);
  }
  for (size_t n = draw_below(d, 3); n > 0; n--) /* empty lines at the end are no rows */
    put_end(w, crlf);
}

/* ---- what was read --------------------------------------------------------------------------------------- */

static fairu_csv_options options_for(const table *t)
{
  fairu_csv_options o;
  assert_int_equal(fairu_csv_options_init(&o, sizeof o), FAIRU_OK);
  o.delimiter = t->delimiter;
  o.id = t->has_ids ? t->names[MOST_COLUMNS] : NULL;
  o.weight = t->has_weights ? t->names[MOST_COLUMNS + 1] : NULL;
  o.label = t->has_labels ? t->names[MOST_COLUMNS + 2] : NULL;
  return o;
}

static void check_rows(const fairu_events *e, const table *t, size_t first)
{
  assert_int_equal(fairu_events_n_columns(e), t->n_features);
  for (size_t c = 0; c < t->n_features; c++) {
    size_t stride = 0;
    const float *values = fairu_events_column(e, c, &stride);
    assert_string_equal(fairu_events_column_name(e, c), t->names[c]);
    for (size_t r = 0; r < fairu_events_n_events(e); r++)
      assert_true(values[r * stride] == t->x[first + r][c]);
  }
  for (size_t r = 0; r < fairu_events_n_events(e); r++) {
    assert_true(!t->has_ids || fairu_events_ids(e)[r] == t->ids[first + r]);
    assert_true(!t->has_weights || fairu_events_weights(e)[r] == t->weights[first + r]);
    if (t->has_labels) {
      const char *name = fairu_events_category_name(e, (size_t)fairu_events_labels(e)[r]);
      assert_non_null(name);
      assert_string_equal(name, words[t->kinds[first + r]]);
    }
  }
  assert_int_equal(fairu_events_ids(e) != NULL, t->has_ids);
  assert_int_equal(fairu_events_weights(e) != NULL, t->has_weights);
}

static void check_whole(fairu_context *ctx, const char *path, const table *t)
{
  fairu_events *e = NULL;
  const fairu_csv_options o = options_for(t);
  CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &o, &e));
  assert_int_equal(fairu_events_n_events(e), t->n_rows);
  check_rows(e, t, 0);
  for (size_t k = 1; k < fairu_events_n_categories(e); k++)
    assert_true(strcmp(fairu_events_category_name(e, k - 1), fairu_events_category_name(e, k)) < 0);
  fairu_events_destroy(e);
}

static void check_pieces(fairu_context *ctx, const char *path, const table *t, draws *d)
{
  fairu_csv_reader *reader = NULL;
  const fairu_csv_options o = options_for(t);
  size_t first = 0, pieces = 0;
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, path, &o, &reader));
  for (;; pieces++) {
    fairu_events *e = NULL;
    const size_t most = 1 + draw_below(d, 20);
    CHECK_OK(ctx, fairu_csv_reader_next(reader, ctx, most, &e));
    if (!e)
      break;
    const size_t n = fairu_events_n_events(e), left = t->n_rows - first;
    assert_int_equal(n, most < left ? most : left);
    check_rows(e, t, first);
    first += n;
    fairu_events_destroy(e);
  }
  assert_int_equal(first, t->n_rows);
  assert_true(pieces > 0);
  fairu_csv_reader_destroy(reader);
}

static void any_form_of_a_table_is_read(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  table *t = calloc(1, sizeof *t);
  writer *w = calloc(1, sizeof *w);
  gzip_made *g = calloc(1, sizeof *g);
  draws d = { 71 };
  char path[512];
  for (int round = 0; round < 150; round++) {
    draw_table(&d, t);
    write_table(w, t, &d);
    support_path(path, sizeof path, "model.csv");
    if (round % 3 == 0 && w->n < 30000) {
      g->size = 0;
      made_member(g, (unsigned)round % 32, w->text, w->n / 2, 1000); /* two members, cut anywhere */
      made_member(g, 0, w->text + w->n / 2, w->n - w->n / 2, 0);
      support_write_file(path, g->bytes, g->size);
    } else {
      support_write_file(path, w->text, w->n);
    }
    check_whole(ctx, path, t);
    check_pieces(ctx, path, t, &d);
  }
  free(g);
  free(w);
  free(t);
  fairu_context_destroy(ctx);
}

/* ---- the library's own files, read by hand --------------------------------------------------------------- */

/* The next cell, its quotes taken off; *end: what stands behind it. */
static size_t read_cell(const char **text, char delimiter, char *cell, char *end)
{
  size_t n = 0;
  const int quoted = **text == '"';
  const char *p = *text + quoted;
  for (; *p; p++) {
    if (quoted && *p == '"' && *++p != '"')
      break;
    if (!quoted && (*p == delimiter || *p == '\n'))
      break;
    cell[n++] = *p;
  }
  cell[n] = '\0';
  *end = *p;
  *text = *p ? p + 1 : p;
  return n;
}

static void check_cell(const char **text, const table *t, const char *wanted, int is_last)
{
  char cell[256], end = 0;
  read_cell(text, t->delimiter, cell, &end);
  assert_string_equal(cell, wanted);
  assert_int_equal(end, is_last ? '\n' : t->delimiter);
}

static void check_written(const char *text, const table *t)
{
  const size_t n = t->n_features + (size_t)(t->has_ids + t->has_weights + t->has_labels);
  for (size_t r = 0; r <= t->n_rows; r++) {
    char wanted[64];
    size_t at = 0;
    for (size_t c = 0; c < MOST_COLUMNS + 3; c++) {
      if (c < MOST_COLUMNS ? c >= t->n_features
                           : !(c == MOST_COLUMNS       ? t->has_ids
                               : c == MOST_COLUMNS + 1 ? t->has_weights
                                                       : t->has_labels))
        continue;
      if (r == 0)
        snprintf(wanted, sizeof wanted, "%s", t->names[c]);
      else if (c < MOST_COLUMNS)
        snprintf(wanted, sizeof wanted, "%.9g", (double)t->x[r - 1][c]);
      else if (c == MOST_COLUMNS)
        snprintf(wanted, sizeof wanted, "%llu", (unsigned long long)t->ids[r - 1]);
      else if (c == MOST_COLUMNS + 1)
        snprintf(wanted, sizeof wanted, "%.17g", t->weights[r - 1]);
      else
        snprintf(wanted, sizeof wanted, "%s", words[t->kinds[r - 1]]);
      check_cell(&text, t, wanted, ++at == n);
    }
  }
  assert_int_equal(*text, '\0');
}

static fairu_events *make(fairu_context *ctx, const table *t)
{
  fairu_events *e = NULL;
  const char *names[MOST_COLUMNS];
  const float *columns[MOST_COLUMNS];
  int32_t labels[MOST_ROWS];
  for (size_t c = 0; c < t->n_features; c++) {
    names[c] = t->names[c];
    columns[c] = &t->x[0][c];
  }
  for (size_t r = 0; r < t->n_rows; r++)
    labels[r] = (int32_t)t->kinds[r];
  CHECK_OK(ctx, fairu_events_create_view(ctx, t->n_rows, t->n_features, names, columns, MOST_COLUMNS, &e));
  if (t->has_ids)
    CHECK_OK(ctx, fairu_events_set_ids(e, ctx, t->ids, t->n_rows));
  if (t->has_weights)
    CHECK_OK(ctx, fairu_events_set_weights(e, ctx, t->weights, t->n_rows));
  if (t->has_labels) {
    CHECK_OK(ctx, fairu_events_set_labels(e, ctx, labels, t->n_rows));
    CHECK_OK(ctx, fairu_events_set_categories(e, ctx, words, N_WORDS));
  }
  return e;
}

static void written_tables_have_the_cells_they_should(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  table *t = calloc(1, sizeof *t);
  draws d = { 72 };
  char path[512], *text = NULL;
  support_path(path, sizeof path, "written.csv");
  for (int round = 0; round < 100; round++) {
    draw_table(&d, t);
    fairu_events *e = make(ctx, t);
    const fairu_csv_options o = options_for(t);
    size_t size = 0;
    CHECK_OK(ctx, fairu_events_write_csv(e, ctx, path, &o));
    text = support_read_file(path, &size);
    check_written(text, t);
    free(text);
    check_whole(ctx, path, t);
    fairu_events_destroy(e);
  }
  free(t);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_form_of_a_table_is_read),
                                      cmocka_unit_test(written_tables_have_the_cells_they_should) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
