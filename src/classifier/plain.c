/* plain.c - the strategy of a loss per event. */
#include <math.h>

#include "classifier/trainer.h"

/* ---- losses of a block ---------------------------------------------------------------------------------- */

static int binary(const void *data, const fairu_block *block, const float *out, float *d_out, float *more,
                  double *losses)
{
  (void)data;
  (void)more;
  losses[0] += fairu_pass__cross_entropy(block->engine, out, block->labels, block->weights, d_out);
  return FAIRU_OK;
}

static int categorical(const void *data, const fairu_block *block, const float *out, float *d_out,
                       float *more, double *losses)
{
  const fairu_plain *plain = data;
  (void)more;
  losses[0] +=
      fairu_pass__categorical(block->engine, plain->n_outputs, out, block->labels, block->weights, d_out);
  return FAIRU_OK;
}

static int squared(const void *data, const fairu_block *block, const float *out, float *d_out, float *more,
                   double *losses)
{
  const fairu_plain *plain = data;
  (void)more;
  losses[0] += fairu_pass__squared(plain->n_outputs, out, block->extra, block->weights, d_out);
  return FAIRU_OK;
}

/* ---- strategy ------------------------------------------------------------------------------------------- */

static int gradient(void *data, fairu_trainer *trainer, fairu_context *ctx, size_t first, size_t n,
                    double *loss)
{
  const fairu_plain *plain = data;
  double losses[FAIRU_MOST_LOSSES];
  int status =
      fairu_trainer__learn(trainer, ctx, &plain->loss, fairu_trainer__batch(trainer, first, n), losses);
  if (status == FAIRU_OK)
    *loss = losses[0];
  return status;
}

static int validate(void *data, fairu_trainer *trainer, fairu_context *ctx, double *loss)
{
  const fairu_plain *plain = data;
  const fairu_pass_plan pass = { .stack = &trainer->stack,
                                 .loss = &plain->loss,
                                 .rows = fairu_trainer__validation(trainer) };
  double losses[FAIRU_MOST_LOSSES];
  *loss = (double)NAN;
  if (pass.rows.n == 0)
    return FAIRU_OK;
  int status = fairu_trainer__pass(trainer, ctx, &pass, losses);
  if (status == FAIRU_OK)
    *loss = losses[0] / trainer->set.validation.sum_weights;
  return status;
}

/* ---- what a loss needs ---------------------------------------------------------------------------------- */

static int put_targets(const void *data, fairu_context *ctx, size_t row, float *out)
{
  const fairu_plain *plain = data;
  for (size_t t = 0; t < plain->n_outputs; t++) {
    out[t] = plain->targets[t][row * plain->strides[t]];
    if (!isfinite(out[t]))
      return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "row %zu: target \"%s\" is %g", row,
                                 plain->options->targets[t], (double)out[t]);
  }
  return FAIRU_OK;
}

static int find_targets(fairu_context *ctx, const fairu_events *events, fairu_plain *plain)
{
  const size_t n = plain->options->n_targets;
  plain->targets = fairu_context__scratch(ctx, n, sizeof *plain->targets, "training targets");
  plain->strides = fairu_context__scratch(ctx, n, sizeof *plain->strides, "training targets");
  if (!plain->targets || !plain->strides)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t t = 0; t < n; t++) {
    size_t column = 0;
    if (!plain->options->targets[t])
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "name of target %zu is NULL", t);
    int status = fairu_events_find_column(events, ctx, plain->options->targets[t], &column);
    if (status != FAIRU_OK)
      return status;
    plain->targets[t] = fairu_events_column(events, column, &plain->strides[t]);
  }
  return FAIRU_OK;
}

/* The largest label + 1. */
static size_t count_classes(const fairu_events *events)
{
  const int32_t *labels = fairu_events_labels(events);
  const size_t n = labels ? fairu_events_n_events(events) : 0;
  int32_t largest = 1;
  for (size_t row = 0; row < n; row++)
    largest = labels[row] > largest ? labels[row] : largest;
  return (size_t)largest + 1;
}

int fairu_plain__make(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options,
                      fairu_plain *plain, fairu_training_plan *plan, fairu_strategy *strategy)
{
  *plain = (fairu_plain){ .options = options, .n_outputs = 1, .loss = { .evaluate = binary, .data = plain } };
  *plan = (fairu_training_plan){ .output = FAIRU_ACTIVATION_SIGMOID,
                                 .n_classes = 2,
                                 .balance = options->balance };
  *strategy = (fairu_strategy){ .name = "plain", .gradient = gradient, .validate = validate, .data = plain };
  int status = FAIRU_OK;
  if (options->loss == FAIRU_LOSS_CATEGORICAL) {
    plain->loss.evaluate = categorical;
    plain->n_outputs = options->n_classes > 0 ? options->n_classes : count_classes(events);
    plan->output = FAIRU_ACTIVATION_SOFTMAX;
    plan->n_classes = plain->n_outputs;
  } else if (options->loss == FAIRU_LOSS_SQUARED) {
    plain->loss.evaluate = squared;
    plain->n_outputs = options->n_targets;
    plan->output = FAIRU_ACTIVATION_LINEAR;
    plan->n_classes = 0;
    plan->n_extra = options->n_targets;
    plan->extra = put_targets;
    plan->extra_data = plain;
    plan->targets_first = 1;
    status = find_targets(ctx, events, plain);
  }
  plan->n_outputs = plain->n_outputs;
  return status;
}
