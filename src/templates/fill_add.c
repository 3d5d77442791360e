/* fill_add.c - adding events to a fill: exactly, and all of them or none.
 *
 * Sums are exact, so the order in which workers add their slices does not matter, and a lock per stripe of points is all
 * the care that is needed. Slices of one weight, the common case, are counted first. w^2 is kept as the sum of two
 * doubles: what count * w^2 and repeated addition give is then the same to the bit.
 */
#include "templates/fill_private.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "templates/names.h"
#include "templates/scan.h"
#include "templates/smooth.h"

enum { STRIPES = 16 };

typedef struct addition {
  fairu_cell *cells; /* [point][bin] */
  size_t n_bins;
  const fairu_binning *binning;
  pthread_mutex_t stripes[STRIPES];
} addition;

static int equal_weights(const fairu_slice *slice)
{
  size_t n_other = 0;
  for (size_t i = 1; i < slice->n; i++)
    n_other += (size_t)(slice->weights[i] != slice->weights[0]);
  return n_other == 0;
}

static void add_counts(fairu_cell *cells, size_t n_bins, const uint32_t *counts, double w)
{
  const double w2 = w * w, rest = fma(w, w, -w2);
  for (size_t b = 0; b < n_bins; b++)
    if (counts[b] > 0) {
      const double count = (double)counts[b];
      fairu_exact_sum__add_product(&cells[b].w, count, w);
      fairu_exact_sum__add_product(&cells[b].w2, count, w2);
      fairu_exact_sum__add_product(&cells[b].w2, count, rest);
    }
}

static void add_events(fairu_cell *cells, const fairu_slice *slice)
{
  for (size_t i = 0; i < slice->n; i++) {
    const double w = slice->weights[i], w2 = w * w, rest = fma(w, w, -w2);
    if (slice->bins[i] == FAIRU_NO_BIN)
      continue;
    fairu_cell *cell = &cells[slice->bins[i]];
    fairu_exact_sum__add(&cell->w, w);
    fairu_exact_sum__add(&cell->w2, w2);
    if (rest != 0.0)
      fairu_exact_sum__add(&cell->w2, rest);
  }
}

/* counts [n_bins + 1]; the last one takes what is cut. */
static void count_bins(const fairu_slice *slice, size_t n_bins, uint32_t *counts)
{
  memset(counts, 0, (n_bins + 1) * sizeof *counts);
  for (size_t i = 0; i < slice->n; i++) {
    const size_t bin = slice->bins[i];
    counts[bin < n_bins ? bin : n_bins]++;
  }
}

static int add_smooth(fairu_context *worker, const fairu_slice *slice, addition *a, pthread_mutex_t *stripe)
{
  fairu_cell *own = fairu_context__scratch(worker, a->n_bins, sizeof *own, "sums of a slice");
  if (!own)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(own, 0, a->n_bins * sizeof *own);
  int status = FAIRU_OK;
  for (size_t i = 0; i < slice->n && status == FAIRU_OK; i++) {
    if (slice->bins[i] != FAIRU_NO_BIN)
      fairu_smooth__add(a->binning, slice->bandwidth, (double)slice->values[i], slice->weights[i], own);
    if (i % 1024 == 1023)
      status = fairu_context__poll(worker);
  }
  pthread_mutex_lock(stripe);
  for (size_t b = 0; b < a->n_bins && status == FAIRU_OK; b++)
    fairu_cell__merge(&a->cells[slice->point * a->n_bins + b], &own[b]);
  pthread_mutex_unlock(stripe);
  return status;
}

static int add_slice(fairu_context *worker, const fairu_slice *slice, void *data)
{
  addition *a = data;
  fairu_cell *cells = a->cells + slice->point * a->n_bins;
  pthread_mutex_t *stripe = &a->stripes[slice->point % STRIPES];
  const fairu_mark mark = fairu_context__mark(worker);
  uint32_t *counts = NULL;
  if (slice->bandwidth > 0.0) {
    const int status = add_smooth(worker, slice, a, stripe);
    fairu_context__release(worker, mark);
    return status;
  }
  if (equal_weights(slice)) {
    counts = fairu_context__scratch(worker, a->n_bins + 1, sizeof *counts, "counts of a slice");
    if (!counts)
      return FAIRU_ERR_OUT_OF_MEMORY;
    count_bins(slice, a->n_bins, counts);
  }
  pthread_mutex_lock(stripe);
  if (counts)
    add_counts(cells, a->n_bins, counts, slice->weights[0]);
  else
    add_events(cells, slice);
  pthread_mutex_unlock(stripe);
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}

static int add_to_process(fairu_fill *fill, fairu_context *ctx, size_t process, const fairu_events *events,
                          const fairu_fill_options *options)
{
  const size_t n_cells = fairu_fill__n_cells(fill);
  addition a = { .n_bins = fill->binning->n_bins, .binning = fill->binning };
  a.cells = fairu_context__new(ctx, n_cells, sizeof *a.cells, "sums of new events");
  if (!a.cells)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < STRIPES; i++)
    pthread_mutex_init(&a.stripes[i], NULL);
  const int status = fairu_scan__run(ctx, fill->grid, fill->binning, events, options, add_slice, &a);
  for (size_t i = 0; i < STRIPES; i++)
    pthread_mutex_destroy(&a.stripes[i]);
  for (size_t i = 0; i < n_cells && status == FAIRU_OK; i++)
    fairu_cell__merge(&fill->cells[process * n_cells + i], &a.cells[i]);
  fairu_context__free(ctx, a.cells);
  return status;
}

int fairu_fill_add(fairu_fill *fill, fairu_context *ctx, const char *process, const fairu_events *events,
                   const fairu_fill_options *options)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!fill || !process || !events || !options)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "fairu_fill_add: fill, process, events or options is NULL");
  const size_t q = fairu_names__find(fill->names, fill->n_processes, process);
  if (q == fill->n_processes)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                               "the fill has no process '%.100s'; the first of %zu is '%s'", process,
                               fill->n_processes, fill->names[0]);
  return add_to_process(fill, ctx, q, events, options);
}
