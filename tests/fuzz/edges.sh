#!/bin/bash
# edges.sh TARGETS|all: how much of each reader is reached by the corpus in the tree and by what fuzzing has found (build/fuzz/found),
# of all targets named, together. Edges: of the control flow graph without optimisation and without the checks of sanitizers, as
# libFuzzer counts them (SanitizerCoverage); branches: each outcome of each condition, and regions, as clang counts them. Lines where an edge
# begins that nothing reaches are left in build/fuzz-edges/TARGET.missing.
set -eu
cd "$(dirname "$0")/../.."
cov=$(command -v llvm-cov-14 || command -v llvm-cov) && profdata=$(command -v llvm-profdata-14 || command -v llvm-profdata) || { echo "edges: skipped: no llvm-cov (make deps-dev)"; exit 0; }
. tests/fuzz/graph.sh
build $B "-fprofile-instr-generate -fcoverage-mapping"
build $G "$GRAPH"
rm -f $B/*.profraw $B/*.missing $G/*.edges

objects=
for t in $targets; do
  for f in $B $G; do
    inputs_of "$t" | LLVM_PROFILE_FILE="$B/$t.profraw" "$f/fuzz/edges-$t" "$f/$t.edges" >"$f/$t.log" 2>&1 ||
      { tail -n 30 "$f/$t.log"; exit 1; }
  done
  functions_of "$G/fuzz/edges-$t" "$G/$t.edges" >"$G/$t.functions"
  objects="$objects${objects:+ -object} $B/fuzz/edges-$t"
done
$profdata merge -o $B/all.profdata $B/*.profraw
rm -f $B/*.profraw
for t in $targets; do cat "$G/$t.functions"; done | awk '{ k = $1 " " $2 " " $3; if ($4 + 0 >= r[k] + 0) r[k] = $4; line[k] = $5 } END { for (k in r) print k, r[k], line[k] }' | sort >$G/all.functions

# what readers share counts for each of them, whichever target reached it
for t in $targets; do
  edges=$(awk -v sources="$(sources_of "$t")" -v missing="$B/$t.missing" 'BEGIN { n = split(sources, s); for (i = 1; i <= n; i++) wanted[s[i]] = 1 }
    $1 in wanted { all++; reached += $4; if (!$4) print $1 ":" $5 ": " $2 >missing } END { if (!all) exit 1; printf "%d of %d edges, %.1f %%", reached, all, 100 * reached / all }' $G/all.functions)
  $cov report $objects -instr-profile=$B/all.profdata $(sources_of "$t") 2>/dev/null >"$B/$t.txt"
  awk -v t="$t" -v e="$edges" '/\.c / { b += $(NF - 2); m += $(NF - 1); r += $2; g += $3 } END { if (!b) exit 1
    printf "edges: %-12s %s; %d of %d branches, %.1f %%; %.1f %% of regions\n", t, e, b - m, b, 100 * (b - m) / b, 100 * (r - g) / r }' "$B/$t.txt"
done
