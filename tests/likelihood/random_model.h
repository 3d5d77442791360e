/* random_model.h - models of channels drawn at random: every kind of effect and constraint, counts from 0 to 1e12. */
#ifndef FAIRU_TESTS_RANDOM_MODEL_H
#define FAIRU_TESTS_RANDOM_MODEL_H

#include "likelihood/made_parameter.h"
#include "support/support.h"

#include "likelihood/build.h"
#include "likelihood/philox_between.h"

enum { RANDOM_BINS = 5, RANDOM_WIDE = 8, RANDOM_MOST = 64 };

typedef struct random_model {
  fairu_model *model;
  double observed[RANDOM_MOST], aux[RANDOM_MOST], params[RANDOM_MOST];
  fairu_philox rng;
} random_model;

static inline size_t random_parameter(fairu_context *ctx, random_model *m, double width, double tau,
                                      double nominal, double lower)
{
  char name[32];
  size_t index = 0;
  snprintf(name, sizeof name, "p%zu", m->model->n_params);
  CHECK_OK(ctx, made_parameter_add(ctx, m->model,
                                   (made_parameter){ name, nominal, lower, 10.0, width, tau, 0 }, &index));
  m->aux[index] = tau > 0.0 ? tau * philox_between(&m->rng, 0.8, 1.2) : nominal;
  m->params[index] = nominal;
  return index;
}

/* 0 mu, 1 luminosity, 2 free factor, the others Gaussian about 0 */
static inline void random_wide(fairu_context *ctx, random_model *m)
{
  static const double corners[] = { 0.0, 1.0, -1.0, 1e-5 };
  random_parameter(ctx, m, 0.0, 0.0, 1.0, -10.0);
  random_parameter(ctx, m, 0.02, 0.0, 1.0, 0.5);
  random_parameter(ctx, m, 0.0, 0.0, 1.0, 0.0);
  for (size_t i = 3; i < RANDOM_WIDE; i++) {
    random_parameter(ctx, m, 1.0, 0.0, 0.0, -5.0);
    m->params[i] =
        philox_below(&m->rng, 4) ? philox_between(&m->rng, -2.2, 2.2) : corners[philox_below(&m->rng, 4)];
  }
  m->params[0] = philox_below(&m->rng, 3)   ? philox_between(&m->rng, 0.3, 3.0)
                 : philox_below(&m->rng, 2) ? 0.0
                                            : 1e-3;
  m->params[2] = philox_below(&m->rng, 6) ? philox_between(&m->rng, 0.3, 3.0) : 0.0;
  m->params[1] = philox_between(&m->rng, 0.95, 1.05);
}

static inline void random_effects(fairu_context *ctx, random_model *m, size_t s, size_t bins)
{
  static const int shift_codes[] = { FAIRU_CODE_0, FAIRU_CODE_2, FAIRU_CODE_4P, FAIRU_CODE_2_PYHF };
  const double *nominal = m->model->samples[s].yields;
  for (size_t p = 0; p < RANDOM_WIDE; p++) {
    if (philox_below(&m->rng, 2))
      continue;
    if (p < 3) {
      CHECK_OK(ctx, fairu_model_add_factor(m->model, ctx, s, p));
      continue;
    }
    const double size = philox_below(&m->rng, 2) ? 0.2 : 1e-4;
    if (philox_below(&m->rng, 3))
      CHECK_OK(ctx, fairu_model_add_norm(m->model, ctx, s, p, 1.0 + philox_between(&m->rng, -size, size),
                                         1.0 + philox_between(&m->rng, -size, size),
                                         philox_below(&m->rng, 2) ? FAIRU_CODE_4 : FAIRU_CODE_1));
    if (philox_below(&m->rng, 3)) {
      double down[RANDOM_BINS], up[RANDOM_BINS];
      for (size_t b = 0; b < bins; b++) {
        down[b] = nominal[b] * (1.0 + 0.2 * philox_between(&m->rng, -size, size));
        up[b] = nominal[b] * (1.0 + 0.2 * philox_between(&m->rng, -size, size));
      }
      CHECK_OK(ctx, fairu_model_add_shift(m->model, ctx, s, p, down, up, bins,
                                          shift_codes[philox_below(&m->rng, 4)]));
    }
    if (philox_below(&m->rng, 12) == 0)
      CHECK_OK(ctx, fairu_model_add_factor(m->model, ctx, s, p)); /* beside its norm */
  }
}

