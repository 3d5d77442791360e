/* Interpolated templates on random grids against splines found by solving for all their coefficients at once: not-a-knot ends, two or
 * three axes, pairs, each scale, values and both derivatives; single knots; order of points. */
#include "support/support.h"

#include "numeric/philox.h"

enum {
  AXES = 3,
  MOST_KNOTS = 7,
  BINS = 3,
  PROCESSES = 2,
  WIDTH = BINS * PROCESSES,
  MODELS = 24,
  MOST_POINTS = 128
};

static const char *const names[PROCESSES] = { "signal", "background" };
static const char *const axis_names[AXES] = { "jes", "tes", "met" };

typedef struct model {
  fairu_philox rng;
  size_t n_axes, n_knots[AXES], nominal[AXES]; /* nominal: its place among the knots */
  double knots[AXES][MOST_KNOTS];
  size_t pairs[4], n_pairs, n_points;
  double z[MOST_POINTS * AXES];
  double yields[PROCESSES * MOST_POINTS * BINS], variances[PROCESSES * MOST_POINTS * BINS];
} model;

static double between(model *m, double low, double high)
{
  return low + (high - low) * fairu_philox__uniform(&m->rng);
}

/* ---- a spline ------------------------------------------------------------------------------------------ */

enum { MOST_UNKNOWN = 4 * (MOST_KNOTS - 1) };

/* Solve a x = b in place, largest pivots. */
static void solve(long double a[MOST_UNKNOWN][MOST_UNKNOWN + 1], size_t n)
{
  for (size_t k = 0; k < n; k++) {
    size_t best = k;
    for (size_t i = k; i < n; i++)
      best = fabsl(a[i][k]) > fabsl(a[best][k]) ? i : best;
    for (size_t j = 0; j <= n; j++) {
      const long double keep = a[k][j];
      a[k][j] = a[best][j];
      a[best][j] = keep;
    }
    for (size_t i = 0; i < n; i++)
      for (size_t j = n + 1; i != k && j-- > k;)
        a[i][j] -= a[i][k] / a[k][k] * a[k][j];
  }
  for (size_t k = 0; k < n; k++)
    a[k][n] /= a[k][k];
}

/* Powers of t, or their derivative of this order, times sign, into four columns. */
static void powers(long double *row, size_t interval, double t, int order, double sign)
{
  static const double factor[4][4] = { { 1, 1, 1, 1 }, { 0, 1, 2, 3 }, { 0, 0, 2, 6 }, { 0, 0, 0, 6 } };
  for (int p = order; p < 4; p++)
    row[4 * interval + (size_t)p] += (long double)(sign * factor[order][p]) * powl((long double)t, p - order);
}

/* Value and two derivatives at x of the cubic spline through (knots, y) whose third derivative does not jump at the second knot and the
 * last but one: each interval a cubic of its own, all conditions one system. */
static void spline(const double *knots, const double *y, size_t n, double x, double out[3])
{
  static const double factor[3][4] = { { 1, 1, 1, 1 }, { 0, 1, 2, 3 }, { 0, 0, 2, 6 } };
  long double a[MOST_UNKNOWN][MOST_UNKNOWN + 1] = { { 0.0L } };
  const size_t unknown = 4 * (n - 1);
  size_t row = 0, at = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    const double h = knots[i + 1] - knots[i];
    powers(a[row], i, 0.0, 0, 1.0);
    a[row++][unknown] = (long double)y[i];
    powers(a[row], i, h, 0, 1.0);
    a[row++][unknown] = (long double)y[i + 1];
    for (int order = 1; order <= 2 && i + 2 < n; order++) {
      powers(a[row], i, h, order, 1.0);
      powers(a[row++], i + 1, 0.0, order, -1.0);
    }
    if (i == 0 || i + 3 == n) { /* for n = 4 both ends */
      powers(a[row], i, h, 3, 1.0);
      powers(a[row++], i + 1, 0.0, 3, -1.0);
    }
  }
  assert_int_equal(row, unknown);
  solve(a, unknown);
  while (at + 2 < n && x > knots[at + 1])
    at++;
  const long double t = (long double)x - (long double)knots[at];
  for (int order = 0; order < 3; order++) {
    long double sum = 0.0L;
    for (int p = order; p < 4; p++)
      sum += (long double)factor[order][p] * a[4 * at + (size_t)p][unknown] * powl(t, p - order);
    out[order] = (double)sum;
  }
}

