#!/bin/bash
# The blocks of docs/likelihoods.md run and print what stands below them; links of the documents lead somewhere.
# Those of the guide and of the how-to pages: test_pages.sh.
. "$(dirname "$0")/../cli/shell.sh"

linked_files_exist() { # FILE...
  for file in "$@"; do
    for f in $(grep -o ']([A-Za-z.][^):]*)' "$file" | tr -d '()]'); do
      [ -e "$(dirname "$file")/${f%%#*}" ] || { echo "$file links $f" >"$work/err"; return 1; }
    done
  done
}
check "links lead somewhere" linked_files_exist docs/*.md CONTRIBUTING.md SECURITY.md
every_page_is_listed() {
  for page in docs/*.md; do
    [ "$page" = docs/README.md ] || grep -qF "](${page#docs/})" docs/README.md || { echo "docs/README.md does not list $page" >"$work/err"; return 1; }
  done
}
check "the index lists every page" every_page_is_listed
case ${BUILD:-build/plain} in *plain) plain=1 ;; *) plain= ;; esac
reference() {
  (cat docs/Doxyfile && echo "OUTPUT_DIRECTORY = $work/html") | { mkdir -p "$work/html" && VERSION=0 doxygen - >"$work/out" 2>"$work/err"; } &&
    [ ! -s "$work/err" ] && [ -s "$work/html/docs/search/search.js" ] && grep -q fairu_classifier_n_outputs "$work/html/docs/classifier_8h.html"
}
broken_links() {
  grep -hoE 'href="[^"#]*' "$work"/html/docs/*.html | sed 's/href="//' | grep -v '^http\|^$\|^javascript\|^\.\./\.\./' | sort -u |
    while read -r f; do [ -e "$work/html/docs/$f" ] || echo "$f"; done >"$work/err"
  [ ! -s "$work/err" ]
}
# Lines of pages that call the program, also those that are not run: the command and its options are there.
calls() { sed -n -E 's/^( {4}|\$ )?(build\/)?fairu ([a-z].*)/\3/p' README.md docs/*.md examples/*/README.md | sed 's/ *#.*//; s/ [|>].*//'; }
calls_exist() {
  calls | while read -r command rest; do
    [ "$command" = study ] && command="study ${rest%% *}"
    # shellcheck disable=SC2086
    "$FAIRU" $command --help >"$work/help" 2>&1 || echo "fairu $command $rest: no such command"
    for option in $(printf '%s\n' "$rest" | grep -oE -e '(^| )--[a-z][a-z-]*'); do
      grep -qE -e "^ +$option( |$)" "$work/help" || echo "fairu $command $rest: no option $option"
    done
  done >"$work/err"
  [ "$(calls | wc -l)" -gt 30 ] && [ ! -s "$work/err" ]
}
check "commands and options that pages name exist" calls_exist
systematics_example() { # of docs/systematics.md, on events with its columns
  sed -n '/^```json$/,/^```$/p' docs/systematics.md | sed '1d;$d' >"$work/systematics.json"
  awk -v OFS=, 'BEGIN { print "tau_pt,tau_phi,met,met_phi,kind"; for (i = 0; i < 200; i++) print 20 + i, i / 100, 20 + i * 37 % 101, i / 77, i % 2 ? "signal" : "background" }' >"$work/events.csv"
  exits 0 train "$work/events.csv" --label kind --signal signal --features tau_pt,met --systematics "$work/systematics.json" --method augmented --hidden 4 --epochs 1 \
    --out "$work/model.fairu"
}
check "the file of docs/systematics.md is taken" systematics_example
if [ -z "$plain" ]; then
  :
elif command -v doxygen >/dev/null; then
  check "the reference of the headers is made without a warning" reference
  check "its links lead somewhere" broken_links
else
  skip 2 "no doxygen (make deps-dev)"
fi
python=$(python_with numpy)
if [ -e lib/libfairu.so.0 ] && [ -n "$plain" ] && [ -n "$python" ]; then
  blocks "$python" docs/likelihoods.md
else
  skip 1 "no shared library in this build, or no NumPy"
fi
finish
