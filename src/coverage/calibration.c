/* calibration.c - calibrations: options, making one, looking into it. */
#include "coverage/calibration.h"

#include <math.h>
#include <string.h>

#include "likelihood/likelihood_internal.h"

enum { LEAST_MU = 5, LEAST_TOYS = 100 };
static const uint64_t most_toys = (uint64_t)1 << 40;

int fairu_interval_calibration_options_init(fairu_interval_calibration_options *options, size_t struct_size)
{
  const fairu_interval_calibration_options defaults = { .struct_size = sizeof defaults,
                                                        .lower = 0.1,
                                                        .upper = 3.0,
                                                        .n_mu = 15,
                                                        .n_toys = 2000,
                                                        .level = 0.6827,
                                                        .seed = 1,
                                                        .draw_nuisances = 1,
                                                        .template_statistics = 1.0 };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

static int check_numbers(fairu_context *ctx, const fairu_interval_calibration_options *o)
{
  if (!isfinite(o->lower) || !isfinite(o->upper) || !isfinite(o->upper - o->lower) || !(o->lower < o->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "calibration options: from lower %g to upper %g is no range", o->lower,
                               o->upper);
  if (!(o->level > 0.0 && o->level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "calibration options: level is %g, must lie between 0 and 1", o->level);
  if (!(o->template_statistics >= 0.0 && isfinite(o->template_statistics)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "calibration options: template_statistics is %g",
                               o->template_statistics);
  if (!(o->pool_statistics >= 0.0 && isfinite(o->pool_statistics)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "calibration options: pool_statistics is %g",
                               o->pool_statistics);
  return FAIRU_OK;
}

int fairu_interval_calibration__check_options(fairu_context *ctx, const fairu_interval_calibration_options *o)
{
  if (o->n_mu < LEAST_MU || o->n_mu > FAIRU_INTERVAL_CALIBRATION_MOST)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "calibration options: n_mu is %zu, must lie between %d and %d", o->n_mu,
                               LEAST_MU, FAIRU_INTERVAL_CALIBRATION_MOST);
  if (o->n_toys < LEAST_TOYS || o->n_toys > most_toys)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "calibration options: n_toys is %llu, must lie between %d and 2^40",
                               (unsigned long long)o->n_toys, LEAST_TOYS);
  if (o->draw_nuisances != 0 && o->draw_nuisances != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "calibration options: draw_nuisances is %d, not 0 or 1", o->draw_nuisances);
  if (o->fixed_sums != 0 && o->fixed_sums != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "calibration options: fixed_sums is %d, not 0 or 1",
                               o->fixed_sums);
  return check_numbers(ctx, o);
}

int fairu_interval_calibration__read_options(fairu_context *ctx,
                                             const fairu_interval_calibration_options *theirs,
                                             fairu_interval_calibration_options *ours)
{
  int status = fairu_interval_calibration_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "calibration options");
  return status == FAIRU_OK ? fairu_interval_calibration__check_options(ctx, ours) : status;
}

int fairu_interval_calibration__check_likelihood(fairu_context *ctx, const fairu_likelihood *lh,
                                                 const fairu_interval_calibration_options *o,
                                                 const fairu_fit_options *fit)
{
  fairu_parameter parameter = { .struct_size = sizeof parameter };
  fairu_fit_options ours;
  const size_t poi = fairu_likelihood_poi_index(lh);
  if (poi >= fairu_likelihood_n_parameters(lh))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "calibration: the model has no parameter of interest");
  int status = fairu_fit_options__read(ctx, fit, &ours);
  if (status == FAIRU_OK)
    status = fairu_likelihood_parameter(lh, ctx, poi, &parameter);
  if (status != FAIRU_OK)
    return status;
  if (ours.fixed ? ours.fixed[poi] : parameter.fixed)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                               "calibration: the parameter of interest '%s' is fixed", parameter.name);
  if (o->lower < parameter.lower || o->upper > parameter.upper)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "calibration: the range %g to %g of '%s' exceeds its bounds %g to %g",
                               o->lower, o->upper, parameter.name, parameter.lower, parameter.upper);
  return FAIRU_OK;
}

/* ---- memory -------------------------------------------------------------------------------------------- */

void fairu_interval_calibration_destroy(fairu_interval_calibration *c)
{
  if (!c)
    return;
  const fairu_allocator allocator = c->allocator;
  for (size_t i = 0; c->names && i < c->n_params; i++)
    fairu_allocator__free(&allocator, c->names[i]);
  fairu_allocator__free(&allocator, c->names);
  fairu_allocator__free(&allocator, c->memory);
  fairu_allocator__free(&allocator, c->points.n_failed);
  fairu_allocator__free(&allocator, c);
}

static void carve(fairu_interval_calibration *c)
{
  fairu_interval_calibration_points *p = &c->points;
  double **const rows[FAIRU_INTERVAL_CALIBRATION_ROWS] = { &p->mu,    &p->angle,       &p->quantile,
                                                           &p->error, &p->below,       &p->below_error,
                                                           &p->above, &p->above_error, &p->critical };
  for (size_t k = 0; k < FAIRU_INTERVAL_CALIBRATION_ROWS; k++)
    *rows[k] = c->memory + k * c->n;
}

