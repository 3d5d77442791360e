#!/bin/bash
# Bad files and bad places to write to: status 1, the path and the reason on standard error, with --json one error object and nothing
# else on standard output, and nothing left behind.
. "$(dirname "$0")/shell.sh"
unset LC_ALL LANG
. tests/cli/higgs_csv.sh
python=$(python_with json)

make_csv "$work/good.csv" 600
gzip -c "$work/good.csv" >"$work/good.csv.gz"
size=$(wc -c <"$work/good.csv.gz")

one_error_object() { # NAME OF CODE
  [ -n "$python" ] || { out_has "\"name\": \"$1\""; return; }
  "$python" -c 'import json, sys
e = json.load(open(sys.argv[1]))
assert list(e) == ["error"] and e["error"]["name"] == sys.argv[2] and e["error"]["code"] > 0 and e["error"]["message"], e
assert e["error"]["message"] in open(sys.argv[3]).read()' "$work/out" "$1" "$work/err"
}
refused() { # NAME OF CODE, TEXT IN THE MESSAGE, ARGUMENT...
  local name=$1 text=$2 before after
  shift 2
  before=$(find "$work" -newer "$work/mark" ! -name out ! -name err | wc -l)
  exits 1 study "$@" --json && err_has "$text" && one_error_object "$name" || return 1
  after=$(find "$work" -newer "$work/mark" ! -name out ! -name err | wc -l)
  [ "$before" = "$after" ] || { echo "files are left"; return 1; }
}
reads() { refused "$1" "$2" higgs-tes --quick --data "$3" --out "$work/never"; }
: >"$work/out" && : >"$work/err" && touch "$work/mark"

mkdir "$work/folder" && mkfifo "$work/fifo"
check "a folder is no file" reads FAIRU_ERR_IO "$work/folder" "$work/folder"
check "a FIFO is not waited for" reads FAIRU_ERR_IO "$work/fifo: not a regular file" "$work/fifo"
check "a device" reads FAIRU_ERR_IO "/dev/zero: not a regular file" /dev/zero
check "no name" reads FAIRU_ERR_IO "cannot open" ""
check "standard input that is empty" reads FAIRU_ERR_EMPTY "no header" -
: >"$work/empty.csv"
check "an empty file" reads FAIRU_ERR_EMPTY "$work/empty.csv" "$work/empty.csv"
head -c "$((size / 2))" "$work/good.csv.gz" >"$work/half.csv.gz"
check "half a gzip file" reads FAIRU_ERR_TRUNCATED "$work/half.csv.gz: ends at byte $((size / 2))" "$work/half.csv.gz"
{ head -c "$((size - 8))" "$work/good.csv.gz"; printf 'ABCD'; tail -c 4 "$work/good.csv.gz"; } >"$work/crc.csv.gz"
check "gzip with another checksum" reads FAIRU_ERR_CHECKSUM "$work/crc.csv.gz" "$work/crc.csv.gz"
cp "$work/good.csv" "$work/plain.csv.gz"
check "a name that lies" reads FAIRU_ERR_FORMAT "named .gz" "$work/plain.csv.gz"
sed '9s/,[^,]*$//' "$work/good.csv" >"$work/short.csv"
check "a row with a cell too few" reads FAIRU_ERR_FORMAT "$work/short.csv:9" "$work/short.csv"
sed '4s/^\([0-9]*,[^,]*\),[^,]*/\1,inf/' "$work/good.csv" >"$work/inf.csv"
check "an infinite cell" reads FAIRU_ERR_NON_FINITE "$work/inf.csv:4" "$work/inf.csv"
sed '11s/^[0-9]*/1000/' "$work/good.csv" >"$work/twice.csv"
check "an id twice" reads FAIRU_ERR_DUPLICATE "1000" "$work/twice.csv"
tr '\n' '\0' <"$work/good.csv" >"$work/nul.csv"
nul_refused() { exits 1 study higgs-tes --quick --data "$work/nul.csv" --out "$work/never" && err_has "$work/nul.csv" && out_empty && [ ! -e "$work/never" ]; }
check "bytes that are no text" nul_refused

writes() { # NAME OF CODE, TEXT, STUDY, DIR
  if [ "$3" = higgs-tes ]; then refused "$1" "$2" "$3" --quick --data "$work/good.csv" --out "$4";
  else refused "$1" "$2" "$3" --quick --out "$4"; fi
}
: >"$work/file"
for study in higgs-tes toy-rotation; do
  check "$study: a file where the folder should be" writes FAIRU_ERR_IO "$work/file" $study "$work/file"
  check "$study: a folder below a file" writes FAIRU_ERR_IO "$work/file" $study "$work/file/below"
  check "$study: a folder nobody can make" writes FAIRU_ERR_IO "/proc/fairu" $study /proc/fairu
  check "$study: no name" writes FAIRU_ERR_ARGUMENT "empty" $study ""
done

# A disk without room: writing stops at the first block; no half-written file stays.
full_disk() {
  (trap '' XFSZ && ulimit -f 1 && exec "$FAIRU" study higgs-tes --quick --data "$work/good.csv" --out "$work/full") >/dev/null 2>"$work/err"
  [ $? = 1 ] && err_has "$work/full/" && err_has "File too large" &&
    [ -z "$(find "$work/full" -type f \( -size +1 -o -name '*.??????' ! -name '*.json' ! -name '*.csv' ! -name '*.html' \))" ]
}
check "a full disk" full_disk

# Standard descriptors that are closed are not taken for our files.
higgs() { "$FAIRU" study higgs-tes --quick --data "$work/good.csv" --progress --out "$@"; }
closed() { # DESCRIPTOR
  case $1 in
    0) higgs "$work/closed" >/dev/null 2>&1 <&- ;;
    1) higgs "$work/closed" 2>/dev/null >&- ;;
    2) higgs "$work/closed" >/dev/null 2>&- ;;
  esac
  diff -r "$work/open" "$work/closed"
}
case $FAIRU in
  */thread/* | */address* | */undefined*) skip 4 "whole studies with closed descriptors: slow under a sanitizer" ;;
  *)
    check "all descriptors open" higgs "$work/open" >/dev/null 2>&1
    for fd in 0 1 2; do check "descriptor $fd is closed" closed $fd; done
    ;;
esac
cannot_tell() { "$FAIRU" study higgs-tes --quick --data "$work/good.csv" --out "$work/closed" --json >&- 2>"$work/err"; [ $? = 1 ] && [ -s "$work/err" ]; }
check "--json without standard output" cannot_tell
finish
