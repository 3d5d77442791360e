/* Fills and bin tables of random grids, chains and classifiers against a plain model: every mode, axes and nuisances in any order, cuts and weights
 * that move, parts in any grouping. */
#include "fill_model.h"

enum { N_EVENTS = 150, N_PROCESSES = 2, MOST_PARTS = 4, N_ROUNDS = 120 };

static const char *const processes[N_PROCESSES] = { "signal", "background" };

static void points_are_where_the_model_has_them(void **state)
{
  (void)state;
  draws d = { .state = 71 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < 300; round++) {
    double z[MOST_POINTS * N_NUISANCES];
    model *m = model_make(&d, ctx, 1);
    assert_int_equal(fairu_grid_n_points(m->grid), m->n_points);
    CHECK_OK(ctx, fairu_grid_points(m->grid, ctx, z));
    for (size_t p = 0; p < m->n_points; p++)
      for (size_t a = 0; a < m->n_axes; a++)
        assert_true(z[p * m->n_axes + a] == m->points[p][a]);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

/* ---- fills ------------------------------------------------------------------------------------------------ */

/* Each event goes into a part, parts into fills, and these into one, the last first. */
static fairu_fill *fill_in_parts(draws *d, const model *m, fairu_events *const *events)
{
  const size_t n_parts = 1 + draw_below(d, MOST_PARTS);
  fairu_fill *whole = NULL;
  CHECK_OK(m->ctx, fairu_fill_create(m->ctx, m->grid, m->binning, processes, N_PROCESSES, &whole));
  unsigned part_of[N_EVENTS];
  for (size_t i = 0; i < N_EVENTS; i++)
    part_of[i] = (unsigned)draw_below(d, n_parts);
  for (size_t part = n_parts; part-- > 0;) {
    unsigned char mask[N_EVENTS];
    fairu_fill *fill = NULL;
    CHECK_OK(m->ctx, fairu_fill_create(m->ctx, m->grid, m->binning, processes, N_PROCESSES, &fill));
    for (size_t i = 0; i < N_EVENTS; i++)
      mask[i] = part_of[i] == part;
    for (size_t q = N_PROCESSES; q-- > 0;) {
      fairu_events *some = NULL;
      CHECK_OK(m->ctx, fairu_events_select_mask(events[q], m->ctx, mask, N_EVENTS, &some));
      CHECK_OK(m->ctx, fairu_fill_add(fill, m->ctx, processes[q], some, &m->options));
      fairu_events_destroy(some);
    }
    CHECK_OK(m->ctx, fairu_fill_merge(whole, m->ctx, fill));
    fairu_fill_destroy(fill);
  }
  return whole;
}

/* Sums of exact numbers: equal, not near. Returns how many cells have something in them. */
static size_t check_yields(const model *m, const fairu_templates *t, fairu_events *const *events)
{
  size_t n_filled = 0;
  for (size_t q = 0; q < N_PROCESSES; q++)
    for (size_t p = 0; p < m->n_points; p++) {
      size_t bins[N_EVENTS];
      double weights[N_EVENTS], sums[MOST_BINS] = { 0.0 }, squares[MOST_BINS] = { 0.0 };
      model_fill(m, events[q], p, bins, weights);
      for (size_t i = 0; i < N_EVENTS; i++)
        if (bins[i] != CUT_AWAY) {
          sums[bins[i]] += weights[i];
          squares[bins[i]] += weights[i] * weights[i];
        }
      for (size_t b = 0; b < m->n_bins; b++) {
        assert_true(fairu_templates_yields(t, q, p)[b] == sums[b]);
        assert_true(fairu_templates_variances(t, q, p)[b] == squares[b]);
        n_filled += squares[b] > 0.0;
      }
    }
  return n_filled;
}

static void fills_are_those_of_the_model(void **state)
{
  (void)state;
  draws d = { .state = 72 };
  fairu_context *ctx = support_context();
  size_t n_filled = 0;
  for (int round = 0; round < N_ROUNDS; round++) {
    model *m = model_make(&d, ctx, 1);
    fairu_events *events[N_PROCESSES];
    fairu_templates *t = NULL;
    for (size_t q = 0; q < N_PROCESSES; q++)
      events[q] = model_events(&d, ctx, N_EVENTS, 1);
    fairu_fill *fill = fill_in_parts(&d, m, events);
    CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &t));
    n_filled += check_yields(m, t, events);
    fairu_templates_destroy(t);
    fairu_fill_destroy(fill);
    for (size_t q = 0; q < N_PROCESSES; q++)
      fairu_events_destroy(events[q]);
    model_free(m);
  }
  assert_true(n_filled > 5000);
  fairu_context_destroy(ctx);
}

/* ---- bin tables ------------------------------------------------------------------------------------------- */

