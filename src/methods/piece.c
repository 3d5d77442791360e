/* piece.c - shift some events, keep what passes a cut somewhere, append it to the tables. */
#include "methods/piece.h"

#include <string.h>

#include "events/events_internal.h"

/* Some events at a point and at its variations. */
typedef struct piece {
  size_t n, n_tables;
  const size_t *rows;           /* NULL: all, in order */
  const double *z;              /* the point */
  const fairu_events **shifted; /* [n_tables] */
  unsigned char **passed;       /* [n_tables][n]; NULL: all pass */
  size_t *source; /* [n] table in which a row passes first; n_tables: in none. NULL: all in the first */
} piece;

static size_t source_of(const piece *p, size_t i)
{
  return p->source ? p->source[i] : 0;
}

/* The table whose features row i has in table t. */
static size_t features_of(const piece *p, size_t t, size_t i)
{
  return !p->passed || p->passed[t][i] ? t : p->source[i];
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static int write_features(const fairu_writing *w, fairu_context *ctx, const piece *p, size_t t, size_t column)
{
  float *to = NULL;
  size_t row = w->n, stride = 1;
  const float *own = fairu_events_column(p->shifted[t], w->columns[column], &stride);
  const int status = fairu_events_column_data(w->shown->tables[t], ctx, column, &to);
  for (size_t i = 0; i < p->n && status == FAIRU_OK; i++) {
    if (source_of(p, i) == p->n_tables)
      continue;
    const size_t from = features_of(p, t, i);
    to[row++] =
        from == t ? own[i * stride] : fairu_events_column(p->shifted[from], w->columns[column], NULL)[i];
  }
  return status;
}

static int write_told(const fairu_writing *w, fairu_context *ctx, const piece *p, size_t t, size_t k)
{
  const float told = (float)p->z[w->job->chosen[k]];
  float *to = NULL;
  size_t row = w->n;
  const int status = fairu_events_column_data(w->shown->tables[t], ctx, w->n_taken + k, &to);
  for (size_t i = 0; i < p->n && status == FAIRU_OK; i++)
    if (source_of(p, i) < p->n_tables)
      to[row++] = told;
  return status;
}

static size_t write_attributes(const fairu_writing *w, const piece *p, size_t t)
{
  const double *from = fairu_events_weights(p->shifted[t]);
  const uint64_t *ids = fairu_events_ids(p->shifted[t]);
  double *weights = fairu_events__weights_data(w->shown->tables[t]);
  int32_t *labels = fairu_events__labels_data(w->shown->tables[t]);
  uint64_t *to = fairu_events__ids_data(w->shown->tables[t]);
  size_t row = w->n;
  for (size_t i = 0; i < p->n; i++) {
    if (source_of(p, i) == p->n_tables)
      continue;
    const size_t source = p->rows ? p->rows[i] : i;
    const int passes = !p->passed || p->passed[t][i];
    weights[row] = passes ? (from ? from[i] : 1.0) * w->factor : 0.0;
    labels[row] = w->classes[source];
    to[row++] = ids ? ids[i] : source;
  }
  return row;
}

static int write_piece(fairu_writing *w, fairu_context *ctx, const piece *p)
{
  size_t n = w->n;
  for (size_t t = 0; t < p->n_tables; t++) {
    int status = fairu_context__poll(ctx);
    for (size_t column = 0; column < w->n_taken && status == FAIRU_OK; column++)
      status = write_features(w, ctx, p, t, column);
    for (size_t k = 0; k < w->n_told && status == FAIRU_OK; k++)
      status = write_told(w, ctx, p, t, k);
    if (status != FAIRU_OK)
      return status;
    n = write_attributes(w, p, t);
  }
  w->n = n;
  return FAIRU_OK;
}

int fairu_writing__add_source(fairu_writing *w, fairu_context *ctx)
{
  const fairu_events *events = w->job->events;
  const piece p = { .n = fairu_events_n_events(events), .n_tables = 1, .shifted = &events };
  return write_piece(w, ctx, &p);
}

/* ---- tangents ------------------------------------------------------------------------------------------- */

/* Those of the chosen nuisances, of rows that are kept; all [n * n_features * n_nuisances]. */
static void keep_tangents(const fairu_writing *w, const piece *p, const float *all)
{
  const fairu_method_job *job = w->job;
  const size_t n_features = job->training.n_features, n_z = job->n_nuisances;
  float *to = w->shown->tangents + w->n * n_features * job->n_chosen;
  for (size_t i = 0; i < p->n; i++) {
    if (source_of(p, i) == p->n_tables)
      continue;
    for (size_t f = 0; f < n_features; f++)
      for (size_t k = 0; k < job->n_chosen; k++)
        *to++ = all[(i * n_features + f) * n_z + job->chosen[k]];
  }
}

static int write_tangents(const fairu_writing *w, fairu_context *ctx, const fairu_events *events,
                          const piece *p, uint64_t seed)
{
  const fairu_method_job *job = w->job;
  const size_t n_features = job->training.n_features;
  if (!w->shown->tangents)
    return FAIRU_OK;
  float *all =
      fairu_context__new_unset(ctx, p->n, n_features * job->n_nuisances * sizeof *all, "tangents of events");
  if (!all)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_systematics_tangents(job->systematics, ctx, events, p->z, job->n_nuisances, seed,
                                                job->training.features, n_features, all);
  if (status == FAIRU_OK)
    keep_tangents(w, p, all);
  fairu_context__free(ctx, all);
  return status;
}

/* ---- shifting ------------------------------------------------------------------------------------------- */

static int shift(const fairu_writing *w, fairu_context *ctx, const fairu_events *events, uint64_t seed,
                 piece *p, double *z)
{
  int status = FAIRU_OK;
  for (size_t t = 0; t < p->n_tables && status == FAIRU_OK; t++) {
    fairu_events *shifted = NULL;
    for (size_t k = 0; k < w->job->n_nuisances; k++)
      z[k] = p->z[k] + (t > 0 ? w->request->offsets[(t - 1) * w->job->n_nuisances + k] : 0.0);
    status = fairu_systematics_apply(w->job->systematics, ctx, events, z, w->job->n_nuisances, seed,
                                     p->passed[t], &shifted);
    p->shifted[t] = shifted;
  }
  return status;
}

static void find_sources(piece *p)
{
  for (size_t i = 0; i < p->n; i++) {
    size_t t = 0;
    while (t < p->n_tables && !p->passed[t][i])
      t++;
    p->source[i] = t;
  }
}

static int create(const fairu_writing *w, fairu_context *ctx, piece *p, double **z)
{
  p->shifted = fairu_context__scratch(ctx, p->n_tables, sizeof *p->shifted, "shifted events");
  if (p->shifted) /* destroyed in any case */
    memset(p->shifted, 0, p->n_tables * sizeof *p->shifted);
  p->passed = fairu_context__scratch(ctx, p->n_tables, sizeof *p->passed, "events that pass");
  p->source = fairu_context__scratch(ctx, p->n, sizeof *p->source, "events that pass");
  *z = fairu_context__scratch(ctx, w->job->n_nuisances, sizeof **z, "a point of Z");
  if (!p->shifted || !p->passed || !p->source || !*z)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t t = 0; t < p->n_tables; t++) {
    p->passed[t] = fairu_context__scratch(ctx, p->n, 1, "events that pass");
    if (!p->passed[t])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

int fairu_writing__add(fairu_writing *w, fairu_context *ctx, const fairu_events *events, const size_t *rows,
                       const double *at, uint64_t seed)
{
  piece p = {
    .n = fairu_events_n_events(events), .n_tables = 1 + w->request->n_variations, .rows = rows, .z = at
  };
  double *z = NULL;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = create(w, ctx, &p, &z);
  if (status == FAIRU_OK)
    status = shift(w, ctx, events, seed, &p, z);
  if (status == FAIRU_OK) {
    find_sources(&p);
    status = write_tangents(w, ctx, events, &p, seed);
  }
  if (status == FAIRU_OK)
    status = write_piece(w, ctx, &p);
  for (size_t t = 0; p.shifted && t < p.n_tables; t++)
    fairu_events_destroy((fairu_events *)p.shifted[t]);
  fairu_context__release(ctx, mark);
  return status;
}
