/* Model files of classifiers inside classifiers, written field by field from a few letters: which may hold which, whose names have to
 * agree, and what a composition scores by its own formula. */
#include "base/pack_internal.h"
#include "classifier/kind.h"
#include "classifier/probability.h"
#include "support/support.h"

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'M', 'D', 'L' };
static const double nominal = 0.5;

/* R a rotation, with features x, y and nuisance z; X, W, V the same with another feature, with both the other way around, with another nuisance;
 * L a linear form of x and y; G gate of two; E and a digit an ensemble of so many; C a calibrated one; I one with policies of inputs. */
typedef struct writer {
  fairu_pack *pack;
  const fairu_probability_map *map;
  size_t n_leaves;
} writer;

static double slope_of(size_t leaf)
{
  return 1.0 + 0.75 * (double)leaf;
}

static void put_names(fairu_pack *pack, char kind)
{
  static const double range[2] = { -1.0, 2.0 };
  const size_t n_z = kind == 'L' ? 0 : 1;
  fairu_pack__u64(pack, 2);
  fairu_pack__string(pack, kind == 'W' ? "y" : "x");
  fairu_pack__string(pack, kind == 'W' ? "x" : kind == 'X' ? "Y" : "y");
  fairu_pack__u64(pack, n_z);
  if (n_z)
    fairu_pack__string(pack, kind == 'V' ? "Z" : "z");
  fairu_pack__f64s(pack, range, n_z);
  fairu_pack__f64s(pack, range + 1, n_z);
}

static const char *put_spec(writer *w, const char *spec)
{
  static const double weights[2] = { 1.0, -0.5 };
  const char kind = *spec++;
  const char *const at = strchr("GLRXWVCE", kind);
  static const uint64_t tags[] = { 2, 3, 4, 4, 4, 4, 7, 8 };
  if (kind == 'I') {
    fairu_pack__u64(w->pack, 256);
    return put_spec(w, spec);
  }
  assert_non_null(at);
  fairu_pack__u64(w->pack, tags[strcspn("GLRXWVCE", (char[]){ kind, '\0' })]);
  put_names(w->pack, kind);
  if (kind == 'L') {
    fairu_pack__f64s(w->pack, weights, 2);
    fairu_pack__f64(w->pack, 0.25);
  } else if (kind == 'G') {
    fairu_pack__u64(w->pack, 0);
    fairu_pack__f64(w->pack, nominal);
    spec = put_spec(w, put_spec(w, spec));
  } else if (kind == 'C') {
    fairu_probability__put(w->map, w->pack);
    spec = put_spec(w, spec);
  } else if (kind == 'E') {
    const int n = *spec++ - '0';
    fairu_pack__u64(w->pack, (uint64_t)n);
    for (int m = 0; m < n && *spec; m++)
      spec = put_spec(w, spec);
  } else {
    fairu_pack__f64(w->pack, slope_of(w->n_leaves++));
  }
  return spec;
}

static fairu_probability_map *some_map(fairu_context *ctx)
{
  static const float logits[8] = { -2.0F, -1.0F, 0.5F, -0.5F, 0.0F, 1.0F, -0.25F, 2.0F };
  static const int32_t labels[8] = { 0, 0, 0, 1, 0, 1, 1, 1 };
  fairu_probability_map *map = NULL;
  fairu_probability_options options;
  CHECK_OK(ctx, fairu_probability_options_init(&options, sizeof options));
  options.method = FAIRU_PROBABILITY_PLATT; /* without steps */
  CHECK_OK(ctx, fairu_probability_map_create(ctx, logits, labels, NULL, 8, &options, &map));
  return map;
}

static int load_spec(fairu_context *ctx, const fairu_probability_map *map, const char *spec,
                     fairu_classifier **out)
{
  char path[512];
  writer w = { NULL, map, 0 };
  CHECK_OK(ctx, fairu_pack__create(ctx, &w.pack));
  assert_string_equal(put_spec(&w, spec), "");
  CHECK_OK(ctx, fairu_pack__save(w.pack, ctx, support_path(path, sizeof path, "composed.fairu"), magic, 3));
  fairu_pack__destroy(w.pack);
  *out = NULL;
  const int status = fairu_classifier_load(ctx, path, out);
  assert_true((status == FAIRU_OK) == (*out != NULL));
  return status;
}

