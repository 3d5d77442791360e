/* challenge_rows.c - the events of a pseudo-experiment as rows of a pool, each as often as it was drawn. */
#include <fairu/challenge.h>

#include "base/context_internal.h"
#include "coverage/challenge.h"
#include "numeric/numpy_random.h"
#include "numeric/philox.h"

enum { POLL_ROWS = 1 << 14 };

void fairu_challenge__shuffle(int generator, uint64_t seed, uint64_t toy, size_t n, size_t *items)
{
  if (generator == FAIRU_GENERATOR_NUMPY) {
    fairu_numpy_random rng;
    fairu_numpy_random__seed(&rng, (uint32_t)seed);
    fairu_numpy_random__shuffle(&rng, n, items);
    return;
  }
  fairu_philox rng = fairu_philox__start(seed, FAIRU_STREAM_SHUFFLE, toy, 0);
  for (size_t i = n; i-- > 1;) {
    const size_t j = (size_t)fairu_philox__below(&rng, (uint64_t)i + 1), item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
}

typedef struct expansion {
  const int32_t *labels;
  const int *process_of;
  const uint32_t *counts;
  size_t n;
  size_t *rows;
  size_t used;
} expansion;

/* Rows of one process, or of all (process < 0), in their order. */
static int expand(expansion *x, fairu_context *ctx, int process)
{
  for (size_t r = 0; r < x->n; r++) {
    const int status = r % POLL_ROWS == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    if (x->counts[r] == 0 || (process >= 0 && x->process_of[x->labels[r]] != process))
      continue;
    for (uint32_t k = 0; k < x->counts[r]; k++)
      x->rows[x->used++] = r;
  }
  return FAIRU_OK;
}

static int check_counts(const expansion *x, fairu_context *ctx, const fairu_events *pool, size_t n_rows)
{
  const size_t n_categories = fairu_events_n_categories(pool);
  uint64_t sum = 0;
  for (size_t r = 0; r < x->n; r++) {
    if (x->labels[r] < 0 || (size_t)x->labels[r] >= n_categories)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pseudo-experiment: row %zu has label %ld of %zu", r,
                                 (long)x->labels[r], n_categories);
    sum += x->counts[r];
  }
  if (sum == n_rows)
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                             "pseudo-experiment: %zu rows wanted, counts add up to %llu", n_rows,
                             (unsigned long long)sum);
}

static int expand_all(expansion *x, fairu_context *ctx, const fairu_challenge_experiment *e)
{
  int status = FAIRU_OK;
  if (e->generator == FAIRU_GENERATOR_PHILOX)
    return expand(x, ctx, -1);
  for (int process = 0; process < FAIRU_CHALLENGE_PROCESSES && status == FAIRU_OK; process++)
    status = expand(x, ctx, process);
  if (status == FAIRU_OK)
    fairu_challenge__shuffle(e->generator, e->seed, 0, x->used, x->rows);
  return status;
}

int fairu_challenge_rows(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                         const fairu_events *pool, const uint32_t *counts, size_t n, size_t *rows,
                         size_t n_rows)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!experiment || !pool || !counts || !rows)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: %s is NULL",
                               !experiment ? "experiment"
                               : !pool     ? "pool"
                               : !counts   ? "counts"
                                           : "rows");
  if (n != fairu_events_n_events(pool))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pseudo-experiment: %zu counts for %zu events", n,
                               fairu_events_n_events(pool));
  fairu_challenge_experiment e = { 0 };
  int status = fairu_options__read(ctx, &e, sizeof e, experiment, sizeof e, "fairu_challenge_experiment");
  if (status == FAIRU_OK)
    status = fairu_challenge__check_generator(ctx, e.generator);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  const size_t n_categories = fairu_events_n_categories(pool);
  int *process_of = fairu_context__scratch(ctx, n_categories, sizeof *process_of, "processes of the pool");
  status = process_of ? fairu_challenge__processes(ctx, pool, process_of) : FAIRU_ERR_OUT_OF_MEMORY;
  expansion x = { fairu_events_labels(pool), process_of, counts, n, rows, 0 };
  if (status == FAIRU_OK)
    status = check_counts(&x, ctx, pool, n_rows);
  if (status == FAIRU_OK)
    status = expand_all(&x, ctx, &e);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_pool__rows(const fairu_pool *pool, fairu_context *ctx, const uint32_t *counts, size_t *rows)
{
  expansion x = { pool->labels, pool->process_of, counts, pool->n, rows, 0 };
  return expand_all(&x, ctx, &pool->experiment);
}
