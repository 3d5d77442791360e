/* higgs_fill.c - templates from one part, test histograms from another, for one network. */
#include "higgs.h"

#include <stdlib.h>
#include <string.h>

static const char *const class_names[HIGGS_CLASSES] = { "background", "signal" };

/* Histograms of a fill: yields and, if wanted, sums of w^2, [process][point][bin]. */
static int copy_out(cli *c, const fairu_fill *fill, size_t n_processes, size_t n_bins, double *yields,
                    double *variances)
{
  fairu_templates *templates = NULL;
  int status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates);
  for (size_t i = 0; i < n_processes * HIGGS_KNOTS && status == FAIRU_OK; i++) {
    size_t process = i / HIGGS_KNOTS, point = i % HIGGS_KNOTS;
    memcpy(yields + i * n_bins, fairu_templates_yields(templates, process, point), n_bins * sizeof *yields);
    if (variances)
      memcpy(variances + i * n_bins, fairu_templates_variances(templates, process, point),
             n_bins * sizeof *variances);
  }
  fairu_templates_destroy(templates);
  return status;
}

/* Fill a part at all knots, its classes apart (2 processes) or together (1). */
static int fill_part(cli *c, const higgs_inputs *in, const higgs_part *part, const fairu_binning *binning,
                     fairu_fill_options options, size_t n_processes, double *yields, double *variances)
{
  fairu_fill *fill = NULL;
  options.systematics = in->tes;
  int status = fairu_fill_create(c->ctx, in->grid, binning, class_names, n_processes, &fill);
  for (size_t k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    options.scale = part->scales[k];
    status = fairu_fill_add(fill, c->ctx, class_names[n_processes == 1 ? 0 : k], part->classes[k], &options);
  }
  if (status == FAIRU_OK)
    status = copy_out(c, fill, n_processes, fairu_binning_n_bins(binning), yields, variances);
  fairu_fill_destroy(fill);
  return status;
}

/* A network that knows Z: the test part, shifted once to the truth, is binned anew under each hypothesis. */
static int observe_moving(cli *c, const higgs_inputs *in, const higgs_part *test,
                          const fairu_binning *binning, fairu_fill_options options, higgs_fill *fill)
{
  int status = FAIRU_OK;
  options.mode = FAIRU_FILL_SHIFTED_AT;
  for (int t = 0; t < HIGGS_TRUTHS && status == FAIRU_OK; t++) {
    options.shift_z = &higgs_truths[t];
    status = fill_part(c, in, test, binning, options, 1, fill->observed[t], NULL);
  }
  return status;
}

/* Any other network: the histogram at the truth stands for all hypotheses. */
static int observe_fixed(cli *c, const higgs_inputs *in, const higgs_part *test, const fairu_binning *binning,
                         fairu_fill_options options, higgs_fill *fill)
{
  static const size_t knot_of_truth[HIGGS_TRUTHS] = { 0, HIGGS_KNOTS / 2, HIGGS_KNOTS - 1 };
  double all[HIGGS_KNOTS * HIGGS_BINS];
  size_t n = fill->bins.n;
  int status = fill_part(c, in, test, binning, options, 1, all, NULL);
  for (size_t i = 0; i < HIGGS_TRUTHS * HIGGS_KNOTS && status == FAIRU_OK; i++)
    memcpy(fill->observed[i / HIGGS_KNOTS] + i % HIGGS_KNOTS * n, all + knot_of_truth[i / HIGGS_KNOTS] * n,
           n * sizeof *all);
  return status;
}

static int fill_all(cli *c, const higgs_inputs *in, const higgs_part *templates, const higgs_part *test,
                    const fairu_classifier *classifier, higgs_fill *fill)
{
  fairu_binning *binning = NULL;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.classifier = classifier;
  if (status == FAIRU_OK)
    status =
        fairu_binning_create_edges(c->ctx, FAIRU_OUTPUT_LOGIT, fill->bins.edges, fill->bins.n - 1, &binning);
  if (status == FAIRU_OK)
    status = fill_part(c, in, templates, binning, options, HIGGS_CLASSES, fill->yields, fill->variances);
  if (status == FAIRU_OK)
    status = fill->moving ? observe_moving(c, in, test, binning, options, fill)
                          : observe_fixed(c, in, test, binning, options, fill);
  fairu_binning_destroy(binning);
  return status;
}

/* Scores of one class of the test part at a truth, the hypothesis being true. */
static int score_class(cli *c, const higgs_inputs *in, const fairu_events *events, double z,
                       const fairu_classifier *classifier, fairu_events **shifted, float *scores)
{
  size_t n_z = fairu_classifier_n_nuisances(classifier);
  int status = fairu_systematics_apply(in->tes, c->ctx, events, &z, 1, 1, NULL, shifted);
  if (status != FAIRU_OK)
    return status;
  return fairu_classifier_score_events(classifier, c->ctx, *shifted, n_z ? &z : NULL, 1, n_z,
                                       FAIRU_OUTPUT_LOGIT, scores);
}

static int measure_auc(cli *c, const higgs_inputs *in, const higgs_part *test, int truth,
                       const fairu_classifier *classifier, double *auc)
{
  size_t most = 0, n = 0;
  for (int k = 0; k < HIGGS_CLASSES; k++)
    most += fairu_events_n_events(test->classes[k]);
  float *scores = calloc(most + 1, sizeof *scores);
  double *weights = calloc(most + 1, sizeof *weights);
  int32_t *labels = calloc(most + 1, sizeof *labels);
  int status = scores && weights && labels ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    fairu_events *shifted = NULL;
    status = score_class(c, in, test->classes[k], higgs_truths[truth], classifier, &shifted, scores + n);
    size_t n_here = fairu_events_n_events(shifted);
    if (status == FAIRU_OK && n_here)
      memcpy(weights + n, fairu_events_weights(shifted), n_here * sizeof *weights);
    for (size_t i = 0; i < n_here; i++)
      labels[n + i] = k;
    n += n_here;
    fairu_events_destroy(shifted);
  }
  if (status == FAIRU_OK)
    status = fairu_auc(c->ctx, scores, labels, weights, n, auc);
  free(scores);
  free(weights);
  free(labels);
  return status;
}

int higgs_fill_make(cli *c, const higgs_inputs *in, const higgs_part *templates, const higgs_part *test,
                    const fairu_classifier *classifier, const higgs_bins *bins, higgs_fill *fill)
{
  fill->bins = *bins;
  fill->moving = fairu_classifier_n_nuisances(classifier) > 0;
  int status = fill_all(c, in, templates, test, classifier, fill);
  if (status == FAIRU_OK)
    status = higgs_fit_accepts(c, fill, &in->prior);
  while (status == FAIRU_ERR_NEGATIVE_YIELD && fill->bins.n > 2) {
    higgs_bins_merge_weakest(&fill->bins);
    status = fill_all(c, in, templates, test, classifier, fill);
    if (status == FAIRU_OK)
      status = higgs_fit_accepts(c, fill, &in->prior);
  }
  for (int t = 0; t < HIGGS_TRUTHS && status == FAIRU_OK; t++)
    status = measure_auc(c, in, test, t, classifier, &fill->auc[t]);
  return status;
}
