/* tangents.c - derivatives of the features of shifted events by Z: rows go through the kernels of all steps while they are in
 * cache, and what was asked for is written out. */
#include "systematics/tangent.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { CHUNK = 1024, ROWS = FAIRU_TANGENT_ROWS }; /* fixed, so that no result depends on threads */

#define ABSENT SIZE_MAX

typedef struct plan {
  const fairu_systematics *sys;
  const fairu_events *in;
  const double *z;
  size_t n_nuisances;
  uint64_t seed;
  size_t *requested; /* [n_features] columns of the table */
  size_t n_features;
  size_t *indices;          /* of all steps, with their extra columns: of the table, then places in a frame */
  size_t *columns, *places; /* [n_places] of the table, and the way back [n_columns] */
  size_t n_places;          /* the last FAIRU_TANGENT_EXTRA are those of steps */
  void **states;            /* [n_steps] */
  float *tangents;
} plan;

/* ---- which columns matter ------------------------------------------------------------------------------ */

static size_t n_steps(const plan *p)
{
  return p->sys ? p->sys->n_steps : 0;
}

static int check_steps(const plan *p, fairu_context *ctx)
{
  for (size_t s = 0; s < n_steps(p); s++)
    if (!p->sys->steps[s].tangent)
      return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                                 "transformation %zu (%s) has no derivatives by the nuisance parameters", s,
                                 p->sys->steps[s].kind);
  return FAIRU_OK;
}

static int find_features(plan *p, fairu_context *ctx, const char *const *features)
{
  p->requested = fairu_context__scratch(ctx, p->n_features, sizeof *p->requested, "features");
  if (!p->requested)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t f = 0; f < p->n_features; f++) {
    if (!features[f])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "features[%zu] is NULL", f);
    const int status = fairu_events_find_column(p->in, ctx, features[f], &p->requested[f]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

static int find_columns(plan *p, fairu_context *ctx)
{
  size_t total = 0;
  for (size_t s = 0; s < n_steps(p); s++)
    total += p->sys->steps[s].n_columns + FAIRU_TANGENT_EXTRA;
  size_t *indices = p->indices = fairu_context__scratch(ctx, total, sizeof *indices, "columns of the chain");
  if (!indices)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t s = 0; s < n_steps(p); s++) {
    const int status = fairu_step__resolve(&p->sys->steps[s], ctx, p->in, indices);
    if (status != FAIRU_OK)
      return status;
    indices += p->sys->steps[s].n_columns + FAIRU_TANGENT_EXTRA;
  }
  return FAIRU_OK;
}

/* uses [n_columns]: steps that name a column of the table, and requests. */
static void count_uses(const plan *p, size_t *uses)
{
  const size_t *indices = p->indices;
  memset(uses, 0, fairu_events_n_columns(p->in) * sizeof *uses);
  for (size_t f = 0; f < p->n_features; f++)
    uses[p->requested[f]]++;
  for (size_t s = 0; s < n_steps(p); s++) {
    for (size_t c = 0; c < p->sys->steps[s].n_columns; c++)
      if (indices[c] != ABSENT)
        uses[indices[c]]++;
    indices += p->sys->steps[s].n_columns + FAIRU_TANGENT_EXTRA;
  }
}

static size_t place_of(plan *p, size_t column)
{
  if (p->places[column] == ABSENT) {
    p->places[column] = p->n_places;
    p->columns[p->n_places++] = column;
  }
  return p->places[column];
}

/* Each column that is read, or written for somebody, gets a place; what a step would only derive for nobody does not. */
static int give_places(plan *p, fairu_context *ctx)
{
  const size_t n_columns = fairu_events_n_columns(p->in);
  size_t *uses = fairu_context__scratch(ctx, n_columns, sizeof *uses, "uses of columns");
  p->places = fairu_context__scratch(ctx, n_columns, sizeof *p->places, "places of columns");
  p->columns =
      fairu_context__scratch(ctx, n_columns + FAIRU_TANGENT_EXTRA, sizeof *p->columns, "columns of a frame");
  if (!uses || !p->places || !p->columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t c = 0; c < n_columns; c++)
    p->places[c] = ABSENT;
  count_uses(p, uses);
  size_t *indices = p->indices;
  for (size_t s = 0; s < n_steps(p); s++) {
    const fairu_step *step = &p->sys->steps[s];
    for (size_t c = 0; c < step->n_columns; c++)
      if (indices[c] != ABSENT)
        indices[c] = step->columns[c].is_read || uses[indices[c]] > 1 ? place_of(p, indices[c]) : ABSENT;
    indices += step->n_columns + FAIRU_TANGENT_EXTRA;
  }
  indices = p->indices;
  for (size_t s = 0; s < n_steps(p); s++) {
    indices += p->sys->steps[s].n_columns;
    for (size_t e = 0; e < FAIRU_TANGENT_EXTRA; e++)
      *indices++ = p->n_places + e;
  }
  p->n_places += FAIRU_TANGENT_EXTRA;
  return FAIRU_OK;
}

