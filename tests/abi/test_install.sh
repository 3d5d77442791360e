#!/bin/bash
# Installing and removing; programs in C and C++17 built through pkg-config and through CMake against the shared and the static
# library.
. "$(dirname "$0")/installed.sh"
command -v pkg-config >/dev/null || { skip 1 "no pkg-config"; finish; }
flags="-Wall -Wextra -Wpedantic -Werror"
make_to() { quietly make -s "$@"; }
install_here
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig

check "pkg-config finds it" pkg-config --exact-version="$(sed -n 's/^.define FAIRU_VERSION_STRING "\(.*\)"/\1/p' include/fairu/version.h)" fairu
program() { "$prefix/bin/fairu" --version >"$work/out" 2>"$work/err"; }
check "the installed program runs" program
pages() { for page in man1/fairu.1 man1/fairu-fit.1 man1/fairu-study-compare.1 man3/fairu.3; do [ -s "$prefix/share/man/$page" ] || return 1; done; }
check "the man pages are there" pages

builds() { # COMPILER... with the flags of pkg-config in $libs
  rm -f "$work/consumer"
  # shellcheck disable=SC2086
  "$@" $flags $libs -o "$work/consumer" >"$work/out" 2>"$work/err"
}
runs() { "$work/consumer" >"$work/out" 2>"$work/err"; }
export LD_LIBRARY_PATH=$prefix/lib
libs=$(pkg-config --cflags --libs fairu)
check "C, shared: build" builds "${CC:-cc}" -std=c11 examples/c-minimal/minimal.c
check "C, shared: run" runs
check "C++17, shared: build" builds "${CXX:-c++}" -std=c++17 tests/abi/consumer.cpp
check "C++17, shared: run" runs

# A folder with nothing but the archive, so that -lfairu cannot mean the shared library.
mkdir "$work/static"
cp "$prefix/lib/libfairu.a" "$work/static"
unset LD_LIBRARY_PATH
libs=$(pkg-config --define-variable=libdir="$work/static" --static --cflags --libs fairu)
alone() { runs && ! ldd "$work/consumer" | grep -q libfairu; }
check "C, static: build" builds "${CC:-cc}" -std=c11 examples/c-minimal/minimal.c
check "C, static: run" alone
check "C++17, static: build" builds "${CXX:-c++}" -std=c++17 tests/abi/consumer.cpp
check "C++17, static: run" alone

# CMake, which finds the tree where it is, also after it has moved.
cmake_runs() { # PROGRAM, with the shared library from the tree and no path set
  "$work/cmake/$1" >"$work/out" 2>"$work/err" || return 1
  case $1 in
    *_static) ! ldd "$work/cmake/$1" | grep -q libfairu ;;
    *) ldd "$work/cmake/$1" | grep -q "libfairu.so.0 => $work/moved/lib" ;;
  esac
}
configures() { cmake -S tests/abi/consumer -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/moved" "$@" >"$work/out" 2>"$work/err"; }
made() { cmake --build "$work/cmake" >"$work/out" 2>"$work/err"; }
refuses() { rm -rf "$work/cmake" && ! configures "$@" && tr -s ' \n' ' ' <"$work/err" | grep -q "$wanted"; }
if cmake --version >/dev/null 2>&1; then
  cp -a "$prefix" "$work/moved"
  wanted="considered but not accepted"
  check "CMake: a version that is too new" refuses -DWANTED=99
  check "CMake: another version, exactly" refuses -DWANTED="0.0.1;EXACT"
  check "CMake: find_package" configures -DWANTED=0.2
  check "CMake: build" made
  for program in c_fairu cxx_fairu c_fairu_static cxx_fairu_static; do
    check "CMake: run $program" cmake_runs $program
  done
  mv "$work/moved/lib/libfairu.a" "$work"
  wanted="libfairu.a is missing"
  check "CMake: a tree that is not complete" refuses -DWANTED=0.2
else
  skip 9 "no cmake"
fi

nothing_left() { make_to uninstall prefix="$prefix" && [ -z "$(find "$prefix" ! -type d)" ]; }
check "make uninstall leaves no file" nothing_left
staged() {
  make_to install prefix=/opt/x libdir=/opt/x/lib64 DESTDIR="$work/stage" && [ -e "$work/stage/opt/x/lib64/libfairu.so.0" ] &&
    grep -q '^prefix=/opt/x$' "$work/stage/opt/x/lib64/pkgconfig/fairu.pc" && ! grep -rqF "$work" "$work/stage/opt/x/lib64/pkgconfig" "$work/stage/opt/x/lib64/cmake" &&
    grep -qF '/../../../include"' "$work/stage/opt/x/lib64/cmake/fairu/fairu-config.cmake" &&
    make_to uninstall prefix=/opt/x libdir=/opt/x/lib64 DESTDIR="$work/stage" && [ -z "$(find "$work/stage" ! -type d)" ]
}
check "DESTDIR and libdir" staged
check "symbols are those of the headers and of docs/symbols.txt" tests/abi/check.sh lib/libfairu.so
finish
