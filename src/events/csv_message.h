/* csv_message.h - what is said of a cell that will not do. */
#ifndef FAIRU_EVENTS_CSV_MESSAGE_H
#define FAIRU_EVENTS_CSV_MESSAGE_H

#include "events/csv_cells.h"

/* A cell as a message shows it: its first bytes, what cannot be printed as \xNN. */
typedef struct fairu_cell_shown {
  char text[48];
} fairu_cell_shown;

fairu_cell_shown fairu_cell__show(const fairu_cell *cell);

/* A cell that is no number of the wanted kind; kind: what fairu_number__float() said. */
int fairu_cell__refuse(fairu_context *ctx, int kind, const fairu_cell *cell);

/* A row ends where its last column does. FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED. */
int fairu_cell__check_place(fairu_context *ctx, const fairu_cell *cell, size_t column, size_t n_columns);

/* Failures of the stream name the file already; others get file, line and column in front. */
int fairu_cells__within(const fairu_cells *cells, fairu_context *ctx, int status, const char *column);

#endif /* FAIRU_EVENTS_CSV_MESSAGE_H */
