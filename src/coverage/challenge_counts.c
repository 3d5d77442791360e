/* challenge_counts.c - Poisson multiplicities of the events of a pool.
 *
 * NumPy's generator is serial within a process, whose events it takes in order of rows: a worker per process. Philox numbers know
 * their row: chunks of rows. */
#include <fairu/challenge.h>

#include "base/context_internal.h"
#include "coverage/challenge.h"
#include "numeric/numpy_random.h"

enum { CHUNK_ROWS = 1 << 16, BLOCK_ROWS = 1 << 12, POLL_ROWS = 1 << 14 };

/* Offsets of the seeds: each table of the challenge adds its number to the seed that the one before left. */
static const uint32_t seed_offsets[FAIRU_CHALLENGE_PROCESSES] = { 0, 1, 3, FAIRU_CHALLENGE_SEED_SPAN };

typedef struct drawing {
  const fairu_pool *pool;
  uint32_t *counts;
  uint64_t *totals; /* per chunk */
} drawing;

/* All events of one process. The first refuses labels of no process for all. */
static int draw_process(fairu_context *worker, size_t process, void *data)
{
  const drawing *d = data;
  const fairu_pool *pool = d->pool;
  const float rate = (float)pool->experiment.rates[process];
  fairu_numpy_random rng;
  uint64_t total = 0;
  fairu_numpy_random__seed(&rng, (uint32_t)pool->experiment.seed + seed_offsets[process]);
  for (size_t r = 0; r < pool->n; r++) {
    const int status = r % POLL_ROWS == 0 ? fairu_context__poll(worker) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    const int mine = fairu_pool__process(pool, r);
    if (mine >= 0 && (size_t)mine != process)
      continue;
    const float weight = (float)pool->weights[r];
    const float mean = rate * weight;
    if (mine < 0 || !(pool->weights[r] >= 0.0) || !((double)mean <= FAIRU_POOL_MOST_MEAN))
      return fairu_pool__refuse(pool, worker, r);
    d->counts[r] = (uint32_t)fairu_numpy_random__poisson(&rng, (double)mean);
    total += d->counts[r];
  }
  d->totals[process] = total;
  return FAIRU_OK;
}

static int draw_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const drawing *d = data;
  const size_t begin = chunk * CHUNK_ROWS;
  const size_t end = d->pool->n - begin < CHUNK_ROWS ? d->pool->n : begin + CHUNK_ROWS;
  const fairu_mark mark = fairu_context__mark(worker);
  double *means = fairu_context__scratch(worker, BLOCK_ROWS, sizeof *means, "means of rows");
  int status = means ? fairu_context__poll(worker) : FAIRU_ERR_OUT_OF_MEMORY;
  uint64_t total = 0;
  for (size_t first = begin; first < end && status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t n = end - first < BLOCK_ROWS ? end - first : BLOCK_ROWS;
    status = fairu_pool__draw(d->pool, worker, first, n, means, d->counts + first);
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      total += d->counts[first + i];
  }
  d->totals[chunk] = total;
  fairu_context__release(worker, mark);
  return status;
}

int fairu_pool__counts(const fairu_pool *pool, fairu_context *ctx, uint32_t *counts, uint64_t *total)
{
  const int serial = pool->experiment.generator == FAIRU_GENERATOR_NUMPY;
  const size_t n_chunks =
      serial ? FAIRU_CHALLENGE_PROCESSES : pool->n / CHUNK_ROWS + (pool->n % CHUNK_ROWS > 0);
  drawing d = { .pool = pool, .counts = counts };
  d.totals = fairu_context__scratch(ctx, n_chunks, sizeof *d.totals, "counts of pseudo-experiment");
  if (!d.totals)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_context__parallel(ctx, n_chunks, serial ? draw_process : draw_chunk, &d, NULL);
  if (status != FAIRU_OK)
    return status;
  *total = 0;
  for (size_t c = 0; c < n_chunks; c++)
    *total += d.totals[c];
  return FAIRU_OK;
}

int fairu_challenge_counts(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                           const fairu_events *pool, uint64_t first_row, uint32_t *counts, size_t n,
                           uint64_t *total)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!experiment || !pool || !counts || !total)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: %s is NULL",
                               !experiment ? "experiment"
                               : !pool     ? "pool"
                               : !counts   ? "counts"
                                           : "total");
  if (n != fairu_events_n_events(pool))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pseudo-experiment: %zu counts for %zu events", n,
                               fairu_events_n_events(pool));
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pool p;
  int status = fairu_pool__open(ctx, experiment, pool, first_row, &p);
  if (status == FAIRU_OK)
    status = fairu_pool__counts(&p, ctx, counts, total);
  fairu_context__release(ctx, mark);
  return status;
}
