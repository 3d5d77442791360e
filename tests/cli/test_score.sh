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
