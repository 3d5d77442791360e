/* challenge_copies.c - a block of drawn events, small enough for the cache: gathered, shifted, cut, scored, binned, counted. */
#include <string.h>

#include "base/context_internal.h"
#include "classifier/classifier_internal.h"
#include "coverage/challenge_fill.h"

enum { BLOCK = 512, STRIDE = 8 }; /* events of a block; copies written at once */

struct fairu_copies {
  const fairu_challenge_plan *plan;
  int differ;         /* copies of a row do */
  size_t n, first;    /* events; place of the first, for numbers drawn by place */
  size_t rows[BLOCK]; /* of the pool */
  uint64_t ids[BLOCK];
  uint32_t times[BLOCK]; /* how often the event counts */
  int32_t labels[BLOCK];
  unsigned char passed[BLOCK];
  uint16_t starts[BLOCK + 1];
  uint16_t kept[BLOCK]; /* those that pass */
  uint16_t bins[BLOCK];
  float scores[BLOCK];
  float *data;            /* [n_held][BLOCK] */
  float **columns;        /* [n_columns] in data, or NULL */
  float *packed;          /* [n_features][BLOCK] of those that pass */
  const float **features; /* [n_features] */
  uint64_t *counts;       /* [n_bins] and then events, events passed */
};

int fairu_copies__create(const fairu_challenge_plan *plan, fairu_context *worker, fairu_copies **out)
{
  fairu_copies *c = fairu_context__scratch(worker, 1, sizeof *c, "events drawn");
  if (!c)
    return FAIRU_ERR_OUT_OF_MEMORY;
  c->plan = plan;
  c->differ = fairu_shifter__draws(plan->shifter);
  c->n = c->first = 0;
  c->data = fairu_context__scratch(worker, plan->n_held + 1, BLOCK * sizeof *c->data, "events drawn");
  c->packed = fairu_context__scratch(worker, plan->n_features, BLOCK * sizeof *c->packed, "events drawn");
  c->columns = fairu_context__scratch(worker, plan->n_columns, sizeof *c->columns, "columns of events drawn");
  c->features = fairu_context__scratch(worker, plan->n_features, sizeof *c->features, "features");
  c->counts = fairu_context__scratch(worker, plan->n_bins + 2, sizeof *c->counts, "counts of bins");
  if (!c->data || !c->packed || !c->columns || !c->features || !c->counts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < plan->n_columns; i++)
    c->columns[i] = plan->places[i] == FAIRU_NOT_HELD ? NULL : c->data + plan->places[i] * BLOCK;
  memset(c->counts, 0, (plan->n_bins + 2) * sizeof *c->counts);
  *out = c;
  return FAIRU_OK;
}

/* ---- values -------------------------------------------------------------------------------------------- */

/* Where the events of another row begin, and the end of the last. */
static size_t find_runs(fairu_copies *c)
{
  size_t n = 0;
  for (size_t i = 0; i < c->n; i++)
    if (i == 0 || c->rows[i] != c->rows[i - 1])
      c->starts[n++] = (uint16_t)i;
  c->starts[n] = (uint16_t)c->n;
  return n;
}

/* A run of copies takes one look at the pool. What is written beyond it is written again by the next run, or the next column. */
static void gather_column(const fairu_copies *c, size_t n_runs, const fairu_held *from, float *to)
{
  for (size_t k = 0; k < n_runs; k++) {
    const float value = from->values[c->rows[c->starts[k]] * from->stride];
    for (size_t i = c->starts[k]; i < c->starts[k + 1]; i += STRIDE)
      for (size_t j = 0; j < STRIDE; j++)
        to[i + j] = value;
  }
}

static void gather(fairu_copies *c)
{
  const fairu_challenge_plan *plan = c->plan;
  const size_t n_runs = find_runs(c);
  for (size_t h = 0; h < plan->n_held; h++)
    if (plan->held[h].values)
      gather_column(c, n_runs, &plan->held[h], c->data + h * BLOCK);
  for (size_t i = 0; i < c->n; i++)
    c->labels[i] = plan->pool.labels[c->rows[i]];
}

static int shift(fairu_copies *c, fairu_context *worker, size_t first, size_t n)
{
  const int by_place = c->plan->by_place;
  return fairu_shifter__run(c->plan->shifter, worker, by_place ? c->first + first : c->rows[first], n,
                            c->columns, c->labels + first, by_place ? NULL : c->ids + first, c->passed);
}

/* Rows that stand where a block failed are shifted one by one, so that the message names the row of the pool. */
static int blame(fairu_copies *c, fairu_context *worker, int status)
{
  const size_t n = c->n, first = c->first;
  for (size_t i = 0; i < n; i++) {
    const size_t row = c->rows[i];
    c->rows[0] = row;
    c->ids[0] = c->ids[i];
    c->labels[0] = c->plan->pool.labels[row];
    c->first = first + i;
    c->n = 1;
    gather(c);
    const int found = shift(c, worker, 0, 1);
    if (found != FAIRU_OK)
      return fairu_context__within(worker, found, "pseudo-experiment, row %llu of the pool",
                                   (unsigned long long)(c->plan->pool.first_row + row));
  }
  return status;
}

/* ---- scores -------------------------------------------------------------------------------------------- */

