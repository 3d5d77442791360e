/* toy_sample.c - see toy_sample.h. */
#include "coverage/toy_sample.h"

#include <math.h>

/* The same counts fitted from another start give the same q to about 1e-12 of it: these are ties. At the best fit it is 0 or what is left of it:
 * minima are found to an edm of 1e-10, which is taken off, so that 1e-15 remains (1e-20 is seen). */
static const double tie = 1e-9, zero = 1e-12;

static double threshold_of(double q)
{
  return q - fmax(tie * fabs(q), zero);
}

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

static void sort_heap(double *x, size_t n)
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

static void sort_few(double *x, size_t n)
{
  for (size_t i = 1; i < n; i++) {
    const double value = x[i];
    size_t k = i;
    for (; k > 0 && x[k - 1] > value; k--)
      x[k] = x[k - 1];
    x[k] = value;
  }
}

static double middle_of(double a, double b, double c)
{
  return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

/* Parts x [n >= 2] into values <= and >= one of the middle; returns the size of the first part, 1 .. n - 1 (Hoare). */
static size_t part(double *x, size_t n)
{
  const double pivot = middle_of(x[0], x[(n - 1) / 2], x[n - 1]);
  size_t low = 0, high = n - 1;
  for (;; low++, high--) {
    while (x[low] < pivot)
      low++;
    while (x[high] > pivot)
      high--;
    if (low >= high)
      return high + 1 < n ? high + 1 : n - 1;
    const double value = x[low];
    x[low] = x[high];
    x[high] = value;
  }
}

enum { FEW = 24, DEPTH = 64 };

/* Quicksort: qsort may allocate behind the allocator's back. What has been parted DEPTH times, on whatever side, goes to the heap. */
static void sort(double *x, size_t n)
{
  double *starts[DEPTH];
  size_t sizes[DEPTH], levels[DEPTH], depth = 0, level = 0;
  for (;;) {
    while (n > FEW && level < DEPTH) { /* depth <= level */
      const size_t first = part(x, n);
      starts[depth] = x + first;
      sizes[depth] = n - first;
      levels[depth++] = ++level;
      n = first;
    }
    if (n > FEW)
      sort_heap(x, n);
    else
      sort_few(x, n);
    if (depth == 0)
      return;
    x = starts[--depth];
    n = sizes[depth];
    level = levels[depth];
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
  const double threshold = threshold_of(q);
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

double fairu_toy_sample__fraction_from(const double *sorted, size_t n, double q, size_t *place)
{
  const double threshold = threshold_of(q);
  while (*place < n && sorted[*place] < threshold)
    ++*place;
  return n > 0 ? (double)(n - *place) / (double)n : (double)NAN;
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
