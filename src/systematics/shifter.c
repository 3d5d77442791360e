/* shifter.c - a chain at one Z: names resolved once, then blocks of rows are shifted wherever they lie. */
#include "systematics/shifter.h"

#include <math.h>
#include <string.h>

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

/* ---- names --------------------------------------------------------------------------------------------- */

static size_t index_of(const fairu_events *events, const char *name)
{
  for (size_t i = 0; i < fairu_events_n_columns(events); i++)
    if (strcmp(fairu_events_column_name(events, i), name) == 0)
      return i;
  return FAIRU_ABSENT;
}

int fairu_step__resolve(const fairu_step *step, fairu_context *ctx, const fairu_events *like, size_t *indices)
{
  for (size_t c = 0; c < step->n_columns; c++)
    indices[c] = index_of(like, step->columns[c].name);
  for (size_t c = 0; c < step->n_columns; c++) {
    const fairu_step_column *column = &step->columns[c];
    const int needed = column->need == FAIRU_NEED_ALWAYS ||
                       (column->need == FAIRU_NEED_FOR_ONE && indices[column->served] != FAIRU_ABSENT);
    if (needed && indices[c] == FAIRU_ABSENT)
      return fairu_events_find_column(like, ctx, column->name, &indices[c]); /* says what is near */
  }
  return FAIRU_OK;
}

static void note_uses(fairu_shifter *s, const fairu_step *step, const size_t *indices, int is_first)
{
  for (size_t c = 0; c < step->n_columns; c++)
    if (indices[c] != FAIRU_ABSENT)
      s->uses[indices[c]] |=
          FAIRU_COLUMN_TOUCHED | (is_first && step->columns[c].is_written ? FAIRU_COLUMN_MADE : 0);
}

static int resolve(fairu_shifter *s, fairu_context *ctx)
{
  const fairu_systematics *sys = s->sys;
  size_t total = 0;
  for (size_t k = 0; sys && k < sys->n_steps; k++) {
    total += sys->steps[k].n_columns;
    s->widest = sys->steps[k].n_columns > s->widest ? sys->steps[k].n_columns : s->widest;
  }
  s->n_columns = fairu_events_n_columns(s->like);
  s->indices = fairu_context__scratch(ctx, total, sizeof *s->indices, "columns of the chain");
  s->uses = fairu_context__scratch(ctx, s->n_columns, sizeof *s->uses, "columns of the table");
  if (!s->indices || !s->uses)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t c = 0; c < s->n_columns; c++)
    s->uses[c] = 0;
  size_t *indices = s->indices;
  for (size_t k = 0; sys && k < sys->n_steps; k++) {
    const int status = fairu_step__resolve(&sys->steps[k], ctx, s->like, indices);
    if (status != FAIRU_OK)
      return status;
    note_uses(s, &sys->steps[k], indices, k == 0);
    indices += sys->steps[k].n_columns;
  }
  return FAIRU_OK;
}

static int prepare_steps(fairu_shifter *s, fairu_context *ctx, size_t n_rows)
{
  const fairu_shift_call call = {
    .in = s->like, .n_events = n_rows, .first_row = s->base, .z = s->z, .seed = s->seed
  };
  const size_t n_steps = s->sys ? s->sys->n_steps : 0;
  s->states = fairu_context__scratch(ctx, n_steps, sizeof *s->states, "states of transformations");
  int status = s->states ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < n_steps && status == FAIRU_OK; k++) {
    const fairu_step *step = &s->sys->steps[k];
    s->states[k] = NULL;
    if (step->prepare)
      status = step->prepare(step, ctx, &call, &s->states[k]);
  }
  return status;
}

