/* Templates between the knots: closed forms, convergence, derivatives, pairs, scales. */
#include "support/support.h"

#include "numeric/moments.h"
#include "templates/templates_internal.h"

#define PI 3.14159265358979323846

enum { BINS = 10, PROCESSES = 2, WIDTH = BINS * PROCESSES };

static const char *const names[PROCESSES] = { "signal", "background" };

/* P(a < normal < b), from the tail that does not cancel. */
static double normal_between(double a, double b)
{
  const double r = 0.70710678118654752440;
  return a > 0.0 ? 0.5 * (erfc(a * r) - erfc(b * r)) : 0.5 * (erfc(-b * r) - erfc(-a * r));
}

/* The rotating toy: a fixed axis at pi/4, events at angle z, uniform bins of the score of slope 2 R / sigma^2. */
static void toy(double z, double *nu)
{
  const double sigma = 0.7, slope = 2.0 / (sigma * sigma), centre = cos(z - PI / 4);
  for (size_t b = 0; b < BINS; b++) {
    const double lo = b == 0 ? -HUGE_VAL : log((double)b / (double)(BINS - b)) / slope;
    const double hi = b + 1 == BINS ? HUGE_VAL : log((double)(b + 1) / (double)(BINS - b - 1)) / slope;
    nu[b] = 500.0 * normal_between((lo - centre) / sigma, (hi - centre) / sigma);
    nu[BINS + b] = 50000.0 * normal_between((lo + centre) / sigma, (hi + centre) / sigma);
  }
}

static int toy_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                      double *variances, void *user_data)
{
  double nu[WIDTH];
  (void)n_axes;
  (void)user_data;
  toy(z[0], nu);
  for (size_t b = 0; b < n_bins; b++) {
    yields[b] = nu[process * BINS + b];
    if (variances)
      variances[b] = 0.01 * yields[b];
  }
  return 0;
}

/* n knots over [-pi/4, 3 pi/4]. */
static fairu_templates *make_toy(fairu_context *ctx, size_t n, int interpolation)
{
  static double knots[1000];
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  for (size_t i = 0; i < n; i++)
    knots[i] = -PI / 4 + PI * (double)i / (double)(n - 1);
  const fairu_axis axis = { "angle", knots, n, PI / 4 };
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, names, PROCESSES, BINS, toy_yields, NULL,
                                                     interpolation, &templates));
  fairu_grid_destroy(grid);
  return templates;
}

static double worst_error(fairu_context *ctx, const fairu_templates *templates, int at_knots)
{
  double worst = 0.0, nu[WIDTH], wanted[WIDTH];
  const size_t n = fairu_grid_n_points(fairu_templates_grid(templates));
  fairu_axis axis;
  CHECK_OK(ctx, fairu_grid_axis(fairu_templates_grid(templates), ctx, 0, &axis));
  for (size_t i = 0; i + 1 < n; i++)
    for (int part = 0; part < (at_knots ? 1 : 4); part++) {
      const double z =
          axis.knots[i] + (axis.knots[i + 1] - axis.knots[i]) * (at_knots ? 0.0 : 0.2 * (part + 1));
      CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, &z, 1, nu, NULL, NULL));
      toy(z, wanted);
      for (size_t b = 0; b < WIDTH; b++)
        worst = fmax(worst, fabs(nu[b] / wanted[b] - 1.0));
    }
  return worst;
}

static void the_toy_is_met_at_the_knots_and_between(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_toy(ctx, 41, FAIRU_INTERPOLATION_LOG);
  CHECK_NEAR(worst_error(ctx, templates, 1), 0.0, 1.5e-15);
  CHECK_NEAR(worst_error(ctx, templates, 0), 0.0, 1e-5);
  fairu_templates_destroy(templates);
  templates = make_toy(ctx, 41, FAIRU_INTERPOLATION_SQRT);
  CHECK_NEAR(worst_error(ctx, templates, 1), 0.0, 1e-15);
  CHECK_NEAR(worst_error(ctx, templates, 0), 0.0, 2e-5);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void error_falls_with_the_fourth_power(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    double error[3];
    for (size_t i = 0; i < 3; i++) {
      fairu_templates *templates = make_toy(ctx, 80 * ((size_t)1 << i) + 1, scale);
      error[i] = worst_error(ctx, templates, 0);
      fairu_templates_destroy(templates);
    }
    for (size_t i = 0; i < 2; i++)
      CHECK_NEAR(log2(error[i] / error[i + 1]), 4.0, 0.25);
  }
  fairu_context_destroy(ctx);
}

