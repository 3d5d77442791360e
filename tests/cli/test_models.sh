#!/bin/bash
# fairu predict, convert and inspect on models: small files of our own with scores by hand, and the shared networks.
. "$(dirname "$0")/shell.sh"

cat >"$work/net.json" <<END
{"inputs": [{"name": "a", "offset": -1, "scale": 2, "default": 3}, {"name": "b", "offset": 0, "scale": 1}],
 "layers": [{"architecture": "dense", "weights": [1, 1, 1, -1], "bias": [0, 0.5], "activation": "rectified"},
  {"architecture": "dense", "weights": [1, -2], "bias": [0.25], "activation": "linear"}], "outputs": ["y"]}
END
sed 's/"linear"/"softmax"/; s/\[1, -2\]/[1, 0, 0, 1]/; s/\[0.25\]/[0, 0]/; s/\["y"\]/["p", "q"]/' "$work/net.json" >"$work/two.json"
printf 'b,c,a\n1,9,2\n-1,9,1\n0,9,0.5\n' >"$work/in.csv" # a by its scale: 2, 0, -1
printf '2,1\n1,-1\n0.5,0\n' >"$work/bare.csv"
right=$'score\n0.25\n-2.75\n0.25'
same() { [ "$(cat "$1")" = "$2" ]; } # FILE TEXT

by_name() { exits 0 predict "$work/net.json" "$work/in.csv" "$work/out.csv" && out_empty && same "$work/out.csv" "$right"; }
check "columns by name" by_name
by_position() { exits 0 predict "$work/net.json" "$work/bare.csv" "$work/out.csv" && same "$work/out.csv" "$right"; }
check "columns by position, without a header" by_position
packed() { gzip -kf "$work/in.csv" && exits 0 predict "$work/net.json" "$work/in.csv.gz" - && same "$work/out" "$right"; }
check "gzip in, standard output" packed
classes() { exits 0 predict "$work/two.json" "$work/in.csv" - && [ "$(head -n 1 "$work/out")" = "score_0,score_1" ] && exits 0 predict "$work/two.json" "$work/in.csv" - --output q --logit && same "$work/out" $'logit\n-1.5\n1.5\n0'; }
check "two classes, and one of them" classes
nuisance() {
  exits 0 predict "$work/net.json" "$work/in.csv" - --nuisance b=-1 && same "$work/out" $'score\n-5.75\n-2.75\n-0.75' &&
    exits 0 convert "$work/net.json" "$work/net.fairu" --nuisance b && exits 0 predict "$work/net.fairu" "$work/in.csv" - --nuisance b=-1 &&
    same "$work/out" $'score\n-5.75\n-2.75\n-0.75'
}
check "a nuisance parameter" nuisance
missing() { printf 'a,b\nnan,1\n-inf,1\ninf,1\n,1\n3,1\n' >"$work/nan.csv"; exits 0 predict "$work/net.json" "$work/nan.csv" - && [ "$(sort -u "$work/out" | wc -l)" = 2 ]; }
check "defaults of the model" missing
no_default() { printf 'a,b\n1,nan\n' >"$work/nan.csv"; exits 1 predict "$work/net.json" "$work/nan.csv" "$work/none.csv" && err_has '"b"' && [ ! -e "$work/none.csv" ]; }
check "no default: refused" no_default
around() {
  for way in net.fairu net.onnx again.json.gz net2.fairu; do
    exits 0 convert "${from:-$work/net.json}" "$work/$way" && exits 0 predict "$work/$way" "$work/in.csv" "$work/out.csv" && same "$work/out.csv" "$right" || return 1
    from=$work/$way
  done
  exits 0 convert "$work/net.fairu" "$work/graph.json" --format lwtnn-graph && grep -q '"nodes"' "$work/graph.json" &&
    exits 0 predict "$work/graph.json" "$work/in.csv" - && same "$work/out" "$right"
}
check "round trip through all formats" around
stdin() { "$FAIRU" convert - "$work/std.fairu" <"$work/net.json" && exits 0 predict "$work/std.fairu" "$work/in.csv" - && same "$work/out" "$right"; }
check "a model on standard input" stdin
inspected() { exits 0 inspect "$work/net.json" && out_has "2 features" && out_has "feature 'b'" && exits 0 inspect "$work/net.fairu" --json && out_has '"n_outputs"'; }
check "inspect" inspected

refuses() { # TEXT ARGUMENTS...
  wanted_text=$1
  shift
  exits 1 "$@" && err_has "$wanted_text" && out_empty
}
printf 'a,c\n1,2\n' >"$work/bad.csv"
check "a missing column, named" refuses 'no column "b"' predict "$work/net.json" "$work/bad.csv" "$work/o.csv"
printf '1\n2\n' >"$work/bad.csv"
check "too few columns" refuses "1 columns and no header, the model has 2 features" predict "$work/net.json" "$work/bad.csv" "$work/o.csv"
check "an unknown nuisance" refuses '"phi"' predict "$work/net.json" "$work/in.csv" "$work/o.csv" --nuisance phi=1
check "a nuisance without a number" refuses "is not a number" predict "$work/net.json" "$work/in.csv" "$work/o.csv" --nuisance b=x
check "a nuisance twice" refuses "given twice" predict "$work/net.json" "$work/in.csv" "$work/o.csv" --nuisance b=1 --nuisance b=2
"$FAIRU" convert "$work/net.json" "$work/net.fairu" --nuisance b
check "a nuisance without a value" refuses "--nuisance b=VALUE" predict "$work/net.fairu" "$work/in.csv" "$work/o.csv"
sed 's/"dense"/"lstm"/' "$work/net.json" >"$work/bad.json"
check "a recurrent layer" refuses "/layers/0: lstm, a recurrent layer" convert "$work/bad.json" "$work/o.fairu"
check "the same, inspected" refuses "a recurrent layer" inspect "$work/bad.json"
check "no model" refuses "in.csv" convert "$work/in.csv" "$work/o.fairu"
check "no file" refuses "nowhere.json" convert "$work/nowhere.json" "$work/o.fairu"
nothing_left() { [ ! -e "$work/o.csv" ] && [ ! -e "$work/o.fairu" ]; }
check "nothing left" nothing_left

nets=$data/networks
close() { # MODEL NAME KIND: scores as expected, to 2e-6
  exits 0 predict "$1" "$nets/$2.$3inputs.csv" "$work/out.csv" &&
    paste -d, "$work/out.csv" "$nets/$2.${3}expected.csv" | awk -F, 'NR > 1 { d = $1 - $2; n++; if (d > 2e-6 || d < -2e-6) exit bad = 1 } END { exit bad || n < 1 }'
}
shared() { # NAME FILE: scores, and again after three conversions
  close "$nets/$2" "$1" "" && exits 0 convert "$nets/$2" "$work/s.onnx" && exits 0 convert "$work/s.onnx" "$work/s.json" &&
    exits 0 convert "$work/s.json" "$work/s.fairu" && close "$work/s.fairu" "$1" ""
}
if [ -d "$nets" ]; then
  for n in param_toy higgs29; do
    for f in "$nets/$n".*.json "$nets/$n".*onnx; do check "${f##*/}" shared "$n" "${f##*/}"; done
    for f in "$nets/$n".*.json; do check "${f##*/}, special inputs" close "$f" "$n" special-; done
  done
else
  skip 1 "no ../shared/data"
fi
finish