static int prepare_steps(plan *p, fairu_context *ctx)
{
  const fairu_shift_call call = {
    .in = p->in, .n_events = fairu_events_n_events(p->in), .z = p->z, .seed = p->seed, .wants_tangents = 1
  };
  p->states = fairu_context__scratch(ctx, n_steps(p), sizeof *p->states, "states of transformations");
  int status = p->states ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t s = 0; s < n_steps(p) && status == FAIRU_OK; s++) {
    const fairu_step *step = &p->sys->steps[s];
    p->states[s] = NULL;
    if (step->prepare && step->tangent != fairu_tangent__of_weights)
      status = step->prepare(step, ctx, &call, &p->states[s]);
  }
  return status;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

static void read_rows(const plan *p, const fairu_tangent *t, size_t first)
{
  for (size_t c = 0; c + FAIRU_TANGENT_EXTRA < p->n_places; c++) {
    size_t stride = 1;
    const float *from = fairu_events_column(p->in, p->columns[c], &stride) + first * stride;
    double *to = t->values + c * ROWS;
    for (size_t i = 0; i < t->n; i++)
      to[i] = (double)from[i * stride];
  }
  memset(t->moves, 0, p->n_places * p->n_nuisances);
}

static int check_finite(fairu_context *worker, const fairu_tangent *t, const fairu_step *step,
                        size_t first_row)
{
  for (size_t c = 0; c < step->n_columns; c++) {
    const double *v = step->columns[c].is_read ? fairu_tangent__values(t, c) : NULL;
    double sum = 0.0;
    for (size_t i = 0; v && i < t->n; i++)
      sum += v[i] - v[i];
    for (size_t i = 0; sum != 0.0 && i < t->n; i++)
      if (!isfinite(v[i]))
        return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu, column %s is %g", first_row + i,
                                   step->columns[c].name, v[i]);
  }
  return FAIRU_OK;
}

static int run_steps(const plan *p, fairu_context *worker, fairu_tangent *t, fairu_chunk *chunk)
{
  const size_t extra = (p->n_places - FAIRU_TANGENT_EXTRA) * p->n_nuisances;
  int status = FAIRU_OK;
  t->places = p->indices;
  for (size_t s = 0; s < n_steps(p) && status == FAIRU_OK; s++) {
    const fairu_step *step = &p->sys->steps[s];
    chunk->state = p->states[s];
    memset(t->moves + extra, 0, FAIRU_TANGENT_EXTRA * p->n_nuisances);
    status = check_finite(worker, t, step, chunk->first_row);
    if (status == FAIRU_OK)
      status = step->tangent(step, worker, chunk, t);
    t->places += step->n_columns + FAIRU_TANGENT_EXTRA;
  }
  return status;
}

/* What no float holds is the largest; where a value is no number, nothing is known about its derivative. */
static float to_float(double x)
{
  const double inside = x < (double)FLT_MAX ? x : (double)FLT_MAX;
  return isnan(x) ? 0.0f : (float)(inside > -(double)FLT_MAX ? inside : -(double)FLT_MAX);
}

/* Rows first .. first + n - 1 of the frame, few enough to stay in the first cache. */
static void write_some(const plan *p, const fairu_tangent *t, const unsigned char *passed, size_t first,
                       size_t n, float *rows)
{
  const size_t width = p->n_features * p->n_nuisances;
  memset(rows, 0, n * width * sizeof *rows);
  for (size_t f = 0; f < p->n_features; f++)
    for (size_t k = 0; k < p->n_nuisances; k++) {
      const size_t place = p->places[p->requested[f]], at = place * p->n_nuisances + k;
      if (place == ABSENT || !t->moves[at])
        continue;
      const double *from = t->slopes + at * ROWS + first;
      float *to = rows + f * p->n_nuisances + k;
      for (size_t i = 0; i < n; i++)
        to[i * width] = passed[first + i] ? to_float(from[i]) : 0.0f;
    }
}

