/* Fills: exact sums of what the chain gives, in any order, grouping and number of threads; files; refusals. */
#include "templates/chain.h"

#include "numeric/sum.h"
#include "templates/fill_private.h"

enum { BINS = 4, CELLS = 2 * CHAIN_KNOTS * BINS };

static const char *const processes[2] = { "signal", "background" };

static fairu_fill *make_fill(chain *c)
{
  fairu_fill *fill = NULL;
  CHECK_OK(c->ctx, fairu_fill_create(c->ctx, c->grid, c->binning, processes, 2, &fill));
  return fill;
}

/* Sums of w and w^2 of all cells: [2][CELLS]. */
static void read_fill(const fairu_fill *fill, double *values)
{
  for (size_t i = 0; i < CELLS; i++) {
    values[i] = fairu_exact_sum__value(&fill->cells[i].w);
    values[CELLS + i] = fairu_exact_sum__value(&fill->cells[i].w2);
  }
}

/* The same state, limb by limb. */
static void check_same(const fairu_fill *a, const fairu_fill *b)
{
  for (size_t i = 0; i < CELLS; i++) {
    fairu_exact_sum x[4] = { a->cells[i].w, b->cells[i].w, a->cells[i].w2, b->cells[i].w2 };
    for (size_t k = 0; k < 4; k++)
      fairu_exact_sum__normalise(&x[k]);
    assert_memory_equal(x[0].limb, x[1].limb, sizeof x[0].limb);
    assert_memory_equal(x[2].limb, x[3].limb, sizeof x[2].limb);
  }
}

/* Compensated sums of w and w^2. */
static void add_weight(fairu_sum *w_sum, fairu_sum *w2_sum, double w)
{
  fairu_sum__add(w_sum, w);
  fairu_sum__add(w2_sum, w * w);
  fairu_sum__add(w2_sum, fma(w, w, -(w * w)));
}

/* A bin table and compensated sums say the same. */
static void sums_are_those_of_the_events(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  c.options.scale = 0.75;
  for (int weighted = 0; weighted < 2; weighted++) {
    fairu_events *events = chain_events(ctx, 20000, -1.0, weighted);
    fairu_fill *fill = make_fill(&c);
    fairu_bin_table *table = NULL;
    fairu_sum sum[2][CHAIN_KNOTS * BINS] = { { { 0.0, 0.0 } } };
    double values[2 * CELLS];
    CHECK_OK(ctx, fairu_fill_add(fill, ctx, "background", events, &c.options));
    CHECK_OK(ctx, fairu_bin_table_create(ctx, c.grid, c.binning, events, &c.options, 0, &table));
    for (size_t r = 0; r < 20000; r++)
      for (size_t p = 0; p < CHAIN_KNOTS; p++) {
        const size_t cell = p * BINS + fairu_bin_table_bins(table)[r * CHAIN_KNOTS + p];
        add_weight(&sum[0][cell], &sum[1][cell], fairu_bin_table_weights(table)[r]);
      }
    read_fill(fill, values);
    for (size_t i = 0; i < CHAIN_KNOTS * BINS; i++) {
      assert_true(values[i] == 0.0); /* of the signal */
      CHECK_CLOSE(values[CHAIN_KNOTS * BINS + i], fairu_sum__value(&sum[0][i]), 4e-16);
      CHECK_CLOSE(values[CELLS + CHAIN_KNOTS * BINS + i], fairu_sum__value(&sum[1][i]), 4e-16);
    }
    fairu_bin_table_destroy(table);
    fairu_fill_destroy(fill);
    fairu_events_destroy(events);
  }
  chain_free(&c);
  fairu_context_destroy(ctx);
}

/* Weights that change with Z, and cuts: by apply on the whole table. */
static void moving_weights_and_cuts_are_followed(void **state)
{
  (void)state;
  enum { N = 20000 };
  chain c = chain_begin(N, 1);
  fairu_context *ctx = c.ctx;
  chain_shift shift = { 0.25 };
  fairu_systematics *callback = chain_callback(ctx, &shift);
  static unsigned char passed[N];
  static float scores[N];
  static uint16_t bins[N];
  double z[CHAIN_KNOTS], values[2 * CELLS];
  c.options.systematics = callback;
  fairu_fill *fill = make_fill(&c);
  CHECK_OK(ctx, fairu_fill_add(fill, ctx, "signal", c.events, &c.options));
  read_fill(fill, values);
  CHECK_OK(ctx, fairu_grid_points(c.grid, ctx, z));
  for (size_t p = 0; p < CHAIN_KNOTS; p++) {
    fairu_events *shifted = NULL;
    fairu_sum sum[2][BINS] = { { { 0.0, 0.0 } } };
    size_t n_cut = 0;
    CHECK_OK(ctx, fairu_systematics_apply(callback, ctx, c.events, &z[p], 1, 1, passed, &shifted));
    CHECK_OK(ctx,
             fairu_classifier_score_events(c.aware, ctx, shifted, &z[p], 1, 1, FAIRU_OUTPUT_SCORE, scores));
    CHECK_OK(ctx, fairu_binning_index(c.binning, ctx, scores, N, bins));
    for (size_t r = 0; r < N; r++) {
      n_cut += !passed[r];
      if (passed[r])
        add_weight(&sum[0][bins[r]], &sum[1][bins[r]], fairu_events_weights(shifted)[r]);
    }
    assert_true(n_cut > 0 && n_cut < N / 2);
    for (size_t b = 0; b < BINS; b++) {
      CHECK_CLOSE(values[p * BINS + b], fairu_sum__value(&sum[0][b]), 1e-15);
      CHECK_CLOSE(values[CELLS + p * BINS + b], fairu_sum__value(&sum[1][b]), 1e-15);
    }
    fairu_events_destroy(shifted);
  }
  fairu_fill_destroy(fill);
  fairu_systematics_destroy(callback);
  chain_end(&c);
}

