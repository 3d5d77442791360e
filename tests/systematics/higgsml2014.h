/* higgsml2014.h - columns of the HiggsML 2014 file, and what follows from them by four-vectors written down independently. */
#ifndef FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_H
#define FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_H

#include "systematics/higgsml2014_columns.h"
#include "systematics/vectors.h"

/* ---- the oracle: four-vectors (E, px, py, pz), angles by atan2, nothing shared with the library --------- */

static inline double pt_of(vector a)
{
  return hypot(a.x, a.y);
}

static inline double wrapped(double angle)
{
  return atan2(sin(angle), cos(angle));
}

static inline double centrality(double tau, double lep, double met)
{
  const double a = sin(met - lep) / sin(tau - lep), b = sin(tau - met) / sin(tau - lep);
  return (a + b) / sqrt(a * a + b * b);
}

static inline double mass_of(vector a)
{
  return sqrt(fmax(0.0, a.e * a.e - a.x * a.x - a.y * a.y - a.z * a.z));
}

/* What follows from the measured ones, of a tau of this mass. */
static inline void derive(const double p[N_PRIMARY], double tau_mass, double derived[N_DERIVED])
{
  const vector tau = vector_of(p[TAU_PT], p[TAU_ETA], p[TAU_PHI], tau_mass);
  const vector lep = vector_of(p[LEP_PT], p[LEP_ETA], p[LEP_PHI], 0);
  const vector met = vector_of(p[MET], 0, p[MET_PHI], 0);
  const vector none = { 0, 0, 0, 0 };
  const vector j1 = p[N_JETS] >= 1 ? vector_of(p[J1_PT], 0, p[J1_PHI], 0) : none;
  const vector j2 = p[N_JETS] >= 2 ? vector_of(p[J2_PT], 0, p[J2_PHI], 0) : none;
  const vector visible = sum(tau, lep), higgs = sum(visible, met);
  derived[MT] = sqrt(2 * p[LEP_PT] * p[MET] * (1 - cos(p[MET_PHI] - p[LEP_PHI])));
  derived[MVIS] = mass_of(visible);
  derived[PT_H] = pt_of(higgs);
  derived[PT_TOT] = pt_of(sum(higgs, sum(j1, j2)));
  derived[SUM_PT] = p[TAU_PT] + p[LEP_PT] + p[J_ALL];
  derived[RATIO] = p[LEP_PT] / p[TAU_PT];
  derived[DELTA_R] = hypot(p[TAU_ETA] - p[LEP_ETA], wrapped(p[TAU_PHI] - p[LEP_PHI]));
  derived[CENTRALITY] = centrality(p[TAU_PHI], p[LEP_PHI], p[MET_PHI]);
}

static inline void oracle_of_mass(const double p[N_PRIMARY], double scale, double tau_mass,
                                  double shifted[N_PRIMARY], double derived[N_DERIVED])
{
  const vector old = vector_of(p[MET], 0, p[MET_PHI], 0);
  const vector change = vector_of((scale - 1) * p[TAU_PT], 0, p[TAU_PHI], 0);
  const vector met = { 0, old.x - change.x, old.y - change.y, 0 };
  memcpy(shifted, p, N_PRIMARY * sizeof *p);
  shifted[TAU_PT] = scale * p[TAU_PT];
  shifted[MET] = pt_of(met);
  shifted[MET_PHI] = atan2(met.y, met.x);
  derive(shifted, tau_mass, derived);
}

static inline void oracle(const double p[N_PRIMARY], double scale, double shifted[N_PRIMARY],
                          double derived[N_DERIVED])
{
  oracle_of_mass(p, scale, 0.8, shifted, derived);
}

/* ---- events of our own --------------------------------------------------------------------------------- */

static inline double random_in(uint64_t *x, double lower, double upper)
{
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return lower + (upper - lower) * (double)(*x >> 11) * 0x1p-53;
}

/* ---- tables and shifts -------------------------------------------------------------------------------- */

static inline float at(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 0;
  const float *values = fairu_events_column(events, column, &stride);
  return values[row * stride];
}

static inline double number(const fairu_events *events, size_t column, size_t row)
{
  return (double)at(events, column, row);
}

static inline fairu_systematics *chain_of(fairu_context *ctx, double tau_pt_min)
{
  fairu_nuisance nu;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&nu, sizeof nu));
  nu.name = "tes";
  nu.nominal = 1;
  nu.width = 0.05;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nu, 1, &sys));
  fairu_higgsml2014_options options;
  CHECK_OK(ctx, fairu_higgsml2014_options_init(&options, sizeof options));
  options.tes = "tes";
  options.tau_pt_min = tau_pt_min;
  CHECK_OK(ctx, fairu_systematics_add_higgsml2014(sys, ctx, &options));
  return sys;
}

static inline fairu_events *shifted_events(fairu_context *ctx, const fairu_events *events, double z)
{
  fairu_systematics *sys = chain_of(ctx, 0);
  fairu_events *out = NULL;
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, events, &z, 1, 0, NULL, &out));
  fairu_systematics_destroy(sys);
  return out;
}

static inline void primaries(const fairu_events *events, size_t row, double p[N_PRIMARY])
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    p[c] = number(events, c, row);
}

#endif /* FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_H */
