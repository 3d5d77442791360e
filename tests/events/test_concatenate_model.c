/* Two tables of any columns, categories and attributes, one behind the other, or why not: against a model that knows each row by itself. */
#include "support/draws.h"
#include "support/support.h"

enum { MOST_ROWS = 6, MOST_COLUMNS = 3, MOST_KINDS = 3, STRIDE = 5 };

typedef struct made {
  size_t n, n_columns, n_kinds;
  const char *columns[MOST_COLUMNS], *kinds[MOST_KINDS];
  float values[MOST_ROWS * STRIDE];
  double weights[MOST_ROWS];
  int32_t labels[MOST_ROWS];
  uint64_t ids[MOST_ROWS];
  int has_weights, has_labels, has_ids;
  fairu_events *events;
} made;

/* Names out of few, so that two tables often agree; some are views of rows with gaps. */
static void draw_table(draws *d, fairu_context *ctx, made *m)
{
  static const char *const columns[2][MOST_COLUMNS] = { { "pt", "eta", "phi" }, { "pt", "phi", "eta" } };
  static const char *const kinds[2][MOST_KINDS] = { { "ztautau", "ttbar", "htautau" },
                                                    { "ztautau", "htautau", "ttbar" } };
  const float *pointers[MOST_COLUMNS];
  memset(m, 0, sizeof *m);
  m->n = draw_below(d, MOST_ROWS + 1);
  m->n_columns = draw_below(d, 6) ? 2 : 1 + draw_below(d, MOST_COLUMNS);
  m->n_kinds = draw_below(d, 3) ? draw_below(d, 2) * MOST_KINDS : 2;
  memcpy(m->columns, columns[draw_below(d, 6) == 0], sizeof m->columns);
  memcpy(m->kinds, kinds[draw_below(d, 4) == 0], sizeof m->kinds);
  for (size_t i = 0; i < MOST_ROWS * STRIDE; i++)
    m->values[i] = (float)draw_between(d, -1.0, 1.0);
  for (size_t c = 0; c < m->n_columns; c++)
    pointers[c] = m->values + c;
  CHECK_OK(ctx, fairu_events_create_view(ctx, m->n, m->n_columns, m->columns, pointers, STRIDE, &m->events));
  m->has_weights = (int)draw_below(d, 2);
  m->has_labels = m->n_kinds > 0 || draw_below(d, 2);
  m->has_ids = draw_below(d, 3) > 0;
  const uint64_t first = draw_below(d, 12);
  for (size_t i = 0; i < MOST_ROWS; i++) {
    m->weights[i] = draw_between(d, -2.0, 2.0);
    m->labels[i] = (int32_t)draw_below(d, m->n_kinds ? m->n_kinds : 50);
    m->ids[i] = first + i;
  }
  if (m->has_weights)
    CHECK_OK(ctx, fairu_events_set_weights(m->events, ctx, m->weights, m->n));
  if (m->has_labels)
    CHECK_OK(ctx, fairu_events_set_labels(m->events, ctx, m->labels, m->n));
  if (m->has_ids)
    CHECK_OK(ctx, fairu_events_set_ids(m->events, ctx, m->ids, m->n));
  if (m->n_kinds)
    CHECK_OK(ctx, fairu_events_set_categories(m->events, ctx, m->kinds, m->n_kinds));
}

/* Empty where they can be joined, else what the refusal says. */
static void expected(const made *a, const made *b, char *text, size_t size)
{
  text[0] = '\0';
  if (a->n_columns != b->n_columns) {
    snprintf(text, size, "%zu columns and %zu columns", a->n_columns, b->n_columns);
    return;
  }
  for (size_t c = 0; c < a->n_columns; c++)
    if (strcmp(a->columns[c], b->columns[c]) != 0) {
      snprintf(text, size, "column %zu is \"%s\" and \"%s\"", c, a->columns[c], b->columns[c]);
      return;
    }
  if (!a->n_kinds || !b->n_kinds)
    return;
  if (a->n_kinds != b->n_kinds) {
    snprintf(text, size, "%zu categories and %zu categories", a->n_kinds, b->n_kinds);
    return;
  }
  for (size_t k = 0; k < a->n_kinds; k++)
    if (strcmp(a->kinds[k], b->kinds[k]) != 0) {
      snprintf(text, size, "category %zu is \"%s\" and \"%s\"", k, a->kinds[k], b->kinds[k]);
      return;
    }
}

static int share_an_id(const made *a, const made *b)
{
  for (size_t i = 0; i < a->n; i++)
    for (size_t j = 0; j < b->n; j++)
      if (a->ids[i] == b->ids[j])
        return 1;
  return 0;
}

