/* Histograms in one pass are those of the long way round: draw, select, shift, score, bin. */
#include "coverage/challenge_made.h"
#include "coverage/pieces.h"

enum { BINS = 20, LOGITS = 15, COUNTS = BINS + LOGITS };

typedef struct setting {
  fairu_context *ctx;
  fairu_events *pool;
  fairu_systematics *chain;
  fairu_classifier *network;
  fairu_binning *binnings[2];
  fairu_challenge_fill fill;
} setting;

typedef struct result {
  double counts[COUNTS];
  uint64_t n_events, n_passed;
} result;

static setting prepare(size_t n, double mean, int arithmetic, int generator)
{
  setting s = { .ctx = support_context() };
  s.pool = made_pool(s.ctx, n, mean);
  s.chain = higgsml_chain(s.ctx, 1, arithmetic, generator);
  s.network = made_network(s.ctx);
  CHECK_OK(s.ctx, fairu_binning_create_uniform(s.ctx, BINS, &s.binnings[0]));
  CHECK_OK(s.ctx, fairu_binning_create_logit(s.ctx, LOGITS, -2.0, 2.0, &s.binnings[1]));
  assert_int_equal(fairu_challenge_fill_init(&s.fill, sizeof s.fill), FAIRU_OK);
  s.fill.systematics = s.chain;
  s.fill.classifier = s.network;
  s.fill.n_binnings = 2;
  return s;
}

static void finish(setting *s)
{
  fairu_binning_destroy(s->binnings[0]);
  fairu_binning_destroy(s->binnings[1]);
  fairu_classifier_destroy(s->network);
  fairu_systematics_destroy(s->chain);
  fairu_events_destroy(s->pool);
  fairu_context_destroy(s->ctx);
}

static fairu_challenge_experiment experiment_of(fairu_context *ctx, int generator, int soft_met)
{
  fairu_challenge_experiment e = { .struct_size = sizeof e };
  fairu_challenge_options o;
  assert_int_equal(fairu_challenge_options_init(&o, sizeof o), FAIRU_OK);
  o.generator = generator;
  o.soft_met = soft_met;
  CHECK_OK(ctx, fairu_challenge_draw(ctx, &o, 3, 17, &e));
  assert_int_equal(e.soft_met > 0.0, soft_met);
  assert_true(e.tes < 1.0 || e.tes > 1.0);
  return e;
}

static void short_way(setting *s, const fairu_challenge_experiment *e, const fairu_events *pool,
                      uint64_t first_row, result *r)
{
  s->fill.binnings = (const fairu_binning *const *)s->binnings;
  uint64_t n_events, n_passed;
  CHECK_OK(s->ctx, fairu_challenge_histograms(s->ctx, e, pool, first_row, &s->fill, r->counts, COUNTS,
                                              &n_events, &n_passed));
  r->n_events += n_events;
  r->n_passed += n_passed;
}

static void bin_all(setting *s, const fairu_events *events, size_t binning, double *counts)
{
  const size_t n = fairu_events_n_events(events);
  float *scores = calloc(n + 1, sizeof *scores);
  uint16_t *bins = calloc(n + 1, sizeof *bins);
  assert_true(scores && bins);
  const fairu_binning *b = s->binnings[binning];
  CHECK_OK(s->ctx, fairu_classifier_score_events(s->network, s->ctx, events, NULL, 1, 0,
                                                 fairu_binning_variable(b), scores));
  CHECK_OK(s->ctx, fairu_binning_index(b, s->ctx, scores, n, bins));
  for (size_t i = 0; i < n; i++)
    counts[bins[i]] += 1.0;
  free(scores);
  free(bins);
}

static void shift_and_bin(setting *s, const fairu_challenge_experiment *e, const fairu_events *events,
                          result *r)
{
  fairu_events *shifted = NULL;
  const double z[N_NUISANCES] = { e->tes, e->jes, e->soft_met, 1.0, 1.0, 1.0 };
  CHECK_OK(s->ctx, fairu_systematics_apply(s->chain, s->ctx, events, z, N_NUISANCES, e->smearing_seed, NULL,
                                           &shifted));
  r->n_events += fairu_events_n_events(events);
  r->n_passed += fairu_events_n_events(shifted);
  bin_all(s, shifted, 0, r->counts);
  bin_all(s, shifted, 1, r->counts + BINS);
  fairu_events_destroy(shifted);
}

