#include "compare_summary.h"

#include "compare_counts.h"
#include "compare_fit.h"
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- several outputs as one number ---------------------------------------------------------------------- */

/* Rank of the largest output. Called from workers, which have no context of ours. */
static int rank_events(const float *features, size_t n_events, size_t n_features, const double *z,
                       size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances;
  const compare_summary *s = user_data;
  const size_t n_outputs = fairu_classifier_n_outputs(s->network);
  fairu_context *ctx = NULL;
  float *outputs = malloc(n_events * n_outputs * sizeof *outputs);
  int status = outputs ? fairu_context_create(NULL, &ctx) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status =
        fairu_classifier_score(s->network, ctx, features, n_events, fairu_classifier_n_features(s->network),
                               z, fairu_classifier_n_nuisances(s->network), FAIRU_OUTPUT_LOGIT, outputs);
  for (size_t i = 0; i < n_events && status == FAIRU_OK; i++) {
    size_t best = 0;
    for (size_t k = 1; k < n_outputs; k++)
      if (outputs[i * n_outputs + k] > outputs[i * n_outputs + best])
        best = k;
    logits[i] = s->ranks[best];
  }
  fairu_context_destroy(ctx);
  free(outputs);
  return status != FAIRU_OK;
}

static int create_ranked(fairu_context *ctx, compare_summary *s)
{
  const char *features[COMPARE_FEATURES], *nuisances[COMPARE_AXES];
  const size_t n_features = fairu_classifier_n_features(s->network);
  const size_t n_nuisances = fairu_classifier_n_nuisances(s->network);
  for (size_t i = 0; i < n_features; i++)
    features[i] = fairu_classifier_feature_name(s->network, i);
  for (size_t i = 0; i < n_nuisances; i++)
    nuisances[i] = fairu_classifier_nuisance_name(s->network, i);
  for (size_t k = 0; k < COMPARE_MOST_CLASSES; k++)
    s->ranks[k] = (float)k;
  return fairu_classifier_create_callback(ctx, features, n_features, nuisances, n_nuisances, 1, rank_events,
                                          s, &s->ranked);
}

/* ---- filling ------------------------------------------------------------------------------------------ */

/* Ten bins of equal nominal signal; fewer where the score has fewer values. */
static int quantile_binning(fairu_context *ctx, const compare_summary *s, const fairu_events *signal,
                            fairu_binning **out)
{
  double nominal[COMPARE_AXES];
  const size_t n = fairu_events_n_events(signal), n_z = fairu_classifier_n_nuisances(s->classifier);
  float *logits = malloc((n + 1) * sizeof *logits);
  for (size_t k = 0; k < s->problem->n_axes; k++)
    nominal[k] = s->problem->axes[k].nominal;
  int status = logits ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(s->classifier, ctx, signal, n_z ? nominal : NULL, 1, n_z,
                                           FAIRU_OUTPUT_LOGIT, logits);
  if (status == FAIRU_OK)
    status = fairu_binning_create_quantile(ctx, FAIRU_OUTPUT_LOGIT, logits, fairu_events_weights(signal), n,
                                           COMPARE_BINS, out);
  free(logits);
  return status;
}

/* Bins before any merging: uniform in the score (edges in its logit, where nothing saturates), or between ranks. */
static int raw_binning(fairu_context *ctx, const compare_summary *s, const compare_pool *pool, int quantile,
                       fairu_binning **out)
{
  double edges[COMPARE_MOST_CLASSES];
  const size_t n = s->ranked ? fairu_classifier_n_outputs(s->network) : COMPARE_BINS;
  if (quantile && !s->ranked)
    return quantile_binning(ctx, s, pool->classes[COMPARE_SIGNAL], out);
  for (size_t j = 1; j < n; j++)
    edges[j - 1] = s->ranked ? (double)j - 0.5 : log((double)j / (double)(n - j));
  return fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, edges, n - 1, out);
}

/* score_z NULL: the Z of each point. Yields may be 0. */
static int fill(fairu_context *ctx, const compare_summary *s, const fairu_binning *binning,
                const compare_pool *pool, const double *score_z, fairu_templates **out)
{
  fairu_fill_options options;
  fairu_fill *sums = NULL;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = s->systematics;
  options.classifier = s->classifier;
  options.mode = score_z ? FAIRU_FILL_SCORED_AT : FAIRU_FILL_AT_POINT;
  options.score_z = score_z;
  if (status == FAIRU_OK)
    status = fairu_fill_create(ctx, s->grid, binning, compare_process_names, COMPARE_CLASSES, &sums);
  for (int label = 0; label < COMPARE_CLASSES && status == FAIRU_OK; label++)
    status = fairu_fill_add(sums, ctx, compare_process_names[label], pool->classes[label], &options);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(ctx, sums, FAIRU_INTERPOLATION_LINEAR, out);
  fairu_fill_destroy(sums);
  return status;
}

