/* Tables after any sequence of operations against a plain model: rows of an array. */
#include "support/draws.h"
#include "support/support.h"

enum { MOST = 200, COLUMNS = 3, N_LABELS = 4 };

static const char *const names[COLUMNS] = { "pt", "eta", "phi" };
static const char *const kinds[N_LABELS] = { "ztautau", "diboson", "ttbar", "htautau" };

typedef struct row {
  float x[COLUMNS];
  double weight;
  int32_t label;
  uint64_t id;
} row;

typedef struct model {
  row rows[MOST];
  size_t n;
  int has_weights, has_labels, has_ids, has_kinds;
} model;

/* ---- both sides ----------------------------------------------------------------------------------------- */

static void check_same(const fairu_events *e, const model *m)
{
  assert_int_equal(fairu_events_n_events(e), m->n);
  assert_int_equal(fairu_events_n_columns(e), COLUMNS);
  assert_int_equal(fairu_events_weights(e) != NULL, m->has_weights);
  assert_int_equal(fairu_events_labels(e) != NULL, m->has_labels);
  assert_int_equal(fairu_events_ids(e) != NULL, m->has_ids);
  assert_int_equal(fairu_events_n_categories(e), m->has_kinds ? N_LABELS : 0);
  for (size_t c = 0; c < COLUMNS; c++) {
    size_t stride = 0;
    const float *values = fairu_events_column(e, c, &stride);
    assert_string_equal(fairu_events_column_name(e, c), names[c]);
    for (size_t r = 0; r < m->n; r++)
      assert_true(values[r * stride] == m->rows[r].x[c]);
  }
  for (size_t r = 0; r < m->n; r++) {
    assert_true(!m->has_weights || fairu_events_weights(e)[r] == m->rows[r].weight);
    assert_true(!m->has_labels || fairu_events_labels(e)[r] == m->rows[r].label);
    assert_true(!m->has_ids || fairu_events_ids(e)[r] == m->rows[r].id);
  }
  for (size_t k = 0; m->has_kinds && k < N_LABELS; k++)
    assert_string_equal(fairu_events_category_name(e, k), kinds[k]);
  assert_null(fairu_events_category_name(e, m->has_kinds ? N_LABELS : 0));
}

/* Sums by plain addition of whole numbers, which is exact. */
static void check_sums(const fairu_events *e, fairu_context *ctx, const model *m)
{
  for (int32_t label = -1; label < N_LABELS; label++) {
    double sum = NAN, wanted = 0.0;
    if (label >= 0 && !m->has_labels) {
      CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_sum_weights(e, ctx, label, &sum));
      continue;
    }
    for (size_t r = 0; r < m->n; r++)
      if (label < 0 || m->rows[r].label == label)
        wanted += m->has_weights ? m->rows[r].weight : 1.0;
    CHECK_OK(ctx, fairu_events_sum_weights(e, ctx, label, &sum));
    assert_true(sum == wanted);
  }
}

static void draw_rows(draws *d, model *m, size_t n, uint64_t first_id)
{
  m->n = n;
  for (size_t r = 0; r < n; r++) {
    for (size_t c = 0; c < COLUMNS; c++)
      m->rows[r].x[c] = (float)draw_between(d, -100.0, 100.0);
    m->rows[r].weight = (double)draw_below(d, 2000) - 500.0;
    m->rows[r].label = (int32_t)draw_below(d, N_LABELS);
    m->rows[r].id = first_id + r;
  }
}

/* One attribute of all rows, or none; the values go in from memory of the caller, or are the table's own. */
static void set_one(fairu_context *ctx, fairu_events *e, model *m, draws *d)
{
  double weights[MOST];
  int32_t labels[MOST];
  uint64_t ids[MOST];
  const size_t kind = draw_below(d, 4);
  const int on = draw_below(d, 3) > 0, own = draw_below(d, 4) == 0;
  for (size_t r = 0; r < m->n; r++) {
    weights[r] = m->rows[r].weight = own && m->has_weights ? m->rows[r].weight : (double)draw_below(d, 100);
    labels[r] = m->rows[r].label = own && m->has_labels ? m->rows[r].label : (int32_t)draw_below(d, N_LABELS);
    ids[r] = own && m->has_ids ? m->rows[r].id : draw(d);
  }
  const size_t n = on ? m->n : 0;
  if (kind == 0) {
    const double *from = own && m->has_weights ? fairu_events_weights(e) : weights;
    CHECK_OK(ctx, fairu_events_set_weights(e, ctx, on ? from : NULL, n));
    m->has_weights = on;
  } else if (m->has_weights) { /* the model has drawn new ones */
    CHECK_OK(ctx, fairu_events_set_weights(e, ctx, weights, m->n));
  }
  if (kind == 1) {
    const int32_t *from = own && m->has_labels ? fairu_events_labels(e) : labels;
    CHECK_OK(ctx, fairu_events_set_labels(e, ctx, on ? from : NULL, n));
    m->has_labels = on;
  } else if (m->has_labels) {
    CHECK_OK(ctx, fairu_events_set_labels(e, ctx, labels, m->n));
  }
  if (kind == 2) {
    const uint64_t *from = own && m->has_ids ? fairu_events_ids(e) : ids;
    CHECK_OK(ctx, fairu_events_set_ids(e, ctx, on ? from : NULL, n));
    for (size_t r = 0; r < m->n; r++)
      m->rows[r].id = ids[r];
    m->has_ids = on;
  }
  if (kind == 3) {
    CHECK_OK(ctx, fairu_events_set_categories(e, ctx, on ? kinds : NULL, on ? N_LABELS : 0));
    m->has_kinds = on;
  }
}

