#!/bin/sh
# deps.sh LIST: install the Debian packages of LIST that are missing, and nothing when all are there.
set -eu
missing=
for p in $(sed 's/#.*//' "$1"); do
  dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && { echo "deps: all packages of ${1##*/} are installed"; exit 0; }
command -v apt-get >/dev/null || { echo "deps: this is not Debian; install yourself:$missing" >&2; exit 1; }
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get install -y --no-install-recommends $missing || { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; }