/* Rows split into parts, parts merged in some order and grouping: the same bits. */
static void any_grouping_gives_the_same_bits(void **state)
{
  (void)state;
  enum { N = 6000, PARTS = 6 };
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  for (int weighted = 0; weighted < 2; weighted++) {
    fairu_events *events = chain_events(ctx, N, 1.0, weighted);
    fairu_fill *whole = make_fill(&c);
    static uint32_t parts[N];
    static unsigned char mask[N];
    c.options.scale = 0.1;
    CHECK_OK(ctx, fairu_fill_add(whole, ctx, "signal", events, &c.options));
    for (uint64_t seed = 0; seed < 3; seed++) {
      fairu_fill *part[PARTS];
      CHECK_OK(ctx, fairu_events_split(events, ctx, seed, PARTS, parts));
      for (uint32_t i = 0; i < PARTS; i++) {
        fairu_events *some = NULL;
        for (size_t r = 0; r < N; r++)
          mask[r] = parts[r] == i;
        CHECK_OK(ctx, fairu_events_select_mask(events, ctx, mask, N, &some));
        part[i] = make_fill(&c);
        CHECK_OK(ctx, fairu_fill_add(part[i], ctx, "signal", some, &c.options));
        fairu_events_destroy(some);
      }
      for (uint32_t left = PARTS; left > 1; left--) { /* merge a pair that the seed picks */
        const uint32_t into = (uint32_t)(seed * 7 + left) % (left - 1);
        CHECK_OK(ctx, fairu_fill_merge(part[into], ctx, part[left - 1]));
        fairu_fill_destroy(part[left - 1]);
      }
      check_same(whole, part[0]);
      fairu_fill_destroy(part[0]);
    }
    fairu_fill_destroy(whole);
    fairu_events_destroy(events);
  }
  chain_free(&c);
  fairu_context_destroy(ctx);
}

static void threads_change_nothing(void **state)
{
  (void)state;
  chain c = chain_begin(50000, 1);
  fairu_context *ctx = c.ctx;
  fairu_fill *one = make_fill(&c), *three = make_fill(&c);
  CHECK_OK(ctx, fairu_fill_add(one, ctx, "signal", c.events, &c.options));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 3));
  CHECK_OK(ctx, fairu_fill_add(three, ctx, "signal", c.events, &c.options));
  check_same(one, three);
  fairu_fill_destroy(one);
  fairu_fill_destroy(three);
  chain_end(&c);
}

static void a_failed_addition_adds_nothing(void **state)
{
  (void)state;
  chain c = chain_begin(20000, 0);
  fairu_context *ctx = c.ctx;
  fairu_fill *fill = make_fill(&c), *empty = make_fill(&c);
  float *x = NULL;
  CHECK_OK(ctx, fairu_events_column_data(c.events, ctx, 0, &x));
  x[19000] = INFINITY;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, fairu_fill_add(fill, ctx, "signal", c.events, &c.options));
  CHECK_SAYS(ctx, "row 19000");
  check_same(fill, empty);
  CHECK_FAILS(ctx, FAIRU_ERR_NOT_FOUND, fairu_fill_add(fill, ctx, "ztautau", c.events, &c.options));
  CHECK_SAYS(ctx, "'ztautau'");
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_fill_add(fill, ctx, NULL, c.events, &c.options));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, fairu_fill_add(fill, ctx, "signal", c.events, &c.options));
  fairu_context_resume(ctx);
  check_same(fill, empty);
  fairu_fill_destroy(fill);
  fairu_fill_destroy(empty);
  chain_end(&c);
}

