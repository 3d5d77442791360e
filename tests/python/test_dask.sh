#!/bin/bash
# fairu.dask on a cluster of two worker processes, and on threads.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "Python loads the library without sanitizers"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 1 "no lib/libfairu.so.0 (make)"; finish; }
python=$(python_with "distributed, numpy")
[ -z "$python" ] && [ -x build/peers/bin/python ] && build/peers/bin/python -c "import distributed, numpy" 2>/dev/null && python=build/peers/bin/python
[ -n "$python" ] || { skip 2 "no python3 with distributed"; finish; }
export PYTHONPATH=python:tests/python PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 TMPDIR=$work
unset FAIRU_LIBRARY
for file in test_dask test_dask_parts; do
  "$python" "tests/python/$file.py" >"$work/out" 2>"$work/err" || cat "$work/out" "$work/err"
  read -r p f s <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/out" | tail -n 1)"
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
  [ "${s:-0}" = 0 ] || skip "$s" "$file"
done
finish