/* Even in the angle of the unit circle, so that they are closer towards the ends. */
static void place(fairu_interval_calibration *c)
{
  const double lower = c->options.lower, upper = c->options.upper;
  for (size_t i = 0; i < c->n; i++) {
    const double angle = (double)i / (double)(c->n - 1), s = sin(0.5 * 3.14159265358979323846 * angle);
    c->points.angle[i] = angle;
    c->points.mu[i] = i == 0 ? lower : i == c->n - 1 ? upper : lower + (upper - lower) * (s * s);
  }
}

int fairu_interval_calibration__allocate(fairu_context *ctx,
                                         const fairu_interval_calibration_options *options, size_t n_params,
                                         fairu_interval_calibration **out)
{
  const size_t n = options->n_mu;
  fairu_interval_calibration *c = fairu_context__new(ctx, 1, sizeof *c, "calibration");
  *out = c;
  if (!c)
    return FAIRU_ERR_OUT_OF_MEMORY;
  c->allocator = *fairu_context__allocator(ctx);
  c->options = *options;
  c->options.fit = NULL;
  c->n = n;
  c->n_params = n_params;
  c->lambda[0] = c->lambda[1] = c->lambda[2] = (double)NAN;
  c->memory = fairu_context__new(ctx, FAIRU_INTERVAL_CALIBRATION_ROWS * n + 3 * fairu_smoothing__size(n),
                                 sizeof *c->memory, "calibration");
  c->points.n_failed = fairu_context__new(ctx, n, sizeof *c->points.n_failed, "calibration");
  c->names = fairu_context__new(ctx, n_params, sizeof *c->names, "calibration");
  if (!c->memory || !c->points.n_failed || !c->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  carve(c);
  place(c);
  return FAIRU_OK;
}

/* ---- making one ---------------------------------------------------------------------------------------- */

static int take_names(fairu_context *ctx, const fairu_likelihood *lh, fairu_interval_calibration *c)
{
  c->n_bins = fairu_likelihood_n_bins(lh);
  c->poi = fairu_likelihood_poi_index(lh);
  for (size_t i = 0; i < c->n_params; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    const int status = fairu_likelihood_parameter(lh, ctx, i, &parameter);
    if (status != FAIRU_OK)
      return status;
    c->names[i] = fairu_context__copy_string(ctx, parameter.name, "calibration");
    if (!c->names[i])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int run_toys(fairu_context *ctx, const fairu_likelihood *lh, const fairu_fit_options *fit,
                    fairu_interval_calibration *c)
{
  const size_t n_toys = (size_t)c->options.n_toys;
  double *values = fairu_context__new_unset(ctx, 2 * c->n, n_toys * sizeof *values, "toys of a calibration");
  if (!values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  double *estimates = values + c->n * n_toys;
  int status = fairu_interval_calibration__run(ctx, c, lh, fit, values, estimates);
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++)
    status = fairu_interval_calibration__summarise(ctx, c, i, values + i * n_toys, estimates + i * n_toys);
  fairu_context__free(ctx, values);
  return status;
}

int fairu_interval_calibration_create(fairu_context *ctx, const fairu_likelihood *lh,
                                      const fairu_interval_calibration_options *options,
                                      fairu_interval_calibration **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "calibration: likelihood or out is NULL");
  fairu_interval_calibration_options ours;
  fairu_interval_calibration *c = NULL;
  int status = fairu_interval_calibration__read_options(ctx, options, &ours);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__check_likelihood(ctx, lh, &ours, ours.fit);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__allocate(ctx, &ours, fairu_likelihood_n_parameters(lh), &c);
  if (status == FAIRU_OK)
    status = take_names(ctx, lh, c);
  if (status == FAIRU_OK)
    status = run_toys(ctx, lh, ours.fit, c);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__smooth(ctx, c);
  if (status != FAIRU_OK) {
    fairu_interval_calibration_destroy(c);
    return status;
  }
  *out = c;
  return FAIRU_OK;
}

/* ---- looking into it ----------------------------------------------------------------------------------- */

size_t fairu_interval_calibration_n_mu(const fairu_interval_calibration *c)
{
  return c ? c->n : 0;
}

int fairu_interval_calibration_point(const fairu_interval_calibration *c, fairu_context *ctx, size_t i,
                                     double *mu, double *value, double *error, double *critical,
                                     uint64_t *n_failed)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!c)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "calibration is NULL");
  if (i >= c->n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "hypothesis %zu of %zu", i, c->n);
  const fairu_interval_calibration_points *p = &c->points;
  if (mu)
    *mu = p->mu[i];
  if (value)
    *value = p->quantile[i];
  if (error)
    *error = p->error[i];
  if (critical)
    *critical = p->critical[i];
  if (n_failed)
    *n_failed = p->n_failed[i];
  return FAIRU_OK;
}

int fairu_interval_calibration_critical(const fairu_interval_calibration *c, fairu_context *ctx, double mu,
                                        double *critical, double *error)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!c || !critical)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "critical value: calibration or critical is NULL");
  if (!(mu >= c->options.lower && mu <= c->options.upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "critical value: %g is not within %g to %g", mu,
                               c->options.lower, c->options.upper);
  *critical = fairu_interval_calibration__critical(c, mu, error);
  return FAIRU_OK;
}

int fairu_interval_calibration_digest(const fairu_interval_calibration *c, fairu_context *ctx, char *digest)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!c || !digest)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "digest: calibration or digest is NULL");
  fairu_interval_calibration__digest(c, digest);
  return FAIRU_OK;
}
