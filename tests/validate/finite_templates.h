/* finite_templates.h - a signal that is 98 % like the background (arXiv:2401.10542), three shape parameters, and templates from k times as many
 * simulated events as data; variations from the same events with other weights, or from samples of their own. */
#ifndef FAIRU_TESTS_VALIDATE_FINITE_TEMPLATES_H
#define FAIRU_TESTS_VALIDATE_FINITE_TEMPLATES_H

#include "likelihood/made_parameter.h"
#include "numeric/philox.h"
#include "support/support.h"

enum { FINITE_MOST_BINS = 40, FINITE_SHAPES = 3 };

typedef struct finite_templates {
  size_t n_bins;
  double events, signal_events; /* of background, and of signal at mu = 1 */
  double
      signal_weight; /* expected over simulated events of signal at k = 1; 1: simulated as often as it is expected */
  double k;          /* simulated events per event of data; 0: exact */
  int statistics; /* of templates are in the likelihood: one gamma a bin */
  int own;        /* variations have samples of their own */
  double lower;   /* of mu */
  double signal[FINITE_MOST_BINS], background[FINITE_MOST_BINS];
  double up[FINITE_SHAPES][FINITE_MOST_BINS], down[FINITE_SHAPES][FINITE_MOST_BINS];
  double variance[FINITE_MOST_BINS]; /* of the sum of both nominal templates */
} finite_templates;

/* What holds without simulation. */
static inline void finite_exact(finite_templates *t)
{
  double norm = 0.0, peaks = 0.0;
  for (size_t b = 0; b < t->n_bins; b++) {
    const double x = ((double)b + 0.5) / (double)t->n_bins;
    t->background[b] = exp(-1.5 * x);
    t->signal[b] = exp(-0.5 * (x - 0.55) * (x - 0.55) / (0.12 * 0.12));
    norm += t->background[b];
    peaks += t->signal[b];
  }
  for (size_t b = 0; b < t->n_bins; b++) {
    const double x = ((double)b + 0.5) / (double)t->n_bins, share = t->background[b] / norm;
    const double slopes[FINITE_SHAPES] = { 0.2 * (x - 0.5), 0.3 * (x - 0.3) * (x - 0.8), 0.1 * sin(6.0 * x) };
    t->background[b] = t->events * share;
    t->signal[b] = t->signal_events * (0.98 * share + 0.02 * t->signal[b] / peaks);
    for (size_t h = 0; h < FINITE_SHAPES; h++) {
      t->up[h][b] = t->background[b] * (1.0 + slopes[h]);
      t->down[h][b] = t->background[b] * (1.0 - slopes[h]);
    }
  }
}

/* n events simulated k times: their number over k. */
static inline double finite_simulate(fairu_philox *rng, double k, double n)
{
  return fairu_philox__poisson(rng, k * n) / k;
}

static inline void finite_fluctuate(finite_templates *t, fairu_philox *rng)
{
  for (size_t b = 0; b < t->n_bins && t->k > 0.0; b++) {
    const double background = finite_simulate(rng, t->k, t->background[b]);
    for (size_t h = 0; h < FINITE_SHAPES; h++) {
      double *const ends[2] = { &t->up[h][b], &t->down[h][b] };
      for (int end = 0; end < 2; end++)
        *ends[end] =
            t->own ? finite_simulate(rng, t->k, *ends[end]) : *ends[end] * background / t->background[b];
    }
    t->background[b] = background;
    t->signal[b] = finite_simulate(rng, t->k / t->signal_weight, t->signal[b]);
    t->variance[b] = (t->background[b] + t->signal[b] * t->signal_weight) / t->k;
  }
}

static inline int finite_parameter(fairu_context *ctx, fairu_model *model, const char *name, double nominal,
                                   double width, double lower, double upper, size_t *index)
{
  return made_parameter_add(ctx, model, (made_parameter){ name, nominal, lower, upper, width, 0.0, 0 },
                            index);
}

/* mu, a free factor of the background, the shapes; samples 0 signal and 1 background */
static inline int finite_samples(fairu_context *ctx, fairu_model *model, const finite_templates *t)
{
  static const char *const shapes[FINITE_SHAPES] = { "tilt", "bow", "wave" };
  size_t mu, beta, shape;
  int status = finite_parameter(ctx, model, "mu", 1.0, 0.0, t->lower, 100.0, &mu);
  if (status == FAIRU_OK)
    status = finite_parameter(ctx, model, "beta", 1.0, 0.0, 0.0, 100.0, &beta);
  if (status == FAIRU_OK)
    status = fairu_model_add_channel(model, ctx, "channel", t->n_bins, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "signal", t->signal, t->n_bins, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_sample(model, ctx, 0, "background", t->background, t->n_bins, NULL);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, 0, mu);
  if (status == FAIRU_OK)
    status = fairu_model_add_factor(model, ctx, 1, beta);
  for (size_t h = 0; h < FINITE_SHAPES && status == FAIRU_OK; h++) {
    status = finite_parameter(ctx, model, shapes[h], 0.0, 1.0, -10.0, 10.0, &shape);
    if (status == FAIRU_OK)
      status = fairu_model_add_shift(model, ctx, 1, shape, t->down[h], t->up[h], t->n_bins, FAIRU_CODE_4P);
  }
  return status;
}

/* A gamma a bin, Gaussian about 1, that scales both samples. */
static inline int finite_gammas(fairu_context *ctx, fairu_model *model, const finite_templates *t)
{
  size_t gammas[FINITE_MOST_BINS];
  int status = FAIRU_OK;
  for (size_t b = 0; b < t->n_bins && status == FAIRU_OK; b++) {
    char name[32];
    snprintf(name, sizeof name, "gamma[%zu]", b);
    status = finite_parameter(ctx, model, name, 1.0, sqrt(t->variance[b]) / (t->signal[b] + t->background[b]),
                              1e-10, 10.0, &gammas[b]);
  }
  for (size_t s = 0; s < 2 && status == FAIRU_OK; s++)
    status = fairu_model_add_bin_factors(model, ctx, s, gammas, t->n_bins);
  return status;
}

static inline int finite_likelihood(fairu_context *ctx, const finite_templates *t, fairu_likelihood **out)
{
  fairu_model *model = NULL;
  int status = fairu_model_create(ctx, &model);
  if (status == FAIRU_OK)
    status = finite_samples(ctx, model, t);
  if (status == FAIRU_OK && t->statistics && t->k > 0.0)
    status = finite_gammas(ctx, model, t);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_from_model(ctx, model, "mu", out);
  fairu_model_destroy(model);
  return status;
}

#endif /* FAIRU_TESTS_VALIDATE_FINITE_TEMPLATES_H */
