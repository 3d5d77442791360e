/* keep_rows.h - a column without the rows that go. */
#ifndef FAIRU_NUMERIC_KEEP_ROWS_H
#define FAIRU_NUMERIC_KEEP_ROWS_H

#include <stddef.h>

/* Move x[i] with mask[i] != 0 to the front, in order; returns how many. level: fairu_context__kernel_level. */
size_t fairu_rows__keep(int level, const unsigned char *mask, size_t n, float *x);

#endif /* FAIRU_NUMERIC_KEEP_ROWS_H */
