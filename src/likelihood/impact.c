/* impact.c - what each parameter does to the fitted parameter of interest.
 *
 * Impacts are conditional fits at value +- error. The contribution follows from the Hessian alone: with C its inverse,
 * d mu^ / d aux = -C_mi d2NLL / dtheta_i daux, and these, times the spread of aux, add in quadrature with the part of the main counts to
 * C_mm (arXiv:2307.04007).
 */
#include <fairu/postfit.h>

#include <math.h>
#include <string.h>

#include "likelihood/prefit.h"
#include "likelihood/refit.h"

/* Shift of mu with parameter i moved by `shift`. */
static int shift_of(fairu_refit *refit, fairu_context *ctx, size_t i, double shift, double *out)
{
  const size_t poi = fairu_likelihood_poi_index(refit->likelihood);
  *out = 0.0;
  const double moved = fairu_refit__move(refit, i, shift);
  int status = FAIRU_OK;
  if (moved != 0.0) {
    status = fairu_refit__run(refit, ctx, refit->start, NULL);
    *out = refit->start[poi] - refit->best[poi];
  }
  fairu_refit__release(refit);
  if (status != FAIRU_OK)
    return fairu_context__within(ctx, status, "impacts: '%s' at %g",
                                 fairu_likelihood__name(refit->likelihood, i), refit->best[i] + moved);
  return FAIRU_OK;
}

static int fill_prefit(fairu_refit *refit, fairu_context *ctx, size_t i, fairu_impact *impact)
{
  const size_t poi = fairu_likelihood_poi_index(refit->likelihood);
  fairu_prefit prefit;
  double strength;
  int status = fairu_prefit__read(refit->likelihood, ctx, refit->data, i, &prefit);
  if (status == FAIRU_OK)
    status = fairu_prefit__strength(refit->likelihood, ctx, refit->data, i, refit->best[i], &strength);
  if (status != FAIRU_OK)
    return status;
  impact->prefit_error = prefit.error;
  impact->pull = (impact->value - prefit.value) / prefit.error;
  impact->constraint = impact->error / prefit.error;
  impact->contribution = refit->covariance[poi * refit->n + i] * strength;
  impact->prefit_up = impact->prefit_down = (double)NAN;
  if (isnan(prefit.error))
    return FAIRU_OK;
  status = shift_of(refit, ctx, i, prefit.error, &impact->prefit_up);
  return status == FAIRU_OK ? shift_of(refit, ctx, i, -prefit.error, &impact->prefit_down) : status;
}

/* Data that prefer a value between two alternatives, or narrow it, have measured nothing. */
static void withhold(fairu_impact *impact)
{
  impact->error = impact->pull = impact->constraint = (double)NAN;
  if (isnan(impact->prefit_up))
    return;
  impact->impact_up = impact->prefit_up;
  impact->impact_down = impact->prefit_down;
}

static int fill(fairu_refit *refit, fairu_context *ctx, size_t i, fairu_impact *impact)
{
  memset(impact, 0, sizeof *impact);
  impact->struct_size = sizeof *impact;
  impact->parameter = i;
  impact->value = refit->best[i];
  impact->error = sqrt(refit->covariance[i * refit->n + i]);
  int status = shift_of(refit, ctx, i, impact->error, &impact->impact_up);
  if (status == FAIRU_OK)
    status = shift_of(refit, ctx, i, -impact->error, &impact->impact_down);
  if (status == FAIRU_OK)
    status = fill_prefit(refit, ctx, i, impact);
  impact->statistical_origin = !fairu_likelihood__is_two_point(refit->likelihood, i);
  if (!impact->statistical_origin)
    withhold(impact);
  return status;
}

static int fill_all(fairu_refit *refit, fairu_context *ctx, fairu_impact *impacts, size_t *count)
{
  const size_t poi = fairu_likelihood_poi_index(refit->likelihood);
  *count = 0;
  for (size_t i = 0; i < refit->n; i++) {
    if (i == poi || refit->held[i])
      continue;
    int status = fairu_context__progress(ctx, "impacts", i, refit->n);
    if (status == FAIRU_OK)
      status = fill(refit, ctx, i, &impacts[*count]);
    if (status != FAIRU_OK)
      return status;
    ++*count;
  }
  return FAIRU_OK;
}

/* One by one at the stride of the caller's struct. */
static int write_all(fairu_context *ctx, const fairu_impact *ours, size_t count, fairu_impact *theirs)
{
  const size_t stride = theirs->struct_size;
  int status = FAIRU_OK;
  for (size_t k = 0; k < count && status == FAIRU_OK; k++) {
    void *to = (unsigned char *)theirs + k * stride;
    memcpy(to, &stride, sizeof stride);
    status = fairu_result__write(ctx, to, &ours[k], sizeof *ours, "impacts");
  }
  return status;
}

static int check_room(const fairu_refit *refit, fairu_context *ctx, const fairu_impact *impacts,
                      size_t capacity)
{
  size_t wanted = 0;
  for (size_t i = 0; i < refit->n; i++)
    wanted += i != fairu_likelihood_poi_index(refit->likelihood) && !refit->held[i];
  if (wanted > capacity)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE, "impacts: room for %zu, there are %zu parameters",
                               capacity, wanted);
  if (wanted && (impacts->struct_size < sizeof *impacts || impacts->struct_size % sizeof(double)))
    return fairu_context__fail(ctx, FAIRU_ERR_STRUCT_SIZE, "impacts: struct_size is %zu",
                               impacts->struct_size);
  return FAIRU_OK;
}

static int run(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data,
               const fairu_fit_options *options, fairu_impact *impacts, size_t capacity, size_t *n)
{
  fairu_refit refit;
  size_t count = 0;
  int status = fairu_refit__create(ctx, lh, data, options, 1, "impacts", &refit);
  if (status == FAIRU_OK)
    status = fairu_refit__need_poi(&refit, ctx, "impacts");
  if (status == FAIRU_OK)
    status = check_room(&refit, ctx, impacts, capacity);
  if (status != FAIRU_OK)
    return status;
  fairu_impact *ours = fairu_context__scratch(ctx, refit.n, sizeof *ours, "impacts");
  if (!ours)
    return FAIRU_ERR_OUT_OF_MEMORY;
  status = fill_all(&refit, ctx, ours, &count);
  if (status == FAIRU_OK)
    status = write_all(ctx, ours, count, impacts);
  if (status == FAIRU_OK)
    *n = count;
  return status;
}

int fairu_likelihood_impacts(const fairu_likelihood *lh, fairu_context *ctx, const fairu_data *data,
                             const fairu_fit_options *options, fairu_impact *impacts, size_t capacity,
                             size_t *n)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!lh || !data || !impacts || !n)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "impacts: likelihood, data, impacts or n is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = run(ctx, lh, data, options, impacts, capacity, n);
  fairu_context__release(ctx, mark);
  return status;
}
