/* ensemble.c - see ensemble.h. Keys: a hypothesis has a key of its own, made of the seed; with it every number is keyed by (purpose, toy, place). */
#include "coverage/calibration.h"

#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"
#include "numeric/philox.h"

static int take_centre(fairu_context *ctx, fairu_ensemble *e)
{
  e->centre = fairu_context__scratch(ctx, e->n_params, sizeof *e->centre, "centre of an ensemble");
  if (!e->centre)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < e->n_params; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    const int status = fairu_likelihood_parameter(e->likelihood, ctx, i, &parameter);
    if (status != FAIRU_OK)
      return status;
    e->centre[i] = parameter.start;
  }
  return FAIRU_OK;
}

static int take_statistics(fairu_context *ctx, fairu_ensemble *e)
{
  const size_t n = e->n_processes * e->n_bins;
  double most = 0.0;
  e->relative = fairu_context__scratch(ctx, n, sizeof *e->relative, "statistics of templates");
  if (!e->relative)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_likelihood__process_variances(e->likelihood, ctx, e->centre, e->relative);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    most = fmax(most, e->relative[i]);
  if (most == 0.0)
    e->relative = NULL;
  return status;
}

int fairu_ensemble__create(fairu_context *ctx, const fairu_likelihood *lh,
                           const fairu_interval_calibration_options *options, fairu_ensemble *e)
{
  *e = (fairu_ensemble){ .likelihood = lh,
                         .n_params = fairu_likelihood_n_parameters(lh),
                         .n_bins = fairu_likelihood_n_bins(lh),
                         .n_processes = fairu_likelihood__n_processes(lh),
                         .poi = fairu_likelihood_poi_index(lh),
                         .draw_nuisances = options->draw_nuisances,
                         .fixed_sums = options->fixed_sums,
                         .template_statistics = options->template_statistics,
                         .pool_statistics = options->pool_statistics,
                         .seed = options->seed };
  const int statistics = options->template_statistics > 0.0 || options->pool_statistics > 0.0;
  if (e->n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_UNSUPPORTED, "calibration: an event-wise model has no counts");
  if (statistics && e->n_processes == 0)
    return fairu_context__fail(
        ctx, FAIRU_ERR_UNSUPPORTED,
        "calibration: only a likelihood of templates knows its template statistics; set "
        "template_statistics and pool_statistics to 0");
  const int status = take_centre(ctx, e);
  return status == FAIRU_OK && statistics ? take_statistics(ctx, e) : status;
}

int fairu_ensemble__centre(fairu_context *ctx, const fairu_ensemble *e, fairu_data *data)
{
  int status = fairu_likelihood_asimov(e->likelihood, ctx, e->centre, e->n_params, data);
  for (size_t i = 0; i < e->n_params && status == FAIRU_OK; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    status = fairu_likelihood_parameter(e->likelihood, ctx, i, &parameter);
    if (status == FAIRU_OK && isfinite(parameter.aux) && parameter.aux != e->centre[i])
      status = fairu_data_set_aux(data, ctx, i, parameter.aux);
  }
  return status;
}

static uint64_t key_of(const fairu_ensemble *e, uint64_t stream)
{
  uint32_t words[4];
  const uint32_t counter[4] = { (uint32_t)stream, (uint32_t)(stream >> 32), 0, FAIRU_STREAM_HYPOTHESIS };
  fairu_philox__block(e->seed, counter, words);
  return words[0] | (uint64_t)words[1] << 32;
}

static void draw_params(const fairu_ensemble *e, double mu, uint64_t key, uint64_t toy, double *params)
{
  memcpy(params, e->centre, e->n_params * sizeof *params);
  for (size_t i = 0; i < e->n_params && e->draw_nuisances; i++) {
    fairu_philox rng = fairu_philox__start(key, FAIRU_STREAM_TRUE_NUISANCE, toy, i);
    params[i] = fairu_likelihood__draw_parameter(e->likelihood, i, &rng);
  }
  params[e->poi] = mu;
}

/* Factors of mean 1 and the given variances on yields. */
static void fluctuate(const fairu_ensemble *e, double times, uint32_t purpose, uint64_t key, uint64_t toy,
                      double *yields)
{
  for (size_t i = 0; i < e->n_processes * e->n_bins && times > 0.0; i++) {
    const double variance = times * e->relative[i];
    if (!(variance > 0.0))
      continue;
    fairu_philox rng = fairu_philox__start(key, purpose, toy, i);
    yields[i] *= variance * fairu_philox__gamma(&rng, 1.0 / variance);
  }
}

static double sum_of(const double *yields, size_t n)
{
  double sum = 0.0;
  for (size_t j = 0; j < n; j++)
    sum += yields[j];
  return sum;
}

