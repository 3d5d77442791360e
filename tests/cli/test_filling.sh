#!/bin/bash
# fairu fill, merge and predict against a computation of our own: filling.py.
. "$(dirname "$0")/shell.sh"
in_python filling.py numpy
