/* Fits that begin far from the data, where a first step runs off along a factor that nothing holds. */
#include "coverage/challenge_model.h"
#include "support/support.h"

typedef struct far_fit {
  const fairu_likelihood *likelihood;
  const fairu_data *data;
} far_fit;

static int far_body(fairu_context *ctx, void *data)
{
  const far_fit *f = (const far_fit *)data;
  double params[challenge_params];
  return fairu_likelihood_fit(f->likelihood, ctx, f->data, NULL, params, challenge_params, NULL, NULL);
}

/* A toy with energy scales two standard deviations off and statistics of templates that the likelihood profiles: from the start of the model the search reached mu = -13, where
 * yields end, and stayed there. */
static void a_search_that_runs_off_begins_again_in_stages(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  const challenge_settings settings = { 0.5, FAIRU_MC_STAT_MOVING };
  fairu_interval_calibration_options toys;
  fairu_fit_options near;
  fairu_fit_result far_result = { .struct_size = sizeof far_result },
                   result = { .struct_size = sizeof result };
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double truth[challenge_params], params[challenge_params], wanted[challenge_params];
  CHECK_OK(ctx, challenge_create(ctx, settings, &lh));
  CHECK_OK(ctx, fairu_data_create(ctx, lh, &data));
  CHECK_OK(ctx, fairu_interval_calibration_options_init(&toys, sizeof toys));
  CHECK_OK(ctx,
           fairu_interval_calibration_toy(ctx, lh, &toys, 0.61, 1002, 834, truth, challenge_params, data));
  CHECK_OK(ctx, fairu_fit_options_init(&near, sizeof near));
  near.start = truth;
  CHECK_OK(ctx, fairu_likelihood_fit(lh, ctx, data, &near, wanted, challenge_params, NULL, &result));
  CHECK_OK(ctx, fairu_likelihood_fit(lh, ctx, data, NULL, params, challenge_params, NULL, &far_result));
  CHECK_NEAR(far_result.nll[0], result.nll[0], 1e-8);
  for (int i = 0; i < challenge_params; i++)
    CHECK_NEAR(params[i], wanted[i], 1e-5);
  assert_true(far_result.evaluations > 30); /* the case is still one */
  far_fit again = { lh, data };
  assert_true(support_every_allocation_fails(far_body, &again) > 0);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(a_search_that_runs_off_begins_again_in_stages) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
