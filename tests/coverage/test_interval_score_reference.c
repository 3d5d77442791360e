/* Scores of random intervals against the formulas of fairu/interval_score.h written out, set by set; replicas of the bootstrap against a
 * Mersenne twister of its own; what a score depends on and what not. */
#include "support/support.h"

#include "numeric/philox.h"

enum { MOST = 400, TABLES = 40 };

typedef struct table {
  fairu_philox rng;
  size_t n;
  double mu[MOST], p16[MOST], p84[MOST], mu_hat[MOST], delta[MOST];
  int64_t set[MOST];
  fairu_interval_entries entries;
} table;

static double between(table *t, double low, double high)
{
  return low + (high - low) * fairu_philox__uniform(&t->rng);
}

/* Sets of different sizes, in no order, with numbers at both ends of the range; some intervals upside down. */
static void draw(table *t, uint64_t number, size_t n_sets)
{
  memset(t, 0, sizeof *t);
  t->rng = fairu_philox__start(53, 0, number, 0);
  t->n = n_sets + (size_t)between(t, 0.0, (double)(MOST - n_sets));
  for (size_t i = 0; i < t->n; i++) {
    const double half = between(t, 0.01, 0.6), centre = between(t, 0.5, 2.5);
    const size_t set = i < n_sets ? i : (size_t)between(t, 0.0, (double)n_sets - 1e-9);
    const int inverted = between(t, 0.0, 1.0) < 0.05;
    t->mu[i] = centre + 0.5 * between(t, -1.0, 1.0);
    t->p16[i] = inverted ? centre + half : centre - half;
    t->p84[i] = inverted ? centre - half : centre + half;
    t->mu_hat[i] = centre;
    t->delta[i] = 2.0 * half;
    t->set[i] = set == 0 ? INT64_MIN : set == 1 ? INT64_MAX : (int64_t)(set * 7919 % 101) - 50;
  }
  for (size_t i = t->n; i > 1; i--) { /* the order of sets is drawn, too */
    const size_t j = (size_t)between(t, 0.0, (double)i - 1e-9);
    const int64_t keep = t->set[i - 1];
    t->set[i - 1] = t->set[j];
    t->set[j] = keep;
  }
  t->entries =
      (fairu_interval_entries){ sizeof t->entries, t->n, t->mu, t->p16, t->p84, t->mu_hat, t->delta, t->set };
}

/* ---- the formulas -------------------------------------------------------------------------------------- */

/* Each different number once, in rising order. */
static size_t sets_of(const table *t, int64_t *sets)
{
  size_t n = 0;
  for (size_t i = 0; i < t->n; i++) {
    size_t at = 0;
    while (at < n && sets[at] < t->set[i])
      at++;
    if (at < n && sets[at] == t->set[i])
      continue;
    memmove(sets + at + 1, sets + at, (n - at) * sizeof *sets);
    sets[at] = t->set[i];
    n++;
  }
  return n;
}

static double penalty_of(double n, double coverage)
{
  const double sigma = sqrt(0.6827 * (1.0 - 0.6827) / n);
  const double below = (0.6827 - 2.0 * sigma - coverage) / sigma,
               above = (coverage - 0.6827 - 2.0 * sigma) / sigma;
  return below > 0.0 ? 1.0 + pow(below, 4.0) : above > 0.0 ? 1.0 + pow(above, 3.0) : 1.0;
}

typedef struct sums {
  double n, covered, inverted, width, rmse, mae;
} sums;

/* Of one set, or (NULL) of all entries; rmse and mae are means. */
static sums sum_up(const table *t, const int64_t *set)
{
  sums s = { 0.0, 0.0, 0.0, 0.0, 0.0, 0.0 };
  for (size_t i = 0; i < t->n; i++) {
    if (set && t->set[i] != *set)
      continue;
    const double d = t->mu_hat[i] - t->mu[i];
    s.n += 1.0;
    s.covered += t->p16[i] <= t->mu[i] && t->mu[i] <= t->p84[i];
    s.inverted += t->p16[i] > t->p84[i];
    s.width += fabs(t->p84[i] - t->p16[i]);
    s.rmse += sqrt(d * d + pow(d * d - t->delta[i] * t->delta[i], 2.0));
    s.mae += fabs(d) + fabs(fabs(d) - t->delta[i]);
  }
  s.rmse /= s.n;
  s.mae /= s.n;
  return s;
}

