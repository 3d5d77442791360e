/* How time grows: value, gradient, Hessian and fit against the number of parameters, of bins, and of bins that have a gamma each. Every
 * nuisance scales and shifts every sample, the densest there is. Exponents are slopes of log time against log size: least squares over
 * all sizes, and between the two largest, where the leading term shows. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

#include "bench/bench.h"
#include "likelihood/made_parameter.h"

enum { SAMPLES = 3, SIZES_MOST = 6, VALUE = 0, GRADIENT, HESSIAN, FIT, KINDS };

static const char *const kind_name[KINDS] = { "value", "gradient", "Hessian", "fit" };

typedef struct job {
  fairu_context *ctx;
  fairu_likelihood *likelihood;
  fairu_data *data;
  size_t n;
  double *params, *gradient, *hessian;
  int kind;
} job;

typedef struct sweep {
  const char *what;
  size_t sizes[SIZES_MOST];
  size_t bins, parameters; /* 0: what is swept */
  int gammas;              /* 1: one per bin, profiled */
  int most;                /* kinds from VALUE on; then FIT */
} sweep;

static double *numbers(size_t n)
{
  double *p = (double *)calloc(n, sizeof *p);
  if (!p)
    exit(1);
  return p;
}

/* Between -1 and 1, scattered. */
static double scatter(size_t i, size_t j, size_t k)
{
  uint64_t h = 0x9E3779B97F4A7C15U * (i + 1) ^ 0xC2B2AE3D27D4EB4FU * (j + 1) ^ 0x165667B19E3779F9U * (k + 1);
  h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9U;
  h = (h ^ h >> 32) * 0x94D049BB133111EBU;
  return (double)(h >> 11) * 0x1p-52 - 1.0;
}

/* ---- models ----------------------------------------------------------------------------------------------- */

static void add_parameter(fairu_context *ctx, fairu_model *model, const char *name, double start,
                          double width, double lower)
{
  bench_must(
      ctx, made_parameter_add(ctx, model, (made_parameter){ name, start, lower, 10.0, width, 0.0, 0 }, NULL));
}

/* The effect of one nuisance shrinks with their number, so that they stay as large together. */
static void add_effects(fairu_context *ctx, fairu_model *model, size_t sample, size_t nuisances, size_t bins,
                        const double *yields)
{
  double *down = numbers(2 * bins), *up = down + bins;
  const double size = 0.2 / sqrt((double)nuisances);
  for (size_t k = 1; k <= nuisances; k++) {
    bench_must(ctx, fairu_model_add_norm(model, ctx, sample, k, 1.0 - 0.9 * size * scatter(k, sample, 0),
                                         1.0 + size * scatter(k, sample, 0), FAIRU_CODE_4));
    for (size_t b = 0; b < bins; b++) {
      down[b] = yields[b] * (1.0 - 0.9 * size * scatter(k, sample, 1 + b));
      up[b] = yields[b] * (1.0 + size * scatter(k, sample, 1 + b));
    }
    bench_must(ctx, fairu_model_add_shift(model, ctx, sample, k, down, up, bins, FAIRU_CODE_4P));
  }
  free(down);
}

static void add_samples(fairu_context *ctx, fairu_model *model, size_t nuisances, size_t bins,
                        const size_t *gammas)
{
  double *yields = numbers(bins);
  for (size_t s = 0; s < SAMPLES; s++) {
    char name[32];
    size_t at;
    for (size_t b = 0; b < bins; b++)
      yields[b] = (s == 0 ? 10.0 : 40.0) + 5.0 * scatter(s, b, 0);
    snprintf(name, sizeof name, "sample%zu", s);
    bench_must(ctx, fairu_model_add_sample(model, ctx, 0, name, yields, bins, &at));
    if (s == 0)
      bench_must(ctx, fairu_model_add_factor(model, ctx, at, 0));
    add_effects(ctx, model, at, nuisances, bins, yields);
    if (gammas)
      bench_must(ctx, fairu_model_add_bin_factors(model, ctx, at, gammas, bins));
  }
  free(yields);
}

static fairu_model *make_model(fairu_context *ctx, size_t parameters, size_t bins, int with_gammas)
{
  fairu_model *model = NULL;
  size_t *gammas = with_gammas ? (size_t *)calloc(bins, sizeof *gammas) : NULL;
  char name[32];
  bench_must(ctx, fairu_model_create(ctx, &model));
  add_parameter(ctx, model, "mu", 1.0, 0.0, 0.0);
  for (size_t k = 1; k < parameters; k++) {
    snprintf(name, sizeof name, "alpha%zu", k);
    add_parameter(ctx, model, name, 0.0, 1.0, -5.0);
  }
  for (size_t b = 0; gammas && b < bins; b++) {
    snprintf(name, sizeof name, "gamma%zu", b);
    add_parameter(ctx, model, name, 1.0, 0.05, 1e-10);
    gammas[b] = parameters + b;
  }
  bench_must(ctx, fairu_model_add_channel(model, ctx, "channel", bins, NULL));
  add_samples(ctx, model, parameters - 1, bins, gammas);
  free(gammas);
  return model;
}

