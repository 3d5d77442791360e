/* aware_width.h - how well the signal strength of the rotating toy is measured with a classifier that takes Z: 500 signal on 50000
 * background events, ten uniform bins of the score, prior N(pi/4, 0.5), the observation moving with Z, expected data. */
#ifndef FAIRU_TESTS_METHODS_AWARE_WIDTH_H
#define FAIRU_TESTS_METHODS_AWARE_WIDTH_H

#include "methods/rotation.h"
#include "numeric/special.h"

enum { AWARE_KNOTS = 41, AWARE_BINS = 10 };

typedef struct aware_setup {
  fairu_context *ctx;
  const fairu_classifier *classifier;
  fairu_systematics *systematics;
  fairu_events *events; /* both classes at nominal, in turn */
  fairu_grid *grid;
  fairu_binning *binning;
  double z_true;
} aware_setup;

/* n events at nominal, spread evenly (additive recurrence of two irrationals): what fluctuates would look as if it told something about Z. */
static inline fairu_events *aware_events(fairu_context *ctx, size_t n)
{
  fairu_events *events = NULL;
  float *x = NULL, *y = NULL;
  int32_t *labels = malloc(n * sizeof *labels);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &x));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 1, &y));
  for (size_t i = 0; i < n; i++) {
    const double k = (double)(i / 2) + 0.5;
    const double along = sigma * fairu_normal__quantile(fmod(k * 0.7548776662466927, 1.0));
    const double across = sigma * fairu_normal__quantile(fmod(k * 0.5698402909980532, 1.0));
    labels[i] = (int32_t)(i & 1);
    const double p = (labels[i] ? radius : -radius) + along;
    x[i] = (float)(p * cos(quarter_pi) - across * sin(quarter_pi));
    y[i] = (float)(p * sin(quarter_pi) + across * cos(quarter_pi));
  }
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(labels);
  return events;
}

/* Templates of signal and background: shifted to each knot and scored there. */
static inline fairu_templates *aware_templates(const aware_setup *s)
{
  static const char *const processes[2] = { "signal", "background" };
  static const double yields[2] = { 500.0, 50000.0 };
  fairu_templates *templates = NULL;
  fairu_fill_options options;
  fairu_fill *fill = NULL;
  CHECK_OK(s->ctx, fairu_fill_options_init(&options, sizeof options));
  options.systematics = s->systematics;
  options.classifier = s->classifier;
  CHECK_OK(s->ctx, fairu_fill_create(s->ctx, s->grid, s->binning, processes, 2, &fill));
  for (int32_t p = 0; p < 2; p++) {
    fairu_events *class = NULL;
    CHECK_OK(s->ctx, fairu_events_select_label(s->events, s->ctx, 1 - p, &class));
    const size_t n = fairu_events_n_events(class);
    double *weights = malloc(n * sizeof *weights);
    for (size_t i = 0; i < n; i++)
      weights[i] = yields[p] / (double)n;
    CHECK_OK(s->ctx, fairu_events_set_weights(class, s->ctx, weights, n));
    CHECK_OK(s->ctx, fairu_fill_add(fill, s->ctx, processes[p], class, &options));
    free(weights);
    fairu_events_destroy(class);
  }
  CHECK_OK(s->ctx, fairu_templates_create_from_fill(s->ctx, fill, FAIRU_INTERPOLATE_LOG, &templates));
  fairu_fill_destroy(fill);
  return templates;
}

