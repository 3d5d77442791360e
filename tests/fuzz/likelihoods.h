/* likelihoods.h - what a workspace of either form has to do: become a likelihood with data or say why not, have a value where it
 * starts, and, where it can be written, be the same likelihood when it is read again. */
#ifndef FAIRU_TESTS_FUZZ_LIKELIHOODS_H
#define FAIRU_TESTS_FUZZ_LIKELIHOODS_H

#include "fuzz/fuzz.h"

#include <math.h>

typedef struct fuzz_likelihood {
  fairu_workspace *workspace;
  fairu_likelihood *likelihood;
  fairu_data *data;
} fuzz_likelihood;

static inline void fuzz_likelihood_clear(fuzz_likelihood *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_workspace_destroy(m->workspace);
}

static inline void fuzz_likelihood_make(fairu_context *ctx, fuzz_likelihood *m)
{
  FUZZ_LOAD(ctx, fairu_likelihood_create_from_workspace(ctx, m->workspace, NULL, &m->likelihood),
            m->likelihood);
  if (m->likelihood)
    FUZZ_LOAD(ctx, fairu_data_create_from_workspace(ctx, m->workspace, m->likelihood, &m->data), m->data);
}

/* The value at the start, or NaN where there is none. */
static inline double fuzz_likelihood_value(fairu_context *ctx, const fuzz_likelihood *m)
{
  const size_t n = fairu_likelihood_n_parameters(m->likelihood);
  double *start = calloc(n + 1, sizeof *start), *gradient = calloc(n + 1, sizeof *gradient), nll[2];
  fuzz_must(start && gradient);
  for (size_t i = 0; i < n; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    fuzz_must(fairu_likelihood_parameter(m->likelihood, ctx, i, &parameter) == FAIRU_OK);
    fuzz_must(parameter.start >= parameter.lower && parameter.start <= parameter.upper);
    start[i] = parameter.start;
  }
  const int status = fairu_likelihood_nll(m->likelihood, ctx, m->data, start, n, nll, gradient, NULL);
  fuzz_check(ctx, status, status == FAIRU_OK ? nll : NULL);
  free(start);
  free(gradient);
  return status == FAIRU_OK ? nll[0] : (double)NAN;
}

static inline void fuzz_likelihood_again(fairu_context *ctx, const fuzz_likelihood *m)
{
  fuzz_likelihood again = { 0 };
  char path[64];
  const int status =
      fairu_likelihood_write_workspace(m->likelihood, ctx, m->data, fuzz_path(path, ".json"), "again");
  fuzz_check(ctx, status, status == FAIRU_OK ? path : NULL);
  if (status != FAIRU_OK)
    return;
  fuzz_must(fairu_workspace_read(ctx, path, &again.workspace) == FAIRU_OK);
  fuzz_likelihood_make(ctx, &again);
  fuzz_must(again.data != NULL);
  fuzz_must(fairu_likelihood_n_parameters(again.likelihood) == fairu_likelihood_n_parameters(m->likelihood));
  fuzz_likelihood_value(ctx, &again);
  fuzz_likelihood_clear(&again);
  unlink(path);
}

static inline void fuzz_likelihood_use(fairu_context *ctx, fuzz_likelihood *m, int write)
{
  fuzz_likelihood_make(ctx, m);
  if (m->data)
    fuzz_likelihood_value(ctx, m);
  if (m->data && write)
    fuzz_likelihood_again(ctx, m);
}

#endif /* FAIRU_TESTS_FUZZ_LIKELIHOODS_H */
