/* derived.h - derived quantities of lepton, tau, jets and MET in a frame (tangent.h): values, and derivatives from those of the
 * columns they are made of. What all packs share. For the files of systematics/ alone.
 *
 * At a kink, where left and right differ, a derivative is 0. Masses and distances are computed from sums of what cannot cancel,
 * so that values near 0 have derivatives, too. A column that nobody needs is skipped.
 */
#ifndef FAIRU_SYSTEMATICS_DERIVED_H
#define FAIRU_SYSTEMATICS_DERIVED_H

#include "systematics/tangent.h"

enum { FAIRU_DERIVED_SLOPES = 10 };

/* Where intermediate results lie. */
typedef struct fairu_derived {
  double x[FAIRU_TANGENT_ROWS], y[FAIRU_TANGENT_ROWS];
  double by[FAIRU_DERIVED_SLOPES][FAIRU_TANGENT_ROWS];
} fairu_derived;

/* An object of a step: its columns, and its direction. */
typedef struct fairu_tangent_object {
  size_t pt, eta, phi;         /* columns */
  const double *cosine, *sine; /* [n] of phi */
  const double *has;           /* [n] 1 where it is there, else 0; NULL: everywhere */
} fairu_tangent_object;

/* Mass of two objects without masses of their own, undefined where the second is not there; 0 unless both pt are positive. */
void fairu_derived__mass(const fairu_tangent *t, fairu_derived *d, size_t column,
                         const fairu_tangent_object *a, const fairu_tangent_object *b, double undefined);

/* The same of transverse momenta. */
void fairu_derived__transverse_mass(const fairu_tangent *t, fairu_derived *d, size_t column,
                                    const fairu_tangent_object *a, const fairu_tangent_object *b);

/* Mass where the second has the mass m > 0. */
void fairu_derived__massive(const fairu_tangent *t, fairu_derived *d, size_t column,
                            const fairu_tangent_object *a, const fairu_tangent_object *b, double m);

/* Size of the sum of a vector (columns x, y) and of the transverse momenta of up to 4 objects. */
void fairu_derived__sum(const fairu_tangent *t, fairu_derived *d, size_t column, size_t x, size_t y,
                        const fairu_tangent_object *objects, size_t n_objects);

/* Sum of up to 4 columns. */
void fairu_derived__total(const fairu_tangent *t, size_t column, const size_t *columns, size_t n_columns);

void fairu_derived__ratio(const fairu_tangent *t, fairu_derived *d, size_t column, size_t above,
                          size_t below);

/* sqrt(d_eta^2 + d_phi^2), d_phi the short way round. */
void fairu_derived__distance(const fairu_tangent *t, fairu_derived *d, size_t column,
                             const fairu_tangent_object *a, const fairu_tangent_object *b);

/* (A + B) / sqrt(A^2 + B^2) of A = sin(met - lep) side, B = sin(tau - met) side, of one row; derivatives by the angles. Directions
 * are (cosine, sine); without a root all is 0. */
typedef struct fairu_centrality {
  double root, value;
  double by_tau, by_lep, by_met;
} fairu_centrality;

fairu_centrality fairu_derived__centrality(const double tau[2], const double lep[2], const double met[2],
                                           double side);

#endif /* FAIRU_SYSTEMATICS_DERIVED_H */
