/* Toys a second: drawn, fitted twice (unconditional, conditional), for the test statistic of mu = 1. Models made by the builder: two bins with a gamma each,
 * and 50 bins with 30 constrained nuisances and a free background. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <fairu/fairu.h>

#include "bench/bench.h"

enum { BINS = 50, NORMS = 19, SHIFTS = 11, TOYS = 4096 };

typedef struct job {
  fairu_context *ctx;
  fairu_model *model;
  fairu_likelihood *likelihood;
  fairu_data *data;
} job;

static size_t parameter(job *j, const char *name, double lower, double upper, int constrained)
{
  const fairu_nuisance prior = { .struct_size = sizeof(fairu_nuisance),
                                 .name = name,
                                 .prior = FAIRU_PRIOR_GAUSSIAN,
                                 .lower = -5.0,
                                 .upper = 5.0,
                                 .nominal = 0.0,
                                 .width = 1.0 };
  fairu_parameter_options o;
  size_t index = 0;
  bench_must(j->ctx, fairu_parameter_options_init(&o, sizeof o));
  o.start = constrained ? 0.0 : 1.0;
  o.lower = lower;
  o.upper = upper;
  o.prior = constrained ? &prior : NULL;
  bench_must(j->ctx, fairu_model_add_parameter(j->model, j->ctx, name, &o, &index));
  return index;
}

/* pyhf's uncorrelated background: signal 12, 11; background 50 +- 3, 52 +- 7. */
static void add_two_bins(job *j)
{
  static const double signal[2] = { 12.0, 11.0 }, background[2] = { 50.0, 52.0 }, errors[2] = { 3.0, 7.0 };
  static const char *const names[2] = { "gamma[0]", "gamma[1]" };
  const size_t mu = parameter(j, "mu", 0.0, 10.0, 0);
  size_t gammas[2];
  for (int i = 0; i < 2; i++) {
    fairu_parameter_options o;
    bench_must(j->ctx, fairu_parameter_options_init(&o, sizeof o));
    o.lower = 1e-10;
    o.upper = 10.0;
    o.poisson_scale = background[i] * background[i] / (errors[i] * errors[i]);
    bench_must(j->ctx, fairu_model_add_parameter(j->model, j->ctx, names[i], &o, &gammas[i]));
  }
  bench_must(j->ctx, fairu_model_add_channel(j->model, j->ctx, "channel", 2, NULL));
  bench_must(j->ctx, fairu_model_add_sample(j->model, j->ctx, 0, "signal", signal, 2, NULL));
  bench_must(j->ctx, fairu_model_add_sample(j->model, j->ctx, 0, "background", background, 2, NULL));
  bench_must(j->ctx, fairu_model_add_factor(j->model, j->ctx, 0, mu));
  bench_must(j->ctx, fairu_model_add_bin_factors(j->model, j->ctx, 1, gammas, 2));
}

static void add_norms(job *j)
{
  char name[32];
  for (int k = 0; k < NORMS; k++) {
    const double up = 1.0 + 0.01 * (k + 1), down = 1.0 / up;
    snprintf(name, sizeof name, "norm%d", k);
    const size_t p = parameter(j, name, -5.0, 5.0, 1);
    for (size_t sample = 0; sample < 3; sample++)
      if ((size_t)k % 4 != sample)
        bench_must(j->ctx, fairu_model_add_norm(j->model, j->ctx, sample, p, down, up, FAIRU_CODE_4));
  }
}

static void add_shifts(job *j, double nominal[3][BINS])
{
  char name[32];
  double down[BINS], up[BINS];
  for (int k = 0; k < SHIFTS; k++) {
    snprintf(name, sizeof name, "shift%d", k);
    const size_t p = parameter(j, name, -5.0, 5.0, 1);
    for (size_t sample = (size_t)k % 2; sample < 3; sample++) {
      for (int b = 0; b < BINS; b++) {
        const double tilt = 0.05 * sin(0.1 * (k + 1) * (b + 0.5));
        up[b] = nominal[sample][b] * (1.0 + tilt);
        down[b] = nominal[sample][b] * (1.0 - 0.9 * tilt);
      }
      bench_must(j->ctx, fairu_model_add_shift(j->model, j->ctx, sample, p, down, up, BINS, FAIRU_CODE_4P));
    }
  }
}

