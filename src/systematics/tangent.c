/* tangent.c - frames: values and derivatives of some rows, and what the kernels of several steps do to them. */
#include "systematics/tangent.h"

#include <math.h>
#include <string.h>

#include "systematics/momentum.h"

enum { ROWS = FAIRU_TANGENT_ROWS };

/* ---- access -------------------------------------------------------------------------------------------- */

double *fairu_tangent__values(const fairu_tangent *t, size_t c)
{
  return t->places[c] == SIZE_MAX ? NULL : t->values + t->places[c] * ROWS;
}

const double *fairu_tangent__slopes(const fairu_tangent *t, size_t c, size_t k)
{
  const size_t at = t->places[c] * t->n_nuisances + k;
  return t->moves[at] ? t->slopes + at * ROWS : NULL;
}

double *fairu_tangent__move(const fairu_tangent *t, size_t c, size_t k)
{
  const size_t at = t->places[c] * t->n_nuisances + k;
  double *slopes = t->slopes + at * ROWS;
  if (!t->moves[at])
    memset(slopes, 0, t->n * sizeof *slopes);
  t->moves[at] = 1;
  return slopes;
}

void fairu_tangent__rest(const fairu_tangent *t, size_t c, size_t k)
{
  t->moves[t->places[c] * t->n_nuisances + k] = 0;
}

int fairu_tangent__is_moved(const fairu_tangent *t, size_t c)
{
  for (size_t k = 0; k < t->n_nuisances; k++)
    if (fairu_tangent__slopes(t, c, k))
      return 1;
  return 0;
}

int fairu_tangent__of_weights(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                              const fairu_tangent *t)
{
  (void)step, (void)worker, (void)chunk, (void)t;
  return FAIRU_OK;
}

/* ---- chain rule ---------------------------------------------------------------------------------------- */

void fairu_tangent__derive(const fairu_tangent *t, size_t c, const fairu_slope *slopes, size_t n_slopes)
{
  for (size_t k = 0; k < t->n_nuisances; k++) {
    fairu_tangent__rest(t, c, k);
    for (size_t s = 0; s < n_slopes; s++) {
      const double *from = fairu_tangent__slopes(t, slopes[s].column, k), *by = slopes[s].by;
      if (!from)
        continue;
      double *to = fairu_tangent__move(t, c, k);
      for (size_t i = 0; i < t->n; i++)
        to[i] += slopes[s].sign * (by ? by[i] : 1.0) * from[i];
    }
  }
}

void fairu_tangent__scale(const fairu_tangent *t, size_t c, double scale, size_t k, const double *is_there)
{
  double *v = fairu_tangent__values(t, c);
  for (size_t j = 0; j < t->n_nuisances; j++) {
    if (j != k && !fairu_tangent__slopes(t, c, j))
      continue;
    double *d = fairu_tangent__move(t, c, j);
    const double own = j == k ? 1.0 : 0.0;
    for (size_t i = 0; i < t->n; i++) {
      const double on = is_there ? is_there[i] : 1.0;
      d[i] += on * ((scale - 1.0) * d[i] + own * v[i]);
    }
  }
  for (size_t i = 0; i < t->n; i++)
    v[i] = !is_there || is_there[i] > 0.0 ? scale * v[i] : v[i];
}

/* ---- missing transverse momentum ----------------------------------------------------------------------- */

void fairu_tangent__direction(const fairu_tangent *t, size_t phi, double *cosine, double *sine)
{
  const double *values = fairu_tangent__values(t, phi);
  for (size_t i = 0; i < t->n; i++) {
    const double angle = values[i]; /* one call for both */
    cosine[i] = cos(angle);
    sine[i] = sin(angle);
  }
}

void fairu_tangent__open_met(const fairu_tangent *t, const fairu_tangent_met *m)
{
  const double *met = fairu_tangent__values(t, m->met);
  double *x = fairu_tangent__values(t, m->x), *y = fairu_tangent__values(t, m->y), c[ROWS], s[ROWS];
  fairu_tangent__direction(t, m->phi, c, s);
  for (size_t i = 0; i < t->n; i++) {
    x[i] = met[i] * c[i];
    y[i] = met[i] * s[i];
  }
  const fairu_slope of_x[] = { { m->met, c, 1.0 }, { m->phi, y, -1.0 } };
  const fairu_slope of_y[] = { { m->met, s, 1.0 }, { m->phi, x, 1.0 } };
  fairu_tangent__derive(t, m->x, of_x, 2);
  fairu_tangent__derive(t, m->y, of_y, 2);
}

