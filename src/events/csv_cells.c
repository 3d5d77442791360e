/* csv_cells.c - a CSV stream cut into cells: RFC 4180 quotes, LF or CRLF.
 *
 * Cells are handed out in place. The bytes read end with a sentinel line feed, so the scan of an unquoted cell is one
 * loop over a table of stop bytes; a cell cut by the end of the buffer moves to its front and the rest is read behind it.
 */
#include "events/csv_cells.h"

#include <string.h>

enum { FIRST_CAPACITY = 1 << 18 };

int fairu_cells__open(fairu_context *ctx, const char *path, char delimiter, fairu_cells *cells)
{
  *cells = (fairu_cells){
    .allocator = *fairu_context__allocator(ctx), .delimiter = delimiter, .line = 1, .row_line = 1
  };
  const uint64_t limit = fairu_context__limits(ctx)->csv_cell_bytes;
  cells->cell_limit = limit < PTRDIFF_MAX / 8 ? (size_t)limit : PTRDIFF_MAX / 8;
  const unsigned char stops[5] = { '\n', '\r', '"', '\0', (unsigned char)delimiter };
  for (size_t i = 0; i < sizeof stops; i++)
    cells->stops[stops[i]] = 1;
  cells->capacity = FIRST_CAPACITY;
  cells->buffer = fairu_context__new(ctx, cells->capacity + 1, 1, "CSV buffer");
  if (!cells->buffer)
    return FAIRU_ERR_OUT_OF_MEMORY;
  cells->buffer[0] = '\n';
  const int status = fairu_reader__open(ctx, path, &cells->reader);
  if (status != FAIRU_OK)
    fairu_cells__close(cells);
  return status;
}

void fairu_cells__close(fairu_cells *cells)
{
  fairu_reader__close(cells->reader);
  fairu_allocator__free(&cells->allocator, cells->buffer);
  cells->reader = NULL;
  cells->buffer = NULL;
}

/* Twice the buffer, for a cell longer than it. */
static int grow(fairu_cells *cells, fairu_context *ctx)
{
  char *buffer = fairu_allocator__new(&cells->allocator, ctx, 2 * cells->capacity + 1, 1, "CSV buffer");
  if (!buffer)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(buffer, cells->buffer, cells->used);
  fairu_allocator__free(&cells->allocator, cells->buffer);
  cells->buffer = buffer;
  cells->capacity *= 2;
  return FAIRU_OK;
}

/* Read more behind `used`; bytes from `keep` on move to the front, so positions shrink by keep. */
static int refill(fairu_cells *cells, fairu_context *ctx, size_t keep)
{
  int status = fairu_context__poll(ctx);
  if (status != FAIRU_OK)
    return status;
  memmove(cells->buffer, cells->buffer + keep, cells->used - keep);
  cells->used -= keep;
  cells->at -= keep;
  if (cells->used == cells->capacity)
    status = grow(cells, ctx);
  size_t got = 0;
  if (status == FAIRU_OK) {
    status = fairu_reader__read(cells->reader, ctx, cells->buffer + cells->used,
                                cells->capacity - cells->used, &got);
    cells->stream_failed = status != FAIRU_OK;
  }
  cells->used += got;
  cells->at_end = status == FAIRU_OK && got == 0;
  cells->buffer[cells->used] = '\n';
  return status;
}

/* At least n bytes from `at` on, unless the file ends. */
static int look_ahead(fairu_cells *cells, fairu_context *ctx, size_t n)
{
  int status = FAIRU_OK;
  while (status == FAIRU_OK && cells->used - cells->at < n && !cells->at_end)
    status = refill(cells, ctx, cells->at);
  return status;
}

int fairu_cells__more(fairu_cells *cells, fairu_context *ctx, int *more)
{
  const int status = look_ahead(cells, ctx, 1);
  *more = cells->at < cells->used;
  return status;
}

int fairu_cells__skip_mark(fairu_cells *cells, fairu_context *ctx)
{
  const int status = look_ahead(cells, ctx, 3);
  if (status == FAIRU_OK && cells->used >= 3 && memcmp(cells->buffer, "\xef\xbb\xbf", 3) == 0)
    cells->at = 3;
  return status;
}

