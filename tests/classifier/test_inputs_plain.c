/* Policies of inputs, every one of them with and without default and bounds, at every kind of value, against the rule written out; and the
 * order in which events stand when they are ranked, against a plain sort. */
#include "classifier/probability.h"
#include "numeric/philox.h"
#include "support/support.h"

#include <float.h>

static const char *const names[2] = { "steady", "moved" };

static const float values[] = { 0.0F,       -0.0F,     1.0F,       -1.0F,       1.0000001F,    0.99999994F,
                                2.5F,       -2.5F,     FLT_MAX,    -FLT_MAX,    3.4028233e38F, 0x1p-149F,
                                (float)NAN, HUGE_VALF, -HUGE_VALF, -1.0000001F, -0x1p-149F };
enum { VALUES = sizeof values / sizeof *values };

typedef struct rule {
  int non_finite, outside;
  float fallback, lower, upper; /* fallback NaN: none */
} rule;

/* ---- the rule, written out --------------------------------------------------------------------------------- */

typedef struct outcome {
  int code;
  float value;
} outcome;

static outcome plain_outcome(const rule *r, float x)
{
  const outcome as_it_is = { FAIRU_OK, x }, instead = { FAIRU_OK, r->fallback };
  if (isnan(x) || isinf(x)) {
    if (r->non_finite == FAIRU_INPUT_PASS)
      return (outcome){ FAIRU_OK, (float)NAN };
    if (r->non_finite == FAIRU_INPUT_DEFAULT && !isnan(r->fallback))
      return instead;
    return (outcome){ FAIRU_ERR_NON_FINITE, x };
  }
  if ((x >= r->lower && x <= r->upper) || r->outside == FAIRU_INPUT_PASS)
    return as_it_is;
  if (r->outside == FAIRU_INPUT_CLIP)
    return (outcome){ FAIRU_OK, x < r->lower ? r->lower : r->upper };
  if (r->outside == FAIRU_INPUT_DEFAULT && !isnan(r->fallback))
    return instead;
  return (outcome){ FAIRU_ERR_RANGE, x };
}

/* The logit is the second feature, to the bit. */
static fairu_classifier *echo(fairu_context *ctx)
{
  const double weights[2] = { 0.0, 1.0 };
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_classifier_create_linear(ctx, names, weights, 2, 0.0, &c));
  return c;
}

static int set(fairu_context *ctx, const fairu_classifier *bare, const rule *r, fairu_classifier **out)
{
  const float defaults[2] = { (float)NAN, r->fallback }, lower[2] = { -HUGE_VALF, r->lower },
              upper[2] = { HUGE_VALF, r->upper };
  fairu_input_options options;
  CHECK_OK(ctx, fairu_input_options_init(&options, sizeof options));
  options.defaults = defaults;
  options.lower = lower;
  options.upper = upper;
  options.non_finite = r->non_finite;
  options.outside = r->outside;
  return fairu_classifier_create_with_inputs(ctx, bare, &options, out);
}

static void check_logit(const rule *r, float x, float got, float wanted)
{
  if (!(isnan(wanted) ? isnan(got) : got == wanted))
    fail_msg("policies %d and %d, default %g, range [%g, %g]: %.9g became %.9g, wanted %.9g", r->non_finite,
             r->outside, (double)r->fallback, (double)r->lower, (double)r->upper, (double)x, (double)got,
             (double)wanted);
}

