/* events_internal.h - what higher layers need of event tables beyond the public functions. */
#ifndef FAIRU_EVENTS_EVENTS_INTERNAL_H
#define FAIRU_EVENTS_EVENTS_INTERNAL_H

#include <fairu/events.h>

/* Zeroed memory of an object's own allocator, which that of ctx may not be; NULL and OUT_OF_MEMORY. */
void *fairu_object__new(fairu_context *ctx, const fairu_allocator *allocator, size_t count, size_t size,
                        const char *what);

/* New owned table with the shape, names and categories of `events`, with weights (if `weighs`, in any case), labels and ids
 * where it has them: all for the caller to write. Saves a transformation the copy it would overwrite. */
int fairu_events__create_like(const fairu_events *events, fairu_context *ctx, int weighs, fairu_events **out);

/* New owned table of zeros with weights, labels and ids, all for the caller to write. Unlike other tables' these ids may repeat: copies of an event in a
 * table that is trained on share theirs. Errors as fairu_events_create. */
int fairu_events__create_full(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names,
                              fairu_events **out);

/* What there is to write of a table that is being made; NULL where it has none. */
double *fairu_events__weights_data(fairu_events *events);
int32_t *fairu_events__labels_data(fairu_events *events);
uint64_t *fairu_events__ids_data(fairu_events *events);

enum fairu_csv_number { FAIRU_CSV_FINITE_NUMBER, FAIRU_CSV_ANY_NUMBER, FAIRU_CSV_WHOLE_NUMBER };

/* Columns of a CSV file as doubles, the rest skipped: names [n_names], of which the first n_required must be there; kinds [n_names]: "nan" and "inf" are any
 * numbers, whole ones reach up to 2^53. *values [n_names][*n_rows], freed by fairu_context__free; present [n_names]. Errors and messages as
 * fairu_events_read_csv. */
int fairu_events__read_numbers(fairu_context *ctx, const char *path, const char *const *names,
                               const int *kinds, size_t n_names, size_t n_required, unsigned char *present,
                               double **values, size_t *n_rows);

/* Make an owned table that nobody else has seen one of n rows: features are those that stand from row `first` on, of weights,
 * labels and ids those with mask[row] != 0 stay, n of them. Its memory stays as large. On failure the table is good for
 * nothing but to be destroyed. */
int fairu_events__keep(fairu_events *events, fairu_context *ctx, const unsigned char *mask, size_t first,
                       size_t n);

/* Make an owned table that nobody else has seen one of its first n rows. */
void fairu_events__truncate(fairu_events *events, size_t n);

#endif /* FAIRU_EVENTS_EVENTS_INTERNAL_H */
