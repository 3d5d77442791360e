/* minimize.c - the search: which parameters are free, which trial points are taken, when it is over. See minimize.h. */
#include "numeric/minimize.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/minimize_internal.h"

/* No parameter moves more than this times its scale in the first step: far enough for any sane start. */
#define FIRST_REACH 8.0
/* Curvature above this (unit diagonal) is not negative. */
#define NOT_NEGATIVE (-1e-10)
/* Below this edm the last Newton step is not evaluated. */
#define BY_MODEL 1e-9
/* Curvature below this (unit diagonal) may be that of a valley without any. */
#define VALLEY 1e-6

enum { REJECTIONS_MOST = 80, STALLS_MOST = 3 };

static double scale_of(const search *s, size_t i)
{
  const double *scale = s->problem->scale;
  return scale && scale[i] > 0.0 ? scale[i] : 1.0;
}

/* Differences of the value below this say nothing. */
static double noise_of(const point *p)
{
  return 16.0 * DBL_EPSILON * fmax(1.0, fabs(p->value));
}

static int is_fixed(const search *s, size_t i)
{
  const fairu_minimize_problem *p = s->problem;
  return (p->fixed && p->fixed[i]) || !(p->lower[i] < p->upper[i]);
}

/* On a bound, and the multiplier holds it there. */
static int is_bound(const search *s, size_t i)
{
  const point *p = &s->now;
  return (p->x[i] <= s->problem->lower[i] && p->gradient[i] > 0.0) ||
         (p->x[i] >= s->problem->upper[i] && p->gradient[i] < 0.0);
}

int fairu_minimize__evaluate(search *s, point *p)
{
  const size_t n = s->problem->n;
  s->evaluations++;
  const int status =
      s->problem->objective(s->ctx, p->x, &p->value, p->gradient, p->hessian, s->problem->data);
  if (status != FAIRU_OK)
    return status;
  if (!isfinite(p->value) || !fairu_linalg__finite(p->gradient, n) ||
      (p->hessian && !fairu_linalg__finite(p->hessian, n * n)))
    return fairu_context__fail(s->ctx, FAIRU_ERR_RANGE, "the objective or a derivative of it is not finite");
  return FAIRU_OK;
}

int fairu_minimize__not_allowed(int status)
{
  return status == FAIRU_ERR_NEGATIVE_YIELD || status == FAIRU_ERR_RANGE;
}

/* ---- the model at the present point ------------------------------------------------------------------- */

/* No slope and no curvature, alone or with others: nothing a model could say about this parameter. */
static int looks_flat(const search *s, size_t i)
{
  const size_t n = s->problem->n;
  const double noise = 1e-15 * fmax(1.0, fabs(s->now.value)), own = scale_of(s, i);
  if (fabs(s->now.gradient[i]) * own > noise)
    return 0;
  for (size_t j = 0; j < n; j++)
    if (!is_fixed(s, j) && fabs(s->now.hessian[i * n + j]) * own * scale_of(s, j) > noise)
      return 0;
  return 1;
}

static void choose_parameters(search *s)
{
  minimize_model *m = &s->model;
  m->n = 0;
  for (size_t i = 0; i < s->problem->n; i++) {
    s->flat[i] = (unsigned char)(!is_fixed(s, i) && looks_flat(s, i));
    if (is_fixed(s, i) || s->flat[i])
      continue;
    m->bound[m->n] = (unsigned char)(!is_bound(s, i) ? 0 : s->now.x[i] <= s->problem->lower[i] ? 1 : 2);
    m->index[m->n++] = i;
  }
}

/* One sigma along the parameter; its scale where the curvature says nothing. */
static double unit_of(const search *s, size_t i)
{
  const double own = scale_of(s, i), curvature = fabs(s->now.hessian[i * s->problem->n + i]);
  return curvature * own * own > 1e-20 * fmax(1.0, fabs(s->now.value)) ? 1.0 / sqrt(curvature) : own;
}

void fairu_minimize__make_model(search *s)
{
  minimize_model *m = &s->model;
  choose_parameters(s);
  for (size_t r = 0; r < m->n; r++)
    m->unit[r] = unit_of(s, m->index[r]);
  for (size_t r = 0; r < m->n; r++) {
    const size_t i = m->index[r];
    m->lower[r] = (s->problem->lower[i] - s->now.x[i]) / m->unit[r];
    m->upper[r] = (s->problem->upper[i] - s->now.x[i]) / m->unit[r];
    m->b[r] = s->now.gradient[i] * m->unit[r];
    const double *row = s->now.hessian + i * s->problem->n;
    for (size_t c = 0; c < m->n; c++)
      m->h[r * m->n + c] = row[m->index[c]] * m->unit[r] * m->unit[c];
  }
  fairu_minimize__factor(s->ctx, m);
}

