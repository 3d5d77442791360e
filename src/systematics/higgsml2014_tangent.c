/* higgsml2014_tangent.c - derivatives of shifted HiggsML 2014 events and of their derived quantities. */
#include "systematics/derived.h"
#include "systematics/higgsml2014_block.h"

#include <math.h>

enum {
  ROWS = FAIRU_TANGENT_ROWS,
  MET_X = N_COLUMNS, /* the extra columns of the step */
  MET_Y
};

/* Objects that are scaled, in the order of a sum, and MET. */
enum object { TAU, LEP, JET1, JET2, MISSING, N_OBJECTS };

typedef struct work {
  fairu_tangent_object objects[N_OBJECTS];
  double cosine[N_OBJECTS][ROWS], sine[N_OBJECTS][ROWS], has[N_OBJECTS][ROWS];
  fairu_derived derived;
} work;

/* ---- shift --------------------------------------------------------------------------------------------- */

static const int roles[MISSING] = { FAIRU_HIGGSML2014_TES, FAIRU_HIGGSML2014_LES, FAIRU_HIGGSML2014_JES,
                                    FAIRU_HIGGSML2014_JES };

static void count_jets(work *w, const fairu_tangent *t)
{
  const double *n_jets = fairu_tangent__values(t, JET_NUM);
  for (int o = JET1; o <= JET2; o++)
    for (size_t i = 0; n_jets && i < t->n; i++)
      w->has[o][i] = n_jets[i] >= (o == JET1 ? 1.0 : 2.0) ? 1.0 : 0.0;
}

/* Where nobody asks for jets, their columns need not be there. */
static void find_objects(work *w, const fairu_tangent *t)
{
  static const size_t columns[N_OBJECTS][3] = { [TAU] = { TAU_PT, TAU_ETA, TAU_PHI },
                                                [LEP] = { LEP_PT, LEP_ETA, LEP_PHI },
                                                [JET1] = { JET1_PT, JET1_PT, JET1_PHI },
                                                [JET2] = { JET2_PT, JET2_PT, JET2_PHI },
                                                [MISSING] = { MET, MET, MET_PHI } };
  count_jets(w, t);
  for (int o = TAU; o < N_OBJECTS; o++) {
    const int is_jet = o == JET1 || o == JET2;
    w->objects[o] = (fairu_tangent_object){ columns[o][0], columns[o][1], columns[o][2],
                                            w->cosine[o],  w->sine[o],    is_jet ? w->has[o] : NULL };
    if (o != MISSING && fairu_tangent__values(t, columns[o][2]))
      fairu_tangent__direction(t, columns[o][2], w->cosine[o], w->sine[o]);
  }
}

static void shift_met(work *w, const fairu_context *worker, const fairu_step *step, const fairu_chunk *chunk,
                      const fairu_tangent *t)
{
  static const fairu_tangent_met met = { MET, MET_PHI, MET_X, MET_Y };
  const size_t soft = step->nuisances[FAIRU_HIGGSML2014_SOFT_MET];
  fairu_tangent__open_met(t, &met);
  for (int o = TAU; o < MISSING; o++) {
    const fairu_tangent_object *object = &w->objects[o];
    const size_t k = step->nuisances[roles[o]];
    if (k == FAIRU_NO_NUISANCE)
      continue;
    const fairu_tangent_pull pull = { object->pt,     object->phi,  chunk->z[k], k,
                                      object->cosine, object->sine, object->has };
    fairu_tangent__pull_met(t, &met, &pull);
  }
  if (soft != FAIRU_NO_NUISANCE) {
    fairu_smearing__draw(worker, chunk, 0, 0, t->n, w->derived.x, w->derived.y);
    fairu_tangent__smear_met(t, &met, w->derived.x, w->derived.y, chunk->z[soft], 1.0, soft);
  }
  fairu_tangent__close_met(t, &met);
  fairu_tangent__met_direction(t, &met, w->cosine[MISSING], w->sine[MISSING]);
}

