#!/bin/bash
# The Python package beside what its users have as well, where it is installed: pyhf, cabinetry, iminuit, scikit-learn, uproot, ONNX, mypy.
. "$(dirname "$0")/../cli/shell.sh"
. tests/python/programs.sh
peers=$(python_with "pyhf, numpy")
FAIRU_DATA=$data totals "${peers:-$python}" test_pyhf.py "no pyhf (make deps-peers)"
totals "${peers:-$python}" test_estimator.py "no pyhf (make deps-peers)"
postfit=$(python_with "cabinetry, iminuit, numpy")
for file in postfit porting; do totals "${postfit:-${peers:-$python}}" "test_$file.py" "no pyhf, cabinetry or iminuit (make deps-peers)"; done
estimators=$(python_with "sklearn, uproot, awkward, numpy")
[ -n "$estimators" ] || estimators=$(python_with "sklearn, numpy")
totals "${estimators:-${peers:-$python}}" test_ecosystem.py "no scikit-learn, uproot or awkward (make deps-peers)"
graphs=$(python_with "onnx, onnxruntime, numpy")
totals "${graphs:-$python}" test_onnx_graphs.py "no onnx or no onnxruntime (make deps-peers)"
typed=$(python_with "mypy, numpy")
totals "${typed:-$python}" test_stubs.py "no mypy (make deps-peers)"
plotting=$(python_with "matplotlib, numpy")
totals "${plotting:-$python}" test_newcomer.py "no python3 with matplotlib"
finish
