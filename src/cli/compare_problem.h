/* compare_problem.h - problems whose densities are known: events of a unit cube, shifts, log densities, exact bins; and one of simulated
 * events, of which nothing is known in closed form.
 *
 * Two classes, at most two nuisance parameters Z with Gaussian priors. mu multiplies the signal. Events are made at
 * nominal Z and moved by a fairu_systematics; what moves one class only reads the column COMPARE_MOVES (1 in events that move, else 0).
 */
#ifndef FAIRU_CLI_COMPARE_PROBLEM_H
#define FAIRU_CLI_COMPARE_PROBLEM_H

#include <fairu/fairu.h>

enum {
  COMPARE_DIMS = 3, /* features of problems that are known in closed form */
  COMPARE_FEATURES = 29,
  COMPARE_AXES = 2,
  COMPARE_TRUTHS = 2,
  COMPARE_BINS = 10,
  COMPARE_KNOTS = 48,
  COMPARE_POINTS = 96, /* of a grid */
  COMPARE_PARAMETERS = 1 + COMPARE_AXES
};
#define COMPARE_MOVES "moves"

enum compare_class { COMPARE_BACKGROUND, COMPARE_SIGNAL, COMPARE_CLASSES }; /* labels */

typedef struct compare_axis {
  const char *name;
  double nominal, width; /* of the prior */
  double step; /* of variations up and down in training, about what the data will leave of the prior */
  double knots[COMPARE_KNOTS]; /* of templates; nominal is one of them */
  size_t n_knots;
} compare_axis;

typedef struct compare_truth {
  const char *name;
  double z[COMPARE_AXES];
} compare_truth;

typedef struct compare_range {
  double lower, upper;
  size_t cells; /* of the quadrature of one class, 8 nodes each */
} compare_range;

typedef struct compare_problem {
  const char *name, *title, *about;
  const char *features[COMPARE_FEATURES];
  size_t n_features;
  compare_axis axes[COMPARE_AXES];
  size_t n_axes;
  size_t adversary;           /* axis that adversaries learn, as they learn one */
  int moves[COMPARE_CLASSES]; /* column COMPARE_MOVES */
  double signal, background;  /* expected events at mu = 1 */
  compare_truth truths[COMPARE_TRUTHS];
  size_t n_truths;
  size_t template_events;            /* per class, of the full study */
  compare_range range[COMPARE_DIMS]; /* outside there is nothing to be learned */

  /* Nuisances with their priors, and steps. */
  int (*systematics)(fairu_context *ctx, const struct compare_problem *problem, fairu_systematics **out);
  /* NULL, as all that follow, where densities are not known. A point of the unit cube, u [n_features] in (0, 1), as an event at nominal Z, x [n_features]. */
  void (*event)(int label, const double *u, double *x);
  /* ln p(x | label, z), and its derivatives [n_axes] by z. */
  double (*log_density)(int label, const double *x, const double *z, double *d_z);
  /* P(logit of the Bayes score of balanced classes at z_score < edge) of a class made at z, for edges [n]. */
  void (*distribution)(int label, const double *z, const double *z_score, const double *edges, size_t n,
                       double *p);
} compare_problem;

extern const compare_problem compare_rotation, compare_inferno3d, compare_gamma_hard, compare_gamma_easy,
    compare_pivot_toy, compare_higgs_tes;

/* By name, NULL if there is none. */
const compare_problem *compare_problem_find(const char *name);

/* Systematics with the problem's nuisances, still without steps. */
int compare_nuisances_create(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out);

/* Expected events of a class at mu = 1. */
double compare_yield(const compare_problem *problem, int label);

/* The grid of templates: axes with their knots and the product of two. fine: half the step, if there is one axis. */
int compare_grid_create(fairu_context *ctx, const compare_problem *problem, int fine, fairu_grid **out);

/* Normal quantile and distribution (those of the rotation study). */
double compare_normal(double u);
double compare_normal_cdf(double x);

#endif /* FAIRU_CLI_COMPARE_PROBLEM_H */
