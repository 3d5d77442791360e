/* summary_significance.c - losses of a counting experiment in the last bin, arXiv:1806.00322. */
#include <fairu/summary.h>

#include <math.h>
#include <string.h>

#include "base/context_internal.h"
#include "numeric/significance.h"

/* Share of the background below which more purity is not rewarded: no loss divides by it. */
static const double least_background = 1e-12;

static const fairu_significance_options significance_defaults = {
  .struct_size = sizeof(fairu_significance_options),
  .formula = FAIRU_SIGNIFICANCE_SIMPLE,
};

int fairu_significance_options_init(fairu_significance_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &significance_defaults, sizeof significance_defaults);
}

static int read_options(fairu_context *ctx, const void *theirs, fairu_significance_options *ours)
{
  *ours = significance_defaults;
  int status = fairu_options__read(ctx, ours, sizeof *ours, theirs, sizeof *ours, "significance options");
  if (status != FAIRU_OK)
    return status;
  if (!(ours->signal > 0.0) || !isfinite(ours->signal) || !(ours->background > 0.0) ||
      !isfinite(ours->background))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "significance: signal is %g, background %g",
                               ours->signal, ours->background);
  if (!(ours->uncertainty >= 0.0) || !isfinite(ours->uncertainty))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "significance: uncertainty is %g", ours->uncertainty);
  if (ours->formula != FAIRU_SIGNIFICANCE_SIMPLE && ours->formula != FAIRU_SIGNIFICANCE_ASIMOV)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "significance: unknown formula %d", ours->formula);
  return FAIRU_OK;
}

static int check_counts(fairu_context *ctx, const fairu_summary_counts *counts)
{
  if (counts->n_processes != 2 || counts->n_variations == 0 || counts->n_bins == 0)
    return fairu_context__fail(ctx, FAIRU_ERR_SHAPE,
                               "significance: counts of %zu processes, %zu variations, %zu bins, not of 2 "
                               "processes, nominal at least",
                               counts->n_processes, counts->n_variations, counts->n_bins);
  if (!counts->counts)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "significance: counts are NULL");
  return FAIRU_OK;
}

static double evaluate(const fairu_significance_options *options, double s, double b, double d[2])
{
  if (options->formula == FAIRU_SIGNIFICANCE_SIMPLE) {
    d[0] = (1.0 - 2.0 * (s + b) / s) / (s * s);
    d[1] = 1.0 / (s * s);
    return (s + b) / (s * s);
  }
  const double square = fairu_significance__asimov_square(s, b, options->uncertainty, d);
  d[0] /= -square * square;
  d[1] /= -square * square;
  return 1.0 / square;
}

int fairu_significance_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss,
                            double *d_counts, double *d_tangents, void *user_data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!counts || !loss || !d_counts || !user_data)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL,
                               "significance: counts, loss, d_counts or options is NULL");
  fairu_significance_options options;
  int status = check_counts(ctx, counts);
  if (status == FAIRU_OK)
    status = read_options(ctx, user_data, &options);
  if (status != FAIRU_OK)
    return status;
  const size_t n = counts->n_variations * counts->n_bins, last = counts->n_bins - 1;
  const double s = options.signal * counts->counts[n + last], share = counts->counts[last];
  const double b = options.background * fmax(share, least_background);
  if (!isfinite(s) || !isfinite(share))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE,
                               "significance: counts are %g of signal, %g of background",
                               counts->counts[n + last], share);
  if (!(s > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_NEGATIVE_YIELD,
                               "significance: expected signal in the last bin is %g", s);
  double d[2];
  const double value = evaluate(&options, s, b, d);
  if (!isfinite(value) || !isfinite(d[0]) || !isfinite(d[1]))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "significance: loss of s = %g, b = %g is %g", s, b,
                               value);
  *loss = value;
  memset(d_counts, 0, 2 * n * sizeof *d_counts);
  if (d_tangents)
    memset(d_tangents, 0, 2 * counts->n_tangents * counts->n_bins * sizeof *d_tangents);
  d_counts[n + last] = options.signal * d[0];
  d_counts[last] = options.background * d[1];
  return FAIRU_OK;
}
