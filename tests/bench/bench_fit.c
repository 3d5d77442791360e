/* Fits and intervals of the shared workspaces from the suggested start: time, iterations, evaluations; Cholesky factors. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fit.h>
#include <fairu/histfactory.h>

#include "numeric/linalg.h"

static const char *const names[] = { "pyhf_1bin_shapesys",
                                     "pyhf_2bin_2channel_coupledhistosys",
                                     "pyhf_2bin_staterror",
                                     "root_tutorial_gaussexample",
                                     "edge_staterror_zero_bins",
                                     "gen_medium_50bin_30nuis",
                                     "atlas_sbottom_RegionA_1300_205_60",
                                     "atlas_3L_onshell_synth" };

typedef struct job {
  fairu_context *ctx;
  fairu_likelihood *likelihood;
  fairu_data *data;
  double *params;
  size_t n;
  double *matrix, *factor; /* [n * n] */
} job;

static void run_fit(void *data)
{
  const job *j = data;
  bench_must(j->ctx, fairu_likelihood_fit(j->likelihood, j->ctx, j->data, NULL, j->params, j->n, NULL, NULL));
}

static void run_interval(void *data)
{
  const job *j = data;
  fairu_interval interval = { .struct_size = sizeof interval };
  bench_must(j->ctx,
             fairu_likelihood_interval(j->likelihood, j->ctx, j->data, NULL, &interval, NULL, NULL, j->n));
}

static void run_cholesky(void *data)
{
  const job *j = data;
  memcpy(j->factor, j->matrix, j->n * j->n * sizeof *j->factor);
  if (fairu_linalg__cholesky(j->ctx, j->factor, j->n) != 0)
    exit(1);
}

static void bench_workspace(bench *b, fairu_context *ctx, const char *name)
{
  char path[512], row[2][128];
  fairu_workspace *workspace = NULL;
  job j = { .ctx = ctx };
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_interval interval = { .struct_size = sizeof interval };
  (void)snprintf(path, sizeof path, "../shared/data/histfactory/%s.json", name);
  bench_must(ctx, fairu_workspace_read(ctx, path, &workspace));
  bench_must(ctx, fairu_likelihood_create_from_workspace(ctx, workspace, NULL, &j.likelihood));
  bench_must(ctx, fairu_data_create_from_workspace(ctx, workspace, j.likelihood, &j.data));
  fairu_workspace_destroy(workspace);
  j.n = fairu_likelihood_n_parameters(j.likelihood);
  j.params = malloc(j.n * sizeof *j.params);
  if (!j.params)
    exit(1);
  bench_must(ctx, fairu_likelihood_fit(j.likelihood, ctx, j.data, NULL, j.params, j.n, NULL, &result));
  bench_must(ctx, fairu_likelihood_interval(j.likelihood, ctx, j.data, NULL, &interval, NULL, NULL, j.n));
  (void)snprintf(row[0], sizeof row[0], "fit %s, %zu parameters (%d it., %d ev.)", name, j.n,
                 result.iterations, result.evaluations);
  (void)snprintf(row[1], sizeof row[1], "interval %s (%d ev.)", name, interval.evaluations);
  bench_add(b, &(bench_row){ .name = row[0], .seconds = bench_median(run_fit, &j), .unit = "us/fit" });
  bench_add(b,
            &(bench_row){ .name = row[1], .seconds = bench_median(run_interval, &j), .unit = "us/interval" });
  free(j.params);
  fairu_data_destroy(j.data);
  fairu_likelihood_destroy(j.likelihood);
}

static void bench_cholesky(bench *b, fairu_context *ctx, size_t n)
{
  char row[64];
  job j = { .ctx = ctx, .n = n, .matrix = malloc(2 * n * n * sizeof *j.matrix) };
  if (!j.matrix)
    exit(1);
  j.factor = j.matrix + n * n;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      j.matrix[i * n + k] = i == k ? 2.0 * (double)n : 1.0 / (double)(1 + i + k);
  (void)snprintf(row, sizeof row, "Cholesky factor of order %zu", n);
  bench_add(b, &(bench_row){ .name = row,
                             .seconds = bench_median(run_cholesky, &j),
                             .unit = "us/factor",
                             .flops = (double)n * (double)n * (double)n / 3.0,
                             .is_double = 1,
                             .kernel = fairu_context_kernel(ctx) });
  free(j.matrix);
}

int main(int argc, char **argv)
{
  bench *b = bench_start(argc, argv);
  fairu_context *ctx = NULL;
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    return 1;
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
    bench_workspace(b, ctx, names[k]);
  for (size_t n = 8; n <= 1024; n *= 2)
    bench_cholesky(b, ctx, n);
  fairu_context_destroy(ctx);
  return bench_end(b);
}
