/* minimize_step.c - steps of the minimiser on its quadratic model. See minimize.h. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/minimize_internal.h"

double fairu_minimize__length(const double *q, size_t n)
{
  double s = 0.0;
  for (size_t i = 0; i < n; i++)
    s += q[i] * q[i];
  return sqrt(s);
}

static double dot(const double *a, const double *b, size_t n)
{
  double s = 0.0;
  for (size_t i = 0; i < n; i++)
    s += a[i] * b[i];
  return s;
}

/* Decrease of the model along q. */
static double decrease(const minimize_model *model, const double *q)
{
  double s = 0.0;
  for (size_t i = 0; i < model->n; i++)
    s += q[i] * (model->b[i] + 0.5 * dot(model->h + i * model->n, q, model->n));
  return -s;
}

/* Cholesky of an m x m matrix in place; refuses pivots that are rounding noise of their diagonal. */
static int factor(fairu_context *ctx, double *a, const double *diagonal, size_t stride, size_t m)
{
  if (fairu_linalg__cholesky(ctx, a, m) != 0)
    return 0;
  for (size_t i = 0; i < m; i++)
    if (!(a[i * m + i] * a[i * m + i] > 1e-14 * (double)m * diagonal[i * stride]))
      return 0;
  return 1;
}

/* Weight of parameter i for scaling to unit diagonal: where the diagonal says nothing, the row does. */
static double unit_weight(const minimize_model *model, size_t i)
{
  const double *row = model->h + i * model->n;
  double most = 0.0;
  for (size_t j = 0; j < model->n; j++)
    most = fmax(most, fabs(row[j]));
  const double own = fabs(row[i]);
  return most > 0.0 ? sqrt(own > 1e-6 * most ? own : (row[i] > 0.0 ? own + 1e-12 * most : most)) : 1.0;
}

/* Not positive definite: |h|^-1 in the basis where h has unit diagonal. */
static int factor_indefinite(fairu_context *ctx, minimize_model *model)
{
  const size_t n = model->n;
  double *scaled = model->work, *v = scaled + n * n, *weight = v + n * n;
  for (size_t i = 0; i < n; i++)
    weight[i] = unit_weight(model, i);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      scaled[i * n + j] = model->h[i * n + j] / (weight[i] * weight[j]);
  const int status = fairu_linalg__eigen(ctx, scaled, n, model->eigenvalue, v);
  if (status != FAIRU_OK)
    return status;
  memset(model->descent, 0, n * sizeof(double));
  model->edm = 0.0;
  for (size_t k = 0; k < n; k++) {
    double slope = 0.0;
    for (size_t i = 0; i < n; i++)
      slope += v[i * n + k] * model->b[i] / weight[i];
    const double curvature = fmax(fabs(model->eigenvalue[k]), 1e-10);
    for (size_t i = 0; i < n; i++)
      model->descent[i] -= v[i * n + k] * slope / (curvature * weight[i]);
    model->edm += 0.5 * slope * slope / curvature;
  }
  for (size_t i = 0; i < n; i++)
    model->lowest[i] = v[i * n] / weight[i];
  const double length = fairu_minimize__length(model->lowest, n);
  for (size_t i = 0; i < n; i++)
    model->lowest[i] /= length;
  return FAIRU_OK;
}

int fairu_minimize__factor(fairu_context *ctx, minimize_model *model)
{
  const size_t n = model->n;
  model->edm = 0.0;
  model->positive_definite = 1;
  if (n == 0)
    return FAIRU_OK;
  memcpy(model->l, model->h, n * n * sizeof(double));
  if (!factor(ctx, model->l, model->h, n + 1, n)) {
    model->positive_definite = 0;
    return factor_indefinite(ctx, model);
  }
  for (size_t i = 0; i < n; i++)
    model->newton[i] = -model->b[i];
  fairu_linalg__cholesky_solve(model->l, n, model->newton);
  model->edm = -0.5 * dot(model->newton, model->b, n);
  return FAIRU_OK;
}

/* ---- positive definite: trust region and active set --------------------------------------------------- */

