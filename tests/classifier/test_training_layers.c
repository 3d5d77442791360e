/* Hidden layers with an activation each: as one for all where they are equal, and the finished network is the one that was trained. */
#include "classifier/gaussians.h"

enum { N = 2000 };
static const size_t hidden[2] = { 8, 6 };

static void scores_of(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                      double *loss, float scores[N])
{
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_classifier *trained = NULL;
  CHECK_OK(ctx, fairu_classifier_train(ctx, events, options, &result, &trained));
  CHECK_OK(ctx, fairu_classifier_score_events(trained, ctx, events, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, scores));
  *loss = result.training_loss;
  fairu_classifier_destroy(trained);
}

static fairu_training_options two_layers(fairu_context *ctx, const int *activations)
{
  fairu_training_options options = options_for(ctx, 0, NULL);
  options.hidden = hidden;
  options.n_hidden = 2;
  options.batch = 500;
  options.epochs = 2;
  options.activations = activations;
  return options;
}

static void equal_ones_are_one_for_all(void **state)
{
  (void)state;
  static float one[N], each[N];
  double loss = 0.0;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 8, N, -1.0);
  for (int activation = FAIRU_ACTIVATION_LINEAR; activation <= FAIRU_ACTIVATION_ELU; activation++) {
    const int activations[2] = { activation, activation };
    const fairu_training_options all = two_layers(ctx, activations);
    fairu_training_options same = two_layers(ctx, NULL);
    same.activation = activation;
    scores_of(ctx, events, &all, &loss, each);
    scores_of(ctx, events, &same, &loss, one);
    assert_memory_equal(one, each, sizeof one);
  }
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

/* With steps too small to move a weight, the loss of training is that of the network's scores. */
static void the_finished_network_has_them(void **state)
{
  (void)state;
  static float scores[N];
  const int activations[2] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_RELU },
            turned[2] = { FAIRU_ACTIVATION_RELU, FAIRU_ACTIVATION_TANH };
  double loss = 0.0, other = 0.0, sum = 0.0;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 8, N, -1.0);
  const int32_t *labels = fairu_events_labels(events);
  fairu_training_options options = two_layers(ctx, activations);
  options.learning_rate = 1e-30;
  scores_of(ctx, events, &options, &loss, scores);
  for (size_t i = 0; i < N; i++)
    sum += log1p(exp(labels[i] ? -(double)scores[i] : (double)scores[i]));
  CHECK_CLOSE(loss, sum / N, 1e-6);
  options.activations = turned;
  scores_of(ctx, events, &options, &other, scores);
  assert_true(fabs(other - loss) > 1e-3);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

static void unknown_ones_are_refused(void **state)
{
  (void)state;
  const int activations[2] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_SOFTMAX };
  fairu_classifier *out = NULL;
  fairu_context *ctx = support_context();
  fairu_events *events = gaussians(ctx, 8, N, -1.0);
  const fairu_training_options options = two_layers(ctx, activations);
  CHECK_FAILS(ctx, FAIRU_ERR_ARGUMENT, fairu_classifier_train(ctx, events, &options, NULL, &out));
  CHECK_SAYS(ctx, "activation 5 of hidden layer 1");
  assert_null(out);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(equal_ones_are_one_for_all),
    cmocka_unit_test(the_finished_network_has_them),
    cmocka_unit_test(unknown_ones_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
