/* events_nll.c - event-wise main term: mu S + B - sum_i w_i { ln[B + mu S r_i(z)] + d_i(z) }, in chunks of fixed size.
 *
 * With u = ln r + ln S - ln B, rho = e^u / (1 + mu e^u): the bracket is ln B + ln(1 + mu e^u) + d, and only the middle one needs a
 * transcendental function per event. Its derivatives: rho in mu; mu rho u' in z; second ones -rho^2, rho (1 - mu rho) u', and
 * mu rho [u'' + (1 - mu rho) u' u'^T]. Chunks run on threads, tiles of a chunk stay in the first-level cache.
 */
#include <math.h>
#include <string.h>

#include "likelihood/event_terms.h"
#include "likelihood/model.h"
#include "numeric/sum.h"

enum { events_per_chunk = 2048, events_per_tile = 256 };

/* Places of sums over events. */
typedef struct sum_places {
  size_t density, share, slope, density_slope;        /* d; w rho; w rho u'; d' */
  size_t square, mixed, curvature, density_curvature; /* w rho^2; v u'; w rho u'' + v u' u'^T; d'' */
  size_t n;                                           /* value is at 0 */
} sum_places;

typedef struct chunk_work {
  const fairu_likelihood *lh;
  const fairu_data *data;
  const double *params;
  const fairu_event_terms *terms; /* NULL: a function */
  const fairu_kernels *kernels;
  fairu_cubic *cubics; /* [n_terms] of rows from 0 on */
  double shift;        /* ln S - ln B */
  const double *d_shift;
  size_t order; /* 0, 1, 2 */
  sum_places at;
  double *partial; /* [n_chunks * at.n] */
} chunk_work;

/* What a function gives for a chunk, event by event. */
typedef struct event_arrays {
  double *ratio, *d_ratio, *d2_ratio, *density, *d_density, *d2_density;
} event_arrays;

/* Arrays of one tile, events adjacent. Padding has w = 0. */
typedef struct event_tile {
  size_t n, padded;
  double *u, *w, *wr, *v, *f;
  double *du, *d2u; /* [k][events_per_tile]; [k] of a table, [k * k] of a function */
} event_tile;

static sum_places places(size_t k, size_t order)
{
  sum_places at = { .density = 1, .share = 2, .slope = 3 };
  at.density_slope = at.slope + k;
  at.square = at.density_slope + k;
  at.mixed = at.square + 1;
  at.curvature = at.mixed + k;
  at.density_curvature = at.curvature + k * k;
  at.n = order == 0 ? at.share : order == 1 ? at.square : at.density_curvature + k * k;
  return at;
}

/* ---- terms of a function ------------------------------------------------------------------------------ */

static int take_arrays(fairu_context *ctx, const chunk_work *work, size_t n, event_arrays *a)
{
  const size_t k = work->lh->n_nuisances;
  double *block = fairu_context__scratch(ctx, n, 2 * (1 + k + k * k) * sizeof *block, "terms of events");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(block, 0, n * 2 * (1 + k + k * k) * sizeof *block);
  const int first = work->order >= 1, second = work->order >= 2;
  a->ratio = block;
  a->density = a->ratio + n;
  a->d_ratio = first ? a->density + n : NULL;
  a->d_density = first ? a->d_ratio + n * k : NULL;
  a->d2_ratio = second ? a->d_density + n * k : NULL;
  a->d2_density = second ? a->d2_ratio + n * k * k : NULL;
  return FAIRU_OK;
}