/* Events of the truth, scored at each knot. */
static inline fairu_templates *aware_observed(const aware_setup *s)
{
  static const char *const name[1] = { "observed" };
  static double counts[AWARE_KNOTS * AWARE_BINS];
  const size_t n = fairu_events_n_events(s->events);
  const int32_t *labels = fairu_events_labels(s->events);
  fairu_templates *observed = NULL;
  fairu_events *made = NULL;
  float *scores = malloc(n * sizeof *scores);
  memset(counts, 0, sizeof counts);
  CHECK_OK(s->ctx, fairu_systematics_apply(s->systematics, s->ctx, s->events, &s->z_true, 1, 1, NULL, &made));
  for (size_t k = 0; k < AWARE_KNOTS; k++) {
    const double z = quarter_pi * (-1.0 + 4.0 * (double)k / (AWARE_KNOTS - 1));
    CHECK_OK(s->ctx, fairu_classifier_score_events(s->classifier, s->ctx, made, &z, 1, 1, 0, scores));
    for (size_t i = 0; i < n; i++) {
      const int bin = scores[i] < 1.0F ? (int)(AWARE_BINS * scores[i]) : AWARE_BINS - 1;
      counts[k * AWARE_BINS + (size_t)bin] += (labels[i] ? 500.0 : 50000.0) * 2.0 / (double)n;
    }
  }
  free(scores);
  CHECK_OK(s->ctx, fairu_templates_create(s->ctx, s->grid, name, 1, AWARE_BINS, counts, NULL,
                                          FAIRU_INTERPOLATE_SQRT, &observed));
  fairu_events_destroy(made);
  return observed;
}

static inline fairu_likelihood *aware_likelihood(const aware_setup *s)
{
  static const fairu_factor mu = { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL };
  fairu_templates *templates = aware_templates(s);
  fairu_likelihood *likelihood = NULL;
  fairu_likelihood_options options;
  fairu_nuisance prior;
  CHECK_OK(s->ctx, fairu_nuisance_init(&prior, sizeof prior));
  CHECK_OK(s->ctx, fairu_likelihood_options_init(&options, sizeof options));
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
  CHECK_OK(s->ctx, fairu_likelihood_create(s->ctx, templates, &options, &likelihood));
  fairu_templates_destroy(templates);
  return likelihood;
}

/* Half-width of mu at one sigma, Z free. */
static inline double aware_interval(const aware_setup *s)
{
  fairu_likelihood *likelihood = aware_likelihood(s);
  fairu_templates *observed = aware_observed(s);
  fairu_interval_options options;
  fairu_interval interval = { .struct_size = sizeof interval };
  fairu_data *data = NULL;
  const double truth[2] = { 1.0, s->z_true };
  CHECK_OK(s->ctx, fairu_data_create(s->ctx, likelihood, &data));
  CHECK_OK(s->ctx, fairu_likelihood_asimov(likelihood, s->ctx, truth, 2, data));
  CHECK_OK(s->ctx, fairu_data_set_observed_moving(data, s->ctx, observed));
  CHECK_OK(s->ctx, fairu_data_set_aux(data, s->ctx, 1, quarter_pi));
  CHECK_OK(s->ctx, fairu_interval_options_init(&options, sizeof options));
  options.level = 0.0;
  options.delta_nll = 0.5;
  options.fit.start = truth;
  CHECK_OK(s->ctx,
           fairu_likelihood_interval(likelihood, s->ctx, data, &options, &interval, NULL, NULL, 2));
  fairu_data_destroy(data);
  fairu_templates_destroy(observed);
  fairu_likelihood_destroy(likelihood);
  return 0.5 * (interval.upper - interval.lower);
}

/* With n events behind templates and data. */
static inline double aware_width(fairu_context *ctx, const fairu_classifier *classifier, double z_true,
                                 size_t n)
{
  double knots[AWARE_KNOTS];
  const fairu_axis axis = { "z", knots, AWARE_KNOTS, quarter_pi };
  aware_setup s = { .ctx = ctx, .classifier = classifier, .z_true = z_true };
  for (size_t k = 0; k < AWARE_KNOTS; k++)
    knots[k] = quarter_pi * (-1.0 + 4.0 * (double)k / (AWARE_KNOTS - 1));
  s.systematics = rotation_systematics(ctx, 1);
  s.events = aware_events(ctx, n);
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &s.grid));
  CHECK_OK(ctx, fairu_binning_create_uniform(ctx, AWARE_BINS, &s.binning));
  const double width = aware_interval(&s);
  fairu_binning_destroy(s.binning);
  fairu_grid_destroy(s.grid);
  fairu_events_destroy(s.events);
  fairu_systematics_destroy(s.systematics);
  return width;
}

#endif /* FAIRU_TESTS_METHODS_AWARE_WIDTH_H */
