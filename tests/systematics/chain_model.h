/* chain_model.h - random chains of steps, and what they do to one event written down plainly in double: the second implementation that
 * whole chains are held against. */
#ifndef FAIRU_TESTS_SYSTEMATICS_CHAIN_MODEL_H
#define FAIRU_TESTS_SYSTEMATICS_CHAIN_MODEL_H

#include "support/draws.h"
#include "support/support.h"
#include "systematics/plain_chain.h"

enum { PT, PHI, MET, MET_PHI, X, Y, CATEGORY, UP, DOWN, N_COLUMNS };
enum { ROTATION, SCALE, MOMENTUM, WEIGHT, SHIFT, CUT, KIND, TWO_POINT, N_KINDS };
enum { MOST_STEPS = 10, N_Z = 5, N_EDGES = 3 };

static const char *const column_names[N_COLUMNS] = { "pt", "phi",      "met", "met_phi", "x",
                                                     "y",  "category", "up",  "down" };
static const char *const nuisance_names[N_Z] = { "turn", "tes", "norm", "move", "shower" };

/* One step: its kind and its numbers. */
typedef struct model_step {
  int kind;
  double reference;      /* of a rotation or a shift; pt_min of a momentum scale */
  double steps[2];       /* of x and y */
  double lower, upper;   /* of a cut on x */
  double edges[N_EDGES]; /* of categories of y */
  int with_met, label;
} model_step;

typedef struct model_chain {
  model_step steps[MOST_STEPS];
  size_t n;
} model_chain;

typedef struct model_event {
  double v[N_COLUMNS], weight;
  int32_t label;
  int passed;
  int is_near; /* a choice hangs on less than the rounding of floats */
} model_event;

/* Which nuisance moves a kind of step. */
static inline size_t nuisance_of(int kind)
{
  static const size_t of[N_KINDS] = { 0, 1, 1, 2, 3, 0, 0, 4 };
  return of[kind];
}

/* ---- random ones ---------------------------------------------------------------------------------------- */

static inline model_chain draw_chain(draws *d)
{
  model_chain c = { .n = 1 + draw_below(d, MOST_STEPS) };
  for (size_t s = 0; s < c.n; s++) {
    model_step *step = &c.steps[s];
    step->kind = (int)draw_below(d, N_KINDS);
    step->reference = step->kind == MOMENTUM ? draw_between(d, 0.0, 30.0) * (double)draw_below(d, 2)
                                             : draw_between(d, -0.5, 0.5);
    step->steps[0] = draw_between(d, -1.0, 1.0);
    step->steps[1] = draw_between(d, -1.0, 1.0);
    step->lower = draw_between(d, -4.0, -1.0);
    step->upper = draw_between(d, 1.0, 4.0);
    for (size_t e = 0; e < N_EDGES; e++)
      step->edges[e] = draw_between(d, -2.0 + (double)e, -1.1 + (double)e);
    step->with_met = (int)draw_below(d, 2);
    step->label = (int)draw_below(d, 3);
  }
  return c;
}

static inline void draw_point(draws *d, double z[N_Z])
{
  z[0] = draw_between(d, -0.4, 0.4);
  z[1] = draw_between(d, 0.8, 1.2);
  z[2] = draw_between(d, 0.5, 1.5);
  z[3] = draw_between(d, -0.5, 0.5);
  z[4] = draw_between(d, -2.5, 2.5);
}

/* Values are floats; one pt in eight is absent. */
static inline model_event draw_event(draws *d)
{
  const double pi = 3.14159265358979323846;
  model_event e = { .weight = draw_between(d, -0.5, 2.0), .label = (int32_t)draw_below(d, 3), .passed = 1 };
  e.v[PT] = draw_below(d, 8) ? draw_between(d, 1.0, 100.0) : -25.0;
  e.v[PHI] = draw_between(d, -pi, pi);
  e.v[MET] = draw_between(d, 0.5, 150.0);
  e.v[MET_PHI] = draw_between(d, -pi, pi);
  e.v[X] = draw_between(d, -3.0, 3.0);
  e.v[Y] = draw_between(d, -3.0, 3.0);
  e.v[CATEGORY] = 77.0;
  e.v[UP] = draw_between(d, 0.3, 3.0);
  e.v[DOWN] = draw_between(d, 0.3, 3.0);
  for (size_t c = 0; c < N_COLUMNS; c++)
    e.v[c] = (double)(float)e.v[c];
  return e;
}

