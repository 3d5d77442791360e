/* What pseudo-experiments refuse: classifiers and binnings without one score to count, options at and beyond their limits, pools whose weights no float holds, rows that are drawn
 * too often to have numbers. Nothing is changed by what is refused. */
#include "coverage/challenge_made.h"

enum { BINS = 12 };

/* ---- histograms ---------------------------------------------------------------------------------------------- */

typedef struct setting {
  fairu_context *ctx;
  fairu_events *pool;
  fairu_challenge_experiment experiment;
  fairu_challenge_fill fill;
} setting;

static fairu_challenge_experiment drawn(fairu_context *ctx)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_options o;
  assert_int_equal(fairu_challenge_options_init(&o, sizeof o), FAIRU_OK);
  o.generator = FAIRU_GENERATOR_PHILOX;
  o.tes = o.jes = o.soft_met = 0;
  CHECK_OK(ctx, fairu_challenge_draw(ctx, &o, 0, 0, &e));
  return e;
}

static setting prepare(void)
{
  setting s = { .ctx = support_context() };
  s.pool = made_pool(s.ctx, 40, 2.0);
  s.experiment = drawn(s.ctx);
  assert_int_equal(fairu_challenge_fill_init(&s.fill, sizeof s.fill), FAIRU_OK);
  return s;
}

/* Refused, with counts and numbers as they were. */
static void check_refused(setting *s, size_t n_counts, int code, const char *says)
{
  double counts[2 * BINS];
  uint64_t n_events = 77, n_passed = 88;
  for (size_t i = 0; i < 2 * BINS; i++)
    counts[i] = (double)i;
  CHECK_FAILS(s->ctx, code,
              fairu_challenge_histograms(s->ctx, &s->experiment, s->pool, 0, &s->fill, counts, n_counts,
                                         &n_events, &n_passed));
  CHECK_SAYS(s->ctx, says);
  for (size_t i = 0; i < 2 * BINS; i++)
    assert_true(counts[i] == (double)i);
  assert_true(n_events == 77 && n_passed == 88);
}

/* One layer over all columns and as many nuisances; so many outputs. */
static fairu_classifier *network_of(fairu_context *ctx, size_t n_nuisances, size_t n_outputs)
{
  static const char *const nuisances[1] = { "tes" };
  static const float weights[3 * (N_COLUMNS + 1)] = { 0.01f }, bias[3] = { 0.1f };
  const size_t n_inputs = N_COLUMNS + n_nuisances;
  const fairu_layer layer = { n_inputs, n_outputs,
                              n_outputs > 1 ? FAIRU_ACTIVATION_SOFTMAX : FAIRU_ACTIVATION_SIGMOID, weights,
                              bias };
  fairu_network_options options;
  fairu_classifier *classifier = NULL;
  assert_int_equal(fairu_network_options_init(&options, sizeof options), FAIRU_OK);
  options.features = names;
  options.n_features = N_COLUMNS;
  options.nuisances = nuisances;
  options.n_nuisances = n_nuisances;
  CHECK_OK(ctx, fairu_classifier_create_network(ctx, &options, &layer, 1, &classifier));
  return classifier;
}

static void classifiers_have_one_score_of_data(void **state)
{
  (void)state;
  setting s = prepare();
  fairu_binning *binning = NULL;
  fairu_classifier *aware = network_of(s.ctx, 1, 1), *many = network_of(s.ctx, 0, 3);
  CHECK_OK(s.ctx, fairu_binning_create_uniform(s.ctx, BINS, &binning));
  s.fill.binnings = (const fairu_binning *const *)&binning;
  s.fill.n_binnings = 1;
  check_refused(&s, BINS, FAIRU_ERR_NULL, "classifier is NULL");
  s.fill.classifier = aware;
  check_refused(&s, BINS, FAIRU_ERR_ARGUMENT, "the classifier has nuisance \"tes\", which data do not know");
  s.fill.classifier = many;
  check_refused(&s, BINS, FAIRU_ERR_SHAPE, "the classifier has 3 outputs, one can be binned");
  fairu_binning_destroy(binning);
  fairu_classifier_destroy(aware);
  fairu_classifier_destroy(many);
  fairu_events_destroy(s.pool);
  fairu_context_destroy(s.ctx);
}

