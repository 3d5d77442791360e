/* higgs.h - the parts of `fairu study higgs-tes`: data, splits, networks, fits, tables. */
#ifndef FAIRU_CLI_HIGGS_H
#define FAIRU_CLI_HIGGS_H

#include "cli.h"

enum {
  HIGGS_FEATURES = 29, /* all DER_* and PRI_* but DER_mass_MMC, which cannot be recomputed */
  HIGGS_FOLDS = 3,     /* parts of a split: training, templates, test, rotated */
  HIGGS_KNOTS = 11,    /* 0.90, 0.92 ... 1.10 */
  HIGGS_TRUTHS = 3,    /* 0.9, 1.0, 1.1 */
  HIGGS_BINS = 10,     /* at most: quantiles of the signal training sample */
  HIGGS_MAX_SPLITS = 1000
};

enum higgs_class { HIGGS_BACKGROUND = 0, HIGGS_SIGNAL = 1, HIGGS_CLASSES = 2 };

/* Networks; the one trained at Z = 1 is the baseline and "trained at the true Z" of truth 1. */
enum higgs_network {
  HIGGS_NET_BASELINE = 0,
  HIGGS_NET_AUGMENTED = 1,
  HIGGS_NET_AWARE = 2,
  HIGGS_NET_TRUE_DOWN = 3, /* trained at 0.9 */
  HIGGS_NET_TRUE_UP = 4,   /* trained at 1.1 */
  HIGGS_NETS = 5
};

/* Methods compared at one truth. */
enum higgs_method {
  HIGGS_BASELINE = 0,
  HIGGS_AUGMENTED = 1,
  HIGGS_AWARE = 2,
  HIGGS_TRUE_Z = 3,
  HIGGS_METHODS = 4
};

#define HIGGS_FEATURE_NAMES                                                                                  \
  "DER_mass_transverse_met_lep", "DER_mass_vis", "DER_pt_h", "DER_deltaeta_jet_jet", "DER_mass_jet_jet",     \
      "DER_prodeta_jet_jet", "DER_deltar_tau_lep", "DER_pt_tot", "DER_sum_pt", "DER_pt_ratio_lep_tau",       \
      "DER_met_phi_centrality", "DER_lep_eta_centrality", "PRI_tau_pt", "PRI_tau_eta", "PRI_tau_phi",        \
      "PRI_lep_pt", "PRI_lep_eta", "PRI_lep_phi", "PRI_met", "PRI_met_phi", "PRI_met_sumet", "PRI_jet_num",  \
      "PRI_jet_leading_pt", "PRI_jet_leading_eta", "PRI_jet_leading_phi", "PRI_jet_subleading_pt",           \
      "PRI_jet_subleading_eta", "PRI_jet_subleading_phi", "PRI_jet_all_pt"
extern const char *const higgs_features[HIGGS_FEATURES];
extern const char *const higgs_method_names[HIGGS_METHODS];
extern const char *const higgs_net_names[HIGGS_NETS];
extern const double higgs_truths[HIGGS_TRUTHS];
extern const double higgs_luminosities[2]; /* factors on the Weight sums of the file */
#define HIGGS_NUISANCE "tes"
#define HIGGS_TAU_PT_MIN 22.0
#define HIGGS_PRIOR_WIDTH 0.05

/* The network that serves a method at a truth. */
int higgs_net_of(int method, int truth);

typedef struct higgs_options {
  const char *data, *out;
  uint64_t seed, splits;
  int quick, gated;
  double min_effective; /* least effective number of background training events in a bin */
} higgs_options;

/* What does not change from split to split. */
typedef struct higgs_inputs {
  fairu_events *events; /* label 0 background, 1 signal */
  fairu_systematics *tes;
  fairu_grid *grid; /* HIGGS_KNOTS points */
  fairu_nuisance prior;
  double sums[HIGGS_CLASSES];                   /* of Weight, before any cut */
  double cut_sums[HIGGS_CLASSES][HIGGS_TRUTHS]; /* after the cut, at each truth */
  size_t rows[HIGGS_CLASSES];
} higgs_inputs;

