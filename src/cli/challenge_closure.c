/* challenge_closure.c - does the calibrated interval cover where nothing but the construction is tested? Toys from the fitted templates,
 * which are taken as exact in toys and likelihood alike; widths expected from Asimov data. */
#include "challenge_results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = CHALLENGE_PARAMETERS };

const char *const challenge_width_names[CHALLENGE_WIDTHS] = { "fixed", "profiled",
                                                              "fixed_template_statistics",
                                                              "profiled_template_statistics" };

/* ---- expected widths ------------------------------------------------------------------------------------ */

static int nominal_parameters(cli *c, const fairu_likelihood *likelihood, double mu,
                              double params[MOST_PARAMETERS])
{
  int status = FAIRU_OK;
  const size_t n = fairu_likelihood_n_parameters(likelihood);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    status = fairu_likelihood_parameter(likelihood, c->ctx, i, &parameter);
    params[i] = isfinite(parameter.aux) ? parameter.aux : parameter.start;
  }
  params[0] = mu;
  return status;
}

static int width_of(cli *c, const fairu_likelihood *likelihood, const fairu_data *data, const double *start,
                    int fixed, double *width)
{
  unsigned char keep[MOST_PARAMETERS] = { 0 };
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  fairu_fit_options fit;
  int status = fairu_interval_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = fairu_fit_options_init(&fit, sizeof fit);
  memset(keep + 1, 1, sizeof keep - 1);
  options.fit = &fit;
  fit.start = start;
  fit.fixed = fixed ? keep : NULL;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(likelihood, c->ctx, data, &options, &interval, NULL, NULL,
                                       fairu_likelihood_n_parameters(likelihood));
  *width = status == FAIRU_OK ? interval.upper - interval.lower : (double)NAN;
  return status == FAIRU_ERR_NOT_CONVERGED ? FAIRU_OK : status;
}

static int two_widths(cli *c, const fairu_likelihood *likelihood, double mu, double widths[2])
{
  double params[MOST_PARAMETERS];
  fairu_data *data = NULL;
  int status = nominal_parameters(c, likelihood, mu, params);
  if (status == FAIRU_OK)
    status = fairu_data_create(c->ctx, likelihood, &data);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_asimov(likelihood, c->ctx, params, fairu_likelihood_n_parameters(likelihood), data);
  for (int k = 0; k < 2 && status == FAIRU_OK; k++)
    status = width_of(c, likelihood, data, params, k == 0, &widths[k]);
  fairu_data_destroy(data);
  return status;
}

int challenge_expected_widths(cli *c, const challenge_model *model, double mu,
                              double widths[CHALLENGE_WIDTHS])
{
  const int status = two_widths(c, model->exact, mu, widths + CHALLENGE_FIXED_EXACT);
  return status == FAIRU_OK ? two_widths(c, model->likelihood, mu, widths + CHALLENGE_FIXED_STATISTICS)
                            : status;
}

/* ---- toys ----------------------------------------------------------------------------------------------- */

typedef struct closure_toy {
  double nuisances[CHALLENGE_NUISANCES]; /* true, in widths of the prior from its centre */
  double lower, upper, profile_lower, profile_upper;
  int failed;
} closure_toy;

typedef struct closure_work {
  const challenge_model *model;
  const fairu_interval_calibration *calibration;
  fairu_interval_calibration_options options;
  fairu_nuisance priors[CHALLENGE_NUISANCES];
  const double *mu;
  size_t n_each;
  closure_toy *toys;
} closure_work;

static int profile_toy(fairu_context *ctx, const closure_work *w, const fairu_data *data, closure_toy *toy)
{
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  int status = fairu_interval_options_init(&options, sizeof options);
  options.fit = w->options.fit;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(w->model->exact, ctx, data, &options, &interval, NULL, NULL,
                                       w->model->n_parameters);
  toy->profile_lower = status == FAIRU_OK ? interval.lower : CHALLENGE_MU_LOWER;
  toy->profile_upper = status == FAIRU_OK ? interval.upper : CHALLENGE_MU_UPPER;
  toy->failed |= status != FAIRU_OK;
  return status == FAIRU_ERR_NOT_CONVERGED ? FAIRU_OK : status;
}

static int calibrate_toy(fairu_context *ctx, const closure_work *w, const fairu_data *data, closure_toy *toy)
{
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  const int status = fairu_interval_calibration_interval(
      w->calibration, ctx, w->model->exact, data, w->options.fit, &interval, NULL, w->model->n_parameters);
  toy->lower = status == FAIRU_OK ? interval.lower : CHALLENGE_MU_LOWER;
  toy->upper = status == FAIRU_OK ? interval.upper : CHALLENGE_MU_UPPER;
  toy->failed |= status != FAIRU_OK;
  return status == FAIRU_ERR_NOT_CONVERGED ? FAIRU_OK : status;
}

