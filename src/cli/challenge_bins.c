/* challenge_bins.c - the binning, fixed on the train part: quantiles of the signal, neighbours merged until there is enough background. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_YIELD 4.0 /* background events expected in a bin */

static int signal_quantiles(cli *c, const fairu_systematics *chain, const fairu_events *events, size_t n_bins,
                            const fairu_classifier *classifier, fairu_binning **out)
{
  const double centre[CHALLENGE_AXES] = { 1, 1, 0 };
  fairu_events *signal = NULL, *shifted = NULL;
  int status = fairu_events_select_label(events, c->ctx, FAIRU_CHALLENGE_HTAUTAU, &signal);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(chain, c->ctx, signal, centre, CHALLENGE_AXES, 1, NULL, &shifted);
  const size_t n = fairu_events_n_events(shifted);
  float *logits = malloc((n + 1) * sizeof *logits);
  if (status == FAIRU_OK && !logits)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu logits", n);
  if (status == FAIRU_OK)
    status =
        fairu_classifier_score_events(classifier, c->ctx, shifted, NULL, 1, 0, FAIRU_OUTPUT_LOGIT, logits);
  if (status == FAIRU_OK)
    status = fairu_binning_create_quantile(c->ctx, FAIRU_OUTPUT_LOGIT, logits, fairu_events_weights(shifted),
                                           n, n_bins, out);
  free(logits);
  fairu_events_destroy(shifted);
  fairu_events_destroy(signal);
  return status;
}

static int background_sums(cli *c, const fairu_systematics *chain, const fairu_events *events,
                           const fairu_classifier *classifier, const fairu_binning *binning,
                           challenge_bins *bins)
{
  const double centre[CHALLENGE_AXES] = { 1, 1, 0 };
  challenge_histogram h;
  const int status = challenge_histogram_make(c, chain, centre, 1, events, classifier, binning, &h);
  if (status != FAIRU_OK)
    return status;
  memset(bins, 0, sizeof *bins);
  bins->n = h.n_bins;
  memcpy(bins->edges, fairu_binning_edges(binning), (bins->n - 1) * sizeof *bins->edges);
  for (size_t j = 0; j < bins->n; j++) {
    for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
      if (p == FAIRU_CHALLENGE_HTAUTAU)
        continue;
      bins->sum[j] += h.sum[p][j];
      bins->squares[j] += h.squares[p][j];
    }
  }
  return FAIRU_OK;
}

double challenge_bins_effective(const challenge_bins *bins, size_t bin)
{
  return bins->squares[bin] > 0 ? bins->sum[bin] * bins->sum[bin] / bins->squares[bin] : 0;
}

/* The smaller of both: where little background is expected, a count of 0 would let mu run to where the bin expects nothing. */
static double strength(const challenge_bins *bins, size_t bin)
{
  return fmin(challenge_bins_effective(bins, bin) / bins->least_effective, bins->sum[bin] / LEAST_YIELD);
}

static size_t weakest(const challenge_bins *bins)
{
  size_t bin = 0;
  for (size_t j = 1; j < bins->n; j++)
    if (strength(bins, j) < strength(bins, bin))
      bin = j;
  return bin;
}

void challenge_bins_merge_weakest(challenge_bins *bins)
{
  size_t bin = weakest(bins);
  const int last = bin + 1 == bins->n;
  if (last || (bin > 0 && challenge_bins_effective(bins, bin - 1) < challenge_bins_effective(bins, bin + 1)))
    bin--; /* join with the left neighbour */
  const size_t behind = bins->n - 2 - bin;
  bins->sum[bin] += bins->sum[bin + 1];
  bins->squares[bin] += bins->squares[bin + 1];
  memmove(bins->sum + bin + 1, bins->sum + bin + 2, behind * sizeof *bins->sum);
  memmove(bins->squares + bin + 1, bins->squares + bin + 2, behind * sizeof *bins->squares);
  memmove(bins->edges + bin, bins->edges + bin + 1, behind * sizeof *bins->edges);
  bins->n--;
}

int challenge_bins_choose(cli *c, const challenge_options *o, const challenge_parts *parts,
                          const fairu_classifier *classifier, challenge_bins *bins)
{
  const fairu_events *events = parts->events[CHALLENGE_TRAIN];
  fairu_systematics *chain = NULL;
  fairu_binning *binning = NULL;
  int status = challenge_chain_templates(c, &chain);
  if (status == FAIRU_OK)
    status = signal_quantiles(c, chain, events, (size_t)o->bins, classifier, &binning);
  if (status == FAIRU_OK)
    status = background_sums(c, chain, events, classifier, binning, bins);
  bins->least_effective = o->min_effective;
  while (status == FAIRU_OK && bins->n > 2 && strength(bins, weakest(bins)) < 1)
    challenge_bins_merge_weakest(bins);
  fairu_binning_destroy(binning);
  fairu_systematics_destroy(chain);
  return status;
}
