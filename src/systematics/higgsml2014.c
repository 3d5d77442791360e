/* higgsml2014.c - systematics on the columns of the HiggsML 2014 open data: energy scales of tau, jets and lepton, soft term of MET,
 * normalisation of the background.
 *
 * Transverse momenta are scaled at fixed direction, the missing transverse momentum takes up the change, and every quantity that
 * the published file derives from them is computed anew, at nominal values too, so that all Z are treated alike. The tau has the
 * mass 0.8 GeV, lepton and jets none.
 */
#include "systematics/higgsml2014_block.h"

#include <math.h>
#include <string.h>

enum {
  TES = FAIRU_HIGGSML2014_TES,
  JES = FAIRU_HIGGSML2014_JES,
  LES = FAIRU_HIGGSML2014_LES,
  SOFT_MET = FAIRU_HIGGSML2014_SOFT_MET,
  N_ROLES = FAIRU_HIGGSML2014_ROLES
};

/* Where to. */
typedef struct point {
  double scale[SOFT_MET], soft_met;
} point;

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
  [DER_MASS_JET_JET] = { "DER_mass_jet_jet", FAIRU_NEED_NEVER, 0, 0, 0 },
};

/* ---- what a call needs before its chunks --------------------------------------------------------------- */

static double value_of(const fairu_step *step, const double *z, int role, double nominal)
{
  return step->nuisances[role] == FAIRU_NO_NUISANCE ? nominal : z[step->nuisances[role]];
}

static int prepare(const fairu_step *step, fairu_context *ctx, const fairu_shift_call *call, void **state)
{
  static const char *const labels[N_ROLES] = { "tes", "jes", "les", "soft_met" };
  point *p = fairu_context__scratch(ctx, 1, sizeof *p, "shift");
  if (!p)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (int role = TES; role < SOFT_MET; role++)
    p->scale[role] = value_of(step, call->z, role, 1.0);
  p->soft_met = value_of(step, call->z, SOFT_MET, 0.0);
  for (int role = TES; role < SOFT_MET; role++)
    if (!(p->scale[role] > 0.0))
      return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] (%s) is %g, a scale wants > 0",
                                 step->nuisances[role], labels[role], p->scale[role]);
  if (!(p->soft_met >= 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "z[%zu] (%s) is %g, a width wants >= 0",
                               step->nuisances[SOFT_MET], labels[SOFT_MET], p->soft_met);
  *state = p;
  return FAIRU_OK;
}

static int draws(const fairu_step *step, const double *z)
{
  return value_of(step, z, SOFT_MET, 0.0) > 0.0;
}

/* ---- objects and MET ----------------------------------------------------------------------------------- */

/* Scale an object: what it gains, MET loses. */
static void pull(fairu_kinematics *k, fairu_scaled *object, int pt, double scale)
{
  const float *old = k->columns[pt];
  for (size_t i = 0; i < k->n; i++) {
    k->gained[i] = (scale - 1.0) * (double)old[i];
    object->pt[i] = scale * (double)old[i];
  }
  if (scale != 1.0)
    fairu_met__pull(&k->met, k->n, k->gained, object->cosine, object->sine);
}

/* A jet: where there are fewer than `number`, whatever stands there counts nothing. */
static void pull_jet(fairu_kinematics *k, fairu_scaled *jet, int pt, float number, double scale)
{
  const float *old = k->columns[pt], *n_jets = k->columns[JET_NUM];
  for (size_t i = 0; i < k->n; i++) {
    const double there = n_jets[i] >= number ? (double)old[i] : 0.0;
    k->gained[i] = (scale - 1.0) * there;
    jet->pt[i] = scale * there;
  }
  if (scale != 1.0)
    fairu_met__pull(&k->met, k->n, k->gained, jet->cosine, jet->sine);
}

