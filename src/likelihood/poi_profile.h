/* poi_profile.h - the profile of the parameter of interest on one data set: its minimum and the conditional fits made so far.
 *
 * Test statistics are differences on it. Conditional fits start where those made before point to, so that the later ones cost an evaluation
 * or two.
 */
#ifndef FAIRU_LIKELIHOOD_POI_PROFILE_H
#define FAIRU_LIKELIHOOD_POI_PROFILE_H

#include <fairu/hypotest.h>

#include "likelihood/plan.h"

enum { FAIRU_POI_POINTS = 48 };

/* A conditional minimum. */
typedef struct fairu_poi_point {
  double mu;
  double q;       /* 2 [NLL(mu) - NLL(mu^)], >= 0 */
  double slope;   /* dq / dmu */
  double edm;     /* what its NLL may still fall by */
  double *x;      /* [plan.n] */
  double *params; /* [n_params] */
} fairu_poi_point;

typedef struct fairu_poi_profile {
  fairu_plan plan;
  size_t poi;          /* parameter */
  size_t coordinate;   /* of the plan */
  double lower, upper; /* of the unconditional fit */
  fairu_minimize_state state, trial;
  fairu_minima
      minima; /* met by the unconditional fit: conditional fits start from each when there are several */
  fairu_poi_point best;    /* the unconditional minimum */
  double value;            /* NLL there */
  fairu_poi_point *points; /* [FAIRU_POI_POINTS] */
  size_t n_points;
  double loose;     /* > 0: edm of conditional fits, in units of q^(2/3), where q needs no 12 digits */
  int all_branches; /* conditional fits look into every valley, not only that of the best fit */
  int generation;   /* grows when a lower minimum takes the place of `best`: values q known before are void */
} fairu_poi_profile;

/* Take scratch of ctx for a profile of likelihood->poi, which is free, between lower and upper. */
int fairu_poi_profile__create(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data,
                              const fairu_fit_options *options, double lower, double upper,
                              fairu_poi_profile *profile);

/* The unconditional fit. FAIRU_ERR_NOT_CONVERGED. */
int fairu_poi_profile__fit(fairu_context *ctx, fairu_poi_profile *profile);

/* The same where the minimum is known to lie at params [n_params] if it is 0 there: Asimov data made at params. Otherwise it is searched
 * from there. */
int fairu_poi_profile__fit_asimov(fairu_context *ctx, fairu_poi_profile *profile, const double *params);

/* Start conditional fits from the minima of another profile of the same plan. */
int fairu_poi_profile__share_minima(fairu_context *ctx, fairu_poi_profile *profile,
                                    const fairu_poi_profile *from);

/* The conditional fit at mu alone, from all starts: `best` is that. */
int fairu_poi_profile__fit_at(fairu_context *ctx, fairu_poi_profile *profile, double mu);

/* The conditional minimum at mu, which may lie outside the bounds; hint: a point of another profile of the same plan to start from as long as this
 * one knows no better, or NULL. The point stays valid until FAIRU_POI_POINTS more have been asked for. FAIRU_ERR_NOT_CONVERGED, or
 * FAIRU_ERR_NEGATIVE_YIELD where nothing is allowed at mu. */
int fairu_poi_profile__at(fairu_context *ctx, fairu_poi_profile *profile, double mu,
                          const fairu_poi_point *hint, const fairu_poi_point **point);

/* The same point with theta good to rounding instead of to the root of the tolerance: what Asimov data are made at enters their test statistic
 * to first order. */
int fairu_poi_profile__precisely_at(fairu_context *ctx, fairu_poi_profile *profile, double mu,
                                    const fairu_poi_point **point);

/* 2 NLL by which another valley lies below a conditional minimum; 0 where none is known. */
int fairu_poi_profile__lower_branch(fairu_context *ctx, fairu_poi_profile *profile,
                                    const fairu_poi_point *point, double *depth);

/* Second derivative of the profile NLL at the best point, 0 where it cannot be told. */
int fairu_poi_profile__curvature(fairu_context *ctx, fairu_poi_profile *profile, double *curvature);

#endif /* FAIRU_LIKELIHOOD_POI_PROFILE_H */
