/* arrow_column.c - one column of an Arrow record batch: checks and numbers. */
#include "events/arrow_column.h"

#include <math.h>
#include <string.h>

enum { POLL_ROWS = 1 << 14 };

static int check_array(fairu_context *ctx, const struct ArrowArray *array, const char *name, size_t end)
{
  const int has_rows = array && array->release && array->offset >= 0 && array->length >= 0 &&
                       (uint64_t)array->length >= end && array->buffers && array->n_buffers >= 2;
  if (!has_rows || (end > 0 && !array->buffers[1]))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT,
                               "Arrow column %.60s: released, or without buffers for %zu rows", name, end);
  return FAIRU_OK;
}

/* Bit r of the validity bitmap says whether value r is there; no bitmap: all are. */
static int check_nulls(fairu_context *ctx, const struct ArrowArray *array, const char *name, size_t first,
                       size_t n)
{
  const unsigned char *valid = array->null_count != 0 ? array->buffers[0] : NULL;
  for (size_t i = 0; valid && i < n; i++) {
    const size_t bit = first + i;
    const int status = i % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    if (!(valid[bit / 8] >> bit % 8 & 1))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu, Arrow column %.60s is null", i, name);
  }
  return FAIRU_OK;
}

static int has_text(const char *format)
{
  return strcmp(format, "u") == 0 || strcmp(format, "U") == 0;
}

int fairu_arrow_column__open(fairu_context *ctx, const struct ArrowSchema *schema,
                             const struct ArrowArray *batch, size_t index, fairu_arrow_column *column)
{
  const struct ArrowSchema *child = schema->children[index];
  const struct ArrowArray *array = batch->children[index];
  if (!child || !child->format || !child->name)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow column %zu has no name or format", index);
  const size_t end = (size_t)batch->offset + (size_t)batch->length;
  int status = check_array(ctx, array, child->name, end);
  if (status != FAIRU_OK)
    return status;
  *column = (fairu_arrow_column){ .schema = child, .array = array, .name = child->name };
  column->first = (size_t)batch->offset + (size_t)array->offset;
  column->n = (size_t)batch->length;
  column->type = strlen(child->format) == 1 ? child->format[0] : '\0';
  if (child->dictionary && (!child->dictionary->format || !array->dictionary))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow column %.60s has no dictionary", child->name);
  if (has_text(child->format) && array->n_buffers < 3)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "Arrow column %.60s has no text", child->name);
  return check_nulls(ctx, array, child->name, column->first, column->n);
}

int fairu_arrow_column__is_text(const fairu_arrow_column *column)
{
  const struct ArrowSchema *values = column->schema->dictionary ? column->schema->dictionary : column->schema;
  return has_text(values->format);
}

int fairu_arrow_column__refuse(const fairu_arrow_column *column, fairu_context *ctx, const char *wanted)
{
  return fairu_context__fail(
      ctx, FAIRU_ERR_UNSUPPORTED, "Arrow column %.60s has format \"%.20s\"%s, wanted %s", column->name,
      column->schema->format, column->schema->dictionary ? " (dictionary)" : "", wanted);
}

/* Value r of a column of one-letter type; the types are those of the format's table. */
static double number_at(char type, const void *values, size_t r)
{
  switch (type) {
  case 'f':
    return (double)((const float *)values)[r];
  case 'g':
    return ((const double *)values)[r];
  case 'c':
    return (double)((const int8_t *)values)[r];
  case 'C':
    return (double)((const uint8_t *)values)[r];
  case 's':
    return (double)((const int16_t *)values)[r];
  case 'S':
    return (double)((const uint16_t *)values)[r];
  case 'i':
    return (double)((const int32_t *)values)[r];
  case 'I':
    return (double)((const uint32_t *)values)[r];
  case 'l':
    return (double)((const int64_t *)values)[r];
  default:
    return (double)((const uint64_t *)values)[r];
  }
}

int fairu_arrow_column__numbers(const fairu_arrow_column *column, fairu_context *ctx, double *values)
{
  if (column->type == '\0' || !strchr("fgcCsSiIlL", column->type))
    return fairu_arrow_column__refuse(column, ctx, "numbers");
  for (size_t i = 0; i < column->n; i++) {
    const int status = i % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    values[i] = number_at(column->type, column->array->buffers[1], column->first + i);
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu, Arrow column %.60s is %g", i,
                                 column->name, values[i]);
  }
  return FAIRU_OK;
}

int fairu_arrow_column__ids(const fairu_arrow_column *column, fairu_context *ctx, uint64_t *values)
{
  if (column->schema->dictionary || (column->type != 'l' && column->type != 'L'))
    return fairu_arrow_column__refuse(column, ctx, "64-bit integers");
  const uint64_t *ids = (const uint64_t *)column->array->buffers[1];
  for (size_t i = 0; i < column->n; i++) {
    values[i] = ids[column->first + i];
    if (column->type == 'l' && values[i] > INT64_MAX)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu, Arrow column %.60s is negative", i,
                                 column->name);
  }
  return FAIRU_OK;
}
