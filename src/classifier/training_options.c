/* training_options.c - options of training, and what they may be. */
#include <math.h>

#include "classifier/kind.h"
#include "classifier/strategy.h"

static const size_t default_hidden[2] = { 64, 64 };

static const fairu_training_options training_defaults = {
  .struct_size = sizeof(fairu_training_options),
  .hidden = default_hidden,
  .n_hidden = 2,
  .activation = FAIRU_ACTIVATION_RELU,
  .optimiser = FAIRU_OPTIMISER_ADAM,
  .schedule = FAIRU_SCHEDULE_STEP,
  .learning_rate = 1e-3,
  .final_rate = 0.01,
  .momentum = 0.9,
  .batch = 2048,
  .epochs = 10,
  .standardise = 1,
  .balance = 1,
  .seed = 1,
  .loss = FAIRU_LOSS_BINARY,
  .members = 1,
  .checkpoint_every = 1,
};

int fairu_training_options_init(fairu_training_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &training_defaults, sizeof training_defaults);
}

static int check_choices(fairu_context *ctx, const fairu_training_options *options)
{
  if (options->activation < FAIRU_ACTIVATION_LINEAR || options->activation > FAIRU_ACTIVATION_ELU)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "activation %d of hidden layers",
                               options->activation);
  for (size_t l = 0; options->activations && l < options->n_hidden; l++)
    if (options->activations[l] < FAIRU_ACTIVATION_LINEAR || options->activations[l] > FAIRU_ACTIVATION_ELU)
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "activation %d of hidden layer %zu",
                                 options->activations[l], l);
  if (options->optimiser < FAIRU_OPTIMISER_ADAM || options->optimiser > FAIRU_OPTIMISER_RMSPROP)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown optimiser %d", options->optimiser);
  if (options->schedule < FAIRU_SCHEDULE_CONSTANT || options->schedule > FAIRU_SCHEDULE_STEP)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown schedule %d", options->schedule);
  if (options->loss < FAIRU_LOSS_BINARY || options->loss > FAIRU_LOSS_SQUARED)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown loss %d", options->loss);
  if (options->loss == FAIRU_LOSS_SQUARED && options->n_targets == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "the squared loss needs targets");
  if (options->loss == FAIRU_LOSS_CATEGORICAL && options->n_classes == 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "n_classes is 1");
  if (options->resume && !options->checkpoint)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "resume needs a checkpoint");
  if (options->patience > 0 && !(options->validation_fraction > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "patience %zu needs a validation_fraction > 0",
                               options->patience);
  return FAIRU_OK;
}

static int check_numbers(fairu_context *ctx, const fairu_training_options *options)
{
  const struct {
    const char *name;
    double value;
    int fits;
  } numbers[] = {
    { "learning_rate", options->learning_rate, options->learning_rate > 0.0 },
    { "final_rate", options->final_rate, options->final_rate >= 0.0 },
    { "momentum", options->momentum, options->momentum >= 0.0 && options->momentum < 1.0 },
    { "l2", options->l2, options->l2 >= 0.0 },
    { "validation_fraction", options->validation_fraction,
      options->validation_fraction >= 0.0 && options->validation_fraction < 1.0 },
    { "batch", (double)options->batch, options->batch > 0 },
    { "epochs", (double)options->epochs, options->epochs > 0 },
    { "dropout", options->dropout, options->dropout >= 0.0 && options->dropout < 1.0 },
    { "members", (double)options->members, options->members > 0 && options->members <= FAIRU_MOST_MEMBERS },
    { "checkpoint_every", (double)options->checkpoint_every, options->checkpoint_every > 0 },
    { "tangent_penalty", options->tangent_penalty, options->tangent_penalty >= 0.0 },
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!numbers[i].fits || !isfinite(numbers[i].value))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s is %g", numbers[i].name, numbers[i].value);
  return FAIRU_OK;
}

static int check_arrays(fairu_context *ctx, const fairu_training_options *options)
{
  if ((options->n_features > 0 && !options->features) || (options->n_nuisances > 0 && !options->nuisances) ||
      (options->n_hidden > 0 && !options->hidden) || (options->n_targets > 0 && !options->targets))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "training: features, nuisances, hidden or targets is NULL");
  if (options->n_features == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "training needs features");
  for (size_t l = 0; l < options->n_hidden; l++)
    if (options->hidden[l] == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "hidden[%zu] is 0", l);
  return FAIRU_OK;
}

int fairu_training__read_options(fairu_context *ctx, const fairu_training_options *theirs,
                                 fairu_training_options *ours)
{
  *ours = training_defaults;
  int status =
      fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof training_defaults, "training options");
  if (status == FAIRU_OK)
    status = check_choices(ctx, ours);
  if (status == FAIRU_OK)
    status = check_numbers(ctx, ours);
  if (status == FAIRU_OK)
    status = check_arrays(ctx, ours);
  return status;
}
