/* Bins of the comparison: order and merging against a plain model, a classifier as a histogram against events counted one by one. */
#include "support/support.h"

#include "cli/compare_counts.h"
#include "cli/compare_fit.h"
#include "cli/compare_methods.h"
#include "cli/toy_events.h"

/* ---- sigma -------------------------------------------------------------------------------------------- */

/* Element 0 of the inverse by Cramer's rule, determinants by expansion. */
static double determinant(const double *m, size_t n)
{
  double sum = 0.0, minor[9];
  if (n == 0)
    return 1.0;
  for (size_t k = 0; k < n; k++) {
    for (size_t i = 1; i < n; i++)
      for (size_t j = 0, to = 0; j < n; j++)
        if (j != k)
          minor[(i - 1) * (n - 1) + to++] = m[i * n + j];
    sum += (k % 2 ? -1.0 : 1.0) * m[k] * determinant(minor, n - 1);
  }
  return sum;
}

static void sigma_is_an_element_of_the_inverse(void **state)
{
  (void)state;
  for (uint64_t seed = 0; seed < 60; seed++)
    for (size_t n = 1; n <= 4; n++) {
      double a[16], m[16], rest[9];
      for (uint64_t i = 0; i < 16; i++)
        a[i] = toy_uniform(seed, i) - 0.5;
      for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
          m[i * n + j] = i == j ? 0.2 : 0.0;
          for (size_t k = 0; k < 4; k++)
            m[i * n + j] += a[4 * k + i] * a[4 * k + j];
        }
      for (size_t i = 1; i < n; i++)
        for (size_t j = 1; j < n; j++)
          rest[(i - 1) * (n - 1) + j - 1] = m[i * n + j];
      CHECK_CLOSE(compare_sigma(m, n), sqrt(determinant(rest, n - 1) / determinant(m, n)), 1e-12);
    }
}

static void matrices_without_inverse(void **state)
{
  (void)state;
  const double nan = (double)NAN;
  const double bad[][4] = { { 1, 0, 0, 0 }, { 1, 0, 0, -1 }, { 1, 2, 2, 1 },
                            { 0, 0, 0, 1 }, { 1, 1, 1, 1 },  { 1, 0, 0, nan } };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_true(isnan(compare_sigma(bad[i], 2)));
  assert_true(isnan(compare_sigma(&bad[3][0], 1)));
}

/* ---- merging ------------------------------------------------------------------------------------------ */

enum { POINTS = 4, BINS = 8, NOMINAL = 1 };

typedef struct source {
  double yields[2][POINTS][BINS], variances[2][POINTS][BINS];
} source;

/* Events of weight 1/3; some bins are empty. */
static void random_source(source *s, uint64_t seed)
{
  uint64_t i = 0;
  for (int label = 0; label < 2; label++)
    for (int p = 0; p < POINTS; p++)
      for (int j = 0; j < BINS; j++) {
        const double u = toy_uniform(seed, i++);
        const double events = floor((label ? 12.0 : 60.0) * u * u * u * (u < 0.15 ? 0.0 : 1.0) * 3.0);
        s->yields[label][p][j] = events / 3.0;
        s->variances[label][p][j] = events / 9.0;
      }
}

static int source_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  const source *s = user_data;
  (void)n_axes;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = s->yields[process][(size_t)z[0]][j];
    variances[j] = s->variances[process][(size_t)z[0]][j];
  }
  return 0;
}

static void counts_of(fairu_context *ctx, source *s, compare_counts *out)
{
  const double knots[POINTS] = { 0.0, 1.0, 2.0, 3.0 };
  const double edges[BINS - 1] = { 1, 2, 3, 4, 5, 6, 7 };
  const fairu_axis axis = { "z", knots, POINTS, 1.0 };
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_templates *templates;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, BINS - 1, &binning));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, compare_process_names, 2, BINS, source_yields,
                                                     s, FAIRU_INTERPOLATION_LINEAR, &templates));
  CHECK_OK(ctx, compare_counts_create(templates, binning, NOMINAL, out));
  fairu_templates_destroy(templates);
  fairu_binning_destroy(binning);
  fairu_grid_destroy(grid);
}

/* Bins as lists of the raw ones that they hold. */
typedef struct group {
  size_t first, last;
} group;