/* Both factors, with sums of processes as they were where they are known. */
static void fluctuate_all(const fairu_ensemble *e, uint64_t key, uint64_t toy, double *sums, double *yields)
{
  for (size_t p = 0; p < e->n_processes; p++)
    sums[p] = sum_of(yields + p * e->n_bins, e->n_bins);
  fluctuate(e, e->template_statistics, FAIRU_STREAM_TEMPLATE_STATISTICS, key, toy, yields);
  fluctuate(e, e->pool_statistics, FAIRU_STREAM_POOL_STATISTICS, key, toy, yields);
  for (size_t p = 0; e->fixed_sums && p < e->n_processes; p++) {
    const double sum = sum_of(yields + p * e->n_bins, e->n_bins);
    for (size_t j = 0; sum > 0.0 && j < e->n_bins; j++)
      yields[p * e->n_bins + j] *= sums[p] / sum;
  }
}

static int fluctuating_yields(fairu_context *ctx, const fairu_ensemble *e, uint64_t key, uint64_t toy,
                              const double *params, double *nu)
{
  double *yields = fairu_context__scratch(ctx, e->n_processes * e->n_bins, sizeof *yields, "yields of a toy");
  double *sums = fairu_context__scratch(ctx, e->n_processes, sizeof *sums, "yields of a toy");
  if (!yields || !sums)
    return FAIRU_ERR_OUT_OF_MEMORY;
  const int status = fairu_likelihood__process_yields(e->likelihood, ctx, params, yields);
  if (status != FAIRU_OK)
    return status;
  fluctuate_all(e, key, toy, sums, yields);
  for (size_t j = 0; j < e->n_bins; j++) {
    nu[j] = 0.0;
    for (size_t p = 0; p < e->n_processes; p++)
      nu[j] += yields[p * e->n_bins + j];
  }
  return FAIRU_OK;
}

/* nu [n_bins] becomes counts. */
static int draw_counts(fairu_context *ctx, const fairu_ensemble *e, uint64_t key, uint64_t toy, double *nu)
{
  for (size_t j = 0; j < e->n_bins; j++) {
    if (!(nu[j] >= 0.0 && isfinite(nu[j])))
      return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "calibration: bin %zu of a toy expects %g", j,
                                 nu[j]);
    fairu_philox rng = fairu_philox__start(key, FAIRU_STREAM_COUNTS, toy, j);
    nu[j] = fairu_philox__poisson(&rng, nu[j]);
  }
  return FAIRU_OK;
}

int fairu_ensemble__draw(fairu_context *ctx, const fairu_ensemble *e, double mu, uint64_t stream,
                         uint64_t toy, double *params, fairu_data *data)
{
  const uint64_t key = key_of(e, stream);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *nu = fairu_context__scratch(ctx, e->n_bins, sizeof *nu, "counts of a toy");
  int status = nu ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  draw_params(e, mu, key, toy, params);
  if (status == FAIRU_OK)
    status = e->relative ? fluctuating_yields(ctx, e, key, toy, params, nu)
                         : fairu_likelihood_expected(e->likelihood, ctx, params, e->n_params, nu);
  if (status == FAIRU_OK)
    status = draw_counts(ctx, e, key, toy, nu);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(data, ctx, nu, e->n_bins);
  fairu_context__release(ctx, mark);
  return status;
}

static int check_toy(fairu_context *ctx, const fairu_likelihood *lh, double mu, uint64_t toy, size_t n_params)
{
  if (!isfinite(mu))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "toy: the parameter of interest is %g", mu);
  if (toy >> 44)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "toy: number %llu, the last is 2^44 - 1",
                               (unsigned long long)toy);
  if (n_params != fairu_likelihood_n_parameters(lh))
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "the model has %zu parameters, got %zu",
                               fairu_likelihood_n_parameters(lh), n_params);
  return FAIRU_OK;
}

int fairu_interval_calibration_toy(fairu_context *ctx, const fairu_likelihood *lh,
                                   const fairu_interval_calibration_options *options, double mu,
                                   uint64_t stream, uint64_t toy, double *params, size_t n_params,
                                   fairu_data *data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !params || !data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "toy: likelihood, params or data is NULL");
  fairu_interval_calibration_options ours;
  fairu_ensemble ensemble;
  int status = check_toy(ctx, lh, mu, toy, n_params);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__read_options(ctx, options, &ours);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__check_likelihood(ctx, lh, &ours, ours.fit);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *values = fairu_context__scratch(ctx, n_params, sizeof *values, "toy");
  if (status == FAIRU_OK)
    status = values ? fairu_ensemble__create(ctx, lh, &ours, &ensemble) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_ensemble__centre(ctx, &ensemble, data);
  if (status == FAIRU_OK)
    status = fairu_ensemble__draw(ctx, &ensemble, mu, stream, toy, values, data);
  if (status == FAIRU_OK)
    memcpy(params, values, n_params * sizeof *params);
  fairu_context__release(ctx, mark);
  return status;
}
