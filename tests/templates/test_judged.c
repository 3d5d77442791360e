/* Yields and variances that a scale cannot take: random templates on random grids with faults in random places against a plain
 * judge, who also says at which Z. And the widths of kernels by their formulas. */
#include "support/draws.h"
#include "support/support.h"

#include <float.h>

enum { MOST_AXES = 3, MOST_KNOTS = 6, MOST_POINTS = 200, MOST_PROCESSES = 3, MOST_BINS = 4 };
enum { MOST_VALUES = MOST_POINTS * MOST_PROCESSES * MOST_BINS };

static const char *const process_names[MOST_PROCESSES] = { "htautau", "ztautau", "ttbar" };
static const char *const axis_names[MOST_AXES] = { "tes", "jes", "soft_met" };

/* ---- grids and their points ------------------------------------------------------------------------------ */

typedef struct plain_grid {
  size_t n_axes, n_pairs, pairs[2 * MOST_AXES], n_points;
  fairu_axis axes[MOST_AXES];
  double knots[MOST_AXES][MOST_KNOTS];
  double z[MOST_POINTS][MOST_AXES];
} plain_grid;

static void draw_axis(draws *d, plain_grid *g, size_t k)
{
  const size_t n = draw_below(d, 4) == 0 ? 1 : 4 + draw_below(d, MOST_KNOTS - 3);
  double at = (double)draw_below(d, 9) - 4.0;
  for (size_t i = 0; i < n; i++, at += 0.125 * (double)(1 + draw_below(d, 8)))
    g->knots[k][i] = at;
  g->axes[k] = (fairu_axis){ .name = axis_names[k], .knots = g->knots[k], .n_knots = n };
  g->axes[k].nominal = g->knots[k][draw_below(d, n)];
}

/* Every pair there can be is taken or not, in either order. */
static void draw_pairs(draws *d, plain_grid *g)
{
  for (size_t a = 0; a < g->n_axes; a++)
    for (size_t b = a + 1; b < g->n_axes; b++) {
      if (g->axes[a].n_knots == 1 || g->axes[b].n_knots == 1 || draw_below(d, 2))
        continue;
      const size_t turned = draw_below(d, 2);
      g->pairs[2 * g->n_pairs] = turned ? b : a;
      g->pairs[2 * g->n_pairs++ + 1] = turned ? a : b;
    }
}

static double *next_point(plain_grid *g)
{
  assert_true(g->n_points < MOST_POINTS);
  double *z = g->z[g->n_points++];
  for (size_t k = 0; k < g->n_axes; k++)
    z[k] = g->axes[k].nominal;
  return z;
}

/* One axis: its knots. Several: the nominal point, then each axis by itself, then the cells of pairs, the second the faster. */
static void list_points(plain_grid *g)
{
  for (size_t i = 0; g->n_axes == 1 && i < g->axes[0].n_knots; i++)
    next_point(g)[0] = g->knots[0][i];
  if (g->n_axes == 1)
    return;
  next_point(g);
  for (size_t k = 0; k < g->n_axes; k++)
    for (size_t i = 0; i < g->axes[k].n_knots; i++)
      if (g->knots[k][i] != g->axes[k].nominal)
        next_point(g)[k] = g->knots[k][i];
  for (size_t q = 0; q < g->n_pairs; q++) {
    const size_t a = g->pairs[2 * q], b = g->pairs[2 * q + 1];
    for (size_t i = 0; i < g->axes[a].n_knots; i++)
      for (size_t j = 0; j < g->axes[b].n_knots; j++)
        if (g->knots[a][i] != g->axes[a].nominal && g->knots[b][j] != g->axes[b].nominal) {
          double *z = next_point(g);
          z[a] = g->knots[a][i];
          z[b] = g->knots[b][j];
        }
  }
}

static void draw_grid(draws *d, plain_grid *g)
{
  memset(g, 0, sizeof *g);
  g->n_axes = draw_below(d, MOST_AXES + 1);
  for (size_t k = 0; k < g->n_axes; k++)
    draw_axis(d, g, k);
  if (g->n_axes > 1)
    draw_pairs(d, g);
  list_points(g);
}

