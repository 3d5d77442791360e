/* NULL, one pointer at a time: what a fit means, contours, minima. */
#include "abi/null.h"
#include "likelihood/channel_model.h"

static void impact_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  const fairu_data *data = t->w.turning_data;
  fairu_impact impacts[2] = { { .struct_size = sizeof impacts[0] } };
  fairu_breakdown parts[3] = { { .struct_size = sizeof parts[0] } };
  static const size_t angle[1] = { 1 };
  const fairu_group group = { "angle", angle, 1 };
  fairu_fit_options o;
  assert_int_equal(fairu_fit_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_impacts(NULL, ctx, data, &o, impacts, 2, &t->out.size));
  REFUSES_CTX(fairu_likelihood_impacts(lh, NULL, data, &o, impacts, 2, &t->out.size));
  REFUSES(fairu_likelihood_impacts(lh, ctx, NULL, &o, impacts, 2, &t->out.size));
  ANSWERS(fairu_likelihood_impacts(lh, ctx, data, NULL, impacts, 2, &t->out.size) == FAIRU_OK);
  REFUSES(fairu_likelihood_impacts(lh, ctx, data, &o, NULL, 2, &t->out.size));
  REFUSES(fairu_likelihood_impacts(lh, ctx, data, &o, impacts, 2, NULL));
  REFUSES(fairu_likelihood_breakdown(NULL, ctx, data, &o, &group, 1, parts));
  REFUSES_CTX(fairu_likelihood_breakdown(lh, NULL, data, &o, &group, 1, parts));
  REFUSES(fairu_likelihood_breakdown(lh, ctx, NULL, &o, &group, 1, parts));
  ANSWERS(fairu_likelihood_breakdown(lh, ctx, data, NULL, &group, 1, parts) == FAIRU_OK);
  REFUSES(fairu_likelihood_breakdown(lh, ctx, data, &o, NULL, 1, parts));
  REFUSES(fairu_likelihood_breakdown(lh, ctx, data, &o, &group, 1, NULL));
}

static void goodness_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  const fairu_data *data = t->w.turning_data;
  const double p[2] = { 1.0, 0.3 }, c[4] = { 0.1, 0.0, 0.0, 0.1 };
  double *d = t->out.d;
  fairu_goodness goodness = { .struct_size = sizeof goodness };
  fairu_fit_options o;
  assert_int_equal(fairu_fit_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_goodness(NULL, ctx, data, &o, &goodness));
  REFUSES_CTX(fairu_likelihood_goodness(lh, NULL, data, &o, &goodness));
  REFUSES(fairu_likelihood_goodness(lh, ctx, NULL, &o, &goodness));
  ANSWERS(fairu_likelihood_goodness(lh, ctx, data, NULL, &goodness) == FAIRU_OK);
  REFUSES(fairu_likelihood_goodness(lh, ctx, data, &o, NULL));
  REFUSES(fairu_likelihood_yields(NULL, ctx, p, c, 2, d, d + 8, d + 16, d + 24));
  REFUSES_CTX(fairu_likelihood_yields(lh, NULL, p, c, 2, d, d + 8, d + 16, d + 24));
  REFUSES(fairu_likelihood_yields(lh, ctx, NULL, c, 2, d, d + 8, d + 16, d + 24));
  REFUSES(fairu_likelihood_yields(lh, ctx, p, NULL, 2, d, d + 8, d + 16, d + 24));
  ANSWERS(fairu_likelihood_yields(lh, ctx, p, c, 2, NULL, d + 8, d + 16, d + 24) == FAIRU_OK);
  ANSWERS(fairu_likelihood_yields(lh, ctx, p, c, 2, d, NULL, d + 16, d + 24) == FAIRU_OK);
  ANSWERS(fairu_likelihood_yields(lh, ctx, p, c, 2, d, d + 8, NULL, d + 24) == FAIRU_OK);
  ANSWERS(fairu_likelihood_yields(lh, ctx, p, c, 2, d, d + 8, d + 16, NULL) == FAIRU_OK);
  REFUSES(fairu_likelihood_prefit_covariance(NULL, ctx, d, 2));
  REFUSES_CTX(fairu_likelihood_prefit_covariance(lh, NULL, d, 2));
  REFUSES(fairu_likelihood_prefit_covariance(lh, ctx, NULL, 2));
  REFUSES_CTX(fairu_covariance_errors(NULL, c, 2, d, d + 8));
  REFUSES(fairu_covariance_errors(ctx, NULL, 2, d, d + 8));
  ANSWERS(fairu_covariance_errors(ctx, c, 2, NULL, d + 8) == FAIRU_OK);
  ANSWERS(fairu_covariance_errors(ctx, c, 2, d, NULL) == FAIRU_OK);
}

