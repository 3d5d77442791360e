/* whole_chain.h - a whole analysis as a user writes it, events to interval, and each link of it once more in plain double. */
#ifndef FAIRU_TESTS_ABI_WHOLE_CHAIN_H
#define FAIRU_TESTS_ABI_WHOLE_CHAIN_H

#include "likelihood/plain_minimum.h"

enum { WC_EVENTS = 120, WC_KNOTS = 6, WC_BINS = 5, WC_PROCESSES = 2, WC_PARAMS = 3 };
enum { WC_MU, WC_BETA, WC_Z };

static const char *const wc_processes[WC_PROCESSES] = { "signal", "background" };
static const char *const wc_columns[2] = { "x", "y" };

typedef struct whole {
  fairu_context *ctx;
  size_t n_knots, n_bins;
  double knots[WC_KNOTS], edges[WC_BINS - 1], nominal, reference, norm, slope, cut, scale;
  double z_width, beta_width;
  double values[WC_PROCESSES][WC_EVENTS][2], weights[WC_PROCESSES][WC_EVENTS];
  double yields[WC_PROCESSES][WC_KNOTS][WC_BINS], variances[WC_PROCESSES][WC_KNOTS][WC_BINS];
  double observed[WC_BINS];
  fairu_nuisance nuisances[2];
  fairu_events *events[WC_PROCESSES];
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_systematics *systematics;
  fairu_classifier *classifier;
  fairu_fill_options options;
} whole;

/* ---- plain ---------------------------------------------------------------------------------------------- */

/* An event turned to z: its place. */
static inline void wc_turn(const whole *w, const double at[2], double z, double to[2])
{
  const double t = z - w->reference;
  to[0] = at[0] * cos(t) - at[1] * sin(t);
  to[1] = at[0] * sin(t) + at[1] * cos(t);
}

/* The closed form at z of an event turned to z; its bin, or WC_BINS if it is cut away. */
static inline double wc_logit(const whole *w, const double place[2], double z)
{
  return w->slope * (place[0] * cos(z) + place[1] * sin(z));
}

static inline size_t wc_bin(const whole *w, const double at[2], double z)
{
  double place[2];
  size_t bin = 0;
  wc_turn(w, at, z, place);
  if (place[1] < -w->cut || place[1] >= w->cut)
    return WC_BINS;
  while (bin + 1 < w->n_bins && wc_logit(w, place, z) >= w->edges[bin])
    bin++;
  return bin;
}

/* Is no knot so near to an edge or the cut that rounding to float decides? */
static inline int wc_clear(const whole *w, const double at[2])
{
  for (size_t k = 0; k < w->n_knots; k++) {
    double place[2];
    wc_turn(w, at, w->knots[k], place);
    if (fabs(fabs(place[1]) - w->cut) < 1e-4)
      return 0;
    for (size_t e = 0; e + 1 < w->n_bins; e++)
      if (fabs(wc_logit(w, place, w->knots[k]) - w->edges[e]) < 1e-4)
        return 0;
  }
  return 1;
}

static inline void wc_plain_fill(whole *w)
{
  memset(w->yields, 0, sizeof w->yields);
  memset(w->variances, 0, sizeof w->variances);
  for (size_t p = 0; p < WC_PROCESSES; p++)
    for (size_t k = 0; k < w->n_knots; k++)
      for (size_t i = 0; i < WC_EVENTS; i++) {
        const size_t bin = wc_bin(w, w->values[p][i], w->knots[k]);
        const double weight = w->weights[p][i] * w->scale * (p ? w->norm : 1.0);
        if (bin < WC_BINS) {
          w->yields[p][k][bin] += weight;
          w->variances[p][k][bin] += weight * weight;
        }
      }
}

/* The deviance and the constraints at a knot. */
typedef struct wc_at {
  const whole *w;
  size_t knot;
} wc_at;

static inline long double wc_deviance(const long double *x, const void *data)
{
  const wc_at *at = (const wc_at *)data;
  const whole *w = at->w;
  const long double dz = w->knots[at->knot] - w->nominal, db = x[WC_BETA] - 1.0L;
  long double sum = dz * dz / (2.0L * w->z_width * w->z_width);
  sum += db * db / (2.0L * w->beta_width * w->beta_width);
  for (size_t j = 0; j < w->n_bins; j++) {
    const long double n = w->observed[j];
    const long double nu = x[WC_MU] * w->yields[0][at->knot][j] + x[WC_BETA] * w->yields[1][at->knot][j];
    if (nu <= 0.0L)
      return 1e9L;
    sum += nu - n + n * logl(n / nu);
  }
  return sum;
}

/* What is left at the best observation possible: -ln Poisson(n | n), n > 0. */
static inline double wc_saturated(const whole *w)
{
  double sum = 0.0;
  for (size_t j = 0; j < w->n_bins; j++)
    sum += w->observed[j] - w->observed[j] * log(w->observed[j]) + lgamma(w->observed[j] + 1.0);
  return sum;
}

