/* channel_model.h - a small model of channels with every kind of parameter and effect but splines. */
#ifndef FAIRU_TESTS_CHANNEL_MODEL_H
#define FAIRU_TESTS_CHANNEL_MODEL_H

#include "support/support.h"

enum {
  CHANNEL_MU,
  CHANNEL_ALPHA,                    /* norm and shift, Gaussian about 0 */
  CHANNEL_LUMI,                     /* Gaussian about 1 of width 0.02, fixed */
  CHANNEL_KAPPA,                    /* log-normal */
  CHANNEL_STAT,                     /* 3 Gaussian gammas of the signal region */
  CHANNEL_SHAPE = CHANNEL_STAT + 3, /* 2 Poisson gammas of the control region */
  CHANNEL_FREE = CHANNEL_SHAPE + 2, /* scales two bins: no gamma */
  CHANNEL_PARAMS,
  CHANNEL_BINS = 5
};

static const double channel_tau[2] = { 400.0, 6.25 };
static const double channel_nominal[CHANNEL_PARAMS] = { 1, 0, 1, 1, 1, 1, 1, 1, 1, 1 };
static const double channel_point[CHANNEL_PARAMS] = { 1.3, 0.4, 1.01, 0.9, 1.05, 0.97, 1.1, 0.98, 1.2, 1.1 };

static inline int channel_add(fairu_model *model, fairu_context *ctx, const char *name,
                              const fairu_nuisance *prior, double tau, double start, double lower,
                              double upper, int fixed)
{
  fairu_parameter_options o;
  int status = fairu_parameter_options_init(&o, sizeof o);
  o.prior = prior;
  o.poisson_scale = tau;
  o.start = start;
  o.lower = lower;
  o.upper = upper;
  o.fixed = fixed;
  return status == FAIRU_OK ? fairu_model_add_parameter(model, ctx, name, &o, NULL) : status;
}

static inline int channel_add_prior(fairu_model *model, fairu_context *ctx, const char *name, int prior,
                                    double nominal, double width, int fixed)
{
  fairu_nuisance n;
  int status = fairu_nuisance_init(&n, sizeof n);
  n.prior = prior;
  n.nominal = nominal;
  n.width = width;
  return status == FAIRU_OK ? channel_add(model, ctx, name, &n, 0.0, nominal, nominal - 5.0 * width,
                                          nominal + 5.0 * width, fixed)
                            : status;
}

static inline int channel_parameters(fairu_model *model, fairu_context *ctx)
{
  static const char *const stat[3] = { "stat[0]", "stat[1]", "stat[2]" };
  static const char *const shape[2] = { "shape[0]", "shape[1]" };
  static const double widths[3] = { 0.05, 0.08, 0.2 };
  int status = channel_add(model, ctx, "mu", NULL, 0.0, 1.0, 0.0, 10.0, 0);
  if (status == FAIRU_OK)
    status = channel_add_prior(model, ctx, "alpha", FAIRU_PRIOR_GAUSSIAN, 0.0, 1.0, 0);
  if (status == FAIRU_OK)
    status = channel_add_prior(model, ctx, "lumi", FAIRU_PRIOR_GAUSSIAN, 1.0, 0.02, 1);
  if (status == FAIRU_OK)
    status = channel_add_prior(model, ctx, "kappa", FAIRU_PRIOR_LOG_NORMAL, 1.0, 0.1, 0);
  for (size_t b = 0; b < 3 && status == FAIRU_OK; b++)
    status = channel_add_prior(model, ctx, stat[b], FAIRU_PRIOR_GAUSSIAN, 1.0, widths[b], 0);
  for (size_t b = 0; b < 2 && status == FAIRU_OK; b++)
    status = channel_add(model, ctx, shape[b], NULL, channel_tau[b], 1.0, 1e-10, 10.0, 0);
  return status == FAIRU_OK ? channel_add(model, ctx, "free", NULL, 0.0, 1.0, 0.0, 10.0, 0) : status;
}

