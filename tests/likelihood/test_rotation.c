/* Intervals of the rotating toy against the reference table, and what its symmetries demand. */
#include "likelihood/rotation.h"

typedef struct reference_row {
  char binning[32], method[32], constraint[16], lgamma[8], z_mode[16];
  double z_true, mu_true, mu_hat, z_hat, ends[2], half, ends_2s[2];
} reference_row;

static int parse(const char *line, reference_row *r)
{
  return sscanf(line, "%31[^,],%31[^,],%lf,%lf,%15[^,],%7[^,],%15[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf",
                r->binning, r->method, &r->z_true, &r->mu_true, r->constraint, r->lgamma, r->z_mode,
                &r->mu_hat, &r->z_hat, &r->ends[0], &r->ends[1], &r->half, &r->ends_2s[0],
                &r->ends_2s[1]) == 14;
}

/* All but the Bayes score of the mixture, whose templates have no closed form in one variable, and the coarse grid. */
static int is_ours(const reference_row *r)
{
  return strcmp(r->method, "aug_bayes") != 0 && strcmp(r->z_mode, "grid21") != 0;
}

static double slope_of(const reference_row *r)
{
  if (!strcmp(r->method, "aug_lda"))
    return 3.5682193165;
  return !strcmp(r->binning, "u10_opt") ? 2.0 / 0.49 : 2.0 / 0.7;
}

static rotation_case case_of(const reference_row *r)
{
  const rotation_case c = { .aware = !strcmp(r->method, "aware"),
                            .axis = !strcmp(r->method, "optimal") ? r->z_true : 0.25 * ROTATION_PI,
                            .slope = slope_of(r),
                            .mu = r->mu_true,
                            .z_true = r->z_true,
                            .auxiliary = !strcmp(r->constraint, "aux"),
                            .constant = !strcmp(r->lgamma, "g1")   ? FAIRU_CONSTANT_POISSON
                                        : !strcmp(r->lgamma, "g0") ? FAIRU_CONSTANT_PUBLISHED
                                                                   : FAIRU_CONSTANT_SATURATED };
  return c;
}

static void check_row(fairu_context *ctx, const reference_row *r)
{
  const rotation_case c = case_of(r);
  const double start[2] = { 1.0, r->z_true };
  const unsigned char z_fixed[2] = { 0, 1 };
  rotation_toy t;
  fairu_fit_options fit;
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(ctx, rotation_create(ctx, &c, &t));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  options.level = 0.0;
  fit.spread_starts = 6;
  if (!strcmp(r->z_mode, "fixed")) {
    fit.fixed = z_fixed;
    fit.start = start;
  }
  options.delta_nll = 0.5;
  CHECK_OK(ctx, fairu_likelihood_interval(t.likelihood, ctx, t.data, &options, &interval, NULL, NULL, 2));
  CHECK_NEAR(interval.best, r->mu_hat, 1e-4);
  CHECK_NEAR(interval.lower, r->ends[0], 1e-4);
  CHECK_NEAR(interval.upper, r->ends[1], 1e-4);
  CHECK_NEAR(0.5 * (interval.upper - interval.lower), r->half, 1e-4);
  options.delta_nll = 2.0;
  CHECK_OK(ctx, fairu_likelihood_interval(t.likelihood, ctx, t.data, &options, &interval, NULL, NULL, 2));
  CHECK_NEAR(interval.lower, r->ends_2s[0], 1e-4);
  CHECK_NEAR(interval.upper, r->ends_2s[1], 1e-4);
  rotation_destroy(&t);
}

static void intervals_of_the_reference_table(void **state)
{
  (void)state;
  char path[512], line[512];
  if (!support_data(path, sizeof path, "toy-rotation/intervals.csv"))
    support_skip("no ../shared/data");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  fairu_context *ctx = support_context();
  int n = 0;
  while (fgets(line, sizeof line, file)) {
    reference_row r;
    if (!parse(line, &r) || !is_ours(&r))
      continue;
    check_row(ctx, &r);
    n++;
  }
  fclose(file);
  fairu_context_destroy(ctx);
  print_message("%d rows\n", n);
  assert_true(n >= 40);
}

