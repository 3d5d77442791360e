/* training.c - training with a loss per event. */
#include "classifier/tangent_training.h"

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
  fairu_training_options ours;
  fairu_plain plain;
  fairu_tangent_training tangent;
  fairu_training_plan plan;
  fairu_strategy strategy;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_training__read_options(ctx, options, &ours);
  if (status == FAIRU_OK && ours.tangent_penalty > 0.0)
    status = fairu_tangent_training__make(ctx, events, &ours, &tangent, &plan, &strategy);
  else if (status == FAIRU_OK)
    status = fairu_plain__make(ctx, events, &ours, &plain, &plan, &strategy);
  if (status == FAIRU_OK)
    status = fairu_training__run(ctx, events, &ours, &plan, &strategy, result, out);
  fairu_context__release(ctx, mark);
  return status;
}
