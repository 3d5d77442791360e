/* compare_train.c - one training: events of the seed, and the recipe of the method. */
#include "compare_methods.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Aware networks are asked at all Z that a fit may try, so they see more than the prior's width. */
static const compare_recipe recipes[COMPARE_METHODS] = {
  [COMPARE_BASELINE] = { 20, 512, 1e-3, 1.0, 1 },
  [COMPARE_BASELINE + 1] = { 10, 1024, 1e-3, 1.0, 4 }, /* augmented */
  [COMPARE_BASELINE + 2] = { 10, 1024, 1e-3, 2.0, 4 }, /* aware */
  [COMPARE_BASELINE + 3] = { 10, 1024, 1e-3, 1.0, 4 }, /* pivot */
  [COMPARE_BASELINE + 4] = { 10, 1024, 1e-3, 1.0, 4 }, /* gradient-reversal */
  [COMPARE_BASELINE + 5] = { 20, 512, 1e-3, 1.0, 1 },  /* tangent */
  [COMPARE_BASELINE + 6] = { 25, 1000, 3e-3, 1.0, 1 }, /* inferno */
  [COMPARE_BASELINE + 7] = { 40, 1000, 1e-3, 1.0, 1 }, /* neos */
  [COMPARE_BASELINE + 8] = { 20, 2000, 1e-3, 1.0, 1 }, /* significance */
  [COMPARE_INFERNO_AWARE] = { 15, 1000, 3e-3, 1.0, 2 },
};

const compare_recipe *compare_recipe_of(int method)
{
  return &recipes[method];
}

/* Soft bins: of inferno at temperature 1, of neos smeared by half a bin. */
static int summary_of(int method, fairu_summary_options *summary)
{
  const int status = fairu_summary_options_init(summary, sizeof *summary);
  const int neos = method == COMPARE_NEOS;
  summary->kind = neos ? FAIRU_SUMMARY_KDE : FAIRU_SUMMARY_SOFTMAX;
  summary->n_bins = COMPARE_BINS;
  summary->temperature = 1.0;
  summary->bandwidth = 0.5 / COMPARE_BINS;
  return status;
}

static void training_of(const compare_options *o, const compare_recipe *r, uint64_t seed,
                        fairu_training_options *training)
{
  training->features = o->problem->features;
  training->n_features = o->problem->n_features;
  training->epochs = o->quick ? (r->epochs + 3) / 4 : r->epochs;
  training->batch = o->quick ? r->batch / 4 : r->batch;
  training->learning_rate = r->rate;
  training->seed = o->seed * 10000 + seed;
}

/* Everything but what summaries and adversaries need. */
static void options_of(int method, fairu_method_options *options)
{
  const compare_recipe *r = &recipes[method];
  options->method = method == COMPARE_INFERNO_AWARE ? FAIRU_METHOD_INFERNO
                                                    : FAIRU_METHOD_BASELINE + method - COMPARE_BASELINE;
  options->with_z = method == COMPARE_INFERNO_AWARE;
  options->spread = r->spread;
  options->copies = r->copies;
}

static int train(cli *c, const compare_options *o, int method, uint64_t seed,
                 const fairu_systematics *systematics, const fairu_events *events,
                 fairu_training_result *result, fairu_classifier **out)
{
  double steps[COMPARE_AXES];
  fairu_training_options training;
  fairu_method_options options;
  fairu_adversary_options adversary;
  fairu_summary_options summary;
  int status = fairu_training_options_init(&training, sizeof training);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = fairu_adversary_options_init(&adversary, sizeof adversary);
  if (status == FAIRU_OK)
    status = summary_of(method, &summary);
  if (status != FAIRU_OK)
    return status;
  for (size_t k = 0; k < o->problem->n_axes; k++)
    steps[k] = o->problem->axes[k].step;
  training_of(o, &recipes[method], seed, &training);
  options_of(method, &options);
  adversary.nuisance = o->problem->axes[o->problem->adversary].name;
  options.training = &training;
  options.steps = steps;
  options.adversary = &adversary;
  options.summary = method == COMPARE_SIGNIFICANCE ? NULL : &summary;
  return fairu_method_train(c->ctx, events, systematics, &options, result, NULL, out);
}

/* The training itself said no: a result, not the end of the study. */
static int fails_alone(int status)
{
  return status != FAIRU_OK && status != FAIRU_ERR_CANCELLED && status != FAIRU_ERR_OUT_OF_MEMORY;
}

int compare_method_train(cli *c, const compare_options *options, int method,
                         const fairu_systematics *systematics, const compare_pool *pool, compare_row *row,
                         fairu_classifier **out)
{
  fairu_training_result result = { .struct_size = sizeof result };
  fairu_events *events = NULL;
  *out = NULL;
  row->loss = (double)NAN;
  if (method < COMPARE_BASELINE)
    return compare_create_exact(c->ctx, options->problem, method == COMPARE_OPTIMAL_AWARE, out);
  int status = fairu_events_concatenate(pool->classes[COMPARE_BACKGROUND], c->ctx,
                                        pool->classes[COMPARE_SIGNAL], &events);
  if (status != FAIRU_OK)
    return status;
  const double begun = cli_seconds();
  status = train(c, options, method, row->seed, systematics, events, &result, out);
  row->seconds = cli_seconds() - begun;
  fairu_events_destroy(events);
  if (fails_alone(status)) {
    row->status = status;
    snprintf(row->message, sizeof row->message, "%s", fairu_context_message(c->ctx));
    return FAIRU_OK;
  }
  row->epochs = result.epochs;
  row->loss = result.training_loss;
  return status;
}
