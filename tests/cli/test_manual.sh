#!/bin/bash
# Man pages: the example of fairu(3) runs and prints what the page says; fairu(1) names every command; pages of commands follow --help.
. "$(dirname "$0")/shell.sh"

example() {
  sed -n '/^\.\\" example/,/^\.fi/p' docs/fairu.3 | sed '1d;$d; s/\\-/-/g; s/\\e/\\/g' >"$work/example.c"
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -o "$work/example" "$work/example.c" -Llib -lfairu -Wl,-rpath,"$PWD/lib" 2>"$work/err" &&
    "$work/example" >"$work/out" 2>"$work/err" && grep -qF "\"$(cat "$work/out")\"" docs/fairu.3
}
headers_are_named() {
  for header in include/fairu/*.h; do
    case ${header##*/} in fairu.h | version.h) continue ;; esac
    grep -q "[ ^]${header##*/}\b" docs/fairu.3 || { echo "docs/fairu.3 does not name ${header##*/}" >"$work/err"; return 1; }
  done
}
names() { "$FAIRU" "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'; }
commands_are_named() {
  for c in $(names) $(names study); do
    sed 's/\\-/-/g' docs/fairu.1 | grep -q "^\.B.*[ \"]$c\b\|^\.B $c$" || { echo "docs/fairu.1 does not name $c" >"$work/err"; return 1; }
  done
}
pages_are_made() {
  docs/command_pages.sh "$FAIRU" "$work/man" 2>"$work/err" || return 1
  for c in $(names) $(names study | sed 's/^/study-/'); do
    [ "$c" = study ] || [ -s "$work/man/fairu-$c.1" ] || { echo "no page fairu-$c.1" >"$work/err"; return 1; }
  done
  [ "$(grep -c '^\.TP$' "$work/man/fairu-merge.1")" = "$("$FAIRU" merge --help | grep -c '^  -')" ]
}
well_formed() {
  for page in docs/fairu.1 docs/fairu.3 "$work"/man/*.1; do
    groff -man -ww -Tutf8 "$page" 2>&1 >/dev/null | sed "s|^|${page##*/}: |" | grep -v 'cannot adjust\|cannot break' >>"$work/warnings"
  done
  cp "$work/warnings" "$work/err" && [ ! -s "$work/warnings" ]
}

check "fairu(3) names every header" headers_are_named
check "fairu(1) names every command" commands_are_named
check "a page for each command, with all its options" pages_are_made
if command -v groff >/dev/null; then check "no warning of groff" well_formed; else skip 1 "no groff"; fi
case ${BUILD:-build/plain} in *plain) plain=1 ;; *) plain= ;; esac
if [ -e lib/libfairu.so.0 ] && [ -n "$plain" ]; then check "the example of fairu(3) prints what the page says" example; else skip 1 "no shared library in this build"; fi
finish
