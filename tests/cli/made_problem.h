/* made_problem.h - problems of the comparison whose numbers are known on paper: densities that are polynomials, yields that are linear in Z. */
#ifndef FAIRU_TESTS_CLI_MADE_PROBLEM_H
#define FAIRU_TESTS_CLI_MADE_PROBLEM_H

#include "support/support.h"

#include "cli/compare_exact.h"

/* Of further features: density 2 y and 3 y^2 on [0, 1] in both classes. */
static inline double made_further(const double *x, size_t n_features)
{
  double sum = 0.0;
  if (n_features > 1)
    sum += log(2.0 * x[1]);
  if (n_features > 2)
    sum += log(3.0 * x[2] * x[2]);
  return sum;
}

/* On [0, 1]: signal 1 + z0 (2 x - 1), background 1 + z1 (6 x (1 - x) - 1); z1 counts where there are two axes. */
static inline double made_density(int label, double x, const double *z, size_t n_axes, double *d_z)
{
  const double shape = label ? 2.0 * x - 1.0 : 6.0 * x * (1.0 - x) - 1.0;
  const size_t k = label ? 0 : 1;
  const double p = 1.0 + (k < n_axes ? z[k] * shape : 0.0);
  for (size_t a = 0; a < n_axes; a++)
    d_z[a] = a == k ? shape / p : 0.0;
  return p;
}

static inline double made_density_1(int label, const double *x, const double *z, double *d_z)
{
  return log(made_density(label, x[0], z, 1, d_z));
}

static inline double made_density_2(int label, const double *x, const double *z, double *d_z)
{
  return log(made_density(label, x[0], z, 2, d_z));
}

static inline double made_density_2_wide(int label, const double *x, const double *z, double *d_z)
{
  return log(made_density(label, x[0], z, 2, d_z)) + made_further(x, 2);
}

static inline double made_density_2_deep(int label, const double *x, const double *z, double *d_z)
{
  return log(made_density(label, x[0], z, 2, d_z)) + made_further(x, 3);
}

static inline compare_problem made_problem(size_t n_features, size_t n_axes)
{
  return (compare_problem){ .name = "made",
                            .features = { "x0", "x1", "x2" },
                            .n_features = n_features,
                            .axes = { { "a", 0.0, 0.4, 0.2, { -0.8, -0.4, 0.0, 0.4, 0.8 }, 5 },
                                      { "b", 0.1, 0.3, 0.2, { -0.5, -0.2, 0.1, 0.4, 0.7 }, 5 } },
                            .n_axes = n_axes,
                            .signal = 80.0,
                            .background = 600.0,
                            .range = { { 0.0, 1.0, 6 }, { 0.0, 1.0, 2 }, { 0.0, 1.0, 3 } },
                            .log_density = n_axes == 1       ? made_density_1
                                           : n_features == 1 ? made_density_2
                                           : n_features == 2 ? made_density_2_wide
                                                             : made_density_2_deep };
}

/* ---- yields in bins ------------------------------------------------------------------------------------- */

enum { MADE_BINS = 6 };

/* Signal rises with the bin and with a, background falls with the bin and tilts with b. */
static inline double made_yield(int label, size_t bin, const double *z, size_t n_axes)
{
  const double f = ((double)bin + 0.5) / MADE_BINS;
  if (label == COMPARE_SIGNAL)
    return 80.0 / MADE_BINS * (0.4 + 1.2 * f) * (1.0 + 0.5 * z[0]);
  return 600.0 / MADE_BINS * (1.5 - f) * (1.0 + 0.3 * z[0] * (f - 0.3) + (n_axes > 1 ? 0.6 * z[1] * f : 0.0));
}

static inline int made_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                              double *variances, void *user_data)
{
  (void)user_data;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = made_yield((int)process, j, z, n_axes);
    variances[j] = 0.25 * yields[j]; /* events of weight 1/4 */
  }
  return 0;
}

/* Linear in each z, so every interpolation by polynomials is exact; the product of two axes has none of them. */
static inline void made_templates(fairu_context *ctx, const compare_problem *p, fairu_templates **out)
{
  fairu_grid *grid;
  CHECK_OK(ctx, compare_grid_create(ctx, p, 0, &grid));
  CHECK_OK(ctx,
           fairu_templates_create_from_function(ctx, grid, compare_process_names, COMPARE_CLASSES, MADE_BINS,
                                                made_yields, NULL, FAIRU_INTERPOLATION_LINEAR, out));
  fairu_grid_destroy(grid);
}

/* NLL at (mu, z) of counts, up to what does not depend on them; the priors believe in nominal Z. */
static inline double made_nll(const compare_problem *p, const double *counts, double mu, const double *z)
{
  double sum = 0.0;
  for (size_t j = 0; j < MADE_BINS; j++) {
    const double nu = mu * made_yield(1, j, z, p->n_axes) + made_yield(0, j, z, p->n_axes);
    sum += nu - counts[j] * log(nu);
  }
  for (size_t k = 0; k < p->n_axes; k++) {
    const double pull = (z[k] - p->axes[k].nominal) / p->axes[k].width;
    sum += 0.5 * pull * pull;
  }
  return sum;
}

static inline void made_counts(const compare_problem *p, double mu, const double *z, double *counts)
{
  for (size_t j = 0; j < MADE_BINS; j++)
    counts[j] = mu * made_yield(1, j, z, p->n_axes) + made_yield(0, j, z, p->n_axes);
}

#endif /* FAIRU_TESTS_CLI_MADE_PROBLEM_H */