void fairu_minimize__make_box(search *s)
{
  minimize_model *m = &s->model;
  for (size_t r = 0; r < m->n; r++) {
    const double most = fmin(s->radius, s->reach * scale_of(s, m->index[r]) / m->unit[r]);
    m->from[r] = fmax(m->lower[r], -most);
    m->to[r] = fmin(m->upper[r], most);
  }
}

/* ---- trial steps -------------------------------------------------------------------------------------- */

int fairu_minimize__place_trial(search *s)
{
  const minimize_model *m = &s->model;
  const fairu_minimize_problem *p = s->problem;
  memcpy(s->trial.x, s->now.x, p->n * sizeof(double));
  int moves = 0;
  for (size_t r = 0; r < m->n; r++) {
    const size_t i = m->index[r];
    double x = s->now.x[i] + m->q[r] * m->unit[r];
    if (m->q[r] <= m->lower[r] || x < p->lower[i])
      x = p->lower[i];
    else if (m->q[r] >= m->upper[r] || x > p->upper[i])
      x = p->upper[i];
    moves |= x != s->now.x[i];
    s->trial.x[i] = x;
  }
  return moves;
}

static void swap_points(search *s)
{
  const point p = s->now;
  s->now = s->trial;
  s->trial = p;
}

/* Longest of the step in units of the curvature, and of the scale. */
static double length_of(const search *s, double *reach)
{
  const minimize_model *m = &s->model;
  double length = 0.0;
  *reach = 0.0;
  for (size_t r = 0; r < m->n; r++) {
    const double q = fabs(m->q[r]);
    length = fmax(length, q);
    *reach = fmax(*reach, q * m->unit[r] / scale_of(s, m->index[r]));
  }
  return length;
}

/* Back to where the parabola through the slope and the rise has its minimum; between a tenth and a half. */
static void reject(search *s, double slope, double rise)
{
  double reach;
  const double best = slope / (2.0 * (slope + rise));
  s->radius = length_of(s, &reach) * fmin(fmax(best, 0.1), 0.5);
  s->rejections++;
}

static void adjust_radius(search *s, double quality)
{
  double reach;
  const double length = length_of(s, &reach);
  const double growth = quality > 0.9 && quality < 1.2 ? 4.0 : 2.0;
  if (quality < 0.25)
    s->radius = 0.5 * length;
  else if (quality > 0.75 && length > 0.8 * s->radius)
    s->radius *= growth;
  if (quality > 0.75 && reach > 0.8 * s->reach)
    s->reach *= growth;
  s->rejections = 0;
}

/* Where differences of the value drown in rounding, the gradient decides: a Newton step must shrink the edm. */
static void take_final_step(search *s)
{
  const double before = s->model.edm;
  swap_points(s);
  fairu_minimize__make_model(s);
  if (s->model.positive_definite && s->model.edm <= 0.25 * before)
    return;
  s->stalls++;
  if (s->model.positive_definite && s->model.edm < before)
    return;
  swap_points(s);
  fairu_minimize__make_model(s);
  s->rejections++;
}

/* One trial: taken or not, then the model stands at the present point again. *moved is 0 if no step is left. */
static int try_step(search *s, int *moved)
{
  fairu_minimize__make_box(s);
  const double gain = fairu_minimize__step(s->ctx, &s->model);
  *moved = gain > 0.0 && fairu_minimize__place_trial(s);
  if (!*moved)
    return FAIRU_OK;
  s->iterations++;
  int status = fairu_minimize__evaluate(s, &s->trial);
  if (fairu_minimize__not_allowed(status)) {
    s->refusals++;
    reject(s, 1.0, 1.0);
    return FAIRU_OK;
  }
  if (status != FAIRU_OK)
    return status;
  s->refusals = 0;
  const double fall = s->now.value - s->trial.value, size = fmax(1.0, fabs(s->now.value));
  if (fall >= 1e-4 * gain && fall > 0.0) {
    adjust_radius(s, fall / gain);
    swap_points(s);
    fairu_minimize__make_model(s);
    return FAIRU_OK;
  }
  if (s->model.positive_definite && gain <= 1e-9 * size && fall >= -1e-10 * size) {
    take_final_step(s);
    return FAIRU_OK;
  }
  double slope = 0.0;
  for (size_t r = 0; r < s->model.n; r++)
    slope -= s->model.b[r] * s->model.q[r];
  reject(s, slope, -fall);
  return FAIRU_OK;
}

