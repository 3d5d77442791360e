#include "compare_samples.h"

#include "higgs.h"

#include <stdlib.h>

double compare_expected(const compare_options *options, int label)
{
  return options->higgs ? options->higgs->sums[label] : compare_yield(options->problem, label);
}

static int make(cli *c, const compare_options *o, uint64_t seed, compare_samples *out)
{
  const compare_problem *problem = o->problem;
  const uint64_t first = o->seed * 10000 + 2 * seed;
  int status = compare_pool_create(c->ctx, problem, o->scale.training_events, COMPARE_RANDOM, first + 1,
                                   &out->training);
  if (status == FAIRU_OK)
    status = compare_pool_create(c->ctx, problem, o->scale.template_events, COMPARE_RANDOM, first,
                                 &out->templates);
  if (status == FAIRU_OK)
    status = compare_pool_create(c->ctx, problem, o->scale.pool_events, COMPARE_EVEN, o->seed, &out->data);
  return status;
}

static int scale_weights(cli *c, fairu_events *events, double factor)
{
  const size_t n = fairu_events_n_events(events);
  double *weights = malloc((n + 1) * sizeof *weights);
  for (size_t i = 0; i < n && weights; i++)
    weights[i] = factor * fairu_events_weights(events)[i];
  const int status = weights ? fairu_events_set_weights(events, c->ctx, weights, n) : FAIRU_ERR_OUT_OF_MEMORY;
  free(weights);
  return status;
}

static int split(cli *c, const compare_options *o, uint64_t seed, compare_samples *out)
{
  compare_pool *const pools[HIGGS_FOLDS] = { &out->training, &out->templates, &out->data };
  higgs_part parts[HIGGS_FOLDS];
  int status = higgs_split(c, o->higgs, o->seed * 10000 + seed, parts);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < HIGGS_FOLDS * COMPARE_CLASSES && status == FAIRU_OK; i++) {
    higgs_part *part = &parts[i / COMPARE_CLASSES];
    const size_t label = i % COMPARE_CLASSES;
    status = scale_weights(c, part->classes[label], part->scales[label]);
    pools[i / COMPARE_CLASSES]->classes[label] = part->classes[label];
    part->classes[label] = NULL;
  }
  higgs_split_free(parts);
  return status;
}

int compare_samples_create(cli *c, const compare_options *options, uint64_t seed, compare_samples *out)
{
  *out = (compare_samples){ 0 };
  const int status = options->higgs ? split(c, options, seed, out) : make(c, options, seed, out);
  if (status != FAIRU_OK)
    compare_samples_clear(out);
  return status;
}

void compare_samples_clear(compare_samples *samples)
{
  compare_pool_clear(&samples->training);
  compare_pool_clear(&samples->templates);
  compare_pool_clear(&samples->data);
}