/* The point of the grid that is nominal. */
static int nominal_point(fairu_context *ctx, const compare_problem *problem, const fairu_grid *grid,
                         size_t *point)
{
  double z[COMPARE_POINTS * COMPARE_AXES];
  const int status = fairu_grid_points(grid, ctx, z);
  *point = 0;
  for (size_t i = 0; i < fairu_grid_n_points(grid) && status == FAIRU_OK; i++) {
    int nominal = 1;
    for (size_t k = 0; k < problem->n_axes; k++)
      nominal &= z[i * problem->n_axes + k] == problem->axes[k].nominal;
    if (nominal)
      *point = i;
  }
  return status;
}

static int settle(fairu_context *ctx, compare_summary *s, compare_counts *counts)
{
  if (s->ranked)
    compare_counts_sort(counts, s->ranks);
  compare_counts_merge(counts);
  s->n_bins = counts->n_bins;
  int status =
      fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, counts->edges, counts->n_bins - 1, &s->binning);
  if (status == FAIRU_OK)
    status =
        fairu_templates_create(ctx, s->grid, compare_process_names, COMPARE_CLASSES, counts->n_bins,
                               counts->yields, counts->variances, FAIRU_INTERPOLATION_SQRT, &s->templates);
  return status;
}

int compare_summary_create(fairu_context *ctx, const compare_problem *problem,
                           const fairu_systematics *systematics, const fairu_classifier *network,
                           const compare_pool *pool, int quantile, compare_summary *out)
{
  fairu_binning *binning = NULL;
  fairu_templates *raw = NULL;
  compare_counts counts = { 0 };
  size_t nominal = 0;
  *out = (compare_summary){ .problem = problem, .systematics = systematics, .network = network };
  out->moving = fairu_classifier_n_nuisances(network) > 0;
  int status = fairu_classifier_n_outputs(network) > 1 ? create_ranked(ctx, out) : FAIRU_OK;
  out->classifier = out->ranked ? out->ranked : network;
  if (status == FAIRU_OK)
    status = compare_grid_create(ctx, problem, 0, &out->grid);
  if (status == FAIRU_OK)
    status = raw_binning(ctx, out, pool, quantile, &binning);
  if (status == FAIRU_OK)
    status = fill(ctx, out, binning, pool, NULL, &raw);
  if (status == FAIRU_OK)
    status = nominal_point(ctx, problem, out->grid, &nominal);
  if (status == FAIRU_OK)
    status = compare_counts_create(raw, binning, nominal, &counts);
  if (status == FAIRU_OK)
    status = settle(ctx, out, &counts);
  compare_counts_clear(&counts);
  fairu_templates_destroy(raw);
  fairu_binning_destroy(binning);
  if (status != FAIRU_OK)
    compare_summary_clear(out);
  return status;
}

void compare_summary_clear(compare_summary *summary)
{
  fairu_templates_destroy(summary->templates);
  fairu_binning_destroy(summary->binning);
  fairu_grid_destroy(summary->grid);
  fairu_classifier_destroy(summary->ranked);
  *summary = (compare_summary){ 0 };
}

int compare_summary_frozen(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                           const double *z, fairu_templates **out)
{
  return fill(ctx, summary, summary->binning, pool, z, out);
}

/* ---- data --------------------------------------------------------------------------------------------- */

/* Events moved to the truth beforehand; a grid without axes has one point. */
static int table_of(fairu_context *ctx, const compare_summary *summary, const fairu_events *events,
                    const double *z, const fairu_grid *grid, fairu_bin_table **out)
{
  fairu_fill_options options;
  fairu_events *shifted = NULL;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.classifier = summary->classifier;
  options.mode = FAIRU_FILL_SHIFTED_AT;
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(summary->systematics, ctx, events, z, summary->problem->n_axes, 1, NULL,
                                     &shifted);
  if (status == FAIRU_OK)
    status = fairu_bin_table_create(ctx, grid, summary->binning, shifted, &options, 1, out);
  fairu_events_destroy(shifted);
  return status;
}

