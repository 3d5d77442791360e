/* Record batches made at random: every type of number, text with offsets of 32 and 64 bits, dictionaries with indices of every type,
 * slices within slices, maps of what is null; against the values they were made of. */
#include "support/draws.h"
#include "support/support.h"

#include <fairu/arrow.h>

enum { MOST = 80, WORDS = 5, COLUMNS = 4 };

static const char *const words[WORDS] = { "diboson", "htautau", "t", "ttbar", "ztautau" }; /* sorted */

typedef struct column {
  struct ArrowSchema schema, values_schema;
  struct ArrowArray array, values;
  const void *buffers[3], *value_buffers[3];
  double numbers[MOST]; /* what is in `bytes`, in any type */
  unsigned char bytes[8 * MOST];
  int64_t offsets[MOST + 1];
  int32_t short_offsets[MOST + 1];
  char text[16 * MOST];
  unsigned char valid[MOST / 8 + 1];
} column;

typedef struct batch {
  struct ArrowSchema schema, *schemas[COLUMNS];
  struct ArrowArray array, *arrays[COLUMNS];
  const void *none[1];
  column columns[COLUMNS]; /* x, weight, label, id */
  size_t n;                /* rows of the slice */
} batch;

static void release_schema(struct ArrowSchema *schema)
{
  schema->release = NULL;
}

static void release_array(struct ArrowArray *array)
{
  array->release = NULL;
}

/* ---- one column ------------------------------------------------------------------------------------------- */

#define STORE(type) memcpy(to + i * sizeof(type), &(type){ (type)value }, sizeof(type))

static void store(char kind, unsigned char *to, size_t i, double value)
{
  switch (kind) {
  case 'f':
    STORE(float);
    break;
  case 'g':
    STORE(double);
    break;
  case 'c':
    STORE(int8_t);
    break;
  case 'C':
    STORE(uint8_t);
    break;
  case 's':
    STORE(int16_t);
    break;
  case 'S':
    STORE(uint16_t);
    break;
  case 'i':
    STORE(int32_t);
    break;
  case 'I':
    STORE(uint32_t);
    break;
  case 'l':
    STORE(int64_t);
    break;
  default:
    STORE(uint64_t);
  }
}

static void begin(column *c, const char *name, const char *format, size_t first, size_t n)
{
  c->schema = (struct ArrowSchema){ .format = format, .name = name, .release = release_schema };
  c->array = (struct ArrowArray){ .length = (int64_t)n,
                                  .offset = (int64_t)first,
                                  .n_buffers = 2,
                                  .buffers = c->buffers,
                                  .release = release_array };
  c->buffers[1] = c->bytes;
}

static void fill_numbers(column *c, const char *format, const double *values, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    c->numbers[i] = values[i];
    store(format[0], c->bytes, i, values[i]);
  }
}

/* Texts one behind the other, from somewhere in a buffer; their offsets are those of the array `to` belongs to. */
static void fill_texts(column *c, struct ArrowArray *array, const void **buffers, const size_t *which,
                       size_t n, int is_large)
{
  size_t at = 0;
  for (; at < 3; at++)
    c->text[at] = '#';
  for (size_t i = 0; i <= n; i++) {
    c->offsets[i] = (int64_t)at;
    c->short_offsets[i] = (int32_t)at;
    if (i < n) {
      memcpy(c->text + at, words[which[i]], strlen(words[which[i]]));
      at += strlen(words[which[i]]);
    }
  }
  buffers[1] = is_large ? (const void *)c->offsets : (const void *)c->short_offsets;
  buffers[2] = c->text;
  array->n_buffers = 3;
}

static void fill_dictionary(column *c, draws *d, const double *values, size_t n, const char *format)
{
  const size_t shift = draw_below(d, 3); /* the dictionary is a slice, too */
  size_t which[WORDS + 3] = { 0 };
  for (size_t i = 0; i < WORDS; i++)
    which[shift + i] = (i + 2) % WORDS;
  double indices[MOST];
  for (size_t i = 0; i < n; i++)
    indices[i] = fmod(values[i] + WORDS - 2, WORDS);
  fill_numbers(c, format, indices, n);
  const int is_large = (int)draw_below(d, 2);
  c->values_schema =
      (struct ArrowSchema){ .format = is_large ? "U" : "u", .name = "", .release = release_schema };
  c->values = (struct ArrowArray){
    .length = WORDS, .offset = (int64_t)shift, .buffers = c->value_buffers, .release = release_array
  };
  fill_texts(c, &c->values, c->value_buffers, which, WORDS + shift, is_large);
  c->schema.dictionary = &c->values_schema;
  c->array.dictionary = &c->values;
}

