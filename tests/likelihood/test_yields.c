/* Expected yields with their uncertainties; prefit covariance. */
#include "likelihood/channel_model.h"
#include "likelihood/linear_model.h"
#include "likelihood/small_model.h"

/* Jacobian by differences of the expectation, error of bins and of channels. */
static void yields_of_channels(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double c[CHANNEL_PARAMS * CHANNEL_PARAMS], j[CHANNEL_PARAMS][CHANNEL_BINS], nu[CHANNEL_BINS], total[2],
      error[CHANNEL_BINS], total_error[2], wanted[CHANNEL_BINS + 2] = { 0.0 };
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  for (size_t i = 0; i < CHANNEL_PARAMS; i++) {
    double low[CHANNEL_BINS], high[CHANNEL_BINS], x[CHANNEL_PARAMS];
    memcpy(x, channel_point, sizeof x);
    x[i] = channel_point[i] + 1e-6;
    channel_expected(x, high);
    x[i] = channel_point[i] - 1e-6;
    channel_expected(x, low);
    for (size_t b = 0; b < CHANNEL_BINS; b++)
      j[i][b] = (high[b] - low[b]) / 2e-6;
    for (size_t k = 0; k < CHANNEL_PARAMS; k++)
      c[i * CHANNEL_PARAMS + k] = i == k ? 0.04 : 0.01 * cos((double)(i + k));
  }
  for (size_t i = 0; i < CHANNEL_PARAMS; i++)
    for (size_t k = 0; k < CHANNEL_PARAMS; k++)
      for (size_t b = 0; b < CHANNEL_BINS; b++)
        for (size_t d = 0; d < CHANNEL_BINS; d++) {
          const double term = j[i][b] * c[i * CHANNEL_PARAMS + k] * j[k][d];
          wanted[b] += b == d ? term : 0.0;
          wanted[CHANNEL_BINS + (b >= 3)] += (b >= 3) == (d >= 3) ? term : 0.0;
        }
  CHECK_OK(ctx,
           fairu_likelihood_yields(lh, ctx, channel_point, c, CHANNEL_PARAMS, nu, error, total, total_error));
  for (size_t b = 0; b < CHANNEL_BINS; b++)
    CHECK_CLOSE(error[b], sqrt(wanted[b]), 1e-7);
  for (size_t k = 0; k < 2; k++)
    CHECK_CLOSE(total_error[k], sqrt(wanted[CHANNEL_BINS + k]), 1e-7);
  CHECK_CLOSE(total[1], nu[3] + nu[4], 1e-14);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

static void yields_of_a_linear_model(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  double c[linear_params][linear_params], flat[linear_params * linear_params], nu[linear_bins],
      error[linear_bins], total, total_error;
  CHECK_OK(ctx, linear_create(ctx, 3.0, &m));
  linear_covariance(&m, NULL, c);
  memcpy(flat, c, sizeof flat);
  CHECK_OK(ctx, fairu_likelihood_yields(m.likelihood, ctx, linear_start, flat, linear_params, nu, error,
                                        &total, &total_error));
  double sum = 0.0, all = 0.0;
  for (size_t j = 0; j < linear_bins; j++) {
    double variance = 0.0;
    for (size_t i = 0; i < linear_params; i++)
      for (size_t k = 0; k < linear_params; k++) {
        variance += linear_slope(&m, i, j) * c[i][k] * linear_slope(&m, k, j);
        for (size_t l = 0; l < linear_bins; l++)
          all += linear_slope(&m, i, j) * c[i][k] * linear_slope(&m, k, l);
      }
    CHECK_CLOSE(nu[j], linear_nu(&m, j), 1e-12);
    CHECK_CLOSE(error[j], sqrt(variance), 1e-10);
    sum += linear_nu(&m, j);
  }
  CHECK_CLOSE(total, sum, 1e-12);
  CHECK_CLOSE(total_error, sqrt(all), 1e-10);
  CHECK_OK(ctx, fairu_likelihood_yields(m.likelihood, ctx, linear_start, NULL, linear_params, nu, NULL, NULL,
                                        NULL));
  flat[5] = (double)NAN;
  CHECK_FAILS(
      ctx, FAIRU_ERR_NON_FINITE,
      fairu_likelihood_yields(m.likelihood, ctx, linear_start, flat, linear_params, nu, error, NULL, NULL));
  CHECK_SAYS(ctx, "(1, 1)");
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

static void prefit_covariance_holds_the_widths(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  linear_model m;
  double c[linear_params * linear_params];
  CHECK_OK(ctx, linear_create(ctx, 3.0, &m));
  CHECK_OK(ctx, fairu_likelihood_prefit_covariance(m.likelihood, ctx, c, linear_params));
  for (size_t i = 0; i < linear_params * linear_params; i++) {
    const double w = i == 10 ? linear_width[0] : i == 15 ? linear_width[1] : 0.0;
    CHECK_NEAR(c[i], w * w, 1e-15);
  }
  CHECK_FAILS(ctx, FAIRU_ERR_SHAPE, fairu_likelihood_prefit_covariance(m.likelihood, ctx, c, 3));
  CHECK_SAYS(ctx, "4 parameters, got 3");
  linear_destroy(&m);
  fairu_context_destroy(ctx);
}

/* An auxiliary histogram stays with the part that has it. */
static void joined_likelihoods_have_the_widths_of_their_parts(void **state)
{
  (void)state;
  const small_options o = { .mc_stat = FAIRU_MC_STAT_MOVING,
                            .kind = FAIRU_CONSTRAINT_AUXILIARY,
                            .prior = FAIRU_PRIOR_GAUSSIAN,
                            .interpolation = FAIRU_INTERPOLATION_LOG };
  double own[small_params * small_params], joined[small_params * small_params];
  small_model m;
  fairu_likelihood *whole = NULL;
  fairu_context *ctx = support_context();
  CHECK_OK(ctx, small_create(ctx, &o, &m));
  const fairu_likelihood *parts[1] = { m.likelihood };
  CHECK_OK(ctx, fairu_likelihood_prefit_covariance(m.likelihood, ctx, own, small_params));
  CHECK_OK(ctx, fairu_likelihood_create_combined(ctx, parts, 1, NULL, &whole));
  CHECK_OK(ctx, fairu_likelihood_prefit_covariance(whole, ctx, joined, small_params));
  assert_memory_equal(own, joined, sizeof own);
  double most = 0.0;
  for (size_t i = 0; i < small_params; i++)
    most = fmax(most, own[i * (small_params + 1)]);
  assert_true(most > 0.0);
  fairu_likelihood_destroy(whole);
  small_destroy(&m);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(yields_of_channels),
    cmocka_unit_test(yields_of_a_linear_model),
    cmocka_unit_test(prefit_covariance_holds_the_widths),
    cmocka_unit_test(joined_likelihoods_have_the_widths_of_their_parts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
