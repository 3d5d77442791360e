#!/bin/sh
# command_pages.sh PROGRAM FOLDER: a man page for each command and study of PROGRAM, from what its --help says: FOLDER/fairu-fit.1, ...
set -eu
program=$1 folder=$2
version=$("$program" --version | sed 's/^fairu //')
mkdir -p "$folder"

listed() { "$program" "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)/\1 \2/p'; }
page() { # ABOUT COMMAND...
  about=$1
  shift
  name=fairu-$(echo "$*" | tr ' ' -)
  "$program" "$@" --help | awk -v name="$name" -v about="$about" -v version="$version" '
    function text(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); sub(/^[.\047]/, "\\\\\\&&", s); return s }
    BEGIN {
      printf ".TH %s 1 \"\" \"libfairu %s\" \"User Commands\"\n.SH NAME\n%s \\- %s\n", toupper(name), version, text(name), text(about)
    }
    /^usage: / { printf ".SH SYNOPSIS\n.B %s\n.SH DESCRIPTION\n", text(substr($0, 8)); next }
    /^options:$/ { print ".SH OPTIONS"; options = 1; next }
    /^$/ { gap = described; next }
    !options { if (gap) print ".PP"; gap = 0; print text($0); described = 1; next }
    /^  -/ {
      line = substr($0, 3)
      at = match(line, /  +/)
      printf ".TP\n.B %s\n", text(at ? substr(line, 1, at - 1) : line)
      if (at) print text(substr(line, at + RLENGTH))
      next
    }
    { sub(/^ +/, ""); print text($0) }
    END { print ".SH EXIT STATUS\n0 ok; 1 the work failed, with a message on standard error; 2 wrong usage.\n.SH SEE ALSO\n.BR fairu (1)" }' >"$folder/$name.1"
}

listed | while read -r command about; do
  [ "$command" = study ] || page "$about" "$command"
done
listed study | while read -r study about; do
  page "$about" study "$study"
done
