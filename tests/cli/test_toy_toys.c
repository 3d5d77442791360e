/* Events and pseudo-experiments of the toy: random numbers, moments, what toys are drawn from, the same results whatever the threads. */
#include "toy_plain.h"

#include "cli/study.h"
#include "cli/toy_coverage.h"
#include "cli/toy_unbinned.h"

/* Published values of SplitMix64 (seeds 0 and 1234567); it is a function of its counter here. */
static void published_random_numbers(void **state)
{
  (void)state;
  static const uint64_t of_0[2] = { 0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u };
  static const uint64_t of_1234567[5] = { 6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                          4593380528125082431u, 16408922859458223821u };
  for (uint64_t i = 0; i < 5; i++)
    assert_int_equal(toy_mix(1234567u + i * 0x9e3779b97f4a7c15u), of_1234567[i]);
  for (uint64_t i = 0; i < 2; i++)
    assert_int_equal(toy_mix(i * 0x9e3779b97f4a7c15u), of_0[i]);
}

/* 64 cells of a unit interval and 8 x 8 of successive pairs: chi^2 of 63 degrees within its 1e-4 tails, keys apart. */
static void uniform_numbers(void **state)
{
  (void)state;
  enum { N = 64000 };
  for (uint64_t key = 0; key < 6; key++) {
    double cells[64] = { 0.0 }, pairs[64] = { 0.0 }, chi = 0.0, chi_pairs = 0.0;
    for (uint64_t i = 0; i < N; i++) {
      const double u = toy_uniform(key, i), v = toy_uniform(key, i + 1);
      assert_true(u > 0.0 && u < 1.0);
      cells[(size_t)(64.0 * u)]++;
      if (i % 2 == 0)
        pairs[8 * (size_t)(8.0 * u) + (size_t)(8.0 * v)]++;
    }
    for (size_t k = 0; k < 64; k++) {
      chi += (cells[k] - N / 64) * (cells[k] - N / 64) / (N / 64);
      chi_pairs += (pairs[k] - N / 128) * (pairs[k] - N / 128) / (N / 128);
    }
    assert_true(chi > 28.0 && chi < 112.0 && chi_pairs > 28.0 && chi_pairs < 112.0);
  }
}

/* Weighted mean of x and y, and their covariance. */
static void moments_of(const fairu_events *events, double m[5])
{
  size_t sx, sy;
  const float *x = fairu_events_column(events, 0, &sx), *y = fairu_events_column(events, 1, &sy);
  const double *w = fairu_events_weights(events);
  double sum = 0.0, s[5] = { 0.0 };
  for (size_t i = 0; i < fairu_events_n_events(events); i++) {
    const double a = (double)x[i * sx], b = (double)y[i * sy];
    const double terms[5] = { a, b, a * a, b * b, a * b };
    sum += w[i];
    for (int k = 0; k < 5; k++)
      s[k] += w[i] * terms[k];
  }
  for (int k = 0; k < 5; k++)
    m[k] = s[k] / sum;
  m[2] -= m[0] * m[0], m[3] -= m[1] * m[1], m[4] -= m[0] * m[1];
}

static void moments_of_events(void **state)
{
  (void)state;
  enum { N = 40000 };
  fairu_context *ctx = support_context();
  for (int i = 0; i < 4; i++) {
    const int process = i / 2, even = i % 2;
    const double mean = (process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0) * M_SQRT1_2;
    fairu_events *events;
    double m[5], sum;
    CHECK_OK(ctx, toy_events_create(ctx, process, N, even ? TOY_EVEN : TOY_RANDOM, 4, &events));
    moments_of(events, m);
    const double error = 0.7 / sqrt(N) * (even ? 0.2 : 4.5),
                 error_2 = 0.49 * sqrt(2.0 / N) * (even ? 0.2 : 4.5);
    CHECK_NEAR(m[0], mean, error);
    CHECK_NEAR(m[1], mean, error);
    CHECK_NEAR(m[2], 0.49, error_2);
    CHECK_NEAR(m[3], 0.49, error_2);
    CHECK_NEAR(m[4], 0.0, error_2);
    CHECK_OK(ctx, fairu_events_sum_weights(events, ctx, process == TOY_SIGNAL_PROCESS, &sum));
    CHECK_CLOSE(sum, process == TOY_SIGNAL_PROCESS ? 500.0 : 50000.0, 1e-12); /* all have the label */
    const double first = fairu_events_weights(events)[0];
    for (size_t k = 1; k < N && !even; k++)
      CHECK_CLOSE(fairu_events_weights(events)[k], first,
                  1e-12); /* random ones are drawn from the density itself */
    fairu_events_destroy(events);
  }
  fairu_context_destroy(ctx);
}

