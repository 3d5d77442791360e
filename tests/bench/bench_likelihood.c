/* One NLL, one fit, one interval, one toy of the rotating toy: 2 processes, 10 bins, 1 nuisance on 41 knots; and of a likelihood of the size
 * of the FAIR Universe challenge: 4 processes, 25 bins, 3 axes with all pairs, mu and 3 normalisations. */
#include "bench/bench.h"

#include "likelihood/challenge_model.h"
#include "likelihood/rotation_events.h"

typedef struct job {
  fairu_context *ctx;
  rotation_toy toy;
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_grid *grid;
  const fairu_bin_table *tables[2];
  uint64_t number;
} job;

static void run_value(void *data)
{
  const job *j = data;
  const double at[2] = { 1.05, 1.31 };
  double nll[2];
  bench_must(j->ctx, fairu_likelihood_nll(j->toy.likelihood, j->ctx, j->toy.data, at, 2, nll, NULL, NULL));
  bench_keep(nll[0]);
}

static void run_hessian(void *data)
{
  const job *j = data;
  const double at[2] = { 1.05, 1.31 };
  double nll[2], gradient[2], hessian[4];
  bench_must(j->ctx,
             fairu_likelihood_nll(j->toy.likelihood, j->ctx, j->toy.data, at, 2, nll, gradient, hessian));
  bench_keep(hessian[3]);
}

static void run_fit(void *data)
{
  const job *j = data;
  double params[2], covariance[4];
  bench_must(j->ctx, fairu_likelihood_fit(j->toy.likelihood, j->ctx, j->toy.data, &j->fit, params, 2,
                                          covariance, NULL));
  bench_keep(params[0]);
}

static void run_interval(void *data)
{
  const job *j = data;
  fairu_interval interval = { .struct_size = sizeof interval };
  bench_must(j->ctx, fairu_likelihood_interval(j->toy.likelihood, j->ctx, j->toy.data, &j->options, &interval,
                                               NULL, NULL, 2));
  bench_keep(interval.upper);
}

static void run_toy(void *data)
{
  job *j = data;
  const double at[2] = { 1.0, 1.4 };
  bench_must(j->ctx, fairu_likelihood_toy(j->toy.likelihood, j->ctx, at, 2, 1, j->number++, j->toy.data));
}

static void run_toy_events(void *data)
{
  job *j = data;
  const double at[2] = { 1.0, 1.4 }, scales[2] = { 1.0, 1.0 };
  bench_must(j->ctx, fairu_likelihood_toy_events(j->toy.likelihood, j->ctx, at, 2, j->grid, j->tables, scales,
                                                 2, 1, j->number++, j->toy.data));
}

static void add(bench *b, const job *j, const char *name, bench_fn fn, const char *unit)
{
  bench_add(b, &(bench_row){ .name = name,
                             .seconds = bench_median(fn, (void *)(uintptr_t)j),
                             .unit = unit,
                             .kernel = fairu_context_kernel(j->ctx) });
}

static void measure(bench *b, job *j, int aware)
{
  const rotation_case c = {
    .aware = aware, .axis = 0.25 * ROTATION_PI, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 1.4
  };
  const double start[2] = { 1.0, 1.4 };
  bench_must(j->ctx, rotation_create(j->ctx, &c, &j->toy));
  bench_must(j->ctx, fairu_interval_options_init(&j->options, sizeof j->options));
  bench_must(j->ctx, fairu_fit_options_init(&j->fit, sizeof j->fit));
  j->options.fit = &j->fit;
  j->fit.start = start;
  add(b, j, aware ? "NLL, moving" : "NLL, fixed", run_value, "ns/call");
  add(b, j, aware ? "NLL, gradient, Hessian, moving" : "NLL, gradient, Hessian, fixed", run_hessian,
      "ns/call");
  add(b, j, aware ? "fit, moving" : "fit, fixed", run_fit, "us/fit");
  add(b, j, aware ? "interval, moving" : "interval, fixed", run_interval, "us/interval");
  j->fit.spread_starts = 3;
  add(b, j, aware ? "interval, moving, 3 more starts" : "interval, fixed, 3 more starts", run_interval,
      "us/interval");
  if (!aware)
    add(b, j, "toy of counts", run_toy, "us/toy");
}

