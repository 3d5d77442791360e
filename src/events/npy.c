/* npy.c - event tables from and to NumPy .npy files. */
#include "events/table.h"

#include <stdio.h>
#include <string.h>

#include "base/stream_internal.h"
#include "events/npy_values.h"

enum { NAME_BYTES = 24, BLOCK_FLOATS = 1 << 14 };

/* The header's claim against the bytes there are, before anything is made of it. */
static int check_claim(const fairu_npy_header *h, fairu_context *ctx, size_t size, size_t n_columns,
                       int has_names)
{
  if ((has_names || n_columns > 0) && h->n_columns != n_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the file has %zu columns, wanted %zu", h->n_columns,
                               n_columns);
  int status = fairu_events__check_shape(ctx, h->n_rows, h->n_columns);
  if (status != FAIRU_OK)
    return status;
  return fairu_npy_header__check_size(h, ctx, size);
}

/* "x0", "x1" ... in scratch. */
static const char *const *default_names(fairu_context *ctx, size_t n)
{
  const char **names = fairu_context__scratch(ctx, n, sizeof *names, "column names");
  char *text = names ? fairu_context__scratch(ctx, n, NAME_BYTES, "column names") : NULL;
  if (!text)
    return NULL;
  for (size_t i = 0; i < n; i++) {
    snprintf(text + i * NAME_BYTES, NAME_BYTES, "x%zu", i);
    names[i] = text + i * NAME_BYTES;
  }
  return names;
}

static int parse(fairu_context *ctx, const char *bytes, size_t size, const char *const *names,
                 size_t n_columns, fairu_events **out)
{
  fairu_npy_header h;
  int status = fairu_npy_header__read(ctx, bytes, size, &h);
  if (status == FAIRU_OK)
    status = check_claim(&h, ctx, size, n_columns, names != NULL);
  if (status == FAIRU_OK && !names) {
    names = default_names(ctx, h.n_columns);
    status = names ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  }
  if (status == FAIRU_OK)
    status = fairu_events_create(ctx, h.n_rows, h.n_columns, names, out);
  if (status == FAIRU_OK)
    status = fairu_npy__columns(&h, ctx, bytes, *out, 0);
  if (status != FAIRU_OK) {
    fairu_events_destroy(*out);
    *out = NULL;
  }
  return status;
}

int fairu_events_read_npy(fairu_context *ctx, const char *path, const char *const *names, size_t n_columns,
                          fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !path ? "path" : "out");
  char *bytes = NULL;
  size_t size = 0;
  int status = fairu_reader__read_path(ctx, path, &bytes, &size);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = parse(ctx, bytes, size, names, n_columns, out);
  fairu_context__release(ctx, mark);
  fairu_context__free(ctx, bytes);
  if (status != FAIRU_OK && status != FAIRU_ERR_OUT_OF_MEMORY)
    status = fairu_context__within(ctx, status, "%s", path);
  return status;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

/* Version 1.0, padded with blanks so that the numbers begin at a multiple of 64. */
static int write_header(fairu_writer *writer, fairu_context *ctx, const fairu_events *events)
{
  enum { FIXED = 10 };
  char header[192] = "\x93NUMPY\x01";
  int length = snprintf(header + FIXED, sizeof header - FIXED,
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", events->n_events,
                        events->n_columns);
  const size_t total = (FIXED + (size_t)length + 1 + 63) / 64 * 64, text = total - FIXED;
  memset(header + FIXED + length, ' ', text - (size_t)length);
  header[total - 1] = '\n';
  header[8] = (char)(text & 0xff);
  header[9] = (char)(text >> 8);
  return fairu_writer__write(writer, ctx, header, total);
}

static void store(float value, unsigned char *p)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  for (size_t i = 0; i < sizeof bits; i++)
    p[i] = (unsigned char)(bits >> 8 * i);
}

static int write_rows(fairu_writer *writer, fairu_context *ctx, const fairu_events *events,
                      unsigned char *block, size_t rows_per_block)
{
  const size_t n_columns = events->n_columns;
  for (size_t first = 0; first < events->n_events; first += rows_per_block) {
    const size_t left = events->n_events - first, n = left < rows_per_block ? left : rows_per_block;
    for (size_t c = 0; c < n_columns; c++)
      for (size_t i = 0; i < n; i++)
        store(events->columns[c][(first + i) * events->stride], block + sizeof(float) * (i * n_columns + c));
    int status = fairu_writer__write(writer, ctx, block, n * n_columns * sizeof(float));
    if (status == FAIRU_OK)
      status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_events_write_npy(const fairu_events *events, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !events ? "events" : "path");
  const size_t fit = BLOCK_FLOATS / (events->n_columns + 1), rows_per_block = fit > 0 ? fit : 1;
  const fairu_mark mark = fairu_context__mark(ctx);
  unsigned char *block =
      fairu_context__scratch(ctx, rows_per_block * events->n_columns, sizeof(float), ".npy block");
  fairu_writer *writer = NULL;
  int status = block ? fairu_writer__open(ctx, path, &writer) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    status = write_header(writer, ctx, events);
    if (status == FAIRU_OK)
      status = write_rows(writer, ctx, events, block, rows_per_block);
    if (status == FAIRU_OK)
      status = fairu_writer__commit(writer, ctx);
    else
      fairu_writer__abort(writer);
  }
  fairu_context__release(ctx, mark);
  return status;
}
