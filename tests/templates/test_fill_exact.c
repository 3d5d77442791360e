/* Sums of fills against integers of 127 bits: each bin's sum of w and of w^2 is the one exact number, rounded once; bins may be merged;
 * tables count as fills do. */
#include "templates/identity.h"

#include "numeric/philox.h"

__extension__ typedef __int128 wide;

enum { EVENTS = 4000 };

typedef struct drawn {
  fairu_philox rng;
  float values[EVENTS];
  double weights[EVENTS];
  wide w[n_bins], w2[n_bins]; /* in units of 1 / 4 and 1 / 16: the scale is 3 / 4 */
} drawn;

/* By comparison with each edge, from the right. */
static size_t bin_of(float value)
{
  size_t b = 0;
  for (size_t i = 0; i < n_bins - 1; i++)
    if ((double)value >= edges[i])
      b = i + 1;
  return b;
}

/* Weights are integers of up to 36 bits with sign, so that their squares do not fit a double. */
static void draw(drawn *s, uint64_t number)
{
  memset(s, 0, sizeof *s);
  s->rng = fairu_philox__start(43, 0, number, 0);
  for (size_t i = 0; i < EVENTS; i++) {
    const double u = fairu_philox__uniform(&s->rng), v = fairu_philox__uniform(&s->rng);
    const double size = floor(fairu_philox__uniform(&s->rng) * 16777216.0);
    s->values[i] = i % 7 == 0 ? (float)edges[i % (n_bins - 1)] : (float)(8.0 * u - 4.0);
    s->weights[i] = ldexp(v < 0.3 ? -size : size, (int)(12.0 * fairu_philox__uniform(&s->rng)));
    const wide w = 3 * (wide)s->weights[i];
    s->w[bin_of(s->values[i])] += w;
    s->w2[bin_of(s->values[i])] += w * w;
  }
}

static void sums_are_rounded_once(void **state)
{
  (void)state;
  for (uint64_t k = 0; k < 6; k++) {
    setting s = begin(0.0);
    drawn *sample = malloc(sizeof *sample);
    draw(sample, k);
    s.options.scale = 0.75;
    fairu_fill *fill = fill_of(&s);
    add(&s, fill, sample->values, sample->weights, EVENTS);
    fairu_templates *templates = templates_of(&s, fill);
    for (size_t b = 0; b < n_bins; b++) {
      assert_true(fairu_templates_yields(templates, 0, 0)[b] == (double)sample->w[b] / 4.0);
      assert_true(fairu_templates_variances(templates, 0, 0)[b] == (double)sample->w2[b] / 16.0);
    }
    fairu_templates_destroy(templates);
    fairu_fill_destroy(fill);
    free(sample);
    end(&s);
  }
}

/* What cancels leaves what is small, however large it was: no digit is lost on the way. */
static void what_cancels_leaves_the_rest(void **state)
{
  (void)state;
  static const float values[6] = { 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f };
  static const double weights[6] = { 1e100, 0x1p-60, -1e100, 1e-100, 3e50, -3e50 };
  setting s = begin(0.0);
  for (size_t turn = 0; turn < 6; turn++) {
    double turned[6];
    for (size_t i = 0; i < 6; i++)
      turned[i] = weights[(i + turn) % 6];
    fairu_fill *fill = fill_of(&s);
    add(&s, fill, values, turned, 6);
    fairu_templates *templates = templates_of(&s, fill);
    assert_true(fairu_templates_yields(templates, 0, 0)[3] == 0x1p-60 + 1e-100);
    CHECK_CLOSE(fairu_templates_variances(templates, 0, 0)[3], 2e200, 1e-15);
    fairu_templates_destroy(templates);
    fairu_fill_destroy(fill);
  }
  end(&s);
}

/* A binning with half of the edges holds the sums of pairs: of the exact sums, not of the rounded ones. */
static void bins_merge_exactly(void **state)
{
  (void)state;
  setting s = begin(0.0);
  drawn *sample = malloc(sizeof *sample);
  const double coarse[2] = { edges[1], edges[3] };
  draw(sample, 99);
  fairu_binning_destroy(s.binning);
  CHECK_OK(s.ctx, fairu_binning_create_edges(s.ctx, FAIRU_OUTPUT_LOGIT, coarse, 2, &s.binning));
  fairu_fill *fill = fill_of(&s);
  add(&s, fill, sample->values, sample->weights, EVENTS);
  fairu_templates *templates = templates_of(&s, fill);
  for (size_t b = 0; b < 3; b++) {
    const wide w = sample->w[2 * b] + sample->w[2 * b + 1], w2 = sample->w2[2 * b] + sample->w2[2 * b + 1];
    assert_true(fairu_templates_yields(templates, 0, 0)[b] == (double)(w / 3));
    assert_true(fairu_templates_variances(templates, 0, 0)[b] == (double)(w2 / 9));
  }
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  free(sample);
  end(&s);
}