/* Every bit but those of the slice is 0 where there are nulls elsewhere. */
static void add_map(column *c, draws *d, size_t first, size_t n)
{
  const int kind = (int)draw_below(d, 3);
  if (kind == 0)
    return;
  for (size_t i = first; i < first + n; i++)
    c->valid[i / 8] = (unsigned char)(c->valid[i / 8] | 1u << i % 8);
  c->buffers[0] = c->valid;
  c->array.null_count = kind == 1 ? -1 : (int64_t)(c->array.length) - (int64_t)n; /* -1: not counted */
}

/* ---- a batch ---------------------------------------------------------------------------------------------- */

typedef struct truth {
  double x[MOST], weights[MOST], labels[MOST], ids[MOST];
  int has_text;
} truth;

static const char *const number_formats[] = { "c", "C", "s", "S", "i", "I", "l", "L" };

static void make_batch(draws *d, batch *b, truth *t)
{
  memset(b, 0, sizeof *b);
  const size_t outer = draw_below(d, 9), behind = draw_below(d, 5);
  b->n = 1 + draw_below(d, MOST - 30);
  t->has_text = draw_below(d, 3) > 0;
  for (size_t k = 0; k < COLUMNS; k++) {
    static const char *const names[COLUMNS] = { "x", "weight", "label", "id" };
    column *c = &b->columns[k];
    const size_t own = draw_below(d, 9), first = outer + own, all = first + b->n + behind;
    const char *format = k == 0   ? "f"
                         : k == 1 ? (draw_below(d, 2) ? "g" : "f")
                         : k == 2 ? number_formats[draw_below(d, 8)]
                                  : (draw_below(d, 2) ? "l" : "L");
    const int is_plain_text = k == 2 && t->has_text && draw_below(d, 2), is_large = (int)draw_below(d, 2);
    begin(c, names[k], is_plain_text ? (is_large ? "U" : "u") : format, own, all - own);
    double values[MOST] = { 0.0 };
    size_t which[MOST];
    for (size_t i = 0; i < all; i++) {
      values[i] = k == 3   ? (double)(1000 * i + draw_below(d, 1000))
                  : k == 2 ? (double)draw_below(d, WORDS)
                           : (double)(float)draw_between(d, -5.0, 5.0);
      which[i] = (size_t)values[i] % WORDS;
    }
    if (is_plain_text)
      fill_texts(c, &c->array, c->buffers, which, all, is_large);
    else if (k == 2 && t->has_text)
      fill_dictionary(c, d, values, all, format);
    else
      fill_numbers(c, format, values, all);
    add_map(c, d, first, b->n);
    double *to = k == 0 ? t->x : k == 1 ? t->weights : k == 2 ? t->labels : t->ids;
    memcpy(to, values + first, b->n * sizeof *to);
    b->schemas[k] = &c->schema;
    b->arrays[k] = &c->array;
  }
  b->schema = (struct ArrowSchema){
    .format = "+s", .name = "", .n_children = COLUMNS, .children = b->schemas, .release = release_schema
  };
  b->array = (struct ArrowArray){ .length = (int64_t)b->n,
                                  .offset = (int64_t)outer,
                                  .n_buffers = 1,
                                  .buffers = b->none,
                                  .n_children = COLUMNS,
                                  .children = b->arrays,
                                  .release = release_array };
}

static fairu_arrow_options options(void)
{
  fairu_arrow_options o;
  assert_int_equal(fairu_arrow_options_init(&o, sizeof o), FAIRU_OK);
  o.label = "label";
  o.weight = "weight";
  o.id = "id";
  return o;
}

static void check_events(const fairu_events *e, const batch *b, const truth *t)
{
  assert_int_equal(fairu_events_n_events(e), b->n);
  assert_int_equal(fairu_events_n_columns(e), 1);
  for (size_t i = 0; i < b->n; i++) {
    const int32_t label = fairu_events_labels(e)[i];
    assert_true((double)fairu_events_column(e, 0, NULL)[i] == t->x[i]);
    assert_true(fairu_events_weights(e)[i] == t->weights[i]);
    assert_true((double)fairu_events_ids(e)[i] == t->ids[i]);
    if (t->has_text)
      assert_string_equal(fairu_events_category_name(e, (size_t)label), words[(size_t)t->labels[i]]);
    else
      assert_true((double)label == t->labels[i]);
  }
  for (size_t k = 1; k < fairu_events_n_categories(e); k++)
    assert_true(strcmp(fairu_events_category_name(e, k - 1), fairu_events_category_name(e, k)) < 0);
  assert_int_equal(fairu_events_n_categories(e) > 0, t->has_text);
}

