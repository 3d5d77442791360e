#!/bin/bash
# test_json_dump.sh: digests of random documents are those of Python's json and hashlib.
set -eu
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
python3 "$(dirname "$0")/json_digests.py" "$BUILD/tests/base/test_json_dump" "${FAIRU_TEST_TMP:-/tmp}/digests"
