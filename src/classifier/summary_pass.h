/* summary_pass.h - rows of a batch, nominal and varied, through the network to counts, and from slopes of the counts back.
 *
 * Slices hold rows of one process. A nominal block serves all variations in which its rows do not move; rows that move go through
 * blocks of their own. Sums are in double, in the order of slices: bits do not depend on threads.
 */
#ifndef FAIRU_CLASSIFIER_SUMMARY_PASS_H
#define FAIRU_CLASSIFIER_SUMMARY_PASS_H

#include "classifier/soft_counts.h"
#include "classifier/stack_tangent.h"
#include "classifier/summary_rows.h"

/* One way through some rows, there or back. */
typedef struct fairu_summary_pass {
  const fairu_soft_counts *soft;
  const fairu_summary_rows *layout;
  const unsigned char *flags; /* [n_processes * n_flags] */
  const fairu_training_set *set;
  const fairu_stack *stack;
  int training; /* 1: as in a step; 0: as in validation */
  const float *rows;
  const uint32_t *order; /* of the batch */
  const fairu_summary_slice *slices;
  size_t n_slices;
  double *sums; /* [n_slices][n_sums] of counts of variations (nominal first), tangents, nominal weight */
  const double *slopes; /* back: [n_processes][n_sums] d loss / d sums; NULL: there */
  float *gradients;     /* back: [n_slices][stack->n_gradient] */
  float *kept; /* activations and tangents between there and back, block by block; NULL: computed again */
} fairu_summary_pass;

static inline size_t fairu_summary_pass__n_sums(const fairu_summary_rows *layout, size_t n_bins)
{
  return (1 + layout->n_variations + layout->n_tangents) * n_bins + 1;
}

/* Floats that are kept of a block. */
static inline size_t fairu_summary_pass__kept(const fairu_summary_rows *layout, const fairu_stack *stack)
{
  return (1 + layout->n_tangents) * fairu_shape__n_units(&stack->shape) * FAIRU_LANES;
}

int fairu_summary_pass__run(fairu_summary_pass *pass, fairu_context *ctx);

/* Cut n rows of a process that start at place `first` of a batch into slices of at most `events`; returns how many. */
size_t fairu_summary_slices__cut(size_t process, size_t first, size_t n, size_t events,
                                 fairu_summary_slice *slices);

/* Set where blocks of slices start; returns how many blocks there are at most. */
size_t fairu_summary_slices__count_blocks(const fairu_summary_rows *layout, const unsigned char *flags,
                                          fairu_summary_slice *slices, size_t n_slices);

#endif /* FAIRU_CLASSIFIER_SUMMARY_PASS_H */