int higgs_inputs_read(cli *c, const char *path, higgs_inputs *in);
void higgs_inputs_free(higgs_inputs *in);

/* One part of a split. */
typedef struct higgs_part {
  fairu_events *classes[HIGGS_CLASSES];
  double scales[HIGGS_CLASSES]; /* bring the class back to the sum of all events */
} higgs_part;

int higgs_split(cli *c, const higgs_inputs *in, uint64_t seed, higgs_part parts[HIGGS_FOLDS]);
void higgs_split_free(higgs_part parts[HIGGS_FOLDS]);

/* Losses by epoch of one training. */
typedef struct higgs_losses {
  double values[256];
  size_t n;
} higgs_losses;

/* Train one of enum higgs_network on one part. */
int higgs_train(cli *c, const higgs_inputs *in, const higgs_options *options, const higgs_part *part, int net,
                uint64_t seed, higgs_losses *losses, fairu_classifier **out);

/* Binning of one network: quantiles of the signal training sample in the logit, neighbours merged until every bin
 * holds enough background of the training part at every Z. */
typedef struct higgs_bins {
  size_t n;                             /* bins */
  double edges[HIGGS_BINS];             /* inner ones, n - 1 */
  double sum[HIGGS_KNOTS * HIGGS_BINS]; /* background training weights by Z and bin, rows of n */
  double sum_squares[HIGGS_KNOTS * HIGGS_BINS];
} higgs_bins;

int higgs_bins_choose(cli *c, const higgs_inputs *in, const higgs_options *options, const higgs_part *part,
                      int net, const fairu_classifier *classifier, higgs_bins *bins);
/* Effective number of background training events of a bin, (sum w)^2 / sum w^2, at the Z where it is least. */
double higgs_bins_effective(const higgs_bins *bins, size_t bin);
/* Join the bin with the least background to its weaker neighbour; there are at least two. */
void higgs_bins_merge_weakest(higgs_bins *bins);

/* Histograms of one network in one fold at luminosity 1; rows of bins.n. */
typedef struct higgs_fill {
  higgs_bins bins;
  double yields[HIGGS_CLASSES * HIGGS_KNOTS * HIGGS_BINS]; /* templates, in the order of enum higgs_class */
  double variances[HIGGS_CLASSES * HIGGS_KNOTS * HIGGS_BINS]; /* sums of w^2 */
  double observed[HIGGS_TRUTHS][HIGGS_KNOTS * HIGGS_BINS]; /* test part shifted to a truth, by hypothesis Z */
  double auc[HIGGS_TRUTHS];                                /* of the test part */
  int moving;                                              /* the observation depends on the hypothesis */
} higgs_fill;

/* Fill templates and test histograms; bins are merged further if a template cannot carry its statistical error. */
int higgs_fill_make(cli *c, const higgs_inputs *in, const higgs_part *templates, const higgs_part *test,
                    const fairu_classifier *classifier, const higgs_bins *bins, higgs_fill *fill);

/* One interval. */
typedef struct higgs_case {
  uint32_t split, fold;
  int method, truth, luminosity, mc_stat, profiled;
  size_t n_bins;
  double mu_hat, z_hat, lower, upper, half_width;
  int lower_end, upper_end, status;
} higgs_case;

/* How the histograms run over Z: knots every 0.02 or 0.04, a parabola per bin or a spline through the knots. The first
 * is used, the others check it. */
typedef struct higgs_course {
  size_t step; /* every step-th knot */
  int smooth;
} higgs_course;

enum { HIGGS_COURSES = 4 };
extern const higgs_course higgs_courses[HIGGS_COURSES];

/* Fit and interval of the case that `result` names. A fit that fails, or histograms that none can be made of (an empty template in a bootstrap replica),
 * leave their code in result->status. */
int higgs_fit(cli *c, const higgs_fill *fill, const higgs_course *course, const fairu_nuisance *prior,
              higgs_case *result);

/* Do templates and likelihood accept these histograms, template statistics included? */
int higgs_fit_accepts(cli *c, const higgs_fill *fill, const fairu_nuisance *prior);

#endif /* FAIRU_CLI_HIGGS_H */
