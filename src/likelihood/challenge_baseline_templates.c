/* challenge_baseline_templates.c - polynomials of the baseline from templates: least squares per axis and bin. */
#include <fairu/templates.h>

#include <math.h>
#include <string.h>

#include "likelihood/challenge_baseline.h"

typedef struct source {
  const fairu_templates *templates;
  size_t n_points, n_axes, n_processes, signal;
  double *z; /* [n_points][n_axes] */
} source;

/* Points of one axis, all others nominal: their places in the grid, and t within [-1, 1]. */
typedef struct axis_points {
  size_t n;
  size_t *point;
  double *t;
  double middle, half;
} axis_points;

static int find_signal(source *s, fairu_context *ctx, const char *signal)
{
  for (s->signal = 0; s->signal < s->n_processes; s->signal++)
    if (strcmp(fairu_templates_process_name(s->templates, s->signal), signal) == 0)
      return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "baseline: the templates have no process '%s'",
                             signal);
}

/* Without pairs the axes share the nominal point and no other. */
static int check_grid(const source *s, fairu_context *ctx)
{
  const fairu_grid *grid = fairu_templates_grid(s->templates);
  size_t n = 1;
  for (size_t k = 0; k < s->n_axes; k++) {
    fairu_axis axis;
    const int status = fairu_grid_axis(grid, ctx, k, &axis);
    if (status != FAIRU_OK)
      return status;
    n += axis.n_knots - 1;
  }
  return n == s->n_points ? FAIRU_OK
                          : fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                                                "baseline: the templates have pairs of axes (%zu points, "
                                                "not %zu)",
                                                s->n_points, n);
}

static int open_source(source *s, fairu_context *ctx, const fairu_templates *templates, const char *signal,
                       size_t n_nuisances)
{
  const fairu_grid *grid = fairu_templates_grid(templates);
  *s = (source){ .templates = templates,
                 .n_points = fairu_grid_n_points(grid),
                 .n_axes = fairu_grid_n_axes(grid),
                 .n_processes = fairu_templates_n_processes(templates) };
  if (s->n_axes != n_nuisances)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "baseline: the templates have %zu axes, not %zu",
                               s->n_axes, n_nuisances);
  int status = find_signal(s, ctx, signal);
  if (status == FAIRU_OK)
    status = check_grid(s, ctx);
  if (status != FAIRU_OK)
    return status;
  s->z = fairu_context__scratch(ctx, s->n_points, s->n_axes * sizeof *s->z, "points of a grid");
  return s->z ? fairu_grid_points(grid, ctx, s->z) : FAIRU_ERR_OUT_OF_MEMORY;
}

static int find_axis(const source *s, fairu_context *ctx, const char *name, size_t *a, fairu_axis *axis)
{
  for (*a = 0; *a < s->n_axes; (*a)++) {
    const int status = fairu_grid_axis(fairu_templates_grid(s->templates), ctx, *a, axis);
    if (status != FAIRU_OK || strcmp(axis->name, name) == 0)
      return status;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "baseline: the templates have no axis '%s'", name);
}

/* A point of axis a differs from the nominal one in that axis alone; the first point is nominal if there are several axes. */
static int is_on_axis(const source *s, size_t point, size_t a)
{
  for (size_t k = 0; k < s->n_axes; k++)
    if (k != a && s->z[point * s->n_axes + k] != s->z[k])
      return 0;
  return 1;
}

static int take_points(const source *s, fairu_context *ctx, size_t a, const fairu_axis *axis, size_t degree,
                       axis_points *points)
{
  const size_t n = axis->n_knots;
  if (n <= degree)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "baseline: '%s' has %zu points, too few for a polynomial of degree %zu",
                               axis->name, n, degree);
  points->t = fairu_context__scratch(ctx, n, sizeof *points->t, "points of an axis");
  points->point = fairu_context__scratch(ctx, n, sizeof *points->point, "points of an axis");
  if (!points->t || !points->point)
    return FAIRU_ERR_OUT_OF_MEMORY;
  points->middle = 0.5 * (axis->knots[0] + axis->knots[n - 1]);
  points->half = n > 1 ? 0.5 * (axis->knots[n - 1] - axis->knots[0]) : 1.0;
  points->n = 0;
  for (size_t p = 0; p < s->n_points && points->n < n; p++)
    if (is_on_axis(s, p, a)) {
      points->point[points->n] = p;
      points->t[points->n++] = (s->z[p * s->n_axes + a] - points->middle) / points->half;
    }
  return FAIRU_OK;
}

