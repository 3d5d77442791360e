/* Draws from priors against the distributions they come from: moments, Kolmogorov-Smirnov distance, atoms, keys. */
#include "support/support.h"

enum { N = 40000 };

/* Seeds are fixed, so no test fails by chance; a distance this large has probability 2 exp(-2 d^2) = 1e-6. */
#define MOST_DISTANCE (2.693 / sqrt((double)N))

static fairu_nuisance nuisance_of(const char *name, int prior, double nominal, double width)
{
  fairu_nuisance nu;
  assert_int_equal(fairu_nuisance_init(&nu, sizeof nu), FAIRU_OK);
  nu.name = name;
  nu.prior = prior;
  nu.nominal = nominal;
  nu.width = width;
  return nu;
}

static double normal(double x)
{
  return 0.5 * erfc(-x / sqrt(2.0));
}

/* Distribution function of the prior without its range. */
static double distribution(const fairu_nuisance *nu, double z)
{
  const double centre = isnan(nu->centre) ? nu->nominal : nu->centre;
  if (nu->prior == FAIRU_PRIOR_UNIFORM)
    return (z - nu->lower) / (nu->upper - nu->lower);
  if (nu->prior == FAIRU_PRIOR_LOG_NORMAL)
    return z > 0 ? normal(log(z / centre) / nu->width) : 0.0;
  return normal((z - centre) / nu->width);
}

static double truncated(const fairu_nuisance *nu, double z)
{
  const double low = distribution(nu, nu->lower), high = distribution(nu, nu->upper);
  return (distribution(nu, z) - low) / (high - low);
}

static int rising(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double distance(const fairu_nuisance *nu, double *values, size_t n,
                       double (*cdf)(const fairu_nuisance *, double))
{
  double most = 0.0;
  qsort(values, n, sizeof *values, rising);
  for (size_t i = 0; i < n; i++) {
    const double p = cdf(nu, values[i]);
    most = fmax(most, fmax(fabs(p - (double)i / (double)n), fabs(p - ((double)i + 1.0) / (double)n)));
  }
  return most;
}

static double *drawn(fairu_context *ctx, const fairu_nuisance *nu, uint64_t seed, int clip)
{
  double *values = malloc(N * sizeof *values);
  assert_non_null(values);
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, nu, seed, 0, N, clip, values));
  for (size_t i = 0; i < N; i++)
    assert_true(values[i] >= nu->lower && values[i] <= nu->upper);
  return values;
}

static void check_distribution(fairu_context *ctx, const fairu_nuisance *nu, int clip,
                               double (*cdf)(const fairu_nuisance *, double))
{
  double *values = drawn(ctx, nu, 17, clip);
  const double most = distance(nu, values, N, cdf);
  if (!(most < MOST_DISTANCE))
    fail_msg("%s, prior %d: distance %g, at most %g", nu->name, nu->prior, most, MOST_DISTANCE);
  free(values);
}

static void plain_priors_have_their_distributions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("tes", FAIRU_PRIOR_GAUSSIAN, 1.0, 0.01);
  check_distribution(ctx, &nu, 0, distribution);
  check_distribution(ctx, &nu, 1, distribution);
  nu.centre = 3.0; /* not where the simulation is */
  check_distribution(ctx, &nu, 0, distribution);
  nu = nuisance_of("scale", FAIRU_PRIOR_LOG_NORMAL, 2.0, 0.7);
  check_distribution(ctx, &nu, 0, distribution);
  nu.nominal = 0.0;
  nu.centre = 1.5;
  check_distribution(ctx, &nu, 0, distribution);
  nu = nuisance_of("flat", FAIRU_PRIOR_UNIFORM, 0.0, 1.0);
  nu.lower = -2.0;
  nu.upper = 5.0;
  check_distribution(ctx, &nu, 0, distribution);
  check_distribution(ctx, &nu, 1, distribution);
  fairu_context_destroy(ctx);
}

static void truncated_priors_are_renormalised(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("tes", FAIRU_PRIOR_GAUSSIAN, 1.0, 0.01);
  nu.lower = 0.995;
  nu.upper = 1.03;
  check_distribution(ctx, &nu, 0, truncated);
  nu.lower = 0.97;
  nu.upper = 1.0;
  check_distribution(ctx, &nu, 0, truncated);
  nu = nuisance_of("scale", FAIRU_PRIOR_LOG_NORMAL, 1.0, 1.0);
  nu.lower = 0.0;
  nu.upper = 5.0;
  check_distribution(ctx, &nu, 0, truncated);
  fairu_context_destroy(ctx);
}

