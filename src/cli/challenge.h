/* challenge.h - the parts of `fairu challenge`: events, parts of them, network, templates, estimators, pseudo-experiments. */
#ifndef FAIRU_CLI_CHALLENGE_H
#define FAIRU_CLI_CHALLENGE_H

#include "cli.h"

enum {
  CHALLENGE_PRIMARY = 16, /* PRI_* columns */
  CHALLENGE_FEATURES = 28,
  CHALLENGE_PROCESSES = FAIRU_CHALLENGE_PROCESSES,
  CHALLENGE_MOST_SETS = 1000,
  CHALLENGE_MOST_BINS = 64,
  CHALLENGE_UNIFORM_BINS = 20, /* of the organisers' recipe */
  CHALLENGE_CHECKS = 4         /* points at which templates are checked with the calibration part */
};

/* Ends of the range in which mu is known to lie. */
#define CHALLENGE_MU_LOWER 0.1
#define CHALLENGE_MU_UPPER 3.0
/* A row whose expected multiplicity stays below counts as new in each pseudo-experiment. */
#define CHALLENGE_RARE 0.02
#define CHALLENGE_BLIND_LENGTH 1.98

extern const char *const challenge_features[CHALLENGE_FEATURES]; /* PRI_* first */
extern const char *const challenge_processes[CHALLENGE_PROCESSES];

/* Place of a name among them, -1 if it is none. */
int challenge_process(const char *name);

enum challenge_part {
  CHALLENGE_TRAIN = 0,       /* network and binning */
  CHALLENGE_TEMPLATE = 1,    /* templates */
  CHALLENGE_CALIBRATION = 2, /* checks of network and templates before the first test */
  CHALLENGE_TEST = 3,        /* the pool of pseudo-experiments */
  CHALLENGE_PARTS = 4
};
extern const char *const challenge_part_names[CHALLENGE_PARTS];

enum challenge_estimator {
  CHALLENGE_CALIBRATED = 0,
  CHALLENGE_PROFILE = 1,
  CHALLENGE_HESSE = 2,
  CHALLENGE_BASELINE = 3,
  CHALLENGE_COUNTING = 4,
  CHALLENGE_RANDOM = 5,
  CHALLENGE_ESTIMATORS = 6
};
extern const char *const challenge_estimator_names[CHALLENGE_ESTIMATORS];

/* Nuisance parameters of the likelihood; the first three are axes of the templates. */
enum challenge_nuisance {
  CHALLENGE_TES = 0,
  CHALLENGE_JES = 1,
  CHALLENGE_LOG_SOFT_MET = 2,
  CHALLENGE_TTBAR_SCALE = 3,
  CHALLENGE_DIBOSON_SCALE = 4,
  CHALLENGE_BKG_SCALE = 5,
  CHALLENGE_NUISANCES = 6,
  CHALLENGE_AXES = 3,
  CHALLENGE_PARAMETERS = 1 + CHALLENGE_NUISANCES,
  CHALLENGE_STARTS = 2 /* of a fit, besides nominal values */
};
extern const char *const challenge_nuisance_names[CHALLENGE_NUISANCES];

typedef struct challenge_options {
  const char *model, *out, *estimator, *rng, *calibration, *mu_text, *parts_text;
  uint64_t seed, n_sets, n_pe, repartitions, closure, toys, epochs, bins;
  uint64_t part_seed;
  double luminosity, signal_scale, min_effective;
  int quick;
  unsigned percent[CHALLENGE_PARTS];
  double mu[CHALLENGE_MOST_SETS];
  int has_mu;
  int wanted[CHALLENGE_ESTIMATORS];
  int chosen; /* whose intervals stand in the challenge's files */
} challenge_options;

/* ---- events and their parts ---------------------------------------------------------------------------- */

/* All files as one table: 28 features (DER_* yet to be computed), weights, labels in the order of enum fairu_challenge_process, ids. Checked row by row. */
int challenge_events_read(cli *c, fairu_events **out);

