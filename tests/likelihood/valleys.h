/* valleys.h - one nuisance without constraint whose yields are of the caller: profiles of several minima. */
#ifndef FAIRU_TESTS_LIKELIHOOD_VALLEYS_H
#define FAIRU_TESTS_LIKELIHOOD_VALLEYS_H

#include "support/support.h"

typedef struct valley_model {
  fairu_templates *templates;
  fairu_likelihood *likelihood;
  fairu_data *data;
} valley_model;

static inline void valley_destroy(valley_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
}

/* mu scales the signal, kappa (if any) the background; nuisance a on [-2, 2], nominal 0.5, without constraint. */
static inline int valley_create(fairu_context *ctx, fairu_yield_fn fn, size_t n_factors,
                                const double *observed, size_t n_bins, valley_model *m)
{
  static const char *const names[2] = { "signal", "background" };
  static const double knots[9] = { -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0 };
  const fairu_axis axis = { "a", knots, 9, 0.5 };
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                    { "kappa", "background", 1.0, 0.2, 3.0 } };
  fairu_likelihood_options options;
  fairu_grid *grid = NULL;
  memset(m, 0, sizeof *m);
  int status = fairu_likelihood_options_init(&options, sizeof options);
  options.factors = factors;
  options.n_factors = n_factors;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, 2, n_bins, fn, NULL,
                                                  FAIRU_INTERPOLATION_LINEAR, &m->templates);
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, m->likelihood, &m->data);
  if (status == FAIRU_OK)
    status = fairu_data_set_observed(m->data, ctx, observed, n_bins);
  fairu_grid_destroy(grid);
  return status;
}

/* Two bins that swing together: where the swing turns, z has hardly any slope. */
static inline int swing_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                               double *variances, void *user_data)
{
  (void)n_axes;
  (void)n_bins;
  (void)variances;
  (void)user_data;
  yields[0] = process == 0 ? 2.0 : 50.0 * exp(0.2 * sin(2.0 * z[0]) + 0.05 * z[0]);
  yields[1] = process == 0 ? 10.0 : 50.0 * exp(0.2 * sin(2.0 * z[0]));
  return 0;
}

#endif /* FAIRU_TESTS_LIKELIHOOD_VALLEYS_H */
