/* shown.c - the table of a training, written piece by piece: events at one Z after the other. */
#include "methods/shown.h"

#include <string.h>

#include "events/events_internal.h"
#include "methods/seeds.h"

/* A table that is being written. */
typedef struct writing {
  const fairu_method_job *job;
  const size_t *columns;  /* [n_taken] of the events */
  size_t n_taken, n_told; /* columns from the events; after them columns of Z */
  int32_t *classes;       /* [events] */
  double factor;          /* of weights */
  fairu_events *table;
  size_t n; /* rows so far */
} writing;

/* Events that stand at one Z: rows `rows` of the source. */
typedef struct piece {
  const fairu_events *shifted;
  const unsigned char *passed; /* NULL: all */
  const size_t *rows;          /* NULL: all, in order */
  const double *z;
} piece;

/* ---- one piece ------------------------------------------------------------------------------------------ */

static int write_column(writing *w, fairu_context *ctx, const piece *p, size_t column)
{
  const size_t n = fairu_events_n_events(p->shifted);
  const int taken = column < w->n_taken;
  size_t stride = 0, row = w->n;
  const float told = taken ? 0.0F : (float)p->z[w->job->chosen[column - w->n_taken]];
  const float *from = taken ? fairu_events_column(p->shifted, w->columns[column], &stride) : &told;
  float *to = NULL;
  const int status = fairu_events_column_data(w->table, ctx, column, &to);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    if (!p->passed || p->passed[i])
      to[row++] = from[i * stride];
  return status;
}

static void write_attributes(writing *w, const piece *p)
{
  const size_t n = fairu_events_n_events(p->shifted);
  const double *from = fairu_events_weights(p->shifted);
  const uint64_t *ids = fairu_events_ids(p->shifted);
  double *weights = fairu_events__weights_data(w->table);
  int32_t *labels = fairu_events__labels_data(w->table);
  uint64_t *to = fairu_events__ids_data(w->table);
  for (size_t i = 0; i < n; i++) {
    if (p->passed && !p->passed[i])
      continue;
    const size_t source = p->rows ? p->rows[i] : i;
    weights[w->n] = (from ? from[i] : 1.0) * w->factor;
    labels[w->n] = w->classes[source];
    to[w->n++] = ids ? ids[i] : source;
  }
}

static int write_piece(writing *w, fairu_context *ctx, const piece *p)
{
  int status = fairu_context__poll(ctx);
  for (size_t column = 0; column < w->n_taken + w->n_told && status == FAIRU_OK; column++)
    status = write_column(w, ctx, p, column);
  if (status == FAIRU_OK)
    write_attributes(w, p);
  return status;
}

/* Shift a piece and write it. */
static int shift_piece(writing *w, fairu_context *ctx, const fairu_events *events, uint64_t seed, piece p)
{
  const size_t n = fairu_events_n_events(events);
  fairu_events *shifted = NULL;
  unsigned char *passed = fairu_context__new(ctx, n, 1, "events that pass");
  if (!passed)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_systematics_apply(w->job->systematics, ctx, events, p.z, w->job->n_nuisances, seed,
                                       passed, &shifted);
  p.shifted = shifted;
  p.passed = passed;
  if (status == FAIRU_OK)
    status = write_piece(w, ctx, &p);
  fairu_events_destroy(shifted);
  fairu_context__free(ctx, passed);
  return status;
}

/* ---- events shared among the draws of a copy -------------------------------------------------------------- */

typedef struct shares {
  uint32_t *parts; /* [events] */
  size_t *rows;    /* [events] part by part */
  uint64_t *ids;   /* [events] of a part */
  size_t begin[FAIRU_DRAWS_OF_A_COPY + 1];
} shares;

static int share_out(fairu_context *ctx, const fairu_events *events, uint64_t seed, shares *s)
{
  const size_t n = fairu_events_n_events(events);
  const int status = fairu_events_split(events, ctx, seed, FAIRU_DRAWS_OF_A_COPY, s->parts);
  if (status != FAIRU_OK)
    return status;
  memset(s->begin, 0, sizeof s->begin);
  for (size_t i = 0; i < n; i++)
    s->begin[s->parts[i] + 1]++;
  for (size_t part = 0; part < FAIRU_DRAWS_OF_A_COPY; part++)
    s->begin[part + 1] += s->begin[part];
  for (size_t i = 0; i < n; i++)
    s->rows[s->begin[s->parts[i]]++] = i;
  memmove(s->begin + 1, s->begin, FAIRU_DRAWS_OF_A_COPY * sizeof *s->begin); /* each stands at its end now */
  s->begin[0] = 0;
  return FAIRU_OK;
}

/* What is drawn by row is drawn by id: the place in the part says nothing. */
static int part_events(fairu_context *ctx, const fairu_events *events, const shares *s, size_t part,
                       fairu_events **out)
{
  const size_t *rows = s->rows + s->begin[part], n = s->begin[part + 1] - s->begin[part];
  int status = fairu_events_select(events, ctx, rows, n, out);
  if (status != FAIRU_OK || fairu_events_ids(events))
    return status;
  for (size_t i = 0; i < n; i++)
    s->ids[i] = rows[i];
  return fairu_events_set_ids(*out, ctx, s->ids, n);
}