/* Arrived by the estimated distance, whether or not the last step was as short as extended precision allows: a machine may not have it. */
static inline void wc_minimise(const pm_problem *p, pm_minimum *m)
{
  long double distance = 0.0L;
  (void)pm_minimise(p, m);
  assert_true(pm_covariance(p, m, 0.0L));
  for (size_t i = 0; i < p->n; i++)
    for (size_t j = 0; j < p->n; j++)
      distance += 0.5L * m->gradient[i] * m->covariance[i * p->n + j] * m->gradient[j];
  assert_true(fabsl(distance) < 1e-12L);
}

/* Fit of mu (unless held) and beta at a knot. */
static inline pm_minimum wc_plain_fit(const whole *w, size_t knot, double mu, int held)
{
  const wc_at at = { w, knot };
  pm_problem p = { .f = wc_deviance, .data = &at, .n = 2, .held = { held, 0 } };
  pm_minimum m = { .x = { mu, 1.0L } };
  for (size_t i = 0; i < 2; i++) {
    p.scale[i] = 0.1L;
    p.lower[i] = -100.0L;
    p.upper[i] = 100.0L;
  }
  wc_minimise(&p, &m);
  return m;
}

/* ---- with the library ------------------------------------------------------------------------------------- */

static inline void wc_draw_layout(draws *d, whole *w)
{
  w->n_knots = 4 + draw_below(d, WC_KNOTS - 3);
  w->n_bins = 2 + draw_below(d, WC_BINS - 1);
  w->reference = draw_between(d, -1.0, 1.0);
  w->knots[0] = draw_between(d, -0.6, -0.2);
  for (size_t k = 1; k < w->n_knots; k++)
    w->knots[k] = w->knots[k - 1] + draw_between(d, 0.1, 0.3);
  w->nominal = w->knots[1 + draw_below(d, w->n_knots - 2)];
  for (size_t e = 0; e + 1 < w->n_bins; e++)
    w->edges[e] = (e ? w->edges[e - 1] : -1.0) + draw_between(d, 0.3, 0.6);
  w->slope = draw_between(d, 0.7, 1.6);
  w->cut = draw_between(d, 1.0, 2.0);
  w->norm = draw_between(d, 0.5, 1.5);
  w->scale = draw_between(d, 0.5, 2.0);
  w->z_width = draw_between(d, 0.1, 0.5);
  w->beta_width = draw_between(d, 0.02, 0.3);
}

static inline void wc_draw_events(draws *d, whole *w)
{
  for (size_t p = 0; p < WC_PROCESSES; p++)
    for (size_t i = 0; i < WC_EVENTS; i++) {
      do {
        w->values[p][i][0] = (double)(float)draw_between(d, p ? -2.5 : -1.0, p ? 1.5 : 2.5);
        w->values[p][i][1] = (double)(float)draw_between(d, -1.5, 1.5);
      } while (!wc_clear(w, w->values[p][i]));
      w->weights[p][i] = draw_between(d, 0.2, 1.8);
    }
}

static inline fairu_events *wc_table(const whole *w, size_t p)
{
  fairu_events *events = NULL;
  int32_t labels[WC_EVENTS];
  uint64_t ids[WC_EVENTS];
  CHECK_OK(w->ctx, fairu_events_create(w->ctx, WC_EVENTS, 2, wc_columns, &events));
  for (size_t c = 0; c < 2; c++) {
    float *to = NULL;
    CHECK_OK(w->ctx, fairu_events_column_data(events, w->ctx, c, &to));
    for (size_t i = 0; i < WC_EVENTS; i++)
      to[i] = (float)w->values[p][i][c];
  }
  for (size_t i = 0; i < WC_EVENTS; i++) {
    labels[i] = p ? 0 : 1;
    ids[i] = 1000 * p + 3 * i;
  }
  CHECK_OK(w->ctx, fairu_events_set_weights(events, w->ctx, w->weights[p], WC_EVENTS));
  CHECK_OK(w->ctx, fairu_events_set_labels(events, w->ctx, labels, WC_EVENTS));
  CHECK_OK(w->ctx, fairu_events_set_ids(events, w->ctx, ids, WC_EVENTS));
  return events;
}

/* "norm" is no axis: it stays at its nominal value, which is not 1. */
static inline void wc_systematics(whole *w)
{
  static const char *const background[1] = { "0" };
  for (int k = 0; k < 2; k++)
    CHECK_OK(w->ctx, fairu_nuisance_init(&w->nuisances[k], sizeof w->nuisances[k]));
  w->nuisances[0].name = "norm";
  w->nuisances[0].nominal = w->norm;
  w->nuisances[1].name = "z";
  w->nuisances[1].nominal = w->nominal;
  w->nuisances[1].width = w->z_width;
  CHECK_OK(w->ctx, fairu_systematics_create(w->ctx, w->nuisances, 2, &w->systematics));
  CHECK_OK(w->ctx, fairu_systematics_add_rotation(w->systematics, w->ctx, "z", "x", "y", w->reference));
  CHECK_OK(w->ctx, fairu_systematics_add_cut(w->systematics, w->ctx, "y", -w->cut, w->cut));
  CHECK_OK(w->ctx, fairu_systematics_add_weight_scale(w->systematics, w->ctx, "norm", background, 1));
}

