/* calibration_run.c - toys of all hypotheses, in chunks that do not depend on the threads. */
#include "coverage/calibration.h"

#include <math.h>

#include "coverage/toy_batch.h"
#include "likelihood/likelihood_internal.h"

enum { TOYS_PER_CHUNK = 32 };

typedef struct calibration_run {
  const fairu_interval_calibration *calibration;
  const fairu_fit_options *fit;
  fairu_ensemble ensemble;
  size_t n_toys, chunks_each;
  double *statistics, *estimates;
} calibration_run;

static int fit_toy(fairu_context *worker, const calibration_run *run, double mu, const fairu_data *data,
                   double *statistic, double *estimate)
{
  const fairu_interval_calibration_options *o = &run->calibration->options;
  fairu_poi_range *range = NULL;
  const fairu_mark mark = fairu_context__mark(worker);
  int status = fairu_poi_range__create(worker, run->ensemble.likelihood, data, run->fit, o->lower, o->upper,
                                       mu, 1, &range);
  if (status == FAIRU_OK)
    status = fairu_poi_range__at(worker, range, mu, statistic, NULL);
  if (status == FAIRU_OK)
    *estimate = fairu_poi_range__estimate(range, NULL);
  fairu_context__release(worker, mark);
  return status;
}

static int run_toy(fairu_context *worker, const calibration_run *run, size_t h, size_t k, double *params,
                   fairu_data *data)
{
  const double mu = run->calibration->points.mu[h];
  double *statistic = &run->statistics[h * run->n_toys + k], *estimate = &run->estimates[h * run->n_toys + k];
  int status = fairu_context__poll(worker);
  if (status == FAIRU_OK)
    status = fairu_ensemble__draw(worker, &run->ensemble, mu, h, k, params, data);
  if (status == FAIRU_OK)
    status = fit_toy(worker, run, mu, data, statistic, estimate);
  if (!fairu_toy_batch__is_failure(status))
    return status;
  *statistic = *estimate = (double)NAN;
  return FAIRU_OK;
}

static int run_chunk(fairu_context *worker, size_t chunk, void *user_data)
{
  const calibration_run *run = user_data;
  const size_t h = chunk / run->chunks_each, begin = chunk % run->chunks_each * TOYS_PER_CHUNK;
  const size_t end = run->n_toys - begin < TOYS_PER_CHUNK ? run->n_toys : begin + TOYS_PER_CHUNK;
  const fairu_mark mark = fairu_context__mark(worker);
  double *params = fairu_context__scratch(worker, run->ensemble.n_params, sizeof *params, "toy");
  fairu_data *data = NULL;
  int status = params ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_data_create(worker, run->ensemble.likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_ensemble__centre(worker, &run->ensemble, data);
  for (size_t k = begin; k < end && status == FAIRU_OK; k++) {
    status = run_toy(worker, run, h, k, params, data);
    if (status != FAIRU_OK)
      fairu_context__within(worker, status, "calibration: toy %zu of hypothesis %zu", k, h);
  }
  fairu_data_destroy(data);
  fairu_context__release(worker, mark);
  return status;
}

/* Options that no fit can have would be taken for fits that fail. */
static int check_fit(fairu_context *ctx, const calibration_run *run)
{
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, run->ensemble.likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_fit_options__check(ctx, run->ensemble.likelihood, data, run->fit);
  fairu_data_destroy(data);
  return status;
}

int fairu_interval_calibration__run(fairu_context *ctx, const fairu_interval_calibration *calibration,
                                    const fairu_likelihood *lh, const fairu_fit_options *fit,
                                    double *statistics, double *estimates)
{
  calibration_run run = { .calibration = calibration,
                          .fit = fit,
                          .n_toys = (size_t)calibration->options.n_toys,
                          .statistics = statistics,
                          .estimates = estimates };
  run.chunks_each = (run.n_toys + TOYS_PER_CHUNK - 1) / TOYS_PER_CHUNK;
  const fairu_mark mark = fairu_context__mark(ctx);
  int status = fairu_ensemble__create(ctx, lh, &calibration->options, &run.ensemble);
  if (status == FAIRU_OK)
    status = check_fit(ctx, &run);
  if (status == FAIRU_OK)
    status = fairu_context__parallel(ctx, calibration->n * run.chunks_each, run_chunk, &run, "calibration");
  fairu_context__release(ctx, mark);
  return status;
}
