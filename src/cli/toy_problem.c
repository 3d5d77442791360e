#include "toy_problem.h"

const char *toy_z_mode_name(int z_mode)
{
  static const char *const names[TOY_Z_MODES] = { "fixed", "grid21", "cont" };
  return names[z_mode];
}

toy_settings toy_settings_default(void)
{
  return (toy_settings){ .method = TOY_BASELINE,
                         .binning = TOY_UNIFORM,
                         .n_bins = 10,
                         .slope = toy_slope_optimal(),
                         .prior_width = 0.5,
                         .constant = FAIRU_CONSTANT_POISSON,
                         .z_true = TOY_NOMINAL,
                         .mu_true = 1.0 };
}

int toy_grid_create(fairu_context *ctx, size_t n_knots, fairu_grid **out)
{
  double knots[2 * TOY_MOST_KNOTS];
  *out = NULL;
  if (n_knots > sizeof knots / sizeof knots[0])
    return FAIRU_ERR_LIMIT;
  for (size_t i = 0; i < n_knots; i++)
    knots[i] = TOY_Z_LOWER + (TOY_Z_UPPER - TOY_Z_LOWER) * (double)i / (double)(n_knots - 1);
  knots[n_knots - 1] = TOY_Z_UPPER;
  const fairu_axis axis = { .name = "z", .knots = knots, .n_knots = n_knots, .nominal = TOY_NOMINAL };
  return fairu_grid_create(ctx, &axis, 1, NULL, 0, out);
}

/* ---- closed-form yields for the library --------------------------------------------------------------- */

typedef struct yield_source {
  const toy_classifier *classifier;
  double z_true, mu_true; /* of the moving observation */
} yield_source;

static int template_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                           double *variances, void *user_data)
{
  const yield_source *source = user_data;
  (void)n_axes, (void)variances;
  if (n_bins != source->classifier->n_bins)
    return 1;
  toy_classifier_yields(source->classifier, (int)process, z[0], z[0], yields);
  return 0;
}

static int moving_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                         double *variances, void *user_data)
{
  const yield_source *source = user_data;
  double signal[TOY_MAX_BINS];
  (void)process, (void)n_axes, (void)variances;
  if (n_bins != source->classifier->n_bins)
    return 1;
  toy_classifier_yields(source->classifier, TOY_SIGNAL_PROCESS, source->z_true, z[0], signal);
  toy_classifier_yields(source->classifier, TOY_BACKGROUND_PROCESS, source->z_true, z[0], yields);
  for (size_t j = 0; j < n_bins; j++)
    yields[j] += source->mu_true * signal[j];
  return 0;
}

static int aux_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                      double *variances, void *user_data)
{
  (void)process, (void)n_axes, (void)n_bins, (void)variances, (void)user_data;
  toy_aux_yields(z[0], yields);
  return 0;
}

static const char *const two_processes[2] = { "signal", "background" };
static const char *const one_process[1] = { "observed" };

static int templates_of(fairu_context *ctx, size_t n_knots, const char *const *processes, size_t n_processes,
                        size_t n_bins, fairu_yield_fn fn, yield_source *source, fairu_templates **out)
{
  fairu_grid *grid = NULL;
  *out = NULL;
  int status = toy_grid_create(ctx, n_knots, &grid);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_function(ctx, grid, processes, n_processes, n_bins, fn, source,
                                                  FAIRU_INTERPOLATION_LOG, out);
  fairu_grid_destroy(grid);
  return status;
}

static int classifier_of(const toy_settings *s, toy_classifier *out)
{
  return toy_classifier_create(s->method, s->binning, s->n_bins, s->slope, s->z_true, out) == 0
             ? FAIRU_OK
             : FAIRU_ERR_OUT_OF_MEMORY;
}

/* Templates of both processes, or the moving observation. */
static int closed(fairu_context *ctx, const toy_settings *settings, size_t n_knots, int moving,
                  fairu_templates **out)
{
  toy_classifier classifier;
  *out = NULL;
  int status = classifier_of(settings, &classifier);
  if (status != FAIRU_OK)
    return status;
  yield_source source = { &classifier, settings->z_true, settings->mu_true };
  status =
      moving ? templates_of(ctx, n_knots, one_process, 1, settings->n_bins, moving_yields, &source, out)
             : templates_of(ctx, n_knots, two_processes, 2, settings->n_bins, template_yields, &source, out);
  toy_classifier_clear(&classifier);
  return status;
}

