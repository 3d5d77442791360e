/* minimize_close.c - the last steps of the minimiser: the Hessian hardly changes any more, so that gradients will do. See minimize.h. */
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"
#include "numeric/minimize_internal.h"

/* From this edm on; the Hessian of the state is then good to about its root. */
#define NEAR 1e-5
/* A step must shrink the edm by this, or the Hessian does change. */
#define SHRINK 1e-2
/* Curvature below this (unit diagonal) may be that of a valley that bends. */
#define VALLEY 1e-6

enum { FEW = 8, CLOSE_STEPS = 4 };

void fairu_minimize__step_by_model(search *s)
{
  minimize_model *m = &s->model;
  const size_t n = s->problem->n;
  double *dx = s->trial.x;
  memset(dx, 0, n * sizeof *dx);
  for (size_t r = 0; r < m->n; r++) {
    const size_t i = m->index[r];
    const double x = s->now.x[i] + m->newton[r] * m->unit[r];
    if (!m->bound[r] && !(x > s->problem->lower[i] && x < s->problem->upper[i]))
      return;
    dx[i] = x - s->now.x[i];
  }
  for (size_t i = 0; i < n; i++)
    s->now.x[i] += dx[i];
  for (size_t r = 0; r < m->n; r++) {
    const size_t i = m->index[r];
    if (m->bound[r])
      s->now.gradient[i] += fairu_linalg__dot(s->now.hessian + i * n, dx, n);
    else
      s->now.gradient[i] = 0.0;
  }
  s->now.value -= m->edm;
  m->edm *= m->edm; /* quadratic convergence */
}

/* The free parameters take a step of their own and stay off bounds, the others stay where they are held. */
static int stays_free(const search *s)
{
  const minimize_model *m = &s->model;
  for (size_t r = 0; r < m->n; r++) {
    const size_t i = m->index[r];
    const double x = s->now.x[i] + m->newton[r] * m->unit[r];
    if (m->bound[r] ? m->newton[r] != 0.0 : !(x > s->problem->lower[i] && x < s->problem->upper[i]))
      return 0;
  }
  return 1;
}

/* Multipliers of the gradient g hold those on a bound there. */
static int stays_bound(const search *s, const double *g)
{
  const minimize_model *m = &s->model;
  for (size_t r = 0; r < m->n; r++)
    if (m->bound[r] && !(m->bound[r] == 1 ? g[m->index[r]] > 0.0 : g[m->index[r]] < 0.0))
      return 0;
  return 1;
}

/* The Newton step of the new gradient with the old factor; newton and edm of the model. */
static void solve_again(search *s, const double *gradient)
{
  minimize_model *m = &s->model;
  for (size_t r = 0; r < m->n; r++)
    m->b[r] = gradient[m->index[r]] * m->unit[r];
  fairu_minimize__solve(s->ctx, m, m->newton);
  m->edm = 0.0;
  for (size_t r = 0; r < m->n; r++)
    m->edm -= 0.5 * m->newton[r] * m->b[r];
}

/* now becomes the trial point, which has no Hessian. */
static void take_trial(search *s)
{
  const size_t n = s->problem->n;
  memcpy(s->now.x, s->trial.x, n * sizeof(double));
  memcpy(s->now.gradient, s->trial.gradient, n * sizeof(double));
  s->now.value = s->trial.value;
}

/* trial: the gradient one step on. 1: the step was good. */
static int try_gradient(search *s, double before, int *status)
{
  point p = s->trial;
  p.hessian = NULL;
  for (size_t i = 0; i < s->problem->n; i++)
    s->trial.x[i] = s->now.x[i];
  for (size_t r = 0; r < s->model.n; r++)
    s->trial.x[s->model.index[r]] += s->model.newton[r] * s->model.unit[r];
  *status = fairu_minimize__evaluate(s, &p);
  s->trial.value = p.value;
  if (*status != FAIRU_OK)
    return 0;
  solve_again(s, s->trial.gradient);
  return s->model.edm < SHRINK * before && stays_bound(s, s->trial.gradient) && stays_free(s);
}

/* Back to Hessians, at the present point; known: the model is of this point. */
static int give_up(search *s, int known)
{
  s->closed = 2;
  if (known) {
    solve_again(s, s->now.gradient);
    return FAIRU_OK;
  }
  const int status = fairu_minimize__evaluate(s, &s->now);
  if (status == FAIRU_OK)
    fairu_minimize__make_model(s);
  return status;
}

/* Few parameters have their Hessian almost for nothing. A step that was not taken may have left another factor. */
static int can_close(const search *s)
{
  const minimize_model *m = &s->model;
  return !s->closed && m->n >= FEW && m->positive_definite && m->edm < NEAR && m->pivot > VALLEY &&
         s->rejections == 0 && s->refusals == 0 && stays_free(s);
}

int fairu_minimize__close(search *s)
{
  minimize_model *m = &s->model;
  const double asked = s->problem->edm_tolerance;
  const double enough = s->problem->rough ? asked : fmin(asked, FAIRU_MINIMIZE_POLISHED);
  if (!can_close(s))
    return FAIRU_OK;
  for (int k = 0; k < CLOSE_STEPS; k++) {
    const double before = m->edm;
    int status = FAIRU_OK;
    if (!try_gradient(s, before, &status))
      return status == FAIRU_OK || fairu_minimize__not_allowed(status) ? give_up(s, k == 0) : status;
    s->iterations++;
    take_trial(s);
    const double left = 4.0 * m->edm * m->edm / before; /* once this step is taken too */
    if (left < enough) {
      fairu_minimize__step_by_model(s);
      m->edm = left;
      s->closed = 1;
      return FAIRU_OK;
    }
  }
  return give_up(s, 0);
}
