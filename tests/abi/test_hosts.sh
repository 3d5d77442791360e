#!/bin/bash
# Programs of hosts in examples/: MPI, a macro of ROOT. Built against an installed tree, and run.
. "$(dirname "$0")/installed.sh"
flags="-Wall -Wextra -Wpedantic -Werror -I$prefix/include"
link="-L$prefix/lib -lfairu -Wl,-rpath,$prefix/lib -lm"
install_here

# MPI: one rank and several give the same bytes, and print the same digits.
mpi_builds() {
  # shellcheck disable=SC2086
  quietly mpicc -std=c11 -O2 $flags examples/mpi/main.c examples/mpi/parts.c $link -o "$work/parts"
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

# The macro of ROOT, with classes that stand in for ROOT's.
macro_builds() {
  # shellcheck disable=SC2086
  quietly "${CXX:-c++}" -std=c++17 $flags -Wshadow -Itests/abi/root tests/abi/root/main.cpp $link -o "$work/macro"
}
macro_runs() { quietly "$work/macro" all.root && err_empty && out_has "mu = 0.9620, 68.3 % interval [0.5441, 1.4361]"; }
macro_fails() { ! quietly "$work/macro" "$1" && out_empty && err_has "$2"; }
if command -v "${CXX:-c++}" >/dev/null; then
  check "examples/root-macro: build" macro_builds
  check "examples/root-macro: run" macro_runs
  check "examples/root-macro: no file" macro_fails missing.root "cannot open missing.root"
  check "examples/root-macro: no histogram" macro_fails blind.root "no histogram 'observed'"
else
  skip 4 "no C++ compiler"
fi
finish
