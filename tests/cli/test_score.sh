#!/bin/bash
# fairu score: the numbers of the challenge's scorer, from a table.
. "$(dirname "$0")/shell.sh"

cat >"$work/scores.csv" <<END
set,mu_true,mu_hat,delta_mu_hat,p16,p84
0,1,1.0,0.4,0.8,1.2
0,1,1.0,0.4,0.9,1.1
1,1,1.1,0.4,1.0,1.3
1,1,0.7,0.4,0.5,1.0
END
value() { sed -n "s/^ *\"$1\": *\([^,]*\),*\$/\1/p" "$work/out" | head -n 1; }
near() { # KEY WANTED: to 1e-9
  awk -v got="$(value "$1")" -v wanted="$2" 'BEGIN { d = got - wanted; exit !(got != "" && d < 1e-9 && d > -1e-9) }'
}
scores() { exits 0 score "$work/scores.csv" --json && err_empty; }
check "score --json" scores
check "width, two ends exactly met" near interval 0.35
check "coverage" near coverage 1.0
check "score of the challenge" near quantile_score 1.046969056
check "Clopper-Pearson, lower end" near coverage_lower 0.397635364383525
check "Clopper-Pearson, upper end" near coverage_upper 1.0
check "rmse: mean over sets" near rmse 0.2020839999470467
check "mae: mean over sets" near mae 0.4
text() { exits 0 score "$work/scores.csv" --sets --bootstrap 10 && out_has "set 1" && out_has "10 replicas" && err_empty; }
check "text, sets and bootstrap" text
piped() { "$FAIRU" score - --json <"$work/scores.csv" >"$work/again" && exits 0 score "$work/scores.csv" --json && cmp -s "$work/again" "$work/out"; }
check "standard input" piped
gzip -c "$work/scores.csv" >"$work/scores.csv.gz"
packed() { exits 0 score "$work/scores.csv.gz" --json && cmp -s "$work/again" "$work/out"; }
check "gzip" packed

# the same intervals in the challenge's own files
mkdir "$work/layout"
echo '{"ground_truth_mus": [1, 1.0]}' >"$work/layout/test_settings.json"
echo '{"mu_hats": [1, 1], "delta_mu_hats": [0.4, 0.4], "p16": [0.8, 0.9], "p84": [1.2, 1.1]}' >"$work/layout/result_0.json"
echo '{"mu_hats": [1.1, 0.7], "delta_mu_hats": [0.4, 0.4], "p16": [1, 0.5], "p84": [1.3, 1]}' >"$work/layout/result_1.json"
layout() { exits 0 score "$work/layout" --json && cmp -s "$work/again" "$work/out"; }
check "a folder in the challenge's layout" layout
layout_refuses() { # TEXT CONTENT-OF-result_1.json
  echo "$2" >"$work/layout/result_1.json"
  exits 1 score "$work/layout" && err_has "$1" && out_empty
}
check "a column too short" layout_refuses 'result_1.json: "mu_hats" must be an array as long as "p16", 2' '{"mu_hats": [1], "delta_mu_hats": [1, 1], "p16": [1, 1], "p84": [1, 1]}'
check "a cell that is no number" layout_refuses 'result_1.json: "p84"[0] is not a number' '{"mu_hats": [1], "delta_mu_hats": [1], "p16": [1], "p84": ["x"]}'
check "no JSON" layout_refuses 'layout/result_1.json:1:' '{"mu_hats": [NaN]}'
rm "$work/layout/test_settings.json"
no_truth() { exits 1 score "$work/layout" && err_has "test_settings.json" && out_empty; }
check "no true values" no_truth

echo "mu_true,p16,p84" >"$work/empty.csv"
none() { exits 1 score "$work/empty.csv" && err_has "no rows" && out_empty; }
check "no rows" none
printf 'mu_true,p16,p84\n1,x,2\n' >"$work/bad.csv"
bad() { exits 1 score "$work/bad.csv" --json && err_has "bad.csv:2: column p16" && out_has FAIRU_ERR_FORMAT; }
check "a cell that is no number" bad
printf 'mu_true,p16,p84\n1,nan,2\n' >"$work/nan.csv"
nan() { exits 0 score "$work/nan.csv" --json && out_has '"quantile_score": null' && near coverage 0; }
check "NaN: not covered, no score" nan
check "no file" exits 2 score
finish
