#!/bin/bash
# Installing and removing; programs in C and C++17 built through pkg-config against the shared and the static library.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "installed is the plain build"; finish ;; esac
[ -e lib/libfairu.so.0 ] && [ -e build/fairu ] || { skip 1 "nothing is built (make)"; finish; }
command -v pkg-config >/dev/null || { skip 1 "no pkg-config"; finish; }
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR PKG_CONFIG_PATH LD_LIBRARY_PATH
prefix=$work/usr
flags="-Wall -Wextra -Wpedantic -Werror"
make_to() { make -s "$@" >"$work/out" 2>"$work/err"; }
check "make install" make_to install prefix="$prefix"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig

check "pkg-config finds it" pkg-config --exact-version="$(sed -n 's/^.define FAIRU_VERSION_STRING "\(.*\)"/\1/p' include/fairu/version.h)" fairu
program() { "$prefix/bin/fairu" --version >"$work/out" 2>"$work/err"; }
check "the installed program runs" program
check "the man page is there" test -s "$prefix/share/man/man1/fairu.1"

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

nothing_left() { make_to uninstall prefix="$prefix" && [ -z "$(find "$prefix" ! -type d)" ]; }
check "make uninstall leaves no file" nothing_left
staged() {
  make_to install prefix=/opt/x libdir=/opt/x/lib64 DESTDIR="$work/stage" && [ -e "$work/stage/opt/x/lib64/libfairu.so.0" ] &&
    grep -q '^prefix=/opt/x$' "$work/stage/opt/x/lib64/pkgconfig/fairu.pc" && ! grep -rqF "$work" "$work/stage/opt/x/lib64/pkgconfig" &&
    make_to uninstall prefix=/opt/x libdir=/opt/x/lib64 DESTDIR="$work/stage" && [ -z "$(find "$work/stage" ! -type d)" ]
}
check "DESTDIR and libdir" staged
check "symbols are those of the headers and of docs/symbols.txt" tests/abi/check.sh lib/libfairu.so
finish
