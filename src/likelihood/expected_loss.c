/* expected_loss.c - see fairu/summary_losses.h: options are read and checked, quantities chosen. */
#include <math.h>
#include <string.h>

#include "likelihood/expected_loss.h"
#include "numeric/special.h"

#define LN_SQRT_2PI 0.91893853320467274178

int fairu_expected_loss_options_init(fairu_expected_loss_options *options, size_t struct_size)
{
  const fairu_expected_loss_options defaults = { .struct_size = sizeof defaults,
                                                 .signal = 1,
                                                 .floor = 1e-7,
                                                 .quantity = FAIRU_EXPECTED_VARIANCE,
                                                 .interpolation = FAIRU_CODE_4P };
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* ---- the loss ------------------------------------------------------------------------------------------ */

static int quantity_of_matrix(fairu_context *ctx, const fairu_expected *e, double *value,
                              const fairu_expected_gradient *gradient)
{
  fairu_fisher fisher;
  int status = fairu_fisher__create(ctx, e, &fisher);
  if (status != FAIRU_OK)
    return status;
  const size_t n = e->n * e->n;
  double *weights = fairu_context__scratch(ctx, n, sizeof *weights, "expected loss");
  if (!weights)
    return FAIRU_ERR_OUT_OF_MEMORY;
  *value = fairu_fisher__quantity(e, &fisher, e->options.quantity, weights);
  if (e->options.logarithm) {
    for (size_t i = 0; i < n; i++)
      weights[i] /= *value;
    *value = log(*value);
  }
  if (gradient)
    fairu_fisher__spread(e, &fisher, weights, gradient);
  return FAIRU_OK;
}

/* CLs = 2 (1 - Phi(sqrt q)), p0 = 1 - Phi(sqrt q): ln of it, and its slope in q. */
static double log_tail(double q, double factor, double *slope)
{
  const double root = sqrt(fmax(0.0, q)), log_sf = fairu_normal__log_sf(root);
  *slope = root > 0.0 ? -0.5 * exp(-0.5 * root * root - LN_SQRT_2PI - log_sf) / root : 0.0;
  return log(factor) + log_sf;
}

static int test_of(fairu_context *ctx, const fairu_expected *e, int quantity, fairu_expected_test *test)
{
  const double tested = quantity == FAIRU_EXPECTED_CLS ? 1.0 : 0.0;
  return fairu_expected_test__create(ctx, e, tested, 1.0 - tested, test);
}

static int quantity_of_test(fairu_context *ctx, const fairu_expected *e, double *value,
                            const fairu_expected_gradient *gradient)
{
  fairu_expected_test test;
  const int status = test_of(ctx, e, e->options.quantity, &test);
  if (status != FAIRU_OK)
    return status;
  double slope;
  *value = log_tail(test.q, e->options.quantity == FAIRU_EXPECTED_CLS ? 2.0 : 1.0, &slope);
  if (!e->options.logarithm) {
    *value = exp(*value);
    slope *= *value;
  }
  if (gradient)
    fairu_expected_test__spread(e, &test, slope, gradient);
  return FAIRU_OK;
}

static int loss_of(fairu_context *ctx, const fairu_expected *e, double *value,
                   const fairu_expected_gradient *gradient)
{
  switch (e->options.quantity) {
  case FAIRU_EXPECTED_VARIANCE:
  case FAIRU_EXPECTED_SIGMA:
  case FAIRU_EXPECTED_DETERMINANT:
    return quantity_of_matrix(ctx, e, value, gradient);
  case FAIRU_EXPECTED_CLS:
  case FAIRU_EXPECTED_P0:
    return quantity_of_test(ctx, e, value, gradient);
  default:
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "expected loss: there is no quantity %d",
                               e->options.quantity);
  }
}

/* The gradient is made in scratch: outputs are written on success alone. */
static int take_gradient(fairu_context *ctx, const fairu_summary_counts *counts, fairu_expected_gradient *g)
{
  const size_t n = counts->n_processes * counts->n_variations * counts->n_bins;
  const size_t n_tangents = counts->tangents ? counts->n_processes * counts->n_tangents * counts->n_bins : 0;
  g->counts = fairu_context__scratch(ctx, n + n_tangents, sizeof *g->counts, "expected loss");
  if (!g->counts)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(g->counts, 0, (n + n_tangents) * sizeof *g->counts);
  g->tangents = n_tangents ? g->counts + n : NULL;
  return FAIRU_OK;
}

