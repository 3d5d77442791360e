/* csv_reader.h - a CSV file being read, piece by piece. */
#ifndef FAIRU_EVENTS_CSV_READER_H
#define FAIRU_EVENTS_CSV_READER_H

#include <locale.h>

#include "events/csv_rows.h"

struct fairu_csv_reader {
  fairu_allocator allocator;
  fairu_cells cells;
  fairu_csv_columns columns;
  fairu_csv_rows rows; /* of the piece that is being read */
  fairu_categories categories;
  char *id;          /* name of the column, for messages; NULL: none */
  int text_labels;   /* what the first label was: -1 not seen, 0 a number, 1 text */
  size_t empty_line; /* the first one met, which must be at the end; 0: none */
  size_t n_rows;     /* of the pieces before */
  int has_begun;     /* there is a piece before */
  int failed;        /* status of the first failure */
  locale_t c;
};

/* One more row at the end of reader->rows. */
int fairu_csv_reader__take_row(fairu_csv_reader *reader, fairu_context *ctx);

#endif /* FAIRU_EVENTS_CSV_READER_H */
