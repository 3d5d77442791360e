/* Plans of toys cut anywhere, run in any order by anybody, sent as bytes, added and merged in any order: the results and tallies of one run. Toys that
 * fail, or have no interval, are told apart and travel too. */
#include "likelihood/counting.h"
#include "support/damage.h"
#include "support/draws.h"

enum { TOYS = 200, WORKERS = 5 };
static const uint64_t first_toy = UINT64_C(123456789012);

/* One bin, few events: some toys end at the bound of mu. */
static counting model_of(fairu_context *ctx, double lower)
{
  counting c = { .s = 3.0, .b = 2.0, .n = 4.0, .lower = lower, .upper = 40.0 };
  CHECK_OK(ctx, counting_create(ctx, &c));
  return c;
}

static fairu_toy_study study_of(const fairu_likelihood *likelihood, const double *truth, size_t n_params)
{
  fairu_toy_study s;
  assert_int_equal(fairu_toy_study_init(&s, sizeof s), FAIRU_OK);
  s.likelihood = likelihood;
  s.truth = truth;
  s.n_params = n_params;
  s.seed = 77;
  return s;
}

/* An estimator that has all there is: failures, nuisances that are not known, numbers of any size. */
static int wild(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  draws d = { .state = toy };
  (void)ctx;
  (void)user_data;
  const double size = pow(10.0, draw_between(&d, -12.0, 12.0));
  result->estimate = size * draw_between(&d, -1.0, 1.0);
  result->lower = result->estimate - size * draw_unit(&d);
  result->upper = result->estimate + size * draw_unit(&d);
  result->nuisance = draw_below(&d, 3) ? draw_unit(&d) : (double)NAN;
  result->status = draw_below(&d, 7) ? FAIRU_OK : FAIRU_ERR_FLAT;
  return FAIRU_OK;
}

/* ---- a farm ---------------------------------------------------------------------------------------------- */

typedef struct farm {
  fairu_context *ctx;
  draws d;
  fairu_estimator_fn estimator;
  void *user_data;
  fairu_toy_result results[TOYS];
  fairu_tally *tallies[WORKERS];
} farm;

/* Cuts: begins of parts, the first 0; returns their number. Some are empty. */
static size_t cut(draws *d, size_t begins[TOYS])
{
  const size_t n = 1 + draw_below(d, 30);
  for (size_t i = 0; i < n; i++)
    begins[i] = i ? draw_below(d, TOYS + 1) : 0;
  for (size_t i = 1; i < n; i++) /* in order, by insertion */
    for (size_t k = i; k > 0 && begins[k - 1] > begins[k]; k--) {
      const size_t kept = begins[k];
      begins[k] = begins[k - 1];
      begins[k - 1] = kept;
    }
  return n;
}

/* Toys begin .. end - 1 go to a worker, whose results come back as bytes; its own tally gets them in two goes. */
static void run_part(farm *f, size_t begin, size_t end)
{
  const size_t n = end - begin, half = draw_below(&f->d, n + 1);
  fairu_tally *tally = f->tallies[draw_below(&f->d, WORKERS)];
  fairu_toy_result results[TOYS];
  damage_bytes packed;
  size_t got = 0;
  CHECK_OK(f->ctx, fairu_context_set_threads(f->ctx, 1 + (int)draw_below(&f->d, 3)));
  CHECK_OK(f->ctx, fairu_toys_run(f->ctx, first_toy + begin, n, f->estimator, f->user_data, results));
  CHECK_OK(f->ctx, fairu_tally_add(tally, f->ctx, results + half, n - half));
  CHECK_OK(f->ctx, fairu_tally_add(tally, f->ctx, results, half));
  DAMAGE_PACK(f->ctx, &packed, fairu_toys_pack, f->ctx, results, n);
  CHECK_OK(f->ctx, fairu_toys_unpack(f->ctx, packed.bytes, packed.size, f->results + begin, n, &got));
  assert_int_equal(got, n);
  free(packed.bytes);
}

/* A tally as its worker sends it: as bytes, in a file, or itself. */
static void send(farm *f, fairu_tally **tally)
{
  fairu_tally *back = NULL;
  damage_bytes packed;
  char path[1024];
  switch (draw_below(&f->d, 3)) {
  case 0:
    return;
  case 1:
    DAMAGE_PACK(f->ctx, &packed, fairu_tally_pack, *tally, f->ctx);
    CHECK_OK(f->ctx, fairu_tally_unpack(f->ctx, packed.bytes, packed.size, &back));
    free(packed.bytes);
    break;
  default:
    support_path(path, sizeof path, "worker.tally");
    CHECK_OK(f->ctx, fairu_tally_save(*tally, f->ctx, path));
    CHECK_OK(f->ctx, fairu_tally_load(f->ctx, path, &back));
  }
  fairu_tally_destroy(*tally);
  *tally = back;
}

