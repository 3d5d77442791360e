/* apply.c - events at Z: every chunk of rows is copied and shifted while it is in cache.
 *
 * Rows that a cut takes out leave while their chunk is there, too. The table is worked on in slabs: the rows of a slab that stay end up
 * together, at its end in the first half of the slabs and at its start in the second, so that in the middle of the table nothing
 * is left to close, and of one or two slabs no row moves again. */
#include "systematics/shifter.h"

#include <math.h>
#include <string.h>

#include "events/events_internal.h"
#include "numeric/keep_rows.h"

enum { CHUNK = 1024, MOST_SLABS = 8, ROUND_CHUNKS = 1024 };

typedef struct slab {
  size_t first, end; /* chunks */
  size_t done;       /* how many of them */
  size_t kept;       /* rows */
  int descends;      /* from the last chunk to the first; rows gather at the end */
} slab;

typedef struct plan {
  const fairu_shifter *shifter;
  const fairu_events *in;
  fairu_events *out;
  float **features; /* [n_columns] of out, weights, labels and ids too; NULL where there are none */
  double *weights;
  int32_t *labels;
  uint64_t *ids;
  size_t n_events, n_columns;
  unsigned char *passed; /* [n_events] */
  size_t base;           /* row of the whole table that row 0 of `in` is */
  slab slabs[MOST_SLABS];
  size_t n_slabs;
} plan;

/* ---- a chunk ------------------------------------------------------------------------------------------- */

/* Columns of rows first .. first + n - 1 to row `at`, but for those that the chain makes. */
static void copy_columns(const plan *p, size_t first, size_t n, size_t at, float **columns)
{
  for (size_t c = 0; c < p->n_columns; c++) {
    size_t stride = 1;
    const float *from = fairu_events_column(p->in, c, &stride) + first * stride;
    float *to = columns[c] = p->features[c] + at;
    if (fairu_shifter__use(p->shifter, c) & FAIRU_COLUMN_MADE)
      continue;
    if (stride == 1)
      memcpy(to, from, n * sizeof *to);
    else
      for (size_t i = 0; i < n; i++)
        to[i] = from[i * stride];
  }
}

static void copy_rows(const plan *p, fairu_chunk *chunk, size_t first)
{
  const size_t n = chunk->n_events;
  const double *weights = fairu_events_weights(p->in);
  const int32_t *labels = fairu_events_labels(p->in);
  const uint64_t *ids = fairu_events_ids(p->in);
  if (weights)
    memcpy(p->weights + first, weights + first, n * sizeof *weights);
  for (size_t i = 0; p->weights && !weights && i < n; i++)
    p->weights[first + i] = 1.0;
  if (labels)
    memcpy(p->labels + first, labels + first, n * sizeof *labels);
  if (ids)
    memcpy(p->ids + first, ids + first, n * sizeof *ids);
  chunk->weights = p->shifter->sys && p->shifter->sys->weighs ? p->weights + first : NULL;
  chunk->labels = labels ? labels + first : NULL;
  chunk->ids = ids ? ids + first : NULL;
}

static int check_weights(fairu_context *worker, const fairu_chunk *chunk)
{
  for (size_t i = 0; i < chunk->n_events; i++)
    if (!isfinite(chunk->weights[i]))
      return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu, weight is %g after the shift",
                                 chunk->first_row + i, chunk->weights[i]);
  return FAIRU_OK;
}

static size_t rows_of(const plan *p, size_t index)
{
  const size_t left = p->n_events - index * CHUNK;
  return left < CHUNK ? left : CHUNK;
}

/* Features of a chunk, shifted, stand at `at`; all else where it belongs. */
static int shift_chunk(const plan *p, fairu_context *worker, size_t index, size_t at, float **columns)
{
  const size_t first = index * CHUNK;
  fairu_chunk chunk = { .first_row = p->base + first,
                        .n_events = rows_of(p, index),
                        .passed = p->passed + first };
  copy_columns(p, first, chunk.n_events, at, columns);
  copy_rows(p, &chunk, first);
  int status = fairu_shifter__run_chunk(p->shifter, worker, columns, &chunk);
  if (status == FAIRU_OK && chunk.weights)
    status = check_weights(worker, &chunk);
  for (size_t i = 0; i < chunk.n_events; i++)
    chunk.passed[i] = chunk.passed[i] != 0;
  return status;
}