/* One made batch, and what it is made of. */
typedef struct one_batch {
  fairu_context *ctx;
  draws d;
  batch *b;
  truth *t;
  fairu_arrow_options o;
  int round;
} one_batch;

static int view(one_batch *m, fairu_events **out)
{
  *out = NULL;
  return fairu_events_create_view_arrow(m->ctx, &m->b->schema, &m->b->array, &m->o, out);
}

static void for_batches(uint64_t seed, int rounds, void (*check)(one_batch *m))
{
  one_batch m = { .ctx = support_context(), .d = { seed }, .o = options() };
  m.b = malloc(sizeof *m.b);
  m.t = calloc(1, sizeof *m.t);
  for (m.round = 0; m.round < rounds; m.round++) {
    make_batch(&m.d, m.b, m.t);
    check(&m);
  }
  free(m.t);
  free(m.b);
  fairu_context_destroy(m.ctx);
}

static void check_seen(one_batch *m)
{
  fairu_events *e;
  CHECK_OK(m->ctx, view(m, &e));
  check_events(e, m->b, m->t);
  fairu_events_destroy(e);
  for (size_t k = 0; k < COLUMNS; k++) /* nothing was released */
    assert_true(m->b->columns[k].schema.release && m->b->columns[k].array.release);
}

static void any_batch_is_seen_as_it_was_made(void **state)
{
  (void)state;
  for_batches(101, 2000, check_seen);
}

/* The row is counted from the slice. */
static void check_null(one_batch *m)
{
  static const char *const names[COLUMNS] = { "x", "weight", "label", "id" };
  const size_t k = draw_below(&m->d, COLUMNS), row = draw_below(&m->d, m->b->n);
  column *c = &m->b->columns[k];
  const size_t bit = (size_t)(m->b->array.offset + c->array.offset) + row;
  fairu_events *e;
  char says[64];
  memset(c->valid, 0xff, sizeof c->valid);
  c->valid[bit / 8] = (unsigned char)(c->valid[bit / 8] ^ 1u << bit % 8);
  c->buffers[0] = c->valid;
  c->array.null_count = 1;
  CHECK_FAILS(m->ctx, FAIRU_ERR_NON_FINITE, view(m, &e));
  snprintf(says, sizeof says, "row %zu, Arrow column %s is null", row, names[k]);
  CHECK_SAYS(m->ctx, says);
  assert_null(e);
}

static void a_null_in_the_slice_is_named_with_its_row(void **state)
{
  (void)state;
  for_batches(102, 400, check_null);
}

/* A slice that reaches behind its column, by one row; an index behind its dictionary. */
static void check_reach(one_batch *m)
{
  batch *b = m->b;
  column *c = &b->columns[draw_below(&m->d, COLUMNS)], *label = &b->columns[2];
  fairu_events *e;
  if (m->round % 2 || !label->schema.dictionary) {
    c->array.length = b->array.offset + b->array.length;
    CHECK_OK(m->ctx, view(m, &e));
    fairu_events_destroy(e);
    c->array.length--;
    CHECK_FAILS(m->ctx, FAIRU_ERR_FORMAT, view(m, &e));
    CHECK_SAYS(m->ctx, c->schema.name);
  } else {
    const size_t row = draw_below(&m->d, b->n);
    const size_t at = (size_t)(b->array.offset + label->array.offset) + row;
    store(label->schema.format[0], label->bytes, at, WORDS);
    CHECK_FAILS(m->ctx, FAIRU_ERR_FORMAT, view(m, &e));
    CHECK_SAYS(m->ctx, "index 5, the dictionary has 5 texts");
  }
}

static void what_reaches_too_far_is_refused(void **state)
{
  (void)state;
  for_batches(103, 400, check_reach);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(any_batch_is_seen_as_it_was_made),
                                      cmocka_unit_test(a_null_in_the_slice_is_named_with_its_row),
                                      cmocka_unit_test(what_reaches_too_far_is_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
