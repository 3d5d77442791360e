/* moments.c - Thomas elimination of the not-a-knot system.
 *
 * With h_i = x_(i+1) - x_i the moments m satisfy, for i = 1 .. n-2,
 *   h_(i-1) m_(i-1) + 2 (h_(i-1) + h_i) m_i + h_i m_(i+1) = 6 [(y_(i+1) - y_i) / h_i - (y_i - y_(i-1)) / h_(i-1)],
 * and a third derivative continuous at x_1 and x_(n-2): m_0 = (1 + e) m_1 - e m_2 with e = h_0 / h_1, alike at the
 * end. Put in, the system for m_1 .. m_(n-2) is tridiagonal and diagonally dominant: no pivoting.
 */
#include "numeric/moments.h"

/* Places in the memory of factors, each [n - 1] but the last. */
enum {
  SLOPE = 0, /* 6 / h_i */
  LOWER = 1, /* sub-diagonal */
  UPPER = 2, /* super-diagonal over the pivot */
  PIVOT = 3, /* inverse of the pivot */
  ENDS = 4   /* [2] e at the start and at the end */
};

size_t fairu_moments__size(size_t n_knots)
{
  return 4 * (n_knots - 1) + 2;
}

void fairu_moments__factor(const double *x, size_t n, double *factors)
{
  double *slope = factors + SLOPE * (n - 1), *lower = factors + LOWER * (n - 1);
  double *upper = factors + UPPER * (n - 1), *pivot = factors + PIVOT * (n - 1);
  double *ends = factors + ENDS * (n - 1);
  for (size_t i = 0; i + 1 < n; i++)
    slope[i] = 6.0 / (x[i + 1] - x[i]);
  ends[0] = (x[1] - x[0]) / (x[2] - x[1]);
  ends[1] = (x[n - 1] - x[n - 2]) / (x[n - 2] - x[n - 3]);
  lower[0] = upper[0] = pivot[0] = 0.0;
  for (size_t i = 1; i + 1 < n; i++) {
    const double before = x[i] - x[i - 1], after = x[i + 1] - x[i];
    double above = after, diagonal = 2.0 * (before + after);
    lower[i] = i == 1 ? 0.0 : before;
    if (i == 1) {
      diagonal += before * (1.0 + ends[0]);
      above -= before * ends[0];
    }
    if (i == n - 2) {
      diagonal += after * (1.0 + ends[1]);
      lower[i] -= after * ends[1];
    }
    pivot[i] = 1.0 / (diagonal - lower[i] * upper[i - 1]);
    upper[i] = above * pivot[i];
  }
}

/* Right-hand sides, and each row less its multiple of the row before: m_i := (r_i - lower m_(i-1)) / pivot. */
static void forward(const double *factors, size_t n, double *rows, size_t stride, size_t offset, size_t width)
{
  for (size_t i = 1; i + 1 < n; i++) {
    const double *y = rows + i * stride, *y0 = y - stride, *y1 = y + stride;
    double *m = rows + i * stride + offset;
    const double *m0 = m - stride;
    const double *slope = factors + SLOPE * (n - 1) + i;
    const double s0 = slope[-1], s1 = slope[0];
    const double lower = factors[LOWER * (n - 1) + i], pivot = factors[PIVOT * (n - 1) + i];
    if (i == 1)
      for (size_t b = 0; b < width; b++)
        m[b] = pivot * ((y1[b] - y[b]) * s1 - (y[b] - y0[b]) * s0);
    else
      for (size_t b = 0; b < width; b++)
        m[b] = pivot * ((y1[b] - y[b]) * s1 - (y[b] - y0[b]) * s0 - lower * m0[b]);
  }
}

/* out = (1 + e) near - e far: continues the third derivative. */
static void extend(double *out, const double *near, const double *far, double e, size_t width)
{
  for (size_t b = 0; b < width; b++)
    out[b] = near[b] + e * (near[b] - far[b]);
}

void fairu_moments__solve(const double *factors, size_t n, double *rows, size_t stride, size_t offset,
                          size_t width)
{
  const double *ends = factors + ENDS * (n - 1);
  forward(factors, n, rows, stride, offset, width);
  double *m = rows + offset;
  for (size_t i = n - 3; i > 0; i--) {
    double *here = m + i * stride;
    const double *next = here + stride;
    const double upper = factors[UPPER * (n - 1) + i];
    for (size_t b = 0; b < width; b++)
      here[b] -= upper * next[b];
  }
  extend(m, m + stride, m + 2 * stride, ends[0], width);
  extend(m + (n - 1) * stride, m + (n - 2) * stride, m + (n - 3) * stride, ends[1], width);
}
