#!/bin/bash
# edges.sh TARGETS|all: branches of each reader that are reached by the corpus in the tree and by what fuzzing has found
# (build/fuzz/found), as clang counts them: each outcome of each condition; of all targets named, together.
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
rm -f $B/*.profraw
objects=
for t in $targets; do
  folders="tests/fuzz/corpus/$t"
  [ ! -d "build/fuzz/found/$t" ] || folders="$folders build/fuzz/found/$t"
  find $folders -type f | LLVM_PROFILE_FILE="$B/%p.profraw" xargs "$B/fuzz/$t" >"$B/$t.log" 2>&1 ||
    { tail -n 30 "$B/$t.log"; exit 1; }
  objects="$objects${objects:+ -object} $B/fuzz/$t"
done
$profdata merge -o $B/all.profdata $B/*.profraw
rm -f $B/*.profraw
# what readers share counts for each of them, whichever target reached it
for t in $targets; do
  sources=$(sed -n "s/^$t: *//p" $table | tr ' ' '\n' | sed 's|.*|src/&.c|')
  $cov report $objects -instr-profile=$B/all.profdata $sources 2>/dev/null >"$B/$t.txt"
  awk -v t="$t" -v n="$(echo $sources | wc -w)" '/\.c / { f++; b += $(NF - 2); m += $(NF - 1); r += $2; g += $3 } END { if (!b) exit 1
    printf "edges: %-12s %2d files, %4d of %4d branches, %5.1f %%; %5.1f %% of regions\n", t, n, b - m, b, 100 * (b - m) / b, 100 * (r - g) / r }' "$B/$t.txt"
done