/* Nobody asks for jets unless they are scaled or make up DER_pt_tot. */
static void pull_jets(fairu_kinematics *k, double scale)
{
  if (scale == 1.0 && !k->columns[DER_PT_TOT])
    return;
  fairu_direction__read(k->n, k->columns[JET1_PHI], k->jets[0].cosine, k->jets[0].sine);
  fairu_direction__read(k->n, k->columns[JET2_PHI], k->jets[1].cosine, k->jets[1].sine);
  pull_jet(k, &k->jets[0], JET1_PT, 1.0f, scale);
  pull_jet(k, &k->jets[1], JET2_PT, 2.0f, scale);
}

static void smear(fairu_kinematics *k, const fairu_context *worker, const fairu_chunk *chunk, size_t first,
                  double width)
{
  fairu_smearing__draw(worker, chunk, 0, first, k->n, k->noise_x, k->noise_y);
  for (size_t i = 0; i < k->n; i++) {
    k->met.x[i] += width * k->noise_x[i];
    k->met.y[i] += width * k->noise_y[i];
  }
}

static void shift(fairu_kinematics *k, const fairu_context *worker, const point *p, const fairu_chunk *chunk,
                  size_t first)
{
  fairu_direction__read(k->n, k->columns[TAU_PHI], k->tau.cosine, k->tau.sine);
  fairu_direction__read(k->n, k->columns[LEP_PHI], k->lep.cosine, k->lep.sine);
  fairu_met__read(&k->met, k->n, k->columns[MET], k->columns[MET_PHI]);
  pull(k, &k->tau, TAU_PT, p->scale[TES]);
  pull_jets(k, p->scale[JES]);
  pull(k, &k->lep, LEP_PT, p->scale[LES]);
  if (p->soft_met > 0.0)
    smear(k, worker, chunk, first, p->soft_met);
  fairu_met__measure(&k->met, k->n);
  for (size_t i = 0; i < k->n; i++) {
    k->higgs_x[i] = k->tau.pt[i] * k->tau.cosine[i] + k->lep.pt[i] * k->lep.cosine[i] + k->met.x[i];
    k->higgs_y[i] = k->tau.pt[i] * k->tau.sine[i] + k->lep.pt[i] * k->lep.sine[i] + k->met.y[i];
  }
}

/* Of massless jets at fixed directions the mass goes with the scale; DER_sum_pt wants all jets. */
static void store_jets(const fairu_kinematics *k, double scale)
{
  const float *n_jets = k->columns[JET_NUM];
  float *all = k->columns[JET_ALL_PT], *pt1 = k->columns[JET1_PT], *pt2 = k->columns[JET2_PT];
  float *mass = k->columns[DER_MASS_JET_JET];
  for (size_t i = 0; i < k->n; i++) {
    all[i] = (float)(scale * (double)all[i]);
    pt1[i] = n_jets[i] >= 1.0f ? (float)k->jets[0].pt[i] : pt1[i];
    pt2[i] = n_jets[i] >= 2.0f ? (float)k->jets[1].pt[i] : pt2[i];
  }
  for (size_t i = 0; mass && i < k->n; i++)
    mass[i] = n_jets[i] >= 2.0f ? (float)(scale * (double)mass[i]) : mass[i];
}

static void store(const fairu_kinematics *k, const point *p)
{
  fairu_met__store(&k->met, k->n, k->columns[MET], k->columns[MET_PHI]);
  for (size_t i = 0; i < k->n; i++) {
    k->columns[TAU_PT][i] = (float)k->tau.pt[i];
    k->columns[LEP_PT][i] = (float)k->lep.pt[i];
  }
  if (p->scale[JES] != 1.0)
    store_jets(k, p->scale[JES]);
}

static void cut(const fairu_kinematics *k, double tau_pt_min, unsigned char *passed)
{
  for (size_t i = 0; i < k->n; i++)
    passed[i] = (unsigned char)((passed[i] != 0) & ((double)k->columns[TAU_PT][i] > tau_pt_min));
}

