#!/bin/bash
# The comparison of methods: the same bytes whatever the threads, what its files hold, no width below the floor, wrong usage.
. "$(dirname "$0")/shell.sh"
study() { "$FAIRU" study compare "$@" >"$work/out" 2>"$work/err"; }
quick() { study --quick --seeds 2 "$@"; }
# under a sanitizer one problem is enough

methods=optimal,optimal-aware,baseline,augmented,aware
check "rotation, 2 threads" quick --problem rotation --methods $methods --threads 2 --out "$work/rotation"
check "the terminal has a table" grep -q "^aware " "$work/out"
for name in exact seeds methods timing; do
  check "$name.csv has rows" test "$(wc -l <"$work/rotation/$name.csv")" -gt 1
done
check "no file but the finished ones" test "$(find "$work/rotation" -type f | wc -l)" = 6
check "report.html has its figures" grep -q "figure: ranking" "$work/rotation/report.html"
for field in study problem settings exact floor methods trained covers rank width profiled fisher_fixed coverage dependence_signal; do
  check "results.json has $field" grep -q "\"$field\":" "$work/rotation/results.json"
done
check "its numbers, once more" python3 tests/cli/study_numbers.py compare "$work/rotation"
check "seed is told" grep -q '"seed": 1' "$work/rotation/results.json"
check "no times in results.json" test -z "$(grep -i second "$work/rotation/results.json")"
check "training takes time" holds "$(cells rotation/timing.csv baseline 0 training_seconds)" ">" 0

floors() { # FOLDER: medians of all methods and truths against the floor; widths of few events may lie below by what their templates fluctuate
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    $column["trained"] == 0 || $column["width"] == "nan" || $column["width"] < 0.95 * $column["floor"] || $column["coverage"] < 0.2 { bad = 1; print }
    END { exit bad || NR < 2 }' "$work/$1/methods.csv"
}
check "no width of rotation below the floor" floors rotation
check "aware turns with z: AUC" holds "$(cells rotation/seeds.csv optimal-aware 0 'z=π/2' auc)" ">" 0.97
check "a fixed axis does not" holds "$(cells rotation/seeds.csv optimal 0 'z=π/2' auc)" "<" 0.93
check "the aware network is better than the baseline where z is far" \
  holds "$(cells rotation/seeds.csv aware 0 'z=π/2' auc)" ">" "$(cells rotation/seeds.csv baseline 0 'z=π/2' auc)"
if [ $slow = 0 ]; then
  check "rotation, 1 thread" quick --problem rotation --methods $methods --threads 1 --out "$work/one"
  for name in exact.csv seeds.csv methods.csv results.json; do
    check "same bytes of $name with 1 and 2 threads" cmp "$work/rotation/$name" "$work/one/$name"
  done
  check "gamma-gauss" quick --problem gamma-gauss --methods optimal,baseline,augmented --out "$work/gamma" --threads 2
  check "no width of gamma-gauss below the floor" floors gamma
  check "bins of equal signal" quick --problem gamma-gauss --methods optimal,inferno,neos --binning quantile --out "$work/quantile" --threads 2
  check "no width below the floor in them" floors quantile
  . tests/cli/higgs_csv.sh
  make_csv "$work/events.csv" 3000
  check "higgs-tes" quick --problem higgs-tes --data "$work/events.csv" --methods baseline,aware --out "$work/higgs" --threads 2
  check "numbers of gamma-gauss, once more" python3 tests/cli/study_numbers.py compare "$work/gamma"
  check "numbers of quantile bins, once more" python3 tests/cli/study_numbers.py compare "$work/quantile"
  check "numbers of higgs-tes, once more" python3 tests/cli/study_numbers.py compare "$work/higgs"
  check "has no floor" test "$(cells higgs/methods.csv baseline tes=1 floor)" = nan
  check "but widths" holds "$(cells higgs/methods.csv baseline tes=1 width)" ">" 0
  check "--json prints the results" exits 0 study compare --quick --seeds 1 --toys 5 --problem pivot-toy --methods optimal --json --out "$work/json"
  check "what it prints is what it wrote" cmp "$work/out" "$work/json/results.json"
fi

check "help" exits 0 study compare --help
check "no problem is wrong usage" exits 2 study compare
check "it says so" err_has "--problem is required"
check "an unknown problem is wrong usage" exits 2 study compare --problem square
check "an unknown method is wrong usage" exits 2 study compare --problem rotation --methods baseline,magic
check "it is named" err_has "'magic'"
check "a method twice is wrong usage" exits 2 study compare --problem rotation --methods aware,aware
check "higgs-tes without a file is wrong usage" exits 2 study compare --problem higgs-tes
check "a file for another problem is wrong usage" exits 2 study compare --problem rotation --data x
check "higgs-tes has no optimal score" exits 2 study compare --problem higgs-tes --data x --methods optimal
check "a stray argument is wrong usage" exits 2 study compare --problem rotation x
touch "$work/file"
check "a file where the folder should be fails" exits 1 study compare --quick --problem rotation --out "$work/file/inside"
finish
