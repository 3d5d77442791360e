/* Bin tables: every entry is what shift, score and index give for that event; merging; refusals. */
#include "templates/chain.h"

static fairu_bin_table *make_table(chain *c, int distinct)
{
  fairu_bin_table *table = NULL;
  CHECK_OK(c->ctx,
           fairu_bin_table_create(c->ctx, c->grid, c->binning, c->events, &c->options, distinct, &table));
  return table;
}

/* By the public functions on the whole table at once. */
static void check_table(chain *c, const fairu_bin_table *table)
{
  const size_t n = fairu_events_n_events(c->events);
  const fairu_fill_options *o = &c->options;
  float *scores = (float *)malloc(n * sizeof *scores);
  uint16_t *bins = (uint16_t *)malloc(n * sizeof *bins);
  unsigned char *passed = (unsigned char *)malloc(n);
  double z[CHAIN_KNOTS];
  CHECK_OK(c->ctx, fairu_grid_points(c->grid, c->ctx, z));
  assert_int_equal(fairu_bin_table_n_rows(table), n);
  for (size_t p = 0; p < CHAIN_KNOTS; p++) {
    fairu_events *shifted = NULL;
    const double *shift = o->mode == FAIRU_FILL_SHIFTED_AT ? o->shift_z : &z[p];
    const double *at = o->mode == FAIRU_FILL_SCORED_AT ? o->score_z : &z[p];
    const size_t n_z = fairu_classifier_n_nuisances(o->classifier);
    const fairu_systematics *systematics = shift ? o->systematics : NULL;
    CHECK_OK(c->ctx,
             fairu_systematics_apply(systematics, c->ctx, c->events, shift,
                                     fairu_systematics_n_nuisances(systematics), o->seed, passed, &shifted));
    CHECK_OK(c->ctx, fairu_classifier_score_events(o->classifier, c->ctx, shifted, n_z ? at : NULL, 1, n_z,
                                                   FAIRU_OUTPUT_SCORE, scores));
    CHECK_OK(c->ctx, fairu_binning_index(c->binning, c->ctx, scores, n, bins));
    for (size_t r = 0; r < n; r++)
      assert_int_equal(fairu_bin_table_bins(table)[r * CHAIN_KNOTS + p], passed[r] ? bins[r] : FAIRU_NO_BIN);
    fairu_events_destroy(shifted);
  }
  free(scores);
  free(bins);
  free(passed);
}

static void entries_are_those_of_the_chain(void **state)
{
  (void)state;
  chain c = chain_begin(20000, 0); /* more than a piece */
  fairu_context *ctx = c.ctx;
  chain_shift shift = { 0.0 };
  const double fixed = PI / 3;
  fairu_systematics *callback = chain_callback(ctx, &shift);
  c.options.score_z = c.options.shift_z = &fixed;
  for (int mode = FAIRU_FILL_AT_POINT; mode <= FAIRU_FILL_SHIFTED_AT; mode++)
    for (int aware = 0; aware < 2; aware++)
      for (int rotation = 0; rotation < 2; rotation++) {
        c.options.mode = mode;
        c.options.classifier = aware ? c.aware : c.baseline;
        c.options.systematics = rotation ? c.systematics : callback;
        fairu_bin_table *table = make_table(&c, 0);
        check_table(&c, table);
        fairu_bin_table_destroy(table);
      }
  c.options.shift_z = NULL; /* data: not shifted at all */
  fairu_bin_table *table = make_table(&c, 0);
  check_table(&c, table);
  fairu_bin_table_destroy(table);
  fairu_systematics_destroy(callback);
  chain_end(&c);
}

/* Histograms of a table: by hand, and the same from merged rows. */
static void histograms_do_not_notice_the_merging(void **state)
{
  (void)state;
  enum { EVENTS = 3000, BINS = 4 };
  chain c = chain_begin(EVENTS, 0);
  fairu_context *ctx = c.ctx;
  c.options.scale = 0.25;
  fairu_bin_table *all = make_table(&c, 0), *merged = make_table(&c, 1);
  double a[CHAIN_KNOTS * BINS], b[CHAIN_KNOTS * BINS], total = 0.0;
  static double twice[EVENTS];
  assert_true(fairu_bin_table_n_rows(merged) < EVENTS / 10);
  assert_int_equal(fairu_bin_table_n_points(merged), CHAIN_KNOTS);
  assert_int_equal(fairu_bin_table_n_bins(merged), BINS);
  for (size_t r = 0; r < fairu_bin_table_n_rows(merged); r++)
    total += fairu_bin_table_weights(merged)[r];
  CHECK_NEAR(total, 0.25 * EVENTS, 1e-10);
  CHECK_OK(ctx, fairu_bin_table_histogram(all, ctx, NULL, 1, a));
  CHECK_OK(ctx, fairu_bin_table_histogram(merged, ctx, NULL, 1, b));
  assert_memory_equal(a, b, sizeof a);
  for (size_t r = 0; r < EVENTS; r++)
    twice[r] = 2.0;
  CHECK_OK(ctx, fairu_bin_table_histogram(all, ctx, twice, 0, b));
  for (size_t i = 0; i < CHAIN_KNOTS * BINS; i++)
    CHECK_NEAR(b[i], 8.0 * a[i], 0.0);
  for (size_t r = 1; r < fairu_bin_table_n_rows(merged); r++) { /* strictly ascending */
    const uint16_t *x = fairu_bin_table_bins(merged) + (r - 1) * CHAIN_KNOTS, *y = x + CHAIN_KNOTS;
    size_t p = 0;
    while (p + 1 < CHAIN_KNOTS && x[p] == y[p])
      p++;
    assert_true(x[p] < y[p]);
  }
  twice[7] = NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_bin_table_histogram(all, ctx, twice, 0, b));
  CHECK_SAYS(ctx, "multiplicity 7");
  fairu_bin_table_destroy(all);
  fairu_bin_table_destroy(merged);
  chain_end(&c);
}