int compare_tables_create(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                          const double *z, compare_tables *out)
{
  *out = (compare_tables){ 0 };
  int status = summary->moving ? compare_grid_create(ctx, summary->problem, 0, &out->grid)
                               : fairu_grid_create(ctx, NULL, 0, NULL, 0, &out->grid);
  for (int label = 0; label < COMPARE_CLASSES && status == FAIRU_OK; label++)
    status = table_of(ctx, summary, pool->classes[label], z, out->grid, &out->classes[label]);
  if (status != FAIRU_OK)
    compare_tables_clear(out);
  return status;
}

void compare_tables_clear(compare_tables *tables)
{
  for (int label = 0; label < COMPARE_CLASSES; label++)
    fairu_bin_table_destroy(tables->classes[label]);
  fairu_grid_destroy(tables->grid);
  *tables = (compare_tables){ 0 };
}

int compare_tables_set(fairu_context *ctx, const compare_tables *tables, fairu_data *data)
{
  static const double scales[COMPARE_CLASSES] = { 1.0, 1.0 };
  double counts[COMPARE_MOST_CLASSES];
  fairu_templates *moving = NULL;
  const int moves = fairu_grid_n_axes(tables->grid) > 0;
  int status = moves ? study_observed(ctx, tables->grid, tables->classes, scales, &moving)
                     : study_counts(ctx, tables->classes, scales, counts);
  if (status == FAIRU_OK)
    status = moves ? fairu_data_set_observed_moving(data, ctx, moving)
                   : fairu_data_set_observed(data, ctx, counts, fairu_bin_table_n_bins(tables->classes[0]));
  fairu_templates_destroy(moving);
  return status;
}

/* ---- what it tells apart ------------------------------------------------------------------------------- */

static int auc_of(fairu_context *ctx, const compare_summary *s, const fairu_events *events, const double *z,
                  double *auc)
{
  const size_t n = fairu_events_n_events(events), n_z = fairu_classifier_n_nuisances(s->classifier);
  float *scores = malloc((n + 1) * sizeof *scores);
  int status = scores ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(s->classifier, ctx, events, n_z ? z : NULL, 1, n_z,
                                           FAIRU_OUTPUT_LOGIT, scores);
  if (status == FAIRU_OK)
    status = fairu_auc(ctx, scores, fairu_events_labels(events), fairu_events_weights(events), n, auc);
  free(scores);
  return status;
}

int compare_summary_auc(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                        const double *z, double *auc)
{
  fairu_events *both = NULL, *shifted = NULL;
  int status = fairu_events_concatenate(pool->classes[0], ctx, pool->classes[1], &both);
  if (status == FAIRU_OK)
    status = fairu_systematics_apply(summary->systematics, ctx, both, z, summary->problem->n_axes, 1, NULL,
                                     &shifted);
  if (status == FAIRU_OK)
    status = auc_of(ctx, summary, shifted, z, auc);
  fairu_events_destroy(both);
  fairu_events_destroy(shifted);
  return status;
}

/* Kolmogorov distance of two histograms of their own sums. */
static double distance_of(const double *a, const double *b, size_t n)
{
  double sum_a = 0.0, sum_b = 0.0, below_a = 0.0, below_b = 0.0, largest = 0.0;
  for (size_t j = 0; j < n; j++) {
    sum_a += a[j];
    sum_b += b[j];
  }
  for (size_t j = 0; j + 1 < n; j++) {
    below_a += a[j] / sum_a;
    below_b += b[j] / sum_b;
    largest = fmax(largest, fabs(below_a - below_b));
  }
  return largest;
}

static int within_a_width(const compare_problem *problem, const double *z)
{
  int inside = 1;
  for (size_t k = 0; k < problem->n_axes; k++)
    inside &= fabs(z[k] - problem->axes[k].nominal) <= problem->axes[k].width * (1.0 + 1e-9);
  return inside;
}

int compare_summary_dependence(fairu_context *ctx, const compare_summary *summary, int label,
                               double *distance)
{
  const compare_problem *problem = summary->problem;
  double z[COMPARE_POINTS * COMPARE_AXES];
  size_t nominal;
  int status = fairu_grid_points(summary->grid, ctx, z);
  if (status == FAIRU_OK)
    status = nominal_point(ctx, problem, summary->grid, &nominal);
  if (status != FAIRU_OK)
    return status;
  *distance = 0.0;
  for (size_t i = 0; i < fairu_grid_n_points(summary->grid); i++)
    if (within_a_width(problem, z + i * problem->n_axes))
      *distance =
          fmax(*distance, distance_of(fairu_templates_yields(summary->templates, (size_t)label, i),
                                      fairu_templates_yields(summary->templates, (size_t)label, nominal),
                                      summary->n_bins));
  return FAIRU_OK;
}
