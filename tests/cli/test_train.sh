#!/bin/bash
# fairu train: what each method writes, same seed same bytes, formats of input and output, the file of systematics, bad input.
. "$(dirname "$0")/shell.sh"

# Two Gaussian blobs on opposite sides, made by a fixed sequence; labels as names, weights, ids.
make_rotation() { # FILE N
  awk -v n="$2" 'function u() { s = (s * 16807) % 2147483647; return s / 2147483647 }
    function g() { return sqrt(-2 * log(u())) * cos(6.283185307179586 * u()) }
    BEGIN { s = 4711; print "id,x,y,kind,label,w"
      for (i = 0; i < n; i++) { c = i % 2; d = (c ? 1 : -1) * 0.70710678
        printf "%d,%.6f,%.6f,%s,%d,%g\n", i, d + 0.7 * g(), d + 0.7 * g(), c ? "sig" : "bkg", c, c ? 1.5 : 0.5 } }' >"$1"
}
make_rotation "$work/rot.csv" 3000
cat >"$work/rot.json" <<'CONFIG'
{ "nuisances": [ { "name": "z", "nominal": 0.78539816, "width": 0.5 },
                 { "name": "b", "prior": "log-normal", "nominal": 1, "width": 0.1, "lower": 0.1 } ],
  "steps": [ { "step": "rotation", "nuisance": "z", "x": "x", "y": "y" },
             { "step": "weight_scale", "nuisance": "b", "labels": ["bkg"] } ] }
CONFIG
base=(--label kind --weight w --id id --features x,y --hidden 8 --epochs 2 --batch 256)
train() { exits 0 train "$work/rot.csv" "${base[@]}" --systematics "$work/rot.json" --out "$work/model" "$@"; }

methods="baseline augmented aware pivot gradient-reversal tangent inferno neos significance"
all_train() { train --nuisance z "$@"; }
for method in $methods; do
  trains() { rm -f "$work/model" && all_train --method "$method" && out_has "$method: 3000 events" && err_empty && [ -s "$work/model" ]; }
  check "$method" trains
  same_bytes() { cp "$work/model" "$work/first" && all_train --method "$method" --threads 2 && cmp -s "$work/first" "$work/model"; }
  check "$method: same seed, same bytes, on two threads too" same_bytes
  other_seed() { all_train --method "$method" --seed 2 && ! cmp -s "$work/first" "$work/model"; }
  check "$method: another seed, another network" other_seed
done
differs() { all_train "$@" && ! cmp -s "$work/first" "$work/model"; }
each_option_counts() { # METHOD OPTION...: every one of them changes the network
  local method=$1 option
  shift
  all_train --method "$method" && cp "$work/model" "$work/first" || return 1
  for option in "$@"; do # shellcheck disable=SC2086 # an option and its value
    differs --method "$method" $option || { echo "no effect: $option"; return 1; }
  done
}
check "options of training" each_option_counts baseline "--hidden 9" "--hidden none" "--activation tanh" "--hidden 8,8 --activation tanh,relu" "--members 2" "--epochs 3" "--batch 300" "--rate 0.01" \
  "--optimiser sgd" "--schedule cosine" "--dropout 0.3" "--batch-norm" "--l2 0.1 --hidden 8,8" "--validation 0.2" "--no-standardise" "--no-balance"
check "options of rivals" each_option_counts pivot "--lambda 3" "--density gaussian" "--density squared" "--adversary-hidden 5" "--adversary-steps 2" "--only-label 0" "--copies 1" "--spread 2"
check "options of summaries" each_option_counts inferno "--bins 4" "--temperature 0.5" "--quantity sigma" "--signal-yield 10" "--background-yield 9" \
  "--background-uncertainty 0.3" "--step 0.5" "--steps 0.2" "--tangents" "--free" "--with-z"