/* A curved valley is flat at its bottom alone: to it with steps that are damped along the valley, so that the curvature reported is that
 * of the valley and not of its wall. */
static int sink(search *s)
{
  minimize_model *m = &s->model;
  for (int round = 0; round < 4; round++) {
    m->shift = 1e-4;
    if (!fairu_minimize__factor_part(s->ctx, m, m->bound, m->shift))
      return FAIRU_OK;
    fairu_minimize__make_box(s);
    fairu_minimize__solve(s->ctx, m, m->newton);
    if (!(fairu_minimize__step(s->ctx, m) > 0.0) || !fairu_minimize__place_trial(s))
      break;
    const int status = fairu_minimize__evaluate(s, &s->trial);
    if (status != FAIRU_OK)
      return fairu_minimize__not_allowed(status) ? FAIRU_OK : status;
    if (!(s->trial.value <= s->now.value + noise_of(&s->now)))
      break;
    swap_points(s);
    fairu_minimize__make_model(s);
  }
  fairu_minimize__make_model(s);
  return FAIRU_OK;
}

/* One more Newton step than convergence asks for: the place of the minimum is then good to rounding, not to sqrt(edm). */
static int polish(search *s)
{
  if (s->problem->rough || !s->model.positive_definite || s->model.edm < FAIRU_MINIMIZE_POLISHED)
    return FAIRU_OK;
  if (s->model.pivot < VALLEY)
    return sink(s);
  if (s->model.edm < BY_MODEL) {
    fairu_minimize__step_by_model(s);
    return FAIRU_OK;
  }
  fairu_minimize__make_box(s);
  if (!(fairu_minimize__step(s->ctx, &s->model) > 0.0) || !fairu_minimize__place_trial(s))
    return FAIRU_OK;
  const int status = fairu_minimize__evaluate(s, &s->trial);
  if (status != FAIRU_OK)
    return fairu_minimize__not_allowed(status) ? FAIRU_OK : status;
  take_final_step(s);
  return FAIRU_OK;
}

static int is_minimum(const search *s)
{
  const minimize_model *m = &s->model;
  return m->edm < s->problem->edm_tolerance && (m->positive_definite || m->lowest >= NOT_NEGATIVE);
}

/* Down to a minimum, the limit, or where no step helps. */
static int descend(search *s)
{
  int moved = 1;
  while (moved && !is_minimum(s) && s->iterations < s->problem->max_iterations && s->stalls < STALLS_MOST &&
         s->rejections < REJECTIONS_MOST &&
         (s->problem->patience == 0 || s->refusals < s->problem->patience)) {
    int status = fairu_context__poll(s->ctx);
    if (status == FAIRU_OK)
      status = fairu_minimize__close(s);
    if (status == FAIRU_OK && s->closed != 1)
      status = try_step(s, &moved);
    if (status != FAIRU_OK)
      return status;
  }
  return FAIRU_OK;
}

/* ---- flat parameters ---------------------------------------------------------------------------------- */

/* A step of one scale along a parameter without slope and curvature: 1 a lower point is in trial, 0 nothing changes,
 * -1 it rises somewhere: a minimum of higher order. */
static int probe_flat(search *s, size_t i, int *status)
{
  int result = 0;
  for (int side = -1; side <= 1; side += 2) {
    memcpy(s->trial.x, s->now.x, s->problem->n * sizeof(double));
    const double x = s->now.x[i] + side * scale_of(s, i);
    s->trial.x[i] = fmin(fmax(x, s->problem->lower[i]), s->problem->upper[i]);
    *status = fairu_minimize__evaluate(s, &s->trial);
    if (*status != FAIRU_OK && !fairu_minimize__not_allowed(*status))
      return 0;
    const double rise = *status == FAIRU_OK ? s->trial.value - s->now.value : (double)INFINITY;
    *status = FAIRU_OK;
    if (rise < -noise_of(&s->now))
      return 1;
    if (rise > noise_of(&s->now))
      result = -1;
  }
  return result;
}