/* Streams behind those of the calibration: no toy is used twice. */
static int run_toy(fairu_context *ctx, uint64_t number, fairu_toy_result *result, void *user_data)
{
  const closure_work *w = user_data;
  closure_toy *toy = &w->toys[number];
  const uint64_t k = number / w->n_each;
  double params[MOST_PARAMETERS];
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, w->model->exact, &data);
  if (status == FAIRU_OK)
    status =
        fairu_interval_calibration_toy(ctx, w->model->exact, &w->options, w->mu[k], w->options.n_mu + 1 + k,
                                       number % w->n_each, params, w->model->n_parameters, data);
  for (int i = 0; i < CHALLENGE_NUISANCES && status == FAIRU_OK; i++)
    toy->nuisances[i] = (params[w->model->index[i]] - w->priors[i].nominal) / w->priors[i].width;
  if (status == FAIRU_OK)
    status = profile_toy(ctx, w, data, toy);
  if (status == FAIRU_OK)
    status = calibrate_toy(ctx, w, data, toy);
  fairu_data_destroy(data);
  result->estimate = result->lower = result->upper = result->nuisance = (double)NAN;
  result->status = FAIRU_OK;
  return status;
}

/* ---- counting ------------------------------------------------------------------------------------------- */

static void count(challenge_count *to, double mu, double lower, double upper)
{
  to->n++;
  to->covered += lower <= mu && mu <= upper;
  to->width += (upper - lower - to->width) / (double)to->n;
}

static double cut(double mu)
{
  return fmin(fmax(mu, CHALLENGE_MU_LOWER), CHALLENGE_MU_UPPER);
}

static int third_of(double deviate)
{
  const double border = 0.4307272992954576; /* a third of a normal distribution lies beyond it */
  return deviate < -border ? 0 : deviate > border ? 2 : 1;
}

static void count_all(const closure_work *w, challenge_closure *closure)
{
  for (size_t t = 0; t < closure->n; t++) {
    const closure_toy *toy = &w->toys[t];
    const size_t k = t / w->n_each;
    const double mu = closure->mu[k];
    count(&closure->calibrated, mu, toy->lower, toy->upper);
    count(&closure->by_mu[k], mu, toy->lower, toy->upper);
    count(&closure->profile, mu, toy->profile_lower, toy->profile_upper);
    count(&closure->profile_cut, mu, cut(toy->profile_lower), cut(toy->profile_upper));
    for (int i = 0; i < CHALLENGE_NUISANCES; i++)
      count(&closure->by_third[i][third_of(toy->nuisances[i])], mu, toy->lower, toy->upper);
    closure->n_failed += toy->failed != 0;
  }
}

static int expected(cli *c, const challenge_model *model, challenge_closure *closure)
{
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++) {
    double widths[CHALLENGE_WIDTHS];
    const int status = challenge_expected_widths(c, model, closure->mu[k], widths);
    if (status != FAIRU_OK)
      return status;
    for (int i = 0; i < CHALLENGE_WIDTHS; i++)
      closure->expected[i] += widths[i] / CHALLENGE_CLOSURE_MU;
  }
  return FAIRU_OK;
}

static int run_toys(cli *c, closure_work *w, challenge_closure *closure)
{
  fairu_toy_result *results = calloc(closure->n, sizeof *results);
  w->toys = calloc(closure->n, sizeof *w->toys);
  int status = results && w->toys
                   ? FAIRU_OK
                   : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu toys", closure->n);
  cli_stage(c, "closure");
  if (status == FAIRU_OK)
    status = fairu_toys_run(c->ctx, 0, closure->n, run_toy, w, results);
  if (status == FAIRU_OK)
    count_all(w, closure);
  free(results);
  free(w->toys);
  return status;
}

int challenge_closure_run(cli *c, const challenge_options *o, const challenge_model *model,
                          challenge_closure *closure)
{
  fairu_interval_calibration *calibration = NULL;
  closure_work w = { .model = model, .mu = closure->mu };
  memset(closure, 0, sizeof *closure);
  w.n_each = (size_t)(o->closure + CHALLENGE_CLOSURE_MU - 1) / CHALLENGE_CLOSURE_MU;
  closure->n = w.n_each * CHALLENGE_CLOSURE_MU;
  for (int k = 0; k < CHALLENGE_CLOSURE_MU; k++) /* between the hypotheses of the calibration */
    closure->mu[k] =
        CHALLENGE_MU_LOWER + (CHALLENGE_MU_UPPER - CHALLENGE_MU_LOWER) * (k + 0.5) / CHALLENGE_CLOSURE_MU;
  int status = fairu_interval_calibration_options_init(&w.options, sizeof w.options);
  w.options.lower = CHALLENGE_MU_LOWER;
  w.options.upper = CHALLENGE_MU_UPPER;
  w.options.n_toys = o->toys;
  w.options.seed = o->seed + 1;
  w.options.template_statistics = 0;
  fairu_fit_options fit;
  if (status == FAIRU_OK)
    status = challenge_fit_options(model, &fit);
  w.options.fit = &fit;
  for (int i = 0; i < CHALLENGE_NUISANCES && status == FAIRU_OK; i++)
    status = challenge_prior(c, i, &w.priors[i]);
  cli_stage(c, "closure: calibration");
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_create(c->ctx, model->exact, &w.options, &calibration);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_digest(calibration, c->ctx, closure->digest);
  w.calibration = calibration;
  if (status == FAIRU_OK)
    status = run_toys(c, &w, closure);
  if (status == FAIRU_OK)
    status = expected(c, model, closure);
  fairu_interval_calibration_destroy(calibration);
  return status;
}