static int same_events(const fairu_events *a, const fairu_events *b)
{
  size_t stride;
  const size_t n = fairu_events_n_events(a) * sizeof(float);
  return memcmp(fairu_events_column(a, 0, &stride), fairu_events_column(b, 0, &stride), n) == 0;
}

/* Seeds, samplings and processes are streams of their own; one seed is one stream. */
static void seeds_are_streams(void **state)
{
  (void)state;
  enum { N = 8 };
  static const int rows[][3] = { { 0, TOY_RANDOM, 1 }, { 1, TOY_RANDOM, 1 }, { 0, TOY_EVEN, 1 },
                                 { 1, TOY_EVEN, 1 },   { 0, TOY_RANDOM, 2 }, { 1, TOY_RANDOM, 2 },
                                 { 0, TOY_EVEN, 2 },   { 0, TOY_RANDOM, 0 } };
  enum { ROWS = sizeof rows / sizeof *rows };
  fairu_context *ctx = support_context();
  fairu_events *events[ROWS], *again, *both;
  size_t stride;
  for (size_t i = 0; i < ROWS; i++)
    CHECK_OK(ctx, toy_events_create(ctx, rows[i][0], N, rows[i][1], (uint64_t)rows[i][2], &events[i]));
  for (size_t i = 0; i < ROWS; i++)
    for (size_t j = 0; j < ROWS; j++)
      assert_int_equal(same_events(events[i], events[j]), i == j);
  CHECK_OK(ctx, toy_events_create(ctx, 1, N, TOY_EVEN, 1, &again));
  assert_true(same_events(again, events[3]));
  CHECK_OK(ctx, toy_events_both(ctx, N, TOY_RANDOM, 2, &both));
  assert_int_equal(fairu_events_n_events(both), 2 * N);
  for (size_t i = 0; i < 2 * N; i++) {
    const fairu_events *of = events[i < N ? 4 : 5];
    assert_int_equal(fairu_events_labels(both)[i], i < N);
    for (size_t k = 0; k < 2; k++)
      assert_true(fairu_events_column(both, k, &stride)[i] == fairu_events_column(of, k, &stride)[i % N]);
    assert_true(fairu_events_weights(both)[i] == fairu_events_weights(of)[i % N]);
  }
  for (size_t i = 0; i < ROWS; i++)
    fairu_events_destroy(events[i]);
  fairu_events_destroy(again);
  fairu_events_destroy(both);
  fairu_context_destroy(ctx);
}

/* ---- toys --------------------------------------------------------------------------------------------- */

