/* Arrow batches with one part missing, of another form, or just at a limit: what is said of each, and what is none of a fault. */
#include "arrow_batch.h"

static int import(fairu_context *ctx, arrow_batch *b, const fairu_arrow_options *o)
{
  fairu_events *events = NULL;
  const int status = fairu_events_create_view_arrow(ctx, &b->schema, &b->array, o, &events);
  assert_true((status == FAIRU_OK) == (events != NULL));
  fairu_events_destroy(events);
  return status;
}

/* ---- parts that are not there --------------------------------------------------------------------------- */

typedef struct fault {
  void (*make)(arrow_batch *b, fairu_arrow_options *o);
  int code;
  const char *says;
} fault;

#define FAULT(name, body)                                                                                    \
  static void name(arrow_batch *b, fairu_arrow_options *o)                                                   \
  {                                                                                                          \
    (void)b, (void)o;                                                                                        \
    body;                                                                                                    \
  }

/* The others are then of no use, of whatever type. */
static const char *const only_x[] = { "x" };

FAULT(rows_null, b->none[0] = b->valid; b->array.null_count = 2)
FAULT(rows_unknown, b->none[0] = b->valid; b->array.null_count = -1)
FAULT(no_format, b->children[ARROW_Y].format = NULL)
FAULT(no_child, b->schema_list[ARROW_ID] = NULL)
FAULT(no_column, b->column_list[ARROW_Y] = NULL)
FAULT(released_column, b->columns[ARROW_W].release = NULL)
FAULT(short_column, b->columns[ARROW_X].length = ARROW_ROWS - 1)
FAULT(negative_offset, b->columns[ARROW_X].offset = -1)
FAULT(no_buffers, b->columns[ARROW_ID].buffers = NULL)
FAULT(one_buffer, b->columns[ARROW_ID].n_buffers = 1)
FAULT(no_batch_format, b->schema.format = NULL)
FAULT(released_schema, b->schema.release = NULL)
FAULT(negative_rows, b->array.length = -1)
FAULT(rows_overflow, b->array.offset = INT64_MAX; b->array.length = 1)
FAULT(no_children, b->array.children = NULL)
FAULT(dictionary_array, b->columns[ARROW_CODE].dictionary = NULL)
FAULT(dictionary_format, b->dictionary_schema.format = NULL)
FAULT(text_buffers, b->columns[ARROW_KIND].n_buffers = 2)
FAULT(text_data, b->buffers[ARROW_KIND][2] = NULL)
FAULT(label_of_bits, b->children[ARROW_Y].format = "b"; o->label = "y")
FAULT(label_of_fractions, o->label = "w"; o->weight = NULL)
FAULT(label_too_large, b->id[4] = 2147483648; o->label = "id"; o->id = NULL)
FAULT(label_of_coded_numbers, b->dictionary_schema.format = "l"; o->label = "code")
FAULT(weight_of_integers, o->weight = "id"; o->columns = only_x; o->n_columns = 1)
FAULT(weight_of_text, o->weight = "kind"; o->columns = only_x; o->n_columns = 1)
FAULT(ids_of_floats, o->id = "x"; o->columns = only_x; o->n_columns = 1)
FAULT(ids_of_codes, o->id = "code"; o->columns = only_x; o->n_columns = 1)
FAULT(coded_offset, o->label = "code"; b->dictionary.offset = -1)
FAULT(coded_length, o->label = "code"; b->dictionary.length = -1)
FAULT(coded_buffers, o->label = "code"; b->dictionary.n_buffers = 2)
FAULT(coded_nothing, o->label = "code"; b->dictionary.buffers = NULL)
FAULT(coded_places, o->label = "code"; b->buffers[ARROW_COLUMNS][1] = NULL)
FAULT(coded_nulls, o->label = "code"; b->dictionary.null_count = 1)
FAULT(negative_code, o->label = "code"; b->code[3] = -1)
FAULT(backward_text, b->kind_offsets[0] = -1)
FAULT(no_such_label, o->label = "kin")
FAULT(no_such_weight, o->weight = "W"; o->columns = only_x; o->n_columns = 1)
FAULT(no_such_id, o->id = "ide"; o->columns = only_x; o->n_columns = 1)

#define GONE "released, or without buffers for 5 rows"
#define TEXTS "Arrow column code: its texts are not there"