check "options of neos" each_option_counts neos "--bandwidth 0.3" "--quantity sigma" "--quantity p0" "--quantity determinant"
# Interrupted once the checkpoint is there, and gone on: the bytes of a training without a break. (SIGINT is ignored in the background of a script.)
broken() {
  local long=(train "$work/rot.csv" "${base[@]}" --systematics "$work/rot.json" --method aware --epochs 150 --out "$work/model")
  "$FAIRU" "${long[@]}" >"$work/out" && mv "$work/model" "$work/first" || return 1
  "$FAIRU" "${long[@]}" --checkpoint "$work/state" >"$work/out" 2>"$work/err" &
  local pid=$!
  while [ ! -e "$work/state" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  kill -TERM "$pid"
  wait "$pid"
  case $? in
    143) [ ! -e "$work/model" ] && [ -z "$(find "$work" -name '*.tmp-*')" ] || return 1 ;;
    0) ;; # it was faster than the signal
    *) return 1 ;;
  esac
  exits 0 "${long[@]}" --checkpoint "$work/state" --resume && cmp -s "$work/first" "$work/model" || return 1
  exits 1 "${long[@]}" --checkpoint "$work/state" --resume --batch 100 && err_has "$work/state"
}
check "a training goes on from its checkpoint, and not with other options" broken
nowhere() { # a training that would take days is not begun
  for place in "$work/no/model" "$work" "$work/" /dev/full ""; do
    for option in --out --checkpoint; do
      exits 1 train "$work/rot.csv" "${base[@]}" --method baseline --epochs 100000000 --out "$work/model" "$option" "$place" && out_empty || return 1
    done
  done
}
check "where nothing can be written, no training is begun" nowhere
in_bins() { all_train --method inferno --bins 4 --out "$work/model.onnx" && exits 0 predict "$work/model.onnx" "$work/rot.csv" "$work/scores.csv" &&
  [ "$(awk -F, 'NR == 2 { print NF }' "$work/scores.csv")" = 4 ]; }
check "a summary of four bins, as ONNX" in_bins
rival_told() { all_train --method pivot --lambda 2 --density gaussian --json && out_has '"lambda": 2.0' && out_has '"adversary_loss"' && out_has '"blind_loss"'; }
check "losses of the adversary in JSON" rival_told

rows() { wc -l <"$1"; }
predicts() { train --method aware --nuisance z && exits 0 predict "$work/model" "$work/rot.csv" "$work/scores.csv" --nuisance z=0.5 && [ "$(rows "$work/scores.csv")" = 3001 ]; }
check "the model of a chosen nuisance predicts" predicts
separates() { # mean score of signal is far above that of background
  paste -d, "$work/scores.csv" "$work/rot.csv" | awk -F, 'NR > 1 { sum[$6] += $1; n[$6]++ } END { exit !(sum[1] / n[1] > sum[0] / n[0] + 0.5) }'
}
check "scores separate the classes" separates
told() { train --method aware --json && out_has '"name": "z"' && out_has '"name": "b"' && out_has '"training_loss"' && out_has '"curve"'; }
check "all nuisances by default, in JSON" told
onnx() { exits 0 train "$work/rot.csv" "${base[@]}" --method baseline --out "$work/model.onnx" && exits 0 predict "$work/model.onnx" "$work/rot.csv" "$work/scores.csv" && [ "$(rows "$work/scores.csv")" = 3001 ]; }
check "an ONNX file, without systematics" onnx
standard_input() { train --method baseline && cp "$work/model" "$work/first" && gzip -c "$work/rot.csv" | "$FAIRU" train - "${base[@]}" --systematics "$work/rot.json" --method baseline --out "$work/model" >"$work/out" && cmp -s "$work/first" "$work/model"; }
check "standard input, compressed" standard_input
signal() { train --method baseline --signal sig && cmp -s "$work/first" "$work/model" && train --method baseline --signal bkg && ! cmp -s "$work/first" "$work/model"; }
check "--signal names class 1" signal

# The table itself at many Z: a column z, events turned by it.
awk -F, -v OFS=, 'NR == 1 { print $0, "z"; next } { a = (NR % 5) * 0.3 - 0.6; print $1, cos(a) * $2 - sin(a) * $3, sin(a) * $2 + cos(a) * $3, $4, $5, $6, 0.785398 + a }' \
  "$work/rot.csv" >"$work/many.csv"
table_of_z() { exits 0 train "$work/many.csv" "${base[@]}" --method aware --nuisance z --out "$work/model" --json && out_has '"lower": 0.185' && out_has '"upper": 1.385'; }
check "a table at many Z" table_of_z
points() { train --method aware --nuisance z --points 0.2,0.8,1.4 --json && out_has '"lower": 0.2' && out_has '"upper": 1.39'; }
check "points on the command line" points
printf 'z,b\n0.1,0.9\n1.2,1.1\n' >"$work/points.csv"
points_file() { train --method aware --points "$work/points.csv" --json && out_has '"upper": 1.2' && out_has '"lower": 0.89' && out_has '"upper": 1.1'; }
check "points of several nuisances from a file" points_file

python=$(python_with numpy)
if [ -n "$python" ]; then
  "$python" -c 'import numpy, sys