static double dot(const double *a, const double *b, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* Orthonormal q [m][n] of the powers t^0 .. t^(m-1), and r [m][m] with t^j = sum_i q_i r_ij. */
static void orthonormalise(const double *t, size_t n, size_t m, double *q, double *r)
{
  memset(r, 0, m * m * sizeof *r);
  for (size_t j = 0; j < m; j++) {
    double *column = q + j * n;
    for (size_t i = 0; i < n; i++)
      column[i] = pow(t[i], (double)j);
    for (int twice = 0; twice < 2; twice++) /* the second time takes what rounding left */
      for (size_t k = 0; k < j; k++) {
        const double along = dot(q + k * n, column, n);
        r[k * m + j] += along;
        for (size_t i = 0; i < n; i++)
          column[i] -= along * q[k * n + i];
      }
    r[j * m + j] = sqrt(dot(column, column, n));
    for (size_t i = 0; i < n; i++)
      column[i] /= r[j * m + j];
  }
}

/* What turns values at the points into coefficients: q becomes R^-1 q, row j for t^j. */
static void invert(size_t n, size_t m, const double *r, double *q)
{
  for (size_t j = m; j-- > 0;) {
    double *row = q + j * n;
    for (size_t k = j + 1; k < m; k++)
      for (size_t i = 0; i < n; i++)
        row[i] -= r[j * m + k] * q[k * n + i];
    for (size_t i = 0; i < n; i++)
      row[i] /= r[j * m + j];
  }
}

static void add_row(double *out, double a, const double *in, size_t n)
{
  for (size_t i = 0; i < n; i++)
    out[i] += a * in[i];
}

/* Coefficients of nuisance k from the yields at its points. */
static int fit_axis(const source *s, fairu_context *ctx, const axis_points *points, size_t k,
                    fairu_challenge_baseline *b)
{
  const size_t m = b->n_powers, n = points->n, bins = b->n_bins;
  double *q = fairu_context__scratch(ctx, m, (n + m) * sizeof *q, "least squares");
  if (!q)
    return FAIRU_ERR_OUT_OF_MEMORY;
  orthonormalise(points->t, n, m, q, q + m * n);
  invert(n, m, q + m * n, q);
  for (size_t i = 0; i < n; i++)
    for (size_t process = 0; process < s->n_processes; process++) {
      double *coefficients = process == s->signal ? b->signal : b->background;
      const double *yields = fairu_templates_yields(s->templates, process, points->point[i]);
      for (size_t j = 0; j < m; j++)
        add_row(coefficients + (k * m + m - 1 - j) * bins, q[j * n + i], yields, bins);
    }
  b->middle[k] = points->middle;
  b->half[k] = points->half;
  return FAIRU_OK;
}

static int fit_nuisance(const source *s, fairu_context *ctx, size_t k, fairu_challenge_baseline *b)
{
  axis_points points = { 0 };
  fairu_axis axis;
  size_t a = 0;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = find_axis(s, ctx, b->nuisances[k].name, &a, &axis);
  if (status == FAIRU_OK)
    status = take_points(s, ctx, a, &axis, b->n_powers - 1, &points);
  if (status == FAIRU_OK)
    status = fit_axis(s, ctx, &points, k, b);
  fairu_context__release(ctx, mark);
  return status;
}

static int create(fairu_context *ctx, const fairu_templates *templates, const char *signal,
                  const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances, size_t degree,
                  fairu_challenge_baseline **out)
{
  source s;
  fairu_challenge_baseline *b = NULL;
  int status = open_source(&s, ctx, templates, signal, n_nuisances);
  if (status == FAIRU_OK)
    status = fairu_challenge_baseline__create(ctx, nuisances, n_nuisances, fairu_templates_n_bins(templates),
                                              degree, &b);
  for (size_t k = 0; k < n_nuisances && status == FAIRU_OK; k++)
    status = fit_nuisance(&s, ctx, k, b);
  if (status == FAIRU_OK)
    *out = b;
  else
    fairu_challenge_baseline_destroy(b);
  return status;
}

int fairu_challenge_baseline_create_from_templates(fairu_context *ctx, const fairu_templates *templates,
                                                   const char *signal,
                                                   const fairu_challenge_baseline_nuisance *nuisances,
                                                   size_t n_nuisances, size_t degree,
                                                   fairu_challenge_baseline **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!templates || !signal || !nuisances || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "baseline: templates, signal, nuisances or out is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = create(ctx, templates, signal, nuisances, n_nuisances, degree, out);
  fairu_context__release(ctx, mark);
  return status;
}
