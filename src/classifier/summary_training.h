/* summary_training.h - the strategy of a training on soft counts: a batch is counted, the loss is asked once, slopes go back. */
#ifndef FAIRU_CLASSIFIER_SUMMARY_TRAINING_H
#define FAIRU_CLASSIFIER_SUMMARY_TRAINING_H

#include "classifier/summary_pass.h"

/* One set of rows that is counted as a whole: a batch, or the validation part. */
typedef struct fairu_summary_sample {
  size_t n_slices;
  fairu_summary_slice *slices;
} fairu_summary_sample;

typedef struct fairu_summary_training {
  const fairu_summary_options *options;
  fairu_soft_counts soft;
  fairu_summary_rows rows;
  size_t n_sums; /* of a slice */
  size_t epoch;  /* under way */
  /* from start to stop: */
  size_t *totals, *shares,
      *places;          /* [n_processes] training rows in all; in a batch, and where they start there */
  unsigned char *flags; /* [n_processes * n_variations] */
  uint32_t *order;      /* [training.n] spare */
  uint32_t *validation; /* [validation.n] rows by process */
  fairu_summary_sample batch, rest; /* rest: validation */
  double *sums;                     /* [most slices][n_sums] */
  double *by_process;               /* [n_processes][n_sums] */
  double *slopes;                   /* [n_processes][n_sums] */
  double *counts, *d_counts;        /* [n_processes * (1 + n_variations) * n_bins] */
  double *tangents, *d_tangents;    /* [n_processes * n_tangents * n_bins] */
  float *gradients, *kept;
} fairu_summary_training;

/* plan, strategy and data point at each other and at the options; arrays lie in the scratch of ctx. */
int fairu_summary_training__make(fairu_context *ctx, const fairu_events *events,
                                 const fairu_training_options *training, const fairu_summary_options *summary,
                                 fairu_summary_training *data, fairu_training_plan *plan,
                                 fairu_strategy *strategy);

/* summary_loss.c: counts of by_process go to the loss; its slopes come back into slopes. */
int fairu_summary_training__ask(fairu_summary_training *data, fairu_context *ctx, double *loss);

#endif /* FAIRU_CLASSIFIER_SUMMARY_TRAINING_H */