static void check(const fairu_interval_score *got, const sums *s, double rmse, double mae, size_t n_sets)
{
  const double coverage = s->covered / s->n, width = s->width / s->n, penalty = penalty_of(s->n, coverage);
  assert_true((double)got->n == s->n && (double)got->n_covered == s->covered);
  assert_true((double)got->n_inverted == s->inverted && got->n_sets == n_sets);
  CHECK_CLOSE(got->interval, width, 1e-13);
  CHECK_CLOSE(got->coverage, coverage, 1e-15);
  CHECK_CLOSE(got->sigma, sqrt(0.6827 * 0.3173 / s->n), 1e-14);
  CHECK_CLOSE(got->penalty, penalty, 1e-11);
  CHECK_NEAR(got->quantile_score, -log((width + 0.001) * penalty), 1e-11);
  CHECK_CLOSE(got->rmse, rmse, 1e-13);
  CHECK_CLOSE(got->mae, mae, 1e-13);
  assert_true(got->coverage_lower <= coverage && coverage <= got->coverage_upper);
}

static void scores_are_their_formulas(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < TABLES; k++) {
    table t;
    int64_t sets[MOST];
    draw(&t, k, 1 + k % 13);
    const size_t n = sets_of(&t, sets);
    double rmse = 0.0, mae = 0.0;
    fairu_interval_score got = { .struct_size = sizeof got };
    for (size_t i = 0; i < n; i++) {
      const sums s = sum_up(&t, &sets[i]);
      CHECK_OK(ctx, fairu_interval_score_compute_set(ctx, &t.entries, sets[i], &got));
      check(&got, &s, s.rmse, s.mae, 1);
      rmse += s.rmse / (double)n;
      mae += s.mae / (double)n;
    }
    const sums all = sum_up(&t, NULL);
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &t.entries, &got));
    check(&got, &all, rmse, mae, n);
    CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_interval_score_compute_set(ctx, &t.entries, 1000, &got));
    CHECK_SAYS(ctx, "set 1000");
  }
  fairu_context_destroy(ctx);
}

/* Score and penalty of given widths and coverages: the closed function of three numbers. */
static void the_function_of_three_numbers(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int i = 0; i <= 200; i++)
    for (uint64_t n = 1; n < 2000000; n = 3 * n + 1) {
      const double coverage = (double)i / 200.0, width = 0.01 * (double)i,
                   penalty = penalty_of((double)n, coverage);
      double score, f;
      CHECK_OK(ctx, fairu_interval_score_quantile(ctx, n, width, coverage, &score, &f));
      CHECK_CLOSE(f, penalty, 1e-11);
      CHECK_NEAR(score, -log((width + 0.001) * penalty), 1e-11);
    }
  fairu_context_destroy(ctx);
}

/* ---- what counts --------------------------------------------------------------------------------------- */

/* Rows in another order; all values moved; the unit of the width where the floor is small beside it. */
static void what_a_score_depends_on(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < TABLES; k++) {
    table t;
    fairu_interval_score a = { .struct_size = sizeof a }, b = a;
    draw(&t, 100 + k, 5);
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &t.entries, &a));
    for (size_t i = 0; i < t.n; i++) { /* by a power of two, so that differences stay what they are, nearly */
      t.mu[i] += 4.0;
      t.p16[i] += 4.0;
      t.p84[i] += 4.0;
      t.mu_hat[i] += 4.0;
    }
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &t.entries, &b));
    assert_true(a.n_covered == b.n_covered);
    CHECK_NEAR(a.quantile_score, b.quantile_score, 1e-12);
    CHECK_CLOSE(a.rmse, b.rmse, 1e-12);
    for (size_t i = 0; i < t.n / 2; i++) {
      double *const columns[] = { t.mu, t.p16, t.p84, t.mu_hat, t.delta };
      const size_t j = t.n - 1 - i;
      const int64_t set = t.set[i];
      t.set[i] = t.set[j];
      t.set[j] = set;
      for (size_t c = 0; c < 5; c++) {
        const double keep = columns[c][i];
        columns[c][i] = columns[c][j];
        columns[c][j] = keep;
      }
    }
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &t.entries, &a));
    assert_true(a.n_covered == b.n_covered && a.n_sets == b.n_sets && a.n_inverted == b.n_inverted);
    CHECK_CLOSE(a.interval, b.interval, 1e-14);
    CHECK_CLOSE(a.mae, b.mae, 1e-13);
  }
  fairu_context_destroy(ctx);
}

