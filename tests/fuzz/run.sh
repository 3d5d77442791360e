#!/bin/bash
# run.sh TARGETS|all SECONDS: fuzz the readers with libFuzzer under ASan and UBSan. New inputs are collected below
# build/fuzz; an input that breaks something is named and kept there: mend it, and add it to tests/fuzz/corpus.
set -eu
cd "$(dirname "$0")/../.."
command -v clang >/dev/null || { echo "fuzz: skipped: no clang (make deps-dev)"; exit 0; }
all="csv json npy npz intervals model lwtnn onnx templates fill state checkpoint workspace patch"
[ "$1" = all ] && targets=$all || targets=$1
for t in $targets; do
  [ -e "tests/fuzz/fuzz_$t.c" ] || { echo "fuzz: no target $t; there are: $all" >&2; exit 2; }
done
programs=
for t in $targets; do programs="$programs build/fuzz/fuzz/$t"; done
make -j"$(nproc 2>/dev/null || echo 2)" CC=clang SAN=fuzzer-no-link,address,undefined B=build/fuzz $programs
failed=0
for t in $targets; do
  found=build/fuzz/found/$t
  mkdir -p "$found" tests/fuzz/corpus/"$t"
  echo "fuzz: $t for $2 s"
  "build/fuzz/fuzz/$t" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=256 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$t-" "$found" tests/fuzz/corpus/"$t" >"$found.log" 2>&1 || { failed=1; tail -n 60 "$found.log"; }
  grep -E 'stat::number_of_executed_units|stat::peak_rss|cov:' "$found.log" | tail -n 3
done
exit $failed
