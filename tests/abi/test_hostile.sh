#!/bin/bash
# Every public function once in a host that has set all that a host can set (tests/support/hostile.h): the bodies of test_memory_*.c,
# whose tables are complete. And whole test programs of fits and tests in a host that traps floating point exceptions.
. "$(dirname "$0")/../cli/shell.sh"
programs=${BUILD:-build/plain}
quietly() { "$@" >"$work/out" 2>&1; }
hostile() { FAIRU_TEST_HOSTILE=$2 FAIRU_TEST_TMP=$work quietly "$programs/tests/abi/$1"; }
tables=$(grep -lE 'memory_(main|run|check_all)\(' tests/abi/test_memory_*.c)
case $programs in
*plain) ;;
*) skip 1 "hostile hosts are those of the plain build"; finish ;;
esac
for source in $tables; do
  name=$(basename "$source" .c)
  # a digest says that numbers are not those that were written: rounded upward, decimal text is read as other numbers
  case $name in test_memory_interval_calibration | test_memory_workspaces) how=nearest ;; *) how=all ;; esac
  check "$name in a hostile host" hostile "$name" $how
done

# A context that is cancelled stops every call but the short ones of short_calls.txt.
: >"$work/short"
cancelled() {
  FAIRU_TEST_HOSTILE=cancelled FAIRU_TEST_TMP=$work quietly "$programs/tests/abi/$1"
  local status=$?
  sed -n 's/^.*not stopped: //p' "$work/out" >>"$work/short"
  return $status
}
for source in $tables; do
  name=$(basename "$source" .c)
  check "$name on a cancelled context" cancelled "$name"
done
only_short_ones() { sort -u "$work/short" | comm -23 - <(sed 's/#.*//' tests/abi/short_calls.txt | tr -s ' ' '\n' | grep . | sort -u) >"$work/out" && [ ! -s "$work/out" ]; }
check "all calls that may be long are stopped" only_short_ones

cat >"$work/traps.c" <<'C'
#define _GNU_SOURCE
#include <fenv.h>
__attribute__((constructor)) static void set_traps(void)
{
  feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
}
C
trapped() { LD_PRELOAD=$work/traps.so FAIRU_TEST_TMP=$work quietly "$programs/tests/$1"; }
check "a host that traps: build" quietly "${CC:-cc}" -shared -fPIC -o "$work/traps.so" "$work/traps.c" -lm
for program in likelihood/test_closure likelihood/test_hypotest likelihood/test_contour likelihood/test_interval likelihood/test_fit \
  likelihood/test_workspace_reference likelihood/test_challenge_baseline_reference; do
  check "$program in a host that traps" trapped "$program"
done
finish
