/* jacobi.c - cyclic Jacobi: small errors also in small eigenvalues of scaled matrices, no library, the same bits everywhere. */
#include "numeric/jacobi.h"

#include <float.h>
#include <math.h>

enum { SWEEPS_MOST = 60 };

/* Turn rows and columns p, q by the angle that clears a[p][q]. */
static void rotate(double *a, size_t n, size_t p, size_t q, double *v)
{
  const double apq = a[p * n + q];
  const double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
  const double t = (theta >= 0.0 ? 1.0 : -1.0) / (fabs(theta) + sqrt(theta * theta + 1.0));
  const double c = 1.0 / sqrt(t * t + 1.0), s = t * c;
  a[p * n + p] -= t * apq;
  a[q * n + q] += t * apq;
  a[p * n + q] = a[q * n + p] = 0.0;
  for (size_t i = 0; i < n; i++) {
    if (i != p && i != q) {
      const double aip = a[i * n + p], aiq = a[i * n + q];
      a[i * n + p] = a[p * n + i] = c * aip - s * aiq;
      a[i * n + q] = a[q * n + i] = s * aip + c * aiq;
    }
    const double vip = v[i * n + p], viq = v[i * n + q];
    v[i * n + p] = c * vip - s * viq;
    v[i * n + q] = s * vip + c * viq;
  }
}

/* Off-diagonal elements that no longer change the diagonal are zero. Returns the number of rotations. */
static size_t sweep(double *a, size_t n, double *v)
{
  size_t rotations = 0;
  for (size_t p = 0; p + 1 < n; p++)
    for (size_t q = p + 1; q < n; q++) {
      const double size = fabs(a[p * n + q]);
      if (size <= DBL_MIN || size <= 0x1p-54 * sqrt(fabs(a[p * n + p])) * sqrt(fabs(a[q * n + q]))) {
        a[p * n + q] = a[q * n + p] = 0.0;
      } else {
        rotate(a, n, p, q, v);
        rotations++;
      }
    }
  return rotations;
}

static void swap_columns(double *v, size_t n, size_t p, size_t q)
{
  for (size_t i = 0; i < n; i++) {
    const double t = v[i * n + p];
    v[i * n + p] = v[i * n + q];
    v[i * n + q] = t;
  }
}

static void sort_ascending(double *eigenvalues, size_t n, double *v)
{
  for (size_t j = 0; j < n; j++) {
    size_t lowest = j;
    for (size_t k = j + 1; k < n; k++)
      if (eigenvalues[k] < eigenvalues[lowest])
        lowest = k;
    if (lowest != j) {
      const double t = eigenvalues[j];
      eigenvalues[j] = eigenvalues[lowest];
      eigenvalues[lowest] = t;
      swap_columns(v, n, j, lowest);
    }
  }
}

static double largest_element(const double *a, size_t n)
{
  double largest = 0.0;
  for (size_t i = 0; i < n * n; i++)
    largest = fmax(largest, fabs(a[i]));
  return largest;
}

/* The rest is rounding noise once it is far below the largest element. */
static void drop_noise(double *a, size_t n, double noise)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (i != j && fabs(a[i * n + j]) <= noise)
        a[i * n + j] = 0.0;
}

int fairu_jacobi__eigen(double *a, size_t n, double *eigenvalues, double *v)
{
  for (size_t i = 0; i < n * n; i++)
    v[i] = i / n == i % n ? 1.0 : 0.0;
  const double noise = largest_element(a, n) * 0x1p-60;
  int sweeps = 0;
  while (sweep(a, n, v) > 0) {
    if (++sweeps == SWEEPS_MOST)
      return 1;
    if (sweeps > 4)
      drop_noise(a, n, noise);
  }
  for (size_t i = 0; i < n; i++)
    eigenvalues[i] = a[i * n + i];
  sort_ascending(eigenvalues, n, v);
  return 0;
}