/* templates10.csv: classifier,z,bin,signal_mu1,background with 10 digits. */
static void published_tables_are_met(void **state)
{
  (void)state;
  char path[1024], classifier[64], line[256];
  if (!support_data(path, sizeof path, "toy-rotation/templates10.csv"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_toy(ctx, 41, FAIRU_INTERPOLATION_LOG);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t n_checked = 0;
  while (fgets(line, sizeof line, file)) {
    double z, signal, background, nu[WIDTH];
    size_t bin;
    if (sscanf(line, "%63[^,],%lf,%zu,%lf,%lf", classifier, &z, &bin, &signal, &background) != 5 ||
        strcmp(classifier, "baseline_opt") != 0)
      continue;
    z = round(z * 40.0 / PI) * PI / 40.0; /* the node that the table rounds to 10 digits */
    CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, &z, 1, nu, NULL, NULL));
    CHECK_CLOSE(nu[bin], signal, 1e-8);
    CHECK_CLOSE(nu[BINS + bin], background, 1e-8);
    n_checked++;
  }
  fclose(file);
  assert_int_equal(n_checked, 210);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

/* ---- several axes ------------------------------------------------------------------------------------- */

enum { N_A = 6, N_B = 5, N_C = 1 };
static const double knots_a[N_A] = { -2.0, -1.1, 0.0, 0.7, 1.5, 2.0 };
static const double knots_b[N_B] = { 0.8, 0.9, 1.0, 1.15, 1.3 };
static const double knots_c[N_C] = { 4.0 };

typedef int (*surface_fn)(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                          double *variances, void *user_data);

static fairu_templates *make_three(fairu_context *ctx, surface_fn fn, int interpolation)
{
  const fairu_axis axes[3] = { { "a", knots_a, N_A, 0.0 },
                               { "b", knots_b, N_B, 1.0 },
                               { "c", knots_c, N_C, 4.0 } };
  const size_t pair[2] = { 0, 1 };
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 3, pair, 1, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, names, PROCESSES, BINS, fn, NULL,
                                                     interpolation, &templates));
  fairu_grid_destroy(grid);
  return templates;
}

/* exp of a polynomial of degree 3 in a times degree 3 in b: the logarithm is reproduced exactly. */
static int cubic_in_log(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                        double *variances, void *user_data)
{
  (void)n_axes;
  (void)variances;
  (void)user_data;
  const double a = z[0], b = z[1] - 1.0;
  for (size_t i = 0; i < n_bins; i++) {
    const double t = 0.1 * (double)(i + 1) + (double)process;
    yields[i] = exp(3.0 + t * a * (0.1 + 0.05 * a - 0.02 * a * a) + t * b * (1.0 - 2.0 * b + b * b) +
                    0.3 * a * b * (1.0 + t * a - 0.1 * a * a) * (1.0 - t * b + b * b));
  }
  return 0;
}

static int smooth(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                  double *variances, void *user_data)
{
  (void)n_axes;
  (void)user_data;
  for (size_t i = 0; i < n_bins; i++) {
    yields[i] = 2.0 + cos(z[0] + 0.3 * (double)i) * sin(3.0 * z[1] + (double)process);
    variances[i] = process == 0 && i == 3 ? fmax(0.0, z[0]) : 0.1 + 0.05 * sin(z[0] * z[1]);
  }
  return 0;
}

static void products_of_cubics_are_exact(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_three(ctx, cubic_in_log, FAIRU_INTERPOLATION_LOG);
  for (double a = -2.0; a <= 2.0; a += 0.19)
    for (double b = 0.8; b <= 1.3; b += 0.043) {
      const double z[3] = { a, b, 123.0 }; /* an axis of one knot takes anything */
      double nu[WIDTH], wanted[BINS];
      CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z, 3, nu, NULL, NULL));
      for (size_t q = 0; q < PROCESSES; q++) {
        cubic_in_log(q, z, 3, BINS, wanted, NULL, NULL);
        for (size_t i = 0; i < BINS; i++)
          CHECK_CLOSE(nu[q * BINS + i], wanted[i], 1e-13);
      }
    }
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

/* All points of the grid come back, in each scale; the pair adds nothing on the nominal lines. */
static void points_come_back(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    fairu_templates *templates = make_three(ctx, smooth, scale);
    const fairu_grid *grid = fairu_templates_grid(templates);
    double z[3 * (1 + N_A - 1 + N_B - 1 + (N_A - 1) * (N_B - 1))], nu[WIDTH];
    CHECK_OK(ctx, fairu_grid_points(grid, ctx, z));
    for (size_t p = 0; p < fairu_grid_n_points(grid); p++) {
      CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z + 3 * p, 3, nu, NULL, NULL));
      for (size_t q = 0; q < PROCESSES; q++)
        for (size_t i = 0; i < BINS; i++)
          CHECK_CLOSE(nu[q * BINS + i], fairu_templates_yields(templates, q, p)[i], 4e-15);
    }
    fairu_templates_destroy(templates);
  }
  fairu_context_destroy(ctx);
}

typedef int (*evaluate_fn)(const fairu_templates *, fairu_context *, const double *, size_t, double *,
                           double *, double *);

