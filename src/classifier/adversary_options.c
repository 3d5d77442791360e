/* adversary_options.c - what an adversary is to be: defaults and checks. */
#include "classifier/adversary_options.h"

#include <math.h>

#include "base/context_internal.h"

enum { MOST_COMPONENTS = 64 };

static const size_t default_hidden[2] = { 20, 20 };

static const fairu_adversary_options adversary_defaults = {
  .struct_size = sizeof(fairu_adversary_options),
  .density = FAIRU_DENSITY_AUTO,
  .components = 5,
  .hidden = default_hidden,
  .n_hidden = 2,
  .activation = FAIRU_ACTIVATION_RELU,
  .sees = FAIRU_OUTPUT_SCORE,
  .lambda = 1.0,
  .only_label = -1,
  .classifier_epochs = 1,
  .adversary_epochs = 1,
  .adversary_steps = 1,
};

int fairu_adversary_options_init(fairu_adversary_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &adversary_defaults, sizeof adversary_defaults);
}

static int check_choices(fairu_context *ctx, const fairu_adversary_options *options)
{
  const struct {
    const char *name;
    int value, lower, upper;
  } choices[] = {
    { "density", options->density, FAIRU_DENSITY_AUTO, FAIRU_DENSITY_SQUARED },
    { "activation", options->activation, FAIRU_ACTIVATION_LINEAR, FAIRU_ACTIVATION_ELU },
    { "sees", options->sees, FAIRU_OUTPUT_SCORE, FAIRU_OUTPUT_LOGIT },
    { "only_label", options->only_label, -1, INT32_MAX },
    { "reversal", options->reversal, 0, 1 },
    { "optimiser", options->optimiser, 0, FAIRU_OPTIMISER_RMSPROP },
  };
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
    if (choices[i].value < choices[i].lower || choices[i].value > choices[i].upper)
      return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "adversary: %s is %d", choices[i].name,
                                 choices[i].value);
  if (options->reversal && options->adversary_steps != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "adversary: reversal takes one step of both, not %zu",
                               options->adversary_steps);
  return FAIRU_OK;
}

static int check_numbers(fairu_context *ctx, const fairu_adversary_options *options)
{
  const int mixture = options->density == FAIRU_DENSITY_AUTO || options->density == FAIRU_DENSITY_MIXTURE;
  if (!(options->lambda >= 0.0) || !isfinite(options->lambda))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: lambda is %g", options->lambda);
  if (!(options->learning_rate >= 0.0) || !isfinite(options->learning_rate))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: learning_rate is %g",
                               options->learning_rate);
  if (!(options->l2 >= 0.0) || !isfinite(options->l2))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: l2 is %g", options->l2);
  if (mixture && (options->components == 0 || options->components > MOST_COMPONENTS))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: %zu components, not 1 to %d",
                               options->components, MOST_COMPONENTS);
  if (options->adversary_steps == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: adversary_steps is 0");
  return FAIRU_OK;
}

static int check_arrays(fairu_context *ctx, const fairu_adversary_options *options)
{
  if (!options->nuisance)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "adversary: nuisance is NULL");
  if (options->n_hidden > 0 && !options->hidden)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "adversary: hidden is NULL");
  for (size_t l = 0; l < options->n_hidden; l++)
    if (options->hidden[l] == 0)
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "adversary: hidden[%zu] is 0", l);
  return FAIRU_OK;
}

int fairu_adversary_options__read(fairu_context *ctx, const fairu_adversary_options *theirs,
                                  fairu_adversary_options *ours)
{
  *ours = adversary_defaults;
  int status =
      fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof adversary_defaults, "adversary options");
  if (status == FAIRU_OK)
    status = check_choices(ctx, ours);
  if (status == FAIRU_OK)
    status = check_numbers(ctx, ours);
  return status == FAIRU_OK ? check_arrays(ctx, ours) : status;
}
