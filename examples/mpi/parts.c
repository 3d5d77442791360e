#include "parts.h"

#include <math.h>
#include <stdlib.h>

static const char *const columns[] = { "x", "y" };
static const char *const processes[] = { "signal", "background" };
static const double knots[] = { 0.8, 0.9, 1.0, 1.1, 1.2 };

static int make_nuisance(const char *name, double nominal, double width, fairu_nuisance *nuisance)
{
  const int status = fairu_nuisance_init(nuisance, sizeof *nuisance);
  nuisance->name = name;
  nuisance->nominal = nominal;
  nuisance->width = width;
  nuisance->lower = 0.0;
  return status;
}

int analysis_create(analysis *a, fairu_context *ctx, size_t n_events)
{
  const fairu_axis axis = { "scale", knots, 5, 1.0 };
  fairu_nuisance nuisances[2];
  const double weights[] = { 1.5, 0.5 };
  *a = (analysis){ .n_events = n_events };
  int status = make_nuisance("scale", 1.0, 0.05, &nuisances[0]);
  if (status == FAIRU_OK)
    status = make_nuisance("resolution", 0.2, 0.05, &nuisances[1]);
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &a->grid);
  if (status == FAIRU_OK)
    status = fairu_binning_create_uniform(ctx, 8, &a->binning);
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, nuisances, 2, &a->systematics);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_scale(a->systematics, ctx, "scale", columns, 1);
  /* random, and yet the same wherever an event is filled: by seed and id */
  if (status == FAIRU_OK)
    status = fairu_systematics_add_smearing(a->systematics, ctx, "resolution", columns, 2);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_linear(ctx, columns, weights, 2, 0.0, &a->classifier);
  return status;
}

void analysis_destroy(analysis *a)
{
  fairu_classifier_destroy(a->classifier);
  fairu_systematics_destroy(a->systematics);
  fairu_binning_destroy(a->binning);
  fairu_grid_destroy(a->grid);
}

/* ---- events ------------------------------------------------------------------------------------------- */

/* Uniform in (0, 1), from a number alone. In an analysis events come from files. */
static double uniform(uint64_t number)
{
  uint64_t bits = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
  bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
  return ((double)(bits >> 12) + 0.5) / 4503599627370496.0;
}

static void make_event(uint64_t id, int is_signal, float *x, float *y)
{
  const double mean = is_signal ? 1.0 : -0.5;
  *x = (float)(mean + log(uniform(3 * id) / (1.0 - uniform(3 * id))));
  *y = (float)(0.5 * mean + 2.0 * uniform(3 * id + 1) - 1.0);
}

/* Events first .. first + n - 1 of one process. */
static int make_events(fairu_context *ctx, int is_signal, size_t first, size_t n, fairu_events **out)
{
  float *x = NULL, *y = NULL;
  uint64_t *ids = (uint64_t *)malloc(n * sizeof *ids);
  int status = ids ? fairu_events_create(ctx, n, 2, columns, out) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 0, &x);
  if (status == FAIRU_OK)
    status = fairu_events_column_data(*out, ctx, 1, &y);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    ids[i] = 2 * (uint64_t)(first + i) + (uint64_t)is_signal;
    make_event(ids[i], is_signal, &x[i], &y[i]);
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_ids(*out, ctx, ids, n);
  free(ids);
  return status;
}

/* ---- filling ------------------------------------------------------------------------------------------ */

int analysis_fill_create(const analysis *a, fairu_context *ctx, fairu_fill **out)
{
  return fairu_fill_create(ctx, a->grid, a->binning, processes, 2, out);
}

int analysis_fill_part(const analysis *a, fairu_context *ctx, size_t part, fairu_fill *fill)
{
  const size_t first = part * a->n_events / N_PARTS, end = (part + 1) * a->n_events / N_PARTS;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = a->systematics;
  options.classifier = a->classifier;
  for (int p = 0; p < 2 && status == FAIRU_OK; p++) {
    fairu_events *events = NULL;
    options.scale = (p == 0 ? 300.0 : 2000.0) / (double)a->n_events;
    status = make_events(ctx, p == 0, first, end - first, &events);
    if (status == FAIRU_OK)
      status = fairu_fill_add(fill, ctx, processes[p], events, &options);
    fairu_events_destroy(events);
  }
  return status;
}

/* ---- toys --------------------------------------------------------------------------------------------- */

static int make_likelihood(fairu_context *ctx, const fairu_fill *fill, fairu_likelihood **out)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };
  fairu_nuisance prior;
  fairu_likelihood_options options;
  fairu_templates *templates = NULL;
  int status = fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LOG, &templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  if (status == FAIRU_OK)
    status = make_nuisance("scale", 1.0, 0.05, &prior);
  const fairu_constraint scale = { "scale", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  options.constraints = &scale;
  options.n_constraints = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(templates);
  return status;
}

int analysis_toys(fairu_context *ctx, const fairu_fill *fill, size_t first, size_t n,
                  fairu_toy_result *results)
{
  const double truth[] = { 1.0, 1.0 };
  fairu_likelihood *likelihood = NULL;
  fairu_toy_study study;
  int status = make_likelihood(ctx, fill, &likelihood);
  if (status == FAIRU_OK)
    status = fairu_toy_study_init(&study, sizeof study);
  study.likelihood = likelihood;
  study.truth = truth;
  study.n_params = 2;
  study.seed = 7;
  study.nuisance = 1;
  if (status == FAIRU_OK)
    status = fairu_toys_run(ctx, first, n, fairu_toy_study_estimate, &study, results);
  fairu_likelihood_destroy(likelihood);
  return status;
}
