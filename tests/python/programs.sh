# programs.sh: sourced by the scripts of this folder, after cli/shell.sh. What all of them need, and how a test program of Python's is counted.
case ${BUILD:-build/plain} in *plain) ;; *) skip 1 "Python loads the library without sanitizers"; finish ;; esac
[ -e lib/libfairu.so.0 ] || { skip 1 "no lib/libfairu.so.0 (make)"; finish; }
python=$(python_with numpy)
[ -n "$python" ] || { skip 1 "no python3 with numpy"; finish; }
export PYTHONPATH=python PYTHONDONTWRITEBYTECODE=1
unset FAIRU_LIBRARY

totals() { # PYTHON FILE REASON
  "$1" "tests/python/$2" >"$work/out" 2>"$work/err" || cat "$work/out" "$work/err"
  read -r p f s <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/out" | tail -n 1)"
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
  [ "${s:-0}" = 0 ] || skip "$s" "$3"
}
