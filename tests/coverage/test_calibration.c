/* Calibrations in the Gaussian limit, where critical values have a closed form: one bin of huge counts. Their errors, digests, files. */
#include "likelihood/counting.h"
#include "support/json_faults.h"
#include "support/support.h"

/* mu^ is normal about mu with spread sqrt(b) / s. */
static void huge(fairu_context *ctx, double sigma, counting *c)
{
  *c = (counting){ .s = 1e4 / sigma, .b = 1e8, .n = 1e8, .lower = -HUGE_VAL, .upper = HUGE_VAL };
  CHECK_OK(ctx, counting_create(ctx, c));
}

static fairu_interval_calibration_options few(uint64_t n_toys, uint64_t seed)
{
  fairu_interval_calibration_options o;
  assert_int_equal(fairu_interval_calibration_options_init(&o, sizeof o), FAIRU_OK);
  o.n_toys = n_toys;
  o.seed = seed;
  return o;
}

/* P(t <= c) by adding up the definition over the normal density. */
static double content(double c, double mu, double sigma, double lower, double upper)
{
  enum { STEPS = 4000 };
  double sum = 0.0;
  for (int k = 0; k < STEPS; k++) {
    const double z = 16.0 * (k + 0.5) / STEPS - 8.0, x = mu + sigma * z;
    const double beyond = x < lower ? lower - x : x > upper ? x - upper : 0.0;
    const double t = z * z - beyond * beyond / (sigma * sigma);
    sum += t <= c ? exp(-0.5 * z * z) : 0.0;
  }
  return sum * 16.0 / STEPS / sqrt(2.0 * 3.14159265358979323846);
}

static double exact_critical(double mu, double sigma, double lower, double upper, double level)
{
  double low = 0.0, high = 30.0;
  for (int k = 0; k < 40; k++) {
    const double middle = 0.5 * (low + high);
    if (content(middle, mu, sigma, lower, upper) < level)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

/* Places between hypotheses and near the ends. */
static const double places[] = { 0.1,  0.11, 0.14, 0.2,  0.33, 0.5,  0.97, 1.4,
                                 1.77, 2.2,  2.6,  2.81, 2.93, 2.98, 3.0 };
enum { N_PLACES = sizeof places / sizeof *places };

static void critical_values_are_those_of_the_gaussian_limit(void **state)
{
  static const double sigmas[] = { 0.05, 0.2, 0.5, 1.5, 5.0 };
  (void)state;
  fairu_context *ctx = support_context();
  for (size_t s = 0; s < sizeof sigmas / sizeof *sigmas; s++) {
    counting model;
    fairu_interval_calibration *c = NULL;
    const fairu_interval_calibration_options o = few(2000, 3 + s);
    huge(ctx, sigmas[s], &model);
    CHECK_OK(ctx, fairu_interval_calibration_create(ctx, model.likelihood, &o, &c));
    for (int i = 0; i < N_PLACES; i++) {
      double critical, error;
      const double exact = exact_critical(places[i], sigmas[s], 0.1, 3.0, 0.6827);
      CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, places[i], &critical, &error));
      CHECK_NEAR(critical, exact, 4.0 * error + 2e-3);
      assert_true(error > 0.0 && error < 0.1 * exact + 0.01);
    }
    fairu_interval_calibration_destroy(c);
    counting_destroy(&model);
  }
  fairu_context_destroy(ctx);
}

