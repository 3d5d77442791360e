#!/bin/bash
# fairu train where the result has a closed form: learning.py.
. "$(dirname "$0")/shell.sh"
in_python learning.py numpy
