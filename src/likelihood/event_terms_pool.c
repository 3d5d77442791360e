/* event_terms_pool.c - pools: rows that stand for the distribution of events; densities made to integrate to one. */
#include <math.h>
#include <string.h>

#include "likelihood/event_terms.h"
#include "numeric/spline.h"
#include "numeric/sum.h"

enum { rows_per_block = 128 };

static int add_weights(fairu_context *ctx, const double *weights, size_t n, fairu_sum *sum)
{
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(weights[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "pool: weight %zu is %g", i, weights[i]);
    if (weights[i] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, "pool: weight %zu is %g", i, weights[i]);
    fairu_sum__add(sum, weights[i]);
  }
  if (!isfinite(fairu_sum__value(sum)))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "pool: the sum of weights is too large");
  if (!(fairu_sum__value(sum) > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_EMPTY, "pool: no weight is > 0");
  return FAIRU_OK;
}

int fairu_event_terms_set_pool(fairu_event_terms *terms, fairu_context *ctx, const double *weights, size_t n)
{
  fairu_sum sum = { 0.0, 0.0 };
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!terms || !weights)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pool: terms or weights is NULL");
  if (n != terms->n_events)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pool: the table has %zu rows, got %zu weights",
                               terms->n_events, n);
  const int status = add_weights(ctx, weights, n, &sum);
  if (status != FAIRU_OK)
    return status;
  if (!terms->pool) {
    terms->pool = fairu_context__new(ctx, n, sizeof *terms->pool, "weights of a pool");
    if (!terms->pool)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < n; i++)
    terms->pool[i] = weights[i] / fairu_sum__value(&sum);
  return FAIRU_OK;
}

/* ---- normalisation ------------------------------------------------------------------------------------ */

typedef struct norm_work {
  const fairu_event_terms *pool;
  const double *z; /* [n_points][n_axes] */
  size_t n_points;
  double *
      norm; /* [2][n_points] logarithms: of the background's integral, of the signal's over the background's */
} norm_work;

static int integrate(fairu_context *worker, size_t point, void *data)
{
  const norm_work *work = data;
  const fairu_event_terms *pool = work->pool;
  fairu_sum background = { 0.0, 0.0 }, signal = { 0.0, 0.0 };
  double ratio[rows_per_block], density[rows_per_block];

  for (size_t first = 0; first < pool->n_events; first += rows_per_block) {
    const size_t left = pool->n_events - first, n = left < rows_per_block ? left : rows_per_block;
    fairu_event_terms__values(pool, work->z + point * pool->n_axes, first, n, ratio, density);
    for (size_t i = 0; i < n; i++) {
      fairu_sum__add(&background, pool->pool[first + i] * exp(density[i]));
      fairu_sum__add(&signal, pool->pool[first + i] * exp(density[i] + ratio[i]));
    }
  }
  const double b = fairu_sum__value(&background), s = fairu_sum__value(&signal);
  if (!(b > 0.0 && s > 0.0 && isfinite(b) && isfinite(s)))
    return fairu_context__fail(worker, FAIRU_ERR_NON_FINITE,
                               "normalise: densities integrate to %g and %g at point %zu", b, s, point);
  work->norm[point] = log(b);
  work->norm[work->n_points + point] = log(s) - log(b);
  return fairu_context__poll(worker);
}

static void shift_column(double *column, size_t n, double by)
{
  for (size_t i = 0; i < n; i++)
    column[i] -= by;
}

/* Subtract the spline through norm [n_points] from every row of one table. space [6 * knots] */
static void subtract(const fairu_event_terms *terms, double *table, const double *norm, double *space)
{
  for (size_t k = 0; k < terms->n_terms; k++) {
    const fairu_term_axis *axis = &terms->axes[k];
    const size_t n = axis->axis.n_knots;
    double *y = space, *m = space + n;
    for (size_t j = 0; j < n; j++)
      y[j] = norm[fairu_event_terms__point(terms, k, j)] - (k > 0 ? norm[0] : 0.0);
    m[0] = 0.0;
    if (n > 1)
      fairu_spline__moments(axis->axis.knots, n, y, 1, m, 1, space + 2 * n);
    for (size_t j = 0; j < n; j++) {
      double *column = table + (axis->first_column + 2 * j) * terms->stride;
      shift_column(column, terms->n_events, y[j]);
      shift_column(column + terms->stride, terms->n_events, m[j]);
    }
  }
}

static int normalise(fairu_event_terms *terms, fairu_context *ctx, const fairu_event_terms *pool, int which)
{
  const size_t n_points = fairu_grid_n_points(pool->grid), n_axes = pool->n_axes;
  double *z = fairu_context__scratch(ctx, n_points * (n_axes + 2) + 1, sizeof *z, "integrals of densities");
  double *space = fairu_context__scratch(ctx, pool->n_columns, 3 * sizeof *space, "integrals of densities");
  if (!z || !space)
    return FAIRU_ERR_OUT_OF_MEMORY;
  norm_work work = { .pool = pool, .z = z, .n_points = n_points, .norm = z + n_points * n_axes };
  int status = fairu_grid_points(pool->grid, ctx, z);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, n_points, integrate, &work, NULL);
  if (status != FAIRU_OK)
    return status;
  if (which & FAIRU_NORMALISE_SIGNAL)
    subtract(terms, terms->ratio, work.norm + n_points, space);
  if (terms->density && (which & FAIRU_NORMALISE_BACKGROUND))
    subtract(terms, terms->density, work.norm, space);
  return FAIRU_OK;
}

int fairu_event_terms_normalise(fairu_event_terms *terms, fairu_context *ctx, const fairu_event_terms *pool,
                                int which)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!terms || !pool)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "normalise: terms or pool is NULL");
  if (which < 1 || which > 3)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "normalise: %d is no sum of fairu_normalise", which);
  if (!pool->pool)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "normalise: the table has no weights of a pool");
  if (!fairu_event_terms__match(terms, pool))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "normalise: the tables differ in axes or knots");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = normalise(terms, ctx, pool, which);
  fairu_context__release(ctx, mark);
  return status;
}
