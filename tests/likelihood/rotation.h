/* rotation.h - the rotating two-dimensional Gaussian toy in closed form: templates, observations, likelihood. */
#ifndef FAIRU_TESTS_ROTATION_H
#define FAIRU_TESTS_ROTATION_H

#include "support/support.h"

#include "numeric/special.h"

#define ROTATION_PI 3.14159265358979323846

enum { rotation_bins = 10, rotation_knots = 41 };

static const double rotation_sigma = 0.7, rotation_signal = 500.0, rotation_background = 50000.0;

enum rotation_axis { ROTATION_FIXED_AXIS, ROTATION_AWARE };

typedef struct rotation_case {
  int aware;         /* axis follows the hypothesis */
  double axis;       /* else: of the frozen score */
  double slope;      /* of the score */
  double mu, z_true; /* truth of the Asimov data */
  int auxiliary;     /* constraint: four-bin measurement instead of the prior */
  int constant;
} rotation_case;

/* The axis turns with the hypothesis; the score is the true log ratio. */
static const rotation_case rotation_aware = { .aware = 1, .slope = 2.0 / 0.49, .mu = 1.0, .z_true = 1.2 };

typedef struct rotation_toy {
  fairu_templates *templates, *observed, *auxiliary;
  fairu_likelihood *likelihood;
  fairu_data *data;
} rotation_toy;

/* Content of score bins for events at +-u(z), axis at angle a. */
static inline void rotation_fill(double yield, double sign, double z, double axis, double slope,
                                 double *content, int add)
{
  const double c = sign * cos(z - axis);
  for (int j = 0; j < rotation_bins; j++) {
    const double s0 = (double)j / rotation_bins, s1 = (double)(j + 1) / rotation_bins;
    const double t0 = j == 0 ? -HUGE_VAL : log(s0 / (1.0 - s0)) / slope;
    const double t1 = j + 1 == rotation_bins ? HUGE_VAL : log(s1 / (1.0 - s1)) / slope;
    const double y = yield * fairu_normal__interval((t0 - c) / rotation_sigma, (t1 - c) / rotation_sigma);
    content[j] = add ? content[j] + y : y;
  }
}

static inline int rotation_yields(size_t process, const double *z, size_t n_axes, size_t n_bins,
                                  double *yields, double *variances, void *user_data)
{
  const rotation_case *c = user_data;
  (void)n_axes;
  rotation_fill(process ? rotation_background : rotation_signal, process ? -1.0 : 1.0, *z,
                c->aware ? *z : c->axis, c->slope, yields, 0);
  for (size_t j = 0; variances && j < n_bins; j++)
    variances[j] = 0.0;
  return 0;
}

/* What is seen of the Asimov events at z_true, scored at z. */
static inline int rotation_seen(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                                double *variances, void *user_data)
{
  const rotation_case *c = user_data;
  const double axis = c->aware ? *z : c->axis;
  (void)process;
  (void)n_axes;
  rotation_fill(rotation_background, -1.0, c->z_true, axis, c->slope, yields, 0);
  rotation_fill(c->mu * rotation_signal, 1.0, c->z_true, axis, c->slope, yields, 1);
  for (size_t j = 0; variances && j < n_bins; j++)
    variances[j] = 0.0;
  return 0;
}

static inline int rotation_measured(size_t process, const double *z, size_t n_axes, size_t n_bins,
                                    double *yields, double *variances, void *user_data)
{
  (void)process;
  (void)n_axes;
  (void)user_data;
  for (size_t k = 0; k < n_bins; k++) {
    const double e0 = -1.0 + 0.875 * (double)k;
    yields[k] = 1e4 * fairu_normal__interval((e0 - *z) / 0.5, (e0 + 0.875 - *z) / 0.5);
    if (variances)
      variances[k] = 0.0;
  }
  return 0;
}

static inline void rotation_destroy(rotation_toy *t)
{
  fairu_data_destroy(t->data);
  fairu_likelihood_destroy(t->likelihood);
  fairu_templates_destroy(t->templates);
  fairu_templates_destroy(t->observed);
  fairu_templates_destroy(t->auxiliary);
  memset(t, 0, sizeof *t);
}

static inline int rotation_grid(fairu_context *ctx, fairu_grid **grid)
{
  double knots[rotation_knots];
  for (int i = 0; i < rotation_knots; i++)
    knots[i] = -0.25 * ROTATION_PI + ROTATION_PI * i / (rotation_knots - 1);
  const fairu_axis axis = { "z", knots, rotation_knots, 0.25 * ROTATION_PI };
  return fairu_grid_create(ctx, &axis, 1, NULL, 0, grid);
}

static inline int rotation_templates(fairu_context *ctx, const rotation_case *c, rotation_toy *t)
{
  const char *const names[2] = { "signal", "background" };
  rotation_case copy = *c;
  fairu_grid *grid = NULL;
  int status = rotation_grid(ctx, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 2, rotation_bins, rotation_yields, &copy,
                                                  FAIRU_INTERPOLATION_LOG, &t->templates);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 1, rotation_bins, rotation_seen, &copy,
                                                  FAIRU_INTERPOLATION_SQRT, &t->observed);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 1, 4, rotation_measured, &copy,
                                                  FAIRU_INTERPOLATION_LOG, &t->auxiliary);
  fairu_grid_destroy(grid);
  return status;
}

static inline int rotation_likelihood(fairu_context *ctx, const rotation_case *c, rotation_toy *t)
{
  const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_nuisance prior;
  fairu_likelihood_options options;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  prior.name = "z";
  prior.nominal = 0.25 * ROTATION_PI;
  prior.width = 0.5;
  const fairu_constraint constraint = { "z",
                                        c->auxiliary ? FAIRU_CONSTRAINT_AUXILIARY : FAIRU_CONSTRAINT_PRIOR,
                                        &prior, t->auxiliary };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  options.constant = c->constant;
  return fairu_likelihood_create(ctx, t->templates, &options, &t->likelihood);
}

/* Asimov data at the truth; the prior stays about pi/4. */
static inline int rotation_observe(fairu_context *ctx, const rotation_case *c, rotation_toy *t)
{
  double seen[rotation_bins], measured[4];
  rotation_case copy = *c;
  int status = fairu_data_create(ctx, t->likelihood, &t->data);
  rotation_seen(0, &copy.z_true, 1, rotation_bins, seen, NULL, &copy);
  rotation_measured(0, &copy.z_true, 1, 4, measured, NULL, NULL);
  if (status == FAIRU_OK)
    status = c->aware ? fairu_data_set_observed_moving(t->data, ctx, t->observed)
                      : fairu_data_set_observed(t->data, ctx, seen, rotation_bins);
  if (status == FAIRU_OK && c->auxiliary)
    status = fairu_data_set_aux_counts(t->data, ctx, 1, measured, 4);
  return status;
}

static inline int rotation_create(fairu_context *ctx, const rotation_case *c, rotation_toy *t)
{
  memset(t, 0, sizeof *t);
  int status = rotation_templates(ctx, c, t);
  if (status == FAIRU_OK)
    status = rotation_likelihood(ctx, c, t);
  if (status == FAIRU_OK)
    status = rotation_observe(ctx, c, t);
  if (status != FAIRU_OK)
    rotation_destroy(t);
  return status;
}

#endif /* FAIRU_TESTS_ROTATION_H */
