/* csv_columns.h - the header of a CSV file and what each column is for. */
#ifndef FAIRU_EVENTS_CSV_COLUMNS_H
#define FAIRU_EVENTS_CSV_COLUMNS_H

#include <fairu/events.h>

#include "base/context_internal.h"
#include "events/csv_cells.h"

enum fairu_csv_role {
  FAIRU_CSV_SKIPPED,
  FAIRU_CSV_UNDECIDED, /* a feature if its first cell is a number */
  FAIRU_CSV_FEATURE,
  FAIRU_CSV_WEIGHT,
  FAIRU_CSV_LABEL,
  FAIRU_CSV_ID
};

/* A missing value as a feature column sees it. */
typedef struct fairu_csv_rule {
  float value;
  int is_nan; /* cells "nan" or empty */
  float replacement;
} fairu_csv_rule;

typedef struct fairu_csv_column {
  char *name;
  int role;
  size_t slot;                 /* of a feature */
  const fairu_csv_rule *rules; /* [n_rules] */
  size_t n_rules;
} fairu_csv_column;

typedef struct fairu_csv_columns {
  fairu_allocator allocator; /* of the context that has read them */
  fairu_csv_column *list;    /* [n] as in the file */
  size_t n, capacity;
  fairu_csv_rule *rules;
  size_t n_features; /* decided so far */
  size_t n_slots;    /* most features there can be */
  int has_weight, has_label, has_id;
} fairu_csv_columns;

/* Defaults, and what the caller's struct says; FAIRU_ERR_STRUCT_SIZE, FAIRU_ERR_ARGUMENT (delimiter), FAIRU_ERR_NULL. */
int fairu_csv_options__read(fairu_context *ctx, const fairu_csv_options *theirs, fairu_csv_options *options);

/* Read the header line and give each column its role. What was made is freed by __free, on failure too. */
int fairu_csv_columns__read(fairu_cells *cells, fairu_context *ctx, const fairu_csv_options *options,
                            fairu_csv_columns *columns);
void fairu_csv_columns__free(fairu_csv_columns *columns);

#endif /* FAIRU_EVENTS_CSV_COLUMNS_H */
