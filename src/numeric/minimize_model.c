/* minimize_model.c - the quadratic model of the minimiser: factors, shifts where it is not convex, the lowest eigenvalue. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/minimize_internal.h"

/* One block of doubles: the minimiser is called a million times on two parameters. */
int fairu_minimize__reserve(fairu_context *ctx, size_t n, minimize_model *m)
{
  double **vectors[] = { &m->unit,   &m->lower, &m->upper, &m->b,  &m->valley,
                         &m->newton, &m->q,     &m->from,  &m->to, &m->work };
  double *rest = fairu_context__scratch(ctx, 2 * n * n + (12 + FAIRU_KRYLOV) * n, sizeof *rest, "minimiser");
  m->bound = fairu_context__scratch(ctx, 2 * n, 1, "minimiser");
  m->index = fairu_context__scratch(ctx, 2 * n, sizeof *m->index, "minimiser");
  if (!rest || !m->bound || !m->index)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < sizeof vectors / sizeof vectors[0]; k++, rest += n)
    *vectors[k] = rest;
  m->h = rest + n; /* work [2 n] */
  m->l = m->h + n * n;
  m->krylov = m->l + n * n;
  m->map = m->index + n;
  m->held = m->bound + n;
  return FAIRU_OK;
}

int fairu_minimize__factor_part(fairu_context *ctx, minimize_model *model, const unsigned char *held,
                                double shift)
{
  const size_t n = model->n;
  double *l = model->l;
  size_t m = 0;
  for (size_t i = 0; i < n; i++)
    if (!held[i])
      model->map[m++] = i;
  model->m = m;
  for (size_t r = 0; r < m; r++) {
    const double *row = model->h + model->map[r] * n;
    for (size_t c = 0; c <= r; c++)
      l[r * m + c] = row[model->map[c]];
    l[r * m + r] += shift;
  }
  if (fairu_linalg__cholesky(ctx, l, m) != 0)
    return 0;
  for (size_t r = 0; r < m; r++) /* a pivot that is rounding noise of its diagonal */
    if (!(l[r * m + r] * l[r * m + r] > 1e-14 * (double)m * (model->h[model->map[r] * (n + 1)] + shift)))
      return 0;
  return 1;
}

static double largest_element(const minimize_model *model)
{
  double most = 0.0;
  for (size_t r = 0; r < model->m; r++)
    for (size_t c = 0; c <= r; c++)
      most = fmax(most, fabs(model->h[model->map[r] * model->n + model->map[c]]));
  return most;
}

/* v^T h v on the free parameters. */
static double curvature_along(const minimize_model *model, const double *v)
{
  double s = 0.0;
  for (size_t r = 0; r < model->m; r++) {
    const double *row = model->h + model->map[r] * model->n;
    double t = 0.0;
    for (size_t c = 0; c < model->m; c++)
      t += row[model->map[c]] * v[c];
    s += t * v[r];
  }
  return s;
}

static double normalise(double *v, size_t m)
{
  const double length = sqrt(fairu_linalg__dot(v, v, m));
  for (size_t r = 0; length > 0.0 && r < m; r++)
    v[r] /= length;
  return length;
}

/* Inverse iteration with the factor of h + shift; returns the eigenvalue of h, v [m] its vector. */
static double inverse_iteration(const fairu_context *ctx, const minimize_model *model, double *v, int most)
{
  double eigenvalue = 0.0;
  for (int k = 0; k < most; k++) {
    const double before = eigenvalue;
    fairu_linalg__cholesky_solve(ctx, model->l, model->m, v);
    eigenvalue = 1.0 / normalise(v, model->m);
    if (fabs(eigenvalue - before) <=
        1e-2 * fabs(eigenvalue - model->shift) + 1e-12) /* two digits are plenty */
      break;
  }
  return curvature_along(model, v);
}

/* The component of largest magnitude is positive: a direction has one sign. */
static void fix_sign(double *v, size_t m)
{
  double largest = 0.0;
  for (size_t r = 0; r < m; r++)
    if (fabs(v[r]) > 1.0000001 * fabs(largest))
      largest = v[r];
  for (size_t r = 0; largest < 0.0 && r < m; r++)
    v[r] = -v[r];
}

/* The least shift of a rising sequence that makes the free part positive definite. */
static double raise_until_definite(fairu_context *ctx, minimize_model *model, double shift)
{
  for (int k = 0; k < 60 && !fairu_minimize__factor_part(ctx, model, model->bound, shift); k++)
    shift *= 4.0;
  return shift;
}

/* Not positive definite: a shift of 1.3 times the lowest eigenvalue turns its curvature round and leaves the steep directions as
 * they are; one large enough for the first factor comes from the diagonal. */
static void factor_shifted(fairu_context *ctx, minimize_model *model)
{
  const double most = largest_element(model), least = most > 0.0 ? 1e-9 * most : 1.0;
  double diagonal = 0.0, *v = model->work;
  for (size_t r = 0; r < model->m; r++) {
    diagonal = fmin(diagonal, model->h[model->map[r] * (model->n + 1)]);
    v[r] = 1.0 + (double)(r * 7 % 11) / 16.0; /* no symmetry of the problem may be orthogonal to it */
  }
  normalise(v, model->m);
  double shift = raise_until_definite(ctx, model, fmax(1e-3 * most - diagonal, least));
  for (int round = 0; round < 3; round++) {
    model->shift = shift;
    model->lowest = inverse_iteration(ctx, model, v, 30);
    const double next = fmax(-1.3 * model->lowest, least);
    if (next > 0.5 * shift)
      break;
    shift = raise_until_definite(ctx, model, next);
  }
  model->shift = shift;
  fix_sign(v, model->m);
  memset(model->valley, 0, model->n * sizeof(double));
  for (size_t r = 0; r < model->m; r++)
    model->valley[model->map[r]] = v[r];
}

