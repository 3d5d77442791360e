/* Record batches of the Arrow C data interface as event tables. */
#include "events/arrow_batch.h"

static fairu_events *viewed(fairu_context *ctx, const arrow_batch *b, const fairu_arrow_options *o)
{
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_events_create_view_arrow(ctx, &b->schema, &b->array, o, &events));
  return events;
}

static void features_stay_where_they_are(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  arrow_batch *b = arrow_make();
  const fairu_arrow_options o = arrow_options();
  size_t stride = 0;
  fairu_events *events = viewed(ctx, b, &o);
  assert_int_equal(fairu_events_n_events(events), ARROW_ROWS);
  assert_int_equal(fairu_events_n_columns(events), 2); /* code is text */
  assert_string_equal(fairu_events_column_name(events, 1), "y");
  assert_ptr_equal(fairu_events_column(events, 0, &stride), b->x);
  assert_ptr_equal(fairu_events_column(events, 1, &stride), b->y);
  assert_int_equal(stride, 1);
  assert_memory_equal(fairu_events_weights(events), b->w, sizeof b->w);
  assert_int_equal(fairu_events_ids(events)[4], 96);
  assert_non_null(b->array.release); /* the caller's, still */
  fairu_events_destroy(events);
  free(b);
  fairu_context_destroy(ctx);
}

static void check_kinds(const fairu_events *events, size_t first, size_t n)
{
  static const char *const kinds[ARROW_ROWS] = { "ztautau", "ttbar", "ztautau", "htautau", "ttbar" };
  for (size_t i = 0; i < n; i++)
    assert_string_equal(fairu_events_category_name(events, (size_t)fairu_events_labels(events)[i]),
                        kinds[first + i]);
}

static void text_becomes_categories(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  arrow_batch *b = arrow_make();
  fairu_arrow_options o = arrow_options();
  fairu_events *events = viewed(ctx, b, &o);
  assert_int_equal(fairu_events_n_categories(events), 3);
  assert_string_equal(fairu_events_category_name(events, 0), "htautau"); /* sorted, as from files */
  check_kinds(events, 0, ARROW_ROWS);
  fairu_events_destroy(events);
  o.label = "code";
  events = viewed(ctx, b, &o);
  for (size_t i = 0; i < ARROW_ROWS; i++)
    assert_string_equal(fairu_events_category_name(events, (size_t)fairu_events_labels(events)[i]),
                        b->code[i] ? "H" : "VV");
  fairu_events_destroy(events);
  o.label = "id"; /* whole numbers */
  o.id = NULL;
  events = viewed(ctx, b, &o);
  assert_int_equal(fairu_events_n_categories(events), 0);
  assert_int_equal(fairu_events_labels(events)[1], 99);
  fairu_events_destroy(events);
  free(b);
  fairu_context_destroy(ctx);
}

/* Rows 1 .. 3 by the offset of the batch, rows 2 and 3 by those of batch and columns. */
static void slices_begin_where_they_say(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  arrow_batch *b = arrow_make();
  const fairu_arrow_options o = arrow_options();
  size_t stride;
  b->array.offset = 1;
  b->array.length = 3;
  fairu_events *events = viewed(ctx, b, &o);
  assert_ptr_equal(fairu_events_column(events, 0, &stride), b->x + 1);
  CHECK_NEAR(fairu_events_weights(events)[2], b->w[3], 0.0);
  check_kinds(events, 1, 3);
  fairu_events_destroy(events);
  b->array.length = 2;
  for (int i = 0; i < ARROW_COLUMNS; i++) {
    b->columns[i].offset = 1;
    b->columns[i].length = 4;
  }
  events = viewed(ctx, b, &o);
  assert_ptr_equal(fairu_events_column(events, 1, &stride), b->y + 2);
  assert_int_equal(fairu_events_ids(events)[0], 98);
  check_kinds(events, 2, 2);
  fairu_events_destroy(events);
  free(b);
  fairu_context_destroy(ctx);
}

static void columns_can_be_chosen(void **state)
{
  static const char *const one[1] = { "y" }, *const wrong[1] = { "w" }, *const none[1] = { "q" };
  (void)state;
  fairu_context *ctx = support_context();
  arrow_batch *b = arrow_make();
  fairu_arrow_options o;
  fairu_events *events = NULL;
  assert_int_equal(fairu_arrow_options_init(&o, sizeof o), FAIRU_OK);
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_events_create_view_arrow(ctx, &b->schema, &b->array, NULL, &events));
  CHECK_SAYS(ctx, "Arrow column w has format \"g\", wanted float");
  o.n_columns = 1;
  o.columns = one;
  events = viewed(ctx, b, &o);
  assert_int_equal(fairu_events_n_columns(events), 1);
  assert_null(fairu_events_weights(events));
  fairu_events_destroy(events);
  o.columns = wrong;
  CHECK_FAILS(ctx, FAIRU_ERR_UNSUPPORTED,
              fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events));
  o.columns = none;
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND,
              fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events));
  CHECK_SAYS(ctx, "\"q\"");
  assert_null(events);
  free(b);
  fairu_context_destroy(ctx);
}

