/* toys.c - many toys in parallel, one estimator. A toy knows its number only, so it comes out the same alone, in any
 * range and on any thread. */
#include <fairu/coverage.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"

enum { TOYS_PER_CHUNK = 8 };

typedef struct toy_run {
  uint64_t first;
  size_t n;
  fairu_estimator_fn estimator;
  void *user_data;
  fairu_toy_result *results;
} toy_run;

/* The estimator says what failed; this says which toy. Codes that are not of this library become CALLBACK. */
static int estimator_failed(fairu_context *worker, uint64_t toy, int code, int spoke)
{
  if (spoke && fairu_context_status(worker) == code)
    return fairu_context__within(worker, code, "toy %llu", (unsigned long long)toy);
  const int known = strcmp(fairu_status_name(code), "FAIRU_ERR_?") != 0;
  return fairu_context__fail(worker, known ? code : FAIRU_ERR_CALLBACK, "toy %llu: the estimator returned %d",
                             (unsigned long long)toy, code);
}

static int run_chunk(fairu_context *worker, size_t chunk, void *data)
{
  const toy_run *run = data;
  const size_t begin = chunk * TOYS_PER_CHUNK;
  const size_t end = run->n - begin < TOYS_PER_CHUNK ? run->n : begin + TOYS_PER_CHUNK;
  for (size_t i = begin; i < end; i++) {
    const uint64_t toy = run->first + i;
    memset(&run->results[i], 0, sizeof run->results[i]); /* the padding too: results compare as bytes */
    run->results[i].toy = toy;
    run->results[i].nuisance = (double)NAN;
    int status = fairu_context__poll(worker);
    if (status != FAIRU_OK)
      return status;
    const uint64_t said = fairu_context__n_said(worker);
    status = run->estimator(worker, toy, &run->results[i], run->user_data);
    run->results[i].toy = toy;
    if (status != FAIRU_OK)
      return estimator_failed(worker, toy, status, fairu_context__n_said(worker) != said);
  }
  return FAIRU_OK;
}

int fairu_toys_run(fairu_context *ctx, uint64_t first, size_t n, fairu_estimator_fn estimator,
                   void *user_data, fairu_toy_result *results)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!estimator || (!results && n > 0))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toys: %s is NULL", estimator ? "results" : "estimator");
  if (n > UINT64_MAX - first)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "toys: %zu toys from number %llu on pass the last number", n,
                               (unsigned long long)first);
  if (n == 0)
    return FAIRU_OK;
  toy_run run = { first, n, estimator, user_data, NULL };
  run.results = /* each is cleared when its turn comes */
      fairu_context__new_unset(ctx, n, sizeof *run.results, "toy results");
  if (!run.results)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status =
      fairu_context__parallel(ctx, (n + TOYS_PER_CHUNK - 1) / TOYS_PER_CHUNK, run_chunk, &run, "toys");
  if (status == FAIRU_OK)
    memcpy(results, run.results, n * sizeof *results);
  fairu_context__free(ctx, run.results);
  return status;
}
