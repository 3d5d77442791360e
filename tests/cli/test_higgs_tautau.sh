#!/bin/bash
# The sample of examples/higgs-tautau: its size, its columns, its weights, and that the program reads and shifts it.
. "$(dirname "$0")/shell.sh"
unset LC_ALL LANG

pieces=(examples/higgs-tautau/sample-*.csv.gz)
[ -e "${pieces[0]}" ] || { echo "no sample in examples/higgs-tautau"; exit 1; }
for piece in "${pieces[@]}"; do zcat "$piece" | tail -n +2; done >"$work/rows.csv"
zcat "${pieces[0]}" | head -n 1 >"$work/header.csv"

sizes() {
  for piece in "${pieces[@]}"; do
    n=$(wc -c <"$piece")
    total=$((${total:-0} + n))
    [ "$n" -le 2000000 ] || { echo "$piece has $n bytes"; return 1; }
  done
  [ "$total" -le 6000000 ] || { echo "the pieces have $total bytes"; return 1; }
}
check "sizes" sizes
headers() { for piece in "${pieces[@]}"; do zcat "$piece" | head -n 1 | cmp -s - "$work/header.csv" || { echo "$piece"; return 1; }; done; }
check "one header for all" headers
enough() { [ "$(wc -l <"$work/rows.csv")" -ge 50000 ]; }
check "50,000 events" enough
ids() { [ -z "$(cut -d, -f1 "$work/rows.csv" | sort | uniq -d | head -n 1)" ]; }
check "ids are unique" ids

# id, lepton 2-4, tau 5-7, leading jet 8-10, subleading 11-13, number 14, sum 15, MET 16-17, weight 18, names 19, 20
rows() { awk -F, "$1" "$work/rows.csv" >"$work/out" && [ ! -s "$work/out" ]; }
check "cells are numbers of at most 3 decimals" rows 'NF != 20 { print "columns", $0; exit }
  { for (i = 2; i <= 17; i++) if ($i !~ /^-?[0-9]+([.][0-9][0-9]?[0-9]?)?$/) { print "row", $1, "cell", i, $i; exit } }'
check "absent jets" rows '{ if (($14 < 1) != ($8 == -25) || ($14 < 1) != ($9 == -25) || ($14 < 1) != ($10 == -25)) print "leading", $1
  if (($14 < 2) != ($11 == -25) || ($14 < 2) != ($12 == -25) || ($14 < 2) != ($13 == -25)) print "subleading", $1
  sum = ($14 > 0 ? $8 : 0) + ($14 > 1 ? $11 : 0)
  if ($15 < sum - 0.0015 || ($14 < 3 && $15 > sum + 0.0015)) print "sum of jets", $1 }'
check "ranges" rows '$2 < 20 || $5 < 22 || $16 < 0 || $3 > 2.5 || $3 < -2.5 || $6 > 2.7 || $6 < -2.7 { print "momentum", $1 }
  $8 > 0 && ($8 < 20 || $9 > 4.7 || $9 < -4.7 || $11 > $8 || $11 > 0 && $11 < 20) { print "jet", $1 }
  { for (i = 4; i <= 17; i++) if ((i == 4 || i == 7 || i == 10 || i == 13 || i == 17) && $i != -25 && ($i > 3.141 || $i < -3.141)) print "angle", $1 }
  $18 <= 0 || ($19 == "htautau") != ($20 == 1) { print "weight or label", $1 }'
check "yields in 10 fb^-1" rows '{ sum[$19] += $18 }
  END { split("htautau 1015 ztautau 1002395 ttbar 44192 diboson 3783", e, " ")
    for (i = 1; i < 8; i += 2) { d = sum[e[i]] / e[i + 1] - 1; if (d > 1e-6 || d < -1e-6) print e[i], sum[e[i]] }
    for (p in sum) if (p !~ /^(htautau|ztautau|ttbar|diboson)$/) print p }'

inspects() { exits 0 inspect "$1" && out_has PRI_had_pt; }
shifts() { # FILE: all rows without cuts, every cell a number
  exits 0 shift "$1" "$work/shifted.csv" --no-cuts && [ "$(wc -l <"$work/shifted.csv")" = "$(zcat "$1" | wc -l)" ] &&
    head -n 1 "$work/shifted.csv" | grep -q DER_lep_eta_centrality && ! grep -qiE 'nan|inf' "$work/shifted.csv"
}
cuts() { exits 0 shift "$1" "$work/cut.csv" && awk -F, -v n="$(zcat "$1" | wc -l)" 'END { exit !(NR > 0.8 * n && NR < n) }' "$work/cut.csv"; }
for piece in "${pieces[@]}"; do
  check "inspect $piece" inspects "$piece"
  check "shift $piece" shifts "$piece"
  check "cuts of $piece" cuts "$piece"
done
finish
