#!/bin/bash
# fairu shift: columns and rows of the output, one event by hand, the organisers' files, bad input.
. "$(dirname "$0")/shell.sh"

primary=PRI_lep_pt,PRI_lep_eta,PRI_lep_phi,PRI_had_pt,PRI_had_eta,PRI_had_phi,PRI_jet_leading_pt,PRI_jet_leading_eta,PRI_jet_leading_phi
primary=$primary,PRI_jet_subleading_pt,PRI_jet_subleading_eta,PRI_jet_subleading_phi,PRI_n_jets,PRI_jet_all_pt,PRI_met,PRI_met_phi
derived=DER_mass_transverse_met_lep,DER_mass_vis,DER_pt_h,DER_deltaeta_jet_jet,DER_mass_jet_jet,DER_prodeta_jet_jet,DER_deltar_had_lep
derived=$derived,DER_pt_tot,DER_sum_pt,DER_pt_ratio_lep_had,DER_met_phi_centrality,DER_lep_eta_centrality
event=37.555,1.734,0.366,28.223,0.061,0.341,58.297,1.955,3.015,40.258,-0.081,-2.141,2,98.556,29.454,0.176
soft=30,0.5,1,25.9,0.3,-2,-25,-25,-25,-25,-25,-25,0,0,20,0.1
printf '%s,weights,detailed_labels,other\n%s,10,ttbar,7\n%s,20,htautau,8\n%s,30,ztautau,9\n' \
  "$primary" "$soft" "$event" "$event" >"$work/in.csv"

cells() { # ROW COLUMN...: the cells of a row of $work/out.csv
  awk -F, -v row="$1" -v wanted="${*:2}" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(wanted, names, " ") }
    NR > 1 && $1 == row { for (i = 1; i <= n; i++) printf "%s%s", $at[names[i]], i < n ? " " : "\n" }' "$work/out.csv"
}
near() { # GOT... = WANTED...: as numbers, 2e-7 relative
  echo "$*" | awk '{ n = (NF - 1) / 2; for (i = 1; i <= n; i++) { w = $(n + 1 + i); d = $i - w; if (d < 0) d = -d
    if (d > 2e-7 * (w < 0 ? -w : w)) { print $i, "is not", w; exit 1 } } }'
}
columns() {
  exits 0 shift "$work/in.csv" "$work/out.csv" && out_empty && [ "$(head -n 1 "$work/out.csv")" = "row,$primary,weights,detailed_labels,$derived" ] &&
    [ "$(cut -d, -f1 "$work/out.csv" | tr '\n' ' ')" = "row 1 2 " ] && [ "$(cells 1 weights detailed_labels)" = "20 htautau" ]
}
check "columns, and the soft tau cut" columns
keeps() { exits 0 shift "$work/in.csv" "$work/out.csv" --no-cuts && [ "$(cells 0 PRI_had_pt)" = 25.8999996 ]; }
check "--no-cuts" keeps
by_hand() { # NAME ARGUMENTS = had_pt j1 j2 all met phi | mt mvis pt_h mjj pt_tot sum centrality
  exits 0 shift "$work/in.csv" "$work/out.csv" --arithmetic reference $2 && [ "$(cells 1 PRI_had_pt PRI_jet_leading_pt PRI_met PRI_met_phi)" = "$3" ] &&
    near $(cells 1 DER_mass_transverse_met_lep DER_mass_vis DER_pt_h DER_mass_jet_jet DER_pt_tot DER_sum_pt DER_met_phi_centrality) = $4
}
check "one event, nominal" by_hand nominal "" "28.2229996 58.2970009 29.4540005 0.175999999" "6.30968571 61.0501671 94.9003677 127.549881 11.2045002 164.334 0.0983111262"
check "one event, tau" by_hand tes "--tes 0.97" "27.3759995 58.2970009 30.2900009 0.180999994" "6.23066092 60.1270714 94.9020157 127.549881 11.2041254 163.487 0.101205885"
check "one event, jets" by_hand jes "--jes 1.03" "28.2229996 60.0460014 31.9449997 0.187000006" "6.19166136 61.0501671 97.4137878 131.376892 11.2045727 167.291 0.104904927"
weights() {
  exits 0 shift "$work/in.csv" "$work/out.csv" --no-cuts --ttbar-scale 1.1 --diboson-scale 3 --bkg-scale 2 &&
    [ "$(cells 0 weights) $(cells 1 weights) $(cells 2 weights)" = "22 20 60" ]
}
check "weights" weights
smeared() {
  exits 0 shift "$work/in.csv" "$work/out.csv" --soft-met 3 --seed 5 && first=$(cells 1 PRI_met) && second=$(cells 2 PRI_met) && [ "$first" != "$second" ] &&
    exits 0 shift "$work/in.csv" "$work/out.csv" --soft-met 3 --seed 5 --threads 2 && [ "$(cells 1 PRI_met)" = "$first" ] &&
    exits 0 shift "$work/in.csv" "$work/out.csv" --soft-met 3 --seed 6 && [ "$(cells 1 PRI_met)" != "$first" ]
}
check "MET smeared, by seed and row" smeared