/* Pulls of raw quantiles and of smoothed values over seeds, at hypotheses. */
static void errors_are_honest(void **state)
{
  enum { SEEDS = 40 };
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  double raw = 0.0, smooth = 0.0, worst = 0.0, smaller = 0.0, exact[15];
  huge(ctx, 0.4, &model);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    fairu_interval_calibration *c = NULL;
    const fairu_interval_calibration_options o = few(500, 100 + seed);
    CHECK_OK(ctx, fairu_interval_calibration_create(ctx, model.likelihood, &o, &c));
    assert_int_equal(fairu_interval_calibration_n_mu(c), 15);
    for (size_t i = 0; i < 15; i++) {
      double mu, quantile, quantile_error, critical, error;
      CHECK_OK(ctx, fairu_interval_calibration_point(c, ctx, i, &mu, &quantile, &quantile_error, NULL, NULL));
      CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, mu, &critical, &error));
      if (seed == 0)
        exact[i] = exact_critical(mu, 0.4, 0.1, 3.0, 0.6827);
      const double pull = (critical - exact[i]) / error;
      raw += pow((quantile - exact[i]) / quantile_error, 2.0);
      smooth += pull * pull;
      worst = fmax(worst, fabs(pull));
      smaller += error / quantile_error;
    }
    fairu_interval_calibration_destroy(c);
  }
  CHECK_NEAR(sqrt(raw / (15 * SEEDS)), 1.0, 0.12);
  CHECK_NEAR(sqrt(smooth / (15 * SEEDS)), 1.0, 0.25);
  assert_true(worst < 5.0);
  assert_true(smaller / (15 * SEEDS) < 0.6); /* smoothing is worth it */
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* Each mu is covered as often as `level` says, at the ends and between hypotheses. */
static void each_mu_is_covered(void **state)
{
  enum { TOYS = 1000 };
  static const double mus[] = { 0.1, 0.16, 0.37, 0.8, 1.53, 2.41, 2.87, 2.99 };
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  fairu_interval_calibration *c = NULL;
  const fairu_interval_calibration_options o = few(4000, 8);
  huge(ctx, 0.5, &model);
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, model.likelihood, &o, &c));
  for (size_t m = 0; m < sizeof mus / sizeof *mus; m++) {
    int covered = 0;
    for (uint64_t k = 0; k < TOYS; k++) {
      double truth;
      fairu_calibrated_interval interval = { .struct_size = sizeof interval };
      CHECK_OK(ctx, fairu_interval_calibration_toy(ctx, model.likelihood, &o, mus[m], 1000 + m, k, &truth, 1,
                                                   model.data));
      assert_true(truth == mus[m]);
      CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, model.likelihood, model.data, NULL, &interval,
                                                        NULL, 0));
      assert_true(interval.lower <= interval.upper && interval.n_pieces == 1);
      covered += interval.lower <= mus[m] && mus[m] <= interval.upper;
    }
    CHECK_NEAR(covered, 682.7, 4.0 * 14.72);
  }
  fairu_interval_calibration_destroy(c);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* Ends of the interval satisfy t = c, the estimate has no bounds, and beyond the range the interval begins at its end. */
static void ends_are_crossings_or_ends_of_the_range(void **state)
{
  static const double counts[] = { 1e8 - 3.3e4, 1e8, 1e8 + 1e4, 1e8 + 3e4, 1e8 + 6e4, 1e8 + 9e4 };
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  fairu_interval_calibration *c = NULL;
  const fairu_interval_calibration_options o = few(500, 9);
  huge(ctx, 0.5, &model);
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, model.likelihood, &o, &c));
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
    fairu_calibrated_interval interval = { .struct_size = sizeof interval };
    double params, ends[2];
    CHECK_OK(ctx, fairu_data_set_observed(model.data, ctx, &counts[k], 1));
    CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, model.likelihood, model.data, NULL, &interval,
                                                      &params, 1));
    const double estimate = (counts[k] - 1e8) / model.s, inside = fmin(fmax(estimate, 0.1), 3.0);
    CHECK_NEAR(interval.estimate, estimate, 1e-6);
    assert_true(params == interval.estimate);
    ends[0] = interval.lower;
    ends[1] = interval.upper;
    for (int i = 0; i < 2; i++) {
      const int bound = (i ? interval.upper_end : interval.lower_end) == FAIRU_INTERVAL_BOUND;
      double critical;
      CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, ends[i], &critical, NULL));
      const double t = 2.0 * (counting_nll(&model, counts[k], 0.0, ends[i]) -
                              counting_nll(&model, counts[k], 0.0, inside));
      if (bound)
        assert_true(ends[i] == (i ? 3.0 : 0.1) && t <= critical + 1e-6);
      else
        CHECK_NEAR(t, critical, 2e-5);
    }
    assert_true(interval.lower <= inside && inside <= interval.upper);
    assert_int_equal(interval.lower_end == FAIRU_INTERVAL_BOUND, interval.lower == 0.1);
    assert_true(estimate > 0.12 || interval.lower == 0.1);
  }
  fairu_interval_calibration_destroy(c);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* ---- digests and files --------------------------------------------------------------------------------- */

