/* aware_width.h - how well the signal strength of the rotating toy is measured with a classifier that takes Z: 500 signal on 50000
 * background events, ten uniform bins of the score, prior N(pi/4, 0.5), the observation moving with Z, expected data.
 *
 * Yields are integrals, not events: the noise of events looks as if it told something about Z. For a hypothesis z let t run along its axis
 * and u across: the score rises with t, so bins at each u are intervals of t, and both densities are Gaussians in t and u.
 */
#ifndef FAIRU_TESTS_METHODS_AWARE_WIDTH_H
#define FAIRU_TESTS_METHODS_AWARE_WIDTH_H

#include "methods/rotation.h"
#include "numeric/special.h"

enum { AWARE_KNOTS = 41, AWARE_BINS = 10, AWARE_U = 121, AWARE_T = 801 };

/* Flat over all angles that an interval at 0 to pi/2 goes to, and some more: at the ends of what it saw a network knows the axis least. */
static inline fairu_systematics *aware_angles(fairu_context *ctx)
{
  fairu_systematics *systematics = NULL;
  fairu_nuisance z;
  CHECK_OK(ctx, fairu_nuisance_init(&z, sizeof z));
  z.name = "z";
  z.nominal = quarter_pi;
  z.prior = FAIRU_PRIOR_UNIFORM;
  z.lower = -0.5 * quarter_pi;
  z.upper = 2.5 * quarter_pi;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &z, 1, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_rotation(systematics, ctx, "z", "x", "y", quarter_pi));
  return systematics;
}

/* Edges [AWARE_U][AWARE_BINS + 1] in t of the bins that a classifier makes at each knot. */
typedef struct aware_edges {
  double t[AWARE_KNOTS][AWARE_U][AWARE_BINS + 1];
} aware_edges;

static inline double aware_knot(size_t k)
{
  return quarter_pi * (-1.0 + 4.0 * (double)k / (AWARE_KNOTS - 1));
}

static inline double aware_u(size_t i)
{
  return 5.0 * (2.0 * (double)i / (AWARE_U - 1) - 1.0);
}

static inline double aware_t(size_t i)
{
  return 5.0 * (2.0 * (double)i / (AWARE_T - 1) - 1.0);
}

/* Where the logit first reaches `level`, by straight lines between the points of t; at an end where it does not, which happens many
 * standard deviations out alone. */
static inline double aware_crossing(const float *logits, double level)
{
  size_t i = 0;
  while (i < AWARE_T && (double)logits[i] < level)
    i++;
  if (i == 0 || i == AWARE_T)
    return i == 0 ? aware_t(0) : aware_t(AWARE_T - 1);
  const double a = (double)logits[i - 1], b = (double)logits[i];
  return aware_t(i - 1) + (level - a) / (b - a) * (aware_t(i) - aware_t(i - 1));
}

static inline aware_edges *aware_find_edges(fairu_context *ctx, const fairu_classifier *classifier)
{
  aware_edges *edges = malloc(sizeof *edges);
  float *x = malloc((size_t)AWARE_U * AWARE_T * 2 * sizeof *x),
        *logits = malloc((size_t)AWARE_U * AWARE_T * sizeof *x);
  for (size_t k = 0; k < AWARE_KNOTS; k++) {
    const double z = aware_knot(k);
    for (size_t i = 0; i < (size_t)AWARE_U * AWARE_T; i++) {
      const double u = aware_u(i / AWARE_T), t = aware_t(i % AWARE_T);
      x[2 * i] = (float)(t * cos(z) - u * sin(z));
      x[2 * i + 1] = (float)(t * sin(z) + u * cos(z));
    }
    CHECK_OK(ctx, fairu_classifier_score(classifier, ctx, x, (size_t)AWARE_U * AWARE_T, 2, &z, 1,
                                         FAIRU_OUTPUT_LOGIT, logits));
    for (size_t i = 0; i < AWARE_U; i++) {
      edges->t[k][i][0] = -20.0;
      edges->t[k][i][AWARE_BINS] = 20.0;
      for (size_t j = 1; j < AWARE_BINS; j++)
        edges->t[k][i][j] = aware_crossing(logits + i * AWARE_T, log((double)j / (double)(AWARE_BINS - j)));
    }
  }
  free(x);
  free(logits);
  return edges;
}

/* Counts [AWARE_BINS] of `yield` events made at z, scored at knot k; side 1: signal, -1: background. */
static inline void aware_counts(const aware_edges *edges, size_t k, double z, double side, double yield,
                                double *counts)
{
  const double turn = z - aware_knot(k), mean_t = side * radius * cos(turn),
               mean_u = side * radius * sin(turn);
  for (size_t i = 0; i < AWARE_U; i++) {
    const double pull = (aware_u(i) - mean_u) / sigma;
    const double share =
        yield * exp(-0.5 * pull * pull) / (sigma * sqrt(8.0 * atan(1.0))) * 10.0 / (AWARE_U - 1);
    for (size_t j = 0; j < AWARE_BINS; j++)
      counts[j] += share * (fairu_normal__cdf((edges->t[k][i][j + 1] - mean_t) / sigma) -
                            fairu_normal__cdf((edges->t[k][i][j] - mean_t) / sigma));
  }
}