int toy_templates_closed(fairu_context *ctx, const toy_settings *settings, size_t n_knots,
                         fairu_templates **out)
{
  return closed(ctx, settings, n_knots, 0, out);
}

int toy_observed_closed(fairu_context *ctx, const toy_settings *settings, size_t n_knots,
                        fairu_templates **out)
{
  return closed(ctx, settings, n_knots, 1, out);
}

/* ---- the model ---------------------------------------------------------------------------------------- */

static int create_likelihood(fairu_context *ctx, const toy_settings *s, const fairu_templates *templates,
                             int mc_stat, fairu_likelihood **out)
{
  fairu_templates *aux = NULL;
  fairu_nuisance prior;
  fairu_likelihood_options options;
  *out = NULL;
  int status = fairu_nuisance_init(&prior, sizeof prior);
  if (status == FAIRU_OK)
    status = fairu_likelihood_options_init(&options, sizeof options);
  if (status == FAIRU_OK && s->aux)
    status = templates_of(ctx, TOY_KNOTS, one_process, 1, TOY_AUX_BINS, aux_yields, NULL, &aux);
  if (status != FAIRU_OK)
    return status;
  prior.name = "z";
  prior.nominal = TOY_NOMINAL;
  prior.width = s->prior_width;
  const fairu_factor mu = { "mu", "signal", 1.0, -INFINITY, INFINITY };
  const fairu_constraint constraint = { "z", s->aux ? FAIRU_CONSTRAINT_AUXILIARY : FAIRU_CONSTRAINT_PRIOR,
                                        s->aux ? NULL : &prior, aux };
  options.factors = &mu;
  options.n_factors = 1;
  options.constraints = &constraint;
  options.n_constraints = 1;
  options.mc_stat = mc_stat;
  options.constant = s->constant;
  status = fairu_likelihood_create(ctx, templates, &options, out);
  fairu_templates_destroy(aux);
  return status;
}

/* Asimov data, but with the auxiliary value where the experiment has it: at the nominal angle, whatever the truth. */
static int create_data(fairu_context *ctx, toy_problem *p, const fairu_templates *observed)
{
  const double truth[TOY_PARAMETERS] = { p->settings.mu_true, p->settings.z_true };
  double aux[TOY_AUX_BINS];
  int status = fairu_data_create(ctx, p->likelihood, &p->data);
  if (status == FAIRU_OK)
    status = fairu_likelihood_asimov(p->likelihood, ctx, truth, TOY_PARAMETERS, p->data);
  if (status == FAIRU_OK && observed)
    status = fairu_data_set_observed_moving(p->data, ctx, observed);
  if (status != FAIRU_OK)
    return status;
  toy_aux_yields(p->settings.z_true, aux);
  return p->settings.aux ? fairu_data_set_aux_counts(p->data, ctx, TOY_Z, aux, TOY_AUX_BINS)
                         : fairu_data_set_aux(p->data, ctx, TOY_Z, TOY_NOMINAL);
}

int toy_problem_create(fairu_context *ctx, const toy_settings *settings, const fairu_templates *templates,
                       const fairu_templates *observed, int mc_stat, toy_problem *out)
{
  *out = (toy_problem){ .settings = *settings };
  int status = create_likelihood(ctx, settings, templates, mc_stat, &out->likelihood);
  if (status == FAIRU_OK)
    status = create_data(ctx, out, observed);
  if (status != FAIRU_OK)
    toy_problem_clear(out);
  return status;
}

int toy_problem_create_closed(fairu_context *ctx, const toy_settings *settings, toy_problem *out)
{
  fairu_templates *templates = NULL, *observed = NULL;
  *out = (toy_problem){ .settings = *settings };
  int status = toy_templates_closed(ctx, settings, TOY_KNOTS, &templates);
  if (status == FAIRU_OK && settings->method == TOY_AWARE)
    status = toy_observed_closed(ctx, settings, TOY_KNOTS, &observed);
  if (status == FAIRU_OK)
    status = toy_problem_create(ctx, settings, templates, observed, FAIRU_MC_STAT_NONE, out);
  fairu_templates_destroy(templates);
  fairu_templates_destroy(observed);
  return status;
}

void toy_problem_clear(toy_problem *problem)
{
  fairu_data_destroy(problem->data);
  fairu_likelihood_destroy(problem->likelihood);
  *problem = (toy_problem){ .settings = problem->settings };
}
