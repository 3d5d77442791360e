/* command_nll.c - `fairu nll`: the likelihood at a point. */
#include "model_file.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct nll_options {
  model_file model;
  int gradient, expected;
} nll_options;

static int expected_yields(cli *c, const model_file *m, json_t *root)
{
  const size_t n = fairu_likelihood_n_bins(m->likelihood);
  double *nu = model_numbers(c, n);
  int status =
      nu ? fairu_likelihood_expected(m->likelihood, c->ctx, m->start, m->n, nu) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    out_json_set(root, "expected", out_json_numbers(nu, n));
  free(nu);
  return status;
}

static int run_nll(cli *c, void *data, json_t **root)
{
  nll_options *o = data;
  const model_file *m = &o->model;
  double nll[2], *gradient = model_numbers(c, m->n);
  int status = gradient ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(m->likelihood, c->ctx, m->data, m->start, m->n, nll, gradient, NULL);
  for (size_t i = 0; i < m->n && status == FAIRU_OK; i++)
    gradient[i] *= 2.0;
  if (status == FAIRU_OK && c->json) {
    *root = json_object();
    out_json_set(*root, "twice_nll", out_json_number(2.0 * (nll[0] + nll[1])));
    out_json_set(*root, "deviance", out_json_number(2.0 * nll[0]));
    if (o->gradient)
      out_json_set(*root, "gradient", out_json_numbers(gradient, m->n));
    if (o->expected)
      status = expected_yields(c, m, *root);
  } else if (status == FAIRU_OK) {
    printf("twice_nll %.17g\n", 2.0 * (nll[0] + nll[1]));
    for (size_t i = 0; i < m->n && o->gradient; i++)
      printf("%-40s %.17g\n", model_name(c, m, i), gradient[i]);
  }
  free(gradient);
  return status;
}

int command_nll(int argc, char **argv)
{
  nll_options o = { 0 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "gradient", NULL, "its derivatives in all parameters too", CLI_FLAG, &o.gradient, 0, 0 },
    { "expected", NULL, "with --json: expected yields of all bins", CLI_FLAG, &o.expected, 0, 0 },
  };
  const cli_usage usage =
      model_usage("fairu nll",
                  "twice_nll = -2 ln L with all constants, as pyhf has it, at the suggested start values or "
                  "where --set says.",
                  options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return model_run(&c, &o.model, run_nll, &o);
}
