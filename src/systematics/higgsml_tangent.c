/* higgsml_tangent.c - derivatives of shifted FAIR Universe events and of their derived quantities. In double and without the
 * rounding to 0.001; which rows pass and which jets are erased is decided as the shift itself decides it.
 */
#include "systematics/derived.h"
#include "systematics/higgsml_shift.h"

#include <math.h>

#define UNDEFINED (-25.0)

enum {
  ROWS = FAIRU_TANGENT_ROWS,
  MET_X = N_HIGGSML, /* the extra columns of the step */
  MET_Y
};

_Static_assert((int)FAIRU_TANGENT_ROWS <= (int)FAIRU_HIGGSML_ROWS, "a frame fits into a block");

static const int pt_of[N_OBJECTS] = { LEP_PT, HAD_PT, JET1_PT, JET2_PT, MET };

typedef struct work {
  fairu_higgsml_block block; /* floats of the rows, for decisions */
  double cosine[N_OBJECTS][ROWS], sine[N_OBJECTS][ROWS];
  double has[N_OBJECTS][ROWS]; /* of jets alone: 1 or 0 */
  fairu_derived derived;
} work;

/* ---- shift --------------------------------------------------------------------------------------------- */

static int read_block(fairu_context *worker, const fairu_tangent *t, fairu_higgsml_block *b, size_t first_row)
{
  b->n = t->n;
  for (size_t c = 0; c < N_PRIMARY; c++) {
    const double *v = fairu_tangent__values(t, c);
    for (size_t i = 0; i < t->n; i++)
      b->v[c][i] = (float)v[i];
  }
  return fairu_higgsml__check_rows(worker, b, first_row);
}

static void read_directions(work *w, const fairu_tangent *t)
{
  for (int o = LEP; o <= SUBLEADING; o++)
    fairu_tangent__direction(t, (size_t)pt_of[o] + 2, w->cosine[o], w->sine[o]);
}

static void count_jets(work *w, const fairu_tangent *t)
{
  const double *n_jets = fairu_tangent__values(t, N_JETS);
  for (size_t i = 0; i < t->n; i++) {
    w->has[LEADING][i] = n_jets[i] > 0.0 ? 1.0 : 0.0;
    w->has[SUBLEADING][i] = n_jets[i] > 1.0 ? 1.0 : 0.0;
  }
}

static void pull_met(work *w, const fairu_tangent *t, int object, double scale, size_t nuisance)
{
  static const fairu_tangent_met met = { MET, MET_PHI, MET_X, MET_Y };
  const size_t pt = (size_t)pt_of[object];
  const fairu_tangent_pull pull = {
    pt, pt + 2, scale, nuisance, w->cosine[object], w->sine[object], object == HAD ? NULL : w->has[object]
  };
  if (nuisance != FAIRU_NO_NUISANCE)
    fairu_tangent__pull_met(t, &met, &pull);
}

static void shift_met(work *w, const fairu_context *worker, const fairu_step *step, const fairu_chunk *chunk,
                      const fairu_tangent *t)
{
  static const fairu_tangent_met met = { MET, MET_PHI, MET_X, MET_Y };
  const fairu_higgsml_shift *s = chunk->state;
  fairu_tangent__open_met(t, &met);
  pull_met(w, t, HAD, s->point.tes, step->nuisances[FAIRU_HIGGSML_TES]);
  pull_met(w, t, LEADING, s->point.jes, step->nuisances[FAIRU_HIGGSML_JES]);
  pull_met(w, t, SUBLEADING, s->point.jes, step->nuisances[FAIRU_HIGGSML_JES]);
  if (step->nuisances[FAIRU_HIGGSML_SOFT_MET] != FAIRU_NO_NUISANCE) {
    fairu_higgsml__draw(s, worker, chunk, 0, t->n, w->derived.x, w->derived.y);
    fairu_tangent__smear_met(t, &met, w->derived.x, w->derived.y, s->point.soft_met, s->soft_met_slope,
                             step->nuisances[FAIRU_HIGGSML_SOFT_MET]);
  }
  fairu_tangent__close_met(t, &met);
  fairu_tangent__met_direction(t, &met, w->cosine[MISSING], w->sine[MISSING]);
}

static void scale_energies(const work *w, const fairu_step *step, const fairu_higgsml_shift *s,
                           const fairu_tangent *t)
{
  const size_t tes = step->nuisances[FAIRU_HIGGSML_TES], jes = step->nuisances[FAIRU_HIGGSML_JES];
  if (tes != FAIRU_NO_NUISANCE)
    fairu_tangent__scale(t, HAD_PT, s->point.tes, tes, NULL);
  if (jes == FAIRU_NO_NUISANCE)
    return;
  fairu_tangent__scale(t, JET1_PT, s->point.jes, jes, w->has[LEADING]);
  fairu_tangent__scale(t, JET2_PT, s->point.jes, jes, w->has[SUBLEADING]);
  fairu_tangent__scale(t, JET_ALL_PT, s->point.jes, jes, NULL);
}

/* ---- selection ----------------------------------------------------------------------------------------- */