/* ---- random models ------------------------------------------------------------------------------------- */

static void draw_axes(model *m)
{
  m->n_axes = 1 + (size_t)between(m, 0.0, 2.999);
  for (size_t k = 0; k < m->n_axes; k++) {
    const int single = m->n_axes > 1 && k + 1 == m->n_axes && between(m, 0.0, 1.0) < 0.3;
    m->n_knots[k] = single ? 1 : 4 + (size_t)between(m, 0.0, 2.999);
    double x = between(m, -3.0, 1.0);
    for (size_t i = 0; i < m->n_knots[k]; i++)
      m->knots[k][i] = x += between(m, 0.2, 1.0);
    m->nominal[k] = (size_t)between(m, 0.0, (double)m->n_knots[k] - 1e-9);
  }
  m->n_pairs = 0;
  for (size_t l = 1; l < m->n_axes; l++)
    if (m->n_knots[l] > 1 && between(m, 0.0, 1.0) < 0.7) {
      m->pairs[2 * m->n_pairs] = l - 1;
      m->pairs[2 * m->n_pairs++ + 1] = l;
    }
}

static fairu_grid *make_grid(fairu_context *ctx, const model *m)
{
  fairu_axis axes[AXES];
  fairu_grid *grid = NULL;
  for (size_t k = 0; k < m->n_axes; k++)
    axes[k] = (fairu_axis){ axis_names[k], m->knots[k], m->n_knots[k], m->knots[k][m->nominal[k]] };
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, m->n_axes, m->pairs, m->n_pairs, &grid));
  return grid;
}

static fairu_templates *make(fairu_context *ctx, model *m, uint64_t number, int scale)
{
  fairu_templates *templates = NULL;
  memset(m, 0, sizeof *m);
  m->rng = fairu_philox__start(41, 0, number, 0);
  draw_axes(m);
  fairu_grid *grid = make_grid(ctx, m);
  m->n_points = fairu_grid_n_points(grid);
  assert_true(m->n_points <= MOST_POINTS);
  CHECK_OK(ctx, fairu_grid_points(grid, ctx, m->z));
  for (size_t i = 0; i < PROCESSES * m->n_points * BINS; i++) {
    m->yields[i] = between(m, 50.0, 70.0);
    m->variances[i] = between(m, 5.0, 7.0);
  }
  CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, PROCESSES, BINS, m->yields, m->variances, scale,
                                       &templates));
  fairu_grid_destroy(grid);
  return templates;
}

/* ---- the definition ------------------------------------------------------------------------------------ */

static double scaled(double y, int scale)
{
  return scale == FAIRU_INTERPOLATION_LOG ? log(y) : scale == FAIRU_INTERPOLATION_SQRT ? sqrt(y) : y;
}

/* The point of the grid where the axes are at these knots: found by its Z. */
static size_t point_at(const model *m, const size_t *knot)
{
  for (size_t p = 0; p < m->n_points; p++) {
    int same = 1;
    for (size_t k = 0; k < m->n_axes; k++)
      same = same && m->z[p * m->n_axes + k] == m->knots[k][knot[k]];
    if (same)
      return p;
  }
  fail_msg("no such point");
  return 0;
}

/* h of one bin with axes k and l at knots i and j, the others nominal. */
static double h_at(const model *m, const double *values, size_t q, size_t b, size_t k, size_t i, size_t l,
                   size_t j, int scale)
{
  size_t knot[AXES];
  memcpy(knot, m->nominal, sizeof knot);
  knot[l] = j;
  knot[k] = i;
  return scaled(values[(q * m->n_points + point_at(m, knot)) * BINS + b], scale);
}

typedef struct reference {
  double h, d[AXES], d2[AXES][AXES];
} reference;

static void add_axis(const model *m, const double *values, size_t q, size_t b, size_t k, double z, int scale,
                     reference *r)
{
  double y[MOST_KNOTS], out[3];
  if (m->n_knots[k] == 1)
    return;
  for (size_t i = 0; i < m->n_knots[k]; i++)
    y[i] = h_at(m, values, q, b, k, i, k, i, scale);
  spline(m->knots[k], y, m->n_knots[k], z, out);
  r->h += out[0] - y[m->nominal[k]];
  r->d[k] += out[1];
  r->d2[k][k] += out[2];
}

