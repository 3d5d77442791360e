/* piece.h - some of the events at one Z and near it, and tables that grow by pieces. */
#ifndef FAIRU_METHODS_PIECE_H
#define FAIRU_METHODS_PIECE_H

#include "methods/shown.h"

/* Tables that are being written. */
typedef struct fairu_writing {
  const fairu_method_job *job;
  const fairu_shown_request *request;
  fairu_shown *shown;
  const size_t *columns;  /* [n_taken] of the events */
  size_t n_taken, n_told; /* columns from the events; after them columns of Z */
  int32_t *classes;       /* [events] */
  double factor;          /* of weights */
  size_t n;               /* rows so far */
} fairu_writing;

/* Shift `events`, which are rows `rows` of the source (NULL: all, in order), to z and to the variations about it, and write them. */
int fairu_writing__add(fairu_writing *w, fairu_context *ctx, const fairu_events *events, const size_t *rows,
                       const double *z, uint64_t seed);

/* Write the source as it is. */
int fairu_writing__add_source(fairu_writing *w, fairu_context *ctx);

#endif /* FAIRU_METHODS_PIECE_H */
