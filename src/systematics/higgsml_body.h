/* higgsml_body.h - shift, selection and derived quantities of a block of FAIR Universe events. Included once per instruction
 * set with HIGGSML_RUN as the name of the function.
 *
 * All is binary32 in the order of the organisers' program. With is_reference, hyperbolic functions and angles are those of
 * libm, and a smeared MET lives in double, as there; otherwise our own, and float throughout.
 */
#include "systematics/higgsml_rows.h"
#include "systematics/lanes_math.h"

#include <math.h>

#define UNDEFINED FAIRU_HIGGSML_ABSENT
#define PI_F 3.14159265358979323846f

typedef fairu_higgsml_block block;
typedef fairu_higgsml_point point;

/* ---- shift --------------------------------------------------------------------------------------------- */

static void angle_of(block *b, int object, int phi)
{
  lanes_sincos(b->n, b->v[phi], b->s[object], b->c[object]);
}

/* MET takes k times the momentum of an object where n_jets > above. */
static void pull_met(block *b, int object, int pt, double scale, float above)
{
  const float k = (float)((1.0 - scale) / scale);
  for (size_t i = 0; i < b->n; i++) {
    const float on = b->v[N_JETS][i] > above ? 1.0f : 0.0f;
    const float x = b->x[MISSING][i] + b->v[pt][i] * b->c[object][i] * k;
    const float y = b->y[MISSING][i] + b->v[pt][i] * b->s[object][i] * k;
    b->x[MISSING][i] = on > 0.0f ? x : b->x[MISSING][i];
    b->y[MISSING][i] = on > 0.0f ? y : b->y[MISSING][i];
  }
}

static void scale_pt(block *b, int pt, double scale, float above)
{
  const float factor = (float)scale;
  for (size_t i = 0; i < b->n; i++)
    b->v[pt][i] *= b->v[N_JETS][i] > above ? factor : 1.0f;
}

static void shift_energies(block *b, const point *p)
{
  const float always = -INFINITY;
  if (p->tes != 1.0) {
    scale_pt(b, HAD_PT, p->tes, always);
    angle_of(b, HAD, HAD_PHI);
    pull_met(b, HAD, HAD_PT, p->tes, always);
  }
  if (p->jes != 1.0) {
    scale_pt(b, JET1_PT, p->jes, 0.0f);
    scale_pt(b, JET2_PT, p->jes, 1.0f);
    scale_pt(b, JET_ALL_PT, p->jes, always);
    angle_of(b, LEADING, JET1_PHI);
    angle_of(b, SUBLEADING, JET2_PHI);
    pull_met(b, LEADING, JET1_PT, p->jes, 0.0f);
    pull_met(b, SUBLEADING, JET2_PT, p->jes, 1.0f);
  }
}

static void store_met(block *b, int is_reference)
{
  for (size_t i = 0; i < b->n; i++) {
    const float x = b->x[MISSING][i], y = b->y[MISSING][i];
    b->v[MET][i] = sqrtf(x * x + y * y);
  }
  if (!is_reference) {
    lanes_angle(b->n, b->y[MISSING], b->x[MISSING], b->v[MET_PHI]);
    return;
  }
  for (size_t i = 0; i < b->n; i++)
    b->v[MET_PHI][i] = atan2f(b->y[MISSING][i], b->x[MISSING][i]);
}

static void smear(block *b, double width)
{
  for (size_t i = 0; i < b->n; i++) {
    b->x[MISSING][i] += (float)(width * b->noise_x[i]);
    b->y[MISSING][i] += (float)(width * b->noise_y[i]);
  }
}

static double round_double(double x)
{
  return rint(x * 1000.0) / 1000.0;
}

static void smear_double(block *b, double width)
{
  for (size_t i = 0; i < b->n; i++) {
    const double x = (double)b->x[MISSING][i] + width * b->noise_x[i];
    const double y = (double)b->y[MISSING][i] + width * b->noise_y[i];
    b->met[i] = round_double(sqrt(x * x + y * y));
    b->met_phi[i] = round_double(atan2(y, x));
    b->met_x[i] = b->met[i] * cos(b->met_phi[i]);
    b->met_y[i] = b->met[i] * sin(b->met_phi[i]);
    b->v[MET][i] = (float)b->met[i];
    b->v[MET_PHI][i] = (float)b->met_phi[i];
  }
}

static void round_column(size_t n, float *x)
{
  for (size_t i = 0; i < n; i++)
    x[i] = rintf(x[i] * 1000.0f) / 1000.0f;
}

