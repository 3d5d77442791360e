/* toy_batch.c - see toy_batch.h. A toy knows its number only; data are made once per chunk and drawn into by each toy. */
#include "coverage/toy_batch.h"

#include <math.h>

#include "base/context_internal.h"
#include "likelihood/likelihood_internal.h"

enum { TOYS_PER_CHUNK = 64 };

typedef struct batch_run {
  const fairu_toy_batch *batch;
  fairu_hypotest_options options;
  fairu_fit_options fit; /* of the options, with the start of toys */
  size_t n;
  double *values;
} batch_run;

int fairu_toy_batch__is_failure(int status)
{
  return status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_NOT_POSITIVE_DEFINITE ||
         status == FAIRU_ERR_FLAT || status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_RANGE ||
         status == FAIRU_ERR_NON_FINITE;
}

static int run_toy(fairu_context *worker, const batch_run *run, size_t k, fairu_data *data)
{
  const fairu_toy_batch *b = run->batch;
  double *value = &run->values[k];
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_toy(b->likelihood, worker, b->params, fairu_likelihood_n_parameters(b->likelihood),
                             b->seed, 2 * (uint64_t)k + (uint64_t)b->parity, data);
  if (status != FAIRU_OK)
    return status;
  status = fairu_likelihood_test_statistic(b->likelihood, worker, data, &run->options, b->mu, value, NULL);
  if (!fairu_toy_batch__is_failure(status))
    return status;
  *value = (double)NAN;
  return FAIRU_OK;
}

static int run_chunk(fairu_context *worker, size_t chunk, void *user_data)
{
  const batch_run *run = user_data;
  const size_t begin = chunk * TOYS_PER_CHUNK;
  const size_t end = run->n - begin < TOYS_PER_CHUNK ? run->n : begin + TOYS_PER_CHUNK;
  fairu_data *data = NULL;
  int status = fairu_data_create(worker, run->batch->likelihood, &data);
  for (size_t k = begin; k < end && status == FAIRU_OK; k++) {
    status = run_toy(worker, run, k, data);
    if (status != FAIRU_OK)
      fairu_context__within(worker, status, "toy %zu", k);
  }
  fairu_data_destroy(data);
  return status;
}

int fairu_toy_batch__run(fairu_context *ctx, const fairu_toy_batch *batch, size_t n, double *values)
{
  batch_run run = { .batch = batch, .n = n, .values = values };
  int status = fairu_hypotest_options_init(&run.options, sizeof run.options);
  if (status == FAIRU_OK && batch->options)
    status = fairu_options__read(ctx, &run.options, sizeof run.options, batch->options, sizeof run.options,
                                 "hypotest options");
  if (status == FAIRU_OK)
    status = fairu_fit_options__read(ctx, run.options.fit, &run.fit);
  if (status != FAIRU_OK)
    return status;
  run.options.fit = &run.fit;
  run.fit.start = batch->params; /* a toy is never far from it */
  return fairu_context__parallel(ctx, (n + TOYS_PER_CHUNK - 1) / TOYS_PER_CHUNK, run_chunk, &run, "toys");
}
