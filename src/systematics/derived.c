/* derived.c - derived quantities with their derivatives. */
#include "systematics/derived.h"

#include <math.h>

#define PI 3.14159265358979323846

/* ---- masses -------------------------------------------------------------------------------------------- */

enum { BY_PT1, BY_PT2, BY_ETA1, BY_ETA2, BY_PHI };

/* sin^2 of half an angle of this sine and cosine. */
static double half_square(double sine, double cosine)
{
  return cosine > 0.0 ? sine * sine / (2.0 + 2.0 * cosine) : 0.5 - 0.5 * cosine;
}

/* mass = 2 sqrt(pt1 pt2) r with r^2 = sinh^2(eta / 2) + sin^2(phi / 2) of the differences; eta1 NULL: of no eta */
static void pair(const fairu_tangent *t, fairu_derived *d, const fairu_tangent_object *a,
                 const fairu_tangent_object *b, const double *eta1, const double *eta2, double *mass)
{
  const double *pt1 = fairu_tangent__values(t, a->pt), *pt2 = fairu_tangent__values(t, b->pt);
  for (size_t i = 0; i < t->n; i++) {
    const double sine = a->sine[i] * b->cosine[i] - a->cosine[i] * b->sine[i];
    const double cosine = a->cosine[i] * b->cosine[i] + a->sine[i] * b->sine[i];
    const double grow = eta1 ? exp(0.5 * (eta1[i] - eta2[i])) : 1.0, fall = 1.0 / grow;
    const double sinh_half = 0.5 * (grow - fall), cosh_half = 0.5 * (grow + fall);
    const double r = sqrt(sinh_half * sinh_half + half_square(sine, cosine));
    const int is_there = pt1[i] > 0.0 && pt2[i] > 0.0 && r > 0.0;
    const double scale = is_there ? sqrt(pt1[i] * pt2[i]) : 0.0;
    mass[i] = 2.0 * scale * r;
    d->by[BY_PT1][i] = is_there ? scale * r / pt1[i] : 0.0;
    d->by[BY_PT2][i] = is_there ? scale * r / pt2[i] : 0.0;
    d->by[BY_ETA1][i] = is_there ? scale * sinh_half * cosh_half / r : 0.0;
    d->by[BY_PHI][i] = is_there ? 0.5 * scale * sine / r : 0.0;
  }
}

void fairu_derived__mass(const fairu_tangent *t, fairu_derived *d, size_t column,
                         const fairu_tangent_object *a, const fairu_tangent_object *b, double undefined)
{
  double *mass = fairu_tangent__values(t, column);
  if (!mass)
    return;
  pair(t, d, a, b, fairu_tangent__values(t, a->eta), fairu_tangent__values(t, b->eta), mass);
  for (size_t i = 0; b->has && i < t->n; i++) {
    mass[i] = b->has[i] > 0.0 ? mass[i] : undefined;
    for (int s = BY_PT1; s <= BY_PHI; s++)
      d->by[s][i] = s == BY_ETA2 ? 0.0 : b->has[i] * d->by[s][i];
  }
  const fairu_slope slopes[] = { { a->pt, d->by[BY_PT1], 1.0 },   { b->pt, d->by[BY_PT2], 1.0 },
                                 { a->eta, d->by[BY_ETA1], 1.0 }, { b->eta, d->by[BY_ETA1], -1.0 },
                                 { a->phi, d->by[BY_PHI], 1.0 },  { b->phi, d->by[BY_PHI], -1.0 } };
  fairu_tangent__derive(t, column, slopes, 6);
}

void fairu_derived__transverse_mass(const fairu_tangent *t, fairu_derived *d, size_t column,
                                    const fairu_tangent_object *a, const fairu_tangent_object *b)
{
  double *mass = fairu_tangent__values(t, column);
  if (!mass)
    return;
  pair(t, d, a, b, NULL, NULL, mass);
  const fairu_slope slopes[] = { { a->pt, d->by[BY_PT1], 1.0 },
                                 { b->pt, d->by[BY_PT2], 1.0 },
                                 { a->phi, d->by[BY_PHI], 1.0 },
                                 { b->phi, d->by[BY_PHI], -1.0 } };
  fairu_tangent__derive(t, column, slopes, 4);
}

