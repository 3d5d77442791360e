/* Labels as text: any number of categories in any order, from CSV, from Arrow and back; every byte as a delimiter; NUL bytes anywhere. */
#include "csv_text.h"
#include "support/draws.h"

enum { ROWS = 400, MOST = 150, NAME = 12 };

/* ---- categories ----------------------------------------------------------------------------------------- */

typedef struct world {
  size_t n_names, n_rows;
  char names[MOST][NAME]; /* rising by bytes */
  size_t kind[ROWS];
} world;

static int compare_names(const void *a, const void *b)
{
  return strcmp(a, b);
}

/* Different names, long and short, that begin alike, with capitals, digits and bytes above 127; each name stands in a row. */
static void draw_world(draws *d, world *w, size_t n_names)
{
  static const char *const letters[] = { "a", "b", "B", "9", "\xC3\xA9", "_", "\xE2\x82\xAC" };
  w->n_names = 0;
  while (w->n_names < n_names) {
    char *name = w->names[w->n_names];
    size_t same = 0;
    name[0] = '\0';
    for (size_t k = 1 + draw_below(d, 3); k > 0; k--)
      strcat(name, letters[draw_below(d, 7)]);
    for (size_t i = 0; i < w->n_names; i++)
      same += strcmp(w->names[i], name) == 0;
    /* a column of numbers alone is one of codes, not of names */
    w->n_names += same == 0 && strspn(name, "9") < strlen(name);
  }
  qsort(w->names, n_names, sizeof w->names[0], compare_names);
  w->n_rows = n_names + draw_below(d, ROWS - n_names);
  for (size_t r = 0; r < w->n_rows; r++)
    w->kind[r] = r < n_names ? r : draw_below(d, n_names);
  for (size_t r = w->n_rows - 1; r > 0; r--) {
    const size_t other = draw_below(d, r + 1), kept = w->kind[r];
    w->kind[r] = w->kind[other];
    w->kind[other] = kept;
  }
}

static void check_labels(const fairu_events *events, const world *w)
{
  assert_int_equal(fairu_events_n_events(events), w->n_rows);
  assert_int_equal(fairu_events_n_categories(events), w->n_names);
  for (size_t k = 0; k < w->n_names; k++)
    assert_string_equal(fairu_events_category_name(events, k), w->names[k]);
  assert_null(fairu_events_category_name(events, w->n_names));
  for (size_t r = 0; r < w->n_rows; r++)
    assert_int_equal(fairu_events_labels(events)[r], w->kind[r]);
}

static fairu_events *from_csv(fairu_context *ctx, const world *w)
{
  static char text[ROWS * (NAME + 8)];
  size_t n = (size_t)sprintf(text, "x,kind\n");
  fairu_events *events = NULL;
  fairu_csv_options options = options_of();
  options.label = "kind";
  for (size_t r = 0; r < w->n_rows; r++)
    n += (size_t)sprintf(text + n, r % 3 ? "%zu,%s\n" : "%zu,\"%s\"\r\n", r, w->names[w->kind[r]]);
  CHECK_OK(ctx, fairu_events_read_csv(ctx, file_of("labels.csv", text, n), &options, &events));
  return events;
}

static void forget_schema(struct ArrowSchema *schema)
{
  schema->release = NULL;
}

static void forget_array(struct ArrowArray *array)
{
  array->release = NULL;
}

static fairu_events *from_arrow(fairu_context *ctx, const world *w)
{
  static char text[ROWS * NAME];
  static int32_t offsets[ROWS + 1];
  static const float x[ROWS];
  for (size_t r = 0; r < w->n_rows; r++) {
    const size_t size = strlen(w->names[w->kind[r]]);
    memcpy(text + offsets[r], w->names[w->kind[r]], size);
    offsets[r + 1] = offsets[r] + (int32_t)size;
  }
  const int64_t n = (int64_t)w->n_rows;
  const void *of_x[2] = { NULL, x }, *of_kind[3] = { NULL, offsets, text }, *none[1] = { NULL };
  struct ArrowSchema schemas[2] = { { .format = "f", .name = "x", .release = forget_schema },
                                    { .format = "u", .name = "kind", .release = forget_schema } };
  struct ArrowArray arrays[2] = {
    { .length = n, .n_buffers = 2, .buffers = of_x, .release = forget_array },
    { .length = n, .n_buffers = 3, .buffers = of_kind, .release = forget_array }
  };
  struct ArrowSchema *schema_list[2] = { &schemas[0], &schemas[1] };
  struct ArrowArray *array_list[2] = { &arrays[0], &arrays[1] };
  const struct ArrowSchema schema = {
    .format = "+s", .n_children = 2, .children = schema_list, .release = forget_schema
  };
  const struct ArrowArray array = { .length = n,
                                    .n_buffers = 1,
                                    .buffers = none,
                                    .n_children = 2,
                                    .children = array_list,
                                    .release = forget_array };
  fairu_arrow_options options;
  fairu_events *events = NULL;
  CHECK_OK(ctx, fairu_arrow_options_init(&options, sizeof options));
  options.label = "kind";
  CHECK_OK(ctx, fairu_events_create_view_arrow(ctx, &schema, &array, &options, &events));
  return events;
}

