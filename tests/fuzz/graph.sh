# graph.sh - for edges.sh and sweep.sh, with the targets in $1: programs that run inputs without a fuzzer, and whose edges they have.
table=tests/fuzz/targets.txt
[ "$1" = all ] && targets=$(sed -n 's/^\([a-z0-9]*\):.*/\1/p' $table) || targets=$1
symbolizer=$(command -v llvm-symbolizer-14 || command -v llvm-symbolizer) || { echo "fuzz: skipped: no llvm-symbolizer (make deps-dev)"; exit 0; }
B=build/fuzz-edges G=build/fuzz-graph
GRAPH="-g1 -fsanitize-coverage=edge,inline-8bit-counters,pc-table"

build() { # FOLDER FLAGS
  make -j"$(nproc 2>/dev/null || echo 2)" CC=clang B="$1" CFLAGS="-O0 $2" $(for t in $targets; do echo "$1/fuzz/edges-$t"; done)
}

sources_of() { # TARGET: the files of its reader
  sed -n "s/^$1: *//p" $table | tr ' ' '\n' | sed 's|.*|src/&.c|'
}

# Those in the tree first, small ones first.
inputs_of() { # TARGET
  local folder
  for folder in "tests/fuzz/corpus/$1" "build/fuzz/found/$1"; do
    [ ! -d "$folder" ] || find "$folder" -type f -printf '%s %p\n' | sort -k1n -k2 | cut -d' ' -f2
  done
}

# An edge of a reader is told by file, function and place there, whichever program it is in.
functions_of() { # PROGRAM EDGES: file, function, index, reached, line
  awk '{ print $1 }' "$2" | "$symbolizer" -e "$1" --output-style=GNU -f --no-inlines | awk '
    NR == FNR { if (NR % 2) name[++n] = $0; else { line[n] = $0; sub(/.*:/, "", line[n]); sub(/:[0-9?]*$/, ""); sub(/.*\/src\//, "src/"); file[n] = $0 } next }
    $2 { f = FNR; place = 0 } { print file[f], name[f], place++, $3, line[FNR] }' - "$2"
}
