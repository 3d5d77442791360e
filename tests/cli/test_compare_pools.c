/* Events of the comparison: points of the unit cube, streams, weights; simulated events in three parts; scores of several outputs as bins. */
#include "higgs_events.h"

#include "cli/compare_counts.h"
#include "cli/compare_fit.h"
#include "cli/compare_methods.h"

/* ---- points of the unit cube ---------------------------------------------------------------------------- */

/* Events are the points themselves. */
static void cube_event(int label, const double *u, double *x)
{
  (void)label;
  memcpy(x, u, COMPARE_DIMS * sizeof *x);
}

static compare_problem cube(size_t n_features)
{
  return (compare_problem){ .name = "cube",
                            .features = { "u0", "u1", "u2" },
                            .n_features = n_features,
                            .moves = { 1, 0 },
                            .signal = 3.0,
                            .background = 70.0,
                            .event = cube_event };
}

static double at(const fairu_events *events, size_t row, size_t column)
{
  size_t stride;
  const float *values = fairu_events_column(events, column, &stride);
  return (double)values[row * stride];
}

static int less(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Along axis k of base 2, 3 or 5 a power of the base of even points has equal gaps all around the unit interval. */
static void even_points_have_equal_gaps(void **state)
{
  (void)state;
  static const size_t powers[COMPARE_DIMS] = { 1024, 729, 625 };
  const compare_problem p = cube(3);
  fairu_context *ctx = support_context();
  for (uint64_t seed = 0; seed < 4; seed++)
    for (size_t k = 0; k < COMPARE_DIMS; k++) {
      const size_t n = powers[k];
      double u[1024];
      fairu_events *events;
      CHECK_OK(ctx, compare_events_create(ctx, &p, (int)(seed % 2), n, COMPARE_EVEN, seed, &events));
      for (size_t i = 0; i < n; i++)
        u[i] = at(events, i, k);
      qsort(u, n, sizeof *u, less);
      for (size_t i = 0; i < n; i++) /* columns are floats */
        CHECK_NEAR(i + 1 < n ? u[i + 1] - u[i] : u[0] + 1.0 - u[i], 1.0 / (double)n, 2e-7);
      fairu_events_destroy(events);
    }
  fairu_context_destroy(ctx);
}

/* In a square of 2^a 3^b boxes each box holds one of as many consecutive points but for the shift, which cuts boxes: never more than four. In
 * all of space sums over even points are near the integral, nearer than of random ones. */
static void even_points_fill_the_cube(void **state)
{
  (void)state;
  enum { N = 4096 };
  const compare_problem p = cube(3);
  fairu_context *ctx = support_context();
  for (uint64_t seed = 1; seed <= 3; seed++) {
    size_t held[16 * 27] = { 0 };
    double product = 0.0, waves = 0.0;
    fairu_events *events;
    CHECK_OK(ctx, compare_events_create(ctx, &p, COMPARE_SIGNAL, N, COMPARE_EVEN, seed, &events));
    for (size_t i = 0; i < N; i++) {
      const double u[3] = { at(events, i, 0), at(events, i, 1), at(events, i, 2) };
      if (i < 16 * 27)
        held[(size_t)(16.0 * u[0]) % 16 * 27 + (size_t)(27.0 * u[1]) % 27]++;
      product += u[0] * u[1] * u[2];
      waves += cos(2.0 * M_PI * (u[0] + u[1])) + cos(2.0 * M_PI * (u[1] - u[2]));
    }
    for (size_t box = 0; box < 16 * 27; box++)
      assert_true(held[box] <= 4);
    CHECK_NEAR(product / N, 0.125, 0.3 * 0.16 / sqrt(N)); /* random points: 0.16 / sqrt(N) */
    CHECK_NEAR(waves / N, 0.0, 0.3 / sqrt(N));
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* Random points: each tenth of an axis holds a tenth, axes and neighbours know nothing of each other. */
static void random_points_are_uniform(void **state)
{
  (void)state;
  enum { N = 20000 };
  fairu_context *ctx = support_context();
  for (size_t n_features = 1; n_features <= 3; n_features++) {
    const compare_problem p = cube(n_features);
    fairu_events *events;
    CHECK_OK(ctx, compare_events_create(ctx, &p, COMPARE_BACKGROUND, N, COMPARE_RANDOM, 9, &events));
    for (size_t k = 0; k < n_features; k++) {
      double chi2 = 0.0, next = 0.0, other = 0.0;
      size_t tenths[10] = { 0 };
      for (size_t i = 0; i < N; i++) {
        const double u = at(events, i, k);
        assert_true(u >= 0.0 && u <= 1.0);
        tenths[(size_t)(10.0 * u) % 10]++;
        next += (u - 0.5) * (at(events, (i + 1) % N, k) - 0.5);
        other += (u - 0.5) * (at(events, i, (k + 1) % n_features) - 0.5);
      }
      for (size_t j = 0; j < 10; j++)
        chi2 += ((double)tenths[j] - N / 10.0) * ((double)tenths[j] - N / 10.0) / (N / 10.0);
      assert_true(chi2 < 30.0 && chi2 > 0.5); /* 9 degrees of freedom */
      CHECK_NEAR(12.0 * next / N, 0.0, 5.0 / sqrt(N));
      if (n_features > 1)
        CHECK_NEAR(12.0 * other / N, 0.0, 5.0 / sqrt(N));
    }
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

/* Events of one stream are the beginning of a longer one; other labels, seeds and samplings have no point in common. */
static void streams_of_events(void **state)
{
  (void)state;
  enum { N = 60, LONGER = 90, STREAMS = 12 };
  const compare_problem p = cube(2);
  fairu_context *ctx = support_context();
  fairu_events *streams[STREAMS], *longer;
  for (int s = 0; s < STREAMS; s++)
    CHECK_OK(ctx, compare_events_create(ctx, &p, s % 2, N, s / 2 % 2, (uint64_t)(s / 4), &streams[s]));
  for (int s = 0; s < STREAMS; s++) {
    CHECK_OK(ctx, compare_events_create(ctx, &p, s % 2, LONGER, s / 2 % 2, (uint64_t)(s / 4), &longer));
    for (size_t i = 0; i < N; i++)
      assert_true(at(longer, i, 0) == at(streams[s], i, 0) && at(longer, i, 1) == at(streams[s], i, 1));
    fairu_events_destroy(longer);
    for (int t = 0; t < s; t++)
      for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
          assert_true(at(streams[s], i, 0) != at(streams[t], j, 0) ||
                      at(streams[s], i, 1) != at(streams[t], j, 1));
  }
  for (int s = 0; s < STREAMS; s++)
    fairu_events_destroy(streams[s]);
  fairu_context_destroy(ctx);
}

/* Label, the column that says whether an event moves, equal weights that add up to the yield, names in order. */
static void columns_of_events(void **state)
{
  (void)state;
  static const char *const names[4] = { "u0", "u1", "u2", COMPARE_MOVES };
  fairu_context *ctx = support_context();
  for (size_t n_features = 1; n_features <= 3; n_features++) {
    const compare_problem p = cube(n_features);
    compare_pool pool;
    CHECK_OK(ctx, compare_pool_create(ctx, &p, 7, COMPARE_EVEN, 1, &pool));
    for (int label = 0; label < COMPARE_CLASSES; label++) {
      const fairu_events *events = pool.classes[label];
      assert_int_equal(fairu_events_n_events(events), 7);
      assert_int_equal(fairu_events_n_columns(events), n_features + 1);
      for (size_t k = 0; k <= n_features; k++)
        assert_string_equal(fairu_events_column_name(events, k), names[k < n_features ? k : 3]);
      for (size_t i = 0; i < 7; i++) {
        assert_int_equal(fairu_events_labels(events)[i], label);
        CHECK_CLOSE(fairu_events_weights(events)[i], (label ? 3.0 : 70.0) / 7.0, 1e-15);
        assert_true(at(events, i, n_features) == (label ? 0.0 : 1.0));
      }
    }
    compare_pool_clear(&pool);
    assert_true(!pool.classes[0] && !pool.classes[1]);
    compare_pool_clear(&pool); /* twice is nothing */
  }
  fairu_context_destroy(ctx);
}

/* ---- simulated events in three parts -------------------------------------------------------------------- */

/* Weights of every part add up to the whole; each event is in one part, its weight multiplied by one factor for its class; another seed cuts otherwise. */
static void parts_of_simulated_events(void **state)
{
  (void)state;
  enum { N = 900 };
  cli c = { .ctx = support_context() };
  higgs_inputs in;
  higgs_inputs_make(&c, N, &in);
  compare_options o = { .seed = 2, .problem = compare_problem_find("higgs-tes"), .higgs = &in };
  double firsts[3] = { 0.0 };
  for (uint64_t run = 0; run < 3; run++) { /* twice a seed, and another */
    compare_samples samples;
    assert_int_equal(compare_samples_create(&c, &o, run / 2, &samples), FAIRU_OK);
    const compare_pool *pools[3] = { &samples.training, &samples.templates, &samples.data };
    for (int label = 0; label < 2; label++) {
      size_t n = 0;
      double raw = 0.0;
      for (int k = 0; k < 3; k++) {
        const fairu_events *part = pools[k]->classes[label];
        double sum, factor;
        CHECK_OK(c.ctx, fairu_events_sum_weights(part, c.ctx, label, &sum));
        CHECK_CLOSE(sum, in.sums[label], 1e-12);
        CHECK_CLOSE(compare_expected(&o, label), sum, 1e-12);
        n += fairu_events_n_events(part);
        /* weights of the file are multiples of 0.5 or 0.01: the least one tells the factor */
        factor = HUGE_VAL;
        for (size_t i = 0; i < fairu_events_n_events(part); i++)
          factor = fmin(factor, fairu_events_weights(part)[i] / (label ? 0.01 : 1.0));
        raw += sum / factor;
        for (size_t i = 0; i < fairu_events_n_events(part); i++) {
          const double unit = fairu_events_weights(part)[i] / factor / (label ? 0.01 : 0.5);
          CHECK_NEAR(unit, floor(unit + 0.5), 1e-9);
        }
      }
      assert_int_equal(n, in.rows[label]);
      CHECK_CLOSE(raw, in.sums[label], 1e-12);
    }
    firsts[run] = (double)fairu_events_n_events(samples.training.classes[0]) +
                  at(samples.training.classes[0], 0, 1) + at(samples.templates.classes[1], 0, 1);
    compare_samples_clear(&samples);
  }
  assert_true(firsts[0] == firsts[1] && firsts[0] != firsts[2]);
  higgs_inputs_free(&in);
  fairu_context_destroy(c.ctx);
}

/* ---- several outputs ------------------------------------------------------------------------------------ */

enum { OUTPUTS = 5 };

/* Output k is largest where |x - centre k| is least; centres are out of order, one is far from all events. */
static const double centres[OUTPUTS] = { 5.0, 0.7, 2.0, 900.0, 8.0 };

static int nearest(double x)
{
  int best = 0;
  for (int k = 1; k < OUTPUTS; k++)
    if (fabs(x - centres[k]) < fabs(x - centres[best]))
      best = k;
  return best;
}

static int outputs_of(const float *features, size_t n_events, size_t n_features, const double *z,
                      size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)z, (void)n_nuisances, (void)user_data;
  for (size_t i = 0; i < n_events; i++)
    for (int k = 0; k < OUTPUTS; k++)
      logits[OUTPUTS * i + (size_t)k] = (float)(-fabs((double)features[i] - centres[k]));
  return 0;
}

/* The largest output is the bin; bins go in order of nominal purity, templates are the sums of events of theirs; the empty one is merged away. */
static void largest_output_is_the_bin(void **state)
{
  (void)state;
  enum { N = 4000 };
  const compare_problem *p = compare_problem_find("gamma-gauss");
  fairu_context *ctx = support_context();
  fairu_systematics *systematics;
  fairu_classifier *network;
  compare_pool pool;
  compare_summary summary;
  CHECK_OK(ctx, p->systematics(ctx, p, &systematics));
  CHECK_OK(ctx, fairu_classifier_create_callback(ctx, p->features, 1, NULL, 0, OUTPUTS, outputs_of, NULL,
                                                 &network));
  CHECK_OK(ctx, compare_pool_create(ctx, p, N, COMPARE_RANDOM, 4, &pool));
  CHECK_OK(ctx, compare_summary_create(ctx, p, systematics, network, &pool, 1, &summary));
  assert_non_null(summary.ranked);
  assert_int_equal(summary.moving, 0);
  double sums[2][OUTPUTS] = { { 0.0 } };
  for (int label = 0; label < 2; label++)
    for (size_t i = 0; i < N; i++)
      sums[label][nearest(at(pool.classes[label], i, 0))] += compare_yield(p, label) / N;
  int order[OUTPUTS]; /* by purity; the empty output has none */
  for (int k = 0; k < OUTPUTS; k++) {
    int before = 0;
    const double mine = sums[1][k] / (sums[0][k] + sums[1][k] + 1e-300);
    for (int l = 0; l < OUTPUTS; l++) {
      const double theirs = sums[1][l] / (sums[0][l] + sums[1][l] + 1e-300);
      before += theirs < mine || (!(theirs > mine) && l < k);
    }
    order[before] = k;
    assert_true((double)summary.ranks[k] == (double)before);
  }
  /* bins of the summary: neighbours in that order */
  size_t nominal = 0;
  while (p->axes[0].knots[nominal] != 1.0)
    nominal++;
  assert_true(summary.n_bins >= 2 && summary.n_bins < OUTPUTS);
  const double *edges = fairu_binning_edges(summary.binning);
  for (size_t j = 0, rank = 0; j < summary.n_bins; j++) {
    double wanted[2] = { 0.0 };
    for (; rank < OUTPUTS && (j + 1 == summary.n_bins || (double)rank < edges[j]); rank++)
      for (int label = 0; label < 2; label++)
        wanted[label] += sums[label][order[rank]];
    for (int label = 0; label < 2; label++)
      CHECK_NEAR(fairu_templates_yields(summary.templates, (size_t)label, nominal)[j], wanted[label], 1e-9);
  }
  /* and the area under the curve is of ranks: ties count half */
  const double z = 1.0;
  double auc, pairs = 0.0;
  CHECK_OK(ctx, compare_summary_auc(ctx, &summary, &pool, &z, &auc));
  for (int k = 0; k < OUTPUTS; k++)
    for (int l = 0; l < OUTPUTS; l++)
      pairs += sums[1][order[k]] * sums[0][order[l]] * (k > l ? 1.0 : k == l ? 0.5 : 0.0);
  CHECK_NEAR(auc, pairs / p->signal / p->background, 1e-9);
  compare_summary_clear(&summary);
  compare_pool_clear(&pool);
  fairu_classifier_destroy(network);
  fairu_systematics_destroy(systematics);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(even_points_have_equal_gaps), cmocka_unit_test(even_points_fill_the_cube),
    cmocka_unit_test(random_points_are_uniform),   cmocka_unit_test(streams_of_events),
    cmocka_unit_test(columns_of_events),           cmocka_unit_test(parts_of_simulated_events),
    cmocka_unit_test(largest_output_is_the_bin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