/* ---- what may stand where ------------------------------------------------------------------------------- */

static const struct {
  const char *spec;
  int code;
  const char *says;
} refusals[] = {
  { "GGRRR", FAIRU_ERR_FORMAT, "kind 2 of classifier as a side of a gate or with inputs" },
  { "GRGRR", FAIRU_ERR_FORMAT, "kind 2 of classifier as a side" },
  { "GE1RR", FAIRU_ERR_FORMAT, "kind 8 of classifier as a side" },
  { "GRE1R", FAIRU_ERR_FORMAT, "kind 8 of classifier as a side" },
  { "GCRR", FAIRU_ERR_FORMAT, "kind 7 of classifier as a side" },
  { "E1E1R", FAIRU_ERR_FORMAT, "kind 8 of classifier as a member of an ensemble" },
  { "E2RCR", FAIRU_ERR_FORMAT, "kind 7 of classifier as a member of an ensemble" },
  { "CCR", FAIRU_ERR_FORMAT, "kind 7 of classifier" },
  { "CE1CR", FAIRU_ERR_FORMAT, "kind 7 of classifier as a member of an ensemble" },
  { "IGRR", FAIRU_ERR_FORMAT, "kind 2 of classifier as a side of a gate or with inputs" },
  { "IE1R", FAIRU_ERR_FORMAT, "kind 8 of classifier as a side of a gate or with inputs" },
  { "ICR", FAIRU_ERR_FORMAT, "kind 7 of classifier as a side of a gate or with inputs" },
  { "IIR", FAIRU_ERR_FORMAT, "kind 256 of classifier" },
  { "GXR", FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
  { "GRX", FAIRU_ERR_SHAPE, "below and above differ in names or their order" },
  { "GWW", FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
  { "GVV", FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
  { "GLL", FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
  { "E0", FAIRU_ERR_FORMAT, "ensemble without members" },
  { "E1X", FAIRU_ERR_FORMAT, "names of an ensemble and of its member 0 differ" },
  { "E3RRW", FAIRU_ERR_FORMAT, "names of an ensemble and of its member 2 differ" },
  { "E2RV", FAIRU_ERR_FORMAT, "names of an ensemble and of its member 1 differ" },
  { "E1L", FAIRU_ERR_FORMAT, "names of an ensemble and of its member 0 differ" },
  { "E3RR", FAIRU_ERR_TRUNCATED, "inside kind" },
  { "CX", FAIRU_ERR_FORMAT, "names of a calibrated model and of what it holds differ" },
  { "CW", FAIRU_ERR_FORMAT, "names of a calibrated model and of what it holds differ" },
  { "CV", FAIRU_ERR_FORMAT, "names of a calibrated model and of what it holds differ" },
  { "CL", FAIRU_ERR_FORMAT, "names of a calibrated model and of what it holds differ" },
  { "CGRX", FAIRU_ERR_SHAPE, "below and above differ in names or their order" },
};

static void some_may_not_hold_others(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_probability_map *map = some_map(ctx);
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    fairu_classifier *c = NULL;
    const int status = load_spec(ctx, map, refusals[i].spec, &c);
    if (status != refusals[i].code)
      fail_msg("%s: %s (%s)", refusals[i].spec, fairu_status_name(status), fairu_context_message(ctx));
    assert_int_not_equal(status, FAIRU_OK);
    CHECK_SAYS(ctx, refusals[i].says);
    CHECK_SAYS(ctx, "composed.fairu: ");
  }
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

/* ---- what they score ------------------------------------------------------------------------------------ */

static double sigmoid(double t)
{
  return 1.0 / (1.0 + exp(-t));
}

/* The score of what begins at *spec, which moves behind it. */
static double walk(fairu_context *ctx, const fairu_probability_map *map, const char **spec, const float x[2],
                   double z, size_t *leaf)
{
  const char kind = *(*spec)++;
  double sum = 0.0;
  if (kind == 'R')
    return sigmoid(slope_of((*leaf)++) * (cos(z) * (double)x[0] + sin(z) * (double)x[1]));
  if (kind == 'G') {
    const double below = walk(ctx, map, spec, x, z, leaf), above = walk(ctx, map, spec, x, z, leaf);
    return z >= nominal ? above : below;
  }
  if (kind == 'E') {
    const int n = *(*spec)++ - '0';
    for (int m = 0; m < n; m++)
      sum += walk(ctx, map, spec, x, z, leaf) / (double)n;
    return sum;
  }
  const double inner = walk(ctx, map, spec, x, z, leaf);
  const float logit = (float)log(inner / (1.0 - inner));
  double score = 0.0;
  CHECK_OK(ctx, fairu_probability_map_apply(map, ctx, &logit, 1, FAIRU_OUTPUT_SCORE, &score));
  return score;
}

static void compositions_are_their_formulas(void **state)
{
  (void)state;
  static const char *const specs[] = { "R",  "GRR",  "E1R",   "E3RRR",     "E2GRRGRR",   "E3RGRRR",
                                       "CR", "CGRR", "CE2RR", "CE2GRRGRR", "E9RRRRRRRRR" };
  fairu_context *ctx = support_context();
  fairu_probability_map *map = some_map(ctx);
  for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
    fairu_classifier *c = NULL;
    CHECK_OK(ctx, load_spec(ctx, map, specs[i], &c));
    assert_string_equal(fairu_classifier_nuisance_name(c, 0), "z");
    for (int k = 0; k < 40; k++) {
      const float x[2] = { 0.3F * (float)(k % 7) - 1.0F, 0.25F * (float)(k % 9) - 1.0F };
      const double z = k % 4 == 0 ? nominal : 0.125 * (double)(k % 13);
      float y = 0.0F;
      size_t leaf = 0;
      const char *spec = specs[i];
      CHECK_OK(ctx, fairu_classifier_score(c, ctx, x, 1, 2, &z, 1, FAIRU_OUTPUT_SCORE, &y));
      CHECK_NEAR((double)y, walk(ctx, map, &spec, x, z, &leaf),
                 2e-6); /* a slope of 7 on roundings of floats */
    }
    fairu_classifier_destroy(c);
  }
  fairu_probability_map_destroy(map);
  fairu_context_destroy(ctx);
}

/* ---- numbers -------------------------------------------------------------------------------------------- */

typedef struct record {
  uint64_t kind, n_features, n_nuisances, gate;
  double lower, upper, numbers[3];
} record;

static int load_record(fairu_context *ctx, const record *r)
{
  static const char *const names[3] = { "x", "y", "w" }, *const nuisances[2] = { "z", "u" };
  const double lower[2] = { r->lower, 0.0 }, upper[2] = { r->upper, 1.0 };
  char path[512];
  writer w = { NULL, NULL, 0 };
  fairu_classifier *c = NULL;
  CHECK_OK(ctx, fairu_pack__create(ctx, &w.pack));
  fairu_pack__u64(w.pack, r->kind);
  fairu_pack__u64(w.pack, r->n_features);
  for (size_t i = 0; i < r->n_features; i++)
    fairu_pack__string(w.pack, names[i]);
  fairu_pack__u64(w.pack, r->n_nuisances);
  for (size_t i = 0; i < r->n_nuisances; i++)
    fairu_pack__string(w.pack, nuisances[i]);
  fairu_pack__f64s(w.pack, lower, r->n_nuisances);
  fairu_pack__f64s(w.pack, upper, r->n_nuisances);
  if (r->kind == 2) {
    fairu_pack__u64(w.pack, r->gate);
    fairu_pack__f64(w.pack, r->numbers[0]);
    put_spec(&w, put_spec(&w, "RR"));
  } else if (r->kind == 3) {
    fairu_pack__f64s(w.pack, r->numbers, r->n_features);
    fairu_pack__f64(w.pack, r->numbers[2]);
  } else {
    fairu_pack__f64(w.pack, r->numbers[0]);
  }
  CHECK_OK(ctx, fairu_pack__save(w.pack, ctx, support_path(path, sizeof path, "record.fairu"), magic, 3));
  fairu_pack__destroy(w.pack);
  const int status = fairu_classifier_load(ctx, path, &c);
  assert_true((status == FAIRU_OK) == (c != NULL));
  fairu_classifier_destroy(c);
  return status;
}

#define NOT_A ((double)NAN)

static void numbers_are_checked(void **state)
{
  (void)state;
  static const struct {
    record r;
    int code;
    const char *says;
  } cases[] = {
    { { 2, 2, 1, 0, 0.0, 0.0, { 0.5 } }, FAIRU_OK, "" },
    { { 2, 2, 1, 1, 0.0, 0.0, { 0.5 } }, FAIRU_ERR_RANGE, "gate is nuisance 1 of 1" },
    { { 2, 2, 1, 0, 0.0, 0.0, { NOT_A } }, FAIRU_ERR_NON_FINITE, "nominal value of the gate is nan" },
    { { 2, 2, 1, 0, 0.0, 0.0, { HUGE_VAL } }, FAIRU_ERR_NON_FINITE, "nominal value of the gate is inf" },
    { { 2, 1, 1, 0, 0.0, 0.0, { 0.5 } }, FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
    { { 2, 2, 2, 0, 0.0, 0.0, { 0.5 } }, FAIRU_ERR_FORMAT, "names of a gated model and of its sides differ" },
    { { 3, 2, 0, 0, 0.0, 0.0, { 1.0, 2.0, 0.5 } }, FAIRU_OK, "" },
    { { 3, 2, 0, 0, 0.0, 0.0, { 1.0, NOT_A, 0.5 } }, FAIRU_ERR_NON_FINITE, "weight of \"y\" is nan" },
    { { 3, 2, 0, 0, 0.0, 0.0, { 1.0, 2.0, -HUGE_VAL } }, FAIRU_ERR_NON_FINITE, "bias is -inf" },
    { { 3, 0, 0, 0, 0.0, 0.0, { 0.0 } }, FAIRU_ERR_FORMAT, "linear model with 0 features and 0 nuisances" },
    { { 3, 2, 1, 0, 0.0, 0.0, { 1.0 } }, FAIRU_ERR_FORMAT, "linear model with 2 features and 1 nuisances" },
    { { 4, 2, 1, 0, 0.0, 0.0, { 3.0 } }, FAIRU_OK, "" },
    { { 4, 2, 1, 0, -HUGE_VAL, HUGE_VAL, { 3.0 } }, FAIRU_OK, "" },
    { { 4, 2, 1, 0, 0.0, 0.0, { HUGE_VAL } }, FAIRU_ERR_NON_FINITE, "slope is inf" },
    { { 4, 2, 1, 0, 1.0, 0.5, { 3.0 } }, FAIRU_ERR_FORMAT, "nuisance \"z\": range [1, 0.5]" },
    { { 4, 2, 1, 0, NOT_A, 0.5, { 3.0 } }, FAIRU_ERR_FORMAT, "nuisance \"z\": range [nan, 0.5]" },
    { { 4, 2, 1, 0, 0.0, NOT_A, { 3.0 } }, FAIRU_ERR_FORMAT, "nuisance \"z\": range [0, nan]" },
    { { 4, 1, 1, 0, 0.0, 0.0, { 3.0 } }, FAIRU_ERR_FORMAT, "rotation model with 1 features and 1 nuisances" },
    { { 4, 3, 1, 0, 0.0, 0.0, { 3.0 } }, FAIRU_ERR_FORMAT, "rotation model with 3 features and 1 nuisances" },
    { { 4, 2, 0, 0, 0.0, 0.0, { 3.0 } }, FAIRU_ERR_FORMAT, "rotation model with 2 features and 0 nuisances" },
    { { 0, 2, 1, 0, 0.0, 0.0, { 3.0 } }, FAIRU_ERR_FORMAT, "kind 0 of classifier" },
    { { 9, 2, 1, 0, 0.0, 0.0, { 3.0 } }, FAIRU_ERR_FORMAT, "kind 9 of classifier" },
  };
  fairu_context *ctx = support_context();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const int status = load_record(ctx, &cases[i].r);
    if (status != cases[i].code)
      fail_msg("case %zu: %s (%s)", i, fairu_status_name(status), fairu_context_message(ctx));
    if (status != FAIRU_OK)
      CHECK_SAYS(ctx, cases[i].says);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(some_may_not_hold_others),
                                      cmocka_unit_test(compositions_are_their_formulas),
                                      cmocka_unit_test(numbers_are_checked) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
