/* npy_header.h - what stands before the numbers of a NumPy .npy file. */
#ifndef FAIRU_EVENTS_NPY_HEADER_H
#define FAIRU_EVENTS_NPY_HEADER_H

#include "base/context_internal.h"

typedef struct fairu_npy_header {
  char kind; /* 'f', 'i', 'u' or 'b' */
  size_t item_size;
  int is_big_endian;
  int is_fortran;
  size_t n_rows, n_columns; /* one dimension: one column */
  int is_matrix;            /* two dimensions */
  size_t data_offset;       /* bytes */
} fairu_npy_header;

/* bytes [size] is the whole file with a NUL behind it. Messages name the byte, not the file. */
int fairu_npy_header__read(fairu_context *ctx, const char *bytes, size_t size, fairu_npy_header *header);

/* The header's claim against the bytes there are, before anything is made of it. FAIRU_ERR_TRUNCATED, FAIRU_ERR_FORMAT. */
int fairu_npy_header__check_size(const fairu_npy_header *header, fairu_context *ctx, size_t size);

#endif /* FAIRU_EVENTS_NPY_HEADER_H */