static const fault faults[] = {
  { rows_null, FAIRU_ERR_UNSUPPORTED, "Arrow batch: rows that are null" },
  { rows_unknown, FAIRU_ERR_UNSUPPORTED, "Arrow batch: rows that are null" },
  { no_format, FAIRU_ERR_FORMAT, "Arrow column 1 has no name or format" },
  { no_child, FAIRU_ERR_FORMAT, "Arrow column 5 has no name" },
  { no_column, FAIRU_ERR_FORMAT, "Arrow column y: " GONE },
  { released_column, FAIRU_ERR_FORMAT, "Arrow column w: " GONE },
  { short_column, FAIRU_ERR_FORMAT, "Arrow column x: " GONE },
  { negative_offset, FAIRU_ERR_FORMAT, "Arrow column x: " GONE },
  { no_buffers, FAIRU_ERR_FORMAT, "Arrow column id: " GONE },
  { one_buffer, FAIRU_ERR_FORMAT, "Arrow column id: " GONE },
  { no_batch_format, FAIRU_ERR_FORMAT, "schema or array is released" },
  { released_schema, FAIRU_ERR_FORMAT, "schema or array is released" },
  { negative_rows, FAIRU_ERR_FORMAT, "6 in the array, -1 rows" },
  { rows_overflow, FAIRU_ERR_FORMAT, "6 in the array, 1 rows" },
  { no_children, FAIRU_ERR_FORMAT, "6 columns in the schema, 6 in the array, 5 rows" },
  { dictionary_array, FAIRU_ERR_FORMAT, "Arrow column code has no dictionary" },
  { dictionary_format, FAIRU_ERR_FORMAT, "Arrow column code has no dictionary" },
  { text_buffers, FAIRU_ERR_FORMAT, "Arrow column kind has no text" },
  { text_data, FAIRU_ERR_FORMAT, "row 0, Arrow column kind: text 0 ends before it begins" },
  { label_of_bits, FAIRU_ERR_UNSUPPORTED, "Arrow column y has format \"b\", wanted numbers" },
  { label_of_fractions, FAIRU_ERR_FORMAT, "row 1, Arrow column w is 0.1, a label is a 32-bit integer" },
  { label_too_large, FAIRU_ERR_FORMAT, "row 4, Arrow column id is 2.14748e+09, a label is" },
  { label_of_coded_numbers, FAIRU_ERR_UNSUPPORTED,
    "Arrow column code has format \"c\" (dictionary), wanted text or whole numbers" },
  { weight_of_integers, FAIRU_ERR_UNSUPPORTED, "Arrow column id has format \"l\", wanted float or double" },
  { weight_of_text, FAIRU_ERR_UNSUPPORTED, "Arrow column kind has format \"u\", wanted float or double" },
  { ids_of_floats, FAIRU_ERR_UNSUPPORTED, "Arrow column x has format \"f\", wanted 64-bit integers" },
  { ids_of_codes, FAIRU_ERR_UNSUPPORTED, "Arrow column code has format \"c\" (dictionary), wanted 64-bit" },
  { coded_offset, FAIRU_ERR_FORMAT, TEXTS },
  { coded_length, FAIRU_ERR_FORMAT, TEXTS },
  { coded_buffers, FAIRU_ERR_FORMAT, TEXTS },
  { coded_nothing, FAIRU_ERR_FORMAT, TEXTS },
  { coded_places, FAIRU_ERR_FORMAT, TEXTS },
  { coded_nulls, FAIRU_ERR_FORMAT, TEXTS },
  { negative_code, FAIRU_ERR_FORMAT, "row 3, Arrow column code: index -1, the dictionary has 2 texts" },
  { backward_text, FAIRU_ERR_FORMAT, "row 0, Arrow column kind: text 0 ends before it begins" },
  { no_such_label, FAIRU_ERR_NOT_FOUND, "kin" },
  { no_such_weight, FAIRU_ERR_NOT_FOUND, "W" },
  { no_such_id, FAIRU_ERR_NOT_FOUND, "ide" },
};

static void what_is_missing_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    arrow_batch *b = arrow_make();
    fairu_arrow_options o = arrow_options();
    CHECK_OK(ctx, import(ctx, b, &o));
    faults[i].make(b, &o);
    CHECK_FAILS(ctx, faults[i].code, import(ctx, b, &o));
    CHECK_SAYS(ctx, faults[i].says);
    free(b);
  }
  fairu_context_destroy(ctx);
}

/* ---- what is none of a fault ---------------------------------------------------------------------------- */

