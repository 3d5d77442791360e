/* The floor of the event-wise likelihood and the Bayes score in bins, of problems that are known on paper. */
#include "made_problem.h"

#include "cli/study.h"

/* ---- the Fisher matrix ---------------------------------------------------------------------------------- */

/* The matrix (mu, z, background) of one feature by Simpson's rule. */
static void plain_matrix(const compare_problem *p, const double *z, double *matrix)
{
  enum { STEPS = 4000 };
  const size_t n = p->n_axes + 2;
  long double sums[16] = { 0.0L };
  for (int i = 0; i <= STEPS; i++) {
    const double x = (double)i / STEPS, weight = (i == 0 || i == STEPS ? 1.0
                                                  : i % 2              ? 4.0
                                                                       : 2.0) /
                                                 3.0 / STEPS;
    double ds[COMPARE_AXES], db[COMPARE_AXES], d[4];
    const double s = p->signal * made_density(1, x, z, p->n_axes, ds);
    const double b = p->background * made_density(0, x, z, p->n_axes, db);
    d[0] = s;
    d[n - 1] = b;
    for (size_t k = 0; k < p->n_axes; k++)
      d[1 + k] = s * ds[k] + b * db[k];
    for (size_t j = 0; j < n * n; j++)
      sums[j] += (long double)(weight * d[j / n] * d[j % n] / (s + b));
  }
  for (size_t j = 0; j < n * n; j++)
    matrix[j] = (double)sums[j];
}

/* Also features in which both classes are alike tell nothing, and how finely they are cut does not matter. */
static void matrices_are_integrals(void **state)
{
  (void)state;
  static const double points[3][2] = { { 0.0, 0.1 }, { 0.6, -0.4 }, { -0.7, 0.6 } };
  fairu_context *ctx = support_context();
  for (size_t axes = 1; axes <= 2; axes++)
    for (size_t i = 0; i < 3; i++)
      for (size_t features = 1; features <= (axes == 2 ? 3 : 1); features++) {
        compare_problem p = made_problem(features, axes);
        double wanted[16], found[16];
        plain_matrix(&p, points[i], wanted);
        for (size_t cells = 2; cells <= 5; cells += 3) {
          p.range[1].cells = cells;
          CHECK_OK(ctx, compare_information(ctx, &p, points[i], found));
          for (size_t j = 0; j < (axes + 2) * (axes + 2); j++)
            CHECK_NEAR(found[j], wanted[j], 1e-9 * (p.signal + p.background));
        }
      }
  fairu_context_destroy(ctx);
}

/* The sum of rows does not depend on who made them. */
static void matrices_on_threads(void **state)
{
  (void)state;
  const compare_problem p = made_problem(3, 2);
  const double z[2] = { 0.3, 0.2 };
  double first[16], found[16];
  fairu_context *ctx = support_context();
  for (size_t threads = 1; threads <= 3; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, (int)threads));
    CHECK_OK(ctx, compare_information(ctx, &p, z, threads == 1 ? first : found));
    assert_true(threads == 1 || memcmp(first, found, sizeof first) == 0);
    for (size_t i = 0; i < 4; i++)
      for (size_t j = 0; j < i; j++)
        CHECK_NEAR(first[4 * i + j], first[4 * j + i], 1e-12 * first[15]);
  }
  fairu_context_destroy(ctx);
}

/* Signal on [0, 1/2], background on [1/2, 1]: neither tells of the other. */
static double apart_density(int label, const double *x, const double *z, double *d_z)
{
  (void)z;
  d_z[0] = 0.0;
  return (x[0] < 0.5) == (label == COMPARE_SIGNAL) ? M_LN2 : -HUGE_VAL;
}

/* One and the same density. */
static double alike_density(int label, const double *x, const double *z, double *d_z)
{
  (void)label, (void)x, (void)z;
  d_z[0] = 0.0;
  return 0.0;
}

