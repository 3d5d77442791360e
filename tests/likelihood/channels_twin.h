/* channels_twin.h - the main term of a model again, from its definition, in 113 bits, with the sum of absolute values of the terms of each
 * component. No list is compiled, nothing is shared between samples: slow and plain. */
#ifndef FAIRU_TESTS_CHANNELS_TWIN_H
#define FAIRU_TESTS_CHANNELS_TWIN_H

#include "support/support.h"

#include "likelihood/build.h"

__extension__ typedef __float128 quad;

enum { TWIN_PARAMS = 64, TWIN_FACTORS = 24 };

typedef struct twin {
  size_t n;
  quad value, size; /* and the sum of absolute values of its terms */
  quad gradient[TWIN_PARAMS], gradient_size[TWIN_PARAMS];
  quad hessian[TWIN_PARAMS][TWIN_PARAMS], hessian_size[TWIN_PARAMS][TWIN_PARAMS];
} twin;

static inline quad quad_abs(quad x)
{
  return x < 0 ? -x : x;
}

static inline quad quad_exp(quad x)
{
  quad term = 1, sum = 1;
  const quad y = x / 1024;
  for (int i = 1; i < 30; i++) {
    term *= y / i;
    sum += term;
  }
  for (int i = 0; i < 10; i++)
    sum *= sum;
  return sum;
}

/* x > 0: one correction of third order to the logarithm of a double. */
static inline quad quad_log(quad x)
{
  const quad z = (quad)logl((long double)x);
  const quad r = x * quad_exp(-z) - 1;
  return z + r - r * r / 2;
}

/* One factor of a yield in one bin: value and derivatives in its parameter. */
typedef struct twin_factor {
  size_t parameter;
  quad f[3];
} twin_factor;

static inline void twin_norm(double down, double up, int code, quad x, quad f[3])
{
  const quad u = (quad)up, d = (quad)down, lu = quad_log(u), ld = quad_log(d);
  if (code == FAIRU_CODE_1 || x >= 1 || x <= -1) {
    const quad rate = x > 0 ? lu : -ld;
    f[0] = quad_exp(rate * x);
    f[1] = rate * f[0];
    f[2] = rate * f[1];
    return;
  }
  const quad s0 = (u + d) / 2 - 1, a0 = (u - d) / 2, a1 = (u * lu - d * ld) / 2, s1 = (u * lu + d * ld) / 2;
  const quad s2 = (u * lu * lu + d * ld * ld) / 2, a2 = (u * lu * lu - d * ld * ld) / 2;
  const quad a[7] = { 1,
                      (15 * a0 - 7 * a1 + a2) / 8,
                      (24 * s0 - 9 * s1 + s2) / 8,
                      (-5 * a0 + 5 * a1 - a2) / 4,
                      (-12 * s0 + 7 * s1 - s2) / 4,
                      (3 * a0 - 3 * a1 + a2) / 8,
                      (8 * s0 - 5 * s1 + s2) / 8 };
  f[0] = f[1] = f[2] = 0;
  for (int i = 6; i >= 0; i--)
    f[0] = f[0] * x + a[i];
  for (int i = 6; i >= 1; i--)
    f[1] = f[1] * x + i * a[i];
  for (int i = 6; i >= 2; i--)
    f[2] = f[2] * x + i * (i - 1) * a[i];
}

/* Shift with derivatives; up and down relative to nominal. */
static inline void twin_shift(double down, double nominal, double up, int code, quad x, quad f[3])
{
  const quad p = (quad)up - (quad)nominal, m = (quad)nominal - (quad)down;
  const int outside = x > 1 || x < -1;
  f[2] = 0;
  if (code == FAIRU_CODE_0 || (code == FAIRU_CODE_4P && outside)) {
    f[1] = x > 0 ? p : m;
    f[0] = x * f[1];
  } else if (code == FAIRU_CODE_4P) {
    const quad s = (p + m) / 2, a = (p - m) / 16, y = x * x;
    f[0] = x * s + a * y * (15 - 10 * y + 3 * y * y);
    f[1] = s + a * x * (30 - 40 * y + 18 * y * y);
    f[2] = a * (30 - 120 * y + 90 * y * y);
  } else {
    const quad a = (p - m) / 2, b = (p + m) / 2, sign = x > 0 ? 1 : -1;
    if (!outside) {
      f[0] = (a * x + b) * x;
      f[1] = 2 * a * x + b;
      f[2] = 2 * a;
    } else {
      f[1] = b + 2 * sign * a;
      f[0] = f[1] * (x - sign) + (code == FAIRU_CODE_2 ? sign * b + a : 0);
    }
  }
}

/* One bin of all samples of a channel: yield, its derivatives, and sums of absolute values. */
typedef struct twin_bin {
  quad nu, nu_size, d[TWIN_PARAMS], d_size[TWIN_PARAMS];
  quad d2[TWIN_PARAMS][TWIN_PARAMS], d2_size[TWIN_PARAMS][TWIN_PARAMS];
} twin_bin;

static inline void twin_add(quad *sum, quad *size, quad x)
{
  *sum += x;
  *size += quad_abs(x);
}

static inline quad twin_product(const twin_factor *factors, size_t n, size_t k, size_t l)
{
  quad product = 1;
  for (size_t i = 0; i < n; i++)
    product *= i == k || i == l ? 1 : factors[i].f[0];
  return product;
}

