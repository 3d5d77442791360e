/* model_constraint.c - constraints of nuisances, and whether template statistics can be carried by gammas. */
#include <math.h>

#include "likelihood/model_build.h"
#include "templates/templates_internal.h"

/* An axis or a factor. */
static int find_parameter(const fairu_likelihood *lh, fairu_context *ctx, size_t c, const char *name,
                          size_t *i)
{
  if (!name)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "constraints[%zu]: nuisance is NULL", c);
  for (*i = 0; *i < lh->n_params; (*i)++)
    if (!strcmp(lh->params[*i].name, name))
      return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "constraints[%zu]: the model has no nuisance '%s'", c,
                             name);
}

/* Factors are defined everywhere: a log-normal of one ends at 0, and its step is that of the density. */
static int fit_log_normal(const fairu_likelihood *lh, fairu_param *term, fairu_context *ctx)
{
  const int is_factor = term < lh->params + lh->n_factors;
  if (is_factor ? term->upper > 0.0 : term->lower > 0.0) {
    if (is_factor) {
      term->lower = fmax(term->lower, 0.0);
      term->scale = fmin(term->scale, term->width * term->aux);
    }
    return FAIRU_OK;
  }
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                             "prior of '%s': a log-normal needs values > 0, the range is %g to %g",
                             term->name, term->lower, term->upper);
}

static int add_prior(const fairu_likelihood *lh, fairu_param *term, fairu_context *ctx,
                     const fairu_nuisance *prior)
{
  if (!prior)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "constraint of '%s': prior is NULL", term->name);
  int status = fairu_param__set_prior(term, ctx, &lh->allocator, prior);
  if (status == FAIRU_OK && term->prior == FAIRU_PRIOR_LOG_NORMAL)
    status = fit_log_normal(lh, term, ctx);
  if (status != FAIRU_OK)
    return status;
  term->kind = FAIRU_PARAMETER_NUISANCE;
  term->start = fmin(fmax(term->aux, term->lower), term->upper);
  return FAIRU_OK;
}

static int add_auxiliary(fairu_likelihood *lh, fairu_param *term, fairu_context *ctx,
                         const fairu_templates *auxiliary)
{
  fairu_axis axis;
  if (!auxiliary)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "constraint of '%s': auxiliary is NULL", term->name);
  if (fairu_templates_n_axes(auxiliary) != 1)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "constraint of '%s': auxiliary templates have %zu axes, not 1", term->name,
                               fairu_templates_n_axes(auxiliary));
  int status = fairu_grid_axis(fairu_templates_grid(auxiliary), ctx, 0, &axis);
  if (status != FAIRU_OK)
    return status;
  if (strcmp(axis.name, term->name) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND,
                               "constraint of '%s': auxiliary templates have the axis '%s'", term->name,
                               axis.name);
  term->lower = fmax(term->lower, axis.knots[0]);
  term->upper = fmin(term->upper, axis.knots[axis.n_knots - 1]);
  if (!(term->lower <= term->upper))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE,
                               "the range of '%s' and that of its auxiliary have nothing in common",
                               term->name);
  term->start = fmin(fmax(term->start, term->lower), term->upper);
  term->n_aux_bins = fairu_templates_n_bins(auxiliary);
  term->first_aux = lh->n_aux_bins;
  lh->n_aux_bins += term->n_aux_bins;
  return fairu_templates__copy(auxiliary, ctx, &term->auxiliary);
}

int fairu_model__add_constraints(fairu_likelihood *lh, fairu_context *ctx,
                                 const fairu_constraint *constraints, size_t n)
{
  for (size_t c = 0; c < n; c++) {
    size_t i = 0;
    int status = find_parameter(lh, ctx, c, constraints[c].nuisance, &i);
    if (status != FAIRU_OK)
      return status;
    fairu_param *term = &lh->params[i];
    if (term->constraint != FAIRU_CONSTRAINT_NONE)
      return fairu_context__fail(ctx, FAIRU_ERR_DUPLICATE, "nuisance '%s' has two constraints", term->name);
    if (constraints[c].kind == FAIRU_CONSTRAINT_PRIOR)
      status = add_prior(lh, term, ctx, constraints[c].prior);
    else if (constraints[c].kind == FAIRU_CONSTRAINT_AUXILIARY && i < lh->n_factors)
      status = fairu_context__fail(
          ctx, FAIRU_ERR_ARGUMENT,
          "constraint of '%s': a factor can have a prior, but no auxiliary templates", term->name);
    else if (constraints[c].kind == FAIRU_CONSTRAINT_AUXILIARY)
      status = add_auxiliary(lh, term, ctx, constraints[c].auxiliary);
    else if (constraints[c].kind != FAIRU_CONSTRAINT_NONE)
      status = fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "constraint of '%s': unknown kind %d", term->name,
                                   constraints[c].kind);
    if (status != FAIRU_OK)
      return status;
    term->constraint = constraints[c].kind;
  }
  return FAIRU_OK;
}

/* Does the parameter of interest scale process p? */
static int is_signal(const fairu_likelihood *lh, size_t p)
{
  return lh->poi < lh->n_factors && lh->scales[lh->poi * lh->n_processes + p];
}

/* Signal in a bin whose background is less than one effective event: at mu = 0 its gamma has no meaning. */
static int check_bin(const fairu_likelihood *lh, fairu_context *ctx, size_t point, size_t j)
{
  double signal = 0.0, background = 0.0, variance = 0.0;
  size_t n_background = 0;
  for (size_t p = 0; p < lh->n_processes; p++) {
    const double *variances = fairu_templates_variances(lh->templates, p, point);
    const double y = fairu_templates_yields(lh->templates, p, point)[j];
    if (is_signal(lh, p)) {
      signal += y;
      continue;
    }
    n_background++;
    background += y;
    variance += variances ? variances[j] : 0.0;
  }
  if (n_background == 0 || signal == 0.0 || (background > 0.0 && background * background >= variance))
    return FAIRU_OK;
  return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                             "bin %zu at point %zu has signal %g, but background %g of variance %g, which "
                             "cannot carry template statistics: merge bins",
                             j, point, signal, background, variance);
}

int fairu_model__check_gammas(const fairu_likelihood *lh, fairu_context *ctx)
{
  const size_t n_points = fairu_grid_n_points(fairu_templates_grid(lh->templates));
  for (size_t point = 0; point < n_points; point++)
    for (size_t j = 0; j < lh->n_bins; j++) {
      const int status = check_bin(lh, ctx, point, j);
      if (status != FAIRU_OK)
        return status;
    }
  return FAIRU_OK;
}
