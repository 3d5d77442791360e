#!/bin/sh
# doxygen.sh FILE: the header with its comments as doxygen wants them: the first names the file, those alone on a line
# belong to what follows, those behind a declaration to that.
case $1 in
  *.h)
    sed -e '/^ \*/s/</\&lt;/g' -e '1s|^/\* \(fairu/[a-z0-9_]*\.h\) - |/** @file \1\n * |' -e '1!s|^\( *\)/\* \([^-]\)|\1/** \2|' \
      -e 's|\([;,}{(0-9]\) */\* |\1 /**< |' -e '/^#/s|/\*\*< |/* |' "$1"
    ;;
  *) cat "$1" ;;
esac
