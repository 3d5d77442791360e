/* What training refuses, and how it stops. */
#include "classifier/gaussians.h"
#include "classifier/train_small.h"

static void failing_allocations_are_clean(void **state)
{
  (void)state;
  static const size_t hidden[1] = { 4 };
  fairu_context *ctx = support_context();
  case_data c = { gaussians(ctx, 10, 200, -1.0), options_for(ctx, 1, NULL) };
  c.options.hidden = hidden;
  c.options.n_hidden = 1;
  c.options.epochs = 1;
  c.options.validation_fraction = 0.25;
  c.options.gate = "z";
  assert_true(support_every_allocation_fails(train_small, &c) > 40);
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

static int never_comes(size_t epoch, double training, double validation, void *user_data)
{
  (void)epoch, (void)training, (void)validation, (void)user_data;
  fail_msg("an epoch was run");
  return 0;
}

static void wrong_options_are_refused(void **state)
{
  (void)state;
  const size_t no_width = 0;
  const char *const missing[2] = { "x", "charge" };
  fairu_context *ctx = support_context();
  case_data c = { gaussians(ctx, 11, 200, -1.0), options_for(ctx, 1, NULL) };
  const fairu_training_options good = c.options;
  c.options.features = missing;
  REFUSED(FAIRU_ERR_NOT_FOUND, "charge");
  c.options.features = NULL;
  REFUSED(FAIRU_ERR_NULL, "NULL");
  c.options.n_features = 0;
  REFUSED(FAIRU_ERR_ARGUMENT, "features");
  const char *const twice[2] = { "x", "x" }, *const empty[2] = { "x", "" };
  c.options.features = twice; /* before the first epoch */
  c.options.on_epoch = never_comes;
  REFUSED(FAIRU_ERR_DUPLICATE, "training inputs 0 and 1 are both \"x\"");
  c.options.features = empty;
  REFUSED(FAIRU_ERR_ARGUMENT, "name of training input 1 is empty");
  c.options.activation = FAIRU_ACTIVATION_SOFTMAX;
  REFUSED(FAIRU_ERR_ARGUMENT, "activation 5");
  c.options.activation = 99;
  REFUSED(FAIRU_ERR_ARGUMENT, "activation 99");
  c.options.optimiser = 0;
  REFUSED(FAIRU_ERR_ARGUMENT, "optimiser 0");
  c.options.schedule = 3;
  REFUSED(FAIRU_ERR_ARGUMENT, "schedule 3");
  c.options.hidden = &no_width;
  c.options.n_hidden = 1;
  REFUSED(FAIRU_ERR_RANGE, "hidden[0] is 0");
  c.options.learning_rate = 0.0;
  REFUSED(FAIRU_ERR_RANGE, "learning_rate is 0");
  c.options.learning_rate = (double)NAN;
  REFUSED(FAIRU_ERR_RANGE, "learning_rate is nan");
  c.options.l2 = -1.0;
  REFUSED(FAIRU_ERR_RANGE, "l2 is -1");
  c.options.momentum = 1.0;
  REFUSED(FAIRU_ERR_RANGE, "momentum is 1");
  c.options.validation_fraction = 1.0;
  REFUSED(FAIRU_ERR_RANGE, "validation_fraction is 1");
  c.options.batch = 0;
  REFUSED(FAIRU_ERR_RANGE, "batch is 0");
  c.options.epochs = 0;
  REFUSED(FAIRU_ERR_RANGE, "epochs is 0");
  c.options.patience = 2;
  REFUSED(FAIRU_ERR_ARGUMENT, "patience 2");
  c.options.gate = "tes";
  REFUSED(FAIRU_ERR_NOT_FOUND, "\"tes\"");
  c.options.gate = "z";
  c.options.gate_nominal = (double)NAN;
  REFUSED(FAIRU_ERR_NON_FINITE, "gate_nominal is nan");
  c.options.struct_size = 8;
  REFUSED(FAIRU_ERR_STRUCT_SIZE, "training options");
  c.options.learning_rate = 1e30;
  c.options.optimiser = FAIRU_OPTIMISER_SGD;
  REFUSED(FAIRU_ERR_NON_FINITE, "diverged");
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

static void wrong_events_are_refused(void **state)
{
  (void)state;
  int32_t labels[200] = { 0 };
  double weights[200] = { 0.0 };
  float *column;
  fairu_context *ctx = support_context();
  case_data c = { gaussians(ctx, 12, 200, -1.0), options_for(ctx, 1, NULL) };
  const fairu_training_options good = c.options;
  fairu_training_result result = { .struct_size = 4 };
  fairu_classifier *out = NULL;
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_classifier_train(ctx, c.events, &good, &result, &out));
  result.struct_size = SIZE_MAX; /* never set: that is told before training, too */
  CHECK_FAILS(ctx, FAIRU_ERR_STRUCT_SIZE, fairu_classifier_train(ctx, c.events, &good, &result, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_train(ctx, NULL, &good, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_train(ctx, c.events, NULL, NULL, &out));
  CHECK_FAILS(ctx, FAIRU_ERR_NULL, fairu_classifier_train(ctx, c.events, &good, NULL, NULL));
  assert_int_equal(fairu_classifier_train(NULL, c.events, &good, NULL, &out), FAIRU_ERR_NULL);
  CHECK_OK(ctx, fairu_events_set_weights(c.events, ctx, weights, 200));
  REFUSED(FAIRU_ERR_EMPTY, "class 0 has 100 training events of total weight 0");
  for (int i = 0; i < 200; i++) /* what is left of them is less than single precision resolves */
    weights[i] = i % 4 < 2 ? 1e10 : -0.99999999e10;
  CHECK_OK(ctx, fairu_events_set_weights(c.events, ctx, weights, 200));
  c.options.balance = 0;
  REFUSED(FAIRU_ERR_EMPTY, "training part: 200 events of total weight 0 as floats");
  CHECK_OK(ctx, fairu_events_set_weights(c.events, ctx, NULL, 0));
  CHECK_OK(ctx, fairu_events_column_data(c.events, ctx, 1, &column));
  column[17] = NAN;
  REFUSED(FAIRU_ERR_NON_FINITE, "row 17: column \"y\" is nan");
  column[17] = 0.0F;
  CHECK_OK(ctx, fairu_events_set_labels(c.events, ctx, labels, 200));
  REFUSED(FAIRU_ERR_EMPTY, "class 1 has 0 training events");
  labels[9] = 2;
  CHECK_OK(ctx, fairu_events_set_labels(c.events, ctx, labels, 200));
  REFUSED(FAIRU_ERR_RANGE, "row 9: label is 2");
  CHECK_OK(ctx, fairu_events_set_labels(c.events, ctx, NULL, 0));
  REFUSED(FAIRU_ERR_ARGUMENT, "labels");
  fairu_events_destroy(c.events);
  CHECK_OK(ctx, fairu_events_create(ctx, 0, 3, names, &c.events));
  REFUSED(FAIRU_ERR_EMPTY, "no events");
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

static void cancelled_training_stops(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  case_data c = { gaussians(ctx, 13, 20000, -1.0), options_for(ctx, 1, NULL) };
  c.options.epochs = 1000000;
  CHECK_OK(ctx, fairu_context_set_deadline(ctx, 0.05));
  CHECK_FAILS(ctx, FAIRU_ERR_DEADLINE, train_small(ctx, &c));
  fairu_context_cancel(ctx);
  CHECK_FAILS(ctx, FAIRU_ERR_CANCELLED, train_small(ctx, &c));
  fairu_events_destroy(c.events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(failing_allocations_are_clean),
    cmocka_unit_test(wrong_options_are_refused),
    cmocka_unit_test(wrong_events_are_refused),
    cmocka_unit_test(cancelled_training_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
