/* Maps at their limits: logits at both ends of float, classes that touch or are turned round, one event a class, more bins than events; and
 * every option out of its range. */
#include <float.h>

#include "classifier/made_scores.h"

static made given(size_t n, const float *t, const int32_t *y, const double *w)
{
  made m = made_new(n);
  memcpy(m.t, t, n * sizeof *t);
  memcpy(m.y, y, n * sizeof *y);
  if (w)
    memcpy(m.w, w, n * sizeof *w);
  return m;
}

static int create(fairu_context *ctx, const fairu_probability_options *o, const made *m,
                  fairu_probability_map **map)
{
  *map = NULL;
  const int status = fairu_probability_map_create(ctx, m->t, m->y, m->w, m->n, o, map);
  assert_true((status == FAIRU_OK) == (*map != NULL));
  return status;
}

/* Logits times 2^k: the slope is over 2^k, offset and probabilities are the same. Up to where floats end. */
static void any_size_of_logits(void **state)
{
  (void)state;
  const int shifts[6] = { -140, -60, -1, 3, 60, 120 };
  fairu_context *ctx = support_context();
  for (int method = 0; method <= FAIRU_PROBABILITY_HISTOGRAM; method++) {
    fairu_probability_options o = made_options(ctx, method, (double)NAN);
    o.n_bins = 7;
    made m = made_gaussian(3, 300, 1.0, 1.5, 0.4);
    for (size_t i = 0; i < m.n; i++)
      m.t[i] = (float)(rint(64.0 * (double)m.t[i]) / 64.0); /* exact in all of these sizes */
    fairu_probability_map *map = made_map(ctx, &o, &m);
    const fairu_probability_summary s = made_summary(ctx, map);
    for (size_t k = 0; k < 6; k++) {
      made scaled = given(m.n, m.t, m.y, NULL);
      for (size_t i = 0; i < m.n; i++)
        scaled.t[i] = (float)ldexp((double)m.t[i], shifts[k]);
      fairu_probability_map *other = made_map(ctx, &o, &scaled);
      const fairu_probability_summary u = made_summary(ctx, other);
      assert_int_equal(u.n_knots, s.n_knots);
      if (method == FAIRU_PROBABILITY_PLATT) {
        CHECK_CLOSE(ldexp(u.slope, shifts[k]), s.slope, 1e-12);
        CHECK_NEAR(u.offset, s.offset, 1e-12);
      }
      for (size_t i = 0; i < m.n; i += 7)
        CHECK_NEAR(made_at(ctx, other, scaled.t[i]), made_at(ctx, map, m.t[i]), 1e-12);
      fairu_probability_map_destroy(other);
      made_free(&scaled);
    }
    fairu_probability_map_destroy(map);
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* Platt: classes side by side have no finite slope, even where they touch in a point; one event on the other side is enough. */
static void touching_classes_have_no_slope(void **state)
{
  (void)state;
  static const struct {
    float t[4];
    int32_t y[4];
    double w[4];
    int code;
    const char *says;
  } cases[] = {
    { { -2, -1, 1, 2 }, { 0, 0, 1, 1 }, { 1, 1, 1, 1 }, FAIRU_ERR_NOT_CONVERGED, "separated at logit -1" },
    { { -2, -1, 1, 2 }, { 1, 1, 0, 0 }, { 1, 1, 1, 1 }, FAIRU_ERR_NOT_CONVERGED, "separated at logit -1" },
    { { -1, 0, 0, 1 }, { 0, 0, 1, 1 }, { 1, 1, 1, 1 }, FAIRU_ERR_NOT_CONVERGED, "separated at logit 0" },
    { { -1, 0, 0, 1 },
      { 0, 1, 0, 1 },
      { 1, 1, 0, 1 },
      FAIRU_ERR_NOT_CONVERGED,
      "separated at logit -1" }, /* the one between weighs nothing */
    { { 3, 3, 3, 3 }, { 0, 1, 0, 1 }, { 1, 1, 1, 1 }, FAIRU_ERR_FLAT, "all logits are 3" },
    { { 3, 3, 9, -9 }, { 0, 1, 0, 1 }, { 1, 1, 0, 0 }, FAIRU_ERR_FLAT, "all logits are 3" },
    { { -2, -1, 1, 2 }, { 0, 1, 0, 1 }, { 1, 1, 1, 1 }, FAIRU_OK, NULL },
    { { -2, -1, 1, 2 }, { 1, 0, 1, 0 }, { 1, 1, 1, 1 }, FAIRU_OK, NULL },
    { { -2, -1, 1, 2 }, { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, FAIRU_ERR_EMPTY, "class 1 has sum of weights 0" },
    { { -2, -1, 1, 2 }, { 0, 0, 1, 1 }, { 1, 1, 1, -1 }, FAIRU_ERR_EMPTY, "class 1 has sum of weights 0" },
    { { -2, -1, 1, 2 }, { 0, 0, 1, 1 }, { 1, -2, 1, 1 }, FAIRU_ERR_EMPTY, "class 0 has sum of weights -1" },
  };
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_PLATT, (double)NAN);
    fairu_probability_map *map = NULL;
    made m = given(4, cases[k].t, cases[k].y, cases[k].w);
    const int status = create(ctx, &o, &m, &map);
    if (status != cases[k].code)
      fail_msg("case %zu: %d, %s", k, status, fairu_context_message(ctx));
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, cases[k].says);
    else /* the slope has the sign of what is higher */
      assert_true((made_summary(ctx, map).slope > 0.0) == (cases[k].y[3] == 1));
    fairu_probability_map_destroy(map);
    if (status == FAIRU_ERR_NOT_CONVERGED) { /* which soft targets bound */
      o.soft_targets = 1;
      CHECK_OK(ctx, create(ctx, &o, &m, &map));
      assert_true((made_summary(ctx, map).slope > 0.0) == (cases[k].y[3] == 1));
      fairu_probability_map_destroy(map);
    }
    made_free(&m);
  }
  fairu_context_destroy(ctx);
}

