/* Losses of expected results: against likelihoods made of the same yields, gradients by differences. */
#include "likelihood/expected_counts.h"
#include "likelihood/made_parameter.h"

static const int quantities[5] = { FAIRU_EXPECTED_VARIANCE, FAIRU_EXPECTED_SIGMA, FAIRU_EXPECTED_CLS,
                                   FAIRU_EXPECTED_P0, FAIRU_EXPECTED_DETERMINANT };

/* ---- values against a likelihood ----------------------------------------------------------------------- */

/* The model of HistFactory that a loss stands for: nuisances of variations with equal steps, and rates. */
static void add_parameter(fairu_context *ctx, fairu_model *model, const char *name, double start,
                          double width, size_t *index)
{
  const made_parameter p = { name, start, -HUGE_VAL, HUGE_VAL, width, 0.0, 0 };
  CHECK_OK(ctx, made_parameter_add(ctx, model, p, index));
}

static void add_nuisance(fairu_context *ctx, fairu_model *model, const expected_counts *c,
                         const fairu_expected_nuisance *n, int code, const char *name, const size_t *samples)
{
  size_t parameter;
  if (n->source == FAIRU_SOURCE_RATE) {
    add_parameter(ctx, model, name, 1.0, n->width, &parameter);
    CHECK_OK(ctx, fairu_model_add_factor(model, ctx, samples[n->process], parameter));
    return;
  }
  add_parameter(ctx, model, name, 0.0, n->width / n->step_up, &parameter);
  for (size_t p = 0; p < EC_PROCESSES; p++) {
    double up[EC_BINS], down[EC_BINS];
    for (size_t b = 0; b < EC_BINS; b++) {
      up[b] = c->yields[p] * c->counts[(p * EC_VARIATIONS + n->up) * EC_BINS + b];
      down[b] = c->yields[p] * c->counts[(p * EC_VARIATIONS + n->down) * EC_BINS + b];
    }
    CHECK_OK(ctx, fairu_model_add_shift(model, ctx, samples[p], parameter, down, up, EC_BINS, code));
  }
}

static fairu_likelihood *likelihood_of(fairu_context *ctx, const expected_counts *c,
                                       const fairu_expected_nuisance *nuisances, size_t n, double floor,
                                       int code)
{
  static const char *const names[EC_PROCESSES] = { "background", "signal", "other" };
  static const char *const parameters[EC_NUISANCES] = { "a", "b", "c", "d", "e", "f" };
  fairu_model *model = NULL;
  fairu_likelihood *likelihood = NULL;
  double constant[EC_BINS];
  size_t channel, samples[EC_PROCESSES], mu;
  CHECK_OK(ctx, fairu_model_create(ctx, &model));
  CHECK_OK(ctx, fairu_model_add_channel(model, ctx, "bins", EC_BINS, &channel));
  for (size_t p = 0; p < EC_PROCESSES; p++) {
    double yields[EC_BINS];
    for (size_t b = 0; b < EC_BINS; b++)
      yields[b] = c->yields[p] * c->counts[p * EC_VARIATIONS * EC_BINS + b];
    CHECK_OK(ctx, fairu_model_add_sample(model, ctx, channel, names[p], yields, EC_BINS, &samples[p]));
  }
  for (size_t b = 0; b < EC_BINS; b++)
    constant[b] = floor;
  CHECK_OK(ctx, fairu_model_add_sample(model, ctx, channel, "floor", constant, EC_BINS, NULL));
  add_parameter(ctx, model, "mu", 1.0, 0.0, &mu);
  CHECK_OK(ctx, fairu_model_add_factor(model, ctx, samples[1], mu));
  for (size_t k = 0; k < n; k++)
    add_nuisance(ctx, model, c, &nuisances[k], code, parameters[k], samples);
  CHECK_OK(ctx, fairu_likelihood_create_from_model(ctx, model, "mu", &likelihood));
  fairu_model_destroy(model);
  return likelihood;
}