/* What a fault changes in a sound batch. */
static void break_batch(arrow_batch *b, int fault)
{
  static const void *const missing[3] = { NULL, NULL, NULL };
  switch (fault) {
  case 0:
    b->schema.release = NULL;
    break;
  case 1:
    b->schema.format = "f";
    break;
  case 2:
    b->array.n_children = 5;
    break;
  case 3:
    b->columns[ARROW_Y].length = 4;
    break;
  case 4:
    memcpy(b->buffers[ARROW_X], missing, sizeof missing);
    break;
  case 5:
    b->valid[0] = 0x17;
    b->buffers[ARROW_Y][0] = b->valid;
    b->columns[ARROW_Y].null_count = -1;
    break;
  case 6:
    b->w[2] = (double)NAN;
    break;
  case 7:
    b->children[ARROW_W].format = "tdD";
    break;
  case 8:
    b->kind_offsets[2] = 3;
    break;
  case 9:
    b->kind_offsets[1] = 0;
    break;
  case 10:
    b->id[3] = -1;
    break;
  case 11:
    b->id[3] = b->id[1];
    break;
  case 12:
    b->children[ARROW_Y].name = "x";
    break;
  case 13:
    b->children[ARROW_X].name = NULL;
    break;
  default:
    b->buffers[ARROW_X][1] = (const char *)(const void *)b->x + 2;
    break;
  }
}

static void broken_batches_are_refused(void **state)
{
  static const struct {
    int code;
    const char *says;
  } faults[] = {
    { FAIRU_ERR_FORMAT, "released" },
    { FAIRU_ERR_UNSUPPORTED, "wanted a record batch" },
    { FAIRU_ERR_FORMAT, "6 columns in the schema, 5 in the array" },
    { FAIRU_ERR_FORMAT, "Arrow column y: released, or without buffers for 5 rows" },
    { FAIRU_ERR_FORMAT, "Arrow column x" },
    { FAIRU_ERR_NON_FINITE, "row 3, Arrow column y is null" },
    { FAIRU_ERR_NON_FINITE, "row 2, Arrow column w is nan" },
    { FAIRU_ERR_UNSUPPORTED, "Arrow column w has format \"tdD\"" },
    { FAIRU_ERR_FORMAT, "row 1, Arrow column kind: text 1 ends before it begins" },
    { FAIRU_ERR_FORMAT, "row 0, Arrow column kind: the text is empty" },
    { FAIRU_ERR_RANGE, "row 3, Arrow column id is negative" },
    { FAIRU_ERR_DUPLICATE, "" },
    { FAIRU_ERR_DUPLICATE, "" },
    { FAIRU_ERR_FORMAT, "Arrow column 0 has no name" },
    { FAIRU_ERR_UNSUPPORTED, "Arrow column x is not aligned" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_arrow_options o = arrow_options();
  for (int k = 0; k < (int)(sizeof faults / sizeof *faults); k++) {
    fairu_events *events = NULL;
    arrow_batch *b = arrow_make();
    break_batch(b, k);
    CHECK_FAILS(ctx, faults[k].code, fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &o, &events));
    CHECK_SAYS(ctx, faults[k].says);
    assert_null(events);
    free(b);
  }
  arrow_batch *b = arrow_make();
  fairu_events *events = NULL;
  fairu_arrow_options code = o;
  code.label = "code";
  b->code[2] = 2;
  CHECK_FAILS(ctx, FAIRU_ERR_FORMAT,
              fairu_events_create_view_arrow(ctx, &b->schema, &b->array, &code, &events));
  CHECK_SAYS(ctx, "row 2, Arrow column code: index 2, the dictionary has 2 texts");
  free(b);
  fairu_context_destroy(ctx);
}

static void no_rows_are_a_table_too(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  arrow_batch *b = arrow_make();
  const fairu_arrow_options o = arrow_options();
  b->array.length = 0;
  for (int i = 0; i < ARROW_COLUMNS; i++)
    b->columns[i].length = 0;
  b->buffers[ARROW_X][1] = NULL;
  for (int label = ARROW_KIND; label <= ARROW_CODE; label++) { /* arrays without rows need no buffers */
    fairu_arrow_options wanted = o;
    wanted.label = b->children[label].name;
    for (int without = 0; without < 2; without++) {
      if (without)
        b->buffers[label][1] = b->buffers[ARROW_COLUMNS][1] = NULL;
      fairu_events *events = viewed(ctx, b, &wanted);
      assert_int_equal(fairu_events_n_events(events), 0);
      assert_int_equal(fairu_events_n_columns(events), 2);
      assert_int_equal(fairu_events_n_categories(events), 0);
      assert_non_null(fairu_events_labels(events));
      fairu_events_destroy(events);
    }
  }
  free(b);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(features_stay_where_they_are), cmocka_unit_test(text_becomes_categories),
    cmocka_unit_test(slices_begin_where_they_say),  cmocka_unit_test(columns_can_be_chosen),
    cmocka_unit_test(broken_batches_are_refused),   cmocka_unit_test(no_rows_are_a_table_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
