# higgs_csv.sh: sourced by the tests of the tau energy scale.
# A small file with the real columns; values made up, and no physics in them.
make_csv() { # FILE ROWS [COLUMN TO RENAME]
  awk -v n="$2" -v lost="${3:-}" 'BEGIN {
    names = "EventId,DER_mass_MMC,DER_mass_transverse_met_lep,DER_mass_vis,DER_pt_h,DER_deltaeta_jet_jet,DER_mass_jet_jet,DER_prodeta_jet_jet,DER_deltar_tau_lep,DER_pt_tot,DER_sum_pt,DER_pt_ratio_lep_tau,DER_met_phi_centrality,DER_lep_eta_centrality,PRI_tau_pt,PRI_tau_eta,PRI_tau_phi,PRI_lep_pt,PRI_lep_eta,PRI_lep_phi,PRI_met,PRI_met_phi,PRI_met_sumet,PRI_jet_num,PRI_jet_leading_pt,PRI_jet_leading_eta,PRI_jet_leading_phi,PRI_jet_subleading_pt,PRI_jet_subleading_eta,PRI_jet_subleading_phi,PRI_jet_all_pt,Weight,Label,KaggleSet,KaggleWeight"
    if (lost != "") sub("," lost ",", ",X_lost,", names)
    print names
    srand(7)
    for (i = 0; i < n; i++) {
      s = i % 2
      printf "%d", 1000 + i
      for (k = 0; k < 13; k++) printf ",%.3f", 10 + 50 * rand() + 8 * s
      printf ",%.3f,%.3f,%.3f", 23 + 60 * rand() + 15 * s, 4 * rand() - 2, 6 * rand() - 3
      printf ",%.3f,%.3f,%.3f", 27 + 50 * rand(), 4 * rand() - 2, 6 * rand() - 3
      printf ",%.3f,%.3f,%.3f", 60 * rand() + 10 * s, 6 * rand() - 3, 100 + 200 * rand()
      printf ",0,-999.0,-999.0,-999.0,-999.0,-999.0,-999.0,0.0"
      printf ",%.6f,%s,t,1.0\n", s ? 0.01 : 1, s ? "s" : "b"
    }
  }' >"$1"
}