static int shift_part(writing *w, fairu_context *ctx, const shares *s, size_t part, uint64_t seed,
                      const double *z)
{
  fairu_events *events = NULL;
  const piece p = { .rows = s->rows + s->begin[part], .z = z };
  if (s->begin[part] == s->begin[part + 1])
    return FAIRU_OK;
  int status = part_events(ctx, w->job->events, s, part, &events);
  if (status == FAIRU_OK)
    status = shift_piece(w, ctx, events, seed, p);
  fairu_events_destroy(events);
  return status;
}

static int shift_shared(writing *w, fairu_context *ctx, const fairu_shown_points *points, shares *s)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < points->n && status == FAIRU_OK; i++) {
    const size_t copy = i / points->per_copy, part = i % points->per_copy;
    if (part == 0)
      status = share_out(ctx, w->job->events, fairu_method__seed(points->seed, FAIRU_SEED_SHARES, copy), s);
    if (status == FAIRU_OK)
      status = shift_part(w, ctx, s, part, fairu_method__seed(points->seed, FAIRU_SEED_SHIFTS, i),
                          points->z + i * w->job->n_nuisances);
    if (status == FAIRU_OK)
      status = fairu_context__progress(ctx, "points of Z", i + 1, points->n);
  }
  return status;
}

static int write_shared(writing *w, fairu_context *ctx, const fairu_shown_points *points)
{
  const size_t n = fairu_events_n_events(w->job->events);
  shares s;
  s.parts = fairu_context__new_unset(ctx, n, sizeof *s.parts, "shares of events");
  s.rows = fairu_context__new_unset(ctx, n, sizeof *s.rows, "shares of events");
  s.ids = fairu_context__new_unset(ctx, n, sizeof *s.ids, "shares of events");
  const int status = s.parts && s.rows && s.ids ? shift_shared(w, ctx, points, &s) : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__free(ctx, s.parts);
  fairu_context__free(ctx, s.rows);
  fairu_context__free(ctx, s.ids);
  return status;
}

/* ---- the table ------------------------------------------------------------------------------------------ */

static int write_points(writing *w, fairu_context *ctx, const fairu_shown_points *points)
{
  if (!points)
    return write_piece(w, ctx, &(piece){ .shifted = w->job->events });
  if (points->per_copy > 1)
    return write_shared(w, ctx, points);
  int status = FAIRU_OK;
  for (size_t i = 0; i < points->n && status == FAIRU_OK; i++) {
    const uint64_t seed = fairu_method__seed(points->seed, FAIRU_SEED_SHIFTS, i);
    status = shift_piece(w, ctx, w->job->events, seed, (piece){ .z = points->z + i * w->job->n_nuisances });
    if (status == FAIRU_OK)
      status = fairu_context__progress(ctx, "points of Z", i + 1, points->n);
  }
  return status;
}

static int find_column(const writing *w, fairu_context *ctx, const char *name, size_t *column)
{
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: a name of a feature or nuisance is NULL");
  return fairu_events_find_column(w->job->events, ctx, name, column);
}

/* Names of the table's columns, and where they come from. */
static int name_columns(writing *w, fairu_context *ctx, const char **names, size_t *columns)
{
  const fairu_training_options *training = &w->job->training;
  int status = FAIRU_OK;
  for (size_t i = 0; i < training->n_features && status == FAIRU_OK; i++) {
    names[i] = training->features[i];
    status = find_column(w, ctx, names[i], &columns[i]);
  }
  for (size_t k = training->n_features; k < w->n_taken + w->n_told && status == FAIRU_OK; k++) {
    names[k] = w->job->names[k - training->n_features];
    if (k < w->n_taken)
      status = find_column(w, ctx, names[k], &columns[k]);
  }
  w->columns = columns;
  return status;
}

static int create_table(writing *w, fairu_context *ctx, size_t copies)
{
  const size_t n = fairu_events_n_events(w->job->events), n_columns = w->n_taken + w->n_told;
  const char **names = fairu_context__scratch(ctx, n_columns, sizeof *names, "names of columns");
  size_t *columns = fairu_context__scratch(ctx, n_columns, sizeof *columns, "columns");
  if (!names || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = name_columns(w, ctx, names, columns);
  if (status == FAIRU_OK && n > 0 && copies > SIZE_MAX / n)
    status = fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu events at %zu points of Z", n, copies);
  return status == FAIRU_OK ? fairu_events__create_full(ctx, n * copies, n_columns, names, &w->table)
                            : status;
}

static int create(writing *w, fairu_context *ctx, const fairu_shown_points *points)
{
  const size_t copies = points ? points->n / points->per_copy : 1;
  w->factor = 1.0 / (double)copies;
  w->classes = fairu_context__scratch(ctx, fairu_events_n_events(w->job->events), sizeof *w->classes,
                                      "classes of events");
  int status = w->classes ? fairu_shown__classes(w->job, ctx, w->classes) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = create_table(w, ctx, copies);
  if (status == FAIRU_OK)
    status = write_points(w, ctx, points);
  if (status == FAIRU_OK)
    fairu_events__truncate(w->table, w->n);
  return status;
}

int fairu_shown__create(const fairu_method_job *job, fairu_context *ctx, const fairu_shown_points *points,
                        int with_z, fairu_events **out)
{
  writing w = { .job = job, .n_taken = job->training.n_features };
  if (with_z && points)
    w.n_told = job->n_chosen;
  else if (with_z)
    w.n_taken += job->n_chosen;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = create(&w, ctx, points);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK)
    fairu_events_destroy(w.table);
  *out = status == FAIRU_OK ? w.table : NULL;
  return status;
}
