#!/bin/bash
# Each status code is wanted of some call by a test: CHECK_FAILS with it, a comparison with it, or a row of a table. FAIRU_ERR_INTERNAL, a bug
# by its meaning, is apart. Lists the codes with the number of such lines and a file.
set -u
cd "$(dirname "$0")/../.." || exit 1
missing=0
for code in $(sed -n 's/^ *\(FAIRU_ERR_[A-Z_]*\) = .*/\1/p' include/fairu/base.h); do
  [ "$code" = FAIRU_ERR_INTERNAL ] && continue
  lines=$(grep -nE "(CHECK_FAILS\(|assert_int_equal\(|status [!=]= |wanted|refuse[sd]?\().*\b$code\b|^ *\{.*\b$code\b" tests/*/*.c tests/*/*.h)
  n=$(printf '%s' "$lines" | grep -c .)
  echo "$code: $n, $(printf '%s' "$lines" | head -n 1 | cut -d: -f1)"
  [ "$n" -gt 0 ] || missing=$((missing + 1))
done
[ "$missing" = 0 ]