/* ---- all rows ------------------------------------------------------------------------------------------ */

static int run_chunk(fairu_context *worker, size_t index, void *data)
{
  const plan *p = data;
  float **columns = fairu_context__scratch(worker, p->n_columns, sizeof *columns, "columns of a chunk");
  return columns ? shift_chunk(p, worker, index, index * CHUNK, columns) : FAIRU_ERR_OUT_OF_MEMORY;
}

/* ---- rows that stay ------------------------------------------------------------------------------------ */

/* Rows of a chunk at `at` that pass to the front of it, or to its end. */
static size_t keep_rows(const plan *p, fairu_context *worker, size_t index, float *const *columns, int at_end)
{
  const unsigned char *passed = p->passed + index * CHUNK;
  const size_t n = rows_of(p, index);
  if (!memchr(passed, 0, n))
    return n;
  const int level = fairu_context__kernel_level(worker);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    kept += passed[i];
  for (size_t c = 0; c < p->n_columns; c++) {
    fairu_rows__keep(level, passed, n, columns[c]);
    if (at_end)
      memmove(columns[c] + (n - kept), columns[c], kept * sizeof(float));
  }
  return kept;
}

/* A slab that descends met a chunk that fails: the first that does is to be told, whatever the slabs. */
static int first_failure(const plan *p, fairu_context *worker, const slab *s, size_t last, float **columns,
                         int failure)
{
  for (size_t index = s->first; index < last; index++) {
    const int status = shift_chunk(p, worker, index, index * CHUNK, columns);
    if (status != FAIRU_OK)
      return status;
  }
  return failure; /* its message is there */
}

static int advance(const plan *p, fairu_context *worker, slab *s, float **columns)
{
  const size_t index = s->descends ? s->end - 1 - s->done : s->first + s->done;
  const size_t end = s->end * CHUNK < p->n_events ? s->end * CHUNK : p->n_events;
  const size_t at = s->descends ? end - s->kept - rows_of(p, index) : s->first * CHUNK + s->kept;
  int status = fairu_context__poll(worker);
  if (status != FAIRU_OK)
    return status;
  status = shift_chunk(p, worker, index, at, columns);
  if (status != FAIRU_OK)
    return s->descends && index > s->first ? first_failure(p, worker, s, index, columns, status) : status;
  s->kept += keep_rows(p, worker, index, columns, s->descends);
  s->done++;
  return FAIRU_OK;
}

static int run_slab(fairu_context *worker, size_t index, void *data)
{
  plan *p = data;
  slab *s = &p->slabs[index];
  float **columns = fairu_context__scratch(worker, p->n_columns, sizeof *columns, "columns of a chunk");
  int status = columns ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < ROUND_CHUNKS && s->first + s->done < s->end && status == FAIRU_OK; i++)
    status = advance(p, worker, s, columns);
  return status;
}

static void cut_slabs(plan *p, const fairu_context *ctx, size_t n_chunks)
{
  const size_t most = fairu_context__is_serial(ctx) ? 1 : fairu_context_threads(ctx) == 2 ? 2 : MOST_SLABS;
  p->n_slabs = n_chunks < 2 * most ? 1 : most;
  for (size_t k = 0; k < p->n_slabs; k++)
    p->slabs[k] = (slab){ .first = k * n_chunks / p->n_slabs,
                          .end = (k + 1) * n_chunks / p->n_slabs,
                          .descends = k < p->n_slabs / 2 };
}

/* Where the rows of slab k are. */
static size_t start_of(const plan *p, size_t k)
{
  const slab *s = &p->slabs[k];
  const size_t end = s->end * CHUNK < p->n_events ? s->end * CHUNK : p->n_events;
  return s->descends ? end - s->kept : s->first * CHUNK;
}

/* One column: slabs move towards the middle, which stays, from there to both ends. */
static int close_column(fairu_context *worker, size_t column, void *data)
{
  const plan *p = data;
  const size_t half = p->n_slabs / 2;
  float *x = p->features[column];
  size_t lower = start_of(p, half - 1), upper = start_of(p, half) + p->slabs[half].kept;
  const int status = fairu_context__poll(worker);
  for (size_t k = half - 1; k-- > 0 && status == FAIRU_OK;) {
    lower -= p->slabs[k].kept;
    memmove(x + lower, x + start_of(p, k), p->slabs[k].kept * sizeof *x);
  }
  for (size_t k = half + 1; k < p->n_slabs && status == FAIRU_OK; k++) {
    memmove(x + upper, x + start_of(p, k), p->slabs[k].kept * sizeof *x);
    upper += p->slabs[k].kept;
  }
  return status;
}

