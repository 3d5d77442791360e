/* shown.c - the tables of a training, written piece by piece: events at one Z after the other. */
#include "methods/shown.h"

#include "events/events_internal.h"
#include "methods/piece.h"
#include "methods/seeds.h"
#include "methods/shares.h"

/* ---- pieces --------------------------------------------------------------------------------------------- */

static int add_part(fairu_writing *w, fairu_context *ctx, const fairu_shares *shares, size_t part,
                    const double *z, uint64_t seed)
{
  fairu_events *events = NULL;
  if (shares->begin[part] == shares->begin[part + 1])
    return FAIRU_OK;
  int status = fairu_shares__events(shares, ctx, w->job->events, part, &events);
  if (status == FAIRU_OK)
    status = fairu_writing__add(w, ctx, events, shares->rows + shares->begin[part], z, seed);
  fairu_events_destroy(events);
  return status;
}

static int add_point(fairu_writing *w, fairu_context *ctx, fairu_shares *shares, size_t i)
{
  const fairu_shown_points *points = w->request->points;
  const double *z = points->z + i * w->job->n_nuisances;
  const uint64_t seed = fairu_method__seed(points->seed, FAIRU_SEED_SHIFTS, i);
  const size_t copy = i / points->per_copy, part = i % points->per_copy;
  int status = FAIRU_OK;
  if (points->per_copy == 1)
    return fairu_writing__add(w, ctx, w->job->events, NULL, z, seed);
  if (part == 0)
    status = fairu_shares__deal(shares, ctx, w->job->events,
                                fairu_method__seed(points->seed, FAIRU_SEED_SHARES, copy));
  return status == FAIRU_OK ? add_part(w, ctx, shares, part, z, seed) : status;
}

static int add_points(fairu_writing *w, fairu_context *ctx)
{
  const fairu_shown_points *points = w->request->points;
  fairu_shares shares = { .parts = NULL };
  int status = FAIRU_OK;
  if (!points)
    return fairu_writing__add_source(w, ctx);
  if (points->per_copy > 1)
    status = fairu_shares__create(&shares, ctx, fairu_events_n_events(w->job->events));
  for (size_t i = 0; i < points->n && status == FAIRU_OK; i++) {
    status = add_point(w, ctx, &shares, i);
    if (status == FAIRU_OK)
      status = fairu_context__progress(ctx, "points of Z", i + 1, points->n);
  }
  fairu_shares__free(&shares, ctx);
  return status;
}

/* ---- tables --------------------------------------------------------------------------------------------- */

static int find_column(const fairu_writing *w, fairu_context *ctx, const char *name, size_t *column)
{
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "method: a name of a feature or nuisance is NULL");
  return fairu_events_find_column(w->job->events, ctx, name, column);
}

/* Names of the tables' columns, and where they come from. */
static int name_columns(fairu_writing *w, fairu_context *ctx, const char **names, size_t *columns)
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

static int create_tables(fairu_writing *w, fairu_context *ctx, size_t n, size_t copies)
{
  const size_t n_columns = w->n_taken + w->n_told;
  const char **names = fairu_context__scratch(ctx, n_columns, sizeof *names, "names of columns");
  size_t *columns = fairu_context__scratch(ctx, n_columns, sizeof *columns, "columns");
  if (!names || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = name_columns(w, ctx, names, columns);
  if (status == FAIRU_OK && n > 0 && copies > SIZE_MAX / n)
    status = fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "%zu events at %zu points of Z", n, copies);
  for (size_t t = 0; t < w->shown->n_tables && status == FAIRU_OK; t++)
    status = fairu_events__create_full(ctx, n * copies, n_columns, names, &w->shown->tables[t]);
  return status;
}

static int create_tangents(fairu_writing *w, fairu_context *ctx, size_t n_rows)
{
  const size_t row = w->job->training.n_features * w->job->n_chosen * sizeof(float);
  if (!w->request->tangents)
    return FAIRU_OK;
  w->shown->tangents = fairu_context__new_unset(ctx, n_rows, row, "tangents");
  return w->shown->tangents ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

static int write(fairu_writing *w, fairu_context *ctx)
{
  const fairu_shown_points *points = w->request->points;
  const size_t copies = points ? points->n / points->per_copy : 1, n = fairu_events_n_events(w->job->events);
  w->factor = 1.0 / (double)copies;
  w->classes = fairu_context__scratch(ctx, n, sizeof *w->classes, "classes of events");
  int status = w->classes ? fairu_shown__classes(w->job, ctx, w->classes) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = create_tables(w, ctx, n, copies);
  if (status == FAIRU_OK)
    status = create_tangents(w, ctx, n * copies);
  if (status == FAIRU_OK)
    status = add_points(w, ctx);
  for (size_t t = 0; t < w->shown->n_tables && status == FAIRU_OK; t++)
    fairu_events__truncate(w->shown->tables[t], w->n);
  return status;
}

int fairu_shown__create(const fairu_method_job *job, fairu_context *ctx, const fairu_shown_request *request,
                        fairu_shown *shown)
{
  fairu_writing w = { .job = job, .request = request, .shown = shown, .n_taken = job->training.n_features };
  if (request->with_z && request->points)
    w.n_told = job->n_chosen;
  else if (request->with_z)
    w.n_taken += job->n_chosen;
  *shown = (fairu_shown){ .n_tables = 1 + request->n_variations };
  shown->tables = fairu_context__new(ctx, shown->n_tables, sizeof *shown->tables, "tables of events");
  if (!shown->tables)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = write(&w, ctx);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK)
    fairu_shown__free(ctx, shown);
  return status;
}

void fairu_shown__free(fairu_context *ctx, fairu_shown *shown)
{
  for (size_t t = 0; shown->tables && t < shown->n_tables; t++)
    fairu_events_destroy(shown->tables[t]);
  fairu_context__free(ctx, shown->tables);
  fairu_context__free(ctx, shown->tangents);
  *shown = (fairu_shown){ .tables = NULL };
}