static int call_function(fairu_context *ctx, const chunk_work *work, size_t first, size_t n, event_arrays *a)
{
  const fairu_event_term *event = &work->lh->event;
  if (take_arrays(ctx, work, n, a) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int stop = event->term(first, n, work->params + 1, work->lh->n_nuisances, a->ratio, a->d_ratio,
                               a->d2_ratio, a->density, a->d_density, a->d2_density, event->user_data);
  if (stop)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the event term returned %d at event %zu", stop,
                               first);
  for (size_t i = 0; i < n; i++)
    if (!isfinite(a->ratio[i]) || !isfinite(a->density[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event %zu: log ratio %g, log density %g",
                                 first + i, a->ratio[i], a->density[i]);
  return FAIRU_OK;
}

/* Every step-th number from `from` on, plus a constant, into a row of the tile. */
static void gather(const double *from, size_t step, double constant, const event_tile *tile, double *to)
{
  for (size_t i = 0; i < tile->n; i++)
    to[i] = from[i * step] + constant;
  for (size_t i = tile->n; i < tile->padded; i++)
    to[i] = 0.0;
}

static double gathered_dot(const chunk_work *work, const event_tile *tile, const double *from, size_t step)
{
  gather(from, step, 0.0, tile, tile->f);
  return work->kernels->dot_d(tile->w, tile->f, tile->padded);
}

/* Events from `i` of the chunk on; the density is summed here. */
static void fill_from_arrays(const chunk_work *work, const event_arrays *a, size_t i, event_tile *tile,
                             fairu_sum *sums)
{
  const size_t k = work->lh->n_nuisances;
  gather(a->ratio + i, 1, work->shift, tile, tile->u);
  fairu_sum__add(&sums[work->at.density], gathered_dot(work, tile, a->density + i, 1));
  for (size_t p = 0; p < k && work->order > 0; p++) {
    gather(a->d_ratio + i * k + p, k, work->d_shift[p], tile, tile->du + p * events_per_tile);
    fairu_sum__add(&sums[work->at.density_slope + p], gathered_dot(work, tile, a->d_density + i * k + p, k));
  }
  for (size_t p = 0; p < k * k && work->order > 1; p++) {
    gather(a->d2_ratio + i * k * k + p, k * k, 0.0, tile, tile->d2u + p * events_per_tile);
    fairu_sum__add(&sums[work->at.density_curvature + p],
                   gathered_dot(work, tile, a->d2_density + i * k * k + p, k * k));
  }
}

/* ---- terms of a table --------------------------------------------------------------------------------- */

static void fill_from_table(const chunk_work *work, size_t first, event_tile *tile)
{
  for (size_t k = 0; k < work->terms->n_terms; k++) {
    fairu_cubic cubic = work->cubics[k];
    double *du = tile->du + k * events_per_tile, *d2u = tile->d2u + k * events_per_tile;
    for (size_t c = 0; c < 4; c++)
      cubic.column[c] += first;
    work->kernels->cubic_d(&cubic, work->lh->n_nuisances ? work->order : 0, tile->padded, tile->u, du, d2u);
  }
}

static int prepare_table(chunk_work *work, fairu_context *ctx)
{
  const fairu_event_terms *terms = work->terms;
  const double *z = work->params + 1;
  const size_t outside = fairu_event_terms__outside(terms, z);
  if (outside < terms->n_axes)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "events: '%s' is %g, outside the knots",
                               terms->axes[outside].axis.name, z[outside]);
  work->cubics = fairu_context__scratch(ctx, terms->n_terms, sizeof *work->cubics, "terms of events");
  if (!work->cubics)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < terms->n_terms; k++) {
    fairu_cubic *cubic = &work->cubics[k];
    fairu_event_terms__cubic(&terms->axes[k], terms->ratio, terms->stride, 0, terms->n_axes ? z[k] : 0.0,
                             cubic);
    cubic->add = k > 0;
    cubic->constant[0] = k == 0 ? work->shift : 0.0;
    cubic->constant[1] = terms->n_axes ? work->d_shift[k] : 0.0;
  }
  return FAIRU_OK;
}

/* ---- one chunk ---------------------------------------------------------------------------------------- */

static int take_tile(fairu_context *ctx, const chunk_work *work, event_tile *tile)
{
  const size_t k = work->lh->n_nuisances ? work->lh->n_nuisances : 1;
  double *block =
      fairu_context__scratch(ctx, (5 + k + k * k) * events_per_tile, sizeof *block, "terms of events");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  tile->u = block;
  tile->w = block + events_per_tile;
  tile->wr = block + 2 * events_per_tile;
  tile->v = block + 3 * events_per_tile;
  tile->f = block + 4 * events_per_tile;
  tile->du = block + 5 * events_per_tile;
  tile->d2u = tile->du + k * events_per_tile;
  return FAIRU_OK;
}

static void set_rows(const chunk_work *work, size_t first, size_t n, event_tile *tile)
{
  tile->n = n;
  tile->padded = (n + 7) / 8 * 8;
  memcpy(tile->w, work->data->weights + first, n * sizeof *tile->w);
  for (size_t i = n; i < tile->padded; i++)
    tile->w[i] = 0.0;
}

static void add_second(const chunk_work *work, const event_tile *tile, fairu_sum *sums)
{
  const fairu_kernels *kernels = work->kernels;
  const size_t k = work->lh->n_nuisances, n = tile->padded;
  for (size_t p = 0; p < k; p++) {
    const double *du = tile->du + p * events_per_tile;
    fairu_sum__add(&sums[work->at.mixed + p], kernels->dot_d(tile->v, du, n));
    for (size_t q = p; q < k; q++) {
      const size_t second = work->terms ? p : p * k + q;
      fairu_sum *sum = &sums[work->at.curvature + p * k + q];
      fairu_sum__add(sum, kernels->dot3_d(tile->v, du, tile->du + q * events_per_tile, n));
      if (p == q || !work->terms)
        fairu_sum__add(sum, kernels->dot_d(tile->wr, tile->d2u + second * events_per_tile, n));
    }
  }
}