typedef struct challenge_parts {
  fairu_events *events[CHALLENGE_PARTS];
  size_t rows[CHALLENGE_PARTS][CHALLENGE_PROCESSES];
  double effective[CHALLENGE_PARTS][CHALLENGE_PROCESSES]; /* (sum w)^2 / sum w^2 */
  double yields[CHALLENGE_PROCESSES];                     /* of each part, before cuts, at mu = 1 */
  double multiplicity[CHALLENGE_PARTS];                   /* largest expectation of a row; signal at mu = 3 */
  double variance_ratio;                                  /* sum w^2 of test over template, background */
} challenge_parts;

int challenge_parts_make(cli *c, const challenge_options *o, const fairu_events *events, uint64_t part_seed,
                         challenge_parts *parts);
void challenge_parts_free(challenge_parts *parts);
/* Is every row rare in templates and pool? */
int challenge_parts_are_rare(const challenge_parts *parts);

/* ---- systematics --------------------------------------------------------------------------------------- */

/* The generator's prior of a nuisance; the range is that of the likelihood. */
int challenge_prior(cli *c, int nuisance, fairu_nuisance *prior);
/* Chains with nuisances tes, jes, log_soft_met (templates); tes, jes, soft_met (pools); all six (organisers' recipe). */
int challenge_chain_templates(cli *c, fairu_systematics **out);
int challenge_chain_pools(cli *c, const challenge_options *o, fairu_systematics **out);
int challenge_chain_baseline(cli *c, fairu_systematics **out);

/* Weights and squares by process and bin of events shifted to z. */
typedef struct challenge_histogram {
  size_t n_bins;
  double sum[CHALLENGE_PROCESSES][CHALLENGE_MOST_BINS];
  double squares[CHALLENGE_PROCESSES][CHALLENGE_MOST_BINS];
} challenge_histogram;

int challenge_histogram_make(cli *c, const fairu_systematics *chain, const double *z, uint64_t seed,
                             const fairu_events *events, const fairu_classifier *classifier,
                             const fairu_binning *binning, challenge_histogram *histogram);
/* Nuisance values of the generator's priors, for the axes: number k of a stream of their own. */
int challenge_random_point(cli *c, uint64_t seed, uint64_t k, double z[CHALLENGE_AXES]);

/* ---- network, binning, templates ----------------------------------------------------------------------- */

/* Train on the train part and save as DIR/model.fairu, or load o->model and check it. */
int challenge_network_make(cli *c, const challenge_options *o, const challenge_parts *parts, uint64_t seed,
                           int save, fairu_classifier **out);
/* Area under the curve of a part at nominal values. */
int challenge_network_auc(cli *c, const fairu_events *events, const fairu_classifier *classifier,
                          double *auc);

typedef struct challenge_bins {
  size_t n;
  double edges[CHALLENGE_MOST_BINS];
  double sum[CHALLENGE_MOST_BINS], squares[CHALLENGE_MOST_BINS]; /* background of the train part */
  double least_effective;
} challenge_bins;

int challenge_bins_choose(cli *c, const challenge_options *o, const challenge_parts *parts,
                          const fairu_classifier *classifier, challenge_bins *bins);
double challenge_bins_effective(const challenge_bins *bins, size_t bin);
void challenge_bins_merge_weakest(challenge_bins *bins);

/* Templates and likelihood. */
typedef struct challenge_model {
  challenge_bins bins;
  fairu_binning *binning;
  fairu_systematics *chain;
  fairu_templates *templates;
  fairu_likelihood *likelihood; /* with template statistics */
  fairu_likelihood *exact;      /* without: closure and expected widths */
  int interpolation;
  size_t n_replicas;                 /* how often each event of the template part was smeared */
  double least_effective;            /* of a process in a bin at a point, where it is not 0 */
  double least_background;           /* of all background in a bin at nominal values */
  size_t n_empty;                    /* processes and bins without events at some point */
  size_t index[CHALLENGE_NUISANCES]; /* of each nuisance among the parameters; mu is 0 */
  size_t n_parameters;
  double starts[CHALLENGE_STARTS * CHALLENGE_PARAMETERS];
  double check_chi2[CHALLENGE_CHECKS]; /* calibration part against templates at random points */
  double check_point[CHALLENGE_CHECKS][CHALLENGE_AXES];
  double range[CHALLENGE_AXES][2]; /* outer knots */
} challenge_model;

