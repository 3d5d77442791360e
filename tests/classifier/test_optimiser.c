/* Update rules and schedules against their formulas. */
#include "classifier/gaussians.h"
#include "classifier/optimiser.h"

/* First steps by hand: Adam moves by the rate whatever the gradient, RMSprop by rate / sqrt(0.1), SGD gathers speed. */
static void rules_are_their_formulas(void **state)
{
  (void)state;
  const float gradient[2] = { 0.5F, -40.0F };
  fairu_context *ctx = support_context();
  for (int rule = FAIRU_OPTIMISER_ADAM; rule <= FAIRU_OPTIMISER_RMSPROP; rule++) {
    float first[2] = { 0 }, second[2] = { 0 }, x[2] = { 1.0F, 1.0F };
    fairu_optimiser_state s = { rule, 0.9, 2, first, second, 0, fairu_kernels__of(ctx) };
    fairu_optimiser__step(&s, 0.01, gradient, x);
    const double moved[4] = { 0, 0.01, 0.01 * 0.5, 0.01 / sqrt(0.1) };
    CHECK_NEAR((double)x[0], 1.0 - moved[rule], 2e-7);
    CHECK_NEAR((double)x[1], rule == FAIRU_OPTIMISER_SGD ? 1.0 + 0.4 : 1.0 + moved[rule], 2e-7);
    fairu_optimiser__step(&s, 0.01, gradient, x);
    const double again[4] = { 0, 0.02, 0.005 * 2.9, 0.01 / sqrt(0.1) + 0.01 / sqrt(0.19) };
    CHECK_NEAR((double)x[0], 1.0 - again[rule], 4e-7);
  }
  fairu_context_destroy(ctx);
}

static void schedules_are_their_formulas(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_training_options o = options_for(ctx, 0, NULL);
  CHECK_CLOSE(fairu_schedule__rate(&o, 0, 100), 1e-3, 1e-14);
  CHECK_CLOSE(fairu_schedule__rate(&o, 59, 100), 1e-3, 1e-14);
  CHECK_CLOSE(fairu_schedule__rate(&o, 60, 100), 2e-4, 1e-14);
  CHECK_CLOSE(fairu_schedule__rate(&o, 99, 100), 4e-5, 1e-14);
  o.schedule = FAIRU_SCHEDULE_COSINE;
  CHECK_CLOSE(fairu_schedule__rate(&o, 0, 100), 1e-3, 1e-14);
  CHECK_CLOSE(fairu_schedule__rate(&o, 50, 100), 1e-3 * 0.505, 1e-14);
  CHECK_CLOSE(fairu_schedule__rate(&o, 100, 100), 1e-5, 1e-12);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rules_are_their_formulas),
    cmocka_unit_test(schedules_are_their_formulas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