/* Gammas of one channel: shared by all samples, of the first sample, and free ones. */
static inline void random_gammas(fairu_context *ctx, random_model *m, size_t first, size_t n, size_t bins)
{
  size_t stat[RANDOM_BINS], shape[RANDOM_BINS], unbound[RANDOM_BINS];
  const double tau = pow(10.0, philox_between(&m->rng, 0.0, 12.0));
  const int has_stat = philox_below(&m->rng, 3) != 0, has_shape = philox_below(&m->rng, 2) != 0;
  const size_t patches = random_parameter(ctx, m, 0.0, 0.0, 1.0, 0.0); /* one free factor of several bins */
  m->params[patches] = philox_between(&m->rng, 0.5, 1.5);
  for (size_t b = 0; b < bins; b++) {
    stat[b] = has_stat && philox_below(&m->rng, 8)
                  ? random_parameter(ctx, m, pow(10.0, philox_between(&m->rng, -4.0, -0.5)), 0.0, 1.0, 1e-10)
                  : FAIRU_NONE;
    shape[b] =
        has_shape && philox_below(&m->rng, 8) ? random_parameter(ctx, m, 0.0, tau, 1.0, 1e-10) : FAIRU_NONE;
    unbound[b] = philox_below(&m->rng, 3) == 0 ? patches : FAIRU_NONE;
    if (stat[b] != FAIRU_NONE)
      m->params[stat[b]] = philox_between(&m->rng, 0.9, 1.1);
    if (shape[b] != FAIRU_NONE)
      m->params[shape[b]] = philox_between(&m->rng, 0.9, 1.1);
  }
  for (size_t s = first; s < first + n; s++)
    CHECK_OK(ctx, fairu_model_add_bin_factors(m->model, ctx, s, stat, bins));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m->model, ctx, first + philox_below(&m->rng, n), shape, bins));
  CHECK_OK(ctx, fairu_model_add_bin_factors(m->model, ctx, first, unbound, bins));
}

static inline void random_channel(fairu_context *ctx, random_model *m, size_t channel, double scale)
{
  const size_t bins = 1 + philox_below(&m->rng, RANDOM_BINS), samples = 1 + philox_below(&m->rng, 4);
  const size_t first = m->model->n_samples;
  char name[32];
  snprintf(name, sizeof name, "c%zu", channel);
  CHECK_OK(ctx, fairu_model_add_channel(m->model, ctx, name, bins, NULL));
  for (size_t s = 0; s < samples; s++) {
    double yields[RANDOM_BINS];
    for (size_t b = 0; b < bins; b++)
      yields[b] =
          scale * (s > 0 && philox_below(&m->rng, 5) == 0 ? -0.03 : philox_between(&m->rng, 0.2, 2.0));
    snprintf(name, sizeof name, "s%zu", s);
    CHECK_OK(ctx, fairu_model_add_sample(m->model, ctx, channel, name, yields, bins, NULL));
    random_effects(ctx, m, first + s, bins);
  }
  /* one that keeps all bins above 0 whatever the factors are */
  double floor[RANDOM_BINS];
  for (size_t b = 0; b < bins; b++)
    floor[b] = 0.5 * scale;
  CHECK_OK(ctx, fairu_model_add_sample(m->model, ctx, channel, "floor", floor, bins, NULL));
  random_gammas(ctx, m, first, samples, bins);
}

static inline void random_start(fairu_context *ctx, random_model *m, uint64_t number)
{
  memset(m, 0, sizeof *m);
  m->rng = fairu_philox__start(17, 0, number, 0);
  CHECK_OK(ctx, fairu_model_create(ctx, &m->model));
  random_wide(ctx, m);
  const size_t channels = 1 + philox_below(&m->rng, 3);
  const double scale = pow(10.0, philox_below(&m->rng, 2) ? philox_between(&m->rng, 0.0, 3.0)
                                                          : philox_between(&m->rng, 0.0, 12.0));
  for (size_t c = 0; c < channels; c++)
    random_channel(ctx, m, c, scale);
}

/* Counts near the yields nu, some of them far, some 0. */
static inline void random_observe(random_model *m, const double *nu)
{
  for (size_t b = 0; b < m->model->n_bins; b++) {
    const size_t kind = philox_below(&m->rng, 8);
    m->observed[b] = kind == 0   ? 0.0
                     : kind == 1 ? floor(nu[b] * philox_between(&m->rng, 0.1, 3.0))
                                 : floor(nu[b] + sqrt(nu[b]) * philox_between(&m->rng, -2.0, 2.0));
    m->observed[b] = m->observed[b] > 0.0 ? m->observed[b] : 0.0;
  }
}

#endif /* FAIRU_TESTS_RANDOM_MODEL_H */