/* Where nuisances are nominal. */
static void nominal(const fairu_expected_nuisance *nuisances, size_t n, double mu, double *params)
{
  params[0] = mu;
  for (size_t k = 0; k < n; k++)
    params[k + 1] = nuisances[k].source == FAIRU_SOURCE_RATE ? 1.0 : 0.0;
}

/* The test of `tested` by a statistic, of Asimov data at mu. */
static fairu_hypotest_result test_of(fairu_context *ctx, const fairu_likelihood *likelihood,
                                     const fairu_expected_nuisance *nuisances, size_t n, double mu,
                                     int statistic, double tested)
{
  double params[1 + EC_NUISANCES];
  fairu_data *data = NULL;
  fairu_hypotest_options options;
  fairu_hypotest_result test = { .struct_size = sizeof test };
  assert_int_equal(fairu_hypotest_options_init(&options, sizeof options), FAIRU_OK);
  options.statistic = statistic;
  nominal(nuisances, n, mu, params);
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, params, n + 1, data));
  CHECK_OK(ctx, fairu_likelihood_hypotest(likelihood, ctx, data, &options, tested, &test));
  fairu_data_destroy(data);
  return test;
}

static void check_tests(fairu_context *ctx, const fairu_likelihood *likelihood,
                        const fairu_expected_nuisance *nuisances, size_t n, const fairu_expected_result *r)
{
  fairu_hypotest_result test = test_of(ctx, likelihood, nuisances, n, 1.0, FAIRU_TEST_Q0, 0.0);
  CHECK_CLOSE(r->q0, test.statistic, 1e-9);
  CHECK_CLOSE(r->p0, test.p_sb, 1e-9);
  test = test_of(ctx, likelihood, nuisances, n, 0.0, FAIRU_TEST_Q_TILDE, 1.0);
  CHECK_CLOSE(r->q, test.statistic, 1e-9);
  CHECK_CLOSE(r->cls, test.cls, 1e-8);
  CHECK_CLOSE(r->cls, test.expected[2], 1e-8);
}

/* Errors of a fit of Asimov data. */
static void check_errors(fairu_context *ctx, const fairu_likelihood *likelihood,
                         const fairu_expected_nuisance *nuisances, size_t n, const fairu_expected_result *r)
{
  double params[1 + EC_NUISANCES], covariance[(1 + EC_NUISANCES) * (1 + EC_NUISANCES)];
  fairu_data *data = NULL;
  nominal(nuisances, n, 1.0, params);
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, params, n + 1, data));
  CHECK_OK(ctx, fairu_likelihood_fit(likelihood, ctx, data, NULL, params, n + 1, covariance, NULL));
  CHECK_CLOSE(r->sigma_mu, sqrt(covariance[0]), 1e-8);
  for (size_t k = 0; k < n; k++) {
    const double unit = nuisances[k].source == FAIRU_SOURCE_RATE ? 1.0 : nuisances[k].step_up;
    CHECK_CLOSE(r->nuisance_sigma[k], unit * sqrt(covariance[(k + 1) * (n + 2)]), 1e-8);
  }
  fairu_data_destroy(data);
}

/* Up and down both of one nuisance, rates of a background and of the signal. */
static void values_are_those_of_a_likelihood(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  fairu_expected_nuisance mine[4];
  mine[0] = e.n[0];
  mine[1] = e.n[2];
  mine[2] = e.n[3];
  mine[3] = e.n[5];
  mine[3].step_up = 0.8;
  mine[3].step_down = -0.8;
  mine[3].width = 0.3;
  for (size_t count = 0; count <= 4; count++) {
    fairu_expected_loss_options options = expected_options(e.c, mine, count, FAIRU_EXPECTED_CLS);
    options.floor = count % 2 ? 1e-3 : 0.5;
    fairu_expected_result r = { .struct_size = sizeof r };
    CHECK_OK(e.ctx, fairu_expected_loss_report(e.ctx, &e.c->summary, &options, &r));
    fairu_likelihood *likelihood = likelihood_of(e.ctx, e.c, mine, count, options.floor, FAIRU_CODE_4P);
    check_tests(e.ctx, likelihood, mine, count, &r);
    check_errors(e.ctx, likelihood, mine, count, &r);
    fairu_likelihood_destroy(likelihood);
  }
  expected_case_end(&e);
}