/* Central differences at one point. */
static void check_derivatives(fairu_context *ctx, const fairu_templates *templates, evaluate_fn evaluate,
                              const double z[3])
{
  const double h = 1e-5;
  double nu[WIDTH], d[3 * WIDTH], d2[9 * WIDTH], plus[WIDTH], minus[WIDTH], d_plus[3 * WIDTH],
      d_minus[3 * WIDTH];
  CHECK_OK(ctx, evaluate(templates, ctx, z, 3, nu, d, d2));
  for (size_t k = 0; k < 3; k++) {
    double up[3] = { z[0], z[1], z[2] }, down[3] = { z[0], z[1], z[2] };
    up[k] += h;
    down[k] -= h;
    CHECK_OK(ctx, evaluate(templates, ctx, up, 3, plus, d_plus, NULL));
    CHECK_OK(ctx, evaluate(templates, ctx, down, 3, minus, d_minus, NULL));
    for (size_t b = 0; b < WIDTH; b++)
      CHECK_NEAR(d[k * WIDTH + b], (plus[b] - minus[b]) / (up[k] - down[k]), 1e-7);
    for (size_t l = 0; l < 3; l++)
      for (size_t b = 0; b < WIDTH; b++) {
        CHECK_NEAR(d2[(k * 3 + l) * WIDTH + b],
                   (d_plus[l * WIDTH + b] - d_minus[l * WIDTH + b]) / (up[k] - down[k]),
                   1e-7 * fmax(1.0, fabs(d2[(k * 3 + l) * WIDTH + b])));
        assert_true(d2[(k * 3 + l) * WIDTH + b] == d2[(l * 3 + k) * WIDTH + b]);
      }
  }
}

static void derivatives_are_those_of_the_value(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double points[3][3] = { { 0.31, 1.04, 4.0 }, { -1.9, 0.83, 4.0 }, { 1.6, 1.22, 4.0 } };
  for (int scale = FAIRU_INTERPOLATION_LOG; scale <= FAIRU_INTERPOLATION_SQRT; scale++) {
    fairu_templates *templates = make_three(ctx, smooth, scale);
    for (size_t i = 0; i < 3; i++) {
      check_derivatives(ctx, templates, fairu_templates_evaluate, points[i]);
      check_derivatives(ctx, templates, fairu_templates_evaluate_variance, points[i]);
    }
    fairu_templates_destroy(templates);
  }
  fairu_context_destroy(ctx);
}

/* Whatever is asked for together, the numbers are the same. */
static void outputs_do_not_depend_on_what_else_is_asked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_three(ctx, smooth, FAIRU_INTERPOLATION_LOG);
  const double z[3] = { 0.5, 1.1, 4.0 };
  double nu[3][WIDTH], d[2][3 * WIDTH], d2[2][9 * WIDTH];
  CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z, 3, nu[0], d[0], d2[0]));
  CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z, 3, nu[1], NULL, d2[1]));
  CHECK_OK(ctx, fairu_templates_evaluate(templates, ctx, z, 3, nu[2], d[1], NULL));
  assert_memory_equal(nu[0], nu[1], sizeof nu[0]);
  assert_memory_equal(nu[0], nu[2], sizeof nu[0]);
  assert_memory_equal(d[0], d[1], sizeof d[0]);
  assert_memory_equal(d2[0], d2[1], sizeof d2[0]);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void moments_are_those_of_one_spline(void **state)
{
  (void)state;
  enum { N = 9 };
  double x[N], rows[N][6], factors[64];
  assert_true(fairu_moments__size(N) <= 64);
  for (size_t i = 0; i < N; i++) {
    x[i] = (double)i + 0.3 * sin((double)i);
    for (size_t b = 0; b < 3; b++)
      rows[i][b] = b == 2 ? x[i] * x[i] * x[i] : cos((double)(i * (b + 1)));
  }
  fairu_moments__factor(x, N, factors);
  fairu_moments__solve(factors, N, rows[0], 6, 3, 3);
  for (size_t i = 0; i < N; i++)
    CHECK_NEAR(rows[i][5], 6.0 * x[i], 1e-12); /* of a cubic: exact */
  for (size_t b = 0; b < 2; b++)               /* value and slope meet at the inner knots */
    for (size_t i = 1; i + 1 < N; i++) {
      const double h0 = x[i] - x[i - 1], h1 = x[i + 1] - x[i];
      const double left =
          (rows[i][b] - rows[i - 1][b]) / h0 + (2 * rows[i][3 + b] + rows[i - 1][3 + b]) * h0 / 6;
      const double right =
          (rows[i + 1][b] - rows[i][b]) / h1 - (2 * rows[i][3 + b] + rows[i + 1][3 + b]) * h1 / 6;
      CHECK_NEAR(left, right, 1e-13);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_toy_is_met_at_the_knots_and_between),
    cmocka_unit_test(error_falls_with_the_fourth_power),
    cmocka_unit_test(published_tables_are_met),
    cmocka_unit_test(products_of_cubics_are_exact),
    cmocka_unit_test(points_come_back),
    cmocka_unit_test(derivatives_are_those_of_the_value),
    cmocka_unit_test(outputs_do_not_depend_on_what_else_is_asked),
    cmocka_unit_test(moments_are_those_of_one_spline),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