static fairu_grid *made_grid(fairu_context *ctx, const plain_grid *g)
{
  fairu_grid *grid = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, g->axes, g->n_axes, g->pairs, g->n_pairs, &grid));
  return grid;
}

static void points_are_in_their_order(void **state)
{
  static plain_grid g;
  static double z[MOST_POINTS * MOST_AXES];
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 71 };
  for (int k = 0; k < 500; k++) {
    draw_grid(&d, &g);
    fairu_grid *grid = made_grid(ctx, &g);
    assert_int_equal(fairu_grid_n_points(grid), g.n_points);
    assert_int_equal(fairu_grid_n_axes(grid), g.n_axes);
    CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
    for (size_t p = 0; p < g.n_points; p++)
      for (size_t a = 0; a < g.n_axes; a++)
        assert_true(z[p * g.n_axes + a] == g.z[p][a]);
    fairu_grid_destroy(grid);
  }
  fairu_context_destroy(ctx);
}

/* ---- values and the judge --------------------------------------------------------------------------------- */

typedef struct plain_case {
  plain_grid grid;
  size_t n_processes, n_bins;
  int interpolation, has_variances;
  double yields[MOST_VALUES], variances[MOST_VALUES];
} plain_case;

static double *value_at(plain_case *c, double *values, size_t q, size_t p, size_t b)
{
  return &values[(q * c->grid.n_points + p) * c->n_bins + b];
}

/* One of what goes wrong, often harmless: zeros, small and large numbers. */
static double odd_value(draws *d)
{
  static const double odd[] = { 0.0,     -0.0,     -1.0,     -DBL_MIN,  DBL_MIN,
                                DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, NAN };
  return odd[draw_below(d, sizeof odd / sizeof *odd)];
}

static void draw_case(draws *d, plain_case *c)
{
  draw_grid(d, &c->grid);
  c->n_processes = 1 + draw_below(d, MOST_PROCESSES);
  c->n_bins = 1 + draw_below(d, MOST_BINS);
  c->interpolation = (int)draw_below(d, 3);
  c->has_variances = (int)draw_below(d, 2);
  const size_t n = c->n_processes * c->grid.n_points * c->n_bins;
  for (size_t i = 0; i < n; i++) {
    c->yields[i] = draw_between(d, 0.5, 20.0);
    c->variances[i] = draw_below(d, 3) ? draw_unit(d) : 0.0;
  }
  if (draw_below(d, 3) == 0) /* a bin that is empty at all points */
    for (size_t p = 0, q = draw_below(d, c->n_processes), b = draw_below(d, c->n_bins); p < c->grid.n_points;
         p++)
      *value_at(c, c->yields, q, p, b) = 0.0;
  for (size_t k = draw_below(d, 4); k > 0; k--)
    c->yields[draw_below(d, n)] = odd_value(d);
  for (size_t k = draw_below(d, 3); k > 0; k--)
    c->variances[draw_below(d, n)] = odd_value(d);
}

typedef struct verdict {
  int code;
  size_t process, point, bin;
  double value;
  const char *what, *advice;
} verdict;

static verdict judge_finite(plain_case *c, double *values, const char *what)
{
  for (size_t q = 0; q < c->n_processes; q++)
    for (size_t p = 0; p < c->grid.n_points; p++)
      for (size_t b = 0; b < c->n_bins; b++) {
        const double value = *value_at(c, values, q, p, b);
        if (isnan(value) || isinf(value))
          return (verdict){ FAIRU_ERR_NON_FINITE, q, p, b, value, what, "" };
      }
  return (verdict){ .code = FAIRU_OK };
}