static fairu_interval_calibration *made(fairu_context *ctx, const fairu_likelihood *lh,
                                        const fairu_interval_calibration_options *o)
{
  fairu_interval_calibration *c = NULL;
  CHECK_OK(ctx, fairu_interval_calibration_create(ctx, lh, o, &c));
  return c;
}

static void digest_of(fairu_context *ctx, const fairu_likelihood *lh,
                      const fairu_interval_calibration_options *o,
                      char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST])
{
  fairu_interval_calibration *c = made(ctx, lh, o);
  CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, digest));
  assert_int_equal(strlen(digest), 64);
  assert_int_equal(strspn(digest, "0123456789abcdef"), 64);
  fairu_interval_calibration_destroy(c);
}

static void digests_know_every_option_and_no_thread(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model, other;
  char digests[11][FAIRU_INTERVAL_CALIBRATION_DIGEST], again[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  fairu_interval_calibration_options o[11];
  huge(ctx, 0.5, &model);
  huge(ctx, 0.51, &other);
  for (int i = 0; i < 11; i++)
    o[i] = few(100, 1);
  o[1].lower = 0.2;
  o[2].upper = 2.9;
  o[3].n_mu = 16;
  o[4].n_toys = 101;
  o[5].level = 0.68;
  o[6].seed = 2;
  o[7].draw_nuisances = 0;
  o[8].pool_statistics = 0.5;
  o[10].fixed_sums = 1;
  for (int i = 0; i < 11; i++) {
    digest_of(ctx, i == 9 ? other.likelihood : model.likelihood, &o[i], digests[i]);
    for (int k = 0; k < i; k++)
      assert_string_not_equal(digests[k], digests[i]);
  }
  for (int threads = 1; threads <= 4; threads++) {
    CHECK_OK(ctx, fairu_context_set_threads(ctx, threads));
    digest_of(ctx, model.likelihood, &o[0], again);
    assert_string_equal(again, digests[0]);
  }
  counting_destroy(&other);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

static void files_keep_every_bit(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  char path[512], before[FAIRU_INTERVAL_CALIBRATION_DIGEST], after[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  fairu_interval_calibration_options o = few(200, UINT64_MAX);
  fairu_interval_calibration *c, *loaded = NULL;
  fairu_calibrated_interval a = { .struct_size = sizeof a }, b = { .struct_size = sizeof b };
  huge(ctx, 0.5, &model);
  c = made(ctx, model.likelihood, &o);
  support_path(path, sizeof path, "calibration.json");
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, path));
  CHECK_OK(ctx, fairu_interval_calibration_load(ctx, path, &loaded));
  CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, before));
  CHECK_OK(ctx, fairu_interval_calibration_digest(loaded, ctx, after));
  assert_string_equal(before, after);
  for (int k = 0; k <= 290; k++) {
    double x[2], y[2];
    CHECK_OK(ctx, fairu_interval_calibration_critical(c, ctx, 0.1 + k * 0.01, &x[0], &x[1]));
    CHECK_OK(ctx, fairu_interval_calibration_critical(loaded, ctx, 0.1 + k * 0.01, &y[0], &y[1]));
    assert_memory_equal(x, y, sizeof x);
  }
  CHECK_OK(ctx, fairu_interval_calibration_interval(c, ctx, model.likelihood, model.data, NULL, &a, NULL, 0));
  CHECK_OK(ctx,
           fairu_interval_calibration_interval(loaded, ctx, model.likelihood, model.data, NULL, &b, NULL, 0));
  assert_true(a.lower == b.lower && a.upper == b.upper);
  fairu_interval_calibration_destroy(loaded);
  fairu_interval_calibration_destroy(c);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* The file with one text replaced by another is refused with this code and message. */