/* Effective events of a group over what is enough: (sum w)^2 / sum w^2. */
static double weakness(const source *s, const group *g)
{
  double least = HUGE_VAL;
  for (int label = 0; label < 2; label++)
    for (int p = 0; p < POINTS; p++) {
      double y = 0.0, v = 0.0;
      for (size_t j = g->first; j <= g->last; j++) {
        y += s->yields[label][p][j];
        v += s->variances[label][p][j];
      }
      if (label == 0 || p == NOMINAL)
        least = fmin(least, (v > 0.0 ? y * y / v : 0.0) / (label ? 2.0 : 10.0));
    }
  return least;
}

static size_t merge_plainly(const source *s, group *groups)
{
  size_t n = BINS;
  for (size_t j = 0; j < n; j++)
    groups[j] = (group){ j, j };
  while (n > 1) {
    size_t weak = 0;
    for (size_t j = 1; j < n; j++)
      if (weakness(s, &groups[j]) < weakness(s, &groups[weak]))
        weak = j;
    if (weakness(s, &groups[weak]) >= 1.0)
      break;
    const double left = weak > 0 ? weakness(s, &groups[weak - 1]) : HUGE_VAL;
    const double right = weak + 1 < n ? weakness(s, &groups[weak + 1]) : HUGE_VAL;
    const size_t to = left < right ? weak - 1 : weak; /* to the right where both are as weak */
    groups[to].last = groups[to + 1].last;
    for (size_t j = to + 1; j + 1 < n; j++)
      groups[j] = groups[j + 1];
    n--;
  }
  return n;
}

static void merging_follows_the_plain_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  size_t sizes[BINS + 1] = { 0 };
  for (uint64_t seed = 0; seed < 300; seed++) {
    source s;
    compare_counts counts;
    group groups[BINS];
    random_source(&s, seed);
    counts_of(ctx, &s, &counts);
    compare_counts_merge(&counts);
    const size_t n = merge_plainly(&s, groups);
    sizes[n]++;
    assert_int_equal(counts.n_bins, n);
    for (size_t j = 0; j < n; j++) {
      assert_true(j + 1 == n || counts.edges[j] == (double)(groups[j].last + 1));
      for (size_t row = 0; row < 2 * POINTS; row++) {
        double y = 0.0, v = 0.0;
        for (size_t k = groups[j].first; k <= groups[j].last; k++) {
          y += s.yields[row / POINTS][row % POINTS][k];
          v += s.variances[row / POINTS][row % POINTS][k];
        }
        CHECK_NEAR(counts.yields[row * n + j], y, 1e-12);
        CHECK_NEAR(counts.variances[row * n + j], v, 1e-12);
      }
    }
    compare_counts_clear(&counts);
  }
  assert_true(sizes[1] > 0 && sizes[2] > 0 && sizes[3] > 0 && sizes[4] > 0); /* the model saw all of it */
  fairu_context_destroy(ctx);
}

/* Ranks are a permutation, purities rise with them, equals stay as they were; every row moves alike. */
static void order_of_purity(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 100; seed++) {
    source s;
    compare_counts counts;
    float ranks[COMPARE_MOST_CLASSES];
    int seen[BINS] = { 0 };
    random_source(&s, seed);
    counts_of(ctx, &s, &counts);
    compare_counts_sort(&counts, ranks);
    double purity[BINS];
    for (size_t j = 0; j < BINS; j++) {
      const double a = s.yields[1][NOMINAL][j], b = s.yields[0][NOMINAL][j];
      purity[j] = a + b > 0.0 ? a / (a + b) : 0.0;
      seen[(size_t)ranks[j]]++;
    }
    for (size_t j = 0; j < BINS; j++) {
      assert_int_equal(seen[j], 1);
      for (size_t k = 0; k < j; k++)
        assert_int_equal(ranks[k] < ranks[j], purity[k] <= purity[j]);
      for (size_t row = 0; row < 2 * POINTS; row++) {
        const size_t to = row * BINS + (size_t)ranks[j];
        assert_true(counts.yields[to] == s.yields[row / POINTS][row % POINTS][j]);
        assert_true(counts.variances[to] == s.variances[row / POINTS][row % POINTS][j]);
      }
    }
    compare_counts_clear(&counts);
  }
  fairu_context_destroy(ctx);
}

