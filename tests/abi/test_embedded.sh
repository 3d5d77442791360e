#!/bin/bash
# The shared library inside other programs: what it exports and imports, names that the host has as well, opened and closed again and again,
# two copies in one process, forks while threads evaluate, and the same bits on any number of threads with any BLAS.
# FAIRU_TEST_LONG=1: 1000 forks, 1000 openings, 128 threads and every combination of BLAS and threads in five processes (make validate).
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "the shared library is that of the plain build"; finish ;; esac
so=$PWD/lib/libfairu.so
objects=${BUILD:-build/plain}/objects.a
[ -e "$so" ] && [ -e "$objects" ] || { skip 1 "nothing is built (make)"; finish; }
if [ -n "${FAIRU_TEST_LONG:-}" ]; then forks=1000 times=1000 hosts=128 processes=5; else forks=60 times=100 hosts=8 processes=1; fi
unset MAKEFLAGS LD_LIBRARY_PATH OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE
flags="-D_GNU_SOURCE -std=gnu11 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Werror -Iinclude -Itests/abi/guest -I$work"
link="-L$PWD/lib -lfairu -Wl,-rpath,$PWD/lib -lm -pthread"
quietly() { "$@" >"$work/out" 2>"$work/err"; }
build() { # NAME SOURCE OPTION...
  local name=$1 source=tests/abi/guest/$2
  shift 2
  # shellcheck disable=SC2086
  quietly "${CC:-cc}" $flags "$@" -o "$work/$name" "$source" $link
}

# ---- the file -------------------------------------------------------------------------------------------
dynamic=$(readelf -dW "$so")
segments=$(readelf -lW "$so")
objdump -d --no-show-raw-insn "$so" >"$work/code"
needs_only() {
  local lib
  for lib in $(printf '%s\n' "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'); do
    case $lib in libc.so.* | libm.so.* | libz.so.* | libjansson.so.* | *blas* | *lapack* | ld-linux*) ;; *) echo "needs $lib"; return 1 ;; esac
  done
}
exports_only() { nm -D --defined-only "$so" | awk '$3 !~ /^fairu_[a-z]/ && $2 != "A" { print; bad = 1 } END { exit bad }'; }
binds_to_itself() { ! readelf -rW "$so" | grep -E 'JUMP_SLO|GLOB_DAT|R_X86_64_64 ' | grep -w 'fairu_[a-z0-9_]*'; }
hardened() {
  printf '%s\n' "$dynamic" | grep -qE 'BIND_NOW|FLAGS_1.*NOW' && printf '%s\n' "$segments" | grep -q GNU_RELRO &&
    ! printf '%s\n' "$dynamic" | grep -q TEXTREL && ! printf '%s\n' "$segments" | grep GNU_STACK | grep -q E
}
# FTZ and DAZ of the host are its own: nothing sets the floating point state, and nothing asks libm to
no_floating_state() {
  ! grep -E '\bv?(ldmxcsr|fxrstor|xrstor)|\bfldcw|\bfldenv|\bfn?init\b' "$work/code" &&
    ! nm -D --undefined-only "$so" | grep -E '\b(fesetround|fesetenv|feholdexcept|feupdateenv|feenableexcept|fedisableexcept)\b'
}
# stacks of threads are small: no frame above 4 KiB, none whose size is known at run time alone
small_frames() {
  ! grep -E 'sub +%r[a-z0-9]+,%rsp' "$work/code" &&
    for size in $(grep -oE 'sub +\$0x[0-9a-f]+,%rsp' "$work/code" | grep -oE '0x[0-9a-f]+' | sort -u); do
      [ $((size)) -le 4096 ] || { echo "a frame of $((size)) bytes"; return 1; }
    done
}
# what would run in a host after it closed the library, or when one of its threads ends
no_hooks() { ! nm -D --undefined-only "$so" | grep -E '\b(pthread_atfork|__register_atfork|pthread_key_create|__cxa_thread_atexit_impl|atexit|signal|sigaction)\b'; }
no_fast_math() { ! sed 's/#.*//' Makefile | grep -E -e '-f(fast-math|unsafe-math|associative-math|finite-math)|-Ofast'; }
check "it needs libc, libm, zlib, jansson, BLAS and LAPACK alone" needs_only
check "it exports nothing but fairu_*" exports_only
check "its calls of itself go to itself" binds_to_itself
check "RELRO, bound at start, no executable stack" hardened
check "it never sets the floating point state" no_floating_state
case $(uname -m) in x86_64) check "frames of at most 4 KiB" small_frames ;; *) skip 1 "frames are read from code of x86-64" ;; esac
check "no hooks on forks, threads or exit" no_hooks
check "no -ffast-math" no_fast_math

