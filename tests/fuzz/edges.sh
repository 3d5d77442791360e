#!/bin/bash
# edges.sh TARGETS|all: how much of each reader is reached by the corpus in the tree and by what fuzzing has found (build/fuzz/found),
# of all targets named, together. Edges: of the control flow graph without optimisation and without the checks of sanitizers, as
# libFuzzer counts them (SanitizerCoverage); branches: each outcome of each condition, and regions, as clang counts them. Lines where an edge
# begins that nothing reaches are left in build/fuzz-edges/TARGET.missing.
set -eu
cd "$(dirname "$0")/../.."
cov=$(command -v llvm-cov-14 || command -v llvm-cov) && profdata=$(command -v llvm-profdata-14 || command -v llvm-profdata) &&
  symbolizer=$(command -v llvm-symbolizer-14 || command -v llvm-symbolizer) || { echo "edges: skipped: no llvm-cov (make deps-dev)"; exit 0; }
table=tests/fuzz/targets.txt
[ "$1" = all ] && targets=$(sed -n 's/^\([a-z0-9]*\):.*/\1/p' $table) || targets=$1
B=build/fuzz-edges G=build/fuzz-graph
build() { # FOLDER FLAGS
  make -j"$(nproc 2>/dev/null || echo 2)" CC=clang B="$1" CFLAGS="-O0 $2" $(for t in $targets; do echo "$1/fuzz/edges-$t"; done)
}
build $B "-fprofile-instr-generate -fcoverage-mapping"
build $G "-g1 -fsanitize-coverage=edge,inline-8bit-counters,pc-table"
rm -f $B/*.profraw $B/*.missing $G/*.edges

# An edge of a reader is told by file, function and place there, whichever program it is in.
functions_of() { # PROGRAM EDGES: file, function, index, reached, line
  awk '{ print $1 }' "$2" | "$symbolizer" -e "$1" --output-style=GNU -f --no-inlines | awk '
    NR == FNR { if (NR % 2) name[++n] = $0; else { line[n] = $0; sub(/.*:/, "", line[n]); sub(/:[0-9?]*$/, ""); sub(/.*\/src\//, ""); file[n] = $0 } next }
    $2 { f = FNR; place = 0 } { print file[f], name[f], place++, $3, line[FNR] }' - "$2"
}

objects=
for t in $targets; do
  folders="tests/fuzz/corpus/$t"
  [ ! -d "build/fuzz/found/$t" ] || folders="$folders build/fuzz/found/$t"
  for f in $B $G; do
    find $folders -type f | LLVM_PROFILE_FILE="$B/$t.profraw" "$f/fuzz/edges-$t" "$f/$t.edges" >"$f/$t.log" 2>&1 ||
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
  sources=$(sed -n "s/^$t: *//p" $table | tr ' ' '\n' | sed 's|.*|src/&.c|')
  edges=$(awk -v sources="$(echo $sources)" -v missing="$B/$t.missing" 'BEGIN { n = split(sources, s, " "); for (i = 1; i <= n; i++) { sub(/^src\//, "", s[i]); wanted[s[i]] = 1 } }
    $1 in wanted { all++; reached += $4; if (!$4) print "src/" $1 ":" $5 ": " $2 >missing } END { if (!all) exit 1; printf "%d of %d edges, %.1f %%", reached, all, 100 * reached / all }' $G/all.functions)
  $cov report $objects -instr-profile=$B/all.profdata $sources 2>/dev/null >"$B/$t.txt"
  awk -v t="$t" -v e="$edges" '/\.c / { b += $(NF - 2); m += $(NF - 1); r += $2; g += $3 } END { if (!b) exit 1
    printf "edges: %-12s %s; %d of %d branches, %.1f %%; %.1f %% of regions\n", t, e, b - m, b, 100 * (b - m) / b, 100 * (r - g) / r }' "$B/$t.txt"
done
