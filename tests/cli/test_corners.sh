#!/bin/bash
# What the other tests of the commands leave out: corners.py.
. "$(dirname "$0")/shell.sh"
in_python corners.py numpy
