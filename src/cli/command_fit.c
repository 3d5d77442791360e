/* command_fit.c - `fairu fit`, `fairu nll` and `fairu combine`: minima, values and their derivatives. */
#include "model_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct fit_options {
  model_file model;
  cli_list minos;
  int covariance, all_minos, minima;
  double level;
  uint64_t starts;
} fit_options;

typedef struct fit_state {
  double *params, *covariance, *errors;
  double *ends; /* [2 * n] MINOS ends, NaN where not asked for or not reached */
  fairu_fit_result result;
  double twice_nll_init;
} fit_state;

static double twice(const double nll[2])
{
  return 2.0 * (nll[0] + nll[1]);
}

static int at_bound(const fairu_parameter *p, double value)
{
  return value <= p->lower || value >= p->upper;
}

/* ---- profile intervals -------------------------------------------------------------------------------- */

static int minos_of(cli *c, fit_options *o, fit_state *s, size_t i)
{
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  int status = fairu_interval_options_init(&options, sizeof options);
  options.parameter = i;
  fairu_fit_options from_best = o->model.fit;
  from_best.start = s->params;
  options.fit = &from_best;
  options.level = o->level;
  if (o->level == 0.0)
    options.delta_nll = 0.5;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(o->model.likelihood, c->ctx, o->model.data, &options, &interval, NULL,
                                       NULL, o->model.n);
  if (status != FAIRU_OK)
    return status;
  s->ends[2 * i] = interval.lower_end == FAIRU_INTERVAL_CROSSING ? interval.lower : (double)NAN;
  s->ends[2 * i + 1] = interval.upper_end == FAIRU_INTERVAL_CROSSING ? interval.upper : (double)NAN;
  return FAIRU_OK;
}

static int run_minos(cli *c, fit_options *o, fit_state *s)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < 2 * o->model.n; i++)
    s->ends[i] = (double)NAN;
  for (size_t i = 0; i < o->model.n && o->all_minos && status == FAIRU_OK; i++)
    if (!o->model.fixed[i])
      status = minos_of(c, o, s, i);
  for (size_t k = 0; k < o->minos.n && status == FAIRU_OK; k++) {
    size_t i = 0;
    status = model_parameter(c, &o->model, o->minos.items[k], &i);
    if (status == FAIRU_OK)
      status = minos_of(c, o, s, i);
  }
  return status;
}

/* ---- results ------------------------------------------------------------------------------------------ */

