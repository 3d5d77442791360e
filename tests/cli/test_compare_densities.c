/* The problems of the comparison against sums over their densities: moments, bins of the Bayes score, widths of binned likelihoods. */
#include "support/support.h"

#include "cli/compare_events.h"
#include "cli/compare_exact.h"
#include "cli/toy_events.h"

/* What is known of a class at z: mean and variance of each feature, covariance of the first two. */
typedef struct moments {
  double mean[COMPARE_DIMS], variance[COMPARE_DIMS], covariance;
} moments;

static moments known_moments(const compare_problem *p, int label, const double *z)
{
  const double sign = label == COMPARE_SIGNAL ? 1.0 : -1.0;
  if (p == &compare_rotation)
    return (moments){ { sign * cos(z[0]), sign * sin(z[0]) }, { 0.49, 0.49 }, 0.0 };
  if (p == &compare_pivot_toy)
    return label == COMPARE_SIGNAL ? (moments){ { 1.0, 1.0 + z[0] }, { 1.0, 1.0 }, 0.0 }
                                   : (moments){ { 0.0, 0.0 }, { 1.0, 1.0 }, -0.5 };
  if (p == &compare_inferno3d)
    return label == COMPARE_SIGNAL
               ? (moments){ { 0.0, 0.0, 0.5 }, { 1.0, 1.0, 0.25 }, 0.0 }
               : (moments){ { 2.0 + z[0], 0.0, 1.0 / z[1] }, { 5.0, 9.0, 1.0 / (z[1] * z[1]) }, 0.0 };
  return label == COMPARE_SIGNAL ? (moments){ { 5.0 * z[0] }, { 0.25 * z[0] * z[0] }, 0.0 }
                                 : (moments){ { 2.0 * z[0] }, { 2.0 * z[0] * z[0] }, 0.0 };
}

/* Lattice of midpoints for sums over all features: range, step. */
static const struct lattice {
  const compare_problem *problem;
  double lower[COMPARE_DIMS], upper[COMPARE_DIMS];
  int steps[COMPARE_DIMS];
} lattices[] = { { &compare_rotation, { -6.5, -6.5 }, { 6.5, 6.5 }, { 200, 200, 1 } },
                 { &compare_pivot_toy, { -8.0, -8.0 }, { 9.0, 10.0 }, { 200, 200, 1 } },
                 { &compare_inferno3d, { -13.0, -19.0, 0.0 }, { 17.0, 19.0, 12.0 }, { 90, 90, 160 } },
                 { &compare_gamma_hard, { 0.0 }, { 70.0 }, { 140000, 1, 1 } } };
enum { LATTICES = sizeof lattices / sizeof *lattices };

/* Point number i; its cell. */
static double point(const struct lattice *l, int i, double *x)
{
  double cell = 1.0;
  for (size_t k = 0; k < l->problem->n_features; k++) {
    const double step = (l->upper[k] - l->lower[k]) / l->steps[k];
    x[k] = l->lower[k] + step * (i % l->steps[k] + 0.5);
    cell *= step;
    i /= l->steps[k];
  }
  return cell;
}

static void moments_of_densities(void **state)
{
  (void)state;
  for (size_t n = 0; n < LATTICES; n++)
    for (int i = 0; i < 4; i++) {
      const compare_problem *p = lattices[n].problem;
      const double *z = p->truths[i / 2].z;
      const moments wanted = known_moments(p, i % 2, z);
      double weight = 0.0, first[COMPARE_DIMS] = { 0.0 }, second[COMPARE_DIMS] = { 0.0 }, product = 0.0,
             unused[COMPARE_AXES];
      for (int k = 0; k < lattices[n].steps[0] * lattices[n].steps[1] * lattices[n].steps[2]; k++) {
        double x[COMPARE_DIMS] = { 0.0 };
        const double cell = point(&lattices[n], k, x),
                     density = cell * exp(p->log_density(i % 2, x, z, unused));
        weight += density;
        for (size_t f = 0; f < p->n_features; f++) {
          first[f] += density * x[f];
          second[f] += density * x[f] * x[f];
        }
        product += density * x[0] * x[1];
      }
      const double part = p == &compare_inferno3d
                              ? 2e-2
                              : 1e-5; /* h^2 / 24 of the steepest: exponentials in steps of 0.075 */
      CHECK_NEAR(weight, 1.0, part);
      for (size_t f = 0; f < p->n_features; f++) {
        CHECK_NEAR(first[f] / weight, wanted.mean[f], part);
        CHECK_NEAR(second[f] / weight - first[f] * first[f] / weight / weight, wanted.variance[f],
                   part * (1.0 + wanted.variance[f]));
      }
      if (p->n_features > 1)
        CHECK_NEAR(product / weight - first[0] * first[1] / weight / weight, wanted.covariance, part);
    }
}