/* mass^2 = m^2 + 2 pt1 (E2 cosh eta1 - pz2 sinh eta1 - pt2 cos phi) */
static void massive_pair(const fairu_tangent *t, fairu_derived *d, const fairu_tangent_object *a,
                         const fairu_tangent_object *b, double m, double *mass)
{
  const double *pt1 = fairu_tangent__values(t, a->pt), *pt2 = fairu_tangent__values(t, b->pt);
  const double *eta1 = fairu_tangent__values(t, a->eta), *eta2 = fairu_tangent__values(t, b->eta);
  for (size_t i = 0; i < t->n; i++) {
    const double sine = a->sine[i] * b->cosine[i] - a->cosine[i] * b->sine[i];
    const double cosine = a->cosine[i] * b->cosine[i] + a->sine[i] * b->sine[i];
    const double grow1 = exp(eta1[i]), cosh1 = 0.5 * (grow1 + 1.0 / grow1), sinh1 = grow1 - cosh1;
    const double grow2 = exp(eta2[i]), cosh2 = 0.5 * (grow2 + 1.0 / grow2), sinh2 = grow2 - cosh2;
    const double p = pt2[i] * cosh2, pz = pt2[i] * sinh2, energy = sqrt(p * p + m * m);
    const double product = energy * cosh1 - pz * sinh1 - pt2[i] * cosine;
    const int is_there = pt1[i] * product > 0.0;
    mass[i] = sqrt(m * m + (is_there ? 2.0 * pt1[i] * product : 0.0));
    const double inverse = is_there ? 1.0 / mass[i] : 0.0, scale = inverse * pt1[i];
    d->by[BY_PT1][i] = inverse * product;
    d->by[BY_PT2][i] = scale * (p * cosh2 / energy * cosh1 - sinh2 * sinh1 - cosine);
    d->by[BY_ETA1][i] = scale * (energy * sinh1 - pz * cosh1);
    d->by[BY_ETA2][i] = scale * (p * pz / energy * cosh1 - p * sinh1);
    d->by[BY_PHI][i] = scale * pt2[i] * sine;
  }
}

void fairu_derived__massive(const fairu_tangent *t, fairu_derived *d, size_t column,
                            const fairu_tangent_object *a, const fairu_tangent_object *b, double m)
{
  double *mass = fairu_tangent__values(t, column);
  if (!mass)
    return;
  massive_pair(t, d, a, b, m, mass);
  const fairu_slope slopes[] = { { a->pt, d->by[BY_PT1], 1.0 },   { b->pt, d->by[BY_PT2], 1.0 },
                                 { a->eta, d->by[BY_ETA1], 1.0 }, { b->eta, d->by[BY_ETA2], 1.0 },
                                 { a->phi, d->by[BY_PHI], 1.0 },  { b->phi, d->by[BY_PHI], -1.0 } };
  fairu_tangent__derive(t, column, slopes, 6);
}

/* ---- sums ---------------------------------------------------------------------------------------------- */

static void add_momentum(const fairu_tangent *t, fairu_derived *d, const fairu_tangent_object *object)
{
  const double *pt = fairu_tangent__values(t, object->pt), *has = object->has;
  for (size_t i = 0; i < t->n; i++) {
    const double size = (has ? has[i] : 1.0) * pt[i];
    d->x[i] += size * object->cosine[i];
    d->y[i] += size * object->sine[i];
  }
}

/* (x, y) is its size and, from here on, its direction; (0, 0) has none. */
static void measure(const fairu_tangent *t, fairu_derived *d, double *size)
{
  for (size_t i = 0; i < t->n; i++) {
    size[i] = sqrt(d->x[i] * d->x[i] + d->y[i] * d->y[i]);
    const double inverse = size[i] > 0.0 ? 1.0 / size[i] : 0.0;
    d->x[i] *= inverse;
    d->y[i] *= inverse;
  }
}

static size_t add_slopes(const fairu_tangent *t, fairu_derived *d, const fairu_tangent_object *object,
                         fairu_slope *slopes, size_t n)
{
  if (!fairu_tangent__is_moved(t, object->pt) && !fairu_tangent__is_moved(t, object->phi))
    return n;
  const double *pt = fairu_tangent__values(t, object->pt), *has = object->has;
  for (size_t i = 0; i < t->n; i++) {
    const double c = object->cosine[i], s = object->sine[i], on = has ? has[i] : 1.0;
    d->by[n][i] = on * (c * d->x[i] + s * d->y[i]);
    d->by[n + 1][i] = on * pt[i] * (c * d->y[i] - s * d->x[i]);
  }
  slopes[n] = (fairu_slope){ object->pt, d->by[n], 1.0 };
  slopes[n + 1] = (fairu_slope){ object->phi, d->by[n + 1], 1.0 };
  return n + 2;
}