rows = numpy.genfromtxt(sys.argv[1] + "/rot.csv", delimiter=",", names=True, dtype=None, encoding="ascii")
m = numpy.stack([rows[c] for c in ("x", "y", "label", "w")], axis=1).astype("f4")
numpy.save(sys.argv[1] + "/rot.npy", m)
numpy.savez(sys.argv[1] + "/rot.npz", features=m[:, :2], kind=rows["label"], w=rows["w"])' "$work"
  numeric=(--weight w --features x,y --hidden 8 --epochs 2 --batch 256 --method baseline --out "$work/model")
  npy() { exits 0 train "$work/rot.csv" --label label "${numeric[@]}" && cp "$work/model" "$work/first" && exits 0 train "$work/rot.npy" --label label --columns x,y,label,w "${numeric[@]}" && cmp -s "$work/first" "$work/model"; }
  check "a .npy file" npy
  npz() { exits 0 train "$work/rot.npz" --label kind --columns x,y "${numeric[@]}" && cmp -s "$work/first" "$work/model"; }
  check "a .npz file" npz
else
  skip 2 "no NumPy"
fi

# ---- refused -----------------------------------------------------------------------------------------------
refused() { # STATUS TEXT ARGUMENT...
  wanted=$1 text=$2
  shift 2
  rm -f "$work/model"
  exits "$wanted" train "$@" && err_has "$text" && out_empty && [ ! -e "$work/model" ]
}
all=("$work/rot.csv" "${base[@]}" --out "$work/model")
check "no method" refused 2 "--method is required" "${all[@]}"
check "unknown method" refused 2 "--method is 'magic'" "${all[@]}" --method magic
check "no features" refused 2 "--features A,B,... is required" "$work/rot.csv" --label kind --method baseline --out "$work/model"
check "no label" refused 2 "--label COL is required" "$work/rot.csv" --features x,y --method baseline --out "$work/model"
check "no output" refused 2 "--out MODEL is required" "$work/rot.csv" --features x,y --label kind --method baseline
check "an empty name" refused 1 "part 2 of 'x,,y' is empty" "${all[@]}" --method baseline --features x,,y
check "an unknown feature" refused 1 "xx" "${all[@]}" --method baseline --features xx,y
check "an unknown label column" refused 1 "colour" "${all[@]}" --method baseline --label colour
check "an unknown signal" refused 1 'no label is named "top"' "${all[@]}" --method baseline --signal top
check "no width" refused 1 "'8x' is no width" "${all[@]}" --method baseline --hidden 8x
check "activations for other layers" refused 1 "--activation: 2 for 1 hidden layers" "${all[@]}" --method baseline --activation tanh,relu
check "no activation" refused 1 "--activation is 'swish'" "${all[@]}" --method baseline --activation swish
check "aware without nuisances" refused 1 "needs nuisances" "${all[@]}" --method aware
check "an unknown nuisance" refused 1 'no nuisance "q"' "${all[@]}" --method aware --systematics "$work/rot.json" --nuisance q
check "an adversary of several nuisances" refused 1 "the adversary learns one" "${all[@]}" --method pivot --systematics "$work/rot.json"
check "tangents of weights" refused 1 "b" "${all[@]}" --method tangent --systematics "$work/rot.json"
check "inferno on columns" refused 1 "inferno needs systematics" "${all[@]}" --method inferno --nuisance label
check "steps for other nuisances" refused 1 "--steps: 2 values for 1 nuisances" "${all[@]}" --method inferno --systematics "$work/rot.json" --nuisance z --steps 1,2
check "points without systematics" refused 1 "--points wants --systematics" "${all[@]}" --method aware --points 1,2
check "values for several nuisances" refused 1 "for several, a CSV file" "${all[@]}" --method aware --systematics "$work/rot.json" --points 1,2
check "a file that is not there" refused 1 "cannot open" "$work/none.csv" "${base[@]}" --method baseline --out "$work/model"
check "patience without validation" refused 1 "patience 3 needs a validation_fraction" "${all[@]}" --method baseline --patience 3
check "a folder that is not there" refused 1 "none/model" "${all[@]}" --method baseline --out "$work/none/model"

