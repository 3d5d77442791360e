/* An allocator that fails, through what a fit means contours and minima. */
#include "abi/memory.h"
#include "likelihood/channel_model.h"

static const char *const names[] = { "postfit", "fit" };

enum { IMPACTS, BREAKDOWN, GOODNESS, YIELDS, PREFIT, DIAGNOSE, CONTOUR, MINIMA };

static int ignore(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                  const char *text, void *user_data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)text, (void)user_data;
  return 0;
}

static int call(fairu_context *ctx, const fairu_likelihood *lh, const fairu_data *data, int which)
{
  static const size_t alpha[1] = { CHANNEL_ALPHA };
  const fairu_group group = { "alpha", alpha, 1 };
  fairu_impact impacts[CHANNEL_PARAMS] = { { .struct_size = sizeof impacts[0] } };
  fairu_breakdown parts[3] = { { .struct_size = sizeof parts[0] } };
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  double c[CHANNEL_PARAMS * CHANNEL_PARAMS] = { 0.0 }, x[CHANNEL_BINS], y[CHANNEL_BINS], z[8], w[8],
                            point[CHANNEL_PARAMS];
  size_t n;
  switch (which) {
  case IMPACTS:
    return fairu_likelihood_impacts(lh, ctx, data, NULL, impacts, CHANNEL_PARAMS, &n);
  case BREAKDOWN:
    return fairu_likelihood_breakdown(lh, ctx, data, NULL, &group, 1, parts);
  case GOODNESS:
    return fairu_likelihood_goodness(lh, ctx, data, NULL, &goodness);
  case YIELDS:
    return fairu_likelihood_yields(lh, ctx, channel_point, c, CHANNEL_PARAMS, x, y, z, w);
  case PREFIT:
    return fairu_likelihood_prefit_covariance(lh, ctx, c, CHANNEL_PARAMS);
  case DIAGNOSE:
    return fairu_likelihood_diagnose(lh, ctx, NULL, ignore, NULL);
  case MINIMA:
    return fairu_likelihood_minima(lh, ctx, data, NULL, 1, z, point, CHANNEL_PARAMS, &n);
  default:
    return fairu_likelihood_contour(lh, ctx, data, NULL, CHANNEL_MU, CHANNEL_ALPHA, 8, z, w, NULL);
  }
}

static int with_model(fairu_context *ctx, int which)
{
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  int status = channel_likelihood_create(ctx, &lh, &data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(lh, ctx, channel_point, CHANNEL_PARAMS, data);
  if (status == FAIRU_OK)
    status = call(ctx, lh, data, which);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
  return status;
}
#define POSTFIT(function, which) BODY(function, with_model(ctx, which))
POSTFIT(fairu_likelihood_impacts, IMPACTS)
POSTFIT(fairu_likelihood_breakdown, BREAKDOWN)
POSTFIT(fairu_likelihood_goodness, GOODNESS)
POSTFIT(fairu_likelihood_yields, YIELDS)
POSTFIT(fairu_likelihood_prefit_covariance, PREFIT)
POSTFIT(fairu_likelihood_diagnose, DIAGNOSE)
POSTFIT(fairu_likelihood_contour, CONTOUR)
POSTFIT(fairu_likelihood_minima, MINIMA)

static int fairu_covariance_errors_body(fairu_context *ctx, void *data)
{
  const double c[1] = { 4.0 };
  double error;
  (void)data;
  return fairu_covariance_errors(ctx, c, 1, &error, NULL);
}

static const memory_case cases[] = {
  ROW(fairu_covariance_errors, 0),    ROW(fairu_likelihood_impacts, 1),
  ROW(fairu_likelihood_breakdown, 1), ROW(fairu_likelihood_goodness, 1),
  ROW(fairu_likelihood_yields, 1),    ROW(fairu_likelihood_prefit_covariance, 1),
  ROW(fairu_likelihood_diagnose, 1),  ROW(fairu_likelihood_contour, 1),
  ROW(fairu_likelihood_minima, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