/* One by one; then all that are taken in one batch, which one that is refused stops and names. */
static void check_rule(fairu_context *ctx, const fairu_classifier *c, const rule *r)
{
  float rows[2 * VALUES], wanted[VALUES], got[VALUES];
  char text[64];
  size_t n = 0;
  for (size_t i = 0; i < VALUES; i++) {
    const float row[2] = { 0.25F, values[i] };
    const outcome o = plain_outcome(r, values[i]);
    if (o.code != FAIRU_OK) {
      CHECK_FAILS(ctx, o.code,
                  fairu_classifier_score(c, ctx, row, 1, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, &got[0]));
      CHECK_SAYS(ctx, "row 0: feature \"moved\"");
      continue;
    }
    CHECK_OK(ctx, fairu_classifier_score_event(c, ctx, row, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, &got[0]));
    check_logit(r, values[i], got[0], o.value);
    memcpy(rows + 2 * n, row, sizeof row);
    wanted[n++] = o.value;
  }
  CHECK_OK(ctx, fairu_classifier_score(c, ctx, rows, n, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, got));
  for (size_t i = 0; i < n; i++)
    check_logit(r, rows[2 * i + 1], got[i], wanted[i]);
  for (size_t i = 0; i < VALUES; i++) {
    const outcome o = plain_outcome(r, values[i]);
    if (o.code == FAIRU_OK)
      continue;
    const size_t at = i % n;
    const float kept = rows[2 * at + 1];
    rows[2 * at + 1] = values[i];
    CHECK_FAILS(ctx, o.code, fairu_classifier_score(c, ctx, rows, n, 2, NULL, 0, FAIRU_OUTPUT_LOGIT, got));
    snprintf(text, sizeof text, "row %zu: feature \"moved\"", at);
    CHECK_SAYS(ctx, text);
    rows[2 * at + 1] = kept;
  }
}

static const float fallbacks[] = { (float)NAN, 0.5F, 7.0F }; /* the last of them may be out of range itself */
static const float bounds[][2] = { { -HUGE_VALF, HUGE_VALF }, { -1.0F, 1.0F },    { 1.0F, 1.0F },
                                   { 0.0F, HUGE_VALF },       { -FLT_MAX, 0.0F }, { -HUGE_VALF, -1.0F } };

/* As made, as copied, and from a file. */
static void every_policy_follows_the_rule(void **state)
{
  static const int of_non_finite[] = { FAIRU_INPUT_REFUSE, FAIRU_INPUT_DEFAULT, FAIRU_INPUT_PASS };
  char path[512];
  fairu_context *ctx = support_context();
  fairu_classifier *bare = echo(ctx), *c = NULL, *loaded = NULL;
  (void)state;
  support_path(path, sizeof path, "policies.fairu");
  for (size_t p = 0; p < 3; p++)
    for (int outside = FAIRU_INPUT_REFUSE; outside <= FAIRU_INPUT_CLIP; outside++)
      for (size_t k = 0; k < 3 * sizeof bounds / sizeof *bounds; k++) {
        const float *range = bounds[k / 3];
        const rule r = { of_non_finite[p], outside, fallbacks[k % 3], range[0], range[1] };
        CHECK_OK(ctx, set(ctx, bare, &r, &c));
        check_rule(ctx, c, &r);
        if (k % 4 == 0) {
          CHECK_OK(ctx, fairu_classifier_save(c, ctx, path));
          CHECK_OK(ctx, fairu_classifier_load(ctx, path, &loaded));
          check_rule(ctx, loaded, &r);
          fairu_classifier_destroy(loaded);
        }
        fairu_classifier_destroy(c);
      }
  fairu_classifier_destroy(bare);
  fairu_context_destroy(ctx);
}

/* The last policies alone count: they do not add up. */
static void policies_replace_those_before(void **state)
{
  const rule first = { FAIRU_INPUT_DEFAULT, FAIRU_INPUT_CLIP, 0.5F, -1.0F, 1.0F };
  const rule second = { FAIRU_INPUT_PASS, FAIRU_INPUT_DEFAULT, 7.0F, 0.0F, HUGE_VALF };
  fairu_context *ctx = support_context();
  fairu_classifier *bare = echo(ctx), *once = NULL, *twice = NULL;
  (void)state;
  CHECK_OK(ctx, set(ctx, bare, &first, &once));
  CHECK_OK(ctx, set(ctx, once, &second, &twice));
  check_rule(ctx, twice, &second);
  check_rule(ctx, once, &first);
  fairu_classifier_destroy(once);
  fairu_classifier_destroy(twice);
  fairu_classifier_destroy(bare);
  fairu_context_destroy(ctx);
}

