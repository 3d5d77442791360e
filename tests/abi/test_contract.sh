#!/bin/bash
# What `make abi-check` finds: headers and libraries that break the recorded baseline, in a copy; and that one can be recorded.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "checked is the plain build"; finish ;; esac
[ -e lib/libfairu.so.0 ] && [ -e lib/libfairu.a ] || { skip 1 "nothing is built (make)"; finish; }
command -v python3 >/dev/null || { skip 1 "no python3"; finish; }
unset LD_LIBRARY_PATH
CC=${CC:-cc}
root=$work/root
libs="-llapack -lblas -lz -ljansson -lm -pthread"

abi_check() { "${tool:-tests/abi/check.sh}" "$@" >"$work/out" 2>"$work/err"; }
fresh() { # a copy of what the check reads
  rm -rf "$root"
  mkdir -p "$root/include" "$root/docs" "$root/tests/abi"
  cp -r include/fairu "$root/include"
  cp docs/symbols.txt "$root/docs"
  [ ! -e "$work/baseline" ] || cp -r "$work/baseline" "$root/tests/abi"
}
# A library made of the objects of lib/libfairu.a and of one source more.
links() { # SED_SCRIPT: for the version script
  sed "$1" src/fairu.map >"$work/map"
  links_with "$work/map"
}
links_with() { # VERSION_SCRIPT
  # shellcheck disable=SC2086
  "$CC" -shared -fPIC -Wl,-soname,libfairu.so.0 -Wl,--version-script="$1" -o "$work/changed.so" "$work/more.c" \
    -Wl,--whole-archive lib/libfairu.a -Wl,--no-whole-archive $libs 2>"$work/err"
}
changed() { ! cmp -s "$1" "$2"; }
edit() { # FILE SED_SCRIPT: which must change something
  sed -i.before "$2" "$root/$1" && changed "$root/$1" "$root/$1.before" && rm "$root/$1.before"
}
fails() { # MESSAGE LIBRARY
  ! abi_check "$2" "$root" && grep -qF -e "$1" "$work/out" "$work/err"
}

fresh
recorded() { ABIDIFF='' abi_check lib/libfairu.so.0 --record "$root" && out_has "what was promised holds" && out_has "abidiff skipped"; }
check "a baseline is recorded" recorded
cp -r tests/abi/baseline "$work"
fresh
unchanged() { abi_check lib/libfairu.so.0 "$root" && out_has "what was promised holds"; }
check "headers as they are hold what was recorded" unchanged
without_abidiff() { ABIDIFF='' abi_check lib/libfairu.so.0 "$root" && out_has "what was promised holds" && out_has "abidiff skipped"; }
check "also where there is no abidiff" without_abidiff

dropped_const() { fresh && edit include/fairu/templates.h 's/\(fairu_fill_merge(fairu_fill \*fill, fairu_context \*ctx, \)const fairu_fill/\1fairu_fill/' && fails "fairu_fill_merge was declared otherwise" lib/libfairu.so.0; }
check "mutant: a dropped const" dropped_const

swapped() { fresh && edit include/fairu/templates.h '/^typedef struct fairu_axis {/,/^}/{/const char \*name;/{h;d};/const double \*knots;/G}' && fails "fairu_axis.name was elsewhere" lib/libfairu.so.0; }
check "mutant: a swapped field" swapped

renumbered() { fresh && edit include/fairu/base.h 's/FAIRU_ERR_RANGE = 14/FAIRU_ERR_RANGE = 22/' && fails "FAIRU_ERR_RANGE was 14" lib/libfairu.so.0; }
check "mutant: a renumbered code" renumbered

