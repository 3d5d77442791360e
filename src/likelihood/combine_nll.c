/* combine_nll.c - value, derivatives and expected yields of a likelihood of parts: each part on its own parameters, added up. */
#include <string.h>

#include "likelihood/channels.h"
#include "likelihood/combine.h"

/* One part at one point. */
typedef struct part_work {
  const fairu_likelihood *lh, *part;
  const fairu_data *data;
  const size_t *map;         /* parameters of the whole */
  double *params;            /* [n_params] */
  fairu_reduction reduction; /* its coordinates */
  fairu_reduction counted;   /* the same, with constraints that another part counts marked as done */
  size_t *whole;             /* [n] coordinate of the whole */
  double *gradient, *hessian;
} part_work;

/* Coordinates of the part, in the order of its parameters. */
static void fill_reduction(part_work *w, size_t p, const fairu_reduction *reduction, size_t *index,
                           size_t *column, unsigned char *profiled, unsigned char *done)
{
  size_t n = 0;
  for (size_t i = 0; i < w->part->n_params; i++) {
    const size_t whole = reduction ? reduction->column[w->map[i]] : w->map[i];
    const fairu_param *param = &w->part->params[i];
    const size_t owner = w->lh->owners[w->map[i]];
    profiled[i] = (unsigned char)(reduction && reduction->profiled[w->map[i]]);
    done[i] = (unsigned char)(profiled[i] || (param->constraint != FAIRU_CONSTRAINT_NONE &&
                                              param->constraint != FAIRU_CONSTRAINT_AUXILIARY && owner != p));
    column[i] = FAIRU_NONE;
    if (whole == FAIRU_NONE)
      continue;
    column[i] = n;
    w->whole[n] = whole;
    index[n++] = i;
  }
  w->reduction = (fairu_reduction){ .n = n, .index = index, .column = column, .profiled = profiled };
  w->counted = w->reduction;
  w->counted.profiled = done;
}

static int take_part(part_work *w, fairu_context *ctx, size_t p, const fairu_reduction *reduction,
                     const double *params, int order)
{
  const size_t n = w->part->n_params;
  size_t *index = fairu_context__scratch(ctx, n, 3 * sizeof *index, "coordinates of a part");
  unsigned char *flags = fairu_context__scratch(ctx, n, 2, "coordinates of a part");
  w->params = fairu_context__scratch(ctx, n, sizeof *params, "point of a part");
  if (!index || !flags || !w->params)
    return FAIRU_ERR_OUT_OF_MEMORY;
  w->whole = index + 2 * n;
  fill_reduction(w, p, reduction, index, index + n, flags, flags + n);
  for (size_t i = 0; i < n; i++)
    w->params[i] = params[w->map[i]];
  const size_t m = w->reduction.n;
  w->gradient =
      order > 0 ? fairu_context__scratch(ctx, m, (1 + m) * sizeof *params, "gradient and Hessian of a part")
                : NULL;
  w->hessian = order > 1 && w->gradient ? w->gradient + m : NULL;
  return order == 0 || w->gradient ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Constants of constraints that another part counts. */
static double constants_counted_elsewhere(const part_work *w)
{
  double sum = 0.0;
  for (size_t i = 0; i < w->part->n_params && w->part->channels; i++)
    if (w->counted.profiled[i] && !w->reduction.profiled[i])
      sum += fairu_param__constant(&w->part->params[i], w->data->aux[i]);
  return sum;
}

static int evaluate_part(part_work *w, fairu_context *ctx, double *nll)
{
  int status =
      fairu_likelihood__main(w->part, ctx, w->data, &w->reduction, w->params, nll, w->gradient, w->hessian);
  if (status == FAIRU_OK)
    status = fairu_likelihood__constrain(w->part, ctx, w->data, &w->counted, w->params, nll, w->gradient,
                                         w->hessian);
  nll[1] -= constants_counted_elsewhere(w);
  return status;
}

static void add_part(const part_work *w, size_t n, double *params, double *gradient, double *hessian)
{
  const size_t m = w->reduction.n;
  for (size_t i = 0; i < w->part->n_params; i++)
    if (w->reduction.profiled[i])
      params[w->map[i]] = w->params[i];
  for (size_t i = 0; gradient && i < m; i++)
    gradient[w->whole[i]] += w->gradient[i];
  for (size_t i = 0; hessian && i < m; i++)
    for (size_t k = 0; k < m; k++)
      hessian[w->whole[i] * n + w->whole[k]] += w->hessian[i * m + k];
}

int fairu_combined__evaluate(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const fairu_reduction *reduction, double *params, double *nll, double *gradient,
                             double *hessian)
{
  const size_t n = reduction ? reduction->n : lh->n_params;
  if (gradient)
    memset(gradient, 0, n * sizeof *gradient);
  if (hessian)
    memset(hessian, 0, n * n * sizeof *hessian);
  nll[0] = nll[1] = 0.0;
  for (size_t p = 0; p < lh->n_parts; p++) {
    part_work w = { .lh = lh, .part = lh->parts[p], .data = data->parts[p], .map = lh->part_params[p] };
    double value[2] = { 0.0, 0.0 };
    const fairu_mark mark = fairu_context__mark(ctx);
    int status = take_part(&w, ctx, p, reduction, params, hessian ? 2 : gradient ? 1 : 0);
    if (status == FAIRU_OK)
      status = evaluate_part(&w, ctx, value);
    if (status == FAIRU_OK)
      add_part(&w, n, params, gradient, hessian);
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "part %zu", p);
    nll[0] += value[0];
    nll[1] += value[1];
  }
  return FAIRU_OK;
}

