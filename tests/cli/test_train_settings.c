/* Words of `fairu train` into options of the library: each option with its effect, choices by name, every refusal. */
#include "cli/train_told.h"

/* One option and its value; where its effect stands in the job, and what it is there and without it. */
enum place {
  RATE,
  FINAL_RATE,
  MOMENTUM,
  L2,
  VALIDATION,
  DROPOUT,
  SPREAD,
  STRENGTH,
  SIGNAL,
  BACKGROUND,
  UNCERTAINTY,
  STEP,
  TEMPERATURE,
  BANDWIDTH,
  EPOCHS,
  BATCH,
  PATIENCE,
  SEED,
  MEMBERS,
  EVERY,
  COPIES,
  BINS,
  ADVERSARY_STEPS,
  ONLY_LABEL,
  STANDARDISE,
  BALANCE,
  BATCH_NORM,
  RESUME,
  TANGENTS,
  FREE,
  WITH_Z,
  OPTIMISER,
  SCHEDULE,
  DENSITY,
  QUANTITY,
  METHOD,
  ACTIVATION,
  PLACES
};

static void look(const train_job *j, double values[PLACES])
{
  const fairu_training_options *t = &j->training;
  const fairu_method_options *m = &j->method;
  const double all[PLACES] = {
    [RATE] = t->learning_rate,
    [FINAL_RATE] = t->final_rate,
    [MOMENTUM] = t->momentum,
    [L2] = t->l2,
    [VALIDATION] = t->validation_fraction,
    [DROPOUT] = t->dropout,
    [SPREAD] = m->spread,
    [STRENGTH] = m->strength,
    [SIGNAL] = m->signal,
    [BACKGROUND] = m->background,
    [UNCERTAINTY] = m->background_uncertainty,
    [STEP] = m->step,
    [TEMPERATURE] = m->summary->temperature,
    [BANDWIDTH] = m->summary->bandwidth,
    [EPOCHS] = (double)t->epochs,
    [BATCH] = (double)t->batch,
    [PATIENCE] = (double)t->patience,
    [SEED] = (double)t->seed,
    [MEMBERS] = (double)t->members,
    [EVERY] = (double)t->checkpoint_every,
    [COPIES] = (double)m->copies,
    [BINS] = (double)m->summary->n_bins,
    [ADVERSARY_STEPS] = (double)m->adversary->adversary_steps,
    [ONLY_LABEL] = m->adversary->only_label,
    [STANDARDISE] = t->standardise,
    [BALANCE] = t->balance,
    [BATCH_NORM] = t->batch_norm,
    [RESUME] = t->resume,
    [TANGENTS] = m->use_tangents,
    [FREE] = m->free_nuisances,
    [WITH_Z] = m->with_z,
    [OPTIMISER] = t->optimiser,
    [SCHEDULE] = t->schedule,
    [DENSITY] = m->adversary->density,
    [QUANTITY] = m->quantity,
    [METHOD] = m->method,
    [ACTIVATION] = t->activation,
  };
  memcpy(values, all, sizeof all);
}

static const double usual[PLACES] = {
  [RATE] = 1e-3,
  [FINAL_RATE] = 0.01,
  [MOMENTUM] = 0.9,
  [SPREAD] = 1,
  [STRENGTH] = (double)NAN,
  [STEP] = 1,
  [TEMPERATURE] = 0.1,
  [BANDWIDTH] = 0.1,
  [EPOCHS] = 10,
  [BATCH] = 2048,
  [SEED] = 1,
  [MEMBERS] = 1,
  [EVERY] = 1,
  [COPIES] = 4,
  [BINS] = 10,
  [ADVERSARY_STEPS] = 1,
  [ONLY_LABEL] = -1,
  [STANDARDISE] = 1,
  [BALANCE] = 1,
  [OPTIMISER] = FAIRU_OPTIMISER_ADAM,
  [SCHEDULE] = FAIRU_SCHEDULE_STEP,
  [DENSITY] = FAIRU_DENSITY_AUTO,
  [METHOD] = FAIRU_METHOD_BASELINE,
  [ACTIVATION] = FAIRU_ACTIVATION_RELU,
};