/* Largest pull of the pool's bins against the closed form, by hand. */
static void deviation_of_the_pool(void **state)
{
  (void)state;
  enum { KNOTS = 9 };
  fairu_context *ctx = support_context();
  toy_settings s = toy_settings_default();
  toy_pool pool;
  toy_tables tables;
  double counts[KNOTS * 10], found, worst = 0.0;
  s.method = TOY_AWARE;
  s.z_true = M_PI_2;
  s.mu_true = 2.0;
  const double scales[2] = { 2.0, 1.0 };
  CHECK_OK(ctx, toy_pool_create(ctx, 2000, TOY_EVEN, 3, &pool));
  CHECK_OK(ctx, toy_tables_aware(ctx, &s, &pool, KNOTS, 1, &tables));
  CHECK_OK(ctx, study_counts(ctx, tables.of, scales, counts));
  CHECK_OK(ctx, toy_pool_deviation(ctx, &s, &tables, &found));
  for (size_t i = 0; i < KNOTS * 10; i++) {
    const double z = -M_PI_4 + M_PI * (double)(i / 10) / (KNOTS - 1);
    const double a = plain_edge(TOY_UNIFORM, 10, s.slope, i % 10),
                 b = plain_edge(TOY_UNIFORM, 10, s.slope, i % 10 + 1);
    const double nu = 2.0 * plain_yield(1.0, M_PI_2, z, a, b) + plain_yield(-1.0, M_PI_2, z, a, b);
    worst = fmax(worst, fabs(counts[i] - nu) / sqrt(nu));
  }
  CHECK_CLOSE(found, worst, 1e-9);
  assert_true(found > 0.0 && found < 5.0);
  toy_tables_clear(&tables);
  toy_pool_clear(&pool);
  fairu_context_destroy(ctx);
}

static int same_coverage(const fairu_coverage *a, const fairu_coverage *b)
{
  return a->n == b->n && a->n_covered == b->n_covered && a->mean_half_width == b->mean_half_width &&
         a->mean_estimate == b->mean_estimate && a->std_estimate == b->std_estimate &&
         a->mean_nuisance == b->mean_nuisance && a->pull_width == b->pull_width;
}

/* Fixed and turning axes: one and two threads, another seed, spread of the estimate about as wide as the interval. */
static void coverage_of_toys(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  toy_pool pool;
  CHECK_OK(ctx, toy_pool_create(ctx, 1 << 13, TOY_EVEN, 1, &pool));
  for (int aware = 0; aware < 2; aware++) {
    const size_t n_toys = aware ? 24 : 300;
    toy_settings s = toy_settings_default();
    fairu_coverage one, two, other;
    double deviation = -1.0;
    s.method = aware ? TOY_AWARE : TOY_BASELINE;
    CHECK_OK(ctx, toy_coverage_closed(ctx, &s, &pool, 21, n_toys, 7, &deviation, &one));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
    CHECK_OK(ctx, toy_coverage_closed(ctx, &s, &pool, 21, n_toys, 7, NULL, &two));
    CHECK_OK(ctx, toy_coverage_closed(ctx, &s, &pool, 21, n_toys, 8, NULL, &other));
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
    assert_true(same_coverage(&one, &two) && !same_coverage(&one, &other));
    assert_int_equal(one.n + one.n_failed, n_toys);
    assert_true(aware ? deviation > 0.0 : deviation == -1.0); /* only of what is drawn from the pool */
    /* 5 standard deviations of a mean, of a spread and of a fraction of this many */
    const double n = (double)n_toys;
    CHECK_NEAR(one.mean_estimate, 1.0, 5.0 * one.std_estimate / sqrt(n));
    CHECK_CLOSE(one.std_estimate, one.mean_half_width, 5.0 / sqrt(2.0 * n));
    CHECK_NEAR(one.coverage, 0.6827, 5.0 * sqrt(0.6827 * 0.3173 / n));
  }
  toy_pool_clear(&pool);
  fairu_context_destroy(ctx);
}