static void shift(block *b, const point *p, int is_double)
{
  angle_of(b, MISSING, MET_PHI);
  for (size_t i = 0; i < b->n; i++) {
    b->x[MISSING][i] = b->v[MET][i] * b->c[MISSING][i];
    b->y[MISSING][i] = b->v[MET][i] * b->s[MISSING][i];
  }
  shift_energies(b, p);
  if (is_double) {
    smear_double(b, p->soft_met);
  } else {
    if (p->soft_met > 0.0)
      smear(b, p->soft_met);
    store_met(b, p->is_reference);
  }
  for (int c = 0; c < N_PRIMARY; c++)
    if (c != N_JETS && (!is_double || c < MET))
      round_column(b->n, b->v[c]);
}

/* ---- selection ----------------------------------------------------------------------------------------- */

/* Jets of at most 26 GeV are erased; none moves up. */
static void erase_jet(block *b, int pt, int eta, int phi)
{
  for (size_t i = 0; i < b->n; i++) {
    const float old = b->v[pt][i];
    const int soft = (old >= 0.0f) & (old <= 26.0f);
    b->v[JET_ALL_PT][i] = soft ? b->v[JET_ALL_PT][i] - old : b->v[JET_ALL_PT][i];
    b->v[N_JETS][i] = soft ? b->v[N_JETS][i] - 1.0f : b->v[N_JETS][i];
    b->v[pt][i] = soft ? UNDEFINED : old;
    b->v[eta][i] = soft ? UNDEFINED : b->v[eta][i];
    b->v[phi][i] = soft ? UNDEFINED : b->v[phi][i];
  }
}

static void cut(block *b)
{
  for (size_t i = 0; i < b->n; i++)
    b->passed[i] = (unsigned char)(!(b->v[HAD_PT][i] < 26.0f) & !(b->v[LEP_PT][i] < 20.0f));
  erase_jet(b, JET2_PT, JET2_ETA, JET2_PHI);
  erase_jet(b, JET1_PT, JET1_ETA, JET1_PHI);
}

/* ---- momenta ------------------------------------------------------------------------------------------- */

static void hyperbolic(block *b, int object, int eta, int is_reference)
{
  if (!is_reference) {
    lanes_sinhcosh(b->n, b->v[eta], b->z[object], b->p[object]);
    return;
  }
  for (size_t i = 0; i < b->n; i++) {
    b->z[object][i] = sinhf(b->v[eta][i]);
    b->p[object][i] = coshf(b->v[eta][i]);
  }
}

/* The momentum of an object where n_jets > above, else nothing. */
static void momentum(block *b, int object, int pt, float above, int is_reference)
{
  angle_of(b, object, pt + 2);
  hyperbolic(b, object, pt + 1, is_reference);
  for (size_t i = 0; i < b->n; i++) {
    const int is_there = b->v[N_JETS][i] > above;
    const float t = b->v[pt][i];
    b->x[object][i] = is_there ? t * b->c[object][i] : 0.0f;
    b->y[object][i] = is_there ? t * b->s[object][i] : 0.0f;
    b->z[object][i] = is_there ? t * b->z[object][i] : 0.0f;
    b->p[object][i] = is_there ? t * b->p[object][i] : 0.0f;
  }
}

static void momenta(block *b, int is_reference)
{
  momentum(b, LEP, LEP_PT, -INFINITY, is_reference);
  momentum(b, HAD, HAD_PT, -INFINITY, is_reference);
  momentum(b, LEADING, JET1_PT, 0.5f, is_reference);
  momentum(b, SUBLEADING, JET2_PT, 1.5f, is_reference);
  angle_of(b, MISSING, MET_PHI);
  for (size_t i = 0; i < b->n; i++) {
    b->x[MISSING][i] = b->v[MET][i] * b->c[MISSING][i];
    b->y[MISSING][i] = b->v[MET][i] * b->s[MISSING][i];
  }
}

/* The organisers clip negative squares by multiplying with 0: what remains is -0. */

/* ---- derived quantities without MET -------------------------------------------------------------------- */

/* The organisers do not clip: a negative square is NaN there, 0 with us. */
static void derive_mass_vis(block *b, int is_reference)
{
  const float least = is_reference ? -INFINITY : 0.0f;
  for (size_t i = 0; i < b->n; i++) {
    const float p = b->p[LEP][i] + b->p[HAD][i], x = b->x[LEP][i] + b->x[HAD][i];
    const float y = b->y[LEP][i] + b->y[HAD][i], z = b->z[LEP][i] + b->z[HAD][i];
    const float square = p * p - x * x - y * y - z * z;
    b->v[DER_MASS_VIS][i] = sqrtf(square > least ? square : least);
  }
}

