/* csv_cells.h - a CSV stream cut into cells: RFC 4180 quotes, LF or CRLF. */
#ifndef FAIRU_EVENTS_CSV_CELLS_H
#define FAIRU_EVENTS_CSV_CELLS_H

#include "base/context_internal.h"
#include "base/stream_internal.h"

typedef struct fairu_cells {
  fairu_allocator allocator;
  fairu_reader *reader;
  char *buffer;      /* [capacity + 1]: one byte for the sentinel */
  size_t capacity;   /* bytes */
  size_t at, used;   /* next byte, end of the bytes read */
  size_t line;       /* of the next byte, from 1 */
  size_t row_line;   /* where the current cell began */
  size_t cell_limit; /* bytes */
  char delimiter;
  int at_end;               /* the stream has ended */
  int stream_failed;        /* the message is the stream's and names the file */
  unsigned char stops[256]; /* bytes that end the fast scan */
} fairu_cells;

enum fairu_cell_end { FAIRU_CELL_DELIMITED, FAIRU_CELL_ENDS_ROW, FAIRU_CELL_ENDS_FILE };

/* text is valid, and text[size] writable, until the next call. */
typedef struct fairu_cell {
  char *text;
  size_t size;
  int end;
  int quoted;
} fairu_cell;

int fairu_cells__open(fairu_context *ctx, const char *path, char delimiter, fairu_cells *cells);
void fairu_cells__close(fairu_cells *cells);

/* *more = 0 when no byte is left. */
int fairu_cells__more(fairu_cells *cells, fairu_context *ctx, int *more);

/* Skip a UTF-8 byte order mark, or an empty line; *skipped says whether there was one. */
int fairu_cells__skip_mark(fairu_cells *cells, fairu_context *ctx);
int fairu_cells__skip_empty_line(fairu_cells *cells, fairu_context *ctx, int *skipped);

/* Next cell. FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_LIMIT, what the stream gives. */
int fairu_cells__next(fairu_cells *cells, fairu_context *ctx, fairu_cell *cell);

#endif /* FAIRU_EVENTS_CSV_CELLS_H */
