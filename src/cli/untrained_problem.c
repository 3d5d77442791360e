#include "untrained_problem.h"

#include "study.h"

#include <stdlib.h>

/* ---- the model ---------------------------------------------------------------------------------------- */

static int create_likelihood(fairu_context *ctx, const fairu_templates *templates, fairu_likelihood **out)
{
  fairu_nuisance z, k;
  fairu_likelihood_options options;
  int status = fairu_nuisance_init(&z, sizeof z);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  k = z;
  z.name = "z";
  z.nominal = TOY_NOMINAL;
  z.width = PLANE_Z_PRIOR;
  k.name = "k";
  k.nominal = PLANE_K_NOMINAL;
  k.width = PLANE_K_PRIOR;
  const fairu_factor mu = { "mu", "signal", 1.0, -(double)INFINITY, (double)INFINITY };
  const fairu_constraint constraints[2] = { { "z", FAIRU_CONSTRAINT_PRIOR, &z, NULL },
                                            { "k", FAIRU_CONSTRAINT_PRIOR, &k, NULL } };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = constraints;
  options.n_constraints = 2;
  /* Closed forms are exact, and the events behind networks are spread evenly: sums of squared weights would overstate their error. */
  options.mc_stat = FAIRU_MC_STAT_NONE;
  return fairu_likelihood_create(ctx, templates, &options, out);
}

/* ---- data --------------------------------------------------------------------------------------------- */

static int create_bins(fairu_context *ctx, const plane_model *model, const toy_pool *pool,
                       const fairu_systematics *systematics, plane_problem *p)
{
  const double truth[2] = { p->truth.z, p->truth.k };
  fairu_fill_options options;
  fairu_binning *binning = NULL;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.classifier = model->classifier;
  if (status == FAIRU_OK)
    status = plane_binning_create(ctx, &binning);
  if (status == FAIRU_OK)
    status = plane_grid_create(ctx, p->method == PLANE_BOTH, &p->grid);
  for (int process = 0; process < 2 && status == FAIRU_OK; process++) {
    fairu_events *made = NULL;
    status = fairu_systematics_apply(systematics, ctx, pool->events[process], truth, 2, 1, NULL, &made);
    if (status == FAIRU_OK)
      status = fairu_bin_table_create(ctx, p->grid, binning, made, &options, 1, &p->bins[process]);
    fairu_events_destroy(made);
  }
  fairu_binning_destroy(binning);
  return status;
}

static int set_moving(fairu_context *ctx, const plane_model *model, const plane_problem *p)
{
  const double scales[2] = { p->mu, 1.0 };
  fairu_templates *observed = NULL;
  int status = model->trained ? study_observed(ctx, p->grid, p->bins, scales, &observed)
                              : plane_observed_closed(ctx, p->method, p->grid, p->truth, p->mu, &observed);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed_moving(p->data, ctx, observed);
  fairu_templates_destroy(observed);
  return status;
}

