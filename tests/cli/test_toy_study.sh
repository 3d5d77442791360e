#!/bin/bash
# The toy study: the same bytes whatever the threads, all its files, coverage near the reference, wrong usage, failures.
. "$(dirname "$0")/shell.sh"
reference=${FAIRU_DATA:-../shared/data}/toy-rotation/coverage.csv
study() { "$FAIRU" study toy-rotation "$@" >"$work/out" 2>"$work/err"; }

check "quick study, 2 threads" study --quick --threads 2 --out "$work/two"
for name in decision templates nll_map profile intervals coverage training auc binnings; do
  check "$name.csv has rows" test "$(wc -l <"$work/two/$name.csv")" -gt 1
done
check "report.html" grep -q "figure: nll_map" "$work/two/report.html"
check "seed is told" grep -q '"seed": 1' "$work/two/results.json"
check "its numbers, once more" python3 tests/cli/study_numbers.py toy "$work/two"
check "no file but the finished ones" test "$(find "$work/two" -type f | wc -l)" = 11
# under a sanitizer one run is enough
if [ $slow = 0 ]; then
  check "quick study, 1 thread" study --quick --threads 1 --out "$work/one"
  check "same bytes with 1 and 2 threads" diff -r "$work/one" "$work/two"
fi

# Coverage of the closed forms within 0.02 of the reference, which has an error of 0.0085 of its own.
coverage() { # method z
  study --closed-form --method "$1" --z-true "$2" --coverage 2000 --threads 2 --pool 131072
  awk -F'[:,]' '/"coverage"/ { c = $2 } /"failed"/ { f = $2 } END { print c + 0, f + 0 }' "$work/out"
}
if [ $slow = 1 ]; then
  :
elif [ -r "$reference" ]; then
  for case in "baseline 0.7854 baseline/prior" "baseline 1.5708 baseline/prior" "aware 0.7854 aware/prior/g1" \
    "aware 1.5708 aware/prior/g1"; do
    read -r method z row <<<"$case"
    read -r got fails <<<"$(coverage "$method" "$z")"
    check "coverage of $method at $z: $got, $fails failed" awk -F, -v row="$row" -v z="$z" -v got="$got" -v fails="$fails" \
      '$1 == row && $2 == z { found = 1; bad = (got - $4) ^ 2 > 0.02 ^ 2 || fails > 4 } END { exit !found || bad }' "$reference"
  done
else
  skip 1 "no ../shared/data"
fi

# Toys of events without bins: as wide as the one fit says, centred, covered; the same on any threads; each seed has its own.
unbinned() { exits 0 study toy-rotation --closed-form --method unbinned --json "$@" && err_empty; }
field() { sed -n "s/^ *\"$1\": *\([^,]*\),*\$/\1/p" "$work/out" | head -n 1; }
unbinned_toys() {
  unbinned && width=$(field half_width_1s) && unbinned --coverage 100 --seed 3 && [ "$(field toys) $(field failed)" = "100 0" ] || return 1
  # 3.5 standard deviations of 100 toys
  awk -v width="$width" -v half="$(field mean_half_width)" -v std="$(field std_mu_hat)" -v mean="$(field mean_mu_hat)" -v low="$(field coverage_lower)" -v high="$(field coverage_upper)" \
    'BEGIN { exit !(half / width > 0.95 && half / width < 1.05 && std / width > 0.75 && std / width < 1.25 && (mean - 1) ^ 2 < (0.35 * std) ^ 2 && low < 0.6827 && high > 0.6827) }' || return 1
  unbinned --coverage 6 --seed 3 --threads 3 && cp "$work/out" "$work/toys.json" && unbinned --coverage 6 --seed 3 && cmp -s "$work/out" "$work/toys.json" &&
    mean=$(field mean_mu_hat) && unbinned --coverage 6 --seed 4 && [ "$(field mean_mu_hat)" != "$mean" ]
}
if [ $slow = 0 ]; then check "toys without bins" unbinned_toys; else skip 1 "toys without bins: slow under a sanitizer"; fi

check "help" study --help
check "unknown binning is wrong usage" exits 2 study toy-rotation --closed-form --binning square
check "an angle outside the templates is wrong usage" exits 2 study toy-rotation --closed-form --z-true 3
check "no auxiliary measurement without bins" exits 2 study toy-rotation --closed-form --method unbinned --constraint aux
check "text for a number is wrong usage" exits 2 study toy-rotation --closed-form --mu-true one
touch "$work/file"
check "a file where the folder should be fails" exits 1 study toy-rotation --quick --out "$work/file/inside"
finish
