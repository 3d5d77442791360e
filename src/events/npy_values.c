/* npy_values.c - the numbers of a NumPy .npy array. */
#include "events/npy_values.h"

#include <math.h>
#include <string.h>

#include "events/table.h"

enum { POLL_ROWS = 1 << 14 };

/* Values of one column, `step` bytes apart. */
typedef struct column {
  const unsigned char *first;
  size_t step;
} column;

static column column_of(const fairu_npy_header *h, const char *bytes, size_t index)
{
  const unsigned char *data = (const unsigned char *)bytes + h->data_offset;
  return h->is_fortran ? (column){ data + index * h->item_size * h->n_rows, h->item_size }
                       : (column){ data + index * h->item_size, h->item_size * h->n_columns };
}

static uint64_t load_bits(const unsigned char *p, size_t size, int is_big_endian)
{
  uint64_t bits = 0;
  for (size_t i = 0; i < size; i++)
    bits = bits << 8 | p[is_big_endian ? i : size - 1 - i];
  return bits;
}

static float load_f4(uint64_t bits)
{
  const uint32_t half = (uint32_t)bits;
  float value;
  memcpy(&value, &half, sizeof value);
  return value;
}

static double load_f8(uint64_t bits)
{
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Bits of a signed integer of `size` bytes. */
static int64_t load_signed(uint64_t bits, size_t size)
{
  const unsigned unused = (unsigned)(64 - 8 * size);
  const uint64_t high = bits << unused;
  int64_t value;
  memcpy(&value, &high, sizeof value);
  return value / ((int64_t)1 << unused); /* exact: the low bits are 0 */
}

static double to_double(const fairu_npy_header *h, uint64_t bits)
{
  if (h->kind == 'f')
    return h->item_size == 4 ? (double)load_f4(bits) : load_f8(bits);
  return h->kind == 'i' ? (double)load_signed(bits, h->item_size) : (double)bits;
}

/* Rounded once; beyond FLT_MAX infinite, which is refused. */
static float to_float(const fairu_npy_header *h, uint64_t bits)
{
  if (h->kind == 'f')
    return h->item_size == 4 ? load_f4(bits) : (float)load_f8(bits);
  return h->kind == 'i' ? (float)load_signed(bits, h->item_size) : (float)bits;
}

static int load_floats(const fairu_npy_header *h, fairu_context *ctx, const column *from, size_t first,
                       size_t n, const char *name, float *values)
{
  for (size_t i = 0; i < n; i++) {
    values[i] =
        to_float(h, load_bits(from->first + (first + i) * from->step, h->item_size, h->is_big_endian));
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu, column %s is %g as a float", first + i,
                                 name, (double)values[i]);
  }
  return FAIRU_OK;
}

int fairu_npy__columns(const fairu_npy_header *header, fairu_context *ctx, const char *bytes,
                       fairu_events *events, size_t first)
{
  for (size_t row = 0; row < header->n_rows; row += POLL_ROWS) {
    const size_t left = header->n_rows - row, n = left < POLL_ROWS ? left : POLL_ROWS;
    int status = FAIRU_OK;
    for (size_t c = 0; c < header->n_columns && status == FAIRU_OK; c++) {
      const column from = column_of(header, bytes, c);
      status = load_floats(header, ctx, &from, row, n, events->names[first + c],
                           events->data + (first + c) * header->n_rows + row);
    }
    if (status == FAIRU_OK)
      status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_npy__doubles(const fairu_npy_header *header, fairu_context *ctx, const char *bytes, double *values)
{
  const column from = column_of(header, bytes, 0);
  for (size_t i = 0; i < header->n_rows; i++) {
    const int status = i % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    values[i] =
        to_double(header, load_bits(from.first + i * from.step, header->item_size, header->is_big_endian));
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu is %g", i, values[i]);
  }
  return FAIRU_OK;
}

int fairu_npy__u64s(const fairu_npy_header *header, fairu_context *ctx, const char *bytes, uint64_t *values)
{
  const column from = column_of(header, bytes, 0);
  if (header->kind == 'f')
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "the numbers are floats, wanted integers");
  for (size_t i = 0; i < header->n_rows; i++) {
    const int status = i % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    values[i] = load_bits(from.first + i * from.step, header->item_size, header->is_big_endian);
    if (header->kind == 'i' && load_signed(values[i], header->item_size) < 0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "row %zu is %lld, wanted >= 0", i,
                                 (long long)load_signed(values[i], header->item_size));
  }
  return FAIRU_OK;
}
