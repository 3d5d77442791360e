/* arrow_column.h - one column of an Arrow record batch, checked. */
#ifndef FAIRU_EVENTS_ARROW_COLUMN_H
#define FAIRU_EVENTS_ARROW_COLUMN_H

#include <fairu/arrow.h>

#include "base/context_internal.h"

typedef struct fairu_arrow_column {
  const struct ArrowSchema *schema;
  const struct ArrowArray *array;
  const char *name;
  size_t first, n; /* rows of the batch: first .. first + n - 1 of the array's buffers */
  char type;       /* first letter of the format of the values, those of the indices for a dictionary */
} fairu_arrow_column;

/* Column `index` of a batch, without nulls. */
int fairu_arrow_column__open(fairu_context *ctx, const struct ArrowSchema *schema,
                             const struct ArrowArray *batch, size_t index, fairu_arrow_column *column);

int fairu_arrow_column__is_text(const fairu_arrow_column *column);

/* The type is none that has a meaning here. */
int fairu_arrow_column__refuse(const fairu_arrow_column *column, fairu_context *ctx, const char *wanted);

/* Column of numbers; the type is one of "fgcCsSiIlL". */
int fairu_arrow_column__numbers(const fairu_arrow_column *column, fairu_context *ctx, double *values);
int fairu_arrow_column__ids(const fairu_arrow_column *column, fairu_context *ctx, uint64_t *values);

/* Labels of a column into events, with categories where they are text. */
int fairu_arrow_column__set_labels(const fairu_arrow_column *column, fairu_context *ctx,
                                   fairu_events *events);

#endif /* FAIRU_EVENTS_ARROW_COLUMN_H */
