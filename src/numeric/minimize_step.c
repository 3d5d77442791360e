/* minimize_step.c - steps of the minimiser: the minimum of its quadratic model in a box. See minimize.h.
 *
 * Bounds and trust region are one box. Parameters that leave it are held at its faces and let go when their multiplier has the
 * wrong sign, all at once in each pass, a Cholesky factor per pass: an active set that is right after a few. Where it is not, one face at a time
 * is met or left, which never goes up. */
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/minimize_internal.h"

enum { PASSES = 12, RELEASING = 5, WALK = 60, SMALL = 64 };

/* A slope whose square is below this share of the decrease promises little more. */
#define SLACK 1e-2

/* Decrease of the model along q. */
static double decrease(const minimize_model *model, const double *q)
{
  double s = 0.0;
  for (size_t i = 0; i < model->n; i++)
    if (q[i] != 0.0)
      s += q[i] * (model->b[i] + 0.5 * fairu_linalg__dot(model->h + i * model->n, q, model->n));
  return -s;
}

static void clip(minimize_model *model)
{
  for (size_t i = 0; i < model->n; i++)
    model->q[i] = fmin(fmax(model->q[i], model->from[i]), model->to[i]);
}

/* Slope of the model at q. */
static double slope_at(const minimize_model *model, size_t i)
{
  return model->b[i] + fairu_linalg__dot(model->h + i * model->n, model->q, model->n);
}

/* Hold what left the box; release (in the first passes) what wants back inside. Returns the number of changes. */
static size_t update_held(minimize_model *model, int pass)
{
  size_t changes = 0;
  for (size_t i = 0; i < model->n; i++) {
    if (!model->held[i]) {
      if (model->q[i] >= model->from[i] && model->q[i] <= model->to[i])
        continue;
      model->held[i] = model->q[i] < model->from[i] ? 1 : 2;
      changes++;
    } else if (pass < RELEASING) {
      const double slope = slope_at(model, i);
      if (model->held[i] == 1 ? slope < 0.0 : slope > 0.0) {
        model->held[i] = 3; /* still counts in the slopes of the others */
        changes++;
      }
    }
  }
  for (size_t i = 0; i < model->n; i++) {
    if (model->held[i] == 3)
      model->held[i] = 0;
    else if (model->held[i])
      model->q[i] = model->held[i] == 1 ? model->from[i] : model->to[i];
  }
  return changes;
}

/* The free ones at the minimum with the held ones in place. */
static int solve_free(fairu_context *ctx, minimize_model *model)
{
  double *x = model->work;
  if (!fairu_minimize__factor_part(ctx, model, model->held, model->shift))
    return 0;
  for (size_t r = 0; r < model->m; r++)
    model->q[model->map[r]] = 0.0;
  for (size_t r = 0; r < model->m; r++)
    x[r] = -slope_at(model, model->map[r]);
  fairu_linalg__cholesky_solve(ctx, model->l, model->m, x);
  for (size_t r = 0; r < model->m; r++)
    model->q[model->map[r]] = x[r];
  return 1;
}

/* q in the box, from the Newton step. */
static void solve_box(fairu_context *ctx, minimize_model *model)
{
  memcpy(model->q, model->newton, model->n * sizeof(double));
  memcpy(model->held, model->bound, model->n);
  for (int pass = 0; pass < PASSES && update_held(model, pass) > 0; pass++)
    if (!solve_free(ctx, model))
      break;
  clip(model);
}

/* Could a parameter that moves alone, where there is room, lower the model by more than a little of `gain`? */
static int is_stuck(const minimize_model *model, double gain)
{
  for (size_t i = 0; i < model->n; i++) {
    const double slope = slope_at(model, i);
    const int has_room = slope > 0.0 ? model->q[i] > model->from[i] : model->q[i] < model->to[i];
    if (has_room && slope * slope > SLACK * gain)
      return 1;
  }
  return 0;
}

/* From `base`, in the box, towards q: as far as the first face, whose parameter is held from there on. 0: q is reached. */
static int meet_face(minimize_model *model, const double *base)
{
  double t = 1.0;
  size_t first = model->n;
  for (size_t i = 0; i < model->n; i++) {
    const double d = model->q[i] - base[i], face = d > 0.0 ? model->to[i] : model->from[i];
    if (!model->held[i] && (model->q[i] < model->from[i] || model->q[i] > model->to[i]) &&
        (face - base[i]) / d < t) {
      t = (face - base[i]) / d;
      first = i;
    }
  }
  if (first == model->n)
    return 0;
  const int side = model->q[first] < model->from[first] ? 1 : 2;
  for (size_t i = 0; i < model->n; i++)
    if (!model->held[i])
      model->q[i] = base[i] + t * (model->q[i] - base[i]);
  clip(model);
  model->held[first] = (unsigned char)side;
  model->q[first] = side == 1 ? model->from[first] : model->to[first];
  return 1;
}