int challenge_model_make(cli *c, const challenge_options *o, const challenge_parts *parts,
                         const fairu_classifier *classifier, challenge_model *model);
/* Compare the calibration part with the templates. */
int challenge_model_check(cli *c, const challenge_options *o, const challenge_parts *parts,
                          const fairu_classifier *classifier, challenge_model *model);
void challenge_model_free(challenge_model *model);
/* Options of all fits: several starts, which point into the model. */
int challenge_fit_options(const challenge_model *model, fairu_fit_options *options);

/* The organisers' two examples. */
typedef struct challenge_examples {
  fairu_binning *binning;
  fairu_challenge_baseline *baseline;
  double beta, gamma; /* background and signal above 0.5 */
} challenge_examples;

int challenge_examples_make(cli *c, const challenge_parts *parts, const fairu_classifier *classifier,
                            challenge_examples *examples);
void challenge_examples_free(challenge_examples *examples);

/* ---- pseudo-experiments -------------------------------------------------------------------------------- */

typedef struct challenge_interval {
  double estimate, lower, upper; /* as scored */
  double raw_lower, raw_upper;   /* before they were cut to the range of mu */
  int status;
} challenge_interval;

typedef struct challenge_outcome {
  fairu_challenge_experiment truth;
  uint64_t n_events, n_passed;
  challenge_interval intervals[CHALLENGE_ESTIMATORS];
  double fitted[CHALLENGE_NUISANCES], errors[CHALLENGE_NUISANCES]; /* of the profile fit */
  int n_pieces;                                                    /* of the calibrated region */
} challenge_outcome;

typedef struct challenge_round {
  const challenge_options *options;
  uint64_t part_seed;
  challenge_parts parts;
  fairu_classifier *classifier;
  double auc[CHALLENGE_PARTS];
  challenge_model model;
  challenge_examples examples;
  fairu_interval_calibration *calibration;
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  challenge_outcome *outcomes; /* [n] */
  size_t n;
  fairu_interval_score scores[CHALLENGE_ESTIMATORS];
} challenge_round;

/* What an estimator reports as delta_mu_hat: the width of the interval, half of it in the organisers' counting example. */
double challenge_delta(int estimator, const challenge_interval *interval);

/* Seed of what is drawn in a round: partitions have true values, nuisances, events and toys of their own. */
uint64_t challenge_round_seed(const challenge_round *round);

/* True value of a nuisance of the likelihood in a pseudo-experiment. */
double challenge_truth(const challenge_model *model, const fairu_challenge_experiment *truth, int nuisance);

int challenge_pseudo_options(cli *c, const challenge_round *round, fairu_challenge_options *pseudo);
/* Draw and fill all pseudo-experiments, run all estimators on them. */
int challenge_pools_run(cli *c, challenge_round *round);
/* Estimators on the histograms: ours [n * bins], organisers' [n * 20]. */
int challenge_estimate(cli *c, challenge_round *round, const double *ours, const double *uniform);
int challenge_calibrate(cli *c, challenge_round *round, int save);

/* Parts, network, templates, calibration, pseudo-experiments; `save`: files of the first round are written. */
int challenge_round_run(cli *c, const challenge_options *o, const fairu_events *events, uint64_t part_seed,
                        int save, challenge_round *round);
void challenge_round_free(challenge_round *round);

#endif /* FAIRU_CLI_CHALLENGE_H */
