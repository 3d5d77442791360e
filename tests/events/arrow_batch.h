/* arrow_batch.h - a record batch made by hand: x, y (float), w (double), kind (text), code (dictionary), id. */
#ifndef FAIRU_TESTS_EVENTS_ARROW_BATCH_H
#define FAIRU_TESTS_EVENTS_ARROW_BATCH_H

#include "support/support.h"

enum { ARROW_COLUMNS = 6, ARROW_ROWS = 5 };
enum { ARROW_X, ARROW_Y, ARROW_W, ARROW_KIND, ARROW_CODE, ARROW_ID };

typedef struct arrow_batch {
  struct ArrowSchema schema, children[ARROW_COLUMNS], dictionary_schema, *schema_list[ARROW_COLUMNS];
  struct ArrowArray array, columns[ARROW_COLUMNS], dictionary, *column_list[ARROW_COLUMNS];
  const void *buffers[ARROW_COLUMNS + 1][3], *none[1];
  float x[ARROW_ROWS], y[ARROW_ROWS];
  double w[ARROW_ROWS];
  int64_t id[ARROW_ROWS];
  int32_t kind_offsets[ARROW_ROWS + 1];
  int64_t code_offsets[3];
  int8_t code[ARROW_ROWS];
  unsigned char valid[1];
} arrow_batch;

static inline void arrow_release_schema(struct ArrowSchema *schema)
{
  schema->release = NULL;
}

static inline void arrow_release_array(struct ArrowArray *array)
{
  array->release = NULL;
}

static inline void arrow_fill(arrow_batch *b)
{
  static const int32_t kind_offsets[ARROW_ROWS + 1] = { 0, 7, 12, 19, 26, 31 };
  static const int8_t code[ARROW_ROWS] = { 1, 0, 0, 1, 1 };
  for (int i = 0; i < ARROW_ROWS; i++) {
    b->x[i] = 0.5f * (float)i;
    b->y[i] = -1.0f - (float)i;
    b->w[i] = 0.1 * i;
    b->id[i] = 100 - i;
  }
  memcpy(b->kind_offsets, kind_offsets, sizeof kind_offsets);
  memcpy(b->code, code, sizeof code);
  b->code_offsets[1] = 2;
  b->code_offsets[2] = 3;
  b->valid[0] = 0x1f;
}

static inline arrow_batch *arrow_make(void)
{
  static const char *const names[ARROW_COLUMNS] = { "x", "y", "w", "kind", "code", "id" };
  static const char *const formats[ARROW_COLUMNS] = { "f", "f", "g", "u", "c", "l" };
  arrow_batch *b = (arrow_batch *)calloc(1, sizeof *b);
  assert_non_null(b);
  arrow_fill(b);
  const void *values[ARROW_COLUMNS] = { b->x, b->y, b->w, b->kind_offsets, b->code, b->id };
  for (int i = 0; i < ARROW_COLUMNS; i++) {
    b->children[i] =
        (struct ArrowSchema){ .format = formats[i], .name = names[i], .release = arrow_release_schema };
    b->buffers[i][1] = values[i];
    b->columns[i] = (struct ArrowArray){
      .length = ARROW_ROWS, .n_buffers = 2, .buffers = b->buffers[i], .release = arrow_release_array
    };
    b->schema_list[i] = &b->children[i];
    b->column_list[i] = &b->columns[i];
  }
  b->buffers[ARROW_KIND][2] = "ztautauttbarztautauhtautauttbar";
  b->columns[ARROW_KIND].n_buffers = 3;
  b->dictionary_schema = (struct ArrowSchema){ .format = "U", .name = "", .release = arrow_release_schema };
  b->children[ARROW_CODE].dictionary = &b->dictionary_schema;
  b->buffers[ARROW_COLUMNS][1] = b->code_offsets;
  b->buffers[ARROW_COLUMNS][2] = "VVH";
  b->dictionary = (struct ArrowArray){
    .length = 2, .n_buffers = 3, .buffers = b->buffers[ARROW_COLUMNS], .release = arrow_release_array
  };
  b->columns[ARROW_CODE].dictionary = &b->dictionary;
  b->schema = (struct ArrowSchema){ .format = "+s",
                                    .name = "",
                                    .n_children = ARROW_COLUMNS,
                                    .children = b->schema_list,
                                    .release = arrow_release_schema };
  b->array = (struct ArrowArray){ .length = ARROW_ROWS,
                                  .n_buffers = 1,
                                  .buffers = b->none,
                                  .n_children = ARROW_COLUMNS,
                                  .children = b->column_list,
                                  .release = arrow_release_array };
  return b;
}

static inline fairu_arrow_options arrow_options(void)
{
  fairu_arrow_options o;
  assert_int_equal(fairu_arrow_options_init(&o, sizeof o), FAIRU_OK);
  o.weight = "w";
  o.label = "kind";
  o.id = "id";
  return o;
}

#endif /* FAIRU_TESTS_EVENTS_ARROW_BATCH_H */
