/* higgsml_events.h - columns of the FAIR Universe events, and shifting them in tests. */
#ifndef FAIRU_TESTS_SYSTEMATICS_HIGGSML_EVENTS_H
#define FAIRU_TESTS_SYSTEMATICS_HIGGSML_EVENTS_H

#include "support/support.h"

enum {
  LEP_PT,
  LEP_ETA,
  LEP_PHI,
  HAD_PT,
  HAD_ETA,
  HAD_PHI,
  J1_PT,
  J1_ETA,
  J1_PHI,
  J2_PT,
  J2_ETA,
  J2_PHI,
  N_JETS,
  J_ALL,
  MET,
  MET_PHI,
  N_PRIMARY,
  MT = N_PRIMARY,
  MVIS,
  PT_H,
  DELTAETA,
  M_JJ,
  PRODETA,
  DELTA_R,
  PT_TOT,
  SUM_PT,
  RATIO,
  CENTRALITY,
  LEP_CENTRALITY,
  N_COLUMNS
};

static const char *const names[N_COLUMNS] = { "PRI_lep_pt",
                                              "PRI_lep_eta",
                                              "PRI_lep_phi",
                                              "PRI_had_pt",
                                              "PRI_had_eta",
                                              "PRI_had_phi",
                                              "PRI_jet_leading_pt",
                                              "PRI_jet_leading_eta",
                                              "PRI_jet_leading_phi",
                                              "PRI_jet_subleading_pt",
                                              "PRI_jet_subleading_eta",
                                              "PRI_jet_subleading_phi",
                                              "PRI_n_jets",
                                              "PRI_jet_all_pt",
                                              "PRI_met",
                                              "PRI_met_phi",
                                              "DER_mass_transverse_met_lep",
                                              "DER_mass_vis",
                                              "DER_pt_h",
                                              "DER_deltaeta_jet_jet",
                                              "DER_mass_jet_jet",
                                              "DER_prodeta_jet_jet",
                                              "DER_deltar_had_lep",
                                              "DER_pt_tot",
                                              "DER_sum_pt",
                                              "DER_pt_ratio_lep_had",
                                              "DER_met_phi_centrality",
                                              "DER_lep_eta_centrality" };

enum { TES, JES, SOFT_MET, TTBAR, DIBOSON, BKG, N_NUISANCES };

/* The whole pack, with the nuisances in the order above. */
static inline fairu_systematics *higgsml_chain(fairu_context *ctx, int cuts, int arithmetic, int generator)
{
  static const char *const labels[N_NUISANCES] = { "tes",         "jes",           "soft_met",
                                                   "ttbar_scale", "diboson_scale", "bkg_scale" };
  fairu_nuisance nuisances[N_NUISANCES];
  fairu_higgsml_options options;
  fairu_systematics *sys = NULL;
  for (size_t i = 0; i < N_NUISANCES; i++) {
    CHECK_OK(ctx, fairu_nuisance_init(&nuisances[i], sizeof nuisances[i]));
    nuisances[i].name = labels[i];
    nuisances[i].nominal = i == SOFT_MET ? 0.0 : 1.0;
  }
  CHECK_OK(ctx, fairu_higgsml_options_init(&options, sizeof options));
  options.tes = "tes";
  options.jes = "jes";
  options.soft_met = "soft_met";
  options.ttbar_scale = "ttbar_scale";
  options.diboson_scale = "diboson_scale";
  options.bkg_scale = "bkg_scale";
  options.cuts = cuts;
  options.arithmetic = arithmetic;
  options.generator = generator;
  CHECK_OK(ctx, fairu_systematics_create(ctx, nuisances, N_NUISANCES, &sys));
  CHECK_OK(ctx, fairu_systematics_add_higgsml(sys, ctx, &options));
  return sys;
}

static inline double number(const fairu_events *events, size_t column, size_t row)
{
  size_t stride = 1;
  const float *values = fairu_events_column(events, column, &stride);
  return (double)values[row * stride];
}

#endif /* FAIRU_TESTS_SYSTEMATICS_HIGGSML_EVENTS_H */