/* Events of an even sequence, moved to a truth, have those moments too. */
static void moments_of_events(void **state)
{
  (void)state;
  enum { N = 1 << 14 };
  fairu_context *ctx = support_context();
  for (size_t n = 0; n < LATTICES; n++)
    for (int i = 0; i < 4; i++) {
      const compare_problem *p = lattices[n].problem;
      const double *z = p->truths[i / 2].z;
      const moments wanted = known_moments(p, i % 2, z);
      fairu_systematics *systematics;
      fairu_events *events, *moved;
      CHECK_OK(ctx, p->systematics(ctx, p, &systematics));
      CHECK_OK(ctx, compare_events_create(ctx, p, i % 2, N, COMPARE_EVEN, 3, &events));
      CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, p->n_axes, 1, NULL, &moved));
      for (size_t f = 0; f < p->n_features; f++) {
        double sum = 0.0, squares = 0.0;
        size_t stride;
        const float *column = fairu_events_column(moved, f, &stride);
        for (size_t k = 0; k < N; k++) {
          sum += (double)column[k * stride];
          squares += (double)column[k * stride] * (double)column[k * stride];
        }
        const double mean = sum / N, variance = squares / N - mean * mean;
        CHECK_NEAR(mean, wanted.mean[f],
                   0.3 * sqrt(wanted.variance[f] / N)); /* even points: less than random ones */
        CHECK_NEAR(variance, wanted.variance[f], 0.02 * wanted.variance[f]);
      }
      fairu_events_destroy(moved);
      fairu_events_destroy(events);
      fairu_systematics_destroy(systematics);
    }
  fairu_context_destroy(ctx);
}

/* A point of the unit cube and its event: u is the probability of less. */
static void events_are_quantiles(void **state)
{
  (void)state;
  for (double u = 1e-6; u < 1.0; u += 0.0137) {
    double x[COMPARE_DIMS], v[COMPARE_DIMS] = { u, 0.3, u };
    compare_gamma_hard.event(COMPARE_BACKGROUND, v, x);
    CHECK_NEAR(1.0 - (1.0 + x[0]) * exp(-x[0]), u, 1e-13);
    compare_gamma_hard.event(COMPARE_SIGNAL, v, x);
    CHECK_NEAR(0.5 * erfc(-(x[0] - 5.0) / 0.5 / M_SQRT2), u, 1e-13);
    compare_inferno3d.event(COMPARE_BACKGROUND, v, x);
    CHECK_NEAR(-expm1(-3.0 * x[2]), u, 1e-13);
    CHECK_NEAR(0.5 * erfc(-(x[0] - 2.0) / sqrt(10.0)), u, 1e-13);
    compare_inferno3d.event(COMPARE_SIGNAL, v, x);
    CHECK_NEAR(-expm1(-2.0 * x[2]), u, 1e-13);
  }
}

/* ---- bins of the score -------------------------------------------------------------------------------- */

enum { EDGES = COMPARE_BINS - 1 };

enum { SPREAD = 200000 };

/* Point i of a sequence that no line lies along: steps of powers of the root of g^(d + 1) = g + 1 (one feature: the lattice). */
static double spread_point(const struct lattice *l, int i, double *x)
{
  static const double roots[COMPARE_DIMS] = { 0.0, 1.32471795724474602596, 1.22074408460575947536 };
  const size_t d = l->problem->n_features;
  double cell = 1.0 / SPREAD, step = 1.0;
  if (d == 1)
    return point(l, i, x);
  for (size_t k = 0; k < d; k++) {
    step /= roots[d - 1];
    const double at = 0.5 + step * i;
    x[k] = l->lower[k] + (l->upper[k] - l->lower[k]) * (at - floor(at));
    cell *= l->upper[k] - l->lower[k];
  }
  return cell;
}