/* A root needs numbers that are not negative, a logarithm those that are positive everywhere or nowhere. */
static verdict judge_bin(plain_case *c, size_t q, size_t b)
{
  size_t n_zero = 0, first_zero = 0;
  for (size_t p = c->grid.n_points; p-- > 0;)
    if (*value_at(c, c->yields, q, p, b) == 0.0) {
      n_zero++;
      first_zero = p;
    }
  for (size_t p = 0; p < c->grid.n_points; p++)
    if (*value_at(c, c->yields, q, p, b) < 0.0)
      return (verdict){ FAIRU_ERR_NEGATIVE_YIELD,    q, p, b, *value_at(c, c->yields, q, p, b), "yield",
                        "FAIRU_INTERPOLATION_LINEAR" };
  if (c->interpolation == FAIRU_INTERPOLATION_LOG && n_zero > 0 && n_zero < c->grid.n_points)
    return (verdict){
      FAIRU_ERR_NEGATIVE_YIELD,  q, first_zero, b, *value_at(c, c->yields, q, first_zero, b), "yield",
      "FAIRU_INTERPOLATION_SQRT"
    };
  return (verdict){ .code = FAIRU_OK };
}

static verdict judge(plain_case *c)
{
  verdict v = judge_finite(c, c->yields, "yield");
  for (size_t q = 0; q < c->n_processes && c->interpolation != FAIRU_INTERPOLATION_LINEAR; q++)
    for (size_t b = 0; b < c->n_bins && v.code == FAIRU_OK; b++)
      v = judge_bin(c, q, b);
  if (v.code != FAIRU_OK || !c->has_variances)
    return v;
  v = judge_finite(c, c->variances, "variance");
  for (size_t q = 0; q < c->n_processes && v.code == FAIRU_OK; q++)
    for (size_t p = 0; p < c->grid.n_points && v.code == FAIRU_OK; p++)
      for (size_t b = 0; b < c->n_bins && v.code == FAIRU_OK; b++)
        if (*value_at(c, c->variances, q, p, b) < 0.0)
          v = (verdict){ FAIRU_ERR_RANGE,          q, p, b, *value_at(c, c->variances, q, p, b), "variance",
                         "; it cannot be negative" };
  return v;
}

/* The whole message by the verdict: process, bin, Z of the point, value, advice. */
static void check_verdict(fairu_context *ctx, const plain_case *c, const verdict *v, int status)
{
  char text[512];
  assert_int_equal(status, v->code);
  if (v->code == FAIRU_OK)
    return;
  int used = snprintf(text, sizeof text, "process '%s', bin %zu, at ", process_names[v->process], v->bin);
  if (c->grid.n_axes == 0)
    used += snprintf(text + used, sizeof text - (size_t)used, "the only point");
  for (size_t k = 0; k < c->grid.n_axes; k++)
    used += snprintf(text + used, sizeof text - (size_t)used, "%s%s = %.6g", k ? ", " : "", axis_names[k],
                     c->grid.z[v->point][k]);
  snprintf(text + used, sizeof text - (size_t)used, ": %s is %.17g", v->what, v->value);
  CHECK_SAYS(ctx, text);
  CHECK_SAYS(ctx, v->advice);
}

/* Variances that are 0 everywhere are none. */
static void check_kept(const plain_case *c, const fairu_templates *t)
{
  const size_t row = c->n_bins * sizeof(double);
  int any = 0;
  for (size_t i = 0; i < c->n_processes * c->grid.n_points * c->n_bins; i++)
    any |= c->has_variances && c->variances[i] > 0.0;
  for (size_t q = 0; q < c->n_processes; q++)
    for (size_t p = 0; p < c->grid.n_points; p++) {
      const size_t at = (q * c->grid.n_points + p) * c->n_bins;
      const double *variances = fairu_templates_variances(t, q, p);
      assert_memory_equal(fairu_templates_yields(t, q, p), c->yields + at, row);
      assert_true((variances != NULL) == (any != 0));
      if (variances)
        assert_memory_equal(variances, c->variances + at, row);
    }
}