int fairu_cells__skip_empty_line(fairu_cells *cells, fairu_context *ctx, int *skipped)
{
  const int status = look_ahead(cells, ctx, 2);
  const char *next = cells->buffer + cells->at;
  const size_t left = cells->used - cells->at;
  const size_t size = left > 0 && next[0] == '\n' ? 1 : left > 1 && memcmp(next, "\r\n", 2) == 0 ? 2 : 0;
  *skipped = status == FAIRU_OK && size > 0;
  if (*skipped) {
    cells->at += size;
    cells->line++;
  }
  return status;
}

/* What stands at cells->at, behind the text of a cell: step over it and say how the cell ends. start: the cell, which must
 * stay in the buffer. */
static int finish(fairu_cells *cells, fairu_context *ctx, size_t *start, fairu_cell *cell)
{
  while (cells->used - cells->at < 2 && !cells->at_end) {
    const int status = refill(cells, ctx, *start);
    if (status != FAIRU_OK)
      return status;
    *start = 0;
  }
  if (cells->at == cells->used) {
    cell->end = FAIRU_CELL_ENDS_FILE;
    return FAIRU_OK;
  }
  const char c = cells->buffer[cells->at++];
  if (c == cells->delimiter) {
    cell->end = FAIRU_CELL_DELIMITED;
    return FAIRU_OK;
  }
  if (c == '\r' && (cells->at == cells->used || cells->buffer[cells->at++] != '\n'))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "carriage return without a line feed");
  if (c == '"')
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "a quote inside a cell that does not begin with one");
  if (c == '\0')
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "a NUL byte");
  if (c != '\r' && c != '\n')
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "byte 0x%02x behind a closing quote",
                               (unsigned)(unsigned char)c);
  cells->line++;
  cell->end = FAIRU_CELL_ENDS_ROW;
  return FAIRU_OK;
}

static int check_size(const fairu_cells *cells, fairu_context *ctx, size_t size)
{
  if (size <= cells->cell_limit)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "a cell of more than %zu bytes (limit csv_cell_bytes)",
                             cells->cell_limit);
}

/* Read on within a cell that begins at *start; its text must not outgrow the limit. */
static int read_on(fairu_cells *cells, fairu_context *ctx, size_t *start, size_t size)
{
  int status = check_size(cells, ctx, size);
  if (status == FAIRU_OK)
    status = refill(cells, ctx, *start);
  *start = 0;
  return status;
}

static int next_plain(fairu_cells *cells, fairu_context *ctx, fairu_cell *cell)
{
  size_t start = cells->at;
  for (;;) {
    size_t at = cells->at;
    while (!cells->stops[(unsigned char)cells->buffer[at]])
      at++;
    cells->at = at;
    if (at < cells->used || cells->at_end)
      break;
    const int status = read_on(cells, ctx, &start, at - start);
    if (status != FAIRU_OK)
      return status;
  }
  cell->size = cells->at - start;
  cell->quoted = 0;
  int status = check_size(cells, ctx, cell->size);
  if (status == FAIRU_OK)
    status = finish(cells, ctx, &start, cell);
  cell->text = cells->buffer + start;
  return status;
}

/* Behind the opening quote; doubled quotes are joined in place, `size` bytes of text lie at *start. */
static int take_quoted(fairu_cells *cells, fairu_context *ctx, size_t *start, size_t *size)
{
  for (;;) {
    while (cells->used - cells->at < 2 && !cells->at_end) {
      const int status = read_on(cells, ctx, start, *size);
      if (status != FAIRU_OK)
        return status;
    }
    if (cells->at == cells->used)
      return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, "the file ends inside a quoted cell");
    const char c = cells->buffer[cells->at++];
    if (c == '\0')
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "a NUL byte");
    if (c == '"') {
      if (cells->at == cells->used || cells->buffer[cells->at] != '"')
        return FAIRU_OK;
      cells->at++;
    }
    cells->line += c == '\n';
    cells->buffer[*start + (*size)++] = c;
  }
}

int fairu_cells__next(fairu_cells *cells, fairu_context *ctx, fairu_cell *cell)
{
  cells->row_line = cells->line;
  int status = look_ahead(cells, ctx, 1);
  if (status != FAIRU_OK)
    return status;
  if (cells->at == cells->used || cells->buffer[cells->at] != '"')
    return next_plain(cells, ctx, cell);
  size_t start = cells->at++, size = 0;
  status = take_quoted(cells, ctx, &start, &size);
  if (status == FAIRU_OK)
    status = check_size(cells, ctx, size);
  if (status == FAIRU_OK)
    status = finish(cells, ctx, &start, cell);
  cell->text = cells->buffer + start;
  cell->size = size;
  cell->quoted = 1;
  return status;
}