static void threads_change_nothing(void **state)
{
  (void)state;
  chain c = chain_begin(40000, 0);
  fairu_context *ctx = c.ctx;
  fairu_bin_table *one = make_table(&c, 1);
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
  fairu_bin_table *three = make_table(&c, 1);
  const size_t n = fairu_bin_table_n_rows(one);
  assert_int_equal(n, fairu_bin_table_n_rows(three));
  assert_memory_equal(fairu_bin_table_bins(one), fairu_bin_table_bins(three),
                      n * CHAIN_KNOTS * sizeof(uint16_t));
  assert_memory_equal(fairu_bin_table_weights(one), fairu_bin_table_weights(three), n * sizeof(double));
  fairu_bin_table_destroy(one);
  fairu_bin_table_destroy(three);
  chain_end(&c);
}

static void no_events_are_no_rows(void **state)
{
  (void)state;
  chain c = chain_begin(0, 0);
  fairu_context *ctx = c.ctx;
  for (int distinct = 0; distinct < 2; distinct++) {
    double counts[CHAIN_KNOTS * 4] = { 1.0 };
    fairu_bin_table *table = make_table(&c, distinct);
    assert_int_equal(fairu_bin_table_n_rows(table), 0);
    CHECK_OK(ctx, fairu_bin_table_histogram(table, ctx, NULL, 1, counts));
    assert_true(counts[0] == 0.0);
    fairu_bin_table_destroy(table);
  }
  chain_end(&c);
}

static void refuse(chain *c, int distinct, int code, const char *text)
{
  fairu_bin_table *table = (fairu_bin_table *)c;
  CHECK_FAILS(c->ctx, code,
              fairu_bin_table_create(c->ctx, c->grid, c->binning, c->events, &c->options, distinct, &table));
  CHECK_SAYS(c->ctx, text);
  assert_null(table);
}

static void bad_input_is_named(void **state)
{
  (void)state;
  chain c = chain_begin(20000, 1);
  fairu_context *ctx = c.ctx;
  const fairu_fill_options good = c.options;
  chain_shift shift = { 0.5 };
  fairu_systematics *callback = chain_callback(ctx, &shift);
  fairu_classifier *other = NULL;
  const double nan = NAN;
  refuse(&c, 1, FAIRU_ERR_NEGATIVE_WEIGHT, "row ");
  c.options.systematics = callback;
  refuse(&c, 0, FAIRU_ERR_UNSUPPORTED, "fairu_fill_add");
  c.options = good;
  c.options.classifier = NULL;
  refuse(&c, 0, FAIRU_ERR_NULL, "classifier");
  c.options = good;
  c.options.mode = 3;
  refuse(&c, 0, FAIRU_ERR_ARGUMENT, "mode 3");
  c.options.mode = FAIRU_FILL_SCORED_AT;
  refuse(&c, 0, FAIRU_ERR_NULL, "score_z");
  c.options.score_z = &nan;
  refuse(&c, 0, FAIRU_ERR_NON_FINITE, "'angle'");
  c.options = good;
  c.options.scale = INFINITY;
  refuse(&c, 0, FAIRU_ERR_NON_FINITE, "scale");
  c.options.scale = 1e200;
  refuse(&c, 0, FAIRU_ERR_RANGE, "row 0");
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "tilt", 1.0, &other));
  c.options = good;
  c.options.classifier = other;
  refuse(&c, 0, FAIRU_ERR_NOT_FOUND, "'tilt'");
  fairu_classifier_destroy(other);
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "missing", "angle", 1.0, &other));
  c.options.classifier = other;
  refuse(&c, 0, FAIRU_ERR_NOT_FOUND, "missing");
  fairu_classifier_destroy(other);
  c.options = good;
  c.options.struct_size = 8;
  refuse(&c, 0, FAIRU_ERR_STRUCT_SIZE, "fill options");
  c.options = good;
  float *x = NULL;
  CHECK_OK(ctx, fairu_events_column_data(c.events, ctx, 0, &x));
  x[17000] = NAN;
  refuse(&c, 0, FAIRU_ERR_NON_FINITE, "row 17000");
  fairu_bin_table *table = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_bin_table_create(ctx, NULL, c.binning, c.events, &good, 0, &table));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_bin_table_create(ctx, c.grid, c.binning, c.events, NULL, 0, &table));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_bin_table_histogram(NULL, ctx, NULL, 0, NULL));
  assert_int_equal(fairu_fill_options_init(NULL, sizeof good), FAIRU_ERR_NULL);
  fairu_bin_table_destroy(NULL);
  fairu_systematics_destroy(callback);
  chain_end(&c);
}

static int use(chain *c, fairu_events *events, int distinct)
{
  fairu_bin_table *table = NULL;
  double counts[CHAIN_KNOTS * 4];
  int status = fairu_bin_table_create(c->ctx, c->grid, c->binning, events, &c->options, distinct, &table);
  if (status == FAIRU_OK)
    status = fairu_bin_table_histogram(table, c->ctx, NULL, 1, counts);
  fairu_bin_table_destroy(table);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  chain_every_need_fails(use, 20);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(entries_are_those_of_the_chain),
    cmocka_unit_test(histograms_do_not_notice_the_merging),
    cmocka_unit_test(threads_change_nothing),
    cmocka_unit_test(no_events_are_no_rows),
    cmocka_unit_test(bad_input_is_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