static void long_way(setting *s, const fairu_challenge_experiment *e, result *r)
{
  fairu_events *events = NULL;
  CHECK_OK(s->ctx, fairu_challenge_events(s->ctx, e, s->pool, 0, &events));
  shift_and_bin(s, e, events, r);
  fairu_events_destroy(events);
}

/* The table made by hand. */
static void longest_way(setting *s, const fairu_challenge_experiment *e, result *r)
{
  const size_t n = fairu_events_n_events(s->pool);
  uint32_t *counts = calloc(n, sizeof *counts);
  uint64_t total = 0;
  fairu_events *events = NULL;
  CHECK_OK(s->ctx, fairu_challenge_counts(s->ctx, e, s->pool, 0, counts, n, &total));
  size_t *rows = calloc((size_t)total + 1, sizeof *rows);
  CHECK_OK(s->ctx, fairu_challenge_rows(s->ctx, e, s->pool, counts, n, rows, (size_t)total));
  CHECK_OK(s->ctx, fairu_events_select(s->pool, s->ctx, rows, (size_t)total, &events));
  shift_and_bin(s, e, events, r);
  fairu_events_destroy(events);
  free(counts);
  free(rows);
}

static void check_same(const result *a, const result *b)
{
  assert_int_equal(a->n_events, b->n_events);
  assert_int_equal(a->n_passed, b->n_passed);
  for (size_t i = 0; i < COUNTS; i++)
    CHECK_NEAR(a->counts[i], b->counts[i], 0.0);
}

/* Not a histogram with one bin filled, and not one without cuts. */
static void check_tells(const result *r)
{
  size_t filled = 0;
  double sum = 0.0;
  for (size_t i = 0; i < BINS; i++) {
    filled += r->counts[i] > 0.0;
    sum += r->counts[i];
  }
  assert_true(filled > 5);
  assert_true(r->n_passed < r->n_events && r->n_passed > r->n_events / 2);
  CHECK_NEAR(sum, (double)r->n_passed, 0.0);
}

/* ---- equality ------------------------------------------------------------------------------------------ */

static void check_ways(size_t n, double mean, int arithmetic, int generator, int soft_met)
{
  setting s = prepare(n, mean, arithmetic, generator);
  const fairu_challenge_experiment e = experiment_of(s.ctx, generator, soft_met);
  result quick = { .n_events = 0 }, slow = quick, slowest = quick;
  short_way(&s, &e, s.pool, 0, &quick);
  long_way(&s, &e, &slow);
  check_tells(&quick);
  check_same(&quick, &slow);
  if (generator == FAIRU_GENERATOR_NUMPY || !soft_met) {
    longest_way(&s, &e, &slowest);
    check_same(&quick, &slowest);
  }
  finish(&s);
}

static void one_pass_is_the_long_way_round(void **state)
{
  (void)state;
  for (int soft_met = 0; soft_met < 2; soft_met++) {
    check_ways(700, 30.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, soft_met);
    check_ways(60000, 0.3, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX, soft_met);
    check_ways(700, 30.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_NUMPY, soft_met);
    check_ways(5000, 2.0, FAIRU_ARITHMETIC_REFERENCE, FAIRU_GENERATOR_NUMPY, soft_met);
    check_ways(5000, 2.0, FAIRU_ARITHMETIC_REFERENCE, FAIRU_GENERATOR_PHILOX, soft_met);
  }
}

/* In any order, cut anywhere. */
static void pieces_add_up_to_the_whole(void **state)
{
  enum { N = 20000, CUT = 12347 };
  (void)state;
  for (int soft_met = 0; soft_met < 2; soft_met++) {
    setting s = prepare(N, 1.5, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
    const fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, soft_met);
    result whole = { .n_events = 0 }, parts = whole;
    fairu_events *one = piece_of(s.ctx, s.pool, 0, CUT), *two = piece_of(s.ctx, s.pool, CUT, N - CUT);
    short_way(&s, &e, s.pool, 0, &whole);
    short_way(&s, &e, two, CUT, &parts);
    short_way(&s, &e, one, 0, &parts);
    check_same(&whole, &parts);
    fairu_events_destroy(one);
    fairu_events_destroy(two);
    finish(&s);
  }
}

