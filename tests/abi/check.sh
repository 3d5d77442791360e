#!/bin/sh
# check.sh LIBRARY [ROOT]: what LIBRARY exports = what the headers of ROOT declare = its docs/symbols.txt, with the version each
# function is in since. If it has a tests/abi/baseline, what was promised then holds: contract.c compiles, links and runs; a
# program compiled with the headers of then runs; abidiff finds nothing that breaks.
# check.sh LIBRARY --write: renew docs/symbols.txt. --record [ROOT]: renew the baseline (at a release, from 0.2.0 on).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library=$(realpath "$1")
action=
case ${2:-} in --*) action=$2; shift ;; esac
cd "${2:-$here/../..}"
list=docs/symbols.txt
baseline=tests/abi/baseline
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^.define FAIRU_VERSION_STRING "\(.*\)"/\1/p' include/fairu/version.h)
"$here/symbols.sh" include/fairu >"$work/declared"
nm -D --defined-only "$library" | awk '$2 == "T" { sub("@+FAIRU_", " ", $3); print $3 }' | sort >"$work/exported"

record() {
  rm -rf "$baseline/include" "$baseline/program.c" "$baseline/contract.c" "$baseline/libfairu.abi" # files of versions stay
  mkdir -p "$baseline/include"
  cp -r include/fairu "$baseline/include"
  cp "$here/../../examples/c-minimal/minimal.c" "$baseline/program.c"
  "${PYTHON:-python3}" -B "$here/contract.py" include/fairu "$version" >"$baseline/contract.c"
  if [ -n "${ABIDIFF-yes}" ] && command -v abidw >/dev/null; then
    abidw --headers-dir include/fairu --drop-private-types --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
      --exported-interfaces-only --no-parameter-names --no-write-default-sizes --out-file "$baseline/libfairu.abi" "$library"
  fi
  echo "abi-check: recorded $baseline of $version: $(grep -c '^_Static_assert' "$baseline/contract.c") claims"
}
case $action in
  --write) { echo "# Exported functions and the version they are in since (tests/abi/check.sh LIBRARY --write)."; cat "$work/declared"; } >"$list" ;;
  --record) record ;;
esac

runs() { # WHAT SOURCE INCLUDE: compiled against INCLUDE, linked with the library of now
  "$CC" -std=gnu11 -w -fmax-errors=20 -I"$3" -o "$work/program" "$2" -x none "$library" -Wl,-rpath,"$work" 2>"$work/err" ||
    { sed 's/^.*error: //;/^ /d' "$work/err" >&2; echo "abi-check: $1 does not build" >&2; exit 1; }
  LD_LIBRARY_PATH=$work "$work/program" >"$work/said" || { echo "abi-check: $1 fails" >&2; exit 1; }
}

grep -v '^#' "$list" | sort >"$work/listed"
diff "$work/declared" "$work/exported" || { echo "abi-check: $library (>) does not export what the headers declare (<)" >&2; exit 1; }
diff "$work/declared" "$work/listed" || { echo "abi-check: $list (>) is not what the headers declare (<): $0 $library --write" >&2; exit 1; }
echo "abi-check: $(wc -l <"$work/declared") functions: exported = declared = $list"
if [ ! -e "$baseline" ]; then
  echo "abi-check: no baseline $baseline yet (the ABI is promised from 0.2.0 on)"
  exit 0
fi
ln -s "$library" "$work/libfairu.so.0"
runs "what was promised ($baseline/contract.c)" "$baseline/contract.c" include
# What callers hand over must be taken in the size of then, too: where the struct is read, the least size ends before the first new field.
while read -r name; do
  grep -qE "_init\($name \*" include/fairu/*.h || case $name in fairu_impact | fairu_breakdown | fairu_expected_nuisance) ;; *) continue ;; esac
  grep -rqsF "offsetof($name, " src ||
    { echo "abi-check: $name has grown: nothing in src takes the size it had (offsetof($name, first_new_field))" >&2; exit 1; }
done <"$work/said"
runs "a program of the headers of then ($baseline/program.c)" "$baseline/program.c" "$baseline/include"
echo "abi-check: what was promised holds, and a program of the headers of then runs"
if [ ! -e "$baseline/libfairu.abi" ] || [ -z "${ABIDIFF-yes}" ] || ! command -v abidiff >/dev/null; then
  echo "abi-check: abidiff skipped: not installed (make deps-dev), or not when the baseline was recorded"
else
  abidiff --headers-dir2 include/fairu --no-added-syms "$baseline/libfairu.abi" "$library"
  echo "abi-check: abidiff: compatible with $baseline"
fi
