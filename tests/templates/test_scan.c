/* What a scan of events over a grid has to do, by plain rules on random grids: at which Z to shift and to score, in which pieces; every row once at
 * every point; and what is refused, with the place. */
#include "support/draws.h"
#include "templates/chain.h"

#include "templates/scan_plan.h"

enum { AXES = 3, NAMES = 5, MOST_KNOTS = 5 };

static const char *const names[NAMES] = { "a", "b", "c", "d", "e" };

typedef struct site {
  fairu_context *ctx;
  draws d;
  fairu_axis axes[AXES];
  double knots[AXES][MOST_KNOTS], score_z[AXES], shift_z[AXES];
  size_t n_axes, n_scored, n_shifted, scored[NAMES], shifted[NAMES];
  double nominal[NAMES];
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_classifier *classifier;
  fairu_systematics *systematics;
  fairu_events *events;
  fairu_fill_options options;
} site;

/* Logit: the first feature, and each nuisance with a factor of its own. NaN where the feature is below -90. */
static int score_rows(const float *features, size_t n_events, size_t n_features, const double *z,
                      size_t n_nuisances, float *logits, void *user_data)
{
  (void)user_data;
  for (size_t i = 0; i < n_events; i++) {
    double sum = features[i * n_features];
    for (size_t k = 0; k < n_nuisances; k++)
      sum += (double)(k + 1) * z[k];
    logits[i] = features[i * n_features] < -90.0f ? NAN : (float)sum;
  }
  return 0;
}

/* Some of the first names, in any order. */
static size_t choose(draws *d, size_t from, size_t chosen[NAMES])
{
  size_t n = 0;
  for (size_t i = 0; i < from; i++)
    if (draw_below(d, 2))
      chosen[n++] = i;
  for (size_t i = n; i > 1; i--) {
    const size_t k = draw_below(d, i), kept = chosen[k];
    chosen[k] = chosen[i - 1];
    chosen[i - 1] = kept;
  }
  return n;
}

static void build_grid(site *s)
{
  size_t pairs[2 * AXES], n_pairs = 0;
  s->n_axes = draw_below(&s->d, AXES + 1);
  for (size_t a = 0; a < s->n_axes; a++) {
    const size_t n = draw_below(&s->d, 3) ? 4 + draw_below(&s->d, MOST_KNOTS - 3) : 1;
    for (size_t k = 0; k < n; k++)
      s->knots[a][k] = (double)k - 1.5 + draw_unit(&s->d);
    s->axes[a] = (fairu_axis){ names[a], s->knots[a], n, s->knots[a][draw_below(&s->d, n)] };
    s->score_z[a] = draw_between(&s->d, -2.0, 2.0);
    s->shift_z[a] = draw_between(&s->d, -2.0, 2.0);
  }
  for (size_t a = 0; a < s->n_axes; a++) /* of those that have several knots, each once */
    for (size_t b = a + 1; b < s->n_axes; b++)
      if (s->axes[a].n_knots > 1 && s->axes[b].n_knots > 1 && draw_below(&s->d, 2)) {
        pairs[2 * n_pairs] = a;
        pairs[2 * n_pairs++ + 1] = b;
      }
  CHECK_OK(s->ctx, fairu_grid_create(s->ctx, s->axes, s->n_axes, pairs, n_pairs, &s->grid));
}

static void build_parts(site *s)
{
  static const char *const features[1] = { "x" };
  const char *of_classifier[NAMES] = { NULL };
  fairu_nuisance of_systematics[NAMES];
  s->n_scored = choose(&s->d, s->n_axes, s->scored);
  s->n_shifted = choose(&s->d, NAMES, s->shifted);
  for (size_t i = 0; i < s->n_scored; i++)
    of_classifier[i] = names[s->scored[i]];
  for (size_t i = 0; i < s->n_shifted; i++) {
    CHECK_OK(s->ctx, fairu_nuisance_init(&of_systematics[i], sizeof of_systematics[i]));
    of_systematics[i].name = names[s->shifted[i]];
    of_systematics[i].nominal = s->nominal[i] = draw_between(&s->d, -1.0, 1.0);
  }
  CHECK_OK(s->ctx, fairu_classifier_create_callback(s->ctx, features, 1, of_classifier, s->n_scored, 1,
                                                    score_rows, NULL, &s->classifier));
  if (s->n_shifted)
    CHECK_OK(s->ctx, fairu_systematics_create(s->ctx, of_systematics, s->n_shifted, &s->systematics));
  CHECK_OK(s->ctx, fairu_binning_create_uniform(s->ctx, 7, &s->binning));
  CHECK_OK(s->ctx, fairu_fill_options_init(&s->options, sizeof s->options));
  s->options.classifier = s->classifier;
  s->options.systematics = draw_below(&s->d, 4) ? s->systematics : NULL;
  s->options.mode = (int)draw_below(&s->d, 3);
  s->options.score_z = s->score_z;
  s->options.shift_z = draw_below(&s->d, 2) ? s->shift_z : NULL;
}

