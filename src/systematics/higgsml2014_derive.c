/* higgsml2014_derive.c - quantities that the HiggsML 2014 file derives from momenta. Formulas: documentation of the data set
 * (DOI 10.7483/OPENDATA.ATLAS.ZBP2.M5T8), appendix B.
 *
 * All angles enter as unit vectors: sin(a - b) is a cross product, so one sincos per object serves everything.
 */
#include "systematics/higgsml2014_block.h"

#include <math.h>

#define TAU_MASS FAIRU_HIGGSML2014_TAU_MASS
#define PI 3.14159265358979323846

/* sqrt(2 pt met (1 - cos)), written without the angle. */
static void derive_transverse_mass(const fairu_kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++) {
    const double along = k->met.x[i] * k->lep.cosine[i] + k->met.y[i] * k->lep.sine[i];
    const double square = 2.0 * k->lep.pt[i] * (k->met.size[i] - along);
    out[i] = (float)sqrt(square > 0.0 ? square : 0.0);
  }
}

static void derive_mass_vis(const fairu_kinematics *k, float *out)
{
  const float *tau_eta = k->columns[TAU_ETA], *lep_eta = k->columns[LEP_ETA];
  for (size_t i = 0; i < k->n; i++) {
    const double grow_tau = exp((double)tau_eta[i]), grow_lep = exp((double)lep_eta[i]);
    const double pz = 0.5 * (grow_tau - 1.0 / grow_tau) * k->tau.pt[i];
    const double pt = k->tau.pt[i], energy = sqrt(pt * pt + pz * pz + TAU_MASS * TAU_MASS);
    const double lep_cosh = 0.5 * (grow_lep + 1.0 / grow_lep), lep_sinh = 0.5 * (grow_lep - 1.0 / grow_lep);
    const double cosine = k->tau.cosine[i] * k->lep.cosine[i] + k->tau.sine[i] * k->lep.sine[i];
    const double product = k->lep.pt[i] * (energy * lep_cosh - pz * lep_sinh - pt * cosine);
    out[i] = (float)sqrt(TAU_MASS * TAU_MASS + (product > 0.0 ? 2.0 * product : 0.0));
  }
}

static void derive_pt_h(const fairu_kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)sqrt(k->higgs_x[i] * k->higgs_x[i] + k->higgs_y[i] * k->higgs_y[i]);
}

/* The third jet takes no part, as in the published definition. Undefined jets count nothing, whatever stands there. */
static void derive_pt_tot(const fairu_kinematics *k, float *out)
{
  const fairu_scaled *jet1 = &k->jets[0], *jet2 = &k->jets[1];
  for (size_t i = 0; i < k->n; i++) {
    const double x = k->higgs_x[i] + jet1->pt[i] * jet1->cosine[i] + jet2->pt[i] * jet2->cosine[i];
    const double y = k->higgs_y[i] + jet1->pt[i] * jet1->sine[i] + jet2->pt[i] * jet2->sine[i];
    out[i] = (float)sqrt(x * x + y * y);
  }
}

static void derive_sum_pt(const fairu_kinematics *k, float *out)
{
  const float *jets = k->columns[JET_ALL_PT];
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)(k->tau.pt[i] + k->lep.pt[i] + (double)jets[i]);
}

static void derive_pt_ratio(const fairu_kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++)
    out[i] = (float)(k->lep.pt[i] / k->tau.pt[i]);
}

static void derive_delta_r(const fairu_kinematics *k, float *out)
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
static void derive_centrality(const fairu_kinematics *k, float *out)
{
  for (size_t i = 0; i < k->n; i++) {
    const double a = k->met.y[i] * k->lep.cosine[i] - k->met.x[i] * k->lep.sine[i];
    const double b = k->tau.sine[i] * k->met.x[i] - k->tau.cosine[i] * k->met.y[i];
    const double side = k->tau.sine[i] * k->lep.cosine[i] - k->tau.cosine[i] * k->lep.sine[i];
    const double norm = sqrt(a * a + b * b);
    const double sum = side < 0.0 ? -(a + b) : a + b;
    out[i] = (float)(norm > 0.0 ? sum / norm : 0.0);
  }
}

static const struct {
  int column;
  void (*derive)(const fairu_kinematics *k, float *out);
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

void fairu_higgsml2014__derive(const fairu_kinematics *kinematics)
{
  for (size_t d = 0; d < sizeof derived / sizeof *derived; d++)
    if (kinematics->columns[derived[d].column])
      derived[d].derive(kinematics, kinematics->columns[derived[d].column]);
}
