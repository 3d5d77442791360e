#!/bin/bash
# The Python package, the examples, and the figures.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "Python loads the library without sanitizers"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 1 "no lib/libfairu.so.0 (make)"; finish; }
python=$(python_with numpy)
[ -n "$python" ] || { skip 1 "no python3 with numpy"; finish; }
export PYTHONPATH=python PYTHONDONTWRITEBYTECODE=1
unset FAIRU_LIBRARY

"$python" tests/python/test_fairu.py >"$work/out" 2>"$work/err" || cat "$work/err"
totals=$(tail -n 1 "$work/out")
p=$(echo "$totals" | sed -n 's/^\([0-9]*\) passed, [0-9]* failed$/\1/p')
f=$(echo "$totals" | sed -n 's/^[0-9]* passed, \([0-9]*\) failed$/\1/p')
passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))

example() { "$python" examples/minimal.py >"$work/out" 2>"$work/err" && grep -q '^mu = ' "$work/out" && grep -q 'interval of mu' "$work/out"; }
check "examples/minimal.py" example
c_example() {
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -o "$work/minimal" examples/c-minimal/minimal.c -Llib -lfairu \
    -Wl,-rpath,"$PWD/lib" >"$work/out" 2>"$work/err" && "$work/minimal" >"$work/out" 2>>"$work/err" && out_has "mu = "
}
check "examples/c-minimal" c_example

folder_is_named() { ! "$python" -m fairu.report "$work/nowhere" >"$work/out" 2>"$work/err" && err_has nowhere; }
check "report of a missing folder" folder_is_named
finish