/* The results of toys are told if asked for, and are those that the coverage is made of. */
static void results_of_toys(void **state)
{
  (void)state;
  enum { N = 40 };
  fairu_context *ctx = support_context();
  toy_settings s = toy_settings_default();
  toy_problem problem;
  fairu_toy_result results[N];
  fairu_coverage kept, dropped, counted;
  s.method = TOY_OPTIMAL;
  s.mu_true = 2.0;
  CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
  CHECK_OK(ctx, toy_coverage_measure(&problem, ctx, NULL, N, 3, results, &kept));
  CHECK_OK(ctx, toy_coverage_measure(&problem, ctx, NULL, N, 3, NULL, &dropped));
  CHECK_OK(ctx, study_coverage(ctx, 2.0, results, N, &counted));
  assert_true(same_coverage(&kept, &dropped) && same_coverage(&kept, &counted));
  for (uint64_t i = 0; i < N; i++) {
    assert_int_equal(results[i].toy, i);
    assert_true(results[i].lower < results[i].estimate && results[i].estimate < results[i].upper);
    assert_true(results[i].nuisance >= TOY_Z_LOWER && results[i].nuisance <= TOY_Z_UPPER);
  }
  toy_problem_clear(&problem);
  fairu_context_destroy(ctx);
}

/* Event-wise: new events for every toy, the same ones whatever the threads. */
static void event_wise_toys(void **state)
{
  (void)state;
  enum { N = 2 };
  fairu_context *ctx = support_context();
  toy_settings s = toy_settings_default();
  toy_unbinned problem;
  fairu_coverage one, two, other;
  s.z_true = 1.2;
  CHECK_OK(ctx, toy_unbinned_create(ctx, &s, &problem));
  CHECK_OK(ctx, toy_unbinned_coverage(&problem, ctx, N, 5, &one));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, toy_unbinned_coverage(&problem, ctx, N, 5, &two));
  CHECK_OK(ctx, toy_unbinned_coverage(&problem, ctx, N, 6, &other));
  assert_true(same_coverage(&one, &two) && !same_coverage(&one, &other));
  assert_int_equal(one.n, N);
  CHECK_NEAR(one.mean_estimate, 1.0, 5.0 * TOY_FLOOR / sqrt(N));
  CHECK_CLOSE(one.mean_half_width, TOY_FLOOR, 0.1);
  CHECK_NEAR(one.mean_nuisance, 1.2, 5.0 * 0.004 / sqrt(N)); /* 50000 events know z to 0.7 / sqrt(50000) */
  toy_unbinned_clear(&problem);
  fairu_context_destroy(ctx);
}

/* Auxiliary values about the true angle, as wide as the prior; another for every toy and seed. */
static void auxiliary_values_of_toys(void **state)
{
  (void)state;
  enum { N = 2000 };
  fairu_context *ctx = support_context();
  toy_settings s = toy_settings_default();
  toy_problem problem;
  double sum = 0.0, squares = 0.0, values[N];
  s.z_true = 1.2;
  s.prior_width = 0.3;
  CHECK_OK(ctx, toy_problem_create_closed(ctx, &s, &problem));
  for (uint64_t i = 0; i < N; i++) {
    CHECK_OK(ctx, toy_unbinned_draw_prior(&s, problem.data, ctx, i / (N / 2), i % (N / 2)));
    CHECK_OK(ctx, fairu_data_aux(problem.data, ctx, TOY_Z, &values[i]));
    for (uint64_t k = i > 20 ? i - 20 : 0; k < i; k++)
      assert_true(values[i] != values[k]);
    assert_true(i < N / 2 || values[i] != values[i - N / 2]);
    sum += values[i] - 1.2;
    squares += (values[i] - 1.2) * (values[i] - 1.2);
  }
  CHECK_NEAR(sum / N, 0.0, 4.5 * 0.3 / sqrt(N));
  CHECK_CLOSE(sqrt(squares / N), 0.3, 4.5 / sqrt(2.0 * N));
  toy_problem_clear(&problem);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(published_random_numbers), cmocka_unit_test(uniform_numbers),
    cmocka_unit_test(moments_of_events),        cmocka_unit_test(seeds_are_streams),
    cmocka_unit_test(deviation_of_the_pool),    cmocka_unit_test(coverage_of_toys),
    cmocka_unit_test(results_of_toys),          cmocka_unit_test(event_wise_toys),
    cmocka_unit_test(auxiliary_values_of_toys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
