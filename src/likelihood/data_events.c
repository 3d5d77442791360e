/* data_events.c - observed events: weights, and the table their terms come from. */
#include <math.h>
#include <string.h>

#include "likelihood/event_terms.h"
#include "likelihood/model.h"
#include "numeric/philox.h"
#include "numeric/sum.h"

const fairu_event_terms *fairu_data__terms(const fairu_data *data)
{
  return data->terms ? data->terms : data->likelihood->event.terms;
}

static double *take_memory(const fairu_data *data, fairu_context *ctx, size_t n, const char *what)
{
  return fairu_allocator__new(&data->allocator, ctx, n, sizeof(double), what);
}

int fairu_data__take_events(fairu_data *data, fairu_context *ctx, double *weights, size_t n,
                            const fairu_event_terms *terms)
{
  const fairu_event_terms *table = terms ? terms : data->likelihood->event.terms;
  double *sums = NULL;
  if (weights && table && table->density) {
    sums = take_memory(data, ctx, table->n_columns, "sums over events");
    if (!sums) {
      fairu_allocator__free(&data->allocator, weights);
      return FAIRU_ERR_OUT_OF_MEMORY;
    }
    fairu_event_terms__sum_density(table, weights, sums);
  }
  fairu_allocator__free(&data->allocator, data->weights);
  fairu_allocator__free(&data->allocator, data->density_sums);
  data->weights = weights;
  data->density_sums = sums;
  data->n_events = n;
  data->terms = terms;
  fairu_sum sum = { 0.0, 0.0 };
  for (size_t i = 0; i < n; i++)
    fairu_sum__add(&sum, weights[i]);
  data->weight_sum = fairu_sum__value(&sum);
  return FAIRU_OK;
}

static int check_weights(fairu_context *ctx, const double *weights, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(weights[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "weight %zu is %g", i, weights[i]);
  return FAIRU_OK;
}

/* weights NULL: 1 each */
static int set_events(fairu_data *data, fairu_context *ctx, const double *weights, size_t n,
                      const fairu_event_terms *terms)
{
  const fairu_event_terms *table = terms ? terms : data->likelihood->event.terms;
  if (table && n != table->n_events)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "set events: the table has %zu rows, got %zu weights",
                               table->n_events, n);
  const int status = weights ? check_weights(ctx, weights, n) : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  double *copy = take_memory(data, ctx, n, "weights of events");
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    copy[i] = weights ? weights[i] : 1.0;
  return fairu_data__take_events(data, ctx, copy, n, terms);
}

int fairu_data_set_events(fairu_data *data, fairu_context *ctx, const double *weights, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || (!weights && n))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set events: data or weights is NULL");
  if (!data->likelihood->event.term)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "set events: the model is not event-wise");
  return set_events(data, ctx, weights, n, data->terms);
}

int fairu_data_set_event_terms(fairu_data *data, fairu_context *ctx, const fairu_event_terms *terms,
                               const double *weights, size_t n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || !terms)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "set event terms: data or terms is NULL");
  const fairu_event_terms *model = data->likelihood->event.terms;
  if (!model)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "set event terms: the model has no table");
  if (!fairu_event_terms__match(terms, model))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "set event terms: axes or knots are not those of the model's table");
  return set_events(data, ctx, weights, n, terms);
}

int fairu_data__copy_events(fairu_data *data, fairu_context *ctx, const fairu_data *from)
{
  if (!from->weights)
    return fairu_data__take_events(data, ctx, NULL, 0, from->terms);
  double *copy = take_memory(data, ctx, from->n_events, "weights of events");
  if (!copy)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(copy, from->weights, from->n_events * sizeof *copy);
  return fairu_data__take_events(data, ctx, copy, from->n_events, from->terms);
}

/* ---- toys --------------------------------------------------------------------------------------------- */

enum { rows_per_block = 4096 };

static int draw(fairu_context *ctx, const double *means, size_t n, uint64_t seed, uint64_t toy,
                uint32_t *hits, double *weights)
{
  for (size_t first = 0; first < n; first += rows_per_block) {
    const size_t left = n - first, m = left < rows_per_block ? left : rows_per_block;
    const int status = fairu_context__poll(ctx);
    if (status != FAIRU_OK)
      return status;
    fairu_philox__poisson_rows(seed, toy, 0, first, m, means + first, 1.0, hits);
    for (size_t i = 0; i < m; i++)
      weights[first + i] = (double)hits[i];
  }
  return FAIRU_OK;
}

static int draw_events(fairu_data *data, fairu_context *ctx, const double *means, size_t n,
                       const fairu_event_terms *terms, uint64_t seed, uint64_t toy)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  uint32_t *hits = fairu_context__scratch(ctx, rows_per_block, sizeof *hits, "multiplicities");
  double *weights = hits ? take_memory(data, ctx, n, "weights of events") : NULL;
  int status = weights ? draw(ctx, means, n, seed, toy, hits, weights) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_data__take_events(data, ctx, weights, n, terms);
  else
    fairu_allocator__free(&data->allocator, weights);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_data_draw_events(fairu_data *data, fairu_context *ctx, const double *means, size_t n, uint64_t seed,
                           uint64_t toy)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!data || (!means && n))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "draw events: data or means is NULL");
  if (!data->likelihood->event.term)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "draw events: the model is not event-wise");
  const fairu_event_terms *table = fairu_data__terms(data);
  if (table && n != table->n_events)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "draw events: the table has %zu rows, got %zu means",
                               table->n_events, n);
  for (size_t i = 0; i < n; i++)
    if (!(means[i] >= 0.0 && isfinite(means[i])))
      return fairu_context__fail(ctx, isfinite(means[i]) ? FAIRU_ERR_NEGATIVE_WEIGHT : FAIRU_ERR_NON_FINITE,
                                 "draw events: mean %zu is %g", i, means[i]);
  return draw_events(data, ctx, means, n, data->terms, seed, toy);
}

int fairu_likelihood__toy_of_events(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                    uint64_t seed, uint64_t toy, fairu_data *data)
{
  const size_t n = lh->event.terms->n_events;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *means = fairu_context__scratch(ctx, n + 1, sizeof *means, "means of events");
  int status = means ? fairu_likelihood__pool_means(lh, ctx, params, means) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = draw_events(data, ctx, means, n, NULL, seed, toy);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood__asimov_events(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                    fairu_data *data)
{
  const size_t n = lh->event.terms->n_events;
  double *weights = take_memory(data, ctx, n, "weights of events");
  if (!weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_likelihood__pool_means(lh, ctx, params, weights);
  if (status == FAIRU_OK)
    return fairu_data__take_events(data, ctx, weights, n, NULL);
  fairu_allocator__free(&data->allocator, weights);
  return status;
}