/* Any two of what is left become one, until one is. */
static fairu_tally *merge_all(farm *f)
{
  for (size_t left = WORKERS; left > 1; left--) {
    const size_t into = draw_below(&f->d, left), from = (into + 1 + draw_below(&f->d, left - 1)) % left;
    send(f, &f->tallies[into]);
    send(f, &f->tallies[from]);
    CHECK_OK(f->ctx, fairu_tally_merge(f->tallies[into], f->ctx, f->tallies[from]));
    fairu_tally_destroy(f->tallies[from]);
    f->tallies[from] = f->tallies[left - 1];
  }
  return f->tallies[0];
}

static fairu_tally *run_farm(farm *f, double truth)
{
  size_t begins[TOYS + 1], order[TOYS];
  const size_t n = cut(&f->d, begins);
  begins[n] = TOYS;
  for (size_t i = 0; i < WORKERS; i++)
    CHECK_OK(f->ctx, fairu_tally_create(f->ctx, truth, &f->tallies[i]));
  for (size_t i = 0; i < n; i++) { /* any order: each goes to a random place among those before */
    const size_t place = draw_below(&f->d, i + 1);
    order[i] = i;
    order[i] = order[place];
    order[place] = i;
  }
  for (size_t i = 0; i < n; i++)
    run_part(f, begins[order[i]], begins[order[i] + 1]);
  return merge_all(f);
}

static void check_bytes(fairu_context *ctx, const fairu_tally *tally, const damage_bytes *wanted)
{
  damage_bytes packed;
  DAMAGE_PACK(ctx, &packed, fairu_tally_pack, tally, ctx);
  assert_int_equal(packed.size, wanted->size);
  assert_memory_equal(packed.bytes, wanted->bytes, wanted->size);
  free(packed.bytes);
}

/* One run of all, then farms. */
static void check_farms(fairu_context *ctx, fairu_estimator_fn estimator, void *user_data, double truth,
                        int rounds)
{
  static farm f;
  static fairu_toy_result whole[TOYS];
  fairu_tally *tally = NULL;
  damage_bytes wanted;
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 1));
  CHECK_OK(ctx, fairu_toys_run(ctx, first_toy, TOYS, estimator, user_data, whole));
  CHECK_OK(ctx, fairu_tally_create(ctx, truth, &tally));
  CHECK_OK(ctx, fairu_tally_add(tally, ctx, whole, TOYS));
  DAMAGE_PACK(ctx, &wanted, fairu_tally_pack, tally, ctx);
  fairu_tally_destroy(tally);
  f = (farm){ .ctx = ctx, .d = { .state = 61 }, .estimator = estimator, .user_data = user_data };
  for (int i = 0; i < rounds; i++) {
    memset(f.results, 0x5a, sizeof f.results);
    tally = run_farm(&f, truth);
    check_bytes(ctx, tally, &wanted);
    assert_memory_equal(f.results, whole, sizeof whole);
    fairu_tally_destroy(tally);
  }
  free(wanted.bytes);
}

