/* breakdown.c - parts of mu's uncertainty: the profile interval with a group of parameters fixed at the best fit, and what is
 * missing to the whole in quadrature. */
#include <fairu/postfit.h>

#include <math.h>
#include <string.h>

#include "likelihood/refit.h"

typedef struct distances {
  double up, down;
} distances;

/* Interval of mu about the best fit with refit->fixed. */
static int interval_of(const fairu_refit *refit, fairu_context *ctx, distances *out)
{
  const size_t poi = fairu_likelihood_poi_index(refit->likelihood);
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_interval_options options;
  int status = fairu_interval_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  options.parameter = poi;
  options.level = 0.0;
  options.delta_nll = 0.5;
  fairu_fit_options fit = refit->options;
  fit.start = refit->best;
  fit.fixed = refit->fixed;
  options.fit = &fit;
  status = fairu_likelihood_interval(refit->likelihood, ctx, refit->data, &options, &interval, NULL, NULL,
                                     refit->n);
  const double lower_by = refit->result.nll[0] + refit->result.nll[1] - interval.nll_minimum;
  if (status == FAIRU_OK && lower_by > 1e-6)
    return fairu_context__fail(ctx, FAIRU_ERR_NOT_CONVERGED,
                               "a minimum lower by %g was met: let the fit begin from more starts", lower_by);
  out->up = interval.upper - refit->best[poi];
  out->down = refit->best[poi] - interval.lower;
  return status;
}

static double missing(double whole, double part)
{
  return sqrt(fmax(0.0, (whole - part) * (whole + part)));
}

/* The part of the parameters fixed in refit->fixed beyond those held. */
static int part_of(fairu_refit *refit, fairu_context *ctx, const char *name, const distances *whole,
                   fairu_breakdown *part)
{
  distances fixed = *whole;
  int status = FAIRU_OK;
  if (memcmp(refit->fixed, refit->held, refit->n) != 0)
    status = interval_of(refit, ctx, &fixed);
  fairu_refit__release(refit);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "breakdown: %s", name);
  const fairu_breakdown ours = { .struct_size = sizeof ours,
                                 .error_up = whole->up,
                                 .error_down = whole->down,
                                 .fixed_up = fixed.up,
                                 .fixed_down = fixed.down,
                                 .part_up = missing(whole->up, fixed.up),
                                 .part_down = missing(whole->down, fixed.down) };
  *part = ours;
  return FAIRU_OK;
}

/* Fix all parameters with a constraint, or those that are gammas. */
static int fix_kind(fairu_refit *refit, fairu_context *ctx, int gammas_only)
{
  for (size_t i = 0; i < refit->n; i++) {
    fairu_parameter p = { .struct_size = sizeof p };
    const int status = fairu_likelihood_parameter(refit->likelihood, ctx, i, &p);
    if (status != FAIRU_OK)
      return status;
    if (i != fairu_likelihood_poi_index(refit->likelihood) &&
        (gammas_only ? p.kind == FAIRU_PARAMETER_GAMMA : p.constraint != FAIRU_CONSTRAINT_NONE))
      refit->fixed[i] = 1;
  }
  return FAIRU_OK;
}

static int check_groups(fairu_context *ctx, const fairu_likelihood *lh, const fairu_group *groups, size_t n)
{
  for (size_t g = 0; g < n; g++) {
    const char *name = groups[g].name;
    if (!name || (groups[g].n_parameters && !groups[g].parameters))
      return fairu_context__fail(ctx, FAIRU_ERR_NULL, "breakdown: group %zu: name or parameters is NULL", g);
    for (size_t k = 0; k < groups[g].n_parameters; k++) {
      const size_t i = groups[g].parameters[k];
      if (i >= fairu_likelihood_n_parameters(lh))
        return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "breakdown: group '%s': parameter %zu of %zu", name,
                                   i, fairu_likelihood_n_parameters(lh));
      if (i == fairu_likelihood_poi_index(lh))
        return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT,
                                   "breakdown: group '%s' holds the parameter of interest", name);
    }
  }
  return FAIRU_OK;
}

static int fill_kinds(fairu_refit *refit, fairu_context *ctx, const distances *whole, fairu_breakdown *parts)
{
  int status = fix_kind(refit, ctx, 0);
  if (status == FAIRU_OK)
    status = part_of(refit, ctx, "statistical", whole, &parts[0]);
  if (status == FAIRU_OK)
    status = fix_kind(refit, ctx, 1);
  if (status == FAIRU_OK)
    status = part_of(refit, ctx, "template statistics", whole, &parts[1]);
  return status;
}

static int fill_groups(fairu_refit *refit, fairu_context *ctx, const distances *whole,
                       const fairu_group *groups, size_t n_groups, fairu_breakdown *parts)
{
  int status = FAIRU_OK;
  for (size_t g = 0; g < n_groups && status == FAIRU_OK; g++) {
    status = fairu_context__progress(ctx, "breakdown", g, n_groups);
    if (status != FAIRU_OK)
      break;
    for (size_t k = 0; k < groups[g].n_parameters; k++)
      refit->fixed[groups[g].parameters[k]] = 1;
    status = part_of(refit, ctx, groups[g].name, whole, &parts[g]);
  }
  return status;
}

static int write_all(fairu_context *ctx, const fairu_breakdown *ours, size_t count, fairu_breakdown *theirs)
{
  const size_t stride = theirs->struct_size;
  int status = FAIRU_OK;
  if (stride < sizeof *theirs || stride % sizeof(double))
    return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE, "breakdown: struct_size is %zu", stride);
  for (size_t k = 0; k < count && status == FAIRU_OK; k++) {
    void *to = (unsigned char *)theirs + k * stride;
    memcpy(to, &stride, sizeof stride);
    status = fairu_result__write(ctx, to, &ours[k], sizeof *ours, "breakdown");
  }
  return status;
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, const fairu_group *groups, size_t n_groups,
               fairu_breakdown *parts)
{
  fairu_refit refit;
  distances whole;
  int status = check_groups(ctx, lh, groups, n_groups);
  if (status == FAIRU_OK)
    status = fairu_refit__create(ctx, lh, data, options, 0, "breakdown", &refit);
  if (status == FAIRU_OK)
    status = fairu_refit__need_poi(&refit, ctx, "breakdown");
  if (status != FAIRU_OK)
    return status;
  fairu_breakdown *ours = fairu_context__scratch(ctx, n_groups + 2, sizeof *ours, "breakdown");
  if (!ours)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = interval_of(&refit, ctx, &whole);
  refit.options.starts = NULL; /* the parts are those about this best fit */
  refit.options.n_starts = 0;
  refit.options.spread_starts = 0;
  if (status == FAIRU_OK)
    status = fill_kinds(&refit, ctx, &whole, ours);
  if (status == FAIRU_OK)
    status = fill_groups(&refit, ctx, &whole, groups, n_groups, ours + 2);
  return status == FAIRU_OK ? write_all(ctx, ours, n_groups + 2, parts) : status;
}

int fairu_likelihood_breakdown(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                               const fairu_fit_options *options, const fairu_group *groups, size_t n_groups,
                               fairu_breakdown *parts)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !parts || (n_groups && !groups))
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "breakdown: likelihood, data, groups or parts is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(ctx, lh, data, options, groups, n_groups, parts);
  fairu_context__release(ctx, mark);
  return status;
}
