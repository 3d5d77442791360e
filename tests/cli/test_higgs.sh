#!/bin/bash
# fairu study higgs-tes: bad input leaves nothing behind; same seed, same bytes.
. "$(dirname "$0")/shell.sh"
unset LC_ALL LANG

. tests/cli/higgs_csv.sh
make_csv "$work/good.csv" 600
make_csv "$work/lost.csv" 600 PRI_lep_eta
sed '5s/,[^,]*,\([sb]\),t,/,nan,\1,t,/' "$work/good.csv" >"$work/nan.csv"
sed '7s/^\([0-9]*,[^,]*\),[^,]*/\1,abc/' "$work/good.csv" >"$work/text.csv"
gzip -c "$work/good.csv" >"$work/good.csv.gz"
head -c 4000 "$work/good.csv.gz" >"$work/short.csv.gz"
head -n 1 "$work/good.csv" >"$work/header.csv"
{ head -n 1 "$work/good.csv"; grep ',s,t,' "$work/good.csv"; } >"$work/oneclass.csv"
printf 'x\213nonsense' >"$work/nonsense.csv.gz"

leaves_nothing() { # NAME OF CODE, FILE, TEXT IN THE MESSAGE
  exits 1 study higgs-tes --data "$work/$2" --out "$work/never" --quick --json && err_has "$3" &&
    out_has "\"name\": \"$1\"" && [ ! -e "$work/never" ]
}
check "no file" leaves_nothing FAIRU_ERR_IO nowhere.csv nowhere.csv
check "missing column" leaves_nothing FAIRU_ERR_NOT_FOUND lost.csv PRI_lep_eta
check "weight is nan" leaves_nothing FAIRU_ERR_NON_FINITE nan.csv 5
check "text where a number belongs" leaves_nothing FAIRU_ERR_FORMAT text.csv DER_mass_transverse_met_lep
check "truncated gzip" leaves_nothing FAIRU_ERR_TRUNCATED short.csv.gz short.csv.gz
check "one class only" leaves_nothing FAIRU_ERR_FORMAT oneclass.csv "'b' and 's'"
refused() { exits 1 study higgs-tes --data "$work/$1" --out "$work/never" --quick && [ -s "$work/err" ] && [ ! -e "$work/never" ]; }
check "no rows" refused header.csv
check "not gzip, not CSV" refused nonsense.csv.gz

mkdir "$work/file-in-the-way" && : >"$work/file-in-the-way/x"
blocked() { exits 1 study higgs-tes --data "$work/good.csv" --out "$work/file-in-the-way/x/y" --quick && err_has file-in-the-way; }
check "folder cannot be made" blocked

runs() { # DIR THREADS FILE
  exits 0 study higgs-tes --data "$work/$3" --out "$work/$1" --threads "$2" --quick --seed 3
}
check "quick study" runs a 1 good.csv
check "quick study, two threads, gzip" runs b 2 good.csv.gz
for f in results.json intervals.csv widths.csv differences.csv splits.csv networks.csv templates.csv losses.csv course_check.csv report.html; do
  check "$f is there and the same bytes with 1 and 2 threads" cmp -s "$work/a/$f" "$work/b/$f"
done
from_stdin() { gzip -dc "$work/good.csv.gz" | "$FAIRU" study higgs-tes --data - --out "$work/c" --quick --seed 3 --json >"$work/out" 2>"$work/err" && cmp -s "$work/out" "$work/a/results.json"; }
check "standard input, and --json prints results.json" from_stdin
no_room() { "$FAIRU" study higgs-tes --data "$work/good.csv" --out "$work/c" --quick --json >/dev/full 2>"$work/err"; [ $? = 1 ] && err_has "cannot be written"; }
[ -w /dev/full ] && check "standard output that is full" no_room
check "its numbers, once more" python3 tests/cli/study_numbers.py higgs "$work/a"
# few events and bins that hold little: what cannot carry its statistics is told as failed, and the study goes on
make_csv "$work/few.csv" 300
few() { exits 0 study higgs-tes --data "$work/few.csv" --out "$work/few" --quick --min-background 1; }
check "few events" few
check "numbers of few events, once more" python3 tests/cli/study_numbers.py higgs "$work/few"
no_other_files() { [ "$(find "$work/a" -type f | wc -l)" = 10 ]; }
check "no temporary files are left" no_other_files
report_is_whole() { tail -n 1 "$work/a/report.html" | grep -q '</html>' && ! grep -q 'src="http\|href="http' "$work/a/report.html"; }
check "report stands alone" report_is_whole

case ${BUILD:-} in *thread) data=none ;; esac # minutes under this sanitizer, and nothing new for it
if [ -e "$data/higgsml2014/events_100000_116999.csv.gz" ]; then
  yields() {
    exits 0 study higgs-tes --data "$data/higgsml2014/events_100000_116999.csv.gz" --out "$work/real" --threads 2 --quick &&
      awk '/"sum_weights"/{on=1} on && /"signal"/{s=$2} on && /"background"/{b=$2; exit}
           END{s+=0; b+=0; ds=s-14.9157302405776; db=b-8484.163390256603
               exit !(ds<1e-9 && ds>-1e-9 && db<1e-9 && db>-1e-9)}' "$work/real/results.json"
  }
  check "nominal yields are the sums of the published weights" yields
else
  skip 1 "no ../shared/data (or a slow build)"
fi
finish
