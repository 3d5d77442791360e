/* binning.c - from a score or logit to a bin.
 *
 * Values are float and edges double. Each edge is replaced by the smallest float that is not below it, which
 * changes no answer and lets the search compare floats.
 */
#include "templates/binning.h"

#include <math.h>
#include <string.h>

#define MAX_BINS 65534 /* FAIRU_NO_BIN is 65535 */

static float step_of(double edge)
{
  const float near = (float)edge; /* +-inf beyond the range of float: both directions come out right */
  return (double)near >= edge ? near : nextafterf(near, INFINITY);
}

static int check_edges(fairu_context *ctx, int variable, const double *edges, size_t n_edges)
{
  if (variable < FAIRU_OUTPUT_SCORE || variable > FAIRU_OUTPUT_CLASS)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "binning: variable is %d, not FAIRU_OUTPUT_SCORE or FAIRU_OUTPUT_LOGIT",
                               variable);
  if (n_edges >= MAX_BINS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binning: %zu inner edges; at most %d bins", n_edges,
                               MAX_BINS);
  for (size_t i = 0; i < n_edges; i++) {
    if (!isfinite(edges[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "binning: edge %zu is %g", i, edges[i]);
    if (i > 0 && !(edges[i] > edges[i - 1]))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                                 "binning: edges must rise strictly, but edge %zu is %.17g after %.17g", i,
                                 edges[i], edges[i - 1]);
  }
  return FAIRU_OK;
}

int fairu_binning__create(fairu_context *ctx, int variable, const double *edges, size_t n_edges,
                          fairu_binning **out)
{
  const int status = check_edges(ctx, variable, edges, n_edges);
  if (status != FAIRU_OK)
    return status;
  fairu_binning *binning = fairu_context__new(ctx, 1, sizeof *binning, "a binning");
  if (!binning)
    return FAIRU_ERR_OUT_OF_MEMORY;
  binning->allocator = *fairu_context__allocator(ctx);
  binning->n_bins = n_edges + 1;
  binning->variable = variable;
  binning->edges = fairu_context__new(ctx, n_edges, sizeof *binning->edges, "edges of a binning");
  binning->steps = fairu_context__new(ctx, n_edges, sizeof *binning->steps, "steps of a binning");
  if (!binning->edges || !binning->steps) {
    fairu_binning_destroy(binning);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < n_edges; i++) {
    binning->edges[i] = edges[i];
    binning->steps[i] = step_of(edges[i]);
  }
  *out = binning;
  return FAIRU_OK;
}

/* n_bins equal bins of [lower, upper]. */
static int create_equal(fairu_context *ctx, int variable, size_t n_bins, double lower, double upper,
                        fairu_binning **out)
{
  if (n_bins < 1 || n_bins > MAX_BINS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binning: %zu bins; 1 to %d are possible", n_bins,
                               MAX_BINS);
  double *edges = fairu_context__new(ctx, n_bins - 1, sizeof *edges, "edges of a binning");
  if (!edges)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 1; i < n_bins; i++)
    edges[i - 1] = ((double)(n_bins - i) * lower + (double)i * upper) / (double)n_bins;
  const int status = fairu_binning__create(ctx, variable, edges, n_bins - 1, out);
  fairu_context__free(ctx, edges);
  return status;
}

int fairu_binning__create_classes(fairu_context *ctx, size_t n_classes, fairu_binning **out)
{
  if (n_classes < 2 || n_classes > MAX_BINS)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binning: %zu classes; 2 to %d are possible", n_classes,
                               MAX_BINS);
  return create_equal(ctx, FAIRU_OUTPUT_CLASS, n_classes, -0.5, (double)n_classes - 0.5, out);
}

int fairu_binning_create_classes(fairu_context *ctx, size_t n_classes, fairu_binning **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_create_classes: out is NULL");
  return fairu_binning__create_classes(ctx, n_classes, out);
}