/* ---- what a step does ------------------------------------------------------------------------------------ */

static inline int model_below(model_event *e, double value, double edge)
{
  if (fabs(value - edge) < 1e-4 * (1.0 + fabs(edge)))
    e->is_near = 1;
  return value < edge;
}

static inline void model_momentum(model_event *e, const model_step *s, double z)
{
  if (e->v[PT] < 0.0)
    return;
  const double gained = (z - 1.0) * e->v[PT];
  e->v[PT] *= z;
  if (s->reference > 0.0 && model_below(e, e->v[PT], s->reference))
    e->passed = 0;
  if (!s->with_met)
    return;
  const double x = e->v[MET] * cos(e->v[MET_PHI]) - gained * cos(e->v[PHI]);
  const double y = e->v[MET] * sin(e->v[MET_PHI]) - gained * sin(e->v[PHI]);
  e->v[MET] = hypot(x, y);
  e->v[MET_PHI] = atan2(y, x);
}

/* Code 4p of HistFactory for ln f, straight lines outside. */
static inline double model_two_point(double up, double down, double z)
{
  const double a = log(up), b = log(down);
  if (fabs(z) >= 1.0)
    return exp(z > 0.0 ? z * a : -z * b);
  const double z2 = z * z;
  return exp(0.5 * z * ((a - b) + z * (a + b) * (15.0 + z2 * (-10.0 + 3.0 * z2)) / 8.0));
}

static inline void model_rotate(model_event *e, double angle)
{
  const double x = e->v[X], y = e->v[Y];
  e->v[X] = cos(angle) * x - sin(angle) * y;
  e->v[Y] = sin(angle) * x + cos(angle) * y;
}

static inline void model_choose(model_event *e, const model_step *s)
{
  int n = 0;
  for (size_t i = 0; i < N_EDGES; i++)
    n += !model_below(e, e->v[Y], s->edges[i]);
  e->v[CATEGORY] = n;
}

static inline void model_run(model_event *e, const model_step *s, const double z[N_Z])
{
  const double value = z[nuisance_of(s->kind)];
  switch (s->kind) {
  case ROTATION:
    model_rotate(e, value - s->reference);
    break;
  case SCALE:
    e->v[X] *= value;
    break;
  case MOMENTUM:
    model_momentum(e, s, value);
    break;
  case WEIGHT:
    e->weight *= e->label == s->label ? value : 1.0;
    break;
  case SHIFT:
    e->v[X] += (value - s->reference) * s->steps[0];
    e->v[Y] += (value - s->reference) * s->steps[1];
    break;
  case CUT: /* both ends are looked at */
    e->passed &= (model_below(e, e->v[X], s->lower) ? 0 : 1) & model_below(e, e->v[X], s->upper);
    break;
  case KIND:
    model_choose(e, s);
    break;
  default:
    e->weight *= model_two_point(e->v[UP], e->v[DOWN], value);
  }
}

static inline model_event model_shift(const model_chain *c, model_event e, const double z[N_Z])
{
  for (size_t s = 0; s < c->n; s++)
    model_run(&e, &c->steps[s], z);
  return e;
}

/* ---- the library ----------------------------------------------------------------------------------------- */

static inline fairu_systematics *chain_create(fairu_context *ctx)
{
  static const double nominal[N_Z] = { 0.0, 1.0, 1.0, 0.0, 0.0 };
  return plain_chain(ctx, nuisance_names, N_Z, nominal);
}