/* One event a class: two values, or one where the order is wrong; p = 1/2 of both pooled. */
static void one_event_a_class(void **state)
{
  (void)state;
  const float t[2] = { -1.0F, 1.0F };
  const int32_t up[2] = { 0, 1 }, down[2] = { 1, 0 };
  fairu_context *ctx = support_context();
  for (int method = FAIRU_PROBABILITY_ISOTONIC; method <= FAIRU_PROBABILITY_HISTOGRAM; method++)
    for (int wrong = 0; wrong < 2; wrong++) {
      const fairu_probability_options o = made_options(ctx, method, 0.125);
      made m = given(2, t, wrong ? down : up, NULL);
      fairu_probability_map *map = made_map(ctx, &o, &m);
      const int pools = wrong && method == FAIRU_PROBABILITY_ISOTONIC;
      CHECK_NEAR(made_at(ctx, map, -1.0F), pools ? 0.5 : wrong ? 0.875 : 0.125, 0.0);
      CHECK_NEAR(made_at(ctx, map, 1.0F), pools ? 0.5 : wrong ? 0.125 : 0.875, 0.0);
      CHECK_NEAR(made_at(ctx, map, -FLT_MAX), made_at(ctx, map, -1.0F), 0.0);
      CHECK_NEAR(made_at(ctx, map, FLT_MAX), made_at(ctx, map, 1.0F), 0.0);
      fairu_probability_map_destroy(map);
      made_free(&m);
    }
  fairu_context_destroy(ctx);
}