static void write_rows(const plan *p, const fairu_tangent *t, const fairu_chunk *chunk)
{
  enum { SOME = 16 };
  float *rows = p->tangents + chunk->first * p->n_features * p->n_nuisances;
  for (size_t first = 0; first < t->n; first += SOME) {
    const size_t n = t->n - first < SOME ? t->n - first : SOME;
    write_some(p, t, chunk->passed, first, n, rows);
    rows += n * p->n_features * p->n_nuisances;
  }
}

static int run_piece(const plan *p, fairu_context *worker, fairu_tangent *t, size_t first)
{
  const int32_t *labels = fairu_events_labels(p->in);
  const uint64_t *ids = fairu_events_ids(p->in);
  const size_t left = fairu_events_n_events(p->in) - first;
  unsigned char passed[ROWS];
  t->n = left < ROWS ? left : ROWS;
  fairu_chunk chunk = { .first_row = first,
                        .n_events = t->n,
                        .passed = passed,
                        .z = p->z,
                        .n_nuisances = p->n_nuisances,
                        .seed = p->seed,
                        .first = first,
                        .labels = labels ? labels + first : NULL,
                        .ids = ids ? ids + first : NULL };
  memset(passed, 1, sizeof passed);
  read_rows(p, t, first);
  const int status = run_steps(p, worker, t, &chunk);
  if (status == FAIRU_OK)
    write_rows(p, t, &chunk);
  return status;
}

static int run_chunk(fairu_context *worker, size_t index, void *data)
{
  const plan *p = data;
  const size_t n_events = fairu_events_n_events(p->in), first = index * CHUNK;
  const size_t end = n_events - first < CHUNK ? n_events : first + CHUNK;
  const fairu_mark mark = fairu_context__mark(worker);
  const char *what = "derivatives of a chunk";
  fairu_tangent t = { .n_nuisances = p->n_nuisances };
  t.values = fairu_context__scratch(worker, p->n_places, ROWS * sizeof *t.values, what);
  t.slopes = fairu_context__scratch(worker, p->n_places, p->n_nuisances * ROWS * sizeof *t.slopes, what);
  t.moves = fairu_context__scratch(worker, p->n_places, p->n_nuisances, what);
  int status = t.values && t.slopes && t.moves ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t row = first; row < end && status == FAIRU_OK; row += ROWS)
    status = run_piece(p, worker, &t, row);
  fairu_context__release(worker, mark);
  return status;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

static int differentiate(plan *p, fairu_context *ctx, const char *const *features)
{
  int status = find_features(p, ctx, features);
  if (status == FAIRU_OK)
    status = check_steps(p, ctx);
  if (status == FAIRU_OK)
    status = find_columns(p, ctx);
  if (status == FAIRU_OK)
    status = give_places(p, ctx);
  if (status == FAIRU_OK)
    status = prepare_steps(p, ctx);
  if (status != FAIRU_OK)
    return status;
  const size_t n_events = fairu_events_n_events(p->in);
  return fairu_context__parallel(ctx, (n_events + CHUNK - 1) / CHUNK, run_chunk, p, "events differentiated");
}

static int check_pointers(fairu_context *ctx, const fairu_events *in, const char *const *features,
                          const float *tangents)
{
  const char *missing = !in ? "in" : !features ? "features" : !tangents ? "tangents" : NULL;
  return missing ? fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", missing) : FAIRU_OK;
}

int fairu_systematics_tangents(const fairu_systematics *systematics, fairu_context *ctx,
                               const fairu_events *in, const double *z, size_t n_nuisances, uint64_t seed,
                               const char *const *features, size_t n_features, float *tangents)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  int status = check_pointers(ctx, in, features, tangents);
  if (status == FAIRU_OK)
    status = fairu_systematics__check_z(systematics, ctx, z, n_nuisances);
  if (status == FAIRU_OK && n_features == 0)
    status = fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "no features to differentiate");
  if (status != FAIRU_OK)
    return status;
  plan p = { .sys = systematics,
             .in = in,
             .z = z,
             .n_nuisances = n_nuisances,
             .seed = seed,
             .n_features = n_features,
             .tangents = tangents };
  const fairu_mark mark = fairu_context__mark(ctx);
  status = differentiate(&p, ctx, features);
  fairu_context__release(ctx, mark);
  return status;
}
