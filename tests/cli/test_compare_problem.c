/* The problems of `fairu study compare`: densities, events, shifts and bins agree with each other; floors and widths agree with the
 * reference tables. */
#include "support/support.h"

#include "cli/compare_counts.h"
#include "cli/compare_exact.h"
#include "cli/toy_events.h"
#include "cli/toy_model.h"

static const char *const names[] = { "rotation", "inferno3d", "gamma-gauss", "gamma-gauss-easy",
                                     "pivot-toy" };
enum { PROBLEMS = sizeof names / sizeof *names };

static void problems_are_found_by_name(void **state)
{
  (void)state;
  for (size_t i = 0; i < PROBLEMS; i++)
    assert_string_equal(compare_problem_find(names[i])->name, names[i]);
  assert_null(compare_problem_find("gamma"));
}

/* Derivatives by z against central differences, at points of the unit cube. */
static void derivatives_of_densities(void **state)
{
  (void)state;
  for (size_t i = 0; i < PROBLEMS; i++) {
    const compare_problem *p = compare_problem_find(names[i]);
    for (uint64_t k = 0; k < 40; k++)
      for (int label = 0; label < COMPARE_CLASSES; label++) {
        double u[COMPARE_DIMS], x[COMPARE_DIMS], d[COMPARE_AXES], unused[COMPARE_AXES], z[COMPARE_AXES];
        memcpy(z, p->truths[1].z, sizeof z);
        for (size_t f = 0; f < p->n_features; f++)
          u[f] = toy_uniform(3, k * p->n_features + f);
        p->event(label, u, x);
        p->log_density(label, x, z, d);
        for (size_t a = 0; a < p->n_axes; a++) {
          const double step = 1e-5, at = z[a];
          z[a] = at + step;
          const double up = p->log_density(label, x, z, unused);
          z[a] = at - step;
          const double down = p->log_density(label, x, z, unused);
          z[a] = at;
          CHECK_NEAR(d[a], (up - down) / (2.0 * step), 2e-8 * (1.0 + fabs(d[a])));
        }
      }
  }
}

/* The quadrature sees all of both densities: elements of the matrix that belong to mu and the background add up to the yields. */
static void densities_are_normalised(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < PROBLEMS; i++)
    for (size_t t = 0; t < COMPARE_TRUTHS; t++) {
      const compare_problem *p = compare_problem_find(names[i]);
      const size_t n = p->n_axes + 2;
      double matrix[16];
      CHECK_OK(ctx, compare_information(ctx, p, p->truths[t].z, matrix));
      /* (s + b) s / (s + b) and (s + b) b / (s + b) */
      CHECK_CLOSE(matrix[0] + matrix[n - 1], p->signal, 1e-9);
      CHECK_CLOSE(matrix[n * n - 1] + matrix[n - 1], p->background, 1e-9);
    }
  fairu_context_destroy(ctx);
}

/* Sums of events, shifted by the systematics and scored by the densities, against the closed form of the score's distribution. */
enum { N = 1 << 15 };

static void check_distribution(fairu_context *ctx, const compare_problem *p,
                               const fairu_systematics *systematics, const fairu_events *events, int label,
                               const double *z, const double *z_score)
{
  enum { EDGES = 5 };
  const double edges[EDGES] = { -3.0, -1.0, 0.2, 1.1, 2.5 };
  double exact[EDGES], below[EDGES] = { 0.0 }, unused[COMPARE_AXES];
  const float *columns[COMPARE_DIMS];
  size_t strides[COMPARE_DIMS];
  fairu_events *shifted;
  CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, p->n_axes, 1, NULL, &shifted));
  for (size_t k = 0; k < p->n_features; k++)
    columns[k] = fairu_events_column(shifted, k, &strides[k]);
  for (size_t i = 0; i < N; i++) {
    double x[COMPARE_DIMS];
    for (size_t k = 0; k < p->n_features; k++)
      x[k] = (double)columns[k][i * strides[k]];
    const double logit = p->log_density(COMPARE_SIGNAL, x, z_score, unused) -
                         p->log_density(COMPARE_BACKGROUND, x, z_score, unused);
    for (size_t j = 0; j < EDGES; j++)
      below[j] += logit < edges[j];
  }
  p->distribution(label, z, z_score, edges, EDGES, exact);
  const double part = p->n_features == 3 ? 0.75 : 0.4; /* of the error that random events would have */
  for (size_t j = 0; j < EDGES; j++)
    CHECK_NEAR(below[j] / N, exact[j], part * sqrt(exact[j] * (1.0 - exact[j]) / N) + 1e-4);
  double sum;
  CHECK_OK(ctx, fairu_events_sum_weights(shifted, ctx, -1, &sum));
  CHECK_CLOSE(sum, compare_yield(p, label), 1e-12);
  fairu_events_destroy(shifted);
}

