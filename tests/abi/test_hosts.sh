#!/bin/bash
# Programs of hosts in examples/: MPI, a threaded framework in C++, a macro of ROOT. Built against an installed tree, and run.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "installed is the plain build"; finish ;; esac
[ -e lib/libfairu.so.0 ] && [ -e build/fairu ] || { skip 1 "nothing is built (make)"; finish; }
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR PKG_CONFIG_PATH LD_LIBRARY_PATH
prefix=$work/usr
flags="-Wall -Wextra -Wpedantic -Werror -I$prefix/include"
link="-L$prefix/lib -lfairu -Wl,-rpath,$prefix/lib -lm"
quietly() { "$@" >"$work/out" 2>"$work/err"; }
check "make install" quietly make -s install prefix="$prefix"

# MPI: one rank and several give the same bytes, and print the same digits.
mpi_builds() {
  # shellcheck disable=SC2086
  quietly mpicc -std=gnu11 -O2 $flags examples/mpi/main.c examples/mpi/parts.c $link -o "$work/parts"
}
ranks() { # N: into parts-N.fill and parts-N.txt
  TMPDIR=$work OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    mpirun --oversubscribe -n "$1" "$work/parts" "$work/parts-$1.fill" >"$work/parts-$1.txt" 2>"$work/err" &&
    grep -q '^200 toys, 0 without an interval' "$work/parts-$1.txt"
}
several() { ranks "$1" && cmp "$work/parts-1.fill" "$work/parts-$1.fill" && cmp "$work/parts-1.txt" "$work/parts-$1.txt"; }
if command -v mpicc >/dev/null && mpirun --version 2>/dev/null | grep -q "Open MPI"; then
  check "examples/mpi: build" mpi_builds
  check "examples/mpi: one rank" ranks 1
  check "examples/mpi: two ranks" several 2
  check "examples/mpi: three ranks" several 3
else
  skip 4 "no OpenMPI"
fi
finish