static void measure_events(bench *b, job *j)
{
  fairu_bin_table *signal = NULL, *background = NULL;
  bench_must(j->ctx, rotation_grid(j->ctx, &j->grid));
  bench_must(j->ctx, rotation_table(j->ctx, j->grid, 10000, 1.0, 1.4, 500.0, 1, &signal));
  bench_must(j->ctx, rotation_table(j->ctx, j->grid, 990000, -1.0, 1.4, 49500.0, 2, &background));
  j->tables[0] = signal;
  j->tables[1] = background;
  add(b, j, "toy of events, 1e6 rows, 5 % hit, 41 points", run_toy_events, "ms/toy");
  fairu_bin_table_destroy(signal);
  fairu_bin_table_destroy(background);
  fairu_grid_destroy(j->grid);
}

typedef struct challenge_job {
  fairu_context *ctx;
  challenge_model model;
  uint64_t number;
} challenge_job;

static void challenge_hessian(void *data)
{
  enum { n = challenge_params };
  const challenge_job *j = data;
  double nll[2], gradient[n], hessian[n * n];
  bench_must(j->ctx, fairu_likelihood_nll(j->model.likelihood, j->ctx, j->model.data, challenge_truth, n, nll,
                                          gradient, hessian));
  bench_keep(hessian[3]);
}

static void challenge_value(void *data)
{
  const challenge_job *j = data;
  double nll[2];
  bench_must(j->ctx, fairu_likelihood_nll(j->model.likelihood, j->ctx, j->model.data, challenge_truth,
                                          challenge_params, nll, NULL, NULL));
  bench_keep(nll[0]);
}

static void challenge_fit(void *data)
{
  enum { n = challenge_params };
  const challenge_job *j = data;
  double params[n], covariance[n * n];
  bench_must(j->ctx, fairu_likelihood_fit(j->model.likelihood, j->ctx, j->model.data, NULL, params, n,
                                          covariance, NULL));
  bench_keep(params[0]);
}

static void challenge_interval(void *data)
{
  const challenge_job *j = data;
  fairu_interval interval = { .struct_size = sizeof interval };
  bench_must(j->ctx, fairu_likelihood_interval(j->model.likelihood, j->ctx, j->model.data, NULL, &interval,
                                               NULL, NULL, challenge_params));
  bench_keep(interval.upper);
}

static void challenge_toy(void *data)
{
  challenge_job *j = data;
  bench_must(j->ctx, fairu_likelihood_toy(j->model.likelihood, j->ctx, challenge_truth, challenge_params, 1,
                                          j->number++, j->model.data));
}

static void measure_challenge(bench *b, fairu_context *ctx)
{
  static const struct {
    const char *name;
    bench_fn fn;
    const char *unit;
  } rows[] = {
    { "challenge: NLL", challenge_value, "us/call" },
    { "challenge: NLL, gradient, Hessian", challenge_hessian, "us/call" },
    { "challenge: fit", challenge_fit, "us/fit" },
    { "challenge: interval", challenge_interval, "us/interval" },
    { "challenge: toy of counts", challenge_toy, "us/toy" },
  };
  challenge_job j = { .ctx = ctx };
  bench_must(ctx, challenge_create(ctx, FAIRU_MC_STAT_MOVING, &j.model));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    bench_add(b, &(bench_row){ .name = rows[i].name,
                               .seconds = bench_median(rows[i].fn, &j),
                               .unit = rows[i].unit,
                               .kernel = fairu_context_kernel(ctx) });
  challenge_destroy(&j.model);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  job j = { 0 };
  bench_must(NULL, fairu_context_create(NULL, &j.ctx));
  for (int aware = 0; aware < 2; aware++) {
    measure(b, &j, aware);
    if (aware)
      measure_events(b, &j);
    rotation_destroy(&j.toy);
  }
  measure_challenge(b, j.ctx);
  fairu_context_destroy(j.ctx);
  return bench_end(b);
}