/* Counts about what the plain model expects at a knot, at least 1 each. */
static inline void wc_draw_observed(draws *d, whole *w)
{
  const size_t knot = draw_below(d, w->n_knots);
  for (size_t j = 0; j < w->n_bins; j++)
    w->observed[j] =
        floor(1.0 + (0.7 * w->yields[0][knot][j] + w->yields[1][knot][j]) * draw_between(d, 0.8, 1.2));
}

static inline void wc_make(draws *d, fairu_context *ctx, whole *w)
{
  memset(w, 0, sizeof *w);
  w->ctx = ctx;
  wc_draw_layout(d, w);
  wc_draw_events(d, w);
  wc_plain_fill(w);
  wc_draw_observed(d, w);
  for (size_t p = 0; p < WC_PROCESSES; p++)
    w->events[p] = wc_table(w, p);
  const fairu_axis axis = { "z", w->knots, w->n_knots, w->nominal };
  CHECK_OK(ctx, fairu_grid_create(ctx, &axis, 1, NULL, 0, &w->grid));
  CHECK_OK(ctx, fairu_binning_create_edges(ctx, FAIRU_OUTPUT_LOGIT, w->edges, w->n_bins - 1, &w->binning));
  wc_systematics(w);
  CHECK_OK(ctx, fairu_classifier_create_rotation(ctx, "x", "y", "z", w->slope, &w->classifier));
  CHECK_OK(ctx, fairu_fill_options_init(&w->options, sizeof w->options));
  w->options.classifier = w->classifier;
  w->options.systematics = w->systematics;
  w->options.scale = w->scale;
}

static inline void wc_free(whole *w)
{
  for (size_t p = 0; p < WC_PROCESSES; p++)
    fairu_events_destroy(w->events[p]);
  fairu_grid_destroy(w->grid);
  fairu_binning_destroy(w->binning);
  fairu_systematics_destroy(w->systematics);
  fairu_classifier_destroy(w->classifier);
}

static inline fairu_fill *wc_empty(const whole *w)
{
  fairu_fill *fill = NULL;
  CHECK_OK(w->ctx, fairu_fill_create(w->ctx, w->grid, w->binning, wc_processes, WC_PROCESSES, &fill));
  return fill;
}

static inline fairu_fill *wc_fill(const whole *w)
{
  fairu_fill *fill = wc_empty(w);
  for (size_t p = 0; p < WC_PROCESSES; p++)
    CHECK_OK(w->ctx, fairu_fill_add(fill, w->ctx, wc_processes[p], w->events[p], &w->options));
  return fill;
}

static inline fairu_templates *wc_templates(fairu_context *ctx, const fairu_fill *fill)
{
  fairu_templates *templates = NULL;
  CHECK_OK(ctx, fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates));
  return templates;
}

/* mu of the signal, beta of the background with a prior about 1, z with its own. */
static inline fairu_likelihood *wc_likelihood(const whole *w, const fairu_templates *templates)
{
  const fairu_factor factors[2] = { { "mu", "signal", 1.0, -HUGE_VAL, HUGE_VAL },
                                    { "beta", "background", 1.0, -HUGE_VAL, HUGE_VAL } };
  fairu_nuisance beta;
  fairu_likelihood_options o;
  fairu_likelihood *likelihood = NULL;
  CHECK_OK(w->ctx, fairu_nuisance_init(&beta, sizeof beta));
  beta.name = "beta";
  beta.nominal = 1.0;
  beta.width = w->beta_width;
  const fairu_constraint constraints[2] = { { "z", FAIRU_CONSTRAINT_PRIOR, &w->nuisances[1], NULL },
                                            { "beta", FAIRU_CONSTRAINT_PRIOR, &beta, NULL } };
  CHECK_OK(w->ctx, fairu_likelihood_options_init(&o, sizeof o));
  o.factors = factors;
  o.n_factors = 2;
  o.constraints = constraints;
  o.n_constraints = 2;
  o.mc_stat = FAIRU_MC_STAT_NONE;
  CHECK_OK(w->ctx, fairu_likelihood_create(w->ctx, templates, &o, &likelihood));
  return likelihood;
}

static inline fairu_data *wc_data(const whole *w, const fairu_likelihood *likelihood)
{
  fairu_data *data = NULL;
  CHECK_OK(w->ctx, fairu_data_create(w->ctx, likelihood, &data));
  CHECK_OK(w->ctx, fairu_data_set_observed(data, w->ctx, w->observed, w->n_bins));
  return data;
}

#endif /* FAIRU_TESTS_ABI_WHOLE_CHAIN_H */
