#!/bin/bash
# examples/cpp-framework against an installed tree: the same bits on all workers, with TBB and without.
. "$(dirname "$0")/installed.sh"
flags="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
command -v "${CXX:-c++}" >/dev/null || { skip 1 "no C++ compiler"; finish; }
install_here

by_hand() {
  # shellcheck disable=SC2086
  quietly "${CXX:-c++}" -std=c++17 $flags -I"$prefix/include" examples/cpp-framework/main.cpp -L"$prefix/lib" -lfairu -Wl,-rpath,"$prefix/lib" -pthread -o "$work/by-hand"
}
runs() { # PROGRAM NAME
  quietly "$1" 40000 4 && err_empty && out_has "$2, 4 workers: 40000 events, same scores as one thread" && out_has "same yields as one thread"
}
check "with std::thread: build" by_hand
check "with std::thread: run" runs "$work/by-hand" std::thread
if cmake --version >/dev/null 2>&1 && [ -e /usr/include/tbb/parallel_for.h ]; then
  check "with TBB: configure" quietly cmake -S examples/cpp-framework -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wshadow -Werror"
  check "with TBB: build" quietly cmake --build "$work/cmake"
  check "with TBB: run" runs "$work/cmake/framework" TBB
else
  skip 3 "no cmake or no TBB"
fi
finish