static void faults_are_named_as_by_a_plain_judge(void **state)
{
  static plain_case c;
  size_t seen[3] = { 0, 0, 0 };
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 72 };
  for (int k = 0; k < 3000; k++) {
    draw_case(&d, &c);
    fairu_grid *grid = made_grid(ctx, &c.grid);
    fairu_templates *t = NULL;
    const verdict v = judge(&c);
    const int status = fairu_templates_create(ctx, grid, process_names, c.n_processes, c.n_bins, c.yields,
                                              c.has_variances ? c.variances : NULL, c.interpolation, &t);
    check_verdict(ctx, &c, &v, status);
    assert_true((t != NULL) == (v.code == FAIRU_OK));
    if (t)
      check_kept(&c, t);
    seen[v.code == FAIRU_OK ? 0 : v.code == FAIRU_ERR_NON_FINITE ? 1 : 2]++;
    fairu_templates_destroy(t);
    fairu_grid_destroy(grid);
  }
  assert_true(seen[0] > 300 && seen[1] > 300 && seen[2] > 300); /* none is left out */
  fairu_context_destroy(ctx);
}

/* ---- widths of kernels -------------------------------------------------------------------------------------- */

/* Distinct values in rising order with whole weights: value i stands weights[i] times. Where the cumulated weight is next to
 * j / 4 of all there is an edge, between that value and the next. */
static double plain_bandwidth(int rule, const float *values, const double *weights, size_t n)
{
  double total = 0.0, squares = 0.0, mean = 0.0, variance = 0.0, edges[3], before = 0.0;
  for (size_t i = 0; i < n; i++) {
    total += weights[i];
    squares += weights[i] * weights[i];
    mean += weights[i] * (double)values[i];
  }
  mean /= total;
  for (size_t i = 0; i < n; i++)
    variance += weights[i] * ((double)values[i] - mean) * ((double)values[i] - mean) / total;
  for (size_t j = 0; j < 3; j++) {
    double best = HUGE_VAL, sum = 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
      sum += weights[i];
      if (fabs(sum - total * (double)(j + 1) / 4.0) < best) {
        best = fabs(sum - total * (double)(j + 1) / 4.0);
        edges[j] = 0.5 * ((double)values[i] + (double)values[i + 1]);
      }
    }
    assert_true(j == 0 || edges[j] > before);
    before = edges[j];
  }
  const double sigma = sqrt(variance), factor = pow(total * total / squares, -0.2);
  return rule == FAIRU_BANDWIDTH_SCOTT ? 1.06 * sigma * factor
                                       : 0.9 * fmin(sigma, (edges[2] - edges[0]) / 1.34) * factor;
}

static void widths_are_their_formulas(void **state)
{
  enum { N = 300 };
  float values[N], turned[N];
  double weights[N], mixed[N], scaled[N];
  (void)state;
  fairu_context *ctx = support_context();
  draws d = { 73 };
  for (int k = 0; k < 200; k++) {
    const size_t n = 20 + draw_below(&d, N - 20), step = 7; /* coprime to n after the next line */
    const size_t m = n % step == 0 ? n - 1 : n;
    const int rule = k % 2;
    double at = draw_between(&d, -3.0, 3.0), h, other;
    for (size_t i = 0; i < m; i++, at += exp(draw_between(&d, -4.0, 1.0))) {
      values[i] = (float)at;
      weights[i] = (double)(1 + draw_below(&d, 3));
    }
    for (size_t i = 0; i < m; i++) { /* in another order, in other units */
      turned[i] = values[(i * step) % m];
      mixed[i] = weights[(i * step) % m];
      scaled[i] = ldexp(mixed[i], 300 - 3 * k);
    }
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, rule, values, weights, m, &h));
    CHECK_CLOSE(h, plain_bandwidth(rule, values, weights, m), 1e-12);
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, rule, turned, mixed, m, &other));
    CHECK_CLOSE(other, h, 1e-12);
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, rule, turned, scaled, m, &other));
    CHECK_CLOSE(other, h, 1e-12);
    for (size_t i = 0; i < m; i++)
      turned[i] = -8.0f * turned[i];
    CHECK_OK(ctx, fairu_kernel_bandwidth(ctx, FAIRU_BANDWIDTH_SCOTT, turned, mixed, m, &other));
    CHECK_CLOSE(other, 8.0 * plain_bandwidth(FAIRU_BANDWIDTH_SCOTT, values, weights, m), 1e-12);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(points_are_in_their_order),
    cmocka_unit_test(faults_are_named_as_by_a_plain_judge),
    cmocka_unit_test(widths_are_their_formulas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
