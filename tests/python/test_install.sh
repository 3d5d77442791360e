#!/bin/bash
# The Python package as a wheel that carries the library: built from the checkout, unpacked elsewhere, used there.
. "$(dirname "$0")/../cli/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 3 "Python loads the library without sanitizers"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 3 "no lib/libfairu.so.0 (make)"; finish; }
python=$(python_with "setuptools, wheel, pip, numpy")
[ -n "$python" ] || { skip 3 "no python3 with numpy, pip, setuptools and wheel"; finish; }
unset FAIRU_LIBRARY PYTHONPATH
export PYTHONDONTWRITEBYTECODE=1

mkdir -p "$work/source/python" "$work/source/lib" && cp -r python/fairu python/setup.py python/pyproject.toml "$work/source/python" && cp lib/libfairu.so.0 "$work/source/lib"
wheel() {
  "$python" -m pip wheel --no-deps --no-index --no-build-isolation -q -w "$work/wheel" "$work/source/python" >"$work/out" 2>"$work/err" &&
    ls "$work"/wheel/fairu-*-py3-none-linux_*.whl >"$work/out" && "$python" -m zipfile -e "$work"/wheel/*.whl "$work/site"
}
check "a wheel for any Python 3 of this machine" wheel
rm -r "$work/source"
used() {
  (cd / && PYTHONPATH="$work/site" "$python" -c '
import fairu
from fairu import _lib
with open("/proc/self/maps") as maps:
    print([line.split()[-1] for line in maps if "libfairu" in line][0])
print(fairu.Likelihood(fairu.Templates({"s": [4.0], "b": [12.0]})).fit)') >"$work/out" 2>"$work/err" && out_has "$work/site/fairu/libfairu.so.0"
}
check "it uses the library that it carries" used
missing() {
  rm "$work/site/fairu/libfairu.so.0"
  ! (cd / && PYTHONPATH="$work/site" FAIRU_LIBRARY=/nowhere/libfairu.so "$python" -c "import fairu") >"$work/out" 2>"$work/err" && err_has "/nowhere/libfairu.so"
}
check "a library that is not there is named" missing
finish
