/* toy_results.h - what the study finds, in rows; written as CSV, JSON and a page when all of it is there. */
#ifndef FAIRU_CLI_TOY_RESULTS_H
#define FAIRU_CLI_TOY_RESULTS_H

#include "out.h"
#include "toy_study.h"
#include "toy_unbinned.h"

/* After those that make templates, the two of the event-wise likelihood: signal against background at z; background at z against
 * background at pi/4. */
enum toy_net {
  TOY_NET_BASELINE,
  TOY_NET_AUGMENTED,
  TOY_NET_AWARE,
  TOY_NETS,
  TOY_NET_RATIO = TOY_NETS,
  TOY_NET_DENSITY,
  TOY_ALL_NETS
};

enum {
  TOY_MAX_INTERVALS = 512,
  TOY_MAX_COVERAGES = 32,
  TOY_MAX_AUCS = 16,
  TOY_MAX_LOSSES = 256,
  TOY_MAX_WIDTHS = 16,
  TOY_MAX_UNBINNED = 8
};

/* How large the study is; chosen by --quick. */
typedef struct toy_scale {
  size_t training_events; /* per class */
  size_t epochs;
  size_t auc_events;      /* per class and angle */
  size_t template_events; /* per class, behind the templates of networks */
  size_t pool_events;     /* per class, behind event-level toys of the closed form */
  size_t net_pool_events; /* the same for networks */
  size_t toys, net_toys, step_toys;
  size_t unbinned_events; /* per class, behind toys of the learned event-wise likelihood */
  size_t unbinned_toys;
  size_t ratio_events, ratio_epochs; /* training of its networks, per class */
  size_t knots;
} toy_scale;

typedef struct toy_interval_row {
  const char *method;
  int trained;
  toy_settings settings;
  int z_mode;
  toy_interval interval;
} toy_interval_row;

typedef struct toy_coverage_row {
  const char *method;
  int trained;
  toy_settings settings;
  fairu_coverage found;
} toy_coverage_row;

typedef struct toy_auc_row {
  int net;
  double z, auc, closed_form;
} toy_auc_row;

typedef struct toy_loss_row {
  int net;
  size_t epoch;
  double loss;
} toy_loss_row;

/* sigma_mu of the aware classifier at fixed z by binning, mu = 1. */
typedef struct toy_width_row {
  int binning;
  size_t n_bins;
  double half_width;
} toy_width_row;

/* The event-wise likelihood. */
typedef struct toy_unbinned_row {
  const char *method;
  toy_settings settings;
  toy_unbinned_fit fit;
} toy_unbinned_row;

typedef struct toy_unbinned_nets {
  const fairu_classifier *ratio, *density;
} toy_unbinned_nets;

/* The aware closed form at pi/2 with half the step in z. */
typedef struct toy_step_check {
  size_t knots;
  fairu_coverage fine;
} toy_step_check;

typedef struct toy_results {
  const toy_options *options;
  toy_scale scale;
  toy_interval_row intervals[TOY_MAX_INTERVALS];
  size_t n_intervals;
  toy_coverage_row coverages[TOY_MAX_COVERAGES];
  size_t n_coverages;
  toy_auc_row aucs[TOY_MAX_AUCS];
  size_t n_aucs;
  toy_loss_row losses[TOY_MAX_LOSSES];
  size_t n_losses;
  toy_width_row widths[TOY_MAX_WIDTHS];
  size_t n_widths;
  toy_unbinned_row unbinned[TOY_MAX_UNBINNED];
  size_t n_unbinned;
  double pool_deviation[2]; /* at pi/4 and pi/2, in standard deviations of a toy */
  toy_step_check step;
  out_csv decision, templates, nll_map, profile;
} toy_results;

const char *toy_net_name(int net); /* "baseline_net" */
int toy_net_method(int net);       /* the closed form it is compared with */
const char *toy_binning_name(int binning);
const char *toy_case_name(const toy_settings *settings); /* "z=pi/2 mu=1" */

/* A row of the current case; over-long tables are refused. */
int toy_add_interval(cli *c, toy_results *r, const char *method, int trained, const toy_problem *problem,
                     int z_mode);
int toy_add_coverage(cli *c, toy_results *r, const char *method, int trained, const toy_settings *settings,
                     const fairu_coverage *found);
int toy_add_unbinned(cli *c, toy_results *r, const char *method, const toy_settings *settings,
                     const toy_unbinned_fit *fit);
/* The row of a case, NULL if there is none. */
const toy_interval_row *toy_find_interval(const toy_results *r, const char *method, int binning,
                                          double z_true, double mu_true, int aux, int z_mode);

/* Profiled curves and two-dimensional map of a problem, into the CSV files. */
int toy_add_profile(cli *c, toy_results *r, const char *method, const toy_problem *problem);
int toy_add_map(cli *c, toy_results *r, const char *method, const toy_problem *problem);
int toy_add_templates(cli *c, toy_results *r, const char *method, const fairu_templates *templates);
int toy_add_decision(cli *c, toy_results *r, const char *method, const fairu_classifier *classifier);

/* The parts of the study. */
int toy_run_closed(cli *c, toy_results *r);
int toy_run_closed_coverage(cli *c, toy_results *r);
int toy_run_networks(cli *c, toy_results *r);

int toy_run_unbinned(cli *c, toy_results *r);
int toy_run_unbinned_nets(cli *c, toy_results *r);

/* Train one of the networks of the event-wise likelihood. */
int toy_train_ratio(cli *c, toy_results *r, int net, fairu_classifier **out);

/* Train one network and measure its AUC. */
int toy_train(cli *c, toy_results *r, int net, fairu_classifier **out);

/* Write everything into options->out. */
int toy_write_tables(cli *c, toy_results *r);
int toy_write_report(cli *c, const toy_results *r);
json_t *toy_unbinned_json(const char *method, const toy_settings *settings, const toy_unbinned_fit *fit);
json_t *toy_results_json(const toy_results *r);

#endif /* FAIRU_CLI_TOY_RESULTS_H */
