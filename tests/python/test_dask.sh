#!/bin/bash
# fairu.dask on a cluster of two worker processes.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "Python loads the library without sanitizers"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 1 "no lib/libfairu.so.0 (make)"; finish; }
python=$(python_with "distributed, numpy")
[ -z "$python" ] && [ -x build/peers/bin/python ] && build/peers/bin/python -c "import distributed, numpy" 2>/dev/null && python=build/peers/bin/python
[ -n "$python" ] || { skip 6 "no python3 with distributed"; finish; }
export PYTHONPATH=python:tests/python PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 TMPDIR=$work
unset FAIRU_LIBRARY
"$python" tests/python/test_dask.py >"$work/out" 2>"$work/err" || cat "$work/out" "$work/err"
read -r passed failed skipped <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/out" | tail -n 1)"
passed=${passed:-0} failed=${failed:-1} skipped=${skipped:-0}
finish
