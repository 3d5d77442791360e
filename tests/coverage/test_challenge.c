/* Pseudo-experiments: the challenge's own numbers, and what the generator that knows its rows promises. */
#include "coverage/challenge_reference.h"
#include "coverage/pieces.h"

static const char *const process_names[PROCESSES] = { "ztautau", "diboson", "ttbar", "htautau" };

static void check_draw(const published *p, const json_t *wanted, const uint64_t *order)
{
  static const char *const keys[7] = { "set_mu",      "tes",           "jes",      "soft_met",
                                       "ttbar_scale", "diboson_scale", "bkg_scale" };
  const fairu_challenge_experiment e = published_drawn(p, wanted);
  const double values[7] = { e.mu, e.tes, e.jes, e.soft_met, e.ttbar_scale, e.diboson_scale, e.bkg_scale };
  for (size_t k = 0; k < 7; k++)
    CHECK_NEAR(values[k], number_of(wanted, keys[k]), 0.0);
  assert_int_equal(e.seed, (uint64_t)number_of(wanted, "seed"));
  assert_int_equal(e.smearing_seed, 31415);
  assert_int_equal(order[(size_t)number_of(wanted, "order")], e.number);
}

static void check_rows(const published *p, const json_t *wanted)
{
  fairu_context *ctx = p->ctx;
  const fairu_events *pool = p->pool;
  const fairu_challenge_experiment e = published_drawn(p, wanted);
  uint32_t counts[TEST_ROWS];
  uint64_t total = 0, by_category[PROCESSES] = { 0 };
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, 0, counts, TEST_ROWS, &total));
  assert_int_equal(total, (uint64_t)number_of(wanted, "n_before_cuts"));
  for (size_t r = 0; r < TEST_ROWS; r++)
    by_category[fairu_events_labels(pool)[r]] += counts[r];
  const json_t *by_process = json_object_get(wanted, "n_by_process");
  for (size_t c = 0; c < PROCESSES; c++)
    assert_int_equal(by_category[c], (uint64_t)number_of(by_process, fairu_events_category_name(pool, c)));
  size_t *rows = malloc(total * sizeof *rows);
  assert_non_null(rows);
  CHECK_OK(ctx, fairu_challenge_rows(ctx, &e, pool, counts, TEST_ROWS, rows, total));
  const json_t *first = json_object_get(wanted, "first_rows_after_shuffle");
  for (size_t i = 0; i < json_array_size(first); i++)
    assert_int_equal(rows[i], (size_t)json_integer_value(json_array_get(first, i)));
  free(rows);
}

static void challenge_is_repeated_number_by_number(void **state)
{
  (void)state;
  published p = published_begin();
  uint64_t order[12];
  CHECK_OK(p.ctx, fairu_context_set_threads(p.ctx, 2));
  CHECK_OK(p.ctx, fairu_challenge_order(p.ctx, &p.options, order, 12));
  for (size_t i = 0; i < 12; i++) {
    check_draw(&p, json_array_get(p.list, i), order);
    check_rows(&p, json_array_get(p.list, i));
  }
  published_end(&p);
}

/* Set 2, number 1, row by row. */
static void counts_of_one_are_all_there(void **state)
{
  (void)state;
  published p = published_begin();
  uint32_t counts[TEST_ROWS], expected[TEST_ROWS] = { 0 };
  uint64_t total;
  size_t stride;
  const fairu_challenge_experiment e = drawn(p.ctx, &p.options, 2, 1);
  CHECK_OK(p.ctx, fairu_challenge_counts(p.ctx, &e, p.pool, 0, counts, TEST_ROWS, &total));
  fairu_events *wanted = published_table(&p, "fair-universe/expected_pe_set2_pe1_counts.csv.gz");
  const float *row = fairu_events_column(wanted, 0, &stride),
              *count = fairu_events_column(wanted, 1, &stride);
  for (size_t i = 0; i < fairu_events_n_events(wanted); i++)
    expected[(size_t)row[i]] = (uint32_t)count[i];
  assert_memory_equal(counts, expected, sizeof counts);
  fairu_events_destroy(wanted);
  published_end(&p);
}

/* ---- any pool ----------------------------------------------------------------------------------------- */

/* Rows of all processes, in turn, with weights of the given mean size. */
static fairu_events *made_pool(fairu_context *ctx, size_t n, double weight)
{
  fairu_events *pool = NULL;
  double *weights = malloc(n * sizeof *weights);
  int32_t *labels = malloc(n * sizeof *labels);
  assert_true(weights && labels);
  for (size_t i = 0; i < n; i++) {
    weights[i] = weight * (1.0 + 0.25 * (double)(i % 5));
    labels[i] = (int32_t)(i % PROCESSES);
  }
  CHECK_OK(ctx, fairu_events_create(ctx, n, 0, NULL, &pool));
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(pool, ctx, labels, n));
  CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, process_names, PROCESSES));
  free(weights);
  free(labels);
  return pool;
}

