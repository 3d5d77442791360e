/* toy_sample.c - see toy_sample.h. */
#include "coverage/toy_sample.h"

#include <math.h>

/* The same counts fitted from another start give the same q to about 1e-12 of it: these are ties. */
static const double tie = 1e-9;

static void sift(double *x, size_t root, size_t n)
{
  const double value = x[root];
  for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
    if (child + 1 < n && x[child + 1] > x[child])
      child++;
    if (!(x[child] > value))
      break;
    x[root] = x[child];
    root = child;
  }
  x[root] = value;
}

/* Heap sort: qsort may allocate behind the allocator's back. */
static void sort(double *x, size_t n)
{
  for (size_t i = n / 2; i-- > 0;)
    sift(x, i, n);
  for (size_t end = n; end-- > 1;) {
    const double largest = x[0];
    x[0] = x[end];
    x[end] = largest;
    sift(x, 0, end);
  }
}

size_t fairu_toy_sample__sort(double *values, size_t n)
{
  size_t m = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(values[i]))
      values[m++] = values[i];
  sort(values, m);
  return m;
}

double fairu_toy_sample__fraction(const double *sorted, size_t n, double q)
{
  const double threshold = q - tie * fabs(q);
  size_t low = 0, high = n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (sorted[middle] < threshold)
      low = middle + 1;
    else
      high = middle;
  }
  return n > 0 ? (double)(n - low) / (double)n : (double)NAN;
}

double fairu_toy_sample__percentile(const double *sorted, size_t n, double fraction)
{
  if (n == 0)
    return (double)NAN;
  const double place = fraction * (double)(n - 1);
  const size_t below = (size_t)place;
  if (below + 1 >= n)
    return sorted[n - 1];
  const double weight = place - (double)below;
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}