static void threads_change_nothing(void **state)
{
  (void)state;
  for (int generator = 0; generator < 2; generator++) {
    setting s = prepare(3000, 12.0, FAIRU_ARITHMETIC_FAST, generator);
    const fairu_challenge_experiment e = experiment_of(s.ctx, generator, 1);
    result one = { .n_events = 0 }, many = one;
    short_way(&s, &e, s.pool, 0, &one);
    CHECK_OK(s.ctx, fairu_context_set_threads(s.ctx, 5));
    short_way(&s, &e, s.pool, 0, &many);
    check_same(&one, &many);
    finish(&s);
  }
}

/* Soft MET by its logarithm; a chain without weight scales; a table by rows. */
static void other_chains_and_other_tables(void **state)
{
  static const char *const columns[1] = { "PRI_had_pt" };
  fairu_nuisance nuisance;
  (void)state;
  setting s = prepare(2000, 3.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 0);
  e.jes = 1.0;
  fairu_systematics_destroy(s.chain);
  CHECK_OK(s.ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "tes";
  nuisance.nominal = 1.0;
  CHECK_OK(s.ctx, fairu_systematics_create(s.ctx, &nuisance, 1, &s.chain));
  CHECK_OK(s.ctx, fairu_systematics_add_scale(s.chain, s.ctx, "tes", columns, 1));
  s.fill.systematics = s.chain;
  result quick = { .n_events = 0 }, by_hand = quick;
  short_way(&s, &e, s.pool, 0, &quick);
  fairu_events *events = NULL, *shifted = NULL;
  CHECK_OK(s.ctx, fairu_challenge_events(s.ctx, &e, s.pool, 0, &events));
  CHECK_OK(s.ctx, fairu_systematics_apply(s.chain, s.ctx, events, &e.tes, 1, 1, NULL, &shifted));
  bin_all(&s, shifted, 0, by_hand.counts);
  bin_all(&s, shifted, 1, by_hand.counts + BINS);
  by_hand.n_events = by_hand.n_passed = fairu_events_n_events(events);
  check_same(&quick, &by_hand);
  /* no chain at all */
  s.fill.systematics = NULL;
  e.tes = 1.0;
  quick = by_hand = (result){ .n_events = 0 };
  short_way(&s, &e, s.pool, 0, &quick);
  bin_all(&s, events, 0, by_hand.counts);
  bin_all(&s, events, 1, by_hand.counts + BINS);
  by_hand.n_events = by_hand.n_passed = fairu_events_n_events(events);
  check_same(&quick, &by_hand);
  fairu_events_destroy(events);
  fairu_events_destroy(shifted);
  finish(&s);
}

/* By its logarithm, soft MET is what its exponential says; its upper end is the clip of the challenge, and none is none. */
static void soft_met_by_its_logarithm(void **state)
{
  static const char *const labels[3] = { "tes", "jes", "log_soft_met" };
  const double values[3] = { 1.7, 5.0, 0.0 };
  fairu_nuisance nuisances[3];
  fairu_higgsml_options o;
  (void)state;
  setting s = prepare(800, 5.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 1);
  for (size_t i = 0; i < 3; i++) {
    CHECK_OK(s.ctx, fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]));
    nuisances[i].name = labels[i];
  }
  nuisances[2].upper = 1.6094379124341003; /* ln 5 */
  fairu_systematics *chain = NULL;
  CHECK_OK(s.ctx, fairu_higgsml_options_init(&o, sizeof o));
  o.tes = labels[0];
  o.jes = labels[1];
  o.log_soft_met = labels[2];
  CHECK_OK(s.ctx, fairu_systematics_create(s.ctx, nuisances, 3, &chain));
  CHECK_OK(s.ctx, fairu_systematics_add_higgsml(chain, s.ctx, &o));
  for (size_t k = 0; k < 3; k++) {
    result plain = { .n_events = 0 }, logarithm = plain;
    e.soft_met = values[k];
    s.fill.systematics = s.chain;
    short_way(&s, &e, s.pool, 0, &plain);
    s.fill.systematics = chain;
    short_way(&s, &e, s.pool, 0, &logarithm);
    assert_int_equal(plain.n_passed, logarithm.n_passed);
    double apart = 0.0;
    for (size_t i = 0; i < COUNTS; i++)
      apart += fabs(plain.counts[i] - logarithm.counts[i]);
    assert_true(apart <= (k < 2 ? 4.0 : 0.0)); /* a width off by its last bit: an event on an edge may move */
  }
  fairu_systematics_destroy(chain);
  finish(&s);
}