static int ignore(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n,
                  const char *text, void *user_data)
{
  (void)code, (void)severity, (void)parameter, (void)sample, (void)bin, (void)n, (void)text, (void)user_data;
  return 0;
}

static void diagnose_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_likelihood *lh = NULL;
  fairu_data *data = NULL;
  CHECK_OK(ctx, channel_likelihood_create(ctx, &lh, &data));
  null_reset(t);
  REFUSES(fairu_likelihood_diagnose(NULL, ctx, data, ignore, t));
  REFUSES_CTX(fairu_likelihood_diagnose(lh, NULL, data, ignore, t));
  ANSWERS(fairu_likelihood_diagnose(lh, ctx, NULL, ignore, t) == FAIRU_OK);
  REFUSES(fairu_likelihood_diagnose(lh, ctx, data, NULL, t));
  ANSWERS(fairu_likelihood_diagnose(lh, ctx, data, ignore, NULL) == FAIRU_OK);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(lh);
}

static void contour_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  const fairu_data *data = t->w.turning_data;
  double *x = t->out.d, *y = t->out.d + 8, *best = t->out.d + 16;
  fairu_interval_options o;
  assert_int_equal(fairu_interval_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_contour(NULL, ctx, data, &o, 0, 1, 8, x, y, best));
  REFUSES_CTX(fairu_likelihood_contour(lh, NULL, data, &o, 0, 1, 8, x, y, best));
  REFUSES(fairu_likelihood_contour(lh, ctx, NULL, &o, 0, 1, 8, x, y, best));
  ANSWERS(fairu_likelihood_contour(lh, ctx, data, NULL, 0, 1, 8, x, y, best) == FAIRU_OK);
  REFUSES(fairu_likelihood_contour(lh, ctx, data, &o, 0, 1, 8, NULL, y, best));
  REFUSES(fairu_likelihood_contour(lh, ctx, data, &o, 0, 1, 8, x, NULL, best));
  ANSWERS(fairu_likelihood_contour(lh, ctx, data, &o, 0, 1, 8, x, y, NULL) == FAIRU_OK);
}

static void minima_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  const fairu_likelihood *lh = t->w.turning;
  const fairu_data *data = t->w.turning_data;
  double *nll = t->out.d, *p = t->out.d + 8;
  size_t *n = &t->out.size;
  fairu_fit_options o;
  assert_int_equal(fairu_fit_options_init(&o, sizeof o), FAIRU_OK);
  REFUSES(fairu_likelihood_minima(NULL, ctx, data, &o, 4, nll, p, 2, n));
  REFUSES_CTX(fairu_likelihood_minima(lh, NULL, data, &o, 4, nll, p, 2, n));
  REFUSES(fairu_likelihood_minima(lh, ctx, NULL, &o, 4, nll, p, 2, n));
  ANSWERS(fairu_likelihood_minima(lh, ctx, data, NULL, 4, nll, p, 2, n) == FAIRU_OK);
  REFUSES(fairu_likelihood_minima(lh, ctx, data, &o, 4, NULL, p, 2, n));
  REFUSES(fairu_likelihood_minima(lh, ctx, data, &o, 4, nll, NULL, 2, n));
  REFUSES(fairu_likelihood_minima(lh, ctx, data, &o, 4, nll, p, 2, NULL));
}

static void all_rows(null_test *t)
{
  impact_rows(t);
  goodness_rows(t);
  diagnose_rows(t);
  contour_rows(t);
  minima_rows(t);
}

int main(void)
{
  static const char *const names[] = { "postfit", "fit" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