static void refused(fairu_context *ctx, const char *text, const char *from, const char *to, int code,
                    const char *says)
{
  char path[512];
  fairu_interval_calibration *c = (fairu_interval_calibration *)(void *)path;
  const char *place = strstr(text, from);
  assert_non_null(place);
  char *changed = (char *)malloc(strlen(text) + strlen(to) + 1);
  assert_non_null(changed);
  memcpy(changed, text, (size_t)(place - text));
  strcpy(changed + (place - text), to);
  strcat(changed, place + strlen(from));
  support_write_file(support_path(path, sizeof path, "changed.json"), changed, strlen(changed));
  free(changed);
  CHECK_FAILS(ctx, code, fairu_interval_calibration_load(ctx, path, &c));
  CHECK_SAYS(ctx, says);
  CHECK_SAYS(ctx, "changed.json");
  assert_null(c);
}

static void changed_files_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  char path[512];
  const fairu_interval_calibration_options o = few(100, 5);
  huge(ctx, 0.5, &model);
  fairu_interval_calibration *c = made(ctx, model.likelihood, &o);
  support_path(path, sizeof path, "kept.json");
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, path));
  fairu_interval_calibration_destroy(c);
  char *text = support_read_file(path, NULL);
  refused(ctx, text, "\"fairu calibration\"", "\"something else\"", FAIRU_ERR_FORMAT, "something else");
  refused(ctx, text, "\"version\": 1", "\"version\": 2", FAIRU_ERR_FORMAT, "version 2");
  refused(ctx, text, "\"seed\": \"5\"", "\"seed\": \"6\"", FAIRU_ERR_CHECKSUM, "/digest");
  refused(ctx, text, "\"seed\": \"5\"", "\"seed\": \"05\"", FAIRU_ERR_FORMAT, "seed");
  refused(ctx, text, "\"seed\": \"5\"", "\"seed\": \"99999999999999999999999\"", FAIRU_ERR_FORMAT, "seed");
  refused(ctx, text, "\"level\": 0.6827", "\"level\": 0.6828", FAIRU_ERR_CHECKSUM, "/digest");
  refused(ctx, text, "\"level\": 0.6827", "\"level\": 1.5", FAIRU_ERR_RANGE, "level");
  refused(ctx, text, "\"n_mu\": 15", "\"n_mu\": 14", FAIRU_ERR_SHAPE, "/mu");
  refused(ctx, text, "\"n_mu\": 15", "\"n_mu\": 1500000000", FAIRU_ERR_FORMAT, "n_mu");
  refused(ctx, text, "\"n_toys\": 100", "\"n_toys\": 100.5", FAIRU_ERR_FORMAT, "n_toys");
  refused(ctx, text, "\"parameters\"", "\"parametres\"", FAIRU_ERR_FORMAT, "parametres");
  refused(ctx, text, "\"mu\": [0.1", "\"mu\": [0.12", FAIRU_ERR_CHECKSUM, "/digest");
  refused(ctx, text, "\"digest\": \"", "\"digest\": \"0", FAIRU_ERR_CHECKSUM, "/digest");
  refused(ctx, text, "\"smoothing\": [", "\"smoothing\": [1.0, ", FAIRU_ERR_SHAPE, "/smoothing");
  refused(ctx, text, "{", "[", FAIRU_ERR_FORMAT, "changed.json");
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_interval_calibration_load(ctx, "no such folder/x.json", &c));
  assert_null(c);
  free(text);
  c = made(ctx, model.likelihood, &o);
  CHECK_FAILS(ctx, FAIRU_ERR_IO, fairu_interval_calibration_save(c, ctx, "no such folder/x.json"));
  fairu_interval_calibration_destroy(c);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* Cut anywhere or with any byte changed a file is refused, or says the same. */
