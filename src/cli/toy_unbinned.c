/* toy_unbinned.c - the event-wise likelihood of the toy with closed-form ratios: model, Asimov data, intervals. */
#include "toy_unbinned.h"

#include "study.h"

#include <stdlib.h>

enum { LATTICE = 101, UNBINNED_KNOTS = 21 };

static const double half_side =
    6.0; /* of the lattice: beyond it the densities are below 1e-11 of their height */

double toy_unbinned_floor(double mu)
{
  return fabs(mu - 1.0) < 1e-9 ? TOY_FLOOR : fabs(mu - 2.0) < 1e-9 ? 0.087689 : (double)NAN;
}

int toy_unbinned_grid(fairu_context *ctx, fairu_grid **out)
{
  return toy_grid_create(ctx, UNBINNED_KNOTS, out);
}

/* ---- model -------------------------------------------------------------------------------------------- */

int toy_unbinned_model(fairu_context *ctx, const toy_settings *settings, const fairu_event_terms *terms,
                       fairu_likelihood **likelihood, fairu_data **data)
{
  static const double start = 0.35; /* neither of the true angles */
  const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_nuisance prior;
  fairu_event_model model;
  fairu_likelihood_options options;
  *likelihood = NULL;
  *data = NULL;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_event_model_init(&model, sizeof model);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  prior.name = "z";
  prior.nominal = TOY_NOMINAL;
  prior.width = settings->prior_width;
  const fairu_constraint constraint = { "z", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  model.signal_yield = TOY_SIGNAL;
  model.background_yield = TOY_BACKGROUND;
  model.terms = terms;
  model.start = &start;
  status = fairu_likelihood_create_unbinned(ctx, &model, &options, likelihood);
  return status == FAIRU_OK ? fairu_data_create(ctx, *likelihood, data) : status;
}

/* ---- closed form -------------------------------------------------------------------------------------- */

static int plane_create(size_t n, toy_plane *out)
{
  *out = (toy_plane){ .n = n, .x = malloc((3 * n + 1) * sizeof *out->x) };
  if (!out->x)
    return FAIRU_ERR_OUT_OF_MEMORY;
  out->y = out->x + n;
  out->weight = out->y + n;
  return FAIRU_OK;
}

/* Trapezoid rule on a lattice: exact to rounding for Gaussians that have died out at its ends. */
static void fill_lattice(toy_plane *plane)
{
  const double step = 2.0 * half_side / (LATTICE - 1), v = TOY_SIGMA * TOY_SIGMA;
  for (size_t i = 0; i < plane->n; i++) {
    plane->x[i] = -half_side + step * (double)(i / LATTICE);
    plane->y[i] = -half_side + step * (double)(i % LATTICE);
    const double dx = plane->x[i] + TOY_RADIUS * cos(TOY_NOMINAL);
    const double dy = plane->y[i] + TOY_RADIUS * sin(TOY_NOMINAL);
    plane->weight[i] = exp(-0.5 * (dx * dx + dy * dy) / v);
  }
}

/* ln r = 2 R x.u(z) / sigma^2; ln p_b(x|z) / p_b(x|z0) = -R x.[u(z) - u(z0)] / sigma^2; values alone. */
int toy_plane_terms(size_t first, size_t n, const double *z, size_t n_z, double *ratio, double *d_ratio,
                    double *d2_ratio, double *density, double *d_density, double *d2_density, void *plane)
{
  const toy_plane *p = plane;
  const double k = TOY_RADIUS / (TOY_SIGMA * TOY_SIGMA);
  const double c = k * cos(z[0]), s = k * sin(z[0]);
  const double c0 = k * cos(TOY_NOMINAL), s0 = k * sin(TOY_NOMINAL);
  (void)n_z, (void)d_ratio, (void)d2_ratio, (void)d_density, (void)d2_density;
  for (size_t i = 0; i < n; i++) {
    const double x = p->x[first + i], y = p->y[first + i];
    ratio[i] = 2.0 * (x * c + y * s);
    density[i] = x * (c0 - c) + y * (s0 - s);
  }
  return 0;
}

int toy_unbinned_create(fairu_context *ctx, const toy_settings *settings, toy_unbinned *out)
{
  const double truth[TOY_PARAMETERS] = { settings->mu_true, settings->z_true };
  *out = (toy_unbinned){ .settings = *settings };
  int status = toy_unbinned_grid(ctx, &out->grid);
  if (status == FAIRU_OK)
    status = plane_create((size_t)LATTICE * LATTICE, &out->plane);
  if (status == FAIRU_OK) {
    fill_lattice(&out->plane);
    status = fairu_event_terms_create_from_function(ctx, out->grid, out->plane.n, toy_plane_terms,
                                                    &out->plane, &out->pool);
  }
  if (status == FAIRU_OK)
    status = fairu_event_terms_set_pool(out->pool, ctx, out->plane.weight, out->plane.n);
  if (status == FAIRU_OK)
    status = toy_unbinned_model(ctx, settings, out->pool, &out->likelihood, &out->data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(out->likelihood, ctx, truth, TOY_PARAMETERS, out->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_aux(out->data, ctx, TOY_Z, TOY_NOMINAL);
  if (status != FAIRU_OK)
    toy_unbinned_clear(out);
  return status;
}

void toy_unbinned_clear(toy_unbinned *problem)
{
  fairu_data_destroy(problem->data);
  fairu_likelihood_destroy(problem->likelihood);
  fairu_event_terms_destroy(problem->pool);
  fairu_grid_destroy(problem->grid);
  free(problem->plane.x);
  *problem = (toy_unbinned){ 0 };
}

/* ---- intervals ---------------------------------------------------------------------------------------- */

static int interval_of(const fairu_likelihood *likelihood, const fairu_data *data, fairu_context *ctx,
                       fairu_interval *interval)
{
  fairu_interval_options options;
  const int status = study_interval_options(&options, NULL);
  *interval = (fairu_interval){ .struct_size = sizeof *interval };
  return status == FAIRU_OK ? fairu_likelihood_interval(likelihood, ctx, data, &options, interval, NULL, NULL,
                                                        TOY_PARAMETERS)
                            : status;
}

int toy_unbinned_measure(const fairu_likelihood *likelihood, const fairu_data *data, fairu_context *ctx,
                         toy_unbinned_fit *out)
{
  double params[TOY_PARAMETERS], covariance[TOY_PARAMETERS * TOY_PARAMETERS];
  fairu_interval interval;
  int status = fairu_likelihood_fit(likelihood, ctx, data, NULL, params, TOY_PARAMETERS, covariance, NULL);
  if (status == FAIRU_OK)
    status = interval_of(likelihood, data, ctx, &interval);
  if (status == FAIRU_OK)
    *out = (toy_unbinned_fit){ params[TOY_MU],      params[TOY_Z],  sqrt(covariance[0]),
                               sqrt(covariance[3]), interval.lower, interval.upper };
  return status;
}

int toy_unbinned_estimate(const fairu_likelihood *likelihood, const fairu_data *data, fairu_context *ctx,
                          fairu_toy_result *result)
{
  toy_unbinned_fit fit;
  const int status = toy_unbinned_measure(likelihood, data, ctx, &fit);
  result->status = status;
  if (status == FAIRU_OK) {
    result->estimate = fit.mu_hat;
    result->lower = fit.lower;
    result->upper = fit.upper;
    result->nuisance = fit.z_hat;
  }
  return status == FAIRU_ERR_NOT_CONVERGED || status == FAIRU_ERR_NOT_POSITIVE_DEFINITE ? FAIRU_OK : status;
}
