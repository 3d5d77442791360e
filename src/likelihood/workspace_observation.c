/* workspace_observation.c - observed counts of channels. */
#include <string.h>

#include "likelihood/workspace.h"

/* Observation of a channel, or n_observations. */
static size_t find(const fairu_workspace *workspace, const char *channel)
{
  size_t low = 0, high = workspace->n_observations;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(workspace->observations[middle].name, channel) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  const size_t n = workspace->n_observations;
  return low < n && strcmp(workspace->observations[low].name, channel) == 0 ? low : n;
}

static int fail_missing(fairu_context *ctx, const fairu_workspace *workspace, const char *channel)
{
  const fairu_json_at root = fairu_json__root(workspace->document);
  fairu_json_at observations;
  const int status = fairu_json__member(ctx, &root, "observations", &observations);
  return status != FAIRU_OK ? status
                            : fairu_json__fail(ctx, &observations, FAIRU_ERR_NOT_FOUND,
                                               "no observation of channel \"%.80s\"", channel);
}

int fairu_workspace__observed(const fairu_workspace *workspace, fairu_context *ctx, const char *channel,
                              size_t n_bins, double *counts)
{
  const size_t place = find(workspace, channel);
  fairu_way way;
  if (place == workspace->n_observations)
    return fail_missing(ctx, workspace, channel);
  fairu_way__to_observation(&way, workspace, place);
  const fairu_json_at *data = fairu_way__member(&way, "data");
  size_t n = 0;
  int status = fairu_json__length(ctx, data, 1, &n);
  if (status == FAIRU_OK && n != n_bins)
    return fairu_json__fail(ctx, data, FAIRU_ERR_SHAPE, "%zu numbers for the %zu bins of channel \"%.80s\"",
                            n, n_bins, channel);
  if (status == FAIRU_OK)
    status = fairu_json__numbers(ctx, data, n_bins, counts);
  for (size_t i = 0; status == FAIRU_OK && i < n_bins; i++)
    if (!(counts[i] >= 0.0))
      return fairu_json__fail(ctx, fairu_way__element(&way, i), FAIRU_ERR_RANGE,
                              "observed %.17g, which is negative", counts[i]);
  return status;
}

/* Main counts in the order of the likelihood. */
static int gather(const fairu_workspace *workspace, fairu_context *ctx, const fairu_likelihood *likelihood,
                  double *counts)
{
  int status = FAIRU_OK;
  for (size_t c = 0; status == FAIRU_OK && c < fairu_likelihood_n_channels(likelihood); c++)
    status = fairu_workspace__observed(workspace, ctx, fairu_likelihood_channel_name(likelihood, c),
                                       fairu_likelihood_channel_n_bins(likelihood, c),
                                       counts + fairu_likelihood_channel_first_bin(likelihood, c));
  return status;
}

int fairu_data_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace,
                                     const fairu_likelihood *likelihood, fairu_data **out)
{
  if (!out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "out is NULL");
  *out = NULL;
  if (!workspace || !likelihood)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", workspace ? "likelihood" : "workspace");
  if (!ctx)
    return FAIRU_ERR_NULL;
  const fairu_mark mark = fairu_context__mark(ctx);
  const size_t n_bins = fairu_likelihood_n_bins(likelihood);
  double *counts = (double *)fairu_context__scratch(ctx, n_bins, sizeof *counts, "observed counts");
  fairu_data *data = NULL;
  int status = counts ? gather(workspace, ctx, likelihood, counts) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, likelihood, &data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(data, ctx, counts, n_bins);
  if (status == FAIRU_OK)
    *out = data;
  else
    fairu_data_destroy(data);
  fairu_context__release(ctx, mark);
  return status;
}
