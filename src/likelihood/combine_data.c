/* combine_data.c - data of a likelihood of parts: made, set, drawn part by part; auxiliary values by the part whose constraint counts. */
#include <string.h>

#include "likelihood/combine.h"

int fairu_combined__create_data(fairu_data *data, fairu_context *ctx)
{
  const fairu_likelihood *lh = data->likelihood;
  data->parts = fairu_context__new(ctx, lh->n_parts, sizeof *data->parts, "data of parts");
  if (!data->parts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t p = 0; p < lh->n_parts; p++) {
    const int status = fairu_data_create(ctx, lh->parts[p], &data->parts[p]);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

fairu_data *fairu_data_part(fairu_data *data, size_t i)
{
  return data && data->parts && i < data->likelihood->n_parts ? data->parts[i] : NULL;
}

int fairu_combined__set_observed(fairu_data *data, fairu_context *ctx, const double *observed)
{
  for (size_t p = 0; p < data->likelihood->n_parts; p++) {
    const size_t n = data->likelihood->parts[p]->n_bins;
    const int status = n ? fairu_data_set_observed(data->parts[p], ctx, observed, n) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    observed += n;
  }
  return FAIRU_OK;
}

int fairu_combined__observed(const fairu_data *data, fairu_context *ctx, const double *params,
                             double *observed)
{
  const fairu_likelihood *lh = data->likelihood;
  for (size_t p = 0; p < lh->n_parts; p++) {
    const fairu_likelihood *part = lh->parts[p];
    const fairu_mark mark = fairu_context__mark(ctx);
    const double *point = params ? fairu_combined__point(lh, ctx, p, params) : NULL;
    int status = params && !point ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_OK;
    if (status == FAIRU_OK && part->n_bins)
      status = fairu_data_observed(data->parts[p], ctx, point, part->n_params, observed);
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return status;
    observed += part->n_bins;
  }
  return FAIRU_OK;
}

/* Parameter of part p that is parameter i of the whole; its n_params if there is none. */
static size_t find_in_part(const fairu_likelihood *lh, size_t p, size_t i)
{
  size_t k = 0;
  while (k < lh->parts[p]->n_params && lh->part_params[p][k] != i)
    k++;
  return k;
}

int fairu_combined__set_aux(fairu_data *data, fairu_context *ctx, size_t parameter, double value)
{
  const fairu_likelihood *lh = data->likelihood;
  for (size_t p = 0; p < lh->n_parts; p++) {
    const size_t k = find_in_part(lh, p, parameter);
    if (k < lh->parts[p]->n_params && fairu_param__has_aux(&lh->parts[p]->params[k])) {
      const int status = fairu_data_set_aux(data->parts[p], ctx, k, value);
      if (status != FAIRU_OK)
        return status;
    }
  }
  return FAIRU_OK;
}

double fairu_combined__aux(const fairu_data *data, size_t parameter)
{
  const fairu_likelihood *lh = data->likelihood;
  const size_t owner = lh->owners[parameter];
  return data->parts[owner]->aux[find_in_part(lh, owner, parameter)];
}

/* A constraint told in several parts was drawn, or set, in each: the one that counts stands in all. */
static int share_aux(const fairu_likelihood *lh, fairu_context *ctx, fairu_data *data)
{
  for (size_t i = 0; i < lh->n_params; i++)
    if (fairu_param__has_aux(&lh->params[i])) {
      const int status = fairu_combined__set_aux(data, ctx, i, fairu_combined__aux(data, i));
      if (status != FAIRU_OK)
        return status;
    }
  return FAIRU_OK;
}

/* Before anything is written: all parts expect what can be drawn. */
static int check_expected(const fairu_likelihood *lh, fairu_context *ctx, const double *params)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *nu = fairu_context__scratch(ctx, lh->n_bins, sizeof *nu, "expected yields");
  int status = nu ? fairu_combined__expected(lh, ctx, params, nu) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t j = 0; status == FAIRU_OK && j < lh->n_bins; j++)
    if (!(nu[j] >= 0.0))
      status =
          fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD, "bin %zu of all parts expects %g", j, nu[j]);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_combined__asimov(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                           fairu_data *data)
{
  const int allowed = check_expected(lh, ctx, params);
  if (allowed != FAIRU_OK)
    return allowed;
  for (size_t p = 0; p < lh->n_parts; p++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    const double *point = fairu_combined__point(lh, ctx, p, params);
    const int status =
        point ? fairu_likelihood_asimov(lh->parts[p], ctx, point, lh->parts[p]->n_params, data->parts[p])
              : FAIRU_ERR_OUT_OF_MEMORY;
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "part %zu", p);
  }
  return share_aux(lh, ctx, data);
}

/* Parts draw from streams of their own: the seed of part p > 0 is mixed with p (splitmix64). Part 0 keeps its toys. */
static uint64_t part_seed(uint64_t seed, size_t p)
{
  uint64_t z = seed + 0x9e3779b97f4a7c15u * (uint64_t)p;
  if (p == 0)
    return seed;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int fairu_combined__toy(const fairu_likelihood *lh, fairu_context *ctx, const double *params, uint64_t seed,
                        uint64_t toy, fairu_data *data)
{
  const int allowed = check_expected(lh, ctx, params);
  if (allowed != FAIRU_OK)
    return allowed;
  for (size_t p = 0; p < lh->n_parts; p++) {
    const fairu_mark mark = fairu_context__mark(ctx);
    const double *point = fairu_combined__point(lh, ctx, p, params);
    const int status = point ? fairu_likelihood_toy(lh->parts[p], ctx, point, lh->parts[p]->n_params,
                                                    part_seed(seed, p), toy, data->parts[p])
                             : FAIRU_ERR_OUT_OF_MEMORY;
    fairu_context__release(ctx, mark);
    if (status != FAIRU_OK)
      return fairu_context__within(ctx, status, "part %zu", p);
  }
  return share_aux(lh, ctx, data);
}