/* ---- a classifier as a histogram ---------------------------------------------------------------------- */

/* Logit of the Bayes score of an event at z. */
static double logit_of(const compare_problem *p, const double *x, const double *z)
{
  double unused[COMPARE_AXES];
  return p->log_density(COMPARE_SIGNAL, x, z, unused) - p->log_density(COMPARE_BACKGROUND, x, z, unused);
}

/* Event i of gamma-gauss at alpha: x scaled in float, as the library does. */
static double gamma_at(const fairu_events *events, size_t i, double alpha)
{
  size_t stride;
  return (double)(float)((double)fairu_events_column(events, 0, &stride)[i] * alpha);
}

static size_t bin_of(const fairu_binning *binning, double logit)
{
  const double *edges = fairu_binning_edges(binning);
  size_t j = 0;
  while (j + 1 < fairu_binning_n_bins(binning) && logit >= edges[j])
    j++;
  return j;
}

/* Templates, data, AUC and dependence on Z of gamma-gauss, each event by hand; a score of nominal Z and one of every Z. */
static void check_gamma(fairu_context *ctx, int aware, int quantile)
{
  enum { N = 3000 };
  const compare_problem *p = compare_problem_find("gamma-gauss-easy");
  const compare_axis *axis = &p->axes[0];
  fairu_systematics *systematics;
  fairu_classifier *classifier;
  compare_pool pool;
  compare_summary summary;
  compare_tables tables;
  const double truth = 1.2;
  double sums[COMPARE_CLASSES][COMPARE_KNOTS][COMPARE_BINS] = { { { 0.0 } } },
         observed[COMPARE_KNOTS][COMPARE_BINS] = { { 0.0 } };
  CHECK_OK(ctx, p->systematics(ctx, p, &systematics));
  CHECK_OK(ctx, compare_create_exact(ctx, p, aware, &classifier));
  CHECK_OK(ctx, compare_pool_create(ctx, p, N, COMPARE_RANDOM, 1, &pool));
  CHECK_OK(ctx, compare_summary_create(ctx, p, systematics, classifier, &pool, quantile, &summary));
  CHECK_OK(ctx, compare_tables_create(ctx, &summary, &pool, &truth, &tables));
  assert_int_equal(summary.moving, aware);
  const size_t n = summary.n_bins;
  assert_true(aware ? n >= 8 : n >= 1);
  for (int label = 0; label < COMPARE_CLASSES; label++)
    for (size_t i = 0; i < N; i++)
      for (size_t k = 0; k < axis->n_knots; k++) {
        const double z = axis->knots[k], x = gamma_at(pool.classes[label], i, z);
        const double y = gamma_at(pool.classes[label], i, truth);
        const double *asked = aware ? &z : &axis->nominal;
        sums[label][k][bin_of(summary.binning, (double)(float)logit_of(p, &x, asked))] += 1000.0 / N;
        observed[k][bin_of(summary.binning, (double)(float)logit_of(p, &y, asked))] += 1000.0 / N;
      }
  double distance = 0.0, found;
  for (size_t k = 0; k < axis->n_knots; k++) {
    double below = 0.0, nominal = 0.0;
    for (size_t j = 0; j < n; j++) {
      for (size_t label = 0; label < COMPARE_CLASSES; label++) {
        CHECK_NEAR(fairu_templates_yields(summary.templates, label, k)[j], sums[label][k][j], 1e-9);
        CHECK_NEAR(fairu_templates_variances(summary.templates, label, k)[j], sums[label][k][j] * 1000.0 / N,
                   1e-9);
      }
      below += sums[1][k][j] / 1000.0;
      nominal += sums[1][10][j] / 1000.0; /* knot 1.0 */
      if (k <= 20)                        /* 0.5 to 1.5: a width of the prior on both sides */
        distance = fmax(distance, fabs(below - nominal));
    }
  }
  CHECK_OK(ctx, compare_summary_dependence(ctx, &summary, COMPARE_SIGNAL, &found));
  CHECK_NEAR(found, distance, 1e-12);

  /* the data */
  fairu_likelihood *likelihood;
  fairu_data *data;
  double counts[COMPARE_BINS];
  CHECK_OK(ctx, compare_likelihood_create(ctx, p, summary.templates, FAIRU_MC_STAT_NONE, &likelihood));
  CHECK_OK(ctx, compare_data_create(ctx, p, likelihood, &truth, NULL, &data));
  CHECK_OK(ctx, compare_tables_set(ctx, &tables, data));
  for (size_t k = 0; k < axis->n_knots; k += 5) {
    const double params[2] = { 1.0, axis->knots[k] };
    CHECK_OK(ctx, fairu_data_observed(data, ctx, params, 2, counts));
    for (size_t j = 0; j < n; j++)
      CHECK_NEAR(counts[j], observed[k][j], 1e-9);
  }
  double aux;
  CHECK_OK(ctx, fairu_data_aux(data, ctx, 1, &aux));
  assert_true(aux == axis->nominal); /* what the experiment believes */

  /* pairs in which signal scores higher; ties count half */
  double auc, pairs = 0.0;
  CHECK_OK(ctx, compare_summary_auc(ctx, &summary, &pool, &truth, &auc));
  static float scores[2][N];
  for (int label = 0; label < 2; label++)
    for (size_t i = 0; i < N; i++) {
      const double x = gamma_at(pool.classes[label], i, truth);
      scores[label][i] = (float)logit_of(p, &x, aware ? &truth : &axis->nominal);
    }
  for (size_t i = 0; i < N; i++)
    for (size_t k = 0; k < N; k++)
      pairs += scores[1][i] > scores[0][k] ? 1.0 : scores[1][i] == scores[0][k] ? 0.5 : 0.0;
  CHECK_NEAR(auc, pairs / N / N, 1e-12);

  fairu_data_destroy(data);
  fairu_likelihood_destroy(likelihood);
  compare_tables_clear(&tables);
  compare_summary_clear(&summary);
  compare_pool_clear(&pool);
  fairu_classifier_destroy(classifier);
  fairu_systematics_destroy(systematics);
}

