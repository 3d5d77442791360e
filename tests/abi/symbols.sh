#!/bin/sh
# symbols.sh INCLUDE: "symbol version" of every function that the headers declare FAIRU_API. The version is that of the
# last "Since" before the end of the declaration's line: its own comment, or that of its group.
set -eu
cat "$1"/*.h | awk '
  /^ *#/ { next }
  /Since [0-9]+\.[0-9]+/ { if (match($0, /Since [0-9]+\.[0-9]+/)) since = substr($0, RSTART + 6, RLENGTH - 6) }
  /FAIRU_API/ { wanted = 1 }
  wanted && match($0, /fairu_[a-z0-9_]*\(/) { print substr($0, RSTART, RLENGTH - 1), since; wanted = 0 }' | sort