/* The m parameters that are not held: their Hessian and the gradient with the held ones in place. */
static size_t reduce(const minimize_model *model, double *h, double *b, size_t *map)
{
  const size_t n = model->n;
  size_t m = 0;
  for (size_t i = 0; i < n; i++)
    if (!model->held[i])
      map[m++] = i;
  for (size_t r = 0; r < m; r++) {
    const double *row = model->h + map[r] * n;
    b[r] = model->b[map[r]];
    for (size_t i = 0; i < n; i++)
      if (model->held[i])
        b[r] += row[i] * model->q[i];
    for (size_t c = 0; c < m; c++)
      h[r * m + c] = row[map[c]];
  }
  return m;
}

/* q = -(h + lambda)^-1 b with |q| <= radius, by Newton's method on 1 / |q| from lambda = 0 (More and Sorensen 1983). */
static void solve_within(fairu_context *ctx, const double *h, const double *b, size_t m, double radius,
                         double *l, double *q)
{
  double lambda = 0.0, *w = l + m * m;
  for (int i = 0; i < 30; i++) {
    memcpy(l, h, m * m * sizeof(double));
    for (size_t j = 0; j < m; j++)
      l[j * m + j] += lambda;
    if (!factor(ctx, l, h, m + 1, m)) {
      memset(q, 0, m * sizeof(double));
      return;
    }
    for (size_t j = 0; j < m; j++)
      q[j] = -b[j];
    fairu_linalg__cholesky_solve(l, m, q);
    const double length = fairu_minimize__length(q, m);
    if (length <= 1.1 * radius)
      return;
    double square = 0.0; /* |L^-1 q|^2 */
    for (size_t j = 0; j < m; j++) {
      double s = q[j];
      for (size_t k = 0; k < j; k++)
        s -= l[j * m + k] * w[k];
      w[j] = s / l[j * m + j];
      square += w[j] * w[j];
    }
    lambda += length * length / square * (length - radius) / radius;
  }
}

/* Hold what left its bounds; release (in the first passes) what wants back inside. Returns the number of changes. */
static size_t update_held(minimize_model *model, int pass)
{
  size_t changes = 0;
  const size_t n = model->n;
  for (size_t i = 0; i < n; i++) {
    if (!model->held[i]) {
      if (model->q[i] < model->lower[i] || model->q[i] > model->upper[i]) {
        model->held[i] = model->q[i] < model->lower[i] ? 1 : 2;
        changes++;
      }
    } else if (pass < 4) {
      const double slope = model->b[i] + dot(model->h + i * n, model->q, n);
      if (model->held[i] == 1 ? slope < 0.0 : slope > 0.0) {
        model->held[i] = 0;
        changes++;
      }
    }
  }
  for (size_t i = 0; i < n; i++)
    if (model->held[i])
      model->q[i] = model->held[i] == 1 ? model->lower[i] : model->upper[i];
  return changes;
}

static int inside(const minimize_model *model, const double *q)
{
  for (size_t i = 0; i < model->n; i++)
    if (!(q[i] >= model->lower[i] && q[i] <= model->upper[i]))
      return 0;
  return 1;
}

static void clip(minimize_model *model)
{
  for (size_t i = 0; i < model->n; i++)
    model->q[i] = fmin(fmax(model->q[i], model->lower[i]), model->upper[i]);
}

static void step_with_bounds(fairu_context *ctx, minimize_model *model, double radius)
{
  const size_t n = model->n;
  double *h = model->work, *b = h + n * n, *l = b + n, *q = l + n * n + n;
  size_t *map = (size_t *)(void *)(q + n);
  memset(model->held, 0, n);
  memset(model->q, 0, n * sizeof(double));
  for (int pass = 0; pass < 4 + (int)n; pass++) {
    const size_t m = reduce(model, h, b, map);
    solve_within(ctx, h, b, m, radius, l, q);
    for (size_t r = 0; r < m; r++)
      model->q[map[r]] = q[r];
    if (update_held(model, pass) == 0)
      break;
  }
  clip(model);
}

/* ---- not positive definite ---------------------------------------------------------------------------- */

