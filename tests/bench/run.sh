#!/bin/bash
# run.sh OUT.json BENCH...: run every benchmark, show its table, gather their JSON into {"benches": [...]}.
# The protocol is told in bench.h. Exit 1 if a benchmark failed; the others are still run.
set -u
out=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
first=1
printf '{"benches": [\n' >"$work/all"
for program in "$@"; do
  if "$program" --json "$work/one" && [ -s "$work/one" ]; then
    [ $first = 1 ] || printf ',\n' >>"$work/all"
    first=0
    cat "$work/one" >>"$work/all"
  else
    echo "$program: FAILED" >&2
    failed=1
  fi
  rm -f "$work/one"
done
printf ']}\n' >>"$work/all"
mv "$work/all" "$out"
[ $first = 0 ] && echo "written: $out"
exit $failed
