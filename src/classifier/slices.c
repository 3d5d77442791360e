/* slices.c - parallel work on rows in fixed slices. */
#include "classifier/slices.h"

#include <string.h>

#include "numeric/kernels.h"

/* Slices of a batch, at most: what can run at once. Each has a gradient, which is cleared and added up: not too few events. */
enum { MOST_SLICES = 8, FEWEST_EVENTS = 4 * FAIRU_LANES, LONG_SLICE = 32 * FAIRU_LANES };

/* Values of the gradients of slices that are added up in one piece. */
enum { PIECE = 4096 };

void fairu_slices__cut(fairu_slices *slices, size_t batch)
{
  const size_t share = (batch + MOST_SLICES - 1) / MOST_SLICES;
  slices->events = (share + FAIRU_LANES - 1) / FAIRU_LANES * FAIRU_LANES;
  if (slices->events < FEWEST_EVENTS)
    slices->events = FEWEST_EVENTS;
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

typedef struct sum {
  const float *slices;
  size_t n_slices, n;
  float scale, *out;
} sum;

static int add_piece(fairu_context *worker, size_t piece, void *data)
{
  const sum *s = data;
  const size_t first = piece * PIECE, left = s->n - first;
  fairu_kernels__of(worker)->add_slices(s->n_slices, s->n, s->slices + first, s->scale,
                                        left < PIECE ? left : PIECE, s->out + first);
  return FAIRU_OK;
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
  sum total = { slices->gradients, n_slices, n_gradient, scale, gradient };
  status = fairu_context__parallel(ctx, (n_gradient + PIECE - 1) / PIECE, add_piece, &total, NULL);
  memset(losses, 0, FAIRU_MOST_LOSSES * sizeof *losses);
  for (size_t s = 0; s < n_slices; s++)
    for (size_t i = 0; i < FAIRU_MOST_LOSSES; i++)
      losses[i] += slices->losses[s * FAIRU_MOST_LOSSES + i];
  return status;
}
