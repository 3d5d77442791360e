/* compare_results.h - what the study finds, in rows: one per method and seed. Written as CSV, JSON and a page when all of it is there. */
#ifndef FAIRU_CLI_COMPARE_RESULTS_H
#define FAIRU_CLI_COMPARE_RESULTS_H

#include "compare_exact.h"
#include "compare_summary.h"
#include "out.h"

enum { COMPARE_MOST_METHODS = 16, COMPARE_MOST_SEEDS = 1000 };

/* How large the study is; chosen by --quick. Events per class. */
typedef struct compare_scale {
  size_t training_events, template_events, pool_events, toys;
} compare_scale;

typedef struct compare_options {
  const char *out;
  uint64_t seed, n_seeds;
  int quick;
  int quantile; /* bins of scores hold equal nominal signal instead of being uniform */
  const compare_problem *problem;
  const struct higgs_inputs *higgs;  /* simulated events, of higgs-tes alone */
  int methods[COMPARE_MOST_METHODS]; /* compare_methods.h */
  size_t n_methods;
  compare_scale scale;
} compare_options;

/* One training at one truth. Widths are of mu, one sigma. */
typedef struct compare_at {
  double auc;
  double fixed; /* half-width, Z known, templates as if exact */
  double
      fisher_fixed; /* its Gaussian limit for the score at the true Z: 1 / sqrt(binned Fisher information) */
  double fisher;    /* the same with Z profiled */
  double profiled;  /* half-width, Z profiled, templates as if exact */
  double width;     /* half-width, Z profiled, with template statistics */
  double mu_hat;
  fairu_coverage toys; /* with template statistics */
} compare_at;

typedef struct compare_row {
  int method;
  uint64_t seed; /* 0 .. n_seeds - 1 */
  int status;    /* of the training; then nothing else is known */
  char message[192];
  size_t n_bins, epochs;
  double loss;
  double dependence[COMPARE_CLASSES];
  compare_at at[COMPARE_TRUTHS];
  double seconds; /* of training; never in results.json */
} compare_row;

/* Median and quantiles at 16 and 84 % over the seeds. */
typedef struct compare_spread {
  double median, lower, upper;
} compare_spread;

enum compare_quantity {
  COMPARE_AUC,
  COMPARE_FIXED,
  COMPARE_FISHER_FIXED,
  COMPARE_FISHER,
  COMPARE_PROFILED,
  COMPARE_WIDTH,
  COMPARE_MU_HAT,
  COMPARE_QUANTITIES
};

/* A method over all seeds. */
typedef struct compare_verdict {
  int method;
  size_t n_trained, n_failed;
  compare_spread of[COMPARE_TRUTHS][COMPARE_QUANTITIES];
  compare_spread dependence[COMPARE_CLASSES], bins;
  fairu_coverage toys[COMPARE_TRUTHS]; /* of all seeds together */
  int covers;                          /* at no truth significantly less than 0.6827 - COMPARE_SLACK */
  double over;    /* median width over floor (over 1 where there is none), mean of the truths */
  int rank;       /* 1: the narrowest of those that cover; 0: does not cover */
  double seconds; /* median */
} compare_verdict;

#define COMPARE_SLACK 0.02

typedef struct compare_exact_row {
  double floor_fixed, floor;
  compare_widths nominal, aware; /* Bayes score in bins */
} compare_exact_row;

typedef struct compare_results {
  const compare_options *options;
  compare_exact_row exact[COMPARE_TRUTHS];
  size_t n_events[COMPARE_CLASSES]; /* for training, of the first seed */
  compare_row *rows;                /* [n_rows], owned */
  size_t n_rows;
  fairu_tally *tallies[COMPARE_MOST_METHODS][COMPARE_TRUTHS];
  compare_verdict verdicts[COMPARE_MOST_METHODS]; /* in the order of options->methods */
} compare_results;

/* Expected events at mu = 1, before any cut. */
double compare_expected(const compare_options *options, int label);

extern const char *const compare_quantity_names[COMPARE_QUANTITIES];

/* Evaluate a classifier as seed `seed` of a method (its templates come from events of that seed) and add its toys to the tallies. */
int compare_evaluate(cli *c, compare_results *r, size_t method, const fairu_systematics *systematics,
                     const fairu_classifier *classifier, const compare_pool *templates,
                     const compare_pool *data, compare_row *row);

/* Verdicts from rows and tallies. */
int compare_judge(cli *c, compare_results *r);

int compare_run(cli *c, const compare_options *options);

int compare_write_tables(cli *c, const compare_results *r);
int compare_write_report(cli *c, const compare_results *r);
json_t *compare_json(const compare_results *r);
void compare_print(const compare_results *r);

#endif /* FAIRU_CLI_COMPARE_RESULTS_H */
