/* challenge_pool.c - a pool of events that pseudo-experiments are drawn from: checked, its processes known. */
#include <fairu/challenge.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "coverage/challenge.h"
#include "numeric/philox.h"
#include "numeric/scale_rows.h"

/* Table number of a pool: out of reach of tables of toys, which share seeds. */
#define POOL_TABLE UINT32_MAX

static const double most_mean = FAIRU_POOL_MOST_MEAN;

int fairu_challenge__processes(fairu_context *ctx, const fairu_events *pool, int *process_of)
{
  static const char *const names[FAIRU_CHALLENGE_PROCESSES] = { "ztautau", "diboson", "ttbar", "htautau" };
  const size_t n = fairu_events_n_categories(pool);
  if (!fairu_events_labels(pool) || n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pseudo-experiment: the pool has no named labels");
  for (size_t c = 0; c < n; c++) {
    const char *name = fairu_events_category_name(pool, c);
    int process = 0;
    while (process < FAIRU_CHALLENGE_PROCESSES && strcmp(names[process], name) != 0)
      process++;
    if (process == FAIRU_CHALLENGE_PROCESSES)
      return fairu_context__fail(
          ctx, FAIRU_ERR_NOT_FOUND,
          "pseudo-experiment: label '%.60s' is none of ztautau, diboson, ttbar, htautau", name);
    process_of[c] = process;
  }
  return FAIRU_OK;
}

int fairu_pool__refuse(const fairu_pool *pool, fairu_context *ctx, size_t row)
{
  const unsigned long long number = (unsigned long long)(pool->first_row + row);
  if (pool->labels[row] < 0 || (size_t)pool->labels[row] >= pool->n_categories)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pseudo-experiment: row %llu has label %ld of %zu",
                               number, (long)pool->labels[row], pool->n_categories);
  if (!(pool->weights[row] >= 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                               "pseudo-experiment: row %llu has weight %g, a Poisson mean cannot be negative",
                               number, pool->weights[row]);
  return fairu_context__fail(
      ctx, FAIRU_ERR_RANGE, "pseudo-experiment: row %llu has weight %g at rate %g, a mean above 2^31", number,
      pool->weights[row], pool->experiment.rates[pool->process_of[pool->labels[row]]]);
}

int fairu_pool__process(const fairu_pool *pool, size_t row)
{
  const int32_t label = pool->labels[row];
  return label >= 0 && (size_t)label < pool->n_categories ? pool->process_of[label] : -1;
}

/* ---- multiplicities ------------------------------------------------------------------------------------ */

/* The search for a bad row comes after. */
static int fill_means(const fairu_pool *pool, fairu_context *worker, size_t first, size_t n, double *means)
{
  const double *weights = pool->weights + first;
  fairu_rows_range range = { (double)INFINITY, -(double)INFINITY, 0 };
  fairu_rows__scale(fairu_context__kernel_level(worker), pool->rate_of, pool->n_categories, n,
                    pool->labels + first, weights, means, &range);
  if (range.least >= 0.0 && range.most <= most_mean && range.top < pool->n_categories)
    return FAIRU_OK;
  for (size_t i = 0; i < n; i++)
    if (fairu_pool__process(pool, first + i) < 0 || !(weights[i] >= 0.0) || !(means[i] <= most_mean))
      return fairu_pool__refuse(pool, worker, first + i);
  return FAIRU_OK;
}

int fairu_pool__draw(const fairu_pool *pool, fairu_context *worker, size_t first, size_t n, double *means,
                     uint32_t *counts)
{
  const int status = fill_means(pool, worker, first, n, means);
  if (status == FAIRU_OK)
    fairu_philox__poisson_rows(pool->experiment.seed, pool->experiment.number, POOL_TABLE,
                               pool->first_row + first, n, means, 1.0, counts);
  return status;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

static int read_experiment(fairu_context *ctx, const fairu_challenge_experiment *theirs, uint64_t first_row,
                           fairu_challenge_experiment *e)
{
  int status = fairu_options__read(ctx, e, sizeof *e, theirs, sizeof *e, "fairu_challenge_experiment");
  if (status == FAIRU_OK)
    status = fairu_challenge__check_generator(ctx, e->generator);
  for (size_t p = 0; p < FAIRU_CHALLENGE_PROCESSES && status == FAIRU_OK; p++)
    if (!(e->rates[p] >= 0.0 && e->rates[p] <= most_mean))
      status = fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                   "pseudo-experiment: rates[%zu] is %g, must lie between 0 and 2^31", p,
                                   e->rates[p]);
  if (status != FAIRU_OK)
    return status;
  if (e->generator == FAIRU_GENERATOR_NUMPY && first_row > 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "pseudo-experiment: first_row is %llu, NumPy's generator takes the pool whole",
                               (unsigned long long)first_row);
  if (e->generator == FAIRU_GENERATOR_NUMPY && e->seed > UINT32_MAX - FAIRU_CHALLENGE_SEED_SPAN)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pseudo-experiment: seed %llu is too large",
                               (unsigned long long)e->seed);
  return FAIRU_OK;
}

static int check_pool(fairu_context *ctx, const fairu_events *pool, uint64_t first_row)
{
  const size_t n = fairu_events_n_events(pool);
  if (first_row > (UINT64_C(1) << 44) - 1 - n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "pseudo-experiment: rows from %llu on pass the last, 2^44",
                               (unsigned long long)first_row);
  if (!fairu_events_weights(pool))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pseudo-experiment: the pool has no weights");
  return FAIRU_OK;
}

int fairu_pool__open(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                     const fairu_events *events, uint64_t first_row, fairu_pool *pool)
{
  *pool = (fairu_pool){ .n = fairu_events_n_events(events),
                        .first_row = first_row,
                        .weights = fairu_events_weights(events),
                        .labels = fairu_events_labels(events),
                        .n_categories = fairu_events_n_categories(events) };
  int status = read_experiment(ctx, experiment, first_row, &pool->experiment);
  if (status == FAIRU_OK)
    status = check_pool(ctx, events, first_row);
  if (status != FAIRU_OK)
    return status;
  int *process_of =
      fairu_context__scratch(ctx, pool->n_categories, sizeof *process_of, "processes of the pool");
  double *rate_of = fairu_context__scratch(ctx, pool->n_categories, sizeof *rate_of, "rates of the pool");
  if (!process_of || !rate_of)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_challenge__processes(ctx, events, process_of);
  for (size_t c = 0; c < pool->n_categories && status == FAIRU_OK; c++)
    rate_of[c] = pool->experiment.rates[process_of[c]];
  pool->process_of = process_of;
  pool->rate_of = rate_of;
  return status;
}