static void binnings_are_of_one_score(void **state)
{
  (void)state;
  setting s = prepare();
  fairu_binning *uniform = NULL, *classes = NULL;
  fairu_classifier *network = network_of(s.ctx, 0, 1);
  const fairu_binning *binnings[2] = { NULL, NULL };
  double counts[2 * BINS] = { 0 }, sum = 0.0;
  uint64_t n_events = 0, n_passed = 0;
  CHECK_OK(s.ctx, fairu_binning_create_uniform(s.ctx, BINS, &uniform));
  CHECK_OK(s.ctx, fairu_binning_create_classes(s.ctx, 3, &classes));
  s.fill.classifier = network;
  check_refused(&s, 0, FAIRU_ERR_EMPTY, "no binnings");
  s.fill.n_binnings = 2;
  check_refused(&s, 2 * BINS, FAIRU_ERR_NULL, "binnings is NULL");
  s.fill.binnings = binnings;
  check_refused(&s, 2 * BINS, FAIRU_ERR_NULL, "binnings[0] is NULL");
  binnings[0] = uniform;
  check_refused(&s, 2 * BINS, FAIRU_ERR_NULL, "binnings[1] is NULL");
  binnings[1] = classes;
  check_refused(&s, BINS + 3, FAIRU_ERR_UNSUPPORTED, "binnings[1] is by class");
  binnings[1] = uniform;
  check_refused(&s, 2 * BINS - 1, FAIRU_ERR_SHAPE, "23 counts for 24 bins");
  CHECK_OK(s.ctx, fairu_challenge_histograms(s.ctx, &s.experiment, s.pool, 0, &s.fill, counts, 2 * BINS,
                                             &n_events, &n_passed));
  for (size_t i = 0; i < BINS; i++) {
    assert_true(counts[i] == counts[BINS + i]); /* the same scores twice */
    sum += counts[i];
  }
  assert_true(sum == (double)n_passed && n_passed == n_events && n_events > 0);
  fairu_binning_destroy(uniform);
  fairu_binning_destroy(classes);
  fairu_classifier_destroy(network);
  fairu_events_destroy(s.pool);
  fairu_context_destroy(s.ctx);
}

/* ---- options --------------------------------------------------------------------------------------------------- */

