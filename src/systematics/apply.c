/* apply.c - events at Z: names resolved once, then every chunk of rows is copied and shifted while it is in cache. */
#include "systematics/systematics.h"

#include <math.h>
#include <string.h>

#include "events/events_internal.h"
#include "systematics/systematics_internal.h"

enum { CHUNK = 1024 }; /* rows; fixed, so that no result depends on threads */

#define ABSENT SIZE_MAX

typedef struct plan {
  const fairu_systematics *sys;
  const fairu_events *in;
  fairu_events *out;
  float **features; /* [n_columns] of out */
  size_t *indices;  /* columns of all steps, one step after the other */
  size_t widest;    /* columns of the widest step */
  double *weights;
  unsigned char *passed;
  unsigned char *is_written; /* [n_columns]: by the first step, whatever was there */
  void **states;             /* [n_steps] */
  const double *z;
  size_t n_nuisances;
  uint64_t seed;
  size_t base; /* row of the whole table that row 0 of `in` is */
} plan;

int fairu_systematics__check_z(const fairu_systematics *sys, fairu_context *ctx, const double *z,
                               size_t n_nuisances)
{
  const size_t wanted = fairu_systematics_n_nuisances(sys);
  if (n_nuisances != wanted)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "z has %zu values for %zu nuisances", n_nuisances,
                               wanted);
  if (!z && n_nuisances > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "z is NULL");
  for (size_t i = 0; i < n_nuisances; i++) {
    const fairu_nuisance *nu = &sys->nuisances[i];
    if (!isfinite(z[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "z[%zu] (%s) is %g", i, nu->name, z[i]);
    if (z[i] < nu->lower || z[i] > nu->upper)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] (%s) is %g, range [%g, %g]", i, nu->name, z[i],
                                 nu->lower, nu->upper);
  }
  for (size_t s = 0; sys && s < sys->n_steps; s++) {
    const size_t i = sys->steps[s].nuisance;
    if (sys->steps[s].needs_positive && z[i] <= 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] (%s) is %g, a scale wants > 0", i,
                                 sys->nuisances[i].name, z[i]);
  }
  return FAIRU_OK;
}

static size_t index_of(const fairu_events *events, const char *name)
{
  for (size_t i = 0; i < fairu_events_n_columns(events); i++)
    if (strcmp(fairu_events_column_name(events, i), name) == 0)
      return i;
  return ABSENT;
}

int fairu_step__resolve(const fairu_step *step, fairu_context *ctx, const fairu_events *in, size_t *indices)
{
  for (size_t c = 0; c < step->n_columns; c++)
    indices[c] = index_of(in, step->columns[c].name);
  for (size_t c = 0; c < step->n_columns; c++) {
    const fairu_step_column *column = &step->columns[c];
    const int needed = column->need == FAIRU_NEED_ALWAYS ||
                       (column->need == FAIRU_NEED_FOR_ONE && indices[column->served] != ABSENT);
    if (needed && indices[c] == ABSENT)
      return fairu_events_find_column(in, ctx, column->name, &indices[c]); /* says what is near */
  }
  return FAIRU_OK;
}

static int resolve(plan *p, fairu_context *ctx)
{
  const fairu_systematics *sys = p->sys;
  size_t total = 0;
  for (size_t s = 0; sys && s < sys->n_steps; s++) {
    total += sys->steps[s].n_columns;
    p->widest = sys->steps[s].n_columns > p->widest ? sys->steps[s].n_columns : p->widest;
  }
  p->indices = fairu_context__scratch(ctx, total, sizeof *p->indices, "columns of the chain");
  if (!p->indices)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t *indices = p->indices;
  for (size_t s = 0; sys && s < sys->n_steps; s++) {
    const int status = fairu_step__resolve(&sys->steps[s], ctx, p->in, indices);
    if (status != FAIRU_OK)
      return status;
    indices += sys->steps[s].n_columns;
  }
  return FAIRU_OK;
}

static void copy_rows(const plan *p, size_t first, size_t n)
{
  const size_t n_columns = fairu_events_n_columns(p->in);
  for (size_t c = 0; c < n_columns; c++) {
    if (p->is_written[c])
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

/* x - x is 0 for finite x alone: sums find a bad chunk, the search for the row comes after. Several sums, since each
 * waits for itself. */
static int all_finite(const float *x, size_t n)
{
  float sums[8] = { 0.0f };
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t k = 0; k < 8; k++)
      sums[k] += x[i + k] - x[i + k];
  for (; i < n; i++)
    sums[0] += x[i] - x[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]) + (sums[4] + sums[5]) + (sums[6] + sums[7]) == 0.0f;
}

static int check_finite(fairu_context *worker, const float *x, size_t n, const char *name, size_t first)
{
  if (all_finite(x, n))
    return FAIRU_OK;
  size_t bad = 0;
  while (bad + 1 < n && isfinite(x[bad]))
    bad++;
  return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu, column %s is %g", first + bad, name,
                             (double)x[bad]);
}

