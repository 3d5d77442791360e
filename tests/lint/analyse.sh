#!/bin/sh
# analyse.sh [JOBS]: cppcheck and clang-tidy (.clang-tidy) over src/: no report, no suppression of a single place.
set -eu
cd "$(dirname "$0")/../.."
jobs=${1:-2}
for tool in cppcheck clang-tidy; do
  command -v "$tool" >/dev/null || { echo "analyse: skipped: no $tool (make deps-dev)"; exit 0; }
done
cppcheck --quiet -j "$jobs" --enable=warning,portability,performance --std=c11 -Iinclude -Isrc -D__x86_64__ -D_GNU_SOURCE \
  --suppress=missingIncludeSystem --error-exitcode=1 src
echo "analyse: cppcheck: no report"
# sources that include another one for a set of instructions want its flags
find src -name '*.c' | grep -v '_v[34]\.c$' | sort |
  xargs -P "$jobs" -n 8 sh -c 'clang-tidy --quiet "$@" -- -std=c11 -D_GNU_SOURCE -Iinclude -Isrc -Isrc/cli 2>/dev/null' sh
echo "analyse: clang-tidy: no report"