/* Let go the held parameter whose multiplier is most wrong; 0: all are right. */
static int release_one(minimize_model *model)
{
  double worst = 0.0;
  size_t first = model->n;
  for (size_t i = 0; i < model->n; i++) {
    const double slope = model->held[i] ? slope_at(model, i) : 0.0,
                 wrong = model->held[i] == 1 ? -slope : slope;
    if (wrong > worst) {
      worst = wrong;
      first = i;
    }
  }
  if (first < model->n)
    model->held[first] = 0;
  return first < model->n;
}

/* Where all at once goes astray, as it may between parameters that do nearly the same: one face at a time, down with each step. */
static void walk_box(fairu_context *ctx, minimize_model *model, double gain)
{
  double *base = model->work + model->n;
  if (!(gain > 0.0))
    memset(model->q, 0, model->n * sizeof(double));
  for (size_t i = 0; i < model->n; i++)
    model->held[i] = (unsigned char)(model->q[i] <= model->from[i] ? 1 : model->q[i] >= model->to[i] ? 2 : 0);
  const int most = model->n <= SMALL ? WALK : WALK / 4;
  for (int pass = 0; pass < most; pass++) {
    memcpy(base, model->q, model->n * sizeof(double));
    if (!solve_free(ctx, model)) {
      memcpy(model->q, base, model->n * sizeof(double));
      return;
    }
    if (!meet_face(model, base) && !release_one(model))
      return;
  }
  clip(model);
}

/* Shorten q to the lowest point along it; returns the decrease. */
static double shorten(minimize_model *model)
{
  double slope = 0.0, curvature = 0.0;
  for (size_t i = 0; i < model->n; i++) {
    slope += model->b[i] * model->q[i];
    curvature += model->q[i] * fairu_linalg__dot(model->h + i * model->n, model->q, model->n);
  }
  if (!(slope < 0.0))
    return 0.0;
  const double t = curvature > -slope ? -slope / curvature : 1.0;
  for (size_t i = 0; i < model->n; i++)
    model->q[i] *= t;
  return -t * (slope + 0.5 * t * curvature);
}

/* Longest t with base + t d in the box. */
static double room_along(const minimize_model *model, const double *base, const double *d)
{
  double t = HUGE_VAL;
  for (size_t i = 0; i < model->n; i++)
    if (d[i] > 0.0)
      t = fmin(t, (model->to[i] - base[i]) / d[i]);
    else if (d[i] < 0.0)
      t = fmin(t, (model->from[i] - base[i]) / d[i]);
  return isfinite(t) ? t : 0.0;
}

/* Not convex: from q (or from 0) along the lowest eigenvector to the end of the box, either way. Returns the best decrease. */
static double follow_valley(minimize_model *model, double best)
{
  const size_t n = model->n;
  double *base = model->work, *d = base + n;
  for (int k = 0; k < 4; k++) {
    const double sign = k % 2 ? -1.0 : 1.0;
    if (k % 2 == 0)
      memcpy(base, model->q, n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
      d[i] = sign * model->valley[i];
      base[i] = k >= 2 ? 0.0 : base[i];
    }
    const double t = room_along(model, base, d);
    for (size_t i = 0; i < n; i++)
      d[i] = fmin(fmax(base[i] + t * d[i], model->from[i]), model->to[i]);
    const double gain = decrease(model, d);
    if (gain > best) {
      memcpy(model->q, d, n * sizeof(double));
      best = gain;
    }
  }
  return best;
}

/* Last resort: steepest descent, clipped, shortened until the model falls. */
static double step_gradient(minimize_model *model)
{
  double t = 1.0;
  for (int i = 0; i < 100; i++, t *= 0.25) {
    for (size_t k = 0; k < model->n; k++)
      model->q[k] = -t * model->b[k];
    clip(model);
    const double gain = decrease(model, model->q);
    if (gain > 0.0)
      return gain;
  }
  return 0.0;
}

/* The Newton step is in the box, and nothing that sits on a bound would leave it. */
static int newton_is_minimum(minimize_model *model)
{
  for (size_t i = 0; i < model->n; i++)
    if (!(model->newton[i] >= model->from[i] && model->newton[i] <= model->to[i]))
      return 0;
  memcpy(model->q, model->newton, model->n * sizeof(double));
  for (size_t i = 0; i < model->n; i++)
    if (model->bound[i]) {
      const double slope = slope_at(model, i);
      if (model->bound[i] == 1 ? slope < 0.0 : slope > 0.0)
        return 0;
    }
  return 1;
}

double fairu_minimize__step(fairu_context *ctx, minimize_model *model)
{
  if (model->positive_definite && newton_is_minimum(model))
    return model->edm;
  solve_box(ctx, model);
  double gain = decrease(model, model->q);
  if (model->positive_definite && is_stuck(model, gain)) {
    walk_box(ctx, model, gain);
    gain = decrease(model, model->q);
  }
  if (!(gain > 0.0)) {
    gain = shorten(model);
    if (!(gain > 0.0))
      memset(model->q, 0, model->n * sizeof(double));
  }
  if (!model->positive_definite && model->lowest < -1e-10)
    gain = follow_valley(model, gain);
  return gain > 0.0 ? gain : step_gradient(model);
}