static void damaged_files_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  char path[512], before[FAIRU_INTERVAL_CALIBRATION_DIGEST], after[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  size_t size = 0;
  fairu_interval_calibration_options o = few(100, 5);
  o.n_mu = 5;
  huge(ctx, 0.5, &model);
  fairu_interval_calibration *c = made(ctx, model.likelihood, &o);
  CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, before));
  support_path(path, sizeof path, "damaged.json");
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, path));
  fairu_interval_calibration_destroy(c);
  char *text = support_read_file(path, &size);
  for (size_t i = 0; i + 2 < size; i++) { /* the last two: a bracket and the end of its line */
    const int cut = i % 3 == 0;
    const char kept = text[i];
    text[i] = kept == '7' ? '8' : kept == '9' ? ' ' : '7';
    support_write_file(path, text, cut ? i : size);
    text[i] = kept;
    const int status = fairu_interval_calibration_load(ctx, path, &c);
    assert_true((status == FAIRU_OK) == (c != NULL));
    assert_true(status == FAIRU_OK || strstr(fairu_context_message(ctx), "damaged.json"));
    if (!c)
      continue;
    assert_false(cut);
    CHECK_OK(ctx, fairu_interval_calibration_digest(c, ctx, after));
    assert_string_equal(before, after);
    fairu_interval_calibration_destroy(c);
  }
  free(text);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

static int load_text(fairu_context *ctx, const char *text, size_t size, void *data)
{
  fairu_interval_calibration *c = NULL;
  support_write_file((const char *)data, text, size);
  const int status = fairu_interval_calibration_load(ctx, (const char *)data, &c);
  fairu_interval_calibration_destroy(c);
  return status;
}

static void every_single_fault_is_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  char path[512];
  fairu_interval_calibration_options o = few(100, 5);
  o.n_mu = 5;
  huge(ctx, 0.5, &model);
  fairu_interval_calibration *c = made(ctx, model.likelihood, &o);
  support_path(path, sizeof path, "fault.json");
  CHECK_OK(ctx, fairu_interval_calibration_save(c, ctx, path));
  fairu_interval_calibration_destroy(c);
  char *text = support_read_file(path, NULL);
  const support_json_faults n = support_json_try_faults(text, path, load_text, path);
  assert_true(100 * n.refused > 95 * n.tried); /* the digest tells what the values do not */
  free(text);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

/* ---- bad input ----------------------------------------------------------------------------------------- */

static void bad_options_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model;
  fairu_interval_calibration *c = NULL;
  huge(ctx, 0.5, &model);
#define REFUSED(code, says, change)                                                                          \
  do {                                                                                                       \
    fairu_interval_calibration_options o = few(100, 1);                                                      \
    change;                                                                                                  \
    CHECK_FAILS(ctx, code, fairu_interval_calibration_create(ctx, model.likelihood, &o, &c));                \
    CHECK_SAYS(ctx, says);                                                                                   \
    assert_null(c);                                                                                          \
  } while (0)
  REFUSED(FAIRU_ERR_RANGE, "n_mu is 4", o.n_mu = 4);
  REFUSED(FAIRU_ERR_RANGE, "n_mu is 201", o.n_mu = 201);
  REFUSED(FAIRU_ERR_RANGE, "n_toys is 99", o.n_toys = 99);
  REFUSED(FAIRU_ERR_RANGE, "level is 1", o.level = 1.0);
  REFUSED(FAIRU_ERR_RANGE, "level is nan", o.level = (double)NAN);
  REFUSED(FAIRU_ERR_RANGE, "no range", o.lower = 3.0);
  REFUSED(FAIRU_ERR_RANGE, "no range", o.upper = HUGE_VAL);
  REFUSED(FAIRU_ERR_RANGE, "template_statistics is -1", o.template_statistics = -1.0);
  REFUSED(FAIRU_ERR_RANGE, "pool_statistics is inf", o.pool_statistics = HUGE_VAL);
  REFUSED(FAIRU_ERR_ARGUMENT, "fixed_sums is 2", o.fixed_sums = 2);
  REFUSED(FAIRU_ERR_ARGUMENT, "draw_nuisances is 2", o.draw_nuisances = 2);
  REFUSED(FAIRU_ERR_STRUCT_SIZE, "calibration options", o.struct_size = 8);