/* Categories are the names by byte value, however many and in whatever order they come. */
static void names_become_categories(void **state)
{
  (void)state;
  static const size_t numbers[] = { 1, 2, 15, 16, 17, 31, 32, 33, 64, 65, MOST };
  static world w;
  fairu_context *ctx = support_context();
  draws d = { 701 };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char path[512];
    fairu_events *again = NULL;
    draw_world(&d, &w, numbers[i]);
    fairu_events *csv = from_csv(ctx, &w), *arrow = from_arrow(ctx, &w);
    check_labels(csv, &w);
    check_labels(arrow, &w);
    fairu_csv_options options = options_of();
    options.label = "kind";
    CHECK_OK(ctx, fairu_events_write_csv(csv, ctx, support_path(path, sizeof path, "again.csv"), &options));
    CHECK_OK(ctx, fairu_events_read_csv(ctx, path, &options, &again));
    check_labels(again, &w);
    fairu_events_destroy(again);
    fairu_events_destroy(arrow);
    fairu_events_destroy(csv);
  }
  fairu_context_destroy(ctx);
}

/* As many categories as columns are allowed, and one more. */
static void categories_have_a_limit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_limits limits;
  CHECK_OK(ctx, fairu_limits_init(&limits, sizeof limits));
  limits.csv_columns = 40;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  for (int n = 40; n <= 41; n++) {
    char text[1000] = "x,kind\n";
    fairu_events *events = NULL;
    fairu_csv_options options = options_of();
    options.label = "kind";
    for (int r = 0; r < n; r++)
      sprintf(text + strlen(text), "%d,k%d\n", r, r);
    const int status = fairu_events_read_csv(ctx, text_file(text), &options, &events);
    assert_int_equal(status, n > 40 ? FAIRU_ERR_LIMIT : FAIRU_OK);
    if (n > 40)
      CHECK_SAYS(ctx, "t.csv:42: column kind: more than 40 categories");
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* ---- bytes ---------------------------------------------------------------------------------------------- */

/* Any byte that no number, quote or line needs divides cells; the others are refused. */
static void any_other_byte_is_a_delimiter(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int c = 0; c < 256; c++) {
    char text[32];
    fairu_events *events = NULL;
    fairu_csv_options options = options_of();
    options.delimiter = (char)c;
    snprintf(text, sizeof text, "A%cB\n1.5%c\"-2\"\n", c ? c : ',', c ? c : ',');
    if (c == 'A' || c == 'B') /* of the names here */
      snprintf(text, sizeof text, "U%cV\n1.5%c\"-2\"\n", c, c);
    const int status = fairu_events_read_csv(ctx, text_file(text), &options, &events);
    if (c == 0 || strchr("\r\n\"+-.0123456789", c)) {
      char says[64];
      assert_int_equal(status, FAIRU_ERR_ARGUMENT);
      snprintf(says, sizeof says, "delimiter is byte 0x%02x, which numbers or lines use", (unsigned)c);
      CHECK_SAYS(ctx, says);
      continue;
    }
    CHECK_OK(ctx, status);
    assert_int_equal(fairu_events_n_columns(events), 2);
    assert_true(at(events, 0, 0) == 1.5F && at(events, 1, 0) == -2.0F);
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* In names, cells, quotes, behind quotes, at the end. */
static void a_nul_byte_is_refused_anywhere(void **state)
{
  (void)state;
  static const char text[] = "one,\"two\"\r\n1,\"2\"\r\n\"3\",4\r\n";
  fairu_context *ctx = support_context();
  fairu_events *events = NULL;
  for (size_t place = 0; place <= sizeof text - 1; place++) {
    char with[sizeof text];
    memcpy(with, text, place);
    with[place] = '\0';
    memcpy(with + place + 1, text + place, sizeof text - 1 - place);
    const int status = fairu_events_read_csv(ctx, file_of("t.csv", with, sizeof text), NULL, &events);
    /* at the very end it begins a row of one cell, which is no more whole */
    assert_true(status == FAIRU_ERR_FORMAT || (place == sizeof text - 1 && status == FAIRU_ERR_TRUNCATED));
    CHECK_SAYS(ctx, "t.csv:");
  }
  CHECK_OK(ctx, fairu_events_read_csv(ctx, text_file(text), NULL, &events));
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(names_become_categories),
                                      cmocka_unit_test(categories_have_a_limit),
                                      cmocka_unit_test(any_other_byte_is_a_delimiter),
                                      cmocka_unit_test(a_nul_byte_is_refused_anywhere) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
