/* slices.c - parallel work on rows in fixed slices. */
#include "classifier/slices.h"

#include <string.h>

#include "numeric/kernels.h"

/* Slices of a batch, at most: what can run at once. */
enum { MOST_SLICES = 8, LONG_SLICE = 32 * FAIRU_LANES };

void fairu_slices__cut(fairu_slices *slices, size_t batch)
{
  const size_t share = (batch + MOST_SLICES - 1) / MOST_SLICES;
  slices->events = (share + FAIRU_LANES - 1) / FAIRU_LANES * FAIRU_LANES;
}

void fairu_slices__free(fairu_slices *slices, fairu_context *ctx)
{
  fairu_context__free(ctx, slices->gradients);
  fairu_context__free(ctx, slices->losses);
}

static int reserve(fairu_slices *slices, fairu_context *ctx, size_t n_slices, size_t n_gradient)
{
  if (n_slices > slices->n_losses) {
    fairu_context__free(ctx, slices->losses);
    slices->n_losses = 0;
    slices->losses = fairu_context__new(ctx, n_slices, FAIRU_MOST_LOSSES * sizeof(double), "training losses");
    if (!slices->losses)
      return FAIRU_ERR_OUT_OF_MEMORY;
    slices->n_losses = n_slices;
  }
  if (n_gradient > 0 && n_slices > slices->n_gradients / n_gradient) {
    fairu_context__free(ctx, slices->gradients);
    slices->n_gradients = 0;
    slices->gradients = fairu_context__new(ctx, n_slices, n_gradient * sizeof(float), "training slices");
    if (!slices->gradients)
      return FAIRU_ERR_OUT_OF_MEMORY;
    slices->n_gradients = n_slices * n_gradient;
  }
  return FAIRU_OK;
}

typedef struct task {
  const fairu_slices *slices;
  const fairu_rows *rows;
  fairu_slice_fn fn;
  const void *data;
  size_t n_gradient, events;
} task;

static int run_slice(fairu_context *worker, size_t index, void *data)
{
  const task *t = data;
  const size_t place = index * t->events, left = t->rows->n - place;
  fairu_slice slice = { .rows = *t->rows, .place = place };
  slice.rows.first += place;
  slice.rows.n = left < t->events ? left : t->events;
  slice.losses = t->slices->losses + index * FAIRU_MOST_LOSSES;
  memset(slice.losses, 0, FAIRU_MOST_LOSSES * sizeof(double));
  if (t->n_gradient > 0) {
    slice.gradient = t->slices->gradients + index * t->n_gradient;
    memset(slice.gradient, 0, t->n_gradient * sizeof(float));
  }
  const fairu_mark mark = fairu_context__mark(worker);
  const int status = t->fn(worker, &slice, t->data);
  fairu_context__release(worker, mark);
  return status;
}

int fairu_slices__run(fairu_slices *slices, fairu_context *ctx, const fairu_rows *rows, fairu_slice_fn fn,
                      const void *data, size_t n_gradient, float scale, float *gradient,
                      double losses[FAIRU_MOST_LOSSES])
{
  task t = { slices, rows, fn, data, n_gradient, n_gradient > 0 ? slices->events : LONG_SLICE };
  const size_t n_slices = (rows->n + t.events - 1) / t.events;
  int status = reserve(slices, ctx, n_slices, n_gradient);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, n_slices, run_slice, &t, NULL);
  if (status != FAIRU_OK)
    return status;
  if (n_gradient > 0)
    fairu_kernels__of(ctx)->add_slices(n_slices, n_gradient, slices->gradients, scale, n_gradient, gradient);
  memset(losses, 0, FAIRU_MOST_LOSSES * sizeof *losses);
  for (size_t s = 0; s < n_slices; s++)
    for (size_t i = 0; i < FAIRU_MOST_LOSSES; i++)
      losses[i] += slices->losses[s * FAIRU_MOST_LOSSES + i];
  return FAIRU_OK;
}