/* Row by row, every event at every point. */
static void check_rows(const model *m, const fairu_bin_table *table, const fairu_events *events)
{
  assert_int_equal(fairu_bin_table_n_rows(table), N_EVENTS);
  assert_int_equal(fairu_bin_table_n_points(table), m->n_points);
  assert_int_equal(fairu_bin_table_n_bins(table), m->n_bins);
  for (size_t p = 0; p < m->n_points; p++) {
    size_t bins[N_EVENTS];
    double weights[N_EVENTS];
    model_fill(m, events, p, bins, weights);
    for (size_t i = 0; i < N_EVENTS; i++) {
      const size_t wanted = bins[i] == CUT_AWAY ? FAIRU_NO_BIN : bins[i];
      assert_int_equal(fairu_bin_table_bins(table)[i * m->n_points + p], wanted);
      assert_true(fairu_bin_table_weights(table)[i] == weights[i]);
    }
  }
}

/* Each row of `all` is one of `merged`, which holds the weights of all rows alike, and no row twice. */
static void check_merged(const fairu_bin_table *merged, const fairu_bin_table *all)
{
  const size_t n_points = fairu_bin_table_n_points(all), n = fairu_bin_table_n_rows(merged);
  size_t n_found = 0;
  assert_true(n <= N_EVENTS);
  for (size_t r = 0; r < n; r++) {
    const uint16_t *row = fairu_bin_table_bins(merged) + r * n_points;
    double sum = 0.0;
    for (size_t i = 0; i < N_EVENTS; i++)
      if (memcmp(row, fairu_bin_table_bins(all) + i * n_points, n_points * sizeof *row) == 0) {
        sum += fairu_bin_table_weights(all)[i];
        n_found++;
      }
    assert_true(fairu_bin_table_weights(merged)[r] == sum);
  }
  assert_int_equal(n_found, N_EVENTS);
}

/* Multiplicities, times weights or not; of merged rows without multiplicities the same. */
static void check_histograms(draws *d, const model *m, const fairu_bin_table *all,
                             const fairu_bin_table *merged)
{
  double times[N_EVENTS], counts[2][MOST_POINTS * MOST_BINS];
  for (size_t i = 0; i < N_EVENTS; i++)
    times[i] = (double)draw_below(d, 4);
  for (int use_weights = 0; use_weights < 2; use_weights++) {
    double wanted[MOST_POINTS * MOST_BINS] = { 0.0 };
    CHECK_OK(m->ctx, fairu_bin_table_histogram(all, m->ctx, times, use_weights, counts[0]));
    for (size_t i = 0; i < N_EVENTS; i++)
      for (size_t p = 0; p < m->n_points; p++) {
        const uint16_t bin = fairu_bin_table_bins(all)[i * m->n_points + p];
        if (bin != FAIRU_NO_BIN)
          wanted[p * m->n_bins + bin] += times[i] * (use_weights ? fairu_bin_table_weights(all)[i] : 1.0);
      }
    for (size_t k = 0; k < m->n_points * m->n_bins; k++)
      assert_true(counts[0][k] == wanted[k]);
  }
  CHECK_OK(m->ctx, fairu_bin_table_histogram(all, m->ctx, NULL, 1, counts[0]));
  CHECK_OK(m->ctx, fairu_bin_table_histogram(merged, m->ctx, NULL, 1, counts[1]));
  for (size_t k = 0; k < m->n_points * m->n_bins; k++)
    assert_true(counts[0][k] == counts[1][k]);
}

static void tables_are_those_of_the_model(void **state)
{
  (void)state;
  draws d = { .state = 73 };
  fairu_context *ctx = support_context();
  size_t n_merged = 0;
  for (int round = 0; round < N_ROUNDS; round++) {
    model *m = model_make(&d, ctx, 0);
    fairu_events *events = model_events(&d, ctx, N_EVENTS, 0);
    fairu_bin_table *all = NULL, *merged = NULL;
    CHECK_OK(ctx, fairu_bin_table_create(ctx, m->grid, m->binning, events, &m->options, 0, &all));
    CHECK_OK(ctx, fairu_bin_table_create(ctx, m->grid, m->binning, events, &m->options, 1, &merged));
    check_rows(m, all, events);
    check_merged(merged, all);
    check_histograms(&d, m, all, merged);
    n_merged += N_EVENTS - fairu_bin_table_n_rows(merged);
    fairu_bin_table_destroy(all);
    fairu_bin_table_destroy(merged);
    fairu_events_destroy(events);
    model_free(m);
  }
  assert_true(n_merged > 1000);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(points_are_where_the_model_has_them),
                                      cmocka_unit_test(fills_are_those_of_the_model),
                                      cmocka_unit_test(tables_are_those_of_the_model) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
