/* Training against an adversary refuses what has no meaning: code and message. */
#include "classifier/gaussians.h"

enum { N = 600 };

typedef struct setting {
  fairu_context *ctx;
  fairu_events *events;
  fairu_training_options training;
  fairu_adversary_options adversary;
  fairu_adversary_result result;
} setting;

static const size_t hidden[2] = { 4, 0 };

static setting make(void)
{
  setting s = { .ctx = support_context(), .result = { .struct_size = sizeof s.result } };
  s.events = gaussians(s.ctx, 5, N, -1.0);
  s.training = options_for(s.ctx, 0, NULL);
  s.training.hidden = hidden;
  s.training.n_hidden = 1;
  s.training.epochs = 1;
  CHECK_OK(s.ctx, fairu_adversary_options_init(&s.adversary, sizeof s.adversary));
  s.adversary.nuisance = "z";
  s.adversary.hidden = hidden;
  s.adversary.n_hidden = 1;
  return s;
}

static void forget(setting *s)
{
  fairu_events_destroy(s->events);
  fairu_context_destroy(s->ctx);
}

static void refuses(setting *s, int code, const char *text)
{
  fairu_classifier *out = (fairu_classifier *)(void *)s;
  fairu_training_result result = { .struct_size = sizeof result, .epochs = 77 };
  const fairu_adversary_result before = s->result;
  CHECK_FAILS(s->ctx, code,
              fairu_classifier_train_adversarial(s->ctx, s->events, &s->training, &s->adversary, &result,
                                                 &s->result, &out));
  CHECK_SAYS(s->ctx, text);
  assert_null(out);
  assert_int_equal(result.epochs, 77);
  assert_memory_equal(&before, &s->result, sizeof before);
}

/* One field set to something wrong at a time. */
#define REFUSES(field, value, code, text)                                                                    \
  do {                                                                                                       \
    setting s = make();                                                                                      \
    s.field = value;                                                                                         \
    refuses(&s, code, text);                                                                                 \
    forget(&s);                                                                                              \
  } while (0)

static void options_without_meaning(void **state)
{
  (void)state;
  REFUSES(adversary.nuisance, NULL, FAIRU_ERR_NULL, "nuisance is NULL");
  REFUSES(adversary.nuisance, "zz", FAIRU_ERR_NOT_FOUND, "zz");
  REFUSES(adversary.density, -1, FAIRU_ERR_ARGUMENT, "density is -1");
  REFUSES(adversary.density, 5, FAIRU_ERR_ARGUMENT, "density is 5");
  REFUSES(adversary.density, FAIRU_DENSITY_MIXTURE, FAIRU_ERR_ARGUMENT, "\"z\" has 21 values; a mixture");
  REFUSES(adversary.components, 0, FAIRU_ERR_RANGE, "0 components");
  REFUSES(adversary.components, 65, FAIRU_ERR_RANGE, "65 components");
  REFUSES(adversary.hidden, NULL, FAIRU_ERR_NULL, "hidden is NULL");
  REFUSES(adversary.n_hidden, 2, FAIRU_ERR_RANGE, "hidden[1] is 0");
  REFUSES(adversary.activation, FAIRU_ACTIVATION_SOFTMAX, FAIRU_ERR_ARGUMENT, "activation is 5");
  REFUSES(adversary.sees, 2, FAIRU_ERR_ARGUMENT, "sees is 2");
  REFUSES(adversary.lambda, -0.5, FAIRU_ERR_RANGE, "lambda is -0.5");
  REFUSES(adversary.lambda, (double)NAN, FAIRU_ERR_RANGE, "lambda is nan");
  REFUSES(adversary.only_label, -2, FAIRU_ERR_ARGUMENT, "only_label is -2");
  REFUSES(adversary.only_label, 2, FAIRU_ERR_EMPTY, "label 2 in the training part");
  REFUSES(adversary.reversal, 2, FAIRU_ERR_ARGUMENT, "reversal is 2");
  REFUSES(adversary.adversary_steps, 0, FAIRU_ERR_RANGE, "adversary_steps is 0");
  REFUSES(adversary.rounds, 3, FAIRU_ERR_RANGE, "3 rounds in an epoch of 1 batches");
  REFUSES(adversary.optimiser, 9, FAIRU_ERR_ARGUMENT, "optimiser is 9");
  REFUSES(adversary.learning_rate, -1.0, FAIRU_ERR_RANGE, "learning_rate is -1");
  REFUSES(adversary.l2, (double)INFINITY, FAIRU_ERR_RANGE, "l2 is inf");
  REFUSES(adversary.struct_size, 8, FAIRU_ERR_STRUCT_SIZE, "adversary options");
  REFUSES(adversary.classifier_epochs, SIZE_MAX, FAIRU_ERR_RANGE,
          "classifier_epochs is 18446744073709551615");
  REFUSES(adversary.adversary_epochs, SIZE_MAX / 2 + 1, FAIRU_ERR_RANGE,
          "adversary_epochs 9223372036854775808");
  REFUSES(result.struct_size, 8, FAIRU_ERR_STRUCT_SIZE, "adversary result");
  REFUSES(result.struct_size, 65537, FAIRU_ERR_STRUCT_SIZE, "adversary result");
  REFUSES(training.epochs, 0, FAIRU_ERR_RANGE, "epochs is 0");
  REFUSES(training.tangent_penalty, 0.5, FAIRU_ERR_UNSUPPORTED, "tangent_penalty is 0.5");
  setting s = make();
  s.adversary.reversal = 1;
  s.adversary.adversary_steps = 2;
  refuses(&s, FAIRU_ERR_ARGUMENT, "reversal takes one step of both, not 2");
  forget(&s);
}