/* Each copy of a row has its own deviate: the spread of smeared MET is that of independent copies. */
static void copies_are_smeared_one_by_one(void **state)
{
  (void)state;
  setting s = prepare(3, 4000.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  const fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 1);
  fairu_events *events = NULL, *shifted = NULL;
  unsigned char *passed = calloc(20000, 1);
  const double z[N_NUISANCES] = { 1.0, 1.0, 2.0, 1.0, 1.0, 1.0 };
  CHECK_OK(s.ctx, fairu_challenge_events(s.ctx, &e, s.pool, 5, &events));
  assert_null(fairu_events_weights(events));
  const size_t n = fairu_events_n_events(events);
  assert_true(n < 20000);
  CHECK_OK(s.ctx, fairu_systematics_apply(s.chain, s.ctx, events, z, N_NUISANCES, 4, passed, &shifted));
  double sum = 0.0, squares = 0.0;
  size_t used = 0;
  const uint64_t *ids = fairu_events_ids(events);
  for (size_t i = 0; i < n && (ids[i] & 0xfffu) == 5; i++, used++) {
    assert_int_equal(ids[i] >> 44, used);
    const double x = number(shifted, MET, i) * cos(number(shifted, MET_PHI, i));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / (double)used, variance = squares / (double)used - mean * mean;
  assert_true(used > 1000);
  CHECK_NEAR(variance, 4.0, 5.0 * 4.0 * sqrt(2.0 / (double)used));
  free(passed);
  fairu_events_destroy(events);
  fairu_events_destroy(shifted);
  finish(&s);
}

/* ---- what is refused ----------------------------------------------------------------------------------- */

static int ask(setting *s, const fairu_challenge_experiment *e, double *counts, size_t n)
{
  uint64_t a, b;
  s->fill.binnings = (const fairu_binning *const *)s->binnings;
  return fairu_challenge_histograms(s->ctx, e, s->pool, 0, &s->fill, counts, n, &a, &b);
}

static void spoil(setting *s, size_t column, size_t row, float value)
{
  float *values = NULL;
  CHECK_OK(s->ctx, fairu_events_column_data(s->pool, s->ctx, column, &values));
  values[row] = value;
}

static void bad_rows_are_named(void **state)
{
  double counts[COUNTS] = { 0 };
  (void)state;
  for (int generator = 0; generator < 2; generator++) {
    setting s = prepare(1500, 30.0, FAIRU_ARITHMETIC_FAST, generator);
    const fairu_challenge_experiment e = experiment_of(s.ctx, generator, 1);
    spoil(&s, MET, 777, NAN);
    CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE, ask(&s, &e, counts, COUNTS));
    CHECK_SAYS(s.ctx, "row 777 of the pool");
    CHECK_SAYS(s.ctx, "column PRI_met is nan");
    spoil(&s, MET, 777, -25.0f);
    CHECK_FAILS(s.ctx, FAIRU_ERR_RANGE, ask(&s, &e, counts, COUNTS));
    CHECK_SAYS(s.ctx, "row 777 of the pool");
    spoil(&s, MET, 777, 30.0f);
    double *weights = calloc(1500, sizeof *weights);
    weights[1400] = -0.25;
    CHECK_OK(s.ctx, fairu_events_set_weights(s.pool, s.ctx, weights, 1500));
    CHECK_FAILS(s.ctx, FAIRU_ERR_NEGATIVE_WEIGHT, ask(&s, &e, counts, COUNTS));
    CHECK_SAYS(s.ctx, "row 1400 has weight -0.25");
    free(weights);
    for (size_t i = 0; i < COUNTS; i++)
      CHECK_NEAR(counts[i], 0.0, 0.0);
    finish(&s);
  }
}