static const struct {
  const char *option, *value;
  int place;
  double wanted;
} effects[] = {
  { "--rate", "0.25", RATE, 0.25 },
  { "--final-rate", "0.5", FINAL_RATE, 0.5 },
  { "--momentum", "0.125", MOMENTUM, 0.125 },
  { "--l2", "1e-4", L2, 1e-4 },
  { "--validation", "0.3", VALIDATION, 0.3 },
  { "--dropout", "0.4", DROPOUT, 0.4 },
  { "--spread", "2.5", SPREAD, 2.5 },
  { "--lambda", "0", STRENGTH, 0.0 },
  { "--signal-yield", "30", SIGNAL, 30.0 },
  { "--background-yield", "700.5", BACKGROUND, 700.5 },
  { "--background-uncertainty", "0.05", UNCERTAINTY, 0.05 },
  { "--step", "0.5", STEP, 0.5 },
  { "--temperature", "2", TEMPERATURE, 2.0 },
  { "--bandwidth", "0.02", BANDWIDTH, 0.02 },
  { "--epochs", "77", EPOCHS, 77.0 },
  { "--batch", "5", BATCH, 5.0 },
  { "--patience", "3", PATIENCE, 3.0 },
  { "--seed", "4294967296", SEED, 4294967296.0 },
  { "--members", "3", MEMBERS, 3.0 },
  { "--checkpoint-every", "9", EVERY, 9.0 },
  { "--copies", "12", COPIES, 12.0 },
  { "--bins", "33", BINS, 33.0 },
  { "--adversary-steps", "6", ADVERSARY_STEPS, 6.0 },
  { "--only-label", "0", ONLY_LABEL, 0.0 },
  { "--only-label", "1", ONLY_LABEL, 1.0 },
  { "--no-standardise", NULL, STANDARDISE, 0.0 },
  { "--no-balance", NULL, BALANCE, 0.0 },
  { "--batch-norm", NULL, BATCH_NORM, 1.0 },
  { "--resume", NULL, RESUME, 1.0 },
  { "--tangents", NULL, TANGENTS, 1.0 },
  { "--free", NULL, FREE, 1.0 },
  { "--with-z", NULL, WITH_Z, 1.0 },
  { "--optimiser", "adam", OPTIMISER, FAIRU_OPTIMISER_ADAM },
  { "--optimiser", "sgd", OPTIMISER, FAIRU_OPTIMISER_SGD },
  { "--optimiser", "rmsprop", OPTIMISER, FAIRU_OPTIMISER_RMSPROP },
  { "--schedule", "constant", SCHEDULE, FAIRU_SCHEDULE_CONSTANT },
  { "--schedule", "cosine", SCHEDULE, FAIRU_SCHEDULE_COSINE },
  { "--schedule", "step", SCHEDULE, FAIRU_SCHEDULE_STEP },
  { "--density", "auto", DENSITY, FAIRU_DENSITY_AUTO },
  { "--density", "mixture", DENSITY, FAIRU_DENSITY_MIXTURE },
  { "--density", "gaussian", DENSITY, FAIRU_DENSITY_GAUSSIAN },
  { "--density", "discrete", DENSITY, FAIRU_DENSITY_DISCRETE },
  { "--density", "squared", DENSITY, FAIRU_DENSITY_SQUARED },
  { "--quantity", "variance", QUANTITY, FAIRU_EXPECTED_VARIANCE },
  { "--quantity", "sigma", QUANTITY, FAIRU_EXPECTED_SIGMA },
  { "--quantity", "cls", QUANTITY, FAIRU_EXPECTED_CLS },
  { "--quantity", "p0", QUANTITY, FAIRU_EXPECTED_P0 },
  { "--quantity", "determinant", QUANTITY, FAIRU_EXPECTED_DETERMINANT },
  { "--method", "augmented", METHOD, FAIRU_METHOD_AUGMENTED },
  { "--method", "aware", METHOD, FAIRU_METHOD_AWARE },
  { "--method", "pivot", METHOD, FAIRU_METHOD_PIVOT },
  { "--method", "gradient-reversal", METHOD, FAIRU_METHOD_GRADIENT_REVERSAL },
  { "--method", "tangent", METHOD, FAIRU_METHOD_TANGENT },
  { "--method", "inferno", METHOD, FAIRU_METHOD_INFERNO },
  { "--method", "neos", METHOD, FAIRU_METHOD_NEOS },
  { "--method", "significance", METHOD, FAIRU_METHOD_SIGNIFICANCE },
  { "--activation", "linear", ACTIVATION, FAIRU_ACTIVATION_LINEAR },
  { "--activation", "relu", ACTIVATION, FAIRU_ACTIVATION_RELU },
  { "--activation", "tanh", ACTIVATION, FAIRU_ACTIVATION_TANH },
  { "--activation", "sigmoid", ACTIVATION, FAIRU_ACTIVATION_SIGMOID },
  { "--activation", "elu", ACTIVATION, FAIRU_ACTIVATION_ELU },
};