/* Axis frozen at pi/4, truth at pi/2: z and pi/2 - z are one likelihood. */
static void mirror_minima_are_found(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const rotation_case c = { .axis = 0.25 * ROTATION_PI, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 1.4 };
  rotation_toy t;
  fairu_fit_options options;
  double found[2][2], nll[2][2], covariance[4];
  CHECK_OK(ctx, rotation_create(ctx, &c, &t));
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  for (int side = 0; side < 2; side++) {
    const double start[2] = { 1.0, side ? 1.3 : 0.2 };
    fairu_fit_result result = { .struct_size = sizeof result };
    options.start = start;
    CHECK_OK(ctx,
             fairu_likelihood_fit(t.likelihood, ctx, t.data, &options, found[side], 2, covariance, &result));
    nll[side][0] = result.nll[0];
    nll[side][1] = result.nll[1];
    assert_int_equal(result.n_minima, 1);
  }
  CHECK_NEAR(found[0][1] + found[1][1], 0.5 * ROTATION_PI, 1e-5);
  CHECK_NEAR(found[0][0], found[1][0], 1e-6);
  CHECK_NEAR(nll[0][0] + nll[0][1], nll[1][0] + nll[1][1], 1e-8);
  fairu_fit_result result = { .struct_size = sizeof result };
  options.start = NULL;
  options.spread_starts = 5;
  CHECK_OK(ctx, fairu_likelihood_fit(t.likelihood, ctx, t.data, &options, found[0], 2, NULL, &result));
  assert_int_equal(result.n_minima, 2);
  rotation_destroy(&t);
  fairu_context_destroy(ctx);
}

/* A start on the ridge between the mirror minima has no slope in z, and must not be taken for the answer. */
static void the_saddle_is_left(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const rotation_case c = { .axis = 0.25 * ROTATION_PI, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 1.4 };
  const double start[2] = { 1.0, 0.25 * ROTATION_PI };
  rotation_toy t;
  fairu_fit_options options;
  double found[2];
  CHECK_OK(ctx, rotation_create(ctx, &c, &t));
  CHECK_OK(ctx, fairu_fit_options_init(&options, sizeof options));
  options.start = start;
  CHECK_OK(ctx, fairu_likelihood_fit(t.likelihood, ctx, t.data, &options, found, 2, NULL, NULL));
  assert_true(fabs(found[1] - 0.25 * ROTATION_PI) > 0.3);
  rotation_destroy(&t);
  fairu_context_destroy(ctx);
}

/* The curve f(mu) - minimum is the level at both ends, whatever the level. */
static void ends_lie_on_the_profile(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  for (int aware = 0; aware < 2; aware++) {
    const rotation_case c = {
      .aware = aware, .axis = 0.25 * ROTATION_PI, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 0.5 * ROTATION_PI
    };
    rotation_toy t;
    fairu_fit_options fit;
    fairu_interval_options options;
    CHECK_OK(ctx, rotation_create(ctx, &c, &t));
    CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
    CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
    options.fit = &fit;
    fit.spread_starts = 4;
    for (double level = 0.1; level < 1.0; level += 0.2) {
      double ends[2], nll[2], params[4], lower[2], upper[2];
      fairu_interval interval = { .struct_size = sizeof interval };
      options.level = level;
      CHECK_OK(ctx,
               fairu_likelihood_interval(t.likelihood, ctx, t.data, &options, &interval, lower, upper, 2));
      ends[0] = interval.lower;
      ends[1] = interval.upper;
      CHECK_OK(ctx, fairu_likelihood_profile(t.likelihood, ctx, t.data, &fit, 0, ends, 2, nll, params, 2));
      const double q = fairu_normal__quantile(0.5 + 0.5 * level);
      CHECK_NEAR(nll[0] - interval.nll_minimum, 0.5 * q * q, 1e-8);
      CHECK_NEAR(nll[1] - interval.nll_minimum, 0.5 * q * q, 1e-8);
      CHECK_NEAR(lower[0], interval.lower, 0.0);
      CHECK_NEAR(upper[0], interval.upper, 0.0);
    }
    rotation_destroy(&t);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(intervals_of_the_reference_table),
    cmocka_unit_test(mirror_minima_are_found),
    cmocka_unit_test(the_saddle_is_left),
    cmocka_unit_test(ends_lie_on_the_profile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