/* x - a of the far tail x > a is nearly exponential with mean (1 - 2 / a^2 ..) / a: a digit of erfc is lost nowhere. */
static double far_tail(const fairu_nuisance *nu, double z)
{
  return 1.0 - erfc(z / sqrt(2.0)) / erfc(nu->lower / sqrt(2.0));
}

static void far_tails_are_drawn(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("far", FAIRU_PRIOR_GAUSSIAN, 20.5, 1.0);
  nu.centre = 0.0;
  nu.lower = 20.0;
  check_distribution(ctx, &nu, 0, far_tail);
  double up, down;
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, &nu, 5, 0, 1, 0, &up));
  nu.nominal = -20.5;
  nu.upper = -20.0;
  nu.lower = -HUGE_VAL;
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, &nu, 5, 0, 1, 0, &down));
  assert_true(up > 20.0 && up < 21.0 && down < -20.0 && down > -21.0);
  nu.lower = -100.0;
  nu.nominal = -90.0;
  nu.upper = -80.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_nuisance_draw(ctx, &nu, 5, 0, 1, 0, &down));
  CHECK_SAYS(ctx, "nuisance far: nothing of the prior lies in the range [-100, -80]");
  fairu_context_destroy(ctx);
}

static void moments_are_closed_forms(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_nuisance list[2] = { nuisance_of("a", FAIRU_PRIOR_GAUSSIAN, 2.0, 0.3),
                                   nuisance_of("b", FAIRU_PRIOR_LOG_NORMAL, 2.0, 0.3) };
  for (int k = 0; k < 2; k++) {
    double *values = drawn(ctx, &list[k], 3, 0), sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < N; i++)
      sum += values[i];
    const double mean = sum / N;
    for (size_t i = 0; i < N; i++)
      squares += (values[i] - mean) * (values[i] - mean);
    const double w2 = 0.09, wanted_mean = k == 0 ? 2.0 : 2.0 * exp(0.5 * w2);
    const double variance = k == 0 ? w2 : wanted_mean * wanted_mean * expm1(w2);
    CHECK_NEAR(mean, wanted_mean, 5.0 * sqrt(variance / N));
    CHECK_NEAR(squares / N, variance, variance * (k == 0 ? 5.0 * sqrt(2.0 / N) : 0.1));
    free(values);
  }
  fairu_context_destroy(ctx);
}

/* Number of values at an end: five standard deviations of a binomial. */
static void check_atom(const double *values, double end, double p)
{
  double n = 0.0;
  for (size_t i = 0; i < N; i++)
    n += values[i] == end;
  CHECK_NEAR(n, N * p, 5.0 * sqrt(N * p * (1.0 - p)) + 1.0);
}

static void clipping_leaves_atoms_at_the_ends(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("log_soft_met", FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0);
  nu.lower = -1.0;
  nu.upper = log(5.0);
  double *values = drawn(ctx, &nu, 11, 1);
  check_atom(values, nu.lower, normal(-1.0));
  check_atom(values, nu.upper, 1.0 - normal(log(5.0)));
  free(values);
  nu.lower = -HUGE_VAL;
  values = drawn(ctx, &nu, 11, 1);
  fairu_nuisance free_one = nu;
  free_one.upper = HUGE_VAL;
  double *unclipped = drawn(ctx, &free_one, 11, 1), *truncated_ones = drawn(ctx, &nu, 11, 0);
  for (size_t i = 0; i < N; i++) {
    assert_true(values[i] == fmin(unclipped[i], nu.upper));
    assert_true(truncated_ones[i] < nu.upper);
  }
  free(values);
  free(unclipped);
  free(truncated_ones);
  fairu_context_destroy(ctx);
}

/* soft_met of the challenge: log-normal about 1 with nominal 0; its logarithm is the Gaussian. */
static void a_log_normal_is_a_gaussian_of_the_logarithm(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("same", FAIRU_PRIOR_LOG_NORMAL, 0.0, 1.0);
  nu.centre = 1.0;
  nu.lower = 0.0;
  nu.upper = 5.0;
  fairu_nuisance u = nuisance_of("same", FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0);
  u.upper = log(5.0);
  for (int clip = 0; clip < 2; clip++) {
    double *a = drawn(ctx, &nu, 8, clip), *b = drawn(ctx, &u, 8, clip);
    for (size_t i = 0; i < N; i++)
      CHECK_CLOSE(a[i], exp(b[i]), 1e-12);
    free(a);
    free(b);
  }
  fairu_context_destroy(ctx);
}

/* ---- tables -------------------------------------------------------------------------------------------- */