/* (x, y) by k turns into its size and angle; inverse: 1 / size. */
static void close_slopes(const fairu_tangent *t, const fairu_tangent_met *m, const double *inverse, size_t k)
{
  const double *x = fairu_tangent__values(t, m->x), *y = fairu_tangent__values(t, m->y);
  const double *dx = fairu_tangent__move(t, m->x, k), *dy = fairu_tangent__move(t, m->y, k);
  double *met = fairu_tangent__move(t, m->met, k), *phi = fairu_tangent__move(t, m->phi, k);
  for (size_t i = 0; i < t->n; i++) {
    const double c = x[i] * inverse[i], s = y[i] * inverse[i];
    met[i] = c * dx[i] + s * dy[i];
    phi[i] = (c * dy[i] - s * dx[i]) * inverse[i];
  }
}

void fairu_tangent__close_met(const fairu_tangent *t, const fairu_tangent_met *m)
{
  const double *x = fairu_tangent__values(t, m->x), *y = fairu_tangent__values(t, m->y);
  double *met = fairu_tangent__values(t, m->met), *phi = fairu_tangent__values(t, m->phi), inverse[ROWS];
  for (size_t i = 0; i < t->n; i++) {
    met[i] = sqrt(x[i] * x[i] + y[i] * y[i]);
    phi[i] = fairu_met__angle(phi[i], x[i], y[i]);
    inverse[i] = met[i] > 0.0 ? 1.0 / met[i] : 0.0;
  }
  for (size_t k = 0; k < t->n_nuisances; k++)
    if (fairu_tangent__slopes(t, m->x, k) || fairu_tangent__slopes(t, m->y, k))
      close_slopes(t, m, inverse, k);
}

/* One component loses pt cosine (scale - 1); turned is the derivative of the cosine by phi. */
static void pull(const fairu_tangent *t, size_t component, const fairu_tangent_pull *p, const double *cosine,
                 const double *turned, double sign)
{
  const double *pt = fairu_tangent__values(t, p->pt);
  const double gain = p->scale - 1.0;
  double *x = fairu_tangent__values(t, component);
  for (size_t k = 0; k < t->n_nuisances; k++) {
    const double *dpt = fairu_tangent__slopes(t, p->pt, k), *dphi = fairu_tangent__slopes(t, p->phi, k);
    if (k != p->nuisance && !dpt && !dphi)
      continue;
    double *dx = fairu_tangent__move(t, component, k);
    const double own = k == p->nuisance ? 1.0 : 0.0;
    for (size_t i = 0; i < t->n; i++) {
      const double by_pt = own * pt[i] + (dpt ? gain * dpt[i] : 0.0);
      const double by_phi = dphi ? sign * gain * pt[i] * dphi[i] : 0.0;
      dx[i] -= (p->is_there ? p->is_there[i] : 1.0) * (by_pt * cosine[i] + by_phi * turned[i]);
    }
  }
  for (size_t i = 0; i < t->n; i++)
    x[i] -= (p->is_there ? p->is_there[i] : 1.0) * gain * pt[i] * cosine[i];
}

void fairu_tangent__met_direction(const fairu_tangent *t, const fairu_tangent_met *m, double *cosine,
                                  double *sine)
{
  const double *x = fairu_tangent__values(t, m->x), *y = fairu_tangent__values(t, m->y);
  const double *size = fairu_tangent__values(t, m->met);
  for (size_t i = 0; i < t->n; i++) {
    cosine[i] = size[i] > 0.0 ? x[i] / size[i] : 1.0;
    sine[i] = size[i] > 0.0 ? y[i] / size[i] : 0.0;
  }
}

void fairu_tangent__pull_met(const fairu_tangent *t, const fairu_tangent_met *m, const fairu_tangent_pull *p)
{
  pull(t, m->x, p, p->cosine, p->sine, -1.0);
  pull(t, m->y, p, p->sine, p->cosine, 1.0);
}

void fairu_tangent__smear_met(const fairu_tangent *t, const fairu_tangent_met *m, const double *dx,
                              const double *dy, double width, double slope, size_t k)
{
  double *x = fairu_tangent__values(t, m->x), *y = fairu_tangent__values(t, m->y);
  double *by_x = fairu_tangent__move(t, m->x, k), *by_y = fairu_tangent__move(t, m->y, k);
  for (size_t i = 0; i < t->n; i++) {
    x[i] += width * dx[i];
    y[i] += width * dy[i];
    by_x[i] += slope * dx[i];
    by_y[i] += slope * dy[i];
  }
}