static fairu_events *make(fairu_context *ctx, const model *m)
{
  fairu_events *e = NULL;
  double weights[MOST];
  int32_t labels[MOST];
  uint64_t ids[MOST];
  CHECK_OK(ctx, fairu_events_create(ctx, m->n, COLUMNS, names, &e));
  for (size_t c = 0; c < COLUMNS; c++) {
    float *values = NULL;
    CHECK_OK(ctx, fairu_events_column_data(e, ctx, c, &values));
    for (size_t r = 0; r < m->n; r++)
      values[r] = m->rows[r].x[c];
  }
  for (size_t r = 0; r < m->n; r++) {
    weights[r] = m->rows[r].weight;
    labels[r] = m->rows[r].label;
    ids[r] = m->rows[r].id;
  }
  if (m->has_weights)
    CHECK_OK(ctx, fairu_events_set_weights(e, ctx, weights, m->n));
  if (m->has_labels)
    CHECK_OK(ctx, fairu_events_set_labels(e, ctx, labels, m->n));
  if (m->has_ids)
    CHECK_OK(ctx, fairu_events_set_ids(e, ctx, ids, m->n));
  if (m->has_kinds)
    CHECK_OK(ctx, fairu_events_set_categories(e, ctx, kinds, N_LABELS));
  return e;
}

/* ---- operations: each makes a new table and a new model --------------------------------------------------- */

static int has_repeats(const size_t *rows, size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      if (rows[i] == rows[j])
        return 1;
  return 0;
}

static void keep_rows(model *m, const size_t *rows, size_t n)
{
  const model before = *m;
  for (size_t i = 0; i < n; i++)
    m->rows[i] = before.rows[rows[i]];
  m->n = n;
  m->has_ids = before.has_ids && !has_repeats(rows, n);
}

static fairu_events *select_rows(fairu_context *ctx, const fairu_events *e, model *m, draws *d)
{
  fairu_events *out = NULL;
  size_t rows[MOST] = { 0 }, n = m->n == 0 ? 0 : draw_below(d, m->n + 5);
  if (n > MOST)
    n = MOST;
  const int distinct = draw_below(d, 2) && n <= m->n;
  const size_t first = draw_below(d, m->n + 1);
  for (size_t i = 0; i < n; i++)
    rows[i] = distinct ? (first + i) % m->n : draw_below(d, m->n);
  CHECK_OK(ctx, fairu_events_select(e, ctx, rows, n, &out));
  if (n > 0) {
    fairu_events *none = out;
    rows[n / 2] += m->n;
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_events_select(e, ctx, rows, n, &none));
    assert_null(none);
    rows[n / 2] -= m->n;
  }
  keep_rows(m, rows, n);
  return out;
}

static fairu_events *select_mask(fairu_context *ctx, const fairu_events *e, model *m, draws *d)
{
  fairu_events *out = NULL;
  unsigned char mask[MOST];
  size_t rows[MOST], n = 0;
  const size_t one_in = 1 + draw_below(d, 4);
  for (size_t r = 0; r < m->n; r++) {
    mask[r] = draw_below(d, one_in) == 0 ? (unsigned char)(1 + draw_below(d, 255)) : 0;
    if (mask[r])
      rows[n++] = r;
  }
  CHECK_OK(ctx, fairu_events_select_mask(e, ctx, mask, m->n, &out));
  keep_rows(m, rows, n);
  return out;
}

static fairu_events *select_label(fairu_context *ctx, const fairu_events *e, model *m, draws *d)
{
  fairu_events *out = NULL;
  const int32_t label = (int32_t)draw_below(d, N_LABELS);
  size_t rows[MOST], n = 0;
  for (size_t r = 0; r < m->n; r++)
    if (m->rows[r].label == label)
      rows[n++] = r;
  const int wanted = !m->has_labels ? FAIRU_ERR_ARGUMENT : n == 0 ? FAIRU_ERR_EMPTY : FAIRU_OK;
  assert_int_equal(fairu_events_select_label(e, ctx, label, &out), wanted);
  assert_int_equal(out != NULL, wanted == FAIRU_OK);
  if (out)
    keep_rows(m, rows, n);
  return out;
}

/* Row numbers of the model are ids of nobody else unless the same table is joined twice. */
static int ids_are_unique(const model *m)
{
  for (size_t i = 0; i < m->n; i++)
    for (size_t j = 0; j < i; j++)
      if (m->rows[i].id == m->rows[j].id)
        return 0;
  return 1;
}