/* Lowest conditional fit of data at mu_asimov: from a start on every side of the first two nuisances. */
static double lowest_test(fairu_context *ctx, const fairu_likelihood *likelihood,
                          const fairu_expected_nuisance *nuisances, double mu, double mu_asimov)
{
  static const unsigned char fixed[4] = { 1, 0, 0, 0 };
  double start[4], truth[4], best[4], lowest = (double)INFINITY;
  fairu_data *data = NULL;
  fairu_fit_options options;
  nominal(nuisances, 3, mu_asimov, truth);
  nominal(nuisances, 3, mu, start);
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, truth, 4, data));
  assert_int_equal(fairu_fit_options_init(&options, sizeof options), FAIRU_OK);
  options.start = start;
  options.fixed = fixed;
  for (int side = 0; side < 4; side++) {
    double difference;
    start[1] = side & 1 ? 0.3 : -0.3;
    start[2] = side & 2 ? 0.3 : -0.3;
    CHECK_OK(ctx, fairu_likelihood_fit(likelihood, ctx, data, &options, best, 4, NULL, NULL));
    CHECK_OK(ctx, fairu_likelihood_nll_difference(likelihood, ctx, data, best, truth, 4, &difference));
    lowest = fmin(lowest, 2.0 * difference);
  }
  fairu_data_destroy(data);
  return lowest;
}

/* Code 0 has kinks at nominal, and often several valleys. */
static void kinks_at_nominal(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  for (int i = 0; i < 4; i++) {
    e.n[1] = e.n[0];
    e.n[0].up = i % 2 ? 2 : 1;
    e.n[0].down = i % 2 ? 1 : 2;
    e.n[1].up = i < 2 ? 3 : 2;
    e.n[1].down = i < 2 ? 1 : 3;
    fairu_expected_loss_options options = expected_options(e.c, e.n, 3, FAIRU_EXPECTED_CLS);
    options.interpolation = FAIRU_CODE_0;
    options.floor = 1e-3;
    fairu_expected_result r = { .struct_size = sizeof r };
    CHECK_OK(e.ctx, fairu_expected_loss_report(e.ctx, &e.c->summary, &options, &r));
    fairu_likelihood *likelihood = likelihood_of(e.ctx, e.c, e.n, 3, options.floor, FAIRU_CODE_0);
    CHECK_CLOSE(r.q, lowest_test(e.ctx, likelihood, e.n, 1.0, 0.0), 1e-9);
    CHECK_CLOSE(r.q0, lowest_test(e.ctx, likelihood, e.n, 0.0, 1.0), 1e-9);
    fairu_likelihood_destroy(likelihood);
  }
  expected_case_end(&e);
}

/* The loss is what the report says, and its logarithm. */
static void loss_and_report_agree(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  fairu_expected_loss_options options = expected_options(e.c, e.n, EC_NUISANCES, FAIRU_EXPECTED_VARIANCE);
  fairu_expected_result r = { .struct_size = sizeof r };
  CHECK_OK(e.ctx, fairu_expected_loss_report(e.ctx, &e.c->summary, &options, &r));
  const double wanted[5] = { r.variance, r.sigma_mu, r.cls, r.p0, r.determinant };
  for (int i = 0; i < 5; i++) {
    double value, logarithm;
    options.quantity = quantities[i];
    options.logarithm = 0;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &value, NULL, NULL, &options));
    CHECK_CLOSE(value, wanted[i], 1e-12);
    options.logarithm = 1;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &logarithm, NULL, NULL, &options));
    CHECK_NEAR(logarithm, log(value), 1e-12);
  }
  CHECK_CLOSE(r.sigma, sqrt(r.variance), 1e-14);
  CHECK_CLOSE(r.sigma_mu, r.sigma / e.c->yields[1], 1e-14);
  assert_true(r.stat < r.sigma_mu);
  assert_true(r.nuisance_sigma[0] < e.n[0].width);
  CHECK_NEAR(r.nuisance_sigma[EC_NUISANCES], 0.0, 0.0);
  expected_case_end(&e);
}

