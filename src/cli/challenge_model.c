/* challenge_model.c - templates over tes, jes and log soft_met with pairs, and the likelihood of mu with the generator's priors. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KNOTS = 5, LEAST_FOR_LOG = 10, FEWEST_BINS = 3, MOST_REPLICAS = 8, ENOUGH_ROWS = 400000 };

/* +-5 standard deviations of the scales; from where smearing is nothing to where the generator clips it. */
static const double knots[CHALLENGE_AXES][KNOTS] = { { 0.95, 0.975, 1, 1.025, 1.05 },
                                                     { 0.95, 0.975, 1, 1.025, 1.05 },
                                                     { -2.5, -1.25, 0, 0.8, 1.6094379124341003 } };

static int make_grid(cli *c, fairu_grid **out)
{
  static const size_t pairs[] = { 0, 1, 0, 2, 1, 2 };
  fairu_axis axes[CHALLENGE_AXES];
  for (int k = 0; k < CHALLENGE_AXES; k++)
    axes[k] = (fairu_axis){ challenge_nuisance_names[k], knots[k], KNOTS, knots[k][2] };
  return fairu_grid_create(c->ctx, axes, CHALLENGE_AXES, pairs, 3, out);
}

/* ---- filling -------------------------------------------------------------------------------------------- */

/* Few events are smeared more than once, so that the templates learn from them what smearing does, and not which of them hopped. */
static size_t n_replicas(const challenge_options *o, const fairu_events *events)
{
  const size_t n = ENOUGH_ROWS / (fairu_events_n_events(events) + 1),
               most = o->quick ? MOST_REPLICAS / 2 : MOST_REPLICAS;
  return n < 1 ? 1 : n > most ? most : n;
}

static int add_process(cli *c, const challenge_options *o, const fairu_events *events, int process,
                       fairu_fill_options *options, fairu_fill *fill)
{
  fairu_events *one = NULL;
  const size_t n = n_replicas(o, events);
  int status = fairu_events_select_label(events, c->ctx, process, &one);
  options->scale = 1.0 / (double)n;
  for (size_t k = 0; k < n && status == FAIRU_OK; k++) {
    cli_stage(c, "templates of %s, %zu of %zu", challenge_processes[process], k + 1, n);
    options->seed = o->seed + k;
    status = fairu_fill_add(fill, c->ctx, challenge_processes[process], one, options);
  }
  fairu_events_destroy(one);
  return status;
}

static int fill_all(cli *c, const challenge_options *o, const fairu_events *events,
                    const fairu_classifier *classifier, const challenge_model *m, fairu_fill **fill)
{
  fairu_grid *grid = NULL;
  fairu_fill_options options;
  int status = fairu_fill_options_init(&options, sizeof options);
  options.systematics = m->chain;
  options.classifier = classifier;
  if (status == FAIRU_OK)
    status = make_grid(c, &grid);
  if (status == FAIRU_OK)
    status = fairu_fill_create(c->ctx, grid, m->binning, challenge_processes, CHALLENGE_PROCESSES, fill);
  for (int p = 0; p < CHALLENGE_PROCESSES && status == FAIRU_OK; p++)
    status = add_process(c, o, events, p, &options, *fill);
  fairu_grid_destroy(grid);
  return status;
}

/* Replicas of an event are no events: variances are as many times larger than the fill has them. */
static int templates_of(cli *c, const fairu_fill *fill, double replicas, int interpolation,
                        fairu_templates **out)
{
  fairu_templates *raw = NULL;
  double *yields = NULL, *variances = NULL;
  int status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LINEAR, &raw);
  const fairu_grid *grid = fairu_templates_grid(raw);
  const size_t n_points = status == FAIRU_OK ? fairu_grid_n_points(grid) : 0,
               n_bins = fairu_templates_n_bins(raw);
  const size_t n = CHALLENGE_PROCESSES * n_points;
  if (status == FAIRU_OK) {
    yields = malloc(n * n_bins * sizeof *yields);
    variances = malloc(n * n_bins * sizeof *variances);
    if (!yields || !variances)
      status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: templates");
  }
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    for (size_t j = 0; j < n_bins; j++) {
      yields[i * n_bins + j] = fairu_templates_yields(raw, i / n_points, i % n_points)[j];
      variances[i * n_bins + j] = replicas * fairu_templates_variances(raw, i / n_points, i % n_points)[j];
    }
  }
  if (status == FAIRU_OK)
    status = fairu_templates_create(c->ctx, grid, challenge_processes, CHALLENGE_PROCESSES, n_bins, yields,
                                    variances, interpolation, out);
  free(yields);
  free(variances);
  fairu_templates_destroy(raw);
  return status;
}