# ---- names ----------------------------------------------------------------------------------------------
# what this program calls itself is left to the library
interposed() {
  # shellcheck disable=SC2086
  : >"$work/interposed.h" && "${CC:-cc}" $flags -c -o "$work/plain.o" tests/abi/guest/interposed.c || return 1
  nm -u "$work/plain.o" | awk '{ print $2 }' | sort >"$work/called"
  nm -g --defined-only "$objects" 2>/dev/null | awk '$2 ~ /[TDRB]/ && $3 ~ /^fairu_/ { print $3 }' | sort -u | comm -23 - "$work/called" >"$work/names"
  [ "$(wc -l <"$work/names")" -gt 500 ] || return 1
  grep '__' "$work/names" | sed 's/.*/void &(void); void &(void) { abort(); }/' >"$work/interposed.h"
  grep -v '__' "$work/names" >"$work/public"
  build interposed interposed.c -rdynamic -Wno-pedantic && nm -D --defined-only "$work/interposed" | grep -q 'fairu_context__fail' &&
    quietly "$work/interposed"
}
# public names too, in an object that has not seen the headers
interposed_public() {
  sed 's/.*/void &(void); void &(void) { abort(); }/; 1i #include <stdlib.h>' "$work/public" >"$work/public.c" &&
    build interposed interposed.c "$work/public.c" -rdynamic && quietly "$work/interposed"
}
check "functions of the host with the names of internal ones are not called" interposed
check "nor those with names of public ones" interposed_public

# ---- opened and closed ------------------------------------------------------------------------------------
plugin_with_a_copy() {
  # shellcheck disable=SC2086
  quietly "${CC:-cc}" $flags -shared -fPIC -fvisibility=hidden -o "$work/other.so" tests/abi/guest/plugin.c lib/libfairu.a -Wl,--exclude-libs,ALL \
    -llapack -lblas -lz -ljansson -lm -pthread
}
check "loader: build" build loader loader.c
check "plugin: build" build plugin.so plugin.c -shared -fPIC -fvisibility=hidden
check "plugin with a copy of the library: build" plugin_with_a_copy
check "opened and closed $times times" quietly "$work/loader" again "$work/plugin.so" "$times"
[ -n "${FAIRU_TEST_LONG:-}" ] && cat "$work/out"
check "two copies in one process" quietly "$work/loader" twice "$work/plugin.so" "$work/other.so"
check "two name spaces in one process" quietly "$work/loader" spaces "$work/plugin.so"
check "closed while a thread that used it lives" quietly "$work/loader" thread "$work/plugin.so"

# ---- forks ------------------------------------------------------------------------------------------------
check "forks: build" build forks forks.c
check "$forks forks while four threads evaluate" quietly timeout 400 "$work/forks" "$forks" 4 own
[ -n "${FAIRU_TEST_LONG:-}" ] && cat "$work/out"

# ---- bits -------------------------------------------------------------------------------------------------
reference=
for folder in /usr/lib/*/blas; do [ -e "$folder/libblas.so.3" ] && reference=$folder:${folder%/blas}/lapack; done
golden="golden 4ce5b573f0bf11f3 b27b4a763977e210"
bits() { # CORE THREADS HOSTS [KERNEL]: into $work/bits
  local core=$1
  shift
  if [ "$core" = reference ]; then
    LD_LIBRARY_PATH=$reference "$work/bits-of" "$@" >"$work/bits" 2>"$work/err"
  else
    OPENBLAS_CORETYPE=$core "$work/bits-of" "$@" >"$work/bits" 2>"$work/err"
  fi
}
# likelihoods and toys bit by bit, scores through BLAS within 1e-6
same() {
  bits "$@" || return 1
  [ "$(head -n 1 "$work/bits")" = "$(head -n 1 "$work/first")" ] &&
    paste -d' ' <(sed -n 3p "$work/first" | tr ' ' '\n') <(sed -n 3p "$work/bits" | tr ' ' '\n') |
    awk '$1 != "scores" { d = $1 - $2; n++; if (d > 1e-6 || d < -1e-6) bad = 1 } END { exit bad || n != 64 }'
}
golden_on() {
  bits SkylakeX 1 0 "$1"
  local status=$?
  [ $status = 77 ] && return
  [ $status = 0 ] && [ "$(sed -n 2p "$work/bits")" = "$golden" ]
}
check "bits: build" build bits-of bits.c
check "bits of one thread" bits SkylakeX 1 "$hosts" && cp "$work/bits" "$work/first"
for kernel in generic x86-64-v3 x86-64-v4; do
  check "toys and draws are those of the tree: $kernel" golden_on $kernel
done
if [ -n "${FAIRU_TEST_LONG:-}" ]; then combinations="1 2 4"; cores="Prescott Haswell SkylakeX"; else combinations="4"; cores="Prescott Haswell"; fi
if [ -n "$reference" ]; then cores="$cores reference"; else skip 1 "no reference BLAS (libblas3)"; fi
for core in $cores; do
  for threads in $combinations; do
    for process in $(seq $processes); do
      check "bits: $core, $threads threads, process $process" same "$core" "$threads" 2
    done
  done
done

# ---- little room ------------------------------------------------------------------------------------------
# stacks of threads are as large as that of the process may be
in_stacks() { (ulimit -s "$1" && bits SkylakeX 2 4) && cmp -s <(head -n 1 "$work/bits") <(head -n 1 "$work/first"); }
# too little address space: a code, or the whole answer, but no crash
within() {
  (ulimit -v $(($1 * 1024)) && OPENBLAS_NUM_THREADS=1 && export OPENBLAS_NUM_THREADS && exec "$work/bits-of" 2 8 >"$work/bits" 2>"$work/err")
  local status=$?
  case $status in 0) ;; 1 | 2) ! grep -v -E 'BLAS core|FAIRU_ERR_OUT_OF_MEMORY|FAIRU_ERR_THREAD' "$work/err" ;; *) return 1 ;; esac
}
check "stacks of 64 KiB beside those of BLAS" in_stacks 64
for mib in 80 120 160 240; do check "$mib MiB of addresses" within $mib; done
finish
