/* Pseudo-experiments as a model sees them: drawn, shuffled, shifted, cut, with derived quantities; all twelve of the challenge's program. */
#include "coverage/challenge_reference.h"

/* The chain of the challenge for these values, with smearing. */
static fairu_systematics *chain(fairu_context *ctx)
{
  static const char *const names[3] = { "tes", "jes", "soft_met" };
  fairu_nuisance nuisances[3];
  fairu_systematics *systematics = NULL;
  fairu_higgsml_options options;
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]), FAIRU_OK);
    nuisances[i].name = names[i];
    nuisances[i].nominal = i < 2 ? 1.0 : 0.0;
  }
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, 3, &systematics));
  assert_int_equal(fairu_higgsml_options_init(&options, sizeof options), FAIRU_OK);
  options.tes = names[0];
  options.jes = names[1];
  options.soft_met = names[2];
  options.arithmetic = FAIRU_ARITHMETIC_REFERENCE;
  options.generator = FAIRU_GENERATOR_NUMPY;
  CHECK_OK(ctx, fairu_systematics_add_higgsml(systematics, ctx, &options));
  return systematics;
}

typedef struct seen {
  fairu_events *events;  /* all, passed or not */
  unsigned char *passed; /* [n] */
  size_t *rows;          /* [n] of the pool */
  size_t n;
} seen;

static seen make(fairu_context *ctx, const fairu_challenge_experiment *e, const fairu_events *pool)
{
  uint32_t counts[TEST_ROWS];
  uint64_t total;
  fairu_events *drawn_events = NULL;
  seen s = { 0 };
  CHECK_OK(ctx, fairu_challenge_counts(ctx, e, pool, 0, counts, TEST_ROWS, &total));
  s.n = (size_t)total;
  s.rows = calloc(s.n, sizeof *s.rows);
  s.passed = calloc(s.n, 1);
  assert_true(s.rows && s.passed);
  CHECK_OK(ctx, fairu_challenge_rows(ctx, e, pool, counts, TEST_ROWS, s.rows, s.n));
  CHECK_OK(ctx, fairu_events_select(pool, ctx, s.rows, s.n, &drawn_events));
  const double z[3] = { e->tes, e->jes, e->soft_met };
  fairu_systematics *systematics = chain(ctx);
  CHECK_OK(ctx, fairu_systematics_apply(systematics, ctx, drawn_events, z, 3, e->smearing_seed, s.passed,
                                        &s.events));
  fairu_systematics_destroy(systematics);
  fairu_events_destroy(drawn_events);
  return s;
}

static void seen_free(seen *s)
{
  fairu_events_destroy(s->events);
  free(s->passed);
  free(s->rows);
}

static const float *column_of(fairu_context *ctx, const fairu_events *events, const char *name)
{
  size_t column = 0, stride = 0;
  CHECK_OK(ctx, fairu_events_find_column(events, ctx, name, &column));
  const float *values = fairu_events_column(events, column, &stride);
  assert_int_equal(stride, 1);
  return values;
}

static double sum_of(fairu_context *ctx, const seen *s, const char *name)
{
  const float *values = column_of(ctx, s->events, name);
  double sum = 0.0;
  for (size_t i = 0; i < s->n; i++)
    sum += s->passed[i] ? (double)values[i] : 0.0;
  return sum;
}

static void all_twelve_have_their_sums(void **state)
{
  (void)state;
  published p = published_begin();
  for (size_t k = 0; k < json_array_size(p.list); k++) {
    const json_t *wanted = json_array_get(p.list, k);
    const fairu_challenge_experiment e = published_drawn(&p, wanted);
    seen s = make(p.ctx, &e, p.pool);
    size_t passed = 0;
    for (size_t i = 0; i < s.n; i++)
      passed += s.passed[i];
    assert_int_equal(passed, (size_t)number_of(wanted, "n_after_cuts"));
    CHECK_CLOSE(sum_of(p.ctx, &s, "PRI_met"), number_of(wanted, "sum_PRI_met"), 1e-13);
    CHECK_CLOSE(sum_of(p.ctx, &s, "DER_mass_vis"), number_of(wanted, "sum_DER_mass_vis"), 1e-13);
    seen_free(&s);
  }
  published_end(&p);
}

