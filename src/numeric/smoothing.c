/* smoothing.c - see smoothing.h. In the basis in which data and roughness are both diagonal (Demmler and Reinsch 1975) every lambda costs a
 * sum. */
#include "numeric/smoothing.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/spline.h"

enum { LAMBDAS = 240 };
static const double guard = 1.4;

/* Scratch of one fit. */
typedef struct basis {
  double *roughness; /* [n * n] K in units of the errors */
  double *vectors;   /* [n * n] */
  double *gamma;     /* [n] eigenvalues, rising: 0, 0, > 0 ... */
  double *z;         /* [n] data in this basis */
  double *shrink;    /* [n] */
} basis;

size_t fairu_smoothing__size(size_t n)
{
  return 2 * n + 2 * n * n;
}

/* Column j of the map: moments of the natural spline through the unit vector j (tridiagonal, by elimination). work [2 n]. */
static void map_column(const double *x, size_t n, size_t j, double *map, double *work)
{
  double *diagonal = work, *right = work + n;
  for (size_t i = 1; i + 1 < n; i++) {
    const double h0 = x[i] - x[i - 1], h1 = x[i + 1] - x[i];
    right[i] = ((i + 1 == j) - (double)(i == j)) / h1 - ((i == j) - (double)(i - 1 == j)) / h0;
    diagonal[i] = (h0 + h1) / 3.0;
    if (i > 1) {
      const double f = h0 / 6.0 / diagonal[i - 1];
      diagonal[i] -= f * h0 / 6.0;
      right[i] -= f * right[i - 1];
    }
  }
  map[j] = map[(n - 1) * n + j] = 0.0;
  for (size_t i = n - 2; i >= 1; i--) {
    const double above = i + 2 < n ? (x[i + 1] - x[i]) / 6.0 * map[(i + 1) * n + j] : 0.0;
    map[i * n + j] = (right[i] - above) / diagonal[i];
  }
}

/* K = Q R^-1 Q^T = Q map, times the errors of its row and column. */
static void fill_roughness(const double *x, const double *e, size_t n, const double *map, double *k)
{
  memset(k, 0, n * n * sizeof *k);
  for (size_t i = 1; i + 1 < n; i++) {
    const double a = 1.0 / (x[i] - x[i - 1]), b = 1.0 / (x[i + 1] - x[i]);
    for (size_t j = 0; j < n; j++) {
      const double m = map[i * n + j];
      k[(i - 1) * n + j] += a * m;
      k[i * n + j] -= (a + b) * m;
      k[(i + 1) * n + j] += b * m;
    }
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++)
      k[i * n + j] = k[j * n + i] = 0.5 * (k[i * n + j] + k[j * n + i]) * e[i] * e[j];
}

static int take_basis(fairu_context *ctx, size_t n, basis *b)
{
  double *block = fairu_context__scratch(ctx, 2 * n + 5, n * sizeof *block, "smoothing spline");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  b->roughness = block;
  b->vectors = block + n * n;
  b->gamma = b->vectors + n * n;
  b->z = b->gamma + n;
  b->shrink = b->z + n;
  return FAIRU_OK;
}

static int diagonalise(fairu_context *ctx, const double *y, const double *e, size_t n, basis *b)
{
  const int status = fairu_linalg__eigen(ctx, b->roughness, n, b->gamma, b->vectors);
  if (status != FAIRU_OK)
    return status;
  b->gamma[0] = b->gamma[1] = 0.0; /* straight lines, up to rounding */
  for (size_t j = 0; j < n; j++) {
    b->z[j] = 0.0;
    for (size_t i = 0; i < n; i++)
      b->z[j] += b->vectors[i * n + j] * y[i] / e[i];
  }
  return FAIRU_OK;
}

static void shrink_by(const basis *b, size_t n, double lambda, fairu_smoothing *s)
{
  s->lambda = lambda;
  s->chi2 = s->freedom = 0.0;
  for (size_t j = 0; j < n; j++) {
    b->shrink[j] = 1.0 / (1.0 + lambda * fmax(b->gamma[j], 0.0));
    const double rest = (1.0 - b->shrink[j]) * b->z[j];
    s->freedom += b->shrink[j];
    s->chi2 += rest * rest;
  }
}