static void build_events(site *s, size_t n)
{
  static const char *const columns[1] = { "x" };
  float *x = NULL;
  double *weights = (double *)calloc(n + 1, sizeof *weights);
  CHECK_OK(s->ctx, fairu_events_create(s->ctx, n, 1, columns, &s->events));
  CHECK_OK(s->ctx, fairu_events_column_data(s->events, s->ctx, 0, &x));
  for (size_t i = 0; i < n; i++) {
    x[i] = (float)draw_between(&s->d, -3.0, 3.0);
    weights[i] = draw_between(&s->d, -1.0, 3.0);
  }
  CHECK_OK(s->ctx, fairu_events_set_weights(s->events, s->ctx, weights, n));
  free(weights);
}

static void begin(site *s, uint64_t seed)
{
  *s = (site){ .ctx = support_context(), .d = { seed } };
  build_grid(s);
  build_parts(s);
}

static void end(site *s)
{
  fairu_events_destroy(s->events);
  fairu_systematics_destroy(s->systematics);
  fairu_classifier_destroy(s->classifier);
  fairu_binning_destroy(s->binning);
  fairu_grid_destroy(s->grid);
  fairu_context_destroy(s->ctx);
}

/* ---- plans --------------------------------------------------------------------------------------------- */

static size_t plain_scores(const site *s, size_t n_points)
{
  return s->n_scored == 0 || s->options.mode == FAIRU_FILL_SCORED_AT ? 1 : n_points;
}

static size_t plain_shifts(const site *s, size_t n_points)
{
  const int fixed = s->options.mode == FAIRU_FILL_SHIFTED_AT;
  if (!s->options.systematics || (fixed && !s->options.shift_z))
    return 0;
  for (size_t i = 0; i < s->n_shifted && !fixed; i++)
    if (s->shifted[i] < s->n_axes && s->axes[s->shifted[i]].n_knots > 1)
      return n_points;
  return 1;
}

static void check_plan(const site *s, const fairu_scan *scan, const double *points)
{
  const size_t n_points = fairu_grid_n_points(s->grid);
  assert_int_equal(scan->n_scores, plain_scores(s, n_points));
  assert_int_equal(scan->n_shifts, plain_shifts(s, n_points));
  for (size_t r = 0; r < scan->n_scores; r++)
    for (size_t i = 0; i < s->n_scored; i++) {
      const size_t axis = s->scored[i];
      const double wanted =
          s->options.mode == FAIRU_FILL_SCORED_AT ? s->score_z[axis] : points[r * s->n_axes + axis];
      assert_true(scan->score_z[r * s->n_scored + i] == wanted);
    }
  for (size_t r = 0; r < scan->n_shifts; r++)
    for (size_t i = 0; i < s->n_shifted; i++) {
      const size_t axis = s->shifted[i];
      const double wanted = axis >= s->n_axes                          ? s->nominal[i]
                            : s->options.mode == FAIRU_FILL_SHIFTED_AT ? s->shift_z[axis]
                                                                       : points[r * s->n_axes + axis];
      assert_true(scan->shift_z[r * s->n_shifted + i] == wanted);
    }
  const size_t at_once = scan->n_shifts > 1 ? 1 : scan->n_scores;
  assert_true(scan->piece <= 16384 && scan->piece >= 256 && 16384 % scan->piece == 0);
  assert_true(scan->piece == 256 || scan->piece * at_once <= 1u << 20);
  assert_true(scan->piece == 16384 || 2 * scan->piece * at_once > 1u << 20);
}

static void what_a_scan_has_to_do(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 400; seed++) {
    site s;
    begin(&s, seed);
    build_events(&s, 3);
    fairu_scan scan = { .grid = s.grid, .binning = s.binning, .events = s.events };
    double *points = (double *)calloc(fairu_grid_n_points(s.grid) * s.n_axes + 1, sizeof *points);
    CHECK_OK(s.ctx, fairu_grid_points(s.grid, s.ctx, points));
    CHECK_OK(s.ctx, fairu_scan__plan(s.ctx, &s.options, &scan));
    check_plan(&s, &scan, points);
    free(points);
    end(&s);
  }
}

/* ---- slices -------------------------------------------------------------------------------------------- */

typedef struct tally {
  const site *s;
  const double *points; /* [n_points][n_axes] */
  unsigned char *seen;  /* [n_points][n_events] */
  size_t n_points, n_events;
} tally;

