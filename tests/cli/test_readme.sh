#!/bin/bash
# The README's snippets are the examples, and print what the README says.
. "$(dirname "$0")/../cli/shell.sh"

snippet() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" README.md | sed '1d;$d'; } # LANGUAGE
said() { grep -qF -e "$(head -n 1 "$work/out")" README.md && grep -qF -e "$(tail -n 1 "$work/out")" README.md; }
same_c() { snippet c | diff - examples/c-minimal/minimal.c >"$work/out"; }
same_python() { snippet python | diff - examples/minimal.py >"$work/out"; }
run_c() {
  snippet c >"$work/snippet.c"
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -o "$work/snippet" "$work/snippet.c" -Llib -lfairu \
    -Wl,-rpath,"$PWD/lib" 2>"$work/err" && "$work/snippet" >"$work/out" 2>"$work/err" && said
}
run_python() { snippet python >"$work/snippet.py" && PYTHONPATH=python "$python" "$work/snippet.py" >"$work/out" 2>"$work/err" && said; }
linked_files_exist() {
  for f in $(grep -o ']([A-Za-z][^):]*)' README.md | tr -d '()]'); do [ -e "$f" ] || { echo "README.md links $f" >"$work/err"; return 1; }; done
}

likelihoods() { # the commands on the examples, and the limit that stands beside the first
  sed -n '/^build\/fairu limit/,/^```$/p' README.md | sed '$d' | while read -r _ line; do
    # shellcheck disable=SC2086
    "$FAIRU" ${line%%#*} >"$work/out" 2>"$work/err" || return 1
    for number in $(echo "$line" | sed -n 's/.*# *//p' | grep -oE '[0-9]+\.[0-9]+'); do grep -qF -e "$number" "$work/out" || return 1; done
  done
}

check "commands on published likelihoods" likelihoods
check "C snippet is the example" same_c
check "Python snippet is the example" same_python
check "links lead somewhere" linked_files_exist
case ${BUILD:-build/plain} in *plain) plain=1 ;; *) plain= ;; esac
if [ -e lib/libfairu.so ] && [ -n "$plain" ]; then
  check "C snippet prints what the README says" run_c
  python=$(python_with numpy)
  if [ -n "$python" ]; then check "Python snippet prints what the README says" run_python; else skip 1 "no NumPy"; fi
else
  skip 2 "no shared library in this build"
fi
finish
