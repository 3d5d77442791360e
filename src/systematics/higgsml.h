/* higgsml.h - blocks of FAIR Universe events: what their shift and their derived quantities compute on. For the files of
 * systematics/ alone.
 *
 * higgsml_body.h holds the arithmetic, compiled once per instruction set without fused operations but those written down;
 * every operation is rounded correctly, so all instruction sets give the same bits.
 */
#ifndef FAIRU_SYSTEMATICS_HIGGSML_H
#define FAIRU_SYSTEMATICS_HIGGSML_H

#include <stddef.h>

enum { FAIRU_HIGGSML_ROWS = 128 }; /* a block stays in the first cache */

enum fairu_higgsml_column {
  LEP_PT,
  LEP_ETA,
  LEP_PHI,
  HAD_PT,
  HAD_ETA,
  HAD_PHI,
  JET1_PT,
  JET1_ETA,
  JET1_PHI,
  JET2_PT,
  JET2_ETA,
  JET2_PHI,
  N_JETS,
  JET_ALL_PT,
  MET,
  MET_PHI,
  N_PRIMARY,
  DER_TRANSVERSE_MASS = N_PRIMARY,
  DER_MASS_VIS,
  DER_PT_H,
  DER_DELTAETA,
  DER_MASS_JET_JET,
  DER_PRODETA,
  DER_DELTA_R,
  DER_PT_TOT,
  DER_SUM_PT,
  DER_PT_RATIO,
  DER_MET_CENTRALITY,
  DER_LEP_CENTRALITY,
  N_HIGGSML
};

/* Where to: the shifts, and how to compute. */
typedef struct fairu_higgsml_point {
  double tes, jes, soft_met;
  int cuts;
  int is_reference; /* libm and the organisers' order; double MET when it is smeared */
} fairu_higgsml_point;

enum fairu_higgsml_object { LEP, HAD, LEADING, SUBLEADING, MISSING, N_OBJECTS };

/* Columns of a block and what several quantities share. */
typedef struct fairu_higgsml_block {
  size_t n;
  float v[N_HIGGSML][FAIRU_HIGGSML_ROWS];
  float x[N_OBJECTS][FAIRU_HIGGSML_ROWS], y[N_OBJECTS][FAIRU_HIGGSML_ROWS]; /* transverse momenta */
  float z[4][FAIRU_HIGGSML_ROWS], p[4][FAIRU_HIGGSML_ROWS];                 /* along the beam, magnitude */
  float s[N_OBJECTS][FAIRU_HIGGSML_ROWS], c[N_OBJECTS][FAIRU_HIGGSML_ROWS]; /* of angles */
  double noise_x[FAIRU_HIGGSML_ROWS], noise_y[FAIRU_HIGGSML_ROWS];          /* standard deviates */
  double met[FAIRU_HIGGSML_ROWS], met_phi[FAIRU_HIGGSML_ROWS];              /* smeared, reference */
  double met_x[FAIRU_HIGGSML_ROWS], met_y[FAIRU_HIGGSML_ROWS];
  unsigned char passed[FAIRU_HIGGSML_ROWS];
  int is_odd; /* some row lacks what every row has, or has half a jet */
} fairu_higgsml_block;

typedef void (*fairu_higgsml_fn)(fairu_higgsml_block *block, const fairu_higgsml_point *point);

void fairu_higgsml__run_generic(fairu_higgsml_block *block, const fairu_higgsml_point *point);
#if defined(__x86_64__)
void fairu_higgsml__run_v3(fairu_higgsml_block *block, const fairu_higgsml_point *point);
void fairu_higgsml__run_v4(fairu_higgsml_block *block, const fairu_higgsml_point *point);
#endif

#endif /* FAIRU_SYSTEMATICS_HIGGSML_H */