/* The score of each row is that of its logit at the point, its bin one of seven in [0, 1]. */
static int take_slice(fairu_context *worker, const fairu_slice *slice, void *data)
{
  const tally *t = (const tally *)data;
  const site *s = t->s;
  size_t stride = 1;
  const float *x = fairu_events_column(s->events, 0, &stride);
  const double *weights = fairu_events_weights(s->events);
  (void)worker;
  for (size_t i = 0; i < slice->n; i++) {
    const size_t row = slice->first + i;
    double logit = x[row * stride];
    for (size_t k = 0; k < s->n_scored; k++)
      logit += (double)(k + 1) * (s->options.mode == FAIRU_FILL_SCORED_AT
                                      ? s->score_z[s->scored[k]]
                                      : t->points[slice->point * s->n_axes + s->scored[k]]);
    const float score = slice->values[i];
    CHECK_NEAR(score, 1.0 / (1.0 + exp(-logit)), 1e-5);
    const size_t bin = (size_t)(7.0 * (double)score);
    assert_true(slice->bins[i] == (bin < 7 ? bin : 6) ||
                fabs(7.0 * (double)score - round(7.0 * (double)score)) < 1e-5);
    assert_true(slice->weights[i] == weights[row] * 0.5);
    if (slice->point > 0)
      assert_int_equal(t->seen[(slice->point - 1) * t->n_events + row], 1); /* points come in order */
    t->seen[slice->point * t->n_events + row]++;
  }
  return FAIRU_OK;
}

static void every_row_once_at_every_point(void **state)
{
  (void)state;
  static const size_t sizes[] = { 1, 255, 16384, 16385, 3000, 100 };
  for (uint64_t seed = 1; seed <= 12; seed++) {
    site s;
    begin(&s, 1000 + seed);
    build_events(&s, sizes[seed % 6]);
    s.options.systematics = NULL;
    s.options.scale = 0.5;
    const size_t n_points = fairu_grid_n_points(s.grid), n = sizes[seed % 6];
    double *points = (double *)calloc(n_points * s.n_axes + 1, sizeof *points);
    CHECK_OK(s.ctx, fairu_grid_points(s.grid, s.ctx, points));
    tally t = { &s, points, (unsigned char *)calloc(n_points, n), n_points, n };
    CHECK_OK(s.ctx, fairu_scan__run(s.ctx, s.grid, s.binning, s.events, &s.options, take_slice, &t));
    for (size_t i = 0; i < n_points * n; i++)
      assert_int_equal(t.seen[i], 1);
    free(t.seen);
    free(points);
    end(&s);
  }
}

/* ---- refusals ------------------------------------------------------------------------------------------ */

static int skip_slice(fairu_context *worker, const fairu_slice *slice, void *data)
{
  (void)worker;
  (void)slice;
  (void)data;
  return FAIRU_OK;
}

static void refuse(chain *c, const fairu_fill_options *options, int code, const char *says)
{
  CHECK_FAILS(c->ctx, code,
              fairu_scan__run(c->ctx, c->grid, c->binning, c->events, options, skip_slice, NULL));
  CHECK_SAYS(c->ctx, says);
}

static void options_that_are_refused(void **state)
{
  (void)state;
  static const double nan_z[1] = { NAN }, inf_z[1] = { INFINITY };
  chain c = chain_begin(10, 1);
  fairu_fill_options o = c.options;
#define REFUSED(change, code, says)                                                                          \
  do {                                                                                                       \
    change;                                                                                                  \
    refuse(&c, &o, code, says);                                                                              \
    o = c.options;                                                                                           \
  } while (0)
  REFUSED(o.classifier = NULL, FAIRU_ERR_NULL, "fill options: classifier is NULL");
  REFUSED(o.mode = -1, FAIRU_ERR_ARGUMENT, "fill options: mode -1 is not a fairu_fill_mode");
  REFUSED(o.mode = 3, FAIRU_ERR_ARGUMENT, "fill options: mode 3 is not a fairu_fill_mode");
  REFUSED(o.mode = FAIRU_FILL_SCORED_AT, FAIRU_ERR_NULL,
          "fill options: FAIRU_FILL_SCORED_AT without score_z");
  REFUSED(o.scale = (double)NAN, FAIRU_ERR_NON_FINITE, "fill options: scale is nan");
  REFUSED(o.scale = -HUGE_VAL, FAIRU_ERR_NON_FINITE, "fill options: scale is -inf");
  REFUSED(o.bandwidth = -0.5, FAIRU_ERR_RANGE, "fill options: bandwidth is -0.5");
  REFUSED(o.bandwidth = HUGE_VAL, FAIRU_ERR_RANGE, "fill options: bandwidth is inf");
  REFUSED(o.bandwidth = (double)NAN, FAIRU_ERR_NON_FINITE, "fill options: bandwidth is nan");
  REFUSED(o.score_z = nan_z, FAIRU_ERR_NON_FINITE, "fill options: score_z[0] ('angle') is nan");
  REFUSED(o.shift_z = inf_z, FAIRU_ERR_NON_FINITE, "fill options: shift_z[0] ('angle') is inf");
  REFUSED(o.scale = 1e300, FAIRU_ERR_RANGE, "row 0: weight times scale is ");
  chain_end(&c);
}

