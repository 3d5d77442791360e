/* command_toys.c - `fairu toys`: pseudo-experiments of a likelihood, each fitted. */
#include "model_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct toys_options {
  model_file model;
  uint64_t n, seed;
  const char *out;
  int at_best_fit;
} toys_options;

/* What one toy needs; the results belong to the toys, one row each. */
typedef struct toys_run {
  const model_file *m;
  const double *truth;
  uint64_t seed;
  double *error, *twice_nll; /* [n] */
} toys_run;

static int fit_toy(fairu_context *ctx, const toys_run *run, fairu_data *data, uint64_t toy,
                   fairu_toy_result *result)
{
  const model_file *m = run->m;
  const size_t poi = fairu_likelihood_poi_index(m->likelihood);
  double *params = (double *)calloc(m->n * (m->n + 1), sizeof *params);
  fairu_fit_result fit = { .struct_size = sizeof fit };
  fairu_fit_options options = m->fit;
  options.start = run->truth;
  if (!params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  int status = fairu_likelihood_toy(m->likelihood, ctx, run->truth, m->n, run->seed, toy, data);
  if (status == FAIRU_OK) {
    result->status =
        fairu_likelihood_fit(m->likelihood, ctx, data, &options, params, m->n, params + m->n, &fit);
    const double *covariance = params + m->n;
    const double error = sqrt(fmax(covariance[poi * m->n + poi], 0.0));
    result->estimate = params[poi];
    result->lower = params[poi] - error;
    result->upper = params[poi] + error;
    run->error[toy] = result->status == FAIRU_OK ? error : (double)NAN;
    run->twice_nll[toy] = 2.0 * (fit.nll[0] + fit.nll[1]);
    if (result->status == FAIRU_ERR_CANCELLED || result->status == FAIRU_ERR_DEADLINE ||
        result->status == FAIRU_ERR_OUT_OF_MEMORY)
      status = result->status;
  }
  free(params);
  return status;
}

static int estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data)
{
  const toys_run *run = (const toys_run *)user_data;
  fairu_data *data = NULL;
  int status = fairu_data_create(ctx, run->m->likelihood, &data);
  if (status == FAIRU_OK)
    status = fit_toy(ctx, run, data, toy, result);
  fairu_data_destroy(data);
  return status;
}

/* ---- results ------------------------------------------------------------------------------------------ */

static int write_table(cli *c, const toys_options *o, const toys_run *run, const fairu_toy_result *results)
{
  out_csv csv;
  out_csv_begin(&csv, "toy,estimate,error,twice_nll,status");
  for (size_t k = 0; k < o->n; k++) {
    out_csv_number(&csv, (double)results[k].toy);
    out_csv_number(&csv, results[k].estimate);
    out_csv_number(&csv, run->error[k]);
    out_csv_number(&csv, run->twice_nll[k]);
    out_csv_text(&csv, fairu_status_name(results[k].status));
    out_csv_end_row(&csv);
  }
  if (o->out && strcmp(o->out, "-") != 0)
    return out_csv_write(&csv, c, o->out[0] == '/' ? "" : ".", o->out);
  return c->json ? out_csv_write(&csv, c, NULL, NULL) : out_csv_print(&csv, c);
}