static json_t *json_parameters(cli *c, const fit_options *o, const fit_state *s)
{
  json_t *list = json_array();
  for (size_t i = 0; i < o->model.n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    json_t *one = json_object();
    if (fairu_likelihood_parameter(o->model.likelihood, c->ctx, i, &p) != FAIRU_OK)
      break;
    out_json_set(one, "name", out_json_text(p.name));
    out_json_set(one, "value", out_json_number(s->params[i]));
    out_json_set(one, "error", out_json_number(s->errors[i]));
    out_json_set(one, "at_bound", json_boolean(!o->model.fixed[i] && at_bound(&p, s->params[i])));
    out_json_set(one, "fixed", json_boolean(o->model.fixed[i]));
    out_json_set(one, "statistical_origin", json_boolean(p.statistical_origin));
    out_json_set(one, "minos_lower", out_json_number(s->ends[2 * i] - s->params[i]));
    out_json_set(one, "minos_upper", out_json_number(s->ends[2 * i + 1] - s->params[i]));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *json_covariance(const fit_state *s, size_t n)
{
  json_t *rows = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(rows, out_json_numbers(s->covariance + i * n, n));
  return rows;
}

/* All minima met, lowest first: {twice_nll, parameters}. */
static int json_minima(cli *c, fit_options *o, json_t *root)
{
  enum { MOST = 16 };
  const size_t n = o->model.n;
  double nll[MOST], *params = model_numbers(c, MOST * n);
  size_t count = 0;
  int status = params ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_likelihood_minima(o->model.likelihood, c->ctx, o->model.data, &o->model.fit, MOST, nll,
                                     params, n, &count);
  json_t *list = json_array();
  for (size_t m = 0; status == FAIRU_OK && m < count && m < MOST; m++) {
    json_t *one = json_object();
    out_json_set(one, "twice_nll", out_json_number(2.0 * nll[m]));
    out_json_set(one, "values", out_json_numbers(params + m * n, n));
    json_array_append_new(list, one);
  }
  out_json_set(root, "minima", list);
  free(params);
  return status;
}

static json_t *fit_json(cli *c, const fit_options *o, const fit_state *s)
{
  json_t *root = json_object();
  out_json_set(root, "status", json_string(fairu_status_name(s->result.status)));
  out_json_set(root, "twice_nll_init", out_json_number(s->twice_nll_init));
  out_json_set(root, "twice_nll", out_json_number(twice(s->result.nll)));
  out_json_set(root, "edm", out_json_number(2.0 * s->result.edm));
  out_json_set(root, "min_eigenvalue", out_json_number(s->result.min_eigenvalue));
  out_json_set(root, "iterations", json_integer(s->result.iterations));
  out_json_set(root, "evaluations", json_integer(s->result.evaluations));
  out_json_set(root, "n_minima", json_integer(s->result.n_minima));
  out_json_set(root, "n_at_bound", json_integer(s->result.n_at_bound));
  out_json_set(root, "parameters", json_parameters(c, o, s));
  if (o->covariance)
    out_json_set(root, "covariance", json_covariance(s, o->model.n));
  return root;
}

static void print_fit(cli *c, const fit_options *o, const fit_state *s)
{
  printf("twice_nll %.10g   edm %.2g   %d iterations, %d evaluations   %s\n", twice(s->result.nll),
         2.0 * s->result.edm, s->result.iterations, s->result.evaluations,
         fairu_status_name(s->result.status));
  if (s->result.n_minima > 1)
    printf("%d local minima met, the lowest is shown (--minima --json lists them)\n", s->result.n_minima);
  printf("%-40s %14s %12s %12s %12s\n", "parameter", "value", "error", "minos-", "minos+");
  for (size_t i = 0; i < o->model.n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    if (fairu_likelihood_parameter(o->model.likelihood, c->ctx, i, &p) != FAIRU_OK)
      return;
    printf("%-40s %14.8g", p.name, s->params[i]);
    p.statistical_origin ? printf(" %12.5g", s->errors[i]) : printf(" %12s", "");
    for (size_t side = 0; side < 2; side++)
      isnan(s->ends[2 * i + side]) ? printf(" %12s", "")
                                   : printf(" %12.5g", s->ends[2 * i + side] - s->params[i]);
    printf("%s%s\n",
           o->model.fixed[i]            ? "  fixed"
           : at_bound(&p, s->params[i]) ? "  at bound"
                                        : "",
           p.statistical_origin ? "" : "  two-point: not a measurement");
  }
}

/* ---- the fit ------------------------------------------------------------------------------------------ */

/* Beyond this many parameters the matrix (200 MB) is made on demand alone, and errors are not told. */
enum { MOST_WITH_ERRORS = 5000 };

static int take_state(cli *c, const fit_options *o, fit_state *s)
{
  const size_t n = o->model.n;
  const int has_covariance = n <= MOST_WITH_ERRORS || o->covariance;
  s->result.struct_size = sizeof s->result;
  s->params = model_numbers(c, has_covariance ? n * (n + 4) : 4 * n);
  s->covariance = s->params && has_covariance ? s->params + 4 * n : NULL;
  s->errors = s->params + n;
  s->ends = s->params + 2 * n;
  return s->params ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* What data narrow between two simulations, they have not measured. */
static int withhold(cli *c, const fit_options *o, fit_state *s)
{
  for (size_t i = 0; i < o->model.n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    const int status = fairu_likelihood_parameter(o->model.likelihood, c->ctx, i, &p);
    if (status != FAIRU_OK)
      return status;
    if (!p.statistical_origin)
      s->errors[i] = s->ends[2 * i] = s->ends[2 * i + 1] = (double)NAN;
  }
  return FAIRU_OK;
}

static int is_about_the_minimum(int status)
{
  return status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_NOT_POSITIVE_DEFINITE ||
         status == FAIRU_ERR_FLAT;
}

/* 0 of a parameter that is fixed or at a bound; NaN where the fit cannot tell. */
static double error_of(const model_file *m, const fit_state *s, size_t i, int fitted)
{
  if (!s->covariance)
    return (double)NAN;
  const double variance = s->covariance[i * m->n + i];
  if (variance > 0.0)
    return sqrt(variance);
  return fitted == FAIRU_OK || m->fixed[i] ? 0.0 : (double)NAN;
}

static int run_fit(cli *c, fit_options *o, fit_state *s, json_t **root)
{
  double nll[2];
  const model_file *m = &o->model;
  if (o->starts)
    o->model.fit.spread_starts = (int)o->starts;
  int status = take_state(c, o, s);
  if (status == FAIRU_OK)
    status = fairu_likelihood_nll(m->likelihood, c->ctx, m->data, m->start, m->n, nll, NULL, NULL);
  s->twice_nll_init = status == FAIRU_OK ? twice(nll) : (double)NAN;
  if (status == FAIRU_ERR_NEGATIVE_YIELD) /* a fit may start there all the same */
    status = FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  const int fitted = fairu_likelihood_fit(m->likelihood, c->ctx, m->data, &m->fit, s->params, m->n,
                                          s->covariance, &s->result);
  if (fitted != FAIRU_OK && !is_about_the_minimum(fitted))
    return fitted;
  for (size_t i = 0; i < m->n; i++)
    s->errors[i] = error_of(m, s, i, fitted);
  if (fitted == FAIRU_OK)
    status = run_minos(c, o, s);
  else
    for (size_t i = 0; i < 2 * m->n; i++)
      s->ends[i] = (double)NAN;
  if (status == FAIRU_OK)
    status = withhold(c, o, s);
  if (status != FAIRU_OK)
    return status;
  if (c->json) {
    *root = fit_json(c, o, s);
    status = o->minima && fitted == FAIRU_OK ? json_minima(c, o, *root) : FAIRU_OK;
  } else {
    print_fit(c, o, s);
  }
  return status == FAIRU_OK ? fitted : status;
}

#define FIT_OPTIONS(o)                                                                                       \
  MODEL_OPTIONS((o).model)                                                                                   \
  , { "minos", "P", "profile interval of parameter P; may be repeated", CLI_LIST, &(o).minos, 0, 0 },        \
      { "minos-all", NULL, "profile intervals of all free parameters", CLI_FLAG, &(o).all_minos, 0, 0 },     \
      { "level",    "CL",       "confidence level of profile intervals; by default twice_nll rises by 1",    \
        CLI_NUMBER, &(o).level, 1e-6,                                                                        \
        1 - 1e-9 },                                                                                          \
      { "covariance",                                                                                        \
        NULL,                                                                                                \
        "with --json: the covariance matrix; also asks for errors beyond 5000 parameters",                   \
        CLI_FLAG,                                                                                            \
        &(o).covariance,                                                                                     \
        0,                                                                                                   \
        0 },                                                                                                 \
      { "starts",  "K",         "start also from K points over the range of each nuisance parameter",        \
        CLI_WHOLE, &(o).starts, 1,                                                                           \
        1000 },                                                                                              \
  {                                                                                                          \
    "minima", NULL, "with --json: all local minima met", CLI_FLAG, &(o).minima, 0, 0                         \
  }

int command_fit(int argc, char **argv)
{
  fit_options o = { .level = 0.0 };
  fit_state s = { 0 };
  json_t *root = NULL;
  cli c;
  const cli_option options[] = { FIT_OPTIONS(o) };
  const cli_usage usage =
      model_usage("fairu fit",
                  "Best fit of all parameters of a HistFactory workspace (pyhf JSON, HS3, plain or "
                  ".gz, - for standard input) or of templates. Errors come from the exact Hessian.",
                  options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  int status = model_open(&c, &o.model, c.files[0]);
  if (status == FAIRU_OK)
    status = run_fit(&c, &o, &s, &root);
  free(s.params);
  return model_finish(&c, &o.model, root, status);
}

/* ---- combine ------------------------------------------------------------------------------------------ */

enum { MOST_PARTS = 256 };

typedef struct parts {
  model_file files[MOST_PARTS];
  const fairu_likelihood *likelihoods[MOST_PARTS];
  size_t n;
} parts;

/* Each of them is a parameter of one part at least. */
static int find_two_points(cli *c, model_file *m)
{
  int status = FAIRU_OK;
  m->n = fairu_likelihood_n_parameters(m->likelihood);
  for (size_t i = 0; i < m->two_points.n && status == FAIRU_OK; i++) {
    const char *name = m->two_points.items[i];
    fairu_parameter p = { .struct_size = sizeof p };
    size_t index = 0;
    status = model_parameter(c, m, name, &index);
    if (status == FAIRU_OK)
      status = fairu_likelihood_parameter(m->likelihood, c->ctx, index, &p);
    if (status == FAIRU_OK && p.statistical_origin)
      status = cli_fail(c, FAIRU_ERR_NOT_FOUND, "--two-point %s: no --prior %s=CENTER:WIDTH", name, name);
  }
  return status;
}

static int join(cli *c, parts *p, fit_options *o, int same_events)
{
  fairu_combine_options options;
  int status = fairu_combine_options_init(&options, sizeof options);
  options.poi = o->model.poi;
  options.allow_same_events = same_events;
  for (int i = 0; i < c->n_files && status == FAIRU_OK; i++) {
    model_file *file = &p->files[p->n];
    file->measurement = o->model.measurement;
    file->process = o->model.process;
    file->observed = o->model.observed;
    file->priors = o->model.priors;
    file->systematics_path = o->model.systematics_path;
    file->interpolation = o->model.interpolation;
    file->two_points = o->model.two_points;
    file->patchset = o->model.patchset;
    file->patch = o->model.patch;
    file->is_part = 1;
    status = model_read(c, file, c->files[i]);
    p->likelihoods[p->n++] = file->likelihood;
  }
  if (status == FAIRU_OK)
    status = fairu_likelihood_create_combined(c->ctx, p->likelihoods, p->n, &options, &o->model.likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(c->ctx, o->model.likelihood, &o->model.data);
  for (size_t i = 0; i < p->n && status == FAIRU_OK; i++)
    status = fairu_data_copy(fairu_data_part(o->model.data, i), c->ctx, p->files[i].data);
  if (status == FAIRU_OK)
    status = find_two_points(c, &o->model);
  return status == FAIRU_OK ? model_start(c, &o->model) : status;
}

int command_combine(int argc, char **argv)
{
  fit_options o = { .level = 0.0 };
  fit_state s = { 0 };
  json_t *root = NULL;
  int same_events = 0;
  cli c;
  const cli_option options[] = {
    FIT_OPTIONS(o),
    { "allow-same-events", NULL,
      "channels of equal name in two workspaces are known to hold different events", CLI_FLAG, &same_events,
      0, 0 }
  };
  const cli_usage usage = {
    .command = "fairu combine",
    .files = "WORKSPACE...",
    .about = "Fit independent workspaces together, joined on parameters of the same name. One copy "
             "of an identical constraint counts; conflicting meanings are refused.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 1,
    .max_files = MOST_PARTS
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if ((o.model.patch || o.model.patchset) && c.n_files > 1)
    return cli_misused(&c, "--patch and --patchset are of one workspace: which of these is not told");
  parts *p = (parts *)calloc(1, sizeof *p);
  int status = p ? join(&c, p, &o, same_events) : cli_fail(&c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = run_fit(&c, &o, &s, &root);
  free(s.params);
  const int result = model_finish(&c, &o.model, root, status);
  for (size_t i = 0; p && i < p->n; i++)
    model_close(&p->files[i]);
  free(p);
  return result;
}