/* A range that holds no number is refused at once, so that what is made can be copied and kept in a file. */
static void ranges_without_a_number_are_refused(void **state)
{
  static const float empty[][2] = { { 1.0F, 0.99999994F },    { (float)NAN, 1.0F },
                                    { 0.0F, (float)NAN },     { HUGE_VALF, -HUGE_VALF },
                                    { HUGE_VALF, HUGE_VALF }, { -HUGE_VALF, -HUGE_VALF },
                                    { FLT_MAX, -FLT_MAX },    { (float)NAN, (float)NAN } };
  fairu_context *ctx = support_context();
  fairu_classifier *bare = echo(ctx), *c = NULL;
  (void)state;
  for (size_t k = 0; k < sizeof empty / sizeof *empty; k++)
    for (int outside = FAIRU_INPUT_REFUSE; outside <= FAIRU_INPUT_CLIP; outside++) {
      const rule r = { FAIRU_INPUT_REFUSE, outside, 0.5F, empty[k][0], empty[k][1] };
      CHECK_FAILS(ctx, FAIRU_ERR_RANGE, set(ctx, bare, &r, &c));
      CHECK_SAYS(ctx, "feature \"moved\": range [");
      assert_null(c);
    }
  fairu_classifier_destroy(bare);
  fairu_context_destroy(ctx);
}

/* ---- ranks --------------------------------------------------------------------------------------------------- */

enum { MOST_ROWS = 700 };

static double any_double(fairu_philox *rng, unsigned kind)
{
  const double u = fairu_philox__uniform(rng);
  if (kind == 0)
    return floor(8.0 * u) - 4.0; /* many ties */
  if (kind == 1)
    return ldexp(u - 0.5, (int)(fairu_philox__uniform(rng) * 2000.0) - 1000);
  return u < 0.5 ? nextafter(1.0, u * 4.0) : u < 0.75 ? -0.0 : 0.0;
}

/* Insertion: equal numbers keep the order of their rows. */
static void plain_ranks(const double *x, size_t n, uint32_t *rows)
{
  for (size_t i = 0; i < n; i++) {
    size_t at = i;
    for (; at > 0 && x[rows[at - 1]] > x[i]; at--)
      rows[at] = rows[at - 1];
    rows[at] = (uint32_t)i;
  }
}

static void ranks_are_those_of_a_plain_sort(void **state)
{
  static fairu_ranked order[2 * MOST_ROWS];
  static double x[MOST_ROWS];
  static uint32_t wanted[MOST_ROWS];
  fairu_context *ctx = support_context();
  fairu_philox rng = fairu_philox__start(3, FAIRU_STREAM_USER, 0, 8);
  (void)state;
  for (unsigned round = 0; round < 60; round++) {
    const size_t n = round < 5 ? round : (size_t)(fairu_philox__uniform(&rng) * MOST_ROWS);
    for (size_t i = 0; i < n; i++) {
      x[i] = any_double(&rng, round % 3);
      order[i] = (fairu_ranked){ fairu_ranked__key(x[i]), (uint32_t)i };
    }
    plain_ranks(x, n, wanted);
    CHECK_OK(ctx, fairu_ranked__sort(ctx, order, n));
    for (size_t i = 0; i < n; i++) {
      assert_int_equal(order[i].row, wanted[i]);
      assert_true(order[i].key == fairu_ranked__key(x[wanted[i]]));
    }
  }
  fairu_context_destroy(ctx);
}

/* Keys are ordered as numbers are, to the last bit, and 0 is -0. */
static void keys_are_ordered_as_numbers(void **state)
{
  static const double edges[] = { -HUGE_VAL, -DBL_MAX, -1.0, -DBL_MIN, -0x1p-1074, 0.0,
                                  0x1p-1074, DBL_MIN,  1.0,  DBL_MAX,  HUGE_VAL };
  const size_t n = sizeof edges / sizeof *edges;
  (void)state;
  assert_true(fairu_ranked__key(-0.0) == fairu_ranked__key(0.0));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      assert_true((fairu_ranked__key(edges[i]) < fairu_ranked__key(edges[j])) == (edges[i] < edges[j]));
  fairu_philox rng = fairu_philox__start(4, FAIRU_STREAM_USER, 0, 8);
  for (unsigned i = 0; i < 3000; i++) {
    const double x = any_double(&rng, 1), above = nextafter(x, HUGE_VAL);
    assert_true(fairu_ranked__key(x) < fairu_ranked__key(above));
    assert_true(fairu_ranked__key(-above) < fairu_ranked__key(-x));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(every_policy_follows_the_rule),
                                      cmocka_unit_test(policies_replace_those_before),
                                      cmocka_unit_test(ranges_without_a_number_are_refused),
                                      cmocka_unit_test(ranks_are_those_of_a_plain_sort),
                                      cmocka_unit_test(keys_are_ordered_as_numbers) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
