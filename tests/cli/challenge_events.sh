# challenge_events.sh: sourced by the tests of fairu challenge. make_events N writes N made-up events in the challenge's format: kinematics are possible,
# signal has harder taus and less MET than background, and yields are those of the challenge.
make_events() {
  awk -v n="$1" '
    function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
    function angle() { return (2 * rand() - 1) * 3.1415 }
    function pt(least, mean) { return least - mean * log(1 - rand()) }
    BEGIN {
      srand(7)
      split("ztautau ztautau htautau ttbar ztautau htautau diboson ztautau", label, " ")
      split("ztautau 1002395 htautau 1015 ttbar 44192 diboson 3783", pairs, " ")
      for (i = 1; i < 8; i += 2) yield[pairs[i]] = pairs[i + 1]
      for (i = 0; i < n; i++) count[label[i % 8 + 1]]++
      print "id,PRI_lep_pt,PRI_lep_eta,PRI_lep_phi,PRI_had_pt,PRI_had_eta,PRI_had_phi,PRI_jet_leading_pt,PRI_jet_leading_eta," \
        "PRI_jet_leading_phi,PRI_jet_subleading_pt,PRI_jet_subleading_eta,PRI_jet_subleading_phi,PRI_n_jets,PRI_jet_all_pt," \
        "PRI_met,PRI_met_phi,weights,detailed_labels"
      for (i = 0; i < n; i++) {
        l = label[i % 8 + 1]
        jets = l == "ttbar" ? 2 : int(3 * rand())
        a = jets > 0 ? pt(25, 40) : -25; b = jets > 1 ? 22 + (a - 22) * rand() : -25
        all = (jets > 0 ? a : 0) + (jets > 1 ? b : 0)
        printf("%d,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%d,%.3f,%.3f,%.3f,%.9g,%s\n", 3 * i + 1,
          pt(20, l == "ttbar" ? 40 : 15), normal(), angle(), pt(24, l == "htautau" ? 35 : 15), normal(), angle(),
          a, jets > 0 ? 2 * normal() : -25, jets > 0 ? angle() : -25, b, jets > 1 ? 2 * normal() : -25, jets > 1 ? angle() : -25,
          jets, all, pt(1, l == "htautau" ? 15 : 25), angle(), yield[l] / count[l], l)
      }
    }'
}