static inline int channel_samples(fairu_model *model, fairu_context *ctx)
{
  static const double signal[3] = { 2.0, 5.0, 9.0 }, background[3] = { 60.0, 35.0, 12.0 };
  static const double down[3] = { 57.0, 36.0, 13.0 }, up[3] = { 64.0, 33.5, 11.0 };
  static const double control[2] = { 210.0, 40.0 }, other[2] = { 12.0, 5.0 };
  static const size_t stat[3] = { CHANNEL_STAT, CHANNEL_STAT + 1, CHANNEL_STAT + 2 };
  static const size_t shape[2] = { CHANNEL_SHAPE, CHANNEL_SHAPE + 1 };
  static const size_t shared[2] = { CHANNEL_FREE, CHANNEL_FREE };
  size_t s = 0, b = 0, c = 0, o = 0;
  int status = fairu_model_add_channel(model, ctx, "SR", 3, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(model, ctx, "CR", 2, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "signal", signal, 3, &s);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "background", background, 3, &b);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 1, "background", control, 2, &c);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 1, "other", other, 2, &o);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, s, CHANNEL_MU);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, s, CHANNEL_LUMI);
  if (status == FAIRU_OK)
    status = fairu_model_add_norm(model, ctx, s, CHANNEL_ALPHA, 0.92, 1.1, FAIRU_CODE_1);
  if (status == FAIRU_OK)
    status = fairu_model_add_shift(model, ctx, b, CHANNEL_ALPHA, down, up, 3, FAIRU_CODE_0);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(model, ctx, s, stat, 3);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(model, ctx, b, stat, 3);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, c, CHANNEL_KAPPA);
  if (status == FAIRU_OK)
    status = fairu_model_add_bin_factors(model, ctx, c, shape, 2);
  return status == FAIRU_OK ? fairu_model_add_bin_factors(model, ctx, o, shared, 2) : status;
}

static inline int channel_model_create(fairu_context *ctx, fairu_model **out)
{
  int status = fairu_model_create(ctx, out);
  if (status == FAIRU_OK)
    status = channel_parameters(*out, ctx);
  return status == FAIRU_OK ? channel_samples(*out, ctx) : status;
}

static inline int channel_likelihood_create(fairu_context *ctx, fairu_likelihood **likelihood,
                                            fairu_data **data)
{
  fairu_model *model = NULL;
  int status = channel_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, model, "mu", likelihood);
  fairu_model_destroy(model);
  return status == FAIRU_OK ? fairu_data_create(ctx, *likelihood, data) : status;
}

/* With counts of which none is what is expected, and one is 0. */
static inline int channel_observed_create(fairu_context *ctx, fairu_likelihood **likelihood,
                                          fairu_data **data)
{
  static const double counts[CHANNEL_BINS] = { 66.0, 37.0, 25.0, 205.5, 0.0 };
  const int status = channel_likelihood_create(ctx, likelihood, data);
  return status == FAIRU_OK ? fairu_data_set_observed(*data, ctx, counts, CHANNEL_BINS) : status;
}

/* Yields by hand, at alpha >= 0. */
static inline void channel_expected(const double *p, double *nu)
{
  static const double signal[3] = { 2.0, 5.0, 9.0 }, background[3] = { 60.0, 35.0, 12.0 };
  static const double up[3] = { 64.0, 33.5, 11.0 }, control[2] = { 210.0, 40.0 }, other[2] = { 12.0, 5.0 };
  for (size_t b = 0; b < 3; b++)
    nu[b] = p[CHANNEL_STAT + b] * (signal[b] * p[CHANNEL_MU] * p[CHANNEL_LUMI] * pow(1.1, p[CHANNEL_ALPHA]) +
                                   background[b] + p[CHANNEL_ALPHA] * (up[b] - background[b]));
  for (size_t b = 0; b < 2; b++)
    nu[3 + b] = control[b] * p[CHANNEL_KAPPA] * p[CHANNEL_SHAPE + b] + other[b] * p[CHANNEL_FREE];
}

#endif /* FAIRU_TESTS_CHANNEL_MODEL_H */
