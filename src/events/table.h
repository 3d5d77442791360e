/* table.h - what an event table is inside; for the files of events/ alone. */
#ifndef FAIRU_EVENTS_TABLE_H
#define FAIRU_EVENTS_TABLE_H

#include <fairu/events.h>

#include "base/context_internal.h"
#include "events/events_internal.h"
#include "events/names.h"

struct fairu_events {
  fairu_allocator allocator;
  size_t n_events, n_columns;
  size_t stride;         /* floats from row to row; 1 if owned */
  char **names;          /* [n_columns] */
  const float **columns; /* [n_columns] at row 0 */
  float *data;           /* owned: columns one after the other; NULL for a view */
  double *weights;       /* [n_events], labels and ids too; NULL where the table has none */
  int32_t *labels;
  uint64_t *ids;
  char **categories; /* [n_categories] */
  size_t n_categories;
};

/* New owned table of n_events rows with the names and categories of `model`, nothing else; features are for the caller to
 * write, all of them. */
int fairu_events__create_shape(const fairu_events *model, fairu_context *ctx, size_t n_events,
                               fairu_events **out);

/* Room for weights, labels or ids [n_events]; FAIRU_ERR_OUT_OF_MEMORY. Each frees what was there. */
int fairu_events__new_weights(fairu_events *events, fairu_context *ctx);
int fairu_events__new_labels(fairu_events *events, fairu_context *ctx);
int fairu_events__new_ids(fairu_events *events, fairu_context *ctx);

/* FAIRU_ERR_LIMIT unless a table of this shape is allowed. */
int fairu_events__check_shape(fairu_context *ctx, size_t n_events, size_t n_columns);

/* The first two rows with an id that occurs twice, if *found. FAIRU_ERR_OUT_OF_MEMORY. */
int fairu_ids__find_duplicate(fairu_context *ctx, const uint64_t *ids, size_t n, size_t rows[2], int *found);

/* FAIRU_ERR_DUPLICATE names the two rows of an id that occurs twice. */
int fairu_ids__check_unique(fairu_context *ctx, const uint64_t *ids, size_t n);

#endif /* FAIRU_EVENTS_TABLE_H */