static void options_have_limits(void **state)
{
  static const struct {
    int generator;
    uint64_t seed, n_sets, n_pe;
    double mu_lower, mu_upper;
    const char *says; /* NULL: allowed */
  } rows[] = {
    { FAIRU_GENERATOR_PHILOX, 1, 0, 5, 0.1, 3.0, "n_sets 0 times n_pe 5" },
    { FAIRU_GENERATOR_PHILOX, 1, 5, 0, 0.1, 3.0, "n_sets 5 times n_pe 0" },
    { FAIRU_GENERATOR_PHILOX, 1, UINT64_C(1) << 16, UINT64_C(1) << 16, 0.1, 3.0, NULL },
    { FAIRU_GENERATOR_PHILOX, 1, UINT64_C(1) << 16, (UINT64_C(1) << 16) + 1, 0.1, 3.0,
      "n_pe 65537 must lie" },
    { FAIRU_GENERATOR_PHILOX, 1, UINT64_MAX, UINT64_MAX, 0.1, 3.0, "must lie between 1 and 2^32" },
    { FAIRU_GENERATOR_PHILOX, UINT64_MAX, 2, 3, 0.1, 3.0, NULL },
    { FAIRU_GENERATOR_NUMPY, UINT64_C(4294967295) - 12, 2, 3, 0.1, 3.0, NULL },
    { FAIRU_GENERATOR_NUMPY, UINT64_C(4294967295) - 11, 2, 3, 0.1, 3.0,
      "seed 4294967284 and 12 more must stay" },
    { FAIRU_GENERATOR_NUMPY, UINT64_MAX, 2, 3, 0.1, 3.0, "seed 18446744073709551615" },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, 1.5, 1.5, NULL },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, 0.0, 0.0, NULL },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, -0.1, 3.0, "mu_lower -0.1 and mu_upper 3" },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, (double)NAN, 3.0, "mu_lower nan" },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, 0.1, (double)NAN, "mu_upper nan" },
    { FAIRU_GENERATOR_PHILOX, 1, 2, 3, 0.1, HUGE_VAL, "mu_upper inf" },
    { FAIRU_GENERATOR_NUMPY, 1, 2, 3, 2.0, 1.0, "mu_lower 2 and mu_upper 1 are no range" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_challenge_experiment e = { .struct_size = sizeof e, .mu = 77.0 };
    fairu_challenge_options o;
    assert_int_equal(fairu_challenge_options_init(&o, sizeof o), FAIRU_OK);
    o.generator = rows[i].generator;
    o.seed = rows[i].seed;
    o.n_sets = rows[i].n_sets;
    o.n_pe = rows[i].n_pe;
    o.mu_lower = rows[i].mu_lower;
    o.mu_upper = rows[i].mu_upper;
    if (rows[i].says) {
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 1, 2, &e));
      CHECK_SAYS(ctx, rows[i].says);
      assert_true(e.mu == 77.0);
    } else {
      CHECK_OK(ctx, fairu_challenge_draw(ctx, &o, 1, 2, &e));
      assert_true(e.mu >= rows[i].mu_lower && e.mu <= rows[i].mu_upper);
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, 1, o.n_pe, &e));
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_draw(ctx, &o, o.n_sets, 2, &e));
    }
  }
  fairu_context_destroy(ctx);
}

/* ---- pools ------------------------------------------------------------------------------------------------------ */

/* Rows of no columns, all of one process. */
static fairu_events *bare_pool(fairu_context *ctx, const double *weights, size_t n)
{
  const int32_t labels[4] = { 0, 0, 0, 0 };
  fairu_events *pool = NULL;
  assert_true(n <= 4);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 0, NULL, &pool));
  CHECK_OK(ctx, fairu_events_set_weights(pool, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(pool, ctx, labels, n));
  CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, made_labels, 4));
  return pool;
}

/* Loaders work in float: what is no float there has no weight here. */
static void weights_that_no_float_holds_are_refused(void **state)
{
  static const struct {
    double weights[3], wanted;
    const char *says;
  } rows[] = {
    { { 1.0, 3e30, 1.0 }, 1e10, "row 1 has weight 3e+30, times 1e+10 beyond the range of float" },
    { { 1.0, 2.0, 1e39 }, 1.0, "weights add up to inf over 3 events" },
    { { 3e38, 3e38, 3e38 }, 1.0, "weights add up to 9e+38 over 3 events" },
    { { 1e-50, 0.0, 1e-60 }, 1.0, "weights add up to 0 over 3 events" },
  };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fairu_events *pool = bare_pool(ctx, rows[i].weights, 3);
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_normalise(pool, ctx, rows[i].wanted));
    CHECK_SAYS(ctx, rows[i].says);
    assert_memory_equal(fairu_events_weights(pool), rows[i].weights, sizeof rows[i].weights);
    fairu_events_destroy(pool);
  }
  fairu_context_destroy(ctx);
}

