#!/bin/bash
# The blocks of docs/likelihoods.md run and print what stands below them; links of the documents lead somewhere.
. "$(dirname "$0")/../cli/shell.sh"

linked_files_exist() { # FILE...
  for file in "$@"; do
    for f in $(grep -o ']([A-Za-z.][^):]*)' "$file" | tr -d '()]'); do
      [ -e "$(dirname "$file")/${f%%#*}" ] || { echo "$file links $f" >"$work/err"; return 1; }
    done
  done
}
check "links lead somewhere" linked_files_exist docs/*.md CONTRIBUTING.md
case ${BUILD:-build/plain} in *plain) plain=1 ;; *) plain= ;; esac
python=$(python_with numpy)
if [ -e lib/libfairu.so.0 ] && [ -n "$plain" ] && [ -n "$python" ]; then
  "$python" tests/cli/snippets.py docs/likelihoods.md >"$work/out" 2>"$work/err" || cat "$work/out" "$work/err"
  totals=$(tail -n 1 "$work/out")
  p=$(echo "$totals" | sed -n 's/^\([0-9]*\) passed, [0-9]* failed$/\1/p')
  f=$(echo "$totals" | sed -n 's/^[0-9]* passed, \([0-9]*\) failed$/\1/p')
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
else
  skip 1 "no shared library in this build, or no NumPy"
fi
finish
