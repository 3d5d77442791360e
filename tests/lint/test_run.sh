#!/bin/bash
# tests/run.sh counts what happened: passes, failures, skips, crashes, timeouts, scripts; and goes on after each.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
mkdir -p "$work/tests/demo" "$work/build"
cp tests/run.sh "$work/tests"

cat >"$work/demo.c" <<'C'
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
static void good(void **s) { (void)s; }
static void bad(void **s) { (void)s; assert_int_equal(1, 2); }
static void skipped(void **s) { (void)s; skip(); }
static void dies(void **s) { (void)s; _exit(3); }
static void hangs(void **s) { (void)s; sleep(60); }
int main(int argc, char **argv)
{
  const struct CMUnitTest all[] = { cmocka_unit_test(good), cmocka_unit_test(WHAT), cmocka_unit_test(good) };
  (void)argc, (void)argv, (void)good, (void)bad, (void)skipped, (void)dies, (void)hangs;
  return cmocka_run_group_tests(all, NULL, NULL);
}
C
for what in good bad skipped dies hangs; do
  ${CC:-cc} -DWHAT=$what -o "$work/build/$what" "$work/demo.c" -lcmocka || exit 1
done
script() { printf '#!/bin/bash\n%s\n' "$2" >"$work/tests/demo/test_$1.sh"; chmod +x "$work/tests/demo/test_$1.sh"; }

expect() { # WHAT WANTED_STATUS WANTED_LAST_LINE PROGRAM...
  local what=$1 status=$2 line=$3 got
  shift 3
  (cd "$work" && TEST_TIMEOUT=2 tests/run.sh build "${@/#/build/}") >"$work/log" 2>&1
  got=$?
  if [ "$got" = "$status" ] && [ "$(tail -n 1 "$work/log")" = "$line" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what: exit $got, wanted $status and: $line"
    cat "$work/log"
  fi
}
expect "nothing" 0 "0 passed, 0 failed, 0 skipped"
expect "passes" 0 "3 passed, 0 failed, 0 skipped" good
expect "a skip is no pass" 0 "2 passed, 0 failed, 1 skipped" skipped
expect "a failure, and the next still runs" 1 "5 passed, 1 failed, 0 skipped" bad good
expect "a program that ends early" 1 "4 passed, 1 failed, 0 skipped" dies good
expect "a program that hangs" 1 "4 passed, 1 failed, 0 skipped" hangs good
expect "a program that is not there" 1 "3 passed, 1 failed, 0 skipped" missing good
script one 'exit 0'
script two 'exit 77'
script three 'echo "7 passed, 0 failed, 2 skipped"'
expect "scripts" 0 "8 passed, 0 failed, 3 skipped"
script four 'test -d "$BUILD" && test -d "$FAIRU_TEST_TMP" && [ "$FAIRU" = "$BUILD/fairu" ]'
expect "what a script finds" 0 "9 passed, 0 failed, 3 skipped"
script five 'echo "1 passed, 2 failed, 0 skipped"; exit 1'
script six 'exit 4'
script seven 'echo "4 passed, 0 failed, 0 skipped"; exit 1'
expect "failing scripts" 1 "14 passed, 4 failed, 3 skipped"
rm "$work"/tests/demo/*
echo 'int main(void) { return 5; }' >"$work/mute.c"
${CC:-cc} -o "$work/build/mute" "$work/mute.c"
expect "a program that fails without a word" 1 "0 passed, 1 failed, 0 skipped" mute
[ -d "$work/build/tmp" ] && { failed=$((failed + 1)); echo "FAILED: build/tmp is left over"; }
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
