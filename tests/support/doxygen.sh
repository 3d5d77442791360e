#!/bin/sh
# doxygen.sh FILE: the header with its comments as doxygen wants them: the first names the file, those alone on a line
# belong to what follows, to all declarations up to an empty line that have none of their own; those behind a declaration to that. Of a page: links to headers as references, those to pages from the top of the
# tree (doxygen looks there, and must not find what lies beside the tree), those to other files from out/docs.
case ${1#"$PWD"/} in
  *.h)
    sed -e '/^ \*/s/</\&lt;/g' -e '1s|^/\* \(fairu/[a-z0-9_]*\.h\) - |/** @file \1\n * |' -e '1!s|^\( *\)/\* \([^-]\)|\1/** \2|' \
      -e 's|\([;,}{(0-9]\) */\* |\1 /**< |' -e '/^#/s|/\*\*< |/* |' -e 's|^  size_t struct_size;$|& /**< sizeof the struct, as the caller compiled it */|' "$1" |
      awk '
        /^$/ { comment = ""; used = 0 }
        /^\/\*\* / { comment = ""; used = 0; inside = 1 }
        inside { comment = comment $0 "\n"; if (/\*\//) inside = 0 }
        /^typedef struct fairu_[a-z0-9_]*_options \{$/ && comment == "" { print "/** Options. Begin with " $3 "_init(). */" }
        /^FAIRU_API/ { statement = 1; text = "" }
        statement {
          text = text $0 "\n"
          if (/;/) { if (used && text !~ /\/\*\*</) printf "%s", comment; printf "%s", text; statement = 0; used = 1 }
          next
        }
        { print }'
    ;;
  docs/*.md)
    sed -E -e 's#\]\(\.\./include/(fairu/[a-z0-9_]+\.h)\)#](@ref \1)#g' -e 's#\]\(\.\./([^):]+\.(c|py|json))\)#](../../\1)#g' \
      -e 's#\]\(\.\./([A-Za-z/-]+\.md)\)#](\1)#g' -e 's#\]\((symbols\.txt)\)#](../../docs/\1)#g' -e 's#\]\(([a-z./-]+\.md)\#[^)]*\)#](\1)#g' "$1"
    ;;
  *.md)
    sed -E -e 's#\]\(include/(fairu/[a-z0-9_]+\.h)\)#](@ref \1)#g' -e 's#\]\((LICENSE|examples/[^):]+\.(c|py|json))\)#](../../\1)#g' "$1"
    ;;
esac
