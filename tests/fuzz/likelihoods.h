/* likelihoods.h - what a workspace of either form has to do: become a likelihood with data or say why not, have a value where it
 * starts, and, where it can be written, be the same likelihood when it is read again. Options of the input (options.h): m: the
 * measurement, p: the parameter of interest, t: a choice of two simulations, n and s: codes of interpolation, j: the
 * fault of the input is one of memory of jansson, too. */
#ifndef FAIRU_TESTS_FUZZ_LIKELIHOODS_H
#define FAIRU_TESTS_FUZZ_LIKELIHOODS_H

#include "fuzz/jansson.h"
#include "fuzz/options.h"

#include <math.h>

typedef struct fuzz_likelihood {
  const fairu_workspace_options *options; /* NULL: none */
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

typedef struct fuzz_choice {
  fuzz_options words;
  fairu_workspace_options options;
  const char *two_points[FUZZ_WORDS];
} fuzz_choice;

static inline const fairu_workspace_options *fuzz_workspace_options(fuzz_choice *c)
{
  const char *norm = fuzz_word(&c->words, 'n'), *shift = fuzz_word(&c->words, 's');
  fuzz_must(fairu_workspace_options_init(&c->options, sizeof c->options) == FAIRU_OK);
  c->options.measurement = fuzz_word(&c->words, 'm');
  c->options.poi = fuzz_word(&c->words, 'p');
  c->options.two_points = fuzz_list(&c->words, 't', c->two_points, &c->options.n_two_points);
  c->options.norm_code = norm ? (int)strtol(norm, NULL, 10) % 100 : c->options.norm_code;
  c->options.shift_code = shift ? (int)strtol(shift, NULL, 10) % 100 : c->options.shift_code;
  return &c->options;
}

/* Measurements have names and parameters of interest, one for each place and none behind the last. */
static inline void fuzz_measurements(const fairu_workspace *workspace)
{
  const size_t n = fairu_workspace_n_measurements(workspace);
  fuzz_must(n > 0);
  for (size_t i = 0; i <= n; i++) {
    fuzz_must((fairu_workspace_measurement_name(workspace, i) != NULL) == (i < n));
    fuzz_must(i < n || !fairu_workspace_measurement_poi(workspace, i));
  }
}

static inline void fuzz_likelihood_make(fairu_context *ctx, fuzz_likelihood *m)
{
  FUZZ_LOAD(ctx, fairu_likelihood_create_from_workspace(ctx, m->workspace, m->options, &m->likelihood),
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

/* Of an input: its options, and the workspace that the rest of it is, where it is one. */
static inline fairu_context *fuzz_workspace_begin(fuzz_likelihood *m, fuzz_choice *choice,
                                                  const uint8_t *bytes, size_t size, int *chosen)
{
  fairu_context *ctx = fuzz_begin(&choice->words, &bytes, &size);
  memset(m, 0, sizeof *m);
  m->options = choice->words.n > 0 ? fuzz_workspace_options(choice) : NULL;
  fuzz_jansson(fuzz_word(&choice->words, 'j') != NULL);
  FUZZ_LOAD(ctx, fairu_workspace_parse(ctx, (const char *)bytes, size, "fuzz", &m->workspace), m->workspace);
  *chosen = !fuzz_word(&choice->words, 'l') && fuzz_chosen(bytes, size);
  if (m->workspace)
    fuzz_measurements(m->workspace);
  return ctx;
}

static inline int fuzz_workspace_end(fairu_context *ctx, fuzz_likelihood *m)
{
  fuzz_jansson(0);
  fuzz_likelihood_clear(m);
  fairu_context_destroy(ctx);
  return 0;
}

#endif /* FAIRU_TESTS_FUZZ_LIKELIHOODS_H */
