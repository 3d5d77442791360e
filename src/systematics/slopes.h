/* slopes.h - derived quantities of lepton, tau, jets and MET with their derivatives by what they are made of, in double: what
 * all packs share. For the files of systematics/ alone.
 *
 * Arrays are [n] of one column. At a kink, where left and right differ, a derivative is 0. Squared masses and distances are
 * written as sums of what cannot cancel, so that values near 0 have derivatives, too.
 */
#ifndef FAIRU_SYSTEMATICS_SLOPES_H
#define FAIRU_SYSTEMATICS_SLOPES_H

#include <stddef.h>

/* An object: momentum, and its direction as a unit vector. */
typedef struct fairu_lane_object {
  const double *pt, *eta, *cosine, *sine;
} fairu_lane_object;

/* Mass of a pair without masses of their own, of its transverse momenta where eta is NULL; 0 unless both pt are positive.
 * by_eta: of the first minus the second, as by_phi. */
typedef struct fairu_pair_slopes {
  double *mass, *by_pt1, *by_pt2, *by_eta, *by_phi;
} fairu_pair_slopes;

void fairu_slopes__pair(size_t n, const fairu_lane_object *first, const fairu_lane_object *second,
                        const fairu_pair_slopes *out);

/* The same where the second has a mass > 0; its derivatives by either eta. */
typedef struct fairu_massive_slopes {
  double *mass, *by_pt1, *by_pt2, *by_eta1, *by_eta2, *by_phi;
} fairu_massive_slopes;

void fairu_slopes__massive_pair(size_t n, const fairu_lane_object *first, const fairu_lane_object *second,
                                double second_mass, const fairu_massive_slopes *out);

/* Size of (x, y), which is divided by it; (0, 0) stays. */
void fairu_slopes__size(size_t n, double *x, double *y, double *size);

/* How the size of a sum of momenta with direction (x, y) changes with pt and phi of one of them. */
void fairu_slopes__along(size_t n, const double *x, const double *y, const fairu_lane_object *object,
                         double *by_pt, double *by_phi);

/* sqrt(d_eta^2 + d_phi^2), d_phi the short way round; by_* of the first, minus that of the second. */
void fairu_slopes__distance(size_t n, const double *eta1, const double *phi1, const double *eta2,
                            const double *phi2, double *distance, double *by_eta, double *by_phi);

/* (A + B) / sqrt(A^2 + B^2) of A = sin(met - lep) s, B = sin(tau - met) s, s the sign of sin(tau - lep), for one row.
 * Derivatives by the angles of tau, lepton and MET. */
typedef struct fairu_centrality {
  double a, b, root, value;
  double by_tau, by_lep, by_met;
} fairu_centrality;

fairu_centrality fairu_slopes__centrality(const double tau[2], const double lep[2], const double met[2],
                                          double side);

#endif /* FAIRU_SYSTEMATICS_SLOPES_H */
