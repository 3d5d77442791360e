/* events_nll.c - event-wise main term: mu S + B - sum_i w_i { ln[B + mu S r_i(z)] + d_i(z) }, in chunks of fixed size.
 *
 * With rho = S r / (B + mu S r) and a = mu rho: d/dmu = rho; d/dz = a r' + d'; second derivatives -rho^2, rho (1 - a) r', and
 * a r'' + a (1 - a) r' r'^T + d'', where r now stands for ln r.
 */
#include <math.h>
#include <string.h>

#include "likelihood/model.h"
#include "numeric/sum.h"

enum { events_per_chunk = 2048 };

typedef struct chunk_work {
  const fairu_likelihood *lh;
  const fairu_data *data;
  const double *params;
  size_t order;    /* 0, 1, 2 */
  size_t n_sums;   /* 1 + n_params + n_params^2, as far as order goes */
  double *partial; /* [n_chunks * n_sums] */
} chunk_work;

typedef struct event_arrays {
  double *ratio, *d_ratio, *d2_ratio, *density, *d_density, *d2_density;
} event_arrays;

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

/* ln(B + mu S r) and rho = S r / (B + mu S r), for any ln r without overflow. */
static int mixture(const fairu_event_term *event, double mu, double log_ratio, double *log_sum, double *rho)
{
  const double e = exp(-fabs(log_ratio));
  const double s = event->signal_yield * (log_ratio > 0.0 ? 1.0 : e);
  const double b = event->background_yield * (log_ratio > 0.0 ? e : 1.0);
  const double sum = b + mu * s;
  *log_sum = log(sum) + (log_ratio > 0.0 ? log_ratio : 0.0);
  *rho = s / sum;
  return sum > 0.0;
}

static void add_derivatives(const chunk_work *work, const event_arrays *a, size_t i, double w, double rho,
                            fairu_sum *sums)
{
  const size_t k = work->lh->n_nuisances, n = 1 + k;
  const double share = work->params[0] * rho;
  fairu_sum *gradient = sums + 1, *hessian = sums + 1 + n;
  fairu_sum__add(&gradient[0], -w * rho);
  for (size_t p = 0; p < k; p++)
    fairu_sum__add(&gradient[1 + p], -w * (share * a->d_ratio[i * k + p] + a->d_density[i * k + p]));
  if (work->order < 2)
    return;
  fairu_sum__add(&hessian[0], w * rho * rho);
  for (size_t p = 0; p < k; p++) {
    const double dp = a->d_ratio[i * k + p];
    fairu_sum__add(&hessian[1 + p], -w * rho * (1.0 - share) * dp);
    for (size_t q = p; q < k; q++) {
      const size_t pq = (i * k + p) * k + q;
      const double second = share * a->d2_ratio[pq] + share * (1.0 - share) * dp * a->d_ratio[i * k + q];
      fairu_sum__add(&hessian[(1 + p) * n + 1 + q], -w * (second + a->d2_density[pq]));
    }
  }
}

static int add_events(fairu_context *ctx, const chunk_work *work, const event_arrays *a, size_t first,
                      size_t n, fairu_sum *sums)
{
  for (size_t i = 0; i < n; i++) {
    const double w = work->data->weights[first + i];
    double log_sum, rho;
    if (!isfinite(a->ratio[i]) || !isfinite(a->density[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "event %zu: log ratio %g, log density %g",
                                 first + i, a->ratio[i], a->density[i]);
    if (!mixture(&work->lh->event, work->params[0], a->ratio[i], &log_sum, &rho))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "the density at event %zu is not > 0",
                                 first + i);
    fairu_sum__add(&sums[0], -w * (log_sum + a->density[i]));
    if (work->order > 0)
      add_derivatives(work, a, i, w, rho, sums);
  }
  return FAIRU_OK;
}

static int run_chunk(fairu_context *ctx, const chunk_work *work, size_t chunk)
{
  const fairu_likelihood *lh = work->lh;
  const size_t first = chunk * events_per_chunk;
  const size_t left = work->data->n_events - first;
  const size_t n = left < events_per_chunk ? left : events_per_chunk;
  event_arrays a;
  fairu_sum *sums = fairu_context__scratch(ctx, work->n_sums, sizeof *sums, "sums over events");
  if (!sums || take_arrays(ctx, work, n, &a) != FAIRU_OK)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(sums, 0, work->n_sums * sizeof *sums);
  const int stop = lh->event.term(first, n, work->params + 1, lh->n_nuisances, a.ratio, a.d_ratio, a.d2_ratio,
                                  a.density, a.d_density, a.d2_density, lh->event.user_data);
  if (stop)
    return fairu_context__fail(ctx, FAIRU_ERR_CALLBACK, "the event term returned %d at event %zu", stop,
                               first);
  const int status = add_events(ctx, work, &a, first, n, sums);
  if (status != FAIRU_OK)
    return status;
  for (size_t s = 0; s < work->n_sums; s++)
    work->partial[chunk * work->n_sums + s] = fairu_sum__value(&sums[s]);
  return FAIRU_OK;
}

static int chunk_fn(fairu_context *worker, size_t chunk, void *data)
{
  const fairu_mark mark = fairu_context__mark(worker);
  const int status = run_chunk(worker, data, chunk);
  fairu_context__release(worker, mark);
  return status;
}

static double reduce(const chunk_work *work, size_t n_chunks, size_t s)
{
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t c = 0; c < n_chunks; c++)
    fairu_sum__add(&sum, work->partial[c * work->n_sums + s]);
  return fairu_sum__value(&sum);
}

static int evaluate(chunk_work *work, fairu_context *ctx, double *nll, double *gradient, double *hessian)
{
  const size_t n = work->lh->n_params;
  const size_t n_chunks = (work->data->n_events + events_per_chunk - 1) / events_per_chunk;
  const fairu_event_term *event = &work->lh->event;
  work->order = hessian ? 2 : gradient ? 1 : 0;
  work->n_sums = 1 + (work->order ? n : 0) + (work->order == 2 ? n * n : 0);
  work->partial = fairu_context__scratch(ctx, n_chunks, work->n_sums * sizeof(double), "sums over events");
  if (!work->partial)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_context__parallel(ctx, n_chunks, chunk_fn, work, NULL);
  if (status != FAIRU_OK)
    return status;
  nll[0] = work->params[0] * event->signal_yield + event->background_yield + reduce(work, n_chunks, 0);
  nll[1] = 0.0;
  for (size_t i = 0; gradient && i < n; i++)
    gradient[i] = reduce(work, n_chunks, 1 + i) + (i == 0 ? event->signal_yield : 0.0);
  for (size_t i = 0; hessian && i < n * n; i++)
    hessian[i] = reduce(work, n_chunks, 1 + n + i);
  return FAIRU_OK;
}

int fairu_likelihood__events(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const double *params, double *nll, double *gradient, double *hessian)
{
  chunk_work work = { .lh = lh, .data = data, .params = params };
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = evaluate(&work, ctx, nll, gradient, hessian);
  fairu_context__release(ctx, mark);
  return status;
}