static size_t pack(fairu_copies *c)
{
  size_t n = 0;
  for (size_t i = 0; i < c->n; i++) {
    c->kept[n] = (uint16_t)i;
    n += c->passed[i] != 0;
  }
  for (size_t f = 0; f < c->plan->n_features; f++) {
    const float *column = c->data + c->plan->features[f] * BLOCK;
    float *packed = c->packed + f * BLOCK;
    c->features[f] = n == c->n ? column : packed;
    for (size_t k = 0; n < c->n && k < n; k++)
      packed[k] = column[c->kept[k]];
  }
  for (size_t k = 0; k < n; k++)
    c->times[k] = c->times[c->kept[k]];
  return n;
}

static int score(fairu_copies *c, fairu_context *worker, size_t n, int output)
{
  const int status =
      fairu_classifier__score_columns(c->plan->fill.classifier, worker, c->features, n, output, c->scores);
  if (status == FAIRU_OK)
    return FAIRU_OK;
  for (size_t k = 0; k < n; k++) {
    for (size_t f = 0; f < c->plan->n_features; f++)
      c->features[f] += k > 0;
    const int found =
        fairu_classifier__score_columns(c->plan->fill.classifier, worker, c->features, 1, output, c->scores);
    if (found != FAIRU_OK)
      return fairu_context__within(worker, found, "pseudo-experiment, row %llu of the pool, shifted",
                                   (unsigned long long)(c->plan->pool.first_row + c->rows[c->kept[k]]));
  }
  return status;
}

/* Binnings of one variable. */
static int bin(fairu_copies *c, fairu_context *worker, size_t n, int variable)
{
  const fairu_challenge_fill *fill = &c->plan->fill;
  uint64_t *counts = c->counts;
  int scored = 0;
  for (size_t b = 0; b < fill->n_binnings; counts += fairu_binning_n_bins(fill->binnings[b++])) {
    if (fairu_binning_variable(fill->binnings[b]) != variable)
      continue;
    int status = scored ? FAIRU_OK : score(c, worker, n, variable);
    scored = 1;
    if (status == FAIRU_OK)
      status = fairu_binning_index(fill->binnings[b], worker, c->scores, n, c->bins);
    if (status != FAIRU_OK)
      return status;
    for (size_t k = 0; k < n; k++)
      counts[c->bins[k]] += c->times[k];
  }
  return FAIRU_OK;
}

static int flush(fairu_copies *c, fairu_context *worker)
{
  if (c->n == 0)
    return FAIRU_OK;
  int status = fairu_context__poll(worker);
  if (status != FAIRU_OK)
    return status;
  uint64_t *totals = c->counts + c->plan->n_bins;
  gather(c);
  status = shift(c, worker, 0, c->n);
  if (status != FAIRU_OK)
    return blame(c, worker, status);
  for (size_t i = 0; i < c->n; i++)
    totals[0] += c->times[i];
  const size_t n = pack(c);
  for (size_t k = 0; k < n; k++)
    totals[1] += c->times[k];
  if (n > 0)
    status = bin(c, worker, n, FAIRU_OUTPUT_SCORE);
  if (n > 0 && status == FAIRU_OK)
    status = bin(c, worker, n, FAIRU_OUTPUT_LOGIT);
  c->n = 0;
  return status;
}

/* ---- adding -------------------------------------------------------------------------------------------- */

static int add_one(fairu_copies *c, fairu_context *worker, size_t row, uint64_t id, uint32_t times)
{
  c->rows[c->n] = row;
  c->ids[c->n] = id;
  c->times[c->n] = times;
  return ++c->n == BLOCK ? flush(c, worker) : FAIRU_OK;
}

int fairu_copies__add(fairu_copies *c, fairu_context *worker, size_t row, uint32_t count)
{
  const uint64_t id = c->plan->pool.first_row + row;
  if (!c->differ)
    return count > 0 ? add_one(c, worker, row, id, count) : FAIRU_OK;
  if (count >> FAIRU_CHALLENGE_COPY_BITS)
    return fairu_context__fail(worker, FAIRU_ERR_LIMIT,
                               "pseudo-experiment: row %llu is drawn %lu times; where MET is smeared, copies "
                               "are told apart up to 2^%d",
                               (unsigned long long)id, (unsigned long)count, FAIRU_CHALLENGE_COPY_BITS);
  int status = FAIRU_OK;
  for (uint64_t k = 0; k < count && status == FAIRU_OK; k++)
    status = add_one(c, worker, row, id | k << FAIRU_CHALLENGE_ROW_BITS, 1);
  return status;
}

int fairu_copies__add_places(fairu_copies *c, fairu_context *worker, size_t first, size_t n)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    if (c->n == 0)
      c->first = first + i;
    status = add_one(c, worker, c->plan->rows[first + i], 0, 1);
  }
  return status;
}

int fairu_copies__finish(fairu_copies *c, fairu_context *worker)
{
  const int status = flush(c, worker);
  for (size_t b = 0; b < c->plan->n_bins + 2 && status == FAIRU_OK; b++)
    if (c->counts[b] > 0)
      atomic_fetch_add_explicit(&c->plan->totals[b], c->counts[b], memory_order_relaxed);
  return status;
}