/* One bin, one rate: [s / (s + b) ...] by hand. */
static void one_bin_by_hand(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const double s = 30.0, b = 400.0, f = 0.05, yields[2] = { b, s }, shares[2] = { 1.0, 1.0 };
  const fairu_summary_counts counts = { 2, 1, 0, 1, shares, NULL };
  const fairu_expected_nuisance rate = {
    .struct_size = sizeof rate, .source = FAIRU_SOURCE_RATE, .process = 0, .width = f
  };
  fairu_expected_loss_options options;
  fairu_expected_result r = { .struct_size = sizeof r };
  assert_int_equal(fairu_expected_loss_options_init(&options, sizeof options), FAIRU_OK);
  options.yields = yields;
  options.n_processes = 2;
  options.nuisances = &rate;
  options.n_nuisances = 1;
  options.floor = 0.0;
  CHECK_OK(ctx, fairu_expected_loss_report(ctx, &counts, &options, &r));
  CHECK_CLOSE(r.variance, s + b + f * f * b * b, 1e-13);
  CHECK_CLOSE(r.stat, sqrt(s + b) / s, 1e-13);
  double ams1;
  CHECK_OK(ctx, fairu_significance_ams1(ctx, s, b, f * b, &ams1));
  CHECK_CLOSE(sqrt(r.q0), ams1, 1e-11);
  fairu_context_destroy(ctx);
}

/* ---- gradients ----------------------------------------------------------------------------------------- */

static double value_of(fairu_context *ctx, const expected_counts *c,
                       const fairu_expected_loss_options *options)
{
  double value = 0.0;
  fairu_expected_loss_options copy = *options;
  CHECK_OK(ctx, fairu_expected_loss(ctx, &c->summary, &value, NULL, NULL, &copy));
  return value;
}

static double largest(const double *x, size_t n)
{
  double most = 0.0;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, fabs(x[i]));
  return most;
}

/* Differences of fourth order. */
static void check_gradient(fairu_context *ctx, expected_counts *c, const fairu_expected_loss_options *options,
                           double *values, const double *gradient, size_t n)
{
  const double scale = largest(gradient, n), h = 1e-4;
  for (size_t i = 0; i < n; i++) {
    const double kept = values[i], step = h * fmax(0.02, fabs(kept));
    double at[4];
    for (int k = 0; k < 4; k++) {
      values[i] = kept + step * (k < 2 ? k - 2 : k - 1);
      at[k] = value_of(ctx, c, options);
    }
    values[i] = kept;
    CHECK_NEAR((at[0] - 8.0 * at[1] + 8.0 * at[2] - at[3]) / (12.0 * step) / scale, gradient[i] / scale,
               1e-7);
  }
}

static void gradients_are_differences(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  double d_counts[EC_COUNTS], d_tangents[EC_SLOPES], loss;
  for (int i = 0; i < 25; i++) {
    const size_t count = i < 10 ? EC_NUISANCES : i < 15 ? 2 : i < 20 ? 0 : 5;
    fairu_expected_loss_options options = expected_options(e.c, e.n, count, quantities[i % 5]);
    options.logarithm = i / 5 % 2;
    options.interpolation = i < 20 ? FAIRU_CODE_4P : FAIRU_CODE_0;
    options.floor = 1e-3;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &loss, d_counts, d_tangents, &options));
    CHECK_CLOSE(loss, value_of(e.ctx, e.c, &options), 1e-14);
    check_gradient(e.ctx, e.c, &options, e.c->counts, d_counts, EC_COUNTS);
    if (count > 1)
      check_gradient(e.ctx, e.c, &options, e.c->tangents, d_tangents, EC_SLOPES);
    else
      CHECK_NEAR(largest(d_tangents, EC_SLOPES), 0.0, 0.0);
  }
  expected_case_end(&e);
}

