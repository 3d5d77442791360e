#!/bin/bash
# fairu fill and merge: parts and the whole, what a fit makes of them, data under each hypothesis, faults.
. "$(dirname "$0")/shell.sh"

# Two Gaussian-like clouds on a lattice; z turns x and y; a network that takes z in the first layer.
awk 'BEGIN { print "x,y,label,w"; for (i = 0; i < 3000; i++) { s = i % 3 == 0; u = (i * 7919 % 3000 + 0.5) / 3000; v = (i * 104729 % 3000 + 0.5) / 3000;
  r = sqrt(-2 * log(u)); printf "%.6f,%.6f,%d,%s\n", r * cos(6.28318530718 * v) + (s ? 1 : -1), r * sin(6.28318530718 * v), s, s ? 0.125 : 0.5 } }' >"$work/events.csv"
awk -F, -v OFS=, 'NR == 1 { print $1, $2; next } $3 == 0 || NR % 8 == 0 { print $1, $2 }' "$work/events.csv" >"$work/data.csv"
cat >"$work/net.json" <<END
{"inputs": [{"name": "x", "offset": 0, "scale": 1}, {"name": "y", "offset": 0, "scale": 1}],
 "layers": [{"architecture": "dense", "weights": [2, 0], "bias": [0.1], "activation": "sigmoid"}], "outputs": ["s"]}
END
cat >"$work/aware.json" <<END
{"inputs": [{"name": "x", "offset": 0, "scale": 1}, {"name": "y", "offset": 0, "scale": 1}, {"name": "z", "offset": 0, "scale": 1}],
 "layers": [{"architecture": "dense", "weights": [2, 0.25, 0.5], "bias": [0.1], "activation": "sigmoid"}], "outputs": ["s"]}
END
sed 's/"weights": \[2, 0\], "bias": \[0.1\], "activation": "sigmoid"/"weights": [2, 0, -2, 0, 0, 1], "bias": [0, 0, 0], "activation": "softmax"/; s/\["s"\]/["a", "b", "c"]/' "$work/net.json" >"$work/three.json"
cat >"$work/turn.json" <<END
{"nuisances": [{"name": "z", "nominal": 0, "width": 0.2, "lower": -1, "upper": 1}],
 "steps": [{"step": "rotation", "nuisance": "z", "x": "x", "y": "y"}]}
END
cat >"$work/smear.json" <<END
{"nuisances": [{"name": "z", "nominal": 0.4, "width": 0.1, "lower": 0, "upper": 1}], "steps": [{"step": "smearing", "nuisance": "z", "columns": ["x"]}]}
END

fill() { exits 0 fill "$work/events.csv" --weight w "$@"; }
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/out" "$1"; }

sums() { # of the weights of each process, whatever the bins
  fill --model "$work/net.json" --systematics "$work/turn.json" --out "$work/whole" --json &&
    [ "$(json '[(p["name"], p["yield"]) for p in d["processes"]], d["bins"], d["points"]')" = "([('signal', 125.0), ('background', 1000.0)], 10, 5)" ]
}
check "sums of weights, five knots" sums
parts() { # SYSTEMATICS
  fill --model "$work/net.json" --systematics "$1" --out "$work/whole" || return 1
  for k in 1 2 3; do fill --model "$work/net.json" --systematics "$1" --part $k/3 --out "$work/part$k" --threads $k || return 1; done
  exits 0 merge "$work/merged" "$work/part2" "$work/part3" "$work/part1" && cmp -s "$work/whole" "$work/merged" && ! cmp -s "$work/whole" "$work/part1"
}
check "parts merge to the bytes of the whole" parts "$work/turn.json"
check "also where rows are smeared at random" parts "$work/smear.json"