static int add_tile(fairu_context *ctx, const chunk_work *work, const event_tile *tile, size_t first,
                    fairu_sum *sums)
{
  double mixture[3];
  if (!work->kernels->mixture_d(tile->u, tile->w, work->params[0], tile->padded, tile->wr, tile->v,
                                mixture)) {
    size_t i = 0;
    while (i + 1 < tile->n && (tile->w[i] == 0.0 || 1.0 + work->params[0] * exp(tile->u[i]) > 0.0))
      i++;
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "the density at event %zu is not > 0",
                               first + i);
  }
  fairu_sum__add(&sums[0], mixture[0]);
  if (work->order == 0)
    return FAIRU_OK;
  fairu_sum__add(&sums[work->at.share], mixture[1]);
  for (size_t p = 0; p < work->lh->n_nuisances; p++)
    fairu_sum__add(&sums[work->at.slope + p],
                   work->kernels->dot_d(tile->wr, tile->du + p * events_per_tile, tile->padded));
  if (work->order == 1)
    return FAIRU_OK;
  fairu_sum__add(&sums[work->at.square], mixture[2]);
  add_second(work, tile, sums);
  return FAIRU_OK;
}

static int run_chunk(fairu_context *ctx, const chunk_work *work, size_t chunk)
{
  const size_t first = chunk * events_per_chunk, left = work->data->n_events - first;
  const size_t n = left < events_per_chunk ? left : events_per_chunk;
  event_arrays arrays = { 0 };
  event_tile tile;
  fairu_sum *sums = fairu_context__scratch(ctx, work->at.n, sizeof *sums, "sums over events");
  if (!sums || take_tile(ctx, work, &tile) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(sums, 0, work->at.n * sizeof *sums);
  int status = work->terms ? FAIRU_OK : call_function(ctx, work, first, n, &arrays);
  for (size_t i = 0; i < n && status == FAIRU_OK; i += events_per_tile) {
    set_rows(work, first + i, n - i < events_per_tile ? n - i : events_per_tile, &tile);
    if (work->terms)
      fill_from_table(work, first + i, &tile);
    else
      fill_from_arrays(work, &arrays, i, &tile, sums);
    status = add_tile(ctx, work, &tile, first + i, sums);
  }
  for (size_t s = 0; s < work->at.n && status == FAIRU_OK; s++)
    work->partial[chunk * work->at.n + s] = fairu_sum__value(&sums[s]);
  return status;
}

static int chunk_fn(fairu_context *worker, size_t chunk, void *data)
{
  const fairu_mark mark = fairu_context__mark(worker);
  const int status = run_chunk(worker, data, chunk);
  fairu_context__release(worker, mark);
  return status;
}

/* Sums over all events [at.n]. */
static int sum_events(chunk_work *work, fairu_context *ctx, double *sums)
{
  const size_t n_chunks = (work->data->n_events + events_per_chunk - 1) / events_per_chunk;
  work->partial = fairu_context__scratch(ctx, n_chunks + 1, work->at.n * sizeof(double), "sums over events");
  if (!work->partial)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_context__parallel(ctx, n_chunks, chunk_fn, work, NULL);
  for (size_t s = 0; s < work->at.n; s++) {
    fairu_sum sum = { 0.0, 0.0 };
    for (size_t c = 0; c < n_chunks && status == FAIRU_OK; c++)
      fairu_sum__add(&sum, work->partial[c * work->at.n + s]);
    sums[s] = fairu_sum__value(&sum);
  }
  return status;
}

/* The density of a table: one spline per nuisance through sums over events. */
static void add_density(const chunk_work *work, double *sums)
{
  const size_t k = work->lh->n_nuisances;
  for (size_t p = 0; p < work->terms->n_terms; p++) {
    fairu_cubic cubic;
    fairu_event_terms__cubic(&work->terms->axes[p], work->data->density_sums, 1, 0,
                             k ? work->params[1 + p] : 0.0, &cubic);
    fairu_event_terms__add(&cubic, 0, 1, &sums[work->at.density]);
    if (k && work->order > 0)
      fairu_event_terms__add(&cubic, 1, 1, &sums[work->at.density_slope + p]);
    if (k && work->order > 1)
      fairu_event_terms__add(&cubic, 2, 1, &sums[work->at.density_curvature + p * k + p]);
  }
}

/* ---- yields ------------------------------------------------------------------------------------------- */

/* S and B with derivatives, and derivatives of their logarithms. */
typedef struct yield_terms {
  double value[2];
  double *d, *d2;         /* [2][k], [2][k * k] */
  double *log_d, *log_d2; /* the same */
  double *shift;          /* [k] of ln S - ln B */
} yield_terms;

static int take_yields(fairu_context *ctx, const chunk_work *work, yield_terms *y)
{
  const size_t k = work->lh->n_nuisances;
  y->d = fairu_context__scratch(ctx, k + 4 * k * (1 + k) + 1, sizeof *y->d, "yields of events");
  if (!y->d)
    return FAIRU_ERR_OUT_OF_MEMORY;
  y->d2 = y->d + 2 * k;
  y->log_d = y->d2 + 2 * k * k;
  y->log_d2 = y->log_d + 2 * k;
  y->shift = y->log_d2 + 2 * k * k;
  const int status = fairu_likelihood__event_yields(work->lh, ctx, work->params + 1, y->value, y->d, y->d2);
  for (size_t s = 0; s < 2 && status == FAIRU_OK; s++)
    for (size_t p = 0; p < k; p++) {
      const double *d = y->d + s * k;
      y->log_d[s * k + p] = d[p] / y->value[s];
      for (size_t q = 0; q < k; q++)
        y->log_d2[(s * k + p) * k + q] =
            y->d2[(s * k + p) * k + q] / y->value[s] - (d[p] / y->value[s]) * (d[q] / y->value[s]);
    }
  for (size_t p = 0; p < k && status == FAIRU_OK; p++)
    y->shift[p] = y->log_d[p] - y->log_d[k + p];
  return status;
}

static void put_value(const chunk_work *work, const yield_terms *y, double weight, const double *sums,
                      double *nll)
{
  const double expected = work->params[0] * y->value[0] + y->value[1];
  const int split = weight > 0.0 && work->lh->constant != FAIRU_CONSTANT_SATURATED;
  const double log_b = log(y->value[1]), log_w = weight > 0.0 ? log(weight) : 0.0;
  nll[0] = (expected - weight) - weight * (log_b - log_w) - sums[0] - sums[work->at.density];
  nll[1] = split ? weight - weight * log_w : 0.0;
}

static void put_gradient(const chunk_work *work, const yield_terms *y, double weight, const double *sums,
                         double *gradient)
{
  const size_t k = work->lh->n_nuisances;
  const double mu = work->params[0];
  gradient[0] = y->value[0] - sums[work->at.share];
  for (size_t p = 0; p < k; p++)
    gradient[1 + p] = mu * y->d[p] + y->d[k + p] - weight * y->log_d[k + p] - mu * sums[work->at.slope + p] -
                      sums[work->at.density_slope + p];
}

static void put_hessian(const chunk_work *work, const yield_terms *y, double weight, const double *sums,
                        double *hessian)
{
  const size_t k = work->lh->n_nuisances, n = 1 + k;
  const double mu = work->params[0], share = sums[work->at.share];
  hessian[0] = sums[work->at.square];
  for (size_t p = 0; p < k; p++) {
    hessian[1 + p] = y->d[p] - sums[work->at.mixed + p];
    for (size_t q = p; q < k; q++) {
      const size_t pq = p * k + q, b = k * k + pq;
      const double curvature = sums[work->at.curvature + pq] + share * (y->log_d2[pq] - y->log_d2[b]);
      hessian[(1 + p) * n + 1 + q] = mu * y->d2[pq] + y->d2[b] - weight * y->log_d2[b] - mu * curvature -
                                     sums[work->at.density_curvature + pq];
    }
  }
}

/* ---- evaluation --------------------------------------------------------------------------------------- */

static int evaluate(chunk_work *work, fairu_context *ctx, double *nll, double *gradient, double *hessian)
{
  yield_terms yields;
  work->order = hessian ? 2 : gradient ? 1 : 0;
  work->at = places(work->lh->n_nuisances, work->order);
  double *sums = fairu_context__scratch(ctx, work->at.n, sizeof *sums, "sums over events");
  int status = sums ? take_yields(ctx, work, &yields) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status != FAIRU_OK)
    return status;
  work->shift = log(yields.value[0]) - log(yields.value[1]);
  work->d_shift = yields.shift;
  if (work->terms)
    status = prepare_table(work, ctx);
  if (status == FAIRU_OK)
    status = sum_events(work, ctx, sums);
  if (status != FAIRU_OK)
    return status;
  if (work->terms && work->data->density_sums)
    add_density(work, sums);
  const double weight = work->data->weight_sum;
  put_value(work, &yields, weight, sums, nll);
  if (gradient)
    put_gradient(work, &yields, weight, sums, gradient);
  if (hessian)
    put_hessian(work, &yields, weight, sums, hessian);
  return FAIRU_OK;
}

int fairu_likelihood__events(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const double *params, double *nll, double *gradient, double *hessian)
{
  chunk_work work = { .lh = lh,
                      .data = data,
                      .params = params,
                      .terms = fairu_data__terms(data),
                      .kernels = fairu_kernels__of(ctx) };
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = evaluate(&work, ctx, nll, gradient, hessian);
  fairu_context__release(ctx, mark);
  return status;
}
