/* challenge_results.h - what `fairu challenge` found, and the files it writes. */
#ifndef FAIRU_CLI_CHALLENGE_RESULTS_H
#define FAIRU_CLI_CHALLENGE_RESULTS_H

#include "challenge.h"

#include <jansson.h>

enum { CHALLENGE_CLOSURE_MU = 10, CHALLENGE_WIDTHS = 4 };

/* Mean and standard deviation over n values. */
typedef struct challenge_spread {
  double mean, deviation;
  size_t n;
} challenge_spread;

challenge_spread challenge_spread_of(const double *values, size_t n); /* NaN values are left out */

/* Expected widths from Asimov data at one mu. */
enum challenge_width {
  CHALLENGE_FIXED_EXACT = 0, /* nuisances at their centres, templates exact */
  CHALLENGE_PROFILED_EXACT = 1,
  CHALLENGE_FIXED_STATISTICS = 2, /* with template statistics */
  CHALLENGE_PROFILED_STATISTICS = 3
};
extern const char *const challenge_width_names[CHALLENGE_WIDTHS];

int challenge_expected_widths(cli *c, const challenge_model *model, double mu,
                              double widths[CHALLENGE_WIDTHS]);

/* How often intervals covered. */
typedef struct challenge_count {
  size_t n, covered;
  double width; /* mean */
} challenge_count;

/* Parametric toys from the fitted templates, with a calibration of their own. */
typedef struct challenge_closure {
  size_t n, n_failed;
  double mu[CHALLENGE_CLOSURE_MU];
  challenge_count calibrated, profile, profile_cut;
  challenge_count by_mu[CHALLENGE_CLOSURE_MU];
  challenge_count by_third[CHALLENGE_NUISANCES][3];
  double expected[CHALLENGE_WIDTHS]; /* mean over the values of mu */
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST];
} challenge_closure;

int challenge_closure_run(cli *c, const challenge_options *o, const challenge_model *model,
                          challenge_closure *closure);

/* Intervals of one estimator as columns; free with challenge_entries_free(). */
int challenge_entries_make(cli *c, const challenge_round *round, int estimator,
                           fairu_interval_entries *entries);
void challenge_entries_free(fairu_interval_entries *entries);

/* One repetition with other parts. */
typedef struct challenge_repetition {
  uint64_t part_seed;
  fairu_interval_score scores[CHALLENGE_ESTIMATORS];
} challenge_repetition;

typedef struct challenge_results {
  const challenge_options *options;
  const challenge_round *round; /* the first */
  size_t n_rows, n_sets;
  fairu_interval_score *sets; /* [estimator * n_sets + set] */
  double raw_width[CHALLENGE_ESTIMATORS];
  size_t n_failed[CHALLENGE_ESTIMATORS], n_hulls;
  challenge_spread pull[CHALLENGE_NUISANCES]; /* (fitted - true) / fitted error */
  double constraint[CHALLENGE_NUISANCES];     /* mean fitted error over width of the prior */
  double expected[CHALLENGE_WIDTHS];          /* at mu = 1 */
  const challenge_closure *closure;           /* NULL without */
  challenge_repetition *repetitions;          /* [n_repetitions], the first round among them */
  size_t n_repetitions;
} challenge_results;

/* Coverage (0), width (1) or score (2) of an estimator over the repetitions. */
challenge_spread challenge_results_spread(const challenge_results *r, int estimator, int which);

int challenge_results_make(cli *c, const challenge_round *round, challenge_results *results);
void challenge_results_free(challenge_results *results);

int challenge_results_json(cli *c, const challenge_results *results,
                           json_t **out); /* *out also after a failure */
int challenge_write_tables(cli *c, const challenge_results *results);
int challenge_write_layout(cli *c,
                           const challenge_results *results); /* result_<set>.json, test_settings.json */
int challenge_write_report(cli *c, const challenge_results *results);

#endif /* FAIRU_CLI_CHALLENGE_RESULTS_H */
