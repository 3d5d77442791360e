/* challenge_estimators.c - from the histograms of a pseudo-experiment to intervals of mu, one for each estimator. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>

const char *const challenge_estimator_names[CHALLENGE_ESTIMATORS] = { "calibrated", "profile",  "hesse",
                                                                      "baseline",   "counting", "random" };

/* What the workers share; each writes outcomes of its own toys only. */
typedef struct estimation {
  challenge_round *round;
  const double *ours, *uniform;
} estimation;

/* mu is known to lie in the range: ends beyond it only cost width. */
static double cut(double mu)
{
  return fmin(fmax(mu, CHALLENGE_MU_LOWER), CHALLENGE_MU_UPPER);
}

static void set_cut(challenge_interval *interval, double estimate, double lower, double upper)
{
  *interval = (challenge_interval){ estimate, cut(lower), cut(upper), lower, upper, FAIRU_OK };
}

double challenge_delta(int estimator, const challenge_interval *interval)
{
  return (estimator == CHALLENGE_COUNTING ? 0.5 : 1.0) * (interval->upper - interval->lower);
}

/* A fit that failed says what is known without it. */
static void set_failed(challenge_interval *interval, int status)
{
  *interval = (challenge_interval){ 0.5 * (CHALLENGE_MU_LOWER + CHALLENGE_MU_UPPER),
                                    CHALLENGE_MU_LOWER,
                                    CHALLENGE_MU_UPPER,
                                    CHALLENGE_MU_LOWER,
                                    CHALLENGE_MU_UPPER,
                                    status };
}

/* Failures of a fit are results; anything else stops the run. */
static int is_result(int status)
{
  return status == FAIRU_OK || status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_NEGATIVE_YIELD ||
         status == FAIRU_ERR_NOT_POSITIVE_DEFINITE || status == FAIRU_ERR_FLAT;
}

/* ---- ours ----------------------------------------------------------------------------------------------- */

static int fit(fairu_context *ctx, const challenge_model *m, const fairu_data *data, challenge_outcome *x,
               double params[CHALLENGE_PARAMETERS])
{
  double covariance[CHALLENGE_PARAMETERS * CHALLENGE_PARAMETERS];
  const size_t n = m->n_parameters;
  fairu_fit_options options;
  int status = challenge_fit_options(m, &options);
  if (status == FAIRU_OK)
    status = fairu_likelihood_fit(m->likelihood, ctx, data, &options, params, n, covariance, NULL);
  if (status != FAIRU_OK) {
    set_failed(&x->intervals[CHALLENGE_HESSE], status);
    for (int k = 0; k < CHALLENGE_NUISANCES; k++)
      x->fitted[k] = x->errors[k] = (double)NAN;
    return status;
  }
  const double error = sqrt(covariance[0]);
  set_cut(&x->intervals[CHALLENGE_HESSE], params[0], params[0] - error, params[0] + error);
  for (int k = 0; k < CHALLENGE_NUISANCES; k++) {
    const size_t i = m->index[k];
    x->fitted[k] = params[i];
    x->errors[k] = sqrt(covariance[i * n + i]);
  }
  return status;
}

static int profile(fairu_context *ctx, const challenge_model *m, const fairu_data *data, const double *start,
                   challenge_interval *out)
{
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  fairu_fit_options fit;
  int status = fairu_interval_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = challenge_fit_options(m, &fit);
  options.fit = &fit;
  fit.start = start;
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_interval(m->likelihood, ctx, data, &options, &interval, NULL, NULL, m->n_parameters);
  if (status == FAIRU_OK)
    set_cut(out, interval.best, interval.lower, interval.upper);
  else
    set_failed(out, status);
  return status;
}

static int calibrated(fairu_context *ctx, const challenge_round *round, const fairu_data *data,
                      challenge_outcome *x)
{
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  fairu_fit_options options;
  int status = challenge_fit_options(&round->model, &options);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_interval(round->calibration, ctx, round->model.likelihood, data,
                                                 &options, &interval, NULL, round->model.n_parameters);
  x->n_pieces = status == FAIRU_OK ? interval.n_pieces : 0;
  if (status == FAIRU_OK)
    set_cut(&x->intervals[CHALLENGE_CALIBRATED], interval.estimate, interval.lower, interval.upper);
  else
    set_failed(&x->intervals[CHALLENGE_CALIBRATED], status);
  return status;
}