/* The ends belong to an interval; one that is not a number covers nothing and spoils the width, but not the coverage. */
static void ends_and_what_is_no_number(void **state)
{
  (void)state;
  static const struct {
    double p16, p84;
    int covered, inverted;
  } of_one[] = {
    { 1.0, 2.0, 1, 0 },
    { 0.0, 1.0, 1, 0 },
    { 1.0, 1.0, 1, 0 },
    { 1.0 + 0x1p-52, 2.0, 0, 0 },
    { 0.0, 1.0 - 0x1p-53, 0, 0 },
    { 2.0, 0.0, 0, 1 },
    { -HUGE_VAL, HUGE_VAL, 1, 0 },
    { NAN, 2.0, 0, 0 },
    { 0.0, NAN, 0, 0 },
    { HUGE_VAL, -HUGE_VAL, 0, 1 },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof of_one / sizeof of_one[0]; i++) {
    const double mu[3] = { 1.0, 1.0, 1.0 }, p16[3] = { 0.5, of_one[i].p16, 3.0 },
                 p84[3] = { 1.5, of_one[i].p84, 4.0 };
    const fairu_interval_entries e = { sizeof e, 3, mu, p16, p84, NULL, NULL, NULL };
    fairu_interval_score s = { .struct_size = sizeof s };
    const double width = (1.0 + fabs(of_one[i].p84 - of_one[i].p16) + 1.0) / 3.0;
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &e, &s));
    assert_int_equal(s.n_covered, 1 + of_one[i].covered);
    assert_int_equal(s.n_inverted, of_one[i].inverted);
    CHECK_CLOSE(s.coverage, (1.0 + of_one[i].covered) / 3.0, 1e-15);
    assert_true(isnan(width)   ? isnan(s.interval) && isnan(s.quantile_score)
                : isinf(width) ? s.quantile_score == -HUGE_VAL
                               : fabs(s.interval - width) < 1e-15);
    assert_true(isnan(s.rmse) && isnan(s.mae));
  }
  fairu_context_destroy(ctx);
}

/* As many sets as intervals, numbers falling, rising or mixed: sums of sets do not depend on when a set is met first. (What would
 * take a minute if each new set had to push the others aside.) */
static void as_many_sets_as_intervals(void **state)
{
  (void)state;
  enum { SETS = 200000 };
  fairu_context *ctx = support_context();
  double *mu = calloc(5 * SETS, sizeof *mu), *p16 = mu + SETS, *p84 = p16 + SETS, *mu_hat = p84 + SETS;
  int64_t *set = malloc(SETS * sizeof *set);
  const fairu_interval_entries e = { sizeof e, SETS, mu, p16, p84, mu_hat, mu_hat + SETS, set };
  for (int order = 0; order < 3; order++) {
    fairu_interval_score s = { .struct_size = sizeof s }, one = s;
    for (size_t i = 0; i < SETS; i++) {
      const size_t k = order == 0 ? i : order == 1 ? SETS - 1 - i : i * 7919 % SETS;
      set[i] = (int64_t)k - SETS / 2;
      p84[i] = mu_hat[i] = (double)k;
      mu_hat[SETS + i] = 0.0;
    }
    CHECK_OK(ctx, fairu_interval_score_compute(ctx, &e, &s));
    assert_true(s.n_sets == SETS && s.n == SETS && s.n_covered == SETS);
    CHECK_CLOSE(s.interval, 0.5 * (SETS - 1), 1e-12);
    CHECK_CLOSE(s.mae, SETS - 1, 1e-12); /* |d| + |d - 0| of d = 0, 1, 2, ... */
    CHECK_OK(ctx, fairu_interval_score_compute_set(ctx, &e, 12345 - SETS / 2, &one));
    assert_true(one.n == 1 && one.n_sets == 1 && one.interval == 12345.0);
  }
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 1e-9));
  fairu_interval_score s = { .struct_size = sizeof s };
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, fairu_interval_score_compute(ctx, &e, &s));
  free(set);
  free(mu);
  fairu_context_destroy(ctx);
}

/* ---- bootstrap ----------------------------------------------------------------------------------------- */

/* Matsumoto and Nishimura's generator with their first seeding, as numpy.random.RandomState(seed) has it. */
typedef struct twister {
  uint32_t s[624];
  size_t at;
} twister;

static void twister_seed(twister *t, uint32_t seed)
{
  for (uint32_t i = 0; i < 624; i++) {
    t->s[i] = seed;
    seed = 1812433253u * (seed ^ seed >> 30) + i + 1u;
  }
  t->at = 624;
}

