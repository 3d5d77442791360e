#!/bin/bash
# Every row of the reference table of closed-form intervals, through the library's templates and fits: best fit, crossings
# and half-width within 1e-4; a z_hat may be the mirror image pi/2 - z. Then what finer binnings must reach.
set -u
cd "$(dirname "$0")/../.." || exit 1
FAIRU=${FAIRU:-build/fairu}
table=${FAIRU_DATA:-../shared/data}/toy-rotation/intervals.csv
work=${FAIRU_TEST_TMP:-$(mktemp -d)}
passed=0 failed=0

# JSON of the program as lines "method z_mode mu_hat z_hat mu_lo_1s mu_hi_1s half_width_1s mu_lo_2s mu_hi_2s".
flat() {
  awk -F'[:,]' '/":/ { key = $1; gsub(/[ "{]/, "", key); value = $2; gsub(/[ "]/, "", value); v[key] = value }
    /mu_hi_2s/ { print v["method"], v["z_mode"], v["mu_hat"], v["z_hat"], v["mu_lo_1s"], v["mu_hi_1s"],
                 v["half_width_1s"], v["mu_lo_2s"], v["mu_hi_2s"] }'
}

compare() { # z_true mu_true constraint lgamma slope
  "$FAIRU" study toy-rotation --closed-form --z-true "$1" --mu-true "$2" --bins 10 --binning uniform \
    --constraint "$3" --lgamma "$4" --slope "$5" >"$work/case.json" || return 1
  flat <"$work/case.json" >"$work/case"
  awk -v z="$1" -v mu="$2" -v con="$3" -v lg="$4" -v slope="$5" '
    function far(a, b) { return a == "" || a == "null" || (a - b) * (a - b) > 1e-8 }
    FNR == NR { for (i = 3; i <= 9; i++) got[$1, $2, i] = $i; next }
    { split($0, r, ",") }
    r[3] != z || r[4] != mu || r[5] != con || r[6] != lg { next }
    r[1] != "u10_" slope && !(r[1] == "u10" && slope == "opt") { next }
    { bad = 0
      for (i = 3; i <= 9; i++)
        if (far(got[r[2], r[7], i], r[i + 5]) && !(i == 4 && !far(1.5707963268 - got[r[2], r[7], i], r[9]))) bad = i
      if (bad) { print "row " $0 ": field " bad " is " got[r[2], r[7], bad]; failed++ } else passed++ }
    END { print passed + 0, failed + 0 >"/dev/stderr" }' "$work/case" "$table" 2>"$work/count"
  read -r p f <"$work/count"
  passed=$((passed + p)) failed=$((failed + f))
}

if [ -r "$table" ]; then
  for z in 0.7853981634 1.5707963268; do
    for mu in 1.0 2.0; do
      for slope in opt pub; do
        for variant in "prior g1" "aux g1" "prior g0" "prior sat"; do
          # shellcheck disable=SC2086
          compare $z $mu $variant $slope || { echo "no result: $z $mu $variant $slope"; failed=$((failed + 1)); }
        done
      done
    done
  done
  [ $((passed + failed)) = 224 ] || { echo "compared $((passed + failed)) rows, not 224"; failed=$((failed + 1)); }
  skipped=0
else
  echo "skipped: no ../shared/data"
  skipped=1
fi

width() { # bins binning: sigma_mu at fixed z of the aware classifier
  "$FAIRU" study toy-rotation --closed-form --z-true 1.5707963267948966 --bins "$1" --binning "$2" --method aware |
    flat | awk '$2 == "fixed" { print $7 }'
}
within() { # value low high what
  if awk -v x="$1" -v a="$2" -v b="$3" 'BEGIN { exit !(x != "" && x >= a && x <= b) }'; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$4: $1 is not in [$2, $3]"
  fi
}
# A profile width may lie a little below the floor, which is that of a parabola.
within "$(width 10 t)" 0.0675 0.0690 "10 t bins"
within "$(width 20 t)" 0.0670 0.0680 "20 t bins"
within "$(width 10 quantile)" 0.0675 0.0800 "10 quantile bins"
within "$(width 10 uniform)" 0.0866 0.0868 "10 uniform bins"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
