/* toy_model.h - the rotating two-dimensional Gaussian toy of arXiv:2105.08742 in closed form.
 *
 * Signal x ~ N(+R u(z), sigma^2 I), background x ~ N(-R u(z), sigma^2 I), u(z) = (cos z, sin z). A classifier along a
 * fixed axis a has logit k t with t = x . u(a) ~ N(+-R cos(z - a), sigma^2): all yields are differences of Phi.
 */
#ifndef FAIRU_CLI_TOY_MODEL_H
#define FAIRU_CLI_TOY_MODEL_H

#include <math.h>
#include <stddef.h>

#define TOY_RADIUS 1.0
#define TOY_SIGMA 0.7
#define TOY_SIGNAL 500.0 /* expected events at mu = 1 */
#define TOY_BACKGROUND 50000.0
#define TOY_NOMINAL M_PI_4
#define TOY_Z_LOWER (-M_PI_4) /* range of the templates */
#define TOY_Z_UPPER (3.0 * M_PI_4)
#define TOY_FLOOR 0.067582 /* sigma_mu of the unbinned two-dimensional likelihood at mu = 1 */

enum { TOY_ANGLES = 21, TOY_MAX_BINS = 200, TOY_AUX_BINS = 4 };

enum toy_method { TOY_BASELINE, TOY_AWARE, TOY_OPTIMAL, TOY_AUG_LDA, TOY_AUG_BAYES, TOY_METHODS };
enum toy_binning { TOY_UNIFORM, TOY_T, TOY_LOGIT, TOY_QUANTILE };
enum toy_process { TOY_SIGNAL_PROCESS, TOY_BACKGROUND_PROCESS };

const char *toy_method_name(int method);
/* Index of a name in a list written "a|b|c", -1 if it is not there. */
int toy_choice(const char *choices, const char *name);

/* Angle k pi/40 of the published grid, k = 0 .. 20. */
double toy_angle(size_t k);
double toy_slope_optimal(void);   /* 2 R / sigma^2, the Bayes score */
double toy_slope_published(void); /* 2 R / 0.7, the slope behind the published figures */
double toy_slope_lda(void);       /* linear discriminant of the events of all angles */
double toy_auc(double z_minus_axis);

double toy_normal_cdf(double x);
double toy_normal_quantile(double p); /* 0 < p < 1, relative error below 1e-13 */
double toy_normal_interval(double a, double b);

/* Binning of the logit: inner edges [n_bins - 1] for a classifier of this method and slope. */
void toy_logit_edges(int method, int binning, size_t n_bins, double slope, double *edges);

/* Exact Bayes classifier of the mixture of all angles: position of each edge across the symmetry axis. */
typedef struct toy_mixture {
  size_t n_edges, n_nodes;
  double first_node, step;
  double *edge; /* [n_nodes * n_edges] */
} toy_mixture;

int toy_mixture_create(const double *logit_edges, size_t n_edges, toy_mixture **out); /* 0, or no memory */
void toy_mixture_destroy(toy_mixture *mixture);
void toy_mixture_yields(const toy_mixture *mixture, int process, double z, double *yields);
/* Logit of the mixture classifier; p along the axis pi/4, q across it. */
double toy_mixture_logit(double p, double q, double *slope);

/* A classifier with its binning, in closed form. */
typedef struct toy_classifier {
  int method;
  double axis;  /* of fixed axes; the aware one turns with the hypothesis */
  double slope; /* logit per t */
  size_t n_bins;
  double edges[TOY_MAX_BINS + 1]; /* in t, open ends */
  toy_mixture *mixture;           /* of TOY_AUG_BAYES */
} toy_classifier;

/* slope counts for baseline, aware and optimal; the augmented ones have their own. 0, or no memory. */
int toy_classifier_create(int method, int binning, size_t n_bins, double slope, double z_true,
                          toy_classifier *out);
void toy_classifier_clear(toy_classifier *classifier);

/* Yields [n_bins] (signal at mu = 1) of events made at z, scored under the hypothesis z_score. */
void toy_classifier_yields(const toy_classifier *classifier, int process, double z, double z_score,
                           double *yields);

/* Expected counts [TOY_AUX_BINS] of the auxiliary measurement of z: 10000 events, N(z, 0.5), bins on [-1, 2.5]. */
void toy_aux_yields(double z, double *yields);

#endif /* FAIRU_CLI_TOY_MODEL_H */
