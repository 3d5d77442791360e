/* event_terms.c - making tables of event-wise terms: shape, values from arrays or a function, moments. */
#include "likelihood/event_terms.h"

#include <math.h>
#include <string.h>

#include "numeric/moments.h"

enum { rows_per_chunk = 512 };

void fairu_event_terms_destroy(fairu_event_terms *terms)
{
  if (!terms)
    return;
  const fairu_allocator allocator = terms->allocator;
  fairu_grid_destroy(terms->grid);
  fairu_allocator__free(&allocator, terms->axes);
  fairu_allocator__free(&allocator, terms->ratio);
  fairu_allocator__free(&allocator, terms->density);
  fairu_allocator__free(&allocator, terms->pool);
  fairu_allocator__free(&allocator, terms);
}

size_t fairu_event_terms_n_events(const fairu_event_terms *terms)
{
  return terms ? terms->n_events : 0;
}

size_t fairu_event_terms__point(const fairu_event_terms *terms, size_t k, size_t knot)
{
  const fairu_term_axis *axis = &terms->axes[k];
  if (terms->n_axes < 2)
    return knot;
  if (knot == axis->nominal_knot)
    return 0;
  return axis->first_point + knot - (knot > axis->nominal_knot);
}

/* A grid of the axes alone: pairs are refused. */
static int copy_grid(fairu_context *ctx, const fairu_grid *grid, fairu_event_terms *terms)
{
  const size_t n = fairu_grid_n_axes(grid);
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_axis *axes = fairu_context__scratch(ctx, n + 1, sizeof *axes, "axes of events");
  int status = axes ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < n && status == FAIRU_OK; k++)
    status = fairu_grid_axis(grid, ctx, k, &axes[k]);
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, axes, n, NULL, 0, &terms->grid);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK && fairu_grid_n_points(terms->grid) != fairu_grid_n_points(grid))
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED,
                               "event terms: nuisances add, the grid must not have pairs");
  return status;
}

static int set_axes(fairu_event_terms *terms, fairu_context *ctx)
{
  size_t point = 1;
  for (size_t k = 0; k < terms->n_terms; k++) {
    fairu_term_axis *axis = &terms->axes[k];
    axis->axis = (fairu_axis){ .n_knots = 1 };
    const int status = k < terms->n_axes ? fairu_grid_axis(terms->grid, ctx, k, &axis->axis) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    axis->first_column = terms->n_columns;
    axis->first_point = point;
    while (axis->nominal_knot + 1 < axis->axis.n_knots &&
           axis->axis.knots[axis->nominal_knot] < axis->axis.nominal)
      axis->nominal_knot++;
    point += axis->axis.n_knots - 1;
    terms->n_columns += 2 * axis->axis.n_knots;
  }
  return FAIRU_OK;
}

static int fill_shape(fairu_event_terms *terms, fairu_context *ctx, const fairu_grid *grid, size_t n_events,
                      int density)
{
  int status = copy_grid(ctx, grid, terms);
  if (status != FAIRU_OK)
    return status;
  terms->n_axes = fairu_grid_n_axes(grid);
  terms->n_terms = terms->n_axes ? terms->n_axes : 1;
  terms->axes = fairu_context__new(ctx, terms->n_terms, sizeof *terms->axes, "axes of events");
  status = terms->axes ? set_axes(terms, ctx) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status != FAIRU_OK)
    return status;
  if (n_events > SIZE_MAX / 16 / terms->n_columns)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "terms of %zu events", n_events);
  terms->n_events = n_events;
  terms->stride = (n_events + 7) / 8 * 8;
  const size_t column = terms->stride * sizeof(double);
  terms->ratio = fairu_context__new(ctx, terms->n_columns, column, "terms of events");
  if (density)
    terms->density = fairu_context__new(ctx, terms->n_columns, column, "terms of events");
  return terms->ratio && (terms->density || !density) ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_event_terms__allocate(fairu_context *ctx, const fairu_grid *grid, size_t n_events, int density,
                                fairu_event_terms **out)
{
  fairu_event_terms *terms = fairu_context__new(ctx, 1, sizeof *terms, "terms of events");
  *out = NULL;
  if (!terms)
    return FAIRU_ERR_OUT_OF_MEMORY;
  terms->allocator = *fairu_context__allocator(ctx);
  const int status = fill_shape(terms, ctx, grid, n_events, density);
  if (status == FAIRU_OK)
    *out = terms;
  else
    fairu_event_terms_destroy(terms);
  return status;
}

/* ---- values ------------------------------------------------------------------------------------------- */

static int check_rows(const fairu_event_terms *terms, fairu_context *ctx, const double *table,
                      const char *what, size_t first, size_t n)
{
  for (size_t c = 0; c < terms->n_columns; c += 2) {
    const double *value = table + c * terms->stride + first;
    size_t bad = 0;
    for (size_t i = 0; i < n; i++)
      bad += (size_t)!isfinite(value[i]);
    for (size_t i = 0; i < n && bad; i++)
      if (!isfinite(value[i]))
        return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                                   "event %zu: log %s is %g (knot %zu, axes counted on)", first + i, what,
                                   value[i], c / 2);
  }
  return FAIRU_OK;
}

