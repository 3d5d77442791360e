/* scan.c - one piece of events: shift, score, bin, hand over. */
#include "templates/scan_plan.h"

#include <math.h>

#include "systematics/systematics_internal.h"

/* What a worker has in hand for one piece. */
typedef struct piece {
  const fairu_scan *scan;
  size_t first, n;
  const fairu_events *base; /* view of the rows */
  float *scores;            /* [n_scores or 1][n], while they are made [n_scores or 1][n][outputs] */
  uint16_t *bins;           /* [n] */
  double *weights;          /* [n] */
  unsigned char *passed;    /* [n], NULL if events are not shifted */
} piece;

static size_t n_outputs(const fairu_scan *scan)
{
  return fairu_classifier_n_outputs(scan->options.classifier);
}

static int take_scratch(fairu_context *worker, piece *p)
{
  const fairu_scan *scan = p->scan;
  const size_t rows = scan->n_shifts > 1 ? 1 : scan->n_scores;
  p->scores =
      fairu_context__scratch(worker, rows * p->n, sizeof *p->scores * n_outputs(scan), "scores of a piece");
  p->bins = fairu_context__scratch(worker, p->n, sizeof *p->bins, "bins of a piece");
  p->weights = fairu_context__scratch(worker, p->n, sizeof *p->weights, "weights of a piece");
  if (!p->scores || !p->bins || !p->weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (scan->n_shifts == 0)
    return FAIRU_OK;
  p->passed = fairu_context__scratch(worker, p->n, 1, "cuts of a piece");
  return p->passed ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Weights, labels, their names and ids of the rows, which transformations go by. */
static int view_attributes(fairu_context *worker, const piece *p, fairu_events *view)
{
  const fairu_events *events = p->scan->events;
  const double *weights = fairu_events_weights(events);
  const int32_t *labels = fairu_events_labels(events);
  const uint64_t *ids = fairu_events_ids(events);
  const size_t n_categories = fairu_events_n_categories(events);
  int status = weights ? fairu_events_set_weights(view, worker, weights + p->first, p->n) : FAIRU_OK;
  if (status == FAIRU_OK && ids)
    status = fairu_events_set_ids(view, worker, ids + p->first, p->n);
  if (status == FAIRU_OK && labels)
    status = fairu_events_set_labels(view, worker, labels + p->first, p->n);
  if (status != FAIRU_OK || n_categories == 0)
    return status;
  const char **names = fairu_context__scratch(worker, n_categories, sizeof *names, "labels of a piece");
  for (size_t i = 0; names && i < n_categories; i++)
    names[i] = fairu_events_category_name(events, i);
  return names ? fairu_events_set_categories(view, worker, names, n_categories) : FAIRU_ERR_OUT_OF_MEMORY;
}

/* View of rows of the table, with their attributes if a transformation may want them. */
static int view_rows(fairu_context *worker, const piece *p, fairu_events **out)
{
  const fairu_events *events = p->scan->events;
  const size_t n_columns = fairu_events_n_columns(events);
  const char **names = fairu_context__scratch(worker, n_columns + 1, sizeof *names, "columns of a piece");
  const float **columns =
      fairu_context__scratch(worker, n_columns + 1, sizeof *columns, "columns of a piece");
  if (!names || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  size_t stride = 1;
  for (size_t c = 0; c < n_columns; c++) {
    names[c] = fairu_events_column_name(events, c);
    columns[c] = fairu_events_column(events, c, &stride);
    columns[c] += p->first * stride;
  }
  const int status = fairu_events_create_view(worker, p->n, n_columns, names, columns, stride, out);
  return status == FAIRU_OK && p->scan->n_shifts > 0 ? view_attributes(worker, p, *out) : status;
}

static int set_weights(fairu_context *worker, const piece *p, const double *weights)
{
  const double scale = p->scan->options.scale;
  size_t bad = 0;
  for (size_t i = 0; i < p->n; i++) {
    p->weights[i] = (weights ? weights[i] : 1.0) * scale;
    bad += (size_t) !(fabs(p->weights[i]) <= 1e150);
  }
  for (size_t i = 0; i < p->n && bad > 0; i++)
    if (!(fabs(p->weights[i]) <= 1e150))
      return fairu_context__fail(worker, isfinite(p->weights[i]) ? FAIRU_ERR_RANGE : FAIRU_ERR_NON_FINITE,
                                 "row %zu: weight times scale is %g; at most 1e150 is possible", p->first + i,
                                 p->weights[i]);
  return FAIRU_OK;
}

static int hand_over(fairu_context *worker, const piece *p, size_t point, const float *scores)
{
  const fairu_scan *scan = p->scan;
  const size_t nan = fairu_binning__index(scan->binning, scores, p->n, p->bins);
  if (nan < p->n) {
    char where[256];
    fairu_grid__describe(scan->grid, point, where, sizeof where);
    return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE, "row %zu: the score is not a number at %s",
                               p->first + nan, where);
  }
  for (size_t i = 0; i < p->n && p->passed; i++)
    p->bins[i] = p->passed[i] ? p->bins[i] : FAIRU_NO_BIN;
  const fairu_slice slice = { point, p->first, p->n, p->bins, scores, p->weights, scan->options.bandwidth };
  return scan->fn(worker, &slice, scan->data);
}

/* The number of the largest of `width` outputs in their place; NaN if one is. */
static void find_classes(float *scores, size_t n, size_t width)
{
  for (size_t i = 0; i < n; i++) {
    const float *outputs = scores + i * width;
    size_t top = 0;
    float sum = outputs[0];
    for (size_t o = 1; o < width; o++) {
      top = outputs[o] > outputs[top] ? o : top;
      sum += outputs[o];
    }
    scores[i] = isnan(sum) ? sum : (float)top;
  }
}

/* Scores of a table at scoring points first .. first + n - 1. */
static int score(fairu_context *worker, const piece *p, const fairu_events *events, size_t first, size_t n)
{
  const fairu_scan *scan = p->scan;
  const size_t n_nuisances = fairu_classifier_n_nuisances(scan->options.classifier);
  const double *z = n_nuisances > 0 ? scan->score_z + first * n_nuisances : NULL;
  const int variable = fairu_binning_variable(scan->binning), classes = variable == FAIRU_OUTPUT_CLASS;
  const int status =
      fairu_classifier_score_events(scan->options.classifier, worker, events, z, n, n_nuisances,
                                    classes ? FAIRU_OUTPUT_LOGIT : variable, p->scores);
  if (status == FAIRU_OK && classes)
    find_classes(p->scores, n * p->n, n_outputs(scan));
  if (status == FAIRU_OK || p->first == 0)
    return status;
  return fairu_context__within(worker, status, "rows counted from row %zu", p->first);
}

/* The piece at shift s, scored at `n` points from `point` on, handed over. */
static int shift_and_score(fairu_context *worker, const piece *p, size_t s, size_t point, size_t n)
{
  const fairu_scan *scan = p->scan;
  const size_t n_z = fairu_systematics_n_nuisances(scan->options.systematics);
  const fairu_events *events = p->base;
  fairu_events *shifted = NULL;
  int status = FAIRU_OK;
  if (scan->n_shifts > 0) {
    status =
        fairu_systematics__apply_rows(scan->options.systematics, worker, p->base, p->first,
                                      scan->shift_z + s * n_z, n_z, scan->options.seed, p->passed, &shifted);
    events = shifted;
  }
  const double *weights = fairu_events_weights(scan->n_shifts > 0 ? events : scan->events);
  if (status == FAIRU_OK)
    status = set_weights(worker, p, weights && scan->n_shifts == 0 ? weights + p->first : weights);
  const size_t n_scores = scan->n_scores == 1 ? 1 : n;
  if (status == FAIRU_OK)
    status = score(worker, p, events, scan->n_scores == 1 ? 0 : point, n_scores);
  fairu_events_destroy(shifted);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    status = hand_over(worker, p, point + i, p->scores + (n_scores == 1 ? 0 : i) * p->n);
  return status;
}

static int scan_piece(fairu_context *worker, size_t index, void *data)
{
  const fairu_scan *scan = data;
  const size_t n_events = fairu_events_n_events(scan->events), first = index * scan->piece;
  piece p = { .scan = scan,
              .first = first,
              .n = n_events - first < scan->piece ? n_events - first : scan->piece };
  const fairu_mark mark = fairu_context__mark(worker);
  fairu_events *base = NULL;
  int status = take_scratch(worker, &p);
  if (status == FAIRU_OK)
    status = view_rows(worker, &p, &base);
  p.base = base;
  if (scan->n_shifts <= 1 && status == FAIRU_OK)
    status = shift_and_score(worker, &p, 0, 0, scan->grid->n_points);
  for (size_t point = 0; point < scan->grid->n_points && scan->n_shifts > 1 && status == FAIRU_OK; point++) {
    status = fairu_context__poll(worker);
    if (status == FAIRU_OK)
      status = shift_and_score(worker, &p, point, point, 1);
  }
  fairu_events_destroy(base);
  fairu_context__release(worker, mark);
  return status;
}

int fairu_scan__run(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning,
                    const fairu_events *events, const fairu_fill_options *options, fairu_slice_fn fn,
                    void *data)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_scan scan = { .grid = grid, .binning = binning, .events = events, .fn = fn, .data = data };
  int status = fairu_scan__plan(ctx, options, &scan);
  if (status == FAIRU_OK) {
    const size_t n_events = fairu_events_n_events(events);
    const size_t n_pieces = n_events / scan.piece + (n_events % scan.piece > 0);
    status = fairu_context__parallel(ctx, n_pieces, scan_piece, &scan, "events binned");
  }
  fairu_context__release(ctx, mark);
  return status;
}
