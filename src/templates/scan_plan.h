/* scan_plan.h - what a scan has to do: at which Z to shift, at which to score. */
#ifndef FAIRU_TEMPLATES_SCAN_PLAN_H
#define FAIRU_TEMPLATES_SCAN_PLAN_H

#include "templates/scan.h"

typedef struct fairu_scan {
  const fairu_grid *grid;
  const fairu_binning *binning;
  const fairu_events *events;
  fairu_slice_fn fn;
  void *data;
  fairu_fill_options options;
  size_t piece;    /* rows of a piece */
  size_t n_scores; /* 1, or one per point */
  double *score_z; /* [n_scores][nuisances of the classifier], in its order */
  size_t n_shifts; /* 0: events as they are; 1: all points alike; or one per point */
  double *shift_z; /* [n_shifts][nuisances of the systematics], in their order */
} fairu_scan;

/* Read options, match nuisances to axes by name, in scratch of ctx. grid, binning and events are set already. */
int fairu_scan__plan(fairu_context *ctx, const fairu_fill_options *options, fairu_scan *scan);

#endif /* FAIRU_TEMPLATES_SCAN_PLAN_H */