/* *found: 0 every parameter matters, 1 some do not, 2 the search goes on from a lower point. */
static int check_flat(search *s, int *found)
{
  *found = 0;
  for (size_t i = 0; i < s->problem->n; i++) {
    if (!s->flat[i])
      continue;
    int status = FAIRU_OK;
    const int lower = probe_flat(s, i, &status);
    if (status != FAIRU_OK)
      return status;
    if (lower == 1) {
      *found = 2;
      swap_points(s);
      s->reach = FIRST_REACH;
      s->rejections = 0;
      fairu_minimize__make_model(s);
      return FAIRU_OK;
    }
    if (lower == 0)
      *found = 1;
  }
  return FAIRU_OK;
}

static int reserve(search *s)
{
  const size_t n = s->problem->n;
  if (n > 30000)
    return fairu_context__fail(s->ctx, FAIRU_ERR_LIMIT, "%zu parameters to minimise over", n);
  double *rest = fairu_context__scratch(s->ctx, 2 * n * (n + 2), sizeof *rest, "minimiser");
  s->flat = fairu_context__scratch(s->ctx, n, 1, "minimiser");
  if (!rest || !s->flat)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (int k = 0; k < 2; k++, rest += n * (n + 2)) {
    point *p = k ? &s->trial : &s->now;
    p->x = rest;
    p->gradient = rest + n;
    p->hessian = rest + 2 * n;
  }
  return fairu_minimize__reserve(s->ctx, n, &s->model);
}

static int start(search *s, const fairu_minimize_state *state)
{
  const fairu_minimize_problem *p = s->problem;
  for (size_t i = 0; i < p->n; i++) {
    const int keep = p->fixed && p->fixed[i];
    s->now.x[i] = keep ? state->x[i] : fmin(fmax(state->x[i], p->lower[i]), p->upper[i]);
  }
  s->radius = HUGE_VAL;
  s->reach = FIRST_REACH;
  const int status = fairu_minimize__evaluate(s, &s->now);
  if (status == FAIRU_OK)
    fairu_minimize__make_model(s);
  return status;
}

static int status_of(const search *s, int flat)
{
  const minimize_model *m = &s->model;
  const int resolved = m->edm < s->problem->edm_tolerance || m->edm <= noise_of(&s->now);
  if (!m->positive_definite && resolved)
    return FAIRU_ERR_NOT_POSITIVE_DEFINITE;
  if (!m->positive_definite || !resolved)
    return FAIRU_ERR_NOT_CONVERGED;
  return flat ? FAIRU_ERR_FLAT : FAIRU_OK;
}

static void finish(search *s, int flat, fairu_minimize_state *state)
{
  minimize_model *m = &s->model;
  const double lowest = s->problem->wants_eigenvalue ? fairu_minimize__lowest_eigenvalue(s->ctx, m)
                                                     : (m->positive_definite ? m->pivot : m->lowest);
  const size_t n = s->problem->n;
  memcpy(state->x, s->now.x, n * sizeof(double));
  memcpy(state->gradient, s->now.gradient, n * sizeof(double));
  memcpy(state->hessian, s->now.hessian, n * n * sizeof(double));
  for (size_t i = 0; i < n; i++)
    state->at_bound[i] = (unsigned char)(!is_fixed(s, i) && is_bound(s, i));
  state->value = s->now.value;
  state->edm = s->model.edm;
  state->min_eigenvalue = flat ? fmin(0.0, lowest) : lowest;
  state->smallest_pivot = flat ? 0.0 : m->pivot;
  state->iterations = s->iterations;
  state->evaluations = s->evaluations;
  state->n_edges = 0;
  state->status = status_of(s, flat);
}

int fairu_minimize(fairu_context *ctx, const fairu_minimize_problem *problem, fairu_minimize_state *state)
{
  search s = { .ctx = ctx, .problem = problem };
  const fairu_mark mark = fairu_context__mark(ctx);
  int flat = 0, status = reserve(&s);
  if (status == FAIRU_OK)
    status = start(&s, state);
  for (int round = 0; status == FAIRU_OK && round < 8; round++) {
    status = descend(&s);
    if (status == FAIRU_OK && is_minimum(&s))
      status = check_flat(&s, &flat);
    if (flat != 2)
      break;
    flat = 0;
  }
  if (status == FAIRU_OK && is_minimum(&s))
    status = polish(&s);
  if (status == FAIRU_OK)
    finish(&s, flat, state);
  fairu_context__release(ctx, mark);
  return status;
}
