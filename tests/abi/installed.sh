# installed.sh: sourced by the shell tests that build programs against an installed tree: $prefix, filled by "make install".
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "installed is the plain build"; finish ;; esac
[ -e lib/libfairu.so.0 ] && [ -e build/fairu ] || { skip 1 "nothing is built (make)"; finish; }
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR PKG_CONFIG_PATH LD_LIBRARY_PATH
prefix=$work/usr
quietly() { "$@" >"$work/out" 2>"$work/err"; }
install_here() { check "make install" quietly make -s install prefix="$prefix"; }