int plane_problem_create(fairu_context *ctx, const plane_model *model, const toy_pool *pool,
                         const fairu_systematics *systematics, plane_point truth, double mu,
                         plane_problem *out)
{
  const double params[PLANE_PARAMETERS] = { mu, truth.z, truth.k };
  *out = (plane_problem){ .method = model->method, .truth = truth, .mu = mu };
  const int moving = model->method != PLANE_FROZEN;
  int status = create_likelihood(ctx, model->templates, &out->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, out->likelihood, &out->data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(out->likelihood, ctx, params, PLANE_PARAMETERS, out->data);
  if (moving && status == FAIRU_OK)
    status = create_bins(ctx, model, pool, systematics, out);
  if (moving && status == FAIRU_OK)
    status = set_moving(ctx, model, out);
  if (status != FAIRU_OK)
    plane_problem_clear(out);
  return status;
}

void plane_problem_clear(plane_problem *problem)
{
  fairu_data_destroy(problem->data);
  fairu_likelihood_destroy(problem->likelihood);
  fairu_bin_table_destroy(problem->bins[0]);
  fairu_bin_table_destroy(problem->bins[1]);
  fairu_grid_destroy(problem->grid);
  *problem = (plane_problem){ .method = problem->method };
}

/* ---- intervals ---------------------------------------------------------------------------------------- */

/* One sigma by the profile; k free, at its nominal value or at `k`, as `fixed` and `start` say. */
static int interval_options(fairu_interval_options *options, fairu_fit_options *fit,
                            const unsigned char *fixed, const double *start)
{
  const int status = study_interval_options(options, fit);
  fit->fixed = fixed;
  fit->start = start;
  return status;
}

/* Fits of expected data start from points spread over the nuisances too: a fixed axis has mirror minima, an observation that moves has more. */
enum { SPREAD = 4 };

static const unsigned char k_held[PLANE_PARAMETERS] = { 0, 0, 1 };
static const double nominal[PLANE_PARAMETERS] = { 1.0, TOY_NOMINAL, PLANE_K_NOMINAL };

int plane_problem_interval(const plane_problem *p, fairu_context *ctx, plane_interval *out)
{
  const double truth[PLANE_PARAMETERS] = { p->mu, p->truth.z, p->truth.k };
  double params[PLANE_PARAMETERS], covariance[PLANE_PARAMETERS * PLANE_PARAMETERS];
  fairu_interval found = { .struct_size = sizeof found }, known = { .struct_size = sizeof known };
  fairu_interval_options options;
  fairu_fit_options fit;
  int status = interval_options(&options, &fit, p->method == PLANE_IGNORED ? k_held : NULL, nominal);
  fit.spread_starts = SPREAD;
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_fit(p->likelihood, ctx, p->data, &fit, params, PLANE_PARAMETERS, covariance, NULL);
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(p->likelihood, ctx, p->data, &options, &found, NULL, NULL,
                                       PLANE_PARAMETERS);
  if (status == FAIRU_OK)
    status = interval_options(&options, &fit, k_held, truth);
  fit.spread_starts = SPREAD;
  if (status == FAIRU_OK)
    status = fairu_likelihood_interval(p->likelihood, ctx, p->data, &options, &known, NULL, NULL,
                                       PLANE_PARAMETERS);
  if (status != FAIRU_OK)
    return status;
  *out = (plane_interval){ .mu_hat = found.best,
                           .z_hat = params[PLANE_Z],
                           .k_hat = params[PLANE_K],
                           .lower = found.lower,
                           .upper = found.upper,
                           .half_width = 0.5 * (found.upper - found.lower),
                           .half_width_k_known = 0.5 * (known.upper - known.lower),
                           .sigma_z = sqrt(covariance[PLANE_Z * PLANE_PARAMETERS + PLANE_Z]),
                           .sigma_k = sqrt(covariance[PLANE_K * PLANE_PARAMETERS + PLANE_K]) };
  return FAIRU_OK;
}

/* ---- toys --------------------------------------------------------------------------------------------- */

int plane_problem_coverage(const plane_problem *p, fairu_context *ctx, size_t n_toys, uint64_t seed,
                           fairu_coverage *out)
{
  const double truth[PLANE_PARAMETERS] = { p->mu, p->truth.z, p->truth.k }, scales[2] = { p->mu, 1.0 };
  const int ignored = p->method == PLANE_IGNORED;
  fairu_interval_options interval;
  fairu_fit_options fit;
  fairu_toy_study study;
  fairu_toy_result *results = calloc(n_toys, sizeof *results);
  int status = results ? fairu_toy_study_init(&study, sizeof study) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = interval_options(&interval, &fit, ignored ? k_held : NULL, nominal);
  if (status == FAIRU_OK) {
    study.likelihood = p->likelihood;
    study.truth = truth;
    study.n_params = PLANE_PARAMETERS;
    study.seed = seed;
    study.nuisance = ignored ? PLANE_Z : PLANE_K;
    study.interval = &interval;
    study.grid = p->grid;
    study.tables = (const fairu_bin_table *const *)p->bins;
    study.scales = scales;
    study.n_tables = p->grid ? 2 : 0;
    status = fairu_toys_run(ctx, 0, n_toys, fairu_toy_study_estimate, &study, results);
  }
  if (status == FAIRU_OK)
    status = study_coverage(ctx, p->mu, results, n_toys, out);
  free(results);
  return status;
}