/* One row per event, or one per bin; both with multiplicities, with weights and without, are the counts by hand. */
static void tables_count_as_fills_do(void **state)
{
  (void)state;
  setting s = begin(0.0);
  drawn *sample = malloc(sizeof *sample);
  double *times = malloc(EVENTS * sizeof *times), plain[n_bins] = { 0.0 }, counts[n_bins];
  draw(sample, 7);
  for (size_t i = 0; i < EVENTS; i++)
    sample->weights[i] = fabs(sample->weights[i]);
  fairu_events *events = events_of(&s, sample->values, sample->weights, EVENTS);
  s.options.scale = 0.5;
  for (int distinct = 0; distinct < 2; distinct++) {
    fairu_bin_table *table = NULL;
    CHECK_OK(s.ctx, fairu_bin_table_create(s.ctx, s.grid, s.binning, events, &s.options, distinct, &table));
    const size_t n = fairu_bin_table_n_rows(table);
    assert_int_equal(n, distinct ? n_bins : EVENTS);
    double weighted[n_bins] = { 0.0 };
    memset(plain, 0, sizeof plain);
    for (size_t r = 0; r < n; r++) {
      times[r] = floor(5.0 * fairu_philox__uniform(&sample->rng));
      plain[fairu_bin_table_bins(table)[r]] += times[r];
      weighted[fairu_bin_table_bins(table)[r]] += times[r] * fairu_bin_table_weights(table)[r];
    }
    CHECK_OK(s.ctx, fairu_bin_table_histogram(table, s.ctx, times, 0, counts));
    assert_memory_equal(counts, plain, sizeof plain);
    CHECK_OK(s.ctx, fairu_bin_table_histogram(table, s.ctx, times, 1, counts));
    for (size_t b = 0; b < n_bins; b++) /* integers below 2^53 in units of 1/2 */
      assert_true(counts[b] == weighted[b]);
    CHECK_OK(s.ctx, fairu_bin_table_histogram(table, s.ctx, NULL, 1, counts));
    for (size_t b = 0; b < n_bins; b++) {
      double sum = 0.0;
      for (size_t i = 0; i < EVENTS; i++)
        sum += bin_of(sample->values[i]) == b ? 0.5 * sample->weights[i] : 0.0;
      assert_true(counts[b] == sum);
    }
    CHECK_OK(s.ctx, fairu_bin_table_histogram(table, s.ctx, NULL, 0, counts));
    for (size_t b = 0; b < n_bins; b++) {
      double rows = 0.0;
      for (size_t r = 0; r < n; r++)
        rows += fairu_bin_table_bins(table)[r] == b;
      assert_true(counts[b] == rows);
    }
    fairu_bin_table_destroy(table);
  }
  fairu_events_destroy(events);
  free(times);
  free(sample);
  end(&s);
}

/* A kernel takes weight from one bin to the others and loses none of it: integers stay what they were in all. */
static void kernels_conserve_the_sum(void **state)
{
  (void)state;
  static const double widths[] = { 1e-6, 0.3, 5.0, 1e6 };
  drawn *sample = malloc(sizeof *sample);
  draw(sample, 3);
  wide all = 0;
  double squares = 0.0;
  for (size_t b = 0; b < n_bins; b++) {
    all += sample->w[b];
    squares += (double)sample->w2[b];
  }
  for (size_t k = 0; k < 4; k++) {
    setting s = begin(widths[k]);
    fairu_fill *fill = fill_of(&s);
    add(&s, fill, sample->values, sample->weights, EVENTS);
    fairu_templates *templates = templates_of(&s, fill);
    const double *yields = fairu_templates_yields(templates, 0, 0);
    const double *variances = fairu_templates_variances(templates, 0, 0);
    long double sum = 0.0L;
    double size = 0.0, variance = 0.0;
    for (size_t b = 0; b < n_bins; b++) {
      sum += (long double)yields[b];
      size += fabs(yields[b]);
      variance += variances[b];
    }
    CHECK_NEAR((double)sum, (double)all / 3.0, 1e-15 * size); /* six roundings of half a unit */
    assert_true(variance <= squares / 9.0 * (1.0 + 1e-12));   /* squared parts are less than the square */
    if (k == 0)
      CHECK_NEAR(variance, squares / 9.0, squares * 0.05); /* some lie on an edge */
    fairu_templates_destroy(templates);
    fairu_fill_destroy(fill);
    end(&s);
  }
  free(sample);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sums_are_rounded_once),    cmocka_unit_test(what_cancels_leaves_the_rest),
    cmocka_unit_test(bins_merge_exactly),       cmocka_unit_test(tables_count_as_fills_do),
    cmocka_unit_test(kernels_conserve_the_sum),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