static void plans_are_cut_anywhere(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double truth = 0.6;
  counting c = model_of(ctx, 0.0);
  fairu_toy_study study = study_of(c.likelihood, &truth, 1);
  check_farms(ctx, fairu_toy_study_estimate, &study, truth, 6);
  study.nuisance = 0;
  check_farms(ctx, fairu_toy_study_estimate, &study, truth, 3);
  check_farms(ctx, wild, NULL, -3.5, 40);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- toys without an interval ------------------------------------------------------------------------------- */

/* The least NLL of n events, mu free. */
static double least_nll(double n)
{
  return n > 0.0 ? n - n * log(n) + lgamma(n + 1.0) : 0.0;
}

/* With the minimum of another fit given, toys whose own lies too high have no interval: counted apart, with their best fit. */
static void empty_intervals_are_told(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double truth = 1.0;
  counting c = model_of(ctx, -HUGE_VAL);
  fairu_toy_study study = study_of(c.likelihood, &truth, 1);
  fairu_interval_options options;
  fairu_toy_result results[TOYS];
  fairu_data *toy = NULL;
  size_t n_empty = 0;
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 0.25;
  options.nll_minimum = 1.5; /* of 5 events: 1.74, of 6: 1.83 */
  study.interval = &options;
  CHECK_OK(ctx, fairu_data_create(ctx, c.likelihood, &toy));
  CHECK_OK(ctx, fairu_toys_run(ctx, 0, TOYS, fairu_toy_study_estimate, &study, results));
  for (uint64_t k = 0; k < TOYS; k++) {
    double n;
    CHECK_OK(ctx, fairu_likelihood_toy(c.likelihood, ctx, &truth, 1, study.seed, k, toy));
    CHECK_OK(ctx, fairu_data_observed(toy, ctx, NULL, 0, &n));
    const int empty = least_nll(n) > options.nll_minimum + options.delta_nll;
    assert_int_equal(results[k].status, empty ? FAIRU_ERR_EMPTY : FAIRU_OK);
    assert_true(isnan(results[k].lower) == empty && isnan(results[k].upper) == empty);
    CHECK_NEAR(results[k].estimate, (n - c.b) / c.s, 1e-6);
    n_empty += (size_t)empty;
  }
  assert_true(n_empty > TOYS / 10 && n_empty < TOYS - TOYS / 10);
  fairu_data_destroy(toy);
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* A fit with too few iterations fails on some toys: their status says so, and no number is left of them. */
static void fits_that_fail_are_results(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double truth[2] = { 1.0, 1.0 };
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 8.0, .upper = 20.0 };
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_toy_result results[TOYS];
  fairu_tally *tally = NULL;
  fairu_coverage coverage = { .struct_size = sizeof coverage };
  CHECK_OK(ctx, counting_create(ctx, &c));
  fairu_toy_study study = study_of(c.likelihood, truth, 2);
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  fit.max_iterations = 4;
  options.fit = &fit;
  study.interval = &options;
  for (int with_nuisance = 0; with_nuisance < 2; with_nuisance++) {
    size_t failed = 0;
    study.nuisance = with_nuisance ? 1 : FAIRU_NONE;
    CHECK_OK(ctx, fairu_toys_run(ctx, 0, TOYS, fairu_toy_study_estimate, &study, results));
    for (uint64_t k = 0; k < TOYS; k++) {
      failed += results[k].status == FAIRU_ERR_NOT_CONVERGED;
      assert_true(results[k].toy == k);
      if (results[k].status != FAIRU_OK)
        assert_true(isnan(results[k].estimate) && isnan(results[k].lower) && isnan(results[k].upper));
      else
        assert_true(results[k].lower <= results[k].estimate && results[k].estimate <= results[k].upper);
    }
    assert_true(failed > 0 && failed < TOYS);
    CHECK_OK(ctx, fairu_tally_create(ctx, truth[0], &tally));
    CHECK_OK(ctx, fairu_tally_add(tally, ctx, results, TOYS));
    CHECK_OK(ctx, fairu_tally_coverage(tally, ctx, 0.9, &coverage));
    assert_true(coverage.n_failed == failed && coverage.n == TOYS - failed);
    fairu_tally_destroy(tally);
  }
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

/* ---- tests with toys ------------------------------------------------------------------------------------------ */

/* n toys are the first n of any more, and p is that of the first n: at all sizes about those of a chunk. */
static void tests_of_few_toys_begin_tests_of_many(void **state)
{
  static const size_t sizes[] = { 1, 2, 63, 64, 65, 127, 128, 129, TOYS };
  (void)state;
  fairu_context *ctx = support_context();
  counting c = { .s = 5.0, .b = 4.0, .tau = 2.0, .n = 9.0, .m = 7.0, .upper = 20.0 };
  double sb[2][TOYS], b[2][TOYS];
  fairu_toy_test test;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  const double mu = 1.7;
  CHECK_OK(ctx, counting_create(ctx, &c));
  assert_int_equal(fairu_toy_test_init(&test, sizeof test), FAIRU_OK);
  test.n_toys = TOYS;
  CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, mu, &r, sb[0], b[0]));
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t reach = 0;
    double p;
    test.n_toys = sizes[i];
    memset(sb[1], 0, sizeof sb[1]);
    CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + (int)i % 3));
    CHECK_OK(ctx, fairu_hypotest_toys(ctx, c.likelihood, c.data, &test, mu, &r, sb[1], b[1]));
    CHECK_OK(ctx, fairu_neyman_pvalues(ctx, c.likelihood, c.data, &test, &mu, 1, &p));
    assert_memory_equal(sb[1], sb[0], sizes[i] * sizeof(double));
    assert_memory_equal(b[1], b[0], sizes[i] * sizeof(double));
    assert_true(sizes[i] == TOYS || sb[1][sizes[i]] == 0.0);
    for (size_t k = 0; k < sizes[i]; k++)
      reach += sb[0][k] >= r.statistic * (1.0 - 1e-9);
    assert_true(p == (double)reach / (double)sizes[i] && p == r.p_sb);
  }
  counting_destroy(&c);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(plans_are_cut_anywhere),
    cmocka_unit_test(empty_intervals_are_told),
    cmocka_unit_test(fits_that_fail_are_results),
    cmocka_unit_test(tests_of_few_toys_begin_tests_of_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
