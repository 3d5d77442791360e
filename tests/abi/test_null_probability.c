/* NULL, one pointer at a time: probabilities. */
#include "abi/null.h"

static const float logits[4] = { -1.0f, 0.5f, 0.0f, 2.0f };
static const int32_t labels[4] = { 0, 0, 1, 1 };
static const double weights[4] = { 1.0, 2.0, 1.0, 0.5 };

static void maps(null_test *t, const fairu_probability_map *map, char *path)
{
  fairu_context *ctx = t->w.ctx;
  fairu_probability_options o;
  fairu_probability_summary s = { .struct_size = sizeof s };
  double *d = t->out.d;
  float *f = t->out.f;
  CHECK_OK(ctx, fairu_probability_options_init(&o, sizeof o));
  REFUSES_CTX(fairu_probability_options_init(NULL, sizeof o));
  NO_OBJECT_CTX(
      fairu_probability_map_create(NULL, logits, labels, weights, 4, &o, OUT(fairu_probability_map)));
  MAKES(fairu_probability_map_create(ctx, logits, labels, weights, 4, NULL, OUT(fairu_probability_map)),
        fairu_probability_map);
  NO_OBJECT(fairu_probability_map_create(ctx, NULL, labels, weights, 4, &o, OUT(fairu_probability_map)));
  NO_OBJECT(fairu_probability_map_create(ctx, logits, NULL, weights, 4, &o, OUT(fairu_probability_map)));
  MAKES(fairu_probability_map_create(ctx, logits, labels, NULL, 4, &o, OUT(fairu_probability_map)),
        fairu_probability_map);
  REFUSES(fairu_probability_map_create(ctx, logits, labels, weights, 4, &o, NULL));
  IGNORES(fairu_probability_map_destroy(NULL));
  REFUSES(fairu_probability_map_apply(NULL, ctx, logits, 4, FAIRU_OUTPUT_SCORE, d));
  REFUSES_CTX(fairu_probability_map_apply(map, NULL, logits, 4, FAIRU_OUTPUT_SCORE, d));
  REFUSES(fairu_probability_map_apply(map, ctx, NULL, 4, FAIRU_OUTPUT_SCORE, d));
  REFUSES(fairu_probability_map_apply(map, ctx, logits, 4, FAIRU_OUTPUT_SCORE, NULL));
  REFUSES(fairu_probability_map_log_ratio(NULL, ctx, logits, 4, d));
  REFUSES_CTX(fairu_probability_map_log_ratio(map, NULL, logits, 4, d));
  REFUSES(fairu_probability_map_log_ratio(map, ctx, NULL, 4, d));
  REFUSES(fairu_probability_map_log_ratio(map, ctx, logits, 4, NULL));
  REFUSES(fairu_probability_map_describe(NULL, ctx, &s));
  REFUSES_CTX(fairu_probability_map_describe(map, NULL, &s));
  REFUSES(fairu_probability_map_describe(map, ctx, NULL));
  REFUSES(fairu_probability_map_knot(NULL, ctx, 0, d, d + 1));
  REFUSES_CTX(fairu_probability_map_knot(map, NULL, 0, d, d + 1));
  REFUSES(fairu_probability_map_knot(map, ctx, 0, NULL, d + 1));
  REFUSES(fairu_probability_map_knot(map, ctx, 0, d, NULL));
  REFUSES(fairu_probability_map_save(NULL, ctx, path));
  REFUSES_CTX(fairu_probability_map_save(map, NULL, path));
  REFUSES(fairu_probability_map_save(map, ctx, NULL));
  NO_OBJECT_CTX(fairu_probability_map_load(NULL, path, OUT(fairu_probability_map)));
  NO_OBJECT(fairu_probability_map_load(ctx, NULL, OUT(fairu_probability_map)));
  REFUSES(fairu_probability_map_load(ctx, path, NULL));
  NO_OBJECT_CTX(fairu_classifier_create_calibrated(NULL, t->w.network, map, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_calibrated(ctx, NULL, map, OUT(fairu_classifier)));
  NO_OBJECT(fairu_classifier_create_calibrated(ctx, t->w.network, NULL, OUT(fairu_classifier)));
  REFUSES(fairu_classifier_create_calibrated(ctx, t->w.network, map, NULL));
  REFUSES_CTX(fairu_probability_logit(NULL, logits, 4, f));
  REFUSES(fairu_probability_logit(ctx, NULL, 4, f));
  REFUSES(fairu_probability_logit(ctx, logits, 4, NULL));
  REFUSES_CTX(fairu_probability_log_ratio(NULL, logits, 4, 1.0, 1.0, d));
  REFUSES(fairu_probability_log_ratio(ctx, NULL, 4, 1.0, 1.0, d));
  REFUSES(fairu_probability_log_ratio(ctx, logits, 4, 1.0, 1.0, NULL));
}

static void reliability(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  static const double p[4] = { 0.1, 0.5, 0.6, 0.9 };
  fairu_reliability_options o;
  fairu_reliability_bin bins[15];
  fairu_reliability r = { .struct_size = sizeof r };
  CHECK_OK(ctx, fairu_reliability_options_init(&o, sizeof o));
  REFUSES_CTX(fairu_reliability_options_init(NULL, sizeof o));
  REFUSES_CTX(fairu_reliability_measure(NULL, p, labels, weights, 4, &o, bins, &r));
  ANSWERS(fairu_reliability_measure(ctx, p, labels, weights, 4, NULL, bins, &r) == FAIRU_OK);
  REFUSES(fairu_reliability_measure(ctx, NULL, labels, weights, 4, &o, bins, &r));
  REFUSES(fairu_reliability_measure(ctx, p, NULL, weights, 4, &o, bins, &r));
  ANSWERS(fairu_reliability_measure(ctx, p, labels, NULL, 4, &o, bins, &r) == FAIRU_OK);
  ANSWERS(fairu_reliability_measure(ctx, p, labels, weights, 4, &o, NULL, &r) == FAIRU_OK);
  REFUSES(fairu_reliability_measure(ctx, p, labels, weights, 4, &o, bins, NULL));
}

static void no_pointer_is_taken_on_trust(void **state)
{
  static const char *const names[] = { "probability" };
  char path[512];
  fairu_probability_map *map = NULL;
  (void)state;
  null_test *t = null_begin(names, sizeof names / sizeof *names);
  CHECK_OK(t->w.ctx, fairu_probability_map_create(t->w.ctx, logits, labels, weights, 4, NULL, &map));
  null_reset(t);
  maps(t, map, support_path(path, sizeof path, "null.map"));
  reliability(t);
  fairu_probability_map_destroy(map);
  null_end(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(no_pointer_is_taken_on_trust) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
