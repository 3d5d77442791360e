/* toy_problem.h - one inference problem of the toy: templates, likelihood, data; its fits and intervals.
 *
 * The templates may come from closed forms or from events scored by a network: from here on both are the same.
 */
#ifndef FAIRU_CLI_TOY_PROBLEM_H
#define FAIRU_CLI_TOY_PROBLEM_H

#include <fairu/fairu.h>

#include "toy_model.h"

enum { TOY_KNOTS = 161, TOY_MOST_KNOTS = 4 * TOY_KNOTS, TOY_MU = 0, TOY_Z = 1, TOY_PARAMETERS = 2 };
enum toy_z_mode { TOY_FIXED, TOY_GRID21, TOY_CONT, TOY_Z_MODES };

const char *toy_z_mode_name(int z_mode);

/* What the options of one case say. */
typedef struct toy_settings {
  int method, binning;
  size_t n_bins;
  double slope;
  int aux; /* 0: Gaussian prior about pi/4; 1: auxiliary Poisson measurement */
  double prior_width;
  int constant; /* fairu_nll_constant */
  double z_true, mu_true;
} toy_settings;

/* baseline, 10 uniform bins, Bayes slope, prior 0.5, true Poisson, z = pi/4, mu = 1. */
toy_settings toy_settings_default(void);

/* A grid of n_knots equal steps over the range of z, of at most 2 * TOY_MOST_KNOTS: half the step of the most. */
int toy_grid_create(fairu_context *ctx, size_t n_knots, fairu_grid **out);

typedef struct toy_problem {
  toy_settings settings;
  fairu_likelihood *likelihood;
  fairu_data *data;
} toy_problem;

/* Model of given templates (copied): likelihood with its constraint, Asimov data at the truth with the prior's own
 * centre. observed: counts that move with z, or NULL. */
int toy_problem_create(fairu_context *ctx, const toy_settings *settings, const fairu_templates *templates,
                       const fairu_templates *observed, int mc_stat, toy_problem *out);

/* Templates of both processes in closed form. */
int toy_templates_closed(fairu_context *ctx, const toy_settings *settings, size_t n_knots,
                         fairu_templates **out);

/* The same in closed form; for the aware method the observation moves. */
int toy_problem_create_closed(fairu_context *ctx, const toy_settings *settings, toy_problem *out);
void toy_problem_clear(toy_problem *problem);

/* What the aware classifier makes of expected data under each hypothesis, in closed form; one process. */
int toy_observed_closed(fairu_context *ctx, const toy_settings *settings, size_t n_knots,
                        fairu_templates **out);

typedef struct toy_interval {
  double mu_hat, z_hat;
  double lower[2], upper[2]; /* one and two sigma; NaN where the curve does not cross */
  double half_width;         /* of one sigma */
} toy_interval;

/* Options of a fit over z with the mirror minimum in mind. */
int toy_fit_options(fairu_fit_options *options);

/* Best fit and intervals with z fixed at the truth, on the 21 published angles, or free. */
int toy_problem_interval(const toy_problem *problem, fairu_context *ctx, int z_mode, toy_interval *out);

#endif /* FAIRU_CLI_TOY_PROBLEM_H */