/* Whole, in pieces, on two threads: the same numbers; and those are Poisson, with the rates of their processes. */
static void rows_know_their_numbers(void **state)
{
  enum { N = 200000, CUT = 77777 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_options o = small_options(4, 5);
  o.generator = FAIRU_GENERATOR_PHILOX;
  o.seed = 7;
  const fairu_challenge_experiment e = drawn(ctx, &o, 3, 2);
  fairu_events *pool = made_pool(ctx, N, 0.02);
  fairu_events *one = piece_of(ctx, pool, 0, CUT), *two = piece_of(ctx, pool, CUT, N - CUT);
  uint32_t *counts = malloc(2 * N * sizeof *counts), *again = counts + N;
  uint64_t total, part, rest, by_process[PROCESSES] = { 0 };
  assert_non_null(counts);
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 2));
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, one, 0, again, CUT, &part));
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, two, CUT, again + CUT, N - CUT, &rest));
  assert_int_equal(part + rest, total);
  assert_memory_equal(counts, again, N * sizeof *counts);
  for (size_t i = 0; i < N; i++)
    by_process[i % PROCESSES] += counts[i];
  for (size_t p = 0; p < PROCESSES; p++) {
    const double mean = e.rates[p] * 0.02 * 1.5 * N / PROCESSES;
    CHECK_NEAR((double)by_process[p], mean, 5.0 * sqrt(mean));
  }
  size_t *rows = malloc(total * sizeof *rows);
  CHECK_OK(ctx, fairu_challenge_rows(ctx, &e, pool, counts, N, rows, total));
  for (size_t i = 0, k = 0; i < N; i++)
    for (uint32_t c = 0; c < counts[i]; c++)
      assert_int_equal(rows[k++], i);
  free(rows);
  free(counts);
  fairu_events_destroy(one);
  fairu_events_destroy(two);
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

/* Moments of what is drawn, from both generators; the atom of soft_met at its upper end has probability 1 - Phi(ln 5). */
static void priors_are_those_of_the_challenge(void **state)
{
  enum { N = 4000 };
  (void)state;
  fairu_context *ctx = support_context();
  for (int generator = FAIRU_GENERATOR_PHILOX; generator <= FAIRU_GENERATOR_NUMPY; generator++) {
    fairu_challenge_options o = small_options(N, 1);
    o.generator = generator;
    double sum[6] = { 0 }, squares[6] = { 0 }, atom = 0.0;
    for (size_t i = 0; i < N; i++) {
      const fairu_challenge_experiment e = drawn(ctx, &o, i, 0);
      const double x[6] = {
        (e.mu - 1.55) / (2.9 / sqrt(12.0)), (e.tes - 1.0) / 0.01,           (e.jes - 1.0) / 0.01,
        (e.ttbar_scale - 1.0) / 0.02,       (e.diboson_scale - 1.0) / 0.25, (e.bkg_scale - 1.0) / 0.001
      };
      for (size_t k = 0; k < 6; k++) {
        sum[k] += x[k];
        squares[k] += x[k] * x[k];
      }
      atom += e.soft_met >= 5.0;
      assert_true(e.soft_met > 0.0 && e.soft_met <= 5.0);
      CHECK_NEAR(e.rates[FAIRU_CHALLENGE_DIBOSON], e.diboson_scale * e.bkg_scale, 0.0);
      CHECK_NEAR(e.rates[FAIRU_CHALLENGE_HTAUTAU], e.mu, 0.0);
    }
    for (size_t k = 0; k < 6; k++) {
      CHECK_NEAR(sum[k] / N, 0.0, 5.0 / sqrt(N));
      CHECK_NEAR(squares[k] / N, 1.0, 5.0 * sqrt(2.0 / N));
    }
    CHECK_NEAR(atom / N, 0.0537603, 5.0 * sqrt(0.0537603 * 0.9462397 / N));
  }
  fairu_context_destroy(ctx);
}

/* A nuisance that is off stays nominal; the challenge's rule for the rates then is its own. */
static void nuisances_can_be_off(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double mu[2] = { 0.5, 2.5 };
  for (int generator = FAIRU_GENERATOR_PHILOX; generator <= FAIRU_GENERATOR_NUMPY; generator++) {
    fairu_challenge_options o = small_options(2, 3);
    o.generator = generator;
    o.mu = mu;
    o.tes = o.jes = o.soft_met = o.ttbar_scale = o.diboson_scale = 0;
    const fairu_challenge_experiment e = drawn(ctx, &o, 1, 2);
    const double fixed[6] = { e.tes,
                              e.jes,
                              e.ttbar_scale,
                              e.diboson_scale,
                              e.rates[FAIRU_CHALLENGE_DIBOSON],
                              e.rates[FAIRU_CHALLENGE_TTBAR] };
    for (size_t k = 0; k < 6; k++)
      CHECK_NEAR(fixed[k], 1.0, 0.0);
    CHECK_NEAR(e.soft_met, 0.0, 0.0);
    CHECK_NEAR(e.mu, 2.5, 0.0);
    assert_true(fabs(e.bkg_scale - 1.0) > 0.0);
    CHECK_NEAR(e.rates[FAIRU_CHALLENGE_ZTAUTAU], e.bkg_scale, 0.0);
    o.diboson_scale = 1;
    const fairu_challenge_experiment both = drawn(ctx, &o, 1, 2);
    CHECK_NEAR(both.rates[FAIRU_CHALLENGE_DIBOSON], both.diboson_scale * both.bkg_scale, 0.0);
  }
  fairu_context_destroy(ctx);
}