static int evaluate(fairu_context *ctx, const fairu_summary_counts *counts,
                    const fairu_expected_loss_options *options, double *loss, double *d_counts,
                    double *d_tangents)
{
  fairu_expected e;
  fairu_expected_gradient g = { NULL, NULL };
  double value = 0.0;
  int status = fairu_expected__create(ctx, counts, options, &e);
  if (status == FAIRU_OK)
    status = take_gradient(ctx, counts, &g);
  if (status == FAIRU_OK)
    status = loss_of(ctx, &e, &value, d_counts || d_tangents ? &g : NULL);
  if (status != FAIRU_OK)
    return status;
  *loss = value;
  if (d_counts)
    memcpy(d_counts, g.counts, e.n_processes * counts->n_variations * e.n_bins * sizeof *d_counts);
  if (d_tangents && g.tangents)
    memcpy(d_tangents, g.tangents, e.n_processes * counts->n_tangents * e.n_bins * sizeof *d_tangents);
  return FAIRU_OK;
}

int fairu_expected_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss,
                        double *d_counts, double *d_tangents, void *options)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!counts || !loss || !options)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected loss: counts, loss or options is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = evaluate(ctx, counts, options, loss, d_counts, d_tangents);
  fairu_context__release(ctx, mark);
  return status;
}

/* ---- the report ---------------------------------------------------------------------------------------- */

static int report_test(fairu_context *ctx, const fairu_expected *e, int quantity, double *q, double *p)
{
  fairu_expected_test test;
  const int status = test_of(ctx, e, quantity, &test);
  if (status != FAIRU_OK)
    return status;
  *q = test.q;
  *p = (quantity == FAIRU_EXPECTED_CLS ? 2.0 : 1.0) * fairu_normal__sf(sqrt(fmax(0.0, test.q)));
  return FAIRU_OK;
}

static int report_matrix(fairu_context *ctx, const fairu_expected *e, fairu_expected_result *r)
{
  fairu_fisher fisher;
  const int status = fairu_fisher__create(ctx, e, &fisher);
  if (status != FAIRU_OK)
    return status;
  r->variance = fairu_fisher__quantity(e, &fisher, FAIRU_EXPECTED_VARIANCE, NULL);
  r->sigma = sqrt(r->variance);
  r->sigma_mu = fairu_fisher__quantity(e, &fisher, FAIRU_EXPECTED_SIGMA, NULL);
  r->stat = 1.0 / (sqrt(fisher.matrix[0]) * e->options.yields[e->options.signal]);
  r->determinant = fairu_fisher__quantity(e, &fisher, FAIRU_EXPECTED_DETERMINANT, NULL);
  for (size_t k = 0; k < e->n_nuisances; k++)
    r->nuisance_sigma[k] = sqrt(fisher.covariance[(k + 1) * (e->n + 1)]);
  return FAIRU_OK;
}

static int report(fairu_context *ctx, const fairu_summary_counts *counts,
                  const fairu_expected_loss_options *options, fairu_expected_result *result)
{
  fairu_expected e;
  fairu_expected_result ours = { .struct_size = sizeof ours };
  int status = fairu_expected__create(ctx, counts, options, &e);
  if (status == FAIRU_OK)
    status = report_matrix(ctx, &e, &ours);
  if (status == FAIRU_OK)
    status = report_test(ctx, &e, FAIRU_EXPECTED_CLS, &ours.q, &ours.cls);
  if (status == FAIRU_OK)
    status = report_test(ctx, &e, FAIRU_EXPECTED_P0, &ours.q0, &ours.p0);
  return status == FAIRU_OK ? fairu_result__write(ctx, result, &ours, sizeof ours, "expected result")
                            : status;
}

int fairu_expected_loss_report(fairu_context *ctx, const fairu_summary_counts *counts,
                               const fairu_expected_loss_options *options, fairu_expected_result *result)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!counts || !options || !result)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "expected report: counts, options or result is NULL");
  const fairu_mark mark = fairu_context__mark(ctx);
  const int status = report(ctx, counts, options, result);
  fairu_context__release(ctx, mark);
  return status;
}
