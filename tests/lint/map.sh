#!/bin/sh
# map.sh INCLUDE MAP [--write]: the version script lists exactly the functions that the headers declare FAIRU_API, each under the
# version it is in since: FAIRU_0.2 first, then FAIRU_0.3 behind FAIRU_0.2, and so on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/../abi/symbols.sh" "$1" | sort -k2,2V -k1,1 | awk '
  NF != 2 { print "check-map: " $1 " does not say since when" >"/dev/stderr"; exit 1 }
  $2 != version { close_node(); before = version; version = $2; print "FAIRU_" version " {\n  global:" }
  { print "    " $1 ";" }
  END { close_node() }
  function close_node() {
    if (version == "") return
    if (before == "") print "  local:\n    *;\n};"; else print "} FAIRU_" before ";"
  }' >"$work/map"
if [ "${3:-}" = --write ]; then
  cp "$work/map" "$2"
fi
if ! diff "$work/map" "$2"; then
  echo "check-map: $2 (>) does not list what the headers declare (<); run $0 $1 $2 --write" >&2
  exit 1
fi
echo "check-map: ok"