: >"$work/more.c"
removed() { # from header, list and library alike: only the baseline remembers
  fresh && edit include/fairu/coverage.h '/fairu_binomial_interval(/,/;/d;/binomial probability: k of n/,/Since/d' &&
    edit docs/symbols.txt '/^fairu_binomial_interval /d' && links '/ fairu_binomial_interval;/d' &&
    fails "fairu_binomial_interval" "$work/changed.so" && err_has "does not build"
}
check "mutant: a removed function" removed
seen_by_abidiff() { ! abidiff --headers-dir2 include/fairu --no-added-syms tests/abi/baseline/libfairu.abi "$work/changed.so" >"$work/out" 2>"$work/err" && out_has "[D] 'function int fairu_binomial_interval("; }
if command -v abidiff >/dev/null; then check "abidiff sees it too" seen_by_abidiff; else skip 1 "no abidiff"; fi
forgotten() { fresh && fails "does not export what the headers declare" "$work/changed.so"; }
check "mutant: a function that the library lost" forgotten

# an export that no header declares, one that no list names
printf 'int fairu_secret(void);\n__attribute__((visibility("default"))) int fairu_secret(void) { return 1; }\n' >"$work/more.c"
undeclared() { fresh && links 's/^  global:/&\n    fairu_secret;/' && fails "> fairu_secret" "$work/changed.so" && err_has "does not export what"; }
check "mutant: an export that is not declared" undeclared
unlisted() { fresh && edit include/fairu/base.h 's/^FAIRU_END_DECLS/FAIRU_API int fairu_secret(void);\n&/' && fails "< fairu_secret" "$work/changed.so" && err_has "docs/symbols.txt (>)"; }
check "mutant: an undocumented export" unlisted

# what may change: a function, a code, a field behind those of a struct with struct_size
grown() {
  fresh && edit include/fairu/base.h 's/^FAIRU_END_DECLS/\/* Since 0.3 *\/\nFAIRU_API int fairu_secret(void);\n&/; s/FAIRU_ERR_INTERNAL = 99/FAIRU_ERR_NEW = 98, &/' &&
    edit include/fairu/coverage.h 's/^} fairu_coverage;/  double more;\n&/' && echo "fairu_secret 0.3" >>"$root/docs/symbols.txt" &&
    tests/lint/map.sh "$root/include/fairu" "$work/grown.map" --write >"$work/out" && links_with "$work/grown.map" &&
    abi_check "$work/changed.so" "$root" && out_has "what was promised holds" && nm -D "$work/changed.so" | grep -q ' T fairu_secret@@FAIRU_0.3$'
}
check "what may be added" grown
shut_out() { fresh && edit include/fairu/fit.h 's/^} fairu_fit_options;/  double more;\n&/' && fails "fairu_fit_options has grown" lib/libfairu.so.0; }
check "mutant: options that grow and shut out programs of then" shut_out
taken() {
  mkdir "$root/src" && echo 'enum { least = offsetof(fairu_fit_options, more) };' >"$root/src/reader.c" && abi_check lib/libfairu.so.0 "$root" && out_has "what was promised holds"
}
check "options that grow and are taken in the size of then" taken
frozen() { fresh && edit include/fairu/templates.h 's/^} fairu_axis;/  double more;\n&/' && fails "fairu_axis was of another size" lib/libfairu.so.0; }
check "mutant: a struct without struct_size that grows" frozen
held() { fresh && edit include/fairu/fit.h 's/^  const fairu_fit_options \*fit;/  fairu_fit_options fit;/' && fails "fairu_interval_options.fit was of another type" lib/libfairu.so.0; }
check "mutant: a struct by value where a pointer was" held

# structs without struct_size can never grow: the page of the policy lists all of them; and each other has it first, and none holds another by value
without_size() { cat include/fairu/*.h | awk '/^typedef struct .* \{/ { name = $3; getline; if ($0 !~ /^  size_t struct_size;$/) print name }' | sort; }
listed_as_frozen() { sed -n '/^Structs without a `struct_size`/,/^$/p' docs/abi.md | grep -o 'fairu_[a-z_]*' | sort; }
frozen_listed() { without_size >"$work/frozen" && listed_as_frozen | diff "$work/frozen" - >"$work/out" && [ -s "$work/frozen" ]; }
check "docs/abi.md lists the structs that are frozen" frozen_listed
finish
