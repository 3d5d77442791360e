/* A published likelihood: best fit, upper limit, and which nuisance parameters matter.
 * cc workspace.c $(pkg-config --cflags --libs fairu) -o workspace && ./workspace ../workspace.json */
#include <fairu/fairu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct job {
  fairu_context *ctx;
  fairu_workspace *workspace;
  fairu_likelihood *model;
  fairu_data *data;
  size_t n;
} job;

static int open_workspace(job *j, const char *path)
{
  int status = fairu_context_create(NULL, &j->ctx);
  if (status == FAIRU_OK)
    status = fairu_workspace_read(j->ctx, path, &j->workspace);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_create_from_workspace(j->ctx, j->workspace, NULL, &j->model); /* first measurement */
  if (status == FAIRU_OK)
    status = fairu_data_create_from_workspace(j->ctx, j->workspace, j->model, &j->data);
  j->n = fairu_likelihood_n_parameters(j->model);
  return status;
}

static int print_limit(const job *j)
{
  fairu_interval mu = { .struct_size = sizeof mu };
  fairu_limit limit = { .struct_size = sizeof limit };
  int status = fairu_likelihood_interval(j->model, j->ctx, j->data, NULL, &mu, NULL, NULL, j->n);
  if (status == FAIRU_OK)
    status = fairu_likelihood_limit(j->model, j->ctx, j->data, NULL, 0.95, &limit);
  if (status == FAIRU_OK)
    printf("mu = %.4f, 68.3 %% interval [%.4f, %.4f]\nupper limit at 95 %%: %.4f, expected %.4f\n", mu.best,
           mu.lower, mu.upper, limit.observed, limit.expected[2]);
  return status;
}

static int print_impacts(const job *j)
{
  size_t n = 0;
  fairu_impact *impacts = calloc(j->n, sizeof *impacts);
  if (!impacts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  impacts[0].struct_size = sizeof *impacts;
  int status = fairu_likelihood_impacts(j->model, j->ctx, j->data, NULL, impacts, j->n, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    status = fairu_likelihood_parameter(j->model, j->ctx, impacts[i].parameter, &p);
    if (status == FAIRU_OK)
      printf("%-16s pull %6.3f   impact on mu %+.4f %+.4f\n", p.name, impacts[i].pull, impacts[i].impact_up,
             impacts[i].impact_down);
  }
  free(impacts);
  return status;
}

int main(int argc, char **argv)
{
  job j = { 0 };
  int status = open_workspace(&j, argc > 1 ? argv[1] : "workspace.json");
  if (status == FAIRU_OK)
    status = print_limit(&j);
  if (status == FAIRU_OK)
    status = print_impacts(&j);
  if (status != FAIRU_OK)
    fprintf(stderr, "%s\n", j.ctx ? fairu_context_message(j.ctx) : fairu_status_text(status));
  fairu_data_destroy(j.data);
  fairu_likelihood_destroy(j.model);
  fairu_workspace_destroy(j.workspace);
  fairu_context_destroy(j.ctx);
  return status != FAIRU_OK;
}