static int difference_of_part(part_work *w, fairu_context *ctx, const double *other, double *difference)
{
  double main_terms, constraints;
  int status = fairu_likelihood__main_difference(w->part, ctx, w->data, w->params, other, &main_terms);
  if (status == FAIRU_OK)
    status = fairu_likelihood__constraint_difference(w->part, ctx, w->data, w->counted.profiled, w->params,
                                                     other, &constraints);
  if (status == FAIRU_OK)
    *difference += main_terms + constraints;
  return status;
}

int fairu_combined__difference(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                               const double *a, const double *b, double *difference)
{
  *difference = 0.0;
  for (size_t p = 0; p < lh->n_parts; p++) {
    part_work w = { .lh = lh, .part = lh->parts[p], .data = data->parts[p], .map = lh->part_params[p] };
    const fairu_mark mark = fairu_context__mark(ctx);
    int status = take_part(&w, ctx, p, NULL, a, 0);
    double *other = status == FAIRU_OK
                        ? fairu_context__scratch(ctx, w.part->n_params, sizeof *other, "point of a part")
                        : NULL;
    if (status == FAIRU_OK && !other)
      status = FAIRU_ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < w.part->n_params && other; i++)
      other[i] = b[w.map[i]];
    if (status == FAIRU_OK)
      status = difference_of_part(&w, ctx, other, difference);
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "part %zu", p);
  }
  return FAIRU_OK;
}

int fairu_combined__can_profile(const fairu_likelihood *lh, size_t i)
{
  const size_t owner = lh->owners[i];
  if (lh->params[i].kind != FAIRU_PARAMETER_GAMMA || owner == FAIRU_NONE || !lh->parts[owner]->channels)
    return 0; /* gammas are never shared */
  for (size_t k = 0; k < lh->parts[owner]->n_params; k++)
    if (lh->part_params[owner][k] == i)
      return fairu_channels__can_profile(lh->parts[owner]->channels, k);
  return 0;
}

double *fairu_combined__point(const fairu_likelihood *lh, fairu_context *ctx, size_t p, const double *params)
{
  const size_t n = lh->parts[p]->n_params;
  double *point = fairu_context__scratch(ctx, n, sizeof *point, "point of a part");
  for (size_t i = 0; point && i < n; i++)
    point[i] = params[lh->part_params[p][i]];
  return point;
}

int fairu_combined__check(const fairu_likelihood *lh, fairu_context *ctx, const double *params)
{
  for (size_t p = 0; p < lh->n_parts; p++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    const double *point = fairu_combined__point(lh, ctx, p, params);
    const int status = point ? fairu_likelihood__check(lh->parts[p], ctx, point, lh->parts[p]->n_params)
                             : FAIRU_ERR_OUT_OF_MEMORY;
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

int fairu_combined__expected(const fairu_likelihood *lh, fairu_context *ctx, const double *params, double *nu)
{
  for (size_t p = 0; p < lh->n_parts; p++) {
    const fairu_likelihood *part = lh->parts[p];
    const fairu_mark mark = fairu_context__mark(ctx);
    const double *point = fairu_combined__point(lh, ctx, p, params);
    int status = point ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
    if (status == FAIRU_OK && part->n_bins)
      status = fairu_likelihood__expected(part, ctx, point, nu);
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return status;
    nu += part->n_bins;
  }
  return FAIRU_OK;
}

int fairu_combined__expected_sample(const fairu_likelihood *lh, fairu_context *ctx, size_t sample,
                                    const double *params, double *nu)
{
  size_t p = 0, within = 0;
  const fairu_likelihood *part = fairu_combined__find(lh, fairu_likelihood_n_samples, sample, &p, &within);
  if (!part)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "expected: no sample %zu", sample);
  const fairu_mark mark = fairu_context__mark(ctx);
  const double *point = fairu_combined__point(lh, ctx, p, params);
  const int status = point ? fairu_likelihood_expected_sample(part, ctx, within, point, part->n_params, nu)
                           : FAIRU_ERR_OUT_OF_MEMORY;
  fairu_context__release(ctx, mark);
  return status;
}