/* A copy has 20 bits of its number: 2^20 copies are the last. */
static void copies_have_numbers_up_to_a_limit(void **state)
{
  static const double few[2] = { 3.0, 1.03e6 },
                      many[2] = { 3.0, 1.07e6 }; /* 2^20 is 1.0486e6: 18 sigma away */
  (void)state;
  fairu_context *ctx = support_context();
  fairu_challenge_experiment e = drawn(ctx);
  fairu_events *pool = bare_pool(ctx, few, 2), *events = NULL;
  uint32_t counts[2];
  uint64_t total;
  e.rates[0] = 1.0;
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, 100, counts, 2, &total));
  CHECK_OK(ctx, fairu_challenge_events(ctx, &e, pool, 100, &events));
  assert_int_equal(fairu_events_n_events(events), total);
  const uint64_t *ids = fairu_events_ids(events);
  assert_true(ids[total - 1] == (101 | (uint64_t)(counts[1] - 1) << 44) && ids[counts[0]] == 101);
  fairu_events_destroy(events);
  fairu_events_destroy(pool);
  pool = bare_pool(ctx, many, 2);
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_challenge_events(ctx, &e, pool, 100, &events));
  CHECK_SAYS(ctx, "row 101 is drawn more than 2^20 times");
  assert_null(events);
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

/* Labels that name no process, where rows are drawn and where they are listed; rows and seeds beyond the last. */
static void rows_have_a_process_and_a_number(void **state)
{
  static const double weights[4] = { 2.0, 2.0, 2.0, 2.0 };
  static const int32_t bad[2] = { -1, 4 };
  static const char *const says[2] = { "row 12 has label -1 of 4", "row 12 has label 4 of 4" };
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *pool = bare_pool(ctx, weights, 4);
  uint32_t counts[4] = { 1, 2, 1, 1 };
  size_t rows[5];
  uint64_t total;
  for (int generator = FAIRU_GENERATOR_PHILOX; generator <= FAIRU_GENERATOR_NUMPY; generator++) {
    fairu_challenge_experiment e = drawn(ctx);
    const uint64_t first = generator == FAIRU_GENERATOR_PHILOX ? 10 : 0;
    e.generator = generator;
    for (int i = 0; i < 2; i++) {
      const int32_t labels[4] = { 0, 3, bad[i], 0 };
      CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, NULL, 0));
      CHECK_OK(ctx, fairu_events_set_labels(pool, ctx, labels, 4));
      CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_challenge_counts(ctx, &e, pool, first, counts, 4, &total));
      CHECK_SAYS(ctx, "the pool has no named labels");
      CHECK_OK(ctx, fairu_events_set_categories(pool, ctx, made_labels, 4));
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_counts(ctx, &e, pool, first, counts, 4, &total));
      CHECK_SAYS(ctx, first ? says[i] : i ? "row 2 has label 4 of 4" : "row 2 has label -1 of 4");
      counts[0] = counts[2] = counts[3] = 1;
      counts[1] = 2;
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_rows(ctx, &e, pool, counts, 4, rows, 5));
      CHECK_SAYS(ctx, i ? "row 2 has label 4 of 4" : "row 2 has label -1 of 4");
    }
  }
  fairu_events_destroy(pool);
  pool = bare_pool(ctx, weights, 4);
  fairu_challenge_experiment e = drawn(ctx);
  const uint64_t last = (UINT64_C(1) << 44) - 5; /* the first of the last four */
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, last, counts, 4, &total));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_counts(ctx, &e, pool, last + 1, counts, 4, &total));
  CHECK_SAYS(ctx, "rows from 17592186044412 on pass the last, 2^44");
  e.generator = FAIRU_GENERATOR_NUMPY;
  e.seed = UINT32_MAX - 6;
  CHECK_OK(ctx, fairu_challenge_counts(ctx, &e, pool, 0, counts, 4, &total));
  e.seed++;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_challenge_counts(ctx, &e, pool, 0, counts, 4, &total));
  CHECK_SAYS(ctx, "seed 4294967290 is too large");
  fairu_events_destroy(pool);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(classifiers_have_one_score_of_data),
    cmocka_unit_test(binnings_are_of_one_score),
    cmocka_unit_test(options_have_limits),
    cmocka_unit_test(weights_that_no_float_holds_are_refused),
    cmocka_unit_test(copies_have_numbers_up_to_a_limit),
    cmocka_unit_test(rows_have_a_process_and_a_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