static void run_block(const fairu_step *step, const fairu_context *worker, const fairu_chunk *chunk,
                      fairu_kinematics *k, size_t first)
{
  const size_t left = chunk->n_events - first;
  const point *p = chunk->state;
  k->n = left < BLOCK ? left : BLOCK;
  for (size_t c = 0; c < N_COLUMNS; c++)
    k->columns[c] = chunk->columns[c] ? chunk->columns[c] + first : NULL;
  shift(k, worker, p, chunk, first);
  store(k, p);
  fairu_higgsml2014__derive(k);
  if (step->parameter > 0.0)
    cut(k, step->parameter, chunk->passed + first);
}

static int run(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk)
{
  const fairu_mark mark = fairu_context__mark(worker);
  fairu_kinematics *k = fairu_context__scratch(worker, 1, sizeof *k, "kinematics");
  if (!k)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t first = 0; first < chunk->n_events; first += BLOCK)
    run_block(step, worker, chunk, k, first);
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}

/* ---- the call ------------------------------------------------------------------------------------------ */

static const fairu_higgsml2014_options defaults = { .tau_pt_min = 0.0 };

int fairu_higgsml2014_options_init(fairu_higgsml2014_options *options, size_t struct_size)
{
  return fairu_options__init(options, struct_size, &defaults, sizeof defaults);
}

/* Columns of jets are needed where jets are scaled, wherever they are derived from elsewhere. */
static void take_columns(fairu_step_column *columns, int scales_jets)
{
  memcpy(columns, pack, sizeof pack);
  for (int c = JET_NUM; c <= JET_ALL_PT && scales_jets; c++)
    columns[c].need = FAIRU_NEED_ALWAYS;
  columns[DER_MASS_JET_JET].is_read = scales_jets;
}

static int add_shift(fairu_systematics *sys, fairu_context *ctx, const fairu_higgsml2014_options *o)
{
  const char *const roles[N_ROLES] = { o->tes, o->jes, o->les, o->soft_met };
  fairu_step_column columns[N_COLUMNS];
  take_columns(columns, o->jes != NULL);
  fairu_step step = { .kind = "HiggsML 2014 pack",
                      .run = run,
                      .tangent = fairu_higgsml2014__tangent,
                      .prepare = prepare,
                      .draws = draws,
                      .columns = columns,
                      .n_columns = N_COLUMNS,
                      .parameter = o->tau_pt_min };
  const int status = fairu_systematics__find_roles(sys, ctx, roles, N_ROLES, step.nuisances);
  return status == FAIRU_OK ? fairu_systematics__append(sys, ctx, &step) : status;
}

static int check(fairu_context *ctx, const fairu_higgsml2014_options *o)
{
  if (!isfinite(o->tau_pt_min))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "tau_pt_min is %g", o->tau_pt_min);
  if (o->tau_pt_min < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "tau_pt_min is %g, wanted >= 0", o->tau_pt_min);
  return FAIRU_OK;
}

int fairu_systematics_add_higgsml2014(fairu_systematics *systematics, fairu_context *ctx,
                                      const fairu_higgsml2014_options *options)
{
  static const char *const background[] = { "b", "background", "0" };
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!systematics)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "systematics is NULL");
  fairu_higgsml2014_options o = defaults;
  o.struct_size = sizeof o;
  const size_t before = systematics->n_steps;
  int status = fairu_options__read(ctx, &o, sizeof o, options, sizeof o, "higgsml2014 options");
  if (status == FAIRU_OK)
    status = check(ctx, &o);
  if (status == FAIRU_OK)
    status = add_shift(systematics, ctx, &o);
  if (status == FAIRU_OK && o.bkg_scale)
    status = fairu_systematics_add_weight_scale(systematics, ctx, o.bkg_scale, background,
                                                sizeof background / sizeof *background);
  if (status != FAIRU_OK)
    fairu_systematics__truncate(systematics, before);
  return status;
}
