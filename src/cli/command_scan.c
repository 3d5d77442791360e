/* command_scan.c - `fairu scan` and `fairu contour`: curves of the profile. */
#include "model_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct scan_options {
  model_file model;
  const char *parameter;
  double from, to;
  uint64_t points;
} scan_options;

typedef struct curve {
  size_t n;
  double *values, *profiled, *fixed;
} curve;

/* twice_nll along the parameter with all others at the best fit. */
static int fixed_curve(cli *c, const model_file *m, const double *best, size_t parameter, curve *k)
{
  double nll[2], *x = model_numbers(c, m->n);
  int status = x ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < m->n && status == FAIRU_OK; i++)
    x[i] = best[i];
  for (size_t i = 0; i < k->n && status == FAIRU_OK; i++) {
    x[parameter] = k->values[i];
    status = fairu_likelihood_nll(m->likelihood, c->ctx, m->data, x, m->n, nll, NULL, NULL);
    k->fixed[i] = status == FAIRU_OK ? 2.0 * (nll[0] + nll[1]) : (double)NAN;
    if (status == FAIRU_ERR_NEGATIVE_YIELD)
      status = FAIRU_OK;
  }
  free(x);
  return status;
}

static void show_scan(const cli *c, const scan_options *o, const curve *k, double minimum, double best,
                      json_t **root)
{
  if (!c->json) {
    printf("%16s %18s %18s   twice_nll above its minimum %.12g at %.8g\n", o->parameter, "profiled",
           "others fixed", minimum, best);
    for (size_t i = 0; i < k->n; i++)
      printf("%16.9g %18.10g %18.10g\n", k->values[i], k->profiled[i] - minimum, k->fixed[i] - minimum);
    return;
  }
  *root = json_object();
  out_json_set(*root, "parameter", out_json_text(o->parameter));
  out_json_set(*root, "twice_nll_minimum", out_json_number(minimum));
  out_json_set(*root, "best", out_json_number(best));
  out_json_set(*root, "values", out_json_numbers(k->values, k->n));
  out_json_set(*root, "profiled", out_json_numbers(k->profiled, k->n));
  out_json_set(*root, "fixed", out_json_numbers(k->fixed, k->n));
}

static int run_scan(cli *c, void *data, json_t **root)
{
  scan_options *o = data;
  const model_file *m = &o->model;
  curve k = { .n = (size_t)o->points };
  fairu_fit_result result = { .struct_size = sizeof result };
  size_t parameter = 0;
  int status = model_parameter(c, m, o->parameter, &parameter);
  double *numbers = status == FAIRU_OK ? model_numbers(c, 3 * k.n + m->n) : NULL;
  if (!numbers)
    return status == FAIRU_OK ? FAIRU_ERR_OUT_OF_MEMORY : status;
  k.values = numbers;
  k.profiled = numbers + k.n;
  k.fixed = numbers + 2 * k.n;
  double *best = numbers + 3 * k.n;
  for (size_t i = 0; i < k.n; i++)
    k.values[i] = k.n == 1 ? o->from : o->from + (o->to - o->from) * (double)i / (double)(k.n - 1);
  status = fairu_likelihood_fit(m->likelihood, c->ctx, m->data, &m->fit, best, m->n, NULL, &result);
  if (status == FAIRU_OK)
    status = fairu_likelihood_profile(m->likelihood, c->ctx, m->data, &m->fit, parameter, k.values, k.n,
                                      k.profiled, NULL, m->n);
  for (size_t i = 0; i < k.n && status == FAIRU_OK; i++)
    k.profiled[i] *= 2.0;
  if (status == FAIRU_OK)
    status = fixed_curve(c, m, best, parameter, &k);
  if (status == FAIRU_OK)
    show_scan(c, o, &k, 2.0 * (result.nll[0] + result.nll[1]), best[parameter], root);
  free(numbers);
  return status;
}

int command_scan(int argc, char **argv)
{
  scan_options o = { .from = 0.0, .to = 1.0, .points = 21 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "parameter", "P", "parameter to scan", CLI_TEXT, &o.parameter, 0, 0 },
    { "from", "A", "first value, 0 by default", CLI_NUMBER, &o.from, 0, 0 },
    { "to", "B", "last value, 1 by default", CLI_NUMBER, &o.to, 0, 0 },
    { "points", "N", "number of values, 21 by default", CLI_WHOLE, &o.points, 1, 1e6 },
  };
  const cli_usage usage = model_usage(
      "fairu scan",
      "twice_nll along one parameter: with all others fitted at each value, and with all others at "
      "their best fit.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (!o.parameter)
    return cli_misused(&c, "--parameter P is required");
  return model_run(&c, &o.model, run_scan, &o);
}

/* ---- contour ------------------------------------------------------------------------------------------ */

typedef struct contour_options {
  model_file model;
  const char *first, *second;
  double level;
  uint64_t points;
} contour_options;

static int run_contour(cli *c, void *data, json_t **root)
{
  contour_options *o = data;
  const model_file *m = &o->model;
  const size_t n = (size_t)o->points;
  size_t first = 0, second = 0;
  double best[2];
  fairu_interval_options options;
  int status = fairu_interval_options_init(&options, sizeof options);
  options.level = o->level;
  options.fit = &m->fit;
  if (status == FAIRU_OK)
    status = model_parameter(c, m, o->first, &first);
  if (status == FAIRU_OK)
    status = model_parameter(c, m, o->second, &second);
  double *x = status == FAIRU_OK ? model_numbers(c, 2 * n) : NULL;
  if (!x)
    return status == FAIRU_OK ? FAIRU_ERR_OUT_OF_MEMORY : status;
  status =
      fairu_likelihood_contour(m->likelihood, c->ctx, m->data, &options, first, second, n, x, x + n, best);
  if (status == FAIRU_OK && c->json) {
    *root = json_object();
    out_json_set(*root, "parameters", json_pack("[o,o]", out_json_text(o->first), out_json_text(o->second)));
    out_json_set(*root, "level", out_json_number(o->level));
    out_json_set(*root, "best", out_json_numbers(best, 2));
    out_json_set(*root, "first", out_json_numbers(x, n));
    out_json_set(*root, "second", out_json_numbers(x + n, n));
  } else if (status == FAIRU_OK) {
    printf("%18s %18s   best fit %.8g %.8g\n", o->first, o->second, best[0], best[1]);
    for (size_t i = 0; i < n; i++)
      printf("%18.10g %18.10g\n", x[i], x[n + i]);
  }
  free(x);
  return status;
}

int command_contour(int argc, char **argv)
{
  contour_options o = { .level = 0.6827, .points = 40 };
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "first", "P", "first parameter", CLI_TEXT, &o.first, 0, 0 },
    { "second", "Q", "second parameter", CLI_TEXT, &o.second, 0, 0 },
    { "level", "CL", "two-dimensional confidence level, 0.6827 by default", CLI_NUMBER, &o.level, 1e-6,
      1 - 1e-9 },
    { "points", "N", "points of the contour, 40 by default", CLI_WHOLE, &o.points, 8, 1e5 },
  };
  const cli_usage usage =
      model_usage("fairu contour",
                  "Contour of two parameters, all others fitted at each point; in order of the angle about "
                  "the best fit.",
                  options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (!o.first || !o.second)
    return cli_misused(&c, "--first P and --second Q are required");
  return model_run(&c, &o.model, run_contour, &o);
}