static void derive_jets(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    const int two = b->v[N_JETS][i] >= 2.0f;
    const float eta1 = b->v[JET1_ETA][i], eta2 = b->v[JET2_ETA][i];
    b->v[DER_DELTAETA][i] = two ? fabsf(eta2 - eta1) : UNDEFINED;
    b->v[DER_PRODETA][i] = two ? eta1 * eta2 : UNDEFINED;
  }
  for (size_t i = 0; i < b->n; i++) {
    const float p = b->p[LEADING][i] + b->p[SUBLEADING][i], x = b->x[LEADING][i] + b->x[SUBLEADING][i];
    const float y = b->y[LEADING][i] + b->y[SUBLEADING][i], z = b->z[LEADING][i] + b->z[SUBLEADING][i];
    const float square = p * p - x * x - y * y - z * z;
    const float mass = square >= 0.0f ? sqrtf(fabsf(square)) : -0.0f;
    b->v[DER_MASS_JET_JET][i] = b->v[N_JETS][i] >= 2.0f ? mass : UNDEFINED;
  }
}

static void derive_lep_centrality(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    const float eta1 = b->v[JET1_ETA][i], eta2 = b->v[JET2_ETA][i];
    const float apart = (eta1 - eta2) * (eta1 - eta2), d = apart == 0.0f ? apart + 0.0001f : apart;
    const float off = b->v[LEP_ETA][i] - (eta1 + eta2) / 2.0f;
    const float value = lane_exp(-4.0f / d * (off * off));
    b->v[DER_LEP_CENTRALITY][i] = b->v[N_JETS][i] >= 2.0f ? value : UNDEFINED;
  }
}

/* mod(x, 2 pi) is exact: in [0, 6 pi) by one subtraction of a multiple of 2 pi, elsewhere by fmod. */
static float turn(float x)
{
  const float m = fmodf(x, 2.0f * PI_F);
  return m < 0.0f ? m + 2.0f * PI_F : m;
}

static void derive_delta_r(block *b)
{
  float w[FAIRU_HIGGSML_ROWS];
  int far = 0;
  for (size_t i = 0; i < b->n; i++) {
    const float x = b->v[LEP_PHI][i] - b->v[HAD_PHI][i] + 9.42477796f;
    const float whole = x >= 4.0f * PI_F ? 4.0f * PI_F : x >= 2.0f * PI_F ? 2.0f * PI_F : 0.0f;
    w[i] = x - whole;
    far |= !(x >= 0.0f) | !(x < 6.0f * PI_F);
  }
  for (size_t i = 0; far && i < b->n; i++)
    w[i] = turn(b->v[LEP_PHI][i] - b->v[HAD_PHI][i] + 9.42477796f);
  for (size_t i = 0; i < b->n; i++) {
    const float phi = fabsf(w[i] - PI_F), eta = b->v[LEP_ETA][i] - b->v[HAD_ETA][i];
    b->v[DER_DELTA_R][i] = sqrtf(eta * eta + phi * phi);
  }
}

static void derive_sums(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    b->v[DER_SUM_PT][i] = b->v[HAD_PT][i] + b->v[LEP_PT][i] + b->v[JET_ALL_PT][i];
    b->v[DER_PT_RATIO][i] = b->v[LEP_PT][i] / b->v[HAD_PT][i];
  }
}

/* ---- derived quantities of MET ------------------------------------------------------------------------- */

static void derive_met(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    const float x = b->x[MISSING][i] + b->x[LEP][i], y = b->y[MISSING][i] + b->y[LEP][i];
    const float sum = b->v[MET][i] + b->v[LEP_PT][i], square = sum * sum - x * x - y * y;
    b->v[DER_TRANSVERSE_MASS][i] = square >= 0.0f ? sqrtf(fabsf(square)) : -0.0f;
  }
  for (size_t i = 0; i < b->n; i++) {
    const float x = b->x[HAD][i] + b->x[LEP][i] + b->x[MISSING][i];
    const float y = b->y[HAD][i] + b->y[LEP][i] + b->y[MISSING][i];
    const float tx = x + b->x[LEADING][i] + b->x[SUBLEADING][i];
    const float ty = y + b->y[LEADING][i] + b->y[SUBLEADING][i];
    b->v[DER_PT_H][i] = sqrtf(x * x + y * y);
    b->v[DER_PT_TOT][i] = sqrtf(tx * tx + ty * ty);
  }
}