/* P(logit < edge) by a sum over such points. */
static void below_by_sums(const struct lattice *l, int label, const double *z, const double *z_score,
                          const double *edges, double *p)
{
  double unused[COMPARE_AXES];
  memset(p, 0, EDGES * sizeof *p);
  for (int k = 0; k < (l->problem->n_features == 1 ? l->steps[0] : SPREAD); k++) {
    double x[COMPARE_DIMS] = { 0.0 };
    const double cell = spread_point(l, k, x),
                 density = cell * exp(l->problem->log_density(label, x, z, unused));
    if (density < 1e-12 * cell)
      continue;
    const double logit = l->problem->log_density(COMPARE_SIGNAL, x, z_score, unused) -
                         l->problem->log_density(COMPARE_BACKGROUND, x, z_score, unused);
    for (size_t j = 0; j < EDGES; j++)
      p[j] += logit < edges[j] ? density : 0.0;
  }
}

static void scores_in_bins(void **state)
{
  (void)state;
  double edges[EDGES];
  for (size_t j = 0; j < EDGES; j++)
    edges[j] = log((double)(j + 1) / (double)(COMPARE_BINS - j - 1));
  for (size_t n = 0; n < LATTICES; n++)
    for (int i = 0; i < 4; i++) {
      const compare_problem *p = lattices[n].problem;
      if (p->n_features > 2)
        continue; /* few points in so large a space; test_compare_problem.c counts its events */
      double found[EDGES], sums[EDGES];
      const double *z = p->truths[i / 2].z, *z_score = p->truths[(i / 2 + 1) % 2].z;
      p->distribution(i % 2, z, z_score, edges, EDGES, found);
      below_by_sums(&lattices[n], i % 2, z, z_score, edges, sums);
      for (size_t j = 0; j < EDGES; j++)
        CHECK_NEAR(found[j], sums[j],
                   p->n_features == 1   ? 1e-3
                   : p->n_features == 2 ? 2e-3
                                        : 1.5e-2); /* of so few points in so large a space */
    }
}

/* ---- widths ------------------------------------------------------------------------------------------- */

/* Yields of the bins of the score at nominal Z, of events at z. */
static void yields_at(const compare_problem *p, int label, const double *z, const double *z_score,
                      double *yields)
{
  double edges[EDGES], below[COMPARE_BINS + 1] = { 0.0 };
  for (size_t j = 0; j < EDGES; j++)
    edges[j] = log((double)(j + 1) / (double)(COMPARE_BINS - j - 1));
  p->distribution(label, z, z_score, edges, EDGES, below + 1);
  below[COMPARE_BINS] = 1.0;
  for (size_t j = 0; j < COMPARE_BINS; j++)
    yields[j] = (label ? p->signal : p->background) * (below[j + 1] - below[j]);
}