/* What the axes alone miss, a spline in the second axis of splines in the first. */
static void add_pair(const model *m, const double *values, size_t q, size_t b, size_t k, size_t l,
                     const double *z, int scale, reference *r)
{
  double rows[3][MOST_KNOTS], y[MOST_KNOTS], out[3][3];
  const double nominal = h_at(m, values, q, b, k, m->nominal[k], l, m->nominal[l], scale);
  for (size_t j = 0; j < m->n_knots[l]; j++) {
    double along[3];
    for (size_t i = 0; i < m->n_knots[k]; i++)
      y[i] = h_at(m, values, q, b, k, i, l, j, scale) - h_at(m, values, q, b, k, i, k, i, scale) -
             h_at(m, values, q, b, l, j, l, j, scale) + nominal;
    spline(m->knots[k], y, m->n_knots[k], z[k], along);
    for (int order = 0; order < 3; order++)
      rows[order][j] = along[order];
  }
  for (int order = 0; order < 3; order++)
    spline(m->knots[l], rows[order], m->n_knots[l], z[l], out[order]);
  r->h += out[0][0];
  r->d[k] += out[1][0];
  r->d[l] += out[0][1];
  r->d2[k][k] += out[2][0];
  r->d2[l][l] += out[0][2];
  r->d2[k][l] += out[1][1];
  r->d2[l][k] += out[1][1];
}

static reference define(const model *m, const double *values, size_t q, size_t b, const double *z, int scale)
{
  reference r = { 0.0, { 0.0 }, { { 0.0 } } };
  r.h = scaled(values[(q * m->n_points + point_at(m, m->nominal)) * BINS + b], scale);
  for (size_t k = 0; k < m->n_axes; k++)
    add_axis(m, values, q, b, k, z[k], scale, &r);
  for (size_t p = 0; p < m->n_pairs; p++)
    add_pair(m, values, q, b, m->pairs[2 * p], m->pairs[2 * p + 1], z, scale, &r);
  return r;
}

/* Yields from their scale: f(h), with f' and f'' by the chain rule. */
static void unscale(const reference *r, int scale, double f[3])
{
  f[0] = scale == FAIRU_INTERPOLATION_LOG    ? exp(r->h)
         : scale == FAIRU_INTERPOLATION_SQRT ? r->h * r->h
                                             : r->h;
  f[1] = scale == FAIRU_INTERPOLATION_LOG ? f[0] : scale == FAIRU_INTERPOLATION_SQRT ? 2.0 * r->h : 1.0;
  f[2] = scale == FAIRU_INTERPOLATION_LOG ? f[0] : scale == FAIRU_INTERPOLATION_SQRT ? 2.0 : 0.0;
}

/* Noise at the knots makes a spline swing: sizes are of what is added up, some tens of the yields. */
static void check_bin(const model *m, const double *values, size_t q, size_t b, const double *z, int scale,
                      const double *nu, const double *d, const double *d2)
{
  const reference r = define(m, values, q, b, z, scale);
  const size_t n = m->n_axes, at = q * BINS + b;
  double f[3];
  unscale(&r, scale, f);
  CHECK_NEAR(nu[at], f[0], 1e-11 * (100.0 + fabs(f[0])));
  for (size_t k = 0; k < n; k++) {
    CHECK_NEAR(d[k * WIDTH + at], f[1] * r.d[k], 1e-10 * (1000.0 + fabs(f[1] * r.d[k])));
    for (size_t l = 0; l < n; l++) {
      const double wanted = f[2] * r.d[k] * r.d[l] + f[1] * r.d2[k][l];
      CHECK_NEAR(d2[(k * n + l) * WIDTH + at], wanted, 1e-10 * (10000.0 + fabs(wanted)));
    }
  }
}

typedef int (*evaluate_fn)(const fairu_templates *, fairu_context *, const double *, size_t, double *,
                           double *, double *);

static void check_model(uint64_t number, int scale, evaluate_fn evaluate, int variances)
{
  fairu_context *ctx = support_context();
  model m;
  fairu_templates *templates = make(ctx, &m, number, scale);
  const double *values = variances ? m.variances : m.yields;
  for (int point = 0; point < 6; point++) {
    double z[AXES] = { 0.0 }, nu[WIDTH], d[AXES * WIDTH], d2[AXES * AXES * WIDTH];
    for (size_t k = 0; k < m.n_axes; k++) /* ends and knots too */
      z[k] = point == 0   ? m.knots[k][m.n_knots[k] - 1]
             : point == 1 ? m.knots[k][0]
                          : between(&m, m.knots[k][0], m.knots[k][m.n_knots[k] - 1]);
    CHECK_OK(ctx, evaluate(templates, ctx, z, m.n_axes, nu, d, d2));
    for (size_t q = 0; q < PROCESSES; q++)
      for (size_t b = 0; b < BINS; b++)
        check_bin(&m, values, q, b, z, variances ? FAIRU_INTERPOLATION_LOG : scale, nu, d, d2);
  }
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void yields_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k++)
    check_model(k, (int)(k % 3), fairu_templates_evaluate, 0);
}

