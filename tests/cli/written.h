/* written.h - reads what a study wrote: CSV tables by row and name of the column, JSON by a path of keys. */
#ifndef FAIRU_TESTS_CLI_WRITTEN_H
#define FAIRU_TESTS_CLI_WRITTEN_H

#include "support/support.h"

#include <jansson.h>

enum { WRITTEN_COLUMNS = 64 };

typedef struct written_table {
  char *bytes;
  char *header[WRITTEN_COLUMNS];
  char **cells; /* [n_rows * n_columns] */
  size_t n_rows, n_columns;
} written_table;

/* Cut a line at its commas (those inside quotes stay; quotes are taken off); the next line, NULL at the end. */
static inline char *written_cut(char *line, char **cells, size_t *n)
{
  char *to = line;
  int quoted = 0;
  *n = 0;
  cells[(*n)++] = to;
  for (char *p = line; *p; p++) {
    if (*p == '"')
      quoted = !quoted;
    else if (*p == '\n' && !quoted) {
      *to = '\0';
      return p + 1;
    } else if (*p == ',' && !quoted) {
      *to++ = '\0';
      assert_true(*n < WRITTEN_COLUMNS);
      cells[(*n)++] = to;
    } else
      *to++ = *p;
  }
  return NULL;
}

/* directory/name; every row has as many cells as the header. */
static inline written_table written_read(const char *directory, const char *name)
{
  written_table t = { 0 };
  char path[1024];
  size_t n, rows = 0;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  t.bytes = support_read_file(path, NULL);
  for (const char *p = t.bytes; *p; p++)
    rows += *p == '\n';
  char *line = written_cut(t.bytes, t.header, &t.n_columns);
  t.cells = calloc(rows * t.n_columns + 1, sizeof *t.cells);
  assert_non_null(t.cells);
  while (line && *line) {
    char *cells[WRITTEN_COLUMNS];
    line = written_cut(line, cells, &n);
    assert_non_null(line);
    assert_int_equal(n, t.n_columns);
    memcpy(t.cells + t.n_rows++ * n, cells, n * sizeof *cells);
  }
  return t;
}

static inline void written_free(written_table *t)
{
  free(t->cells);
  free(t->bytes);
}

static inline const char *written_text(const written_table *t, size_t row, const char *column)
{
  size_t k = 0;
  while (k < t->n_columns && strcmp(t->header[k], column) != 0)
    k++;
  if (k == t->n_columns || row >= t->n_rows)
    fail_msg("no cell %zu of %s", row, column);
  return t->cells[row * t->n_columns + k];
}

static inline double written_number(const written_table *t, size_t row, const char *column)
{
  char *end;
  const char *text = written_text(t, row, column);
  const double value = strtod(text, &end);
  if (end == text || *end)
    fail_msg("%s of row %zu is '%s', no number", column, row, text);
  return value;
}

/* The same double, or both NaN. */
#define CHECK_SAME(a, b)                                                                                     \
  do {                                                                                                       \
    const double same_a = (a), same_b = (b);                                                                 \
    if (!(same_a == same_b || (isnan(same_a) && isnan(same_b))))                                             \
      fail_msg("%s is %.17g, wanted %.17g", #a, same_a, same_b);                                             \
  } while (0)

/* "methods.0.truths.1.width": keys and numbers of elements. */
static inline json_t *written_at(json_t *root, const char *path)
{
  char key[96];
  for (const char *p = path; root && *p;) {
    const size_t n = strcspn(p, ".");
    assert_true(n < sizeof key);
    memcpy(key, p, n);
    key[n] = '\0';
    root = json_is_array(root) ? json_array_get(root, strtoul(key, NULL, 10)) : json_object_get(root, key);
    p += n + (p[n] == '.');
  }
  if (!root)
    fail_msg("no %s in the JSON", path);
  return root;
}

/* A number; NaN for null. */
static inline double written_value(json_t *root, const char *path)
{
  const json_t *value = written_at(root, path);
  if (json_is_null(value))
    return (double)NAN;
  if (!json_is_number(value))
    fail_msg("%s is no number", path);
  return json_number_value(value);
}

#endif /* FAIRU_TESTS_CLI_WRITTEN_H */
