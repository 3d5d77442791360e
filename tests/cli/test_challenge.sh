#!/bin/bash
# fairu challenge: a small run of everything, its files, the same bytes on any threads, and refusals.
. "$(dirname "$0")/shell.sh"
. tests/cli/challenge_events.sh

make_events 4000 >"$work/events.csv"
small="--quick --sets 2 --pe 3 --toys 100 --epochs 2 --bins 6 --min-background 60 --luminosity 0.01 --signal-scale 20 --seed 5"
value() { sed -n "s/^ *\"$1\": *\([^,]*\),*\$/\1/p" "$2" | head -n 1; } # KEY FILE: the first one
near() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(a != "" && d <= 1e-12 * (1 + m)) }'; }

help() { exits 0 challenge --help && out_has --luminosity && out_has --repartitions && out_has --closure && out_has calibrated && err_empty; }
check "--help" help
run() { exits 0 challenge "$work/events.csv" $small --closure 20 --repartitions 2 --json --threads 2 --out "$work/two" && cp "$work/out" "$work/two.json"; }
check "a small run" run
told() { cmp -s "$work/two.json" "$work/two/results.json" && err_has "calibration frozen: sha256 $(value digest "$work/two/results.json" | tr -d '"')"; }
check "--json is results.json; the digest was told" told
files() {
  for f in result_0.json result_1.json test_settings.json results.json report.html model.fairu calibration.json scores.csv sets.csv nuisances.csv \
    critical.csv templates.csv closure.csv repartitions.csv calibrated.csv profile.csv hesse.csv baseline.csv counting.csv random.csv; do
    [ -s "$work/two/$f" ] || { echo "no $f"; return 1; }
  done
  [ "$(wc -l <"$work/two/calibrated.csv")" = 7 ] && [ "$(ls "$work/two" | grep -c '^result_')" = 2 ]
}
check "its files" files
threads() { exits 0 challenge "$work/events.csv" $small --closure 20 --repartitions 2 --out "$work/one" && diff -r "$work/one" "$work/two" >"$work/out"; }
check "the same bytes with one thread" threads
pieces() {
  head -n 1501 "$work/events.csv" | gzip >"$work/a.csv.gz" &&
    { head -n 1 "$work/events.csv"; tail -n +1502 "$work/events.csv"; } >"$work/b.csv" &&
    exits 0 challenge "$work/a.csv.gz" "$work/b.csv" $small --out "$work/pieces" && cmp -s "$work/pieces/calibrated.csv" "$work/one/calibrated.csv"
}
check "the same from two pieces" pieces
again() {
  exits 0 challenge "$work/events.csv" $small --model "$work/one/model.fairu" --calibration "$work/one/calibration.json" --out "$work/again" &&
    cmp -s "$work/again/calibrated.csv" "$work/one/calibrated.csv" && cmp -s "$work/again/calibration.json" "$work/one/calibration.json"
}
check "the same with its own network and calibration" again
ranges() { awk -F, 'NR > 1 && ($6 < 0.1 || $7 > 3 || $6 > $7 || $5 != $7 - $6) { exit 1 }' "$work/one/calibrated.csv"; }
check "calibrated intervals lie in the range of mu" ranges
blind() { awk -F, 'NR > 1 { w = $7 - $6 - 1.98; if (w < 0) w = -w; if (w > 1e-12 || $6 < 0.1 || $7 > 3) exit 1 }' "$work/one/random.csv"; }
check "the control: length 1.98, somewhere" blind
half() { awk -F, 'NR > 1 { d = 2 * $5 - ($7 - $6); if (d < 0) d = -d; if (d > 1e-9 * $5 || $5 <= 0) exit 1 }' "$work/one/counting.csv"; }
check "counting: delta_mu_hat is half the width, as in the example" half
own() {
  exits 0 challenge "$work/events.csv" $small --estimator random --seed 6 --repartitions 2 --out "$work/other" &&
    [ "$(awk -F, 'NR > 1 { print $4 }' "$work/other/repartitions.csv" | sort -u | wc -l)" -gt 1 ]
}
check "partitions have true values of their own" own
other() {
  exits 0 challenge "$work/events.csv" $small --seed 6 --mu 0.5,2.5 --estimator random --out "$work/other" && out_has random && ! out_has calibrated &&
    [ "$(value n "$work/other/results.json")" = 6 ] && [ ! -e "$work/other/calibration.json" ] && grep -q '"estimator": "random"' "$work/other/test_settings.json" &&
    [ "$(cut -d, -f3 "$work/other/random.csv" | sort -u | tr '\n' ' ')" = "0.5 2.5 mu_true " ]
}
check "one estimator, given mu" other
numpy() { exits 0 challenge "$work/events.csv" $small --rng numpy --estimator counting --out "$work/numpy" && out_has counting; }
check "the organisers' generator" numpy
finite_pool() { exits 0 challenge "$work/events.csv" $small --estimator random --out "$work/other" && out_has "share one finite pool" && grep -q '"coverage_is_binomial": false' "$work/other/results.json"; }
check "rows that are not rare are told" finite_pool
rare() { exits 0 challenge "$work/events.csv" $small --luminosity 1e-6 --estimator random --out "$work/other" && ! out_has "finite pool" && grep -q '"coverage_is_binomial": true' "$work/other/results.json"; }
check "rows that are" rare
fewer() { exits 0 challenge "$work/events.csv" $small --estimator random --sets 1 --out "$work/other" && [ -e "$work/other/result_0.json" ] && [ ! -e "$work/other/result_1.json" ]; }
check "fewer sets than the folder had" fewer

case ${BUILD:-build/plain} in *plain) plain=1 ;; *) plain= ;; esac
# Profile intervals of 500 toys from exact templates cover within 3 standard deviations: not if fits end in minima that are not the lowest.
minima() {
  exits 0 challenge examples/higgs-tautau/sample-*.csv.gz --quick --epochs 1 --sets 1 --pe 1 --toys 100 --closure 500 --estimator profile --out "$work/minima" &&
    awk -F, '$1 == "profile" { ok = $3 == 500 && $4 >= 310 && $4 <= 372 } END { exit !ok }' "$work/minima/closure.csv"
}
if [ -n "$plain" ]; then check "closure: fits find the lowest minimum" minima; else skip 1 "slow under sanitizers"; fi

