/* fill_model.h - random grids of up to three axes, chains and classifiers whose nuisances stand in orders of their own, and which bin an event falls
 * into at each point, written down plainly: the second implementation that fills and bin tables are held against. */
#ifndef FAIRU_TESTS_TEMPLATES_FILL_MODEL_H
#define FAIRU_TESTS_TEMPLATES_FILL_MODEL_H

#include "support/draws.h"
#include "support/support.h"

enum { TURN, NORM, TES, N_NUISANCES };
enum { MOST_KNOTS = 5, MOST_POINTS = 64, MOST_BINS = 6, N_CLASSES = 3, CUT_AWAY = 99 };

static const char *const nuisance_names[N_NUISANCES] = { "turn", "norm", "tes" };
/* Where a nuisance stays that is no axis; where knots begin, and how far apart they are: all short binary fractions. */
static const double nominals[N_NUISANCES] = { 0.125, 1.0, 1.0625 };
static const double first_knots[N_NUISANCES] = { -0.5, 0.5, 0.75 };
static const double knot_steps[N_NUISANCES] = { 0.25, 0.25, 0.125 };

typedef struct model {
  fairu_context *ctx;
  size_t n_axes, of_axis[N_NUISANCES]; /* nuisance of each axis */
  double knots[N_NUISANCES][MOST_KNOTS];
  fairu_axis axes[N_NUISANCES];
  size_t pairs[2 * N_NUISANCES], n_pairs;
  size_t n_points;
  double points[MOST_POINTS][N_NUISANCES]; /* by axis */
  int has_norm, classes;
  size_t n_scored, scored[N_NUISANCES]; /* nuisances of the classifier */
  double edges[MOST_BINS - 1];
  size_t n_bins;
  double score_z[N_NUISANCES], shift_z[N_NUISANCES];
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_systematics *systematics;
  fairu_classifier *classifier;
  fairu_fill_options options;
} model;

/* ---- grids ------------------------------------------------------------------------------------------------ */