static void derive_met_double(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    const double x = b->met_x[i] + (double)b->x[LEP][i], y = b->met_y[i] + (double)b->y[LEP][i];
    const double sum = b->met[i] + (double)b->v[LEP_PT][i], square = sum * sum - x * x - y * y;
    b->v[DER_TRANSVERSE_MASS][i] = square >= 0.0 ? (float)sqrt(fabs(square)) : -0.0f;
  }
  for (size_t i = 0; i < b->n; i++) {
    const double x = (double)(b->x[HAD][i] + b->x[LEP][i]) + b->met_x[i];
    const double y = (double)(b->y[HAD][i] + b->y[LEP][i]) + b->met_y[i];
    const double tx = x + (double)b->x[LEADING][i] + (double)b->x[SUBLEADING][i];
    const double ty = y + (double)b->y[LEADING][i] + (double)b->y[SUBLEADING][i];
    b->v[DER_PT_H][i] = (float)sqrt(x * x + y * y);
    b->v[DER_PT_TOT][i] = (float)sqrt(tx * tx + ty * ty);
  }
}

static float sign(float x)
{
  return (float)((x > 0.0f) - (x < 0.0f));
}

/* Of one row whose root is 0, with the lepton a little turned. */
static float centrality_again(const block *b, size_t i)
{
  const float lep = b->v[LEP_PHI][i] + 0.0001f;
  const float angles[3] = { b->v[HAD_PHI][i] - lep, b->v[MET_PHI][i] - lep,
                            b->v[HAD_PHI][i] - b->v[MET_PHI][i] };
  float s[3], c[3];
  lanes_sincos(3, angles, s, c);
  const float x = s[1] * sign(s[0]), y = s[2] * sign(s[0]), root = sqrtf(x * x + y * y);
  return root == 0.0f ? UNDEFINED : (x + y) / root;
}

/* sines: of (MET - lepton), (tau - MET), (tau - lepton) */
static void derive_centrality(block *b)
{
  float angles[3][FAIRU_HIGGSML_ROWS], s[3][FAIRU_HIGGSML_ROWS], unused[FAIRU_HIGGSML_ROWS];
  int none = 0;
  for (size_t i = 0; i < b->n; i++) {
    angles[0][i] = b->v[HAD_PHI][i] - b->v[LEP_PHI][i];
    angles[1][i] = b->v[MET_PHI][i] - b->v[LEP_PHI][i];
    angles[2][i] = b->v[HAD_PHI][i] - b->v[MET_PHI][i];
  }
  for (int k = 0; k < 3; k++)
    lanes_sincos(b->n, angles[k], s[k], unused);
  for (size_t i = 0; i < b->n; i++) {
    const float side = s[0][i] > 0.0f ? 1.0f : s[0][i] < 0.0f ? -1.0f : 0.0f;
    const float x = s[1][i] * side, y = s[2][i] * side, root = sqrtf(x * x + y * y);
    none |= root == 0.0f;
    b->v[DER_MET_CENTRALITY][i] = root == 0.0f ? UNDEFINED : (x + y) / root;
  }
  for (size_t i = 0; none && i < b->n; i++)
    if (b->v[DER_MET_CENTRALITY][i] == UNDEFINED)
      b->v[DER_MET_CENTRALITY][i] = centrality_again(b, i);
}

static double centrality_double(const block *b, size_t i, float lep)
{
  const float angle = b->v[HAD_PHI][i] - lep;
  float s, c;
  lanes_sincos(1, &angle, &s, &c);
  const double side = (double)sign(s), x = sin(b->met_phi[i] - (double)lep) * side;
  const double y = sin((double)b->v[HAD_PHI][i] - b->met_phi[i]) * side, root = sqrt(x * x + y * y);
  return root == 0.0 ? (double)UNDEFINED : (x + y) / root;
}

static void derive_centrality_double(block *b)
{
  for (size_t i = 0; i < b->n; i++) {
    double value = centrality_double(b, i, b->v[LEP_PHI][i]);
    if (value == (double)UNDEFINED)
      value = centrality_double(b, i, b->v[LEP_PHI][i] + 0.0001f);
    b->v[DER_MET_CENTRALITY][i] = (float)value;
  }
}

void HIGGSML_RUN(fairu_higgsml_block *b, const fairu_higgsml_point *p)
{
  const int is_double = p->is_reference && p->soft_met > 0.0;
  b->is_odd = fairu_higgsml__is_odd(b);
  shift(b, p, is_double);
  if (p->cuts)
    cut(b);
  momenta(b, p->is_reference);
  derive_mass_vis(b, p->is_reference);
  derive_jets(b);
  derive_lep_centrality(b);
  derive_delta_r(b);
  derive_sums(b);
  if (is_double) {
    derive_met_double(b);
    derive_centrality_double(b);
  } else {
    derive_met(b);
    derive_centrality(b);
  }
}
