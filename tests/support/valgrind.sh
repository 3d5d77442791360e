#!/bin/bash
# valgrind.sh PROGRAM...: what memcheck reports of test programs: reads of what was never written or is not there, and leaks. Nothing is
# suppressed. What a program says of its own checks is not looked at: valgrind computes long double in 64 bits and does not
# know every rounding mode. It has no AVX-512: kernels and BLAS take another way than the machine's.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v valgrind >/dev/null || { echo "valgrind: skipped: no valgrind (make deps-dev)"; exit 0; }
logs=build/valgrind
mkdir -p "$logs"
export OPENBLAS_NUM_THREADS=1 # its threads, started before main, count as possibly lost

one() { # PROGRAM
  local name=${1##*/} work
  work=$(mktemp -d)
  FAIRU_TEST_TMP=$work timeout -k 5 "${TEST_TIMEOUT:-900}" valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
    --errors-for-leak-kinds=definite,indirect,possible --track-fds=no --log-file="$logs/$name.log" "$1" >"$logs/$name.out" 2>&1 </dev/null
  local status=$?
  rm -rf "$work"
  if [ "$status" = 124 ] || [ "$status" = 137 ]; then
    echo "valgrind: $1: not finished in ${TEST_TIMEOUT:-900} s"
  elif ! grep -q '^\[==========\] .* run' "$logs/$name.out"; then
    echo "valgrind: $1: DIED, exit $status"
    tail -n 20 "$logs/$name.out"
    return 1
  elif [ -s "$logs/$name.log" ]; then
    echo "valgrind: $1: REPORTED"
    head -n 40 "$logs/$name.log"
    return 1
  else
    echo "valgrind: $1: no report"
  fi
}
export -f one
export logs
printf '%s\n' "$@" | xargs -P "$(nproc 2>/dev/null || echo 2)" -I {} bash -c 'one {}'
