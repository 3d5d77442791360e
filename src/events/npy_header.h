/* npy_header.h - what stands before the numbers of a NumPy .npy file. */
#ifndef FAIRU_EVENTS_NPY_HEADER_H
#define FAIRU_EVENTS_NPY_HEADER_H

#include "base/context_internal.h"

typedef struct fairu_npy_header {
  char kind; /* 'f' or 'i' */
  size_t item_size;
  int is_big_endian;
  int is_fortran;
  size_t n_rows, n_columns; /* one dimension: one column */
  size_t data_offset;       /* bytes */
} fairu_npy_header;

/* bytes [size] is the whole file with a NUL behind it. Messages name the byte, not the file. */
int fairu_npy_header__read(fairu_context *ctx, const char *bytes, size_t size, fairu_npy_header *header);

#endif /* FAIRU_EVENTS_NPY_HEADER_H */