# More rows than pass by at once (65536): numbers of rows go on, nothing else changes. A smearing that rounding takes away
# again makes the numpy generator read the file whole.
{ head -n 1 "$work/in.csv"; awk 'NR > 1 { line[NR - 2] = $0 } END { for (i = 0; i < 70001; i++) print line[i % 3] }' "$work/in.csv"; } >"$work/many.csv"
pieces() {
  exits 0 shift "$work/many.csv" "$work/whole.csv" --tes 1.01 --soft-met 1e-12 --rng numpy &&
    exits 0 shift "$work/many.csv" "$work/out.csv" --tes 1.01 && cmp -s "$work/whole.csv" "$work/out.csv" &&
    [ "$(tail -n 1 "$work/out.csv" | cut -d, -f1)" = 70000 ]
}
check "pieces are the whole" pieces
smeared_pieces() {
  exits 0 shift "$work/many.csv" "$work/out.csv.gz" --soft-met 3 --no-cuts && gunzip -c "$work/out.csv.gz" >"$work/out.csv" &&
    [ "$(cut -d, -f16 "$work/out.csv" | sort -u | wc -l)" -gt 20000 ] && [ "$(cells 65536 PRI_met)" != "$(cells 0 PRI_met)" ]
}
check "each row has its own smearing in all pieces" smeared_pieces
from_standard_input() {
  exits 0 shift "$work/many.csv" "$work/out.csv" --jes 0.98 && "$FAIRU" shift - "$work/piped.csv" --jes 0.98 <"$work/many.csv" && cmp -s "$work/out.csv" "$work/piped.csv" &&
    gzip -1c "$work/many.csv" | "$FAIRU" shift - - --jes 0.98 | cmp -s - "$work/out.csv"
}
check "standard input and output" from_standard_input
head -n 1 "$work/many.csv" >"$work/header.csv"
no_rows() { exits 0 shift "$work/header.csv" "$work/out.csv" && [ "$(wc -l <"$work/out.csv")" = 1 ]; }
check "a file without rows" no_rows