python=$(python_with json)
scores_agree() {
  "$python" tests/cli/scorer.py "$work/one" >"$work/scorer" && exits 0 score "$work/one" --json || return 1
  while read -r name wanted; do
    near "$(value "$name" "$work/out")" "$wanted" || { echo "$name is not $wanted"; return 1; }
    sed -n '/"calibrated"/,$p' "$work/one/results.json" >"$work/tail.json"
    near "$(value "$name" "$work/tail.json")" "$wanted" || { echo "results.json: $name is not $wanted"; return 1; }
  done <"$work/scorer"
}
from_table() { exits 0 score "$work/one" --json && cp "$work/out" "$work/folder.json" && exits 0 score "$work/one/calibrated.csv" --json && cmp -s "$work/out" "$work/folder.json"; }
if [ -n "$python" ]; then check "another scorer reads the files and agrees" scores_agree; else skip 1 "no Python"; fi
check "fairu score: folder and table agree" from_table
python=$(python_with matplotlib)
if [ -n "$python" ] && [ -n "$plain" ]; then
  pictures() { PYTHONPATH=python "$python" -m fairu.report "$work/one" >"$work/out" 2>"$work/err" && out_has "8 figures" && err_empty; }
  check "figures" pictures
else
  skip 1 "no matplotlib, or a sanitizer build"
fi