static void classes_apart_and_alike(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  compare_problem p = made_problem(1, 1);
  const double z = 0.0;
  double m[9], fixed, floor;
  p.log_density = apart_density;
  CHECK_OK(ctx, compare_information(ctx, &p, &z, m));
  for (size_t j = 0; j < 9; j++)
    CHECK_NEAR(m[j], j == 0 ? 80.0 : j == 8 ? 600.0 : 0.0, 1e-9);
  CHECK_OK(ctx, compare_floor(ctx, &p, &z, &fixed, &floor));
  CHECK_CLOSE(fixed, 1.0 / sqrt(80.0), 1e-12);
  CHECK_CLOSE(floor, fixed, 1e-12);
  p.log_density =
      alike_density; /* a number of events: sqrt(s + b) / s; one number does not tell two yields apart */
  CHECK_OK(ctx, compare_floor(ctx, &p, &z, &fixed, &floor));
  CHECK_CLOSE(fixed, sqrt(680.0) / 80.0, 1e-12);
  CHECK_CLOSE(floor, fixed, 1e-12);
  CHECK_OK(ctx, compare_information(ctx, &p, &z, m));
  CHECK_NEAR(m[0] * m[8] - m[2] * m[6], 0.0, 1e-9 * m[0] * m[8]);
  fairu_context_destroy(ctx);
}

/* Priors of the floor: with a prior of no width Z is known, a wider one never helps, and one of any width still leaves what the data know. */
static void priors_of_the_floor(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  compare_problem p = made_problem(1, 1);
  const double z = 0.3;
  double m[9], fixed, floor, last = 0.0;
  CHECK_OK(ctx, compare_information(ctx, &p, &z, m));
  for (int i = -8; i <= 8; i++) {
    const double width = pow(10.0, i), known = 1.0 / (width * width);
    p.axes[0].width = width;
    CHECK_OK(ctx, compare_floor(ctx, &p, &z, &fixed, &floor));
    CHECK_CLOSE(fixed, 1.0 / sqrt(m[0]), 1e-14);
    CHECK_CLOSE(floor, 1.0 / sqrt(m[0] - m[1] * m[1] / (m[4] + known)), 1e-12);
    assert_true(floor >= last && floor >= fixed);
    last = floor;
  }
  assert_true(last > 1.001 * fixed);
  fairu_context_destroy(ctx);
}

/* Four times the data halve every error where no prior helps. */
static void more_data(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double z[2] = { 0.3, -0.1 };
  double fixed[2], floor[2];
  for (int i = 0; i < 2; i++) {
    compare_problem p = made_problem(1, 2);
    p.signal *= i ? 4.0 : 1.0;
    p.background *= i ? 4.0 : 1.0;
    p.axes[0].width = p.axes[1].width = 1e9;
    CHECK_OK(ctx, compare_floor(ctx, &p, z, &fixed[i], &floor[i]));
  }
  CHECK_CLOSE(fixed[1], 0.5 * fixed[0], 1e-12);
  CHECK_CLOSE(floor[1], 0.5 * floor[0], 1e-9);
  fairu_context_destroy(ctx);
}

/* ---- the score in bins ---------------------------------------------------------------------------------- */

static size_t asked_bins; /* of the distribution below */

/* P(below edge j) of n bins: signal 0.3 f + 0.7 f^2, background f, f = (j + 1) / n, tilted by z within its class as made_density() is; the edges are those of
 * uniform scores. A score that is asked at another Z than nominal has a little more signal to the left. */
static void made_distribution(int label, const double *z, const double *z_score, const double *edges,
                              size_t n, double *p)
{
  assert_int_equal(n + 1, asked_bins);
  for (size_t j = 0; j < n; j++) {
    const double f = (double)(j + 1) / (double)(n + 1);
    CHECK_NEAR(1.0 / (1.0 + exp(-edges[j])), f, 1e-14);
    p[j] = label ? (0.3 + 0.7 * f) * f : f;
    p[j] +=
        (label ? 0.2 * z[0] : 0.1 * z[0]) * f * (1.0 - f) + (label ? 0.05 : 0.0) * z_score[0] * f * (1.0 - f);
  }
}

static double bin_yield(const compare_problem *p, int label, size_t n, size_t j, double z, double z_score)
{
  double below[COMPARE_BINS + 1] = { 0.0 }, edges[COMPARE_BINS];
  for (size_t i = 1; i < n; i++)
    edges[i - 1] = log((double)i / (double)(n - i));
  made_distribution(label, &z, &z_score, edges, n - 1, below + 1);
  below[n] = 1.0;
  return compare_yield(p, label) * (below[j + 1] - below[j]);
}