static void events_follow_the_closed_form(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < PROBLEMS; i++) {
    const compare_problem *p = compare_problem_find(names[i]);
    fairu_systematics *systematics;
    CHECK_OK(ctx, p->systematics(ctx, p, &systematics));
    for (int label = 0; label < COMPARE_CLASSES; label++) {
      fairu_events *events;
      CHECK_OK(ctx, compare_events_create(ctx, p, label, N, COMPARE_EVEN, 5, &events));
      for (int k = 0; k < 4; k++)
        check_distribution(ctx, p, systematics, events, label, p->truths[k / 2].z, p->truths[k % 2].z);
      fairu_events_destroy(events);
    }
    fairu_systematics_destroy(systematics);
  }
  fairu_context_destroy(ctx);
}

/* Tangents of the shifts against differences of shifted events. */
static void tangents_are_derivatives(void **state)
{
  (void)state;
  enum { FEW = 50 };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < PROBLEMS; i++)
    for (int label = 0; label < COMPARE_CLASSES; label++) {
      const compare_problem *p = compare_problem_find(names[i]);
      fairu_systematics *systematics;
      fairu_events *events, *up, *down;
      float tangents[FEW * COMPARE_DIMS * COMPARE_AXES];
      double z[COMPARE_AXES];
      memcpy(z, p->truths[1].z, sizeof z);
      CHECK_OK(ctx, p->systematics(ctx, p, &systematics));
      CHECK_OK(ctx, compare_events_create(ctx, p, label, FEW, COMPARE_RANDOM, 2, &events));
      CHECK_OK(ctx, fairu_systematics_tangents(systematics, ctx, events, z, p->n_axes, 1, p->features,
                                               p->n_features, tangents));
      for (size_t a = 0; a < p->n_axes; a++) {
        const double step = 0.01, at = z[a];
        z[a] = at + step;
        CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, p->n_axes, 1, NULL, &up));
        z[a] = at - step;
        CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, events, z, p->n_axes, 1, NULL, &down));
        z[a] = at;
        for (size_t row = 0; row < FEW; row++)
          for (size_t k = 0; k < p->n_features; k++) {
            size_t stride;
            const double high = (double)fairu_events_column(up, k, &stride)[row];
            const double low = (double)fairu_events_column(down, k, &stride)[row];
            CHECK_NEAR((double)tangents[(row * p->n_features + k) * p->n_axes + a],
                       (high - low) / (2.0 * step), 1e-3);
          }
        fairu_events_destroy(up);
        fairu_events_destroy(down);
      }
      fairu_events_destroy(events);
      fairu_systematics_destroy(systematics);
    }
  fairu_context_destroy(ctx);
}

/* ---- reference tables ----------------------------------------------------------------------------------- */

/* Widths of the Bayes score at nominal Z in ten bins, made once each: those of inferno3d cost the most here. */
static const compare_widths *exact_at(fairu_context *ctx, size_t problem, size_t truth)
{
  static compare_widths made[PROBLEMS][COMPARE_TRUTHS];
  compare_widths *found = &made[problem][truth];
  const compare_problem *p = compare_problem_find(names[problem]);
  if (!(found->fixed > 0.0))
    CHECK_OK(ctx, compare_exact_widths(ctx, p, p->truths[truth].z, 0, 10, found));
  return found;
}

