/* The aware network of one call measures the signal strength as well as the closed form does. */
#include <time.h>

#include "methods/aware_width.h"

static double seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void widths_are_those_of_the_closed_form(void **state)
{
  (void)state;
  enum { TEST = 100000 };
  fairu_context *ctx = support_context();
  fairu_classifier *bayes = NULL;
  fairu_training_options training;
  fairu_method_options options = rotation_options(ctx, FAIRU_METHOD_AWARE, &training);
  fairu_systematics *systematics = rotation_systematics(ctx, 1);
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", 2.0 * radius / (sigma * sigma), &bayes));
  for (int big = 0; big < 4; big++) {
    fairu_events *events = rotation_events(ctx, 11, big == 0 ? 100000 : big == 1 ? 200000 : 400000);
    options.copies = big < 3 ? 4 : 4;
    options.spread = 1.5;
    training.epochs = big < 3 ? 4 : 10;
    training.batch = 1024;
    training.schedule = FAIRU_SCHEDULE_COSINE;
    training.learning_rate = 3e-3;
    training.activation = big == 3 ? FAIRU_TANH : FAIRU_RELU;
    options.training = &training;
    fairu_classifier *trained = NULL;
    const double begun = seconds();
    CHECK_OK(ctx, fairu_method_train(ctx, events, systematics, &options, NULL, &trained));
    printf("trained in %.1f s cpu\n", seconds() - begun);
    for (int i = 0; i < 3; i++) {
      const double z = quarter_pi * i, exact = aware_width(ctx, bayes, z, TEST),
                   width = aware_width(ctx, trained, z, TEST);
      printf("z %.3f closed %.5f trained %.5f ratio %.4f\n", z, exact, width, width / exact);
    }
    fairu_classifier_destroy(trained);
    fairu_events_destroy(events);
  }
  fairu_classifier_destroy(bayes);
  fairu_systematics_destroy(systematics);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(widths_are_those_of_the_closed_form) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