int fairu_binning_create_uniform(fairu_context *ctx, size_t n_bins, fairu_binning **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_create_uniform: out is NULL");
  return create_equal(ctx, FAIRU_OUTPUT_SCORE, n_bins, 0.0, 1.0, out);
}

int fairu_binning_create_logit(fairu_context *ctx, size_t n_bins, double lower, double upper,
                               fairu_binning **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_create_logit: out is NULL");
  if (!isfinite(lower) || !isfinite(upper))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "binning: the logit range is [%g, %g]", lower,
                               upper);
  if (!(lower < upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "binning: the logit range [%g, %g] is empty", lower,
                               upper);
  return create_equal(ctx, FAIRU_OUTPUT_LOGIT, n_bins, lower, upper, out);
}

int fairu_binning_create_edges(fairu_context *ctx, int variable, const double *edges, size_t n_edges,
                               fairu_binning **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!out || (!edges && n_edges > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_create_edges: edges or out is NULL");
  if (variable == FAIRU_OUTPUT_CLASS)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "binning: edges between classes");
  return fairu_binning__create(ctx, variable, edges, n_edges, out);
}

void fairu_binning_destroy(fairu_binning *binning)
{
  if (!binning)
    return;
  const fairu_allocator allocator = binning->allocator;
  fairu_allocator__free(&allocator, binning->edges);
  fairu_allocator__free(&allocator, binning->steps);
  fairu_allocator__free(&allocator, binning);
}

size_t fairu_binning_n_bins(const fairu_binning *binning)
{
  return binning ? binning->n_bins : 0;
}

int fairu_binning_variable(const fairu_binning *binning)
{
  return binning ? binning->variable : FAIRU_OUTPUT_SCORE;
}

const double *fairu_binning_edges(const fairu_binning *binning)
{
  return binning ? binning->edges : NULL;
}

int fairu_binning__copy(const fairu_binning *binning, fairu_context *ctx, fairu_binning **out)
{
  return fairu_binning__create(ctx, binning->variable, binning->edges, binning->n_bins - 1, out);
}

const char *fairu_binning__difference(const fairu_binning *a, const fairu_binning *b)
{
  if (a->n_bins != b->n_bins)
    return "the number of bins";
  if (a->variable != b->variable)
    return "the variable of the binning";
  if (a->n_bins > 1 && memcmp(a->edges, b->edges, (a->n_bins - 1) * sizeof *a->edges) != 0)
    return "the edges of the bins";
  return NULL;
}

/* Number of steps <= value, without a branch on the value. */
static size_t search(const float *steps, size_t n, float value)
{
  size_t base = 0;
  while (n > 1) {
    const size_t half = n / 2;
    base += (size_t)(steps[base + half - 1] <= value) * half;
    n -= half;
  }
  return base + (size_t)(steps[base] <= value);
}

size_t fairu_binning__index(const fairu_binning *binning, const float *values, size_t n, uint16_t *bins)
{
  const size_t n_steps = binning->n_bins - 1;
  size_t n_bad = 0;
  for (size_t i = 0; i < n; i++) {
    bins[i] = n_steps > 0 ? (uint16_t)search(binning->steps, n_steps, values[i]) : 0;
    n_bad += (size_t)(values[i] != values[i]);
  }
  size_t first = n_bad > 0 ? 0 : n;
  while (first < n && !isnan(values[first]))
    first++;
  return first;
}

int fairu_binning_index(const fairu_binning *binning, fairu_context *ctx, const float *values, size_t n,
                        uint16_t *bins)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!binning || ((!values || !bins) && n > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "fairu_binning_index: binning, values or bins is NULL");
  for (size_t i = 0; i < n; i++) /* first, so that bins stay untouched */
    if (isnan(values[i]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "binning: value %zu is not a number", i);
  (void)fairu_binning__index(binning, values, n, bins);
  return FAIRU_OK;
}
