/* contour_call.c - fairu_likelihood_contour: options, memory, results. */
#include <math.h>
#include <string.h>

#include "likelihood/contour.h"

static int read_options(fairu_context *ctx, const fairu_interval_options *theirs,
                        fairu_interval_options *ours)
{
  int status = fairu_interval_options_init(ours, sizeof *ours);
  if (status == FAIRU_OK && theirs)
    status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "contour options");
  if (status != FAIRU_OK)
    return status;
  if (!(ours->level >= 0.0 && ours->level < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "contour: level is %g", ours->level);
  if (ours->level > 0.0)
    ours->delta_nll = -log1p(-ours->level); /* chi^2 of two parameters: P(chi^2 < 2 d) = 1 - exp(-d) */
  if (!(ours->delta_nll > 0.0 && isfinite(ours->delta_nll)))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "contour: delta_nll is %g", ours->delta_nll);
  if (isinf(ours->nll_minimum))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "contour: nll_minimum is %g", ours->nll_minimum);
  return FAIRU_OK;
}

static int check(fairu_context *ctx, const fairu_likelihood *lh, size_t first, size_t second, size_t n_points)
{
  const size_t n = fairu_likelihood_n_parameters(lh);
  if (first >= n || second >= n)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "contour: parameter %zu of %zu",
                               first >= n ? first : second, n);
  if (first == second)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "contour: both parameters are number %zu", first);
  if (n_points < 8)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "contour: %zu points, at least 8 are needed", n_points);
  return FAIRU_OK;
}

static int take(fairu_contour *c, fairu_context *ctx)
{
  const size_t n = c->refit.n;
  c->x = fairu_context__scratch(ctx, n, 5 * sizeof(double), "contour");
  c->radius = fairu_context__scratch(ctx, c->n_points, 3 * sizeof(double), "contour");
  if (!c->x || !c->radius)
    return FAIRU_ERR_OUT_OF_MEMORY;
  c->lowest_x = c->x + n;
  c->gradient = c->lowest_x + n;
  c->along = c->gradient + n;
  c->first = c->radius + c->n_points;
  c->second = c->first + c->n_points;
  return FAIRU_OK;
}

static int run(fairu_contour *c, fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options)
{
  int status = fairu_refit__create(ctx, lh, data, options, 1, "contour", &c->refit);
  for (int w = 0; w < 2 && status == FAIRU_OK; w++)
    if (c->refit.held[c->parameter[w]])
      status =
          fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "contour: parameter %zu is fixed", c->parameter[w]);
  if (status == FAIRU_OK)
    status = take(c, ctx);
  return status == FAIRU_OK ? fairu_contour__run(c, ctx) : status;
}

int fairu_likelihood_contour(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const fairu_interval_options *options, size_t first, size_t second,
                             size_t n_points, double *first_out, double *second_out, double *best)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !first_out || !second_out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "contour: likelihood, data, first_out or second_out is NULL");
  fairu_interval_options ours;
  int status = read_options(ctx, options, &ours);
  if (status == FAIRU_OK)
    status = check(ctx, lh, first, second, n_points);
  if (status != FAIRU_OK)
    return status;
  fairu_contour c;
  memset(&c, 0, sizeof c);
  c.parameter[0] = first;
  c.parameter[1] = second;
  c.n_points = n_points;
  c.delta = ours.delta_nll;
  c.given = ours.nll_minimum;
  const fairu_mark mark = fairu_context__mark(ctx);
  status = run(&c, ctx, lh, data, ours.fit);
  if (status == FAIRU_OK) {
    memcpy(first_out, c.first, n_points * sizeof *first_out);
    memcpy(second_out, c.second, n_points * sizeof *second_out);
    for (size_t w = 0; best && w < 2; w++)
      best[w] = c.refit.best[c.parameter[w]];
  }
  fairu_context__release(ctx, mark);
  return status;
}
