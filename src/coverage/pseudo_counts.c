/* pseudo_counts.c - Poisson multiplicities of the events of a pool.
 *
 * NumPy's generator is serial within a process, whose events it takes in order of rows: a worker per process. Philox numbers know
 * their row: chunks of rows. */
#include <fairu/pseudo.h>

#include <string.h>

#include "base/context_internal.h"
#include "coverage/pseudo.h"
#include "numeric/numpy_random.h"
#include "numeric/philox.h"

enum { CHUNK_ROWS = 1 << 16, BLOCK_ROWS = 1 << 12, POLL_ROWS = 1 << 14 };

/* Table number of a pool: out of reach of tables of toys, which share seeds. */
#define POOL_TABLE UINT32_MAX

static const double most_mean = 2147483648.0;

/* Offsets of the seeds: each table of the challenge adds its number to the seed that the one before left. */
static const uint32_t seed_offsets[FAIRU_PSEUDO_PROCESSES] = { 0, 1, 3, FAIRU_PSEUDO_SEED_SPAN };

typedef struct drawing {
  fairu_pseudo_experiment experiment;
  const double *weights;
  const int32_t *labels;
  const int *process_of;
  size_t n, n_categories;
  uint64_t first_row;
  uint32_t *counts;
  uint64_t *totals; /* per chunk */
} drawing;

int fairu_pseudo__processes(fairu_context *ctx, const fairu_events *pool, int *process_of)
{
  static const char *const names[FAIRU_PSEUDO_PROCESSES] = { "ztautau", "diboson", "ttbar", "htautau" };
  const size_t n = fairu_events_n_categories(pool);
  if (!fairu_events_labels(pool) || n == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pseudo-experiment: the pool has no named labels");
  for (size_t c = 0; c < n; c++) {
    const char *name = fairu_events_category_name(pool, c);
    int process = 0;
    while (process < FAIRU_PSEUDO_PROCESSES && strcmp(names[process], name) != 0)
      process++;
    if (process == FAIRU_PSEUDO_PROCESSES)
      return fairu_context__fail(
          ctx, FAIRU_ERR_NOT_FOUND,
          "pseudo-experiment: label '%.60s' is none of ztautau, diboson, ttbar, htautau", name);
    process_of[c] = process;
  }
  return FAIRU_OK;
}

static int refuse_row(const drawing *d, fairu_context *ctx, size_t row)
{
  const unsigned long long number = (unsigned long long)(d->first_row + row);
  if (d->labels[row] < 0 || (size_t)d->labels[row] >= d->n_categories)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pseudo-experiment: row %llu has label %ld of %zu",
                               number, (long)d->labels[row], d->n_categories);
  if (!(d->weights[row] >= 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                               "pseudo-experiment: row %llu has weight %g, a Poisson mean cannot be negative",
                               number, d->weights[row]);
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                             "pseudo-experiment: row %llu has weight %g at rate %g, a mean above 2^31",
                             number, d->weights[row], d->experiment.rates[d->process_of[d->labels[row]]]);
}

/* Process of a row, or -1 if it has none. */
static int process_of_row(const drawing *d, size_t row)
{
  const int32_t label = d->labels[row];
  return label >= 0 && (size_t)label < d->n_categories ? d->process_of[label] : -1;
}

/* All events of one process. The first refuses labels of no process for all. */
static int draw_process(fairu_context *worker, size_t process, void *data)
{
  drawing *d = data;
  const float rate = (float)d->experiment.rates[process];
  fairu_numpy_random rng;
  uint64_t total = 0;
  fairu_numpy_random__seed(&rng, (uint32_t)d->experiment.seed + seed_offsets[process]);
  for (size_t r = 0; r < d->n; r++) {
    const int status = r % POLL_ROWS == 0 ? fairu_context__poll(worker) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    const int mine = process_of_row(d, r);
    if (mine >= 0 && (size_t)mine != process)
      continue;
    const float weight = (float)d->weights[r];
    const float mean = rate * weight;
    if (mine < 0 || !(mean >= 0.0f && (double)mean <= most_mean))
      return refuse_row(d, worker, r);
    d->counts[r] = (uint32_t)fairu_numpy_random__poisson(&rng, (double)mean);
    total += d->counts[r];
  }
  d->totals[process] = total;
  return FAIRU_OK;
}