/* Counts as a toy of the model would have them. */
static void open_job(job *j, size_t parameters, size_t bins, int gammas)
{
  bench_must(NULL, fairu_context_create(NULL, &j->ctx));
  fairu_model *model = make_model(j->ctx, parameters, bins, gammas);
  bench_must(j->ctx, fairu_likelihood_create_from_model(j->ctx, model, "mu", &j->likelihood));
  fairu_model_destroy(model);
  bench_must(j->ctx, fairu_data_create(j->ctx, j->likelihood, &j->data));
  j->n = fairu_likelihood_n_parameters(j->likelihood);
  j->params = numbers(j->n);
  for (size_t i = 0; i < j->n; i++)
    j->params[i] = i == 0 || i >= parameters ? 1.0 : 0.0;
  bench_must(j->ctx, fairu_likelihood_toy(j->likelihood, j->ctx, j->params, j->n, 1, 0, j->data));
  for (size_t i = 0; i < parameters; i++)
    j->params[i] += 0.3 * scatter(i, 0, 0);
  j->gradient = numbers(j->n);
}

static void close_job(job *j)
{
  free(j->params);
  free(j->gradient);
  free(j->hessian);
  fairu_data_destroy(j->data);
  fairu_likelihood_destroy(j->likelihood);
  fairu_context_destroy(j->ctx);
}

/* ---- what is timed ---------------------------------------------------------------------------------------- */

static void run(void *data)
{
  job *j = (job *)data;
  double nll[2] = { 0.0, 0.0 };
  if (j->kind == FIT) {
    bench_must(j->ctx,
               fairu_likelihood_fit(j->likelihood, j->ctx, j->data, NULL, j->gradient, j->n, NULL, NULL));
    bench_keep(j->gradient[0]);
    return;
  }
  bench_must(j->ctx, fairu_likelihood_nll(j->likelihood, j->ctx, j->data, j->params, j->n, nll,
                                          j->kind >= GRADIENT ? j->gradient : NULL,
                                          j->kind >= HESSIAN ? j->hessian : NULL));
  bench_keep(nll[0]);
}

static double measure(bench *b, job *j, const char *what, size_t size)
{
  char name[96];
  snprintf(name, sizeof name, "%s, %zu %s", kind_name[j->kind], size, what);
  if (j->kind == HESSIAN)
    j->hessian = numbers(j->n * j->n);
  const double seconds = bench_median(run, j);
  bench_add(b, &(bench_row){
                   .name = name, .seconds = seconds, .unit = "us", .kernel = fairu_context_kernel(j->ctx) });
  return seconds;
}

static void add_exponent(bench *b, const sweep *s, int kind, size_t n, const double *seconds)
{
  char name[96];
  double x[SIZES_MOST], y[SIZES_MOST], mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0;
  for (size_t i = 0; i < n; i++) {
    x[i] = log((double)s->sizes[i]);
    y[i] = log(seconds[i]);
    mx += x[i] / (double)n;
    my += y[i] / (double)n;
  }
  for (size_t i = 0; i < n; i++) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
  }
  snprintf(name, sizeof name, "%s against %s, all sizes", kind_name[kind], s->what);
  bench_add(b, &(bench_row){ .name = name, .seconds = xy / xx, .unit = "exponent" });
  snprintf(name, sizeof name, "%s against %s, two largest", kind_name[kind], s->what);
  bench_add(b, &(bench_row){ .name = name,
                             .seconds = (y[n - 1] - y[n - 2]) / (x[n - 1] - x[n - 2]),
                             .unit = "exponent" });
}

static void run_sweep(bench *b, const sweep *s)
{
  double seconds[KINDS][SIZES_MOST];
  size_t n = 0;
  for (; n < SIZES_MOST && s->sizes[n]; n++) {
    job j = { .kind = VALUE };
    open_job(&j, s->parameters ? s->parameters : s->sizes[n], s->bins ? s->bins : s->sizes[n], s->gammas);
    for (; j.kind < KINDS; j.kind++)
      if (j.kind <= s->most || j.kind == FIT)
        seconds[j.kind][n] = measure(b, &j, s->what, s->sizes[n]);
    close_job(&j);
  }
  for (int kind = VALUE; kind < KINDS; kind++)
    if (kind <= s->most || kind == FIT)
      add_exponent(b, s, kind, n, seconds[kind]);
}

int main(int argc, char **argv)
{
  static const sweep sweeps[] = {
    { "parameters", { 8, 32, 128, 512, 2000 }, .bins = 50, .most = HESSIAN },
    { "bins", { 10, 100, 1000, 10000, 100000 }, .parameters = 10, .most = HESSIAN },
    { "bins with gammas", { 10, 100, 1000, 10000, 100000 }, .parameters = 10, .gammas = 1, .most = GRADIENT }
  };
  bench *b = bench_start(argc, argv);
  for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
    run_sweep(b, &sweeps[i]);
  return bench_end(b);
}
