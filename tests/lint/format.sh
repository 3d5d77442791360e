#!/bin/sh
# format.sh: every C file is as clang-format leaves it (.clang-format).
set -eu
clang-format --dry-run --Werror $(ls include/fairu/*.h src/*/*.[ch] tests/*/*.[ch] tests/abi/guest/*.[ch] examples/*.c 2>/dev/null)
echo "check-format: ok"