static void add_fifty_bins(job *j)
{
  static const char *const names[3] = { "signal", "falling", "flat" };
  double nominal[3][BINS];
  const size_t mu = parameter(j, "mu", 0.0, 10.0, 0), flat = parameter(j, "flat norm", 0.0, 10.0, 0);
  for (int b = 0; b < BINS; b++) {
    const double x = (b - 30.0) / 5.0;
    nominal[0][b] = 12.0 * exp(-0.5 * x * x);
    nominal[1][b] = 300.0 * exp(-0.05 * b);
    nominal[2][b] = 40.0;
  }
  bench_must(j->ctx, fairu_model_add_channel(j->model, j->ctx, "channel", BINS, NULL));
  for (int s = 0; s < 3; s++)
    bench_must(j->ctx, fairu_model_add_sample(j->model, j->ctx, 0, names[s], nominal[s], BINS, NULL));
  bench_must(j->ctx, fairu_model_add_factor(j->model, j->ctx, 0, mu));
  bench_must(j->ctx, fairu_model_add_factor(j->model, j->ctx, 2, flat));
  add_norms(j);
  add_shifts(j, nominal);
}

static void compile(job *j)
{
  double params[64];
  fairu_parameter p = { .struct_size = sizeof p };
  bench_must(j->ctx, fairu_likelihood_create_from_model(j->ctx, j->model, "mu", &j->likelihood));
  bench_must(j->ctx, fairu_data_create(j->ctx, j->likelihood, &j->data));
  const size_t n = fairu_likelihood_n_parameters(j->likelihood);
  for (size_t i = 0; i < n; i++) {
    bench_must(j->ctx, fairu_likelihood_parameter(j->likelihood, j->ctx, i, &p));
    params[i] = p.start;
  }
  params[fairu_likelihood_poi_index(j->likelihood)] = 0.5;
  bench_must(j->ctx, fairu_likelihood_toy(j->likelihood, j->ctx, params, n, 7, 0, j->data));
}

static void run_toys(void *data)
{
  const job *j = (const job *)data;
  fairu_toy_test test;
  fairu_toy_test_result r = { .struct_size = sizeof r };
  bench_must(j->ctx, fairu_toy_test_init(&test, sizeof test));
  test.n_toys = TOYS / 2;
  bench_must(j->ctx, fairu_hypotest_toys(j->ctx, j->likelihood, j->data, &test, 1.0, &r, NULL, NULL));
  if (r.n_failed_sb + r.n_failed_b > 0)
    fprintf(stderr, "bench_toys: %llu toys failed\n", (unsigned long long)(r.n_failed_sb + r.n_failed_b));
  bench_keep(r.cls);
}

/* The estimator of coverage studies: interval of each toy. */
static void run_study(void *data)
{
  const job *j = (const job *)data;
  static fairu_toy_result results[TOYS];
  double truth[64];
  fairu_parameter p = { .struct_size = sizeof p };
  fairu_toy_study study;
  bench_must(j->ctx, fairu_toy_study_init(&study, sizeof study));
  study.likelihood = j->likelihood;
  study.truth = truth;
  study.n_params = fairu_likelihood_n_parameters(j->likelihood);
  for (size_t i = 0; i < study.n_params; i++) {
    bench_must(j->ctx, fairu_likelihood_parameter(j->likelihood, j->ctx, i, &p));
    truth[i] = p.start;
  }
  bench_must(j->ctx, fairu_toys_run(j->ctx, 0, TOYS, fairu_toy_study_estimate, &study, results));
  bench_keep(results[0].upper);
}

static void measure(bench *b, job *j, const char *what)
{
  char name[64];
  for (int threads = 1; threads <= 2; threads++) {
    bench_must(j->ctx, fairu_context_set_threads(j->ctx, threads));
    for (int study = 0; study < 2; study++) {
      snprintf(name, sizeof name, "%s, %s, %d thread%s", study ? "interval" : "test of toy", what, threads,
               threads > 1 ? "s" : "");
      bench_add(b, &(bench_row){ .name = name,
                                 .seconds = bench_median(study ? run_study : run_toys, j),
                                 .items = TOYS,
                                 .unit = "us/toy",
                                 .threads = threads,
                                 .kernel = fairu_context_kernel(j->ctx) });
    }
  }
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  for (int large = 0; large < 2; large++) {
    job j = { 0 };
    bench_must(j.ctx, fairu_context_create(NULL, &j.ctx));
    bench_must(j.ctx, fairu_model_create(j.ctx, &j.model));
    if (large)
      add_fifty_bins(&j);
    else
      add_two_bins(&j);
    compile(&j);
    measure(b, &j, large ? "50 bins x 32" : "2 bins x 3");
    fairu_data_destroy(j.data);
    fairu_likelihood_destroy(j.likelihood);
    fairu_model_destroy(j.model);
    fairu_context_destroy(j.ctx);
  }
  return bench_end(b);
}
