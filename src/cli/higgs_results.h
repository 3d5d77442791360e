/* higgs_results.h - what the tau-energy-scale study found, and how it is told. */
#ifndef FAIRU_CLI_HIGGS_RESULTS_H
#define FAIRU_CLI_HIGGS_RESULTS_H

#include "higgs.h"

#include <jansson.h>

/* One trained network. */
typedef struct higgs_network_record {
  uint32_t split, fold;
  int net;
  size_t n_bins;
  double effective; /* least background events of the training part in a bin */
  double loss;      /* training loss of the last epoch */
  double auc[HIGGS_TRUTHS];
} higgs_network_record;

/* The same case by higgs_courses. */
typedef struct higgs_course_check {
  higgs_case by_course[HIGGS_COURSES];
} higgs_course_check;

/* A choice of everything but split, fold and method. */
typedef struct higgs_condition {
  int truth, luminosity, mc_stat, profiled;
} higgs_condition;

enum { HIGGS_CONDITIONS = HIGGS_TRUTHS * 2 * 2 * 2 };
higgs_condition higgs_condition_at(int index); /* 0 .. HIGGS_CONDITIONS - 1 */

/* Half-width minus baseline over bootstrap replicas: running mean and sum of squares about it. */
typedef struct higgs_boot_sum {
  size_t n;
  double mean, squares;
} higgs_boot_sum;

typedef struct higgs_results {
  const higgs_options *options;
  const higgs_inputs *inputs;
  size_t n_splits;
  higgs_case *cases; /* [n_cases] */
  size_t n_cases;
  higgs_network_record *networks; /* [n_networks] */
  size_t n_networks;
  higgs_course_check *checks; /* [n_checks] of the first split */
  size_t n_checks;
  higgs_fill *fills;    /* [HIGGS_NETS] of the first fold of the first split */
  higgs_losses *losses; /* [HIGGS_NETS] likewise */
  size_t n_replicas;    /* of the bootstrap */
  higgs_boot_sum boot[HIGGS_CONDITIONS][HIGGS_METHODS];
  size_t n_failed; /* cases without an interval */
  size_t n_open;   /* cases whose lower or upper end is no crossing */
} higgs_results;

int higgs_results_create(cli *c, size_t n_splits, higgs_results *r);
void higgs_results_free(higgs_results *r);

/* Mean and spread over the splits of a number per split. */
typedef struct higgs_spread {
  double mean, deviation, least, most; /* deviation: of one split, divisor n - 1 */
  size_t n, n_negative;                /* splits that have the number; where it is below 0 */
} higgs_spread;

/* Half-width of a method under a condition in one split: mean over its folds; NaN if one has none. */
double higgs_half_width(const higgs_results *r, uint32_t split, int method, const higgs_condition *at);
higgs_spread higgs_widths(const higgs_results *r, int method, const higgs_condition *at);
/* Of the half-widths of `method` minus those of `reference` in the same split. */
higgs_spread higgs_differences(const higgs_results *r, int method, int reference, const higgs_condition *at);

/* Standard deviation of the difference to the baseline over the bootstrap replicas; NaN where there are none. */
double higgs_boot_deviation(const higgs_results *r, int method, int condition);
/* Is the mean difference more than twice the root of summed squares of both spreads: events and re-splits? */
int higgs_is_significant(const higgs_results *r, int method, int condition);

/* Names in tables. */
const char *higgs_mode_name(int profiled);
const char *higgs_mc_stat_name(int mc_stat);

int higgs_write_tables(cli *c, const higgs_results *r);
json_t *higgs_results_json(const higgs_results *r);
int higgs_write_report(cli *c, const higgs_results *r);

#endif /* FAIRU_CLI_HIGGS_RESULTS_H */