/* Each option moves what is its own, and nothing else. */
static void options_have_their_own_effect(void **state)
{
  (void)state;
  for (size_t i = 0; i <= sizeof effects / sizeof *effects; i++) {
    const char *words[] = { "events.csv", LEAST, NULL, NULL, NULL };
    double got[PLACES];
    told t;
    if (i > 0) {
      words[5] = effects[i - 1].option;
      words[6] = effects[i - 1].value;
    }
    tell(&t, words);
    CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
    look(&t.j, got);
    for (int k = 0; k < PLACES; k++) {
      const double wanted = i > 0 && effects[i - 1].place == k ? effects[i - 1].wanted : usual[k];
      if (!(got[k] == wanted || (isnan(got[k]) && isnan(wanted))))
        fail_msg("%s: place %d is %g, wanted %g", i > 0 ? effects[i - 1].option : "none", k, got[k], wanted);
    }
    assert_int_equal(train_is_adversarial(&t.j), (int)got[METHOD] == FAIRU_METHOD_PIVOT ||
                                                     (int)got[METHOD] == FAIRU_METHOD_GRADIENT_REVERSAL);
    forget_told(&t);
  }
}

static void lists_of_names_and_layers(void **state)
{
  (void)state;
  static const char *const words[] = { "events.csv",
                                       "--features",
                                       "x,y,long name",
                                       "--method",
                                       "aware",
                                       "--hidden",
                                       "7,1,1000000",
                                       "--activation",
                                       "tanh,linear,elu",
                                       "--adversary-hidden",
                                       "none",
                                       "--nuisance",
                                       "a",
                                       "--nuisance",
                                       "b",
                                       "--steps",
                                       "0.5,2e-1",
                                       "--signal",
                                       "s",
                                       "--gate",
                                       "b",
                                       "--adversary-learns",
                                       "a",
                                       "--checkpoint",
                                       "state.bin",
                                       NULL };
  static const int activations[] = { FAIRU_ACTIVATION_TANH, FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_ELU };
  told t;
  tell(&t, words);
  CHECK_OK(t.c.ctx, train_settings_read(&t.c, &t.j));
  const fairu_training_options *training = &t.j.training;
  assert_int_equal(training->n_features, 3);
  assert_string_equal(training->features[2], "long name");
  assert_int_equal(training->n_hidden, 3);
  assert_int_equal(training->hidden[0], 7);
  assert_int_equal(training->hidden[1], 1);
  assert_int_equal(training->hidden[2], 1000000);
  assert_memory_equal(training->activations, activations, sizeof activations);
  assert_string_equal(training->checkpoint, "state.bin");
  assert_int_equal(t.j.adversary.n_hidden, 0);
  assert_int_equal(t.j.method.n_nuisances, 2);
  assert_string_equal(t.j.method.nuisances[1], "b");
  assert_true(t.j.method.steps[0] == 0.5 && t.j.method.steps[1] == 0.2);
  assert_string_equal(t.j.method.signal_label, "s");
  assert_string_equal(t.j.method.gate, "b");
  assert_string_equal(t.j.adversary.nuisance, "a");
  forget_told(&t);
}