/* What the shift makes of a momentum, which is what cuts see. */
static float rounded(float pt, double scale)
{
  return rintf(pt * (float)scale * 1000.0f) / 1000.0f;
}

static void erase_row(work *w, const fairu_tangent *t, int object, size_t i)
{
  const size_t pt = (size_t)pt_of[object];
  fairu_tangent__values(t, JET_ALL_PT)[i] -= fairu_tangent__values(t, pt)[i];
  fairu_tangent__values(t, N_JETS)[i] -= 1.0;
  for (size_t k = 0; k < t->n_nuisances; k++) {
    const double *slopes = fairu_tangent__slopes(t, pt, k);
    if (slopes)
      fairu_tangent__move(t, JET_ALL_PT, k)[i] -= slopes[i];
    for (size_t c = pt; c <= pt + 2; c++)
      if (fairu_tangent__slopes(t, c, k))
        fairu_tangent__move(t, c, k)[i] = 0.0;
  }
  for (size_t c = pt; c <= pt + 2; c++)
    fairu_tangent__values(t, c)[i] = UNDEFINED;
  w->cosine[object][i] = cos(UNDEFINED);
  w->sine[object][i] = sin(UNDEFINED);
}

static void erase_jets(work *w, const fairu_tangent *t, int object, double scale)
{
  const float *old = w->block.v[pt_of[object]];
  for (size_t i = 0; i < t->n; i++) {
    const float pt = rounded(old[i], w->has[object][i] > 0.0 ? scale : 1.0);
    if (pt >= 0.0f && pt <= 26.0f)
      erase_row(w, t, object, i);
  }
}

static void cut(work *w, const fairu_higgsml_point *p, const fairu_tangent *t, unsigned char *passed)
{
  const float *had = w->block.v[HAD_PT], *lep = w->block.v[LEP_PT];
  for (size_t i = 0; i < t->n; i++)
    if (rounded(had[i], p->tes) < 26.0f || rounded(lep[i], 1.0) < 20.0f)
      passed[i] = 0;
  erase_jets(w, t, SUBLEADING, p->jes);
  erase_jets(w, t, LEADING, p->jes);
  count_jets(w, t);
}

/* ---- derived quantities -------------------------------------------------------------------------------- */

static void derive_deltaeta(work *w, const fairu_tangent *t, double *out)
{
  const double *eta1 = fairu_tangent__values(t, JET1_ETA), *eta2 = fairu_tangent__values(t, JET2_ETA);
  for (size_t i = 0; i < t->n; i++) {
    const double apart = eta2[i] - eta1[i], two = w->has[SUBLEADING][i];
    out[i] = two > 0.0 ? fabs(apart) : UNDEFINED;
    w->derived.by[0][i] = apart > 0.0 ? two : apart < 0.0 ? -two : 0.0;
  }
  const fairu_slope slopes[] = { { JET2_ETA, w->derived.by[0], 1.0 }, { JET1_ETA, w->derived.by[0], -1.0 } };
  fairu_tangent__derive(t, DER_DELTAETA, slopes, 2);
}

static void derive_prodeta(work *w, const fairu_tangent *t, double *out)
{
  const double *eta1 = fairu_tangent__values(t, JET1_ETA), *eta2 = fairu_tangent__values(t, JET2_ETA);
  for (size_t i = 0; i < t->n; i++) {
    out[i] = w->has[SUBLEADING][i] > 0.0 ? eta1[i] * eta2[i] : UNDEFINED;
    w->derived.by[0][i] = w->has[SUBLEADING][i] * eta2[i];
    w->derived.by[1][i] = w->has[SUBLEADING][i] * eta1[i];
  }
  const fairu_slope slopes[] = { { JET1_ETA, w->derived.by[0], 1.0 }, { JET2_ETA, w->derived.by[1], 1.0 } };
  fairu_tangent__derive(t, DER_PRODETA, slopes, 2);
}

/* exp(-4 off^2 / d); d = 0.0001 for jets at one eta is a constant */
static void derive_lep_centrality(work *w, const fairu_tangent *t, double *out)
{
  const double *lep = fairu_tangent__values(t, LEP_ETA);
  const double *eta1 = fairu_tangent__values(t, JET1_ETA), *eta2 = fairu_tangent__values(t, JET2_ETA);
  for (size_t i = 0; i < t->n; i++) {
    const double apart = eta1[i] - eta2[i], d = apart == 0.0 ? (double)0.0001f : apart * apart;
    const double off = lep[i] - 0.5 * (eta1[i] + eta2[i]), value = exp(-4.0 / d * (off * off));
    const double on = w->has[SUBLEADING][i] * value, widen = 8.0 * off * off * apart / (d * d);
    out[i] = w->has[SUBLEADING][i] > 0.0 ? value : UNDEFINED;
    w->derived.by[0][i] = -on * 8.0 * off / d;
    w->derived.by[1][i] = on * (4.0 * off / d + widen);
    w->derived.by[2][i] = on * (4.0 * off / d - widen);
  }
  const fairu_slope slopes[] = { { LEP_ETA, w->derived.by[0], 1.0 },
                                 { JET1_ETA, w->derived.by[1], 1.0 },
                                 { JET2_ETA, w->derived.by[2], 1.0 } };
  fairu_tangent__derive(t, DER_LEP_CENTRALITY, slopes, 3);
}

