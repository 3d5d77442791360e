#!/bin/bash
# The examples, what they find, and the figures of studies and workspaces.
. "$(dirname "$0")/../cli/shell.sh"
. tests/python/programs.sh

example() { "$python" examples/minimal.py >"$work/out" 2>"$work/err" && grep -q '^mu = ' "$work/out" && grep -q 'interval of mu' "$work/out"; }
check "examples/minimal.py" example
by_hand() { # OPTION...: a table with coverage that 200 pseudo-experiments may give (0.6827 +- 4 sigma), and intervals shorter than blind ones
  "$python" examples/fair_universe.py "$@" >"$work/out" 2>"$work/err" && err_empty && out_has "200 pseudo-experiments" &&
    awk '$1 == "calibrated" && NF == 7 { good = $3 < 1 && $4 > 0.55 && $4 < 0.815 } $1 == "own" { own = $4 > 0.5 } $1 == "blind" { blind = $3 } END { exit !(good && own && blind == 1.98) }' "$work/out"
}
check "examples/fair_universe.py" by_hand --quick --threads 2
check "examples/fair_universe.py with a network in NumPy" by_hand --network own
# The other studies as scripts. Each column of numbers must say what the study says.
drawing=$(python_with "matplotlib, numpy")
study() { # NAME OPTION...
  MPLBACKEND=Agg "${drawing:-$python}" "examples/$1.py" --quick --out "$work/study-$1" "${@:2}" >"$work/out" 2>"$work/err" && err_empty &&
    { [ -z "$drawing" ] || ls "$work/study-$1"/*.png >/dev/null; }
}
rotation() { # the network that is told z has the shorter intervals, and they cover (100 toys: 0.6827 +- 4 sigma)
  study rotation && awk '$1 == "baseline" && NF == 6 { blind = $3 } $1 == "aware" && NF == 6 { aware = $3; covers = $4 > 0.49 && $4 < 0.87 }
    END { exit !(covers && aware < 0.7 * blind && aware > 0.08) }' "$work/out"
}
check "examples/rotation.py" rotation
higgs_tes() { # an uncertain scale costs, except who is told; profiling it mends some of the shift
  study higgs_tes && awk 'NF == 9 { n++; good += $3 >= $2; mended += ($5 - 1) ^ 2 < ($4 - 1) ^ 2 } $1 == "aware" { told = $3 < 1.05 * $2 }
    END { exit !(n == 3 && good == 3 && mended == 3 && told) }' "$work/out"
}
check "examples/higgs_tes.py" higgs_tes
compare_methods() {
  study compare_methods --methods baseline,aware,tangent,inferno && awk 'NR > 1 && NF == 4 { n++; covers += $4 > 0.55 && $4 < 0.815; width[$1] = $3 }
    END { exit !(n == 4 && covers == 4 && width["aware"] < width["baseline"]) }' "$work/out"
}
check "examples/compare_methods.py" compare_methods
c_example() {
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -o "$work/minimal" examples/c-minimal/minimal.c -Llib -lfairu \
    -Wl,-rpath,"$PWD/lib" >"$work/out" 2>"$work/err" && "$work/minimal" >"$work/out" 2>>"$work/err" && out_has "mu = "
}
check "examples/c-minimal" c_example

published() { # COMMAND...
  "$@" examples/workspace.json >"$work/out" 2>"$work/err" && out_has "upper limit at 95 %: 1.6301, expected 1.1810" && out_has "jet_scale        pull -0.084   impact on mu -0.2180 +0.2533"
}
check "examples/workspace.py" published "$python" examples/workspace.py
band() { { [ -z "$drawing" ] || study workspace; } && "$python" examples/workspace.py >"$work/out" && out_has "68 % of the time 0.8" && out_has "significance 0.90, expected 1.71"; }
check "its band, and its figures" band
c_workspace() {
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -o "$work/workspace" examples/c-workspace/workspace.c -Llib -lfairu \
    -Wl,-rpath,"$PWD/lib" >"$work/out" 2>"$work/err" && published "$work/workspace"
}
check "examples/c-workspace" c_workspace

folder_is_named() { ! "$python" -m fairu.report "$work/nowhere" >"$work/out" 2>"$work/err" && err_has nowhere; }
check "report of a missing folder" folder_is_named

plotter=$(python_with matplotlib)
if [ -n "$plotter" ]; then
  "$FAIRU" study toy-rotation --quick --out "$work/toy" >/dev/null 2>"$work/err"
  draws() { "$plotter" -m fairu.report "$work/toy" >"$work/out" 2>"$work/err" && err_empty; }
  check "figures of toy-rotation" draws
  cp "$work/toy/report.html" "$work/first.html"
  check "figures again" draws
  check "drawing twice gives the same page" cmp -s "$work/first.html" "$work/toy/report.html"
  no_empty_slot() { grep -q 'data:image/png' "$work/first.html" && ! grep -q 'class="slot"' "$work/first.html"; }
  check "no slot is left" no_empty_slot
  figures() { "$plotter" -m fairu.figures examples/workspace.json --out "$work/$1" >"$work/out" 2>"$work/err" && err_empty && out_has "$1/cls.png"; }
  check "figures of a workspace" figures a
  figures_again() { figures b && for f in impacts cls profile; do cmp -s "$work/a/$f.png" "$work/b/$f.png" || return 1; done; }
  check "and again the same" figures_again
  no_workspace() { ! "$plotter" -m fairu.figures "$work/nowhere.json" >"$work/out" 2>"$work/err" && err_has nowhere.json; }
  check "a missing workspace is named" no_workspace
  "$FAIRU" study untrained --quick --out "$work/untrained" >/dev/null 2>"$work/err"
  draws_untrained() {
    "$plotter" -m fairu.report "$work/untrained" >"$work/out" 2>"$work/err" && err_empty &&
      ! grep -q 'class="slot"' "$work/untrained/report.html"
  }
  check "figures of untrained" draws_untrained
  "$FAIRU" study compare --problem gamma-gauss --quick --seeds 2 --toys 5 --methods optimal,baseline,aware --out "$work/compare" >/dev/null 2>"$work/err"
  draws_compare() {
    "$plotter" -m fairu.report "$work/compare" >"$work/out" 2>"$work/err" && err_empty &&
      ! grep -q 'class="slot"' "$work/compare/report.html"
  }
  check "figures of compare" draws_compare
  rm "$work/toy/profile.csv"
  names_it() { ! "$plotter" -m fairu.report "$work/toy" >"$work/out" 2>"$work/err" && err_has profile.csv; }
  check "a missing table is named" names_it
  check "and the page keeps its picture" cmp -s "$work/first.html" "$work/toy/report.html"
else
  skip 11 "no python3 with matplotlib"
fi
finish