static void scale_energies(const work *w, const fairu_step *step, const fairu_chunk *chunk,
                           const fairu_tangent *t)
{
  const size_t jes = step->nuisances[FAIRU_HIGGSML2014_JES];
  for (int o = TAU; o < MISSING; o++) {
    const size_t k = step->nuisances[roles[o]];
    if (k != FAIRU_NO_NUISANCE)
      fairu_tangent__scale(t, w->objects[o].pt, chunk->z[k], k, w->objects[o].has);
  }
  if (jes == FAIRU_NO_NUISANCE)
    return;
  fairu_tangent__scale(t, JET_ALL_PT, chunk->z[jes], jes, NULL);
  if (fairu_tangent__values(t, DER_MASS_JET_JET))
    fairu_tangent__scale(t, DER_MASS_JET_JET, chunk->z[jes], jes, w->has[JET2]);
}

/* ---- derived quantities -------------------------------------------------------------------------------- */

/* 0 without MET, whose direction then has no meaning. */
static void derive_centrality(work *w, const fairu_tangent *t)
{
  const double *size = fairu_tangent__values(t, MET);
  double *out = fairu_tangent__values(t, DER_CENTRALITY), (*by)[ROWS] = w->derived.by;
  if (!out)
    return;
  for (size_t i = 0; i < t->n; i++) {
    const double tau[2] = { w->cosine[TAU][i], w->sine[TAU][i] };
    const double lep[2] = { w->cosine[LEP][i], w->sine[LEP][i] };
    const double met[2] = { w->cosine[MISSING][i], w->sine[MISSING][i] };
    const double side = tau[1] * lep[0] - tau[0] * lep[1] < 0.0 ? -1.0 : 1.0;
    const double on = size[i] > 0.0 ? 1.0 : 0.0;
    const fairu_centrality c = fairu_derived__centrality(tau, lep, met, side);
    out[i] = on * c.value;
    by[0][i] = on * c.by_tau;
    by[1][i] = on * c.by_lep;
    by[2][i] = on * c.by_met;
  }
  const fairu_slope slopes[] = { { TAU_PHI, by[0], 1.0 }, { LEP_PHI, by[1], 1.0 }, { MET_PHI, by[2], 1.0 } };
  fairu_tangent__derive(t, DER_CENTRALITY, slopes, 3);
}

static void derive(work *w, const fairu_tangent *t)
{
  static const size_t all_pt[3] = { TAU_PT, LEP_PT, JET_ALL_PT };
  const fairu_tangent_object *o = w->objects;
  fairu_derived__transverse_mass(t, &w->derived, DER_TRANSVERSE_MASS, &o[MISSING], &o[LEP]);
  fairu_derived__massive(t, &w->derived, DER_MASS_VIS, &o[LEP], &o[TAU], FAIRU_HIGGSML2014_TAU_MASS);
  fairu_derived__sum(t, &w->derived, DER_PT_H, MET_X, MET_Y, o, 2);
  fairu_derived__sum(t, &w->derived, DER_PT_TOT, MET_X, MET_Y, o, 4);
  fairu_derived__total(t, DER_SUM_PT, all_pt, 3);
  fairu_derived__ratio(t, &w->derived, DER_PT_RATIO, LEP_PT, TAU_PT);
  fairu_derived__distance(t, &w->derived, DER_DELTA_R, &o[TAU], &o[LEP]);
  derive_centrality(w, t);
}

int fairu_higgsml2014__tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                               const fairu_tangent *t)
{
  const fairu_mark mark = fairu_context__mark(worker);
  work *w = fairu_context__scratch(worker, 1, sizeof *w, "kinematics");
  if (!w)
    return FAIRU_ERR_OUT_OF_MEMORY;
  find_objects(w, t);
  shift_met(w, worker, step, chunk, t);
  scale_energies(w, step, chunk, t);
  derive(w, t);
  const double *tau_pt = fairu_tangent__values(t, TAU_PT);
  for (size_t i = 0; i < t->n && step->parameter > 0.0; i++)
    if (!((double)(float)tau_pt[i] > step->parameter))
      chunk->passed[i] = 0;
  fairu_context__release(worker, mark);
  return FAIRU_OK;
}
