/* model_templates.c - from templates, or the fill they come from, to a likelihood with data. */
#include "model_templates.h"

#include "systematics_config.h"

#include <stdlib.h>
#include <string.h>

int model_is_no_templates(int status)
{
  return status == FAIRU_ERR_FORMAT || status == FAIRU_ERR_TRUNCATED;
}

/* Counts of a CSV file: the column "observed", in double. */
static int read_counts(cli *c, model_file *m)
{
  fairu_events *events = NULL;
  fairu_csv_options options;
  int status = fairu_csv_options_init(&options, sizeof options);
  options.weight = "observed";
  if (status == FAIRU_OK)
    status = fairu_events_read_csv(c->ctx, m->observed, &options, &events);
  if (status == FAIRU_OK)
    status =
        fairu_data_set_observed(m->data, c->ctx, fairu_events_weights(events), fairu_events_n_events(events));
  fairu_events_destroy(events);
  return status;
}

/* A fill of one process: counts, which move with Z where a classifier scores them under each hypothesis. */
static int take_fill(cli *c, model_file *m, const fairu_fill *fill)
{
  fairu_templates *counts = NULL;
  int status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_SQRT, &counts);
  if (status != FAIRU_OK)
    return status;
  const size_t n_points = fairu_grid_n_points(fairu_templates_grid(counts));
  const size_t n_bins = fairu_templates_n_bins(counts);
  const double *first = fairu_templates_yields(counts, 0, 0);
  int moves = 0;
  for (size_t p = 1; p < n_points; p++)
    moves |= memcmp(first, fairu_templates_yields(counts, 0, p), n_bins * sizeof *first) != 0;
  if (fairu_templates_n_processes(counts) != 1)
    status = cli_fail(c, FAIRU_ERR_SHAPE, "%s: %zu processes; data are a fill of one (fairu fill --observed)",
                      m->observed, fairu_templates_n_processes(counts));
  else if (moves)
    status = fairu_data_set_observed_moving(m->data, c->ctx, counts);
  else
    status = fairu_data_set_observed(m->data, c->ctx, first, n_bins);
  fairu_templates_destroy(counts);
  return status;
}

static int read_observed(cli *c, model_file *m)
{
  fairu_fill *fill = NULL;
  int status = fairu_fill_load(c->ctx, m->observed, &fill);
  if (model_is_no_templates(status))
    return read_counts(c, m);
  if (status == FAIRU_OK)
    status = take_fill(c, m, fill);
  fairu_fill_destroy(fill);
  return status;
}

static int asimov_counts(cli *c, model_file *m)
{
  const size_t n = fairu_likelihood_n_parameters(m->likelihood);
  double *params = model_numbers(c, n);
  int status = params ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    status = fairu_likelihood_parameter(m->likelihood, c->ctx, i, &p);
    params[i] = p.start;
  }
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(m->likelihood, c->ctx, params, n, m->data);
  free(params);
  return status;
}

/* "name=centre:width" */
static int read_prior(cli *c, const char *text, fairu_nuisance *prior, fairu_constraint *constraint,
                      char **name)
{
  char *end = NULL;
  const char *equal = strchr(text, '=');
  int status = fairu_nuisance_init(prior, sizeof *prior);
  if (status != FAIRU_OK)
    return status;
  prior->nominal = equal ? strtod(equal + 1, &end) : 0.0;
  if (!equal || end == equal + 1 || *end != ':')
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--prior wants NAME=CENTER:WIDTH, got '%s'", text);
  const char *width = end + 1;
  prior->width = strtod(width, &end);
  if (end == width || *end)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--prior wants NAME=CENTER:WIDTH, got '%s'", text);
  *name = strndup(text, (size_t)(equal - text));
  prior->name = *name;
  *constraint = (fairu_constraint){ .nuisance = *name, .kind = FAIRU_CONSTRAINT_PRIOR, .prior = prior };
  return *name ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
}

enum { MOST_PRIORS = 128 };

typedef struct priors {
  size_t n;
  fairu_nuisance items[MOST_PRIORS];
  fairu_constraint constraints[MOST_PRIORS];
  char *names[MOST_PRIORS]; /* of those of the options */
} priors;

static size_t find_prior(const priors *p, const char *name)
{
  size_t i = 0;
  while (i < p->n && strcmp(p->items[i].name, name) != 0)
    i++;
  return i;
}

