/* slopes.c - derived quantities with their derivatives. */
#include "systematics/slopes.h"

#include <math.h>

#define PI 3.14159265358979323846

/* sin^2 of half an angle of this sine and cosine. */
static double half_square(double sine, double cosine)
{
  return cosine > 0.0 ? sine * sine / (2.0 + 2.0 * cosine) : 0.5 - 0.5 * cosine;
}

/* mass = 2 sqrt(pt1 pt2) r with r^2 = sinh^2(eta / 2) + sin^2(phi / 2) of the differences */
void fairu_slopes__pair(size_t n, const fairu_lane_object *a, const fairu_lane_object *b,
                        const fairu_pair_slopes *out)
{
  for (size_t i = 0; i < n; i++) {
    const double sine = a->sine[i] * b->cosine[i] - a->cosine[i] * b->sine[i];
    const double cosine = a->cosine[i] * b->cosine[i] + a->sine[i] * b->sine[i];
    const double grow = a->eta ? exp(0.5 * (a->eta[i] - b->eta[i])) : 1.0, fall = 1.0 / grow;
    const double sinh_half = 0.5 * (grow - fall), cosh_half = 0.5 * (grow + fall);
    const double r = sqrt(sinh_half * sinh_half + half_square(sine, cosine));
    const int is_there = a->pt[i] > 0.0 && b->pt[i] > 0.0 && r > 0.0;
    const double scale = is_there ? sqrt(a->pt[i] * b->pt[i]) : 0.0;
    out->mass[i] = 2.0 * scale * r;
    out->by_pt1[i] = is_there ? scale * r / a->pt[i] : 0.0;
    out->by_pt2[i] = is_there ? scale * r / b->pt[i] : 0.0;
    out->by_eta[i] = is_there ? scale * sinh_half * cosh_half / r : 0.0;
    out->by_phi[i] = is_there ? 0.5 * scale * sine / r : 0.0;
  }
}

/* mass^2 = m^2 + 2 pt1 (E2 cosh eta1 - pz2 sinh eta1 - pt2 cos phi) */
void fairu_slopes__massive_pair(size_t n, const fairu_lane_object *a, const fairu_lane_object *b, double m,
                                const fairu_massive_slopes *out)
{
  for (size_t i = 0; i < n; i++) {
    const double sine = a->sine[i] * b->cosine[i] - a->cosine[i] * b->sine[i];
    const double cosine = a->cosine[i] * b->cosine[i] + a->sine[i] * b->sine[i];
    const double grow1 = exp(a->eta[i]), cosh1 = 0.5 * (grow1 + 1.0 / grow1), sinh1 = grow1 - cosh1;
    const double grow2 = exp(b->eta[i]), cosh2 = 0.5 * (grow2 + 1.0 / grow2), sinh2 = grow2 - cosh2;
    const double pt = b->pt[i], energy = sqrt(pt * pt * cosh2 * cosh2 + m * m), pz = pt * sinh2;
    const double product = energy * cosh1 - pz * sinh1 - pt * cosine;
    const double mass = sqrt(m * m + (product * a->pt[i] > 0.0 ? 2.0 * a->pt[i] * product : 0.0));
    const double inverse = product * a->pt[i] > 0.0 ? 1.0 / mass : 0.0, scale = inverse * a->pt[i];
    out->mass[i] = mass;
    out->by_pt1[i] = inverse * product;
    out->by_pt2[i] = scale * (pt * cosh2 * cosh2 / energy * cosh1 - sinh2 * sinh1 - cosine);
    out->by_eta1[i] = scale * (energy * sinh1 - pz * cosh1);
    out->by_eta2[i] = scale * (pt * pt * cosh2 * sinh2 / energy * cosh1 - pt * cosh2 * sinh1);
    out->by_phi[i] = scale * pt * sine;
  }
}

void fairu_slopes__size(size_t n, double *x, double *y, double *size)
{
  for (size_t i = 0; i < n; i++) {
    size[i] = sqrt(x[i] * x[i] + y[i] * y[i]);
    const double inverse = size[i] > 0.0 ? 1.0 / size[i] : 0.0;
    x[i] *= inverse;
    y[i] *= inverse;
  }
}

void fairu_slopes__along(size_t n, const double *x, const double *y, const fairu_lane_object *object,
                         double *by_pt, double *by_phi)
{
  for (size_t i = 0; i < n; i++) {
    by_pt[i] = object->cosine[i] * x[i] + object->sine[i] * y[i];
    by_phi[i] = object->pt[i] * (object->cosine[i] * y[i] - object->sine[i] * x[i]);
  }
}

void fairu_slopes__distance(size_t n, const double *eta1, const double *phi1, const double *eta2,
                            const double *phi2, double *distance, double *by_eta, double *by_phi)
{
  for (size_t i = 0; i < n; i++) {
    const double eta = eta1[i] - eta2[i], phi = remainder(phi1[i] - phi2[i], 2.0 * PI);
    const double size = sqrt(eta * eta + phi * phi), inverse = size > 0.0 ? 1.0 / size : 0.0;
    distance[i] = size;
    by_eta[i] = eta * inverse;
    by_phi[i] = phi * inverse;
  }
}

fairu_centrality fairu_slopes__centrality(const double tau[2], const double lep[2], const double met[2],
                                          double side)
{
  const double a = side * (met[1] * lep[0] - met[0] * lep[1]);
  const double b = side * (tau[1] * met[0] - tau[0] * met[1]);
  const double turn_a = side * (met[0] * lep[0] + met[1] * lep[1]);
  const double turn_b = side * (tau[0] * met[0] + tau[1] * met[1]);
  const double root = sqrt(a * a + b * b), inverse = root > 0.0 ? 1.0 / root : 0.0;
  const double scale = (a - b) * inverse * inverse * inverse;
  return (fairu_centrality){ .a = a,
                             .b = b,
                             .root = root,
                             .value = (a + b) * inverse,
                             .by_tau = scale * a * turn_b,
                             .by_lep = scale * b * turn_a,
                             .by_met = -scale * (a * turn_b + b * turn_a) };
}
