/* compare_summary.h - a classifier becomes a histogram: the same bins, templates and data for all methods.
 *
 * A score is cut into COMPARE_BINS uniform bins, or bins of equal nominal signal; of several outputs the largest is the bin (arg-max), and bins are put in order of nominal
 * signal over background. Neighbours are merged until every bin holds enough simulated background at every Z of the grid, and signal at
 * nominal Z. A classifier with Z as input is asked at the Z of each hypothesis, for templates and data alike.
 */
#ifndef FAIRU_CLI_COMPARE_SUMMARY_H
#define FAIRU_CLI_COMPARE_SUMMARY_H

#include "compare_events.h"

enum { COMPARE_MOST_CLASSES = 32 };

typedef struct compare_summary {
  const compare_problem *problem;
  const fairu_systematics *systematics;
  const fairu_classifier *network;    /* as it was trained */
  const fairu_classifier *classifier; /* what is binned: network or ranked */
  fairu_classifier *ranked;           /* rank of the largest output */
  float ranks[COMPARE_MOST_CLASSES];
  int moving; /* Z is an input */
  fairu_grid *grid;
  fairu_binning *binning;
  size_t n_bins;
  fairu_templates *templates; /* processes in the order of labels */
} compare_summary;

/* Choose bins and fill templates from a pool. quantile: bins of equal nominal signal, where there is one output. network outlives the summary, and the summary stays where it is. */
int compare_summary_create(fairu_context *ctx, const compare_problem *problem,
                           const fairu_systematics *systematics, const fairu_classifier *network,
                           const compare_pool *pool, int quantile, compare_summary *out);
void compare_summary_clear(compare_summary *summary);

/* Templates of the score frozen at the truth, for the Gaussian limit. */
int compare_summary_frozen(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                           const double *z, fairu_templates **out);

/* Data made at the truth: bins of events under every hypothesis, or the one histogram where the score does not know Z. */
typedef struct compare_tables {
  fairu_grid *grid;
  fairu_bin_table *classes[COMPARE_CLASSES];
} compare_tables;

int compare_tables_create(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                          const double *z, compare_tables *out);
void compare_tables_clear(compare_tables *tables);

/* Their expectation at mu = 1 into the main counts of data, which move with Z where the score does. */
int compare_tables_set(fairu_context *ctx, const compare_tables *tables, fairu_data *data);

/* Area under the ROC curve of events made and scored at z. */
int compare_summary_auc(fairu_context *ctx, const compare_summary *summary, const compare_pool *pool,
                        const double *z, double *auc);

/* Largest Kolmogorov distance, in bins, between a class at nominal Z and at Z of the grid within a prior width of it. */
int compare_summary_dependence(fairu_context *ctx, const compare_summary *summary, int label,
                               double *distance);

#endif /* FAIRU_CLI_COMPARE_SUMMARY_H */
