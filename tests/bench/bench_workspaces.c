/* HistFactory workspaces, from the file to the limit: each *.json of the folder FAIRU_WORKSPACES, or of FAIRU_DATA/histfactory, or of
 * ../shared/data/histfactory. tests/peers/workspaces.py makes large ones. */
#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

#include "bench/bench.h"

enum { MOST_FILES = 64, TOYS = 32 };

typedef struct job {
  fairu_context *ctx;
  const char *path;
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data, *toy;
  size_t n;
  double *params, *truth;
  uint64_t number;
  int failed;
} job;

static void must(job *j, int status)
{
  if (status == FAIRU_OK)
    return;
  if (!j->failed++)
    fprintf(stderr, "%s: %s\n", j->path, fairu_context_message(j->ctx));
}

static void run_load(void *data)
{
  job *j = (job *)data;
  fairu_workspace *workspace = NULL;
  fairu_likelihood *likelihood = NULL;
  fairu_data *observed = NULL;
  must(j, fairu_workspace_read(j->ctx, j->path, &workspace));
  must(j, fairu_likelihood_create_from_workspace(j->ctx, workspace, NULL, &likelihood));
  must(j, fairu_data_create_from_workspace(j->ctx, workspace, likelihood, &observed));
  fairu_data_destroy(observed);
  fairu_likelihood_destroy(likelihood);
  fairu_workspace_destroy(workspace);
}

static void run_value(void *data)
{
  job *j = (job *)data;
  double nll[2];
  must(j, fairu_likelihood_nll(j->likelihood, j->ctx, j->data, j->truth, j->n, nll, NULL, NULL));
  bench_keep(nll[0]);
}

static void run_fit(void *data)
{
  job *j = (job *)data;
  must(j, fairu_likelihood_fit(j->likelihood, j->ctx, j->data, NULL, j->params, j->n, NULL, NULL));
}

static void run_hypotest(void *data)
{
  job *j = (job *)data;
  fairu_hypotest_result result = { .struct_size = sizeof result };
  must(j, fairu_likelihood_hypotest(j->likelihood, j->ctx, j->data, NULL, 1.0, &result));
  bench_keep(result.cls);
}

static void run_limit(void *data)
{
  job *j = (job *)data;
  fairu_limit limit = { .struct_size = sizeof limit };
  must(j, fairu_likelihood_limit(j->likelihood, j->ctx, j->data, NULL, 0.95, &limit));
  bench_keep(limit.observed);
}

/* Drawn at the best fit and fitted from there, as every coverage study does. */
static void run_toys(void *data)
{
  job *j = (job *)data;
  fairu_fit_options options;
  must(j, fairu_fit_options_init(&options, sizeof options));
  options.start = j->truth;
  for (int k = 0; k < TOYS; k++) {
    must(j, fairu_likelihood_toy(j->likelihood, j->ctx, j->truth, j->n, 1, j->number++, j->toy));
    must(j, fairu_likelihood_fit(j->likelihood, j->ctx, j->toy, &options, j->params, j->n, NULL, NULL));
  }
}

static void add(bench *b, job *j, const char *what, bench_fn fn, double items, const char *unit)
{
  const char *slash = strrchr(j->path, '/');
  char name[256];
  snprintf(name, sizeof name, "%s: %s", slash ? slash + 1 : j->path, what);
  char *dot = strstr(name, ".json");
  if (dot)
    memmove(dot, dot + 5, strlen(dot + 5) + 1);
  const double seconds = bench_median(fn, j);
  bench_add(b, &(bench_row){ .name = name,
                             .seconds = seconds,
                             .items = items,
                             .unit = unit,
                             .kernel = fairu_context_kernel(j->ctx) });
}

static int open_job(job *j)
{
  must(j, fairu_workspace_read(j->ctx, j->path, &j->workspace));
  must(j, fairu_likelihood_create_from_workspace(j->ctx, j->workspace, NULL, &j->likelihood));
  must(j, fairu_data_create_from_workspace(j->ctx, j->workspace, j->likelihood, &j->data));
  must(j, fairu_data_create(j->ctx, j->likelihood, &j->toy));
  if (j->failed)
    return 0;
  j->n = fairu_likelihood_n_parameters(j->likelihood);
  j->params = (double *)calloc(2 * j->n, sizeof *j->params);
  if (!j->params)
    return 0;
  j->truth = j->params + j->n;
  must(j, fairu_likelihood_fit(j->likelihood, j->ctx, j->data, NULL, j->truth, j->n, NULL, NULL));
  return !j->failed;
}

static void run_file(bench *b, fairu_context *ctx, const char *path)
{
  job j = { .ctx = ctx, .path = path };
  if (open_job(&j)) {
    add(b, &j, "load", run_load, 1.0, "us/file");
    add(b, &j, "value", run_value, 1.0, "us/call");
    add(b, &j, "fit", run_fit, 1.0, "us/fit");
    add(b, &j, "hypotest", run_hypotest, 1.0, "us/test");
    add(b, &j, "limit", run_limit, 1.0, "us/limit");
    add(b, &j, "toys", run_toys, TOYS, "us/toy");
  }
  free(j.params);
  fairu_data_destroy(j.toy);
  fairu_data_destroy(j.data);
  fairu_likelihood_destroy(j.likelihood);
  fairu_workspace_destroy(j.workspace);
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_files(const char *folder, char **files)
{
  size_t n = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && n < MOST_FILES && (entry = readdir(dir));) {
    const size_t length = strlen(entry->d_name);
    if (length < 6 || strcmp(entry->d_name + length - 5, ".json") != 0 || strstr(entry->d_name, "expected") ||
        strstr(entry->d_name, "malformed") || strstr(entry->d_name, "patchset") ||
        strstr(entry->d_name, "exact_toys"))
      continue;
    files[n] = (char *)malloc(strlen(folder) + length + 2);
    if (files[n])
      sprintf(files[n++], "%s/%s", folder, entry->d_name);
  }
  if (dir)
    closedir(dir);
  qsort(files, n, sizeof *files, by_name);
  return n;
}

int main(int argc, char **argv)
{
  char folder[4096], *files[MOST_FILES];
  const char *workspaces = getenv("FAIRU_WORKSPACES"), *data = getenv("FAIRU_DATA");
  fairu_context *ctx = NULL;
  bench *b = bench_start(argc, argv);
  if (fairu_context_create(NULL, &ctx) != FAIRU_OK)
    return 1;
  snprintf(folder, sizeof folder, "%s/histfactory", data ? data : "../shared/data");
  const size_t n = list_files(workspaces ? workspaces : folder, files);
  if (n == 0)
    printf("skipped: no workspaces in %s\n", workspaces ? workspaces : folder);
  for (size_t i = 0; i < n; i++) {
    run_file(b, ctx, files[i]);
    free(files[i]);
  }
  fairu_context_destroy(ctx);
  return bench_end(b);
}