/* sigma of the signal yield of the benchmarks of arXiv:1806.04743 from the Fisher matrix of (mu, r, lambda, background). */
static void inferno_benchmarks(const double *matrix, double *sigmas)
{
  static const size_t kept[5] = { 1, 2, 3, 3, 4 };
  static const double widths[5][4] = {
    { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0.4, 1.0, 0 }, { 0, 0.4, 1.0, 0.1 }
  };
  for (size_t b = 0; b < 5; b++) {
    const size_t n = kept[b];
    double part[16];
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        part[i * n + j] =
            matrix[i * 4 + j] + (i == j && widths[b][i] > 0.0 ? 1.0 / (widths[b][i] * widths[b][i]) : 0.0);
    sigmas[b] = 50.0 * compare_sigma(part, n);
  }
}

static void floors_of_inferno3d(void **state)
{
  (void)state;
  char path[512], line[256];
  if (!support_data(path, sizeof path, "synthetic-mixtures/inferno3d.csv"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  double matrix[16], sigmas[5], wanted[5];
  CHECK_OK(ctx, compare_information(ctx, &compare_inferno3d, compare_inferno3d.truths[0].z, matrix));
  inferno_benchmarks(matrix, sigmas);
  const compare_widths *exact = exact_at(ctx, 1, 0);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int rows = 0;
  while (fgets(line, sizeof line, file)) {
    const char *numbers = strstr(line, "(0,0)\",");
    if (!numbers)
      continue;
    const int floor = strstr(line, "analytic_likelihood") != NULL;
    const int binned = strstr(line, "_10bins_exact_derivatives") != NULL;
    numbers = strchr(strchr(numbers, '"') + 2, ',') + 1;
    assert_int_equal(
        sscanf(numbers, "%lf,%lf,%lf,%lf,%lf", &wanted[0], &wanted[1], &wanted[2], &wanted[3], &wanted[4]),
        5);
    for (int b = 0; b < 5 && floor; b++)
      CHECK_NEAR(sigmas[b], wanted[b], 1e-4);
    if (binned) { /* B0 and B3 */
      CHECK_CLOSE(50.0 * exact->fisher_fixed, wanted[0], 1e-4);
      CHECK_CLOSE(50.0 * exact->fisher, wanted[3], 1e-3);
    }
    rows += floor + binned;
  }
  fclose(file);
  assert_int_equal(rows, 2);
  fairu_context_destroy(ctx);
}

static void widths_of_gamma_gauss(void **state)
{
  (void)state;
  char path[512], line[256];
  if (!support_data(path, sizeof path, "synthetic-mixtures/gamma_gauss.csv"))
    support_skip("no ../shared/data");
  fairu_context *ctx = support_context();
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int rows = 0;
  while (fgets(line, sizeof line, file)) {
    char name[16];
    double alpha, mu, stat, profiled, sigma_alpha, bayes, bayes_profiled;
    if (sscanf(line, "%15[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf", name, &alpha, &mu, &stat, &profiled, &sigma_alpha,
               &bayes, &bayes_profiled) != 8 ||
        mu < 0.99 || mu > 1.01)
      continue;
    const compare_problem *p = strcmp(name, "GG") == 0 ? &compare_gamma_easy : &compare_gamma_hard;
    double fixed, floor;
    compare_widths exact;
    CHECK_OK(ctx, compare_floor(ctx, p, &alpha, &fixed, &floor));
    CHECK_NEAR(fixed, stat, 1e-6);
    CHECK_NEAR(floor, profiled, 1e-6);
    CHECK_OK(ctx, compare_exact_widths(ctx, p, &alpha, 0, 10, &exact));
    CHECK_CLOSE(exact.fisher_fixed, bayes, 1e-4);
    CHECK_CLOSE(exact.fisher, bayes_profiled, 1e-3);
    rows++;
  }
  fclose(file);
  assert_int_equal(rows, 6);
  fairu_context_destroy(ctx);
}

/* Published and computed numbers of the rotation: half-widths at z fixed and profiled, ten uniform bins. */
static void widths_of_rotation(void **state)
{
  (void)state;
  static const double wanted[2][2][2] = { { { 0.0867, 0.0902 }, { 0.0867, 0.0895 } },
                                          { { 0.1507, 0.1867 }, { 0.0867, 0.0915 } } };
  fairu_context *ctx = support_context();
  for (size_t t = 0; t < 2; t++) {
    double fixed, floor;
    CHECK_OK(ctx, compare_floor(ctx, &compare_rotation, compare_rotation.truths[t].z, &fixed, &floor));
    CHECK_NEAR(fixed, TOY_FLOOR, 1e-6);
    CHECK_NEAR(floor, TOY_FLOOR, 1e-6);
    for (int aware = 0; aware < 2; aware++) {
      compare_widths exact;
      CHECK_OK(ctx,
               compare_exact_widths(ctx, &compare_rotation, compare_rotation.truths[t].z, aware, 10, &exact));
      CHECK_NEAR(exact.fixed, wanted[t][aware][0], 1e-4);
      CHECK_NEAR(exact.profiled, wanted[t][aware][1], 1e-4);
      CHECK_CLOSE(exact.fisher_fixed, exact.fixed, 1e-3);
    }
  }
  fairu_context_destroy(ctx);
}

/* No histogram beats the floor. */
static void nothing_beats_the_floor(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < PROBLEMS; i++)
    for (size_t t = 0; t < COMPARE_TRUTHS; t++) {
      const compare_problem *p = compare_problem_find(names[i]);
      double fixed, floor;
      const compare_widths *exact = exact_at(ctx, i, t);
      CHECK_OK(ctx, compare_floor(ctx, p, p->truths[t].z, &fixed, &floor));
      assert_true(fixed <= floor && fixed < exact->fisher_fixed && floor < exact->fisher);
    }
  fairu_context_destroy(ctx);
}

/* ---- bins ----------------------------------------------------------------------------------------------- */

static int made_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                       double *variances, void *user_data)
{
  static const double made[2][5] = { { 900.0, 3.0, 50.0, 40.0, 500.0 }, { 1.0, 5.0, 30.0, 8.0, 0.0 } };
  (void)z, (void)n_axes, (void)user_data;
  for (size_t j = 0; j < n_bins; j++) { /* events of weight 1/2 */
    yields[j] = made[process][j];
    variances[j] = 0.5 * made[process][j];
  }
  return 0;
}