static fairu_centrality centrality_at(const work *w, size_t i, const double lep[2])
{
  const double tau[2] = { w->cosine[HAD][i], w->sine[HAD][i] };
  const double met[2] = { w->cosine[MISSING][i], w->sine[MISSING][i] };
  const double sine = tau[1] * lep[0] - tau[0] * lep[1];
  return fairu_derived__centrality(tau, lep, met, sine > 0.0 ? 1.0 : sine < 0.0 ? -1.0 : 0.0);
}

/* Where the root is 0 the lepton is turned a little. */
static void derive_centrality(work *w, const fairu_tangent *t, double *out)
{
  const double *phi = fairu_tangent__values(t, LEP_PHI);
  for (size_t i = 0; i < t->n; i++) {
    const double lep[2] = { w->cosine[LEP][i], w->sine[LEP][i] };
    fairu_centrality c = centrality_at(w, i, lep);
    if (c.root == 0.0) {
      const double other = phi[i] + (double)0.0001f, turned[2] = { cos(other), sin(other) };
      c = centrality_at(w, i, turned);
    }
    out[i] = c.root == 0.0 ? UNDEFINED : c.value;
    w->derived.by[0][i] = c.by_tau;
    w->derived.by[1][i] = c.by_lep;
    w->derived.by[2][i] = c.by_met;
  }
  const fairu_slope slopes[] = { { HAD_PHI, w->derived.by[0], 1.0 },
                                 { LEP_PHI, w->derived.by[1], 1.0 },
                                 { MET_PHI, w->derived.by[2], 1.0 } };
  fairu_tangent__derive(t, DER_MET_CENTRALITY, slopes, 3);
}

static void derive_angles(work *w, const fairu_tangent *t)
{
  static const struct {
    size_t column;
    void (*derive)(work *w, const fairu_tangent *t, double *out);
  } of_angles[] = { { DER_DELTAETA, derive_deltaeta },
                    { DER_PRODETA, derive_prodeta },
                    { DER_LEP_CENTRALITY, derive_lep_centrality },
                    { DER_MET_CENTRALITY, derive_centrality } };
  for (size_t d = 0; d < sizeof of_angles / sizeof *of_angles; d++)
    if (fairu_tangent__values(t, of_angles[d].column))
      of_angles[d].derive(w, t, fairu_tangent__values(t, of_angles[d].column));
}

static void derive(work *w, const fairu_tangent *t)
{
  static const size_t all_pt[3] = { HAD_PT, LEP_PT, JET_ALL_PT };
  fairu_tangent_object o[N_OBJECTS];
  for (size_t i = 0; i < N_OBJECTS; i++) {
    const size_t pt = (size_t)pt_of[i];
    const int is_jet = i == LEADING || i == SUBLEADING;
    o[i] = (fairu_tangent_object){ pt,           pt + 1,     i == MISSING ? MET_PHI : pt + 2,
                                   w->cosine[i], w->sine[i], is_jet ? w->has[i] : NULL };
  }
  fairu_derived__transverse_mass(t, &w->derived, DER_TRANSVERSE_MASS, &o[MISSING], &o[LEP]);
  fairu_derived__mass(t, &w->derived, DER_MASS_VIS, &o[LEP], &o[HAD], UNDEFINED);
  fairu_derived__mass(t, &w->derived, DER_MASS_JET_JET, &o[LEADING], &o[SUBLEADING], UNDEFINED);
  fairu_derived__sum(t, &w->derived, DER_PT_H, MET_X, MET_Y, o, 2);
  fairu_derived__sum(t, &w->derived, DER_PT_TOT, MET_X, MET_Y, o, 4);
  fairu_derived__total(t, DER_SUM_PT, all_pt, 3);
  fairu_derived__ratio(t, &w->derived, DER_PT_RATIO, LEP_PT, HAD_PT);
  fairu_derived__distance(t, &w->derived, DER_DELTA_R, &o[LEP], &o[HAD]);
  derive_angles(w, t);
}

int fairu_higgsml__tangent(const fairu_step *step, fairu_context *worker, const fairu_chunk *chunk,
                           const fairu_tangent *t)
{
  const fairu_higgsml_shift *s = chunk->state;
  const fairu_mark mark = fairu_context__mark(worker);
  work *w = fairu_context__scratch(worker, 1, sizeof *w, "momenta");
  int status = w ? read_block(worker, t, &w->block, chunk->first_row) : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK) {
    read_directions(w, t);
    count_jets(w, t);
    shift_met(w, worker, step, chunk, t);
    scale_energies(w, step, s, t);
    if (s->point.cuts)
      cut(w, &s->point, t, chunk->passed);
    derive(w, t);
  }
  fairu_context__release(worker, mark);
  return status;
}
