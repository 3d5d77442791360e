/* higgs_bins.c - the binning of one network, fixed on the training part. */
#include "higgs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Logits of signal at the Z for which the network was made: 0.9 and 1.1 for two of them, else 1. */
static int signal_quantiles(cli *c, const higgs_inputs *in, const higgs_part *part, double z,
                            const fairu_classifier *classifier, fairu_binning **out)
{
  fairu_events *shifted = NULL;
  int status =
      fairu_systematics_apply(in->tes, c->ctx, part->classes[HIGGS_SIGNAL], &z, 1, 1, NULL, &shifted);
  if (status != FAIRU_OK)
    return status;
  size_t n = fairu_events_n_events(shifted), n_z = fairu_classifier_n_nuisances(classifier);
  float *logits = malloc((n + 1) * sizeof *logits);
  if (!logits)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(classifier, c->ctx, shifted, n_z ? &z : NULL, 1, n_z,
                                           FAIRU_OUTPUT_LOGIT, logits);
  if (status == FAIRU_OK)
    status = fairu_binning_create_quantile(c->ctx, FAIRU_OUTPUT_LOGIT, logits, fairu_events_weights(shifted),
                                           n, HIGGS_BINS, out);
  free(logits);
  fairu_events_destroy(shifted);
  return status;
}

static int background_sums(cli *c, const higgs_inputs *in, const higgs_part *part,
                           const fairu_classifier *classifier, const fairu_binning *binning, higgs_bins *bins)
{
  static const char *const process[] = { "background" };
  fairu_fill *fill = NULL;
  fairu_templates *templates = NULL;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = in->tes;
  options.classifier = classifier;
  if (status == FAIRU_OK)
    status = fairu_fill_create(c->ctx, in->grid, binning, process, 1, &fill);
  if (status == FAIRU_OK)
    status = fairu_fill_add(fill, c->ctx, process[0], part->classes[HIGGS_BACKGROUND], &options);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates);
  for (size_t p = 0; p < HIGGS_KNOTS && status == FAIRU_OK; p++) {
    memcpy(bins->sum + p * bins->n, fairu_templates_yields(templates, 0, p), bins->n * sizeof(double));
    memcpy(bins->sum_squares + p * bins->n, fairu_templates_variances(templates, 0, p),
           bins->n * sizeof(double));
  }
  fairu_templates_destroy(templates);
  fairu_fill_destroy(fill);
  return status;
}

double higgs_bins_effective(const higgs_bins *bins, size_t bin)
{
  double least = INFINITY;
  for (size_t i = bin; i < HIGGS_KNOTS * bins->n; i += bins->n) {
    double squares = bins->sum_squares[i];
    least = fmin(least, squares > 0 ? bins->sum[i] * bins->sum[i] / squares : 0);
  }
  return least;
}

static size_t weakest(const higgs_bins *bins)
{
  size_t bin = 0;
  for (size_t j = 1; j < bins->n; j++)
    if (higgs_bins_effective(bins, j) < higgs_bins_effective(bins, bin))
      bin = j;
  return bin;
}

/* values [rows * n] lose the border between columns bin and bin + 1; rows become n - 1 long. */
static void join_columns(double *values, size_t n, size_t bin)
{
  for (size_t p = 0; p < HIGGS_KNOTS; p++) {
    const double *from = values + p * n;
    double *to = values + p * (n - 1);
    double joined = from[bin] + from[bin + 1];
    memmove(to, from, (bin + 1) * sizeof *to);
    memmove(to + bin + 1, from + bin + 2, (n - bin - 2) * sizeof *to);
    to[bin] = joined;
  }
}

void higgs_bins_merge_weakest(higgs_bins *bins)
{
  size_t bin = weakest(bins);
  int last = bin + 1 == bins->n;
  if (last || (bin > 0 && higgs_bins_effective(bins, bin - 1) < higgs_bins_effective(bins, bin + 1)))
    bin--; /* join with the left neighbour */
  join_columns(bins->sum, bins->n, bin);
  join_columns(bins->sum_squares, bins->n, bin);
  memmove(bins->edges + bin, bins->edges + bin + 1, (bins->n - 2 - bin) * sizeof *bins->edges);
  bins->n--;
}

int higgs_bins_choose(cli *c, const higgs_inputs *in, const higgs_options *options, const higgs_part *part,
                      int net, const fairu_classifier *classifier, higgs_bins *bins)
{
  fairu_binning *binning = NULL;
  double z = net == HIGGS_NET_TRUE_DOWN ? higgs_truths[0] : net == HIGGS_NET_TRUE_UP ? higgs_truths[2] : 1;
  int status = signal_quantiles(c, in, part, z, classifier, &binning);
  if (status != FAIRU_OK)
    return status;
  bins->n = fairu_binning_n_bins(binning);
  memcpy(bins->edges, fairu_binning_edges(binning), (bins->n - 1) * sizeof *bins->edges);
  status = background_sums(c, in, part, classifier, binning, bins);
  fairu_binning_destroy(binning);
  while (status == FAIRU_OK && bins->n > 2 &&
         higgs_bins_effective(bins, weakest(bins)) < options->min_effective)
    higgs_bins_merge_weakest(bins);
  return status;
}
