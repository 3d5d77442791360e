#!/bin/bash
# sites.sh PROGRAM...: run the tests whose allocator fails, and count the places in src/ that were refused memory (tests/abi/sites.py).
# `make sites` builds them without tail calls, which would hide places.
set -eu
cd "$(dirname "$0")/../.."
command -v addr2line >/dev/null && command -v objdump >/dev/null || { echo "sites: skipped: no binutils"; exit 0; }
folder=$(dirname "$(dirname "$(dirname "$1")")")
rm -f "$folder/sites" && mkdir -p "$folder/tmp"
status=0
for program in "$@"; do
  FAIRU_SITES=$folder/sites FAIRU_TEST_TMP=$(mktemp -d "$folder/tmp/XXXXXX") "$program" >"$folder/log" 2>&1 </dev/null ||
    { grep -v ' OK \| RUN ' "$folder/log"; echo "sites: $program failed"; status=1; }
done
rm -rf "$folder/tmp"
python3 tests/abi/sites.py "$folder/all.so" "$folder/sites" || status=1
exit "$status"
