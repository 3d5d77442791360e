#!/bin/sh
# map.sh INCLUDE MAP [--write]: the version script lists exactly the functions that the headers declare FAIRU_API.
set -eu
declared=$(cat "$1"/*.h | grep -v '^ *#' | tr '\n' ' ' | grep -o 'FAIRU_API[^;(]*(' | grep -o 'fairu_[a-z0-9_]*(' | tr -d '(' | sort -u)
if [ "${3:-}" = --write ]; then
  { echo 'FAIRU_0.2 {'; echo '  global:'; echo "$declared" | sed 's/.*/    &;/'; echo '  local:'; echo '    *;'; echo '};'; } >"$2"
fi
listed=$(grep -o 'fairu_[a-z0-9_]*' "$2" | sort)
if [ "$declared" != "$listed" ]; then
  printf '%s\n' "$declared" >"${TMPDIR:-/tmp}/fairu.declared.$$"
  printf '%s\n' "$listed" | diff "${TMPDIR:-/tmp}/fairu.declared.$$" - || true
  rm -f "${TMPDIR:-/tmp}/fairu.declared.$$"
  echo "check-map: $2 does not list what the headers declare; run $0 $1 $2 --write" >&2
  exit 1
fi
echo "check-map: ok"
