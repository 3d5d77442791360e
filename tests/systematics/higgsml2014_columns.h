/* higgsml2014_columns.h - the thirty features of the HiggsML 2014 file: what is measured, what is derived of it, and what the tau energy
 * scale does not touch. */
#ifndef FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_COLUMNS_H
#define FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_COLUMNS_H

enum {
  TAU_PT,
  TAU_ETA,
  TAU_PHI,
  LEP_PT,
  LEP_ETA,
  LEP_PHI,
  MET,
  MET_PHI,
  N_JETS,
  J1_PT,
  J1_PHI,
  J2_PT,
  J2_PHI,
  J_ALL,
  N_PRIMARY
};
/* Counted from N_PRIMARY on. */
enum { MT, MVIS, PT_H, PT_TOT, SUM_PT, RATIO, DELTA_R, CENTRALITY, N_DERIVED };
enum {
  UNTOUCHED = N_PRIMARY + N_DERIVED,
  MASS_MMC = UNTOUCHED,
  MASS_JET_JET,
  DELTAETA_JET_JET,
  PRODETA_JET_JET,
  LEP_CENTRALITY,
  J1_ETA,
  J2_ETA,
  SUM_ET,
  N_COLUMNS
};

static const char *const names[N_COLUMNS] = { "PRI_tau_pt",
                                              "PRI_tau_eta",
                                              "PRI_tau_phi",
                                              "PRI_lep_pt",
                                              "PRI_lep_eta",
                                              "PRI_lep_phi",
                                              "PRI_met",
                                              "PRI_met_phi",
                                              "PRI_jet_num",
                                              "PRI_jet_leading_pt",
                                              "PRI_jet_leading_phi",
                                              "PRI_jet_subleading_pt",
                                              "PRI_jet_subleading_phi",
                                              "PRI_jet_all_pt",
                                              "DER_mass_transverse_met_lep",
                                              "DER_mass_vis",
                                              "DER_pt_h",
                                              "DER_pt_tot",
                                              "DER_sum_pt",
                                              "DER_pt_ratio_lep_tau",
                                              "DER_deltar_tau_lep",
                                              "DER_met_phi_centrality",
                                              "DER_mass_MMC",
                                              "DER_mass_jet_jet",
                                              "DER_deltaeta_jet_jet",
                                              "DER_prodeta_jet_jet",
                                              "DER_lep_eta_centrality",
                                              "PRI_jet_leading_eta",
                                              "PRI_jet_subleading_eta",
                                              "PRI_met_sumet" };

#endif /* FAIRU_TESTS_SYSTEMATICS_HIGGSML2014_COLUMNS_H */