static void what_differs_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *fill = make_fill(&c), *other = NULL;
  const double knots[4] = { 0.0, 1.0, 2.0, 3.0 };
  const char *const renamed[2] = { "signal", "ttbar" }, *const twins[2] = { "a", "a" };
  const fairu_axis axis = { "angle", knots, 4, 1.0 };
  fairu_grid *grid = NULL;
  fairu_binning *binning = NULL;
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_binning_create_logit(ctx, 4, -1.0, 1.0, &binning));
  CHECK_OK(ctx, fairu_fill_create(ctx, grid, c.binning, processes, 2, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_fill_merge(fill, ctx, other));
  CHECK_SAYS(ctx, "knots");
  fairu_fill_destroy(other);
  CHECK_OK(ctx, fairu_fill_create(ctx, c.grid, binning, processes, 2, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_fill_merge(fill, ctx, other));
  CHECK_SAYS(ctx, "variable");
  fairu_fill_destroy(other);
  CHECK_OK(ctx, fairu_fill_create(ctx, c.grid, c.binning, renamed, 2, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_fill_merge(fill, ctx, other));
  CHECK_SAYS(ctx, "name of a process");
  fairu_fill_destroy(other);
  CHECK_OK(ctx, fairu_fill_create(ctx, c.grid, c.binning, processes, 1, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_fill_merge(fill, ctx, other));
  fairu_fill_destroy(other);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_fill_merge(fill, ctx, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_DUPLICATE, fairu_fill_create(ctx, c.grid, c.binning, twins, 2, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_EMPTY, fairu_fill_create(ctx, c.grid, c.binning, twins, 0, &other));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_fill_create(ctx, NULL, c.binning, processes, 2, &other));
  assert_null(other);
  fairu_limits limits;
  assert_int_equal(fairu_limits_init(&limits, sizeof limits), FAIRU_OK);
  limits.bins = CELLS - 1;
  CHECK_OK(ctx, fairu_context_set_limits(ctx, &limits));
  CHECK_FAILS(ctx, FAIRU_ERR_LIMIT, fairu_fill_create(ctx, c.grid, c.binning, processes, 2, &other));
  fairu_grid_destroy(grid);
  fairu_binning_destroy(binning);
  fairu_fill_destroy(fill);
  fairu_fill_destroy(NULL);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

/* Aware templates of the toy do not depend on the angle: P(t) is the same at all points, up to the sample. */
static void templates_of_a_fill_hold_its_sums(void **state)
{
  (void)state;
  enum { N = 20000 };
  fairu_context *ctx = support_context();
  chain c = chain_make(ctx);
  fairu_fill *fill = make_fill(&c);
  fairu_templates *t = NULL;
  c.options.scale = 0.01;
  for (size_t q = 0; q < 2; q++) {
    fairu_events *events = chain_events(ctx, N, q == 0 ? 1.0 : -1.0, 0);
    CHECK_OK(ctx, fairu_fill_add(fill, ctx, processes[q], events, &c.options));
    fairu_events_destroy(events);
  }
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LOG, &t));
  for (size_t q = 0; q < 2; q++)
    for (size_t p = 0; p < CHAIN_KNOTS; p++) {
      double total = 0.0;
      for (size_t b = 0; b < BINS; b++) {
        const double nu = fairu_templates_yields(t, q, p)[b];
        const double at = ((double)b + 1.0) / BINS, slope = 2.0 / 0.49, below = (double)b / BINS;
        const double centre = q == 0 ? 1.0 : -1.0, r = 0.7 * sqrt(2.0);
        const double hi = b + 1 == BINS ? 1.0 : 0.5 * erfc((centre - log(at / (1 - at)) / slope) / r);
        const double lo = b == 0 ? 0.0 : 0.5 * erfc((centre - log(below / (1 - below)) / slope) / r);
        CHECK_NEAR(nu, 0.01 * N * (hi - lo), 5.0 * 0.01 * sqrt(N * (hi - lo)));
        CHECK_CLOSE(nu, fairu_templates_yields(t, q, 0)[b], 0.02);
        CHECK_CLOSE(fairu_templates_variances(t, q, p)[b], 0.01 * nu, 1e-14);
        total += nu;
      }
      CHECK_CLOSE(total, 0.01 * N, 1e-12);
    }
  fairu_templates_destroy(t);
  fairu_fill_destroy(fill);
  fill =
      make_fill(&c); /* nothing in it: templates of zeros, but not of a scale with a meaning for one zero */
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LOG, &t));
  fairu_templates_destroy(t);
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_templates_create_from_fill(ctx, NULL, 0, &t));
  fairu_fill_destroy(fill);
  chain_free(&c);
  fairu_context_destroy(ctx);
}

static int use(chain *c, fairu_events *events, int weighted)
{
  static const double weights[2] = { 1.0, -0.5 };
  fairu_context *ctx = c->ctx;
  fairu_fill *fill = NULL;
  fairu_templates *t = NULL;
  int status = weighted ? fairu_events_set_weights(events, ctx, weights, 2) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = fairu_fill_create(ctx, c->grid, c->binning, processes, 2, &fill);
  if (status == FAIRU_OK)
    status = fairu_fill_add(fill, ctx, "signal", events, &c->options);
  if (status == FAIRU_OK)
    status = fairu_fill_merge(fill, ctx, fill);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &t);
  fairu_templates_destroy(t);
  fairu_fill_destroy(fill);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  chain_every_need_fails(use, 40);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sums_are_those_of_the_events),
    cmocka_unit_test(moving_weights_and_cuts_are_followed),
    cmocka_unit_test(any_grouping_gives_the_same_bits),
    cmocka_unit_test(threads_change_nothing),
    cmocka_unit_test(a_failed_addition_adds_nothing),
    cmocka_unit_test(what_differs_is_named),
    cmocka_unit_test(templates_of_a_fill_hold_its_sums),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
