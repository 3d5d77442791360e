#!/bin/sh
# layers.sh LAYER...: includes point down only. Lowest layer first. The rule stands in docs/conventions.md.
set -eu
bad=$(mktemp)
trap 'rm -f "$bad"' EXIT
rank() { i=0; for l in $LAYERS; do i=$((i + 1)); [ "$l" = "$1" ] && { echo $i; return; }; done; echo 99; }
public_layer() {
  case $1 in
    version | base) echo base ;; events | arrow) echo events ;; systematics) echo systematics ;;
    classifier | training | formats | probability | adversary | summary) echo classifier ;; templates) echo templates ;;
    likelihood | event_terms | fit | histfactory | model | hypotest | postfit | challenge_baseline | summary_losses) echo likelihood ;;
    methods) echo methods ;;
    coverage | interval_calibration | challenge | interval_score) echo coverage ;; *) echo none ;;
  esac
}
LAYERS=$*
for l in $LAYERS; do
  mine=$(rank "$l")
  for f in src/"$l"/*.[ch]; do
    [ -e "$f" ] || continue
    sed -n 's/^ *# *include *["<]\([a-z0-9_]*\)\/\([a-z0-9_]*\)\.h[">].*/\1 \2/p' "$f" | while read -r folder name; do
      if [ "$folder" = fairu ]; then
        [ "$(rank "$(public_layer "$name")")" -le "$mine" ] || echo "$f: <fairu/$name.h> points up" >>"$bad"
      elif [ "$folder" != "$l" ] && [ "$(rank "$folder")" != 99 ]; then
        [ "$(rank "$folder")" -lt "$mine" ] || echo "$f: \"$folder/$name.h\" points up" >>"$bad"
        case $folder in
          base | numeric) ;;
          *) [ "$name" = "${folder}_internal" ] || echo "$f: \"$folder/$name.h\" is private to $folder" >>"$bad" ;;
        esac
      fi
    done
  done
done
for f in src/cli/*.[ch]; do
  [ -e "$f" ] || continue
  if grep -nE '^ *# *include *"(base|numeric|events|systematics|classifier|templates|likelihood|methods|coverage)/' "$f"; then
    echo "$f: the program uses public headers only" >>"$bad"
  fi
done
if [ -s "$bad" ]; then cat "$bad"; exit 1; fi
echo "check-layers: ok"