/* One output is binned; several are bins by class, without a kernel. */
static void outputs_and_names_that_do_not_fit(void **state)
{
  (void)state;
  static const char *const features[1] = { "x" }, *const other[1] = { "tilt" };
  chain c = chain_begin(10, 0);
  fairu_classifier *three = NULL, *stranger = NULL;
  fairu_binning *classes = NULL, *scores = c.binning;
  fairu_fill_options o = c.options;
  CHECK_OK(c.ctx, fairu_classifier_create_callback(c.ctx, features, 1, NULL, 0, 3, score_rows, NULL, &three));
  CHECK_OK(c.ctx,
           fairu_classifier_create_callback(c.ctx, features, 1, other, 1, 1, score_rows, NULL, &stranger));
  o.classifier = three;
  refuse(&c, &o, FAIRU_ERR_UNSUPPORTED, "a classifier of 3 outputs: bins by class are what it can fill");
  CHECK_OK(c.ctx, fairu_binning_create_classes(c.ctx, 3, &classes));
  c.binning = classes;
  o.bandwidth = 0.1;
  refuse(&c, &o, FAIRU_ERR_ARGUMENT, "fill options: bandwidth 0.1 of bins by class");
  o.bandwidth = 0.0;
  o.classifier = c.aware;
  refuse(&c, &o, FAIRU_ERR_SHAPE, "3 classes as bins, the classifier has 1 outputs");
  c.binning = scores;
  o.classifier = stranger;
  refuse(&c, &o, FAIRU_ERR_NOT_FOUND, "nuisance 'tilt' of the classifier is not an axis of the grid");
  o.mode = FAIRU_FILL_SCORED_AT;
  o.score_z = (const double[]){ 0.1 };
  refuse(&c, &o, FAIRU_ERR_NOT_FOUND, "nuisance 'tilt' of the classifier is not an axis of the grid");
  fairu_binning_destroy(classes);
  fairu_classifier_destroy(stranger);
  fairu_classifier_destroy(three);
  chain_end(&c);
}

/* Rows are counted in the table, not in the piece that they fall into. */
static void rows_that_are_refused(void **state)
{
  (void)state;
  site s;
  begin(&s, 5);
  build_events(&s, 40000);
  float *x = NULL;
  CHECK_OK(s.ctx, fairu_events_column_data(s.events, s.ctx, 0, &x));
  s.options.systematics = NULL;
  x[39999] = -100.0f;
  CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE,
              fairu_scan__run(s.ctx, s.grid, s.binning, s.events, &s.options, skip_slice, NULL));
  CHECK_SAYS(s.ctx, "row 39999: the score is not a number at ");
  double *weights = (double *)calloc(40000, sizeof *weights);
  weights[20001] = 2e150;
  weights[20002] = 1e308;
  CHECK_OK(s.ctx, fairu_events_set_weights(s.events, s.ctx, weights, 40000));
  CHECK_FAILS(s.ctx, FAIRU_ERR_RANGE,
              fairu_scan__run(s.ctx, s.grid, s.binning, s.events, &s.options, skip_slice, NULL));
  CHECK_SAYS(s.ctx, "row 20001: weight times scale is 2e+150; at most 1e150 is possible");
  weights[20001] = -1e150; /* just allowed */
  weights[20002] = 0.0;
  x[39999] = 1.0f;
  CHECK_OK(s.ctx, fairu_events_set_weights(s.events, s.ctx, weights, 40000));
  CHECK_OK(s.ctx, fairu_scan__run(s.ctx, s.grid, s.binning, s.events, &s.options, skip_slice, NULL));
  weights[20001] = 0.0;
  weights[20002] = 1e308;
  s.options.scale = 10.0;
  CHECK_OK(s.ctx, fairu_events_set_weights(s.events, s.ctx, weights, 40000));
  CHECK_FAILS(s.ctx, FAIRU_ERR_NON_FINITE,
              fairu_scan__run(s.ctx, s.grid, s.binning, s.events, &s.options, skip_slice, NULL));
  CHECK_SAYS(s.ctx, "row 20002: weight times scale is inf");
  free(weights);
  end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(what_a_scan_has_to_do),
                                      cmocka_unit_test(every_row_once_at_every_point),
                                      cmocka_unit_test(options_that_are_refused),
                                      cmocka_unit_test(outputs_and_names_that_do_not_fit),
                                      cmocka_unit_test(rows_that_are_refused) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
