/* pivot_toy.h - the toy problem of "Learning to pivot" (arXiv:1611.01046), and what is known of it exactly.
 *
 * Equal classes; x | Y = 0 ~ N((0, 0), ((1, -1/2), (-1/2, 1))), x | Y = 1, Z ~ N((1, 1 + Z), 1), Z ~ N(0, 1).
 */
#ifndef FAIRU_TESTS_PIVOT_TOY_H
#define FAIRU_TESTS_PIVOT_TOY_H

#include <math.h>
#include <stdlib.h>

#include <fairu/fairu.h>

#include "numeric/philox.h"

/* By quadrature: cross-entropy of the Bayes classifier with Z marginalised, H(Z) and H(Z | that classifier). */
static const double pivot_bayes_loss = 0.448469, pivot_entropy = 1.418939, pivot_bayes_entropy = 1.35673;

static const char *const pivot_names[3] = { "x1", "x2", "z" };

/* Classes alternate. NULL: no memory. */
static inline fairu_events *pivot_events(fairu_context *ctx, uint64_t seed, size_t n)
{
  fairu_events *events = NULL;
  float *column[3];
  int32_t *labels = (int32_t *)malloc(n * sizeof *labels);
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_USER, 0, 0);
  int failed = !labels || fairu_events_create(ctx, n, 3, pivot_names, &events) != FAIRU_OK;
  for (size_t c = 0; c < 3 && !failed; c++)
    failed = fairu_events_column_data(events, ctx, c, &column[c]) != FAIRU_OK;
  for (size_t i = 0; i < n && !failed; i++) {
    const double z = fairu_philox__normal(&rng), a = fairu_philox__normal(&rng);
    const double b = fairu_philox__normal(&rng);
    labels[i] = (int32_t)(i & 1);
    column[0][i] = (float)(labels[i] ? 1.0 + a : a);
    column[1][i] = (float)(labels[i] ? 1.0 + z + b : -0.5 * a + sqrt(0.75) * b);
    column[2][i] = (float)z;
  }
  failed = failed || fairu_events_set_labels(events, ctx, labels, n) != FAIRU_OK;
  free(labels);
  if (failed) {
    fairu_events_destroy(events);
    return NULL;
  }
  return events;
}

#endif /* FAIRU_TESTS_PIVOT_TOY_H */
