/* blend_body.h - weighted sums of rows for one set of instructions. Before it is included: VECTOR_BYTES, BLEND_RUN. No include guard: a
 * body, not an interface. */
#include "templates/blend.h"

#define INLINE static inline __attribute__((always_inline))

enum { LANES = VECTOR_BYTES / sizeof(double) };

typedef double vd __attribute__((vector_size(VECTOR_BYTES)));
typedef vd vd_in_memory __attribute__((aligned(8), may_alias));

INLINE vd load(const double *p)
{
  return *(const vd_in_memory *)p;
}

/* Columns i .. i + LANES - 1 of all outputs. */
INLINE void blend_lanes(const fairu_blend *b, size_t n_nodes, size_t n_out, size_t i)
{
  const size_t width = b->width;
  vd sum[FAIRU_BLEND_OUTPUTS];
  for (size_t o = 0; o < n_out; o++)
    sum[o] = load(b->out[o] + i);
  for (size_t n = 0; n < n_nodes; n++) {
    const double *rows = b->nodes[n] + i;
    const vd r0 = load(rows), r1 = load(rows + width), r2 = load(rows + 2 * width),
             r3 = load(rows + 3 * width);
    for (size_t o = 0; o < n_out; o++) {
      const double *w = b->weights + (o * n_nodes + n) * 4;
      sum[o] += (w[0] * r0 + w[2] * r2) + (w[1] * r1 + w[3] * r3);
    }
  }
  for (size_t o = 0; o < n_out; o++)
    *(vd_in_memory *)(b->out[o] + i) = sum[o];
}

INLINE void blend_column(const fairu_blend *b, size_t n_nodes, size_t n_out, size_t i)
{
  const size_t width = b->width;
  for (size_t o = 0; o < n_out; o++) {
    double sum = b->out[o][i];
    for (size_t n = 0; n < n_nodes; n++) {
      const double *w = b->weights + (o * n_nodes + n) * 4, *rows = b->nodes[n] + i;
      sum += (w[0] * rows[0] + w[2] * rows[2 * width]) + (w[1] * rows[width] + w[3] * rows[3 * width]);
    }
    b->out[o][i] = sum;
  }
}

/* With numbers that the compiler knows, so that sums stay in registers. */
INLINE void blend_all(const fairu_blend *b, size_t n_nodes, size_t n_out)
{
  size_t i = 0;
  for (; i + LANES <= b->width; i += LANES)
    blend_lanes(b, n_nodes, n_out, i);
  for (; i < b->width; i++)
    blend_column(b, n_nodes, n_out, i);
}

void BLEND_RUN(const fairu_blend *b)
{
  if (b->n_nodes == 1)
    switch (b->n_out) {
    case 1:
      blend_all(b, 1, 1);
      return;
    case 2:
      blend_all(b, 1, 2);
      return;
    default:
      blend_all(b, 1, 3);
      return;
    }
  switch (b->n_out) {
  case 1:
    blend_all(b, 4, 1);
    return;
  case 3:
    blend_all(b, 4, 3);
    return;
  default:
    blend_all(b, 4, 6);
    return;
  }
}
