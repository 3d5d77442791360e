#!/bin/bash
# The blocks of the guide, of the page of formulas and of the how-to pages run as they stand, in an empty folder for each page, and print what stands below them.
. "$(dirname "$0")/shell.sh"
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "the pages are run with the plain build"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 1 "no shared library in this build"; finish; }
python=$(python_with numpy)
python=${python:-$(command -v python3)}
[ -n "$python" ] || { skip 1 "no Python"; finish; }
export OPENBLAS_NUM_THREADS=1
for page in docs/guide.md docs/theory.md docs/howto-*.md; do
  blocks "$python" "$page" --empty --relative 0.02
done
finish