refuses() { # STATUS TEXT ARGUMENT...
  wanted=$1 text=$2
  shift 2
  exits "$wanted" shift "$@" && err_has "$text" && [ ! -e "$work/none.csv" ]
}
cut -d, -f1-14,16- "$work/in.csv" >"$work/lacks.csv"
check "a column is missing" refuses 1 'lacks.csv: no column "PRI_met"' "$work/lacks.csv" "$work/none.csv"
sed 's/^30,/-25,/' "$work/in.csv" >"$work/sentinel.csv"
check "a lepton that is not there" refuses 1 "sentinel.csv: row 0, column PRI_lep_pt is -25" "$work/sentinel.csv" "$work/none.csv"
sed 's/,1.955,/,-25,/' "$work/in.csv" >"$work/half.csv"
check "half a jet" refuses 1 "row 1, column PRI_jet_leading_pt" "$work/half.csv" "$work/none.csv"
sed 's/,1.955,/,nan,/' "$work/in.csv" >"$work/nan.csv"
check "not a number" refuses 1 "nan.csv:3: column PRI_jet_leading_eta" "$work/nan.csv" "$work/none.csv"
gzip -c "$work/in.csv" | head -c 150 >"$work/cut.csv.gz"
check "a truncated file" refuses 1 "cut.csv.gz" "$work/cut.csv.gz" "$work/none.csv"
sed '66003s/^[^,]*,/-25,/' "$work/many.csv" >"$work/late.csv"
check "a fault in a later piece" refuses 1 "late.csv: row 66001, column PRI_lep_pt is -25" "$work/late.csv" "$work/none.csv"
sed '66003s/,/,x/3' "$work/many.csv" >"$work/later.csv"
check "no number in a later piece" refuses 1 "later.csv:66003: column PRI_had_pt: \"x" "$work/later.csv" "$work/none.csv"
gzip -1c "$work/many.csv" | head -c -100 >"$work/cut.csv.gz"
check "a file cut at its end" refuses 1 "cut.csv.gz" "$work/cut.csv.gz" "$work/none.csv"
says_input() { "$FAIRU" shift - "$work/none.csv" <"$work/late.csv" >"$work/out" 2>"$work/err"; [ $? = 1 ] && err_has "standard input: row 66001" && [ ! -e "$work/none.csv" ]; }
check "standard input is named" says_input
cut -d, -f1-16,18 "$work/in.csv" >"$work/unweighted.csv"
check "no weights to scale" refuses 1 "unweighted.csv: normalisations are shifted; there is no column 'weights'" "$work/unweighted.csv" "$work/none.csv" --bkg-scale 1.1
cut -d, -f1-17 "$work/in.csv" >"$work/unlabelled.csv"
check "no labels to scale by" refuses 1 "no labels" "$work/unlabelled.csv" "$work/none.csv" --bkg-scale 1.1
sed '3s/htautau/htatau/' "$work/in.csv" >"$work/label.csv"
check "a label that no scale knows" refuses 1 "label.csv: row 1, column detailed_labels is 'htatau'" "$work/label.csv" "$work/none.csv" --ttbar-scale 1.1
sed '1s/detailed_labels/labels/; s/ttbar/0/; s/htautau/1/; s/ztautau/2/' "$work/in.csv" >"$work/number.csv"
check "a label that is neither signal nor background" refuses 1 "number.csv: row 2, column labels is 2" "$work/number.csv" "$work/none.csv"
check "no such pack" refuses 2 "--pack" "$work/in.csv" "$work/none.csv" --pack x
check "no energy left" refuses 2 "--tes" "$work/in.csv" "$work/none.csv" --tes 0
# A signal while it reads (Ctrl-C, which background jobs ignore, takes the same way): the file that was begun goes, and the signal is the end of the process.
interrupted() { # SIGNAL
  mkfifo "$work/fifo.$1"
  "$FAIRU" shift - "$work/none.csv" <"$work/fifo.$1" >"$work/out" 2>"$work/err" &
  process=$!
  exec 9>"$work/fifo.$1" && cat "$work/many.csv" >&9
  for _ in $(seq 100); do ls "$work"/none.csv.tmp-* >/dev/null 2>&1 && break; sleep 0.1; done
  kill -s "$1" "$process"
  wait "$process" 2>/dev/null
  status=$?
  exec 9>&-
  [ "$status" = "$((128 + $(kill -l "$1")))" ] && err_has interrupted && out_empty && [ -z "$(ls -d "$work"/none.csv* 2>/dev/null)" ]
}
check "terminated" interrupted TERM
check "hung up" interrupted HUP
check "no output" refuses 2 "missing argument" "$work/in.csv"
check "--help" exits 0 shift --help

# What the organisers' program wrote: every cell.
same_cells() { # EXPECTED ARGUMENTS
  exits 0 shift "$data/fair-universe/sample.csv.gz" "$work/out.csv" --seed 31415 --rng numpy --arithmetic reference $2 &&
    zcat "$data/fair-universe/expected_$1.csv.gz" >"$work/expected.csv" &&
    awk -F, 'NR == FNR { for (i = 1; i <= NF; i++) if (FNR == 1) at[$i] = i; else cell[FNR, i] = $i; rows = FNR; next }
      FNR == 1 { for (i = 1; i <= NF; i++) from[i] = at[$i] }
      { for (i = 1; i <= NF; i++) if (FNR > 1 && cell[FNR, from[i]] != $i "") { print "line", FNR, "column", i; exit 1 } }
      END { if (FNR != rows) { print rows, "lines, expected", FNR; exit 1 } }' "$work/out.csv" "$work/expected.csv"
}
if [ -d "$data/fair-universe" ]; then
  check "expected_nominal" same_cells nominal ""
  check "expected_nominal_nocut" same_cells nominal_nocut --no-cuts
  check "expected_tes_0.97" same_cells tes_0.97 "--tes 0.97"
  check "expected_tes_0.97_nocut" same_cells tes_0.97_nocut "--tes 0.97 --no-cuts"
  check "expected_tes_1.02" same_cells tes_1.02 "--tes 1.02"
  check "expected_jes_0.96" same_cells jes_0.96 "--jes 0.96"
  check "expected_jes_1.03" same_cells jes_1.03 "--jes 1.03"
  check "expected_jes_1.03_nocut" same_cells jes_1.03_nocut "--jes 1.03 --no-cuts"
  check "expected_soft_met_2.5" same_cells soft_met_2.5 "--soft-met 2.5"
  check "expected_soft_met_2.5_nocut" same_cells soft_met_2.5_nocut "--soft-met 2.5 --no-cuts"
  check "expected_tes_1.015_jes_0.985" same_cells tes_1.015_jes_0.985 "--tes 1.015 --jes 0.985"
  check "expected_tes_0.985_jes_1.02_soft_met_1.5" same_cells tes_0.985_jes_1.02_soft_met_1.5 "--tes 0.985 --jes 1.02 --soft-met 1.5"
else
  skip 12 "no ../shared/data"
fi
finish