void fairu_derived__sum(const fairu_tangent *t, fairu_derived *d, size_t column, size_t x, size_t y,
                        const fairu_tangent_object *objects, size_t n_objects)
{
  double *size = fairu_tangent__values(t, column);
  if (!size)
    return;
  const double *from_x = fairu_tangent__values(t, x), *from_y = fairu_tangent__values(t, y);
  for (size_t i = 0; i < t->n; i++) {
    d->x[i] = from_x[i];
    d->y[i] = from_y[i];
  }
  for (size_t o = 0; o < n_objects; o++)
    add_momentum(t, d, &objects[o]);
  measure(t, d, size);
  fairu_slope slopes[FAIRU_DERIVED_SLOPES] = { { x, d->x, 1.0 }, { y, d->y, 1.0 } };
  size_t n = 2;
  for (size_t o = 0; o < n_objects; o++)
    n = add_slopes(t, d, &objects[o], slopes, n);
  fairu_tangent__derive(t, column, slopes, n);
}

void fairu_derived__total(const fairu_tangent *t, size_t column, const size_t *columns, size_t n_columns)
{
  fairu_slope slopes[4];
  double *sum = fairu_tangent__values(t, column);
  if (!sum)
    return;
  for (size_t i = 0; i < t->n; i++)
    sum[i] = 0.0;
  for (size_t c = 0; c < n_columns; c++) {
    const double *v = fairu_tangent__values(t, columns[c]);
    for (size_t i = 0; i < t->n; i++)
      sum[i] += v[i];
    slopes[c] = (fairu_slope){ columns[c], NULL, 1.0 };
  }
  fairu_tangent__derive(t, column, slopes, n_columns);
}

/* ---- others -------------------------------------------------------------------------------------------- */

void fairu_derived__ratio(const fairu_tangent *t, fairu_derived *d, size_t column, size_t above, size_t below)
{
  const double *a = fairu_tangent__values(t, above), *b = fairu_tangent__values(t, below);
  double *ratio = fairu_tangent__values(t, column);
  for (size_t i = 0; ratio && i < t->n; i++) {
    const double inverse = b[i] != 0.0 ? 1.0 / b[i] : 0.0;
    ratio[i] = a[i] / b[i];
    d->by[0][i] = inverse;
    d->by[1][i] = -a[i] * inverse * inverse;
  }
  const fairu_slope slopes[] = { { above, d->by[0], 1.0 }, { below, d->by[1], 1.0 } };
  if (ratio)
    fairu_tangent__derive(t, column, slopes, 2);
}

void fairu_derived__distance(const fairu_tangent *t, fairu_derived *d, size_t column,
                             const fairu_tangent_object *a, const fairu_tangent_object *b)
{
  const double *eta1 = fairu_tangent__values(t, a->eta), *eta2 = fairu_tangent__values(t, b->eta);
  const double *phi1 = fairu_tangent__values(t, a->phi), *phi2 = fairu_tangent__values(t, b->phi);
  double *distance = fairu_tangent__values(t, column);
  for (size_t i = 0; distance && i < t->n; i++) {
    const double eta = eta1[i] - eta2[i], phi = remainder(phi1[i] - phi2[i], 2.0 * PI);
    const double size = sqrt(eta * eta + phi * phi), inverse = size > 0.0 ? 1.0 / size : 0.0;
    distance[i] = size;
    d->by[0][i] = eta * inverse;
    d->by[1][i] = phi * inverse;
  }
  const fairu_slope slopes[] = { { a->eta, d->by[0], 1.0 },
                                 { b->eta, d->by[0], -1.0 },
                                 { a->phi, d->by[1], 1.0 },
                                 { b->phi, d->by[1], -1.0 } };
  if (distance)
    fairu_tangent__derive(t, column, slopes, 4);
}

fairu_centrality fairu_derived__centrality(const double tau[2], const double lep[2], const double met[2],
                                           double side)
{
  const double a = side * (met[1] * lep[0] - met[0] * lep[1]);
  const double b = side * (tau[1] * met[0] - tau[0] * met[1]);
  const double turn_a = side * (met[0] * lep[0] + met[1] * lep[1]);
  const double turn_b = side * (tau[0] * met[0] + tau[1] * met[1]);
  const double root = sqrt(a * a + b * b), inverse = root > 0.0 ? 1.0 / root : 0.0;
  const double scale = (a - b) * inverse * inverse * inverse;
  return (fairu_centrality){ .root = root,
                             .value = (a + b) * inverse,
                             .by_tau = scale * a * turn_b,
                             .by_lep = scale * b * turn_a,
                             .by_met = -scale * (a * turn_b + b * turn_a) };
}
