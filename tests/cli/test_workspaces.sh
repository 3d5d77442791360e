#!/bin/bash
# The commands on one likelihood: every published and edge workspace against its numbers; faults; options.
. "$(dirname "$0")/shell.sh"

python=$(python_with json)
if [ -d "$data/histfactory" ] && [ -n "$python" ]; then
  "$python" tests/cli/workspaces.py "$FAIRU" "$data/histfactory" >"$work/out" 2>"$work/err"
  grep FAILED "$work/out" | head -n 40
  passed=$((passed + $(tail -n 1 "$work/out" | sed 's/ passed.*//')))
  failed=$((failed + $(tail -n 1 "$work/out" | sed 's/.*passed, //; s/ failed.*//')))
else
  skip 1 "no ../shared/data or no python3"
fi

# Two bins with uncorrelated background uncertainty: the first example of every tutorial.
cat >"$work/ws.json" <<'JSON'
{"channels": [{"name": "c", "samples": [
  {"name": "signal", "data": [12.0, 11.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": null}]},
  {"name": "background", "data": [50.0, 52.0], "modifiers": [{"name": "unc", "type": "shapesys", "data": [3.0, 7.0]}]}]}],
 "observations": [{"name": "c", "data": [51.0, 48.0]}],
 "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}
JSON
json_is() { # EXPRESSION of d
  "$python" -c 'import json, sys; d = json.load(open(sys.argv[1])); sys.exit(not ('"$1"'))' "$work/out"
}
numbers() {
  exits 0 nll "$work/ws.json" --json && json_is 'abs(d["twice_nll"] - 30.77525435) < 1e-8' &&
    exits 0 fit "$work/ws.json" --json --covariance && json_is 'abs(d["twice_nll"] - 24.98393521) < 1e-8 and d["parameters"][0]["at_bound"] and len(d["covariance"]) == 3' &&
    exits 0 hypotest "$work/ws.json" --json && json_is 'abs(d["CLs_obs"] - 0.0525155) < 1e-7'
}
if [ -n "$python" ]; then
  check "the numbers of the example" numbers
  input() { "$FAIRU" nll - --json <"$work/ws.json" >"$work/out" && json_is 'abs(d["twice_nll"] - 30.77525435) < 1e-8'; }
  check "standard input" input
  zipped() { gzip -k "$work/ws.json" && exits 0 nll "$work/ws.json.gz" --json && json_is 'abs(d["twice_nll"] - 30.77525435) < 1e-8'; }
  check "gzip" zipped
  scans() { exits 0 scan "$work/ws.json" --parameter mu --from 0 --to 2 --points 5 --json && json_is 'len(d["profiled"]) == 5 and all(p <= f + 1e-9 for p, f in zip(d["profiled"], d["fixed"])) and min(d["profiled"]) >= d["twice_nll_minimum"] - 1e-9'; }
  check "scan" scans
  limits() { exits 0 limit "$work/ws.json" --json && json_is 'd["exp"] == sorted(d["exp"]) and d["obs"] > 0' && "$FAIRU" hypotest "$work/ws.json" --mu "$("$python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["obs"])' "$work/out")" --json >"$work/o2" && cp "$work/o2" "$work/out" && json_is 'abs(d["CLs_obs"] - 0.05) < 1e-8'; }
  check "limit closes on hypotest" limits
  contour() { exits 0 contour "$work/ws.json" --first mu --second 'unc[0]' --points 16 --json && json_is 'len(d["first"]) == 16'; }
  check "contour" contour
  impacts() { exits 0 impacts "$work/ws.json" --json && json_is 'len(d["impacts"]) == 2 and d["poi"] == "mu"'; }
  check "impacts" impacts
  two_point() { exits 0 impacts examples/workspace.json --two-point top_generator && out_has "two-point: not a measurement" && exits 0 fit examples/workspace.json --two-point top_generator --json && json_is '[p["name"] for p in d["parameters"] if not p["statistical_origin"] and p["error"] is None] == ["top_generator"]' && exits 0 impacts examples/workspace.json --two-point top_generator --json && json_is 'all((i["pull"] is None and i["constraint"] is None and i["impact_up"] == i["prefit_impact_up"]) for i in d["impacts"] if i["name"] == "top_generator")'; }
  check "a choice between two simulations is no measurement" two_point
  breakdown() { exits 0 breakdown "$work/ws.json" --group 'u=unc*' --json && json_is 'abs(d["groups"][1]["part_up"] - d["groups"][2]["part_up"]) < 1e-6'; }
  check "breakdown: all gammas are the template statistics" breakdown
  gof() { exits 0 gof "$work/ws.json" --json && json_is 'd["dof"] >= 1 and 0 < d["p_value"] <= 1'; }
  check "gof" gof
  toys() { exits 0 toys "$work/ws.json" --n 50 --seed 3 --json && cp "$work/out" "$work/one" && exits 0 toys "$work/ws.json" --n 50 --seed 3 --threads 2 --json && cmp -s "$work/one" "$work/out" && json_is 'd["n"] == 50 and d["failed"] == 0'; }
  check "toys do not depend on threads" toys
  toytest() { exits 0 hypotest "$work/ws.json" --toys 400 --seed 2 --json && json_is 'd["failed"] == 0 and abs(d["CLs_obs"] - 0.0525) < 0.06'; }
  check "hypotest with toys" toytest
  combine() { sed 's/"name": "c"/"name": "d"/g; s/"unc"/"unc2"/' "$work/ws.json" >"$work/ws2.json" && exits 0 combine "$work/ws.json" "$work/ws2.json" --json && json_is 'len(d["parameters"]) == 5'; }
  check "combine" combine
  inspects() { exits 0 inspect "$work/ws.json" --json && json_is 'd["kind"] == "workspace" and len(d["parameters"]) == 3'; }
  check "inspect" inspects
  folds() {
    "$python" -c 'import json, sys
sample = lambda k: {"name": f"s{k}", "data": [5.0], "modifiers": [{"name": "a", "type": "histosys", "data": {"hi_data": [5.0], "lo_data": [5.0]}}]}
mu = {"name": "signal", "data": [5.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}
json.dump({"channels": [{"name": "c", "samples": [mu] + [sample(k) for k in range(9)]}], "observations": [{"name": "c", "data": [50.0]}],
           "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0"}, open(sys.argv[1], "w"))' "$work/many.json" &&
      exits 0 inspect "$work/many.json" && out_has "note 2: ... and 6 more" && [ "$(grep -c '^note 2: channel' "$work/out")" = 3 ] &&
      exits 0 inspect "$work/many.json" --all && [ "$(grep -c '^note 2: channel' "$work/out")" = 9 ] && ! out_has "more" &&
      exits 0 inspect "$work/many.json" --json && json_is 'sum(f["code"] == 2 for f in d["findings"]) == 9'
  }
  check "inspect folds findings" folds
  flat() {
    sed 's/\[{"name": "mu", "type": "normfactor", "data": null}\]/[{"name": "mu", "type": "normfactor", "data": null}, {"name": "nu", "type": "normfactor", "data": null}]/; s/51.0, 48.0/80.0, 75.0/' "$work/ws.json" >"$work/flat.json"
    exits 1 fit "$work/flat.json" --json && json_is 'd["error"]["name"] == d["status"] == "FAIRU_ERR_FLAT" and len(d["parameters"]) == 4 and d["parameters"][0]["error"] is None' &&
      exits 1 fit "$work/flat.json" && out_has "unc[1]" && err_has "does not depend"
  }
  check "a fit that fails prints its result and the error" flat
  discovery() {
    sed 's/51.0, 48.0/95.0, 90.0/' "$work/ws.json" >"$work/excess.json"
    exits 0 hypotest "$work/excess.json" --test-stat q0 --toys 100 --json && json_is 'd["p0"] == 0 and d["significance"] is None and abs(d["p0_upper"] - (1 - 0.025 ** 0.01)) < 1e-9 and 1.7 < d["significance_lower"] < 1.9' &&
      exits 0 hypotest "$work/excess.json" --test-stat q0 --toys 100 && out_has "none of 100 toys"
  }
  check "no toy above the data is a bound" discovery
  # templates of two processes over one nuisance, and counts for them
  made_templates() {
    PYTHONPATH=python "$numpy" -c 'import sys, numpy as np, fairu
z = np.linspace(0.9, 1.1, 5)
fairu.Templates({"signal": [2.0, 5.0, 9.0] * z[:, None], "background": [50.0, 30.0, 10.0] * z[:, None] ** [[-1, 1, 3]]}, axes=[("scale", z)]).save(sys.argv[1])' "$work/t.templates" 2>"$work/err" && printf 'observed\n52\n37\n18\n' >"$work/counts.csv"
  }
  with_templates() {
    exits 0 fit "$work/t.templates" --observed "$work/counts.csv" --prior scale=1:0.03 --json && json_is '[p["name"] for p in d["parameters"]] == ["mu", "scale"] and abs(d["parameters"][0]["value"] - 0.9593) < 1e-4' &&
      exits 0 limit "$work/t.templates" --observed "$work/counts.csv" --prior scale=1:0.03 --json && json_is 'd["obs"] > 0.9593' &&
      exits 0 impacts "$work/t.templates" --prior scale=1:0.03 --json && json_is 'd["impacts"][0]["name"] == "scale"' &&
      exits 0 inspect "$work/t.templates" --json && json_is 'd["kind"] == "templates"' && exits 0 inspect "$work/t.templates" && out_has "3 bins" &&
      exits 0 combine "$work/t.templates" "$work/ws.json" --json && json_is 'd["parameters"][0]["name"] == "mu" and len(d["parameters"]) == 4'
  }
  numpy=$(python_with numpy)
  if [ -e lib/libfairu.so ] && [ -n "$numpy" ]; then
    check "templates are saved" made_templates
    check "templates stand where workspaces do" with_templates
  else
    skip 2 "no shared library or no NumPy"
  fi
fi
refuses() { # STATUS TEXT ARGUMENT...
  wanted=$1 text=$2
  shift 2
  exits "$wanted" "$@" && err_has "$text"
}
check "no such file" refuses 1 "nowhere.json" fit "$work/nowhere.json"
check "no such parameter" refuses 1 "nope" nll "$work/ws.json" --set nope=1
check "not a number" refuses 1 "is not a number" nll "$work/ws.json" --set mu=x
check "no file" refuses 2 "missing argument" fit
check "no parameter to scan" refuses 2 "--parameter" scan "$work/ws.json"
check "no parameters of a contour" refuses 2 "--first" contour "$work/ws.json" --first mu
check "names that are meant" refuses 1 "there are unc[0], unc[1]" nll "$work/ws.json" --set unc=1
check "the same events twice" refuses 1 "channel 'c'" combine "$work/ws.json" "$work/ws.json"
sed 's/"normfactor"/"normfaktor"/' "$work/ws.json" >"$work/bad.json"
check "a fault names its place" refuses 1 "/channels/0/samples/0/modifiers/0" fit "$work/bad.json"
error_object() { exits 1 fit "$work/bad.json" --json && out_has '"name": "FAIRU_ERR_FORMAT"'; }
check "--json: the error as an object" error_object
for command in fit nll scan hypotest limit contour gof breakdown combine impacts toys inspect; do
  check "$command --help" exits 0 $command --help
done
finish