static inline int chain_add(fairu_systematics *sys, fairu_context *ctx, const model_step *s)
{
  static const char *const numbers[] = { "0", "1", "2" }, *const xy[] = { "x", "y" };
  const char *nuisance = nuisance_names[nuisance_of(s->kind)];
  const char *met = s->with_met ? "met" : NULL, *met_phi = s->with_met ? "met_phi" : NULL;
  switch (s->kind) {
  case ROTATION:
    return fairu_systematics_add_rotation(sys, ctx, nuisance, "x", "y", s->reference);
  case SCALE:
    return fairu_systematics_add_scale(sys, ctx, nuisance, xy, 1);
  case MOMENTUM:
    return fairu_systematics_add_momentum_scale(sys, ctx, nuisance, "pt", "phi", met, met_phi, s->reference);
  case WEIGHT:
    return fairu_systematics_add_weight_scale(sys, ctx, nuisance, &numbers[s->label], 1);
  case SHIFT:
    return fairu_systematics_add_shift(sys, ctx, nuisance, xy, s->steps, 2, s->reference);
  case CUT:
    return fairu_systematics_add_cut(sys, ctx, "x", s->lower, s->upper);
  case KIND:
    return fairu_systematics_add_category(sys, ctx, "y", s->edges, N_EDGES, "category");
  default:
    return fairu_systematics_add_two_point(sys, ctx, nuisance, "up", "down");
  }
}

/* Steps first .. end - 1 of a chain. */
static inline fairu_systematics *chain_make(fairu_context *ctx, const model_chain *c, size_t first,
                                            size_t end)
{
  fairu_systematics *sys = chain_create(ctx);
  for (size_t s = first; s < end; s++)
    CHECK_OK(ctx, chain_add(sys, ctx, &c->steps[s]));
  return sys;
}

static inline fairu_events *chain_events(fairu_context *ctx, const model_event *events, size_t n)
{
  fairu_events *out = NULL;
  double *weights = (double *)calloc(n, sizeof *weights);
  int32_t *labels = (int32_t *)calloc(n, sizeof *labels);
  CHECK_OK(ctx, fairu_events_create(ctx, n, N_COLUMNS, column_names, &out));
  for (size_t c = 0; c < N_COLUMNS; c++) {
    float *values = NULL;
    CHECK_OK(ctx, fairu_events_column_data(out, ctx, c, &values));
    for (size_t i = 0; i < n; i++)
      values[i] = (float)events[i].v[c];
  }
  for (size_t i = 0; i < n; i++) {
    weights[i] = events[i].weight;
    labels[i] = events[i].label;
  }
  CHECK_OK(ctx, fairu_events_set_weights(out, ctx, weights, n));
  CHECK_OK(ctx, fairu_events_set_labels(out, ctx, labels, n));
  free(weights);
  free(labels);
  return out;
}

/* ---- a chain, events and a point --------------------------------------------------------------------------- */

enum { N = 300 };

typedef struct scene {
  fairu_context *ctx;
  draws d;
  model_chain chain;
  model_event events[N];
  double z[N_Z];
  fairu_events *in;
  fairu_systematics *sys;
} scene;

static inline scene *scene_create(uint64_t seed)
{
  scene *s = calloc(1, sizeof *s);
  assert_non_null(s);
  s->ctx = support_context();
  s->d.state = seed;
  return s;
}

/* Another chain, other events and another point. */
static inline void scene_next(scene *s)
{
  fairu_events_destroy(s->in);
  fairu_systematics_destroy(s->sys);
  s->chain = draw_chain(&s->d);
  draw_point(&s->d, s->z);
  for (size_t i = 0; i < N; i++)
    s->events[i] = draw_event(&s->d);
  s->in = chain_events(s->ctx, s->events, N);
  s->sys = chain_make(s->ctx, &s->chain, 0, s->chain.n);
}

static inline void scene_destroy(scene *s)
{
  fairu_events_destroy(s->in);
  fairu_systematics_destroy(s->sys);
  fairu_context_destroy(s->ctx);
  free(s);
}

static inline fairu_events *shift(fairu_context *ctx, const fairu_systematics *sys, const fairu_events *in,
                                  const double *z, unsigned char *passed)
{
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_Z, 3, passed, &out));
  return out;
}

static inline float at(const fairu_events *events, size_t column, size_t row)
{
  return fairu_events_column(events, column, NULL)[row];
}

#endif /* FAIRU_TESTS_SYSTEMATICS_CHAIN_MODEL_H */
