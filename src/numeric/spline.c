/* spline.c - cubic spline by second derivatives, not-a-knot ends. */
#include "numeric/spline.h"

/* Row i of the tridiagonal system for m[1] .. m[n-2]; the ends are folded in by m[0] = m[1] - r (m[2] - m[1]), r = h0 / h1
 * (third derivative continuous at x[1]), and likewise on the right. */
static void spline_row(const double *x, size_t n, const double *y, size_t stride, size_t i, double row[4])
{
  const double h0 = x[i] - x[i - 1], h1 = x[i + 1] - x[i];
  row[0] = h0;
  row[1] = 2.0 * (h0 + h1);
  row[2] = h1;
  row[3] = 6.0 * ((y[(i + 1) * stride] - y[i * stride]) / h1 - (y[i * stride] - y[(i - 1) * stride]) / h0);
  if (i == 1) {
    row[1] += h0 * (1.0 + h0 / h1);
    row[2] -= h0 * h0 / h1;
    row[0] = 0.0;
  }
  if (i == n - 2) {
    row[1] += h1 * (1.0 + h1 / h0);
    row[0] -= h1 * h1 / h0;
    row[2] = 0.0;
  }
}

void fairu_spline__moments(const double *x, size_t n, const double *y, size_t stride, double *m,
                           size_t m_stride, double *work)
{
  double *upper = work, *right = work + n;
  upper[0] = right[0] = 0.0;
  for (size_t i = 1; i + 1 < n; i++) {
    double row[4];
    spline_row(x, n, y, stride, i, row);
    const double pivot = row[1] - row[0] * upper[i - 1];
    upper[i] = row[2] / pivot;
    right[i] = (row[3] - row[0] * right[i - 1]) / pivot;
  }
  m[(n - 2) * m_stride] = right[n - 2];
  for (size_t i = n - 2; i-- > 1;)
    m[i * m_stride] = right[i] - upper[i] * m[(i + 1) * m_stride];
  const double r0 = (x[1] - x[0]) / (x[2] - x[1]), r1 = (x[n - 1] - x[n - 2]) / (x[n - 2] - x[n - 3]);
  m[0] = m[m_stride] - r0 * (m[2 * m_stride] - m[m_stride]);
  m[(n - 1) * m_stride] = m[(n - 2) * m_stride] + r1 * (m[(n - 2) * m_stride] - m[(n - 3) * m_stride]);
}

size_t fairu_spline__find(const double *x, size_t n, double t)
{
  size_t low = 0, high = n - 1;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (x[middle] <= t)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void fairu_spline__evaluate(double x0, double x1, double y0, double y1, double m0, double m1, double t,
                            double value[3])
{
  const double h = x1 - x0, a = (x1 - t) / h, b = (t - x0) / h;
  value[0] = a * y0 + b * y1 + ((a * a * a - a) * m0 + (b * b * b - b) * m1) * (h * h / 6.0);
  value[1] = (y1 - y0) / h + ((3.0 * b * b - 1.0) * m1 - (3.0 * a * a - 1.0) * m0) * (h / 6.0);
  value[2] = a * m0 + b * m1;
}