/* Purities 0.001, 0.6, 0.4, 0.17, 0: order 4 0 3 2 1. Six effective events of background in the purest bin are too few, no signal in the least pure
 * is, too. */
static void bins_are_sorted_and_merged(void **state)
{
  (void)state;
  const double edges[4] = { 0.5, 1.5, 2.5, 3.5 };
  const float places[5] = { 1, 4, 3, 2, 0 };
  fairu_context *ctx = support_context();
  fairu_grid *grid;
  fairu_templates *templates;
  fairu_binning *binning;
  compare_counts counts;
  float ranks[COMPARE_MOST_CLASSES];
  CHECK_OK(ctx, fairu_grid_create(ctx, NULL, 0, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, 4, &binning));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, compare_process_names, 2, 5, made_yields,
                                                     NULL, FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, compare_counts_create(templates, binning, 0, &counts));
  compare_counts_sort(&counts, ranks);
  for (size_t j = 0; j < 5; j++)
    assert_true(ranks[j] == places[j]);
  compare_counts_merge(&counts);
  assert_int_equal(counts.n_bins, 3);
  const double merged[2][3] = { { 1400.0, 40.0, 53.0 }, { 1.0, 8.0, 35.0 } };
  for (size_t label = 0; label < 2; label++)
    for (size_t j = 0; j < 3; j++) {
      CHECK_CLOSE(counts.yields[label * 3 + j], merged[label][j], 1e-15);
      CHECK_CLOSE(counts.variances[label * 3 + j], 0.5 * merged[label][j], 1e-15);
    }
  CHECK_CLOSE(counts.edges[0], 1.5, 0.0);
  CHECK_CLOSE(counts.edges[1], 2.5, 0.0);
  compare_counts_clear(&counts);
  fairu_templates_destroy(templates);
  fairu_binning_destroy(binning);
  fairu_grid_destroy(grid);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(problems_are_found_by_name), cmocka_unit_test(derivatives_of_densities),
    cmocka_unit_test(densities_are_normalised),   cmocka_unit_test(events_follow_the_closed_form),
    cmocka_unit_test(tangents_are_derivatives),   cmocka_unit_test(floors_of_inferno3d),
    cmocka_unit_test(widths_of_gamma_gauss),      cmocka_unit_test(widths_of_rotation),
    cmocka_unit_test(nothing_beats_the_floor),    cmocka_unit_test(bins_are_sorted_and_merged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