fits() {
  fill --model "$work/net.json" --systematics "$work/turn.json" --binning logit:6,-4,4 --out "$work/whole" || return 1
  exits 0 fit "$work/whole" --systematics "$work/turn.json" --json && [ "$(json '[p["name"] for p in d["parameters"]]')" = "['mu', 'z']" ] &&
    [ "$(json 'abs(d["parameters"][0]["value"] - 1) < 1e-6 and abs(d["parameters"][1]["value"]) < 1e-6')" = True ] &&
    [ "$(json 'd["parameters"][1]["error"] < 0.2')" = True ] && cp "$work/out" "$work/by_config" &&
    exits 0 fit "$work/whole" --prior z=0:0.2 --json && cmp -s "$work/out" "$work/by_config"
}
check "a fit of the file, priors from the systematics" fits
serves() { exits 0 limit "$work/whole" --systematics "$work/turn.json" --json && exits 0 nll "$work/whole" --gradient --json && exits 0 impacts "$work/whole" --prior z=0:0.2; }
check "serves wherever a workspace does" serves
counts() {
  exits 0 fill "$work/data.csv" --observed --model "$work/net.json" --binning logit:6,-4,4 --out "$work/seen" --json || return 1
  [ "$(json 'd["processes"]')" = "[{'name': 'observed', 'yield': $(($(wc -l <"$work/data.csv") - 1)).0}]" ] &&
    exits 0 fit "$work/whole" --observed "$work/seen" --systematics "$work/turn.json" --json
}
check "observed counts" counts
moving() {
  fill --model "$work/aware.json" --nuisance z --systematics "$work/turn.json" --binning logit:4,-3,3 --out "$work/aware.fill" &&
    exits 0 fill "$work/data.csv" --observed --model "$work/aware.json" --nuisance z --systematics "$work/turn.json" --binning logit:4,-3,3 --out "$work/seen" &&
    exits 0 fit "$work/aware.fill" --observed "$work/seen" --systematics "$work/turn.json" --json && [ "$(json '0 < d["parameters"][0]["error"] < 1')" = True ]
}
check "data of an aware network move with Z" moving
fixed() { # scored at z = 0 throughout: the network without z
  fill --model "$work/aware.json" --nuisance z --systematics "$work/turn.json" --score-at z=0 --out "$work/at0" --json && cp "$work/out" "$work/kept" &&
    fill --model "$work/aware.json" --nuisance z --systematics "$work/turn.json" --out "$work/moving" && ! cmp -s "$work/at0" "$work/moving"
}
check "scored at a Z of its own" fixed
classes() { fill --model "$work/three.json" --binning classes --out "$work/classes" --json && [ "$(json 'd["bins"], d["points"]')" = "(3, 1)" ]; }
check "bins by class" classes
named() {
  sed 's/,0,0.5$/,b,0.5/; s/,1,0.125$/,s,0.125/' "$work/events.csv" >"$work/named.csv"
  exits 0 fill "$work/named.csv" --weight w --model "$work/net.json" --process sig=s --process bkg=b,other --out "$work/named.fill" --json &&
    [ "$(json '[p["yield"] for p in d["processes"]]')" = "[125.0, 1000.0]" ] &&
    exits 1 fill "$work/named.csv" --model "$work/net.json" --process sig=s --out "$work/none" && err_has "label 'b' is of no process" && [ ! -e "$work/none" ] &&
    exits 0 fill "$work/named.csv" --weight w --model "$work/net.json" --process sig=s --drop-others --out "$work/none" --json && [ "$(json 'd["processes"][0]["yield"]')" = 125.0 ]
}
check "labels with names" named
knots() {
  fill --model "$work/net.json" --systematics "$work/turn.json" --knots z=-0.5,-0.2,0,0.2,0.5,0.9 --out "$work/six" --json && [ "$(json 'd["points"]')" = 6 ] &&
    fill --model "$work/aware.json" --nuisance z --knots z=-1,0,1,2 --out "$work/four" --json && [ "$(json 'd["points"]')" = 4 ]
}
check "knots of one's own" knots
bad() { # TEXT ARGUMENTS...
  local text=$1
  shift
  exits 1 fill "$work/events.csv" --weight w --out "$work/bad" "$@" && err_has "$text" && [ ! -e "$work/bad" ]
}
check "a nuisance of the model alone" bad "--knots z=VALUE" --model "$work/aware.json" --nuisance z
for part in 4/3 0/3 -1/3 1/-1 1/3x 1/ /3 3 1/99999999999999999999 ' 1/3'; do
  check "a wrong part: $part" bad "--part wants K/N with K from 1 to N, got '$part'" --model "$work/net.json" --part "$part"
done
check "wrong bins" bad "--binning" --model "$work/net.json" --binning uniform:x
check "unknown knots" bad "no" --model "$work/net.json" --knots q=1,2,3,4
check "three outputs in one score" bad "3 outputs" --model "$work/three.json"
check "a missing label column" bad "species" --model "$work/net.json" --label species
nowhere() { exits 1 fill "$work/no such file" --model "$work/net.json" --out "$work/no/where" && err_has "cannot create"; }
check "where nothing can be written, no event is read" nowhere
different() { fill --model "$work/net.json" --out "$work/flat" && exits 1 merge "$work/bad" "$work/flat" "$work/part1" && err_has "part1" && [ ! -e "$work/bad" ]; }
check "parts that do not fit" different
needs() { exits 2 fill "$work/events.csv" && exits 2 merge "$work/only"; }
check "usage" needs
standard() {
  "$FAIRU" fill - --weight w --model "$work/net.json" --systematics "$work/turn.json" --out "$work/piped" <"$work/events.csv" >"$work/out" 2>"$work/err" &&
    fill --model "$work/net.json" --systematics "$work/turn.json" --out "$work/whole" && cmp -s "$work/piped" "$work/whole"
}
check "standard input" standard
finish
