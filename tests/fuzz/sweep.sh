#!/bin/bash
# sweep.sh TARGETS|all: each input of the corpus and of what fuzzing has found, with each allocation of the reader failing: alone, with all after
# it, or cancelled there (tests/fuzz/edges.c: allocations with the same calls around them a few times). First under ASan and UBSan, where
# all must hold; then those that reach an edge of the reader that no other does go into the corpus.
set -eu
cd "$(dirname "$0")/../.."
. tests/fuzz/graph.sh
build $G "$GRAPH"
programs=
for t in $targets; do programs="$programs build/fuzz/fuzz/edges-$t"; done
make -j"$(nproc 2>/dev/null || echo 2)" CC=clang SAN=fuzzer-no-link,address,undefined B=build/fuzz KERNEL_FLAGS="-O1 -ffp-contract=fast -fno-sanitize=all" $programs
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=8

for t in $targets; do
  corpus=tests/fuzz/corpus/$t kept=$G/kept
  rm -rf $kept && mkdir -p $kept
  inputs_of "$t" >$G/inputs
  build/fuzz/fuzz/edges-$t /dev/null $kept 0 <$G/inputs >"$G/$t.log" 2>&1 || { tail -n 60 "$G/$t.log"; exit 1; }
  $G/fuzz/edges-$t $G/edges <$G/inputs >/dev/null
  functions_of $G/fuzz/edges-$t $G/edges | awk -v sources="$(sources_of "$t")" '
    BEGIN { n = split(sources, s); for (i = 1; i <= n; i++) wanted[s[i]] = 1 } { printf "%d", $1 in wanted }' >$G/wanted
  echo "sweep: $t: $($G/fuzz/edges-$t $G/wanted $kept "$(find "$corpus" -type f | wc -l)" <$G/inputs)"
  for f in $kept/*; do
    [ ! -e "$f" ] || mv "$f" "$corpus/$(sha1sum "$f" | cut -c1-40)"
  done
done
