/* The baseline likelihood from templates: least-squares polynomials through their points; templates that are refused. */
#include "support/support.h"

enum { BINS = 4, NUISANCES = 2, POINTS = 15 };

static const fairu_challenge_baseline_nuisance two[NUISANCES] = { { "a", 1.0, 0.02, 0.9, 1.1 },
                                                                  { "b", 0.0, 1.0, 0.0, 5.0 } };

static int wiggle(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                  double *variances, void *user_data)
{
  const int degree = *(const int *)user_data;
  (void)n_axes;
  for (size_t i = 0; i < n_bins; i++) {
    const double a = 10.0 * (z[0] - 1.0), b = z[1] / 5.0, x = (double)i + 3.0 * (double)process;
    yields[i] = 100.0 + x + (20.0 + x) * pow(a, degree) + 10.0 * cos(x) * pow(b, degree) + x * a - 3.0 * b;
    if (degree > 5)
      yields[i] += 5.0 * sin(9.0 * a + x);
    if (variances)
      variances[i] = 0.0;
  }
  return 0;
}

static fairu_templates *make_templates(fairu_context *ctx, int degree, size_t n_points, int pair)
{
  static const char *const processes[3] = { "top", "higgs", "z" };
  static const size_t pairs[2] = { 0, 1 };
  double knots[2][POINTS];
  for (size_t i = 0; i < n_points; i++) {
    knots[0][i] = 0.9 + 0.2 * (double)i / (double)(n_points - 1);
    knots[1][i] = 5.0 * (double)i / (double)(n_points - 1);
  }
  const fairu_axis axes[2] = { { "a", knots[0], n_points, knots[0][n_points / 2] },
                               { "b", knots[1], n_points, 0.0 } };
  fairu_grid *grid = NULL;
  fairu_templates *templates = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, axes, 2, pairs, pair != 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, processes, 3, BINS, wiggle, &degree,
                                                     FAIRU_INTERPOLATION_LINEAR, &templates));
  fairu_grid_destroy(grid);
  return templates;
}

/* Polynomials of degree 5 are found again, in between the points too. */
static void polynomials_through_templates(void **state)
{
  (void)state;
  int degree = 5;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_templates(ctx, degree, POINTS, 0);
  fairu_challenge_baseline *b = NULL;
  double s[BINS], t[BINS], y[3][BINS];
  CHECK_OK(ctx,
           fairu_challenge_baseline_create_from_templates(ctx, templates, "higgs", two, NUISANCES, 5, &b));
  for (size_t k = 0; k < NUISANCES; k++)
    for (int step = 0; step <= 20; step++) {
      double z[2] = { 1.0, 0.0 };
      z[k] = two[k].lower + (two[k].upper - two[k].lower) * step / 20.0;
      CHECK_OK(ctx, fairu_challenge_baseline_polynomials(b, ctx, k, z[k], s, t));
      for (size_t p = 0; p < 3; p++)
        assert_int_equal(wiggle(p, z, 2, BINS, y[p], NULL, &degree), 0);
      for (size_t i = 0; i < BINS; i++) {
        CHECK_CLOSE(s[i], y[1][i], 1e-12);
        CHECK_CLOSE(t[i], y[0][i] + y[2][i], 1e-12);
      }
    }
  fairu_challenge_baseline_destroy(b);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

/* What is left of other functions is orthogonal to all powers. */
static void residuals_are_those_of_least_squares(void **state)
{
  (void)state;
  int degree = 7;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_templates(ctx, degree, POINTS, 0);
  fairu_challenge_baseline *b = NULL;
  double moments[BINS][6] = { { 0.0 } }, largest = 0.0;
  CHECK_OK(ctx,
           fairu_challenge_baseline_create_from_templates(ctx, templates, "higgs", two, NUISANCES, 5, &b));
  for (size_t i = 0; i < POINTS; i++) {
    const double z[2] = { 0.9 + 0.2 * (double)i / (POINTS - 1), 0.0 };
    double s[BINS], y[BINS], power = 1.0;
    CHECK_OK(ctx, fairu_challenge_baseline_polynomials(b, ctx, 0, z[0], s, NULL));
    assert_int_equal(wiggle(1, z, 2, BINS, y, NULL, &degree), 0);
    for (size_t p = 0; p < 6; p++, power *= 10.0 * (z[0] - 1.0))
      for (size_t j = 0; j < BINS; j++)
        moments[j][p] += (s[j] - y[j]) * power;
    largest = fmax(largest, fabs(s[0] - y[0]));
  }
  assert_true(largest > 1.0);
  for (size_t j = 0; j < BINS; j++)
    for (size_t p = 0; p < 6; p++)
      CHECK_NEAR(moments[j][p], 0.0, 1e-10);
  fairu_challenge_baseline_destroy(b);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

static void refuse_templates(fairu_context *ctx, const fairu_templates *templates, const char *signal,
                             const fairu_challenge_baseline_nuisance *nuisances, size_t n, size_t degree,
                             int code, const char *says)
{
  fairu_challenge_baseline *b = (fairu_challenge_baseline *)&code; /* must become NULL */
  CHECK_FAILS(
      ctx, code,
      fairu_challenge_baseline_create_from_templates(ctx, templates, signal, nuisances, n, degree, &b));
  CHECK_SAYS(ctx, says);
  assert_null(b);
}

static void wrong_templates_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_templates *templates = make_templates(ctx, 5, 5, 0), *paired = make_templates(ctx, 5, 5, 1);
  fairu_challenge_baseline_nuisance other[NUISANCES] = { two[0], two[1] };
  other[1].name = "c";
  refuse_templates(ctx, paired, "higgs", two, 2, 3, FAIRU_ERR_SHAPE, "pairs of axes (25 points, not 9)");
  refuse_templates(ctx, templates, "higgs", two, 2, 5, FAIRU_ERR_SHAPE,
                   "'a' has 5 points, too few for a polynomial of degree 5");
  refuse_templates(ctx, templates, "higgs", two, 1, 3, FAIRU_ERR_SHAPE, "have 2 axes, not 1");
  refuse_templates(ctx, templates, "higgs", other, 2, 3, FAIRU_ERR_NOT_FOUND, "no axis 'c'");
  refuse_templates(ctx, templates, "h", two, 2, 3, FAIRU_ERR_NOT_FOUND, "no process 'h'");
  other[1].name = "a";
  refuse_templates(ctx, templates, "higgs", other, 2, 3, FAIRU_ERR_DUPLICATE, "named 'a'");
  fairu_templates_destroy(paired);
  fairu_templates_destroy(templates);
  fairu_context_destroy(ctx);
}

/* ---- bad input ---------------------------------------------------------------------------------------- */

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(polynomials_through_templates),
    cmocka_unit_test(residuals_are_those_of_least_squares),
    cmocka_unit_test(wrong_templates_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