static inline void shuffle(draws *d, size_t *items, size_t n)
{
  for (size_t i = n; i-- > 1;) {
    const size_t j = draw_below(d, i + 1), kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
}

static inline double draw_value(draws *d, size_t nuisance)
{
  return first_knots[nuisance] + knot_steps[nuisance] * (double)draw_below(d, MOST_KNOTS);
}

static inline void draw_axes(draws *d, model *m)
{
  for (size_t k = 0; k < N_NUISANCES; k++)
    m->of_axis[k] = k;
  shuffle(d, m->of_axis, N_NUISANCES);
  m->n_axes = draw_below(d, N_NUISANCES + 1);
  for (size_t a = 0; a < m->n_axes; a++) {
    const size_t nuisance = m->of_axis[a], n = draw_below(d, 5) ? 4 + draw_below(d, 2) : 1;
    for (size_t i = 0; i < n; i++)
      m->knots[a][i] = first_knots[nuisance] + knot_steps[nuisance] * (double)i;
    m->axes[a] = (fairu_axis){ nuisance_names[nuisance], m->knots[a], n, m->knots[a][draw_below(d, n)] };
  }
  for (size_t a = 0; a < m->n_axes; a++)
    for (size_t b = a + 1; b < m->n_axes; b++)
      if (m->axes[a].n_knots > 1 && m->axes[b].n_knots > 1 && draw_below(d, 2)) {
        const size_t swapped = draw_below(d, 2);
        m->pairs[2 * m->n_pairs] = swapped ? b : a;
        m->pairs[2 * m->n_pairs++ + 1] = swapped ? a : b;
      }
}

/* The nominal point with axis a at knot i and axis b at knot j. */
static inline void add_point(model *m, size_t a, size_t i, size_t b, size_t j)
{
  double *z = m->points[m->n_points++];
  for (size_t k = 0; k < m->n_axes; k++)
    z[k] = m->axes[k].nominal;
  if (m->n_axes > 0) {
    z[a] = m->knots[a][i];
    z[b] = m->knots[b][j];
  }
}

static inline size_t nominal_of(const model *m, size_t a)
{
  size_t i = 0;
  while (m->n_axes > 0 && m->knots[a][i] != m->axes[a].nominal)
    i++;
  return i;
}

/* Nominal, axis by axis, pair by pair, its second axis fastest; one axis alone in the order of its knots. */
static inline void list_points(model *m)
{
  if (m->n_axes == 1) {
    for (size_t i = 0; i < m->axes[0].n_knots; i++)
      add_point(m, 0, i, 0, i);
    return;
  }
  add_point(m, 0, nominal_of(m, 0), 0, nominal_of(m, 0));
  for (size_t a = 0; a < m->n_axes; a++)
    for (size_t i = 0; i < m->axes[a].n_knots; i++)
      if (i != nominal_of(m, a))
        add_point(m, a, i, a, i);
  for (size_t p = 0; p < m->n_pairs; p++) {
    const size_t a = m->pairs[2 * p], b = m->pairs[2 * p + 1];
    for (size_t i = 0; i < m->axes[a].n_knots; i++)
      for (size_t j = 0; j < m->axes[b].n_knots; j++)
        if (i != nominal_of(m, a) && j != nominal_of(m, b))
          add_point(m, a, i, b, j);
  }
}

/* Z by nuisance: of the axes, or nominal. */
static inline void by_nuisance(const model *m, const double *by_axis, double z[N_NUISANCES])
{
  memcpy(z, nominals, sizeof nominals);
  for (size_t a = 0; a < m->n_axes; a++)
    z[m->of_axis[a]] = by_axis[a];
}

/* ---- scores ----------------------------------------------------------------------------------------------- */

/* z by nuisance, 0 where the classifier does not know it. Products are stored, so that none is fused with a sum. */
static inline float logit_of(float x, float y, const double z[N_NUISANCES], size_t output)
{
  const volatile double a = (double)x * (1.0 - 0.75 * (double)output), b = z[TES] * (double)y;
  const volatile double c = 0.5 * z[TURN] * (double)output, e = z[NORM] * (double)x;
  return (float)(a + b - c - e);
}

static inline int model_score(const float *features, size_t n_events, size_t n_features, const double *z,
                              size_t n_nuisances, float *logits, void *user_data)
{
  const model *m = user_data;
  const size_t n_outputs = m->classes ? N_CLASSES : 1;
  double known[N_NUISANCES] = { 0.0 };
  for (size_t k = 0; k < n_nuisances; k++)
    known[m->scored[k]] = z[k];
  for (size_t i = 0; i < n_events; i++)
    for (size_t o = 0; o < n_outputs; o++)
      logits[i * n_outputs + o] = logit_of(features[i * n_features + 1], features[i * n_features], known, o);
  return 0;
}

/* Its nuisances are some of the axes, in another order; its features are y and x. */
static inline void make_classifier(draws *d, model *m)
{
  static const char *const features[2] = { "y", "x" };
  const char *names[N_NUISANCES];
  memcpy(m->scored, m->of_axis, sizeof m->scored);
  shuffle(d, m->scored, m->n_axes);
  m->n_scored = draw_below(d, m->n_axes + 1);
  for (size_t k = 0; k < m->n_scored; k++)
    names[k] = nuisance_names[m->scored[k]];
  CHECK_OK(m->ctx,
           fairu_classifier_create_callback(m->ctx, features, 2, names, m->n_scored,
                                            m->classes ? N_CLASSES : 1, model_score, m, &m->classifier));
}

/* Its bin by comparison with each edge, or the first of the largest outputs. */
static inline size_t bin_of(const model *m, float x, float y, const double *score_z)
{
  double z[N_NUISANCES], known[N_NUISANCES] = { 0.0 };
  size_t bin = 0;
  by_nuisance(m, score_z, z);
  for (size_t k = 0; k < m->n_scored; k++)
    known[m->scored[k]] = z[m->scored[k]];
  if (m->classes) {
    for (size_t o = 1; o < N_CLASSES; o++)
      if (logit_of(x, y, known, o) > logit_of(x, y, known, bin))
        bin = o;
    return bin;
  }
  while (bin < m->n_bins - 1 && (double)logit_of(x, y, known, 0) >= m->edges[bin])
    bin++;
  return bin;
}

/* ---- all together ------------------------------------------------------------------------------------------ */

static inline void make_systematics(model *m)
{
  static const char *const columns[1] = { "x" }, *const labels[1] = { "1" };
  static const size_t order[N_NUISANCES] = { TES, TURN, NORM };
  fairu_nuisance nuisances[N_NUISANCES];
  for (size_t k = 0; k < N_NUISANCES; k++) {
    CHECK_OK(m->ctx, fairu_nuisance_init(&nuisances[k], sizeof nuisances[k]));
    nuisances[k].name = nuisance_names[order[k]];
    nuisances[k].nominal = nominals[order[k]];
  }
  CHECK_OK(m->ctx, fairu_systematics_create(m->ctx, nuisances, N_NUISANCES, &m->systematics));
  CHECK_OK(m->ctx, fairu_systematics_add_rotation(m->systematics, m->ctx, "turn", "x", "y", 0.0));
  CHECK_OK(m->ctx, fairu_systematics_add_cut(m->systematics, m->ctx, "y", -1.5, 2.0));
  CHECK_OK(m->ctx, fairu_systematics_add_scale(m->systematics, m->ctx, "tes", columns, 1));
  if (m->has_norm)
    CHECK_OK(m->ctx, fairu_systematics_add_weight_scale(m->systematics, m->ctx, "norm", labels, 1));
}

static inline void make_binning(draws *d, model *m)
{
  m->n_bins = m->classes ? N_CLASSES : 2 + draw_below(d, MOST_BINS - 1);
  for (size_t e = 0; e + 1 < m->n_bins; e++)
    m->edges[e] = -1.0 + 0.5 * (double)e + draw_between(d, 0.0, 0.4);
  if (m->classes)
    CHECK_OK(m->ctx, fairu_binning_create_classes(m->ctx, N_CLASSES, &m->binning));
  else
    CHECK_OK(m->ctx,
             fairu_binning_create_edges(m->ctx, FAIRU_OUTPUT_LOGIT, m->edges, m->n_bins - 1, &m->binning));
}

/* A model at an address that stays, since its classifier asks it. */
static inline model *model_make(draws *d, fairu_context *ctx, int has_norm)
{
  model *m = calloc(1, sizeof *m);
  assert_non_null(m);
  m->ctx = ctx;
  m->has_norm = has_norm;
  m->classes = draw_below(d, 3) == 0;
  draw_axes(d, m);
  list_points(m);
  CHECK_OK(ctx, fairu_grid_create(ctx, m->axes, m->n_axes, m->pairs, m->n_pairs, &m->grid));
  make_binning(d, m);
  make_systematics(m);
  make_classifier(d, m);
  CHECK_OK(ctx, fairu_fill_options_init(&m->options, sizeof m->options));
  m->options.classifier = m->classifier;
  m->options.systematics = draw_below(d, 6) ? m->systematics : NULL;
  m->options.mode = (int)draw_below(d, 3);
  m->options.scale = ldexp(1.0, (int)draw_below(d, 5) - 2);
  for (size_t a = 0; a < m->n_axes; a++) {
    m->score_z[a] = draw_value(d, m->of_axis[a]);
    m->shift_z[a] = draw_value(d, m->of_axis[a]);
  }
  m->options.score_z = m->options.mode == FAIRU_FILL_SCORED_AT || draw_below(d, 2) ? m->score_z : NULL;
  m->options.shift_z = draw_below(d, 3) ? m->shift_z : NULL;
  return m;
}

static inline void model_free(model *m)
{
  fairu_grid_destroy(m->grid);
  fairu_binning_destroy(m->binning);
  fairu_systematics_destroy(m->systematics);
  fairu_classifier_destroy(m->classifier);
  free(m);
}

/* Bins [n] (or CUT_AWAY) and weights [n] of all events at one point: shifted as a whole, then one by one. */
static inline void model_fill(const model *m, const fairu_events *events, size_t point, size_t *bins,
                              double *weights)
{
  const int mode = m->options.mode;
  const double *at = m->points[point];
  const double *shift_z = mode == FAIRU_FILL_SHIFTED_AT ? m->options.shift_z : at;
  const size_t n = fairu_events_n_events(events);
  const fairu_systematics *systematics = shift_z ? m->options.systematics : NULL;
  unsigned char *passed = calloc(n + 1, 1);
  fairu_events *shifted = NULL;
  double z[N_NUISANCES];
  by_nuisance(m, shift_z ? shift_z : at, z);
  const double in_order[N_NUISANCES] = { z[TES], z[TURN], z[NORM] };
  CHECK_OK(m->ctx, fairu_systematics_apply(systematics, m->ctx, events, in_order,
                                           systematics ? N_NUISANCES : 0, 1, passed, &shifted));
  const float *x = fairu_events_column(shifted, 0, NULL), *y = fairu_events_column(shifted, 1, NULL);
  for (size_t i = 0; i < n; i++) {
    bins[i] = passed[i] ? bin_of(m, x[i], y[i], mode == FAIRU_FILL_SCORED_AT ? m->score_z : at) : CUT_AWAY;
    weights[i] = fairu_events_weights(shifted)[i] * m->options.scale;
  }
  fairu_events_destroy(shifted);
  free(passed);
}

/* Weights are sixteenths, of either sign if is_signed, so that sums of them and of their squares are exact. */
static inline fairu_events *model_events(draws *d, fairu_context *ctx, size_t n, int is_signed)
{
  static const char *const names[2] = { "x", "y" };
  fairu_events *events = NULL;
  float *values[2];
  double *weights = calloc(n + 1, sizeof *weights);
  int32_t *labels = calloc(n + 1, sizeof *labels);
  CHECK_OK(ctx, fairu_events_create(ctx, n, 2, names, &events));
  for (size_t c = 0; c < 2; c++)
    CHECK_OK(ctx, fairu_events_column_data(events, ctx, c, &values[c]));
  for (size_t i = 0; i < n; i++) {
    values[0][i] = (float)draw_between(d, -2.0, 2.0);
    values[1][i] = (float)draw_between(d, -2.0, 2.5);
    weights[i] = ((double)draw_below(d, 64) - (is_signed ? 16.0 : 0.0)) / 16.0;
    labels[i] = (int32_t)draw_below(d, 3);
  }
  CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, n));
  free(weights);
  free(labels);
  return events;
}

#endif /* FAIRU_TESTS_TEMPLATES_FILL_MODEL_H */