static void nuisances_without_meaning(void **state)
{
  (void)state;
  float *z = NULL;
  setting s = make();
  CHECK_OK(s.ctx, fairu_events_column_data(s.events, s.ctx, 2, &z));
  z[7] = INFINITY;
  refuses(&s, FAIRU_ERR_NON_FINITE, "row 7: column \"z\" is inf");
  for (size_t i = 0; i < N; i++)
    z[i] = 0.1F;
  refuses(&s, FAIRU_ERR_FLAT, "\"z\" has variance 0 around 0.1");
  for (size_t i = 0; i < N; i++)
    z[i] = (float)(i % 65);
  s.adversary.density = FAIRU_DENSITY_DISCRETE;
  refuses(&s, FAIRU_ERR_LIMIT, "\"z\" has more than 64 values");
  for (size_t i = 0; i < N; i++)
    z[i] = i < N / 2 ? (float)(i % 3) : (float)i; /* only_label does not ask the others */
  int32_t labels[N];
  for (size_t i = 0; i < N; i++)
    labels[i] = i >= N / 2;
  CHECK_OK(s.ctx, fairu_events_set_labels(s.events, s.ctx, labels, N));
  s.adversary.only_label = 0;
  fairu_classifier *trained = NULL;
  CHECK_OK(s.ctx, fairu_classifier_train_adversarial(s.ctx, s.events, &s.training, &s.adversary, NULL,
                                                     &s.result, &trained));
  CHECK_NEAR(s.result.blind_loss, log(3.0), 1e-12);
  fairu_classifier_destroy(trained);
  forget(&s);
}

static double blind_loss(setting *s)
{
  fairu_classifier *trained = NULL;
  CHECK_OK(s->ctx, fairu_classifier_train_adversarial(s->ctx, s->events, &s->training, &s->adversary, NULL,
                                                      &s->result, &trained));
  fairu_classifier_destroy(trained);
  return s->result.blind_loss;
}

static void few_values_are_discrete(void **state)
{
  (void)state;
  float *z = NULL;
  setting s = make();
  CHECK_OK(s.ctx, fairu_events_column_data(s.events, s.ctx, 2, &z));
  for (size_t i = 0; i < N; i++)
    z[i] = 0.1F * (float)(i / 2 % 60); /* as often in both classes */
  CHECK_NEAR(blind_loss(&s), log(60.0), 1e-12);
  for (size_t i = 0; i < N; i++)
    z[i] = (float)(i % 65);
  assert_true(isnan(blind_loss(&s)));
  forget(&s);
}

/* A value that only the validation part has. */
static void unknown_values(void **state)
{
  (void)state;
  float *z = NULL;
  setting s = make();
  int known = 0, unknown = 0;
  s.adversary.density = FAIRU_DENSITY_DISCRETE;
  s.training.validation_fraction = 0.5;
  CHECK_OK(s.ctx, fairu_events_column_data(s.events, s.ctx, 2, &z));
  for (size_t i = 0; i < 40; i++) {
    for (size_t k = 0; k < N; k++)
      z[k] = k == i ? 7.5F : (float)(k % 2);
    fairu_classifier *out = NULL;
    const int status =
        fairu_classifier_train_adversarial(s.ctx, s.events, &s.training, &s.adversary, NULL, &s.result, &out);
    if (status == FAIRU_OK)
      known++;
    else
      refuses(&s, FAIRU_ERR_RANGE, "\"z\" is 7.5 in the validation part");
    unknown += status != FAIRU_OK;
    fairu_classifier_destroy(out);
  }
  assert_true(known > 5 && unknown > 5);
  forget(&s);
}

static void divergence_is_told(void **state)
{
  (void)state;
  setting s = make();
  s.adversary.density = FAIRU_DENSITY_SQUARED;
  s.adversary.optimiser = FAIRU_OPTIMISER_SGD;
  s.adversary.learning_rate = 1e30;
  s.training.batch = 32;
  refuses(&s, FAIRU_ERR_NON_FINITE, "loss of the adversary is");
  forget(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(options_without_meaning), cmocka_unit_test(nuisances_without_meaning),
    cmocka_unit_test(few_values_are_discrete), cmocka_unit_test(unknown_values),
    cmocka_unit_test(divergence_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
