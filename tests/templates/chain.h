/* chain.h - what the tests of filling share: the rotating toy with events, chain and classifier. */
#ifndef FAIRU_TESTS_TEMPLATES_CHAIN_H
#define FAIRU_TESTS_TEMPLATES_CHAIN_H

#include "support/support.h"

#define PI 3.14159265358979323846

enum { CHAIN_KNOTS = 5 };

typedef struct chain {
  fairu_context *ctx;
  fairu_events *events; /* of chain_begin() */
  fairu_grid *grid;     /* "angle", CHAIN_KNOTS knots over [0, pi/2] */
  fairu_binning *binning;
  fairu_systematics *systematics;
  fairu_classifier *aware, *baseline;
  fairu_fill_options options; /* aware, at the point */
} chain;

/* Callback that shifts column x by z and a number drawn by row, keeps |x| < 3, and multiplies weights by 1 + weight_slope z. */
typedef struct chain_shift {
  double weight_slope;
} chain_shift;

static int chain_shift_rows(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row,
                            size_t n_events, float *const *columns, size_t n_columns, double *weights,
                            unsigned char *passed, void *user_data)
{
  (void)n_columns;
  const chain_shift *shift = (const chain_shift *)user_data;
  (void)n_nuisances;
  for (size_t i = 0; i < n_events; i++) {
    const uint64_t draw = (seed + 0x9e3779b97f4a7c15u * (first_row + i + 1)) * 0xbf58476d1ce4e5b9u;
    columns[0][i] += (float)(0.3 * z[0] + 0.1 * (double)(draw >> 40) / (double)(1 << 24));
    weights[i] *= 1.0 + shift->weight_slope * z[0];
    passed[i] = fabsf(columns[0][i]) < 3.0f;
  }
  return 0;
}

/* n events about +u(0) (sign 1) or -u(0), by a fixed sequence; weighted: weights that differ, some < 0. */
static fairu_events *chain_events(fairu_context *ctx, size_t n, double sign, int weighted)
{
  const char *const names[3] = { "x", "unused", "y" };
  fairu_events *events = NULL;
  float *x = NULL, *y = NULL;
  CHECK_OK(ctx, fairu_events_create(ctx, n, 3, names, &events));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 0, &x));
  CHECK_OK(ctx, fairu_events_column_data(events, ctx, 2, &y));
  double *weights = (double *)calloc(n + 1, sizeof *weights);
  uint64_t state = 88172645463325252u + (uint64_t)(int64_t)sign;
  for (size_t i = 0; i < n; i++) {
    double u[4];
    for (size_t k = 0; k < 4; k++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      u[k] = (double)(state >> 11) * 0x1p-53;
    }
    const double r = 0.7 * sqrt(-2.0 * log(1.0 - u[0]));
    x[i] = (float)(sign + r * cos(2 * PI * u[1]));
    y[i] = (float)(r * sin(2 * PI * u[1]));
    weights[i] = u[2] - (u[3] < 0.1 ? 1.0 : 0.0);
  }
  if (weighted)
    CHECK_OK(ctx, fairu_events_set_weights(events, ctx, weights, n));
  free(weights);
  return events;
}

static inline fairu_systematics *chain_callback(fairu_context *ctx, chain_shift *shift)
{
  const char *const columns[1] = { "x" };
  fairu_nuisance nuisance;
  fairu_systematics *systematics = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "angle";
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nuisance, 1, &systematics));
  CHECK_OK(ctx, fairu_systematics_add_callback(systematics, ctx, columns, 1, chain_shift_rows, shift));
  return systematics;
}

static int chain_make_parts(fairu_context *ctx, chain *c)
{
  static const char *const features[2] = { "x", "y" };
  static const double axis_weights[2] = { 2.0, 2.0 };
  double knots[CHAIN_KNOTS];
  for (size_t i = 0; i < CHAIN_KNOTS; i++)
    knots[i] = PI / 2 * (double)i / (CHAIN_KNOTS - 1);
  const fairu_axis axis = { "angle", knots, CHAIN_KNOTS, PI / 4 };
  fairu_nuisance nuisance;
  int status = fairu_nuisance_init(&nuisance, sizeof nuisance);
  nuisance.name = "angle";
  memset(c, 0, sizeof *c);
  c->ctx = ctx;
  if (status == FAIRU_OK)
    status = fairu_grid_create(ctx, &axis, 1, NULL, 0, &c->grid);
  if (status == FAIRU_OK)
    status = fairu_binning_create_uniform(ctx, 4, &c->binning);
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &nuisance, 1, &c->systematics);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_rotation(c->systematics, ctx, "angle", "x", "y", 0.0);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_rotation(ctx, "x", "y", "angle", 2.0 / 0.49, &c->aware);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_linear(ctx, features, axis_weights, 2, 0.0, &c->baseline);
  if (status == FAIRU_OK)
    status = fairu_fill_options_init(&c->options, sizeof c->options);
  c->options.systematics = c->systematics;
  c->options.classifier = c->aware;
  return status;
}

static void chain_free(chain *c)
{
  fairu_grid_destroy(c->grid);
  fairu_binning_destroy(c->binning);
  fairu_systematics_destroy(c->systematics);
  fairu_classifier_destroy(c->aware);
  fairu_classifier_destroy(c->baseline);
}

static inline chain chain_make(fairu_context *ctx)
{
  chain c;
  CHECK_OK(ctx, chain_make_parts(ctx, &c));
  return c;
}

/* A chain and n events about +u(0), in a context of its own: for chain_end(). */
static inline chain chain_begin(size_t n, int weighted)
{
  chain c = chain_make(support_context());
  c.events = chain_events(c.ctx, n, 1.0, weighted);
  return c;
}

static inline void chain_end(chain *c)
{
  fairu_events_destroy(c->events);
  chain_free(c);
  fairu_context_destroy(c->ctx);
}

/* What is done with a chain and two events, alike, where each allocation fails in turn. */
typedef struct chain_need {
  int (*use)(chain *c, fairu_events *events, int which);
  int which;
} chain_need;

static inline int chain_need_body(fairu_context *ctx, void *data)
{
  static const char *const names[2] = { "x", "y" };
  static const float row[2] = { 0.5f, -0.5f }, *const columns[2] = { row, row };
  const chain_need *need = (const chain_need *)data;
  fairu_events *events = NULL;
  chain c;
  int status = chain_make_parts(ctx, &c);
  if (status == FAIRU_OK)
    status = fairu_events_create_view(ctx, 2, 2, names, columns, 1, &events);
  if (status == FAIRU_OK)
    status = need->use(&c, events, need->which);
  fairu_events_destroy(events);
  chain_free(&c);
  return status;
}

static inline void chain_every_need_fails(int (*use)(chain *c, fairu_events *events, int which), size_t least)
{
  for (int which = 0; which < 2; which++) {
    chain_need need = { use, which };
    assert_true(support_every_need_fails(chain_need_body, &need) > least);
  }
}

#endif /* FAIRU_TESTS_TEMPLATES_CHAIN_H */
