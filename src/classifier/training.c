/* training.c - options and the loop over epochs. */
#include <fairu/training.h>

#include <math.h>
#include <string.h>

#include "classifier/trainer.h"

/* ---- options ------------------------------------------------------------------------------------------ */

static const size_t default_hidden[2] = { 64, 64 };

static const fairu_training_options training_defaults = {
  .struct_size = sizeof(fairu_training_options),
  .hidden = default_hidden,
  .n_hidden = 2,
  .activation = FAIRU_RELU,
  .optimizer = FAIRU_ADAM,
  .schedule = FAIRU_SCHEDULE_STEP,
  .learning_rate = 1e-3,
  .final_rate = 0.01,
  .momentum = 0.9,
  .batch = 2048,
  .epochs = 10,
  .standardise = 1,
  .balance = 1,
  .seed = 1,
};

int fairu_training_options_init(fairu_training_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &training_defaults, sizeof training_defaults);
}

static int check_choices(fairu_context *ctx, const fairu_training_options *options)
{
  if (options->activation < FAIRU_LINEAR || options->activation > FAIRU_ELU)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "activation %d of hidden layers",
                               options->activation);
  if (options->optimizer < FAIRU_ADAM || options->optimizer > FAIRU_RMSPROP)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown optimizer %d", options->optimizer);
  if (options->schedule < FAIRU_SCHEDULE_CONSTANT || options->schedule > FAIRU_SCHEDULE_STEP)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "unknown schedule %d", options->schedule);
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
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!numbers[i].fits || !isfinite(numbers[i].value))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s is %g", numbers[i].name, numbers[i].value);
  return FAIRU_OK;
}

static int check_arrays(fairu_context *ctx, const fairu_training_options *options)
{
  if ((options->n_features > 0 && !options->features) || (options->n_nuisances > 0 && !options->nuisances) ||
      (options->n_hidden > 0 && !options->hidden))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "training: features, nuisances or hidden is NULL");
  if (options->n_features == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "training needs features");
  for (size_t l = 0; l < options->n_hidden; l++)
    if (options->hidden[l] == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "hidden[%zu] is 0", l);
  return FAIRU_OK;
}

/* Input index of the gate, or the number of inputs without one. */
static int find_gate(fairu_context *ctx, const fairu_training_options *options, size_t *gate)
{
  *gate = options->n_features + options->n_nuisances;
  if (!options->gate)
    return FAIRU_OK;
  if (!isfinite(options->gate_nominal))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "gate_nominal is %g", options->gate_nominal);
  for (size_t i = 0; i < options->n_nuisances; i++)
    if (options->nuisances[i] && strcmp(options->nuisances[i], options->gate) == 0) {
      *gate = options->n_features + i;
      return FAIRU_OK;
    }
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "gate \"%s\" is not among the nuisances",
                             options->gate);
}

static int read_options(fairu_context *ctx, const fairu_training_options *theirs,
                        fairu_training_options *ours, size_t *gate)
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
  return status == FAIRU_OK ? find_gate(ctx, ours, gate) : status;
}

/* ---- epochs ------------------------------------------------------------------------------------------- */

static size_t n_batches(const fairu_trainer *trainer)
{
  return (trainer->set.training.n + trainer->batch - 1) / trainer->batch;
}

static int run_batch(fairu_trainer *trainer, fairu_context *ctx, size_t first, double *loss)
{
  const uint64_t step = trainer->optimizer.steps;
  const uint64_t total = (uint64_t)n_batches(trainer) * trainer->options->epochs;
  const size_t left = trainer->set.training.n - first;
  double batch_loss = 0.0;
  int status = fairu_trainer__gradient(trainer, ctx, first, left < trainer->batch ? left : trainer->batch,
                                       &batch_loss);
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(batch_loss))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "training diverged: loss is %g at step %llu",
                               batch_loss, (unsigned long long)step);
  fairu_optimizer__step(&trainer->optimizer, fairu_schedule__rate(trainer->options, step, total),
                        trainer->gradient, trainer->parameters);
  *loss += batch_loss;
  return fairu_context__progress(ctx, "train", step + 1, total);
}

static int run_epoch(fairu_trainer *trainer, fairu_context *ctx, size_t epoch, double *loss)
{
  int status = FAIRU_OK;
  *loss = 0.0;
  fairu_trainer__shuffle(trainer, epoch);
  for (size_t first = 0; first < trainer->set.training.n && status == FAIRU_OK; first += trainer->batch)
    status = run_batch(trainer, ctx, first, loss);
  *loss /= trainer->set.training.sum_weights;
  return status;
}

static void keep_best(fairu_trainer *trainer, size_t epoch, double validation, fairu_training_result *result)
{
  if (trainer->options->patience > 0 && epoch > 0 && !(validation < result->validation_loss))
    return;
  memcpy(trainer->best, trainer->parameters, trainer->n_parameters * sizeof *trainer->best);
  result->best_epoch = epoch;
  result->validation_loss = validation;
}

static int run_epochs(fairu_trainer *trainer, fairu_context *ctx, fairu_training_result *result)
{
  const fairu_training_options *options = trainer->options;
  for (size_t epoch = 0; epoch < options->epochs; epoch++) {
    double training = 0.0, validation = 0.0;
    int status = run_epoch(trainer, ctx, epoch, &training);
    if (status == FAIRU_OK)
      status = fairu_trainer__validate(trainer, ctx, &validation);
    if (status != FAIRU_OK)
      return status;
    result->epochs = epoch + 1;
    result->training_loss = training;
    keep_best(trainer, epoch, validation, result);
    if (options->on_epoch && options->on_epoch(epoch, training, validation, options->user_data) != 0)
      break;
    if (options->patience > 0 && epoch - result->best_epoch >= options->patience)
      break;
  }
  result->steps = trainer->optimizer.steps;
  return FAIRU_OK;
}

int fairu_classifier_train(fairu_context *ctx, const fairu_events *events,
                           const fairu_training_options *options, fairu_training_result *result,
                           fairu_classifier **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!events || !options || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "train: events, options or out is NULL");
  if (result && result->struct_size < sizeof *result)
    return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE, "training result: struct_size is %zu",
                               result->struct_size);
  fairu_training_options ours;
  fairu_trainer trainer;
  fairu_training_result summary = { .struct_size = sizeof summary };
  size_t gate = 0;
  int status = read_options(ctx, options, &ours, &gate);
  if (status != FAIRU_OK)
    return status;
  status = fairu_trainer__create(&trainer, ctx, events, &ours, gate);
  if (status == FAIRU_OK)
    status = run_epochs(&trainer, ctx, &summary);
  if (status == FAIRU_OK)
    status = fairu_trainer__classifier(&trainer, ctx, trainer.best, out);
  fairu_trainer__free(&trainer, ctx);
  if (status == FAIRU_OK && result)
    status = fairu_result__write(ctx, result, &summary, sizeof summary, "training result");
  if (status != FAIRU_OK) {
    fairu_classifier_destroy(*out);
    *out = NULL;
  }
  return status;
}
