/* higgsml2014_block.h - blocks of HiggsML 2014 events: what their shift and their derived quantities compute on. For the files of
 * systematics/ alone.
 */
#ifndef FAIRU_SYSTEMATICS_HIGGSML2014_BLOCK_H
#define FAIRU_SYSTEMATICS_HIGGSML2014_BLOCK_H

#include "systematics/momentum.h"

#define FAIRU_HIGGSML2014_TAU_MASS 0.8

enum { BLOCK = FAIRU_MOMENTUM_ROWS };

/* Which nuisance of the step does what. */
enum fairu_higgsml2014_role {
  FAIRU_HIGGSML2014_TES,
  FAIRU_HIGGSML2014_JES,
  FAIRU_HIGGSML2014_LES,
  FAIRU_HIGGSML2014_SOFT_MET,
  FAIRU_HIGGSML2014_ROLES
};

enum fairu_higgsml2014_column {
  TAU_PT,
  TAU_ETA,
  TAU_PHI,
  LEP_PT,
  LEP_ETA,
  LEP_PHI,
  MET,
  MET_PHI,
  JET_NUM,
  JET1_PT,
  JET1_PHI,
  JET2_PT,
  JET2_PHI,
  JET_ALL_PT,
  DER_TRANSVERSE_MASS,
  DER_MASS_VIS,
  DER_PT_H,
  DER_PT_TOT,
  DER_SUM_PT,
  DER_PT_RATIO,
  DER_DELTA_R,
  DER_CENTRALITY,
  DER_MASS_JET_JET,
  N_COLUMNS
};

/* An object whose momentum is scaled, per row of a block. */
typedef struct fairu_scaled {
  double pt[BLOCK]; /* shifted; 0 where the object is not there */
  double cosine[BLOCK], sine[BLOCK];
} fairu_scaled;

/* What several derived quantities share, per row of a block. */
typedef struct fairu_kinematics {
  size_t n;
  float *columns
      [N_COLUMNS]; /* at the first row of the block; NULL where the table lacks one that is not needed */
  fairu_scaled tau, lep, jets[2];
  double gained[BLOCK]; /* by an object */
  double noise_x[BLOCK], noise_y[BLOCK];
  fairu_met met;
  double higgs_x[BLOCK], higgs_y[BLOCK]; /* tau + lepton + MET */
} fairu_kinematics;

/* Every derived quantity that the table has, from shifted objects. */
void fairu_higgsml2014__derive(const fairu_kinematics *kinematics);

int fairu_higgsml2014__tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                               const fairu_tangent *tangent);

#endif /* FAIRU_SYSTEMATICS_HIGGSML2014_BLOCK_H */