/* Row `row` of the joined table is row `from` of m. */
static void check_row(const fairu_events *out, size_t row, const made *m, size_t from)
{
  size_t stride = 0;
  for (size_t c = 0; c < m->n_columns; c++)
    assert_true(fairu_events_column(out, c, &stride)[row * stride] == m->values[from * STRIDE + c]);
  if (fairu_events_weights(out))
    assert_true(fairu_events_weights(out)[row] == (m->has_weights ? m->weights[from] : 1.0));
  if (fairu_events_labels(out))
    assert_int_equal(fairu_events_labels(out)[row], m->has_labels ? m->labels[from] : 0);
  if (fairu_events_ids(out))
    assert_true(fairu_events_ids(out)[row] == m->ids[from]);
}

static void check_joined(const fairu_events *out, const made *a, const made *b)
{
  const made *named = a->n_kinds ? a : b;
  assert_int_equal(fairu_events_n_events(out), a->n + b->n);
  assert_true((fairu_events_weights(out) != NULL) == (a->has_weights || b->has_weights));
  assert_true((fairu_events_labels(out) != NULL) == (a->has_labels || b->has_labels));
  assert_true((fairu_events_ids(out) != NULL) == (a->has_ids && b->has_ids && !share_an_id(a, b)));
  assert_int_equal(fairu_events_n_categories(out), named->n_kinds);
  for (size_t k = 0; k < named->n_kinds; k++)
    assert_string_equal(fairu_events_category_name(out, k), named->kinds[k]);
  for (size_t i = 0; i < a->n + b->n; i++)
    check_row(out, i, i < a->n ? a : b, i < a->n ? i : i - a->n);
}

static void tables_are_joined_or_told_why_not(void **state)
{
  (void)state;
  draws d = { .state = 11 };
  fairu_context *ctx = support_context();
  size_t n_joined = 0, n_refused = 0;
  for (int round = 0; round < 3000; round++) {
    char text[96];
    made a, b;
    fairu_events *out = NULL;
    draw_table(&d, ctx, &a);
    draw_table(&d, ctx, &b);
    expected(&a, &b, text, sizeof text);
    const int status = fairu_events_concatenate(a.events, ctx, b.events, &out);
    assert_int_equal(status, text[0] ? FAIRU_ERR_SHAPE : FAIRU_OK);
    if (status == FAIRU_OK) {
      check_joined(out, &a, &b);
      n_joined++;
    } else {
      CHECK_SAYS(ctx, text);
      assert_null(out);
      n_refused++;
    }
    fairu_events_destroy(out);
    fairu_events_destroy(a.events);
    fairu_events_destroy(b.events);
  }
  assert_true(n_joined > 500 && n_refused > 500);
  fairu_context_destroy(ctx);
}

/* Three tables in either grouping are the same table, but for ids that were lost on the way and do not come back. */
static void grouping_does_not_matter(void **state)
{
  (void)state;
  draws d = { .state = 12 };
  fairu_context *ctx = support_context();
  size_t n_compared = 0;
  for (int round = 0; round < 1500; round++) {
    made m[3];
    fairu_events *pair[2] = { NULL, NULL }, *all[2] = { NULL, NULL };
    for (size_t i = 0; i < 3; i++)
      draw_table(&d, ctx, &m[i]);
    int status = fairu_events_concatenate(m[0].events, ctx, m[1].events, &pair[0]);
    if (status == FAIRU_OK)
      status = fairu_events_concatenate(pair[0], ctx, m[2].events, &all[0]);
    if (status == FAIRU_OK && fairu_events_concatenate(m[1].events, ctx, m[2].events, &pair[1]) == FAIRU_OK) {
      CHECK_OK(ctx, fairu_events_concatenate(m[0].events, ctx, pair[1], &all[1]));
      assert_true(!fairu_events_ids(all[0]) == !fairu_events_ids(all[1]));
      assert_true(!fairu_events_labels(all[0]) == !fairu_events_labels(all[1]));
      for (size_t i = 0, at = 0; i < 3; i++)
        for (size_t row = 0; row < m[i].n; row++, at++)
          for (size_t side = 0; side < 2; side++)
            check_row(all[side], at, &m[i], row);
      n_compared++;
    }
    for (size_t i = 0; i < 2; i++) {
      fairu_events_destroy(pair[i]);
      fairu_events_destroy(all[i]);
    }
    for (size_t i = 0; i < 3; i++)
      fairu_events_destroy(m[i].events);
  }
  assert_true(n_compared > 100);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(tables_are_joined_or_told_why_not),
                                      cmocka_unit_test(grouping_does_not_matter) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