#undef REFUSED
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

static void bad_calls_are_refused(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  counting model,
      two = { .s = 10.0, .b = 10.0, .tau = 1.0, .n = 10.0, .m = 10.0, .lower = -9.0, .upper = 9.0 };
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  double value, params[2];
  const fairu_interval_calibration_options o = few(100, 1);
  huge(ctx, 0.5, &model);
  CHECK_OK(ctx, counting_create(ctx, &two));
  fairu_interval_calibration *c = made(ctx, model.likelihood, &o);
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_calibration_point(c, ctx, 15, &value, NULL, NULL, NULL, NULL));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_calibration_critical(c, ctx, 3.1, &value, NULL));
  CHECK_SAYS(ctx, "3.1");
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_calibration_critical(c, ctx, (double)NAN, &value, NULL));
  CHECK_FAILS(
      ctx, FAIRU_ERR_ARGUMENT,
      fairu_interval_calibration_interval(c, ctx, two.likelihood, two.data, NULL, &interval, NULL, 0));
  CHECK_SAYS(ctx, "1 parameters");
  CHECK_FAILS(
      ctx, FAIRU_ERR_ARGUMENT,
      fairu_interval_calibration_interval(c, ctx, model.likelihood, two.data, NULL, &interval, NULL, 0));
  CHECK_FAILS(
      ctx, FAIRU_ERR_SHAPE,
      fairu_interval_calibration_interval(c, ctx, model.likelihood, model.data, NULL, &interval, params, 2));
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE,
              fairu_interval_calibration_toy(ctx, model.likelihood, &o, 1.0, 0, 0, params, 2, model.data));
  CHECK_FAILS(
      ctx, FAIRU_ERR_NON_FINITE,
      fairu_interval_calibration_toy(ctx, model.likelihood, &o, (double)NAN, 0, 0, params, 1, model.data));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE,
              fairu_interval_calibration_toy(ctx, model.likelihood, &o, 1.0, 0, UINT64_C(1) << 44, params, 1,
                                             model.data));
  fairu_interval_calibration_destroy(c);
  counting_destroy(&two);
  two.upper = 2.0; /* of mu, less than the range */
  CHECK_OK(ctx, counting_create(ctx, &two));
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, fairu_interval_calibration_create(ctx, two.likelihood, &o, &c));
  CHECK_SAYS(ctx, "exceeds its bounds");
  counting_destroy(&two);
  counting_destroy(&model);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(critical_values_are_those_of_the_gaussian_limit),
    cmocka_unit_test(errors_are_honest),
    cmocka_unit_test(each_mu_is_covered),
    cmocka_unit_test(ends_are_crossings_or_ends_of_the_range),
    cmocka_unit_test(digests_know_every_option_and_no_thread),
    cmocka_unit_test(files_keep_every_bit),
    cmocka_unit_test(changed_files_are_refused),
    cmocka_unit_test(damaged_files_are_refused),
    cmocka_unit_test(every_single_fault_is_named),
    cmocka_unit_test(bad_options_are_refused),
    cmocka_unit_test(bad_calls_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