static fairu_events *join(fairu_context *ctx, const fairu_events *e, model *m, draws *d)
{
  model other = *m;
  fairu_events *out = NULL;
  if (2 * m->n > MOST)
    return NULL;
  if (draw_below(d, 4) > 0) {
    draw_rows(d, &other, draw_below(d, 20), draw(d));
    other.has_weights = draw_below(d, 2) > 0;
    other.has_labels = draw_below(d, 2) > 0;
    other.has_ids = draw_below(d, 4) > 0;
    other.has_kinds = draw_below(d, 2) > 0;
  }
  fairu_events *b = make(ctx, &other);
  CHECK_OK(ctx, fairu_events_concatenate(e, ctx, b, &out));
  fairu_events_destroy(b);
  for (size_t i = 0; i < m->n + other.n; i++) {
    const model *from = i < m->n ? m : &other;
    m->rows[i] = i < m->n ? m->rows[i] : other.rows[i - m->n];
    m->rows[i].weight = from->has_weights ? m->rows[i].weight : 1.0;
    m->rows[i].label = from->has_labels ? m->rows[i].label : 0;
  }
  m->n += other.n;
  m->has_weights |= other.has_weights;
  m->has_labels |= other.has_labels;
  m->has_kinds |= other.has_kinds;
  m->has_ids = m->has_ids && other.has_ids && ids_are_unique(m);
  return out;
}

/* Through a view of row-major memory and back by a selection of all rows. */
static fairu_events *through_view(fairu_context *ctx, const model *m)
{
  const float *columns[COLUMNS];
  fairu_events *view = NULL, *out = NULL;
  size_t all[MOST];
  float *values = NULL;
  for (size_t c = 0; c < COLUMNS; c++)
    columns[c] = &m->rows[0].x[c];
  for (size_t r = 0; r < m->n; r++)
    all[r] = r;
  CHECK_OK(ctx,
           fairu_events_create_view(ctx, m->n, COLUMNS, names, columns, sizeof(row) / sizeof(float), &view));
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_events_column_data(view, ctx, 0, &values));
  CHECK_OK(ctx, fairu_events_select(view, ctx, all, m->n, &out));
  fairu_events_destroy(view);
  return out;
}

static void any_sequence_of_operations_agrees_with_the_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  model *m = calloc(1, sizeof *m);
  draws d = { 61 };
  for (int round = 0; round < 60; round++) {
    memset(m, 0, sizeof *m);
    draw_rows(&d, m, draw_below(&d, 80), 0);
    fairu_events *e = make(ctx, m);
    for (int step = 0; step < 40; step++) {
      fairu_events *next = NULL;
      const size_t what = draw_below(&d, 12);
      if (what < 5)
        set_one(ctx, e, m, &d);
      else if (what == 5)
        next = select_mask(ctx, e, m, &d);
      else if (what == 6)
        next = select_label(ctx, e, m, &d);
      else if (what == 7)
        next = select_rows(ctx, e, m, &d);
      else if (what < 11)
        next = join(ctx, e, m, &d);
      else {
        next = through_view(ctx, m);
        m->has_weights = m->has_labels = m->has_ids = m->has_kinds = 0;
      }
      if (next) {
        fairu_events_destroy(e);
        e = next;
      }
      check_same(e, m);
      check_sums(e, ctx, m);
    }
    fairu_events_destroy(e);
  }
  free(m);
  fairu_context_destroy(ctx);
}

/* A table gives its own values, to be set again: of the table itself or of another one. */
static void a_table_may_be_given_its_own_values(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  model *m = calloc(1, sizeof *m);
  draws d = { 62 };
  draw_rows(&d, m, MOST, 1000);
  m->has_weights = m->has_labels = m->has_ids = 1;
  fairu_events *e = make(ctx, m);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(ctx, fairu_events_set_weights(e, ctx, fairu_events_weights(e), m->n));
    CHECK_OK(ctx, fairu_events_set_labels(e, ctx, fairu_events_labels(e), m->n));
    CHECK_OK(ctx, fairu_events_set_ids(e, ctx, fairu_events_ids(e), m->n));
    check_same(e, m);
  }
  const char *own[COLUMNS];
  for (size_t c = 0; c < COLUMNS; c++)
    own[c] = fairu_events_column_name(e, c);
  CHECK_OK(ctx, fairu_events_set_categories(e, ctx, own, COLUMNS));
  for (size_t c = 0; c < COLUMNS; c++)
    own[c] = fairu_events_category_name(e, COLUMNS - 1 - c);
  CHECK_OK(ctx, fairu_events_set_categories(e, ctx, own, COLUMNS));
  assert_string_equal(fairu_events_category_name(e, 0), "phi");
  fairu_events_destroy(e);
  free(m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_sequence_of_operations_agrees_with_the_model),
                                      cmocka_unit_test(a_table_may_be_given_its_own_values) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
