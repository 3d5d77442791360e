#!/bin/bash
# test_json.sh: random documents, whole and damaged, read as Python's json module reads them.
set -eu
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
python3 "$(dirname "$0")/json_differential.py" "$BUILD/tests/base/test_json" "${FAIRU_TEST_TMP:-/tmp}/documents"