static int fill_means(const drawing *d, fairu_context *worker, size_t first, size_t n, double *means)
{
  for (size_t i = 0; i < n; i++) {
    const int process = process_of_row(d, first + i);
    means[i] = process < 0 ? -1.0 : d->experiment.rates[process] * d->weights[first + i];
    if (!(means[i] >= 0.0 && means[i] <= most_mean))
      return refuse_row(d, worker, first + i);
  }
  return FAIRU_OK;
}

static int draw_chunk(fairu_context *worker, size_t chunk, void *data)
{
  drawing *d = data;
  const size_t begin = chunk * CHUNK_ROWS;
  const size_t end = d->n - begin < CHUNK_ROWS ? d->n : begin + CHUNK_ROWS;
  const fairu_mark mark = fairu_context__mark(worker);
  double *means = fairu_context__scratch(worker, BLOCK_ROWS, sizeof *means, "means of rows");
  int status = means ? fairu_context__poll(worker) : FAIRU_ERR_OUT_OF_MEMORY;
  uint64_t total = 0;
  for (size_t first = begin; first < end && status == FAIRU_OK; first += BLOCK_ROWS) {
    const size_t n = end - first < BLOCK_ROWS ? end - first : BLOCK_ROWS;
    status = fill_means(d, worker, first, n, means);
    if (status == FAIRU_OK)
      fairu_philox__poisson_rows(d->experiment.seed, d->experiment.number, POOL_TABLE, d->first_row + first,
                                 n, means, 1.0, d->counts + first);
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      total += d->counts[first + i];
  }
  d->totals[chunk] = total;
  fairu_context__release(worker, mark);
  return status;
}

static int draw_all(drawing *d, fairu_context *ctx, uint64_t *total)
{
  const int serial = d->experiment.generator == FAIRU_GENERATOR_NUMPY;
  const size_t n_chunks = serial ? FAIRU_PSEUDO_PROCESSES : d->n / CHUNK_ROWS + (d->n % CHUNK_ROWS > 0);
  d->totals = fairu_context__scratch(ctx, n_chunks, sizeof *d->totals, "counts of pseudo-experiment");
  if (!d->totals)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_context__parallel(ctx, n_chunks, serial ? draw_process : draw_chunk, d, NULL);
  if (status != FAIRU_OK)
    return status;
  *total = 0;
  for (size_t c = 0; c < n_chunks; c++)
    *total += d->totals[c];
  return FAIRU_OK;
}

static int read_experiment(fairu_context *ctx, const fairu_pseudo_experiment *theirs, uint64_t first_row,
                           fairu_pseudo_experiment *e)
{
  int status = fairu_options__read(ctx, e, sizeof *e, theirs, sizeof *e, "fairu_pseudo_experiment");
  if (status == FAIRU_OK)
    status = fairu_pseudo__check_generator(ctx, e->generator);
  for (size_t p = 0; p < FAIRU_PSEUDO_PROCESSES && status == FAIRU_OK; p++)
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
  if (e->generator == FAIRU_GENERATOR_NUMPY && e->seed > UINT32_MAX - FAIRU_PSEUDO_SEED_SPAN)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "pseudo-experiment: seed %llu is too large",
                               (unsigned long long)e->seed);
  return FAIRU_OK;
}

static int check_pool(fairu_context *ctx, const fairu_events *pool, uint64_t first_row, size_t n)
{
  if (n != fairu_events_n_events(pool))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "pseudo-experiment: %zu counts for %zu events", n,
                               fairu_events_n_events(pool));
  if (first_row > (UINT64_C(1) << 44) - 1 - n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "pseudo-experiment: rows from %llu on pass the last, 2^44",
                               (unsigned long long)first_row);
  if (!fairu_events_weights(pool))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "pseudo-experiment: the pool has no weights");
  return FAIRU_OK;
}

int fairu_pseudo_counts(fairu_context *ctx, const fairu_pseudo_experiment *experiment,
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
  drawing d = { .n = n, .first_row = first_row, .counts = counts };
  int status = read_experiment(ctx, experiment, first_row, &d.experiment);
  if (status == FAIRU_OK)
    status = check_pool(ctx, pool, first_row, n);
  if (status != FAIRU_OK)
    return status;
  const fairu_mark mark = fairu_context__mark(ctx);
  d.weights = fairu_events_weights(pool);
  d.labels = fairu_events_labels(pool);
  d.n_categories = fairu_events_n_categories(pool);
  int *process_of = fairu_context__scratch(ctx, d.n_categories, sizeof *process_of, "processes of the pool");
  d.process_of = process_of;
  status = process_of ? fairu_pseudo__processes(ctx, pool, process_of) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = draw_all(&d, ctx, total);
  fairu_context__release(ctx, mark);
  return status;
}
