# shell.sh: sourced by the shell tests. The runner gives FAIRU (the program) and FAIRU_TEST_TMP (an empty folder).
# check NAME COMMAND... counts one test; finish prints the totals and leaves.
set -u
cd "$(dirname "$0")/../.." || exit 1
FAIRU=${FAIRU:-build/fairu}
work=${FAIRU_TEST_TMP:-$(mktemp -d)}
data=${FAIRU_DATA:-../shared/data}
passed=0 failed=0 skipped=0

check() {
  name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    for f in "$work/out" "$work/err"; do [ -s "$f" ] && sed "s|^|  ${f##*/}: |" "$f" | head -n 20; done
  fi
}
skip() { # N REASON
  skipped=$((skipped + $1))
  echo "skipped: $2"
}
finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
  exit
}
# Run the program; its exit status must be $1. Output in $work/out and $work/err.
exits() {
  wanted=$1
  shift
  "$FAIRU" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ "$status" = "$wanted" ] || { echo "exit status $status, wanted $wanted: fairu $*"; return 1; }
}
out_has() { grep -qF -e "$1" "$work/out"; }
err_has() { grep -qF -e "$1" "$work/err"; }
out_empty() { [ ! -s "$work/out" ]; }
err_empty() { [ ! -s "$work/err" ]; }
# A Python with these modules, or nothing: the system's, that of `make deps-peers`, or FAIRU_PEERS.
python_with() { # MODULE, ...
  for p in python3 /usr/bin/python3 build/peers/bin/python ${FAIRU_PEERS:-}; do
    "$p" -c "import $1" >/dev/null 2>&1 && { echo "$p"; return; }
  done
}
# A build under a sanitizer: the long runs once.
slow=0
case $FAIRU in */thread/* | */address* | */undefined*) slow=1 ;; esac
cells() { # FILE KEY... COLUMN: the cell of the first row whose first cells are the keys
  local file=$work/$1
  shift
  awk -F, -v keys="$*" 'BEGIN { n = split(keys, key, " ") }
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == key[n]) column = i; next }
    { hit = 1; for (i = 1; i < n; i++) if ($i != key[i]) hit = 0; if (hit) { print $column; exit } }' "$file"
}
holds() { awk -v a="$1" -v b="$3" "BEGIN { exit !(a != \"\" && b != \"\" && a + 0 $2 b + 0) }" || { echo "$1 $2 $3 does not hold"; return 1; }; }
# A test that is written in Python takes the place of this script; it counts and ends as these do.
in_python() { # SCRIPT MODULE, ...
  local python
  python=$(python_with "$2")
  [ -n "$python" ] || { skip 1 "no Python with $2"; finish; }
  export FAIRU FAIRU_TEST_TMP=$work
  PYTHONDONTWRITEBYTECODE=1 exec "$python" "tests/cli/$1"
}
# Run the blocks of a document, and count them.
blocks() { # PYTHON DOCUMENT [OPTION...]
  "$1" tests/cli/snippets.py "${@:2}" >"$work/out" 2>"$work/err" || cat "$work/out" "$work/err"
  local totals p f s
  totals=$(tail -n 1 "$work/out" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
  read -r p f s <<<"${totals:-0 1 0}"
  passed=$((passed + p)) failed=$((failed + f))
  [ "$s" = 0 ] || skip "$s" "$2: modules of Python are missing"
}
