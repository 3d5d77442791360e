/* compare_counts.h - histograms of both classes over the grid, before they become templates: reorder and merge bins. */
#ifndef FAIRU_CLI_COMPARE_COUNTS_H
#define FAIRU_CLI_COMPARE_COUNTS_H

#include "compare_summary.h"

typedef struct compare_counts {
  size_t n_points, n_bins;
  size_t nominal;                     /* point */
  double *yields, *variances;         /* [COMPARE_CLASSES * n_points * n_bins], owned */
  double edges[COMPARE_MOST_CLASSES]; /* inner ones, n_bins - 1 */
} compare_counts;

/* Copy of templates; edges are those of the binning. FAIRU_ERR_OUT_OF_MEMORY. */
int compare_counts_create(const fairu_templates *templates, const fairu_binning *binning, size_t nominal,
                          compare_counts *out);
void compare_counts_clear(compare_counts *counts);

/* Bins in order of signal over background at nominal Z; ranks [n_bins]: the new place of each. Edges stay. */
void compare_counts_sort(compare_counts *counts, float *ranks);

/* Merge neighbours until every bin has enough background at every point and signal at the nominal one, or one is left. */
void compare_counts_merge(compare_counts *counts);

#endif /* FAIRU_CLI_COMPARE_COUNTS_H */
