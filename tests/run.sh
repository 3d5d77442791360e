#!/bin/bash
# run.sh BUILD_DIR PROGRAM...: run every cmocka program, then (without PROGRAMS_ONLY=1) every tests/*/test_*.sh, all
# of them even after a failure. Last line: "N passed, N failed, N skipped"; exit 1 if anything failed.
#
# A script finds the program in $FAIRU and the build folder in $BUILD. It ends its output with a line
# "N passed, N failed, N skipped", or counts as one test: exit 0 passed, 77 skipped, anything else failed.
# A program that dies, or fails without saying how many tests failed, counts as one failure.
set -u
build=$1
shift
cd "$(dirname "$0")/.." || exit 1
# sanitizers are 5 to 20 times slower, more so on a busy machine
case $build in *plain*) limit=120 ;; *) limit=600 ;; esac
limit=${TEST_TIMEOUT:-$limit}
work=$build/tmp
mkdir -p "$work"
work=$(cd "$work" && pwd)
BUILD=$(cd "$build" && pwd)
FAIRU=$BUILD/fairu
export BUILD FAIRU
# Hosts with a decimal comma: where the system has no such locale it is made, once.
if [ -z "${LOCPATH:-}" ] && ! locale -a 2>/dev/null | grep -qi '^de_DE'; then
  locales=$BUILD/locale
  [ -e "$locales/de_DE.UTF-8/LC_NUMERIC" ] || { mkdir -p "$locales" && localedef -i de_DE -f UTF-8 "$locales/de_DE.UTF-8"; } >/dev/null 2>&1
  [ -e "$locales/de_DE.UTF-8/LC_NUMERIC" ] && export LOCPATH=$locales
fi
# OpenBLAS is not built for the thread sanitizer, which cannot see how its own pool synchronises
case $build in *thread*) export OPENBLAS_NUM_THREADS=1 ;; esac
unset CMOCKA_MESSAGE_OUTPUT CMOCKA_TEST_FILTER CMOCKA_SKIP_FILTER CMOCKA_XML_FILE
passed=0 failed=0 skipped=0

count() { grep -cE "$1" "$2" || true; }
# Sum of the N in the lines "[  FAILED  ] N test(s)".
sum() { sed -n "s/^\[ *$1 *\] \([0-9][0-9]*\) test(s).*/\1/p" "$2" | awk '{s+=$1} END{print s+0}'; }

run_one() { # NAME COMMAND...
  local name=$1 log status p f s totals
  shift
  rm -rf "$work/run"
  mkdir -p "$work/run"
  log=$work/log
  FAIRU_TEST_TMP=$work/run timeout -k 5 "$limit" "$@" >"$log" 2>&1 </dev/null
  status=$?
  totals=$(tail -n 1 "$log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
  if [ -n "$totals" ]; then
    read -r p f s <<<"$totals"
  elif [ "${name%.sh}" = "$name" ]; then
    p=$(count '^\[ +OK \]' "$log")
    f=$(sum FAILED "$log")
    s=$(sum SKIPPED "$log")
  else
    p=0 f=0 s=0
    case $status in 0) p=1 ;; 77) s=1 ;; *) f=1 ;; esac
    [ "$status" = 77 ] && status=0
  fi
  [ "$status" != 0 ] && [ "$f" = 0 ] && f=1
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if [ "$f" != 0 ]; then
    echo "# $name: FAILED, exit $status$([ "$status" = 124 ] && echo " (timeout after $limit s)")"
    cat "$log"
  else
    echo "# $name: $p passed$([ "$s" != 0 ] && echo ", $s skipped")"
    grep -h '^skipped:' "$log" | sort -u
  fi
  rm -rf "$work/run" "$log"
}

for program in "$@"; do
  run_one "${program#"$build"/}" "$program"
done
for script in tests/*/test_*.sh; do
  [ -e "$script" ] && [ -z "${PROGRAMS_ONLY:-}" ] && run_one "$script" "$script"
done
rmdir "$work" 2>/dev/null
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