int fairu_shifter__create(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *like,
                          size_t first_row, size_t n_rows, const double *z, size_t n_nuisances, uint64_t seed,
                          fairu_shifter **out)
{
  int status = fairu_systematics__check_z(systematics, ctx, z, n_nuisances);
  if (status != FAIRU_OK)
    return status;
  fairu_shifter *s = fairu_context__scratch(ctx, 1, sizeof *s, "chain");
  if (!s)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *s = (fairu_shifter){
    .sys = systematics, .like = like, .z = z, .n_nuisances = n_nuisances, .seed = seed, .base = first_row
  };
  status = resolve(s, ctx);
  if (status == FAIRU_OK)
    status = prepare_steps(s, ctx, n_rows);
  *out = s;
  return status;
}

int fairu_shifter__use(const fairu_shifter *shifter, size_t column)
{
  return shifter->uses[column];
}

int fairu_shifter__draws(const fairu_shifter *shifter)
{
  const size_t n_steps = shifter->sys ? shifter->sys->n_steps : 0;
  for (size_t k = 0; k < n_steps; k++) {
    const fairu_step *step = &shifter->sys->steps[k];
    if (!step->draws || step->draws(step, shifter->z))
      return 1;
  }
  return 0;
}

int fairu_systematics__has_callback(const fairu_systematics *systematics)
{
  for (size_t k = 0; systematics && k < systematics->n_steps; k++)
    if (systematics->steps[k].fn)
      return 1;
  return 0;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

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

static int run_step(const fairu_step *step, fairu_context *worker, const size_t *indices,
                    float *const *columns, fairu_chunk *chunk)
{
  for (size_t c = 0; c < step->n_columns; c++) {
    chunk->columns[c] = indices[c] == FAIRU_ABSENT ? NULL : columns[indices[c]];
    if (!chunk->columns[c] || !step->columns[c].is_read)
      continue;
    const int status =
        check_finite(worker, chunk->columns[c], chunk->n_events, step->columns[c].name, chunk->first_row);
    if (status != FAIRU_OK)
      return status;
  }
  return step->run(step, worker, chunk);
}

int fairu_shifter__run_chunk(const fairu_shifter *shifter, fairu_context *worker, float *const *columns,
                             fairu_chunk *chunk)
{
  const fairu_systematics *sys = shifter->sys;
  memset(chunk->passed, 1, chunk->n_events);
  if (!sys || sys->n_steps == 0)
    return FAIRU_OK;
  const fairu_mark mark = fairu_context__mark(worker);
  chunk->columns =
      fairu_context__scratch(worker, shifter->widest, sizeof *chunk->columns, "columns of a chunk");
  int status = chunk->columns ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  const size_t *indices = shifter->indices;
  chunk->z = shifter->z;
  chunk->n_nuisances = shifter->n_nuisances;
  chunk->seed = shifter->seed;
  chunk->first = chunk->first_row - shifter->base;
  for (size_t k = 0; k < sys->n_steps && status == FAIRU_OK; k++) {
    chunk->state = shifter->states[k];
    status = run_step(&sys->steps[k], worker, indices, columns, chunk);
    indices += sys->steps[k].n_columns;
  }
  fairu_context__release(worker, mark);
  return status;
}

int fairu_shifter__run(const fairu_shifter *shifter, fairu_context *worker, size_t first_row, size_t n,
                       float *const *columns, const int32_t *labels, const uint64_t *ids,
                       unsigned char *passed)
{
  fairu_chunk chunk = {
    .first_row = first_row, .n_events = n, .passed = passed, .labels = labels, .ids = ids
  };
  if (!shifter->sys || !shifter->sys->weighs)
    return fairu_shifter__run_chunk(shifter, worker, columns, &chunk);
  const fairu_mark mark = fairu_context__mark(worker);
  chunk.weights = fairu_context__scratch(worker, n, sizeof *chunk.weights, "weights of a chunk");
  int status = chunk.weights ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    chunk.weights[i] = 1.0;
  if (status == FAIRU_OK)
    status = fairu_shifter__run_chunk(shifter, worker, columns, &chunk);
  fairu_context__release(worker, mark);
  return status;
}