void fairu_minimize__solve(const fairu_context *ctx, minimize_model *model, double *step)
{
  double *x = model->work;
  for (size_t r = 0; r < model->m; r++)
    x[r] = -model->b[model->map[r]];
  fairu_linalg__cholesky_solve(ctx, model->l, model->m, x);
  memset(step, 0, model->n * sizeof(double));
  for (size_t r = 0; r < model->m; r++)
    step[model->map[r]] = x[r];
}

static double smallest_pivot(const minimize_model *model)
{
  double smallest = 1.0;
  for (size_t r = 0; r < model->m; r++)
    smallest = fmin(smallest, model->l[r * (model->m + 1)] * model->l[r * (model->m + 1)]);
  return smallest;
}

void fairu_minimize__factor(fairu_context *ctx, minimize_model *model)
{
  model->edm = model->shift = 0.0;
  model->lowest = 1.0;
  model->positive_definite = 1;
  if (!fairu_minimize__factor_part(ctx, model, model->bound, 0.0)) {
    model->positive_definite = 0;
    factor_shifted(ctx, model);
  }
  model->pivot = model->positive_definite ? smallest_pivot(model) : 0.0;
  fairu_minimize__solve(ctx, model, model->newton);
  for (size_t i = 0; i < model->n; i++)
    model->edm -= 0.5 * model->newton[i] * model->b[i];
}

/* How many eigenvalues of the tridiagonal matrix are above x (Sturm). */
static size_t count_above(const double *diagonal, const double *beside, size_t n, double x)
{
  size_t above = 0;
  double pivot = 1.0;
  for (size_t j = 0; j < n; j++) {
    const double b = j > 0 ? beside[j - 1] : 0.0, next = j + 1 < n ? beside[j] : 0.0;
    const double least = DBL_MIN * fmax(1.0, next * next); /* the next quotient does not overflow */
    pivot = diagonal[j] - x - b * b / pivot;
    if (fabs(pivot) < least)
      pivot = -least;
    above += pivot > 0.0;
  }
  return above;
}

static double largest_of_tridiagonal(const double *diagonal, const double *beside, size_t n)
{
  double low = diagonal[0], high = diagonal[0]; /* Gershgorin */
  for (size_t j = 0; j < n; j++) {
    low = fmax(low, diagonal[j]);
    high = fmax(high, diagonal[j] + (j > 0 ? beside[j - 1] : 0.0) + (j + 1 < n ? beside[j] : 0.0));
  }
  for (int k = 0; k < 60; k++) {
    const double x = 0.5 * (low + high);
    if (count_above(diagonal, beside, n, x) > 0)
      low = x;
    else
      high = x;
  }
  return 0.5 * (low + high);
}

/* Lanczos with the factor of h, from the unit vector in krylov: the largest eigenvalue of the inverse, to the last digits where parameters are few
 * and else as well as FAIRU_KRYLOV vectors find it, from below. */
static double largest_of_inverse(const fairu_context *ctx, const minimize_model *model)
{
  const size_t m = model->m;
  double diagonal[FAIRU_KRYLOV] = { 0.0 }, beside[FAIRU_KRYLOV] = { 0.0 };
  size_t n = 0;
  for (double rest = 1.0; n < FAIRU_KRYLOV && n < m && rest > 0.0; n++) {
    double *v = model->krylov + n * m, *w = v + m;
    memcpy(w, v, m * sizeof *w);
    fairu_linalg__cholesky_solve(ctx, model->l, m, w);
    diagonal[n] = fairu_linalg__dot(v, w, m);
    for (int twice = 0; twice < 2; twice++) /* to stay orthogonal to rounding */
      for (size_t k = 0; k <= n; k++) {
        const double *other = model->krylov + k * m, share = fairu_linalg__dot(other, w, m);
        for (size_t r = 0; r < m; r++)
          w[r] -= share * other[r];
      }
    rest = normalise(w, m);
    beside[n] = rest > 1e-14 * diagonal[n] ? rest : 0.0;
    rest = beside[n];
  }
  return largest_of_tridiagonal(diagonal, beside, n);
}

double fairu_minimize__lowest_eigenvalue(fairu_context *ctx, minimize_model *model)
{
  if (!model->positive_definite)
    return model->lowest;
  size_t m = 0, last[2] = { 0, 0 };
  for (size_t i = 0; i < model->n; i++)
    if (!model->bound[i]) {
      last[m ? 1 : 0] = i;
      m++;
    }
  if (m < 2)
    return 1.0;
  const double *h = model->h;
  const size_t n = model->n;
  if (m == 2)
    return 1.0 - fabs(h[last[0] * n + last[1]]) / sqrt(h[last[0] * (n + 1)] * h[last[1] * (n + 1)]);
  if (!fairu_minimize__factor_part(ctx, model, model->bound, 0.0))
    return 0.0;
  for (size_t r = 0; r < m; r++)
    model->krylov[r] = 1.0 + (double)(r * 7 % 11) / 16.0;
  normalise(model->krylov, m);
  return 1.0 / largest_of_inverse(ctx, model);
}
