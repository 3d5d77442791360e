/* slices.h - rows in fixed slices, worked on in parallel, whose sums are added in slice order: the same bits for any threads. */
#ifndef FAIRU_CLASSIFIER_SLICES_H
#define FAIRU_CLASSIFIER_SLICES_H

#include "classifier/block.h"

enum { FAIRU_MOST_LOSSES = 8 };

/* One slice. */
typedef struct fairu_slice {
  fairu_rows rows;
  size_t place;    /* of its first row among those of the call */
  float *gradient; /* [n_gradient], zero; to be added to. NULL if n_gradient is 0 */
  double *losses;  /* [FAIRU_MOST_LOSSES], zero; to be added to */
} fairu_slice;

/* Polls now and then, scratch of worker. */
typedef int (*fairu_slice_fn)(fairu_context *worker, const fairu_slice *slice, const void *data);

/* Memory that is kept between calls. */
typedef struct fairu_slices {
  size_t events; /* of a slice of a batch: fixed by the batch alone */
  float *gradients;
  double *losses;
  size_t n_gradients, n_losses; /* allocated */
} fairu_slices;

void fairu_slices__cut(fairu_slices *slices, size_t batch);
void fairu_slices__free(fairu_slices *slices, fairu_context *ctx);

/* Run fn over slices of `rows`. gradient [n_gradient] = sum of slices times scale; losses [FAIRU_MOST_LOSSES] = sums of slices. Without
 * gradient (n_gradient 0) slices are longer. */
int fairu_slices__run(fairu_slices *slices, fairu_context *ctx, const fairu_rows *rows, fairu_slice_fn fn,
                      const void *data, size_t n_gradient, float scale, float *gradient,
                      double losses[FAIRU_MOST_LOSSES]);

#endif /* FAIRU_CLASSIFIER_SLICES_H */