/* Every event, in order, every column. */
static void one_is_the_same_number_by_number(void **state)
{
  (void)state;
  published p = published_begin();
  const fairu_challenge_experiment e = drawn(p.ctx, &p.options, 2, 1);
  seen s = make(p.ctx, &e, p.pool);
  fairu_events *wanted = published_table(&p, "fair-universe/expected_pe_set2_pe1.csv.gz");
  const float *row = column_of(p.ctx, wanted, "row");
  size_t at = 0, differ = 0;
  for (size_t i = 0; i < s.n; i++)
    if (s.passed[i])
      differ += (size_t)row[at++] != s.rows[i];
  assert_int_equal(at, fairu_events_n_events(wanted));
  assert_int_equal(fairu_events_n_columns(wanted), 29);
  for (size_t c = 1; c < 29; c++) {
    const float *mine = column_of(p.ctx, s.events, fairu_events_column_name(wanted, c));
    const float *theirs = column_of(p.ctx, wanted, fairu_events_column_name(wanted, c));
    at = 0;
    for (size_t i = 0; i < s.n; i++)
      if (s.passed[i]) {
        differ += !(mine[i] <= theirs[at] && mine[i] >= theirs[at]);
        at++;
      }
  }
  assert_int_equal(differ, 0);
  seen_free(&s);
  fairu_events_destroy(wanted);
  published_end(&p);
}

/* ---- in one pass ---------------------------------------------------------------------------------------- */

typedef struct counting {
  fairu_systematics *systematics;
  fairu_classifier *classifier;
  fairu_binning *binning;
  fairu_challenge_fill fill;
} counting;

enum { BINS = 25 };

static counting make_counting(fairu_context *ctx)
{
  static const char *const features[3] = { "DER_mass_vis", "PRI_met", "DER_met_phi_centrality" };
  static const double weights[3] = { 0.01, 0.03, 0.7 };
  counting c = { .systematics = chain(ctx) };
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, features, weights, 3, -1.5, &c.classifier));
  CHECK_OK(ctx, fairu_binning_create_logit(ctx, BINS, -2.0, 2.0, &c.binning));
  assert_int_equal(fairu_challenge_fill_init(&c.fill, sizeof c.fill), FAIRU_OK);
  c.fill.systematics = c.systematics;
  c.fill.classifier = c.classifier;
  c.fill.n_binnings = 1;
  return c;
}

static void free_counting(counting *c)
{
  fairu_binning_destroy(c->binning);
  fairu_classifier_destroy(c->classifier);
  fairu_systematics_destroy(c->systematics);
}

static void histogram_of(fairu_context *ctx, counting *c, const fairu_challenge_experiment *e,
                         const fairu_events *pool, double *counts, uint64_t *n_events, uint64_t *n_passed)
{
  const fairu_binning *const binnings[1] = { c->binning };
  c->fill.binnings = binnings;
  CHECK_OK(ctx, fairu_challenge_histograms(ctx, e, pool, 0, &c->fill, counts, BINS, n_events, n_passed));
  c->fill.binnings = NULL;
}

static void all_twelve_in_one_pass(void **state)
{
  (void)state;
  published p = published_begin();
  counting c = make_counting(p.ctx);
  for (size_t k = 0; k < json_array_size(p.list); k++) {
    const json_t *wanted = json_array_get(p.list, k);
    const fairu_challenge_experiment e = published_drawn(&p, wanted);
    double counts[BINS] = { 0 };
    uint64_t n_events, n_passed;
    histogram_of(p.ctx, &c, &e, p.pool, counts, &n_events, &n_passed);
    assert_int_equal(n_events, (uint64_t)number_of(wanted, "n_before_cuts"));
    assert_int_equal(n_passed, (uint64_t)number_of(wanted, "n_after_cuts"));
  }
  free_counting(&c);
  published_end(&p);
}

/* The organisers' events, scored and binned here. */
static void one_has_the_histogram_of_its_events(void **state)
{
  (void)state;
  published p = published_begin();
  fairu_events *theirs = published_table(&p, "fair-universe/expected_pe_set2_pe1.csv.gz");
  const size_t n = fairu_events_n_events(theirs);
  const fairu_challenge_experiment e = drawn(p.ctx, &p.options, 2, 1);
  counting c = make_counting(p.ctx);
  double counts[BINS] = { 0 }, wanted[BINS] = { 0 };
  uint64_t n_events, n_passed;
  float *logits = calloc(n, sizeof *logits);
  uint16_t *bins = calloc(n, sizeof *bins);
  assert_true(logits && bins);
  CHECK_OK(p.ctx, fairu_classifier_score_events(c.classifier, p.ctx, theirs, NULL, 1, 0, FAIRU_OUTPUT_LOGIT,
                                                logits));
  CHECK_OK(p.ctx, fairu_binning_index(c.binning, p.ctx, logits, n, bins));
  for (size_t i = 0; i < n; i++)
    wanted[bins[i]] += 1.0;
  histogram_of(p.ctx, &c, &e, p.pool, counts, &n_events, &n_passed);
  assert_int_equal(n_passed, n);
  for (size_t b = 0; b < BINS; b++)
    CHECK_NEAR(counts[b], wanted[b], 0.0);
  free(logits);
  free(bins);
  free_counting(&c);
  fairu_events_destroy(theirs);
  published_end(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_twelve_have_their_sums),
    cmocka_unit_test(one_is_the_same_number_by_number),
    cmocka_unit_test(all_twelve_in_one_pass),
    cmocka_unit_test(one_has_the_histogram_of_its_events),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
