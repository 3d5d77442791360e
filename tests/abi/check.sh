#!/bin/sh
# check.sh LIBRARY [--write | --record]: what LIBRARY exports = what the headers declare = docs/symbols.txt, with the version
# each function is in since; then abidiff against the recorded baseline. --write renews docs/symbols.txt;
# --record renews the baseline (at a release that promises the ABI: from 0.2.0 on).
set -eu
cd "$(dirname "$0")/../.."
library=$1
list=docs/symbols.txt
baseline=tests/abi/libfairu.so.0.abi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests/abi/symbols.sh include/fairu >"$work/declared"
nm -D --defined-only "$library" | awk '$2 == "T" { sub("@+FAIRU_", " ", $3); print $3 }' | sort >"$work/exported"
case ${2:-} in
  --write) { echo "# Exported functions and the version they are in since (tests/abi/check.sh LIBRARY --write)."; cat "$work/declared"; } >"$list" ;;
  --record) abidw --headers-dir include/fairu --no-corpus-path --out-file "$baseline" "$library" ;;
esac
grep -v '^#' "$list" | sort >"$work/listed"
diff "$work/declared" "$work/exported" || { echo "abi-check: $library (>) does not export what the headers declare (<)" >&2; exit 1; }
diff "$work/declared" "$work/listed" || { echo "abi-check: $list (>) is not what the headers declare (<): $0 $library --write" >&2; exit 1; }
echo "abi-check: $(wc -l <"$work/declared") functions: exported = declared = $list"
if [ ! -e "$baseline" ]; then
  echo "abi-check: abidiff skipped: no baseline $baseline (the ABI is promised from 0.2.0 on)"
elif ! command -v abidiff >/dev/null; then
  echo "abi-check: abidiff skipped: not installed (make deps-dev)"
else
  abidiff --headers-dir2 include/fairu --no-added-syms "$baseline" "$library"
  echo "abi-check: abidiff: compatible with $baseline"
fi