/* Coverage of estimate +- error, and the pulls. */
static int summarise(cli *c, const toys_options *o, const toys_run *run, const fairu_toy_result *results,
                     json_t **root)
{
  const model_file *m = run->m;
  const size_t poi = fairu_likelihood_poi_index(m->likelihood);
  fairu_tally *tally = NULL;
  fairu_coverage s = { .struct_size = sizeof s };
  int status = fairu_tally_create(c->ctx, run->truth[poi], &tally);
  if (status == FAIRU_OK)
    status = fairu_tally_add(tally, c->ctx, results, o->n);
  if (status == FAIRU_OK)
    status = fairu_tally_coverage(tally, c->ctx, 0.95, &s);
  fairu_tally_destroy(tally);
  if (status != FAIRU_OK)
    return status;
  double *estimates = model_numbers(c, o->n);
  if (!estimates)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < o->n; k++)
    estimates[k] = results[k].status == FAIRU_OK ? results[k].estimate : (double)NAN;
  *root = json_object();
  out_json_set(*root, "poi", out_json_text(model_name(c, m, poi)));
  out_json_set(*root, "truth", out_json_number(run->truth[poi]));
  out_json_set(*root, "n", json_integer((json_int_t)s.n));
  out_json_set(*root, "failed", json_integer((json_int_t)s.n_failed));
  out_json_set(*root, "seed", json_integer((json_int_t)o->seed));
  out_json_set(*root, "mean", out_json_number(s.mean_estimate));
  out_json_set(*root, "std", out_json_number(s.std_estimate));
  out_json_set(*root, "bias", out_json_number(s.bias));
  out_json_set(*root, "pull_mean", out_json_number(s.pull_mean));
  out_json_set(*root, "pull_width", out_json_number(s.pull_width));
  out_json_set(*root, "coverage", out_json_number(s.coverage));
  out_json_set(*root, "coverage_lower", out_json_number(s.coverage_lower));
  out_json_set(*root, "coverage_upper", out_json_number(s.coverage_upper));
  out_json_set(*root, "estimates", out_json_numbers(estimates, o->n));
  out_json_set(*root, "errors", out_json_numbers(run->error, o->n));
  out_json_set(*root, "twice_nll", out_json_numbers(run->twice_nll, o->n));
  free(estimates);
  return FAIRU_OK;
}

static int run_toys(cli *c, void *data, json_t **root)
{
  const toys_options *o = data;
  const model_file *m = &o->model;
  if (fairu_likelihood_poi_index(m->likelihood) == FAIRU_NONE)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "the workspace names no parameter of interest: use --poi P");
  int status = o->out ? out_target(c, o->out) : FAIRU_OK; /* before the work */
  if (status != FAIRU_OK)
    return status;
  double *numbers = model_numbers(c, 2 * (size_t)o->n + m->n);
  fairu_toy_result *results = (fairu_toy_result *)calloc((size_t)o->n, sizeof *results);
  status = numbers && results
               ? FAIRU_OK
               : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %llu toys", (unsigned long long)o->n);
  double *truth = numbers ? numbers + 2 * o->n : NULL;
  if (status == FAIRU_OK && o->at_best_fit)
    status = fairu_likelihood_fit(m->likelihood, c->ctx, m->data, &m->fit, truth, m->n, NULL, NULL);
  for (size_t i = 0; i < m->n && status == FAIRU_OK && !o->at_best_fit; i++)
    truth[i] = m->start[i];
  toys_run run = { m, truth, o->seed, numbers, numbers ? numbers + o->n : NULL };
  if (status == FAIRU_OK)
    status = fairu_toys_run(c->ctx, 0, (size_t)o->n, estimate, &run, results);
  if (status == FAIRU_OK)
    status = write_table(c, o, &run, results);
  if (status == FAIRU_OK && c->json)
    status = summarise(c, o, &run, results, root);
  free(results);
  free(numbers);
  return status;
}

int command_toys(int argc, char **argv)
{
  toys_options o = { .n = 1000, .seed = 1 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "n", "N", "number of toys, 1000 by default", CLI_WHOLE, &o.n, 1, 1e9 },
    { "seed", "S", "seed, 1 by default; toy k of a seed is always the same", CLI_WHOLE, &o.seed, 0, 9e15 },
    { "best-fit", NULL, "draw toys at the best fit of the data instead of the start values", CLI_FLAG,
      &o.at_best_fit, 0, 0 },
    { "out", "FILE", "write the table of toys there (CSV, .gz: compressed)", CLI_TEXT, &o.out, 0, 0 },
  };
  const cli_usage usage = model_usage(
      "fairu toys",
      "Pseudo-experiments at the suggested start values, or where --set says: main and auxiliary data "
      "are drawn, each toy is fitted. A table per toy; with --json a summary, whose coverage has its 95 % "
      "interval.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (o.out && c.json && strcmp(o.out, "-") == 0)
    return cli_misused(&c, "--out - and --json both want standard output");
  return model_run(&c, &o.model, run_toys, &o);
}