/* Far beyond the variations, where the shift goes on along lines: strong signals pull nuisances out. */
static void gradients_far_from_nominal(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  double d_counts[EC_COUNTS], d_tangents[EC_SLOPES], loss;
  e.n[0].step_up = 0.05;
  e.n[0].step_down = -0.05;
  e.c->yields[1] = 400.0;
  for (int i = 0; i < 4; i++) {
    fairu_expected_loss_options options =
        expected_options(e.c, e.n, 3, i < 2 ? FAIRU_EXPECTED_CLS : FAIRU_EXPECTED_P0);
    options.logarithm = i % 2;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &loss, d_counts, d_tangents, &options));
    assert_true(options.logarithm ? loss < -20.0 : loss < 1e-9);
    if (!options.logarithm)
      continue;
    check_gradient(e.ctx, e.c, &options, e.c->counts, d_counts, EC_COUNTS);
    check_gradient(e.ctx, e.c, &options, e.c->tangents, d_tangents, EC_SLOPES);
  }
  expected_case_end(&e);
}

/* Bins without anything in them say nothing, and their gradient is finite. */
static void empty_bins_are_left_out(void **state)
{
  (void)state;
  expected_case e = expected_case_begin();
  double d_counts[EC_COUNTS], before, after;
  for (int i = 0; i < 5; i++) {
    fairu_expected_loss_options options = expected_options(e.c, e.n, 4, quantities[i]);
    options.floor = 0.0;
    for (size_t k = 0; k < EC_PROCESSES * EC_VARIATIONS; k++)
      e.c->counts[k * EC_BINS + EC_BINS - 1] = 0.0;
    for (size_t k = 0; k < EC_PROCESSES * EC_TANGENTS; k++)
      e.c->tangents[k * EC_BINS + EC_BINS - 1] = 0.0;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &before, d_counts, NULL, &options));
    assert_true(isfinite(before) && isfinite(largest(d_counts, EC_COUNTS)));
    options.floor = 1e-9;
    CHECK_OK(e.ctx, fairu_expected_loss(e.ctx, &e.c->summary, &after, NULL, NULL, &options));
    CHECK_CLOSE(before, after, 1e-6);
  }
  expected_case_end(&e);
}

/* Structs that will grow: the first one's size is the stride. */
static void nuisances_of_a_newer_header(void **state)
{
  (void)state;
  typedef struct grown {
    fairu_expected_nuisance now;
    double later;
  } grown;
  expected_case e = expected_case_begin();
  grown g[EC_NUISANCES];
  memset(g, 0, sizeof g);
  for (int k = 0; k < EC_NUISANCES; k++) {
    g[k].now = e.n[k];
    g[k].now.struct_size = sizeof *g;
  }
  fairu_expected_loss_options options = expected_options(e.c, e.n, EC_NUISANCES, FAIRU_EXPECTED_VARIANCE);
  const double wanted = value_of(e.ctx, e.c, &options);
  options.nuisances = &g[0].now;
  CHECK_NEAR(value_of(e.ctx, e.c, &options), wanted, 0.0);
  g[2].later = 1.0;
  double loss;
  CHECK_FAILS(e.ctx, FAIRU_ERR_STRUCT_SIZE,
              fairu_expected_loss(e.ctx, &e.c->summary, &loss, NULL, NULL, &options));
  expected_case_end(&e);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(values_are_those_of_a_likelihood),
    cmocka_unit_test(kinks_at_nominal),
    cmocka_unit_test(loss_and_report_agree),
    cmocka_unit_test(one_bin_by_hand),
    cmocka_unit_test(gradients_are_differences),
    cmocka_unit_test(gradients_far_from_nominal),
    cmocka_unit_test(empty_bins_are_left_out),
    cmocka_unit_test(nuisances_of_a_newer_header),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
