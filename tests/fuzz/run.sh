#!/bin/bash
# run.sh TARGETS|all SECONDS [SEED]: fuzz the readers with libFuzzer under ASan and UBSan, one more at a time than there are cores.
# New inputs are collected below build/fuzz; an input that breaks something is printed, and kept there: mend it, and add
# it to tests/fuzz/corpus.
set -eu
cd "$(dirname "$0")/../.."
command -v clang >/dev/null || { echo "fuzz: skipped: no clang (make deps-dev)"; exit 0; }
seconds=$2 seed=${3:-0} # 0: another one each time
cores=$(nproc 2>/dev/null || echo 2)
all=$(sed -n 's/^\([a-z0-9]*\):.*/\1/p' tests/fuzz/targets.txt)
[ "$1" = all ] && targets=$all || targets=$1
for t in $targets; do
  [ -e "tests/fuzz/fuzz_$t.c" ] || { echo "fuzz: no target $t; there are:" $all >&2; exit 2; }
done
programs=
for t in $targets; do programs="$programs build/fuzz/fuzz/$t"; done
# kernels read no files, and take minutes to compile under sanitizers
make -j"$cores" CC=clang SAN=fuzzer-no-link,address,undefined B=build/fuzz KERNEL_FLAGS="-O1 -ffp-contract=fast -fno-sanitize=all" $programs
# a short quarantine: the same memory again is faster than fresh pages
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=8

one() { # TARGET
  local t=$1 found=build/fuzz/found/$1 dict=() status=0
  mkdir -p "$found" "tests/fuzz/corpus/$t"
  [ ! -e "tests/fuzz/dict/$t.dict" ] || dict=(-dict="tests/fuzz/dict/$t.dict")
  "build/fuzz/fuzz/$t" "${dict[@]}" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=256 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/$t-" "$found" "tests/fuzz/corpus/$t" >"$found.log" 2>&1 || status=1
  if [ "$status" = 0 ]; then
    echo "fuzz: $t: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log") inputs in $seconds s"
  else
    echo "fuzz: $t: FAILED"
    tail -n 60 "$found.log"
  fi
  return $status
}

failed=0 running=0
for t in $targets; do
  one "$t" &
  running=$((running + 1))
  if [ "$running" -gt "$cores" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit $failed