static uint32_t twister_next(twister *t)
{
  if (t->at == 624) {
    for (size_t i = 0; i < 624; i++) {
      const uint32_t y = (t->s[i] & 0x80000000u) | (t->s[(i + 1) % 624] & 0x7fffffffu);
      t->s[i] = t->s[(i + 397) % 624] ^ y >> 1 ^ (y & 1u ? 0x9908b0dfu : 0u);
    }
    t->at = 0;
  }
  uint32_t y = t->s[t->at++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

/* Below n: bits of the next power of two, thrown away while too large. Of one there is nothing to draw. */
static size_t twister_below(twister *t, size_t n)
{
  uint32_t mask = 0, value;
  while (mask < n - 1)
    mask = 2 * mask + 1;
  if (n == 1)
    return 0;
  do
    value = twister_next(t) & mask;
  while (value >= n);
  return value;
}

static void replicas_are_drawn_as_by_numpy(void **state)
{
  (void)state;
  enum { REPLICAS = 50 };
  fairu_context *ctx = support_context();
  for (uint64_t k = 0; k < 12; k++) {
    table t;
    int64_t sets[MOST];
    double widths[REPLICAS], coverages[REPLICAS], scores[REPLICAS], mean[3] = { 0 }, square[3] = { 0 };
    fairu_interval_score_bootstrap_result r = { .struct_size = sizeof r };
    draw(&t, 200 + k, 1 + 3 * k);
    const size_t n = sets_of(&t, sets);
    const uint64_t seed = k % 2 ? 42 : UINT32_MAX - REPLICAS + 1; /* the last one is 2^32 - 1 */
    CHECK_OK(ctx,
             fairu_interval_score_bootstrap(ctx, &t.entries, seed, REPLICAS, &r, widths, coverages, scores));
    for (size_t i = 0; i < REPLICAS; i++) {
      twister rng;
      double width = 0.0, coverage = 0.0, all = 0.0;
      twister_seed(&rng, (uint32_t)(seed + i));
      for (size_t j = 0; j < n; j++) {
        const sums s = sum_up(&t, &sets[twister_below(&rng, n)]);
        width += s.width / s.n / (double)n;
        coverage += s.covered / s.n / (double)n;
        all += s.n;
      }
      CHECK_CLOSE(widths[i], width, 1e-13);
      CHECK_NEAR(coverages[i], coverage, 1e-14);
      CHECK_NEAR(scores[i], -log((width + 0.001) * penalty_of(all, coverage)), 1e-10);
      const double values[3] = { widths[i], coverages[i], scores[i] };
      for (int c = 0; c < 3; c++) {
        mean[c] += values[c] / REPLICAS;
        square[c] += values[c] * values[c] / REPLICAS;
      }
    }
    CHECK_CLOSE(r.interval, mean[0], 1e-13);
    CHECK_NEAR(r.coverage, mean[1], 1e-13);
    CHECK_NEAR(r.quantile_score, mean[2], 1e-12);
    CHECK_NEAR(r.interval_std * r.interval_std, fmax(0.0, square[0] - mean[0] * mean[0]), 1e-13);
    CHECK_NEAR(r.coverage_std * r.coverage_std, fmax(0.0, square[1] - mean[1] * mean[1]), 1e-13);
    CHECK_NEAR(r.quantile_score_std * r.quantile_score_std, fmax(0.0, square[2] - mean[2] * mean[2]), 1e-11);
    assert_int_equal(r.n_replicas, REPLICAS);
  }
  fairu_context_destroy(ctx);
}

/* Replica k of a seed is replica 0 of the seed plus k; without room for the replicas the summary is the same. */
static void replicas_do_not_know_of_each_other(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  table t;
  double all[9], one;
  fairu_interval_score_bootstrap_result r = { .struct_size = sizeof r }, without = r, single = r;
  draw(&t, 300, 20);
  CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, &t.entries, 7, 9, &r, NULL, NULL, all));
  CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, &t.entries, 7, 9, &without, NULL, NULL, NULL));
  assert_memory_equal(&r, &without, sizeof r);
  for (uint64_t k = 0; k < 9; k++) {
    CHECK_OK(ctx, fairu_interval_score_bootstrap(ctx, &t.entries, 7 + k, 1, &single, NULL, NULL, &one));
    assert_true(one == all[k] && single.quantile_score == one && single.quantile_score_std == 0.0);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(scores_are_their_formulas),
    cmocka_unit_test(the_function_of_three_numbers),
    cmocka_unit_test(what_a_score_depends_on),
    cmocka_unit_test(ends_and_what_is_no_number),
    cmocka_unit_test(as_many_sets_as_intervals),
    cmocka_unit_test(replicas_are_drawn_as_by_numpy),
    cmocka_unit_test(replicas_do_not_know_of_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