/* Variances stay positive whatever the yields do: by their logarithm. */
static void variances_are_those_of_the_definition(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < MODELS; k += 3)
    check_model(100 + k, (int)(k % 3), fairu_templates_evaluate_variance, 1);
}

/* Nominal first, then axis by axis, then pair by pair, second axis fastest. */
static void points_stand_in_the_order_that_is_promised(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t number = 0; number < MODELS; number++) {
    model m;
    fairu_templates *templates = make(ctx, &m, 200 + number, FAIRU_INTERPOLATION_LINEAR);
    size_t p = 0, knot[AXES];
    memcpy(knot, m.nominal, sizeof knot);
    if (m.n_axes > 1)
      assert_int_equal(point_at(&m, knot), p++);
    for (size_t k = 0; k < m.n_axes; k++)
      for (knot[k] = 0; knot[k] < m.n_knots[k] || (knot[k] = m.nominal[k], 0); knot[k]++)
        if (m.n_axes == 1 || knot[k] != m.nominal[k])
          assert_int_equal(point_at(&m, knot), p++);
    for (size_t i = 0; i < m.n_pairs; i++) {
      const size_t k = m.pairs[2 * i], l = m.pairs[2 * i + 1];
      for (size_t a = 0; a < m.n_knots[k]; a++)
        for (size_t b = 0; b < m.n_knots[l]; b++) {
          if (a == m.nominal[k] || b == m.nominal[l])
            continue;
          memcpy(knot, m.nominal, sizeof knot);
          knot[k] = a;
          knot[l] = b;
          assert_int_equal(point_at(&m, knot), p++);
        }
    }
    assert_int_equal(p, m.n_points);
    fairu_templates_destroy(templates);
  }
  fairu_context_destroy(ctx);
}

/* A spline does not know where zero is, nor the unit: shifted and stretched axes give the same yields, slopes in their unit. */
static void axes_have_no_natural_unit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t number = 0; number < MODELS; number++) {
    model m;
    fairu_templates *templates = make(ctx, &m, 300 + number, (int)(number % 3)), *moved = NULL;
    model other = m;
    for (size_t k = 0; k < m.n_axes; k++)
      for (size_t i = 0; i < m.n_knots[k]; i++)
        other.knots[k][i] = 4.0 * m.knots[k][i] + 16.0;
    fairu_grid *grid = make_grid(ctx, &other);
    CHECK_OK(ctx, fairu_templates_create(ctx, grid, names, PROCESSES, BINS, m.yields, NULL, (int)(number % 3),
                                         &moved));
    double z[AXES] = { 0.0 }, z4[AXES] = { 0.0 }, nu[2][WIDTH], d[2][AXES * WIDTH];
    for (size_t k = 0; k < m.n_axes; k++) {
      z[k] = between(&m, m.knots[k][0], m.knots[k][m.n_knots[k] - 1]);
      z4[k] = fmin(fmax(4.0 * z[k] + 16.0, other.knots[k][0]), other.knots[k][m.n_knots[k] - 1]);
    }
    CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z, m.n_axes, nu[0], d[0], NULL));
    CHECK_OK(ctx, fairu_templates_evaluate(moved, ctx, z4, m.n_axes, nu[1], d[1], NULL));
    for (size_t i = 0; i < WIDTH; i++)
      CHECK_NEAR(nu[0][i], nu[1][i], 1e-11 * (100.0 + fabs(nu[0][i])));
    for (size_t i = 0; i < m.n_axes * WIDTH; i++)
      CHECK_NEAR(d[0][i], 4.0 * d[1][i], 1e-10 * (1000.0 + fabs(d[0][i])));
    fairu_grid_destroy(grid);
    fairu_templates_destroy(templates);
    fairu_templates_destroy(moved);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_are_those_of_the_definition),
    cmocka_unit_test(variances_are_those_of_the_definition),
    cmocka_unit_test(points_stand_in_the_order_that_is_promised),
    cmocka_unit_test(axes_have_no_natural_unit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