static void histograms_are_counted_events(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i < 4; i++)
    check_gamma(ctx, i / 2, i % 2);
  fairu_context_destroy(ctx);
}

/* ---- events of a seed --------------------------------------------------------------------------------- */

/* Training, templates and data have no event in common, nor have two seeds; but the data are the same for all seeds of one run. */
static void samples_are_disjoint(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  cli c = { .ctx = ctx };
  compare_options o = { .seed = 5, .problem = compare_problem_find("pivot-toy"), .scale = { 20, 30, 40, 1 } };
  compare_samples samples[2];
  const compare_pool *pools[6];
  for (uint64_t seed = 0; seed < 2; seed++) {
    CHECK_OK(ctx, compare_samples_create(&c, &o, seed, &samples[seed]));
    pools[3 * seed] = &samples[seed].training;
    pools[3 * seed + 1] = &samples[seed].templates;
    pools[3 * seed + 2] = &samples[seed].data;
  }
  for (size_t i = 0; i < 6; i++)
    for (int label = 0; label < 2; label++) {
      const fairu_events *a = pools[i]->classes[label];
      size_t stride;
      double sum;
      assert_int_equal(fairu_events_n_events(a), i % 3 == 0 ? 20 : i % 3 == 1 ? 30 : 40);
      CHECK_OK(ctx, fairu_events_sum_weights(a, ctx, label, &sum));
      CHECK_CLOSE(sum, label ? 100.0 : 1000.0, 1e-12);
      CHECK_CLOSE(compare_expected(&o, label), sum, 1e-12);
      for (size_t j = 0; j < i; j++) {
        size_t same = 0;
        const fairu_events *b = pools[j]->classes[label];
        for (size_t k = 0; k < fairu_events_n_events(a); k++)
          for (size_t l = 0; l < fairu_events_n_events(b); l++)
            same += fairu_events_column(a, 0, &stride)[k] == fairu_events_column(b, 0, &stride)[l];
        assert_int_equal(same, i == 5 && j == 2 ? 40 : 0);
      }
    }
  compare_samples_clear(&samples[0]);
  compare_samples_clear(&samples[1]);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sigma_is_an_element_of_the_inverse), cmocka_unit_test(matrices_without_inverse),
    cmocka_unit_test(merging_follows_the_plain_model),    cmocka_unit_test(order_of_purity),
    cmocka_unit_test(histograms_are_counted_events),      cmocka_unit_test(samples_are_disjoint),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
