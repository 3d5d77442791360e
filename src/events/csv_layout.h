/* csv_layout.h - which columns a CSV file of a table has, and in what order. */
#ifndef FAIRU_EVENTS_CSV_LAYOUT_H
#define FAIRU_EVENTS_CSV_LAYOUT_H

#include <fairu/events.h>

#include "base/context_internal.h"

enum { FAIRU_CSV_SOURCE_ID = -1, FAIRU_CSV_SOURCE_WEIGHT = -2, FAIRU_CSV_SOURCE_LABEL = -3 };

typedef struct fairu_csv_field {
  const char *name;
  ptrdiff_t source; /* a feature column, or one of the above */
} fairu_csv_field;

typedef struct fairu_csv_layout {
  size_t n;
  fairu_csv_field *fields; /* [n] */
} fairu_csv_layout;

/* Fields of a table in scratch; names are those of events and options, which name id, weight and label in any case.
 * FAIRU_ERR_NOT_FOUND, FAIRU_ERR_DUPLICATE. */
int fairu_csv_layout__make(const fairu_events *events, fairu_context *ctx, const fairu_csv_options *options,
                           fairu_csv_layout *layout);

#endif /* FAIRU_EVENTS_CSV_LAYOUT_H */