/* As many bins as there are logits at most, however many are asked for; then each has its own fraction. */
static void more_bins_than_events(void **state)
{
  (void)state;
  const float t[6] = { 0.0F, 1.0F, 1.0F, 4.0F, 5.0F, 9.0F };
  const int32_t y[6] = { 0, 1, 0, 1, 0, 1 };
  const double p[6] = { 0.0, 0.5, 0.5, 1.0, 0.0, 1.0 };
  fairu_context *ctx = support_context();
  for (int equal_width = 0; equal_width < 2; equal_width++)
    for (size_t n_bins = 9; n_bins <= 1 << 20; n_bins *= 8) {
      fairu_probability_options o = made_options(ctx, FAIRU_PROBABILITY_HISTOGRAM, 0.0);
      made m = given(6, t, y, NULL);
      o.n_bins = n_bins;
      o.equal_width = equal_width;
      fairu_probability_map *map = made_map(ctx, &o, &m);
      assert_int_equal(made_summary(ctx, map).n_knots, 5);
      for (size_t i = 0; i < 6; i++)
        CHECK_NEAR(made_at(ctx, map, t[i]), p[i], 0.0);
      fairu_probability_map_destroy(map);
      made_free(&m);
    }
  fairu_context_destroy(ctx);
}

static void options_out_of_range_are_named(void **state)
{
  (void)state;
  static const struct {
    int method;
    size_t n_bins;
    double margin;
    int code;
    const char *says;
  } cases[] = {
    { -1, 20, 0.0, FAIRU_ERR_ARGUMENT, "unknown method -1" },
    { 3, 20, 0.0, FAIRU_ERR_ARGUMENT, "unknown method 3" },
    { 2, 0, 0.0, FAIRU_ERR_RANGE, "n_bins is 0, allowed are 1 to 1048576" },
    { 2, (1 << 20) + 1, 0.0, FAIRU_ERR_RANGE, "n_bins is 1048577" },
    { 1, 20, 0.5, FAIRU_ERR_RANGE, "margin is 0.5, must be at least 0 and less than 0.5" },
    { 1, 20, -1e-9, FAIRU_ERR_RANGE, "margin is -1e-09" },
    { 1, 20, (double)INFINITY, FAIRU_ERR_RANGE, "margin is inf" },
    { 1, 20, 0.4999, FAIRU_OK, NULL },
    { 2, 1, 0.0, FAIRU_OK, NULL },
  };
  fairu_context *ctx = support_context();
  made m = made_gaussian(5, 50, 1.0, 1.0, 0.5);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    fairu_probability_map *map = NULL;
    fairu_probability_options o = made_options(ctx, cases[k].method, cases[k].margin);
    o.n_bins = cases[k].n_bins;
    const int status = create(ctx, &o, &m, &map);
    assert_int_equal(status, cases[k].code);
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, cases[k].says);
    fairu_probability_map_destroy(map);
  }
  made_free(&m);
  fairu_context_destroy(ctx);
}

/* Logits of scores next to 0 and 1, and of denormals: ln s - ln(1 - s) in double. */
static void logits_of_scores_at_the_ends(void **state)
{
  (void)state;
  const float s[8] = {
    FLT_TRUE_MIN, FLT_MIN, 1e-7F, 0.25F, 0.5F, 0.75F, 1.0F - FLT_EPSILON, 1.0F - FLT_EPSILON / 2.0F
  };
  const float bad[6] = { 0.0F, 1.0F, -FLT_TRUE_MIN, 1.0F + FLT_EPSILON, NAN, -INFINITY };
  float t[8];
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, fairu_probability_logit(ctx, s, 8, t));
  for (int i = 0; i < 8; i++)
    CHECK_CLOSE((double)t[i], log((double)s[i] / (1.0 - (double)s[i])), 1e-7);
  assert_true(t[4] == 0.0F && t[3] == -t[5]);
  for (int i = 0; i < 6; i++) {
    char says[32];
    float with[3] = { 0.5F, 0.5F, 0.5F };
    with[i % 3] = bad[i];
    snprintf(says, sizeof says, "scores[%d] is ", i % 3);
    CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_probability_logit(ctx, with, 3, t));
    CHECK_SAYS(ctx, says);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(any_size_of_logits),
    cmocka_unit_test(touching_classes_have_no_slope),
    cmocka_unit_test(one_event_a_class),
    cmocka_unit_test(more_bins_than_events),
    cmocka_unit_test(options_out_of_range_are_named),
    cmocka_unit_test(logits_of_scores_at_the_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