/* With the generator that knows its rows, no number is drawn twice: different seeds of smearing, and an order that is a permutation. */
static void pseudo_experiments_do_not_share(void **state)
{
  enum { N = 60 };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_options o = small_options(6, 10);
  o.generator = FAIRU_GENERATOR_PHILOX;
  uint64_t order[N], seeds[N];
  unsigned char seen[N] = { 0 };
  CHECK_OK(ctx, fairu_challenge_order(ctx, &o, order, N));
  for (uint64_t i = 0; i < N; i++) {
    const fairu_challenge_experiment e = drawn(ctx, &o, i / 10, i % 10);
    assert_int_equal(e.number, i);
    assert_true(order[i] < N && !seen[order[i]]);
    seen[order[i]] = 1;
    seeds[i] = e.smearing_seed;
    for (uint64_t k = 0; k < i; k++)
      assert_true(seeds[k] != seeds[i]);
  }
  fairu_context_destroy(ctx);
}

/* ---- what is refused ---------------------------------------------------------------------------------- */

static void options_are_checked(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  const double bad_mu[2] = { 1.0, NAN }, below[2] = { 1.0, -0.5 };
  uint64_t order[4];
  fairu_challenge_options o = small_options(2, 3);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 2, 0, &e));
  CHECK_SAYS(ctx, "set 2, pe 0 of 2 sets of 3");
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_order(ctx, &o, order, 4));
  CHECK_SAYS(ctx, "4 entries, wanted 6");
  o.mu = bad_mu;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  CHECK_SAYS(ctx, "mu[1] is nan");
  o.mu = below;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  o = small_options(2, 3);
  o.mu_lower = 4.0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  o = small_options(2, 3);
  o.generator = 3;
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  CHECK_SAYS(ctx, "generator is 3");
  o = small_options(2, 3);
  o.seed = UINT64_C(0xffffffff) - 11;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  CHECK_SAYS(ctx, "below 2^32");
  o.generator = FAIRU_GENERATOR_PHILOX;
  CHECK_OK(ctx, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  o.n_pe = 0;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  fairu_context_destroy(ctx);
}

static void pools_are_checked(void **state)
{
  enum { N = 8 };
  static const char *const wrong[PROCESSES] = { "ztautau", "diboson", "wjets", "htautau" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *pool = made_pool(ctx, N, 1.0);
  uint32_t counts[N];
  uint64_t total;
  size_t rows[64];
  double weights[N] = { 1, 1, 1, -0.5, 1, 1, 1, 1 };
  for (int generator = FAIRU_GENERATOR_PHILOX; generator <= FAIRU_GENERATOR_NUMPY; generator++) {
    fairu_challenge_options o = small_options(1, 1);
    o.generator = generator;
    const fairu_challenge_experiment e = drawn(ctx, &o, 0, 0);
    weights[3] = -0.5;
    CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, N));
    CHECK_FAILS(ctx, FAIRU_ERR_NEGATIVE_WEIGHT, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
    CHECK_SAYS(ctx, "row 3 has weight -0.5");
    weights[3] = 1e30;
    CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, N));
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
    CHECK_SAYS(ctx, "row 3 has weight 1e+30");
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_challenge_counts(ctx, &e, pool, 0, counts, N - 1, &total));
    const int status = fairu_challenge_counts(ctx, &e, pool, 8, counts, N, &total);
    assert_int_equal(status, generator == FAIRU_GENERATOR_NUMPY ? FAIRU_ERR_ARGUMENT : FAIRU_ERR_RANGE);
    CHECK_SAYS(ctx, generator == FAIRU_GENERATOR_NUMPY ? "first_row is 8" : "row 11 has weight");
    weights[3] = 1.0;
    CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, N));
    CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
                fairu_challenge_rows(ctx, &e, pool, counts, N, rows, (size_t)total + 1));
    CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
                fairu_challenge_rows(ctx, &e, pool, counts, N - 1, rows, (size_t)total));
    CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, wrong, PROCESSES));
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
    CHECK_SAYS(ctx, "'wjets'");
    CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, process_names, PROCESSES));
    fairu_challenge_experiment bad = e;
    bad.rates[1] = -1.0;
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_counts(ctx, &bad, pool, 0, counts, N, &total));
    CHECK_SAYS(ctx, "rates[1] is -1");
    CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, NULL, 0));
    CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_challenge_counts(ctx, &e, pool, 0, counts, N, &total));
  }
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(challenge_is_repeated_number_by_number),
    cmocka_unit_test(counts_of_one_are_all_there),
    cmocka_unit_test(rows_know_their_numbers),
    cmocka_unit_test(priors_are_those_of_the_challenge),
    cmocka_unit_test(nuisances_can_be_off),
    cmocka_unit_test(pseudo_experiments_do_not_share),
    cmocka_unit_test(options_are_checked),
    cmocka_unit_test(pools_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
