/* csv_message.c - what is said of a cell that will not do. */
#include "events/csv_message.h"

#include <stdio.h>
#include <string.h>

#include "events/number.h"

fairu_cell_shown fairu_cell__show(const fairu_cell *cell)
{
  fairu_cell_shown s;
  size_t used = 0;
  for (size_t i = 0; i < cell->size; i++) {
    const unsigned char c = (unsigned char)cell->text[i];
    if (used + 8 > sizeof s.text) {
      memcpy(s.text + used, "...", 3);
      used += 3;
      break;
    }
    if (c < 0x20 || c >= 0x7f)
      used += (size_t)snprintf(s.text + used, sizeof s.text - used, "\\x%02x", (unsigned)c);
    else
      s.text[used++] = (char)c;
  }
  s.text[used] = '\0';
  return s;
}

int fairu_cell__refuse(fairu_context *ctx, int kind, const fairu_cell *cell)
{
  switch (kind) {
  case FAIRU_NUMBER_EMPTY:
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "empty cell");
  case FAIRU_NUMBER_NAN:
  case FAIRU_NUMBER_INFINITE:
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "\"%s\" is not finite",
                               fairu_cell__show(cell).text);
  case FAIRU_NUMBER_OVERFLOW:
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "\"%s\" is too large", fairu_cell__show(cell).text);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "\"%s\" is not a number", fairu_cell__show(cell).text);
  }
}

int fairu_cell__check_place(fairu_context *ctx, const fairu_cell *cell, size_t column, size_t n_columns)
{
  const int is_last = column + 1 == n_columns;
  if (is_last == (cell->end != FAIRU_CELL_DELIMITED))
    return FAIRU_OK;
  if (is_last)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "the row has more cells than the header (%zu)",
                               n_columns);
  return fairu_context__fail(ctx, cell->end == FAIRU_CELL_ENDS_FILE ? FAIRU_ERR_TRUNCATED : FAIRU_ERR_FORMAT,
                             "the row has %zu cells, the header %zu", column + 1, n_columns);
}

int fairu_cells__within(const fairu_cells *cells, fairu_context *ctx, int status, const char *column)
{
  if (status == FAIRU_ERR_OUT_OF_MEMORY || status == FAIRU_ERR_CANCELLED || status == FAIRU_ERR_DEADLINE ||
      cells->stream_failed)
    return status;
  return fairu_context__within(ctx, status, "%s:%zu: column %.60s", fairu_reader__path(cells->reader),
                               cells->row_line, column);
}
