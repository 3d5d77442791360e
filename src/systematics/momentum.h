/* momentum.h - transverse momenta of blocks of rows, in double: what all experiments' energy scales share. For the files of
 * systematics/ alone.
 */
#ifndef FAIRU_SYSTEMATICS_MOMENTUM_H
#define FAIRU_SYSTEMATICS_MOMENTUM_H

#include "systematics/systematics.h"

enum { FAIRU_MOMENTUM_ROWS = 256 }; /* a block stays in the first cache */

/* Missing transverse momentum as a vector. */
typedef struct fairu_met {
  double x[FAIRU_MOMENTUM_ROWS], y[FAIRU_MOMENTUM_ROWS];
  double size[FAIRU_MOMENTUM_ROWS]; /* after fairu_met__measure */
} fairu_met;

void fairu_met__read(fairu_met *met, size_t n, const float *size, const float *phi);

/* What an object of this direction gains in pt, MET loses. */
void fairu_met__pull(fairu_met *met, size_t n, const double *gained, const double *cosine,
                     const double *sine);

void fairu_met__measure(fairu_met *met, size_t n);

/* The angle of (x, y). Angles of files are rounded to 3 decimals: 3.142 > pi occurs, and must survive a shift of nothing. So
 * an angle stays on the side of the cut at pi where it was while it is no larger than the old one. */
double fairu_met__angle(double old, double x, double y);

/* Back to columns, with such angles. */
void fairu_met__store(const fairu_met *met, size_t n, float *size, float *phi);

/* Cosine and sine of a column of angles. */
void fairu_direction__read(size_t n, const float *phi, double *cosine, double *sine);

/* Two standard deviates for each of n rows from `first` of the chunk, by (seed, key, id of the row); key 0 is MET's. */
void fairu_smearing__draw(const fairu_context *worker, const fairu_chunk *chunk, uint64_t key, size_t first,
                          size_t n, double *x, double *y);

#endif /* FAIRU_SYSTEMATICS_MOMENTUM_H */