static void solve_table(const fairu_event_terms *terms, const double *factors, double *table, size_t first,
                        size_t n)
{
  const size_t stride = terms->stride;
  for (size_t k = 0; k < terms->n_terms; k++) {
    const fairu_term_axis *axis = &terms->axes[k];
    const size_t n_knots = axis->axis.n_knots;
    double *rows = table + axis->first_column * stride + first;
    const double *nominal = table + (terms->axes[0].first_column + 2 * terms->axes[0].nominal_knot) * stride;
    for (size_t j = 0; k > 0 && j < n_knots; j++)
      for (size_t i = 0; i < n; i++)
        rows[2 * j * stride + i] -= nominal[first + i];
    if (n_knots > 1) {
      fairu_moments__solve(factors, n_knots, rows, 2 * stride, stride, n);
      factors += fairu_moments__size(n_knots);
    }
  }
}

double *fairu_event_terms__factors(const fairu_event_terms *terms, fairu_context *ctx)
{
  size_t size = 1;
  for (size_t k = 0; k < terms->n_terms; k++)
    size += fairu_moments__size(terms->axes[k].axis.n_knots);
  double *factors = fairu_context__scratch(ctx, size, sizeof *factors, "spline factors");
  double *next = factors;
  for (size_t k = 0; k < terms->n_terms && factors; k++) {
    const fairu_axis *axis = &terms->axes[k].axis;
    if (axis->n_knots == 1)
      continue;
    fairu_moments__factor(axis->knots, axis->n_knots, next);
    next += fairu_moments__size(axis->n_knots);
  }
  return factors;
}

int fairu_event_terms__solve(const fairu_event_terms *terms, fairu_context *ctx, const double *factors,
                             size_t first, size_t n)
{
  int status = check_rows(terms, ctx, terms->ratio, "ratio", first, n);
  if (status == FAIRU_OK && terms->density)
    status = check_rows(terms, ctx, terms->density, "density", first, n);
  if (status != FAIRU_OK)
    return status;
  solve_table(terms, factors, terms->ratio, first, n);
  if (terms->density)
    solve_table(terms, factors, terms->density, first, n);
  return FAIRU_OK;
}

/* What workers fill a table from: arrays, or a function at points z. */
typedef struct term_source {
  fairu_event_terms *terms;
  const double *factors;
  const double *log_ratio, *log_density; /* [n_points][n_events] */
  fairu_event_term_fn fn;
  void *user_data;
  const double *z; /* [n_points][n_axes] */
} term_source;

static int fill_column(fairu_context *worker, const term_source *source, size_t point, size_t column,
                       size_t first, size_t n)
{
  const fairu_event_terms *terms = source->terms;
  double *ratio = terms->ratio + column * terms->stride + first;
  double *density = terms->density ? terms->density + column * terms->stride + first : NULL;
  const size_t from = point * terms->n_events + first;
  if (!source->fn) {
    memcpy(ratio, source->log_ratio + from, n * sizeof *ratio);
    if (density)
      memcpy(density, source->log_density + from, n * sizeof *density);
    return FAIRU_OK;
  }
  const int stop = source->fn(first, n, source->z + point * terms->n_axes, terms->n_axes, ratio, NULL, NULL,
                              density, NULL, NULL, source->user_data);
  return stop ? fairu_context__fail(worker, FAIRU_ERR_CALLBACK, "the event term returned %d at event %zu",
                                    stop, first)
              : FAIRU_OK;
}

static int fill_rows(fairu_context *worker, size_t chunk, void *data)
{
  const term_source *source = data;
  const fairu_event_terms *terms = source->terms;
  const size_t first = chunk * rows_per_chunk, left = terms->n_events - first;
  const size_t n = left < rows_per_chunk ? left : rows_per_chunk;
  int status = FAIRU_OK;
  for (size_t k = 0; k < terms->n_terms; k++)
    for (size_t j = 0; j < terms->axes[k].axis.n_knots && status == FAIRU_OK; j++)
      status = fill_column(worker, source, fairu_event_terms__point(terms, k, j),
                           terms->axes[k].first_column + 2 * j, first, n);
  return status == FAIRU_OK ? fairu_event_terms__solve(terms, worker, source->factors, first, n) : status;
}

static int fill_table(fairu_context *ctx, const fairu_grid *grid, size_t n_events, term_source *source,
                      fairu_event_terms **out)
{
  const int density = source->fn || source->log_density;
  int status = fairu_event_terms__allocate(ctx, grid, n_events, density, &source->terms);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  const size_t n_z = fairu_grid_n_points(grid) * fairu_grid_n_axes(grid);
  double *z = fairu_context__scratch(ctx, n_z + 1, sizeof *z, "points of a grid");
  source->z = z;
  source->factors = fairu_event_terms__factors(source->terms, ctx);
  status = z && source->factors ? fairu_grid_points(grid, ctx, z) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, (n_events + rows_per_chunk - 1) / rows_per_chunk, fill_rows, source,
                                     NULL);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK)
    *out = source->terms;
  else
    fairu_event_terms_destroy(source->terms);
  return status;
}

int fairu_event_terms_create(fairu_context *ctx, const fairu_grid *grid, size_t n_events,
                             const double *log_ratio, const double *log_density, fairu_event_terms **out)
{
  term_source source = { .log_ratio = log_ratio, .log_density = log_density };
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || (!log_ratio && n_events) || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event terms: grid, log_ratio or out is NULL");
  return fill_table(ctx, grid, n_events, &source, out);
}

int fairu_event_terms_create_from_function(fairu_context *ctx, const fairu_grid *grid, size_t n_events,
                                           fairu_event_term_fn term, void *user_data, fairu_event_terms **out)
{
  term_source source = { .fn = term, .user_data = user_data };
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!grid || !term || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "event terms: grid, term or out is NULL");
  return fill_table(ctx, grid, n_events, &source, out);
}
