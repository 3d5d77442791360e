/* small_model.h - a small model with everything in it: three processes, two nuisances with a pair term, any kind of
 * constraint, moving observation, template statistics. */
#ifndef FAIRU_TESTS_SMALL_MODEL_H
#define FAIRU_TESTS_SMALL_MODEL_H

#include "support/support.h"

enum { small_bins = 5, small_params = 5 };

typedef struct small_options {
  int constant, mc_stat, moving;
  int kind;  /* constraint of nuisance a */
  int prior; /* its density */
  int interpolation;
} small_options;

typedef struct small_model {
  fairu_templates *templates, *observed, *auxiliary;
  fairu_likelihood *likelihood;
  fairu_data *data;
} small_model;

static inline double small_yield(size_t process, double a, double b, size_t j)
{
  const double x = (double)j - 2.0, p = (double)process;
  return (20.0 + 15.0 * p) * exp(-0.3 * (1.0 - p) * x + 0.2 * a * x * (p - 0.7) + 0.15 * b * sin(x + p)) *
         (1.0 + 0.06 * a * b * cos(x) + 0.05 * a * a);
}

static inline int small_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                               double *variances, void *user_data)
{
  const int exact = user_data != NULL;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = small_yield(process, z[0], n_axes > 1 ? z[1] : 0.0, j);
    if (variances)
      variances[j] = exact ? 0.0 : yields[j] * (0.4 + 0.3 * (double)process);
  }
  return 0;
}

static inline int small_observed(size_t process, const double *z, size_t n_axes, size_t n_bins,
                                 double *yields, double *variances, void *user_data)
{
  (void)process;
  (void)n_axes;
  (void)user_data;
  for (size_t j = 0; j < n_bins; j++) {
    yields[j] = j == 4 ? 4.0 * (1.1 + sin(z[0])) : 80.0 + 30.0 * sin(0.7 * z[0] + (double)j);
    if (variances)
      variances[j] = 0.0;
  }
  return 0;
}

/* Grid of one ("a") or two axes on [-1, 1]. */
static inline int small_grid(fairu_context *ctx, size_t n_axes, fairu_grid **grid)
{
  static const double knots[5] = { -1.0, -0.5, 0.0, 0.5, 1.0 };
  const fairu_axis axes[2] = { { "a", knots, 5, 0.0 }, { "b", knots, 5, 0.0 } };
  const size_t pairs[2] = { 0, 1 };
  return fairu_grid_create(ctx, axes, n_axes, pairs, n_axes - 1, grid);
}

static inline int small_templates(fairu_context *ctx, size_t n_axes, size_t n_processes, fairu_yield_fn fn,
                                  void *user_data, int interpolation, fairu_templates **out)
{
  static const char *const names[3] = { "signal", "background", "other" };
  fairu_grid *grid = NULL;
  int status = small_grid(ctx, n_axes, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, names, n_processes, small_bins, fn, user_data,
                                                  interpolation, out);
  fairu_grid_destroy(grid);
  return status;
}

static inline int small_prior(int family, fairu_nuisance *prior)
{
  static const double z[5] = { -2.0, -1.0, 0.0, 1.0, 2.0 };
  static const double density[5] = { 0.1, 0.5, 1.0, 0.7, 0.2 };
  const int status = fairu_nuisance_init(prior, sizeof *prior);
  prior->name = "a";
  prior->prior = family;
  prior->width = 0.4;
  prior->nominal = 0.1;
  prior->table_z = z;
  prior->table_density = density;
  prior->n_table = 5;
  return status;
}

static inline void small_destroy(small_model *m)
{
  fairu_data_destroy(m->data);
  fairu_likelihood_destroy(m->likelihood);
  fairu_templates_destroy(m->templates);
  fairu_templates_destroy(m->observed);
  fairu_templates_destroy(m->auxiliary);
  memset(m, 0, sizeof *m);
}

/* Parameters: mu (signal), beta and kappa (both background), a, b. */
static inline int small_likelihood(fairu_context *ctx, const small_options *o, small_model *m)
{
  const fairu_factor factors[3] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                    { "beta", "background", 1.0, 0.0, 10.0 },
                                    { "kappa", "background", 1.1, 0.0, 10.0 } };
  fairu_nuisance prior;
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = small_prior(o->prior, &prior);
  const fairu_constraint constraint = { "a", o->kind, &prior, m->auxiliary };
  options.factors = factors;
  options.n_factors = 3;
  options.constraints = &constraint;
  options.n_constraints = o->kind != FAIRU_CONSTRAINT_NONE;
  options.constant = o->constant;
  options.mc_stat = o->mc_stat;
  if (status == FAIRU_OK)
    status = fairu_likelihood_create(ctx, m->templates, &options, &m->likelihood);
  return status;
}

static inline int small_data(fairu_context *ctx, const small_options *o, small_model *m)
{
  static const double observed[small_bins] = { 90.0, 75.0, 81.5, 88.0, 120.0 };
  static const double aux[small_bins] = { 30.0, 22.0, 17.0, 0.0, 12.0 };
  int status = fairu_data_create(ctx, m->likelihood, &m->data);
  if (status == FAIRU_OK)
    status = o->moving ? fairu_data_set_observed_moving(m->data, ctx, m->observed)
                       : fairu_data_set_observed(m->data, ctx, observed, small_bins);
  if (status == FAIRU_OK && o->kind == FAIRU_CONSTRAINT_AUXILIARY)
    status = fairu_data_set_aux_counts(m->data, ctx, 3, aux, small_bins);
  return status;
}

static inline int small_create(fairu_context *ctx, const small_options *o, small_model *m)
{
  char exact = 0;
  memset(m, 0, sizeof *m);
  int status =
      small_templates(ctx, 2, 3, small_yields, o->mc_stat ? NULL : &exact, o->interpolation, &m->templates);
  if (status == FAIRU_OK)
    status = small_templates(ctx, 1, 1, small_observed, &exact, FAIRU_INTERPOLATION_SQRT, &m->observed);
  if (status == FAIRU_OK)
    status = small_templates(ctx, 1, 1, small_yields, &exact, FAIRU_INTERPOLATION_LOG, &m->auxiliary);
  if (status == FAIRU_OK)
    status = small_likelihood(ctx, o, m);
  if (status == FAIRU_OK)
    status = small_data(ctx, o, m);
  if (status != FAIRU_OK)
    small_destroy(m);
  return status;
}

#endif /* FAIRU_TESTS_SMALL_MODEL_H */