/* T times the factors; t: T with derivatives by parameter. */
static inline void twin_sample_bin(const fairu_sample *sample, size_t n_bins, size_t b, const double *params,
                                   size_t n_params, twin_bin *bin)
{
  twin_factor factors[TWIN_FACTORS], shifts[TWIN_FACTORS];
  size_t n = 0, m = 0;
  quad total = (quad)sample->yields[b], total_size = quad_abs(total);
  for (size_t e = 0; e < sample->n_effects; e++) {
    const fairu_effect *effect = &sample->effects[e];
    if (effect->kind == FAIRU_EFFECT_BIN_FACTORS) {
      if (effect->parameters[b] != FAIRU_NONE)
        factors[n++] = (twin_factor){ effect->parameters[b], { (quad)params[effect->parameters[b]], 1, 0 } };
      continue;
    }
    const quad x = (quad)params[effect->parameter];
    if (effect->kind == FAIRU_EFFECT_SHIFT) {
      shifts[m].parameter = effect->parameter;
      twin_shift(effect->yields[b], sample->yields[b], effect->yields[n_bins + b], effect->code, x,
                 shifts[m].f);
      twin_add(&total, &total_size, shifts[m++].f[0]);
      continue;
    }
    factors[n] = (twin_factor){ effect->parameter, { x, 1, 0 } };
    if (effect->kind == FAIRU_EFFECT_NORM)
      twin_norm(effect->down, effect->up, effect->code, x, factors[n].f);
    n++;
  }
  (void)n_params;
  const quad all = twin_product(factors, n, n, n);
  bin->nu += total * all;
  bin->nu_size += total_size * quad_abs(all);
  for (size_t h = 0; h < m; h++) {
    const size_t p = shifts[h].parameter;
    twin_add(&bin->d[p], &bin->d_size[p], shifts[h].f[1] * all);
    twin_add(&bin->d2[p][p], &bin->d2_size[p][p], shifts[h].f[2] * all);
  }
  for (size_t k = 0; k < n; k++) {
    const size_t p = factors[k].parameter;
    const quad one = factors[k].f[1] * twin_product(factors, n, k, k);
    twin_add(&bin->d[p], &bin->d_size[p], total * one);
    twin_add(&bin->d2[p][p], &bin->d2_size[p][p], total * factors[k].f[2] * twin_product(factors, n, k, k));
    for (size_t h = 0; h < m; h++) {
      const size_t q = shifts[h].parameter;
      twin_add(&bin->d2[p][q], &bin->d2_size[p][q], one * shifts[h].f[1]);
      twin_add(&bin->d2[q][p], &bin->d2_size[q][p], one * shifts[h].f[1]);
    }
    for (size_t l = 0; l < n; l++)
      if (l != k) {
        const size_t q = factors[l].parameter;
        twin_add(&bin->d2[p][q], &bin->d2_size[p][q],
                 total * factors[k].f[1] * factors[l].f[1] * twin_product(factors, n, k, l));
      }
  }
}

static inline void twin_bin_of(const fairu_model *model, size_t channel, size_t b, const double *params,
                               twin_bin *bin)
{
  memset(bin, 0, sizeof *bin);
  for (size_t s = 0; s < model->n_samples; s++)
    if (model->samples[s].channel == channel)
      twin_sample_bin(&model->samples[s], model->channels[channel].n_bins, b, params, model->n_params, bin);
}

static inline void twin_add_bin(const twin_bin *bin, quad n, twin *to)
{
  const quad nu = bin->nu, slope = 1 - n / nu, weight = n / (nu * nu);
  const quad log_ratio = n > 0 ? quad_log(n / nu) : 0;
  to->value += nu - n + n * log_ratio;
  to->size += bin->nu_size * (1 + n / nu) + n;
  for (size_t i = 0; i < to->n; i++) {
    to->gradient[i] += slope * bin->d[i];
    to->gradient_size[i] += (1 + n / nu) * bin->d_size[i];
    for (size_t j = 0; j < to->n; j++) {
      to->hessian[i][j] += weight * bin->d[i] * bin->d[j] + slope * bin->d2[i][j];
      to->hessian_size[i][j] += weight * bin->d_size[i] * bin->d_size[j] + (1 + n / nu) * bin->d2_size[i][j];
    }
  }
}

/* The main term at params. */
static inline void twin_evaluate(const fairu_model *model, const double *observed, const double *params,
                                 twin *to)
{
  twin_bin *bin = malloc(sizeof *bin);
  memset(to, 0, sizeof *to);
  to->n = model->n_params;
  for (size_t c = 0; c < model->n_channels; c++)
    for (size_t b = 0; b < model->channels[c].n_bins; b++) {
      twin_bin_of(model, c, b, params, bin);
      twin_add_bin(bin, (quad)observed[model->channels[c].first_bin + b], to);
    }
  free(bin);
}

/* Main term at a minus that at b. */
static inline quad twin_difference(const fairu_model *model, const double *observed, const double *a,
                                   const double *b)
{
  twin *at = malloc(2 * sizeof *at);
  twin_evaluate(model, observed, a, &at[0]);
  twin_evaluate(model, observed, b, &at[1]);
  const quad difference = at[0].value - at[1].value;
  free(at);
  return difference;
}

#endif /* FAIRU_TESTS_CHANNELS_TWIN_H */
