/* blend.h - the inner loop of a surface: weighted sums of the rows of nodes, several at once. Vectorised for each set of
 * instructions, never contracted: the same bits from all of them. */
#ifndef FAIRU_TEMPLATES_BLEND_H
#define FAIRU_TEMPLATES_BLEND_H

#include "base/context_internal.h"

enum { FAIRU_BLEND_OUTPUTS = 6, FAIRU_BLEND_NODES = 4 };

/* out[o] += sum_n sum_(r < 4) weights[(o n_nodes + n) 4 + r] row r of nodes[n], rows of `width`, n_nodes 1 or 4. Node after node,
 * each as (w0 r0 + w2 r2) + (w1 r1 + w3 r3). */
typedef struct fairu_blend {
  size_t n_nodes, n_out, width;
  const double *nodes[FAIRU_BLEND_NODES];
  double *out[FAIRU_BLEND_OUTPUTS]; /* no two overlap */
  double weights[FAIRU_BLEND_OUTPUTS * FAIRU_BLEND_NODES * 4];
} fairu_blend;

typedef void (*fairu_blend_fn)(const fairu_blend *blend);

void fairu_blend__run_generic(const fairu_blend *blend);
#if defined(__x86_64__)
void fairu_blend__run_v3(const fairu_blend *blend);
void fairu_blend__run_v4(const fairu_blend *blend);
#endif

#endif /* FAIRU_TEMPLATES_BLEND_H */