# ---- refusals ----
refuses() { # STATUS TEXT ARGUMENT...
  wanted=$1 text=$2
  shift 2
  rm -rf "$work/none"
  exits "$wanted" challenge "$@" --out "$work/none" && err_has "$text" && out_empty && [ ! -e "$work/none/results.json" ]
}
cut -d, -f1-15,17- "$work/events.csv" >"$work/lacks.csv"
check "a column is missing" refuses 1 "PRI_met" "$work/lacks.csv" $small
awk -F, -v OFS=, 'NR == 6 { $2 = -25 } 1' "$work/events.csv" >"$work/sentinel.csv"
check "a lepton that is not there" refuses 1 "sentinel.csv: row 4, column PRI_lep_pt is -25" "$work/sentinel.csv" $small
awk -F, -v OFS=, 'NR == 9 { $18 = "nan" } 1' "$work/events.csv" >"$work/nan.csv"
check "a weight that is no number" refuses 1 "nan.csv:9: column weights" "$work/nan.csv" $small
awk -F, -v OFS=, 'NR == 9 { $18 = -2 } 1' "$work/events.csv" >"$work/negative.csv"
check "a negative weight" refuses 1 "negative.csv: row 7, column weights is -2" "$work/negative.csv" $small
awk -F, -v OFS=, 'NR == 9 { $18 = 1e12 } 1' "$work/events.csv" >"$work/heavy.csv"
check "a weight no Poisson mean can have" refuses 1 "heavy.csv: row 7, column weights is 1e+12" "$work/heavy.csv" $small
awk -F, -v OFS=, 'NR == 9 { $6 = "1e30" } 1' "$work/events.csv" >"$work/forward.csv"
check "a direction that overflows" refuses 1 "forward.csv: row 7, column PRI_had_eta is 1e+30" "$work/forward.csv" $small
awk -F, -v OFS=, 'NR == 9 { $5 = "3e38" } 1' "$work/events.csv" >"$work/hard.csv"
check "a momentum that overflows" refuses 1 "hard.csv: row 7, column PRI_had_pt is 3e+38" "$work/hard.csv" $small
awk -F, -v OFS=, 'NR == 9 { $17 = -25 } 1' "$work/events.csv" >"$work/angle.csv"
check "a sentinel that is no jet's" refuses 1 "angle.csv: row 7, column PRI_met_phi is -25" "$work/angle.csv" $small
sed '4s/[a-z]*$/zmumu/' "$work/events.csv" >"$work/label.csv"
check "an unknown label" refuses 1 "label.csv: row 2, column detailed_labels is 'zmumu'" "$work/label.csv" $small
awk -F, -v OFS=, 'NR == 1 || NR % 400 == 0 { if (NR > 1) $5 = 25; print }' "$work/events.csv" >"$work/soft.csv"
check "no event passes the cuts" refuses 1 "none of 10 events passes the cuts" "$work/soft.csv" $small
grep -v diboson "$work/events.csv" >"$work/few.csv"
check "no event of a process" refuses 1 "has no event of diboson" "$work/few.csv" $small
check "an event twice" refuses 1 "id 1 stands in rows 0 and 1500" "$work/a.csv.gz" "$work/a.csv.gz" $small
sed -i 's/^[0-9]*,//; s/^id,//' "$work/b.csv"
check "ids in one piece only" refuses 1 'b.csv:1: no column "id"' "$work/a.csv.gz" "$work/b.csv" $small
check "no such file" refuses 1 "none.csv" "$work/none.csv" $small
stale() { # an earlier run's results.json does not stand beside files of a run that failed
  exits 0 challenge "$work/events.csv" $small --estimator random --out "$work/stale" && [ -e "$work/stale/results.json" ] &&
    exits 1 challenge "$work/events.csv" $small --calibration "$work/stale/sets.csv" --out "$work/stale" && [ ! -e "$work/stale/results.json" ]
}
check "results.json of an earlier run" stale
check "no such model" refuses 1 "none.fairu" "$work/events.csv" $small --model "$work/none.fairu"
model() { # FILE NAME-OF-AN-INPUT OUTPUTS WEIGHTS BIAS OPTION...
  echo '{"inputs": [{"name": "PRI_met", "offset": 0, "scale": 1}, {"name": "'"$2"'", "offset": 0, "scale": 1}], "layers": [{"architecture": "dense", "weights": ['"$4"'], "bias": ['"$5"'], "activation": "sigmoid"}], "outputs": ['"$3"']}' >"$work/model.json"
  "$FAIRU" convert "$work/model.json" "$work/$1" "${@:6}"
}
model two.fairu PRI_had_pt '"p", "q"' '1, 0, 0, 1' '0, 0' && model aware.fairu z '"y"' '1, 1' 0 --nuisance z && model other.fairu PRI_pt '"y"' '1, 1' 0
check "a model of two outputs" refuses 1 "two.fairu: the network has 2 outputs; wanted one, a score" "$work/events.csv" $small --model "$work/two.fairu"
check "a model that wants a nuisance" refuses 1 "aware.fairu: the network wants the nuisance parameter 'z'" "$work/events.csv" $small --model "$work/aware.fairu"
check "a model of other features" refuses 1 "other.fairu: feature 'PRI_pt' is none of the challenge's 28" "$work/events.csv" $small --model "$work/other.fairu"
for parts in 34.5,30,10,25.5 98,1,1,0 -1,50,41,10; do check "parts $parts" refuses 2 "--parts wants whole percentages of 1 or more" "$work/events.csv" --parts=$parts; done
for mu in '' x 1, ,1 '1;2' 1,nan inf "$(seq -s, 1 1001 | sed 's/[0-9]*/1/g')"; do check "mu ${mu:0:9}" refuses 2 "--mu wants numbers separated by commas, at most 1000" "$work/events.csv" --mu="$mu"; done
check "a seed that the organisers' generator does not take" refuses 2 "--rng numpy wants a seed below 2^32" "$work/events.csv" $small --rng numpy --seed 4294967284
seeds() { exits 0 challenge "$work/events.csv" $small --rng numpy --estimator counting --seed 4294967283 --out "$work/numpy"; } # 2 sets of 3, and 6 behind them
check "the last one that it does" seeds
check "parts that are not 100" refuses 2 "make 100" "$work/events.csv" --parts 35,30,10,20
check "three parts" refuses 2 "four numbers" "$work/events.csv" --parts 35,30,35
check "mu out of range" refuses 2 "0.1 to 3" "$work/events.csv" --mu 0.5,4
check "sets and mu disagree" refuses 2 "disagree" "$work/events.csv" --sets 3 --mu 0.5
check "no such estimator" refuses 2 "--estimator is 'best'" "$work/events.csv" --estimator best
check "no data" exits 2 challenge
echo '{"ground_truth_mus": [1, 2, 3]}' >"$work/one/test_settings.json"
layout() { exits 1 score "$work/one" && err_has "result_2.json" && out_empty; }
check "score: a set is missing" layout
mkdir "$work/layout"
wrong_layout() { # TEXT TEST_SETTINGS RESULT_0
  echo "$2" >"$work/layout/test_settings.json" && echo "$3" >"$work/layout/result_0.json"
  exits 1 score "$work/layout" && err_has "$work/layout$1" && out_empty
}
check "score: no sets" wrong_layout ": no intervals" '{"ground_truth_mus": []}' '{}'
check "score: no intervals" wrong_layout '/result_0.json: "mu_hats"' '{"ground_truth_mus": [1]}' '[1]'
check "score: not a number" wrong_layout '/result_0.json: "p84"[1] is not a number' '{"ground_truth_mus": [1]}' \
  '{"p16": [1, 2], "p84": [2, "a"], "mu_hats": [1, 2], "delta_mu_hats": [1, 2]}'
check "score: cut" wrong_layout '/result_0.json:' '{"ground_truth_mus": [1]}' '{"p16": [1, 2'
finish
