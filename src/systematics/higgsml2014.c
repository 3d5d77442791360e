/* higgsml2014.c - tau energy scale on the columns of the HiggsML 2014 open data.
 *
 * The tau's transverse momentum is scaled by Z at fixed direction, the missing transverse momentum takes up the change,
 * and every quantity that the published file derives from them is computed anew, at Z = 1 too, so that all Z are treated
 * alike. The tau has the mass 0.8 GeV, lepton and jets none. Formulas: documentation of the data set
 * (DOI 10.7483/OPENDATA.ATLAS.ZBP2.M5T8), appendix B.
 *
 * All angles enter as unit vectors: sin(a - b) is a cross product, so one sincos per object serves everything.
 */
#include "systematics/momentum.h"

#include <math.h>
#include <string.h>

#define TAU_MASS 0.8
#define PI 3.14159265358979323846

enum { BLOCK = FAIRU_MOMENTUM_ROWS };

enum column {
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
  N_COLUMNS
};

static const fairu_step_column pack[N_COLUMNS] = {
  [TAU_PT] = { "PRI_tau_pt", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [TAU_ETA] = { "PRI_tau_eta", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [TAU_PHI] = { "PRI_tau_phi", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [LEP_PT] = { "PRI_lep_pt", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [LEP_ETA] = { "PRI_lep_eta", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [LEP_PHI] = { "PRI_lep_phi", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [MET] = { "PRI_met", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [MET_PHI] = { "PRI_met_phi", FAIRU_NEED_ALWAYS, 0, 1, 0 },
  [JET_NUM] = { "PRI_jet_num", FAIRU_NEED_FOR_ONE, DER_PT_TOT, 1, 0 },
  [JET1_PT] = { "PRI_jet_leading_pt", FAIRU_NEED_FOR_ONE, DER_PT_TOT, 1, 0 },
  [JET1_PHI] = { "PRI_jet_leading_phi", FAIRU_NEED_FOR_ONE, DER_PT_TOT, 1, 0 },
  [JET2_PT] = { "PRI_jet_subleading_pt", FAIRU_NEED_FOR_ONE, DER_PT_TOT, 1, 0 },
  [JET2_PHI] = { "PRI_jet_subleading_phi", FAIRU_NEED_FOR_ONE, DER_PT_TOT, 1, 0 },
  [JET_ALL_PT] = { "PRI_jet_all_pt", FAIRU_NEED_FOR_ONE, DER_SUM_PT, 1, 0 },
  [DER_TRANSVERSE_MASS] = { "DER_mass_transverse_met_lep", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_MASS_VIS] = { "DER_mass_vis", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_PT_H] = { "DER_pt_h", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_PT_TOT] = { "DER_pt_tot", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_SUM_PT] = { "DER_sum_pt", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_PT_RATIO] = { "DER_pt_ratio_lep_tau", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_DELTA_R] = { "DER_deltar_tau_lep", FAIRU_NEED_NEVER, 0, 0, 0 },
  [DER_CENTRALITY] = { "DER_met_phi_centrality", FAIRU_NEED_NEVER, 0, 0, 0 },
};

/* What several derived quantities share, per row of a block: shifted tau, lepton direction, shifted MET, their sum. */
typedef struct kinematics {
  size_t n;
  float *columns[N_COLUMNS]; /* at the first row of the block */
  double tau_pt[BLOCK], tau_cos[BLOCK], tau_sin[BLOCK];
  double lep_cos[BLOCK], lep_sin[BLOCK];
  double gained[BLOCK]; /* by the tau */
  fairu_met met;
  double higgs_x[BLOCK], higgs_y[BLOCK]; /* tau + lepton + MET */
} kinematics;

/* Scale the tau; what it gains, MET loses. */
static void shift(kinematics *k, double z)
{
  const float *tau_pt = k->columns[TAU_PT];
  for (size_t i = 0; i < k->n; i++) {
    k->gained[i] = (z - 1.0) * (double)tau_pt[i];
    k->tau_pt[i] = z * (double)tau_pt[i];
  }
  fairu_direction__read(k->n, k->columns[TAU_PHI], k->tau_cos, k->tau_sin);
  fairu_met__read(&k->met, k->n, k->columns[MET], k->columns[MET_PHI]);
  fairu_met__pull(&k->met, k->n, k->gained, k->tau_cos, k->tau_sin);
  fairu_met__measure(&k->met, k->n);
}

static void add_lepton(kinematics *k)
{
  const float *lep_pt = k->columns[LEP_PT];
  fairu_direction__read(k->n, k->columns[LEP_PHI], k->lep_cos, k->lep_sin);
  for (size_t i = 0; i < k->n; i++) {
    const double pt = (double)lep_pt[i];
    k->higgs_x[i] = k->tau_pt[i] * k->tau_cos[i] + pt * k->lep_cos[i] + k->met.x[i];
    k->higgs_y[i] = k->tau_pt[i] * k->tau_sin[i] + pt * k->lep_sin[i] + k->met.y[i];
  }
}

static void store_primary(const kinematics *k)
{
  fairu_met__store(&k->met, k->n, k->columns[MET], k->columns[MET_PHI]);
  for (size_t i = 0; i < k->n; i++)
    k->columns[TAU_PT][i] = (float)k->tau_pt[i];
}

/* sqrt(2 pt met (1 - cos)), written without the angle. */
static void derive_transverse_mass(const kinematics *k, float *out)
{
  const float *lep_pt = k->columns[LEP_PT];
  for (size_t i = 0; i < k->n; i++) {
    const double along = k->met.x[i] * k->lep_cos[i] + k->met.y[i] * k->lep_sin[i];
    const double square = 2.0 * (double)lep_pt[i] * (k->met.size[i] - along);
    out[i] = (float)sqrt(square > 0.0 ? square : 0.0);
  }
}

static void derive_mass_vis(const kinematics *k, float *out)
{
  const float *tau_eta = k->columns[TAU_ETA], *lep_pt = k->columns[LEP_PT], *lep_eta = k->columns[LEP_ETA];
  for (size_t i = 0; i < k->n; i++) {
    const double grow_tau = exp((double)tau_eta[i]), grow_lep = exp((double)lep_eta[i]);
    const double pz = 0.5 * (grow_tau - 1.0 / grow_tau) * k->tau_pt[i];
    const double pt = k->tau_pt[i], energy = sqrt(pt * pt + pz * pz + TAU_MASS * TAU_MASS);
    const double lep_cosh = 0.5 * (grow_lep + 1.0 / grow_lep), lep_sinh = 0.5 * (grow_lep - 1.0 / grow_lep);
    const double cosine = k->tau_cos[i] * k->lep_cos[i] + k->tau_sin[i] * k->lep_sin[i];
    const double product = (double)lep_pt[i] * (energy * lep_cosh - pz * lep_sinh - pt * cosine);
    out[i] = (float)sqrt(TAU_MASS * TAU_MASS + (product > 0.0 ? 2.0 * product : 0.0));
  }
}

static void derive_pt_h(const kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)sqrt(k->higgs_x[i] * k->higgs_x[i] + k->higgs_y[i] * k->higgs_y[i]);
}

/* The third jet takes no part, as in the published definition. Undefined jets count nothing, whatever stands there. */
static void derive_pt_tot(const kinematics *k, float *out)
{
  const float *n_jets = k->columns[JET_NUM], *pt1 = k->columns[JET1_PT], *phi1 = k->columns[JET1_PHI];
  const float *pt2 = k->columns[JET2_PT], *phi2 = k->columns[JET2_PHI];
  for (size_t i = 0; i < k->n; i++) {
    const double jet1 = n_jets[i] >= 1.0f ? (double)pt1[i] : 0.0;
    const double jet2 = n_jets[i] >= 2.0f ? (double)pt2[i] : 0.0;
    const double x = k->higgs_x[i] + jet1 * cos((double)phi1[i]) + jet2 * cos((double)phi2[i]);
    const double y = k->higgs_y[i] + jet1 * sin((double)phi1[i]) + jet2 * sin((double)phi2[i]);
    out[i] = (float)sqrt(x * x + y * y);
  }
}

static void derive_sum_pt(const kinematics *k, float *out)
{
  const float *lep_pt = k->columns[LEP_PT], *jets = k->columns[JET_ALL_PT];
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)(k->tau_pt[i] + (double)lep_pt[i] + (double)jets[i]);
}

static void derive_pt_ratio(const kinematics *k, float *out)
{
  const float *lep_pt = k->columns[LEP_PT];
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)((double)lep_pt[i] / k->tau_pt[i]);
}

static void derive_delta_r(const kinematics *k, float *out)
{
  const float *tau_eta = k->columns[TAU_ETA], *lep_eta = k->columns[LEP_ETA];
  const float *tau_phi = k->columns[TAU_PHI], *lep_phi = k->columns[LEP_PHI];
  for (size_t i = 0; i < k->n; i++) {
    const double eta = (double)tau_eta[i] - (double)lep_eta[i];
    const double turn = fabs((double)tau_phi[i] - (double)lep_phi[i]);
    const double phi = turn > PI ? 2.0 * PI - turn : turn;
    out[i] = (float)sqrt(eta * eta + phi * phi);
  }
}

/* (A + B) / sqrt(A^2 + B^2) after the common denominator sin(phi_tau - phi_lep) has left its sign behind. 0 without MET,
 * whose direction then has no meaning. */
static void derive_centrality(const kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++) {
    const double a = k->met.y[i] * k->lep_cos[i] - k->met.x[i] * k->lep_sin[i];
    const double b = k->tau_sin[i] * k->met.x[i] - k->tau_cos[i] * k->met.y[i];
    const double side = k->tau_sin[i] * k->lep_cos[i] - k->tau_cos[i] * k->lep_sin[i];
    const double norm = sqrt(a * a + b * b);
    const double sum = side < 0.0 ? -(a + b) : a + b;
    out[i] = (float)(norm > 0.0 ? sum / norm : 0.0);
  }
}

static const struct {
  int column;
  void (*derive)(const kinematics *k, float *out);
} derived[] = {
  { DER_TRANSVERSE_MASS, derive_transverse_mass },
  { DER_MASS_VIS, derive_mass_vis },
  { DER_PT_H, derive_pt_h },
  { DER_PT_TOT, derive_pt_tot },
  { DER_SUM_PT, derive_sum_pt },
  { DER_PT_RATIO, derive_pt_ratio },
  { DER_DELTA_R, derive_delta_r },
  { DER_CENTRALITY, derive_centrality },
};

static void cut(const kinematics *k, double tau_pt_min, unsigned char *passed)
{
  for (size_t i = 0; i < k->n; i++)
    passed[i] = (unsigned char)((passed[i] != 0) & ((double)k->columns[TAU_PT][i] > tau_pt_min));
}

static void run_block(const fairu_step *step, const fairu_chunk *chunk, kinematics *k, size_t first)
{
  const size_t left = chunk->n_events - first;
  k->n = left < BLOCK ? left : BLOCK;
  for (size_t c = 0; c < N_COLUMNS; c++)
    k->columns[c] = chunk->columns[c] ? chunk->columns[c] + first : NULL;
  shift(k, chunk->z[step->nuisance]);
  add_lepton(k);
  store_primary(k);
  for (size_t d = 0; d < sizeof derived / sizeof *derived; d++)
    if (k->columns[derived[d].column])
      derived[d].derive(k, k->columns[derived[d].column]);
  if (step->parameter > 0.0)
    cut(k, step->parameter, chunk->passed + first);
}

static int run_tes(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const fairu_mark mark = fairu_context__mark(worker);
  kinematics *k = fairu_context__scratch(worker, 1, sizeof *k, "kinematics");
  if (!k)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < chunk->n_events; first += BLOCK)
    run_block(step, chunk, k, first);
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}

int fairu_systematics_add_higgsml2014_tes(fairu_systematics *systematics, fairu_context *ctx,
                                          const char *nuisance, double tau_pt_min)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics || !nuisance)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "%s is NULL", !systematics ? "systematics" : "nuisance");
  if (!isfinite(tau_pt_min))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "tau_pt_min is %g", tau_pt_min);
  if (tau_pt_min < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "tau_pt_min is %g, wanted >= 0", tau_pt_min);
  fairu_step_column columns[N_COLUMNS];
  memcpy(columns, pack, sizeof columns);
  fairu_step step = { .kind = "HiggsML 2014 tau energy scale",
                      .run = run_tes,
                      .draws = fairu_step__never_draws,
                      .columns = columns,
                      .n_columns = N_COLUMNS,
                      .parameter = tau_pt_min,
                      .needs_positive = 1 };
  const int status = fairu_systematics__find(systematics, ctx, nuisance, &step.nuisance);
  return status == FAIRU_OK ? fairu_systematics__append(systematics, ctx, &step) : status;
}