static int run_ours(fairu_context *ctx, const challenge_round *round, const double *counts,
                    challenge_outcome *x)
{
  double params[CHALLENGE_PARAMETERS];
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, round->model.likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(data, ctx, counts, round->model.bins.n);
  if (status == FAIRU_OK) {
    const int fitted = fit(ctx, &round->model, data, x, params);
    status = is_result(fitted) ? FAIRU_OK : fitted;
    if (status == FAIRU_OK && round->options->wanted[CHALLENGE_PROFILE])
      status = profile(ctx, &round->model, data, fitted == FAIRU_OK ? params : NULL,
                       &x->intervals[CHALLENGE_PROFILE]);
    status = is_result(status) ? FAIRU_OK : status;
    if (status == FAIRU_OK && round->calibration)
      status = calibrated(ctx, round, data, x);
  }
  fairu_data_destroy(data);
  return is_result(status) ? FAIRU_OK : status;
}

/* ---- the organisers' and the control --------------------------------------------------------------------- */

static int run_baseline(fairu_context *ctx, const challenge_round *round, const double *counts,
                        challenge_interval *out)
{
  fairu_challenge_baseline_result result = { .struct_size = sizeof result };
  const int status =
      fairu_challenge_baseline_fit(round->examples.baseline, ctx, counts, CHALLENGE_UNIFORM_BINS, NULL, NULL,
                                   NULL, CHALLENGE_PARAMETERS, &result);
  if (status == FAIRU_OK && isfinite(result.p16) && isfinite(result.p84))
    *out = (challenge_interval){ result.mu_hat, result.p16, result.p84, result.p16, result.p84, FAIRU_OK };
  else
    set_failed(out, status == FAIRU_OK ? FAIRU_ERR_NON_FINITE : status);
  return is_result(status) ? FAIRU_OK : status;
}

/* delta = sqrt(stat^2 + (0.1 mu)^2) / 2, as the example has it. */
static void run_counting(const challenge_examples *e, const double *counts, challenge_interval *out)
{
  double selected = 0;
  for (size_t j = CHALLENGE_UNIFORM_BINS / 2; j < CHALLENGE_UNIFORM_BINS; j++)
    selected += counts[j];
  const double mu = (selected - e->beta) / e->gamma, stat = sqrt(e->beta + e->gamma) / e->gamma;
  const double delta = 0.5 * sqrt(stat * stat + 0.01 * mu * mu);
  *out = (challenge_interval){ mu, mu - delta, mu + delta, mu - delta, mu + delta, FAIRU_OK };
}

/* Does not look at the data. Its place comes from the generator of true values, in a stream of its own. */
static int run_random(fairu_context *ctx, const challenge_round *round, uint64_t number,
                      challenge_interval *out)
{
  fairu_challenge_options options;
  fairu_challenge_experiment drawn = { .struct_size = sizeof drawn };
  int status = fairu_challenge_options_init(&options, sizeof options);
  options.generator = FAIRU_GENERATOR_PHILOX;
  options.seed = challenge_round_seed(round) + 0x9e3779b97f4a7c15u;
  options.n_sets = round->n;
  options.n_pe = 1;
  options.mu_lower = CHALLENGE_MU_LOWER;
  options.mu_upper = CHALLENGE_MU_UPPER - CHALLENGE_BLIND_LENGTH;
  if (status == FAIRU_OK)
    status = fairu_challenge_draw(ctx, &options, number, 0, &drawn);
  const double lower = drawn.mu, upper = lower + CHALLENGE_BLIND_LENGTH;
  *out = (challenge_interval){ 0.5 * (lower + upper), lower, upper, lower, upper, status };
  return status;
}

/* ---- all of them ---------------------------------------------------------------------------------------- */

static int estimate_one(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const estimation *e = user_data;
  challenge_round *round = e->round;
  challenge_outcome *x = &round->outcomes[toy];
  const double *uniform = e->uniform + toy * CHALLENGE_UNIFORM_BINS;
  const int *wanted = round->options->wanted;
  int status = FAIRU_OK;
  if (wanted[CHALLENGE_CALIBRATED] || wanted[CHALLENGE_PROFILE] || wanted[CHALLENGE_HESSE])
    status = run_ours(ctx, round, e->ours + toy * round->model.bins.n, x);
  if (status == FAIRU_OK && wanted[CHALLENGE_BASELINE])
    status = run_baseline(ctx, round, uniform, &x->intervals[CHALLENGE_BASELINE]);
  run_counting(&round->examples, uniform, &x->intervals[CHALLENGE_COUNTING]);
  if (status == FAIRU_OK)
    status = run_random(ctx, round, toy, &x->intervals[CHALLENGE_RANDOM]);
  result->estimate = result->lower = result->upper = result->nuisance = (double)NAN;
  result->status = FAIRU_OK;
  return status;
}

int challenge_estimate(cli *c, challenge_round *round, const double *ours, const double *uniform)
{
  estimation e = { round, ours, uniform };
  fairu_toy_result *results = calloc(round->n, sizeof *results);
  if (!results)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu intervals", round->n);
  cli_stage(c, "intervals of %zu pseudo-experiments", round->n);
  const int status = fairu_toys_run(c->ctx, 0, round->n, estimate_one, &e, results);
  free(results);
  return status;
}