/* Least effective number of events of a process in a bin at any point, and how many have none somewhere. */
static void measure(challenge_model *m)
{
  const size_t n_points = fairu_grid_n_points(fairu_templates_grid(m->templates));
  m->least_effective = (double)INFINITY;
  m->n_empty = 0;
  for (size_t p = 0; p < CHALLENGE_PROCESSES; p++) {
    for (size_t j = 0; j < m->bins.n; j++) {
      double least = (double)INFINITY;
      for (size_t k = 0; k < n_points; k++) {
        const double y = fairu_templates_yields(m->templates, p, k)[j];
        const double v = fairu_templates_variances(m->templates, p, k)[j];
        least = fmin(least, v > 0 ? y * y / v : 0);
      }
      m->n_empty += least <= 0;
      if (least > 0)
        m->least_effective = fmin(m->least_effective, least);
    }
  }
  m->least_background = (double)INFINITY;
  for (size_t j = 0; j < m->bins.n; j++) {
    double y = 0, v = 0;
    for (size_t p = 0; p < FAIRU_CHALLENGE_HTAUTAU; p++) {
      y += fairu_templates_yields(m->templates, p, 0)[j];
      v += fairu_templates_variances(m->templates, p, 0)[j];
    }
    m->least_background = fmin(m->least_background, v > 0 ? y * y / v : 0);
  }
}

/* Logarithms where every process fills every bin well; where few events hop from bin to bin, they would exaggerate. */
static int make_templates(cli *c, const fairu_fill *fill, challenge_model *m)
{
  int status = templates_of(c, fill, (double)m->n_replicas, FAIRU_INTERPOLATION_LINEAR, &m->templates);
  if (status != FAIRU_OK)
    return status;
  measure(m);
  m->interpolation = FAIRU_INTERPOLATION_LINEAR;
  if (m->n_empty > 0 || m->least_effective < LEAST_FOR_LOG)
    return FAIRU_OK;
  m->interpolation = FAIRU_INTERPOLATION_LOG;
  fairu_templates_destroy(m->templates);
  m->templates = NULL;
  return templates_of(c, fill, (double)m->n_replicas, FAIRU_INTERPOLATION_LOG, &m->templates);
}

/* ---- likelihood ----------------------------------------------------------------------------------------- */

static int make_likelihood(cli *c, const challenge_model *m, int mc_stat, fairu_likelihood **out)
{
  static const char *const names[] = { "ttbar_scale", "diboson_scale", "bkg_scale" };
  const fairu_factor factors[] = {
    { "mu", "htautau", 1, (double)-INFINITY, (double)INFINITY },
    { names[0], "ttbar", 1, 0.8, 1.2 },
    { names[1], "diboson", 1, 0, 2 },
    { names[2], "ztautau", 1, 0.99, 1.01 },
    { names[2], "diboson", 1, 0.99, 1.01 },
    { names[2], "ttbar", 1, 0.99, 1.01 },
  };
  fairu_nuisance priors[CHALLENGE_NUISANCES];
  fairu_constraint constraints[CHALLENGE_NUISANCES];
  fairu_likelihood_options options;
  int status = fairu_likelihood_options_init(&options, sizeof options);
  for (int k = 0; k < CHALLENGE_NUISANCES && status == FAIRU_OK; k++) {
    status = challenge_prior(c, k, &priors[k]);
    constraints[k] =
        (fairu_constraint){ challenge_nuisance_names[k], FAIRU_CONSTRAINT_PRIOR, &priors[k], NULL };
  }
  options.factors = factors;
  options.n_factors = sizeof factors / sizeof *factors;
  options.constraints = constraints;
  options.n_constraints = CHALLENGE_NUISANCES;
  options.mc_stat = mc_stat;
  return status == FAIRU_OK ? fairu_likelihood_create(c->ctx, m->templates, &options, out) : status;
}

/* Little smearing looks alike whatever its width: fits that start at one end, or at the nominal value, may end in a minimum of their own. */
static const double starts_of_log_soft_met[CHALLENGE_STARTS] = { -1.2, 1.2 };

static int make_starts(cli *c, challenge_model *m)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < m->n_parameters && status == FAIRU_OK; i++) {
    fairu_parameter parameter = { .struct_size = sizeof parameter };
    status = fairu_likelihood_parameter(m->likelihood, c->ctx, i, &parameter);
    for (size_t s = 0; s < CHALLENGE_STARTS; s++)
      m->starts[s * m->n_parameters + i] =
          i == m->index[CHALLENGE_LOG_SOFT_MET] ? starts_of_log_soft_met[s] : parameter.start;
  }
  return status;
}

int challenge_fit_options(const challenge_model *m, fairu_fit_options *options)
{
  const int status = fairu_fit_options_init(options, sizeof *options);
  options->starts = m->starts;
  options->n_starts = CHALLENGE_STARTS;
  return status;
}

static int find_parameters(cli *c, challenge_model *m)
{
  int status = FAIRU_OK;
  m->n_parameters = fairu_likelihood_n_parameters(m->likelihood);
  for (int k = 0; k < CHALLENGE_NUISANCES && status == FAIRU_OK; k++)
    status =
        fairu_likelihood_find_parameter(m->likelihood, c->ctx, challenge_nuisance_names[k], &m->index[k]);
  return status == FAIRU_OK ? make_starts(c, m) : status;
}

static void clear_fitted(challenge_model *m)
{
  fairu_binning_destroy(m->binning);
  fairu_templates_destroy(m->templates);
  fairu_likelihood_destroy(m->likelihood);
  fairu_likelihood_destroy(m->exact);
  m->binning = NULL;
  m->templates = NULL;
  m->likelihood = m->exact = NULL;
}

