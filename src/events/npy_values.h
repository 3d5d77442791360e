/* npy_values.h - the numbers of a NumPy .npy array. */
#ifndef FAIRU_EVENTS_NPY_VALUES_H
#define FAIRU_EVENTS_NPY_VALUES_H

#include <fairu/events.h>

#include "events/npy_header.h"

/* bytes: the whole .npy, whose size has been checked. All columns as floats into columns first, first + 1 ... of an owned table.
 * FAIRU_ERR_NON_FINITE names row and column. */
int fairu_npy__columns(const fairu_npy_header *header, fairu_context *ctx, const char *bytes,
                       fairu_events *events, size_t first);

/* The first column as doubles, all finite. */
int fairu_npy__doubles(const fairu_npy_header *header, fairu_context *ctx, const char *bytes, double *values);

/* The first column as unsigned integers; FAIRU_ERR_UNSUPPORTED (floats), FAIRU_ERR_RANGE (row of a negative one). */
int fairu_npy__u64s(const fairu_npy_header *header, fairu_context *ctx, const char *bytes, uint64_t *values);

#endif /* FAIRU_EVENTS_NPY_VALUES_H */
