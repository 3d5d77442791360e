#include "compare_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Least effective numbers of simulated events in a bin: of background everywhere, of signal at nominal Z. */
static const double enough_background = 10.0, enough_signal = 2.0;

static size_t place(const compare_counts *c, size_t label, size_t point, size_t bin)
{
  return (label * c->n_points + point) * c->n_bins + bin;
}

int compare_counts_create(const fairu_templates *templates, const fairu_binning *binning, size_t nominal,
                          compare_counts *out)
{
  const size_t n_bins = fairu_templates_n_bins(templates);
  const size_t n_points = fairu_grid_n_points(fairu_templates_grid(templates));
  const size_t n = COMPARE_CLASSES * n_points * n_bins;
  *out = (compare_counts){ .n_points = n_points, .n_bins = n_bins, .nominal = nominal };
  out->yields = malloc(n * sizeof *out->yields);
  out->variances = malloc(n * sizeof *out->variances);
  if (!out->yields || !out->variances) {
    compare_counts_clear(out);
    return FAIRU_ERR_OUT_OF_MEMORY;
  }
  for (size_t label = 0; label < COMPARE_CLASSES; label++)
    for (size_t point = 0; point < n_points; point++) {
      const size_t first = place(out, label, point, 0);
      memcpy(out->yields + first, fairu_templates_yields(templates, label, point),
             n_bins * sizeof *out->yields);
      memcpy(out->variances + first, fairu_templates_variances(templates, label, point),
             n_bins * sizeof *out->variances);
    }
  memcpy(out->edges, fairu_binning_edges(binning), (n_bins - 1) * sizeof *out->edges);
  return FAIRU_OK;
}

void compare_counts_clear(compare_counts *counts)
{
  free(counts->yields);
  free(counts->variances);
  *counts = (compare_counts){ 0 };
}

/* ---- order -------------------------------------------------------------------------------------------- */

static double purity(const compare_counts *c, size_t bin)
{
  const double s = c->yields[place(c, COMPARE_SIGNAL, c->nominal, bin)];
  const double b = c->yields[place(c, COMPARE_BACKGROUND, c->nominal, bin)];
  return s + b > 0.0 ? s / (s + b) : 0.0;
}

static void permute(double *row, const size_t *order, size_t n)
{
  double old[COMPARE_MOST_CLASSES];
  memcpy(old, row, n * sizeof *old);
  for (size_t j = 0; j < n; j++)
    row[j] = old[order[j]];
}

void compare_counts_sort(compare_counts *counts, float *ranks)
{
  size_t order[COMPARE_MOST_CLASSES];
  const size_t n = counts->n_bins;
  for (size_t j = 0; j < n; j++) { /* insertion: ties keep their order */
    size_t i = j;
    for (; i > 0 && purity(counts, order[i - 1]) > purity(counts, j); i--)
      order[i] = order[i - 1];
    order[i] = j;
  }
  for (size_t row = 0; row < COMPARE_CLASSES * counts->n_points; row++) {
    permute(counts->yields + row * n, order, n);
    permute(counts->variances + row * n, order, n);
  }
  for (size_t j = 0; j < n; j++)
    ranks[order[j]] = (float)j;
}

/* ---- merging ------------------------------------------------------------------------------------------ */

static double effective(const compare_counts *c, size_t label, size_t point, size_t bin)
{
  const size_t i = place(c, label, point, bin);
  return c->variances[i] > 0.0 ? c->yields[i] * c->yields[i] / c->variances[i] : 0.0;
}

/* Effective events over what is enough, where that is least. */
static double strength(const compare_counts *c, size_t bin)
{
  double least = effective(c, COMPARE_SIGNAL, c->nominal, bin) / enough_signal;
  for (size_t point = 0; point < c->n_points; point++)
    least = fmin(least, effective(c, COMPARE_BACKGROUND, point, bin) / enough_background);
  return least;
}

/* Bins j and j + 1 become one. */
static void join(compare_counts *c, size_t bin)
{
  const size_t rows = COMPARE_CLASSES * c->n_points, n = c->n_bins;
  for (size_t row = 0; row < rows; row++)
    for (size_t j = 0, to = row * (n - 1); j < n; j++) {
      const double y = c->yields[row * n + j], v = c->variances[row * n + j];
      if (j == bin + 1) {
        c->yields[to - 1] += y;
        c->variances[to - 1] += v;
        continue;
      }
      c->yields[to] = y;
      c->variances[to++] = v;
    }
  memmove(c->edges + bin, c->edges + bin + 1, (n - 2 - bin) * sizeof *c->edges);
  c->n_bins--;
}

void compare_counts_merge(compare_counts *counts)
{
  while (counts->n_bins > 1) {
    size_t weakest = 0;
    for (size_t j = 1; j < counts->n_bins; j++)
      if (strength(counts, j) < strength(counts, weakest))
        weakest = j;
    if (strength(counts, weakest) >= 1.0)
      return;
    const int last = weakest + 1 == counts->n_bins;
    const int down = weakest > 0 && (last || strength(counts, weakest - 1) < strength(counts, weakest + 1));
    join(counts, down ? weakest - 1 : weakest);
  }
}