static void words_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *option, *value;
    int code;
    const char *message;
  } cases[] = {
    { "--features", "x,,y", FAIRU_ERR_ARGUMENT, "--features: part 2 of 'x,,y' is empty" },
    { "--columns", "", FAIRU_ERR_ARGUMENT, "--columns: part 1 of '' is empty" },
    { "--hidden", "", FAIRU_ERR_ARGUMENT, "--hidden: part 1 of '' is empty" },
    { "--hidden", "0", FAIRU_ERR_ARGUMENT, "--hidden: '0' is no width of a layer" },
    { "--hidden", "64,-1", FAIRU_ERR_ARGUMENT, "--hidden: '-1' is no width of a layer" },
    { "--hidden", "64,+1", FAIRU_ERR_ARGUMENT, "--hidden: '+1' is no width" },
    { "--hidden", "64, 1", FAIRU_ERR_ARGUMENT, "--hidden: ' 1' is no width" },
    { "--hidden", "8x", FAIRU_ERR_ARGUMENT, "--hidden: '8x' is no width" },
    { "--hidden", "8.0", FAIRU_ERR_ARGUMENT, "--hidden: '8.0' is no width" },
    { "--hidden", "1000001", FAIRU_ERR_ARGUMENT, "--hidden: '1000001' is no width" },
    { "--hidden", "99999999999999999999999", FAIRU_ERR_ARGUMENT, "is no width of a layer" },
    { "--hidden", "8,none", FAIRU_ERR_ARGUMENT, "--hidden: 'none' is no width" },
    { "--adversary-hidden", "3,0", FAIRU_ERR_ARGUMENT, "--adversary-hidden: '0' is no width of a layer" },
    { "--activation", "tanh,relu,elu", FAIRU_ERR_SHAPE, "--activation: 3 for 2 hidden layers" },
    { "--activation", "relu,", FAIRU_ERR_ARGUMENT, "--activation: part 2 of 'relu,' is empty" },
    { "--activation", "softmax", FAIRU_ERR_ARGUMENT,
      "--activation is 'softmax'; allowed: linear|relu|tanh|sigmoid|elu" },
    { "--activation", "relu,Tanh", FAIRU_ERR_ARGUMENT, "--activation is 'Tanh'" },
    { "--activation", "re", FAIRU_ERR_ARGUMENT, "--activation is 're'" },
    { "--activation", "relu|tanh", FAIRU_ERR_ARGUMENT, "--activation is 'relu|tanh'" },
    { "--steps", "1,2", FAIRU_ERR_SHAPE, "--steps: 2 values for 1 nuisances that --nuisance names" },
    { "--steps", "", FAIRU_ERR_ARGUMENT, "--steps: part 1 of '' is empty" },
    { "--steps", "nan", FAIRU_ERR_ARGUMENT, "--steps: 'nan' is not a finite number" },
    { "--steps", "1y", FAIRU_ERR_ARGUMENT, "--steps: '1y' is not a finite number" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *words[] = { "events.csv", LEAST, "--nuisance", "a", cases[i].option, cases[i].value, NULL };
    told t;
    tell(&t, words);
    CHECK_REFUSED(&t.c, cases[i].code, cases[i].message, train_settings_read(&t.c, &t.j));
    forget_told(&t);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(options_have_their_own_effect),
    cmocka_unit_test(lists_of_names_and_layers),
    cmocka_unit_test(words_that_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