FAULT(no_null_map, b->array.null_count = 2)
FAULT(map_of_no_nulls, b->none[0] = b->valid)
FAULT(map_not_needed, b->array.null_count = 2; b->none[0] = b->valid; b->array.n_buffers = 0)
FAULT(longer_columns, b->array.length = ARROW_ROWS - 2)
FAULT(unused_text, b->buffers[ARROW_KIND][2] = NULL; o->label = NULL)
FAULT(unused_codes, b->dictionary.buffers = NULL)
FAULT(largest_label, b->id[4] = INT32_MAX; o->label = "id"; o->id = NULL)
FAULT(largest_id, b->id[4] = INT64_MAX)
FAULT(float_weights, b->children[ARROW_W].format = "f")
FAULT(no_wishes, o->label = o->weight = o->id = NULL; b->schema_list[ARROW_W] = b->schema_list[ARROW_X];
      b->schema.n_children = b->array.n_children = ARROW_Y + 1)

static void what_is_said_twice_or_not_used_is_no_fault(void **state)
{
  (void)state;
  static void (*const makes[])(arrow_batch *, fairu_arrow_options *) = {
    no_null_map,  map_of_no_nulls, map_not_needed, longer_columns, unused_text,
    unused_codes, largest_label,   largest_id,     float_weights,  no_wishes
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
    arrow_batch *b = arrow_make();
    fairu_arrow_options o = arrow_options();
    if (makes[i] == float_weights)
      memset(b->w, 0, sizeof b->w); /* read as floats: zeros too */
    makes[i](b, &o);
    CHECK_OK(ctx, import(ctx, b, &o));
    free(b);
  }
  fairu_context_destroy(ctx);
}

/* ---- limits --------------------------------------------------------------------------------------------- */

/* Six columns; texts of at most 7 bytes; five rows. */
static void limits_hold_at_their_value(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const struct {
    size_t offset;
    uint64_t most;
    const char *says;
  } cases[] = {
    { offsetof(fairu_limits, csv_columns), 6, "Arrow batch: 6 columns, limit csv_columns 5" },
    { offsetof(fairu_limits, name_bytes), 7,
      "row 0, Arrow column kind: text 0 has 7 bytes, limit name_bytes 6" },
    { offsetof(fairu_limits, rows), 5, "5 events, limit rows 4" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (uint64_t below = 0; below < 2; below++) {
      fairu_limits limits;
      arrow_batch *b = arrow_make();
      const fairu_arrow_options o = arrow_options();
      CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
      const uint64_t limit = cases[i].most - below;
      memcpy((char *)&limits + cases[i].offset, &limit, sizeof limit);
      CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
      if (below) {
        CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, import(ctx, b, &o));
        CHECK_SAYS(ctx, cases[i].says);
      } else {
        CHECK_OK(ctx, import(ctx, b, &o));
      }
      free(b);
    }
  fairu_context_destroy(ctx);
}

/* Features that are asked for: none is NULL, text and whole numbers are none. */
static void wishes_are_checked(void **state)
{
  (void)state;
  static const struct {
    const char *columns[2];
    int code;
    const char *says;
  } cases[] = {
    { { "x", NULL }, FAIRU_ERR_NULL, "columns[1] is NULL" },
    { { "x", "x" }, FAIRU_ERR_DUPLICATE, "x" },
    { { "x", "z" }, FAIRU_ERR_NOT_FOUND, "z" },
    { { "kind", "x" }, FAIRU_ERR_UNSUPPORTED, "Arrow column kind has format \"u\", wanted float" },
    { { "x", "id" }, FAIRU_ERR_UNSUPPORTED, "Arrow column id has format \"l\", wanted float" },
    { { "x", "code" },
      FAIRU_ERR_UNSUPPORTED,
      "Arrow column code has format \"c\" (dictionary), wanted float" },
    { { "w", "x" }, FAIRU_ERR_UNSUPPORTED, "Arrow column w has format \"g\", wanted float" },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    arrow_batch *b = arrow_make();
    fairu_arrow_options o;
    CHECK_OK(ctx, fairu_arrow_options_init(&o, sizeof o));
    o.columns = cases[i].columns;
    o.n_columns = 2;
    CHECK_FAILS(ctx, cases[i].code, import(ctx, b, &o));
    CHECK_SAYS(ctx, cases[i].says);
    o.n_columns = 0; /* nothing is asked for */
    CHECK_OK(ctx, import(ctx, b, &o));
    free(b);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_missing_is_named),
    cmocka_unit_test(what_is_said_twice_or_not_used_is_no_fault),
    cmocka_unit_test(limits_hold_at_their_value),
    cmocka_unit_test(wishes_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