/* sigma of mu from the Fisher matrix of counts in bins, derivatives by differences, priors added; Z known and profiled. */
static void plain_fisher(const compare_problem *p, const double *z, const double *z_score, double *known,
                         double *profiled)
{
  double s[COMPARE_BINS], b[COMPARE_BINS], d[COMPARE_PARAMETERS][COMPARE_BINS],
      m[COMPARE_PARAMETERS * COMPARE_PARAMETERS] = { 0.0 };
  const size_t n = p->n_axes + 1;
  const double h = 1e-4;
  yields_at(p, COMPARE_SIGNAL, z, z_score, s);
  yields_at(p, COMPARE_BACKGROUND, z, z_score, b);
  memcpy(d[0], s, sizeof s);
  for (size_t a = 0; a < p->n_axes; a++) {
    double at[COMPARE_AXES], up[COMPARE_BINS], down[COMPARE_BINS];
    memcpy(at, z, p->n_axes * sizeof *at);
    memset(d[a + 1], 0, sizeof d[a + 1]);
    for (int label = 0; label < 2; label++) {
      at[a] = z[a] + h;
      yields_at(p, label, at, z_score, up);
      at[a] = z[a] - h;
      yields_at(p, label, at, z_score, down);
      for (size_t j = 0; j < COMPARE_BINS; j++)
        d[a + 1][j] += (up[j] - down[j]) / (2.0 * h);
    }
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      for (size_t k = 0; k < COMPARE_BINS; k++)
        m[i * n + j] += d[i][k] * d[j][k] / (s[k] + b[k]);
  for (size_t a = 0; a < p->n_axes; a++)
    m[(a + 1) * (n + 1)] += 1.0 / (p->axes[a].width * p->axes[a].width);
  *known = 1.0 / sqrt(m[0]);
  *profiled = compare_sigma(m, n);
}

/* The Gaussian limit of the score at nominal Z and at the true one; inferno3d costs seconds a point, and has reference tables. */
static void limits_from_fisher_matrices(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  static const compare_problem *const problems[] = { &compare_rotation, &compare_gamma_hard,
                                                     &compare_gamma_easy, &compare_pivot_toy };
  for (size_t i = 0; i < 16; i++) {
    const compare_problem *p = problems[i / 4];
    const double *z = p->truths[i / 2 % 2].z, *z_score = i % 2 ? z : &p->axes[0].nominal;
    double known, profiled;
    compare_widths found;
    plain_fisher(p, z, z_score, &known, &profiled);
    CHECK_OK(ctx, compare_exact_widths(ctx, p, z, (int)(i % 2), COMPARE_BINS, &found));
    CHECK_CLOSE(found.fisher_fixed, known, 1e-6);
    CHECK_CLOSE(found.fisher, profiled, 5e-3); /* slopes of splines through the knots */
    CHECK_CLOSE(found.fixed, found.fisher_fixed, 0.02);
    assert_true(found.fisher >= found.fisher_fixed);
  }
  fairu_context_destroy(ctx);
}

/* Knots of the fine grid: those of the coarse one and the middles between them, where there is one axis. */
static void grids_of_problems(void **state)
{
  (void)state;
  static const char *const names[] = { "rotation",         "inferno3d", "gamma-gauss",
                                       "gamma-gauss-easy", "pivot-toy", "higgs-tes" };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < 6; i++) {
    const compare_problem *p = compare_problem_find(names[i]);
    double coarse[2 * COMPARE_POINTS], fine[2 * COMPARE_POINTS];
    fairu_grid *grids[2];
    int nominal = 0;
    for (int f = 0; f < 2; f++)
      CHECK_OK(ctx, compare_grid_create(ctx, p, f, &grids[f]));
    const size_t n = fairu_grid_n_points(grids[0]), more = fairu_grid_n_points(grids[1]);
    assert_true(n <= COMPARE_POINTS && more <= 2 * COMPARE_POINTS);
    assert_int_equal(n, p->axes[0].n_knots * (p->n_axes == 2 ? p->axes[1].n_knots : 1));
    CHECK_OK(ctx, fairu_grid_points(grids[0], ctx, coarse));
    for (size_t k = 0; k < n; k++)
      nominal += coarse[k * p->n_axes] == p->axes[0].nominal &&
                 (p->n_axes == 1 || coarse[2 * k + 1] == p->axes[1].nominal);
    assert_int_equal(nominal, 1);
    assert_int_equal(more, p->n_axes == 1 ? 2 * n - 1 : n);
    if (p->n_axes == 1) {
      CHECK_OK(ctx, fairu_grid_points(grids[1], ctx, fine));
      for (size_t k = 0; k < more; k++)
        CHECK_NEAR(fine[k], 0.5 * (coarse[k / 2] + coarse[(k + 1) / 2]), 1e-15);
      for (size_t t = 0; t < p->n_truths; t++) /* truths are inside */
        assert_true(p->truths[t].z[0] > coarse[0] && p->truths[t].z[0] < coarse[n - 1]);
    }
    fairu_grid_destroy(grids[0]);
    fairu_grid_destroy(grids[1]);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(moments_of_densities),        cmocka_unit_test(moments_of_events),
    cmocka_unit_test(events_are_quantiles),        cmocka_unit_test(scores_in_bins),
    cmocka_unit_test(limits_from_fisher_matrices), cmocka_unit_test(grids_of_problems),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