config() { # TEXT JSON
  printf '%s' "$2" >"$work/bad.json"
  refused 1 "$1" "${all[@]}" --method aware --systematics "$work/bad.json"
}
z='{"name": "z", "nominal": 0}'
check "CONFIG: not there" refused 1 "cannot open $work/none.json" "${all[@]}" --method aware --systematics "$work/none.json"
check "CONFIG: no JSON" config "bad.json:1: " '{'
check "CONFIG: no object" config "must be an object with" '[]'
check "CONFIG: a field too many" config 'unknown field "nuisance"' '{"nuisance": []}'
check "CONFIG: a field twice" config "duplicate" '{"steps": [], "steps": []}'
check "CONFIG: no nuisances" config '"nuisances" must be a list' '{"steps": []}'
check "CONFIG: no steps" config '"steps" must be a list' "{\"nuisances\": [$z]}"
check "CONFIG: a nuisance without a name" config 'nuisances[0]: lacks "name"' '{"nuisances": [{}], "steps": []}'
check "CONFIG: a nuisance twice" config "z" "{\"nuisances\": [$z, $z], \"steps\": []}"
check "CONFIG: an unknown prior" config '"prior" must be one of gaussian|log-normal' '{"nuisances": [{"name": "z", "nominal": 0, "prior": "flat"}], "steps": []}'
check "CONFIG: half a table" config "table_z has 1 numbers, table_density 0" '{"nuisances": [{"name": "z", "nominal": 0, "table_z": [1]}], "steps": []}'
check "CONFIG: an unknown step" config 'steps[0]: unknown step "turn"; there are rotation, scale' "{\"nuisances\": [$z], \"steps\": [{\"step\": \"turn\"}]}"
check "CONFIG: a step without a kind" config 'with a text "step"' "{\"nuisances\": [$z], \"steps\": [7]}"
check "CONFIG: a field that a step has not" config 'steps[0]: unknown field "colums"; there are nuisance, columns' "{\"nuisances\": [$z], \"steps\": [{\"step\": \"scale\", \"colums\": []}]}"
check "CONFIG: a step without a nuisance" config 'steps[0]: lacks "nuisance"' "{\"nuisances\": [$z], \"steps\": [{\"step\": \"scale\", \"columns\": [\"x\"]}]}"
check "CONFIG: a step of another nuisance" config 'steps[0] (scale): ' "{\"nuisances\": [$z], \"steps\": [{\"step\": \"scale\", \"nuisance\": \"q\", \"columns\": [\"x\"]}]}"
check "CONFIG: a text for a number" config '"nominal" must be a number' '{"nuisances": [{"name": "z", "nominal": "1"}], "steps": []}'
check "CONFIG: lists of two lengths" config "2 columns, 1 steps" "{\"nuisances\": [$z], \"steps\": [{\"step\": \"shift\", \"nuisance\": \"z\", \"columns\": [\"x\", \"y\"], \"steps\": [1]}]}"

# Every step of the format, on a table that has what each wants.
cat >"$work/all.json" <<'CONFIG'
{ "nuisances": [ { "name": "s", "nominal": 1, "width": 0.02, "lower": 0.5, "upper": 2 },
                 { "name": "r", "prior": "tabulated", "nominal": 0, "table_z": [-1, -0.5, 0.5, 1], "table_density": [0.1, 1, 1, 0.1] },
                 { "name": "q", "prior": "uniform", "nominal": 0.05, "lower": 0.01, "upper": 0.1 },
                 { "name": "g", "nominal": 0, "statistical_origin": false } ],
  "steps": [ { "step": "scale", "nuisance": "s", "columns": ["x"] },
             { "step": "shift", "nuisance": "r", "columns": ["x", "y"], "steps": [0.1, -0.1], "reference": 0 },
             { "step": "smearing", "nuisance": "q", "columns": ["y"] },
             { "step": "momentum_scale", "nuisance": "s", "pt": "pt", "phi": "phi", "met": "met", "met_phi": "met_phi", "pt_min": 0.2 },
             { "step": "met_smearing", "nuisance": "q", "met": "met", "met_phi": "met_phi" },
             { "step": "two_point", "nuisance": "g", "up": "up", "down": "down" },
             { "step": "cut", "column": "x", "lower": -5, "upper": null },
             { "step": "category", "column": "pt", "edges": [0.5, 1.5], "category": "c" } ] }
CONFIG
awk -F, -v OFS=, 'NR == 1 { print $0, "pt,phi,met,met_phi,up,down,c"; next } { print $0, 0.1 + (NR % 20) / 10, (NR % 60) / 10 - 3, 1 + NR % 3, 0.5, 1.1, 0.95, 0 }' \
  "$work/rot.csv" >"$work/wide.csv"
every_step() { exits 0 train "$work/wide.csv" "${base[@]}" --method aware --systematics "$work/all.json" --out "$work/model" --json && out_has '"name": "g"' &&
  exits 0 train "$work/wide.csv" "${base[@]}" --method pivot --nuisance g --systematics "$work/all.json" --out "$work/model" && out_has "note: g is a choice between two simulations"; }
check "CONFIG: every step" every_step

higgs='{"nuisances": [{"name": "tes", "nominal": 1, "width": 0.01}], "steps": [{"step": "higgsml", "tes": "tes", "cuts": false, "arithmetic": "reference"}]}'
check "CONFIG: the pack of the challenge" config "PRI_" "$higgs"
higgs='{"nuisances": [{"name": "tes", "nominal": 1, "width": 0.03}], "steps": [{"step": "higgsml2014", "tes": "tes", "tau_pt_min": 22}]}'
check "CONFIG: the pack of 2014" config "PRI_" "$higgs"
finish