/* The prior it is of has to be told, too. */
static int mark_two_point(cli *c, const model_file *m, priors *p, const char *name)
{
  const size_t i = find_prior(p, name);
  if (i == p->n && m->is_part)
    return FAIRU_OK;
  if (i == p->n)
    return cli_fail(c, FAIRU_ERR_NOT_FOUND, "--two-point %s: no --prior %s=CENTER:WIDTH", name, name);
  p->items[i].statistical_origin = 0;
  return FAIRU_OK;
}

static int is_axis(const cli *c, const model_file *m, const char *name)
{
  const fairu_grid *grid = fairu_templates_grid(m->templates);
  fairu_axis axis;
  for (size_t i = 0; i < fairu_grid_n_axes(grid); i++)
    if (fairu_grid_axis(grid, c->ctx, i, &axis) == FAIRU_OK && strcmp(axis.name, name) == 0)
      return axis.n_knots > 1;
  return 0;
}

/* Priors of the axes that the systematics know, where the options do not say other ones. */
static int take_systematics(cli *c, model_file *m, priors *p)
{
  int status = systematics_config_read(c, m->systematics_path, &m->systematics);
  for (size_t i = 0; i < fairu_systematics_n_nuisances(m->systematics) && status == FAIRU_OK; i++) {
    fairu_nuisance *prior = &p->items[p->n];
    if (p->n == MOST_PRIORS)
      return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d priors", (int)MOST_PRIORS);
    status = fairu_nuisance_init(prior, sizeof *prior);
    if (status == FAIRU_OK)
      status = fairu_systematics_nuisance(m->systematics, c->ctx, i, prior);
    if (status != FAIRU_OK || !is_axis(c, m, prior->name) || find_prior(p, prior->name) < p->n)
      continue;
    p->constraints[p->n++] =
        (fairu_constraint){ .nuisance = prior->name, .kind = FAIRU_CONSTRAINT_PRIOR, .prior = prior };
  }
  return status;
}

static int read_priors(cli *c, model_file *m, priors *p)
{
  int status = FAIRU_OK;
  if (m->priors.n > MOST_PRIORS)
    return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d priors", (int)MOST_PRIORS);
  for (size_t i = 0; i < m->priors.n && status == FAIRU_OK; i++, p->n++)
    status = read_prior(c, m->priors.items[i], &p->items[i], &p->constraints[i], &p->names[i]);
  if (status == FAIRU_OK && m->systematics_path)
    status = take_systematics(c, m, p);
  for (size_t i = 0; i < m->two_points.n && status == FAIRU_OK; i++)
    status = mark_two_point(c, m, p, m->two_points.items[i]);
  return status;
}

static int create_from_templates(cli *c, model_file *m, const char *process)
{
  const fairu_factor mu = { "mu", process, 1.0, 0.0, 10.0 };
  fairu_likelihood_options options;
  priors *p = (priors *)calloc(1, sizeof *p);
  int status = p ? fairu_likelihood_options_init(&options, sizeof options)
                 : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = read_priors(c, m, p);
  if (status == FAIRU_OK) {
    options.factors = &mu;
    options.n_factors = 1;
    options.constraints = p->constraints;
    options.n_constraints = p->n;
    status = fairu_likelihood_create(c->ctx, m->templates, &options, &m->likelihood);
  }
  for (size_t i = 0; p && i < MOST_PRIORS; i++)
    free(p->names[i]);
  free(p);
  return status;
}

static int open_loaded(cli *c, model_file *m)
{
  const char *process = m->process ? m->process : fairu_templates_process_name(m->templates, 0);
  int status = create_from_templates(c, m, process);
  if (status == FAIRU_OK)
    status = fairu_data_create(c->ctx, m->likelihood, &m->data);
  if (status != FAIRU_OK)
    return status;
  return m->observed ? read_observed(c, m) : asimov_counts(c, m);
}

static int load_fill(cli *c, model_file *m, const char *path)
{
  fairu_fill *fill = NULL;
  const int linear = m->interpolation && strcmp(m->interpolation, "linear") == 0;
  int status = fairu_fill_load(c->ctx, path, &fill);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(
        c->ctx, fill, linear ? FAIRU_INTERPOLATION_LINEAR : FAIRU_INTERPOLATION_LOG, &m->templates);
  fairu_fill_destroy(fill);
  return status;
}

int model_templates_open(cli *c, model_file *m, const char *path)
{
  int status = fairu_templates_load(c->ctx, path, &m->templates);
  if (model_is_no_templates(status))
    status = load_fill(c, m, path);
  return status == FAIRU_OK ? open_loaded(c, m) : status;
}
