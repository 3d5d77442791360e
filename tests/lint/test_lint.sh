#!/bin/bash
# The lint catches what it is there for: each rule is broken in a copy of the tree, and must be reported.
set -u
unset MAKEFLAGS MFLAGS MAKEOVERRIDES SAN # the make that runs this script may have its own
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
layers=$(sed -n 's/^LAYERS := \([a-z ]*\).*/\1/p' Makefile)

ok() { passed=$((passed + 1)); echo "ok: $1"; }
bad() { failed=$((failed + 1)); echo "FAILED: $1"; }

fresh() { # a copy of what the lint reads
  rm -rf "$work/tree"
  mkdir -p "$work/tree/tests/abi"
  cp -r "$root/include" "$root/src" "$root/Makefile" "$work/tree"
  cp -r "$root/tests/lint" "$work/tree/tests"
  cp "$root/tests/abi/symbols.sh" "$work/tree/tests/abi"
  cd "$work/tree" || exit 1
}
accepts() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then ok "$what"; else bad "$what"; cat "$work/log"; fi
}
refuses() { # WHAT TEXT COMMAND...: it fails, and says TEXT
  local what=$1 text=$2
  shift 2
  if "$@" >"$work/log" 2>&1; then bad "$what: accepted";
  elif grep -qF -- "$text" "$work/log"; then ok "$what";
  else bad "$what: not said: $text"; cat "$work/log"; fi
}
# shellcheck disable=SC2086 # the layers are words
check_layers() { tests/lint/layers.sh $layers; }
check_map() { tests/lint/map.sh include/fairu src/fairu.map; }

fresh
accepts "the tree keeps to its layers" check_layers
accepts "the version script lists what the headers declare" check_map

fresh && mkdir -p src/events && echo '#include "coverage/coverage_internal.h"' >src/events/upward.c
refuses "an include that points up" 'src/events/upward.c: "coverage/coverage_internal.h" points up' check_layers
fresh && echo '#include <fairu/likelihood.h>' >src/numeric/upward.h
refuses "a public header of a higher layer" 'src/numeric/upward.h: <fairu/likelihood.h> points up' check_layers
fresh && echo '  #  include "classifier/network.h"' >src/coverage/private.c
refuses "a private header of another layer" '"classifier/network.h" is private to classifier' check_layers
fresh && echo '#include "classifier/classifier_internal.h"' >src/coverage/doorway.c
accepts "the doorway of a lower layer" check_layers
fresh && echo '#include "numeric/sum.h"' >src/coverage/low.c
accepts "any header of base and numeric" check_layers
fresh && mkdir -p src/cli && echo '#include "base/context_internal.h"' >src/cli/inside.c
refuses "the program on an internal header" 'the program uses public headers only' check_layers

fresh && sed -i '/fairu_context_create/d' src/fairu.map
refuses "a function missing in the version script" 'fairu_context_create' check_map
fresh && sed -i 's/^  local:/    fairu_nobody_declared_this;\n  local:/' src/fairu.map
refuses "a name in the version script that no header declares" 'fairu_nobody_declared_this' check_map
fresh && sed -i '/fairu_context_create/d' src/fairu.map && tests/lint/map.sh include/fairu src/fairu.map --write >/dev/null
accepts "--write repairs it" cmp src/fairu.map "$root/src/fairu.map"
fresh && sed -i 's/^FAIRU_END_DECLS/\/* Since 0.10 *\/\nFAIRU_API int fairu_tenth(void);\n\/* Since 0.3 *\/\nFAIRU_API int fairu_third(void);\n&/' include/fairu/base.h
tests/lint/map.sh include/fairu src/fairu.map --write >/dev/null
nodes() { grep -A2 -E '^}.*;|^FAIRU' src/fairu.map | tr -s ' \n' ' ' | grep -F '}; FAIRU_0.3 { global: fairu_third; } FAIRU_0.2; FAIRU_0.10 { global: fairu_tenth; } FAIRU_0.3;'; }
accepts "functions of later versions stand in nodes of their own, each behind the one before" nodes

# The make targets on a library of one layer: enough to see that they look.
small() { fresh && find src -mindepth 1 -maxdepth 1 -type d ! -name base -exec rm -rf {} +; }
# A source may be no newer, by the clock of the files, than what was made of the one before it.
quiet_make() { rm -f build/plain/src/base/counter.*; make -s "$@" LAYERS=base CFLAGS=-O0; }
small
accepts "a library without globals" quiet_make check-globals
echo 'int fairu_counter__next(void); int fairu_counter__next(void) { static int counter; return ++counter; }' >src/base/counter.c
refuses "a static counter" '.bss' quiet_make check-globals
echo 'int fairu_counter__next(void); int fairu_counter__next(void) { static int counter = 7; return ++counter; }' >src/base/counter.c
refuses "a static with a value" '.data' quiet_make check-globals
echo 'int fairu_counter__next(void); int fairu_counter__next(void) { static _Thread_local int counter; return ++counter; }' >src/base/counter.c
refuses "a thread-local" '.tbss' quiet_make check-globals

# Headers of base alone, so that declared and exported agree in the small library.
small_exports() {
  small
  find include/fairu -name '*.h' ! -name base.h ! -name version.h -delete
  sed -i '/fairu_blas_core/d' include/fairu/base.h
  tests/lint/map.sh include/fairu src/fairu.map --write >/dev/null
}
small_exports
accepts "exports as declared" quiet_make check-exports
# an export nobody declared: visible, and let through by the version script
echo '__attribute__((visibility("default"))) int fairu_secret(void); int fairu_secret(void) { return 1; }' >src/base/secret.c
sed -i 's/^  local:/    fairu_secret;\n  local:/' src/fairu.map
refuses "an undeclared export" 'fairu_secret' quiet_make check-exports
small_exports
sed -i 's/^FAIRU_API int fairu_version_number/FAIRU_API int fairu_ghost(void);\n&/' include/fairu/base.h
refuses "a declared function that is missing" 'fairu_ghost' quiet_make check-exports

small_exports
accepts "a library that leaves the process alone" quiet_make check-imports
for call in 'void abort(void);|abort()' 'int puts(const char *);|puts("x")' 'char *getenv(const char *);|getenv("x")' 'int rand(void);|rand()'; do
  echo "${call%|*} void fairu_loud(void); void fairu_loud(void) { ${call#*|}; }" >src/base/loud.c
  called=${call#*|}
  refuses "a call of ${called%%(*}" "imports ${called%%(*}" quiet_make check-imports
done

fresh && printf 'int x' >include/fairu/broken.h
refuses "a header that does not compile alone" 'broken' make -s check-headers

if command -v clang-format >/dev/null; then
  fresh && cp "$root/.clang-format" . && printf '#include <stddef.h>\nint  f( void ) ;\n' >src/base/ugly.c
  refuses "a file that is not formatted" 'ugly.c' tests/lint/format.sh
else
  skipped=$((skipped + 1))
  echo "skipped: no clang-format"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
