#!/bin/bash
# fairu.dask on a cluster of two worker processes, and on threads.
. "$(dirname "$0")/../cli/shell.sh"
. tests/python/programs.sh
python=$(python_with "distributed, numpy")
[ -n "$python" ] || { skip 2 "no python3 with distributed"; finish; }
export PYTHONPATH=python:tests/python OPENBLAS_NUM_THREADS=1 TMPDIR=$work
for file in dask dask_parts; do totals "$python" "test_$file.py" "nothing to skip"; done
finish
