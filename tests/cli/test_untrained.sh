#!/bin/bash
# The study of untrained nuisances: the same bytes whatever the threads, and what its report says must be so.
. "$(dirname "$0")/shell.sh"
study() { "$FAIRU" study untrained "$@" >"$work/out" 2>"$work/err"; }

check "quick study, 2 threads" study --quick --threads 2 --out "$work/two"
# under a sanitizer one run is enough
if [ $slow = 0 ]; then
  check "quick study, 1 thread" study --quick --threads 1 --out "$work/one"
  check "same bytes with 1 and 2 threads" diff -r "$work/one" "$work/two"
fi
check "its numbers, once more" python3 tests/cli/study_numbers.py untrained "$work/two"
check "no file but the finished ones" test "$(find "$work/two" -type f | wc -l)" = 4
check "report has its figures" grep -q 'figure: split' "$work/two/report.html"
check "seed is told" grep -q '"seed": 1' "$work/two/results.json"

plane() { cells two/untrained.csv "$1" closed "$2" "$3"; }
net() { cells two/untrained.csv "$1" trained "$2" "$3"; }
split() { cells two/split.csv "$1" "$2" "$3" "$4"; }

# a nuisance that no network saw
for truth in nominal k+0.1s k+1s k+2s; do
  check "profiling covers at $truth" holds "$(plane aware_profiled $truth coverage_upper)" ">" 0.64
  check "its interval does not overcover at $truth" holds "$(plane aware_profiled $truth coverage_lower)" "<" 0.72
  check "it is no narrower than the floor at $truth" holds "$(plane aware_profiled $truth half_width_1s)" ">" "$(plane aware_profiled $truth floor)"
done
check "the network does so too" holds "$(net aware_profiled_net k+2s coverage_upper)" ">" 0.64
check "ignoring k does not cover at 1 sigma" holds "$(plane aware_ignored k+1s coverage_upper)" "<" 0.1
check "nor at 2" holds "$(plane aware_ignored k+2s coverage_upper)" "<" 0.05
check "nor with a network" holds "$(net aware_ignored_net k+2s coverage_upper)" "<" 0.05
check "it is biased by more than three widths" holds "$(plane aware_ignored k+1s mu_lo_1s)" ">" 1.16
check "knowing both is narrower than profiling" holds "$(plane aware_both k+2s half_width_1s)" "<" "$(plane aware_profiled k+2s half_width_1s)"
check "profiling costs less than 20 % of the width" holds "$(plane aware_profiled k+2s half_width_1s)" "<" "$(awk -v w="$(plane aware_both k+2s half_width_1s)" 'BEGIN { print 1.2 * w }')"
check "k is found" holds "$(plane aware_profiled k+2s k_hat)" ">" 1.39

# One scale or several. Counts have a closed form: with s, b events above the cut, their derivatives in k and the prior w of the scale,
# sigma^2 = (s + b) / s^2 + ((s' + b') w / s)^2 / scales.
closed() { # SCALES
  awk -v n="$1" 'BEGIN {
    pi = atan2(0, -1); s = 250; b = 50000 * 0.0021373670; w = 0.05
    d = 500 / 0.7 / sqrt(2 * pi) + 50000 / 0.7 * exp(-0.5 * (2 / 0.7) ^ 2) / sqrt(2 * pi)
    print sqrt((s + b) / s ^ 2 + (d * w / s) ^ 2 / n) }'
}
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { exit !(a != "" && (a / b - 1) ^ 2 < t ^ 2) }' || { echo "$1, wanted $2"; return 1; }; }
for n in 1 2 4 8; do
  check "width of $n scales" near "$(split count $n coherent half_width_1s)" "$(closed $n)" 0.01
done
check "one scale keeps its prior" near "$(split count 1 coherent sigma_scale)" 0.05 0.001
check "one scale covers a coherent truth" holds "$(split count 1 coherent coverage_upper)" ">" 0.66
check "eight scales cover an independent truth" holds "$(split count 8 independent coverage_upper)" ">" 0.66
check "eight scales do not cover a coherent truth" holds "$(split count 8 coherent coverage_upper)" "<" 0.55
# An estimate that spreads as one scale does, in the interval of n: erf(width of n / (sqrt(2) width of 1)); responses that are not
# linear and 250 toys leave 0.02 around the binomial interval.
spread_in() { # SCALES
  awk -v a="$(closed "$1")" -v b="$(closed 1)" 'BEGIN {
    x = a / b; n = 4000; for (i = 0; i < n; i++) { t = (i + 0.5) * x / n; sum += exp(-0.5 * t * t) }
    print 2 * sum * x / n / sqrt(2 * atan2(0, -1)) }'
}
for n in 2 4 8; do
  check "coverage of $n scales, coherent truth: not above what is expected" holds "$(split count $n coherent coverage_lower)" "<" "$(awk -v c="$(spread_in $n)" 'BEGIN { print c + 0.02 }')"
  check "coverage of $n scales, coherent truth: not below" holds "$(split count $n coherent coverage_upper)" ">" "$(awk -v c="$(spread_in $n)" 'BEGIN { print c - 0.02 }')"
done
check "and the goodness of fit says nothing" holds "$(split count 8 coherent alarm)" "<" 0.05
check "one scale overcovers an independent truth" holds "$(split count 1 independent coverage_lower)" ">" 0.8
check "a shared control region pins the scale" holds "$(split control 1 coherent sigma_scale)" "<" 0.005
check "it covers a coherent truth" holds "$(split control 1 coherent coverage_upper)" ">" 0.64
check "and no independent one" holds "$(split control 1 independent coverage_upper)" "<" 0.55
check "a scale of its own undoes the control region" near "$(split control 2 coherent half_width_1s)" "$(split count 1 coherent half_width_1s)" 1e-6
check "with ten bins mu does not care" near "$(split shape 8 coherent half_width_1s)" "$(split shape 1 coherent half_width_1s)" 0.01
check "and the data tell eight scales from one" holds "$(split shape 1 independent alarm)" ">" 0.9
check "no toy fails" test "$(awk -F, 'NR > 1 { n += $11 } END { print n }' "$work/two/split.csv")" = 0

check "help" study --help
check "a stray argument is wrong usage" exits 2 study untrained x
touch "$work/file"
check "a file where the folder should be fails" exits 1 study untrained --quick --out "$work/file/inside"
finish