typedef struct aware_yields {
  const aware_edges *edges;
  double z_true; /* NaN: made where it is scored */
} aware_yields;

static inline int aware_fill(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                             double *variances, void *user_data)
{
  const aware_yields *a = (const aware_yields *)user_data;
  const size_t k = (size_t)lrint((z[0] / quarter_pi + 1.0) * (AWARE_KNOTS - 1) / 4.0);
  (void)n_axes, (void)variances;
  memset(yields, 0, n_bins * sizeof *yields);
  if (isnan(a->z_true)) {
    aware_counts(a->edges, k, aware_knot(k), process ? -1.0 : 1.0, process ? 50000.0 : 500.0, yields);
    return 0;
  }
  aware_counts(a->edges, k, a->z_true, 1.0, 500.0, yields);
  aware_counts(a->edges, k, a->z_true, -1.0, 50000.0, yields);
  return 0;
}

/* Templates of both processes, or of the observation if z_true is a number. */
static inline fairu_templates *aware_templates(fairu_context *ctx, const aware_edges *edges, double z_true)
{
  static const char *const processes[2] = { "signal", "background" }, *const observed[1] = { "observed" };
  double knots[AWARE_KNOTS];
  const fairu_axis axis = { "z", knots, AWARE_KNOTS, quarter_pi };
  const int moving = !isnan(z_true);
  aware_yields yields = { edges, z_true };
  fairu_templates *templates = NULL;
  fairu_grid *grid = NULL;
  for (size_t k = 0; k < AWARE_KNOTS; k++)
    knots[k] = aware_knot(k);
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid));
  CHECK_OK(ctx, fairu_templates_create_from_function(ctx, grid, moving ? observed : processes, moving ? 1 : 2,
                                                     AWARE_BINS, aware_fill, &yields, FAIRU_INTERPOLATION_LOG,
                                                     &templates));
  fairu_grid_destroy(grid);
  return templates;
}

static inline fairu_likelihood *aware_likelihood(fairu_context *ctx, const aware_edges *edges)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_templates *templates = aware_templates(ctx, edges, (double)NAN);
  fairu_likelihood *likelihood = NULL;
  fairu_likelihood_options options;
  fairu_nuisance prior;
  CHECK_OK(ctx, fairu_nuisance_init(&prior, sizeof prior));
  CHECK_OK(ctx, fairu_likelihood_options_init(&options, sizeof options));
  prior.name = "z";
  prior.nominal = quarter_pi;
  prior.width = 0.5;
  const fairu_constraint constraint = { "z", FAIRU_CONSTRAINT_PRIOR, &prior, NULL };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  options.mc_stat = FAIRU_MC_STAT_NONE;
  options.constant = FAIRU_CONSTANT_POISSON;
  CHECK_OK(ctx, fairu_likelihood_create(ctx, templates, &options, &likelihood));
  fairu_templates_destroy(templates);
  return likelihood;
}

/* Half-width of mu at one sigma, Z free. */
static inline double aware_width(fairu_context *ctx, const fairu_classifier *classifier, double z_true)
{
  aware_edges *edges = aware_find_edges(ctx, classifier);
  fairu_likelihood *likelihood = aware_likelihood(ctx, edges);
  fairu_templates *observed = aware_templates(ctx, edges, z_true);
  fairu_fit_options fit;
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_data *data = NULL;
  const double truth[2] = { 1.0, z_true };
  CHECK_OK(ctx, fairu_data_create(ctx, likelihood, &data));
  CHECK_OK(ctx, fairu_likelihood_asimov(likelihood, ctx, truth, 2, data));
  CHECK_OK(ctx, fairu_data_set_observed_moving(data, ctx, observed));
  CHECK_OK(ctx, fairu_data_set_aux(data, ctx, 1, quarter_pi));
  CHECK_OK(ctx, fairu_interval_options_init(&options, sizeof options));
  CHECK_OK(ctx, fairu_fit_options_init(&fit, sizeof fit));
  options.fit = &fit;
  options.level = 0.0;
  options.delta_nll = 0.5;
  fit.start = truth;
  CHECK_OK(ctx, fairu_likelihood_interval(likelihood, ctx, data, &options, &interval, NULL, NULL, 2));
  fairu_data_destroy(data);
  fairu_templates_destroy(observed);
  fairu_likelihood_destroy(likelihood);
  free(edges);
  return 0.5 * (interval.upper - interval.lower);
}

#endif /* FAIRU_TESTS_METHODS_AWARE_WIDTH_H */
