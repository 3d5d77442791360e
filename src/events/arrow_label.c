/* arrow_label.c - labels of an Arrow column: text, text by dictionary, or whole numbers. */
#include "events/arrow_column.h"

#include <math.h>
#include <string.h>

#include "events/categories.h"

enum { POLL_ROWS = 1 << 12 };

/* Text of value r, not NUL-terminated. */
typedef struct texts {
  const struct ArrowArray *array;
  int is_large; /* 64-bit offsets */
} texts;

static int text_at(const texts *t, fairu_context *ctx, size_t r, const char **text, size_t *size)
{
  const void *offsets = t->array->buffers[1];
  const int64_t begin = t->is_large ? ((const int64_t *)offsets)[r] : ((const int32_t *)offsets)[r];
  const int64_t end = t->is_large ? ((const int64_t *)offsets)[r + 1] : ((const int32_t *)offsets)[r + 1];
  const uint64_t limit = fairu_context__limits(ctx)->name_bytes;
  if (begin < 0 || end < begin || (end > begin && !t->array->buffers[2]))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "text %zu ends before it begins", r);
  if ((uint64_t)(end - begin) > limit)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "text %zu has %lld bytes, limit name_bytes %llu", r,
                               (long long)(end - begin), (unsigned long long)limit);
  *size = (size_t)(end - begin);
  *text = *size > 0 ? (const char *)t->array->buffers[2] + begin : "";
  return FAIRU_OK;
}

/* Which text row i has: itself, or what its index says. */
static int text_index(const fairu_arrow_column *c, fairu_context *ctx, size_t i, size_t *index)
{
  if (!c->schema->dictionary) {
    *index = c->first + i;
    return FAIRU_OK;
  }
  fairu_arrow_column one = *c;
  double value = 0.0;
  one.first += i;
  one.n = 1;
  const int status = fairu_arrow_column__numbers(&one, ctx, &value);
  if (status != FAIRU_OK)
    return status;
  const struct ArrowArray *dictionary = c->array->dictionary;
  if (!(value >= 0.0 && value < (double)dictionary->length))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "index %g, the dictionary has %lld texts", value,
                               (long long)dictionary->length);
  *index = (size_t)dictionary->offset + (size_t)value;
  return FAIRU_OK;
}

static int code_rows(const fairu_arrow_column *c, fairu_context *ctx, const texts *t, char *name,
                     fairu_categories *categories, int32_t *labels)
{
  for (size_t i = 0; i < c->n; i++) {
    const char *text = NULL;
    size_t index = 0, size = 0;
    int status = i % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    status = text_index(c, ctx, i, &index);
    if (status == FAIRU_OK)
      status = text_at(t, ctx, index, &text, &size);
    if (status == FAIRU_OK && (size == 0 || memchr(text, '\0', size)))
      status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "the text is empty or holds a NUL");
    if (status == FAIRU_OK) {
      memcpy(name, text, size);
      name[size] = '\0';
      status = fairu_categories__code(categories, ctx, name, &labels[i]);
    }
    if (status == FAIRU_ERR_OUT_OF_MEMORY)
      return status;
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "row %zu, Arrow column %.60s", i, c->name);
  }
  return FAIRU_OK;
}

/* Codes in order of appearance become places by byte value, as in files. */
static int set_places(fairu_context *ctx, const fairu_categories *categories, int32_t *labels, size_t n,
                      fairu_events *events)
{
  int32_t *places = fairu_context__scratch(ctx, categories->n, sizeof *places, "categories");
  if (!places)
    return FAIRU_ERR_OUT_OF_MEMORY;
  fairu_categories__places(categories, places);
  for (size_t i = 0; i < n; i++)
    labels[i] = places[labels[i]];
  const int status = fairu_events_set_labels(events, ctx, labels, n);
  return status == FAIRU_OK
             ? fairu_events_set_categories(events, ctx, (const char *const *)categories->names, categories->n)
             : status;
}

static int set_text(const fairu_arrow_column *c, fairu_context *ctx, int32_t *labels, fairu_events *events)
{
  const struct ArrowSchema *values = c->schema->dictionary ? c->schema->dictionary : c->schema;
  const texts t = { c->schema->dictionary ? c->array->dictionary : c->array, values->format[0] == 'U' };
  fairu_categories categories = { .allocator = *fairu_context__allocator(ctx) };
  if (!t.array->buffers || t.array->n_buffers < 3 || t.array->offset < 0 || t.array->length < 0 ||
      (c->n > 0 && !t.array->buffers[1]) || (c->schema->dictionary && t.array->null_count > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow column %.60s: its texts are not there", c->name);
  char *name =
      fairu_context__scratch(ctx, (size_t)fairu_context__limits(ctx)->name_bytes + 1, 1, "category name");
  int status = name ? code_rows(c, ctx, &t, name, &categories, labels) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = set_places(ctx, &categories, labels, c->n, events);
  fairu_categories__free(&categories);
  return status;
}

static int set_numbers(const fairu_arrow_column *c, fairu_context *ctx, int32_t *labels, fairu_events *events)
{
  double *values = fairu_context__scratch(ctx, c->n, sizeof *values, "Arrow labels");
  int status = values ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK && c->schema->dictionary)
    status = fairu_arrow_column__refuse(c, ctx, "text or whole numbers");
  if (status == FAIRU_OK)
    status = fairu_arrow_column__numbers(c, ctx, values);
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++) {
    if (!(fabs(values[i]) <= INT32_MAX && fabs(values[i] - rint(values[i])) <= 0.0))
      status = fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                                   "row %zu, Arrow column %.60s is %g, a label is a 32-bit integer", i,
                                   c->name, values[i]);
    else
      labels[i] = (int32_t)values[i];
  }
  return status == FAIRU_OK ? fairu_events_set_labels(events, ctx, labels, c->n) : status;
}

int fairu_arrow_column__set_labels(const fairu_arrow_column *column, fairu_context *ctx, fairu_events *events)
{
  int32_t *labels = fairu_context__scratch(ctx, column->n, sizeof *labels, "Arrow labels");
  if (!labels)
    return FAIRU_ERR_OUT_OF_MEMORY;
  return fairu_arrow_column__is_text(column) ? set_text(column, ctx, labels, events)
                                             : set_numbers(column, ctx, labels, events);
}
