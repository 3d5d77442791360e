/* quantile.c - bins of equal weight.
 *
 * Equal values form one step of the cumulated weight and cannot be parted. Edge j is put behind the step that comes nearest
 * to j / n_bins of the weight, leaving at least one step to every bin, half-way to the next value.
 */
#include "templates/binning.h"

#include <math.h>
#include <string.h>

#include "numeric/sum.h"

/* Distinct values of positive weight, rising, and the weight up to and with each. */
typedef struct steps {
  float *values;
  double *cumulated;
  size_t n;
} steps;

/* Order of the bits = order of the values, negative ones included. */
static uint32_t key_of(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

enum { PIECE = 1 << 17 }; /* rows between two looks at the deadline */

/* Stable radix sort of rows by value: four passes, no call of qsort, which may allocate behind our back. */
static int sort_rows(fairu_context *ctx, const float *values, size_t n, size_t *rows, size_t *spare)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n; i++)
    rows[i] = i;
  for (unsigned shift = 0; shift < 32 && status == FAIRU_OK; shift += 8) {
    size_t start[257] = { 0 };
    for (size_t i = 0; i < n; i++)
      start[1 + ((key_of(values[i]) >> shift) & 255)]++;
    for (size_t c = 0; c < 256; c++)
      start[c + 1] += start[c];
    for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
      status = i % PIECE == 0 ? fairu_context__poll(ctx) : FAIRU_OK;
      spare[start[(key_of(values[rows[i]]) >> shift) & 255]++] = rows[i];
    }
    size_t *swap = rows;
    rows = spare;
    spare = swap;
  }
  return status;
}

static int check_values(fairu_context *ctx, const float *values, const double *weights, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "quantile binning: value %zu is %g", i,
                                 (double)values[i]);
    if (weights && !isfinite(weights[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "quantile binning: weight %zu is %g", i,
                                 weights[i]);
    if (weights && weights[i] < 0.0)
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_WEIGHT,
                                 "quantile binning: weight %zu is %g; quantiles need weights >= 0", i,
                                 weights[i]);
  }
  return FAIRU_OK;
}

int fairu_binning__exponent(const double *weights, size_t n)
{
  double largest = weights ? 0.0 : 1.0;
  int exponent = 0;
  for (size_t i = 0; weights && i < n; i++)
    largest = fmax(largest, weights[i]);
  (void)frexp(largest, &exponent);
  return exponent;
}

static void find_steps(const float *values, const double *weights, const size_t *rows, size_t n, steps *out)
{
  const int exponent = fairu_binning__exponent(weights, n);
  fairu_sum sum = { 0.0, 0.0 };
  out->n = 0;
  for (size_t i = 0; i < n; i++) {
    const double weight = weights ? weights[rows[i]] : 1.0;
    const float value = values[rows[i]];
    if (!(weight > 0.0))
      continue;
    fairu_sum__add(&sum, weights ? ldexp(weight, -exponent) : weight);
    if (out->n == 0 || value > out->values[out->n - 1])
      out->values[out->n++] = value;
    out->cumulated[out->n - 1] = fairu_sum__value(&sum);
  }
}

static void place_edges(const steps *s, size_t n_bins, double *edges)
{
  const double total = s->cumulated[s->n - 1];
  size_t start = 0; /* first step of the bin that edge j ends */
  for (size_t j = 1; j < n_bins; j++) {
    const double target = total * ((double)j / (double)n_bins);
    const size_t last = s->n - 1 - (n_bins - j); /* a step for each bin to come */
    size_t step = start;
    while (step < last && s->cumulated[step] < target)
      step++;
    if (step > start && target - s->cumulated[step - 1] <= s->cumulated[step] - target)
      step--;
    edges[j - 1] = 0.5 * ((double)s->values[step] + (double)s->values[step + 1]);
    start = step + 1;
  }
}

static int create_sorted(fairu_context *ctx, int variable, const float *values, const double *weights,
                         size_t n, size_t n_bins, fairu_binning **out)
{
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  size_t *rows = fairu_context__new(ctx, 2 * n, sizeof *rows, "rows of a quantile binning");
  steps s = { fairu_context__new(ctx, n, sizeof(float), "values of a quantile binning"),
              fairu_context__new(ctx, n, sizeof(double), "weights of a quantile binning"), 0 };
  double *edges = fairu_context__new(ctx, n_bins, sizeof *edges, "edges of a binning");
  if (rows && s.values && s.cumulated && edges)
    status = sort_rows(ctx, values, n, rows, rows + n);
  if (status == FAIRU_OK) {
    find_steps(values, weights, rows, n, &s);
    if (s.n < n_bins) {
      status = fairu_context__fail(ctx, FAIRU_ERR_EMPTY,
                                   "quantile binning: %zu bins of %zu distinct values of positive weight",
                                   n_bins, s.n);
    } else {
      place_edges(&s, n_bins, edges);
      status = fairu_binning__create(ctx, variable, edges, n_bins - 1, out);
    }
  }
  fairu_context__free(ctx, rows);
  fairu_context__free(ctx, s.values);
  fairu_context__free(ctx, s.cumulated);
  fairu_context__free(ctx, edges);
  return status;
}

int fairu_binning_create_quantile(fairu_context *ctx, int variable, const float *values,
                                  const double *weights, size_t n, size_t n_bins, fairu_binning **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out || (!values && n > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_create_quantile: values or out is NULL");
  if (variable == FAIRU_OUTPUT_CLASS)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "quantile binning of classes");
  if (n_bins < 1 || n_bins >= FAIRU_NO_BIN)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "quantile binning: %zu bins; 1 to %d are possible",
                               n_bins, FAIRU_NO_BIN - 1);
  const int status = check_values(ctx, values, weights, n);
  return status == FAIRU_OK ? create_sorted(ctx, variable, values, weights, n, n_bins, out) : status;
}