static double risk_of(const fairu_smoothing *s)
{
  return s->chi2 + 2.0 * guard * s->freedom;
}

/* From a straight line to the interpolating spline; the smoother one wins a tie. */
static double choose_lambda(const basis *b, size_t n, fairu_smoothing *s)
{
  const double first = log(1e4 / b->gamma[2]), last = log(1e-4 / b->gamma[n - 1]);
  double best = exp(first), lowest = HUGE_VAL;
  for (int k = 0; k < LAMBDAS; k++) {
    const double lambda = exp(first + (last - first) * k / (LAMBDAS - 1));
    shrink_by(b, n, lambda, s);
    if (risk_of(s) < lowest - 1e-9) {
      lowest = risk_of(s);
      best = lambda;
    }
  }
  return best;
}

static void fill(const basis *b, const double *e, fairu_smoothing *s)
{
  const size_t n = s->n;
  for (size_t i = 0; i < n; i++) {
    s->value[i] = 0.0;
    for (size_t j = 0; j < n; j++)
      s->value[i] += e[i] * b->vectors[i * n + j] * b->shrink[j] * b->z[j];
    for (size_t k = 0; k <= i; k++) {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        sum += b->vectors[i * n + j] * b->shrink[j] * b->vectors[k * n + j];
      s->covariance[i * n + k] = s->covariance[k * n + i] = e[i] * e[k] * sum;
    }
  }
  for (size_t i = 0; i < n; i++) {
    s->moment[i] = 0.0;
    for (size_t j = 0; j < n; j++)
      s->moment[i] += s->map[i * n + j] * s->value[j];
  }
}

static int create(fairu_context *ctx, const double *y, const double *e, double lambda, fairu_smoothing *s)
{
  basis b;
  const size_t n = s->n;
  int status = take_basis(ctx, n, &b);
  if (status != FAIRU_OK)
    return status;
  for (size_t j = 0; j < n; j++)
    map_column(s->x, n, j, s->map, b.vectors);
  fill_roughness(s->x, e, n, s->map, b.roughness);
  status = diagonalise(ctx, y, e, n, &b);
  if (status != FAIRU_OK)
    return status;
  shrink_by(&b, n, isnan(lambda) ? choose_lambda(&b, n, s) : lambda, s);
  fill(&b, e, s);
  return FAIRU_OK;
}

int fairu_smoothing__create(fairu_context *ctx, const double *x, const double *y, const double *e, size_t n,
                            double lambda, double *block, fairu_smoothing *s)
{
  *s = (fairu_smoothing){ .n = n,
                          .x = x,
                          .value = block,
                          .moment = block + n,
                          .map = block + 2 * n,
                          .covariance = block + 2 * n + n * n };
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = create(ctx, y, e, lambda, s);
  fairu_context__release(ctx, mark);
  return status;
}

/* Standard error of the value at t in interval i: the value is linear in those at the knots. */
static double error_at(const fairu_smoothing *s, size_t i, double t)
{
  const size_t n = s->n;
  const double h = s->x[i + 1] - s->x[i], a = (s->x[i + 1] - t) / h, b = (t - s->x[i]) / h;
  const double p = (a * a * a - a) * h * h / 6.0, q = (b * b * b - b) * h * h / 6.0;
  double sum = 0.0;
  for (size_t j = 0; j < n; j++) {
    const double wj = a * (i == j) + b * (i + 1 == j) + p * s->map[i * n + j] + q * s->map[(i + 1) * n + j];
    for (size_t k = 0; k < n; k++)
      sum += wj * s->covariance[j * n + k] *
             (a * (i == k) + b * (i + 1 == k) + p * s->map[i * n + k] + q * s->map[(i + 1) * n + k]);
  }
  return sqrt(fmax(sum, 0.0));
}

double fairu_smoothing__at(const fairu_smoothing *s, double t, double *error)
{
  double value[3];
  const size_t i = fairu_spline__find(s->x, s->n, t);
  fairu_spline__evaluate(s->x[i], s->x[i + 1], s->value[i], s->value[i + 1], s->moment[i], s->moment[i + 1],
                         t, value);
  if (error)
    *error = error_at(s, i, t);
  return value[0];
}