static int close_slabs(plan *p, fairu_context *ctx)
{
  size_t total = 0, first = 0;
  for (size_t k = 0; k < p->n_slabs; k++)
    total += p->slabs[k].kept;
  int status = p->n_slabs > 2 ? fairu_context__parallel(ctx, p->n_columns, close_column, p, NULL) : FAIRU_OK;
  if (p->n_slabs > 1)
    first = start_of(p, p->n_slabs / 2 - 1);
  for (size_t k = 0; k + 1 < p->n_slabs / 2; k++)
    first -= p->slabs[k].kept;
  return status == FAIRU_OK ? fairu_events__keep(p->out, ctx, p->passed, first, total) : status;
}

/* In rounds, so that progress is told. */
static int run_slabs(plan *p, fairu_context *ctx, size_t n_chunks)
{
  int status = FAIRU_OK;
  size_t done = 0;
  cut_slabs(p, ctx, n_chunks);
  do {
    status = fairu_context__progress(ctx, "events shifted", done, n_chunks);
    if (status == FAIRU_OK)
      status = fairu_context__parallel(ctx, p->n_slabs, run_slab, p, NULL);
    done = 0;
    for (size_t k = 0; k < p->n_slabs; k++)
      done += p->slabs[k].done;
  } while (done < n_chunks && status == FAIRU_OK);
  return status == FAIRU_OK ? fairu_context__progress(ctx, "events shifted", done, n_chunks) : status;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

/* Weights that a callback was given but left at 1 are no weights. */
static int drop_unit_weights(const plan *p, fairu_context *ctx)
{
  if (!p->weights || fairu_events_weights(p->in))
    return FAIRU_OK;
  for (size_t row = 0; row < p->n_events; row++)
    if (p->weights[row] != 1.0)
      return FAIRU_OK;
  return fairu_events_set_weights(p->out, ctx, NULL, 0);
}

static int prepare(plan *p, fairu_context *ctx)
{
  const int weighs = p->shifter->sys && p->shifter->sys->weighs;
  p->passed = fairu_context__scratch(ctx, p->n_events, 1, "cuts");
  p->features =
      fairu_context__scratch(ctx, p->n_columns, sizeof *p->features, "columns of the shifted table");
  int status = p->passed && p->features ? fairu_events__create_like(p->in, ctx, weighs, &p->out)
                                        : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t c = 0; c < p->n_columns && status == FAIRU_OK; c++)
    status = fairu_events_column_data(p->out, ctx, c, &p->features[c]);
  if (status != FAIRU_OK)
    return status;
  p->weights = fairu_events__weights_data(p->out);
  p->labels = fairu_events__labels_data(p->out);
  p->ids = fairu_events__ids_data(p->out);
  return FAIRU_OK;
}

static int shift(plan *p, fairu_context *ctx, int keep_cut)
{
  const size_t n_chunks = p->n_events / CHUNK + (p->n_events % CHUNK > 0);
  int status = prepare(p, ctx);
  if (status != FAIRU_OK)
    return status;
  status = keep_cut ? fairu_context__parallel(ctx, n_chunks, run_chunk, p, "events shifted")
                    : run_slabs(p, ctx, n_chunks);
  if (status == FAIRU_OK)
    status = drop_unit_weights(p, ctx);
  return status == FAIRU_OK && !keep_cut ? close_slabs(p, ctx) : status;
}

int fairu_systematics__apply_rows(const fairu_systematics *systematics, fairu_context *ctx,
                                  const fairu_events *in, size_t first_row, const double *z,
                                  size_t n_nuisances, uint64_t seed, unsigned char *passed,
                                  fairu_events **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_shifter *shifter = NULL;
  plan p = { .in = in, .base = first_row };
  p.n_events = fairu_events_n_events(in);
  p.n_columns = fairu_events_n_columns(in);
  int status =
      fairu_shifter__create(systematics, ctx, in, first_row, p.n_events, z, n_nuisances, seed, &shifter);
  p.shifter = shifter;
  if (status == FAIRU_OK)
    status = shift(&p, ctx, passed != NULL);
  if (status == FAIRU_OK && passed)
    memcpy(passed, p.passed, p.n_events);
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
