#!/bin/bash
# fairu score and toys, numbers recomputed: intervals.py.
. "$(dirname "$0")/shell.sh"
in_python intervals.py numpy
