#!/bin/bash
# edges.sh TARGETS|all: branches of each reader that are reached by the corpus in the tree and by what fuzzing has found
# (build/fuzz/found), as clang counts them.
set -eu
cd "$(dirname "$0")/../.."
cov=$(command -v llvm-cov-14 || command -v llvm-cov) && profdata=$(command -v llvm-profdata-14 || command -v llvm-profdata) ||
  { echo "edges: skipped: no llvm-cov (make deps-dev)"; exit 0; }
table=tests/fuzz/targets.txt
[ "$1" = all ] && targets=$(sed -n 's/^\([a-z0-9]*\):.*/\1/p' $table) || targets=$1
B=build/fuzz-edges
programs=
for t in $targets; do programs="$programs $B/fuzz/$t"; done
make -j"$(nproc 2>/dev/null || echo 2)" CC=clang B=$B CFLAGS="-O0 -fprofile-instr-generate -fcoverage-mapping" $programs
detail=${EDGES_DETAIL:-}
for t in $targets; do
  raw=$B/$t.profraw
  rm -f "$raw"
  folders="tests/fuzz/corpus/$t"
  [ ! -d "build/fuzz/found/$t" ] || folders="$folders build/fuzz/found/$t"
  find $folders -type f | LLVM_PROFILE_FILE="$B/$t.%p.profraw" xargs "$B/fuzz/$t" >"$B/$t.log" 2>&1 || { tail -n 30 "$B/$t.log"; exit 1; }
  $profdata merge -o "$B/$t.profdata" "$B/$t".*.profraw
  rm -f "$B/$t".*.profraw
  sources=$(sed -n "s/^$t: *//p" $table | tr ' ' '\n' | sed 's|.*|src/&.c|')
  $cov report "$B/fuzz/$t" -instr-profile="$B/$t.profdata" $sources 2>/dev/null >"$B/$t.txt"
  [ -z "$detail" ] || $cov show "$B/fuzz/$t" -instr-profile="$B/$t.profdata" -show-branches=count $sources >"$B/$t.show" 2>/dev/null
  awk -v t="$t" -v n="$(echo $sources | wc -w)" '/^TOTAL/ { b = $(NF - 2); m = $(NF - 1)
    printf "edges: %-12s %4d of %4d branches of %2d files, %5.1f %%\n", t, b - m, b, n, 100 * (b - m) / b }' "$B/$t.txt"
done