/* Gaussian limits of n bins at z of a score asked at z_score. */
static void plain_limits(const compare_problem *p, size_t n, double z, double z_score, double *fixed,
                         double *profiled)
{
  double m[4] = { 0.0 };
  for (size_t j = 0; j < n; j++) {
    const double s = bin_yield(p, 1, n, j, z, z_score), b = bin_yield(p, 0, n, j, z, z_score);
    double d = 0.0; /* yields are linear in z */
    for (int label = 0; label < 2; label++)
      d += bin_yield(p, label, n, j, 1.0, z_score) - bin_yield(p, label, n, j, 0.0, z_score);
    m[0] += s * s / (s + b);
    m[1] += s * d / (s + b);
    m[3] += d * d / (s + b);
  }
  m[3] += 1.0 / (p->axes[0].width * p->axes[0].width);
  *fixed = 1.0 / sqrt(m[0]);
  *profiled = 1.0 / sqrt(m[0] - m[1] * m[1] / m[3]);
}

static void check_widths(fairu_context *ctx, const compare_problem *p, size_t n, double z, int aware)
{
  compare_widths found;
  double fixed, profiled;
  asked_bins = n;
  CHECK_OK(ctx, compare_exact_widths(ctx, p, &z, aware, n, &found));
  plain_limits(p, n, z, aware ? z : 0.0, &fixed, &profiled);
  CHECK_CLOSE(found.fisher_fixed, fixed, 1e-9);
  CHECK_CLOSE(found.fisher, profiled, 1e-6);
  /* half of the distance of the points where the NLL of the expected counts has risen by 1/2 */
  double ends[2];
  for (int side = 0; side < 2; side++) {
    double near = 1.0, far = side ? 4.0 : -1.0;
    for (int i = 0; i < 60; i++) {
      const double mu = 0.5 * (near + far);
      double rise = 0.0;
      for (size_t j = 0; j < n; j++) {
        const double s = bin_yield(p, 1, n, j, z, aware ? z : 0.0),
                     b = bin_yield(p, 0, n, j, z, aware ? z : 0.0);
        rise += (mu - 1.0) * s - (s + b) * log((mu * s + b) / (s + b));
      }
      *(rise < 0.5 ? &near : &far) = mu;
    }
    ends[side] = near;
  }
  CHECK_CLOSE(found.fixed, 0.5 * (ends[1] - ends[0]), 1e-6);
  assert_true(found.profiled >= found.fixed * (1.0 - 1e-9));
  if (z == 0.0)
    CHECK_NEAR(found.mu_hat, 1.0, 1e-3 * found.profiled); /* fits end that near */
}

static void widths_of_bins(void **state)
{
  (void)state;
  static const size_t bins[] = { 1, 2, 3, 5, 10 };
  fairu_context *ctx = support_context();
  compare_problem p = made_problem(1, 1);
  p.distribution = made_distribution;
  for (size_t i = 0; i < sizeof bins / sizeof *bins; i++)
    for (int k = 0; k < 4; k++)
      check_widths(ctx, &p, bins[i], k / 2 ? 0.3 : 0.0, k % 2);
  fairu_context_destroy(ctx);
}

/* Bins joined in pairs know less, those of a score that is asked at the truth and at nominal Z agree where the truth is nominal. */
static void fewer_bins_know_less(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  compare_problem p = made_problem(1, 1);
  const double z = 0.0;
  double last = 0.0;
  p.distribution = made_distribution;
  for (size_t n = 8; n >= 1; n /= 2) {
    compare_widths nominal, aware;
    asked_bins = n;
    CHECK_OK(ctx, compare_exact_widths(ctx, &p, &z, 0, n, &nominal));
    CHECK_OK(ctx, compare_exact_widths(ctx, &p, &z, 1, n, &aware));
    assert_true(nominal.fisher_fixed > last);
    last = nominal.fisher_fixed;
    CHECK_CLOSE(aware.fisher_fixed, nominal.fisher_fixed, 1e-12);
    CHECK_CLOSE(aware.fisher, nominal.fisher, 1e-12);
    CHECK_CLOSE(aware.fixed, nominal.fixed, 1e-6);
  }
  CHECK_CLOSE(last, sqrt(680.0) / 80.0, 1e-9); /* a number of events */
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(matrices_are_integrals),
    cmocka_unit_test(matrices_on_threads),
    cmocka_unit_test(classes_apart_and_alike),
    cmocka_unit_test(priors_of_the_floor),
    cmocka_unit_test(more_data),
    cmocka_unit_test(widths_of_bins),
    cmocka_unit_test(fewer_bins_know_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
