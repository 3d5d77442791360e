/* smooth.c - events spread over bins by a Gaussian kernel.
 *
 * Integrals of the kernel up to each edge are rounded to multiples of 2^-48 and made monotone: their differences are exact, not
 * negative, and add up to one. Products with weights go into exact sums, so that bins add up to the sum of weights to the
 * bit, in any order and grouping.
 */
#include "templates/smooth.h"

#include <math.h>

#include "numeric/special.h"

static const double reach = 8.5; /* widths beyond which the tail is below 2^-49 */

static double rounded(double p)
{
  return (double)(int64_t)(p * 0x1p48 + 0.5) * 0x1p-48;
}

static size_t first_above(const double *edges, size_t n, double value)
{
  size_t low = 0, high = n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (edges[middle] > value)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void add_share(fairu_cell *cell, double w, double share)
{
  if (share == 0.0)
    return;
  const double part = w * share;
  fairu_exact_sum__add_product(&cell->w, w, share);
  fairu_exact_sum__add(&cell->w2, part * part);
}

void fairu_smooth__add(const fairu_binning *binning, double bandwidth, double value, double weight,
                       fairu_cell *cells)
{
  const size_t n_edges = binning->n_bins - 1;
  const double *edges = binning->edges;
  double below = 0.0;
  size_t j = first_above(edges, n_edges, value - reach * bandwidth);
  for (; j < n_edges && edges[j] < value + reach * bandwidth; j++) {
    const double up_to = fmax(below, rounded(fairu_normal__cdf((edges[j] - value) / bandwidth)));
    add_share(&cells[j], weight, up_to - below);
    below = up_to;
  }
  add_share(&cells[j], weight, 1.0 - below);
}