static int run_step(const plan *p, fairu_context *worker, const fairu_step *step, const size_t *indices,
                    fairu_chunk *chunk)
{
  for (size_t c = 0; c < step->n_columns; c++) {
    chunk->columns[c] = indices[c] == ABSENT ? NULL : p->features[indices[c]] + (chunk->first_row - p->base);
    if (!chunk->columns[c] || !step->columns[c].is_read)
      continue;
    const int status =
        check_finite(worker, chunk->columns[c], chunk->n_events, step->columns[c].name, chunk->first_row);
    if (status != FAIRU_OK)
      return status;
  }
  return step->run(step, worker, chunk);
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
  const size_t n_events = fairu_events_n_events(p->in), first = index * CHUNK;
  fairu_chunk chunk = { .first_row = p->base + first,
                        .n_events = n_events - first < CHUNK ? n_events - first : CHUNK,
                        .weights = p->weights ? p->weights + first : NULL,
                        .passed = p->passed + first,
                        .z = p->z,
                        .n_nuisances = p->n_nuisances,
                        .seed = p->seed,
                        .first = first };
  const int32_t *labels = fairu_events_labels(p->in);
  const uint64_t *ids = fairu_events_ids(p->in);
  chunk.labels = labels ? labels + first : NULL;
  chunk.ids = ids ? ids + first : NULL;
  copy_rows(p, first, chunk.n_events);
  memset(chunk.passed, 1, chunk.n_events);
  if (!p->sys || p->sys->n_steps == 0)
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(worker);
  chunk.columns = fairu_context__scratch(worker, p->widest, sizeof *chunk.columns, "columns of a chunk");
  int status = chunk.columns ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  const size_t *indices = p->indices;
  for (size_t s = 0; s < p->sys->n_steps && status == FAIRU_OK; s++) {
    chunk.state = p->states[s];
    status = run_step(p, worker, &p->sys->steps[s], indices, &chunk);
    indices += p->sys->steps[s].n_columns;
  }
  if (status == FAIRU_OK && chunk.weights)
    status = check_weights(worker, &chunk);
  fairu_context__release(worker, mark);
  return status;
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

static int list_written(plan *p, fairu_context *ctx)
{
  const size_t n_columns = fairu_events_n_columns(p->in);
  p->is_written = fairu_context__scratch(ctx, n_columns, 1, "columns of the shifted table");
  if (!p->is_written)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(p->is_written, 0, n_columns);
  const fairu_step *step = p->sys && p->sys->n_steps > 0 ? &p->sys->steps[0] : NULL;
  for (size_t c = 0; step && c < step->n_columns; c++)
    if (step->columns[c].is_written && p->indices[c] != ABSENT)
      p->is_written[p->indices[c]] = 1;
  return FAIRU_OK;
}

static int prepare_steps(plan *p, fairu_context *ctx)
{
  const fairu_shift_call call = { .in = p->in, .first_row = p->base, .z = p->z, .seed = p->seed };
  const size_t n_steps = p->sys ? p->sys->n_steps : 0;
  p->states = fairu_context__scratch(ctx, n_steps, sizeof *p->states, "states of transformations");
  int status = p->states ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t s = 0; s < n_steps && status == FAIRU_OK; s++) {
    const fairu_step *step = &p->sys->steps[s];
    p->states[s] = NULL;
    if (step->prepare)
      status = step->prepare(step, ctx, &call, &p->states[s]);
  }
  return status;
}

static int prepare(plan *p, fairu_context *ctx)
{
  const size_t n_events = fairu_events_n_events(p->in), n_columns = fairu_events_n_columns(p->in);
  int status = resolve(p, ctx);
  if (status == FAIRU_OK)
    status = list_written(p, ctx);
  if (status == FAIRU_OK)
    status = prepare_steps(p, ctx);
  if (status != FAIRU_OK)
    return status;
  p->passed = fairu_context__scratch(ctx, n_events, 1, "cuts");
  p->features = fairu_context__scratch(ctx, n_columns, sizeof *p->features, "columns of the shifted table");
  if (!p->passed || !p->features)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_events__create_like(p->in, ctx, &p->out);
  for (size_t c = 0; c < n_columns && status == FAIRU_OK; c++)
    status = fairu_events_column_data(p->out, ctx, c, &p->features[c]);
  if (status == FAIRU_OK && p->sys && p->sys->weighs)
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
  int status = fairu_systematics__check_z(systematics, ctx, z, n_nuisances);
  if (status != FAIRU_OK)
    return status;
  plan p = {
    .sys = systematics, .in = in, .z = z, .n_nuisances = n_nuisances, .seed = seed, .base = first_row
  };
  const fairu_mark mark = fairu_context__mark(ctx);
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
