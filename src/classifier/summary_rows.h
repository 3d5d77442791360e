/* summary_rows.h - rows of a training on soft counts: what each has besides its inputs, and how batches take them by process.
 *
 * Extra floats of a row: weight; then of each variation weight, 1 if its inputs are others than the nominal ones, and its inputs; then
 * of each tangent the derivatives of the inputs. Inputs are standardised as the nominal ones are.
 */
#ifndef FAIRU_CLASSIFIER_SUMMARY_ROWS_H
#define FAIRU_CLASSIFIER_SUMMARY_ROWS_H

#include <fairu/summary.h>

#include "classifier/trainer.h"

/* Where the tables of variations lie, and the shape of it all. */
typedef struct fairu_summary_rows {
  const fairu_events *events;
  const fairu_training_options *training;
  const fairu_summary_options *options;
  size_t n_inputs, n_processes, n_variations, n_tangents; /* n_variations without the nominal one */
  const float **columns;                                  /* [n_variations * n_inputs] */
  size_t *strides;
} fairu_summary_rows;

/* Find columns and check shapes; arrays in the scratch of ctx. */
int fairu_summary_rows__find(fairu_summary_rows *rows, fairu_context *ctx);

/* Floats of a row. */
static inline size_t fairu_summary_rows__variation(const fairu_summary_rows *rows, size_t v)
{
  return 1 + v * (2 + rows->n_inputs);
}

static inline size_t fairu_summary_rows__tangent(const fairu_summary_rows *rows, size_t k)
{
  return fairu_summary_rows__variation(rows, rows->n_variations) + k * rows->n_inputs;
}

static inline size_t fairu_summary_rows__n_extra(const fairu_summary_rows *rows)
{
  return fairu_summary_rows__tangent(rows, rows->n_tangents);
}

/* As the plan of a training wants it: raw values of event `row`, checked. */
int fairu_summary_rows__extra(const void *rows, fairu_context *ctx, size_t row, float *out);

/* Flags of a process: of each variation, how it differs from the nominal rows; of tangents, whether any is not 0. */
static inline size_t fairu_summary_rows__n_flags(const fairu_summary_rows *rows)
{
  return rows->n_variations + 1;
}

/* Standardise what a part has, and note how it differs in flags [n_processes * n_flags]. */
enum {
  FAIRU_SUMMARY_MOVES = 1,
  FAIRU_SUMMARY_WEIGHS = 2
}; /* some inputs; some weights of rows that do not move */
int fairu_summary_rows__standardise(const fairu_summary_rows *rows, fairu_context *ctx,
                                    const fairu_training_set *set, const fairu_training_part *part,
                                    unsigned char *flags);

/* Rows of one process, side by side in every batch. */
typedef struct fairu_summary_slice {
  size_t process, first, n; /* first: in the batch */
  size_t first_block;       /* of those before: where its kept activations start */
} fairu_summary_slice;

#endif /* FAIRU_CLASSIFIER_SUMMARY_ROWS_H */
