/* apply.c - events at Z: every chunk of rows is copied and shifted while it is in cache. */
#include "systematics/shifter.h"

#include <math.h>
#include <string.h>

#include "events/events_internal.h"

enum { CHUNK = 1024 }; /* rows; fixed, so that no result depends on threads */

typedef struct plan {
  const fairu_shifter *shifter;
  const fairu_events *in;
  fairu_events *out;
  float **features; /* [n_columns] of out */
  double *weights;
  unsigned char *passed;
  size_t base; /* row of the whole table that row 0 of `in` is */
} plan;

static void copy_rows(const plan *p, size_t first, size_t n)
{
  const size_t n_columns = fairu_events_n_columns(p->in);
  for (size_t c = 0; c < n_columns; c++) {
    if ((fairu_shifter__use(p->shifter, c) & FAIRU_COLUMN_MADE) != 0)
      continue;
    size_t stride = 1;
    const float *from = fairu_events_column(p->in, c, &stride) + first * stride;
    float *to = p->features[c] + first;
    if (stride == 1)
      memcpy(to, from, n * sizeof *to);
    else
      for (size_t i = 0; i < n; i++)
        to[i] = from[i * stride];
  }
}

static int check_weights(fairu_context *worker, const fairu_chunk *chunk)
{
  for (size_t i = 0; i < chunk->n_events; i++)
    if (!isfinite(chunk->weights[i]))
      return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu, weight is %g after the shift",
                                 chunk->first_row + i, chunk->weights[i]);
  return FAIRU_OK;
}

static int run_chunk(fairu_context *worker, size_t index, void *data)
{
  const plan *p = data;
  const size_t n_events = fairu_events_n_events(p->in), n_columns = fairu_events_n_columns(p->in);
  const size_t first = index * CHUNK;
  fairu_chunk chunk = { .first_row = p->base + first,
                        .n_events = n_events - first < CHUNK ? n_events - first : CHUNK,
                        .weights = p->weights ? p->weights + first : NULL,
                        .passed = p->passed + first };
  const int32_t *labels = fairu_events_labels(p->in);
  const uint64_t *ids = fairu_events_ids(p->in);
  chunk.labels = labels ? labels + first : NULL;
  chunk.ids = ids ? ids + first : NULL;
  float **columns = fairu_context__scratch(worker, n_columns, sizeof *columns, "columns of a chunk");
  if (!columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t c = 0; c < n_columns; c++)
    columns[c] = p->features[c] + first;
  copy_rows(p, first, chunk.n_events);
  const int status = fairu_shifter__run_chunk(p->shifter, worker, columns, &chunk);
  return status == FAIRU_OK && chunk.weights ? check_weights(worker, &chunk) : status;
}

/* Weights that a callback was given but left at 1 are no weights. */
static int drop_unit_weights(const plan *p, fairu_context *ctx)
{
  if (!p->weights || fairu_events_weights(p->in))
    return FAIRU_OK;
  for (size_t row = 0; row < fairu_events_n_events(p->out); row++)
    if (p->weights[row] != 1.0)
      return FAIRU_OK;
  return fairu_events_set_weights(p->out, ctx, NULL, 0);
}

static int prepare(plan *p, fairu_context *ctx)
{
  const size_t n_events = fairu_events_n_events(p->in), n_columns = fairu_events_n_columns(p->in);
  p->passed = fairu_context__scratch(ctx, n_events, 1, "cuts");
  p->features = fairu_context__scratch(ctx, n_columns, sizeof *p->features, "columns of the shifted table");
  if (!p->passed || !p->features)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_events__create_like(p->in, ctx, &p->out);
  for (size_t c = 0; c < n_columns && status == FAIRU_OK; c++)
    status = fairu_events_column_data(p->out, ctx, c, &p->features[c]);
  if (status == FAIRU_OK && p->shifter->sys && p->shifter->sys->weighs)
    status = fairu_events__weights_data(p->out, ctx, &p->weights);
  return status;
}

static void normalise(unsigned char *passed, size_t n)
{
  for (size_t row = 0; row < n; row++)
    passed[row] = passed[row] != 0;
}

static int shift(plan *p, fairu_context *ctx, int keep_cut)
{
  int status = prepare(p, ctx);
  if (status != FAIRU_OK)
    return status;
  const size_t n_events = fairu_events_n_events(p->in);
  status = fairu_context__parallel(ctx, (n_events + CHUNK - 1) / CHUNK, run_chunk, p, "events shifted");
  if (status == FAIRU_OK)
    status = drop_unit_weights(p, ctx);
  if (status != FAIRU_OK)
    return status;
  normalise(p->passed, n_events);
  return keep_cut ? FAIRU_OK : fairu_events__keep(p->out, ctx, p->passed);
}

int fairu_systematics__apply_rows(const fairu_systematics *systematics, fairu_context *ctx,
                                  const fairu_events *in, size_t first_row, const double *z,
                                  size_t n_nuisances, uint64_t seed, unsigned char *passed,
                                  fairu_events **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_shifter *shifter = NULL;
  int status = fairu_shifter__create(systematics, ctx, in, first_row, fairu_events_n_events(in), z,
                                     n_nuisances, seed, &shifter);
  plan p = { .shifter = shifter, .in = in, .base = first_row };
  if (status == FAIRU_OK)
    status = shift(&p, ctx, passed != NULL);
  if (status == FAIRU_OK && passed)
    memcpy(passed, p.passed, fairu_events_n_events(in));
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK) {
    fairu_events_destroy(p.out);
    return status;
  }
  *out = p.out;
  return FAIRU_OK;
}

int fairu_systematics_apply(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *in,
                            const double *z, size_t n_nuisances, uint64_t seed, unsigned char *passed,
                            fairu_events **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!in || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !in ? "in" : "out");
  return fairu_systematics__apply_rows(systematics, ctx, in, 0, z, n_nuisances, seed, passed, out);
}
