/* higgs_fit.c - likelihood, fit and interval of one case. */
#include "higgs.h"

#include "study.h"

#include <math.h>
#include <string.h>

enum { N_PARAMS = 2 }; /* mu, tes */

const higgs_course higgs_courses[HIGGS_COURSES] = { { 1, 1 }, { 2, 1 }, { 1, 0 }, { 2, 0 } };

typedef struct model {
  fairu_templates *templates, *observed;
  fairu_likelihood *likelihood;
  fairu_data *data;
} model;

static void model_free(model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->observed);
  fairu_templates_destroy(m->templates);
}

/* Every step-th knot of values [n_processes][HIGGS_KNOTS][n_bins], times factor. */
static void thin(const double *values, size_t n_processes, size_t n_bins, size_t step, double factor,
                 double *out)
{
  for (size_t i = 0; i < n_processes * HIGGS_KNOTS; i++)
    if (i % HIGGS_KNOTS % step == 0)
      for (size_t j = 0; j < n_bins; j++)
        *out++ = factor * values[i * n_bins + j];
}

/* What a few thousand events say about Z between two knots is mostly which of them hop over an edge. A spline through
 * the knots would read that noise as slope, and a fit as knowledge of Z. So the course of a bin over Z, values
 * [n_knots] n_bins apart, is replaced by the parabola nearest to its logarithm (or square root, which may be 0). The
 * knots are even and symmetric about the middle: 1, u and u^2 - <u^2> are orthogonal on them. */
static void smooth_bin(double *values, size_t n_knots, size_t n_bins, int logarithm)
{
  double h[HIGGS_KNOTS], u[HIGGS_KNOTS], mean_square = 0, c[3] = { 0 }, squares[3] = { 0 };
  for (size_t i = 0; i < n_knots; i++) {
    double value = values[i * n_bins];
    if (logarithm && !(value > 0))
      return; /* the templates say what is wrong with it */
    h[i] = logarithm ? log(value) : sqrt(value);
    u[i] = 2.0 * (double)i / (double)(n_knots - 1) - 1;
    mean_square += u[i] * u[i] / (double)n_knots;
  }
  for (size_t i = 0; i < n_knots; i++) {
    const double p[3] = { 1, u[i], u[i] * u[i] - mean_square };
    for (int k = 0; k < 3; k++) {
      c[k] += p[k] * h[i];
      squares[k] += p[k] * p[k];
    }
  }
  for (size_t i = 0; i < n_knots; i++) {
    double fitted =
        c[0] / squares[0] + c[1] / squares[1] * u[i] + c[2] / squares[2] * (u[i] * u[i] - mean_square);
    values[i * n_bins] = logarithm ? exp(fitted) : fitted > 0 ? fitted * fitted : 0;
  }
}

/* The chosen knots of values, smoothed if so wanted. */
static void prepare(const double *values, size_t n_processes, size_t n_bins, const higgs_course *course,
                    double factor, int logarithm, double *out)
{
  size_t n_knots = (HIGGS_KNOTS - 1) / course->step + 1;
  thin(values, n_processes, n_bins, course->step, factor, out);
  for (size_t i = 0; i < n_processes * n_bins && course->smooth; i++)
    smooth_bin(out + i / n_bins * n_knots * n_bins + i % n_bins, n_knots, n_bins, logarithm);
}

static int make_grid(cli *c, size_t step, fairu_grid **out)
{
  double knots[HIGGS_KNOTS];
  size_t n = 0;
  for (size_t i = 0; i < HIGGS_KNOTS; i += step)
    knots[n++] = (double)(90 + 2 * i) / 100.0;
  fairu_axis axis = { HIGGS_NUISANCE, knots, n, 1.0 };
  return fairu_grid_create(c->ctx, &axis, 1, NULL, 0, out);
}

