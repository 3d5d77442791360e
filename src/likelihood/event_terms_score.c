/* event_terms_score.c - tables of event-wise terms from classifiers: the logit of a calibrated classifier is a log ratio. */
#include <math.h>
#include <string.h>

#include "likelihood/event_terms.h"

enum { rows_per_chunk = 2048 };

int fairu_event_classifiers_init(fairu_event_classifiers *classifiers, size_t struct_size)
{
  const fairu_event_classifiers defaults = { .struct_size = sizeof defaults };
  return fairu_options__init(classifiers, struct_size, &defaults, sizeof defaults);
}

/* A classifier with Z of all points in the order of its nuisances. */
typedef struct scorer {
  const fairu_classifier *classifier;
  size_t n_nuisances, n_points; /* n_points: 1 without nuisances */
  double *z;
  double prior;
} scorer;

typedef struct score_work {
  fairu_event_terms *terms;
  const fairu_events *events;
  const double *factors;
  scorer of[2]; /* ratio, density */
} score_work;

static int plan_scorer(fairu_context *ctx, const fairu_event_terms *terms, const double *points,
                       const fairu_classifier *classifier, scorer *out)
{
  const size_t n = fairu_classifier_n_nuisances(classifier), n_points = fairu_grid_n_points(terms->grid);
  if (fairu_classifier_n_outputs(classifier) != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "event terms: a classifier of %zu outputs",
                               fairu_classifier_n_outputs(classifier));
  out->classifier = classifier;
  out->n_nuisances = n;
  out->n_points = n ? n_points : 1;
  out->z = fairu_context__scratch(ctx, n * n_points + 1, sizeof *out->z, "points of a grid");
  if (!out->z)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++) {
    const char *name = fairu_classifier_nuisance_name(classifier, i);
    size_t k = 0;
    while (k < terms->n_axes && strcmp(terms->axes[k].axis.name, name) != 0)
      k++;
    if (k == terms->n_axes)
      return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                                 "event terms: nuisance '%s' of the classifier is not an axis of the grid",
                                 name);
    for (size_t p = 0; p < n_points; p++)
      out->z[p * n + i] = points[p * terms->n_axes + k];
  }
  return FAIRU_OK;
}

/* View of rows first .. first + n - 1, columns only. */
static int view_rows(fairu_context *worker, const fairu_events *events, size_t first, size_t n,
                     fairu_events **out)
{
  const size_t n_columns = fairu_events_n_columns(events);
  const char **names = fairu_context__scratch(worker, n_columns + 1, sizeof *names, "columns of events");
  const float **columns = fairu_context__scratch(worker, n_columns + 1, sizeof *columns, "columns of events");
  *out = NULL;
  if (!names || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t stride = 1;
  for (size_t c = 0; c < n_columns; c++) {
    names[c] = fairu_events_column_name(events, c);
    columns[c] = fairu_events_column(events, c, &stride);
    columns[c] += first * stride;
  }
  return fairu_events_create_view(worker, n, n_columns, names, columns, stride, out);
}

static void put_logits(const fairu_event_terms *terms, const scorer *of, const float *logits, size_t first,
                       size_t n, double *table)
{
  for (size_t k = 0; k < terms->n_terms; k++)
    for (size_t j = 0; j < terms->axes[k].axis.n_knots; j++) {
      const size_t point = of->n_points > 1 ? fairu_event_terms__point(terms, k, j) : 0;
      double *column = table + (terms->axes[k].first_column + 2 * j) * terms->stride + first;
      for (size_t i = 0; i < n; i++)
        column[i] = (double)logits[point * n + i] - of->prior;
    }
}

static int score(fairu_context *worker, const score_work *work, int which, const fairu_events *view,
                 size_t first, size_t n)
{
  const scorer *of = &work->of[which];
  float *logits = fairu_context__scratch(worker, of->n_points * n, sizeof *logits, "logits of events");
  if (!logits)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status =
      fairu_classifier_score_events(of->classifier, worker, view, of->n_nuisances ? of->z : NULL,
                                    of->n_points, of->n_nuisances, FAIRU_OUTPUT_LOGIT, logits);
  if (status != FAIRU_OK)
    return first ? fairu_context__within(worker, status, "rows counted from row %zu", first) : status;
  put_logits(work->terms, of, logits, first, n, which ? work->terms->density : work->terms->ratio);
  return FAIRU_OK;
}

static int score_rows(fairu_context *worker, size_t chunk, void *data)
{
  const score_work *work = data;
  const size_t first = chunk * rows_per_chunk, left = work->terms->n_events - first;
  const size_t n = left < rows_per_chunk ? left : rows_per_chunk;
  const fairu_mark mark = fairu_context__mark(worker);
  fairu_events *view = NULL;
  int status = view_rows(worker, work->events, first, n, &view);
  for (int which = 0; which < 2 && status == FAIRU_OK; which++)
    if (work->of[which].classifier)
      status = score(worker, work, which, view, first, n);
  if (status == FAIRU_OK)
    status = fairu_event_terms__solve(work->terms, worker, work->factors, first, n);
  fairu_events_destroy(view);
  fairu_context__release(worker, mark);
  return status;
}

static int fill(score_work *work, fairu_context *ctx, const fairu_event_classifiers *options)
{
  const fairu_event_terms *terms = work->terms;
  const size_t n_z = fairu_grid_n_points(terms->grid) * terms->n_axes;
  double *points = fairu_context__scratch(ctx, n_z + 1, sizeof *points, "points of a grid");
  work->factors = fairu_event_terms__factors(terms, ctx);
  int status =
      points && work->factors ? fairu_grid_points(terms->grid, ctx, points) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = plan_scorer(ctx, terms, points, options->ratio, &work->of[0]);
  if (status == FAIRU_OK && options->density)
    status = plan_scorer(ctx, terms, points, options->density, &work->of[1]);
  work->of[0].prior = options->ratio_prior;
  work->of[1].prior = options->density_prior;
  const size_t n_chunks = (terms->n_events + rows_per_chunk - 1) / rows_per_chunk;
  return status == FAIRU_OK ? fairu_context__parallel(ctx, n_chunks, score_rows, work, "events scored")
                            : status;
}

static int read_options(fairu_context *ctx, const fairu_event_classifiers *theirs,
                        fairu_event_classifiers *ours)
{
  int status = fairu_event_classifiers_init(ours, sizeof *ours);
  if (status == FAIRU_OK)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "event classifiers");
  if (status != FAIRU_OK)
    return status;
  if (!ours->ratio)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event classifiers: ratio is NULL");
  if (!isfinite(ours->ratio_prior) || !isfinite(ours->density_prior))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event classifiers: priors are %g and %g",
                               ours->ratio_prior, ours->density_prior);
  return FAIRU_OK;
}

int fairu_event_terms_create_from_classifiers(fairu_context *ctx, const fairu_grid *grid,
                                              const fairu_events *events,
                                              const fairu_event_classifiers *classifiers,
                                              fairu_event_terms **out)
{
  score_work work = { .events = events };
  fairu_event_classifiers options;
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || !events || !classifiers || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event terms: grid, events, classifiers or out is NULL");
  int status = read_options(ctx, classifiers, &options);
  if (status == FAIRU_OK)
    status = fairu_event_terms__allocate(ctx, grid, fairu_events_n_events(events), options.density != NULL,
                                         &work.terms);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = fill(&work, ctx, &options);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK)
    *out = work.terms;
  else
    fairu_event_terms_destroy(work.terms);
  return status;
}