/* Where no chain looks at the values, the network does. */
static void rows_the_network_cannot_score_are_named(void **state)
{
  double counts[COUNTS] = { 0 };
  (void)state;
  setting s = prepare(1500, 30.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 0);
  e.tes = e.jes = 1.0;
  s.fill.systematics = NULL;
  spoil(&s, PT_H, 901, INFINITY);
  CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "row 901 of the pool");
  CHECK_SAYS(s.ctx, "DER_pt_h");
  finish(&s);
}

static int leave(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events,
                 float *const *columns, size_t n_columns, double *weights, unsigned char *passed,
                 void *user_data)
{
  (void)n_columns, (void)z, (void)n_nuisances, (void)seed, (void)first_row, (void)n_events, (void)columns,
      (void)weights;
  (void)passed, (void)user_data;
  return 0;
}

static void chains_that_do_not_fit_are_refused(void **state)
{
  static const char *const columns[1] = { "PRI_met" };
  double counts[COUNTS] = { 0 };
  fairu_nuisance nuisance;
  (void)state;
  setting s = prepare(100, 3.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_NUMPY);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 1);
  e.smearing_seed = 5;
  CHECK_FAILS(s.ctx, FAIRU_ERR_UNSUPPORTED, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "numpy generator");
  s.fill.systematics = NULL;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NOT_FOUND, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "tes is");
  fairu_systematics_destroy(s.chain);
  CHECK_OK(s.ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "angle";
  CHECK_OK(s.ctx, fairu_systematics_create(s.ctx, &nuisance, 1, &s.chain));
  s.fill.systematics = s.chain;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NOT_FOUND, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "\"angle\"");
  CHECK_OK(s.ctx, fairu_systematics_add_callback(s.chain, s.ctx, columns, 1, leave, NULL));
  CHECK_FAILS(s.ctx, FAIRU_ERR_UNSUPPORTED, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "fairu_challenge_events");
  finish(&s);
}

static void options_are_checked(void **state)
{
  double counts[COUNTS] = { 0 };
  (void)state;
  setting s = prepare(100, 3.0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 1);
  CHECK_FAILS(s.ctx, FAIRU_ERR_SHAPE, ask(&s, &e, counts, BINS));
  CHECK_SAYS(s.ctx, "20 counts for 35 bins");
  s.fill.n_binnings = 0;
  CHECK_FAILS(s.ctx, FAIRU_ERR_EMPTY, ask(&s, &e, counts, 0));
  s.fill.n_binnings = 2;
  s.fill.classifier = NULL;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NULL, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "classifier");
  s.fill.classifier = s.network;
  e.rates[3] = 1e12;
  CHECK_FAILS(s.ctx, FAIRU_ERR_RANGE, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "rates[3]");
  finish(&s);
}

/* A row that is drawn too often to number its copies: refused where they differ, counted where they do not. */
static void very_many_copies(void **state)
{
  double counts[COUNTS] = { 0 };
  (void)state;
  setting s = prepare(8, 3e6, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  fairu_challenge_experiment e = experiment_of(s.ctx, FAIRU_GENERATOR_PHILOX, 1);
  CHECK_FAILS(s.ctx, FAIRU_ERR_LIMIT, ask(&s, &e, counts, COUNTS));
  CHECK_SAYS(s.ctx, "up to 2^20");
  e.soft_met = 0.0;
  CHECK_OK(s.ctx, ask(&s, &e, counts, COUNTS));
  double sum = 0.0;
  for (size_t i = 0; i < BINS; i++)
    sum += counts[i];
  assert_true(sum > 1e6);
  finish(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_pass_is_the_long_way_round),
    cmocka_unit_test(pieces_add_up_to_the_whole),
    cmocka_unit_test(threads_change_nothing),
    cmocka_unit_test(other_chains_and_other_tables),
    cmocka_unit_test(soft_met_by_its_logarithm),
    cmocka_unit_test(copies_are_smeared_one_by_one),
    cmocka_unit_test(bad_rows_are_named),
    cmocka_unit_test(rows_the_network_cannot_score_are_named),
    cmocka_unit_test(chains_that_do_not_fit_are_refused),
    cmocka_unit_test(options_are_checked),
    cmocka_unit_test(very_many_copies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
