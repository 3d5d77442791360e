/* No memory: models built call by call, likelihoods made from them. */
#include "abi/memory.h"
#include "likelihood/channel_model.h"

static const char *const names[] = { "model" };

MAKES(fairu_model_create, fairu_model, ctx, &out)

/* A whole model: every add_* but splines. */
static int build_body(fairu_context *ctx, void *data)
{
  fairu_model *m = NULL;
  (void)data;
  const int status = channel_model_create(ctx, &m);
  fairu_model_destroy(m);
  return status;
}

static int fairu_model_add_spline_body(fairu_context *ctx, void *data)
{
  static const double knots[4] = { -1.0, 0.0, 1.0, 2.0 };
  static const double yields[8] = { 11.0, 4.0, 12.0, 5.0, 13.0, 7.0, 15.0, 9.0 };
  fairu_model *m = NULL;
  (void)data;
  int status = channel_model_create(ctx, &m);
  if (status == FAIRU_OK)
    status = fairu_model_add_spline(m, ctx, 3, CHANNEL_ALPHA, knots, 4, 0.0, yields, 2);
  fairu_model_destroy(m);
  return status;
}

static int likelihood_body(fairu_context *ctx, int expected)
{
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  double nu[3];
  int status = channel_likelihood_create(ctx, &lh, &data);
  if (status == FAIRU_OK && expected)
    status = fairu_likelihood_expected_sample(lh, ctx, 0, channel_point, CHANNEL_PARAMS, nu);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  return status;
}

BODY(fairu_likelihood_create_from_model, likelihood_body(ctx, 0))

static int fairu_likelihood_expected_sample_body(fairu_context *ctx, void *data)
{
  double nu[small_bins];
  int status = likelihood_body(ctx, 1);
  if (status == FAIRU_OK) /* of templates */
    status = fairu_likelihood_expected_sample(((const world *)data)->small.likelihood, ctx, 0, world_params,
                                              small_params, nu);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_model_create, 1),
  { "fairu_model_add_parameter", build_body, 1 },
  { "fairu_model_add_channel", build_body, 1 },
  { "fairu_model_add_sample", build_body, 1 },
  { "fairu_model_add_factor", build_body, 1 },
  { "fairu_model_add_norm", build_body, 1 },
  { "fairu_model_add_shift", build_body, 1 },
  { "fairu_model_add_bin_factors", build_body, 1 },
  ROW(fairu_model_add_spline, 1),
  ROW(fairu_likelihood_create_from_model, 1),
  ROW(fairu_likelihood_expected_sample, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