static int make_templates(cli *c, const higgs_fill *fill, const higgs_course *course, double luminosity,
                          int truth, model *m)
{
  static const char *const names[] = { "background", "signal" };
  static const char *const observed[] = { "observed" };
  double yields[HIGGS_CLASSES * HIGGS_KNOTS * HIGGS_BINS],
      variances[HIGGS_CLASSES * HIGGS_KNOTS * HIGGS_BINS];
  size_t n = fill->bins.n;
  fairu_grid *grid = NULL;
  int status = make_grid(c, course->step, &grid);
  prepare(fill->yields, HIGGS_CLASSES, n, course, luminosity, 1, yields);
  prepare(fill->variances, HIGGS_CLASSES, n, course, luminosity * luminosity, 1, variances);
  if (status == FAIRU_OK)
    status = fairu_templates_create(c->ctx, grid, names, HIGGS_CLASSES, n, yields, variances,
                                    FAIRU_INTERPOLATION_LOG, &m->templates);
  prepare(fill->observed[truth], 1, n, course, luminosity, 0, yields);
  if (status == FAIRU_OK && fill->moving)
    status = fairu_templates_create(c->ctx, grid, observed, 1, n, yields, NULL, FAIRU_INTERPOLATION_SQRT,
                                    &m->observed);
  fairu_grid_destroy(grid);
  return status;
}

static int make_likelihood(cli *c, int mc_stat, const fairu_nuisance *prior, model *m)
{
  fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };
  fairu_constraint constraint = { HIGGS_NUISANCE, FAIRU_CONSTRAINT_PRIOR, prior, NULL };
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  options.mc_stat = mc_stat ? FAIRU_MC_STAT_MOVING : FAIRU_MC_STAT_NONE;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(c->ctx, m->templates, &options, &m->likelihood);
  return status;
}

static int make_model(cli *c, const higgs_fill *fill, const higgs_course *course, const fairu_nuisance *prior,
                      const higgs_case *which, model *m)
{
  double luminosity = higgs_luminosities[which->luminosity];
  int status = make_templates(c, fill, course, luminosity, which->truth, m);
  if (status == FAIRU_OK)
    status = make_likelihood(c, which->mc_stat, prior, m);
  if (status == FAIRU_OK)
    status = fairu_data_create(c->ctx, m->likelihood, &m->data);
  if (status == FAIRU_OK && fill->moving)
    return fairu_data_set_observed_moving(m->data, c->ctx, m->observed);
  double observed[HIGGS_BINS];
  for (size_t j = 0; j < fill->bins.n; j++)
    observed[j] = luminosity * fill->observed[which->truth][j];
  return status == FAIRU_OK ? fairu_data_set_observed(m->data, c->ctx, observed, fill->bins.n) : status;
}

int higgs_fit_accepts(cli *c, const higgs_fill *fill, const fairu_nuisance *prior)
{
  model m = { 0 };
  higgs_case which = { .truth = 1, .luminosity = 0, .mc_stat = 1 };
  int status = make_model(c, fill, &higgs_courses[0], prior, &which, &m);
  model_free(&m);
  return status;
}

static int run_fit(cli *c, const model *m, higgs_case *r)
{
  double start[N_PARAMS] = { 1.0, higgs_truths[r->truth] }, params[N_PARAMS];
  unsigned char fixed[N_PARAMS] = { 0, !r->profiled };
  fairu_interval_options options;
  fairu_fit_options fit;
  fairu_interval interval = { .struct_size = sizeof interval };
  int status = study_interval_options(&options, &fit);
  if (status != FAIRU_OK)
    return status;
  fit.start = start;
  fit.fixed = fixed;
  fit.spread_starts = r->profiled ? 3 : 0;
  status = fairu_likelihood_fit(m->likelihood, c->ctx, m->data, &fit, params, N_PARAMS, NULL, NULL);
  if (status != FAIRU_OK)
    return status;
  fit.start = params;
  status =
      fairu_likelihood_interval(m->likelihood, c->ctx, m->data, &options, &interval, NULL, NULL, N_PARAMS);
  if (status != FAIRU_OK)
    return status;
  r->mu_hat = interval.best;
  r->z_hat = params[1];
  r->lower = interval.lower;
  r->upper = interval.upper;
  r->lower_end = interval.lower_end;
  r->upper_end = interval.upper_end;
  r->half_width = 0.5 * (interval.upper - interval.lower);
  return FAIRU_OK;
}

int higgs_fit(cli *c, const higgs_fill *fill, const higgs_course *course, const fairu_nuisance *prior,
              higgs_case *r)
{
  model m = { 0 };
  r->n_bins = fill->bins.n;
  r->mu_hat = r->z_hat = r->lower = r->upper = r->half_width = NAN;
  int status = make_model(c, fill, course, prior, r, &m);
  if (status == FAIRU_OK)
    status = run_fit(c, &m, r);
  model_free(&m);
  r->status = status;
  return status < FAIRU_ERR_NEGATIVE_YIELD ? status
                                           : FAIRU_OK; /* the machine or the call; else the mathematics */
}