/* The logarithm of a Gaussian or an exponential density is a polynomial: the spline through it is exact. */
enum { POINTS = 9 };
static double table_z[POINTS], table_density[POINTS];

static fairu_nuisance tabulated(double from, double to, double (*log_density)(double))
{
  fairu_nuisance nu = nuisance_of("table", FAIRU_PRIOR_TABULATED, 0.5 * (from + to), 1.0);
  for (int i = 0; i < POINTS; i++) {
    const double t = (double)i / (POINTS - 1);
    table_z[i] = from + (to - from) * (0.7 * t + 0.3 * t * t); /* not equidistant */
    table_density[i] = 7.0 * exp(log_density(table_z[i]));
  }
  nu.table_z = table_z;
  nu.table_density = table_density;
  nu.n_table = POINTS;
  return nu;
}

static double gaussian(double z)
{
  return -0.5 * z * z;
}

static double exponential(double z)
{
  return -3.0 * z;
}

static double part_of_normal(const fairu_nuisance *nu, double z)
{
  const double low = normal(fmax(nu->lower, table_z[0]));
  const double high = normal(fmin(nu->upper, table_z[POINTS - 1]));
  return (normal(z) - low) / (high - low);
}

static double part_of_exponential(const fairu_nuisance *nu, double z)
{
  const double from = fmax(nu->lower, table_z[0]), to = fmin(nu->upper, table_z[POINTS - 1]);
  return expm1(-3.0 * (z - from)) / expm1(-3.0 * (to - from));
}

static void tables_have_their_distributions(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = tabulated(-2.0, 3.0, gaussian);
  check_distribution(ctx, &nu, 0, part_of_normal);
  nu.lower = -0.5;
  nu.upper = 1.7;
  check_distribution(ctx, &nu, 0, part_of_normal);
  nu = tabulated(0.0, 20.0, exponential); /* over 26 orders of magnitude */
  check_distribution(ctx, &nu, 1, part_of_exponential);
  nu.lower = 5.0;
  check_distribution(ctx, &nu, 0, part_of_exponential);
  fairu_context_destroy(ctx);
}

/* The same uniform numbers behind a table of the standard normal and the normal itself: values agree to rounding. */
static void a_table_is_inverted_exactly(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance table = tabulated(-2.0, 3.0, gaussian);
  fairu_nuisance nu = nuisance_of(table.name, FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0);
  nu.lower = -2.0;
  nu.upper = 3.0;
  double *a = drawn(ctx, &table, 23, 0), *b = drawn(ctx, &nu, 23, 0);
  for (size_t i = 0; i < N; i++)
    CHECK_NEAR(a[i], b[i], 1e-12);
  free(a);
  free(b);
  fairu_context_destroy(ctx);
}

