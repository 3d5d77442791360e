/* normal_rows.h - normal deviates of many rows: fairu_philox__normal of each row's stream, several at once.
 *
 * Compiled once per instruction set without fused operations (lanes_*.c): all of them give the bits of the scalar functions. */
#ifndef FAIRU_NUMERIC_NORMAL_ROWS_H
#define FAIRU_NUMERIC_NORMAL_ROWS_H

#include <stddef.h>
#include <stdint.h>

enum { FAIRU_NORMAL_ROWS = 64 }; /* of one call of a kernel */

/* Streams of rows. The index of a row has 44 bits; what its id has beyond is mixed into the toy. */
typedef struct fairu_normal_stream {
  uint64_t seed, toy;
  uint32_t stream;
} fairu_normal_stream;

/* First and second deviate of each of the rows ids [n]; level: fairu_context__kernel_level. */
void fairu_normal__rows(int level, const fairu_normal_stream *stream, const uint64_t *ids, size_t n,
                        double *first, double *second);

/* First words of the streams (two of 64 bits each) of n <= FAIRU_NORMAL_ROWS rows, and deviates of words [n]. */
typedef struct fairu_normal_kernel {
  void (*words)(const fairu_normal_stream *stream, const uint64_t *ids, size_t n, uint64_t *first,
                uint64_t *second);
  void (*quantiles)(size_t n, const uint64_t *words, double *x);
} fairu_normal_kernel;

extern const fairu_normal_kernel fairu_normal__generic;
#if defined(__x86_64__)
extern const fairu_normal_kernel fairu_normal__v3, fairu_normal__v4;
#endif

#endif /* FAIRU_NUMERIC_NORMAL_ROWS_H */
