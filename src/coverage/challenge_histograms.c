/* challenge_histograms.c - histograms of a pseudo-experiment in one pass over its pool.
 *
 * Counts are whole numbers, so that it does not matter who adds them up in which order. PHILOX numbers know row and copy: chunks of
 * rows, nothing kept. NumPy's belong to a place in the shuffled list of events, which is made when some are drawn. */
#include <fairu/challenge.h>

#include "base/context_internal.h"
#include "coverage/challenge_fill.h"

enum {
  MOST_CHUNKS = 256,
  GROUP_ROWS = 64,
  MOST_ROWS = 1 << 16,
  BLOCK_ROWS = 1 << 12,
  CHUNK_PLACES = 1 << 13
};

typedef struct walk {
  const fairu_challenge_plan *plan;
  size_t n, chunk;        /* rows or places, and how many of them one after the other */
  const uint32_t *counts; /* of rows; NULL: drawn on the way */
} walk;

static int add_rows(fairu_context *worker, fairu_copies *copies, size_t first, const uint32_t *counts,
                    size_t n)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    if (counts[i] > 0)
      status = fairu_copies__add(copies, worker, first + i, counts[i]);
  return status;
}

static int draw_rows(const walk *w, fairu_context *worker, fairu_copies *copies, size_t begin, size_t end)
{
  double *means = fairu_context__scratch(worker, BLOCK_ROWS, sizeof *means, "means of rows");
  uint32_t *counts = fairu_context__scratch(worker, BLOCK_ROWS, sizeof *counts, "counts of rows");
  int status = means && counts ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = begin; first < end && status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t n = end - first < BLOCK_ROWS ? end - first : BLOCK_ROWS;
    status = fairu_pool__draw(&w->plan->pool, worker, first, n, means, counts);
    if (status == FAIRU_OK)
      status = add_rows(worker, copies, first, counts, n);
  }
  return status;
}

static int walk_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const walk *w = data;
  const size_t begin = chunk * w->chunk, end = w->n - begin < w->chunk ? w->n : begin + w->chunk;
  const fairu_mark mark = fairu_context__mark(worker);
  fairu_copies *copies = NULL;
  int status = fairu_copies__create(w->plan, worker, &copies);
  if (status == FAIRU_OK)
    status = w->plan->by_place ? fairu_copies__add_places(copies, worker, begin, end - begin)
             : w->counts       ? add_rows(worker, copies, begin, w->counts + begin, end - begin)
                               : draw_rows(w, worker, copies, begin, end);
  if (status == FAIRU_OK)
    status = fairu_copies__finish(copies, worker);
  fairu_context__release(worker, mark);
  return status;
}

static int walk_all(walk *w, fairu_context *ctx)
{
  return fairu_context__parallel(ctx, w->n / w->chunk + (w->n % w->chunk > 0), walk_chunk, w, NULL);
}

/* Chunks of rows: enough of them for threads where rows are few and heavy, large ones where they are light. */
static size_t rows_of_chunk(size_t n)
{
  const size_t rows = n / MOST_CHUNKS / GROUP_ROWS * GROUP_ROWS;
  return rows < GROUP_ROWS ? GROUP_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows;
}

/* ---- the two generators -------------------------------------------------------------------------------- */

static int fill_philox(fairu_challenge_plan *plan, fairu_context *ctx)
{
  walk w = { .plan = plan, .n = plan->pool.n, .chunk = rows_of_chunk(plan->pool.n) };
  const int status = fairu_challenge_plan__prepare(plan, ctx, FAIRU_ROWS_UNKNOWN);
  return status == FAIRU_OK ? walk_all(&w, ctx) : status;
}

static int fill_numpy(fairu_challenge_plan *plan, fairu_context *ctx)
{
  const size_t n = plan->pool.n;
  uint64_t total = 0;
  uint32_t *counts = fairu_context__scratch(ctx, n, sizeof *counts, "counts of rows");
  int status = counts ? fairu_pool__counts(&plan->pool, ctx, counts, &total) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_challenge_plan__prepare(plan, ctx, (size_t)total);
  walk w = { .plan = plan, .n = n, .chunk = rows_of_chunk(n), .counts = counts };
  if (status != FAIRU_OK || !fairu_shifter__draws(plan->shifter))
    return status == FAIRU_OK ? walk_all(&w, ctx) : status;
  size_t *rows = fairu_context__scratch(ctx, (size_t)total, sizeof *rows, "rows of a pseudo-experiment");
  if (!rows)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fairu_pool__rows(&plan->pool, ctx, counts, rows);
  plan->rows = rows;
  plan->by_place = 1;
  w.n = (size_t)total;
  w.chunk = CHUNK_PLACES;
  return status == FAIRU_OK ? walk_all(&w, ctx) : status;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

static int fill(fairu_challenge_plan *plan, fairu_context *ctx, const fairu_challenge_fill *theirs,
                size_t n_counts)
{
  const int status = fairu_challenge_plan__read(plan, ctx, theirs, n_counts);
  if (status != FAIRU_OK)
    return status;
  return plan->pool.experiment.generator == FAIRU_GENERATOR_NUMPY ? fill_numpy(plan, ctx)
                                                                  : fill_philox(plan, ctx);
}

static void give(const fairu_challenge_plan *plan, double *counts, uint64_t *n_events, uint64_t *n_passed)
{
  for (size_t b = 0; b < plan->n_bins; b++)
    counts[b] += (double)atomic_load(&plan->totals[b]);
  *n_events = atomic_load(&plan->totals[plan->n_bins]);
  *n_passed = atomic_load(&plan->totals[plan->n_bins + 1]);
}

int fairu_challenge_histograms(fairu_context *ctx, const fairu_challenge_experiment *experiment,
                               const fairu_events *pool, uint64_t first_row,
                               const fairu_challenge_fill *options, double *counts, size_t n_counts,
                               uint64_t *n_events, uint64_t *n_passed)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!experiment || !pool || !options || !counts || !n_events || !n_passed)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "pseudo-experiment: %s is NULL",
                               !experiment ? "experiment"
                               : !pool     ? "pool"
                               : !options  ? "fill"
                               : !counts   ? "counts"
                               : !n_events ? "n_events"
                                           : "n_passed");
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_challenge_plan plan = { .events = pool };
  int status = fairu_pool__open(ctx, experiment, pool, first_row, &plan.pool);
  if (status == FAIRU_OK)
    status = fill(&plan, ctx, options, n_counts);
  if (status == FAIRU_OK)
    give(&plan, counts, n_events, n_passed);
  fairu_context__release(ctx, mark);
  return status;
}