static void clipped_tables_have_atoms(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = tabulated(-2.0, 3.0, gaussian);
  const double all = normal(3.0) - normal(-2.0);
  nu.lower = -0.5;
  nu.upper = 1.7;
  double *values = drawn(ctx, &nu, 2, 1);
  check_atom(values, -0.5, (normal(-0.5) - normal(-2.0)) / all);
  check_atom(values, 1.7, (normal(3.0) - normal(1.7)) / all);
  free(values);
  fairu_context_destroy(ctx);
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

static void a_value_is_the_same_alone_and_in_a_batch(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance list[3] = { nuisance_of("tes", FAIRU_PRIOR_GAUSSIAN, 1.0, 0.01),
                             nuisance_of("flat", 3, 0, 1), tabulated(-2.0, 3.0, gaussian) };
  list[1].lower = -1.0;
  list[1].upper = 1.0;
  for (int k = 0; k < 3; k++) {
    double *values = drawn(ctx, &list[k], 99, 0), one;
    for (size_t i = 0; i < N; i += 1717) {
      CHECK_OK(ctx, fairu_nuisance_draw(ctx, &list[k], 99, i, 1, 0, &one));
      assert_memory_equal(&one, &values[i], sizeof one);
    }
    free(values);
  }
  fairu_context_destroy(ctx);
}

/* Correlation of n pairs of independent values has width 1 / sqrt(n). */
static double correlation(const double *a, const double *b)
{
  double sum = 0.0;
  for (size_t i = 0; i < N; i++)
    sum += a[i] * b[i];
  return sum / N;
}

static void names_and_seeds_are_independent(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const fairu_nuisance tes = nuisance_of("tes", FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0);
  const fairu_nuisance jes = nuisance_of("jes", FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0);
  double *a = drawn(ctx, &tes, 1, 0), *b = drawn(ctx, &jes, 1, 0), *c = drawn(ctx, &tes, 2, 0);
  CHECK_NEAR(correlation(a, b), 0.0, 5.0 / sqrt(N));
  CHECK_NEAR(correlation(a, c), 0.0, 5.0 / sqrt(N));
  free(a);
  free(b);
  free(c);
  fairu_context_destroy(ctx);
}

/* ---- bad input ----------------------------------------------------------------------------------------- */

static void refused(fairu_context *ctx, const fairu_nuisance *nu, int code, const char *says)
{
  double value = 7.0;
  CHECK_FAILS(ctx, code, fairu_nuisance_draw(ctx, nu, 1, 0, 1, 0, &value));
  CHECK_SAYS(ctx, says);
  assert_true(value == 7.0);
}

static void bad_nuisances_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  double value;
  fairu_nuisance nu = nuisance_of("tes", FAIRU_PRIOR_GAUSSIAN, 1.0, 0.01);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_nuisance_draw(ctx, &nu, 1, 0, 1, 2, &value));
  CHECK_SAYS(ctx, "clip is 2");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_nuisance_draw(ctx, &nu, 1, (uint64_t)1 << 44, 1, 0, &value));
  CHECK_SAYS(ctx, "1 draws from number 17592186044416");
  CHECK_OK(ctx, fairu_nuisance_draw(ctx, &nu, 1, ((uint64_t)1 << 44) - 1, 1, 0, &value));
  nu.name = NULL;
  refused(ctx, &nu, FAIRU_ERR_ARGUMENT, "no name");
  nu.name = "tes";
  nu.width = -1.0;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance tes: width is -1");
  nu.width = 1e308;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance tes: with width 1e+308 draws overflow");
  nu.width = 1.0;
  nu.centre = HUGE_VAL;
  refused(ctx, &nu, FAIRU_ERR_NON_FINITE, "nuisance tes: centre is inf");
  nu.prior = FAIRU_PRIOR_LOG_NORMAL;
  nu.centre = -2.0;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance tes: centre is -2, a log-normal prior wants > 0");
  nu.prior = FAIRU_PRIOR_UNIFORM;
  nu.lower = 0.0;
  nu.upper = 2.0;
  refused(ctx, &nu, FAIRU_ERR_ARGUMENT, "nuisance tes: centre is -2; only Gaussian and log-normal priors");
  nu = tabulated(-1.0, 1.0, gaussian);
  nu.n_table = 3;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance table: table of 3 points, a draw wants at least 4");
  nu.n_table = POINTS;
  nu.lower = 2.0;
  nu.nominal = 3.0;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nothing of the prior lies in the range [2, inf]");
  fairu_context_destroy(ctx);
}

static void a_density_that_overflows_is_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_nuisance nu = nuisance_of("wild", FAIRU_PRIOR_TABULATED, 0.5, 1.0);
  static const double z[4] = { 0.0, 0.01, 0.99, 1.0 }, density[4] = { 1e-300, 1.0, 1.0, 1e-300 };
  nu.table_z = z;
  nu.table_density = density;
  nu.n_table = 4;
  refused(ctx, &nu, FAIRU_ERR_RANGE, "nuisance wild: the density overflows between points");
  fairu_context_destroy(ctx);
}

static int draw_body(fairu_context *ctx, void *data)
{
  double values[3];
  return fairu_nuisance_draw(ctx, data, 1, 0, 3, 0, values);
}

static void memory_may_fail(void **state)
{
  (void)state;
  fairu_nuisance nu = tabulated(-2.0, 3.0, gaussian);
  assert_true(support_every_need_fails(draw_body, &nu) > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(plain_priors_have_their_distributions),
    cmocka_unit_test(truncated_priors_are_renormalised),
    cmocka_unit_test(far_tails_are_drawn),
    cmocka_unit_test(moments_are_closed_forms),
    cmocka_unit_test(clipping_leaves_atoms_at_the_ends),
    cmocka_unit_test(a_log_normal_is_a_gaussian_of_the_logarithm),
    cmocka_unit_test(tables_have_their_distributions),
    cmocka_unit_test(a_table_is_inverted_exactly),
    cmocka_unit_test(clipped_tables_have_atoms),
    cmocka_unit_test(a_value_is_the_same_alone_and_in_a_batch),
    cmocka_unit_test(names_and_seeds_are_independent),
    cmocka_unit_test(bad_nuisances_are_refused),
    cmocka_unit_test(a_density_that_overflows_is_refused),
    cmocka_unit_test(memory_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