/* model->q = clipped a + t d, if that is better than the best so far (kept in best). */
static double try_direction(minimize_model *model, const double *a, const double *d, double t, double best,
                            double *kept)
{
  for (size_t i = 0; i < model->n; i++)
    model->q[i] = a[i] + t * d[i];
  clip(model);
  const double gain = decrease(model, model->q);
  if (!(gain > best))
    return best;
  memcpy(kept, model->q, model->n * sizeof(double));
  return gain;
}

/* Along -|h|^-1 b as far as the radius goes, and from there along the lowest eigenvector, either way. */
static double step_indefinite(minimize_model *model, double radius)
{
  const size_t n = model->n;
  double *base = model->work, *kept = base + n;
  const double length = fairu_minimize__length(model->descent, n);
  const double shrink = length > radius ? radius / length : 1.0;
  for (size_t i = 0; i < n; i++)
    base[i] = shrink * model->descent[i];
  memset(kept, 0, n * sizeof(double));
  double best = try_direction(model, base, base, 0.0, 0.0, kept);
  if (model->eigenvalue[0] < -1e-10) {
    best = try_direction(model, base, model->lowest, radius, best, kept);
    best = try_direction(model, base, model->lowest, -radius, best, kept);
  }
  memcpy(model->q, kept, n * sizeof(double));
  return best;
}

/* Last resort: steepest descent in the scaled parameters, clipped, shortened until the model falls. */
static double step_gradient(minimize_model *model, double radius)
{
  const double length = fairu_minimize__length(model->b, model->n);
  double t = length > 0.0 ? radius / length : 0.0;
  for (int i = 0; i < 100 && t > 0.0; i++, t *= 0.25) {
    for (size_t k = 0; k < model->n; k++)
      model->q[k] = -t * model->b[k];
    clip(model);
    const double gain = decrease(model, model->q);
    if (gain > 0.0)
      return gain;
  }
  return 0.0;
}

double fairu_minimize__step(fairu_context *ctx, minimize_model *model, double radius)
{
  double gain = 0.0;
  if (!model->positive_definite) {
    gain = step_indefinite(model, radius);
  } else if (fairu_minimize__length(model->newton, model->n) <= radius && inside(model, model->newton)) {
    memcpy(model->q, model->newton, model->n * sizeof(double));
    return model->edm;
  } else {
    step_with_bounds(ctx, model, radius);
    gain = decrease(model, model->q);
  }
  return gain > 0.0 ? gain : step_gradient(model, radius);
}

/* ---- lowest eigenvalue -------------------------------------------------------------------------------- */

/* Inverse iteration with the Cholesky factor: n^2 a step, three digits are plenty. C = D^-1/2 h D^-1/2, so
 * C^-1 = D^1/2 h^-1 D^1/2. */
static double inverse_iteration(minimize_model *model)
{
  const size_t n = model->n;
  double *x = model->work, *root = x + n, inverse = 0.0;
  for (size_t i = 0; i < n; i++) {
    root[i] = sqrt(model->h[i * n + i]);
    x[i] = 1.0 + (double)(i * 7 % 11) / 16.0; /* no symmetry of the problem may be orthogonal to it */
  }
  for (int k = 0; k < 60; k++) {
    const double length = fairu_minimize__length(x, n), before = inverse;
    for (size_t i = 0; i < n; i++)
      x[i] *= root[i] / length;
    fairu_linalg__cholesky_solve(model->l, n, x);
    for (size_t i = 0; i < n; i++)
      x[i] *= root[i];
    inverse = fairu_minimize__length(x, n);
    if (fabs(inverse - before) <= 1e-6 * inverse)
      break;
  }
  return 1.0 / inverse;
}

double fairu_minimize__lowest_eigenvalue(minimize_model *model)
{
  if (model->n == 0)
    return 1.0;
  if (!model->positive_definite)
    return model->eigenvalue[0];
  if (model->n == 1)
    return 1.0;
  if (model->n == 2)
    return 1.0 - fabs(model->h[1]) / sqrt(model->h[0] * model->h[3]);
  return inverse_iteration(model);
}
