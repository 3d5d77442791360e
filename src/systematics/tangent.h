/* tangent.h - how steps carry derivatives by the nuisance parameters along; for the files of systematics/ alone.
 *
 * A frame holds some rows of all columns that matter: values, and derivatives of the values by each nuisance, in double and
 * never rounded. Each step has a kernel that takes values and derivatives from before the step to after it (forward mode).
 * What no nuisance moves costs nothing: derivatives exist where `moves` says so, and are 0 elsewhere.
 */
#ifndef FAIRU_SYSTEMATICS_TANGENT_H
#define FAIRU_SYSTEMATICS_TANGENT_H

#include "systematics/systematics.h"

enum {
  FAIRU_TANGENT_ROWS = 128, /* all columns of a frame stay in the second cache */
  FAIRU_TANGENT_EXTRA = 2 /* columns of a step beyond its own, for MET as a vector; at rest when it starts */
};

struct fairu_tangent {
  size_t n; /* rows */
  size_t n_nuisances;
  const size_t
      *places;    /* [step->n_columns + FAIRU_TANGENT_EXTRA] of columns in the frame; SIZE_MAX: not there */
  double *values; /* [places][FAIRU_TANGENT_ROWS] */
  double *slopes; /* [places][n_nuisances][FAIRU_TANGENT_ROWS] */
  unsigned char *moves; /* [places][n_nuisances] */
};

/* Column c of the step; NULL: nobody needs it. */
double *fairu_tangent__values(const fairu_tangent *t, size_t c);

/* Derivatives of column c by nuisance k; NULL: 0. */
const double *fairu_tangent__slopes(const fairu_tangent *t, size_t c, size_t k);

/* The same to write to; zeros if k has not moved it until now. */
double *fairu_tangent__move(const fairu_tangent *t, size_t c, size_t k);

/* k moves c no longer. */
void fairu_tangent__rest(const fairu_tangent *t, size_t c, size_t k);

/* Some nuisance moves c. */
int fairu_tangent__is_moved(const fairu_tangent *t, size_t c);

/* How a derived quantity changes with one column: sign * by[row]; by NULL: ones. */
typedef struct fairu_slope {
  size_t column;
  const double *by;
  double sign;
} fairu_slope;

/* The chain rule: derivatives of column c from those of the columns it is made of (c is none of them). */
void fairu_tangent__derive(const fairu_tangent *t, size_t c, const fairu_slope *slopes, size_t n_slopes);

/* Column c times scale, which nuisance k is; is_there [n] 1 or 0, NULL: everywhere. */
void fairu_tangent__scale(const fairu_tangent *t, size_t c, double scale, size_t k, const double *is_there);

/* ---- missing transverse momentum: (met, phi) is taken apart into (x, y), pulled, and put together again ------- */

typedef struct fairu_tangent_met {
  size_t met, phi, x, y; /* columns; x and y are the extra ones */
} fairu_tangent_met;

/* Cosine and sine of a column of angles. */
void fairu_tangent__direction(const fairu_tangent *t, size_t phi, double *cosine, double *sine);

void fairu_tangent__open_met(const fairu_tangent *t, const fairu_tangent_met *m);

/* Without MET derivatives of met and phi are 0. */
void fairu_tangent__close_met(const fairu_tangent *t, const fairu_tangent_met *m);

/* Cosine and sine of a MET that has been put together; 1 and 0 without MET. */
void fairu_tangent__met_direction(const fairu_tangent *t, const fairu_tangent_met *m, double *cosine,
                                  double *sine);

/* An object about to be scaled: what it gains, MET loses. */
typedef struct fairu_tangent_pull {
  size_t pt, phi; /* columns */
  double scale;
  size_t nuisance;             /* the scale is this nuisance; FAIRU_NO_NUISANCE: a constant */
  const double *cosine, *sine; /* of phi */
  const double *is_there;      /* 1 or 0; NULL: everywhere */
} fairu_tangent_pull;

void fairu_tangent__pull_met(const fairu_tangent *t, const fairu_tangent_met *m,
                             const fairu_tangent_pull *pull);

/* Deviates (dx, dy) times width, which grows by slope with nuisance k. */
void fairu_tangent__smear_met(const fairu_tangent *t, const fairu_tangent_met *m, const double *dx,
                              const double *dy, double width, double slope, size_t k);

/* Kernel of steps that change weights alone. */
int fairu_tangent__of_weights(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                              const fairu_tangent *t);

#endif /* FAIRU_SYSTEMATICS_TANGENT_H */