/* Binning, templates and likelihood for the bins as they are. */
static int build(cli *c, const challenge_options *o, const challenge_parts *parts,
                 const fairu_classifier *classifier, challenge_model *m)
{
  fairu_fill *fill = NULL;
  int status =
      fairu_binning_create_edges(c->ctx, FAIRU_OUTPUT_LOGIT, m->bins.edges, m->bins.n - 1, &m->binning);
  if (status == FAIRU_OK)
    status = fill_all(c, o, parts->events[CHALLENGE_TEMPLATE], classifier, m, &fill);
  if (status == FAIRU_OK)
    status = make_templates(c, fill, m);
  if (status == FAIRU_OK)
    status = make_likelihood(c, m, FAIRU_MC_STAT_MOVING, &m->likelihood);
  if (status == FAIRU_OK)
    status = make_likelihood(c, m, FAIRU_MC_STAT_NONE, &m->exact);
  fairu_fill_destroy(fill);
  return status;
}

int challenge_model_make(cli *c, const challenge_options *o, const challenge_parts *parts,
                         const fairu_classifier *classifier, challenge_model *m)
{
  memset(m, 0, sizeof *m);
  m->n_replicas = n_replicas(o, parts->events[CHALLENGE_TEMPLATE]);
  for (int k = 0; k < CHALLENGE_AXES; k++) {
    m->range[k][0] = knots[k][0];
    m->range[k][1] = knots[k][KNOTS - 1];
  }
  int status = challenge_bins_choose(c, o, parts, classifier, &m->bins);
  if (status == FAIRU_OK)
    status = challenge_chain_templates(c, &m->chain);
  if (status == FAIRU_OK)
    status = build(c, o, parts, classifier, m);
  while (status == FAIRU_ERR_NEGATIVE_YIELD && m->bins.n > FEWEST_BINS) { /* a bin cannot carry its errors */
    clear_fitted(m);
    challenge_bins_merge_weakest(&m->bins);
    status = build(c, o, parts, classifier, m);
  }
  return status == FAIRU_OK ? find_parameters(c, m) : status;
}

void challenge_model_free(challenge_model *m)
{
  clear_fitted(m);
  fairu_systematics_destroy(m->chain);
  memset(m, 0, sizeof *m);
}

double challenge_truth(const challenge_model *m, const fairu_challenge_experiment *truth, int nuisance)
{
  switch (nuisance) {
  case CHALLENGE_TES:
    return truth->tes;
  case CHALLENGE_JES:
    return truth->jes;
  case CHALLENGE_LOG_SOFT_MET: /* what is below the first knot does nothing */
    return fmax(m->range[CHALLENGE_LOG_SOFT_MET][0], log(truth->soft_met));
  case CHALLENGE_TTBAR_SCALE:
    return truth->ttbar_scale;
  case CHALLENGE_DIBOSON_SCALE:
    return truth->diboson_scale;
  default:
    return truth->bkg_scale;
  }
}

/* ---- check with the calibration part -------------------------------------------------------------------- */

static int chi2_at(cli *c, const challenge_model *m, const challenge_histogram *h, const double *z,
                   double *chi2)
{
  enum { MOST = CHALLENGE_PROCESSES * CHALLENGE_MOST_BINS };
  double nu[MOST], variance[MOST];
  const size_t n = m->bins.n;
  int status = fairu_templates_evaluate(m->templates, c->ctx, z, CHALLENGE_AXES, nu, NULL, NULL);
  if (status == FAIRU_OK)
    status = fairu_templates_evaluate_variance(m->templates, c->ctx, z, CHALLENGE_AXES, variance, NULL, NULL);
  *chi2 = 0;
  for (size_t j = 0; j < n && status == FAIRU_OK; j++) {
    double difference = 0, v = 0;
    for (size_t p = 0; p < CHALLENGE_PROCESSES; p++) {
      difference += h->sum[p][j] - nu[p * n + j];
      v += h->squares[p][j] + fabs(variance[p * n + j]);
    }
    *chi2 += v > 0 ? difference * difference / v : 0;
  }
  return status;
}

int challenge_model_check(cli *c, const challenge_options *o, const challenge_parts *parts,
                          const fairu_classifier *classifier, challenge_model *m)
{
  int status = FAIRU_OK;
  for (uint64_t k = 0; k < CHALLENGE_CHECKS && status == FAIRU_OK; k++) {
    double *z = m->check_point[k];
    challenge_histogram h;
    status = challenge_random_point(c, o->seed + 4711, k, z);
    for (int i = 0; i < CHALLENGE_AXES; i++)
      z[i] = fmin(fmax(z[i], m->range[i][0]), m->range[i][1]);
    if (status == FAIRU_OK)
      status = challenge_histogram_make(c, m->chain, z, o->seed, parts->events[CHALLENGE_CALIBRATION],
                                        classifier, m->binning, &h);
    if (status == FAIRU_OK)
      status = chi2_at(c, m, &h, z, &m->check_chi2[k]);
  }
  return status;
}
